/* Where residents live; see dwellings.h. */
#include "county/dwellings.h"

#include "county/generate_plan.h"

typedef struct GridStreet {
  uint32_t grid, sequence;
  double weight; /* residential metres */
  mi_dwelling_street street;
} GridStreet;

static int compare_streets(const void *a, const void *b) {
  const GridStreet *left = a, *right = b;
  if (left->grid != right->grid) return left->grid < right->grid ? -1 : 1;
  return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

static void collect_way(const MusterCounty *county, MusterAreaId first_grid, size_t index, GArray *found) {
  MusterWay way;
  const MusterPosition *positions;
  size_t count;
  muster_roads_way(muster_county_roads(county), index, &way, NULL, &positions, &count);
  double housing = mi_road_class_housing(way.road_class);
  if (housing <= 0) return;
  for (size_t i = 1; i < count; i++) {
    MusterPosition a = positions[i - 1], b = positions[i];
    MusterPosition middle = {(int32_t)(((int64_t)a.lon_e7 + b.lon_e7) / 2),
                             (int32_t)(((int64_t)a.lat_e7 + b.lat_e7) / 2)};
    MusterAreaId grid = muster_county_locate(county, middle);
    if (grid == MUSTER_NONE) continue;
    GridStreet street = {grid - first_grid, (uint32_t)found->len, housing * muster_distance_planar_m(a, b), {a, b}};
    g_array_append_val(found, street);
  }
}

void mi_dwellings_init(mi_dwellings *dwellings, const MusterCounty *county) {
  MusterAreaId first_grid;
  size_t grid_count;
  muster_county_level(county, MUSTER_AREA_GRID, &first_grid, &grid_count);
  size_t way_count = muster_roads_way_count(muster_county_roads(county));
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GridStreet));
  for (size_t i = 0; i < way_count; i++) collect_way(county, first_grid, i, found);
  g_array_sort(found, compare_streets);
  dwellings->first = g_new0(uint32_t, grid_count + 1);
  dwellings->streets = g_new(mi_dwelling_street, found->len);
  dwellings->ends = g_new(double, found->len);
  double metres = 0;
  uint32_t grid = MUSTER_NONE;
  for (uint32_t i = 0; i < found->len; i++) {
    const GridStreet *street = &g_array_index(found, GridStreet, i);
    if (street->grid != grid) metres = 0;
    grid = street->grid;
    dwellings->first[grid + 1]++;
    dwellings->streets[i] = street->street;
    dwellings->ends[i] = metres += street->weight;
  }
  for (size_t i = 0; i < grid_count; i++) dwellings->first[i + 1] += dwellings->first[i];
}

void mi_dwellings_clear(mi_dwellings *dwellings) {
  g_free(dwellings->first);
  g_free(dwellings->streets);
  g_free(dwellings->ends);
}

uint32_t mi_dwellings_street(const mi_dwellings *dwellings, uint32_t grid, double metres, double *part) {
  uint32_t first = dwellings->first[grid], low = first, high = dwellings->first[grid + 1] - 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (dwellings->ends[middle] > metres)
      high = middle;
    else
      low = middle + 1;
  }
  double begins = low > first ? dwellings->ends[low - 1] : 0, length = dwellings->ends[low] - begins;
  if (part) *part = length > 0 ? (metres - begins) / length : 0;
  return low;
}
