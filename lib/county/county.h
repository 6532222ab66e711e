/* The sealed county as its own module sees it: rows in order of their outside ids, look-up lists as CSR.
 *
 * Every array is written once by the seal and never changed. Texts lie in one pool that the county owns.
 */
#ifndef MI_COUNTY_COUNTY_H
#define MI_COUNTY_COUNTY_H

#include <muster/county.h>

#define MI_SKILL_LIMIT 64u

/* Where the polygons of one area lie in the flat arrays. Both index arrays of an area count from 0, so that a view of
 * them is a MusterPolygons of its own. */
typedef struct mi_area_shape {
  size_t position, ring, polygon; /* first entry in positions, ring_first, polygon_first */
  uint32_t ring_count, polygon_count;
} mi_area_shape;

/* One row of "this post serves that community", by outside ids. */
typedef struct mi_post_area {
  int64_t post, community_code;
} mi_post_area;

/* first has one entry more than there are owners; the items of owner i are first[i] … first[i + 1] − 1. */
typedef struct mi_lists {
  uint32_t *first, *items;
} mi_lists;

struct MusterCounty {
  gatomicrefcount references;
  GStringChunk *texts;
  const char *note; /* never NULL */
  char sha256[65];

  MusterArea *areas;
  mi_area_shape *shapes;
  MusterAreaId *areas_by_code;
  size_t area_count;
  MusterAreaId level_first[MUSTER_AREA_LEVEL_COUNT + 1];
  MusterPosition *positions;
  uint32_t *ring_first, *polygon_first;
  mi_lists children;   /* area → areas */
  mi_lists area_teams; /* area → teams */
  MusterAdjacency *adjacency;
  size_t adjacency_count;
  MusterPartition *grids;

  MusterTeam *teams;
  MusterVolunteer *volunteers;
  MusterPost *posts;
  MusterStation *stations;
  mi_post_area *post_areas;
  MusterShift *shifts;
  MusterEquipment *equipment;
  size_t team_count, volunteer_count, post_count, station_count, post_area_count, shift_count, equipment_count;
  mi_lists team_volunteers; /* team → volunteers by (role, id) */
  mi_lists served;          /* post → areas */

  const char *skills[MI_SKILL_LIMIT]; /* by name */
  unsigned skill_count;
  MusterRoads *roads;
};

/* All rows of post → community as they were given, also those that lead nowhere. */
const mi_post_area *mi_county_post_areas(const MusterCounty *county, size_t *count);

/* Computed once by the seal. */
void mi_county_digest(MusterCounty *county);
/* Pairs of grids that share a border; *count gets their number. Free with g_free. */
MusterAdjacency *mi_county_find_adjacency(const MusterCounty *county, size_t *count);

#endif
