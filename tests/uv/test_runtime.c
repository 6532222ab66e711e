/* The runtime on a loop: what it decides is what a plain engine decides, however many threads offer events; a full
 * intake tells when there is room; time never runs backwards; it ends at any moment and leaves nothing behind. */
#include <string.h>

#include "support/support.h"
#include "uv/host.h"

static const char report_line[] = "{\"type\":\"report\",\"incident\":\"fire\",\"place\":\"A\"}";
static const char tick_line[] = "{\"type\":\"tick\"}";

/* ---- many threads ---- */

enum { THREADS = 4, EVENTS_A_THREAD = 1500 };

typedef struct crowd {
  host host;
  uv_mutex_t lock;
  uv_cond_t room;
  atomic_uint under_way;
  uv_async_t finished;
  unsigned full; /* how often somebody was told so; behind the lock */
} crowd;

typedef struct speaker {
  crowd *all;
  unsigned number;
  uint64_t seed;
  uv_thread_t thread;
} speaker;

/* Waits for room where there is none: what is told under the lock cannot be missed. */
static void submit_or_wait(crowd *all, const char *line, void *tag) {
  uv_mutex_lock(&all->lock);
  MusterRuntimeAnswer answer;
  while ((answer = host_submit(&all->host, line, tag)) == MUSTER_RUNTIME_FULL) {
    all->full++;
    uv_cond_wait(&all->room, &all->lock);
  }
  uv_mutex_unlock(&all->lock);
  g_assert_cmpint(answer, ==, MUSTER_RUNTIME_TAKEN);
}

static void speak(void *data) {
  speaker *self = data;
  mi_random random;
  mi_random_init(&random, self->seed, self->number);
  for (unsigned i = 0; i < EVENTS_A_THREAD; i++) {
    g_autofree char *line = host_draw_line(&random);
    submit_or_wait(self->all, line, GUINT_TO_POINTER(1 + self->number * EVENTS_A_THREAD + i));
    atomic_fetch_add(&self->all->host.now_ms, mi_random_below(&random, 4000));
  }
  if (atomic_fetch_sub(&self->all->under_way, 1) == 1) uv_async_send(&self->all->finished);
}

static void tell_room(host *at) {
  crowd *all = (crowd *)(void *)at; /* its first member */
  uv_mutex_lock(&all->lock);
  uv_cond_broadcast(&all->room);
  uv_mutex_unlock(&all->lock);
}

static void drain_when_finished(uv_async_t *finished) {
  crowd *all = finished->data;
  muster_runtime_drain(all->host.runtime);
  uv_close((uv_handle_t *)finished, NULL);
}

/* Each event once, each thread's in its order. */
static void assert_all_there(const host *at) {
  unsigned next[THREADS] = {0}, events = 0;
  for (guint i = 0; i < at->decided->len; i++) {
    unsigned tag = GPOINTER_TO_UINT(host_at(at, i)->tag);
    if (tag == 0) continue;
    g_assert_cmpuint((tag - 1) % EVENTS_A_THREAD, ==, next[(tag - 1) / EVENTS_A_THREAD]++);
    events++;
  }
  g_assert_cmpuint(events, ==, THREADS * EVENTS_A_THREAD);
  g_assert_cmpuint(at->decided->len, >, events); /* ticks */
}

static void test_many_threads(void) {
  crowd all = {0};
  speaker speakers[THREADS];
  uint64_t seed = test_seed();
  host_init(&all.host);
  all.host.on_room = tell_room;
  uv_mutex_init(&all.lock);
  uv_cond_init(&all.room);
  uv_async_init(&all.host.loop, &all.finished, drain_when_finished);
  all.finished.data = &all;
  atomic_store(&all.under_way, THREADS);
  host_start(&all.host, (MusterRuntimeOptions){.capacity = 50, .snapshot_every = 500});
  for (unsigned i = 0; i < THREADS; i++) {
    speakers[i] = (speaker){.all = &all, .number = i, .seed = seed};
    uv_thread_create(&speakers[i].thread, speak, &speakers[i]);
  }
  host_finish(&all.host);
  for (unsigned i = 0; i < THREADS; i++) uv_thread_join(&speakers[i].thread);
  assert_all_there(&all.host);
  g_assert_cmpuint(all.host.dropped, ==, 0);
  g_assert_cmpuint(all.full, >, 0);
  g_assert_cmpuint(all.host.rooms, >, 0);
  g_assert_cmpuint(all.host.disk.writes, <, 2 * all.host.decided->len); /* commits of several events */
  uv_cond_destroy(&all.room);
  uv_mutex_destroy(&all.lock);
  host_clear(&all.host);
}

/* ---- back-pressure ---- */

static void drain_on_room(host *at) {
  g_assert_cmpuint(at->decided->len, >=, 2);
  g_assert_cmpint(host_submit(at, tick_line, NULL), ==, MUSTER_RUNTIME_TAKEN);
  muster_runtime_drain(at->runtime);
  g_assert_cmpint(host_submit(at, tick_line, NULL), ==, MUSTER_RUNTIME_CLOSED);
}

static void test_full(void) {
  host at;
  host_init(&at);
  at.on_room = drain_on_room;
  host_start(&at, (MusterRuntimeOptions){.capacity = 4});
  for (unsigned i = 0; i < 4; i++) g_assert_cmpint(host_submit(&at, tick_line, NULL), ==, MUSTER_RUNTIME_TAKEN);
  for (unsigned i = 0; i < 3; i++) g_assert_cmpint(host_submit(&at, tick_line, NULL), ==, MUSTER_RUNTIME_FULL);
  host_finish(&at);
  g_assert_cmpuint(at.rooms, ==, 1);
  g_assert_cmpuint(at.decided->len, ==, 5);
  host_clear(&at);
}

/* ---- time ---- */

static void test_clock_set_back(void) {
  host at;
  host_init(&at);
  atomic_store(&at.now_ms, 100000);
  host_start(&at, (MusterRuntimeOptions){0});
  host_submit(&at, report_line, NULL);
  atomic_store(&at.now_ms, 5000);
  host_submit(&at, tick_line, NULL);
  atomic_store(&at.now_ms, 100001);
  host_submit(&at, tick_line, NULL);
  muster_runtime_drain(at.runtime);
  host_finish(&at);
  g_assert_cmpint(host_at(&at, 0)->at_ms, ==, 100000);
  g_assert_cmpint(host_at(&at, 1)->at_ms, ==, 100000);
  g_assert_cmpint(host_at(&at, 2)->at_ms, ==, 100001);
  host_clear(&at);
}

/* The report is decided: the clock jumps an hour; what was due by then comes in a tick. */
static void jump_forward(host *at, const host_event *event) {
  if (event->number == 1) {
    atomic_store(&at->now_ms, 3600000);
    muster_runtime_check_clock(at->runtime);
  } else if (event->number == 2) {
    muster_runtime_drain(at->runtime);
  }
}

static void test_clock_set_forward(void) {
  host at;
  host_init(&at);
  at.on_decided = jump_forward;
  host_start(&at, (MusterRuntimeOptions){0});
  host_submit(&at, report_line, NULL);
  host_finish(&at);
  g_assert_cmpuint(at.decided->len, ==, 2);
  g_assert_cmpstr(host_at(&at, 1)->event, ==, "{\"type\":\"tick\",\"at_ms\":3600000}");
  g_assert_nonnull(strstr(host_at(&at, 1)->json, "\"type\":\"breach\""));
  host_clear(&at);
}

/* Without being told the loop finds out by its own timer. */
static void jump_untold(host *at, const host_event *event) {
  if (event->number == 1) atomic_store(&at->now_ms, 3600000);
  if (event->number == 2) muster_runtime_drain(at->runtime);
}

static void test_clock_looked_at(void) {
  host at;
  host_init(&at);
  at.on_decided = jump_untold;
  host_start(&at, (MusterRuntimeOptions){0});
  host_submit(&at, report_line, NULL);
  host_finish(&at);
  g_assert_cmpstr(host_at(&at, 1)->event, ==, "{\"type\":\"tick\",\"at_ms\":3600000}");
  host_clear(&at);
}

static void drain_after_one(host *at, const host_event *event) {
  (void)event;
  muster_runtime_drain(at->runtime);
}

static int64_t never_called(void *data) {
  (void)data;
  g_assert_not_reached();
}

/* Started again behind a deadline that passed meanwhile, nobody says anything and the tick comes. */
static void test_deadline_passed_while_down(void) {
  host at;
  host_init(&at);
  host_start(&at, (MusterRuntimeOptions){0});
  host_submit(&at, report_line, NULL);
  muster_runtime_drain(at.runtime);
  host_finish(&at);
  atomic_store(&at.now_ms, 61000);
  at.on_decided = drain_after_one;
  host_start(&at, (MusterRuntimeOptions){0});
  host_finish(&at);
  g_assert_cmpstr(host_at(&at, 1)->event, ==, "{\"type\":\"tick\",\"at_ms\":61000}");
  host_clear(&at);
}

static void decide_nothing(MusterRuntime *runtime, const MusterRuntimeResult *result, void *data) {
  *(int64_t *)data = result->at_ms;
  muster_runtime_drain(runtime);
}

static void free_stopped(MusterRuntime *runtime, size_t dropped, void *data) {
  (void)data;
  g_assert_cmpuint(dropped, ==, 0);
  muster_runtime_free(runtime);
}

static int64_t time_of_one_tick(MusterEngine *engine) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  int64_t at_ms = -1;
  const MusterRuntimeOptions options = {.decided = decide_nothing, .stopped = free_stopped, .data = &at_ms};
  MusterRuntime *runtime = muster_runtime_start(&loop, engine, NULL, &options, NULL);
  muster_runtime_submit(runtime, tick_line, strlen(tick_line), NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  g_assert_cmpint(uv_loop_close(&loop), ==, 0);
  return at_ms;
}

static void test_wall_clock(void) {
  int64_t before_ms = g_get_real_time() / 1000, at_ms = time_of_one_tick(world_engine());
  g_assert_cmpint(at_ms, >=, before_ms);
  g_assert_cmpint(at_ms, <=, g_get_real_time() / 1000);
  const int64_t ahead_ms = at_ms + 1000000000;
  MusterEngine *engine = world_engine();
  const MusterEvent tick = {.type = MUSTER_EVENT_TICK, .at_ms = ahead_ms};
  muster_engine_step(engine, &tick, NULL);
  g_assert_cmpint(muster_engine_now_ms(engine), ==, ahead_ms);
  at_ms = time_of_one_tick(engine);
  g_assert_cmpint(at_ms, >=, ahead_ms); /* goes on from there */
  g_assert_cmpint(at_ms, <, ahead_ms + 500000000);
}

/* ---- beside the host's own handles ---- */

typedef struct busy {
  host host;
  uv_timer_t timer;
  unsigned beats;
} busy;

static void submit_again(host *at, const host_event *event) {
  (void)event;
  host_submit(at, tick_line, NULL);
  host_submit(at, tick_line, NULL); /* from some time on the intake is always full */
}

static void beat(uv_timer_t *timer) {
  busy *all = timer->data;
  if (++all->beats < 5) return;
  uv_close((uv_handle_t *)timer, NULL);
  all->host.on_decided = NULL;
  muster_runtime_drain(all->host.runtime);
}

static void test_host_timers_go_on(void) {
  busy all = {0};
  host_init(&all.host);
  all.host.on_decided = submit_again;
  uv_timer_init(&all.host.loop, &all.timer);
  all.timer.data = &all;
  uv_timer_start(&all.timer, beat, 1, 1);
  host_start(&all.host, (MusterRuntimeOptions){.capacity = 200});
  host_submit(&all.host, tick_line, NULL);
  host_finish(&all.host);
  g_assert_cmpuint(all.beats, ==, 5);
  host_clear(&all.host);
}

/* One turn of the loop decides some of what waits, never all of it. */
static void test_turns_are_short(void) {
  host at;
  host_init(&at);
  host_start(&at, (MusterRuntimeOptions){0});
  for (unsigned i = 0; i < 1000; i++) host_submit(&at, tick_line, NULL);
  uint64_t before = 0, turns = 0;
  for (; before < 1000; turns++) {
    uv_run(&at.loop, UV_RUN_ONCE);
    uint64_t decided = muster_engine_event_count(muster_runtime_engine(at.runtime));
    g_assert_cmpuint(decided - before, <=, 100);
    before = decided;
  }
  g_assert_cmpuint(turns, >=, 10);
  muster_runtime_drain(at.runtime);
  host_finish(&at);
  host_clear(&at);
}

/* ---- lines that are no events ---- */

static void test_no_events(void) {
  g_autofree char *long_line = g_strnfill(200000, ' ');
  const char *const lines[][2] = {
      {"{\"type\":\"tick\",\n}", "expected one line, found several"},
      {"{\"type\":\"tick\"", "not JSON"},
      {"{\"type\":\"tick\",\"at_ms\":5}", "duplicate object key"},
      {"{\"type\":\"moon\"}", "type"},
      {"{}", "type"},
      {"", "not JSON"},
      {"}", "not JSON"},
      {"{\"type\":\"tick}", "not JSON"},
      {"\xff", "not JSON"},
      {long_line, "expected an event of at most 65536 bytes"},
  };
  host at;
  host_init(&at);
  host_start(&at, (MusterRuntimeOptions){0});
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
    g_assert_cmpint(host_submit(&at, lines[i][0], NULL), ==, MUSTER_RUNTIME_TAKEN);
  muster_runtime_drain(at.runtime);
  host_finish(&at);
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    const char *json = host_at(&at, i)->json;
    if (!strstr(json, "\"refused\"") || !strstr(json, lines[i][1])) g_error("line %u: %s", i, json);
  }
  host_clear(&at);
}

/* ---- jobs ---- */

static atomic_uint working, most_working, freed;

static char *work_shortly(const MusterRuntimeJob *job, void *data) {
  unsigned now = atomic_fetch_add(&working, 1) + 1, most = atomic_load(&most_working);
  while (now > most && !atomic_compare_exchange_weak(&most_working, &most, now)) continue;
  g_assert_false(muster_runtime_job_cancelled(job));
  char *line = GPOINTER_TO_UINT(data) % 2 ? g_strdup(tick_line) : NULL;
  atomic_fetch_sub(&working, 1);
  return line;
}

static void count_freed(void *data) {
  (void)data;
  atomic_fetch_add(&freed, 1);
}

static void test_jobs(void) {
  host at;
  host_init(&at);
  atomic_store(&freed, 0);
  host_start(&at, (MusterRuntimeOptions){.capacity = 20, .jobs_at_once = 2});
  for (unsigned i = 0; i < 20; i++)
    g_assert_cmpint(muster_runtime_run(at.runtime, work_shortly, GUINT_TO_POINTER(i), count_freed, GUINT_TO_POINTER(i)),
                    ==, MUSTER_RUNTIME_TAKEN);
  g_assert_cmpint(muster_runtime_run(at.runtime, work_shortly, NULL, count_freed, NULL), ==, MUSTER_RUNTIME_FULL);
  g_assert_cmpuint(atomic_load(&freed), ==, 0);
  muster_runtime_drain(at.runtime);
  host_finish(&at);
  unsigned sum = 0;
  for (guint i = 0; i < at.decided->len; i++) sum += GPOINTER_TO_UINT(host_at(&at, i)->tag);
  g_assert_cmpuint(at.decided->len, ==, 10);
  g_assert_cmpuint(sum, ==, 1 + 3 + 5 + 7 + 9 + 11 + 13 + 15 + 17 + 19);
  g_assert_cmpuint(atomic_load(&freed), ==, 20);
  g_assert_cmpuint(atomic_load(&most_working), <=, 2);
  host_clear(&at);
}

/* Works until nobody waits for it any more; the first one has the host stop it. */
static char *work_for_ever(const MusterRuntimeJob *job, void *data) {
  uv_async_send(data);
  while (!muster_runtime_job_cancelled(job)) continue;
  return g_strdup(tick_line);
}

static void stop_host(uv_async_t *begun) {
  host *at = begun->data;
  muster_runtime_stop(at->runtime);
  uv_close((uv_handle_t *)begun, NULL);
}

static void test_stop_jobs(void) {
  host at;
  uv_async_t begun;
  host_init(&at);
  uv_async_init(&at.loop, &begun, stop_host);
  begun.data = &at;
  atomic_store(&freed, 0);
  host_start(&at, (MusterRuntimeOptions){.jobs_at_once = 1});
  for (unsigned i = 0; i < 3; i++) muster_runtime_run(at.runtime, work_for_ever, &begun, count_freed, NULL);
  host_finish(&at);
  g_assert_cmpuint(at.dropped, ==, 3);
  g_assert_cmpuint(at.decided->len, ==, 0);
  g_assert_cmpuint(atomic_load(&freed), ==, 3);
  host_clear(&at);
}

/* ---- the end ---- */

static void test_end_at_once(void) {
  for (unsigned way = 0; way < 3; way++) {
    host at;
    host_init(&at);
    host_start(&at, (MusterRuntimeOptions){.clock = never_called});
    if (way != 1) muster_runtime_drain(at.runtime);
    if (way != 0) muster_runtime_stop(at.runtime);
    host_finish(&at);
    g_assert_cmpuint(at.decided->len, ==, 0);
    host_clear(&at);
  }
}

/* Ended after the loop's `turns`-th turn, or by the `turns`-th decision: nothing is missing and nothing comes twice. */
static void end_after(uint64_t seed, unsigned turns, bool drain) {
  host at;
  mi_random random;
  mi_random_init(&random, seed, turns);
  host_init(&at);
  host_start(&at, (MusterRuntimeOptions){0});
  for (unsigned i = 0; i < 300; i++) {
    g_autofree char *line = host_draw_line(&random);
    g_assert_cmpint(host_submit(&at, line, GUINT_TO_POINTER(i + 1)), ==, MUSTER_RUNTIME_TAKEN);
  }
  for (unsigned i = 0; i < turns; i++) uv_run(&at.loop, UV_RUN_NOWAIT);
  (drain ? muster_runtime_drain : muster_runtime_stop)(at.runtime);
  if (drain) {
    host_finish(&at);
    g_assert_cmpuint(at.dropped, ==, 0);
  } else {
    host_finish_early(&at);
  }
  g_assert_cmpuint(at.decided->len + at.dropped, ==, 300);
  g_autoptr(MusterEngine) recovered = NULL;
  muster_journal_free(world_open(mi_memory_sink_new(&at.disk), &recovered));
  g_assert_cmpuint(muster_engine_event_count(recovered), ==, at.decided->len);
  host_clear(&at);
}

static void test_end_at_any_moment(void) {
  uint64_t seed = test_seed();
  for (unsigned turns = 0; turns < 12; turns++) {
    end_after(seed, turns, false);
    end_after(seed, turns, true);
  }
}

static void stop_after_hundred(host *at, const host_event *event) {
  if (event->number == 100) muster_runtime_stop(at->runtime);
}

static void test_stop_from_a_callback(void) {
  host at;
  host_init(&at);
  at.on_decided = stop_after_hundred;
  host_start(&at, (MusterRuntimeOptions){0});
  for (unsigned i = 0; i < 300; i++) host_submit(&at, tick_line, NULL);
  host_finish_early(&at);
  g_assert_cmpuint(at.decided->len, >=, 100); /* what was durable with it comes too */
  g_assert_cmpuint(at.decided->len + at.dropped, ==, 300);
  host_clear(&at);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/uv/many-threads", test_many_threads);
  g_test_add_func("/uv/full", test_full);
  g_test_add_func("/uv/clock/set-back", test_clock_set_back);
  g_test_add_func("/uv/clock/set-forward", test_clock_set_forward);
  g_test_add_func("/uv/clock/looked-at", test_clock_looked_at);
  g_test_add_func("/uv/clock/deadline-passed-while-down", test_deadline_passed_while_down);
  g_test_add_func("/uv/clock/wall", test_wall_clock);
  g_test_add_func("/uv/host-timers-go-on", test_host_timers_go_on);
  g_test_add_func("/uv/turns-are-short", test_turns_are_short);
  g_test_add_func("/uv/no-events", test_no_events);
  g_test_add_func("/uv/jobs", test_jobs);
  g_test_add_func("/uv/stop/jobs", test_stop_jobs);
  g_test_add_func("/uv/stop/at-once", test_end_at_once);
  g_test_add_func("/uv/stop/at-any-moment", test_end_at_any_moment);
  g_test_add_func("/uv/stop/from-a-callback", test_stop_from_a_callback);
  return g_test_run();
}
