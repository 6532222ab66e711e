/* Tables of the alert model by travel time; see odds.h. */
#include "plan/odds.h"

#include <math.h>

#include "alert/model.h"

enum { SECONDS = MI_CURVE_SECONDS }; /* as far as the model's own curves */

static void make_odds(const MusterAlertModel *model, mi_odds *odds, const MusterCoverageOptions *options) {
  const mi_alert_turnout *turnout = &model->turnouts[odds->turnout];
  double reached_s = options->reached_ms / 1000.0, on_scene_s = options->on_scene_ms / 1000.0;
  odds->reached = mi_curve_value(&model->answer, reached_s);
  odds->on_scene = g_new0(double, SECONDS + 1);
  odds->late = g_new0(double, SECONDS + 1);
  odds->by_step = g_new0(double, (size_t)(SECONDS + 1) * MI_ALERTED_STEPS);
  for (int travel_s = 0; travel_s <= SECONDS; travel_s++) {
    odds->on_scene[travel_s] = mi_alert_travel_cdf(model, &turnout->answered, travel_s, on_scene_s - odds->extra_s);
    odds->late[travel_s] = fmin(odds->on_scene[travel_s], mi_alert_arrives_after(model, &turnout->departed, travel_s,
                                                                                 odds->extra_s, reached_s, on_scene_s));
    /* Rounding aside: who accepts in time and comes accepts in time. */
    odds->late[travel_s] = fmax(odds->late[travel_s], odds->on_scene[travel_s] - odds->reached);
    for (int k = 0; k < MI_ALERTED_STEPS; k++)
      odds->by_step[travel_s * MI_ALERTED_STEPS + k] =
          mi_alert_travel_cdf(model, &turnout->answered, travel_s, (k + 1.0) * MI_ODDS_STEP_S - odds->extra_s);
  }
}

static uint8_t find_odds(mi_odds_set *set, const MusterCoverageOptions *options, uint32_t turnout, double extra_s) {
  for (size_t i = 0; i < set->count; i++)
    if (set->odds[i].turnout == turnout && set->odds[i].extra_s == extra_s) return (uint8_t)i;
  set->odds = g_renew(mi_odds, set->odds, set->count + 1);
  set->odds[set->count] = (mi_odds){.turnout = turnout, .extra_s = extra_s};
  make_odds(set->model, &set->odds[set->count], options);
  return (uint8_t)set->count++;
}

void mi_odds_set_init(mi_odds_set *set, const MusterCoverageOptions *options) {
  *set = (mi_odds_set){.model = muster_alert_model_ref(options->model)};
  bool high = options->high_rise_share > 0;
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
    if (!(options->hours >> hour & 1)) continue;
    uint32_t turnout = set->model->turnout_of_hour[hour];
    set->of_hour[0][hour] = find_odds(set, options, turnout, 0);
    if (high) set->of_hour[1][hour] = find_odds(set, options, turnout, set->model->figures.high_rise_s);
  }
}

void mi_odds_set_clear(mi_odds_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    g_free(set->odds[i].on_scene);
    g_free(set->odds[i].late);
    g_free(set->odds[i].by_step);
  }
  g_free(set->odds);
  muster_alert_model_unref(set->model);
}

void mi_odds_tell(const mi_odds *odds, double p, uint32_t travel_ms, mi_alerted_person *out, double *comes) {
  uint32_t second = MIN(travel_ms / 1000, (uint32_t)SECONDS - 1);
  double part = fmin(travel_ms / 1000.0 - second, 1);
  double on_scene = odds->on_scene[second] + part * (odds->on_scene[second + 1] - odds->on_scene[second]);
  double late = odds->late[second] + part * (odds->late[second + 1] - odds->late[second]);
  out->both = p * (on_scene - late);
  out->accepts = p * fmax(odds->reached - (on_scene - late), 0);
  out->comes = p * late;
  if (!comes) return;
  const double *before = odds->by_step + (size_t)second * MI_ALERTED_STEPS, *after = before + MI_ALERTED_STEPS;
  for (int k = 0; k < MI_ALERTED_STEPS; k++) comes[k] = p * (before[k] + part * (after[k] - before[k]));
}

uint32_t mi_odds_reach_ms(const mi_odds_set *set) {
  uint32_t farthest_s = 0;
  for (size_t i = 0; i < set->count; i++)
    for (uint32_t second = farthest_s; second <= SECONDS; second++)
      if (set->odds[i].on_scene[second] >= 1e-9) farthest_s = second + 1;
  return farthest_s * 1000;
}
