/* Incidents that wait: fewer people are asked or on their way than are missing; and who of them is served by a
 * volunteer who came free.
 *
 * nearest-fcfs: in order of report, each asks the nearest available. nearest-fair: each who came free goes to the
 * nearest of those waiting. On roads the nearest by travel time is sought among the eight nearest in a straight line,
 * each search bounded by the best time so far.
 */
#include "engine/state.h"

#include <string.h>

enum { CANDIDATES = 8 };

/* Where the incident stands in the list, or belongs. */
static size_t find_place(const MusterEngine *engine, mi_incident_id incident) {
  size_t low = 0, high = engine->waiting_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (engine->waiting[middle] < incident)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void insert(MusterEngine *engine, mi_incident_id incident) {
  engine->waiting =
      mi_reserve(engine->waiting, &engine->waiting_capacity, engine->waiting_count + 1, sizeof *engine->waiting);
  size_t at = find_place(engine, incident);
  memmove(engine->waiting + at + 1, engine->waiting + at, (engine->waiting_count - at) * sizeof *engine->waiting);
  engine->waiting[at] = incident;
  engine->waiting_count++;
}

void mi_waiting_remove(MusterEngine *engine, mi_incident_id incident) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  if (!work->waiting) return;
  work->waiting = false;
  size_t at = find_place(engine, incident);
  engine->waiting_count--;
  memmove(engine->waiting + at, engine->waiting + at + 1, (engine->waiting_count - at) * sizeof *engine->waiting);
}

bool mi_waiting_is_short(const MusterEngine *engine, const mi_need *need) {
  return need->alerted < mi_need_missing(need) && mi_alerting_lacks(engine, need) > 0;
}

void mi_waiting_update(MusterEngine *engine, mi_incident_id incident) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  bool is_short = false;
  for (size_t i = 0; i < work->need_count && !is_short; i++) is_short = mi_waiting_is_short(engine, &work->needs[i]);
  if (is_short == work->waiting) return;
  if (!is_short) {
    mi_waiting_remove(engine, incident);
    return;
  }
  work->waiting = true;
  insert(engine, incident);
}

/* The first need of the incident that the person could serve; false if there is none. */
static bool find_claim(const MusterEngine *engine, mi_incident_id id, const mi_responder *person, mi_claim *out) {
  const mi_incident *incident = &engine->incidents[id];
  for (uint32_t i = 0; i < incident->work->need_count; i++) {
    const mi_need *need = &incident->work->needs[i];
    if (!mi_has_skill(engine, person, need->skill) || !mi_waiting_is_short(engine, need)) continue;
    bool by_priority = engine->settings->order == MI_ORDER_PRIORITY_FIRST;
    *out = (mi_claim){.incident = id, .need = i, .urgency = by_priority ? incident->priority : 0};
    return true;
  }
  return false;
}

static bool may_ask(const MusterEngine *engine, mi_work *work, MusterResponder responder) {
  const mi_asked *asked = mi_people_asked(work, responder);
  return !asked || (!asked->done && asked->times < engine->settings->asks_per_volunteer);
}

static bool is_before(const mi_claim *a, const mi_claim *b) {
  if (a->urgency != b->urgency) return a->urgency < b->urgency;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms;
  if (a->distance_m < b->distance_m || b->distance_m < a->distance_m) return a->distance_m < b->distance_m;
  return a->incident < b->incident;
}

/* Enters the claim into the ordered list of the best CANDIDATES. */
static size_t keep_claim(mi_claim *claims, size_t count, const mi_claim *candidate) {
  size_t at = count < CANDIDATES ? count++ : count - 1;
  for (; at > 0 && is_before(candidate, &claims[at - 1]); at--) claims[at] = claims[at - 1];
  claims[at] = *candidate;
  return count;
}

/* The best claims on the person: by travel time on a table, by straight line on roads. */
static size_t collect_claims(MusterEngine *engine, MusterResponder responder, mi_claim claims[CANDIDATES]) {
  const mi_responder *person = mi_responder_at(engine, responder);
  bool table = muster_travel_is_matrix(engine->travel);
  size_t count = 0;
  for (size_t i = 0; i < engine->waiting_count; i++) {
    mi_claim candidate;
    mi_incident *incident = mi_incident_at(engine, engine->waiting[i]);
    if (!find_claim(engine, engine->waiting[i], person, &candidate)) continue;
    if (table)
      candidate.time_ms = muster_travel_time_ms(engine->travel, responder, incident->place, &candidate.mode);
    else
      candidate.distance_m = muster_distance_planar_m(person->place.position, incident->place.position);
    if (count == CANDIDATES && !is_before(&candidate, &claims[count - 1])) continue;
    if (may_ask(engine, incident->work, responder)) count = keep_claim(claims, count, &candidate);
  }
  return count;
}

/* The most urgent, nearest claim on the person within reach; its incident is MUSTER_NONE if there is none. */
static mi_claim choose_claim(MusterEngine *engine, MusterResponder responder) {
  mi_claim claims[CANDIDATES], best = {.incident = MUSTER_NONE};
  size_t count = collect_claims(engine, responder, claims);
  uint32_t limit_ms = engine->settings->alert_within_s * 1000;
  for (size_t i = 0; i < count; i++) {
    bool found = best.incident != MUSTER_NONE;
    if (found && claims[i].urgency != best.urgency) break;
    MusterPlace place = mi_incident_at(engine, claims[i].incident)->place;
    claims[i].time_ms = muster_travel_time_within_ms(engine->travel, responder, place, limit_ms, &claims[i].mode);
    if (claims[i].time_ms == MUSTER_UNREACHABLE_MS || (found && !is_before(&claims[i], &best))) continue;
    best = claims[i];
    limit_ms = best.time_ms;
  }
  return best;
}

static void engage_freed(MusterEngine *engine, MusterResponder responder, const mi_claim *chosen) {
  mi_text *text = &engine->text;
  MusterTravelHit hit = {.responder = responder, .time_ms = chosen->time_ms, .mode = chosen->mode};
  mi_text_add(text, "came free, and of ");
  mi_text_add_number(text, engine->waiting_count);
  mi_text_add(text, engine->waiting_count == 1 ? " incident waiting this is the nearest: "
                                               : " incidents waiting this is the nearest: ");
  mi_text_add_duration(text, hit.time_ms);
  mi_alerting_engage(engine, chosen->incident, chosen->need, &hit, mi_text_end(text));
  mi_alerting_tell_shortfall(engine, chosen->incident);
  mi_waiting_update(engine, chosen->incident);
  mi_promise_review(engine, chosen->incident);
}

/* The nearest of all pairs of somebody who came free and the incident that claims them; SIZE_MAX: no pair is left. */
static size_t find_nearest_pair(const MusterEngine *engine) {
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < engine->freed_count; i++) {
    const mi_claim *claim = &engine->claims[i];
    if (claim->incident == MUSTER_NONE) continue;
    if (best == SIZE_MAX || claim->urgency < engine->claims[best].urgency ||
        (claim->urgency == engine->claims[best].urgency && claim->time_ms < engine->claims[best].time_ms))
      best = i;
  }
  return best;
}

/* Whoever had the claim that was just met looks for another, unless it still holds. */
static void renew_claims(MusterEngine *engine, const mi_claim *met) {
  if (mi_waiting_is_short(engine, &mi_incident_at(engine, met->incident)->work->needs[met->need])) return;
  for (size_t i = 0; i < engine->freed_count; i++)
    if (engine->claims[i].incident == met->incident && engine->claims[i].need == met->need)
      engine->claims[i] = choose_claim(engine, engine->freed[i]);
}

/* Each to the nearest who waits; of several who came free at once, the nearest pair first. */
static void serve_fair(MusterEngine *engine) {
  engine->claims = mi_reserve(engine->claims, &engine->claim_capacity, engine->freed_count, sizeof *engine->claims);
  for (size_t i = 0; i < engine->freed_count; i++)
    engine->claims[i] = mi_responder_at(engine, engine->freed[i])->available ? choose_claim(engine, engine->freed[i])
                                                                             : (mi_claim){.incident = MUSTER_NONE};
  for (size_t i; (i = find_nearest_pair(engine)) != SIZE_MAX;) {
    mi_claim chosen = engine->claims[i];
    engine->claims[i].incident = MUSTER_NONE;
    if (!mi_responder_at(engine, engine->freed[i])->available) continue; /* stood in the list twice */
    engage_freed(engine, engine->freed[i], &chosen);
    renew_claims(engine, &chosen);
  }
}

/* Some of those who came free may serve this incident. */
static bool can_use_freed(MusterEngine *engine, mi_incident_id id) {
  for (size_t i = 0; i < engine->freed_count; i++) {
    const mi_responder *person = mi_responder_at(engine, engine->freed[i]);
    mi_claim ignored;
    if (person->available && find_claim(engine, id, person, &ignored) &&
        may_ask(engine, mi_incident_at(engine, id)->work, engine->freed[i]))
      return true;
  }
  return false;
}

static bool is_any_free(const MusterEngine *engine) {
  for (size_t i = 0; i < engine->freed_count; i++)
    if (engine->responders[engine->freed[i]].available) return true;
  return false;
}

/* Those of one priority (0: any) in order of report. */
static void serve_in_order(MusterEngine *engine, uint8_t priority) {
  for (size_t i = 0; i < engine->waiting_count && is_any_free(engine);) {
    mi_incident_id id = engine->waiting[i];
    bool is_due = priority == 0 || mi_incident_at(engine, id)->priority == priority;
    if (is_due && can_use_freed(engine, id)) mi_alerting_top_up(engine, id);
    if (i < engine->waiting_count && engine->waiting[i] == id) i++; /* else it lacks nothing now and left the list */
  }
}

void mi_waiting_serve(MusterEngine *engine) {
  if (engine->freed_count && engine->waiting_count) {
    if (engine->settings->base == MI_BASE_NEAREST_FAIR)
      serve_fair(engine);
    else if (engine->settings->order == MI_ORDER_PLAIN)
      serve_in_order(engine, 0);
    else
      for (uint8_t priority = 1; priority <= 4; priority++) serve_in_order(engine, priority);
  }
  engine->freed_count = 0;
}
