/* Facility location against every choice there is, on small tables with ties; what more sites and wider radii change.
 */
#include <string.h>

#include "plan/choices.h"
#include "support/support.h"

static const char *const names[] = {"pmedian", "pcenter", "mclp", "set-cover", "backup", "dsm", "mexclp"};

static bool ask(const small *s, MusterLocateAnswer *out, uint32_t *sites) {
  g_autoptr(GError) error = NULL;
  bool done = muster_locate(&s->table, &s->options, out, sites, &error);
  if (!done) g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE);
  return done;
}

/* The sites are worth what is said, and nothing is said that is not so. */
static void check_answer(const small *s, const MusterLocateAnswer *answer, const uint32_t *sites, const worth *best) {
  worth value;
  g_assert_true(small_value(s, sites, answer->count, &value));
  g_assert_cmpint(value.objective, ==, answer->objective);
  for (size_t i = 1; i < answer->count; i++) g_assert_cmpuint(sites[i - 1], <=, sites[i]);
  if (s->options.problem == MUSTER_LOCATE_PMEDIAN) g_assert_cmpuint(answer->unserved, ==, best->unserved);
  g_assert_cmpint(answer->objective, ==, best->objective);
  if (is_least_wanted(s->options.problem))
    g_assert_cmpint(answer->bound, <=, best->objective);
  else
    g_assert_cmpint(answer->bound, >=, best->objective);
  if (answer->is_optimal) g_assert_cmpint(answer->bound, ==, answer->objective);
}

static void test_all_choices(gconstpointer data) {
  MusterLocateProblem problem = (MusterLocateProblem)GPOINTER_TO_INT(data);
  mi_random random;
  mi_random_init(&random, test_seed(), problem);
  size_t found = 0, proven = 0;
  enum { INSTANCES = 400 };
  for (int i = 0; i < INSTANCES; i++) {
    small s;
    small_draw(&s, &random, problem);
    MusterLocateAnswer answer;
    uint32_t sites[SIDE_MOST * 2];
    worth best;
    bool is_possible = small_best(&s, &best);
    g_assert_cmpint(ask(&s, &answer, sites), ==, is_possible);
    if (!is_possible) continue;
    check_answer(&s, &answer, sites, &best);
    found++;
    proven += answer.is_optimal;
  }
  g_test_message("%zu of %d have an answer, %zu proven", found, INSTANCES, proven);
  g_assert_cmpuint(found, >, 50);
}

static void assert_same_answer(const MusterLocateAnswer *a, const MusterLocateAnswer *b) {
  g_assert_cmpuint(a->count, ==, b->count);
  g_assert_cmpint(a->objective, ==, b->objective);
  g_assert_cmpint(a->bound, ==, b->bound);
  g_assert_cmpint(a->is_optimal, ==, b->is_optimal);
  g_assert_cmpuint(a->unserved, ==, b->unserved);
}

static void test_same_bytes(gconstpointer data) {
  mi_random random;
  mi_random_init(&random, test_seed(), 100);
  for (int i = 0; i < 50; i++) {
    small s, other;
    small_draw(&s, &random, (MusterLocateProblem)GPOINTER_TO_INT(data));
    small_shuffle(&s, &other, &random);
    MusterLocateAnswer first = {0}, second = {0}, third = {0};
    uint32_t first_sites[SIDE_MOST * 2], second_sites[SIDE_MOST * 2];
    bool done = ask(&s, &first, first_sites);
    g_assert_cmpint(ask(&s, &second, second_sites), ==, done);
    if (!done) continue;
    assert_same_answer(&first, &second);
    g_assert_cmpmem(first_sites, first.count * sizeof *first_sites, second_sites, second.count * sizeof *second_sites);
    g_assert_true(ask(&other, &third, second_sites));
    g_assert_cmpint(third.objective, ==, first.objective);
    g_assert_cmpuint(third.unserved, ==, third.unserved);
  }
}

/* One site more, and a radius that is wider, never make it worse. */
static void test_more_is_no_worse(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 200);
  for (int i = 0; i < 200; i++) {
    small s;
    small_draw(&s, &random,
               (MusterLocateProblem[]){MUSTER_LOCATE_PMEDIAN, MUSTER_LOCATE_PCENTER, MUSTER_LOCATE_MCLP,
                                       MUSTER_LOCATE_MEXCLP}[i % 4]);
    if (s.options.p == s.table.site_count * s.options.per_site) continue;
    MusterLocateAnswer before, after;
    uint32_t sites[SIDE_MOST * 2];
    if (!ask(&s, &before, sites)) continue;
    s.options.p++;
    s.options.radius++;
    g_assert_true(ask(&s, &after, sites));
    if (after.unserved < before.unserved) continue;
    if (is_least_wanted(s.options.problem))
      g_assert_cmpint(after.objective, <=, before.objective);
    else
      g_assert_cmpint(after.objective, >=, before.objective);
  }
}

typedef struct patience {
  int calls, most;
} patience;

static bool lose_patience(double share_done, void *user_data) {
  patience *p = user_data;
  g_assert_true(share_done >= 0 && share_done <= 1);
  return ++p->calls < p->most;
}

/* Whenever `progress` has had enough, that is what the call says, and nothing is written. */
static void test_stops(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 400);
  for (int i = 0; i < 700; i++) {
    small s;
    small_draw(&s, &random, (MusterLocateProblem)(i % 7));
    patience p = {0, 1 + (int)mi_random_below(&random, 12)};
    s.options.progress = lose_patience;
    s.options.user_data = &p;
    MusterLocateAnswer answer;
    uint32_t sites[SIDE_MOST * 2] = {77};
    g_autoptr(GError) error = NULL;
    bool done = muster_locate(&s.table, &s.options, &answer, sites, &error);
    g_assert_cmpint(p.calls, <=, p.most);
    if (p.calls < p.most) continue;
    g_assert_false(done);
    g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED);
    g_assert_cmpuint(sites[0], ==, 77);
  }
}

typedef struct wrong {
  uint32_t p, per_site, existing, radius, outer_radius, busy_ppm;
  int code;
} wrong;

static void test_refusals(void) {
  static const uint32_t times[] = {1, 2, 3, 4};
  MusterLocateTable table = {times, 2, 2, NULL};
  static const wrong wrongs[] = {
      {0, 1, 0, 1, 1, 0, MUSTER_PLAN_ERROR_OPTION},       {3, 1, 0, 1, 1, 0, MUSTER_PLAN_ERROR_OPTION},
      {1, 0, 0, 1, 1, 0, MUSTER_PLAN_ERROR_OPTION},       {1, 65, 0, 1, 1, 0, MUSTER_PLAN_ERROR_OPTION},
      {1, 1, 2, 1, 1, 0, MUSTER_PLAN_ERROR_OPTION},       {1, 1, 0, 2, 1, 0, MUSTER_PLAN_ERROR_OPTION},
      {1, 1, 0, 1, 1, 1000000, MUSTER_PLAN_ERROR_OPTION}, {1, 1, 0, 0, 0, 0, MUSTER_PLAN_ERROR_INFEASIBLE},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
    const wrong *w = &wrongs[i];
    MusterLocateOptions options;
    muster_locate_options_init(&options);
    options.problem = MUSTER_LOCATE_DSM;
    options.p = w->p, options.per_site = w->per_site, options.radius = w->radius, options.busy_ppm = w->busy_ppm;
    options.outer_radius = w->outer_radius;
    options.existing = &w->existing;
    options.existing_count = w->existing ? 1 : 0;
    MusterLocateAnswer answer;
    uint32_t sites[4];
    g_autoptr(GError) error = NULL;
    g_assert_false(muster_locate(&table, &options, &answer, sites, &error));
    g_assert_error(error, MUSTER_PLAN_ERROR, w->code);
  }
}

static void test_sums_that_overflow(void) {
  static const uint32_t times[] = {UINT32_MAX - 1, UINT32_MAX - 1}, weights[] = {UINT32_MAX, UINT32_MAX};
  MusterLocateTable table = {times, 2, 1, weights};
  MusterLocateOptions options;
  muster_locate_options_init(&options);
  options.p = 1;
  MusterLocateAnswer answer;
  uint32_t site;
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_locate(&table, &options, &answer, &site, &error));
  g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT);
}

static void test_more_exchanges_than_memory(void) {
  enum { SITES = 1 << 15 };
  g_autofree uint32_t *times = g_new0(uint32_t, SITES), *sites = g_new(uint32_t, SITES);
  MusterLocateTable table = {times, 1, SITES, NULL};
  MusterLocateOptions options;
  muster_locate_options_init(&options);
  options.p = SITES / 2;
  MusterLocateAnswer answer;
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_locate(&table, &options, &answer, sites, &error));
  g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT);
  options.problem = MUSTER_LOCATE_PCENTER;
  g_assert_true(muster_locate(&table, &options, &answer, sites, NULL));
  g_assert_cmpuint(answer.count, ==, options.p);
}

/* Just below the limit nothing overflows, which the sanitizers watch, and the bound still stands. */
static void test_sums_at_their_limit(void) {
  small s = {.table = {s.times, 6, 5, s.weights}};
  mi_random random;
  mi_random_init(&random, test_seed(), 300);
  for (int i = 0; i < 60; i++) {
    for (size_t k = 0; k < 30; k++) s.times[k] = (UINT32_C(1) << 31) - mi_random_below(&random, 1 << 30);
    for (size_t k = 0; k < 6; k++) s.weights[k] = (1 << 22) - mi_random_below(&random, 4);
    if (i % 2) s.times[mi_random_below(&random, 30)] = MUSTER_UNREACHABLE_MS;
    muster_locate_options_init(&s.options);
    s.options.steps = 20;
    s.options.bound_steps = 100;
    s.options.problem = (MusterLocateProblem)(i % 7);
    s.options.p = 3;
    s.options.radius = s.options.outer_radius = 3 * (UINT32_C(1) << 29);
    s.options.share_ppm = 0;
    MusterLocateAnswer answer;
    uint32_t sites[SIDE_MOST];
    worth best;
    g_assert_cmpint(ask(&s, &answer, sites), ==, small_best(&s, &best));
    if (small_best(&s, &best)) check_answer(&s, &answer, sites, &best);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (int problem = 0; problem < (int)G_N_ELEMENTS(names); problem++) {
    g_autofree char *all = g_strdup_printf("/plan/all-choices/%s", names[problem]);
    g_test_add_data_func(all, GINT_TO_POINTER(problem), test_all_choices);
    g_autofree char *same = g_strdup_printf("/plan/same-bytes/%s", names[problem]);
    g_test_add_data_func(same, GINT_TO_POINTER(problem), test_same_bytes);
  }
  g_test_add_func("/plan/more-is-no-worse", test_more_is_no_worse);
  g_test_add_func("/plan/stops", test_stops);
  g_test_add_func("/plan/refusals", test_refusals);
  g_test_add_func("/plan/sums-at-their-limit", test_sums_at_their_limit);
  g_test_add_func("/plan/more-exchanges-than-memory", test_more_exchanges_than_memory);
  g_test_add_func("/plan/sums-that-overflow", test_sums_that_overflow);
  return g_test_run();
}
