/* Decisions as JSON, one object, fields in a fixed order; docs/events.md is the schema. Written by hand: the order of
 * the fields and every byte are part of the contract. */
#include <inttypes.h>

#include "engine/json.h"
#include "engine/state.h"

/* {"code":…,"name":…}, null for none. */
static void add_area_field(GString *out, const char *key, const MusterEngine *engine, MusterAreaId area) {
  mi_json_add_key(out, key);
  if (area == MUSTER_NONE || !engine || !engine->county) {
    g_string_append(out, "null");
    return;
  }
  const MusterArea *areas = muster_county_areas(engine->county, NULL);
  g_string_append_printf(out, "{\"code\":%" PRId64, areas[area].code);
  mi_json_add_text_field(out, "name", areas[area].name);
  g_string_append_c(out, '}');
}

static void add_contact(GString *out, const MusterEngine *engine, const MusterContact *contact) {
  static const char *const levels[MUSTER_AREA_LEVEL_COUNT] = {"county", "township", "community", "grid"};
  g_string_append(out, "{\"level\":");
  mi_json_add_text(out, contact->level < MUSTER_AREA_LEVEL_COUNT ? levels[contact->level] : "?");
  add_area_field(out, "area", engine, contact->area);
  mi_json_add_text_field(out, "contact", contact->contact);
  g_string_append_c(out, '}');
}

static void add_chain(GString *out, const MusterEngine *engine, const MusterDecision *decision) {
  add_area_field(out, "grid", engine, decision->grid);
  mi_json_add_key(out, "chain");
  g_string_append_c(out, '[');
  for (uint8_t i = 0; i < decision->chain_count; i++) {
    if (i) g_string_append_c(out, ',');
    add_contact(out, engine, &decision->chain[i]);
  }
  g_string_append_c(out, ']');
}

static void add_travel(GString *out, const MusterDecision *decision) {
  mi_json_add_text_field(out, "skill", decision->skill);
  if (decision->travel_ms == MUSTER_UNREACHABLE_MS)
    mi_json_add_text_field(out, "travel_ms", NULL);
  else
    mi_json_add_number_field(out, "travel_ms", decision->travel_ms);
  mi_json_add_text_field(out, "mode",
                         decision->mode < MUSTER_MODE_COUNT ? muster_mode_name((MusterMode)decision->mode) : NULL);
}

static void add_stage(GString *out, const MusterDecision *decision) {
  mi_json_add_text_field(out, "stage", muster_stage_name(decision->stage));
  mi_json_add_number_field(out, "since_report_ms", decision->since_report_ms);
}

static void add_told(GString *out, const MusterEngine *engine, const MusterDecision *decision) {
  mi_json_add_key(out, "told");
  if (decision->chain_count)
    add_contact(out, engine, &decision->chain[0]);
  else
    g_string_append(out, "null");
}

/* {"foot":12,"car":9}: the modes that have a network. */
static void add_roads_field(GString *out, const char *key, const uint32_t roads[MUSTER_MODE_COUNT]) {
  mi_json_add_key(out, key);
  g_string_append_c(out, '{');
  const char *comma = "";
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (roads[mode] == MUSTER_NONE) continue;
    g_string_append_printf(out, "%s\"%s\":%u", comma, muster_mode_name((MusterMode)mode), roads[mode]);
    comma = ",";
  }
  g_string_append_c(out, '}');
}

static void add_closure(GString *out, const MusterDecision *decision) {
  mi_json_add_key(out, "open");
  g_string_append(out, decision->opens ? "true" : "false");
  add_roads_field(out, "changed", decision->changed_roads);
  add_roads_field(out, "closed", decision->closed_roads);
}

static void add_mode(GString *out, const MusterEngine *engine, const MusterDecision *decision) {
  add_area_field(out, "area", engine, decision->area);
  mi_json_add_text_field(out, "hazard", decision->hazard);
  mi_json_add_number_field(out, "level", decision->level);
  mi_json_add_number_field(out, "level_before", decision->level_before);
  mi_json_add_key(out, "changes");
  g_string_append_c(out, '[');
  for (uint32_t i = 0; i < decision->change_count; i++) {
    g_string_append(out, i ? ",{\"setting\":" : "{\"setting\":");
    mi_json_add_text(out, decision->changes[i].setting);
    mi_json_add_text_field(out, "before", decision->changes[i].before);
    mi_json_add_text_field(out, "after", decision->changes[i].after);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
  mi_json_add_number_field(out, "incidents", decision->incident_count);
  mi_json_add_number_field(out, "volunteers", decision->volunteer_count);
}

static void add_equipment(GString *out, const char *const *equipment) {
  mi_json_add_key(out, "equipment");
  for (size_t i = 0; equipment[i]; i++) {
    g_string_append_c(out, i ? ',' : '[');
    mi_json_add_text(out, equipment[i]);
  }
  g_string_append_c(out, ']');
}

static void add_fetch(GString *out, const MusterFetch *fetch) {
  mi_json_add_key(out, "fetch");
  g_string_append(out, "[{\"kind\":");
  mi_json_add_text(out, fetch->kind);
  g_string_append_printf(out, ",\"at\":%" PRId64, fetch->holder);
  mi_json_add_key(out, "position");
  mi_json_add_position(out, fetch->position);
  g_string_append(out, "}]");
}

static void add_own_fields(GString *out, const MusterEngine *engine, const MusterDecision *decision) {
  switch (decision->type) {
    case MUSTER_DECISION_CONTACT_CARD:
      add_chain(out, engine, decision);
      if (decision->neighbour) mi_json_add_text_field(out, "neighbour", decision->neighbour);
      if (decision->attempt > 1) mi_json_add_number_field(out, "attempt", decision->attempt);
      break;
    case MUSTER_DECISION_ALERT:
      add_travel(out, decision);
      mi_json_add_number_field(out, "expires_at_ms", decision->expires_at_ms);
      break;
    case MUSTER_DECISION_ASSIGN:
      add_travel(out, decision);
      if (decision->equipment) add_equipment(out, decision->equipment);
      if (decision->fetch) add_fetch(out, decision->fetch);
      break;
    case MUSTER_DECISION_REASSIGN:
    case MUSTER_DECISION_SHORTFALL:
      mi_json_add_text_field(out, "skill", decision->skill);
      mi_json_add_number_field(out, "missing", decision->missing);
      break;
    case MUSTER_DECISION_ESCALATE:
      add_stage(out, decision);
      add_area_field(out, "grid", engine, decision->grid);
      add_told(out, engine, decision);
      if (decision->acknowledge_by_ms >= 0)
        mi_json_add_number_field(out, "acknowledge_by_ms", decision->acknowledge_by_ms);
      break;
    case MUSTER_DECISION_STAGE:
      add_stage(out, decision);
      mi_json_add_number_field(out, "late_ms", decision->late_ms);
      break;
    case MUSTER_DECISION_BREACH:
      add_stage(out, decision);
      add_area_field(out, "grid", engine, decision->grid);
      mi_json_add_number_field(out, "missing", decision->missing);
      break;
    case MUSTER_DECISION_CLOSED:
      mi_json_add_number_field(out, "since_report_ms", decision->since_report_ms);
      break;
    case MUSTER_DECISION_REFUSED:
      mi_json_add_id_field(out, "closure", decision->closure);
      break;
    case MUSTER_DECISION_MODE:
      add_mode(out, engine, decision);
      break;
    case MUSTER_DECISION_ROADS:
      mi_json_add_id_field(out, "closure", decision->closure);
      add_closure(out, decision);
      break;
    case MUSTER_DECISION_ALARM:
      mi_json_add_number_field(out, "level", decision->level);
      mi_json_add_number_field(out, "missing", decision->missing);
      break;
    case MUSTER_DECISION_MERGED:
      mi_json_add_id_field(out, "original", decision->original);
      break;
    case MUSTER_DECISION_OVERDUE:
      mi_json_add_id_field(out, "item", decision->item);
      mi_json_add_text_field(out, "owner", decision->owner);
      break;
    default:
      break;
  }
}

char *muster_decision_to_json(const MusterEngine *engine, const MusterDecision *decision) {
  GString *out = g_string_sized_new(256);
  g_string_append_printf(out, "{\"type\":\"%s\"", muster_decision_type_name(decision->type));
  mi_json_add_number_field(out, "at_ms", decision->at_ms);
  mi_json_add_key(out, "event");
  g_string_append_printf(out, "%" PRIu64, decision->event);
  mi_json_add_id_field(out, "incident", decision->incident);
  mi_json_add_id_field(out, "volunteer", decision->volunteer);
  add_own_fields(out, engine, decision);
  mi_json_add_text_field(out, "why", decision->why ? decision->why : "");
  g_string_append_c(out, '}');
  return g_string_free(out, FALSE);
}

char *muster_decisions_to_json(const MusterEngine *engine, const MusterDecision *decisions, size_t count) {
  GString *out = g_string_new("[");
  for (size_t i = 0; i < count; i++) {
    g_autofree char *json = muster_decision_to_json(engine, &decisions[i]);
    if (i) g_string_append_c(out, ',');
    g_string_append(out, json);
  }
  g_string_append_c(out, ']');
  return g_string_free(out, FALSE);
}
