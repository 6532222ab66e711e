/* Surcharges against the obvious rule: of all who may be asked, one after the other, the one with the least sum of
 * travel and surcharges, of equals the one with the shorter travel, then the one enrolled first. On small tables with
 * few different times, so that ties are common; and on the grids of a county. */
#include "base/random.h"
#include "county/sample.h"
#include "engine/state.h"
#include "support/support.h"

#include <string.h>

enum { PLACES = 5, PEOPLE = 24, REPORTS = 8, RUNS = 400 };

static const char *const place_names[PLACES] = {"p0", "p1", "p2", "p3", "p4"};

typedef struct small_world {
  mi_random random;
  MusterEngine *engine;
  uint32_t times_ms[PLACES * PLACES];
  int64_t now_ms;
  int64_t assigned_ms[PEOPLE], rested_ms[PEOPLE];
  bool arrived[PEOPLE];
} small_world;

static void draw_times(small_world *world) {
  for (size_t i = 0; i < PLACES * PLACES; i++)
    world->times_ms[i] =
        mi_random_below(&world->random, 8) == 0 ? MUSTER_UNREACHABLE_MS : 60000 * mi_random_below(&world->random, 6);
}

static char *draw_policy(mi_random *random) {
  GString *ini = g_string_new("[policy]\nalert_within_s = 260\nasks_per_volunteer = 1\n");
  g_string_append_printf(ini, "alerts_per_slot = %u\n", 1 + mi_random_below(random, 6));
  g_string_append_printf(ini, "acceptance = %s\n", mi_random_below(random, 2) ? "asked" : "certain");
  if (mi_random_below(random, 4))
    g_string_append_printf(ini, "cover_surcharge_s = %u\ncover_least = %u\n", 60 * (1 + mi_random_below(random, 6)),
                           1 + mi_random_below(random, 6));
  if (mi_random_below(random, 2))
    g_string_append_printf(ini, "position_stale_after_s = %u\nstale_surcharge_percent = 100\n",
                           60 * (1 + mi_random_below(random, 4)));
  if (mi_random_below(random, 2))
    g_string_append_printf(ini, "fatigue_surcharge_percent = %u\nfatigue_per_alert_s = %u\n",
                           1 + mi_random_below(random, 100), 60 * mi_random_below(random, 20));
  if (mi_random_below(random, 2))
    g_string_append_printf(ini, "rating_surcharge_s = %u\nrating_count_least = %u\n",
                           60 * (1 + mi_random_below(random, 4)), 1 + mi_random_below(random, 2));
  return g_string_free(ini, FALSE);
}

static void tire(small_world *world, uint64_t who, int64_t at_ms, int64_t rest_ms) {
  world->rested_ms[who] = MAX(world->rested_ms[who], at_ms) + rest_ms;
}

/* What the decisions mean for the rest that is due. */
static const MusterDecision *offer(small_world *world, MusterEvent event, size_t *count) {
  event.at_ms = world->now_ms;
  const MusterDecision *decisions = muster_engine_step(world->engine, &event, count);
  for (size_t i = 0; i < *count; i++) {
    uint64_t who = decisions[i].volunteer.number;
    if (decisions[i].type == MUSTER_DECISION_ALERT)
      tire(world, who, decisions[i].at_ms, INT64_C(1000) * world->engine->settings->fatigue_per_alert_s);
    if (decisions[i].type == MUSTER_DECISION_ASSIGN) world->assigned_ms[who] = decisions[i].at_ms;
  }
  return decisions;
}

/* ---- the obvious rule, from the settings, the table and where people stand ---- */

static uint32_t count_at(const MusterEngine *engine, uint32_t place) {
  uint32_t count = 0;
  for (size_t i = 0; i < engine->people.count; i++)
    count += engine->responders[i].available && engine->responders[i].place.matrix_id == place;
  return count;
}

static int64_t stale_of(const small_world *world, const mi_responder *person) {
  const mi_settings *settings = world->engine->settings;
  if (!settings->position_stale_after_s) return 0;
  int64_t over_ms = world->now_ms - person->placed_ms - INT64_C(1000) * settings->position_stale_after_s;
  return CLAMP(over_ms * settings->stale_surcharge_percent / 100, 0, INT64_C(1000) * settings->stale_surcharge_most_s);
}

static int64_t fatigue_of(const small_world *world, MusterResponder who) {
  const mi_settings *settings = world->engine->settings;
  int64_t due_ms = MAX(world->rested_ms[who] - world->now_ms, 0);
  return MIN(due_ms * settings->fatigue_surcharge_percent / 100,
             INT64_C(1000) * MIN(settings->fatigue_surcharge_most_s, settings->alert_within_s));
}

static int64_t rating_of(const small_world *world, MusterResponder who) {
  const mi_settings *settings = world->engine->settings;
  MusterVolunteerRecord record;
  g_assert_true(muster_engine_volunteer_record(world->engine, world->engine->people.entries[who], &record));
  bool low = record.ratings >= settings->rating_count_least && (double)record.rating_sum / record.ratings < 3;
  return low ? INT64_C(1000) * MIN(settings->rating_surcharge_s, settings->alert_within_s) : 0;
}

static int64_t cover_of(const small_world *world, const mi_responder *person, const uint32_t *taken) {
  const mi_settings *settings = world->engine->settings;
  uint32_t place = person->place.matrix_id, left = count_at(world->engine, place) - taken[place] - 1;
  return left < settings->cover_least ? INT64_C(1000) * MIN(settings->cover_surcharge_s, settings->alert_within_s) : 0;
}

/* Who is asked for a report at the place, in order, into `out`; returns how many. */
static size_t choose(const small_world *world, uint32_t at, size_t want, MusterResponder *out) {
  const MusterEngine *engine = world->engine;
  uint32_t taken[PLACES] = {0};
  bool chosen[PEOPLE] = {false};
  size_t count = 0;
  while (count < want) {
    MusterResponder best = MUSTER_NONE;
    int64_t best_rank = 0, best_travel = 0;
    for (MusterResponder i = 0; i < engine->people.count; i++) {
      const mi_responder *person = &engine->responders[i];
      uint32_t travel = world->times_ms[person->place.matrix_id * PLACES + at];
      if (!person->available || chosen[i] || travel == MUSTER_UNREACHABLE_MS) continue;
      int64_t time = travel + stale_of(world, person);
      int64_t rank = time + cover_of(world, person, taken) + fatigue_of(world, i) + rating_of(world, i);
      if (time > INT64_C(1000) * engine->settings->alert_within_s) continue;
      if (best != MUSTER_NONE && (rank > best_rank || (rank == best_rank && travel >= best_travel))) continue;
      best = i;
      best_rank = rank;
      best_travel = travel;
    }
    if (best == MUSTER_NONE) break;
    chosen[best] = true;
    taken[engine->responders[best].place.matrix_id]++;
    out[count++] = best;
  }
  return count;
}

/* ---- the world ---- */

static void enrol(small_world *world, uint32_t who) {
  size_t count;
  MusterEvent event = {.type = MUSTER_EVENT_ENROL, .volunteer = {.number = who}};
  event.place =
      (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place_names[mi_random_below(&world->random, PLACES)]};
  world->now_ms += 60000 * (int64_t)mi_random_below(&world->random, 2);
  offer(world, event, &count);
}

/* One event of an incident, with its volunteer where it has one. */
static void tell(small_world *world, MusterEventType type, uint32_t incident, uint32_t who) {
  size_t count;
  MusterEvent event = {.type = type, .incident = {.number = incident}, .volunteer = {.number = who}};
  event.rating = (uint8_t)(1 + mi_random_below(&world->random, 5));
  offer(world, event, &count);
}

/* Those who were asked go, work for a while and are rated. */
static void serve(small_world *world, uint32_t incident, const MusterResponder *asked, size_t count) {
  bool orders = world->engine->settings->acceptance == MI_ACCEPTANCE_CERTAIN;
  for (size_t i = 0; i < count; i++) {
    if (!orders) tell(world, MUSTER_EVENT_ACCEPT, incident, asked[i]);
    tell(world, MUSTER_EVENT_ARRIVE, incident, asked[i]);
    world->arrived[asked[i]] = world->engine->responders[asked[i]].state == MI_ON_SCENE;
  }
  world->now_ms += 60000 * (int64_t)mi_random_below(&world->random, 30);
  tell(world, MUSTER_EVENT_CLOSE, incident, 0);
  for (size_t i = 0; i < count; i++) {
    if (!world->arrived[asked[i]]) continue;
    int64_t served_ms = world->now_ms - world->assigned_ms[asked[i]];
    tire(world, asked[i], world->now_ms, served_ms * world->engine->settings->fatigue_per_service_percent / 100);
    world->arrived[asked[i]] = false;
  }
  tell(world, MUSTER_EVENT_RATE, incident, 0);
}

/* One report; returns how many were asked. */
static size_t report(small_world *world, uint32_t which) {
  const mi_settings *settings = world->engine->settings;
  uint32_t at = mi_random_below(&world->random, PLACES), need = 1 + mi_random_below(&world->random, 3);
  MusterNeed needs = {NULL, need};
  MusterEvent event = {.type = MUSTER_EVENT_REPORT, .incident = {.number = which}, .needs = &needs, .need_count = 1};
  event.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place_names[at]};
  MusterResponder expected[PEOPLE];
  bool orders = settings->acceptance == MI_ACCEPTANCE_CERTAIN;
  size_t want = choose(world, at, orders ? need : need * settings->alerts_per_slot, expected), found = 0, count;
  const MusterDecision *decisions = offer(world, event, &count);
  for (size_t i = 0; i < count; i++) {
    if (decisions[i].type != MUSTER_DECISION_ALERT && decisions[i].type != MUSTER_DECISION_ASSIGN) continue;
    g_assert_cmpuint(found, <, want);
    g_assert_cmpuint(decisions[i].volunteer.number, ==, world->engine->people.entries[expected[found]].number);
    found++;
  }
  g_assert_cmpuint(found, ==, want);
  if (mi_random_below(&world->random, 3)) serve(world, which, expected, MIN(want, need));
  return want;
}

static void check_covers(const MusterEngine *engine) {
  if (!engine->cover.is_counted) return;
  for (MusterResponder i = 0; i < engine->people.count; i++) {
    uint32_t left;
    if (!engine->responders[i].available) continue;
    g_assert_true(mi_cover_left(engine, i, &left));
    g_assert_cmpuint(left + 1, ==, count_at(engine, engine->responders[i].place.matrix_id));
  }
}

static void test_table(void) {
  uint64_t seed = test_seed();
  size_t asked = 0;
  for (uint64_t stream = 0; stream < RUNS; stream++) {
    small_world world = {.now_ms = 1000};
    GError *error = NULL;
    mi_random_init(&world.random, seed, stream);
    draw_times(&world);
    g_autofree char *ini = draw_policy(&world.random);
    g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
    g_assert_no_error(error);
    MusterTravel *travel = muster_travel_new_matrix(place_names, PLACES, world.times_ms);
    world.engine = muster_engine_new(NULL, travel, policy, true, &error);
    g_assert_no_error(error);
    for (uint32_t i = 0; i < PEOPLE; i++) enrol(&world, i);
    for (uint32_t i = 0; i < REPORTS; i++) {
      asked += report(&world, i);
      check_covers(world.engine);
    }
    muster_engine_free(world.engine);
  }
  g_assert_cmpuint(asked, >, RUNS * REPORTS);
}

/* ---- the grids of a county ---- */

static bool touches(const MusterCounty *county, MusterAreaId a, MusterAreaId b) {
  size_t count;
  const MusterAdjacency *pairs = muster_county_adjacency(county, &count);
  for (size_t i = 0; i < count; i++)
    if ((pairs[i].a == a && pairs[i].b == b) || (pairs[i].a == b && pairs[i].b == a)) return true;
  return a == b;
}

static MusterEngine *county_engine(MusterCounty *county, const char *ini) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  MusterTravel *travel = muster_travel_new_networks(&network, 1, MUSTER_SNAP_LIMIT_M, &error);
  MusterEngine *engine = muster_engine_new(county, travel, policy, true, &error);
  g_assert_no_error(error);
  return engine;
}

static MusterCounty *draw_county(void) {
  return sample_county_new(&(SampleOptions){.seed = 7, .side = 4, .volunteers = 60, .roads = true});
}

/* The cover of each is that of their grid and those that touch it, also after people came, went and moved. */
static void test_grids(void) {
  MusterCounty *county = draw_county();
  g_autoptr(MusterEngine) engine = county_engine(county, "[policy]\n[wartime flood 1]\ncover_surcharge_s = 60\n");
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  size_t checked = 0;
  for (int64_t turn = 0; turn < 200; turn++) {
    MusterResponder who = mi_random_below(&random, (uint32_t)engine->people.count);
    MusterEvent event = {.type = MUSTER_EVENT_DUTY, .at_ms = turn, .volunteer = engine->people.entries[who]};
    event.on_duty = mi_random_below(&random, 2);
    if (mi_random_below(&random, 2)) {
      event.type = MUSTER_EVENT_POSITION;
      event.place = (MusterEventPlace){
          .kind = MUSTER_PLACE_AT_POSITION,
          .position = engine->responders[mi_random_below(&random, (uint32_t)engine->people.count)].place.position};
    }
    muster_engine_step(engine, &event, NULL);
    uint32_t left, expected = 0;
    const mi_responder *person = &engine->responders[who];
    if (!person->placed || !mi_cover_left(engine, who, &left)) continue;
    MusterAreaId grid = muster_county_locate(county, person->place.position);
    for (MusterResponder i = 0; i < engine->people.count; i++)
      expected += i != who && engine->responders[i].available &&
                  touches(county, grid, muster_county_locate(county, engine->responders[i].place.position));
    g_assert_cmpuint(left, ==, expected);
    checked++;
  }
  g_assert_cmpuint(checked, >, 50);
  muster_county_unref(county);
}

/* In words: the grid that is left, by its name. */
static void test_grid_in_words(void) {
  MusterCounty *county = draw_county();
  g_autoptr(MusterEngine) engine = county_engine(county, "[policy]\ncover_surcharge_s = 60\ncover_least = 10000\n");
  MusterEvent event = {.type = MUSTER_EVENT_REPORT, .incident = {.number = 1}};
  event.place =
      (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION, .position = muster_county_volunteers(county, NULL)[0].home};
  size_t count, alerts = 0;
  const MusterDecision *decisions = muster_engine_step(engine, &event, &count);
  for (size_t i = 0; i < count; i++) {
    if (decisions[i].type != MUSTER_DECISION_ALERT) continue;
    MusterResponder who = mi_ids_find(&engine->people, decisions[i].volunteer);
    const char *name = muster_county_areas(county, NULL)[engine->responders[who].ground].name;
    g_autofree char *left =
        g_strdup_printf(", counted as 1 min 00 s farther: leaves grid %s and those that touch it with ", name);
    g_assert_nonnull(strstr(decisions[i].why, left));
    g_assert_true(g_str_has_suffix(decisions[i].why, " of 10000"));
    alerts++;
  }
  g_assert_cmpuint(alerts, >, 1);
  muster_county_unref(county);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/surcharge-on-a-table", test_table);
  g_test_add_func("/engine/cover-of-grids", test_grids);
  g_test_add_func("/engine/cover-in-words", test_grid_in_words);
  return g_test_run();
}
