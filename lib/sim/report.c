/* The report's page: its frame, the first block, the promise, the definitions; written whole or not at all. */
#include "sim/report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"

static const char *county_name(const MusterSimResult *result) {
  return muster_county_areas(result->county, NULL)->name;
}

static void open_page(GString *page, const MusterSimResult *result) {
  g_string_append(page,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  mi_page_text(page, county_name(result));
  g_string_append(page, ": 1310 under ");
  mi_page_text(page, result->scenario->name);
  g_string_append(page, "</title>\n<style>\n");
  g_string_append_len(page, (const char *)mi_report_style, (gssize)mi_report_style_bytes);
  g_string_append(page, "</style>\n</head>\n<body>\n");
}

static void add_fact(GString *page, const char *name, const char *value) {
  g_string_append_printf(page, "<tr><td>%s</td><td>", name);
  mi_page_text(page, value);
  g_string_append(page, "</td></tr>\n");
}

static void add_networks(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<tr><td>Road networks</td><td>");
  for (size_t i = 0; i < result->network_count; i++) {
    const MusterNetworkInfo *info = &result->networks[i];
    g_string_append_printf(page, "%s%s (", i ? "; " : "", muster_mode_name(info->mode));
    mi_page_count(page, info->node_count);
    g_string_append(page, " nodes, ");
    mi_page_count(page, info->arc_count);
    g_string_append_printf(page, " arcs, checksum %016" G_GINT64_MODIFIER "x)", info->checksum);
  }
  g_string_append(page, "</td></tr>\n");
}

void mi_report_head(GString *page, const MusterSimResult *result) {
  const MusterArea *county = muster_county_areas(result->county, NULL);
  g_string_append(page, "<h1>");
  mi_page_text(page, county->name);
  g_string_append(
      page,
      ": is the promise kept?<span class=\"zh\">1310 应急响应模拟报告</span></h1>\n"
      "<p>Whom to contact within 1 minute, responders reached within 3, on the scene within 10: a simulation.</p>\n"
      "<table class=\"facts\">\n");
  g_autofree char *runs =
      g_strdup_printf("%s, %u day%s, %u replication%s, seed %" G_GUINT64_FORMAT, result->scenario->name, result->days,
                      result->days == 1 ? "" : "s", result->runs, result->runs == 1 ? "" : "s", result->seed);
  g_autofree char *code = g_strdup_printf("%s (%" G_GINT64_FORMAT ")", county->name, county->code);
  add_fact(page, "County", code);
  add_fact(page, "Data", muster_county_note(result->county));
  add_fact(page, "County SHA-256", muster_county_sha256(result->county));
  add_fact(page, "Scenario", runs);
  add_fact(page, "Policy", muster_policy_name(result->policy));
  add_networks(page, result);
  add_fact(page, "Made by", "muster " MUSTER_VERSION);
  if (result->command) {
    g_string_append(page, "<tr><td>To repeat it</td><td><code>");
    mi_page_text(page, result->command);
    g_string_append(page, "</code></td></tr>\n");
  }
  g_string_append(page, "</table>\n");
}

/* ---- the promise ---- */

static void add_stage_row(GString *page, const MusterStageResult *stage) {
  g_string_append_printf(page,
                         "<tr><td class=\"big\">%u&#8239;min</td><td><b>%s</b><span class=\"zh\">%s</span><br>%s</td>",
                         muster_stage_deadline_ms(stage->stage) / 60000, muster_stage_name(stage->stage),
                         mi_stage_chinese(stage->stage), mi_stage_promise(stage->stage));
  g_string_append(page, "<td class=\"n big\">");
  mi_page_percent(page, stage->of ? stage->share : NAN);
  g_string_append(page, "</td><td class=\"n\">");
  if (stage->of) {
    mi_page_number(page, stage->ci95_low * 100, 1);
    g_string_append(page, " to ");
    mi_page_percent(page, stage->ci95_high);
  }
  g_string_append(page, "</td><td class=\"n\">");
  mi_page_count(page, stage->met);
  g_string_append(page, " of ");
  mi_page_count(page, stage->of);
  g_string_append(page, "</td><td class=\"n\">");
  mi_page_duration(page, stage->p50_s);
  g_string_append(page, "</td><td class=\"n\">");
  mi_page_duration(page, stage->p90_s);
  g_string_append(page, "</td></tr>\n");
}

static void add_lead(GString *page, const MusterSimResult *result) {
  const MusterStageResult *stages = result->stages;
  if (stages[MUSTER_STAGE_ON_SCENE].of == 0) {
    g_string_append(page, "<p class=\"lead\">Nothing was reported in the time simulated.</p>\n");
    return;
  }
  g_string_append(page, "<p class=\"lead\">Of 100 residents who reported something, ");
  mi_page_number(page, stages[MUSTER_STAGE_KNOWN].share * 100, 0);
  g_string_append(page, " knew within one minute whom to contact; for ");
  mi_page_number(page, stages[MUSTER_STAGE_REACHED].share * 100, 0);
  g_string_append(page, " of 100, enough volunteers had accepted within three minutes; and for ");
  mi_page_number(page, stages[MUSTER_STAGE_ON_SCENE].share * 100, 0);
  g_string_append(page,
                  " of 100, enough of them stood at the door within ten. Of those who were ever helped, half had "
                  "enough people there within ");
  mi_page_spoken(page, stages[MUSTER_STAGE_ON_SCENE].p50_s);
  g_string_append(page, ", nine of ten within ");
  mi_page_spoken(page, stages[MUSTER_STAGE_ON_SCENE].p90_s);
  g_string_append(page, ".</p>\n");
}

/* How far the replications lie apart. */
static void add_spread(GString *page, const MusterSimResult *result) {
  double least = INFINITY, most = -INFINITY;
  for (uint32_t run = 0; run < result->runs; run++) {
    double share = mi_tally_share(&result->by_run[run], MUSTER_STAGE_ON_SCENE);
    if (!isfinite(share)) continue;
    least = fmin(least, share);
    most = fmax(most, share);
  }
  if (result->runs < 2 || !isfinite(least)) return;
  g_string_append(page, "ON_SCENE lay between ");
  mi_page_percent(page, least);
  g_string_append(page, " and ");
  mi_page_percent(page, most);
  g_string_append(page, " in single replications. ");
}

/* What the denominators leave out, and the least that the share could be. */
static void add_left_out(GString *page, const MusterSimResult *result) {
  const MusterStageResult *stage = &result->stages[MUSTER_STAGE_ON_SCENE];
  uint64_t repeated = result->left_out_repeated[MUSTER_STAGE_ON_SCENE];
  uint64_t helped = result->left_out_helped[MUSTER_STAGE_ON_SCENE];
  g_string_append(page, "What was reported but never helped counts as missed. Left out of ON_SCENE are ");
  mi_page_count(page, repeated);
  g_string_append(page, " repeated reports that the call-taker recognised, and ");
  mi_page_count(page, helped);
  g_string_append(page, " incidents that neighbours helped with, before the ten minutes were over");
  if (stage->of + helped) {
    g_string_append(page, "; with the latter counted as missed ON_SCENE would be ");
    mi_page_percent(page, (double)stage->met / (double)(stage->of + helped));
  }
  g_string_append_c(page, '.');
}

void mi_report_stages(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<h2>The promise<span class=\"zh\">承诺</span></h2>\n");
  add_lead(page, result);
  g_string_append(page,
                  "<table class=\"stages\"><thead><tr><th>within</th><th>stage</th><th class=\"n\">kept</th>"
                  "<th class=\"n\">95 % interval</th><th class=\"n\">incidents</th><th class=\"n\">median</th>"
                  "<th class=\"n\">90 % within</th></tr></thead><tbody>\n");
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) add_stage_row(page, &result->stages[stage]);
  g_string_append(page, "</tbody></table>\n<p class=\"note\">All times count from the moment the report got through. ");
  g_string_append(page, result->runs > 1
                            ? "The intervals (Student’s, over the replications) tell how well the share of such surges "
                              "is known in the mean; a single surge may differ more. "
                            : "With one replication the intervals are Wilson’s and tell nothing about how much another "
                              "surge may differ. ");
  g_string_append(page, "Median and 90 % are of those met at all, the late ones included. ");
  add_spread(page, result);
  add_left_out(page, result);
  g_string_append(page, "</p>\n");
}

/* ---- definitions ---- */

typedef struct Settings {
  GString *page;
  const char *group;
} Settings;

static void add_setting(const char *group, const char *key, const char *unit, double value, const char *meaning,
                        void *user_data) {
  Settings *settings = user_data;
  GString *page = settings->page;
  /* The run's own days and replications stand in the first block. */
  if (strcmp(key, "days") == 0 || strcmp(key, "runs") == 0) return;
  if (!settings->group || strcmp(settings->group, group) != 0)
    g_string_append_printf(page, "<tr class=\"group\"><th colspan=\"2\">%s</th></tr>\n", group);
  settings->group = group;
  g_string_append(page, "<tr><td>");
  mi_page_text(page, meaning);
  g_string_append(page, "</td><td class=\"n\">");
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append(page, g_ascii_formatd(text, sizeof text, "%.4g", value));
  if (strcmp(unit, "1/d") == 0)
    g_string_append(page, " a day");
  else if (strcmp(unit, "1/h") == 0)
    g_string_append(page, " an hour");
  else if (*unit)
    g_string_append_printf(page, " %s", unit);
  g_string_append(page, "</td></tr>\n");
}

static void add_definitions(GString *page) {
  g_string_append(
      page,
      "<dl>\n<dt>What is counted</dt><dd>Every report that got through is an incident, also one that repeats another "
      "unnoticed. In a stage, only those are left out that ended by themselves before its deadline: recognised as "
      "repeated by the call-taker, or neighbours had helped. A resident who gave up waiting, and whatever was still "
      "open "
      "at the end, is missed.</dd>\n"
      "<dt>Not counted, but shown</dt><dd>Callers who never got through the engaged lines: nobody knows of them, so no "
      "clock runs.</dd>\n"
      "<dt>What stands behind the figures</dt><dd>The engine is the one that runs in live operation; only residents "
      "and "
      "volunteers are played by chance. It sees neither who will accept nor how long anybody will take.</dd>\n"
      "<dt>Limits</dt><dd>The figures say what this model of the county does, not what the county did. Acceptance, "
      "turnout and availability are taken from the literature on volunteer responders and not measured here; other "
      "settings are assumptions; roads stay "
      "open, only slower, in the flood; volunteers do not tire in any way but accepting less; nobody is hurt on the "
      "way. "
      "Compare policies and places with it rather than reading one figure by itself.</dd>\n</dl>\n");
}

void mi_report_definitions(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<h2>Definitions and assumptions<span class=\"zh\">定义与假设</span></h2>\n");
  add_definitions(page);
  g_string_append(page, "<h3>All settings of the scenario</h3>\n<div class=\"columns\"><table>\n");
  Settings settings = {.page = page};
  mi_scenario_each(result->scenario, add_setting, &settings);
  g_string_append(page, "</table></div>\n<p class=\"note\">Share of the registered volunteers on stand-by, by hour:");
  for (int hour = 0; hour < MI_HOURS; hour++) {
    g_string_append_printf(page, " %d:00&#160;", hour);
    mi_page_number(page, result->scenario->availability[hour] * 100, 0);
    g_string_append(page, "\u202f%,");
  }
  g_string_truncate(page, page->len - 1);
  g_string_append(page, ".</p>\n");
}

/* ---- the whole ---- */

static char *make_page(const MusterSimResult *result) {
  GString *page = g_string_sized_new(1 << 20);
  open_page(page, result);
  mi_report_head(page, result);
  mi_report_stages(page, result);
  mi_report_curves(page, result);
  mi_report_map(page, result);
  mi_report_course(page, result);
  mi_report_places(page, result);
  mi_report_hours(page, result);
  mi_report_efforts(page, result);
  mi_report_stories(page, result);
  mi_report_definitions(page, result);
  g_string_append(page, "</body>\n</html>\n");
  return g_string_free(page, FALSE);
}

static bool write_page(const char *path, const char *page, GError **error) {
  g_autofree char *temporary = mi_output_temporary_name(path);
  FILE *stream = fopen(temporary, "wb");
  bool written = stream && fwrite(page, 1, strlen(page), stream) == strlen(page);
  int reason = errno;
  if (stream && fclose(stream) != 0 && written) {
    written = false;
    reason = errno;
  }
  if (written) return mi_output_commit(temporary, path, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_REPORT, error);
  mi_output_discard(temporary);
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_REPORT, "%s: cannot be written: %s", path, g_strerror(reason));
  return false;
}

bool muster_sim_result_write_report(const MusterSimResult *result, const char *directory, GError **error) {
  bool is_new = !g_file_test(directory, G_FILE_TEST_EXISTS);
  if (g_mkdir_with_parents(directory, 0755) != 0) {
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_REPORT, "%s: the folder cannot be made: %s", directory,
                g_strerror(errno));
    return false;
  }
  g_autofree char *path = g_build_filename(directory, "index.html", NULL);
  g_autofree char *page = make_page(result);
  bool done = write_page(path, page, error);
  if (!done && is_new) (void)rmdir(directory);
  return done;
}
