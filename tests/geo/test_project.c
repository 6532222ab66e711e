/* PROJ: known figures, round trips, systems that cannot be used. */
#include <math.h>
#include <muster/geo.h>
#include <string.h>

#include "base/random.h"
#include "support/support.h"

static void check_round_trip(const char *crs, double west, double east, double south, double north) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterProjection) projection = muster_projection_new(crs, &error);
  g_assert_no_error(error);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (int i = 0; i < 2000; i++) {
    MusterPosition start, end;
    double x, y;
    muster_position_from_degrees(west + (east - west) * mi_random_unit(&random),
                                 south + (north - south) * mi_random_unit(&random), &start);
    g_assert_true(muster_projection_from_wgs84(projection, start, &x, &y, &error));
    g_assert_true(muster_projection_to_wgs84(projection, x, y, &end, &error));
    g_assert_cmpint(ABS(end.lon_e7 - start.lon_e7), <=, 1);
    g_assert_cmpint(ABS(end.lat_e7 - start.lat_e7), <=, 1);
  }
}

static void test_round_trip(void) {
  check_round_trip("EPSG:4547", 112.5, 115.5, 22, 40);
  check_round_trip("EPSG:4545", 106.5, 109.5, 22, 40);
  check_round_trip("EPSG:4490", 74, 134, 18, 53);
  check_round_trip("EPSG:32649", 108, 114, 1, 60);
  check_round_trip("EPSG:3857", -179, 179, -80, 80);
  check_round_trip("EPSG:2056", 6, 10.4, 45.9, 47.8);
}

/* Axes are east, north whatever the authority says (EPSG:4547 and EPSG:4326 are defined north first). */
static void test_axes(void) {
  g_autoptr(MusterProjection) grid = muster_projection_new("EPSG:4547", NULL);
  MusterPosition at;
  g_assert_true(muster_projection_to_wgs84(grid, 500000, 3264000, &at, NULL));
  g_assert_cmpint(at.lon_e7, ==, 1140000000);
  g_assert_cmpint(at.lat_e7, >, 294000000);
  g_assert_cmpint(at.lat_e7, <, 296000000);
  g_autoptr(MusterProjection) degrees = muster_projection_new("EPSG:4326", NULL);
  g_assert_true(muster_projection_to_wgs84(degrees, 109.4, 29.5, &at, NULL));
  g_assert_cmpint(at.lon_e7, ==, 1094000000);
  g_assert_cmpint(at.lat_e7, ==, 295000000);
}

static void test_refused(void) {
  const struct {
    const char *crs, *part;
  } cases[] = {
      {"EPSG:99999", "is not a coordinate reference system"}, {"", "is not a coordinate reference system"},
      {"来凤", "is not a coordinate reference system"},       {"EPSG:4978", "not a system of positions on a map"},
      {"EPSG:5773", "not a system of positions on a map"},    {"EPSG:2379", "no accurate way"}};
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(muster_projection_new(cases[i].crs, &error));
    g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_CRS);
    if (!strstr(error->message, cases[i].part)) g_error("%s", error->message);
  }
}

/* Beijing 1954 has parameters for some regions; Hubei is none of them. */
static void test_outside(void) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterProjection) beijing = muster_projection_new("EPSG:4214", &error);
  g_assert_no_error(error);
  MusterPosition at = {5, 5};
  g_assert_true(muster_projection_to_wgs84(beijing, 80, 39, &at, &error));
  g_assert_false(muster_projection_to_wgs84(beijing, 109.4, 29.5, &at, &error));
  g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_CRS);
  g_clear_error(&error);
  g_autoptr(MusterProjection) utm = muster_projection_new("EPSG:32649", &error);
  const double bad[][2] = {{1e20, 1e20}, {NAN, 0}, {0, INFINITY}};
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_assert_false(muster_projection_to_wgs84(utm, bad[i][0], bad[i][1], &at, &error));
    g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE);
    g_clear_error(&error);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/project/round-trip", test_round_trip);
  g_test_add_func("/project/axes", test_axes);
  g_test_add_func("/project/refused", test_refused);
  g_test_add_func("/project/outside", test_outside);
  return g_test_run();
}
