/* The OR-Library's p-median files: what is read, what is refused. */
#include <glib/gstdio.h>
#include <string.h>

#include "muster/plan.h"
#include "support/support.h"

static bool read_text(const char *text, MusterPmed *out, GError **error) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "pmed.txt", NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  bool done = muster_pmed_read(path, out, error);
  test_folder_remove(folder);
  return done;
}

static void test_shortest_paths(void) {
  g_auto(MusterPmed) pmed = {0};
  g_autoptr(GError) error = NULL;
  g_assert_true(read_text(" 4 3 2\n 1 2 30 \n 2 3 46\r\n\n3 4 0", &pmed, &error));
  static const uint32_t expected[] = {0, 30, 76, 76, 30, 0, 46, 46, 76, 46, 0, 0, 76, 46, 0, 0};
  g_assert_cmpuint(pmed.node_count, ==, 4);
  g_assert_cmpuint(pmed.p, ==, 2);
  g_assert_cmpmem(pmed.times, 16 * sizeof *pmed.times, expected, sizeof expected);
}

static void test_last_edge_counts(void) {
  g_auto(MusterPmed) pmed = {0};
  g_autoptr(GError) error = NULL;
  g_assert_true(read_text("2 3 1  1 2 5  1 2 3  2 1 9", &pmed, &error));
  g_assert_cmpuint(pmed.times[1], ==, 9);
  g_assert_cmpuint(pmed.times[2], ==, 9);
}

static void test_apart(void) {
  g_auto(MusterPmed) pmed = {0};
  g_autoptr(GError) error = NULL;
  g_assert_true(read_text("3 2 1 1 2 5 1 2 6", &pmed, &error));
  g_assert_cmpuint(pmed.times[2], ==, MUSTER_UNREACHABLE_MS);
}

typedef struct refusal {
  const char *text, *part;
} refusal;

static void test_refusals(void) {
  static const refusal refusals[] = {
      {"", ":1: nodes: expected a whole number, found the end"},
      {"0 0 1", ":1: nodes: expected a whole number of 1 to 20000, found \"0\""},
      {"2 9 1 1 2 5", ":1: edges: expected"},
      {"2 1 3\n1 2 5", ":1: p: expected a whole number of 1 to 2, found \"3\""},
      {"9 1 1\n1 2 5", ":1: expected at least 8 edges for 9 nodes"},
      {"2 1 1\n1 3 5", ":2: a node: expected a whole number of 1 to 2, found \"3\""},
      {"2 1 1\n1 2 x", ":2: a length: expected"},
      {"2 1 1\n1 2 -4", ":2: a length: expected"},
      {"2 1 1\n1 2 4000000000", ":2: a length: expected"},
      {"2 1 1\n1 2", ":2: a length: expected a whole number, found the end"},
      {"2 1 1\n1 2 5\n1", ":3: expected the end of the file after 1 edges"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_auto(MusterPmed) pmed = {0};
    g_autoptr(GError) error = NULL;
    g_assert_false(read_text(refusals[i].text, &pmed, &error));
    g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_FORMAT);
    if (!strstr(error->message, refusals[i].part)) g_error("%s: not \"%s\"", error->message, refusals[i].part);
    g_assert_null(pmed.times);
  }
}

static void test_absent(void) {
  g_auto(MusterPmed) pmed = {0};
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_pmed_read("/nowhere/pmed.txt", &pmed, &error));
  g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plan/orlib/shortest-paths", test_shortest_paths);
  g_test_add_func("/plan/orlib/last-edge-counts", test_last_edge_counts);
  g_test_add_func("/plan/orlib/apart", test_apart);
  g_test_add_func("/plan/orlib/refusals", test_refusals);
  g_test_add_func("/plan/orlib/absent", test_absent);
  return g_test_run();
}
