/* Distances on the mean-radius sphere and in a local plane.
 *
 * Haversine after Sinnott, "Virtues of the haversine", Sky & Telescope 68 (1984): well-conditioned for short distances.
 * Longitude differences are taken the short way round, so the antimeridian is no border.
 */
#include <math.h>
#include <muster/geo.h>

#define EARTH_RADIUS_M 6371008.8
#define RADIANS_PER_E7 (G_PI / 1800000000.0)

enum { HALF_TURN_E7 = 1800000000 };
static const int64_t full_turn_e7 = 3600000000;

/* b − a the short way round, −180° to 180°. */
static int64_t lon_difference_e7(int32_t a, int32_t b) {
  int64_t difference = (int64_t)b - a;
  if (difference > HALF_TURN_E7) return difference - full_turn_e7;
  if (difference < -HALF_TURN_E7) return difference + full_turn_e7;
  return difference;
}

double muster_distance_m(MusterPosition a, MusterPosition b) {
  double half_lat = ((double)b.lat_e7 - a.lat_e7) * RADIANS_PER_E7 / 2;
  double half_lon = (double)lon_difference_e7(a.lon_e7, b.lon_e7) * RADIANS_PER_E7 / 2;
  double sin_lat = sin(half_lat), sin_lon = sin(half_lon);
  double h = sin_lat * sin_lat + cos(a.lat_e7 * RADIANS_PER_E7) * cos(b.lat_e7 * RADIANS_PER_E7) * sin_lon * sin_lon;
  return 2 * EARTH_RADIUS_M * asin(fmin(1, sqrt(h)));
}

double muster_distance_planar_m(MusterPosition a, MusterPosition b) {
  double mean_lat = ((double)a.lat_e7 + b.lat_e7) / 2 * RADIANS_PER_E7;
  double x = (double)lon_difference_e7(a.lon_e7, b.lon_e7) * cos(mean_lat), y = (double)b.lat_e7 - a.lat_e7;
  return EARTH_RADIUS_M * RADIANS_PER_E7 * sqrt(x * x + y * y);
}

static int32_t wrap_lon_e7(int64_t lon_e7) {
  if (lon_e7 > HALF_TURN_E7) lon_e7 -= full_turn_e7;
  if (lon_e7 < -HALF_TURN_E7) lon_e7 += full_turn_e7;
  return (int32_t)lon_e7;
}

double muster_distance_to_segment_m(MusterPosition p, MusterPosition a, MusterPosition b, double *along,
                                    MusterPosition *nearest) {
  /* The plane about p, in e7 units of latitude, p at the origin. */
  double cos_lat = cos(p.lat_e7 * RADIANS_PER_E7);
  double lon_step = (double)lon_difference_e7(a.lon_e7, b.lon_e7), lat_step = (double)b.lat_e7 - a.lat_e7;
  double ax = (double)lon_difference_e7(p.lon_e7, a.lon_e7) * cos_lat, ay = (double)a.lat_e7 - p.lat_e7;
  double dx = lon_step * cos_lat, dy = lat_step;
  double length_squared = dx * dx + dy * dy;
  double share = length_squared > 0 ? -(ax * dx + ay * dy) / length_squared : 0;
  share = fmin(1, fmax(0, share));
  double x = ax + share * dx, y = ay + share * dy;
  if (along) *along = share;
  if (nearest)
    *nearest = (MusterPosition){wrap_lon_e7(a.lon_e7 + (int64_t)llround(share * lon_step)),
                                (int32_t)(a.lat_e7 + llround(share * lat_step))};
  return EARTH_RADIUS_M * RADIANS_PER_E7 * sqrt(x * x + y * y);
}
