/* The stretches of road within a limit, from what a search with this limit or a larger one has settled. */
#ifndef MI_ROUTE_STRETCHES_H
#define MI_ROUTE_STRETCHES_H

#include "route/search.h"

/* muster_search_reach_stretches without its search: `reached` is the answer of mi_search_settle to the same places
 * and direction, with the same limit or a larger one; what is later than limit_ms is passed over. */
const MusterStretch *mi_stretches_within(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                         const MusterReached *reached, size_t reached_count, uint32_t limit_ms,
                                         MusterDirection direction, size_t *count);

#endif
