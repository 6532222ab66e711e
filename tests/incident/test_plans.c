/* Response plans: the built-in ones, files good and hostile, and that a set is written as it is read. */
#include "support/support.h"

#include <muster/incident.h>
#include <string.h>

static MusterPlans *parse(const char *ini, GError **error) {
  return muster_plans_parse("p.ini", ini, strlen(ini), error);
}

static void expect_refused(const char *ini, const char *part) {
  GError *error = NULL;
  g_assert_null(parse(ini, &error));
  g_assert_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN);
  g_assert_true(g_str_has_prefix(error->message, "p.ini: "));
  if (!strstr(error->message, part) || strchr(error->message, '\n'))
    g_error("\"%s\" does not say \"%s\"", error->message, part);
  g_error_free(error);
}

static void expect_needs(const MusterNeed *needs, const char *expected) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (; needs->count; needs++)
    g_string_append_printf(text, "%s:%u ", needs->skill ? needs->skill : "anybody", needs->count);
  g_assert_cmpstr(text->str, ==, expected);
}

static void test_built_in(void) {
  static const char *const kinds[] = {"policy_advice",   "tutoring",       "health_advice",  "legal_help",
                                      "hardship_relief", "culture_event",  "science_advice", "environment",
                                      "fraud",           "violence",       "cardiac_arrest", "fire",
                                      "flood_rescue",    "missing_person", "fall",           "water_shortage"};
  g_autoptr(MusterPlans) plans = muster_plans_new(NULL, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) g_assert_nonnull(muster_plans_find(plans, kinds[i]));
  const MusterResponsePlan *fire = muster_plans_find(plans, "fire");
  expect_needs(fire->needs, "firefighting:3 first_aid:1 ");
  expect_needs(fire->alarms[0], "firefighting:4 first_aid:1 ");
  g_assert_cmpuint(muster_response_plan_levels(fire), ==, 3);
  g_assert_cmpstr(fire->label_zh, ==, "火灾");
  g_assert_cmpuint(muster_response_plan_levels(muster_plans_find(plans, "general")), ==, 1);
  g_assert_cmpuint(fire->deadline_ms[MUSTER_STAGE_ON_SCENE], ==, 600000);
  g_assert_true(muster_plans_find(plans, "fire") == muster_response_plan_find("fire"));
}

static void test_changes(void) {
  GError *error = NULL;
  g_autoptr(MusterPlans) plans = parse(
      "# ours\n[plan fire]\nneeds = firefighting: 2\nknown_s = 30\nequipment = pump , extinguisher\n"
      "[plan snake_bite]\nlabel = Snake bite\nlabel_zh=毒蛇咬伤\npriority = 1\nneeds = medic:1, anybody: 2\n"
      "alarm_2 = driver: 1\nalpha_permille = 990\n[neighbour 宣恩县]\ncontact = x\nposition = 109.5, 29.9\n",
      &error);
  g_assert_no_error(error);
  const MusterResponsePlan *fire = muster_plans_find(plans, "fire"), *bite = muster_plans_find(plans, "snake_bite");
  expect_needs(fire->needs, "firefighting:2 ");
  g_assert_cmpuint(fire->deadline_ms[MUSTER_STAGE_KNOWN], ==, 30000);
  g_assert_cmpuint(muster_response_plan_levels(fire), ==, 3);
  g_assert_cmpstr(fire->equipment[0], ==, "pump");
  g_assert_cmpstr(fire->equipment[1], ==, "extinguisher");
  g_assert_null(fire->equipment[2]);
  expect_needs(bite->needs, "medic:1 anybody:2 ");
  g_assert_cmpuint(bite->alpha_permille, ==, 990);
  size_t count;
  const MusterNeighbour *neighbours = muster_plans_neighbours(plans, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpstr(neighbours[0].name, ==, "宣恩县");
  g_assert_cmpint(neighbours[0].position.lon_e7, ==, 1095000000);
  expect_needs(muster_response_plan_find("fire")->needs, "firefighting:3 first_aid:1 ");
  g_autofree char *ini = muster_plans_to_ini(plans);
  g_autoptr(MusterPlans) again = parse(ini, &error);
  g_assert_no_error(error);
  g_autofree char *text = muster_plans_to_ini(again);
  g_assert_cmpstr(text, ==, ini);
}

static void test_hostile_files(void) {
  expect_refused("needs = x: 1\n", "not an INI file");
  expect_refused("[policy]\n", "found [policy]");
  expect_refused("[plan Fire!]\n", "expected a kind of 1 to 64 characters");
  expect_refused("[plan snake_bite]\nlabel = x\n", "[plan snake_bite]: expected label, label_zh, priority and needs");
  expect_refused("[plan fire]\nneed = x: 1\n", "[plan fire] need: no such key; known are label");
  expect_refused("[plan fire]\npriority = 5\n", "from 1 (life) to 4 (convenience), found \"5\"");
  expect_refused("[plan fire]\nneeds =\n", "found \"\"");
  expect_refused("[plan fire]\nneeds = medic\n", "found \"medic\"");
  expect_refused("[plan fire]\nneeds = medic: 501\n", "counts from 1 to 500");
  expect_refused("[plan fire]\nneeds = medic: 1, medic: 2\n", "each skill once");
  expect_refused("[plan fire]\nneeds = a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1\n", "1 to 8 needs");
  expect_refused("[plan fall]\nalarm_3 = medic: 1\n", "without a gap from alarm_2 on");
  expect_refused("[plan fall]\nalarm_6 = medic: 1\n", "no such key");
  expect_refused("[plan fall]\nequipment = A E D\n", "at most 8 names");
  expect_refused("[plan fall]\nreached_s = 30\n", "in increasing order");
  expect_refused("[plan fall]\nknown_s = 0\n", "from 1 to 86400, found \"0\"");
  expect_refused("[plan fall]\nalpha_permille = 1000\n", "found \"1000\"");
  expect_refused("[plan fall]\nlabel = \xff\n", "UTF-8");
  expect_refused("[neighbour x]\ncontact = y\n", "expected contact and position");
  expect_refused("[neighbour x]\ncontact = y\nposition = 200, 30\n", "LONGITUDE, LATITUDE");
  expect_refused("[neighbour x]\ncontact = y\nphone = 1\n", "known are contact, position");
  GError *error = NULL;
  g_assert_null(muster_plans_parse("p.ini", "[plan fire]\n\0", 13, &error));
  g_assert_nonnull(strstr(error->message, "zero byte"));
  g_clear_error(&error);
  g_assert_null(muster_plans_new("no/such/plans.ini", &error));
  g_assert_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_OPEN);
  g_clear_error(&error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plans/built-in", test_built_in);
  g_test_add_func("/plans/changes", test_changes);
  g_test_add_func("/plans/hostile-files", test_hostile_files);
  return g_test_run();
}
