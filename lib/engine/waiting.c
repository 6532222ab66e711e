/* Incidents that lack alerts, and who of them is served by a volunteer who came free.
 *
 * nearest-fcfs: in order of report, each asks the nearest available. nearest-fair: each who came free goes to the
 * nearest of those waiting. In both, incidents for whom nobody at all could be asked come before those that merely have
 * fewer alerts open than they should. On roads the nearest by travel time is sought among the eight nearest in a
 * straight line.
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

void mi_waiting_update(MusterEngine *engine, mi_incident_id incident) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  bool lacks = false;
  for (size_t i = 0; i < work->need_count && !lacks; i++) lacks = mi_alerting_lacks(engine, &work->needs[i]) > 0;
  if (lacks == work->waiting) return;
  if (!lacks) {
    mi_waiting_remove(engine, incident);
    return;
  }
  work->waiting = true;
  insert(engine, incident);
}

/* How urgently an incident could use somebody; smaller first. */
typedef struct claim {
  mi_incident_id incident;
  uint32_t need;
  uint32_t rank; /* priority if the policy asks for it, then whether nobody at all could be asked */
  double distance_m;
  uint32_t time_ms;
  uint8_t mode;
} claim;

/* The need of the incident that the person could serve best; false if none. */
static bool find_claim(const MusterEngine *engine, mi_incident_id id, const mi_responder *person, claim *out) {
  const mi_incident *incident = &engine->incidents[id];
  bool found = false;
  uint32_t base = engine->settings->order == MI_ORDER_PRIORITY_FIRST ? incident->priority * 2u : 0;
  for (uint32_t i = 0; i < incident->work->need_count; i++) {
    const mi_need *need = &incident->work->needs[i];
    if (!mi_has_skill(engine, person, need->skill) || mi_alerting_lacks(engine, need) == 0) continue;
    uint32_t rank = base + (need->alerted < mi_need_missing(need) ? 0 : 1);
    if (found && rank >= out->rank) continue;
    found = true;
    *out = (claim){.incident = id, .need = i, .rank = rank};
  }
  return found;
}

static bool may_ask(const MusterEngine *engine, mi_work *work, MusterResponder responder) {
  const mi_asked *asked = mi_people_asked(work, responder);
  return !asked || (!asked->done && asked->times < engine->settings->asks_per_volunteer);
}

static bool is_before(const claim *a, const claim *b) {
  if (a->rank != b->rank) return a->rank < b->rank;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms;
  if (a->distance_m < b->distance_m || b->distance_m < a->distance_m) return a->distance_m < b->distance_m;
  return a->incident < b->incident;
}

/* Keeps the best CANDIDATES claims in order. */
static size_t keep_claim(claim *claims, size_t count, const claim *candidate) {
  if (count == CANDIDATES && !is_before(candidate, &claims[count - 1])) return count;
  size_t at = count < CANDIDATES ? count++ : count - 1;
  for (; at > 0 && is_before(candidate, &claims[at - 1]); at--) claims[at] = claims[at - 1];
  claims[at] = *candidate;
  return count;
}

/* The claims worth asking travel for: all times at once on a matrix, the nearest in a straight line on roads. */
static size_t collect_claims(MusterEngine *engine, MusterResponder responder, claim claims[CANDIDATES]) {
  const mi_responder *person = mi_responder_at(engine, responder);
  bool table = muster_travel_is_matrix(engine->travel);
  size_t count = 0;
  for (size_t i = 0; i < engine->waiting_count; i++) {
    claim candidate;
    mi_incident *incident = mi_incident_at(engine, engine->waiting[i]);
    if (!find_claim(engine, engine->waiting[i], person, &candidate)) continue;
    if (table)
      candidate.time_ms = muster_travel_time_ms(engine->travel, responder, incident->place, &candidate.mode);
    else
      candidate.distance_m = muster_distance_planar_m(person->place.position, incident->place.position);
    if (count == CANDIDATES && !is_before(&candidate, &claims[count - 1])) continue;
    if (may_ask(engine, incident->work, responder)) count = keep_claim(claims, count, &candidate);
  }
  if (table) return count;
  for (size_t i = 0; i < count; i++) {
    MusterPlace place = mi_incident_at(engine, claims[i].incident)->place;
    claims[i].time_ms = muster_travel_time_ms(engine->travel, responder, place, &claims[i].mode);
  }
  return count;
}

static void engage_freed(MusterEngine *engine, MusterResponder responder, const claim *chosen) {
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

static void serve_fair(MusterEngine *engine) {
  for (size_t i = 0; i < engine->freed_count && engine->waiting_count; i++) {
    MusterResponder responder = engine->freed[i];
    if (!mi_responder_at(engine, responder)->available) continue;
    claim claims[CANDIDATES];
    size_t count = collect_claims(engine, responder, claims);
    const claim *best = NULL;
    for (size_t j = 0; j < count; j++) {
      if (claims[j].time_ms > engine->settings->alert_within_s * 1000) continue;
      if (!best || is_before(&claims[j], best)) best = &claims[j];
    }
    if (best) engage_freed(engine, responder, best);
  }
}

/* Some of those who came free may serve this incident, in the given rank. */
static bool can_use_freed(MusterEngine *engine, mi_incident_id id, uint32_t rank) {
  for (size_t i = 0; i < engine->freed_count; i++) {
    const mi_responder *person = mi_responder_at(engine, engine->freed[i]);
    claim ignored;
    if (person->available && find_claim(engine, id, person, &ignored) && ignored.rank == rank &&
        may_ask(engine, mi_incident_at(engine, id)->work, engine->freed[i]))
      return true;
  }
  return false;
}

static size_t count_free(const MusterEngine *engine) {
  size_t free_count = 0;
  for (size_t i = 0; i < engine->freed_count; i++) free_count += engine->responders[engine->freed[i]].available;
  return free_count;
}

static void serve_in_order(MusterEngine *engine) {
  uint32_t first = engine->settings->order == MI_ORDER_PRIORITY_FIRST ? 2 : 0;
  uint32_t last = engine->settings->order == MI_ORDER_PRIORITY_FIRST ? 9 : 1;
  for (uint32_t rank = first; rank <= last; rank++)
    for (size_t i = 0; i < engine->waiting_count && count_free(engine);) {
      mi_incident_id id = engine->waiting[i];
      if (can_use_freed(engine, id, rank)) mi_alerting_top_up(engine, id);
      if (i < engine->waiting_count && engine->waiting[i] == id) i++; /* else it lacks nothing now and left the list */
    }
}

void mi_waiting_serve(MusterEngine *engine) {
  if (engine->freed_count && engine->waiting_count) {
    if (engine->settings->base == MI_BASE_NEAREST_FCFS)
      serve_in_order(engine);
    else
      serve_fair(engine);
  }
  engine->freed_count = 0;
}
