/* Single pairs: other costs, forbidden, pinned. */
#include "assign/state.h"

/* Takes the row out of the matching; its column, if it has one, goes to whoever gains by it. */
static void take_out(MusterAssignment *a, MusterAssignRow row) {
  MusterAssignColumn column = a->rows[row].column;
  bool was_pinned = a->rows[row].state == MI_ROW_PINNED;
  mi_row_detach(a, row);
  if (column == MUSTER_NONE) return;
  if (was_pinned && a->method == MUSTER_ASSIGN_OPTIMAL) a->columns[column].price = mi_price_to_return(a, column);
  mi_release(a, column);
}

/* Whether the matching stays the best one if the pair gets this cost. */
static bool changes_nothing(const MusterAssignment *a, MusterAssignRow id, const mi_arc *arc) {
  const mi_assign_row *row = &a->rows[id];
  const mi_assign_column *column = &a->columns[arc->column];
  if (row->state == MI_ROW_WAITING || row->state == MI_ROW_PINNED || !mi_column_takes_part(column)) return true;
  if (row->column == arc->column) return false;
  if (a->method != MUSTER_ASSIGN_OPTIMAL) return row->state == MI_ROW_SERVED || column->row != MUSTER_NONE;
  return mi_arc_key(a, arc) + column->price >= row->price;
}

static void replace_arc(MusterAssignment *a, MusterAssignRow row, const mi_arc *arc) {
  uint32_t number = mi_row_find_arc(a, row, arc->column);
  if (number != MUSTER_NONE) mi_row_remove_arc(a, row, number);
  mi_row_add_arc(a, row, arc);
}

static bool is_there(const MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column) {
  return row < a->row_capacity && a->rows[row].state != MI_ROW_ABSENT && column < a->column_capacity &&
         a->columns[column].is_known;
}

bool muster_assignment_change(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column,
                              const MusterAssignCost *cost, GError **error) {
  mi_call_begin(a);
  g_return_val_if_fail(is_there(a, row, column), false);
  if (!mi_scale_check(&a->scale, cost, "row", row, error)) return false;
  mi_allow(a, row, column);
  mi_packed_cost packed = mi_scale_pack(&a->scale, cost, a->facts[row].id, a->column_facts[column].id);
  mi_arc arc = {packed.high, packed.low, column};
  bool settled = changes_nothing(a, row, &arc);
  if (!settled && a->method != MUSTER_ASSIGN_OPTIMAL && a->rows[row].column == column) {
    mi_row_set_served(a, row, column, packed);
    settled = true;
  }
  if (!settled) take_out(a, row);
  replace_arc(a, row, &arc);
  return settled || mi_serve(a, row, error);
}

bool muster_assignment_change_unserved(MusterAssignment *a, MusterAssignRow id, const MusterAssignCost *unserved,
                                       GError **error) {
  mi_call_begin(a);
  g_return_val_if_fail(id < a->row_capacity && a->rows[id].state != MI_ROW_ABSENT, false);
  if (!mi_scale_check(&a->scale, unserved, "row", id, error)) return false;
  mi_assign_row *row = &a->rows[id];
  mi_packed_cost packed = mi_scale_pack(&a->scale, unserved, a->facts[id].id, MI_UNSERVED_ID);
  bool is_optimal = a->method == MUSTER_ASSIGN_OPTIMAL;
  bool settled = row->state == MI_ROW_WAITING || row->state == MI_ROW_PINNED ||
                 (row->state == MI_ROW_SERVED && (!is_optimal || row->price <= mi_packed_key(a, packed)));
  if (!settled) take_out(a, id);
  row->unserved = packed;
  return settled || mi_serve(a, id, error);
}

bool muster_assignment_forbid(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, GError **error) {
  mi_call_begin(a);
  g_return_val_if_fail(is_there(a, row, column), false);
  if (mi_forbidden(a, row, column)) return true;
  bool held = a->rows[row].state == MI_ROW_SERVED && a->rows[row].column == column;
  if (held) take_out(a, row);
  mi_forbid(a, row, column);
  uint32_t number = mi_row_find_arc(a, row, column);
  if (number != MUSTER_NONE) mi_row_remove_arc(a, row, number);
  return !held || mi_serve(a, row, error);
}

bool muster_assignment_pin(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column,
                           const MusterAssignCost *cost, GError **error) {
  mi_call_begin(a);
  g_return_val_if_fail(is_there(a, row, column), false);
  const mi_assign_column *at = &a->columns[column];
  g_return_val_if_fail(at->is_present && (!at->is_pinned || at->row == row), false);
  if (!mi_scale_check(&a->scale, cost, "row", row, error)) return false;
  mi_packed_cost packed = mi_scale_pack(&a->scale, cost, a->facts[row].id, a->column_facts[column].id);
  MusterAssignRow holder = at->row;
  if (holder != MUSTER_NONE) mi_row_detach(a, holder);
  if (holder != row) {
    MusterAssignColumn left = a->rows[row].column;
    bool was_pinned = a->rows[row].state == MI_ROW_PINNED;
    mi_row_detach(a, row);
    mi_row_set_pinned(a, row, column, packed);
    if (left != MUSTER_NONE && was_pinned && a->method == MUSTER_ASSIGN_OPTIMAL)
      a->columns[left].price = mi_price_to_return(a, left);
    if (left != MUSTER_NONE) mi_release(a, left);
  } else {
    mi_row_set_pinned(a, row, column, packed);
  }
  return holder == MUSTER_NONE || holder == row || mi_serve(a, holder, error);
}

bool muster_assignment_unpin(MusterAssignment *a, MusterAssignRow row, GError **error) {
  mi_call_begin(a);
  if (row >= a->row_capacity || a->rows[row].state != MI_ROW_PINNED) return true;
  if (a->method != MUSTER_ASSIGN_OPTIMAL) { /* pairs made stay */
    mi_row_set_served(a, row, a->rows[row].column, a->rows[row].taken);
    return true;
  }
  take_out(a, row);
  return mi_serve(a, row, error);
}
