/* The world of a test and its slow answers; see world.h. */
#include "assign/world.h"

#include <string.h>

#include "support/support.h"

const MusterAssignLimits usual = {2000, 2000, {100, 1000000, 1000}};
const MusterAssignLimits widest = {2000, 2000, {230584299, 1000000, 1000}};

MusterAssignCost random_cost(const world *w, mi_random *random, uint32_t spread) {
  uint32_t tier_step = w->limits->cost.tier > 1000 ? w->limits->cost.tier / 2 : 1;
  return (MusterAssignCost){mi_random_below(random, 3) * tier_step,
                            (int32_t)mi_random_below(random, spread) - (int32_t)spread / 8, mi_random_below(random, 4)};
}

void world_init_within(world *w, const MusterAssignLimits *most, mi_random *random, size_t rows, size_t columns,
                       uint32_t spread, uint32_t one_in) {
  *w = (world){.limits = most, .rows = rows, .columns = columns};
  w->needs = g_new0(MusterAssignNeed, rows + 1);
  w->row_there = g_new0(bool, rows + 1);
  w->row_waits = g_new0(bool, rows + 1);
  w->column_ids = g_new0(uint64_t, columns + 1);
  w->column_there = g_new0(bool, columns + 1);
  w->pinned = g_new(MusterAssignColumn, rows + 1);
  w->pinned_cost = g_new0(MusterAssignCost, rows + 1);
  w->pairs = g_new0(pair, rows * columns + 1);
  w->named = g_new0(pair, rows * columns + 1);
  for (size_t j = 0; j < columns; j++) w->column_ids[j] = mi_random_u64(random), w->column_there[j] = true;
  for (size_t i = 0; i < rows; i++) {
    w->needs[i] = (MusterAssignNeed){mi_random_u64(random), 0, random_cost(w, random, 2 * spread)};
    w->pinned[i] = MUSTER_NONE;
    for (size_t j = 0; j < columns; j++)
      *pair_at(w, i, j) = (pair){mi_random_below(random, one_in) == 0, random_cost(w, random, spread)};
  }
  memcpy(w->named, w->pairs, rows * columns * sizeof *w->pairs);
}

void world_init(world *w, mi_random *random, size_t rows, size_t columns, uint32_t spread, uint32_t one_in) {
  world_init_within(w, &usual, random, rows, columns, spread, one_in);
}

void world_clear(world *w) {
  g_free(w->needs);
  g_free(w->row_there);
  g_free(w->row_waits);
  g_free(w->column_ids);
  g_free(w->column_there);
  g_free(w->pinned);
  g_free(w->pinned_cost);
  g_free(w->pairs);
  g_free(w->named);
}

size_t list_candidates(const world *w, const pair *pairs, size_t row, MusterAssignCandidate *out) {
  size_t count = 0;
  for (size_t j = 0; j < w->columns; j++) {
    const pair *at = &pairs[row * w->columns + j];
    if (at->possible) out[count++] = (MusterAssignCandidate){(uint32_t)j, at->cost};
  }
  return count;
}

static int compare_costs(const MusterAssignCost *a, const MusterAssignCost *b) {
  if (a->tier != b->tier) return a->tier < b->tier ? -1 : 1;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms ? -1 : 1;
  return (a->fatigue > b->fatigue) - (a->fatigue < b->fatigue);
}

int compare_candidates(const void *a, const void *b) {
  const MusterAssignCandidate *x = a, *y = b;
  int order = compare_costs(&x->cost, &y->cost);
  return order ? order : (x->column > y->column) - (x->column < y->column);
}

/* The world as a source of candidates. */
size_t name_candidates(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data) {
  const world *w = data;
  g_autofree MusterAssignCandidate *all = g_new(MusterAssignCandidate, w->columns + 1);
  size_t count = list_candidates(w, w->named, row, all), given = 0;
  qsort(all, count, sizeof *all, compare_candidates);
  for (size_t i = skip; i < count && given < most; i++) out[given++] = all[i];
  return given;
}

MusterAssignment *assignment_of(const world *w, MusterAssignMethod method, bool with_source) {
  GError *error = NULL;
  MusterAssignment *a = muster_assignment_new(w->limits, method, &error);
  g_assert_no_error(error);
  union {
    const world *in;
    void *out;
  } data = {.in = w};
  if (with_source) muster_assignment_set_source(a, name_candidates, data.out);
  for (size_t j = 0; j < w->columns; j++) {
    muster_assignment_add_column(a, (uint32_t)j, w->column_ids[j], 0, &error);
    g_assert_no_error(error);
    if (!w->column_there[j]) muster_assignment_leave(a, (uint32_t)j, NULL);
  }
  return a;
}

void add_row(MusterAssignment *a, const world *w, size_t row) {
  g_autofree MusterAssignCandidate *candidates = g_new(MusterAssignCandidate, w->columns + 1);
  GError *error = NULL;
  size_t count = a->source ? 0 : list_candidates(w, w->pairs, row, candidates);
  muster_assignment_add_row(a, (uint32_t)row, &w->needs[row], candidates, count, &error);
  g_assert_no_error(error);
}

void assert_sound(const MusterAssignment *a) {
  g_autofree char *fault = mi_assignment_find_fault(a);
  g_assert_cmpstr(fault, ==, NULL);
}

void assert_same_columns(const MusterAssignment *a, const MusterAssignment *b, size_t rows) {
  for (size_t i = 0; i < rows; i++)
    g_assert_cmpuint(muster_assignment_column_of(a, (uint32_t)i), ==, muster_assignment_column_of(b, (uint32_t)i));
}

/* ---- all matchings ---- */

sum sum_add(sum s, const MusterAssignCost *cost) {
  return (sum){s.tier + cost->tier, s.time_ms + cost->time_ms, s.fatigue + cost->fatigue};
}

bool sum_less(const sum *a, const sum *b) {
  if (a->tier != b->tier) return a->tier < b->tier;
  if (a->time_ms != b->time_ms) return a->time_ms < b->time_ms;
  return a->fatigue < b->fatigue;
}

static void try_all(const world *w, size_t row, uint32_t used, sum so_far, sum *best, bool *any) {
  if (row == w->rows) {
    if (!*any || sum_less(&so_far, best)) *best = so_far;
    *any = true;
    return;
  }
  if (!w->row_there[row] || w->row_waits[row]) {
    try_all(w, row + 1, used, so_far, best, any);
    return;
  }
  if (w->pinned[row] != MUSTER_NONE) {
    try_all(w, row + 1, used, sum_add(so_far, &w->pinned_cost[row]), best, any);
    return;
  }
  try_all(w, row + 1, used, sum_add(so_far, &w->needs[row].unserved), best, any);
  for (size_t j = 0; j < w->columns; j++)
    if (w->column_there[j] && pair_at(w, row, j)->possible && !(used >> j & 1))
      try_all(w, row + 1, used | 1u << j, sum_add(so_far, &pair_at(w, row, j)->cost), best, any);
}

sum best_sum(const world *w) {
  sum best = {0};
  bool any = false;
  uint32_t used = 0;
  for (size_t i = 0; i < w->rows; i++)
    if (w->row_there[i] && w->pinned[i] != MUSTER_NONE) used |= 1u << w->pinned[i];
  try_all(w, 0, used, (sum){0}, &best, &any);
  return best;
}

sum total_of(const MusterAssignment *a) {
  MusterAssignTotals totals;
  muster_assignment_totals(a, &totals);
  return (sum){(int64_t)totals.tier, totals.time_ms, (int64_t)totals.fatigue};
}

void assert_equal_sums(sum a, sum b) {
  g_assert_cmpint(a.tier, ==, b.tier);
  g_assert_cmpint(a.time_ms, ==, b.time_ms);
  g_assert_cmpint(a.fatigue, ==, b.fatigue);
}

/* What is left to say of a row whose candidates a source names: where the world differs from that. */
static void tell_changes(MusterAssignment *a, const world *w, size_t row) {
  for (uint32_t j = 0; j < w->columns; j++) {
    const pair *now = pair_at(w, row, j), *named = &w->named[row * w->columns + j];
    if (now->possible == named->possible && compare_costs(&now->cost, &named->cost) == 0) continue;
    g_assert_true(now->possible ? muster_assignment_change(a, (uint32_t)row, j, &now->cost, NULL)
                                : muster_assignment_forbid(a, (uint32_t)row, j, NULL));
  }
}

/* The same world solved at once, rows in another order. */
MusterAssignment *solve_anew(const world *w, mi_random *random, bool with_source) {
  MusterAssignment *a = assignment_of(w, MUSTER_ASSIGN_OPTIMAL, with_source);
  g_autofree uint32_t *order = g_new(uint32_t, w->rows + 1);
  for (size_t i = 0; i < w->rows; i++) order[i] = (uint32_t)i;
  mi_random_shuffle_u32(random, order, w->rows);
  for (size_t i = 0; i < w->rows; i++) {
    if (!w->row_there[order[i]] || w->row_waits[order[i]]) continue;
    add_row(a, w, order[i]);
    if (with_source) tell_changes(a, w, order[i]);
  }
  muster_assignment_solve(a, 0, NULL);
  for (size_t i = 0; i < w->rows; i++)
    if (w->row_there[i] && w->pinned[i] != MUSTER_NONE)
      muster_assignment_pin(a, (uint32_t)i, w->pinned[i], &w->pinned_cost[i], NULL);
  return a;
}
