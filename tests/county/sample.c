/* A small county for tests; see sample.h. Rows are kept in tables first, then handed to the builder in any order. */
#include "county/sample.h"

#include <string.h>

#include "base/random.h"

enum { COUNTY_CODE = 900001, STEP_E7 = 40000, WEST_E7 = 1094000000, SOUTH_E7 = 295000000, SKILLS = 7 };

static const char *const skill_names[SKILLS] = {"medic",       "急救", "barber",    "lawyer",
                                                "electrician", "boat", "translator"};

typedef struct AreaRow {
  MusterArea area;
  MusterPosition ring[6];
  uint32_t corner_count;
} AreaRow;

typedef struct Sample {
  MusterCountyBuilder *builder;
  GArray *areas, *teams, *volunteers, *posts, *stations, *post_areas, *shifts, *equipment;
  GPtrArray *texts;
  MusterRoads *roads;
} Sample;

static char *text(Sample *sample, char *text) {
  g_ptr_array_add(sample->texts, text);
  return text;
}

static MusterPosition draw_position(mi_random *random, uint32_t side) {
  return (MusterPosition){WEST_E7 + (int32_t)mi_random_below(random, side * STEP_E7),
                          SOUTH_E7 + (int32_t)mi_random_below(random, side * STEP_E7)};
}

static int64_t community_code(uint32_t index) { return (int64_t)COUNTY_CODE * 1000000 + 100 * 1000 + index + 1; }

static void add_area(Sample *sample, AreaRow row, uint32_t west, uint32_t south, uint32_t width, uint32_t height) {
  if (width) {
    int32_t west_e7 = WEST_E7 + (int32_t)west, south_e7 = SOUTH_E7 + (int32_t)south;
    int32_t east_e7 = west_e7 + (int32_t)width, north_e7 = south_e7 + (int32_t)height;
    MusterPosition ring[] = {
        {west_e7, south_e7}, {east_e7, south_e7}, {east_e7, north_e7}, {west_e7, north_e7}, {west_e7, south_e7}};
    memcpy(row.ring, ring, sizeof ring);
    row.corner_count = G_N_ELEMENTS(ring);
  }
  g_array_append_val(sample->areas, row);
}

static void draw_areas(Sample *sample, const SampleOptions *options, mi_random *random) {
  uint32_t side = options->side, communities = (side * side + 3) / 4;
  AreaRow county = {.area = {.code = COUNTY_CODE, .name = "Sample 样县", .leader_contact = "commander"}};
  county.area.seat = draw_position(random, side);
  add_area(sample, county, 0, 0, side * STEP_E7, side * STEP_E7);
  AreaRow township = {.area = {.code = (int64_t)COUNTY_CODE * 1000 + 100,
                               .parent_code = COUNTY_CODE,
                               .name = "Only township",
                               .level = MUSTER_AREA_TOWNSHIP,
                               .leader_contact = "tc"}};
  township.area.seat = county.area.seat;
  add_area(sample, township, 0, 0, 0, 0);
  for (uint32_t i = 0; i < communities; i++) {
    AreaRow community = {.area = {.code = community_code(i),
                                  .parent_code = township.area.code,
                                  .name = text(sample, g_strdup_printf("Community %u", i)),
                                  .level = MUSTER_AREA_COMMUNITY,
                                  .kind = (uint8_t)mi_random_below(random, 2),
                                  .residents = mi_random_below(random, 3000),
                                  .seat = draw_position(random, side),
                                  .leader_contact = text(sample, g_strdup_printf("leader-%u", i))}};
    add_area(sample, community, 0, 0, 0, 0);
  }
}

static void draw_grids(Sample *sample, const SampleOptions *options, mi_random *random) {
  uint32_t side = options->side;
  for (uint32_t i = 0; i < side * side; i++) {
    uint32_t row = i / side, column = i % side;
    uint32_t shift = options->stepped && row % 2 ? STEP_E7 / 2 : 0;
    AreaRow grid = {.area = {.code = community_code(i / 4) * 1000 + i + 1,
                             .parent_code = community_code(i / 4),
                             .name = text(sample, g_strdup_printf("Grid %u", i)),
                             .level = MUSTER_AREA_GRID,
                             .residents = mi_random_below(random, 900),
                             .duty_team = 1 + i % (side + 1),
                             .seat = draw_position(random, side)}};
    add_area(sample, grid, column * STEP_E7 + shift, row * STEP_E7, STEP_E7, STEP_E7);
  }
}

static void draw_people(Sample *sample, const SampleOptions *options, mi_random *random) {
  uint32_t teams = options->side + 1, communities = (options->side * options->side + 3) / 4;
  for (uint32_t i = 0; i < teams; i++) {
    MusterTeam team = {.id = i + 1,
                       .area_code = community_code(i % communities),
                       .name = text(sample, g_strdup_printf("Team %u 先锋队", i))};
    g_array_append_val(sample->teams, team);
  }
  for (uint32_t i = 0; i < options->volunteers; i++) {
    MusterVolunteer volunteer = {.id = 1000 + 7 * (int64_t)i,
                                 .team = mi_random_below(random, teams + 1),
                                 .role = (uint8_t)(i < teams ? 0 : 1 + mi_random_below(random, 3)),
                                 .branch_role = (uint8_t)mi_random_below(random, 4),
                                 .modes = (uint8_t)mi_random_below(random, 8),
                                 .approved = mi_random_below(random, 4) > 0,
                                 .has_work = mi_random_below(random, 2) > 0,
                                 .home = draw_position(random, options->side),
                                 .work = draw_position(random, options->side),
                                 .skills = mi_random_below(random, 1 << SKILLS),
                                 .contact = text(sample, g_strdup_printf("c%06u", i))};
    g_array_append_val(sample->volunteers, volunteer);
  }
}

static void draw_places(Sample *sample, const SampleOptions *options, mi_random *random) {
  uint32_t communities = (options->side * options->side + 3) / 4;
  for (uint32_t i = 0; i < communities; i++) {
    MusterStation station = {.id = 500 + i,
                             .community_code = community_code(i),
                             .name = "Station",
                             .position = draw_position(random, options->side)};
    MusterEquipment pump = {station.id, i % 2 ? "pump" : "aed", 1 + mi_random_below(random, 5)};
    g_array_append_val(sample->stations, station);
    g_array_append_val(sample->equipment, pump);
  }
  for (uint32_t i = 0; i < 3; i++) {
    MusterPost post = {.id = 9 - 2 * i,
                       .community_code = community_code(i % communities),
                       .name = "Post",
                       .position = draw_position(random, options->side)};
    g_array_append_val(sample->posts, post);
    int64_t served[2][2] = {{post.id, community_code(0)}, {post.id, community_code(communities)}};
    g_array_append_vals(sample->post_areas, served, communities > 1 ? 2 : 1);
    MusterShift shift = {post.id, 1000 + 7 * mi_random_below(random, options->volunteers + 1),
                         (uint8_t)(1 + mi_random_below(random, 127)), (uint16_t)(60 * mi_random_below(random, 24)),
                         1440};
    g_array_append_val(sample->shifts, shift);
  }
}

/* A lattice of streets; the nodes of each are those of the streets that cross it. */
static void draw_roads(Sample *sample, const SampleOptions *options, mi_random *random) {
  uint32_t count = options->side + 1;
  for (uint32_t line = 0; line < 2 * count; line++) {
    int64_t *nodes = g_new(int64_t, count);
    MusterPosition *positions = g_new(MusterPosition, count);
    for (uint32_t i = 0; i < count; i++) {
      uint32_t x = line < count ? i : line - count, y = line < count ? line : i;
      nodes[i] = (int64_t)x * 1000 + y + 1;
      positions[i] = (MusterPosition){WEST_E7 + (int32_t)(x * STEP_E7), SOUTH_E7 + (int32_t)(y * STEP_E7)};
    }
    MusterWay way = {.id = 10 + (int64_t)line,
                     .road_class = MUSTER_ROAD_RESIDENTIAL,
                     .surface = MUSTER_SURFACE_PAVED,
                     .open_forward = 7,
                     .open_backward = (uint8_t)(mi_random_below(random, 2) ? 7 : 1),
                     .maxspeed_kmh = (uint16_t)(10 * mi_random_below(random, 7)),
                     .name = line % 3 ? "Street 街" : NULL};
    muster_roads_add_way(sample->roads, &way, nodes, positions, count);
    g_free(nodes);
    g_free(positions);
  }
  muster_roads_add_barrier(sample->roads, 1001, MUSTER_MODE_BIT(MUSTER_MODE_CAR));
  muster_roads_add_barrier(sample->roads, 1, MUSTER_MODE_BIT(MUSTER_MODE_CAR) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE));
}

/* ---- into the builder, in any order ---- */

static void put_area(Sample *sample, const AreaRow *row) {
  uint32_t ring_first[] = {0, row->corner_count}, polygon_first[] = {0, 1};
  MusterPolygons polygons = {row->ring, ring_first, polygon_first, 1, 1};
  muster_county_builder_add_area(sample->builder, &row->area, row->corner_count ? &polygons : NULL);
}

static void put_volunteer(Sample *sample, const MusterVolunteer *row, mi_random *random) {
  MusterVolunteer volunteer = *row;
  volunteer.skills = 0;
  unsigned first = mi_random_below(random, SKILLS);
  for (unsigned i = 0; i < SKILLS; i++) {
    unsigned skill = (first + i) % SKILLS;
    if (row->skills & 1u << skill)
      volunteer.skills |= UINT64_C(1) << muster_county_builder_skill(sample->builder, skill_names[skill]);
  }
  muster_county_builder_add_volunteer(sample->builder, &volunteer);
}

static MusterRoads *shuffle_roads(const MusterRoads *from, mi_random *random) {
  MusterRoads *to = muster_roads_new();
  uint32_t count = (uint32_t)muster_roads_way_count(from);
  uint32_t *order = g_new(uint32_t, count);
  for (uint32_t i = 0; i < count; i++) order[i] = i;
  mi_random_shuffle_u32(random, order, count);
  for (uint32_t i = 0; i < count; i++) {
    MusterWay way;
    const int64_t *nodes;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(from, order[i], &way, &nodes, &positions, &node_count);
    muster_roads_add_way(to, &way, nodes, positions, node_count);
  }
  g_free(order);
  for (size_t i = muster_roads_barrier_count(from); i-- > 0;) {
    int64_t node;
    unsigned closed;
    muster_roads_barrier(from, i, &node, &closed);
    muster_roads_add_barrier(to, node, closed);
  }
  return to;
}

static void put_row(Sample *sample, unsigned table, unsigned row, mi_random *random) {
  MusterCountyBuilder *to = sample->builder;
  if (table == 0) put_area(sample, &g_array_index(sample->areas, AreaRow, row));
  if (table == 1) muster_county_builder_add_team(to, &g_array_index(sample->teams, MusterTeam, row));
  if (table == 2) put_volunteer(sample, &g_array_index(sample->volunteers, MusterVolunteer, row), random);
  if (table == 3) muster_county_builder_add_post(to, &g_array_index(sample->posts, MusterPost, row));
  if (table == 4) muster_county_builder_add_station(to, &g_array_index(sample->stations, MusterStation, row));
  if (table == 5) {
    const int64_t *served = (const int64_t *)(void *)sample->post_areas->data + 2 * row;
    muster_county_builder_add_post_area(to, served[0], served[1]);
  }
  if (table == 6) muster_county_builder_add_shift(to, &g_array_index(sample->shifts, MusterShift, row));
  if (table == 7) muster_county_builder_add_equipment(to, &g_array_index(sample->equipment, MusterEquipment, row));
}

static void put_rows(Sample *sample, uint64_t order) {
  mi_random random;
  mi_random_init(&random, order, 1);
  GArray *tables[] = {sample->areas,    sample->teams,      sample->volunteers, sample->posts,
                      sample->stations, sample->post_areas, sample->shifts,     sample->equipment};
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (uint32_t table = 0; table < G_N_ELEMENTS(tables); table++)
    for (uint32_t row = 0; row < tables[table]->len; row++) {
      uint32_t place = table << 24 | row;
      g_array_append_val(rows, place);
    }
  if (order) mi_random_shuffle_u32(&random, (uint32_t *)(void *)rows->data, rows->len);
  for (unsigned i = 0; i < rows->len; i++) {
    uint32_t place = g_array_index(rows, uint32_t, i);
    put_row(sample, place >> 24, place & 0xFFFFFF, &random);
  }
  g_array_unref(rows);
  muster_county_builder_set_note(sample->builder, "sample, synthetic");
  muster_county_builder_take_roads(sample->builder, shuffle_roads(sample->roads, &random));
}

MusterCountyBuilder *sample_builder_new(const SampleOptions *options) {
  mi_random random;
  mi_random_init(&random, options->seed, 0);
  Sample sample = {
      .builder = muster_county_builder_new(),
      .areas = g_array_new(FALSE, FALSE, sizeof(AreaRow)),
      .teams = g_array_new(FALSE, FALSE, sizeof(MusterTeam)),
      .volunteers = g_array_new(FALSE, FALSE, sizeof(MusterVolunteer)),
      .posts = g_array_new(FALSE, FALSE, sizeof(MusterPost)),
      .stations = g_array_new(FALSE, FALSE, sizeof(MusterStation)),
      .post_areas = g_array_new(FALSE, FALSE, 2 * sizeof(int64_t)),
      .shifts = g_array_new(FALSE, FALSE, sizeof(MusterShift)),
      .equipment = g_array_new(FALSE, FALSE, sizeof(MusterEquipment)),
      .texts = g_ptr_array_new_with_free_func(g_free),
      .roads = muster_roads_new(),
  };
  draw_areas(&sample, options, &random);
  draw_grids(&sample, options, &random);
  draw_people(&sample, options, &random);
  draw_places(&sample, options, &random);
  if (options->roads) draw_roads(&sample, options, &random);
  put_rows(&sample, options->order);
  GArray *tables[] = {sample.areas,    sample.teams,      sample.volunteers, sample.posts,
                      sample.stations, sample.post_areas, sample.shifts,     sample.equipment};
  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) g_array_unref(tables[i]);
  g_ptr_array_unref(sample.texts);
  muster_roads_free(sample.roads);
  return sample.builder;
}

MusterCounty *sample_county_new(const SampleOptions *options) {
  g_autoptr(MusterCountyBuilder) builder = sample_builder_new(options);
  GError *error = NULL;
  MusterCounty *county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  return county;
}
