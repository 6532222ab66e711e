/* P(the places of an incident are filled) against the sum over all subsets, with roles that overlap in every way. */
#include "alert/slots.h"

#include "alert/choices.h"
#include "support/support.h"

static MusterAlertGoal random_goal(mi_random *random, uint32_t most_needs) {
  MusterAlertGoal goal = {.need_count = 1 + mi_random_below(random, most_needs)};
  for (size_t i = 0; i < goal.need_count; i++)
    goal.needs[i] = (MusterAlertNeed){mi_random_below(random, 8), mi_random_below(random, i ? 3 : 4)};
  return goal;
}

static void test_against_all_subsets(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  mi_slots slots;
  mi_slots_init(&slots);
  for (int round = 0; round < 300; round++) {
    MusterAlertCandidate persons[12];
    size_t count = mi_random_below(&random, 11);
    MusterAlertGoal goal = random_goal(&random, 4);
    random_candidates(&random, 3, persons, count);
    g_assert_true(mi_slots_prepare(&slots, &goal, NULL));
    g_autofree double *distribution = g_new(double, slots.state_count);
    mi_slots_reset(&slots, distribution);
    double expected_filled = 0;
    for (size_t i = 0; i < count; i++) {
      unsigned type = mi_slots_type(&slots, persons[i].roles);
      if (type) mi_slots_add(&slots, distribution, type, persons[i].p_accept);
    }
    g_assert_cmpfloat_with_epsilon(mi_slots_filled(&slots, distribution), brute_tail(&goal, persons, count, false),
                                   1e-12);
    MusterAlertGoal priced = goal;
    priced.redundant_price = 1;
    for (size_t i = 0; i < count; i++) {
      expected_filled += 1 + persons[i].price;
      if (mi_slots_type(&slots, persons[i].roles)) expected_filled += persons[i].p_accept;
    }
    expected_filled -= brute_cost(&priced, persons, count);
    g_assert_cmpfloat_with_epsilon(slots.places - mi_slots_empty(&slots, distribution), expected_filled, 1e-11);
  }
  mi_slots_clear(&slots);
}

static void test_nobody_needed(void) {
  mi_slots slots;
  mi_slots_init(&slots);
  g_assert_cmpuint(slots.state_count, ==, 1);
  double distribution[2];
  mi_slots_reset(&slots, distribution);
  g_assert_cmpfloat(mi_slots_filled(&slots, distribution), ==, 1);
  g_assert_cmpuint(mi_slots_type(&slots, 7), ==, 0);
  mi_slots_clear(&slots);
}

static void test_limits(void) {
  mi_slots slots;
  mi_slots_init(&slots);
  g_autoptr(GError) error = NULL;
  MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 13}}};
  g_assert_false(mi_slots_prepare(&slots, &goal, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL);
  g_clear_error(&error);
  goal = (MusterAlertGoal){.need_count = 5};
  g_assert_false(mi_slots_prepare(&slots, &goal, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL);
  g_clear_error(&error);
  goal = (MusterAlertGoal){.need_count = 4, .needs = {{1, 3}, {2, 3}, {4, 3}, {8, 3}}};
  g_assert_false(mi_slots_prepare(&slots, &goal, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL);
  goal = (MusterAlertGoal){.need_count = 4, .needs = {{1, 2}, {2, 2}, {4, 2}, {8, 2}}};
  g_assert_true(mi_slots_prepare(&slots, &goal, NULL));
  goal = (MusterAlertGoal){.need_count = 2, .needs = {{1, UINT32_MAX}, {1, 2}}};
  g_assert_false(mi_slots_prepare(&slots, &goal, NULL));
  mi_slots_clear(&slots);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-slots/against-all-subsets", test_against_all_subsets);
  g_test_add_func("/alert-slots/nobody-needed", test_nobody_needed);
  g_test_add_func("/alert-slots/limits", test_limits);
  return g_test_run();
}
