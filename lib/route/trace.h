/* The arcs of a quickest path. */
#ifndef MI_ROUTE_TRACE_H
#define MI_ROUTE_TRACE_H

#include "route/search.h"

/* How the path leaves the source and comes in at the target; both NULL where it stays on the link of the two. */
typedef struct mi_trace {
  uint32_t time_ms;          /* MUSTER_UNREACHABLE_MS: nothing else is set */
  const mi_end *start, *end; /* of the arrays given */
  MusterNode first;          /* where it enters the graph */
  size_t arc_count;          /* in search->arcs, in order of travel, connectors of junctions among them */
} mi_trace;

/* Times of the ends and direct_ms (mi_point_direct_ms) are on the search's metric. On the hierarchy where there is one,
 * else by a plain search with parents. */
mi_trace mi_trace_find(MusterSearch *search, const mi_end *sources, unsigned source_count, const mi_end *targets,
                       unsigned target_count, uint32_t direct_ms);

#endif
