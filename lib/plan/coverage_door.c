/* One door: who would be alerted there, and what comes of it hour by hour. */
#include <math.h>
#include <stdlib.h>

#include "plan/coverage.h"

void mi_looker_init(mi_looker *looker, const MusterCoverageOptions *options, size_t people) {
  *looker = (mi_looker){.searches = g_new(MusterSearch *, options->metric_count)};
  for (size_t i = 0; i < options->metric_count; i++) {
    looker->searches[i] = muster_search_new(muster_metric_network(options->metrics[i]));
    muster_search_set_metric(looker->searches[i], options->metrics[i]);
  }
  looker->found = g_new(MusterNearest, people + 1);
  looker->best_ms = g_new(uint32_t, people + 1);
  looker->best_mode = g_new(uint8_t, people + 1);
  for (size_t i = 0; i < people; i++) looker->best_ms[i] = MUSTER_UNREACHABLE_MS;
  mi_alerted_init(&looker->alerted, options->alerts, options->people);
}

void mi_looker_clear(mi_looker *looker, const MusterCoverageOptions *options) {
  for (size_t i = 0; i < options->metric_count; i++) muster_search_free(looker->searches[i]);
  g_free(looker->searches);
  g_free(looker->found);
  g_free(looker->best_ms);
  g_free(looker->best_mode);
  g_free(looker->hits);
  g_free(looker->persons);
  g_free(looker->comes);
  mi_alerted_clear(&looker->alerted);
}

/* ---- who is near ---- */

static int compare_hits(const void *a, const void *b) {
  const MusterTravelHit *left = a, *right = b;
  if (left->time_ms != right->time_ms) return left->time_ms < right->time_ms ? -1 : 1;
  return (left->responder > right->responder) - (left->responder < right->responder);
}

static void reserve_hits(mi_looker *looker, size_t count) {
  if (count <= looker->hit_room) return;
  looker->hit_room = MAX(count, 2 * looker->hit_room);
  looker->hits = g_renew(MusterTravelHit, looker->hits, looker->hit_room);
  looker->persons = g_renew(mi_alerted_person, looker->persons, looker->hit_room);
  looker->comes = g_renew(double, looker->comes, looker->hit_room *MI_ALERTED_STEPS);
}

/* The k nearest by their fastest mode, in looker->hits; whoever is among the k nearest at all is so by their fastest
 * mode. */
static size_t find_nearest(const mi_coverage_job *job, mi_looker *looker, const mi_standing *standing,
                           MusterPosition door, size_t k, uint32_t limit_ms) {
  const MusterCoverageOptions *options = job->options;
  MusterNearestOptions question = {.direction = MUSTER_TO_PLACE, .k = k, .limit_ms = limit_ms};
  size_t count = 0;
  for (size_t i = 0; i < options->metric_count; i++) {
    MusterNetwork *network = muster_metric_network(options->metrics[i]);
    MusterNetworkInfo info;
    MusterRoadPoint place;
    muster_network_info(network, &info);
    if (!muster_network_snap(network, door, MUSTER_SNAP_LIMIT_M, &place, NULL)) continue;
    size_t found = muster_search_nearest(looker->searches[i], standing->fleets[i], &place, &question, looker->found);
    reserve_hits(looker, count + found);
    for (size_t j = 0; j < found; j++) {
      MusterNearest *near = &looker->found[j];
      if (looker->best_ms[near->responder] == MUSTER_UNREACHABLE_MS)
        looker->hits[count++].responder = near->responder;
      else if (looker->best_ms[near->responder] <= near->time_ms)
        continue;
      looker->best_ms[near->responder] = near->time_ms;
      looker->best_mode[near->responder] = (uint8_t)info.mode;
    }
  }
  for (size_t i = 0; i < count; i++) {
    MusterTravelHit *hit = &looker->hits[i];
    hit->time_ms = looker->best_ms[hit->responder];
    hit->mode = looker->best_mode[hit->responder];
    looker->best_ms[hit->responder] = MUSTER_UNREACHABLE_MS;
  }
  qsort(looker->hits, count, sizeof *looker->hits, compare_hits);
  return MIN(count, k);
}

/* ---- what comes of it ---- */

static double accepts(const mi_coverage_job *job, uint32_t hour, const MusterTravelHit *hit, MusterPosition from,
                      MusterPosition door) {
  MusterAlertConditions conditions = {.hour = hour, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
  MusterAlertPerson person = {.mode = (MusterMode)hit->mode,
                              .distance_m = (uint32_t)lround(muster_distance_planar_m(from, door))};
  return muster_alert_model_acceptance(job->options->model, &conditions, &person);
}

static void tell_persons(const mi_coverage_job *job, mi_looker *looker, size_t count, MusterPosition door,
                         uint32_t hour, const mi_odds *odds) {
  for (size_t i = 0; i < count; i++) {
    const MusterTravelHit *hit = &looker->hits[i];
    double p = accepts(job, hour, hit, job->places[hit->responder], door);
    looker->persons[i].on_standby = job->certain[hit->responder] ? 1 : job->options->standby[hour];
    mi_odds_tell(odds, p, hit->time_ms, &looker->persons[i], looker->comes + i * MI_ALERTED_STEPS);
  }
}

/* E[min(T, most)] = ∫ P(T > t) dt, by trapezoids. */
static double mean_time_s(mi_looker *looker, size_t count) {
  double by[MI_ALERTED_STEPS], sum = 0.5;
  mi_alerted_arrive(&looker->alerted, looker->persons, looker->comes, count, by);
  for (int k = 0; k < MI_ALERTED_STEPS; k++) sum += (k + 1 == MI_ALERTED_STEPS ? 0.5 : 1) * (1 - by[k]);
  return sum * MI_ODDS_STEP_S;
}

static bool is_urban(const mi_coverage_job *job, size_t door) {
  const MusterArea *areas = muster_county_areas(job->options->county, NULL);
  return areas[job->first_grid + door / job->options->doors].kind == MUSTER_COMMUNITY_URBAN;
}

/* Recruits live at the doors; what one at each adds here. `reach` holds them, ascending by time. */
typedef struct recruits {
  MusterTravelHit *hits;
  size_t count;
} recruits;

static void add_gains(const mi_coverage_job *job, mi_looker *looker, size_t count, size_t door, uint32_t hour,
                      const mi_odds *odds, double share, const recruits *near) {
  mi_gain *gains = (mi_gain *)(void *)job->gains[door]->data;
  size_t rank = 0;
  for (size_t i = 0; i < near->count; i++) {
    const MusterTravelHit *hit = &near->hits[i];
    while (rank < count && looker->hits[rank].time_ms <= hit->time_ms) rank++;
    double p = accepts(job, hour, hit, job->doors[hit->responder], job->doors[door]);
    mi_alerted_person person = {.on_standby = job->options->standby[hour]};
    mi_odds_tell(odds, p, hit->time_ms, &person, NULL);
    gains[i].gain += share * mi_alerted_gain(&looker->alerted, rank, &person);
  }
}

static void look_at_hour(const mi_coverage_job *job, mi_looker *looker, size_t count, size_t door, uint32_t hour,
                         const recruits *near) {
  const MusterCoverageOptions *options = job->options;
  MusterCoverageChance *out = &job->chances[door * job->hour_count + job->hour_place[hour]];
  double high_share = is_urban(job, door) ? options->high_rise_share : 0;
  for (int high = 0; high < 2; high++) {
    double share = high ? high_share : 1 - high_share;
    if (share <= 0) continue;
    const mi_odds *odds = &job->odds.odds[job->odds.of_hour[high][hour]];
    tell_persons(job, looker, count, job->doors[door], hour, odds);
    mi_alerted_chance chance = near->count ? mi_alerted_trace(&looker->alerted, looker->persons, count)
                                           : mi_alerted_sum(&looker->alerted, looker->persons, count);
    out->reached += share * chance.reached;
    out->on_scene += share * chance.on_scene;
    out->kept += share * chance.kept;
    out->mean_s += share * mean_time_s(looker, count);
    if (near->count) add_gains(job, looker, count, door, hour, odds, share, near);
  }
}

static void find_recruits(const mi_coverage_job *job, mi_looker *looker, size_t door, recruits *out) {
  *out = (recruits){0};
  if (!job->options->find_recruits) return;
  out->count =
      find_nearest(job, looker, &job->recruits, job->doors[door], job->door_count, mi_odds_reach_ms(&job->odds));
  out->hits = g_memdup2(looker->hits, out->count * sizeof *out->hits);
  g_array_set_size(job->gains[door], 0);
  for (size_t i = 0; i < out->count; i++) {
    mi_gain gain = {.door = out->hits[i].responder};
    g_array_append_val(job->gains[door], gain);
  }
}

void mi_coverage_look(size_t door, unsigned worker, void *data) {
  const mi_coverage_job *job = data;
  mi_looker *looker = &job->lookers[worker];
  recruits near;
  find_recruits(job, looker, door, &near);
  size_t count = find_nearest(job, looker, &job->people, job->doors[door], job->nearest, MUSTER_UNREACHABLE_MS - 1);
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++)
    if (job->hours >> hour & 1) look_at_hour(job, looker, count, door, hour, &near);
  g_free(near.hits);
}

/* ---- posts and stations ---- */

static MusterNearest nearest_of(const mi_coverage_job *job, mi_looker *looker, const mi_standing *standing,
                                const MusterRoadPoint *place) {
  MusterNearestOptions question = {.direction = MUSTER_TO_PLACE, .k = 1, .limit_ms = MUSTER_UNREACHABLE_MS - 1};
  MusterNearest nearest = {MUSTER_NONE, MUSTER_UNREACHABLE_MS};
  muster_search_nearest(looker->searches[job->service_metric], standing->fleets[job->service_metric], place, &question,
                        &nearest);
  return nearest;
}

void mi_coverage_look_services(size_t door, unsigned worker, void *data) {
  const mi_coverage_job *job = data;
  const MusterCoverageOptions *options = job->options;
  bool reached = false;
  for (size_t i = 0; i < options->metric_count; i++) {
    MusterRoadPoint place;
    MusterNetwork *network = muster_metric_network(options->metrics[i]);
    if (!muster_network_snap(network, job->doors[door], MUSTER_SNAP_LIMIT_M, &place, NULL)) continue;
    reached = true;
    if (i != job->service_metric) continue;
    job->nearest_post[door] = nearest_of(job, &job->lookers[worker], &job->posts, &place);
    job->nearest_station[door] = nearest_of(job, &job->lookers[worker], &job->stations, &place);
  }
  job->unreachable[door] = !reached;
}
