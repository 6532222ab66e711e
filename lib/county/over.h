/* A county over real roads while it is being made: samples along the roads, the outline about them, areas by halving.
 */
#ifndef MI_COUNTY_OVER_H
#define MI_COUNTY_OVER_H

#include "county/generate_mosaic.h"
#include "county/generate_plan.h"
#include "county/generate_plane.h"

typedef struct mi_over {
  mi_plan plan;       /* its roads are the ones the county lies over */
  bool *in_main_part; /* of each way: people can walk on it to most others */
  double street_m;    /* length of the main part */
  mi_plane plane;
  mi_spot *samples; /* evenly along the main part */
  double *weights;  /* metres of residential street each stands for */
  uint32_t sample_count;
  mi_shape outline;
  uint32_t town_grids, town_communities; /* how many grids the town has, and into how many communities they go */
  uint32_t *sample_grid;                 /* of each sample */
} mi_over;

/* Finds the main part, the plane and the samples. */
bool mi_over_sample(mi_over *over, GError **error);
/* Draws the outline: all ground near the main part, without holes. */
void mi_over_outline(mi_over *over);
/* Splits the outline into plan.grid_count grids and groups them; fills the plan's areas and posts. */
bool mi_over_areas(mi_over *over, GError **error);

#endif
