/* Made-up terrain; see generate_terrain.h.
 *
 * Ridged value noise (Musgrave, in Ebert et al., "Texturing and Modeling", 2003, chapter 16) stretched along
 * north-east, the direction the ranges of western Hubei run. Only arithmetic: the same on any machine.
 */
#include "county/generate_terrain.h"

static double smooth_step(double t) { return t * t * t * (t * (t * 6 - 15) + 10); }

double mi_terrain_noise(uint64_t seed, mi_spot at, double size_m) {
  double x = at.x / size_m, y = at.y / size_m;
  double column = floor(x), row = floor(y);
  int64_t i = (int64_t)column, j = (int64_t)row;
  double u = smooth_step(x - column), v = smooth_step(y - row);
  double low = mi_mix_unit(seed, i, j) * (1 - u) + mi_mix_unit(seed, i + 1, j) * u;
  double high = mi_mix_unit(seed, i, j + 1) * (1 - u) + mi_mix_unit(seed, i + 1, j + 1) * u;
  return low * (1 - v) + high * v;
}

/* 1 on a crest, 0 on a floor. */
static double ridge(uint64_t seed, mi_spot at, double size_m) {
  double t = 1 - fabs(2 * mi_terrain_noise(seed, at, size_m) - 1);
  return t * t;
}

/* Coordinates along and across the ranges, the former squeezed. */
static mi_spot along_ranges(mi_spot at) {
  const double cosine = 0.6428, sine = 0.7660, stretch = 2.4;
  return (mi_spot){(at.x * cosine + at.y * sine) / stretch, at.y * cosine - at.x * sine};
}

static double flatness(const mi_terrain *terrain, mi_spot at) {
  double share = 1;
  for (size_t i = 0; i < terrain->basin_count; i++) {
    const mi_basin *basin = &terrain->basins[i];
    double t = mi_spot_distance2(at, basin->at) / (basin->radius_m * basin->radius_m);
    share *= t / (1 + t);
  }
  return share;
}

double mi_terrain_height_m(const mi_terrain *terrain, mi_spot at) {
  mi_spot bent = along_ranges(at);
  double height = 520 * ridge(terrain->seed, bent, 5200) + 260 * ridge(terrain->seed + 1, bent, 2100) +
                  120 * mi_terrain_noise(terrain->seed + 2, at, 800);
  return height * flatness(terrain, at);
}
