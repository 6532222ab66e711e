/* The conditions that prove a matching the best one, held against the whole of it. */
#include "assign/state.h"

static char *fault(const char *what, uint32_t a, uint32_t b) { return g_strdup_printf("%s: %u, %u", what, a, b); }

static char *find_column_fault(const MusterAssignment *a, MusterAssignColumn id) {
  const mi_assign_column *column = &a->columns[id];
  if (column->row != MUSTER_NONE) {
    if (!column->is_present) return fault("an absent column has a row", id, column->row);
    if (column->row >= a->row_capacity || a->rows[column->row].column != id)
      return fault("a column's row has another column", id, column->row);
  }
  if (a->method != MUSTER_ASSIGN_OPTIMAL || !mi_column_takes_part(column)) return NULL;
  if (column->price < 0) return fault("a price below 0 at column", id, column->row);
  if (column->row == MUSTER_NONE && column->price != 0) return fault("a free column has a price", id, 0);
  return NULL;
}

static char *find_price_fault(const MusterAssignment *a, MusterAssignRow id) {
  const mi_assign_row *row = &a->rows[id];
  mi_key unserved = mi_packed_key(a, row->unserved);
  if (row->price > unserved) return fault("a row pays more than it costs to leave it", id, row->column);
  if (row->state == MI_ROW_UNSERVED && row->price != unserved) return fault("an unserved row's price", id, 0);
  if (row->state == MI_ROW_SERVED && row->price != mi_packed_key(a, row->taken) + a->columns[row->column].price)
    return fault("a served row's price", id, row->column);
  int64_t frontier = mi_row_frontier(a, id);
  if (frontier != INT64_MAX && row->price > mi_key_of_high(frontier))
    return fault("a row that wants more candidates", id, 0);
  for (uint32_t i = 0; i < row->arc_count; i++) {
    const mi_arc *arc = &mi_row_arcs(a, row)[i];
    const mi_assign_column *column = &a->columns[arc->column];
    if (mi_column_takes_part(column) && row->price > mi_arc_key(a, arc) + column->price)
      return fault("a row would rather have another column", id, arc->column);
  }
  return NULL;
}

static bool is_listed(const MusterAssignment *a, MusterAssignRow row, uint32_t at) {
  const mi_arc *arc = (const mi_arc *)a->arcs.items + at;
  const mi_assign_column *column = &a->columns[arc->column];
  if (a->in_place[at] >= column->in_count) return false;
  const mi_arc_in *in = mi_arc_in_at(a, column->first_in + a->in_place[at]);
  return in->row == row && in->arc == at && in->high == arc->high && in->low == arc->low;
}

static char *find_row_fault(const MusterAssignment *a, MusterAssignRow id) {
  const mi_assign_row *row = &a->rows[id];
  bool holds = row->state == MI_ROW_SERVED || row->state == MI_ROW_PINNED;
  if (holds != (row->column != MUSTER_NONE)) return fault("a row's state and column differ", id, row->column);
  if (holds && a->columns[row->column].row != id) return fault("a row's column has another row", id, row->column);
  if (holds && a->columns[row->column].is_pinned != (row->state == MI_ROW_PINNED))
    return fault("a row's and its column's pins differ", id, row->column);
  for (uint32_t i = 0; i < row->arc_count; i++) {
    const mi_arc *arc = &mi_row_arcs(a, row)[i];
    if (i > 0 && arc[-1].high > arc->high) return fault("a row's arcs are out of order", id, i);
    if (a->has_ins && !is_listed(a, id, row->first_arc + i)) return fault("an arc is not in its column's list", id, i);
  }
  bool priced = row->state == MI_ROW_SERVED || row->state == MI_ROW_UNSERVED;
  return a->method == MUSTER_ASSIGN_OPTIMAL && priced ? find_price_fault(a, id) : NULL;
}

static char *find_totals_fault(const MusterAssignment *a) {
  MusterAssignTotals totals = {0};
  for (MusterAssignRow id = 0; id < a->row_capacity; id++) {
    const mi_assign_row *row = &a->rows[id];
    if (row->state == MI_ROW_ABSENT) continue;
    totals.rows++;
    totals.waiting += row->state == MI_ROW_WAITING;
    totals.served += row->column != MUSTER_NONE;
    if (row->state == MI_ROW_WAITING) continue;
    MusterAssignCost cost = mi_scale_unpack(&a->scale, row->column == MUSTER_NONE ? row->unserved : row->taken);
    totals.tier += cost.tier;
    totals.time_ms += cost.time_ms;
    totals.fatigue += cost.fatigue;
  }
  const MusterAssignTotals *kept = &a->totals;
  bool same = totals.rows == kept->rows && totals.waiting == kept->waiting && totals.served == kept->served &&
              totals.tier == kept->tier && totals.time_ms == kept->time_ms && totals.fatigue == kept->fatigue;
  return same ? NULL : fault("totals", kept->rows, kept->served);
}

char *mi_assignment_find_fault(const MusterAssignment *a) {
  char *found = NULL;
  for (MusterAssignColumn id = 0; !found && id < a->column_capacity; id++) found = find_column_fault(a, id);
  for (MusterAssignRow id = 0; !found && id < a->row_capacity; id++) found = find_row_fault(a, id);
  return found ? found : find_totals_fault(a);
}
