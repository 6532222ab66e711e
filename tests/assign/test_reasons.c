/* Reasons: what pairs that are not made would cost, against all matchings; sources that break their word. */
#include <string.h>

#include "assign/world.h"
#include "support/support.h"

static sum plus(sum a, const MusterAssignDifference *d) {
  return (sum){a.tier + d->tier, a.time_ms + d->time_ms, a.fatigue + d->fatigue};
}

/* Of all columns that the unserved row could have, the one told is the one that costs least. */
static void assert_least(world *w, sum best, uint32_t row, const MusterAssignWhy *why) {
  bool any = false;
  for (uint32_t j = 0; j < w->columns; j++) {
    if (!pair_at(w, row, j)->possible || !w->column_there[j]) continue;
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
    world_init_within(&w, round % 5 ? &usual : &widest, &random, 1 + mi_random_below(&random, SMALL),
                      1 + mi_random_below(&random, SMALL - 1), 20, 2);
    for (size_t i = 0; i < w.rows; i++) w.row_there[i] = true;
    for (size_t j = 0; j < w.columns; j++) w.column_there[j] = mi_random_below(&random, 5) > 0;
    g_autoptr(MusterAssignment) a = solve_anew(&w, &random, round % 2);
    sum best = best_sum(&w);
    for (uint32_t i = 0; i < w.rows; i++) {
      MusterAssignColumn had = muster_assignment_column_of(a, i);
      for (uint32_t j = 0; j < w.columns; j++) {
        MusterAssignWhy why;
        g_assert_true(muster_assignment_why_not(a, i, j, &why, NULL));
        assert_sound(a);
        g_assert_cmpuint(muster_assignment_column_of(a, i), ==, had);
        if (had == j || !pair_at(&w, i, j)->possible || !w.column_there[j]) {
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
      memcpy(more.column_there, w.column_there, w.columns * sizeof *w.column_there);
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
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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
  g_assert_true(muster_assignment_why_unserved(a, 1, &why, NULL));
  g_assert_cmpint(why.reason, ==, MUSTER_ASSIGN_PINNED);
  g_assert_cmpuint(why.column, ==, 0);
  g_assert_cmpuint(why.other_row, ==, 0);
  g_assert_true(muster_assignment_leave(a, 0, NULL));
  g_assert_true(muster_assignment_why_unserved(a, 1, &why, NULL));
  g_assert_cmpint(why.reason, ==, MUSTER_ASSIGN_NO_CANDIDATE);
  g_assert_cmpuint(why.column, ==, MUSTER_NONE);
}

/* Of pinned candidates that cost the same, which one is told does not hang on the order in which they were named. */
static void test_pinned_in_any_order(void) {
  MusterAssignColumn told[2];
  for (uint32_t order = 0; order < 2; order++) {
    g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
    MusterAssignCandidate both[2];
    for (uint32_t j = 0; j < 2; j++) {
      muster_assignment_add_column(a, j, 100 + j, 0, NULL);
      both[j ^ order] = (MusterAssignCandidate){j, {0, 7, 0}};
    }
    for (uint32_t i = 0; i < 3; i++) {
      const MusterAssignNeed need = {i, 0, {1, 0, 0}};
      g_assert_true(muster_assignment_insert(a, i, &need, both, 2, NULL));
    }
    for (uint32_t i = 0; i < 2; i++) g_assert_true(muster_assignment_pin(a, i, i, &both[0].cost, NULL));
    MusterAssignWhy why;
    g_assert_true(muster_assignment_why_unserved(a, 2, &why, NULL));
    g_assert_cmpint(why.reason, ==, MUSTER_ASSIGN_PINNED);
    g_assert_cmpuint(why.other_row, ==, why.column);
    told[order] = why.column;
  }
  g_assert_cmpuint(told[0], ==, told[1]);
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

static void assert_same_totals(const MusterAssignTotals *a, const MusterAssignTotals *b) {
  g_assert_cmpuint(a->rows, ==, b->rows);
  g_assert_cmpuint(a->served, ==, b->served);
  g_assert_cmpuint(a->waiting, ==, b->waiting);
  g_assert_cmpuint(a->tier, ==, b->tier);
  g_assert_cmpuint(a->fatigue, ==, b->fatigue);
  g_assert_cmpint(a->time_ms, ==, b->time_ms);
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
  g_assert_cmpint(why.reason, ==, untouched.reason);
  g_assert_cmpuint(why.column, ==, untouched.column);
  g_assert_cmpuint(why.other_row, ==, untouched.other_row);
  g_assert_cmpmem(&why.extra, sizeof why.extra, &untouched.extra, sizeof untouched.extra);
  muster_assignment_totals(a, &after);
  assert_same_totals(&before, &after);
  assert_sound(a);
}

static void test_whys_of_bad_source(void) {
  bool broken = false;
  g_autoptr(MusterAssignment) a = muster_assignment_new(&usual, MUSTER_ASSIGN_OPTIMAL, NULL);
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/assign/reasons", test_reasons);
  g_test_add_func("/assign/reasons-of-pinned", test_reasons_of_pinned);
  g_test_add_func("/assign/pinned-in-any-order", test_pinned_in_any_order);
  g_test_add_func("/assign/reasons-of-bad-source", test_whys_of_bad_source);
  return g_test_run();
}
