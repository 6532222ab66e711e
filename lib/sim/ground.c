/* Where residents live; see ground.h. */
#include "sim/ground.h"

#include <math.h>

/* Registered volunteers for each resident of the reference county: stands in where a county file has no residents. */
static const double RESIDENTS_PER_VOLUNTEER = 283255.0 / 33370.0;

static void weigh_grids(mi_ground *ground) {
  const MusterArea *areas = muster_county_areas(ground->county, NULL);
  uint64_t residents = 0;
  for (size_t i = 0; i < ground->grid_count; i++) residents += areas[ground->first_grid + i].residents;
  size_t volunteer_count;
  const MusterVolunteer *volunteers = muster_county_volunteers(ground->county, &volunteer_count);
  for (size_t i = 0; i < ground->grid_count; i++)
    ground->grids[i].weight = residents ? areas[ground->first_grid + i].residents : 1;
  for (size_t i = 0; residents == 0 && i < volunteer_count; i++) {
    MusterAreaId grid = muster_county_locate(ground->county, volunteers[i].home);
    if (grid != MUSTER_NONE) ground->grids[grid - ground->first_grid].weight += 1;
  }
  for (size_t i = 0; i < ground->grid_count; i++) ground->residents += ground->grids[i].weight;
  ground->load_residents = residents ? (double)residents : (double)volunteer_count * RESIDENTS_PER_VOLUNTEER;
}

/* Where most live within the flood's width (a normal kernel over the grids' seats); of equals the first grid. */
static mi_plane densest_place(const mi_ground *ground, double width_m) {
  const MusterArea *grids = muster_county_areas(ground->county, NULL) + ground->first_grid;
  size_t best = 0;
  double most = -1;
  for (size_t i = 0; i < ground->grid_count; i++) {
    double sum = 0;
    for (size_t k = 0; k < ground->grid_count; k++) {
      double widths = muster_distance_planar_m(grids[i].seat, grids[k].seat) / width_m;
      sum += ground->grids[k].weight * exp(-0.5 * widths * widths);
    }
    if (sum <= most) continue;
    most = sum;
    best = i;
  }
  return mi_plane_about(grids[best].seat);
}

static void sum_weights(mi_ground *ground) {
  ground->weight_ends = g_new(double, ground->grid_count);
  double weight = 0;
  for (size_t i = 0; i < ground->grid_count; i++) ground->weight_ends[i] = weight += ground->grids[i].weight;
}

static bool check_county(MusterCounty *county, GError **error) {
  size_t grids, volunteers;
  muster_county_level(county, MUSTER_AREA_GRID, NULL, &grids);
  muster_county_volunteers(county, &volunteers);
  if (grids && volunteers) return true;
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_COUNTY,
              "the county cannot be simulated: expected grids and volunteers, found %zu grids and %zu volunteers",
              grids, volunteers);
  return false;
}

mi_ground *mi_ground_new(MusterCounty *county, const MusterScenario *scenario, GError **error) {
  if (!check_county(county, error)) return NULL;
  mi_ground *ground = g_new0(mi_ground, 1);
  ground->county = muster_county_ref(county);
  muster_county_level(county, MUSTER_AREA_GRID, &ground->first_grid, &ground->grid_count);
  ground->grids = g_new0(mi_ground_grid, ground->grid_count);
  mi_dwellings_init(&ground->dwellings, county);
  weigh_grids(ground);
  if (scenario->flood > 0) ground->densest = densest_place(ground, scenario->width_m);
  sum_weights(ground);
  return ground;
}

void mi_ground_free(mi_ground *ground) {
  if (!ground) return;
  muster_county_unref(ground->county);
  g_free(ground->grids);
  mi_dwellings_clear(&ground->dwellings);
  g_free(ground->weight_ends);
  g_free(ground);
}

/* The first place of `ends` above a uniform draw of its last. */
static size_t draw_by_ends(const double *ends, size_t count, mi_random *random) {
  double at = mi_random_unit(random) * ends[count - 1];
  size_t low = 0, high = count - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ends[middle] > at)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

uint32_t mi_ground_draw_grid(const mi_ground *ground, const double *ends, mi_random *random) {
  return (uint32_t)draw_by_ends(ends, ground->grid_count, random);
}

MusterPosition mi_ground_draw_place(const mi_ground *ground, uint32_t grid, mi_random *random) {
  double metres = mi_dwellings_metres(&ground->dwellings, grid);
  if (metres <= 0) return muster_county_areas(ground->county, NULL)[ground->first_grid + grid].seat;
  uint32_t street = mi_dwellings_street(&ground->dwellings, grid, mi_random_unit(random) * metres, NULL);
  MusterPosition a = ground->dwellings.streets[street].a, b = ground->dwellings.streets[street].b;
  double part = mi_random_unit(random);
  MusterPosition on_street = {a.lon_e7 + (int32_t)lround(part * ((double)b.lon_e7 - a.lon_e7)),
                              a.lat_e7 + (int32_t)lround(part * ((double)b.lat_e7 - a.lat_e7))};
  MusterPosition door = mi_ground_draw_near(on_street, 30, random);
  /* A door that falls across the grid's border, or a street that leaves the grid: the nearest that is surely inside. */
  if (muster_county_locate(ground->county, door) == ground->first_grid + grid) return door;
  if (muster_county_locate(ground->county, on_street) == ground->first_grid + grid) return on_street;
  return (MusterPosition){(int32_t)(((int64_t)a.lon_e7 + b.lon_e7) / 2), (int32_t)(((int64_t)a.lat_e7 + b.lat_e7) / 2)};
}

MusterPosition mi_ground_draw_near(MusterPosition place, double radius_m, mi_random *random) {
  double distance = radius_m * sqrt(mi_random_unit(random)), angle = 2 * G_PI * mi_random_unit(random);
  mi_plane plane = mi_plane_about(place);
  return mi_plane_position(&plane, (mi_spot){distance * cos(angle), distance * sin(angle)});
}
