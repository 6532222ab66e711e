/* The runtime on the loop's thread. take_turn is its table of contents: acknowledge what has become durable, start
 * jobs, decide a few events, give the writer what is decided, set the timer.
 *
 * Whoever has something for the loop wakes it: the intake, the writer, a job that is done. Much at once is done in
 * several turns, so that the host's own handles come in between.
 */
#include "uv/runtime.h"

#include <string.h>

#include "uv/lines.h"

enum {
  EVENTS_A_TURN = 64,
  LONGEST_WAIT_MS = 1000, /* until the clock is looked at again: it may have been set forward */
};

GQuark muster_runtime_error_quark(void) { return g_quark_from_static_string("muster-runtime-error"); }

/* ---- decide ---- */

static bool read_event(MusterRuntime *runtime, const mi_entry *entry, MusterEvent *event, GError **error) {
  if (!memchr(entry->line, '\n', entry->bytes))
    return muster_event_reader_parse(runtime->reader, entry->line, entry->bytes, event, error);
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_EVENT, "expected one line, found several");
  return false;
}

static void decide_entry(MusterRuntime *runtime, mi_entry *entry) {
  MusterEngine *engine = runtime->engine;
  MusterEvent event;
  g_autoptr(GError) reason = NULL;
  size_t count;
  entry->is_event = read_event(runtime, entry, &event, &reason);
  const MusterDecision *decisions = entry->is_event ? muster_engine_step(engine, &event, &count)
                                                    : muster_engine_refuse(engine, reason->message, &count);
  if (!entry->is_event) entry->why = g_strdup(reason->message);
  entry->number = muster_engine_event_count(engine);
  entry->json = muster_decisions_to_json(engine, decisions, count);
  entry->decisions = mi_decisions_copy(decisions, count);
  entry->decision_count = count;
}

static void decide(MusterRuntime *runtime) {
  mi_entries taken = {0};
  bool more = mi_intake_take(&runtime->intake, &taken, EVENTS_A_TURN);
  for (mi_entry *entry; (entry = mi_entries_pop(&taken)); mi_entries_push(&runtime->decided, entry)) {
    decide_entry(runtime, entry);
    runtime->since_snapshot++;
  }
  if (more) mi_intake_wake(&runtime->intake);
}

/* ---- journal ---- */

static void give_to_writer(MusterRuntime *runtime) {
  if (!runtime->decided.first || !mi_writer_is_idle(&runtime->writer)) return;
  uint32_t every = runtime->options.snapshot_every;
  bool snapshot = every > 0 && runtime->since_snapshot >= every;
  if (snapshot) runtime->since_snapshot = 0;
  mi_writer_give(&runtime->writer, &runtime->decided, snapshot ? runtime->engine : NULL);
}

static void tell_failure(MusterRuntime *runtime, const GError *reason) {
  runtime->failed = true;
  uv_timer_stop(&runtime->timer);
  if (runtime->phase == MI_RUNNING) mi_intake_set_gate(&runtime->intake, MUSTER_RUNTIME_FAILED);
  if (runtime->options.failed)
    runtime->options.failed(runtime, reason, runtime->options.data);
  else
    muster_runtime_stop(runtime);
}

/* ---- acknowledge ---- */

static void acknowledge(MusterRuntime *runtime, const mi_entry *entry) {
  const MusterRuntimeResult result = {.tag = entry->tag,
                                      .number = entry->number,
                                      .at_ms = entry->at_ms,
                                      .event = entry->line,
                                      .decisions = entry->decisions,
                                      .decision_count = entry->decision_count,
                                      .json = entry->json};
  if (!entry->is_tick) mi_intake_release(&runtime->intake);
  runtime->options.decided(runtime, &result, runtime->options.data);
}

static void settle(MusterRuntime *runtime) {
  mi_entries durable = {0};
  g_autoptr(GError) reason = NULL;
  if (!mi_writer_take(&runtime->writer, &durable, &reason)) return;
  for (mi_entry *entry; (entry = mi_entries_pop(&durable)); mi_entry_free(entry)) acknowledge(runtime, entry);
  if (reason) tell_failure(runtime, reason);
}

/* ---- the timer ---- */

static void take_turn(MusterRuntime *runtime);

static void on_timer(uv_timer_t *timer) { take_turn(timer->data); }

/* libuv's time may lag behind, so that the timer comes early: then it is set again. */
static void set_timer(MusterRuntime *runtime) {
  int64_t deadline_ms = muster_engine_next_deadline_ms(runtime->engine);
  int64_t wait_ms = deadline_ms == INT64_MAX ? INT64_MAX : mi_intake_tick(&runtime->intake, deadline_ms);
  uv_timer_stop(&runtime->timer);
  if (wait_ms == 0)
    mi_intake_wake(&runtime->intake);
  else if (wait_ms < INT64_MAX)
    uv_timer_start(&runtime->timer, on_timer, (uint64_t)MIN(wait_ms, LONGEST_WAIT_MS), 0);
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle) {
  MusterRuntime *runtime = handle->data;
  if (--runtime->open_handles > 0) return;
  runtime->phase = MI_STOPPED;
  if (runtime->options.stopped) runtime->options.stopped(runtime, runtime->dropped, runtime->options.data);
}

static void drop_all(MusterRuntime *runtime) {
  mi_entries rest = {0};
  while (mi_intake_take(&runtime->intake, &rest, UINT_MAX)) continue;
  runtime->dropped +=
      mi_entries_clear(&runtime->writer.batch) + mi_entries_clear(&runtime->decided) + mi_entries_clear(&rest);
}

static void close_when_quiet(MusterRuntime *runtime) {
  if (runtime->jobs_under_way > 0 || !mi_writer_is_idle(&runtime->writer)) return;
  runtime->phase = MI_CLOSING;
  drop_all(runtime);
  mi_writer_end(&runtime->writer);
  mi_intake_close(&runtime->intake);
  runtime->open_handles = 2;
  uv_close((uv_handle_t *)&runtime->wake, on_closed);
  uv_close((uv_handle_t *)&runtime->timer, on_closed);
}

/* Of ticks the intake counts those that wait only. */
static bool is_drained(MusterRuntime *runtime) {
  return mi_intake_is_empty(&runtime->intake) && !runtime->decided.first && !runtime->writer.batch.first;
}

/* ---- a turn ---- */

static void take_turn(MusterRuntime *runtime) {
  settle(runtime);
  if (mi_intake_has_room(&runtime->intake) && runtime->options.room)
    runtime->options.room(runtime, runtime->options.data);
  mi_lines_go_on(runtime);
  if (runtime->phase < MI_STOPPING && !runtime->failed) {
    mi_jobs_start(runtime);
    decide(runtime);
    give_to_writer(runtime);
    set_timer(runtime);
  }
  if (runtime->phase == MI_DRAINING && is_drained(runtime)) muster_runtime_stop(runtime);
  if (runtime->phase == MI_STOPPING) close_when_quiet(runtime);
}

static void on_wake(uv_async_t *wake) {
  MusterRuntime *runtime = wake->data;
  if (runtime->phase < MI_CLOSING) take_turn(runtime);
}

/* ---- the public interface ---- */

static int start(MusterRuntime *runtime) {
  if (!mi_intake_init(&runtime->intake, &runtime->options, muster_engine_now_ms(runtime->engine))) return UV_ENOMEM;
  int status = mi_writer_start(&runtime->writer, runtime->journal, &runtime->intake);
  if (status == 0) {
    status = uv_async_init(runtime->loop, &runtime->wake, on_wake);
    if (status == 0) return 0;
    mi_writer_end(&runtime->writer);
  }
  mi_intake_clear(&runtime->intake);
  return status;
}

static void free_parts(MusterRuntime *runtime) {
  muster_event_reader_free(runtime->reader);
  muster_journal_free(runtime->journal);
  muster_engine_free(runtime->engine);
  g_free(runtime);
}

MusterRuntime *muster_runtime_start(uv_loop_t *loop, MusterEngine *engine, MusterJournal *journal,
                                    const MusterRuntimeOptions *options, GError **error) {
  MusterRuntime *runtime = g_new0(MusterRuntime, 1);
  *runtime = (MusterRuntime){.loop = loop, .engine = engine, .journal = journal, .options = *options};
  runtime->reader = muster_event_reader_new();
  if (options->jobs_at_once == 0) runtime->options.jobs_at_once = 2;
  int status = start(runtime);
  if (status) {
    g_set_error(error, MUSTER_RUNTIME_ERROR, MUSTER_RUNTIME_ERROR_LOOP, "the runtime cannot be started: %s",
                uv_strerror(status));
    free_parts(runtime);
    return NULL;
  }
  uv_timer_init(loop, &runtime->timer);
  runtime->wake.data = runtime->timer.data = runtime;
  runtime->intake.wake = &runtime->wake;
  mi_intake_wake(&runtime->intake);
  return runtime;
}

MusterRuntimeAnswer muster_runtime_submit(MusterRuntime *runtime, const char *json, size_t bytes, void *tag) {
  return mi_intake_submit(&runtime->intake, json, bytes, tag);
}

void muster_runtime_check_clock(MusterRuntime *runtime) { mi_intake_wake(&runtime->intake); }

const MusterEngine *muster_runtime_engine(const MusterRuntime *runtime) { return runtime->engine; }

void muster_runtime_resume(MusterRuntime *runtime) {
  if (!runtime->failed || runtime->phase > MI_DRAINING) return;
  runtime->failed = false;
  if (runtime->phase == MI_RUNNING) mi_intake_set_gate(&runtime->intake, MUSTER_RUNTIME_TAKEN);
  mi_writer_retry(&runtime->writer);
}

void muster_runtime_drain(MusterRuntime *runtime) {
  if (runtime->phase != MI_RUNNING) return;
  runtime->phase = MI_DRAINING;
  mi_intake_set_gate(&runtime->intake, MUSTER_RUNTIME_CLOSED);
  mi_intake_wake(&runtime->intake);
}

void muster_runtime_stop(MusterRuntime *runtime) {
  if (runtime->phase > MI_DRAINING) return;
  runtime->phase = MI_STOPPING;
  mi_intake_set_gate(&runtime->intake, MUSTER_RUNTIME_CLOSED);
  uv_timer_stop(&runtime->timer);
  mi_jobs_cancel(runtime);
  mi_intake_wake(&runtime->intake);
}

void muster_runtime_free(MusterRuntime *runtime) {
  if (!runtime) return;
  mi_intake_clear(&runtime->intake);
  free_parts(runtime);
}
