/* MCLP, backup cover, MEXCLP, and the double standard model, on the same search and bound; see cover.h. */
#include <string.h>

#include "plan/cover.h"
#include "plan/median.h"
#include "plan/search.h"

/* Millionths of millionths. */
#define FINE (INT64_C(1000000) * MUSTER_LOCATE_PPM)

/* 1 − q^k in millionths, by whole numbers, so that it is the same on any machine. */
static int64_t *list_expected(uint32_t busy_ppm, uint32_t levels) {
  int64_t *worth = g_new0(int64_t, levels + 1);
  int64_t all_busy = FINE;
  for (uint32_t k = 1; k <= levels; k++) {
    all_busy = all_busy / MUSTER_LOCATE_PPM * busy_ppm + all_busy % MUSTER_LOCATE_PPM * busy_ppm / MUSTER_LOCATE_PPM;
    worth[k] = MUSTER_LOCATE_PPM - (all_busy + MUSTER_LOCATE_PPM / 2) / MUSTER_LOCATE_PPM;
  }
  return worth;
}

int64_t *mi_locate_worth(const MusterLocateOptions *options, uint32_t *out_levels) {
  if (options->problem == MUSTER_LOCATE_MEXCLP) {
    *out_levels = options->p;
    return list_expected(options->busy_ppm, options->p);
  }
  *out_levels = options->problem == MUSTER_LOCATE_MCLP ? 1 : 2;
  int64_t *worth = g_new0(int64_t, 3);
  switch (options->problem) {
    case MUSTER_LOCATE_MCLP:
      worth[1] = 1;
      break;
    case MUSTER_LOCATE_BACKUP:
      worth[1] = options->first_ppm;
      worth[2] = MUSTER_LOCATE_PPM;
      break;
    default:
      worth[2] = 1;
      break;
  }
  return worth;
}

static uint32_t count_unserved(const mi_cover *cover) {
  uint32_t unserved = 0;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++)
    unserved += mi_weight(cover->table, demand) && cover->inner_count[demand] == 0;
  return unserved;
}

static void fill_answer(mi_locate *job, const mi_swaps *swaps, uint32_t unserved, int64_t objective, int64_t bound) {
  memcpy(job->sites, swaps->chosen, swaps->slot_count * sizeof *job->sites);
  *job->answer =
      (MusterLocateAnswer){swaps->slot_count, objective, MAX(bound, objective), bound <= objective, unserved};
}

static bool search_cover(mi_locate *job, mi_cover *cover, mi_swaps *swaps, mi_cover_bound *bound, GError **error) {
  uint32_t steps = job->options->bound_steps;
  mi_swaps_descend(swaps, &mi_cover_model, cover);
  if (mi_cover_bound_lower(bound, swaps->value, steps)) return true;
  g_autofree uint32_t *kept = g_memdup2(swaps->chosen, swaps->slot_count * sizeof *kept);
  int64_t value = swaps->value;
  if (bound->has_sites) {
    mi_swaps_become(swaps, &mi_cover_model, cover, bound->sites);
    mi_swaps_descend(swaps, &mi_cover_model, cover);
    if (swaps->value < value) mi_swaps_become(swaps, &mi_cover_model, cover, kept);
  }
  if (!mi_locate_iterate(job, swaps, &mi_cover_model, cover, bound->best, job->options->steps, error)) return false;
  if (swaps->value > value) mi_cover_bound_lower(bound, swaps->value, steps);
  return true;
}

bool mi_locate_cover(mi_locate *job, GError **error) {
  const MusterLocateOptions *options = job->options;
  g_auto(mi_incidence) incidence = {0};
  if (!mi_incidence_init(&incidence, job->table, options->radius, options->radius, options->per_site, error))
    return false;
  uint32_t levels;
  int64_t *worth = mi_locate_worth(options, &levels);
  g_auto(mi_cover) cover = {0};
  if (!mi_covering_init(&cover, job->table, &incidence, worth, levels, 0, error)) return false;
  g_auto(mi_swaps) swaps;
  mi_swaps_init(&swaps, incidence.demands.count, options->p);
  mi_swaps_greedy(&swaps, &mi_cover_model, &cover, job->fixed, job->fixed_count);
  g_auto(mi_cover_bound) bound;
  mi_cover_bound_init(&bound, job, &cover, &swaps, 0, false);
  if (!search_cover(job, &cover, &swaps, &bound, error)) return false;
  fill_answer(job, &swaps, count_unserved(&cover), swaps.value, bound.best);
  return true;
}

/* ---- double standard model ---- */

typedef struct standard {
  bool keeps;        /* all within the outer radius, the share within the radius */
  uint32_t unserved; /* not within the radius */
  int64_t twice;     /* weight within the radius of two */
} standard;

static standard judge(const mi_cover *cover, int64_t share) {
  standard s = {.keeps = true};
  int64_t once = 0;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++) {
    int64_t weight = mi_weight(cover->table, demand);
    if (weight == 0) continue;
    if (cover->inner_count[demand] >= 1) once += weight;
    if (cover->inner_count[demand] >= 2) s.twice += weight;
    s.unserved += cover->inner_count[demand] == 0;
    s.keeps &= cover->count[demand] > 0;
  }
  s.keeps &= once >= share;
  return s;
}

int64_t mi_locate_share(const MusterLocateTable *table, const MusterLocateOptions *options) {
  int64_t total = 0;
  for (size_t demand = 0; demand < table->demand_count; demand++) total += mi_weight(table, demand);
  int64_t whole = total / MUSTER_LOCATE_PPM, rest = total % MUSTER_LOCATE_PPM;
  return whole * options->share_ppm + (rest * options->share_ppm + MUSTER_LOCATE_PPM - 1) / MUSTER_LOCATE_PPM;
}

/* What a first cover weighs in the search, in quarters of a second one: the conditions are paid for, more and more. */
static const int64_t once_quarters[] = {0, 1, 2, 4, 8, 32, 256};

/* A search that looks for choices which keep the conditions wherever it comes by. */
typedef struct looker {
  mi_locate *job;
  mi_cover cover;
  mi_swaps swaps;
  int64_t share;
  bool *found;
} looker;

static void look(void *data) {
  looker *l = data;
  standard s = judge(&l->cover, l->share);
  if (!s.keeps || (*l->found && s.twice <= l->job->answer->objective)) return;
  fill_answer(l->job, &l->swaps, s.unserved, s.twice, INT64_MAX);
  *l->found = true;
}

static bool search_standard(looker *l, GError **error) {
  mi_locate *job = l->job;
  mi_swaps_greedy(&l->swaps, &mi_cover_model, &l->cover, job->fixed, job->fixed_count);
  look(l);
  mi_swaps_descend(&l->swaps, &mi_cover_model, &l->cover);
  look(l);
  job->visit = look;
  job->visitor = l;
  uint32_t steps = job->options->steps / G_N_ELEMENTS(once_quarters);
  return mi_locate_iterate(job, &l->swaps, &mi_cover_model, &l->cover, INT64_MAX, steps, error);
}

/* One search at these weights; the best choice that keeps the conditions stays in the answer. */
static bool search_at(mi_locate *job, const mi_incidence *incidence, int64_t quarters, int64_t share, bool *found,
                      GError **error) {
  int64_t *worth = g_new0(int64_t, 3), total = 1;
  worth[1] = quarters, worth[2] = quarters + 4;
  for (size_t demand = 0; demand < job->table->demand_count; demand++) total += mi_weight(job->table, demand);
  looker l = {.job = job, .share = share, .found = found};
  bool done = mi_covering_init(&l.cover, job->table, incidence, worth, 2, total * worth[2], error);
  if (done) {
    mi_swaps_init(&l.swaps, incidence->demands.count, job->options->p);
    done = search_standard(&l, error);
  }
  mi_swaps_clear(&l.swaps);
  mi_covering_clear(&l.cover);
  return done;
}

bool mi_locate_dsm(mi_locate *job, GError **error) {
  const MusterLocateOptions *options = job->options;
  g_auto(mi_incidence) incidence = {0};
  if (!mi_incidence_init(&incidence, job->table, options->radius, options->outer_radius, options->per_site, error))
    return false;
  uint32_t levels;
  int64_t *worth = mi_locate_worth(options, &levels), share = mi_locate_share(job->table, options);
  g_auto(mi_cover) twice = {0};
  if (!mi_covering_init(&twice, job->table, &incidence, worth, levels, 0, error)) return false;
  g_auto(mi_swaps) swaps;
  mi_swaps_init(&swaps, incidence.demands.count, options->p);
  mi_swaps_greedy(&swaps, &mi_cover_model, &twice, job->fixed, job->fixed_count);
  g_auto(mi_cover_bound) bound;
  mi_cover_bound_init(&bound, job, &twice, &swaps, share, true);
  bool found = false;
  for (size_t i = 0; i < G_N_ELEMENTS(once_quarters) && !(found && job->answer->is_optimal); i++) {
    if (!search_at(job, &incidence, once_quarters[i], share, &found, error)) return false;
    if (!found) continue;
    mi_cover_bound_lower(&bound, job->answer->objective, options->bound_steps);
    job->answer->bound = MAX(bound.best, job->answer->objective);
    job->answer->is_optimal = bound.best <= job->answer->objective;
  }
  if (!found && mi_locate_report(job, 1, error))
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "expected %u vehicles that have every demand within %u and %.4f %% of the weight within %u, found none",
                options->p, options->outer_radius, options->share_ppm / 1e4, options->radius);
  return found;
}
