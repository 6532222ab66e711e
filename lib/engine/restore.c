/* An engine from a snapshot. Nothing in the bytes is trusted: each count, id and time is checked before it is used, and
 * at the end the restored engine must write the very bytes it was read from. */
#include "engine/optimal.h"
#include "engine/snapshot.h"

#include <string.h>

static const int64_t latest_deadline_ms = 2 * MUSTER_EVENT_LATEST_MS; /* an event's time and any span after it */

typedef struct restorer {
  mi_unpack from;
  MusterEngine *engine;
  size_t engaged; /* people who have an incident, less the helpers seen so far */
} restorer;

static bool is_time(int64_t ms) { return ms >= 0 && ms <= MUSTER_EVENT_LATEST_MS; }
static bool is_time_or_never(int64_t ms) { return ms == MI_NEVER || is_time(ms); }

/* Marks the bytes as bad unless `holds`; false from then on. */
static bool need_that(restorer *at, bool holds) {
  at->from.failed |= !holds;
  return !at->from.failed;
}

static MusterId take_id(restorer *at, char room[MUSTER_ID_MAX_BYTES + 1]) {
  uint8_t is_text = mi_unpack_u8(&at->from);
  if (!is_text) return (MusterId){.number = mi_unpack_u64(&at->from)};
  size_t length;
  const uint8_t *bytes = mi_unpack_bytes(&at->from, &length);
  if (!need_that(at, is_text == 1 && length <= MUSTER_ID_MAX_BYTES && !memchr(bytes, 0, length))) return MUSTER_ID_NONE;
  memcpy(room, bytes, length);
  room[length] = '\0';
  return (MusterId){.text = room};
}

/* The next id gets the next dense one. */
static bool intern_next(restorer *at, mi_ids *ids) {
  char room[MUSTER_ID_MAX_BYTES + 1];
  MusterId id = take_id(at, room);
  size_t count = ids->count;
  return need_that(at, !mi_id_defect(id)) && need_that(at, mi_ids_intern(ids, id) == count);
}

static MusterPlace take_place(restorer *at) {
  MusterPlace place = {.position = {.lon_e7 = (int32_t)mi_unpack_u32(&at->from)}};
  place.position.lat_e7 = (int32_t)mi_unpack_u32(&at->from);
  place.matrix_id = mi_unpack_u32(&at->from);
  need_that(at, place.position.lon_e7 >= -1800000000 && place.position.lon_e7 <= 1800000000 &&
                    place.position.lat_e7 >= -900000000 && place.position.lat_e7 <= 900000000);
  return place;
}

static void take_skills(restorer *at) {
  MusterEngine *engine = at->engine;
  uint64_t taken = 0;
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_SKILL);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) {
    char name[MI_LONGEST_SKILL + 1];
    size_t length;
    const uint8_t *bytes = mi_unpack_bytes(&at->from, &length);
    int8_t bit = (int8_t)mi_unpack_u8(&at->from);
    if (!need_that(at, length <= MI_LONGEST_SKILL && !memchr(bytes, 0, length))) return;
    memcpy(name, bytes, length);
    name[length] = '\0';
    if (!need_that(at, !mi_skill_defect(name) && bit >= -1 && bit < MI_MOST_SKILLS) ||
        !need_that(at, bit < 0 || !(taken >> bit & 1)) || !need_that(at, mi_skill_intern(engine, name) == i))
      return;
    engine->skill_bits[i] = bit;
    if (bit >= 0) taken |= UINT64_C(1) << bit;
  }
  engine->skill_bit_count = (unsigned)__builtin_popcountll(taken);
  need_that(at, (taken & (taken + 1)) == 0); /* bits are given in order */
}

static void take_engagement(restorer *at, mi_responder *person) {
  person->incident = mi_unpack_u32(&at->from); /* checked when the incidents are there */
  person->travel_ms = mi_unpack_u32(&at->from);
  person->mode = mi_unpack_u8(&at->from);
  person->alerted_ms = mi_unpack_i64(&at->from);
  person->delivered_ms = mi_unpack_i64(&at->from);
  person->assigned_ms = mi_unpack_i64(&at->from);
  need_that(at, is_time(person->alerted_ms) && is_time_or_never(person->delivered_ms) &&
                    is_time_or_never(person->assigned_ms) &&
                    (person->assigned_ms == MI_NEVER) == (person->state == MI_ALERTED));
  at->engaged++;
  if (!(at->engine->optimal || at->engine->guarantee) || person->state != MI_ASSIGNED) return;
  person->arrives_ms = mi_unpack_i64(&at->from);
  uint8_t located = mi_unpack_u8(&at->from);
  person->located = located;
  need_that(at, person->arrives_ms >= person->travel_ms && person->arrives_ms <= latest_deadline_ms && located <= 1);
}

static double take_count(restorer *at) {
  uint64_t bits = mi_unpack_u64(&at->from);
  double count;
  memcpy(&count, &bits, sizeof count);
  need_that(at, count >= 0 && count <= 1e15); /* false for what is no number */
  return count;
}

static void take_history(restorer *at, MusterAlertHistory *history) {
  history->accepts = take_count(at);
  history->refusals = take_count(at);
  history->updated_ms = mi_unpack_i64(&at->from);
  need_that(at, is_time(history->updated_ms));
}

static void take_presence(restorer *at, mi_responder *person) {
  person->skills = mi_unpack_u64(&at->from);
  person->modes = mi_unpack_u8(&at->from);
  uint8_t flags = mi_unpack_u8(&at->from);
  person->on_duty = flags & 1;
  person->placed = flags >> 1 & 1;
  person->duty_beyond = flags >> 2 & 1;
  need_that(at, person->modes && !(person->modes >> MUSTER_MODE_COUNT) && flags <= 7);
  if (person->placed) person->place = take_place(at);
  person->placed_ms = mi_unpack_i64(&at->from);
  need_that(at, is_time_or_never(person->placed_ms));
}

static void take_alert_times(restorer *at, MusterResponder responder) {
  MusterEngine *engine = at->engine;
  mi_responder *person = mi_responder_at(engine, responder);
  uint32_t most = engine->most_alerts;
  uint8_t count = mi_unpack_u8(&at->from);
  if (!need_that(at, count <= most)) return;
  for (uint8_t i = 0; i < count; i++) {
    int64_t *time_ms = &engine->alert_times[(size_t)responder * most + i];
    *time_ms = mi_unpack_i64(&at->from);
    need_that(at, is_time(*time_ms));
  }
  person->alert_count = count;
  person->next_alert = most ? (uint8_t)(count % most) : 0;
}

static void take_record(restorer *at, MusterVolunteerRecord *record) {
  record->served_ms = mi_unpack_i64(&at->from);
  record->served = mi_unpack_u32(&at->from);
  record->ratings = mi_unpack_u32(&at->from);
  record->rating_sum = mi_unpack_u32(&at->from);
  need_that(at, record->served_ms >= 0);
}

static void take_rest_due(restorer *at, mi_responder *person) {
  const MusterEngine *engine = at->engine;
  person->rested_ms = mi_unpack_i64(&at->from);
  need_that(at, person->rested_ms == MI_NEVER ||
                    (person->rested_ms > engine->now_ms && person->rested_ms - engine->now_ms <= MI_MOST_REST_DUE_MS));
}

static void take_person(restorer *at) {
  MusterEngine *engine = at->engine;
  MusterResponder responder = (MusterResponder)engine->people.count;
  if (!intern_next(at, &engine->people)) return;
  mi_people_reserve(engine, engine->people.count);
  mi_responder *person = mi_responder_at(engine, responder);
  *person = (mi_responder){.place = {.matrix_id = MUSTER_NONE},
                           .incident = MUSTER_NONE,
                           .expiry = MUSTER_NONE,
                           .rest = MUSTER_NONE,
                           .alerted_ms = MI_NEVER,
                           .delivered_ms = MI_NEVER,
                           .placed_ms = MI_NEVER,
                           .assigned_ms = MI_NEVER,
                           .rested_ms = MI_NEVER};
  person->state = mi_unpack_u8(&at->from);
  if (!need_that(at, person->state <= MI_ON_SCENE)) return;
  if (person->state != MI_AWAY) take_presence(at, person);
  if (at->engine->guarantee) take_history(at, &person->history);
  if (person->state >= MI_ALERTED) take_engagement(at, person);
  take_record(at, &person->record);
  if (engine->counts_fatigue) take_rest_due(at, person);
  take_alert_times(at, responder);
}

/* With a county the first people are its volunteers, in its order. */
static bool is_roster(const MusterEngine *engine) {
  if (!engine->county) return true;
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(engine->county, &count);
  if (count > engine->people.count) return false;
  for (size_t i = 0; i < count; i++)
    if (engine->people.entries[i].text || engine->people.entries[i].number != (uint64_t)volunteers[i].id) return false;
  return true;
}

static void take_people(restorer *at) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_PERSON);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) take_person(at);
  need_that(at, is_roster(at->engine));
}

static void take_needs(restorer *at, mi_work *work) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_NEED);
  if (!need_that(at, count <= MI_MOST_NEEDS)) return;
  for (work->need_count = 0; work->need_count < count; work->need_count++) {
    mi_need *need = &work->needs[work->need_count];
    *need = (mi_need){.skill = mi_unpack_u32(&at->from)};
    need->count = mi_unpack_u32(&at->from);
    need->arrived = mi_unpack_u32(&at->from);
    need->asks_left = mi_unpack_u32(&at->from);
    need->short_told = mi_unpack_u32(&at->from);
    need_that(at, (need->skill == MUSTER_NONE || need->skill < at->engine->skills.count) &&
                      need->count <= MI_MOST_PER_NEED && need->arrived <= need->count);
  }
}

static void take_helper(restorer *at, mi_incident_id id, mi_work *work, mi_helper *helper) {
  *helper = (mi_helper){.responder = mi_unpack_u32(&at->from)};
  helper->need = mi_unpack_u8(&at->from);
  if (!need_that(at, helper->responder < at->engine->people.count && helper->need < work->need_count)) return;
  const mi_responder *person = mi_responder_at(at->engine, helper->responder);
  mi_need *need = &work->needs[helper->need];
  need->alerted += person->state == MI_ALERTED;
  need->assigned += person->state == MI_ASSIGNED;
  need_that(at, person->state >= MI_ALERTED && person->incident == id && at->engaged > 0 &&
                    need->assigned + need->arrived <= need->count);
  at->engaged--;
}

static void take_helpers(restorer *at, mi_incident_id id, mi_work *work) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_HELPER), on_scene[MI_MOST_NEEDS] = {0};
  work->helpers = mi_reserve(work->helpers, &work->helper_capacity, count, sizeof *work->helpers);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) {
    take_helper(at, id, work, &work->helpers[i]);
    if (at->from.failed) return;
    work->helper_count++;
    uint32_t need = work->helpers[i].need;
    on_scene[need] += mi_responder_at(at->engine, work->helpers[i].responder)->state == MI_ON_SCENE;
    need_that(at, on_scene[need] <= work->needs[need].arrived);
  }
}

/* Nobody stands twice in either list, and every helper was asked. */
static bool check_marks(MusterEngine *engine, const mi_work *work) {
  uint32_t asked = ++engine->mark, helping = ++engine->mark;
  for (size_t i = 0; i < work->asked_count; i++) {
    uint32_t *mark = &engine->marks[work->asked[i].responder];
    if (*mark == asked) return false;
    *mark = asked;
  }
  for (size_t i = 0; i < work->helper_count; i++) {
    uint32_t *mark = &engine->marks[work->helpers[i].responder];
    if (*mark != asked) return false;
    *mark = helping;
  }
  return true;
}

static void take_asked(restorer *at, mi_work *work) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_ASKED);
  work->asked = mi_reserve(work->asked, &work->asked_capacity, count, sizeof *work->asked);
  for (uint32_t i = 0; i < count; i++) {
    mi_asked *asked = &work->asked[i];
    *asked = (mi_asked){.responder = mi_unpack_u32(&at->from)};
    asked->times = mi_unpack_u16(&at->from);
    uint8_t done = mi_unpack_u8(&at->from);
    asked->done = done;
    asked->alerted_ms = mi_unpack_i64(&at->from);
    if (!need_that(at, asked->responder < at->engine->people.count && done <= 1 && is_time(asked->alerted_ms))) return;
    work->asked_count++;
  }
}

static void take_served(restorer *at, MusterResponder *served, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    served[i] = mi_unpack_u32(&at->from);
    need_that(at, served[i] < at->engine->people.count);
  }
}

static void take_served_of_work(restorer *at, mi_work *work) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_SERVED);
  work->served = mi_reserve(work->served, &work->served_capacity, count, sizeof *work->served);
  take_served(at, work->served, count);
  work->served_count = count;
}

static void take_tellings(restorer *at, mi_work *work) {
  work->cards = mi_unpack_u8(&at->from);
  uint8_t stages = mi_unpack_u8(&at->from);
  work->told_stage = stages & 3;
  work->escalated = stages >> 2;
  need_that(at,
            work->told_stage < MUSTER_STAGE_COUNT && work->cards <= 3 && work->escalated < 1u << MUSTER_STAGE_COUNT);
  for (int level = 0; level < MUSTER_AREA_LEVEL_COUNT; level++) {
    MusterTelling *told = &work->told[level];
    told->at_ms = mi_unpack_i64(&at->from);
    told->acknowledged_ms = mi_unpack_i64(&at->from);
    uint8_t stage = mi_unpack_u8(&at->from);
    need_that(at,
              is_time_or_never(told->at_ms) && is_time_or_never(told->acknowledged_ms) && stage < MUSTER_STAGE_COUNT);
    told->stage = (MusterStage)stage;
  }
}

static void take_work(restorer *at, mi_incident_id id) {
  mi_work *work = mi_work_take(at->engine);
  mi_incident_at(at->engine, id)->work = work;
  take_needs(at, work);
  if (!at->from.failed) take_helpers(at, id, work);
  if (!at->from.failed) take_asked(at, work);
  if (!at->from.failed) need_that(at, check_marks(at->engine, work));
  if (!at->from.failed) take_served_of_work(at, work);
  if (!at->from.failed) take_tellings(at, work);
}

static void take_kept(restorer *at, mi_incident *incident) {
  mi_kept_need needs[MI_MOST_NEEDS];
  uint8_t cards = mi_unpack_u8(&at->from);
  uint32_t need_count = mi_unpack_count(&at->from, MI_SNAPSHOT_KEPT_NEED);
  if (!need_that(at, need_count <= MI_MOST_NEEDS)) return;
  for (uint32_t i = 0; i < need_count; i++) {
    needs[i].skill = mi_unpack_u32(&at->from);
    needs[i].count = mi_unpack_u32(&at->from);
    need_that(at, (needs[i].skill == MUSTER_NONE || needs[i].skill < at->engine->skills.count) &&
                      needs[i].count <= MI_MOST_PER_NEED);
  }
  uint32_t served_count = mi_unpack_count(&at->from, MI_SNAPSHOT_SERVED);
  mi_kept *kept = incident->kept = g_malloc0(sizeof *kept + served_count * sizeof *kept->served);
  kept->card = kept->breach = MUSTER_NONE;
  kept->cards = cards;
  need_that(at, cards <= (incident->state == MUSTER_INCIDENT_DUPLICATE ? 3 : 0));
  memcpy(kept->needs, needs, need_count * sizeof *needs);
  kept->need_count = need_count;
  kept->served_count = served_count;
  take_served(at, kept->served, served_count);
}

static bool is_area(const MusterEngine *engine, MusterAreaId area) {
  size_t count = 0;
  if (engine->county) muster_county_areas(engine->county, &count);
  return area == MUSTER_NONE || area < count;
}

static void take_plan(restorer *at, mi_incident *incident) {
  size_t count;
  muster_plans_list(muster_policy_plans(at->engine->policy), &count);
  incident->plan = mi_unpack_u16(&at->from);
  uint8_t flags = mi_unpack_u8(&at->from);
  incident->own_kind = flags & 1;
  incident->grid_only = flags >> 1 & 1;
  incident->broken = flags >> 2;
  incident->alarm_level = mi_unpack_u8(&at->from);
  need_that(at, incident->plan < count && incident->broken < 1u << MUSTER_STAGE_COUNT);
  need_that(at, incident->alarm_level >= 1 && incident->alarm_level <= MUSTER_PLAN_MOST_ALARMS + 1);
}

static void take_incident(restorer *at, uint32_t count) {
  MusterEngine *engine = at->engine;
  mi_incident_id id = (mi_incident_id)engine->names.count;
  if (!intern_next(at, &engine->names)) return;
  mi_incident *incident = mi_incident_at(engine, id);
  incident->state = mi_unpack_u8(&at->from);
  incident->first_ms = mi_unpack_i64(&at->from);
  incident->reported_ms = mi_unpack_i64(&at->from);
  incident->ended_ms = mi_unpack_i64(&at->from);
  need_that(at, incident->state <= MUSTER_INCIDENT_DUPLICATE && is_time(incident->first_ms) &&
                    incident->reported_ms >= incident->first_ms && is_time(incident->reported_ms) &&
                    is_time_or_never(incident->ended_ms));
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    incident->met_ms[stage] = mi_unpack_i64(&at->from);
    need_that(at, is_time_or_never(incident->met_ms[stage]));
  }
  incident->place = take_place(at);
  incident->grid = mi_unpack_u32(&at->from);
  incident->original = mi_unpack_u32(&at->from);
  incident->priority = mi_unpack_u8(&at->from);
  incident->rating = mi_unpack_u8(&at->from);
  incident->outside_m = mi_unpack_u16(&at->from);
  incident->told_level = mi_unpack_u8(&at->from);
  need_that(at, is_area(engine, incident->grid) && (incident->original == MUSTER_NONE || incident->original < count) &&
                    incident->priority >= 1 && incident->priority <= 4 && incident->rating <= 5 &&
                    incident->told_level <= MUSTER_AREA_LEVEL_COUNT);
  take_plan(at, incident);
  if (at->from.failed) return;
  if (mi_lifecycle_is_active((MusterIncidentState)incident->state))
    take_work(at, id);
  else
    take_kept(at, incident);
}

static void take_incidents(restorer *at) {
  MusterEngine *engine = at->engine;
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_INCIDENT);
  engine->incidents = mi_reserve(engine->incidents, &engine->incident_capacity, count, sizeof *engine->incidents);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) take_incident(at, count);
  need_that(at, at->engaged == 0);
}

/* Kept as long as the engine; NULL if it is not text of 1 to `most` bytes. */
static const char *take_text(restorer *at, size_t most) {
  size_t length;
  const uint8_t *bytes = mi_unpack_bytes(&at->from, &length);
  bool good = !at->from.failed && length >= 1 && length <= most && !memchr(bytes, 0, length) &&
              g_utf8_validate((const char *)bytes, (gssize)length, NULL);
  return need_that(at, good) ? g_string_chunk_insert_len(at->engine->item_texts, (const char *)bytes, (gssize)length)
                             : NULL;
}

static void take_item(restorer *at) {
  MusterEngine *engine = at->engine;
  uint32_t id = (uint32_t)engine->items_named.count;
  if (!intern_next(at, &engine->items_named)) return;
  mi_item *item = &engine->items[id];
  item->entered_ms = mi_unpack_i64(&at->from);
  item->due_ms = mi_unpack_i64(&at->from);
  item->settled_ms = mi_unpack_i64(&at->from);
  item->incident = mi_unpack_u32(&at->from);
  uint8_t is_problem = mi_unpack_u8(&at->from);
  need_that(at, is_time(item->entered_ms) && is_time(item->due_ms) && is_time_or_never(item->settled_ms) &&
                    is_problem <= 1 && (item->incident == MUSTER_NONE || item->incident < engine->names.count));
  item->is_problem = is_problem;
  item->due = MUSTER_NONE;
  item->owner = take_text(at, MI_LONGEST_OWNER);
  if (item->settled_ms != MI_NEVER) item->outcome = take_text(at, MI_LONGEST_OUTCOME);
}

static void take_items(restorer *at) {
  MusterEngine *engine = at->engine;
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_ITEM);
  engine->items = mi_reserve(engine->items, &engine->item_capacity, count, sizeof *engine->items);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) take_item(at);
}

static mi_deadline *find_handle_of_duplicate(const mi_incident *incident, uint8_t kind) {
  if (incident->met_ms[MUSTER_STAGE_KNOWN] != MI_NEVER) return NULL;
  if (kind == MI_DEADLINE_CARD) return &incident->kept->card;
  return kind == MI_DEADLINE_BREACH + MUSTER_STAGE_KNOWN ? &incident->kept->breach : NULL;
}

/* Where the handle of such a deadline is kept; NULL if its owner cannot have one. */
static mi_deadline *find_handle(MusterEngine *engine, uint8_t kind, uint32_t owner) {
  if (kind == MI_DEADLINE_REST) return owner < engine->people.count ? &engine->responders[owner].rest : NULL;
  if (kind == MI_DEADLINE_EXPIRY)
    return owner < engine->people.count && engine->responders[owner].state == MI_ALERTED
               ? &engine->responders[owner].expiry
               : NULL;
  if (kind == MI_DEADLINE_ITEM)
    return owner < engine->items_named.count && engine->items[owner].settled_ms == MI_NEVER ? &engine->items[owner].due
                                                                                            : NULL;
  if (kind == MI_DEADLINE_WORKDAY) return owner == 0 && engine->county ? &engine->workday : NULL;
  if (kind == MI_DEADLINE_SHIFT) return owner == 0 && engine->shifts ? &engine->shift_change : NULL;
  if (kind > MI_DEADLINE_SHIFT || owner >= engine->names.count) return NULL;
  if (engine->incidents[owner].state == MUSTER_INCIDENT_DUPLICATE)
    return find_handle_of_duplicate(&engine->incidents[owner], kind);
  if (!engine->incidents[owner].work) return NULL;
  mi_work *work = engine->incidents[owner].work;
  if (kind == MI_DEADLINE_WATCH) return engine->guarantee ? &work->watch : NULL;
  if (kind == MI_DEADLINE_AGE)
    return engine->optimal ? &work->age : NULL; /* whether it may be is known with the modes */
  if (kind == MI_DEADLINE_CARD) return &work->card;
  if (kind == MI_DEADLINE_ACKNOWLEDGE)
    return engine->incidents[owner].told_level < MUSTER_AREA_LEVEL_COUNT ? &work->acknowledge : NULL;
  return kind < MI_DEADLINE_BREACH ? &work->escalate[kind - MI_DEADLINE_ESCALATE]
                                   : &work->breach[kind - MI_DEADLINE_BREACH];
}

static void take_deadlines(restorer *at) {
  MusterEngine *engine = at->engine;
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_DEADLINE);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) {
    int64_t at_ms = mi_unpack_i64(&at->from);
    uint8_t kind = mi_unpack_u8(&at->from);
    uint32_t owner = mi_unpack_u32(&at->from);
    mi_deadline *handle = at->from.failed ? NULL : find_handle(engine, kind, owner);
    if (!need_that(at,
                   handle && *handle == MUSTER_NONE && at_ms >= MAX(engine->now_ms, 0) && at_ms <= latest_deadline_ms))
      return;
    *handle = mi_deadline_heap_add(&engine->deadlines, at_ms, kind, owner);
  }
  for (size_t i = 0; i < engine->people.count; i++)
    need_that(at, engine->responders[i].state != MI_ALERTED || engine->responders[i].expiry != MUSTER_NONE);
}

static void take_ring(restorer *at, GArray *positions) {
  uint32_t count = mi_unpack_count(&at->from, 8);
  for (uint32_t i = 0; i < count; i++) {
    MusterPosition position = {.lon_e7 = (int32_t)mi_unpack_u32(&at->from)};
    position.lat_e7 = (int32_t)mi_unpack_u32(&at->from);
    g_array_append_val(positions, position);
  }
}

static void take_polygons(restorer *at, GArray *positions, GArray *ring_first, GArray *polygon_first) {
  uint32_t polygons = mi_unpack_count(&at->from, 4);
  g_array_append_val(ring_first, positions->len);
  g_array_append_val(polygon_first, positions->len);
  for (uint32_t polygon = 0; polygon < polygons && !at->from.failed; polygon++) {
    uint32_t rings = mi_unpack_count(&at->from, 4);
    need_that(at, rings >= 1);
    for (uint32_t ring = 0; ring < rings && !at->from.failed; ring++) {
      take_ring(at, positions);
      g_array_append_val(ring_first, positions->len);
    }
    guint last = ring_first->len - 1;
    g_array_append_val(polygon_first, last);
  }
}

static size_t take_numbers(restorer *at, GArray *numbers) {
  uint32_t count = mi_unpack_count(&at->from, sizeof(int64_t));
  for (uint32_t i = 0; i < count; i++) {
    int64_t number = mi_unpack_i64(&at->from);
    g_array_append_val(numbers, number);
  }
  return count;
}

static void take_closure(restorer *at) {
  char room[MUSTER_ID_MAX_BYTES + 1];
  MusterId id = take_id(at, room);
  g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  g_autoptr(GArray) ring_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_autoptr(GArray) polygon_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_autoptr(GArray) ways = g_array_new(FALSE, FALSE, sizeof(int64_t));
  g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(int64_t));
  take_polygons(at, positions, ring_first, polygon_first);
  size_t way_count = take_numbers(at, ways), end_count = take_numbers(at, pairs);
  if (!need_that(at, !mi_id_defect(id) && end_count % 2 == 0)) return;
  MusterClosedRoads roads = {
      .polygons = {.positions = (const MusterPosition *)(const void *)positions->data,
                   .ring_first = (const uint32_t *)(const void *)ring_first->data,
                   .polygon_first = (const uint32_t *)(const void *)polygon_first->data,
                   .ring_count = ring_first->len - 1,
                   .polygon_count = polygon_first->len - 1},
      .ways = (const int64_t *)(const void *)ways->data,
      .way_count = way_count,
      .between = (const int64_t *)(const void *)pairs->data,
      .pair_count = end_count / 2,
  };
  g_autofree char *defect = mi_closures_defect(at->engine, id, &roads);
  uint32_t changed[MUSTER_MODE_COUNT];
  if (need_that(at, !defect)) mi_closures_add(at->engine, mi_closure_new(at->engine, id, &roads), changed);
}

static void take_closures(restorer *at) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_CLOSURE);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) take_closure(at);
}

static void take_modes(restorer *at) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_MODE);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) {
    char hazard[MI_LONGEST_HAZARD + 1] = "";
    MusterAreaId area = mi_unpack_u32(&at->from);
    size_t length;
    const uint8_t *bytes = mi_unpack_bytes(&at->from, &length);
    uint8_t level = mi_unpack_u8(&at->from);
    if (!need_that(at, length <= MI_LONGEST_HAZARD)) return;
    memcpy(hazard, bytes, length);
    need_that(at, mi_modes_restore(at->engine, area, hazard, level));
  }
}

static void take_fetches(restorer *at) {
  uint32_t count = mi_unpack_count(&at->from, MI_SNAPSHOT_FETCH);
  for (uint32_t i = 0; i < count && !at->from.failed; i++) {
    mi_incident_id incident = mi_unpack_u32(&at->from);
    mi_fetch fetch = {.row = mi_unpack_u32(&at->from)};
    fetch.responder = mi_unpack_u32(&at->from);
    need_that(at, mi_fetching_restore(at->engine, incident, fetch));
  }
}

static void take_sections(restorer *at) {
  while (!at->from.failed && mi_unpack_left(&at->from) > 0) {
    uint8_t section = mi_unpack_u8(&at->from);
    if (section == MI_SECTION_ROADS)
      take_closures(at);
    else if (section == MI_SECTION_FETCHES)
      take_fetches(at);
    else if (need_that(at, section == MI_SECTION_MODES))
      take_modes(at);
  }
  mi_modes_settle(at->engine);
}

/* What follows from the rest: where people stand for travel, who is available, who waits. */
static void derive(restorer *at) {
  MusterEngine *engine = at->engine;
  for (MusterResponder i = 0; i < engine->people.count && !at->from.failed; i++) {
    const mi_responder *person = mi_responder_at(engine, i);
    if (person->placed && !need_that(at, mi_people_put(engine, i, person->place))) return;
    mi_people_refresh(engine, i);
  }
  engine->freed_count = 0;
  need_that(at, mi_rota_restore(engine));
  for (mi_incident_id i = 0; i < engine->names.count && !at->from.failed; i++)
    if (mi_incident_at(engine, i)->work) mi_waiting_update(engine, i);
  if (!engine->optimal || at->from.failed) return;
  for (mi_incident_id i = 0; i < engine->names.count && engine->settings->ageing_s == 0; i++) {
    const mi_work *work = mi_incident_at(engine, i)->work;
    if (!need_that(at, !work || work->age == MUSTER_NONE)) return;
  }
  mi_optimal_renew(engine);
}

static void take_state(restorer *at) {
  MusterEngine *engine = at->engine;
  engine->event_count = mi_unpack_u64(&at->from);
  engine->now_ms = mi_unpack_i64(&at->from);
  need_that(at, is_time_or_never(engine->now_ms));
  take_skills(at);
  take_people(at);
  if (!at->from.failed) take_incidents(at);
  if (!at->from.failed) take_items(at);
  if (!at->from.failed) take_deadlines(at);
  if (!at->from.failed) take_sections(at);
  if (!at->from.failed) derive(at);
}

static bool fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool fail(GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_SNAPSHOT, text);
  return false;
}

static bool check_version(mi_unpack *from, GError **error) {
  size_t magic = strlen(MI_SNAPSHOT_MAGIC);
  if (mi_unpack_left(from) < magic || memcmp(from->at, MI_SNAPSHOT_MAGIC, magic) != 0)
    return fail(error, "snapshot: expected a snapshot of the engine, found other bytes");
  from->at += magic;
  uint32_t version = mi_unpack_u32(from);
  if (version == MI_SNAPSHOT_VERSION) return true;
  return fail(error, "snapshot: expected version %d, found %u", MI_SNAPSHOT_VERSION, version);
}

static bool is_same_text(const uint8_t *bytes, size_t length, const char *text) {
  return length == strlen(text) && memcmp(bytes, text, length) == 0;
}

/* By the settings it has now: a snapshot may be older than some of them. */
static bool is_same_policy(const uint8_t *bytes, size_t length, const MusterPolicy *policy) {
  g_autoptr(MusterPolicy) held = muster_policy_parse("snapshot", (const char *)bytes, length, NULL);
  if (!held) return false;
  g_autofree char *ini = muster_policy_to_ini(held), *expected = muster_policy_to_ini(policy);
  return strcmp(ini, expected) == 0;
}

static bool check_surroundings(mi_unpack *from, const MusterEngine *engine, GError **error) {
  size_t length;
  const uint8_t *bytes = mi_unpack_bytes(from, &length);
  const char *county = engine->county ? muster_county_sha256(engine->county) : "";
  if (!is_same_text(bytes, length, county)) {
    g_autofree char *found = g_utf8_make_valid((const char *)bytes, (gssize)MIN(length, 64));
    return fail(error, "snapshot: expected one of county %s, found one of county %s", *county ? county : "(none)",
                *found ? found : "(none)");
  }
  bytes = mi_unpack_bytes(from, &length);
  return is_same_policy(bytes, length, engine->policy) ||
         fail(error, "snapshot: expected one under the policy of this engine, found one under another");
}

/* Whatever is still wrong shows in what the engine writes now. */
static bool check_whole(const MusterEngine *engine, const uint8_t *state, size_t bytes) {
  g_autoptr(GByteArray) again = g_byte_array_sized_new((guint)bytes);
  mi_snapshot_put_state(again, engine);
  return again->len == bytes && memcmp(again->data, state, bytes) == 0;
}

MusterEngine *muster_engine_restore(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy,
                                    const uint8_t *snapshot, size_t bytes, GError **error) {
  g_autoptr(MusterEngine) engine = mi_engine_new_empty(county, travel, policy, error);
  if (!engine) return NULL;
  restorer at = {.from = {.at = snapshot, .end = snapshot + bytes}, .engine = engine};
  if (!check_version(&at.from, error) || !check_surroundings(&at.from, engine, error)) return NULL;
  const uint8_t *state = at.from.at;
  take_state(&at);
  if (at.from.failed || !check_whole(engine, state, (size_t)(snapshot + bytes - state))) {
    fail(error, "snapshot: damaged, or of other roads, at byte %zu of %zu", (size_t)(at.from.at - snapshot), bytes);
    return NULL;
  }
  return g_steal_pointer(&engine);
}
