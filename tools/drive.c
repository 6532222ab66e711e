/* muster drive: the engine by itself. Events as JSON on stdin, decisions as JSON on stdout; docs/events.md. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "streams.h"

enum { LONGEST_LINE = 64 * 1024 };

typedef struct drive_options {
  char **networks, *matrix, *policy, *plans, *seed;
  gboolean on_duty, off_duty;
} drive_options;

typedef struct driver {
  MusterEngine *engine;
  MusterEventReader *reader;
  uint64_t line;
  bool flush; /* somebody waits for each answer */
} driver;

static MusterTravel *open_networks(char **paths, GError **error) {
  g_autoptr(GPtrArray) networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  if (!mt_networks_open(paths, networks, error)) return NULL;
  return muster_travel_new_networks((MusterNetwork *const *)(void *)networks->pdata, networks->len, MUSTER_SNAP_LIMIT_M,
                                    error);
}

static MusterEngine *open_engine(const drive_options *options, const char *county_path, GError **error) {
  g_autoptr(MusterPolicy) policy = mt_policy_open(options->policy, options->plans, error);
  if (!policy) return NULL;
  g_autoptr(MusterCounty) county = county_path ? muster_county_open(county_path, error) : NULL;
  if (county_path && !county) return NULL;
  MusterTravel *travel =
      county_path ? open_networks(options->networks, error) : muster_travel_read_matrix(options->matrix, error);
  return travel ? muster_engine_new(county, travel, policy, !options->off_duty, error) : NULL;
}

static bool print_decisions(const driver *drive, const MusterDecision *decisions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    g_autofree char *json = muster_decision_to_json(drive->engine, &decisions[i]);
    if (puts(json) == EOF) return false;
  }
  return !drive->flush || fflush(stdout) == 0;
}

static bool offer_line(driver *drive, const char *line, size_t bytes) {
  g_autoptr(GError) error = NULL;
  MusterEvent event;
  size_t count;
  const MusterDecision *decisions;
  if (muster_event_reader_parse(drive->reader, line, bytes, &event, &error)) {
    decisions = muster_engine_step(drive->engine, &event, &count);
  } else {
    g_autofree char *why = g_strdup_printf("line %" PRIu64 ": %s", drive->line, error->message);
    decisions = muster_engine_refuse(drive->engine, why, &count);
  }
  return print_decisions(drive, decisions, count);
}

static bool is_blank(const char *line, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (!g_ascii_isspace(line[i])) return false;
  return true;
}

/* Reads a line without its newline; of one that is too long only the first LONGEST_LINE + 1 bytes, which the event
 * reader refuses by their number. False at the end. */
static bool read_line(char *line, size_t *bytes) {
  size_t count = 0;
  int c = getc_unlocked(stdin);
  if (c == EOF) return false;
  for (; c != EOF && c != '\n'; c = getc_unlocked(stdin))
    if (count <= LONGEST_LINE) line[count++] = (char)c;
  *bytes = count;
  return true;
}

static bool drive_all(driver *drive) {
  g_autofree char *line = g_malloc(LONGEST_LINE + 1);
  size_t bytes;
  while (!mt_interrupted() && read_line(line, &bytes)) {
    drive->line++;
    size_t skipped = drive->line == 1 && bytes >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* a BOM */
    if (!is_blank(line + skipped, bytes - skipped) && !offer_line(drive, line + skipped, bytes - skipped)) return false;
  }
  return true;
}

static bool is_file(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static int drive_engine(const mt_common *common, const drive_options *options, const char *county_path) {
  g_autoptr(GError) error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterEngine) engine = open_engine(options, county_path, &error);
  if (!engine) return mt_fail(&error);
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  driver drive = {.engine = engine, .reader = reader, .flush = !is_file(STDIN_FILENO)};
  int64_t loaded_us = g_get_monotonic_time();
  bool done = drive_all(&drive) && fflush(stdout) == 0 && !ferror(stdout);
  if (mt_interrupted()) return mt_fail_text("interrupted after line %" PRIu64, drive.line);
  if (!done) return mt_fail_text("standard output: cannot be written");
  if (ferror(stdin)) return mt_fail_text("standard input: cannot be read after line %" PRIu64, drive.line);
  mt_print_timing(common, loaded_us - start_us, g_get_monotonic_time() - loaded_us, muster_engine_event_count(engine));
  return MT_DONE;
}

static bool is_stream(const char *path) { return path && strcmp(path, "-") == 0; }

static const char *find_usage_error(const drive_options *options, const char *county_path) {
  if (county_path && options->matrix) return "expected a county or --matrix, found both";
  if (!county_path && !options->matrix) return "expected a county with --network, or --matrix";
  if (county_path && !options->networks) return "expected --network N.mnet with the county";
  if (options->matrix && options->networks) return "expected --network with a county only, found it with --matrix";
  if (options->on_duty && options->off_duty) return "expected one of --on-duty and --off-duty, found both";
  bool reads_stdin = is_stream(county_path) || is_stream(options->matrix);
  for (char **path = options->networks; path && *path; path++) reads_stdin = reads_stdin || is_stream(*path);
  return reads_stdin ? "expected named files, found \"-\": standard input holds the events" : NULL;
}

static int run(const mt_command *command, int argc, char **argv) {
  drive_options options = {0};
  const GOptionEntry entries[] = {
      {"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.networks, NULL, NULL},
      {"matrix", 0, 0, G_OPTION_ARG_FILENAME, &options.matrix, NULL, NULL},
      {"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy, NULL, NULL},
      {"plans", 0, 0, G_OPTION_ARG_FILENAME, &options.plans, NULL, NULL},
      {"on-duty", 0, 0, G_OPTION_ARG_NONE, &options.on_duty, NULL, NULL},
      {"off-duty", 0, 0, G_OPTION_ARG_NONE, &options.off_duty, NULL, NULL},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 0, 1, &common)) return MT_USAGE;
  const char *county_path = argc > 1 ? argv[1] : NULL, *usage = find_usage_error(&options, county_path);
  g_autoptr(GError) error = NULL;
  int status = MT_USAGE;
  int64_t seed; /* taken for the day a policy draws at random */
  if (usage || (options.seed && !mt_parse_int64(options.seed, "--seed", 0, INT64_MAX, &seed, &error))) {
    mt_usage(command, "%s", usage ? usage : error->message);
  } else {
    mt_catch_interrupt();
    status = drive_engine(&common, &options, county_path);
  }
  g_strfreev(options.networks);
  g_free(options.matrix);
  g_free(options.policy);
  g_free(options.plans);
  g_free(options.seed);
  return status;
}

const mt_command mt_drive = {
    .name = "drive",
    .usage =
        "(C.gpkg --network N.mnet [--network …] | --matrix M.csv) [--policy P] [--plans F] [--off-duty] [--seed N]",
    .summary = "run the engine: events as JSON in, decisions as JSON out",
    .details =
        "Reads events from standard input, one JSON object a line (blank lines are ignored), and prints each decision\n"
        "as one JSON object a line. Output is flushed after each event unless the input is a file. docs/events.md "
        "holds\n"
        "the schema of both, version 1.\n"
        "\n"
        "With a county all its approved volunteers stand at home, on duty; --network is given once for each mode of\n"
        "travel. With --matrix there is no county: volunteers come by `enrol`, and places are the ids of the table,\n"
        "whose header row and first column are place ids and whose cells are seconds (empty: no way).\n"
        "\n"
        "A bad event, or a line that is no event, is answered by one `refused` with the reason; the state stays as it\n"
        "was, and the next line is read.\n"
        "\n"
        "Options:\n"
        "  --network FILE     a prepared network (.mnet) of one mode or several; may be given\n"
        "                     several times, each mode once\n"
        "  --matrix FILE      a table of travel times (CSV) in place of a county\n"
        "  --policy P         nearest-fair (default), nearest-fcfs, or an INI file; see `muster help policies`\n"
        "  --plans FILE       response plans (INI) in place of the built-in ones; see `muster help plans`\n"
        "  --on-duty          the county's volunteers are on duty at the start (this is the default)\n"
        "  --off-duty         nobody is on duty until a `duty` event says so\n"
        "  --seed N           accepted everywhere; these policies draw nothing at random\n"
        "\n"
        "Example:\n"
        "  muster drive --matrix times.csv <<'END'\n"
        "  {\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":\"wang\",\"place\":\"A\",\"skills\":[\"first_aid\"]}\n"
        "  {\"type\":\"report\",\"at_ms\":1000,\"incident\":\"i1\",\"place\":\"B\",\"kind\":\"medical\"}\n"
        "  {\"type\":\"accept\",\"at_ms\":21000,\"incident\":\"i1\",\"volunteer\":\"wang\"}\n"
        "  END\n",
    .run = run,
};
