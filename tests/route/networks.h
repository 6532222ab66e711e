/* Seeded random networks with everything searches find difficult, and the obvious slow answers to check against. */
#ifndef MUSTER_TESTS_ROUTE_NETWORKS_H
#define MUSTER_TESTS_ROUTE_NETWORKS_H

#include "base/random.h"
#include "route/search.h"

typedef struct network_options {
  uint32_t node_count, link_count;
  uint32_t weight_most_ms;     /* weights are 0 … this; small values make ties */
  uint32_t zero_percent;       /* links of weight 0 */
  uint32_t one_way_percent;    /* links open one way only, either way */
  uint32_t asymmetric_percent; /* links with another weight each way */
  MusterMode mode;
} network_options;

/* Loops, parallel links, several parts, curved shapes; node ids 100, 110, 120 … */
MusterNetwork *random_network(mi_random *random, const network_options *options);
/* A node, or a point inside or at the end of a link; with an access walk now and then. */
MusterRoadPoint random_point(mi_random *random, const MusterNetwork *network);
/* The same roads without the arcs marked in `closed`; nodes keep their outside ids, links their ways and their ends. A
 * way must be one link. */
MusterNetwork *network_without(const MusterNetwork *network, const uint8_t *closed);
/* The same place on a network made by network_without; false if it lies inside a link that is gone there. */
bool point_elsewhere(const MusterNetwork *network, const MusterRoadPoint *point, const MusterNetwork *other,
                     MusterRoadPoint *out);
/* times[i * count + j]: from points[i] to points[j] by Floyd and Warshall over all nodes and points; free with g_free.
 */
uint32_t *slow_times(const MusterNetwork *network, const MusterRoadPoint *points, size_t count);
/* Few nodes, so that many links begin and end at one node. */
void for_each_loop_network(uint32_t rounds, void (*check)(mi_random *random, MusterNetwork *network));
/* Networks of all kinds; calls `check` with each. */
void for_each_random_network(uint32_t rounds, void (*check)(mi_random *random, MusterNetwork *network));

#endif
