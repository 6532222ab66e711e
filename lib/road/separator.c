/* Inertial flow with nodes of capacity one; see separator.h.
 *
 * Along a direction the first quarter of the nodes are sources, the last quarter sinks. A node carries one unit, so a
 * flow is a set of node-disjoint paths, kept as the node before and the node after each. A node has two states, entered
 * and left; one that carries flow is passed by sending its flow elsewhere (Ford & Fulkerson 1956; Menger 1927). What
 * the last, failing search has entered but not left is a smallest cut; searching back from the sinks gives a second
 * one. Of all directions' cuts the one with the fewest nodes for the balance it gives is taken.
 */
#include "road/separator.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { NOBODY = UINT32_MAX, OUTSIDE = UINT32_MAX - 1 /* the source or the sink */ };
enum { ENTERED = 1, LEFT = 2 };
enum { DIRECTION_COUNT = 4, END_SHARE = 4 /* a quarter of the nodes at each end */ };

struct mi_separator {
  uint32_t capacity;
  uint64_t *keys;
  uint8_t *end; /* +1 source, +2 sink; 0 between */
  uint32_t *border[2];
  uint32_t border_count[2];
  uint32_t *before, *after; /* along the flow; NOBODY: carries none */
  uint8_t *seen;
  uint32_t *entered_from, *left_from;
  uint32_t *queue, *trail;
};

mi_separator *mi_separator_new(void) { return g_new0(mi_separator, 1); }

static void drop_arrays(mi_separator *s) {
  void *arrays[] = {s->keys, s->end,          s->border[0], s->border[1], s->before, s->after,
                    s->seen, s->entered_from, s->left_from, s->queue,     s->trail};
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_free(arrays[i]);
}

void mi_separator_free(mi_separator *separator) {
  if (!separator) return;
  drop_arrays(separator);
  g_free(separator);
}

static void reserve(mi_separator *s, uint32_t count) {
  if (count <= s->capacity) return;
  drop_arrays(s);
  s->capacity = count;
  s->keys = g_new(uint64_t, count);
  s->end = g_new(uint8_t, count);
  s->border[0] = g_new(uint32_t, count);
  s->border[1] = g_new(uint32_t, count);
  s->before = g_new(uint32_t, count);
  s->after = g_new(uint32_t, count);
  s->seen = g_new(uint8_t, count);
  s->entered_from = g_new(uint32_t, count);
  s->left_from = g_new(uint32_t, count);
  s->queue = g_new(uint32_t, 2 * (size_t)count);
  s->trail = g_new(uint32_t, 2 * (size_t)count + 2);
}

/* ---- the two ends of a direction ---- */

/* Floats as unsigned numbers of the same order. */
static uint32_t ordered_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static void swap_keys(uint64_t *a, uint64_t *b) {
  uint64_t keep = *a;
  *a = *b;
  *b = keep;
}

/* Brings the `wanted` least of distinct keys to the front (Hoare's FIND, 1961). */
static void select_least(uint64_t *keys, size_t count, size_t wanted) {
  size_t low = 0, high = count;
  while (high - low > 1 && wanted > low && wanted < high) {
    uint64_t a = keys[low], b = keys[low + (high - low) / 2], c = keys[high - 1];
    uint64_t pivot = MAX(MIN(a, b), MIN(MAX(a, b), c));
    size_t below = low;
    for (size_t i = low; i < high; i++)
      if (keys[i] < pivot) swap_keys(&keys[i], &keys[below++]);
    if (below == low) { /* the pivot is the least */
      for (size_t i = low; i < high; i++)
        if (keys[i] == pivot) swap_keys(&keys[i], &keys[low]);
      below = low + 1;
    }
    if (wanted <= below)
      high = below;
    else
      low = below;
  }
}

static void list_border(mi_separator *s, const mi_part *part, uint8_t end) {
  uint32_t *count = &s->border_count[end - 1];
  *count = 0;
  for (uint32_t v = 0; v < part->node_count; v++) {
    if (s->end[v] != end) continue;
    for (uint32_t i = part->first[v]; i < part->first[v + 1]; i++) {
      if (s->end[part->neighbour[i]] == end) continue;
      s->border[end - 1][(*count)++] = v;
      break;
    }
  }
}

static void mark_ends(mi_separator *s, const mi_part *part, unsigned direction) {
  static const float weights[DIRECTION_COUNT][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
  uint32_t count = part->node_count, quarter = MAX(count / END_SHARE, 1);
  for (uint32_t v = 0; v < count; v++)
    s->keys[v] =
        (uint64_t)ordered_bits(part->x[v] * weights[direction][0] + part->y[v] * weights[direction][1]) << 32 | v;
  select_least(s->keys, count, quarter);
  select_least(s->keys + quarter, count - quarter, count - 2 * quarter);
  memset(s->end, 0, count);
  for (uint32_t i = 0; i < quarter; i++) s->end[(uint32_t)s->keys[i]] = 1;
  for (uint32_t i = count - quarter; i < count; i++) s->end[(uint32_t)s->keys[i]] = 2;
  list_border(s, part, 1);
  list_border(s, part, 2);
}

/* ---- flow ---- */

/* One search for another path; backward: from the sinks against the flow. */
typedef struct walk {
  mi_separator *s;
  const mi_part *part;
  uint8_t sink; /* mark of the end walked to */
  uint32_t *before, *after;
  uint32_t queued;
} walk;

static walk walk_of(mi_separator *s, const mi_part *part, bool backward) {
  return backward ? (walk){s, part, 1, s->after, s->before, 0} : (walk){s, part, 2, s->before, s->after, 0};
}

static void leave(walk *w, uint32_t node, uint32_t from) {
  if (w->s->seen[node] & LEFT) return;
  w->s->seen[node] |= LEFT;
  w->s->left_from[node] = from;
  w->s->queue[w->queued++] = node;
}

/* A free node is passed through; one with flow only by turning that flow back to where it comes from. */
static void enter(walk *w, uint32_t node, uint32_t from) {
  if (w->s->seen[node] & ENTERED) return;
  w->s->seen[node] |= ENTERED;
  w->s->entered_from[node] = from;
  if (w->before[node] == NOBODY)
    leave(w, node, node);
  else if (w->before[node] != OUTSIDE)
    leave(w, w->before[node], node);
}

/* The node at which an end is reached, or NOBODY; then `seen` holds all that can be. */
static uint32_t search_path(walk *w) {
  mi_separator *s = w->s;
  memset(s->seen, 0, w->part->node_count);
  unsigned source = 2 - w->sink;
  for (uint32_t i = 0; i < s->border_count[source]; i++) enter(w, s->border[source][i], OUTSIDE);
  for (uint32_t at = 0; at < w->queued; at++) {
    uint32_t node = s->queue[at];
    if (s->end[node] == w->sink && w->after[node] != OUTSIDE) return node;
    for (uint32_t i = w->part->first[node]; i < w->part->first[node + 1]; i++) {
      uint32_t next = w->part->neighbour[i];
      if (w->after[node] != next) enter(w, next, node);
    }
    if (w->before[node] != NOBODY) enter(w, node, node);
  }
  return NOBODY;
}

/* Lays one more unit along the path found, taking back flow where the path says so. */
static void augment(const walk *w, uint32_t last) {
  mi_separator *s = w->s;
  size_t count = 0;
  uint32_t node = last;
  bool at_left = true;
  s->trail[count++] = OUTSIDE; /* stands for the sink */
  while (node != OUTSIDE) {
    s->trail[count++] = node;
    node = at_left ? s->left_from[node] : s->entered_from[node];
    at_left = !at_left;
  }
  /* From the source on: entered, left, entered, left … */
  uint32_t came_from = OUTSIDE;
  for (size_t i = count - 1; i > 0; i -= 2) {
    uint32_t entered = s->trail[i], left = s->trail[i - 1];
    if (entered == came_from) { /* its own flow is taken back: it carries none any more */
      w->before[entered] = w->after[entered] = NOBODY;
    } else {
      w->before[entered] = came_from;
      if (came_from != OUTSIDE) w->after[came_from] = entered;
    }
    came_from = left;
  }
  w->after[last] = OUTSIDE;
}

/* ---- cuts ---- */

typedef struct cut {
  uint32_t size, smaller_side;
} cut;

/* Fewer nodes for what the smaller side holds. Halving a road network costs about the square root of its nodes, so a
 * larger cut is worth its better balance only to that degree. */
static bool is_better(cut a, cut b) {
  double x = (double)a.size / sqrt(a.smaller_side + 1.0), y = (double)b.size / sqrt(b.smaller_side + 1.0);
  return x < y;
}

/* Reads the cut of a search that failed; the searched side is `reached`. */
static cut read_cut(const walk *w, uint8_t *side, mi_side reached, mi_side other) {
  mi_separator *s = w->s;
  uint8_t source = (uint8_t)(3 - w->sink);
  uint32_t sizes[3] = {0};
  for (uint32_t v = 0; v < w->part->node_count; v++) {
    bool inner = s->end[v] == source && !(s->seen[v] & ENTERED);
    side[v] = (uint8_t)(s->seen[v] == ENTERED ? MI_SIDE_CUT : (s->seen[v] & LEFT) || inner ? reached : other);
    sizes[side[v]]++;
  }
  return (cut){sizes[MI_SIDE_CUT], MIN(sizes[MI_SIDE_LEFT], sizes[MI_SIDE_RIGHT])};
}

/* A smallest cut along the direction; false where it is larger than the limit. */
static bool push_flow(mi_separator *s, const mi_part *part, uint32_t cut_limit) {
  for (uint32_t v = 0; v < part->node_count; v++) s->before[v] = s->after[v] = NOBODY;
  for (uint32_t units = 0;; units++) {
    walk w = walk_of(s, part, false);
    uint32_t last = search_path(&w);
    if (last == NOBODY) return true;
    if (units == cut_limit) return false;
    augment(&w, last);
  }
}

bool mi_separator_find(mi_separator *s, const mi_part *part, uint32_t cut_limit, uint8_t *side) {
  reserve(s, part->node_count);
  g_autofree uint8_t *tried = g_new(uint8_t, part->node_count);
  cut best = {UINT32_MAX, 0};
  for (unsigned direction = 0; direction < DIRECTION_COUNT; direction++) {
    mark_ends(s, part, direction);
    if (!push_flow(s, part, cut_limit)) continue;
    for (int backward = 0; backward < 2; backward++) {
      walk w = walk_of(s, part, backward);
      search_path(&w);
      cut found = backward ? read_cut(&w, tried, MI_SIDE_RIGHT, MI_SIDE_LEFT)
                           : read_cut(&w, tried, MI_SIDE_LEFT, MI_SIDE_RIGHT);
      if (best.size != UINT32_MAX && !is_better(found, best)) continue;
      best = found;
      memcpy(side, tried, part->node_count);
    }
  }
  return best.size != UINT32_MAX;
}
