/* The parts of muster_county_check, in the order it runs them. Each adds sentences to one list. */
#ifndef MI_COUNTY_CHECK_H
#define MI_COUNTY_CHECK_H

#include "county/county.h"
#include "index/tree.h"

/* One check of one county: what has been found, and what several parts need. */
typedef struct mi_check {
  const MusterCounty *county;
  const MusterArea *areas;
  size_t area_count;
  MusterDefects *defects;
} mi_check;

void mi_check_add(mi_check *check, MusterDefectKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);
void mi_check_note(mi_check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "grid 422827100001003 (name)"; free with g_free. */
char *mi_check_area_name(const mi_check *check, MusterAreaId area);

/* Polygons: valid, no overlaps, no gaps, nothing outside the county. */
void mi_check_ground(mi_check *check);
/* References that lead nowhere. */
void mi_check_orphans(mi_check *check);
/* Captains and duty teams. */
void mi_check_command(mi_check *check);
/* Values out of their range, codes that do not fit. */
void mi_check_values(mi_check *check);
/* Volunteers, posts and stations against the roads. */
void mi_check_roads(mi_check *check);

/* Distance to the nearest stretch of any road but ferries. One thread. */
typedef struct mi_road_finder {
  GArray *segments; /* of MusterSegment */
  mi_tree_layout layout;
  mi_tree_view view;
  mi_tree_scratch scratch;
} mi_road_finder;
void mi_road_finder_init(mi_road_finder *finder, const MusterRoads *roads);
void mi_road_finder_clear(mi_road_finder *finder);
/* INFINITY if there is no road. */
double mi_road_finder_distance_m(mi_road_finder *finder, MusterPosition at);

/* Whether positions look like another datum's. */
void mi_check_datum(mi_check *check, mi_road_finder *finder);

#endif
