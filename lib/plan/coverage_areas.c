/* From doors to grids, and from grids to areas: means, worst hours, gaps and their order. */
#include <math.h>
#include <stdlib.h>

#include "plan/coverage.h"

/* ---- means ---- */

static void add_chance(MusterCoverageChance *sum, const MusterCoverageChance *chance, double weight) {
  sum->known += weight * chance->known;
  sum->reached += weight * chance->reached;
  sum->on_scene += weight * chance->on_scene;
  sum->kept += weight * chance->kept;
  sum->mean_s += weight * chance->mean_s;
}

static void divide_chance(MusterCoverageChance *sum, double by) {
  sum->known /= by;
  sum->reached /= by;
  sum->on_scene /= by;
  sum->kept /= by;
  sum->mean_s /= by;
}

static bool is_day(uint32_t hour) { return hour >= MUSTER_COVERAGE_DAY_HOUR && hour < MUSTER_COVERAGE_NIGHT_HOUR; }

/* All that follows from the chances by hour. */
static void sum_up(const MusterCoverage *coverage, const MusterCoverageChance *chances, MusterCoverageGrid *grid) {
  uint32_t place = 0, days = 0;
  double shortfall = 0;
  grid->worst_kept = INFINITY;
  grid->all = grid->day = grid->night = (MusterCoverageChance){0};
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
    if (!(coverage->hours >> hour & 1)) continue;
    const MusterCoverageChance *chance = &chances[place++];
    add_chance(&grid->all, chance, 1);
    add_chance(is_day(hour) ? &grid->day : &grid->night, chance, 1);
    days += is_day(hour);
    shortfall += fmax(coverage->alpha - chance->kept, 0);
    if (chance->kept >= grid->worst_kept) continue;
    grid->worst_kept = chance->kept;
    grid->worst_hour = hour;
  }
  divide_chance(&grid->all, place);
  divide_chance(&grid->day, days); /* NAN, 0 ÷ 0, where there is none */
  divide_chance(&grid->night, place - days);
  grid->shortfall = shortfall / place;
}

/* ---- posts and stations ---- */

static int compare_ids(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* The nearest of most doors, and the mean time from each door's nearest. */
static uint32_t sum_services(const MusterNearest *nearest, uint32_t doors, double *mean_s) {
  g_autofree uint32_t *ids = g_new(uint32_t, doors);
  uint32_t count = 0, best = MUSTER_NONE, most = 0;
  double sum_s = 0;
  for (uint32_t i = 0; i < doors; i++) {
    if (nearest[i].responder == MUSTER_NONE) continue;
    ids[count++] = nearest[i].responder;
    sum_s += nearest[i].time_ms / 1000.0;
  }
  *mean_s = count ? sum_s / count : NAN;
  qsort(ids, count, sizeof *ids, compare_ids);
  for (uint32_t i = 0, run = 0; i < count; i++) {
    run = i > 0 && ids[i - 1] == ids[i] ? run + 1 : 1;
    if (run <= most) continue;
    most = run;
    best = ids[i];
  }
  return best;
}

static void gather_services(const mi_coverage_job *job, size_t grid, MusterCoverageGrid *out) {
  uint32_t doors = job->options->doors, within = 0;
  const MusterNearest *posts = job->nearest_post + grid * doors, *stations = job->nearest_station + grid * doors;
  out->post = sum_services(posts, doors, &out->post_s);
  out->station = sum_services(stations, doors, &out->station_s);
  for (uint32_t i = 0; i < doors; i++) {
    within += MIN(posts[i].time_ms, stations[i].time_ms) <= MUSTER_COVERAGE_CIRCLE_MS;
    out->unreachable += job->unreachable[grid * doors + i];
  }
  out->circle_share = (double)within / doors;
}

/* ---- grids ---- */

static void gather_hours(const MusterCoverage *coverage, const mi_coverage_job *job, size_t grid) {
  const MusterCoverageOptions *options = job->options;
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
    if (!(options->hours >> hour & 1)) continue;
    uint32_t place = job->hour_place[hour];
    MusterCoverageChance *out = &coverage->chances[grid * coverage->hour_count + place];
    for (size_t i = 0; i < options->doors; i++)
      add_chance(out, &job->chances[(grid * options->doors + i) * job->hour_count + place], 1);
    divide_chance(out, options->doors);
    out->known = options->card_share * mi_coverage_contact(options, job->first_grid + (MusterAreaId)grid, hour);
    out->kept *= out->known;
  }
}

typedef struct ranked {
  double value;
  uint32_t grid;
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *left = a, *right = b;
  if (left->value != right->value) return left->value > right->value ? -1 : 1;
  return (left->grid > right->grid) - (left->grid < right->grid);
}

static size_t write_ranks(ranked *list, size_t count, uint32_t *out) {
  qsort(list, count, sizeof *list, compare_ranked);
  for (size_t i = 0; i < count; i++) out[i] = list[i].grid;
  return count;
}

static void rank(MusterCoverage *coverage, bool recruits) {
  g_autofree ranked *list = g_new(ranked, coverage->grid_count);
  size_t count = 0;
  for (uint32_t i = 0; i < coverage->grid_count; i++)
    if (coverage->grids[i].gap > 0) list[count++] = (ranked){coverage->grids[i].gap, i};
  coverage->gap_count = write_ranks(list, count, coverage->gaps);
  for (uint32_t i = 0; recruits && i < coverage->grid_count; i++) list[i] = (ranked){coverage->grids[i].gain, i};
  coverage->recruit_count = write_ranks(list, recruits ? coverage->grid_count : 0, coverage->recruits);
}

void mi_coverage_gather(MusterCoverage *coverage, const mi_coverage_job *job, const double *gains) {
  for (size_t i = 0; i < job->grid_count; i++) {
    MusterCoverageGrid *grid = &coverage->grids[i];
    grid->area = job->first_grid + (MusterAreaId)i;
    gather_hours(coverage, job, i);
    sum_up(coverage, coverage->chances + i * coverage->hour_count, grid);
    gather_services(job, i, grid);
    grid->gap = grid->weight * grid->shortfall;
    grid->gain = job->options->find_recruits ? job->options->card_share * gains[i] : NAN;
  }
  rank(coverage, job->options->find_recruits);
}

/* ---- what is told ---- */

const MusterCoverageGrid *muster_coverage_grids(const MusterCoverage *coverage, size_t *count) {
  *count = coverage->grid_count;
  return coverage->grids;
}

const MusterCoverageChance *muster_coverage_hours(const MusterCoverage *coverage, size_t grid) {
  return coverage->chances + grid * coverage->hour_count;
}

MusterSpan32 muster_coverage_gaps(const MusterCoverage *coverage) {
  return (MusterSpan32){coverage->gaps, coverage->gap_count};
}

MusterSpan32 muster_coverage_recruits(const MusterCoverage *coverage) {
  return (MusterSpan32){coverage->recruits, coverage->recruit_count};
}

static bool lies_in(const MusterArea *areas, MusterAreaId area, MusterAreaId above) {
  while (area != above && area != MUSTER_NONE) area = areas[area].parent;
  return area == above;
}

/* Sum of times that are known, by weight. */
typedef struct known_mean {
  double sum, weight;
} known_mean;

static void add_known(known_mean *mean, double value, double weight) {
  if (isnan(value)) return;
  mean->sum += value * weight;
  mean->weight += weight;
}

bool muster_coverage_area(const MusterCoverage *coverage, MusterAreaId area, MusterCoverageGrid *out) {
  const MusterArea *areas = muster_county_areas(coverage->county, NULL);
  g_autofree MusterCoverageChance *chances = g_new0(MusterCoverageChance, coverage->hour_count);
  known_mean post = {0}, station = {0};
  double weight = 0, circles = 0, shortfall = 0;
  size_t found = 0;
  uint32_t unreachable = 0;
  for (size_t i = 0; i < coverage->grid_count; i++) {
    const MusterCoverageGrid *grid = &coverage->grids[i];
    if (!lies_in(areas, grid->area, area)) continue;
    for (size_t hour = 0; hour < coverage->hour_count; hour++)
      add_chance(&chances[hour], &coverage->chances[i * coverage->hour_count + hour], grid->weight);
    add_known(&post, grid->post_s, grid->weight);
    add_known(&station, grid->station_s, grid->weight);
    circles += grid->weight * grid->circle_share;
    shortfall += grid->gap;
    weight += grid->weight;
    unreachable += grid->unreachable;
    found++;
  }
  if (found == 0) return false;
  MusterCoverageGrid whole = {.area = area, .weight = weight, .unreachable = unreachable, .gap = shortfall};
  for (size_t hour = 0; hour < coverage->hour_count; hour++) divide_chance(&chances[hour], weight);
  sum_up(coverage, chances, &whole);
  whole.shortfall = shortfall / weight;
  whole.post = whole.station = MUSTER_NONE;
  whole.post_s = post.sum / post.weight;
  whole.station_s = station.sum / station.weight;
  whole.circle_share = circles / weight;
  whole.gain = NAN;
  *out = whole;
  return true;
}
