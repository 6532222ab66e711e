/* On duty and off: who is off duty is not alerted; who goes off while alerted or on the way leaves a place to refill;
 * who stands on scene stays until released. */
#include "engine/state.h"

static void leave_duty(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_incident_id incident = person->incident;
  person->on_duty = false;
  if (person->state == MI_ALERTED) {
    mi_alerting_cancel(engine, responder, "the volunteer went off duty");
    mi_alerting_top_up(engine, incident);
  } else if (person->state == MI_ASSIGNED) {
    mi_alerting_drop(engine, responder, "had accepted, then went off duty before arriving: the place is open again");
  }
  mi_people_refresh(engine, responder);
}

void mi_step_duty(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  if (event->on_duty) {
    mi_responder_at(engine, responder)->on_duty = true;
    mi_people_refresh(engine, responder);
  } else {
    leave_duty(engine, responder);
  }
  mi_rota_note_duty(engine, responder);
}
