/* The grid nearest to a position outside every grid: all edges are looked at, those of other latitudes skipped.
 *
 * Asked seldom, for a report from just beyond a border, so it has no index of its own.
 */
#include "county/county.h"

/* 10⁻⁷ degrees of latitude are 0.0111 m and more. */
static const double least_metres_per_e7 = 0.0110;

typedef struct near_search {
  MusterPosition position;
  int64_t reach_e7; /* edges farther north or south than this are out of reach */
  double best_m;
  bool found;
} near_search;

/* True if the edge is nearer than all before it. */
static bool try_edge(near_search *search, MusterPosition a, MusterPosition b) {
  int64_t to_a = (int64_t)a.lat_e7 - search->position.lat_e7, to_b = (int64_t)b.lat_e7 - search->position.lat_e7;
  if (MIN(to_a, to_b) > search->reach_e7 || MAX(to_a, to_b) < -search->reach_e7) return false;
  double distance_m = muster_distance_to_segment_m(search->position, a, b, NULL, NULL);
  if (search->found ? distance_m >= search->best_m : distance_m > search->best_m) return false;
  search->best_m = distance_m;
  return search->found = true;
}

static bool try_area(near_search *search, const MusterPolygons *polygons) {
  bool nearer = false;
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++)
      nearer |= try_edge(search, polygons->positions[i], polygons->positions[i + 1]);
  return nearer;
}

MusterAreaId muster_county_locate_near(const MusterCounty *county, MusterPosition position, double limit_m,
                                       double *distance_m) {
  *distance_m = 0;
  MusterAreaId nearest = muster_county_locate(county, position);
  if (nearest != MUSTER_NONE) return nearest;
  near_search search = {
      .position = position, .reach_e7 = (int64_t)(limit_m / least_metres_per_e7) + 1, .best_m = limit_m};
  for (MusterAreaId area = county->level_first[MUSTER_AREA_GRID]; area < county->area_count; area++) {
    MusterPolygons polygons = muster_county_area_polygons(county, area);
    if (try_area(&search, &polygons)) nearest = area;
  }
  if (search.found) *distance_m = search.best_m;
  return nearest;
}
