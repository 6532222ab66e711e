// The reference searches on Porto Alegre, on foot: k nearest (S1, S2), toggles (S3), point to point (S6), matrix (S7).
//
// Two networks of the same roads: "corners", every corner of a way a node, as graphs of other engines have it (about
// 40,000 nodes); and "crossings", as Muster builds it (about 20,000).
#include <benchmark/benchmark.h>
#include <muster/muster.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include "../corners.h"
#include "base/random.h"
#include "road/network.h"
}

namespace {

constexpr size_t QUESTIONS = 1024;
constexpr size_t K = 8;

MusterNetwork *seal(const MusterRoads *roads) {
  GError *error = nullptr;
  MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_FOOT, &error);
  if (!network) {
    std::fprintf(stderr, "%s\n", error->message);
    std::exit(1);
  }
  return network;
}

MusterRoads *read_roads() {
  const char *folder = std::getenv("MUSTER_TEST_DATA");
  std::string path = std::string(folder ? folder : "../shared/data") + "/osm/porto-alegre/poa.osm.pbf";
  GError *error = nullptr;
  MusterRoads *roads = muster_roads_read_osm(path.c_str(), nullptr, nullptr, &error);
  if (!roads) {
    std::fprintf(stderr, "%s\n", error->message);
    std::exit(1);
  }
  return roads;
}

struct Fixture {
  MusterNetwork *network;
  MusterSearch *search;
  std::vector<MusterNode> nodes;  // of the largest part
  std::vector<MusterRoadPoint> places;
  uint32_t arc_count;
  mi_random random;

  explicit Fixture(const MusterRoads *roads) : network(seal(roads)), search(muster_search_new(network)) {
    const mi_graph *graph = mi_network_graph(network);
    for (MusterNode node = 0; node < graph->node_count; node++)
      if (graph->node_snappable[node]) nodes.push_back(node);
    arc_count = graph->arc_count;
    mi_random_init(&random, 1310, 0);
    for (size_t i = 0; i < QUESTIONS; i++) places.push_back(random_place());
  }

  MusterRoadPoint random_place() {
    return muster_road_point_at_node(network, nodes[mi_random_below(&random, static_cast<uint32_t>(nodes.size()))]);
  }

  MusterFleet *fleet(size_t responders, unsigned percent_busy) {
    MusterFleet *fleet = muster_fleet_new(network);
    for (uint32_t i = 0; i < responders; i++) {
      MusterRoadPoint place = random_place();
      muster_fleet_put(fleet, i, &place, 0);
      if (mi_random_below(&random, 100) < percent_busy) muster_fleet_set_available(fleet, i, false);
    }
    return fleet;
  }

  void report(benchmark::State &state) const {
    state.counters["nodes"] = static_cast<double>(mi_network_graph(network)->node_count);
    state.counters["arcs"] = static_cast<double>(arc_count);
  }
};

enum Graph { CORNERS, CROSSINGS };

Fixture &fixture(int64_t graph) {
  static std::unique_ptr<Fixture> fixtures[2];
  if (!fixtures[graph]) {
    MusterRoads *roads = read_roads();
    MusterRoads *pieces = graph == CORNERS ? bench_split_at_corners(roads) : nullptr;
    fixtures[graph] = std::make_unique<Fixture>(pieces ? pieces : roads);
    muster_roads_free(pieces);
    muster_roads_free(roads);
  }
  return *fixtures[graph];
}

MusterNearestOptions towards_place(uint32_t limit_ms) {
  MusterNearestOptions options = {};
  options.direction = MUSTER_TO_PLACE;
  options.k = K;
  options.limit_ms = limit_ms;
  return options;
}

void nearest(benchmark::State &state) {
  Fixture &f = fixture(state.range(0));
  MusterFleet *fleet = f.fleet(static_cast<size_t>(state.range(1)), static_cast<unsigned>(state.range(2)));
  const MusterNearestOptions options = towards_place(MUSTER_UNREACHABLE_MS);
  MusterNearest out[K];
  size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(muster_search_nearest(f.search, fleet, &f.places[i++ % QUESTIONS], &options, out));
  f.report(state);
  muster_fleet_free(fleet);
}
BENCHMARK(nearest)
    ->ArgNames({"graph", "responders", "busy_percent"})
    ->ArgsProduct({{CORNERS, CROSSINGS}, {30000, 2000, 200}, {0}})
    ->ArgsProduct({{CORNERS}, {30000, 2000, 200}, {99}})
    ->Unit(benchmark::kMicrosecond);

void nearest_within_10_min(benchmark::State &state) {
  Fixture &f = fixture(state.range(0));
  MusterFleet *fleet = f.fleet(200, 99);
  const MusterNearestOptions options = towards_place(600000);
  MusterNearest out[K];
  size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(muster_search_nearest(f.search, fleet, &f.places[i++ % QUESTIONS], &options, out));
  f.report(state);
  muster_fleet_free(fleet);
}
BENCHMARK(nearest_within_10_min)->ArgName("graph")->Arg(CORNERS)->Arg(CROSSINGS)->Unit(benchmark::kMicrosecond);

void toggle(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  MusterFleet *fleet = f.fleet(30000, 0);
  std::vector<uint32_t> order(4096);
  for (uint32_t &responder : order) responder = mi_random_below(&f.random, 30000);
  size_t i = 0;
  for (auto _ : state) {
    muster_fleet_set_available(fleet, order[i % order.size()], (i / order.size()) % 2 == 1);
    i++;
  }
  muster_fleet_free(fleet);
}
BENCHMARK(toggle);

void point_to_point(benchmark::State &state) {
  Fixture &f = fixture(state.range(0));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        muster_search_time_ms(f.search, &f.places[i % QUESTIONS], &f.places[(i * 7 + 1) % QUESTIONS]));
    i++;
  }
  f.report(state);
}
BENCHMARK(point_to_point)->ArgName("graph")->Arg(CORNERS)->Arg(CROSSINGS)->Unit(benchmark::kMicrosecond);

void matrix(benchmark::State &state) {
  Fixture &f = fixture(state.range(0));
  const size_t side = static_cast<size_t>(state.range(1));
  std::vector<uint32_t> times(side * side);
  for (auto _ : state) {
    muster_search_matrix(f.search, f.places.data(), side, f.places.data() + QUESTIONS - side, side, times.data());
    benchmark::DoNotOptimize(times.data());
  }
  f.report(state);
}
BENCHMARK(matrix)
    ->ArgNames({"graph", "side"})
    ->Args({CORNERS, 108})
    ->Args({CROSSINGS, 108})
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
