/* The sealed county: views and look-ups. */
#include "county/county.h"

#include <string.h>

static void clear_lists(mi_lists *lists) {
  g_free(lists->first);
  g_free(lists->items);
}

MusterCounty *muster_county_ref(MusterCounty *county) {
  g_atomic_ref_count_inc(&county->references);
  return county;
}

void muster_county_unref(MusterCounty *county) {
  if (!county || !g_atomic_ref_count_dec(&county->references)) return;
  void *arrays[] = {county->areas,      county->shapes,        county->areas_by_code, county->positions,
                    county->ring_first, county->polygon_first, county->adjacency,     county->teams,
                    county->volunteers, county->posts,         county->stations,      county->post_areas,
                    county->shifts,     county->equipment};
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_free(arrays[i]);
  mi_lists *lists[] = {&county->children, &county->area_teams, &county->team_volunteers, &county->served};
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) clear_lists(lists[i]);
  muster_partition_unref(county->grids);
  muster_roads_free(county->roads);
  g_string_chunk_free(county->texts);
  g_free(county);
}

const char *muster_county_sha256(const MusterCounty *county) { return county->sha256; }
const char *muster_county_note(const MusterCounty *county) { return county->note; }
const MusterRoads *muster_county_roads(const MusterCounty *county) { return county->roads; }

static void set_count(size_t *count, size_t value) {
  if (count) *count = value;
}

const MusterArea *muster_county_areas(const MusterCounty *county, size_t *count) {
  set_count(count, county->area_count);
  return county->areas;
}

const MusterTeam *muster_county_teams(const MusterCounty *county, size_t *count) {
  set_count(count, county->team_count);
  return county->teams;
}

const MusterVolunteer *muster_county_volunteers(const MusterCounty *county, size_t *count) {
  set_count(count, county->volunteer_count);
  return county->volunteers;
}

const MusterPost *muster_county_posts(const MusterCounty *county, size_t *count) {
  set_count(count, county->post_count);
  return county->posts;
}

const MusterStation *muster_county_stations(const MusterCounty *county, size_t *count) {
  set_count(count, county->station_count);
  return county->stations;
}

const mi_post_area *mi_county_post_areas(const MusterCounty *county, size_t *count) {
  set_count(count, county->post_area_count);
  return county->post_areas;
}

const MusterShift *muster_county_shifts(const MusterCounty *county, size_t *count) {
  set_count(count, county->shift_count);
  return county->shifts;
}

const MusterEquipment *muster_county_equipment(const MusterCounty *county, size_t *count) {
  set_count(count, county->equipment_count);
  return county->equipment;
}

const MusterAdjacency *muster_county_adjacency(const MusterCounty *county, size_t *count) {
  set_count(count, county->adjacency_count);
  return county->adjacency;
}

void muster_county_level(const MusterCounty *county, MusterAreaLevel level, MusterAreaId *first, size_t *count) {
  if (first) *first = county->level_first[level];
  set_count(count, county->level_first[level + 1] - county->level_first[level]);
}

MusterPolygons muster_county_area_polygons(const MusterCounty *county, MusterAreaId area) {
  const mi_area_shape *shape = &county->shapes[area];
  if (shape->polygon_count == 0) return (MusterPolygons){0};
  return (MusterPolygons){county->positions + shape->position, county->ring_first + shape->ring,
                          county->polygon_first + shape->polygon, shape->ring_count, shape->polygon_count};
}

static MusterSpan32 items_of(const mi_lists *lists, uint32_t owner) {
  return (MusterSpan32){lists->items + lists->first[owner], lists->first[owner + 1] - lists->first[owner]};
}

MusterSpan32 muster_county_team_volunteers(const MusterCounty *county, MusterTeamId team) {
  return items_of(&county->team_volunteers, team);
}

MusterSpan32 muster_county_post_areas(const MusterCounty *county, MusterPostId post) {
  return items_of(&county->served, post);
}

MusterSpan32 muster_county_area_children(const MusterCounty *county, MusterAreaId area) {
  return items_of(&county->children, area);
}

MusterSpan32 muster_county_area_teams(const MusterCounty *county, MusterAreaId area) {
  return items_of(&county->area_teams, area);
}

const char *muster_county_skill_name(const MusterCounty *county, unsigned bit) {
  return bit < county->skill_count ? county->skills[bit] : NULL;
}

int muster_county_find_skill(const MusterCounty *county, const char *name) {
  for (unsigned bit = 0; bit < county->skill_count; bit++)
    if (strcmp(county->skills[bit], name) == 0) return (int)bit;
  return -1;
}

/* Rows ascend by the int64_t they begin with (order.c asserts that it leads). */
static uint32_t find_row(const void *rows, size_t count, size_t size, int64_t id) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const int64_t *found = (const void *)((const char *)rows + middle * size);
    if (*found == id) return (uint32_t)middle;
    if (*found < id)
      low = middle + 1;
    else
      high = middle;
  }
  return MUSTER_NONE;
}

MusterTeamId muster_county_find_team(const MusterCounty *county, int64_t id) {
  return find_row(county->teams, county->team_count, sizeof *county->teams, id);
}

MusterVolunteerId muster_county_find_volunteer(const MusterCounty *county, int64_t id) {
  return find_row(county->volunteers, county->volunteer_count, sizeof *county->volunteers, id);
}

MusterPostId muster_county_find_post(const MusterCounty *county, int64_t id) {
  return find_row(county->posts, county->post_count, sizeof *county->posts, id);
}

MusterStationId muster_county_find_station(const MusterCounty *county, int64_t id) {
  return find_row(county->stations, county->station_count, sizeof *county->stations, id);
}

MusterAreaId muster_county_find_area(const MusterCounty *county, int64_t code) {
  size_t low = 0, high = county->area_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    MusterAreaId area = county->areas_by_code[middle];
    if (county->areas[area].code == code) return area;
    if (county->areas[area].code < code)
      low = middle + 1;
    else
      high = middle;
  }
  return MUSTER_NONE;
}

MusterAreaId muster_county_locate(const MusterCounty *county, MusterPosition position) {
  uint32_t grid = muster_partition_locate(county->grids, position);
  return grid == MUSTER_NONE ? MUSTER_NONE : county->level_first[MUSTER_AREA_GRID] + grid;
}
