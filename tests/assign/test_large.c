/* A surge of the county's size: 20,000 needs among 33,000 volunteers, 100,000 events, the proof by prices held against
 * the whole of it on the way, and the same solved anew at the end. */
#include <math.h>
#include <stdlib.h>

#include "assign/state.h"
#include "base/random.h"
#include "support/support.h"

enum { VOLUNTEERS = 33000, NEEDS = 20000, NEAREST = 32, EVENTS = 100000, SIDE = 60, CELL_M = 500 };

typedef struct place {
  double x_m, y_m;
} place;

typedef struct surge {
  place *volunteers, *needs;
  uint32_t *first, *in_cell; /* cell → volunteers */
} surge;

static uint32_t cell_of(place p) {
  int x = CLAMP((int)(p.x_m / CELL_M), 0, SIDE - 1), y = CLAMP((int)(p.y_m / CELL_M), 0, SIDE - 1);
  return (uint32_t)(y * SIDE + x);
}

static place random_place(mi_random *random, double x_m, double y_m, double sd_m) {
  double most = SIDE * CELL_M - 1.0;
  return (place){CLAMP(mi_random_normal(random, x_m, sd_m), 0, most),
                 CLAMP(mi_random_normal(random, y_m, sd_m), 0, most)};
}

static void make_surge(surge *s, mi_random *random) {
  s->volunteers = g_new(place, VOLUNTEERS);
  s->needs = g_new(place, 2 * NEEDS);
  s->first = g_new0(uint32_t, SIDE * SIDE + 2);
  s->in_cell = g_new(uint32_t, VOLUNTEERS);
  double side_m = SIDE * CELL_M;
  for (int i = 0; i < VOLUNTEERS; i++)
    s->volunteers[i] = (place){mi_random_unit(random) * side_m, mi_random_unit(random) * side_m};
  for (int i = 0; i < 2 * NEEDS; i++) { /* along a front, in clusters */
    double along = (double)mi_random_below(random, 40) / 40;
    s->needs[i] = random_place(random, along * side_m, (0.3 + 0.4 * along) * side_m, 1500);
  }
  for (int i = 0; i < VOLUNTEERS; i++) s->first[cell_of(s->volunteers[i]) + 2]++;
  for (int c = 0; c < SIDE * SIDE; c++) s->first[c + 2] += s->first[c + 1];
  for (uint32_t i = 0; i < VOLUNTEERS; i++) s->in_cell[s->first[cell_of(s->volunteers[i]) + 1]++] = i;
}

static int compare_candidates(const void *a, const void *b) {
  const MusterAssignCandidate *x = a, *y = b;
  if (x->cost.time_ms != y->cost.time_ms) return x->cost.time_ms < y->cost.time_ms ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

/* The nearest by air among those in the cells around; 1.4 m/s. */
static size_t list_nearest(const surge *s, uint32_t need, MusterAssignCandidate *out) {
  static MusterAssignCandidate all[VOLUNTEERS];
  place at = s->needs[need];
  int x = (int)(at.x_m / CELL_M), y = (int)(at.y_m / CELL_M);
  size_t count = 0;
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++) {
      if (x + dx < 0 || x + dx >= SIDE || y + dy < 0 || y + dy >= SIDE) continue;
      uint32_t cell = (uint32_t)((y + dy) * SIDE + x + dx);
      for (uint32_t i = s->first[cell]; i < s->first[cell + 1]; i++) {
        place v = s->volunteers[s->in_cell[i]];
        double m = hypot(v.x_m - at.x_m, v.y_m - at.y_m);
        all[count++] = (MusterAssignCandidate){s->in_cell[i], {m > 840, (int32_t)(m / 1.4 * 1000), s->in_cell[i] % 4}};
      }
    }
  qsort(all, count, sizeof *all, compare_candidates);
  count = MIN(count, NEAREST);
  for (size_t i = 0; i < count; i++) out[i] = all[i];
  return count;
}

static MusterAssignment *new_assignment(void) {
  const MusterAssignLimits limits = {2 * NEEDS, VOLUNTEERS, {10, 3600000, 3}};
  MusterAssignment *a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  for (uint32_t i = 0; i < VOLUNTEERS; i++) muster_assignment_add_column(a, i, 1000000 + i, 0, NULL);
  return a;
}

static void add_need(MusterAssignment *a, const surge *s, uint32_t need) {
  MusterAssignCandidate candidates[NEAREST];
  size_t count = list_nearest(s, need, candidates);
  MusterAssignNeed row = {.id = need, .unserved = {2, 0, 0}};
  g_assert_true(muster_assignment_add_row(a, need, &row, candidates, count, NULL));
}

static void assert_sound(const MusterAssignment *a) {
  g_autofree char *fault = mi_assignment_find_fault(a);
  g_assert_cmpstr(fault, ==, NULL);
}

static void happen(MusterAssignment *a, const surge *s, bool *open, mi_random *random) {
  uint32_t kind = mi_random_below(random, 10), need = mi_random_below(random, 2 * NEEDS);
  uint32_t column = mi_random_below(random, VOLUNTEERS);
  if (kind == 0) {
    muster_assignment_leave(a, column, NULL);
  } else if (kind <= 2) {
    muster_assignment_return(a, column);
  } else if (open[need]) {
    muster_assignment_remove(a, need);
    open[need] = false;
  } else {
    add_need(a, s, need);
    g_assert_true(muster_assignment_solve(a, 0, NULL));
    open[need] = true;
  }
}

static void test_surge(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  surge s;
  make_surge(&s, &random);
  g_autofree bool *open = g_new0(bool, 2 * NEEDS);
  g_autoptr(MusterAssignment) a = new_assignment();
  for (uint32_t need = 0; need < NEEDS; need++) {
    add_need(a, &s, need);
    open[need] = true;
  }
  g_assert_true(muster_assignment_solve(a, 0, NULL));
  assert_sound(a);
  for (int event = 1; event <= EVENTS; event++) {
    happen(a, &s, open, &random);
    if (event % 10000 == 0) assert_sound(a);
  }
  g_autoptr(MusterAssignment) anew = new_assignment();
  for (uint32_t column = 0; column < VOLUNTEERS; column++)
    if (!a->columns[column].is_present) muster_assignment_leave(anew, column, NULL);
  for (uint32_t need = 2 * NEEDS; need-- > 0;)
    if (open[need]) add_need(anew, &s, need);
  g_assert_true(muster_assignment_solve(anew, 0, NULL));
  MusterAssignTotals totals;
  muster_assignment_totals(a, &totals);
  g_assert_cmpuint(totals.served, >, NEEDS / 4);
  g_assert_cmpuint(totals.served, <, totals.rows);
  for (uint32_t need = 0; need < 2 * NEEDS; need++)
    g_assert_cmpuint(muster_assignment_column_of(a, need), ==, muster_assignment_column_of(anew, need));
  g_free(s.volunteers);
  g_free(s.needs);
  g_free(s.first);
  g_free(s.in_cell);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/assign/surge", test_surge);
  return g_test_run();
}
