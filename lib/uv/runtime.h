/* The runtime as its files see it. */
#ifndef MI_UV_RUNTIME_H
#define MI_UV_RUNTIME_H

#include "uv/jobs.h"
#include "uv/writer.h"

typedef enum mi_phase { MI_RUNNING, MI_DRAINING, MI_STOPPING, MI_CLOSING, MI_STOPPED } mi_phase;

/* All but intake and writer is the loop thread's. */
struct MusterRuntime {
  uv_loop_t *loop;
  uv_async_t wake;
  uv_timer_t timer;
  MusterEngine *engine;
  MusterJournal *journal; /* the writer's until that has ended */
  MusterEventReader *reader;
  MusterRuntimeOptions options;
  mi_intake intake;
  mi_writer writer;
  mi_entries decided; /* wait for the writer */
  mi_phase phase;
  bool failed; /* the journal; the writer holds what could not be written */
  uint32_t jobs_under_way;
  atomic_bool jobs_cancelled;
  uint64_t since_snapshot; /* events decided */
  size_t dropped;
  GQueue waiting; /* MusterRuntimeLines * that wait for room */
  unsigned open_handles;
};

/* Starts waiting jobs as far as jobs_at_once allows. */
void mi_jobs_start(MusterRuntime *runtime);
/* Those that wait are dropped, those under way are told. */
void mi_jobs_cancel(MusterRuntime *runtime);

#endif
