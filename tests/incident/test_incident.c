/* Stages, response plans and the life-cycle table. */
#include "incident/lifecycle.h"
#include "support/support.h"

#include <string.h>

static void test_promise(void) {
  g_assert_cmpuint(muster_stage_deadline_ms(MUSTER_STAGE_KNOWN), ==, 60000);
  g_assert_cmpuint(muster_stage_deadline_ms(MUSTER_STAGE_REACHED), ==, 180000);
  g_assert_cmpuint(muster_stage_deadline_ms(MUSTER_STAGE_ON_SCENE), ==, 600000);
  g_assert_cmpstr(muster_stage_name(MUSTER_STAGE_ON_SCENE), ==, "ON_SCENE");
  g_assert_cmpstr(muster_stage_name(MUSTER_STAGE_COUNT), ==, "?");
}

static void test_plans_are_whole_and_ordered(void) {
  size_t count;
  const MusterResponsePlan *plans = muster_response_plans(&count);
  g_assert_cmpuint(count, >=, 13);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) g_assert_cmpstr(plans[i - 1].kind, <, plans[i].kind);
    g_assert_true(muster_response_plan_find(plans[i].kind) == &plans[i]);
    g_assert_cmpuint(plans[i].priority, >=, 1);
    g_assert_cmpuint(plans[i].priority, <=, 4);
    g_assert_cmpuint(plans[i].needs[0].count, >=, 1);
    g_assert_cmpuint(plans[i].needs[G_N_ELEMENTS(plans[i].needs) - 1].count, ==, 0);
  }
  g_assert_null(muster_response_plan_find("zzz"));
  g_assert_null(muster_response_plan_find(""));
  g_assert_nonnull(muster_response_plan_find("general"));
}

static void test_acts_by_state(void) {
  for (int act = 0; act < MI_ACT_COUNT; act++)
    for (int state = 0; state <= MUSTER_INCIDENT_DUPLICATE; state++) {
      bool allowed = act == MI_ACT_RATE      ? state == MUSTER_INCIDENT_CLOSED
                     : act == MI_ACT_UNMERGE ? state == MUSTER_INCIDENT_DUPLICATE
                     : act == MI_ACT_REOPEN  ? state == MUSTER_INCIDENT_CLOSED || state == MUSTER_INCIDENT_CANCELLED
                     : act == MI_ACT_KNOWN
                         ? state == MUSTER_INCIDENT_DUPLICATE || mi_lifecycle_is_active((MusterIncidentState)state)
                         : mi_lifecycle_is_active((MusterIncidentState)state);
      const char *reason = mi_lifecycle_refusal((MusterIncidentState)state, (mi_act)act);
      g_assert_true(allowed == (reason == NULL));
    }
}

static void test_state_follows_from_people(void) {
  g_assert_cmpint(mi_lifecycle_state(2, 0, 0), ==, MUSTER_INCIDENT_OPEN);
  g_assert_cmpint(mi_lifecycle_state(2, 1, 1), ==, MUSTER_INCIDENT_OPEN);
  g_assert_cmpint(mi_lifecycle_state(2, 2, 1), ==, MUSTER_INCIDENT_REACHED);
  g_assert_cmpint(mi_lifecycle_state(2, 2, 2), ==, MUSTER_INCIDENT_ON_SCENE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/incident/promise", test_promise);
  g_test_add_func("/incident/plans", test_plans_are_whole_and_ordered);
  g_test_add_func("/incident/acts-by-state", test_acts_by_state);
  g_test_add_func("/incident/state", test_state_follows_from_people);
  return g_test_run();
}
