/* The fatigue ledger against plain lists of everything that happened. */
#include <math.h>
#include <muster/alert.h>
#include <string.h>

#include "base/random.h"
#include "support/support.h"

static const int64_t HOUR_MS = 3600000, DAY_MS = 86400000;

static MusterAlertLedger *with_caps(const char *day, const char *week, const char *rest_min) {
  g_autofree char *ini =
      g_strdup_printf("[caps]\nday = %s\nweek = %s\nrest_min = %s\n[price]\nfatigue = 2\n", day, week, rest_min);
  GError *error = NULL;
  g_autoptr(MusterAlertModel) model = muster_alert_model_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  return muster_alert_ledger_new(model);
}

static void test_caps(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("2", "3", "30");
  int64_t again_ms;
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 7, 0, &again_ms), ==, MUSTER_ALERT_MAY_ASK);
  g_assert_cmpint(again_ms, ==, 0);
  muster_alert_ledger_note_alert(ledger, 7, 0);
  muster_alert_ledger_note_alert(ledger, 7, HOUR_MS);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 7, 2 * HOUR_MS, &again_ms), ==, MUSTER_ALERT_DAY_FULL);
  g_assert_cmpint(again_ms, ==, DAY_MS);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 7, DAY_MS - 1, NULL), ==, MUSTER_ALERT_DAY_FULL);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 7, DAY_MS, NULL), ==, MUSTER_ALERT_MAY_ASK);
  muster_alert_ledger_note_alert(ledger, 7, 3 * DAY_MS);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 7, 3 * DAY_MS, &again_ms), ==, MUSTER_ALERT_WEEK_FULL);
  g_assert_cmpint(again_ms, ==, 7 * DAY_MS);
  g_assert_cmpfloat(muster_alert_ledger_price(ledger, 7, 3 * DAY_MS), ==, 2);
  g_assert_cmpfloat_with_epsilon(muster_alert_ledger_price(ledger, 7, 7 * DAY_MS), 2 * 2 / 3.0, 1e-15);
  g_assert_cmpfloat(muster_alert_ledger_price(ledger, 8, 0), ==, 0);
}

static void test_work_and_rest(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("0", "0", "30");
  int64_t again_ms;
  muster_alert_ledger_note_alert(ledger, 1, 0);
  muster_alert_ledger_note_accept(ledger, 1, 1000);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 1, 2000, &again_ms), ==, MUSTER_ALERT_BUSY);
  g_assert_cmpint(again_ms, ==, INT64_MAX);
  muster_alert_ledger_note_arrival(ledger, 1, 5000);
  muster_alert_ledger_note_released(ledger, 1, 10000);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 1, 10000, &again_ms), ==, MUSTER_ALERT_RESTS);
  g_assert_cmpint(again_ms, ==, 10000 + HOUR_MS / 2);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 1, again_ms, NULL), ==, MUSTER_ALERT_MAY_ASK);
  for (int i = 0; i < 100; i++) muster_alert_ledger_note_alert(ledger, 1, HOUR_MS);
  g_assert_cmpint(muster_alert_ledger_leave(ledger, 1, HOUR_MS, NULL), ==, MUSTER_ALERT_MAY_ASK);
}

/* The week's cap is the measure of the price, also where the day's is greater or there is none. */
static void test_price_by_week(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("8", "2", "0"), uncapped = with_caps("8", "0", "0");
  for (int i = 0; i < 2; i++) {
    muster_alert_ledger_note_alert(ledger, 1, i);
    muster_alert_ledger_note_alert(uncapped, 1, i);
  }
  g_assert_cmpfloat(muster_alert_ledger_price(ledger, 1, 2), ==, 2);
  g_assert_cmpfloat(muster_alert_ledger_price(uncapped, 1, 2), ==, 0);
}

enum { PEOPLE = 40, EVENTS = 4000, DAY_CAP = 3, WEEK_CAP = 9 };

static uint32_t count_within(const GArray *times, int64_t at_ms, int64_t window_ms) {
  uint32_t count = 0;
  for (guint i = 0; i < times->len; i++) count += g_array_index(times, int64_t, i) > at_ms - window_ms;
  return count;
}

static void test_against_lists(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  g_autoptr(MusterAlertLedger) ledger = with_caps("3", "9", "0");
  GArray *times[PEOPLE];
  for (int i = 0; i < PEOPLE; i++) times[i] = g_array_new(FALSE, FALSE, sizeof(int64_t));
  int64_t now_ms = 0;
  for (int event = 0; event < EVENTS; event++) {
    now_ms += mi_random_below(&random, 2 * 3600 * 1000);
    uint32_t who = mi_random_below(&random, PEOPLE);
    uint64_t id = UINT64_C(0x9E3779B97F4A7C15) * (who + 1);
    MusterAlertLeave leave = muster_alert_ledger_leave(ledger, id, now_ms, NULL);
    bool day = count_within(times[who], now_ms, DAY_MS) >= DAY_CAP,
         week = count_within(times[who], now_ms, 7 * DAY_MS) >= WEEK_CAP;
    g_assert_cmpint(leave, ==, day ? MUSTER_ALERT_DAY_FULL : week ? MUSTER_ALERT_WEEK_FULL : MUSTER_ALERT_MAY_ASK);
    if (leave != MUSTER_ALERT_MAY_ASK) continue;
    muster_alert_ledger_note_alert(ledger, id, now_ms);
    g_array_append_val(times[who], now_ms);
    g_assert_cmpfloat_with_epsilon(muster_alert_ledger_price(ledger, id, now_ms),
                                   2.0 * count_within(times[who], now_ms, 7 * DAY_MS) / WEEK_CAP, 1e-12);
  }
  MusterAlertFairness report;
  muster_alert_ledger_report(ledger, &report);
  uint64_t alerts = 0, differences = 0, most = 0;
  for (int i = 0; i < PEOPLE; i++) {
    alerts += times[i]->len;
    most = MAX(most, times[i]->len);
    for (int j = 0; j < PEOPLE; j++) differences += times[i]->len > times[j]->len ? times[i]->len - times[j]->len : 0;
  }
  g_assert_cmpuint(report.alerts, ==, alerts);
  g_assert_cmpuint(report.most_alerts, ==, most);
  /* The mean absolute difference over twice the mean. */
  g_assert_cmpfloat_with_epsilon(report.gini, (double)differences / (PEOPLE * (double)alerts), 1e-15);
  g_assert_cmpuint(report.gini_numerator * PEOPLE * alerts, ==, report.gini_denominator * differences);
  for (int i = 0; i < PEOPLE; i++) g_array_free(times[i], TRUE);
}

static void test_gini(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("0", "0", "0");
  MusterAlertFairness report;
  muster_alert_ledger_report(ledger, &report);
  g_assert_cmpfloat(report.gini, ==, 0);
  g_assert_true(isnan(report.alerts_per_arrival));
  for (uint64_t id = 0; id < 4; id++) muster_alert_ledger_enrol(ledger, id);
  muster_alert_ledger_report(ledger, &report);
  g_assert_cmpuint(report.volunteers, ==, 4);
  g_assert_cmpfloat(report.gini, ==, 0);
  for (int i = 0; i < 6; i++) muster_alert_ledger_note_alert(ledger, 2, i);
  muster_alert_ledger_report(ledger, &report);
  g_assert_cmpuint(report.gini_numerator, ==, 3); /* one of four has all: (n − 1) / n */
  g_assert_cmpuint(report.gini_denominator, ==, 4);
  for (uint64_t id = 0; id < 4; id++)
    for (int i = 0; i < 6 && id != 2; i++) muster_alert_ledger_note_alert(ledger, id, 10 + i);
  muster_alert_ledger_note_arrival(ledger, 0, 99);
  muster_alert_ledger_note_arrival(ledger, 1, 99);
  muster_alert_ledger_report(ledger, &report);
  g_assert_cmpuint(report.gini_numerator, ==, 0);
  g_assert_cmpfloat(report.alerts_per_arrival, ==, 12);
}

static void test_rotation(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("20", "20", "0");
  muster_alert_ledger_note_alert(ledger, 1, 100);
  muster_alert_ledger_note_alert(ledger, 2, 50);
  muster_alert_ledger_note_alert(ledger, 3, 10);
  muster_alert_ledger_note_alert(ledger, 3, 60);
  uint64_t ids[] = {3, 9, 1, 2, 4};
  const uint64_t expected[] = {4, 9, 2, 1, 3};
  muster_alert_ledger_rotate(ledger, 1000, ids, G_N_ELEMENTS(ids));
  g_assert_cmpmem(ids, sizeof ids, expected, sizeof expected);
  /* A week later the counts are forgotten, the last alerts are not. */
  const uint64_t later[] = {4, 9, 2, 3, 1};
  muster_alert_ledger_rotate(ledger, 8 * DAY_MS, ids, G_N_ELEMENTS(ids));
  g_assert_cmpmem(ids, sizeof ids, later, sizeof later);
}

/* Whoever is asked in rotation is asked as often as anybody else. */
static void test_rotation_is_fair(void) {
  g_autoptr(MusterAlertLedger) ledger = with_caps("50", "200", "0");
  for (int i = 0; i < 1000; i++) {
    uint64_t ids[] = {5, 1, 4, 2, 3};
    muster_alert_ledger_rotate(ledger, i * HOUR_MS, ids, G_N_ELEMENTS(ids));
    muster_alert_ledger_note_alert(ledger, ids[0], i * HOUR_MS);
  }
  MusterAlertFairness report;
  muster_alert_ledger_report(ledger, &report);
  g_assert_cmpuint(report.most_alerts, ==, 200);
  g_assert_cmpfloat(report.gini, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-ledger/caps", test_caps);
  g_test_add_func("/alert-ledger/price-by-week", test_price_by_week);
  g_test_add_func("/alert-ledger/work-and-rest", test_work_and_rest);
  g_test_add_func("/alert-ledger/against-lists", test_against_lists);
  g_test_add_func("/alert-ledger/gini", test_gini);
  g_test_add_func("/alert-ledger/rotation", test_rotation);
  g_test_add_func("/alert-ledger/rotation-is-fair", test_rotation_is_fair);
  return g_test_run();
}
