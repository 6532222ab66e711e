// Order and sealing (S9), customization (S5), closures (S4) on Porto Alegre on foot.
#include <cmath>

#include "fixture.h"

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

// The order alone, and how many chords it gives.
void order(benchmark::State &state) {
  const mi_graph *graph = mi_network_graph(fixture(CORNERS).network);
  std::vector<mi_edge> edges(graph->arc_count);
  for (uint32_t arc = 0; arc < graph->arc_count; arc++) edges[arc] = {graph->tail[arc], graph->head[arc]};
  std::vector<uint32_t> order(graph->node_count);
  for (auto _ : state) mi_order_find(graph->node_count, edges.data(), edges.size(), graph->node_position, order.data());
  state.counters["chords"] = static_cast<double>(graph->chord_count);
  fixture(CORNERS).report(state);
}
BENCHMARK(order)->Unit(benchmark::kMillisecond);

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
