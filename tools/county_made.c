/* What the commands share that make a county; see county_made.h. */
#include "county_made.h"

#include <jansson.h>

#include "streams.h"

typedef struct row_counts {
  size_t townships, communities, urban, grids, posts, stations, teams, volunteers, shifts, ways;
  uint64_t residents;
  double road_km;
} row_counts;

size_t mt_county_count_level(const MusterCounty *county, MusterAreaLevel level) {
  size_t count;
  muster_county_level(county, level, NULL, &count);
  return count;
}

static double road_length_m(const MusterRoads *roads) {
  double length_m = 0;
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(roads, i, &way, &ids, &positions, &count);
    for (size_t k = 0; k + 1 < count; k++) length_m += muster_distance_m(positions[k], positions[k + 1]);
  }
  return length_m;
}

static row_counts count_rows(const MusterCounty *county) {
  row_counts counts = {.townships = mt_county_count_level(county, MUSTER_AREA_TOWNSHIP),
                       .communities = mt_county_count_level(county, MUSTER_AREA_COMMUNITY),
                       .grids = mt_county_count_level(county, MUSTER_AREA_GRID)};
  size_t area_count;
  const MusterArea *areas = muster_county_areas(county, &area_count);
  for (size_t i = 0; i < area_count; i++) {
    if (areas[i].level == MUSTER_AREA_COUNTY) counts.residents = areas[i].residents;
    if (areas[i].level == MUSTER_AREA_COMMUNITY && areas[i].kind == MUSTER_COMMUNITY_URBAN) counts.urban++;
  }
  muster_county_posts(county, &counts.posts);
  muster_county_stations(county, &counts.stations);
  muster_county_teams(county, &counts.teams);
  muster_county_volunteers(county, &counts.volunteers);
  muster_county_shifts(county, &counts.shifts);
  counts.ways = muster_roads_way_count(muster_county_roads(county));
  counts.road_km = road_length_m(muster_county_roads(county)) / 1000;
  return counts;
}

static void print_text(const MusterCounty *county, const row_counts *counts, const char *path) {
  printf("%s\n  townships   %8zu\n  communities %8zu  (%zu urban)\n  grids       %8zu\n", path, counts->townships,
         counts->communities, counts->urban, counts->grids);
  printf("  residents   %8" G_GUINT64_FORMAT "\n  teams       %8zu\n  volunteers  %8zu\n", counts->residents,
         counts->teams, counts->volunteers);
  printf("  posts       %8zu  (%zu places on shifts)\n  stations    %8zu\n  roads       %8zu  (%.0f km)\n",
         counts->posts, counts->shifts, counts->stations, counts->ways, counts->road_km);
  printf("  SHA-256     %s\n\n%s\n", muster_county_sha256(county), muster_county_note(county));
}

static void print_json(const MusterCounty *county, const row_counts *counts, const char *path) {
  json_t *root = json_object();
  json_object_set_new(root, "file", json_string(path));
  json_object_set_new(root, "townships", json_integer((json_int_t)counts->townships));
  json_object_set_new(root, "communities", json_integer((json_int_t)counts->communities));
  json_object_set_new(root, "urban_communities", json_integer((json_int_t)counts->urban));
  json_object_set_new(root, "grids", json_integer((json_int_t)counts->grids));
  json_object_set_new(root, "residents", json_integer((json_int_t)counts->residents));
  json_object_set_new(root, "teams", json_integer((json_int_t)counts->teams));
  json_object_set_new(root, "volunteers", json_integer((json_int_t)counts->volunteers));
  json_object_set_new(root, "posts", json_integer((json_int_t)counts->posts));
  json_object_set_new(root, "shifts", json_integer((json_int_t)counts->shifts));
  json_object_set_new(root, "stations", json_integer((json_int_t)counts->stations));
  json_object_set_new(root, "ways", json_integer((json_int_t)counts->ways));
  json_object_set_new(root, "road_km", json_real(counts->road_km));
  json_object_set_new(root, "sha256", json_string(muster_county_sha256(county)));
  json_object_set_new(root, "note", json_string(muster_county_note(county)));
  json_dumpf(root, stdout, JSON_REAL_PRECISION(9));
  putchar('\n');
  json_decref(root);
}

static bool save(const void *county, const char *path, GError **error) {
  return muster_county_save(county, path, error);
}

int mt_county_made(const mt_common *common, const MusterCounty *county, const char *path, int64_t started_us,
                   int64_t loaded_us) {
  int64_t made_us = g_get_monotonic_time();
  g_autoptr(GError) error = NULL;
  bool to_stdout = mt_is_stdout(path);
  if (!mt_save_file(save, county, path, &error)) return mt_fail(&error);
  row_counts counts = count_rows(county);
  if (!to_stdout && common->json) print_json(county, &counts, path);
  if (!to_stdout && !common->json) print_text(county, &counts, path);
  mt_print_timing(common, loaded_us - started_us, made_us - loaded_us, counts.volunteers);
  return MT_DONE;
}
