/* Replications: spread over threads, gathered in their order.
 *
 * Each replication has its own engine, travel oracle and generators; county, ground and networks are shared and never
 * change. The gathering thread takes a replication as soon as all before it are in, so the result does not depend on
 * the number of threads and no more than a few replications are held at a time.
 */
#include "sim/result.h"

static const int64_t DAY_MS = 86400000;
static const int64_t QUARTER_MS = 900000;
enum { POLL_US = 20000, COURSE_STEPS_MOST = 400 };

typedef struct Job { /* one replication */
  mi_outcome outcome;
  GError *error;
  _Atomic double progress;
  atomic_int state; /* 0 not yet, 1 done, 2 failed */
} Job;

typedef struct Pool {
  mi_run_options options; /* of run 0; the others differ in run, progress and keeps_stories */
  Job *jobs;
  uint32_t runs;
  atomic_uint next, gathered; /* taken by workers; merged into the result */
  unsigned threads;
  atomic_bool cancelled;
} Pool;

static gpointer work(gpointer data) {
  Pool *pool = data;
  for (uint32_t run; !atomic_load(&pool->cancelled) && (run = atomic_fetch_add(&pool->next, 1)) < pool->runs;) {
    /* Not too far ahead of the gathering: outcomes take memory. */
    while (run > atomic_load(&pool->gathered) + 2 * pool->threads && !atomic_load(&pool->cancelled)) g_usleep(POLL_US);
    Job *job = &pool->jobs[run];
    mi_run_options options = pool->options;
    options.run = run;
    options.keeps_stories = run == 0;
    if (run > 0) options.journal = NULL;
    options.progress = &job->progress;
    bool done = mi_run(&options, &job->outcome, &job->error);
    atomic_store(&job->state, done ? 1 : 2);
  }
  return NULL;
}

static double progress_of(Pool *pool) {
  double sum = 0;
  for (uint32_t run = 0; run < pool->runs; run++) sum += atomic_load(&pool->jobs[run].progress);
  return sum / pool->runs;
}

/* Merges what is ready, in order; false once a replication failed or the caller asked to stop. */
static bool gather(Pool *pool, MusterSimResult *result, const MusterSimOptions *options, GError **error) {
  while (atomic_load(&pool->gathered) < pool->runs) {
    uint32_t run = atomic_load(&pool->gathered);
    Job *job = &pool->jobs[run];
    int state = atomic_load(&job->state);
    if (state == 2) {
      g_propagate_error(error, g_steal_pointer(&job->error));
      return false;
    }
    if (state == 1) {
      mi_result_add(result, run, &job->outcome);
      atomic_store(&pool->gathered, run + 1);
      continue;
    }
    if (options->progress && !options->progress(MIN(progress_of(pool), 0.999), options->user_data)) {
      g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_CANCELLED, "the simulation was stopped");
      return false;
    }
    g_usleep(POLL_US);
  }
  return true;
}

static bool run_all(Pool *pool, MusterSimResult *result, const MusterSimOptions *options, GError **error) {
  pool->options.cancelled = &pool->cancelled;
  pool->jobs = g_new0(Job, pool->runs);
  GThread **threads = g_new(GThread *, pool->threads);
  for (unsigned i = 0; i < pool->threads; i++) threads[i] = g_thread_new("muster-run", work, pool);
  bool done = gather(pool, result, options, error);
  if (!done) atomic_store(&pool->cancelled, true);
  for (unsigned i = 0; i < pool->threads; i++) g_thread_join(threads[i]);
  for (uint32_t run = 0; run < pool->runs; run++) {
    mi_outcome_clear(&pool->jobs[run].outcome);
    g_clear_error(&pool->jobs[run].error);
  }
  g_free(threads);
  g_free(pool->jobs);
  return done;
}

/* The caller's networks, or one for each mode from the county's roads. */
static GPtrArray *collect_networks(const MusterSimOptions *options, GError **error) {
  g_autoptr(GPtrArray) networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  for (size_t i = 0; i < options->network_count; i++)
    g_ptr_array_add(networks, muster_network_ref(options->networks[i]));
  const MusterRoads *roads = muster_county_roads(options->county);
  if (!networks->len && muster_roads_way_count(roads) == 0) {
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_COUNTY,
                "the county cannot be simulated: expected roads in it or a network, found neither");
    return NULL;
  }
  for (int mode = 0; options->network_count == 0 && mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(GError) reason = NULL;
    MusterNetwork *network = muster_network_new(roads, (MusterMode)mode, &reason);
    if (network)
      g_ptr_array_add(networks, network);
    else if (!g_error_matches(reason, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY)) {
      g_propagate_error(error, g_steal_pointer(&reason));
      return NULL;
    }
  }
  if (networks->len) return g_steal_pointer(&networks);
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_COUNTY,
              "the county cannot be simulated: no mode can travel any of its roads");
  return NULL;
}

/* Somebody's home lies at a road: else the networks are those of another place. */
static bool check_reach(const MusterSimOptions *options, const GPtrArray *networks, GError **error) {
  const MusterCounty *county = options->county;
  MusterTravel *travel = mi_travel_new((MusterNetwork *const *)(void *)networks->pdata, networks->len,
                                       options->network_count ? options->metrics : NULL, error);
  if (!travel) return false;
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &count);
  bool reached = false;
  for (size_t i = 0; i < count && !reached; i++) {
    MusterPlace home = {.position = volunteers[i].home, .matrix_id = MUSTER_NONE};
    reached = volunteers[i].approved && muster_travel_put(travel, 0, home, volunteers[i].modes, 0);
  }
  muster_travel_free(travel);
  if (!reached)
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_COUNTY,
                "the county cannot be simulated: expected volunteers near the roads of the network, found none of %zu "
                "(is it the network of another place?)",
                count);
  return reached;
}

/* A quarter of an hour, or as many as keep the course below COURSE_STEPS_MOST steps. */
static int64_t step_for(uint32_t days) {
  int64_t quarters = days * (DAY_MS / QUARTER_MS);
  return QUARTER_MS * ((quarters + COURSE_STEPS_MOST - 1) / COURSE_STEPS_MOST);
}

static MusterSimResult *new_result(const MusterSimOptions *options, const GPtrArray *networks, GError **error) {
  mi_ground *ground = mi_ground_new(options->county, options->scenario, error);
  if (!ground) return NULL;
  MusterSimResult *result = g_new0(MusterSimResult, 1);
  result->county = muster_county_ref(options->county);
  result->scenario = muster_scenario_ref(options->scenario);
  result->policy = muster_policy_ref(options->policy);
  result->ground = ground;
  result->seed = options->seed;
  result->days = options->days ? options->days : (uint32_t)options->scenario->days;
  result->runs = options->runs ? options->runs : (uint32_t)options->scenario->runs;
  result->network_count = MIN(networks->len, MUSTER_MODE_COUNT);
  for (size_t i = 0; i < result->network_count; i++)
    muster_network_info(g_ptr_array_index(networks, i), &result->networks[i]);
  muster_county_areas(options->county, &result->area_count);
  result->by_area = g_new0(mi_tally, result->area_count);
  result->by_run = g_new0(mi_tally, result->runs);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    result->times[stage] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  result->volunteers_with = g_array_new(FALSE, TRUE, sizeof(uint64_t));
  result->step_ms = step_for(result->days);
  result->course_count = (size_t)(result->days * DAY_MS / result->step_ms);
  result->course = g_new0(mi_course_step, result->course_count);
  return result;
}

MusterSimResult *muster_simulate(const MusterSimOptions *options, GError **error) {
  g_autoptr(GPtrArray) networks = collect_networks(options, error);
  if (!networks) return NULL;
  g_autoptr(MusterSimResult) result = new_result(options, networks, error);
  if (!result || !check_reach(options, networks, error)) return NULL;
  unsigned threads = options->threads ? options->threads : g_get_num_processors();
  Pool pool = {.options = {.ground = result->ground,
                           .scenario = result->scenario,
                           .policy = result->policy,
                           .networks = (MusterNetwork *const *)networks->pdata,
                           .network_count = networks->len,
                           .metrics = options->network_count ? options->metrics : NULL,
                           .seed = options->seed,
                           .days = result->days,
                           .step_ms = result->step_ms,
                           .journal = options->journal},
               .runs = result->runs,
               .threads = MIN(threads, result->runs)};
  if (!run_all(&pool, result, options, error)) return NULL;
  mi_result_finish(result);
  if (options->progress) options->progress(1, options->user_data);
  return g_steal_pointer(&result);
}
