/* What the tests of assignments share: an instance that they change as the assignment is told to change, and the
 * obvious slow answers about it. */
#ifndef MUSTER_TESTS_ASSIGN_WORLD_H
#define MUSTER_TESTS_ASSIGN_WORLD_H

#include "assign/state.h"
#include "base/random.h"

enum { SMALL = 6 }; /* so many rows, or columns, have matchings that can all be looked at */

extern const MusterAssignLimits usual;
/* The most tiers that fit beside as many rows and such times. */
extern const MusterAssignLimits widest;

typedef struct pair {
  bool possible;
  MusterAssignCost cost;
} pair;

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

static inline pair *pair_at(const world *w, size_t row, size_t column) { return &w->pairs[row * w->columns + column]; }

/* Each pair is possible by one chance in `one_in`, at costs spread so far; nothing is there of rows, all of columns. */
void world_init_within(world *w, const MusterAssignLimits *most, mi_random *random, size_t rows, size_t columns,
                       uint32_t spread, uint32_t one_in);
void world_init(world *w, mi_random *random, size_t rows, size_t columns, uint32_t spread, uint32_t one_in);
void world_clear(world *w);
MusterAssignCost random_cost(const world *w, mi_random *random, uint32_t spread);

size_t list_candidates(const world *w, const pair *pairs, size_t row, MusterAssignCandidate *out);
int compare_candidates(const void *a, const void *b);
/* The world as a source of candidates. */
size_t name_candidates(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most, void *data);
/* With the world's columns and no rows yet. */
MusterAssignment *assignment_of(const world *w, MusterAssignMethod method, bool with_source);
void add_row(MusterAssignment *a, const world *w, size_t row);
/* The same world solved at once, rows in another order. */
MusterAssignment *solve_anew(const world *w, mi_random *random, bool with_source);

void assert_sound(const MusterAssignment *a);
void assert_same_columns(const MusterAssignment *a, const MusterAssignment *b, size_t rows);

typedef struct sum {
  int64_t tier, time_ms, fatigue;
} sum;
sum sum_add(sum s, const MusterAssignCost *cost);
bool sum_less(const sum *a, const sum *b);
void assert_equal_sums(sum a, sum b);
sum total_of(const MusterAssignment *a);
/* The least of all matchings of the rows that are there and do not wait. */
sum best_sum(const world *w);

#endif
