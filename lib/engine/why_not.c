/* Why not: the first reason, in the order in which they exclude, why a volunteer is not asked for an incident now; at
 * the end of it the rank by travel, the probabilities or the price of the choice that was made.
 *
 * Every file that takes part in a choice is asked by its own functions, so the answer cannot differ from what the step
 * does. Only scratch changes: the state and its hash stay, and so do the decisions of the last step.
 */
#include "engine/guarantee.h"
#include "engine/optimal.h"

enum { NAMED = 3 /* of those nearer */ };

typedef struct question {
  MusterEngine *engine;
  mi_text *text;
  mi_incident_id id;
  const mi_incident *incident;
  mi_work *work; /* NULL: it has ended */
  MusterResponder responder;
  const mi_responder *person;
  uint32_t needs; /* that the volunteer has the skill of, a bit each */
  MusterTravelHit hit;
} question;

static void say(const question *of, const char *piece) { mi_text_add(of->text, piece); }
static void say_time(const question *of, int64_t ms) { mi_text_add_duration(of->text, ms); }
static void say_number(const question *of, uint64_t number) { mi_text_add_number(of->text, number); }
static void say_volunteer(const question *of) {
  mi_text_add_id(of->text, mi_responder_name(of->engine, of->responder));
}
static void say_incident(const question *of, mi_incident_id id) {
  mi_text_add_id(of->text, mi_incident_name(of->engine, id));
}

/* ---- reasons; each is false if it does not apply ---- */

static bool has_ended(question *of) {
  const char *refusal = mi_lifecycle_refusal((MusterIncidentState)of->incident->state, MI_ACT_ACCEPT);
  if (!refusal) return false;
  say_incident(of, of->id);
  say(of, " ");
  say(of, refusal);
  return true;
}

/* " was alerted for i1 40 s ago and has not answered". */
static void say_engagement(const question *of) {
  const mi_responder *person = of->person;
  say(of, person->state == MI_ALERTED    ? " was alerted for "
          : person->state == MI_ASSIGNED ? " is on the way to "
                                         : " is on the scene of ");
  say_incident(of, person->incident);
  if (person->state != MI_ALERTED) return;
  say(of, " ");
  say_time(of, of->engine->now_ms - person->alerted_ms);
  say(of, " ago and has not answered");
}

static bool is_engaged_here(question *of) {
  if (of->person->incident != of->id) return false;
  say_volunteer(of);
  say_engagement(of);
  return true;
}

static bool is_away(question *of) {
  const mi_responder *person = of->person;
  const char *why = person->state == MI_AWAY ? " is not enrolled"
                    : !person->on_duty       ? " is off duty"
                    : !person->placed        ? " stands where no road leads"
                                             : NULL;
  if (!why) return false;
  say_volunteer(of);
  say(of, why);
  return true;
}

static bool is_engaged_elsewhere(question *of) {
  if (of->person->incident == MUSTER_NONE || mi_optimal_may_move(of->engine, of->person)) return false;
  say_volunteer(of);
  say_engagement(of);
  say(of, ", and can serve one incident at a time");
  return true;
}

static bool lacks_skill(question *of) {
  uint32_t wanted = 0; /* the needs that are one: `need` may have said nobody any more */
  for (uint32_t i = 0; i < of->work->need_count; i++) {
    const mi_need *need = &of->work->needs[i];
    if (need->count == 0) continue;
    wanted |= 1u << i;
    if (mi_has_skill(of->engine, of->person, need->skill)) of->needs |= 1u << i;
  }
  if (of->needs) return false;
  say_volunteer(of);
  say(of, wanted & (wanted - 1) ? " has none of the skills that " : " lacks the skill that ");
  say_incident(of, of->id);
  say(of, " needs: ");
  for (uint32_t left = wanted; left; left &= left - 1) {
    if (left != wanted) say(of, ", ");
    say(of, mi_skill_name(of->engine, of->work->needs[__builtin_ctz(left)].skill));
  }
  return true;
}

static bool was_asked_enough(question *of) {
  const mi_asked *asked = mi_people_asked(of->work, of->responder);
  if (!asked || mi_alerting_may_ask_again(of->work, asked)) return false;
  say_volunteer(of);
  if (asked->done) {
    say(of, " has declined ");
    say_incident(of, of->id);
    say(of, ", or left it, and is not asked for it again");
    return true;
  }
  say(of, " was asked for ");
  say_incident(of, of->id);
  say(of, " ");
  say_number(of, asked->times);
  say(of, asked->times == 1 ? " time" : " times");
  say(of, " without an answer, as often as is allowed (asks_per_volunteer)");
  return true;
}

static bool is_resting(question *of) {
  if (of->person->rest == MUSTER_NONE) return false;
  uint32_t most = of->engine->settings->alerts_per_volunteer_an_hour;
  say_volunteer(of);
  say(of, " had ");
  say_number(of, most);
  say(of, most == 1 ? " alert" : " alerts");
  say(of, " within the hour, as many as are allowed (alerts_per_volunteer_an_hour), and rests for another ");
  say_time(of, of->engine->deadlines.entries[of->person->rest].at_ms - of->engine->now_ms);
  return true;
}

static bool is_too_far(question *of) {
  MusterEngine *engine = of->engine;
  of->hit = (MusterTravelHit){.responder = of->responder};
  of->hit.time_ms = mi_surcharge_travel_ms(engine, of->responder, of->incident->place, &of->hit.mode);
  say_volunteer(of);
  if (of->hit.time_ms == MUSTER_UNREACHABLE_MS) {
    say(of, " has no way to ");
    say_incident(of, of->id);
    return true;
  }
  say(of, " is ");
  mi_alerting_add_way(engine, &of->hit);
  say(of, " away");
  mi_surcharge_add(engine, of->responder);
  uint32_t within_s = of->work->settings->alert_within_s;
  if (of->hit.time_ms <= within_s * 1000) return false;
  say(of, ", and nobody farther than ");
  say_time(of, INT64_C(1000) * within_s);
  say(of, " is asked (alert_within_s)");
  return true;
}

/* ---- those who could be asked: "wang is 4 min 12 s away" stands in the sentence; why others were chosen ---- */

static void say_skill_of(const question *of, const mi_need *need) {
  if (need->skill == MUSTER_NONE) return;
  say(of, " with ");
  say(of, mi_skill_name(of->engine, need->skill));
}

/* ", 4th nearest of 9 available with medic; nearer: zhao 1 min 00 s, qian 2 min 00 s, sun 2 min 10 s". */
static void say_rank(question *of, const mi_need *need) {
  MusterEngine *engine = of->engine;
  uint32_t pool = mi_alerting_count_pool(engine, need->skill);
  if (pool == 0) return;
  size_t found = mi_alerting_find_nearest(engine, of->incident, need->skill, pool), rank = 0;
  while (rank < found && engine->hits[rank].responder != of->responder) rank++;
  if (rank == found) return;
  say(of, ", ");
  mi_alerting_add_place(engine, need->skill, rank + 1, pool);
  for (size_t i = 0; i < rank && i < NAMED; i++) {
    say(of, i ? ", " : "; nearer: ");
    mi_text_add_id(of->text, mi_responder_name(engine, engine->hits[i].responder));
    say(of, " ");
    say_time(of, engine->hits[i].time_ms);
  }
  if (rank <= NAMED) return;
  say(of, " and ");
  say_number(of, rank - NAMED);
  say(of, " more");
}

/* Of the needs that the volunteer could serve the one that lacks most urgently: alerts, else people, else the first. */
static const mi_need *choose_need(const question *of) {
  const mi_need *best = NULL;
  int best_rank = -1;
  for (uint32_t i = 0; i < of->work->need_count; i++) {
    if (!(of->needs >> i & 1)) continue;
    const mi_need *need = &of->work->needs[i];
    int rank = mi_need_missing(need) ? 1 + (mi_alerting_lacks(of->engine, need) > 0) : 0;
    if (rank <= best_rank) continue;
    best = need;
    best_rank = rank;
  }
  return best;
}

/* "; i1 has the 2 with medic it needs"; false while somebody is missing and may be asked. */
static bool is_filled(const question *of, const mi_need *need) {
  uint32_t missing = mi_need_missing(need);
  if (missing && need->asks_left) return false;
  say(of, "; ");
  say_incident(of, of->id);
  if (missing) {
    say(of, " lacks ");
    say_number(of, missing);
  } else {
    say(of, " has the ");
    say_number(of, need->count);
  }
  say_skill_of(of, need);
  say(of, missing ? ", but no more alerts may be sent for it (asks_per_slot)" : " it needs");
  return true;
}

/* One stage: "P(REACHED) 96.1 % of the 95.0 % demanded". */
static void say_stage(const question *of, MusterStage stage, double p, double demand) {
  say(of, "P(");
  say(of, muster_stage_name(stage));
  say(of, ") ");
  mi_text_add_percent(of->text, p);
  say(of, " of ");
  mi_text_add_percent(of->text, demand);
}

static void say_chances(question *of) {
  mi_guarantee_judgement found;
  mi_guarantee_judge(of->engine, of->id, &of->hit, of->needs, &found);
  bool met = found.reached >= found.reached_demand && found.on_scene >= found.on_scene_demand;
  say(of, "; would accept in time with ");
  mi_text_add_percent(of->text, found.accepts);
  say(of, ", be there in time with ");
  mi_text_add_percent(of->text, found.arrives);
  say(of, met ? "; the demands are met without: " : "; the demands cannot be met, so the nearest are asked: ");
  say_stage(of, MUSTER_STAGE_REACHED, found.reached, found.reached_demand);
  say(of, ", ");
  say_stage(of, MUSTER_STAGE_ON_SCENE, found.on_scene, found.on_scene_demand);
}

/* "; 7 are asked for the 1 still missing with medic: enough (alerts_per_slot)". */
static void say_enough(const question *of, const mi_need *need) {
  if (mi_alerting_lacks(of->engine, need)) {
    say(of, "; ");
    say_incident(of, of->id);
    say(of, " asks the next when somebody refuses or does not answer");
    return;
  }
  say(of, "; ");
  say_number(of, need->alerted);
  say(of, need->alerted == 1 ? " is asked for the " : " are asked for the ");
  say_number(of, mi_need_missing(need));
  say(of, " missing");
  say_skill_of(of, need);
  say(of, ": enough (alerts_per_slot)");
}

static bool is_less(const MusterAssignDifference *a, const MusterAssignDifference *b) {
  if (a->tier != b->tier) return a->tier < b->tier;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms;
  return a->fatigue < b->fatigue;
}

/* Of all places that the volunteer could fill the one which costs the others least; false if there is none. */
static bool find_price(const question *of, MusterAssignWhy *out) {
  mi_optimal *optimal = of->engine->optimal;
  mi_optimal_rebuild(of->engine); /* at the costs of this moment */
  bool any = false;
  for (uint32_t i = 0; i < of->work->need_count; i++) {
    if (!(of->needs >> i & 1)) continue;
    for (uint32_t row = mi_optimal_last_row(optimal, of->work, i); row != MUSTER_NONE; row = optimal->rows[row].next) {
      MusterAssignWhy why;
      GError *error = NULL;
      mi_optimal_must(muster_assignment_why_not(optimal->assignment, row, of->responder, &why, &error), error);
      bool priced = why.reason >= MUSTER_ASSIGN_OUTBID;
      if (!priced || (any && !is_less(&why.extra, &out->extra))) continue;
      *out = why;
      any = true;
    }
  }
  return any;
}

static void say_price(const question *of, const MusterAssignWhy *why) {
  if (why->other_row != MUSTER_NONE) {
    say(of, ", but is on the way to ");
    say_incident(of, of->engine->optimal->rows[why->other_row].incident);
  }
  say(of, "; sent to ");
  say_incident(of, of->id);
  if (why->extra.tier) {
    say(of, ", all together would miss ");
    say_number(of, (uint64_t)why->extra.tier);
    say(of, why->extra.tier == 1 ? " deadline more" : " deadlines more");
  } else if (why->extra.time_ms) {
    say(of, ", all together would need ");
    say_time(of, why->extra.time_ms);
    say(of, " more");
  } else {
    say(of, ", all together would gain nothing");
  }
}

static void say_choice(question *of) {
  MusterEngine *engine = of->engine;
  const mi_need *need = choose_need(of);
  MusterAssignWhy price;
  if (engine->optimal && find_price(of, &price)) {
    say_price(of, &price);
    return;
  }
  say_rank(of, need);
  if (is_filled(of, need)) return;
  if (mi_guarantee_holds(engine, of->incident))
    say_chances(of);
  else
    say_enough(of, need);
}

static const char *answer(question *of) {
  static bool (*const reasons[])(question *) = {has_ended,   is_engaged_here,  is_away,    is_engaged_elsewhere,
                                                lacks_skill, was_asked_enough, is_resting, is_too_far};
  for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
    if (reasons[i](of)) return mi_text_end(of->text);
  say_choice(of);
  return mi_text_end(of->text);
}

static uint32_t find(const mi_ids *ids, MusterId id) { return mi_id_defect(id) ? MUSTER_NONE : mi_ids_find(ids, id); }

static void set_unknown(MusterEngine *engine, const char *what, MusterId id, GError **error) {
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_UNKNOWN,
              "expected %s that the engine has heard of, found %s", what,
              mi_id_defect(id) ? "none" : mi_say_id(engine, id));
}

char *muster_engine_why_not(MusterEngine *engine, MusterId incident, MusterId volunteer, GError **error) {
  mi_text_mark mark = mi_text_mark_of(&engine->text);
  question of = {.engine = engine, .text = &engine->text};
  of.id = find(&engine->names, incident);
  of.responder = find(&engine->people, volunteer);
  char *why = NULL;
  if (of.id == MUSTER_NONE) {
    set_unknown(engine, "an incident", incident, error);
  } else if (of.responder == MUSTER_NONE) {
    set_unknown(engine, "a volunteer", volunteer, error);
  } else {
    of.incident = mi_incident_at(engine, of.id);
    of.work = of.incident->work;
    of.person = mi_responder_at(engine, of.responder);
    why = g_strdup(answer(&of));
  }
  mi_text_go_back(&engine->text, mark);
  return why;
}
