/* The report: one self-contained HTML page. What its files share: writing markup, and the parts of the page.
 *
 * Numbers are written by whole-number arithmetic, so the page does not depend on the locale; everything that comes from
 * data goes through mi_page_text.
 */
#ifndef MI_SIM_REPORT_H
#define MI_SIM_REPORT_H

#include "sim/result.h"

extern const unsigned char mi_report_style[]; /* report.css */
extern const size_t mi_report_style_bytes;

/* page.c: escaped; what is not UTF-8 is replaced, control characters become spaces. */
void mi_page_text(GString *page, const char *text);
/* With `decimals` 0 to 3; "–" for what is not a number. */
void mi_page_number(GString *page, double value, unsigned decimals);
/* 12345 → "12,345". */
void mi_page_count(GString *page, uint64_t value);
/* 0.1234 → "12.3 %". */
void mi_page_percent(GString *page, double share);
/* Seconds → "4:05" or "1:02:03". */
void mi_page_duration(GString *page, double seconds);
/* Seconds → "38 s", "4 min 5 s", "1 h 2 min": in sentences. */
void mi_page_spoken(GString *page, double seconds);
/* A community's name without "committee"; free with g_free. */
char *mi_page_short_name(const char *name);
/* Milliseconds from the start → "Day 1, 09:14:03". */
void mi_page_clock(GString *page, int64_t at_ms);
void mi_page_point(GString *page, double x, double y);
/* "first_aid" → "first aid". */
void mi_page_words(GString *page, const char *name);
const char *mi_stage_chinese(MusterStage stage);
const char *mi_stage_promise(MusterStage stage); /* "knows whom to contact" */

/* A colour class of compliance, "c0" (worst) to "c4", "cn" without incidents. */
const char *mi_share_class(double share);
enum { MI_SHARE_CLASSES = 5 };
extern const double mi_share_class_least[MI_SHARE_CLASSES];

/* The parts, in the order of the page. */
void mi_report_head(GString *page, const MusterSimResult *result);
void mi_report_stages(GString *page, const MusterSimResult *result);
void mi_report_map(GString *page, const MusterSimResult *result);
void mi_report_curves(GString *page, const MusterSimResult *result);
void mi_report_course(GString *page, const MusterSimResult *result);
void mi_report_places(GString *page, const MusterSimResult *result);
void mi_report_hours(GString *page, const MusterSimResult *result);
void mi_report_efforts(GString *page, const MusterSimResult *result);
void mi_report_stories(GString *page, const MusterSimResult *result);
void mi_report_definitions(GString *page, const MusterSimResult *result);

#endif
