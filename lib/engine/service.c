/* Hours served and ratings, by volunteer. Both outlast retirement. */
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

void mi_service_end(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (person->state == MI_ON_SCENE) {
    person->record.served++;
    person->record.served_ms += engine->now_ms - person->assigned_ms;
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
