/* How few sites no cover can do with: the Lagrangian dual of set cover, by subgradient steps.
 *
 * Demand i pays u_i to be covered; a site is worth its price of 1 if its demands pay more. Σ u_i + Σ min(0, 1 − what a
 * site is paid) is at most the size of any cover (Beasley, European Journal of Operational Research 31, 1987). Prices
 * are whole numbers, in parts of a site, so the bound is exact.
 */
#include <string.h>

#include "plan/pick.h"
#include "plan/set_cover.h"

enum { SHIFT = 20, PATIENCE = 25 };
#define ONE (INT64_C(1) << SHIFT)

typedef struct dual {
  const mi_incidence *incidence;
  bool *is_fixed;   /* by site */
  bool *counts;     /* by demand: it has a site, and no fixed one */
  int64_t *price;   /* by demand */
  int64_t *reduced; /* by site: 1 less what it is paid */
  int32_t *lack;    /* by demand: 1 less the sites that are worth it */
} dual;

static void init_dual(dual *d, const mi_incidence *incidence, const uint32_t *fixed, uint32_t fixed_count) {
  uint32_t sites = incidence->demands.count, demands = incidence->sites.count;
  *d = (dual){incidence,
              g_new0(bool, sites),
              g_new(bool, demands),
              g_new0(int64_t, demands),
              g_new(int64_t, sites),
              g_new(int32_t, demands)};
  const mi_lists *of_demand = &incidence->sites, *of_site = &incidence->demands;
  for (uint32_t demand = 0; demand < demands; demand++)
    d->counts[demand] = of_demand->first[demand] < of_demand->first[demand + 1];
  for (uint32_t k = 0; k < fixed_count; k++) {
    d->is_fixed[fixed[k]] = true;
    for (uint32_t i = of_site->first[fixed[k]]; i < of_site->first[fixed[k] + 1]; i++)
      d->counts[of_site->items[i]] = false;
  }
}

static void clear_dual(dual *d) {
  g_free(d->is_fixed);
  g_free(d->counts);
  g_free(d->price);
  g_free(d->reduced);
  g_free(d->lack);
}

/* Every demand pays its part of the largest site it could have: nobody is paid more than 1. */
static void set_first_prices(dual *d) {
  const mi_lists *of_demand = &d->incidence->sites, *of_site = &d->incidence->demands;
  for (uint32_t demand = 0; demand < of_demand->count; demand++) {
    if (!d->counts[demand]) continue;
    uint32_t largest = 1;
    for (uint32_t i = of_demand->first[demand]; i < of_demand->first[demand + 1]; i++) {
      uint32_t site = of_demand->items[i];
      largest = MAX(largest, of_site->first[site + 1] - of_site->first[site]);
    }
    d->price[demand] = ONE / largest;
  }
}

static int64_t solve_relaxed(dual *d) {
  const mi_lists *of_site = &d->incidence->demands;
  int64_t sum = 0;
  for (uint32_t demand = 0; demand < d->incidence->sites.count; demand++) {
    sum += d->price[demand];
    d->lack[demand] = d->counts[demand];
  }
  for (uint32_t site = 0; site < of_site->count; site++) {
    if (d->is_fixed[site]) continue;
    int64_t reduced = ONE;
    for (uint32_t i = of_site->first[site]; i < of_site->first[site + 1]; i++) reduced -= d->price[of_site->items[i]];
    if (reduced >= 0) continue;
    sum += reduced;
    for (uint32_t i = of_site->first[site]; i < of_site->first[site + 1]; i++)
      d->lack[of_site->items[i]] -= d->counts[of_site->items[i]];
  }
  return sum;
}

static double square_of(const dual *d) {
  double sum = 0;
  for (uint32_t demand = 0; demand < d->incidence->sites.count; demand++)
    if (d->price[demand] > 0 || d->lack[demand] > 0) sum += (double)d->lack[demand] * d->lack[demand];
  return sum;
}

static void take_step(dual *d, double length) {
  for (uint32_t demand = 0; demand < d->incidence->sites.count; demand++) {
    double change = CLAMP(length * d->lack[demand], -(double)ONE, (double)ONE);
    if (d->counts[demand]) d->price[demand] = CLAMP(d->price[demand] + (int64_t)change, 0, ONE);
  }
}

uint32_t mi_set_cover_bound(const mi_incidence *incidence, mi_locate *job, uint32_t enough) {
  dual d;
  init_dual(&d, incidence, job->fixed, job->fixed_count);
  set_first_prices(&d);
  int64_t best = 0, goal = ((int64_t)enough - job->fixed_count) * ONE;
  double pace = 1;
  unsigned waited = 0;
  for (uint32_t step = 0; step < job->options->bound_steps && best <= goal - ONE && pace > MI_PACE_LEAST; step++) {
    if (step % MI_PACE_REPORT == 0 && !mi_locate_goes_on(job)) break;
    int64_t value = solve_relaxed(&d);
    if (value > best) {
      best = value;
      waited = 0;
    } else if (++waited == PATIENCE) {
      waited = 0;
      pace /= 2;
    }
    double square = square_of(&d);
    if (square == 0) break;
    take_step(&d, pace * (double)MAX(goal - value, 1) / square);
  }
  clear_dual(&d);
  return job->fixed_count + (uint32_t)((best + ONE - 1) >> SHIFT);
}
