/* The state's hash: every field that decides what happens next, in dense order; not the number of events offered, so a
 * refused event leaves it as it was. Linear in the state; asked for by tests, replay and the journal, not by the step.
 */
#include "engine/state.h"

#include <string.h>

static void mix(uint64_t *hash, uint64_t value) {
  uint64_t h = (*hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  *hash = h ^ (h >> 29);
}

static void mix_text(uint64_t *hash, const char *text) {
  size_t length = strlen(text);
  mix(hash, length);
  for (size_t i = 0; i < length; i++) mix(hash, (uint8_t)text[i]);
}

static void mix_ids(uint64_t *hash, const mi_ids *ids) {
  mix(hash, ids->count);
  for (size_t i = 0; i < ids->count; i++) {
    mix(hash, ids->entries[i].text != NULL);
    if (ids->entries[i].text)
      mix_text(hash, ids->entries[i].text);
    else
      mix(hash, ids->entries[i].number);
  }
}

static void mix_place(uint64_t *hash, MusterPlace place) {
  mix(hash, (uint64_t)(uint32_t)place.position.lon_e7 << 32 | (uint32_t)place.position.lat_e7);
  mix(hash, place.matrix_id);
}

static void mix_deadline(uint64_t *hash, const mi_deadline_heap *heap, mi_deadline deadline) {
  mix(hash, deadline == MUSTER_NONE ? UINT64_MAX : (uint64_t)heap->entries[deadline].at_ms);
  mix(hash, deadline == MUSTER_NONE ? 0 : heap->entries[deadline].sequence);
}

static void mix_responder(uint64_t *hash, const MusterEngine *engine, const mi_responder *person) {
  mix(hash, person->skills);
  mix_place(hash, person->place);
  mix(hash, person->incident);
  mix_deadline(hash, &engine->deadlines, person->expiry);
  mix_deadline(hash, &engine->deadlines, person->rest);
  mix(hash, person->alert_count);
  for (uint32_t i = 0; i < person->alert_count; i++)
    mix(hash, (uint64_t)mi_rest_alert_time_ms(engine, mi_responder_id_of(engine, person), i));
  mix(hash, (uint64_t)person->alerted_ms);
  mix(hash, (uint64_t)person->delivered_ms);
  mix(hash, (uint64_t)person->travel_ms << 32 | (uint64_t)person->mode << 24 | (uint64_t)person->state << 16 |
                (uint64_t)person->modes << 8 | (uint64_t)person->on_duty << 2 | (uint64_t)person->placed << 1 |
                (uint64_t)person->available);
}

static void mix_work(uint64_t *hash, const MusterEngine *engine, const mi_work *work) {
  for (size_t i = 0; i < work->need_count; i++) {
    const mi_need *need = &work->needs[i];
    const uint32_t values[] = {need->skill,   need->count,     need->alerted,   need->assigned,
                               need->arrived, need->asks_left, need->short_told};
    for (size_t j = 0; j < G_N_ELEMENTS(values); j++) mix(hash, values[j]);
  }
  for (size_t i = 0; i < work->helper_count; i++)
    mix(hash, (uint64_t)work->helpers[i].responder << 32 | work->helpers[i].need);
  for (size_t i = 0; i < work->asked_count; i++) {
    mix(hash, (uint64_t)work->asked[i].responder << 32 | (uint64_t)work->asked[i].times << 1 | work->asked[i].done);
    mix(hash, (uint64_t)work->asked[i].alerted_ms);
  }
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    mix_deadline(hash, &engine->deadlines, work->escalate[stage]);
    mix_deadline(hash, &engine->deadlines, work->breach[stage]);
  }
  mix(hash, work->waiting);
}

static void mix_incident(uint64_t *hash, const MusterEngine *engine, const mi_incident *incident) {
  mix(hash, (uint64_t)incident->reported_ms);
  mix(hash, (uint64_t)incident->ended_ms);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) mix(hash, (uint64_t)incident->met_ms[stage]);
  mix_place(hash, incident->place);
  mix(hash, (uint64_t)incident->grid << 32 | incident->original);
  mix(hash, incident->outside_m);
  mix(hash, (uint64_t)incident->state << 24 | (uint64_t)incident->priority << 16 | (uint64_t)incident->rating << 8 |
                incident->told_level);
  if (incident->work) mix_work(hash, engine, incident->work);
}

uint64_t muster_engine_state_hash(const MusterEngine *engine) {
  uint64_t hash = UINT64_C(1310);
  mix(&hash, (uint64_t)engine->now_ms);
  mix_ids(&hash, &engine->people);
  mix_ids(&hash, &engine->names);
  mix_ids(&hash, &engine->skills);
  for (size_t i = 0; i < engine->skills.count; i++) mix(&hash, (uint64_t)engine->skill_bits[i]);
  for (size_t i = 0; i < engine->people.count; i++) mix_responder(&hash, engine, &engine->responders[i]);
  for (size_t i = 0; i < engine->names.count; i++) mix_incident(&hash, engine, &engine->incidents[i]);
  return hash;
}
