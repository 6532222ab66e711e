/* Rules that need a county: the chain with its acknowledgements, the second contact, mutual aid, work places by hour,
 * grids as places; and what is counted of volunteers and lists. */
#include "county/sample.h"
#include "engine/state.h"

#include <string.h>

typedef struct world {
  MusterCounty *county;
  MusterEngine *engine;
  MusterEventReader *reader;
  const MusterDecision *decisions;
  size_t count;
} world;

static MusterTravel *new_travel(const MusterCounty *county) {
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(muster_county_roads(county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  MusterTravel *travel = muster_travel_new_networks(&network, 1, MUSTER_SNAP_LIMIT_M, &error);
  g_assert_no_error(error);
  return travel;
}

static void begin(world *at, const char *ini, bool on_duty) {
  GError *error = NULL;
  at->county = sample_county_new(&(SampleOptions){.seed = 7, .side = 4, .volunteers = 60, .roads = true});
  at->reader = muster_event_reader_new();
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  at->engine = muster_engine_new(at->county, new_travel(at->county), policy, on_duty, &error);
  g_assert_no_error(error);
}

static void end(world *at) {
  muster_engine_free(at->engine);
  muster_event_reader_free(at->reader);
  muster_county_unref(at->county);
}

static void offer(world *at, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void offer(world *at, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *json = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  MusterEvent event;
  GError *error = NULL;
  muster_event_reader_parse(at->reader, json, strlen(json), &event, &error);
  g_assert_no_error(error);
  at->decisions = muster_engine_step(at->engine, &event, &at->count);
}

/* The n-th decision of that type in the last step; NULL: fewer. */
static const MusterDecision *find(const world *at, MusterDecisionType type, size_t n) {
  for (size_t i = 0; i < at->count; i++)
    if (at->decisions[i].type == type && n-- == 0) return &at->decisions[i];
  return NULL;
}

static int64_t first_grid(const MusterCounty *county) {
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  for (size_t i = 0; i < count; i++)
    if (areas[i].level == MUSTER_AREA_GRID) return areas[i].code;
  g_assert_not_reached();
}

static void restore(world *at) {
  GError *error = NULL;
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(at->engine, &bytes);
  MusterEngine *again =
      muster_engine_restore(at->county, new_travel(at->county), at->engine->policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  muster_engine_free(at->engine);
  at->engine = again;
}

/* Nobody is on duty, so the card begins with the community's leader; each level has 20 s to acknowledge. */
static void test_acknowledgement(void) {
  world at;
  begin(&at, "[policy]\nacknowledge_within_s = 20\n", false);
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  g_assert_cmpint(find(&at, MUSTER_DECISION_CONTACT_CARD, 0)->chain[0].level, ==, MUSTER_AREA_COMMUNITY);
  offer(&at, "{\"type\":\"acknowledge\",\"at_ms\":1000,\"incident\":\"i\"}");
  g_assert_nonnull(strstr(find(&at, MUSTER_DECISION_REFUSED, 0)->why, "nobody was told"));
  offer(&at, "{\"type\":\"tick\",\"at_ms\":45000}");
  const MusterDecision *told = find(&at, MUSTER_DECISION_ESCALATE, 0);
  g_assert_cmpint(told->chain[0].level, ==, MUSTER_AREA_TOWNSHIP);
  g_assert_cmpint(told->acknowledge_by_ms, ==, 65000);
  g_autofree char *json = muster_decision_to_json(at.engine, told);
  g_assert_nonnull(strstr(json, "\"acknowledge_by_ms\":65000,\"why\""));
  restore(&at);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":66000}");
  told = find(&at, MUSTER_DECISION_ESCALATE, 0);
  g_assert_cmpint(told->at_ms, ==, 65000);
  g_assert_cmpint(told->stage, ==, MUSTER_STAGE_KNOWN);
  g_assert_cmpstr(told->chain[0].contact, ==, "commander");
  g_assert_nonnull(
      strstr(told->why, "no acknowledgement by the township commander within 20 s: county commander told"));
  offer(&at, "{\"type\":\"acknowledge\",\"at_ms\":70000,\"incident\":\"i\"}");
  g_assert_cmpuint(at.count, ==, 0);
  offer(&at, "{\"type\":\"acknowledge\",\"at_ms\":71000,\"incident\":\"i\"}");
  g_assert_nonnull(strstr(find(&at, MUSTER_DECISION_REFUSED, 0)->why, "acknowledged before"));
  MusterTelling tellings[MUSTER_AREA_LEVEL_COUNT];
  g_assert_true(muster_engine_tellings(at.engine, (MusterId){.text = "i"}, tellings));
  g_assert_cmpint(tellings[MUSTER_AREA_TOWNSHIP].at_ms, ==, 45000);
  g_assert_cmpint(tellings[MUSTER_AREA_TOWNSHIP].acknowledged_ms, ==, INT64_MIN);
  g_assert_cmpint(tellings[MUSTER_AREA_COUNTY].acknowledged_ms, ==, 70000);
  g_assert_cmpint(tellings[MUSTER_AREA_COMMUNITY].at_ms, ==, INT64_MIN);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":110000}");
  g_assert_null(find(&at, MUSTER_DECISION_ESCALATE, 0));
  end(&at);
}

/* At the top it ends: the county is told again once, and then there is silence until the next stage. */
static void test_nobody_acknowledges(void) {
  world at;
  begin(&at, "[policy]\nacknowledge_within_s = 5\nescalate_before_reached_s = 0\nescalate_before_on_scene_s = 0\n",
        false);
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  offer(&at, "{\"type\":\"tick\",\"at_ms\":500000}");
  static const int64_t times_ms[] = {45000, 50000, 55000};
  static const int levels[] = {MUSTER_AREA_TOWNSHIP, MUSTER_AREA_COUNTY, MUSTER_AREA_COUNTY};
  for (size_t i = 0; i < G_N_ELEMENTS(times_ms); i++) {
    const MusterDecision *told = find(&at, MUSTER_DECISION_ESCALATE, i);
    g_assert_nonnull(told);
    g_assert_cmpint(told->at_ms, ==, times_ms[i]);
    g_assert_cmpint(told->chain[0].level, ==, levels[i]);
    g_assert_cmpint(told->acknowledge_by_ms, ==, i < 2 ? times_ms[i] + 5000 : -1);
  }
  g_assert_null(find(&at, MUSTER_DECISION_ESCALATE, 3));
  end(&at);
}

static int64_t last_grid(const MusterCounty *county) {
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  while (areas[count - 1].level != MUSTER_AREA_GRID) count--;
  return areas[count - 1].code;
}

/* A new card for another grid takes nothing from who was told. */
static void test_told_and_located(void) {
  world at;
  begin(&at, "[policy]\nacknowledge_within_s = 20\nescalate_before_reached_s = 0\n", false);
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"j\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  offer(&at, "{\"type\":\"tick\",\"at_ms\":45000}");
  for (const char *id = "ij"; *id; id++) {
    offer(&at, "{\"type\":\"locate\",\"at_ms\":46000,\"incident\":\"%c\",\"grid\":%" G_GINT64_FORMAT "}", *id,
          last_grid(at.county));
    g_assert_nonnull(find(&at, MUSTER_DECISION_CONTACT_CARD, 0));
  }
  restore(&at);
  offer(&at, "{\"type\":\"acknowledge\",\"at_ms\":50000,\"incident\":\"i\"}");
  g_assert_null(find(&at, MUSTER_DECISION_REFUSED, 0));
  offer(&at, "{\"type\":\"tick\",\"at_ms\":66000}");
  const MusterDecision *told = find(&at, MUSTER_DECISION_ESCALATE, 0);
  g_assert_cmpstr(told->incident.text, ==, "j");
  g_assert_cmpint(told->chain[0].level, ==, MUSTER_AREA_COUNTY);
  g_assert_nonnull(strstr(told->why, "no acknowledgement by the township commander within 20 s: county commander"));
  g_assert_null(find(&at, MUSTER_DECISION_ESCALATE, 1));
  end(&at);
}

/* Whoever was told of a stage that is met since is not pressed any more. */
static void test_met_before_acknowledged(void) {
  world at;
  begin(&at, "[policy]\nacknowledge_within_s = 20\nescalate_before_reached_s = 0\nescalate_before_on_scene_s = 0\n",
        false);
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  offer(&at, "{\"type\":\"known\",\"at_ms\":50000,\"incident\":\"i\"}");
  g_assert_nonnull(find(&at, MUSTER_DECISION_ESCALATE, 0));
  offer(&at, "{\"type\":\"tick\",\"at_ms\":100000}");
  g_assert_null(find(&at, MUSTER_DECISION_ESCALATE, 0));
  end(&at);
}

static void test_second_contact(void) {
  world at;
  begin(&at, "[policy]\ncard_resend_s = 10\ncard_second_contact_s = 10\n", false);
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"grid\":%" G_GINT64_FORMAT "}",
        first_grid(at.county));
  const MusterDecision *card = find(&at, MUSTER_DECISION_CONTACT_CARD, 0);
  g_assert_cmpuint(card->attempt, ==, 1);
  g_assert_nonnull(strstr(card->why, "known by its grid only"));
  g_autofree char *first = g_strdup(card->chain[0].contact), *second = g_strdup(card->chain[1].contact);
  restore(&at);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":30000}");
  card = find(&at, MUSTER_DECISION_CONTACT_CARD, 0);
  g_assert_cmpuint(card->attempt, ==, 2);
  g_assert_cmpstr(card->chain[0].contact, ==, first);
  card = find(&at, MUSTER_DECISION_CONTACT_CARD, 1);
  g_assert_cmpuint(card->attempt, ==, 3);
  g_assert_cmpstr(card->chain[0].contact, ==, second);
  g_autofree char *json = muster_decision_to_json(at.engine, card);
  g_assert_nonnull(strstr(json, "\"attempt\":3,\"why\":"));
  end(&at);
}

static void test_mutual_aid(void) {
  static const char plans[] =
      "[policy]\ncard_resend_s = 10\ncard_second_contact_s = 10\n[neighbour Far]\ncontact = far-duty\nposition = 100, "
      "20\n"
      "[neighbour Near]\ncontact = near-duty\nposition = 108, 28\n";
  static const char report[] = "{\"type\":\"report\",\"at_ms\":0,\"incident\":\"i\",\"position\":[107.9,28.1]}";
  world at;
  begin(&at, plans, true);
  offer(&at, report);
  const MusterDecision *card = find(&at, MUSTER_DECISION_CONTACT_CARD, 0);
  g_assert_cmpstr(card->neighbour, ==, "Near");
  g_assert_cmpuint(card->chain_count, ==, 1);
  g_autofree char *json = muster_decision_to_json(at.engine, card);
  g_assert_nonnull(strstr(json,
                          "\"grid\":null,\"chain\":[{\"level\":\"county\",\"area\":null,\"contact\":\"near-duty\"}],"
                          "\"neighbour\":\"Near\",\"why\":"));
  offer(&at, "{\"type\":\"locate\",\"at_ms\":1000,\"incident\":\"i\",\"position\":[101,20]}");
  card = find(&at, MUSTER_DECISION_CONTACT_CARD, 0);
  g_assert_cmpstr(card->neighbour, ==, "Far");
  offer(&at, "{\"type\":\"tick\",\"at_ms\":30000}");
  g_assert_nonnull(strstr(find(&at, MUSTER_DECISION_CONTACT_CARD, 1)->why, "sent again, nobody is second"));
  end(&at);
  begin(&at, "[policy]\n", true);
  offer(&at, report);
  card = find(&at, MUSTER_DECISION_CONTACT_CARD, 0);
  g_assert_null(card->neighbour);
  g_assert_nonnull(strstr(card->why, "more than 2 km outside every grid of the county"));
  end(&at);
}

/* Of everybody who has a work place: whether they are there. Those whose work place lies at no road stay at home. */
static void count_at_work(const world *at, size_t *at_work, size_t *at_home) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(at->county, &count);
  *at_work = *at_home = 0;
  for (size_t i = 0; i < count; i++) {
    const mi_responder *person = &at->engine->responders[i];
    if (!volunteers[i].has_work || !person->placed) continue;
    *at_work += memcmp(&person->place.position, &volunteers[i].work, sizeof(MusterPosition)) == 0;
    *at_home += memcmp(&person->place.position, &volunteers[i].home, sizeof(MusterPosition)) == 0;
  }
}

/* Event time 0 is 6:00 on a Friday. */
static void test_work_places(void) {
  static const struct {
    int hour; /* from event time 0 */
    bool at_work;
  } hours[] = {{0, false}, {1, false}, {2, true}, {11, true}, {12, false}, {26, false}, {50, false}, {74, true}};
  world at;
  begin(&at, "[policy]\nmidnight_s = 21600\nfirst_weekday = 5\nwork_from_h = 8\nwork_until_h = 18\n", true);
  size_t at_work, at_home, most = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(hours); i++) {
    offer(&at, "{\"type\":\"tick\",\"at_ms\":%" G_GINT64_FORMAT "}", (int64_t)hours[i].hour * 3600000);
    count_at_work(&at, &at_work, &at_home);
    most = MAX(most, at_work);
    g_assert_true(hours[i].at_work ? at_work > 0 : at_work == 0 && at_home > 0);
    restore(&at);
  }
  g_assert_cmpuint(most, >, 0);
  end(&at);
}

static void expect_work_places(const world *at, bool at_work) {
  size_t working, resting;
  count_at_work(at, &working, &resting);
  g_assert_true(at_work ? working > 0 : working == 0 && resting > 0);
}

/* A mode with other hours of work holds at once, and after it those of peacetime do. */
static void test_work_hours_of_a_mode(void) {
  world at;
  begin(&at,
        "[policy]\nwork_from_h = 8\nwork_until_h = 18\n[wartime flood 1]\nwork_from_h = 0\nwork_until_h = 0\n"
        "[wartime flood 2]\nwork_from_h = 8\nwork_until_h = 24\n",
        true);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":36000000}"); /* 10:00 */
  expect_work_places(&at, true);
  offer(&at, "{\"type\":\"mode\",\"at_ms\":36000000,\"hazard\":\"flood\",\"level\":1}");
  expect_work_places(&at, false);
  g_assert_cmpint(muster_engine_next_deadline_ms(at.engine), ==, INT64_MAX);
  restore(&at);
  offer(&at, "{\"type\":\"mode\",\"at_ms\":39600000,\"hazard\":\"flood\",\"level\":0}");
  expect_work_places(&at, true);
  g_assert_cmpint(muster_engine_next_deadline_ms(at.engine), ==, 64800000); /* 18:00 */
  offer(&at, "{\"type\":\"mode\",\"at_ms\":43200000,\"hazard\":\"flood\",\"level\":2}");
  restore(&at);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":64800000}");
  expect_work_places(&at, true);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":86400000}");
  expect_work_places(&at, false);
  end(&at);
}

/* From midnight to midnight is no time at all where the day begins, and all day where it ends. */
static void test_midnight_hours(void) {
  static const struct {
    const char *ini;
    bool at_work;
  } hours[] = {{"[policy]\nwork_from_h = 24\nwork_until_h = 0\n", false},
               {"[policy]\nwork_from_h = 24\nwork_until_h = 24\n", false},
               {"[policy]\nwork_from_h = 0\nwork_until_h = 24\n", true},
               {"[policy]\nwork_from_h = 24\nwork_until_h = 8\n", true}};
  for (size_t i = 0; i < G_N_ELEMENTS(hours); i++) {
    world at;
    begin(&at, hours[i].ini, true);
    offer(&at, "{\"type\":\"tick\",\"at_ms\":7200000}"); /* Monday, 2:00 */
    expect_work_places(&at, hours[i].at_work);
    offer(&at, "{\"type\":\"tick\",\"at_ms\":439200000}"); /* Saturday, 2:00 */
    expect_work_places(&at, false);
    end(&at);
  }
}

/* Who has told a position stays there whatever the hour. */
static void test_told_positions_stay(void) {
  world at;
  begin(&at, "[policy]\nwork_from_h = 8\nwork_until_h = 18\n", true);
  size_t count, which = 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(at.county, &count);
  while (!volunteers[which].has_work || !at.engine->responders[which].placed) which++;
  MusterPlace home = at.engine->responders[which].place;
  MusterEvent event = {.type = MUSTER_EVENT_POSITION,
                       .at_ms = 1000,
                       .volunteer = {.number = (uint64_t)volunteers[which].id},
                       .place = {.kind = MUSTER_PLACE_AT_POSITION, .position = home.position}};
  muster_engine_step(at.engine, &event, NULL);
  offer(&at, "{\"type\":\"tick\",\"at_ms\":36000000}");
  g_assert_cmpmem(&at.engine->responders[which].place, sizeof home, &home, sizeof home);
  end(&at);
}

static void test_twins_by_distance(void) {
  world at;
  begin(&at, "[policy]\nduplicate_within_s = 60\nduplicate_within_m = 100\n", false);
  MusterAreaId grid = muster_county_find_area(at.county, first_grid(at.county));
  MusterPosition seat = muster_county_areas(at.county, NULL)[grid].seat;
  MusterEvent report = {.type = MUSTER_EVENT_REPORT,
                        .incident = {.number = 1},
                        .kind = "fire",
                        .place = {.kind = MUSTER_PLACE_AT_POSITION, .position = seat}};
  at.decisions = muster_engine_step(at.engine, &report, &at.count);
  report.incident.number = 2;
  report.place.position.lat_e7 += 5000; /* 56 m */
  at.decisions = muster_engine_step(at.engine, &report, &at.count);
  g_assert_cmpuint(find(&at, MUSTER_DECISION_MERGED, 0)->original.number, ==, 1);
  g_assert_nonnull(strstr(find(&at, MUSTER_DECISION_MERGED, 0)->why, "56 m away"));
  report.incident.number = 3;
  report.place.position.lat_e7 += 15000; /* 222 m from the first */
  at.decisions = muster_engine_step(at.engine, &report, &at.count);
  g_assert_null(find(&at, MUSTER_DECISION_MERGED, 0));
  report.incident.number = 4;
  MusterAreaId around = muster_county_locate(at.county, seat);
  report.place =
      (MusterEventPlace){.kind = MUSTER_PLACE_IN_GRID, .grid_code = muster_county_areas(at.county, NULL)[around].code};
  at.decisions = muster_engine_step(at.engine, &report, &at.count);
  g_assert_cmpuint(find(&at, MUSTER_DECISION_MERGED, 0)->original.number, ==, 1);
  g_assert_nonnull(strstr(find(&at, MUSTER_DECISION_MERGED, 0)->why, "in the same grid"));
  end(&at);
}

/* ---- what is counted ---- */

static void begin_on_table(world *at) {
  static const char *const names[] = {"A"};
  static const uint32_t times_ms[] = {0};
  *at = (world){.reader = muster_event_reader_new()};
  at->engine = muster_engine_new(NULL, muster_travel_new_matrix(names, 1, times_ms), NULL, true, NULL);
}

static void end_on_table(world *at) {
  muster_engine_free(at->engine);
  muster_event_reader_free(at->reader);
}

static void test_records(void) {
  world at;
  begin_on_table(&at);
  MusterVolunteerRecord record;
  g_assert_false(muster_engine_volunteer_record(at.engine, (MusterId){.number = 1}, &record));
  offer(&at, "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\"}");
  offer(&at, "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":2,\"place\":\"A\"}");
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[{\"count\":2}]}");
  offer(&at, "{\"type\":\"accept\",\"at_ms\":1000,\"volunteer\":1}");
  offer(&at, "{\"type\":\"accept\",\"at_ms\":2000,\"volunteer\":2}");
  offer(&at, "{\"type\":\"arrive\",\"at_ms\":3000,\"volunteer\":1}");
  offer(&at, "{\"type\":\"close\",\"at_ms\":61000,\"incident\":1}");
  offer(&at, "{\"type\":\"rate\",\"at_ms\":62000,\"incident\":1,\"rating\":4}");
  offer(&at, "{\"type\":\"retire\",\"at_ms\":63000,\"volunteer\":1}");
  offer(&at, "{\"type\":\"enrol\",\"at_ms\":64000,\"volunteer\":1,\"place\":\"A\"}");
  g_assert_true(muster_engine_volunteer_record(at.engine, (MusterId){.number = 1}, &record));
  g_assert_cmpint(record.served_ms, ==, 60000);
  g_assert_cmpuint(record.served, ==, 1);
  g_assert_cmpuint(record.ratings, ==, 1);
  g_assert_cmpuint(record.rating_sum, ==, 4);
  g_assert_true(muster_engine_volunteer_record(at.engine, (MusterId){.number = 2}, &record));
  g_assert_cmpint(record.served_ms, ==, 0);
  g_assert_cmpuint(record.served + record.ratings, ==, 0);
  end_on_table(&at);
}

/* A verdict on a re-opened incident is one on those who served before it was re-opened too, each once. */
static void test_records_of_reopened(void) {
  world at;
  begin_on_table(&at);
  offer(&at, "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\"}");
  offer(&at, "{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\"}");
  for (int64_t round_ms = 0; round_ms <= 10000; round_ms += 10000) {
    offer(&at, "{\"type\":\"accept\",\"at_ms\":%" G_GINT64_FORMAT ",\"volunteer\":1}", round_ms + 1000);
    offer(&at, "{\"type\":\"arrive\",\"at_ms\":%" G_GINT64_FORMAT ",\"volunteer\":1}", round_ms + 2000);
    offer(&at, "{\"type\":\"close\",\"at_ms\":%" G_GINT64_FORMAT ",\"incident\":1}", round_ms + 5000);
    if (round_ms == 0) offer(&at, "{\"type\":\"reopen\",\"at_ms\":10000,\"incident\":1}");
  }
  offer(&at, "{\"type\":\"rate\",\"at_ms\":20000,\"incident\":1,\"rating\":3}");
  MusterVolunteerRecord record;
  g_assert_true(muster_engine_volunteer_record(at.engine, (MusterId){.number = 1}, &record));
  g_assert_cmpint(record.served_ms, ==, 8000);
  g_assert_cmpuint(record.served, ==, 2);
  g_assert_cmpuint(record.ratings, ==, 1);
  end_on_table(&at);
}

static void test_list_items(void) {
  world at;
  begin_on_table(&at);
  offer(&at, "{\"type\":\"item\",\"at_ms\":5,\"item\":\"n\",\"list\":\"need\",\"owner\":\"li\",\"due_at_ms\":9}");
  offer(&at, "{\"type\":\"item\",\"at_ms\":6,\"item\":2,\"list\":\"problem\",\"owner\":\"wu\",\"due_at_ms\":7}");
  offer(&at, "{\"type\":\"settle\",\"at_ms\":8,\"item\":\"n\",\"outcome\":\"done\"}");
  g_autofree char *json = muster_decision_to_json(at.engine, find(&at, MUSTER_DECISION_OVERDUE, 0));
  g_assert_true(
      g_str_has_prefix(json, "{\"type\":\"overdue\",\"at_ms\":7,\"event\":3,\"item\":2,\"owner\":\"wu\",\"why\":"));
  MusterListItem items[2];
  g_assert_cmpuint(muster_engine_list_items(at.engine, 0, NULL, 0), ==, 2);
  g_assert_cmpuint(muster_engine_list_items(at.engine, 0, items, 2), ==, 2);
  g_assert_cmpstr(items[0].list, ==, "need");
  g_assert_cmpstr(items[0].outcome, ==, "done");
  g_assert_cmpint(items[0].settled_ms, ==, 8);
  g_assert_cmpstr(items[1].owner, ==, "wu");
  g_assert_null(items[1].outcome);
  g_assert_cmpint(items[1].settled_ms, ==, INT64_MIN);
  g_assert_cmpuint(muster_engine_list_items(at.engine, 1, items, 2), ==, 2);
  g_assert_cmpuint(items[0].item.number, ==, 2);
  end_on_table(&at);
}

/* What is refused is quoted as text that can be written as JSON, and not at any length. */
static void test_quotes(void) {
  world at;
  begin_on_table(&at);
  g_autofree char *endless = g_strnfill(100000, 'k');
  const MusterEventPlace here = {.kind = MUSTER_PLACE_NAMED, .name = "A"};
  const MusterEvent events[] = {
      {.type = MUSTER_EVENT_REPORT, .incident = {.number = 1}, .place = here, .kind = "\xff\xfe"},
      {.type = MUSTER_EVENT_REPORT, .incident = {.number = 1}, .place = here, .kind = endless},
      {.type = MUSTER_EVENT_REPORT, .incident = {.number = 1}, .place = {.kind = MUSTER_PLACE_NAMED, .name = "\xff"}},
      {.type = MUSTER_EVENT_MODE, .hazard = endless, .level = 1},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
    at.decisions = muster_engine_step(at.engine, &events[i], &at.count);
    const MusterDecision *refused = find(&at, MUSTER_DECISION_REFUSED, 0);
    g_assert_true(g_utf8_validate(refused->why, -1, NULL));
    g_assert_cmpuint(strlen(refused->why), <, 200);
  }
  end_on_table(&at);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county-rules/acknowledgement", test_acknowledgement);
  g_test_add_func("/county-rules/nobody-acknowledges", test_nobody_acknowledges);
  g_test_add_func("/county-rules/told-and-located", test_told_and_located);
  g_test_add_func("/county-rules/met-before-acknowledged", test_met_before_acknowledged);
  g_test_add_func("/county-rules/second-contact", test_second_contact);
  g_test_add_func("/county-rules/mutual-aid", test_mutual_aid);
  g_test_add_func("/county-rules/work-places", test_work_places);
  g_test_add_func("/county-rules/work-hours-of-a-mode", test_work_hours_of_a_mode);
  g_test_add_func("/county-rules/midnight-hours", test_midnight_hours);
  g_test_add_func("/county-rules/told-positions-stay", test_told_positions_stay);
  g_test_add_func("/county-rules/twins-by-distance", test_twins_by_distance);
  g_test_add_func("/county-rules/records", test_records);
  g_test_add_func("/county-rules/records-of-reopened", test_records_of_reopened);
  g_test_add_func("/county-rules/list-items", test_list_items);
  g_test_add_func("/county-rules/quotes", test_quotes);
  return g_test_run();
}
