// Order and sealing (S9), customization (S5), closures (S4) on Porto Alegre on foot.
#include <cmath>

#include "fixture.h"

#ifdef WITH_METIS
#include <metis.h>

#include <set>
#endif

extern "C" {
#include "road/metric.h"
}

using namespace bench;

namespace {

// From the roads to a sealed network: order and chords, and everything else a network holds.
void seal_network(benchmark::State &state) {
  MusterRoads *roads = read_roads(), *pieces = bench_split_at_corners(roads);
  for (auto _ : state) muster_network_unref(seal(pieces));
  muster_roads_free(pieces);
  muster_roads_free(roads);
}
BENCHMARK(seal_network)->Unit(benchmark::kMillisecond);

// How many chords and triangles an order gives: what customization and queries cost.
void report_order(benchmark::State &state, const std::vector<mi_edge> &edges, const std::vector<uint32_t> &order) {
  std::vector<uint32_t> numbered(order.size());
  mi_chords chords;
  if (!mi_chords_build(static_cast<uint32_t>(order.size()), edges.data(), edges.size(), order.data(), UINT32_MAX,
                       numbered.data(), &chords))
    std::exit(1);
  double triangles = 0;
  for (uint32_t v = 0; v < chords.node_count; v++) {
    const double degree = chords.first_up[v + 1] - chords.first_up[v];
    triangles += degree * (degree - 1) / 2;
  }
  state.counters["chords"] = chords.chord_count;
  state.counters["triangles"] = triangles;
  g_free(const_cast<uint32_t *>(chords.first_up));
  g_free(const_cast<uint32_t *>(chords.head));
}

std::vector<mi_edge> list_edges(const mi_graph *graph) {
  std::vector<mi_edge> edges(graph->arc_count);
  for (uint32_t arc = 0; arc < graph->arc_count; arc++) edges[arc] = {graph->tail[arc], graph->head[arc]};
  return edges;
}

// The order alone.
void order(benchmark::State &state) {
  const mi_graph *graph = mi_network_graph(fixture(CORNERS).network);
  const std::vector<mi_edge> edges = list_edges(graph);
  std::vector<uint32_t> order(graph->node_count);
  for (auto _ : state) mi_order_find(graph->node_count, edges.data(), edges.size(), graph->node_position, order.data());
  report_order(state, edges, order);
}
BENCHMARK(order)->Unit(benchmark::kMillisecond);

#ifdef WITH_METIS
// METIS's nested dissection of the same graph, with one separator tried at each cut (its default) and with ten.
void order_metis(benchmark::State &state) {
  const mi_graph *graph = mi_network_graph(fixture(CORNERS).network);
  const std::vector<mi_edge> edges = list_edges(graph);
  std::vector<std::set<idx_t>> around(graph->node_count);
  for (const mi_edge &edge : edges) {
    if (edge.a == edge.b) continue;
    around[edge.a].insert(static_cast<idx_t>(edge.b));
    around[edge.b].insert(static_cast<idx_t>(edge.a));
  }
  std::vector<idx_t> first{0}, neighbour;
  for (const std::set<idx_t> &nodes : around) {
    neighbour.insert(neighbour.end(), nodes.begin(), nodes.end());
    first.push_back(static_cast<idx_t>(neighbour.size()));
  }
  idx_t count = static_cast<idx_t>(graph->node_count), options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_SEED] = 1;
  options[METIS_OPTION_NSEPS] = static_cast<idx_t>(state.range(0));
  std::vector<idx_t> permutation(graph->node_count), inverse(graph->node_count);
  for (auto _ : state)
    METIS_NodeND(&count, first.data(), neighbour.data(), nullptr, options, permutation.data(), inverse.data());
  report_order(state, edges, std::vector<uint32_t>(permutation.begin(), permutation.end()));
}
BENCHMARK(order_metis)->ArgName("separators")->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);
#endif

void customize(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  const mi_graph *graph = mi_network_graph(f.network);
  for (auto _ : state)
    muster_metric_unref(muster_metric_new(f.network, graph->weight_ms, static_cast<unsigned>(state.range(0))));
  f.report(state);
}
BENCHMARK(customize)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void close_arcs(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  MusterMetric *open = muster_network_metric(f.network);
  std::vector<MusterArc> arcs(static_cast<size_t>(state.range(0)));
  for (MusterArc &arc : arcs) arc = mi_random_below(&f.random, f.arc_count);
  for (auto _ : state) muster_metric_unref(muster_metric_close(open, arcs.data(), arcs.size()));
  muster_metric_unref(open);
}
BENCHMARK(close_arcs)->ArgName("arcs")->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

// A circle of 64 corners round the middle of the town.
std::vector<MusterPosition> disc(const Fixture &f, double radius_m) {
  constexpr double metresPerDegree = 111195.0;
  MusterPosition centre = mi_network_graph(f.network)->node_position[f.nodes[f.nodes.size() / 2]];
  const double shrink = std::cos(centre.lat_e7 * 1e-7 * G_PI / 180);
  std::vector<MusterPosition> ring(65);
  for (size_t i = 0; i < ring.size(); i++) {
    const double angle = static_cast<double>(i % 64) * 2 * G_PI / 64, radius_e7 = radius_m / metresPerDegree * 1e7;
    ring[i].lon_e7 = centre.lon_e7 + static_cast<int32_t>(std::cos(angle) * radius_e7 / shrink);
    ring[i].lat_e7 = centre.lat_e7 + static_cast<int32_t>(std::sin(angle) * radius_e7);
  }
  return ring;
}

// A flooded disc of 2 km across: its arcs found, a metric derived, search and fleet told, and the first question
// answered (S4). Taking it back is not timed.
void flood_to_first_answer(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  MusterFleet *fleet = f.fleet(2000, 0);
  muster_fleet_prepare(fleet, MUSTER_TO_PLACE, 0);
  MusterMetric *open = muster_network_metric(f.network);
  const std::vector<MusterPosition> ring = disc(f, 1000);
  const uint32_t ringFirst[] = {0, static_cast<uint32_t>(ring.size())}, polygonFirst[] = {0, 1};
  const MusterPolygons area = {ring.data(), ringFirst, polygonFirst, 1, 1};
  std::vector<MusterArc> arcs(f.arc_count);
  const MusterNearestOptions options = towards_place(MUSTER_UNREACHABLE_MS);
  MusterNearest out[K];
  size_t i = 0, closed = 0;
  for (auto _ : state) {
    closed = muster_network_arcs_in_area(f.network, &area, arcs.data(), arcs.size());
    MusterMetric *metric = muster_metric_close(open, arcs.data(), closed);
    muster_fleet_set_metric(fleet, metric);
    muster_search_set_metric(f.search, metric);
    benchmark::DoNotOptimize(muster_search_nearest(f.search, fleet, &f.places[i++ % QUESTIONS], &options, out));
    state.PauseTiming();
    muster_fleet_set_metric(fleet, open);
    muster_search_set_metric(f.search, open);
    muster_metric_unref(metric);
    muster_fleet_prepare(fleet, MUSTER_TO_PLACE, 0);
    state.ResumeTiming();
  }
  state.counters["closed_arcs"] = static_cast<double>(closed);
  muster_metric_unref(open);
  muster_fleet_free(fleet);
}
BENCHMARK(flood_to_first_answer)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
