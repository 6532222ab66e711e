/* Streets of a town: two families of streets that cross, bent a little, with main streets, lanes through the blocks and
 * steps.
 */
#ifndef MI_COUNTY_GENERATE_STREETS_H
#define MI_COUNTY_GENERATE_STREETS_H

#include "county/generate_sketch.h"

typedef bool (*mi_streets_inside)(mi_spot at, void *user_data);

typedef struct mi_streets_plan {
  mi_spot centre;
  double radius_m;                 /* nothing lies farther out */
  double block_min_m, block_max_m; /* widths of blocks */
  double turn_cos, turn_sin;       /* direction of the main streets */
  uint32_t main_every;             /* each so-many-th street is a main street */
  bool walking_streets;            /* a pedestrian centre, footways and steps through blocks */
  const char *const *main_names;   /* ended by NULL; one main street after the other gets one */
  mi_streets_inside inside;        /* is this ground the town's? */
  void *user_data;
  uint64_t seed;
} mi_streets_plan;

/* Draws the streets; middles of the blocks (mi_spot) are appended to `blocks`. All streets hang together. Nothing is
 * drawn if not even one block fits. */
void mi_streets_draw(mi_sketch *sketch, const mi_streets_plan *plan, GArray *blocks);

#endif
