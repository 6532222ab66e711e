/* Who has whom, with the totals and the list of what a call has changed; see state.h. */
#include "assign/state.h"

#include <stdlib.h>

void mi_call_begin(MusterAssignment *a) {
  a->call++;
  g_array_set_size(a->changed, 0);
}

/* Before the first change of the row's column in this call. */
static void note_change(MusterAssignment *a, MusterAssignRow id) {
  mi_row_facts *facts = &a->facts[id];
  if (facts->call == a->call) return;
  facts->call = a->call;
  facts->column_before = a->rows[id].column;
  g_array_append_val(a->changed, id);
}

static mi_packed_cost cost_that_counts(const mi_assign_row *row) {
  return row->state == MI_ROW_UNSERVED ? row->unserved : row->taken;
}

/* Adds (or takes away) what the row counts for in its state. */
static void count_row(MusterAssignment *a, const mi_assign_row *row, int sign) {
  MusterAssignTotals *totals = &a->totals;
  if (row->state == MI_ROW_ABSENT) return;
  totals->rows += (uint32_t)sign;
  totals->waiting += row->state == MI_ROW_WAITING ? (uint32_t)sign : 0;
  totals->served += row->state == MI_ROW_SERVED || row->state == MI_ROW_PINNED ? (uint32_t)sign : 0;
  if (row->state == MI_ROW_WAITING) return;
  MusterAssignCost cost = mi_scale_unpack(&a->scale, cost_that_counts(row));
  totals->tier += (uint64_t)(sign * (int64_t)cost.tier);
  totals->time_ms += sign * (int64_t)cost.time_ms;
  totals->fatigue += (uint64_t)(sign * (int64_t)cost.fatigue);
}

static void set_state(MusterAssignment *a, MusterAssignRow id, mi_row_state state, MusterAssignColumn column,
                      mi_packed_cost taken) {
  mi_assign_row *row = &a->rows[id];
  if (row->column != column) note_change(a, id);
  count_row(a, row, -1);
  row->state = (uint8_t)state;
  row->column = column;
  row->taken = taken;
  count_row(a, row, 1);
  if (column == MUSTER_NONE) return;
  a->columns[column].row = id;
  a->columns[column].is_pinned = state == MI_ROW_PINNED;
}

void mi_row_set_served(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, mi_packed_cost cost) {
  set_state(a, row, MI_ROW_SERVED, column, cost);
}

void mi_row_set_pinned(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, mi_packed_cost cost) {
  set_state(a, row, MI_ROW_PINNED, column, cost);
}

void mi_row_set_unserved(MusterAssignment *a, MusterAssignRow row) {
  set_state(a, row, MI_ROW_UNSERVED, MUSTER_NONE, (mi_packed_cost){0});
}

void mi_row_detach(MusterAssignment *a, MusterAssignRow id) {
  MusterAssignColumn column = a->rows[id].column;
  if (column != MUSTER_NONE && a->columns[column].row == id) {
    a->columns[column].row = MUSTER_NONE;
    a->columns[column].is_pinned = false;
  }
  set_state(a, id, MI_ROW_WAITING, MUSTER_NONE, (mi_packed_cost){0});
}

void mi_row_set_waiting(MusterAssignment *a, MusterAssignRow row) {
  mi_row_detach(a, row);
  mi_waiting entry = {row, a->facts[row].ticket = ++a->tickets};
  g_array_append_val(a->waiting, entry);
}

void mi_row_set_absent(MusterAssignment *a, MusterAssignRow row) {
  mi_row_detach(a, row);
  set_state(a, row, MI_ROW_ABSENT, MUSTER_NONE, (mi_packed_cost){0});
}

/* ---- what is asked ---- */

MusterAssignColumn muster_assignment_column_of(const MusterAssignment *a, MusterAssignRow row) {
  return row < a->row_capacity ? a->rows[row].column : MUSTER_NONE;
}

MusterAssignRow muster_assignment_row_of(const MusterAssignment *a, MusterAssignColumn column) {
  return column < a->column_capacity ? a->columns[column].row : MUSTER_NONE;
}

MusterAssignCost muster_assignment_cost_of(const MusterAssignment *a, MusterAssignRow row) {
  g_return_val_if_fail(row < a->row_capacity && a->rows[row].state != MI_ROW_ABSENT, ((MusterAssignCost){0}));
  const mi_assign_row *at = &a->rows[row];
  return mi_scale_unpack(&a->scale, at->column == MUSTER_NONE ? at->unserved : at->taken);
}

void muster_assignment_totals(const MusterAssignment *a, MusterAssignTotals *out) { *out = a->totals; }

uint64_t muster_assignment_steps(const MusterAssignment *a) { return a->steps; }

static gint compare_rows(gconstpointer a, gconstpointer b) {
  const MusterAssignRow *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

const MusterAssignRow *muster_assignment_changed(const MusterAssignment *a, size_t *count) {
  guint kept = 0;
  MusterAssignRow *rows = (MusterAssignRow *)(void *)a->changed->data;
  for (guint i = 0; i < a->changed->len; i++)
    if (a->rows[rows[i]].column != a->facts[rows[i]].column_before) rows[kept++] = rows[i];
  g_array_set_size(a->changed, kept);
  g_array_sort(a->changed, compare_rows);
  *count = kept;
  return rows;
}
