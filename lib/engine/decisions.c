/* The list of decisions of a step, and the names of events and decisions. */
#include "engine/state.h"

#include <string.h>

MusterDecision *mi_decide(MusterEngine *engine, MusterDecisionType type, mi_incident_id incident) {
  engine->decisions =
      mi_reserve(engine->decisions, &engine->decision_capacity, engine->decision_count + 1, sizeof *engine->decisions);
  MusterDecision *decision = &engine->decisions[engine->decision_count++];
  *decision = (MusterDecision){
      .type = type,
      .at_ms = engine->now_ms,
      .event = engine->event_count,
      .incident = incident == MUSTER_NONE ? MUSTER_ID_NONE : mi_incident_name(engine, incident),
      .volunteer = MUSTER_ID_NONE,
      .closure = MUSTER_ID_NONE,
      .mode = MUSTER_MODE_COUNT,
      .grid = MUSTER_NONE,
      .original = MUSTER_ID_NONE,
      .item = MUSTER_ID_NONE,
      .acknowledge_by_ms = -1,
  };
  if (incident != MUSTER_NONE && engine->now_ms != MI_NEVER)
    decision->since_report_ms = engine->now_ms - mi_incident_at(engine, incident)->reported_ms;
  return decision;
}

const char *const *mi_equipment_of(const MusterEngine *engine, mi_incident_id incident) {
  const MusterResponsePlan *plan = mi_plan_of(engine, &engine->incidents[incident]);
  return plan->equipment[0] && !engine->incidents[incident].own_kind ? plan->equipment : NULL;
}

void mi_decide_assign(MusterEngine *engine, mi_incident_id incident, MusterResponder responder, const char *why) {
  const mi_responder *person = mi_responder_at(engine, responder);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_ASSIGN, incident);
  decision->volunteer = mi_responder_name(engine, responder);
  decision->skill = mi_skill_name(engine, mi_people_need_of(engine, responder)->skill);
  decision->travel_ms = person->travel_ms;
  decision->mode = person->mode;
  decision->equipment = mi_equipment_of(engine, incident);
  decision->why = why;
}

/* The caller's id, copied so that it lives as long as the decision; an unusable one is left out. */
static MusterId keep_id(MusterEngine *engine, MusterId id) {
  if (mi_id_defect(id)) return MUSTER_ID_NONE;
  if (!id.text) return id;
  return (MusterId){.text = mi_say_id(engine, id)};
}

bool mi_speaks_of_volunteer(MusterEventType type) {
  switch (type) {
    case MUSTER_EVENT_ENROL:
    case MUSTER_EVENT_RETIRE:
    case MUSTER_EVENT_DELIVERED:
    case MUSTER_EVENT_ACCEPT:
    case MUSTER_EVENT_DECLINE:
    case MUSTER_EVENT_POSITION:
    case MUSTER_EVENT_ARRIVE:
    case MUSTER_EVENT_RELEASE:
    case MUSTER_EVENT_DUTY:
    case MUSTER_EVENT_HAND_OVER:
    case MUSTER_EVENT_TRAVEL_BY:
      return true;
    default:
      return false;
  }
}

bool mi_speaks_of_incident(MusterEventType type) {
  switch (type) {
    case MUSTER_EVENT_REPORT:
    case MUSTER_EVENT_KNOWN:
    case MUSTER_EVENT_DELIVERED:
    case MUSTER_EVENT_ACCEPT:
    case MUSTER_EVENT_DECLINE:
    case MUSTER_EVENT_ARRIVE:
    case MUSTER_EVENT_RELEASE:
    case MUSTER_EVENT_CLOSE:
    case MUSTER_EVENT_CANCEL:
    case MUSTER_EVENT_DUPLICATE:
    case MUSTER_EVENT_RATE:
    case MUSTER_EVENT_ALARM:
    case MUSTER_EVENT_NEED:
    case MUSTER_EVENT_LOCATE:
    case MUSTER_EVENT_REOPEN:
    case MUSTER_EVENT_UNMERGE:
    case MUSTER_EVENT_HAND_OVER:
    case MUSTER_EVENT_ACKNOWLEDGE:
    case MUSTER_EVENT_ITEM:
      return true;
    default:
      return false;
  }
}

static bool speaks_of_closure(MusterEventType type) {
  return type == MUSTER_EVENT_CLOSE_ROADS || type == MUSTER_EVENT_OPEN_ROADS;
}

bool mi_refuse(MusterEngine *engine, const MusterEvent *event, const char *const *pieces) {
  for (; *pieces; pieces++) mi_text_add(&engine->text, *pieces);
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_REFUSED, MUSTER_NONE);
  decision->at_ms = event->at_ms;
  decision->why = why;
  if (mi_speaks_of_incident(event->type)) decision->incident = keep_id(engine, event->incident);
  if (mi_speaks_of_volunteer(event->type)) decision->volunteer = keep_id(engine, event->volunteer);
  if (speaks_of_closure(event->type)) decision->closure = keep_id(engine, event->closure);
  return false;
}

const char *mi_say_id(MusterEngine *engine, MusterId id) {
  mi_text_add_id(&engine->text, id);
  return mi_text_end(&engine->text);
}

const char *mi_say_text(MusterEngine *engine, const char *text) {
  enum { MOST = 80 };
  size_t bytes = strnlen(text, MOST + 1);
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)MIN(bytes, (size_t)MOST));
  mi_text_add(&engine->text, valid);
  if (bytes > MOST) mi_text_add(&engine->text, "…");
  return mi_text_end(&engine->text);
}

const char *mi_say_number(MusterEngine *engine, uint64_t number) {
  mi_text_add_number(&engine->text, number);
  return mi_text_end(&engine->text);
}

const char *mi_say_skill(MusterEngine *engine, uint32_t skill) {
  if (skill == MUSTER_NONE) return "";
  mi_text_add(&engine->text, " with ");
  mi_text_add(&engine->text, mi_skill_name(engine, skill));
  return mi_text_end(&engine->text);
}

const char *muster_event_type_name(MusterEventType type) {
  static const char *const names[MUSTER_EVENT_TYPE_COUNT] = {
      [MUSTER_EVENT_ENROL] = "enrol",
      [MUSTER_EVENT_RETIRE] = "retire",
      [MUSTER_EVENT_REPORT] = "report",
      [MUSTER_EVENT_KNOWN] = "known",
      [MUSTER_EVENT_DELIVERED] = "delivered",
      [MUSTER_EVENT_ACCEPT] = "accept",
      [MUSTER_EVENT_DECLINE] = "decline",
      [MUSTER_EVENT_POSITION] = "position",
      [MUSTER_EVENT_ARRIVE] = "arrive",
      [MUSTER_EVENT_RELEASE] = "release",
      [MUSTER_EVENT_CLOSE] = "close",
      [MUSTER_EVENT_CANCEL] = "cancel",
      [MUSTER_EVENT_DUPLICATE] = "duplicate",
      [MUSTER_EVENT_RATE] = "rate",
      [MUSTER_EVENT_DUTY] = "duty",
      [MUSTER_EVENT_MODE] = "mode",
      [MUSTER_EVENT_CLOSE_ROADS] = "close_roads",
      [MUSTER_EVENT_OPEN_ROADS] = "open_roads",
      [MUSTER_EVENT_ALARM] = "alarm",
      [MUSTER_EVENT_NEED] = "need",
      [MUSTER_EVENT_LOCATE] = "locate",
      [MUSTER_EVENT_REOPEN] = "reopen",
      [MUSTER_EVENT_UNMERGE] = "unmerge",
      [MUSTER_EVENT_HAND_OVER] = "hand_over",
      [MUSTER_EVENT_TRAVEL_BY] = "travel_by",
      [MUSTER_EVENT_ACKNOWLEDGE] = "acknowledge",
      [MUSTER_EVENT_ITEM] = "item",
      [MUSTER_EVENT_SETTLE] = "settle",
      [MUSTER_EVENT_TICK] = "tick",
  };
  return (unsigned)type < MUSTER_EVENT_TYPE_COUNT ? names[type] : "?";
}

const char *muster_decision_type_name(MusterDecisionType type) {
  static const char *const names[MUSTER_DECISION_TYPE_COUNT] = {
      [MUSTER_DECISION_CONTACT_CARD] = "contact_card",
      [MUSTER_DECISION_ALERT] = "alert",
      [MUSTER_DECISION_CANCEL_ALERT] = "cancel_alert",
      [MUSTER_DECISION_ASSIGN] = "assign",
      [MUSTER_DECISION_REASSIGN] = "reassign",
      [MUSTER_DECISION_ESCALATE] = "escalate",
      [MUSTER_DECISION_STAGE] = "stage",
      [MUSTER_DECISION_BREACH] = "breach",
      [MUSTER_DECISION_SHORTFALL] = "shortfall",
      [MUSTER_DECISION_CLOSED] = "closed",
      [MUSTER_DECISION_ALARM] = "alarm",
      [MUSTER_DECISION_MERGED] = "merged",
      [MUSTER_DECISION_OVERDUE] = "overdue",
      [MUSTER_DECISION_REFUSED] = "refused",
      [MUSTER_DECISION_ROADS] = "roads",
      [MUSTER_DECISION_MODE] = "mode",
  };
  return (unsigned)type < MUSTER_DECISION_TYPE_COUNT ? names[type] : "?";
}
