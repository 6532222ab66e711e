/* Metrics: a valid hierarchy on every network, customized alike by any number of threads, brought up to date to the
 * same bytes as made afresh. */
#include "road/metric.h"
#include "route/networks.h"
#include "support/support.h"

static uint32_t *copy_weights(const MusterMetric *metric) {
  const mi_graph *graph = mi_network_graph(metric->network);
  return g_memdup2(metric->weight_ms, (graph->arc_count + 1) * sizeof(uint32_t));
}

static void assert_equal(const MusterMetric *a, const MusterMetric *b) {
  const mi_graph *graph = mi_network_graph(a->network);
  size_t chord_bytes = (a->hierarchy ? a->hierarchy->chords.chord_count : 0) * sizeof(uint32_t);
  g_assert_cmpmem(a->weight_ms, graph->arc_count * 4, b->weight_ms, graph->arc_count * 4);
  g_assert_cmpmem(a->in_weight_ms, graph->arc_count * 4, b->in_weight_ms, graph->arc_count * 4);
  g_assert_cmpmem(a->up_ms, chord_bytes, b->up_ms, chord_bytes);
  g_assert_cmpmem(a->down_ms, chord_bytes, b->down_ms, chord_bytes);
}

static void check_valid(mi_random *random, MusterNetwork *network) {
  (void)random;
  const mi_graph *graph = mi_network_graph(network);
  g_assert_true(graph->has_hierarchy);
  mi_chords chords = {graph->node_count, graph->chord_count, graph->first_up, graph->up_head};
  uint32_t node;
  g_assert_cmpstr(mi_chords_find_fault(&chords, graph->first_out, graph->head, &node), ==, NULL);
}

static void test_valid(void) { for_each_random_network(20, check_valid); }

/* Every time of a chord by its definition: the least of its roads and of the ways over any lower third node. */
static void check_customized(mi_random *random, MusterNetwork *network) {
  (void)random;
  g_autoptr(MusterMetric) metric = muster_network_metric(network);
  const mi_chords *c = &metric->hierarchy->chords;
  for (uint32_t v = 0; v < c->node_count; v++)
    for (uint32_t i = c->first_up[v]; i < c->first_up[v + 1]; i++) {
      uint32_t up_ms, down_ms;
      mi_metric_chord_roads(metric, v, c->head[i], &up_ms, &down_ms);
      for (uint32_t u = 0; u < v; u++) {
        uint32_t low = mi_chord_between(c, u, v), high = mi_chord_between(c, u, c->head[i]);
        if (low == MUSTER_NONE || high == MUSTER_NONE) continue;
        up_ms = MIN(up_ms, mi_chord_add(metric->down_ms[low], metric->up_ms[high]));
        down_ms = MIN(down_ms, mi_chord_add(metric->down_ms[high], metric->up_ms[low]));
      }
      g_assert_cmpuint(metric->up_ms[i], ==, up_ms);
      g_assert_cmpuint(metric->down_ms[i], ==, down_ms);
    }
}

static void test_customized(void) { for_each_random_network(10, check_customized); }

static void check_threads(mi_random *random, MusterNetwork *network) {
  g_autoptr(MusterMetric) own = muster_network_metric(network);
  g_autofree uint32_t *weights = copy_weights(own);
  for (uint32_t arc = 0; arc < mi_network_graph(network)->arc_count; arc++)
    if (mi_random_below(random, 4) == 0) weights[arc] = mi_random_below(random, 5000);
  g_autoptr(MusterMetric) one = muster_metric_new(network, weights, 1);
  for (unsigned threads = 2; threads <= 5; threads++) {
    g_autoptr(MusterMetric) several = muster_metric_new(network, weights, threads);
    assert_equal(one, several);
  }
}

static void test_threads(void) { for_each_random_network(10, check_threads); }

/* Random closures and re-openings on one another, each beside a metric made afresh from the same weights. */
static void check_closures(mi_random *random, MusterNetwork *network) {
  uint32_t arc_count = mi_network_graph(network)->arc_count;
  g_autoptr(MusterMetric) own = muster_network_metric(network);
  if (arc_count == 0) return;
  MusterMetric *metric = muster_metric_ref(own);
  g_autofree uint32_t *weights = copy_weights(own);
  for (int round = 0; round < 12; round++) {
    MusterArc arcs[40];
    size_t count = mi_random_below(random, 40);
    bool closes = mi_random_below(random, 3) > 0;
    for (size_t i = 0; i < count; i++) {
      arcs[i] = mi_random_below(random, arc_count);
      weights[arcs[i]] = closes ? MUSTER_UNREACHABLE_MS : own->weight_ms[arcs[i]];
    }
    MusterMetric *next = (closes ? muster_metric_close : muster_metric_reopen)(metric, arcs, count);
    g_autoptr(MusterMetric) fresh = muster_metric_new(network, weights, 1);
    assert_equal(next, fresh);
    MusterMetricInfo info;
    muster_metric_info(next, &info);
    uint32_t closed = 0, changed = 0;
    for (MusterArc arc = 0; arc < arc_count; arc++) closed += weights[arc] == MUSTER_UNREACHABLE_MS;
    for (uint32_t i = 0; i < next->hierarchy->chords.chord_count; i++)
      changed += next->up_ms[i] != metric->up_ms[i] || next->down_ms[i] != metric->down_ms[i];
    g_assert_cmpuint(info.closed_arc_count, ==, closed);
    g_assert_cmpuint(info.changed_chord_count, ==, changed);
    muster_metric_unref(metric);
    metric = next;
  }
  g_autofree MusterArc *all = g_new(MusterArc, arc_count);
  for (MusterArc arc = 0; arc < arc_count; arc++) all[arc] = arc;
  g_autoptr(MusterMetric) shut = muster_metric_close(metric, all, arc_count);
  g_autoptr(MusterMetric) restored = muster_metric_reopen(shut, all, arc_count);
  assert_equal(restored, own);
  MusterMetricInfo before, after;
  muster_metric_info(own, &before);
  muster_metric_info(restored, &after);
  g_assert_cmphex(before.checksum, ==, after.checksum);
  muster_metric_unref(metric);
}

static void test_closures(void) { for_each_random_network(20, check_closures); }

/* A graph without small cuts: no hierarchy, and a metric of arcs alone. */
static void test_without_hierarchy(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  network_options options = {.node_count = 3000, .link_count = 12000, .weight_most_ms = 1000};
  g_autoptr(MusterNetwork) network = random_network(&random, &options);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_assert_false(info.has_hierarchy);
  g_assert_cmpuint(info.chord_count, ==, 0);
  g_autoptr(MusterMetric) metric = muster_network_metric(network);
  MusterArc arc = 5;
  g_autoptr(MusterMetric) closed = muster_metric_close(metric, &arc, 1);
  g_assert_cmpuint(muster_metric_arc_ms(closed, arc), ==, MUSTER_UNREACHABLE_MS);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/metric/valid-hierarchy", test_valid);
  g_test_add_func("/route/metric/customized", test_customized);
  g_test_add_func("/route/metric/threads", test_threads);
  g_test_add_func("/route/metric/closures", test_closures);
  g_test_add_func("/route/metric/without-hierarchy", test_without_hierarchy);
  return g_test_run();
}
