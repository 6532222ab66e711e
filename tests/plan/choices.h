/* What the tests of facility location share: random tables, and every choice of sites there is, valued the slow way. */
#ifndef TESTS_PLAN_CHOICES_H
#define TESTS_PLAN_CHOICES_H

#include "base/random.h"
#include "muster/plan.h"

enum { SIDE_MOST = 10 };

typedef struct small {
  uint32_t times[SIDE_MOST * SIDE_MOST], weights[SIDE_MOST], existing[SIDE_MOST];
  MusterLocateTable table;
  MusterLocateOptions options;
} small;

/* A table with ties, pairs without a way and demands that do not count, and options that fit it. */
void small_draw(small *s, mi_random *random, MusterLocateProblem problem);

/* What a choice is worth; false if it does not keep the problem's conditions. `unserved` of p-median counts demands
 * without a way, which come before the objective. */
typedef struct worth {
  uint32_t unserved;
  int64_t objective;
} worth;
bool small_value(const small *s, const uint32_t *sites, size_t count, worth *out);
/* The best of all choices; false if there is none. */
bool small_best(const small *s, worth *out);

/* The demands' and the sites' places drawn anew; existing sites keep who they are. */
void small_shuffle(const small *s, small *out, mi_random *random);

bool is_least_wanted(MusterLocateProblem problem);

#endif
