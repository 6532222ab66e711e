/* Tallies of a simulation; definitions of the denominators: docs/simulation.md, "What is counted". */
#include "sim/result.h"

#include <math.h>
#include <string.h>

#include "sim/stats.h"

const uint32_t mi_alert_class_least[MI_ALERT_CLASSES] = {0, 1, 2, 4, 6, 11, 21};

double mi_tally_share(const mi_tally *tally, MusterStage stage) {
  return tally->of[stage] ? (double)tally->met[stage] / (double)tally->of[stage] : NAN;
}

/* Only what ended without anybody's fault before its deadline is left out. A resident who gave up, or whose incident
 * was still open at the end, is missed. */
mi_verdict mi_case_verdict(const mi_case *incident, MusterStage stage) {
  if (incident->ending == MI_ENDING_UNHEARD || incident->ending == MI_ENDING_REFUSED) return MI_VERDICT_LEFT_OUT;
  int64_t deadline_ms = muster_stage_deadline_ms(stage);
  if (incident->stage_ms[stage] >= 0 && incident->stage_ms[stage] <= deadline_ms) return MI_VERDICT_MET;
  bool by_itself = incident->ending == MI_ENDING_RESOLVED || incident->ending == MI_ENDING_DUPLICATE;
  if (by_itself && incident->end_ms - incident->reported_ms < deadline_ms) return MI_VERDICT_LEFT_OUT;
  return MI_VERDICT_MISSED;
}

static void count(mi_tally *tally, MusterStage stage, mi_verdict verdict) {
  if (verdict == MI_VERDICT_LEFT_OUT) return;
  tally->of[stage]++;
  if (verdict == MI_VERDICT_MET) tally->met[stage]++;
}

static void count_areas(MusterSimResult *result, uint32_t grid, MusterStage stage, mi_verdict verdict) {
  if (grid == MUSTER_NONE) return;
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  for (MusterAreaId area = result->ground->first_grid + grid; area != MUSTER_NONE; area = areas[area].parent)
    count(&result->by_area[area], stage, verdict);
}

static void add_stages(MusterSimResult *result, uint32_t run, const mi_case *incident, const mi_arrival *arrival) {
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    mi_verdict verdict = mi_case_verdict(incident, (MusterStage)stage);
    if (verdict == MI_VERDICT_LEFT_OUT) {
      result->left_out_repeated[stage] += incident->ending == MI_ENDING_DUPLICATE;
      result->left_out_helped[stage] += incident->ending == MI_ENDING_RESOLVED;
      continue;
    }
    count(&result->total, (MusterStage)stage, verdict);
    count(&result->by_run[run], (MusterStage)stage, verdict);
    count(&result->by_hour[mi_hour_of(incident->reported_ms)], (MusterStage)stage, verdict);
    count(&result->by_kind[arrival->kind], (MusterStage)stage, verdict);
    count_areas(result, arrival->grid, (MusterStage)stage, verdict);
    if (incident->stage_ms[stage] < 0) continue;
    uint32_t time_ms = (uint32_t)MIN(incident->stage_ms[stage], (int64_t)UINT32_MAX);
    g_array_append_val(result->times[stage], time_ms);
  }
}

static void add_incident(MusterSimResult *result, uint32_t run, const mi_outcome *outcome, size_t i) {
  const mi_case *incident = &outcome->incidents[i];
  const mi_arrival *arrival = &outcome->arrivals.list[i];
  result->reports++;
  result->endings[incident->ending]++;
  result->redials += arrival->redials;
  if (arrival->repeats != MUSTER_NONE && incident->ending != MI_ENDING_DUPLICATE &&
      incident->ending != MI_ENDING_UNHEARD)
    result->unnoticed_repeats++;
  add_stages(result, run, incident, arrival);
  result->accepts += incident->accepts;
  result->declines += incident->declines;
  result->silent += incident->silent;
  result->withdrawn += incident->withdrawn;
  result->surplus += incident->surplus;
  result->escalations += incident->escalations;
  result->breaches += incident->breaches;
  result->shortfalls += incident->shortfalls;
  result->assigned += incident->assigned;
  result->travel_ms += incident->travel_ms;
  if (incident->alerts || incident->assigned) result->incidents_alerted++;
}

static void count_volunteer(MusterSimResult *result, uint32_t alerts) {
  if (alerts >= result->volunteers_with->len) g_array_set_size(result->volunteers_with, alerts + 1);
  g_array_index(result->volunteers_with, uint64_t, alerts)++;
}

static void add_volunteers(MusterSimResult *result, const mi_outcome *outcome) {
  size_t volunteer_count;
  const MusterVolunteer *volunteers = muster_county_volunteers(result->county, &volunteer_count);
  for (size_t i = 0; i < volunteer_count; i++) {
    if (!volunteers[i].approved) continue;
    size_t class = MI_ALERT_CLASSES - 1;
    while (outcome->alerts_of[i] < mi_alert_class_least[class]) class --;
    result->volunteers_by_alerts[class]++;
    count_volunteer(result, outcome->alerts_of[i]);
    result->most_alerts = MAX(result->most_alerts, outcome->alerts_of[i]);
    result->volunteers++;
  }
  for (size_t i = 0; i < MI_STATUS_COUNT; i++) result->status_ms[i] += outcome->status_ms[i];
}

static void add_course(MusterSimResult *result, const mi_outcome *outcome) {
  for (size_t i = 0; i < result->course_count && i < outcome->sample_count; i++) {
    result->course[i].reports += outcome->samples[i].reports;
    result->course[i].open += outcome->samples[i].open;
    result->course[i].on_standby += outcome->samples[i].on_standby;
    result->course[i].busy += outcome->samples[i].busy;
  }
}

void mi_result_add(MusterSimResult *result, uint32_t run, mi_outcome *outcome) {
  for (size_t i = 0; i < outcome->arrivals.count; i++) add_incident(result, run, outcome, i);
  add_volunteers(result, outcome);
  add_course(result, outcome);
  result->alerts += outcome->alerts;
  result->turned_back += outcome->turned_back;
  result->arrived += outcome->arrived;
  result->events += outcome->events;
  result->decisions += outcome->decisions;
  result->refused += outcome->refused;
  if (!result->first_refusal) result->first_refusal = g_steal_pointer(&outcome->first_refusal);
  for (size_t i = 0; i <= MUSTER_MODE_COUNT; i++) result->assigned_by_mode[i] += outcome->assigned_by_mode[i];
  result->hash = (result->hash ^ outcome->state_hash) * UINT64_C(0x9E3779B97F4A7C15);
  if (run == 0) {
    result->first = *outcome;
    *outcome = (mi_outcome){0};
  } else {
    mi_outcome_clear(outcome);
  }
}

/* Σ (2i − n − 1)·xᵢ ÷ (n·Σ xᵢ) with the xᵢ ascending from i = 1, all of one x at once. */
double mi_result_gini(const MusterSimResult *result) {
  int64_t volunteers = (int64_t)result->volunteers, below = 0, alerts = 0, apart = 0;
  for (guint x = 0; x < result->volunteers_with->len; x++) {
    int64_t with = (int64_t)g_array_index(result->volunteers_with, uint64_t, x);
    alerts += x * with;
    apart += x * with * (2 * below + with - volunteers);
    below += with;
  }
  return alerts ? (double)apart / ((double)volunteers * (double)alerts) : NAN;
}

double mi_result_alerts_per_arrival(const MusterSimResult *result) {
  return result->arrived ? (double)result->alerts / (double)result->arrived : NAN;
}

static int compare_times(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

static void finish_stage(MusterSimResult *result, MusterStage stage) {
  MusterStageResult *out = &result->stages[stage];
  g_autofree uint64_t *met = g_new(uint64_t, result->runs), *of = g_new(uint64_t, result->runs);
  for (uint32_t run = 0; run < result->runs; run++) {
    met[run] = result->by_run[run].met[stage];
    of[run] = result->by_run[run].of[stage];
  }
  *out = (MusterStageResult){.stage = stage, .met = result->total.met[stage], .of = result->total.of[stage]};
  mi_ratio_interval(met, of, result->runs, &out->share, &out->ci95_low, &out->ci95_high);
  GArray *times = result->times[stage];
  g_array_sort(times, compare_times);
  const uint32_t *ascending = (const uint32_t *)(const void *)times->data;
  out->p50_s = mi_quantile(ascending, times->len, 0.5) / 1000;
  out->p90_s = mi_quantile(ascending, times->len, 0.9) / 1000;
}

void mi_result_finish(MusterSimResult *result) {
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) finish_stage(result, (MusterStage)stage);
}

const MusterStageResult *muster_sim_result_stages(const MusterSimResult *result) { return result->stages; }

uint64_t muster_sim_result_event_count(const MusterSimResult *result) { return result->events; }

void muster_sim_result_set_command(MusterSimResult *result, const char *command) {
  g_free(result->command);
  result->command = g_strdup(command);
}

void muster_sim_result_free(MusterSimResult *result) {
  if (!result) return;
  mi_outcome_clear(&result->first);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    if (result->times[stage]) g_array_unref(result->times[stage]);
  if (result->volunteers_with) g_array_unref(result->volunteers_with);
  g_free(result->by_run);
  g_free(result->by_area);
  g_free(result->course);
  g_free(result->first_refusal);
  g_free(result->command);
  mi_ground_free(result->ground);
  muster_policy_unref(result->policy);
  muster_scenario_unref(result->scenario);
  muster_county_unref(result->county);
  g_free(result);
}
