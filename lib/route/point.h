/* How a place touches the graph: at a node, or through the two ends of the link it lies on. At a junction with turn
 * restrictions one comes in at another node than one goes out by, so that a place has up to four ends.
 *
 * The tail-side piece of an arc's time is mi_weight_to_point in both directions, the head-side piece the rest, so the
 * two pieces always add up to the arc. A point at the very end of a link is the node there and uses every road of it.
 */
#ifndef MI_ROUTE_POINT_H
#define MI_ROUTE_POINT_H

#include "base/checked.h"
#include "road/metric.h"

/* One way between a place and the graph; times include the access walk, MUSTER_UNREACHABLE_MS where closed. */
typedef struct mi_end {
  MusterNode node;
  uint32_t out_ms;    /* place → node */
  uint32_t in_ms;     /* node → place */
  uint32_t along_q16; /* the end of the place's link that it is, 0 or 65536; MUSTER_NONE for a place at a node */
} mi_end;

enum { MI_ENDS_MAX = 4 };

/* Do the ids exist in this graph? */
bool mi_point_is_valid(const mi_graph *graph, const MusterRoadPoint *point);
/* The node the point stands on (of a junction with turn restrictions any), or MUSTER_NONE inside a link. */
MusterNode mi_point_node(const mi_graph *graph, const MusterRoadPoint *point);
/* The arc, or MUSTER_NONE where the metric has it closed. MUSTER_NONE stays what it is. */
static inline MusterArc mi_point_open_arc(const MusterMetric *metric, MusterArc arc) {
  return arc != MUSTER_NONE && metric->weight_ms[arc] == MUSTER_UNREACHABLE_MS ? MUSTER_NONE : arc;
}

/* Fills the ends, returns how many. No two of them have both node and along_q16 in common. */
unsigned mi_point_ends(const MusterMetric *metric, const MusterRoadPoint *point, mi_end ends[MI_ENDS_MAX]);
/* Time between two points inside the same link without leaving it, walks included; MUSTER_UNREACHABLE_MS otherwise. */
uint32_t mi_point_direct_ms(const MusterMetric *metric, const MusterRoadPoint *from, const MusterRoadPoint *to);

#endif
