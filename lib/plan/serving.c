/* See serving.h. */
#include "plan/serving.h"

#include <math.h>

static bool serves(const MusterCounty *county, MusterServices services, const MusterPost *places, uint32_t place,
                   MusterAreaId community) {
  if (places[place].community == community) return true;
  if (services == MUSTER_SERVICES_STATIONS) return false;
  MusterSpan32 served = muster_county_post_areas(county, place);
  for (size_t i = 0; i < served.count; i++)
    if (served.data[i] == community) return true;
  return false;
}

uint32_t mi_serving_place(const MusterCounty *county, MusterServices services, const bool *usable,
                          MusterAreaId community, MusterPosition home) {
  size_t count;
  const MusterPost *places = services == MUSTER_SERVICES_STATIONS ? muster_county_stations(county, &count)
                                                                  : muster_county_posts(county, &count);
  uint32_t best = MUSTER_NONE;
  double nearest_m = INFINITY;
  for (uint32_t i = 0; i < count; i++) {
    if ((usable && !usable[i]) || !serves(county, services, places, i, community)) continue;
    double metres = muster_distance_planar_m(home, places[i].position);
    if (metres >= nearest_m) continue;
    nearest_m = metres;
    best = i;
  }
  return best;
}
