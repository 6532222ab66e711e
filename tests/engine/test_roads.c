/* Roads closed and opened under a running engine, on a lattice of streets with three modes: overlapping closures, times
 * to the bit, what was told before, snapshots amid closures; and that closing and opening leaves no trace. */
#include "base/random.h"
#include "engine/lattice.h"
#include "engine/state.h"
#include "support/support.h"

#include <string.h>

enum { PEOPLE = 20 };

static MusterPolicy *new_policy(void) {
  static const char ini[] = "[policy]\nalerts_per_slot = 2\nalert_within_s = 300\n";
  return muster_policy_parse("test", ini, strlen(ini), NULL);
}

static MusterEngine *new_engine(bool apart) {
  g_autoptr(MusterPolicy) policy = new_policy();
  return muster_engine_new(NULL, lattice_travel(apart), policy, true, NULL);
}

static const MusterDecision *offer(MusterEngine *engine, const char *json, size_t *count) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  MusterEvent event;
  GError *error = NULL;
  muster_event_reader_parse(reader, json, strlen(json), &event, &error);
  g_assert_no_error(error);
  return muster_engine_step(engine, &event, count);
}

static const MusterDecision *roads_of(MusterEngine *engine, const char *json) {
  size_t count;
  const MusterDecision *decisions = offer(engine, json, &count);
  g_assert_cmpuint(count, >=, 1);
  if (decisions[0].type != MUSTER_DECISION_ROADS) g_error("%s: %s", json, decisions[0].why);
  return &decisions[0];
}

static void expect_refused(MusterEngine *engine, const char *json, const char *part) {
  size_t count;
  uint64_t before = muster_engine_state_hash(engine);
  const MusterDecision *decisions = offer(engine, json, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpint(decisions[0].type, ==, MUSTER_DECISION_REFUSED);
  if (!strstr(decisions[0].why, part)) g_error("%s: \"%s\" does not say \"%s\"", json, decisions[0].why, part);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, before);
}

/* All times between people and crossings, and the checksums of the metrics. */
static GArray *measure(MusterEngine *engine) {
  GArray *values = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(MusterMetric) metric = muster_travel_metric(engine->travel, (MusterMode)mode);
    MusterMetricInfo info;
    muster_metric_info(metric, &info);
    g_array_append_val(values, info.checksum);
  }
  for (MusterResponder person = 0; person < engine->people.count; person++)
    for (int node = 0; node < NODES; node++) {
      MusterPlace place = {.position = spot(node), .matrix_id = MUSTER_NONE};
      uint64_t time_ms = muster_travel_time_ms(engine->travel, person, place, NULL);
      g_array_append_val(values, time_ms);
    }
  return values;
}

static void assert_same(const GArray *a, const GArray *b) {
  g_assert_cmpmem(a->data, a->len * sizeof(uint64_t), b->data, b->len * sizeof(uint64_t));
}

static void enrol(MusterEngine *engine, int people) {
  for (int i = 0; i < people; i++) {
    size_t count;
    g_autofree char *json = g_strdup_printf(
        "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":%d,\"node\":%d,\"modes\":[\"foot\"%s]}", i, i * 7 % NODES + 1,
        i % 3 == 0   ? ""
        : i % 3 == 1 ? ",\"ebike\""
                     : ",\"car\"");
    offer(engine, json, &count);
    g_assert_cmpuint(count, ==, 0);
  }
}

static void test_overlapping(const void *apart) {
  g_autoptr(MusterEngine) engine = new_engine(apart != NULL);
  enrol(engine, PEOPLE);
  uint64_t start_hash = muster_engine_state_hash(engine);
  g_autoptr(GArray) start = measure(engine);
  const MusterDecision *roads =
      roads_of(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":\"a\",\"ways\":[1]}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 2 * (SIDE - 1));
  uint32_t by_car = roads->changed_roads[MUSTER_MODE_CAR];
  g_assert_cmpuint(by_car, ==, apart ? SIDE : 2 * (SIDE - 1)); /* by themselves cars have half the junctions */
  g_autoptr(GArray) way_closed = measure(engine);
  /* The first stretch of way 1 both ways, one direction of way 8, which has no cars, and way 1 once more. */
  roads = roads_of(engine,
                   "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":9,\"between\":[[1,2],[2,1],[2,8]],\"ways\":[1]}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 1);
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_CAR], ==, 0);
  g_assert_cmpuint(roads->closed_roads[MUSTER_MODE_FOOT], ==, 2 * (SIDE - 1) + 1);
  g_autofree char *json = muster_decision_to_json(engine, roads);
  g_autofree char *part = g_strdup_printf(
      "{\"type\":\"roads\",\"at_ms\":0,\"event\":22,\"closure\":9,\"open\":false,\"changed\":{\"foot\":1,\"ebike\":1,"
      "\"car\":0},\"closed\":{\"foot\":11,\"ebike\":11,\"car\":%u},",
      by_car);
  g_assert_true(g_str_has_prefix(json, part));
  roads = roads_of(engine, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":\"a\"}");
  g_assert_true(roads->opens);
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 0);
  roads = roads_of(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":\"a\",\"ways\":[1]}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 0);
  roads_of(engine, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":9}");
  g_autoptr(GArray) way_again = measure(engine);
  assert_same(way_closed, way_again);
  roads = roads_of(engine, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":\"a\"}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_EBIKE], ==, 2 * (SIDE - 1));
  g_assert_cmpuint(roads->closed_roads[MUSTER_MODE_EBIKE], ==, 0);
  g_autoptr(GArray) end = measure(engine);
  assert_same(start, end);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, start_hash);
}

static void test_area(void) {
  g_autoptr(MusterEngine) engine = new_engine(false);
  /* From the middle of the first block to the middle of the next: one crossing and its four roads. */
  const MusterDecision *roads = roads_of(
      engine,
      "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":\"flood\",\"polygons\":[[[[0.001,0.001],[0.0026,0.001],"
      "[0.0026,0.0026],[0.001,0.0026],[0.001,0.001]]]]}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 8);
  roads =
      roads_of(engine,
               "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":\"field\",\"polygons\":[[[[0.0005,0.0005],[0.0006,"
               "0.0005],[0.0006,0.0006],[0.0005,0.0005]]]]}");
  g_assert_cmpuint(roads->changed_roads[MUSTER_MODE_FOOT], ==, 0);
}

static void test_refusals(void) {
  g_autoptr(MusterEngine) engine = new_engine(false);
  expect_refused(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1}", "found none of them");
  expect_refused(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[1,77]}",
                 "way 77 is not in any");
  expect_refused(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"between\":[[1,2],[1,3]]}",
                 "no road leads straight from node 1 to node 3");
  expect_refused(
      engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"polygons\":[[[[0,0],[1,1],[0,1],[1,0],[0,0]]]]}",
      "crosses itself");
  expect_refused(engine, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":1}",
                 "closure 1 is not in force, and no other is");
  roads_of(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[1]}");
  expect_refused(engine, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[2]}", "in force already");
  expect_refused(engine, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":\"1\"}", "not in force; there are 1");
  static const char *const names[] = {"A"};
  static const uint32_t zero = 0;
  g_autoptr(MusterEngine) table = muster_engine_new(NULL, muster_travel_new_matrix(names, 1, &zero), NULL, true, NULL);
  expect_refused(table, "{\"type\":\"close_roads\",\"at_ms\":0,\"closure\":1,\"ways\":[1]}",
                 "a matrix knows times only");
  expect_refused(table, "{\"type\":\"open_roads\",\"at_ms\":0,\"closure\":1}", "a matrix knows times only");
}

/* ---- closing and opening leaves no trace ---- */

static char *draw_closure(mi_random *random, int id) {
  g_autofree char *head =
      g_strdup_printf("{\"type\":\"close_roads\",\"at_ms\":%%" G_GINT64_FORMAT ",\"closure\":%s%d%s",
                      id % 2 ? "\"" : "", id, id % 2 ? "\"" : "");
  int node = (int)mi_random_below(random, NODES - SIDE);
  double west = mi_random_below(random, 9000) / 1e6, south = mi_random_below(random, 9000) / 1e6, side = 0.003;
  switch (mi_random_below(random, 3)) {
    case 0:
      return g_strdup_printf("%s,\"ways\":[%u,%u]}", head, 1 + mi_random_below(random, 12),
                             1 + mi_random_below(random, 12));
    case 1:
      return g_strdup_printf("%s,\"between\":[[%d,%d]]}", head, node + 1, node + SIDE + 1);
    default:
      return g_strdup_printf("%s,\"polygons\":[[[[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]]}", head, west, south, west + side,
                             south, west, south + side, west, south);
  }
}

static void step(MusterEngine *engine, const char *json) {
  size_t count;
  const MusterDecision *decisions = offer(engine, json, &count);
  g_assert_false(count && decisions[count - 1].type == MUSTER_DECISION_REFUSED);
}

static MusterEngine *restore(MusterEngine *engine) {
  size_t bytes;
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = new_policy();
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  MusterEngine *restored = muster_engine_restore(NULL, lattice_travel(false), policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  g_assert_cmphex(muster_engine_state_hash(restored), ==, muster_engine_state_hash(engine));
  g_autoptr(GArray) times = measure(engine), times_restored = measure(restored);
  assert_same(times, times_restored);
  muster_engine_free(engine);
  return restored;
}

/* Several closures come and go in the same millisecond, in any order; the snapshot is taken amid them. */
static void close_and_open(MusterEngine **engine, mi_random *random, int64_t at_ms) {
  enum { CLOSURES = 5 };
  int order[CLOSURES];
  for (int i = 0; i < CLOSURES; i++) {
    g_autofree char *pattern = draw_closure(random, i), *json = g_strdup_printf(pattern, at_ms);
    step(*engine, json);
    int other = (int)mi_random_below(random, (uint32_t)i + 1);
    order[i] = order[other];
    order[other] = i;
  }
  for (int i = 0; i < CLOSURES; i++) {
    if (i == 2) *engine = restore(*engine);
    const char *mark = order[i] % 2 ? "\"" : "";
    g_autofree char *json = g_strdup_printf(
        "{\"type\":\"open_roads\",\"at_ms\":%" G_GINT64_FORMAT ",\"closure\":%s%d%s}", at_ms, mark, order[i], mark);
    step(*engine, json);
  }
}

static char *draw_event(mi_random *random, int number, int64_t at_ms) {
  uint32_t person = mi_random_below(random, PEOPLE), node = 1 + mi_random_below(random, NODES);
  switch (mi_random_below(random, 5)) {
    case 0:
    case 1:
      return g_strdup_printf("{\"type\":\"report\",\"at_ms\":%" G_GINT64_FORMAT
                             ",\"incident\":%d,\"node\":%u,\"needs\":[{\"count\":%u}]}",
                             at_ms, number, node, 1 + mi_random_below(random, 3));
    case 2:
      return g_strdup_printf("{\"type\":\"position\",\"at_ms\":%" G_GINT64_FORMAT ",\"volunteer\":%u,\"node\":%u}",
                             at_ms, person, node);
    default:
      return g_strdup_printf("{\"type\":\"accept\",\"at_ms\":%" G_GINT64_FORMAT ",\"volunteer\":%u}", at_ms, person);
  }
}

static void test_no_trace(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 53);
  g_autoptr(MusterEngine) plain = new_engine(false);
  MusterEngine *closing = new_engine(false);
  enrol(plain, PEOPLE);
  enrol(closing, PEOPLE);
  size_t told = 0, rounds = 0;
  int64_t at_ms = 0;
  for (int i = 0; i < 120; i++) {
    size_t count, other_count;
    at_ms += mi_random_below(&random, 20) * INT64_C(1000);
    g_autofree char *json = draw_event(&random, i, at_ms);
    const MusterDecision *decisions = offer(plain, json, &count), *others = offer(closing, json, &other_count);
    g_assert_cmpuint(count, ==, other_count);
    told += count;
    for (size_t j = 0; j < count; j++) {
      g_assert_cmpint(decisions[j].type, ==, others[j].type);
      g_assert_cmpstr(decisions[j].why, ==, others[j].why);
    }
    bool nobody_waits = i % 4 == 0 && plain->waiting_count == 0;
    if (nobody_waits) close_and_open(&closing, &random, plain->now_ms);
    rounds += nobody_waits;
    g_assert_cmphex(muster_engine_state_hash(plain), ==, muster_engine_state_hash(closing));
  }
  g_assert_cmpuint(told, >, 100);
  g_assert_cmpuint(rounds, >, 5);
  muster_engine_free(closing);
}

/* The metrics of a random walk of overlapping closures are those of all that is closed at once. */
static void test_order_does_not_matter(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 54);
  MusterEngine *engine = new_engine(false);
  enrol(engine, 4);
  bool closed[8] = {false};
  for (int i = 0; i < 60; i++) {
    int id = (int)mi_random_below(&random, 8);
    g_autofree char *pattern =
        closed[id] ? g_strdup_printf("{\"type\":\"open_roads\",\"at_ms\":%%" G_GINT64_FORMAT ",\"closure\":%s%d%s}",
                                     id % 2 ? "\"" : "", id, id % 2 ? "\"" : "")
                   : draw_closure(&random, id);
    g_autofree char *json = g_strdup_printf(pattern, (int64_t)i);
    step(engine, json);
    closed[id] = !closed[id];
    if (i % 10 == 9) engine = restore(engine); /* makes the metrics anew from what is in force */
  }
  muster_engine_free(engine);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/engine/roads/overlapping", NULL, test_overlapping);
  g_test_add_data_func("/engine/roads/overlapping-apart", "apart", test_overlapping);
  g_test_add_func("/engine/roads/area", test_area);
  g_test_add_func("/engine/roads/refusals", test_refusals);
  g_test_add_func("/engine/roads/no-trace", test_no_trace);
  g_test_add_func("/engine/roads/order-does-not-matter", test_order_does_not_matter);
  return g_test_run();
}
