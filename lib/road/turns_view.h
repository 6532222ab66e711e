/* The draft as one mode sees it: which link ends meet where. Only roads: copies of them are of other modes. */
#ifndef MI_ROAD_TURNS_VIEW_H
#define MI_ROAD_TURNS_VIEW_H

#include "road/turns.h"

typedef struct mi_turns_view {
  const mi_draft *draft;
  MusterMode mode;
  uint32_t vertex_count; /* the nodes, then every end at a barrier that stops the mode */
  uint32_t *vertex;      /* link end → where it ends for the mode */
  uint32_t *first;       /* vertex_count + 1, into end_at */
  mi_link_end *end_at;
} mi_turns_view;

/* The view holds the draft, whose roads may not change. O(nodes + links). */
void mi_turns_view_init(mi_turns_view *view, const mi_draft *draft, MusterMode mode);
void mi_turns_view_clear(mi_turns_view *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_turns_view, mi_turns_view_clear)

/* Appends that it is forbidden to turn round where that would be a way round what is forbidden at one of the nodes
 * (ascending, each once). */
void mi_turns_forbid_ways_round(const mi_turns_view *view, const GArray *nodes, GArray *forbidden);

static inline bool mi_view_is_in(const mi_turns_view *view, mi_link_end end) {
  return mi_link_end_is_in(view->draft, end, view->mode);
}

static inline bool mi_view_is_out(const mi_turns_view *view, mi_link_end end) {
  return mi_link_end_is_out(view->draft, end, view->mode);
}

static inline uint32_t mi_view_end_count(const mi_turns_view *view, uint32_t vertex) {
  return view->first[vertex + 1] - view->first[vertex];
}

static inline mi_forbidden mi_view_movement(const mi_turns_view *view, uint32_t node, mi_link_end in, mi_link_end out) {
  return (mi_forbidden){node, in, out, MUSTER_MODE_BIT(view->mode)};
}

#endif
