/* muster coverage: how likely the promise is kept, grid by grid and hour by hour, and where it is not. */
#include "commands.h"
#include "coverage_print.h"
#include "ground.h"

static char progress_label[] = "coverage";

enum { LISTED = 10 };

typedef struct options {
  char **networks;
  char *hours, *weekday, *standby, *people, *skills, *alerts, *alpha, *doors, *model, *threads, *output, *recruit_modes;
  char *list;
  gboolean no_shifts, recruit, by_hour;
  mt_roads roads;
} options;

static void options_clear(options *o) {
  char *texts[] = {o->hours, o->weekday, o->standby, o->people, o->skills,        o->alerts, o->alpha,
                   o->doors, o->model,   o->threads, o->output, o->recruit_modes, o->list};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) g_free(texts[i]);
  g_strfreev(o->networks);
  mt_roads_clear(&o->roads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

/* NULL leaves *out as it is. */
static bool parse_count(const char *text, const char *what, int64_t least, int64_t most, uint32_t *out,
                        GError **error) {
  int64_t value;
  if (!text) return true;
  if (!mt_parse_int64(text, what, least, most, &value, error)) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse_words(const options *o, MusterCoverageOptions *asked, size_t *listed, GError **error) {
  uint32_t threads = 0, list = LISTED;
  if ((o->hours && !mt_parse_hours(o->hours, "--hours", &asked->hours, error)) ||
      (o->weekday && !mt_parse_weekday(o->weekday, "--weekday", &asked->weekday, error)) ||
      (o->standby && !mt_parse_standby(o->standby, "--standby", asked->standby, error)) ||
      !parse_count(o->people, "--people", 1, MUSTER_ALERT_PEOPLE_MAX, &asked->people, error) ||
      !parse_count(o->alerts, "--alerts", 1, 64, &asked->alerts, error) ||
      !parse_count(o->doors, "--doors", 1, 1000, &asked->doors, error) ||
      !parse_count(o->threads, "--threads", 0, 256, &threads, error) ||
      !parse_count(o->list, "--list", 0, 1000000, &list, error) ||
      (o->alpha && !mt_parse_double(o->alpha, "--alpha", 0, 1, &asked->alpha, error)) ||
      (o->recruit_modes && !mt_parse_modes(o->recruit_modes, "--recruit-modes", &asked->recruit_modes, error)))
    return false;
  if (asked->alerts < asked->people) {
    g_set_error(error, MT_ERROR, 0,
                "--alerts: expected %" PRIu32 " or more, as many as people are needed, found %" PRIu32, asked->people,
                asked->alerts);
    return false;
  }
  asked->follow_shifts = !o->no_shifts;
  asked->find_recruits = o->recruit;
  asked->threads = threads;
  *listed = list;
  return true;
}

typedef enum format { NO_FILE, CSV, GEOJSON, GPKG, UNKNOWN } format;

static format format_of(const char *path) {
  if (!path) return NO_FILE;
  if (g_str_has_suffix(path, ".csv")) return CSV;
  if (g_str_has_suffix(path, ".geojson") || g_str_has_suffix(path, ".json")) return GEOJSON;
  return g_str_has_suffix(path, ".gpkg") ? GPKG : UNKNOWN;
}

static bool write_file(const options *o, const mt_coverage_view *view, GError **error) {
  mt_output output;
  format kind = format_of(o->output);
  if (kind == NO_FILE) return true;
  if (kind == GPKG) return muster_coverage_save(view->coverage, o->output, error);
  if (!mt_output_open(&output, o->output, error)) return false;
  if (kind == GEOJSON)
    mt_coverage_print_geojson(output.stream, view);
  else
    (o->by_hour ? mt_coverage_print_hours_csv : mt_coverage_print_csv)(output.stream, view);
  return mt_output_commit(&output, error);
}

static bool print_summary(const mt_common *common, const mt_coverage_view *view, GError **error) {
  mt_output output;
  if (!mt_output_open(&output, NULL, error)) return false;
  (common->json ? mt_coverage_print_json : mt_coverage_print_text)(output.stream, view);
  return mt_output_commit(&output, error);
}

static int solve(const options *o, const mt_common *common, const char *path, MusterCoverageOptions *asked,
                 size_t listed) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(mt_ground) ground = {0};
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(o->model, &error);
  if (!model || !mt_ground_open(&ground, path, o->networks, &o->roads, common, &error) ||
      (o->skills && !mt_parse_skills(o->skills, "--skills", ground.county, &asked->skills, &error)))
    return mt_fail(&error);
  int64_t loaded_us = g_get_monotonic_time();
  asked->county = ground.county;
  asked->metrics = mt_ground_metrics(&ground);
  asked->metric_count = ground.metrics->len;
  asked->model = model;
  asked->progress = mt_progress;
  asked->user_data = progress_label;
  g_autoptr(MusterCoverage) coverage = muster_coverage_new(asked, &error);
  if (!coverage) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  mt_coverage_view view = {ground.county, coverage, asked->hours, asked->alpha, listed};
  if (!write_file(o, &view, &error) || !print_summary(common, &view, &error)) return mt_fail(&error);
  size_t grids;
  muster_coverage_grids(coverage, &grids);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, grids);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.networks, NULL, NULL},
                                  {"hours", 0, 0, G_OPTION_ARG_STRING, &o.hours, NULL, NULL},
                                  {"weekday", 0, 0, G_OPTION_ARG_STRING, &o.weekday, NULL, NULL},
                                  {"standby", 0, 0, G_OPTION_ARG_STRING, &o.standby, NULL, NULL},
                                  {"no-shifts", 0, 0, G_OPTION_ARG_NONE, &o.no_shifts, NULL, NULL},
                                  {"people", 0, 0, G_OPTION_ARG_STRING, &o.people, NULL, NULL},
                                  {"skills", 0, 0, G_OPTION_ARG_STRING, &o.skills, NULL, NULL},
                                  {"alerts", 0, 0, G_OPTION_ARG_STRING, &o.alerts, NULL, NULL},
                                  {"alpha", 0, 0, G_OPTION_ARG_STRING, &o.alpha, NULL, NULL},
                                  {"doors", 0, 0, G_OPTION_ARG_STRING, &o.doors, NULL, NULL},
                                  {"model", 0, 0, G_OPTION_ARG_FILENAME, &o.model, NULL, NULL},
                                  {"recruit", 0, 0, G_OPTION_ARG_NONE, &o.recruit, NULL, NULL},
                                  {"recruit-modes", 0, 0, G_OPTION_ARG_STRING, &o.recruit_modes, NULL, NULL},
                                  {"list", 0, 0, G_OPTION_ARG_STRING, &o.list, NULL, NULL},
                                  {"by-hour", 0, 0, G_OPTION_ARG_NONE, &o.by_hour, NULL, NULL},
                                  {"threads", 0, 0, G_OPTION_ARG_STRING, &o.threads, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (format_of(o.output) == UNKNOWN)
    return mt_usage(command, "-o: expected a name that ends in .csv, .geojson, .json or .gpkg, found \"%s\"", o.output);
  if (o.by_hour && format_of(o.output) != CSV) return mt_usage(command, "--by-hour: expected -o FILE.csv with it");
  MusterCoverageOptions asked;
  muster_coverage_options_init(&asked);
  size_t listed;
  g_autoptr(GError) usage = NULL;
  if (!parse_words(&o, &asked, &listed, &usage)) return mt_usage(command, "%s", usage->message);
  mt_catch_interrupt();
  return solve(&o, &common, argv[1], &asked, listed);
}

const mt_command mt_coverage = {
    "coverage",
    "C.gpkg [--network N.mnet …] [--hours H] [--weekday D] [--recruit] [-o F.csv|F.geojson|F.gpkg] " MT_ROADS_USAGE,
    "how likely 1310 is kept in each grid at each hour, and where it is not",
    "For doors spread along the streets of every grid: how likely a contact card is read within a minute, enough "
    "people\n"
    "accept within three and stand there within ten. Every approved volunteer is on stand-by or not by chance; of "
    "those\n"
    "who are, the nearest few are alerted and answer, set out and travel as the alert model has it. The figures are\n"
    "sums over all that may happen, not draws; docs/coverage.md has the model.\n"
    "Prints the county's means by residents, and the grids with the greatest gap, which is residents × how far P(all\n"
    "kept) is below --alpha in the mean of the hours.\n"
    "\n"
    "  -o FILE               a line or feature a grid: .csv, .geojson or .json, .gpkg\n"
    "  --by-hour             the CSV has a line a grid and hour instead\n"
    "  --hours H             all (default), day (6 to 21), night, or hours as 8,22-5\n"
    "  --weekday D           mon to sun (default wed): who is at work from 8 to 18, and who has a shift\n"
    "  --standby S           chance to be on stand-by, one or 24 with semicolons between (default 0.1 to 0.3 by hour)\n"
    "  --no-shifts           who has a shift at a post is where others are, in place of at the post for certain\n"
    "  --people N            so many are needed (default 1)\n"
    "  --skills S            who have all of these skills, with semicolons between\n"
    "  --alerts N            the nearest so many on stand-by are alerted at once (default 16)\n"
    "  --alpha A             the chance that is wanted (default 0.9)\n"
    "  --doors N             looked at in each grid (default 5)\n"
    "  --model FILE          alert model (INI) that overrides the built-in one\n"
    "  --recruit             what one more volunteer who lives in a grid adds in the whole county, the best grids "
    "first\n"
    "  --recruit-modes M     how they travel (default foot,ebike)\n"
    "  --list N              so many gaps and places for recruits are printed (default 10)\n"
    "  --threads N           default one a processor; changes nothing in the result\n" MT_GROUND_HELP
    "\n" MT_ROADS_PLACES
    "--json prints {\"alpha\":…,\"county\":{…},\"townships\":[{…}, …],\"gaps\":[{…}, …],\"recruits\":[{…}, …]}, each "
    "with\n"
    "the columns of the CSV, null where there is nothing to tell.\n"
    "--timing: load is reading county and roads, work the coverage, items the grids.\n"
    "\n"
    "Example: muster coverage laifeng.gpkg --hours night --close flood.geojson -o night.geojson\n",
    run,
};
