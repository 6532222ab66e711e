/* Answers to alerts: delivered, accept, decline.
 *
 * Whether an alert is open can depend on deadlines that are due before the answer; only then they act before the
 * answer is judged.
 */
#include "engine/guarantee.h"
#include "engine/optimal.h"

static bool is_engaged_for(const mi_responder *person, mi_incident_id incident) {
  return person->incident != MUSTER_NONE && (incident == MUSTER_NONE || person->incident == incident);
}

/* No deadline before at_ms can change what the volunteer has to do with the incident (MUSTER_NONE: with any). */
static bool is_settled(const MusterEngine *engine, const mi_responder *person, mi_incident_id incident, int64_t at_ms) {
  if (mi_deadline_heap_next_ms(&engine->deadlines) >= at_ms) return true;
  if (!is_engaged_for(person, incident)) return false;
  if (person->state == MI_ALERTED) return engine->deadlines.entries[person->expiry].at_ms >= at_ms;
  return !mi_optimal_may_move(engine, person);
}

/* The volunteer and the incident they answer for; false: refused. */
static bool find_answer(MusterEngine *engine, const MusterEvent *event, mi_act act, MusterResponder *responder,
                        mi_incident_id *incident) {
  *responder = mi_find_responder(engine, event);
  if (*responder == MUSTER_NONE) return false;
  *incident = mi_responder_at(engine, *responder)->incident; /* the one they know of */
  if (!muster_id_is_none(event->incident)) {
    *incident = mi_find_incident(engine, event, act);
    if (*incident == MUSTER_NONE) return false;
  }
  if (!is_settled(engine, mi_responder_at(engine, *responder), *incident, event->at_ms))
    mi_deadlines_pass(engine, event->at_ms, false);
  if (*incident == MUSTER_NONE) *incident = mi_find_incident_of(engine, event, *responder, act);
  return *incident != MUSTER_NONE;
}

static const char *explain_no_alert(const MusterEngine *engine, MusterResponder responder, mi_incident_id incident) {
  const mi_responder *person = &engine->responders[responder];
  if (person->incident == incident)
    return person->state == MI_ASSIGNED ? " has accepted already" : " stands on scene already";
  const mi_asked *asked = mi_people_asked(engine->incidents[incident].work, responder);
  if (!asked) return " was never alerted for it";
  return asked->done ? " has declined it or left it before"
                     : " has no open alert for it any more: it expired or was cancelled";
}

static bool refuse_no_alert(MusterEngine *engine, const MusterEvent *event, MusterResponder responder,
                            mi_incident_id incident) {
  const mi_responder *person = mi_responder_at(engine, responder);
  if (person->state >= MI_ASSIGNED && person->incident != incident)
    return MI_REFUSE(engine, event, "incident ", mi_say_id(engine, mi_incident_name(engine, incident)), ": volunteer ",
                     mi_say_id(engine, event->volunteer),
                     person->state == MI_ASSIGNED ? " is on the way to incident " : " stands on the scene of incident ",
                     mi_say_id(engine, mi_incident_name(engine, person->incident)), " and can serve one at a time");
  return MI_REFUSE(engine, event, "incident ", mi_say_id(engine, mi_incident_name(engine, incident)), ": volunteer ",
                   mi_say_id(engine, event->volunteer), explain_no_alert(engine, responder, incident));
}

static bool has_alert(const mi_responder *person, mi_incident_id incident) {
  return person->state == MI_ALERTED && person->incident == incident;
}

void mi_step_delivered(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder;
  mi_incident_id incident;
  if (!find_answer(engine, event, MI_ACT_DELIVERED, &responder, &incident)) return;
  mi_responder *person = mi_responder_at(engine, responder);
  if (!has_alert(person, incident)) {
    refuse_no_alert(engine, event, responder, incident);
    return;
  }
  if (person->delivered_ms != MI_NEVER) {
    MI_REFUSE(engine, event, "the alert of volunteer ", mi_say_id(engine, event->volunteer), " was delivered before");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_responder_at(engine, responder)->delivered_ms = event->at_ms;
}

static void tell_accepted(MusterEngine *engine, MusterResponder responder, mi_incident_id incident,
                          const char *manner) {
  const mi_responder *person = mi_responder_at(engine, responder);
  const mi_need *need = mi_people_need_of(engine, responder);
  mi_text *text = &engine->text;
  mi_text_add(text, manner);
  mi_text_add_duration(text, engine->now_ms - person->alerted_ms);
  mi_text_add(text, ": ");
  mi_text_add_number(text, need->assigned + need->arrived);
  mi_text_add(text, " of ");
  mi_text_add_number(text, need->count);
  if (need->skill != MUSTER_NONE) {
    mi_text_add(text, " with ");
    mi_text_add(text, mi_skill_name(engine, need->skill));
  }
  mi_decide_assign(engine, incident, responder, mi_text_end(text));
}

static void take_accept(MusterEngine *engine, MusterResponder responder, mi_incident_id incident, const char *manner) {
  mi_guarantee_note_answer(engine, responder, MUSTER_ALERT_ACCEPTED);
  if (!mi_guarantee_takes(engine, responder)) {
    mi_alerting_cancel(engine, responder, "thank you, enough who are there sooner have accepted");
    return;
  }
  mi_people_accept(engine, responder);
  tell_accepted(engine, responder, incident, manner);
  if (mi_guarantee_holds(engine, mi_incident_at(engine, incident))) { /* lets people go by a measure of its own */
    mi_alerting_top_up(engine, incident);
    return;
  }
  const mi_work *work = mi_incident_at(engine, incident)->work;
  mi_need *need = mi_people_need_of(engine, responder);
  if (mi_need_missing(need) == 0) mi_alerting_cancel_need(engine, incident, (uint32_t)(need - work->needs));
  mi_alerting_tell_shortfall(engine, incident);
  mi_waiting_update(engine, incident);
  mi_promise_review(engine, incident);
}

/* `late_accept = take`: somebody asked before, free now, and still missing: a late yes is a yes. */
static bool find_late_need(MusterEngine *engine, MusterResponder responder, mi_incident_id incident, uint32_t *index) {
  const mi_responder *person = mi_responder_at(engine, responder);
  mi_work *work = mi_incident_at(engine, incident)->work;
  const mi_asked *asked = mi_people_asked(work, responder);
  if (work->settings->late_accept != MI_LATE_ACCEPT_TAKE || !mi_people_is_free(person) || !asked || asked->done)
    return false;
  const mi_need *need = mi_need_find_open(engine, incident, responder);
  if (need) *index = (uint32_t)(need - work->needs);
  return need != NULL;
}

static void take_late_accept(MusterEngine *engine, MusterResponder responder, mi_incident_id incident, uint32_t need) {
  MusterTravelHit hit = {.responder = responder};
  hit.time_ms = muster_travel_time_ms(engine->travel, responder, mi_incident_at(engine, incident)->place, &hit.mode);
  int64_t alerted_ms = mi_people_asked(mi_incident_at(engine, incident)->work, responder)->alerted_ms;
  mi_people_engage(engine, incident, need, &hit, MI_ALERTED);
  mi_responder_at(engine, responder)->alerted_ms = alerted_ms;
  take_accept(engine, responder, incident, "accepted late, after ");
}

void mi_step_accept(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder;
  mi_incident_id incident;
  uint32_t need;
  if (!find_answer(engine, event, MI_ACT_ACCEPT, &responder, &incident)) return;
  bool open = has_alert(mi_responder_at(engine, responder), incident);
  if (!open && !find_late_need(engine, responder, incident, &need)) {
    refuse_no_alert(engine, event, responder, incident);
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  if (open)
    take_accept(engine, responder, incident, "accepted after ");
  else
    take_late_accept(engine, responder, incident, need);
}

void mi_step_decline(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder;
  mi_incident_id incident;
  if (!find_answer(engine, event, MI_ACT_DECLINE, &responder, &incident)) return;
  mi_responder *person = mi_responder_at(engine, responder);
  bool open = has_alert(person, incident);
  if (!open && !(person->incident == incident && person->state == MI_ASSIGNED)) {
    refuse_no_alert(engine, event, responder, incident);
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  if (!open) {
    mi_alerting_drop(engine, responder, "had accepted, then declined: the place is open again");
    return;
  }
  mi_people_asked(mi_incident_at(engine, incident)->work, responder)->done = true;
  mi_guarantee_note_answer(engine, responder, MUSTER_ALERT_DECLINED);
  mi_people_free(engine, responder);
  mi_alerting_top_up(engine, incident);
}
