/* What the relaxed problems share: the sites that one chooses, and when its prices have settled. */
#ifndef MI_PLAN_PICK_H
#define MI_PLAN_PICK_H

#include <stdbool.h>
#include <stdint.h>

/* Subgradient steps are scaled by a pace that halves while the bound does not improve; below this one it no longer
 * does. */
#define MI_PACE_LEAST 0x1p-11
/* Steps between two questions whether to go on. */
enum { MI_PACE_REPORT = 16 };

/* Writes the fixed sites, then those of the least cost, ties by site, `count` in all. `out` has room for all sites. */
void mi_pick_least(const int64_t *cost, uint32_t site_count, const bool *is_fixed, uint32_t count, uint32_t *out);

#endif
