/* Depots: places that people go by way of, in a travel oracle over networks. */
#ifndef MI_ROUTE_DEPOTS_H
#define MI_ROUTE_DEPOTS_H

#include <muster/route.h>

/* A depot with this dense id of the caller's own, for questions about any one of `kinds`' bits; put again, it moves. */
void mi_travel_put_depot(MusterTravel *travel, uint32_t depot, MusterPosition position, uint64_t kinds);
/* The k depots of all of `kinds` from which the place is reached soonest by that mode within limit_ms (included),
 * ordered by (time, depot). `out` holds k, or as many as there are depots if that is less. Returns how many were found.
 */
size_t mi_travel_nearest_depots(MusterTravel *travel, MusterMode mode, MusterPosition place, uint64_t kinds, size_t k,
                                uint32_t limit_ms, MusterNearest *out);
/* The responder's time to the depot by that mode; MUSTER_UNREACHABLE_MS if it is more than limit_ms or there is no way.
 */
uint32_t mi_travel_time_to_depot_ms(MusterTravel *travel, MusterResponder responder, uint32_t depot, MusterMode mode,
                                    uint32_t limit_ms);

#endif
