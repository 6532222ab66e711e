/* The rows of a county on their way to the seal. */
#ifndef MI_COUNTY_BUILDER_H
#define MI_COUNTY_BUILDER_H

#include "county/county.h"

typedef struct mi_area_row {
  MusterArea area;
  mi_area_shape shape;
} mi_area_row;

struct MusterCountyBuilder {
  GStringChunk *texts;
  const char *note;
  GArray *areas;                      /* mi_area_row */
  GArray *positions;                  /* MusterPosition */
  GArray *ring_first, *polygon_first; /* uint32_t */
  GArray *teams, *volunteers, *posts, *stations, *post_areas, *shifts, *equipment;
  const char *skills[MI_SKILL_LIMIT]; /* by bit, in the order they were added */
  unsigned skill_count;
  MusterRoads *roads;
};

/* Empty again, as after muster_county_builder_new. */
void mi_county_builder_reset(MusterCountyBuilder *builder);

#endif
