/* Searches on a network, and the travel oracle that the engine asks.
 *
 * A MusterSearch is the reusable query object: one a thread, any number over one network; a warm query allocates
 * nothing. All answers are exact and ordered by (time, id). Times are ms and include the access walks of the points at
 * both ends; a sum beyond 32 bits is unreachable. Points must be of the search's own network (their ids are checked).
 * The method: Dijkstra 1959 with a 4-ary heap; costs below are in m arcs of the n nodes settled. See docs/routing.md.
 */
#ifndef MUSTER_ROUTE_H
#define MUSTER_ROUTE_H

#include <muster/road.h>

G_BEGIN_DECLS

#define MUSTER_ROUTE_ERROR (muster_route_error_quark())
MUSTER_EXPORT GQuark muster_route_error_quark(void);
typedef enum MusterRouteError {
  MUSTER_ROUTE_ERROR_OPTION,  /* an option out of its range */
  MUSTER_ROUTE_ERROR_NETWORK, /* a network that cannot serve: no positions, or a second one of its mode */
  MUSTER_ROUTE_ERROR_AREA,    /* an area cannot be drawn */
} MusterRouteError;

typedef enum MusterDirection {
  MUSTER_FROM_PLACE, /* time from the asked place to the others */
  MUSTER_TO_PLACE,   /* time from the others to the asked place: the direction a responder travels */
} MusterDirection;

typedef struct MusterSearch MusterSearch;
/* Takes a reference of the network; 8 bytes a node, 12 once a path was asked for. Never NULL. */
MUSTER_EXPORT MusterSearch *muster_search_new(MusterNetwork *network);
MUSTER_EXPORT void muster_search_free(MusterSearch *search);
/* From now on asks on this metric of its network, to begin with the network's own. Takes a reference. O(1), and what
 * muster_search_close costs if the search has closures of its own, which stay. */
MUSTER_EXPORT void muster_search_set_metric(MusterSearch *search, MusterMetric *metric);
/* From now on this search, and nobody else, takes these arcs (below arc_count, copied; may be NULL if count is 0) for
 * closed beside those that its metric closes; they replace those of the call before, none with 0. Every answer is that
 * on muster_metric_close of them, to the bit, nearest responders of a fleet on the search's metric too: what a question
 * "and if this bridge were out?" needs while others go on. Costs what muster_metric_close does, once; questions after
 * it cost as ever, but the nearest come from a plain search, for a fleet's lists are of the metric that is shared. As
 * all calls of a search: by one thread at a time; others on the same metric and fleet need not wait. */
MUSTER_EXPORT void muster_search_close(MusterSearch *search, const MusterArc *arcs, size_t count);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterSearch, muster_search_free)

/* Travel time, MUSTER_UNREACHABLE_MS if there is no way. From a node to itself 0; between two points of one link along
 * it where it is open that way, or round where that is quicker. O(chords of the ends' ancestors);
 * without a hierarchy O(m log n), n the nodes nearer than the target. */
MUSTER_EXPORT uint32_t muster_search_time_ms(MusterSearch *search, const MusterRoadPoint *from,
                                             const MusterRoadPoint *to);

/* A stretch of the path along one street. */
typedef struct MusterStreet {
  const char *name; /* UTF-8, "" where the road has no name; the network's own */
  uint64_t length_mm;
  uint32_t time_ms;
  size_t first_shape; /* the position of MusterPath.shape where it begins */
} MusterStreet;

typedef struct MusterPath {
  uint32_t time_ms;        /* MUSTER_UNREACHABLE_MS: nothing else is set */
  uint64_t length_mm;      /* access walks included, as in time_ms */
  const MusterNode *nodes; /* nodes passed, in order (a junction with turn restrictions as the one that stands for it,
                              muster_network_find_node); none if both points lie on one link and the path stays on it */
  const MusterArc *arcs;   /* arcs between their junctions: node_count − 1 */
  size_t node_count;
  const MusterPosition *shape; /* the line on the road, from → to: the points' own positions at both ends, so at least
                                  two; none if the network has no positions */
  size_t shape_count;
  const MusterStreet *streets; /* in order of travel; their times and lengths add up to the path without the walks */
  size_t street_count;
} MusterPath;
/* The quickest path. The views in *out are the search's own and stay until its next call. */
MUSTER_EXPORT void muster_search_path(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                      MusterPath *out);

typedef struct MusterReached {
  MusterNode node;
  uint32_t time_ms;
} MusterReached;
/* Every node within limit_ms (the limit included; MUSTER_UNREACHABLE_MS: no limit) of the nearest of place_count places
 * (NULL if 0: nothing is reached), with the time to that one, ascending (time, node); a junction with turn
 * restrictions stands there once, a node split by a barrier as often as it has copies that are reached. *count is how
 * many, the view stays until the search's next call. One search, O(m log n), however many places. */
MUSTER_EXPORT const MusterReached *muster_search_reach(MusterSearch *search, const MusterRoadPoint *places,
                                                       size_t place_count, uint32_t limit_ms, MusterDirection direction,
                                                       size_t *count);

/* A part of a link, from_q16 ≤ to_q16 (0 at its tail, 65536 at its head). */
typedef struct MusterStretch {
  MusterLink link;
  uint32_t from_q16, to_q16;
} MusterStretch;
/* All road within limit_ms of the nearest of the places, links cut where the time ends; ascending (link, from_q16),
 * stretches of one link do not touch. A view that stays until the search's next call. */
MUSTER_EXPORT const MusterStretch *muster_search_reach_stretches(MusterSearch *search, const MusterRoadPoint *places,
                                                                 size_t place_count, uint32_t limit_ms,
                                                                 MusterDirection direction, size_t *count);

/* Polygons around the reached road. One owner. */
typedef struct MusterReachArea MusterReachArea;
/* One area for each of limit_count limits, which ascend: all road of muster_search_reach_stretches within it and the
 * ground beside, as valid polygons. Every reached point lies inside by more than half of margin_m (1 to 1000), and
 * nothing inside is farther than margin_m from reached road. Each area covers the one before it exactly. An area has no
 * polygons if its limit ends before any road is reached. One search for all.
 *
 * `out` holds limit_count, each the caller's; all NULL on failure. Errors: NETWORK (no positions), OPTION (margin,
 * limits), AREA (roads on both sides of the antimeridian). Cold: GEOS does the drawing. */
MUSTER_EXPORT bool muster_search_reach_areas(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                             const uint32_t *limits_ms, size_t limit_count, MusterDirection direction,
                                             double margin_m, MusterReachArea **out, GError **error);
MUSTER_EXPORT void muster_reach_area_free(MusterReachArea *area);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterReachArea, muster_reach_area_free)
/* A view that stays as long as the area. */
MUSTER_EXPORT MusterPolygons muster_reach_area_polygons(const MusterReachArea *area);
MUSTER_EXPORT double muster_reach_area_m2(const MusterReachArea *area);

/* out_ms[i * target_count + j] = time from sources[i] to targets[j], MUSTER_UNREACHABLE_MS where there is no way;
 * out_ms holds source_count × target_count. Sixteen rows (or columns, where these are
 * fewer) in one sweep over the ancestors of the others; without a hierarchy one search each. */
MUSTER_EXPORT void muster_search_matrix(MusterSearch *search, const MusterRoadPoint *sources, size_t source_count,
                                        const MusterRoadPoint *targets, size_t target_count, uint32_t *out_ms);

/* ---- a set of responders over one network ---- */

typedef uint32_t MusterResponder; /* dense, the caller's own */

/* Mutable, one owner; any number of fleets over one metric. Any number of searches, on any threads, may ask it while
 * nobody changes it; they take turns where the lists of near responders are used. 16 bytes a node, 4 a link, about 200
 * a responder; for each direction and set of skills asked about (the last 32 are kept) 16 bytes a node and 8 for each
 * entry of the lists. */
typedef struct MusterFleet MusterFleet;
/* Takes a reference of the network. On the network's own metric. */
MUSTER_EXPORT MusterFleet *muster_fleet_new(MusterNetwork *network);
MUSTER_EXPORT void muster_fleet_free(MusterFleet *fleet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterFleet, muster_fleet_free)
/* Adds the responder or moves it; a new one is available, a moved one as it was. skills: bits of the caller's own
 * meaning. Ids need not be contiguous but memory is linear in the largest (below 2³² ÷ 5). O(1), and
 * for each kept list set a climb to the root. */
MUSTER_EXPORT void muster_fleet_put(MusterFleet *fleet, MusterResponder responder, const MusterRoadPoint *place,
                                    uint64_t skills);
/* Nothing if it is not there. As put. */
MUSTER_EXPORT void muster_fleet_remove(MusterFleet *fleet, MusterResponder responder);
/* Only available responders are found. Nothing if it is not there. O(1); a climb for who comes free after lists were
 * made without them. */
MUSTER_EXPORT void muster_fleet_set_available(MusterFleet *fleet, MusterResponder responder, bool available);

/* From now on the fleet stands on this metric of its network; takes a reference. What a closure changed is forgotten
 * and made anew when it is asked about, nothing else; between metrics of which neither was derived from the other all
 * is. O(responders + nodes that the change reaches). */
MUSTER_EXPORT void muster_fleet_set_metric(MusterFleet *fleet, MusterMetric *metric);

/* Makes now what questions in this direction for these skills would make bit by bit when they are first asked, or asked
 * again after a closure: then no question of the first minute waits. Nothing without a hierarchy. O(chords). */
MUSTER_EXPORT void muster_fleet_prepare(MusterFleet *fleet, MusterDirection direction, uint64_t skills);

typedef struct MusterNearest {
  MusterResponder responder;
  uint32_t time_ms;
} MusterNearest;
typedef struct MusterNearestOptions {
  MusterDirection direction;
  uint64_t skills;                 /* all of these bits; 0: anybody */
  size_t k;                        /* at most so many */
  uint32_t limit_ms;               /* included; MUSTER_UNREACHABLE_MS: no limit */
  const MusterResponder *excluded; /* not these; may be NULL if excluded_count is 0 */
  size_t excluded_count;
} MusterNearestOptions;
/* The nearest available responders, ordered by (time, responder). `out` holds k, or as many as there are responders if
 * that is less. Returns how many were found. Search and fleet must have been set to one metric. A plain search where it
 * settles few nodes, where much is asked (k and excluded beyond 32), where the search has closures of its own or where
 * there is no hierarchy: O(m log n) of the nodes nearer than the k-th; else lists of near responders at the ancestors
 * of the place: a few microseconds. The answer is the same to the bit. */
MUSTER_EXPORT size_t muster_search_nearest(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                                           const MusterNearestOptions *options, MusterNearest *out);

/* The same for many places: those of places[i] stand in out[i * k] on, counts[i] of them. Where the places are many for
 * the network, all nodes' nearest are found in two sweeps (O(chords · k)) and each place only looks at its ends; else
 * one question each. The same answers to the bit. */
MUSTER_EXPORT void muster_search_nearest_batch(MusterSearch *search, const MusterFleet *fleet,
                                               const MusterRoadPoint *places, size_t place_count,
                                               const MusterNearestOptions *options, MusterNearest *out, size_t *counts);

/* ---- travel oracle ---- */

/* Where people and incidents are: a position (networks), or a row and column of a table (matrix). */
typedef struct MusterPlace {
  MusterPosition position;
  uint32_t matrix_id; /* MUSTER_NONE on networks */
} MusterPlace;

/* Who reaches whom, when: responders with modes and skills over one network a mode, or over a plain table. Mutable, one
 * owner, one thread. */
typedef struct MusterTravel MusterTravel;
/* At most one network a mode; takes references. Positions farther than snap_limit_m from the roads of a mode cannot use
 * it. */
MUSTER_EXPORT MusterTravel *muster_travel_new_networks(MusterNetwork *const *networks, size_t count,
                                                       double snap_limit_m, GError **error);
/* times_ms[from * place_count + to], MUSTER_UNREACHABLE_MS where there is no way; copied. place_names (copied) are the
 * caller's ids. */
MUSTER_EXPORT MusterTravel *muster_travel_new_matrix(const char *const *place_names, size_t place_count,
                                                     const uint32_t *times_ms);
MUSTER_EXPORT void muster_travel_free(MusterTravel *travel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterTravel, muster_travel_free)
MUSTER_EXPORT bool muster_travel_is_matrix(const MusterTravel *travel);
/* MUSTER_NONE if the name is not a place of the table. */
MUSTER_EXPORT uint32_t muster_travel_find_place(const MusterTravel *travel, const char *name);

/* From now on travel of that mode is on this metric of its network: roads closed, opened or slower. Takes a reference;
 * who stands or waits where stays. False, and nothing changes, if there is no network of the mode, the metric is of
 * another network, or on a table. Costs muster_fleet_set_metric twice. */
MUSTER_EXPORT bool muster_travel_set_metric(MusterTravel *travel, MusterMode mode, MusterMetric *metric);

/* The metric that travel of that mode is on, a new reference; NULL if there is no network of the mode, and on a table.
 */
MUSTER_EXPORT MusterMetric *muster_travel_metric(const MusterTravel *travel, MusterMode mode);

/* Where the node with that outside id stands, in the first network (by mode) that has it; false if none has, and on a
 * table. */
MUSTER_EXPORT bool muster_travel_find_node(const MusterTravel *travel, int64_t outside_id, MusterPosition *out);

/* Puts the responder there (again); false, and it is nowhere, when no mode of its set reaches a road from there, or
 * the matrix has no such place. modes: MUSTER_MODE_BIT set, not looked at on a matrix. A new responder is available,
 * one that was there as it was. */
MUSTER_EXPORT bool muster_travel_put(MusterTravel *travel, MusterResponder responder, MusterPlace place, unsigned modes,
                                     uint64_t skills);
MUSTER_EXPORT void muster_travel_remove(MusterTravel *travel, MusterResponder responder);
MUSTER_EXPORT void muster_travel_set_available(MusterTravel *travel, MusterResponder responder, bool available);

typedef struct MusterTravelHit {
  MusterResponder responder;
  uint32_t time_ms;
  uint8_t mode; /* the fastest of the responder's modes; MUSTER_MODE_COUNT on a matrix */
} MusterTravelHit;
/* The k nearest available responders that have all of `skills` (0: anybody), travelling to `place` within limit_ms
 * (included; MUSTER_UNREACHABLE_MS: no limit), by their fastest mode; ordered by (time, responder). `out` holds k, or
 * as many as there are responders times networks if that is less. Returns how many. Positions are snapped once a mode
 * and remembered. */
MUSTER_EXPORT size_t muster_travel_nearest(MusterTravel *travel, MusterPlace place, uint64_t skills, size_t k,
                                           uint32_t limit_ms, MusterTravelHit *out);
/* One responder's time to the place by its fastest mode (of equal ones the first), available or not;
 * MUSTER_UNREACHABLE_MS, with mode MUSTER_MODE_COUNT, if it is not there or there is no way. mode may be NULL. */
MUSTER_EXPORT uint32_t muster_travel_time_ms(MusterTravel *travel, MusterResponder responder, MusterPlace place,
                                             uint8_t *mode);
/* The same where more than limit_ms is of no interest: MUSTER_UNREACHABLE_MS then, and a search that ends early. */
MUSTER_EXPORT uint32_t muster_travel_time_within_ms(MusterTravel *travel, MusterResponder responder, MusterPlace place,
                                                    uint32_t limit_ms, uint8_t *mode);

/* ---- places that wait for somebody to come free ---- */

/* The place with this dense id of the caller's own waits; put again, it moves. Nobody reaches it if it is far from all
 * roads, or no place of the matrix. Memory is linear in the largest id. */
MUSTER_EXPORT void muster_travel_wait(MusterTravel *travel, uint32_t waiting, MusterPlace place);
/* Nothing if it does not wait. */
MUSTER_EXPORT void muster_travel_unwait(MusterTravel *travel, uint32_t waiting);
/* `hit->responder` is the id of the place that waits. True: this one serves. */
typedef bool (*MusterTravelVisit)(const MusterTravelHit *hit, void *data);
/* Shows `visit` the waiting places within limit_ms in order of the responder's time to them, of equal time by id; after
 * it has taken one, only the others of the very same time. One search from the responder. Returns how many were taken.
 * `visit` may not ask or change this oracle. */
MUSTER_EXPORT size_t muster_travel_visit_waiting(MusterTravel *travel, MusterResponder responder, uint32_t limit_ms,
                                                 MusterTravelVisit visit, void *data);

G_END_DECLS

#endif
