/* muster locate: where sites should stand. */
#include "commands.h"
#include "streams.h"
#include "table.h"

#include <string.h>

static const char *const problem_words[] = {"pmedian", "pcenter", "mclp", "setcover", "backup", "dsm", "mexclp", NULL};

static char progress_label[] = "locate";

/* The options as they are given; NULL: not given. */
typedef struct words {
  char *matrix, *orlib, *rows, *names, *p, *radius, *outer, *weights, *existing, *per_site, *busy, *share, *first;
  char *seed, *steps, *bound_steps, *mps;
} words;

static void clear_words(words *w) {
  char *const all[] = {w->names, w->matrix,  w->orlib,    w->rows,        w->p,    w->radius,
                       w->outer, w->weights, w->existing, w->per_site,    w->busy, w->share,
                       w->first, w->seed,    w->steps,    w->bound_steps, w->mps};
  for (size_t i = 0; i < G_N_ELEMENTS(all); i++) g_free(all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(words, clear_words)

static bool find_problem(const char *word, MusterLocateProblem *out) {
  for (size_t i = 0; problem_words[i]; i++)
    if (strcmp(problem_words[i], word) == 0) {
      *out = (MusterLocateProblem)i;
      return true;
    }
  return false;
}

static bool needs_radius(MusterLocateProblem problem) {
  return problem != MUSTER_LOCATE_PMEDIAN && problem != MUSTER_LOCATE_PCENTER;
}

/* MT_DONE, or MT_USAGE said. */
static int check_words(const mt_command *command, const words *w, MusterLocateProblem problem) {
  if (!w->matrix == !w->orlib) return mt_usage(command, "expected either --matrix FILE or --orlib FILE");
  if (w->rows && strcmp(w->rows, "sites") != 0 && strcmp(w->rows, "demands") != 0)
    return mt_usage(command, "--rows: expected sites or demands, found \"%s\"", w->rows);
  if (w->names && strcmp(w->names, "yes") != 0 && strcmp(w->names, "no") != 0)
    return mt_usage(command, "--names: expected yes or no, found \"%s\"", w->names);
  if (!w->p && !w->orlib && problem != MUSTER_LOCATE_SET_COVER) return mt_usage(command, "expected -p P");
  if (needs_radius(problem) && !w->radius) return mt_usage(command, "%s: expected --radius R", problem_words[problem]);
  if (problem == MUSTER_LOCATE_DSM && !w->outer) return mt_usage(command, "dsm: expected --outer-radius R");
  if (w->mps && mt_is_stdout(w->mps)) return mt_usage(command, "--mps: expected a file, found standard output");
  return MT_DONE;
}

static bool read_table(const words *w, mt_table *table, GError **error) {
  bool sites_in_rows = w->rows && strcmp(w->rows, "sites") == 0;
  mt_names names = !w->names ? MT_NAMES_GUESS : strcmp(w->names, "yes") == 0 ? MT_NAMES_YES : MT_NAMES_NO;
  return (w->orlib ? mt_table_read_orlib(table, w->orlib, error)
                   : mt_table_read(table, w->matrix, names, sites_in_rows, error)) &&
         (!w->weights || mt_table_read_weights(table, w->weights, error));
}

static bool parse_count(const char *text, const char *what, int64_t least, int64_t most, uint32_t *out,
                        GError **error) {
  int64_t value;
  if (!text) return true;
  if (!mt_parse_int64(text, what, least, most, &value, error)) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse_share(const char *text, const char *what, uint32_t *out_ppm, GError **error) {
  double value;
  if (!text) return true;
  if (!mt_parse_double(text, what, 0, 1, &value, error)) return false;
  *out_ppm = (uint32_t)(value * MUSTER_LOCATE_PPM + 0.5);
  return true;
}

static bool parse_time(const mt_table *table, const char *text, const char *what, uint32_t *out, GError **error) {
  return !text || mt_table_parse_time(table, text, what, out, error);
}

static bool read_options(const words *w, const mt_table *table, MusterLocateOptions *options, GError **error) {
  int64_t seed = 0;
  if (w->seed && !mt_parse_int64(w->seed, "--seed", 0, INT64_MAX, &seed, error)) return false;
  options->seed = (uint64_t)seed;
  if (options->problem != MUSTER_LOCATE_SET_COVER) options->p = table->p;
  return parse_count(w->p, "-p", 1, (int64_t)table->site_count * MUSTER_LOCATE_PER_SITE_MOST, &options->p, error) &&
         parse_count(w->per_site, "--per-site", 1, MUSTER_LOCATE_PER_SITE_MOST, &options->per_site, error) &&
         parse_count(w->steps, "--steps", 0, UINT32_MAX, &options->steps, error) &&
         parse_count(w->bound_steps, "--bound-steps", 0, UINT32_MAX, &options->bound_steps, error) &&
         parse_share(w->busy, "--busy", &options->busy_ppm, error) &&
         parse_share(w->share, "--share", &options->share_ppm, error) &&
         parse_share(w->first, "--first", &options->first_ppm, error) &&
         parse_time(table, w->radius, "--radius", &options->radius, error) &&
         parse_time(table, w->outer, "--outer-radius", &options->outer_radius, error);
}

/* ---- printing ---- */

/* A whole number of 10^−decimals, no more digits than needed. */
static char *format_value(int64_t value, unsigned decimals) {
  for (; decimals > 0 && value % 10 == 0; decimals--) value /= 10;
  int64_t unit = 1;
  for (unsigned i = 0; i < decimals; i++) unit *= 10;
  if (unit == 1) return g_strdup_printf("%" PRId64, value);
  return g_strdup_printf("%" PRId64 ".%0*" PRId64, value / unit, (int)decimals, value % unit);
}

static unsigned decimals_of(MusterLocateProblem problem, const mt_table *table) {
  switch (problem) {
    case MUSTER_LOCATE_PMEDIAN:
    case MUSTER_LOCATE_PCENTER:
      return table->decimals;
    case MUSTER_LOCATE_BACKUP:
    case MUSTER_LOCATE_MEXCLP:
      return 6;
    case MUSTER_LOCATE_MCLP:
    case MUSTER_LOCATE_SET_COVER:
    case MUSTER_LOCATE_DSM:
      return 0;
  }
  g_assert_not_reached();
}

static void print_json_name(FILE *stream, const char *name) {
  fputc('"', stream);
  for (; *name; name++) {
    if (*name == '"' || *name == '\\') fputc('\\', stream);
    if ((unsigned char)*name < ' ')
      fprintf(stream, "\\u%04x", (unsigned)*name);
    else
      fputc(*name, stream);
  }
  fputc('"', stream);
}

typedef struct result {
  MusterLocateProblem problem;
  const mt_table *table;
  MusterLocateAnswer answer;
  const uint32_t *sites;
} result;

static void print_text(FILE *stream, const result *r) {
  unsigned decimals = decimals_of(r->problem, r->table);
  g_autofree char *objective = format_value(r->answer.objective, decimals);
  g_autofree char *bound = format_value(r->answer.bound, decimals);
  for (size_t i = 0; i < r->answer.count; i++)
    if (r->table->site_names)
      fprintf(stream, "%s\n", r->table->site_names[r->sites[i]]);
    else
      fprintf(stream, "%" PRIu32 "\n", r->sites[i] + 1);
  if (r->problem == MUSTER_LOCATE_PMEDIAN && r->answer.unserved)
    fprintf(stream, "# unserved %" PRIu32 "\n", r->answer.unserved);
  fprintf(stream, "# objective %s bound %s\n", objective, bound);
}

static void print_json(FILE *stream, const result *r) {
  unsigned decimals = decimals_of(r->problem, r->table);
  g_autofree char *objective = format_value(r->answer.objective, decimals);
  g_autofree char *bound = format_value(r->answer.bound, decimals);
  fprintf(stream, "{\"problem\":\"%s\",\"sites\":[", problem_words[r->problem]);
  for (size_t i = 0; i < r->answer.count; i++) {
    if (i) fputc(',', stream);
    if (r->table->site_names)
      print_json_name(stream, r->table->site_names[r->sites[i]]);
    else
      fprintf(stream, "%" PRIu32, r->sites[i] + 1);
  }
  fprintf(stream, "],\"objective\":%s,\"bound\":%s,\"optimal\":%s,\"unserved\":%" PRIu32 "}\n", objective, bound,
          r->answer.is_optimal ? "true" : "false", r->answer.unserved);
}

/* ---- the command ---- */

static int solve(const words *w, const mt_common *common, MusterLocateOptions *options) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(mt_table) table = {0};
  g_autofree uint32_t *existing = NULL;
  if (!read_table(w, &table, &error) || !read_options(w, &table, options, &error) ||
      (w->existing && !mt_table_read_sites(&table, w->existing, &existing, &options->existing_count, &error)))
    return mt_fail(&error);
  options->existing = existing;
  MusterLocateTable view = {table.times, table.demand_count, table.site_count, table.weights};
  g_autofree uint32_t *sites = g_new(uint32_t, MAX(options->p, table.site_count));
  result r = {.problem = options->problem, .table = &table, .sites = sites};

  int64_t loaded_us = g_get_monotonic_time();
  if (!muster_locate(&view, options, &r.answer, sites, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  if (w->mps && !muster_locate_write_mps(&view, options, w->mps, &error)) return mt_fail(&error);

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  (common->json ? print_json : print_text)(output.stream, &r);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, table.demand_count);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(words) w = {0};
  const GOptionEntry entries[] = {{"matrix", 0, 0, G_OPTION_ARG_FILENAME, &w.matrix, NULL, NULL},
                                  {"orlib", 0, 0, G_OPTION_ARG_FILENAME, &w.orlib, NULL, NULL},
                                  {"rows", 0, 0, G_OPTION_ARG_STRING, &w.rows, NULL, NULL},
                                  {"names", 0, 0, G_OPTION_ARG_STRING, &w.names, NULL, NULL},
                                  {"sites", 'p', 0, G_OPTION_ARG_STRING, &w.p, NULL, NULL},
                                  {"radius", 0, 0, G_OPTION_ARG_STRING, &w.radius, NULL, NULL},
                                  {"outer-radius", 0, 0, G_OPTION_ARG_STRING, &w.outer, NULL, NULL},
                                  {"weights", 0, 0, G_OPTION_ARG_FILENAME, &w.weights, NULL, NULL},
                                  {"existing", 0, 0, G_OPTION_ARG_FILENAME, &w.existing, NULL, NULL},
                                  {"per-site", 0, 0, G_OPTION_ARG_STRING, &w.per_site, NULL, NULL},
                                  {"busy", 0, 0, G_OPTION_ARG_STRING, &w.busy, NULL, NULL},
                                  {"share", 0, 0, G_OPTION_ARG_STRING, &w.share, NULL, NULL},
                                  {"first", 0, 0, G_OPTION_ARG_STRING, &w.first, NULL, NULL},
                                  {"seed", 0, 0, G_OPTION_ARG_STRING, &w.seed, NULL, NULL},
                                  {"steps", 0, 0, G_OPTION_ARG_STRING, &w.steps, NULL, NULL},
                                  {"bound-steps", 0, 0, G_OPTION_ARG_STRING, &w.bound_steps, NULL, NULL},
                                  {"mps", 0, 0, G_OPTION_ARG_FILENAME, &w.mps, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  MusterLocateOptions options;
  muster_locate_options_init(&options);
  if (!find_problem(argv[1], &options.problem))
    return mt_usage(command, "expected pmedian, pcenter, mclp, setcover, backup, dsm or mexclp, found \"%s\"", argv[1]);
  int status = check_words(command, &w, options.problem);
  if (status != MT_DONE) return status;
  mt_catch_interrupt();
  options.progress = mt_progress;
  options.user_data = progress_label;
  return solve(&w, &common, &options);
}

const mt_command mt_locate = {
    "locate",
    "(pmedian|pcenter|mclp|setcover|backup|dsm|mexclp) (--matrix FILE|--orlib FILE) -p P [--radius R]\n"
    "       [--weights FILE] [--existing FILE] [--seed N] [--steps N] [--mps FILE] …",
    "where sites should stand: facility location on a table of times",
    "Chooses P of the sites, those that exist already among them. Prints the sites, one a line, and\n"
    "\"# objective V bound B\": no choice has an objective better than B, so V is the best there is where V = B.\n"
    "\n"
    "  pmedian    least sum of weight × time to the nearest site\n"
    "  pcenter    least time of the worst-off demand to its nearest site\n"
    "  mclp       most weight within --radius of a site\n"
    "  setcover   fewest sites that have all demands within --radius; with -p at most P\n"
    "  backup     weight within --radius of one site × --first, and of two × the rest\n"
    "  dsm        double standard: most weight within --radius of two, all within --outer-radius, --share of the\n"
    "             weight within --radius of one\n"
    "  mexclp     expected weight within --radius of a vehicle that is free, each being busy with probability --busy\n"
    "\n"
    "  --matrix FILE      CSV of times, or distances: a line a demand, a cell a site, numbers with at most 6\n"
    "                     decimals, empty where there is no way. Demands and sites are numbered from 1\n"
    "  --names yes|no     whether the first line and the first column are names; the order of lines and columns plays\n"
    "                     no part then. Without it they are if a cell of the first line is no number\n"
    "  --rows sites       a line a site, a cell a demand: what `muster matrix` writes for sites as sources\n"
    "  --orlib FILE       a p-median problem of the OR-Library (pmed): nodes are demands and sites, P is the file's\n"
    "                     without -p; repeated edges: the last counts\n"
    "  --weights FILE     \"DEMAND WEIGHT\" a line, 1 for demands not named; or, without names, a weight a line, as\n"
    "                     many as demands. Whole numbers; who has weight 0 does not count. In pcenter, setcover and\n"
    "                     for --outer-radius all other weights are the same\n"
    "  --existing FILE    sites that stay, one a line; they count among the P\n"
    "  --radius R, --outer-radius R   in the table's unit; a time of R is within\n"
    "  --per-site N       backup, dsm, mexclp: at most N vehicles at a site (default 1); P counts vehicles\n"
    "  --busy Q           mexclp: 0 to below 1 (default 0.3)\n"
    "  --share A          dsm: 0 to 1 (default 0.9)\n"
    "  --first A          backup: 0 to 1 (default 0.5)\n"
    "  --seed N           of the search (default 0)\n"
    "  --steps N          how often the search is shaken and improved again (default 2000)\n"
    "  --bound-steps N    steps towards the bound (default 1500)\n"
    "  --mps FILE         writes the problem for other solvers too, to be minimised; x1 … are the sites\n"
    "\n"
    "In pmedian as few demands as possible are left without a way; how many, \"# unserved N\" says.\n"
    "\n"
    "--json prints {\"problem\":…,\"sites\":[…],\"objective\":…,\"bound\":…,\"optimal\":…,\"unserved\":…}, sites by\n"
    "name, or by number where there are no names.\n"
    "--timing: load is reading, work the search, items the demands.\n",
    run,
};
