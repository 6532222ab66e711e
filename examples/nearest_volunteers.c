/* Who is there first? Opens a county, builds the networks of all travel modes from its roads, puts every approved
 * volunteer at home and lists the five who reach a position soonest, each by their own fastest mode.
 *
 *   cc nearest_volunteers.c $(pkg-config --cflags --libs muster) -o nearest_volunteers
 *   ./nearest_volunteers county.gpkg 109.4078,29.4932
 *
 * Without a position the seat of the county is asked for.
 */
#include <muster/muster.h>
#include <stdio.h>

enum { LISTED = 5 };

/* A county without a single motor road still has its footpaths: a mode without roads is left out. */
static MusterTravel *travel_new(const MusterCounty *county, GError **error) {
  MusterNetwork *networks[MUSTER_MODE_COUNT];
  size_t count = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    MusterNetwork *network = muster_network_new(muster_county_roads(county), (MusterMode)mode, NULL);
    if (network) networks[count++] = network;
  }
  MusterTravel *travel = muster_travel_new_networks(networks, count, MUSTER_SNAP_LIMIT_M, error);
  for (size_t i = 0; i < count; i++) muster_network_unref(networks[i]);
  return travel;
}

static void put_volunteers(const MusterCounty *county, MusterTravel *travel) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  for (size_t i = 0; i < count; i++)
    if (volunteers[i].approved)
      muster_travel_put(travel, (MusterResponder)i, (MusterPlace){volunteers[i].home, MUSTER_NONE}, volunteers[i].modes,
                        volunteers[i].skills);
}

static void print_grid(const MusterCounty *county, MusterPosition position) {
  MusterAreaId grid = muster_county_locate(county, position);
  printf("%.5f, %.5f lies in %s\n", position.lon_e7 / 1e7, position.lat_e7 / 1e7,
         grid == MUSTER_NONE ? "no grid" : muster_county_areas(county, NULL)[grid].name);
}

static void print_nearest(const MusterCounty *county, MusterTravel *travel, MusterPosition position) {
  const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
  MusterTravelHit hits[LISTED];
  size_t count =
      muster_travel_nearest(travel, (MusterPlace){position, MUSTER_NONE}, 0, LISTED, MUSTER_UNREACHABLE_MS, hits);
  for (size_t i = 0; i < count; i++) {
    const MusterVolunteer *volunteer = &volunteers[hits[i].responder];
    printf("volunteer %" G_GINT64_FORMAT " (%s): %.1f minutes by %s\n", volunteer->id,
           muster_role_name((MusterRole)volunteer->role), hits[i].time_ms / 60000.0,
           muster_mode_name((MusterMode)hits[i].mode));
  }
  if (count == 0) printf("nobody can get there\n");
}

static int fail(const GError *error) {
  fprintf(stderr, "nearest_volunteers: %s\n", error->message);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: nearest_volunteers COUNTY.gpkg [LON,LAT]\n");
    return 2;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterCounty) county = muster_county_open(argv[1], &error);
  if (!county) return fail(error);
  size_t area_count;
  const MusterArea *areas = muster_county_areas(county, &area_count);
  MusterPosition position = {0};
  if (area_count) position = areas[0].seat;
  if (argc == 3 && !muster_position_parse(argv[2], &position, &error)) return fail(error);
  g_autoptr(MusterTravel) travel = travel_new(county, &error);
  if (!travel) return fail(error);
  put_volunteers(county, travel);
  print_grid(county, position);
  print_nearest(county, travel, position);
  return 0;
}
