/* Nested dissection: the order in which nodes are eliminated, so that few shortcuts arise and the tree stays low. */
#ifndef MI_ROAD_ORDER_H
#define MI_ROAD_ORDER_H

#include <muster/geo.h>

typedef struct mi_edge {
  uint32_t a, b;
} mi_edge;

/* order[i] is the node eliminated i-th; node_count entries. Edges are undirected; loops and repetitions count once.
 * positions may be NULL: then hop distances take their place. False where the graph is not like a road network (no
 * small cuts): *order is then some permutation all the same. Depends on nothing but its input. O(m log n · cut). */
bool mi_order_find(uint32_t node_count, const mi_edge *edges, size_t edge_count, const MusterPosition *positions,
                   uint32_t *order);

#endif
