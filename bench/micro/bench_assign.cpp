// The assignment over a surge (../assign_surge.h): all incidents at once (S10), and one event after another with 20,000
// incidents open (S11).
#include <benchmark/benchmark.h>
#include <muster/assign.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <vector>

extern "C" {
#include "base/random.h"
}
#include "../assign_surge.h"

namespace {

constexpr uint32_t K = 32;
constexpr uint32_t OPEN = 20000, POOL = 30000, VOLUNTEERS = 33000;
constexpr int64_t EVENTS = 100000;

using Surge = std::unique_ptr<mb_assign_surge, decltype(&mb_assign_surge_free)>;
using Assignment = std::unique_ptr<MusterAssignment, decltype(&muster_assignment_free)>;
using Clock = std::chrono::steady_clock;

double us_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

Assignment begin(const mb_assign_surge *surge) { return {mb_assign_surge_begin(surge), muster_assignment_free}; }

void report(benchmark::State &state, const MusterAssignment *assignment) {
  MusterAssignTotals totals;
  muster_assignment_totals(assignment, &totals);
  state.counters["served"] = totals.served;
  state.counters["rows"] = totals.rows;
  state.counters["mean_min"] = static_cast<double>(totals.time_ms) / totals.rows / 60000;
}

void solve(benchmark::State &state) {
  const auto rows = static_cast<uint32_t>(state.range(0)), columns = static_cast<uint32_t>(state.range(1));
  Surge surge(mb_assign_surge_new(rows, columns, K, static_cast<mb_order>(state.range(2)),
                                  static_cast<mb_where>(state.range(3))),
              mb_assign_surge_free);
  double add_us = 0;
  Assignment assignment = begin(surge.get());
  for (auto _ : state) {
    state.PauseTiming();
    assignment = begin(surge.get());
    auto started = Clock::now();
    for (MusterAssignRow row = 0; row < rows; row++) mb_assign_surge_add(surge.get(), assignment.get(), row);
    add_us += us_between(started, Clock::now());
    state.ResumeTiming();
    muster_assignment_solve(assignment.get(), 0, nullptr);
  }
  state.counters["add_ms"] = add_us / 1000 / static_cast<double>(state.iterations());
  state.counters["steps"] = static_cast<double>(muster_assignment_steps(assignment.get()));
  report(state, assignment.get());
}
BENCHMARK(solve)
    ->Name("S10/assign/solve")
    ->ArgNames({"rows", "columns", "random_order", "near_homes"})
    ->Args({1000, 5000, MB_ORDER_MORTON, MB_ALONG_A_FRONT})
    ->Args({5000, VOLUNTEERS, MB_ORDER_MORTON, MB_ALONG_A_FRONT})
    ->Args({OPEN, VOLUNTEERS, MB_ORDER_MORTON, MB_ALONG_A_FRONT})
    ->Args({OPEN, VOLUNTEERS, MB_ORDER_MORTON, MB_NEAR_HOMES})
    ->Args({OPEN, VOLUNTEERS, MB_ORDER_RANDOM, MB_ALONG_A_FRONT})
    ->Unit(benchmark::kMillisecond);

// Incidents close and open in turn, drawn from a pool of which as many are open as before.
struct Dispatch {
  Surge surge;
  Assignment assignment;
  std::vector<MusterAssignRow> rows;  // the first OPEN are open
  mi_random random;

  Dispatch(mb_order order, mb_where where)
      : surge(mb_assign_surge_new(POOL, VOLUNTEERS, K, order, where), mb_assign_surge_free),
        assignment(begin(surge.get())),
        rows(POOL) {
    mi_random_init(&random, 1310, 1);
    std::iota(rows.begin(), rows.end(), 0);
    mi_random_shuffle_u32(&random, rows.data(), rows.size());
    std::sort(rows.begin(), rows.begin() + OPEN);
    for (uint32_t i = 0; i < OPEN; i++) mb_assign_surge_add(surge.get(), assignment.get(), rows[i]);
    muster_assignment_solve(assignment.get(), 0, nullptr);
    for (int i = 0; i < 1000; i++) replace([](double) {}, [](double) {});
  }

  template <typename Close, typename Open>
  void replace(Close closed, Open opened) {
    MusterAssignRow &leaves = rows[mi_random_below(&random, OPEN)];
    MusterAssignRow &comes = rows[OPEN + mi_random_below(&random, POOL - OPEN)];
    auto at = Clock::now();
    muster_assignment_remove(assignment.get(), leaves);
    auto between = Clock::now();
    muster_assignment_insert(assignment.get(), comes, &surge->needs[comes], &surge->candidates[size_t{comes} * K], K,
                             nullptr);
    auto end = Clock::now();
    closed(us_between(at, between));
    opened(us_between(between, end));
    std::swap(leaves, comes);
  }
};

double mean(const std::vector<double> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void events(benchmark::State &state) {
  Dispatch dispatch(static_cast<mb_order>(state.range(0)), static_cast<mb_where>(state.range(1)));
  std::vector<double> closed_us, opened_us;
  closed_us.reserve(EVENTS);
  opened_us.reserve(EVENTS);
  const uint64_t steps = muster_assignment_steps(dispatch.assignment.get());
  for (auto _ : state)
    dispatch.replace([&](double us) { closed_us.push_back(us); }, [&](double us) { opened_us.push_back(us); });
  state.counters["close_us"] = mean(closed_us);
  state.counters["open_us"] = mean(opened_us);
  std::vector<double> &all_us = closed_us;
  all_us.insert(all_us.end(), opened_us.begin(), opened_us.end());
  state.counters["mean_us"] = mean(all_us);
  std::sort(all_us.begin(), all_us.end());
  state.counters["p99_us"] = all_us[all_us.size() * 99 / 100];
  state.counters["max_us"] = all_us.back();
  state.counters["steps_an_event"] = static_cast<double>(muster_assignment_steps(dispatch.assignment.get()) - steps) /
                                     static_cast<double>(all_us.size());
  report(state, dispatch.assignment.get());
}
BENCHMARK(events)
    ->Name("S11/assign/close_and_open_one")
    ->ArgNames({"random_order", "near_homes"})
    ->Args({MB_ORDER_MORTON, MB_ALONG_A_FRONT})
    ->Args({MB_ORDER_MORTON, MB_NEAR_HOMES})
    ->Args({MB_ORDER_RANDOM, MB_ALONG_A_FRONT})
    ->Iterations(EVENTS / 2)
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
