/* The baselines against their rules told in the simplest way, event by event. */
#include "assign/state.h"
#include "base/random.h"
#include "support/support.h"

enum { ROWS = 9, COLUMNS = 7 };

/* The rules, by looking at everything. */
typedef struct model {
  MusterAssignMethod method;
  bool possible[ROWS][COLUMNS];
  MusterAssignCost cost[ROWS][COLUMNS], unserved[ROWS];
  bool row_there[ROWS], column_there[COLUMNS];
  uint32_t since[ROWS], arrivals;
  uint32_t column_of[ROWS], row_of[COLUMNS];
} model;

static int compare_costs(MusterAssignCost a, MusterAssignCost b) {
  if (a.tier != b.tier) return a.tier < b.tier ? -1 : 1;
  return (a.time_ms > b.time_ms) - (a.time_ms < b.time_ms);
}

static bool may(const model *m, size_t row, size_t column) {
  return m->row_there[row] && m->column_of[row] == MUSTER_NONE && m->column_there[column] &&
         m->row_of[column] == MUSTER_NONE && m->possible[row][column] &&
         compare_costs(m->cost[row][column], m->unserved[row]) < 0;
}

static void join(model *m, size_t row, size_t column) {
  m->column_of[row] = (uint32_t)column;
  m->row_of[column] = (uint32_t)row;
}

/* Pairs the cheapest of the rows and columns in these ranges; false if there is none. */
static bool join_cheapest(model *m, size_t row, size_t row_end, size_t column, size_t column_end) {
  size_t best_row = ROWS, best_column = COLUMNS;
  for (size_t i = row; i < row_end; i++)
    for (size_t j = column; j < column_end; j++)
      if (may(m, i, j) && (best_row == ROWS || compare_costs(m->cost[i][j], m->cost[best_row][best_column]) < 0))
        best_row = i, best_column = j;
  if (best_row == ROWS) return false;
  join(m, best_row, best_column);
  return true;
}

static void free_column(model *m, size_t column) {
  m->row_of[column] = MUSTER_NONE;
  if (m->method != MUSTER_ASSIGN_NEAREST_FCFS) {
    join_cheapest(m, 0, ROWS, column, column + 1);
    return;
  }
  size_t best = ROWS;
  for (size_t i = 0; i < ROWS; i++)
    if (may(m, i, column) && (best == ROWS || m->since[i] < m->since[best])) best = i;
  if (best != ROWS) join(m, best, column);
}

static void add_row(MusterAssignment *a, const model *m, uint32_t row) {
  MusterAssignCandidate candidates[COLUMNS];
  size_t count = 0;
  for (uint32_t j = 0; j < COLUMNS; j++)
    if (m->possible[row][j]) candidates[count++] = (MusterAssignCandidate){j, m->cost[row][j]};
  MusterAssignNeed need = {row, 0, m->unserved[row]};
  g_assert_true(muster_assignment_add_row(a, row, &need, candidates, count, NULL));
}

static void make_model(model *m, mi_random *random, MusterAssignMethod method) {
  *m = (model){.method = method};
  uint32_t used = 0; /* all costs differ, so ties by hash play no part */
  for (size_t i = 0; i < ROWS; i++) {
    m->column_of[i] = MUSTER_NONE;
    m->unserved[i] = (MusterAssignCost){1, (int32_t)mi_random_below(random, 2000), 0};
    for (size_t j = 0; j < COLUMNS; j++) {
      m->possible[i][j] = mi_random_below(random, 2) == 0;
      m->cost[i][j] =
          (MusterAssignCost){mi_random_below(random, 2), (int32_t)(mi_random_below(random, 30) * 64 + used++), 0};
    }
  }
  for (size_t j = 0; j < COLUMNS; j++) m->row_of[j] = MUSTER_NONE, m->column_there[j] = true;
}

static void come(model *m, MusterAssignment *a, mi_random *random) {
  uint32_t batch[3], count = 0;
  for (uint32_t i = 0; i < G_N_ELEMENTS(batch); i++) {
    uint32_t row = mi_random_below(random, ROWS);
    if (m->row_there[row]) continue;
    m->row_there[row] = true;
    m->since[row] = ++m->arrivals;
    batch[count++] = row;
    add_row(a, m, row);
  }
  g_assert_true(muster_assignment_solve(a, 0, NULL));
  if (m->method == MUSTER_ASSIGN_GREEDY)
    while (join_cheapest(m, 0, ROWS, 0, COLUMNS)) {
    }
  else
    for (uint32_t i = 0; i < count; i++) join_cheapest(m, batch[i], batch[i] + 1, 0, COLUMNS);
}

static void happen(model *m, MusterAssignment *a, mi_random *random) {
  uint32_t row = mi_random_below(random, ROWS), column = mi_random_below(random, COLUMNS),
           kind = mi_random_below(random, 6);
  if (kind < 3) {
    come(m, a, random);
  } else if (kind == 3) {
    muster_assignment_remove(a, row);
    uint32_t held = m->row_there[row] ? m->column_of[row] : MUSTER_NONE;
    m->row_there[row] = false;
    m->column_of[row] = MUSTER_NONE;
    if (held != MUSTER_NONE) free_column(m, held);
  } else if (kind == 4) {
    g_assert_true(muster_assignment_leave(a, column, NULL));
    uint32_t lost = m->row_of[column];
    m->column_there[column] = false;
    m->row_of[column] = MUSTER_NONE;
    if (lost == MUSTER_NONE) return;
    m->column_of[lost] = MUSTER_NONE;
    join_cheapest(m, lost, lost + 1, 0, COLUMNS);
  } else {
    muster_assignment_return(a, column);
    if (m->column_there[column]) return;
    m->column_there[column] = true;
    free_column(m, column);
  }
}

static void test_rules(gconstpointer data) {
  MusterAssignMethod method = (MusterAssignMethod)GPOINTER_TO_INT(data);
  const MusterAssignLimits limits = {ROWS, COLUMNS, {1, 5000, 0}};
  for (uint32_t round = 0; round < 200; round++) {
    mi_random random;
    mi_random_init(&random, test_seed(), round);
    model m;
    make_model(&m, &random, method);
    g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, method, NULL);
    for (uint32_t j = 0; j < COLUMNS; j++) muster_assignment_add_column(a, j, 100 + j, 0, NULL);
    for (int event = 0; event < 80; event++) {
      happen(&m, a, &random);
      g_autofree char *fault = mi_assignment_find_fault(a);
      g_assert_cmpstr(fault, ==, NULL);
      for (uint32_t i = 0; i < ROWS; i++) g_assert_cmpuint(muster_assignment_column_of(a, i), ==, m.column_of[i]);
    }
  }
}

/* A pair made stays when the way turns out longer: nobody who waits takes the column meanwhile. */
static void test_change_of_held_pair(gconstpointer data) {
  const MusterAssignLimits limits = {ROWS, COLUMNS, {1, 5000, 0}};
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, (MusterAssignMethod)GPOINTER_TO_INT(data), NULL);
  muster_assignment_add_column(a, 0, 1, 0, NULL);
  const MusterAssignCandidate candidate = {0, {0, 10, 0}};
  for (uint32_t i = 0; i < 2; i++) {
    const MusterAssignNeed need = {i, 0, {1, 0, 0}};
    g_assert_true(muster_assignment_insert(a, i, &need, &candidate, 1, NULL));
  }
  const MusterAssignCost longer = {0, 20, 0};
  g_assert_true(muster_assignment_change(a, 0, 0, &longer, NULL));
  g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, 0);
  g_assert_cmpint(muster_assignment_cost_of(a, 0).time_ms, ==, 20);
  g_autofree char *fault = mi_assignment_find_fault(a);
  g_assert_cmpstr(fault, ==, NULL);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/assign/baseline/nearest-fcfs", GINT_TO_POINTER(MUSTER_ASSIGN_NEAREST_FCFS), test_rules);
  g_test_add_data_func("/assign/baseline/nearest-fair", GINT_TO_POINTER(MUSTER_ASSIGN_NEAREST_FAIR), test_rules);
  g_test_add_data_func("/assign/baseline/greedy", GINT_TO_POINTER(MUSTER_ASSIGN_GREEDY), test_rules);
  for (int method = MUSTER_ASSIGN_NEAREST_FCFS; method <= MUSTER_ASSIGN_GREEDY; method++) {
    g_autofree char *path = g_strdup_printf("/assign/baseline/change-of-held-pair/%d", method);
    g_test_add_data_func(path, GINT_TO_POINTER(method), test_change_of_held_pair);
  }
  return g_test_run();
}
