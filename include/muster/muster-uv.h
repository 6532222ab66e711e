/* The runtime: an engine and its journal on the caller's libuv loop. A library of its own (pkg-config muster-uv), apart
 * from the umbrella header, so that only those who want it need libuv. (With -std=c11, libuv's header wants
 * -D_POSIX_C_SOURCE=200809L; without it nothing.)
 *
 * Events come in from any thread, bounded in number. On the loop's thread the engine decides them in the order in which
 * they were taken; a thread of the runtime's own writes all that was decided meanwhile as one commit (decide → journal
 * → acknowledge → act): a decision reaches `decided` only after its event is durable, in order. One timer brings the
 * engine its deadlines as ticks. docs/server.md shows the threads in a picture.
 *
 * Time. The runtime gives each event the time at which it was taken: lines name no at_ms. That time never runs
 * backwards: while the clock says less than it did, time stands still; when it jumps forward, a tick lets the deadlines
 * in between act.
 *
 * Threads. muster_runtime_submit, _run, _check_clock and muster_runtime_job_cancelled may be called from any thread,
 * all else from the loop's thread only, on which all callbacks run as well. Callbacks may call everything but
 * muster_runtime_free, which `stopped` alone may call. Unless said otherwise pointers may not be NULL.
 */
#ifndef MUSTER_UV_H
#define MUSTER_UV_H

#include <muster/journal.h>
#include <uv.h>

G_BEGIN_DECLS

#define MUSTER_RUNTIME_ERROR (muster_runtime_error_quark())
MUSTER_EXPORT GQuark muster_runtime_error_quark(void);
typedef enum MusterRuntimeError {
  MUSTER_RUNTIME_ERROR_LOOP, /* libuv has no handle or no thread for it; the message holds its reason */
} MusterRuntimeError;

typedef struct MusterRuntime MusterRuntime;

/* An event that has been decided and is durable. Its views stay until the callback returns. */
typedef struct MusterRuntimeResult {
  void *tag;                       /* as given with the event; NULL of a tick */
  uint64_t number;                 /* of the event, from 1, as in its decisions */
  int64_t at_ms;                   /* the time the runtime gave it */
  const char *event;               /* the line as the engine and the journal had it, at_ms included */
  const MusterDecision *decisions; /* NULL if there are none */
  size_t decision_count;
  const char *json; /* the decisions as muster_decisions_to_json wrote them */
} MusterRuntimeResult;

typedef struct MusterRuntimeOptions {
  /* Every event, ticks included, in the order of their numbers, each once. */
  void (*decided)(MusterRuntime *runtime, const MusterRuntimeResult *result, void *data);
  /* There is room again after somebody was told FULL: half of the capacity. May be NULL. */
  void (*room)(MusterRuntime *runtime, void *data);
  /* The journal cannot be written, as `reason` says. Nothing is taken any more, no event is decided, and what was
   * decided but is not durable waits: call muster_runtime_resume (after BUSY or FULL, when there is room), or
   * muster_runtime_stop and recover from the journal (after any other error). May be NULL: the runtime is stopped. */
  void (*failed)(MusterRuntime *runtime, const GError *reason, void *data);
  /* All is closed; nothing is called afterwards. `dropped`: events and jobs that were taken and never came to
   * `decided`; 0 after a drain that was not cut short. May be NULL. */
  void (*stopped)(MusterRuntime *runtime, size_t dropped, void *data);
  void *data; /* handed to the callbacks */
  /* The engine's time in ms, 0 or more. Called from any thread, one at a time, with a lock held: it must be quick and
   * call nothing of this header. NULL: the wall clock (ms since 1970 UTC), carried on by the monotonic clock where the
   * wall clock is set back or lies behind the time of a recovered engine. */
  int64_t (*clock)(void *clock_data);
  void *clock_data;
  uint32_t capacity;       /* events and jobs taken and not yet come to `decided`; 0: 4096 */
  uint32_t jobs_at_once;   /* of libuv's pool, which the host's file operations use as well; 0: 2 */
  uint32_t snapshot_every; /* a snapshot in the journal after about so many events; 0: none */
} MusterRuntimeOptions;

/* Starts on the loop, which need not run yet and must outlive `stopped`. `decided` must be set; the options are copied.
 * Engine and journal are taken over even if it fails; journal may be NULL: nothing is written, decisions are called
 * back at once. Both must be at the same event, as muster_journal_recover leaves them. A deadline that has passed
 * meanwhile acts in the loop's first turns. NULL and LOOP if it fails; nothing is ever called back then. */
MUSTER_EXPORT MusterRuntime *muster_runtime_start(uv_loop_t *loop, MusterEngine *engine, MusterJournal *journal,
                                                  const MusterRuntimeOptions *options, GError **error);

typedef enum MusterRuntimeAnswer {
  MUSTER_RUNTIME_TAKEN,  /* it will come to `decided`, or be among those dropped */
  MUSTER_RUNTIME_FULL,   /* not taken: wait for `room` */
  MUSTER_RUNTIME_FAILED, /* not taken: the journal cannot be written */
  MUSTER_RUNTIME_CLOSED, /* not taken: draining, stopping or stopped */
} MusterRuntimeAnswer;

/* Offers one event: a JSON object in one line of `bytes` bytes (docs/events.md) without at_ms, copied. A line that is
 * no event is taken too and comes to `decided` as `refused`. `tag` (may be NULL) comes back with the result. Any thread
 * until the runtime is freed; never waits for the engine or the disk. */
MUSTER_EXPORT MusterRuntimeAnswer muster_runtime_submit(MusterRuntime *runtime, const char *json, size_t bytes,
                                                        void *tag);

/* Lines over a stream, a client's or a pipe's: those that come are events. */
typedef struct MusterRuntimeLines MusterRuntimeLines;
/* The stream has ended, with UV_EOF or libuv's reason: all that came has been taken, and nothing more is read. */
typedef void (*MusterRuntimeLinesEnded)(uv_stream_t *stream, int status, void *tag);
/* Reads the stream, which is open, belongs to the runtime's loop and stays the caller's, and submits each line with
 * that tag (may be NULL). Blank lines are passed over; a line that is too long is refused like any other that is no
 * event; the end of the stream ends a line too. Where a line is not taken reading pauses, so that whoever sends waits,
 * until there is room, or after a failure the journal is written again. `ended` is called once unless the lines are
 * freed before; it may free them. stream->data is theirs until they are freed. NULL: libuv does not read from it. */
MUSTER_EXPORT MusterRuntimeLines *muster_runtime_lines_new(MusterRuntime *runtime, uv_stream_t *stream, void *tag,
                                                           MusterRuntimeLinesEnded ended);
/* Writes a text (copied) and the end of the line to the stream. False, and nothing is written: the other end does not
 * read, more than 1 MiB waits for it; or libuv does not write to it any more. */
MUSTER_EXPORT bool muster_runtime_lines_send(MusterRuntimeLines *lines, const char *text, size_t bytes);
/* Reads no more; what was not taken is dropped, what was sent is not. To be called before the stream is closed and
 * before the runtime is freed. NULL: nothing. */
MUSTER_EXPORT void muster_runtime_lines_free(MusterRuntimeLines *lines);

typedef struct MusterRuntimeJob MusterRuntimeJob;
/* Long work on a thread of libuv's pool. Returns the line of an event, as for muster_runtime_submit, from g_malloc; or
 * NULL: no event comes of it. */
typedef char *(*MusterRuntimeWork)(const MusterRuntimeJob *job, void *data);
/* Starts work whose result is offered as an event with that tag. It holds one place of the capacity from now on.
 * `free_data` (NULL: nothing) is called with data once, on the loop's thread, when the work has been done or dropped;
 * not if the answer is another than TAKEN. Any thread until the runtime is freed. */
MUSTER_EXPORT MusterRuntimeAnswer muster_runtime_run(MusterRuntime *runtime, MusterRuntimeWork work, void *data,
                                                     GDestroyNotify free_data, void *tag);
/* Whether nobody waits for the result any more. To be asked now and then by the work itself: a stop waits for it. */
MUSTER_EXPORT bool muster_runtime_job_cancelled(const MusterRuntimeJob *job);

/* Has the loop look at the clock anew. Of use with a clock of the caller's own that has been set: without it a jump is
 * noticed within a second. Any thread until the runtime is freed. */
MUSTER_EXPORT void muster_runtime_check_clock(MusterRuntime *runtime);
/* The engine, to look at between events; it stays the runtime's. Steps must not be made. */
MUSTER_EXPORT const MusterEngine *muster_runtime_engine(const MusterRuntime *runtime);

/* After `failed`: writes again what waits. If that succeeds all goes on, else `failed` is called again. In any other
 * state: nothing. */
MUSTER_EXPORT void muster_runtime_resume(MusterRuntime *runtime);
/* Takes nothing more, brings all that was taken to `decided`, jobs included, and then stops. While the journal fails it
 * waits for muster_runtime_resume or _stop. */
MUSTER_EXPORT void muster_runtime_drain(MusterRuntime *runtime);
/* Takes and decides nothing more. The commit under way is waited for and what it made durable is still called back; the
 * rest is dropped. Jobs under way are waited for. Ends with `stopped`. A second call: nothing. */
MUSTER_EXPORT void muster_runtime_stop(MusterRuntime *runtime);
/* Frees the runtime with its engine and journal, after `stopped` (or from it), when no other thread uses it. NULL:
 * nothing. */
MUSTER_EXPORT void muster_runtime_free(MusterRuntime *runtime);

G_END_DECLS

#endif
