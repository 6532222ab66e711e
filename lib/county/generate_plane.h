/* A local plane in metres about a centre, for making counties: x to the east, y to the north.
 *
 * Equirectangular: within 0.1 % of the sphere over a county. Scales are rounded to six decimals, so that a last bit of
 * the mathematical library never reaches a position.
 */
#ifndef MI_COUNTY_GENERATE_PLANE_H
#define MI_COUNTY_GENERATE_PLANE_H

#include <math.h>
#include <muster/geo.h>

typedef struct mi_spot {
  double x, y; /* metres */
} mi_spot;

typedef struct mi_plane {
  MusterPosition centre;
  double x_m_per_e7, y_m_per_e7;
} mi_plane;

static inline mi_plane mi_plane_about(MusterPosition centre) {
  const double m_per_deg = 111195.08; /* mean-radius sphere */
  double cosine = round(cos(centre.lat_e7 * 1e-7 * G_PI / 180) * 1e6) / 1e6;
  return (mi_plane){centre, m_per_deg * cosine * 1e-7, m_per_deg * 1e-7};
}

static inline mi_spot mi_plane_spot(const mi_plane *plane, MusterPosition position) {
  return (mi_spot){((double)position.lon_e7 - plane->centre.lon_e7) * plane->x_m_per_e7,
                   ((double)position.lat_e7 - plane->centre.lat_e7) * plane->y_m_per_e7};
}

static inline MusterPosition mi_plane_position(const mi_plane *plane, mi_spot spot) {
  return (MusterPosition){(int32_t)(plane->centre.lon_e7 + lround(spot.x / plane->x_m_per_e7)),
                          (int32_t)(plane->centre.lat_e7 + lround(spot.y / plane->y_m_per_e7))};
}

static inline double mi_spot_distance2(mi_spot a, mi_spot b) {
  return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

static inline double mi_spot_distance(mi_spot a, mi_spot b) { return sqrt(mi_spot_distance2(a, b)); }

static inline mi_spot mi_spot_between(mi_spot a, mi_spot b, double share) {
  return (mi_spot){a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

/* A well-mixed value of a seed and two whole numbers: for noise that is the same wherever it is asked for
 * (the finaliser of splitmix64). */
static inline uint64_t mi_mix64(uint64_t seed, int64_t a, int64_t b) {
  uint64_t value = seed + (uint64_t)a * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)b * UINT64_C(0xD1B54A32D192ED03);
  value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
  return value ^ (value >> 31);
}

/* The same as a number in [0, 1). */
static inline double mi_mix_unit(uint64_t seed, int64_t a, int64_t b) {
  return (double)(mi_mix64(seed, a, b) >> 11) * 0x1p-53;
}

#endif
