/* Where volunteers are: a new position, arrival at the incident, release from it. */
#include "engine/state.h"
#include "route/placing.h"

void mi_step_position(MusterEngine *engine, const MusterEvent *event) {
  MusterPlace place;
  MusterAreaId grid;
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE || !mi_find_place(engine, event, &place, &grid)) return;
  mi_responder *person = mi_responder_at(engine, responder);
  if (!mi_travel_reaches(engine->travel, place, person->modes)) {
    MI_REFUSE(
        engine, event, "no mode of volunteer ", mi_say_id(engine, event->volunteer),
        person->placed ? " gets to a road from there: the position before it stands" : " gets to a road from there");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false); /* decided from where the volunteer was */
  mi_people_put(engine, responder, place);
  person->placed_ms = event->at_ms;
  mi_people_refresh(engine, responder);
  if (person->available) mi_people_offer(engine, responder);
  bool expected = person->state == MI_ASSIGNED && (engine->optimal || engine->guarantee) &&
                  !mi_fetching_is_under_way(engine, responder);
  if (person->state != MI_ALERTED && !expected) return;
  mi_people_renew_travel(engine, responder);
  person->located = expected;
  if (engine->guarantee) mi_alerting_top_up(engine, person->incident);
}

void mi_step_arrive(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE) return;
  mi_incident_id incident = mi_find_incident_of(engine, event, responder, MI_ACT_ARRIVE);
  if (incident == MUSTER_NONE) return;
  mi_deadlines_settle(engine, responder, event->at_ms);
  const mi_responder *person = mi_responder_at(engine, responder);
  if (person->incident != incident || person->state != MI_ASSIGNED) {
    MI_REFUSE(engine, event, "volunteer ", mi_say_id(engine, event->volunteer),
              person->incident != incident   ? " is not assigned to this incident"
              : person->state == MI_ON_SCENE ? " has arrived before"
                                             : " has not accepted yet");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_people_arrive(engine, responder);
  mi_promise_review(engine, incident);
}

void mi_step_release(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE) return;
  mi_incident_id incident = mi_find_incident_of(engine, event, responder, MI_ACT_RELEASE);
  if (incident == MUSTER_NONE) return;
  mi_deadlines_settle(engine, responder, event->at_ms);
  const mi_responder *person = mi_responder_at(engine, responder);
  if (person->incident != incident || person->state == MI_ALERTED) {
    MI_REFUSE(engine, event, "volunteer ", mi_say_id(engine, event->volunteer),
              person->incident != incident ? " is not assigned to this incident"
                                           : " has an open alert only: nothing to be released from");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  if (person->state == MI_ON_SCENE) {
    mi_people_leave_scene(engine, responder);
  } else {
    mi_alerting_drop(engine, responder, "was released before arriving: the place is open again");
  }
}

void mi_step_travel_by(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE) return;
  mi_responder *person = mi_responder_at(engine, responder);
  if (event->modes == 0 || event->modes >> MUSTER_MODE_COUNT) {
    MI_REFUSE(engine, event, event->modes ? "there is no such mode of travel" : "the event names no mode of travel");
    return;
  }
  if (person->placed && !mi_check_reach(engine, event, person->place)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  person->modes = (uint8_t)event->modes;
  if (!person->placed) return;
  mi_people_put(engine, responder, person->place);
  if (person->available) mi_people_offer(engine, responder);
  if (person->state == MI_ALERTED || person->state == MI_ASSIGNED) mi_people_renew_travel(engine, responder);
}
