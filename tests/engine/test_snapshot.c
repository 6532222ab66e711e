/* Snapshots: every byte of one changed or missing is refused, and so are other surroundings; equal states have equal
 * bytes whatever led to them. */
#include "engine/snapshot.h"

#include <string.h>

static const char *const place_names[] = {"A", "B"};
static const uint32_t times_ms[] = {0, 60000, 90000, 0};

static MusterTravel *new_travel(void) { return muster_travel_new_matrix(place_names, 2, times_ms); }

static MusterEngine *new_engine(MusterPolicy *policy) {
  return muster_engine_new(NULL, new_travel(), policy, true, NULL);
}

static void offer(MusterEngine *engine, const char *json) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  MusterEvent event;
  GError *error = NULL;
  size_t count;
  muster_event_reader_parse(reader, json, strlen(json), &event, &error);
  g_assert_no_error(error);
  const MusterDecision *decisions = muster_engine_step(engine, &event, &count);
  g_assert_false(count > 0 && decisions[count - 1].type == MUSTER_DECISION_REFUSED);
}

/* Somebody in each state, an incident that has ended, one that waits, an open and a settled entry of the lists. */
static MusterEngine *busy_engine(void) {
  static const char *const events[] = {
      "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\",\"skills\":[\"medic\"]}",
      "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":\"li\",\"place\":\"A\",\"skills\":[\"medic\",\"driver\"]}",
      "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":3,\"place\":\"B\"}",
      "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":4,\"place\":\"B\"}",
      "{\"type\":\"report\",\"at_ms\":1000,\"incident\":\"old\",\"place\":\"B\"}",
      "{\"type\":\"accept\",\"at_ms\":2000,\"volunteer\":3}",
      "{\"type\":\"close\",\"at_ms\":3000,\"incident\":\"old\"}",
      "{\"type\":\"report\",\"at_ms\":4000,\"incident\":7,\"place\":\"B\",\"needs\":[{\"skill\":\"medic\",\"count\":2}]"
      "}",
      "{\"type\":\"delivered\",\"at_ms\":4500,\"volunteer\":1}",
      "{\"type\":\"accept\",\"at_ms\":5000,\"volunteer\":\"li\"}",
      "{\"type\":\"report\",\"at_ms\":6000,\"incident\":8,\"place\":\"A\",\"needs\":[{\"skill\":\"pilot\"},{\"count\":"
      "1}]}",
      "{\"type\":\"accept\",\"at_ms\":7000,\"volunteer\":3}",
      "{\"type\":\"arrive\",\"at_ms\":7500,\"volunteer\":3}",
      "{\"type\":\"retire\",\"at_ms\":8000,\"volunteer\":4}",
      "{\"type\":\"item\",\"at_ms\":8000,\"item\":\"n\",\"list\":\"need\",\"owner\":\"wu\",\"due_at_ms\":9000,"
      "\"incident\":7}",
      "{\"type\":\"item\",\"at_ms\":8000,\"item\":2,\"list\":\"problem\",\"owner\":\"wu\",\"due_at_ms\":9500}",
      "{\"type\":\"settle\",\"at_ms\":8500,\"item\":2,\"outcome\":\"done\"}",
  };
  MusterEngine *engine = new_engine(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(events); i++) offer(engine, events[i]);
  return engine;
}

static MusterEngine *restore(const uint8_t *snapshot, size_t bytes, GError **error) {
  return muster_engine_restore(NULL, new_travel(), NULL, snapshot, bytes, error);
}

static void assert_refused(const uint8_t *snapshot, size_t bytes) {
  g_autoptr(GError) error = NULL;
  g_assert_null(restore(snapshot, bytes, &error));
  g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_SNAPSHOT);
}

static void test_round_trip(void) {
  g_autoptr(MusterEngine) engine = busy_engine();
  size_t bytes, again_bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  GError *error = NULL;
  g_autoptr(MusterEngine) restored = restore(snapshot, bytes, &error);
  g_assert_no_error(error);
  g_autofree uint8_t *again = muster_engine_snapshot(restored, &again_bytes);
  g_assert_cmpmem(snapshot, bytes, again, again_bytes);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, muster_engine_state_hash(restored));
  g_assert_cmpuint(muster_engine_event_count(restored), ==, muster_engine_event_count(engine));
  g_assert_cmpint(muster_engine_next_deadline_ms(restored), ==, muster_engine_next_deadline_ms(engine));
}

/* A changed byte is refused, or is another state in its own right, which is then what the restored engine writes, or
 * the same policy in other words. */
static void test_every_byte(void) {
  g_autoptr(MusterEngine) engine = busy_engine();
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  for (size_t cut = 0; cut < bytes; cut++) assert_refused(snapshot, cut);
  size_t refused = 0;
  for (size_t at = 0; at < bytes * 8; at++) {
    snapshot[at / 8] ^= (uint8_t)(1u << at % 8);
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterEngine) restored = restore(snapshot, bytes, &error);
    if (restored) {
      g_autoptr(GByteArray) again = g_byte_array_new();
      mi_snapshot_put_state(again, restored);
      g_assert_cmpmem(snapshot + bytes - again->len, again->len, again->data, again->len);
      MusterEvent tick = {.type = MUSTER_EVENT_TICK, .at_ms = MUSTER_EVENT_LATEST_MS};
      muster_engine_step(restored, &tick, NULL);
    } else {
      g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_SNAPSHOT);
      refused++;
    }
    snapshot[at / 8] ^= (uint8_t)(1u << at % 8);
  }
  g_assert_cmpuint(refused, >, bytes * 2);
}

static void test_other_surroundings(void) {
  g_autoptr(MusterEngine) engine = busy_engine();
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  g_autoptr(MusterPolicy) policy = muster_policy_new("nearest-fcfs", NULL);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_engine_restore(NULL, new_travel(), policy, snapshot, bytes, &error));
  g_assert_nonnull(strstr(error->message, "policy"));
  g_clear_error(&error);
  MusterTravel *small = muster_travel_new_matrix(place_names, 1, times_ms);
  g_assert_null(muster_engine_restore(NULL, small, NULL, snapshot, bytes, &error));
  g_assert_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_SNAPSHOT);
  g_clear_error(&error);
  snapshot[8] = 9; /* the version */
  g_assert_null(restore(snapshot, bytes, &error));
  g_assert_cmpstr(error->message, ==, "snapshot: expected version 4, found 9");
}

/* Two ways to the same state. */
static void test_history_is_not_state(void) {
  g_autoptr(MusterEngine) plain = new_engine(NULL), winding = new_engine(NULL);
  const char *enrol = "{\"type\":\"enrol\",\"at_ms\":0,\"volunteer\":1,\"place\":\"A\"}";
  const char *tick = "{\"type\":\"tick\",\"at_ms\":9000}";
  offer(plain, enrol);
  offer(plain, tick);
  offer(winding, enrol);
  offer(winding, "{\"type\":\"duty\",\"at_ms\":1000,\"volunteer\":1,\"on\":false}");
  offer(winding, "{\"type\":\"position\",\"at_ms\":2000,\"volunteer\":1,\"place\":\"B\"}");
  offer(winding, "{\"type\":\"duty\",\"at_ms\":3000,\"volunteer\":1,\"on\":true}");
  offer(winding, "{\"type\":\"position\",\"at_ms\":4000,\"volunteer\":1,\"place\":\"A\"}");
  g_assert_cmphex(muster_engine_state_hash(plain), !=, muster_engine_state_hash(winding));
  offer(winding, tick);
  g_assert_cmphex(muster_engine_state_hash(plain), ==, muster_engine_state_hash(winding));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/snapshot/round-trip", test_round_trip);
  g_test_add_func("/engine/snapshot/every-byte", test_every_byte);
  g_test_add_func("/engine/snapshot/other-surroundings", test_other_surroundings);
  g_test_add_func("/engine/snapshot/history-is-not-state", test_history_is_not_state);
  return g_test_run();
}
