/* Rest: a volunteer who had `alerts_per_volunteer_an_hour` alerts within 60 minutes gets no other until the oldest of
 * them is an hour old.
 *
 * The times of the last alerts stand in a ring for each responder; a deadline ends the rest. Both outlast retirement,
 * so that leaving and enrolling again is no way round it. Orders are not counted.
 */
#include "engine/state.h"

static const int64_t hour_ms = INT64_C(3600) * 1000;

static int64_t *ring_of(const MusterEngine *engine, MusterResponder responder) {
  return engine->alert_times + (size_t)responder * engine->most_alerts;
}

/* The place in the ring of the oldest alert, once the ring is full. */
static uint32_t oldest_in(const MusterEngine *engine, const mi_responder *person) {
  return person->alert_count < engine->most_alerts ? 0 : person->next_alert;
}

void mi_rest_reserve(MusterEngine *engine, size_t people) {
  engine->alert_times =
      mi_reserve(engine->alert_times, &engine->alert_times_capacity, people * engine->most_alerts, sizeof(int64_t));
}

void mi_rest_review(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  uint32_t most = engine->settings->alerts_per_volunteer_an_hour;
  mi_deadline_heap_cancel(&engine->deadlines, &person->rest);
  if (most == 0 || person->alert_count < most) return;
  int64_t ends_ms = mi_rest_alert_time_ms(engine, responder, person->alert_count - most) + hour_ms;
  if (ends_ms > engine->now_ms)
    person->rest = mi_deadline_heap_add(&engine->deadlines, ends_ms, MI_DEADLINE_REST, responder);
}

void mi_rest_note_alert(MusterEngine *engine, MusterResponder responder) {
  uint32_t room = engine->most_alerts;
  if (room == 0) return;
  mi_responder *person = mi_responder_at(engine, responder);
  ring_of(engine, responder)[person->next_alert] = engine->now_ms;
  person->next_alert = (uint8_t)((person->next_alert + 1u) % room);
  if (person->alert_count < room) person->alert_count++;
  mi_rest_review(engine, responder);
}

void mi_rest_end(MusterEngine *engine, MusterResponder responder) {
  mi_responder_at(engine, responder)->rest = MUSTER_NONE;
  mi_people_refresh(engine, responder);
}

int64_t mi_rest_alert_time_ms(const MusterEngine *engine, MusterResponder responder, uint32_t which) {
  const mi_responder *person = &engine->responders[responder];
  return ring_of(engine, responder)[(oldest_in(engine, person) + which) % engine->most_alerts];
}
