/* The seal: from a builder's rows to an immutable county. The table of contents of this module. */
#include "county/seal.h"

#include <string.h>

static void *take(GArray *rows, size_t *count) {
  gsize length = 0;
  void *data = g_array_steal(rows, &length);
  if (count) *count = length;
  return data;
}

static void take_areas(MusterCounty *county, MusterCountyBuilder *builder) {
  county->area_count = builder->areas->len;
  county->areas = g_new(MusterArea, county->area_count);
  county->shapes = g_new(mi_area_shape, county->area_count);
  for (size_t i = 0; i < county->area_count; i++) {
    county->areas[i] = g_array_index(builder->areas, mi_area_row, i).area;
    county->shapes[i] = g_array_index(builder->areas, mi_area_row, i).shape;
  }
  county->positions = take(builder->positions, NULL);
  county->ring_first = take(builder->ring_first, NULL);
  county->polygon_first = take(builder->polygon_first, NULL);
}

static MusterCounty *take_rows(MusterCountyBuilder *builder) {
  MusterCounty *county = g_new0(MusterCounty, 1);
  g_atomic_ref_count_init(&county->references);
  take_areas(county, builder);
  county->teams = take(builder->teams, &county->team_count);
  county->volunteers = take(builder->volunteers, &county->volunteer_count);
  county->posts = take(builder->posts, &county->post_count);
  county->stations = take(builder->stations, &county->station_count);
  county->post_areas = take(builder->post_areas, &county->post_area_count);
  county->shifts = take(builder->shifts, &county->shift_count);
  county->equipment = take(builder->equipment, &county->equipment_count);
  memcpy(county->skills, builder->skills, sizeof county->skills);
  county->skill_count = builder->skill_count;
  county->note = builder->note;
  county->texts = g_steal_pointer(&builder->texts);
  county->roads = g_steal_pointer(&builder->roads);
  return county;
}

static MusterPartition *partition_grids(const MusterCounty *county) {
  MusterAreaId first;
  size_t count;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  g_autofree MusterPolygons *grids = g_new(MusterPolygons, count);
  for (size_t i = 0; i < count; i++) grids[i] = muster_county_area_polygons(county, first + (MusterAreaId)i);
  return muster_partition_new(grids, count);
}

MusterCounty *muster_county_builder_seal(MusterCountyBuilder *builder, GError **error) {
  MusterCounty *county = NULL;
  if (mi_seal_check_values(builder, error) && mi_seal_order_rows(builder, error)) {
    mi_seal_order_roads(builder);
    mi_seal_order_skills(builder);
    county = take_rows(builder);
    mi_seal_resolve(county);
    county->grids = partition_grids(county);
    county->adjacency = mi_county_find_adjacency(county, &county->adjacency_count);
    mi_county_digest(county);
  }
  mi_county_builder_reset(builder);
  return county;
}
