/* What the seal refuses: values that no county can hold (an unknown role, a position off the earth, text that is not
 * UTF-8). What a county can hold but should not is the business of muster_county_check. */
#include "county/seal.h"

#include <string.h>

#include "road/roads.h"

static bool refuse(GError **error, const char *what, int64_t id, const char *format, ...) G_GNUC_PRINTF(4, 5);

static bool refuse(GError **error, const char *what, int64_t id, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_INPUT, "%s %" G_GINT64_FORMAT ": %s", what, id, text);
  return false;
}

static bool on_earth(MusterPosition position) {
  return position.lon_e7 >= -1800000000 && position.lon_e7 <= 1800000000 && position.lat_e7 >= -900000000 &&
         position.lat_e7 <= 900000000;
}

static bool check_position(const char *what, int64_t id, const char *which, MusterPosition position, GError **error) {
  if (on_earth(position)) return true;
  return refuse(error, what, id, "%s: expected a position on earth, found %.7f, %.7f", which, position.lon_e7 / 1e7,
                position.lat_e7 / 1e7);
}

static bool check_text(const char *what, int64_t id, const char *which, const char *text, GError **error) {
  if (!text || g_utf8_validate(text, -1, NULL)) return true;
  return refuse(error, what, id, "%s: expected UTF-8, found other bytes", which);
}

static bool check_enum(const char *what, int64_t id, const char *which, unsigned value, unsigned last, GError **error) {
  if (value <= last) return true;
  return refuse(error, what, id, "%s: expected 0 to %u, found %u", which, last, value);
}

static bool check_polygons(const MusterCountyBuilder *builder, const mi_area_row *row, GError **error) {
  const mi_area_shape *shape = &row->shape;
  if (shape->polygon_count == 0) return true;
  const MusterPosition *positions = (const MusterPosition *)(void *)builder->positions->data + shape->position;
  const uint32_t *first = (const uint32_t *)(void *)builder->ring_first->data + shape->ring;
  for (uint32_t ring = 0; ring < shape->ring_count; ring++) {
    uint32_t count = first[ring + 1] - first[ring];
    if (count < 4)
      return refuse(error, "area", row->area.code, "polygon: expected rings of 4 positions or more, found %u", count);
    MusterPosition start = positions[first[ring]], end = positions[first[ring + 1] - 1];
    if (start.lon_e7 != end.lon_e7 || start.lat_e7 != end.lat_e7)
      return refuse(error, "area", row->area.code, "polygon: a ring from %.7f, %.7f is not closed", start.lon_e7 / 1e7,
                    start.lat_e7 / 1e7);
    for (uint32_t i = first[ring]; i < first[ring + 1]; i++)
      if (!check_position("area", row->area.code, "polygon", positions[i], error)) return false;
  }
  return true;
}

static bool check_area(const MusterCountyBuilder *builder, const mi_area_row *row, GError **error) {
  const MusterArea *area = &row->area;
  if (area->code == 0) return refuse(error, "area", 0, "code 0 stands for none");
  return check_enum("area", area->code, "level", area->level, MUSTER_AREA_GRID, error) &&
         check_enum("area", area->code, "kind", area->kind, MUSTER_COMMUNITY_URBAN, error) &&
         check_text("area", area->code, "name", area->name, error) &&
         check_text("area", area->code, "leader_contact", area->leader_contact, error) &&
         check_position("area", area->code, "seat", area->seat, error) && check_polygons(builder, row, error);
}

static bool check_team(const MusterTeam *row, GError **error) {
  if (row->id == 0) return refuse(error, "team", 0, "id 0 stands for none");
  return check_text("team", row->id, "name", row->name, error);
}

static bool check_volunteer(const MusterCountyBuilder *builder, const MusterVolunteer *row, GError **error) {
  uint64_t known = builder->skill_count == MI_SKILL_LIMIT ? UINT64_MAX : (UINT64_C(1) << builder->skill_count) - 1;
  if (row->skills & ~known) return refuse(error, "volunteer", row->id, "skills: a bit that has no name");
  return check_enum("volunteer", row->id, "role", row->role, MUSTER_ROLE_MEMBER, error) &&
         check_enum("volunteer", row->id, "branch_role", row->branch_role, MUSTER_BRANCH_COMMITTEE, error) &&
         check_enum("volunteer", row->id, "modes", row->modes, (1u << MUSTER_MODE_COUNT) - 1, error) &&
         check_position("volunteer", row->id, "home", row->home, error) &&
         check_position("volunteer", row->id, "work", row->work, error) &&
         check_text("volunteer", row->id, "contact", row->contact, error);
}

static bool check_place(const char *what, const MusterPost *row, GError **error) {
  return check_text(what, row->id, "name", row->name, error) &&
         check_position(what, row->id, "position", row->position, error);
}

static bool check_shift(const MusterShift *row, GError **error) {
  return check_enum("shift of post", row->post, "weekdays", row->weekdays, 127, error) &&
         check_enum("shift of post", row->post, "start_min", row->start_min, 1440, error) &&
         check_enum("shift of post", row->post, "end_min", row->end_min, 1440, error);
}

static bool check_equipment(const MusterEquipment *row, GError **error) {
  if (!*row->kind) return refuse(error, "equipment of", row->holder, "kind: expected a word, found nothing");
  return check_text("equipment of", row->holder, "kind", row->kind, error);
}

static bool check_texts(const MusterCountyBuilder *builder, GError **error) {
  if (!check_text("county", 0, "note", builder->note, error)) return false;
  for (unsigned bit = 0; bit < builder->skill_count; bit++) {
    const char *name = builder->skills[bit];
    if (!*name || strchr(name, ';'))
      return refuse(error, "skill", bit, "expected a name without \";\", found \"%s\"", name);
    if (!check_text("skill", bit, "name", name, error)) return false;
  }
  return true;
}

static bool check_way(const MusterRoads *roads, size_t index, GError **error) {
  MusterWay way;
  const MusterPosition *positions;
  size_t count;
  muster_roads_way(roads, index, &way, NULL, &positions, &count);
  for (size_t i = 0; i < count; i++)
    if (!check_position("way", way.id, "line", positions[i], error)) return false;
  return check_enum("way", way.id, "road_class", way.road_class, MUSTER_ROAD_CLASS_COUNT - 1, error) &&
         check_enum("way", way.id, "surface", way.surface, MUSTER_SURFACE_COUNT - 1, error) &&
         check_enum("way", way.id, "open_forward", way.open_forward, (1u << MUSTER_MODE_COUNT) - 1, error) &&
         check_enum("way", way.id, "open_backward", way.open_backward, (1u << MUSTER_MODE_COUNT) - 1, error) &&
         check_enum("way", way.id, "maxspeed_kmh", way.maxspeed_kmh, MI_ROADS_MAXSPEED_MAX_KMH, error) &&
         check_enum("way", way.id, "ferry_s", way.ferry_s, MI_ROADS_FERRY_MAX_S, error) &&
         check_text("way", way.id, "name", way.name, error);
}

static bool check_roads(const MusterRoads *roads, GError **error) {
  for (size_t i = 0; roads && i < muster_roads_way_count(roads); i++)
    if (!check_way(roads, i, error)) return false;
  for (size_t i = 0; roads && i < muster_roads_barrier_count(roads); i++) {
    int64_t node;
    unsigned closed;
    muster_roads_barrier(roads, i, &node, &closed);
    if (!check_enum("barrier on node", node, "closed_modes", closed, (1u << MUSTER_MODE_COUNT) - 1, error))
      return false;
  }
  return true;
}

/* An empty array has no data, and nothing may be added to a null pointer. */
#define EACH(array, type, row)                                                                                \
  for (const type *row = (const type *)(void *)(array)->data, *end_of_##row = row ? row + (array)->len : row; \
       row < end_of_##row; row++)

bool mi_seal_check_values(const MusterCountyBuilder *builder, GError **error) {
  if (!check_texts(builder, error) || !check_roads(builder->roads, error)) return false;
  EACH(builder->areas, mi_area_row, area) if (!check_area(builder, area, error)) return false;
  EACH(builder->teams, MusterTeam, team) if (!check_team(team, error)) return false;
  EACH(builder->volunteers, MusterVolunteer, volunteer) if (!check_volunteer(builder, volunteer, error)) return false;
  EACH(builder->posts, MusterPost, post) if (!check_place("post", post, error)) return false;
  EACH(builder->stations, MusterStation, station) if (!check_place("station", station, error)) return false;
  EACH(builder->shifts, MusterShift, shift) if (!check_shift(shift, error)) return false;
  EACH(builder->equipment, MusterEquipment, equipment) if (!check_equipment(equipment, error)) return false;
  return true;
}
