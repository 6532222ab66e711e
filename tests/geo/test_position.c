/* Positions from degrees and from text. */
#include <math.h>
#include <muster/geo.h>

static void test_from_degrees(void) {
  MusterPosition at = {7, 7};
  g_assert_true(muster_position_from_degrees(109.40761234, -29.49355555, &at));
  g_assert_cmpint(at.lon_e7, ==, 1094076123);
  g_assert_cmpint(at.lat_e7, ==, -294935556);
  g_assert_true(muster_position_from_degrees(-180, 90, &at));
  g_assert_true(muster_position_from_degrees(180.00000004, -90.00000004, &at));
  g_assert_cmpint(at.lon_e7, ==, 1800000000);
  g_assert_cmpint(at.lat_e7, ==, -900000000);
  const double refused[][2] = {{180.0000001, 0}, {0, 90.0000001}, {NAN, 0},  {0, NAN},     {INFINITY, 0},
                               {0, -INFINITY},   {1e300, 1e300},  {-181, 0}, {29.5, 109.4}};
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
    g_assert_false(muster_position_from_degrees(refused[i][0], refused[i][1], &at));
  g_assert_cmpint(at.lon_e7, ==, 1800000000);
}

static void test_parse(void) {
  MusterPosition at;
  const char *good[] = {"109.4076,29.4935", " 109.4076 , 29.4935 ", "109.4076,+29.49350", "1.094076e2,29.4935"};
  for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
    GError *error = NULL;
    g_assert_true(muster_position_parse(good[i], &at, &error));
    g_assert_no_error(error);
    g_assert_cmpint(at.lon_e7, ==, 1094076000);
    g_assert_cmpint(at.lat_e7, ==, 294935000);
  }
  const char *bad[] = {"",           ",",        "109.4",        "109.4,",  ",29.5",       "109.4 29.5", "109.4,29.5,",
                       "109,4,29,5", "0x10,0x1", "inf,nan",      "nan,0",   "109.4,29.5x", "1e,2",       "--1,2",
                       "29.5;109.4", "200,10",   "29.49,109.41", "1e400,0", "109.4，29.5"};
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    if (muster_position_parse(bad[i], &at, &error)) g_error("taken: \"%s\"", bad[i]);
    g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE);
  }
  g_autoptr(GError) error = NULL;
  muster_position_parse("29.49,109.41", &at, &error);
  g_assert_nonnull(g_strrstr(error->message, "longitude comes first"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/position/from-degrees", test_from_degrees);
  g_test_add_func("/position/parse", test_parse);
  return g_test_run();
}
