/* Junctions with turn restrictions become several nodes; see turns.h. */
#include "road/turns.h"

#include <inttypes.h>
#include <stdlib.h>

/* The nodes of one junction, by their place behind its first. */
enum { ARRIVAL, DEPARTURE, FIRST_OTHER };

typedef struct expansion {
  mi_draft *draft;
  const mi_forbidden *forbidden;
  uint32_t *first;              /* old node → its first new one; node_count + 1 */
  uint32_t *in_node, *out_node; /* link end → new node where its arc comes in, where it goes out */
} expansion;

/* The movements forbidden at one junction: a run of the list, and the distinct ends in it. */
typedef struct junction {
  uint32_t node;
  const mi_forbidden *forbidden;
  uint32_t count;
  mi_link_end ins[MI_TURNS_ENDS_MAX], outs[MI_TURNS_ENDS_MAX];
  uint32_t in_count, out_count;
} junction;

static void add_end(mi_link_end *ends, uint32_t *count, mi_link_end end) {
  for (uint32_t i = 0; i < *count; i++)
    if (ends[i] == end) return;
  ends[(*count)++] = end;
}

/* The junction whose run begins there. */
static junction take_junction(const mi_forbidden *forbidden, uint32_t left) {
  junction j = {.node = forbidden[0].node, .forbidden = forbidden};
  while (j.count < left && forbidden[j.count].node == j.node) {
    add_end(j.ins, &j.in_count, forbidden[j.count].in);
    add_end(j.outs, &j.out_count, forbidden[j.count].out);
    j.count++;
  }
  return j;
}

/* The modes that may go from the one end to the other. */
static unsigned permitted_modes(const expansion *e, const junction *j, mi_link_end in, mi_link_end out) {
  mi_forbidden movement = {.node = j->node, .in = in, .out = out};
  const mi_forbidden *found = bsearch(&movement, j->forbidden, j->count, sizeof movement, mi_forbidden_compare);
  return found ? e->draft->modes & ~found->modes : e->draft->modes;
}

static void join_nodes(expansion *e, const junction *j) {
  unsigned all = e->draft->modes;
  uint32_t base = e->first[j->node], first_out = base + FIRST_OTHER + j->in_count;
  mi_draft_connect(e->draft, base + DEPARTURE, base + ARRIVAL, all);
  for (uint32_t o = 0; o < j->out_count; o++) {
    e->out_node[j->outs[o]] = first_out + o;
    mi_draft_connect(e->draft, base + DEPARTURE, first_out + o, all);
  }
  for (uint32_t i = 0; i < j->in_count; i++) {
    uint32_t in = e->in_node[j->ins[i]] = base + FIRST_OTHER + i;
    mi_draft_connect(e->draft, in, base + ARRIVAL, all);
    for (uint32_t o = 0; o < j->out_count; o++) {
      unsigned modes = permitted_modes(e, j, j->ins[i], j->outs[o]);
      if (modes) mi_draft_connect(e->draft, in, first_out + o, modes);
    }
  }
}

/* Numbers the new nodes: those of one junction follow one another, so ids stay in order. */
static bool number_nodes(expansion *e, uint32_t forbidden_count, GError **error) {
  uint32_t count = e->draft->node_count;
  uint64_t nodes = count, connectors = 0;
  e->first = g_new0(uint32_t, (size_t)count + 1);
  for (uint32_t v = 0; v < count; v++) e->first[v + 1] = 1;
  for (uint32_t at = 0; at < forbidden_count;) {
    junction j = take_junction(e->forbidden + at, forbidden_count - at);
    uint32_t copies = FIRST_OTHER + j.in_count + j.out_count;
    e->first[j.node + 1] = copies;
    nodes += copies - 1;
    connectors += (uint64_t)(j.in_count + 1) * (j.out_count + 1);
    at += j.count;
  }
  if (nodes + connectors > UINT32_MAX / 4) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "roads: at most %u nodes and permitted movements at junctions with turn restrictions, found %" PRIu64,
                UINT32_MAX / 4, nodes + connectors);
    return false;
  }
  for (uint32_t v = 0; v < count; v++) e->first[v + 1] += e->first[v];
  return true;
}

static void copy_nodes(const expansion *e) {
  mi_draft *draft = e->draft;
  uint32_t count = e->first[draft->node_count];
  int64_t *id = g_new(int64_t, (size_t)count + 1);
  MusterPosition *position = g_new(MusterPosition, (size_t)count + 1);
  draft->depart = g_new(uint32_t, (size_t)count + 1);
  draft->arrive = g_new(uint32_t, (size_t)count + 1);
  for (uint32_t v = 0; v < draft->node_count; v++) {
    uint32_t base = e->first[v], end = e->first[v + 1];
    for (uint32_t copy = base; copy < end; copy++) {
      id[copy] = draft->node_id[v];
      position[copy] = draft->node_position[v];
      draft->arrive[copy] = base + ARRIVAL;
      draft->depart[copy] = end - base > 1 ? base + DEPARTURE : base;
    }
  }
  g_free(draft->node_id);
  g_free(draft->node_position);
  draft->node_id = id;
  draft->node_position = position;
  draft->node_count = count;
}

/* Those between copies of barriers, which are no junctions with restrictions. */
static void renumber_connectors(expansion *e) {
  for (guint i = 0; i < e->draft->connectors->len; i++) {
    mi_draft_connector *connector = &g_array_index(e->draft->connectors, mi_draft_connector, i);
    connector->tail = e->first[connector->tail];
    connector->head = e->first[connector->head];
  }
}

static void place_ends(expansion *e) {
  const mi_draft *draft = e->draft;
  uint32_t end_count = 2 * draft->link_count;
  e->in_node = g_new(uint32_t, (size_t)end_count + 1);
  e->out_node = g_new(uint32_t, (size_t)end_count + 1);
  for (mi_link_end end = 0; end < end_count; end++) {
    uint32_t node = mi_link_end_node(draft, end), base = e->first[node];
    bool several = e->first[node + 1] - base > 1;
    e->in_node[end] = several ? base + DEPARTURE : base;
    e->out_node[end] = several ? base + ARRIVAL : base;
  }
}

static void move_links(const expansion *e) {
  mi_draft *draft = e->draft;
  draft->ends = g_new(mi_draft_ends, (size_t)draft->link_count + 1);
  for (uint32_t i = 0; i < draft->link_count; i++) {
    mi_link_end tail = 2 * i, head = 2 * i + 1;
    draft->ends[i] = (mi_draft_ends){.forward_tail = e->out_node[tail],
                                     .forward_head = e->in_node[head],
                                     .backward_tail = e->out_node[head],
                                     .backward_head = e->in_node[tail]};
    draft->links[i].tail = e->first[draft->links[i].tail] + ARRIVAL;
    draft->links[i].head = e->first[draft->links[i].head] + ARRIVAL;
  }
}

static void clear_expansion(expansion *e) {
  g_free(e->first);
  g_free(e->in_node);
  g_free(e->out_node);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(expansion, clear_expansion)

static bool expand(mi_draft *draft, const mi_forbidden *forbidden, uint32_t forbidden_count, GError **error) {
  g_auto(expansion) e = {.draft = draft, .forbidden = forbidden};
  if (!number_nodes(&e, forbidden_count, error)) return false;
  renumber_connectors(&e);
  place_ends(&e);
  for (uint32_t at = 0; at < forbidden_count;) {
    junction j = take_junction(forbidden + at, forbidden_count - at);
    join_nodes(&e, &j);
    at += j.count;
  }
  move_links(&e);
  copy_nodes(&e);
  return true;
}

/* What is forbidden to any of the modes, ascending, each movement once. */
static GArray *list_forbidden(mi_draft *draft, const MusterRoads *roads) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (!(draft->modes & MUSTER_MODE_BIT(mode))) continue;
    g_autoptr(GArray) own = mi_turns_forbidden(draft, roads, (MusterMode)mode, &draft->restriction_count[mode]);
    g_array_append_vals(list, own->data, own->len);
  }
  g_array_sort(list, mi_forbidden_compare);
  guint kept = 0;
  for (guint i = 0; i < list->len; i++) {
    mi_forbidden *movement = &g_array_index(list, mi_forbidden, i);
    mi_forbidden *last = kept ? &g_array_index(list, mi_forbidden, kept - 1) : NULL;
    if (last && mi_forbidden_compare(last, movement) == 0)
      last->modes |= movement->modes;
    else
      g_array_index(list, mi_forbidden, kept++) = *movement;
  }
  g_array_set_size(list, kept);
  return list;
}

bool mi_turns_apply(mi_draft *draft, const MusterRoads *roads, GError **error) {
  g_autoptr(GArray) forbidden = list_forbidden(draft, roads);
  if (forbidden->len == 0) return true;
  return expand(draft, &g_array_index(forbidden, mi_forbidden, 0), forbidden->len, error);
}
