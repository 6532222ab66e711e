/* The intake; see intake.h. */
#include "uv/intake.h"

#include <string.h>

#include "uv/jobs.h"

static const char tick_line[] = "{\"type\":\"tick\"}";

bool mi_intake_init(mi_intake *intake, const MusterRuntimeOptions *options, int64_t begin_ms) {
  *intake = (mi_intake){.gate = MUSTER_RUNTIME_TAKEN,
                        .capacity = options->capacity ? options->capacity : 4096,
                        .last_ms = MAX(begin_ms, 0),
                        .clock = options->clock,
                        .clock_data = options->clock_data,
                        .monotonic_ns = uv_hrtime()};
  return uv_mutex_init(&intake->lock) == 0;
}

void mi_intake_clear(mi_intake *intake) { uv_mutex_destroy(&intake->lock); }

/* The wall clock; where it lies behind the time that was, that goes on at the monotonic clock's pace. */
static int64_t read_wall_clock(mi_intake *intake) {
  uint64_t now_ns = uv_hrtime(), passed_ms = (now_ns - intake->monotonic_ns) / 1000000;
  intake->monotonic_ns += passed_ms * 1000000;
  return MAX(g_get_real_time() / 1000, intake->last_ms + (int64_t)passed_ms);
}

/* The time of the next event; never before the last one. */
static int64_t read_time(mi_intake *intake) {
  int64_t now_ms = intake->clock ? intake->clock(intake->clock_data) : read_wall_clock(intake);
  intake->last_ms = CLAMP(now_ms, intake->last_ms, MUSTER_EVENT_LATEST_MS);
  return intake->last_ms;
}

static void wake_loop(mi_intake *intake) {
  if (intake->wake) uv_async_send(intake->wake);
}

static MusterRuntimeAnswer take_place(mi_intake *intake) {
  if (intake->gate != MUSTER_RUNTIME_TAKEN) return intake->gate;
  if (intake->taken < intake->capacity) {
    intake->taken++;
    return MUSTER_RUNTIME_TAKEN;
  }
  intake->was_full = true;
  return MUSTER_RUNTIME_FULL;
}

MusterRuntimeAnswer mi_intake_submit(mi_intake *intake, const char *json, size_t bytes, void *tag) {
  uv_mutex_lock(&intake->lock);
  MusterRuntimeAnswer answer = take_place(intake);
  if (answer == MUSTER_RUNTIME_TAKEN) {
    mi_entries_push(&intake->queue, mi_entry_new(json, bytes, tag, read_time(intake)));
    wake_loop(intake);
  }
  uv_mutex_unlock(&intake->lock);
  return answer;
}

MusterRuntimeAnswer mi_intake_add_job(mi_intake *intake, mi_job *job) {
  uv_mutex_lock(&intake->lock);
  MusterRuntimeAnswer answer = take_place(intake);
  if (answer == MUSTER_RUNTIME_TAKEN) {
    *(intake->first_job ? &intake->last_job->next : &intake->first_job) = job;
    intake->last_job = job;
    wake_loop(intake);
  }
  uv_mutex_unlock(&intake->lock);
  return answer;
}

mi_job *mi_intake_take_job(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  mi_job *job = intake->first_job;
  if (job) intake->first_job = job->next;
  uv_mutex_unlock(&intake->lock);
  return job;
}

void mi_intake_finish_job(mi_intake *intake, const char *json, void *tag) {
  uv_mutex_lock(&intake->lock);
  if (json)
    mi_entries_push(&intake->queue, mi_entry_new(json, strlen(json), tag, read_time(intake)));
  else
    intake->taken--;
  uv_mutex_unlock(&intake->lock);
}

int64_t mi_intake_tick(mi_intake *intake, int64_t deadline_ms) {
  uv_mutex_lock(&intake->lock);
  int64_t now_ms = read_time(intake);
  if (now_ms >= deadline_ms && !intake->tick_waits) {
    mi_entry *tick = mi_entry_new(tick_line, sizeof tick_line - 1, NULL, now_ms);
    tick->is_tick = intake->tick_waits = true;
    mi_entries_push(&intake->queue, tick);
  }
  uv_mutex_unlock(&intake->lock);
  return MAX(deadline_ms - now_ms, 0);
}

bool mi_intake_take(mi_intake *intake, mi_entries *to, unsigned most) {
  uv_mutex_lock(&intake->lock);
  for (mi_entry *entry; most > 0 && (entry = mi_entries_pop(&intake->queue)); most--) {
    if (entry->is_tick) intake->tick_waits = false;
    mi_entries_push(to, entry);
  }
  bool more = intake->queue.first != NULL;
  uv_mutex_unlock(&intake->lock);
  return more;
}

bool mi_intake_is_empty(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  bool empty = intake->taken == 0 && !intake->tick_waits;
  uv_mutex_unlock(&intake->lock);
  return empty;
}

void mi_intake_release(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  intake->taken--;
  uv_mutex_unlock(&intake->lock);
}

static bool is_roomy(const mi_intake *intake) {
  return intake->gate == MUSTER_RUNTIME_TAKEN && intake->taken <= intake->capacity / 2;
}

bool mi_intake_is_roomy(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  bool roomy = is_roomy(intake);
  uv_mutex_unlock(&intake->lock);
  return roomy;
}

bool mi_intake_has_room(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  bool tell = intake->was_full && is_roomy(intake);
  if (tell) intake->was_full = false;
  uv_mutex_unlock(&intake->lock);
  return tell;
}

void mi_intake_set_gate(mi_intake *intake, MusterRuntimeAnswer gate) {
  uv_mutex_lock(&intake->lock);
  intake->gate = gate;
  uv_mutex_unlock(&intake->lock);
}

void mi_intake_wake(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  wake_loop(intake);
  uv_mutex_unlock(&intake->lock);
}

void mi_intake_close(mi_intake *intake) {
  uv_mutex_lock(&intake->lock);
  intake->wake = NULL;
  uv_mutex_unlock(&intake->lock);
}
