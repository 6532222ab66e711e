/* People on duty, and how well each demand is served by them: what the parts of staffing share. */
#ifndef MI_PLAN_STAFFING_H
#define MI_PLAN_STAFFING_H

#include <muster/staffing.h>

#include "alert/slots.h"
#include "base/random.h"

/* One end of a demand and a stand that serves it with some chance. */
typedef struct mi_staff_link {
  uint32_t other; /* the stand, or the demand */
  double chance;
  double mean; /* of the Poisson number that stands above this person */
} mi_staff_link;

typedef struct mi_staff {
  const MusterStaffingTable *table;
  const MusterStaffingOptions *options;
  mi_slots slots;
  uint32_t *type; /* of each stand's people; 0: of no use */
  size_t *demand_first, *stand_first;
  mi_staff_link *by_demand, *by_stand; /* of use, in order of the other end */
  bool *hopeless;
  uint32_t *people; /* on duty, by stand */
  uint32_t total;
  double *states;    /* demand × state_count: distribution with the people on duty */
  double target_log; /* −ln(1 − α) */
  double *prices;    /* of each demand, 1 in the mean: how much it is worth to serve it; set by the bound */
  double *worth;     /* of each by_demand link: what one more from that stand brings there */
  double *progress;  /* of each stand: the sum */
  mi_random random;
  bool stopped;
  double share_done;
} mi_staff;

void mi_staff_init(mi_staff *staff, const MusterStaffingTable *table, const MusterStaffingOptions *options);
void mi_staff_clear(mi_staff *staff);
/* Asks `progress`; false then, and from then on, if it wants no more. */
bool mi_staff_goes_on(mi_staff *staff, double share_done);

static inline double *mi_staff_states(const mi_staff *staff, size_t demand) {
  return staff->states + demand * staff->slots.state_count;
}
static inline double mi_staff_chance(const mi_staff *staff, size_t demand) {
  return mi_slots_filled(&staff->slots, mi_staff_states(staff, demand));
}
/* Rounding must not decide. */
static inline bool mi_staff_is_met(const mi_staff *staff, size_t demand) {
  return staff->hopeless[demand] || mi_staff_chance(staff, demand) >= staff->options->alpha - 1e-12;
}
/* staffing_search.c: the worth of the demand's links, after its states have changed. */
void mi_staff_value(mi_staff *staff, size_t demand);
/* One person more, or fewer, on duty at the stand. O(demands in reach × (states + stands that reach them)), fewer: ×
 * people who reach them. */
void mi_staff_add(mi_staff *staff, uint32_t stand);
void mi_staff_remove(mi_staff *staff, uint32_t stand);
/* Whether all demands stay met without one person of the stand. */
bool mi_staff_can_spare(mi_staff *staff, uint32_t stand);

/* staffing_search.c: from who is on duty to all demands met, with nobody to spare; then `steps` of taking back and
 * building again. Leaves the best. */
void mi_staff_search(mi_staff *staff);
/* staffing_bound.c: at least so many people. */
uint32_t mi_staff_bound(mi_staff *staff);
/* staffing_exact.c: fewer people than the best known, if there are; true if the search ended, so that what is left on
 * duty is proven best. */
bool mi_staff_search_exactly(mi_staff *staff, uint32_t bound);
/* The mean of a Poisson number that is at least `count` with chance alpha; never above it. */
double mi_staff_mean_needed(uint32_t count, double alpha);

#endif
