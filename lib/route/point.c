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

unsigned mi_point_ends(const mi_graph *graph, const MusterRoadPoint *point, mi_end ends[2]) {
  uint32_t walk_ms = point->access_ms;
  MusterNode node = mi_point_node(graph, point);
  if (node != MUSTER_NONE) {
    ends[0] = (mi_end){node, walk_ms, walk_ms};
    return 1;
  }
  ends[0] = (mi_end){graph->link_tail[point->link], MUSTER_UNREACHABLE_MS, MUSTER_UNREACHABLE_MS};
  ends[1] = (mi_end){graph->link_head[point->link], MUSTER_UNREACHABLE_MS, MUSTER_UNREACHABLE_MS};
  MusterArc forward = graph->link_forward[point->link], backward = graph->link_backward[point->link];
  if (forward != MUSTER_NONE) {
    uint32_t whole_ms = graph->weight_ms[forward];
    uint32_t tail_ms = mi_weight_to_point(whole_ms, point->along_q16);
    ends[0].in_ms = mi_time_add(walk_ms, tail_ms);
    ends[1].out_ms = mi_time_add(walk_ms, whole_ms - tail_ms);
  }
  if (backward != MUSTER_NONE) {
    uint32_t whole_ms = graph->weight_ms[backward];
    uint32_t tail_ms = mi_weight_to_point(whole_ms, point->along_q16);
    ends[0].out_ms = mi_time_add(walk_ms, tail_ms);
    ends[1].in_ms = mi_time_add(walk_ms, whole_ms - tail_ms);
  }
  return 2;
}

uint32_t mi_point_direct_ms(const mi_graph *graph, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  if (mi_point_node(graph, from) != MUSTER_NONE || mi_point_node(graph, to) != MUSTER_NONE || from->link != to->link)
    return MUSTER_UNREACHABLE_MS;
  uint32_t walks_ms = mi_time_add(from->access_ms, to->access_ms);
  if (from->along_q16 == to->along_q16) return walks_ms;
  bool ahead = from->along_q16 < to->along_q16;
  MusterArc arc = ahead ? graph->link_forward[from->link] : graph->link_backward[from->link];
  if (arc == MUSTER_NONE) return MUSTER_UNREACHABLE_MS;
  uint32_t near_ms = mi_weight_to_point(graph->weight_ms[arc], ahead ? from->along_q16 : to->along_q16);
  uint32_t far_ms = mi_weight_to_point(graph->weight_ms[arc], ahead ? to->along_q16 : from->along_q16);
  return mi_time_add(walks_ms, far_ms - near_ms);
}
