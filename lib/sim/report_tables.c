/* The tables: by township, the communities farthest from the promise, by kind; what became of the reports; alerts. */
#include <math.h>

#include "sim/report.h"

static void add_shares(GString *page, const mi_tally *tally) {
  g_string_append(page, "<td class=\"n\">");
  mi_page_count(page, tally->of[MUSTER_STAGE_KNOWN]);
  g_string_append(page, "</td>");
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    double share = mi_tally_share(tally, (MusterStage)stage);
    g_string_append(page, "<td class=\"n\">");
    mi_page_percent(page, share);
    if (isfinite(share)) {
      g_string_append(page, "<span class=\"bar\"><i style=\"width:");
      mi_page_number(page, share * 100, 1);
      g_string_append(page, "%\"></i></span>");
    }
    g_string_append(page, "</td>");
  }
}

static void open_table(GString *page, const char *first, const char *second) {
  g_string_append_printf(page, "<table><thead><tr><th>%s</th>", first);
  if (second) g_string_append_printf(page, "<th>%s</th>", second);
  g_string_append(page, "<th class=\"n\">incidents</th>");
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    g_string_append_printf(page, "<th class=\"n\">%s</th>", muster_stage_name((MusterStage)stage));
  g_string_append(page, "</tr></thead><tbody>\n");
}

static void close_table(GString *page) { g_string_append(page, "</tbody></table>\n"); }

static void add_name(GString *page, const char *name) {
  g_string_append(page, "<td>");
  mi_page_text(page, name);
  g_string_append(page, "</td>");
}

static void add_row(GString *page, const char *name, const mi_tally *tally) {
  g_string_append(page, "<tr>");
  add_name(page, name);
  add_shares(page, tally);
  g_string_append(page, "</tr>\n");
}

static void add_tally(mi_tally *sum, const mi_tally *part) {
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
    sum->met[stage] += part->met[stage];
    sum->of[stage] += part->of[stage];
  }
}

static void add_townships(GString *page, const MusterSimResult *result) {
  MusterAreaId first;
  size_t count;
  muster_county_level(result->county, MUSTER_AREA_TOWNSHIP, &first, &count);
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  g_string_append(page, "<h2>By place, kind and hour<span class=\"zh\">分乡镇、类别、时段</span></h2>\n");
  open_table(page, "Township 乡镇", NULL);
  for (size_t i = 0; i < count; i++) add_row(page, areas[first + i].name, &result->by_area[first + i]);
  mi_tally urban = {0}, rural = {0};
  for (size_t i = 0; i < result->ground->grid_count; i++) {
    MusterAreaId grid = result->ground->first_grid + (MusterAreaId)i;
    add_tally(areas[grid].kind == MUSTER_COMMUNITY_URBAN ? &urban : &rural, &result->by_area[grid]);
  }
  add_row(page, "Urban communities 社区", &urban);
  add_row(page, "Villages 村", &rural);
  add_row(page, "All, places outside every grid included", &result->total);
  close_table(page);
}

typedef struct Ranked {
  MusterAreaId area;
  double share;
  uint64_t missed;
} Ranked;

/* The most missed first; then by place. */
static int compare_ranked(const void *a, const void *b) {
  const Ranked *left = a, *right = b;
  if (left->missed != right->missed) return left->missed > right->missed ? -1 : 1;
  return left->area < right->area ? -1 : left->area > right->area;
}

static void add_communities(GString *page, const MusterSimResult *result) {
  enum { SHOWN = 10 };
  MusterAreaId first;
  size_t count;
  muster_county_level(result->county, MUSTER_AREA_COMMUNITY, &first, &count);
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  g_autoptr(GArray) ranked = g_array_new(FALSE, FALSE, sizeof(Ranked));
  for (size_t i = 0; i < count; i++) {
    MusterAreaId area = first + (MusterAreaId)i;
    const mi_tally *tally = &result->by_area[area];
    uint64_t missed = tally->of[MUSTER_STAGE_ON_SCENE] - tally->met[MUSTER_STAGE_ON_SCENE];
    Ranked entry = {area, mi_tally_share(tally, MUSTER_STAGE_ON_SCENE), missed};
    if (missed) g_array_append_val(ranked, entry);
  }
  if (!ranked->len) return;
  g_array_sort(ranked, compare_ranked);
  g_string_append_printf(page,
                         "<h3>Where the most residents waited longer than ten minutes</h3>\n<p class=\"note\">The %u "
                         "communities and villages with the most incidents missed, of %u with any.</p>\n",
                         MIN(ranked->len, SHOWN), ranked->len);
  open_table(page, "Community 社区 / village 村", "Township 乡镇");
  for (size_t i = 0; i < ranked->len && i < SHOWN; i++) {
    const MusterArea *area = &areas[g_array_index(ranked, Ranked, i).area];
    g_string_append(page, "<tr>");
    add_name(page, area->name);
    add_name(page, area->parent == MUSTER_NONE ? "" : areas[area->parent].name);
    add_shares(page, &result->by_area[g_array_index(ranked, Ranked, i).area]);
    g_string_append(page, "</tr>\n");
  }
  close_table(page);
}

static void add_kinds(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<h3>By kind of incident</h3>\n");
  open_table(page, "Kind 类别", "needs, at first");
  for (size_t i = 0; i < result->scenario->kind_count; i++) {
    if (!result->by_kind[i].of[MUSTER_STAGE_KNOWN]) continue;
    const MusterResponsePlan *plan = muster_plans_find(result->scenario->plans, result->scenario->kinds[i].kind);
    g_string_append(page, "<tr>");
    add_name(page, plan ? plan->label : result->scenario->kinds[i].kind);
    g_string_append(page, "<td>");
    for (const MusterNeed *need = plan ? plan->needs : NULL; need && need->count; need++) {
      const char *separator = need == plan->needs ? "" : ", ";
      if (need->skill) {
        g_string_append_printf(page, "%s%u ", separator, need->count);
        mi_page_words(page, need->skill);
      } else if (need == plan->needs) {
        g_string_append_printf(page, "%u of any skill", need->count);
      } else {
        g_string_append_printf(page, "%s%u more", separator, need->count);
      }
    }
    g_string_append(page, "</td>");
    add_shares(page, &result->by_kind[i]);
    g_string_append(page, "</tr>\n");
  }
  close_table(page);
}

static void add_mean(GString *page, const MusterSimResult *result, const char *what, uint64_t sum) {
  g_string_append_printf(page, "<tr><td>%s</td><td class=\"n\">", what);
  mi_page_number(page, (double)sum / result->runs, 1);
  g_string_append(page, "</td><td class=\"n\">");
  mi_page_percent(page, result->reports ? (double)sum / (double)result->reports : NAN);
  g_string_append(page, "</td></tr>\n");
}

static void add_endings(GString *page, const MusterSimResult *result) {
  static const struct {
    mi_ending ending;
    const char *text;
  } rows[] = {{MI_ENDING_SERVED, "Volunteers came and did the work"},
              {MI_ENDING_RESOLVED, "Neighbours had helped before anybody came"},
              {MI_ENDING_DUPLICATE, "Recognised as a repeated report"},
              {MI_ENDING_GAVE_UP, "The resident gave up waiting, nobody on the way"},
              {MI_ENDING_OPEN, "Still open when the simulation ended"},
              {MI_ENDING_UNHEARD, "Never got through the engaged lines"},
              {MI_ENDING_REFUSED, "Refused by the engine"}};
  g_string_append(page,
                  "<h3>What became of the reports <span class=\"zh\">报告去向</span></h3>\n<table><thead><tr><th></th>"
                  "<th class=\"n\">a replication</th><th class=\"n\">share</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
    if (result->endings[rows[i].ending]) add_mean(page, result, rows[i].text, result->endings[rows[i].ending]);
  add_mean(page, result, "<b>All</b>", result->reports);
  add_mean(page, result, "among them: repeated reports that nobody recognised", result->unnoticed_repeats);
  close_table(page);
}

static void add_rate(GString *page, const char *what, double value, unsigned decimals, const char *unit) {
  g_string_append_printf(page, "<tr><td>%s</td><td class=\"n\">", what);
  mi_page_number(page, value, decimals);
  g_string_append_printf(page, "%s</td></tr>\n", isfinite(value) ? unit : "");
}

static void add_alerting(GString *page, const MusterSimResult *result) {
  double incidents = (double)result->incidents_alerted, alerts = (double)result->alerts, runs = result->runs;
  g_string_append(page,
                  "<h3>What was asked of the volunteers <span class=\"zh\">对队员的要求</span></h3>\n<table><tbody>\n");
  add_rate(page, "Alerts for each incident that asked for anybody", alerts / incidents, 1, "");
  add_rate(page, "of 100 alerts: accepted", 100 * (double)result->accepts / alerts, 1, "");
  add_rate(page, "of 100 alerts: declined", 100 * (double)result->declines / alerts, 1, "");
  add_rate(page, "of 100 alerts: not answered in time", 100 * (double)result->silent / alerts, 1, "");
  add_rate(page, "of 100 alerts: withdrawn before an answer", 100 * (double)result->withdrawn / alerts, 1, "");
  add_rate(page, "Accepted without being needed, a replication", (double)result->surplus / runs, 1, "");
  add_rate(page, "Had to turn back on the way, a replication", (double)result->turned_back / runs, 1, "");
  add_rate(page, "Expected travel of those sent, mean", (double)result->travel_ms / 60000 / (double)result->assigned, 1,
           " min");
  uint64_t sent = 0;
  for (int mode = 0; mode <= MUSTER_MODE_COUNT; mode++) sent += result->assigned_by_mode[mode];
  static const char *const modes[MUSTER_MODE_COUNT] = {"of 100 sent: on foot", "of 100 sent: by e-bike",
                                                       "of 100 sent: by car"};
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    add_rate(page, modes[mode], 100 * (double)result->assigned_by_mode[mode] / (double)sent, 1, "");
  add_rate(page, "Escalations up the chain of command, a replication", (double)result->escalations / runs, 1, "");
  add_rate(page, "Times that nobody was left to ask, a replication", (double)result->shortfalls / runs, 1, "");
  close_table(page);
}

static void add_fatigue(GString *page, const MusterSimResult *result) {
  g_string_append(page,
                  "<h3>How often one volunteer was asked <span class=\"zh\">队员负担</span></h3>\n<table><thead><tr>"
                  "<th>alerts in a replication</th>");
  for (size_t i = 0; i < MI_ALERT_CLASSES; i++) {
    uint32_t least = mi_alert_class_least[i];
    if (i + 1 == MI_ALERT_CLASSES)
      g_string_append_printf(page, "<th class=\"n\">%u or more</th>", least);
    else if (mi_alert_class_least[i + 1] == least + 1)
      g_string_append_printf(page, "<th class=\"n\">%u</th>", least);
    else
      g_string_append_printf(page, "<th class=\"n\">%u–%u</th>", least, mi_alert_class_least[i + 1] - 1);
  }
  g_string_append(page, "</tr></thead><tbody><tr><td>of all registered</td>");
  for (size_t i = 0; i < MI_ALERT_CLASSES; i++) {
    g_string_append(page, "<td class=\"n\">");
    mi_page_percent(page,
                    result->volunteers ? (double)result->volunteers_by_alerts[i] / (double)result->volunteers : NAN);
    g_string_append(page, "</td>");
  }
  g_string_append_printf(page, "</tr></tbody></table>\n<p class=\"note\">The most alerts to one volunteer: %u.",
                         (unsigned)result->most_alerts);
  g_string_append(page, " Gini’s coefficient of alerts over the volunteers (0: everybody was asked alike): ");
  mi_page_number(page, mi_result_gini(result), 3);
  g_string_append(page, "; alerts for each arrival: ");
  mi_page_number(page, mi_result_alerts_per_arrival(result), 2);
  g_string_append(page, ".</p>\n");
}

void mi_report_places(GString *page, const MusterSimResult *result) {
  add_townships(page, result);
  add_communities(page, result);
  add_kinds(page, result);
}

void mi_report_efforts(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<h2>What it took<span class=\"zh\">投入情况</span></h2>\n");
  g_string_append(page, "<div class=\"pair\"><div>\n");
  add_endings(page, result);
  g_string_append(page, "</div><div>\n");
  add_alerting(page, result);
  g_string_append(page, "</div></div>\n");
  add_fatigue(page, result);
}
