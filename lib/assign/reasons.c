/* Why this one, why not that one: differences of totals. */
#include "assign/state.h"

/* The key of a difference of totals as its members: each radix exceeds twice what stands below it. */
static MusterAssignDifference split_key(const MusterAssignment *a, mi_key key) {
  const mi_key word = (mi_key)1 << 64;
  mi_key high = key / word, low = key - high * word;
  if (low < -(word / 2)) high--, low += word;
  if (low >= word / 2) high++, low -= word;
  int64_t tier_radix = a->scale.tier_radix, fatigue_radix = a->scale.fatigue_radix;
  int64_t tier = (int64_t)(high / tier_radix), time = (int64_t)(high - (mi_key)tier * tier_radix);
  if (time > tier_radix / 2) tier++, time -= tier_radix;
  if (time < -(tier_radix / 2)) tier--, time += tier_radix;
  int64_t fatigue = (int64_t)(low / fatigue_radix), tie = (int64_t)(low - (mi_key)fatigue * fatigue_radix);
  if (tie > fatigue_radix / 2) fatigue++;
  if (tie < -(fatigue_radix / 2)) fatigue--;
  return (MusterAssignDifference){tier, time, fatigue};
}

static MusterAssignReason reason_of(const mi_assign_row *row, MusterAssignRow holder) {
  if (holder != MUSTER_NONE) return MUSTER_ASSIGN_OUTBID;
  return row->state == MI_ROW_UNSERVED ? MUSTER_ASSIGN_NOT_WORTH_IT : MUSTER_ASSIGN_DEARER;
}

static bool is_settled(const MusterAssignment *a, MusterAssignRow row) {
  return a->method == MUSTER_ASSIGN_OPTIMAL && row < a->row_capacity && a->rows[row].state != MI_ROW_ABSENT &&
         a->rows[row].state != MI_ROW_WAITING;
}

/* The number of the row's arc to the column, which the source is asked for if need be. */
static bool find_arc(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column, uint32_t *number,
                     GError **error) {
  *number = mi_row_find_arc(a, row, column);
  if (column >= a->column_capacity || !a->columns[column].is_present || mi_forbidden(a, row, column)) return true;
  while (*number == MUSTER_NONE && mi_row_frontier(a, row) != INT64_MAX) {
    if (!mi_row_extend(a, row, error)) return false;
    *number = mi_row_find_arc(a, row, column);
  }
  return true;
}

bool muster_assignment_why_not(MusterAssignment *a, MusterAssignRow id, MusterAssignColumn column, MusterAssignWhy *out,
                               GError **error) {
  g_return_val_if_fail(is_settled(a, id), false);
  const mi_assign_row *row = &a->rows[id];
  MusterAssignWhy why = {MUSTER_ASSIGN_IMPOSSIBLE, column, muster_assignment_row_of(a, column), {0}};
  if (column != MUSTER_NONE && row->column == column) {
    why.reason = MUSTER_ASSIGN_SERVED;
    *out = why;
    return true;
  }
  uint32_t number;
  mi_key extra;
  if (!find_arc(a, id, column, &number, error)) return false;
  if (number == MUSTER_NONE || !a->columns[column].is_present) {
    why.reason = MUSTER_ASSIGN_IMPOSSIBLE;
  } else if (row->state == MI_ROW_PINNED || a->columns[column].is_pinned) {
    why.reason = MUSTER_ASSIGN_PINNED;
  } else {
    if (!mi_extra_of_pair(a, id, &mi_row_arcs(a, row)[number], &extra, error)) return false;
    why.reason = reason_of(row, why.other_row);
    why.extra = split_key(a, extra);
  }
  *out = why;
  return true;
}

/* Of a row for which no column takes part: all its candidates are absent, or pinned to others. The least of these. */
static MusterAssignWhy why_none(const MusterAssignment *a, MusterAssignRow row) {
  const mi_arc *arcs = mi_row_arcs(a, &a->rows[row]), *least = NULL;
  for (uint32_t i = 0; i < a->rows[row].arc_count; i++) {
    if (!a->columns[arcs[i].column].is_present) continue;
    if (!least || mi_arc_key(a, &arcs[i]) < mi_arc_key(a, least)) least = &arcs[i];
  }
  if (!least) return (MusterAssignWhy){MUSTER_ASSIGN_NO_CANDIDATE, MUSTER_NONE, MUSTER_NONE, {0}};
  return (MusterAssignWhy){MUSTER_ASSIGN_PINNED, least->column, a->columns[least->column].row, {0}};
}

bool muster_assignment_why_unserved(MusterAssignment *a, MusterAssignRow id, MusterAssignWhy *out, GError **error) {
  g_return_val_if_fail(is_settled(a, id), false);
  if (a->rows[id].column != MUSTER_NONE) {
    *out = (MusterAssignWhy){MUSTER_ASSIGN_SERVED, a->rows[id].column, id, {0}};
    return true;
  }
  MusterAssignColumn column;
  mi_key extra;
  if (!mi_extra_to_serve(a, id, &column, &extra, error)) return false;
  if (column == MUSTER_NONE) {
    *out = why_none(a, id);
    return true;
  }
  MusterAssignRow holder = a->columns[column].row;
  *out = (MusterAssignWhy){reason_of(&a->rows[id], holder), column, holder, split_key(a, extra)};
  return true;
}

void muster_assignment_burden(MusterAssignment *a, MusterAssignRow row, MusterAssignDifference *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && row < a->row_capacity);
  *out = (MusterAssignDifference){0};
  if (a->rows[row].column == MUSTER_NONE) return;
  muster_assignment_saving(a, a->rows[row].column, out);
}

void muster_assignment_saving(MusterAssignment *a, MusterAssignColumn column, MusterAssignDifference *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && column < a->column_capacity && a->columns[column].is_known);
  *out = split_key(a, mi_release_gain(a, column, mi_price_to_return(a, column)));
}
