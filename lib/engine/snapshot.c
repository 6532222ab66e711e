/* The engine's state as bytes, and its hash: every field that decides what happens next, in dense order.
 *
 * Equal states have equal bytes whatever led to them: handles and sequence numbers of deadlines give way to their
 * order, the numbers of work records and what was left behind by alerts that have ended are not written, nor is what
 * follows from the rest (who is available, counts, who waits). Linear in the state; asked for by tests, replay and the
 * journal, not by the step.
 */
#include "engine/snapshot.h"

#include "base/hash64.h"

#include <stdlib.h>
#include <string.h>

static void put_text(GByteArray *to, const char *text) { mi_pack_bytes(to, text, strlen(text)); }

static void put_id(GByteArray *to, MusterId id) {
  mi_pack_u8(to, id.text != NULL);
  if (id.text)
    put_text(to, id.text);
  else
    mi_pack_u64(to, id.number);
}

static void put_place(GByteArray *to, MusterPlace place) {
  mi_pack_u32(to, (uint32_t)place.position.lon_e7);
  mi_pack_u32(to, (uint32_t)place.position.lat_e7);
  mi_pack_u32(to, place.matrix_id);
}

static void put_skills(GByteArray *to, const MusterEngine *engine) {
  mi_pack_u32(to, (uint32_t)engine->skills.count);
  for (size_t i = 0; i < engine->skills.count; i++) {
    put_text(to, engine->skills.entries[i].text);
    mi_pack_u8(to, (uint8_t)engine->skill_bits[i]);
  }
}

static void put_engagement(GByteArray *to, const MusterEngine *engine, const mi_responder *person) {
  mi_pack_u32(to, person->incident);
  mi_pack_u32(to, person->travel_ms);
  mi_pack_u8(to, person->mode);
  mi_pack_i64(to, person->alerted_ms);
  mi_pack_i64(to, person->delivered_ms);
  mi_pack_i64(to, person->assigned_ms);
  if (!(engine->optimal || engine->guarantee) || person->state != MI_ASSIGNED) return;
  mi_pack_i64(to, person->arrives_ms);
  mi_pack_u8(to, person->located);
}

static void put_double(GByteArray *to, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  mi_pack_u64(to, bits);
}

static void put_history(GByteArray *to, const MusterAlertHistory *history) {
  put_double(to, history->accepts);
  put_double(to, history->refusals);
  mi_pack_i64(to, history->updated_ms);
}

/* When a position was told matters only if it can become stale; else only that it was. */
static int64_t placed_ms_that_counts(const MusterEngine *engine, const mi_responder *person) {
  if (!person->placed || person->placed_ms == MI_NEVER) return MI_NEVER;
  return engine->ages_positions ? person->placed_ms : 0;
}

static void put_record(GByteArray *to, const MusterVolunteerRecord *record) {
  mi_pack_i64(to, record->served_ms);
  mi_pack_u32(to, record->served);
  mi_pack_u32(to, record->ratings);
  mi_pack_u32(to, record->rating_sum);
}

/* Of somebody who is away nothing counts but the alerts of the last hour, the answers, what they have done and the rest
 * due after it. */
static void put_person(GByteArray *to, const MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = &engine->responders[responder];
  put_id(to, engine->people.entries[responder]);
  mi_pack_u8(to, person->state);
  if (person->state != MI_AWAY) {
    mi_pack_u64(to, person->skills);
    mi_pack_u8(to, person->modes);
    mi_pack_u8(to, (uint8_t)(person->on_duty | person->placed << 1 | person->duty_beyond << 2));
    if (person->placed) put_place(to, person->place);
    mi_pack_i64(to, placed_ms_that_counts(engine, person));
  }
  if (engine->guarantee) put_history(to, &person->history);
  if (person->incident != MUSTER_NONE) put_engagement(to, engine, person);
  put_record(to, &person->record);
  if (engine->counts_fatigue) mi_pack_i64(to, mi_service_rest_due_ms(engine, responder) ? person->rested_ms : MI_NEVER);
  mi_pack_u8(to, person->alert_count);
  for (uint32_t i = 0; i < person->alert_count; i++) mi_pack_i64(to, mi_rest_alert_time_ms(engine, responder, i));
}

static void put_served(GByteArray *to, const MusterResponder *served, size_t count) {
  mi_pack_u32(to, (uint32_t)count);
  for (size_t i = 0; i < count; i++) mi_pack_u32(to, served[i]);
}

static void put_tellings(GByteArray *to, const mi_work *work) {
  mi_pack_u8(to, work->cards);
  mi_pack_u8(to, (uint8_t)(work->told_stage | work->escalated << 2));
  for (int level = 0; level < MUSTER_AREA_LEVEL_COUNT; level++) {
    mi_pack_i64(to, work->told[level].at_ms);
    mi_pack_i64(to, work->told[level].acknowledged_ms);
    mi_pack_u8(to, (uint8_t)work->told[level].stage);
  }
}

static void put_work(GByteArray *to, const mi_work *work) {
  mi_pack_u32(to, (uint32_t)work->need_count);
  for (size_t i = 0; i < work->need_count; i++) {
    const mi_need *need = &work->needs[i];
    const uint32_t values[] = {need->skill, need->count, need->arrived, need->asks_left, need->short_told};
    for (size_t j = 0; j < G_N_ELEMENTS(values); j++) mi_pack_u32(to, values[j]);
  }
  mi_pack_u32(to, (uint32_t)work->helper_count);
  for (size_t i = 0; i < work->helper_count; i++) {
    mi_pack_u32(to, work->helpers[i].responder);
    mi_pack_u8(to, (uint8_t)work->helpers[i].need);
  }
  mi_pack_u32(to, (uint32_t)work->asked_count);
  for (size_t i = 0; i < work->asked_count; i++) {
    mi_pack_u32(to, work->asked[i].responder);
    mi_pack_u16(to, work->asked[i].times);
    mi_pack_u8(to, work->asked[i].done);
    mi_pack_i64(to, work->asked[i].alerted_ms);
  }
  put_served(to, work->served, work->served_count);
  put_tellings(to, work);
}

static void put_kept(GByteArray *to, const mi_kept *kept) {
  mi_pack_u8(to, kept->cards);
  mi_pack_u32(to, (uint32_t)kept->need_count);
  for (size_t i = 0; i < kept->need_count; i++) {
    mi_pack_u32(to, kept->needs[i].skill);
    mi_pack_u32(to, kept->needs[i].count);
  }
  put_served(to, kept->served, kept->served_count);
}

static void put_incident(GByteArray *to, const MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = &engine->incidents[id];
  put_id(to, engine->names.entries[id]);
  mi_pack_u8(to, incident->state);
  mi_pack_i64(to, incident->first_ms);
  mi_pack_i64(to, incident->reported_ms);
  mi_pack_i64(to, incident->ended_ms);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) mi_pack_i64(to, incident->met_ms[stage]);
  put_place(to, incident->place);
  mi_pack_u32(to, incident->grid);
  mi_pack_u32(to, incident->original);
  mi_pack_u8(to, incident->priority);
  mi_pack_u8(to, incident->rating);
  mi_pack_u16(to, incident->outside_m);
  mi_pack_u8(to, incident->told_level);
  mi_pack_u16(to, incident->plan);
  mi_pack_u8(to, (uint8_t)(incident->own_kind | incident->grid_only << 1 | incident->broken << 2));
  mi_pack_u8(to, incident->alarm_level);
  if (incident->work)
    put_work(to, incident->work);
  else
    put_kept(to, incident->kept);
}

static int compare_deadlines(const void *a, const void *b) {
  const mi_deadline_entry *x = a, *y = b;
  if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* In the order in which they will act. */
static void put_deadlines(GByteArray *to, const mi_deadline_heap *heap) {
  g_autofree mi_deadline_entry *entries = g_new(mi_deadline_entry, heap->count);
  for (size_t i = 0; i < heap->count; i++) entries[i] = heap->entries[heap->order[i]];
  if (heap->count) qsort(entries, heap->count, sizeof *entries, compare_deadlines);
  mi_pack_u32(to, (uint32_t)heap->count);
  for (size_t i = 0; i < heap->count; i++) {
    mi_pack_i64(to, entries[i].at_ms);
    mi_pack_u8(to, entries[i].kind);
    mi_pack_u32(to, entries[i].owner);
  }
}

static void put_numbers(GByteArray *to, const int64_t *numbers, size_t count) {
  mi_pack_u32(to, (uint32_t)count);
  for (size_t i = 0; i < count; i++) mi_pack_i64(to, numbers[i]);
}

static void put_polygons(GByteArray *to, const MusterPolygons *polygons) {
  mi_pack_u32(to, polygons->polygon_count);
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    uint32_t first = polygons->polygon_first[polygon], end = polygons->polygon_first[polygon + 1];
    mi_pack_u32(to, end - first);
    for (uint32_t ring = first; ring < end; ring++) {
      mi_pack_u32(to, polygons->ring_first[ring + 1] - polygons->ring_first[ring]);
      for (uint32_t i = polygons->ring_first[ring]; i < polygons->ring_first[ring + 1]; i++) {
        mi_pack_u32(to, (uint32_t)polygons->positions[i].lon_e7);
        mi_pack_u32(to, (uint32_t)polygons->positions[i].lat_e7);
      }
    }
  }
}

/* What was closed, not which arcs that is: the roads may be sealed anew. */
static void put_closures(GByteArray *to, const mi_closures *closures) {
  if (closures->count == 0) return;
  mi_pack_u8(to, MI_SECTION_ROADS);
  mi_pack_u32(to, (uint32_t)closures->count);
  for (size_t i = 0; i < closures->count; i++) {
    const mi_closure *closure = closures->entries[i];
    put_id(to, closure->id);
    put_polygons(to, &closure->roads.polygons);
    put_numbers(to, closure->roads.ways, closure->roads.way_count);
    put_numbers(to, closure->roads.between, 2 * closure->roads.pair_count);
  }
}

static void put_modes(GByteArray *to, const MusterEngine *engine) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  if (engine->mode_count == 0) return;
  mi_pack_u8(to, MI_SECTION_MODES);
  mi_pack_u32(to, (uint32_t)engine->mode_count);
  for (size_t i = 0; i < engine->mode_count; i++) {
    mi_pack_u32(to, engine->modes[i].area);
    put_text(to, wartimes[engine->modes[i].wartime].hazard);
    mi_pack_u8(to, wartimes[engine->modes[i].wartime].level);
  }
}

static void put_fetch(GByteArray *to, mi_incident_id incident, mi_fetch fetch) {
  mi_pack_u32(to, incident);
  mi_pack_u32(to, fetch.row);
  mi_pack_u32(to, fetch.responder);
}

static void put_fetches(GByteArray *to, const MusterEngine *engine) {
  g_autoptr(GByteArray) fetches = g_byte_array_new();
  uint32_t count = 0;
  for (mi_incident_id id = 0; id < engine->names.count; id++) {
    const mi_work *work = engine->incidents[id].work;
    for (size_t i = 0; work && i < work->fetch_count; i++) put_fetch(fetches, id, work->fetches[i]);
    if (work) count += (uint32_t)work->fetch_count;
  }
  if (count == 0) return;
  mi_pack_u8(to, MI_SECTION_FETCHES);
  mi_pack_u32(to, count);
  g_byte_array_append(to, fetches->data, fetches->len);
}

static void put_items(GByteArray *to, const MusterEngine *engine) {
  mi_pack_u32(to, (uint32_t)engine->items_named.count);
  for (size_t i = 0; i < engine->items_named.count; i++) {
    const mi_item *item = &engine->items[i];
    put_id(to, engine->items_named.entries[i]);
    mi_pack_i64(to, item->entered_ms);
    mi_pack_i64(to, item->due_ms);
    mi_pack_i64(to, item->settled_ms);
    mi_pack_u32(to, item->incident);
    mi_pack_u8(to, item->is_problem);
    put_text(to, item->owner);
    if (item->outcome) put_text(to, item->outcome);
  }
}

static void put_state(GByteArray *to, const MusterEngine *engine) {
  mi_pack_i64(to, engine->now_ms);
  put_skills(to, engine);
  mi_pack_u32(to, (uint32_t)engine->people.count);
  for (MusterResponder i = 0; i < engine->people.count; i++) put_person(to, engine, i);
  mi_pack_u32(to, (uint32_t)engine->names.count);
  for (mi_incident_id i = 0; i < engine->names.count; i++) put_incident(to, engine, i);
  put_items(to, engine);
  put_deadlines(to, &engine->deadlines);
  put_closures(to, &engine->closures);
  put_modes(to, engine);
  if (engine->equipment) put_fetches(to, engine);
}

/* What the state means only together with: refused by name when it is another. */
static void put_surroundings(GByteArray *to, const MusterEngine *engine) {
  put_text(to, engine->county ? muster_county_sha256(engine->county) : "");
  g_autofree char *ini = muster_policy_to_ini(engine->policy);
  put_text(to, ini);
}

void mi_snapshot_put_state(GByteArray *to, const MusterEngine *engine) {
  mi_pack_u64(to, engine->event_count);
  put_state(to, engine);
}

bool mi_snapshot_is_current(const uint8_t *snapshot, size_t bytes) {
  size_t magic = strlen(MI_SNAPSHOT_MAGIC);
  if (bytes < magic || memcmp(snapshot, MI_SNAPSHOT_MAGIC, magic) != 0) return false;
  mi_unpack from = {.at = snapshot + magic, .end = snapshot + bytes};
  return mi_unpack_u32(&from) == MI_SNAPSHOT_VERSION && !from.failed;
}

uint8_t *muster_engine_snapshot(const MusterEngine *engine, size_t *bytes) {
  GByteArray *to = g_byte_array_sized_new(4096);
  g_byte_array_append(to, (const guint8 *)MI_SNAPSHOT_MAGIC, strlen(MI_SNAPSHOT_MAGIC));
  mi_pack_u32(to, MI_SNAPSHOT_VERSION);
  put_surroundings(to, engine);
  mi_snapshot_put_state(to, engine);
  *bytes = to->len;
  return g_byte_array_free(to, FALSE);
}

uint64_t muster_engine_state_hash(const MusterEngine *engine) {
  g_autoptr(GByteArray) state = g_byte_array_sized_new(4096);
  put_state(state, engine);
  return mi_hash64(state->data, state->len, 0);
}
