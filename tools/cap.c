/* muster cap: CAP 1.2 alerts as events for `muster drive`. */
#include <string.h>

#include "commands.h"
#include "streams.h"

typedef struct cap_options {
  char *county, *table, *at, *now;
} cap_options;

static char *make_events(const GPtrArray *alerts, const cap_options *options, GError **error) {
  g_autoptr(MusterCounty) county = options->county ? mt_county_open(options->county, error) : NULL;
  if (options->county && !county) return NULL;
  g_autofree char *table = NULL;
  if (options->table && !g_file_get_contents(options->table, &table, NULL, error)) return NULL;
  int64_t now_ms = INT64_MAX, at_ms;
  for (guint i = 0; i < alerts->len; i++) now_ms = MIN(now_ms, muster_cap_sent_ms(alerts->pdata[i]));
  if (options->now && !mt_parse_int64(options->now, "--now", 0, MUSTER_EVENT_LATEST_MS, &now_ms, error)) return NULL;
  at_ms = MAX(now_ms, 0);
  if (options->at && !mt_parse_int64(options->at, "--at", 0, MUSTER_EVENT_LATEST_MS, &at_ms, error)) return NULL;
  return muster_cap_events((const MusterCap *const *)alerts->pdata, alerts->len, county, at_ms, now_ms, table, error);
}

static char *read_events(int count, char **paths, const cap_options *options, GError **error) {
  g_autoptr(GPtrArray) alerts = g_ptr_array_new_with_free_func((GDestroyNotify)muster_cap_free);
  for (int i = 0; i < count; i++) {
    const char *path = paths[i];
    if (!mt_input_file(&path, error)) return NULL;
    MusterCap *cap = muster_cap_read(path, error);
    mt_input_file_release();
    if (!cap) return NULL;
    g_ptr_array_add(alerts, cap);
  }
  return make_events(alerts, options, error);
}

static int print_events(const mt_common *common, int count, char **paths, const cap_options *options) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autofree char *events = read_events(count, paths, options, &error);
  if (!events) return mt_fail(&error);
  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  fputs(events, output.stream);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(common, 0, g_get_monotonic_time() - start_us, 1);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  cap_options options = {0};
  const GOptionEntry entries[] = {
      {"county", 0, 0, G_OPTION_ARG_FILENAME, &options.county, NULL, NULL},
      {"hazards", 0, 0, G_OPTION_ARG_FILENAME, &options.table, NULL, NULL},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options.at, NULL, NULL},
      {"now", 0, 0, G_OPTION_ARG_STRING, &options.now, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, INT_MAX, &common)) return MT_USAGE;
  int status = print_events(&common, argc - 1, argv + 1, &options);
  g_free(options.county);
  g_free(options.table);
  g_free(options.at);
  g_free(options.now);
  return status;
}

const mt_command mt_cap = {
    .name = "cap",
    .usage = "ALERT.xml... [--county C.gpkg] [--at MS] [--now MS] [--hazards TABLE.ini]",
    .summary = "CAP 1.2 alerts as events for `muster drive`",
    .details =
        "Reads alerts of the OASIS Common Alerting Protocol 1.2 and prints the events they mean, one JSON object a\n"
        "line in the order of time: `mode` for the areas they name, `close_roads` under the alert's identifier where\n"
        "it is severe enough, and the end of both when they expire, are updated or cancelled. docs/cap.md tells how\n"
        "they are mapped.\n\n"
        "Options:\n"
        "  --county FILE      the areas of this county by geocode, polygon and circle; without it modes are for all\n"
        "                     there is\n"
        "  --at MS            at_ms of what is in force now; left out: --now\n"
        "  --now MS           the time now, ms since 1970; left out: when the first of them was sent\n"
        "  --hazards FILE     a table of hazards in place of the built-in one\n\n"
        "An alert that means no event (an exercise, expired, no hazard of the table) is refused with the reason.\n\n"
        "Example:\n"
        "  muster cap flood.xml --county laifeng.gpkg --at 60000\n",
    .run = run,
};
