/* Chords by symbolic elimination, as for sparse Cholesky factors (Liu, SIAM J. Matrix Analysis 1990); see hierarchy.h.
 */
#include "road/hierarchy.h"

#include <muster/road.h>
#include <string.h>

#include "base/radix.h"

/* ---- building ---- */

/* Growing lists of the upper ends of each node's chords, in the given numbering. */
typedef struct elimination {
  uint32_t node_count;
  uint32_t *first, *end; /* node → its place in `heads` */
  uint32_t *heads;
  size_t count, capacity;
  uint32_t *parent, *first_child, *next_child;
} elimination;

static void elimination_clear(elimination *e) {
  g_free(e->first);
  g_free(e->end);
  g_free(e->heads);
  g_free(e->parent);
  g_free(e->first_child);
  g_free(e->next_child);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(elimination, elimination_clear)

/* Edges as (lower rank, upper rank), ascending. */
static mi_keyed *sort_edges(const mi_edge *edges, size_t count, const uint32_t *rank) {
  mi_keyed *keys = g_new(mi_keyed, count + 1);
  for (size_t i = 0; i < count; i++) {
    uint32_t a = rank[edges[i].a], b = rank[edges[i].b];
    keys[i] = (mi_keyed){(uint64_t)MIN(a, b) << 32 | MAX(a, b), 0};
  }
  mi_radix_sort(keys, count);
  return keys;
}

static void add_head(elimination *e, uint32_t node, uint32_t head, uint32_t *seen_at) {
  if (head == node || seen_at[head] == node) return;
  seen_at[head] = node;
  if (e->count == e->capacity) {
    e->capacity = MAX(1024, e->capacity * 2);
    e->heads = g_renew(uint32_t, e->heads, e->capacity);
  }
  e->heads[e->count++] = head;
}

static int compare_ids(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Each node's chords: its own edges upwards, and its children's chords but the one to itself. */
static bool eliminate(elimination *e, const mi_keyed *edges, size_t edge_count, uint64_t chord_limit) {
  g_autofree uint32_t *seen_at = g_new(uint32_t, (size_t)e->node_count + 1);
  for (uint32_t v = 0; v < e->node_count; v++) seen_at[v] = e->parent[v] = e->first_child[v] = MUSTER_NONE;
  size_t at = 0;
  for (uint32_t v = 0; v < e->node_count; v++) {
    e->first[v] = (uint32_t)e->count;
    for (; at < edge_count && edges[at].key >> 32 == v; at++) add_head(e, v, (uint32_t)edges[at].key, seen_at);
    for (uint32_t child = e->first_child[v]; child != MUSTER_NONE; child = e->next_child[child])
      for (uint32_t i = e->first[child]; i < e->end[child]; i++) add_head(e, v, e->heads[i], seen_at);
    if (e->count > chord_limit) return false;
    uint32_t degree = (uint32_t)e->count - e->first[v];
    e->end[v] = (uint32_t)e->count;
    if (degree == 0) continue;
    qsort(&e->heads[e->first[v]], degree, sizeof *e->heads, compare_ids);
    uint32_t parent = e->parent[v] = e->heads[e->first[v]];
    e->next_child[v] = e->first_child[parent];
    e->first_child[parent] = v;
  }
  return true;
}

/* Post-order: new_rank[v] such that each subtree is a range. Subtrees keep the order of their roots. */
static void number_in_post_order(const elimination *e, uint32_t *new_rank) {
  g_autofree uint32_t *size = g_new(uint32_t, (size_t)e->node_count + 1);
  g_autofree uint32_t *end = g_new(uint32_t, (size_t)e->node_count + 1);
  for (uint32_t v = 0; v < e->node_count; v++) size[v] = 1;
  for (uint32_t v = 0; v < e->node_count; v++)
    if (e->parent[v] != MUSTER_NONE) size[e->parent[v]] += size[v];
  uint32_t roots_end = e->node_count;
  for (uint32_t v = e->node_count; v-- > 0;) {
    uint32_t *until = e->parent[v] == MUSTER_NONE ? &roots_end : &end[e->parent[v]];
    new_rank[v] = *until - 1;
    *until -= size[v];
    end[v] = new_rank[v];
  }
}

static void lay_chords(const elimination *e, const uint32_t *new_rank, mi_chords *out) {
  uint32_t *first_up = g_new(uint32_t, (size_t)e->node_count + 1);
  uint32_t *head = g_new(uint32_t, e->count + 1);
  g_autofree uint32_t *old_of = g_new(uint32_t, (size_t)e->node_count + 1);
  for (uint32_t v = 0; v < e->node_count; v++) old_of[new_rank[v]] = v;
  uint32_t placed = 0;
  for (uint32_t rank = 0; rank < e->node_count; rank++) {
    uint32_t v = old_of[rank];
    first_up[rank] = placed;
    /* Renumbering keeps the order along every way up, and all upper ends lie on one. */
    for (uint32_t i = e->first[v]; i < e->end[v]; i++) head[placed++] = new_rank[e->heads[i]];
  }
  first_up[e->node_count] = placed;
  *out = (mi_chords){e->node_count, placed, first_up, head};
}

bool mi_chords_build(uint32_t node_count, const mi_edge *edges, size_t edge_count, const uint32_t *order,
                     uint64_t chord_limit, uint32_t *node_of_rank, mi_chords *out) {
  size_t room = (size_t)node_count + 1;
  g_autofree uint32_t *rank = g_new(uint32_t, room);
  for (uint32_t i = 0; i < node_count; i++) rank[order[i]] = i;
  g_autofree mi_keyed *keys = sort_edges(edges, edge_count, rank);
  g_auto(elimination) e = {.node_count = node_count,
                           .first = g_new(uint32_t, room),
                           .end = g_new(uint32_t, room),
                           .parent = g_new(uint32_t, room),
                           .first_child = g_new(uint32_t, room),
                           .next_child = g_new(uint32_t, room)};
  if (!eliminate(&e, keys, edge_count, MIN(chord_limit, UINT32_MAX - 1))) return false;
  number_in_post_order(&e, rank);
  for (uint32_t i = 0; i < node_count; i++) node_of_rank[rank[i]] = order[i];
  lay_chords(&e, rank, out);
  return true;
}

/* ---- the definition ---- */

uint32_t mi_chord_between(const mi_chords *chords, uint32_t low, uint32_t high) {
  uint32_t first = chords->first_up[low], end = chords->first_up[low + 1];
  while (first < end) {
    uint32_t middle = first + (end - first) / 2;
    if (chords->head[middle] < high)
      first = middle + 1;
    else
      end = middle;
  }
  return first < chords->first_up[low + 1] && chords->head[first] == high ? first : MUSTER_NONE;
}

static bool leads_upwards(const mi_chords *c, uint32_t v) {
  uint32_t below = v;
  for (uint32_t i = c->first_up[v]; i < c->first_up[v + 1]; i++) {
    if (c->head[i] <= below || c->head[i] >= c->node_count) return false;
    below = c->head[i];
  }
  return true;
}

/* A node's chords beyond its parent are chords of its parent too; by induction all upper ends are joined. Nodes are
 * looked at by parent, so that each parent's chords are marked once. */
static bool chords_close(const mi_chords *c, uint32_t *node) {
  size_t room = (size_t)c->node_count + 1;
  g_autofree uint32_t *first_child = g_new(uint32_t, room), *next_child = g_new(uint32_t, room);
  g_autofree uint32_t *seen_at = g_new(uint32_t, room);
  for (uint32_t v = 0; v < c->node_count; v++) first_child[v] = seen_at[v] = MUSTER_NONE;
  for (uint32_t v = 0; v < c->node_count; v++) {
    if (c->first_up[v] == c->first_up[v + 1]) continue;
    uint32_t parent = c->head[c->first_up[v]];
    next_child[v] = first_child[parent];
    first_child[parent] = v;
  }
  for (uint32_t p = 0; p < c->node_count; p++) {
    if (first_child[p] == MUSTER_NONE) continue;
    for (uint32_t i = c->first_up[p]; i < c->first_up[p + 1]; i++) seen_at[c->head[i]] = p;
    for (uint32_t v = first_child[p]; v != MUSTER_NONE; v = next_child[v])
      for (uint32_t i = c->first_up[v] + 1; i < c->first_up[v + 1]; i++)
        if (seen_at[c->head[i]] != p) {
          *node = v;
          return false;
        }
  }
  return true;
}

/* Post-order: nodes from the least of a subtree to its root are no more than the subtree has. */
static bool stands_in_post_order(const mi_chords *c, uint32_t *node) {
  size_t room = (size_t)c->node_count + 1;
  g_autofree uint32_t *size = g_new(uint32_t, room), *least = g_new(uint32_t, room);
  for (uint32_t v = 0; v < c->node_count; v++) {
    size[v] = 1;
    least[v] = v;
  }
  for (uint32_t v = 0; v < c->node_count; v++) {
    if (v - least[v] + 1 != size[v]) {
      *node = v;
      return false;
    }
    if (c->first_up[v] == c->first_up[v + 1]) continue;
    uint32_t parent = c->head[c->first_up[v]];
    size[parent] += size[v];
    least[parent] = MIN(least[parent], least[v]);
  }
  return true;
}

const char *mi_chords_find_fault(const mi_chords *c, const uint32_t *first_out, const uint32_t *head, uint32_t *node) {
  for (uint32_t v = 0; v < c->node_count; v++)
    if (!leads_upwards(c, v)) {
      *node = v;
      return "has a chord that does not lead upwards";
    }
  if (!chords_close(c, node)) return "has chords whose upper ends are not joined";
  if (!stands_in_post_order(c, node)) return "has a subtree that is not one range of nodes";
  for (uint32_t v = 0; v < c->node_count; v++)
    for (uint32_t arc = first_out[v]; arc < first_out[v + 1]; arc++)
      if (head[arc] != v && mi_chord_between(c, MIN(v, head[arc]), MAX(v, head[arc])) == MUSTER_NONE) {
        *node = v;
        return "has an arc without a chord";
      }
  return NULL;
}

/* ---- what searches need ---- */

static void climb_tree(mi_hierarchy *h) {
  const mi_chords *c = &h->chords;
  for (uint32_t v = c->node_count; v-- > 0;) {
    bool is_root = c->first_up[v] == c->first_up[v + 1];
    h->parent[v] = is_root ? MUSTER_NONE : c->head[c->first_up[v]];
    h->depth[v] = is_root ? 0 : h->depth[h->parent[v]] + 1;
    h->height = MAX(h->height, h->depth[v] + 1);
    uint64_t degree = c->first_up[v + 1] - c->first_up[v];
    if (degree > 1) h->triangle_count += degree * (degree - 1) / 2;
  }
  for (uint32_t v = 0; v < c->node_count; v++) h->first_below[v] = v;
  for (uint32_t v = 0; v < c->node_count; v++)
    if (h->parent[v] != MUSTER_NONE)
      h->first_below[h->parent[v]] = MIN(h->first_below[h->parent[v]], h->first_below[v]);
  for (uint32_t i = 0; i < c->chord_count; i++) h->head_depth[i] = h->depth[c->head[i]];
}

static void lay_downwards(mi_hierarchy *h) {
  const mi_chords *c = &h->chords;
  for (uint32_t i = 0; i < c->chord_count; i++) h->first_down[c->head[i] + 1]++;
  for (uint32_t v = 0; v < c->node_count; v++) h->first_down[v + 1] += h->first_down[v];
  g_autofree uint32_t *next = g_memdup2(h->first_down, ((size_t)c->node_count + 1) * sizeof *next);
  for (uint32_t v = 0; v < c->node_count; v++)
    for (uint32_t i = c->first_up[v]; i < c->first_up[v + 1]; i++) {
      uint32_t at = next[c->head[i]]++;
      h->down_chord[at] = i;
      h->down_tail[at] = v;
    }
}

mi_hierarchy *mi_hierarchy_new(const mi_chords *chords, const uint32_t *first_out, const uint32_t *head) {
  size_t nodes = (size_t)chords->node_count + 1, count = (size_t)chords->chord_count + 1;
  mi_hierarchy *h = g_new0(mi_hierarchy, 1);
  h->chords = *chords;
  h->parent = g_new(uint32_t, nodes);
  h->depth = g_new(uint32_t, nodes);
  h->first_below = g_new(uint32_t, nodes);
  h->first_down = g_new0(uint32_t, nodes);
  h->head_depth = g_new(uint32_t, count);
  h->down_chord = g_new(uint32_t, count);
  h->down_tail = g_new(uint32_t, count);
  climb_tree(h);
  lay_downwards(h);
  h->chord_of_arc = g_new(uint32_t, (size_t)first_out[chords->node_count] + 1);
  for (uint32_t v = 0; v < chords->node_count; v++)
    for (uint32_t arc = first_out[v]; arc < first_out[v + 1]; arc++)
      h->chord_of_arc[arc] =
          head[arc] == v ? MUSTER_NONE : mi_chord_between(chords, MIN(v, head[arc]), MAX(v, head[arc]));
  return h;
}

void mi_hierarchy_free(mi_hierarchy *h) {
  if (!h) return;
  g_free(h->parent);
  g_free(h->depth);
  g_free(h->first_below);
  g_free(h->first_down);
  g_free(h->head_depth);
  g_free(h->down_chord);
  g_free(h->down_tail);
  g_free(h->chord_of_arc);
  g_free(h);
}
