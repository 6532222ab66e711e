/* muster distances: times between pairs of nodes. */
#include "commands.h"
#include "nodes.h"
#include "roads.h"
#include "streams.h"

#include <stdlib.h>

enum { PROGRESS_PAIRS = 1024 };
static char progress_label[] = "distances";

/* Pairs of one source are served by one search, wherever they stand in the file. */
typedef struct keyed_pair {
  MusterNode source;
  uint32_t place; /* in the file */
} keyed_pair;

static int compare_pairs(const void *a, const void *b) {
  const keyed_pair *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

static void solve_group(MusterSearch *search, const mt_nodes *pairs, const keyed_pair *group, size_t count,
                        MusterRoadPoint *targets, uint32_t *found, uint32_t *times_ms) {
  const MusterRoadPoint *source = &pairs->points[2 * (size_t)group[0].place];
  if (count == 1) {
    times_ms[group[0].place] = muster_search_time_ms(search, source, source + 1);
    return;
  }
  for (size_t i = 0; i < count; i++) targets[i] = pairs->points[2 * (size_t)group[i].place + 1];
  muster_search_matrix(search, source, 1, targets, count, found);
  for (size_t i = 0; i < count; i++) times_ms[group[i].place] = found[i];
}

static void solve(MusterSearch *search, const mt_nodes *pairs, uint32_t *times_ms) {
  size_t count = pairs->count / 2;
  g_autofree keyed_pair *order = g_new(keyed_pair, count + 1);
  g_autofree MusterRoadPoint *targets = g_new(MusterRoadPoint, count + 1);
  g_autofree uint32_t *found = g_new(uint32_t, count + 1);
  for (size_t i = 0; i < count; i++) order[i] = (keyed_pair){pairs->points[2 * i].node, (uint32_t)i};
  qsort(order, count, sizeof *order, compare_pairs);
  for (size_t first = 0, end, shown = 0; first < count; first = end) {
    for (end = first + 1; end < count && order[end].source == order[first].source;) end++;
    solve_group(search, pairs, order + first, end - first, targets, found, times_ms);
    bool due = end - shown >= PROGRESS_PAIRS || end == count;
    if (!due) continue;
    mt_progress((double)end / (double)count, progress_label);
    shown = end;
  }
}

static void print_text(FILE *stream, const uint32_t *times_ms, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (times_ms[i] == MUSTER_UNREACHABLE_MS)
      fputs("unreachable\n", stream);
    else
      fprintf(stream, "%" PRIu32 "\n", times_ms[i]);
}

static void print_json(FILE *stream, const mt_nodes *pairs, const uint32_t *times_ms) {
  fputs("{\"pairs\":[", stream);
  for (size_t i = 0; i < pairs->count / 2; i++) {
    fprintf(stream, "%s{\"source\":%" PRId64 ",\"target\":%" PRId64 ",\"ms\":", i ? "," : "", pairs->ids[2 * i],
            pairs->ids[2 * i + 1]);
    if (times_ms[i] == MUSTER_UNREACHABLE_MS)
      fputs("null}", stream);
    else
      fprintf(stream, "%" PRIu32 "}", times_ms[i]);
  }
  fputs("]}\n", stream);
}

static int run(const mt_command *command, int argc, char **argv) {
  g_autofree char *pairs_path = NULL;
  g_auto(mt_roads) roads = {0};
  const GOptionEntry entries[] = {
      {"pairs", 0, 0, G_OPTION_ARG_FILENAME, &pairs_path, NULL, NULL}, MT_ROADS_OPTIONS(roads), {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!pairs_path) return mt_usage(command, "expected --pairs FILE, found none");

  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_roads_open(&roads, argv[1], &error);
  g_auto(mt_nodes) pairs = {0};
  if (!network || !mt_nodes_read(&pairs, pairs_path, network, 2, &error)) return mt_fail(&error);
  if (pairs.count / 2 >= UINT32_MAX) return mt_fail_text("%s: too many pairs", pairs_path);
  g_autoptr(MusterMetric) metric = mt_roads_metric(&roads, &common, network, &error);
  if (!metric) return mt_fail(&error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, metric);
  g_autofree uint32_t *times_ms = g_new(uint32_t, pairs.count / 2 + 1);

  int64_t loaded_us = g_get_monotonic_time();
  solve(search, &pairs, times_ms);
  int64_t done_us = g_get_monotonic_time();

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (common.json)
    print_json(output.stream, &pairs, times_ms);
  else
    print_text(output.stream, times_ms, pairs.count / 2);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, loaded_us - start_us, done_us - loaded_us, pairs.count / 2);
  return MT_DONE;
}

const mt_command mt_distances = {
    "distances",
    "N.mnet --pairs FILE " MT_ROADS_USAGE,
    "travel times between pairs of nodes",
    "FILE holds \"SOURCE TARGET\", two node ids a line; blank lines and what follows a # are passed over; - is\n"
    "standard input. Prints the time from SOURCE to TARGET in ms, or \"unreachable\", a line a pair, in the order of\n"
    "the file. Node ids are those of the data the network was built from (`muster network build`).\n"
    "\n" MT_ROADS_HELP
    "\n"
    "--json prints {\"pairs\":[{\"source\":…,\"target\":…,\"ms\":…}, …]}, ms null where there is no way.\n"
    "--timing: load is opening the network, reading the files and closing roads, work the searches, items the\n"
    "pairs.\n",
    run,
};
