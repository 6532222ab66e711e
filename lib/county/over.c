/* A county with the reference county's structure laid over any real roads, by their street density; see over.h.
 *
 * Proportions (grids in the town, communities to a township, people to a kilometre of street) are those of the
 * reference county; docs/county-over.md states them.
 */
#include "county/over.h"

#include <math.h>

/* The reference county: 299 grids, 447 teams and 33,370 volunteers on 2,500 km of roads; 283,255 residents. */
static const double STREET_KM = 2500, GRIDS = 299, TEAMS = 447, VOLUNTEERS = 33370, RESIDENTS = 283255, BARBERS = 128;
enum { GRIDS_MOST = 20000, TEAMS_MOST = 200000, VOLUNTEERS_MOST = 5000000 };

static void free_over(mi_over *over) {
  mi_plan_clear(&over->plan);
  g_free(over->in_main_part);
  g_free(over->samples);
  g_free(over->weights);
  mi_shape_clear(&over->outline);
  g_free(over->sample_grid);
  g_free(over);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_over, free_over)

static void way_spots(const mi_over *over, size_t index, MusterWay *way, const MusterPosition **positions,
                      size_t *count) {
  const int64_t *ids;
  muster_roads_way(over->plan.roads, index, way, &ids, positions, count);
}

static double measure_streets(const mi_over *over, MusterBox *box) {
  double length_m = 0;
  *box = (MusterBox){INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (size_t i = 0; i < muster_roads_way_count(over->plan.roads); i++) {
    MusterWay way;
    const MusterPosition *positions;
    size_t count;
    if (!over->in_main_part[i]) continue;
    way_spots(over, i, &way, &positions, &count);
    for (size_t k = 0; k < count; k++) {
      box->min_lon_e7 = MIN(box->min_lon_e7, positions[k].lon_e7);
      box->min_lat_e7 = MIN(box->min_lat_e7, positions[k].lat_e7);
      box->max_lon_e7 = MAX(box->max_lon_e7, positions[k].lon_e7);
      box->max_lat_e7 = MAX(box->max_lat_e7, positions[k].lat_e7);
      if (k > 0) length_m += muster_distance_planar_m(positions[k - 1], positions[k]);
    }
  }
  return length_m;
}

/* A sample each step_m along the way. *next_m is how far along it the first one lies, and then how far along the next
 * way: counted on from way to way, many short ways get as many samples as one long one. */
static void sample_way(const mi_over *over, size_t index, double step_m, double *next_m, GArray *samples,
                       GArray *weights) {
  MusterWay way;
  const MusterPosition *positions;
  size_t count;
  way_spots(over, index, &way, &positions, &count);
  /* Nobody lives on a motorway, but the ground along it belongs to somebody. */
  double weight = fmax(mi_road_class_housing(way.road_class), 0.01) * step_m;
  for (size_t k = 0; k + 1 < count; k++) {
    mi_spot a = mi_plane_spot(&over->plane, positions[k]), b = mi_plane_spot(&over->plane, positions[k + 1]);
    double length_m = mi_spot_distance(a, b);
    for (; *next_m < length_m; *next_m += step_m) {
      mi_spot at = mi_spot_between(a, b, *next_m / length_m);
      g_array_append_val(samples, at);
      g_array_append_val(weights, weight);
    }
    *next_m -= length_m;
  }
}

bool mi_over_sample(mi_over *over, GError **error) {
  enum { SAMPLES = 60000, STEP_LEAST_M = 4 };
  MusterBox box;
  over->in_main_part = mi_roads_main_part(over->plan.roads);
  over->street_m = measure_streets(over, &box);
  if (over->street_m <= 0) {
    g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION,
                "roads: expected some that are open to foot, found none");
    return false;
  }
  over->plane = mi_plane_about((MusterPosition){(int32_t)(((int64_t)box.min_lon_e7 + box.max_lon_e7) / 2),
                                                (int32_t)(((int64_t)box.min_lat_e7 + box.max_lat_e7) / 2)});
  double step_m = fmax(over->street_m / SAMPLES, STEP_LEAST_M), next_m = step_m / 2;
  GArray *samples = g_array_new(FALSE, FALSE, sizeof(mi_spot)), *weights = g_array_new(FALSE, FALSE, sizeof(double));
  for (size_t i = 0; i < muster_roads_way_count(over->plan.roads); i++)
    if (over->in_main_part[i]) sample_way(over, i, step_m, &next_m, samples, weights);
  over->sample_count = samples->len;
  over->samples = (mi_spot *)(void *)g_array_free(samples, FALSE);
  over->weights = (double *)(void *)g_array_free(weights, FALSE);
  if (over->sample_count > 0) return true;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION,
              "roads: expected more than %d m that are open to foot, found %.1f m", STEP_LEAST_M / 2, over->street_m);
  return false;
}

static uint32_t in_proportion(uint32_t wanted, double reference, double share, uint32_t least, uint32_t most) {
  if (wanted > 0) return wanted;
  return (uint32_t)CLAMP(round(reference * share), least, most);
}

static bool is_too_many(const char *what, uint32_t found, uint32_t most, GError **error) {
  if (found <= most) return false;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION, "%s: expected at most %u here, found %u", what,
              most, found);
  return true;
}

static bool set_figures(mi_over *over, const MusterCountyOverOptions *options, GError **error) {
  /* A grid needs a few samples to have a shape of its own. */
  enum { SAMPLES_A_GRID = 4 };
  mi_plan *plan = &over->plan;
  uint32_t grids_most = CLAMP(over->sample_count / SAMPLES_A_GRID, 1u, (uint32_t)GRIDS_MOST);
  double share = over->street_m / 1000 / STREET_KM;
  plan->seed = options->seed;
  plan->grid_count = in_proportion(options->grids, GRIDS, share, 1, grids_most);
  plan->team_count = in_proportion(options->teams, TEAMS, share, 1, TEAMS_MOST);
  plan->volunteer_count = in_proportion(options->volunteers, VOLUNTEERS, share, 40, VOLUNTEERS_MOST);
  if (is_too_many("grids", plan->grid_count, grids_most, error) ||
      is_too_many("volunteers", plan->volunteer_count, VOLUNTEERS_MOST, error))
    return false;
  /* Every team has a captain. */
  if (options->teams == 0) plan->team_count = MIN(plan->team_count, plan->volunteer_count);
  if (is_too_many("teams", plan->team_count, MIN((uint32_t)TEAMS_MOST, plan->volunteer_count), error)) return false;
  plan->barber_count = (uint32_t)round(BARBERS * plan->volunteer_count / VOLUNTEERS);
  plan->county.residents = MAX((uint32_t)round(RESIDENTS * plan->volunteer_count / VOLUNTEERS), plan->grid_count);
  plan->note = g_strdup_printf(
      "County laid over real roads. Roads: © OpenStreetMap contributors, ODbL 1.0. Synthetic: boundary, townships, "
      "communities, grids, their names and codes (999999…), residents, teams, volunteers, posts and stations, in the "
      "proportions of the reference county and by street density. Seed %" G_GUINT64_FORMAT ".",
      plan->seed);
  return true;
}

static bool go_on(MusterProgress progress, void *user_data, double share, GError **error) {
  if (!progress || progress(share, user_data)) return true;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CANCELLED, "stopped while the county was being made");
  return false;
}

MusterCounty *muster_county_over(MusterRoads *roads, const MusterCountyOverOptions *options, MusterProgress progress,
                                 void *user_data, GError **error) {
  static const MusterCountyOverOptions defaults = {.seed = 1};
  g_autoptr(mi_over) over = g_new0(mi_over, 1);
  over->plan.roads = roads;
  if (!mi_over_sample(over, error) || !set_figures(over, options ? options : &defaults, error)) return NULL;
  if (!go_on(progress, user_data, 0.1, error)) return NULL;
  mi_over_outline(over);
  if (!mi_over_areas(over, error)) return NULL;
  return mi_plan_seal(&over->plan, progress, user_data, error);
}
