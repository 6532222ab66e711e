/* A resident's report: the incident is opened, the contact card goes out, the nearest qualified are alerted; and the
 * receipt that the card has reached the reporter. */
#include "engine/optimal.h"

#include <math.h>

static const MusterResponsePlan *find_plan(const MusterEngine *engine, const char *kind) {
  return muster_plans_find(muster_policy_plans(engine->policy), kind ? kind : "general");
}

static bool check_report(MusterEngine *engine, const MusterEvent *event) {
  const char *defect = mi_id_defect(event->incident);
  if (defect) return MI_REFUSE(engine, event, "the incident id ", defect);
  if (mi_ids_find(&engine->names, event->incident) != MUSTER_NONE)
    return MI_REFUSE(engine, event, "incident ", mi_say_id(engine, event->incident), " was reported already");
  if (event->priority > 4) return MI_REFUSE(engine, event, "the priority is not 1 (life) to 4 (convenience)");
  if (event->kind && event->need_count == 0 && !find_plan(engine, event->kind))
    return MI_REFUSE(engine, event, "kind ", mi_say_text(engine, event->kind),
                     " has no response plan: the report must say what it needs");
  return mi_need_check(engine, event, 1);
}

/* Just outside every grid it is the nearest one's. */
static void settle_grid(const MusterEngine *engine, mi_incident *incident) {
  double outside_m = 0;
  if (engine->county && incident->grid == MUSTER_NONE && incident->place.matrix_id == MUSTER_NONE)
    incident->grid = muster_county_locate_near(engine->county, incident->place.position, MI_NEAR_GRID_M, &outside_m);
  incident->outside_m = (uint16_t)ceil(outside_m);
}

static mi_incident_id open_incident(MusterEngine *engine, const MusterEvent *event, MusterPlace place,
                                    MusterAreaId grid) {
  const MusterResponsePlan *plan = find_plan(engine, event->kind);
  bool own_kind = !plan;
  if (own_kind) plan = find_plan(engine, NULL);
  mi_incident_id id = mi_ids_intern(&engine->names, event->incident);
  engine->incidents =
      mi_reserve(engine->incidents, &engine->incident_capacity, engine->names.count, sizeof *engine->incidents);
  mi_incident *incident = mi_incident_at(engine, id);
  *incident = (mi_incident){
      .first_ms = event->at_ms,
      .reported_ms = event->at_ms,
      .ended_ms = MI_NEVER,
      .met_ms = {MI_NEVER, MI_NEVER, MI_NEVER},
      .place = place,
      .grid = grid,
      .original = MUSTER_NONE,
      .work = mi_work_take(engine),
      .plan = (uint16_t)(plan - muster_plans_list(muster_policy_plans(engine->policy), NULL)),
      .own_kind = own_kind,
      .grid_only = event->place.kind == MUSTER_PLACE_IN_GRID,
      .alarm_level = 1,
      .state = MUSTER_INCIDENT_OPEN,
      .told_level = MUSTER_AREA_LEVEL_COUNT,
  };
  settle_grid(engine, incident);
  mi_modes_settle_incident(engine, id);
  plan = mi_plan_of(engine, incident); /* as it is there */
  incident->priority = event->priority ? event->priority : plan->priority;
  for (size_t i = 0; i < event->need_count; i++) mi_need_add(engine, incident->work, &event->needs[i]);
  for (size_t i = 0; event->need_count == 0 && plan->needs[i].count; i++)
    mi_need_add(engine, incident->work, &plan->needs[i]);
  return id;
}

/* Those alerted and on their way have another way to go. */
static void renew_travel(MusterEngine *engine, const mi_incident *incident) {
  for (size_t i = 0; i < incident->work->helper_count; i++) {
    MusterResponder responder = incident->work->helpers[i].responder;
    if (mi_responder_at(engine, responder)->state != MI_ON_SCENE) mi_people_renew_travel(engine, responder);
  }
}

/* Where it is now another mode may hold. */
static void follow_rules(MusterEngine *engine, mi_incident_id id) {
  const mi_work *work = mi_incident_at(engine, id)->work;
  mi_rules before = {work->settings, work->plans};
  mi_modes_settle_incident(engine, id);
  if (!mi_modes_are_new(engine, id, &before)) return;
  mi_promise_rearm(engine, id, &before);
  mi_optimal_restart(engine, id);
  mi_alerting_follow_rules(engine, id);
}

void mi_step_locate(MusterEngine *engine, const MusterEvent *event) {
  MusterPlace place;
  MusterAreaId grid;
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_LOCATE);
  if (id == MUSTER_NONE || !mi_find_place(engine, event, &place, &grid)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident *incident = mi_incident_at(engine, id);
  MusterAreaId before = incident->grid;
  const MusterNeighbour *neighbour = mi_chain_find_neighbour(engine, incident);
  mi_waiting_remove(engine, id); /* travel waits at the old place */
  mi_optimal_remove_incident(engine, id);
  incident->place = place;
  incident->grid = grid;
  incident->grid_only = event->place.kind == MUSTER_PLACE_IN_GRID;
  settle_grid(engine, incident);
  follow_rules(engine, id);
  renew_travel(engine, incident);
  if (incident->grid != before || mi_chain_find_neighbour(engine, incident) != neighbour) mi_chain_card(engine, id, id);
  mi_alerting_top_up(engine, id);
}

void mi_step_report(MusterEngine *engine, const MusterEvent *event) {
  MusterPlace place;
  MusterAreaId grid;
  if (!check_report(engine, event) || !mi_find_place(engine, event, &place, &grid)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident_id incident = open_incident(engine, event, place, grid);
  const char *why;
  mi_incident_id original = mi_twin_find(engine, incident, &why);
  if (original != MUSTER_NONE) {
    MusterDecision *merged = mi_decide(engine, MUSTER_DECISION_MERGED, incident);
    merged->original = mi_incident_name(engine, original);
    merged->why = why;
    mi_twin_merge(engine, incident, original);
    return;
  }
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
