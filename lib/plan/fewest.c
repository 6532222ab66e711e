/* Set cover: the fewest sites that have every demand within the radius.
 *
 * From a greedy cover one site after the other is given up and the rest rearranged until it covers again; the bound
 * says when no fewer can do.
 */
#include <string.h>

#include "plan/search.h"
#include "plan/set_cover.h"

enum { EXCHANGES_A_STEP = 100 };

static bool refuse_uncovered(const mi_locate *job, const mi_incidence *incidence, GError **error) {
  uint32_t demand = mi_incidence_find_uncovered(incidence, job->table);
  if (demand == MUSTER_NONE) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
              "demand %u: expected a site within the radius of %u, found none", demand + 1, job->options->radius);
  return false;
}

/* The search's cover has fewer sites than the last one that covered all; keeps it where it does cover. */
static bool shrink(mi_locate *job, mi_set_cover *cover, uint32_t bound, GError **error) {
  uint64_t left = job->options->steps;
  for (;;) {
    job->answer->count = cover->chosen_count;
    memcpy(job->sites, cover->chosen, cover->chosen_count * sizeof *job->sites);
    if (cover->chosen_count <= bound || !mi_set_cover_drop(cover)) return true;
    while (left > 0 && !mi_set_cover_search(cover, job, EXCHANGES_A_STEP)) {
      left--;
      if (!mi_locate_report(job, 1 - (double)left / job->options->steps, error)) return false;
    }
    if (cover->uncovered_count > 0) return true;
  }
}

bool mi_locate_set_cover(mi_locate *job, GError **error) {
  const MusterLocateOptions *options = job->options;
  g_auto(mi_incidence) incidence = {0};
  if (!mi_incidence_init(&incidence, job->table, options->radius, options->radius, 1, error) ||
      !refuse_uncovered(job, &incidence, error))
    return false;
  g_auto(mi_set_cover) cover;
  mi_set_cover_init(&cover, &incidence, job->fixed, job->fixed_count, UINT32_MAX);
  uint32_t bound = mi_set_cover_bound(&incidence, job, cover.chosen_count);
  if (!shrink(job, &cover, bound, error)) return false;
  MusterLocateAnswer *answer = job->answer;
  if (options->p && answer->count > options->p) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "expected %u sites or fewer to have every demand within %u, found a need of %s%zu", options->p,
                options->radius, bound == answer->count ? "" : "perhaps ", answer->count);
    return false;
  }
  answer->objective = (int64_t)answer->count;
  answer->bound = MIN(bound, answer->objective);
  answer->is_optimal = answer->bound == answer->objective;
  return true;
}
