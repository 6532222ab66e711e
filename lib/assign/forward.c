/* A row comes: the shortest augmenting path from it, Dijkstra over columns with reduced costs; see state.h.
 *
 * A path ends at a free column, or at a row that would rather go unserved (the new one among them). Rows list their
 * arcs by rising cost and prices are 0 or more, so a row is left at the first arc that cannot beat the best end found.
 * The same search, without anybody moving, tells what a pair that is not made would cost.
 */
#include "assign/heap.h"
#include "assign/state.h"

typedef struct forward {
  MusterAssignment *a;
  mi_key best;
  mi_key toll;                   /* counts at every end but the target */
  MusterAssignColumn target;     /* ends the path though somebody has it; MUSTER_NONE: there is none */
  MusterAssignColumn end_column; /* free; or MUSTER_NONE, and */
  MusterAssignRow end_row;       /* goes unserved */
  GError **error;
} forward;

static void look_at(forward *f, MusterAssignRow id, uint32_t number, mi_arc arc, mi_key base) {
  MusterAssignment *a = f->a;
  mi_assign_column *column = &a->columns[arc.column];
  if (!mi_column_takes_part(column)) return;
  mi_key distance = base + mi_arc_key(a, &arc) + column->price;
  if (distance >= f->best) return;
  if (column->row == MUSTER_NONE) {
    if (distance + f->toll >= f->best) return;
    f->best = distance + f->toll;
    f->end_column = arc.column;
    f->end_row = MUSTER_NONE;
  } else if (!mi_heap_reach(a, arc.column, distance)) {
    return;
  } else {
    __builtin_prefetch(&a->rows[column->row]);
  }
  column->via_row = id;
  column->via = number;
}

/* Looks at arcs from `number` on that are no dearer than the frontier; returns the first that can be left out, or that
 * lies behind the frontier. Most arcs lead nowhere nearer, which high words tell: rounded down, so none is missed. */
static uint32_t look_along(forward *f, MusterAssignRow id, const mi_arc *arcs, uint32_t number, uint32_t count,
                           int64_t frontier, mi_key base) {
  enum { AHEAD = 6 };
  const mi_assign_column *columns = f->a->columns;
  uint32_t mark = f->a->mark;
  int64_t base_high = mi_key_high(base), best_high = mi_key_high(f->best);
  for (; number < count && arcs[number].high <= frontier; number++) {
    int64_t high = base_high + arcs[number].high;
    if (high > best_high) break;
    if (number + AHEAD < count) __builtin_prefetch(&columns[arcs[number + AHEAD].column]);
    const mi_assign_column *column = &columns[arcs[number].column];
    int64_t known = mi_key_high(column->distance);
    int64_t bound = column->mark == mark && known < best_high ? known : best_high;
    if (high + mi_key_high(column->price) > bound) continue;
    look_at(f, id, number, arcs[number], base);
    best_high = mi_key_high(f->best);
  }
  return number;
}

/* Goes on from a row whose price, were it settled now, would have risen to distance: base is the distance less its
 * price before. False: the source failed. */
static bool scan(forward *f, MusterAssignRow id, mi_key base) {
  MusterAssignment *a = f->a;
  uint32_t number = 0;
  for (;;) {
    int64_t frontier = mi_row_frontier(a, id);
    const mi_assign_row *row = &a->rows[id];
    number = look_along(f, id, mi_row_arcs(a, row), number, row->arc_count, frontier, base);
    if (number < row->arc_count && mi_row_arcs(a, row)[number].high <= frontier) break;
    if (frontier == INT64_MAX || base + mi_key_of_high(frontier) >= f->best) break;
    if (!mi_row_extend(a, id, f->error)) return false;
  }
  a->steps += number;
  return true;
}

static bool begin(forward *f, MusterAssignRow root, mi_key best) {
  mi_search_begin(f->a);
  f->best = best;
  f->end_column = MUSTER_NONE;
  f->end_row = root;
  return scan(f, root, 0);
}

/* Asks for the arcs of the row that is likely to be settled next: its row was asked for when its column was reached. */
static void prefetch_next(const MusterAssignment *a) {
  if (a->heap_count == 0) return;
  const mi_arc *arcs = mi_row_arcs(a, &a->rows[a->columns[a->heap[0]].row]);
  enum { LINES = 3, ARCS_IN_A_LINE = MI_CACHE_LINE / sizeof(mi_arc) };
  for (int i = 0; i < LINES; i++) __builtin_prefetch(arcs + i * ARCS_IN_A_LINE);
}

/* Settles what has been reached, to the best end. */
static bool run(forward *f) {
  MusterAssignment *a = f->a;
  while (a->heap_count > 0 && a->columns[a->heap[0]].distance < f->best) {
    MusterAssignColumn settled = mi_heap_pop(a);
    if (settled == f->target) {
      f->best = a->columns[settled].distance;
      return true;
    }
    a->settled[a->settled_count++] = settled;
    MusterAssignRow id = a->columns[settled].row;
    prefetch_next(a);
    mi_key base = a->columns[settled].distance - a->rows[id].price;
    mi_key unserved = base + mi_packed_key(a, a->rows[id].unserved) + f->toll;
    if (unserved < f->best) {
      f->best = unserved;
      f->end_column = MUSTER_NONE;
      f->end_row = id;
    }
    if (!scan(f, id, base)) return false;
  }
  return true;
}

static void raise_prices(MusterAssignment *a, mi_key best) {
  for (uint32_t i = 0; i < a->settled_count; i++) {
    mi_assign_column *column = &a->columns[a->settled[i]];
    mi_key rise = best - column->distance;
    if (rise <= 0) continue;
    column->price += rise;
    a->rows[column->row].price += rise;
  }
}

/* Hands the columns of the path on, from its end back to the root. */
static void augment(forward *f, MusterAssignRow root) {
  MusterAssignment *a = f->a;
  MusterAssignColumn column = f->end_column;
  if (column == MUSTER_NONE) {
    column = f->end_row == root ? MUSTER_NONE : a->rows[f->end_row].column;
    mi_row_set_unserved(a, f->end_row);
  }
  while (column != MUSTER_NONE) {
    MusterAssignRow row = a->columns[column].via_row;
    MusterAssignColumn held = a->rows[row].column;
    const mi_arc *arc = &mi_row_arcs(a, &a->rows[row])[a->columns[column].via];
    mi_row_set_served(a, row, column, (mi_packed_cost){arc->high, arc->low});
    column = held;
  }
}

bool mi_serve_optimal(MusterAssignment *a, MusterAssignRow root, GError **error) {
  forward f = {.a = a, .target = MUSTER_NONE, .error = error};
  if (!begin(&f, root, mi_packed_key(a, a->rows[root].unserved)) || !run(&f)) {
    mi_row_set_waiting(a, root);
    return false;
  }
  raise_prices(a, f.best);
  a->rows[root].price = f.best;
  augment(&f, root);
  return true;
}

/* ---- what is not made ---- */

bool mi_extra_to_serve(MusterAssignment *a, MusterAssignRow root, MusterAssignColumn *column, mi_key *extra,
                       GError **error) {
  forward f = {.a = a, .target = MUSTER_NONE, .error = error};
  if (!begin(&f, root, MI_KEY_MOST) || !run(&f)) return false;
  *column = MUSTER_NONE;
  MusterAssignColumn next = f.end_column;
  if (next == MUSTER_NONE) next = a->rows[f.end_row].column; /* the root has none */
  for (; next != MUSTER_NONE; next = a->rows[a->columns[next].via_row].column) *column = next;
  if (*column != MUSTER_NONE) *extra = f.best - a->rows[root].price;
  return true;
}

bool mi_extra_of_pair(MusterAssignment *a, MusterAssignRow id, const mi_arc *arc, mi_key *extra, GError **error) {
  const mi_assign_row *row = &a->rows[id];
  MusterAssignColumn wanted = arc->column;
  mi_key pair = mi_arc_key(a, arc) + a->columns[wanted].price - row->price;
  mi_key toll = row->column == MUSTER_NONE ? 0 : mi_release_distance(a, row->column);
  forward f = {.a = a, .best = toll, .toll = toll, .target = row->column, .error = error};
  if (a->columns[wanted].row != MUSTER_NONE) {
    f.best = MI_KEY_MOST;
    mi_search_begin(a);
    mi_heap_reach(a, wanted, 0);
    if (!run(&f)) return false;
  }
  *extra = pair + f.best;
  return true;
}
