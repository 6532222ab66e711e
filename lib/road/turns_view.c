/* The draft as one mode sees it, and where turning round is a way round a restriction; see turns_view.h.
 *
 * Searches may turn round at any node, so that a forbidden turn could be made by passing the junction, turning round at
 * the next node and coming back. Therefore who has left a junction with a restriction does not turn round before the
 * next real crossing, nor at it: not at nodes in the middle of the road, nor at the first node with a choice of ways
 * on. Where the road ends one may turn; a way on that never leads back counts as an end.
 */
#include "road/turns_view.h"

#include "road/parts.h"

static void number_vertices(mi_turns_view *view) {
  const mi_draft *draft = view->draft;
  view->vertex_count = draft->node_count;
  uint32_t end_count = 2 * mi_draft_road_count(draft);
  view->vertex = g_new(uint32_t, (size_t)end_count + 1);
  for (mi_link_end end = 0; end < end_count; end++) {
    uint32_t node = mi_link_end_node(draft, end);
    bool stops = draft->node_closed && draft->node_closed[node] & MUSTER_MODE_BIT(view->mode);
    view->vertex[end] = stops ? view->vertex_count++ : node;
  }
}

void mi_turns_view_init(mi_turns_view *view, const mi_draft *draft, MusterMode mode) {
  *view = (mi_turns_view){.draft = draft, .mode = mode};
  number_vertices(view);
  uint32_t end_count = 2 * mi_draft_road_count(draft);
  view->first = g_new0(uint32_t, (size_t)view->vertex_count + 2);
  view->end_at = g_new(mi_link_end, (size_t)end_count + 1);
  for (mi_link_end end = 0; end < end_count; end++) view->first[view->vertex[end] + 2]++;
  for (uint32_t v = 0; v < view->vertex_count; v++) view->first[v + 2] += view->first[v + 1];
  for (mi_link_end end = 0; end < end_count; end++) view->end_at[view->first[view->vertex[end] + 1]++] = end;
}

void mi_turns_view_clear(mi_turns_view *view) {
  g_free(view->vertex);
  g_free(view->first);
  g_free(view->end_at);
}

/* ---- ways round ---- */

typedef struct walk {
  const mi_turns_view *view;
  uint32_t *part;    /* vertex → of mutually reachable vertices, restrictions aside */
  uint8_t *followed; /* link end → the road that leaves by it has been followed */
  GArray *forbidden;
} walk;

static uint32_t *find_parts(const mi_turns_view *view) {
  g_autofree uint32_t *first = g_new0(uint32_t, (size_t)view->vertex_count + 1);
  g_autofree uint32_t *head = g_new(uint32_t, 2 * (size_t)view->draft->link_count + 1);
  uint32_t count = 0;
  for (uint32_t v = 0; v < view->vertex_count; v++) {
    for (uint32_t i = view->first[v]; i < view->first[v + 1]; i++)
      if (mi_view_is_out(view, view->end_at[i])) head[count++] = view->vertex[view->end_at[i] ^ 1];
    first[v + 1] = count;
  }
  uint32_t *part = g_new(uint32_t, (size_t)view->vertex_count + 1);
  mi_parts_find(first, head, NULL, view->vertex_count, part);
  return part;
}

/* How many roads lead on from the end where one came in, and one of them. */
static uint32_t count_ways_on(const walk *w, uint32_t vertex, mi_link_end in, mi_link_end *one) {
  const mi_turns_view *view = w->view;
  uint32_t count = 0;
  for (uint32_t i = view->first[vertex]; i < view->first[vertex + 1]; i++) {
    mi_link_end out = view->end_at[i];
    if (out == in || !mi_view_is_out(view, out)) continue;
    if (w->part[view->vertex[out ^ 1]] != w->part[vertex]) continue;
    *one = out;
    count++;
  }
  return count;
}

/* Forbids to turn round on the road that leaves by this end, up to and at the first crossing. */
static void follow(walk *w, mi_link_end out) {
  while (!w->followed[out]) {
    w->followed[out] = 1;
    mi_link_end in = out ^ 1, on = MUSTER_NONE;
    uint32_t vertex = w->view->vertex[in];
    uint32_t ways_on = count_ways_on(w, vertex, in, &on);
    if (ways_on == 0) return;
    mi_forbidden back = mi_view_movement(w->view, vertex, in, in);
    if (mi_view_is_out(w->view, in) && mi_view_end_count(w->view, vertex) <= MI_TURNS_ENDS_MAX)
      g_array_append_val(w->forbidden, back);
    if (ways_on > 1) return;
    out = on;
  }
}

void mi_turns_forbid_ways_round(const mi_turns_view *view, const GArray *nodes, GArray *forbidden) {
  g_autofree uint32_t *part = find_parts(view);
  g_autofree uint8_t *followed = g_new0(uint8_t, 2 * (size_t)view->draft->link_count + 1);
  walk w = {view, part, followed, forbidden};
  for (guint i = 0; i < nodes->len; i++) {
    uint32_t node = g_array_index(nodes, uint32_t, i);
    for (uint32_t at = view->first[node]; at < view->first[node + 1]; at++)
      if (mi_view_is_out(view, view->end_at[at])) follow(&w, view->end_at[at]);
  }
}
