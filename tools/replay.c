/* muster replay: the state from a journal, and why an incident went as it did. */
#include <jansson.h>
#include <string.h>

#include "commands.h"
#include "setup.h"

typedef struct replay_options {
  char *until, *explain, *why_not, *county, *matrix, **networks;
} replay_options;

typedef struct replay_run {
  const char *path;
  MusterJournalSink *sink;
  uint64_t until; /* UINT64_MAX: the end */
  MusterEngine *engine;
  MusterJournalReplay done;
} replay_run;

/* ---- what the journal belongs to ---- */

/* The paths of that role in the header, each once; free with g_ptr_array_unref. */
static GPtrArray *list_paths(const MusterJournalHeader *header, const char *role) {
  GPtrArray *paths = g_ptr_array_new();
  for (size_t i = 0; i < header->source_count; i++) {
    const MusterJournalSource *source = &header->sources[i];
    bool repeated = paths->len && strcmp(paths->pdata[paths->len - 1], source->path) == 0;
    if (strcmp(source->role, role) == 0 && !repeated) g_ptr_array_add(paths, (char *)(uintptr_t)source->path);
  }
  g_ptr_array_add(paths, NULL);
  return paths;
}

static bool open_files(const replay_run *replay, const MusterJournalHeader *header, const replay_options *options,
                       mt_setup *setup, GError **error) {
  g_autoptr(GPtrArray) county = list_paths(header, "county"), matrix = list_paths(header, "matrix"),
                       networks = list_paths(header, "network");
  mt_setup_files files = {.county = county->pdata[0], .matrix = matrix->pdata[0]};
  files.networks = options->networks ? options->networks : (char *const *)(void *)networks->pdata;
  if (files.county && options->county) files.county = options->county;
  if (files.matrix && options->matrix) files.matrix = options->matrix;
  if (!files.county && !files.matrix) {
    g_set_error(error, MT_ERROR, 0, "%s: expected a journal of a county or of a table of times, found neither in it",
                replay->path);
    return false;
  }
  MusterPolicy *policy = muster_policy_parse(header->policy_name, header->policy, strlen(header->policy), error);
  return policy && mt_setup_open(setup, &files, policy, header->on_duty, error) &&
         muster_journal_header_check(replay->path, header, &setup->header, error);
}

static bool run_again(replay_run *replay, const replay_options *options, GError **error) {
  g_autoptr(MusterJournalHeader) header = muster_journal_read_header(replay->sink, error);
  if (!header) return false;
  mt_setup setup = {0};
  bool opened = open_files(replay, header, options, &setup, error);
  replay->engine = opened ? mt_setup_engine(&setup, error) : NULL;
  mt_setup_clear(&setup);
  if (!replay->engine || !muster_journal_replay(replay->sink, replay->engine, replay->until, &replay->done, error))
    return false;
  if (replay->until == UINT64_MAX || replay->done.records == replay->until) return true;
  g_set_error(error, MT_ERROR, 0, "%s: expected record %" PRIu64 ", found %" PRIu64 " records", replay->path,
              replay->until, replay->done.records);
  return false;
}

/* ---- one incident ---- */

/* 7 is a number, "7" in quotes and everything else is text, as in events. */
static json_t *parse_id(const char *text) {
  json_t *id = json_loads(text, JSON_DECODE_ANY, NULL);
  if (json_is_integer(id) || json_is_string(id)) return id;
  json_decref(id);
  return json_string(text);
}

static MusterId id_of(const json_t *id) {
  if (json_is_string(id)) return (MusterId){.text = json_string_value(id)};
  return (MusterId){.number = (uint64_t)json_integer_value(id)};
}

/* As things stand after the last record read. */
static char *why_not(const replay_run *replay, const char *incident, const char *volunteer, GError **error) {
  json_t *of = parse_id(incident), *who = parse_id(volunteer);
  g_autoptr(GError) reason = NULL;
  char *why = muster_engine_why_not(replay->engine, id_of(of), id_of(who), &reason);
  if (!why) g_set_error(error, MT_ERROR, 0, "%s: %s", replay->path, reason->message);
  json_decref(of);
  json_decref(who);
  return why;
}

static json_t *load(const void *text, size_t bytes) { return json_loadb(text, bytes, 0, NULL); }

/* The decisions about the incident, in a new list. */
static json_t *pick_decisions(const MusterJournalRecord *record, const json_t *incident) {
  json_t *picked = json_array(), *all = load(record->data, record->data_bytes), *decision;
  size_t i;
  json_array_foreach(all, i, decision) {
    if (json_equal(json_object_get(decision, "incident"), incident)) json_array_append(picked, decision);
  }
  json_decref(all);
  return picked;
}

/* What the record has to do with the incident, NULL if nothing. */
static json_t *explain_record(const MusterJournalRecord *record, const json_t *incident) {
  if (record->kind != MUSTER_JOURNAL_EVENT) return NULL;
  json_t *event = load(record->text, record->text_bytes), *decisions = pick_decisions(record, incident);
  bool concerns = json_equal(json_object_get(event, "incident"), incident) ||
                  json_equal(json_object_get(event, "original"), incident) || json_array_size(decisions) > 0;
  json_t *found = concerns ? json_pack("{s:I,s:O,s:O}", "sequence", (json_int_t)record->sequence, "event", event,
                                       "decisions", decisions)
                           : NULL;
  json_decref(event);
  json_decref(decisions);
  return found;
}

/* Everything about the incident, in order; NULL and an error if it never occurs. */
static json_t *explain(const replay_run *replay, const char *text, GError **error) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(replay->sink);
  g_autoptr(GError) reason = NULL;
  MusterJournalRecord record;
  json_t *incident = parse_id(text), *story = json_array();
  for (uint64_t i = 0; i < replay->done.records && muster_journal_reader_next(reader, &record, &reason); i++) {
    json_t *part = explain_record(&record, incident);
    if (part) json_array_append_new(story, part);
  }
  json_decref(incident);
  if (!reason && json_array_size(story) > 0) return story;
  if (reason)
    g_propagate_error(error, g_steal_pointer(&reason));
  else
    g_set_error(error, MT_ERROR, 0, "%s: expected an incident of the journal, found none called %s", replay->path,
                text);
  json_decref(story);
  return NULL;
}

/* ---- output ---- */

static void print_value(const char *before, const json_t *value, FILE *stream) {
  if (!value) return;
  fputs(before, stream);
  if (json_is_string(value))
    fputs(json_string_value(value), stream);
  else
    json_dumpf(value, stream, JSON_ENCODE_ANY | JSON_COMPACT);
}

static void print_story(const json_t *story, FILE *stream) {
  size_t i, j;
  json_t *part, *decision;
  json_array_foreach(story, i, part) {
    print_value("\nrecord ", json_object_get(part, "sequence"), stream);
    print_value("  ", json_object_get(part, "event"), stream);
    fputc('\n', stream);
    json_array_foreach(json_object_get(part, "decisions"), j, decision) {
      print_value("  at ", json_object_get(decision, "at_ms"), stream);
      print_value(" ms  ", json_object_get(decision, "type"), stream);
      print_value(" ", json_object_get(decision, "stage"), stream);
      print_value(" ", json_object_get(decision, "volunteer"), stream);
      print_value(": ", json_object_get(decision, "why"), stream);
      fputc('\n', stream);
    }
  }
}

static void print_json(const replay_run *replay, const char *hash, json_t *story, const char *why, FILE *stream) {
  json_t *root = json_pack("{s:I,s:s,s:I}", "events", (json_int_t)replay->done.events, "hash", hash, "records",
                           (json_int_t)replay->done.records);
  if (story) json_object_set(root, "explain", story);
  if (why) json_object_set_new(root, "why_not", json_string(why));
  json_dumpf(root, stream, JSON_COMPACT);
  fputc('\n', stream);
  json_decref(root);
}

static bool print(const mt_common *common, const replay_run *replay, json_t *story, const char *why, GError **error) {
  mt_output output;
  if (!mt_output_open(&output, NULL, error)) return false;
  g_autofree char *hash = g_strdup_printf("%016" PRIx64, muster_engine_state_hash(replay->engine));
  if (common->json) {
    print_json(replay, hash, story, why, output.stream);
  } else {
    fprintf(output.stream, "records  %" PRIu64 "\nevents   %" PRIu64 "\nhash     %s\n", replay->done.records,
            replay->done.events, hash);
    if (story) print_story(story, output.stream);
    if (why) fprintf(output.stream, "\n%s\n", why);
  }
  return mt_output_commit(&output, error);
}

static int replay_journal(const mt_common *common, replay_run *replay, const replay_options *options) {
  g_autoptr(GError) error = NULL;
  int64_t start_us = g_get_monotonic_time();
  replay->sink = muster_journal_sink_open(replay->path, MUSTER_JOURNAL_READ, &error);
  if (!replay->sink || !run_again(replay, options, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  json_t *story = options->explain ? explain(replay, options->explain, &error) : NULL;
  g_autofree char *why =
      !error && options->why_not ? why_not(replay, options->explain, options->why_not, &error) : NULL;
  bool done = !error && print(common, replay, story, why, &error);
  json_decref(story);
  if (!done) return mt_fail(&error);
  mt_print_timing(common, 0, done_us - start_us, replay->done.events);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  replay_options options = {0};
  const GOptionEntry entries[] = {
      {"until", 0, 0, G_OPTION_ARG_STRING, &options.until, NULL, NULL},
      {"explain", 0, 0, G_OPTION_ARG_STRING, &options.explain, NULL, NULL},
      {"why-not", 0, 0, G_OPTION_ARG_STRING, &options.why_not, NULL, NULL},
      {"county", 0, 0, G_OPTION_ARG_FILENAME, &options.county, NULL, NULL},
      {"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.networks, NULL, NULL},
      {"matrix", 0, 0, G_OPTION_ARG_FILENAME, &options.matrix, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  g_autoptr(GError) error = NULL;
  int64_t until = 0;
  int status = MT_USAGE;
  if (options.until && !mt_parse_int64(options.until, "--until", 1, INT64_MAX, &until, &error)) {
    mt_usage(command, "%s", error->message);
  } else if (options.why_not && !options.explain) {
    mt_usage(command, "--why-not: expected --explain INCIDENT too, found none");
  } else {
    replay_run replay = {.path = argv[1], .until = until ? (uint64_t)until : UINT64_MAX};
    status = replay_journal(&common, &replay, &options);
    muster_engine_free(replay.engine);
    muster_journal_sink_free(replay.sink);
  }
  g_free(options.until);
  g_free(options.explain);
  g_free(options.why_not);
  g_free(options.county);
  g_free(options.matrix);
  g_strfreev(options.networks);
  return status;
}

const mt_command mt_replay = {
    .name = "replay",
    .usage = "J [--until SEQ] [--explain INCIDENT [--why-not VOLUNTEER]] [--json]",
    .summary = "the state from a journal, and why an incident went as it did",
    .details =
        "Offers every event of the journal to a new engine, from the beginning, and prints how many there were and "
        "the\n"
        "hash of the state they lead to: the same on any machine. Every record is verified, every decision and every\n"
        "snapshot compared with what was recorded; the first that differs is named, and the exit status is 1.\n"
        "\n"
        "County and networks, or the table of times, are looked for where they were when the journal was made, and\n"
        "must be the same; options say where else they are. The policy stands in the journal itself. The file stays\n"
        "as it is.\n"
        "\n"
        "Options:\n"
        "  --until SEQ        up to the record with this number (from 1, the header)\n"
        "  --explain INCIDENT every event and every decision about the incident, each with its reason. INCIDENT is a\n"
        "                     number or text, in quotes ('\"7\"') if the text looks like a number\n"
        "  --why-not VOLUNTEER\n"
        "                     also why that volunteer was not asked for the incident of --explain, as things stood\n"
        "                     after the last record read (--until): how far they were and who was nearer, or what\n"
        "                     kept them from being asked\n"
        "  --county C.gpkg    where the county is now\n"
        "  --network N.mnet   where the networks are now; as often as in `muster drive`\n"
        "  --matrix M.csv     where the table is now\n"
        "\n"
        "With --json: {\"events\":N,\"hash\":\"…\",\"records\":N}, and with --explain \"explain\": a list of\n"
        "{\"sequence\",\"event\",\"decisions\"}; with --why-not \"why_not\": one sentence.\n"
        "\n"
        "Example:\n"
        "  muster replay tonight.journal --explain i1\n"
        "  muster replay tonight.journal --until 812 --explain i1 --why-not wang\n",
    .run = run,
};
