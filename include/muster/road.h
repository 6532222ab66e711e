/* Roads: from ways with their properties to a sealed network, one for each travel mode, over the same nodes and arcs.
 *
 * A MusterRoads is a set of ways as they came from a file (OSM PBF, a county file). A MusterNetwork is what one mode
 * can travel: nodes, arcs with times in ms, links with their shapes, an index to snap positions. Immutable, shared,
 * memory-mapped when opened from a `.mnet` file.
 */
#ifndef MUSTER_ROAD_H
#define MUSTER_ROAD_H

#include <muster/geo.h>
#include <muster/index.h>

G_BEGIN_DECLS

#define MUSTER_ROAD_ERROR (muster_road_error_quark())
MUSTER_EXPORT GQuark muster_road_error_quark(void);
typedef enum MusterRoadError {
  MUSTER_ROAD_ERROR_OPEN,        /* the file cannot be read or written */
  MUSTER_ROAD_ERROR_FORMAT,      /* the file is not what it should be: place, expected, found */
  MUSTER_ROAD_ERROR_UNSUPPORTED, /* a well-formed file that asks for a feature not supported */
  MUSTER_ROAD_ERROR_LIMIT,       /* a size or number beyond the stated limit */
  MUSTER_ROAD_ERROR_EMPTY,       /* nothing in it that this mode can travel */
  MUSTER_ROAD_ERROR_SNAP,        /* no road within the limit */
  MUSTER_ROAD_ERROR_CANCELLED,
} MusterRoadError;

typedef enum MusterMode { MUSTER_MODE_FOOT, MUSTER_MODE_EBIKE, MUSTER_MODE_CAR, MUSTER_MODE_COUNT } MusterMode;
#define MUSTER_MODE_BIT(mode) (1u << (mode))
/* "foot", "ebike", "car". */
MUSTER_EXPORT bool muster_mode_from_name(const char *name, MusterMode *out, GError **error);
MUSTER_EXPORT const char *muster_mode_name(MusterMode mode);

typedef enum MusterRoadClass {
  MUSTER_ROAD_MOTORWAY,
  MUSTER_ROAD_TRUNK,
  MUSTER_ROAD_PRIMARY,
  MUSTER_ROAD_SECONDARY,
  MUSTER_ROAD_TERTIARY,
  MUSTER_ROAD_UNCLASSIFIED,
  MUSTER_ROAD_RESIDENTIAL,
  MUSTER_ROAD_LIVING_STREET,
  MUSTER_ROAD_SERVICE,
  MUSTER_ROAD_TRACK,
  MUSTER_ROAD_PEDESTRIAN,
  MUSTER_ROAD_CYCLEWAY,
  MUSTER_ROAD_FOOTWAY,
  MUSTER_ROAD_PATH,
  MUSTER_ROAD_BRIDLEWAY,
  MUSTER_ROAD_STEPS,
  MUSTER_ROAD_FERRY,
  MUSTER_ROAD_CLASS_COUNT,
} MusterRoadClass;
MUSTER_EXPORT const char *muster_road_class_name(MusterRoadClass road_class);
MUSTER_EXPORT bool muster_road_class_from_name(const char *name, MusterRoadClass *out);

typedef enum MusterSurface {
  MUSTER_SURFACE_UNKNOWN,
  MUSTER_SURFACE_PAVED,
  MUSTER_SURFACE_COMPACTED,
  MUSTER_SURFACE_UNPAVED,
  MUSTER_SURFACE_ROUGH,
  MUSTER_SURFACE_COUNT
} MusterSurface;

/* One way with what decides who may travel it. open_forward / open_backward are sets of MUSTER_MODE_BIT: class, access
 * tags and one-way rules have been applied by the reader. */
typedef struct MusterWay {
  int64_t id;         /* OSM way id, or the county file's */
  uint8_t road_class; /* MusterRoadClass */
  uint8_t surface;    /* MusterSurface */
  uint8_t open_forward, open_backward;
  uint16_t maxspeed_kmh; /* signed limit; 0: none */
  uint8_t off_ground;    /* 1: a bridge or a tunnel, level between its ends whatever the ground does */
  uint32_t ferry_s;      /* crossing time of a ferry; 0: from its length */
  const char *name;      /* UTF-8 or NULL */
} MusterWay;

/* A turn restriction at one node: who comes in by one way may not go on by another, or may go on by no other. A way is
 * meant as one road at the node: where it could be two (it runs on beyond the node, open that way to the mode) the
 * restriction says too little and has no effect. If both ways are one, the turn back along it is meant. Several ONLY of
 * one road in add up to what it may do.
 *
 * Or a turn restriction over ways: who comes from one way may not go by the ways between, each from its one end to its
 * other, on to another; or may, all along, do nothing else. See docs/travel-modes.md. */
typedef enum MusterTurnKind { MUSTER_TURN_NO, MUSTER_TURN_ONLY } MusterTurnKind;
typedef struct MusterTurnRestriction {
  int64_t from_way, via_node, to_way; /* outside ids; via_node is 0 over ways */
  uint8_t kind;                       /* MusterTurnKind */
  uint8_t modes;                      /* MUSTER_MODE_BIT set that it binds */
  uint32_t via_way_count;             /* 0: at a node */
  const int64_t *via_ways;            /* from the first to the last; NULL if there are none */
} MusterTurnRestriction;

/* Ways and their nodes, any source. Mutable, one owner; reading from several threads is fine while nobody adds. */
typedef struct MusterRoads MusterRoads;
MUSTER_EXPORT MusterRoads *muster_roads_new(void);
MUSTER_EXPORT void muster_roads_free(MusterRoads *roads);
/* node_ids[i] is the outside id of the i-th node of the way and positions[i] where it is; ways meet where they share a
 * node id (if two ways give one id different positions, that of the way with the lower id counts). Copies all it is
 * given, the name too. Several ways may have one id. Ways of fewer than two different nodes lead nowhere and are kept
 * without effect. Amortised O(node_count). */
MUSTER_EXPORT void muster_roads_add_way(MusterRoads *roads, const MusterWay *way, const int64_t *node_ids,
                                        const MusterPosition *positions, size_t node_count);
/* A barrier on a node: modes (MUSTER_MODE_BIT set) that cannot pass it. They can still reach it from each side. */
MUSTER_EXPORT void muster_roads_add_barrier(MusterRoads *roads, int64_t node_id, unsigned closed_modes);
MUSTER_EXPORT size_t muster_roads_way_count(const MusterRoads *roads);
/* The way of that index (below muster_roads_way_count, in the order they were added) and its nodes; any pointer may be
 * NULL. Views that stay until a way is added or the roads are freed. */
MUSTER_EXPORT void muster_roads_way(const MusterRoads *roads, size_t index, MusterWay *way, const int64_t **node_ids,
                                    const MusterPosition **positions, size_t *node_count);
MUSTER_EXPORT size_t muster_roads_barrier_count(const MusterRoads *roads);
/* The barrier of that index; either pointer may be NULL. */
MUSTER_EXPORT void muster_roads_barrier(const MusterRoads *roads, size_t index, int64_t *node_id,
                                        unsigned *closed_modes);
/* A turn restriction, copied with its list of ways; any number may say the same or contradict each other (what one
 * forbids is forbidden). One whose ways or node are not among the roads has no effect. */
MUSTER_EXPORT void muster_roads_add_restriction(MusterRoads *roads, const MusterTurnRestriction *restriction);
MUSTER_EXPORT size_t muster_roads_restriction_count(const MusterRoads *roads);
/* The restriction of that index, below muster_roads_restriction_count. Its list of ways stays until a restriction is
 * added or the roads are freed. */
MUSTER_EXPORT MusterTurnRestriction muster_roads_restriction(const MusterRoads *roads, size_t index);
/* Turn restrictions for cars in the file they were read from that are not in the set, and why. */
typedef struct MusterRestrictionsLeftOut {
  uint64_t conditional; /* hold at certain times only */
  uint64_t unclear;     /* not understood: an unknown value, members missing or too many */
  uint64_t beyond;      /* their ways or node are not among the roads read */
} MusterRestrictionsLeftOut;
MUSTER_EXPORT void muster_roads_restrictions_left_out(const MusterRoads *roads, MusterRestrictionsLeftOut *out);
/* What the file they were read from did not hold: ways that refer to nodes which are not in it (they run beyond the
 * border of an extract) and how many such references. Those ways stand in the set as the stretches that are whole.
 * Either pointer may be NULL. */
MUSTER_EXPORT void muster_roads_missing(const MusterRoads *roads, uint64_t *ways, uint64_t *nodes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterRoads, muster_roads_free)

/* The box of all positions of its ways; false if it has none. O(nodes). */
MUSTER_EXPORT bool muster_roads_box(const MusterRoads *roads, MusterBox *out);

/* Reads the ways of an OSM PBF file that any mode can travel (docs/osm.md: what is accepted, docs/travel-modes.md: what
 * tags mean). Errors: OPEN, FORMAT, UNSUPPORTED, LIMIT with the file and the byte offset; CANCELLED if progress (may be
 * NULL) returned false. Memory follows the roads, not the file. */
MUSTER_EXPORT MusterRoads *muster_roads_read_osm(const char *path, MusterProgress progress, void *user_data,
                                                 GError **error);
/* Reads the layers "roads" and "barriers" of a county file (docs/county-file.md). Errors: FORMAT with layer and
 * feature; EMPTY if it has no roads. */
MUSTER_EXPORT MusterRoads *muster_roads_read_county(const char *path, GError **error);

/* ---- heights ---- */

/* Heights above the sea over an area, from SRTM tiles. Immutable: any number of threads may ask one. */
typedef struct MusterElevation MusterElevation;
/* Reads the tiles of one degree that the box touches, from a folder of files named after their south-west corner:
 * `N42E001.hgt`, or the same in a zip archive, `N42E001.hgt.zip` (other letters may stand before the ending). Of 1201
 * or 3601 points a side, big-endian 16-bit metres, −32768 where nothing is known. Tiles may be missing (the sea has
 * none). Memory: 2.9 or 26 MB a tile. Errors: OPEN; EMPTY if none of the tiles is there; FORMAT for a damaged one, with
 * sizes or the place of what is no height; LIMIT beyond 400 tiles. */
MUSTER_EXPORT MusterElevation *muster_elevation_read(const char *folder, MusterBox box, GError **error);
MUSTER_EXPORT void muster_elevation_free(MusterElevation *elevation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterElevation, muster_elevation_free)
/* Tiles read, tiles that were not there, and the name of the first of these (NULL if none; the elevation's own). Any
 * pointer may be NULL. */
MUSTER_EXPORT void muster_elevation_info(const MusterElevation *elevation, uint32_t *tile_count,
                                         uint32_t *missing_count, const char **first_missing);
/* Metres above the sea, bilinear between the four points around; false, and *out_m untouched, where the tile is missing
 * or one of the points is unknown. O(log tiles). */
MUSTER_EXPORT bool muster_elevation_at(const MusterElevation *elevation, MusterPosition position, double *out_m);

/* ---- network ---- */

typedef uint32_t MusterNode; /* dense; renumbered for locality */
typedef uint32_t MusterArc;
typedef uint32_t MusterLink; /* a stretch of way between two nodes, with a shape; one or two arcs */

/* Immutable once made: any number of threads may use one. */
typedef struct MusterNetwork MusterNetwork;
/* Seals the roads for one mode: the same roads give the same bytes, whatever order they were added in. Does not keep
 * `roads`. Errors: EMPTY if the mode can travel none of them; LIMIT if a stretch is longer than 4,294 km or takes
 * longer than 49 days. O(points · log points). */
MUSTER_EXPORT MusterNetwork *muster_network_new(const MusterRoads *roads, MusterMode mode, GError **error);
/* What was asked of an elevation while a network was made. */
typedef struct MusterSlopesReport {
  uint64_t point_count;   /* along the roads */
  uint64_t unknown_count; /* of them without a height: the road beside them counts as level */
} MusterSlopesReport;
/* Seals the roads for several modes (a MUSTER_MODE_BIT set, not empty) over one topology: the same nodes, arcs, links
 * and chords for all of them, each with its own times and its own largest part to snap to. What is closed by arc, way
 * or area is so closed for all modes with one list of arcs. Returns the network of the lowest of the modes; the others
 * are had by muster_network_of_mode, and all are one file. Where several modes share the roads, links are cut at the
 * junctions of all of them, so a time may differ by a rounded ms a junction from that of a network of one mode.
 * elevation: NULL, or times on foot and by e-bike heed the slopes (docs/travel-modes.md: Tobler's function, a model of
 * power); a road's times then differ by direction; where all is level the times are the same; times by car know no
 * slopes. *report (may be NULL) is set with an elevation only, to what was asked for the lowest mode that heeds slopes.
 * Keeps neither. A mode that can travel none of the roads has a network all the same, on which nothing is reached or
 * snapped. Errors: EMPTY if none of the modes can travel any; LIMIT as muster_network_new; UNSUPPORTED for an elevation
 * and cars alone. */
MUSTER_EXPORT MusterNetwork *muster_network_new_for_modes(const MusterRoads *roads, unsigned modes,
                                                          const MusterElevation *elevation, MusterSlopesReport *report,
                                                          GError **error);
/* The network of another mode (or of the same one) over the same roads: a new reference, which keeps all of them; NULL
 * if they were not sealed for it. Nodes, arcs, links and outside ids mean the same in all of them. O(1); any thread. */
MUSTER_EXPORT MusterNetwork *muster_network_of_mode(MusterNetwork *network, MusterMode mode);
/* DIMACS `.gr` (weights read as ms), with `.co` coordinates (degrees × 10⁶) or NULL: then positions cannot be snapped.
 * Nodes keep their 1-based numbers as outside ids. An arc and its opposite make one link open both ways (of parallel
 * ones the k-th of the file and the k-th opposite), any other arc and every loop a link open one way; the way's id is
 * the number of the link's first arc in the file, from 1. The mode is MUSTER_MODE_FOOT. Errors: OPEN; FORMAT with file
 * and line; LIMIT. O(arcs). */
MUSTER_EXPORT MusterNetwork *muster_network_read_dimacs(const char *gr_path, const char *co_path, GError **error);
/* Maps a prepared network (docs/network-file.md), the lowest of its modes; sizes, ids and checksum are verified before
 * use, in one pass over the file. The file must not be written while it is in use; replacing it by renaming another is
 * fine. Errors: OPEN, FORMAT, UNSUPPORTED. */
MUSTER_EXPORT MusterNetwork *muster_network_open(const char *path, GError **error);
/* Written to a temporary name and renamed. Errors: OPEN. */
MUSTER_EXPORT bool muster_network_save(const MusterNetwork *network, const char *path, GError **error);
MUSTER_EXPORT MusterNetwork *muster_network_ref(MusterNetwork *network);
MUSTER_EXPORT void muster_network_unref(MusterNetwork *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterNetwork, muster_network_unref)

typedef struct MusterNetworkInfo {
  uint32_t node_count, arc_count, link_count;
  uint32_t snappable_node_count;   /* nodes of the largest mutually reachable part: only its links are snapped to */
  uint32_t part_count;             /* mutually reachable parts in all */
  uint32_t turn_restriction_count; /* those that take effect; each makes its junction several nodes */
  uint32_t cut_off_node_count;     /* nodes outside the largest part; a junction with turn restrictions counts once */
  double cut_off_length_m;         /* length of the links outside it */
  bool has_hierarchy;              /* false where the graph has no small cuts: searches then go without */
  uint32_t chord_count;            /* roads and possible shortcuts of the hierarchy */
  bool has_positions, from_dimacs;
  bool has_slopes; /* times heed the slopes */
  MusterMode mode;
  unsigned modes; /* MUSTER_MODE_BIT set: all modes over the same roads, this one among them */
  MusterBox box;
  uint64_t bytes;    /* of the file, whether or not it has been saved */
  uint64_t checksum; /* of its content: equal networks have equal ones */
} MusterNetworkInfo;
MUSTER_EXPORT void muster_network_info(const MusterNetwork *network, MusterNetworkInfo *out);

/* Outside ids (OSM node ids, DIMACS 1-based ids, the county file's) ↔ dense nodes; MUSTER_NONE if there is none. Of a
 * node split by a barrier the first copy that a road open to the mode (or, if there is none, any road) ends at; of a
 * junction with turn restrictions, which is several nodes, the one that stands for it. O(log n + arcs there); the other
 * two O(1), `node` below node_count. Any thread. */
MUSTER_EXPORT MusterNode muster_network_find_node(const MusterNetwork *network, int64_t outside_id);
MUSTER_EXPORT int64_t muster_network_node_id(const MusterNetwork *network, MusterNode node);
MUSTER_EXPORT MusterPosition muster_network_node_position(const MusterNetwork *network, MusterNode node);

/* A place on the network: a node, or a point on a link. */
typedef struct MusterRoadPoint {
  MusterNode node;    /* the node itself, or MUSTER_NONE for a point on a link */
  MusterLink link;    /* or MUSTER_NONE for a node */
  uint32_t along_q16; /* place on the link, 0 at its tail to 65536 at its head */
  uint32_t access_ms; /* walking between the asked position and the road */
  uint32_t access_mm;
  MusterPosition position; /* on the road */
} MusterRoadPoint;

/* The node itself, no walk; `node` below node_count (any node of a junction with turn restrictions means the whole
 * junction: a route may set out by every road and come in by every road). Position 0, 0 on a network without positions.
 */
MUSTER_EXPORT MusterRoadPoint muster_road_point_at_node(const MusterNetwork *network, MusterNode node);
/* The nearest point of any link of the mode's largest mutually reachable part, at most limit_m away (metres, in the
 * local plane); walking at 1.4 m/s. Ties by link id. False with error SNAP, and *out untouched, if there is none: the
 * sentence names the limit and how far the nearest road is, for which a second search is made if error is not NULL.
 * O(log n) as a rule; then it allocates nothing. Any thread. */
MUSTER_EXPORT bool muster_network_snap(const MusterNetwork *network, MusterPosition position, double limit_m,
                                       MusterRoadPoint *out, GError **error);
/* The limit used where the caller has none of its own. */
#define MUSTER_SNAP_LIMIT_M 1000.0

/* ---- metrics: how long each road takes, and which are closed ---- */

/* Travel times on a network's roads with the hierarchy's shortcuts customized to them: one network, any number of
 * metrics (hours, weather, floods). An immutable snapshot, shared: any number of threads may search on it while others
 * derive new ones. A closed road takes MUSTER_UNREACHABLE_MS. The method: Dibbelt, Strasser, Wagner, "Customizable
 * Contraction Hierarchies", JEA 2016 (customization, partial updates). See docs/hierarchy.md. */
typedef struct MusterMetric MusterMetric;
/* The network's own times, all roads open; made at the first call, then kept by the network. A new reference. Any
 * thread. */
MUSTER_EXPORT MusterMetric *muster_network_metric(MusterNetwork *network);
/* Other times: weight_ms[arc], arc_count of them, ms, MUSTER_UNREACHABLE_MS for a closed arc; copied. At most `threads`
 * (1 to 64) work on it; the result does not depend on how many. O(triangles of the hierarchy). */
MUSTER_EXPORT MusterMetric *muster_metric_new(MusterNetwork *network, const uint32_t *weight_ms, unsigned threads);
MUSTER_EXPORT MusterMetric *muster_metric_ref(MusterMetric *metric);
MUSTER_EXPORT void muster_metric_unref(MusterMetric *metric);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterMetric, muster_metric_unref)
/* The same roads with these arcs closed, respectively open again at the times of the metric it all began with. Arcs
 * that are so already count for nothing, whatever is listed twice counts once. What was closed and is opened
 * again has the same bytes as before. Arcs are below arc_count. O(arcs + chords) to copy, and what the change reaches;
 * at most about twice a customization. */
MUSTER_EXPORT MusterMetric *muster_metric_close(MusterMetric *metric, const MusterArc *arcs, size_t count);
MUSTER_EXPORT MusterMetric *muster_metric_reopen(MusterMetric *metric, const MusterArc *arcs, size_t count);
/* The network lives as long as the metric. */
MUSTER_EXPORT MusterNetwork *muster_metric_network(const MusterMetric *metric);
MUSTER_EXPORT uint32_t muster_metric_arc_ms(const MusterMetric *metric, MusterArc arc);

typedef struct MusterMetricInfo {
  uint32_t closed_arc_count;    /* by closures; arcs that never were open are not counted */
  uint32_t changed_chord_count; /* shortcuts whose time differs from the metric it was derived from */
  uint64_t checksum;            /* of all times: equal metrics have equal ones. O(arcs + chords) */
} MusterMetricInfo;
MUSTER_EXPORT void muster_metric_info(const MusterMetric *metric, MusterMetricInfo *out);

/* Arcs by what they are part of, ascending. Writes at most `capacity` into `out` (may be NULL if that is 0) and returns
 * how many there are. Of a way: both directions of all its stretches; O(links). In an area: of every link that has a
 * point in one of the polygons, or on a border; none without positions; O(log n) and what lies near,
 * and a look at all links where some are cut off, turns are restricted or several modes share the roads. The same arcs
 * whatever the mode: those that it cannot take anyway are among them. */
MUSTER_EXPORT size_t muster_network_arcs_of_way(const MusterNetwork *network, int64_t way_id, MusterArc *out,
                                                size_t capacity);
MUSTER_EXPORT size_t muster_network_arcs_in_area(const MusterNetwork *network, const MusterPolygons *area,
                                                 MusterArc *out, size_t capacity);
/* Every road that leads from one node straight to the other, that direction only, parallel ones too: nodes by their
 * outside ids; none if either is not of the network. Nodes split by a barrier or by turn restrictions are one place:
 * the arcs of all their copies count, connectors inside a junction do not. Results as above; O(log n + arcs there). */
MUSTER_EXPORT size_t muster_network_arcs_between(const MusterNetwork *network, int64_t tail_id, int64_t head_id,
                                                 MusterArc *out, size_t capacity);
/* An arc joins two junctions, or two nodes of one that has turn restrictions. */
MUSTER_EXPORT MusterNode muster_network_arc_tail(const MusterNetwork *network, MusterArc arc);
MUSTER_EXPORT MusterNode muster_network_arc_head(const MusterNetwork *network, MusterArc arc);

/* Where readers find the metric of the hour: one thread publishes, any number take. */
typedef struct MusterMetricCell MusterMetricCell;
MUSTER_EXPORT MusterMetricCell *muster_metric_cell_new(MusterMetric *metric);
/* No other thread may be using it. */
MUSTER_EXPORT void muster_metric_cell_free(MusterMetricCell *cell);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterMetricCell, muster_metric_cell_free)
/* From now on readers take this one; those who have the one before keep it until they let go. Any thread. */
MUSTER_EXPORT void muster_metric_cell_publish(MusterMetricCell *cell, MusterMetric *metric);
/* A new reference of the one published last. Any thread. */
MUSTER_EXPORT MusterMetric *muster_metric_cell_take(MusterMetricCell *cell);

/* The open speed of a way for a mode in km/h, 0 if closed to it in both directions (the table of docs/travel-modes.md).
 */
MUSTER_EXPORT double muster_way_speed_kmh(const MusterWay *way, MusterMode mode);

G_END_DECLS

#endif
