/* Policies of waves against the published table, closed forms and a million simulated incidents. */
#include <math.h>
#include <muster/alert.h>

#include "base/random.h"
#include "support/support.h"

static MusterAlertModel *built_in(void) {
  GError *error = NULL;
  MusterAlertModel *model = muster_alert_model_new(NULL, &error);
  g_assert_no_error(error);
  return model;
}

/* docs/alerting.md holds this very table; 36 % accept, delay gamma of mean 45 s and deviation 21.5 s, 120 s. */
static const struct {
  const char *name;
  MusterAlertWaves waves;
  double p, alerts, redundant;
} table[] = {
    {"one at a time, exclusive 30 s", {0.36, 0.32, 1, 30000, 30000, false, 120000}, 0.330, 4.13, 0},
    {"1 every 30 s", {0.36, 0.32, 1, 30000, 0, false, 120000}, 0.728, 3.25, 0.17},
    {"3 every 30 s", {0.36, 0.32, 3, 30000, 0, false, 120000}, 0.980, 6.33, 1.12},
    {"7 every 60 s", {0.36, 0.32, 7, 60000, 0, false, 120000}, 0.996, 7.72, 1.71},
    {"7 every 60 s, declines replaced at once", {0.36, 0.32, 7, 60000, 0, true, 120000}, 0.999, 8.47, 1.96},
    {"20 at once", {0.36, 0.32, 20, 0, 0, false, 120000}, 1.000, 20, 6.17},
};

static void test_table(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
    MusterAlertWavesResult result;
    g_assert_true(muster_alert_waves_evaluate(model, &table[i].waves, &result));
    g_test_message("%s: %.3f, %.2f alerts, %.2f redundant", table[i].name, result.p_accepted, result.alerts,
                   result.redundant);
    g_assert_cmpfloat_with_epsilon(result.p_accepted, table[i].p, 0.0005);
    g_assert_cmpfloat_with_epsilon(result.alerts, table[i].alerts, 0.005);
    g_assert_cmpfloat_with_epsilon(result.redundant, table[i].redundant, 0.005);
    g_assert_cmpfloat(result.error, <, 1e-4);
  }
}

typedef struct open_alert {
  double answers_s; /* when the answer comes; infinite: never, or after the alert's end */
  bool accepts;
} open_alert;

static open_alert send(mi_random *random, const MusterAlertWaves *waves, double at_s) {
  double draw = mi_random_unit(random), delay_s = mi_random_gamma(random, 45, 21.5);
  bool ended = waves->alive_ms && delay_s > waves->alive_ms / 1000.0;
  bool answers = draw < waves->p_accept + waves->p_decline && !ended;
  return (open_alert){answers ? at_s + delay_s : HUGE_VAL, draw < waves->p_accept};
}

/* One incident, answer by answer. */
static void play(mi_random *random, const MusterAlertWaves *waves, uint64_t *alerts, uint64_t *accepts) {
  open_alert open[512];
  uint32_t count = 0;
  double end_s = waves->within_ms / 1000.0, next_wave_s = 0;
  bool accepted = false;
  *alerts = *accepts = 0;
  for (;;) {
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++)
      if (first == UINT32_MAX || open[i].answers_s < open[first].answers_s) first = i;
    double answer_s = first == UINT32_MAX ? HUGE_VAL : open[first].answers_s;
    if (!accepted && next_wave_s <= end_s && next_wave_s <= answer_s) {
      for (uint32_t i = 0; i < waves->per_wave; i++) open[count++] = send(random, waves, next_wave_s);
      *alerts += waves->per_wave;
      next_wave_s = waves->every_ms ? next_wave_s + waves->every_ms / 1000.0 : HUGE_VAL;
      continue;
    }
    if (answer_s > end_s) return;
    open_alert answer = open[first];
    open[first] = open[--count];
    *accepts += answer.accepts;
    accepted = accepted || answer.accepts;
    if (!answer.accepts && !accepted && waves->replace_declines) {
      open[count++] = send(random, waves, answer.answers_s);
      ++*alerts;
    }
  }
}

static void assert_mean(double sum, double squares, double draws, double expected, double error) {
  double mean = sum / draws, sd = sqrt(fmax(squares / draws - mean * mean, 1e-6) / draws);
  g_assert_cmpfloat_with_epsilon(mean, expected, 5 * sd + error);
}

static void test_against_draws(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  static const MusterAlertWaves more[] = {{0.2, 0.8, 2, 45000, 0, true, 200000},
                                          {0.5, 0.3, 3, 20000, 50000, true, 100000}};
  for (size_t i = 0; i < G_N_ELEMENTS(table) + G_N_ELEMENTS(more); i++) {
    enum { DRAWS = 1000000 };
    const MusterAlertWaves *waves = i < G_N_ELEMENTS(table) ? &table[i].waves : &more[i - G_N_ELEMENTS(table)];
    mi_random random;
    mi_random_init(&random, test_seed(), i);
    MusterAlertWavesResult result;
    g_assert_true(muster_alert_waves_evaluate(model, waves, &result));
    double sums[3] = {0}, squares[3] = {0};
    for (int draw = 0; draw < DRAWS; draw++) {
      uint64_t alerts, accepts;
      play(&random, waves, &alerts, &accepts);
      double values[3] = {accepts > 0, (double)alerts, accepts > 0 ? (double)accepts - 1 : 0};
      for (int k = 0; k < 3; k++) {
        sums[k] += values[k];
        squares[k] += values[k] * values[k];
      }
    }
    double error = result.error + muster_alert_model_error(model) * waves->per_wave;
    assert_mean(sums[0], squares[0], DRAWS, result.p_accepted, error);
    assert_mean(sums[1], squares[1], DRAWS, result.alerts, error);
    assert_mean(sums[2], squares[2], DRAWS, result.redundant, error);
  }
}

/* One wave, everybody answers within the time: 1 − (1 − p)^n, n alerts, n·p − that. */
static void test_one_shot(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  for (uint32_t n = 0; n <= 30; n++) {
    MusterAlertWaves waves = {.p_accept = 0.36, .per_wave = n, .within_ms = 3600000};
    MusterAlertWavesResult result;
    g_assert_true(muster_alert_waves_evaluate(model, &waves, &result));
    double p = 1 - pow(0.64, n);
    g_assert_cmpfloat_with_epsilon(result.p_accepted, p, 1e-9);
    g_assert_cmpfloat_with_epsilon(result.alerts, n, 1e-9);
    g_assert_cmpfloat_with_epsilon(result.redundant, 0.36 * n - p, 1e-8);
  }
}

static void test_refused(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertWavesResult result;
  const MusterAlertWaves cases[] = {
      {.p_accept = -0.1, .within_ms = 1},      {.p_accept = 0.6, .p_decline = 0.5, .within_ms = 1},
      {.p_accept = NAN, .within_ms = 1},       {.p_accept = 0.5, .within_ms = 0},
      {.p_accept = 0.5, .within_ms = 3600001}, {.p_accept = 0.5, .within_ms = 3600000, .every_ms = 1},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_false(muster_alert_waves_evaluate(model, &cases[i], &result));
}

/* The probability of a set of n alike, weighed by the Poisson chance that n are within the radius. */
static void test_poisson_field(void) {
  const double radius_m = 400, per_km2 = 30, p = 0.36, mean = per_km2 * 1e-6 * G_PI * radius_m * radius_m;
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  for (uint32_t wanted = 1; wanted <= 3; wanted++) {
    MusterAlertGoal goal = {.need_count = 1, .needs = {{0, wanted}}, .alpha_accept = 1};
    g_assert_true(muster_alert_set_prepare(set, &goal, NULL));
    double chance = exp(-mean), sum = 0;
    for (uint32_t n = 0; n < 100; n++) {
      MusterAlertCandidate candidates[100];
      MusterAlertChoice choice;
      for (uint32_t i = 0; i < n; i++) candidates[i] = (MusterAlertCandidate){i, 0, 0, p, p, 0};
      muster_alert_set_choose(set, NULL, 0, candidates, n, &choice);
      sum += chance * choice.p_accept;
      chance *= mean / (n + 1);
    }
    g_assert_cmpfloat_with_epsilon(muster_alert_field_probability(per_km2, radius_m, p, wanted), sum, 1e-12);
  }
  g_assert_cmpfloat_with_epsilon(muster_alert_field_probability(per_km2, radius_m, p, 1), 1 - exp(-p * mean), 1e-14);
  g_assert_cmpfloat_with_epsilon(muster_alert_field_probability(per_km2, radius_m, 1, 1), 1 - exp(-mean), 1e-14);
  g_assert_cmpfloat(muster_alert_field_probability(0, 100, 0.5, 1), ==, 0);
  g_assert_cmpfloat(muster_alert_field_probability(0, 100, 0.5, 0), ==, 1);
  g_assert_true(isnan(muster_alert_field_probability(-1, 100, 0.5, 1)));
}

/* The nearest of a field, and the nearest who accepts: drawn point by point in a square. */
static void test_nearest_of_a_field(void) {
  enum { FIELDS = 20000 };
  mi_random random;
  mi_random_init(&random, test_seed(), 77);
  const double side_m = 2000, per_km2 = 12, p = 0.36, radius_m = 250;
  int near = 0, near_who_accept = 0;
  for (int field = 0; field < FIELDS; field++) {
    bool anybody = false, somebody = false;
    uint32_t count = mi_random_poisson(&random, per_km2 * side_m * side_m * 1e-6);
    for (uint32_t i = 0; i < count; i++) {
      double x = (mi_random_unit(&random) - 0.5) * side_m, y = (mi_random_unit(&random) - 0.5) * side_m;
      bool accepts = mi_random_unit(&random) < p, within = x * x + y * y <= radius_m * radius_m;
      anybody = anybody || within;
      somebody = somebody || (within && accepts);
    }
    near += anybody;
    near_who_accept += somebody;
  }
  assert_mean(near, near, FIELDS, muster_alert_field_probability(per_km2, radius_m, 1, 1), 0);
  assert_mean(near_who_accept, near_who_accept, FIELDS, muster_alert_field_probability(per_km2, radius_m, p, 1), 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-waves/table", test_table);
  g_test_add_func("/alert-waves/against-a-million-draws", test_against_draws);
  g_test_add_func("/alert-waves/one-shot", test_one_shot);
  g_test_add_func("/alert-waves/refused", test_refused);
  g_test_add_func("/alert-waves/poisson-field", test_poisson_field);
  g_test_add_func("/alert-waves/nearest-of-a-field", test_nearest_of_a_field);
  return g_test_run();
}
