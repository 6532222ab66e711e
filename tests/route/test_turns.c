/* Turn restrictions against the obvious slow truth: a search from arc to arc that asks at each node whether the
 * movement is forbidden, with the rules written as they are told in docs/travel-modes.md. */
#include <inttypes.h>
#include <string.h>

#include "road/mnet.h"
#include "road/ways.h"
#include "route/networks.h"
#include "support/support.h"

enum { FAR = 1 << 30, WHOLE = 65536 };

/* ---- the truth ---- */

/* Arc 2 · link runs tail → head, 2 · link + 1 back; closed ones have weight FAR. Vertices are the links' ends. */
typedef struct truth {
  const mi_graph *graph;
  size_t arc_count;
  uint32_t *weight;
  uint8_t *forbidden;              /* arc × arc: a road in and a road out of one vertex */
  uint8_t *reach;                  /* vertex × vertex, restrictions aside */
  GPtrArray *routes;               /* route */
  GArray *states;                  /* state: all that one can be on, the first of an arc as one is who begins there */
  uint32_t *end_time, *begin_time; /* arc × arc: from the end of one to the end of the other, to where it begins */
} truth;

/* A restriction over ways: arcs, from the first way to the last. */
typedef struct route {
  bool only;
  size_t length;
  size_t arcs[16];
} route;

/* An arc, and the routes one is on: a bit for each route and how many of its arcs one has just travelled. */
typedef struct state {
  size_t arc;
  uint64_t on[4];
} state;

static MusterNode tail_of(const truth *t, size_t arc) {
  return arc & 1 ? t->graph->link_head[arc / 2] : t->graph->link_tail[arc / 2];
}
static MusterNode head_of(const truth *t, size_t arc) { return tail_of(t, arc ^ 1); }
static bool is_open(const truth *t, size_t arc) { return t->weight[arc] < FAR; }
static bool meet(const truth *t, size_t in, size_t out) {
  return is_open(t, in) && is_open(t, out) && head_of(t, in) == tail_of(t, out);
}
static uint8_t *forbidden_at(const truth *t, size_t in, size_t out) { return &t->forbidden[in * t->arc_count + out]; }

/* ---- routes ---- */

static const route *route_at(const truth *t, size_t i) { return g_ptr_array_index(t->routes, i); }

static bool begins_alike(const route *a, const route *b, size_t length) {
  return a->length > length && b->length > length && memcmp(a->arcs, b->arcs, length * sizeof *a->arcs) == 0;
}

/* The arcs of a whole way from this vertex to its other end. */
static bool add_whole_way(const truth *t, int64_t way, MusterNode *at, route *r) {
  size_t links = 0;
  for (MusterLink link = 0; link < t->graph->link_count; link++) links += t->graph->link_way[link] == way;
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < links; i++) {
    size_t found = SIZE_MAX;
    for (size_t arc = 0; arc < t->arc_count; arc++)
      if (t->graph->link_way[arc / 2] == way && tail_of(t, arc) == *at && (last == SIZE_MAX || arc != (last ^ 1))) {
        if (found != SIZE_MAX) return false; /* begins in the middle of the way */
        found = arc;
      }
    if (found == SIZE_MAX || !is_open(t, found) || r->length + 1 >= G_N_ELEMENTS(r->arcs)) return false;
    r->arcs[r->length++] = last = found;
    *at = head_of(t, found);
  }
  return links > 0;
}

/* The only arc of the way that comes in there (or goes out). */
static size_t arc_at(const truth *t, int64_t way, MusterNode at, bool in) {
  size_t found = SIZE_MAX, count = 0;
  for (size_t arc = 0; arc < t->arc_count; arc++)
    if (t->graph->link_way[arc / 2] == way && is_open(t, arc) && (in ? head_of(t, arc) : tail_of(t, arc)) == at)
      count++, found = arc;
  return count == 1 ? found : SIZE_MAX;
}

static bool find_route(const truth *t, const MusterTurnRestriction *r, MusterNode start, route *out) {
  *out = (route){.only = r->kind == MUSTER_TURN_ONLY, .length = 1};
  MusterNode at = start;
  out->arcs[0] = arc_at(t, r->from_way, start, true);
  for (uint32_t i = 0; i < r->via_way_count; i++)
    if (r->via_ways[i] == r->from_way || r->via_ways[i] == r->to_way || !add_whole_way(t, r->via_ways[i], &at, out))
      return false;
  out->arcs[out->length++] = arc_at(t, r->to_way, at, false);
  return out->arcs[0] != SIZE_MAX && out->arcs[out->length - 1] != SIZE_MAX;
}

static void find_routes(truth *t, const MusterRoads *roads) {
  t->routes = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; i < muster_roads_restriction_count(roads); i++) {
    MusterTurnRestriction r = muster_roads_restriction(roads, i);
    if (!r.via_way_count || !(r.modes & MUSTER_MODE_BIT(MUSTER_MODE_CAR))) continue;
    route found, meant;
    size_t count = 0;
    for (MusterNode v = 0; v < t->graph->node_count; v++)
      if (mi_graph_arrive(t->graph, v) == v && find_route(t, &r, v, &found)) count++, meant = found;
    if (count == 1) g_ptr_array_add(t->routes, g_memdup2(&meant, sizeof meant));
  }
}

static void put_bit(uint64_t *bits, size_t at) {
  g_assert_cmpuint(at, <, 256);
  bits[at / 64] |= UINT64_C(1) << at % 64;
}
static bool has_bit(const uint64_t *bits, size_t at) { return bits[at / 64] >> at % 64 & 1; }

/* May one who is on these routes take the arc? */
static bool routes_permit(const truth *t, const uint64_t *on, size_t arc) {
  for (size_t i = 0; i < t->routes->len; i++) {
    const route *r = route_at(t, i);
    for (size_t done = 1; done < r->length; done++) {
      if (!has_bit(on, 16 * i + done)) continue;
      if (!r->only && done == r->length - 1 && r->arcs[done] == arc) return false;
      if (!r->only || done == 1) continue;
      bool permitted = false;
      for (size_t j = 0; j < t->routes->len; j++)
        permitted |= route_at(t, j)->only && begins_alike(r, route_at(t, j), done) && route_at(t, j)->arcs[done] == arc;
      if (!permitted) return false;
    }
  }
  return true;
}

static state take(const truth *t, const uint64_t *on, size_t arc) {
  state next = {.arc = arc};
  for (size_t i = 0; i < t->routes->len; i++) {
    const route *r = route_at(t, i);
    if (r->arcs[0] == arc) put_bit(next.on, 16 * i + 1);
    for (size_t done = 1; on && done + 1 < r->length; done++)
      if (has_bit(on, 16 * i + done) && r->arcs[done] == arc) put_bit(next.on, 16 * i + done + 1);
  }
  return next;
}

static size_t state_index(truth *t, state s) {
  for (size_t i = 0; i < t->states->len; i++)
    if (memcmp(&g_array_index(t->states, state, i), &s, sizeof s) == 0) return i;
  g_array_append_val(t->states, s);
  return t->states->len - 1;
}

/* Marks where a route over ways forbids anything. */
static void mark_route_junctions(const truth *t, uint8_t *is_junction) {
  for (size_t i = 0; i < t->routes->len; i++) {
    const route *r = route_at(t, i);
    size_t until = r->only ? 0 : r->length - 1;
    for (size_t done = 2; r->only && done < r->length; done++) {
      uint64_t on[4] = {0};
      put_bit(on, 16 * i + done);
      for (size_t arc = 0; arc < t->arc_count; arc++)
        if (meet(t, r->arcs[done - 1], arc) && !routes_permit(t, on, arc)) until = done;
    }
    for (size_t at = 0; at < until; at++) is_junction[head_of(t, r->arcs[at])] = 1;
  }
}

/* ---- at one node ---- */

/* The only vertex of that id, or MUSTER_NONE. */
static MusterNode vertex_of(const truth *t, int64_t id) {
  MusterNode found = MUSTER_NONE;
  for (size_t arc = 0; arc < t->arc_count; arc++) {
    MusterNode v = tail_of(t, arc);
    if (t->graph->node_id[v] != id || v == found) continue;
    if (found != MUSTER_NONE) return MUSTER_NONE;
    found = v;
  }
  return found;
}

/* Marks the movements a restriction names. */
static void name(const truth *t, const MusterTurnRestriction *r, uint8_t *named) {
  MusterNode via = vertex_of(t, r->via_node);
  size_t ins = 0, outs = 0, in = 0, out = 0;
  for (size_t arc = 0; arc < t->arc_count; arc++) {
    if (!is_open(t, arc)) continue;
    int64_t way = t->graph->link_way[arc / 2];
    if (r->from_way == r->to_way && way == r->from_way && head_of(t, arc) == via && is_open(t, arc ^ 1))
      named[arc * t->arc_count + (arc ^ 1)] = 1;
    if (way == r->from_way && head_of(t, arc) == via) ins++, in = arc;
    if (way == r->to_way && tail_of(t, arc) == via) outs++, out = arc;
  }
  if (r->from_way != r->to_way && ins == 1 && outs == 1) named[in * t->arc_count + out] = 1;
}

static bool is_barrier_to_cars(const MusterRoads *roads, int64_t node) {
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    int64_t id;
    unsigned closed;
    muster_roads_barrier(roads, i, &id, &closed);
    if (id == node && closed & MUSTER_MODE_BIT(MUSTER_MODE_CAR)) return true;
  }
  return false;
}

static void forbid_named(truth *t, const MusterRoads *roads) {
  size_t n = t->arc_count;
  g_autofree uint8_t *only = g_new0(uint8_t, n * n + 1);
  for (size_t i = 0; i < muster_roads_restriction_count(roads); i++) {
    MusterTurnRestriction r = muster_roads_restriction(roads, i);
    bool binds = r.modes & MUSTER_MODE_BIT(MUSTER_MODE_CAR) && !is_barrier_to_cars(roads, r.via_node);
    if (r.via_way_count || !binds) continue;
    name(t, &r, r.kind == MUSTER_TURN_ONLY ? only : t->forbidden);
  }
  for (size_t i = 0; i < t->routes->len; i++)
    if (route_at(t, i)->only) only[route_at(t, i)->arcs[0] * n + route_at(t, i)->arcs[1]] = 1;
  for (size_t in = 0; in < n; in++)
    if (memchr(only + in * n, 1, n))
      for (size_t out = 0; out < n; out++)
        if (meet(t, in, out) && !only[in * n + out]) *forbidden_at(t, in, out) = 1;
}

/* How many arcs lead on from the end of this one to where one can come back from, other than back along it. */
static size_t ways_on(const truth *t, size_t arc, size_t *one) {
  size_t count = 0;
  for (size_t on = 0; on < t->arc_count; on++)
    if (meet(t, arc, on) && on != (arc ^ 1) && t->reach[head_of(t, on) * t->graph->node_count + head_of(t, arc)])
      count++, *one = on;
  return count;
}

/* An arc leaves a junction with a restriction, or carries on one that does as the only way on: no turning round at its
 * end, unless the road ends there. */
static void forbid_ways_round(truth *t) {
  size_t n = t->arc_count, one = 0;
  g_autofree uint8_t *leaves = g_new0(uint8_t, n + 1), *is_junction = g_new0(uint8_t, t->graph->node_count + 1);
  mark_route_junctions(t, is_junction);
  for (size_t in = 0; in < n; in++)
    for (size_t out = 0; out < n; out++)
      if (*forbidden_at(t, in, out)) is_junction[head_of(t, in)] = 1;
  for (size_t arc = 0; arc < n; arc++) leaves[arc] = is_open(t, arc) && is_junction[tail_of(t, arc)];
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t arc = 0; arc < n; arc++)
      if (leaves[arc] && ways_on(t, arc, &one) == 1 && !leaves[one]) leaves[one] = changed = true;
  }
  for (size_t arc = 0; arc < n; arc++)
    if (leaves[arc] && is_open(t, arc ^ 1) && ways_on(t, arc, &one) > 0) *forbidden_at(t, arc, arc ^ 1) = 1;
}

static void find_reach(truth *t) {
  size_t count = t->graph->node_count;
  t->reach = g_new0(uint8_t, count * count + 1);
  for (size_t v = 0; v < count; v++) t->reach[v * count + v] = 1;
  for (size_t arc = 0; arc < t->arc_count; arc++)
    if (is_open(t, arc)) t->reach[tail_of(t, arc) * count + head_of(t, arc)] = 1;
  for (size_t via = 0; via < count; via++)
    for (size_t a = 0; a < count; a++)
      for (size_t b = 0; t->reach[a * count + via] && b < count; b++)
        t->reach[a * count + b] |= t->reach[via * count + b];
}

/* All that follows from the end of one arc: times are lowered until none can be. */
static void find_times_from(truth *t, size_t first) {
  size_t n = t->arc_count;
  uint32_t *end_time = t->end_time + first * n, *begin_time = t->begin_time + first * n;
  for (size_t arc = 0; arc < n; arc++) end_time[arc] = begin_time[arc] = FAR;
  g_autoptr(GArray) time = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_autoptr(GQueue) left = g_queue_new();
  const uint32_t far = FAR;
  for (size_t i = 0; i < t->states->len; i++) g_array_append_val(time, far);
  g_array_index(time, uint32_t, first) = 0;
  g_queue_push_tail(left, GSIZE_TO_POINTER(first));
  while (!g_queue_is_empty(left)) {
    size_t at = GPOINTER_TO_SIZE(g_queue_pop_head(left));
    state s = g_array_index(t->states, state, at);
    uint32_t at_ms = g_array_index(time, uint32_t, at);
    end_time[s.arc] = MIN(end_time[s.arc], at_ms);
    for (size_t arc = 0; arc < n; arc++) {
      if (!meet(t, s.arc, arc) || *forbidden_at(t, s.arc, arc) || !routes_permit(t, s.on, arc)) continue;
      begin_time[arc] = MIN(begin_time[arc], at_ms);
      size_t next = state_index(t, take(t, s.on, arc));
      if (next == time->len) g_array_append_val(time, far);
      if (at_ms + t->weight[arc] >= g_array_index(time, uint32_t, next)) continue;
      g_array_index(time, uint32_t, next) = at_ms + t->weight[arc];
      g_queue_push_tail(left, GSIZE_TO_POINTER(next));
    }
  }
}

static void find_times(truth *t) {
  size_t n = t->arc_count;
  t->end_time = g_new(uint32_t, n * n + 1);
  t->begin_time = g_new(uint32_t, n * n + 1);
  t->states = g_array_new(FALSE, FALSE, sizeof(state));
  for (size_t arc = 0; arc < n; arc++) g_assert_cmpuint(state_index(t, take(t, NULL, arc)), ==, arc);
  for (size_t first = 0; first < n; first++) find_times_from(t, first);
}

static void truth_init(truth *t, const MusterRoads *roads, const MusterNetwork *network) {
  *t = (truth){.graph = mi_network_graph(network)};
  size_t n = t->arc_count = 2 * (size_t)t->graph->link_count;
  t->weight = g_new(uint32_t, n + 1);
  t->forbidden = g_new0(uint8_t, n * n + 1);
  for (MusterLink link = 0; link < t->graph->link_count; link++) {
    MusterArc forward = t->graph->link_forward[link], backward = t->graph->link_backward[link];
    t->weight[2 * link] = forward == MUSTER_NONE ? FAR : t->graph->weight_ms[forward];
    t->weight[2 * link + 1] = backward == MUSTER_NONE ? FAR : t->graph->weight_ms[backward];
  }
  find_reach(t);
  find_routes(t, roads);
  forbid_named(t, roads);
  forbid_ways_round(t);
  find_times(t);
}

static void truth_clear(truth *t) {
  g_free(t->weight);
  g_free(t->forbidden);
  g_free(t->reach);
  g_free(t->end_time);
  g_free(t->begin_time);
  g_ptr_array_unref(t->routes);
  g_array_unref(t->states);
}

static MusterNode standing_at(const truth *t, const MusterRoadPoint *point) {
  MusterNode node = mi_point_node(t->graph, point);
  return node == MUSTER_NONE ? node : mi_graph_arrive(t->graph, node);
}

/* Time from the beginning of the arc to the point on its link. */
static uint32_t before_point(const truth *t, size_t arc, const MusterRoadPoint *point) {
  uint32_t tail_side = (uint32_t)((uint64_t)t->weight[arc] * point->along_q16 / WHOLE);
  return arc & 1 ? t->weight[arc] - tail_side : tail_side;
}

/* From the end of arc `first` to the point. */
static uint32_t time_after(const truth *t, size_t first, const MusterRoadPoint *to) {
  MusterNode at = standing_at(t, to);
  uint32_t best = FAR;
  for (size_t last = 0; at != MUSTER_NONE && last < t->arc_count; last++)
    if (head_of(t, last) == at) best = MIN(best, t->end_time[first * t->arc_count + last]);
  if (at != MUSTER_NONE) return best;
  for (size_t arc = 2 * (size_t)to->link; arc < 2 * (size_t)to->link + 2; arc++)
    if (is_open(t, arc)) best = MIN(best, t->begin_time[first * t->arc_count + arc] + before_point(t, arc, to));
  return best;
}

static uint32_t time_without_crossing(const truth *t, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  MusterNode start = standing_at(t, from), end = standing_at(t, to);
  if (start != MUSTER_NONE && start == end) return 0;
  if (end != MUSTER_NONE) return FAR;
  if (start == MUSTER_NONE && from->link == to->link && from->along_q16 == to->along_q16) return 0;
  uint32_t best = FAR;
  for (size_t arc = 2 * (size_t)to->link; arc < 2 * (size_t)to->link + 2; arc++) {
    if (!is_open(t, arc)) continue;
    if (start != MUSTER_NONE && tail_of(t, arc) == start) best = MIN(best, before_point(t, arc, to));
    if (start != MUSTER_NONE || from->link != to->link) continue;
    bool ahead = arc & 1 ? from->along_q16 >= to->along_q16 : from->along_q16 <= to->along_q16;
    if (ahead) best = MIN(best, before_point(t, arc, to) - before_point(t, arc, from));
  }
  return best;
}

static uint32_t true_time(const truth *t, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  MusterNode start = standing_at(t, from);
  uint32_t best = time_without_crossing(t, from, to);
  for (size_t first = 0; first < t->arc_count; first++) {
    bool leaves = start != MUSTER_NONE ? tail_of(t, first) == start : first / 2 == from->link;
    if (!is_open(t, first) || !leaves) continue;
    uint32_t left = start != MUSTER_NONE ? t->weight[first] : t->weight[first] - before_point(t, first, from);
    best = MIN(best, left + MIN(time_after(t, first, to), FAR));
  }
  return best < FAR ? best + from->access_ms + to->access_ms : MUSTER_UNREACHABLE_MS;
}

/* ---- random towns ---- */

enum { SIDE = 4, WAYS_PER_LINE = 3 };

static MusterPosition place_of(int64_t node) {
  return (MusterPosition){(int32_t)(1094000000 + node % SIDE * 10000 + node * 7919 % 3000),
                          (int32_t)(295000000 + node / SIDE * 10000 + node * 104729 % 3000)};
}

static void add_way(MusterRoads *roads, mi_random *random, int64_t id, const int64_t *nodes, size_t count) {
  MusterPosition positions[SIDE];
  for (size_t i = 0; i < count; i++) positions[i] = place_of(nodes[i]);
  uint32_t one_way = mi_random_below(random, 8);
  MusterWay way = {.id = id,
                   .road_class = MUSTER_ROAD_RESIDENTIAL,
                   .open_forward = one_way == 1 ? 3 : 7,
                   .open_backward = one_way == 0 ? 3 : 7};
  muster_roads_add_way(roads, &way, nodes, positions, count);
}

/* A grid with streets missing, cut into ways at random places: crossings, ends, nodes in the middle of a road. */
static MusterRoads *random_town(mi_random *random) {
  MusterRoads *roads = muster_roads_new();
  int64_t id = 1;
  for (int64_t line = 0; line < 2 * SIDE; line++) {
    int64_t nodes[SIDE];
    size_t count = 0;
    for (int64_t i = 0; i < SIDE; i++) {
      nodes[count++] = line < SIDE ? line * SIDE + i : i * SIDE + line - SIDE;
      bool gap = mi_random_below(random, 5) == 0, cut = gap || i == SIDE - 1 || mi_random_below(random, 3) > 0;
      if (!cut) continue;
      if (count >= 2) add_way(roads, random, id++, nodes, count);
      if (!gap) nodes[0] = nodes[count - 1];
      count = gap ? 0 : 1;
    }
  }
  return roads;
}

static void check_path(const truth *t, MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                       uint32_t expected) {
  MusterPath path;
  muster_search_path(search, from, to, &path);
  g_assert_cmpuint(path.time_ms, ==, expected);
  if (path.time_ms == MUSTER_UNREACHABLE_MS) return;
  state s = {0};
  for (size_t i = 0; i + 1 < path.node_count; i++) {
    MusterLink link = t->graph->arc_link[path.arcs[i]];
    g_assert_cmpuint(link, !=, MUSTER_NONE);
    size_t arc = 2 * (size_t)link + (t->graph->link_backward[link] == path.arcs[i]);
    g_assert_cmpuint(tail_of(t, arc), ==, path.nodes[i]);
    g_assert_cmpuint(head_of(t, arc), ==, path.nodes[i + 1]);
    g_assert_false(i > 0 && (*forbidden_at(t, s.arc, arc) || !routes_permit(t, s.on, arc)));
    s = take(t, s.on, arc);
  }
  uint64_t street_ms = 0;
  for (size_t i = 0; i < path.street_count; i++) street_ms += path.streets[i].time_ms;
  g_assert_cmpuint(street_ms + from->access_ms + to->access_ms, ==, path.time_ms);
}

static bool is_inside(const MusterStretch *stretches, size_t count, const MusterRoadPoint *point) {
  for (size_t i = 0; i < count; i++)
    if (stretches[i].link == point->link && stretches[i].from_q16 <= point->along_q16 &&
        point->along_q16 <= stretches[i].to_q16)
      return true;
  return false;
}

static void check_reach(const truth *t, const MusterNetwork *network, MusterSearch *search,
                        const MusterRoadPoint *points, size_t count, const uint32_t *times) {
  for (int direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
    size_t found;
    const MusterReached *reached =
        muster_search_reach(search, &points[0], 1, MUSTER_UNREACHABLE_MS, (MusterDirection)direction, &found);
    size_t expected = 0;
    for (size_t i = 0; i < found; i++) {
      MusterRoadPoint node = muster_road_point_at_node(network, reached[i].node);
      uint32_t time =
          direction == MUSTER_FROM_PLACE ? true_time(t, &points[0], &node) : true_time(t, &node, &points[0]);
      g_assert_cmpuint(reached[i].time_ms, ==, time);
      g_assert_true(i == 0 || reached[i - 1].time_ms < reached[i].time_ms ||
                    (reached[i - 1].time_ms == reached[i].time_ms && reached[i - 1].node < reached[i].node));
    }
    for (MusterNode v = 0; v < t->graph->node_count; v++) {
      MusterRoadPoint node = muster_road_point_at_node(network, v);
      bool is_reached = (direction == MUSTER_FROM_PLACE ? true_time(t, &points[0], &node)
                                                        : true_time(t, &node, &points[0])) != MUSTER_UNREACHABLE_MS;
      expected += mi_graph_arrive(t->graph, v) == v && is_reached;
    }
    g_assert_cmpuint(found, ==, expected);
    uint32_t limit = points[0].access_ms + 9000;
    size_t stretch_count;
    const MusterStretch *stretches =
        muster_search_reach_stretches(search, &points[0], 1, limit, (MusterDirection)direction, &stretch_count);
    for (size_t i = 1; i < count; i++) {
      if (mi_point_node(t->graph, &points[i]) != MUSTER_NONE) continue;
      uint32_t time = times[direction == MUSTER_FROM_PLACE ? i : i * count];
      bool inside = time != MUSTER_UNREACHABLE_MS && time - points[i].access_ms <= limit;
      g_assert_cmpint(is_inside(stretches, stretch_count, &points[i]), ==, inside);
    }
  }
}

static uint64_t checksum_of(const MusterMetric *metric) {
  MusterMetricInfo info;
  muster_metric_info(metric, &info);
  return info.checksum;
}

/* Closes some links of the roads, rather those on forbidden routes: times follow, whether the metric is brought up to
 * date, made anew or closed for one search, and are as before when all is open again. */
static void check_closed(mi_random *random, truth *t, MusterNetwork *network, const MusterRoadPoint *points,
                         size_t count) {
  const mi_graph *graph = t->graph;
  MusterArc arcs[3];
  g_autofree uint32_t *weight_ms = g_memdup2(graph->weight_ms, graph->arc_count * sizeof *weight_ms);
  size_t arc_count = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(arcs); i++) {
    uint32_t pick = mi_random_below(random, graph->copy_count ? graph->copy_count : graph->arc_count);
    MusterArc arc = graph->copy_count && i < 2 ? graph->copied_arc[pick] : mi_random_below(random, graph->arc_count);
    if (graph->arc_link[arc] == MUSTER_NONE) continue;
    arcs[arc_count++] = arc;
    MusterArc own = mi_arc_copied(graph, arc);
    weight_ms[own] = MUSTER_UNREACHABLE_MS;
    size_t in_truth = 2 * (size_t)graph->arc_link[arc];
    t->weight[in_truth + (graph->link_backward[graph->arc_link[arc]] == own)] = FAR;
  }
  g_free(t->end_time);
  g_free(t->begin_time);
  g_array_unref(t->states);
  find_times(t);
  g_autoptr(MusterMetric) open = muster_network_metric(network);
  g_autoptr(MusterMetric) closed = muster_metric_close(open, arcs, arc_count);
  g_autoptr(MusterMetric) anew = muster_metric_new(network, weight_ms, 1);
  g_autoptr(MusterMetric) again = muster_metric_reopen(closed, arcs, arc_count);
  g_assert_cmphex(checksum_of(closed), ==, checksum_of(anew));
  g_assert_cmphex(checksum_of(again), ==, checksum_of(open));
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterSearch) own_closures = muster_search_new(network);
  muster_search_set_metric(search, closed);
  muster_search_close(own_closures, arcs, arc_count);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      uint32_t expected = true_time(t, &points[i], &points[j]);
      g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[j]), ==, expected);
      g_assert_cmpuint(muster_search_time_ms(own_closures, &points[i], &points[j]), ==, expected);
    }
}

static void check_network(mi_random *random, const MusterRoads *roads, MusterNetwork *network) {
  enum { POINTS = 12 };
  truth t;
  truth_init(&t, roads, network);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint points[POINTS];
  for (size_t i = 0; i < POINTS; i++) points[i] = random_point(random, network);
  uint32_t expected[POINTS * POINTS], found[POINTS * POINTS];
  for (size_t i = 0; i < POINTS; i++)
    for (size_t j = 0; j < POINTS; j++) {
      expected[i * POINTS + j] = true_time(&t, &points[i], &points[j]);
      g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[j]), ==, expected[i * POINTS + j]);
      check_path(&t, search, &points[i], &points[j], expected[i * POINTS + j]);
    }
  muster_search_matrix(search, points, POINTS, points, POINTS, found);
  g_assert_cmpmem(found, sizeof found, expected, sizeof expected);
  muster_search_matrix(search, points, POINTS, points, POINTS - 1, found);
  for (size_t i = 0; i < POINTS; i++)
    g_assert_cmpmem(&found[i * (POINTS - 1)], (POINTS - 1) * sizeof *found, &expected[i * POINTS],
                    (POINTS - 1) * sizeof *found);
  check_reach(&t, network, search, points, POINTS, expected);
  check_closed(random, &t, network, points, POINTS);
  truth_clear(&t);
}

/* What is snapped to can be got to from everywhere else that is, and back. */
static void check_snappable(const MusterNetwork *network, MusterSearch *search) {
  const mi_graph *graph = mi_network_graph(network);
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(MusterRoadPoint));
  for (MusterLink link = 0; link < graph->link_count; link++) {
    MusterRoadPoint point = {MUSTER_NONE, link, 30000, 0, 0, mi_line_point(graph, link, 30000)};
    if (mi_link_snappable(graph, link)) g_array_append_val(points, point);
  }
  for (guint i = 0; i < points->len; i++)
    for (guint j = 0; j < points->len; j++)
      g_assert_cmpuint(muster_search_time_ms(search, &g_array_index(points, MusterRoadPoint, i),
                                             &g_array_index(points, MusterRoadPoint, j)),
                       !=, MUSTER_UNREACHABLE_MS);
}

static void check_file(const MusterNetwork *network) {
  uint8_t *image = g_memdup2(network->image, network->image_bytes);
  MusterNetwork again = {.references = 1};
  g_autoptr(GError) error = NULL;
  g_assert_true(mi_mnet_bind(&again, image, network->image_bytes, "again.mnet", &error));
  g_assert_cmpuint(again.info.turn_restriction_count, ==, network->info.turn_restriction_count);
  g_free(image);
}

static void test_against_truth(void) {
  uint64_t seed = test_seed();
  unsigned restricted = 0, split = 0, copied = 0;
  for (uint32_t round = 0; round < 400; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = round % 4 ? random_town(&random) : test_random_roads(&random);
    test_add_restrictions(roads, &random, mi_random_below(&random, 8));
    if (round % 4 > 1) test_add_route_restrictions(roads, &random, 1 + mi_random_below(&random, 8));
    g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
    if (!network) continue;
    MusterNetworkInfo info;
    muster_network_info(network, &info);
    restricted += info.turn_restriction_count > 0;
    split += mi_network_graph(network)->turn_node_count > 0;
    copied += mi_network_graph(network)->copy_count > 0;
    check_network(&random, roads, network);
    g_autoptr(MusterSearch) search = muster_search_new(network);
    check_snappable(network, search);
    check_file(network);
  }
  g_test_message(
      "%u networks with restrictions, %u with junctions of several nodes, %u with routes forbidden as a whole",
      restricted, split, copied);
  g_assert_cmpuint(split, >, 150);
  g_assert_cmpuint(copied, >, 50);
}

/* Restrictions of other modes leave a mode's network the very same. */
static void test_other_modes(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 50; round++) {
    mi_random random, again;
    mi_random_init(&random, seed, 5000 + round);
    mi_random_init(&again, seed, 5000 + round);
    g_autoptr(MusterRoads) with = random_town(&random);
    g_autoptr(MusterRoads) without = random_town(&again);
    test_add_restrictions(with, &random, 6); /* for cars and on foot */
    g_autoptr(MusterNetwork) a = muster_network_new(with, MUSTER_MODE_EBIKE, NULL);
    g_autoptr(MusterNetwork) b = muster_network_new(without, MUSTER_MODE_EBIKE, NULL);
    g_assert_cmpmem(a->image, a->image_bytes, b->image, b->image_bytes);
  }
}

/* ---- one crossing, by hand ---- */

/*      3
 *      |        way 1: 1 to 0, way 2: 0 to 2, way 3: 0 to 3, way 4: 0 to 4 and on to 5;
 *  1 - 0 - 2    2 and 3 are ends; from 4 one can go on to 5 or to 6, both ends.
 *      |
 *  6 - 4 - 5
 */
static MusterRoads *crossing(void) {
  static const struct {
    int64_t way, nodes[3];
    size_t count;
  } ways[] = {{1, {1, 0}, 2}, {2, {0, 2}, 2}, {3, {0, 3}, 2}, {4, {0, 4, 5}, 3}, {5, {4, 6}, 2}};
  static const MusterPosition at[] = {{0, 0},      {-10000, 0},    {10000, 0},      {0, 10000},
                                      {0, -10000}, {8000, -10000}, {-10000, -10000}};
  MusterRoads *roads = muster_roads_new();
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    MusterPosition positions[3];
    for (size_t j = 0; j < ways[i].count; j++) positions[j] = at[ways[i].nodes[j]];
    test_add_street(roads, ways[i].way, ways[i].nodes, positions, ways[i].count);
  }
  return roads;
}

/* The nodes of the quickest way, "1 0 3". */
static char *way_between(const MusterRoads *roads, int64_t from, int64_t to) {
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint a = muster_road_point_at_node(network, muster_network_find_node(network, from));
  MusterRoadPoint b = muster_road_point_at_node(network, muster_network_find_node(network, to));
  MusterPath path;
  muster_search_path(search, &a, &b, &path);
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < path.node_count; i++)
    g_string_append_printf(text, "%s%" PRId64, i ? " " : "", muster_network_node_id(network, path.nodes[i]));
  return g_string_free(text, FALSE);
}

static void assert_way(const MusterRoads *roads, int64_t from, int64_t to, const char *expected) {
  g_autofree char *found = way_between(roads, from, to);
  g_assert_cmpstr(found, ==, expected);
}

static void test_no_turn(void) {
  g_autoptr(MusterRoads) roads = crossing();
  assert_way(roads, 1, 3, "1 0 3");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_NO, 4, 0, NULL});
  /* Turning round at the end of a street is a way round; at the crossing 4 it is none. */
  assert_way(roads, 1, 3, "1 0 2 0 3");
  assert_way(roads, 2, 3, "2 0 3");
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 0, 3, "0 3");
  assert_way(roads, 1, 0, "1 0");
  /* Without that end: beyond the crossing, where the road ends. */
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 2, MUSTER_TURN_NO, 4, 0, NULL});
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 1, MUSTER_TURN_NO, 4, 0, NULL});
  assert_way(roads, 1, 3, "1 0 4 5 4 0 3");
}

static void test_only_turn(void) {
  g_autoptr(MusterRoads) roads = crossing();
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 1, 2, "1 0 4 5 4 0 2");
  assert_way(roads, 3, 2, "3 0 2");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 2, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 2, "1 0 2");
  assert_way(roads, 1, 3, "1 0 2 0 3");
}

/*  3       6    way 1: 1 to 0, way 2: 0 to 4, way 3: 4 to 5, way 4: 4 to 6, way 5: 0 to 3; all but 0 and 4 are ends.
 *  |       |
 *  0 ----- 4
 *  |       |
 *  1       5
 */
static MusterRoads *two_crossings(void) {
  static const int64_t ways[][2] = {{1, 0}, {0, 4}, {4, 5}, {4, 6}, {0, 3}};
  static const MusterPosition at[] = {{0, 0},     {0, -10000},     {0, 0},        {0, 30000},
                                      {10000, 0}, {10000, -10000}, {10000, 10000}};
  MusterRoads *roads = muster_roads_new();
  for (int64_t i = 0; i < (int64_t)G_N_ELEMENTS(ways); i++) {
    MusterPosition positions[] = {at[ways[i][0]], at[ways[i][1]]};
    test_add_street(roads, i + 1, ways[i], positions, 2);
  }
  return roads;
}

static void test_no_route(void) {
  g_autoptr(MusterRoads) roads = two_crossings();
  assert_way(roads, 1, 6, "1 0 4 6");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_NO, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 6, "1 0 4 5 4 6");
  assert_way(roads, 1, 5, "1 0 4 5");
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 3, 6, "3 0 4 6");
  assert_way(roads, 0, 6, "0 4 6");
  assert_way(roads, 6, 1, "6 4 0 1");
}

static void test_only_route(void) {
  g_autoptr(MusterRoads) roads = two_crossings();
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_ONLY, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 6, "1 0 4 6");
  assert_way(roads, 1, 5, "1 0 4 6 4 5");
  assert_way(roads, 1, 3, "1 0 4 6 4 0 3");
  assert_way(roads, 3, 5, "3 0 4 5");
  assert_way(roads, 0, 5, "0 4 5");
  /* Several add up, over ways and at a node. */
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 5, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 3, "1 0 3");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_ONLY, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 5, "1 0 4 5");
}

static void test_no_effect(void) {
  g_autoptr(MusterRoads) roads = crossing();
  g_autoptr(MusterNetwork) without = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  const MusterTurnRestriction restrictions[] = {
      {1, 0, 3, MUSTER_TURN_NO, 3, 0, NULL},  {1, 4, 3, MUSTER_TURN_NO, 4, 0, NULL},
      {9, 0, 3, MUSTER_TURN_NO, 4, 0, NULL},  {1, 99, 3, MUSTER_TURN_ONLY, 4, 0, NULL},
      {4, 4, 5, MUSTER_TURN_NO, 4, 0, NULL}, /* way 4 runs on: which of its roads? */
      {1, 0, 9, MUSTER_TURN_ONLY, 4, 0, NULL}};
  static const struct {
    int64_t from, to, via[2];
    uint32_t via_count, modes;
  } over_ways[] = {{1, 5, {4}, 1, 4}, /* way 5 begins in the middle of way 4 */
                   {1, 3, {2}, 1, 4}, /* way 3 does not begin where way 2 ends */
                   {1, 2, {2}, 1, 4},
                   {2, 3, {1, 4}, 2, 4},
                   {1, 3, {9}, 1, 4}};
  for (size_t i = 0; i < G_N_ELEMENTS(restrictions); i++) muster_roads_add_restriction(roads, &restrictions[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(over_ways); i++)
    muster_roads_add_restriction(
        roads, &(MusterTurnRestriction){over_ways[i].from, 0, over_ways[i].to, MUSTER_TURN_NO,
                                        (uint8_t)over_ways[i].modes, over_ways[i].via_count, over_ways[i].via});
  g_autoptr(MusterNetwork) with = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  g_assert_cmpmem(with->image, with->image_bytes, without->image, without->image_bytes);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/turns/against-truth", test_against_truth);
  g_test_add_func("/route/turns/other-modes", test_other_modes);
  g_test_add_func("/route/turns/no", test_no_turn);
  g_test_add_func("/route/turns/only", test_only_turn);
  g_test_add_func("/route/turns/no-route", test_no_route);
  g_test_add_func("/route/turns/only-route", test_only_route);
  g_test_add_func("/route/turns/no-effect", test_no_effect);
  return g_test_run();
}
