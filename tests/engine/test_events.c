/* JSON: events read, hostile lines refused with the field's name; decisions written byte for byte. */
#include "support/support.h"

#include <muster/engine.h>
#include <string.h>

static bool parse(MusterEventReader *reader, const char *json, MusterEvent *event, GError **error) {
  return muster_event_reader_parse(reader, json, strlen(json), event, error);
}

static void assert_same_id(MusterId a, MusterId b) {
  g_assert_cmpstr(a.text, ==, b.text);
  if (!a.text) g_assert_cmpuint(a.number, ==, b.number);
}

static void assert_same_place(const MusterEventPlace *a, const MusterEventPlace *b) {
  g_assert_cmpint(a->kind, ==, b->kind);
  g_assert_cmpint(a->position.lon_e7, ==, b->position.lon_e7);
  g_assert_cmpint(a->position.lat_e7, ==, b->position.lat_e7);
  g_assert_cmpint(a->grid_code, ==, b->grid_code);
  g_assert_cmpstr(a->name, ==, b->name);
}

static void assert_same_event(const MusterEvent *a, const MusterEvent *b) {
  g_assert_cmpint(a->type, ==, b->type);
  g_assert_cmpint(a->at_ms, ==, b->at_ms);
  assert_same_id(a->volunteer, b->volunteer);
  assert_same_id(a->incident, b->incident);
  assert_same_id(a->original, b->original);
  assert_same_place(&a->place, &b->place);
  g_assert_cmpuint(a->modes, ==, b->modes);
  g_assert_cmpuint(a->skill_count, ==, b->skill_count);
  for (size_t i = 0; i < a->skill_count; i++) g_assert_cmpstr(a->skills[i], ==, b->skills[i]);
  g_assert_cmpstr(a->kind, ==, b->kind);
  g_assert_cmpuint(a->priority, ==, b->priority);
  g_assert_cmpuint(a->need_count, ==, b->need_count);
  for (size_t i = 0; i < a->need_count; i++) {
    g_assert_cmpstr(a->needs[i].skill, ==, b->needs[i].skill);
    g_assert_cmpuint(a->needs[i].count, ==, b->needs[i].count);
  }
  g_assert_true(a->on_duty == b->on_duty);
  g_assert_cmpuint(a->rating, ==, b->rating);
}

/* Written and read it is the same event. */
static void check_written(const MusterEvent *event) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  g_autofree char *json = muster_event_to_json(event);
  MusterEvent again;
  GError *error = NULL;
  parse(reader, json, &again, &error);
  g_assert_no_error(error);
  assert_same_event(event, &again);
}

/* Modes and closures: written, read and written again. */
static void test_written_roads_and_modes(void) {
  static const char *const lines[] = {
      "{\"type\":\"close_roads\",\"at_ms\":5,\"closure\":7,\"polygons\":[[[[1,2],[3,2],[3,4],[1,2]],[[2,2.1],[2.5,2.1],"
      "[2.5,2.2],"
      "[2,2.1]]],[[[-5,0],[-4,0],[-4,1],[-5,0]]]],\"ways\":[12,-3],\"between\":[[1,2],[2,1]]}",
      "{\"type\":\"close_roads\",\"at_ms\":5,\"closure\":\"c\",\"ways\":[1]}",
      "{\"type\":\"close_roads\",\"at_ms\":5,\"closure\":\"c\",\"between\":[[10,20]]}",
      "{\"type\":\"open_roads\",\"at_ms\":5,\"closure\":\"c\"}",
      "{\"type\":\"mode\",\"at_ms\":5,\"area\":422827,\"hazard\":\"flood\",\"level\":2}",
      "{\"type\":\"mode\",\"at_ms\":5,\"hazard\":\"flood\",\"level\":0}"};
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(MusterEventReader) reader = muster_event_reader_new();
    MusterEvent event;
    GError *error = NULL;
    parse(reader, lines[i], &event, &error);
    g_assert_no_error(error);
    g_autofree char *json = muster_event_to_json(&event);
    if (!strstr(lines[i], "polygons")) g_assert_cmpstr(json, ==, lines[i]);
    g_autoptr(MusterEventReader) second = muster_event_reader_new();
    MusterEvent again;
    parse(second, json, &again, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(again.roads.polygons.polygon_count, ==, event.roads.polygons.polygon_count);
    g_assert_cmpuint(again.roads.polygons.ring_count, ==, event.roads.polygons.ring_count);
    for (uint32_t at = 0; at < event.roads.polygons.ring_count; at++)
      g_assert_cmpuint(again.roads.polygons.ring_first[at + 1], ==, event.roads.polygons.ring_first[at + 1]);
    g_autofree char *json_again = muster_event_to_json(&again);
    g_assert_cmpstr(json_again, ==, json);
  }
}

static void test_written_places(void) {
  static const int32_t degrees_e7[] = {0, 1, -1, 1094000000, -1799999999, 123456789, -9};
  static const char *const names[] = {"A", "7", "node:12", "node:-12", "node:x", "\"\\\n\x01 急"};
  MusterEvent event = {.type = MUSTER_EVENT_POSITION,
                       .volunteer = {.text = "\t\"v"},
                       .incident = MUSTER_ID_NONE,
                       .original = MUSTER_ID_NONE};
  for (size_t i = 0; i < G_N_ELEMENTS(degrees_e7); i++) {
    event.place = (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION,
                                     .position = {.lon_e7 = degrees_e7[i], .lat_e7 = degrees_e7[i] / 2}};
    check_written(&event);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    event.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = names[i]};
    check_written(&event);
  }
  event.place = (MusterEventPlace){.kind = MUSTER_PLACE_IN_GRID, .grid_code = INT64_C(422827100001001)};
  check_written(&event);
}

static void test_every_type(void) {
  static const char *const lines[MUSTER_EVENT_TYPE_COUNT] = {
      [MUSTER_EVENT_ENROL] =
          "{\"type\":\"enrol\",\"at_ms\":1,\"volunteer\":\"v\",\"place\":\"A\",\"modes\":[\"foot\",\"car\"],"
          "\"skills\":[\"medic\",\"driver\"]}",
      [MUSTER_EVENT_RETIRE] = "{\"type\":\"retire\",\"at_ms\":1,\"volunteer\":7}",
      [MUSTER_EVENT_REPORT] =
          "{\"type\":\"report\",\"at_ms\":1,\"incident\":\"i\",\"position\":[109.4,29.5],\"kind\":\"fire\","
          "\"priority\":2,\"needs\":[{\"skill\":\"medic\",\"count\":2},{\"skill\":null},{}]}",
      [MUSTER_EVENT_KNOWN] = "{\"type\":\"known\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_DELIVERED] = "{\"type\":\"delivered\",\"at_ms\":1,\"volunteer\":\"v\"}",
      [MUSTER_EVENT_ACCEPT] = "{\"type\":\"accept\",\"at_ms\":1,\"volunteer\":\"v\",\"incident\":\"i\"}",
      [MUSTER_EVENT_DECLINE] = "{\"type\":\"decline\",\"at_ms\":1,\"volunteer\":\"v\",\"incident\":\"i\"}",
      [MUSTER_EVENT_POSITION] = "{\"type\":\"position\",\"at_ms\":1,\"volunteer\":\"v\",\"node\":-5}",
      [MUSTER_EVENT_ARRIVE] = "{\"type\":\"arrive\",\"at_ms\":1,\"volunteer\":\"v\"}",
      [MUSTER_EVENT_RELEASE] = "{\"type\":\"release\",\"at_ms\":1,\"volunteer\":\"v\",\"incident\":3}",
      [MUSTER_EVENT_CLOSE] = "{\"type\":\"close\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_CANCEL] = "{\"type\":\"cancel\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_DUPLICATE] = "{\"type\":\"duplicate\",\"at_ms\":1,\"incident\":\"i\",\"original\":\"j\"}",
      [MUSTER_EVENT_RATE] = "{\"type\":\"rate\",\"at_ms\":1,\"incident\":\"i\",\"rating\":5}",
      [MUSTER_EVENT_DUTY] = "{\"type\":\"duty\",\"at_ms\":1,\"volunteer\":\"v\",\"on\":true}",
      [MUSTER_EVENT_MODE] = "{\"type\":\"mode\",\"at_ms\":1,\"area\":422827,\"hazard\":\"flood\",\"level\":2}",
      [MUSTER_EVENT_CLOSE_ROADS] =
          "{\"type\":\"close_roads\",\"at_ms\":1,\"closure\":\"c\",\"polygons\":[[[[1,2],[3,2],[3,4],[1,2]]]],\"ways\":"
          "[5],"
          "\"between\":[[1,2]]}",
      [MUSTER_EVENT_OPEN_ROADS] = "{\"type\":\"open_roads\",\"at_ms\":1,\"closure\":\"c\"}",
      [MUSTER_EVENT_ALARM] = "{\"type\":\"alarm\",\"at_ms\":1,\"incident\":\"i\",\"level\":2}",
      [MUSTER_EVENT_NEED] =
          "{\"type\":\"need\",\"at_ms\":1,\"incident\":\"i\",\"needs\":[{\"skill\":\"medic\",\"count\":0}]}",
      [MUSTER_EVENT_LOCATE] = "{\"type\":\"locate\",\"at_ms\":1,\"incident\":\"i\",\"place\":\"A\"}",
      [MUSTER_EVENT_REOPEN] = "{\"type\":\"reopen\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_UNMERGE] = "{\"type\":\"unmerge\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_HAND_OVER] =
          "{\"type\":\"hand_over\",\"at_ms\":1,\"volunteer\":\"v\",\"to\":\"w\",\"incident\":\"i\"}",
      [MUSTER_EVENT_TRAVEL_BY] = "{\"type\":\"travel_by\",\"at_ms\":1,\"volunteer\":\"v\",\"modes\":[\"car\"]}",
      [MUSTER_EVENT_ACKNOWLEDGE] = "{\"type\":\"acknowledge\",\"at_ms\":1,\"incident\":\"i\"}",
      [MUSTER_EVENT_ITEM] =
          "{\"type\":\"item\",\"at_ms\":1,\"item\":\"n1\",\"list\":\"need\",\"owner\":\"c\",\"due_at_ms\":9,"
          "\"incident\":\"i\"}",
      [MUSTER_EVENT_SETTLE] = "{\"type\":\"settle\",\"at_ms\":1,\"item\":\"n1\",\"outcome\":\"done\"}",
      [MUSTER_EVENT_TICK] = "{\"type\":\"tick\",\"at_ms\":1}",
  };
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++) {
    MusterEvent event;
    GError *error = NULL;
    g_assert_true(parse(reader, lines[type], &event, &error));
    g_assert_no_error(error);
    g_assert_cmpint(event.type, ==, type);
    g_assert_cmpint(event.at_ms, ==, 1);
    check_written(&event);
  }
}

static void test_fields(void) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  MusterEvent event;
  g_assert_true(parse(reader,
                      "{\"type\":\"report\",\"at_ms\":9007199254740991,\"incident\":9223372036854775807,\"position\":"
                      "[109.4,29.5],\"needs\":[{\"skill\":\"medic\",\"count\":2},{}]}",
                      &event, NULL));
  g_assert_cmpint(event.at_ms, ==, MUSTER_EVENT_LATEST_MS);
  g_assert_null(event.incident.text);
  g_assert_cmpuint(event.incident.number, ==, INT64_MAX);
  g_assert_true(muster_id_is_none(event.volunteer));
  g_assert_cmpint(event.place.kind, ==, MUSTER_PLACE_AT_POSITION);
  g_assert_cmpint(event.place.position.lon_e7, ==, 1094000000);
  g_assert_cmpuint(event.need_count, ==, 2);
  g_assert_cmpstr(event.needs[0].skill, ==, "medic");
  g_assert_cmpuint(event.needs[0].count, ==, 2);
  g_assert_null(event.needs[1].skill);
  g_assert_cmpuint(event.needs[1].count, ==, 1);
  g_assert_true(parse(reader, "{\"type\":\"position\",\"at_ms\":0,\"volunteer\":\"7\",\"place\":12}", &event, NULL));
  g_assert_cmpstr(event.volunteer.text, ==, "7");
  g_assert_cmpstr(event.place.name, ==, "12");
  g_assert_true(parse(reader, "{\"type\":\"position\",\"at_ms\":0,\"volunteer\":7,\"node\":-12}", &event, NULL));
  g_assert_cmpstr(event.place.name, ==, "node:-12");
  g_assert_true(
      parse(reader, "{\"type\":\"position\",\"at_ms\":0,\"volunteer\":7,\"grid\":422827100001001}", &event, NULL));
  g_assert_cmpint(event.place.grid_code, ==, INT64_C(422827100001001));
}

static void test_closed_roads(void) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  MusterEvent event;
  g_assert_true(parse(
      reader,
      "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":7,\"polygons\":[[[[1,2],[3,2],[3,4],[1,2]],[[2,2.1],"
      "[2.2,2.1],[2.2,2.2],[2,2.1]]],[[[5,5],[6,5],[6,6],[5,5]]]],\"ways\":[-3,4],\"between\":[[1,2],[2,1],[3,-4]]"
      "}",
      &event, NULL));
  const MusterPolygons *polygons = &event.roads.polygons;
  static const uint32_t ring_first[] = {0, 4, 8, 12}, polygon_first[] = {0, 2, 3};
  static const int64_t ways[] = {-3, 4}, between[] = {1, 2, 2, 1, 3, -4};
  g_assert_cmpuint(event.closure.number, ==, 7);
  g_assert_cmpuint(polygons->polygon_count, ==, 2);
  g_assert_cmpuint(polygons->ring_count, ==, 3);
  g_assert_cmpmem(polygons->ring_first, 4 * sizeof(uint32_t), ring_first, sizeof ring_first);
  g_assert_cmpmem(polygons->polygon_first, 3 * sizeof(uint32_t), polygon_first, sizeof polygon_first);
  g_assert_cmpint(polygons->positions[5].lon_e7, ==, 22000000);
  g_assert_cmpmem(event.roads.ways, event.roads.way_count * sizeof(int64_t), ways, sizeof ways);
  g_assert_cmpmem(event.roads.between, 2 * event.roads.pair_count * sizeof(int64_t), between, sizeof between);
  g_assert_true(parse(reader, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":\"c\"}", &event, NULL));
  g_assert_cmpuint(event.roads.polygons.polygon_count + event.roads.way_count + event.roads.pair_count, ==, 0);
}

static void test_hostile_lines(void) {
  static const struct {
    const char *line, *part;
  } cases[] = {
      {"", "not JSON"},
      {"nonsense", "not JSON"},
      {"[]", "expected one JSON object"},
      {"{\"type\":\"tick\",\"at_ms\":0} x", "not JSON"},
      {"{\"type\":\"tick\",\"type\":\"tick\",\"at_ms\":0}", "duplicate object key"},
      {"{\"at_ms\":0}", "field \"type\": expected one of enrol"},
      {"{\"type\":7,\"at_ms\":0}", "found 7"},
      {"{\"type\":\"explode\",\"at_ms\":0}", "found \"explode\""},
      {"{\"type\":\"tick\"}", "field \"at_ms\": expected a whole number from 0 to 9007199254740991, found nothing"},
      {"{\"type\":\"tick\",\"at_ms\":\"x\"}", "found \"x\""},
      {"{\"type\":\"tick\",\"at_ms\":1.0}", "field \"at_ms\""},
      {"{\"type\":\"tick\",\"at_ms\":-1}", "found -1"},
      {"{\"type\":\"tick\",\"at_ms\":9007199254740992}", "field \"at_ms\""},
      {"{\"type\":\"tick\",\"at_ms\":99999999999999999999}", "not JSON: too big"},
      {"{\"type\":\"tick\",\"at_ms\":0,\"colour\":1}",
       "field \"colour\": no such field of tick; known are type, at_ms"},
      {"{\"type\":\"close\",\"at_ms\":0}", "field \"incident\": expected text of 1 to 256 bytes"},
      {"{\"type\":\"close\",\"at_ms\":0,\"incident\":\"\"}", "field \"incident\""},
      {"{\"type\":\"close\",\"at_ms\":0,\"incident\":-1}", "found -1"},
      {"{\"type\":\"close\",\"at_ms\":0,\"incident\":null}", "found null"},
      {"{\"type\":\"close\",\"at_ms\":0,\"incident\":\"a\\u0000b\"}", "not JSON"},
      {"{\"type\":\"close\",\"at_ms\":0,\"incident\":\"\xff\"}", "not JSON"},
      {"{\"type\":\"duty\",\"at_ms\":0,\"volunteer\":1,\"on\":1}", "field \"on\": expected true or false"},
      {"{\"type\":\"rate\",\"at_ms\":0,\"incident\":1,\"rating\":6}", "field \"rating\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1}", "one of place, position, grid, node, found nothing"},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"node\":1}",
       "field \"node\": expected one of"},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"position\":[200,0]}", "field \"position\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"position\":[1]}", "field \"position\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"position\":{}}", "field \"position\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[]}", "field \"needs\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[7]}", "field \"needs\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[{\"count\":0}]}", "field \"count\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[{\"n\":1}]}",
       "no such field of a need"},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"needs\":[{\"skill\":\"\"}]}",
       "field \"skill\""},
      {"{\"type\":\"report\",\"at_ms\":0,\"incident\":1,\"place\":\"A\",\"priority\":5}", "field \"priority\""},
      {"{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\",\"modes\":[\"boat\"]}", "field \"modes\""},
      {"{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\",\"modes\":[]}", "field \"modes\""},
      {"{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\",\"skills\":[1]}", "field \"skills\""},
      {"{\"type\":\"open_roads\",\"at_ms\":0}", "field \"closure\": expected text"},
      {"{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[1]}", "no such field of open_roads"},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[]}",
       "field \"ways\": expected a list of 1 to 1000"},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[1.5]}", "field \"ways\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":{\"a\":1}}", "field \"ways\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"between\":[[1]]}", "field \"between\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"between\":[1,2]}", "field \"between\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"polygons\":[]}", "field \"polygons\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"polygons\":[[]]}", "field \"polygons\""},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"polygons\":[[7]]}", "expected rings"},
      {"{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"polygons\":[[[[200,0]]]]}", "[longitude, latitude]"},
  };
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    MusterEvent event;
    GError *error = NULL;
    if (parse(reader, cases[i].line, &event, &error)) g_error("%s: accepted", cases[i].line);
    g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT);
    if (!strstr(error->message, cases[i].part))
      g_error("%s: \"%s\" does not say \"%s\"", cases[i].line, error->message, cases[i].part);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_error_free(error);
  }
}

static void test_sizes(void) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  g_autoptr(GString) line = g_string_new("{\"type\":\"tick\",\"at_ms\":0}");
  MusterEvent event;
  g_autoptr(GError) error = NULL;
  while (line->len < 65536) g_string_append_c(line, ' ');
  g_assert_true(muster_event_reader_parse(reader, line->str, line->len, &event, &error));
  g_string_append_c(line, ' ');
  g_assert_false(muster_event_reader_parse(reader, line->str, line->len, &event, &error));
  g_assert_nonnull(strstr(error->message, "at most 65536 bytes, found 65537"));
  g_clear_error(&error);
  g_string_assign(line, "{\"type\":\"mode\",\"at_ms\":0,\"area\":");
  for (int i = 0; i < 30000; i++) g_string_append_c(line, '[');
  g_assert_false(muster_event_reader_parse(reader, line->str, line->len, &event, &error));
  g_clear_error(&error);
  g_string_assign(line, "{\"type\":\"close\",\"at_ms\":0,\"incident\":\"");
  for (int i = 0; i < 257; i++) g_string_append_c(line, 'a');
  g_string_append(line, "\"}");
  g_assert_false(muster_event_reader_parse(reader, line->str, line->len, &event, &error));
  g_assert_nonnull(strstr(error->message, "…"));
}

static void test_decisions(void) {
  MusterDecision decision = {.type = MUSTER_DECISION_ALERT,
                             .at_ms = 5,
                             .event = 2,
                             .incident = {.text = "a\"\\\n\x7f\xe6\x9d\xa5"},
                             .volunteer = {.number = UINT64_C(9223372036854775807)},
                             .travel_ms = 60000,
                             .mode = MUSTER_MODE_EBIKE,
                             .expires_at_ms = 60005,
                             .why = "because"};
  g_autofree char *alert = muster_decision_to_json(NULL, &decision);
  g_assert_cmpstr(alert, ==,
                  "{\"type\":\"alert\",\"at_ms\":5,\"event\":2,\"incident\":\"a\\\"\\\\\\u000a\\u007f\xe6\x9d\xa5\","
                  "\"volunteer\":9223372036854775807,\"skill\":null,\"travel_ms\":60000,\"mode\":\"ebike\","
                  "\"expires_at_ms\":60005,\"why\":\"because\"}");
  decision = (MusterDecision){.type = MUSTER_DECISION_BREACH,
                              .incident = {.number = 1},
                              .volunteer = MUSTER_ID_NONE,
                              .stage = MUSTER_STAGE_ON_SCENE,
                              .since_report_ms = 600000,
                              .grid = MUSTER_NONE,
                              .missing = 2,
                              .why = "w"};
  g_autofree char *breach = muster_decision_to_json(NULL, &decision);
  g_assert_cmpstr(breach, ==,
                  "{\"type\":\"breach\",\"at_ms\":0,\"event\":0,\"incident\":1,\"stage\":\"ON_SCENE\","
                  "\"since_report_ms\":600000,\"grid\":null,\"missing\":2,\"why\":\"w\"}");
}

/* docs/events.md names every event, every decision and every response plan as it is. */
static void test_documented(void) {
  g_autofree char *path = test_source("../docs/events.md"), *page = NULL;
  g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++) {
    g_autofree char *name = g_strdup_printf("`%s`", muster_event_type_name((MusterEventType)type));
    if (!strstr(page, name)) g_error("docs/events.md does not name %s", name);
  }
  for (int type = 0; type < MUSTER_DECISION_TYPE_COUNT; type++) {
    g_autofree char *name = g_strdup_printf("| `%s` |", muster_decision_type_name((MusterDecisionType)type));
    if (!strstr(page, name)) g_error("docs/events.md has no row for %s", name);
  }
  size_t count;
  const MusterResponsePlan *plans = muster_response_plans(&count);
  for (size_t i = 0; i < count; i++) {
    g_autoptr(GString) row = g_string_new(NULL);
    g_string_append_printf(row, "| `%s` | %u | ", plans[i].kind, plans[i].priority);
    for (const MusterNeed *need = plans[i].needs; need->count; need++)
      g_string_append_printf(row, "%s%u %s", need == plans[i].needs ? "" : ", ", need->count,
                             need->skill ? need->skill : "anybody");
    if (!strstr(page, row->str)) g_error("docs/events.md has no row \"%s\"", row->str);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/events/every-type", test_every_type);
  g_test_add_func("/events/written-places", test_written_places);
  g_test_add_func("/events/fields", test_fields);
  g_test_add_func("/events/closed-roads", test_closed_roads);
  g_test_add_func("/events/hostile-lines", test_hostile_lines);
  g_test_add_func("/events/written-roads-and-modes", test_written_roads_and_modes);
  g_test_add_func("/events/sizes", test_sizes);
  g_test_add_func("/events/decisions", test_decisions);
  g_test_add_func("/events/documented", test_documented);
  return g_test_run();
}
