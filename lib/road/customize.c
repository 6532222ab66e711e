/* Customization: every chord gets the least of its own roads and of the ways over a lower third node (Dibbelt,
 * Strasser, Wagner, JEA 2016: basic customization).
 *
 * A node's chords are final once all triangles below them have been looked at, and those belong to its subtree.
 * Subtrees are ranges of nodes, so threads take whole ranges that do not touch and the rest is done after them: the
 * same sums whoever makes them.
 */
#include <string.h>

#include "road/metric.h"

/* Chords of one node by upper end. */
static void find_chords(const mi_chords *c, uint32_t node, uint32_t *chord_to) {
  for (uint32_t i = c->first_up[node]; i < c->first_up[node + 1]; i++) chord_to[c->head[i]] = i;
}

/* The chords of nodes below lie scattered: so many ahead are called for. */
enum { AHEAD = 6 };

static void settle_node(const MusterMetric *metric, uint32_t node, uint32_t *restrict chord_to) {
  const mi_hierarchy *h = metric->hierarchy;
  const mi_chords *c = &h->chords;
  if (c->first_up[node] == c->first_up[node + 1]) return;
  find_chords(c, node, chord_to);
  uint32_t *up_ms = metric->up_ms, *down_ms = metric->down_ms;
  const uint32_t *head = c->head, *first_up = c->first_up;
  const uint32_t *down_chord = h->down_chord, *down_tail = h->down_tail;
  for (uint32_t j = h->first_down[node], last = h->first_down[node + 1]; j < last; j++) {
    if (j + AHEAD < last) {
      uint32_t soon = down_chord[j + AHEAD];
      __builtin_prefetch(&head[soon]);
      __builtin_prefetch(&up_ms[soon]);
      __builtin_prefetch(&down_ms[soon]);
      __builtin_prefetch(&first_up[down_tail[j + AHEAD] + 1]);
    }
    uint32_t below = down_chord[j], end = first_up[down_tail[j] + 1];
    uint32_t from_below_ms = up_ms[below], to_below_ms = down_ms[below];
    uint32_t most_up_ms = MUSTER_UNREACHABLE_MS - to_below_ms, most_down_ms = MUSTER_UNREACHABLE_MS - from_below_ms;
    for (uint32_t i = below + 1; i < end; i++) {
      uint32_t over = chord_to[head[i]];
      uint32_t there_ms = MIN(up_ms[i], most_up_ms) + to_below_ms;
      uint32_t back_ms = MIN(down_ms[i], most_down_ms) + from_below_ms;
      up_ms[over] = MIN(up_ms[over], there_ms);
      down_ms[over] = MIN(down_ms[over], back_ms);
    }
  }
}

/* ---- sharing the work ---- */

typedef struct range {
  uint32_t first, last; /* a subtree: last is its root */
} range;

typedef struct job {
  const MusterMetric *metric;
  const range *ranges;
  uint32_t range_count;
  gint next;
} job;

static void *settle_ranges(void *data) {
  job *work = data;
  g_autofree uint32_t *chord_to = g_new(uint32_t, (size_t)work->metric->hierarchy->chords.node_count + 1);
  for (uint32_t i; (i = (uint32_t)g_atomic_int_add(&work->next, 1)) < work->range_count;)
    for (uint32_t v = work->ranges[i].first; v <= work->ranges[i].last; v++) settle_node(work->metric, v, chord_to);
  return NULL;
}

/* Subtrees of at most a share of all chords each, ascending; what lies above them is left. */
static range *choose_ranges(const mi_hierarchy *h, unsigned threads, uint32_t *count) {
  const mi_chords *c = &h->chords;
  uint32_t most = c->chord_count / (4 * threads) + 1;
  range *ranges = g_new(range, (size_t)c->node_count + 1);
  *count = 0;
  for (uint32_t v = 0; v < c->node_count; v++) {
    if (c->first_up[v + 1] - c->first_up[h->first_below[v]] > most) continue;
    while (*count > 0 && ranges[*count - 1].first >= h->first_below[v]) --*count;
    ranges[(*count)++] = (range){h->first_below[v], v};
  }
  return ranges;
}

static void settle_shared(const MusterMetric *metric, unsigned threads, uint32_t *chord_to) {
  job work = {.metric = metric};
  g_autofree range *ranges = choose_ranges(metric->hierarchy, threads, &work.range_count);
  work.ranges = ranges;
  GThread *helpers[64];
  for (unsigned i = 1; i < threads; i++) helpers[i] = g_thread_new("muster-customize", settle_ranges, &work);
  settle_ranges(&work);
  for (unsigned i = 1; i < threads; i++) g_thread_join(helpers[i]);
  uint32_t next = 0;
  for (uint32_t v = 0; v < metric->hierarchy->chords.node_count; v++) {
    if (next < work.range_count && v == ranges[next].first)
      v = ranges[next++].last;
    else
      settle_node(metric, v, chord_to);
  }
}

/* ---- the arcs themselves ---- */

static void lay_arcs(const MusterMetric *metric) {
  const mi_hierarchy *h = metric->hierarchy;
  const mi_graph *graph = mi_network_graph(metric->network);
  memset(metric->up_ms, 0xFF, h->chords.chord_count * sizeof *metric->up_ms);
  memset(metric->down_ms, 0xFF, h->chords.chord_count * sizeof *metric->down_ms);
  for (uint32_t v = 0; v < graph->node_count; v++)
    for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
      uint32_t chord = h->chord_of_arc[arc];
      if (chord == MUSTER_NONE) continue;
      uint32_t *time_ms = v < graph->head[arc] ? &metric->up_ms[chord] : &metric->down_ms[chord];
      *time_ms = MIN(*time_ms, metric->weight_ms[arc]);
    }
}

void mi_metric_customize(MusterMetric *metric, unsigned threads) {
  lay_arcs(metric);
  uint32_t node_count = metric->hierarchy->chords.node_count;
  g_autofree uint32_t *chord_to = g_new(uint32_t, (size_t)node_count + 1);
  if (threads > 1)
    settle_shared(metric, threads, chord_to);
  else
    for (uint32_t v = 0; v < node_count; v++) settle_node(metric, v, chord_to);
}
