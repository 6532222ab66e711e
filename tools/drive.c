/* muster drive: the engine by itself. Events as JSON on stdin, decisions as JSON on stdout; docs/events.md. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "setup.h"
#include "streams.h"

enum { LONGEST_LINE = 64 * 1024, MOST_PENDING = 64, SNAPSHOT_EVERY = 10000 };

typedef struct drive_options {
  char **networks, *matrix, *policy, *plans, *seed, *journal, *snapshot_every;
  gboolean on_duty, off_duty;
} drive_options;

/* Lines of standard input, and whether another one has come already. */
typedef struct line_reader {
  char buffer[LONGEST_LINE];
  size_t at, end;
  bool failed;
} line_reader;

typedef struct driver {
  MusterEngine *engine;
  MusterEventReader *reader;
  MusterJournal *journal;        /* or NULL */
  int64_t snapshot_every, at_ms; /* at_ms: of the last event */
  uint64_t snapshot_events;      /* when the last snapshot was taken */
  uint64_t line;
  unsigned waiting; /* events that are decided but not answered yet */
  GString *answers;
  bool flush; /* somebody waits for each answer */
  line_reader input;
} driver;

static bool open_setup(const drive_options *options, const char *county_path, mt_setup *out, GError **error) {
  MusterPolicy *policy = mt_policy_open(options->policy, options->plans, error);
  mt_setup_files files = {.county = county_path, .matrix = options->matrix, .networks = options->networks};
  *out = (mt_setup){0};
  return policy && mt_setup_open(out, &files, policy, !options->off_duty, error);
}

/* The engine as the journal left it, or a new one. */
static bool open_engine(driver *drive, const char *journal_path, mt_setup *setup, GError **error) {
  if (journal_path) {
    MusterJournalSink *sink = muster_journal_sink_open(journal_path, MUSTER_JOURNAL_WRITE, error);
    drive->journal = sink ? muster_journal_open(sink, &setup->header, mt_wall_ms(), error) : NULL;
    if (!drive->journal) return false;
    MusterJournalReplay replayed;
    drive->engine = muster_journal_recover(drive->journal, setup->county, mt_setup_take_travel(setup), setup->policy,
                                           &replayed, error);
    if (drive->engine) drive->snapshot_events = muster_engine_event_count(drive->engine) - replayed.events;
  } else {
    drive->engine = mt_setup_engine(setup, error);
  }
  return drive->engine != NULL;
}

/* ---- deciding ---- */

/* Makes what was decided durable, then tells it. */
static bool answer(driver *drive, GError **error) {
  if (drive->journal && !muster_journal_commit(drive->journal, error)) return false;
  bool done = fwrite(drive->answers->str, 1, drive->answers->len, stdout) == drive->answers->len &&
              (!drive->flush || fflush(stdout) == 0);
  g_string_truncate(drive->answers, 0);
  drive->waiting = 0;
  if (!done) g_set_error_literal(error, MT_ERROR, 0, "standard output: cannot be written");
  return done;
}

static void add_answers(driver *drive, const MusterDecision *decisions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    g_autofree char *json = muster_decision_to_json(drive->engine, &decisions[i]);
    g_string_append_printf(drive->answers, "%s\n", json);
  }
}

/* A restart begins with the last snapshot. */
static bool add_snapshot(driver *drive, GError **error) {
  drive->snapshot_events = muster_engine_event_count(drive->engine);
  return muster_journal_add_snapshot(drive->journal, drive->engine, drive->at_ms, mt_wall_ms(), error);
}

static bool add_due_snapshot(driver *drive, int64_t at_ms, GError **error) {
  drive->at_ms = at_ms;
  return muster_engine_event_count(drive->engine) - drive->snapshot_events < (uint64_t)drive->snapshot_every ||
         add_snapshot(drive, error);
}

/* At the end of the input: the next start, by this program or a newer one, has nothing to decide again. */
static bool add_last_snapshot(driver *drive, GError **error) {
  return !drive->journal || muster_engine_event_count(drive->engine) == drive->snapshot_events ||
         add_snapshot(drive, error);
}

static bool offer_event(driver *drive, const MusterEvent *event, const char *line, size_t bytes, GError **error) {
  size_t count;
  const MusterDecision *decisions = muster_engine_step(drive->engine, event, &count);
  add_answers(drive, decisions, count);
  if (!drive->journal) return true;
  g_autofree char *json = muster_decisions_to_json(drive->engine, decisions, count);
  return muster_journal_add_event(drive->journal, event->at_ms, mt_wall_ms(), line, bytes, json, error) &&
         add_due_snapshot(drive, event->at_ms, error);
}

static bool offer_nonsense(driver *drive, const char *reason, GError **error) {
  g_autofree char *why = g_strdup_printf("line %" PRIu64 ": %s", drive->line, reason);
  size_t count;
  const MusterDecision *decisions = muster_engine_refuse(drive->engine, why, &count);
  add_answers(drive, decisions, count);
  if (!drive->journal) return true;
  g_autofree char *json = muster_decisions_to_json(drive->engine, decisions, count);
  return muster_journal_add_refusal(drive->journal, decisions[0].at_ms, mt_wall_ms(), why, json, error) &&
         add_due_snapshot(drive, decisions[0].at_ms, error);
}

static bool offer_line(driver *drive, const char *line, size_t bytes, GError **error) {
  g_autoptr(GError) reason = NULL;
  MusterEvent event;
  drive->waiting++;
  return muster_event_reader_parse(drive->reader, line, bytes, &event, &reason)
             ? offer_event(drive, &event, line, bytes, error)
             : offer_nonsense(drive, reason->message, error);
}

/* ---- reading ---- */

/* False at the end, after a failure and after Ctrl-C. */
static bool fill(line_reader *input) {
  ssize_t count;
  do count = read(STDIN_FILENO, input->buffer, sizeof input->buffer);
  while (count < 0 && errno == EINTR && !mt_interrupted());
  input->failed = count < 0 && !mt_interrupted();
  input->at = 0;
  input->end = count > 0 ? (size_t)count : 0;
  return count > 0;
}

static bool has_line(const line_reader *input) {
  return memchr(input->buffer + input->at, '\n', input->end - input->at) != NULL;
}

/* Reads a line without its newline; of one that is too long only the first LONGEST_LINE + 1 bytes, which the event
 * reader refuses by their number. False at the end. */
static bool read_line(line_reader *input, char *line, size_t *bytes) {
  size_t count = 0;
  if (input->at == input->end && !fill(input)) return false;
  do {
    const char *from = input->buffer + input->at;
    const char *newline = memchr(from, '\n', input->end - input->at);
    size_t length = newline ? (size_t)(newline - from) : input->end - input->at;
    size_t kept = MIN(length, LONGEST_LINE + 1 - count);
    memcpy(line + count, from, kept);
    count += kept;
    input->at += length + (newline != NULL);
    if (newline) break;
  } while (fill(input));
  *bytes = count;
  return true;
}

static bool is_blank(const char *line, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (!g_ascii_isspace(line[i])) return false;
  return true;
}

/* Events that have come together are answered together, so that one write makes them all durable. */
static bool drive_all(driver *drive, GError **error) {
  g_autofree char *line = g_malloc(LONGEST_LINE + 1);
  size_t bytes;
  while (!mt_interrupted() && read_line(&drive->input, line, &bytes)) {
    if (mt_interrupted() || drive->input.failed) break; /* in the middle of a line */
    drive->line++;
    size_t skipped = drive->line == 1 && bytes >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* a BOM */
    if (!is_blank(line + skipped, bytes - skipped) && !offer_line(drive, line + skipped, bytes - skipped, error))
      return false;
    if ((drive->waiting == MOST_PENDING || !has_line(&drive->input)) && !answer(drive, error)) return false;
  }
  if (mt_interrupted() || drive->input.failed) return true;
  return add_last_snapshot(drive, error) && answer(drive, error);
}

static bool is_file(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static void clear_driver(driver *drive) {
  muster_event_reader_free(drive->reader);
  muster_engine_free(drive->engine);
  muster_journal_free(drive->journal);
  g_string_free(drive->answers, TRUE);
}

static int drive_engine(const mt_common *common, driver *drive, int64_t start_us) {
  g_autoptr(GError) error = NULL;
  int64_t loaded_us = g_get_monotonic_time();
  uint64_t before = muster_engine_event_count(drive->engine);
  bool done = drive_all(drive, &error);
  if (!done) return mt_fail(&error);
  if (mt_interrupted()) return mt_fail_text("interrupted after line %" PRIu64, drive->line);
  if (fflush(stdout) != 0 || ferror(stdout)) return mt_fail_text("standard output: cannot be written");
  if (drive->input.failed) return mt_fail_text("standard input: cannot be read after line %" PRIu64, drive->line);
  mt_print_timing(common, loaded_us - start_us, g_get_monotonic_time() - loaded_us,
                  muster_engine_event_count(drive->engine) - before);
  return MT_DONE;
}

static int drive_files(const mt_common *common, const drive_options *options, const char *county_path,
                       int64_t snapshot_every) {
  g_autoptr(GError) error = NULL;
  int64_t start_us = g_get_monotonic_time();
  driver *drive = g_new0(driver, 1);
  drive->snapshot_every = snapshot_every;
  drive->flush = !is_file(STDIN_FILENO);
  drive->reader = muster_event_reader_new();
  drive->answers = g_string_new(NULL);
  mt_setup setup;
  bool opened =
      open_setup(options, county_path, &setup, &error) && open_engine(drive, options->journal, &setup, &error);
  int status = opened ? drive_engine(common, drive, start_us) : mt_fail(&error);
  mt_setup_clear(&setup);
  clear_driver(drive);
  g_free(drive);
  return status;
}

static bool is_stream(const char *path) { return path && strcmp(path, "-") == 0; }

static const char *find_usage_error(const drive_options *options, const char *county_path) {
  if (county_path && options->matrix) return "expected a county or --matrix, found both";
  if (!county_path && !options->matrix) return "expected a county with --network, or --matrix";
  if (county_path && !options->networks) return "expected --network N.mnet with the county";
  if (options->matrix && options->networks) return "expected --network with a county only, found it with --matrix";
  if (options->on_duty && options->off_duty) return "expected one of --on-duty and --off-duty, found both";
  if (options->snapshot_every && !options->journal) return "expected --snapshot-every with --journal only";
  bool reads_stdin = is_stream(county_path) || is_stream(options->matrix) || is_stream(options->journal);
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
      {"journal", 0, 0, G_OPTION_ARG_FILENAME, &options.journal, NULL, NULL},
      {"snapshot-every", 0, 0, G_OPTION_ARG_STRING, &options.snapshot_every, NULL, NULL},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 0, 1, &common)) return MT_USAGE;
  const char *county_path = argc > 1 ? argv[1] : NULL, *usage = find_usage_error(&options, county_path);
  g_autoptr(GError) error = NULL;
  int status = MT_USAGE;
  int64_t seed, snapshot_every = SNAPSHOT_EVERY; /* the seed is taken for the day a policy draws at random */
  if (usage || (options.seed && !mt_parse_int64(options.seed, "--seed", 0, INT64_MAX, &seed, &error)) ||
      (options.snapshot_every &&
       !mt_parse_int64(options.snapshot_every, "--snapshot-every", 1, INT64_MAX, &snapshot_every, &error))) {
    mt_usage(command, "%s", usage ? usage : error->message);
  } else {
    mt_catch_interrupt();
    status = drive_files(&common, &options, county_path, snapshot_every);
  }
  g_strfreev(options.networks);
  g_free(options.matrix);
  g_free(options.policy);
  g_free(options.journal);
  g_free(options.snapshot_every);
  g_free(options.plans);
  g_free(options.seed);
  return status;
}

const mt_command mt_drive = {
    .name = "drive",
    .usage =
        "(C.gpkg --network N.mnet [--network …] | --matrix M.csv) [--policy P] [--plans F] [--off-duty] [--journal J] "
        "[--seed N]",
    .summary = "run the engine: events as JSON in, decisions as JSON out",
    .details =
        "Reads events from standard input, one JSON object a line (blank lines are ignored), and prints each decision\n"
        "as one JSON object a line. Output is flushed before more input is waited for, unless it is a file. "
        "docs/events.md "
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
        "With --journal every event and its decisions go into J, and a decision is printed only after its event is\n"
        "durable. Where J is there already the engine goes on from where it ended; county, networks or table, policy\n"
        "and duty must be those J was made with. `muster help journal` lists what reads it, `muster replay J` runs it\n"
        "again.\n"
        "\n"
        "Options:\n"
        "  --network FILE     a prepared network (.mnet) of one mode or several; may be given\n"
        "                     several times, each mode once\n"
        "  --matrix FILE      a table of travel times (CSV) in place of a county\n"
        "  --policy P         nearest-fair (default), nearest-fcfs, optimal, guarantee, or an INI file;\n"
        "                     see `muster help policies`\n"
        "  --plans FILE       response plans (INI) in place of the built-in ones; see `muster help plans`\n"
        "  --on-duty          the county's volunteers are on duty at the start (this is the default)\n"
        "  --off-duty         nobody is on duty until a `duty` event says so\n"
        "  --journal J        the journal, one SQLite file; made if it is not there\n"
        "  --snapshot-every N with --journal: the whole state after each N events (default 10000) and at the end of\n"
        "                     the input; a restart begins with the last one\n"
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
