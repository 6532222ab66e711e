/* The stretches of road travelled within a deadline: whole links, and the parts of links that are cut by it.
 *
 * From each settled node the time that is left is spent along its arcs; the pieces are then sorted and those that
 * touch are joined, so a link met from both ends is listed once.
 */
#include "route/stretches.h"

#include <stdlib.h>

enum { WHOLE_Q16 = 65536 };

typedef struct sink {
  MusterSearch *search;
  size_t count;
} sink;

static void add(sink *to, MusterLink link, uint32_t low_q16, uint32_t high_q16) {
  MusterStretch *stretches = mi_buffer_reserve(&to->search->stretches, to->count + 1, sizeof *stretches);
  stretches[to->count++] = (MusterStretch){link, low_q16, high_q16};
}

/* The farthest point of an arc whose tail-side piece takes at most time_ms. */
static uint32_t point_within(uint32_t weight_ms, uint64_t time_ms) {
  if (time_ms >= weight_ms) return WHOLE_Q16;
  return (uint32_t)(((time_ms + 1) * WHOLE_Q16 - 1) / weight_ms);
}

/* The point nearest to the tail whose head-side piece takes at most time_ms. */
static uint32_t point_within_of_head(uint32_t weight_ms, uint64_t time_ms) {
  if (time_ms >= weight_ms) return 0;
  return (uint32_t)(((weight_ms - time_ms) * WHOLE_Q16 + weight_ms - 1) / weight_ms);
}

/* What left_ms buys of the arc, beginning at the end where the search stands: nothing of a closed one. */
static void add_arc(sink *to, MusterArc arc, MusterDirection direction, uint64_t left_ms) {
  const mi_graph *graph = to->search->graph;
  MusterLink link = graph->arc_link[arc];
  uint32_t weight_ms = to->search->metric->weight_ms[arc];
  if (link == MUSTER_NONE || weight_ms == MUSTER_UNREACHABLE_MS) return;
  bool ahead = mi_arc_is_forward(graph, arc);
  bool begins_at_tail = ahead == (direction == MUSTER_FROM_PLACE);
  if (begins_at_tail)
    add(to, link, 0, point_within(weight_ms, left_ms));
  else
    add(to, link, point_within_of_head(weight_ms, left_ms), WHOLE_Q16);
}

/* Along the place's own link, both ways from it. */
static void add_beside(sink *to, const MusterRoadPoint *place, MusterDirection direction, uint64_t left_ms) {
  const mi_graph *graph = to->search->graph;
  MusterLink link = place->link;
  const uint32_t *weight_ms = to->search->metric->weight_ms;
  MusterArc up = mi_point_open_arc(to->search->metric, graph->link_forward[link]);
  MusterArc down = mi_point_open_arc(to->search->metric, graph->link_backward[link]);
  if (direction == MUSTER_TO_PLACE) {
    MusterArc other = up;
    up = down;
    down = other;
  }
  uint32_t low_q16 = place->along_q16, high_q16 = place->along_q16;
  if (up != MUSTER_NONE) {
    uint32_t whole_ms = weight_ms[up];
    high_q16 = point_within(whole_ms, left_ms + mi_weight_to_point(whole_ms, place->along_q16));
  }
  if (down != MUSTER_NONE) {
    uint32_t whole_ms = weight_ms[down];
    low_q16 = point_within_of_head(whole_ms, left_ms + whole_ms - mi_weight_to_point(whole_ms, place->along_q16));
  }
  add(to, link, low_q16, high_q16);
}

static int compare_stretches(const void *a, const void *b) {
  const MusterStretch *x = a, *y = b;
  if (x->link != y->link) return x->link < y->link ? -1 : 1;
  if (x->from_q16 != y->from_q16) return x->from_q16 < y->from_q16 ? -1 : 1;
  return (x->to_q16 > y->to_q16) - (x->to_q16 < y->to_q16);
}

static size_t join_touching(MusterStretch *stretches, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    MusterStretch *last = kept ? &stretches[kept - 1] : NULL;
    if (last && last->link == stretches[i].link && stretches[i].from_q16 <= last->to_q16)
      last->to_q16 = MAX(last->to_q16, stretches[i].to_q16);
    else
      stretches[kept++] = stretches[i];
  }
  return kept;
}

/* Beside each place whose walk leaves time and which stands inside a link; at a node the arcs do. */
static void add_places(sink *to, const MusterRoadPoint *places, size_t place_count, MusterDirection direction,
                       uint32_t bound_ms) {
  for (size_t i = 0; i < place_count; i++)
    if (mi_point_node(to->search->graph, &places[i]) == MUSTER_NONE && places[i].access_ms <= bound_ms)
      add_beside(to, &places[i], direction, bound_ms - places[i].access_ms);
}

const MusterStretch *mi_stretches_within(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                                         const MusterReached *reached, size_t reached_count, uint32_t limit_ms,
                                         MusterDirection direction, size_t *count) {
  const mi_graph *graph = search->graph;
  uint32_t bound_ms = mi_search_bound(limit_ms);
  sink to = {search, 0};
  for (size_t i = 0; i < reached_count && reached[i].time_ms <= bound_ms; i++) {
    MusterNode node = reached[i].node;
    const uint32_t *first = direction == MUSTER_FROM_PLACE ? graph->first_out : graph->first_in;
    for (uint32_t at = first[node]; at < first[node + 1]; at++)
      add_arc(&to, direction == MUSTER_FROM_PLACE ? at : graph->in_arc[at], direction, bound_ms - reached[i].time_ms);
  }
  add_places(&to, places, place_count, direction, bound_ms);
  MusterStretch *stretches = search->stretches.data;
  if (to.count > 0) qsort(stretches, to.count, sizeof *stretches, compare_stretches);
  *count = join_touching(stretches, to.count);
  return stretches;
}

const MusterStretch *muster_search_reach_stretches(MusterSearch *search, const MusterRoadPoint *places,
                                                   size_t place_count, uint32_t limit_ms, MusterDirection direction,
                                                   size_t *count) {
  size_t reached_count;
  const MusterReached *reached = mi_search_settle(search, places, place_count, limit_ms, direction, &reached_count);
  *count = 0;
  if (!reached) return NULL;
  return mi_stretches_within(search, places, place_count, reached, reached_count, limit_ms, direction, count);
}
