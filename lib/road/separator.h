/* A small set of nodes that cuts a connected graph into two sides of similar size: inertial flow (Schild & Sommer, "On
 * Balanced Separators in Road Networks", SEA 2015), with vertex-disjoint paths in place of edge-disjoint ones, so that
 * the cut is a set of nodes and a smallest one between the two ends of the direction looked along.
 */
#ifndef MI_ROAD_SEPARATOR_H
#define MI_ROAD_SEPARATOR_H

#include <stdbool.h>
#include <stdint.h>

/* An undirected simple graph, CSR; the places of its nodes in any plane. */
typedef struct mi_part {
  uint32_t node_count;
  uint32_t *first;     /* node_count + 1 */
  uint32_t *neighbour; /* ascending at each node */
  uint32_t *id;        /* the caller's name of each node, ascending */
  float *x, *y;
} mi_part;

/* Scratch of one dissection; grows to the largest part. One owner. */
typedef struct mi_separator mi_separator;
mi_separator *mi_separator_new(void);
void mi_separator_free(mi_separator *separator);

typedef enum mi_side { MI_SIDE_LEFT, MI_SIDE_RIGHT, MI_SIDE_CUT } mi_side;

/* Tells each node's side; no edge joins left and right, and the cut is never empty. False, and nothing is told, where
 * no cut of at most `cut_limit` nodes was found. The part must be connected and have at least 3 nodes. O(m · cut) for
 * each direction. */
bool mi_separator_find(mi_separator *separator, const mi_part *part, uint32_t cut_limit, uint8_t *side);

#endif
