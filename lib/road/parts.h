/* Mutually reachable parts of a graph (strongly connected components). */
#ifndef MI_ROAD_PARTS_H
#define MI_ROAD_PARTS_H

#include <muster/road.h>

/* part[v] (node_count) becomes the number of v's part, 0 … result − 1. Arcs of weight MUSTER_UNREACHABLE_MS are closed;
 * NULL: all are open. Iterative; O(nodes + arcs). */
uint32_t mi_parts_find(const uint32_t *first_out, const MusterNode *head, const uint32_t *weight_ms,
                       uint32_t node_count, uint32_t *part);

#endif
