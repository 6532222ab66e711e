/* Equipment detours (`equipment = fetch`): of those who go, one fetches each thing that the plan wants from a post or
 * station that has one, and the others go straight.
 *
 * Person and holder are chosen together, for the thing to arrive soonest. Holders are looked at in order of their time
 * to the incident; as nobody reaches a holder in less than no time, the search by a mode ends at the first whose time
 * alone is beyond the best pair's. One mode serves the whole way, so the best of the modes is the best of all.
 *
 * It is judged when people are told to go, and told once: candidates are those assigned in the step, each for one
 * thing. A mode may change what the plan wants: what is out stays out, what is wanted now is fetched by the next.
 * Somebody always goes straight, if more than one is needed; who goes alone does so too, if they are in time for
 * ON_SCENE only so. What somebody asked would bring sooner, even if they answer in the last moment of their alert, is
 * left to them.
 */
#include "engine/fetching.h"

#include <stdlib.h>
#include <string.h>

#include "engine/optimal.h"
#include "route/depots.h"

enum { MOST_KINDS = 64, FIRST_ASKED = 8 };

/* An `assign` of the step. */
typedef struct told {
  uint32_t first; /* of the step's that are of its incident */
  uint32_t at;    /* its place in the decisions */
  mi_incident_id incident;
} told;

/* Depots are the posts, then the stations, in the county's order; rows those of its equipment; kinds those of it that
 * some plan wants. */
typedef struct mi_equipment {
  const MusterEquipment *rows;
  MusterFetch *fetches;     /* by row */
  uint32_t *depots, *taken; /* by row */
  uint32_t *first_rows;     /* by depot, and one more: rows_of */
  uint32_t *rows_of;        /* by depot */
  uint8_t *kinds;           /* by row: place in names */
  const char *names[MOST_KINDS];
  size_t row_count, depot_count, kind_count;
  MusterNearest *nearest; /* scratch, as all that follows */
  told *told;             /* of one step */
  MusterResponder *going; /* of one incident those assigned in the step who fetch nothing */
  uint32_t *going_told;   /* their decisions */
  size_t told_capacity, going_capacity, going_told_capacity;
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

static void add_kinds(mi_equipment *equipment, const MusterPlans *plans) {
  size_t count;
  const MusterResponsePlan *list = muster_plans_list(plans, &count);
  for (size_t i = 0; i < count; i++)
    for (const char *const *name = list[i].equipment; *name; name++)
      if (find_kind(equipment, *name) == MOST_KINDS && equipment->kind_count < MOST_KINDS)
        equipment->names[equipment->kind_count++] = *name;
}

/* What the plans want at all, in peacetime first. */
static void list_kinds(const MusterEngine *engine, mi_equipment *equipment) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  add_kinds(equipment, muster_policy_plans(engine->policy));
  for (size_t i = 0; i < count; i++) add_kinds(equipment, wartimes[i].plans);
}

static bool add_row(mi_equipment *equipment, const MusterCounty *county, const MusterEquipment *row) {
  size_t post_count;
  const MusterPost *posts = muster_county_posts(county, &post_count), *holder;
  MusterPostId post = muster_county_find_post(county, row->holder);
  MusterStationId station = muster_county_find_station(county, row->holder);
  if (post == MUSTER_NONE && station == MUSTER_NONE) return false;
  holder = post != MUSTER_NONE ? &posts[post] : &muster_county_stations(county, NULL)[station];
  unsigned kind = find_kind(equipment, row->kind);
  if (kind == MOST_KINDS) return false; /* no plan wants it */
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
  list_kinds(engine, equipment);
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
  g_free(equipment->told);
  g_free(equipment->going);
  g_free(equipment->going_told);
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

static const char *name_of(const MusterEngine *engine, const mi_fetch *fetch) {
  return engine->equipment->rows[fetch->row].kind;
}

static void take(MusterEngine *engine, mi_work *work, mi_fetch fetch) {
  mi_equipment *equipment = engine->equipment;
  size_t at = 0;
  while (at < work->fetch_count &&
         (work->fetches[at].row < fetch.row ||
          (work->fetches[at].row == fetch.row && work->fetches[at].responder < fetch.responder)))
    at++;
  work->fetches = mi_reserve(work->fetches, &work->fetch_capacity, work->fetch_count + 1, sizeof *work->fetches);
  memmove(work->fetches + at + 1, work->fetches + at, (work->fetch_count - at) * sizeof *work->fetches);
  work->fetches[at] = fetch;
  work->fetch_count++;
  if (++equipment->taken[fetch.row] == equipment->rows[fetch.row].count)
    put_depot(engine, equipment->depots[fetch.row]);
}

static void give_back(MusterEngine *engine, mi_work *work, size_t at) {
  mi_equipment *equipment = engine->equipment;
  uint32_t row = work->fetches[at].row;
  if (equipment->taken[row]-- == equipment->rows[row].count) put_depot(engine, equipment->depots[row]);
  work->fetch_count--;
  memmove(work->fetches + at, work->fetches + at + 1, (work->fetch_count - at) * sizeof *work->fetches);
}

/* The place of what the responder fetches or has brought; SIZE_MAX: nothing. */
static size_t find_fetch(const mi_work *work, MusterResponder responder) {
  for (size_t i = 0; i < work->fetch_count; i++)
    if (work->fetches[i].responder == responder) return i;
  return SIZE_MAX;
}

bool mi_fetching_is_under_way(MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = mi_responder_at(engine, responder);
  return person->state == MI_ASSIGNED &&
         find_fetch(mi_incident_at(engine, person->incident)->work, responder) != SIZE_MAX;
}

void mi_fetching_leave(MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = mi_responder_at(engine, responder);
  mi_work *work = mi_incident_at(engine, person->incident)->work;
  size_t at = find_fetch(work, responder);
  if (at == SIZE_MAX) return;
  mi_fetch fetch = work->fetches[at];
  give_back(engine, work, at);
  fetch.responder = MUSTER_NONE;
  if (person->state == MI_ON_SCENE) take(engine, work, fetch); /* it stays there */
}

void mi_fetching_give_back(MusterEngine *engine, mi_work *work) {
  while (work->fetch_count) give_back(engine, work, work->fetch_count - 1);
}

bool mi_fetching_restore(MusterEngine *engine, uint32_t incident, mi_fetch fetch) {
  const mi_equipment *equipment = engine->equipment;
  if (!equipment || incident >= engine->names.count || fetch.row >= equipment->row_count) return false;
  mi_work *work = mi_incident_at(engine, incident)->work;
  if (!work || equipment->depots[fetch.row] == MUSTER_NONE ||
      equipment->taken[fetch.row] >= equipment->rows[fetch.row].count)
    return false;
  if (fetch.responder != MUSTER_NONE) {
    if (fetch.responder >= engine->people.count) return false;
    const mi_responder *person = mi_responder_at(engine, fetch.responder);
    if (person->state < MI_ASSIGNED || person->incident != incident || find_fetch(work, fetch.responder) != SIZE_MAX)
      return false;
  }
  take(engine, work, fetch);
  return true;
}

/* ---- who was told to go ---- */

/* Those of one incident who were assigned in this step and fetch nothing. */
typedef struct going {
  mi_incident_id incident;
  MusterResponder *people;
  uint32_t *decisions;
  size_t count;
} going;

static void add_going(MusterEngine *engine, going *of, uint32_t at) {
  mi_equipment *equipment = engine->equipment;
  MusterResponder responder = mi_ids_find(&engine->people, engine->decisions[at].volunteer);
  const mi_responder *person = mi_responder_at(engine, responder);
  const mi_work *work = mi_incident_at(engine, of->incident)->work;
  if (person->state != MI_ASSIGNED || person->incident != of->incident || find_fetch(work, responder) != SIZE_MAX)
    return;
  for (size_t i = 0; i < of->count; i++)
    if (of->people[i] == responder) return;
  equipment->going = mi_reserve(equipment->going, &equipment->going_capacity, of->count + 1, sizeof *equipment->going);
  equipment->going_told =
      mi_reserve(equipment->going_told, &equipment->going_told_capacity, of->count + 1, sizeof *equipment->going_told);
  of->people = equipment->going;
  of->decisions = equipment->going_told;
  of->people[of->count] = responder;
  of->decisions[of->count++] = at;
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

static void send_by_depot(MusterEngine *engine, going *of, size_t which, const mi_detour *detour, uint32_t row) {
  mi_responder *person = mi_responder_at(engine, detour->responder);
  if (!engine->optimal) { /* its costs are those of the straight way */
    person->travel_ms = detour->time_ms;
    person->mode = detour->mode;
    person->arrives_ms = engine->now_ms + detour->time_ms;
  }
  const MusterFetch *fetch = &engine->equipment->fetches[row];
  MusterDecision *decision = &engine->decisions[of->decisions[which]];
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

static void tell_without(MusterEngine *engine, const going *of, const char *name, const char *reason) {
  MusterDecision *decision = &engine->decisions[of->decisions[0]];
  add_to_why(engine, decision, (const char *const[]){"; without ", name, reason, NULL});
  decision->why = mi_text_end(&engine->text);
}

static const char *say_missing(const MusterEngine *engine, const char *name) {
  unsigned kind = find_kind(engine->equipment, name);
  if (kind == MOST_KINDS) return ": of more than 64 kinds that the plans want the first 64 are fetched";
  bool left = is_any_left(engine->equipment, kind);
  return left ? ": no way to one that is left" : ": none is left";
}

/* Nobody else goes straight, and the detour alone would break ON_SCENE. */
static bool is_too_late(MusterEngine *engine, const mi_incident *incident, const mi_detour *detour) {
  if (count_straight(engine, incident->work) > 1) return false;
  int64_t left_ms =
      incident->reported_ms + mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE) - engine->now_ms;
  return detour->time_ms > left_ms && mi_responder_at(engine, detour->responder)->travel_ms <= left_ms;
}

static void fetch_one(MusterEngine *engine, going *of, const char *name) {
  const mi_incident *incident = mi_incident_at(engine, of->incident);
  mi_detour best = mi_fetching_find(engine, incident->place.position, name, of->people, of->count);
  if (best.responder == MUSTER_NONE) {
    tell_without(engine, of, name, say_missing(engine, name));
    return;
  }
  if (is_too_late(engine, incident, &best)) {
    tell_without(engine, of, name, ": nobody would be there in time with it");
    return;
  }
  if (is_left_to_asked(engine, incident, name, best.time_ms)) return;
  size_t which = 0;
  while (of->people[which] != best.responder) which++;
  uint32_t row = find_row(engine->equipment, best.depot, find_kind(engine->equipment, name));
  take(engine, incident->work, (mi_fetch){row, best.responder});
  send_by_depot(engine, of, which, &best, row);
  of->count--;
  memmove(of->people + which, of->people + which + 1, (of->count - which) * sizeof *of->people);
  memmove(of->decisions + which, of->decisions + which + 1, (of->count - which) * sizeof *of->decisions);
}

/* Whether the thing, by its place among those wanted, is out already; a thing may be wanted more than once. */
static bool is_out(const MusterEngine *engine, const mi_work *work, const char *const *wanted, size_t which) {
  size_t out = 0, before = 0;
  for (size_t i = 0; i < work->fetch_count; i++) out += strcmp(name_of(engine, &work->fetches[i]), wanted[which]) == 0;
  for (size_t i = 0; i < which; i++) before += strcmp(wanted[i], wanted[which]) == 0;
  return out > before;
}

static void settle_incident(MusterEngine *engine, const told *first, size_t count) {
  mi_work *work = mi_incident_at(engine, first->incident)->work;
  const char *const *wanted = mi_equipment_of(engine, first->incident);
  if (!work || !wanted || !is_fetched(work->settings)) return;
  going of = {.incident = first->incident};
  for (size_t i = 0; i < count; i++) add_going(engine, &of, first[i].at);
  for (size_t i = 0; wanted[i] && of.count > 0; i++) {
    if (is_out(engine, work, wanted, i)) continue;
    if (count_needed(work) > 1 && count_straight(engine, work) <= 1) return;
    fetch_one(engine, &of, wanted[i]);
  }
}

static int compare_by_incident(const void *a, const void *b) {
  const told *x = a, *y = b;
  if (x->incident != y->incident) return x->incident < y->incident ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

static int compare_by_first(const void *a, const void *b) {
  const told *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

/* Those of one incident together, incidents by their first; returns how many. */
static size_t list_told(MusterEngine *engine, size_t from) {
  mi_equipment *equipment = engine->equipment;
  size_t count = 0;
  for (size_t at = from; at < engine->decision_count; at++) {
    const MusterDecision *decision = &engine->decisions[at];
    if (decision->type != MUSTER_DECISION_ASSIGN) continue;
    equipment->told = mi_reserve(equipment->told, &equipment->told_capacity, count + 1, sizeof *equipment->told);
    equipment->told[count++] = (told){.at = (uint32_t)at, .incident = mi_ids_find(&engine->names, decision->incident)};
  }
  if (count < 2) return count;
  qsort(equipment->told, count, sizeof *equipment->told, compare_by_incident);
  for (size_t i = 0; i < count; i++) {
    bool more = i > 0 && equipment->told[i].incident == equipment->told[i - 1].incident;
    equipment->told[i].first = more ? equipment->told[i - 1].first : equipment->told[i].at;
  }
  qsort(equipment->told, count, sizeof *equipment->told, compare_by_first);
  return count;
}

void mi_fetching_settle(MusterEngine *engine) {
  size_t from = engine->fetches_judged;
  engine->fetches_judged = engine->decision_count;
  if (!engine->equipment) return;
  size_t count = list_told(engine, from);
  const told *list = engine->equipment->told;
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i + 1; end < count && list[end].incident == list[i].incident;) end++;
    settle_incident(engine, &list[i], end - i);
  }
}
