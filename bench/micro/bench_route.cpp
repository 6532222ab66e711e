// Questions on Porto Alegre on foot: k nearest (S1, S2), toggles (S3), point to point (S6), matrix (S7), every node's k
// nearest (S8), paths and reach; and the plain searches beside them that need no preparation.
#include "fixture.h"

// Of lib/route/search.h and nearest.h, which are C only.
extern "C" {
size_t mi_search_nearest_dijkstra(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                                  const MusterNearestOptions *options, MusterNearest *out);
uint32_t mi_search_time_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                               uint32_t limit_ms);
uint32_t mi_search_dijkstra_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                   uint32_t limit_ms);
}

using namespace bench;

namespace {

typedef size_t (*Layer)(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                        const MusterNearestOptions *options, MusterNearest *out);

void ask_nearest(benchmark::State &state, Layer layer, uint32_t limit_ms) {
  Fixture &f = fixture(state.range(0));
  MusterFleet *fleet = f.fleet(static_cast<size_t>(state.range(1)), static_cast<unsigned>(state.range(2)));
  muster_fleet_prepare(fleet, MUSTER_TO_PLACE, 0);
  const MusterNearestOptions options = towards_place(limit_ms);
  MusterNearest out[K];
  for (const MusterRoadPoint &place : f.places) layer(f.search, fleet, &place, &options, out);
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(layer(f.search, fleet, &f.places[i++ % QUESTIONS], &options, out));
  f.report(state);
  muster_fleet_free(fleet);
}

void nearest(benchmark::State &state) { ask_nearest(state, muster_search_nearest, MUSTER_UNREACHABLE_MS); }
BENCHMARK(nearest)
    ->ArgNames({"graph", "responders", "busy_percent"})
    ->ArgsProduct({{CORNERS, CROSSINGS}, {30000, 2000, 200}, {0, 99}})
    ->Unit(benchmark::kMicrosecond);

void nearest_plain(benchmark::State &state) { ask_nearest(state, mi_search_nearest_dijkstra, MUSTER_UNREACHABLE_MS); }
BENCHMARK(nearest_plain)
    ->ArgNames({"graph", "responders", "busy_percent"})
    ->ArgsProduct({{CORNERS}, {30000, 2000, 200}, {0, 99}})
    ->Unit(benchmark::kMicrosecond);

void nearest_within_10_min(benchmark::State &state) { ask_nearest(state, muster_search_nearest, 600000); }
BENCHMARK(nearest_within_10_min)
    ->ArgNames({"graph", "responders", "busy_percent"})
    ->ArgsProduct({{CORNERS, CROSSINGS}, {200}, {99}})
    ->Unit(benchmark::kMicrosecond);

// A dispatch loop: the nearest is taken, and once a quarter are out somebody comes free for each. What is timed is the
// toggles and the questions together; a question alone is `nearest`.
void dispatch(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  const size_t responders = static_cast<size_t>(state.range(0));
  MusterFleet *fleet = f.fleet(responders, 0);
  muster_fleet_prepare(fleet, MUSTER_TO_PLACE, 0);
  const MusterNearestOptions options = towards_place(MUSTER_UNREACHABLE_MS);
  std::vector<MusterResponder> busy;
  size_t i = 0;
  for (auto _ : state) {
    MusterNearest out[K];
    muster_search_nearest(f.search, fleet, &f.places[i++ % QUESTIONS], &options, out);
    muster_fleet_set_available(fleet, out[0].responder, false);
    busy.push_back(out[0].responder);
    if (busy.size() <= responders / 4) continue;
    MusterResponder &free = busy[mi_random_below(&f.random, static_cast<uint32_t>(busy.size()))];
    muster_fleet_set_available(fleet, free, true);
    free = busy.back();
    busy.pop_back();
  }
  muster_fleet_free(fleet);
}
BENCHMARK(dispatch)->ArgName("responders")->Arg(30000)->Arg(2000)->Arg(200)->Unit(benchmark::kMicrosecond);

// The toggles of such a loop alone (S3): those who were taken, in turn off and on.
void toggle(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  MusterFleet *fleet = f.fleet(static_cast<size_t>(state.range(0)), 0);
  muster_fleet_prepare(fleet, MUSTER_TO_PLACE, 0);
  std::vector<uint32_t> order(4096);
  for (uint32_t &responder : order) responder = mi_random_below(&f.random, static_cast<uint32_t>(state.range(0)));
  size_t i = 0;
  for (auto _ : state) {
    muster_fleet_set_available(fleet, order[i % order.size()], (i / order.size()) % 2 == 1);
    i++;
  }
  muster_fleet_free(fleet);
}
BENCHMARK(toggle)->ArgName("responders")->Arg(30000)->Arg(2000)->Arg(200);

void every_node(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  MusterFleet *fleet = f.fleet(2000, 0);
  const uint32_t count = mi_network_graph(f.network)->node_count;
  std::vector<MusterRoadPoint> places(count);
  for (MusterNode node = 0; node < count; node++) places[node] = muster_road_point_at_node(f.network, node);
  std::vector<MusterNearest> out(count * K);
  std::vector<size_t> counts(count);
  const MusterNearestOptions options = towards_place(MUSTER_UNREACHABLE_MS);
  for (auto _ : state)
    muster_search_nearest_batch(f.search, fleet, places.data(), count, &options, out.data(), counts.data());
  f.report(state);
  muster_fleet_free(fleet);
}
BENCHMARK(every_node)->Unit(benchmark::kMillisecond);

typedef uint32_t (*Between)(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                            uint32_t limit_ms);

void ask_between(benchmark::State &state, Between between) {
  Fixture &f = fixture(state.range(0));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        between(f.search, &f.places[i % QUESTIONS], &f.places[(i * 7 + 1) % QUESTIONS], MUSTER_UNREACHABLE_MS));
    i++;
  }
  f.report(state);
}

void point_to_point(benchmark::State &state) { ask_between(state, mi_search_time_within); }
BENCHMARK(point_to_point)->ArgName("graph")->Arg(CORNERS)->Arg(CROSSINGS)->Unit(benchmark::kMicrosecond);

void point_to_point_plain(benchmark::State &state) { ask_between(state, mi_search_dijkstra_within); }
BENCHMARK(point_to_point_plain)->ArgName("graph")->Arg(CORNERS)->Unit(benchmark::kMicrosecond);

void path(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  size_t i = 0;
  for (auto _ : state) {
    MusterPath path;
    muster_search_path(f.search, &f.places[i % QUESTIONS], &f.places[(i * 7 + 1) % QUESTIONS], &path);
    benchmark::DoNotOptimize(path.time_ms);
    i++;
  }
}
BENCHMARK(path)->Unit(benchmark::kMicrosecond);

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
    ->ArgsProduct({{CORNERS, CROSSINGS}, {108, 1000}})
    ->Unit(benchmark::kMillisecond);

void reach_within_10_min(benchmark::State &state) {
  Fixture &f = fixture(CORNERS);
  size_t i = 0;
  for (auto _ : state) {
    size_t count;
    benchmark::DoNotOptimize(
        muster_search_reach(f.search, &f.places[i++ % QUESTIONS], 1, 600000, MUSTER_FROM_PLACE, &count));
  }
}
BENCHMARK(reach_within_10_min)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
