/* Whom and what an event speaks of: the volunteer, the incident, the place, the skill; refused where they are not
 * there. */
#include "engine/state.h"
#include "route/placing.h"

#include <string.h>

static bool check_id(MusterEngine *engine, const MusterEvent *event, const char *what, MusterId id) {
  const char *defect = mi_id_defect(id);
  return !defect || MI_REFUSE(engine, event, "the ", what, " id ", defect);
}

MusterResponder mi_find_responder(MusterEngine *engine, const MusterEvent *event) {
  if (!check_id(engine, event, "volunteer", event->volunteer)) return MUSTER_NONE;
  MusterResponder found = mi_ids_find(&engine->people, event->volunteer);
  if (found != MUSTER_NONE && mi_responder_at(engine, found)->state != MI_AWAY) return found;
  MI_REFUSE(engine, event, "no volunteer ", mi_say_id(engine, event->volunteer), " is enrolled");
  return MUSTER_NONE;
}

mi_incident_id mi_find_incident(MusterEngine *engine, const MusterEvent *event, mi_act act) {
  if (!check_id(engine, event, "incident", event->incident)) return MUSTER_NONE;
  mi_incident_id found = mi_ids_find(&engine->names, event->incident);
  if (found == MUSTER_NONE) {
    MI_REFUSE(engine, event, "no incident ", mi_say_id(engine, event->incident), " was reported");
    return MUSTER_NONE;
  }
  const char *refusal = mi_lifecycle_refusal((MusterIncidentState)mi_incident_at(engine, found)->state, act);
  if (!refusal) return found;
  MI_REFUSE(engine, event, "incident ", mi_say_id(engine, event->incident), " ", refusal);
  return MUSTER_NONE;
}

mi_incident_id mi_find_incident_of(MusterEngine *engine, const MusterEvent *event, MusterResponder responder,
                                   mi_act act) {
  if (!muster_id_is_none(event->incident)) return mi_find_incident(engine, event, act);
  mi_incident_id engaged = mi_responder_at(engine, responder)->incident;
  if (engaged == MUSTER_NONE)
    MI_REFUSE(engine, event, "volunteer ", mi_say_id(engine, event->volunteer),
              " is neither alerted for an incident nor assigned to one");
  return engaged;
}

/* "node:ID" of a road network. */
static bool find_node_place(MusterEngine *engine, const MusterEvent *event, const char *name, MusterPlace *place) {
  int64_t id;
  if (!g_str_has_prefix(name, "node:") ||
      !g_ascii_string_to_signed(name + strlen("node:"), 10, INT64_MIN, INT64_MAX, &id, NULL))
    return MI_REFUSE(engine, event, "place ", mi_say_text(engine, name),
                     ": on a road network a place is a position, a grid or a node");
  return muster_travel_find_node(engine->travel, id, &place->position) ||
         MI_REFUSE(engine, event, name, " is not a node of any of the networks");
}

static bool find_named_place(MusterEngine *engine, const MusterEvent *event, MusterPlace *place) {
  const char *name = event->place.name ? event->place.name : "";
  if (!muster_travel_is_matrix(engine->travel)) return find_node_place(engine, event, name, place);
  place->matrix_id = muster_travel_find_place(engine->travel, name);
  return place->matrix_id != MUSTER_NONE ||
         MI_REFUSE(engine, event, "place ", mi_say_text(engine, name), " is not a row or column of the matrix");
}

static bool find_grid_place(MusterEngine *engine, const MusterEvent *event, MusterPlace *place, MusterAreaId *grid) {
  const char *code = mi_say_number(engine, (uint64_t)MAX(event->place.grid_code, 0));
  if (!engine->county) return MI_REFUSE(engine, event, "grid ", code, ": there is no county, so there are no grids");
  const MusterArea *areas = muster_county_areas(engine->county, NULL);
  *grid = muster_county_find_area(engine->county, event->place.grid_code);
  if (*grid == MUSTER_NONE || areas[*grid].level != MUSTER_AREA_GRID)
    return MI_REFUSE(engine, event, "grid ", code, " is not a grid of the county");
  place->position = areas[*grid].seat;
  return true;
}

static bool check_position(MusterEngine *engine, const MusterEvent *event) {
  MusterPosition position = event->place.position;
  if (position.lon_e7 < -1800000000 || position.lon_e7 > 1800000000 || position.lat_e7 < -900000000 ||
      position.lat_e7 > 900000000)
    return MI_REFUSE(engine, event, "the position is not on earth");
  return !muster_travel_is_matrix(engine->travel) ||
         MI_REFUSE(engine, event, "a matrix knows places by their ids only, not by position");
}

bool mi_find_place(MusterEngine *engine, const MusterEvent *event, MusterPlace *place, MusterAreaId *grid) {
  *place = (MusterPlace){.matrix_id = MUSTER_NONE};
  *grid = MUSTER_NONE;
  switch (event->place.kind) {
    case MUSTER_PLACE_NAMED:
      if (!find_named_place(engine, event, place)) return false;
      break;
    case MUSTER_PLACE_IN_GRID:
      return find_grid_place(engine, event, place, grid);
    case MUSTER_PLACE_AT_POSITION:
      if (!check_position(engine, event)) return false;
      place->position = event->place.position;
      break;
    default:
      return MI_REFUSE(engine, event, "the event does not say where");
  }
  if (engine->county && place->matrix_id == MUSTER_NONE) *grid = muster_county_locate(engine->county, place->position);
  return true;
}

const char *mi_skill_defect(const char *name) {
  if (!name || !*name) return "a skill without a name";
  if (strnlen(name, MI_LONGEST_SKILL + 1) > MI_LONGEST_SKILL) return "a skill's name is longer than 64 bytes";
  return g_utf8_validate(name, -1, NULL) ? NULL : "a skill's name is not valid UTF-8";
}

uint32_t mi_skill_intern(MusterEngine *engine, const char *name) {
  size_t known = engine->skills.count;
  uint32_t skill = mi_ids_intern(&engine->skills, (MusterId){.text = name});
  if (skill == known) {
    engine->skill_bits = mi_reserve(engine->skill_bits, &engine->skill_capacity, known + 1, sizeof *engine->skill_bits);
    engine->skill_bits[skill] = -1;
  }
  return skill;
}

const char *mi_skill_name(const MusterEngine *engine, uint32_t skill) {
  return skill == MUSTER_NONE ? NULL : engine->skills.entries[skill].text;
}

bool mi_has_skill(const MusterEngine *engine, const mi_responder *responder, uint32_t skill) {
  if (skill == MUSTER_NONE) return true;
  int bit = engine->skill_bits[skill];
  return bit >= 0 && (responder->skills >> bit & 1) != 0;
}

bool mi_check_reach(MusterEngine *engine, const MusterEvent *event, MusterPlace place) {
  unsigned modes = event->modes ? event->modes : MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  return mi_travel_reaches(engine->travel, place, modes) ||
         MI_REFUSE(engine, event, "no mode of volunteer ", mi_say_id(engine, event->volunteer),
                   " gets to a road from there");
}
