/* A way with its nodes, arcs, length, line and streets: the point-to-point search once more, with parents.
 *
 * The line runs along the links' shapes; the first and last link are cut where the points lie on them, by their share
 * of the link's length, as muster_network_snap measures it.
 */
#include "route/search.h"

#include <string.h>

/* How the best way comes in: through this end of the target, or along the link itself (end NULL). */
typedef struct arrival {
  uint32_t time_ms;
  const mi_end *end;
} arrival;

static void offer_with_parent(MusterSearch *search, MusterNode node, uint64_t time_ms, MusterArc parent,
                              uint32_t bound_ms) {
  if (mi_search_offer(search, &search->heap, node, time_ms, bound_ms)) search->parent[node] = parent;
}

static arrival search_with_parents(MusterSearch *search, const mi_end *sources, unsigned source_count,
                                   const mi_end *targets, unsigned target_count, uint32_t direct_ms) {
  const mi_graph *graph = search->graph;
  if (!search->parent) search->parent = g_new(MusterArc, graph->node_count);
  arrival best = {direct_ms, NULL};
  mi_search_begin(search);
  for (unsigned i = 0; i < source_count; i++)
    offer_with_parent(search, sources[i].node, sources[i].out_ms, MUSTER_NONE, mi_search_bound(best.time_ms));
  while (search->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&search->heap);
    uint32_t time_ms = mi_heap4_key_time(key);
    MusterNode node = mi_heap4_key_id(key);
    if (time_ms >= best.time_ms) break;
    if (search->labels[node].time_ms != time_ms) continue;
    for (unsigned i = 0; i < target_count; i++) {
      uint32_t through_ms = mi_time_add(time_ms, targets[i].in_ms);
      if (node == targets[i].node && through_ms < best.time_ms) best = (arrival){through_ms, &targets[i]};
    }
    for (MusterArc arc = graph->first_out[node]; arc < graph->first_out[node + 1]; arc++)
      offer_with_parent(search, graph->head[arc], (uint64_t)time_ms + search->metric->weight_ms[arc], arc,
                        mi_search_bound(best.time_ms));
  }
  return best;
}

/* Nodes and arcs from the source's end to `last`, in order of travel, each junction as one node and without its
 * connectors. Returns the node where the source's end is. */
static MusterNode collect_arcs(MusterSearch *search, MusterNode last, MusterPath *out) {
  const mi_graph *graph = search->graph;
  size_t arc_count = 0;
  MusterNode node = last;
  for (MusterArc arc; (arc = search->parent[node]) != MUSTER_NONE; node = graph->tail[arc])
    arc_count += graph->arc_link[arc] != MUSTER_NONE;
  MusterArc *arcs = mi_buffer_reserve(&search->arcs, arc_count + 1, sizeof *arcs);
  MusterNode *nodes = mi_buffer_reserve(&search->nodes, arc_count + 1, sizeof *nodes);
  size_t at = arc_count;
  node = last;
  for (MusterArc arc; (arc = search->parent[node]) != MUSTER_NONE; node = graph->tail[arc]) {
    if (graph->arc_link[arc] == MUSTER_NONE) continue;
    nodes[at] = mi_graph_arrive(graph, node);
    arcs[--at] = arc;
  }
  nodes[0] = mi_graph_arrive(graph, node);
  out->nodes = nodes;
  out->arcs = arcs;
  out->node_count = arc_count + 1;
  return node;
}

/* A piece of a link as it is travelled: from_q16 > to_q16 against the link's own direction. */
typedef struct piece {
  MusterLink link;
  uint32_t from_q16, to_q16;
  uint32_t time_ms;
} piece;

enum { WHOLE_Q16 = 65536 };

static uint32_t piece_length_mm(const mi_graph *graph, const piece *part) {
  uint32_t a = mi_weight_to_point(graph->link_length_mm[part->link], part->from_q16);
  uint32_t b = mi_weight_to_point(graph->link_length_mm[part->link], part->to_q16);
  return a < b ? b - a : a - b;
}

/* Pieces of one street follow one another: one entry. */
static void add_street(MusterSearch *search, const piece *part, uint32_t length_mm, size_t shape_first,
                       MusterPath *out) {
  const mi_graph *graph = search->graph;
  const char *name = graph->names + graph->link_name[part->link];
  MusterStreet *streets = mi_buffer_reserve(&search->streets, out->street_count + 1, sizeof *streets);
  out->streets = streets;
  MusterStreet *last = out->street_count ? &streets[out->street_count - 1] : NULL;
  if (!last || strcmp(last->name, name) != 0) {
    last = &streets[out->street_count++];
    *last = (MusterStreet){.name = name, .first_shape = shape_first};
  }
  last->length_mm += length_mm;
  last->time_ms += part->time_ms;
}

static void add_piece(MusterSearch *search, const piece *part, MusterPath *out) {
  uint32_t length_mm = piece_length_mm(search->graph, part);
  out->length_mm += length_mm;
  add_street(search, part, length_mm, search->shape.count ? search->shape.count - 1 : 0, out);
  if (search->has_positions)
    mi_line_add_corners(&search->shape, search->graph, part->link, part->from_q16, part->to_q16);
}

static piece arc_piece(const mi_graph *graph, MusterArc arc) {
  MusterLink link = graph->arc_link[arc];
  bool ahead = graph->link_forward[link] == arc;
  return (piece){link, ahead ? 0 : WHOLE_Q16, ahead ? WHOLE_Q16 : 0, graph->weight_ms[arc]};
}

static void add_node(MusterSearch *search, MusterNode node) {
  if (search->has_positions) mi_line_add(&search->shape, search->graph->node_position[node]);
}

/* From the source's place to the first node; nothing if it stands on one. */
static void add_departure(MusterSearch *search, const MusterRoadPoint *from, const mi_end *sources,
                          unsigned source_count, MusterNode first, MusterPath *out) {
  uint32_t time_ms = search->labels[first].time_ms;
  for (unsigned i = 0; i < source_count; i++) {
    if (sources[i].node != first || sources[i].out_ms != time_ms) continue;
    piece part = {from->link, from->along_q16, sources[i].along_q16, time_ms - from->access_ms};
    if (part.to_q16 != MUSTER_NONE) add_piece(search, &part, out);
    break;
  }
  add_node(search, first);
}

static void add_arrival(MusterSearch *search, const MusterRoadPoint *to, const mi_end *end, MusterPath *out) {
  if (end->along_q16 == MUSTER_NONE) return;
  piece part = {to->link, end->along_q16, to->along_q16, end->in_ms - to->access_ms};
  add_piece(search, &part, out);
}

/* The target's position ends the line even where all of it is one position. */
static void close_shape(MusterSearch *search, MusterPosition position, MusterPath *out) {
  mi_line_add(&search->shape, position);
  if (search->shape.count == 1) {
    MusterPosition *shape = mi_buffer_reserve(&search->shape.buffer, 2, sizeof *shape);
    shape[1] = shape[0];
    search->shape.count = 2;
  }
  out->shape = mi_line_positions(&search->shape);
  out->shape_count = search->shape.count;
}

void muster_search_path(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to, MusterPath *out) {
  *out = (MusterPath){.time_ms = MUSTER_UNREACHABLE_MS};
  const mi_graph *graph = search->graph;
  g_return_if_fail(mi_point_is_valid(graph, from) && mi_point_is_valid(graph, to));
  mi_end sources[MI_ENDS_MAX], targets[MI_ENDS_MAX];
  unsigned source_count = mi_point_ends(search->metric, from, sources),
           target_count = mi_point_ends(search->metric, to, targets);
  arrival best = search_with_parents(search, sources, source_count, targets, target_count,
                                     mi_point_direct_ms(search->metric, from, to));
  if (best.time_ms == MUSTER_UNREACHABLE_MS) return;

  out->time_ms = best.time_ms;
  out->length_mm = (uint64_t)from->access_mm + to->access_mm;
  search->shape.count = 0;
  if (search->has_positions) mi_line_add(&search->shape, from->position);
  if (best.end) {
    MusterNode first = collect_arcs(search, best.end->node, out);
    add_departure(search, from, sources, source_count, first, out);
    for (size_t i = 0; i + 1 < out->node_count; i++) {
      piece part = arc_piece(graph, out->arcs[i]);
      add_piece(search, &part, out);
      add_node(search, out->nodes[i + 1]);
    }
    add_arrival(search, to, best.end, out);
  } else {
    piece part = {from->link, from->along_q16, to->along_q16, best.time_ms - from->access_ms - to->access_ms};
    add_piece(search, &part, out);
  }
  if (search->has_positions) close_shape(search, to->position, out);
}
