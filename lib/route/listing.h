/* When lists of near responders pay.
 *
 * Lists (lists.h) answer quickest, but whoever moves is entered into them; a plain search rests on nothing. Lists pay
 * where questions are many and moves few: each question adds the nodes that a plain search settles to what lists are
 * worth, each move takes away what it costs, both counted in settled nodes. They are made once they are worth their
 * making, never worth more, and forgotten when they are worth nothing. What a plain search would settle is known from
 * the last ones: where there are lists, one question in a thousand is still asked of a plain search. Both ways give the
 * same answer.
 */
#ifndef MI_ROUTE_LISTING_H
#define MI_ROUTE_LISTING_H

#include "route/fleet.h"

typedef struct mi_listing {
  uint64_t skills; /* that are asked for */
  uint64_t worth;
  uint64_t usual; /* nodes that a plain search settles, a mean in which the last one counts most */
  uint32_t asked; /* of the lists since the last plain search */
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
/* Whether the lists are to answer the next question, which is counted then; else a plain search is. */
bool mi_listing_answers(mi_listing *listing, uint64_t making);
typedef enum mi_move { MI_MOVE_ENTERS, MI_MOVE_ELSEWHERE } mi_move;
/* Somebody enters the lists of so many networks, or leaves and enters them; true if that ends the lists. */
bool mi_listing_take(mi_listing *listing, mi_move move, unsigned networks);

#endif
