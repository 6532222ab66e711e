/* A small county for the tests of the simulation; see small_county.h. */
#include "sim/small_county.h"

#include "base/random.h"
#include "support/support.h"

enum { SIDE = 4, STREETS = 17, GRID_LON_E7 = 103000, GRID_LAT_E7 = 90000, WEST_E7 = 1094000000, SOUTH_E7 = 295000000 };
static const int64_t COUNTY_CODE = 900001;

static int64_t township_code(int township) { return COUNTY_CODE * 1000 + 100 + township; }
static int64_t community_code(int community) { return township_code(community / 2) * 1000 + community + 1; }

static MusterPosition corner(int column, int row) {
  return (MusterPosition){WEST_E7 + column * GRID_LON_E7, SOUTH_E7 + row * GRID_LAT_E7};
}

static void add_area(MusterCountyBuilder *builder, MusterArea area, int west, int south, int width, int height) {
  MusterPosition ring[] = {corner(west, south), corner(west + width, south), corner(west + width, south + height),
                           corner(west, south + height), corner(west, south)};
  const uint32_t ring_first[] = {0, 5}, polygon_first[] = {0, 1};
  MusterPolygons polygons = {ring, ring_first, polygon_first, 1, 1};
  area.seat = (MusterPosition){ring[0].lon_e7 + width * GRID_LON_E7 / 2, ring[0].lat_e7 + height * GRID_LAT_E7 / 2};
  muster_county_builder_add_area(builder, &area, &polygons);
}

static void add_areas(MusterCountyBuilder *builder, uint32_t residents) {
  add_area(builder, (MusterArea){.code = COUNTY_CODE, .name = "Small <county> & 小县", .leader_contact = "commander"},
           0, 0, SIDE, SIDE);
  for (int i = 0; i < 2; i++)
    add_area(builder,
             (MusterArea){.code = township_code(i),
                          .parent_code = COUNTY_CODE,
                          .name = i ? "East 东镇" : "West 西镇",
                          .level = MUSTER_AREA_TOWNSHIP,
                          .leader_contact = "township"},
             2 * i, 0, 2, SIDE);
  for (int i = 0; i < 4; i++)
    add_area(builder,
             (MusterArea){.code = community_code(i),
                          .parent_code = township_code(i / 2),
                          .name = "Community",
                          .level = MUSTER_AREA_COMMUNITY,
                          .kind = i == 0 ? MUSTER_COMMUNITY_URBAN : MUSTER_COMMUNITY_VILLAGE,
                          .residents = 4 * residents,
                          .leader_contact = "leader"},
             i / 2 * 2, i % 2 * 2, 2, 2);
  for (int column = 0; column < SIDE; column++)
    for (int row = 0; row < SIDE; row++) {
      int community = column / 2 * 2 + row / 2;
      add_area(builder,
               (MusterArea){.code = community_code(community) * 1000 + column * SIDE + row + 1,
                            .parent_code = community_code(community),
                            .name = "Grid",
                            .level = MUSTER_AREA_GRID,
                            .kind = community == 0 ? MUSTER_COMMUNITY_URBAN : MUSTER_COMMUNITY_VILLAGE,
                            .residents = residents,
                            .duty_team = community + 1},
               column, row, 1, 1);
    }
}

static MusterPosition street_node(int column, int row) {
  return (MusterPosition){WEST_E7 + 1000 + (int32_t)((int64_t)column * (SIDE * GRID_LON_E7 - 2000) / (STREETS - 1)),
                          SOUTH_E7 + 1000 + (int32_t)((int64_t)row * (SIDE * GRID_LAT_E7 - 2000) / (STREETS - 1))};
}

static void add_street(MusterRoads *roads, int line, bool along_row) {
  int64_t ids[STREETS];
  MusterPosition positions[STREETS];
  for (int i = 0; i < STREETS; i++) {
    int column = along_row ? i : line, row = along_row ? line : i;
    ids[i] = row * STREETS + column + 1;
    positions[i] = street_node(column, row);
  }
  MusterWay way = {
      .id = line + (along_row ? 1 : 101), .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7, .open_backward = 7};
  muster_roads_add_way(roads, &way, ids, positions, STREETS);
}

static MusterPosition draw_position(mi_random *random) {
  return (MusterPosition){WEST_E7 + 1 + (int32_t)mi_random_below(random, SIDE * GRID_LON_E7 - 2),
                          SOUTH_E7 + 1 + (int32_t)mi_random_below(random, SIDE * GRID_LAT_E7 - 2)};
}

static uint64_t add_skills(MusterCountyBuilder *builder) {
  size_t count;
  const MusterResponsePlan *plans = muster_response_plans(&count);
  uint64_t all = 0;
  for (size_t i = 0; i < count; i++)
    for (const MusterNeed *need = plans[i].needs; need->count; need++)
      if (need->skill) all |= UINT64_C(1) << muster_county_builder_skill(builder, need->skill);
  return all;
}

static void add_people(MusterCountyBuilder *builder, uint32_t volunteers, uint64_t seed) {
  uint64_t skills = add_skills(builder);
  mi_random random;
  mi_random_init(&random, seed, 0);
  for (int i = 0; i < 4; i++)
    muster_county_builder_add_team(builder, &(MusterTeam){.id = i + 1, .area_code = community_code(i), .name = "Team"});
  for (uint32_t i = 0; i < volunteers; i++) {
    MusterVolunteer volunteer = {.id = 1000 + i,
                                 .team = i % 4 + 1,
                                 .role = i < 4 ? MUSTER_ROLE_CAPTAIN : MUSTER_ROLE_MEMBER,
                                 .modes = 7,
                                 .approved = true,
                                 .has_work = i % 3 == 0,
                                 .home = draw_position(&random),
                                 .skills = skills,
                                 .contact = "opaque"};
    volunteer.work = draw_position(&random);
    muster_county_builder_add_volunteer(builder, &volunteer);
  }
}

/* Two posts, each with the shifts of three people every day, 8:00 to 14:00 and 14:00 to 20:00. */
static void add_posts(MusterCountyBuilder *builder) {
  for (int64_t post = 1; post <= 2; post++) {
    muster_county_builder_add_post(builder, &(MusterPost){.id = post,
                                                          .community_code = community_code((int)post),
                                                          .name = "Post",
                                                          .position = street_node(3 * (int)post, 4)});
    for (int64_t i = 0; i < 6; i++)
      muster_county_builder_add_shift(builder, &(MusterShift){.post = post,
                                                              .volunteer = 1000 + 10 * post + i,
                                                              .weekdays = 127,
                                                              .start_min = i < 3 ? 480 : 840,
                                                              .end_min = i < 3 ? 840 : 1200});
  }
}

static MusterCounty *make_county(uint32_t volunteers, uint32_t residents, uint64_t seed, const MusterPosition *home) {
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  add_areas(builder, residents);
  add_people(builder, volunteers, seed);
  if (home)
    muster_county_builder_add_volunteer(builder, &(MusterVolunteer){.id = 1000 + volunteers,
                                                                    .team = 1,
                                                                    .role = MUSTER_ROLE_MEMBER,
                                                                    .modes = 7,
                                                                    .approved = true,
                                                                    .home = *home});
  add_posts(builder);
  MusterRoads *roads = muster_roads_new();
  for (int i = 0; i < STREETS; i++) {
    add_street(roads, i, true);
    add_street(roads, i, false);
  }
  muster_county_builder_take_roads(builder, roads);
  muster_county_builder_set_note(builder, "made for a test");
  GError *error = NULL;
  MusterCounty *county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  return county;
}

MusterCounty *small_county_new(uint32_t volunteers, uint32_t residents, uint64_t seed) {
  return make_county(volunteers, residents, seed, NULL);
}

MusterCounty *small_county_new_with(uint32_t volunteers, uint32_t residents, uint64_t seed, MusterPosition home) {
  return make_county(volunteers, residents, seed, &home);
}

/* Always the same file name, which becomes the scenario's and the policy's name. */
static char *write_lines(const char *folder, const char *lines) {
  GError *error = NULL;
  char *path = g_build_filename(folder, "test.ini", NULL);
  g_file_set_contents(path, lines, -1, &error);
  g_assert_no_error(error);
  return path;
}

MusterScenario *small_scenario_new(const char *lines) {
  char *folder = test_folder_new();
  g_autofree char *path = write_lines(folder, lines);
  GError *error = NULL;
  MusterScenario *scenario = muster_scenario_new(path, &error);
  g_assert_no_error(error);
  test_folder_remove(folder);
  return scenario;
}

MusterPolicy *small_policy_new(const char *lines) {
  char *folder = test_folder_new();
  g_autofree char *path = write_lines(folder, lines);
  GError *error = NULL;
  MusterPolicy *policy = muster_policy_new(path, &error);
  g_assert_no_error(error);
  test_folder_remove(folder);
  return policy;
}
