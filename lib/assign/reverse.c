/* A column comes free: the shortest path back, from columns to the rows that would rather have them; see state.h.
 *
 * A path ends at an unserved row, which is served now, or at a column whose price falls to 0: it stays free.
 */
#include "assign/heap.h"
#include "assign/state.h"

typedef struct reverse {
  MusterAssignment *a;
  mi_key best;
  MusterAssignColumn end_column; /* stays free; or MUSTER_NONE, and */
  MusterAssignRow end_row;       /* unserved until now, takes */
  MusterAssignColumn end_from;   /* this one */
  uint32_t end_arc;
} reverse;

/* The row could take the column it leads to by this arc. */
static void look_at(reverse *r, uint32_t at, MusterAssignColumn to, mi_key distance, mi_key price) {
  MusterAssignment *a = r->a;
  const mi_arc_in *in = mi_arc_in_at(a, at);
  const mi_assign_row *row = &a->rows[in->row];
  if (row->state != MI_ROW_UNSERVED && (row->state != MI_ROW_SERVED || row->column == to)) return;
  distance += mi_arc_in_key(a, in) + price - row->price;
  if (distance >= r->best) return;
  if (row->state == MI_ROW_UNSERVED) {
    *r = (reverse){a, distance, MUSTER_NONE, in->row, to, at};
    return;
  }
  if (!mi_heap_reach(a, row->column, distance)) return;
  mi_assign_column *column = &a->columns[row->column];
  column->via_row = to;
  column->via = at;
  if (distance + column->price < r->best) *r = (reverse){a, distance + column->price, row->column, 0, 0, 0};
}

static void scan(reverse *r, MusterAssignColumn like, MusterAssignColumn to, mi_key distance, mi_key price) {
  enum { AHEAD = 6 };
  MusterAssignment *a = r->a;
  uint32_t first = a->columns[like].first_in, end = first + a->columns[like].in_count;
  const mi_arc_in *ins = mi_arc_in_at(a, 0);
  /* Most arcs lead nowhere nearer, which high words tell: rounded down here and up at the row, so none is missed. */
  int64_t here_high = mi_key_high(distance) + mi_key_high(price) - 1;
  for (uint32_t at = first; at < end; at++) {
    if (at + AHEAD < end) __builtin_prefetch(&a->rows[ins[at + AHEAD].row]);
    if (here_high + ins[at].high - mi_key_high(a->rows[ins[at].row].price) > mi_key_high(r->best)) continue;
    look_at(r, at, to, distance, price);
  }
  a->steps += end - first;
}

static void search(reverse *r, MusterAssignColumn like, MusterAssignColumn root, mi_key price) {
  MusterAssignment *a = r->a;
  mi_list_ins(a);
  mi_search_begin(a);
  *r = (reverse){a, price, root, 0, 0, 0};
  scan(r, like, root, 0, price);
  while (a->heap_count > 0 && a->columns[a->heap[0]].distance < r->best) {
    MusterAssignColumn settled = mi_heap_pop(a);
    a->settled[a->settled_count++] = settled;
    scan(r, settled, settled, a->columns[settled].distance, a->columns[settled].price);
  }
}

static void lower_prices(reverse *r, MusterAssignColumn root) {
  MusterAssignment *a = r->a;
  a->columns[root].price -= r->best;
  for (uint32_t i = 0; i < a->settled_count; i++) {
    mi_assign_column *column = &a->columns[a->settled[i]];
    mi_key fall = r->best - column->distance;
    if (fall <= 0) continue;
    column->price -= fall;
    a->rows[column->row].price -= fall;
  }
}

static void take(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, uint32_t at) {
  const mi_arc_in *in = mi_arc_in_at(a, at);
  mi_row_set_served(a, row, column, (mi_packed_cost){in->high, in->low});
}

/* Everybody on the path moves up to the column before. */
static void move_up(reverse *r, MusterAssignColumn root) {
  MusterAssignment *a = r->a;
  MusterAssignColumn column = r->end_column;
  if (column == MUSTER_NONE) {
    column = r->end_from;
    MusterAssignRow next = column == root ? MUSTER_NONE : a->columns[column].row;
    uint32_t arc = r->end_arc;
    take(a, r->end_row, column, arc);
    while (next != MUSTER_NONE) {
      MusterAssignColumn to = a->columns[column].via_row;
      MusterAssignRow row = next;
      next = to == root ? MUSTER_NONE : a->columns[to].row;
      take(a, row, to, a->columns[column].via);
      column = to;
    }
    return;
  }
  if (column == root) return;
  MusterAssignRow row = a->columns[column].row;
  a->columns[column].row = MUSTER_NONE;
  while (column != root) {
    MusterAssignColumn to = a->columns[column].via_row;
    MusterAssignRow next = to == root ? MUSTER_NONE : a->columns[to].row;
    take(a, row, to, a->columns[column].via);
    row = next;
    column = to;
  }
}

void mi_release_optimal(MusterAssignment *a, MusterAssignColumn column) {
  reverse r = {.a = a};
  if (a->columns[column].price == 0) return;
  search(&r, column, column, a->columns[column].price);
  lower_prices(&r, column);
  move_up(&r, column);
}

mi_key mi_release_distance(MusterAssignment *a, MusterAssignColumn column) {
  reverse r = {.a = a};
  if (a->columns[column].price == 0) return 0;
  search(&r, column, column, a->columns[column].price);
  return r.best;
}

mi_key mi_release_gain(MusterAssignment *a, MusterAssignColumn like, mi_key price) {
  reverse r = {.a = a};
  if (price <= 0) return 0;
  search(&r, like, MUSTER_NONE, price);
  return price - r.best;
}

mi_key mi_price_to_return(MusterAssignment *a, MusterAssignColumn id) {
  mi_list_ins(a);
  mi_key price = 0;
  for (uint32_t i = 0; i < a->columns[id].in_count; i++, a->steps++) {
    const mi_arc_in *in = mi_arc_in_at(a, a->columns[id].first_in + i);
    const mi_assign_row *row = &a->rows[in->row];
    if (row->state != MI_ROW_SERVED && row->state != MI_ROW_UNSERVED) continue;
    price = MAX(price, row->price - mi_arc_in_key(a, in));
  }
  return price;
}
