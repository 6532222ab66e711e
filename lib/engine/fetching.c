/* Equipment detours (`equipment = fetch`): of those who go, one fetches each thing that the plan wants from a post or
 * station that has one, and the others go straight.
 *
 * Person and holder are chosen together, for the thing to arrive soonest. Holders are looked at in order of their time
 * to the incident; as nobody reaches a holder in less than no time, the search by a mode ends at the first whose time
 * alone is beyond the best pair's. One mode serves the whole way, so the best of the modes is the best of all.
 *
 * It is judged when people are told to go, and told once: candidates are those assigned in the step, each for one
 * thing. Somebody always goes straight, if more than one is needed; who goes alone does so too, if they are in time for
 * ON_SCENE only so. What somebody asked would bring sooner, even if they answer in the last moment of their alert, is
 * left to them.
 */
#include "engine/fetching.h"

#include <string.h>

#include "engine/optimal.h"
#include "route/depots.h"

enum { MOST_KINDS = 64, MOST_TOLD = 64, FIRST_ASKED = 8 };

/* Depots are the posts, then the stations, in the county's order; kinds and rows those of its equipment. */
typedef struct mi_equipment {
  const MusterEquipment *rows;
  MusterFetch *fetches;     /* by row */
  uint32_t *depots, *taken; /* by row */
  uint32_t *first_rows;     /* by depot, and one more: rows_of */
  uint32_t *rows_of;        /* by depot */
  uint8_t *kinds;           /* by row: place in names */
  const char *names[MOST_KINDS];
  MusterNearest *nearest; /* scratch */
  size_t row_count, depot_count, kind_count;
} mi_equipment;

static bool is_fetched(const mi_settings *settings) { return settings->equipment == MI_EQUIPMENT_FETCH; }

static bool is_ever_fetched(const MusterEngine *engine) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  bool ever = is_fetched(mi_policy_settings(engine->policy));
  for (size_t i = 0; i < count; i++) ever |= is_fetched(&wartimes[i].settings);
  return ever;
}

/* MOST_KINDS: too many kinds, or none of that name. */
static unsigned find_kind(const mi_equipment *equipment, const char *name) {
  unsigned kind = 0;
  while (kind < equipment->kind_count && strcmp(equipment->names[kind], name) != 0) kind++;
  return kind < equipment->kind_count ? kind : MOST_KINDS;
}

static bool add_row(mi_equipment *equipment, const MusterCounty *county, const MusterEquipment *row) {
  size_t post_count;
  const MusterPost *posts = muster_county_posts(county, &post_count), *holder;
  MusterPostId post = muster_county_find_post(county, row->holder);
  MusterStationId station = muster_county_find_station(county, row->holder);
  if (post == MUSTER_NONE && station == MUSTER_NONE) return false;
  holder = post != MUSTER_NONE ? &posts[post] : &muster_county_stations(county, NULL)[station];
  unsigned kind = find_kind(equipment, row->kind);
  if (kind == MOST_KINDS && equipment->kind_count == MOST_KINDS) return false;
  if (kind == MOST_KINDS) equipment->names[kind = (unsigned)equipment->kind_count++] = row->kind;
  size_t at = (size_t)(row - equipment->rows);
  equipment->kinds[at] = (uint8_t)kind;
  equipment->depots[at] = post != MUSTER_NONE ? post : (uint32_t)post_count + station;
  equipment->fetches[at] = (MusterFetch){row->kind, row->holder, holder->name, holder->position};
  return true;
}

/* The depot stands for the kinds of which one is left. */
static void put_depot(MusterEngine *engine, uint32_t depot) {
  const mi_equipment *equipment = engine->equipment;
  uint64_t kinds = 0;
  const MusterFetch *place = NULL;
  for (uint32_t i = equipment->first_rows[depot]; i < equipment->first_rows[depot + 1]; i++) {
    uint32_t row = equipment->rows_of[i];
    place = &equipment->fetches[row];
    if (equipment->taken[row] < equipment->rows[row].count) kinds |= UINT64_C(1) << equipment->kinds[row];
  }
  if (place) mi_travel_put_depot(engine->travel, depot, place->position, kinds);
}

static void index_rows(mi_equipment *equipment) {
  for (size_t i = 0; i < equipment->row_count; i++)
    if (equipment->depots[i] != MUSTER_NONE) equipment->first_rows[equipment->depots[i] + 1]++;
  for (size_t i = 0; i < equipment->depot_count; i++) equipment->first_rows[i + 1] += equipment->first_rows[i];
  g_autofree uint32_t *next = g_memdup2(equipment->first_rows, (equipment->depot_count + 1) * sizeof *next);
  for (uint32_t i = 0; i < equipment->row_count; i++)
    if (equipment->depots[i] != MUSTER_NONE) equipment->rows_of[next[equipment->depots[i]]++] = i;
}

void mi_fetching_init(MusterEngine *engine) {
  if (!engine->county || muster_travel_is_matrix(engine->travel) || !is_ever_fetched(engine)) return;
  size_t post_count, station_count;
  muster_county_posts(engine->county, &post_count);
  muster_county_stations(engine->county, &station_count);
  mi_equipment *equipment = engine->equipment = g_new0(mi_equipment, 1);
  equipment->rows = muster_county_equipment(engine->county, &equipment->row_count);
  equipment->depot_count = post_count + station_count;
  equipment->fetches = g_new0(MusterFetch, equipment->row_count);
  equipment->depots = g_new(uint32_t, equipment->row_count);
  equipment->taken = g_new0(uint32_t, equipment->row_count);
  equipment->rows_of = g_new(uint32_t, equipment->row_count);
  equipment->kinds = g_new0(uint8_t, equipment->row_count);
  equipment->first_rows = g_new0(uint32_t, equipment->depot_count + 1);
  equipment->nearest = g_new(MusterNearest, equipment->depot_count);
  for (size_t i = 0; i < equipment->row_count; i++)
    if (!add_row(equipment, engine->county, &equipment->rows[i])) equipment->depots[i] = MUSTER_NONE;
  index_rows(equipment);
  for (uint32_t depot = 0; depot < equipment->depot_count; depot++) put_depot(engine, depot);
}

void mi_fetching_clear(MusterEngine *engine) {
  mi_equipment *equipment = engine->equipment;
  if (!equipment) return;
  g_free(equipment->fetches);
  g_free(equipment->depots);
  g_free(equipment->taken);
  g_free(equipment->rows_of);
  g_free(equipment->kinds);
  g_free(equipment->first_rows);
  g_free(equipment->nearest);
  g_free(equipment);
}

/* ---- the choice ---- */

static bool is_better(const mi_detour *a, const mi_detour *b) {
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms;
  if (a->responder != b->responder) return a->responder < b->responder;
  if (a->depot != b->depot) return a->depot < b->depot;
  return a->mode < b->mode;
}

static void try_depot(MusterEngine *engine, const MusterNearest *depot, MusterMode mode,
                      const MusterResponder *candidates, size_t count, mi_detour *best) {
  for (size_t i = 0; i < count; i++) {
    if (depot->time_ms > best->time_ms) return;
    uint32_t to_ms = mi_travel_time_to_depot_ms(engine->travel, candidates[i], depot->responder, mode,
                                                best->time_ms - depot->time_ms);
    if (to_ms == MUSTER_UNREACHABLE_MS) continue;
    mi_detour detour = {candidates[i], depot->responder, to_ms + depot->time_ms, to_ms, (uint8_t)mode};
    if (is_better(&detour, best)) *best = detour;
  }
}

static void try_mode(MusterEngine *engine, MusterPosition place, unsigned kind, MusterMode mode,
                     const MusterResponder *candidates, size_t count, mi_detour *best) {
  mi_equipment *equipment = engine->equipment;
  size_t tried = 0;
  for (size_t k = FIRST_ASKED;; k *= 2) {
    size_t found = mi_travel_nearest_depots(engine->travel, mode, place, UINT64_C(1) << kind,
                                            MIN(k, equipment->depot_count), best->time_ms, equipment->nearest);
    for (; tried < found; tried++) {
      if (equipment->nearest[tried].time_ms > best->time_ms) return;
      try_depot(engine, &equipment->nearest[tried], mode, candidates, count, best);
    }
    if (found < k) return;
  }
}

mi_detour mi_fetching_find(MusterEngine *engine, MusterPosition place, const char *name,
                           const MusterResponder *candidates, size_t count) {
  mi_detour best = {MUSTER_NONE, MUSTER_NONE, MUSTER_UNREACHABLE_MS - 1, 0, MUSTER_MODE_COUNT};
  unsigned kind = find_kind(engine->equipment, name);
  for (int mode = 0; mode < MUSTER_MODE_COUNT && kind < MOST_KINDS; mode++)
    try_mode(engine, place, kind, (MusterMode)mode, candidates, count, &best);
  return best;
}

/* ---- taking and giving back ---- */

static void take(MusterEngine *engine, uint32_t row) {
  mi_equipment *equipment = engine->equipment;
  if (++equipment->taken[row] == equipment->rows[row].count) put_depot(engine, equipment->depots[row]);
}

static void give_back(MusterEngine *engine, mi_fetch *fetch) {
  mi_equipment *equipment = engine->equipment;
  if (equipment->taken[fetch->row]-- == equipment->rows[fetch->row].count)
    put_depot(engine, equipment->depots[fetch->row]);
  *fetch = MI_NO_FETCH;
}

/* What the responder fetches or has brought; NULL: nothing. */
static mi_fetch *find_fetch(MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = mi_responder_at(engine, responder);
  if (!engine->equipment || person->state < MI_ASSIGNED) return NULL;
  mi_work *work = mi_incident_at(engine, person->incident)->work;
  for (size_t i = 0; i < MUSTER_PLAN_MOST_EQUIPMENT; i++)
    if (work->fetches[i].row != MUSTER_NONE && work->fetches[i].responder == responder) return &work->fetches[i];
  return NULL;
}

bool mi_fetching_is_under_way(MusterEngine *engine, MusterResponder responder) {
  return mi_responder_at(engine, responder)->state == MI_ASSIGNED && find_fetch(engine, responder);
}

void mi_fetching_leave(MusterEngine *engine, MusterResponder responder) {
  mi_fetch *fetch = find_fetch(engine, responder);
  if (!fetch) return;
  if (mi_responder_at(engine, responder)->state == MI_ON_SCENE)
    fetch->responder = MUSTER_NONE;
  else
    give_back(engine, fetch);
}

void mi_fetching_give_back(MusterEngine *engine, mi_work *work) {
  for (size_t i = 0; i < MUSTER_PLAN_MOST_EQUIPMENT; i++)
    if (work->fetches[i].row != MUSTER_NONE) give_back(engine, &work->fetches[i]);
}

bool mi_fetching_restore(MusterEngine *engine, uint32_t incident, uint8_t which, mi_fetch fetch) {
  const mi_equipment *equipment = engine->equipment;
  if (!equipment || incident >= engine->names.count || which >= MUSTER_PLAN_MOST_EQUIPMENT ||
      fetch.row >= equipment->row_count)
    return false;
  const char *const *wanted = mi_equipment_of(engine, incident);
  mi_work *work = mi_incident_at(engine, incident)->work;
  for (uint8_t i = 0; wanted && i < which; i++)
    if (!wanted[i]) return false;
  if (!work || !wanted || !wanted[which] || work->fetches[which].row != MUSTER_NONE) return false;
  if (equipment->depots[fetch.row] == MUSTER_NONE || equipment->taken[fetch.row] >= equipment->rows[fetch.row].count ||
      strcmp(equipment->rows[fetch.row].kind, wanted[which]) != 0)
    return false;
  if (fetch.responder != MUSTER_NONE) {
    if (fetch.responder >= engine->people.count) return false;
    const mi_responder *person = mi_responder_at(engine, fetch.responder);
    if (person->state < MI_ASSIGNED || person->incident != incident || find_fetch(engine, fetch.responder))
      return false;
  }
  work->fetches[which] = fetch;
  take(engine, fetch.row);
  return true;
}

/* ---- who was told to go ---- */

/* Those of one incident who were assigned in this step and fetch nothing, the first of them, with their decisions. */
typedef struct told_now {
  mi_incident_id incident;
  MusterResponder people[MOST_TOLD];
  size_t decisions[MOST_TOLD];
  size_t count;
} told_now;

static void add_told(MusterEngine *engine, told_now *told, size_t at) {
  const MusterDecision *decision = &engine->decisions[at];
  if (decision->type != MUSTER_DECISION_ASSIGN || told->count == G_N_ELEMENTS(told->people) ||
      mi_ids_find(&engine->names, decision->incident) != told->incident)
    return;
  MusterResponder responder = mi_ids_find(&engine->people, decision->volunteer);
  const mi_responder *person = mi_responder_at(engine, responder);
  if (person->state != MI_ASSIGNED || person->incident != told->incident || find_fetch(engine, responder)) return;
  for (size_t i = 0; i < told->count; i++)
    if (told->people[i] == responder) return;
  told->people[told->count] = responder;
  told->decisions[told->count++] = at;
}

/* How many have arrived or go straight. */
static uint32_t count_straight(MusterEngine *engine, const mi_work *work) {
  uint32_t count = 0;
  for (size_t i = 0; i < work->need_count; i++) count += work->needs[i].arrived + work->needs[i].assigned;
  for (size_t i = 0; i < work->helper_count; i++) count -= mi_fetching_is_under_way(engine, work->helpers[i].responder);
  return count;
}

static uint32_t count_needed(const mi_work *work) {
  uint32_t count = 0;
  for (size_t i = 0; i < work->need_count; i++) count += work->needs[i].count;
  return count;
}

/* Somebody asked would bring it before the time, even if they answer in the last moment. */
static bool is_left_to_asked(MusterEngine *engine, const mi_incident *incident, const char *name, uint32_t time_ms) {
  const mi_work *work = incident->work;
  for (size_t i = 0; i < work->helper_count; i++) {
    MusterResponder asked = work->helpers[i].responder;
    const mi_responder *person = mi_responder_at(engine, asked);
    if (person->state != MI_ALERTED) continue;
    int64_t answers_ms = engine->deadlines.entries[person->expiry].at_ms - engine->now_ms;
    mi_detour detour = mi_fetching_find(engine, incident->place.position, name, &asked, 1);
    if (detour.responder != MUSTER_NONE && detour.time_ms + answers_ms < time_ms) return true;
  }
  return false;
}

static void add_to_why(MusterEngine *engine, MusterDecision *decision, const char *const *pieces) {
  mi_text_add(&engine->text, decision->why);
  for (; *pieces; pieces++) mi_text_add(&engine->text, *pieces);
}

static void send_by_depot(MusterEngine *engine, told_now *told, size_t which, const mi_detour *detour, uint32_t row) {
  mi_responder *person = mi_responder_at(engine, detour->responder);
  if (!engine->optimal) { /* its costs are those of the straight way */
    person->travel_ms = detour->time_ms;
    person->mode = detour->mode;
    person->arrives_ms = engine->now_ms + detour->time_ms;
  }
  const MusterFetch *fetch = &engine->equipment->fetches[row];
  MusterDecision *decision = &engine->decisions[told->decisions[which]];
  decision->fetch = fetch;
  decision->travel_ms = detour->time_ms;
  decision->mode = detour->mode;
  const char *holder = mi_say_number(engine, (uint64_t)fetch->holder);
  add_to_why(engine, decision,
             (const char *const[]){"; fetches ", fetch->kind, " on the way, at ", holder, " (", fetch->holder_name,
                                   "): ", NULL});
  mi_text_add_duration(&engine->text, detour->to_ms);
  mi_text_add(&engine->text, " there and ");
  mi_text_add_duration(&engine->text, detour->time_ms - detour->to_ms);
  mi_text_add(&engine->text, " on");
  decision->why = mi_text_end(&engine->text);
}

static uint32_t find_row(const mi_equipment *equipment, uint32_t depot, unsigned kind) {
  uint32_t at = equipment->first_rows[depot];
  while (equipment->kinds[equipment->rows_of[at]] != kind) at++;
  return equipment->rows_of[at];
}

static bool is_any_left(const mi_equipment *equipment, unsigned kind) {
  for (size_t i = 0; i < equipment->row_count; i++)
    if (equipment->depots[i] != MUSTER_NONE && equipment->kinds[i] == kind &&
        equipment->taken[i] < equipment->rows[i].count)
      return true;
  return false;
}

static void tell_without(MusterEngine *engine, const told_now *told, const char *name, const char *reason) {
  MusterDecision *decision = &engine->decisions[told->decisions[0]];
  add_to_why(engine, decision, (const char *const[]){"; without ", name, reason, NULL});
  decision->why = mi_text_end(&engine->text);
}

static const char *say_missing(const MusterEngine *engine, const char *name) {
  unsigned kind = find_kind(engine->equipment, name);
  bool left = kind < MOST_KINDS && is_any_left(engine->equipment, kind);
  return left ? ": no way to one that is left" : ": none is left";
}

/* Nobody else goes straight, and the detour alone would break ON_SCENE. */
static bool is_too_late(MusterEngine *engine, const mi_incident *incident, const mi_detour *detour) {
  if (count_straight(engine, incident->work) > 1) return false;
  int64_t left_ms =
      incident->reported_ms + mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE) - engine->now_ms;
  return detour->time_ms > left_ms && mi_responder_at(engine, detour->responder)->travel_ms <= left_ms;
}

static void fetch_one(MusterEngine *engine, told_now *told, const char *name, mi_fetch *fetch) {
  const mi_incident *incident = mi_incident_at(engine, told->incident);
  mi_detour best = mi_fetching_find(engine, incident->place.position, name, told->people, told->count);
  if (best.responder == MUSTER_NONE) {
    tell_without(engine, told, name, say_missing(engine, name));
    return;
  }
  if (is_too_late(engine, incident, &best)) {
    tell_without(engine, told, name, ": nobody would be there in time with it");
    return;
  }
  if (is_left_to_asked(engine, incident, name, best.time_ms)) return;
  size_t which = 0;
  while (told->people[which] != best.responder) which++;
  *fetch = (mi_fetch){find_row(engine->equipment, best.depot, find_kind(engine->equipment, name)), best.responder};
  take(engine, fetch->row);
  send_by_depot(engine, told, which, &best, fetch->row);
  told->count--;
  memmove(told->people + which, told->people + which + 1, (told->count - which) * sizeof *told->people);
  memmove(told->decisions + which, told->decisions + which + 1, (told->count - which) * sizeof *told->decisions);
}

static void settle_incident(MusterEngine *engine, mi_incident_id id, size_t from) {
  mi_work *work = mi_incident_at(engine, id)->work;
  const char *const *wanted = mi_equipment_of(engine, id);
  if (!work || !wanted || !is_fetched(work->settings)) return;
  told_now told = {.incident = id};
  for (size_t at = from; at < engine->decision_count; at++) add_told(engine, &told, at);
  for (size_t i = 0; wanted[i] && told.count > 0; i++) {
    if (work->fetches[i].row != MUSTER_NONE) continue;
    if (count_needed(work) > 1 && count_straight(engine, work) <= 1) return;
    fetch_one(engine, &told, wanted[i], &work->fetches[i]);
  }
}

void mi_fetching_settle(MusterEngine *engine) {
  size_t from = engine->fetches_judged;
  engine->fetches_judged = engine->decision_count;
  if (!engine->equipment) return;
  for (size_t at = from; at < engine->decision_count; at++) {
    if (engine->decisions[at].type != MUSTER_DECISION_ASSIGN) continue;
    mi_incident_id id = mi_ids_find(&engine->names, engine->decisions[at].incident);
    bool seen = false;
    for (size_t i = from; i < at && !seen; i++)
      seen = engine->decisions[i].type == MUSTER_DECISION_ASSIGN &&
             mi_ids_find(&engine->names, engine->decisions[i].incident) == id;
    if (!seen) settle_incident(engine, id, at);
  }
}
