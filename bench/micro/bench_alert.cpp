// Alert sets (S12): which and how many of 64 candidates to alert, the figures of 64 persons, and the wake-up of a
// watch.
#include <benchmark/benchmark.h>
#include <muster/muster.h>

#include <vector>

extern "C" {
#include "base/random.h"
}

namespace {

constexpr size_t CANDIDATES = 64, QUESTIONS = 512;

MusterAlertConditions conditions() {
  MusterAlertConditions result = {};
  result.hour = 12;
  result.weather = result.kind = MUSTER_NONE;
  result.accept_within_ms = 120000;
  result.on_scene_within_ms = 540000;
  return result;
}

// Travel up to 8 minutes, a quarter know first aid, some have been alerted this week: prices up to 1.
std::vector<MusterAlertPerson> persons() {
  std::vector<MusterAlertPerson> result(CANDIDATES * QUESTIONS);
  mi_random random;
  mi_random_init(&random, 1310, 0);
  for (MusterAlertPerson &person : result) {
    person.id = mi_random_u64(&random);
    person.roles = mi_random_below(&random, 4) == 0;
    person.mode = MUSTER_MODE_EBIKE;
    person.travel_ms = mi_random_below(&random, 480000);
    person.distance_m = person.travel_ms / 200;
    person.price = mi_random_below(&random, 2) ? mi_random_below(&random, 40) / 40.0 : 0;
  }
  return result;
}

std::vector<MusterAlertCandidate> candidates(const MusterAlertModel *model) {
  std::vector<MusterAlertPerson> who = persons();
  std::vector<MusterAlertCandidate> result(who.size());
  MusterAlertConditions now = conditions();
  muster_alert_model_assess(model, &now, who.data(), who.size(), result.data());
  return result;
}

// One needed; two needed; two of whom one knows first aid; of four roles, which anybody may have, two each.
constexpr int64_t DENSE = 3;

MusterAlertGoal goal(int64_t which) {
  MusterAlertGoal result = {};
  result.alpha_accept = 0.95;
  result.alpha_on_scene = 0.9;
  if (which == DENSE) {
    result.need_count = 4;
    for (uint32_t i = 0; i < 4; i++) result.needs[i] = {1u << i, 2};
    return result;
  }
  result.need_count = which == 2 ? 2 : 1;
  result.needs[0].count = which == 1 ? 2 : 1;
  result.needs[1].roles = result.needs[1].count = 1;
  return result;
}

void choose(benchmark::State &state) {
  MusterAlertModel *model = muster_alert_model_new(nullptr, nullptr);
  std::vector<MusterAlertCandidate> all = candidates(model);
  const size_t questions = state.range(0) == DENSE ? QUESTIONS / 32 : QUESTIONS;
  if (state.range(0) == DENSE)
    for (MusterAlertCandidate &candidate : all) candidate.roles = candidate.id & 15;
  MusterAlertSet *set = muster_alert_set_new();
  MusterAlertGoal wanted = goal(state.range(0));
  wanted.redundant_price = state.range(1) ? muster_alert_model_redundant_price(model) : 0;
  muster_alert_set_prepare(set, &wanted, nullptr);
  MusterAlertChoice choice;
  double alerts = 0, gap = 0, cost = 0, met = 0;
  for (size_t i = 0; i < questions; i++) {
    muster_alert_set_choose(set, nullptr, 0, &all[i * CANDIDATES], CANDIDATES, &choice);
    if (choice.status > MUSTER_ALERT_MET) continue;
    met++;
    alerts += static_cast<double>(choice.chosen_count);
    cost += choice.cost;
    gap += choice.cost - choice.cost_bound;
  }
  size_t i = 0;
  for (auto _ : state) {
    muster_alert_set_choose(set, nullptr, 0, &all[i++ % questions * CANDIDATES], CANDIDATES, &choice);
    benchmark::DoNotOptimize(choice);
  }
  state.counters["met"] = met / static_cast<double>(questions);
  state.counters["alerts"] = alerts / met;
  state.counters["cost"] = cost / met;
  state.counters["gap"] = gap / met;
  muster_alert_set_free(set);
  muster_alert_model_unref(model);
}
BENCHMARK(choose)
    ->Name("S12/choose")
    ->ArgNames({"needs", "redundant"})
    ->ArgsProduct({{0, 1, 2, DENSE}, {0, 1}})
    ->Unit(benchmark::kMicrosecond);

void assess(benchmark::State &state) {
  MusterAlertModel *model = muster_alert_model_new(nullptr, nullptr);
  std::vector<MusterAlertPerson> who = persons();
  std::vector<MusterAlertCandidate> out(CANDIDATES);
  MusterAlertConditions now = conditions();
  size_t i = 0;
  for (auto _ : state) {
    muster_alert_model_assess(model, &now, &who[i++ % QUESTIONS * CANDIDATES], CANDIDATES, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  muster_alert_model_unref(model);
}
BENCHMARK(assess)->Unit(benchmark::kMicrosecond);

// Eight alerts, of one of whom is heard that they accepted.
void next_wake_up(benchmark::State &state) {
  MusterAlertModel *model = muster_alert_model_new(nullptr, nullptr);
  std::vector<MusterAlertPerson> who = persons();
  MusterAlertGoal wanted = goal(1);
  MusterAlertWatch *watch = muster_alert_watch_new(model, &wanted, 120000, 540000, nullptr);
  MusterAlertConditions now = conditions();
  for (size_t i = 0; i < 8; i++) muster_alert_watch_alert(watch, &now, &who[i]);
  muster_alert_watch_accept(watch, who[3].id, 20000);
  for (auto _ : state) benchmark::DoNotOptimize(muster_alert_watch_next_ms(watch, 20000));
  muster_alert_watch_free(watch);
  muster_alert_model_unref(model);
}
BENCHMARK(next_wake_up)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
