/* Distances against slower formulas: the spherical law in long double, the ellipsoid by PROJ's geodesics, the nearest
 * point of a segment by trying many. */
#include <geodesic.h>
#include <math.h>
#include <muster/geo.h>

#include "base/random.h"
#include "support/support.h"

static MusterPosition at(double lon, double lat) {
  MusterPosition position = {0};
  g_assert_true(muster_position_from_degrees(lon, lat, &position));
  return position;
}

static double between(mi_random *random, double least, double most) {
  return least + (most - least) * mi_random_unit(random);
}

static double slow_distance_m(MusterPosition a, MusterPosition b) {
  const long double degree = G_PI / 180 / 1e7L;
  long double a_lon = a.lon_e7 * degree, a_lat = a.lat_e7 * degree, b_lon = b.lon_e7 * degree,
              b_lat = b.lat_e7 * degree;
  long double ax = cosl(a_lat) * cosl(a_lon), ay = cosl(a_lat) * sinl(a_lon), az = sinl(a_lat);
  long double bx = cosl(b_lat) * cosl(b_lon), by = cosl(b_lat) * sinl(b_lon), bz = sinl(b_lat);
  long double cx = ay * bz - az * by, cy = az * bx - ax * bz, cz = ax * by - ay * bx;
  return (double)(6371008.8L * atan2l(sqrtl(cx * cx + cy * cy + cz * cz), ax * bx + ay * by + az * bz));
}

static void test_great_circle(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  struct geod_geodesic earth;
  geod_init(&earth, 6378137.0, 1 / 298.257223563);
  for (int i = 0; i < 20000; i++) {
    MusterPosition a = at(between(&random, -180, 180), between(&random, -90, 90));
    double reach = pow(10, between(&random, -6, 2));
    MusterPosition b = at(fmin(180, fmax(-180, a.lon_e7 / 1e7 + between(&random, -reach, reach))),
                          fmin(90, fmax(-90, a.lat_e7 / 1e7 + between(&random, -reach, reach))));
    double slow = slow_distance_m(a, b), fast = muster_distance_m(a, b), ellipsoid;
    g_assert_cmpfloat_with_epsilon(fast, slow, 1e-6 + slow * 1e-9);
    g_assert_cmpfloat(muster_distance_m(b, a), ==, fast);
    geod_inverse(&earth, a.lat_e7 / 1e7, a.lon_e7 / 1e7, b.lat_e7 / 1e7, b.lon_e7 / 1e7, &ellipsoid, NULL, NULL);
    g_assert_cmpfloat_with_epsilon(fast, ellipsoid, 0.02 + ellipsoid * 0.006);
  }
}

static void test_special_places(void) {
  g_assert_cmpfloat(muster_distance_m(at(109.4, 29.5), at(109.4, 29.5)), ==, 0);
  /* Poles: the longitude does not count. */
  g_assert_cmpfloat_with_epsilon(muster_distance_m(at(10, 90), at(-120, 90)), 0, 1e-6);
  g_assert_cmpfloat_with_epsilon(muster_distance_m(at(0, 90), at(0, -90)), G_PI * 6371008.8, 1e-3);
  g_assert_cmpfloat_with_epsilon(muster_distance_m(at(0, 0), at(180, 0)), G_PI * 6371008.8, 1e-3);
  /* Antimeridian: no border. */
  g_assert_cmpfloat_with_epsilon(muster_distance_m(at(180, 10), at(-180, 10)), 0, 1e-6);
  double step = muster_distance_planar_m(at(0, 10), at(0.02, 10));
  g_assert_cmpfloat_with_epsilon(muster_distance_planar_m(at(179.99, 10), at(-179.99, 10)), step, 1e-6);
  MusterPosition nearest;
  double along;
  double off = muster_distance_to_segment_m(at(-179.995, 10.001), at(179.99, 10), at(-179.99, 10), &along, &nearest);
  g_assert_cmpfloat_with_epsilon(off, 111.2, 0.1);
  g_assert_cmpfloat_with_epsilon(along, 0.75, 1e-6);
  g_assert_cmpint(nearest.lon_e7, ==, -1799950000);
  g_assert_cmpint(nearest.lat_e7, ==, 100000000);
}

static void test_planar(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int i = 0; i < 20000; i++) {
    MusterPosition a = at(between(&random, -179, 179), between(&random, -65, 65));
    MusterPosition b = at(a.lon_e7 / 1e7 + between(&random, -0.6, 0.6), a.lat_e7 / 1e7 + between(&random, -0.6, 0.6));
    double circle = muster_distance_m(a, b);
    if (circle < 100000) g_assert_cmpfloat_with_epsilon(muster_distance_planar_m(a, b), circle, 1e-4 + circle * 1e-3);
  }
}

static void test_segment(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  for (int i = 0; i < 500; i++) {
    MusterPosition a = at(109.4 + between(&random, 0, 0.02), 29.5 + between(&random, 0, 0.02));
    MusterPosition b = at(109.4 + between(&random, 0, 0.02), 29.5 + between(&random, 0, 0.02));
    MusterPosition p = at(109.4 + between(&random, 0, 0.02), 29.5 + between(&random, 0, 0.02)), nearest;
    double along, best = INFINITY;
    double found = muster_distance_to_segment_m(p, a, b, &along, &nearest);
    for (int step = 0; step <= 4000; step++) {
      double share = step / 4000.0;
      MusterPosition tried =
          at((a.lon_e7 + share * (b.lon_e7 - a.lon_e7)) / 1e7, (a.lat_e7 + share * (b.lat_e7 - a.lat_e7)) / 1e7);
      best = fmin(best, muster_distance_m(p, tried));
    }
    g_assert_cmpfloat_with_epsilon(found, best, 0.3 + best * 2e-4);
    g_assert_cmpfloat_with_epsilon(muster_distance_m(p, nearest), best, 0.3 + best * 2e-4);
    g_assert_true(along >= 0 && along <= 1);
  }
  MusterPosition nearest, a = at(109.4, 29.5);
  double along;
  g_assert_cmpfloat_with_epsilon(muster_distance_to_segment_m(at(109.4, 29.501), a, a, &along, &nearest), 111.2, 0.1);
  g_assert_cmpfloat(along, ==, 0);
  g_assert_cmpint(nearest.lat_e7, ==, a.lat_e7);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/distance/great-circle", test_great_circle);
  g_test_add_func("/distance/special-places", test_special_places);
  g_test_add_func("/distance/planar", test_planar);
  g_test_add_func("/distance/segment", test_segment);
  return g_test_run();
}
