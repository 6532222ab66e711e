/* A simulation's result as a table for people. */
#include <math.h>

#include "sim/result.h"

static const char *stage_meaning(MusterStage stage) {
  static const char *const meanings[MUSTER_STAGE_COUNT] = {"knows whom to contact", "as many as needed have accepted",
                                                           "as many as needed are there"};
  return meanings[stage];
}

static void append_time(GString *text, double seconds) {
  if (!isfinite(seconds)) {
    g_string_append(text, "        -");
    return;
  }
  int64_t whole = (int64_t)(seconds + 0.5);
  g_string_append_printf(text, "%6d:%02d", (int)(whole / 60), (int)(whole % 60));
}

static void append_stage(GString *text, const MusterStageResult *stage) {
  g_string_append_printf(text, "%3u min  %-8s  ", muster_stage_deadline_ms(stage->stage) / 60000,
                         muster_stage_name(stage->stage));
  if (stage->of == 0)
    g_string_append(text, "       -                    ");
  else
    g_string_append_printf(text, "%6.2f %%  %6.2f - %6.2f %%  ", stage->share * 100, stage->ci95_low * 100,
                           stage->ci95_high * 100);
  g_string_append_printf(text, "%8" G_GUINT64_FORMAT " of %8" G_GUINT64_FORMAT, stage->met, stage->of);
  append_time(text, stage->p50_s);
  append_time(text, stage->p90_s);
  g_string_append_printf(text, "   %s\n", stage_meaning(stage->stage));
}

static void append_left_out(GString *text, const MusterSimResult *result) {
  const MusterStageResult *stage = &result->stages[MUSTER_STAGE_ON_SCENE];
  uint64_t repeated = result->left_out_repeated[stage->stage], helped = result->left_out_helped[stage->stage];
  if (stage->of + helped == 0) return;
  g_string_append_printf(text,
                         "\nLeft out of ON_SCENE, ended before 10 minutes: %" G_GUINT64_FORMAT
                         " recognised as repeated, %" G_GUINT64_FORMAT
                         " helped by neighbours\n(with these as missed: %.2f %%).\n",
                         repeated, helped, (double)stage->met / (double)(stage->of + helped) * 100);
}

static void append_counts(GString *text, const MusterSimResult *result) {
  double runs = result->runs;
  double heard = (double)(result->reports - result->endings[MI_ENDING_UNHEARD]);
  g_string_append_printf(
      text,
      "\nA run, in the mean: %.1f reports tried, %.1f got through; %.1f served, %.1f helped by neighbours first,\n"
      "%.1f recognised as repeated, %.1f gave up waiting, %.1f still open at the end.\n",
      (double)result->reports / runs, heard / runs, (double)result->endings[MI_ENDING_SERVED] / runs,
      (double)result->endings[MI_ENDING_RESOLVED] / runs, (double)result->endings[MI_ENDING_DUPLICATE] / runs,
      (double)result->endings[MI_ENDING_GAVE_UP] / runs, (double)result->endings[MI_ENDING_OPEN] / runs);
  double incidents = result->incidents_alerted ? (double)result->incidents_alerted : 1;
  g_string_append_printf(
      text,
      "Alerts: %.2f for each incident alerted; of them accepted %.2f, declined %.2f, unanswered %.2f, "
      "withdrawn %.2f.\n",
      (double)result->alerts / incidents, (double)result->accepts / incidents, (double)result->declines / incidents,
      (double)result->silent / incidents, (double)result->withdrawn / incidents);
  g_string_append_printf(
      text, "Escalations %.1f, shortfalls %.1f; most alerts to one volunteer in a run: %" G_GUINT64_FORMAT ".\n",
      (double)result->escalations / runs, (double)result->shortfalls / runs, result->most_alerts);
  if (result->alerts && result->arrived)
    g_string_append_printf(text, "Alerts for each arrival: %.2f; Gini of alerts over the volunteers: %.3f.\n",
                           mi_result_alerts_per_arrival(result), mi_result_gini(result));
  if (result->refused)
    g_string_append_printf(text, "The engine refused %" G_GUINT64_FORMAT " events; the first: %s\n", result->refused,
                           result->first_refusal);
}

char *muster_sim_result_to_text(const MusterSimResult *result) {
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "%s: scenario %s, policy %s, %u day%s, %u run%s, seed %" G_GUINT64_FORMAT "\n\n",
                         muster_county_areas(result->county, NULL)->name, result->scenario->name,
                         muster_policy_name(result->policy), result->days, result->days == 1 ? "" : "s", result->runs,
                         result->runs == 1 ? "" : "s", result->seed);
  g_string_append(text,
                  "within   stage        share   95 % interval            met          of"
                  "   median      p90\n");
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) append_stage(text, &result->stages[stage]);
  append_left_out(text, result);
  append_counts(text, result);
  return g_string_free(text, FALSE);
}
