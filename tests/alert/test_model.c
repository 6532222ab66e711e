/* The alert model: probabilities against a million draws and against a fine integral, factors, histories. */
#include "alert/model.h"

#include <math.h>
#include <string.h>

#include "alert/special.h"
#include "base/random.h"
#include "support/support.h"

enum { DRAWS = 1000000 };

static MusterAlertModel *built_in(void) {
  GError *error = NULL;
  MusterAlertModel *model = muster_alert_model_new(NULL, &error);
  g_assert_no_error(error);
  return model;
}

static MusterAlertModel *with(const char *ini) {
  GError *error = NULL;
  MusterAlertModel *model = muster_alert_model_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  return model;
}

static MusterAlertConditions by_day(void) {
  return (MusterAlertConditions){.hour = 12,
                                 .weather = MUSTER_NONE,
                                 .kind = MUSTER_NONE,
                                 .accept_within_ms = 120000,
                                 .on_scene_within_ms = 540000};
}

/* Five standard deviations of a share, and the model's own error. */
static void assert_share(const MusterAlertModel *model, uint64_t hits, double expected) {
  double sd = sqrt(fmax(expected * (1 - expected), 1e-6) / DRAWS);
  g_assert_cmpfloat_with_epsilon((double)hits / DRAWS, expected, 5 * sd + muster_alert_model_error(model));
}

static void draw_and_compare(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                             const MusterAlertPerson *person, uint64_t stream) {
  mi_random random;
  mi_random_init(&random, test_seed(), stream);
  MusterAlertCandidate candidate;
  muster_alert_model_assess(model, conditions, person, 1, &candidate);
  const mi_alert_figures *figures = &model->figures;
  double extra_s = mi_alert_extra_s(model, conditions, person),
         p = muster_alert_model_acceptance(model, conditions, person);
  uint64_t accepted = 0, there = 0;
  for (int i = 0; i < DRAWS; i++) {
    if (mi_random_unit(&random) >= p) continue;
    double answer_s = mi_random_gamma(&random, figures->answer_mean_s, figures->answer_sd_s);
    double turnout_s = mi_random_lognormal(&random, figures->turnout_median_s[conditions->hour],
                                           figures->turnout_sigma[conditions->hour]);
    double travel_s =
        person->travel_ms / 1000.0 * mi_random_lognormal(&random, figures->travel_median, figures->travel_sigma);
    accepted += answer_s * 1000 <= conditions->accept_within_ms;
    there += (answer_s + turnout_s + travel_s + extra_s) * 1000 <= conditions->on_scene_within_ms;
  }
  assert_share(model, accepted, candidate.p_accept);
  assert_share(model, there, candidate.p_on_scene);
}

static void test_against_draws(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertConditions conditions = by_day();
  draw_and_compare(model, &conditions, &(MusterAlertPerson){.travel_ms = 200000, .mode = MUSTER_MODE_EBIKE}, 1);
  conditions.hour = 23;
  conditions.high_rise = true;
  conditions.weather = muster_alert_model_find_weather(model, "storm");
  draw_and_compare(model, &conditions, &(MusterAlertPerson){.travel_ms = 90000, .distance_m = 1200, .fetches = true},
                   2);
  conditions.accept_within_ms = 30000;
  draw_and_compare(model, &conditions, &(MusterAlertPerson){.travel_ms = 0}, 3);
  g_autoptr(MusterAlertModel) odd = with(
      "[answer]\nmean_s = 20\nsd_s = 30\n[turnout]\nmedian_s = 60\nsigma = 1.2\n[travel]\nsigma = 0.6\nmedian_factor = "
      "1.3\n");
  conditions = by_day();
  draw_and_compare(odd, &conditions, &(MusterAlertPerson){.travel_ms = 250000}, 4);
}

/* The double integral of answer and turnout for given travel, by the midpoint rule with steps so small that nothing is
 * left to doubt. */
static double fine_integral(const MusterAlertModel *model, double travel_s, double within_s) {
  enum { POINTS = 1200 };
  const mi_alert_figures *figures = &model->figures;
  double scale = figures->answer_sd_s * figures->answer_sd_s / figures->answer_mean_s, sum = 0, weights = 0;
  for (int i = 0; i < POINTS; i++) {
    double z = -6.5 + 13.0 * (i + 0.5) / POINTS, weight = exp(-z * z / 2);
    double left_s = within_s - travel_s * figures->travel_median * exp(figures->travel_sigma * z), inner = 0;
    weights += weight;
    for (int j = 0; j < 400; j++) {
      double y = -6.5 + 13.0 * (j + 0.5) / 400;
      double rest_s = left_s - figures->turnout_median_s[12] * exp(figures->turnout_sigma[12] * y);
      if (rest_s > 0) inner += exp(-y * y / 2) * mi_gamma_cdf(figures->answer_mean_s / scale, rest_s / scale);
    }
    sum += weight * inner * 13.0 / 400 / sqrt(2 * G_PI);
  }
  return sum / weights;
}

static void test_against_a_fine_integral(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertConditions conditions = by_day();
  g_assert_cmpfloat(muster_alert_model_error(model), <, 2e-4);
  for (uint32_t travel_s = 20; travel_s <= 520; travel_s += 100)
    for (uint32_t within_s = 240; within_s <= 600; within_s += 180) {
      MusterAlertCandidate candidate;
      conditions.on_scene_within_ms = within_s * 1000;
      muster_alert_model_assess(model, &conditions, &(MusterAlertPerson){.travel_ms = travel_s * 1000}, 1, &candidate);
      double expected = model->figures.base * fine_integral(model, travel_s, within_s);
      g_assert_cmpfloat_with_epsilon(candidate.p_on_scene, expected, 1e-5);
    }
}

/* Not one bit may differ from machine to machine; these came from one. */
static void test_bits(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertConditions conditions = by_day();
  MusterAlertHistory history = {0};
  muster_alert_history_note(&history, model, MUSTER_ALERT_ACCEPTED, 0);
  muster_alert_history_note(&history, model, MUSTER_ALERT_UNANSWERED, 86400000);
  conditions.at_ms = 2 * INT64_C(86400000);
  MusterAlertPerson person = {.travel_ms = 234567, .distance_m = 987, .mode = MUSTER_MODE_EBIKE, .history = &history};
  MusterAlertCandidate candidate;
  muster_alert_model_assess(model, &conditions, &person, 1, &candidate);
  g_test_message("%a %a %a", candidate.p_accept, candidate.p_on_scene, muster_alert_model_error(model));
  g_assert_true(candidate.p_accept == 0x1.86192ed2ed47dp-2);
  g_assert_true(candidate.p_on_scene == 0x1.68f27efd3208p-2);
  g_assert_true(muster_alert_model_error(model) == 0x1.cb88fa4cep-15);
}

static void test_tables_are_monotone(void) {
  g_autoptr(MusterAlertModel) model = with("[answer]\nmean_s = 5\nsd_s = 9\n[turnout]\nmedian_s = 5\nsigma = 0.05\n");
  const mi_curve *curves[] = {&model->answer, &model->turnouts[0].departed, &model->turnouts[0].answered};
  for (size_t which = 0; which < G_N_ELEMENTS(curves); which++)
    for (double t = -1, before = 0; t < MI_CURVE_SECONDS + 5; t += 0.0625) {
      double value = mi_curve_value(curves[which], t);
      g_assert_cmpfloat(value, >=, before - 1e-15);
      g_assert_cmpfloat(value, <=, 1 + 1e-15);
      before = value;
    }
}

static double odds(double p) { return p / (1 - p); }

static void test_factors(void) {
  g_autoptr(MusterAlertModel) model = with(
      "[acceptance]\nbase = 0.4\nebike_factor = 2\ndistance_m = 100;300\ndistance_factor = 1;0.5\n[weather]\nfog = "
      "0.25\n[kind]\nfire = 3\n");
  MusterAlertConditions conditions = by_day();
  MusterAlertPerson person = {.distance_m = 0};
  g_assert_cmpfloat_with_epsilon(muster_alert_model_acceptance(model, &conditions, &person), 0.4, 1e-15);
  person.mode = MUSTER_MODE_EBIKE;
  person.distance_m = 200;
  conditions.hour = 3;
  conditions.weather = muster_alert_model_find_weather(model, "fog");
  conditions.kind = muster_alert_model_find_kind(model, "fire");
  double expected = 0.4 / 0.6 * 2 * 0.75 * 0.6 * 0.25 * 3;
  g_assert_cmpfloat_with_epsilon(odds(muster_alert_model_acceptance(model, &conditions, &person)), expected, 1e-14);
  person.distance_m = 4000;
  expected *= 0.5 / 0.75;
  g_assert_cmpfloat_with_epsilon(odds(muster_alert_model_acceptance(model, &conditions, &person)), expected, 1e-14);
  g_assert_cmpuint(muster_alert_model_find_weather(model, "frogs"), ==, MUSTER_NONE);
  g_assert_cmpuint(muster_alert_model_find_kind(model, ""), ==, MUSTER_NONE);
}

static void test_never_there(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertConditions conditions = by_day();
  MusterAlertCandidate candidate;
  muster_alert_model_assess(model, &conditions, &(MusterAlertPerson){.travel_ms = MUSTER_UNREACHABLE_MS}, 1,
                            &candidate);
  g_assert_cmpfloat(candidate.p_on_scene, ==, 0);
  g_assert_cmpfloat(candidate.p_accept, ==, 0); /* an accept of theirs fills no place */
  conditions.accept_within_ms = conditions.on_scene_within_ms = 0;
  muster_alert_model_assess(model, &conditions, &(MusterAlertPerson){.travel_ms = 0}, 1, &candidate);
  g_assert_cmpfloat(candidate.p_accept, ==, 0);
  g_assert_cmpfloat(candidate.p_on_scene, ==, 0);
}

static void test_history(void) {
  g_autoptr(MusterAlertModel) model =
      with("[acceptance]\nbase = 0.36\n[learning]\nprior_strength = 8\nhalf_life_days = 60\nunanswered_weight = 0.5\n");
  const int64_t DAY_MS = 86400000;
  MusterAlertHistory history = {0};
  g_assert_cmpfloat(muster_alert_history_acceptance(NULL, model, 0), ==, 0.36);
  g_assert_cmpfloat(muster_alert_history_acceptance(&history, model, 0), ==, 0.36);
  for (int i = 0; i < 4; i++) muster_alert_history_note(&history, model, MUSTER_ALERT_ACCEPTED, 0);
  muster_alert_history_note(&history, model, MUSTER_ALERT_DECLINED, 0);
  muster_alert_history_note(&history, model, MUSTER_ALERT_UNANSWERED, 0);
  g_assert_cmpfloat_with_epsilon(muster_alert_history_acceptance(&history, model, 0), (8 * 0.36 + 4) / (8 + 5.5),
                                 1e-15);
  /* After one half-life the counts weigh half; the order of reading does not matter. */
  g_assert_cmpfloat_with_epsilon(muster_alert_history_acceptance(&history, model, 60 * DAY_MS),
                                 (8 * 0.36 + 2) / (8 + 2.75), 1e-14);
  muster_alert_history_note(&history, model, MUSTER_ALERT_ACCEPTED, 60 * DAY_MS);
  g_assert_cmpfloat_with_epsilon(history.accepts, 3, 1e-14);
  g_assert_cmpfloat_with_epsilon(history.refusals, 0.75, 1e-14);
  muster_alert_history_note(&history, model, MUSTER_ALERT_DECLINED, 0); /* an old answer, told late */
  g_assert_cmpfloat_with_epsilon(history.refusals, 1.75, 1e-14);
  g_assert_cmpint(history.updated_ms, ==, 60 * DAY_MS);
  /* All is forgotten in the end. */
  g_assert_cmpfloat_with_epsilon(muster_alert_history_acceptance(&history, model, 20000 * DAY_MS), 0.36, 1e-9);
}

/* Somebody who accepts with 60 % of all alerts is found out. */
static void test_history_learns(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  mi_random random;
  mi_random_init(&random, test_seed(), 9);
  MusterAlertHistory history = {0};
  double sum = 0;
  for (int i = 0; i < 3000; i++) {
    int64_t at_ms = i * INT64_C(3600000);
    bool accepts = mi_random_unit(&random) < 0.6;
    muster_alert_history_note(&history, model, accepts ? MUSTER_ALERT_ACCEPTED : MUSTER_ALERT_DECLINED, at_ms);
    if (i >= 1000) sum += muster_alert_history_acceptance(&history, model, at_ms) / 2000;
  }
  g_assert_cmpfloat_with_epsilon(sum, 0.6, 0.06);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-model/against-a-million-draws", test_against_draws);
  g_test_add_func("/alert-model/against-a-fine-integral", test_against_a_fine_integral);
  g_test_add_func("/alert-model/bits", test_bits);
  g_test_add_func("/alert-model/tables-are-monotone", test_tables_are_monotone);
  g_test_add_func("/alert-model/factors", test_factors);
  g_test_add_func("/alert-model/never-there", test_never_there);
  g_test_add_func("/alert-model/history", test_history);
  g_test_add_func("/alert-model/history-learns", test_history_learns);
  return g_test_run();
}
