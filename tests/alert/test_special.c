/* Special functions against values of 18 digits (mpmath, 40 digits of working precision). */
#include "alert/special.h"

#include <math.h>

#include "base/random.h"
#include "support/support.h"

static void assert_close(double found, double expected, double relative) {
  g_assert_cmpfloat_with_epsilon(found, expected, fabs(expected) * relative + 1e-300);
}

static void test_gamma(void) {
  static const double values[][3] = {
      {4.380746348, 0.5, 0.000740901747505929384},
      {4.380746348, 2.9, 0.260118173405773657},
      {4.380746348, 5.3, 0.715406491041271918},
      {4.380746348, 11.7, 0.995350142400457888},
      {0.5, 0.02, 0.158519418878206046},
      {0.5, 3, 0.98569412156457036},
      {1, 1, 0.632120558828557678},
      {2.5, 40, 0.999999999999999161},
      {100, 80, 0.0171083130351331142},
      {100, 101, 0.552896293434511246},
      {1000, 1100, 0.998940676746070023},
      {0.01, 0.5, 0.994373243806032816},
      {30, 12, 8.87013879914469412e-6},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
    assert_close(mi_gamma_cdf(values[i][0], values[i][1]), values[i][2], 1e-13);
  g_assert_cmpfloat(mi_gamma_cdf(2, 0), ==, 0);
  g_assert_cmpfloat(mi_gamma_cdf(2, -1), ==, 0);
  g_assert_cmpfloat(mi_gamma_cdf(2, INFINITY), ==, 1);
  static const double logs[][2] = {
      {0.01, 4.59947987804202172}, {0.5, 0.572364942924700087}, {1.5, -0.120782237635245222},
      {7.25, 7.05218545073853944}, {11.99, 17.477885575426185}, {12.01, 17.5267388065099656},
      {1000, 5905.22042320918121},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(logs); i++) assert_close(mi_log_gamma(logs[i][0]), logs[i][1], 2e-14);
  g_assert_cmpfloat_with_epsilon(mi_log_gamma(1), 0, 1e-14);
  g_assert_cmpfloat_with_epsilon(mi_log_gamma(2), 0, 1e-14);
}

static void test_normal(void) {
  static const double values[][2] = {
      {-8, 6.22096057427178412e-16},
      {-3.3, 0.000483424142383777507},
      {-1, 0.158655253931457051},
      {-0.1, 0.460172162722971016},
      {0, 0.5},
      {0.7, 0.758036347776926971},
      {1.9, 0.971283440183998195},
      {5, 0.999999713348428121},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(values); i++) assert_close(mi_normal_cdf(values[i][0]), values[i][1], 1e-13);
}

/* The density is the derivative of the distribution. */
static void test_density(void) {
  for (double x = 0.5; x < 20; x += 0.7) {
    double slope = (mi_gamma_cdf(4.38, x + 1e-5) - mi_gamma_cdf(4.38, x - 1e-5)) / 2e-5;
    g_assert_cmpfloat_with_epsilon(mi_gamma_density(4.38, x), slope, 1e-9);
  }
}

static void test_exp_and_log(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int i = 0; i < 100000; i++) {
    double x = (mi_random_unit(&random) - 0.5) * 1400, y = mi_exp(mi_random_unit(&random) * 1300 - 650);
    if (x > -700) assert_close(mi_exp(x), exp(x), 5e-16);
    g_assert_cmpfloat_with_epsilon(mi_log(y), log(y), fabs(log(y)) * 4e-16 + 1e-17);
    double near_one = 1 + (mi_random_unit(&random) - 0.5) * 1e-3;
    g_assert_cmpfloat_with_epsilon(mi_log(near_one), log(near_one), fabs(log(near_one)) * 1e-15);
  }
  g_assert_cmpfloat(mi_exp(0), ==, 1);
  g_assert_cmpfloat(mi_exp(-800), ==, 0);
  g_assert_cmpfloat(mi_exp(NAN), ==, 0);
  g_assert_true(isinf(mi_exp(800)));
  g_assert_cmpfloat(mi_log(1), ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-special/gamma", test_gamma);
  g_test_add_func("/alert-special/normal", test_normal);
  g_test_add_func("/alert-special/density", test_density);
  g_test_add_func("/alert-special/exp-and-log", test_exp_and_log);
  return g_test_run();
}
