/* Whole simulations of a small county: the same bytes from the same seed and from any number of threads, every report
 * in exactly one class, all time accounted for, nothing refused. */
#include <math.h>
#include <string.h>

#include "sim/result.h"
#include "sim/small_county.h"
#include "support/support.h"

static MusterSimResult *simulate(const char *scenario_lines, const char *policy_name, uint32_t volunteers,
                                 unsigned threads, uint64_t seed) {
  g_autoptr(MusterCounty) county = small_county_new(volunteers, 1000, 5);
  g_autoptr(MusterScenario) scenario = small_scenario_new(scenario_lines);
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_new(policy_name, &error);
  g_assert_no_error(error);
  MusterSimOptions options = {
      .county = county, .scenario = scenario, .policy = policy, .seed = seed, .threads = threads};
  MusterSimResult *result = muster_simulate(&options, &error);
  g_assert_no_error(error);
  return result;
}

static const char flood[] = "[scenario]\nbase=flood\n[time]\nruns=3\n[flood]\nper_1000_residents=8\n";
static const char ordinary[] =
    "[scenario]\nbase=ordinary\n[time]\nruns=2\ndays=2\n[load]\nper_1000_residents_and_day=5\n";

static void check_conservation(const MusterSimResult *result) {
  uint64_t ended = 0;
  for (int ending = 0; ending < MI_ENDING_COUNT; ending++) ended += result->endings[ending];
  g_assert_cmpuint(ended, ==, result->reports);
  g_assert_cmpuint(result->endings[MI_ENDING_OPEN], ==, 0);
  g_assert_cmpuint(result->endings[MI_ENDING_REFUSED], ==, 0);
  /* Every report that got through is counted in each stage, or left out for a reason that is counted. */
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    g_assert_cmpuint(result->total.of[stage] + result->left_out_repeated[stage] + result->left_out_helped[stage], ==,
                     result->reports - result->endings[MI_ENDING_UNHEARD]);
  g_assert_cmpuint(result->alerts, ==, result->accepts + result->declines + result->silent + result->withdrawn);
  if (result->refused) g_test_message("refused: %s", result->first_refusal);
  g_assert_cmpuint(result->refused, ==, 0);
}

/* The time that volunteers spent in all states together is their number times the simulated time. */
static void check_time(const MusterSimResult *result) {
  uint64_t sum = 0;
  for (size_t i = 0; i < MI_STATUS_COUNT; i++) sum += result->status_ms[i];
  g_assert_cmpuint(result->runs, ==, 1);
  g_assert_cmpuint(sum, ==, result->volunteers * (uint64_t)result->first.ended_ms);
}

static void test_flood(void) {
  g_autoptr(MusterSimResult) result = simulate(flood, NULL, 1500, 1, 1);
  g_autofree char *text = muster_sim_result_to_text(result);
  g_test_message("%s", text);
  check_conservation(result);
  g_assert_cmpuint(result->endings[MI_ENDING_SERVED], >, 100);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    const MusterStageResult *found = &muster_sim_result_stages(result)[stage];
    g_assert_cmpint(found->stage, ==, stage);
    g_assert_cmpuint(found->met, <=, found->of);
    g_assert_cmpfloat(found->ci95_low, <=, found->share);
    g_assert_cmpfloat(found->share, <=, found->ci95_high);
    const GArray *times = result->times[stage];
    uint32_t after_p50 = 0, after_p90 = 0;
    for (guint i = 0; i < times->len; i++) {
      after_p50 += g_array_index(times, uint32_t, i) / 1000.0 > found->p50_s;
      after_p90 += g_array_index(times, uint32_t, i) / 1000.0 > found->p90_s;
    }
    g_assert_cmpfloat_with_epsilon((double)after_p50 / times->len, 0.5, 0.02);
    g_assert_cmpfloat_with_epsilon((double)after_p90 / times->len, 0.1, 0.02);
  }
}

static void test_ordinary(void) {
  g_autoptr(MusterSimResult) result = simulate(ordinary, NULL, 1500, 1, 1);
  g_autofree char *text = muster_sim_result_to_text(result);
  g_test_message("%s", text);
  check_conservation(result);
}

static void test_time_identity(void) {
  g_autoptr(MusterSimResult) result = simulate("[scenario]\nbase=flood\n[time]\nruns=1\n", NULL, 300, 1, 3);
  check_conservation(result);
  check_time(result);
}

static void test_same_bytes(void) {
  g_autoptr(MusterSimResult) once = simulate(flood, NULL, 400, 1, 9);
  g_autoptr(MusterSimResult) again = simulate(flood, NULL, 400, 1, 9);
  g_autoptr(MusterSimResult) threaded = simulate(flood, NULL, 400, 3, 9);
  g_autoptr(MusterSimResult) other = simulate(flood, NULL, 400, 1, 10);
  g_autofree char *a = muster_sim_result_to_json(once), *b = muster_sim_result_to_json(again),
                  *c = muster_sim_result_to_json(threaded), *d = muster_sim_result_to_json(other);
  g_assert_true(strcmp(a, b) == 0);
  g_assert_true(strcmp(a, c) == 0);
  g_assert_true(strcmp(a, d) != 0);
}

/* Policies face the same incidents. */
static void test_common_random_numbers(void) {
  g_autoptr(MusterSimResult) fair = simulate(flood, "nearest-fair", 200, 2, 4);
  g_autoptr(MusterSimResult) fcfs = simulate(flood, "nearest-fcfs", 200, 2, 4);
  g_assert_cmpuint(fair->first.arrivals.count, ==, fcfs->first.arrivals.count);
  g_assert_true(memcmp(fair->first.arrivals.list, fcfs->first.arrivals.list,
                       fair->first.arrivals.count * sizeof(mi_arrival)) == 0);
}

/* One replication, seen through its events (recorder may be NULL) and what it leaves behind (mi_outcome_clear). */
static mi_outcome watch_under(MusterPolicy *policy, const char *scenario_lines, mi_recorder recorder, void *data) {
  g_autoptr(MusterCounty) county = small_county_new(400, 1000, 5);
  g_autoptr(MusterScenario) scenario = small_scenario_new(scenario_lines);
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_EBIKE, &error);
  g_assert_no_error(error);
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  mi_run_options options = {.ground = ground,
                            .scenario = scenario,
                            .policy = policy,
                            .networks = &network,
                            .network_count = 1,
                            .seed = 3,
                            .days = (uint32_t)scenario->days,
                            .step_ms = 900000,
                            .recorder = recorder,
                            .recorder_data = data};
  mi_outcome outcome;
  mi_run(&options, &outcome, &error);
  g_assert_no_error(error);
  mi_ground_free(ground);
  return outcome;
}

static mi_outcome watch(const char *scenario_lines, const char *policy_name, mi_recorder recorder, void *data) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_new(policy_name, &error);
  g_assert_no_error(error);
  return watch_under(policy, scenario_lines, recorder, data);
}

/* With everybody answering, the share of answers that come after the alert's 60 s is the tail of the gamma distribution
 * with mean 45 s and deviation 21.5 s: 0.2152. */
static void test_late_answers(void) {
  mi_outcome outcome = watch("[scenario]\nbase=flood\n[volunteers]\nno_answer=0\nalert_lost=0\n", NULL, NULL, NULL);
  g_assert_cmpuint(outcome.alerts, >, 1000);
  g_assert_cmpfloat_with_epsilon((double)outcome.late_answers / (double)outcome.alerts, 0.2152, 0.03);
  g_assert_cmpuint(outcome.refused, ==, 0);
  mi_outcome_clear(&outcome);
}

/* Whoever comes to a report that repeats another, where help is already, has nothing to do there. */
static void test_found_served(void) {
  mi_outcome outcome = watch(
      "[scenario]\nbase=flood\n[calls]\nrecognised=0\n[scene]\nfound_served=0\n"
      "time_mean=60\n[ends]\nresolution_per_h=0\n",
      NULL, NULL, NULL);
  uint32_t found = 0;
  for (size_t i = 0; i < outcome.arrivals.count; i++) {
    const mi_case *incident = &outcome.incidents[i];
    uint32_t original = outcome.arrivals.list[i].repeats;
    if (original == MUSTER_NONE || incident->ending != MI_ENDING_SERVED) continue;
    int64_t helped_ms = outcome.incidents[original].first_there_ms;
    int64_t enough_ms = incident->stage_ms[MUSTER_STAGE_ON_SCENE];
    if (helped_ms < 0 || helped_ms >= incident->first_there_ms || enough_ms < 0) continue;
    g_assert_cmpint(incident->end_ms, <=, incident->reported_ms + enough_ms);
    found++;
  }
  g_assert_cmpuint(found, >, 10);
  mi_outcome_clear(&outcome);
}

/* "incident volunteer" → the type of the first answer. */
static void note_answer(const MusterEvent *event, void *answers) {
  if (event->type != MUSTER_EVENT_ACCEPT && event->type != MUSTER_EVENT_DECLINE) return;
  char *pair =
      g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, event->incident.number, event->volunteer.number);
  if (g_hash_table_contains(answers, pair))
    g_free(pair);
  else
    g_hash_table_insert(answers, pair, GINT_TO_POINTER(event->type));
}

/* The same volunteer answers the same incident's alert alike under both policies, whatever they were asked before; but
 * for the few whose first alert was withdrawn under one of them, and who there answer another. */
static void test_common_answers(void) {
  const char *lines =
      "[scenario]\nbase=flood\n[flood]\nper_1000_residents=12\n"
      "[volunteers]\nfatigue=0\nacceptance_night=1\n";
  g_autoptr(GHashTable) fair = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) fcfs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  mi_outcome outcomes[] = {watch(lines, "nearest-fair", note_answer, fair),
                           watch(lines, "nearest-fcfs", note_answer, fcfs)};
  for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) mi_outcome_clear(&outcomes[i]);
  uint32_t both = 0, alike = 0;
  GHashTableIter iterator;
  gpointer pair, answer, other;
  g_hash_table_iter_init(&iterator, fair);
  while (g_hash_table_iter_next(&iterator, &pair, &answer)) {
    if (!g_hash_table_lookup_extended(fcfs, pair, NULL, &other)) continue;
    both++;
    alike += answer == other;
  }
  g_test_message("%u answers under both policies, %u alike", both, alike);
  g_assert_cmpuint(both, >, 100);
  g_assert_cmpuint(alike, >=, both - both / 100);
}

/* What those on shifts did, and everybody else. */
typedef struct ShiftWatch {
  uint32_t accepts, others, outside, told;
} ShiftWatch;

static void note_shift(const MusterEvent *event, void *data) {
  ShiftWatch *seen = data;
  int64_t second = event->at_ms / 1000 % 86400;
  uint64_t who = event->volunteer.number;
  bool has_shift = (who >= 1010 && who <= 1015) || (who >= 1020 && who <= 1025);
  bool in_the_morning = who % 10 < 3;
  int64_t start_s = (in_the_morning ? 8 : 14) * 3600, end_s = (in_the_morning ? 14 : 20) * 3600;
  if (event->type == MUSTER_EVENT_ACCEPT) {
    seen->accepts++;
    seen->others += !has_shift;
    seen->outside += second < start_s || second > end_s + 180; /* an answer may come a little later */
  } else if (event->type == MUSTER_EVENT_DUTY && has_shift) {
    seen->told += second > start_s && second < end_s;
  }
}

/* With nobody else on stand-by those on shifts serve, and only while their shifts last. */
static void test_shifts(void) {
  static const char lines[] =
      "[scenario]\nbase=ordinary\n[time]\ndays=3\n[load]\nper_1000_residents_and_day=5\n"
      "[volunteers]\navailability=0.0000001;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0\n";
  static const char *const rules[] = {"ignore", "follow"};
  for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
    g_autofree char *policy_lines = g_strdup_printf("[policy]\nshifts = %s\n", rules[i]);
    g_autoptr(MusterPolicy) policy = small_policy_new(policy_lines);
    ShiftWatch seen = {0};
    mi_outcome outcome = watch_under(policy, lines, note_shift, &seen);
    g_test_message("%s: %u accepts", rules[i], seen.accepts);
    g_assert_true(i == 0 ? seen.accepts == 0 : seen.accepts > 50);
    g_assert_cmpuint(seen.others + seen.outside + seen.told, ==, 0);
    g_assert_cmpuint(outcome.refused, ==, 0);
    mi_outcome_clear(&outcome);
  }
}

/* Where each volunteer was said to be last, and since when they have had nothing to do. */
typedef struct Whereabouts {
  MusterPosition at;
  int64_t idle_ms;
  bool known;
} Whereabouts;
typedef struct Watch {
  Whereabouts people[400];
  MusterPosition scenes[20000];
  uint32_t stranded;
} Watch;

static bool is_same_place(MusterPosition a, MusterPosition b) { return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7; }

static bool is_scene(const Watch *watch, MusterPosition place) {
  for (size_t i = 0; i < G_N_ELEMENTS(watch->scenes); i++)
    if (is_same_place(watch->scenes[i], place)) return true;
  return false;
}

/* Counts those who stood where an incident had been for more than six hours, on duty and not asked to go anywhere. */
static void note_place(const MusterEvent *event, void *data) {
  Watch *watch = data;
  if (event->type == MUSTER_EVENT_REPORT) watch->scenes[event->incident.number % 20000] = event->place.position;
  if (event->volunteer.text || event->volunteer.number < 1000 || event->volunteer.number >= 1400) return;
  Whereabouts *person = &watch->people[event->volunteer.number - 1000];
  bool ends = event->type == MUSTER_EVENT_POSITION || event->type == MUSTER_EVENT_DUTY;
  if (ends && person->known && event->at_ms - person->idle_ms > INT64_C(6) * 3600000) watch->stranded++;
  if (event->type == MUSTER_EVENT_POSITION) {
    person->at = event->place.position;
    person->known = is_scene(watch, person->at);
  } else if (event->type == MUSTER_EVENT_DUTY) {
    person->known = false;
  }
  if (event->type != MUSTER_EVENT_DELIVERED && event->type != MUSTER_EVENT_DECLINE) person->idle_ms = event->at_ms;
}

/* Who was stood down early on a second trip still goes home. */
static void test_everybody_goes_home(void) {
  g_autofree Watch *found = g_new0(Watch, 1);
  mi_outcome outcome = watch(
      "[scenario]\nbase=flood\n[time]\ndays=3\n[flood]\nper_1000_residents=12\n[load]\n"
      "per_1000_residents_and_day=10\n",
      NULL, note_place, found);
  mi_outcome_clear(&outcome);
  g_assert_cmpuint(found->stranded, ==, 0);
}

static bool stop(double share, void *calls) {
  (void)share;
  return ++*(int *)calls < 3;
}

static void test_cancel(void) {
  g_autoptr(MusterCounty) county = small_county_new(500, 1000, 5);
  g_autoptr(MusterScenario) scenario = small_scenario_new("[scenario]\nbase=flood\n[time]\nruns=1000\n");
  g_autoptr(MusterPolicy) policy = muster_policy_new(NULL, NULL);
  int calls = 0;
  MusterSimOptions options = {
      .county = county, .scenario = scenario, .policy = policy, .progress = stop, .user_data = &calls};
  GError *error = NULL;
  g_assert_null(muster_simulate(&options, &error));
  g_assert_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_CANCELLED);
  g_clear_error(&error);
}

/* With every other arc closed fewer are reached in time, of the same reports; a metric with nothing closed changes
 * nothing, and one of another network is refused. */
static void test_closed_roads(void) {
  g_autoptr(MusterCounty) county = small_county_new(300, 1000, 5);
  g_autoptr(MusterScenario) scenario = small_scenario_new(ordinary);
  g_autoptr(MusterPolicy) policy = muster_policy_new(NULL, NULL);
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  g_autoptr(MusterMetric) metric = muster_network_metric(network);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_autoptr(GArray) arcs = g_array_new(FALSE, FALSE, sizeof(MusterArc));
  for (MusterArc arc = 0; arc < info.arc_count; arc += 2) g_array_append_val(arcs, arc);
  g_autoptr(MusterMetric) closed = muster_metric_close(metric, (const MusterArc *)(void *)arcs->data, arcs->len);
  MusterSimOptions options = {
      .county = county, .scenario = scenario, .policy = policy, .seed = 4, .networks = &network, .network_count = 1};
  g_autoptr(MusterSimResult) plain = muster_simulate(&options, &error);
  options.metrics = &metric;
  g_autoptr(MusterSimResult) open = muster_simulate(&options, &error);
  options.metrics = &closed;
  g_autoptr(MusterSimResult) hindered = muster_simulate(&options, &error);
  g_assert_no_error(error);
  g_autofree char *plain_json = muster_sim_result_to_json(plain), *open_json = muster_sim_result_to_json(open);
  g_assert_cmpstr(plain_json, ==, open_json);
  g_assert_cmpuint(hindered->reports, ==, plain->reports);
  g_assert_cmpuint(hindered->total.met[MUSTER_STAGE_ON_SCENE], <, plain->total.met[MUSTER_STAGE_ON_SCENE]);
  g_autoptr(MusterNetwork) other = muster_network_new(muster_county_roads(county), MUSTER_MODE_CAR, NULL);
  options.networks = &other;
  g_assert_null(muster_simulate(&options, &error));
  g_assert_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_METRIC);
  g_clear_error(&error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sim/simulate/flood", test_flood);
  g_test_add_func("/sim/simulate/ordinary", test_ordinary);
  g_test_add_func("/sim/simulate/time-identity", test_time_identity);
  g_test_add_func("/sim/simulate/same-bytes", test_same_bytes);
  g_test_add_func("/sim/simulate/common-random-numbers", test_common_random_numbers);
  g_test_add_func("/sim/simulate/late-answers", test_late_answers);
  g_test_add_func("/sim/simulate/found-served", test_found_served);
  g_test_add_func("/sim/simulate/common-answers", test_common_answers);
  g_test_add_func("/sim/simulate/shifts", test_shifts);
  g_test_add_func("/sim/simulate/everybody-goes-home", test_everybody_goes_home);
  g_test_add_func("/sim/simulate/closed-roads", test_closed_roads);
  g_test_add_func("/sim/simulate/cancel", test_cancel);
  return g_test_run();
}
