/* The published optima of the OR-Library's p-median problems, and those of the MCLP on BDS1000, with the usual options.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/plan.h"
#include "support/support.h"

enum { PMED_COUNT = 20 };

/* The least radius of the same graphs, in the files' order: proven by the bound, but for pmed1 and pmed6, where HiGHS
 * finds that covers at the next smaller time take a site more than p. */
static const int64_t centers[PMED_COUNT] = {127, 98, 93, 74, 48, 84, 64, 55, 37, 20,
                                            59,  51, 36, 26, 18, 47, 39, 28, 18, 13};

static char *read_data(const char *relative) {
  g_autofree char *path = test_data(relative);
  char *text = NULL;
  if (path) g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

static void solve_pmed(const char *name, MusterLocateProblem problem, MusterLocateAnswer *out) {
  g_autofree char *relative = g_strdup_printf("orlib/pmed/%s.txt", name), *path = test_data(relative);
  g_auto(MusterPmed) pmed = {0};
  g_autoptr(GError) error = NULL;
  g_assert_true(muster_pmed_read(path, &pmed, &error));
  MusterLocateTable table = {pmed.times, pmed.node_count, pmed.node_count, NULL};
  MusterLocateOptions options;
  muster_locate_options_init(&options);
  options.problem = problem;
  options.p = pmed.p;
  g_autofree uint32_t *sites = g_new(uint32_t, pmed.p);
  double start_s = g_test_timer_elapsed();
  g_assert_true(muster_locate(&table, &options, out, sites, &error));
  g_test_message("%s: %" G_GINT64_FORMAT ", bound %" G_GINT64_FORMAT ", %.2f s", name, out->objective, out->bound,
                 g_test_timer_elapsed() - start_s);
  g_assert_cmpint(out->bound, <=, out->objective);
}

static void test_pmedian(void) {
  g_autofree char *text = read_data("orlib/pmed/pmedopt.txt");
  if (!text) return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  int count = 0;
  g_test_timer_start();
  for (size_t i = 1; lines[i]; i++) {
    char name[16];
    long optimum;
    if (sscanf(lines[i], "%15s %ld", name, &optimum) != 2) continue;
    MusterLocateAnswer answer;
    solve_pmed(name, MUSTER_LOCATE_PMEDIAN, &answer);
    g_assert_cmpint(answer.objective, ==, optimum);
    count++;
  }
  g_assert_cmpint(count, ==, PMED_COUNT);
}

static void test_pcenter(void) {
  g_autofree char *text = read_data("orlib/pmed/pmedopt.txt");
  if (!text) return;
  int proven = 0;
  g_test_timer_start();
  for (int i = 0; i < PMED_COUNT; i++) {
    g_autofree char *name = g_strdup_printf("pmed%d", i + 1);
    MusterLocateAnswer answer;
    solve_pmed(name, MUSTER_LOCATE_PCENTER, &answer);
    g_assert_cmpint(answer.objective, ==, centers[i]);
    proven += answer.is_optimal;
  }
  g_assert_cmpint(proven, >=, 18);
}

/* ---- BDS1000: places and weights ---- */

enum { BDS_SITES = 100, BDS_DEMANDS = 1000 };

typedef struct bds {
  double site_x[BDS_SITES], site_y[BDS_SITES];
  uint32_t *times, weights[BDS_DEMANDS]; /* 1: within the radius */
} bds;

static void fill_bds(bds *b, const char *text, double radius) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (size_t i = 1; lines[i]; i++) {
    char kind;
    unsigned number, weight;
    double x, y;
    if (sscanf(lines[i], "%c %u %lf %lf %u", &kind, &number, &x, &y, &weight) != 5) continue;
    if (kind == 'F') {
      b->site_x[number] = x, b->site_y[number] = y;
      continue;
    }
    b->weights[number] = weight;
    for (size_t site = 0; site < BDS_SITES; site++) {
      double dx = x - b->site_x[site], dy = y - b->site_y[site];
      b->times[number * BDS_SITES + site] = dx * dx + dy * dy <= radius * radius ? 1 : 2;
    }
  }
}

static void test_mclp(void) {
  g_autofree char *text = read_data("mclp/BDS1000.txt"), *optima = read_data("mclp/BDS1000_optima_computed.csv");
  if (!text || !optima) return;
  g_auto(GStrv) lines = g_strsplit(optima, "\n", -1);
  g_autofree uint32_t *times = g_new(uint32_t, BDS_SITES * BDS_DEMANDS);
  bds b = {.times = times};
  int count = 0;
  g_test_timer_start();
  for (size_t i = 1; lines[i]; i++) {
    unsigned radius, p;
    long optimum, total;
    if (sscanf(lines[i], "%u,%u,%ld,%ld", &radius, &p, &optimum, &total) != 4) continue;
    fill_bds(&b, text, radius);
    MusterLocateTable table = {times, BDS_DEMANDS, BDS_SITES, b.weights};
    MusterLocateOptions options;
    muster_locate_options_init(&options);
    options.problem = MUSTER_LOCATE_MCLP;
    options.p = p;
    options.radius = 1;
    MusterLocateAnswer answer;
    uint32_t sites[BDS_SITES];
    double start_s = g_test_timer_elapsed();
    g_assert_true(muster_locate(&table, &options, &answer, sites, NULL));
    g_test_message("radius %u, p %u: %" G_GINT64_FORMAT ", bound %" G_GINT64_FORMAT ", %.2f s", radius, p,
                   answer.objective, answer.bound, g_test_timer_elapsed() - start_s);
    g_assert_cmpint(answer.objective, ==, optimum);
    g_assert_cmpint(answer.bound, >=, optimum);
    count++;
  }
  g_assert_cmpint(count, ==, 9);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plan/optima/pmedian", test_pmedian);
  g_test_add_func("/plan/optima/pcenter", test_pcenter);
  g_test_add_func("/plan/optima/mclp", test_mclp);
  return g_test_run();
}
