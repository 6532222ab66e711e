/* The sealed network as searches see it: parallel arrays, ids validated once at the boundary, then trusted.
 *
 * Arrays are owned by the network (built) or lie in its mapped file (opened). CSR both ways: out-arcs of v are
 * first_out[v] … first_out[v + 1] − 1; in-arcs likewise over first_in.
 */
#ifndef MI_ROAD_NETWORK_H
#define MI_ROAD_NETWORK_H

#include <muster/road.h>

#include "index/tree.h"
#include "road/hierarchy.h"

typedef struct mi_graph {
  uint32_t node_count, arc_count, link_count, shape_count;

  const uint32_t *first_out;  /* node_count + 1 */
  const MusterNode *tail;     /* arc → node it leaves */
  const MusterNode *head;     /* arc → node it leads to */
  const uint32_t *weight_ms;  /* arc; MUSTER_UNREACHABLE_MS where it is closed to the mode */
  const MusterLink *arc_link; /* arc → link; MUSTER_NONE for a connector inside a junction or barrier */

  const uint32_t *first_in;  /* node_count + 1 */
  const MusterNode *in_tail; /* in-arc → node it comes from */
  const uint32_t *in_weight_ms;
  const MusterArc *in_arc; /* in-arc → arc */

  const MusterNode *link_tail, *link_head; /* where it lies: of a junction with turn restrictions its arrival node */
  const MusterArc *link_forward, *link_backward; /* arc tail → head, head → tail; MUSTER_NONE if closed that way to all
                                                    modes */
  const uint32_t *link_length_mm;

  /* Further arcs of a link for who has come by roads from where not all is permitted at its end (turns_routes.h), by
   * the arc they are copies of; of the copies that are open to a mode the first is the one to set out by. All take the
   * same time. Outside of searches nobody sees them. */
  uint32_t copy_count;
  const MusterArc *copied_arc, *copy_arc;

  const int64_t *link_way;          /* outside id of the way */
  const uint32_t *link_name;        /* offset into names; 0: no name */
  const uint8_t *link_class;        /* MusterRoadClass */
  const uint32_t *link_first_shape; /* link_count + 1, into shape; at least two positions a link, tail first; all 0
                                       without positions */
  const MusterPosition *shape;
  const char *names; /* NUL-terminated UTF-8 texts; names[0] is the empty one */
  uint32_t names_bytes;

  const MusterPosition *node_position; /* all 0 without positions */
  const int64_t *node_id;              /* outside id */
  const MusterNode *nodes_by_id;       /* nodes in ascending outside id */
  const uint8_t *node_snappable;       /* 1: in the largest mutually reachable part */

  /* A junction with turn restrictions is several nodes (turns.h): whoever stands there sets out from the departure
   * node and comes in at the arrival node. For any other node both are the node itself. */
  uint32_t turn_node_count; /* node_count; 0: the network has no turn restrictions and the two are empty */
  const MusterNode *node_depart, *node_arrive;

  bool has_hierarchy; /* without one there are no chords, and nodes are numbered otherwise */
  uint32_t chord_count;
  const uint32_t *first_up; /* the chords of hierarchy.h; node_count + 1 */
  const MusterNode *up_head;

  /* Packed Hilbert R-tree (index/tree.h) over the segments to snap to. An item's id is the place in `shape` where its
   * segment begins, so items are ordered by (link, place on it). */
  uint32_t tree_item_count, tree_node_count;
  const MusterBox *tree_boxes;
  const uint32_t *tree_items;
} mi_graph;

/* Networks of several modes over the same roads are one chain, the modes ascending. Its first is their home: it counts
 * the references to any of them and owns what they share, the image and the hierarchy. */
struct MusterNetwork {
  MusterNetwork *home, *next;
  MusterMetric *own_metric; /* made when first asked for; set once, atomically */
  mi_graph graph;           /* views into the image */
  mi_tree_view tree;
  MusterNetworkInfo info;
  const uint8_t *image; /* the `.mnet` file's bytes, in memory or mapped */
  size_t image_bytes;
  /* Of the home alone: */
  gint references;
  mi_hierarchy *hierarchy; /* made when first asked for; set once, atomically */
  uint32_t *spare_times;   /* of a metric that is gone, for the next one; atomic */
  bool mapped;             /* the image is a mapped file, not allocated memory */
};

const mi_graph *mi_network_graph(const MusterNetwork *network);
/* Frees what was derived from a home's image, and the other networks of its chain; neither the image nor itself. */
void mi_network_forget(MusterNetwork *home);
/* The first place in nodes_by_id whose outside id is not below this one; node_count if there is none. O(log n). */
uint32_t mi_graph_first_with_id(const mi_graph *graph, int64_t outside_id);
/* node → 1 if it stands for a place (of a junction of several nodes the arrival node) where a road open to the mode
 * ends, or none at all. Free with g_free. */
uint8_t *mi_graph_places(const mi_graph *graph);
/* Places outside the largest part; a junction counts only if all of its nodes lie outside. */
uint32_t mi_graph_cut_off_nodes(const mi_graph *graph);

static inline MusterNode mi_graph_depart(const mi_graph *graph, MusterNode node) {
  return graph->turn_node_count ? graph->node_depart[node] : node;
}

static inline MusterNode mi_graph_arrive(const mi_graph *graph, MusterNode node) {
  return graph->turn_node_count ? graph->node_arrive[node] : node;
}

static inline bool mi_arc_is_open(const mi_graph *graph, MusterArc arc) {
  return arc != MUSTER_NONE && graph->weight_ms[arc] != MUSTER_UNREACHABLE_MS;
}

/* Does the arc, of a link, run from the link's tail to its head? A link that has copies is no loop. */
static inline bool mi_arc_is_forward(const mi_graph *graph, MusterArc arc) {
  MusterLink link = graph->arc_link[arc];
  if (graph->link_forward[link] == arc || graph->link_backward[link] == arc) return graph->link_forward[link] == arc;
  return mi_graph_arrive(graph, graph->tail[arc]) == graph->link_tail[link];
}

/* The arc itself, or the one it is a copy of. */
static inline MusterArc mi_arc_copied(const mi_graph *graph, MusterArc arc) {
  MusterLink link = graph->arc_link[arc];
  if (graph->copy_count == 0 || link == MUSTER_NONE) return arc;
  return mi_arc_is_forward(graph, arc) ? graph->link_forward[link] : graph->link_backward[link];
}

/* Where the arc's copies begin in the list of all; copy_count if it has none. O(log copies). */
uint32_t mi_arc_first_copy(const mi_graph *graph, MusterArc arc);
/* The arc by which one sets out who stands on the link of this one: a copy if there is one for the mode. */
MusterArc mi_arc_to_leave_by(const mi_graph *graph, MusterArc arc);

/* To the mode, one way or both. */
static inline bool mi_link_is_open(const mi_graph *graph, MusterLink link) {
  return mi_arc_is_open(graph, graph->link_forward[link]) || mi_arc_is_open(graph, graph->link_backward[link]);
}

/* Does the arc, open to the mode, lead from the largest part and back into it? */
static inline bool mi_arc_is_snappable(const mi_graph *graph, MusterArc arc) {
  return mi_arc_is_open(graph, arc) && graph->node_snappable[graph->tail[arc]] &&
         graph->node_snappable[graph->head[mi_arc_to_leave_by(graph, arc)]];
}

/* Can whoever stands on the link get to everybody in the largest part, and they to it? One arc of it does. */
static inline bool mi_link_snappable(const mi_graph *graph, MusterLink link) {
  return mi_arc_is_snappable(graph, graph->link_forward[link]) ||
         mi_arc_is_snappable(graph, graph->link_backward[link]);
}

/* The link whose shape holds the segment that begins at `at`. O(log n). */
MusterLink mi_link_of_segment(const mi_graph *graph, uint32_t at);

/* Time from the link's tail end to the point (q16 of the weight, rounded down) and from the point to the head: the two
 * always add up to the weight. */
static inline uint32_t mi_weight_to_point(uint32_t weight_ms, uint32_t along_q16) {
  return (uint32_t)((uint64_t)weight_ms * along_q16 >> 16);
}

#endif
