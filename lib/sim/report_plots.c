/* The plots: response-time curves, the course of the surge, compliance by hour; as SVG. */
#include <math.h>

#include "sim/report.h"

enum { WIDTH = 720, LEFT = 44, RIGHT = 12 };

static void draw_text(GString *page, const char *class, double x, double y, const char *text) {
  g_string_append_printf(page, "<text class=\"%s\" x=\"", class);
  mi_page_number(page, x, 1);
  g_string_append(page, "\" y=\"");
  mi_page_number(page, y, 1);
  g_string_append(page, "\">");
  mi_page_text(page, text);
  g_string_append(page, "</text>\n");
}

static void draw_segment(GString *page, const char *class, double x1, double y1, double x2, double y2) {
  g_string_append_printf(page, "<path class=\"%s\" d=\"M", class);
  mi_page_point(page, x1, y1);
  g_string_append(page, "L");
  mi_page_point(page, x2, y2);
  g_string_append(page, "\"/>\n");
}

/* ---- curves ---- */

enum { CURVE_TOP = 34, CURVE_BOTTOM = 170, CURVE_HEIGHT = 200, CURVE_MINUTES = 20 };

static double curve_x(double minutes) { return LEFT + minutes * (WIDTH - LEFT - RIGHT) / CURVE_MINUTES; }
static double curve_y(double share) { return CURVE_BOTTOM - share * (CURVE_BOTTOM - CURVE_TOP); }

static size_t count_until(const GArray *times, uint32_t limit_ms) {
  size_t low = 0, high = times->len;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (g_array_index(times, uint32_t, middle) <= limit_ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void draw_curve_axes(GString *page) {
  for (int percent = 0; percent <= 100; percent += 20) {
    double y = curve_y(percent / 100.0);
    draw_segment(page, "gridline", LEFT, y, WIDTH - RIGHT, y);
    g_autofree char *label = g_strdup_printf("%d %%", percent);
    draw_text(page, "tick end", LEFT - 5, y + 3, label);
  }
  for (int minute = 0; minute <= CURVE_MINUTES; minute += minute < 10 ? 1 : 2) {
    g_autofree char *label = g_strdup_printf("%d", minute);
    draw_text(page, "tick middle", curve_x(minute), CURVE_BOTTOM + 13, label);
  }
  draw_segment(page, "axis", LEFT, CURVE_BOTTOM, WIDTH - RIGHT, CURVE_BOTTOM);
  draw_text(page, "tick middle", (LEFT + WIDTH - RIGHT) / 2.0, CURVE_BOTTOM + 27, "minutes after the report");
}

/* A point every five seconds. */
static void draw_curve(GString *page, const MusterSimResult *result, MusterStage stage) {
  enum { STEP_MS = 5000 };
  if (!result->total.of[stage]) return;
  double of = (double)result->total.of[stage];
  g_string_append_printf(page, "<path class=\"line s%d\" d=\"M", (int)stage);
  for (uint32_t at_ms = 0; at_ms <= CURVE_MINUTES * 60000; at_ms += STEP_MS) {
    if (at_ms) g_string_append_c(page, 'L');
    mi_page_point(page, curve_x(at_ms / 60000.0), curve_y((double)count_until(result->times[stage], at_ms) / of));
  }
  g_string_append(page, "\"/>\n");
}

static void draw_promise_mark(GString *page, const MusterSimResult *result, MusterStage stage) {
  uint32_t deadline_ms = muster_stage_deadline_ms(stage);
  double x = curve_x(deadline_ms / 60000.0), share = mi_tally_share(&result->total, stage);
  draw_segment(page, "mark", x, CURVE_TOP - 6, x, CURVE_BOTTOM);
  if (!isfinite(share)) return;
  g_string_append(page, "<circle r=\"3\" cx=\"");
  mi_page_number(page, x, 1);
  g_string_append(page, "\" cy=\"");
  mi_page_number(page, curve_y(share), 1);
  g_string_append(page, "\"/>\n");
}

/* One entry a stage above the plot: its line and the share kept. */
static void draw_key(GString *page, const MusterSimResult *result, MusterStage stage) {
  double x = LEFT + stage * (WIDTH - LEFT - RIGHT) / 3.0;
  g_autofree char *class = g_strdup_printf("line s%d", (int)stage);
  draw_segment(page, class, x, 9, x + 26, 9);
  GString *label = g_string_new(muster_stage_name(stage));
  g_string_append_printf(label, " by %u min: ", muster_stage_deadline_ms(stage) / 60000);
  mi_page_percent(label, mi_tally_share(&result->total, stage));
  draw_text(page, "label", x + 31, 12, label->str);
  g_string_free(label, TRUE);
}

void mi_report_curves(GString *page, const MusterSimResult *result) {
  g_string_append_printf(
      page,
      "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Share of incidents by time since the "
      "report\">\n",
      WIDTH, CURVE_HEIGHT);
  draw_curve_axes(page);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) draw_curve(page, result, (MusterStage)stage);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) draw_promise_mark(page, result, (MusterStage)stage);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) draw_key(page, result, (MusterStage)stage);
  g_string_append(
      page,
      "</svg><figcaption>Share of all incidents for which a stage was reached by then. The dashed uprights are "
      "the promised 1, 3 and 10 minutes; a curve that ends below 100 % leaves those never helped, or helped "
      "later than shown.</figcaption></figure>\n");
}

/* ---- course ---- */

typedef double (*Reader)(const mi_course_step *step);
static double read_reports(const mi_course_step *step) { return (double)step->reports; }
static double read_open(const mi_course_step *step) { return (double)step->open; }
static double read_busy(const mi_course_step *step) { return (double)step->busy; }
static double read_standby(const mi_course_step *step) { return (double)step->on_standby; }

/* The least of 1, 2, 5 × 10ⁿ that is no less. */
static double round_up(double value) {
  static const double steps[] = {2, 2.5, 2};
  double top = 1;
  for (size_t i = 0; top < value; i++) top *= steps[i % 3];
  return top;
}

enum { PANEL = 48, PANEL_GAP = 24 };

static double course_x(const MusterSimResult *result, double step) {
  return LEFT + step * (WIDTH - LEFT - RIGHT) / (double)MAX(result->course_count, 1);
}

static void draw_panel(GString *page, const MusterSimResult *result, const char *title, Reader read, double top_y,
                       bool columns) {
  double most = 0, runs = result->runs, bottom = top_y + PANEL;
  for (size_t i = 0; i < result->course_count; i++) most = fmax(most, read(&result->course[i]) / runs);
  double top = round_up(most), unit = PANEL / top;
  draw_text(page, "label", LEFT, top_y - 6, title);
  draw_segment(page, "gridline", LEFT, top_y, WIDTH - RIGHT, top_y);
  draw_segment(page, "gridline", LEFT, top_y + PANEL / 2.0, WIDTH - RIGHT, top_y + PANEL / 2.0);
  GString *label = g_string_new(NULL);
  mi_page_count(label, (uint64_t)top);
  draw_text(page, "tick end", LEFT - 5, top_y + 3, label->str);
  g_string_free(label, TRUE);
  draw_text(page, "tick end", LEFT - 5, bottom + 3, "0");
  g_string_append_printf(page, "<path class=\"%s\" d=\"", columns ? "column" : "area");
  if (!columns) {
    g_string_append_c(page, 'M');
    mi_page_point(page, LEFT, bottom);
    g_string_append_c(page, 'L');
    mi_page_point(page, LEFT, bottom - (result->course_count ? read(&result->course[0]) / runs : 0) * unit);
  }
  for (size_t i = 0; i < result->course_count; i++) {
    double value = read(&result->course[i]) / runs, left = course_x(result, (double)i),
           right = course_x(result, (double)i + 1);
    if (columns && value <= 0) continue;
    g_string_append_c(page, columns ? 'M' : 'L');
    if (columns) {
      mi_page_point(page, left, bottom);
      g_string_append_c(page, 'L');
      mi_page_point(page, left, bottom - value * unit);
      g_string_append_c(page, 'L');
      mi_page_point(page, fmax(right - 0.6, left + 0.4), bottom - value * unit);
      g_string_append_c(page, 'L');
      mi_page_point(page, fmax(right - 0.6, left + 0.4), bottom);
      g_string_append_c(page, 'Z');
    } else {
      mi_page_point(page, right, bottom - value * unit);
    }
  }
  if (!columns) {
    g_string_append_c(page, 'L');
    mi_page_point(page, WIDTH - RIGHT, bottom);
    g_string_append_c(page, 'Z');
  }
  g_string_append(page, "\"/>\n");
  draw_segment(page, "axis", LEFT, bottom, WIDTH - RIGHT, bottom);
}

static void draw_time_axis(GString *page, const MusterSimResult *result, double y) {
  int64_t hours = (int64_t)result->days * 24;
  int64_t step = hours <= 24 ? 2 : hours <= 72 ? 6 : hours <= 240 ? 24 : 24 * ((hours / 24 + 9) / 10);
  for (int64_t hour = 0; hour <= hours; hour += step) {
    double x = LEFT + (double)hour * (WIDTH - LEFT - RIGHT) / (double)hours;
    g_autofree char *label =
        step >= 24 ? g_strdup_printf("day %d", (int)(hour / 24) + 1) : g_strdup_printf("%d:00", (int)(hour % 24));
    draw_segment(page, "axis", x, y, x, y + 4);
    if (hour < hours || step < 24) draw_text(page, "tick middle", MIN(x, WIDTH - RIGHT - 6), y + 14, label);
  }
}

void mi_report_course(GString *page, const MusterSimResult *result) {
  static const struct {
    const char *title;
    Reader read;
    bool columns;
  } panels[] = {{"Open incidents 未结事件", read_open, false},
                {"Volunteers on the way or at work 出动队员", read_busy, false},
                {"Volunteers on stand-by, those at work included 待命队员", read_standby, false}};
  unsigned minutes = (unsigned)(result->step_ms / 60000);
  g_string_append(page, "<h2>The course of the surge<span class=\"zh\">事件过程</span></h2>\n");
  double height = 4 * (PANEL + PANEL_GAP) + 30;
  g_string_append_printf(page, "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Course of the surge\">\n",
                         WIDTH, (int)height);
  double y = PANEL_GAP;
  g_autofree char *title = g_strdup_printf("Reports that got through, each %u minutes 报告数", minutes);
  draw_panel(page, result, title, read_reports, y, true);
  for (size_t i = 0; i < G_N_ELEMENTS(panels); i++) {
    y += PANEL + PANEL_GAP;
    draw_panel(page, result, panels[i].title, panels[i].read, y, panels[i].columns);
  }
  draw_time_axis(page, result, y + PANEL);
  g_string_append(page, "</svg><figcaption>Means over the replications.</figcaption></figure>\n");
}

/* ---- by hour ---- */

enum { HOUR_ROW = 26, HOUR_LEFT = 76 };

static void draw_hour_cell(GString *page, const mi_tally *tally, MusterStage stage, double x, double y, double width) {
  double share = mi_tally_share(tally, stage);
  const char *class = mi_share_class(share);
  g_string_append_printf(page, "<rect class=\"hourbox %s\" x=\"", class);
  mi_page_number(page, x, 1);
  g_string_append(page, "\" y=\"");
  mi_page_number(page, y, 1);
  g_string_append(page, "\" width=\"");
  mi_page_number(page, width, 1);
  g_string_append_printf(page, "\" height=\"%d\"/>\n", HOUR_ROW - 4);
  if (!isfinite(share)) return;
  GString *text = g_string_new(NULL);
  mi_page_number(text, share * 100, 0);
  bool dark = class[1] == '0' || class[1] == '1';
  draw_text(page, dark ? "hourtext inverse" : "hourtext", x + width / 2, y + HOUR_ROW / 2.0 + 1, text->str);
  g_string_free(text, TRUE);
}

void mi_report_hours(GString *page, const MusterSimResult *result) {
  double width = (double)(WIDTH - HOUR_LEFT - 2) / MI_HOURS;
  g_string_append_printf(
      page,
      "<h3>By hour of the report <span class=\"zh\">按时段</span></h3>\n<figure><svg viewBox=\"0 0 %d "
      "%d\" role=\"img\" aria-label=\"Compliance by hour\">\n",
      WIDTH, 3 * HOUR_ROW + 34);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    draw_text(page, "tick", 0, 16 + stage * HOUR_ROW + HOUR_ROW / 2.0 + 1, muster_stage_name((MusterStage)stage));
  draw_text(page, "tick", 0, 10, "hour");
  draw_text(page, "tick", 0, 16 + 3 * HOUR_ROW + 10, "incidents");
  for (int hour = 0; hour < MI_HOURS; hour++) {
    double x = HOUR_LEFT + hour * width;
    g_autofree char *label = g_strdup_printf("%d", hour);
    draw_text(page, "tick middle", x + width / 2, 10, label);
    for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
      draw_hour_cell(page, &result->by_hour[hour], (MusterStage)stage, x, 16 + stage * HOUR_ROW, width);
    GString *count = g_string_new(NULL);
    mi_page_count(count, result->by_hour[hour].of[MUSTER_STAGE_KNOWN]);
    draw_text(page, "tick middle", x + width / 2, 16 + 3 * HOUR_ROW + 10, count->str);
    g_string_free(count, TRUE);
  }
  g_string_append(page,
                  "</svg><figcaption>Share kept in per cent, by the hour in which the report came; all replications "
                  "together.</figcaption></figure>\n");
}
