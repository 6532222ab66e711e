/* Seeded generator and the distributions that simulation and generators draw from. Same seed, same draws, on any
 * machine.
 *
 * The generator is xoshiro256++ 1.0 seeded by splitmix64 (Blackman & Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 2021). One owner, one thread.
 */
#ifndef MI_BASE_RANDOM_H
#define MI_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct mi_random {
  uint64_t state[4];
} mi_random;

/* stream: independent sequences of one seed (a replication, a module). */
void mi_random_init(mi_random *random, uint64_t seed, uint64_t stream);
uint64_t mi_random_u64(mi_random *random);
/* 0 … bound − 1 without bias (Lemire 2019); bound ≥ 1. */
uint32_t mi_random_below(mi_random *random, uint32_t bound);
/* [0, 1), 53 bits. */
double mi_random_unit(mi_random *random);
double mi_random_exponential(mi_random *random, double mean);
double mi_random_normal(mi_random *random, double mean, double sd);
/* By median and the standard deviation of the logarithm. */
double mi_random_lognormal(mi_random *random, double median, double sigma);
/* By mean and standard deviation, both > 0 (Marsaglia & Tsang, ACM TOMS 2000). */
double mi_random_gamma(mi_random *random, double mean, double sd);
/* Knuth's product below a mean of 30, split in halves above. */
uint32_t mi_random_poisson(mi_random *random, double mean);
void mi_random_shuffle_u32(mi_random *random, uint32_t *values, size_t count);

#endif
