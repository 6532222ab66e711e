/* CAP alerts as events: what is in force when, by the alerts' own times. */
#include <muster/cap.h>
#include <string.h>

#include "support/support.h"

/* 18:00 in Laifeng, and later. */
static const int64_t six_ms = INT64_C(1782813600000);

/* An alert of `sent` o'clock; `more`: what stands behind the message type; `infos`: its blocks. */
static MusterCap *read_alert(const char *identifier, int sent, const char *kind, const char *more, const char *infos) {
  g_autofree char *xml = g_strdup_printf(
      "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>%s</identifier><sender>met</sender>"
      "<sent>2026-06-30T%02d:00:00+08:00</sent><status>Actual</status><msgType>%s</msgType><scope>Public</scope>%s%s"
      "</alert>",
      identifier, sent, kind, more, infos);
  GError *error = NULL;
  MusterCap *cap = muster_cap_parse("alert.xml", xml, strlen(xml), &error);
  g_assert_no_error(error);
  return cap;
}

static char *info(const char *event, const char *severity, const char *more, const char *area) {
  return g_strdup_printf(
      "<info><category>Met</category><event>%s</event><urgency>Immediate</urgency>"
      "<severity>%s</severity><certainty>Observed</certainty>%s<area><areaDesc>a</areaDesc>%s</area>"
      "</info>",
      event, severity, more, area);
}

#define UNTIL(hour) "<expires>2026-06-30T" #hour ":00:00+08:00</expires>"
#define FROM(hour) "<effective>2026-06-30T" #hour ":00:00+08:00</effective>"
#define SQUARE "<polygon>29.5,109.4 29.5,109.5 29.6,109.5 29.5,109.4</polygon>"
#define AFTER(identifier) "<references>met,x-" identifier ",2026-06-30T18:00:00+08:00</references>"

/* The events, shortened: "0 mode flood 2, 6 open x-a", the time in hours since 18:00. */
static char *tell(const char *const *lines) {
  GString *all = g_string_new(NULL);
  for (; *lines && **lines; lines++) {
    g_autoptr(MusterEventReader) reader = muster_event_reader_new();
    MusterEvent event;
    GError *error = NULL;
    muster_event_reader_parse(reader, *lines, strlen(*lines), &event, &error);
    g_assert_no_error(error);
    g_string_append_printf(all, "%s%d ", all->len ? ", " : "", (int)(event.at_ms / 3600000));
    if (event.type == MUSTER_EVENT_MODE)
      g_string_append_printf(all, "%s %u", event.hazard, event.level);
    else
      g_string_append_printf(all, "%s %s", event.type == MUSTER_EVENT_OPEN_ROADS ? "open" : "close",
                             event.closure.text);
  }
  return g_string_free(all, FALSE);
}

static char *events_of(MusterCap **alerts, size_t count, int64_t now_ms, GError **error) {
  g_autofree char *events =
      muster_cap_events((const MusterCap *const *)alerts, count, NULL, now_ms - six_ms, now_ms, NULL, error);
  g_auto(GStrv) lines = events ? g_strsplit(events, "\n", -1) : NULL;
  return lines ? tell((const char *const *)lines) : NULL;
}

static void expect(MusterCap **alerts, size_t count, const char *wanted) {
  GError *error = NULL;
  g_autofree char *told = events_of(alerts, count, six_ms, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(told, ==, wanted);
  for (size_t i = 0; i < count; i++) muster_cap_free(alerts[i]);
}

static void expect_none(MusterCap *alert, int64_t now_ms) {
  g_autoptr(GError) error = NULL;
  g_assert_null(events_of(&alert, 1, now_ms, &error));
  g_assert_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_NONE);
  muster_cap_free(alert);
}

static void test_expiry(void) {
  g_autofree char *severe = info("Flood", "Severe", UNTIL(20), SQUARE), *never = info("Flood", "Severe", "", SQUARE);
  MusterCap *alert = read_alert("x-a", 18, "Alert", "", severe);
  expect(&alert, 1, "0 flood 2, 0 close x-a, 2 open x-a, 2 flood 0");
  alert = read_alert("x-a", 18, "Alert", "", never);
  expect(&alert, 1, "0 flood 2, 0 close x-a");
  expect_none(read_alert("x-a", 18, "Alert", "", severe), six_ms + 2 * 3600000);
}

static void test_effective(void) {
  g_autofree char *later = info("Flood", "Severe", FROM(19) UNTIL(20), SQUARE);
  MusterCap *alert = read_alert("x-a", 18, "Alert", "", later);
  expect(&alert, 1, "1 flood 2, 1 close x-a, 2 open x-a, 2 flood 0");
}

/* Two blocks, of which the higher ends first: the lower holds until its own end. */
static void test_blocks(void) {
  g_autofree char *high = info("Flood", "Extreme", UNTIL(19), SQUARE), *low = info("洪水", "Minor", UNTIL(21), SQUARE);
  g_autofree char *both = g_strconcat(low, high, NULL);
  MusterCap *alert = read_alert("x-a", 18, "Alert", "", both);
  expect(&alert, 1, "0 flood 3, 0 close x-a, 1 open x-a, 1 flood 1, 3 flood 0");
}

static void test_update(void) {
  g_autofree char *severe = info("Flood", "Severe", UNTIL(20), SQUARE), *longer = info("Flood", "Minor", UNTIL(22), "");
  MusterCap *alerts[] = {read_alert("x-b", 19, "Update", AFTER("a"), longer),
                         read_alert("x-a", 18, "Alert", "", severe)};
  expect(alerts, 2, "0 flood 2, 0 close x-a, 1 open x-a, 1 flood 1, 4 flood 0");
}

/* A Cancel without blocks ends all that was said, and nothing that another alert still says. */
static void test_cancel(void) {
  g_autofree char *severe = info("Flood", "Severe", UNTIL(23), SQUARE), *minor = info("Flood", "Minor", UNTIL(22), "");
  MusterCap *alerts[] = {read_alert("x-a", 18, "Alert", "", severe), read_alert("x-b", 18, "Alert", "", minor),
                         read_alert("x-c", 20, "Cancel", AFTER("a"), "")};
  expect(alerts, 3, "0 flood 2, 0 close x-a, 2 open x-a, 2 flood 1, 4 flood 0");
  MusterCap *unknown = read_alert("x-c", 18, "Cancel", AFTER("a"), minor);
  expect(&unknown, 1, "0 open x-a, 0 flood 0");
}

static void test_all_clear(void) {
  g_autofree char *clear = info("Flood", "Severe",
                                "<responseType>Monitor</responseType><responseType>AllClear"
                                "</responseType>",
                                SQUARE);
  g_autofree char *severe = info("Flood", "Severe", UNTIL(23), SQUARE);
  expect_none(read_alert("x-a", 18, "Alert", "", clear), six_ms);
  MusterCap *alerts[] = {read_alert("x-a", 18, "Alert", "", severe),
                         read_alert("x-b", 19, "Update", AFTER("a"), clear)};
  expect(alerts, 2, "0 flood 2, 0 close x-a, 1 open x-a, 1 flood 0");
}

/* A road is not closed by an area that has no shape; a circle may be written over two lines. */
static void test_shapes(void) {
  g_autofree char *code = info("Flood", "Severe", "", "<geocode><valueName>c</valueName><value>1</value></geocode>");
  MusterCap *alert = read_alert("x-a", 18, "Alert", "", code);
  expect(&alert, 1, "0 flood 2");
  g_autofree char *circle = info("Flood", "Severe", "", "<circle>29.7,109.4\n  1.5</circle>");
  alert = read_alert("x-a", 18, "Alert", "", circle);
  expect(&alert, 1, "0 flood 2, 0 close x-a");
}

static void test_crossing(void) {
  g_autofree char *bow = info("Flood", "Severe", "", "<polygon>29,109 30,110 30,109 29,110 29,109</polygon>");
  g_autoptr(MusterCap) alert = read_alert("x-a", 18, "Alert", "", bow);
  g_autoptr(GError) error = NULL;
  g_assert_null(events_of(&alert, 1, six_ms, &error));
  g_assert_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_FORMAT);
}

/* A hazard that no policy can name would be refused by every engine. */
static void test_table(void) {
  g_autofree char *severe = info("Flood", "Severe", "", "");
  g_autoptr(MusterCap) alert = read_alert("x-a", 18, "Alert", "", severe);
  const MusterCap *one = alert;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_cap_events(&one, 1, NULL, 0, six_ms, "[Big Flood]\nwords=flood\n[levels]\nSevere=2\n", &error));
  g_assert_error(error, MUSTER_CAP_ERROR, MUSTER_CAP_ERROR_TABLE);
  g_assert_nonnull(strstr(error->message, "[Big Flood]"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cap/expiry", test_expiry);
  g_test_add_func("/cap/effective", test_effective);
  g_test_add_func("/cap/blocks", test_blocks);
  g_test_add_func("/cap/update", test_update);
  g_test_add_func("/cap/cancel", test_cancel);
  g_test_add_func("/cap/all-clear", test_all_clear);
  g_test_add_func("/cap/shapes", test_shapes);
  g_test_add_func("/cap/crossing", test_crossing);
  g_test_add_func("/cap/table", test_table);
  return g_test_run();
}
