/* The promise of each incident: three stages counted from the report, their deadlines, what was met and what was not.
 *
 * A stage is met once and stays met: a volunteer who drops out later opens the incident again, and ON_SCENE then tells
 * the truth. What happens in the very millisecond of a deadline is in time.
 */
#include "engine/optimal.h"

void mi_promise_count(const mi_incident *incident, uint32_t *needed, uint32_t *engaged, uint32_t *arrived) {
  *needed = *engaged = *arrived = 0;
  for (size_t i = 0; i < incident->work->need_count; i++) {
    const mi_need *need = &incident->work->needs[i];
    *needed += need->count;
    *engaged += need->assigned + need->arrived;
    *arrived += need->arrived;
  }
}

int64_t mi_promise_deadline_ms(const MusterEngine *engine, const mi_incident *incident, MusterStage stage) {
  return mi_plan_of(engine, incident)->deadline_ms[stage];
}

/* How long before the deadline the next level is told: of a deadline too short for the setting, half of it. */
static int64_t escalate_before_ms(const mi_settings *settings, int64_t deadline_ms, int stage) {
  int64_t before_ms = INT64_C(1000) * settings->escalate_before_s[stage];
  return before_ms < deadline_ms ? before_ms : deadline_ms / 2;
}

/* A deadline that passed while the incident had ended (it was merged wrongly) is broken now, unless that was told. */
static void arm_stage(MusterEngine *engine, mi_incident_id id, int stage) {
  mi_incident *incident = mi_incident_at(engine, id);
  int64_t deadline_ms = mi_promise_deadline_ms(engine, incident, (MusterStage)stage);
  int64_t due_ms = incident->reported_ms + deadline_ms;
  int64_t before_ms = escalate_before_ms(incident->work->settings, deadline_ms, stage);
  if (incident->broken >> stage & 1) return;
  if (due_ms < engine->now_ms) {
    mi_promise_breach(engine, id, (MusterStage)stage);
    return;
  }
  incident->work->breach[stage] =
      mi_deadline_heap_add(&engine->deadlines, due_ms, (uint8_t)(MI_DEADLINE_BREACH + stage), id);
  if (before_ms)
    incident->work->escalate[stage] = mi_deadline_heap_add(&engine->deadlines, MAX(due_ms - before_ms, engine->now_ms),
                                                           (uint8_t)(MI_DEADLINE_ESCALATE + stage), id);
}

void mi_promise_start(MusterEngine *engine, mi_incident_id id) {
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    if (mi_incident_at(engine, id)->met_ms[stage] == MI_NEVER) arm_stage(engine, id, stage);
  mi_optimal_start(engine, id);
}

/* A deadline that moves; at the earliest it acts now. */
static void move(MusterEngine *engine, mi_deadline *deadline, int64_t at_ms, uint8_t kind, mi_incident_id id) {
  mi_deadline_heap_cancel(&engine->deadlines, deadline);
  *deadline = mi_deadline_heap_add(&engine->deadlines, MAX(at_ms, engine->now_ms), kind, id);
}

/* The next level is told when the new rules say so, if it was not told before. */
static void rearm_escalation(MusterEngine *engine, mi_incident_id id, int stage, const mi_rules *before) {
  const mi_incident *incident = mi_incident_at(engine, id);
  mi_deadline *escalate = &incident->work->escalate[stage];
  int64_t old_due_ms = muster_plans_list(before->plans, NULL)[incident->plan].deadline_ms[stage];
  int64_t due_ms = mi_promise_deadline_ms(engine, incident, (MusterStage)stage);
  int64_t old_ms = escalate_before_ms(before->settings, old_due_ms, stage),
          new_ms = escalate_before_ms(incident->work->settings, due_ms, stage);
  if (incident->work->escalated >> stage & 1) return;
  if (new_ms == 0)
    mi_deadline_heap_cancel(&engine->deadlines, escalate);
  else if (old_ms == 0 || due_ms - new_ms != old_due_ms - old_ms)
    move(engine, escalate, incident->reported_ms + due_ms - new_ms, (uint8_t)(MI_DEADLINE_ESCALATE + stage), id);
}

void mi_promise_rearm(MusterEngine *engine, mi_incident_id id, const mi_rules *before) {
  const mi_incident *incident = mi_incident_at(engine, id);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    if (incident->work->breach[stage] == MUSTER_NONE) continue; /* met, or broken */
    int64_t due_ms = mi_promise_deadline_ms(engine, incident, (MusterStage)stage);
    rearm_escalation(engine, id, stage, before);
    if (due_ms != muster_plans_list(before->plans, NULL)[incident->plan].deadline_ms[stage])
      move(engine, &incident->work->breach[stage], incident->reported_ms + due_ms,
           (uint8_t)(MI_DEADLINE_BREACH + stage), id);
  }
}

void mi_promise_say_since(MusterEngine *engine, const mi_incident *incident, int64_t at_ms) {
  mi_text_add_duration(&engine->text, at_ms - incident->reported_ms);
  mi_text_add(&engine->text, incident->reported_ms == incident->first_ms ? " after the report" : " after it came back");
}

static void stop_stage(MusterEngine *engine, mi_work *work, int stage) {
  mi_deadline_heap_cancel(&engine->deadlines, &work->escalate[stage]);
  mi_deadline_heap_cancel(&engine->deadlines, &work->breach[stage]);
}

void mi_promise_stop(MusterEngine *engine, mi_incident_id id) {
  mi_work *work = mi_incident_at(engine, id)->work;
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) stop_stage(engine, work, stage);
  mi_deadline_heap_cancel(&engine->deadlines, &work->age);
  mi_deadline_heap_cancel(&engine->deadlines, &work->watch);
  mi_deadline_heap_cancel(&engine->deadlines, &work->card);
  mi_deadline_heap_cancel(&engine->deadlines, &work->acknowledge);
}

void mi_promise_say_standing(MusterEngine *engine, const mi_incident *incident, MusterStage stage) {
  if (stage == MUSTER_STAGE_KNOWN) {
    mi_text_add(&engine->text, incident->met_ms[stage] == MI_NEVER ? "the contact card has not reached the reporter"
                                                                   : "the contact card reached the reporter");
    return;
  }
  uint32_t needed, engaged, arrived;
  mi_promise_count(incident, &needed, &engaged, &arrived);
  mi_text_add_number(&engine->text, stage == MUSTER_STAGE_REACHED ? engaged : arrived);
  mi_text_add(&engine->text, " of ");
  mi_text_add_number(&engine->text, needed);
  mi_text_add(&engine->text, stage == MUSTER_STAGE_REACHED ? " have accepted" : " stand there");
}

void mi_promise_stop_duplicate(MusterEngine *engine, mi_kept *kept) {
  mi_deadline_heap_cancel(&engine->deadlines, &kept->card);
  mi_deadline_heap_cancel(&engine->deadlines, &kept->breach);
}

static void stop_met(MusterEngine *engine, mi_work *work, MusterStage stage) {
  stop_stage(engine, work, stage);
  if (stage == MUSTER_STAGE_KNOWN) mi_deadline_heap_cancel(&engine->deadlines, &work->card);
  if (work->told_stage == stage) mi_deadline_heap_cancel(&engine->deadlines, &work->acknowledge);
}

void mi_promise_meet(MusterEngine *engine, mi_incident_id id, MusterStage stage) {
  mi_incident *incident = mi_incident_at(engine, id);
  incident->met_ms[stage] = engine->now_ms;
  if (incident->work)
    stop_met(engine, incident->work, stage);
  else
    mi_promise_stop_duplicate(engine, incident->kept);
  int64_t took_ms = engine->now_ms - incident->reported_ms;
  int64_t late_ms = took_ms - mi_promise_deadline_ms(engine, incident, stage);
  mi_promise_say_standing(engine, incident, stage);
  mi_text_add(&engine->text, " ");
  mi_promise_say_since(engine, incident, engine->now_ms);
  mi_text_add(&engine->text, ": ");
  if (late_ms > 0) mi_text_add_duration(&engine->text, late_ms);
  mi_text_add(&engine->text, late_ms > 0 ? " late" : "in time");
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_STAGE, id);
  decision->stage = stage;
  decision->late_ms = MAX(late_ms, 0);
  decision->why = why;
}

static uint32_t count_open_alerts(const mi_work *work) {
  uint32_t open = 0;
  for (size_t i = 0; i < work->need_count; i++) open += work->needs[i].alerted;
  return open;
}

void mi_promise_breach(MusterEngine *engine, mi_incident_id id, MusterStage stage) {
  mi_incident *incident = mi_incident_at(engine, id);
  *(incident->work ? &incident->work->breach[stage] : &incident->kept->breach) = MUSTER_NONE;
  incident->broken |= (uint8_t)(1u << stage);
  uint32_t needed = 0, engaged = 0, arrived = 0;
  if (stage != MUSTER_STAGE_KNOWN) mi_promise_count(incident, &needed, &engaged, &arrived);
  mi_promise_say_since(engine, incident, engine->now_ms);
  mi_text_add(&engine->text, " ");
  mi_promise_say_standing(engine, incident, stage);
  if (stage != MUSTER_STAGE_KNOWN) {
    mi_text_add(&engine->text, "; alerts open: ");
    mi_text_add_number(&engine->text, count_open_alerts(incident->work));
  }
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_BREACH, id);
  decision->stage = stage;
  decision->grid = incident->grid;
  decision->missing = stage == MUSTER_STAGE_KNOWN     ? 0
                      : stage == MUSTER_STAGE_REACHED ? needed - engaged
                                                      : needed - arrived;
  decision->why = why;
}

void mi_promise_review(MusterEngine *engine, mi_incident_id id) {
  mi_incident *incident = mi_incident_at(engine, id);
  uint32_t needed, engaged, arrived;
  mi_promise_count(incident, &needed, &engaged, &arrived);
  incident->state = (uint8_t)mi_lifecycle_state(needed, engaged, arrived);
  if (engaged >= needed && incident->met_ms[MUSTER_STAGE_REACHED] == MI_NEVER)
    mi_promise_meet(engine, id, MUSTER_STAGE_REACHED);
  if (arrived >= needed && incident->met_ms[MUSTER_STAGE_ON_SCENE] == MI_NEVER)
    mi_promise_meet(engine, id, MUSTER_STAGE_ON_SCENE);
}
