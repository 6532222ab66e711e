/* Metrics: life cycle, closures, and the cell that readers take them from; see metric.h. */
#include "road/metric.h"

#include <pthread.h>
#include <string.h>

#include "base/hash64.h"

static uint64_t next_serial(void) {
  static uint64_t last;
  return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

enum { PAGE_TIMES = 4096 / sizeof(uint32_t) };

/* With room for times of arcs, which the network's own metric does not need. */
static MusterMetric *allocate(MusterNetwork *network, const mi_hierarchy *hierarchy, bool with_weights) {
  const mi_graph *graph = mi_network_graph(network);
  MusterMetric *metric = g_new0(MusterMetric, 1);
  metric->references = 1;
  metric->serial = next_serial();
  metric->network = network;
  metric->hierarchy = hierarchy;
  /* Half a page apart: at the same place of a page, a load of one would wait for a store to the other. */
  size_t count = hierarchy ? hierarchy->chords.chord_count : 0;
  size_t apart = (count / PAGE_TIMES + 1) * PAGE_TIMES + PAGE_TIMES / 2;
  if (with_weights) metric->times = g_atomic_pointer_exchange(&network->home->spare_times, NULL);
  if (!metric->times) metric->times = g_new(uint32_t, 2 * apart + (with_weights ? 2 * (size_t)graph->arc_count : 0));
  metric->up_ms = metric->times;
  metric->down_ms = metric->times + apart;
  if (with_weights) metric->owned_weights = metric->times + 2 * apart;
  return metric;
}

/* One block of times is kept for the next metric: fresh memory costs about as much as what is written into it. */
static void destroy(MusterMetric *metric) {
  bool kept = metric->owned_weights &&
              g_atomic_pointer_compare_and_exchange(&metric->network->home->spare_times, NULL, metric->times);
  if (!kept) g_free(metric->times);
  g_free(metric->changed);
  g_free(metric);
}

/* ---- the network's own ---- */

/* Of all modes over the same roads. Two threads that ask at once both make it, and one throws its copy away. */
static const mi_hierarchy *shared_hierarchy(MusterNetwork *home) {
  const mi_graph *graph = mi_network_graph(home);
  if (!graph->has_hierarchy) return NULL;
  mi_hierarchy *hierarchy = g_atomic_pointer_get(&home->hierarchy);
  if (hierarchy) return hierarchy;
  mi_chords chords = {graph->node_count, graph->chord_count, graph->first_up, graph->up_head};
  hierarchy = mi_hierarchy_new(&chords, graph->first_out, graph->head);
  if (g_atomic_pointer_compare_and_exchange(&home->hierarchy, NULL, hierarchy)) return hierarchy;
  mi_hierarchy_free(hierarchy);
  return g_atomic_pointer_get(&home->hierarchy);
}

static MusterMetric *make_own(MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  MusterMetric *metric = allocate(network, shared_hierarchy(network->home), false);
  metric->is_own = true;
  metric->weight_ms = graph->weight_ms;
  metric->in_weight_ms = graph->in_weight_ms;
  if (metric->hierarchy) mi_metric_customize(metric, 1);
  return metric;
}

void mi_metric_free_own(MusterMetric *metric) {
  if (metric) destroy(metric);
}

/* Likewise: equal bytes, no lock. */
static MusterMetric *own_metric(MusterNetwork *network) {
  MusterMetric *metric = g_atomic_pointer_get(&network->own_metric);
  if (metric) return metric;
  metric = make_own(network);
  if (g_atomic_pointer_compare_and_exchange(&network->own_metric, NULL, metric)) return metric;
  mi_metric_free_own(metric);
  return g_atomic_pointer_get(&network->own_metric);
}

MusterMetric *muster_network_metric(MusterNetwork *network) { return muster_metric_ref(own_metric(network)); }

/* ---- life cycle ---- */

MusterMetric *muster_metric_ref(MusterMetric *metric) {
  if (metric->is_own)
    muster_network_ref(metric->network);
  else
    g_atomic_int_inc(&metric->references);
  return metric;
}

void muster_metric_unref(MusterMetric *metric) {
  if (!metric) return;
  if (metric->is_own) {
    muster_network_unref(metric->network);
    return;
  }
  if (!g_atomic_int_dec_and_test(&metric->references)) return;
  MusterNetwork *network = metric->network;
  muster_metric_unref(metric->open);
  destroy(metric);
  muster_network_unref(network);
}

MusterNetwork *muster_metric_network(const MusterMetric *metric) { return metric->network; }

uint32_t muster_metric_arc_ms(const MusterMetric *metric, MusterArc arc) {
  g_return_val_if_fail(arc < mi_network_graph(metric->network)->arc_count, MUSTER_UNREACHABLE_MS);
  return metric->weight_ms[arc];
}

/* A copy takes as long as its arc if it is open to the mode at all. */
static uint32_t copy_ms(const MusterMetric *metric, MusterArc copy, uint32_t weight_ms) {
  return mi_arc_is_open(mi_network_graph(metric->network), copy) ? weight_ms : MUSTER_UNREACHABLE_MS;
}

/* Fills its own weights with those given. */
static void own_weights(MusterMetric *metric, const uint32_t *weight_ms, const uint32_t *in_weight_ms) {
  const mi_graph *graph = mi_network_graph(metric->network);
  metric->weight_ms = metric->owned_weights;
  metric->in_weight_ms = metric->owned_weights + graph->arc_count;
  memcpy(metric->owned_weights, weight_ms, graph->arc_count * sizeof *weight_ms);
  for (uint32_t i = 0; i < graph->copy_count; i++)
    metric->owned_weights[graph->copy_arc[i]] = copy_ms(metric, graph->copy_arc[i], weight_ms[graph->copied_arc[i]]);
  uint32_t *in = metric->owned_weights + graph->arc_count;
  if (in_weight_ms)
    memcpy(in, in_weight_ms, graph->arc_count * sizeof *in);
  else
    for (uint32_t at = 0; at < graph->arc_count; at++) in[at] = metric->weight_ms[graph->in_arc[at]];
}

MusterMetric *muster_metric_new(MusterNetwork *network, const uint32_t *weight_ms, unsigned threads) {
  g_return_val_if_fail(threads >= 1 && threads <= 64, NULL);
  MusterMetric *metric = allocate(muster_network_ref(network), own_metric(network)->hierarchy, true);
  own_weights(metric, weight_ms, NULL);
  if (metric->hierarchy) mi_metric_customize(metric, threads);
  return metric;
}

void muster_metric_info(const MusterMetric *metric, MusterMetricInfo *out) {
  const mi_graph *graph = mi_network_graph(metric->network);
  uint64_t checksum = mi_hash64(metric->weight_ms, graph->arc_count * sizeof *metric->weight_ms, 0);
  if (metric->hierarchy) {
    size_t bytes = metric->hierarchy->chords.chord_count * sizeof *metric->up_ms;
    checksum = mi_hash64(metric->down_ms, bytes, mi_hash64(metric->up_ms, bytes, checksum));
  }
  *out = (MusterMetricInfo){metric->closed_arc_count, metric->changed_count, checksum};
}

/* ---- closures ---- */

static void set_arc(MusterMetric *metric, MusterArc arc, uint32_t weight_ms) {
  const mi_graph *graph = mi_network_graph(metric->network);
  metric->owned_weights[arc] = weight_ms;
  uint32_t at = graph->first_in[graph->head[arc]];
  while (graph->in_arc[at] != arc) at++;
  metric->owned_weights[graph->arc_count + at] = weight_ms;
}

/* Sets an arc and its copies; appends those that it changed. */
static void set_arc_and_copies(MusterMetric *metric, MusterArc arc, uint32_t weight_ms, GArray *changed) {
  const mi_graph *graph = mi_network_graph(metric->network);
  set_arc(metric, arc, weight_ms);
  g_array_append_val(changed, arc);
  for (uint32_t i = mi_arc_first_copy(graph, arc); i < graph->copy_count && graph->copied_arc[i] == arc; i++) {
    MusterArc copy = graph->copy_arc[i];
    if (!mi_arc_is_open(graph, copy)) continue;
    set_arc(metric, copy, weight_ms);
    g_array_append_val(changed, copy);
  }
}

/* A copy with the arcs set, and the hierarchy brought up to date. */
static MusterMetric *derive(MusterMetric *from, const MusterArc *arcs, size_t count, bool closed) {
  const mi_graph *graph = mi_network_graph(from->network);
  for (size_t i = 0; i < count; i++) g_return_val_if_fail(arcs[i] < graph->arc_count, NULL);
  MusterMetric *open = from->open ? from->open : from;
  MusterMetric *metric = allocate(muster_network_ref(from->network), from->hierarchy, true);
  metric->parent = from->serial;
  metric->open = muster_metric_ref(open);
  metric->closed_arc_count = from->closed_arc_count;
  own_weights(metric, from->weight_ms, from->in_weight_ms);
  g_autoptr(GArray) changed = g_array_sized_new(FALSE, FALSE, sizeof(MusterArc), (guint)count);
  for (size_t i = 0; i < count; i++) {
    MusterArc arc = mi_arc_copied(graph, arcs[i]);
    uint32_t weight_ms = closed ? MUSTER_UNREACHABLE_MS : open->weight_ms[arc];
    if (metric->weight_ms[arc] == weight_ms) continue;
    set_arc_and_copies(metric, arc, weight_ms, changed);
    metric->closed_arc_count += closed ? 1 : UINT32_MAX;
  }
  if (!metric->hierarchy) return metric;
  size_t bytes = metric->hierarchy->chords.chord_count * sizeof *metric->up_ms;
  memcpy(metric->up_ms, from->up_ms, bytes);
  memcpy(metric->down_ms, from->down_ms, bytes);
  mi_metric_update(metric, from, &g_array_index(changed, MusterArc, 0), changed->len);
  return metric;
}

MusterMetric *muster_metric_close(MusterMetric *metric, const MusterArc *arcs, size_t count) {
  return derive(metric, arcs, count, true);
}

MusterMetric *muster_metric_reopen(MusterMetric *metric, const MusterArc *arcs, size_t count) {
  return derive(metric, arcs, count, false);
}

/* ---- the cell ---- */

struct MusterMetricCell {
  pthread_mutex_t lock; /* held for a pointer and a count */
  MusterMetric *metric;
};

MusterMetricCell *muster_metric_cell_new(MusterMetric *metric) {
  MusterMetricCell *cell = g_new(MusterMetricCell, 1);
  pthread_mutex_init(&cell->lock, NULL);
  cell->metric = muster_metric_ref(metric);
  return cell;
}

void muster_metric_cell_free(MusterMetricCell *cell) {
  if (!cell) return;
  muster_metric_unref(cell->metric);
  pthread_mutex_destroy(&cell->lock);
  g_free(cell);
}

void muster_metric_cell_publish(MusterMetricCell *cell, MusterMetric *metric) {
  muster_metric_ref(metric);
  pthread_mutex_lock(&cell->lock);
  MusterMetric *before = cell->metric;
  cell->metric = metric;
  pthread_mutex_unlock(&cell->lock);
  muster_metric_unref(before);
}

MusterMetric *muster_metric_cell_take(MusterMetricCell *cell) {
  pthread_mutex_lock(&cell->lock);
  MusterMetric *metric = muster_metric_ref(cell->metric);
  pthread_mutex_unlock(&cell->lock);
  return metric;
}
