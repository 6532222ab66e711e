/* Who is within the radius of whom, from both sides.
 *
 * Sites are counted as vehicles here: site s of the table is s × per_site … s × per_site + per_site − 1. Demands of
 * weight 0 are within nobody's radius.
 */
#ifndef MI_PLAN_INCIDENCE_H
#define MI_PLAN_INCIDENCE_H

#include "muster/plan.h"

/* One side's lists: of i, items[first[i]] … items[inner_end[i] − 1] are within the radius, the rest up to
 * items[first[i + 1] − 1] within the outer one only; each part ascending. */
typedef struct mi_lists {
  uint32_t count;
  uint32_t *first, *inner_end;
  uint32_t *items;
} mi_lists;

typedef struct mi_incidence {
  mi_lists sites;   /* by demand */
  mi_lists demands; /* by site */
} mi_incidence;

/* outer_radius ≥ radius; equal to it: no outer ring. False: LIMIT. */
bool mi_incidence_init(mi_incidence *incidence, const MusterLocateTable *table, uint32_t radius, uint32_t outer_radius,
                       uint32_t per_site, GError **error);
void mi_incidence_clear(mi_incidence *incidence);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_incidence, mi_incidence_clear)

/* The first demand of weight above 0 that has no site in its list, the outer ring included; MUSTER_NONE: there is none.
 */
uint32_t mi_incidence_find_uncovered(const mi_incidence *incidence, const MusterLocateTable *table);

#endif
