/* Equipment fetched on the way: the choice of person and holder against all pairs, and what the engine makes of it. */
#include <string.h>

#include "base/random.h"
#include "county/sample.h"
#include "engine/state.h"

enum { PEOPLE = 60, MINUTE_MS = 60000 };
/* Nobody is too late. */
#define PATIENT "[plan cardiac_arrest]\non_scene_s = 86400\n"

static const MusterMode modes[] = {MUSTER_MODE_FOOT, MUSTER_MODE_EBIKE, MUSTER_MODE_CAR};

typedef struct world {
  MusterCounty *county;
  MusterNetwork *networks[G_N_ELEMENTS(modes)];
  MusterEngine *engine;
  MusterTravel *slow; /* with responder 0 alone, put wherever a way begins */
  const MusterDecision *decisions;
  size_t count;
} world;

static MusterTravel *new_travel(const world *at) {
  GError *error = NULL;
  MusterTravel *travel = muster_travel_new_networks(at->networks, G_N_ELEMENTS(modes), MUSTER_SNAP_LIMIT_M, &error);
  g_assert_no_error(error);
  return travel;
}

/* For begin: so many kinds that no plan wants stand before the AEDs. */
static uint32_t kinds_before;

/* AEDs at posts 5 and 9 and, by the sample, at every second station. */
static void begin(world *at, uint64_t seed, uint32_t side, const char *ini) {
  GError *error = NULL;
  g_autoptr(MusterCountyBuilder) builder =
      sample_builder_new(&(SampleOptions){.seed = seed, .side = side, .volunteers = PEOPLE, .roads = true});
  for (uint32_t i = 0; i < kinds_before; i++) {
    g_autofree char *kind = g_strdup_printf("a%u", i);
    muster_county_builder_add_equipment(builder, &(MusterEquipment){.holder = 5, .kind = kind, .count = 1});
  }
  muster_county_builder_add_equipment(builder, &(MusterEquipment){.holder = 5, .kind = "aed", .count = 1});
  muster_county_builder_add_equipment(builder, &(MusterEquipment){.holder = 9, .kind = "aed", .count = 2});
  at->county = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
    at->networks[i] = muster_network_new(muster_county_roads(at->county), modes[i], &error);
    g_assert_no_error(error);
  }
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  at->engine = muster_engine_new(at->county, new_travel(at), policy, true, &error);
  g_assert_no_error(error);
  at->slow = new_travel(at);
}

static void end(world *at) {
  muster_engine_free(at->engine);
  muster_travel_free(at->slow);
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) muster_network_unref(at->networks[i]);
  muster_county_unref(at->county);
}

static void restore(world *at) {
  GError *error = NULL;
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(at->engine, &bytes);
  MusterEngine *again = muster_engine_restore(at->county, new_travel(at), at->engine->policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  muster_engine_free(at->engine);
  at->engine = again;
}

static void step(world *at, MusterEvent event) {
  at->decisions = muster_engine_step(at->engine, &event, &at->count);
  for (size_t i = 0; i < at->count; i++)
    if (at->decisions[i].type == MUSTER_DECISION_REFUSED) g_error("refused: %s", at->decisions[i].why);
}

static MusterPosition holder_position(const MusterCounty *county, int64_t holder) {
  MusterPostId post = muster_county_find_post(county, holder);
  return post != MUSTER_NONE
             ? muster_county_posts(county, NULL)[post].position
             : muster_county_stations(county, NULL)[muster_county_find_station(county, holder)].position;
}

/* Time of one mode between two places, by an oracle that knows nothing of depots. */
static uint32_t slow_time(world *at, MusterPosition from, MusterPosition to, MusterMode mode) {
  MusterPlace start = {.position = from, .matrix_id = MUSTER_NONE}, goal = {.position = to, .matrix_id = MUSTER_NONE};
  if (!muster_travel_put(at->slow, 0, start, MUSTER_MODE_BIT(mode), 0)) return MUSTER_UNREACHABLE_MS;
  return muster_travel_time_ms(at->slow, 0, goal, NULL);
}

/* All pairs in all modes: the soonest time, MUSTER_UNREACHABLE_MS if there is none; `taken` by row. */
static uint32_t slow_best(world *at, MusterPosition place, const char *kind, const MusterResponder *people,
                          size_t count, const uint32_t *taken) {
  size_t row_count;
  const MusterEquipment *rows = muster_county_equipment(at->county, &row_count);
  uint32_t best = MUSTER_UNREACHABLE_MS;
  for (size_t row = 0; row < row_count; row++) {
    if (strcmp(rows[row].kind, kind) != 0 || taken[row] >= rows[row].count) continue;
    MusterPosition holder = holder_position(at->county, rows[row].holder);
    for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
      uint32_t on = slow_time(at, holder, place, modes[i]);
      for (size_t j = 0; j < count && on != MUSTER_UNREACHABLE_MS; j++) {
        const mi_responder *person = mi_responder_at(at->engine, people[j]);
        if (!person->placed || !(person->modes & MUSTER_MODE_BIT(modes[i]))) continue;
        uint32_t to = slow_time(at, person->place.position, holder, modes[i]);
        if (to != MUSTER_UNREACHABLE_MS) best = MIN(best, to + on);
      }
    }
  }
  return best;
}

static MusterPosition draw_place(const MusterCounty *county, mi_random *random) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  return volunteers[mi_random_below(random, (uint32_t)count)].work;
}

/* For the engine and the slow oracle. */
static void close_a_street(world *at) {
  static const int64_t ways[] = {13};
  step(at, (MusterEvent){.type = MUSTER_EVENT_CLOSE_ROADS,
                         .closure = {.number = 1},
                         .roads = {.ways = ways, .way_count = G_N_ELEMENTS(ways)}});
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
    g_autoptr(MusterMetric) metric = muster_travel_metric(at->engine->travel, modes[i]);
    g_assert_true(muster_travel_set_metric(at->slow, modes[i], metric));
  }
}

static const char orders[] = "[policy]\nacceptance = certain\nequipment = fetch\n" PATIENT;

static void test_all_pairs(void) {
  for (uint64_t seed = 1; seed <= 8; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    world at;
    /* A few depots, and dozens. */
    begin(&at, seed, seed % 2 ? 6 : 12,
          "[policy]\nacceptance = certain\nequipment = fetch\n[plan fire]\nequipment = extinguisher, pump\n");
    mi_random random;
    mi_random_init(&random, seed, 1);
    if (seed % 3 == 0) close_a_street(&at);
    uint32_t taken[200] = {0}, found = 0;
    for (int round = 0; round < 40; round++) {
      MusterResponder people[6];
      size_t count = 1 + mi_random_below(&random, G_N_ELEMENTS(people));
      for (size_t i = 0; i < count; i++) people[i] = mi_random_below(&random, PEOPLE);
      MusterPosition place = draw_place(at.county, &random);
      const char *kind = round % 3 ? "aed" : "pump";
      mi_detour detour = mi_fetching_find(at.engine, place, kind, people, count);
      uint32_t best = slow_best(&at, place, kind, people, count, taken);
      g_assert_cmpuint(detour.responder == MUSTER_NONE ? MUSTER_UNREACHABLE_MS : detour.time_ms, ==, best);
      found += detour.responder != MUSTER_NONE;
    }
    g_assert_cmpuint(
        mi_fetching_find(at.engine, draw_place(at.county, &random), "boat", (MusterResponder[]){1}, 1).responder, ==,
        MUSTER_NONE);
    g_assert_cmpuint(found, >, 10);
    end(&at);
  }
}

/* ---- the engine ---- */

static uint32_t find_row(const MusterCounty *county, const MusterFetch *fetch) {
  size_t count;
  const MusterEquipment *rows = muster_county_equipment(county, &count);
  for (uint32_t row = 0; row < count; row++)
    if (rows[row].holder == fetch->holder && strcmp(rows[row].kind, fetch->kind) == 0) return row;
  g_assert_not_reached();
}

static MusterEvent report(uint64_t id, int64_t at_ms, MusterPosition place, uint32_t people) {
  static MusterNeed needs[1];
  needs[0] = (MusterNeed){.count = people};
  return (MusterEvent){.type = MUSTER_EVENT_REPORT,
                       .at_ms = at_ms,
                       .incident = {.number = id},
                       .kind = "cardiac_arrest",
                       .needs = needs,
                       .need_count = 1,
                       .place = {.kind = MUSTER_PLACE_AT_POSITION, .position = place}};
}

/* Who goes alone fetches the AED if that is in time for ON_SCENE, or going straight is not either. */
static void test_alone(void) {
  uint32_t fetched = 0, straight = 0;
  for (uint64_t seed = 1; seed <= 5; seed++) {
    world at;
    begin(&at, seed, 6, "[policy]\nacceptance = certain\nequipment = fetch\n[plan cardiac_arrest]\non_scene_s = 240\n");
    mi_random random;
    mi_random_init(&random, seed, 3);
    const uint32_t none[200] = {0};
    for (uint64_t id = 1; id <= 40; id++) {
      MusterPosition place = draw_place(at.county, &random);
      step(&at, report(id, (int64_t)id * MINUTE_MS, place, 1));
      const MusterDecision *assign = NULL;
      for (size_t i = 0; i < at.count; i++)
        if (at.decisions[i].type == MUSTER_DECISION_ASSIGN) assign = &at.decisions[i];
      if (!assign) continue;
      uint8_t mode;
      MusterResponder person = muster_county_find_volunteer(at.county, (int64_t)assign->volunteer.number);
      uint32_t way_ms = muster_travel_time_ms(at.engine->travel, person,
                                              (MusterPlace){.position = place, .matrix_id = MUSTER_NONE}, &mode);
      uint32_t best_ms = slow_best(&at, place, "aed", &person, 1, none);
      bool fetches = best_ms != MUSTER_UNREACHABLE_MS && (best_ms <= 4 * MINUTE_MS || way_ms > 4 * MINUTE_MS);
      g_assert_cmpint(assign->fetch != NULL, ==, fetches);
      g_assert_cmpuint(assign->travel_ms, ==, fetches ? best_ms : way_ms);
      fetched += fetches;
      straight += !fetches;
      step(&at, (MusterEvent){.type = MUSTER_EVENT_CANCEL,
                              .at_ms = (int64_t)id * MINUTE_MS,
                              .volunteer = MUSTER_ID_NONE,
                              .incident = {.number = id}});
    }
    end(&at);
  }
  g_assert_cmpuint(fetched, >, 5);
  g_assert_cmpuint(straight, >, 5);
}

/* Under orders all go in one step: the soonest pair of them and what is left fetches the AED, the others go straight;
 * what an incident took comes back at its end. */
static void test_orders(void) {
  enum { ROUNDS = 40 };
  for (uint64_t seed = 1; seed <= 5; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    world at;
    begin(&at, seed, 6, orders);
    mi_random random;
    mi_random_init(&random, seed, 2);
    uint32_t taken[200] = {0}, rows[ROUNDS + 1], fetches = 0;
    for (uint64_t id = 1; id <= ROUNDS; id++) {
      MusterPosition place = draw_place(at.county, &random);
      step(&at, report(id, (int64_t)id * MINUTE_MS, place, 1 + mi_random_below(&random, 4)));
      MusterResponder people[8];
      size_t count = 0;
      const MusterDecision *fetching = NULL;
      for (size_t i = 0; i < at.count; i++) {
        if (at.decisions[i].type != MUSTER_DECISION_ASSIGN) continue;
        people[count++] = muster_county_find_volunteer(at.county, (int64_t)at.decisions[i].volunteer.number);
        if (!at.decisions[i].fetch) continue;
        g_assert_null(fetching);
        fetching = &at.decisions[i];
      }
      bool all_wait = count == 1 && at.engine->incidents[id - 1].work->needs[0].count > 1; /* who goes goes straight */
      uint32_t best = all_wait ? MUSTER_UNREACHABLE_MS : slow_best(&at, place, "aed", people, count, taken);
      rows[id] = MUSTER_NONE;
      g_assert_cmpint(fetching != NULL, ==, best != MUSTER_UNREACHABLE_MS);
      if (fetching) {
        g_assert_cmpuint(fetching->travel_ms, ==, best);
        rows[id] = find_row(at.county, fetching->fetch);
        taken[rows[id]]++;
        fetches++;
      }
      if (id % 7 == 0) restore(&at);
      if (id % 3 != 0) continue;
      uint64_t over = 1 + mi_random_below(&random, (uint32_t)id);
      if (!at.engine->incidents[over - 1].work) continue;
      step(&at,
           (MusterEvent){.type = MUSTER_EVENT_CANCEL, .at_ms = (int64_t)id * MINUTE_MS, .incident = {.number = over}});
      if (rows[over] != MUSTER_NONE) taken[rows[over]]--;
      rows[over] = MUSTER_NONE;
      for (size_t i = 0; i < at.count; i++) /* those who came free may serve who waits, and fetch */
        if (at.decisions[i].type == MUSTER_DECISION_ASSIGN && at.decisions[i].fetch) {
          rows[at.decisions[i].incident.number] = find_row(at.county, at.decisions[i].fetch);
          taken[rows[at.decisions[i].incident.number]]++;
        }
    }
    g_assert_cmpuint(fetches, >, 5);
    end(&at);
  }
}

static const MusterDecision *find_assign(const world *at) {
  for (size_t i = 0; i < at->count; i++)
    if (at->decisions[i].type == MUSTER_DECISION_ASSIGN) return &at->decisions[i];
  g_assert_not_reached();
}

static void answer(world *at, MusterEventType type, int64_t at_ms, MusterId who, uint64_t incident) {
  step(at, (MusterEvent){.type = type, .at_ms = at_ms, .volunteer = who, .incident = {.number = incident}});
}

/* A place from which all can be reached. */
static MusterPosition middle(const world *at) { return holder_position(at->county, 9); }

/* Two are needed, asked one at a time: the first to accept goes straight, the second fetches; dropping out gives the
 * AED back to the next, and what was brought stays. */
static void test_asked(void) {
  world at;
  begin(&at, 3, 6, "[policy]\nequipment = fetch\nalerts_per_slot = 1\n" PATIENT);
  step(&at, report(1, 0, middle(&at), 2));
  MusterId asked[2];
  size_t count = 0;
  for (size_t i = 0; i < at.count; i++)
    if (at.decisions[i].type == MUSTER_DECISION_ALERT) asked[count++] = at.decisions[i].volunteer;
  g_assert_cmpuint(count, ==, 2);
  answer(&at, MUSTER_EVENT_ACCEPT, 1000, asked[0], 1);
  g_assert_null(find_assign(&at)->fetch);
  answer(&at, MUSTER_EVENT_ACCEPT, 2000, asked[1], 1);
  const MusterDecision *second = find_assign(&at);
  g_assert_nonnull(second->fetch);
  g_assert_cmpstr(second->fetch->kind, ==, "aed");
  g_assert_nonnull(strstr(second->why, "; fetches aed on the way, at "));
  g_autofree char *json = muster_decision_to_json(at.engine, second);
  g_autofree char *field = g_strdup_printf(",\"fetch\":[{\"kind\":\"aed\",\"at\":%" G_GINT64_FORMAT ",\"position\":[",
                                           second->fetch->holder);
  g_assert_nonnull(strstr(json, field));
  restore(&at);
  MusterResponder fetcher = muster_county_find_volunteer(at.county, (int64_t)asked[1].number);
  g_assert_true(mi_fetching_is_under_way(at.engine, fetcher));
  answer(&at, MUSTER_EVENT_DECLINE, 3000, asked[1], 1);
  g_assert_false(mi_fetching_is_under_way(at.engine, fetcher));
  const MusterDecision *next = NULL;
  for (size_t i = 0; i < at.count; i++)
    if (at.decisions[i].type == MUSTER_DECISION_ALERT) next = &at.decisions[i];
  MusterId third = next->volunteer;
  answer(&at, MUSTER_EVENT_ACCEPT, 4000, third, 1);
  g_assert_nonnull(find_assign(&at)->fetch);
  answer(&at, MUSTER_EVENT_ARRIVE, 5000, third, 1);
  answer(&at, MUSTER_EVENT_RELEASE, 6000, third, 1);
  g_assert_cmpuint(at.engine->incidents[0].work->fetches[0].responder, ==, MUSTER_NONE);
  g_assert_cmpuint(at.engine->incidents[0].work->fetch_count, ==, 1);
  restore(&at);
  end(&at);
}

/* The second of three to accept fetches, unless the third, who is still asked, would bring it sooner even with an
 * answer in the last moment. */
static void test_left_to_asked(void) {
  uint32_t fetched = 0, left = 0;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    world at;
    begin(&at, seed, 6, "[policy]\nequipment = fetch\nalerts_per_slot = 1\nalert_expires_s = 60\n" PATIENT);
    mi_random random;
    mi_random_init(&random, seed, 3);
    MusterPosition place = draw_place(at.county, &random);
    step(&at, report(1, 0, place, 3));
    MusterId asked[3];
    MusterResponder people[3];
    size_t count = 0;
    for (size_t i = 0; i < at.count; i++)
      if (at.decisions[i].type == MUSTER_DECISION_ALERT) asked[count++] = at.decisions[i].volunteer;
    for (size_t i = 0; i < count; i++) people[i] = muster_county_find_volunteer(at.county, (int64_t)asked[i].number);
    if (count == 3) {
      mi_detour second = mi_fetching_find(at.engine, place, "aed", &people[1], 1);
      mi_detour third = mi_fetching_find(at.engine, place, "aed", &people[2], 1);
      bool is_left = third.responder != MUSTER_NONE && third.time_ms + 50000 < second.time_ms;
      answer(&at, MUSTER_EVENT_ACCEPT, 9000, asked[0], 1);
      answer(&at, MUSTER_EVENT_ACCEPT, 10000, asked[1], 1);
      g_assert_cmpint(find_assign(&at)->fetch != NULL, ==, second.responder != MUSTER_NONE && !is_left);
      *(is_left ? &left : &fetched) += 1;
    }
    end(&at);
  }
  g_assert_cmpuint(fetched, >, 0);
  g_assert_cmpuint(left, >, 0);
}

/* More incidents than AEDs: in the end a `why` says that none is left. */
static void test_none_left(void) {
  world at;
  begin(&at, 3, 6, orders);
  bool told = false;
  for (uint64_t id = 1; id <= 40; id++) {
    step(&at, report(id, 1000 * (int64_t)id, middle(&at), 1));
    for (size_t i = 0; i < at.count; i++)
      if (at.decisions[i].type == MUSTER_DECISION_ASSIGN)
        told |= strstr(at.decisions[i].why, "; without aed: none is left") != NULL;
  }
  g_assert_true(told);
  end(&at);
}

static size_t count_out(const world *at, uint64_t incident) {
  return at->engine->incidents[incident - 1].work->fetch_count;
}

static const MusterDecision *need(world *at, int64_t at_ms, uint32_t people) {
  MusterNeed need = {.count = people};
  step(at, (MusterEvent){
               .type = MUSTER_EVENT_NEED, .at_ms = at_ms, .incident = {.number = 1}, .needs = &need, .need_count = 1});
  return find_assign(at);
}

/* A mode under which the plan wants something else: what is out stays out, the next to go fetches what is wanted now,
 * and a snapshot holds both. */
static void test_plan_of_a_mode(void) {
  world at;
  begin(&at, 3, 6,
        "[policy]\nacceptance = certain\nequipment = fetch\n" PATIENT
        "[wartime flood 1 plan cardiac_arrest]\nequipment = pump\n");
  step(&at, report(1, 0, middle(&at), 2));
  g_assert_cmpuint(count_out(&at, 1), ==, 1);
  MusterEvent mode = {.type = MUSTER_EVENT_MODE, .at_ms = 1000, .hazard = "flood", .level = 1};
  step(&at, mode);
  restore(&at);
  g_assert_cmpstr(need(&at, 2000, 3)->fetch->kind, ==, "pump");
  g_assert_cmpuint(count_out(&at, 1), ==, 2);
  restore(&at);
  g_assert_null(need(&at, 3000, 4)->fetch);
  mode.at_ms = 4000;
  mode.level = 0;
  step(&at, mode);
  restore(&at);
  g_assert_null(need(&at, 5000, 5)->fetch); /* the AED is out already */
  g_assert_cmpuint(count_out(&at, 1), ==, 2);
  step(&at, (MusterEvent){.type = MUSTER_EVENT_CANCEL, .at_ms = 6000, .incident = {.number = 1}});
  step(&at, report(2, 7000, middle(&at), 2));
  g_assert_cmpuint(count_out(&at, 2), ==, 1);
  end(&at);
}

/* The county may hold any number of kinds that no plan wants. */
static void test_many_kinds(void) {
  world at;
  kinds_before = 100;
  begin(&at, 3, 6, orders);
  kinds_before = 0;
  step(&at, report(1, 0, middle(&at), 2));
  g_assert_cmpuint(count_out(&at, 1), ==, 1);
  restore(&at);
  end(&at);
}

/* Bytes of a snapshot with somebody on a detour, each damaged in turn: refused or another whole state, never worse. */
static void test_damaged(void) {
  world at;
  begin(&at, 3, 6, orders);
  step(&at, report(1, 0, middle(&at), 3));
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(at.engine, &bytes);
  for (size_t from_end = 1; from_end <= 18; from_end++)
    for (unsigned bit = 0; bit < 8; bit += 3) {
      snapshot[bytes - from_end] ^= (uint8_t)(1u << bit);
      MusterEngine *again = muster_engine_restore(at.county, new_travel(&at), at.engine->policy, snapshot, bytes, NULL);
      muster_engine_free(again);
      snapshot[bytes - from_end] ^= (uint8_t)(1u << bit);
    }
  restore(&at);
  end(&at);
}

/* ---- any events, under any policy, with shifts ---- */

static MusterEvent draw_event(const world *at, mi_random *random, int64_t at_ms, uint64_t *reported) {
  static const MusterEventType types[] = {
      MUSTER_EVENT_ACCEPT,   MUSTER_EVENT_DECLINE, MUSTER_EVENT_ARRIVE, MUSTER_EVENT_RELEASE, MUSTER_EVENT_DUTY,
      MUSTER_EVENT_POSITION, MUSTER_EVENT_CLOSE,   MUSTER_EVENT_CANCEL, MUSTER_EVENT_TICK,    MUSTER_EVENT_HAND_OVER};
  if (mi_random_below(random, 8) == 0 && *reported < 60)
    return report(++*reported, at_ms, draw_place(at->county, random), 1 + mi_random_below(random, 3));
  MusterEvent event = {.type = types[mi_random_below(random, G_N_ELEMENTS(types))], .at_ms = at_ms};
  bool ends = event.type == MUSTER_EVENT_CLOSE || event.type == MUSTER_EVENT_CANCEL;
  event.volunteer.number = 1000 + 7 * mi_random_below(random, PEOPLE);
  for (size_t i = 0; i < 20 && at->count && !ends; i++) { /* rather somebody who was told something */
    const MusterDecision *decision = &at->decisions[mi_random_below(random, (uint32_t)at->count)];
    if (!muster_id_is_none(decision->volunteer)) event.volunteer = decision->volunteer;
  }
  event.to.number = 1000 + 7 * mi_random_below(random, PEOPLE);
  event.on_duty = mi_random_below(random, 4) > 0;
  event.incident = ends ? (MusterId){.number = 1 + mi_random_below(random, 60)} : MUSTER_ID_NONE;
  event.place = (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION, .position = draw_place(at->county, random)};
  return event;
}

/* Who fetches or has brought something is on the way or on scene there, each one thing, and no holder gives more than
 * it has. Returns how many things are out. */
static uint32_t check_fetches(const world *at) {
  uint32_t taken[200] = {0}, out = 0;
  size_t row_count;
  const MusterEquipment *rows = muster_county_equipment(at->county, &row_count);
  for (mi_incident_id id = 0; id < at->engine->names.count; id++) {
    const mi_work *work = at->engine->incidents[id].work;
    for (size_t i = 0; work && i < work->fetch_count; i++) {
      mi_fetch fetch = work->fetches[i];
      out++;
      g_assert_cmpuint(++taken[fetch.row], <=, rows[fetch.row].count);
      if (fetch.responder == MUSTER_NONE) continue;
      g_assert_cmpuint(at->engine->responders[fetch.responder].incident, ==, id);
      g_assert_cmpint(at->engine->responders[fetch.responder].state, >=, MI_ASSIGNED);
    }
  }
  return out;
}

static void test_any_events(void) {
  static const char *const bases[] = {"nearest-fair", "nearest-fcfs", "optimal", "guarantee"};
  for (uint64_t seed = 1; seed <= 8; seed++) {
    g_test_message("seed %" G_GUINT64_FORMAT, seed);
    g_autofree char *ini = g_strdup_printf("[policy]\nbase = %s\nacceptance = %s\nequipment = fetch\nshifts = follow\n",
                                           bases[seed % 4], seed > 4 ? "certain" : "asked");
    world at;
    begin(&at, seed, 6, ini);
    mi_random random;
    mi_random_init(&random, seed, 4);
    MusterEngine *twin =
        muster_engine_new(at.county, new_travel(&at), at.engine->policy, true, NULL); /* never restored */
    uint64_t reported = 0;
    int64_t at_ms = 0;
    uint32_t most = 0;
    at.count = 0;
    for (int i = 0; i < 1500; i++) {
      at_ms += mi_random_below(&random, i % 100 ? 20000 : 20000000);
      MusterEvent event = draw_event(&at, &random, at_ms, &reported);
      at.decisions = muster_engine_step(at.engine, &event, &at.count);
      muster_engine_step(twin, &event, NULL);
      g_assert_cmpuint(muster_engine_state_hash(at.engine), ==, muster_engine_state_hash(twin));
      most = MAX(most, check_fetches(&at));
      if (i % 50 != 49) continue;
      restore(&at);
      at.count = 0;
    }
    g_assert_cmpuint(most, >, 0);
    for (uint64_t id = 1; id <= reported; id++)
      muster_engine_step(at.engine,
                         &(MusterEvent){.type = MUSTER_EVENT_CANCEL, .at_ms = at_ms, .incident = {.number = id}}, NULL);
    g_assert_cmpuint(check_fetches(&at), ==, 0);
    muster_engine_free(twin);
    end(&at);
  }
}

/* Without the setting nobody fetches. */
static void test_by_name_only(void) {
  world at;
  begin(&at, 3, 6, "[policy]\nacceptance = certain\n");
  step(&at, report(1, 0, middle(&at), 2));
  g_assert_null(find_assign(&at)->fetch);
  g_assert_cmpstr(find_assign(&at)->equipment[0], ==, "aed");
  end(&at);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fetching/all-pairs", test_all_pairs);
  g_test_add_func("/fetching/alone", test_alone);
  g_test_add_func("/fetching/orders", test_orders);
  g_test_add_func("/fetching/asked", test_asked);
  g_test_add_func("/fetching/left-to-asked", test_left_to_asked);
  g_test_add_func("/fetching/none-left", test_none_left);
  g_test_add_func("/fetching/plan-of-a-mode", test_plan_of_a_mode);
  g_test_add_func("/fetching/many-kinds", test_many_kinds);
  g_test_add_func("/fetching/damaged", test_damaged);
  g_test_add_func("/fetching/any-events", test_any_events);
  g_test_add_func("/fetching/by-name-only", test_by_name_only);
  return g_test_run();
}
