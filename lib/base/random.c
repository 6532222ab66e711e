/* Seeded generator: xoshiro256++, splitmix64 seeding, and distributions; sources in random.h. */
#include "base/random.h"

#include <math.h>

static uint64_t splitmix64(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

void mi_random_init(mi_random *random, uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  state = splitmix64(&state) ^ (stream * UINT64_C(0xD1342543DE82EF95) + 1);
  for (int i = 0; i < 4; i++) random->state[i] = splitmix64(&state);
}

uint64_t mi_random_u64(mi_random *random) {
  uint64_t *s = random->state;
  uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left(s[3], 45);
  return result;
}

uint32_t mi_random_below(mi_random *random, uint32_t bound) {
  uint64_t product = (mi_random_u64(random) >> 32) * bound;
  uint32_t low = (uint32_t)product;
  if (low < bound) {
    uint32_t threshold = (uint32_t)(-bound) % bound;
    while (low < threshold) {
      product = (mi_random_u64(random) >> 32) * bound;
      low = (uint32_t)product;
    }
  }
  return (uint32_t)(product >> 32);
}

double mi_random_unit(mi_random *random) { return (double)(mi_random_u64(random) >> 11) * 0x1.0p-53; }

double mi_random_exponential(mi_random *random, double mean) { return -mean * log1p(-mi_random_unit(random)); }

/* Marsaglia's polar method; the second value is dropped so that a draw has no hidden state. */
double mi_random_normal(mi_random *random, double mean, double sd) {
  for (;;) {
    double u = 2 * mi_random_unit(random) - 1;
    double v = 2 * mi_random_unit(random) - 1;
    double s = u * u + v * v;
    if (s > 0 && s < 1) return mean + sd * u * sqrt(-2 * log(s) / s);
  }
}

double mi_random_lognormal(mi_random *random, double median, double sigma) {
  return median * exp(mi_random_normal(random, 0, sigma));
}

static double draw_gamma_shape(mi_random *random, double shape) {
  if (shape < 1) {
    double u = 1 - mi_random_unit(random);
    return draw_gamma_shape(random, shape + 1) * pow(u, 1 / shape);
  }
  double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double x = mi_random_normal(random, 0, 1);
    double v = 1 + c * x;
    if (v <= 0) continue;
    v = v * v * v;
    double u = 1 - mi_random_unit(random);
    if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

double mi_random_gamma(mi_random *random, double mean, double sd) {
  double scale = sd * sd / mean;
  return scale * draw_gamma_shape(random, mean / scale);
}

uint32_t mi_random_poisson(mi_random *random, double mean) {
  uint32_t count = 0;
  for (; mean > 30; mean -= 15) count += mi_random_poisson(random, 15);
  double limit = exp(-mean), product = mi_random_unit(random);
  while (product > limit) {
    count++;
    product *= mi_random_unit(random);
  }
  return count;
}

void mi_random_shuffle_u32(mi_random *random, uint32_t *values, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t j = mi_random_below(random, (uint32_t)i);
    uint32_t kept = values[i - 1];
    values[i - 1] = values[j];
    values[j] = kept;
  }
}
