/* A network before it is sealed: nodes and links in a deterministic order, from whatever source. One owner. */
#ifndef MI_ROAD_DRAFT_H
#define MI_ROAD_DRAFT_H

#include <muster/road.h>

typedef struct mi_draft_link {
  uint32_t tail, head; /* draft nodes */
  /* By mode, of the draft's modes; MUSTER_UNREACHABLE_MS: closed that way. */
  uint32_t forward_ms[MUSTER_MODE_COUNT], backward_ms[MUSTER_MODE_COUNT];
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

/* An arc of no length and no time inside such a junction, or between the sides of a barrier that stops some modes. */
typedef struct mi_draft_connector {
  uint32_t tail, head;
  unsigned modes; /* that may pass */
} mi_draft_connector;

typedef struct mi_draft {
  unsigned modes; /* MUSTER_MODE_BIT set */
  unsigned modes_with_slopes;
  bool has_positions, from_dimacs;
  uint32_t node_count;
  int64_t *node_id; /* ascending; equal ids are copies of one node, split by a barrier or by turn restrictions */
  MusterPosition *node_position;
  uint8_t *node_closed;  /* node → modes that a barrier there stops; NULL: none anywhere */
  mi_draft_link *links;  /* roads, then the copies that turns_routes.h makes of some, each open one way to one mode */
  uint32_t link_count;   /* of both */
  GArray *copied;        /* uint32_t: copy → its road */
  MusterPosition *shape; /* tail … head of each link; none without positions */
  uint32_t shape_count;
  GArray *connectors;                            /* mi_draft_connector */
  mi_draft_ends *ends;                           /* link; NULL, as the next two, without turn restrictions */
  uint32_t *depart, *arrive;                     /* node → the one to set out from, to come in at */
  uint32_t restriction_count[MUSTER_MODE_COUNT]; /* restrictions that take effect */
  GString *names;
  GHashTable *name_offsets;
} mi_draft;

void mi_draft_init(mi_draft *draft);
void mi_draft_clear(mi_draft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_draft, mi_draft_clear)
/* Offset of the text among the names, added if new; 0 for NULL and "". */
uint32_t mi_draft_name(mi_draft *draft, const char *name);

/* How many of the links are roads. */
static inline uint32_t mi_draft_road_count(const mi_draft *draft) { return draft->link_count - draft->copied->len; }

/* The draft's modes to which these times, forward_ms or backward_ms of a link, are open. */
static inline unsigned mi_draft_open_modes(const mi_draft *draft, const uint32_t *times_ms) {
  unsigned open = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (times_ms[mode] != MUSTER_UNREACHABLE_MS) open |= MUSTER_MODE_BIT(mode);
  return open & draft->modes;
}

static inline void mi_draft_connect(mi_draft *draft, uint32_t tail, uint32_t head, unsigned modes) {
  mi_draft_connector connector = {tail, head, modes};
  g_array_append_val(draft->connectors, connector);
}

/* Renumbers nodes and links for locality, lays out arcs both ways, finds each mode's mutually reachable parts and
 * indexes the segments it snaps to, and packs it all into one image. Errors: LIMIT. */
MusterNetwork *mi_network_seal(const mi_draft *draft, GError **error);

#endif
