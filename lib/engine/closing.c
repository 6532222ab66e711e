/* The ends of an incident: closed, cancelled, or a duplicate (twins.c); and the resident's rating after.
 *
 * Everybody is free again, the work record goes back to the spare list; what stays of the incident is compact. One that
 * was closed or cancelled may be re-opened, a duplicate un-merged: reopening.c.
 */
#include "engine/optimal.h"

#include <string.h>

static const char *say_turn_back(MusterEngine *engine, const char *not_needed) {
  mi_text_add(&engine->text, not_needed);
  mi_text_add(&engine->text, ", turn back");
  return mi_text_end(&engine->text);
}

/* Frees all helpers; those who have not arrived are told that they are not needed. */
static void free_helpers(MusterEngine *engine, mi_incident_id id, const char *not_needed) {
  mi_work *work = mi_incident_at(engine, id)->work;
  while (work->helper_count) {
    MusterResponder responder = work->helpers[0].responder;
    const mi_responder *person = mi_responder_at(engine, responder);
    if (person->state == MI_ON_SCENE)
      mi_people_free(engine, responder);
    else
      mi_alerting_cancel(engine, responder,
                         person->state == MI_ASSIGNED ? say_turn_back(engine, not_needed) : not_needed);
  }
}

static const char *explain_end(MusterEngine *engine, const mi_incident *incident, const char *verb) {
  mi_text *text = &engine->text;
  mi_text_add(text, verb);
  mi_text_add(text, " ");
  mi_promise_say_since(engine, incident, engine->now_ms);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    mi_text_add(text, stage == 0 ? ": " : ", ");
    mi_text_add(text, muster_stage_name((MusterStage)stage));
    if (incident->met_ms[stage] == MI_NEVER) {
      mi_text_add(text, " never");
    } else {
      mi_text_add(text, " after ");
      mi_text_add_duration(text, incident->met_ms[stage] - incident->reported_ms);
    }
  }
  return mi_text_end(text);
}

static mi_kept *keep(const mi_work *work) {
  mi_kept *kept = g_malloc0(sizeof *kept + work->served_count * sizeof *kept->served);
  kept->card = kept->breach = MUSTER_NONE;
  kept->need_count = work->need_count;
  kept->served_count = work->served_count;
  for (size_t i = 0; i < work->need_count; i++)
    kept->needs[i] = (mi_kept_need){.skill = work->needs[i].skill, .count = work->needs[i].count};
  if (work->served_count) memcpy(kept->served, work->served, work->served_count * sizeof *kept->served);
  return kept;
}

void mi_incident_end(MusterEngine *engine, mi_incident_id id, MusterIncidentState state, const char *not_needed,
                     const char *verb) {
  mi_incident *incident = mi_incident_at(engine, id);
  mi_waiting_remove(engine, id);
  free_helpers(engine, id, not_needed);
  mi_fetching_give_back(engine, incident->work);
  mi_promise_stop(engine, id);
  mi_optimal_remove_incident(engine, id);
  incident->state = (uint8_t)state;
  incident->ended_ms = engine->now_ms;
  incident->kept = keep(incident->work);
  incident->work->next_spare = engine->spare;
  engine->spare = incident->work;
  incident->work = NULL;
  const char *why = explain_end(engine, incident, verb);
  mi_decide(engine, MUSTER_DECISION_CLOSED, id)->why = why;
}

void mi_step_close(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id incident = mi_find_incident(engine, event, MI_ACT_CLOSE);
  if (incident == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident_end(engine, incident, MUSTER_INCIDENT_CLOSED, "the incident is closed: no longer needed", "closed");
}

void mi_step_cancel(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id incident = mi_find_incident(engine, event, MI_ACT_CANCEL);
  if (incident == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident_end(engine, incident, MUSTER_INCIDENT_CANCELLED, "the report was cancelled: no longer needed",
                  "cancelled");
}

void mi_step_rate(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_RATE);
  if (id == MUSTER_NONE) return;
  if (event->rating < 1 || event->rating > 5) {
    MI_REFUSE(engine, event, "the rating is ", mi_say_number(engine, event->rating), ", expected 1 to 5");
    return;
  }
  if (mi_incident_at(engine, id)->rating) {
    MI_REFUSE(engine, event, "incident ", mi_say_id(engine, event->incident), " was rated before");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident_at(engine, id)->rating = event->rating;
  mi_service_rate(engine, mi_incident_at(engine, id), event->rating);
}
