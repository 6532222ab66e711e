/* The partition and the tiling: cells tile exactly on the lattice, and the grid of cells answers like the plain test.
 */
#include <math.h>
#include <muster/muster.h>
#include <string.h>

#include "base/random.h"
#include "shapes.h"
#include "support/support.h"

enum { SITES = 60 };

static uint32_t slow_locate(const MusterPolygons *areas, size_t count, MusterPosition at) {
  for (uint32_t i = 0; i < count; i++)
    if (muster_polygons_contain(&areas[i], at)) return i;
  return MUSTER_NONE;
}

static MusterPosition draw(mi_random *random, MusterBox box) {
  return (MusterPosition){
      box.min_lon_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lon_e7 - box.min_lon_e7) + 1),
      box.min_lat_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lat_e7 - box.min_lat_e7) + 1)};
}

/* Random positions, all corners and their neighbours on the lattice. */
static void compare_everywhere(const MusterPolygons *areas, size_t count, mi_random *random) {
  g_autoptr(MusterPartition) partition = muster_partition_new(areas, count);
  MusterBox all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (size_t i = 0; i < count; i++) {
    MusterBox box;
    if (!mi_polygons_box(&areas[i], &box)) continue;
    all = (MusterBox){MIN(all.min_lon_e7, box.min_lon_e7 - 3), MIN(all.min_lat_e7, box.min_lat_e7 - 3),
                      MAX(all.max_lon_e7, box.max_lon_e7 + 3), MAX(all.max_lat_e7, box.max_lat_e7 + 3)};
    for (uint32_t j = 0; j < areas[i].ring_first[areas[i].ring_count]; j++)
      for (int k = 0; k < 9; k++) {
        MusterPosition at = areas[i].positions[j];
        at.lon_e7 += k % 3 - 1;
        at.lat_e7 += k / 3 - 1;
        g_assert_cmpuint(muster_partition_locate(partition, at), ==, slow_locate(areas, count, at));
      }
  }
  for (int i = 0; i < 3000; i++) {
    MusterPosition at = draw(random, all);
    g_assert_cmpuint(muster_partition_locate(partition, at), ==, slow_locate(areas, count, at));
  }
}

static void test_small_and_odd(void) {
  static const char *const texts[] = {
      "0 0, 10 0, 10 10, 0 10, 0 0",
      "10 0, 20 0, 20 10, 10 10, 10 0",
      "5 5, 15 5, 15 15, 5 15, 5 5", /* overlaps both: the lower id wins */
      "-30 -30, 40 -30, 40 40, -30 40, -30 -30; -5 -5, 30 -5, 30 30, -5 30, -5 -5", /* a ring around */
      "100 0, 101 0, 101 1, 100 0/200 0, 201 0, 201 1, 200 0",                      /* specks */
      "0 -100, 200 -99, 0 -98, 0 -100",                                             /* a needle */
  };
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  mi_shape shapes[G_N_ELEMENTS(texts)];
  MusterPolygons areas[G_N_ELEMENTS(texts) + 1];
  size_t count = G_N_ELEMENTS(texts);
  for (size_t i = 0; i < count; i++) {
    shapes[i] = shape_of(texts[i]);
    areas[i] = mi_shape_polygons(&shapes[i]);
  }
  areas[count] = (MusterPolygons){0}; /* an area without polygons holds nothing */
  for (size_t from = 0; from < count; from++) compare_everywhere(areas + from, count + 1 - from, &random);
  for (size_t i = 0; i < count; i++) mi_shape_clear(&shapes[i]);
  g_autoptr(MusterPartition) none = muster_partition_new(NULL, 0);
  g_assert_cmpuint(muster_partition_locate(none, (MusterPosition){0, 0}), ==, MUSTER_NONE);
}

/* Stars of many long, thin rays on a tiny lattice, overlapping at will, invalid ones too: the answers agree. */
static void test_random_rings(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  for (int round = 0; round < 150; round++) {
    MusterPosition positions[5][13];
    MusterPolygons areas[5];
    static const uint32_t ring_first[] = {0, 13}, polygon_first[] = {0, 1};
    MusterBox box = {0, 0, 1 << mi_random_below(&random, 20), 1 << mi_random_below(&random, 20)};
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 12; j++) positions[i][j] = draw(&random, box);
      positions[i][12] = positions[i][0];
      areas[i] = (MusterPolygons){positions[i], ring_first, polygon_first, 1, 1};
    }
    compare_everywhere(areas, 5, &random);
  }
}

static void test_whole_earth(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  g_auto(mi_shape) west =
      shape_of("-1800000000 -900000000, 0 -900000000, 0 900000000, -1800000000 900000000, -1800000000 -900000000");
  g_auto(mi_shape) east =
      shape_of("0 -900000000, 1800000000 -900000000, 1800000000 900000000, 0 900000000, 0 -900000000");
  MusterPolygons areas[] = {mi_shape_polygons(&west), mi_shape_polygons(&east)};
  g_autoptr(MusterPartition) partition = muster_partition_new(areas, 2);
  for (int i = 0; i < 1000; i++) {
    MusterPosition at = {(int32_t)((int64_t)(mi_random_u64(&random) % 3600000001u) - 1800000000),
                         (int32_t)mi_random_below(&random, 1800000001u) - 900000000};
    g_assert_cmpuint(muster_partition_locate(partition, at), ==, slow_locate(areas, 2, at));
  }
}

/* Do the cells tile their union? Each of many positions in the areas lies in exactly one, and the cell is that of the
 * nearest site unless another is as near, but for the lattice. */
static void check_tiling(const MusterPolygons *areas, size_t area_count, const MusterPosition *sites,
                         const uint32_t *site_area, size_t count, mi_random *random) {
  g_autofree mi_shape *cells = g_new0(mi_shape, count);
  g_autofree MusterPolygons *views = g_new(MusterPolygons, count);
  g_autofree const MusterPolygons **pointers = g_new(const MusterPolygons *, count);
  g_autoptr(GError) error = NULL;
  g_assert_true(mi_polygons_tile(areas, area_count, sites, site_area, count, cells, &error));
  g_assert_no_error(error);
  double sum_m2 = 0, areas_m2 = 0;
  for (size_t i = 0; i < count; i++) {
    views[i] = mi_shape_polygons(&cells[i]);
    pointers[i] = &views[i];
    g_assert_true(muster_polygons_check(&views[i], &error));
    sum_m2 += mi_polygons_area_m2(&views[i]);
  }
  for (size_t i = 0; i < area_count; i++) areas_m2 += mi_polygons_area_m2(&areas[i]);
  g_auto(mi_shape) united = {0};
  g_assert_true(mi_polygons_unite(pointers, count, &united, NULL));
  MusterPolygons whole = mi_shape_polygons(&united);
  g_assert_cmpfloat_with_epsilon(mi_polygons_area_m2(&whole), sum_m2, sum_m2 * 1e-12 + 1e-6);
  g_assert_cmpfloat_with_epsilon(sum_m2, areas_m2, areas_m2 * 1e-6);
  MusterBox box;
  mi_polygons_box(&whole, &box);
  double scale = cos((box.min_lat_e7 + (double)box.max_lat_e7) / 2 * G_PI / 1800000000);
  for (int i = 0; i < 4000; i++) {
    MusterPosition at = draw(random, box);
    if (i % 4 == 0) { /* a corner of a cell, or beside it */
      const mi_shape *cell = &cells[mi_random_below(random, (uint32_t)count)];
      at = cell->positions[mi_random_below(random, cell->position_count)];
      at.lon_e7 += (int32_t)mi_random_below(random, 3) - 1;
      at.lat_e7 += (int32_t)mi_random_below(random, 3) - 1;
    }
    uint32_t held = 0, holder = MUSTER_NONE, area = slow_locate(areas, area_count, at);
    for (uint32_t j = 0; j < count; j++)
      if (muster_polygons_contain(&views[j], at)) {
        held++;
        holder = j;
      }
    g_assert_cmpuint(held, ==, muster_polygons_contain(&whole, at));
    if (held == 0 || area == MUSTER_NONE || (site_area && site_area[holder] != area)) continue;
    double least = INFINITY, own = 0;
    for (uint32_t j = 0; j < count; j++) {
      if (site_area && site_area[j] != area) continue;
      double d = hypot(((double)at.lon_e7 - sites[j].lon_e7) * scale, (double)at.lat_e7 - sites[j].lat_e7);
      least = MIN(least, d);
      if (j == holder) own = d;
    }
    g_assert_cmpfloat(own, <=, least * (1 + 1e-9) + 6);
  }
  for (size_t i = 0; i < count; i++) mi_shape_clear(&cells[i]);
}

static void draw_sites(const MusterPolygons *area, MusterPosition *sites, size_t count, mi_random *random) {
  MusterBox box;
  mi_polygons_box(area, &box);
  for (size_t i = 0; i < count;) {
    sites[i] = draw(random, box);
    if (muster_polygons_contain(area, sites[i])) i++;
  }
}

static void test_tile_one(void) {
  /* A county-like star with a hole, at 29.5° N. */
  MusterPosition positions[60];
  for (int i = 0; i < 40; i++) {
    double angle = i * G_PI / 20, reach = i % 2 ? 2000000 : 1300000 + i * 9000;
    positions[i] =
        (MusterPosition){1094000000 + (int32_t)(cos(angle) * reach), 295000000 + (int32_t)(sin(angle) * reach)};
  }
  positions[40] = positions[0];
  for (int i = 0; i < 18; i++)
    positions[41 + i] = (MusterPosition){1093500000 + (int32_t)(cos(i * G_PI / 9) * 300000),
                                         295000000 + (int32_t)(sin(i * G_PI / 9) * 300000)};
  positions[59] = positions[41];
  const uint32_t ring_first[] = {0, 41, 60}, polygon_first[] = {0, 2};
  MusterPolygons area = {positions, ring_first, polygon_first, 2, 1};
  g_assert_true(muster_polygons_check(&area, NULL));
  mi_random random;
  mi_random_init(&random, test_seed(), 4);
  static const size_t counts[] = {1, 2, 3, 10, SITES};
  for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
    MusterPosition sites[SITES];
    draw_sites(&area, sites, counts[i], &random);
    check_tiling(&area, 1, sites, NULL, counts[i], &random);
  }
}

static void test_tile_regular(void) {
  /* Sites on a square lattice: every corner of the diagram has four cells; and on one line. */
  g_auto(mi_shape) square = shape_of(
      "1094000000 295000000, 1094800000 295000000, 1094800000 295800000, 1094000000 295800000, 1094000000 295000000");
  MusterPolygons area = mi_shape_polygons(&square);
  mi_random random;
  mi_random_init(&random, test_seed(), 5);
  MusterPosition sites[64], line[9];
  for (int i = 0; i < 64; i++) sites[i] = (MusterPosition){1094050000 + i % 8 * 100000, 295050000 + i / 8 * 100000};
  for (int i = 0; i < 9; i++) line[i] = (MusterPosition){1094050000 + i * 70000, 295400000};
  check_tiling(&area, 1, sites, NULL, 64, &random);
  check_tiling(&area, 1, line, NULL, 9, &random);
}

static void test_tile_neighbours(void) {
  /* Two areas with a slanted common border that neither has a vertex on, and a third with one on the first's edge. */
  g_auto(mi_shape) a = shape_of(
      "1094000000 295000000, 1094700000 295000000, 1094300003 295800007, 1094000000 295800007, 1094000000 295000000");
  g_auto(mi_shape) b = shape_of(
      "1094700000 295000000, 1095000000 295000000, 1095000000 295800007, 1094300003 295800007, 1094700000 295000000");
  g_auto(mi_shape) c = shape_of(
      "1094000000 294500000, 1095000000 294500000, 1095000000 295000000, 1094700000 295000000, 1094000000 295000000, "
      "1094000000 294500000");
  MusterPolygons areas[] = {mi_shape_polygons(&a), mi_shape_polygons(&b), mi_shape_polygons(&c)};
  mi_random random;
  mi_random_init(&random, test_seed(), 6);
  MusterPosition sites[SITES];
  uint32_t site_area[SITES];
  for (uint32_t i = 0; i < SITES; i++) {
    site_area[i] = i % 3 == 2 && i > 2 ? 0 : i % 3; /* the third area has a single site */
    draw_sites(&areas[site_area[i]], &sites[i], 1, &random);
  }
  check_tiling(areas, 3, sites, site_area, SITES, &random);
}

static void test_tile_refusals(void) {
  g_auto(mi_shape) square = shape_of("0 0, 1000 0, 1000 1000, 0 1000, 0 0");
  MusterPolygons areas[] = {mi_shape_polygons(&square), mi_shape_polygons(&square)};
  MusterPosition twice[] = {{10, 10}, {20, 20}, {10, 10}}, far[] = {{500, 500}, {400, 400}, {-900000, -900000}};
  uint32_t all_first[] = {0, 0, 0};
  mi_shape cells[3] = {{0}};
  g_autoptr(GError) error = NULL;
  g_assert_false(mi_polygons_tile(areas, 1, twice, NULL, 3, cells, &error));
  g_assert_cmpstr(error->message, ==, "tiling: two sites of one area stand at one place at 0.0000010, 0.0000010");
  g_clear_error(&error);
  g_assert_false(mi_polygons_tile(areas, 2, far, all_first, 3, cells, &error));
  g_assert_cmpstr(error->message, ==, "tiling: area 1 has no site");
  g_clear_error(&error);
  g_assert_false(mi_polygons_tile(areas, 1, far, NULL, 3, cells, &error));
  g_assert_cmpstr(error->message, ==, "tiling: no cell is left for the site at -0.0900000, -0.0900000");
  for (int i = 0; i < 3; i++) mi_shape_clear(&cells[i]);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/index/partition/small-and-odd", test_small_and_odd);
  g_test_add_func("/index/partition/random-rings", test_random_rings);
  g_test_add_func("/index/partition/whole-earth", test_whole_earth);
  g_test_add_func("/index/tile/one", test_tile_one);
  g_test_add_func("/index/tile/regular", test_tile_regular);
  g_test_add_func("/index/tile/neighbours", test_tile_neighbours);
  g_test_add_func("/index/tile/refusals", test_tile_refusals);
  return g_test_run();
}
