/* Volunteers come and go: enrol, retire, and the county's approved volunteers at the start. */
#include "engine/state.h"

#include <string.h>

static bool check_skills(MusterEngine *engine, const MusterEvent *event) {
  unsigned bits = engine->skill_bit_count;
  for (size_t i = 0; i < event->skill_count; i++) {
    const char *defect = mi_skill_defect(event->skills[i]);
    if (defect) return MI_REFUSE(engine, event, defect);
    bool repeated = false;
    for (size_t j = 0; j < i && !repeated; j++) repeated = strcmp(event->skills[i], event->skills[j]) == 0;
    uint32_t known = mi_ids_find(&engine->skills, (MusterId){.text = event->skills[i]});
    if (!repeated && (known == MUSTER_NONE || engine->skill_bits[known] < 0)) bits++;
  }
  return bits <= MI_MOST_SKILLS ||
         MI_REFUSE(engine, event, "volunteers have more than 64 different skills between them");
}

static bool check_enrol(MusterEngine *engine, const MusterEvent *event) {
  const char *defect = mi_id_defect(event->volunteer);
  if (defect) return MI_REFUSE(engine, event, "the volunteer id ", defect);
  uint32_t known = mi_ids_find(&engine->people, event->volunteer);
  if (known != MUSTER_NONE && mi_responder_at(engine, known)->state != MI_AWAY)
    return MI_REFUSE(engine, event, "volunteer ", mi_say_id(engine, event->volunteer), " is enrolled already");
  if (event->modes >> MUSTER_MODE_COUNT) return MI_REFUSE(engine, event, "there is no such mode of travel");
  return check_skills(engine, event);
}

static uint64_t take_skill_bits(MusterEngine *engine, const MusterEvent *event) {
  uint64_t bits = 0;
  for (size_t i = 0; i < event->skill_count; i++) {
    uint32_t skill = mi_skill_intern(engine, event->skills[i]);
    if (engine->skill_bits[skill] < 0) engine->skill_bits[skill] = (int8_t)engine->skill_bit_count++;
    bits |= UINT64_C(1) << engine->skill_bits[skill];
  }
  return bits;
}

static MusterResponder add_person(MusterEngine *engine, MusterId id, uint64_t skills, unsigned modes) {
  size_t known = engine->people.count;
  MusterResponder responder = mi_ids_intern(&engine->people, id);
  mi_people_reserve(engine, engine->people.count);
  mi_responder before = {.rest = MUSTER_NONE, .rested_ms = MI_NEVER};
  if (responder < known) before = *mi_responder_at(engine, responder);
  *mi_responder_at(engine, responder) = (mi_responder){
      .skills = skills,
      .place = {.matrix_id = MUSTER_NONE},
      .incident = MUSTER_NONE,
      .expiry = MUSTER_NONE,
      .rest = before.rest,
      .history = before.history,
      .alert_count = before.alert_count,
      .next_alert = before.next_alert,
      .record = before.record,
      .rested_ms = before.rested_ms,
      .alerted_ms = MI_NEVER,
      .delivered_ms = MI_NEVER,
      .placed_ms = MI_NEVER,
      .assigned_ms = MI_NEVER,
      .modes = (uint8_t)(modes ? modes : MUSTER_MODE_BIT(MUSTER_MODE_FOOT)),
  };
  return responder;
}

void mi_step_enrol(MusterEngine *engine, const MusterEvent *event) {
  MusterPlace place;
  MusterAreaId grid;
  if (!check_enrol(engine, event) || !mi_find_place(engine, event, &place, &grid) ||
      !mi_check_reach(engine, event, place))
    return;
  mi_deadlines_pass(engine, event->at_ms, false);
  MusterResponder responder = add_person(engine, event->volunteer, take_skill_bits(engine, event), event->modes);
  mi_people_put(engine, responder, place);
  mi_responder *person = mi_responder_at(engine, responder);
  person->state = MI_IDLE;
  person->on_duty = true;
  person->placed_ms = event->at_ms;
  mi_rota_note_duty(engine, responder);
  mi_people_refresh(engine, responder);
}

void mi_step_retire(MusterEngine *engine, const MusterEvent *event) {
  MusterResponder responder = mi_find_responder(engine, event);
  if (responder == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_responder *person = mi_responder_at(engine, responder);
  mi_incident_id incident = person->incident;
  person->on_duty = false;
  if (person->state == MI_ALERTED) {
    mi_alerting_cancel(engine, responder, "the volunteer retired");
    mi_alerting_top_up(engine, incident);
  } else if (person->state == MI_ASSIGNED) {
    mi_alerting_drop(engine, responder, "had accepted, then retired before arriving: the place is open again");
  } else if (person->state == MI_ON_SCENE) {
    mi_people_leave_scene(engine, responder);
  }
  person->state = MI_AWAY;
  mi_people_refresh(engine, responder);
  muster_travel_remove(engine->travel, responder);
  person->placed = false;
}

void mi_enrol_county(MusterEngine *engine, bool on_duty) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(engine->county, &count);
  mi_people_reserve(engine, count);
  for (size_t i = 0; i < count; i++) {
    const MusterVolunteer *volunteer = &volunteers[i];
    MusterResponder responder =
        add_person(engine, (MusterId){.number = (uint64_t)volunteer->id}, volunteer->skills, volunteer->modes);
    if (!volunteer->approved) continue;
    mi_people_put(engine, responder, (MusterPlace){.position = volunteer->home, .matrix_id = MUSTER_NONE});
    mi_responder *person = mi_responder_at(engine, responder);
    person->state = MI_IDLE;
    person->on_duty = on_duty;
    mi_people_refresh(engine, responder);
  }
  engine->freed_count = 0;
}
