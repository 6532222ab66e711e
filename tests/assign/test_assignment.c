/* Assignment against the obvious slow truth: all matchings of small instances, the proof by prices on large ones, and
 * the same instance solved anew after every event. */
#include <string.h>

#include "assign/world.h"
#include "support/support.h"

/* ---- events ---- */

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

static void test_small(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 600; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    world w;
    bool with_source = round % 3 > 0;
    world_init_within(&w, round % 5 ? &usual : &widest, &random, 1 + mi_random_below(&random, SMALL),
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
      uint64_t call = a->call;
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
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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

/* After 2³² calls a row that was never in any still counts as changed. */
static void test_calls_go_on(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignCandidate candidate = {0, {0, 1, 0}};
  const MusterAssignNeed need = {0, 0, {1, 0, 0}};
  a->call = UINT32_MAX;
  g_assert_true(muster_assignment_insert(a, 0, &need, &candidate, 1, NULL));
  size_t count;
  const MusterAssignRow *changed = muster_assignment_changed(a, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpuint(changed[0], ==, 0);
}

static void test_skills(void) {
  enum { FIRST_AID = 1, BOAT = 2 };
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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

static void assert_no_fault(const MusterAssignment *a) {
  g_autofree char *fault = mi_assignment_find_fault(a);
  g_assert_cmpstr(fault, ==, NULL);
}

/* Somebody moves: forgotten, told anew while absent, and back. */
static void test_forget(void) {
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
  muster_assignment_add_column(a, 0, 10, 0, NULL);
  muster_assignment_add_column(a, 1, 11, 0, NULL);
  const MusterAssignCandidate both[] = {{0, {0, 100, 0}}, {1, {0, 300, 0}}};
  const MusterAssignNeed first = {1, 0, {1, 0, 0}}, second = {2, 0, {1, 0, 0}};
  g_assert_true(muster_assignment_insert(a, 0, &first, both, 2, NULL));
  g_assert_true(muster_assignment_insert(a, 1, &second, both, 1, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 1);
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, 0);
  g_assert_true(muster_assignment_forget(a, 0, NULL));
  assert_no_fault(a);
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, MUSTER_NONE);
  g_assert_true(muster_assignment_forget(a, 0, NULL)); /* nothing */
  g_assert_true(muster_assignment_forget(a, 7, NULL));
  g_assert_true(muster_assignment_add_column(a, 0, 10, 0, NULL));
  assert_no_fault(a);
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, MUSTER_NONE); /* no row lists it yet */
  g_assert_true(muster_assignment_leave(a, 0, NULL));
  const MusterAssignCost nearer = {0, 50, 0}, farther = {0, 200, 0};
  g_assert_true(muster_assignment_change(a, 0, 0, &nearer, NULL));
  g_assert_true(muster_assignment_change(a, 1, 0, &farther, NULL));
  muster_assignment_return(a, 0);
  assert_no_fault(a);
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 1);
  g_assert_cmpuint(muster_assignment_column_of(a, 1), ==, 0);
  g_assert_cmpint(muster_assignment_cost_of(a, 1).time_ms, ==, 200);
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
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_assignment_add_column(a, usual.columns, 1, 0, &error));
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
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/assign/small", test_small);
  g_test_add_func("/assign/events", test_events);
  g_test_add_func("/assign/budget", test_budget);
  g_test_add_func("/assign/order-of-waiting", test_order_of_waiting);
  g_test_add_func("/assign/greatest-budget", test_greatest_budget);
  g_test_add_func("/assign/marks-come-round", test_marks_come_round);
  g_test_add_func("/assign/calls-go-on", test_calls_go_on);
  g_test_add_func("/assign/skills", test_skills);
  g_test_add_func("/assign/forget", test_forget);
  g_test_add_func("/assign/limits", test_limits);
  g_test_add_func("/assign/refusals", test_refusals);
  g_test_add_func("/assign/bad-source", test_bad_source);
  g_test_add_func("/assign/source-beyond-limits", test_source_beyond_limits);
  g_test_add_func("/assign/forbidden-with-source", test_forbidden_with_source);
  return g_test_run();
}
