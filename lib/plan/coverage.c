/* Coverage of a county: checks what is asked, looks at every door on several threads, and gathers in order. */
#include <math.h>

#include "plan/coverage.h"
#include "plan/parallel.h"

enum { ALERTS_MOST = 64, DOORS_MOST = 1000, PARTS_OF_PEOPLE = 9, PARTS = 10 };
#define ALL_HOURS ((UINT32_C(1) << MUSTER_COVERAGE_HOURS) - 1)

/* Least in the small hours, most in the evening: as in the scenario `ordinary`. */
static const double usual_standby[MUSTER_COVERAGE_HOURS] = {.12, .1,  .1, .1, .1, .12, .16, .2, .2, .2,  .2,  .22,
                                                            .24, .22, .2, .2, .2, .22, .28, .3, .3, .28, .22, .16};

void muster_coverage_options_init(MusterCoverageOptions *options) {
  *options =
      (MusterCoverageOptions){.hours = ALL_HOURS,
                              .weekday = 2,
                              .work_start_hour = 8,
                              .work_end_hour = 18,
                              .follow_shifts = true,
                              .people = 1,
                              .alerts = 16,
                              .known_ms = 60000,
                              .reached_ms = 180000,
                              .on_scene_ms = 600000,
                              .card_share = 0.989,
                              .high_rise_share = 0.25,
                              .alpha = 0.9,
                              .doors = 5,
                              .recruit_modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE)};
  for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) options->standby[hour] = usual_standby[hour];
}

/* ---- what is asked ---- */

static bool check_count(const char *what, uint64_t value, uint64_t least, uint64_t most, GError **error) {
  if (value >= least && value <= most) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION,
              "%s: expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, what, least,
              most, value);
  return false;
}

static bool check_share(const char *what, double value, GError **error) {
  if (value >= 0 && value <= 1) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION, "%s: expected 0 to 1, found %g", what, value);
  return false;
}

bool mi_coverage_check(const MusterCoverageOptions *options, GError **error) {
  for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++)
    if (!check_share("the chance to be on stand-by", options->standby[hour], error)) return false;
  return check_count("the number of metrics", options->metric_count, 1, MUSTER_MODE_COUNT, error) &&
         check_count("the set of hours", options->hours, 1, ALL_HOURS, error) &&
         check_count("the weekday, from 0", options->weekday, 0, 6, error) &&
         check_count("the hour that work starts", options->work_start_hour, 0, 24, error) &&
         check_count("the hour that work ends", options->work_end_hour, 0, 24, error) &&
         check_count("people needed", options->people, 1, MUSTER_ALERT_PEOPLE_MAX, error) &&
         check_count("people alerted", options->alerts, options->people, ALERTS_MOST, error) &&
         check_count("the deadline of ON_SCENE, in ms", options->on_scene_ms, 1, MUSTER_COVERAGE_MEAN_MOST_S * 1000,
                     error) &&
         check_count("the deadline of REACHED, in ms", options->reached_ms, 1, options->on_scene_ms, error) &&
         check_count("doors in a grid", options->doors, 1, DOORS_MOST, error) &&
         check_share("the share of cards read in time", options->card_share, error) &&
         check_share("the share of doors on high floors", options->high_rise_share, error) &&
         check_share("alpha", options->alpha, error);
}

/* ---- the work ---- */

static void free_gains(mi_coverage_job *job) {
  for (size_t i = 0; job->gains && i < job->door_count; i++) g_array_unref(job->gains[i]);
  g_free(job->gains);
}

static void clear_job(mi_coverage_job *job) {
  for (unsigned i = 0; i < job->threads; i++) mi_looker_clear(&job->lookers[i], job->options);
  mi_standing_clear(&job->recruits, job->options);
  mi_standing_clear(&job->posts, job->options);
  mi_standing_clear(&job->stations, job->options);
  mi_standing_clear(&job->people, job->options);
  mi_odds_set_clear(&job->odds);
  free_gains(job);
  g_free(job->lookers);
  g_free(job->doors);
  g_free(job->hour_place);
  g_free(job->places);
  g_free(job->certain);
  g_free(job->chances);
  g_free(job->nearest_post);
  g_free(job->nearest_station);
  g_free(job->unreachable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_coverage_job, clear_job)

static void put_posts(mi_standing *standing, const MusterCoverageOptions *options, const MusterPost *posts,
                      size_t count) {
  mi_standing_init(standing, options);
  for (uint32_t i = 0; i < count; i++) mi_standing_put(standing, options, i, posts[i].position, ~0u, 0);
}

static size_t find_service_metric(const MusterCoverageOptions *options) {
  for (size_t i = 0; i < options->metric_count; i++) {
    MusterNetworkInfo info;
    muster_network_info(muster_metric_network(options->metrics[i]), &info);
    if (info.mode == MUSTER_MODE_FOOT) return i;
  }
  return 0;
}

static void place_services(mi_coverage_job *job) {
  const MusterCoverageOptions *options = job->options;
  size_t posts, stations;
  const MusterPost *post = muster_county_posts(options->county, &posts);
  const MusterStation *station = muster_county_stations(options->county, &stations);
  put_posts(&job->posts, options, post, posts);
  put_posts(&job->stations, options, station, stations);
  mi_standing_init(&job->recruits, options);
  for (uint32_t i = 0; options->find_recruits && i < job->door_count; i++)
    mi_standing_put(&job->recruits, options, i, job->doors[i], options->recruit_modes, 0);
}

static void begin_job(mi_coverage_job *job, const MusterCoverageOptions *options) {
  size_t people;
  muster_county_volunteers(options->county, &people);
  job->options = options;
  muster_county_level(options->county, MUSTER_AREA_GRID, &job->first_grid, &job->grid_count);
  job->door_count = job->grid_count * options->doors;
  job->doors = mi_coverage_doors(options->county, options->doors);
  job->hour_place = g_new0(uint32_t, MUSTER_COVERAGE_HOURS);
  for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++)
    if (options->hours >> hour & 1) job->hour_place[hour] = (uint32_t)job->hour_count++;
  job->service_metric = find_service_metric(options);
  mi_odds_set_init(&job->odds, options);
  place_services(job);
  size_t most = MAX(people, job->door_count);
  job->threads = mi_parallel_threads(options->threads, job->door_count);
  job->lookers = g_new(mi_looker, job->threads);
  for (unsigned i = 0; i < job->threads; i++) mi_looker_init(&job->lookers[i], options, most);
  job->places = g_new(MusterPosition, people + 1);
  job->certain = g_new0(bool, people + 1);
  job->chances = g_new0(MusterCoverageChance, job->door_count * job->hour_count);
  job->nearest_post = g_new(MusterNearest, job->door_count);
  job->nearest_station = g_new(MusterNearest, job->door_count);
  for (size_t i = 0; i < job->door_count; i++)
    job->nearest_post[i] = job->nearest_station[i] = (MusterNearest){MUSTER_NONE, MUSTER_UNREACHABLE_MS};
  job->unreachable = g_new0(bool, job->door_count);
  job->gains = g_new(GArray *, job->door_count);
  for (size_t i = 0; i < job->door_count; i++) job->gains[i] = g_array_new(FALSE, FALSE, sizeof(mi_gain));
}

/* Of each grid: what a recruit there adds, so far. In the order of the doors, whoever looked at them. */
static void add_gains(const mi_coverage_job *job, const double *weights, double *gains) {
  double doors = job->options->doors;
  for (size_t door = 0; door < job->door_count; door++) {
    double weight = weights[door / job->options->doors] / doors;
    for (guint i = 0; i < job->gains[door]->len; i++) {
      const mi_gain *gain = &g_array_index(job->gains[door], mi_gain, i);
      gains[gain->door / job->options->doors] += weight * gain->gain / doors / (double)job->hour_count;
    }
  }
}

static bool stop(GError **error) {
  g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED, "the coverage was stopped");
  return false;
}

static bool look_at_people(mi_coverage_job *job, const double *weights, double *gains, GError **error) {
  const MusterCoverageOptions *options = job->options;
  uint32_t sets[MUSTER_COVERAGE_HOURS];
  size_t count = mi_coverage_split_hours(options, sets), done = 0, most = 0;
  for (size_t i = 0; i < count; i++) {
    job->hours = sets[i];
    mi_coverage_place_people(job);
    most = MAX(most, job->people.count);
    size_t hours = (size_t)__builtin_popcount(sets[i]);
    double per_hour = (double)PARTS_OF_PEOPLE / PARTS / (double)job->hour_count;
    mi_parallel_progress progress = {options->progress, options->user_data, (double)done * per_hour,
                                     (double)(done + hours) * per_hour};
    if (!mi_parallel_run(job->door_count, job->threads, mi_coverage_look, job, &progress)) return stop(error);
    add_gains(job, weights, gains);
    mi_standing_clear(&job->people, options);
    done += hours;
  }
  if (most == 0)
    g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                        "expected approved volunteers with the skills asked for, a mode and a road near them, found "
                        "none (is it the network of another place?)");
  return most > 0;
}

static bool look(mi_coverage_job *job, const double *weights, double *gains, GError **error) {
  const MusterCoverageOptions *options = job->options;
  if (!look_at_people(job, weights, gains, error)) return false;
  mi_parallel_progress progress = {options->progress, options->user_data, (double)PARTS_OF_PEOPLE / PARTS, 1};
  return mi_parallel_run(job->door_count, job->threads, mi_coverage_look_services, job, &progress) || stop(error);
}

static MusterCoverage *new_coverage(const mi_coverage_job *job) {
  MusterCoverage *coverage = g_new0(MusterCoverage, 1);
  coverage->county = muster_county_ref(job->options->county);
  coverage->hours = job->options->hours;
  coverage->hour_count = job->hour_count;
  coverage->grid_count = job->grid_count;
  coverage->alpha = job->options->alpha;
  coverage->grids = g_new0(MusterCoverageGrid, job->grid_count);
  coverage->chances = g_new0(MusterCoverageChance, job->grid_count * job->hour_count);
  coverage->gaps = g_new(uint32_t, job->grid_count);
  coverage->recruits = g_new(uint32_t, job->grid_count);
  return coverage;
}

MusterCoverage *muster_coverage_new(const MusterCoverageOptions *options, GError **error) {
  if (!mi_coverage_check(options, error)) return NULL;
  size_t grids;
  muster_county_level(options->county, MUSTER_AREA_GRID, NULL, &grids);
  if (grids == 0) {
    g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                        "expected a county with grids, found none in it");
    return NULL;
  }
  g_auto(mi_coverage_job) job = {0};
  begin_job(&job, options);
  g_autofree double *weights = mi_coverage_weights(options->county), *gains = g_new0(double, job.grid_count);
  if (!look(&job, weights, gains, error)) return NULL;
  MusterCoverage *coverage = new_coverage(&job);
  for (size_t i = 0; i < grids; i++) coverage->grids[i].weight = weights[i];
  mi_coverage_gather(coverage, &job, gains);
  return coverage;
}

void muster_coverage_free(MusterCoverage *coverage) {
  if (!coverage) return;
  muster_county_unref(coverage->county);
  g_free(coverage->grids);
  g_free(coverage->chances);
  g_free(coverage->gaps);
  g_free(coverage->recruits);
  g_free(coverage);
}
