/* How a place touches the graph; see point.h. */
#include "route/point.h"

enum { LINK_END_Q16 = 65536 };

bool mi_point_is_valid(const mi_graph *graph, const MusterRoadPoint *point) {
  if (point->node != MUSTER_NONE) return point->node < graph->node_count;
  return point->link < graph->link_count && point->along_q16 <= LINK_END_Q16;
}

MusterNode mi_point_node(const mi_graph *graph, const MusterRoadPoint *point) {
  if (point->node != MUSTER_NONE) return point->node;
  if (point->along_q16 == 0) return graph->link_tail[point->link];
  if (point->along_q16 == LINK_END_Q16) return graph->link_head[point->link];
  return MUSTER_NONE;
}

/* Adds the two ways between a place and one end of its link, as one where both use the same node. MUSTER_NONE: there is
 * no way out, or in. */
static unsigned add_side(mi_end *ends, unsigned count, uint32_t along_q16, MusterNode out, uint32_t out_ms,
                         MusterNode in, uint32_t in_ms) {
  if (out != MUSTER_NONE) ends[count++] = (mi_end){out, out_ms, out == in ? in_ms : MUSTER_UNREACHABLE_MS, along_q16};
  if (in != MUSTER_NONE && in != out) ends[count++] = (mi_end){in, MUSTER_UNREACHABLE_MS, in_ms, along_q16};
  return count;
}

static unsigned ends_on_link(const MusterMetric *metric, const MusterRoadPoint *point, mi_end *ends) {
  const mi_graph *graph = mi_network_graph(metric->network);
  uint32_t walk_ms = point->access_ms;
  MusterArc forward = mi_point_open_arc(metric, graph->link_forward[point->link]);
  MusterArc backward = mi_point_open_arc(metric, graph->link_backward[point->link]);
  mi_end tail = {MUSTER_NONE, 0, 0, 0}, head = {MUSTER_NONE, 0, 0, LINK_END_Q16};
  MusterNode tail_in = MUSTER_NONE, head_in = MUSTER_NONE;
  if (forward != MUSTER_NONE) {
    uint32_t whole_ms = metric->weight_ms[forward];
    uint32_t before_ms = mi_weight_to_point(whole_ms, point->along_q16);
    tail_in = graph->tail[forward];
    tail.in_ms = mi_time_add(walk_ms, before_ms);
    head.node = graph->head[mi_arc_to_leave_by(graph, forward)];
    head.out_ms = mi_time_add(walk_ms, whole_ms - before_ms);
  }
  if (backward != MUSTER_NONE) {
    uint32_t whole_ms = metric->weight_ms[backward];
    uint32_t before_ms = mi_weight_to_point(whole_ms, point->along_q16);
    tail.node = graph->head[mi_arc_to_leave_by(graph, backward)];
    tail.out_ms = mi_time_add(walk_ms, before_ms);
    head_in = graph->tail[backward];
    head.in_ms = mi_time_add(walk_ms, whole_ms - before_ms);
  }
  unsigned count = add_side(ends, 0, tail.along_q16, tail.node, tail.out_ms, tail_in, tail.in_ms);
  return add_side(ends, count, head.along_q16, head.node, head.out_ms, head_in, head.in_ms);
}

unsigned mi_point_ends(const MusterMetric *metric, const MusterRoadPoint *point, mi_end ends[MI_ENDS_MAX]) {
  const mi_graph *graph = mi_network_graph(metric->network);
  MusterNode node = mi_point_node(graph, point);
  if (node == MUSTER_NONE) return ends_on_link(metric, point, ends);
  uint32_t walk_ms = point->access_ms;
  return add_side(ends, 0, MUSTER_NONE, mi_graph_depart(graph, node), walk_ms, mi_graph_arrive(graph, node), walk_ms);
}

uint32_t mi_point_direct_ms(const MusterMetric *metric, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  const mi_graph *graph = mi_network_graph(metric->network);
  if (mi_point_node(graph, from) != MUSTER_NONE || mi_point_node(graph, to) != MUSTER_NONE || from->link != to->link)
    return MUSTER_UNREACHABLE_MS;
  uint32_t walks_ms = mi_time_add(from->access_ms, to->access_ms);
  if (from->along_q16 == to->along_q16) return walks_ms;
  bool ahead = from->along_q16 < to->along_q16;
  MusterArc arc = mi_point_open_arc(metric, ahead ? graph->link_forward[from->link] : graph->link_backward[from->link]);
  if (arc == MUSTER_NONE) return MUSTER_UNREACHABLE_MS;
  uint32_t near_ms = mi_weight_to_point(metric->weight_ms[arc], ahead ? from->along_q16 : to->along_q16);
  uint32_t far_ms = mi_weight_to_point(metric->weight_ms[arc], ahead ? to->along_q16 : from->along_q16);
  return mi_time_add(walks_ms, far_ms - near_ms);
}
