/* Service circles: what lies within 15 minutes of posts and stations, and who lives there. */
#include "plan/coverage.h"
#include "plan/parallel.h"

/* The belt around reached roads: houses stand along them, up to 30 m off (as `muster reach` draws). */
#define MARGIN_M 35.0
enum { DOORS_MOST = 1000 };

/* From circles[first] on; one circle's places. */
typedef struct mi_circle_task {
  MusterServices services;
  uint32_t place; /* MUSTER_NONE: all */
  uint32_t first, count;
} mi_circle_task;

struct MusterCircles {
  MusterCounty *county;
  MusterCircle *list;
  MusterReachArea **areas;
  size_t count;
};

typedef struct mi_circle_job {
  const MusterCircleOptions *options;
  MusterRoadPoint *points; /* of posts, then of stations, that are near a road */
  mi_circle_task *tasks;
  size_t task_count, door_count;
  MusterFleet *doors;
  double *weights; /* of each door */
  double all;
  MusterSearch **searches; /* one a worker */
  MusterNearest **found;
  MusterCircles *out;
  GError **errors; /* of each task */
} mi_circle_job;

const char *muster_services_name(MusterServices services) {
  static const char *const names[] = {"post", "station", "both"};
  return names[services];
}

void muster_circle_options_init(MusterCircleOptions *options) {
  *options = (MusterCircleOptions){.limit_ms = MUSTER_COVERAGE_CIRCLE_MS, .direction = MUSTER_FROM_PLACE, .doors = 5};
}

/* ---- one circle ---- */

static double count_residents(const mi_circle_job *job, const mi_circle_task *task, unsigned worker) {
  const MusterCircleOptions *options = job->options;
  MusterNearestOptions question = {
      .direction = options->direction, .k = job->door_count, .limit_ms = options->limit_ms};
  g_autofree bool *within = g_new0(bool, job->door_count);
  for (uint32_t i = 0; i < task->count; i++) {
    size_t found = muster_search_nearest(job->searches[worker], job->doors, &job->points[task->first + i], &question,
                                         job->found[worker]);
    for (size_t j = 0; j < found; j++) within[job->found[worker][j].responder] = true;
  }
  double residents = 0;
  for (size_t i = 0; i < job->door_count; i++) residents += within[i] ? job->weights[i] : 0;
  return residents;
}

static void draw_circle(size_t item, unsigned worker, void *data) {
  const mi_circle_job *job = data;
  const mi_circle_task *task = &job->tasks[item];
  const MusterCircleOptions *options = job->options;
  MusterReachArea **area = &job->out->areas[item];
  if (!muster_search_reach_areas(job->searches[worker], job->points + task->first, task->count, &options->limit_ms, 1,
                                 options->direction, MARGIN_M, area, &job->errors[item]))
    return;
  double residents = count_residents(job, task, worker);
  job->out->list[item] = (MusterCircle){.services = task->services,
                                        .place = task->place,
                                        .area = muster_reach_area_polygons(*area),
                                        .area_m2 = muster_reach_area_m2(*area),
                                        .residents = residents,
                                        .share = residents / job->all};
}

/* ---- which circles ---- */

static void add_task(mi_circle_job *job, MusterServices services, uint32_t place, uint32_t first, uint32_t count) {
  if (count) job->tasks[job->task_count++] = (mi_circle_task){services, place, first, count};
}

/* The points of those near a road, from `first` on; how many there are then. */
static uint32_t place_services(mi_circle_job *job, const MusterPost *places, size_t count, MusterServices services,
                               uint32_t first) {
  MusterNetwork *network = muster_metric_network(job->options->metric);
  uint32_t end = first;
  for (uint32_t i = 0; i < count; i++) {
    if (!muster_network_snap(network, places[i].position, MUSTER_SNAP_LIMIT_M, &job->points[end], NULL)) continue;
    if (job->options->each) add_task(job, services, i, end, 1);
    end++;
  }
  return end;
}

static bool list_tasks(mi_circle_job *job, GError **error) {
  const MusterCircleOptions *options = job->options;
  size_t posts, stations;
  const MusterPost *post = muster_county_posts(options->county, &posts);
  const MusterStation *station = muster_county_stations(options->county, &stations);
  job->points = g_new(MusterRoadPoint, posts + stations + 1);
  job->tasks = g_new(mi_circle_task, posts + stations + 3);
  uint32_t middle = place_services(job, post, posts, MUSTER_SERVICES_POSTS, 0);
  uint32_t end = place_services(job, station, stations, MUSTER_SERVICES_STATIONS, middle);
  if (!options->each) {
    add_task(job, MUSTER_SERVICES_POSTS, MUSTER_NONE, 0, middle);
    add_task(job, MUSTER_SERVICES_STATIONS, MUSTER_NONE, middle, end - middle);
    add_task(job, MUSTER_SERVICES_BOTH, MUSTER_NONE, 0, end);
  }
  if (job->task_count) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
              "expected a post or station near the roads, found none of %zu", posts + stations);
  return false;
}

static void place_doors(mi_circle_job *job) {
  const MusterCircleOptions *options = job->options;
  size_t grids;
  muster_county_level(options->county, MUSTER_AREA_GRID, NULL, &grids);
  g_autofree MusterPosition *doors = mi_coverage_doors(options->county, options->doors);
  g_autofree double *weights = mi_coverage_weights(options->county);
  MusterNetwork *network = muster_metric_network(options->metric);
  job->door_count = grids * options->doors;
  job->weights = g_new(double, job->door_count);
  job->doors = muster_fleet_new(network);
  muster_fleet_set_metric(job->doors, options->metric);
  for (uint32_t i = 0; i < job->door_count; i++) {
    MusterRoadPoint point;
    job->weights[i] = weights[i / options->doors] / options->doors;
    if (muster_network_snap(network, doors[i], MUSTER_SNAP_LIMIT_M, &point, NULL))
      muster_fleet_put(job->doors, i, &point, 0);
  }
  for (size_t i = 0; i < grids; i++) job->all += weights[i];
}

/* ---- the whole ---- */

static void clear_job(mi_circle_job *job, unsigned threads) {
  for (unsigned i = 0; i < threads; i++) {
    muster_search_free(job->searches[i]);
    g_free(job->found[i]);
  }
  for (size_t i = 0; i < job->task_count; i++) g_clear_error(&job->errors[i]);
  muster_fleet_free(job->doors);
  g_free(job->points);
  g_free(job->tasks);
  g_free(job->weights);
  g_free(job->searches);
  g_free(job->found);
  g_free(job->errors);
}

static bool draw_all(mi_circle_job *job, unsigned threads, GError **error) {
  const MusterCircleOptions *options = job->options;
  mi_parallel_progress progress = {options->progress, options->user_data, 0, 1};
  if (!mi_parallel_run(job->task_count, threads, draw_circle, job, &progress)) {
    g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED, "the circles were stopped");
    return false;
  }
  for (size_t i = 0; i < job->task_count; i++)
    if (job->errors[i]) {
      g_propagate_error(error, g_steal_pointer(&job->errors[i]));
      return false;
    }
  return true;
}

static bool check_options(const MusterCircleOptions *options, GError **error) {
  size_t grids;
  muster_county_level(options->county, MUSTER_AREA_GRID, NULL, &grids);
  if (options->limit_ms < 1 || options->limit_ms == MUSTER_UNREACHABLE_MS || options->doors < 1 ||
      options->doors > DOORS_MOST) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION,
                "expected a limit above 0 ms and 1 to %d doors, found %u ms and %u doors", DOORS_MOST,
                options->limit_ms, options->doors);
    return false;
  }
  if (grids) return true;
  g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                      "expected a county with grids, found none in it");
  return false;
}

MusterCircles *muster_circles_new(const MusterCircleOptions *options, GError **error) {
  if (!check_options(options, error)) return NULL;
  mi_circle_job job = {.options = options};
  if (!list_tasks(&job, error)) {
    clear_job(&job, 0);
    return NULL;
  }
  place_doors(&job);
  g_autoptr(MusterCircles) circles = g_new0(MusterCircles, 1);
  circles->county = muster_county_ref(options->county);
  circles->count = job.task_count;
  circles->list = g_new0(MusterCircle, job.task_count);
  circles->areas = g_new0(MusterReachArea *, job.task_count);
  unsigned threads = mi_parallel_threads(options->threads, job.task_count);
  job.out = circles;
  job.errors = g_new0(GError *, job.task_count);
  job.searches = g_new(MusterSearch *, threads);
  job.found = g_new(MusterNearest *, threads);
  for (unsigned i = 0; i < threads; i++) {
    job.searches[i] = muster_search_new(muster_metric_network(options->metric));
    muster_search_set_metric(job.searches[i], options->metric);
    job.found[i] = g_new(MusterNearest, job.door_count);
  }
  bool drawn = draw_all(&job, threads, error);
  clear_job(&job, threads);
  return drawn ? g_steal_pointer(&circles) : NULL;
}

void muster_circles_free(MusterCircles *circles) {
  if (!circles) return;
  for (size_t i = 0; i < circles->count; i++) muster_reach_area_free(circles->areas[i]);
  muster_county_unref(circles->county);
  g_free(circles->areas);
  g_free(circles->list);
  g_free(circles);
}

const MusterCircle *muster_circles_list(const MusterCircles *circles, size_t *count) {
  *count = circles->count;
  return circles->list;
}
