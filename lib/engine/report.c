/* A resident's report: the incident is opened, the contact card goes out, the nearest qualified are alerted; and the
 * receipt that the card has reached the reporter. */
#include "engine/state.h"

#include <math.h>

static bool check_needs(MusterEngine *engine, const MusterEvent *event) {
  if (event->need_count > MI_MOST_NEEDS) return MI_REFUSE(engine, event, "the report has more than 16 needs");
  for (size_t i = 0; i < event->need_count; i++) {
    const MusterNeed *need = &event->needs[i];
    if (need->count < 1 || need->count > MI_MOST_PER_NEED)
      return MI_REFUSE(engine, event, "need ", mi_say_number(engine, i + 1), " asks for ",
                       mi_say_number(engine, need->count), " people, expected 1 to 500");
    const char *defect = need->skill ? mi_skill_defect(need->skill) : NULL;
    if (defect) return MI_REFUSE(engine, event, defect);
  }
  return true;
}

static bool check_report(MusterEngine *engine, const MusterEvent *event) {
  const char *defect = mi_id_defect(event->incident);
  if (defect) return MI_REFUSE(engine, event, "the incident id ", defect);
  if (mi_ids_find(&engine->names, event->incident) != MUSTER_NONE)
    return MI_REFUSE(engine, event, "incident ", mi_say_id(engine, event->incident), " was reported already");
  if (event->priority > 4) return MI_REFUSE(engine, event, "the priority is not 1 (life) to 4 (convenience)");
  if (event->kind && event->need_count == 0 && !muster_response_plan_find(event->kind))
    return MI_REFUSE(engine, event, "kind ", event->kind, " has no response plan: the report must say what it needs");
  return check_needs(engine, event);
}

static void add_need(MusterEngine *engine, mi_work *work, const MusterNeed *need) {
  uint32_t skill = need->skill ? mi_skill_intern(engine, need->skill) : MUSTER_NONE;
  work->needs[work->need_count++] = (mi_need){.skill = skill,
                                              .count = need->count,
                                              .asks_left = need->count * work->settings->asks_per_slot,
                                              .settings = work->settings};
}

static mi_incident_id open_incident(MusterEngine *engine, const MusterEvent *event, MusterPlace place,
                                    MusterAreaId grid) {
  const MusterResponsePlan *plan = muster_response_plan_find(event->kind ? event->kind : "general");
  if (!plan) plan = muster_response_plan_find("general"); /* a kind of the host's own, with its own needs */
  mi_incident_id id = mi_ids_intern(&engine->names, event->incident);
  engine->incidents =
      mi_reserve(engine->incidents, &engine->incident_capacity, engine->names.count, sizeof *engine->incidents);
  mi_incident *incident = mi_incident_at(engine, id);
  *incident = (mi_incident){
      .reported_ms = event->at_ms,
      .ended_ms = MI_NEVER,
      .place = place,
      .grid = grid,
      .original = MUSTER_NONE,
      .work = mi_work_take(engine),
      .state = MUSTER_INCIDENT_OPEN,
      .priority = event->priority ? event->priority : plan->priority,
      .told_level = MUSTER_AREA_LEVEL_COUNT,
  };
  mi_modes_settle_incident(engine, id);
  for (size_t i = 0; i < event->need_count; i++) add_need(engine, incident->work, &event->needs[i]);
  for (size_t i = 0; event->need_count == 0 && plan->needs[i].count; i++)
    add_need(engine, incident->work, &plan->needs[i]);
  return id;
}

void mi_step_report(MusterEngine *engine, const MusterEvent *event) {
  MusterPlace place;
  MusterAreaId grid;
  if (!check_report(engine, event) || !mi_find_place(engine, event, &place, &grid)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  double outside_m = 0;
  if (engine->county && grid == MUSTER_NONE && place.matrix_id == MUSTER_NONE)
    grid = muster_county_locate_near(engine->county, place.position, MI_NEAR_GRID_M, &outside_m);
  mi_incident_id incident = open_incident(engine, event, place, grid);
  mi_incident_at(engine, incident)->outside_m = (uint16_t)ceil(outside_m);
  mi_promise_start(engine, incident);
  mi_chain_card(engine, incident, incident);
  mi_alerting_top_up(engine, incident);
}

void mi_step_known(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id incident = mi_find_incident(engine, event, MI_ACT_KNOWN);
  if (incident == MUSTER_NONE) return;
  if (mi_incident_at(engine, incident)->met_ms[MUSTER_STAGE_KNOWN] != MI_NEVER) {
    MI_REFUSE(engine, event, "the contact card of incident ", mi_say_id(engine, event->incident),
              " had reached the reporter before");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_promise_meet(engine, incident, MUSTER_STAGE_KNOWN);
}
