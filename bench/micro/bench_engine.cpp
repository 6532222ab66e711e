// The engine over a flood surge on the reference county: recorded events played into it (S13); ordinary days simulated
// with residents, volunteers and shifts (S14).
#include <benchmark/benchmark.h>

#include <memory>

extern "C" {
#include <muster/muster.h>
}
#include "surge.h"

namespace {

// For 1,000 residents, as in the built-in flood.
constexpr double INCIDENTS = 5.9;
constexpr unsigned DAYS = 3;

const mb_surge *surge() {
  static std::unique_ptr<mb_surge, decltype(&mb_surge_free)> made(mb_surge_new(INCIDENTS), mb_surge_free);
  return made.get();
}

void play_flood(benchmark::State &state) {
  size_t decisions = 0;
  for (auto _ : state) {
    state.PauseTiming();
    MusterEngine *engine = mb_surge_new_engine(surge());
    state.ResumeTiming();
    decisions = mb_surge_play(surge(), engine);
    state.PauseTiming();
    muster_engine_free(engine);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * mb_surge_event_count(surge())));
  state.counters["events"] = static_cast<double>(mb_surge_event_count(surge()));
  state.counters["decisions"] = static_cast<double>(decisions);
}
BENCHMARK(play_flood)->Name("S13/engine/flood/recorded_events")->Unit(benchmark::kMillisecond);

void simulate_ordinary(benchmark::State &state) {
  size_t events = 0;
  surge();
  for (auto _ : state) events = mb_surge_ordinary(surge(), DAYS);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * events));
  state.counters["days"] = DAYS;
  state.counters["s_per_day"] = benchmark::Counter(
      static_cast<double>(DAYS), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(simulate_ordinary)->Name("S14/simulate/ordinary_days")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
