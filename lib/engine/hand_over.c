/* Hand-over between responders: one who has accepted, or stands on scene, gives their place to another who is free.
 *
 * They settle it between themselves, so that nobody is chosen and no price counts; how far the other is is told. Who
 * hands over on scene has served; the place counts as filled but not as arrived until the other stands there.
 */
#include "engine/state.h"

static MusterResponder find_successor(MusterEngine *engine, const MusterEvent *event) {
  MusterEvent other = *event;
  other.volunteer = event->to;
  return mi_find_responder(engine, &other);
}

static bool check_successor(MusterEngine *engine, const MusterEvent *event, MusterResponder to, mi_incident_id incident,
                            uint32_t skill) {
  const mi_responder *other = mi_responder_at(engine, to);
  const char *name = mi_say_id(engine, event->to);
  bool asked_here = other->state == MI_ALERTED && other->incident == incident;
  if (!asked_here && other->state != MI_IDLE)
    return MI_REFUSE(engine, event, "volunteer ", name, " has to do with incident ",
                     mi_say_id(engine, mi_incident_name(engine, other->incident)));
  if (!other->on_duty) return MI_REFUSE(engine, event, "volunteer ", name, " is off duty");
  if (!other->placed) return MI_REFUSE(engine, event, "nobody knows where volunteer ", name, " is");
  return mi_has_skill(engine, other, skill) ||
         MI_REFUSE(engine, event, "volunteer ", name, " is not one", mi_say_skill(engine, skill));
}

static void tell_leaving(MusterEngine *engine, mi_incident_id incident, MusterResponder from, const mi_need *need,
                         const MusterEvent *event) {
  mi_text_add(&engine->text, "hands over to ");
  mi_text_add_id(&engine->text, event->to);
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_REASSIGN, incident);
  decision->volunteer = mi_responder_name(engine, from);
  decision->skill = mi_skill_name(engine, need->skill);
  decision->missing = mi_need_missing(need);
  decision->why = why;
}

/* ": 2 min 00 s by ebike". */
static void add_way(MusterEngine *engine, const MusterTravelHit *hit) {
  if (hit->time_ms == MUSTER_UNREACHABLE_MS) {
    mi_text_add(&engine->text, ", with no way there from where they were last said to be");
    return;
  }
  mi_text_add(&engine->text, ": ");
  mi_alerting_add_way(engine, hit);
  mi_surcharge_add_stale(engine, hit->responder);
}

static void take_over(MusterEngine *engine, mi_incident_id incident, uint32_t need, MusterResponder to,
                      const MusterEvent *event) {
  MusterTravelHit hit = {.responder = to};
  if (mi_responder_at(engine, to)->state == MI_ALERTED) mi_people_free(engine, to);
  hit.time_ms = mi_surcharge_travel_ms(engine, to, mi_incident_at(engine, incident)->place, &hit.mode);
  mi_people_engage(engine, incident, need, &hit, MI_ASSIGNED);
  mi_text_add(&engine->text, "takes over from ");
  mi_text_add_id(&engine->text, event->volunteer);
  add_way(engine, &hit);
  mi_decide_assign(engine, incident, to, mi_text_end(&engine->text));
}

void mi_step_hand_over(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder from = mi_find_responder(engine, event);
  if (from == MUSTER_NONE) return;
  mi_incident_id incident = mi_find_incident_of(engine, event, from, MI_ACT_HAND_OVER);
  MusterResponder to = incident == MUSTER_NONE ? MUSTER_NONE : find_successor(engine, event);
  if (to == MUSTER_NONE) return;
  if (mi_deadline_heap_next_ms(&engine->deadlines) < event->at_ms) /* they may ask the successor, or stop to */
    mi_deadlines_pass(engine, event->at_ms, false);
  const mi_responder *person = mi_responder_at(engine, from);
  if (person->incident != incident || person->state == MI_ALERTED) {
    MI_REFUSE(engine, event, "volunteer ", mi_say_id(engine, event->volunteer),
              person->incident != incident ? " is not assigned to this incident" : " has an open alert only");
    return;
  }
  mi_work *work = mi_incident_at(engine, incident)->work;
  mi_need *need = mi_people_need_of(engine, from);
  if (!check_successor(engine, event, to, incident, need->skill)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  if (person->state == MI_ON_SCENE) need->arrived--; /* the successor arrives in their stead */
  mi_people_leave_scene(engine, from);
  tell_leaving(engine, incident, from, need, event);
  take_over(engine, incident, (uint32_t)(need - work->needs), to, event);
  if (mi_need_missing(need) == 0) mi_alerting_cancel_need(engine, incident, (uint32_t)(need - work->needs));
  mi_alerting_top_up(engine, incident); /* the successor may have been asked for another need */
}
