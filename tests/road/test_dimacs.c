/* The DIMACS reader: what it keeps, what it refuses and where, and the real graphs. */
#include <stdio.h>
#include <string.h>

#include "road/network.h"
#include "support/support.h"

typedef struct fixture {
  char *folder, *gr, *co;
} fixture;

static void set_up(fixture *f, gconstpointer data) {
  (void)data;
  f->folder = test_folder_new();
  f->gr = g_build_filename(f->folder, "a.gr", NULL);
  f->co = g_build_filename(f->folder, "a.co", NULL);
}

static void tear_down(fixture *f, gconstpointer data) {
  (void)data;
  g_free(f->gr);
  g_free(f->co);
  test_folder_remove(f->folder);
}

static MusterNetwork *read_text(const fixture *f, const char *gr, const char *co, GError **error) {
  g_assert_true(g_file_set_contents(f->gr, gr, -1, NULL));
  if (co) g_assert_true(g_file_set_contents(f->co, co, -1, NULL));
  return muster_network_read_dimacs(f->gr, co ? f->co : NULL, error);
}

static void test_keeps(fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = read_text(
      f, "c a comment\r\n\nc\np sp 5 6\r\na 1 2 10\na 1 2 10\n  a\t2 1  7 \na 3 3 0\na 3 1 4294967294\nc end\na 2 3 1",
      NULL, &error);
  g_assert_no_error(error);
  const mi_graph *g = mi_network_graph(network);
  g_assert_cmpuint(g->node_count, ==, 5); /* 4 and 5 have no arc and exist all the same */
  g_assert_cmpuint(g->arc_count, ==, 6);
  unsigned parallels = 0, loops = 0, longest = 0;
  for (uint32_t v = 0; v < g->node_count; v++)
    for (uint32_t a = g->first_out[v]; a < g->first_out[v + 1]; a++) {
      int64_t from = g->node_id[v], to = g->node_id[g->head[a]];
      parallels += from == 1 && to == 2 && g->weight_ms[a] == 10;
      loops += from == 3 && to == 3 && g->weight_ms[a] == 0;
      longest += from == 3 && to == 1 && g->weight_ms[a] == UINT32_MAX - 1;
    }
  g_assert_cmpuint(parallels, ==, 2);
  g_assert_cmpuint(loops, ==, 1);
  g_assert_cmpuint(longest, ==, 1);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_assert_true(info.from_dimacs);
  g_assert_false(info.has_positions);
  g_assert_cmpuint(info.part_count, ==, 3);
  g_assert_cmpuint(info.snappable_node_count, ==, 3);
  for (int64_t id = 1; id <= 5; id++)
    g_assert_cmpint(muster_network_node_id(network, muster_network_find_node(network, id)), ==, id);
  g_assert_cmpuint(muster_network_find_node(network, 0), ==, MUSTER_NONE);
  g_assert_cmpuint(muster_network_find_node(network, 6), ==, MUSTER_NONE);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every link as "TAIL HEAD FORWARD BACKWARD way", by outside ids, by way; x where it is closed. */
static char *describe_links(const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  for (MusterLink link = 0; link < g->link_count; link++) {
    char times[2][16] = {"x", "x"};
    MusterArc arcs[2] = {g->link_forward[link], g->link_backward[link]};
    for (int i = 0; i < 2; i++)
      if (arcs[i] != MUSTER_NONE) g_snprintf(times[i], sizeof times[i], "%u", g->weight_ms[arcs[i]]);
    g_ptr_array_add(lines,
                    g_strdup_printf("%d: %d %d %s %s", (int)g->link_way[link], (int)g->node_id[g->link_tail[link]],
                                    (int)g->node_id[g->link_head[link]], times[0], times[1]));
  }
  g_ptr_array_sort(lines, compare_texts);
  g_ptr_array_add(lines, NULL);
  return g_strjoinv("\n", (char **)lines->pdata);
}

static const struct {
  const char *name, *gr, *links;
} joins[] = {
    {"opposite", "p sp 2 2\na 1 2 10\na 2 1 20\n", "1: 1 2 10 20"},
    {"opposite-first", "p sp 2 2\na 2 1 20\na 1 2 10\n", "1: 2 1 20 10"},
    {"unpaired", "p sp 3 3\na 1 2 10\na 2 3 20\na 3 1 30\n", "1: 1 2 10 x\n2: 2 3 20 x\n3: 3 1 30 x"},
    {"loops", "p sp 2 3\na 1 1 10\na 1 1 20\na 2 2 0\n", "1: 1 1 10 x\n2: 1 1 20 x\n3: 2 2 0 x"},
    {"parallel", "p sp 2 4\na 1 2 10\na 1 2 11\na 2 1 20\na 2 1 21\n", "1: 1 2 10 20\n2: 1 2 11 21"},
    {"more-one-way", "p sp 2 4\na 2 1 20\na 1 2 10\na 1 2 11\na 1 2 12\n", "1: 2 1 20 10\n3: 1 2 11 x\n4: 1 2 12 x"},
    {"apart", "p sp 3 4\na 1 2 10\na 3 2 5\na 2 3 6\na 2 1 20\n", "1: 1 2 10 20\n2: 3 2 5 6"},
};

static void test_join(fixture *f, gconstpointer data) {
  size_t i = GPOINTER_TO_SIZE(data);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = read_text(f, joins[i].gr, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *links = describe_links(network);
  g_assert_cmpstr(links, ==, joins[i].links);
}

static void test_positions(fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network =
      read_text(f, "p sp 2 2\na 1 2 10\na 2 1 10\n",
                "c places\np aux sp co 2\nv 2 109400001 29500000\nv 1 109300001 29400000\n", &error);
  g_assert_no_error(error);
  MusterPosition at = muster_network_node_position(network, muster_network_find_node(network, 2));
  g_assert_cmpint(at.lon_e7, ==, 1094000010);
  g_assert_cmpint(at.lat_e7, ==, 295000000);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_assert_cmpint(info.box.min_lon_e7, ==, 1093000010);
  g_assert_cmpuint(info.link_count, ==, 1);
  g_assert_cmpuint(info.arc_count, ==, 2);
}

static const struct {
  const char *name, *gr, *co, *says;
} refusals[] = {
    {"empty", "", NULL, ":1: expected the line \"p sp"},
    {"no-problem-line", "c x\na 1 2 3\n", NULL, ":2: expected the line \"p sp"},
    {"other-problem", "p max 2 1\na 1 2 3\n", NULL, ":1: expected \"sp\""},
    {"second-problem-line", "p sp 2 1\np sp 2 1\na 1 2 3\n", NULL, ":2: expected a line \"a"},
    {"zero-nodes", "p sp 0 0\n", NULL, ":1: nodes: expected"},
    {"too-many-nodes", "p sp 2000000000 1\na 1 2 3\n", NULL, ":1: 2000000000 nodes"},
    {"too-many-arcs", "p sp 2 1000000000\na 1 2 3\n", NULL, ":1: arcs: expected"},
    {"id-zero", "p sp 2 1\na 0 2 3\n", NULL, ":2: tail: expected a whole number of 1 to 2, found \"0\""},
    {"id-beyond", "p sp 2 1\n\na 1 3 3\n", NULL, ":3: head: expected a whole number of 1 to 2, found \"3\""},
    {"weight-negative", "p sp 2 1\na 1 2 -3\n", NULL,
     ":2: weight: expected a whole number of 0 to 4294967294, found \"-3\""},
    {"weight-large", "p sp 2 1\na 1 2 4294967295\n", NULL, ":2: weight:"},
    {"weight-huge", "p sp 2 1\na 1 2 99999999999999999999999\n", NULL, ":2: weight:"},
    {"weight-fraction", "p sp 2 1\na 1 2 1.5\n", NULL, "found \"1.5\""},
    {"weight-missing", "p sp 2 1\na 1 2\n", NULL, ":2: weight:"},
    {"four-numbers", "p sp 2 1\na 1 2 3 4\n", NULL, ":2: expected the end of the line"},
    {"few-arcs", "p sp 2 2\na 1 2 3\n         \n", NULL, "expected 2 arcs as the line \"p\" says, found 1"},
    {"more-arcs", "p sp 2 1\na 1 2 3\na 2 1 3\n", NULL, ":3: expected 1 arcs"},
    {"unknown-line", "p sp 2 1\ne 1 2 3\n", NULL, ":2: expected a line \"a"},
    {"binary", "p sp 2 1\na 1 \x01\x02 3\n", NULL, ":2: head:"},
    {"co-missing-node", "p sp 2 1\na 1 2 3\n", "v 1 0 0\n", "node 2 has none"},
    {"co-twice", "p sp 2 1\na 1 2 3\n", "v 1 0 0\nv 1 0 0\n", ":2: node 1 has a position already"},
    {"co-range", "p sp 2 1\na 1 2 3\n", "v 1 0 90000001\nv 2 0 0\n", ":1: y in degrees"},
    {"co-unknown-node", "p sp 2 1\na 1 2 3\n", "v 3 0 0\n", ":1: node:"},
    {"co-far-apart", "p sp 2 1\na 1 2 3\n", "v 1 0 0\nv 2 90000000 0\n", "arc 1: at most 4294 km"},
    {"co-far-apart-later", "p sp 3 3\na 1 2 3\na 2 1 3\na 1 3 3\n", "v 1 0 0\nv 2 0 0\nv 3 90000000 0\n",
     "arc 3: at most 4294 km"},
};

static void test_refusal(fixture *f, gconstpointer data) {
  size_t i = GPOINTER_TO_SIZE(data);
  g_autoptr(GError) error = NULL;
  g_assert_null(read_text(f, refusals[i].gr, refusals[i].co, &error));
  g_assert_nonnull(error);
  g_test_message("%s", error->message);
  g_assert_true(g_str_has_prefix(error->message, f->folder));
  g_assert_nonnull(strstr(error->message, refusals[i].says));
  g_assert_null(strchr(error->message, '\n'));
}

static void test_absent(fixture *f, gconstpointer data) {
  (void)data;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_network_read_dimacs(f->gr, NULL, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN);
}

/* Arcs of the real graph, read a second time by plain sscanf. A way's id is its arc's number, or the earlier one of its
 * opposite. */
static void test_rome(fixture *f, gconstpointer data) {
  (void)f;
  (void)data;
  g_autofree char *path = test_data("graphs/rome99/rome99.gr");
  if (!path) return;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_read_dimacs(path, NULL, &error);
  g_assert_no_error(error);
  const mi_graph *g = mi_network_graph(network);
  g_autofree char *text = NULL;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  uint32_t arcs = 0;
  for (char **line = lines; *line; line++) {
    long tail, head;
    unsigned long weight;
    if (sscanf(*line, "a %ld %ld %lu", &tail, &head, &weight) != 3) continue;
    arcs++;
    MusterNode v = muster_network_find_node(network, tail);
    bool found = false;
    for (uint32_t a = g->first_out[v]; a < g->first_out[v + 1]; a++)
      found |= g->node_id[g->head[a]] == head && g->weight_ms[a] == weight && g->link_way[g->arc_link[a]] <= arcs;
    g_assert_true(found);
  }
  g_assert_cmpuint(arcs, ==, g->arc_count);
  g_assert_cmpuint(g->node_count, ==, 3353);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/road/dimacs/keeps", fixture, NULL, set_up, test_keeps, tear_down);
  g_test_add("/road/dimacs/positions", fixture, NULL, set_up, test_positions, tear_down);
  g_test_add("/road/dimacs/absent", fixture, NULL, set_up, test_absent, tear_down);
  g_test_add("/road/dimacs/rome", fixture, NULL, set_up, test_rome, tear_down);
  for (size_t i = 0; i < G_N_ELEMENTS(joins); i++) {
    g_autofree char *name = g_strdup_printf("/road/dimacs/joins/%s", joins[i].name);
    g_test_add(name, fixture, GSIZE_TO_POINTER(i), set_up, test_join, tear_down);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *name = g_strdup_printf("/road/dimacs/refuses/%s", refusals[i].name);
    g_test_add(name, fixture, GSIZE_TO_POINTER(i), set_up, test_refusal, tear_down);
  }
  return g_test_run();
}
