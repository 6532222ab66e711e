/* Long work in libuv's pool, no more than a few at a time: the pool is the process's, and the host's files wait in it.
 */
#ifndef MI_UV_JOBS_H
#define MI_UV_JOBS_H

#include <stdatomic.h>

#include "uv/intake.h"

struct MusterRuntimeJob {
  atomic_bool *cancelled; /* of all jobs of the runtime */
};

struct mi_job {
  MusterRuntimeJob view; /* what the work is shown */
  uv_work_t request;
  mi_job *next;
  MusterRuntime *runtime;
  MusterRuntimeWork work;
  void *data, *tag;
  GDestroyNotify free_data;
  char *result;
};

/* Calls free_data. */
void mi_job_free(mi_job *job);

#endif
