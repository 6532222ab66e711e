/* What slopes do to travel times: heights along a road, and the factor by which they lengthen each direction. */
#ifndef MI_ROAD_SLOPES_H
#define MI_ROAD_SLOPES_H

#include <muster/road.h>

/* docs/travel-modes.md explains the figures. */
enum {
  MI_SLOPES_STEP_M = 30,      /* at most so far apart are the points that are asked for their height */
  MI_SLOPES_RING_M = 60,      /* a height is the mean of the point's and of eight around it at this distance */
  MI_SLOPES_TOLERANCE_M = 5,  /* ups and downs of less than this are not believed */
  MI_SLOPES_PIECES_MAX = 4096 /* of one link; a longer one is asked at larger steps */
};

/* Time on a slope (rise over run, uphill positive) as a multiple of the time on the level. */
double mi_slope_factor(const MusterWay *way, MusterMode mode, double slope);

/* One a network under construction. */
typedef struct mi_slopes {
  const MusterElevation *elevation;
  MusterMode mode;
  MusterSlopesReport report;
  GArray *points; /* of the link being looked at */
} mi_slopes;

void mi_slopes_init(mi_slopes *slopes, const MusterElevation *elevation, MusterMode mode);
void mi_slopes_clear(mi_slopes *slopes);
/* Factors of the two directions, first along the shape, then against it. */
void mi_slopes_of_link(mi_slopes *slopes, const MusterWay *way, const MusterPosition *shape, uint32_t count,
                       double factors[2]);
/* The same of a way off the ground: one slope from its first to its last position, length_mm apart. */
void mi_slopes_of_span(mi_slopes *slopes, const MusterWay *way, MusterPosition first, MusterPosition last,
                       uint64_t length_mm, double factors[2]);

#endif
