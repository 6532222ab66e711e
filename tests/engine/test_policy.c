/* Policies: built-in names, INI files good and hostile. */
#include "engine/policy.h"
#include "support/support.h"

#include <string.h>

static MusterPolicy *parse(const char *ini, GError **error) {
  return muster_policy_parse("p.ini", ini, strlen(ini), error);
}

static void expect_refused(const char *ini, const char *part) {
  GError *error = NULL;
  g_assert_null(parse(ini, &error));
  g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY);
  if (!strstr(error->message, part)) g_error("\"%s\" does not say \"%s\"", error->message, part);
  g_assert_true(g_str_has_prefix(error->message, "p.ini: "));
  g_error_free(error);
}

static void test_built_in(void) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) standard = muster_policy_new(NULL, &error);
  g_autoptr(MusterPolicy) fcfs = muster_policy_new("nearest-fcfs", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(muster_policy_name(standard), ==, "nearest-fair");
  g_assert_cmpuint(mi_policy_settings(standard)->base, ==, MI_BASE_NEAREST_FAIR);
  g_assert_cmpuint(mi_policy_settings(fcfs)->base, ==, MI_BASE_NEAREST_FCFS);
  g_autoptr(MusterPolicy) optimal = muster_policy_new("optimal", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(mi_policy_settings(optimal)->base, ==, MI_BASE_OPTIMAL);
  g_assert_cmpuint(mi_policy_settings(optimal)->stickiness_s, ==, 15);
  g_autoptr(MusterPolicy) guarantee = parse("[policy]\nalpha_reached = 800\nbase = guarantee\n", &error);
  g_assert_cmpuint(mi_policy_settings(guarantee)->alpha_reached, ==, 800);
  g_assert_cmpuint(mi_policy_settings(guarantee)->alert_expires_s, ==, 90);
  g_assert_cmpuint(mi_policy_settings(optimal)->alert_expires_s, ==, 60);
  g_assert_cmpuint(mi_policy_settings(fcfs)->alerts_per_slot, ==, 7);
  g_assert_cmpuint(mi_policy_settings(fcfs)->alerts_per_volunteer_an_hour, ==, 30);
  g_assert_false(muster_policy_gives_orders(fcfs));
  g_autoptr(MusterPolicy) again = muster_policy_ref(fcfs);
  g_assert_true(again == fcfs);
}

static void test_unknown_names(void) {
  static const char *const names[] = {"best", "nearest", "", "no/such/file.ini"};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    GError *error = NULL;
    g_assert_null(muster_policy_new(names[i], &error));
    g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY);
    g_assert_nonnull(strstr(error->message, "nearest-fcfs, nearest-fair, optimal, guarantee"));
    g_error_free(error);
  }
}

static void test_overrides(void) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = parse(
      "# ours\n[policy]\nbase=nearest-fcfs\nacceptance = certain \nalerts_per_slot= 3\nescalate_before_known_s=0\n",
      &error);
  g_assert_no_error(error);
  const mi_settings *settings = mi_policy_settings(policy);
  g_assert_cmpuint(settings->base, ==, MI_BASE_NEAREST_FCFS);
  g_assert_true(muster_policy_gives_orders(policy));
  g_assert_cmpuint(settings->alerts_per_slot, ==, 3);
  g_assert_cmpuint(settings->escalate_before_s[MUSTER_STAGE_KNOWN], ==, 0);
  g_assert_cmpuint(settings->escalate_before_s[MUSTER_STAGE_REACHED], ==, 60);
  g_autofree char *lines = muster_policy_describe(policy);
  g_assert_nonnull(strstr(lines, "alerts_per_slot = 3   (1 … 100 alerts)"));
}

static void test_hostile_files(void) {
  expect_refused("", "[policy], found none");
  expect_refused("alerts_per_slot = 3\n", "not an INI file");
  expect_refused("[policy]\nnonsense\n", "not an INI file");
  expect_refused("[policies]\nbase = nearest-fair\n", "found [policies]");
  expect_refused("[policy]\n[other]\n", "found [other]");
  expect_refused("[policy]\nalert_per_slot = 3\n", "no such setting; known are base, acceptance, alerts_per_slot");
  expect_refused("[policy]\nalerts_per_slot = 0\n", "expected a whole number of alerts from 1 to 100, found \"0\"");
  expect_refused("[policy]\nalerts_per_volunteer_an_hour = 61\n", "alerts from 0 to 60, found \"61\"");
  expect_refused("[policy]\nalerts_per_slot = 3.5\n", "found \"3.5\"");
  expect_refused("[policy]\nalerts_per_slot = -1\n", "found \"-1\"");
  expect_refused("[policy]\nalerts_per_slot =\n", "found \"\"");
  expect_refused("[policy]\nalert_expires_s = 99999999999999999999\n", "seconds from 5 to 3600");
  expect_refused("[policy]\nbase = best\n", "nearest-fair or optimal or guarantee, found \"best\"");
  expect_refused("[policy]\nbase = optimal\nposition_stale_after_s = 60\n", "expected 0 with base = optimal, found 60");
  expect_refused("[policy]\nbase = optimal\nfatigue_surcharge_percent = 5\n", "fatigue_surcharge_percent: expected 0");
  expect_refused("[policy]\nbase = optimal\nrating_surcharge_s = 5\n", "rating_surcharge_s: expected 0 with base");
  expect_refused("[policy]\nbase = optimal\ncover_surcharge_s = 5\n", "cover_surcharge_s: expected 0 with base = opt");
  expect_refused("[policy]\nstickiness_s = 601\n", "seconds from 0 to 600");
  expect_refused("[policy]\nacceptance = maybe\n", "expected asked or certain, found \"maybe\"");
  GError *error = NULL;
  g_assert_null(muster_policy_parse("p.ini", "[policy]\n\0x=1\n", 14, &error));
  g_assert_nonnull(strstr(error->message, "zero byte"));
  g_error_free(error);
}

/* Plans stand beside the settings and are part of the policy's text. */
static void test_plans(void) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) plain = parse("[policy]\n[wartime flood 1]\nalerts_per_slot = 9\n", &error);
  g_autoptr(MusterPolicy) own = parse("[policy]\nalerts_per_slot = 3\n[plan fall]\npriority = 1\n", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(muster_plans_find(muster_policy_plans(own), "fall")->priority, ==, 1);
  g_autoptr(MusterPolicy) with = muster_policy_with_plans(plain, muster_policy_plans(own), &error);
  g_autofree char *plain_ini = muster_policy_to_ini(plain), *with_ini = muster_policy_to_ini(with);
  g_assert_true(g_str_has_prefix(with_ini, plain_ini));
  g_assert_nonnull(strstr(with_ini, "[plan fall]\n"));
  g_autoptr(MusterPolicy) again = parse(with_ini, &error);
  g_assert_no_error(error);
  g_autofree char *again_ini = muster_policy_to_ini(again);
  g_assert_cmpstr(again_ini, ==, with_ini);
  expect_refused("[policy]\n[plan fall]\npriority = 9\n", "[plan fall] priority: expected");
}

static void test_files(void) {
  GError *error = NULL;
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "p.ini", NULL);
  g_file_set_contents(path, "[policy]\nalert_within_s = 900\n", -1, &error);
  g_autoptr(MusterPolicy) policy = muster_policy_new(path, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(mi_policy_settings(policy)->alert_within_s, ==, 900);
  g_assert_null(muster_policy_new(folder, &error));
  g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_OPEN);
  g_clear_error(&error);
  test_folder_remove(folder);
}

/* docs/policies.md names every setting. */
static void test_documented(void) {
  g_autofree char *path = test_source("../docs/policies.md"), *page = NULL;
  g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
  g_autoptr(MusterPolicy) policy = muster_policy_new(NULL, NULL);
  g_autofree char *lines = muster_policy_describe(policy);
  g_auto(GStrv) settings = g_strsplit(g_strchomp(lines), "\n", -1);
  for (char **line = settings; *line; line++) {
    g_autofree char *key = g_strndup(*line, strcspn(*line, " "));
    g_autofree char *row = g_strdup_printf("| `%s` |", key);
    if (!strstr(page, row)) g_error("docs/policies.md has no row for %s", key);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/policy/built-in", test_built_in);
  g_test_add_func("/policy/unknown-names", test_unknown_names);
  g_test_add_func("/policy/overrides", test_overrides);
  g_test_add_func("/policy/hostile-files", test_hostile_files);
  g_test_add_func("/policy/plans", test_plans);
  g_test_add_func("/policy/files", test_files);
  g_test_add_func("/policy/documented", test_documented);
  return g_test_run();
}
