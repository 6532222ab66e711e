/* A journal that cannot be written: nothing is acted on that is not durable, nothing more is taken, and when there is
 * room again all goes on as if nothing had been. */
#include "support/support.h"
#include "uv/host.h"

static const char tick_line[] = "{\"type\":\"tick\"}";

/* ---- at each write ---- */

/* Three times what the host has to say, each time the rest has been decided; then the end. */
static void speak_again(host *at, const host_event *event) {
  if (event->number == 20 || event->number == 40)
    for (unsigned i = 0; i < 20; i++) g_assert_cmpint(host_submit(at, tick_line, NULL), ==, MUSTER_RUNTIME_TAKEN);
  if (event->number == 60) muster_runtime_drain(at->runtime);
}

static void stop_on_failure(host *at) {
  g_assert_cmpint(host_submit(at, tick_line, NULL), ==, MUSTER_RUNTIME_FAILED);
  at->on_decided = NULL;
  muster_runtime_stop(at->runtime);
}

/* What was acknowledged is in the journal after a crash, and was decided so. */
static void assert_acknowledged_is_there(host *at, size_t kept) {
  mi_disk_crash(&at->disk, kept);
  mi_disk_cut_torn(&at->disk);
  at->disk.fail_at = 0;
  g_autoptr(MusterEngine) recovered = NULL;
  muster_journal_free(world_open(mi_memory_sink_new(&at->disk), &recovered));
  g_assert_cmpuint(muster_engine_event_count(recovered), >=, at->decided->len);
}

/* True if the write was one of the run's. */
static bool fail_at(uint64_t seed, uint64_t writes) {
  host at;
  mi_random random;
  mi_random_init(&random, seed, writes);
  host_init(&at);
  at.on_decided = speak_again;
  at.on_failed = stop_on_failure;
  host_start(&at, (MusterRuntimeOptions){.snapshot_every = 25});
  at.disk.fail_at = at.disk.writes + writes;
  for (unsigned i = 0; i < 20; i++) {
    g_autofree char *line = host_draw_line(&random);
    g_assert_cmpint(host_submit(&at, line, NULL), ==, MUSTER_RUNTIME_TAKEN);
  }
  host_finish_early(&at);
  bool failed = at.failures > 0;
  g_assert_cmpuint(at.failures, <=, 1);
  g_assert_cmpuint(at.decided->len % 20, ==, 0); /* whole batches */
  if (failed) g_assert_cmpint(at.last_failure, ==, MUSTER_JOURNAL_ERROR_OPEN);
  if (!failed) g_assert_cmpuint(at.decided->len, ==, 60);
  assert_acknowledged_is_there(&at, mi_random_below(&random, 2000));
  host_clear(&at);
  return failed;
}

static void test_every_write(void) {
  uint64_t seed = test_seed(), writes = 1;
  while (fail_at(seed, writes)) writes++;
  g_assert_cmpuint(writes, ==, 7); /* three batches, each appended and synced */
}

/* ---- a full disk ---- */

static void make_room(host *at) {
  g_assert_cmpint(at->last_failure, ==, MUSTER_JOURNAL_ERROR_FULL);
  g_assert_cmpuint(at->decided->len, ==, 0);
  if (at->failures == 3) at->disk.capacity = SIZE_MAX;
  muster_runtime_resume(at->runtime);
  g_assert_cmpint(host_submit(at, tick_line, NULL), ==, MUSTER_RUNTIME_TAKEN);
}

static void drain_at_last(host *at, const host_event *event) {
  if (event->number == 23) muster_runtime_drain(at->runtime);
}

static void test_full_disk(void) {
  host at;
  host_init(&at);
  at.on_failed = make_room;
  at.on_decided = drain_at_last;
  host_start(&at, (MusterRuntimeOptions){0});
  muster_runtime_resume(at.runtime); /* nothing has failed: nothing */
  at.disk.capacity = at.disk.bytes->len + 100;
  for (unsigned i = 0; i < 20; i++) host_submit(&at, tick_line, NULL);
  host_finish(&at);
  g_assert_cmpuint(at.failures, ==, 3);
  g_assert_cmpuint(at.decided->len, ==, 23);
  g_assert_cmpuint(at.dropped, ==, 0);
  host_clear(&at);
}

/* A drain that the journal keeps waiting is ended by a stop, or goes on when there is room. */
static void drain_full(bool stops) {
  host at;
  host_init(&at);
  host_start(&at, (MusterRuntimeOptions){0});
  at.disk.capacity = at.disk.bytes->len;
  for (unsigned i = 0; i < 20; i++) host_submit(&at, tick_line, NULL);
  muster_runtime_drain(at.runtime);
  while (at.failures == 0) uv_run(&at.loop, UV_RUN_ONCE);
  g_assert_cmpint(host_submit(&at, tick_line, NULL), ==, MUSTER_RUNTIME_CLOSED);
  at.disk.capacity = SIZE_MAX;
  (stops ? muster_runtime_stop : muster_runtime_resume)(at.runtime);
  host_finish_early(&at);
  g_assert_cmpuint(at.decided->len, ==, stops ? 0 : 20);
  g_assert_cmpuint(at.dropped, ==, stops ? 20 : 0);
  host_clear(&at);
}

static void test_drain_waits_for_room(void) {
  drain_full(false);
  drain_full(true);
}

static void never(MusterRuntime *runtime, const MusterRuntimeResult *result, void *data) {
  (void)runtime, (void)result, (void)data;
  g_assert_not_reached();
}

static void count_dropped(MusterRuntime *runtime, size_t dropped, void *data) {
  *(size_t *)data = dropped;
  muster_runtime_free(runtime);
}

/* Without `failed` a failure stops the runtime. */
static void test_nobody_told(void) {
  host at;
  size_t dropped = 0;
  host_init(&at);
  MusterEngine *engine;
  MusterJournal *journal = world_open(mi_memory_sink_new(&at.disk), &engine);
  const MusterRuntimeOptions options = {.decided = never, .stopped = count_dropped, .data = &dropped};
  at.disk.fail_at = at.disk.writes + 1;
  at.runtime = muster_runtime_start(&at.loop, engine, journal, &options, NULL);
  host_submit(&at, tick_line, NULL);
  uv_run(&at.loop, UV_RUN_DEFAULT);
  g_assert_cmpuint(dropped, ==, 1);
  host_clear(&at);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/uv/failures/every-write", test_every_write);
  g_test_add_func("/uv/failures/full-disk", test_full_disk);
  g_test_add_func("/uv/failures/drain-waits-for-room", test_drain_waits_for_room);
  g_test_add_func("/uv/failures/nobody-told", test_nobody_told);
  return g_test_run();
}
