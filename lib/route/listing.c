/* When lists of near responders pay; see listing.h. */
#include "route/listing.h"

#include <string.h>

/* To leave the lists of one network and to enter them again, in settled nodes. */
enum { NODES_A_MOVE = 16 };

mi_listing *mi_listings_find(mi_listings *listings, uint64_t skills) {
  unsigned at = 0;
  while (at < listings->count && listings->kept[at].skills != skills) at++;
  mi_listing found = at < listings->count ? listings->kept[at] : (mi_listing){.skills = skills};
  if (at == MI_FLEET_LISTS_MOST) at--;
  if (at == listings->count) listings->count++;
  memmove(&listings->kept[1], &listings->kept[0], at * sizeof found);
  listings->kept[0] = found;
  return &listings->kept[0];
}

void mi_listing_add(mi_listing *listing, uint64_t settled, uint64_t making) {
  listing->worth = MIN(listing->worth + settled, making);
  listing->listed = listing->worth == making;
}

bool mi_listing_take(mi_listing *listing, unsigned networks) {
  listing->worth -= MIN(listing->worth, (uint64_t)networks * NODES_A_MOVE);
  bool ends = listing->listed && listing->worth == 0;
  if (ends) listing->listed = false;
  return ends;
}
