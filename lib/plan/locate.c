/* Facility location: checks what is asked, hands it to the problem's own search, and puts the answer in order. */
#include <string.h>

#include "plan/locate.h"
#include "plan/refuse.h"

enum { SIDE_MOST = 1 << 20 };
#define CELLS_MOST (UINT64_C(1) << 31)
#define EXCHANGES_MOST (UINT64_C(1) << 28) /* 2 GiB of what they add */

void muster_locate_options_init(MusterLocateOptions *options) {
  *options = (MusterLocateOptions){.share_ppm = 900000,
                                   .first_ppm = 500000,
                                   .busy_ppm = 300000,
                                   .per_site = 1,
                                   .steps = MUSTER_LOCATE_STEPS_USUAL,
                                   .bound_steps = MUSTER_LOCATE_BOUND_STEPS_USUAL};
}

static bool check_range(const char *what, uint64_t value, uint64_t least, uint64_t most, GError **error) {
  return (value >= least && value <= most) ||
         mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION,
                        "%s: expected %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, what,
                        least, most, value);
}

static bool allows_several(MusterLocateProblem problem) {
  return problem == MUSTER_LOCATE_BACKUP || problem == MUSTER_LOCATE_DSM || problem == MUSTER_LOCATE_MEXCLP;
}

static bool check_table(const MusterLocateTable *table, const MusterLocateOptions *options, GError **error) {
  if (table->demand_count < 1 || table->demand_count > SIDE_MOST || table->site_count < 1 ||
      table->site_count > SIDE_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT, "expected 1 to %d demands and sites, found %zu and %zu",
                          SIDE_MOST, table->demand_count, table->site_count);
  uint64_t cells = (uint64_t)table->demand_count * table->site_count;
  if (cells > CELLS_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT,
                          "demands × sites: expected at most %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT,
                          CELLS_MOST, cells);
  bool is_by_radius = options->problem == MUSTER_LOCATE_PCENTER || options->problem == MUSTER_LOCATE_SET_COVER;
  uint64_t exchanges = is_by_radius ? 0 : (uint64_t)table->site_count * options->per_site * options->p;
  if (exchanges > EXCHANGES_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT,
                          "sites × p: expected at most %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, EXCHANGES_MOST,
                          exchanges);
  return true;
}

static bool check_options(const MusterLocateTable *table, const MusterLocateOptions *options, GError **error) {
  MusterLocateProblem problem = options->problem;
  bool may_be_open = problem == MUSTER_LOCATE_SET_COVER;
  uint32_t per_site_most = allows_several(problem) ? MUSTER_LOCATE_PER_SITE_MOST : 1;
  return check_range("the problem", problem, 0, MUSTER_LOCATE_MEXCLP, error) &&
         check_range("vehicles at a site", options->per_site, 1, per_site_most, error) &&
         check_range("p", options->p, !may_be_open, (uint64_t)table->site_count * options->per_site, error) &&
         (problem != MUSTER_LOCATE_DSM ||
          check_range("the outer radius", options->outer_radius, options->radius, MUSTER_UNREACHABLE_MS - 1, error)) &&
         check_range("the share, in millionths", options->share_ppm, 0, MUSTER_LOCATE_PPM, error) &&
         check_range("the first cover's worth, in millionths", options->first_ppm, 0, MUSTER_LOCATE_PPM, error) &&
         check_range("the share of busy vehicles, in millionths", options->busy_ppm, 0, MUSTER_LOCATE_PPM - 1, error);
}

static int compare_sites(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

uint32_t *mi_locate_prepare(const MusterLocateTable *table, const MusterLocateOptions *options, GError **error) {
  if (!check_options(table, options, error) || !check_table(table, options, error)) return NULL;
  if (options->existing_count > (options->p ? options->p : table->site_count)) {
    mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION, "existing sites: expected at most p = %u, found %zu", options->p,
                   options->existing_count);
    return NULL;
  }
  g_autofree uint32_t *fixed = g_new(uint32_t, options->existing_count + 1);
  for (size_t i = 0; i < options->existing_count; i++) fixed[i] = options->existing[i];
  qsort(fixed, options->existing_count, sizeof *fixed, compare_sites);
  for (size_t i = 0, times = 0; i < options->existing_count; i++) {
    uint32_t site = fixed[i];
    if (!check_range("an existing site, from 0", site, 0, table->site_count - 1, error)) return NULL;
    times = i > 0 && fixed[i - 1] / options->per_site == site ? times + 1 : 1;
    if (!check_range("vehicles at an existing site", times, 1, options->per_site, error)) return NULL;
    fixed[i] = site * options->per_site + (uint32_t)times - 1;
  }
  return g_steal_pointer(&fixed);
}

static bool run(mi_locate *job, GError **error) {
  switch (job->options->problem) {
    case MUSTER_LOCATE_PMEDIAN:
      return mi_locate_median(job, error);
    case MUSTER_LOCATE_PCENTER:
      return mi_locate_center(job, error);
    case MUSTER_LOCATE_SET_COVER:
      return mi_locate_set_cover(job, error);
    case MUSTER_LOCATE_DSM:
      return mi_locate_dsm(job, error);
    case MUSTER_LOCATE_MCLP:
    case MUSTER_LOCATE_BACKUP:
    case MUSTER_LOCATE_MEXCLP:
      return mi_locate_cover(job, error);
  }
  g_assert_not_reached();
}

bool muster_locate(const MusterLocateTable *table, const MusterLocateOptions *options, MusterLocateAnswer *out,
                   uint32_t *out_sites, GError **error) {
  g_autofree uint32_t *fixed = mi_locate_prepare(table, options, error);
  if (!fixed) return false;
  MusterLocateAnswer answer = {0};
  g_autofree uint32_t *sites = g_new(uint32_t, MAX(options->p, table->site_count));
  mi_locate job = {.table = table,
                   .options = options,
                   .fixed = fixed,
                   .fixed_count = (uint32_t)options->existing_count,
                   .sites = sites,
                   .answer = &answer};
  mi_random_init(&job.random, options->seed, 0);
  if (!run(&job, error) || !mi_locate_report(&job, 1, error)) return false;
  for (size_t i = 0; i < answer.count; i++) sites[i] /= options->per_site;
  qsort(sites, answer.count, sizeof *sites, compare_sites);
  memcpy(out_sites, sites, answer.count * sizeof *sites);
  *out = answer;
  return true;
}
