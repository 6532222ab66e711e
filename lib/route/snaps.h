/* Where positions lie on the roads of each layer, kept: an incident is asked about again with every event, and people
 * go to and fro between few places. Sets of eight, so that few push one another out. Networks never change, so
 * what is kept stays true. */
#ifndef MI_ROUTE_SNAPS_H
#define MI_ROUTE_SNAPS_H

#include <muster/road.h>

typedef struct mi_snapped {
  uint8_t known, usable; /* layers, a bit each */
  MusterRoadPoint points[MUSTER_MODE_COUNT];
} mi_snapped;

typedef struct mi_snaps {
  MusterPosition *positions; /* set by set, a cache line each */
  mi_snapped *places;
  uint8_t *oldest; /* of each set: which of the eight gives way */
  unsigned set_bits;
} mi_snaps;

void mi_snaps_init(mi_snaps *snaps);
void mi_snaps_clear(mi_snaps *snaps);
/* Room for three places of as many people (home, work, where they are now), up to a million places; all that is kept is
 * forgotten when it grows. Doubles, so that people who come one by one cost O(1) each. */
void mi_snaps_reserve(mi_snaps *snaps, uint64_t people);
/* The position's place, with nothing known of it if it is new. Valid until the next call. */
mi_snapped *mi_snaps_find(mi_snaps *snaps, MusterPosition position);

#endif
