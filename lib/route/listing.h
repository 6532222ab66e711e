/* When lists of near responders pay.
 *
 * Lists (lists.h) answer quickest, but whoever moves is entered into them; a plain search rests on nothing. Lists pay
 * where questions are many and moves few: each plain search adds the nodes it settled to what lists would be worth,
 * each move takes away what it would cost, both counted in settled nodes. They are made once they are worth their
 * making, worth as much again with every question, and forgotten when they are worth nothing. Both ways give the same
 * answer.
 */
#ifndef MI_ROUTE_LISTING_H
#define MI_ROUTE_LISTING_H

#include "route/fleet.h"

typedef struct mi_listing {
  uint64_t skills; /* that are asked for */
  uint64_t worth;
  bool listed;
} mi_listing;

typedef struct mi_listings {
  mi_listing kept[MI_FLEET_LISTS_MOST]; /* asked about last comes first, as the fleets keep their lists */
  unsigned count;
} mi_listings;

/* What is known about questions for these skills; valid until the next call. */
mi_listing *mi_listings_find(mi_listings *listings, uint64_t skills);
/* A plain search settled so many nodes; making: nodes of the networks searched. */
void mi_listing_add(mi_listing *listing, uint64_t settled, uint64_t making);
/* Somebody moved on so many networks; true if that ends the lists. */
bool mi_listing_take(mi_listing *listing, unsigned networks);

#endif
