// Facility location: maximal covering on 20,000 demands and 1,000 sites, and the p-median on 1,000 by 1,000, each with
// its bound.
#include <benchmark/benchmark.h>
#include <muster/muster.h>

#include <cmath>
#include <vector>

extern "C" {
#include "base/random.h"
}

namespace {

struct Town {
  std::vector<uint32_t> times, weights;
  MusterLocateTable table;
};

// Straight metres between places drawn from a square of 10 km; 1 to 50 households a demand.
Town draw_town(size_t demands, size_t sites) {
  mi_random random;
  mi_random_init(&random, 1310, 0);
  std::vector<double> at(2 * (demands + sites));
  for (double &coordinate : at) coordinate = 10000 * mi_random_unit(&random);
  Town town;
  for (size_t i = 0; i < demands; i++) {
    town.weights.push_back(1 + mi_random_below(&random, 50));
    for (size_t j = demands; j < demands + sites; j++)
      town.times.push_back((uint32_t)std::hypot(at[2 * i] - at[2 * j], at[2 * i + 1] - at[2 * j + 1]));
  }
  town.table = {town.times.data(), demands, sites, town.weights.data()};
  return town;
}

void solve(benchmark::State &state, const Town &town, MusterLocateProblem problem, uint32_t radius, uint32_t steps) {
  MusterLocateOptions options;
  muster_locate_options_init(&options);
  options.problem = problem;
  options.p = (uint32_t)state.range(0);
  options.radius = radius;
  options.steps = steps;
  if (steps == 0) options.bound_steps = 0;
  std::vector<uint32_t> sites(options.p);
  MusterLocateAnswer answer = {};
  for (auto _ : state) muster_locate(&town.table, &options, &answer, sites.data(), nullptr);
  state.counters["objective"] = (double)answer.objective;
  if (options.bound_steps > 0)
    state.counters["gap_percent"] =
        100 * std::abs((double)(answer.bound - answer.objective)) / (double)answer.objective;
}

// Greedy and exchanges alone, without a bound; then with the usual budget.
void mclp(benchmark::State &state) {
  static const Town town = draw_town(20000, 1000);
  solve(state, town, MUSTER_LOCATE_MCLP, 500, (uint32_t)state.range(1));
}
BENCHMARK(mclp)
    ->ArgNames({"p", "steps"})
    ->ArgsProduct({{20, 60}, {0, MUSTER_LOCATE_STEPS_USUAL}})
    ->Unit(benchmark::kMillisecond);

void pmedian(benchmark::State &state) {
  static const Town town = draw_town(1000, 1000);
  solve(state, town, MUSTER_LOCATE_PMEDIAN, 0, (uint32_t)state.range(1));
}
BENCHMARK(pmedian)->ArgNames({"p", "steps"})->ArgsProduct({{10, 100}, {0, 200}})->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
