/* The baselines: rows take what is cheapest for them, and nobody gives way. */
#include "assign/state.h"

#include <stdlib.h>

/* The row's cheapest arc to a free column at less than its cost of staying unserved; MUSTER_NONE: there is none. */
static bool find_cheapest(MusterAssignment *a, MusterAssignRow id, uint32_t *out, GError **error) {
  mi_key best = mi_packed_key(a, a->rows[id].unserved);
  *out = MUSTER_NONE;
  for (uint32_t number = 0;;) {
    int64_t frontier = mi_row_frontier(a, id);
    const mi_arc *arcs = mi_row_arcs(a, &a->rows[id]);
    for (; number < a->rows[id].arc_count && arcs[number].high <= frontier; number++, a->steps++) {
      if (mi_key_of_high(arcs[number].high) >= best) return true;
      const mi_assign_column *column = &a->columns[arcs[number].column];
      if (!mi_column_takes_part(column) || column->row != MUSTER_NONE) continue;
      mi_key key = mi_arc_key(a, &arcs[number]);
      if (key >= best) continue;
      best = key;
      *out = number;
    }
    if (frontier == INT64_MAX || mi_key_of_high(frontier) >= best) return true;
    if (!mi_row_extend(a, id, error)) return false;
  }
}

static void take(MusterAssignment *a, MusterAssignRow id, uint32_t number) {
  if (number == MUSTER_NONE) {
    mi_row_set_unserved(a, id);
    return;
  }
  const mi_arc *arc = &mi_row_arcs(a, &a->rows[id])[number];
  mi_row_set_served(a, id, arc->column, (mi_packed_cost){arc->high, arc->low});
}

bool mi_serve_nearest(MusterAssignment *a, MusterAssignRow id, GError **error) {
  uint32_t number;
  if (!find_cheapest(a, id, &number, error)) {
    mi_row_set_waiting(a, id);
    return false;
  }
  if (a->facts[id].since == 0) a->facts[id].since = ++a->arrivals;
  take(a, id, number);
  return true;
}

void mi_release_nearest(MusterAssignment *a, MusterAssignColumn id) {
  mi_list_ins(a);
  const mi_assign_column *column = &a->columns[id];
  const mi_arc_in *best = NULL;
  for (uint32_t i = 0; i < column->in_count; i++, a->steps++) {
    const mi_arc_in *in = mi_arc_in_at(a, column->first_in + i);
    const mi_assign_row *row = &a->rows[in->row];
    if (row->state != MI_ROW_UNSERVED || mi_arc_in_key(a, in) >= mi_packed_key(a, row->unserved)) continue;
    bool better =
        !best || (a->method == MUSTER_ASSIGN_NEAREST_FCFS ? a->facts[in->row].since < a->facts[best->row].since
                                                          : mi_arc_in_key(a, in) < mi_arc_in_key(a, best));
    if (better) best = in;
  }
  if (best) mi_row_set_served(a, best->row, id, (mi_packed_cost){best->high, best->low});
}

/* ---- cheapest pair first ---- */

typedef struct choice {
  mi_key key;
  MusterAssignRow row;
  uint32_t number; /* of its arc; MUSTER_NONE: stays unserved */
} choice;

static void sift_down(choice *heap, size_t count, size_t at) {
  choice moved = heap[at];
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && heap[child + 1].key < heap[child].key) child++;
    if (heap[child].key >= moved.key) break;
    heap[at] = heap[child];
  }
  heap[at] = moved;
}

static bool choose(MusterAssignment *a, choice *c, GError **error) {
  if (!find_cheapest(a, c->row, &c->number, error)) return false;
  if (c->number != MUSTER_NONE) c->key = mi_arc_key(a, &mi_row_arcs(a, &a->rows[c->row])[c->number]);
  return true;
}

static bool is_still_free(const MusterAssignment *a, const choice *c) {
  return a->columns[mi_row_arcs(a, &a->rows[c->row])[c->number].column].row == MUSTER_NONE;
}

/* A row's cheapest free column only gets dearer, so a choice that still holds at the top is the cheapest pair. */
static bool run_heap(MusterAssignment *a, choice *heap, size_t count, GError **error) {
  for (size_t at = count / 2; at-- > 0;) sift_down(heap, count, at);
  while (count > 0) {
    if (is_still_free(a, &heap[0])) {
      take(a, heap[0].row, heap[0].number);
      heap[0] = heap[--count];
    } else {
      if (!choose(a, &heap[0], error)) return false;
      if (heap[0].number == MUSTER_NONE) {
        take(a, heap[0].row, MUSTER_NONE);
        heap[0] = heap[--count];
      }
    }
    if (count > 0) sift_down(heap, count, 0);
  }
  return true;
}

bool mi_solve_greedily(MusterAssignment *a, GError **error) {
  g_autofree choice *heap = g_new(choice, a->waiting->len + 1);
  size_t count = 0;
  for (guint i = a->waiting_first; i < a->waiting->len; i++) {
    const mi_waiting *entry = &g_array_index(a->waiting, mi_waiting, i);
    if (!mi_still_waits(a, entry)) continue;
    choice c = {.row = entry->row};
    if (!choose(a, &c, error)) return false;
    if (a->facts[c.row].since == 0) a->facts[c.row].since = ++a->arrivals;
    if (c.number == MUSTER_NONE)
      take(a, c.row, MUSTER_NONE);
    else
      heap[count++] = c;
  }
  if (!run_heap(a, heap, count, error)) return false;
  g_array_set_size(a->waiting, 0);
  a->waiting_first = 0;
  return true;
}
