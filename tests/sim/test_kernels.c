/* Intervals and quantiles against known values; the clock's order; the arrival processes' moments; how people behave;
 * scenario files, hostile ones too. */
#include <glib/gstdio.h>
#include <math.h>
#include <muster/alert.h>
#include <string.h>

#include "sim/behaviour.h"
#include "sim/clock.h"
#include "sim/result.h"
#include "sim/small_county.h"
#include "sim/stats.h"
#include "support/support.h"

static void assert_near(double found, double expected, double tolerance) {
  if (!(fabs(found - expected) <= tolerance)) g_error("expected %.10g ± %g, found %.10g", expected, tolerance, found);
}

/* Tables of Student's t. */
static void test_student(void) {
  static const struct {
    unsigned freedom;
    double t;
  } known[] = {{1, 12.7062047}, {2, 4.3026527}, {4, 2.7764451}, {9, 2.2621572}, {29, 2.0452296}, {1000, 1.9623391}};
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++) assert_near(mi_student_t975(known[i].freedom), known[i].t, 1e-6);
}

/* Newcombe, Statistics in Medicine 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29. */
static void test_wilson(void) {
  static const struct {
    uint64_t met, of;
    double low, high;
  } known[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
    double low, high;
    mi_wilson(known[i].met, known[i].of, &low, &high);
    assert_near(low, known[i].low, 5e-5);
    assert_near(high, known[i].high, 5e-5);
  }
  double low, high;
  mi_wilson(0, 0, &low, &high);
  assert_near(low, 0, 0);
  assert_near(high, 1, 0);
}

/* Equal denominators: the plain t interval of the means. */
static void test_ratio(void) {
  const uint64_t met[] = {50, 60, 70, 80}, of[] = {100, 100, 100, 100}, none[] = {0, 0, 0, 0};
  double share, low, high, sd = sqrt((225 + 25 + 25 + 225) / 3.0) / 100;
  mi_ratio_interval(met, of, 4, &share, &low, &high);
  assert_near(share, 0.65, 1e-12);
  assert_near(high - share, 3.1824463 * sd / 2, 1e-6);
  assert_near(share - low, high - share, 1e-12);
  double wilson_low, wilson_high;
  mi_ratio_interval(of, of, 4, &share, &low, &high); /* no spread: Wilson's of the sums */
  mi_wilson(400, 400, &wilson_low, &wilson_high);
  assert_near(low, wilson_low, 0);
  assert_near(high, 1, 0);
  mi_ratio_interval(none, none, 4, &share, &low, &high);
  g_assert_true(isnan(share));
}

static void test_quantile(void) {
  const uint32_t values[] = {10, 20, 30, 40, 50};
  assert_near(mi_quantile(values, 5, 0.5), 30, 0);
  assert_near(mi_quantile(values, 5, 0.9), 46, 1e-9);
  assert_near(mi_quantile(values, 1, 0.9), 10, 0);
  assert_near(mi_quantile(values, 5, 1), 50, 0);
  g_assert_true(isnan(mi_quantile(values, 0, 0.5)));
}

/* In any order in, out by (time, kind, sequence). */
static void test_clock(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  mi_clock clock;
  mi_clock_init(&clock);
  g_assert_cmpint(mi_clock_next_ms(&clock), ==, INT64_MAX);
  for (uint32_t i = 0; i < 5000; i++)
    mi_clock_put(&clock, (mi_happening_kind)mi_random_below(&random, MI_HAPPENS_KIND_COUNT),
                 (mi_happening){.at_ms = mi_random_below(&random, 300), .incident = i});
  mi_happening last = mi_clock_take(&clock);
  for (uint32_t i = 1; i < 5000; i++) {
    g_assert_cmpint(mi_clock_next_ms(&clock), >=, last.at_ms);
    mi_happening next = mi_clock_take(&clock);
    g_assert_true(next.at_ms > last.at_ms || next.order > last.order);
    last = next;
  }
  g_assert_cmpuint(clock.count, ==, 0);
  mi_clock_clear(&clock);
}

/* ---- arrivals ---- */

/* 16 grids of 1,000 residents; 200 replications. Means within four standard errors. */
static void test_everyday_load(void) {
  enum { RUNS = 200 };
  g_autoptr(MusterCounty) county = small_county_new(10, 1000, 1);
  g_autoptr(MusterScenario) scenario = small_scenario_new(
      "[scenario]\nbase=ordinary\n[load]\nper_1000_residents_and_day=2\nby_hour="
      "0;0;0;0;0;0;0;0;1;0;0;0;0;0;0;0;0;0;3;0;0;0;0;0\n[calls]\nduplicates=0.5\napp_share=1\n");
  GError *error = NULL;
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  double originals = 0, repeats = 0, morning = 0, squares = 0;
  for (uint32_t run = 0; run < RUNS; run++) {
    mi_arrivals arrivals;
    mi_arrivals_draw(ground, scenario, 1, 7, run, &arrivals);
    double own = 0;
    for (size_t i = 0; i < arrivals.count; i++) {
      const mi_arrival *arrival = &arrivals.list[i];
      if (i) g_assert_cmpint(arrival->reported_ms, >=, arrivals.list[i - 1].reported_ms);
      if (arrival->repeats == MUSTER_NONE) {
        own++;
        unsigned hour = mi_hour_of(arrival->onset_ms);
        g_assert_true(hour == 8 || hour == 18);
        morning += hour == 8;
        g_assert_cmpuint(arrival->grid, !=, MUSTER_NONE);
      } else {
        const mi_arrival *original = &arrivals.list[arrival->repeats];
        g_assert_cmpuint(arrival->repeats, <, i);
        g_assert_cmpint(arrival->reported_ms - original->reported_ms, <=, 600000);
        g_assert_cmpfloat(muster_distance_m(arrival->position, original->position), <=, 301);
        repeats++;
      }
    }
    originals += own;
    squares += own * own;
    mi_arrivals_clear(&arrivals);
  }
  double mean = originals / RUNS;
  assert_near(mean, 32, 4 * sqrt(32.0 / RUNS));
  assert_near(squares / RUNS - mean * mean, 32, 4 * sqrt(2.0 / RUNS) * 32); /* Poisson */
  assert_near(morning / originals, 0.25, 4 * sqrt(0.1875 / originals));
  assert_near(repeats / originals, 0.5, 4 * sqrt(0.75 / originals));
  mi_ground_free(ground);
}

/* The flood's number, and that it comes behind the front. */
static void test_flood(void) {
  enum { RUNS = 50 };
  g_autoptr(MusterCounty) county = small_county_new(10, 1000, 1);
  g_autoptr(MusterScenario) scenario = small_scenario_new(
      "[scenario]\nbase=flood\n[load]\nper_1000_residents_and_day=0\n[flood]\nper_1000_residents=10\nbranching=0.5\n"
      "pulse_mean=1\npulse_sd=0.5\n[calls]\nduplicates=0\napp_share=1\n");
  GError *error = NULL;
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  double count = 0;
  for (uint32_t run = 0; run < RUNS; run++) {
    mi_arrivals arrivals;
    mi_arrivals_draw(ground, scenario, 1, 7, run, &arrivals);
    count += (double)arrivals.count;
    for (size_t i = 0; i < arrivals.count; i++) g_assert_cmpint(arrivals.list[i].onset_ms, >=, 5 * 3600000);
    mi_arrivals_clear(&arrivals);
  }
  /* Clusters of total size 1 / (1 − 0.5): the variance is 1 / (1 − 0.5)² of a Poisson number's. */
  assert_near(count / RUNS, 160, 4 * 2 * sqrt(160.0 / RUNS));
  mi_ground_free(ground);
}

/* Replications have their own courses; the same one again has the same. */
static void test_courses(void) {
  g_autoptr(MusterCounty) county = small_county_new(10, 1000, 1);
  g_autoptr(MusterScenario) scenario = small_scenario_new("[scenario]\nbase=flood\n");
  GError *error = NULL;
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  mi_flood floods[3];
  for (uint32_t i = 0; i < 3; i++) mi_flood_draw(ground, scenario, 7, i % 2, &floods[i]);
  size_t bytes = floods[0].course_count * sizeof(MusterPosition);
  g_assert_true(memcmp(floods[0].course, floods[1].course, bytes) != 0);
  g_assert_true(memcmp(floods[0].course, floods[2].course, bytes) == 0);
  for (size_t i = 0; i < 3; i++) mi_flood_clear(&floods[i]);
  mi_ground_free(ground);
}

/* 3 Erlang offered to 5 lines by callers who give up at once: the share lost is Erlang's B. */
static void test_engaged_lines(void) {
  g_autoptr(MusterCounty) county = small_county_new(10, 1000, 1);
  g_autoptr(MusterScenario) scenario = small_scenario_new(
      "[scenario]\nbase=ordinary\n[load]\nper_1000_residents_and_day=270\nby_hour="
      "1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1\n[calls]\nduplicates=0\napp_share=0\nlines_per_100000=31\n"
      "call_time=1\ngive_up=1\n");
  GError *error = NULL;
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  mi_arrivals arrivals;
  mi_arrivals_draw(ground, scenario, 10, 7, 0, &arrivals);
  double lost = 0;
  for (size_t i = 0; i < arrivals.count; i++) lost += arrivals.list[i].reported_ms < 0;
  /* 16,000 residents: 5 lines; 4,320 calls a day of one minute: 3 Erlang. B(5, 3) = 0.11005. */
  assert_near(lost / (double)arrivals.count, 0.11005, 0.01);
  mi_arrivals_clear(&arrivals);
  mi_ground_free(ground);
}

/* Where an original gets through after its repetition it is the repeated one, and recognised like any other. */
static void test_recognised_behind_engaged_lines(void) {
  g_autoptr(MusterCounty) county = small_county_new(10, 1000, 1);
  g_autoptr(MusterScenario) scenario = small_scenario_new(
      "[scenario]\nbase=ordinary\n[load]\nper_1000_residents_and_day=270\n[calls]\nduplicates=1\napp_share=0.5\n"
      "lines_per_100000=6\nrecognised=1\n");
  GError *error = NULL;
  mi_ground *ground = mi_ground_new(county, scenario, &error);
  g_assert_no_error(error);
  mi_arrivals arrivals;
  mi_arrivals_draw(ground, scenario, 1, 7, 0, &arrivals);
  uint32_t repeated = 0;
  for (size_t i = 0; i < arrivals.count; i++) {
    const mi_arrival *arrival = &arrivals.list[i];
    bool is_repeated = arrival->reported_ms >= 0 && arrival->repeats != MUSTER_NONE;
    repeated += is_repeated;
    if (is_repeated)
      g_assert_cmpint(arrival->recognised_ms, >=, arrival->reported_ms);
    else
      g_assert_cmpint(arrival->recognised_ms, ==, -1);
  }
  g_assert_cmpuint(repeated, >, 1000);
  mi_arrivals_clear(&arrivals);
  mi_ground_free(ground);
}

/* ---- behaviour ---- */

static void test_behaviour(void) {
  enum { DRAWS = 40000 };
  GError *error = NULL;
  g_autoptr(MusterScenario) scenario = muster_scenario_new("ordinary", &error);
  g_assert_no_error(error);
  double accepted = 0, answered = 0, time = 0;
  const int64_t noon = 12 * 3600000;
  for (uint32_t i = 0; i < DRAWS; i++) {
    mi_random random = mi_behaviour_random(1, 0, MI_DRAW_ANSWER, i, 17, 0);
    mi_answer answer = mi_behaviour_answer(scenario, &random, noon, 0);
    accepted += answer.accepts;
    if (answer.answered_ms < 0) continue;
    g_assert_cmpint(answer.delivered_ms, <=, answer.answered_ms);
    answered++;
    time += (double)answer.answered_ms / 1000;
  }
  assert_near(accepted / DRAWS, 0.36 * 0.99, 0.01);
  assert_near(answered / DRAWS, (0.36 + 0.64 * 0.5) * 0.99, 0.01);
  assert_near(time / answered, 45, 0.5);
  assert_near(mi_behaviour_acceptance(scenario, noon, 2), 0.36 * 0.95 * 0.95, 1e-12);
  assert_near(mi_behaviour_acceptance(scenario, 23 * 3600000, 1000), 0.36 * 0.25 * 0.7, 1e-12);
  mi_random again = mi_behaviour_random(1, 0, MI_DRAW_ANSWER, 5, 6, 7),
            same = mi_behaviour_random(1, 0, MI_DRAW_ANSWER, 5, 6, 7);
  g_assert_cmpuint(mi_random_u64(&again), ==, mi_random_u64(&same));
}

/* Turnout and travel without spread are the settings themselves. */
static void test_trip(void) {
  g_autoptr(MusterScenario) scenario = small_scenario_new(
      "[scenario]\nbase=ordinary\n[volunteers]\nturnout_sigma=0\nturns_back=0\n[travel]\nfactor=2\nsigma=0\ndoor=0\n");
  const struct {
    bool high_floor, wrong_address;
    int64_t added_ms;
  } cases[] = {{false, false, 0}, {true, false, 120000}, {false, true, 240000}, {true, true, 360000}};
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    for (int64_t hour = 12; hour <= 23; hour += 11) {
      mi_random random = mi_behaviour_random(1, 0, MI_DRAW_TRIP, 1, 2, 0);
      mi_arrival arrival = {.high_floor = cases[i].high_floor, .wrong_address = cases[i].wrong_address};
      mi_trip trip = mi_behaviour_trip(scenario, &random, hour * 3600000, 100000, &arrival);
      g_assert_cmpint(trip.travel_ms, ==, 200000 + cases[i].added_ms);
      g_assert_cmpint(trip.turnout_ms, ==, hour == 12 ? 105000 : 142000);
      g_assert_false(trip.turns_back);
    }
}

/* What each end of an incident counts for, to the millisecond; the deadline of ON_SCENE is 600 s. */
static void test_verdicts(void) {
  static const struct {
    mi_ending ending;
    int64_t on_scene_ms, lasted_ms;
    mi_verdict verdict;
  } cases[] = {
      {MI_ENDING_SERVED, 600000, 900000, MI_VERDICT_MET},
      {MI_ENDING_SERVED, 600001, 900000, MI_VERDICT_MISSED},
      {MI_ENDING_SERVED, -1, 500000, MI_VERDICT_MISSED}, /* fewer than needed came */
      {MI_ENDING_RESOLVED, -1, 599999, MI_VERDICT_LEFT_OUT},
      {MI_ENDING_RESOLVED, -1, 600000, MI_VERDICT_MISSED},
      {MI_ENDING_DUPLICATE, -1, 599999, MI_VERDICT_LEFT_OUT},
      {MI_ENDING_DUPLICATE, -1, 600000, MI_VERDICT_MISSED},
      {MI_ENDING_DUPLICATE, 300000, 400000, MI_VERDICT_MET},
      {MI_ENDING_GAVE_UP, -1, 1000, MI_VERDICT_MISSED},
      {MI_ENDING_OPEN, -1, -1, MI_VERDICT_MISSED},
      {MI_ENDING_UNHEARD, -1, -1, MI_VERDICT_LEFT_OUT},
      {MI_ENDING_REFUSED, -1, 0, MI_VERDICT_LEFT_OUT},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    mi_case incident = {.reported_ms = 5000, .ending = cases[i].ending, .end_ms = 5000 + cases[i].lasted_ms};
    incident.stage_ms[MUSTER_STAGE_ON_SCENE] = cases[i].on_scene_ms;
    g_assert_cmpint(mi_case_verdict(&incident, MUSTER_STAGE_ON_SCENE), ==, cases[i].verdict);
  }
}

/* ---- scenario files ---- */

static void check_refused(const char *lines, const char *expected) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "bad.ini", NULL);
  GError *error = NULL;
  g_file_set_contents(path, lines, -1, &error);
  g_assert_no_error(error);
  g_assert_null(muster_scenario_new(path, &error));
  g_assert_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO);
  if (!strstr(error->message, expected)) g_error("expected \"%s\" in \"%s\"", expected, error->message);
  g_assert_null(strchr(error->message, '\n'));
  g_clear_error(&error);
  test_folder_remove(folder);
}

static void test_hostile_scenarios(void) {
  check_refused("", "[scenario] base");
  check_refused("[scenario]\nbase=fire\n", "not part of this version");
  check_refused("[scenario]\nbase=flod\n", "unknown");
  check_refused("base=flood\n", "not a scenario");
  check_refused("[scenario]\nbase=flood\n\xff\xfe[", "not a scenario");
  check_refused("[scenario]\nbase=flood\n[flood]\nwidht=1\n", "no such setting");
  check_refused("[scenario]\nbase=flood\n[flood]\nwidth=-1\n", "from 10 to 1e+06 m");
  check_refused("[scenario]\nbase=flood\n[flood]\nwidth=nan\n", "found \"nan\"");
  check_refused("[scenario]\nbase=flood\n[flood]\nwidth=1e999\n", "found");
  check_refused("[scenario]\nbase=flood\n[time]\ndays=1.5\n", "whole number");
  check_refused("[scenario]\nbase=flood\n[volunteers]\navailability=.1;.2\n", "24 numbers");
  check_refused("[scenario]\nbase=flood\n[kinds]\ndragon=1;1\n", "response plan");
  check_refused("[scenario]\nbase=flood\n[kinds]\nfire=1\n", "two weights");
  GError *error = NULL;
  g_assert_null(muster_scenario_new("epidemic", &error));
  g_assert_nonnull(strstr(error->message, "ordinary, flood"));
  g_clear_error(&error);
  g_assert_null(muster_scenario_new("/nowhere/at/all.ini", &error));
  g_assert_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO);
  g_clear_error(&error);
}

/* What describe prints can be read again and says the same. */
static void test_scenario_describes_itself(void) {
  GError *error = NULL;
  g_autoptr(MusterScenario) flood = muster_scenario_new("flood", &error);
  g_autofree char *text = muster_scenario_describe(flood);
  g_autofree char *lines = g_strconcat("[scenario]\nbase=ordinary\n", text, NULL);
  g_autoptr(MusterScenario) again = small_scenario_new(lines);
  g_autofree char *text_again = muster_scenario_describe(again);
  g_assert_cmpstr(text, ==, text_again);
}

/* As the ledger of lib/alert counts it, volunteer by volunteer. */
static void test_gini(void) {
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(NULL, NULL);
  for (uint32_t round = 0; round < 40; round++) {
    mi_random random;
    mi_random_init(&random, test_seed(), round);
    g_autoptr(MusterAlertLedger) ledger = muster_alert_ledger_new(model);
    g_autoptr(GArray) with = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    MusterSimResult result = {.volunteers = 1 + mi_random_below(&random, 50), .volunteers_with = with};
    g_array_set_size(with, 30);
    for (uint64_t volunteer = 0; volunteer < result.volunteers; volunteer++) {
      uint32_t alerts = mi_random_below(&random, 1 + round % 30);
      g_array_index(with, uint64_t, alerts)++;
      muster_alert_ledger_enrol(ledger, volunteer);
      for (uint32_t i = 0; i < alerts; i++) muster_alert_ledger_note_alert(ledger, volunteer, i);
    }
    MusterAlertFairness expected;
    muster_alert_ledger_report(ledger, &expected);
    if (expected.alerts == 0)
      g_assert_true(isnan(mi_result_gini(&result)));
    else
      assert_near(mi_result_gini(&result), expected.gini, 1e-14);
    g_assert_true(isnan(mi_result_alerts_per_arrival(&result)));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sim/kernels/student", test_student);
  g_test_add_func("/sim/kernels/wilson", test_wilson);
  g_test_add_func("/sim/kernels/ratio", test_ratio);
  g_test_add_func("/sim/kernels/quantile", test_quantile);
  g_test_add_func("/sim/kernels/gini", test_gini);
  g_test_add_func("/sim/kernels/clock", test_clock);
  g_test_add_func("/sim/kernels/everyday-load", test_everyday_load);
  g_test_add_func("/sim/kernels/flood", test_flood);
  g_test_add_func("/sim/kernels/courses", test_courses);
  g_test_add_func("/sim/kernels/engaged-lines", test_engaged_lines);
  g_test_add_func("/sim/kernels/recognised-behind-engaged-lines", test_recognised_behind_engaged_lines);
  g_test_add_func("/sim/kernels/behaviour", test_behaviour);
  g_test_add_func("/sim/kernels/trip", test_trip);
  g_test_add_func("/sim/kernels/verdicts", test_verdicts);
  g_test_add_func("/sim/kernels/hostile-scenarios", test_hostile_scenarios);
  g_test_add_func("/sim/kernels/scenario-describes-itself", test_scenario_describes_itself);
  return g_test_run();
}
