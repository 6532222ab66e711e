/* A small county for the tests of the simulation: 4 km square, 2 townships, 4 communities, 16 grids of 1 km², streets
 * every 250 m, volunteers spread evenly at random, and two posts at which 1010 to 1015 and 1020 to 1025 have shifts. */
#ifndef MUSTER_TESTS_SMALL_COUNTY_H
#define MUSTER_TESTS_SMALL_COUNTY_H

#include <muster/muster.h>

/* residents: of each grid. Everybody has all skills of the response plans, goes on foot, by e-bike and by car. */
MusterCounty *small_county_new(uint32_t volunteers, uint32_t residents, uint64_t seed);
/* The same with one more volunteer, who lives there and is not registered at work. */
MusterCounty *small_county_new_with(uint32_t volunteers, uint32_t residents, uint64_t seed, MusterPosition home);
/* A scenario file of these lines, e.g. "[scenario]\nbase=flood\n[time]\nruns=2\n". */
MusterScenario *small_scenario_new(const char *lines);
MusterPolicy *small_policy_new(const char *lines);

#endif
