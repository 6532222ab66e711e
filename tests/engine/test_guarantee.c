/* The policy `guarantee` alerts whom lib/alert chooses when it is asked directly with the same figures, says what it
 * says is missing, and looks again when it says so. */
#include "base/random.h"
#include "engine/guarantee.h"
#include "support/support.h"

#include <string.h>

enum { PLACES = MUSTER_ALERT_EXACT_MAX + 1, RUNS = 60 };

static char names[PLACES][4];
static const char *places[PLACES];
static uint32_t times_ms[PLACES * PLACES];

static void draw_world(mi_random *random) {
  for (size_t i = 0; i < PLACES; i++) {
    g_snprintf(names[i], sizeof names[i], "p%u", (unsigned)i);
    places[i] = names[i];
    for (size_t j = 0; j < PLACES; j++) times_ms[i * PLACES + j] = mi_random_below(random, 500000);
  }
}

/* Everybody stands at a place of their own; the incident is at the last one. */
static MusterEngine *busy_engine(MusterPolicy *policy, uint32_t people, uint32_t wanted) {
  GError *error = NULL;
  MusterEngine *engine =
      muster_engine_new(NULL, muster_travel_new_matrix(places, PLACES, times_ms), policy, true, &error);
  g_assert_no_error(error);
  for (uint32_t i = 0; i < people; i++) {
    MusterEvent enrol = {.type = MUSTER_EVENT_ENROL, .volunteer = {.number = i}};
    enrol.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = places[i]};
    muster_engine_step(engine, &enrol, NULL);
  }
  MusterNeed need = {NULL, wanted};
  MusterEvent report = {
      .type = MUSTER_EVENT_REPORT, .at_ms = 1000, .incident = {.number = 7}, .needs = &need, .need_count = 1};
  report.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = places[PLACES - 1]};
  muster_engine_step(engine, &report, NULL);
  return engine;
}

static void check_against_alert(const MusterEngine *engine, uint32_t people, uint32_t wanted, uint32_t *met,
                                uint32_t *short_of) {
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(NULL, NULL);
  MusterAlertGoal goal = {.needs = {{1, wanted}},
                          .need_count = 1,
                          .alpha_accept = 0.6,
                          .alpha_on_scene = 0.5,
                          .redundant_price = muster_alert_model_redundant_price(model)};
  g_autoptr(MusterAlertWatch) watch = muster_alert_watch_new(model, &goal, 181000, 601000, NULL);
  MusterAlertConditions now = {.at_ms = 1000, .hour = 9, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
  MusterAlertPerson persons[PLACES];
  for (uint32_t i = 0; i < people; i++)
    persons[i] = (MusterAlertPerson){.id = i,
                                     .roles = 1,
                                     .mode = MUSTER_MODE_COUNT,
                                     .travel_ms = times_ms[i * PLACES + PLACES - 1],
                                     .price = (double)times_ms[i * PLACES + PLACES - 1] / MI_GUARANTEE_MS_AN_ALERT};
  MusterAlertChoice choice;
  muster_alert_watch_extend(watch, &now, persons, people, &choice);
  const mi_work *work = engine->incidents[0].work;
  if (choice.status == MUSTER_ALERT_INFEASIBLE) {
    g_assert_cmpuint(work->needs[0].short_told, ==, choice.missing);
    (*short_of)++;
    return;
  }
  g_assert_cmpuint(work->needs[0].short_told, ==, 0);
  g_assert_cmpuint(work->helper_count, ==, choice.chosen_count);
  for (size_t i = 0; i < choice.chosen_count; i++) {
    g_assert_cmpuint(engine->responders[choice.chosen[i]].state, ==, MI_ALERTED);
    muster_alert_watch_alert(watch, &now, &persons[choice.chosen[i]]);
  }
  int64_t next_ms = MIN(muster_alert_watch_next_ms(watch, 1000), 181000);
  g_assert_cmpint(engine->deadlines.entries[work->watch].at_ms, ==, next_ms);
  (*met)++;
}

static void test_as_alert_chooses(void) {
  static const char ini[] =
      "[policy]\nbase = guarantee\nalpha_reached = 600\nalpha_on_scene = 500\nmidnight_s = 32400\n";
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  uint32_t met = 0, short_of = 0;
  for (int run = 0; run < RUNS; run++) {
    draw_world(&random);
    uint32_t people = 1 + mi_random_below(&random, PLACES - 1), wanted = 1 + mi_random_below(&random, 2);
    g_autoptr(MusterEngine) engine = busy_engine(policy, people, wanted);
    check_against_alert(engine, people, wanted, &met, &short_of);
  }
  g_assert_cmpuint(met, >, 5);
  g_assert_cmpuint(short_of, >, 5);
}

/* Whatever a report asks for: too much for the model is served without a guarantee. */
static void test_any_needs(void) {
  const char *name = "A";
  const uint32_t time_ms = 0;
  g_autoptr(MusterPolicy) policy = muster_policy_new("guarantee", NULL);
  g_autoptr(MusterEngine) engine =
      muster_engine_new(NULL, muster_travel_new_matrix(&name, 1, &time_ms), policy, true, NULL);
  for (uint32_t code = 0; code < 4 * 4 * 4 * 4; code++) {
    MusterNeed needs[] = {{"a", code % 4}, {"b", code / 4 % 4}, {"c", code / 16 % 4}, {"d", code / 64}};
    size_t first = 0;
    while (first < G_N_ELEMENTS(needs) && needs[first].count == 0) first++;
    bool ascending = first < G_N_ELEMENTS(needs);
    for (size_t i = 1; i < G_N_ELEMENTS(needs); i++) ascending &= needs[i - 1].count <= needs[i].count;
    if (!ascending) continue;
    MusterEvent event = {.type = MUSTER_EVENT_REPORT,
                         .incident = {.number = code},
                         .place = {.kind = MUSTER_PLACE_NAMED, .name = name},
                         .needs = needs + first,
                         .need_count = G_N_ELEMENTS(needs) - first};
    muster_engine_step(engine, &event, NULL);
    g_assert_cmpuint(engine->incidents[engine->names.count - 1].work->need_count, ==, event.need_count);
    event.type = MUSTER_EVENT_CANCEL;
    muster_engine_step(engine, &event, NULL);
  }
}

/* One of two is on the way and nobody else is there: nothing is due any more once the deadlines have passed, and the
 * next to come is asked. */
static void test_nobody_left(void) {
  for (size_t i = 0; i < PLACES * PLACES; i++) times_ms[i] = 60000;
  g_autoptr(MusterPolicy) policy = muster_policy_new("guarantee", NULL);
  g_autoptr(MusterEngine) engine = busy_engine(policy, 1, 2);
  MusterEvent accept = {
      .type = MUSTER_EVENT_ACCEPT, .at_ms = 2000, .volunteer = {.number = 0}, .incident = {.number = 7}};
  muster_engine_step(engine, &accept, NULL);
  g_assert_cmpint(engine->responders[0].state, ==, MI_ASSIGNED);
  muster_engine_step(engine, &(MusterEvent){.type = MUSTER_EVENT_TICK, .at_ms = 3600000}, NULL);
  g_assert_cmpint(muster_engine_next_deadline_ms(engine), ==, INT64_MAX);
  MusterEvent enrol = {.type = MUSTER_EVENT_ENROL, .at_ms = 7200000, .volunteer = {.number = 1}};
  enrol.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = places[1]};
  muster_engine_step(engine, &enrol, NULL);
  g_assert_cmpint(engine->responders[1].state, ==, MI_ALERTED);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/guarantee/as-alert-chooses", test_as_alert_chooses);
  g_test_add_func("/engine/guarantee/any-needs", test_any_needs);
  g_test_add_func("/engine/guarantee/nobody-left", test_nobody_left);
  return g_test_run();
}
