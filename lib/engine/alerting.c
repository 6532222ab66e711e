/* Whom to alert: for each need the nearest available volunteers who have the skill, `alerts_per_slot` open at once for
 * each responder still missing, refusals and expiries replaced at once.
 *
 * Seven at once with refusals replaced reaches an acceptance within two minutes with probability .996 at 36 %
 * acceptance (PLOS ONE 2026, 10.1371/journal.pone.0343762, and the table in docs/policies.md). Needs whose skill is
 * scarce are served first, so that a need for anybody does not take the only medic.
 */
#include "engine/guarantee.h"
#include "engine/optimal.h"

#include <string.h>

uint32_t mi_alerting_count_pool(const MusterEngine *engine, uint32_t skill) {
  if (skill == MUSTER_NONE) return engine->available_count;
  int bit = engine->skill_bits[skill];
  return bit < 0 ? 0 : engine->available_with[bit];
}

/* How many more there would be if nobody had to rest. */
static uint32_t count_resting(const MusterEngine *engine, uint32_t skill) {
  if (skill == MUSTER_NONE) return engine->resting_count;
  int bit = engine->skill_bits[skill];
  return bit < 0 ? 0 : engine->resting_with[bit];
}

uint32_t mi_alerting_lacks(const MusterEngine *engine, const mi_need *need) {
  (void)engine;
  uint32_t missing = mi_need_missing(need);
  if (mi_gives_orders(need->settings)) return missing;
  uint32_t target = missing * need->settings->alerts_per_slot;
  return target > need->alerted ? MIN(target - need->alerted, need->asks_left) : 0;
}

void mi_alerting_add_way(MusterEngine *engine, const MusterTravelHit *hit) {
  mi_text_add_duration(&engine->text, hit->time_ms);
  if (hit->mode >= MUSTER_MODE_COUNT) return;
  mi_text_add(&engine->text, hit->mode == MUSTER_MODE_FOOT ? " on " : " by ");
  mi_text_add(&engine->text, muster_mode_name((MusterMode)hit->mode));
}

static const char *ordinal_ending(size_t rank) {
  if (rank / 10 % 10 == 1) return "th ";
  return rank % 10 == 1 ? "st " : rank % 10 == 2 ? "nd " : rank % 10 == 3 ? "rd " : "th ";
}

void mi_alerting_add_place(MusterEngine *engine, uint32_t skill, size_t rank, uint32_t pool) {
  mi_text *text = &engine->text;
  if (rank > 1) {
    mi_text_add_number(text, rank);
    mi_text_add(text, ordinal_ending(rank));
  }
  mi_text_add(text, "nearest of ");
  mi_text_add_number(text, pool);
  mi_text_add(text, " available");
  if (skill != MUSTER_NONE) {
    mi_text_add(text, " with ");
    mi_text_add(text, mi_skill_name(engine, skill));
  }
}

/* "nearest of 23 available with first_aid: 4 min 12 s by ebike"; rank from 1. */
static const char *say_rank(MusterEngine *engine, uint32_t skill, size_t rank, uint32_t pool,
                            const MusterTravelHit *hit, const char *remark) {
  mi_alerting_add_place(engine, skill, rank, pool);
  mi_text_add(&engine->text, ": ");
  mi_alerting_add_way(engine, hit);
  mi_surcharge_add(engine, hit->responder);
  mi_text_add(&engine->text, remark);
  return mi_text_end(&engine->text);
}

void mi_alerting_engage(MusterEngine *engine, mi_incident_id incident, uint32_t need, const MusterTravelHit *hit,
                        const char *why) {
  const mi_settings *settings = mi_incident_at(engine, incident)->work->settings;
  bool orders = mi_gives_orders(settings);
  mi_people_engage(engine, incident, need, hit, orders ? MI_ASSIGNED : MI_ALERTED);
  if (!orders) {
    mi_incident_at(engine, incident)->work->needs[need].asks_left--;
    mi_rest_note_alert(engine, hit->responder);
    mi_service_note_alert(engine, hit->responder);
  }
  MusterDecision *decision = mi_decide(engine, orders ? MUSTER_DECISION_ASSIGN : MUSTER_DECISION_ALERT, incident);
  decision->volunteer = mi_responder_name(engine, hit->responder);
  decision->skill = mi_skill_name(engine, mi_incident_at(engine, incident)->work->needs[need].skill);
  decision->travel_ms = hit->time_ms;
  decision->mode = hit->mode;
  decision->why = why;
  if (orders) decision->equipment = mi_equipment_of(engine, incident);
  if (!orders) decision->expires_at_ms = engine->now_ms + INT64_C(1000) * settings->alert_expires_s;
}

/* Who was asked before comes after everybody else, or is not asked again; who may be ordered takes their turn. */
static bool comes_last(const mi_work *work, const mi_asked *asked) {
  return asked->done || (asked->times && !mi_gives_orders(work->settings));
}

/* Marks those who come last; returns how many of them could come up in the answer of travel. */
static size_t mark_asked(MusterEngine *engine, const mi_work *work) {
  size_t available = 0;
  if (++engine->mark == 0) { /* after 2^32 questions: no stale mark may look fresh */
    memset(engine->marks, 0, engine->mark_capacity * sizeof *engine->marks);
    engine->mark = 1;
  }
  for (size_t i = 0; i < work->asked_count; i++) {
    MusterResponder responder = work->asked[i].responder;
    if (!comes_last(work, &work->asked[i])) continue;
    engine->marks[responder] = engine->mark;
    available += mi_responder_at(engine, responder)->available;
  }
  return available;
}

bool mi_alerting_may_ask_again(const mi_work *work, const mi_asked *asked) {
  return !asked->done && (mi_gives_orders(work->settings) || asked->times < work->settings->asks_per_volunteer);
}

bool mi_alerting_may_ask(mi_work *work, MusterResponder responder) {
  const mi_asked *asked = mi_people_asked(work, responder);
  return !asked || mi_alerting_may_ask_again(work, asked);
}

size_t mi_alerting_find_nearest(MusterEngine *engine, const mi_incident *incident, uint32_t skill, size_t k) {
  uint64_t mask = skill == MUSTER_NONE ? 0 : UINT64_C(1) << engine->skill_bits[skill];
  return mi_surcharge_nearest(engine, incident->place, mask, k, incident->work->settings->alert_within_s * 1000);
}

/* One need that lacks alerts. */
typedef struct filling {
  MusterEngine *engine;
  mi_incident_id id;
  uint32_t need;
  uint32_t pool; /* available when it began */
  uint32_t done; /* asked by earlier searches, who would stand before all found now */
} filling;

/* Of the people found at most `most` who were not asked before, or only those who were (`again`); returns how many. */
static uint32_t ask_found(const filling *of, size_t found, uint32_t most, bool again) {
  MusterEngine *engine = of->engine;
  mi_work *work = mi_incident_at(engine, of->id)->work;
  const char *remark = again ? "; asked again, nobody else is left to ask" : "";
  uint32_t asked = 0;
  for (size_t i = 0; i < found && asked < most; i++) {
    const MusterTravelHit *hit = &engine->hits[i];
    bool was_asked = engine->marks[hit->responder] == engine->mark;
    if (was_asked != again || (again && !mi_alerting_may_ask(work, hit->responder))) continue;
    const char *why = say_rank(engine, work->needs[of->need].skill, of->done + i + 1, of->pool, hit, remark);
    mi_alerting_engage(engine, of->id, of->need, hit, why);
    asked++;
  }
  return asked;
}

static void fill_need(MusterEngine *engine, mi_incident_id id, uint32_t need) {
  const mi_incident *incident = mi_incident_at(engine, id);
  mi_work *work = incident->work;
  uint32_t skill = work->needs[need].skill, want = mi_alerting_lacks(engine, &work->needs[need]);
  filling of = {.engine = engine, .id = id, .need = need, .pool = mi_alerting_count_pool(engine, skill)};
  if (want == 0 || of.pool == 0) return;
  size_t before = mark_asked(engine, work);
  uint32_t most = mi_surcharge_moves(engine) ? 1 : want;
  for (uint32_t asked = most; asked == most && of.done < want; of.done += asked) {
    size_t found = mi_alerting_find_nearest(engine, incident, skill, MIN(most + before, of.pool - of.done));
    asked = ask_found(&of, found, most, false);
    asked += ask_found(&of, found, most - asked, true);
  }
}

/* "; 2 are resting after 6 alerts in an hour". */
static void add_resting(mi_text *text, uint32_t resting, uint32_t most) {
  if (resting == 0) return;
  mi_text_add(text, "; ");
  mi_text_add_number(text, resting);
  mi_text_add(text, resting == 1 ? " is resting after " : " are resting after ");
  mi_text_add_number(text, most);
  mi_text_add(text, most == 1 ? " alert in an hour" : " alerts in an hour");
}

/* "2 of 3 with medic are missing and cannot be asked now: …". */
static const char *explain_shortfall(MusterEngine *engine, const mi_work *work, const mi_need *need, uint32_t lacking) {
  mi_text *text = &engine->text;
  uint32_t pool = mi_alerting_count_pool(engine, need->skill);
  mi_text_add_number(text, lacking);
  mi_text_add(text, " of ");
  mi_text_add_number(text, need->count);
  if (need->skill != MUSTER_NONE) {
    mi_text_add(text, " with ");
    mi_text_add(text, mi_skill_name(engine, need->skill));
  }
  mi_text_add(text, " missing and nobody left to ask: ");
  mi_text_add_number(text, pool);
  mi_text_add(text, " available");
  if (pool && need->asks_left == 0) {
    mi_text_add(text, ", but no more alerts may be sent for it (asks_per_slot)");
  } else if (pool) {
    mi_text_add(text, mi_gives_orders(work->settings) ? ", each of them dropped out of it before or farther away than "
                                                      : ", each of them asked before or farther away than ");
    mi_text_add_duration(text, INT64_C(1000) * work->settings->alert_within_s);
  }
  add_resting(text, count_resting(engine, need->skill), engine->settings->alerts_per_volunteer_an_hour);
  mi_text_add(text, "; asked so far: ");
  mi_text_add_number(text, work->asked_count);
  return mi_text_end(text);
}

void mi_alerting_tell_shortfall(MusterEngine *engine, mi_incident_id id) {
  mi_work *work = mi_incident_at(engine, id)->work;
  if (mi_guarantee_holds(engine, mi_incident_at(engine, id))) return; /* it has a measure of its own */
  for (size_t i = 0; i < work->need_count; i++) {
    mi_need *need = &work->needs[i];
    uint32_t missing = mi_need_missing(need), lacking = missing > need->alerted ? missing - need->alerted : 0;
    if (lacking == need->short_told) continue;
    need->short_told = lacking;
    if (lacking == 0) continue;
    const char *why = explain_shortfall(engine, work, need, lacking);
    MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_SHORTFALL, id);
    decision->skill = mi_skill_name(engine, need->skill);
    decision->missing = lacking;
    decision->why = why;
  }
}

/* Needs in order of scarcity, by the number of people available for them. */
static void order_needs(const MusterEngine *engine, const mi_work *work, uint32_t order[MI_MOST_NEEDS]) {
  for (uint32_t i = 0; i < work->need_count; i++) {
    uint32_t at = i, pool = mi_alerting_count_pool(engine, work->needs[i].skill);
    for (; at > 0 && mi_alerting_count_pool(engine, work->needs[order[at - 1]].skill) > pool; at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
}

void mi_alerting_top_up(MusterEngine *engine, mi_incident_id id) {
  if (engine->optimal) { /* at the end of the step, all together */
    mi_optimal_note_incident(engine, id);
    return;
  }
  if (mi_guarantee_holds(engine, mi_incident_at(engine, id))) {
    mi_guarantee_top_up(engine, id);
    return;
  }
  uint32_t order[MI_MOST_NEEDS];
  mi_work *work = mi_incident_at(engine, id)->work;
  order_needs(engine, work, order);
  for (size_t i = 0; i < work->need_count; i++) fill_need(engine, id, order[i]);
  mi_alerting_tell_shortfall(engine, id);
  mi_waiting_update(engine, id);
  mi_promise_review(engine, id);
}

void mi_alerting_cancel(MusterEngine *engine, MusterResponder responder, const char *why) {
  mi_incident_id incident = mi_responder_at(engine, responder)->incident;
  mi_people_free(engine, responder);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_CANCEL_ALERT, incident);
  decision->volunteer = mi_responder_name(engine, responder);
  decision->why = why;
}

void mi_alerting_cancel_need(MusterEngine *engine, mi_incident_id id, uint32_t need) {
  mi_work *work = mi_incident_at(engine, id)->work;
  const char *why = NULL;
  for (size_t i = 0; i < work->helper_count;) {
    mi_helper helper = work->helpers[i];
    if (helper.need != need || mi_responder_at(engine, helper.responder)->state != MI_ALERTED) {
      i++;
      continue;
    }
    if (!why) {
      mi_text_add(&engine->text, "thank you, enough have accepted: ");
      mi_text_add_number(&engine->text, work->needs[need].count);
      mi_text_add(&engine->text, " of ");
      mi_text_add_number(&engine->text, work->needs[need].count);
      why = mi_text_end(&engine->text);
    }
    mi_alerting_cancel(engine, helper.responder, why); /* it leaves the list: the next stands at i */
  }
}

void mi_alerting_drop(MusterEngine *engine, MusterResponder responder, const char *why) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_incident_id incident = person->incident;
  mi_need *need = mi_people_need_of(engine, responder);
  mi_people_asked(mi_incident_at(engine, incident)->work, responder)->done = true;
  need->asks_left += need->settings->asks_per_slot;
  mi_people_free(engine, responder);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_REASSIGN, incident);
  decision->volunteer = mi_responder_name(engine, responder);
  decision->skill = mi_skill_name(engine, need->skill);
  decision->missing = mi_need_missing(need);
  decision->why = why;
  mi_alerting_top_up(engine, incident);
}

/* Of those asked for the need the one expected there first; MUSTER_NONE if nobody is asked. */
static MusterResponder find_nearest_asked(const MusterEngine *engine, const mi_work *work, uint32_t need) {
  MusterResponder best = MUSTER_NONE;
  for (size_t i = 0; i < work->helper_count; i++) {
    const mi_responder *person = &engine->responders[work->helpers[i].responder];
    if (work->helpers[i].need != need || person->state != MI_ALERTED) continue;
    if (best == MUSTER_NONE || person->travel_ms < engine->responders[best].travel_ms)
      best = work->helpers[i].responder;
  }
  return best;
}

static void order_asked(MusterEngine *engine, mi_incident_id id, MusterResponder responder) {
  const mi_responder *person = mi_responder_at(engine, responder);
  mi_people_accept(engine, responder);
  mi_text_add(&engine->text, "asked ");
  mi_text_add_duration(&engine->text, engine->now_ms - person->alerted_ms);
  mi_text_add(&engine->text, " ago, ordered now: the mode gives orders");
  mi_decide_assign(engine, id, responder, mi_text_end(&engine->text));
}

void mi_alerting_follow_rules(MusterEngine *engine, mi_incident_id id) {
  mi_work *work = mi_incident_at(engine, id)->work;
  if (mi_guarantee_holds(engine, mi_incident_at(engine, id))) return;
  for (uint32_t need = 0; need < work->need_count; need++) {
    for (MusterResponder next; mi_gives_orders(work->settings) && mi_need_missing(&work->needs[need]) > 0 &&
                               (next = find_nearest_asked(engine, work, need)) != MUSTER_NONE;)
      order_asked(engine, id, next);
    if (mi_need_missing(&work->needs[need]) == 0) mi_alerting_cancel_need(engine, id, need);
  }
}
