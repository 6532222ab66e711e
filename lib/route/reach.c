/* What lies within a deadline: the nodes a bounded search settles, and the stretches of road travelled on the way. */
#include "route/search.h"

#include <stdlib.h>

static int compare_reached(const void *a, const void *b) {
  const MusterReached *x = a, *y = b;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

/* Settled in ascending time; a zero-weight arc may settle a lower node after a higher one of the same time. */
static void order_equal_times(MusterReached *reached, size_t count) {
  for (size_t first = 0, end; first < count; first = end) {
    end = first + 1;
    bool ordered = true;
    for (; end < count && reached[end].time_ms == reached[first].time_ms; end++)
      ordered &= reached[end - 1].node < reached[end].node;
    if (!ordered) qsort(reached + first, end - first, sizeof *reached, compare_reached);
  }
}

static bool are_valid(const mi_graph *graph, const MusterRoadPoint *places, size_t place_count) {
  for (size_t i = 0; i < place_count; i++)
    if (!mi_point_is_valid(graph, &places[i])) return false;
  return true;
}

static void offer_ends(MusterSearch *search, const MusterRoadPoint *place, MusterDirection direction,
                       uint32_t bound_ms) {
  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(search->metric, place, ends);
  for (unsigned i = 0; i < end_count; i++)
    mi_search_offer(search, &search->heap, ends[i].node,
                    direction == MUSTER_FROM_PLACE ? ends[i].out_ms : ends[i].in_ms, bound_ms);
}

MusterReached *mi_search_settle(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                uint32_t limit_ms, MusterDirection direction, size_t *count) {
  *count = 0;
  g_return_val_if_fail(are_valid(search->graph, places, place_count), NULL);
  uint32_t bound_ms = mi_search_bound(limit_ms);
  mi_arcs arcs = mi_search_arcs(search, direction);

  mi_search_begin(search);
  for (size_t i = 0; i < place_count; i++) offer_ends(search, &places[i], direction, bound_ms);
  MusterReached *reached = mi_buffer_reserve(&search->reached, 256, sizeof *reached);
  size_t found = 0;
  while (search->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&search->heap);
    uint32_t time_ms = mi_heap4_key_time(key);
    MusterNode node = mi_heap4_key_id(key);
    if (search->labels[node].time_ms != time_ms) continue;
    reached = mi_buffer_reserve(&search->reached, found + 1, sizeof *reached);
    reached[found++] = (MusterReached){node, time_ms};
    mi_search_expand(search, &search->heap, &arcs, node, time_ms, bound_ms);
  }
  *count = found;
  return reached;
}

/* A junction is reached where one comes in to it, and reaches others from where one sets out. */
static size_t keep_places(const mi_graph *graph, MusterReached *reached, size_t count, MusterDirection direction) {
  if (!graph->turn_node_count) return count;
  const MusterNode *place_of = direction == MUSTER_FROM_PLACE ? graph->node_arrive : graph->node_depart;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (place_of[reached[i].node] == reached[i].node)
      reached[kept++] = (MusterReached){graph->node_arrive[reached[i].node], reached[i].time_ms};
  return kept;
}

const MusterReached *muster_search_reach(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                         uint32_t limit_ms, MusterDirection direction, size_t *count) {
  size_t settled;
  MusterReached *reached = mi_search_settle(search, places, place_count, limit_ms, direction, &settled);
  *count = reached ? keep_places(search->graph, reached, settled, direction) : 0;
  order_equal_times(reached, *count);
  return reached;
}
