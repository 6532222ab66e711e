/* The county model: order, references, lists, look-ups, adjacency, all against the slow and obvious. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "county/names.h"
#include "county/sample.h"
#include "support/support.h"

static const SampleOptions small = {.seed = 1, .side = 4, .volunteers = 60};

static void test_order_does_not_matter(void) {
  SampleOptions options = {.seed = test_seed(), .side = 5, .volunteers = 200, .roads = true};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  g_assert_cmpuint(strlen(muster_county_sha256(county)), ==, 64);
  for (options.order = 1; options.order <= 8; options.order++) {
    g_autoptr(MusterCounty) other = sample_county_new(&options);
    g_assert_cmpstr(muster_county_sha256(other), ==, muster_county_sha256(county));
  }
  options.seed++;
  g_autoptr(MusterCounty) another = sample_county_new(&options);
  g_assert_cmpstr(muster_county_sha256(another), !=, muster_county_sha256(county));
}

/* Any one field counts. */
static void test_digest_sees_each_field(void) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (unsigned variant = 0; variant < 12; variant++) {
    g_autoptr(MusterCountyBuilder) builder = sample_builder_new(&small);
    MusterVolunteer extra = {.id = 1, .contact = "x"};
    if (variant == 1) extra.id = 2;
    if (variant == 2) extra.role = 1;
    if (variant == 3) extra.branch_role = 1;
    if (variant == 4) extra.modes = 1;
    if (variant == 5) extra.approved = true;
    if (variant == 6) extra.has_work = true;
    if (variant == 7) extra.home.lon_e7 = 1;
    if (variant == 8) extra.skills = 1;
    if (variant == 9) extra.contact = NULL;
    if (variant == 10) extra.team = 3;
    if (variant == 11) muster_county_builder_set_note(builder, "other");
    muster_county_builder_add_volunteer(builder, &extra);
    g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
    g_assert_true(g_hash_table_add(seen, g_strdup(muster_county_sha256(county))));
  }
}

static void test_rows_ascend(void) {
  SampleOptions options = {.seed = 3, .order = 17, .side = 5, .volunteers = 150, .roads = true};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  g_assert_cmpuint(count, ==, 1 + 1 + 7 + 25);
  for (size_t i = 1; i < count; i++)
    g_assert_true(areas[i - 1].level < areas[i].level ||
                  (areas[i - 1].level == areas[i].level && areas[i - 1].code < areas[i].code));
  for (size_t i = 0; i < count; i++) g_assert_cmpuint(muster_county_find_area(county, areas[i].code), ==, i);
  g_assert_cmpuint(muster_county_find_area(county, 5), ==, MUSTER_NONE);
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  g_assert_cmpuint(count, ==, 150);
  for (size_t i = 0; i < count; i++) {
    g_assert_cmpuint(muster_county_find_volunteer(county, volunteers[i].id), ==, i);
    g_assert_cmpuint(muster_county_find_volunteer(county, volunteers[i].id + 1), ==, MUSTER_NONE);
  }
  const MusterRoads *roads = muster_county_roads(county);
  g_assert_cmpuint(muster_roads_way_count(roads), ==, 12);
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const int64_t *nodes;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(roads, i, &way, &nodes, &positions, &node_count);
    g_assert_cmpint(way.id, ==, 10 + (int64_t)i);
  }
}

static void test_references(void) {
  g_autoptr(MusterCountyBuilder) builder = sample_builder_new(&small);
  MusterTeam lost = {.id = 99, .area_code = 123, .name = NULL};
  MusterPost nowhere = {.id = 77, .community_code = 900001, .name = "in the county, not in a community"};
  muster_county_builder_add_team(builder, &lost);
  muster_county_builder_add_post(builder, &nowhere);
  MusterArea loop = {.code = 5, .parent_code = 5, .level = MUSTER_AREA_COMMUNITY};
  muster_county_builder_add_area(builder, &loop, NULL);
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  const MusterArea *areas = muster_county_areas(county, NULL);
  const MusterTeam *teams = muster_county_teams(county, NULL);
  MusterTeamId team = muster_county_find_team(county, 99);
  g_assert_cmpuint(teams[team].area, ==, MUSTER_NONE);
  g_assert_cmpint(teams[team].area_code, ==, 123);
  g_assert_cmpstr(teams[team].name, ==, "");
  g_assert_cmpuint(muster_county_posts(county, NULL)[muster_county_find_post(county, 77)].community, ==, MUSTER_NONE);
  g_assert_cmpuint(areas[muster_county_find_area(county, 5)].parent, ==, MUSTER_NONE);
  MusterAreaId first;
  size_t count;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  g_assert_cmpuint(count, ==, 16);
  for (MusterAreaId grid = first; grid < first + count; grid++) {
    g_assert_cmpint(areas[areas[grid].parent].code, ==, areas[grid].parent_code);
    g_assert_cmpint(teams[areas[grid].duty_team_id].id, ==, areas[grid].duty_team);
    g_assert_null(areas[grid].leader_contact);
  }
}

static void test_lists(void) {
  SampleOptions options = {.seed = 8, .order = 3, .side = 4, .volunteers = 300};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  size_t team_count, volunteer_count, area_count, listed = 0, child_count = 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &volunteer_count);
  const MusterArea *areas = muster_county_areas(county, &area_count);
  const MusterTeam *teams = muster_county_teams(county, &team_count);
  for (MusterTeamId team = 0; team < team_count; team++) {
    MusterSpan32 members = muster_county_team_volunteers(county, team);
    for (size_t i = 0; i < members.count; i++) {
      const MusterVolunteer *here = &volunteers[members.data[i]];
      g_assert_cmpint(here->team, ==, teams[team].id);
      g_assert_cmpuint(here->team_id, ==, team);
      if (i == 0) continue;
      const MusterVolunteer *before = &volunteers[members.data[i - 1]];
      g_assert_true(before->role < here->role || (before->role == here->role && before->id < here->id));
    }
    listed += members.count;
  }
  for (size_t i = 0; i < volunteer_count; i++) listed += volunteers[i].team_id == MUSTER_NONE;
  g_assert_cmpuint(listed, ==, volunteer_count);
  for (MusterAreaId area = 0; area < area_count; area++) {
    MusterSpan32 children = muster_county_area_children(county, area);
    for (size_t i = 0; i < children.count; i++) g_assert_cmpuint(areas[children.data[i]].parent, ==, area);
    child_count += children.count;
    MusterSpan32 own = muster_county_area_teams(county, area);
    for (size_t i = 0; i < own.count; i++) g_assert_cmpuint(teams[own.data[i]].area, ==, area);
  }
  g_assert_cmpuint(child_count, ==, area_count - 1);
  MusterSpan32 served = muster_county_post_areas(county, muster_county_find_post(county, 9));
  g_assert_cmpuint(served.count, ==, 1); /* the other one does not exist */
  g_assert_cmpuint(areas[served.data[0]].level, ==, MUSTER_AREA_COMMUNITY);
}

static void test_skills(void) {
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  int pump = muster_county_builder_skill(builder, "pump"), aed = muster_county_builder_skill(builder, "aed");
  g_assert_cmpint(muster_county_builder_skill(builder, "pump"), ==, pump);
  MusterVolunteer one = {.id = 1, .skills = UINT64_C(1) << pump}, two = {.id = 2, .skills = UINT64_C(1) << aed};
  muster_county_builder_add_volunteer(builder, &one);
  muster_county_builder_add_volunteer(builder, &two);
  for (int i = 2; i < 64; i++) {
    g_autofree char *name = g_strdup_printf("skill %d", i);
    g_assert_cmpint(muster_county_builder_skill(builder, name), ==, i);
  }
  g_assert_cmpint(muster_county_builder_skill(builder, "one too many"), ==, -1);
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  g_assert_cmpstr(muster_county_skill_name(county, 0), ==, "aed");
  g_assert_cmpint(muster_county_find_skill(county, "pump"), ==, 1);
  g_assert_cmpint(muster_county_find_skill(county, "boat"), ==, -1);
  g_assert_null(muster_county_skill_name(county, 64));
  g_assert_cmpuint(muster_county_volunteers(county, NULL)[0].skills, ==, 2);
  g_assert_cmpuint(muster_county_volunteers(county, NULL)[1].skills, ==, 1);
}

static void assert_refused(MusterCountyBuilder *builder, int code, const char *part) {
  GError *error = NULL;
  g_assert_null(muster_county_builder_seal(builder, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, code);
  if (!strstr(error->message, part)) g_error("expected \"%s\" in \"%s\"", part, error->message);
  g_clear_error(&error);
  g_autoptr(MusterCounty) empty = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error); /* the builder is empty after a refusal, too */
  g_assert_null(muster_county_areas(empty, NULL));
  muster_county_builder_free(builder);
}

static void test_duplicates(void) {
  MusterCountyBuilder *builder = sample_builder_new(&small);
  MusterTeam team = {.id = 2, .name = "Twin"};
  muster_county_builder_add_team(builder, &team);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE, "team 2 stands twice: \"Team 1 先锋队\" and \"Twin\"");

  builder = sample_builder_new(&small);
  MusterVolunteer volunteer = {.id = 1007, .contact = "twin", .team = 4};
  muster_county_builder_add_volunteer(builder, &volunteer);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE, "in team 4 with contact \"twin\"");

  builder = sample_builder_new(&small);
  MusterPost post = {.id = 501, .name = "Post of a station's id"};
  muster_county_builder_add_post(builder, &post);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE,
                 "id 501 stands twice: post \"Post of a station's id\" and station \"Station\"");

  builder = sample_builder_new(&small);
  MusterArea area = {.code = 900001, .name = "Twin", .level = MUSTER_AREA_GRID};
  muster_county_builder_add_area(builder, &area, NULL);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE,
                 "code 900001 stands twice: county \"Sample 样县\" and grid \"Twin\"");

  builder = sample_builder_new(&small);
  MusterEquipment pump = {500, "aed", 3};
  muster_county_builder_add_equipment(builder, &pump);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE, "equipment \"aed\" of holder 500 stands twice");

  builder = sample_builder_new(&small);
  muster_county_builder_add_post_area(builder, 9, 900001100001);
  assert_refused(builder, MUSTER_COUNTY_ERROR_DUPLICATE, "post 9 is said twice to serve community 900001100001");
}

static void test_values_are_refused(void) {
  MusterCountyBuilder *builder = muster_county_builder_new();
  MusterVolunteer volunteer = {.id = 17, .role = 9};
  muster_county_builder_add_volunteer(builder, &volunteer);
  assert_refused(builder, MUSTER_COUNTY_ERROR_INPUT, "volunteer 17: role: expected 0 to 3, found 9");

  builder = muster_county_builder_new();
  volunteer = (MusterVolunteer){.id = 17, .home = {1800000001, 0}};
  muster_county_builder_add_volunteer(builder, &volunteer);
  assert_refused(builder, MUSTER_COUNTY_ERROR_INPUT, "volunteer 17: home: expected a position on earth");

  builder = muster_county_builder_new();
  volunteer = (MusterVolunteer){.id = 17, .skills = 1};
  muster_county_builder_add_volunteer(builder, &volunteer);
  assert_refused(builder, MUSTER_COUNTY_ERROR_INPUT, "volunteer 17: skills: a bit that has no name");

  builder = muster_county_builder_new();
  MusterTeam team = {.id = 3, .name = "\xff"};
  muster_county_builder_add_team(builder, &team);
  assert_refused(builder, MUSTER_COUNTY_ERROR_INPUT, "team 3: name: expected UTF-8");

  builder = muster_county_builder_new();
  MusterPosition ring[] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
  uint32_t ring_first[] = {0, 4}, polygon_first[] = {0, 1};
  MusterPolygons open = {ring, ring_first, polygon_first, 1, 1};
  MusterArea area = {.code = 4, .level = MUSTER_AREA_GRID};
  muster_county_builder_add_area(builder, &area, &open);
  assert_refused(builder, MUSTER_COUNTY_ERROR_INPUT, "area 4: polygon: a ring from 0.0000000, 0.0000000 is not closed");
}

static void test_roads_are_canonical(void) {
  MusterPosition line[] = {{0, 0}, {1000, 0}, {2000, 0}};
  int64_t nodes[] = {5, 6, 7};
  MusterRoads *roads = muster_roads_new();
  MusterWay far = {.id = 9, .name = "Far"}, near = {.id = 4}, stub = {.id = 6};
  muster_roads_add_way(roads, &far, nodes, line, 3);
  muster_roads_add_way(roads, &stub, nodes, line, 1);
  muster_roads_add_way(roads, &near, nodes + 1, line + 1, 2);
  muster_roads_add_barrier(roads, 7, 1);
  muster_roads_add_barrier(roads, 99, 1); /* on no way */
  muster_roads_add_barrier(roads, 5, 0);  /* closes nothing */
  muster_roads_add_barrier(roads, 7, 4);
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  muster_county_builder_take_roads(builder, roads);
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  const MusterRoads *sealed = muster_county_roads(county);
  g_assert_cmpuint(muster_roads_way_count(sealed), ==, 2);
  MusterWay way;
  muster_roads_way(sealed, 1, &way, NULL, NULL, NULL);
  g_assert_cmpint(way.id, ==, 9);
  g_assert_cmpstr(way.name, ==, "Far");
  g_assert_cmpuint(muster_roads_barrier_count(sealed), ==, 1);
  int64_t node;
  unsigned closed;
  muster_roads_barrier(sealed, 0, &node, &closed);
  g_assert_cmpint(node, ==, 7);
  g_assert_cmpuint(closed, ==, 5);
}

/* A view that begins in the middle of somebody else's arrays comes out counted from 0. */
static void test_polygons_are_copied(void) {
  MusterPosition positions[] = {{9, 9},   {0, 0},   {90, 0},  {90, 90}, {0, 90},  {0, 0},    {10, 10}, {10, 20},
                                {20, 20}, {20, 10}, {10, 10}, {100, 0}, {110, 0}, {110, 10}, {100, 0}};
  uint32_t ring_first[] = {0, 1, 6, 11, 15}, polygon_first[] = {0, 1, 3, 4};
  MusterPolygons view = {positions, ring_first, polygon_first + 1, 3, 2};
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  MusterArea area = {.code = 4, .level = MUSTER_AREA_GRID};
  muster_county_builder_add_area(builder, &area, &view);
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  MusterPolygons copy = muster_county_area_polygons(county, 0);
  g_assert_cmpuint(copy.polygon_count, ==, 2);
  g_assert_cmpuint(copy.ring_count, ==, 3);
  g_assert_cmpuint(copy.polygon_first[0], ==, 0);
  g_assert_cmpuint(copy.polygon_first[2], ==, 3);
  g_assert_cmpuint(copy.ring_first[0], ==, 0);
  g_assert_cmpuint(copy.ring_first[3], ==, 14);
  g_assert_cmpmem(copy.positions, 14 * sizeof *positions, positions + 1, 14 * sizeof *positions);
  g_assert_cmpuint(muster_county_locate(county, (MusterPosition){15, 15}), ==, MUSTER_NONE);
  g_assert_cmpuint(muster_county_locate(county, (MusterPosition){105, 2}), ==, 0);
}

/* ---- where a point lies ---- */

static MusterAreaId locate_slowly(const MusterCounty *county, MusterPosition position) {
  MusterAreaId first, found = MUSTER_NONE;
  size_t count;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  for (MusterAreaId grid = first; grid < first + count; grid++) {
    MusterPolygons polygons = muster_county_area_polygons(county, grid);
    if (!muster_polygons_contain(&polygons, position)) continue;
    g_assert_cmpuint(found, ==, MUSTER_NONE); /* exactly one, also on shared edges and corners */
    found = grid;
  }
  return found;
}

static MusterAreaId locate_near_slowly(const MusterCounty *county, MusterPosition position, double limit_m,
                                       double *distance_m) {
  MusterAreaId first, nearest = locate_slowly(county, position);
  size_t count;
  *distance_m = 0;
  if (nearest != MUSTER_NONE) return nearest;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &count);
  double best_m = INFINITY;
  for (MusterAreaId grid = first; grid < first + count; grid++) {
    MusterPolygons polygons = muster_county_area_polygons(county, grid);
    for (uint32_t i = 0; i + 1 < polygons.ring_first[polygons.ring_count]; i++) {
      double m = muster_distance_to_segment_m(position, polygons.positions[i], polygons.positions[i + 1], NULL, NULL);
      if (m < best_m) best_m = m, nearest = grid;
    }
  }
  *distance_m = best_m;
  return best_m <= limit_m ? nearest : MUSTER_NONE;
}

/* The sample's grids have one ring each, so that no edge runs between two rings. */
static void test_locate_near(void) {
  unsigned near = 0, far = 0;
  for (unsigned stepped = 0; stepped < 2; stepped++) {
    SampleOptions options = {.seed = test_seed(), .side = 4, .volunteers = 1, .stepped = stepped};
    g_autoptr(MusterCounty) county = sample_county_new(&options);
    mi_random random;
    mi_random_init(&random, options.seed, 10);
    for (unsigned i = 0; i < 3000; i++) {
      MusterPosition at = {1094000000 + (int32_t)mi_random_below(&random, 300000) - 100000,
                           295000000 + (int32_t)mi_random_below(&random, 300000) - 100000};
      double limit_m = i % 2 ? 500 : 0, slow_m, m;
      MusterAreaId slow = locate_near_slowly(county, at, limit_m, &slow_m);
      if (i % 5 == 0) limit_m = slow_m, slow = locate_near_slowly(county, at, limit_m, &slow_m); /* exactly */
      MusterAreaId grid = muster_county_locate_near(county, at, limit_m, &m);
      g_assert_cmpuint(grid, ==, slow);
      g_assert_cmpfloat(m, ==, grid == MUSTER_NONE ? 0 : slow_m);
      near += grid != MUSTER_NONE && m > 0;
      far += grid == MUSTER_NONE;
    }
  }
  g_assert_cmpuint(near, >, 100);
  g_assert_cmpuint(far, >, 100);
}

static void test_locate(void) {
  for (unsigned stepped = 0; stepped < 2; stepped++) {
    SampleOptions options = {.seed = test_seed(), .side = 6, .volunteers = 1, .stepped = stepped};
    g_autoptr(MusterCounty) county = sample_county_new(&options);
    mi_random random;
    mi_random_init(&random, options.seed, 9);
    unsigned inside = 0;
    for (unsigned i = 0; i < 4000; i++) {
      MusterPosition at = {1094000000 + (int32_t)mi_random_below(&random, 300000) - 20000,
                           295000000 + (int32_t)mi_random_below(&random, 300000) - 20000};
      if (i % 3 == 0) at.lon_e7 -= at.lon_e7 % 20000; /* on the edges */
      if (i % 4 == 0) at.lat_e7 -= at.lat_e7 % 40000; /* and the corners */
      MusterAreaId grid = muster_county_locate(county, at);
      g_assert_cmpuint(grid, ==, locate_slowly(county, at));
      inside += grid != MUSTER_NONE;
    }
    g_assert_cmpuint(inside, >, 1500);
  }
}

/* ---- adjacency ---- */

/* By walking along every edge in small steps and asking who lies on either side. */
static double border_slowly_m(const MusterCounty *county, MusterAreaId a, MusterAreaId b) {
  MusterPolygons polygons = muster_county_area_polygons(county, a);
  MusterPolygons other = muster_county_area_polygons(county, b);
  const int steps = 1000, aside_e7 = 20;
  double sum_m = 0;
  for (uint32_t i = 0; i + 1 < polygons.ring_first[1]; i++) {
    MusterPosition from = polygons.positions[i], to = polygons.positions[i + 1];
    double dx = to.lon_e7 - from.lon_e7, dy = to.lat_e7 - from.lat_e7, length = hypot(dx, dy);
    unsigned beside = 0;
    for (int step = 0; step < steps; step++) {
      double share = (step + 0.5) / steps;
      for (int side = -1; side <= 1; side += 2) {
        MusterPosition at = {(int32_t)lround(from.lon_e7 + dx * share + side * aside_e7 * dy / length),
                             (int32_t)lround(from.lat_e7 + dy * share - side * aside_e7 * dx / length)};
        beside += muster_polygons_contain(&other, at);
      }
    }
    sum_m += muster_distance_planar_m(from, to) * beside / steps;
  }
  return sum_m;
}

static void assert_adjacency(const MusterCounty *county) {
  size_t pair_count, grid_count, next = 0;
  MusterAreaId first;
  const MusterAdjacency *pairs = muster_county_adjacency(county, &pair_count);
  muster_county_level(county, MUSTER_AREA_GRID, &first, &grid_count);
  for (MusterAreaId a = first; a < first + grid_count; a++)
    for (MusterAreaId b = a + 1; b < first + grid_count; b++) {
      double slow_m = border_slowly_m(county, a, b);
      bool listed = next < pair_count && pairs[next].a == a && pairs[next].b == b;
      g_assert_true(listed == (slow_m >= 0.5));
      if (!listed) continue;
      g_assert_cmpfloat_with_epsilon(pairs[next].border_m, slow_m, 1 + slow_m / 500);
      next++;
    }
  g_assert_cmpuint(next, ==, pair_count);
  g_assert_cmpuint(pair_count, >, 0);
}

static void test_adjacency(void) {
  for (unsigned stepped = 0; stepped < 2; stepped++) {
    SampleOptions options = {.seed = 5, .side = 4, .volunteers = 1, .stepped = stepped};
    g_autoptr(MusterCounty) county = sample_county_new(&options);
    assert_adjacency(county);
  }
}

/* Slanted borders whose T-junction can only be near the line, not on it. */
static void test_adjacency_off_the_lattice(void) {
  MusterPosition west[] = {{0, 0}, {70001, 900003}, {-500000, 900003}, {-500000, 0}, {0, 0}};
  MusterPosition south_east[] = {{0, 0}, {500000, 0}, {500000, 400000}, {31112, 400000}, {0, 0}};
  MusterPosition north_east[] = {{31112, 400000}, {500000, 400000}, {70001, 900003}, {31112, 400000}};
  MusterPosition *rings[] = {west, south_east, north_east};
  uint32_t counts[] = {5, 5, 4}, polygon_first[] = {0, 1};
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  for (unsigned i = 0; i < 3; i++) {
    uint32_t ring_first[] = {0, counts[i]};
    MusterPolygons polygons = {rings[i], ring_first, polygon_first, 1, 1};
    MusterArea area = {.code = 10 + i, .level = MUSTER_AREA_GRID};
    muster_county_builder_add_area(builder, &area, &polygons);
  }
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  size_t count;
  const MusterAdjacency *pairs = muster_county_adjacency(county, &count);
  g_assert_cmpuint(count, ==, 3);
  g_assert_cmpfloat_with_epsilon(pairs[0].border_m, muster_distance_planar_m(west[0], south_east[3]), 1);
  g_assert_cmpfloat_with_epsilon(pairs[1].border_m, muster_distance_planar_m(south_east[3], west[1]), 1);
  g_assert_cmpfloat_with_epsilon(pairs[2].border_m, muster_distance_planar_m(south_east[2], south_east[3]), 1);
}

/* An edge that a grid has twice (not a valid polygon, but a file may hold it) is no longer border. */
static void test_adjacency_counts_once(void) {
  MusterPosition west[] = {{0, 0}, {50000, 0}, {50000, 90000}, {0, 90000}, {0, 0},
                           {0, 0}, {50000, 0}, {50000, 90000}, {0, 90000}, {0, 0}};
  MusterPosition east[] = {{50000, 0}, {90000, 0}, {90000, 90000}, {50000, 90000}, {50000, 0}};
  uint32_t twice[] = {0, 5, 10}, once[] = {0, 5}, polygon_first[] = {0, 1, 2};
  MusterPolygons polygons[] = {{west, twice, polygon_first, 2, 2}, {east, once, polygon_first, 1, 1}};
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  for (unsigned i = 0; i < 2; i++) {
    MusterArea area = {.code = 10 + i, .level = MUSTER_AREA_GRID};
    muster_county_builder_add_area(builder, &area, &polygons[i]);
  }
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, NULL);
  size_t count;
  const MusterAdjacency *pairs = muster_county_adjacency(county, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpfloat_with_epsilon(pairs[0].border_m, muster_distance_planar_m(east[1], east[2]), 1);
}

static void test_names(void) {
  static const struct {
    const char *text;
    int minutes; /* −1: refused */
  } clocks[] = {{"00:00", 0}, {"7:05", 425}, {"24:00", 1440}, {"24:01", -1}, {"12:60", -1},
                {"1200", -1}, {"012:0", -1}, {"12:0", -1},    {"", -1},      {"12:000", -1}};
  for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
    uint16_t minutes = 0;
    g_assert_true(mi_clock_parse(clocks[i].text, &minutes) == (clocks[i].minutes >= 0));
    if (clocks[i].minutes >= 0) g_assert_cmpuint(minutes, ==, clocks[i].minutes);
  }
  for (unsigned set = 0; set < 128; set++) {
    g_autofree char *text = mi_weekdays_format(set), *wrong = NULL;
    uint8_t again = 255;
    g_assert_true(mi_weekdays_parse(text, &again, &wrong));
    g_assert_cmpuint(again, ==, set);
  }
  g_autofree char *wrong = NULL;
  uint8_t set;
  g_assert_true(mi_weekdays_parse(" sun ;, mon,", &set, &wrong));
  g_assert_cmpuint(set, ==, 65);
  g_assert_false(mi_weekdays_parse("mon,Funday", &set, &wrong));
  g_assert_cmpstr(wrong, ==, "Funday");
  for (unsigned role = 0; role <= MUSTER_ROLE_MEMBER; role++) {
    MusterRole again;
    g_assert_true(muster_role_from_name(muster_role_name((MusterRole)role), &again));
    g_assert_cmpuint(again, ==, role);
  }
  g_assert_null(muster_area_level_name(MUSTER_AREA_LEVEL_COUNT));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county/order-does-not-matter", test_order_does_not_matter);
  g_test_add_func("/county/digest-sees-each-field", test_digest_sees_each_field);
  g_test_add_func("/county/rows-ascend", test_rows_ascend);
  g_test_add_func("/county/references", test_references);
  g_test_add_func("/county/lists", test_lists);
  g_test_add_func("/county/skills", test_skills);
  g_test_add_func("/county/duplicates", test_duplicates);
  g_test_add_func("/county/values-are-refused", test_values_are_refused);
  g_test_add_func("/county/roads-are-canonical", test_roads_are_canonical);
  g_test_add_func("/county/polygons-are-copied", test_polygons_are_copied);
  g_test_add_func("/county/locate", test_locate);
  g_test_add_func("/county/locate-near", test_locate_near);
  g_test_add_func("/county/adjacency", test_adjacency);
  g_test_add_func("/county/adjacency-off-the-lattice", test_adjacency_off_the_lattice);
  g_test_add_func("/county/adjacency-counts-once", test_adjacency_counts_once);
  g_test_add_func("/county/names", test_names);
  return g_test_run();
}
