/* muster nearest: the k nearest targets of each node. */
#include "commands.h"
#include "nodes.h"
#include "roads.h"
#include "streams.h"

/* Questions are answered in blocks, then printed, so that printing is not part of the time measured. A block is small
 * enough for progress to show. */
enum { BLOCK_HITS = 1024 * 1024, BLOCK_QUESTIONS = 256, MANY_QUESTIONS = 1024 };

static char progress_label[] = "nearest";

typedef struct question {
  MusterSearch *search;
  MusterFleet *fleet;
  MusterDirection direction;
  size_t k;
  uint32_t limit_ms;
} question;

typedef struct options {
  char *targets_path, *from_path, *unavailable_path, *k_text, *within_text;
  mt_roads roads;
  gboolean toward;
  int64_t k;
  uint32_t limit_ms;
} options;

static void options_clear(options *o) {
  g_free(o->targets_path);
  g_free(o->from_path);
  g_free(o->unavailable_path);
  g_free(o->k_text);
  g_free(o->within_text);
  mt_roads_clear(&o->roads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

/* Every target at a node of the list is busy. */
static void take_out(MusterFleet *fleet, const mt_nodes *targets, const mt_nodes *unavailable) {
  g_autoptr(GHashTable) busy = g_hash_table_new(NULL, NULL);
  for (size_t i = 0; i < unavailable->count; i++) g_hash_table_add(busy, GSIZE_TO_POINTER(unavailable->points[i].node));
  for (size_t i = 0; i < targets->count; i++)
    if (g_hash_table_contains(busy, GSIZE_TO_POINTER(targets->points[i].node)))
      muster_fleet_set_available(fleet, (MusterResponder)i, false);
}

static void print_answer(FILE *stream, bool json, bool first, int64_t from, const mt_nodes *targets,
                         const MusterNearest *hits, size_t count) {
  if (json) fprintf(stream, "%s{\"from\":%" PRId64 ",\"nearest\":[", first ? "" : ",", from);
  for (size_t i = 0; i < count; i++) {
    int64_t target = targets->ids[hits[i].responder];
    if (json)
      fprintf(stream, "%s{\"rank\":%zu,\"target\":%" PRId64 ",\"ms\":%" PRIu32 "}", i ? "," : "", i + 1, target,
              hits[i].time_ms);
    else
      fprintf(stream, "%" PRId64 " %zu %" PRId64 " %" PRIu32 "\n", from, i + 1, target, hits[i].time_ms);
  }
  if (json) fputs("]}", stream);
}

/* So many questions at a time: few enough for progress to show, or all that the answers leave room for, where they are
 * so many that the library answers them in one sweep. */
static size_t choose_block(const question *q, size_t from_count) {
  size_t most = BLOCK_HITS / MAX(q->k, 1);
  return CLAMP(most, 1, from_count > MANY_QUESTIONS ? from_count : BLOCK_QUESTIONS);
}

/* Returns the µs spent searching. */
static int64_t solve(const question *q, const mt_nodes *from, const mt_nodes *targets, FILE *stream, bool json) {
  int64_t work_us = 0;
  size_t k = MAX(q->k, 1), block = choose_block(q, from->count);
  g_autofree MusterNearest *hits = g_new(MusterNearest, block * k);
  g_autofree size_t *counts = g_new(size_t, block);
  const MusterNearestOptions asked = {.direction = q->direction, .k = q->k, .limit_ms = q->limit_ms};
  for (size_t first = 0; first < from->count; first += block) {
    size_t count = MIN(block, from->count - first);
    int64_t start_us = g_get_monotonic_time();
    muster_search_nearest_batch(q->search, q->fleet, &from->points[first], count, &asked, hits, counts);
    work_us += g_get_monotonic_time() - start_us;
    for (size_t i = 0; i < count; i++)
      print_answer(stream, json, first + i == 0, from->ids[first + i], targets, hits + i * k, counts[i]);
    mt_progress((double)(first + count) / (double)from->count, progress_label);
  }
  return work_us;
}

static bool parse_numbers(options *o, GError **error) {
  o->limit_ms = MUSTER_UNREACHABLE_MS;
  if (!mt_parse_int64(o->k_text, "-k", 1, UINT32_MAX, &o->k, error)) return false;
  return !o->within_text || mt_parse_minutes(o->within_text, "--within", &o->limit_ms, error);
}

static int answer(const mt_common *common, const options *o, const char *network_path) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_roads_open(&o->roads, network_path, &error);
  g_auto(mt_nodes) targets = {0}, from = {0}, unavailable = {0};
  if (!network || !mt_nodes_read(&targets, o->targets_path, network, 1, &error) ||
      !mt_nodes_read(&from, o->from_path, network, 1, &error) ||
      (o->unavailable_path && !mt_nodes_read(&unavailable, o->unavailable_path, network, 1, &error)))
    return mt_fail(&error);
  g_autoptr(MusterMetric) metric = mt_roads_metric(&o->roads, common, network, &error);
  if (!metric) return mt_fail(&error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  muster_search_set_metric(search, metric);
  muster_fleet_set_metric(fleet, metric);
  for (size_t i = 0; i < targets.count; i++) muster_fleet_put(fleet, (MusterResponder)i, &targets.points[i], 0);
  take_out(fleet, &targets, &unavailable);
  question q = {search, fleet, o->toward ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE, MIN((size_t)o->k, targets.count),
                o->limit_ms};
  if (from.count > BLOCK_QUESTIONS) muster_fleet_prepare(fleet, q.direction, 0);
  int64_t load_us = g_get_monotonic_time() - start_us;

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (common->json) fputs("{\"answers\":[", output.stream);
  int64_t work_us = solve(&q, &from, &targets, output.stream, common->json);
  if (common->json) fputs("]}\n", output.stream);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(common, load_us, work_us, from.count);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"targets", 0, 0, G_OPTION_ARG_FILENAME, &o.targets_path, NULL, NULL},
                                  {"from", 0, 0, G_OPTION_ARG_FILENAME, &o.from_path, NULL, NULL},
                                  {"unavailable", 0, 0, G_OPTION_ARG_FILENAME, &o.unavailable_path, NULL, NULL},
                                  {"k", 'k', 0, G_OPTION_ARG_STRING, &o.k_text, NULL, NULL},
                                  {"within", 0, 0, G_OPTION_ARG_STRING, &o.within_text, NULL, NULL},
                                  {"toward", 0, 0, G_OPTION_ARG_NONE, &o.toward, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!o.targets_path || !o.from_path || !o.k_text)
    return mt_usage(command, "expected --targets FILE, --from FILE and -k K");
  GError *error = NULL;
  if (!parse_numbers(&o, &error)) {
    int status = mt_usage(command, "%s", error->message);
    g_error_free(error);
    return status;
  }
  return answer(&common, &o, argv[1]);
}

const mt_command mt_nearest = {
    "nearest",
    "N.mnet --targets FILE --from FILE -k K [--toward] [--unavailable FILE] [--within MINUTES] " MT_ROADS_USAGE,
    "the K nearest targets of each node",
    "The files hold node ids, one a line; blank lines and what follows a # are passed over; - is standard input. A\n"
    "node listed twice among the targets is two targets.\n"
    "Prints \"FROM RANK TARGET MS\" a line, ranks from 1, for each node of --from in the order of its file; fewer "
    "than\n"
    "K lines where fewer targets can be reached. Targets at equal times stand in the order of their file.\n"
    "\n"
    "  -k K                  how many targets, 1 or more\n"
    "  --toward              times from the target to the node, the way a responder travels, in place of from the\n"
    "                        node to the target\n"
    "  --unavailable FILE    nodes whose targets do not count now\n"
    "  --within MINUTES      only targets at most that far (the limit included)\n" MT_ROADS_HELP
    "\n"
    "--json prints {\"answers\":[{\"from\":…,\"nearest\":[{\"rank\":1,\"target\":…,\"ms\":…}, …]}, …]}.\n"
    "--timing: load is opening the network, reading the files, closing roads, placing the targets\n"
    "and, for many questions, listing who is near; work the searches, items the nodes of --from.\n",
    run,
};
