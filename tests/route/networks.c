/* Random networks and slow answers; see networks.h. */
#include "route/networks.h"

#include "road/draft.h"
#include "support/support.h"

#include <math.h>

static MusterPosition random_position(mi_random *random) {
  return (MusterPosition){(int32_t)(1094000000 + mi_random_below(random, 500000)),
                          (int32_t)(295000000 + mi_random_below(random, 500000))};
}

static void add_shape(mi_random *random, mi_draft *draft, mi_draft_link *link) {
  uint32_t corners = mi_random_below(random, 3);
  link->first_shape = draft->shape_count;
  draft->shape[draft->shape_count++] = draft->node_position[link->tail];
  for (uint32_t i = 0; i < corners; i++) draft->shape[draft->shape_count++] = random_position(random);
  draft->shape[draft->shape_count++] = draft->node_position[link->head];
  double length_m = 0;
  for (uint32_t i = link->first_shape + 1; i < draft->shape_count; i++)
    length_m += muster_distance_planar_m(draft->shape[i - 1], draft->shape[i]);
  link->length_mm = (uint32_t)llround(length_m * 1000);
}

static uint32_t random_weight(mi_random *random, const network_options *options) {
  if (mi_random_below(random, 100) < options->zero_percent) return 0;
  return mi_random_below(random, options->weight_most_ms + 1);
}

MusterNetwork *random_network(mi_random *random, const network_options *options) {
  static const char *const names[] = {NULL, "Riverside Road", "East Bridge", "翔凤大道"};
  g_auto(mi_draft) draft;
  mi_draft_init(&draft);
  draft.has_positions = true;
  draft.modes = MUSTER_MODE_BIT(options->mode);
  draft.node_count = options->node_count;
  draft.node_id = g_new(int64_t, options->node_count);
  draft.node_position = g_new(MusterPosition, options->node_count);
  draft.links = g_new0(mi_draft_link, options->link_count + 1);
  draft.shape = g_new(MusterPosition, (size_t)options->link_count * 4 + 1);
  for (uint32_t i = 0; i < options->node_count; i++) {
    draft.node_id[i] = 100 + (int64_t)i * 10;
    draft.node_position[i] = random_position(random);
  }
  for (uint32_t i = 0; i < options->link_count; i++) {
    mi_draft_link *link = &draft.links[draft.link_count++];
    link->tail = mi_random_below(random, options->node_count);
    link->head = mi_random_below(random, options->node_count);
    uint32_t *forward_ms = &link->forward_ms[options->mode], *backward_ms = &link->backward_ms[options->mode];
    *forward_ms = *backward_ms = random_weight(random, options);
    if (mi_random_below(random, 100) < options->asymmetric_percent) *backward_ms = random_weight(random, options);
    if (mi_random_below(random, 100) < options->one_way_percent)
      *(mi_random_below(random, 2) ? forward_ms : backward_ms) = MUSTER_UNREACHABLE_MS;
    link->name = mi_draft_name(&draft, names[mi_random_below(random, G_N_ELEMENTS(names))]);
    link->way = i + 1;
    link->road_class = MUSTER_ROAD_RESIDENTIAL;
    add_shape(random, &draft, link);
  }
  GError *error = NULL;
  MusterNetwork *network = mi_network_seal(&draft, &error);
  g_assert_no_error(error);
  return network;
}

MusterRoadPoint random_point(mi_random *random, const MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  MusterRoadPoint point;
  if (graph->link_count == 0 || mi_random_below(random, 2)) {
    point = muster_road_point_at_node(network, mi_random_below(random, graph->node_count));
  } else {
    MusterLink link = mi_random_below(random, graph->link_count);
    uint32_t along =
        mi_random_below(random, 8) == 0 ? mi_random_below(random, 2) * 65536 : mi_random_below(random, 65537);
    point = (MusterRoadPoint){MUSTER_NONE, link, along, 0, 0, mi_line_point(graph, link, along)};
  }
  if (mi_random_below(random, 3) == 0) {
    point.access_mm = mi_random_below(random, 50000);
    point.access_ms = point.access_mm * 10 / 14;
  }
  return point;
}

/* ---- roads taken away ---- */

static uint32_t weight_without(const mi_graph *graph, MusterArc arc, const uint8_t *closed) {
  return arc == MUSTER_NONE || closed[arc] ? MUSTER_UNREACHABLE_MS : graph->weight_ms[arc];
}

static void copy_link(mi_draft *draft, const mi_graph *graph, MusterLink link, const uint32_t *new_node,
                      const uint8_t *closed) {
  uint32_t first = graph->link_first_shape[link], end = graph->link_first_shape[link + 1];
  mi_draft_link copy = {
      .tail = new_node[graph->link_tail[link]],
      .head = new_node[graph->link_head[link]],
      .forward_ms[MUSTER_MODE_FOOT] = weight_without(graph, graph->link_forward[link], closed),
      .backward_ms[MUSTER_MODE_FOOT] = weight_without(graph, graph->link_backward[link], closed),
      .length_mm = graph->link_length_mm[link],
      .name = mi_draft_name(draft, graph->names + graph->link_name[link]),
      .first_shape = draft->shape_count,
      .road_class = graph->link_class[link],
      .way = graph->link_way[link],
  };
  if (!mi_draft_open_modes(draft, copy.forward_ms) && !mi_draft_open_modes(draft, copy.backward_ms)) return;
  for (uint32_t at = first; at < end; at++) draft->shape[draft->shape_count++] = graph->shape[at];
  draft->links[draft->link_count++] = copy;
}

MusterNetwork *network_without(const MusterNetwork *network, const uint8_t *closed) {
  const mi_graph *graph = mi_network_graph(network);
  g_auto(mi_draft) draft;
  mi_draft_init(&draft);
  draft.has_positions = true;
  draft.modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  draft.node_count = graph->node_count;
  draft.node_id = g_new(int64_t, graph->node_count);
  draft.node_position = g_new(MusterPosition, graph->node_count);
  draft.links = g_new0(mi_draft_link, graph->link_count + 1);
  draft.shape = g_new(MusterPosition, graph->shape_count + 1);
  g_autofree uint32_t *new_node = g_new(uint32_t, graph->node_count + 1);
  for (uint32_t i = 0; i < graph->node_count; i++) {
    MusterNode node = graph->nodes_by_id[i];
    new_node[node] = i;
    draft.node_id[i] = graph->node_id[node];
    draft.node_position[i] = graph->node_position[node];
  }
  for (MusterLink link = 0; link < graph->link_count; link++) copy_link(&draft, graph, link, new_node, closed);
  GError *error = NULL;
  MusterNetwork *without = mi_network_seal(&draft, &error);
  g_assert_no_error(error);
  return without;
}

bool point_elsewhere(const MusterNetwork *network, const MusterRoadPoint *point, const MusterNetwork *other,
                     MusterRoadPoint *out) {
  const mi_graph *graph = mi_network_graph(network), *there = mi_network_graph(other);
  MusterNode node = mi_point_node(graph, point);
  *out = *point;
  out->link = MUSTER_NONE;
  out->node = node == MUSTER_NONE ? MUSTER_NONE : muster_network_find_node(other, graph->node_id[node]);
  if (node != MUSTER_NONE) return true;
  for (MusterLink link = 0; link < there->link_count; link++)
    if (there->link_way[link] == graph->link_way[point->link]) out->link = link;
  return out->link != MUSTER_NONE;
}

/* ---- slow answers ---- */

enum { FAR = UINT32_MAX };

typedef struct table {
  size_t size;
  uint64_t *time; /* size × size */
} table;

static void shorten(table *t, size_t from, size_t to, uint64_t time) {
  uint64_t *cell = &t->time[from * t->size + to];
  if (time < *cell) *cell = time;
}

/* Share of a link's time before the point. */
static uint64_t before_point(uint32_t weight, uint32_t along) { return (uint64_t)weight * along / 65536; }

static uint32_t link_weight(const mi_graph *graph, MusterArc arc) {
  return arc == MUSTER_NONE ? FAR : graph->weight_ms[arc];
}

/* The point's place on the road is a vertex of its own, with the pieces of the link as arcs. */
static void join_road(table *t, const mi_graph *graph, const MusterRoadPoint *points, size_t count, size_t i) {
  const MusterRoadPoint *point = &points[i];
  size_t vertex = graph->node_count + i;
  if (point->node != MUSTER_NONE) {
    shorten(t, vertex, point->node, 0);
    shorten(t, point->node, vertex, 0);
    return;
  }
  size_t tail = graph->link_tail[point->link], head = graph->link_head[point->link];
  if (point->along_q16 == 0 || point->along_q16 == 65536) {
    shorten(t, vertex, point->along_q16 ? head : tail, 0);
    shorten(t, point->along_q16 ? head : tail, vertex, 0);
    return;
  }
  uint32_t forward = link_weight(graph, graph->link_forward[point->link]);
  uint32_t backward = link_weight(graph, graph->link_backward[point->link]);
  if (forward != FAR) {
    shorten(t, tail, vertex, before_point(forward, point->along_q16));
    shorten(t, vertex, head, forward - before_point(forward, point->along_q16));
  }
  if (backward != FAR) {
    shorten(t, vertex, tail, before_point(backward, point->along_q16));
    shorten(t, head, vertex, backward - before_point(backward, point->along_q16));
  }
  for (size_t j = 0; j < count; j++) {
    const MusterRoadPoint *other = &points[j];
    if (other->node != MUSTER_NONE || other->link != point->link) continue;
    if (other->along_q16 >= point->along_q16 && forward != FAR)
      shorten(t, vertex, graph->node_count + j,
              before_point(forward, other->along_q16) - before_point(forward, point->along_q16));
    if (other->along_q16 <= point->along_q16 && backward != FAR)
      shorten(t, vertex, graph->node_count + j,
              before_point(backward, point->along_q16) - before_point(backward, other->along_q16));
    if (other->along_q16 == point->along_q16) shorten(t, vertex, graph->node_count + j, 0);
  }
}

uint32_t *slow_times(const MusterNetwork *network, const MusterRoadPoint *points, size_t count) {
  const mi_graph *graph = mi_network_graph(network);
  table t = {graph->node_count + count, NULL};
  t.time = g_new(uint64_t, t.size * t.size);
  for (size_t i = 0; i < t.size * t.size; i++) t.time[i] = i % (t.size + 1) == 0 ? 0 : UINT64_MAX / 4;
  for (MusterLink link = 0; link < graph->link_count; link++) {
    uint32_t forward = link_weight(graph, graph->link_forward[link]);
    uint32_t backward = link_weight(graph, graph->link_backward[link]);
    if (forward != FAR) shorten(&t, graph->link_tail[link], graph->link_head[link], forward);
    if (backward != FAR) shorten(&t, graph->link_head[link], graph->link_tail[link], backward);
  }
  for (size_t i = 0; i < count; i++) join_road(&t, graph, points, count, i);
  for (size_t via = 0; via < t.size; via++)
    for (size_t i = 0; i < t.size; i++)
      for (size_t j = 0; j < t.size; j++) shorten(&t, i, j, t.time[i * t.size + via] + t.time[via * t.size + j]);
  uint32_t *times = g_new(uint32_t, count * count);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      uint64_t road = t.time[(graph->node_count + i) * t.size + graph->node_count + j];
      uint64_t all = road + points[i].access_ms + points[j].access_ms;
      times[i * count + j] = all < MUSTER_UNREACHABLE_MS ? (uint32_t)all : MUSTER_UNREACHABLE_MS;
    }
  g_free(t.time);
  return times;
}

void for_each_loop_network(uint32_t rounds, void (*check)(mi_random *random, MusterNetwork *network)) {
  static const network_options loops = {3, 9, 2000, 5, 40, 60, MUSTER_MODE_FOOT};
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < rounds; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterNetwork) network = random_network(&random, &loops);
    check(&random, network);
  }
}

void for_each_random_network(uint32_t rounds, void (*check)(mi_random *random, MusterNetwork *network)) {
  static const network_options kinds[] = {
      {1, 0, 1, 0, 0, 0, MUSTER_MODE_FOOT},
      {2, 1, 10, 0, 100, 0, MUSTER_MODE_FOOT},
      {20, 40, 5, 30, 30, 20, MUSTER_MODE_FOOT},
      {40, 60, 100000, 5, 40, 50, MUSTER_MODE_FOOT},
      {30, 20, 1000, 0, 0, 0, MUSTER_MODE_FOOT},
      {25, 70, 0, 0, 20, 0, MUSTER_MODE_FOOT},
      {60, 130, 30, 10, 10, 5, MUSTER_MODE_FOOT},
      {12, 40, UINT32_MAX / 3, 5, 30, 50, MUSTER_MODE_FOOT},
      {10, 30, UINT32_MAX - 2, 20, 30, 50, MUSTER_MODE_FOOT},
  };
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < rounds; round++)
    for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
      mi_random random;
      mi_random_init(&random, seed, round * G_N_ELEMENTS(kinds) + kind);
      g_autoptr(MusterNetwork) network = random_network(&random, &kinds[kind]);
      check(&random, network);
    }
}
