/* Climbing the elimination tree: from a place towards the root, the only nodes that can have a label are the ancestors
 * of where it touches the graph, so labels are kept by depth, a few hundred of them, always in the nearest cache.
 *
 * A climb up gives times from the place to its ancestors, a climb down times from its ancestors to the place, both over
 * ways that stay below the ancestor. Between climbs all labels are MI_NEVER; whoever passes a node takes its label
 * away. The method: Dibbelt, Strasser, Wagner, JEA 2016 (elimination-tree queries); labels by depth are our own.
 */
#ifndef MI_ROUTE_CLIMB_H
#define MI_ROUTE_CLIMB_H

#include "road/metric.h"
#include "route/point.h"

#define MI_NEVER UINT64_MAX

typedef struct mi_climb {
  uint64_t *time_ms; /* depth → best time so far; more than 32 bits hold is no time */
  uint32_t room;
} mi_climb;

void mi_climb_clear(mi_climb *climb);
/* Room for a hierarchy's height. */
void mi_climb_reserve(mi_climb *climb, const mi_hierarchy *hierarchy);

/* Ends that lie on one way to the root are climbed together, as the bits of a set. */
typedef struct mi_chains {
  unsigned count;
  uint8_t ends[MI_ENDS_MAX];
} mi_chains;

/* Parts the ends that are open (out_ms for a climb up, in_ms for one down) into chains. Ends are neighbours as a rule,
 * and then one is the other's ancestor; only at junctions with turn restrictions they need not be. */
mi_chains mi_climb_chains(const mi_hierarchy *h, const mi_end *ends, unsigned end_count, bool up);
/* Labels the ends of one chain and returns the lowest of them, from where to climb on. */
uint32_t mi_climb_begin(mi_climb *climb, const mi_hierarchy *h, const mi_end *ends, uint8_t chain, bool up);

/* Takes the node's label away. */
static inline uint64_t mi_climb_take(mi_climb *climb, uint32_t depth) {
  uint64_t time_ms = climb->time_ms[depth];
  climb->time_ms[depth] = MI_NEVER;
  return time_ms;
}

/* Offers all upper ends of the node's chords the way over it; chord_ms is the metric's up_ms or down_ms. */
static inline void mi_climb_relax(mi_climb *climb, const mi_hierarchy *h, const uint32_t *chord_ms, uint32_t node,
                                  uint64_t time_ms) {
  for (uint32_t i = h->chords.first_up[node], end = h->chords.first_up[node + 1]; i < end; i++) {
    uint64_t through_ms = time_ms + chord_ms[i], *label = &climb->time_ms[h->head_depth[i]];
    *label = through_ms < *label ? through_ms : *label; /* no branch: it would be guessed wrong too often */
  }
}

/* Passes the node and returns its parent; a label of at least bound_ms leads nowhere. */
static inline uint32_t mi_climb_step(mi_climb *climb, const mi_hierarchy *h, const uint32_t *chord_ms, uint32_t node,
                                     uint64_t bound_ms) {
  uint64_t time_ms = mi_climb_take(climb, h->depth[node]);
  if (time_ms < bound_ms) mi_climb_relax(climb, h, chord_ms, node, time_ms);
  return h->parent[node];
}

#endif
