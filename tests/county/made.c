/* Checks that every made county must pass; see made.h. */
#include "county/made.h"

#include <math.h>

#include "base/random.h"
#include "index/polygons.h"
#include "support/support.h"

static double area_of(const MusterCounty *county, MusterAreaId area) {
  MusterPolygons polygons = muster_county_area_polygons(county, area);
  return mi_polygons_area_m2(&polygons);
}

static MusterPosition draw_position(mi_random *random, MusterBox box) {
  return (MusterPosition){
      (int32_t)(box.min_lon_e7 + mi_random_unit(random) * ((double)box.max_lon_e7 - box.min_lon_e7)),
      (int32_t)(box.min_lat_e7 + mi_random_unit(random) * ((double)box.max_lat_e7 - box.min_lat_e7))};
}

static size_t count_holders(const MusterCounty *county, MusterAreaLevel level, MusterPosition position) {
  MusterAreaId first;
  size_t count, holders = 0;
  muster_county_level(county, level, &first, &count);
  for (size_t i = 0; i < count; i++) {
    MusterPolygons polygons = muster_county_area_polygons(county, first + (MusterAreaId)i);
    holders += muster_polygons_contain(&polygons, position);
  }
  return holders;
}

void check_tiling(const MusterCounty *county) {
  enum { POSITIONS = 400 };
  double whole_m2 = area_of(county, 0);
  g_assert_cmpfloat(whole_m2, >, 0);
  for (int level = MUSTER_AREA_TOWNSHIP; level <= MUSTER_AREA_GRID; level++) {
    MusterAreaId first;
    size_t count;
    double sum_m2 = 0;
    muster_county_level(county, (MusterAreaLevel)level, &first, &count);
    for (size_t i = 0; i < count; i++) sum_m2 += area_of(county, first + (MusterAreaId)i);
    g_assert_cmpfloat_with_epsilon(sum_m2 / whole_m2, 1, 1e-9);
  }
  MusterPolygons outline = muster_county_area_polygons(county, 0);
  MusterBox box;
  g_assert_true(mi_polygons_box(&outline, &box));
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int i = 0; i < POSITIONS; i++) {
    MusterPosition position = draw_position(&random, box);
    size_t inside = muster_polygons_contain(&outline, position);
    for (int level = MUSTER_AREA_TOWNSHIP; level <= MUSTER_AREA_GRID; level++)
      g_assert_cmpuint(count_holders(county, (MusterAreaLevel)level, position), ==, inside);
    g_assert_cmpuint(muster_county_locate(county, position) != MUSTER_NONE, ==, inside);
  }
}

void check_areas(const MusterCounty *county) {
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  g_autofree uint64_t *residents = g_new0(uint64_t, count);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) {
      g_assert_cmpuint(areas[i].parent, <, i);
      g_assert_cmpuint(areas[areas[i].parent].level + 1, ==, areas[i].level);
      residents[areas[i].parent] += areas[i].residents;
    }
    g_assert_true((areas[i].leader_contact != NULL) == (areas[i].level != MUSTER_AREA_GRID));
    if (areas[i].level == MUSTER_AREA_GRID) {
      g_assert_cmpuint(areas[i].duty_team_id, !=, MUSTER_NONE);
      g_assert_cmpuint(muster_county_locate(county, areas[i].seat), ==, i);
    }
  }
  for (size_t i = 0; i < count; i++)
    if (areas[i].level != MUSTER_AREA_GRID) g_assert_cmpuint(residents[i], ==, areas[i].residents);
}

typedef struct team_count {
  unsigned roles[4], branch[4];
} team_count;

void check_teams(const MusterCounty *county) {
  size_t team_count_all, volunteer_count;
  muster_county_teams(county, &team_count_all);
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &volunteer_count);
  g_autofree team_count *counts = g_new0(team_count, team_count_all);
  g_autoptr(GHashTable) contacts = g_hash_table_new(g_str_hash, g_str_equal);
  for (size_t i = 0; i < volunteer_count; i++) {
    g_assert_cmpuint(volunteers[i].team_id, <, team_count_all);
    g_assert_true(volunteers[i].approved);
    g_assert_true(volunteers[i].modes & MUSTER_MODE_BIT(MUSTER_MODE_FOOT));
    g_assert_true(g_hash_table_add(contacts, (gpointer)(uintptr_t)volunteers[i].contact));
    counts[volunteers[i].team_id].roles[volunteers[i].role]++;
    counts[volunteers[i].team_id].branch[volunteers[i].branch_role]++;
  }
  for (size_t i = 0; i < team_count_all; i++) {
    g_assert_cmpuint(counts[i].roles[MUSTER_ROLE_CAPTAIN], ==, 1);
    g_assert_cmpuint(counts[i].roles[MUSTER_ROLE_DEPUTY], <=, 3);
    g_assert_cmpuint(counts[i].branch[MUSTER_BRANCH_SECRETARY], ==, 1);
    if (counts[i].roles[MUSTER_ROLE_MEMBER] == 0) continue; /* too small for the full structure */
    g_assert_cmpuint(counts[i].roles[MUSTER_ROLE_DEPUTY], >=, 1);
  }
}

void check_homes(const MusterCounty *county) {
  const MusterArea *areas = muster_county_areas(county, NULL);
  const MusterTeam *teams = muster_county_teams(county, NULL);
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  for (size_t i = 0; i < count; i++) {
    MusterAreaId grid = muster_county_locate(county, volunteers[i].home);
    g_assert_cmpuint(grid, !=, MUSTER_NONE);
    g_assert_cmpuint(muster_county_locate(county, volunteers[i].work), !=, MUSTER_NONE);
    const MusterArea *home = &areas[areas[grid].parent];
    const MusterArea *team = &areas[teams[volunteers[i].team_id].area];
    if (team->level == MUSTER_AREA_COMMUNITY) g_assert_cmpint(home->code, ==, team->code);
    if (team->level == MUSTER_AREA_TOWNSHIP) g_assert_cmpint(home->parent_code, ==, team->code);
    MusterRoadPoint point;
    g_assert_true(muster_network_snap(network, volunteers[i].home, 60, &point, &error));
  }
}

void check_shifts(const MusterCounty *county) {
  size_t post_count, shift_count;
  const MusterPost *posts = muster_county_posts(county, &post_count);
  const MusterShift *shifts = muster_county_shifts(county, &shift_count);
  g_autoptr(GHashTable) stands_at = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (size_t i = 0; i < shift_count; i++) {
    const int64_t *other = g_hash_table_lookup(stands_at, &shifts[i].volunteer);
    if (other) g_assert_cmpint(*other, ==, shifts[i].post);
    g_hash_table_insert(stands_at, (gpointer)(uintptr_t)&shifts[i].volunteer, (gpointer)(uintptr_t)&shifts[i].post);
  }
  for (size_t post = 0; post < post_count; post++)
    for (unsigned day = 0; day < 7; day++)
      for (unsigned minute = 360; minute < 1320; minute += 30) {
        unsigned present = 0;
        for (size_t i = 0; i < shift_count; i++)
          present += shifts[i].post == posts[post].id && (shifts[i].weekdays >> day & 1) &&
                     shifts[i].start_min <= minute && minute < shifts[i].end_min;
        g_assert_cmpuint(present, ==, 3);
      }
}

void check_no_defects(const MusterCounty *county) {
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t count;
  const MusterDefect *list = muster_defects_list(defects, &count);
  for (size_t i = 0; i < count && i < 10; i++) g_test_message("%s", list[i].text);
  g_assert_cmpuint(count, ==, 0);
}
