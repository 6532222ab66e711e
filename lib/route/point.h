/* How a place touches the graph: at a node, or through the two ends of the link it lies on.
 *
 * The tail-side piece of an arc's time is mi_weight_to_point in both directions, the head-side piece the rest, so the
 * two pieces always add up to the arc. A point at the very end of a link is the node there and uses every road of it.
 */
#ifndef MI_ROUTE_POINT_H
#define MI_ROUTE_POINT_H

#include "base/checked.h"
#include "road/network.h"

/* One way between a place and the graph; times include the access walk, MUSTER_UNREACHABLE_MS where closed. */
typedef struct mi_end {
  MusterNode node;
  uint32_t out_ms; /* place → node */
  uint32_t in_ms;  /* node → place */
} mi_end;

/* Do the ids exist in this graph? */
bool mi_point_is_valid(const mi_graph *graph, const MusterRoadPoint *point);
/* The node the point stands on, or MUSTER_NONE inside a link. */
MusterNode mi_point_node(const mi_graph *graph, const MusterRoadPoint *point);
/* Fills the ends, returns how many: 1 at a node, 2 inside a link. */
unsigned mi_point_ends(const mi_graph *graph, const MusterRoadPoint *point, mi_end ends[2]);
/* Time between two points inside the same link without leaving it, walks included; MUSTER_UNREACHABLE_MS otherwise. */
uint32_t mi_point_direct_ms(const mi_graph *graph, const MusterRoadPoint *from, const MusterRoadPoint *to);

#endif
