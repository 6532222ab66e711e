/* People of the optimal policy as columns of the assignment, and what a pair of person and place costs; see optimal.h.
 */
#include <string.h>

#include "base/hash64.h"
#include "engine/optimal.h"

/* ---- costs ---- */

bool mi_optimal_holds(const MusterEngine *engine, MusterResponder responder, const mi_place_row *row) {
  const mi_responder *person = &engine->responders[responder];
  if (person->incident != row->incident || !mi_optimal_may_move(engine, person)) return false;
  const mi_work *work = engine->incidents[row->incident].work;
  for (size_t i = 0; i < work->helper_count; i++)
    if (work->helpers[i].responder == responder) return work->helpers[i].need == row->need;
  return false;
}

bool mi_optimal_may_serve(const MusterEngine *engine, MusterResponder responder, const mi_place_row *row) {
  if (!engine->optimal->people[responder].present) return false;
  mi_work *work = engine->incidents[row->incident].work;
  if (!mi_has_skill(engine, &engine->responders[responder], work->needs[row->need].skill)) return false;
  return mi_alerting_may_ask(work, responder);
}

/* The time from the report on as the rule counts it, whose one deadline is that of most plans: as much of it has passed
 * as leaves the incident's own deadline as far away. */
static int64_t count_waited_ms(const MusterEngine *engine, mi_incident_id id, int64_t at_ms) {
  const mi_incident *incident = &engine->incidents[id];
  int64_t due_ms = incident->reported_ms + mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE);
  return at_ms - (due_ms - engine->optimal->rule.deadlines_ms[0]);
}

MusterAssignCost mi_optimal_fresh_cost(const MusterEngine *engine, const mi_place_row *row, uint32_t travel_ms) {
  int64_t waited_ms = count_waited_ms(engine, row->incident, engine->now_ms);
  return muster_assign_rule_pair(&engine->optimal->rule, waited_ms, travel_ms, 0, false);
}

/* Who is overdue counts as about to arrive, when it was expected: so this never grows. */
MusterAssignCost mi_optimal_held_cost(const MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = &engine->responders[responder];
  int64_t after_ms = count_waited_ms(engine, person->incident, person->arrives_ms);
  int64_t left_ms = CLAMP(person->arrives_ms - engine->now_ms, 0, INT64_C(1000) * engine->settings->alert_within_s);
  return muster_assign_rule_pair(&engine->optimal->rule, after_ms - left_ms, (uint32_t)left_ms, 0, true);
}

bool mi_optimal_price_held(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  const mi_responder *person = mi_responder_at(engine, responder);
  if (optimal->people[responder].priced_ms == engine->now_ms) return false;
  optimal->people[responder].priced_ms = engine->now_ms;
  const mi_work *work = mi_incident_at(engine, person->incident)->work;
  uint32_t need = (uint32_t)(mi_people_need_of(engine, responder) - work->needs);
  MusterAssignCost cost = mi_optimal_held_cost(engine, responder);
  GError *error = NULL;
  for (uint32_t id = mi_optimal_last_row(optimal, work, need); id != MUSTER_NONE; id = optimal->rows[id].next) {
    mi_optimal_must(muster_assignment_change(optimal->assignment, id, responder, &cost, &error), error);
    mi_optimal_collect(engine);
  }
  return true;
}

/* ---- columns ---- */

/* Up to so many places a search for each is quicker than one for all, which goes as far as the farthest. */
enum { FEW_SHOWN = 32 };

static bool note_hit(const MusterTravelHit *hit, void *data) {
  mi_optimal *optimal = data;
  optimal->hits = mi_reserve(optimal->hits, &optimal->hit_capacity, optimal->hit_count + 1, sizeof *optimal->hits);
  optimal->hits[optimal->hit_count++] = *hit;
  return false;
}

/* Rows that have heard of all who are as near hear of this one now; the others will in their turn. */
static void introduce_to(MusterEngine *engine, MusterResponder responder, mi_incident_id incident, uint32_t need,
                         uint32_t time_ms) {
  mi_optimal *optimal = engine->optimal;
  const mi_work *work = mi_incident_at(engine, incident)->work;
  GError *error = NULL;
  for (uint32_t id = mi_optimal_last_row(optimal, work, need); id != MUSTER_NONE; id = optimal->rows[id].next) {
    const mi_place_row *row = &optimal->rows[id];
    bool named = time_ms < row->cursor_ms || (time_ms == row->cursor_ms && responder <= row->cursor);
    if (!named || !mi_optimal_may_serve(engine, responder, row) || mi_optimal_holds(engine, responder, row)) continue;
    MusterAssignCost cost = mi_optimal_fresh_cost(engine, row, time_ms);
    mi_optimal_must(muster_assignment_change(optimal->assignment, id, responder, &cost, &error), error);
  }
}

/* How far the incident's rows have heard of people whom this one is one of; −1: of nobody. */
static int64_t find_farthest_ms(const MusterEngine *engine, MusterResponder responder, mi_incident_id incident) {
  const mi_optimal *optimal = engine->optimal;
  const mi_work *work = engine->incidents[incident].work;
  int64_t farthest_ms = -1;
  for (uint32_t need = 0; need < work->need_count; need++) {
    if (!mi_has_skill(engine, &engine->responders[responder], work->needs[need].skill)) continue;
    for (uint32_t id = mi_optimal_last_row(optimal, work, need); id != MUSTER_NONE; id = optimal->rows[id].next)
      farthest_ms = MAX(farthest_ms, optimal->rows[id].cursor_ms);
  }
  return farthest_ms;
}

/* In order of (time, number), as a visit of all places that wait. */
static void insert_hit(mi_optimal *optimal, MusterTravelHit hit) {
  note_hit(&hit, optimal);
  size_t at = optimal->hit_count - 1;
  for (; at > 0 && optimal->hits[at - 1].time_ms > hit.time_ms; at--) optimal->hits[at] = optimal->hits[at - 1];
  optimal->hits[at] = hit;
}

/* Incidents with rows that have heard of people as far as this one, into the scratch. */
static void find_near_incidents(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  uint32_t limit_ms = engine->settings->alert_within_s * 1000, left = optimal->shown_count;
  int64_t farthest_ms = -1;
  optimal->hit_count = 0;
  for (uint32_t number = 0; left > 0; number++) {
    mi_incident_id incident = optimal->shown_as[number];
    if (incident == MUSTER_NONE) continue;
    left--;
    int64_t heard_ms = MIN(find_farthest_ms(engine, responder, incident), (int64_t)limit_ms);
    farthest_ms = MAX(farthest_ms, heard_ms);
    if (heard_ms < 0 || optimal->shown_count > FEW_SHOWN) continue;
    MusterPlace place = mi_incident_at(engine, incident)->place;
    uint32_t time_ms = muster_travel_time_within_ms(engine->travel, responder, place, (uint32_t)heard_ms, NULL);
    if (time_ms != MUSTER_UNREACHABLE_MS) insert_hit(optimal, (MusterTravelHit){number, time_ms, MUSTER_MODE_COUNT});
  }
  if (farthest_ms >= 0 && optimal->shown_count > FEW_SHOWN)
    muster_travel_visit_waiting(engine->travel, responder, (uint32_t)farthest_ms, note_hit, optimal);
}

/* The column stays absent until all rows have heard of it: one search then. */
static void introduce(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  find_near_incidents(engine, responder);
  for (size_t i = 0; i < optimal->hit_count; i++) {
    mi_incident_id incident = optimal->shown_as[optimal->hits[i].responder];
    size_t needs = mi_incident_at(engine, incident)->work->need_count;
    for (uint32_t need = 0; need < needs; need++)
      introduce_to(engine, responder, incident, need, optimal->hits[i].time_ms);
  }
}

static uint64_t stable_id(const MusterEngine *engine, MusterResponder responder) {
  MusterId name = mi_responder_name(engine, responder);
  uint64_t value = GUINT64_TO_LE(name.number);
  return name.text ? mi_hash64(name.text, strlen(name.text), 0) : mi_hash64(&value, sizeof value, 1);
}

/* Rows that have never had the person, who came to their need by other ways than the assignment: whether they keep the
 * person is to be looked at even if the assignment changes nothing about them. */
static void touch_held(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  const mi_work *work = mi_incident_at(engine, mi_responder_at(engine, responder)->incident)->work;
  uint32_t need = (uint32_t)(mi_people_need_of(engine, responder) - work->needs);
  for (uint32_t id = mi_optimal_last_row(optimal, work, need); id != MUSTER_NONE; id = optimal->rows[id].next)
    mi_optimal_touch(optimal, id);
}

static void add(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  MusterAssignment *assignment = optimal->assignment;
  GError *error = NULL;
  mi_optimal_must(muster_assignment_add_column(assignment, responder, stable_id(engine, responder), 0, &error), error);
  mi_optimal_must(muster_assignment_leave(assignment, responder, &error), error);
  optimal->people[responder] = (mi_optimal_person){.priced_ms = MI_NEVER, .present = true};
  introduce(engine, responder);
  if (mi_optimal_may_move(engine, mi_responder_at(engine, responder))) {
    mi_optimal_price_held(engine, responder);
    touch_held(engine, responder);
  }
  muster_assignment_return(assignment, responder);
  mi_optimal_collect(engine);
}

static void forget(MusterEngine *engine, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  GError *error = NULL;
  optimal->people[responder].present = false;
  mi_optimal_must(muster_assignment_forget(optimal->assignment, responder, &error), error);
  mi_optimal_collect(engine);
}

void mi_optimal_sync_people(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  for (size_t i = 0; i < optimal->noted_count; i++)
    if (optimal->people[optimal->noted_people[i]].present) forget(engine, optimal->noted_people[i]);
  for (size_t i = 0; i < optimal->noted_count; i++) {
    MusterResponder responder = optimal->noted_people[i];
    optimal->people[responder].noted = false;
    if (mi_responder_at(engine, responder)->in_travel) add(engine, responder);
  }
  optimal->noted_count = 0;
}
