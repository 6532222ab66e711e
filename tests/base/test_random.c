/* The generator: same seed, same draws; distributions have the mean and spread they promise. */
#include "base/random.h"
#include "support/support.h"

#include <math.h>

static void test_same_seed_same_draws(void) {
  mi_random a, b, c;
  mi_random_init(&a, 7, 0);
  mi_random_init(&b, 7, 0);
  mi_random_init(&c, 7, 1);
  int differing = 0;
  for (int i = 0; i < 100; i++) {
    uint64_t x = mi_random_u64(&a);
    g_assert_cmpuint(x, ==, mi_random_u64(&b));
    differing += x != mi_random_u64(&c);
  }
  g_assert_cmpint(differing, >, 95);
}

typedef double (*draw)(mi_random *);
static double draw_unit(mi_random *r) { return mi_random_unit(r); }
static double draw_exponential(mi_random *r) { return mi_random_exponential(r, 12); }
static double draw_normal(mi_random *r) { return mi_random_normal(r, 5, 2); }
static double draw_gamma(mi_random *r) { return mi_random_gamma(r, 45, 21.5); }
static double draw_gamma_small(mi_random *r) { return mi_random_gamma(r, 1, 2); }
static double draw_lognormal(mi_random *r) { return log(mi_random_lognormal(r, 105, 0.5)); }
static double draw_poisson(mi_random *r) { return mi_random_poisson(r, 4.5); }
static double draw_poisson_large(mi_random *r) { return mi_random_poisson(r, 400); }
static double draw_below(mi_random *r) { return mi_random_below(r, 7); }

static void check_moments(draw f, double mean, double sd) {
  enum { COUNT = 200000 };
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  double sum = 0, squares = 0;
  for (int i = 0; i < COUNT; i++) {
    double x = f(&random);
    sum += x;
    squares += (x - mean) * (x - mean);
  }
  double tolerance = 5 * sd / sqrt(COUNT);
  g_assert_cmpfloat(fabs(sum / COUNT - mean), <, tolerance);
  g_assert_cmpfloat(fabs(sqrt(squares / COUNT) - sd), <, 0.05 * sd);
}

static void test_moments(void) {
  check_moments(draw_unit, 0.5, sqrt(1 / 12.0));
  check_moments(draw_exponential, 12, 12);
  check_moments(draw_normal, 5, 2);
  check_moments(draw_gamma, 45, 21.5);
  check_moments(draw_gamma_small, 1, 2);
  check_moments(draw_lognormal, log(105), 0.5);
  check_moments(draw_poisson, 4.5, sqrt(4.5));
  check_moments(draw_poisson_large, 400, 20);
  check_moments(draw_below, 3, 2);
}

static void test_shuffle_keeps_all(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  uint32_t values[100], seen[100] = {0};
  for (uint32_t i = 0; i < 100; i++) values[i] = i;
  mi_random_shuffle_u32(&random, values, 100);
  for (int i = 0; i < 100; i++) seen[values[i]]++;
  for (int i = 0; i < 100; i++) g_assert_cmpuint(seen[i], ==, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/random/same-seed", test_same_seed_same_draws);
  g_test_add_func("/random/moments", test_moments);
  g_test_add_func("/random/shuffle", test_shuffle_keeps_all);
  return g_test_run();
}
