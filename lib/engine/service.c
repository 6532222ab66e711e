/* Hours served and ratings, by volunteer, and the rest that is due to them. All outlast retirement.
 *
 * Rest is due for time served and for each alert, in the shares that the policy says, and is had by the clock: one time
 * a person, at which none is due any more.
 */
#include "engine/state.h"

#include <string.h>

void mi_service_begin(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_work *work = mi_incident_at(engine, person->incident)->work;
  for (size_t i = 0; i < work->served_count; i++) /* before it was re-opened */
    if (work->served[i] == responder) return;
  work->served = mi_reserve(work->served, &work->served_capacity, work->served_count + 1, sizeof *work->served);
  work->served[work->served_count++] = responder;
}

static void add_rest_due(MusterEngine *engine, mi_responder *person, int64_t rest_ms) {
  if (!engine->counts_fatigue) return;
  int64_t from_ms = MAX(person->rested_ms, engine->now_ms);
  person->rested_ms = MIN(from_ms + rest_ms, engine->now_ms + MI_MOST_REST_DUE_MS);
}

void mi_service_note_alert(MusterEngine *engine, MusterResponder responder) {
  add_rest_due(engine, mi_responder_at(engine, responder), INT64_C(1000) * engine->settings->fatigue_per_alert_s);
}

int64_t mi_service_rest_due_ms(const MusterEngine *engine, MusterResponder responder) {
  int64_t rested_ms = engine->responders[responder].rested_ms;
  return rested_ms > engine->now_ms ? rested_ms - engine->now_ms : 0;
}

bool mi_service_is_rated_low(const MusterEngine *engine, MusterResponder responder) {
  const MusterVolunteerRecord *record = &engine->responders[responder].record;
  return record->ratings >= engine->settings->rating_count_least &&
         UINT64_C(10) * record->rating_sum < (uint64_t)engine->settings->rating_below * record->ratings;
}

void mi_service_end(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (person->state == MI_ON_SCENE) {
    person->record.served++;
    int64_t served_ms = engine->now_ms - person->assigned_ms;
    person->record.served_ms += served_ms;
    add_rest_due(engine, person, served_ms * engine->settings->fatigue_per_service_percent / 100);
  }
  person->assigned_ms = MI_NEVER;
}

void mi_service_rate(MusterEngine *engine, const mi_incident *incident, uint8_t rating) {
  for (size_t i = 0; i < incident->kept->served_count; i++) {
    MusterVolunteerRecord *record = &mi_responder_at(engine, incident->kept->served[i])->record;
    record->ratings++;
    record->rating_sum += rating;
  }
}

bool muster_engine_volunteer_record(const MusterEngine *engine, MusterId volunteer, MusterVolunteerRecord *out) {
  uint32_t found = mi_id_defect(volunteer) ? MUSTER_NONE : mi_ids_find(&engine->people, volunteer);
  if (found == MUSTER_NONE) return false;
  *out = engine->responders[found].record;
  return true;
}
