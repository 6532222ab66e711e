/* The chain of command: who answers for a place now (the contact card), and who is told when a stage is in danger.
 *
 * The card's first contact is the first on-duty one of captain and deputies of the grid's duty team; above it the
 * leaders of the community, the township and the county. Where nobody of the team is on duty the card begins with the
 * community leader; up to 2 km outside every grid it is the nearest one's, beyond it holds the county commander alone;
 * without a county it is empty.
 */
#include "engine/state.h"

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

void mi_chain_card(MusterEngine *engine, mi_incident_id id, mi_incident_id original) {
  mi_incident *incident = mi_incident_at(engine, original);
  MusterDecision *card = mi_decide(engine, MUSTER_DECISION_CONTACT_CARD, id);
  card->grid = incident->grid;
  card->chain_count = (uint8_t)build_chain(engine, incident->grid, card->chain);
  if (id != original) {
    mi_text_add(&engine->text, "a duplicate of ");
    mi_text_add_id(&engine->text, mi_incident_name(engine, original));
    mi_text_add(&engine->text, ", whose contacts these are: ");
  }
  card->why = explain_card(engine, incident, card);
  if (id == original && card->chain_count) incident->told_level = card->chain[0].level;
}

/* The lowest contact above the level told last; the top one again if nobody stands above it. */
static const MusterContact *find_next(const mi_incident *incident, const MusterContact *chain, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (chain[i].level < incident->told_level) return &chain[i];
  return count ? &chain[count - 1] : NULL;
}

static const char *explain_escalation(MusterEngine *engine, const mi_incident *incident, MusterStage stage,
                                      const MusterContact *told, const char *remark) {
  mi_text *text = &engine->text;
  mi_promise_say_standing(engine, incident, stage);
  mi_text_add(text, " and ");
  mi_text_add(text, muster_stage_name(stage));
  mi_text_add(text, " is due in ");
  mi_text_add_duration(text, incident->reported_ms + muster_stage_deadline_ms(stage) - engine->now_ms);
  mi_text_add(text, ": ");
  if (!told) {
    mi_text_add(text, engine->county ? "the county names nobody above to tell" : "no county, so no chain to tell");
  } else {
    mi_text_add(text, level_titles[told->level]);
    mi_text_add(text, told->level < incident->told_level ? " told" : " told again, nobody stands above");
  }
  mi_text_add(text, remark);
  return mi_text_end(text);
}

void mi_chain_escalate(MusterEngine *engine, mi_incident_id id, MusterStage stage, const char *remark) {
  mi_incident *incident = mi_incident_at(engine, id);
  incident->work->escalate[stage] = MUSTER_NONE;
  MusterContact chain[MUSTER_AREA_LEVEL_COUNT];
  const MusterContact *told = find_next(incident, chain, build_chain(engine, incident->grid, chain));
  const char *why = explain_escalation(engine, incident, stage, told, remark);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_ESCALATE, id);
  decision->stage = stage;
  decision->grid = incident->grid;
  decision->why = why;
  if (!told) return;
  decision->chain[0] = *told;
  decision->chain_count = 1;
  incident->told_level = MIN(incident->told_level, told->level);
}
