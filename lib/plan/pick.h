/* The sites that a relaxed problem chooses. */
#ifndef MI_PLAN_PICK_H
#define MI_PLAN_PICK_H

#include <stdbool.h>
#include <stdint.h>

/* Writes the fixed sites, then those of the least cost, ties by site, `count` in all. `out` has room for all sites. */
void mi_pick_least(const int64_t *cost, uint32_t site_count, const bool *is_fixed, uint32_t count, uint32_t *out);

#endif
