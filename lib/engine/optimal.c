/* The optimal policy: making, what the rest of the engine tells it, and its part of the step; see optimal.h. */
#include "engine/optimal.h"

/* A priority weighs more than any waiting: ages and places stay below it. */
enum { PRIORITY_TIERS = MUSTER_ASSIGN_AGES_MOST + 16, PRIORITIES = 4 };

void mi_optimal_must(bool done, GError *error) {
  if (!done) g_error("optimal: %s", error ? error->message : "the assignment is not solved");
}

mi_optimal *mi_optimal_new(const MusterEngine *engine) {
  const mi_settings *settings = engine->settings;
  mi_optimal *optimal = g_new0(mi_optimal, 1);
  optimal->free_row = MUSTER_NONE;
  optimal->travel_as_of = 1;
  optimal->rule = (MusterAssignRule){.deadlines_ms = {muster_stage_deadline_ms(MUSTER_STAGE_ON_SCENE)},
                                     .deadline_count = 1,
                                     .stickiness_ms = settings->stickiness_s * 1000 + 1}; /* who is there wins a tie */
  MusterAssignLimits limits = {MI_OPTIMAL_MOST_PLACES, INT32_MAX, {.tier = PRIORITIES * PRIORITY_TIERS}};
  limits.cost.time_ms = (int32_t)(settings->alert_within_s * 1000 + optimal->rule.stickiness_ms);
  GError *error = NULL;
  optimal->assignment = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, &error);
  mi_optimal_must(optimal->assignment != NULL, error);
  muster_assignment_set_source(optimal->assignment, mi_optimal_name_candidates, (void *)(uintptr_t)engine);
  return optimal;
}

void mi_optimal_free(mi_optimal *optimal) {
  if (!optimal) return;
  muster_assignment_free(optimal->assignment);
  g_free(optimal->rows);
  g_free(optimal->needs);
  g_free(optimal->shown_as);
  g_free(optimal->people);
  g_free(optimal->noted_people);
  g_free(optimal->incidents);
  g_free(optimal->touched);
  g_free(optimal->moves);
  g_free(optimal->hits);
  g_free(optimal->nearest);
  g_free(optimal);
}

bool mi_optimal_may_move(const MusterEngine *engine, const mi_responder *person) {
  return engine->optimal && mi_gives_orders(engine->settings) && person->state == MI_ASSIGNED && person->placed;
}

void mi_optimal_forget_nearest(mi_optimal *optimal) {
  optimal->travel_as_of++;
  optimal->nearest_count = 0;
}

void mi_optimal_note_person(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  if (!optimal) return;
  mi_optimal_forget_nearest(optimal);
  optimal->people =
      mi_reserve(optimal->people, &optimal->people_capacity, (size_t)responder + 1, sizeof *optimal->people);
  if (optimal->people[responder].noted) return;
  optimal->people[responder].noted = true;
  optimal->noted_people = mi_reserve(optimal->noted_people, &optimal->noted_capacity, optimal->noted_count + 1,
                                     sizeof *optimal->noted_people);
  optimal->noted_people[optimal->noted_count++] = responder;
}

void mi_optimal_note_incident(MusterEngine *engine, mi_incident_id incident) {
  mi_optimal *optimal = engine->optimal;
  if (!optimal || mi_incident_at(engine, incident)->work->noted) return;
  mi_incident_at(engine, incident)->work->noted = true;
  optimal->incidents = mi_reserve(optimal->incidents, &optimal->incident_capacity, optimal->incident_count + 1,
                                  sizeof *optimal->incidents);
  optimal->incidents[optimal->incident_count++] = incident;
}

/* ---- ageing ---- */

static int64_t ageing_ms(const MusterEngine *engine) { return INT64_C(1000) * engine->settings->ageing_s; }

void mi_optimal_start(MusterEngine *engine, mi_incident_id id) {
  mi_incident *incident = mi_incident_at(engine, id);
  if (!engine->optimal || ageing_ms(engine) == 0) return;
  int64_t due_ms = incident->reported_ms + mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE);
  int64_t ages = engine->now_ms < due_ms ? 0 : (engine->now_ms - due_ms) / ageing_ms(engine);
  if (ages < MUSTER_ASSIGN_AGES_MOST)
    incident->work->age =
        mi_deadline_heap_add(&engine->deadlines, due_ms + (ages + 1) * ageing_ms(engine), MI_DEADLINE_AGE, id);
}

void mi_optimal_restart(MusterEngine *engine, mi_incident_id id) {
  mi_deadline_heap_cancel(&engine->deadlines, &mi_incident_at(engine, id)->work->age);
  mi_optimal_start(engine, id);
}

/* How often the incident has aged, which its next ageing tells. */
static uint32_t count_ages(const MusterEngine *engine, const mi_incident *incident) {
  if (ageing_ms(engine) == 0) return 0;
  if (incident->work->age == MUSTER_NONE) return MUSTER_ASSIGN_AGES_MOST;
  int64_t since_ms = engine->deadlines.entries[incident->work->age].at_ms - incident->reported_ms;
  int64_t due_ms = mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE);
  int64_t ages = (since_ms - due_ms) / ageing_ms(engine) - 1;
  return (uint32_t)CLAMP(ages, 0, MUSTER_ASSIGN_AGES_MOST - 1);
}

void mi_optimal_age(MusterEngine *engine, mi_incident_id id) {
  mi_incident *incident = mi_incident_at(engine, id);
  int64_t since_ms =
      engine->now_ms - incident->reported_ms - mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE);
  incident->work->age =
      since_ms / ageing_ms(engine) >= MUSTER_ASSIGN_AGES_MOST
          ? MUSTER_NONE
          : mi_deadline_heap_add(&engine->deadlines, engine->now_ms + ageing_ms(engine), MI_DEADLINE_AGE, id);
  mi_optimal_note_incident(engine, id);
}

MusterAssignCost mi_optimal_open_cost(const MusterEngine *engine, const mi_incident *incident, uint32_t place,
                                      uint32_t count) {
  const mi_settings *settings = engine->settings;
  MusterAssignCost cost = {.tier = 2}; /* as many as a late arrival, and one */
  if (settings->order == MI_ORDER_PRIORITY_FIRST) cost.tier += (PRIORITIES - incident->priority) * PRIORITY_TIERS;
  if (place >= count) return cost;
  cost.tier += 1 + count_ages(engine, incident);
  if (settings->first_place_tiers > place) cost.tier += settings->first_place_tiers - place;
  return cost;
}

/* ---- the step ---- */

static int compare_incidents(const void *a, const void *b) {
  const mi_incident_id *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* What the decisions mean for the incidents concerned. */
static void review(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  if (optimal->incident_count) /* NULL otherwise */
    qsort(optimal->incidents, optimal->incident_count, sizeof *optimal->incidents, compare_incidents);
  for (size_t i = 0; i < optimal->incident_count; i++) {
    mi_work *work = mi_incident_at(engine, optimal->incidents[i])->work;
    if (!work || !work->noted) continue; /* it has ended */
    work->noted = false;
    mi_alerting_tell_shortfall(engine, optimal->incidents[i]);
    mi_waiting_update(engine, optimal->incidents[i]);
    mi_promise_review(engine, optimal->incidents[i]);
  }
  optimal->incident_count = 0;
}

static void bring_up_to_date(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  mi_optimal_forget_nearest(optimal); /* roads may have changed */
  mi_optimal_sync_people(engine);
  for (size_t i = 0; i < optimal->incident_count; i++)
    if (mi_incident_at(engine, optimal->incidents[i])->work) mi_optimal_sync_rows(engine, optimal->incidents[i]);
  GError *error = NULL;
  mi_optimal_must(muster_assignment_solve(optimal->assignment, 0, &error), error);
  mi_optimal_collect(engine);
  mi_optimal_settle(engine);
}

void mi_optimal_serve(MusterEngine *engine) {
  do bring_up_to_date(engine);
  while (mi_optimal_carry_out(engine));
  review(engine);
  engine->freed_count = 0;
}

void mi_optimal_rebuild(MusterEngine *engine) {
  for (MusterResponder i = 0; i < engine->people.count; i++) mi_optimal_note_person(engine, i);
  for (mi_incident_id i = 0; i < engine->names.count; i++) {
    if (!mi_incident_at(engine, i)->work) continue;
    mi_optimal_remove_rows(engine, i);
    mi_optimal_note_incident(engine, i);
  }
  bring_up_to_date(engine);
  for (size_t i = 0; i < engine->optimal->incident_count; i++)
    mi_incident_at(engine, engine->optimal->incidents[i])->work->noted = false;
  engine->optimal->incident_count = 0;
}

void mi_optimal_renew(MusterEngine *engine) {
  for (mi_incident_id i = 0; i < engine->names.count; i++)
    if (mi_incident_at(engine, i)->work) mi_optimal_remove_incident(engine, i);
  mi_optimal_free(engine->optimal);
  engine->optimal = mi_optimal_new(engine);
  mi_optimal_rebuild(engine);
}

void mi_optimal_follow(MusterEngine *engine) {
  if (!engine->optimal) return;
  for (mi_incident_id i = 0; i < engine->names.count; i++)
    if (mi_incident_at(engine, i)->work) mi_optimal_restart(engine, i);
  for (MusterResponder i = 0; i < engine->people.count; i++) mi_people_refresh(engine, i);
  mi_optimal_renew(engine);
  for (mi_incident_id i = 0; i < engine->names.count; i++)
    if (mi_incident_at(engine, i)->work) mi_optimal_note_incident(engine, i);
}

void mi_optimal_remove_incident(MusterEngine *engine, mi_incident_id incident) {
  if (!engine->optimal) return;
  mi_optimal_remove_rows(engine, incident);
  mi_incident_at(engine, incident)->work->noted = false;
}
