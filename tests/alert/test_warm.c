/* A warm query allocates nothing: every allocation of the library under test is counted at its link (ld --wrap). */
#include "alert/choices.h"
#include "support/allocations.h"
#include "support/support.h"

enum { CANDIDATES = 64 };

static const MusterAlertGoal goal = {.need_count = 2,
                                     .needs = {{0, 1}, {1, 1}},
                                     .alpha_accept = 0.9,
                                     .alpha_on_scene = 0.6,
                                     .redundant_price = 0.2,
                                     .search_nodes = 500};

/* Its sums are dear, so more of them are kept. */
static const MusterAlertGoal overlapping = {.need_count = 4,
                                            .needs = {{1, 1}, {2, 1}, {4, 1}, {8, 1}},
                                            .alpha_accept = 0.9,
                                            .alpha_on_scene = 0.6,
                                            .search_nodes = 50};

static void choose(MusterAlertSet *set, mi_random *random) {
  MusterAlertCandidate candidates[CANDIDATES];
  MusterAlertChoice choice;
  for (int round = 0; round < 30; round++) {
    random_candidates(random, 4, candidates, CANDIDATES);
    muster_alert_set_choose(set, candidates, 3, candidates + 3, (size_t)(round + 31), &choice);
  }
}

static void check_set(gconstpointer asked) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  g_assert_true(muster_alert_set_prepare(set, asked, NULL));
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  g_assert_cmpuint(allocations, >, 0);
  choose(set, &random);
  allocations = 0;
  choose(set, &random);
  g_assert_cmpuint(allocations, ==, 0);
}

static void ask(MusterAlertWatch *watch, const MusterAlertPerson *persons, int64_t at_ms) {
  MusterAlertConditions conditions = {.at_ms = at_ms, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
  MusterAlertChoice choice;
  MusterAlertOutlook outlook;
  size_t count;
  muster_alert_watch_extend(watch, &conditions, persons, CANDIDATES, &choice);
  muster_alert_watch_outlook(watch, at_ms, &outlook);
  muster_alert_watch_next_ms(watch, at_ms);
  muster_alert_watch_surplus(watch, at_ms, &count);
  muster_alert_watch_unanswered(watch, at_ms, &count);
}

static void test_watch(void) {
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(NULL, NULL);
  g_autoptr(MusterAlertWatch) watch = muster_alert_watch_new(model, &goal, 180000, 600000, NULL);
  MusterAlertPerson persons[CANDIDATES + 8];
  MusterAlertConditions conditions = {.at_ms = 30000, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
  for (uint32_t i = 0; i < G_N_ELEMENTS(persons); i++)
    persons[i] = (MusterAlertPerson){.id = i, .roles = i % 2, .travel_ms = 5000 * i};
  for (uint32_t i = CANDIDATES; i < G_N_ELEMENTS(persons); i++)
    muster_alert_watch_alert(watch, &conditions, &persons[i]);
  ask(watch, persons, 30000);
  allocations = 0;
  for (int64_t at_ms = 40000; at_ms < 700000; at_ms += 20000) {
    if (at_ms == 80000) muster_alert_watch_accept(watch, CANDIDATES, at_ms);
    if (at_ms == 120000) muster_alert_watch_position(watch, CANDIDATES + 1, 60000, at_ms);
    ask(watch, persons, at_ms);
  }
  g_assert_cmpuint(allocations, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/alert-warm/set", &goal, check_set);
  g_test_add_data_func("/alert-warm/overlapping-needs", &overlapping, check_set);
  g_test_add_func("/alert-warm/watch", test_watch);
  return g_test_run();
}
