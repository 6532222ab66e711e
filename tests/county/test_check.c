/* muster_county_check: a county without a defect, spoilt in one place at a time; each spoiling is found, named, and
 * nothing else is. */
#include <math.h>
#include <string.h>

#include <muster/county.h>
#include "base/random.h"
#include "support/support.h"

enum {
  WEST = 1094000000,
  SOUTH = 295000000,
  CELL = 160000, /* side of a grid: 1.6 km */
  SIDE = 4,      /* grids a side; two side by side are a community, the western half is the first township */
  GRIDS = SIDE * SIDE,
  COMMUNITIES = GRIDS / 2,
  TEAMS = COMMUNITIES,
  VOLUNTEERS = 640,
  STREETS = SIDE + 1,
  MAX_RING = 8,
};

/* Everything a county is made of, open to spoiling. */
typedef struct Plan {
  MusterArea areas[1 + 2 + COMMUNITIES + GRIDS];
  MusterPosition rings[1 + 2 + COMMUNITIES + GRIDS][MAX_RING];
  uint32_t corners[1 + 2 + COMMUNITIES + GRIDS]; /* 0: no polygon */
  MusterTeam teams[TEAMS];
  MusterVolunteer volunteers[VOLUNTEERS];
  MusterPost posts[3];
  int64_t served[3][2];
  MusterStation stations[COMMUNITIES];
  MusterShift shifts[3];
  MusterEquipment equipment[4];
  MusterPosition streets[2 * STREETS][STREETS];
  bool no_roads, cut_off, ferry;
} Plan;

enum { COUNTY = 0, TOWNSHIP = 1, COMMUNITY = 3, GRID = 3 + COMMUNITIES };

static const int64_t county_code = 900001;
static int64_t township_code(int i) { return county_code * 1000 + 100 + i; }
static int64_t community_code(int i) { return township_code(i % 2) * 1000 + i / 2 + 1; }

static void set_square(Plan *plan, int area, int column, int row, int wide, int high) {
  int32_t w = WEST + column * CELL, s = SOUTH + row * CELL, e = w + wide * CELL, n = s + high * CELL;
  MusterPosition ring[] = {{w, s}, {e, s}, {e, n}, {w, n}, {w, s}};
  memcpy(plan->rings[area], ring, sizeof ring);
  plan->corners[area] = G_N_ELEMENTS(ring);
}

static void plan_areas(Plan *plan) {
  plan->areas[COUNTY] = (MusterArea){.code = county_code, .name = "Test", .seat = {WEST + 1, SOUTH + 1}};
  set_square(plan, COUNTY, 0, 0, SIDE, SIDE);
  for (int i = 0; i < 2; i++) {
    plan->areas[TOWNSHIP + i] = (MusterArea){.code = township_code(i),
                                             .parent_code = county_code,
                                             .name = i ? "East" : "West",
                                             .level = MUSTER_AREA_TOWNSHIP,
                                             .seat = {WEST + 1, SOUTH + 1}};
    set_square(plan, TOWNSHIP + i, i * SIDE / 2, 0, SIDE / 2, SIDE);
  }
  for (int i = 0; i < COMMUNITIES; i++)
    plan->areas[COMMUNITY + i] = (MusterArea){.code = community_code(i),
                                              .parent_code = township_code(i % 2),
                                              .name = "C",
                                              .level = MUSTER_AREA_COMMUNITY,
                                              .residents = 500,
                                              .seat = {WEST + 1, SOUTH + 1}};
  for (int i = 0; i < GRIDS; i++) {
    int community = i / 2;
    plan->areas[GRID + i] = (MusterArea){.code = community_code(community) * 1000 + 1 + i % 2,
                                         .parent_code = community_code(community),
                                         .name = "G",
                                         .level = MUSTER_AREA_GRID,
                                         .residents = 250,
                                         .seat = {WEST + 1, SOUTH + 1},
                                         .duty_team = 1 + community};
    set_square(plan, GRID + i, i % SIDE, i / SIDE, 1, 1);
  }
}

/* Beside a street: 5 to 30 m off it. */
static MusterPosition draw_home(mi_random *random, int west_column, int columns) {
  int32_t off = (int32_t)(450 + mi_random_below(random, 2300)) * (mi_random_below(random, 2) ? 1 : -1);
  int32_t x = WEST + west_column * CELL + (int32_t)mi_random_below(random, (uint32_t)(columns * CELL));
  int32_t y = SOUTH + (int32_t)mi_random_below(random, SIDE * CELL);
  if (mi_random_below(random, 2))
    return (MusterPosition){x, SOUTH + (int32_t)mi_random_below(random, STREETS) * CELL + off};
  int column = west_column + (int)mi_random_below(random, (uint32_t)columns + 1);
  return (MusterPosition){WEST + column * CELL + off, y};
}

static void plan_people(Plan *plan, mi_random *random) {
  for (int i = 0; i < TEAMS; i++)
    plan->teams[i] = (MusterTeam){.id = 1 + i, .area_code = community_code(i), .name = "T"};
  for (int i = 0; i < VOLUNTEERS; i++) {
    int team = i % TEAMS, township = team % 2;
    plan->volunteers[i] =
        (MusterVolunteer){.id = 1000 + i,
                          .team = 1 + team,
                          .role = i < TEAMS ? MUSTER_ROLE_CAPTAIN : MUSTER_ROLE_MEMBER,
                          .modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE),
                          .approved = true,
                          .has_work = i % 3 == 0,
                          .home = draw_home(random, township * SIDE / 2, SIDE / 2),
                          .work = draw_home(random, township * SIDE / 2, SIDE / 2),
                          .contact = "x"};
  }
}

static void plan_places(Plan *plan, mi_random *random) {
  for (int i = 0; i < 3; i++) {
    plan->posts[i] = (MusterPost){
        .id = 1 + i, .community_code = community_code(i), .name = "P", .position = draw_home(random, 0, SIDE)};
    plan->served[i][0] = 1 + i;
    plan->served[i][1] = community_code(i);
    plan->shifts[i] = (MusterShift){1 + i, 1000 + i, 127, 480, 1080};
  }
  for (int i = 0; i < COMMUNITIES; i++)
    plan->stations[i] = (MusterStation){
        .id = 100 + i, .community_code = community_code(i), .name = "S", .position = draw_home(random, 0, SIDE)};
  for (int i = 0; i < 4; i++) plan->equipment[i] = (MusterEquipment){i < 2 ? 1 + i : 100 + i, "aed", 1};
  for (int line = 0; line < 2 * STREETS; line++)
    for (int i = 0; i < STREETS; i++) {
      int x = line < STREETS ? i : line - STREETS, y = line < STREETS ? line : i;
      plan->streets[line][i] = (MusterPosition){WEST + x * CELL, SOUTH + y * CELL};
    }
}

static Plan *new_plan(uint64_t seed) {
  mi_random random;
  mi_random_init(&random, seed, 1);
  Plan *plan = g_new0(Plan, 1);
  plan_areas(plan);
  plan_people(plan, &random);
  plan_places(plan, &random);
  return plan;
}

static MusterRoads *build_roads(const Plan *plan) {
  MusterRoads *roads = muster_roads_new();
  for (int line = 0; line < 2 * STREETS && !plan->no_roads; line++) {
    int64_t nodes[STREETS];
    for (int i = 0; i < STREETS; i++) nodes[i] = line < STREETS ? 1 + i * 100 + line : 1 + (line - STREETS) * 100 + i;
    MusterWay way = {.id = 1 + line, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7, .open_backward = 7};
    muster_roads_add_way(roads, &way, nodes, plan->streets[line], STREETS);
  }
  if (plan->cut_off) { /* a road of its own 50 km away */
    MusterWay way = {.id = 99, .road_class = MUSTER_ROAD_TRACK, .open_forward = 7, .open_backward = 7};
    const int64_t nodes[] = {9001, 9002};
    const MusterPosition positions[] = {{WEST, SOUTH + 5000000}, {WEST + 9000, SOUTH + 5000000}};
    muster_roads_add_way(roads, &way, nodes, positions, 2);
  }
  if (plan->ferry) { /* it leaves the south-western corner to the south */
    MusterWay way = {.id = 98, .road_class = MUSTER_ROAD_FERRY, .open_forward = 7, .open_backward = 7};
    const int64_t nodes[] = {1, 8002};
    const MusterPosition positions[] = {{WEST, SOUTH}, {WEST, SOUTH - 400000}};
    muster_roads_add_way(roads, &way, nodes, positions, 2);
  }
  return roads;
}

static MusterCounty *build(const Plan *plan) {
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  for (size_t i = 0; i < G_N_ELEMENTS(plan->areas); i++) {
    const uint32_t ring_first[] = {0, plan->corners[i]}, polygon_first[] = {0, 1};
    MusterPolygons polygons = {plan->rings[i], ring_first, polygon_first, 1, 1};
    if (plan->areas[i].code)
      muster_county_builder_add_area(builder, &plan->areas[i], plan->corners[i] ? &polygons : NULL);
  }
  for (size_t i = 0; i < TEAMS; i++) muster_county_builder_add_team(builder, &plan->teams[i]);
  for (size_t i = 0; i < VOLUNTEERS; i++) muster_county_builder_add_volunteer(builder, &plan->volunteers[i]);
  for (size_t i = 0; i < 3; i++) {
    muster_county_builder_add_post(builder, &plan->posts[i]);
    muster_county_builder_add_post_area(builder, plan->served[i][0], plan->served[i][1]);
    muster_county_builder_add_shift(builder, &plan->shifts[i]);
  }
  for (size_t i = 0; i < COMMUNITIES; i++) muster_county_builder_add_station(builder, &plan->stations[i]);
  for (size_t i = 0; i < 4; i++) muster_county_builder_add_equipment(builder, &plan->equipment[i]);
  muster_county_builder_take_roads(builder, build_roads(plan));
  GError *error = NULL;
  MusterCounty *county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  return county;
}

typedef struct Expected {
  MusterDefectKind kind;
  const char *text; /* the sentence begins so */
} Expected;

/* Takes the plan over; the defects must be these and no others, in this order. */
static void expect(Plan *plan, const Expected *expected, size_t count) {
  g_autoptr(MusterCounty) county = build(plan);
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t found;
  const MusterDefect *list = muster_defects_list(defects, &found);
  for (size_t i = 0; i < MAX(found, count); i++) {
    const char *text = i < found ? list[i].text : "nothing";
    if (i >= count) g_error("defect %zu is too much: %s", i, text);
    if (i >= found || list[i].kind != expected[i].kind || !g_str_has_prefix(text, expected[i].text))
      g_error("defect %zu\n  expected %s: %s\n  found %s: %s", i, muster_defect_kind_name(expected[i].kind),
              expected[i].text, i < found ? muster_defect_kind_name(list[i].kind) : "-", text);
  }
  g_free(plan);
}

#define EXPECT(plan, ...)                              \
  G_STMT_START {                                       \
    static const Expected expected_[] = {__VA_ARGS__}; \
    expect(plan, expected_, G_N_ELEMENTS(expected_));  \
  }                                                    \
  G_STMT_END

static void test_clean(void) {
  uint64_t seed = test_seed();
  for (uint64_t i = 0; i < 5; i++) {
    Plan *plan = new_plan(seed + i);
    g_autoptr(MusterCounty) county = build(plan);
    g_autoptr(MusterDefects) defects = muster_county_check(county);
    size_t notes;
    muster_defects_notes(defects, &notes);
    g_assert_cmpuint(notes, ==, 0);
    expect(plan, NULL, 0);
  }
}

static void test_kind_names(void) {
  for (unsigned kind = 0; kind < MUSTER_DEFECT_KIND_COUNT; kind++)
    g_assert_nonnull(muster_defect_kind_name((MusterDefectKind)kind));
  g_assert_cmpstr(muster_defect_kind_name(MUSTER_DEFECT_NO_CAPTAIN), ==, "no-captain");
}

static void test_polygons(void) {
  Plan *plan = new_plan(1);
  MusterPosition kept = plan->rings[GRID][1]; /* a bow tie */
  plan->rings[GRID][1] = plan->rings[GRID][2];
  plan->rings[GRID][2] = kept;
  EXPECT(plan, {MUSTER_DEFECT_GEOMETRY, "grid 900001100001001 (G): polygon crosses itself at 109.4080000, 29.5080000"});

  plan = new_plan(1);
  plan->corners[GRID + 5] = 0;
  EXPECT(plan, {MUSTER_DEFECT_GEOMETRY, "grid 900001100002002 (G): has no polygon"});
}

/* Its grids answer for the neighbours. */
static void test_community_without_grid(void) {
  Plan *plan = new_plan(1);
  for (int i = 0; i < 2; i++) {
    plan->areas[GRID + i].parent_code = community_code(2);
    plan->areas[GRID + i].code = community_code(2) * 1000 + 11 + i;
  }
  EXPECT(plan, {MUSTER_DEFECT_GAP, "community 900001100001 (C): has no grid; expected at least one"});
}

static void test_overlap_and_gap(void) {
  Plan *plan = new_plan(1); /* the common border between grids 0 and 1, moved on one side: 160 m into the neighbour */
  plan->rings[GRID][1].lon_e7 += CELL / 10;
  plan->rings[GRID][2].lon_e7 += CELL / 10;
  EXPECT(plan, {MUSTER_DEFECT_OVERLAP,
                "grid 900001100001001 (G) and grid 900001100001002 (G) overlap: 0.275 km² at 109.4168"});

  plan = new_plan(1);
  plan->rings[GRID][1].lon_e7 -= CELL / 10;
  plan->rings[GRID][2].lon_e7 -= CELL / 10;
  EXPECT(plan, {MUSTER_DEFECT_GAP, "county: 0.275 km² belong to no grid, at 109.4152"});

  plan = new_plan(1); /* a strip a hand wide along a whole side is no rounding */
  plan->rings[GRID][1].lon_e7 += 10;
  plan->rings[GRID][2].lon_e7 += 10;
  EXPECT(plan, {MUSTER_DEFECT_OVERLAP,
                "grid 900001100001001 (G) and grid 900001100001002 (G) overlap: 172 m² at 109.4160005"});

  plan = new_plan(1); /* a sliver as rounding makes them: nothing to say */
  plan->rings[GRID][1].lon_e7 += 2;
  plan->rings[GRID + 2][4].lon_e7 += 1;
  plan->rings[GRID + 2][0].lon_e7 += 1;
  expect(plan, NULL, 0);
}

static void test_outside(void) {
  Plan *plan = new_plan(1);
  plan->rings[GRID][0].lon_e7 -= CELL / 4;
  plan->rings[GRID][4].lon_e7 -= CELL / 4;
  EXPECT(plan, {MUSTER_DEFECT_OUTSIDE, "grid 900001100001001 (G) reaches beyond the county: 0.344 km² at 109.39"});
}

static void test_orphans(void) {
  Plan *plan = new_plan(1);
  plan->areas[GRID + 3].parent_code = 7;
  plan->areas[GRID + 4].duty_team = 77;
  plan->teams[2].area_code = 8;
  plan->volunteers[100].team = 88;
  plan->posts[1].community_code = county_code;
  plan->stations[3].community_code = 9;
  plan->served[0][0] = 55;
  plan->served[2][1] = 66;
  plan->shifts[0].post = 44;
  plan->shifts[1].volunteer = 33;
  plan->equipment[0].holder = 22;
  EXPECT(plan, {MUSTER_DEFECT_ORPHAN, "grid 900001100002001 (G): duty team 77 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "grid 900001101001002 (G): parent 7 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "team 3: area 8 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "volunteer 1100: team 88 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "post 2: community 900001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "station 103: community 9 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "post 3: serves community 66, which does not exist"},
         {MUSTER_DEFECT_ORPHAN, "service of community 900001100001: post 55 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "shift at post 2: volunteer 33 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "shift of volunteer 1000: post 44 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "equipment \"aed\": holder 22 does not exist"},
         {MUSTER_DEFECT_CODE, "grid 900001101001002 (G): expected a code that begins with its parent's, 7"});

  plan = new_plan(1);
  plan->areas[GRID].parent_code = township_code(0);
  EXPECT(plan,
         {MUSTER_DEFECT_ORPHAN, "grid 900001100001001 (G): parent 900001100: expected a community, found a township"},
         {MUSTER_DEFECT_CODE, "grid 900001100001001 (G): expected a code that begins with its parent's, 900001100"});

  plan = new_plan(1);
  plan->areas[COMMUNITY + 1].code = 0; /* left out */
  EXPECT(plan, {MUSTER_DEFECT_ORPHAN, "grid 900001101001001 (G): parent 900001101001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "grid 900001101001002 (G): parent 900001101001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "team 2: area 900001101001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "post 2: community 900001101001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "station 101: community 900001101001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "post 2: serves community 900001101001, which does not exist"});
}

static void test_command(void) {
  Plan *plan = new_plan(1);
  plan->volunteers[3].role = MUSTER_ROLE_DEPUTY;
  plan->volunteers[4 + TEAMS].role = MUSTER_ROLE_CAPTAIN;
  plan->areas[GRID + 15].duty_team = 0;
  EXPECT(plan, {MUSTER_DEFECT_NO_CAPTAIN, "team 4 (T): has no captain among its 80 volunteers"},
         {MUSTER_DEFECT_NO_CAPTAIN, "team 5 (T): expected one captain, found 2 (volunteers 1004 and 1012)"},
         {MUSTER_DEFECT_NO_DUTY_TEAM, "grid 900001101004002 (G): no team answers for it"});
}

static void test_values(void) {
  Plan *plan = new_plan(1);
  plan->areas[COMMUNITY].residents = 4000000000u;
  plan->areas[COMMUNITY].leader_contact = "13712345678";
  plan->volunteers[20].modes = 0;
  plan->volunteers[21].contact = "42282719800101123X";
  plan->volunteers[22].contact = "c13712345678";
  plan->shifts[0].weekdays = 0;
  plan->shifts[2].start_min = 1440;
  plan->equipment[2].holder = 101;
  plan->equipment[3].count = 0;
  EXPECT(plan,
         {MUSTER_DEFECT_VALUE, "community 900001100001 (C): residents: expected at most 200000000, found 4000000000"},
         {MUSTER_DEFECT_VALUE, "volunteer 1020: modes: expected at least one of foot, ebike, car, found none"},
         {MUSTER_DEFECT_VALUE,
          "community 900001100001 (C): leader_contact: expected an opaque contact id, found what looks like a mobile "
          "phone number"},
         {MUSTER_DEFECT_VALUE,
          "volunteer 1021: contact: expected an opaque contact id, found what looks like an identity card number"},
         {MUSTER_DEFECT_VALUE, "shift of volunteer 1000 at post 1: weekdays: expected at least one, found none"},
         {MUSTER_DEFECT_VALUE,
          "shift of volunteer 1002 at post 3: start: expected a time before midnight, found minute 1440"},
         {MUSTER_DEFECT_VALUE, "equipment \"aed\" of 103: count: expected at least 1, found 0"});

  plan = new_plan(1);
  plan->areas[GRID].code = 12345;
  EXPECT(plan, {MUSTER_DEFECT_CODE, "grid 12345 (G): expected a code of 15 digits"});

  plan = new_plan(1);
  plan->areas[COUNTY].code = 0; /* left out */
  EXPECT(plan, {MUSTER_DEFECT_ORPHAN, "township 900001100 (West): parent 900001 does not exist"},
         {MUSTER_DEFECT_ORPHAN, "township 900001101 (East): parent 900001 does not exist"},
         {MUSTER_DEFECT_VALUE, "areas: expected one county, found 0"});
}

static void test_reach(void) {
  Plan *plan = new_plan(1);
  plan->cut_off = true;
  plan->volunteers[0].home = (MusterPosition){WEST + 4000, SOUTH + 5000500}; /* beside the road that leads nowhere */
  plan->volunteers[3].work = (MusterPosition){WEST + 4000, SOUTH - 300000};  /* 3 km south of everything */
  plan->posts[0].position = (MusterPosition){WEST + 4000, SOUTH - 300000};
  plan->stations[0].position = (MusterPosition){0, 0};
  EXPECT(plan,
         {MUSTER_DEFECT_UNREACHABLE,
          "volunteer 1000: home at 109.4004000, 30.0000500: expected a connected road for foot or "
          "ebike within 1000 m, the nearest road of any kind is 6 m away"},
         {MUSTER_DEFECT_UNREACHABLE,
          "volunteer 1003: work place at 109.4004000, 29.4700000: expected a connected road for foot "
          "or ebike within 1000 m, the nearest road of any kind is 3336 m away"},
         {MUSTER_DEFECT_OFF_ROAD,
          "post 1: position 109.4004000, 29.4700000: expected a road within 1000 m, found the nearest at 3336 m"},
         {MUSTER_DEFECT_OFF_ROAD,
          "station 100: position 0.0000000, 0.0000000: expected a road within 1000 m, found the nearest at"});
}

/* Nobody stands on a ferry's line. */
static void test_beside_ferry(void) {
  Plan *plan = new_plan(1);
  plan->ferry = true;
  plan->posts[0].position = (MusterPosition){WEST + 100, SOUTH - 300000};
  EXPECT(plan,
         {MUSTER_DEFECT_OFF_ROAD,
          "post 1: position 109.4000100, 29.4700000: expected a road within 1000 m, found the nearest at 3336 m"});
}

static void test_no_roads(void) {
  Plan *plan = new_plan(1);
  plan->no_roads = true;
  g_autoptr(MusterCounty) county = build(plan);
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t notes;
  const char *const *note = muster_defects_notes(defects, &notes);
  g_assert_cmpuint(notes, ==, 1);
  g_assert_cmpstr(note[0], ==, "positions were not compared with roads: the county holds none");
  expect(plan, NULL, 0);
}

/* ---- datum ---- */

static void convert_homes(Plan *plan, MusterDatum from, MusterDatum to, int township) {
  for (int i = 0; i < VOLUNTEERS; i++)
    if (township < 0 || i % TEAMS % 2 == township) muster_datum_convert(from, to, &plan->volunteers[i].home, 1);
}

static void convert_places(Plan *plan, MusterDatum from, MusterDatum to) {
  for (int i = 0; i < 3; i++) muster_datum_convert(from, to, &plan->posts[i].position, 1);
  for (int i = 0; i < COMMUNITIES; i++) muster_datum_convert(from, to, &plan->stations[i].position, 1);
}

/* One datum is named, and so; at the county's edge the shift may also put homes out of reach. Takes the plan over. */
static void expect_datum(Plan *plan, const char *text) {
  g_autoptr(MusterCounty) county = build(plan);
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t count, named = 0;
  const MusterDefect *list = muster_defects_list(defects, &count);
  for (size_t i = 0; i < count; i++) {
    if (list[i].kind == MUSTER_DEFECT_UNREACHABLE) continue;
    g_assert_cmpint(list[i].kind, ==, MUSTER_DEFECT_DATUM);
    if (!g_str_has_prefix(list[i].text, text)) g_error("expected %s\n  found %s", text, list[i].text);
    named++;
  }
  g_assert_cmpuint(named, ==, 1);
  g_free(plan);
}

static void test_datum_sheet(void) {
  for (uint64_t seed = 1; seed <= 5; seed++) {
    Plan *plan = new_plan(seed);
    convert_homes(plan, MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, -1);
    expect_datum(plan, "volunteers: positions look like GCJ-02 (median distance to a road ");
    plan = new_plan(seed);
    convert_homes(plan, MUSTER_DATUM_WGS84, MUSTER_DATUM_BD09, -1);
    expect_datum(plan, "volunteers: positions look like BD-09 (median distance to a road ");
    plan = new_plan(seed); /* converted although they were WGS 84 already */
    convert_homes(plan, MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, -1);
    expect_datum(plan, "volunteers: positions fit the roads only as GCJ-02 (median distance to a road ");
  }
}

static void test_datum_sentence(void) {
  static const struct {
    MusterDatum from, to;
    const char *advice;
  } CASES[] = {{MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, ": import with --datum gcj02"},
               {MUSTER_DATUM_WGS84, MUSTER_DATUM_BD09, ": import with --datum bd09"},
               {MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, " converted once too often, or the roads are in GCJ-02"},
               {MUSTER_DATUM_BD09, MUSTER_DATUM_WGS84, " converted once too often, or the roads are in BD-09"}};
  for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
    Plan *plan = new_plan(7);
    convert_homes(plan, CASES[i].from, CASES[i].to, -1);
    g_autoptr(MusterCounty) county = build(plan);
    g_autoptr(MusterDefects) defects = muster_county_check(county);
    size_t count;
    const MusterDefect *list = muster_defects_list(defects, &count);
    g_assert_cmpuint(count, >=, 1);
    g_test_message("%s", list[count - 1].text);
    g_assert_true(g_str_has_suffix(list[count - 1].text, CASES[i].advice));
    g_free(plan);
  }
}

static void test_datum_township(void) {
  Plan *plan = new_plan(3);
  convert_homes(plan, MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, 1);
  expect_datum(plan, "volunteers of township 900001101 (East): positions look like GCJ-02 (");
}

static void test_datum_work_places(void) {
  Plan *plan = new_plan(3);
  for (int i = 0; i < VOLUNTEERS; i++)
    muster_datum_convert(MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, &plan->volunteers[i].work, 1);
  expect_datum(plan, "work places of volunteers: positions look like GCJ-02 (");
}

/* All positions, the polygons too, against roads that are right. */
static void test_datum_county(void) {
  Plan *plan = new_plan(4);
  convert_homes(plan, MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, -1);
  convert_places(plan, MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02);
  plan->corners[COUNTY] = 0; /* its long edges would not stay straight along the grids' corners */
  for (size_t i = 0; i < G_N_ELEMENTS(plan->areas); i++)
    muster_datum_convert(MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, plan->rings[i], plan->corners[i]);
  g_autoptr(MusterCounty) county = build(plan);
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t count;
  const MusterDefect *list = muster_defects_list(defects, &count);
  g_assert_cmpuint(count, >=, 1);
  g_assert_cmpint(list[0].kind, ==, MUSTER_DEFECT_DATUM);
  g_assert_true(g_str_has_prefix(list[0].text, "volunteers: positions look like GCJ-02"));
  g_assert_cmpuint(count, <=, 3); /* posts and stations, where there are enough of them */
  g_free(plan);
}

/* The way around a place, through points on the four moves that are as far as a datum's, at nine tenths of them. */
static void add_loop_around(MusterRoads *roads, MusterPosition at, int64_t id) {
  MusterPosition moved = at, loop[5];
  int64_t nodes[5];
  muster_datum_convert(MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, &moved, 1);
  double scale = cos(at.lat_e7 * (G_PI / 1800000000.0)), east = 0.9 * (moved.lon_e7 - at.lon_e7) * scale;
  double north = 0.9 * (moved.lat_e7 - at.lat_e7);
  for (int i = 0; i < 5; i++) {
    loop[i] = (MusterPosition){at.lon_e7 + (int32_t)(east / scale), at.lat_e7 + (int32_t)north};
    nodes[i] = id * 10 + i % 4;
    double kept = east;
    east = -north;
    north = kept;
  }
  loop[4] = loop[0];
  MusterWay way = {.id = id, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7, .open_backward = 7};
  muster_roads_add_way(roads, &way, nodes, loop, 5);
}

/* Places amid their ring roads: a shift brings all of them nearer, but so would one in any other direction. */
static void test_no_alarm_within_rings(void) {
  Plan *plan = new_plan(1);
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  muster_county_builder_add_area(builder, &plan->areas[COUNTY], NULL);
  MusterRoads *roads = muster_roads_new();
  for (int i = 0; i < 25; i++) {
    MusterPosition at = {WEST + i % 5 * 150000, SOUTH + i / 5 * 150000};
    MusterVolunteer volunteer = plan->volunteers[i];
    volunteer.home = at;
    volunteer.has_work = false;
    muster_county_builder_add_volunteer(builder, &volunteer);
    add_loop_around(roads, at, i + 1);
  }
  muster_county_builder_take_roads(builder, roads);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterCounty) county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  size_t count;
  const MusterDefect *list = muster_defects_list(defects, &count);
  for (size_t i = 0; i < count; i++) g_assert_cmpint(list[i].kind, !=, MUSTER_DEFECT_DATUM);
  g_free(plan);
}

/* Homes as they come: anywhere, in hamlets off the roads, on one estate, all at one place. No alarm. */
static void test_no_false_alarm(void) {
  uint64_t seed = test_seed();
  for (uint64_t round = 0; round < 60; round++) {
    mi_random random;
    mi_random_init(&random, seed + round, 9);
    Plan *plan = new_plan(seed + round);
    uint32_t hamlets = 1 + mi_random_below(&random, 30);
    MusterPosition hamlet[30];
    for (uint32_t i = 0; i < 30; i++)
      hamlet[i] = (MusterPosition){WEST + (int32_t)mi_random_below(&random, SIDE * CELL),
                                   SOUTH + (int32_t)mi_random_below(&random, SIDE * CELL)};
    for (int i = 0; i < VOLUNTEERS; i++) {
      MusterPosition at = hamlet[mi_random_below(&random, hamlets)];
      int32_t spread = round % 3 == 0 ? SIDE * CELL : round % 3 == 1 ? 9000 : 0;
      if (round % 3 == 0) at = (MusterPosition){WEST, SOUTH};
      at.lon_e7 += (int32_t)mi_random_below(&random, (uint32_t)spread + 1);
      at.lat_e7 += (int32_t)mi_random_below(&random, (uint32_t)spread + 1);
      plan->volunteers[i].home = plan->volunteers[i].work = at;
    }
    expect(plan, NULL, 0);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county/check/clean", test_clean);
  g_test_add_func("/county/check/kind-names", test_kind_names);
  g_test_add_func("/county/check/polygons", test_polygons);
  g_test_add_func("/county/check/overlap-and-gap", test_overlap_and_gap);
  g_test_add_func("/county/check/community-without-grid", test_community_without_grid);
  g_test_add_func("/county/check/outside", test_outside);
  g_test_add_func("/county/check/orphans", test_orphans);
  g_test_add_func("/county/check/command", test_command);
  g_test_add_func("/county/check/values", test_values);
  g_test_add_func("/county/check/reach", test_reach);
  g_test_add_func("/county/check/beside-ferry", test_beside_ferry);
  g_test_add_func("/county/check/no-roads", test_no_roads);
  g_test_add_func("/county/check/datum-sheet", test_datum_sheet);
  g_test_add_func("/county/check/datum-sentence", test_datum_sentence);
  g_test_add_func("/county/check/datum-township", test_datum_township);
  g_test_add_func("/county/check/datum-work-places", test_datum_work_places);
  g_test_add_func("/county/check/datum-county", test_datum_county);
  g_test_add_func("/county/check/no-alarm-within-rings", test_no_alarm_within_rings);
  g_test_add_func("/county/check/no-false-alarm", test_no_false_alarm);
  return g_test_run();
}
