/* Every node's nearest responders at once. */
#ifndef MI_ROUTE_SWEEP_H
#define MI_ROUTE_SWEEP_H

#include "route/fleet.h"

typedef struct mi_sweep {
  uint64_t *keys;  /* node × k: (time, responder), ascending */
  uint8_t *counts; /* node → how many */
  size_t k, rooms; /* rooms: keys there is memory for */
  uint32_t nodes;
} mi_sweep;

void mi_sweep_clear(mi_sweep *sweep);
/* By the fleet as it stands, on its metric, which has a hierarchy; k at most MI_LISTS_K_MAX. O(chords · k). */
void mi_sweep_run(mi_sweep *sweep, const MusterFleet *fleet, const MusterNearestOptions *options);
/* The nearest to one place, as mi_fleet_nearest_by_lists. */
size_t mi_sweep_read(const mi_sweep *sweep, const MusterFleet *fleet, const MusterRoadPoint *place,
                     const MusterNearestOptions *options, uint64_t *out);

#endif
