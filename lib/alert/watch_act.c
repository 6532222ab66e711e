/* What follows from a watch: whom to alert in addition, whom to let go, whose alert has gone unanswered. */
#include <math.h>

#include "alert/watch.h"

static uint32_t left_ms(int64_t at_ms, int64_t deadline_ms) {
  return deadline_ms <= at_ms ? 0 : (uint32_t)MIN(deadline_ms - at_ms, (int64_t)UINT32_MAX - 1);
}

static MusterAlertCandidate *reserve_assessed(MusterAlertWatch *watch, size_t count) {
  if (count > watch->assessed_capacity) {
    watch->assessed = g_renew(MusterAlertCandidate, watch->assessed, count);
    watch->assessed_capacity = count;
  }
  return watch->assessed;
}

void muster_alert_watch_extend(MusterAlertWatch *watch, const MusterAlertConditions *conditions,
                               const MusterAlertPerson *persons, size_t count, MusterAlertChoice *out) {
  MusterAlertConditions now = *conditions;
  MusterAlertGoal *goal = &watch->set->goal;
  now.accept_within_ms = left_ms(now.at_ms, watch->accept_by_ms);
  now.on_scene_within_ms = left_ms(now.at_ms, watch->on_scene_by_ms);
  goal->alpha_accept = now.accept_within_ms ? watch->goal.alpha_accept : 0;
  goal->alpha_on_scene = now.on_scene_within_ms ? watch->goal.alpha_on_scene : 0;
  uint32_t present = 0;
  for (uint32_t i = 0; i < watch->count; i++) {
    const mi_watch_alert *alert = &watch->alerts[i];
    if (!mi_watch_counts(alert)) continue;
    watch->present[present++] = (MusterAlertCandidate){.id = alert->id,
                                                       .roles = alert->roles,
                                                       .p_accept = mi_watch_accepts(watch, alert, now.at_ms),
                                                       .p_on_scene = mi_watch_arrives(watch, alert, now.at_ms)};
  }
  MusterAlertCandidate *candidates = reserve_assessed(watch, count);
  muster_alert_model_assess(watch->model, &now, persons, count, candidates);
  muster_alert_set_choose(watch->set, watch->present, present, candidates, count, out);
}

/* Who would help least first; among equals the silent, then the later in order of ids. */
static bool helps_less(const mi_watch_helper *a, const mi_watch_helper *b) {
  if (a->arrives != b->arrives) return a->arrives < b->arrives;
  if (a->accepted != b->accepted) return !a->accepted;
  return a->position > b->position;
}

/* Everybody who has not gone, who helps least first. */
static uint32_t list_helpers(MusterAlertWatch *watch, int64_t at_ms) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < watch->count; i++) {
    const mi_watch_alert *alert = &watch->alerts[i];
    watch->left_out[i] = false;
    if (alert->state == MI_WATCH_GONE) continue;
    double arrives = mi_watch_is_stranded(alert) ? 0 : mi_watch_arrives(watch, alert, at_ms);
    mi_watch_helper helper = {arrives, i, alert->state != MI_WATCH_SILENT};
    uint32_t at = count++;
    for (; at > 0 && helps_less(&helper, &watch->helpers[at - 1]); at--) watch->helpers[at] = watch->helpers[at - 1];
    watch->helpers[at] = helper;
  }
  return count;
}

/* P(enough on scene) without those left out. */
static double chance_without(MusterAlertWatch *watch, uint32_t helper_count) {
  const mi_slots *slots = &watch->set->slots;
  double *distribution = watch->set->work.arrive;
  mi_slots_reset(slots, distribution);
  for (uint32_t i = 0; i < helper_count; i++) {
    const mi_watch_helper *helper = &watch->helpers[i];
    unsigned type = mi_slots_type(slots, watch->alerts[helper->position].roles);
    if (type && !watch->left_out[helper->position]) mi_slots_add(slots, distribution, type, helper->arrives);
  }
  return mi_slots_filled(slots, distribution);
}

/* Where the demand is out of reach already, only who cannot help at all is needless. */
static bool is_needless(MusterAlertWatch *watch, const mi_watch_helper *helper, uint32_t helper_count, double demand) {
  watch->left_out[helper->position] = true;
  bool filled = !helper->accepted || mi_watch_unfilled(watch, watch->left_out) == 0;
  bool needless = filled && mi_set_meets(chance_without(watch, helper_count), demand);
  watch->left_out[helper->position] = needless;
  return needless;
}

const uint64_t *muster_alert_watch_surplus(MusterAlertWatch *watch, int64_t at_ms, size_t *count) {
  *count = 0;
  if (mi_watch_unfilled(watch, NULL) > 0) return watch->ids;
  uint32_t helper_count = list_helpers(watch, at_ms);
  double demand = at_ms < watch->on_scene_by_ms ? watch->goal.alpha_on_scene : 0;
  demand = fmin(demand, chance_without(watch, helper_count));
  for (uint32_t i = 0; i < helper_count; i++) {
    const mi_watch_alert *alert = &watch->alerts[watch->helpers[i].position];
    if (alert->state != MI_WATCH_ARRIVED && is_needless(watch, &watch->helpers[i], helper_count, demand))
      watch->ids[(*count)++] = alert->id;
  }
  return watch->ids;
}

const uint64_t *muster_alert_watch_unanswered(MusterAlertWatch *watch, int64_t at_ms, size_t *count) {
  *count = 0;
  for (uint32_t i = 0; i < watch->count; i++) {
    mi_watch_alert *alert = &watch->alerts[i];
    if (alert->state != MI_WATCH_SILENT || alert->told || mi_watch_unanswered_ms(watch, alert) > at_ms) continue;
    alert->told = true;
    watch->ids[(*count)++] = alert->id;
  }
  return watch->ids;
}
