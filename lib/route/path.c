/* A way with its nodes, arcs, length, line and streets, drawn from the arcs of trace.h.
 *
 * The line runs along the links' shapes; the first and last link are cut where the points lie on them, by their share
 * of the link's length, as muster_network_snap measures it.
 */
#include <string.h>

#include "route/trace.h"

/* Nodes and arcs in order of travel, each junction as one node and without its connectors. */
static void list_arcs(MusterSearch *search, const mi_trace *trace, MusterPath *out) {
  const mi_graph *graph = search->graph;
  MusterArc *arcs = mi_buffer_reserve(&search->arcs, trace->arc_count + 1, sizeof *arcs);
  MusterNode *nodes = mi_buffer_reserve(&search->nodes, trace->arc_count + 1, sizeof *nodes);
  size_t count = 0;
  nodes[0] = mi_graph_arrive(graph, trace->first);
  for (size_t i = 0; i < trace->arc_count; i++) {
    if (graph->arc_link[arcs[i]] == MUSTER_NONE) continue;
    arcs[count] = mi_arc_copied(graph, arcs[i]);
    nodes[++count] = mi_graph_arrive(graph, graph->head[arcs[i]]);
  }
  out->nodes = nodes;
  out->arcs = arcs;
  out->node_count = count + 1;
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

static piece arc_piece(const MusterSearch *search, MusterArc arc) {
  const mi_graph *graph = search->graph;
  MusterLink link = graph->arc_link[arc];
  bool ahead = graph->link_forward[link] == arc;
  return (piece){link, ahead ? 0 : WHOLE_Q16, ahead ? WHOLE_Q16 : 0, search->metric->weight_ms[arc]};
}

static void add_node(MusterSearch *search, MusterNode node) {
  if (search->has_positions) mi_line_add(&search->shape, search->graph->node_position[node]);
}

/* From the source's place to the first node; nothing if it stands on one. */
static void add_departure(MusterSearch *search, const MusterRoadPoint *from, const mi_trace *trace, MusterPath *out) {
  piece part = {from->link, from->along_q16, trace->start->along_q16, trace->start->out_ms - from->access_ms};
  if (part.to_q16 != MUSTER_NONE) add_piece(search, &part, out);
  add_node(search, trace->first);
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
  unsigned source_count = mi_point_ends(search->metric, from, sources);
  unsigned target_count = mi_point_ends(search->metric, to, targets);
  mi_trace best =
      mi_trace_find(search, sources, source_count, targets, target_count, mi_point_direct_ms(search->metric, from, to));
  if (best.time_ms == MUSTER_UNREACHABLE_MS) return;

  out->time_ms = best.time_ms;
  out->length_mm = (uint64_t)from->access_mm + to->access_mm;
  search->shape.count = 0;
  if (search->has_positions) mi_line_add(&search->shape, from->position);
  if (best.end) {
    list_arcs(search, &best, out);
    add_departure(search, from, &best, out);
    for (size_t i = 0; i + 1 < out->node_count; i++) {
      piece part = arc_piece(search, out->arcs[i]);
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
