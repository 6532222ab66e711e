/* The county builder: copies rows as they come, in any order; the seal (seal.c) orders and resolves them. */
#include "county/builder.h"

#include <string.h>

static void open_arrays(MusterCountyBuilder *builder) {
  builder->texts = g_string_chunk_new(1 << 16);
  builder->note = "";
  builder->areas = g_array_new(FALSE, FALSE, sizeof(mi_area_row));
  builder->positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  builder->ring_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  builder->polygon_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  builder->teams = g_array_new(FALSE, FALSE, sizeof(MusterTeam));
  builder->volunteers = g_array_new(FALSE, FALSE, sizeof(MusterVolunteer));
  builder->posts = g_array_new(FALSE, FALSE, sizeof(MusterPost));
  builder->stations = g_array_new(FALSE, FALSE, sizeof(MusterStation));
  builder->post_areas = g_array_new(FALSE, FALSE, sizeof(mi_post_area));
  builder->shifts = g_array_new(FALSE, FALSE, sizeof(MusterShift));
  builder->equipment = g_array_new(FALSE, FALSE, sizeof(MusterEquipment));
}

static void close_arrays(MusterCountyBuilder *builder) {
  GArray *arrays[] = {builder->areas,      builder->positions,  builder->ring_first, builder->polygon_first,
                      builder->teams,      builder->volunteers, builder->posts,      builder->stations,
                      builder->post_areas, builder->shifts,     builder->equipment};
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_array_unref(arrays[i]);
  g_clear_pointer(&builder->texts, g_string_chunk_free);
  g_clear_pointer(&builder->roads, muster_roads_free);
}

MusterCountyBuilder *muster_county_builder_new(void) {
  MusterCountyBuilder *builder = g_new0(MusterCountyBuilder, 1);
  open_arrays(builder);
  return builder;
}

void mi_county_builder_reset(MusterCountyBuilder *builder) {
  close_arrays(builder);
  memset(builder, 0, sizeof *builder);
  open_arrays(builder);
}

void muster_county_builder_free(MusterCountyBuilder *builder) {
  if (!builder) return;
  close_arrays(builder);
  g_free(builder);
}

/* A text that many rows share; never NULL. */
static const char *intern(MusterCountyBuilder *builder, const char *text) {
  return text && *text ? g_string_chunk_insert_const(builder->texts, text) : "";
}

/* A text of one row alone: NULL if there is none. */
static const char *keep(MusterCountyBuilder *builder, const char *text) {
  return text && *text ? g_string_chunk_insert(builder->texts, text) : NULL;
}

/* Both index arrays count from 0 within the area, wherever the caller's view of them starts. */
static mi_area_shape copy_polygons(MusterCountyBuilder *builder, const MusterPolygons *polygons) {
  mi_area_shape shape = {builder->positions->len, builder->ring_first->len, builder->polygon_first->len, 0, 0};
  if (!polygons || polygons->polygon_count == 0) return shape;
  uint32_t first_ring = polygons->polygon_first[0], end_ring = polygons->polygon_first[polygons->polygon_count];
  uint32_t first = polygons->ring_first[first_ring];
  for (uint32_t i = 0; i <= polygons->polygon_count; i++) {
    uint32_t ring = polygons->polygon_first[i] - first_ring;
    g_array_append_val(builder->polygon_first, ring);
  }
  for (uint32_t i = first_ring; i <= end_ring; i++) {
    uint32_t position = polygons->ring_first[i] - first;
    g_array_append_val(builder->ring_first, position);
  }
  g_array_append_vals(builder->positions, polygons->positions + first, polygons->ring_first[end_ring] - first);
  shape.ring_count = end_ring - first_ring;
  shape.polygon_count = polygons->polygon_count;
  return shape;
}

void muster_county_builder_add_area(MusterCountyBuilder *builder, const MusterArea *area,
                                    const MusterPolygons *polygons) {
  mi_area_row row = {*area, copy_polygons(builder, polygons)};
  bool is_grid = area->level == MUSTER_AREA_GRID;
  row.area.name = intern(builder, area->name);
  row.area.leader_contact = is_grid ? NULL : keep(builder, area->leader_contact);
  if (!is_grid) row.area.duty_team = 0;
  if (area->level == MUSTER_AREA_COUNTY) row.area.parent_code = 0;
  if (area->level < MUSTER_AREA_COMMUNITY) row.area.kind = 0;
  g_array_append_val(builder->areas, row);
}

void muster_county_builder_add_team(MusterCountyBuilder *builder, const MusterTeam *team) {
  MusterTeam row = *team;
  row.name = intern(builder, team->name);
  g_array_append_val(builder->teams, row);
}

void muster_county_builder_add_volunteer(MusterCountyBuilder *builder, const MusterVolunteer *volunteer) {
  MusterVolunteer row = *volunteer;
  row.contact = keep(builder, volunteer->contact);
  if (!row.has_work) row.work = row.home;
  g_array_append_val(builder->volunteers, row);
}

static void add_place(MusterCountyBuilder *builder, GArray *rows, const MusterPost *place) {
  MusterPost row = *place;
  row.name = intern(builder, place->name);
  g_array_append_val(rows, row);
}

void muster_county_builder_add_post(MusterCountyBuilder *builder, const MusterPost *post) {
  add_place(builder, builder->posts, post);
}

void muster_county_builder_add_station(MusterCountyBuilder *builder, const MusterStation *station) {
  add_place(builder, builder->stations, station);
}

void muster_county_builder_add_post_area(MusterCountyBuilder *builder, int64_t post, int64_t community_code) {
  mi_post_area row = {post, community_code};
  g_array_append_val(builder->post_areas, row);
}

void muster_county_builder_add_shift(MusterCountyBuilder *builder, const MusterShift *shift) {
  g_array_append_vals(builder->shifts, shift, 1);
}

void muster_county_builder_add_equipment(MusterCountyBuilder *builder, const MusterEquipment *equipment) {
  MusterEquipment row = *equipment;
  row.kind = intern(builder, equipment->kind);
  g_array_append_val(builder->equipment, row);
}

int muster_county_builder_skill(MusterCountyBuilder *builder, const char *name) {
  for (unsigned bit = 0; bit < builder->skill_count; bit++)
    if (strcmp(builder->skills[bit], name) == 0) return (int)bit;
  if (builder->skill_count == MI_SKILL_LIMIT) return -1;
  builder->skills[builder->skill_count] = intern(builder, name);
  return (int)builder->skill_count++;
}

void muster_county_builder_take_roads(MusterCountyBuilder *builder, MusterRoads *roads) {
  muster_roads_free(builder->roads);
  builder->roads = roads;
}

void muster_county_builder_set_note(MusterCountyBuilder *builder, const char *note) {
  builder->note = intern(builder, note);
}
