/* Equipment that is fetched on the way; see fetching.c. */
#ifndef MI_ENGINE_FETCHING_H
#define MI_ENGINE_FETCHING_H

#include <muster/engine.h>

/* A thing that is out, and who fetches or has brought it. */
typedef struct mi_fetch {
  uint32_t row;              /* of the county's equipment */
  MusterResponder responder; /* MUSTER_NONE: brought by somebody who has left */
} mi_fetch;

/* A person and a depot: by way of it they are at the place after time_ms, at the depot after to_ms. */
typedef struct mi_detour {
  MusterResponder responder; /* MUSTER_NONE: nobody can */
  uint32_t depot;
  uint32_t time_ms, to_ms;
  uint8_t mode;
} mi_detour;

struct mi_work;

void mi_fetching_init(MusterEngine *engine);
void mi_fetching_clear(MusterEngine *engine);
/* Of the people that `candidates` lists and the depots that have a thing of that name left, the pair that is at the
 * place soonest, by one mode all the way; of equal times the lower responder, depot, mode. */
mi_detour mi_fetching_find(MusterEngine *engine, MusterPosition place, const char *name,
                           const MusterResponder *candidates, size_t count);
/* At the end of the step, or of a deadline: who was assigned in it may have to fetch something. */
void mi_fetching_settle(MusterEngine *engine);
/* Fetches something and has not arrived. */
bool mi_fetching_is_under_way(MusterEngine *engine, MusterResponder responder);
/* Who leaves the incident before arriving brings nothing; what was brought stays to its end. */
void mi_fetching_leave(MusterEngine *engine, MusterResponder responder);
void mi_fetching_give_back(MusterEngine *engine, struct mi_work *work);
/* False: no such incident or holder, none left, or nobody who could. */
bool mi_fetching_restore(MusterEngine *engine, uint32_t incident, mi_fetch fetch);

#endif
