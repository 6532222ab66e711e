/* The chain of command: who answers for a place now (the contact card), and who is told when a stage is in danger.
 *
 * The card's first contact is the first on-duty one of captain and deputies of the grid's duty team; above it the
 * leaders of the community, the township and the county. Where nobody of the team is on duty the card begins with the
 * community leader; up to 2 km outside every grid it is the nearest one's, beyond it holds the county commander alone;
 * without a county it is empty.
 */
#include "engine/state.h"

#include <math.h>
#include <string.h>

static const char *const level_titles[MUSTER_AREA_LEVEL_COUNT] = {"county commander", "township commander",
                                                                  "community leader", "duty contact of the grid"};

/* The first of captain and deputies who is on duty; NULL if there is none. */
static const char *find_duty_contact(const MusterEngine *engine, const MusterArea *grid) {
  if (grid->duty_team_id == MUSTER_NONE) return NULL;
  const MusterVolunteer *volunteers = muster_county_volunteers(engine->county, NULL);
  MusterSpan32 team = muster_county_team_volunteers(engine->county, grid->duty_team_id);
  for (size_t i = 0; i < team.count && volunteers[team.data[i]].role <= MUSTER_ROLE_DEPUTY; i++) {
    const mi_responder *person = &engine->responders[team.data[i]];
    if (person->state != MI_AWAY && person->on_duty && volunteers[team.data[i]].contact)
      return volunteers[team.data[i]].contact;
  }
  return NULL;
}

static size_t build_chain(const MusterEngine *engine, MusterAreaId grid, MusterContact chain[MUSTER_AREA_LEVEL_COUNT]) {
  if (!engine->county) return 0;
  size_t area_count, count = 0;
  const MusterArea *areas = muster_county_areas(engine->county, &area_count);
  MusterAreaId area = grid != MUSTER_NONE ? grid : area_count ? 0 : MUSTER_NONE;
  while (area != MUSTER_NONE && count < MUSTER_AREA_LEVEL_COUNT) {
    const MusterArea *here = &areas[area];
    const char *contact = here->level == MUSTER_AREA_GRID ? find_duty_contact(engine, here) : here->leader_contact;
    if (contact) chain[count++] = (MusterContact){.level = here->level, .area = area, .contact = contact};
    area = here->parent;
  }
  return count;
}

static const char *explain_card(MusterEngine *engine, const mi_incident *incident, const MusterDecision *card) {
  mi_text *text = &engine->text;
  if (!engine->county) {
    mi_text_add(text, "there is no county, so there is nobody to name");
  } else if (card->chain_count == 0) {
    mi_text_add(text, "the county names nobody who answers for this place");
  } else {
    if (incident->grid == MUSTER_NONE) mi_text_add(text, "more than 2 km outside every grid of the county: ");
    if (incident->outside_m) {
      mi_text_add_number(text, incident->outside_m);
      mi_text_add(text, " m outside every grid, this one is the nearest: ");
    }
    if (incident->grid != MUSTER_NONE && card->chain[0].level != MUSTER_AREA_GRID)
      mi_text_add(text, "neither captain nor deputy of the duty team is on duty: ");
    mi_text_add(text, level_titles[card->chain[0].level]);
    mi_text_add(text, ", above in the chain: ");
    mi_text_add_number(text, card->chain_count - 1u);
  }
  return mi_text_end(text);
}

const MusterNeighbour *mi_chain_find_neighbour(const MusterEngine *engine, const mi_incident *incident) {
  size_t count;
  const MusterNeighbour *neighbours = muster_plans_neighbours(muster_policy_plans(engine->policy), &count),
                        *best = NULL;
  double nearest_m = INFINITY;
  if (!engine->county || incident->grid != MUSTER_NONE) return NULL;
  for (size_t i = 0; i < count; i++) {
    double metres = muster_distance_m(neighbours[i].position, incident->place.position);
    if (metres >= nearest_m) continue;
    best = &neighbours[i];
    nearest_m = metres;
  }
  return best;
}

static void name_neighbour(MusterEngine *engine, const MusterNeighbour *neighbour, MusterDecision *card) {
  card->neighbour = neighbour->name;
  card->chain[0] = (MusterContact){.level = MUSTER_AREA_COUNTY, .area = MUSTER_NONE, .contact = neighbour->contact};
  card->chain_count = 1;
  mi_text_add(&engine->text, "more than 2 km outside every grid of the county: mutual aid by the neighbour ");
  mi_text_add(&engine->text, neighbour->name);
  card->why = mi_text_end(&engine->text);
}

static void fill_card(MusterEngine *engine, const mi_incident *incident, MusterDecision *card) {
  const MusterNeighbour *neighbour = mi_chain_find_neighbour(engine, incident);
  card->grid = incident->grid;
  if (neighbour) {
    name_neighbour(engine, neighbour, card);
    return;
  }
  card->chain_count = (uint8_t)build_chain(engine, incident->grid, card->chain);
  if (incident->grid_only) mi_text_add(&engine->text, "the place is known by its grid only: ");
  card->why = explain_card(engine, incident, card);
}

/* Counts the card; waits for its receipt if there is a next step. */
static void await_receipt(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  const mi_settings *settings = mi_modes_rules_of(engine, incident).settings;
  mi_deadline *card = incident->work ? &incident->work->card : &incident->kept->card;
  uint8_t *cards = incident->work ? &incident->work->cards : &incident->kept->cards;
  uint32_t wait_s = (*cards)++ == 0 ? settings->card_resend_s : settings->card_second_contact_s;
  mi_deadline_heap_cancel(&engine->deadlines, card);
  if (wait_s == 0 || *cards > 2 || incident->met_ms[MUSTER_STAGE_KNOWN] != MI_NEVER) return;
  *card = mi_deadline_heap_add(&engine->deadlines, engine->now_ms + INT64_C(1000) * wait_s, MI_DEADLINE_CARD, id);
}

/* Somebody was told, and not only named on the card: they may still acknowledge, and the next one stands above them. */
static bool was_told(const mi_incident *incident) {
  return incident->told_level < MUSTER_AREA_LEVEL_COUNT && incident->work->told[incident->told_level].at_ms != MI_NEVER;
}

static void say_whose(MusterEngine *engine, mi_incident_id original) {
  mi_text_add(&engine->text, "a duplicate of ");
  mi_text_add_id(&engine->text, mi_incident_name(engine, original));
  mi_text_add(&engine->text, ", whose contacts these are: ");
}

void mi_chain_card(MusterEngine *engine, mi_incident_id id, mi_incident_id original) {
  mi_incident *incident = mi_incident_at(engine, original);
  MusterDecision *card = mi_decide(engine, MUSTER_DECISION_CONTACT_CARD, id);
  card->attempt = 1;
  if (id != original) say_whose(engine, original);
  fill_card(engine, incident, card);
  if (id != original) return;
  if (card->chain_count && !card->neighbour && !was_told(incident)) incident->told_level = card->chain[0].level;
  incident->work->cards = 0;
  await_receipt(engine, id);
}

/* The second contact first, where there is one. */
static void lead_with_second(MusterDecision *card) {
  if (card->chain_count < 2) return;
  card->chain_count--;
  for (uint8_t i = 0; i < card->chain_count; i++) card->chain[i] = card->chain[i + 1];
}

static bool has_second(const MusterEngine *engine, const mi_incident *incident) {
  MusterContact chain[MUSTER_AREA_LEVEL_COUNT];
  return !mi_chain_find_neighbour(engine, incident) && build_chain(engine, incident->grid, chain) > 1;
}

void mi_chain_resend(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  bool is_duplicate = !incident->work;
  const mi_incident *named = is_duplicate ? mi_incident_at(engine, incident->original) : incident;
  *(is_duplicate ? &incident->kept->card : &incident->work->card) = MUSTER_NONE;
  MusterDecision *card = mi_decide(engine, MUSTER_DECISION_CONTACT_CARD, id);
  card->attempt = (uint8_t)((is_duplicate ? incident->kept->cards : incident->work->cards) + 1);
  mi_text_add(&engine->text, "no receipt of the card ");
  mi_promise_say_since(engine, incident, engine->now_ms);
  mi_text_add(&engine->text, card->attempt == 2          ? ", sent again: "
                             : has_second(engine, named) ? ", sent with the second contact first: "
                                                         : ", sent again, nobody is second: ");
  if (is_duplicate) say_whose(engine, incident->original);
  fill_card(engine, named, card);
  if (card->attempt > 2) lead_with_second(card);
  await_receipt(engine, id);
}

void mi_chain_follow_duplicate(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  await_receipt(engine, id);
  if (incident->met_ms[MUSTER_STAGE_KNOWN] != MI_NEVER || incident->broken >> MUSTER_STAGE_KNOWN & 1) return;
  int64_t due_ms = incident->reported_ms + mi_promise_deadline_ms(engine, incident, MUSTER_STAGE_KNOWN);
  incident->kept->breach =
      mi_deadline_heap_add(&engine->deadlines, due_ms, MI_DEADLINE_BREACH + MUSTER_STAGE_KNOWN, id);
}

/* The lowest contact above the level told last; the top one again if nobody stands above it. */
static const MusterContact *find_next(const mi_incident *incident, const MusterContact *chain, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (chain[i].level < incident->told_level) return &chain[i];
  return count ? &chain[count - 1] : NULL;
}

static void add_told(MusterEngine *engine, const mi_incident *incident, const MusterContact *told) {
  mi_text *text = &engine->text;
  mi_text_add(text, ": ");
  if (!told) {
    mi_text_add(text, engine->county ? "the county names nobody above to tell" : "no county, so no chain to tell");
    return;
  }
  mi_text_add(text, level_titles[told->level]);
  mi_text_add(text, told->level < incident->told_level ? " told" : " told again, nobody stands above");
}

/* Tells the contact; whoever is new to it has to acknowledge within the time set. `why` is begun already, `remark` ends
 * it. */
static void tell(MusterEngine *engine, mi_incident_id id, MusterStage stage, const char *remark) {
  mi_incident *incident = mi_incident_at(engine, id);
  mi_work *work = incident->work;
  MusterContact chain[MUSTER_AREA_LEVEL_COUNT];
  const MusterContact *told = find_next(incident, chain, build_chain(engine, incident->grid, chain));
  add_told(engine, incident, told);
  mi_text_add(&engine->text, remark);
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_ESCALATE, id);
  decision->stage = stage;
  decision->grid = incident->grid;
  decision->why = why;
  if (!told) return;
  decision->chain[0] = *told;
  decision->chain_count = 1;
  mi_deadline_heap_cancel(&engine->deadlines, &work->acknowledge);
  if (work->settings->acknowledge_within_s && told->level < incident->told_level) {
    decision->acknowledge_by_ms = engine->now_ms + INT64_C(1000) * work->settings->acknowledge_within_s;
    work->acknowledge =
        mi_deadline_heap_add(&engine->deadlines, decision->acknowledge_by_ms, MI_DEADLINE_ACKNOWLEDGE, id);
  }
  work->told_stage = (uint8_t)stage;
  work->told[told->level] = (MusterTelling){.at_ms = engine->now_ms, .acknowledged_ms = MI_NEVER, .stage = stage};
  incident->told_level = MIN(incident->told_level, told->level);
}

void mi_chain_escalate(MusterEngine *engine, mi_incident_id id, MusterStage stage, const char *remark) {
  mi_incident *incident = mi_incident_at(engine, id);
  incident->work->escalate[stage] = MUSTER_NONE;
  incident->work->escalated |= (uint8_t)(1u << stage);
  mi_promise_say_standing(engine, incident, stage);
  mi_text_add(&engine->text, " and ");
  mi_text_add(&engine->text, muster_stage_name(stage));
  int64_t left_ms = incident->reported_ms + mi_promise_deadline_ms(engine, incident, stage) - engine->now_ms;
  mi_text_add(&engine->text, left_ms < 0 ? " was due " : " is due in ");
  mi_text_add_duration(&engine->text, ABS(left_ms));
  if (left_ms < 0) mi_text_add(&engine->text, " ago");
  tell(engine, id, stage, remark);
}

void mi_chain_press(MusterEngine *engine, mi_incident_id id) {
  mi_work *work = mi_incident_at(engine, id)->work;
  work->acknowledge = MUSTER_NONE;
  mi_text_add(&engine->text, "no acknowledgement by the ");
  mi_text_add(&engine->text, level_titles[mi_incident_at(engine, id)->told_level]);
  mi_text_add(&engine->text, " within ");
  mi_text_add_duration(&engine->text, INT64_C(1000) * work->settings->acknowledge_within_s);
  tell(engine, id, (MusterStage)work->told_stage, "");
}

void mi_step_acknowledge(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_ACKNOWLEDGE);
  if (id == MUSTER_NONE) return;
  if (mi_deadline_heap_next_ms(&engine->deadlines) < event->at_ms) /* they may tell somebody */
    mi_deadlines_pass(engine, event->at_ms, false);
  const mi_incident *incident = mi_incident_at(engine, id);
  MusterTelling *told =
      incident->told_level < MUSTER_AREA_LEVEL_COUNT ? &incident->work->told[incident->told_level] : NULL;
  if (!told || told->at_ms == MI_NEVER || told->acknowledged_ms != MI_NEVER) {
    MI_REFUSE(engine, event, "incident ", mi_say_id(engine, event->incident),
              !told || told->at_ms == MI_NEVER ? ": nobody was told who could acknowledge"
                                               : " was acknowledged before by whom was told last");
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_deadline_heap_cancel(&engine->deadlines, &incident->work->acknowledge);
  told->acknowledged_ms = event->at_ms;
}

bool muster_engine_tellings(const MusterEngine *engine, MusterId incident, MusterTelling out[MUSTER_AREA_LEVEL_COUNT]) {
  mi_incident_id id = mi_id_defect(incident) ? MUSTER_NONE : mi_ids_find(&engine->names, incident);
  if (id == MUSTER_NONE || !engine->incidents[id].work) return false;
  memcpy(out, engine->incidents[id].work->told, sizeof engine->incidents[id].work->told);
  return true;
}
