/* Events as JSON, one object: what the event reader reads back as the same event; docs/events.md is the schema. */
#include <inttypes.h>
#include <string.h>

#include "engine/json.h"
#include "engine/state.h"

static void add_place(GString *out, const MusterEventPlace *place) {
  const char *name = place->name ? place->name : "";
  int64_t node;
  switch (place->kind) {
    case MUSTER_PLACE_AT_POSITION:
      mi_json_add_key(out, "position");
      mi_json_add_position(out, place->position);
      break;
    case MUSTER_PLACE_IN_GRID:
      mi_json_add_number_field(out, "grid", place->grid_code);
      break;
    case MUSTER_PLACE_NAMED:
      if (g_str_has_prefix(name, "node:") &&
          g_ascii_string_to_signed(name + strlen("node:"), 10, INT64_MIN, INT64_MAX, &node, NULL))
        mi_json_add_number_field(out, "node", node);
      else
        mi_json_add_text_field(out, "place", name);
      break;
    default:
      break;
  }
}

static void add_modes(GString *out, unsigned modes) {
  if (!modes) return;
  mi_json_add_key(out, "modes");
  char before = '[';
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (!(modes & MUSTER_MODE_BIT(mode))) continue;
    g_string_append_c(out, before);
    mi_json_add_text(out, muster_mode_name((MusterMode)mode));
    before = ',';
  }
  g_string_append_c(out, ']');
}

static void add_enrol(GString *out, const MusterEvent *event) {
  add_modes(out, event->modes);
  if (event->skill_count == 0) return;
  mi_json_add_key(out, "skills");
  for (size_t i = 0; i < event->skill_count; i++) {
    g_string_append_c(out, i ? ',' : '[');
    mi_json_add_text(out, event->skills[i]);
  }
  g_string_append_c(out, ']');
}

static void add_needs(GString *out, const MusterEvent *event) {
  if (event->need_count == 0) return;
  mi_json_add_key(out, "needs");
  for (size_t i = 0; i < event->need_count; i++) {
    g_string_append(out, i ? ",{\"skill\":" : "[{\"skill\":");
    if (event->needs[i].skill)
      mi_json_add_text(out, event->needs[i].skill);
    else
      g_string_append(out, "null");
    mi_json_add_number_field(out, "count", event->needs[i].count);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void add_report(GString *out, const MusterEvent *event) {
  if (event->kind) mi_json_add_text_field(out, "kind", event->kind);
  if (event->priority) mi_json_add_number_field(out, "priority", event->priority);
  add_needs(out, event);
}

/* The coordinates of a GeoJSON MultiPolygon. */
static void add_polygons(GString *out, const MusterPolygons *polygons) {
  mi_json_add_key(out, "polygons");
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    g_string_append(out, polygon ? ",[" : "[[");
    uint32_t first = polygons->polygon_first[polygon], end = polygons->polygon_first[polygon + 1];
    for (uint32_t ring = first; ring < end; ring++) {
      g_string_append(out, ring > first ? ",[" : "[");
      for (uint32_t i = polygons->ring_first[ring]; i < polygons->ring_first[ring + 1]; i++) {
        if (i > polygons->ring_first[ring]) g_string_append_c(out, ',');
        mi_json_add_position(out, polygons->positions[i]);
      }
      g_string_append_c(out, ']');
    }
    g_string_append_c(out, ']');
  }
  g_string_append_c(out, ']');
}

static void add_closed_roads(GString *out, const MusterClosedRoads *roads) {
  if (roads->polygons.polygon_count) add_polygons(out, &roads->polygons);
  if (roads->way_count) mi_json_add_key(out, "ways");
  for (size_t i = 0; i < roads->way_count; i++)
    g_string_append_printf(out, "%c%" PRId64 "%s", i ? ',' : '[', roads->ways[i], i + 1 == roads->way_count ? "]" : "");
  if (roads->pair_count) mi_json_add_key(out, "between");
  for (size_t i = 0; i < roads->pair_count; i++)
    g_string_append_printf(out, "%c[%" PRId64 ",%" PRId64 "]%s", i ? ',' : '[', roads->between[2 * i],
                           roads->between[2 * i + 1], i + 1 == roads->pair_count ? "]" : "");
}

static void add_mode(GString *out, const MusterEvent *event) {
  if (event->area_code) mi_json_add_number_field(out, "area", event->area_code);
  mi_json_add_text_field(out, "hazard", event->hazard);
  mi_json_add_number_field(out, "level", event->level);
}

static void add_item(GString *out, const MusterEvent *event) {
  mi_json_add_id_field(out, "item", event->item);
  mi_json_add_text_field(out, "list", event->list);
  mi_json_add_text_field(out, "owner", event->owner);
  mi_json_add_number_field(out, "due_at_ms", event->due_at_ms);
}

static void add_own_fields(GString *out, const MusterEvent *event) {
  switch (event->type) {
    case MUSTER_EVENT_ENROL:
      add_place(out, &event->place);
      add_enrol(out, event);
      break;
    case MUSTER_EVENT_POSITION:
    case MUSTER_EVENT_LOCATE:
      add_place(out, &event->place);
      break;
    case MUSTER_EVENT_REPORT:
      add_place(out, &event->place);
      add_report(out, event);
      break;
    case MUSTER_EVENT_DUPLICATE:
      mi_json_add_id_field(out, "original", event->original);
      break;
    case MUSTER_EVENT_RATE:
      mi_json_add_number_field(out, "rating", event->rating);
      break;
    case MUSTER_EVENT_MODE:
      add_mode(out, event);
      break;
    case MUSTER_EVENT_CLOSE_ROADS:
      mi_json_add_id_field(out, "closure", event->closure);
      add_closed_roads(out, &event->roads);
      break;
    case MUSTER_EVENT_OPEN_ROADS:
      mi_json_add_id_field(out, "closure", event->closure);
      break;
    case MUSTER_EVENT_ALARM:
      mi_json_add_number_field(out, "level", event->level);
      break;
    case MUSTER_EVENT_NEED:
      add_needs(out, event);
      break;
    case MUSTER_EVENT_HAND_OVER:
      mi_json_add_id_field(out, "to", event->to);
      break;
    case MUSTER_EVENT_TRAVEL_BY:
      add_modes(out, event->modes);
      break;
    case MUSTER_EVENT_ITEM:
      add_item(out, event);
      break;
    case MUSTER_EVENT_SETTLE:
      mi_json_add_id_field(out, "item", event->item);
      mi_json_add_text_field(out, "outcome", event->outcome);
      break;
    case MUSTER_EVENT_DUTY:
      mi_json_add_key(out, "on");
      g_string_append(out, event->on_duty ? "true" : "false");
      break;
    default:
      break;
  }
}

char *muster_event_to_json(const MusterEvent *event) {
  GString *out = g_string_sized_new(128);
  g_string_append(out, "{\"type\":");
  mi_json_add_text(out, muster_event_type_name(event->type));
  mi_json_add_number_field(out, "at_ms", event->at_ms);
  if (mi_speaks_of_incident(event->type)) mi_json_add_id_field(out, "incident", event->incident);
  if (mi_speaks_of_volunteer(event->type)) mi_json_add_id_field(out, "volunteer", event->volunteer);
  add_own_fields(out, event);
  g_string_append_c(out, '}');
  return g_string_free(out, FALSE);
}
