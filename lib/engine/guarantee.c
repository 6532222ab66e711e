/* Alerts by probability; see guarantee.h.
 *
 * P(ON_SCENE) of a set counts on any of those who accept to come, so the first yes must not end it: while those on the
 * way do not meet the demand by themselves, whoever accepts and is there sooner takes the place.
 *
 * Each person alerted counts for the need they were alerted for. Deadlines that have passed give way to the next ones
 * of the same length, so that nobody is given up.
 */
#include "engine/guarantee.h"

#include <string.h>

enum {
  /* The nearest so many for each need are looked at: as many as the cheapest set is proven for. Beyond them are people
   * who would come too late, of whom it takes dozens to lift a chance. */
  CANDIDATES = MUSTER_ALERT_EXACT_MAX,
  ROUNDS = 4,
  MOST_OF_ALL_NEEDS = 8, /* people, where there are MUSTER_ALERT_NEEDS_MAX: 9 have more states than are told apart */
};

mi_guarantee *mi_guarantee_new(void) {
  const MusterAlertGoal nobody = {.need_count = 0};
  mi_guarantee *guarantee = g_new0(mi_guarantee, 1);
  guarantee->model = muster_alert_model_new(NULL, NULL);
  guarantee->watch = muster_alert_watch_new(guarantee->model, &nobody, 0, 0, NULL);
  return guarantee;
}

void mi_guarantee_free(mi_guarantee *guarantee) {
  if (!guarantee) return;
  muster_alert_watch_free(guarantee->watch);
  muster_alert_model_unref(guarantee->model);
  g_free(guarantee->persons);
  g_free(guarantee);
}

void mi_guarantee_note_answer(MusterEngine *engine, MusterResponder responder, MusterAlertAnswer answer) {
  if (!engine->guarantee) return;
  muster_alert_history_note(&mi_responder_at(engine, responder)->history, engine->guarantee->model, answer,
                            engine->now_ms);
}

/* ---- the watch of an incident, from its people ---- */

static MusterAlertConditions conditions_at(const MusterEngine *engine, int64_t at_ms) {
  uint32_t hour = (uint32_t)((at_ms / 1000 + engine->settings->midnight_s) / 3600 % 24);
  return (MusterAlertConditions){.at_ms = at_ms, .hour = hour, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
}

static MusterAlertPerson describe(const MusterEngine *engine, MusterResponder responder, uint32_t roles,
                                  uint32_t travel_ms, uint8_t mode) {
  return (MusterAlertPerson){.id = responder,
                             .roles = roles,
                             .mode = (MusterMode)mode,
                             .travel_ms = travel_ms,
                             .history = &engine->responders[responder].history,
                             .price = (double)travel_ms / MI_GUARANTEE_MS_AN_ALERT};
}

/* The first deadline of this length that is still to come. */
static int64_t next_deadline_ms(const MusterEngine *engine, const mi_incident *incident, MusterStage stage) {
  int64_t length_ms = mi_promise_deadline_ms(engine, incident, stage),
          waited_ms = engine->now_ms - incident->reported_ms;
  return incident->reported_ms + (waited_ms / length_ms + 1) * length_ms;
}

static void add_helper(MusterEngine *engine, const mi_helper *helper) {
  MusterAlertWatch *watch = engine->guarantee->watch;
  const mi_responder *person = mi_responder_at(engine, helper->responder);
  if (person->state == MI_ON_SCENE) return; /* their place is not asked for any more */
  MusterAlertConditions then = conditions_at(engine, person->alerted_ms);
  MusterAlertPerson described =
      describe(engine, helper->responder, 1u << helper->need, person->travel_ms, person->mode);
  muster_alert_watch_alert(watch, &then, &described);
  if (person->state != MI_ASSIGNED) return;
  int64_t known_ms = person->arrives_ms - person->travel_ms;
  if (person->located)
    muster_alert_watch_position(watch, helper->responder, person->travel_ms, known_ms);
  else
    muster_alert_watch_accept(watch, helper->responder, known_ms);
}

bool mi_guarantee_holds(const MusterEngine *engine, const mi_incident *incident) {
  uint32_t people = 0;
  for (size_t i = 0; i < incident->work->need_count; i++) people += incident->work->needs[i].count;
  uint32_t most =
      incident->work->need_count < MUSTER_ALERT_NEEDS_MAX ? (uint32_t)MUSTER_ALERT_PEOPLE_MAX : MOST_OF_ALL_NEEDS;
  const mi_settings *settings = incident->work->settings;
  return engine->guarantee && !mi_gives_orders(settings) && incident->priority <= settings->guarantee_priority &&
         people <= most && incident->work->need_count <= MUSTER_ALERT_NEEDS_MAX;
}

/* Per mille: what the plan demands, else what the policy does. */
static uint32_t demand_of(const MusterEngine *engine, const mi_incident *incident, MusterStage stage) {
  uint32_t planned = mi_plan_of(engine, incident)->alpha_permille;
  if (planned) return planned;
  const mi_settings *settings = incident->work->settings;
  return stage == MUSTER_STAGE_REACHED ? settings->alpha_reached : settings->alpha_on_scene;
}

typedef enum watched { EVERYBODY, WHO_ACCEPTED } watched;

static void start_watch(MusterEngine *engine, const mi_incident *incident, watched those) {
  const mi_work *work = incident->work;
  MusterAlertGoal goal = {.alpha_accept = demand_of(engine, incident, MUSTER_STAGE_REACHED) / 1000.0,
                          .alpha_on_scene = demand_of(engine, incident, MUSTER_STAGE_ON_SCENE) / 1000.0,
                          .redundant_price = muster_alert_model_redundant_price(engine->guarantee->model)};
  for (uint32_t i = 0; i < work->need_count; i++) {
    uint32_t count = work->needs[i].count - work->needs[i].arrived;
    if (count) goal.needs[goal.need_count++] = (MusterAlertNeed){1u << i, count};
  }
  GError *error = NULL;
  if (!muster_alert_watch_restart(engine->guarantee->watch, &goal,
                                  next_deadline_ms(engine, incident, MUSTER_STAGE_REACHED),
                                  next_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE), &error))
    g_error("guarantee: %s", error->message); /* mi_guarantee_holds lets no other goal through */
  for (size_t i = 0; i < work->helper_count; i++)
    if (those == EVERYBODY || mi_responder_at(engine, work->helpers[i].responder)->state == MI_ASSIGNED)
      add_helper(engine, &work->helpers[i]);
}

/* ---- who takes the place of somebody farther away ---- */

/* When the person would be there without turnout: if on the way as expected, else if they accepted now. */
static int64_t arrives_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = &engine->responders[responder];
  return person->state == MI_ASSIGNED ? person->arrives_ms : engine->now_ms + person->travel_ms;
}

/* Of those on the way for the need the one expected last; MUSTER_NONE: nobody is on the way. */
static MusterResponder find_last(const MusterEngine *engine, const mi_work *work, uint32_t need) {
  MusterResponder last = MUSTER_NONE;
  for (size_t i = 0; i < work->helper_count; i++) {
    MusterResponder responder = work->helpers[i].responder;
    if (work->helpers[i].need != need || engine->responders[responder].state != MI_ASSIGNED) continue;
    if (last == MUSTER_NONE || arrives_ms(engine, responder) > arrives_ms(engine, last)) last = responder;
  }
  return last;
}

/* Who is asked could still be there before somebody on the way. */
static bool may_replace(const MusterEngine *engine, const mi_work *work, const mi_helper *helper) {
  MusterResponder last = find_last(engine, work, helper->need);
  return last != MUSTER_NONE && arrives_ms(engine, helper->responder) < arrives_ms(engine, last);
}

bool mi_guarantee_takes(MusterEngine *engine, MusterResponder responder) {
  mi_incident_id id = mi_responder_at(engine, responder)->incident;
  mi_need *need = mi_people_need_of(engine, responder);
  const mi_work *work = mi_incident_at(engine, id)->work;
  if (!engine->guarantee || mi_need_missing(need) > 0) return true;
  mi_helper helper = {responder, (uint32_t)(need - work->needs)};
  if (!may_replace(engine, work, &helper)) return false;
  mi_alerting_cancel(engine, find_last(engine, work, helper.need),
                     "thank you, turn back: somebody who is there sooner has accepted");
  return true;
}

/* Needs for which enough are on the way ask nobody any more, unless ON_SCENE needs somebody nearer. */
static void thank_needless(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  const mi_work *work = incident->work;
  MusterAlertOutlook outlook;
  start_watch(engine, incident, WHO_ACCEPTED);
  muster_alert_watch_outlook(engine->guarantee->watch, engine->now_ms, &outlook);
  bool met = outlook.p_on_scene * 1000 >= demand_of(engine, incident, MUSTER_STAGE_ON_SCENE);
  for (size_t i = 0; i < work->helper_count;) {
    mi_helper helper = work->helpers[i];
    bool asked = mi_responder_at(engine, helper.responder)->state == MI_ALERTED;
    if (!asked || mi_need_missing(&work->needs[helper.need]) || (!met && may_replace(engine, work, &helper)))
      i++;
    else /* it leaves the list: the next stands at i */
      mi_alerting_cancel(engine, helper.responder, "thank you, enough have accepted");
  }
}

/* ---- whom to alert ---- */

static uint32_t needs_served(const MusterEngine *engine, const mi_work *work, MusterResponder responder) {
  uint32_t needs = 0;
  for (uint32_t i = 0; i < work->need_count; i++)
    if (mi_need_missing(&work->needs[i]) && work->needs[i].asks_left &&
        mi_has_skill(engine, &engine->responders[responder], work->needs[i].skill))
      needs |= 1u << i;
  return needs;
}

static bool is_listed(const mi_guarantee *guarantee, MusterResponder responder) {
  for (size_t i = 0; i < guarantee->person_count; i++)
    if (guarantee->persons[i].id == responder) return true;
  return false;
}

/* Of those available how many may not be asked for the incident any more. */
static size_t count_excluded(MusterEngine *engine, mi_work *work) {
  size_t excluded = 0;
  for (size_t i = 0; i < work->asked_count; i++) {
    const mi_asked *asked = &work->asked[i];
    excluded += mi_responder_at(engine, asked->responder)->available && !mi_alerting_may_ask_again(work, asked);
  }
  return excluded;
}

static void list_candidates(MusterEngine *engine, const mi_incident *incident) {
  mi_guarantee *guarantee = engine->guarantee;
  mi_work *work = incident->work;
  size_t excluded = count_excluded(engine, work);
  guarantee->person_count = 0;
  for (uint32_t i = 0; i < work->need_count; i++) {
    uint32_t pool = mi_alerting_count_pool(engine, work->needs[i].skill);
    if (mi_need_missing(&work->needs[i]) == 0 || pool == 0) continue;
    size_t found = mi_alerting_find_nearest(engine, incident, work->needs[i].skill, MIN(pool, CANDIDATES + excluded));
    guarantee->persons = mi_reserve(guarantee->persons, &guarantee->person_capacity, guarantee->person_count + found,
                                    sizeof *guarantee->persons);
    for (size_t j = 0, nearest = 0; j < found && nearest < CANDIDATES; j++) {
      const MusterTravelHit *hit = &engine->hits[j];
      uint32_t needs = needs_served(engine, work, hit->responder);
      if (!mi_alerting_may_ask(work, hit->responder)) continue;
      nearest++;
      if (!needs || is_listed(guarantee, hit->responder)) continue;
      MusterAlertPerson *person = &guarantee->persons[guarantee->person_count++];
      *person = describe(engine, hit->responder, needs, hit->time_ms, hit->mode);
      person->price += mi_surcharge_price_ms(engine, hit->responder) / (1000.0 * engine->settings->alert_worth_s);
    }
  }
}

/* Of the needs the person could serve the one with the fewest alerts for each missing; MUSTER_NONE: none has asks left.
 */
static uint32_t choose_need(const mi_work *work, uint32_t needs) {
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = 0; i < work->need_count; i++) {
    if (!(needs >> i & 1) || work->needs[i].asks_left == 0) continue;
    const mi_need *need = &work->needs[i], *other = best == MUSTER_NONE ? NULL : &work->needs[best];
    if (!other || (uint64_t)need->alerted * mi_need_missing(other) < (uint64_t)other->alerted * mi_need_missing(need))
      best = i;
  }
  return best;
}

static void add_chances(mi_text *text, double accept, double on_scene) {
  mi_text_add(text, "P(REACHED) ");
  mi_text_add_percent(text, accept);
  mi_text_add(text, ", P(ON_SCENE) ");
  mi_text_add_percent(text, on_scene);
}

static bool alert(MusterEngine *engine, mi_incident_id id, const MusterAlertPerson *person,
                  const MusterAlertChoice *choice) {
  uint32_t need = choose_need(mi_incident_at(engine, id)->work, person->roles);
  if (need == MUSTER_NONE) return false;
  MusterTravelHit hit = {(MusterResponder)person->id, person->travel_ms, (uint8_t)person->mode};
  mi_alerting_add_way(engine, &hit);
  mi_surcharge_add(engine, hit.responder);
  mi_text_add(&engine->text, "; with ");
  mi_text_add_number(&engine->text, choice->chosen_count);
  mi_text_add(&engine->text, choice->chosen_count == 1 ? " more alert " : " more alerts ");
  add_chances(&engine->text, choice->p_accept, choice->p_on_scene);
  mi_alerting_engage(engine, id, need, &hit, mi_text_end(&engine->text));
  return true;
}

static bool is_met(const MusterAlertChoice *choice) {
  return choice->status == MUSTER_ALERT_OPTIMAL || choice->status == MUSTER_ALERT_MET;
}

/* Where no set suffices the nearest are alerted, as many as without a guarantee. */
static bool alert_nearest(MusterEngine *engine, mi_incident_id id, const MusterAlertChoice *choice) {
  mi_guarantee *guarantee = engine->guarantee;
  const mi_work *work = mi_incident_at(engine, id)->work;
  bool any = false;
  for (size_t i = 0; i < guarantee->person_count; i++) {
    MusterAlertPerson person = guarantee->persons[i];
    for (uint32_t need = 0; need < work->need_count; need++)
      if (mi_alerting_lacks(engine, &work->needs[need]) == 0) person.roles &= ~(1u << need);
    any |= person.roles && alert(engine, id, &person, choice);
  }
  return any;
}

static bool alert_chosen(MusterEngine *engine, mi_incident_id id, const MusterAlertChoice *choice) {
  bool any = false;
  for (size_t i = 0; i < choice->chosen_count; i++)
    any |= alert(engine, id, &engine->guarantee->persons[choice->chosen[i]], choice);
  return any;
}

/* ---- what cannot be had ---- */

static const char *explain_shortage(MusterEngine *engine, const mi_incident *incident,
                                    const MusterAlertChoice *choice) {
  mi_text *text = &engine->text;
  mi_text_add(text, "all ");
  mi_text_add_number(text, engine->guarantee->person_count);
  mi_text_add(text, " within reach together: ");
  add_chances(text, choice->p_accept, choice->p_on_scene);
  mi_text_add(text, "; missing: ");
  mi_text_add_number(text, choice->missing);
  mi_text_add(text, " more who surely come, for ");
  MusterStage stage = choice->short_on_scene ? MUSTER_STAGE_ON_SCENE : MUSTER_STAGE_REACHED;
  mi_text_add_percent(text, demand_of(engine, incident, stage) / 1000.0);
  return mi_text_end(text);
}

/* Once for each change; `choice` is NULL where the demands are met. */
static void tell_shortage(MusterEngine *engine, mi_incident_id id, const MusterAlertChoice *choice) {
  mi_work *work = mi_incident_at(engine, id)->work;
  for (uint32_t i = 0; i < work->need_count; i++) {
    mi_need *need = &work->needs[i];
    uint32_t missing = choice && choice->short_needs >> i & 1 ? choice->missing : 0;
    if (missing == need->short_told) continue;
    need->short_told = missing;
    if (missing == 0) continue;
    const char *why = explain_shortage(engine, mi_incident_at(engine, id), choice);
    MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_SHORTFALL, id);
    decision->skill = mi_skill_name(engine, need->skill);
    decision->missing = missing;
    decision->why = why;
  }
}

/* The next level is told now, and not some time before the deadline. */
static void escalate_short(MusterEngine *engine, mi_incident_id id, MusterStage stage, double p) {
  mi_work *work = mi_incident_at(engine, id)->work;
  uint32_t alpha = demand_of(engine, mi_incident_at(engine, id), stage);
  if (p * 1000 >= alpha || work->escalate[stage] == MUSTER_NONE) return;
  mi_deadline_heap_cancel(&engine->deadlines, &work->escalate[stage]);
  mi_text_add(&engine->text, "; P(");
  mi_text_add(&engine->text, muster_stage_name(stage));
  mi_text_add(&engine->text, ") ");
  mi_text_add_percent(&engine->text, p);
  mi_text_add(&engine->text, " and not ");
  mi_text_add_percent(&engine->text, alpha / 1000.0);
  mi_chain_escalate(engine, id, stage, mi_text_end(&engine->text));
}

/* ---- the whole ---- */

static bool is_missing_any(const mi_work *work) {
  for (size_t i = 0; i < work->need_count; i++)
    if (mi_need_missing(&work->needs[i])) return true;
  return false;
}

/* Whom the incident lacks; people bound to one need may leave another short, hence the rounds. */
static void choose(MusterEngine *engine, mi_incident_id id) {
  mi_guarantee *guarantee = engine->guarantee;
  const mi_incident *incident = mi_incident_at(engine, id);
  MusterAlertConditions now = conditions_at(engine, engine->now_ms);
  for (int round = 0; round < ROUNDS; round++) {
    MusterAlertChoice choice;
    list_candidates(engine, incident);
    muster_alert_watch_extend(guarantee->watch, &now, guarantee->persons, guarantee->person_count, &choice);
    if (!is_met(&choice)) {
      tell_shortage(engine, id, &choice);
      escalate_short(engine, id, MUSTER_STAGE_REACHED, choice.p_accept);
      escalate_short(engine, id, MUSTER_STAGE_ON_SCENE, choice.p_on_scene);
      if (alert_nearest(engine, id, &choice)) start_watch(engine, incident, EVERYBODY);
      return;
    }
    tell_shortage(engine, id, NULL);
    if (choice.chosen_count == 0 || !alert_chosen(engine, id, &choice)) return;
    start_watch(engine, incident, EVERYBODY);
  }
}

/* Somebody is missing and somebody is asked or could be; else waiting changes nothing, and who comes free is offered.
 */
static bool may_gain(const MusterEngine *engine, const mi_work *work) {
  if (!is_missing_any(work)) return false;
  for (size_t i = 0; i < work->need_count; i++)
    if (work->needs[i].alerted) return true;
  return engine->guarantee->person_count > 0;
}

/* When to look again, if nothing happens before. */
static void arm(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  int64_t next_ms = muster_alert_watch_next_ms(engine->guarantee->watch, engine->now_ms);
  if (may_gain(engine, incident->work))
    next_ms = MIN(next_ms, next_deadline_ms(engine, incident, MUSTER_STAGE_REACHED));
  mi_deadline_heap_cancel(&engine->deadlines, &incident->work->watch);
  if (next_ms < INT64_MAX)
    incident->work->watch = mi_deadline_heap_add(&engine->deadlines, next_ms, MI_DEADLINE_WATCH, id);
}

void mi_guarantee_top_up(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  thank_needless(engine, id);
  start_watch(engine, incident, EVERYBODY);
  if (is_missing_any(incident->work)) {
    choose(engine, id);
  } else {
    MusterAlertOutlook outlook;
    muster_alert_watch_outlook(engine->guarantee->watch, engine->now_ms, &outlook);
    tell_shortage(engine, id, NULL);
    escalate_short(engine, id, MUSTER_STAGE_ON_SCENE, outlook.p_on_scene);
  }
  arm(engine, id);
  mi_waiting_update(engine, id);
  mi_promise_review(engine, id);
}

void mi_guarantee_judge(MusterEngine *engine, mi_incident_id id, const MusterTravelHit *hit, uint32_t needs,
                        mi_guarantee_judgement *out) {
  const mi_incident *incident = mi_incident_at(engine, id);
  mi_guarantee *guarantee = engine->guarantee;
  MusterAlertConditions now = conditions_at(engine, engine->now_ms);
  now.accept_within_ms = (uint32_t)(next_deadline_ms(engine, incident, MUSTER_STAGE_REACHED) - engine->now_ms);
  now.on_scene_within_ms = (uint32_t)(next_deadline_ms(engine, incident, MUSTER_STAGE_ON_SCENE) - engine->now_ms);
  MusterAlertPerson person = describe(engine, hit->responder, needs, hit->time_ms, hit->mode);
  MusterAlertCandidate candidate;
  MusterAlertOutlook outlook;
  start_watch(engine, incident, EVERYBODY);
  muster_alert_watch_outlook(guarantee->watch, engine->now_ms, &outlook);
  muster_alert_model_assess(guarantee->model, &now, &person, 1, &candidate);
  *out = (mi_guarantee_judgement){.reached = outlook.p_accept,
                                  .on_scene = outlook.p_on_scene,
                                  .reached_demand = demand_of(engine, incident, MUSTER_STAGE_REACHED) / 1000.0,
                                  .on_scene_demand = demand_of(engine, incident, MUSTER_STAGE_ON_SCENE) / 1000.0,
                                  .accepts = candidate.p_accept,
                                  .arrives = candidate.p_on_scene};
}

void mi_guarantee_wake(MusterEngine *engine, mi_incident_id id) {
  mi_incident_at(engine, id)->work->watch = MUSTER_NONE;
  mi_alerting_top_up(engine, id);
}
