/* Iterated local search, and the p-median by it; see search.h. */
#include "plan/search.h"

#include <string.h>

#include "plan/median.h"

enum { SHAKEN_LEAST = 2, SHAKEN_SPREAD = 3, REPORT_EVERY = 64 };

bool mi_locate_goes_on(mi_locate *job) {
  const MusterLocateOptions *options = job->options;
  if (!job->stopped && options->progress) job->stopped = !options->progress(job->share_done, options->user_data);
  return !job->stopped;
}

bool mi_locate_report(mi_locate *job, double share_done, GError **error) {
  job->share_done = share_done;
  if (mi_locate_goes_on(job)) return true;
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED, "stopped");
  return false;
}

static uint32_t draw_site(mi_random *random, const mi_swaps *swaps) {
  uint32_t site;
  do site = mi_random_below(random, swaps->site_count);
  while (swaps->slot_of[site] != MUSTER_NONE);
  return site;
}

static void shake(mi_random *random, mi_swaps *swaps, const mi_model *model, void *state) {
  uint32_t free_slots = swaps->slot_count - swaps->fixed_count;
  uint32_t times = MIN(SHAKEN_LEAST + mi_random_below(random, SHAKEN_SPREAD), free_slots);
  for (uint32_t i = 0; i < times; i++) {
    uint32_t slot = swaps->fixed_count + mi_random_below(random, free_slots);
    mi_swaps_move(swaps, model, state, slot, draw_site(random, swaps));
  }
}

bool mi_locate_iterate(mi_locate *job, mi_swaps *swaps, const mi_model *model, void *state, int64_t enough,
                       uint32_t steps, GError **error) {
  size_t bytes = swaps->slot_count * sizeof *swaps->chosen;
  g_autofree uint32_t *kept = g_memdup2(swaps->chosen, bytes);
  int64_t value = swaps->value;
  if (swaps->fixed_count == swaps->slot_count || swaps->site_count == swaps->slot_count) return true;
  for (uint32_t step = 0; step < steps && value < enough; step++) {
    if (step % REPORT_EVERY == 0 && !mi_locate_report(job, (double)step / steps, error)) return false;
    shake(&job->random, swaps, model, state);
    if (job->visit) job->visit(job->visitor);
    mi_swaps_descend(swaps, model, state);
    if (job->visit) job->visit(job->visitor);
    if (swaps->value >= value) {
      value = swaps->value;
      memcpy(kept, swaps->chosen, bytes);
    } else {
      mi_swaps_become(swaps, model, state, kept);
    }
  }
  return true;
}

/* ---- p-median ---- */

static void fill_answer(mi_locate *job, const mi_swaps *swaps, const mi_median *median, int64_t bound) {
  MusterLocateAnswer *answer = job->answer;
  memcpy(job->sites, swaps->chosen, swaps->slot_count * sizeof *job->sites);
  answer->count = swaps->slot_count;
  for (size_t demand = 0; demand < job->table->demand_count; demand++)
    answer->unserved += median->near[demand].cost == median->unreached;
  int64_t unserved_cost = answer->unserved * median->unreached;
  answer->objective = -swaps->value - unserved_cost;
  answer->bound = CLAMP(bound - unserved_cost, 0, answer->objective);
  answer->is_optimal = bound >= -swaps->value;
}

/* Greedy, exchanges, bound; from the bound's own sites again; then shaking, and the bound once more if it paid. */
static bool search_median(mi_locate *job, mi_median *median, mi_swaps *swaps, mi_median_bound *bound, GError **error) {
  uint32_t steps = job->options->bound_steps;
  mi_swaps_descend(swaps, &mi_median_model, median);
  if (mi_median_bound_raise(bound, -swaps->value, steps)) return true;
  g_autofree uint32_t *kept = g_memdup2(swaps->chosen, swaps->slot_count * sizeof *kept);
  int64_t value = swaps->value;
  if (bound->best >= 0) {
    mi_swaps_become(swaps, &mi_median_model, median, bound->sites);
    mi_swaps_descend(swaps, &mi_median_model, median);
    if (swaps->value < value) mi_swaps_become(swaps, &mi_median_model, median, kept);
  }
  if (!mi_locate_iterate(job, swaps, &mi_median_model, median, -bound->best, job->options->steps, error)) return false;
  if (swaps->value > value) mi_median_bound_raise(bound, -swaps->value, steps);
  return true;
}

bool mi_locate_median(mi_locate *job, GError **error) {
  g_auto(mi_median) median = {0};
  if (!mi_median_init(&median, job->table, error)) return false;
  g_auto(mi_swaps) swaps;
  mi_swaps_init(&swaps, (uint32_t)job->table->site_count, job->options->p);
  for (size_t demand = 0; demand < job->table->demand_count; demand++) swaps.value -= median.near[demand].cost;
  mi_swaps_greedy(&swaps, &mi_median_model, &median, job->fixed, job->fixed_count);
  g_auto(mi_median_bound) bound;
  mi_median_bound_init(&bound, job, &median, &swaps);
  if (!search_median(job, &median, &swaps, &bound, error)) return false;
  fill_answer(job, &swaps, &median, bound.best);
  return true;
}
