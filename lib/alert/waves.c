/* Waves of alerts and fields of volunteers, without knowing persons: how good a policy is, how dense a field must be.
 *
 * A wave of n starts n chains. A chain is an alert and, where refusals are replaced, the alerts that follow refusals;
 * an accept ends it and so does silence. With p and d the chances of accepting and of declining in the end, G the
 * distribution of the answer delay (cut where an alert ends), the chance F(t) that a chain has accepted by t and the
 * expected number R(t) of replacements in it solve F = p·G + d·G∗F,   R = d·G + d·G∗R, ∗ being the convolution of one
 * with the density of the other. Chains are independent, so nobody has accepted by t with probability N(t) = Π (1 − F(t
 * − wave's time)); a wave at s goes out with N(s), and a replacement at u of one chain with the N(u) of all others.
 */
#include <math.h>

#include "alert/model.h"
#include "alert/special.h"

static const double PI = 3.14159265358979323846;
enum { MOST_WAVES = 200, STEPS = 512, LONGEST_MS = 3600000 };

typedef struct grid {
  uint32_t steps;
  double step_s;
  double *answered; /* G at each step */
  double *accepted; /* F */
  double *replaced; /* R */
} grid;

static double delay_cdf(const MusterAlertModel *model, const MusterAlertWaves *waves, double t_s) {
  double alive_s = waves->alive_ms ? waves->alive_ms / 1000.0 : HUGE_VAL;
  return mi_curve_value(&model->answer, fmin(t_s, alive_s));
}

/* out = first·G + d·(G ∗ out): the piece of G from step j − 1 to j meets out half-way, by the mean of its two ends. */
static void solve(const grid *on, double first, double d, double *out) {
  for (uint32_t i = 0; i <= on->steps; i++) {
    double sum = first * on->answered[i], half = d / 2 * (i ? on->answered[1] - on->answered[0] : 0);
    for (uint32_t j = 2; j <= i; j++)
      sum += d / 2 * (on->answered[j] - on->answered[j - 1]) * (out[i - j] + out[i - j + 1]);
    if (i) sum += half * out[i - 1];
    out[i] = sum / (1 - half);
  }
}

static double at(const grid *on, const double *values, double t_s) {
  double place = t_s / on->step_s;
  if (!(place > 0)) return 0;
  if (place >= on->steps) return values[on->steps];
  uint32_t i = (uint32_t)place;
  return values[i] + (values[i + 1] - values[i]) * (place - i);
}

static double power(double base, uint32_t exponent) {
  double result = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

/* P(nobody has accepted by t), all waves up to then started; `but_one_of` a wave: without one of its chains. */
static double nobody(const grid *on, const MusterAlertWaves *waves, double t_s, uint32_t wave_count,
                     uint32_t but_one_of) {
  double product = 1;
  for (uint32_t w = 0; w < wave_count; w++) {
    double since_s = t_s - w * (waves->every_ms / 1000.0);
    if (since_s <= 0) break;
    product *= power(1 - at(on, on->accepted, since_s), waves->per_wave - (w == but_one_of));
  }
  return product;
}

/* Replacements of the chains of one wave: how many, and how many of those accept in time. */
static void add_replacements(const MusterAlertModel *model, const grid *on, const MusterAlertWaves *waves,
                             uint32_t wave, uint32_t wave_count, double *alerts, double *accepts) {
  double start_s = wave * (waves->every_ms / 1000.0), end_s = waves->within_ms / 1000.0;
  for (uint32_t i = 0; i < on->steps; i++) {
    double middle_s = start_s + (i + 0.5) * on->step_s;
    if (middle_s >= end_s) break;
    double sent =
        waves->per_wave * (on->replaced[i + 1] - on->replaced[i]) * nobody(on, waves, middle_s, wave_count, wave);
    *alerts += sent;
    *accepts += sent * waves->p_accept * delay_cdf(model, waves, end_s - middle_s);
  }
}

static MusterAlertWavesResult evaluate_on(const MusterAlertModel *model, const MusterAlertWaves *waves, grid *on) {
  double end_s = waves->within_ms / 1000.0, alerts = 0, accepts = 0;
  uint32_t wave_count = waves->every_ms ? waves->within_ms / waves->every_ms + 1 : 1;
  for (uint32_t i = 0; i <= on->steps; i++) on->answered[i] = delay_cdf(model, waves, i * on->step_s);
  double d = waves->replace_declines ? waves->p_decline : 0;
  solve(on, waves->p_accept, d, on->accepted);
  solve(on, d, d, on->replaced);
  for (uint32_t w = 0; w < wave_count; w++) {
    double start_s = w * (waves->every_ms / 1000.0);
    double sent = waves->per_wave * nobody(on, waves, start_s, wave_count, MUSTER_NONE);
    alerts += sent;
    accepts += sent * waves->p_accept * delay_cdf(model, waves, end_s - start_s);
    if (d > 0) add_replacements(model, on, waves, w, wave_count, &alerts, &accepts);
  }
  double accepted = 1 - nobody(on, waves, end_s, wave_count, MUSTER_NONE);
  return (MusterAlertWavesResult){accepted, alerts, fmax(accepts - accepted, 0), 0};
}

static MusterAlertWavesResult evaluate(const MusterAlertModel *model, const MusterAlertWaves *waves, uint32_t steps) {
  grid on = {steps, waves->within_ms / 1000.0 / steps, g_new(double, steps + 1), g_new(double, steps + 1),
             g_new(double, steps + 1)};
  MusterAlertWavesResult result = evaluate_on(model, waves, &on);
  g_free(on.answered);
  g_free(on.accepted);
  g_free(on.replaced);
  return result;
}

static bool in_range(const MusterAlertWaves *waves) {
  return waves->p_accept >= 0 && waves->p_decline >= 0 && waves->p_accept + waves->p_decline <= 1 &&
         waves->within_ms >= 1 && waves->within_ms <= LONGEST_MS &&
         (waves->every_ms == 0 || waves->within_ms / waves->every_ms < MOST_WAVES);
}

bool muster_alert_waves_evaluate(const MusterAlertModel *model, const MusterAlertWaves *waves,
                                 MusterAlertWavesResult *out) {
  if (!in_range(waves)) return false;
  MusterAlertWavesResult rough = evaluate(model, waves, STEPS);
  *out = evaluate(model, waves, 2 * STEPS);
  out->error = fabs(out->p_accepted - rough.p_accepted);
  out->error = fmax(out->error, fabs(out->alerts - rough.alerts));
  out->error = 2 * fmax(out->error, fabs(out->redundant - rough.redundant));
  return true;
}

double muster_alert_field_probability(double per_km2, double radius_m, double p_accept, uint32_t wanted) {
  if (!(per_km2 >= 0 && radius_m >= 0 && p_accept >= 0)) return NAN;
  double mean = p_accept * per_km2 * 1e-6 * PI * radius_m * radius_m;
  if (wanted == 0) return 1;
  return wanted == 1 ? 1 - mi_exp(-mean) : mi_gamma_cdf(wanted, mean);
}
