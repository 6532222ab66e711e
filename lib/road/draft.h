/* A network before it is sealed: nodes and links in a deterministic order, from whatever source. One owner. */
#ifndef MI_ROAD_DRAFT_H
#define MI_ROAD_DRAFT_H

#include <muster/road.h>

typedef struct mi_draft_link {
  uint32_t tail, head;              /* draft nodes */
  uint32_t forward_ms, backward_ms; /* MUSTER_UNREACHABLE_MS: closed that way */
  uint32_t length_mm;
  uint32_t name;        /* from mi_draft_name */
  uint32_t first_shape; /* into shape; ends where the next link's begins */
  uint8_t road_class;
  int64_t way;
} mi_draft_link;

/* The draft nodes that a link's two arcs run between where a junction with turn restrictions is several (turns.h). */
typedef struct mi_draft_ends {
  uint32_t forward_tail, forward_head, backward_tail, backward_head;
} mi_draft_ends;

/* An arc of no length and no time inside such a junction. */
typedef struct mi_draft_connector {
  uint32_t tail, head;
} mi_draft_connector;

typedef struct mi_draft {
  MusterMode mode;
  bool has_positions, from_dimacs, has_slopes;
  uint32_t node_count;
  int64_t *node_id; /* ascending; equal ids are copies of one node, split by a barrier or by turn restrictions */
  MusterPosition *node_position;
  mi_draft_link *links;
  uint32_t link_count;
  MusterPosition *shape; /* tail … head of each link; none without positions */
  uint32_t shape_count;
  mi_draft_ends *ends;       /* link; NULL, as all of the following, without turn restrictions */
  uint32_t *depart, *arrive; /* node → the one to set out from, to come in at */
  mi_draft_connector *connectors;
  uint32_t connector_count, restriction_count; /* restrictions that take effect */
  GString *names;
  GHashTable *name_offsets;
} mi_draft;

void mi_draft_init(mi_draft *draft);
void mi_draft_clear(mi_draft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_draft, mi_draft_clear)
/* Offset of the text among the names, added if new; 0 for NULL and "". */
uint32_t mi_draft_name(mi_draft *draft, const char *name);

/* Renumbers nodes and links for locality, lays out arcs both ways, finds the mutually reachable parts, indexes the
 * segments to snap to, and packs it all into one image. Errors: LIMIT. */
MusterNetwork *mi_network_seal(const mi_draft *draft, GError **error);

#endif
