/* Incidents that wait: fewer people are asked or on their way than are missing; and who of them is served by a
 * volunteer who came free.
 *
 * nearest-fcfs: in order of report, each asks the nearest available. nearest-fair: each who came free goes to the
 * nearest of those waiting, found by one search from that person over all places that wait. optimal: optimal.c.
 */
#include "engine/optimal.h"

#include <string.h>

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
  uint32_t number = mi_incident_at(engine, incident)->work->number;
  engine->waits_as =
      mi_reserve(engine->waits_as, &engine->waits_as_capacity, (size_t)number + 1, sizeof *engine->waits_as);
  engine->waits_as[number] = incident;
  if (!engine->optimal) muster_travel_wait(engine->travel, number, mi_incident_at(engine, incident)->place);
}

void mi_waiting_remove(MusterEngine *engine, mi_incident_id incident) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  if (!work->waiting) return;
  work->waiting = false;
  if (!engine->optimal) muster_travel_unwait(engine->travel, work->number);
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

/* The search for the nearest claim on one person among those of one urgency. */
typedef struct claim_search {
  MusterEngine *engine;
  MusterResponder responder;
  uint8_t urgency;
  mi_claim best;
} claim_search;

/* Of those equally near the one reported first. */
static bool visit_claim(const MusterTravelHit *hit, void *data) {
  claim_search *search = data;
  mi_claim claim;
  mi_incident_id id = search->engine->waits_as[hit->responder];
  mi_work *work = mi_incident_at(search->engine, id)->work;
  uint32_t time_ms = hit->time_ms + mi_surcharge_stale_ms(search->engine, search->responder);
  if (time_ms > work->settings->alert_within_s * 1000) return false;
  const mi_responder *person = mi_responder_at(search->engine, search->responder);
  if (!find_claim(search->engine, id, person, &claim) || claim.urgency != search->urgency ||
      !mi_alerting_may_ask(work, search->responder))
    return false;
  claim.time_ms = time_ms;
  claim.mode = hit->mode;
  if (search->best.incident == MUSTER_NONE || claim.incident < search->best.incident) search->best = claim;
  return true;
}

/* The urgencies of those who claim the person at all, a bit each. */
static unsigned find_urgencies(MusterEngine *engine, MusterResponder responder) {
  unsigned urgencies = 0;
  for (size_t i = 0; i < engine->waiting_count; i++) {
    mi_claim claim;
    mi_incident_id id = engine->waiting[i];
    if (find_claim(engine, id, mi_responder_at(engine, responder), &claim) && !(urgencies >> claim.urgency & 1) &&
        mi_alerting_may_ask(mi_incident_at(engine, id)->work, responder))
      urgencies |= 1u << claim.urgency;
  }
  return urgencies;
}

/* The most urgent, nearest claim on the person within reach; its incident is MUSTER_NONE if there is none. */
static mi_claim choose_claim(MusterEngine *engine, MusterResponder responder) {
  claim_search search = {.engine = engine, .responder = responder, .best = {.incident = MUSTER_NONE}};
  unsigned urgencies = find_urgencies(engine, responder);
  uint32_t limit_ms = engine->widest_s * 1000;
  uint32_t surcharge_ms = mi_surcharge_stale_ms(engine, responder);
  if (surcharge_ms > limit_ms) return search.best;
  limit_ms -= surcharge_ms;
  for (; urgencies && search.best.incident == MUSTER_NONE; urgencies &= urgencies - 1) {
    search.urgency = (uint8_t)__builtin_ctz(urgencies);
    muster_travel_visit_waiting(engine->travel, responder, limit_ms, visit_claim, &search);
  }
  return search.best;
}

static void engage_freed(MusterEngine *engine, MusterResponder responder, const mi_claim *chosen) {
  mi_text *text = &engine->text;
  MusterTravelHit hit = {.responder = responder, .time_ms = chosen->time_ms, .mode = chosen->mode};
  mi_text_add(text, "came free, and of ");
  mi_text_add_number(text, engine->waiting_count);
  mi_text_add(text, engine->waiting_count == 1 ? " incident waiting this is the " : " incidents waiting this is the ");
  mi_text_add(text, engine->settings->order == MI_ORDER_PRIORITY_FIRST ? "nearest of the most urgent they can serve: "
                                                                       : "nearest they can serve: ");
  mi_text_add_duration(text, hit.time_ms);
  mi_surcharge_add(engine, responder);
  mi_alerting_engage(engine, chosen->incident, chosen->need, &hit, mi_text_end(text));
  mi_alerting_tell_shortfall(engine, chosen->incident);
  mi_waiting_update(engine, chosen->incident);
  mi_promise_review(engine, chosen->incident);
}

/* The nearest of all pairs of somebody who came free and the incident that claims them; SIZE_MAX: no pair is left. */
static size_t find_nearest_pair(const MusterEngine *engine) {
  size_t best = SIZE_MAX;
  uint32_t best_ms = 0;
  for (size_t i = 0; i < engine->freed_count; i++) {
    const mi_claim *claim = &engine->claims[i];
    if (claim->incident == MUSTER_NONE) continue;
    uint32_t rank_ms = claim->time_ms + mi_surcharge_price_ms(engine, engine->freed[i]);
    if (best != SIZE_MAX && (claim->urgency > engine->claims[best].urgency ||
                             (claim->urgency == engine->claims[best].urgency && rank_ms >= best_ms)))
      continue;
    best = i;
    best_ms = rank_ms;
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
        mi_alerting_may_ask(mi_incident_at(engine, id)->work, engine->freed[i]))
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
  if (engine->optimal) {
    mi_optimal_serve(engine);
    return;
  }
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
