/* Validity with reason and place, the half-open point test, measures and overlays. */
#include <math.h>
#include <muster/muster.h>
#include <string.h>

#include "base/random.h"
#include "shapes.h"
#include "support/support.h"

static void test_valid(void) {
  static const char *const good[] = {
      "0 0, 100 0, 100 100, 0 100, 0 0",
      "0 0, 0 100, 100 100, 100 0, 0 0",                             /* the other way round */
      "0 0, 100 0, 100 100, 0 100, 0 0; 10 10, 20 10, 20 20, 10 10", /* a hole */
      "0 0, 100 0, 100 100, 0 100, 0 0; 0 0, 20 10, 20 20, 0 0",     /* touching it at a point */
      "0 0, 100 0, 100 100, 0 0/200 0, 300 0, 300 100, 200 0",       /* two */
      "0 0, 100 0, 100 0, 100 100, 0 100, 0 0",                      /* a position twice in a row */
  };
  for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
    g_auto(mi_shape) shape = shape_of(good[i]);
    MusterPolygons polygons = mi_shape_polygons(&shape);
    g_autoptr(GError) error = NULL;
    g_assert_true(muster_polygons_check(&polygons, &error));
    g_assert_no_error(error);
  }
  g_assert_true(muster_polygons_check(&(MusterPolygons){0}, NULL));
}

static void test_defects(void) {
  static const struct {
    const char *text, *message;
  } bad[] = {
      {"0 0, 100 100, 100 0, 0 100, 0 0", "polygon crosses itself at 0.0000050, 0.0000050"},
      {"0 0, 100 0, 100 100, 0 100",
       "polygon has an outer ring that does not return to its start at 0.0000000, 0.0000000"},
      {"0 0, 100 0, 100 100, 0 0; 9 1, 20 1, 20 5, 9 2",
       "polygon has a hole that does not return to its start at 0.0000009, 0.0000001"},
      {"0 0, 100 0, 0 0",
       "polygon has a ring of fewer than 4 positions (first and last the same) at 0.0000000, 0.0000000"},
      {"0 0, 100 0, 100 0, 0 0", "polygon has a ring of fewer than 3 different corners at 0.0000000, 0.0000000"},
      {"0 0, 100 0, 100 100, 0 100, 0 0; 200 200, 300 200, 300 300, 200 200",
       "polygon has a hole outside its outer ring at 0.0000200, 0.0000200"},
      {"0 0, 100 0, 100 100, 0 100, 0 0; 10 10, 90 10, 90 90, 10 90, 10 10; 20 20, 30 20, 30 30, 20 20",
       "polygon has a hole within a hole at"},
      {"0 0, 100 0, 100 100, 0 100, 0 0; 10 10, 20 10, 20 20, 10 10; 20 20, 20 10, 10 10, 20 20",
       "polygon has a ring twice at 0.0000010, 0.0000010"},
      {"0 0, 100 0, 100 100, 0 100, 0 0/0 100, 100 100, 100 0, 0 0, 0 100",
       "set of polygons has a ring twice at 0.0000000, 0.0000000"},
      {"0 0, 100 0, 100 100, 0 100, 0 0/50 50, 150 50, 150 150, 50 50", "set of polygons crosses itself at"},
      {"0 0, 100 0, 100 100, 0 100, 0 0/20 20, 30 20, 30 30, 20 20", "set of polygons has a part within a part at"},
      {"0 0, 100 0, 100 100, 0 0/500 0, 600 100, 600 0, 500 100, 500 0",
       "polygon 2 of 2 crosses itself at 0.0000550, 0.0000050"},
      {"0 0, 1800000001 0, 100 100, 0 0", "polygon has a position that is not on earth at 180.0000001, 0.0000000"},
      {"0 0, 100 0, 50 50, 100 100, 0 100, 50 50, 0 0", "polygon touches itself along a ring at 0.0000050, 0.0000050"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_auto(mi_shape) shape = shape_of(bad[i].text);
    MusterPolygons polygons = mi_shape_polygons(&shape);
    g_autoptr(GError) error = NULL;
    g_assert_false(muster_polygons_check(&polygons, &error));
    g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY);
    if (!g_str_has_prefix(error->message, bad[i].message)) g_error("%s\n  gives: %s", bad[i].text, error->message);
  }
}

static void test_empty_parts(void) {
  const MusterPosition none[1] = {{0, 0}};
  const uint32_t no_ring[] = {0, 0}, one_empty[] = {0, 0}, one_ring[] = {0, 1};
  MusterPolygons without = {none, no_ring, no_ring, 0, 1};
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_polygons_check(&without, &error));
  g_assert_cmpstr(error->message, ==, "polygon has no ring");
  g_clear_error(&error);
  MusterPolygons empty = {none, one_empty, one_ring, 1, 1};
  g_assert_false(muster_polygons_check(&empty, &error));
  g_assert_cmpstr(error->message, ==, "polygon has an empty ring");
}

static bool contains(const char *text, int32_t x, int32_t y) {
  g_auto(mi_shape) shape = shape_of(text);
  MusterPolygons polygons = mi_shape_polygons(&shape);
  return muster_polygons_contain(&polygons, (MusterPosition){x, y});
}

static void test_half_open(void) {
  const char *square = "0 0, 10 0, 10 10, 0 10, 0 0";
  g_assert_true(contains(square, 5, 5));
  g_assert_true(contains(square, 0, 5)); /* west */
  g_assert_true(contains(square, 5, 0)); /* south */
  g_assert_true(contains(square, 0, 0));
  g_assert_false(contains(square, 10, 5)); /* east */
  g_assert_false(contains(square, 5, 10)); /* north */
  g_assert_false(contains(square, 10, 10));
  g_assert_false(contains(square, 0, 10));
  g_assert_false(contains(square, 10, 0));
  const char *with_hole = "0 0, 10 0, 10 10, 0 10, 0 0; 4 4, 6 4, 6 6, 4 6, 4 4";
  g_assert_false(contains(with_hole, 5, 5));
  g_assert_false(contains(with_hole, 4, 4)); /* the hole holds what a polygon in its place would */
  g_assert_true(contains(with_hole, 6, 5));
  /* No overflow at the ends of the earth, nor of the type. */
  g_assert_true(
      contains("-1800000000 -900000000, 1800000000 -900000000, 1800000000 900000000, -1800000000 900000000, "
               "-1800000000 -900000000",
               1799999999, 899999999));
  g_assert_true(
      contains("-2147483648 -2147483648, 2147483647 -2147483648, 2147483647 2147483647, -2147483648 -2147483648",
               2147483646, 0));
  g_assert_false(contains("", 0, 0));
}

/* A fan of triangles about a point, and the squares around: every lattice position is held exactly once. */
static void test_exactly_one(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int round = 0; round < 60; round++) {
    MusterPosition centre = {1 + (int32_t)mi_random_below(&random, 38), 1 + (int32_t)mi_random_below(&random, 38)};
    MusterPosition rim[40];
    uint32_t count = 0;
    for (int32_t x = 0; x < 40; x += 1 + (int32_t)mi_random_below(&random, 9)) rim[count++] = (MusterPosition){x, 0};
    rim[count++] = (MusterPosition){40, 0};
    rim[count++] = (MusterPosition){40, 1 + (int32_t)mi_random_below(&random, 38)};
    rim[count++] = (MusterPosition){40, 40};
    rim[count++] = (MusterPosition){(int32_t)mi_random_below(&random, 39) + 1, 40};
    rim[count++] = (MusterPosition){0, 40};
    rim[count++] = (MusterPosition){0, 0};
    for (int32_t y = 0; y < 40; y++)
      for (int32_t x = 0; x < 40; x++) {
        int held = 0;
        for (uint32_t i = 0; i + 1 < count; i++) {
          MusterPosition ring[] = {rim[i], rim[i + 1], centre, rim[i]};
          const uint32_t ring_first[] = {0, 4}, polygon_first[] = {0, 1};
          held +=
              muster_polygons_contain(&(MusterPolygons){ring, ring_first, polygon_first, 1, 1}, (MusterPosition){x, y});
        }
        g_assert_cmpint(held, ==, 1);
      }
  }
}

static void test_measures(void) {
  /* 0.01° by 0.01° at 29.5° N. */
  g_auto(mi_shape) shape = shape_of(
      "1094000000 295000000, 1094100000 295000000, 1094100000 295100000, 1094000000 295100000, 1094000000 295000000; "
      "1094040000 295040000, 1094060000 295040000, 1094060000 295060000, 1094040000 295060000, 1094040000 295040000");
  MusterPolygons polygons = mi_shape_polygons(&shape);
  double side = 6371008.8 * G_PI / 180 / 100;
  double expected = side * side * cos(29.505 * G_PI / 180);
  g_assert_cmpfloat_with_epsilon(mi_polygons_area_m2(&polygons), expected * 0.96, expected * 1e-5);
  g_assert_cmpfloat_with_epsilon(mi_polygons_perimeter_m(&polygons), 1.2 * 2 * side * (1 + cos(29.505 * G_PI / 180)),
                                 0.1);
  MusterPosition at;
  g_assert_true(mi_polygons_centroid(&polygons, &at));
  g_assert_cmpint(at.lon_e7, ==, 1094050000);
  g_assert_cmpint(at.lat_e7, ==, 295050000);
  g_assert_false(muster_polygons_contain(&polygons, at)); /* in the hole */
  g_assert_true(mi_polygons_inner_point(&polygons, &at));
  g_assert_true(muster_polygons_contain(&polygons, at));
  g_assert_false(mi_polygons_inner_point(&(MusterPolygons){0}, &at));
  g_assert_false(mi_polygons_centroid(&(MusterPolygons){0}, &at));
  g_assert_cmpfloat(mi_polygons_area_m2(&(MusterPolygons){0}), ==, 0);
}

static void test_shared_border(void) {
  g_auto(mi_shape) left = shape_of("0 0, 1000 0, 1000 1000, 0 1000, 0 0");
  g_auto(mi_shape) right = shape_of("1000 500, 2000 500, 2000 3000, 1000 3000, 1000 500");
  g_auto(mi_shape) corner = shape_of("1000 1000, 2000 1000, 2000 2000, 1000 1000");
  g_auto(mi_shape) far = shape_of("5000 0, 6000 0, 6000 1000, 5000 0");
  MusterPolygons a = mi_shape_polygons(&left), b = mi_shape_polygons(&right), c = mi_shape_polygons(&corner),
                 d = mi_shape_polygons(&far);
  double unit = 6371008.8 * G_PI / 1800000000;
  g_assert_cmpfloat_with_epsilon(mi_polygons_shared_border_m(&a, &b), 500 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon(mi_polygons_shared_border_m(&b, &a), 500 * unit, 1e-6);
  g_assert_cmpfloat(mi_polygons_shared_border_m(&a, &c), ==, 0);
  g_assert_cmpfloat(mi_polygons_shared_border_m(&a, &d), ==, 0);
}

static void test_overlay(void) {
  g_auto(mi_shape) first = shape_of("0 0, 1000 0, 1000 1000, 0 1000, 0 0");
  g_auto(mi_shape) second = shape_of("500 0, 1500 0, 1500 1000, 500 1000, 500 0");
  MusterPolygons a = mi_shape_polygons(&first), b = mi_shape_polygons(&second);
  g_auto(mi_shape) out = {0};
  double square = mi_polygons_area_m2(&a);
  static const struct {
    mi_overlay overlay;
    double squares;
  } cases[] = {{MI_OVERLAY_INTERSECTION, 0.5}, {MI_OVERLAY_UNION, 1.5}, {MI_OVERLAY_DIFFERENCE, 0.5}};
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(mi_polygons_overlay(cases[i].overlay, &a, &b, &out, &error));
    MusterPolygons result = mi_shape_polygons(&out);
    g_assert_cmpfloat_with_epsilon(mi_polygons_area_m2(&result), cases[i].squares * square, square * 1e-6);
    g_assert_true(muster_polygons_check(&result, NULL));
  }
  const MusterPolygons *both[] = {&a, &b};
  g_assert_true(mi_polygons_unite(both, 2, &out, NULL));
  MusterPolygons united = mi_shape_polygons(&out);
  g_assert_cmpuint(united.polygon_count, ==, 1);
  g_assert_cmpfloat_with_epsilon(mi_polygons_area_m2(&united), 1.5 * square, square * 1e-6);
  g_assert_true(mi_polygons_unite(NULL, 0, &out, NULL));
  g_assert_cmpuint(mi_shape_polygons(&out).polygon_count, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/index/polygons/valid", test_valid);
  g_test_add_func("/index/polygons/defects", test_defects);
  g_test_add_func("/index/polygons/empty-parts", test_empty_parts);
  g_test_add_func("/index/polygons/half-open", test_half_open);
  g_test_add_func("/index/polygons/exactly-one", test_exactly_one);
  g_test_add_func("/index/polygons/measures", test_measures);
  g_test_add_func("/index/polygons/shared-border", test_shared_border);
  g_test_add_func("/index/polygons/overlay", test_overlay);
  return g_test_run();
}
