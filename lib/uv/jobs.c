/* Long work; see jobs.h. */
#include "uv/jobs.h"

#include "uv/runtime.h"

bool muster_runtime_job_cancelled(const MusterRuntimeJob *job) { return atomic_load(job->cancelled); }

void mi_job_free(mi_job *job) {
  if (job->free_data) job->free_data(job->data);
  g_free(job->result);
  g_free(job);
}

MusterRuntimeAnswer muster_runtime_run(MusterRuntime *runtime, MusterRuntimeWork work, void *data,
                                       GDestroyNotify free_data, void *tag) {
  mi_job *job = g_new0(mi_job, 1);
  *job = (mi_job){.view = {&runtime->jobs_cancelled},
                  .runtime = runtime,
                  .work = work,
                  .data = data,
                  .tag = tag,
                  .free_data = free_data};
  job->request.data = job;
  MusterRuntimeAnswer answer = mi_intake_add_job(&runtime->intake, job);
  if (answer != MUSTER_RUNTIME_TAKEN) g_free(job);
  return answer;
}

static void do_work(uv_work_t *request) {
  mi_job *job = request->data;
  if (!muster_runtime_job_cancelled(&job->view)) job->result = job->work(&job->view, job->data);
}

static void finish_work(uv_work_t *request, int status) {
  (void)status; /* nothing is cancelled by libuv's means */
  mi_job *job = request->data;
  MusterRuntime *runtime = job->runtime;
  bool dropped = runtime->phase >= MI_STOPPING;
  mi_intake_finish_job(&runtime->intake, dropped ? NULL : job->result, job->tag);
  runtime->dropped += dropped;
  runtime->jobs_under_way--;
  mi_job_free(job);
  mi_intake_wake(&runtime->intake);
}

void mi_jobs_start(MusterRuntime *runtime) {
  mi_job *job;
  while (runtime->jobs_under_way < runtime->options.jobs_at_once && (job = mi_intake_take_job(&runtime->intake))) {
    runtime->jobs_under_way++;
    uv_queue_work(runtime->loop, &job->request, do_work, finish_work); /* fails without a function only */
  }
}

void mi_jobs_cancel(MusterRuntime *runtime) {
  atomic_store(&runtime->jobs_cancelled, true);
  for (mi_job *job; (job = mi_intake_take_job(&runtime->intake)); runtime->dropped++) mi_job_free(job);
}
