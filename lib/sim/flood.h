/* One flood: the course of its front through the county, and what that means for each grid.
 *
 * Each replication draws its own, so that the intervals over replications cover where the water comes from.
 */
#ifndef MI_SIM_FLOOD_H
#define MI_SIM_FLOOD_H

#include "sim/ground.h"

typedef struct mi_flood { /* all NULL and 0: no flood */
  double *ends;           /* running sum of the grids' weights: residents, less with the distance from the course */
  int64_t *front_ms;      /* of each grid: when the front arrives, from the start of the simulation */
  MusterPosition *course;
  size_t course_count;
} mi_flood;

/* Depends on seed and run alone. */
void mi_flood_draw(const mi_ground *ground, const MusterScenario *scenario, uint64_t seed, uint32_t run, mi_flood *out);
void mi_flood_clear(mi_flood *flood);

#endif
