/* A host of the runtime; see host.h. */
#include "uv/host.h"

#include <string.h>

static int64_t read_clock(void *data) { return atomic_load((atomic_llong *)data); }

static void on_decided(MusterRuntime *runtime, const MusterRuntimeResult *result, void *data) {
  host *at = data;
  host_event event = {.tag = result->tag,
                      .number = result->number,
                      .at_ms = result->at_ms,
                      .event = g_strdup(result->event),
                      .json = g_strdup(result->json)};
  g_autofree char *json =
      muster_decisions_to_json(muster_runtime_engine(runtime), result->decisions, result->decision_count);
  g_assert_cmpstr(json, ==, result->json);
  g_assert_false(at->stopped);
  g_array_append_val(at->decided, event);
  if (at->on_decided) at->on_decided(at, &event);
}

static void on_room(MusterRuntime *runtime, void *data) {
  host *at = data;
  g_assert_true(runtime == at->runtime);
  at->rooms++;
  if (at->on_room) at->on_room(at);
}

static void on_failed(MusterRuntime *runtime, const GError *reason, void *data) {
  host *at = data;
  g_assert_true(runtime == at->runtime);
  g_assert_true(reason->domain == MUSTER_JOURNAL_ERROR);
  at->failures++;
  at->last_failure = reason->code;
  if (at->on_failed) at->on_failed(at);
}

static void on_stopped(MusterRuntime *runtime, size_t dropped, void *data) {
  host *at = data;
  at->stopped = true;
  at->dropped = dropped;
  at->hash = muster_engine_state_hash(muster_runtime_engine(runtime));
  at->runtime = NULL;
  muster_runtime_free(runtime);
}

void host_init(host *at) {
  *at = (host){.decided = g_array_new(FALSE, FALSE, sizeof(host_event))};
  g_assert_cmpint(uv_loop_init(&at->loop), ==, 0);
  mi_disk_init(&at->disk);
}

void host_start(host *at, MusterRuntimeOptions options) {
  MusterEngine *engine;
  GError *error = NULL;
  MusterJournal *journal = world_open(mi_memory_sink_new(&at->disk), &engine);
  options.decided = on_decided;
  options.room = on_room;
  options.failed = on_failed;
  options.stopped = on_stopped;
  options.data = at;
  if (!options.clock) {
    options.clock = read_clock;
    options.clock_data = &at->now_ms;
  }
  at->stopped = false;
  at->runtime = muster_runtime_start(&at->loop, engine, journal, &options, &error);
  g_assert_no_error(error);
}

MusterRuntimeAnswer host_submit(host *at, const char *line, void *tag) {
  return muster_runtime_submit(at->runtime, line, strlen(line), tag);
}

const host_event *host_at(const host *at, guint index) { return &g_array_index(at->decided, host_event, index); }

MusterEngine *host_plain(const host *at, guint count) {
  MusterEngine *engine = world_engine();
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  for (guint i = 0; i < count; i++) {
    const host_event *done = host_at(at, i);
    MusterEvent event;
    size_t decisions;
    g_autoptr(GError) reason = NULL;
    bool is_event = !strchr(done->event, '\n') &&
                    muster_event_reader_parse(reader, done->event, strlen(done->event), &event, &reason);
    const char *why = reason ? reason->message : "expected one line, found several";
    const MusterDecision *first =
        is_event ? muster_engine_step(engine, &event, &decisions) : muster_engine_refuse(engine, why, &decisions);
    g_autofree char *json = muster_decisions_to_json(engine, first, decisions);
    g_assert_cmpstr(json, ==, done->json);
    g_assert_cmpuint(done->number, ==, i + 1);
    g_assert_true(i == 0 || host_at(at, i - 1)->at_ms <= done->at_ms);
  }
  return engine;
}

void host_finish_early(host *at) {
  g_assert_cmpint(uv_run(&at->loop, UV_RUN_DEFAULT), ==, 0);
  g_assert_true(at->stopped);
  g_autoptr(MusterEngine) plain = host_plain(at, at->decided->len);
}

void host_finish(host *at) {
  host_finish_early(at);
  g_autoptr(MusterEngine) plain = host_plain(at, at->decided->len), recovered = NULL;
  g_assert_cmphex(at->hash, ==, muster_engine_state_hash(plain));
  muster_journal_free(world_open(mi_memory_sink_new(&at->disk), &recovered));
  g_assert_cmpuint(muster_engine_event_count(recovered), ==, at->decided->len);
  g_assert_cmphex(at->hash, ==, muster_engine_state_hash(recovered));
}

void host_clear(host *at) {
  g_assert_cmpint(uv_loop_close(&at->loop), ==, 0);
  for (guint i = 0; i < at->decided->len; i++) {
    g_free(host_at(at, i)->event);
    g_free(host_at(at, i)->json);
  }
  g_array_unref(at->decided);
  mi_disk_clear(&at->disk);
}

char *host_draw_line(mi_random *random) {
  static const char *const answers[] = {"accept", "decline", "arrive", "release", "delivered"};
  unsigned person = mi_random_below(random, 9), incident = mi_random_below(random, 40);
  char place = (char)('A' + mi_random_below(random, 3));
  switch (mi_random_below(random, 9)) {
    case 0:
    case 1:
      return g_strdup_printf("{\"type\":\"enrol\",\"volunteer\":\"p%u\",\"place\":\"%c\"}", person, place);
    case 2:
    case 3:
      return g_strdup_printf("{\"type\":\"report\",\"incident\":\"i%u\",\"place\":\"%c\" } ", incident, place);
    case 4:
      return g_strdup_printf("{\"type\":\"close\",\"incident\":\"i%u\"}", incident);
    case 5:
      return g_strdup(mi_random_below(random, 2) ? "[1]" : "{ }");
    default:
      return g_strdup_printf("{\"type\":\"%s\",\"volunteer\":\"p%u\"}", answers[mi_random_below(random, 5)], person);
  }
}
