/* Forbidden routes become copies of links and forbidden movements between them; see turns_routes.h. */
#include "road/turns_routes.h"

#include <stdlib.h>

enum { ROOT = 0 };

/* A beginning of routes: where it stands in the automaton. */
typedef struct prefix {
  mi_link_end last; /* the road it ends with */
  uint32_t roads;
  uint32_t fallback;  /* the longest other beginning that this one ends with */
  bool ends_in_route; /* a whole route, or ends with one */
} prefix;

/* One of the arcs that stand for a road on a route, and what it remembers. */
typedef struct variant {
  mi_link_end road, arc; /* the end by which each is entered; the same for the link itself */
  uint32_t state;        /* prefix; ROOT: nothing */
} variant;

typedef struct unfolding {
  mi_draft *draft;
  const mi_turns_view *view;
  GArray *forbidden;
  guint known_count;    /* of forbidden: the movements between the roads themselves */
  GArray *prefixes;     /* prefix; the first is the root */
  GHashTable *children; /* prefix << 32 | road → prefix */
  GArray *variants;     /* variant, by road: the link itself, the copy that remembers nothing, others */
} unfolding;

static prefix *prefix_at(const unfolding *u, uint32_t i) { return &g_array_index(u->prefixes, prefix, i); }
static variant *variant_at(const unfolding *u, guint i) { return &g_array_index(u->variants, variant, i); }

/* ROOT if there is none. */
static uint32_t find_child(const unfolding *u, uint32_t parent, mi_link_end road) {
  int64_t key = (int64_t)((uint64_t)parent << 32 | road);
  return GPOINTER_TO_UINT(g_hash_table_lookup(u->children, &key));
}

/* The longest beginning that one stands at who has gone on by the road. */
static uint32_t step(const unfolding *u, uint32_t state, mi_link_end road) {
  for (;; state = prefix_at(u, state)->fallback) {
    uint32_t next = find_child(u, state, road);
    if (next || state == ROOT) return next;
  }
}

static uint32_t add_child(unfolding *u, uint32_t parent, mi_link_end road) {
  prefix added = {.last = road, .roads = prefix_at(u, parent)->roads + 1};
  added.fallback = parent == ROOT ? ROOT : step(u, prefix_at(u, parent)->fallback, road);
  int64_t *key = g_new(int64_t, 1);
  *key = (int64_t)((uint64_t)parent << 32 | road);
  g_hash_table_insert(u->children, key, GUINT_TO_POINTER(u->prefixes->len));
  g_array_append_val(u->prefixes, added);
  return u->prefixes->len - 1;
}

/* All routes' beginnings, the shorter ones first, so that what a beginning falls back on is there before it. */
static void list_prefixes(unfolding *u, const GPtrArray *routes) {
  prefix root = {.last = MUSTER_NONE};
  g_array_append_val(u->prefixes, root);
  g_autofree uint32_t *state = g_new0(uint32_t, routes->len + 1);
  bool any = true;
  for (guint length = 1; any; length++) {
    any = false;
    for (guint i = 0; i < routes->len; i++) {
      const GArray *route = g_ptr_array_index(routes, i);
      if (route->len < length) continue;
      any = true;
      mi_link_end road = g_array_index(route, mi_link_end, length - 1);
      uint32_t child = find_child(u, state[i], road);
      state[i] = child ? child : add_child(u, state[i], road);
      if (route->len == length) prefix_at(u, state[i])->ends_in_route = true;
    }
  }
  for (guint i = 1; i < u->prefixes->len; i++)
    prefix_at(u, i)->ends_in_route |= prefix_at(u, prefix_at(u, i)->fallback)->ends_in_route;
}

/* Is there more to remember than the road itself? */
static bool is_state(const unfolding *u, uint32_t i) {
  return prefix_at(u, i)->roads > 1 && !prefix_at(u, i)->ends_in_route;
}

/* Another link along the road, open that way to the mode alone. */
static mi_link_end copy_road(unfolding *u, mi_link_end road) {
  mi_draft *draft = u->draft;
  uint32_t copied = road / 2;
  draft->links = g_renew(mi_draft_link, draft->links, (size_t)draft->link_count + 1);
  mi_draft_link *copy = &draft->links[draft->link_count];
  *copy = draft->links[copied];
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    bool is_own = mode == (int)u->view->mode;
    if (!is_own || road & 1) copy->forward_ms[mode] = MUSTER_UNREACHABLE_MS;
    if (!is_own || !(road & 1)) copy->backward_ms[mode] = MUSTER_UNREACHABLE_MS;
  }
  g_array_append_val(draft->copied, copied);
  return 2 * draft->link_count++ + (road & 1);
}

static void add_variant(unfolding *u, mi_link_end road, mi_link_end arc, uint32_t state) {
  variant added = {road, arc, state};
  g_array_append_val(u->variants, added);
}

static gint compare_states(gconstpointer a, gconstpointer b, gpointer user_data) {
  const unfolding *u = user_data;
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  mi_link_end last_x = prefix_at(u, x)->last, last_y = prefix_at(u, y)->last;
  if (last_x != last_y) return last_x < last_y ? -1 : 1;
  return (x > y) - (x < y);
}

/* What can be remembered on one road: the link itself stands for the only such state, or for all of them at once. */
static void make_variants(unfolding *u) {
  g_autoptr(GArray) states = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (uint32_t i = 1; i < u->prefixes->len; i++)
    if (is_state(u, i)) g_array_append_val(states, i);
  g_array_sort_with_data(states, compare_states, u);
  for (guint i = 0, end; i < states->len; i = end) {
    mi_link_end road = prefix_at(u, g_array_index(states, uint32_t, i))->last;
    for (end = i; end < states->len && prefix_at(u, g_array_index(states, uint32_t, end))->last == road;) end++;
    bool is_only = end - i == 1;
    add_variant(u, road, road, is_only ? g_array_index(states, uint32_t, i) : MUSTER_NONE);
    add_variant(u, road, copy_road(u, road), ROOT);
    for (guint at = i; !is_only && at < end; at++)
      add_variant(u, road, copy_road(u, road), g_array_index(states, uint32_t, at));
  }
}

/* The variants of a road; a road on no route has none but itself. */
typedef struct variants {
  const variant *at;
  guint count;
  variant itself;
} variants;

static void take_variants(const unfolding *u, mi_link_end road, variants *out) {
  guint low = 0, high = u->variants->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (variant_at(u, middle)->road < road)
      low = middle + 1;
    else
      high = middle;
  }
  *out = (variants){.itself = {road, road, ROOT}};
  while (low + out->count < u->variants->len && variant_at(u, low + out->count)->road == road) out->count++;
  out->at = out->count ? variant_at(u, low) : &out->itself;
  if (!out->count) out->count = 1;
}

/* May one go on by the road `to` from a variant that remembers this, and what does one remember then? */
static bool goes_on(const unfolding *u, const variant *from, uint32_t state, mi_link_end to, uint32_t *next) {
  *next = step(u, state == ROOT ? find_child(u, ROOT, from->road) : state, to);
  if (prefix_at(u, *next)->ends_in_route) return false;
  if (!is_state(u, *next)) *next = ROOT;
  return true;
}

/* Whatever may enter a road may enter its link itself; of the copies only that which remembers as much. Where the link
 * stands for several states, nothing may be done from it that is forbidden in one. */
static bool is_open(const unfolding *u, const variants *from, guint i, const variant *to) {
  const variant *in = &from->at[i];
  uint32_t next;
  if (in->state != MUSTER_NONE)
    return goes_on(u, in, in->state, to->road, &next) && (to->arc == to->road || to->state == next);
  for (guint other = 1; other < from->count; other++)
    if (!goes_on(u, in, from->at[other].state, to->road, &next)) return false;
  return to->arc == to->road;
}

static bool is_known(const unfolding *u, const mi_forbidden *movement) {
  return u->known_count > 0 &&
         bsearch(movement, u->forbidden->data, u->known_count, sizeof *movement, mi_forbidden_compare) != NULL;
}

static void forbid_between(unfolding *u, uint32_t node, mi_link_end in, mi_link_end out) {
  variants from, to;
  take_variants(u, in ^ 1, &from);
  take_variants(u, out, &to);
  mi_forbidden between_roads = mi_view_movement(u->view, node, in, out);
  bool is_forbidden = is_known(u, &between_roads);
  for (guint i = 0; i < from.count; i++)
    for (guint j = 0; j < to.count; j++) {
      if (!is_forbidden && is_open(u, &from, i, &to.at[j])) continue;
      mi_forbidden movement = mi_view_movement(u->view, node, from.at[i].arc ^ 1, to.at[j].arc);
      g_array_append_val(u->forbidden, movement);
    }
}

/* Each road with copies has been entered at one node and is left at another. */
static void forbid_movements(unfolding *u) {
  const mi_turns_view *view = u->view;
  g_autofree uint8_t *done = g_new0(uint8_t, (size_t)view->vertex_count + 1);
  for (guint i = 0; i < 2 * u->variants->len; i++) {
    uint32_t node = view->vertex[variant_at(u, i / 2)->road ^ (i & 1)];
    if (done[node]) continue;
    done[node] = 1;
    for (uint32_t in = view->first[node]; in < view->first[node + 1]; in++)
      for (uint32_t out = view->first[node]; mi_view_is_in(view, view->end_at[in]) && out < view->first[node + 1];
           out++)
        if (mi_view_is_out(view, view->end_at[out])) forbid_between(u, node, view->end_at[in], view->end_at[out]);
  }
}

void mi_turns_unfold(mi_draft *draft, const mi_turns_view *view, const GPtrArray *routes, GArray *forbidden) {
  unfolding u = {.draft = draft, .view = view, .forbidden = forbidden, .known_count = forbidden->len};
  u.prefixes = g_array_new(FALSE, FALSE, sizeof(prefix));
  u.variants = g_array_new(FALSE, FALSE, sizeof(variant));
  u.children = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  list_prefixes(&u, routes);
  make_variants(&u);
  forbid_movements(&u);
  g_array_unref(u.prefixes);
  g_array_unref(u.variants);
  g_hash_table_unref(u.children);
}
