/* Nested dissection (George, SIAM J. Numerical Analysis 1973; for customizable hierarchies Dibbelt, Strasser, Wagner,
 * JEA 2016): a small cut is ordered last, what it parts is ordered the same way before it.
 *
 * Nodes of degree one and two go first, round by round, no two neighbours in one round: they cost no more than the one
 * edge that takes their place, long roads fold up like a fan, and what has to be cut is a third of the network.
 */
#include "road/order.h"

#include <math.h>
#include <string.h>

#include "base/radix.h"
#include "road/separator.h"

/* Planar graphs have cuts of √8 · √nodes (Lipton & Tarjan, SIAM J. Applied Mathematics 1979), road networks far smaller
 * ones; what needs more is no road network. */
static uint32_t cut_limit(uint32_t node_count) { return 16 + (uint32_t)(3 * sqrt((double)node_count)); }

/* ---- parts ---- */

static void part_init(mi_part *part, uint32_t node_count, size_t entry_count) {
  *part = (mi_part){.node_count = node_count,
                    .first = g_new0(uint32_t, (size_t)node_count + 1),
                    .neighbour = g_new(uint32_t, entry_count + 1),
                    .id = g_new(uint32_t, (size_t)node_count + 1),
                    .x = g_new0(float, (size_t)node_count + 1),
                    .y = g_new0(float, (size_t)node_count + 1)};
}

static void part_clear(mi_part *part) {
  g_free(part->first);
  g_free(part->neighbour);
  g_free(part->id);
  g_free(part->x);
  g_free(part->y);
  *part = (mi_part){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_part, part_clear)

/* Edges as sorted keys (a, b) both ways → CSR without loops and repetitions; a and b are nodes of the part. */
static void lay_edges(mi_part *part, mi_keyed *keys, size_t count) {
  mi_radix_sort(keys, count);
  uint32_t placed = 0, node = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t from = (uint32_t)(keys[i].key >> 32), to = (uint32_t)keys[i].key;
    if (from == to || (i > 0 && keys[i].key == keys[i - 1].key)) continue;
    while (node < from) part->first[++node] = placed;
    part->neighbour[placed++] = to;
  }
  while (node < part->node_count) part->first[++node] = placed;
}

static void part_of_graph(mi_part *part, uint32_t node_count, const mi_edge *edges, size_t edge_count) {
  part_init(part, node_count, 2 * edge_count);
  g_autofree mi_keyed *keys = g_new(mi_keyed, 2 * edge_count + 1);
  for (size_t i = 0; i < edge_count; i++) {
    keys[2 * i] = (mi_keyed){(uint64_t)edges[i].a << 32 | edges[i].b, 0};
    keys[2 * i + 1] = (mi_keyed){(uint64_t)edges[i].b << 32 | edges[i].a, 0};
  }
  lay_edges(part, keys, 2 * edge_count);
  for (uint32_t v = 0; v < node_count; v++) part->id[v] = v;
}

/* One part a label below part_count, with the edges inside it; nodes labelled UINT32_MAX are left out. `local` is
 * scratch of whole's size. */
static mi_part *split(const mi_part *whole, const uint32_t *label, uint32_t part_count, uint32_t *local) {
  g_autofree uint32_t *sizes = g_new0(uint32_t, (size_t)part_count + 1);
  g_autofree uint32_t *entries = g_new0(uint32_t, (size_t)part_count + 1);
  for (uint32_t v = 0; v < whole->node_count; v++) {
    if (label[v] == UINT32_MAX) continue;
    local[v] = sizes[label[v]]++;
    entries[label[v]] += whole->first[v + 1] - whole->first[v];
  }
  mi_part *parts = g_new(mi_part, (size_t)part_count + 1);
  for (uint32_t i = 0; i < part_count; i++) part_init(&parts[i], sizes[i], entries[i]);
  memset(entries, 0, part_count * sizeof *entries);
  for (uint32_t v = 0; v < whole->node_count; v++) {
    if (label[v] == UINT32_MAX) continue;
    mi_part *part = &parts[label[v]];
    uint32_t at = local[v], *placed = &entries[label[v]];
    part->id[at] = whole->id[v];
    part->x[at] = whole->x[v];
    part->y[at] = whole->y[v];
    for (uint32_t i = whole->first[v]; i < whole->first[v + 1]; i++)
      if (label[whole->neighbour[i]] == label[v]) part->neighbour[(*placed)++] = local[whole->neighbour[i]];
    part->first[at + 1] = *placed;
  }
  return parts;
}

/* ---- nodes of degree one and two ---- */

/* Chooses who goes in this round: at most two neighbours, none of them chosen. */
static uint32_t choose_round(const mi_part *part, uint8_t *chosen) {
  uint32_t count = 0;
  for (uint32_t v = 0; v < part->node_count; v++) {
    uint32_t first = part->first[v], degree = part->first[v + 1] - first;
    chosen[v] = degree <= 2;
    for (uint32_t i = 0; chosen[v] && i < degree; i++)
      if (part->neighbour[first + i] < v && chosen[part->neighbour[first + i]]) chosen[v] = 0;
    count += chosen[v];
  }
  return count;
}

/* The graph without the chosen, whose two neighbours are joined. */
static void take_out(mi_part *part, const uint8_t *chosen, uint32_t chosen_count) {
  mi_part rest;
  g_autofree uint32_t *local = g_new(uint32_t, (size_t)part->node_count + 1);
  g_autofree mi_keyed *keys = g_new(mi_keyed, (size_t)part->first[part->node_count] + 2 * (size_t)chosen_count + 1);
  part_init(&rest, part->node_count - chosen_count, part->first[part->node_count] + 2 * (size_t)chosen_count);
  uint32_t count = 0;
  for (uint32_t v = 0; v < part->node_count; v++) {
    if (chosen[v]) continue;
    local[v] = count;
    rest.id[count] = part->id[v];
    rest.x[count] = part->x[v];
    rest.y[count++] = part->y[v];
  }
  size_t edges = 0;
  for (uint32_t v = 0; v < part->node_count; v++) {
    const uint32_t *of = &part->neighbour[part->first[v]];
    uint32_t degree = part->first[v + 1] - part->first[v];
    if (chosen[v]) {
      if (degree < 2) continue;
      keys[edges++] = (mi_keyed){(uint64_t)local[of[0]] << 32 | local[of[1]], 0};
      keys[edges++] = (mi_keyed){(uint64_t)local[of[1]] << 32 | local[of[0]], 0};
    } else {
      for (uint32_t i = 0; i < degree; i++)
        if (!chosen[of[i]]) keys[edges++] = (mi_keyed){(uint64_t)local[v] << 32 | local[of[i]], 0};
    }
  }
  lay_edges(&rest, keys, edges);
  part_clear(part);
  *part = rest;
}

/* Road networks need some thirty. A ladder gives up its corners only, round after round: it is better cut. */
enum { ROUNDS_MOST = 64 };

/* Leaves in `part` what has to be cut; returns how many nodes were ordered. */
static uint32_t fold_up(mi_part *part, uint32_t *order) {
  uint32_t ordered = 0, chosen_count;
  g_autofree uint8_t *chosen = g_new(uint8_t, (size_t)part->node_count + 1);
  for (int round = 0; round < ROUNDS_MOST && (chosen_count = choose_round(part, chosen)) > 0; round++) {
    for (uint32_t v = 0; v < part->node_count; v++)
      if (chosen[v]) order[ordered++] = part->id[v];
    take_out(part, chosen, chosen_count);
  }
  return ordered;
}

/* ---- places in the plane ---- */

/* A degree of longitude shrinks with the cosine of the latitude: to 1 / 1024, so that no maths library orders otherwise
 * than another. */
static void place_by_position(mi_part *part, const MusterPosition *positions) {
  if (part->node_count == 0) return;
  MusterPosition origin = positions[part->id[0]];
  double shrink = round(cos((double)origin.lat_e7 * 1e-7 * G_PI / 180) * 1024) / 1024;
  for (uint32_t v = 0; v < part->node_count; v++) {
    MusterPosition at = positions[part->id[v]];
    part->x[v] = (float)(((double)at.lon_e7 - origin.lon_e7) * shrink);
    part->y[v] = (float)((double)at.lat_e7 - origin.lat_e7);
  }
}

/* Hops from a node, UINT32_MAX where there is no way; the last one reached, a farthest, is returned. */
static uint32_t count_hops(const mi_part *part, uint32_t from, uint32_t *hops, uint32_t *queue) {
  for (uint32_t v = 0; v < part->node_count; v++) hops[v] = UINT32_MAX;
  uint32_t count = 0;
  hops[from] = 0;
  queue[count++] = from;
  for (uint32_t at = 0; at < count; at++)
    for (uint32_t i = part->first[queue[at]]; i < part->first[queue[at] + 1]; i++) {
      uint32_t next = part->neighbour[i];
      if (hops[next] != UINT32_MAX) continue;
      hops[next] = hops[queue[at]] + 1;
      queue[count++] = next;
    }
  return queue[count - 1];
}

/* One axis: how much nearer in hops to one end of the part than to the other. Returns a node far from both ends. */
static uint32_t place_on_axis(const mi_part *part, uint32_t start, uint32_t *scratch, float *axis) {
  uint32_t *near = scratch, *far = near + part->node_count, *queue = far + part->node_count;
  uint32_t low = count_hops(part, start, near, queue), high = count_hops(part, low, near, queue), aside = 0;
  count_hops(part, high, far, queue);
  for (uint32_t v = 0; v < part->node_count; v++) {
    axis[v] = (float)near[v] - (float)far[v];
    if (MIN(near[v], far[v]) > MIN(near[aside], far[aside])) aside = v;
  }
  return aside;
}

static void place_by_hops(mi_part *part) {
  g_autofree uint32_t *scratch = g_new(uint32_t, 3 * (size_t)part->node_count + 1);
  uint32_t aside = place_on_axis(part, 0, scratch, part->x);
  place_on_axis(part, aside, scratch, part->y);
}

/* ---- dissection ---- */

typedef struct dissection {
  mi_separator *separator;
  bool has_positions, found_cuts;
  uint32_t *order;
} dissection;

static void dissect(dissection *d, mi_part *part, uint32_t at);

/* Labels the components of what is not cut, from 0; cut nodes keep UINT32_MAX. Returns how many. */
static uint32_t label_components(const mi_part *part, const uint8_t *side, uint32_t *label, uint32_t *queue) {
  uint32_t component_count = 0;
  for (uint32_t v = 0; v < part->node_count; v++) label[v] = UINT32_MAX;
  for (uint32_t start = 0; start < part->node_count; start++) {
    if (label[start] != UINT32_MAX || side[start] == MI_SIDE_CUT) continue;
    uint32_t count = 0;
    label[start] = component_count;
    queue[count++] = start;
    for (uint32_t at = 0; at < count; at++)
      for (uint32_t i = part->first[queue[at]]; i < part->first[queue[at] + 1]; i++) {
        uint32_t next = part->neighbour[i];
        if (label[next] != UINT32_MAX || side[next] == MI_SIDE_CUT) continue;
        label[next] = component_count;
        queue[count++] = next;
      }
    component_count++;
  }
  return component_count;
}

/* Orders the components one after the other from `at`, the cut behind them. */
static void dissect_components(dissection *d, mi_part *part, const uint8_t *side, uint32_t at) {
  g_autofree uint32_t *label = g_new(uint32_t, (size_t)part->node_count + 1);
  g_autofree uint32_t *local = g_new(uint32_t, (size_t)part->node_count + 1);
  uint32_t component_count = label_components(part, side, label, local);
  g_autofree mi_part *components = split(part, label, component_count, local);
  uint32_t end = at + part->node_count;
  for (uint32_t v = part->node_count; v-- > 0;)
    if (side[v] == MI_SIDE_CUT) d->order[--end] = part->id[v];
  part_clear(part);
  for (uint32_t i = 0; i < component_count; i++) {
    uint32_t count = components[i].node_count;
    dissect(d, &components[i], at);
    at += count;
  }
}

/* Orders the nodes of a connected part from `at` on; the part is used up. */
static void dissect(dissection *d, mi_part *part, uint32_t at) {
  uint32_t count = part->node_count;
  g_autofree uint8_t *side = g_new(uint8_t, (size_t)count + 1);
  bool cut = count >= 3;
  if (cut) {
    if (!d->has_positions) place_by_hops(part);
    cut = mi_separator_find(d->separator, part, cut_limit(count), side);
    d->found_cuts &= cut;
  }
  if (cut) {
    dissect_components(d, part, side, at);
    return;
  }
  memcpy(&d->order[at], part->id, count * sizeof *part->id);
  part_clear(part);
}

bool mi_order_find(uint32_t node_count, const mi_edge *edges, size_t edge_count, const MusterPosition *positions,
                   uint32_t *order) {
  mi_part part;
  part_of_graph(&part, node_count, edges, edge_count);
  uint32_t ordered = fold_up(&part, order);
  if (positions) place_by_position(&part, positions);
  dissection d = {.separator = mi_separator_new(), .has_positions = positions, .found_cuts = true, .order = order};
  g_autofree uint8_t *side = g_new0(uint8_t, (size_t)part.node_count + 1);
  dissect_components(&d, &part, side, ordered);
  mi_separator_free(d.separator);
  return d.found_cuts;
}
