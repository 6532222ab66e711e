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

const MusterReached *muster_search_reach(MusterSearch *search, const MusterRoadPoint *place, uint32_t limit_ms,
                                         MusterDirection direction, size_t *count) {
  *count = 0;
  g_return_val_if_fail(mi_point_is_valid(search->graph, place), NULL);
  uint32_t bound_ms = mi_search_bound(limit_ms);
  mi_arcs arcs = mi_search_arcs(search, direction);
  mi_end ends[2];
  unsigned end_count = mi_point_ends(search->graph, place, ends);

  mi_search_begin(search);
  for (unsigned i = 0; i < end_count; i++)
    mi_search_offer(search, &search->heap, ends[i].node,
                    direction == MUSTER_FROM_PLACE ? ends[i].out_ms : ends[i].in_ms, bound_ms);
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
  order_equal_times(reached, found);
  *count = found;
  return reached;
}
