/* The topology of a customizable contraction hierarchy (Dibbelt, Strasser, Wagner, "Customizable Contraction
 * Hierarchies", JEA 2016): it knows which shortcuts there may be, not how long they are.
 *
 * Nodes are numbered in the order of elimination, in post-order of the elimination tree, so a node's number is its rank
 * and a subtree is a range that ends at its root. A chord joins two nodes of which the lower one was eliminated first:
 * a road, or a shortcut. The chords of a node lead to ancestors of it only, its parent the lowest of them.
 */
#ifndef MI_ROAD_HIERARCHY_H
#define MI_ROAD_HIERARCHY_H

#include "road/order.h"

/* As it stands in a network file. */
typedef struct mi_chords {
  uint32_t node_count, chord_count;
  const uint32_t *first_up; /* node → its chords upwards; node_count + 1 */
  const uint32_t *head;     /* chord → its upper node; ascending at each node */
} mi_chords;

/* Road networks have one to three chords a node or link; far more would fill the memory and serve nobody. */
static inline uint64_t mi_chords_most(uint32_t node_count, uint32_t link_count) {
  return 1024 + 32 * ((uint64_t)node_count + link_count);
}

/* The chords that elimination in this order gives, and the post-order of their tree: node_of_rank and rank_of_node,
 * node_count entries each, are filled with the final numbering. The arrays of *out are the caller's to free. False if
 * there would be more than `chord_limit` chords; then nothing is set. O(chords). */
bool mi_chords_build(uint32_t node_count, const mi_edge *edges, size_t edge_count, const uint32_t *order,
                     uint64_t chord_limit, uint32_t *node_of_rank, mi_chords *out);

/* The executable definition of a valid hierarchy over a graph (CSR): every chord leads upwards; the upper ends of a
 * node's chords are joined to one another; nodes stand in post-order; every arc but loops has its chord. NULL, or what
 * is wrong, with the node where. O(chords). */
const char *mi_chords_find_fault(const mi_chords *chords, const uint32_t *first_out, const uint32_t *head,
                                 uint32_t *node);

/* What searches need beside the chords; made once for a network. Valid chords are taken for granted. */
typedef struct mi_hierarchy {
  mi_chords chords;
  uint32_t *parent;      /* MUSTER_NONE at roots */
  uint32_t *depth;       /* ancestors of the node; 0 at roots */
  uint32_t *head_depth;  /* chord → depth of its upper node */
  uint32_t *first_below; /* node → first node of its subtree, the range that ends at it */
  uint32_t *first_down;  /* node → chords down from it, ascending; node_count + 1 */
  uint32_t *down_chord, *down_tail;
  uint32_t *chord_of_arc;  /* of the graph it was made for; MUSTER_NONE for loops */
  uint64_t triangle_count; /* what customization looks at */
  uint32_t height;         /* nodes on the longest way from a leaf to its root */
} mi_hierarchy;

mi_hierarchy *mi_hierarchy_new(const mi_chords *chords, const uint32_t *first_out, const uint32_t *head);
void mi_hierarchy_free(mi_hierarchy *hierarchy);

/* Is `above` the node or an ancestor of it? */
static inline bool mi_hierarchy_is_above(const mi_hierarchy *h, uint32_t above, uint32_t node) {
  return above >= node && h->first_below[above] <= node;
}

/* The chord between two nodes, MUSTER_NONE if there is none. O(log degree). */
uint32_t mi_chord_between(const mi_chords *chords, uint32_t low, uint32_t high);

#endif
