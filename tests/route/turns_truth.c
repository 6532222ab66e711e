/* Turn restrictions told slowly; see turns_truth.h. */
#include "route/turns_truth.h"

#include <string.h>

#include "road/mnet.h"
#include "route/networks.h"
#include "support/support.h"

enum { WHOLE = 65536 };

/* A restriction over ways: arcs, from the first way to the last. */
typedef struct route {
  bool only;
  size_t length;
  size_t arcs[16];
} route;

MusterNode turns_truth_tail(const turns_truth *t, size_t arc) {
  return arc & 1 ? t->graph->link_head[arc / 2] : t->graph->link_tail[arc / 2];
}
MusterNode turns_truth_head(const turns_truth *t, size_t arc) { return turns_truth_tail(t, arc ^ 1); }
static bool is_open(const turns_truth *t, size_t arc) { return t->weight[arc] < TURNS_TRUTH_FAR; }
static bool meet(const turns_truth *t, size_t in, size_t out) {
  return is_open(t, in) && is_open(t, out) && turns_truth_head(t, in) == turns_truth_tail(t, out);
}
uint8_t *turns_truth_forbidden(const turns_truth *t, size_t in, size_t out) {
  return &t->forbidden[in * t->arc_count + out];
}

/* ---- routes ---- */

static const route *route_at(const turns_truth *t, size_t i) { return g_ptr_array_index(t->routes, i); }

static bool begins_alike(const route *a, const route *b, size_t length) {
  return a->length > length && b->length > length && memcmp(a->arcs, b->arcs, length * sizeof *a->arcs) == 0;
}

/* The arcs of a whole way from this vertex to its other end. */
static bool add_whole_way(const turns_truth *t, int64_t way, MusterNode *at, route *r) {
  size_t links = 0;
  for (MusterLink link = 0; link < t->graph->link_count; link++) links += t->graph->link_way[link] == way;
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < links; i++) {
    size_t found = SIZE_MAX;
    for (size_t arc = 0; arc < t->arc_count; arc++)
      if (t->graph->link_way[arc / 2] == way && turns_truth_tail(t, arc) == *at &&
          (last == SIZE_MAX || arc != (last ^ 1))) {
        if (found != SIZE_MAX) return false; /* begins in the middle of the way */
        found = arc;
      }
    if (found == SIZE_MAX || !is_open(t, found) || r->length + 1 >= G_N_ELEMENTS(r->arcs)) return false;
    r->arcs[r->length++] = last = found;
    *at = turns_truth_head(t, found);
  }
  return links > 0;
}

/* The only arc of the way that comes in there (or goes out). */
static size_t arc_at(const turns_truth *t, int64_t way, MusterNode at, bool in) {
  size_t found = SIZE_MAX, count = 0;
  for (size_t arc = 0; arc < t->arc_count; arc++)
    if (t->graph->link_way[arc / 2] == way && is_open(t, arc) &&
        (in ? turns_truth_head(t, arc) : turns_truth_tail(t, arc)) == at)
      count++, found = arc;
  return count == 1 ? found : SIZE_MAX;
}

static bool find_route(const turns_truth *t, const MusterTurnRestriction *r, MusterNode start, route *out) {
  *out = (route){.only = r->kind == MUSTER_TURN_ONLY, .length = 1};
  MusterNode at = start;
  out->arcs[0] = arc_at(t, r->from_way, start, true);
  for (uint32_t i = 0; i < r->via_way_count; i++)
    if (r->via_ways[i] == r->from_way || r->via_ways[i] == r->to_way || !add_whole_way(t, r->via_ways[i], &at, out))
      return false;
  out->arcs[out->length++] = arc_at(t, r->to_way, at, false);
  return out->arcs[0] != SIZE_MAX && out->arcs[out->length - 1] != SIZE_MAX;
}

static void find_routes(turns_truth *t, const MusterRoads *roads) {
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
bool turns_truth_routes_permit(const turns_truth *t, const uint64_t *on, size_t arc) {
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

turns_truth_state turns_truth_take(const turns_truth *t, const uint64_t *on, size_t arc) {
  turns_truth_state next = {.arc = arc};
  for (size_t i = 0; i < t->routes->len; i++) {
    const route *r = route_at(t, i);
    if (r->arcs[0] == arc) put_bit(next.on, 16 * i + 1);
    for (size_t done = 1; on && done + 1 < r->length; done++)
      if (has_bit(on, 16 * i + done) && r->arcs[done] == arc) put_bit(next.on, 16 * i + done + 1);
  }
  return next;
}

static size_t state_index(turns_truth *t, turns_truth_state s) {
  for (size_t i = 0; i < t->states->len; i++)
    if (memcmp(&g_array_index(t->states, turns_truth_state, i), &s, sizeof s) == 0) return i;
  g_array_append_val(t->states, s);
  return t->states->len - 1;
}

/* Marks where a route over ways forbids anything. */
static void mark_route_junctions(const turns_truth *t, uint8_t *is_junction) {
  for (size_t i = 0; i < t->routes->len; i++) {
    const route *r = route_at(t, i);
    size_t until = r->only ? 0 : r->length - 1;
    for (size_t done = 2; r->only && done < r->length; done++) {
      uint64_t on[4] = {0};
      put_bit(on, 16 * i + done);
      for (size_t arc = 0; arc < t->arc_count; arc++)
        if (meet(t, r->arcs[done - 1], arc) && !turns_truth_routes_permit(t, on, arc)) until = done;
    }
    for (size_t at = 0; at < until; at++) is_junction[turns_truth_head(t, r->arcs[at])] = 1;
  }
}

/* ---- at one node ---- */

/* The only vertex of that id, or MUSTER_NONE. */
static MusterNode vertex_of(const turns_truth *t, int64_t id) {
  MusterNode found = MUSTER_NONE;
  for (size_t arc = 0; arc < t->arc_count; arc++) {
    MusterNode v = turns_truth_tail(t, arc);
    if (t->graph->node_id[v] != id || v == found) continue;
    if (found != MUSTER_NONE) return MUSTER_NONE;
    found = v;
  }
  return found;
}

/* Marks the movements a restriction names. */
static void name(const turns_truth *t, const MusterTurnRestriction *r, uint8_t *named) {
  MusterNode via = vertex_of(t, r->via_node);
  size_t ins = 0, outs = 0, in = 0, out = 0;
  for (size_t arc = 0; arc < t->arc_count; arc++) {
    if (!is_open(t, arc)) continue;
    int64_t way = t->graph->link_way[arc / 2];
    if (r->from_way == r->to_way && way == r->from_way && turns_truth_head(t, arc) == via && is_open(t, arc ^ 1))
      named[arc * t->arc_count + (arc ^ 1)] = 1;
    if (way == r->from_way && turns_truth_head(t, arc) == via) ins++, in = arc;
    if (way == r->to_way && turns_truth_tail(t, arc) == via) outs++, out = arc;
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

static void forbid_named(turns_truth *t, const MusterRoads *roads) {
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
        if (meet(t, in, out) && !only[in * n + out]) *turns_truth_forbidden(t, in, out) = 1;
}

/* How many arcs lead on from the end of this one to where one can come back from, other than back along it. */
static size_t ways_on(const turns_truth *t, size_t arc, size_t *one) {
  size_t count = 0;
  for (size_t on = 0; on < t->arc_count; on++)
    if (meet(t, arc, on) && on != (arc ^ 1) &&
        t->reach[turns_truth_head(t, on) * t->graph->node_count + turns_truth_head(t, arc)])
      count++, *one = on;
  return count;
}

/* An arc leaves a junction with a restriction, or carries on one that does as the only way on: no turning round at its
 * end, unless the road ends there. */
static void forbid_ways_round(turns_truth *t) {
  size_t n = t->arc_count, one = 0;
  g_autofree uint8_t *leaves = g_new0(uint8_t, n + 1), *is_junction = g_new0(uint8_t, t->graph->node_count + 1);
  mark_route_junctions(t, is_junction);
  for (size_t in = 0; in < n; in++)
    for (size_t out = 0; out < n; out++)
      if (*turns_truth_forbidden(t, in, out)) is_junction[turns_truth_head(t, in)] = 1;
  for (size_t arc = 0; arc < n; arc++) leaves[arc] = is_open(t, arc) && is_junction[turns_truth_tail(t, arc)];
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t arc = 0; arc < n; arc++)
      if (leaves[arc] && ways_on(t, arc, &one) == 1 && !leaves[one]) leaves[one] = changed = true;
  }
  for (size_t arc = 0; arc < n; arc++)
    if (leaves[arc] && is_open(t, arc ^ 1) && ways_on(t, arc, &one) > 0) *turns_truth_forbidden(t, arc, arc ^ 1) = 1;
}

static void find_reach(turns_truth *t) {
  size_t count = t->graph->node_count;
  t->reach = g_new0(uint8_t, count * count + 1);
  for (size_t v = 0; v < count; v++) t->reach[v * count + v] = 1;
  for (size_t arc = 0; arc < t->arc_count; arc++)
    if (is_open(t, arc)) t->reach[turns_truth_tail(t, arc) * count + turns_truth_head(t, arc)] = 1;
  for (size_t via = 0; via < count; via++)
    for (size_t a = 0; a < count; a++)
      for (size_t b = 0; t->reach[a * count + via] && b < count; b++)
        t->reach[a * count + b] |= t->reach[via * count + b];
}

/* All that follows from the end of one arc: times are lowered until none can be. */
static void find_times_from(turns_truth *t, size_t first) {
  size_t n = t->arc_count;
  uint32_t *end_time = t->end_time + first * n, *begin_time = t->begin_time + first * n;
  for (size_t arc = 0; arc < n; arc++) end_time[arc] = begin_time[arc] = TURNS_TRUTH_FAR;
  g_autoptr(GArray) time = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_autoptr(GQueue) left = g_queue_new();
  const uint32_t far = TURNS_TRUTH_FAR;
  for (size_t i = 0; i < t->states->len; i++) g_array_append_val(time, far);
  g_array_index(time, uint32_t, first) = 0;
  g_queue_push_tail(left, GSIZE_TO_POINTER(first));
  while (!g_queue_is_empty(left)) {
    size_t at = GPOINTER_TO_SIZE(g_queue_pop_head(left));
    turns_truth_state s = g_array_index(t->states, turns_truth_state, at);
    uint32_t at_ms = g_array_index(time, uint32_t, at);
    end_time[s.arc] = MIN(end_time[s.arc], at_ms);
    for (size_t arc = 0; arc < n; arc++) {
      if (!meet(t, s.arc, arc) || *turns_truth_forbidden(t, s.arc, arc) || !turns_truth_routes_permit(t, s.on, arc))
        continue;
      begin_time[arc] = MIN(begin_time[arc], at_ms);
      size_t next = state_index(t, turns_truth_take(t, s.on, arc));
      if (next == time->len) g_array_append_val(time, far);
      if (at_ms + t->weight[arc] >= g_array_index(time, uint32_t, next)) continue;
      g_array_index(time, uint32_t, next) = at_ms + t->weight[arc];
      g_queue_push_tail(left, GSIZE_TO_POINTER(next));
    }
  }
}

void turns_truth_find_times(turns_truth *t) {
  size_t n = t->arc_count;
  g_free(t->end_time);
  g_free(t->begin_time);
  if (t->states) g_array_unref(t->states);
  t->end_time = g_new(uint32_t, n * n + 1);
  t->begin_time = g_new(uint32_t, n * n + 1);
  t->states = g_array_new(FALSE, FALSE, sizeof(turns_truth_state));
  for (size_t arc = 0; arc < n; arc++) g_assert_cmpuint(state_index(t, turns_truth_take(t, NULL, arc)), ==, arc);
  for (size_t first = 0; first < n; first++) find_times_from(t, first);
}

void turns_truth_init(turns_truth *t, const MusterRoads *roads, const MusterNetwork *network) {
  *t = (turns_truth){.graph = mi_network_graph(network)};
  size_t n = t->arc_count = 2 * (size_t)t->graph->link_count;
  t->weight = g_new(uint32_t, n + 1);
  t->forbidden = g_new0(uint8_t, n * n + 1);
  for (MusterLink link = 0; link < t->graph->link_count; link++) {
    MusterArc forward = t->graph->link_forward[link], backward = t->graph->link_backward[link];
    t->weight[2 * link] = forward == MUSTER_NONE ? TURNS_TRUTH_FAR : t->graph->weight_ms[forward];
    t->weight[2 * link + 1] = backward == MUSTER_NONE ? TURNS_TRUTH_FAR : t->graph->weight_ms[backward];
  }
  find_reach(t);
  find_routes(t, roads);
  forbid_named(t, roads);
  forbid_ways_round(t);
  turns_truth_find_times(t);
}

void turns_truth_clear(turns_truth *t) {
  g_free(t->weight);
  g_free(t->forbidden);
  g_free(t->reach);
  g_free(t->end_time);
  g_free(t->begin_time);
  g_ptr_array_unref(t->routes);
  g_array_unref(t->states);
}

static MusterNode standing_at(const turns_truth *t, const MusterRoadPoint *point) {
  MusterNode node = mi_point_node(t->graph, point);
  return node == MUSTER_NONE ? node : mi_graph_arrive(t->graph, node);
}

/* Time from the beginning of the arc to the point on its link. */
static uint32_t before_point(const turns_truth *t, size_t arc, const MusterRoadPoint *point) {
  uint32_t tail_side = (uint32_t)((uint64_t)t->weight[arc] * point->along_q16 / WHOLE);
  return arc & 1 ? t->weight[arc] - tail_side : tail_side;
}

/* From the end of arc `first` to the point. */
static uint32_t time_after(const turns_truth *t, size_t first, const MusterRoadPoint *to) {
  MusterNode at = standing_at(t, to);
  uint32_t best = TURNS_TRUTH_FAR;
  for (size_t last = 0; at != MUSTER_NONE && last < t->arc_count; last++)
    if (turns_truth_head(t, last) == at) best = MIN(best, t->end_time[first * t->arc_count + last]);
  if (at != MUSTER_NONE) return best;
  for (size_t arc = 2 * (size_t)to->link; arc < 2 * (size_t)to->link + 2; arc++)
    if (is_open(t, arc)) best = MIN(best, t->begin_time[first * t->arc_count + arc] + before_point(t, arc, to));
  return best;
}

static uint32_t time_without_crossing(const turns_truth *t, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  MusterNode start = standing_at(t, from), end = standing_at(t, to);
  if (start != MUSTER_NONE && start == end) return 0;
  if (end != MUSTER_NONE) return TURNS_TRUTH_FAR;
  if (start == MUSTER_NONE && from->link == to->link && from->along_q16 == to->along_q16) return 0;
  uint32_t best = TURNS_TRUTH_FAR;
  for (size_t arc = 2 * (size_t)to->link; arc < 2 * (size_t)to->link + 2; arc++) {
    if (!is_open(t, arc)) continue;
    if (start != MUSTER_NONE && turns_truth_tail(t, arc) == start) best = MIN(best, before_point(t, arc, to));
    if (start != MUSTER_NONE || from->link != to->link) continue;
    bool ahead = arc & 1 ? from->along_q16 >= to->along_q16 : from->along_q16 <= to->along_q16;
    if (ahead) best = MIN(best, before_point(t, arc, to) - before_point(t, arc, from));
  }
  return best;
}

uint32_t turns_truth_time(const turns_truth *t, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  MusterNode start = standing_at(t, from);
  uint32_t best = time_without_crossing(t, from, to);
  for (size_t first = 0; first < t->arc_count; first++) {
    bool leaves = start != MUSTER_NONE ? turns_truth_tail(t, first) == start : first / 2 == from->link;
    if (!is_open(t, first) || !leaves) continue;
    uint32_t left = start != MUSTER_NONE ? t->weight[first] : t->weight[first] - before_point(t, first, from);
    best = MIN(best, left + MIN(time_after(t, first, to), TURNS_TRUTH_FAR));
  }
  return best < TURNS_TRUTH_FAR ? best + from->access_ms + to->access_ms : MUSTER_UNREACHABLE_MS;
}
