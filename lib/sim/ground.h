/* The county as the arrivals see it: where residents live in each grid.
 *
 * Built once, immutable afterwards, shared by all replications and threads.
 */
#ifndef MI_SIM_GROUND_H
#define MI_SIM_GROUND_H

#include <muster/county.h>

#include "base/random.h"
#include "county/dwellings.h"
#include "county/generate_plane.h"
#include "sim/scenario.h"

typedef struct mi_ground_grid {
  double weight; /* residents (or, in a county without such figures, volunteers at home + 1) */
} mi_ground_grid;

typedef struct mi_ground {
  MusterCounty *county;
  MusterAreaId first_grid;
  size_t grid_count;
  mi_ground_grid *grids;
  mi_dwellings dwellings;
  double *weight_ends;   /* running sum of the grids' weights */
  double residents;      /* sum of the weights */
  double load_residents; /* residents that the load is counted by */
  mi_plane densest;      /* about the place with the most residents within a flood's width */
} mi_ground;

/* Fails for a county without grids or volunteers. */
mi_ground *mi_ground_new(MusterCounty *county, const MusterScenario *scenario, GError **error);
void mi_ground_free(mi_ground *ground);
/* A dense grid number drawn by running sums of weights, one a grid. */
uint32_t mi_ground_draw_grid(const mi_ground *ground, const double *ends, mi_random *random);
/* A place in the grid, beside one of its streets. */
MusterPosition mi_ground_draw_place(const mi_ground *ground, uint32_t grid, mi_random *random);
/* A place within radius_m of another, uniform over the disc. */
MusterPosition mi_ground_draw_near(MusterPosition place, double radius_m, mi_random *random);

#endif
