/* Strongly connected components by Tarjan's one sweep (SIAM J. Computing 1972), with its own stack in place of
 * recursion: a road graph is deeper than any call stack. */
#include "road/parts.h"

enum { UNSEEN = 0 };

typedef struct visit {
  MusterNode node;
  uint32_t next_arc;
} visit;

typedef struct sweep {
  const uint32_t *first_out;
  const MusterNode *head;
  const uint32_t *weight_ms;
  uint32_t *order; /* node → place in the order of discovery, from 1 */
  uint32_t *low;   /* least order reachable from the node's subtree by one arc back */
  uint32_t *part;
  visit *visits;
  MusterNode *open; /* nodes discovered whose part is not closed yet */
  uint32_t visit_count, open_count, seen_count, part_count;
} sweep;

static void discover(sweep *s, MusterNode node) {
  s->order[node] = s->low[node] = ++s->seen_count;
  s->open[s->open_count++] = node;
  s->visits[s->visit_count++] = (visit){node, s->first_out[node]};
}

static void leave(sweep *s, MusterNode node) {
  if (s->low[node] == s->order[node]) {
    MusterNode member;
    do {
      member = s->open[--s->open_count];
      s->part[member] = s->part_count;
    } while (member != node);
    s->part_count++;
  }
  if (--s->visit_count == 0) return;
  MusterNode parent = s->visits[s->visit_count - 1].node;
  s->low[parent] = MIN(s->low[parent], s->low[node]);
}

static void sweep_from(sweep *s, MusterNode start) {
  discover(s, start);
  while (s->visit_count) {
    visit *top = &s->visits[s->visit_count - 1];
    if (top->next_arc == s->first_out[top->node + 1]) {
      leave(s, top->node);
      continue;
    }
    uint32_t arc = top->next_arc++;
    if (s->weight_ms && s->weight_ms[arc] == MUSTER_UNREACHABLE_MS) continue;
    MusterNode node = top->node, next = s->head[arc];
    if (s->order[next] == UNSEEN)
      discover(s, next);
    else if (s->part[next] == MUSTER_NONE)
      s->low[node] = MIN(s->low[node], s->order[next]);
  }
}

uint32_t mi_parts_find(const uint32_t *first_out, const MusterNode *head, const uint32_t *weight_ms,
                       uint32_t node_count, uint32_t *part) {
  sweep s = {.first_out = first_out, .head = head, .weight_ms = weight_ms, .part = part};
  s.order = g_new0(uint32_t, node_count + 1);
  s.low = g_new0(uint32_t, node_count + 1);
  s.visits = g_new(visit, node_count + 1);
  s.open = g_new(MusterNode, node_count + 1);
  for (MusterNode v = 0; v < node_count; v++) part[v] = MUSTER_NONE;
  for (MusterNode v = 0; v < node_count; v++)
    if (s.order[v] == UNSEEN) sweep_from(&s, v);
  g_free(s.order);
  g_free(s.low);
  g_free(s.visits);
  g_free(s.open);
  return s.part_count;
}
