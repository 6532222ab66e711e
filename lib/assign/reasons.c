/* Why this one, why not that one: differences of totals. */
#include "assign/state.h"

static MusterAssignDifference difference(const MusterAssignTotals *after, const MusterAssignTotals *before) {
  return (MusterAssignDifference){(int64_t)(after->tier - before->tier), after->time_ms - before->time_ms,
                                  (int64_t)(after->fatigue - before->fatigue)};
}

static int compare(const MusterAssignDifference *a, const MusterAssignDifference *b) {
  if (a->tier != b->tier) return a->tier < b->tier ? -1 : 1;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms ? -1 : 1;
  return (a->fatigue > b->fatigue) - (a->fatigue < b->fatigue);
}

/* Makes the pair, looks at the total and undoes it: the best matching is one only, so it is found again. */
static MusterAssignDifference try_pair(MusterAssignment *a, MusterAssignRow row, uint32_t number) {
  MusterAssignTotals before = a->totals, after;
  const mi_arc *arc = &mi_row_arcs(a, &a->rows[row])[number];
  MusterAssignCost cost = mi_scale_unpack(&a->scale, (mi_packed_cost){arc->high, arc->low});
  muster_assignment_pin(a, row, arc->column, &cost, NULL);
  after = a->totals;
  muster_assignment_unpin(a, row, NULL);
  mi_call_begin(a);
  return difference(&after, &before);
}

static void explain(MusterAssignment *a, MusterAssignRow id, MusterAssignColumn column, MusterAssignWhy *out) {
  const mi_assign_row *row = &a->rows[id];
  *out = (MusterAssignWhy){MUSTER_ASSIGN_IMPOSSIBLE, column, muster_assignment_row_of(a, column), {0}};
  if (row->column == column && column != MUSTER_NONE) {
    out->reason = MUSTER_ASSIGN_SERVED;
    return;
  }
  uint32_t number = mi_row_find_arc(a, id, column);
  if (column >= a->column_capacity || !a->columns[column].is_present) return;
  if (number == MUSTER_NONE) return;
  if (row->state == MI_ROW_PINNED || a->columns[column].is_pinned) {
    out->reason = MUSTER_ASSIGN_PINNED;
    return;
  }
  out->reason = out->other_row != MUSTER_NONE   ? MUSTER_ASSIGN_OUTBID
                : row->state == MI_ROW_UNSERVED ? MUSTER_ASSIGN_NOT_WORTH_IT
                                                : MUSTER_ASSIGN_DEARER;
  out->extra = try_pair(a, id, number);
}

/* More candidates than the prices called for may exist; the row is asked about, so all of them are named. */
static void name_all(MusterAssignment *a, MusterAssignRow row) {
  while (mi_row_frontier(a, row) != INT64_MAX && mi_row_extend(a, row, NULL)) {
  }
}

void muster_assignment_why_not(MusterAssignment *a, MusterAssignRow row, MusterAssignColumn column,
                               MusterAssignWhy *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && row < a->row_capacity);
  g_return_if_fail(a->rows[row].state != MI_ROW_ABSENT && a->rows[row].state != MI_ROW_WAITING);
  while (mi_row_find_arc(a, row, column) == MUSTER_NONE && mi_row_frontier(a, row) != INT64_MAX)
    if (!mi_row_extend(a, row, NULL)) break;
  explain(a, row, column, out);
}

void muster_assignment_why_unserved(MusterAssignment *a, MusterAssignRow id, MusterAssignWhy *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && id < a->row_capacity);
  g_return_if_fail(a->rows[id].state != MI_ROW_ABSENT && a->rows[id].state != MI_ROW_WAITING);
  *out = (MusterAssignWhy){MUSTER_ASSIGN_SERVED, a->rows[id].column, id, {0}};
  if (a->rows[id].column != MUSTER_NONE) return;
  name_all(a, id);
  *out = (MusterAssignWhy){MUSTER_ASSIGN_NO_CANDIDATE, MUSTER_NONE, MUSTER_NONE, {0}};
  for (uint32_t i = 0; i < a->rows[id].arc_count; i++) {
    MusterAssignWhy why;
    MusterAssignColumn column = mi_row_arcs(a, &a->rows[id])[i].column;
    if (!a->columns[column].is_present) continue;
    explain(a, id, column, &why);
    bool is_first = out->reason == MUSTER_ASSIGN_NO_CANDIDATE, was_pinned = out->reason == MUSTER_ASSIGN_PINNED;
    bool is_pinned = why.reason == MUSTER_ASSIGN_PINNED;
    if (is_first || (was_pinned && !is_pinned) || (was_pinned == is_pinned && compare(&why.extra, &out->extra) < 0))
      *out = why;
  }
}

void muster_assignment_burden(MusterAssignment *a, MusterAssignRow row, MusterAssignDifference *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && row < a->row_capacity);
  *out = (MusterAssignDifference){0};
  if (a->rows[row].column == MUSTER_NONE) return;
  muster_assignment_saving(a, a->rows[row].column, out);
}

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

void muster_assignment_saving(MusterAssignment *a, MusterAssignColumn column, MusterAssignDifference *out) {
  g_return_if_fail(a->method == MUSTER_ASSIGN_OPTIMAL && column < a->column_capacity);
  *out = split_key(a, mi_release_gain(a, column, mi_price_to_return(a, column)));
}
