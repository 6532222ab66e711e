/* The query object and the point-to-point search.
 *
 * Dijkstra (Numerische Mathematik 1, 1959) with early stop: the search ends when the least time in the heap is not
 * below the best way found into the target. See search.h for labels and heap.
 */
#include "route/search.h"

#include <string.h>

MusterSearch *muster_search_new(MusterNetwork *network) {
  MusterSearch *search = g_new0(MusterSearch, 1);
  search->network = muster_network_ref(network);
  search->graph = mi_network_graph(network);
  search->labels = g_new(mi_label, search->graph->node_count);
  /* Written, not only zeroed, so that the pages are there before the first query. */
  for (uint32_t i = 0; i < search->graph->node_count; i++) search->labels[i] = (mi_label){0, MUSTER_UNREACHABLE_MS};
  mi_heap4_init(&search->heap);
  mi_search_use(search, muster_network_metric(network));
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  search->has_positions = info.has_positions;
  return search;
}

void muster_search_free(MusterSearch *search) {
  if (!search) return;
  g_free(search->labels);
  mi_heap4_clear(&search->heap);
  mi_heap4_clear(&search->offers);
  mi_climb_clear(&search->up);
  mi_sweep_clear(&search->sweep);
  mi_climb_clear(&search->down);
  g_free(search->parent);
  g_free(search->met);
  muster_fleet_free(search->targets);
  mi_buffer *buffers[] = {&search->shape.buffer, &search->hits,         &search->reached,      &search->nodes,
                          &search->arcs,         &search->streets,      &search->stretches,    &search->via,
                          &search->passages,     &search->stack,        &search->matrix_nodes, &search->matrix_first,
                          &search->matrix_above, &search->matrix_times, &search->matrix_rows};
  for (size_t i = 0; i < G_N_ELEMENTS(buffers); i++) mi_buffer_clear(buffers[i]);
  mi_buffer_clear(&search->closed);
  muster_metric_unref(search->metric);
  muster_metric_unref(search->shared);
  muster_network_unref(search->network);
  g_free(search);
}

static void ask_on(MusterSearch *search, MusterMetric *metric) {
  muster_metric_unref(search->metric);
  search->metric = metric;
  if (search->targets) muster_fleet_set_metric(search->targets, metric); /* lets go of the one before */
  if (!metric->hierarchy) return;
  mi_climb_reserve(&search->up, metric->hierarchy);
  mi_climb_reserve(&search->down, metric->hierarchy);
}

static void apply_closures(MusterSearch *search) {
  ask_on(search, search->closed_count ? muster_metric_close(search->shared, search->closed.data, search->closed_count)
                                      : muster_metric_ref(search->shared));
}

void mi_search_use(MusterSearch *search, MusterMetric *metric) {
  muster_metric_unref(search->shared);
  search->shared = metric;
  apply_closures(search);
}

void muster_search_close(MusterSearch *search, const MusterArc *arcs, size_t count) {
  for (size_t i = 0; i < count; i++) g_return_if_fail(arcs[i] < search->graph->arc_count);
  if (count == 0 && search->closed_count == 0) return;
  MusterArc *closed = mi_buffer_reserve(&search->closed, count, sizeof *closed);
  if (count) memcpy(closed, arcs, count * sizeof *closed);
  search->closed_count = count;
  apply_closures(search);
}

void muster_search_set_metric(MusterSearch *search, MusterMetric *metric) {
  g_return_if_fail(metric->network == search->network);
  if (metric != search->shared) mi_search_use(search, muster_metric_ref(metric));
}

void mi_search_begin(MusterSearch *search) {
  search->heap.count = 0;
  search->query++;
  if (search->query != 0) return;
  /* After 2³² queries old stamps would count again. */
  memset(search->labels, 0, search->graph->node_count * sizeof *search->labels);
  search->query = 1;
}

uint32_t mi_search_dijkstra_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                   uint32_t limit_ms) {
  mi_end sources[MI_ENDS_MAX], targets[MI_ENDS_MAX];
  unsigned source_count = mi_point_ends(search->metric, from, sources);
  unsigned target_count = mi_point_ends(search->metric, to, targets);
  uint32_t best_ms = mi_point_direct_ms(search->metric, from, to);
  uint32_t bound_ms = MIN(mi_search_bound(limit_ms), best_ms);
  mi_arcs arcs = mi_search_arcs(search, MUSTER_FROM_PLACE);

  mi_search_begin(search);
  for (unsigned i = 0; i < source_count; i++)
    mi_search_offer(search, &search->heap, sources[i].node, sources[i].out_ms, bound_ms);
  while (search->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&search->heap);
    uint32_t time_ms = mi_heap4_key_time(key);
    MusterNode node = mi_heap4_key_id(key);
    if (time_ms >= best_ms) break;
    if (search->labels[node].time_ms != time_ms) continue;
    for (unsigned i = 0; i < target_count; i++)
      if (node == targets[i].node) best_ms = MIN(best_ms, mi_time_add(time_ms, targets[i].in_ms));
    bound_ms = MIN(bound_ms, best_ms);
    mi_search_expand(search, &search->heap, &arcs, node, time_ms, bound_ms);
  }
  return best_ms <= mi_search_bound(limit_ms) ? best_ms : MUSTER_UNREACHABLE_MS;
}

uint32_t mi_search_time_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                               uint32_t limit_ms) {
  return (search->metric->hierarchy ? mi_search_climb_within : mi_search_dijkstra_within)(search, from, to, limit_ms);
}

uint32_t muster_search_time_ms(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to) {
  g_return_val_if_fail(mi_point_is_valid(search->graph, from) && mi_point_is_valid(search->graph, to),
                       MUSTER_UNREACHABLE_MS);
  return mi_search_time_within(search, from, to, MUSTER_UNREACHABLE_MS);
}
