/* Nodes that are not passed as one likes: junctions with turn restrictions, and barriers.
 *
 * A junction where some movements are forbidden becomes: an arrival node, which every road in leads to and from which
 * the roads leave that everybody may enter; a departure node, where the roads come in that may go on everywhere; a
 * node for each road in that may not go on everywhere; a node for each road out that not everybody may enter.
 * Connectors of no time join them, one for each movement that is permitted to a mode. So searches stay searches over
 * nodes, and pay for restrictions only where there are any.
 *
 * A barrier becomes a node for each road end, so that it can be reached from every side and passed from none;
 * connectors between them let those modes pass that it does not stop. Where a mode that passes it is under restrictions
 * there, it is such a junction instead, which forbids the others to pass.
 */
#ifndef MI_ROAD_TURNS_H
#define MI_ROAD_TURNS_H

#include "road/draft.h"

/* One end of a draft link: 2 · link + 1 at its head, 2 · link at its tail. Arcs leave by one end and come in by the
 * other, so an end and a direction name an arc. */
typedef uint32_t mi_link_end;

/* Who comes in to the node by one end may not leave it by the other. */
typedef struct mi_forbidden {
  uint32_t node;
  mi_link_end in, out;
  unsigned modes; /* MUSTER_MODE_BIT set: whom it binds */
} mi_forbidden;

/* Junctions of more link ends than this know no restrictions: movements grow with the square. So they do with the
 * restrictions over ways that lead over one road: there apply so many, the first in their order, and none over more
 * roads than the last. */
enum { MI_TURNS_ENDS_MAX = 32, MI_TURNS_ROUTES_MAX = 32, MI_TURNS_ROADS_MAX = 64 };

/* All movements forbidden to one of the draft's modes (GArray of mi_forbidden): those that restrictions name, and
 * turning round where that would be a way round one of them. Links on routes that restrictions forbid as a whole get
 * copies (turns_routes.h). *restriction_count: restrictions that apply. */
GArray *mi_turns_forbidden(mi_draft *draft, const MusterRoads *roads, MusterMode mode, uint32_t *restriction_count);

/* The order they stand in: by node, in, out; whom they bind makes no difference. */
int mi_forbidden_compare(const void *a, const void *b);

/* Applies the roads' restrictions and the draft's barriers for its modes. Once for a draft.
 * O(n log n) in nodes, links and forbidden movements. Errors: LIMIT. */
bool mi_turns_apply(mi_draft *draft, const MusterRoads *roads, GError **error);

static inline uint32_t mi_link_end_node(const mi_draft *draft, mi_link_end end) {
  const mi_draft_link *link = &draft->links[end / 2];
  return end & 1 ? link->head : link->tail;
}

static inline bool mi_link_end_is_out(const mi_draft *draft, mi_link_end end, MusterMode mode) {
  const mi_draft_link *link = &draft->links[end / 2];
  return (end & 1 ? link->backward_ms : link->forward_ms)[mode] != MUSTER_UNREACHABLE_MS;
}

static inline bool mi_link_end_is_in(const mi_draft *draft, mi_link_end end, MusterMode mode) {
  return mi_link_end_is_out(draft, end ^ 1, mode);
}

#endif
