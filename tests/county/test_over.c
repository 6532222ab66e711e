/* A county over any roads: real extracts, a small made street grid, and roads that give no county. */
#include "county/made.h"
#include "support/support.h"

static MusterRoads *read_extract(const char *name) {
  g_autofree char *path = test_data(name);
  if (!path) return NULL;
  g_autoptr(GError) error = NULL;
  MusterRoads *roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  return roads;
}

static MusterCounty *lay(MusterRoads *roads, MusterCountyOverOptions options) {
  GError *error = NULL;
  MusterCounty *county = muster_county_over(roads, &options, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(county);
  return county;
}

static void check_all(const MusterCounty *county) {
  check_tiling(county);
  check_areas(county);
  check_teams(county);
  check_homes(county);
  check_shifts(county);
  check_no_defects(county);
}

static void check_counts(const MusterCounty *county, size_t grids, size_t teams, size_t volunteers) {
  MusterAreaId first;
  size_t count;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  g_assert_cmpuint(count, ==, grids);
  muster_county_teams(county, &count);
  g_assert_cmpuint(count, ==, teams);
  muster_county_volunteers(county, &count);
  g_assert_cmpuint(count, ==, volunteers);
}

static void test_extract(gconstpointer name) {
  MusterRoads *roads = read_extract(name), *same = read_extract(name);
  if (!roads || !same) return;
  size_t ways = muster_roads_way_count(roads);
  g_autoptr(MusterCounty) county = lay(roads, (MusterCountyOverOptions){.seed = 3});
  check_all(county);
  g_assert_cmpuint(muster_roads_way_count(muster_county_roads(county)), ==, ways);
  g_assert_nonnull(g_strstr_len(muster_county_note(county), -1, "© OpenStreetMap contributors"));
  g_autoptr(MusterCounty) again = lay(same, (MusterCountyOverOptions){.seed = 3});
  g_assert_cmpstr(muster_county_sha256(again), ==, muster_county_sha256(county));
}

static void test_options(void) {
  MusterRoads *roads = read_extract("osm/monaco-osrm.osm.pbf");
  if (!roads) return;
  g_autoptr(MusterCounty) county =
      lay(roads, (MusterCountyOverOptions){.seed = 1, .grids = 200, .teams = 77, .volunteers = 5000});
  check_counts(county, 200, 77, 5000);
  check_all(county);
}

/* Streets that cross every 100 m, `lines` each way. */
static MusterRoads *make_streets(unsigned lines) {
  MusterRoads *roads = muster_roads_new();
  const uint8_t open = MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE);
  for (unsigned family = 0; family < 2; family++)
    for (unsigned i = 0; i < lines; i++) {
      MusterWay way = {.id = (int64_t)family * lines + i + 1,
                       .road_class = MUSTER_ROAD_RESIDENTIAL,
                       .open_forward = open,
                       .open_backward = open};
      g_autofree int64_t *ids = g_new(int64_t, lines);
      g_autofree MusterPosition *positions = g_new(MusterPosition, lines);
      for (unsigned k = 0; k < lines; k++) {
        unsigned column = family ? k : i, row = family ? i : k;
        ids[k] = (int64_t)column * lines + row + 1;
        positions[k] = (MusterPosition){1000000000 + (int32_t)column * 10000, 300000000 + (int32_t)row * 9000};
      }
      muster_roads_add_way(roads, &way, ids, positions, lines);
    }
  return roads;
}

static void test_small(void) {
  static const MusterCountyOverOptions CASES[] = {{1, 1, 1, 1}, {1, 2, 1, 10}, {2, 3, 5, 60}, {7, 30, 45, 3000}};
  for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(MusterCounty) county = lay(make_streets(12), CASES[i]);
    check_counts(county, CASES[i].grids, CASES[i].teams, CASES[i].volunteers);
    check_tiling(county);
    check_areas(county);
    check_teams(county);
    check_homes(county);
  }
}

/* The same streets drawn twice: places where two roads pass are no trouble. */
static void test_doubled_streets(void) {
  MusterRoads *roads = make_streets(6), *same = make_streets(6);
  for (size_t i = 0; i < muster_roads_way_count(same); i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(same, i, &way, &ids, &positions, &count);
    way.id += 1000;
    muster_roads_add_way(roads, &way, ids, positions, count);
  }
  muster_roads_free(same);
  g_autoptr(MusterCounty) county = lay(roads, (MusterCountyOverOptions){.seed = 1, .grids = 150});
  check_tiling(county);
  check_areas(county);
  check_homes(county);
}

/* A road 20 km to the west from the streets: where they crowd is the town. Each grid holds as much housing as any
 * other, so its residents are within a fifth of the mean, and a little for what halving cannot divide. */
static void test_town(void) {
  MusterRoads *roads = make_streets(12);
  MusterWay way = {.id = 1000, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 1, .open_backward = 1};
  int64_t ids[21] = {1};
  MusterPosition positions[21];
  for (int i = 0; i <= 20; i++) {
    if (i > 0) ids[i] = 5000 + i;
    positions[i] = (MusterPosition){1000000000 - i * 103000, 300000000};
  }
  muster_roads_add_way(roads, &way, ids, positions, 21);
  g_autoptr(MusterCounty) county = lay(roads, (MusterCountyOverOptions){.seed = 1, .grids = 20, .volunteers = 100});
  const MusterArea *areas = muster_county_areas(county, NULL);
  MusterAreaId first;
  size_t count, town = 0;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  for (size_t i = 0; i < count; i++) {
    const MusterArea *grid = &areas[first + i];
    g_assert_cmpfloat_with_epsilon(grid->residents * (double)count / areas[0].residents, 1, 0.35);
    if (muster_county_area_children(county, grid->parent).count < 2) continue;
    town++;
    g_assert_cmpint(grid->seat.lon_e7, >=, 1000000000 - 5000);
  }
  g_assert_cmpuint(town, ==, 7);
}

/* A kilometre of residential street, then ten of track: a metre of street holds as many homes as 25 of track, so most
 * grids lie on the street. */
static void test_housing(void) {
  MusterRoads *roads = muster_roads_new();
  for (int i = 0; i < 11; i++) {
    MusterWay way = {.id = i + 1,
                     .road_class = i == 0 ? MUSTER_ROAD_RESIDENTIAL : MUSTER_ROAD_TRACK,
                     .open_forward = 1,
                     .open_backward = 1};
    const int64_t ids[2] = {i + 1, i + 2};
    const MusterPosition positions[2] = {{0, i * 90000}, {0, (i + 1) * 90000}};
    muster_roads_add_way(roads, &way, ids, positions, 2);
  }
  g_autoptr(MusterCounty) county = lay(roads, (MusterCountyOverOptions){.seed = 1, .grids = 7});
  MusterAreaId first;
  size_t count, on_street = 0;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  for (size_t i = 0; i < count; i++) on_street += muster_county_areas(county, NULL)[first + i].seat.lat_e7 <= 90000;
  g_assert_cmpuint(on_street, >=, 4);
}

/* The county reaches a little beyond its outermost streets and has no holes. */
static void test_outline(void) {
  g_autoptr(MusterCounty) county = lay(make_streets(12), (MusterCountyOverOptions){.seed = 1, .grids = 5});
  for (int32_t along = 0; along <= 11 * 9000; along += 900)
    g_assert_cmpuint(muster_county_locate(county, (MusterPosition){1000000000 - 4500, 300000000 + along}), !=,
                     MUSTER_NONE);
  MusterRoads *ring = muster_roads_new();
  MusterWay way = {.id = 1, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 1, .open_backward = 1};
  const int64_t ids[] = {1, 2, 3, 4, 1};
  const MusterPosition corners[] = {{0, 0}, {200000, 0}, {200000, 200000}, {0, 200000}, {0, 0}};
  muster_roads_add_way(ring, &way, ids, corners, 5);
  g_autoptr(MusterCounty) around = lay(ring, (MusterCountyOverOptions){.seed = 1, .grids = 5});
  g_assert_cmpuint(muster_county_area_polygons(around, 0).ring_count, ==, 1);
  g_assert_cmpuint(muster_county_locate(around, (MusterPosition){100000, 100000}), !=, MUSTER_NONE);
  check_tiling(around);
}

/* A lane of ways of a metre and a half each: no single one is long enough for a sample of its own. */
static MusterRoads *make_short_ways(unsigned ways) {
  MusterRoads *roads = muster_roads_new();
  const uint8_t open = MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  for (unsigned i = 0; i < ways; i++) {
    MusterWay way = {
        .id = (int64_t)i + 1, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = open, .open_backward = open};
    const int64_t ids[2] = {(int64_t)i + 1, (int64_t)i + 2};
    const MusterPosition positions[2] = {{1000000000, 300000000 + (int32_t)i * 135},
                                         {1000000000, 300000000 + (int32_t)(i + 1) * 135}};
    muster_roads_add_way(roads, &way, ids, positions, 2);
  }
  return roads;
}

static void test_short_ways(void) {
  g_autoptr(MusterCounty) county =
      lay(make_short_ways(60), (MusterCountyOverOptions){.seed = 1, .grids = 4, .teams = 4, .volunteers = 50});
  check_counts(county, 4, 4, 50);
  check_tiling(county);
  check_areas(county);
  check_homes(county);
}

/* As many people as teams: everyone is a captain. Few people in many teams: no team is empty. */
static void test_small_teams(void) {
  for (uint64_t seed = test_count(1, 5, 5); seed > 0; seed--) {
    g_autoptr(MusterCounty) county =
        lay(make_streets(12), (MusterCountyOverOptions){.seed = seed, .grids = 60, .teams = 100, .volunteers = 100});
    check_teams(county);
    g_autoptr(MusterCounty) other =
        lay(make_streets(12), (MusterCountyOverOptions){.seed = seed, .grids = 60, .teams = 100, .volunteers = 130});
    check_teams(other);
  }
}

/* Who works in the own township's seat works in the community that stands as its seat, not in any village: the town's
 * and the seats' communities have most work places. */
static void test_work_places(void) {
  MusterRoads *roads = read_extract("osm/liechtenstein.osm.pbf");
  if (!roads) return;
  g_autoptr(MusterCounty) county = lay(roads, (MusterCountyOverOptions){.seed = 1});
  const MusterArea *areas = muster_county_areas(county, NULL);
  size_t count, working = 0, urban = 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  for (size_t i = 0; i < count; i++) {
    if (!volunteers[i].has_work) continue;
    working++;
    urban += areas[muster_county_locate(county, volunteers[i].work)].kind == MUSTER_COMMUNITY_URBAN;
  }
  g_assert_cmpuint(working, >, 0);
  g_assert_cmpfloat((double)urban / (double)working, >, 0.55);
}

static void expect_refusal(MusterRoads *roads, MusterCountyOverOptions options, const char *start) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_county_over(roads, &options, NULL, NULL, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION);
  g_test_message("%s", error->message);
  g_assert_true(g_str_has_prefix(error->message, start));
}

static void test_refusals(void) {
  expect_refusal(muster_roads_new(), (MusterCountyOverOptions){.seed = 1}, "roads:");
  expect_refusal(make_short_ways(1), (MusterCountyOverOptions){.seed = 1}, "roads:");
  expect_refusal(make_streets(3), (MusterCountyOverOptions){.grids = 100000}, "grids:");
  expect_refusal(make_streets(3), (MusterCountyOverOptions){.teams = 11, .volunteers = 10}, "teams:");
  expect_refusal(make_streets(3), (MusterCountyOverOptions){.volunteers = UINT32_MAX - 1}, "volunteers:");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/county/over/liechtenstein", "osm/liechtenstein.osm.pbf", test_extract);
  g_test_add_data_func("/county/over/andorra", "osm/andorra.osm.pbf", test_extract);
  g_test_add_data_func("/county/over/porto-alegre", "osm/porto-alegre/poa.osm.pbf", test_extract);
  g_test_add_func("/county/over/options", test_options);
  g_test_add_func("/county/over/small", test_small);
  g_test_add_func("/county/over/doubled-streets", test_doubled_streets);
  g_test_add_func("/county/over/town", test_town);
  g_test_add_func("/county/over/housing", test_housing);
  g_test_add_func("/county/over/outline", test_outline);
  g_test_add_func("/county/over/short-ways", test_short_ways);
  g_test_add_func("/county/over/small-teams", test_small_teams);
  g_test_add_func("/county/over/work-places", test_work_places);
  g_test_add_func("/county/over/refusals", test_refusals);
  return g_test_run();
}
