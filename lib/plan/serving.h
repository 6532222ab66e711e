/* Which post or station somebody's community is served by. */
#ifndef MI_PLAN_SERVING_H
#define MI_PLAN_SERVING_H

#include "muster/coverage.h"

/* Of the places (posts or stations) whose own community this is, or that serve it, the nearest to `home`; the first of
 * equals; MUSTER_NONE. `usable`: of which, by place; NULL: all. */
uint32_t mi_serving_place(const MusterCounty *county, MusterServices services, const bool *usable,
                          MusterAreaId community, MusterPosition home);

#endif
