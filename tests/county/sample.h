/* A small county drawn by a seed, put into a builder in an order drawn by another: for tests of the model and its
 * file. */
#ifndef MUSTER_TESTS_COUNTY_SAMPLE_H
#define MUSTER_TESTS_COUNTY_SAMPLE_H

#include <muster/county.h>

typedef struct SampleOptions {
  uint64_t seed, order; /* order 0: as the tables stand */
  uint32_t side;        /* side × side grids, 4 grids to a community */
  uint32_t volunteers;
  bool roads;   /* a lattice of streets between the grids */
  bool stepped; /* every second row of grids is shifted by half a grid: borders meet in T-junctions */
} SampleOptions;

MusterCounty *sample_county_new(const SampleOptions *options);
/* The same rows, not sealed yet. */
MusterCountyBuilder *sample_builder_new(const SampleOptions *options);

#endif
