/* What a search has settled around one place, kept so that a later question about the same place goes on from there.
 *
 * It depends on the roads alone: on the place, the direction and the bound, not on who stands where. So it never goes
 * stale while the network stays, and an answer read from it is the one a fresh search would give.
 */
#ifndef MI_ROUTE_BALL_H
#define MI_ROUTE_BALL_H

#include "base/heap4.h"

#include <muster/route.h>

typedef struct mi_ball {
  uint64_t *settled; /* keys (time, node), ascending */
  size_t count, capacity;
  mi_heap4 heap; /* the nodes at its rim, stale ones among them */
  bool begun;
  uint32_t bound_ms; /* nodes beyond it are not in the heap */
} mi_ball;

void mi_ball_clear(mi_ball *ball);
/* Keys it has room for: its memory in units of 8 bytes. */
size_t mi_ball_room(const mi_ball *ball);
/* Forgets what it holds, not the memory: the next question is about another place. */
void mi_ball_forget(mi_ball *ball);
/* Makes it ready for a question about the place within bound_ms; begins anew if it reaches less far. */
void mi_ball_begin(mi_ball *ball, MusterSearch *search, const MusterRoadPoint *place, MusterDirection direction,
                   uint32_t bound_ms);
/* Settles one more node; false if none is left within the bound. `direction` as in begin. */
bool mi_ball_grow(mi_ball *ball, MusterSearch *search, MusterDirection direction);

#endif
