/* What any thread may touch: the queue of events taken and of jobs that wait, the time they are given, and the answer
 * that the next one gets. All behind one lock, under which the loop is woken too: so nobody wakes a closed handle. */
#ifndef MI_UV_INTAKE_H
#define MI_UV_INTAKE_H

#include "uv/entries.h"

typedef struct mi_job mi_job;

typedef struct mi_intake {
  uv_mutex_t lock;
  uv_async_t *wake;         /* the loop's; NULL: closed */
  MusterRuntimeAnswer gate; /* TAKEN: open */
  mi_entries queue;
  mi_job *first_job, *last_job; /* jobs that wait to be started */
  size_t taken, capacity;       /* events and jobs not yet acknowledged */
  bool was_full;                /* somebody was told, and waits for room */
  bool tick_waits;              /* stands in the queue */
  int64_t last_ms;              /* the time of the last event */
  int64_t (*clock)(void *data); /* NULL: the wall clock, carried on */
  void *clock_data;
  uint64_t monotonic_ns; /* when last_ms was read, for the carrying on */
} mi_intake;

bool mi_intake_init(mi_intake *intake, const MusterRuntimeOptions *options, int64_t begin_ms);
void mi_intake_clear(mi_intake *intake);
MusterRuntimeAnswer mi_intake_submit(mi_intake *intake, const char *json, size_t bytes, void *tag);
MusterRuntimeAnswer mi_intake_add_job(mi_intake *intake, mi_job *job);
mi_job *mi_intake_take_job(mi_intake *intake); /* NULL: none waits */
/* The result of a job, which has its place already. NULL: it has none, the place is free again. */
void mi_intake_finish_job(mi_intake *intake, const char *json, void *tag);
/* How long it is until the deadline. 0: it has come, and a tick stands in the queue. */
int64_t mi_intake_tick(mi_intake *intake, int64_t deadline_ms);
/* Moves up to `most` events behind those in `to`; true: more are there. */
bool mi_intake_take(mi_intake *intake, mi_entries *to, unsigned most);
/* Whether everything taken has been acknowledged and no tick waits. */
bool mi_intake_is_empty(mi_intake *intake);
/* An event that is no tick has been acknowledged. */
void mi_intake_release(mi_intake *intake);
/* Whether somebody waits for room and there is some; he is told by the caller. */
bool mi_intake_has_room(mi_intake *intake);
/* Whether it takes events, and half of the capacity is free. */
bool mi_intake_is_roomy(mi_intake *intake);
void mi_intake_set_gate(mi_intake *intake, MusterRuntimeAnswer gate);
void mi_intake_wake(mi_intake *intake);
/* From now on nobody wakes the loop. */
void mi_intake_close(mi_intake *intake);

#endif
