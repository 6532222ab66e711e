/* What the roster's search and bound share: who holds which places, and what that costs. */
#ifndef MI_PLAN_ROSTER_H
#define MI_PLAN_ROSTER_H

#include "base/random.h"
#include "muster/roster.h"

typedef struct mi_roster {
  const MusterRosterTable *table;
  const MusterRosterOptions *options;
  bool *clash;         /* place × place: nobody can hold both */
  uint32_t *person_of; /* by place; MUSTER_NONE: nobody */
  uint32_t *held;      /* person × held_most: places */
  uint32_t *held_count, held_most;
  uint32_t *in_week;           /* person × week: places held */
  int64_t *minutes, *unsocial; /* by person */
  uint32_t filled;
  int64_t cost; /* the unevenness */
  mi_random random;
  bool stopped; /* `progress` asked to */
} mi_roster;

static inline uint32_t mi_roster_week(const MusterRosterPlace *place) {
  return place->start_min / MUSTER_ROSTER_WEEK_MIN;
}
/* That one person cannot take both: they overlap, or there is too little rest between. Cyclic. */
bool mi_roster_clash(const MusterRosterPlace *a, const MusterRosterPlace *b, uint32_t rest_min, uint32_t week_count);
/* Asks `progress`; false, then and from then on, if it wants no more. */
bool mi_roster_goes_on(mi_roster *roster, double share_done);

/* ---- roster_search.c ---- */

/* Fills the roster, and improves it until it meets both bounds or the steps are done. */
void mi_roster_search(mi_roster *roster, uint32_t filled_bound, int64_t unevenness_bound);

/* ---- roster_bound.c ---- */

/* How many places can be filled at most. */
uint32_t mi_roster_filled_bound(mi_roster *roster);
/* The least unevenness with which so many places can be filled. */
int64_t mi_roster_unevenness_bound(mi_roster *roster, uint32_t filled);

#endif
