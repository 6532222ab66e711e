/* Partial customization: what a closure changes, chord by chord (Dibbelt, Strasser, Wagner, JEA 2016: partial updates).
 *
 * A chord is looked at again if one of its roads changed, or if the time of a triangle below it did in a way that
 * matters: it became less than the chord's, or was equal to it and became more. Where many chords of a node changed,
 * the nodes above are looked at as a whole instead: finding the triangles that matter would cost more. Nodes are taken
 * in ascending order, so each chord is made anew once at most, and is exact.
 */
#include <string.h>

#include "road/metric.h"

typedef struct update {
  MusterMetric *metric;
  const mi_hierarchy *h;
  uint64_t *nodes, *chords; /* bits: to be looked at */
  uint64_t *whole;          /* bits: nodes of which all chords are */
  uint32_t *chord_to;       /* upper end → chord of the node at hand, MUSTER_NONE if it is not to be looked at */
  uint32_t *old_up_ms, *old_down_ms; /* of the node at hand, by place among its chords */
  GArray *changed;
  uint64_t looked_at; /* triangles so far */
} update;

static inline bool has_bit(const uint64_t *bits, uint32_t at) { return bits[at / 64] >> (at % 64) & 1; }
static inline void set_bit(uint64_t *bits, uint32_t at) { bits[at / 64] |= UINT64_C(1) << (at % 64); }

void mi_metric_chord_roads(const MusterMetric *metric, uint32_t low, uint32_t high, uint32_t *up_ms,
                           uint32_t *down_ms) {
  const mi_graph *graph = mi_network_graph(metric->network);
  *up_ms = *down_ms = MUSTER_UNREACHABLE_MS;
  for (uint32_t arc = graph->first_out[low]; arc < graph->first_out[low + 1]; arc++)
    if (graph->head[arc] == high) *up_ms = MIN(*up_ms, metric->weight_ms[arc]);
  for (uint32_t at = graph->first_in[low]; at < graph->first_in[low + 1]; at++)
    if (graph->in_tail[at] == high) *down_ms = MIN(*down_ms, metric->in_weight_ms[at]);
}

static void mark(update *u, uint32_t node, uint32_t chord) {
  set_bit(u->chords, chord);
  set_bit(u->nodes, node);
}

/* The chord over every triangle of two chords down, both sorted by their lower node. */
static void renew_by_pairs(update *u, uint32_t node, uint32_t chord) {
  const mi_hierarchy *h = u->h;
  uint32_t *up_ms = u->metric->up_ms, *down_ms = u->metric->down_ms, high = h->chords.head[chord];
  uint32_t i = h->first_down[node], j = h->first_down[high], end = h->first_down[node + 1];
  while (i < end && h->down_tail[j] < node) {
    uint32_t below = h->down_chord[i], above = h->down_chord[j];
    if (h->down_tail[i] == h->down_tail[j]) {
      up_ms[chord] = MIN(up_ms[chord], mi_chord_add(down_ms[below], up_ms[above]));
      down_ms[chord] = MIN(down_ms[chord], mi_chord_add(down_ms[above], up_ms[below]));
      i++;
    } else if (h->down_tail[i] < h->down_tail[j]) {
      i++;
      continue;
    }
    j++;
  }
}

/* All marked chords over the triangles below the node. */
static void renew_over_triangles(update *u, uint32_t node) {
  const mi_chords *c = &u->h->chords;
  uint32_t *up_ms = u->metric->up_ms, *down_ms = u->metric->down_ms;
  for (uint32_t j = u->h->first_down[node]; j < u->h->first_down[node + 1]; j++) {
    uint32_t below = u->h->down_chord[j], end = c->first_up[u->h->down_tail[j] + 1];
    u->looked_at += end - below - 1;
    for (uint32_t i = below + 1; i < end; i++) {
      uint32_t over = u->chord_to[c->head[i]];
      if (over == MUSTER_NONE) continue;
      up_ms[over] = MIN(up_ms[over], mi_chord_add(down_ms[below], up_ms[i]));
      down_ms[over] = MIN(down_ms[over], mi_chord_add(down_ms[i], up_ms[below]));
    }
  }
}

/* Up to so many chords are made one by one. */
enum { FEW_CHORDS = 3 };

/* The marked chords of the node from their roads and all triangles below. */
static void renew_chords(update *u, uint32_t node) {
  const mi_chords *c = &u->h->chords;
  bool whole = has_bit(u->whole, node);
  uint32_t marked_count = 0, few[FEW_CHORDS];
  for (uint32_t i = c->first_up[node]; i < c->first_up[node + 1]; i++) {
    bool marked = whole || has_bit(u->chords, i);
    u->chord_to[c->head[i]] = marked ? i : MUSTER_NONE;
    if (!marked) continue;
    mi_metric_chord_roads(u->metric, node, c->head[i], &u->metric->up_ms[i], &u->metric->down_ms[i]);
    if (marked_count < FEW_CHORDS) few[marked_count] = i;
    marked_count++;
  }
  if (marked_count > FEW_CHORDS)
    renew_over_triangles(u, node);
  else
    for (uint32_t i = 0; i < marked_count; i++) renew_by_pairs(u, node, few[i]);
}

/* Does the chord's time still follow from what it was made of? */
static bool matters(uint32_t chord_ms, uint32_t old_ms, uint32_t new_ms) {
  return new_ms < chord_ms || (old_ms == chord_ms && new_ms > chord_ms);
}

/* Marks the chords over this node whose triangle changed; p and q are places among its chords, p the lower. */
static void mark_over(update *u, uint32_t node, uint32_t p, uint32_t q) {
  const mi_chords *c = &u->h->chords;
  const uint32_t *up_ms = u->metric->up_ms, *down_ms = u->metric->down_ms;
  uint32_t first = c->first_up[node];
  uint32_t old_there = mi_chord_add(u->old_down_ms[p], u->old_up_ms[q]);
  uint32_t old_back = mi_chord_add(u->old_down_ms[q], u->old_up_ms[p]);
  uint32_t there = mi_chord_add(down_ms[first + p], up_ms[first + q]);
  uint32_t back = mi_chord_add(down_ms[first + q], up_ms[first + p]);
  if (there == old_there && back == old_back) return;
  uint32_t low = c->head[first + p], over = mi_chord_between(c, low, c->head[first + q]);
  if (matters(up_ms[over], old_there, there) || matters(down_ms[over], old_back, back)) mark(u, low, over);
}

static void keep_old(update *u, uint32_t node) {
  const mi_chords *c = &u->h->chords;
  uint32_t first = c->first_up[node], degree = c->first_up[node + 1] - first;
  memcpy(u->old_up_ms, &u->metric->up_ms[first], degree * sizeof *u->old_up_ms);
  memcpy(u->old_down_ms, &u->metric->down_ms[first], degree * sizeof *u->old_down_ms);
}

/* Beyond so many pairs of chords the nodes above are marked as a whole. */
enum { PAIRS_MOST = 256 };

static void mark_above(update *u, uint32_t node, const uint32_t *changed, uint32_t changed_count) {
  const mi_chords *c = &u->h->chords;
  uint32_t first = c->first_up[node], degree = c->first_up[node + 1] - first;
  if (changed_count * degree > PAIRS_MOST) {
    for (uint32_t p = 0; p + 1 < degree; p++) {
      set_bit(u->whole, c->head[first + p]);
      set_bit(u->nodes, c->head[first + p]);
    }
    return;
  }
  for (uint32_t i = 0; i < changed_count; i++) {
    uint32_t p = changed[i] - first;
    for (uint32_t q = 0; q < degree; q++)
      if (q != p) mark_over(u, node, MIN(p, q), MAX(p, q));
  }
}

static void update_node(update *u, uint32_t node) {
  const mi_chords *c = &u->h->chords;
  uint32_t first = c->first_up[node], degree = c->first_up[node + 1] - first;
  guint before = u->changed->len;
  keep_old(u, node);
  renew_chords(u, node);
  for (uint32_t p = 0; p < degree; p++) {
    uint32_t chord = first + p;
    if (u->metric->up_ms[chord] != u->old_up_ms[p] || u->metric->down_ms[chord] != u->old_down_ms[p])
      g_array_append_val(u->changed, chord);
  }
  if (u->changed->len > before)
    mark_above(u, node, &g_array_index(u->changed, uint32_t, before), u->changed->len - before);
}

static void mark_roads(update *u, const MusterArc *arcs, size_t count) {
  const mi_graph *graph = mi_network_graph(u->metric->network);
  for (size_t i = 0; i < count; i++) {
    uint32_t chord = u->h->chord_of_arc[arcs[i]];
    if (chord != MUSTER_NONE) mark(u, MIN(graph->tail[arcs[i]], graph->head[arcs[i]]), chord);
  }
}

/* All chords made anew. */
static void update_all(MusterMetric *metric, const MusterMetric *before) {
  uint32_t count = metric->hierarchy->chords.chord_count;
  mi_metric_customize(metric, 1);
  metric->changed = g_new(uint32_t, (size_t)count + 1);
  for (uint32_t i = 0; i < count; i++)
    if (metric->up_ms[i] != before->up_ms[i] || metric->down_ms[i] != before->down_ms[i])
      metric->changed[metric->changed_count++] = i;
}

/* False if it was given up because so much changes that making all anew is quicker. */
static bool update_parts(update *u, uint32_t words) {
  for (uint32_t word = 0; word < words; word++)
    while (u->nodes[word]) {
      uint32_t node = word * 64 + (uint32_t)__builtin_ctzll(u->nodes[word]);
      u->nodes[word] &= u->nodes[word] - 1;
      update_node(u, node);
      if (u->looked_at > u->h->triangle_count) return false;
    }
  return true;
}

void mi_metric_update(MusterMetric *metric, const MusterMetric *before, const MusterArc *arcs, size_t count) {
  const mi_hierarchy *h = metric->hierarchy;
  uint32_t words = h->chords.node_count / 64 + 1;
  g_autofree uint64_t *nodes = g_new0(uint64_t, words), *whole = g_new0(uint64_t, words);
  g_autofree uint64_t *chords = g_new0(uint64_t, h->chords.chord_count / 64 + 1);
  g_autofree uint32_t *scratch = g_new(uint32_t, (size_t)h->chords.node_count + 2 * (size_t)h->height + 1);
  update u = {metric, h, nodes, chords, whole, scratch, scratch + h->chords.node_count, NULL, NULL, 0};
  u.old_down_ms = u.old_up_ms + h->height;
  u.changed = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  mark_roads(&u, arcs, count);
  if (!update_parts(&u, words)) {
    g_array_free(u.changed, TRUE);
    update_all(metric, before);
    return;
  }
  metric->changed_count = u.changed->len;
  metric->changed = (uint32_t *)(void *)g_array_free(u.changed, FALSE);
}
