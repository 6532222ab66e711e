/* muster simulate: a surge, or ordinary days, against a county; the table of 1/3/10 and an HTML report. */
#include "commands.h"
#include "setup.h"
#include "streams.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_SEED = 1 };

static char progress_label[] = "simulate";

typedef struct Options {
  char *scenario, *policy, *plans, *days, *runs, *seed, *threads, *report, *journal;
  char **networks;
} Options;

static void clear_options(Options *options) {
  g_free(options->scenario);
  g_free(options->policy);
  g_free(options->plans);
  g_free(options->days);
  g_free(options->runs);
  g_free(options->seed);
  g_free(options->threads);
  g_free(options->report);
  g_free(options->journal);
  g_strfreev(options->networks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static bool parse_count(const char *text, const char *what, int64_t most, int64_t missing, int64_t *out,
                        GError **error) {
  *out = missing;
  return !text || mt_parse_int64(text, what, missing == DEFAULT_SEED ? 0 : 1, most, out, error);
}

static bool parse_numbers(const Options *options, MusterSimOptions *sim, GError **error) {
  int64_t days, runs, seed, threads;
  if (!parse_count(options->days, "--days", 3660, 0, &days, error) ||
      !parse_count(options->runs, "--runs", 10000, 0, &runs, error) ||
      !parse_count(options->seed, "--seed", INT64_MAX, DEFAULT_SEED, &seed, error) ||
      !parse_count(options->threads, "--threads", 256, 0, &threads, error))
    return false;
  sim->days = (uint32_t)days;
  sim->runs = (uint32_t)runs;
  sim->seed = (uint64_t)seed;
  sim->threads = (unsigned)threads;
  return true;
}

static void append_word(GString *line, const char *option, const char *word) {
  bool plain = *word != '\0';
  for (const char *c = word; *c; c++) plain = plain && (g_ascii_isalnum(*c) || strchr("._-/=:,+", *c));
  g_autofree char *quoted = plain ? g_strdup(word) : g_shell_quote(word);
  g_string_append_printf(line, " %s%s%s", option, *option ? " " : "", quoted);
}

/* The command that gives the same page again, wherever it is written. */
static char *describe_command(const char *county, const Options *options, uint64_t seed) {
  GString *line = g_string_new("muster simulate");
  append_word(line, "", county);
  for (size_t i = 0; options->networks && options->networks[i]; i++)
    append_word(line, "--network", options->networks[i]);
  append_word(line, "--scenario", options->scenario);
  if (options->days) append_word(line, "--days", options->days);
  if (options->runs) append_word(line, "--runs", options->runs);
  g_string_append_printf(line, " --seed %" G_GUINT64_FORMAT, seed);
  if (options->policy) append_word(line, "--policy", options->policy);
  if (options->plans) append_word(line, "--plans", options->plans);
  g_string_append(line, " --report DIR");
  return g_string_free(line, FALSE);
}

static bool print_result(const MusterSimResult *result, bool json, GError **error) {
  mt_output output;
  if (!mt_output_open(&output, NULL, error)) return false;
  g_autofree char *text = json ? muster_sim_result_to_json(result) : muster_sim_result_to_text(result);
  fputs(text, output.stream);
  if (json) fputc('\n', output.stream);
  return mt_output_commit(&output, error);
}

/* Before hours of work: what stands in the way of a report in this folder. */
static bool may_report_to(const char *folder, GError **error) {
  if (!folder || !g_file_test(folder, G_FILE_TEST_EXISTS)) return true;
  if (g_file_test(folder, G_FILE_TEST_IS_DIR) && access(folder, W_OK | X_OK) == 0) return true;
  g_set_error(error, MT_ERROR, 0, "--report %s: expected a folder to write into, found %s", folder,
              g_file_test(folder, G_FILE_TEST_IS_DIR) ? "one that is not open for writing" : "a file");
  return false;
}

/* What is simulated, and where it is recorded. */
typedef struct Place {
  mt_setup setup; /* with a journal only; owns the others then */
  MusterCounty *county;
  GPtrArray *networks;
  MusterJournal *journal;
} Place;

static void clear_place(Place *place) {
  muster_journal_free(place->journal);
  if (place->county) muster_county_unref(place->county);
  if (place->networks) g_ptr_array_unref(place->networks);
  mt_setup_clear(&place->setup);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, clear_place)

/* The header names all that a replay needs. */
static bool open_recorded(Place *place, const char *county, const Options *options, MusterPolicy *policy,
                          GError **error) {
  mt_setup_files files = {.county = county, .networks = options->networks};
  if (!mt_setup_open(&place->setup, &files, muster_policy_ref(policy), false, error)) return false;
  place->county = muster_county_ref(place->setup.county);
  place->networks = g_ptr_array_ref(place->setup.networks);
  MusterJournalSink *sink = mt_journal_make(options->journal, error);
  place->journal = sink ? muster_journal_open(sink, &place->setup.header, 0, error) : NULL;
  return place->journal != NULL;
}

static bool open_place(Place *place, const char *county, const Options *options, MusterPolicy *policy, GError **error) {
  if (options->journal) return open_recorded(place, county, options, policy, error);
  place->county = mt_county_open(county, error);
  place->networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  return place->county && mt_networks_open(options->networks, place->networks, error);
}

/* Closes the journal; half a one is not left behind. */
static void end_journal(Place *place, const char *path, bool whole) {
  if (!place->journal) return;
  g_clear_pointer(&place->journal, muster_journal_free);
  if (!whole) g_unlink(path);
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {{"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.networks, NULL, NULL},
                                  {"scenario", 0, 0, G_OPTION_ARG_FILENAME, &options.scenario, NULL, NULL},
                                  {"days", 0, 0, G_OPTION_ARG_STRING, &options.days, NULL, NULL},
                                  {"runs", 0, 0, G_OPTION_ARG_STRING, &options.runs, NULL, NULL},
                                  {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, NULL, NULL},
                                  {"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy, NULL, NULL},
                                  {"plans", 0, 0, G_OPTION_ARG_FILENAME, &options.plans, NULL, NULL},
                                  {"threads", 0, 0, G_OPTION_ARG_STRING, &options.threads, NULL, NULL},
                                  {"journal", 0, 0, G_OPTION_ARG_FILENAME, &options.journal, NULL, NULL},
                                  {"report", 0, 0, G_OPTION_ARG_FILENAME, &options.report, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!options.scenario) return mt_usage(command, "expected --scenario NAME or --scenario S.ini");
  if (options.journal && strcmp(options.journal, "-") == 0)
    return mt_usage(command, "expected a named file as --journal");
  MusterSimOptions sim = {.progress = mt_progress, .user_data = progress_label};
  g_autoptr(GError) usage = NULL;
  if (!parse_numbers(&options, &sim, &usage)) return mt_usage(command, "%s", usage->message);
  if (!may_report_to(options.report, &usage)) return mt_fail(&usage);
  mt_catch_interrupt();

  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterPolicy) policy = mt_policy_open(options.policy, options.plans, &error);
  if (!policy) return mt_fail(&error);
  g_autoptr(MusterScenario) scenario =
      muster_scenario_new_with_plans(options.scenario, muster_policy_plans(policy), &error);
  if (!scenario) return mt_fail(&error);
  g_auto(Place) place = {0};
  if (!open_place(&place, argv[1], &options, policy, &error)) return mt_fail(&error);
  int64_t load_us = g_get_monotonic_time() - start_us;

  sim.county = place.county;
  sim.networks = (MusterNetwork *const *)place.networks->pdata;
  sim.network_count = place.networks->len;
  sim.scenario = scenario;
  sim.policy = policy;
  sim.journal = place.journal;
  start_us = g_get_monotonic_time();
  g_autoptr(MusterSimResult) result = muster_simulate(&sim, &error);
  end_journal(&place, options.journal, result != NULL);
  if (!result) return mt_fail(&error);
  int64_t work_us = g_get_monotonic_time() - start_us;
  g_autofree char *line = describe_command(argv[1], &options, sim.seed);
  muster_sim_result_set_command(result, line);
  if (options.report && !muster_sim_result_write_report(result, options.report, &error)) return mt_fail(&error);
  if (!print_result(result, common.json, &error)) return mt_fail(&error);
  if (options.report && !common.json)
    printf("Report: %s%sindex.html\n", options.report, g_str_has_suffix(options.report, "/") ? "" : "/");
  mt_print_timing(&common, load_us, work_us, muster_sim_result_event_count(result));
  return MT_DONE;
}

const mt_command mt_simulate = {
    "simulate",
    "C.gpkg [--network N.mnet …] --scenario NAME|S.ini [--days D] [--runs R] [--seed N] [--policy P] [--plans F] "
    "[--report DIR] [--journal J]",
    "a surge, or ordinary days, against a county: the table of 1/3/10 and an HTML report",
    "The same engine as in live operation runs on a virtual clock; residents report, volunteers accept, decline, do "
    "not\n"
    "answer, turn out and travel by chance. The model with all its figures: docs/simulation.md.\n"
    "\n"
    "  --network N.mnet   a prepared network, of one mode or several; once for each mode; without any, the networks of "
    "all modes are built "
    "from\n"
    "                     the county's roads\n"
    "  --scenario NAME    ordinary or flood, or an INI file that overrides single settings of one ([scenario] base =)\n"
    "  --days D           days simulated; default: the scenario's\n"
    "  --runs R           replications; default: the scenario's\n"
    "  --seed N           the same seed gives the same bytes; default 1\n"
    "  --policy P         name or INI file; `muster help policies` lists them\n"
    "  --plans FILE       response plans (INI) in place of the built-in ones; their kinds may stand in the scenario\n"
    "  --threads N        replications at the same time; default one a processor; changes nothing in the result\n"
    "  --journal J        every event and decision of the first replication, for `muster replay J`; a new file\n"
    "  --report DIR       writes DIR/index.html, one page that needs nothing else\n"
    "\n"
    "The table shows, for each stage of the promise, the share of incidents met in time with its 95 % confidence\n"
    "interval (Student's t over replications, Wilson's with one), and median and 90 % point of the times.\n"
    "--json prints "
    "{\"stages\":[{\"stage\":\"KNOWN\",\"met\":…,\"of\":…,\"share\":…,\"ci95\":[…,…],\"p50_s\":…,\"p90_s\":…},…],…}.\n"
    "--timing: load is reading the files, work the simulation, items the engine's events.\n"
    "\n"
    "Example: muster simulate laifeng.gpkg --scenario flood --runs 10 --seed 7 --report flood-report\n",
    run,
};
