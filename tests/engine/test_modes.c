/* Modes over the area tree of a county: the most specific one holds, its difference is told, and after the way back
 * nothing of it is left. */
#include "county/sample.h"
#include "engine/state.h"

#include <string.h>

static const char policy_text[] =
    "[policy]\nalerts_per_slot = 1\nalert_within_s = 86400\n"
    "[wartime flood 1]\nalerts_per_slot = 2\n[wartime flood 2]\nalerts_per_slot = 3\nescalate_before_reached_s = 90\n"
    "[wartime fire 1]\nacceptance = certain\n[wartime fire 2]\nalerts_per_volunteer_an_hour = 60\n"
    "[wartime fire 2 plan fire]\nneeds = anybody: 9\n[wartime heat 1 plan fall]\npriority = 1\n";

typedef struct world {
  MusterCounty *county;
  MusterNetwork *network;
  MusterPolicy *policy;
  MusterEngine *engine;
  int64_t grid_code, other_grid_code, community_code, township_code, county_code;
} world;

static MusterTravel *new_travel(MusterNetwork *network) {
  GError *error = NULL;
  MusterTravel *travel = muster_travel_new_networks(&network, 1, 5000, &error);
  g_assert_no_error(error);
  return travel;
}

static void set_up(world *w, gconstpointer ignored) {
  (void)ignored;
  GError *error = NULL;
  size_t count;
  MusterAreaId first;
  SampleOptions options = {.seed = 1310, .side = 6, .volunteers = 60, .roads = true};
  w->county = sample_county_new(&options);
  w->network = muster_network_new(muster_county_roads(w->county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  w->policy = muster_policy_parse("modes", policy_text, strlen(policy_text), &error);
  g_assert_no_error(error);
  w->engine = muster_engine_new(w->county, new_travel(w->network), w->policy, true, &error);
  g_assert_no_error(error);
  const MusterArea *areas = muster_county_areas(w->county, NULL);
  muster_county_level(w->county, MUSTER_AREA_GRID, &first, &count);
  w->grid_code = areas[first].code;
  w->other_grid_code = areas[first + count - 1].code;
  w->community_code = areas[first].parent_code;
  w->township_code = areas[areas[first].parent].parent_code;
  w->county_code = areas[0].code;
}

static void tear_down(world *w, gconstpointer ignored) {
  (void)ignored;
  muster_engine_free(w->engine);
  muster_policy_unref(w->policy);
  muster_network_unref(w->network);
  muster_county_unref(w->county);
}

static const MusterDecision *switch_mode(world *w, int64_t area_code, const char *hazard, uint8_t level) {
  size_t count;
  MusterEvent event = {.type = MUSTER_EVENT_MODE,
                       .at_ms = 1000,
                       .volunteer = MUSTER_ID_NONE,
                       .incident = MUSTER_ID_NONE,
                       .area_code = area_code,
                       .hazard = hazard,
                       .level = level};
  const MusterDecision *decisions = muster_engine_step(w->engine, &event, &count);
  g_assert_cmpuint(count, >=, 1);
  return decisions;
}

static void expect_switch(world *w, int64_t area_code, const char *hazard, uint8_t level) {
  const MusterDecision *told = switch_mode(w, area_code, hazard, level);
  if (told->type != MUSTER_DECISION_MODE) g_error("%s", told->why);
  g_assert_cmpstr(told->hazard, ==, hazard);
}

static void expect_refused(world *w, int64_t area_code, const char *hazard, uint8_t level, const char *part) {
  uint64_t before = muster_engine_state_hash(w->engine);
  const MusterDecision *told = switch_mode(w, area_code, hazard, level);
  g_assert_cmpint(told->type, ==, MUSTER_DECISION_REFUSED);
  if (!strstr(told->why, part)) g_error("\"%s\" does not say \"%s\"", told->why, part);
  g_assert_cmphex(muster_engine_state_hash(w->engine), ==, before);
}

/* How many alerts (or orders) a new report in the grid leads to; it is cancelled at once. */
static uint32_t count_alerts(world *w, int64_t grid_code, MusterDecisionType type) {
  static uint64_t number = 0;
  size_t count;
  uint32_t sent = 0;
  MusterEvent event = {.type = MUSTER_EVENT_REPORT,
                       .at_ms = 1000,
                       .volunteer = MUSTER_ID_NONE,
                       .incident = {.number = ++number},
                       .place = {.kind = MUSTER_PLACE_IN_GRID, .grid_code = grid_code}};
  const MusterDecision *decisions = muster_engine_step(w->engine, &event, &count);
  for (size_t i = 0; i < count; i++) sent += decisions[i].type == type;
  event.type = MUSTER_EVENT_CANCEL;
  muster_engine_step(w->engine, &event, &count);
  return sent;
}

static void expect_alerts(world *w, uint32_t in_grid, uint32_t elsewhere) {
  g_assert_cmpuint(count_alerts(w, w->grid_code, MUSTER_DECISION_ALERT), ==, in_grid);
  g_assert_cmpuint(count_alerts(w, w->other_grid_code, MUSTER_DECISION_ALERT), ==, elsewhere);
}

static void test_most_specific(world *w, gconstpointer ignored) {
  (void)ignored;
  expect_alerts(w, 1, 1);
  expect_switch(w, 0, "flood", 1);
  expect_alerts(w, 2, 2);
  expect_switch(w, w->community_code, "flood", 2);
  expect_alerts(w, 3, 2);
  expect_switch(w, w->grid_code, "flood", 1);
  expect_alerts(w, 2, 2);
  expect_switch(w, w->grid_code, "flood", 0);
  expect_alerts(w, 3, 2);
  expect_switch(w, w->township_code, "fire", 1); /* orders, but not in the community, whose own mode is flood */
  expect_alerts(w, 3, 0);
  expect_switch(w, w->community_code, "flood", 0);
  g_assert_cmpuint(count_alerts(w, w->grid_code, MUSTER_DECISION_ASSIGN), ==, 1);
  expect_switch(w, w->township_code, "fire", 0);
  expect_switch(w, w->county_code, "flood", 0); /* 0 and the county's code are the same area */
  expect_alerts(w, 1, 1);
}

static void test_difference(world *w, gconstpointer ignored) {
  (void)ignored;
  const MusterDecision *told = switch_mode(w, w->township_code, "flood", 2);
  static const char *const expected[][3] = {{"alerts_per_slot", "1", "3"}, {"escalate_before_reached_s", "60", "90"}};
  g_assert_cmpuint(told->change_count, ==, G_N_ELEMENTS(expected));
  for (uint32_t i = 0; i < told->change_count; i++) {
    g_assert_cmpstr(told->changes[i].setting, ==, expected[i][0]);
    g_assert_cmpstr(told->changes[i].before, ==, expected[i][1]);
    g_assert_cmpstr(told->changes[i].after, ==, expected[i][2]);
  }
  g_assert_cmpuint(told->volunteer_count, >, 0);
  g_assert_cmpuint(told->volunteer_count, <=, 60);
  g_autofree char *json = muster_decision_to_json(w->engine, told);
  g_assert_nonnull(strstr(json,
                          "\"hazard\":\"flood\",\"level\":2,\"level_before\":0,\"changes\":[{\"setting\":"
                          "\"alerts_per_slot\",\"before\":\"1\",\"after\":\"3\"},"));
  uint32_t first = told->volunteer_count;
  told = switch_mode(w, w->township_code, "flood", 0);
  g_assert_cmpuint(told->volunteer_count, ==, first);
  g_assert_cmpuint(told->level_before, ==, 2);
}

static void test_refusals(world *w, gconstpointer ignored) {
  (void)ignored;
  expect_refused(w, 999999, "flood", 1, "area 999999 is no county, township, community or grid of");
  expect_refused(w, 0, "quake", 1, "the policy has no mode quake 1; there are fire 1, fire 2, flood 1, flood 2");
  expect_refused(w, w->township_code, "fire", 2, "sets alerts_per_volunteer_an_hour, which the county has as a whole");
  expect_refused(w, w->township_code, "flood", 0, "is at level 0 there already");
  expect_refused(w, 0, NULL, 1, "does not name a hazard");
  expect_switch(w, 0, "fire", 2);
}

/* Amid modes the snapshot makes the same engine. */
static void test_restored(world *w, gconstpointer ignored) {
  (void)ignored;
  GError *error = NULL;
  size_t bytes, count;
  MusterEvent report = {.type = MUSTER_EVENT_REPORT,
                        .at_ms = 1000,
                        .volunteer = MUSTER_ID_NONE,
                        .incident = {.number = 7000},
                        .place = {.kind = MUSTER_PLACE_IN_GRID, .grid_code = w->grid_code}};
  muster_engine_step(w->engine, &report, &count);
  uint64_t before = muster_engine_state_hash(w->engine);
  expect_switch(w, w->other_grid_code, "flood", 2);
  expect_switch(w, w->other_grid_code, "fire", 1);
  expect_switch(w, 0, "fire", 2);
  g_autofree uint8_t *snapshot = muster_engine_snapshot(w->engine, &bytes);
  MusterEngine *restored = muster_engine_restore(w->county, new_travel(w->network), w->policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  g_assert_cmphex(muster_engine_state_hash(restored), ==, muster_engine_state_hash(w->engine));
  muster_engine_free(w->engine);
  w->engine = restored;
  expect_alerts(w, 1, 3);
  g_assert_cmphex(before, !=, muster_engine_state_hash(w->engine));
}

static void test_way_back(world *w, gconstpointer ignored) {
  (void)ignored;
  size_t count;
  MusterEvent tick = {.type = MUSTER_EVENT_TICK, .at_ms = 1000};
  muster_engine_step(w->engine, &tick, &count);
  uint64_t before = muster_engine_state_hash(w->engine);
  expect_switch(w, w->other_grid_code, "flood", 2);
  expect_switch(w, 0, "fire", 2);
  expect_switch(w, w->community_code, "fire", 1);
  expect_switch(w, w->other_grid_code, "flood", 0);
  expect_switch(w, w->community_code, "fire", 0);
  g_assert_cmphex(before, !=, muster_engine_state_hash(w->engine));
  expect_switch(w, 0, "fire", 0);
  g_assert_cmphex(before, ==, muster_engine_state_hash(w->engine));
}

/* Another engine of the same county under that policy. */
static void change_policy(world *w, const char *text) {
  GError *error = NULL;
  muster_engine_free(w->engine);
  muster_policy_unref(w->policy);
  w->policy = muster_policy_parse("modes", text, strlen(text), &error);
  g_assert_no_error(error);
  w->engine = muster_engine_new(w->county, new_travel(w->network), w->policy, true, &error);
  g_assert_no_error(error);
}

/* A mode of plans alone leaves the county's orders in force round it. */
static void test_one_set_under_optimal(world *w, gconstpointer ignored) {
  (void)ignored;
  change_policy(w,
                "[policy]\nbase = optimal\nalert_within_s = 86400\n[wartime flood 1]\nacceptance = certain\n"
                "[wartime heat 1 plan general]\nneeds = anybody: 2\n");
  expect_switch(w, 0, "flood", 1);
  const MusterDecision *told = switch_mode(w, w->township_code, "heat", 1);
  g_assert_cmpuint(told->change_count, ==, 1);
  g_assert_cmpuint(told->volunteer_count, >, 0);
  g_assert_cmpuint(count_alerts(w, w->grid_code, MUSTER_DECISION_ALERT), ==, 0);
  g_assert_cmpuint(count_alerts(w, w->grid_code, MUSTER_DECISION_ASSIGN), ==, 2);
}

static const MusterDecision *step(world *w, MusterEventType type, int64_t at_ms, int64_t grid_code, size_t *count) {
  MusterEvent event = {.type = type,
                       .at_ms = at_ms,
                       .volunteer = {.text = "v"},
                       .incident = {.text = "i"},
                       .on_duty = at_ms > 0,
                       .place = {.kind = MUSTER_PLACE_IN_GRID, .grid_code = grid_code}};
  return muster_engine_step(w->engine, &event, count);
}

/* Who came free is as far away as their position is old, whatever the radius of a mode elsewhere. */
static void test_radius_elsewhere(world *w, gconstpointer ignored) {
  (void)ignored;
  size_t count;
  change_policy(w,
                "[policy]\nalert_within_s = 200\nposition_stale_after_s = 10\nstale_surcharge_percent = 100\n"
                "[wartime flood 1]\nalert_within_s = 7200\n");
  for (MusterResponder i = 0; i < w->engine->people.count; i++) {
    MusterEvent leave = {.type = MUSTER_EVENT_DUTY, .volunteer = w->engine->people.entries[i]};
    muster_engine_step(w->engine, &leave, NULL);
  }
  step(w, MUSTER_EVENT_ENROL, 0, w->grid_code, &count);
  step(w, MUSTER_EVENT_DUTY, 0, 0, &count); /* off; the way on foot takes 2 min 28 s */
  expect_switch(w, w->other_grid_code, "flood", 1);
  step(w, MUSTER_EVENT_REPORT, 2000, w->grid_code, &count);
  const MusterDecision *told = step(w, MUSTER_EVENT_DUTY, 100000, 0, &count);
  for (size_t i = 0; i < count; i++) g_assert_cmpint(told[i].type, !=, MUSTER_DECISION_ALERT);
}

/* A place told later, where ON_SCENE is due at another time: places left open age from that one. */
static void test_ages_where_it_is(world *w, gconstpointer ignored) {
  (void)ignored;
  size_t count;
  change_policy(w, "[policy]\nbase = optimal\nageing_s = 60\n[wartime heat 1 plan general]\non_scene_s = 6000\n");
  expect_switch(w, w->grid_code, "heat", 1);
  step(w, MUSTER_EVENT_REPORT, 2000, w->grid_code, &count);
  const mi_work *work = w->engine->incidents[0].work;
  g_assert_cmpint(w->engine->deadlines.entries[work->age].at_ms, ==, 6062000);
  step(w, MUSTER_EVENT_LOCATE, 3000, w->other_grid_code, &count);
  g_assert_cmpint(w->engine->deadlines.entries[work->age].at_ms, ==, 662000);
}

static void test_policy_file(void) {
  static const struct {
    const char *ini, *part;
  } bad[] = {
      {"[policy]\n[wartime]\n", "expected [policy], [wartime HAZARD LEVEL] and groups of plans, found [wartime]"},
      {"[policy]\n[wartime flood]\n", "found [wartime flood]"},
      {"[policy]\n[wartime flood 0]\n", "found [wartime flood 0]"},
      {"[policy]\n[wartime Flood 1]\n", "found [wartime Flood 1]"},
      {"[policy]\n[wartime flood 10]\n", "a level from 1 to 9"},
      {"[policy]\n[wartime flood 1]\ncolour = red\n", "[wartime flood 1] colour: no such setting"},
      {"[policy]\n[wartime flood 1]\nalerts_per_slot = 0\n", "[wartime flood 1] alerts_per_slot: expected"},
      {"[wartime flood 1]\nalerts_per_slot = 1\n", "expected a group [policy]"},
      {"[policy]\nbase = optimal\n[wartime flood 1]\nbase = nearest-fair\n",
       "[wartime flood 1] base: expected optimal as in [policy], found nearest-fair"},
      {"[policy]\n[wartime flood 1]\nbase = guarantee\n", "expected nearest-fcfs or nearest-fair as in"},
      {"[policy]\nbase = optimal\n[wartime flood 1]\nposition_stale_after_s = 5\n",
       "[wartime flood 1] position_stale_after_s: expected 0 with base = optimal, found 5"},
      {"[policy]\n[wartime flood 1 fire]\n", "or [wartime HAZARD LEVEL plan KIND], a hazard"},
      {"[policy]\n[wartime flood 1 plan dragon]\npriority = 1\n",
       "p.ini: [wartime flood 1 plan dragon]: expected a kind that the plans have"},
      {"[policy]\n[wartime flood 1 plan fire]\npriority = 7\n", "[wartime flood 1 plan fire] priority: expected"},
      {"[policy]\n[wartime flood 1 plan fire]\nreached_s = 10\n", "in increasing order"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(muster_policy_parse("p.ini", bad[i].ini, strlen(bad[i].ini), &error));
    if (!strstr(error->message, bad[i].part)) g_error("\"%s\" does not say \"%s\"", error->message, bad[i].part);
  }
  g_autoptr(MusterPolicy) policy = muster_policy_parse("p", policy_text, strlen(policy_text), NULL);
  g_autofree char *ini = muster_policy_to_ini(policy);
  g_autoptr(MusterPolicy) again = muster_policy_parse("p", ini, strlen(ini), NULL);
  g_autofree char *ini_again = muster_policy_to_ini(again);
  g_assert_cmpstr(ini, ==, ini_again);
  g_assert_nonnull(strstr(ini, "[wartime fire 1]\nacceptance = certain\n[wartime fire 2]\n"));
}

#define ADD(name, function) g_test_add("/engine/modes/" name, world, NULL, set_up, function, tear_down)

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  ADD("most-specific", test_most_specific);
  ADD("difference", test_difference);
  ADD("refusals", test_refusals);
  ADD("restored", test_restored);
  ADD("way-back", test_way_back);
  ADD("radius-elsewhere", test_radius_elsewhere);
  ADD("ages-where-it-is", test_ages_where_it_is);
  ADD("one-set-under-optimal", test_one_set_under_optimal);
  g_test_add_func("/engine/modes/policy-file", test_policy_file);
  return g_test_run();
}
