/* The places of the optimal policy as rows of the assignment, and who is named as a candidate for them; see optimal.h.
 */
#include <string.h>

#include "base/hash64.h"
#include "engine/optimal.h"

static mi_optimal_need *need_of(mi_optimal *optimal, const mi_work *work, uint32_t need) {
  return &optimal->needs[(size_t)work->number * MI_MOST_NEEDS + need];
}

/* ---- room ---- */

static void reserve_needs(MusterEngine *engine, mi_incident_id id) {
  mi_optimal *optimal = engine->optimal;
  size_t number = mi_incident_at(engine, id)->work->number, had = optimal->need_capacity,
         had_shown = optimal->shown_capacity;
  optimal->needs =
      mi_reserve(optimal->needs, &optimal->need_capacity, (number + 1) * MI_MOST_NEEDS, sizeof *optimal->needs);
  for (size_t i = had; i < optimal->need_capacity; i++) optimal->needs[i] = (mi_optimal_need){.last_row = MUSTER_NONE};
  optimal->shown_as = mi_reserve(optimal->shown_as, &optimal->shown_capacity, number + 1, sizeof *optimal->shown_as);
  for (size_t i = had_shown; i < optimal->shown_capacity; i++) optimal->shown_as[i] = MUSTER_NONE;
}

static uint32_t take_row(mi_optimal *optimal) {
  uint32_t row = optimal->free_row;
  if (row == MUSTER_NONE) {
    row = optimal->row_end++;
    optimal->rows = mi_reserve(optimal->rows, &optimal->row_capacity, optimal->row_end, sizeof *optimal->rows);
  } else {
    optimal->free_row = optimal->rows[row].next;
  }
  optimal->row_count++;
  return row;
}

/* ---- candidates ---- */

static bool is_beyond(const mi_place_row *row, const MusterTravelHit *hit) {
  return hit->time_ms > row->cursor_ms || (hit->time_ms == row->cursor_ms && hit->responder > row->cursor);
}

/* Places of one need ask for the same people, and mostly in the same step: until somebody or the roads change, what
 * travel said is kept. */
enum { MOST_KEPT_HITS = 1 << 20 };

/* The nearest `k` that have the skill, *found of them, until the next call; travel may have fewer. */
static const MusterTravelHit *ask_travel(MusterEngine *engine, const mi_place_row *row, size_t k, size_t *found) {
  mi_optimal *optimal = engine->optimal;
  const mi_incident *incident = mi_incident_at(engine, row->incident);
  mi_optimal_need *need = need_of(optimal, incident->work, row->need);
  uint32_t skill = incident->work->needs[row->need].skill;
  *found = 0;
  if (skill != MUSTER_NONE && engine->skill_bits[skill] < 0) return NULL;
  if (optimal->nearest_count > MOST_KEPT_HITS) mi_optimal_forget_nearest(optimal);
  if (need->nearest_as_of != optimal->travel_as_of || need->nearest_asked < k) {
    optimal->nearest =
        mi_reserve(optimal->nearest, &optimal->nearest_capacity, optimal->nearest_count + k, sizeof *optimal->nearest);
    uint64_t mask = skill == MUSTER_NONE ? 0 : UINT64_C(1) << engine->skill_bits[skill];
    need->nearest_count = (uint32_t)muster_travel_nearest(engine->travel, incident->place, mask, k,
                                                          engine->settings->alert_within_s * 1000,
                                                          optimal->nearest + optimal->nearest_count);
    need->first_nearest = optimal->nearest_count;
    need->nearest_asked = (uint32_t)k;
    need->nearest_as_of = optimal->travel_as_of;
    optimal->nearest_count += need->nearest_count;
  }
  *found = MIN(k, need->nearest_count);
  return optimal->nearest + need->first_nearest;
}

/* Whom travel names beyond the cursor, as far as `most` go; moves the cursor. */
static size_t name_hits(MusterEngine *engine, mi_place_row *row, const MusterTravelHit *hits, size_t found,
                        MusterAssignCandidate *out, size_t most) {
  size_t named = 0;
  for (size_t i = 0; i < found && named < most; i++) {
    const MusterTravelHit *hit = &hits[i];
    if (!is_beyond(row, hit)) continue;
    row->cursor_ms = hit->time_ms;
    row->cursor = hit->responder;
    if (!mi_optimal_may_serve(engine, hit->responder, row) || mi_optimal_holds(engine, hit->responder, row)) continue;
    out[named++] = (MusterAssignCandidate){hit->responder, mi_optimal_fresh_cost(engine, row, hit->time_ms)};
  }
  return named;
}

size_t mi_optimal_name_candidates(MusterAssignRow id, size_t skip, MusterAssignCandidate *out, size_t most,
                                  void *data) {
  (void)skip; /* people come and go: the cursor tells who was named */
  MusterEngine *engine = data;
  mi_place_row *row = &engine->optimal->rows[id];
  size_t named = 0;
  for (size_t k = row->asked + most; named < most; k *= 2) {
    row->asked = (uint32_t)MIN(k, engine->people.count + 1);
    size_t found;
    const MusterTravelHit *hits = ask_travel(engine, row, row->asked, &found);
    named += name_hits(engine, row, hits, found, out + named, most - named);
    if (named == most || found == row->asked) continue;
    row->cursor_ms = INT64_MAX;
    break;
  }
  return named;
}

/* ---- rows ---- */

static uint64_t stable_id(const MusterEngine *engine, mi_incident_id incident, uint32_t need, uint32_t number) {
  MusterId name = mi_incident_name(engine, incident);
  uint64_t value = GUINT64_TO_LE(name.number), place = (uint64_t)need << 32 | number;
  return name.text ? mi_hash64(name.text, strlen(name.text), 2 * place)
                   : mi_hash64(&value, sizeof value, 2 * place + 1);
}

/* How many places of the need have to be filled, and how many rows that takes: alerts to spare count on top. */
static uint32_t count_rows(const MusterEngine *engine, const mi_need *need, uint32_t *places) {
  uint32_t missing = mi_need_missing(need), lacks = mi_alerting_lacks(engine, need);
  if (mi_gives_orders(engine->settings)) return *places = missing + need->assigned;
  *places = MIN(missing - MIN(missing, need->alerted), lacks);
  return lacks;
}

static void add_held(MusterEngine *engine, uint32_t id) {
  const mi_place_row *row = &engine->optimal->rows[id];
  const mi_work *work = mi_incident_at(engine, row->incident)->work;
  for (size_t i = 0; i < work->helper_count; i++) {
    MusterResponder responder = work->helpers[i].responder;
    if (!mi_optimal_holds(engine, responder, row) || !engine->optimal->people[responder].present) continue;
    engine->optimal->people[responder].priced_ms = MI_NEVER;
    mi_optimal_price_held(engine, responder);
  }
}

static void push_row(MusterEngine *engine, mi_incident_id incident, uint32_t need, MusterAssignCost open) {
  mi_optimal *optimal = engine->optimal;
  mi_optimal_need *of = need_of(optimal, mi_incident_at(engine, incident)->work, need);
  uint32_t id = take_row(optimal);
  optimal->rows[id] = (mi_place_row){
      .incident = incident, .need = need, .number = of->row_count, .next = of->last_row, .cursor_ms = -1};
  of->last_row = id;
  MusterAssignNeed place = {.id = stable_id(engine, incident, need, of->row_count++), .unserved = open};
  GError *error = NULL;
  mi_optimal_must(muster_assignment_add_row(optimal->assignment, id, &place, NULL, 0, &error), error);
  mi_optimal_touch(optimal, id); /* who held the place of a row that went may have no part in this one */
  add_held(engine, id);
}

static void pop_row(MusterEngine *engine, mi_optimal_need *of) {
  mi_optimal *optimal = engine->optimal;
  uint32_t id = of->last_row;
  muster_assignment_remove(optimal->assignment, id);
  mi_place_row *row = &optimal->rows[id];
  of->last_row = row->next;
  of->row_count--;
  row->incident = MUSTER_NONE;
  row->next = optimal->free_row;
  optimal->free_row = id;
  optimal->row_count--;
  mi_optimal_collect(engine);
}

/* The costs of leaving the rows there are empty: the numbers of their places have shifted, or the incident has aged. */
static void price_rows(MusterEngine *engine, const mi_incident *incident, uint32_t last_row, uint32_t first_place,
                       uint32_t count) {
  GError *error = NULL;
  for (uint32_t id = last_row; id != MUSTER_NONE; id = engine->optimal->rows[id].next) {
    uint32_t place = first_place + engine->optimal->rows[id].number;
    MusterAssignCost cost = mi_optimal_open_cost(engine, incident, place, count);
    mi_optimal_must(muster_assignment_change_unserved(engine->optimal->assignment, id, &cost, &error), error);
    mi_optimal_collect(engine);
  }
}

static void sync_need(MusterEngine *engine, mi_incident_id id, uint32_t index) {
  mi_optimal *optimal = engine->optimal;
  const mi_incident *incident = mi_incident_at(engine, id);
  const mi_need *need = &incident->work->needs[index];
  mi_optimal_need *of = need_of(optimal, incident->work, index);
  uint32_t places, want = count_rows(engine, need, &places), first_place = need->count - places;
  while (of->row_count > want) pop_row(engine, of);
  price_rows(engine, incident, of->last_row, first_place, need->count);
  while (of->row_count < want && optimal->row_count < MI_OPTIMAL_MOST_PLACES)
    push_row(engine, id, index, mi_optimal_open_cost(engine, incident, first_place + of->row_count, need->count));
  optimal->is_full |= of->row_count < want;
}

/* Travel shows people the places of incidents that have rows. */
static void show(MusterEngine *engine, mi_incident_id id, bool shown) {
  const mi_incident *incident = mi_incident_at(engine, id);
  mi_incident_id *shown_as = &engine->optimal->shown_as[incident->work->number];
  if ((*shown_as == id) == shown) return;
  *shown_as = shown ? id : MUSTER_NONE;
  engine->optimal->shown_count += shown ? 1 : -1u;
  if (shown)
    muster_travel_wait(engine->travel, incident->work->number, incident->place);
  else
    muster_travel_unwait(engine->travel, incident->work->number);
}

/* Rows have come free while others had to do without. */
static void note_all(MusterEngine *engine) {
  engine->optimal->is_full = false;
  for (mi_incident_id i = 0; i < engine->names.count; i++)
    if (mi_incident_at(engine, i)->work) mi_optimal_note_incident(engine, i);
}

void mi_optimal_sync_rows(MusterEngine *engine, mi_incident_id id) {
  reserve_needs(engine, id);
  const mi_work *work = mi_incident_at(engine, id)->work;
  bool any = false;
  for (uint32_t i = 0; i < work->need_count; i++) {
    sync_need(engine, id, i);
    any |= need_of(engine->optimal, work, i)->row_count > 0;
  }
  show(engine, id, any);
}

void mi_optimal_remove_rows(MusterEngine *engine, mi_incident_id id) {
  reserve_needs(engine, id);
  const mi_work *work = mi_incident_at(engine, id)->work;
  for (uint32_t i = 0; i < work->need_count; i++)
    while (need_of(engine->optimal, work, i)->row_count) pop_row(engine, need_of(engine->optimal, work, i));
  show(engine, id, false);
  if (engine->optimal->is_full) note_all(engine);
}
