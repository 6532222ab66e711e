/* Junctions with turn restrictions and barriers become several nodes; see turns.h. */
#include "road/turns.h"

#include <inttypes.h>
#include <stdlib.h>

/* The nodes of one junction, by their place behind its first. */
enum { ARRIVAL, DEPARTURE, FIRST_OTHER };

typedef struct expansion {
  mi_draft *draft;
  const mi_forbidden *forbidden; /* ascending */
  uint32_t forbidden_count;
  uint8_t *is_junction;         /* old node → movements are forbidden there */
  uint32_t *first;              /* old node → its first new one; node_count + 1 */
  uint32_t *in_node, *out_node; /* link end → new node where its arc comes in, where it goes out */
} expansion;

/* The movements forbidden at one junction: a run of the list, and the distinct ends in it. */
typedef struct junction {
  uint32_t node;
  const mi_forbidden *forbidden;
  uint32_t count;
  GArray *ins, *outs; /* mi_link_end */
} junction;

static mi_link_end end_in(const GArray *ends, guint i) { return g_array_index(ends, mi_link_end, i); }

static void add_end(GArray *ends, mi_link_end end) {
  for (guint i = 0; i < ends->len; i++)
    if (end_in(ends, i) == end) return;
  g_array_append_val(ends, end);
}

/* Takes the junction whose run begins there in place of the one before. */
static void take_junction(junction *j, const mi_forbidden *forbidden, uint32_t left) {
  j->node = forbidden[0].node;
  j->forbidden = forbidden;
  j->count = 0;
  g_array_set_size(j->ins, 0);
  g_array_set_size(j->outs, 0);
  while (j->count < left && forbidden[j->count].node == j->node) {
    add_end(j->ins, forbidden[j->count].in);
    add_end(j->outs, forbidden[j->count].out);
    j->count++;
  }
}

/* The first junction, then the one behind it, until none is left. */
static bool next_junction(const expansion *e, junction *j) {
  uint32_t at = j->ins ? (uint32_t)(j->forbidden - e->forbidden) + j->count : 0;
  if (!j->ins) {
    j->ins = g_array_new(FALSE, FALSE, sizeof(mi_link_end));
    j->outs = g_array_new(FALSE, FALSE, sizeof(mi_link_end));
  }
  if (at < e->forbidden_count) take_junction(j, e->forbidden + at, e->forbidden_count - at);
  return at < e->forbidden_count;
}

static void clear_junction(junction *j) {
  if (!j->ins) return;
  g_array_unref(j->ins);
  g_array_unref(j->outs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(junction, clear_junction)

static unsigned out_modes(const mi_draft *draft, mi_link_end end) {
  const mi_draft_link *link = &draft->links[end / 2];
  return mi_draft_open_modes(draft, end & 1 ? link->backward_ms : link->forward_ms);
}

static unsigned in_modes(const mi_draft *draft, mi_link_end end) { return out_modes(draft, end ^ 1); }

/* The modes that may go from the one end to the other. */
static unsigned permitted_modes(const expansion *e, const junction *j, mi_link_end in, mi_link_end out) {
  mi_forbidden movement = {.node = j->node, .in = in, .out = out};
  const mi_forbidden *found = bsearch(&movement, j->forbidden, j->count, sizeof movement, mi_forbidden_compare);
  unsigned modes = in_modes(e->draft, in) & out_modes(e->draft, out);
  return found ? modes & ~found->modes : modes;
}

static void join_nodes(expansion *e, const junction *j) {
  unsigned all = e->draft->modes;
  uint32_t base = e->first[j->node], first_out = base + FIRST_OTHER + j->ins->len;
  mi_draft_connect(e->draft, base + DEPARTURE, base + ARRIVAL, all);
  for (guint o = 0; o < j->outs->len; o++) {
    e->out_node[end_in(j->outs, o)] = first_out + o;
    mi_draft_connect(e->draft, base + DEPARTURE, first_out + o, all);
  }
  for (guint i = 0; i < j->ins->len; i++) {
    uint32_t in = e->in_node[end_in(j->ins, i)] = base + FIRST_OTHER + i;
    mi_draft_connect(e->draft, in, base + ARRIVAL, all);
    for (guint o = 0; o < j->outs->len; o++) {
      unsigned modes = permitted_modes(e, j, end_in(j->ins, i), end_in(j->outs, o));
      if (modes) mi_draft_connect(e->draft, in, first_out + o, modes);
    }
  }
}

static bool is_barrier(const expansion *e, uint32_t node) {
  return e->draft->node_closed && e->draft->node_closed[node] && !e->is_junction[node];
}

/* Numbers the new nodes: those of one old node follow one another, so ids stay in order. */
static bool number_nodes(expansion *e, GError **error) {
  const mi_draft *draft = e->draft;
  uint64_t nodes = 0, connectors = 0;
  e->is_junction = g_new0(uint8_t, (size_t)draft->node_count + 1);
  e->first = g_new0(uint32_t, (size_t)draft->node_count + 1);
  g_auto(junction) j = {0};
  while (next_junction(e, &j)) {
    e->is_junction[j.node] = 1;
    e->first[j.node + 1] = FIRST_OTHER + j.ins->len + j.outs->len;
    connectors += (uint64_t)(j.ins->len + 1) * (j.outs->len + 1);
  }
  for (mi_link_end end = 0; end < 2 * draft->link_count; end++) {
    uint32_t node = mi_link_end_node(draft, end);
    e->first[node + 1] += is_barrier(e, node);
  }
  for (uint32_t v = 0; v < draft->node_count; v++) nodes += e->first[v + 1] = MAX(e->first[v + 1], 1);
  if (nodes + connectors > UINT32_MAX / 4) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "roads: at most %u nodes and permitted movements at junctions with turn restrictions, found %" PRIu64,
                UINT32_MAX / 4, nodes + connectors);
    return false;
  }
  for (uint32_t v = 0; v < draft->node_count; v++) e->first[v + 1] += e->first[v];
  return true;
}

static void copy_nodes(expansion *e) {
  mi_draft *draft = e->draft;
  uint32_t count = e->first[draft->node_count];
  int64_t *id = g_new(int64_t, (size_t)count + 1);
  MusterPosition *position = g_new(MusterPosition, (size_t)count + 1);
  for (uint32_t v = 0; v < draft->node_count; v++)
    for (uint32_t copy = e->first[v]; copy < e->first[v + 1]; copy++) {
      id[copy] = draft->node_id[v];
      position[copy] = draft->node_position[v];
    }
  g_free(draft->node_id);
  g_free(draft->node_position);
  draft->node_id = id;
  draft->node_position = position;
}

/* Where one sets out and comes in at each new node. */
static void place_junctions(expansion *e) {
  mi_draft *draft = e->draft;
  uint32_t count = e->first[draft->node_count];
  draft->depart = g_new(uint32_t, (size_t)count + 1);
  draft->arrive = g_new(uint32_t, (size_t)count + 1);
  for (uint32_t v = 0; v < draft->node_count; v++)
    for (uint32_t copy = e->first[v]; copy < e->first[v + 1]; copy++) {
      draft->arrive[copy] = e->is_junction[v] ? e->first[v] + ARRIVAL : copy;
      draft->depart[copy] = e->is_junction[v] ? e->first[v] + DEPARTURE : copy;
    }
}

/* A barrier hands out its nodes to the ends in their order. */
static void place_ends(expansion *e) {
  const mi_draft *draft = e->draft;
  uint32_t end_count = 2 * draft->link_count;
  g_autofree uint32_t *next = g_memdup2(e->first, ((size_t)draft->node_count + 1) * sizeof *next);
  e->in_node = g_new(uint32_t, (size_t)end_count + 1);
  e->out_node = g_new(uint32_t, (size_t)end_count + 1);
  for (mi_link_end end = 0; end < end_count; end++) {
    uint32_t node = mi_link_end_node(draft, end), base = e->first[node];
    if (is_barrier(e, node)) base = next[node]++;
    e->in_node[end] = e->is_junction[node] ? base + DEPARTURE : base;
    e->out_node[end] = e->is_junction[node] ? base + ARRIVAL : base;
  }
}

static void join_barriers(expansion *e) {
  for (uint32_t v = 0; v < e->draft->node_count; v++) {
    if (!is_barrier(e, v)) continue;
    unsigned let_pass = e->draft->modes & ~(unsigned)e->draft->node_closed[v];
    for (uint32_t side = e->first[v] + 1; let_pass && side < e->first[v + 1]; side++) {
      mi_draft_connect(e->draft, e->first[v], side, let_pass);
      mi_draft_connect(e->draft, side, e->first[v], let_pass);
    }
  }
}

static uint32_t place_of_end(const expansion *e, mi_link_end end) {
  uint32_t node = mi_link_end_node(e->draft, end);
  return e->is_junction[node] ? e->first[node] + ARRIVAL : e->in_node[end];
}

static void move_links(const expansion *e) {
  mi_draft *draft = e->draft;
  if (draft->depart) draft->ends = g_new(mi_draft_ends, (size_t)draft->link_count + 1);
  for (uint32_t i = 0; i < draft->link_count; i++) {
    mi_link_end tail = 2 * i, head = 2 * i + 1;
    uint32_t new_tail = place_of_end(e, tail), new_head = place_of_end(e, head);
    if (draft->ends)
      draft->ends[i] = (mi_draft_ends){.forward_tail = e->out_node[tail],
                                       .forward_head = e->in_node[head],
                                       .backward_tail = e->out_node[head],
                                       .backward_head = e->in_node[tail]};
    draft->links[i].tail = new_tail;
    draft->links[i].head = new_head;
  }
}

static void clear_expansion(expansion *e) {
  g_free(e->is_junction);
  g_free(e->first);
  g_free(e->in_node);
  g_free(e->out_node);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(expansion, clear_expansion)

static bool expand(mi_draft *draft, const GArray *forbidden, GError **error) {
  g_auto(expansion)
      e = {.draft = draft, .forbidden = &g_array_index(forbidden, mi_forbidden, 0), .forbidden_count = forbidden->len};
  if (!number_nodes(&e, error)) return false;
  place_ends(&e);
  join_barriers(&e);
  g_auto(junction) j = {0};
  while (next_junction(&e, &j)) join_nodes(&e, &j);
  if (forbidden->len > 0) place_junctions(&e);
  move_links(&e);
  copy_nodes(&e);
  draft->node_count = e.first[draft->node_count];
  return true;
}

/* Sorts movements and makes one of those that stand there twice. */
static void merge_movements(GArray *list) {
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
}

typedef struct barrier_end {
  uint32_t node;
  mi_link_end end;
} barrier_end;

static int compare_barrier_ends(gconstpointer a, gconstpointer b) {
  const barrier_end *x = a, *y = b;
  if (x->node != y->node) return x->node < y->node ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

static const barrier_end *barrier_at(const GArray *ends, guint i) { return &g_array_index(ends, barrier_end, i); }

static void stop_between(const mi_draft *draft, const barrier_end *in, const barrier_end *out, GArray *list) {
  unsigned modes = draft->node_closed[in->node] & in_modes(draft, in->end) & out_modes(draft, out->end);
  mi_forbidden movement = {in->node, in->end, out->end, modes};
  if (modes) g_array_append_val(list, movement);
}

/* At a barrier that becomes a junction the modes that it stops may only turn round. */
static void stop_at_barriers(const mi_draft *draft, GArray *list) {
  if (!draft->node_closed) return;
  g_autofree uint8_t *is_meant = g_new0(uint8_t, (size_t)draft->node_count + 1);
  for (guint i = 0; i < list->len; i++) {
    uint32_t node = g_array_index(list, mi_forbidden, i).node;
    is_meant[node] = draft->node_closed[node] != 0;
  }
  g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(barrier_end));
  for (mi_link_end end = 0; end < 2 * draft->link_count; end++) {
    barrier_end at = {mi_link_end_node(draft, end), end};
    if (is_meant[at.node]) g_array_append_val(ends, at);
  }
  g_array_sort(ends, compare_barrier_ends);
  for (guint i = 0; i < ends->len; i++)
    for (guint j = i; j-- > 0 && barrier_at(ends, j)->node == barrier_at(ends, i)->node;) {
      stop_between(draft, barrier_at(ends, i), barrier_at(ends, j), list);
      stop_between(draft, barrier_at(ends, j), barrier_at(ends, i), list);
    }
}

/* What is forbidden to any of the modes, ascending, each movement once. */
static GArray *list_forbidden(mi_draft *draft, const MusterRoads *roads) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(mi_forbidden));
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (!(draft->modes & MUSTER_MODE_BIT(mode))) continue;
    g_autoptr(GArray) own = mi_turns_forbidden(draft, roads, (MusterMode)mode, &draft->restriction_count[mode]);
    g_array_append_vals(list, own->data, own->len);
  }
  stop_at_barriers(draft, list);
  merge_movements(list);
  return list;
}

bool mi_turns_apply(mi_draft *draft, const MusterRoads *roads, GError **error) {
  g_autoptr(GArray) forbidden = list_forbidden(draft, roads);
  return expand(draft, forbidden, error);
}
