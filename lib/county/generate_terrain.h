/* A smooth made-up terrain that roads and villages follow: parallel ridges with valleys between, flat about the seats.
 */
#ifndef MI_COUNTY_GENERATE_TERRAIN_H
#define MI_COUNTY_GENERATE_TERRAIN_H

#include "county/generate_plane.h"

typedef struct mi_basin { /* flat ground about a town */
  mi_spot at;
  double radius_m;
} mi_basin;

typedef struct mi_terrain {
  uint64_t seed;
  const mi_basin *basins; /* not owned */
  size_t basin_count;
} mi_terrain;

/* Smooth value noise in [0, 1) with features about `size_m` across. */
double mi_terrain_noise(uint64_t seed, mi_spot at, double size_m);
/* Metres above the valley floors, 0 to about 900. */
double mi_terrain_height_m(const mi_terrain *terrain, mi_spot at);

#endif
