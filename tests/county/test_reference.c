/* The reference county: every figure of the county's promise, names and codes, tiling, homes, determinism. */
#include "county/made.h"
#include "county/reference_facts.h"
#include "support/support.h"

static MusterCounty *make(uint64_t seed, double scale) {
  GError *error = NULL;
  MusterCounty *county = muster_county_reference(seed, scale, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(county);
  return county;
}

/* One county for all tests that only look at it. */
static const MusterCounty *shared(void) {
  static MusterCounty *county;
  if (!county) county = make(1, 1);
  return county;
}

static size_t level_count(const MusterCounty *county, MusterAreaLevel level, MusterAreaId *first) {
  size_t count;
  muster_county_level(county, level, first, &count);
  return count;
}

static void test_facts(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(mi_facts) facts = mi_facts_new(&error);
  g_assert_no_error(error);
  g_assert_cmpint(facts->code, ==, 422827);
  g_assert_cmpstr(facts->name, ==, "来凤县");
  g_assert_cmpuint(facts->township_count, ==, 8);
  g_assert_cmpuint(facts->community_count, ==, 196);
  g_assert_cmpstr(facts->townships[0].name, ==, "翔凤镇");
  /* The first point of the file, GCJ-02 109.4619140625, 29.552734375, lies some 500 m off in WGS 84. */
  double lon_deg = 109.4619140625, lat_deg = 29.552734375;
  muster_datum_convert_degrees(MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, &lon_deg, &lat_deg);
  MusterPosition first;
  g_assert_true(muster_position_from_degrees(lon_deg, lat_deg, &first));
  g_assert_cmpint(facts->boundary[0].lon_e7, ==, first.lon_e7);
  g_assert_cmpint(facts->boundary[0].lat_e7, ==, first.lat_e7);
}

static void test_figures(void) {
  const MusterCounty *county = shared();
  MusterAreaId first;
  size_t count, villages = 0;
  g_assert_cmpuint(level_count(county, MUSTER_AREA_TOWNSHIP, &first), ==, 8);
  g_assert_cmpuint(level_count(county, MUSTER_AREA_GRID, &first), ==, 108 + 191);
  g_assert_cmpuint(level_count(county, MUSTER_AREA_COMMUNITY, &first), ==, 196);
  const MusterArea *areas = muster_county_areas(county, NULL);
  for (size_t i = 0; i < 196; i++) villages += areas[first + i].kind == MUSTER_COMMUNITY_VILLAGE;
  g_assert_cmpuint(villages, ==, 184);
  g_assert_cmpuint(areas[0].residents, ==, 283255);
  muster_county_teams(county, &count);
  g_assert_cmpuint(count, ==, 447);
  muster_county_volunteers(county, &count);
  g_assert_cmpuint(count, ==, 33370);
  muster_county_posts(county, &count);
  g_assert_cmpuint(count, ==, 15);
  muster_county_stations(county, &count);
  g_assert_cmpuint(count, ==, 196);
}

static void test_names_and_codes(void) {
  const MusterCounty *county = shared();
  g_autoptr(mi_facts) facts = mi_facts_new(NULL);
  const MusterArea *areas = muster_county_areas(county, NULL);
  MusterAreaId townships, communities;
  level_count(county, MUSTER_AREA_TOWNSHIP, &townships);
  level_count(county, MUSTER_AREA_COMMUNITY, &communities);
  for (uint32_t i = 0; i < facts->township_count; i++) {
    g_assert_cmpint(areas[townships + i].code, ==, facts->townships[i].code);
    g_assert_cmpstr(areas[townships + i].name, ==, facts->townships[i].name);
    g_assert_cmpmem(&areas[townships + i].seat, sizeof(MusterPosition), &facts->townships[i].seat,
                    sizeof(MusterPosition));
  }
  for (uint32_t i = 0; i < facts->community_count; i++) {
    const mi_fact_community *fact = &facts->communities[i];
    g_assert_cmpint(areas[communities + i].code, ==, fact->code);
    g_assert_cmpstr(areas[communities + i].name, ==, fact->name);
    g_assert_cmpint(areas[communities + i].parent_code, ==, facts->townships[fact->township].code);
    g_assert_cmpuint(areas[communities + i].kind == MUSTER_COMMUNITY_URBAN, ==, fact->urban);
  }
}

/* 5 communities of the county town with 108 grids; every other community is one grid. */
static void test_town_grids(void) {
  const MusterCounty *county = shared();
  const MusterArea *areas = muster_county_areas(county, NULL);
  MusterAreaId first, communities;
  size_t count = level_count(county, MUSTER_AREA_GRID, &first), divided = 0, town_grids = 0;
  size_t community_count = level_count(county, MUSTER_AREA_COMMUNITY, &communities);
  for (size_t i = 0; i < community_count; i++) {
    size_t grids = 0;
    for (size_t k = 0; k < count; k++) grids += areas[first + k].parent == communities + i;
    g_assert_cmpuint(grids, >=, 1);
    if (grids == 1) continue;
    divided++;
    town_grids += grids;
    g_assert_cmpuint(areas[communities + i].kind, ==, MUSTER_COMMUNITY_URBAN);
    g_assert_cmpint(areas[communities + i].parent_code, ==, 422827100);
  }
  g_assert_cmpuint(divided, ==, 5);
  g_assert_cmpuint(town_grids, ==, 108);
}

static void test_team_structure(void) {
  const MusterCounty *county = shared();
  check_teams(county);
  size_t count;
  muster_county_teams(county, &count);
  const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
  for (MusterTeamId team = 0; team < count; team++) {
    MusterSpan32 members = muster_county_team_volunteers(county, team);
    unsigned backbone = 0, deputies = 0, deputy_secretaries = 0, committee = 0;
    for (size_t i = 0; i < members.count; i++) {
      const MusterVolunteer *member = &volunteers[members.data[i]];
      backbone += member->role == MUSTER_ROLE_BACKBONE;
      deputies += member->role == MUSTER_ROLE_DEPUTY;
      deputy_secretaries += member->branch_role == MUSTER_BRANCH_DEPUTY_SECRETARY;
      committee += member->branch_role == MUSTER_BRANCH_COMMITTEE;
    }
    g_assert_cmpuint(backbone, >=, 30);
    g_assert_cmpuint(backbone, <=, 50);
    g_assert_cmpuint(deputies, >=, 1);
    g_assert_cmpuint(deputies, <=, 3);
    g_assert_cmpuint(deputy_secretaries, >=, 1);
    g_assert_cmpuint(deputy_secretaries, <=, 2);
    g_assert_cmpuint(committee, >=, 3);
    g_assert_cmpuint(committee, <=, 5);
  }
}

static size_t count_skilled(const MusterCounty *county, const char *name) {
  int bit = muster_county_find_skill(county, name);
  g_assert_cmpint(bit, >=, 0);
  size_t count, skilled = 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  for (size_t i = 0; i < count; i++) skilled += volunteers[i].skills >> bit & 1;
  return skilled;
}

static void test_skills(void) {
  static const char *const EMERGENCY[] = {"first_aid",    "medic",      "water_rescue", "firefighting",
                                          "elderly_care", "psychology", "electrician",  "driver"};
  g_assert_cmpuint(count_skilled(shared(), "barber"), ==, 128);
  for (size_t i = 0; i < G_N_ELEMENTS(EMERGENCY); i++) g_assert_cmpuint(count_skilled(shared(), EMERGENCY[i]), >=, 20);
}

/* The 15 posts serve the 5 town communities and the seat communities of all 8 townships. */
static void test_posts(void) {
  const MusterCounty *county = shared();
  const MusterArea *areas = muster_county_areas(county, NULL);
  size_t posts, stations;
  muster_county_posts(county, &posts);
  const MusterStation *station = muster_county_stations(county, &stations);
  g_autoptr(GHashTable) communities = g_hash_table_new(NULL, NULL), townships = g_hash_table_new(NULL, NULL);
  for (MusterPostId post = 0; post < posts; post++) {
    MusterSpan32 served = muster_county_post_areas(county, post);
    g_assert_cmpuint(served.count, >=, 1);
    for (size_t i = 0; i < served.count; i++) {
      g_hash_table_add(communities, GUINT_TO_POINTER(served.data[i]));
      g_hash_table_add(townships, GUINT_TO_POINTER(areas[served.data[i]].parent));
    }
  }
  g_assert_cmpuint(g_hash_table_size(communities), ==, 12);
  g_assert_cmpuint(g_hash_table_size(townships), ==, 8);
  g_hash_table_remove_all(communities);
  for (size_t i = 0; i < stations; i++) {
    g_hash_table_add(communities, GUINT_TO_POINTER(station[i].community));
    MusterAreaId grid = muster_county_locate(county, station[i].position);
    g_assert_cmpuint(areas[grid].parent, ==, station[i].community);
  }
  g_assert_cmpuint(g_hash_table_size(communities), ==, 196);
  check_shifts(county);
}

static void test_tiling(void) { check_tiling(shared()); }
static void test_areas(void) { check_areas(shared()); }
static void test_homes(void) { check_homes(shared()); }
static void test_no_defects(void) { check_no_defects(shared()); }

/* All roads hang together for each mode, and there are about as many as in the real county. */
static void test_roads(void) {
  const MusterRoads *roads = muster_county_roads(shared());
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterNetwork) network = muster_network_new(roads, (MusterMode)mode, &error);
    g_assert_no_error(error);
    MusterNetworkInfo info;
    muster_network_info(network, &info);
    g_assert_cmpuint(info.part_count, ==, 1);
    g_assert_cmpuint(info.node_count, >, 8000);
  }
}

static void test_same_seed_same_county(void) {
  g_autoptr(MusterCounty) again = make(1, 1), other = make(2, 1);
  g_assert_cmpstr(muster_county_sha256(again), ==, muster_county_sha256(shared()));
  g_assert_cmpstr(muster_county_sha256(other), !=, muster_county_sha256(shared()));
  check_areas(other);
  check_no_defects(other);
  g_assert_cmpuint(count_skilled(other, "barber"), ==, 128);
}

/* Volunteers and teams are scaled, residents stay; a community keeps a team and a team its captain. */
static void test_scale(void) {
  static const struct {
    double scale;
    size_t teams, volunteers;
  } CASES[] = {{0.01, 196, 334}, {3, 1341, 100110}};
  for (size_t i = 0; i < test_count(1, 2, 2); i++) {
    g_autoptr(MusterCounty) county = make(5, CASES[i].scale);
    size_t count;
    muster_county_teams(county, &count);
    g_assert_cmpuint(count, ==, CASES[i].teams);
    muster_county_volunteers(county, &count);
    g_assert_cmpuint(count, ==, CASES[i].volunteers);
    g_assert_cmpuint(muster_county_areas(county, NULL)[0].residents, ==, 283255);
    check_teams(county);
    check_areas(county);
  }
}

static bool stop_at_once(double share_done, void *user_data) {
  (void)share_done;
  (void)user_data;
  return false;
}

static void test_refusals(void) {
  static const double SCALES[] = {0, -1, 0.009, 101, 0.0 / 0.0};
  for (size_t i = 0; i < G_N_ELEMENTS(SCALES); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(muster_county_reference(1, SCALES[i], NULL, NULL, &error));
    g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION);
  }
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_county_reference(1, 1, stop_at_once, NULL, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CANCELLED);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county/reference/facts", test_facts);
  g_test_add_func("/county/reference/figures", test_figures);
  g_test_add_func("/county/reference/names-and-codes", test_names_and_codes);
  g_test_add_func("/county/reference/town-grids", test_town_grids);
  g_test_add_func("/county/reference/tiling", test_tiling);
  g_test_add_func("/county/reference/areas", test_areas);
  g_test_add_func("/county/reference/teams", test_team_structure);
  g_test_add_func("/county/reference/skills", test_skills);
  g_test_add_func("/county/reference/posts", test_posts);
  g_test_add_func("/county/reference/homes", test_homes);
  g_test_add_func("/county/reference/roads", test_roads);
  g_test_add_func("/county/reference/no-defects", test_no_defects);
  g_test_add_func("/county/reference/same-seed", test_same_seed_same_county);
  g_test_add_func("/county/reference/scale", test_scale);
  g_test_add_func("/county/reference/refusals", test_refusals);
  return g_test_run();
}
