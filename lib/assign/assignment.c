/* The assignment from outside: columns and rows that come and go. */
#include "assign/state.h"

#include <string.h>

MusterAssignment *muster_assignment_new(const MusterAssignLimits *limits, MusterAssignMethod method, GError **error) {
  mi_scale scale;
  if (!mi_scale_init(&scale, limits, error)) return NULL;
  MusterAssignment *a = g_new0(MusterAssignment, 1);
  a->method = method;
  a->limits = *limits;
  a->scale = scale;
  a->waiting = g_array_new(FALSE, FALSE, sizeof(mi_waiting));
  a->changed = g_array_new(FALSE, FALSE, sizeof(MusterAssignRow));
  mi_blocks_init(&a->arcs, sizeof(mi_arc));
  mi_blocks_init(&a->ins, sizeof(mi_arc_in));
  return a;
}

void muster_assignment_free(MusterAssignment *a) {
  if (!a) return;
  for (MusterAssignRow row = 0; row < a->row_capacity; row++) mi_allow_all(a, row);
  mi_large_free(a->rows);
  g_free(a->facts);
  mi_large_free(a->columns);
  g_free(a->column_facts);
  mi_large_free(a->arcs.items);
  mi_large_free(a->ins.items);
  mi_large_free(a->in_place);
  g_free(a->named);
  g_array_unref(a->waiting);
  g_array_unref(a->changed);
  g_free(a->heap);
  g_free(a->settled);
  g_free(a);
}

static uint32_t grown(uint32_t capacity, uint32_t id, uint32_t most) {
  uint64_t wanted = MAX((uint64_t)id + 1, (uint64_t)capacity * 2);
  return (uint32_t)MIN(wanted, most);
}

static bool check_id(const char *what, uint32_t id, uint32_t most, GError **error) {
  if (id < most) return true;
  g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT, "%s %u: expected one below %u", what, id, most);
  return false;
}

static void reserve_columns(MusterAssignment *a, MusterAssignColumn id) {
  uint32_t had = a->column_capacity;
  if (id < had) return;
  uint32_t count = a->column_capacity = grown(had, id, a->limits.columns);
  a->columns = mi_large_resize(a->columns, had * sizeof *a->columns, count * sizeof *a->columns);
  a->column_facts = g_renew(mi_column_facts, a->column_facts, count);
  a->heap = g_renew(uint32_t, a->heap, count);
  a->settled = g_renew(uint32_t, a->settled, count);
  memset(a->column_facts + had, 0, (count - had) * sizeof *a->column_facts);
  for (uint32_t i = had; i < count; i++) a->columns[i] = (mi_assign_column){.row = MUSTER_NONE};
}

static void reserve_rows(MusterAssignment *a, MusterAssignRow id) {
  uint32_t had = a->row_capacity;
  if (id < had) return;
  uint32_t count = a->row_capacity = grown(had, id, a->limits.rows);
  a->rows = mi_large_resize(a->rows, had * sizeof *a->rows, count * sizeof *a->rows);
  a->facts = g_renew(mi_row_facts, a->facts, count);
  memset(a->facts + had, 0, (count - had) * sizeof *a->facts);
  for (uint32_t i = had; i < count; i++) a->rows[i] = (mi_assign_row){.column = MUSTER_NONE};
}

/* ---- columns ---- */

bool muster_assignment_add_column(MusterAssignment *a, MusterAssignColumn column, uint64_t id, uint64_t skills,
                                  GError **error) {
  if (!check_id("column", column, a->limits.columns, error)) return false;
  reserve_columns(a, column);
  a->column_facts[column].id = id;
  a->column_facts[column].skills = skills;
  if (a->columns[column].is_known) return true;
  a->columns[column].is_known = a->columns[column].is_present = true;
  return true;
}

bool muster_assignment_leave(MusterAssignment *a, MusterAssignColumn column, GError **error) {
  mi_call_begin(a);
  if (column >= a->column_capacity || !a->columns[column].is_present) return true;
  a->columns[column].is_present = false;
  MusterAssignRow row = a->columns[column].row;
  if (row == MUSTER_NONE) return true;
  mi_row_detach(a, row);
  return mi_serve(a, row, error);
}

void muster_assignment_return(MusterAssignment *a, MusterAssignColumn column) {
  mi_call_begin(a);
  if (column >= a->column_capacity || !a->columns[column].is_known || a->columns[column].is_present) return;
  a->columns[column].is_present = true;
  if (a->method == MUSTER_ASSIGN_OPTIMAL) a->columns[column].price = mi_price_to_return(a, column);
  mi_release(a, column);
}

bool muster_assignment_forget(MusterAssignment *a, MusterAssignColumn id, GError **error) {
  bool served = muster_assignment_leave(a, id, error);
  if (id >= a->column_capacity || !a->columns[id].is_known) return served;
  mi_assign_column *column = &a->columns[id];
  mi_list_ins(a);
  while (column->in_count > 0) {
    const mi_arc_in *in = mi_arc_in_at(a, column->first_in + column->in_count - 1);
    mi_row_remove_arc(a, in->row, in->arc - a->rows[in->row].first_arc);
  }
  column->is_known = false;
  column->price = 0;
  return served;
}

/* ---- rows ---- */

bool muster_assignment_add_row(MusterAssignment *a, MusterAssignRow id, const MusterAssignNeed *need,
                               const MusterAssignCandidate *candidates, size_t count, GError **error) {
  if (!check_id("row", id, a->limits.rows, error)) return false;
  if (!mi_scale_check(&a->scale, &need->unserved, "row", id, error)) return false;
  reserve_rows(a, id);
  g_return_val_if_fail(a->rows[id].state == MI_ROW_ABSENT, false);
  mi_assign_row *row = &a->rows[id];
  mi_row_facts *facts = &a->facts[id];
  *row = (mi_assign_row){.unserved = mi_scale_pack(&a->scale, &need->unserved, need->id, MI_UNSERVED_ID),
                         .column = MUSTER_NONE};
  *facts = (mi_row_facts){.id = need->id,
                          .skills = need->skills,
                          .frontier = -a->scale.most.time_ms,
                          .column_before = facts->column_before,
                          .call = facts->call};
  if (!mi_row_take_candidates(a, id, candidates, count, error)) return false;
  if (a->source && count > 0) {
    facts->named = (uint32_t)count;
    if (row->arc_count) facts->frontier = mi_row_arcs(a, row)[row->arc_count - 1].high;
  }
  mi_row_set_waiting(a, id);
  return true;
}

bool muster_assignment_solve(MusterAssignment *a, uint64_t step_budget, GError **error) {
  mi_call_begin(a);
  if (a->method == MUSTER_ASSIGN_GREEDY) return mi_solve_greedily(a, error);
  uint64_t end = step_budget && step_budget < UINT64_MAX - a->steps ? a->steps + step_budget : UINT64_MAX;
  for (; a->waiting_first < a->waiting->len; a->waiting_first++) {
    mi_waiting entry = g_array_index(a->waiting, mi_waiting, a->waiting_first);
    if (!mi_still_waits(a, &entry)) continue;
    if (a->steps >= end) {
      g_array_remove_range(a->waiting, 0, a->waiting_first);
      a->waiting_first = 0;
      return false;
    }
    if (mi_serve(a, entry.row, error)) continue;
    g_array_set_size(a->waiting, a->waiting->len - 1); /* it waits where it stood */
    a->facts[entry.row].ticket = entry.ticket;
    return false;
  }
  g_array_set_size(a->waiting, 0);
  a->waiting_first = 0;
  return true;
}

void muster_assignment_remove(MusterAssignment *a, MusterAssignRow id) {
  mi_call_begin(a);
  if (id >= a->row_capacity || a->rows[id].state == MI_ROW_ABSENT) return;
  MusterAssignColumn column = a->rows[id].column;
  bool was_pinned = a->rows[id].state == MI_ROW_PINNED;
  mi_row_set_absent(a, id);
  mi_row_drop_arcs(a, id);
  mi_allow_all(a, id);
  if (column == MUSTER_NONE) return;
  if (was_pinned && a->method == MUSTER_ASSIGN_OPTIMAL) a->columns[column].price = mi_price_to_return(a, column);
  mi_release(a, column);
}

bool muster_assignment_insert(MusterAssignment *a, MusterAssignRow row, const MusterAssignNeed *need,
                              const MusterAssignCandidate *candidates, size_t count, GError **error) {
  return muster_assignment_add_row(a, row, need, candidates, count, error) && muster_assignment_solve(a, 0, error);
}

void muster_assignment_set_source(MusterAssignment *a, MusterAssignSource source, void *user_data) {
  g_return_if_fail(a->totals.rows == 0);
  a->source = source;
  a->source_data = user_data;
}
