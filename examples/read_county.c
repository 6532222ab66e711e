/* Opens a county and walks its area tree: every area under the one above it, with its people, and for a grid the team
 * that answers for it.
 *
 *   cc read_county.c $(pkg-config --cflags --libs muster) -o read_county && ./read_county county.gpkg
 */
#include <muster/muster.h>
#include <stdio.h>

static void print_grid(const MusterCounty *county, const MusterArea *grid) {
  if (grid->duty_team_id == MUSTER_NONE) {
    printf(", nobody answers for it");
    return;
  }
  const MusterTeam *team = &muster_county_teams(county, NULL)[grid->duty_team_id];
  printf(", answered for by %s (%zu volunteers)", team->name,
         muster_county_team_volunteers(county, grid->duty_team_id).count);
}

static void print_area(const MusterCounty *county, MusterAreaId id) {
  const MusterArea *area = &muster_county_areas(county, NULL)[id];
  printf("%*s%s %s: %u residents, seat %.5f, %.5f", 2 * area->level, "",
         muster_area_level_name((MusterAreaLevel)area->level), area->name, area->residents, area->seat.lon_e7 / 1e7,
         area->seat.lat_e7 / 1e7);
  if (area->level == MUSTER_AREA_GRID) print_grid(county, area);
  putchar('\n');
  MusterSpan32 children = muster_county_area_children(county, id);
  for (size_t i = 0; i < children.count; i++) print_area(county, children.data[i]);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: read_county COUNTY.gpkg\n");
    return 2;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterCounty) county = muster_county_open(argv[1], &error);
  if (!county) {
    fprintf(stderr, "read_county: %s\n", error->message);
    return 1;
  }
  MusterAreaId first;
  size_t count;
  muster_county_level(county, MUSTER_AREA_COUNTY, &first, &count);
  for (size_t i = 0; i < count; i++) print_area(county, first + (MusterAreaId)i);
  return 0;
}
