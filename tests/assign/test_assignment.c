/* Assignment against the obvious slow truth: all matchings of small instances, the proof by prices on large ones, and
 * the same instance solved anew after every event. */
#include <string.h>

#include "assign/state.h"
#include "base/random.h"
#include "support/support.h"

enum { SMALL = 6 };

typedef struct pair {
  bool possible;
  MusterAssignCost cost;
} pair;

static const MusterAssignLimits limits = {2000, 2000, {100, 1000000, 1000}};
/* The most tiers that fit beside as many rows and such times. */
static const MusterAssignLimits widest = {2000, 2000, {230584299, 1000000, 1000}};

/* An instance that tests change as the assignment is told to change. */
typedef struct world {
  const MusterAssignLimits *limits;
  size_t rows, columns;
  uint64_t *column_ids;
  MusterAssignNeed *needs;
  bool *row_there, *column_there;
  bool *row_waits;            /* there, but not solved for since */
  MusterAssignColumn *pinned; /* row → column, MUSTER_NONE: not pinned */
  MusterAssignCost *pinned_cost;
  pair *pairs; /* row × column */
  pair *named; /* as its source knows them, whatever has been changed or forbidden since the row came */
} world;

static pair *pair_at(const world *w, size_t row, size_t column) { return &w->pairs[row * w->columns + column]; }

static MusterAssignCost random_cost(const world *w, mi_random *random, uint32_t spread) {
  uint32_t tier_step = w->limits->cost.tier > 1000 ? w->limits->cost.tier / 2 : 1;
  return (MusterAssignCost){mi_random_below(random, 3) * tier_step,
                            (int32_t)mi_random_below(random, spread) - (int32_t)spread / 8, mi_random_below(random, 4)};
}

static void world_init_within(world *w, const MusterAssignLimits *most, mi_random *random, size_t rows, size_t columns,
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

static void world_init(world *w, mi_random *random, size_t rows, size_t columns, uint32_t spread, uint32_t one_in) {
  world_init_within(w, &limits, random, rows, columns, spread, one_in);
}

static void world_clear(world *w) {
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

static size_t list_candidates(const world *w, const pair *pairs, size_t row, MusterAssignCandidate *out) {
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

static int compare_candidates(const void *a, const void *b) {
  const MusterAssignCandidate *x = a, *y = b;
  int order = compare_costs(&x->cost, &y->cost);
  return order ? order : (x->column > y->column) - (x->column < y->column);
}

/* The world as a source of candidates. */
static size_t name_candidates(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data) {
  const world *w = data;
  g_autofree MusterAssignCandidate *all = g_new(MusterAssignCandidate, w->columns + 1);
  size_t count = list_candidates(w, w->named, row, all), given = 0;
  qsort(all, count, sizeof *all, compare_candidates);
  for (size_t i = skip; i < count && given < most; i++) out[given++] = all[i];
  return given;
}

static MusterAssignment *assignment_of(const world *w, MusterAssignMethod method, bool with_source) {
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

static void add_row(MusterAssignment *a, const world *w, size_t row) {
  g_autofree MusterAssignCandidate *candidates = g_new(MusterAssignCandidate, w->columns + 1);
  GError *error = NULL;
  size_t count = a->source ? 0 : list_candidates(w, w->pairs, row, candidates);
  muster_assignment_add_row(a, (uint32_t)row, &w->needs[row], candidates, count, &error);
  g_assert_no_error(error);
}

static void assert_sound(const MusterAssignment *a) {
  g_autofree char *fault = mi_assignment_find_fault(a);
  g_assert_cmpstr(fault, ==, NULL);
}

static void assert_same_columns(const MusterAssignment *a, const MusterAssignment *b, size_t rows) {
  for (size_t i = 0; i < rows; i++)
    g_assert_cmpuint(muster_assignment_column_of(a, (uint32_t)i), ==, muster_assignment_column_of(b, (uint32_t)i));
}

/* ---- all matchings ---- */

typedef struct sum {
  int64_t tier, time_ms, fatigue;
} sum;

static sum sum_add(sum s, const MusterAssignCost *cost) {
  return (sum){s.tier + cost->tier, s.time_ms + cost->time_ms, s.fatigue + cost->fatigue};
}

static bool sum_less(const sum *a, const sum *b) {
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

static sum best_sum(const world *w) {
  sum best = {0};
  bool any = false;
  uint32_t used = 0;
  for (size_t i = 0; i < w->rows; i++)
    if (w->row_there[i] && w->pinned[i] != MUSTER_NONE) used |= 1u << w->pinned[i];
  try_all(w, 0, used, (sum){0}, &best, &any);
  return best;
}

static sum total_of(const MusterAssignment *a) {
  MusterAssignTotals totals;
  muster_assignment_totals(a, &totals);
  return (sum){(int64_t)totals.tier, totals.time_ms, (int64_t)totals.fatigue};
}

static void assert_equal_sums(sum a, sum b) {
  g_assert_cmpint(a.tier, ==, b.tier);
  g_assert_cmpint(a.time_ms, ==, b.time_ms);
  g_assert_cmpint(a.fatigue, ==, b.fatigue);
}

/* ---- events ---- */

/* What is left to say of a row whose candidates a source names: where the world differs from that. */
static void tell_changes(MusterAssignment *a, const world *w, size_t row) {
  for (uint32_t j = 0; j < w->columns; j++) {
    const pair *now = pair_at(w, row, j), *named = &w->named[row * w->columns + j];
    if (now->possible == named->possible && compare_costs(&now->cost, &named->cost) == 0) continue;
    g_assert_true(now->possible ? muster_assignment_change(a, (uint32_t)row, j, &now->cost, NULL)
                                : muster_assignment_forbid(a, (uint32_t)row, j, NULL));
  }
}

/* Changes and what is forbidden go with the row; the source knows of neither. */
static void forget_changes(world *w, size_t row) {
  memcpy(pair_at(w, row, 0), &w->named[row * w->columns], w->columns * sizeof *w->pairs);
}

static void solve(world *w, MusterAssignment *a) {
  g_assert_true(muster_assignment_solve(a, 0, NULL));
  memset(w->row_waits, 0, w->rows * sizeof *w->row_waits);
}

static void happen(world *w, MusterAssignment *a, mi_random *random) {
  size_t row = mi_random_below(random, (uint32_t)w->rows), column = mi_random_below(random, (uint32_t)w->columns);
  uint32_t i = (uint32_t)row, j = (uint32_t)column, kind = mi_random_below(random, 12);
  bool there = w->row_there[row];
  GError *error = NULL;
  if (kind < 4 && !there) {
    add_row(a, w, row);
    w->row_there[row] = w->row_waits[row] = true;
    if (mi_random_below(random, 2)) solve(w, a);
  } else if (kind < 2) {
    muster_assignment_remove(a, i);
    w->row_there[row] = w->row_waits[row] = false;
    w->pinned[row] = MUSTER_NONE;
    if (a->source) forget_changes(w, row);
  } else if (kind == 4) {
    for (size_t r = 0; r < w->rows; r++)
      if (w->pinned[r] == j) w->pinned[r] = MUSTER_NONE;
    muster_assignment_leave(a, j, &error);
    w->column_there[column] = false;
  } else if (kind == 5 || kind == 6) {
    muster_assignment_return(a, j);
    w->column_there[column] = true;
  } else if (kind == 7 && there) {
    *pair_at(w, row, column) = (pair){true, random_cost(w, random, 40)};
    muster_assignment_change(a, i, j, &pair_at(w, row, column)->cost, &error);
  } else if (kind == 8 && there) {
    pair_at(w, row, column)->possible = false;
    muster_assignment_forbid(a, i, j, &error);
  } else if (kind == 9 && there && w->pinned[row] != MUSTER_NONE) {
    muster_assignment_unpin(a, i, &error);
    w->pinned[row] = MUSTER_NONE;
  } else if (kind == 10 && there) {
    w->needs[row].unserved = random_cost(w, random, 80);
    muster_assignment_change_unserved(a, i, &w->needs[row].unserved, &error);
  } else if (kind == 9 && there && w->column_there[column]) {
    for (size_t r = 0; r < w->rows; r++)
      if (w->pinned[r] == j) return;
    w->pinned[row] = j;
    w->row_waits[row] = false;
    w->pinned_cost[row] = random_cost(w, random, 40);
    muster_assignment_pin(a, i, j, &w->pinned_cost[row], &error);
  } else if (kind == 11) {
    solve(w, a);
  }
  g_assert_no_error(error);
}

/* The same world solved at once, rows in another order. */
static MusterAssignment *solve_anew(const world *w, mi_random *random, bool with_source) {
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

static void test_small(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 600; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    world w;
    bool with_source = round % 3 > 0;
    world_init_within(&w, round % 5 ? &limits : &widest, &random, 1 + mi_random_below(&random, SMALL),
                      1 + mi_random_below(&random, SMALL), round % 2 ? 5 : 40, 1 + mi_random_below(&random, 3));
    g_autoptr(MusterAssignment) a = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, with_source);
    for (int event = 0; event < 60; event++) {
      happen(&w, a, &random);
      assert_sound(a);
      assert_equal_sums(total_of(a), best_sum(&w));
      g_autoptr(MusterAssignment) anew = solve_anew(&w, &random, with_source);
      assert_sound(anew);
      assert_same_columns(a, anew, w.rows);
    }
    world_clear(&w);
  }
}

/* What `changed` lists is what differs from before. */
static void assert_changes(const MusterAssignment *a, const MusterAssignColumn *before, size_t rows) {
  size_t count, expected = 0;
  const MusterAssignRow *changed = muster_assignment_changed(a, &count);
  for (size_t i = 0; i < rows; i++) expected += muster_assignment_column_of(a, (uint32_t)i) != before[i];
  g_assert_cmpuint(count, ==, expected);
  for (size_t i = 0; i < count; i++) {
    g_assert_true(i == 0 || changed[i - 1] < changed[i]);
    g_assert_cmpuint(muster_assignment_column_of(a, changed[i]), !=, before[changed[i]]);
  }
}

static void test_events(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 12; round++) {
    mi_random random;
    mi_random_init(&random, seed, 10000 + round);
    world w;
    world_init(&w, &random, 60, 50, 40, 4);
    g_autoptr(MusterAssignment) a = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, round % 3 == 0);
    g_autofree MusterAssignColumn *before = g_new(MusterAssignColumn, w.rows);
    for (int event = 0; event < 1500; event++) {
      for (size_t i = 0; i < w.rows; i++) before[i] = muster_assignment_column_of(a, (uint32_t)i);
      uint32_t call = a->call;
      happen(&w, a, &random);
      if (a->call != call) assert_changes(a, before, w.rows);
      assert_sound(a);
      if (event % 25) continue;
      g_autoptr(MusterAssignment) anew = solve_anew(&w, &random, a->source != NULL);
      assert_same_columns(a, anew, w.rows);
    }
    world_clear(&w);
  }
}

/* Whatever the budgets, the rows served so far are served as if they were all there is. */
static void test_budget(void) {
  uint64_t seed = test_seed();
  mi_random random;
  mi_random_init(&random, seed, 20000);
  world w;
  world_init(&w, &random, 80, 60, 40, 3);
  g_autoptr(MusterAssignment) a = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, false);
  for (size_t i = 0; i < w.rows; i++) add_row(a, &w, i);
  unsigned stops = 0;
  for (bool done = false; !done; stops++) {
    done = muster_assignment_solve(a, 1 + mi_random_below(&random, 100), NULL);
    assert_sound(a);
    g_autoptr(MusterAssignment) prefix = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, false);
    MusterAssignTotals totals;
    muster_assignment_totals(a, &totals);
    for (size_t i = 0; i + totals.waiting < w.rows; i++) add_row(prefix, &w, i);
    g_assert_true(muster_assignment_solve(prefix, 0, NULL));
    assert_same_columns(a, prefix, w.rows);
  }
  g_assert_cmpuint(stops, >, 3);
  world_clear(&w);
}

/* A row that goes and comes again waits behind those that came before its return. */
static void test_order_of_waiting(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignCandidate candidate = {0, {0, 1, 0}};
  for (uint32_t i = 0; i < 2; i++) {
    const MusterAssignNeed need = {i, 0, {1, 0, 0}};
    g_assert_true(muster_assignment_add_row(a, i, &need, &candidate, 1, NULL));
  }
  const MusterAssignNeed again = {0, 0, {1, 0, 0}};
  muster_assignment_remove(a, 0);
  g_assert_true(muster_assignment_add_row(a, 0, &again, &candidate, 1, NULL));
  g_assert_false(muster_assignment_solve(a, 1, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, 0);
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, MUSTER_NONE);
  g_assert_true(muster_assignment_solve(a, 1, NULL));
  assert_sound(a);
}

/* The greatest budget is no limit, also after steps have been made. */
static void test_greatest_budget(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignCandidate candidate = {0, {0, 1, 0}};
  for (uint32_t i = 0; i < 3; i++) {
    const MusterAssignNeed need = {i, 0, {1, 0, 0}};
    g_assert_true(muster_assignment_add_row(a, i, &need, &candidate, 1, NULL));
    g_assert_true(muster_assignment_solve(a, UINT64_MAX, NULL));
  }
  g_assert_cmpuint(muster_assignment_steps(a), >, 0);
}

/* Marks of searches come round, and no column counts as reached by a search long gone. */
static void test_marks_come_round(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 22000);
  world w;
  world_init(&w, &random, 30, 12, 40, 2);
  g_autoptr(MusterAssignment) a = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, false);
  for (size_t i = 0; i < w.rows; i++) {
    a->mark = a->listing = UINT32_MAX;
    add_row(a, &w, i);
    w.row_there[i] = true;
    g_assert_true(muster_assignment_solve(a, 0, NULL));
    assert_sound(a);
  }
  g_autoptr(MusterAssignment) anew = solve_anew(&w, &random, false);
  assert_same_columns(a, anew, w.rows);
  world_clear(&w);
}

static void test_skills(void) {
  enum { FIRST_AID = 1, BOAT = 2 };
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 10, FIRST_AID, NULL);
  muster_assignment_add_column(a, 1, 11, BOAT | FIRST_AID, NULL);
  muster_assignment_add_column(a, 2, 12, 0, NULL);
  const MusterAssignCandidate all[] = {{0, {0, 300, 0}}, {1, {0, 200, 0}}, {2, {0, 100, 0}}};
  const MusterAssignNeed boat = {1, BOAT, {1, 0, 0}}, aid = {2, FIRST_AID, {1, 0, 0}}, any = {3, 0, {1, 0, 0}};
  g_assert_true(muster_assignment_insert(a, 0, &aid, all, 3, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 1);
  g_assert_true(muster_assignment_insert(a, 1, &boat, all, 3, NULL));
  g_assert_true(muster_assignment_insert(a, 2, &any, all, 3, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 0);
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, 1);
  g_assert_cmpuint(muster_assignment_column_of(a, 2), ==, 2);
}

static void test_limits(void) {
  static const struct {
    MusterAssignLimits limits;
    bool fits;
  } cases[] = {
      {{20000, 33000, {100000, 86400000, 1000}}, true},
      {{20000, 33000, {0, 0, 0}}, true},
      {{20000, 33000, {UINT32_MAX, INT32_MAX, 0}}, false},
      {{20000, 33000, {0, 0, UINT32_MAX}}, false},
      {{1u << 31, 10, {0, 10, 0}}, false},
      {{10, 10, {0, -1, 0}}, false},
      {{0, 0, {0, 10, 0}}, true},
      {{INT32_MAX, 10, {0, INT32_MAX, 0}}, false},
      {{60000, 60000, {60002, 86400000, 1}}, true},
      {{2000, 2000, {230584299, 1000000, 1000}}, true},
      {{2000, 2000, {230584300, 1000000, 1000}}, false},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterAssignment) a = muster_assignment_new(&cases[i].limits, MUSTER_ASSIGN_OPTIMAL, &error);
    g_assert_cmpint(a != NULL, ==, cases[i].fits);
    if (!a) g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT);
  }
}

static void test_refusals(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_assignment_add_column(a, limits.columns, 1, 0, &error));
  g_assert_cmpstr(error->message, ==, "column 2000: expected one below 2000");
  g_clear_error(&error);
  muster_assignment_add_column(a, 3, 1, 0, NULL);
  MusterAssignNeed need = {1, 0, {100, 0, 0}};
  const MusterAssignCandidate unknown = {4, {0, 1, 0}}, slow = {3, {0, 1000001, 0}}, good = {3, {0, 5, 0}};
  g_assert_false(muster_assignment_insert(a, 0, &need, &unknown, 1, &error));
  g_assert_cmpstr(error->message, ==, "row 0: expected columns that have been added, found column 4");
  g_clear_error(&error);
  g_assert_false(muster_assignment_insert(a, 0, &need, &slow, 1, &error));
  g_assert_cmpstr(error->message, ==,
                  "row 0: expected a cost of at most (100, ±1000000 ms, 1000), found (0, 1000001 ms, 0)");
  g_clear_error(&error);
  need.unserved.tier = 101;
  g_assert_false(muster_assignment_insert(a, 0, &need, &good, 1, &error));
  g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT);
  need.unserved.tier = 100;
  g_assert_true(muster_assignment_insert(a, 0, &need, &good, 1, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 3);
  assert_sound(a);
}

static size_t name_backwards(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data) {
  (void)row, (void)data;
  size_t count = 0;
  for (; count < most && skip + count < 20; count++)
    out[count] = (MusterAssignCandidate){(uint32_t)(skip + count), {0, skip + count == 12 ? 1 : 50, 0}};
  return count;
}

/* A source that breaks its word fails the call; nothing of the rest is touched, the row waits. */
static void test_bad_source(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  g_autoptr(GError) error = NULL;
  muster_assignment_set_source(a, name_backwards, NULL);
  for (uint32_t j = 0; j < 20; j++) muster_assignment_add_column(a, j, j, 0, NULL);
  for (uint32_t i = 0; !error; i++) {
    const MusterAssignNeed need = {i, 0, {1, 0, 0}};
    g_assert_cmpuint(i, <, 20);
    muster_assignment_insert(a, i, &need, NULL, 0, &error);
    assert_sound(a);
  }
  g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_ORDER);
  MusterAssignTotals totals;
  muster_assignment_totals(a, &totals);
  g_assert_cmpuint(totals.waiting, ==, 1);
}

/* Keeps its word until it is told to break it. */
static size_t name_until_broken(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data) {
  const bool *broken = data;
  size_t count = 0;
  for (; count < most && skip + count < 30; count++)
    out[count] = (MusterAssignCandidate){(uint32_t)(skip + count), {0, (int32_t)(skip + count + row), 0}};
  if (*broken && count > 0) out[count - 1].cost.time_ms = -1;
  return count;
}

/* Of an unserved row, or (MUSTER_NONE) of row 0 and the last column: nothing changes. */
static void assert_why_fails(MusterAssignment *a, uint32_t unserved) {
  MusterAssignTotals before, after;
  muster_assignment_totals(a, &before);
  MusterAssignWhy untouched = {MUSTER_ASSIGN_DEARER, 77, 78, {1, 2, 3}}, why = untouched;
  g_autoptr(GError) error = NULL;
  if (unserved != MUSTER_NONE)
    g_assert_false(muster_assignment_why_unserved(a, unserved, &why, &error));
  else
    g_assert_false(muster_assignment_why_not(a, 0, 29, &why, &error));
  g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_ORDER);
  g_assert_cmpmem(&why, sizeof why, &untouched, sizeof untouched);
  muster_assignment_totals(a, &after);
  g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
  assert_sound(a);
}

static void test_whys_of_bad_source(void) {
  bool broken = false;
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_set_source(a, name_until_broken, &broken);
  for (uint32_t j = 0; j < 30; j++) muster_assignment_add_column(a, j, j, 0, NULL);
  for (uint32_t i = 0; i < 4; i++) {
    const MusterAssignNeed need = {i, 0, {i < 3, -100, 0}};
    g_assert_true(muster_assignment_insert(a, i, &need, NULL, 0, NULL));
  }
  g_assert_cmpuint(muster_assignment_column_of(a, 3), ==, MUSTER_NONE);
  for (uint32_t j = 3; j < 11; j++) g_assert_true(muster_assignment_leave(a, j, NULL));
  MusterAssignColumn had[4];
  for (uint32_t i = 0; i < 4; i++) had[i] = muster_assignment_column_of(a, i);
  broken = true;
  assert_why_fails(a, MUSTER_NONE);
  assert_why_fails(a, 3);
  for (uint32_t i = 0; i < 4; i++) g_assert_cmpuint(muster_assignment_column_of(a, i), ==, had[i]);
  broken = false;
  MusterAssignWhy why;
  g_assert_true(muster_assignment_why_not(a, 0, 29, &why, NULL));
  g_assert_cmpint(why.reason, ==, MUSTER_ASSIGN_DEARER);
  g_assert_cmpint(why.extra.time_ms, ==, 29 - 2); /* the others take columns 0 and 1 */
  g_assert_true(muster_assignment_why_unserved(a, 3, &why, NULL));
  g_assert_cmpint(why.extra.time_ms, ==, 11 + 3 + 100);
}

static size_t name_too_dear(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data) {
  (void)row, (void)most, (void)data;
  if (skip == 0) out[0] = (MusterAssignCandidate){0, {UINT32_MAX / 2, 0, 0}};
  return skip == 0;
}

/* A cost beyond the limits is that, however far beyond them. */
static void test_source_beyond_limits(void) {
  static const MusterAssignLimits wide = {2000, 2000, {100, INT32_MAX, 0}};
  g_autoptr(MusterAssignment) a = muster_assignment_new(&wide, MUSTER_ASSIGN_OPTIMAL, NULL);
  g_autoptr(GError) error = NULL;
  muster_assignment_set_source(a, name_too_dear, NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignNeed need = {1, 0, {100, 0, 0}};
  g_assert_false(muster_assignment_insert(a, 0, &need, NULL, 0, &error));
  g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT);
}

/* What is forbidden before the source names it stays so; what is forbidden after, too, until it is allowed. */
static void test_forbidden_with_source(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 25000);
  world w;
  world_init(&w, &random, 1, 40, 40, 1);
  w.needs[0].unserved = (MusterAssignCost){50, 0, 0};
  g_autoptr(MusterAssignment) a = assignment_of(&w, MUSTER_ASSIGN_OPTIMAL, true);
  add_row(a, &w, 0);
  MusterAssignCandidate all[40];
  size_t count = name_candidates(0, 0, all, 40, &w);
  g_assert_cmpuint(count, ==, 40);
  qsort(all, count, sizeof *all, compare_candidates);
  for (size_t i = 30; i < 35; i++) g_assert_true(muster_assignment_forbid(a, 0, all[i].column, NULL));
  g_assert_true(muster_assignment_solve(a, 0, NULL));
  bool seen[40] = {false};
  for (size_t i = 0; i < 35; i++) {
    MusterAssignColumn column = muster_assignment_column_of(a, 0);
    g_assert_cmpuint(column, !=, MUSTER_NONE);
    for (size_t j = 30; j < 35; j++) g_assert_cmpuint(column, !=, all[j].column);
    g_assert_false(seen[column]);
    seen[column] = true;
    g_assert_true(muster_assignment_forbid(a, 0, column, NULL));
    assert_sound(a);
  }
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, MUSTER_NONE);
  g_assert_true(muster_assignment_change(a, 0, all[31].column, &all[31].cost, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, all[31].column);
  muster_assignment_remove(a, 0);
  add_row(a, &w, 0);
  g_assert_true(muster_assignment_solve(a, 0, NULL));
  g_assert_true(seen[muster_assignment_column_of(a, 0)]);
  world_clear(&w);
}

/* ---- reasons ---- */

static sum plus(sum a, const MusterAssignDifference *d) {
  return (sum){a.tier + d->tier, a.time_ms + d->time_ms, a.fatigue + d->fatigue};
}

/* Of all columns that the unserved row could have, the one told is the one that costs least. */
static void assert_least(world *w, sum best, uint32_t row, const MusterAssignWhy *why) {
  bool any = false;
  for (uint32_t j = 0; j < w->columns; j++) {
    if (!pair_at(w, row, j)->possible) continue;
    w->pinned[row] = j;
    w->pinned_cost[row] = pair_at(w, row, j)->cost;
    sum with = best_sum(w), told = plus(best, &why->extra);
    w->pinned[row] = MUSTER_NONE;
    any = true;
    g_assert_false(sum_less(&with, &told));
    if (j == why->column) assert_equal_sums(with, told);
  }
  g_assert_cmpint(why->reason == MUSTER_ASSIGN_NO_CANDIDATE, ==, !any);
  g_assert_cmpint(why->column == MUSTER_NONE, ==, !any);
}

static void test_reasons(void) {
  uint64_t seed = test_seed();
  unsigned outbid = 0, saved = 0;
  for (uint32_t round = 0; round < 300; round++) {
    mi_random random;
    mi_random_init(&random, seed, 30000 + round);
    world w;
    world_init_within(&w, round % 5 ? &limits : &widest, &random, 1 + mi_random_below(&random, SMALL),
                      1 + mi_random_below(&random, SMALL - 1), 20, 2);
    for (size_t i = 0; i < w.rows; i++) w.row_there[i] = true;
    g_autoptr(MusterAssignment) a = solve_anew(&w, &random, round % 2);
    sum best = best_sum(&w);
    for (uint32_t i = 0; i < w.rows; i++) {
      MusterAssignColumn had = muster_assignment_column_of(a, i);
      for (uint32_t j = 0; j < w.columns; j++) {
        MusterAssignWhy why;
        g_assert_true(muster_assignment_why_not(a, i, j, &why, NULL));
        assert_sound(a);
        g_assert_cmpuint(muster_assignment_column_of(a, i), ==, had);
        if (had == j || !pair_at(&w, i, j)->possible) {
          g_assert_cmpint(why.reason, ==, had == j ? MUSTER_ASSIGN_SERVED : MUSTER_ASSIGN_IMPOSSIBLE);
          continue;
        }
        w.pinned[i] = j;
        w.pinned_cost[i] = pair_at(&w, i, j)->cost;
        assert_equal_sums(plus(best, &why.extra), best_sum(&w));
        w.pinned[i] = MUSTER_NONE;
        outbid += why.reason == MUSTER_ASSIGN_OUTBID;
        g_assert_cmpint(why.reason == MUSTER_ASSIGN_OUTBID, ==, muster_assignment_row_of(a, j) != MUSTER_NONE);
      }
      MusterAssignWhy why;
      g_assert_true(muster_assignment_why_unserved(a, i, &why, NULL));
      g_assert_cmpint(why.reason == MUSTER_ASSIGN_SERVED, ==, had != MUSTER_NONE);
      if (had == MUSTER_NONE) assert_least(&w, best, i, &why);
      MusterAssignDifference burden;
      muster_assignment_burden(a, i, &burden);
      MusterAssignCost own = muster_assignment_cost_of(a, i);
      w.row_there[i] = false;
      sum rest = best_sum(&w);
      w.row_there[i] = true;
      assert_equal_sums(sum_add(plus(rest, &burden), &own), best);
    }
    for (uint32_t j = 0; j < w.columns; j++) {
      MusterAssignDifference saving;
      muster_assignment_saving(a, j, &saving);
      world more;
      world_init_within(&more, w.limits, &random, w.rows, w.columns + 1, 20, 2);
      for (size_t i = 0; i < w.rows; i++) {
        more.row_there[i] = true;
        more.needs[i] = w.needs[i];
        for (size_t c = 0; c <= w.columns; c++) *pair_at(&more, i, c) = *pair_at(&w, i, c < w.columns ? c : j);
      }
      assert_equal_sums(plus(best_sum(&more), &saving), best);
      saved += saving.tier != 0 || saving.time_ms != 0;
      world_clear(&more);
    }
    world_clear(&w);
  }
  g_assert_cmpuint(outbid, >, 100);
  g_assert_cmpuint(saved, >, 100);
}

/* A pinned row keeps its column from others as well, and no column is not a column that a row could have. */
static void test_reasons_of_pinned(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignCandidate candidate = {0, {0, 7, 0}};
  for (uint32_t i = 0; i < 2; i++) {
    const MusterAssignNeed need = {i, 0, {1, 0, 0}};
    g_assert_true(muster_assignment_insert(a, i, &need, &candidate, 1, NULL));
  }
  g_assert_true(muster_assignment_pin(a, 0, 0, &candidate.cost, NULL));
  MusterAssignDifference burden;
  muster_assignment_burden(a, 0, &burden);
  g_assert_cmpint(burden.tier, ==, 1);
  g_assert_cmpint(burden.time_ms, ==, -7);
  MusterAssignWhy why;
  g_assert_true(muster_assignment_why_not(a, 1, MUSTER_NONE, &why, NULL));
  g_assert_cmpint(why.reason, ==, MUSTER_ASSIGN_IMPOSSIBLE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/assign/small", test_small);
  g_test_add_func("/assign/events", test_events);
  g_test_add_func("/assign/budget", test_budget);
  g_test_add_func("/assign/order-of-waiting", test_order_of_waiting);
  g_test_add_func("/assign/greatest-budget", test_greatest_budget);
  g_test_add_func("/assign/marks-come-round", test_marks_come_round);
  g_test_add_func("/assign/skills", test_skills);
  g_test_add_func("/assign/limits", test_limits);
  g_test_add_func("/assign/refusals", test_refusals);
  g_test_add_func("/assign/bad-source", test_bad_source);
  g_test_add_func("/assign/whys-of-bad-source", test_whys_of_bad_source);
  g_test_add_func("/assign/source-beyond-limits", test_source_beyond_limits);
  g_test_add_func("/assign/forbidden-with-source", test_forbidden_with_source);
  g_test_add_func("/assign/reasons", test_reasons);
  g_test_add_func("/assign/reasons-of-pinned", test_reasons_of_pinned);
  return g_test_run();
}
