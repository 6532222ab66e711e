/* When lists of near responders pay; see listing.h. */
#include "route/listing.h"

#include <string.h>

/* To enter the lists of one network, and to leave them as well, in settled nodes. */
enum { NODES_TO_ENTER = 24, NODES_TO_MOVE = 48 };
enum { ASKED_MOST = 1000 }; /* of the lists, then a plain search tells whether it still costs what it did */

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

static void add_worth(mi_listing *listing, uint64_t settled, uint64_t making) {
  listing->worth = MIN(listing->worth + settled, making);
}

void mi_listing_add(mi_listing *listing, uint64_t settled, uint64_t making) {
  listing->usual = listing->usual == 0 ? settled : (listing->usual + settled) / 2;
  listing->asked = 0;
  add_worth(listing, settled, making);
  listing->listed |= listing->worth == making;
}

bool mi_listing_answers(mi_listing *listing, uint64_t making) {
  if (!listing->listed || listing->asked == ASKED_MOST) return false;
  listing->asked++;
  add_worth(listing, listing->usual, making);
  return true;
}

bool mi_listing_take(mi_listing *listing, mi_move move, unsigned networks) {
  uint64_t nodes = (uint64_t)networks * (move == MI_MOVE_ENTERS ? NODES_TO_ENTER : NODES_TO_MOVE);
  listing->worth -= MIN(listing->worth, nodes);
  bool ends = listing->listed && listing->worth == 0;
  if (ends) listing->listed = false;
  return ends;
}
