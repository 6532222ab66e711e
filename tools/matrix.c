/* muster matrix: times from each source to each target. */
#include "commands.h"
#include "nodes.h"
#include "roads.h"
#include "streams.h"

/* Rows are computed and printed in blocks, so that progress shows and memory stays bounded whatever the lists' lengths:
 * 64 MiB, or one row. */
enum { BLOCK_CELLS = 16 * 1024 * 1024, BLOCK_ROWS = 256 };

static char progress_label[] = "matrix";

typedef struct sink {
  FILE *stream;
  bool json;
  size_t rows_printed;
} sink;

static void print_row(sink *to, const uint32_t *row_ms, size_t count) {
  if (to->json) fputs(to->rows_printed ? ",[" : "[", to->stream);
  for (size_t i = 0; i < count; i++) {
    if (i) fputc(',', to->stream);
    if (row_ms[i] != MUSTER_UNREACHABLE_MS)
      fprintf(to->stream, "%" PRIu32, row_ms[i]);
    else if (to->json)
      fputs("null", to->stream);
  }
  fputc(to->json ? ']' : '\n', to->stream);
  to->rows_printed++;
}

static void print_ids(FILE *stream, const char *key, const mt_nodes *nodes) {
  fprintf(stream, "\"%s\":[", key);
  for (size_t i = 0; i < nodes->count; i++) fprintf(stream, "%s%" PRId64, i ? "," : "", nodes->ids[i]);
  fputs("],", stream);
}

/* Returns the µs spent searching. */
static int64_t solve(MusterSearch *search, const mt_nodes *sources, const mt_nodes *targets, sink *to) {
  int64_t work_us = 0;
  size_t rows = CLAMP(BLOCK_CELLS / MAX(targets->count, 1), 1, BLOCK_ROWS);
  g_autofree uint32_t *times_ms = g_new(uint32_t, rows * targets->count + 1);
  for (size_t first = 0; first < sources->count; first += rows) {
    size_t count = MIN(rows, sources->count - first);
    int64_t start_us = g_get_monotonic_time();
    muster_search_matrix(search, sources->points + first, count, targets->points, targets->count, times_ms);
    work_us += g_get_monotonic_time() - start_us;
    for (size_t i = 0; i < count; i++) print_row(to, times_ms + i * targets->count, targets->count);
    mt_progress((double)(first + count) / (double)sources->count, progress_label);
  }
  return work_us;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_autofree char *sources_path = NULL, *targets_path = NULL;
  g_auto(mt_roads) roads = {0};
  const GOptionEntry entries[] = {{"sources", 0, 0, G_OPTION_ARG_FILENAME, &sources_path, NULL, NULL},
                                  {"targets", 0, 0, G_OPTION_ARG_FILENAME, &targets_path, NULL, NULL},
                                  MT_ROADS_OPTIONS(roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!sources_path || !targets_path) return mt_usage(command, "expected --sources FILE and --targets FILE");

  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_roads_open(&roads, argv[1], &error);
  g_auto(mt_nodes) sources = {0}, targets = {0};
  if (!network || !mt_nodes_read(&sources, sources_path, network, 1, &error) ||
      !mt_nodes_read(&targets, targets_path, network, 1, &error))
    return mt_fail(&error);
  g_autoptr(MusterMetric) metric = mt_roads_metric(&roads, &common, network, &error);
  if (!metric) return mt_fail(&error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, metric);
  int64_t load_us = g_get_monotonic_time() - start_us;

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  sink to = {output.stream, common.json, 0};
  if (common.json) {
    fputc('{', to.stream);
    print_ids(to.stream, "sources", &sources);
    print_ids(to.stream, "targets", &targets);
    fputs("\"ms\":[", to.stream);
  }
  int64_t work_us = solve(search, &sources, &targets, &to);
  if (common.json) fputs("]}\n", to.stream);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, load_us, work_us, (uint64_t)sources.count * targets.count);
  return MT_DONE;
}

const mt_command mt_matrix = {
    "matrix",
    "N.mnet --sources FILE --targets FILE " MT_ROADS_USAGE,
    "travel times from each source to each target",
    "The files hold node ids, one a line; blank lines and what follows a # are passed over; - is standard input.\n"
    "Prints CSV without a header: a line a source, a cell a target, the time in ms; the cell is empty where there is\n"
    "no way.\n"
    "\n" MT_ROADS_HELP
    "\n"
    "--json prints {\"sources\":[…],\"targets\":[…],\"ms\":[[…],…]}, null where there is no way.\n"
    "--timing: load is opening the network, reading the files and closing roads, work the searches, items the\n"
    "cells.\n",
    run,
};
