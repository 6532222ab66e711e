/* Following the alerts of one incident: what became known of whom, and what it means for the promise. */
#include "alert/watch.h"

#include <math.h>

MusterAlertWatch *muster_alert_watch_new(MusterAlertModel *model, const MusterAlertGoal *goal, int64_t accept_by_ms,
                                         int64_t on_scene_by_ms, GError **error) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  if (!muster_alert_set_prepare(set, goal, error)) return NULL;
  MusterAlertWatch *watch = g_new0(MusterAlertWatch, 1);
  watch->model = muster_alert_model_ref(model);
  watch->set = g_steal_pointer(&set);
  watch->goal = *goal;
  muster_alert_watch_set_deadlines(watch, accept_by_ms, on_scene_by_ms);
  return watch;
}

void muster_alert_watch_free(MusterAlertWatch *watch) {
  if (!watch) return;
  muster_alert_model_unref(watch->model);
  muster_alert_set_free(watch->set);
  g_free(watch->alerts);
  g_free(watch->present);
  g_free(watch->assessed);
  g_free(watch->helpers);
  g_free(watch->left_out);
  g_free(watch->ids);
  g_free(watch);
}

void muster_alert_watch_set_deadlines(MusterAlertWatch *watch, int64_t accept_by_ms, int64_t on_scene_by_ms) {
  watch->accept_by_ms = accept_by_ms;
  watch->on_scene_by_ms = on_scene_by_ms;
}

bool muster_alert_watch_restart(MusterAlertWatch *watch, const MusterAlertGoal *goal, int64_t accept_by_ms,
                                int64_t on_scene_by_ms, GError **error) {
  if (!muster_alert_set_prepare(watch->set, goal, error)) return false;
  watch->goal = *goal;
  watch->count = 0;
  muster_alert_watch_set_deadlines(watch, accept_by_ms, on_scene_by_ms);
  return true;
}

static void reserve(MusterAlertWatch *watch) {
  if (watch->count < watch->capacity) return;
  watch->capacity = watch->capacity ? 2 * watch->capacity : 32;
  watch->alerts = g_renew(mi_watch_alert, watch->alerts, watch->capacity);
  watch->present = g_renew(MusterAlertCandidate, watch->present, watch->capacity);
  watch->helpers = g_renew(mi_watch_helper, watch->helpers, watch->capacity);
  watch->left_out = g_renew(bool, watch->left_out, watch->capacity);
  watch->ids = g_renew(uint64_t, watch->ids, watch->capacity);
}

bool muster_alert_watch_alert(MusterAlertWatch *watch, const MusterAlertConditions *conditions,
                              const MusterAlertPerson *person) {
  uint32_t at = watch->count;
  while (at > 0 && watch->alerts[at - 1].id > person->id) at--;
  if (at > 0 && watch->alerts[at - 1].id == person->id) return false;
  reserve(watch);
  for (uint32_t i = watch->count++; i > at; i--) watch->alerts[i] = watch->alerts[i - 1];
  bool reaches = person->travel_ms != MUSTER_UNREACHABLE_MS;
  watch->alerts[at] = (mi_watch_alert){
      .id = person->id,
      .variant = person->variant,
      .roles = person->roles,
      .alerted_ms = conditions->at_ms,
      .acceptance = muster_alert_model_acceptance(watch->model, conditions, person),
      .travel_s = reaches ? person->travel_ms / 1000.0 : HUGE_VAL,
      .extra_s = mi_alert_extra_s(watch->model, conditions, person),
      .turnout = watch->model->turnout_of_hour[conditions->hour % MI_ALERT_HOURS],
  };
  return true;
}

/* Still to be heard of; NULL otherwise. */
static mi_watch_alert *find(MusterAlertWatch *watch, uint64_t id) {
  for (uint32_t i = 0; i < watch->count; i++) {
    mi_watch_alert *alert = &watch->alerts[i];
    if (alert->id != id) continue;
    return alert->state == MI_WATCH_SILENT || alert->state == MI_WATCH_ON_THE_WAY ? alert : NULL;
  }
  return NULL;
}

static void set_accepted(mi_watch_alert *alert, int64_t at_ms) {
  if (alert->state == MI_WATCH_SILENT) alert->accepted_ms = at_ms;
  alert->state = MI_WATCH_ON_THE_WAY;
}

bool muster_alert_watch_accept(MusterAlertWatch *watch, uint64_t id, int64_t at_ms) {
  mi_watch_alert *alert = find(watch, id);
  if (alert) set_accepted(alert, at_ms);
  return alert != NULL;
}

bool muster_alert_watch_decline(MusterAlertWatch *watch, uint64_t id, int64_t at_ms) {
  (void)at_ms;
  mi_watch_alert *alert = find(watch, id);
  if (alert) alert->state = MI_WATCH_GONE;
  return alert != NULL;
}

bool muster_alert_watch_withdraw(MusterAlertWatch *watch, uint64_t id, int64_t at_ms) {
  return muster_alert_watch_decline(watch, id, at_ms);
}

bool muster_alert_watch_arrive(MusterAlertWatch *watch, uint64_t id, int64_t at_ms) {
  mi_watch_alert *alert = find(watch, id);
  if (!alert) return false;
  set_accepted(alert, at_ms);
  alert->state = MI_WATCH_ARRIVED;
  alert->arrived_ms = at_ms;
  return true;
}

bool muster_alert_watch_position(MusterAlertWatch *watch, uint64_t id, uint32_t left_ms, int64_t at_ms) {
  mi_watch_alert *alert = find(watch, id);
  if (!alert) return false;
  set_accepted(alert, at_ms);
  alert->located = true;
  alert->located_ms = at_ms;
  alert->travel_s = left_ms == MUSTER_UNREACHABLE_MS ? HUGE_VAL : left_ms / 1000.0;
  return true;
}

typedef enum stage { ACCEPTED, ON_SCENE } stage;

/* P(enough by the deadline) of one stage, given silence until at_ms. */
static double stage_chance(MusterAlertWatch *watch, stage of, int64_t at_ms) {
  const mi_slots *slots = &watch->set->slots;
  double *distribution = watch->set->work.accept;
  mi_slots_reset(slots, distribution);
  for (uint32_t i = 0; i < watch->count; i++) {
    const mi_watch_alert *alert = &watch->alerts[i];
    unsigned type = mi_slots_type(slots, alert->roles);
    if (!mi_watch_counts(alert) || type == 0) continue;
    double p = of == ACCEPTED ? mi_watch_accepts(watch, alert, at_ms) : mi_watch_arrives(watch, alert, at_ms);
    mi_slots_add(slots, distribution, type, p);
  }
  return fmin(mi_slots_filled(slots, distribution), 1);
}

uint32_t mi_watch_unfilled(const MusterAlertWatch *watch, const bool *left_out) {
  const mi_slots *slots = &watch->set->slots;
  uint32_t state = 0;
  for (uint32_t i = 0; i < watch->count; i++) {
    const mi_watch_alert *alert = &watch->alerts[i];
    unsigned type = mi_slots_type(slots, alert->roles);
    if (!mi_watch_counts(alert) || alert->state == MI_WATCH_SILENT || type == 0 || (left_out && left_out[i])) continue;
    state = slots->next[type][state];
  }
  return slots->empty[state];
}

void muster_alert_watch_outlook(MusterAlertWatch *watch, int64_t at_ms, MusterAlertOutlook *out) {
  *out = (MusterAlertOutlook){.p_accept = stage_chance(watch, ACCEPTED, at_ms),
                              .p_on_scene = stage_chance(watch, ON_SCENE, at_ms),
                              .unfilled = mi_watch_unfilled(watch, NULL)};
  for (uint32_t i = 0; i < watch->count; i++) {
    mi_watch_state state = watch->alerts[i].state;
    bool accepted = state == MI_WATCH_ON_THE_WAY, stranded = accepted && mi_watch_is_stranded(&watch->alerts[i]);
    out->open += state == MI_WATCH_SILENT;
    out->accepted += accepted && !stranded;
    out->arrived += state == MI_WATCH_ARRIVED;
    out->stranded += stranded;
  }
}

/* The first ms after at_ms and up to end_ms at which the chance is below alpha; INT64_MAX: none, or below already. By
 * the secant of the bracket, whose stale end counts half (Illinois), and by halves where that is slow. */
static int64_t find_fall(MusterAlertWatch *watch, stage of, double alpha, int64_t at_ms, int64_t end_ms) {
  enum { SECANTS_MOST = 12 };
  if (at_ms >= end_ms || alpha == 0) return INT64_MAX;
  double least = alpha - MI_SET_TOLERANCE, above = stage_chance(watch, of, at_ms) - least;
  if (above < 0) return INT64_MAX;
  double below = stage_chance(watch, of, end_ms) - least;
  if (below >= 0) return INT64_MAX;
  int64_t met_ms = at_ms, below_ms = end_ms;
  bool last_met = false;
  for (int step = 0; below_ms - met_ms > 1; step++) {
    double share = step < SECANTS_MOST ? above / (above - below) : 0.5;
    int64_t probe_ms = met_ms + (int64_t)((double)(below_ms - met_ms) * share);
    probe_ms = CLAMP(probe_ms, met_ms + 1, below_ms - 1);
    double chance = stage_chance(watch, of, probe_ms) - least;
    bool met = chance >= 0;
    if (step && met == last_met) *(met ? &below : &above) /= 2;
    last_met = met;
    *(met ? &above : &below) = chance;
    *(met ? &met_ms : &below_ms) = probe_ms;
  }
  return below_ms;
}

int64_t mi_watch_unanswered_ms(const MusterAlertWatch *watch, const mi_watch_alert *alert) {
  return alert->alerted_ms + (int64_t)(watch->model->figures.unanswered_after_s * 1000);
}

int64_t muster_alert_watch_next_ms(MusterAlertWatch *watch, int64_t at_ms) {
  int64_t next_ms = INT64_MAX;
  for (uint32_t i = 0; i < watch->count; i++) {
    const mi_watch_alert *alert = &watch->alerts[i];
    if (alert->state == MI_WATCH_SILENT && mi_watch_unanswered_ms(watch, alert) > at_ms)
      next_ms = MIN(next_ms, mi_watch_unanswered_ms(watch, alert));
  }
  int64_t end_ms = MIN(next_ms, watch->accept_by_ms);
  next_ms = MIN(next_ms, find_fall(watch, ACCEPTED, watch->goal.alpha_accept, at_ms, end_ms));
  end_ms = MIN(next_ms, watch->on_scene_by_ms);
  return MIN(next_ms, find_fall(watch, ON_SCENE, watch->goal.alpha_on_scene, at_ms, end_ms));
}
