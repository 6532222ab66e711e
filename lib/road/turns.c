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
  GArray *connectors;           /* mi_draft_connector */
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

static bool is_forbidden(const junction *j, mi_link_end in, mi_link_end out) {
  mi_forbidden movement = {j->node, in, out};
  return bsearch(&movement, j->forbidden, j->count, sizeof movement, mi_forbidden_compare) != NULL;
}

static void connect(expansion *e, uint32_t tail, uint32_t head) {
  mi_draft_connector connector = {tail, head};
  g_array_append_val(e->connectors, connector);
}

static void join_nodes(expansion *e, const junction *j) {
  uint32_t base = e->first[j->node], first_out = base + FIRST_OTHER + j->in_count;
  connect(e, base + DEPARTURE, base + ARRIVAL);
  for (uint32_t o = 0; o < j->out_count; o++) {
    e->out_node[j->outs[o]] = first_out + o;
    connect(e, base + DEPARTURE, first_out + o);
  }
  for (uint32_t i = 0; i < j->in_count; i++) {
    uint32_t in = e->in_node[j->ins[i]] = base + FIRST_OTHER + i;
    connect(e, in, base + ARRIVAL);
    for (uint32_t o = 0; o < j->out_count; o++)
      if (!is_forbidden(j, j->ins[i], j->outs[o])) connect(e, in, first_out + o);
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
    connectors += (uint64_t)(j.in_count + 1) * (j.out_count + 1) - j.count;
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
  if (e->connectors) g_array_unref(e->connectors);
  g_free(e->first);
  g_free(e->in_node);
  g_free(e->out_node);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(expansion, clear_expansion)

static bool expand(mi_draft *draft, const mi_forbidden *forbidden, uint32_t forbidden_count, GError **error) {
  g_auto(expansion) e = {.draft = draft, .forbidden = forbidden};
  if (!number_nodes(&e, forbidden_count, error)) return false;
  e.connectors = g_array_new(FALSE, FALSE, sizeof(mi_draft_connector));
  place_ends(&e);
  for (uint32_t at = 0; at < forbidden_count;) {
    junction j = take_junction(forbidden + at, forbidden_count - at);
    join_nodes(&e, &j);
    at += j.count;
  }
  move_links(&e);
  copy_nodes(&e);
  draft->connector_count = e.connectors->len;
  draft->connectors = (mi_draft_connector *)(void *)g_array_free(g_steal_pointer(&e.connectors), FALSE);
  return true;
}

bool mi_turns_apply(mi_draft *draft, const MusterRoads *roads, GError **error) {
  g_autoptr(GArray) forbidden = mi_turns_forbidden(draft, roads, &draft->restriction_count);
  if (forbidden->len == 0) return true;
  return expand(draft, &g_array_index(forbidden, mi_forbidden, 0), forbidden->len, error);
}
