/* The query object: labels stamped with the number of the query, so nothing is cleared between queries, and a lazy
 * 4-ary heap of (time, id).
 *
 * Ids in the heap are nodes. Labels are offered strictly smaller times only, so parents never form a cycle, zero-weight
 * arcs included.
 */
#ifndef MI_ROUTE_SEARCH_H
#define MI_ROUTE_SEARCH_H

#include "base/heap4.h"
#include "route/climb.h"
#include "route/fleet.h"
#include "route/line.h"
#include "route/point.h"
#include "route/sweep.h"

#include <muster/route.h>

typedef struct mi_label {
  uint32_t query;   /* the label counts only if this is the search's query */
  uint32_t time_ms; /* best so far; final once popped */
} mi_label;

struct MusterSearch {
  MusterNetwork *network;
  const mi_graph *graph;
  MusterMetric *shared; /* of the network, as it was set */
  MusterMetric *metric; /* what is asked on: the same, or derived from it by the search's own closures */
  mi_buffer closed;     /* MusterArc: the search's own closures */
  size_t closed_count;
  bool has_positions;
  uint32_t query;
  uint64_t settled; /* nodes, by all nearest questions so far */
  mi_label *labels;
  mi_heap4 heap;
  mi_heap4 offers;   /* of a nearest question */
  MusterArc *parent; /* the arc that gave the node its label; allocated by the first path */
  uint32_t *met;     /* responder → the last nearest question that met it */
  size_t met_count;
  uint32_t met_query;   /* the number of that question */
  MusterFleet *targets; /* a matrix's targets; empty between calls */
  mi_climb up, down;    /* on the hierarchy */
  mi_line shape;
  mi_sweep sweep;
  mi_buffer hits, reached, nodes, arcs, streets, stretches;
  mi_buffer via, passages, stack;                                                /* of a path on the hierarchy */
  mi_buffer matrix_nodes, matrix_first, matrix_above, matrix_times, matrix_rows; /* the layout of a matrix */
};

/* Arcs as a search walks them: out-arcs forward, in-arcs backward. */
typedef struct mi_arcs {
  const uint32_t *first;
  const MusterNode *end;
  const uint32_t *weight_ms;
} mi_arcs;

static inline mi_arcs mi_search_arcs(const MusterSearch *search, MusterDirection direction) {
  const mi_graph *graph = search->graph;
  return direction == MUSTER_FROM_PLACE ? (mi_arcs){graph->first_out, graph->head, search->metric->weight_ms}
                                        : (mi_arcs){graph->first_in, graph->in_tail, search->metric->in_weight_ms};
}

/* Takes over the reference. */
void mi_search_use(MusterSearch *search, MusterMetric *metric);
/* A new query: forgets all labels and empties the heap. */
void mi_search_begin(MusterSearch *search);
/* Time from → to if it is at most limit_ms, else MUSTER_UNREACHABLE_MS. */
uint32_t mi_search_time_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                               uint32_t limit_ms);
/* The same by a plain search, whether or not there is a hierarchy: the yardstick. */
uint32_t mi_search_dijkstra_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                   uint32_t limit_ms);
/* The same on the hierarchy, which the network must have. */
uint32_t mi_search_climb_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                uint32_t limit_ms);

/* All nodes within limit_ms, those inside junctions too, in ascending time; muster_search_reach's own view. NULL if a
 * place is not of this network. */
MusterReached *mi_search_settle(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                uint32_t limit_ms, MusterDirection direction, size_t *count);

/* MUSTER_UNREACHABLE_MS never is a time. */
static inline uint32_t mi_search_bound(uint32_t limit_ms) {
  return limit_ms == MUSTER_UNREACHABLE_MS ? MUSTER_UNREACHABLE_MS - 1 : limit_ms;
}

/* Gives the node this time if it is within the bound and better than what it has. */
static inline bool mi_search_offer(MusterSearch *search, mi_heap4 *heap, MusterNode node, uint64_t time_ms,
                                   uint32_t bound_ms) {
  if (time_ms > bound_ms) return false;
  mi_label *label = &search->labels[node];
  if (label->query == search->query && label->time_ms <= time_ms) return false;
  *label = (mi_label){search->query, (uint32_t)time_ms};
  mi_heap4_push(heap, mi_heap4_key((uint32_t)time_ms, node));
  return true;
}

static inline void mi_search_expand(MusterSearch *search, mi_heap4 *heap, const mi_arcs *arcs, MusterNode node,
                                    uint32_t time_ms, uint32_t bound_ms) {
  for (uint32_t i = arcs->first[node], end = arcs->first[node + 1]; i < end; i++)
    mi_search_offer(search, heap, arcs->end[i], (uint64_t)time_ms + arcs->weight_ms[i], bound_ms);
}

#endif
