/* Questions to a network from a file; see asked.h. */
#include "asked.h"

#include <string.h>

#include "road/metric.h"
#include "route/nearest.h"

enum { PLACES = 4, RESPONDERS = 12, K = 3 };

typedef struct asking {
  MusterNetwork *network;
  MusterSearch *search;
  MusterFleet *fleet;
  MusterRoadPoint places[PLACES];
} asking;

/* Nodes first, and places inside links, spread over the network. */
static MusterRoadPoint place(const MusterNetwork *network, uint32_t i) {
  const mi_graph *graph = mi_network_graph(network);
  if (i % 2 || graph->link_count == 0)
    return muster_road_point_at_node(network, (MusterNode)((uint64_t)i * 2654435761u % graph->node_count));
  MusterLink link = (MusterLink)((uint64_t)i * 40503 % graph->link_count);
  return (MusterRoadPoint){MUSTER_NONE, link, 16384 * (i % 5), i, 0, {0, 0}};
}

static void ask_times(const asking *a) {
  for (int i = 0; i < PLACES; i++) {
    const MusterRoadPoint *from = &a->places[i], *to = &a->places[(i + 1) % PLACES];
    uint32_t plain_ms = mi_search_dijkstra_within(a->search, from, to, MUSTER_UNREACHABLE_MS);
    g_assert_cmpuint(muster_search_time_ms(a->search, from, to), ==, plain_ms);
    MusterPath path;
    muster_search_path(a->search, from, to, &path);
    g_assert_cmpuint(path.time_ms, ==, plain_ms);
  }
  uint32_t times[PLACES * PLACES];
  muster_search_matrix(a->search, a->places, PLACES, a->places, PLACES, times);
}

static void ask_nearest(const asking *a) {
  for (uint32_t i = 0; i < PLACES; i++) {
    MusterNearestOptions options = {
        .direction = i % 2 ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE, .k = K, .limit_ms = MUSTER_UNREACHABLE_MS};
    MusterNearest plain[K], listed[K];
    size_t count = mi_search_nearest_dijkstra(a->search, a->fleet, &a->places[i], &options, plain);
    if (!a->search->metric->hierarchy) continue;
    g_assert_cmpuint(mi_search_nearest_lists(a->search, a->fleet, &a->places[i], &options, listed), ==, count);
    g_assert_cmpmem(listed, count * sizeof *listed, plain, count * sizeof *plain);
    muster_fleet_set_available(a->fleet, i, i % 2);
  }
}

static void ask_on(const asking *a, MusterMetric *metric) {
  muster_search_set_metric(a->search, metric);
  muster_fleet_set_metric(a->fleet, metric);
  ask_times(a);
  ask_nearest(a);
}

static void ask_one(MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  if (graph->node_count == 0) return;
  asking a = {network, muster_search_new(network), muster_fleet_new(network), {{0}}};
  for (uint32_t i = 0; i < PLACES; i++) a.places[i] = place(network, i);
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    MusterRoadPoint home = place(network, 5 * i + 1 + i % 2);
    muster_fleet_put(a.fleet, i, &home, 0);
  }
  MusterMetric *open = muster_network_metric(network);
  ask_on(&a, open);
  if (graph->arc_count > 0) {
    MusterArc arcs[2] = {0, graph->arc_count / 2};
    MusterMetric *closed = muster_metric_close(open, arcs, 2), *again = muster_metric_reopen(closed, arcs, 2);
    ask_on(&a, closed);
    ask_on(&a, again);
    muster_metric_unref(closed);
    muster_metric_unref(again);
  }
  muster_search_free(a.search);
  muster_fleet_free(a.fleet);
  muster_metric_unref(open);
}

void test_ask_network(MusterNetwork *network) {
  for (MusterNetwork *at = network; at; at = at->next) ask_one(at);
  mi_network_forget(network);
}
