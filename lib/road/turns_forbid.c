/* Which movements turn restrictions forbid; see turns.h.
 *
 * Searches may turn round at any node, so that a forbidden turn could be made by passing the junction, turning round at
 * the next node and coming back. Therefore who has left a junction with a restriction does not turn round before the
 * next real crossing, nor at it: not at nodes in the middle of the road, nor at the first node with a choice of ways
 * on. Where the road ends one may turn; a way on that never leads back counts as an end.
 */
#include <stdlib.h>
#include <string.h>

#include "road/parts.h"
#include "road/turns.h"

typedef struct forbid {
  const mi_draft *draft;
  MusterMode mode;
  uint32_t vertex_count; /* the nodes, then every end at a barrier that stops the mode */
  uint32_t *vertex;      /* link end → where it ends for the mode */
  uint32_t *first;       /* vertex_count + 1, into end_at */
  mi_link_end *end_at;
  GArray *forbidden; /* mi_forbidden */
  GArray *permits;   /* mi_forbidden: what the ONLYs of one node let pass */
  uint32_t *part;    /* of mutually reachable nodes, restrictions aside */
  uint8_t *followed; /* link end → the road that leaves by it has been followed */
} forbid;

static bool end_is_in(const forbid *f, mi_link_end end) { return mi_link_end_is_in(f->draft, end, f->mode); }
static bool end_is_out(const forbid *f, mi_link_end end) { return mi_link_end_is_out(f->draft, end, f->mode); }

static void number_vertices(forbid *f) {
  const mi_draft *draft = f->draft;
  f->vertex_count = draft->node_count;
  f->vertex = g_new(uint32_t, 2 * (size_t)draft->link_count + 1);
  for (mi_link_end end = 0; end < 2 * draft->link_count; end++) {
    uint32_t node = mi_link_end_node(draft, end);
    bool stops = draft->node_closed && draft->node_closed[node] & MUSTER_MODE_BIT(f->mode);
    f->vertex[end] = stops ? f->vertex_count++ : node;
  }
}

static void init_forbid(forbid *f, const mi_draft *draft, MusterMode mode) {
  *f = (forbid){.draft = draft, .mode = mode};
  number_vertices(f);
  f->first = g_new0(uint32_t, (size_t)f->vertex_count + 2);
  f->end_at = g_new(mi_link_end, 2 * (size_t)draft->link_count + 1);
  f->permits = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  f->forbidden = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  for (mi_link_end end = 0; end < 2 * draft->link_count; end++) f->first[f->vertex[end] + 2]++;
  for (uint32_t v = 0; v < f->vertex_count; v++) f->first[v + 2] += f->first[v + 1];
  for (mi_link_end end = 0; end < 2 * draft->link_count; end++) f->end_at[f->first[f->vertex[end] + 1]++] = end;
}

static void clear_forbid(forbid *f) {
  g_free(f->vertex);
  g_free(f->first);
  g_free(f->end_at);
  g_array_unref(f->permits);
  g_free(f->part);
  g_free(f->followed);
}

static uint32_t end_count(const forbid *f, uint32_t node) { return f->first[node + 1] - f->first[node]; }

static int compare_u32(uint32_t a, uint32_t b) { return (a > b) - (a < b); }
static int compare_i64(int64_t a, int64_t b) { return (a > b) - (a < b); }

int mi_forbidden_compare(const void *a, const void *b) {
  const mi_forbidden *x = a, *y = b;
  int order = compare_u32(x->node, y->node);
  if (!order) order = compare_u32(x->in, y->in);
  return order ? order : compare_u32(x->out, y->out);
}

static gint compare_restrictions(gconstpointer a, gconstpointer b) {
  const MusterTurnRestriction *x = a, *y = b;
  int order = compare_i64(x->via_node, y->via_node);
  if (!order) order = compare_i64(x->from_way, y->from_way);
  if (!order) order = compare_i64(x->to_way, y->to_way);
  return order ? order : (int)x->kind - y->kind;
}

static mi_forbidden movement_of(const forbid *f, uint32_t node, mi_link_end in, mi_link_end out) {
  return (mi_forbidden){node, in, out, MUSTER_MODE_BIT(f->mode)};
}

/* Sorts and drops what stands there twice. */
static void make_set(GArray *array, GCompareFunc compare) {
  guint size = g_array_get_element_size(array), kept = 0;
  g_array_sort(array, compare);
  for (guint i = 0; i < array->len; i++) {
    if (kept > 0 && compare(array->data + (size_t)(kept - 1) * size, array->data + (size_t)i * size) == 0) continue;
    memmove(array->data + (size_t)kept++ * size, array->data + (size_t)i * size, size);
  }
  g_array_set_size(array, kept);
}

static GArray *list_restrictions(const MusterRoads *roads, MusterMode mode) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(MusterTurnRestriction));
  for (size_t i = 0; i < muster_roads_restriction_count(roads); i++) {
    MusterTurnRestriction restriction = muster_roads_restriction(roads, i);
    if (!(restriction.modes & MUSTER_MODE_BIT(mode))) continue;
    restriction.modes = MUSTER_MODE_BIT(mode);
    g_array_append_val(list, restriction);
  }
  make_set(list, compare_restrictions);
  return list;
}

/* The node of that outside id; MUSTER_NONE if there is none, or if too many roads meet there. */
static uint32_t find_junction(const forbid *f, int64_t id) {
  const mi_draft *draft = f->draft;
  uint32_t low = 0, high = draft->node_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (draft->node_id[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == draft->node_count || draft->node_id[low] != id) return MUSTER_NONE;
  return end_count(f, low) <= MI_TURNS_ENDS_MAX ? low : MUSTER_NONE;
}

/* The only end of the way at the node that is open in (or out); MUSTER_NONE if there is none or more than one. */
static mi_link_end find_end(const forbid *f, uint32_t node, int64_t way,
                            bool (*is_open)(const forbid *f, mi_link_end end)) {
  mi_link_end found = MUSTER_NONE;
  for (uint32_t i = f->first[node]; i < f->first[node + 1]; i++) {
    mi_link_end end = f->end_at[i];
    if (f->draft->links[end / 2].way != way || !is_open(f, end)) continue;
    if (found != MUSTER_NONE) return MUSTER_NONE;
    found = end;
  }
  return found;
}

/* Appends the movements that a restriction names; false if it names none. */
static bool name_movements(const forbid *f, const MusterTurnRestriction *restriction, uint32_t node, GArray *out) {
  guint before = out->len;
  if (restriction->from_way == restriction->to_way) {
    for (uint32_t i = f->first[node]; i < f->first[node + 1]; i++) {
      mi_forbidden back = movement_of(f, node, f->end_at[i], f->end_at[i]);
      if (f->draft->links[back.in / 2].way == restriction->from_way && end_is_in(f, back.in) && end_is_out(f, back.in))
        g_array_append_val(out, back);
    }
  } else {
    mi_forbidden turn = movement_of(f, node, find_end(f, node, restriction->from_way, end_is_in),
                                    find_end(f, node, restriction->to_way, end_is_out));
    if (turn.in != MUSTER_NONE && turn.out != MUSTER_NONE) g_array_append_val(out, turn);
  }
  return out->len > before;
}

static bool is_permitted(const GArray *permits, const mi_forbidden *movement) {
  return bsearch(movement, permits->data, permits->len, sizeof *movement, mi_forbidden_compare) != NULL;
}

/* Roads in that have an ONLY may do nothing that none of theirs names. */
static void forbid_all_but_permits(forbid *f, uint32_t node) {
  make_set(f->permits, mi_forbidden_compare);
  for (guint i = 0; i < f->permits->len; i++) {
    mi_link_end in = g_array_index(f->permits, mi_forbidden, i).in;
    if (i > 0 && g_array_index(f->permits, mi_forbidden, i - 1).in == in) continue;
    for (uint32_t at = f->first[node]; at < f->first[node + 1]; at++) {
      mi_forbidden other = movement_of(f, node, in, f->end_at[at]);
      if (end_is_out(f, other.out) && !is_permitted(f->permits, &other)) g_array_append_val(f->forbidden, other);
    }
  }
  g_array_set_size(f->permits, 0);
}

static uint32_t apply_restrictions(forbid *f, const GArray *restrictions) {
  uint32_t applied = 0, node = MUSTER_NONE;
  for (guint i = 0; i < restrictions->len; i++) {
    const MusterTurnRestriction *at = &g_array_index(restrictions, MusterTurnRestriction, i);
    if (i == 0 || at->via_node != at[-1].via_node) node = find_junction(f, at->via_node);
    if (node == MUSTER_NONE) continue;
    applied += name_movements(f, at, node, at->kind == MUSTER_TURN_ONLY ? f->permits : f->forbidden);
    if (i + 1 == restrictions->len || at[1].via_node != at->via_node) forbid_all_but_permits(f, node);
  }
  return applied;
}

/* ---- ways round ---- */

static void find_parts(forbid *f) {
  g_autofree uint32_t *first = g_new0(uint32_t, (size_t)f->vertex_count + 1);
  g_autofree uint32_t *head = g_new(uint32_t, 2 * (size_t)f->draft->link_count + 1);
  uint32_t count = 0;
  for (uint32_t v = 0; v < f->vertex_count; v++) {
    for (uint32_t i = f->first[v]; i < f->first[v + 1]; i++)
      if (end_is_out(f, f->end_at[i])) head[count++] = f->vertex[f->end_at[i] ^ 1];
    first[v + 1] = count;
  }
  f->part = g_new(uint32_t, (size_t)f->vertex_count + 1);
  mi_parts_find(first, head, NULL, f->vertex_count, f->part);
}

/* How many roads lead on from the end where one came in, and one of them. */
static uint32_t count_ways_on(const forbid *f, uint32_t node, mi_link_end in, mi_link_end *one) {
  uint32_t count = 0;
  for (uint32_t i = f->first[node]; i < f->first[node + 1]; i++) {
    mi_link_end out = f->end_at[i];
    if (out == in || !end_is_out(f, out)) continue;
    if (f->part[f->vertex[out ^ 1]] != f->part[node]) continue;
    *one = out;
    count++;
  }
  return count;
}

/* Forbids to turn round on the road that leaves by this end, up to and at the first crossing. */
static void follow(forbid *f, mi_link_end out) {
  while (!f->followed[out]) {
    f->followed[out] = 1;
    mi_link_end in = out ^ 1, on = MUSTER_NONE;
    uint32_t node = f->vertex[in];
    uint32_t ways_on = count_ways_on(f, node, in, &on);
    if (ways_on == 0) return;
    mi_forbidden back = movement_of(f, node, in, in);
    if (end_is_out(f, in) && end_count(f, node) <= MI_TURNS_ENDS_MAX) g_array_append_val(f->forbidden, back);
    if (ways_on > 1) return;
    out = on;
  }
}

static void forbid_ways_round(forbid *f) {
  find_parts(f);
  f->followed = g_new0(uint8_t, 2 * (size_t)f->draft->link_count + 1);
  guint named = f->forbidden->len;
  for (guint i = 0; i < named; i++) {
    uint32_t node = g_array_index(f->forbidden, mi_forbidden, i).node;
    if (i > 0 && g_array_index(f->forbidden, mi_forbidden, i - 1).node == node) continue;
    for (uint32_t at = f->first[node]; at < f->first[node + 1]; at++)
      if (end_is_out(f, f->end_at[at])) follow(f, f->end_at[at]);
  }
}

GArray *mi_turns_forbidden(const mi_draft *draft, const MusterRoads *roads, MusterMode mode,
                           uint32_t *restriction_count) {
  *restriction_count = 0;
  g_autoptr(GArray) restrictions = list_restrictions(roads, mode);
  if (restrictions->len == 0) return g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  forbid f;
  init_forbid(&f, draft, mode);
  *restriction_count = apply_restrictions(&f, restrictions);
  if (f.forbidden->len > 0) {
    make_set(f.forbidden, mi_forbidden_compare);
    forbid_ways_round(&f);
    make_set(f.forbidden, mi_forbidden_compare);
  }
  clear_forbid(&f);
  return f.forbidden;
}
