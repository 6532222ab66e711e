/* Which movements and routes turn restrictions forbid; see turns.h. */
#include <stdlib.h>
#include <string.h>

#include "road/turns_routes.h"

typedef struct forbid {
  const mi_turns_view *view;
  GArray *forbidden;        /* mi_forbidden */
  GArray *permits;          /* mi_forbidden: what the ONLYs let pass */
  GPtrArray *routes;        /* of turns_routes.h: forbidden */
  GPtrArray *route_permits; /* routes that ONLYs let pass */
  uint8_t *routes_over;     /* link end → how many restrictions lead over the road that is entered by it */
} forbid;

static void init_forbid(forbid *f, const mi_turns_view *view) {
  *f = (forbid){.view = view};
  f->forbidden = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  f->permits = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  f->routes = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  f->route_permits = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  f->routes_over = g_new0(uint8_t, 2 * (size_t)mi_draft_road_count(view->draft) + 1);
}

static void clear_forbid(forbid *f) {
  g_array_unref(f->permits);
  g_ptr_array_unref(f->routes);
  g_ptr_array_unref(f->route_permits);
  g_free(f->routes_over);
}

static int compare_u32(uint32_t a, uint32_t b) { return (a > b) - (a < b); }
static int compare_i64(int64_t a, int64_t b) { return (a > b) - (a < b); }

int mi_forbidden_compare(const void *a, const void *b) {
  const mi_forbidden *x = a, *y = b;
  int order = compare_u32(x->node, y->node);
  if (!order) order = compare_u32(x->in, y->in);
  return order ? order : compare_u32(x->out, y->out);
}

static gint compare_nodes(gconstpointer a, gconstpointer b) {
  return compare_u32(*(const uint32_t *)a, *(const uint32_t *)b);
}

static gint compare_restrictions(gconstpointer a, gconstpointer b) {
  const MusterTurnRestriction *x = a, *y = b;
  int order = compare_i64(x->via_node, y->via_node);
  if (!order) order = compare_i64(x->from_way, y->from_way);
  if (!order) order = compare_i64(x->to_way, y->to_way);
  if (!order) order = (int)x->kind - y->kind;
  if (!order) order = compare_u32(x->via_way_count, y->via_way_count);
  for (uint32_t i = 0; !order && i < x->via_way_count; i++) order = compare_i64(x->via_ways[i], y->via_ways[i]);
  return order;
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

static bool can_be_junction(const mi_turns_view *view, uint32_t node) {
  return mi_view_end_count(view, node) <= MI_TURNS_ENDS_MAX;
}

/* The node of that outside id; MUSTER_NONE if there is none, or if too many roads meet there. */
static uint32_t find_junction(const mi_turns_view *view, int64_t id) {
  const mi_draft *draft = view->draft;
  uint32_t low = 0, high = draft->node_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (draft->node_id[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == draft->node_count || draft->node_id[low] != id) return MUSTER_NONE;
  return can_be_junction(view, low) ? low : MUSTER_NONE;
}

/* The only end of the way at the node that is open in (or out); MUSTER_NONE if there is none or more than one. */
static mi_link_end find_end(const mi_turns_view *view, uint32_t node, int64_t way,
                            bool (*is_open)(const mi_turns_view *view, mi_link_end end)) {
  mi_link_end found = MUSTER_NONE;
  for (uint32_t i = view->first[node]; i < view->first[node + 1]; i++) {
    mi_link_end end = view->end_at[i];
    if (view->draft->links[end / 2].way != way || !is_open(view, end)) continue;
    if (found != MUSTER_NONE) return MUSTER_NONE;
    found = end;
  }
  return found;
}

/* ---- at one node ---- */

/* Appends the movements that a restriction names; false if it names none. */
static bool name_movements(const mi_turns_view *view, const MusterTurnRestriction *restriction, uint32_t node,
                           GArray *out) {
  guint before = out->len;
  if (restriction->from_way == restriction->to_way) {
    for (uint32_t i = view->first[node]; i < view->first[node + 1]; i++) {
      mi_forbidden back = mi_view_movement(view, node, view->end_at[i], view->end_at[i]);
      bool is_meant = view->draft->links[back.in / 2].way == restriction->from_way;
      if (is_meant && mi_view_is_in(view, back.in) && mi_view_is_out(view, back.in)) g_array_append_val(out, back);
    }
  } else {
    mi_forbidden turn = mi_view_movement(view, node, find_end(view, node, restriction->from_way, mi_view_is_in),
                                         find_end(view, node, restriction->to_way, mi_view_is_out));
    if (turn.in != MUSTER_NONE && turn.out != MUSTER_NONE) g_array_append_val(out, turn);
  }
  return out->len > before;
}

static bool is_permitted(const GArray *permits, const mi_forbidden *movement) {
  return bsearch(movement, permits->data, permits->len, sizeof *movement, mi_forbidden_compare) != NULL;
}

/* Roads in that have an ONLY may do nothing that none of theirs names. */
static void forbid_all_but_permits(forbid *f) {
  const mi_turns_view *view = f->view;
  make_set(f->permits, mi_forbidden_compare);
  for (guint i = 0; i < f->permits->len; i++) {
    const mi_forbidden *permit = &g_array_index(f->permits, mi_forbidden, i);
    if (i > 0 && permit[-1].node == permit->node && permit[-1].in == permit->in) continue;
    for (uint32_t at = view->first[permit->node]; at < view->first[permit->node + 1]; at++) {
      mi_forbidden other = mi_view_movement(view, permit->node, permit->in, view->end_at[at]);
      if (mi_view_is_out(view, other.out) && !is_permitted(f->permits, &other)) g_array_append_val(f->forbidden, other);
    }
  }
}

static bool apply_at_node(forbid *f, const MusterTurnRestriction *restriction) {
  uint32_t node = find_junction(f->view, restriction->via_node);
  GArray *named = restriction->kind == MUSTER_TURN_ONLY ? f->permits : f->forbidden;
  return node != MUSTER_NONE && name_movements(f->view, restriction, node, named);
}

/* ---- over ways ---- */

/* The links of a way, which stand in the order of their ways; false if it is no line of links from one end to another,
 * or too long a one. */
static bool find_chain(const mi_draft *draft, int64_t way, uint32_t *first, uint32_t *end) {
  uint32_t low = 0, high = mi_draft_road_count(draft);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (draft->links[middle].way < way)
      low = middle + 1;
    else
      high = middle;
  }
  *first = *end = low;
  for (high = mi_draft_road_count(draft); *end < high && draft->links[*end].way == way; ++*end) {
    const mi_draft_link *link = &draft->links[*end];
    if (link->tail == link->head || (*end > low && link->tail != link[-1].head)) return false;
    if (*end - low == MI_TURNS_ROADS_MAX) return false;
  }
  return *end > low && draft->links[low].tail != draft->links[*end - 1].head;
}

/* Appends the links of the way as they are travelled from the node to the way's other end, where *node then is. */
static bool follow_way(const mi_turns_view *view, int64_t way, uint32_t *node, GArray *route) {
  uint32_t first, end;
  if (!find_chain(view->draft, way, &first, &end)) return false;
  bool ahead = view->draft->links[first].tail == *node;
  if (!ahead && view->draft->links[end - 1].head != *node) return false;
  for (uint32_t i = 0; i < end - first; i++) {
    mi_link_end out = ahead ? 2 * (first + i) : 2 * (end - 1 - i) + 1;
    if (view->vertex[out] != *node || !mi_view_is_out(view, out) || !can_be_junction(view, *node)) return false;
    g_array_append_val(route, out);
    if (route->len > 1 + MI_TURNS_ROADS_MAX) return false;
    *node = view->vertex[out ^ 1];
  }
  return *node < view->draft->node_count && can_be_junction(view, *node);
}

/* The route that the restriction names, if the first of its ways is travelled from this node; NULL if there is none. */
static GArray *find_route(const mi_turns_view *view, const MusterTurnRestriction *restriction, uint32_t node) {
  g_autoptr(GArray) route = g_array_new(FALSE, FALSE, sizeof(mi_link_end));
  mi_link_end in = find_end(view, node, restriction->from_way, mi_view_is_in);
  if (in == MUSTER_NONE) return NULL;
  in ^= 1;
  g_array_append_val(route, in);
  for (uint32_t i = 0; i < restriction->via_way_count; i++) {
    int64_t way = restriction->via_ways[i];
    if (way == restriction->from_way || way == restriction->to_way || !follow_way(view, way, &node, route)) return NULL;
  }
  mi_link_end out = find_end(view, node, restriction->to_way, mi_view_is_out);
  if (out == MUSTER_NONE) return NULL;
  g_array_append_val(route, out);
  return g_steal_pointer(&route);
}

/* Counts the route at the roads between its first and its last; false, and not counted, if one of them has too many. */
static bool count_route(forbid *f, const GArray *route) {
  for (guint i = 1; i + 1 < route->len; i++) {
    if (f->routes_over[g_array_index(route, mi_link_end, i)]++ < MI_TURNS_ROUTES_MAX) continue;
    for (; i > 0; i--) f->routes_over[g_array_index(route, mi_link_end, i)]--;
    return false;
  }
  return true;
}

/* A restriction that could mean either direction says too little. */
static bool apply_over_ways(forbid *f, const MusterTurnRestriction *restriction) {
  const mi_draft *draft = f->view->draft;
  uint32_t first, end;
  if (!find_chain(draft, restriction->via_ways[0], &first, &end)) return false;
  g_autoptr(GArray) there = find_route(f->view, restriction, draft->links[first].tail);
  g_autoptr(GArray) back = find_route(f->view, restriction, draft->links[end - 1].head);
  if (!there == !back || !count_route(f, there ? there : back)) return false;
  GArray *route = there ? g_steal_pointer(&there) : g_steal_pointer(&back);
  g_ptr_array_add(restriction->kind == MUSTER_TURN_ONLY ? f->route_permits : f->routes, route);
  return true;
}

static int compare_roads(const GArray *a, const GArray *b, guint count) {
  int order = 0;
  for (guint i = 0; !order && i < count; i++)
    order = compare_u32(g_array_index(a, mi_link_end, i), g_array_index(b, mi_link_end, i));
  return order;
}

static gint compare_routes(gconstpointer a, gconstpointer b) {
  const GArray *x = *(GArray *const *)a, *y = *(GArray *const *)b;
  int order = compare_roads(x, y, MIN(x->len, y->len));
  return order ? order : compare_u32(x->len, y->len);
}

static const GArray *permit_at(const forbid *f, guint i) { return g_ptr_array_index(f->route_permits, i); }

/* Does a permit, from the i-th on, go on like the i-th for so many roads and then by this end? */
static bool is_route_permitted(const forbid *f, guint i, guint roads, mi_link_end out) {
  for (guint j = i; j < f->route_permits->len && permit_at(f, j)->len >= roads; j++) {
    if (compare_roads(permit_at(f, j), permit_at(f, i), roads) != 0) return false;
    if (permit_at(f, j)->len > roads && g_array_index(permit_at(f, j), mi_link_end, roads) == out) return true;
  }
  return false;
}

/* Who has gone the first roads of permits may go on as one of them does and not otherwise. */
static void forbid_all_but_permitted_routes(forbid *f) {
  const mi_turns_view *view = f->view;
  g_ptr_array_sort(f->route_permits, compare_routes);
  for (guint i = 0; i < f->route_permits->len; i++) {
    const GArray *permit = permit_at(f, i);
    mi_link_end from = g_array_index(permit, mi_link_end, 0), to = g_array_index(permit, mi_link_end, 1);
    mi_forbidden onto = mi_view_movement(view, view->vertex[to], from ^ 1, to);
    g_array_append_val(f->permits, onto);
    for (guint roads = 2; roads < permit->len; roads++) {
      const GArray *before = i > 0 ? permit_at(f, i - 1) : NULL;
      if (before && before->len > roads && compare_roads(before, permit, roads) == 0) continue;
      uint32_t node = view->vertex[g_array_index(permit, mi_link_end, roads)];
      for (uint32_t at = view->first[node]; at < view->first[node + 1]; at++) {
        mi_link_end out = view->end_at[at];
        if (!mi_view_is_out(view, out) || is_route_permitted(f, i, roads, out)) continue;
        GArray *route = g_array_new(FALSE, FALSE, sizeof(mi_link_end));
        g_array_append_vals(route, permit->data, roads);
        g_array_append_val(route, out);
        g_ptr_array_add(f->routes, route);
      }
    }
  }
}

/* ---- all of them ---- */

/* The nodes where anything is forbidden, ascending. */
static GArray *list_nodes(const forbid *f) {
  GArray *nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (guint i = 0; i < f->forbidden->len; i++)
    g_array_append_val(nodes, g_array_index(f->forbidden, mi_forbidden, i).node);
  for (guint i = 0; i < f->routes->len; i++) {
    const GArray *route = g_ptr_array_index(f->routes, i);
    for (guint j = 1; j < route->len; j++)
      g_array_append_val(nodes, f->view->vertex[g_array_index(route, mi_link_end, j)]);
  }
  make_set(nodes, compare_nodes);
  return nodes;
}

static uint32_t apply_restrictions(forbid *f, const GArray *restrictions) {
  uint32_t applied = 0;
  for (guint i = 0; i < restrictions->len; i++) {
    const MusterTurnRestriction *restriction = &g_array_index(restrictions, MusterTurnRestriction, i);
    applied += restriction->via_way_count ? apply_over_ways(f, restriction) : apply_at_node(f, restriction);
  }
  forbid_all_but_permitted_routes(f);
  forbid_all_but_permits(f);
  return applied;
}

GArray *mi_turns_forbidden(mi_draft *draft, const MusterRoads *roads, MusterMode mode, uint32_t *restriction_count) {
  *restriction_count = 0;
  g_autoptr(GArray) restrictions = list_restrictions(roads, mode);
  if (restrictions->len == 0) return g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  g_auto(mi_turns_view) view;
  mi_turns_view_init(&view, draft, mode);
  forbid f;
  init_forbid(&f, &view);
  *restriction_count = apply_restrictions(&f, restrictions);
  g_autoptr(GArray) nodes = list_nodes(&f);
  if (nodes->len > 0) mi_turns_forbid_ways_round(&view, nodes, f.forbidden);
  make_set(f.forbidden, mi_forbidden_compare);
  if (f.routes->len > 0) mi_turns_unfold(draft, &view, f.routes, f.forbidden);
  clear_forbid(&f);
  return f.forbidden;
}
