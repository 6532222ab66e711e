/* At least so many people: the linear relaxation of what Poisson numbers need, by Lagrangian prices.
 *
 * Somebody who comes with chance p is below a Poisson number with mean −ln(1 − p) in the usual stochastic order, and
 * sums keep that order. So if the needs of a demand are served with chance α, a Poisson number whose mean is the sum
 * over those who fit one need (or any of them) is at least what that need (or all together) asks for with chance α:
 * its mean is at least a constant, which makes a row of a covering program. For one person needed the row is exact.
 */
#include <math.h>

#include "alert/special.h"
#include "plan/staffing.h"

double mi_staff_mean_needed(uint32_t count, double alpha) {
  double low = 0, high = 1;
  while (mi_gamma_cdf(count, high) < alpha) high *= 2;
  for (int i = 0; i < 100; i++) {
    double middle = low + (high - low) / 2;
    if (mi_gamma_cdf(count, middle) < alpha)
      low = middle;
    else
      high = middle;
  }
  return low;
}

enum { KINDS_MOST = MUSTER_ALERT_NEEDS_MAX + 1 }; /* of rows at a demand: each need, and all together */

typedef struct rows {
  const mi_staff *staff;
  uint32_t kinds;
  double needed[KINDS_MOST];
  uint32_t fits[MI_SLOTS_TYPES]; /* by type: the kinds that people of it count for */
  double *prices, *slack;        /* demand × kinds */
} rows;

/* Of a link in a row; what exceeds the whole need counts as the need. */
static double coefficient(const rows *r, const mi_staff_link *link, uint32_t kind) {
  return fmin(link->mean, r->needed[kind]);
}

static void rows_init(rows *r, const mi_staff *staff) {
  const mi_slots *slots = &staff->slots;
  *r = (rows){.staff = staff, .kinds = slots->need_count + (slots->need_count > 1)};
  for (uint32_t k = 0; k < slots->need_count; k++)
    r->needed[k] = mi_staff_mean_needed(slots->needs[k].count, staff->options->alpha);
  if (slots->need_count > 1) r->needed[slots->need_count] = mi_staff_mean_needed(slots->places, staff->options->alpha);
  for (uint32_t type = 0; type < MI_SLOTS_TYPES; type++)
    r->fits[type] = type | (type && slots->need_count > 1 ? 1u << slots->need_count : 0);
  size_t count = staff->table->demand_count * r->kinds;
  r->prices = g_new0(double, count);
  r->slack = g_new(double, count);
}

/* Σ price × needed + Σ most × min(0, 1 − what the stand's people are paid): below the size of every staffing. Fills
 * what each row lacks if the stands that are paid for are full. */
static double value_of(const rows *r) {
  const mi_staff *staff = r->staff;
  double sum = 0;
  for (size_t i = 0; i < staff->table->demand_count; i++)
    for (uint32_t k = 0; k < r->kinds; k++) {
      r->slack[i * r->kinds + k] = staff->hopeless[i] ? 0 : r->needed[k];
      sum += r->prices[i * r->kinds + k] * r->needed[k];
    }
  for (uint32_t j = 0; j < staff->table->stand_count; j++) {
    double paid = 0;
    uint32_t fits = r->fits[staff->type[j]];
    for (size_t l = staff->stand_first[j]; l < staff->stand_first[j + 1]; l++)
      for (uint32_t k = 0; k < r->kinds; k++)
        if (fits >> k & 1)
          paid += r->prices[staff->by_stand[l].other * r->kinds + k] * coefficient(r, &staff->by_stand[l], k);
    if (paid <= 1) continue;
    sum += staff->table->most[j] * (1 - paid);
    for (size_t l = staff->stand_first[j]; l < staff->stand_first[j + 1]; l++)
      for (uint32_t k = 0; k < r->kinds; k++)
        if ((fits >> k & 1) && !staff->hopeless[staff->by_stand[l].other])
          r->slack[staff->by_stand[l].other * r->kinds + k] -=
              staff->table->most[j] * coefficient(r, &staff->by_stand[l], k);
  }
  return sum;
}

/* To begin with, a demand pays its nearest stands only as much as a person costs: shares of a feasible dual. */
static void begin_prices(rows *r) {
  const mi_staff *staff = r->staff;
  g_autofree double *paid = g_new0(double, staff->table->stand_count);
  for (size_t i = 0; i < staff->table->demand_count; i++) {
    if (staff->hopeless[i]) continue;
    for (uint32_t k = 0; k < r->kinds; k++) {
      double most = HUGE_VAL;
      for (size_t l = staff->demand_first[i]; l < staff->demand_first[i + 1]; l++) {
        const mi_staff_link *link = &staff->by_demand[l];
        if (r->fits[staff->type[link->other]] >> k & 1)
          most = fmin(most, (1 - paid[link->other]) / coefficient(r, link, k));
      }
      double price = most < HUGE_VAL ? fmax(most, 0) : 0;
      r->prices[i * r->kinds + k] = price;
      for (size_t l = staff->demand_first[i]; l < staff->demand_first[i + 1]; l++) {
        const mi_staff_link *link = &staff->by_demand[l];
        if (r->fits[staff->type[link->other]] >> k & 1) paid[link->other] += price * coefficient(r, link, k);
      }
    }
  }
}

/* Rounded up: people are whole. A rounding error of the sum does not make one. */
static uint32_t whole(double bound) { return bound > 0 ? (uint32_t)ceil(bound * (1 - 1e-9) - 1e-6) : 0; }

uint32_t mi_staff_bound(mi_staff *staff) {
  rows r;
  rows_init(&r, staff);
  size_t count = staff->table->demand_count * r.kinds;
  begin_prices(&r);
  double best = 0, reach = 0.1, since = 0;
  for (uint32_t step = 0; step <= staff->options->bound_steps; step++) {
    double value = value_of(&r), norm = 0;
    since = value > best + 1e-9 ? 0 : since + 1;
    best = fmax(best, value);
    if (since >= 20) {
      reach /= 2;
      since = 0;
    }
    for (size_t i = 0; i < count; i++) norm += r.slack[i] * r.slack[i];
    if (norm <= 0 || reach < 1e-7 || !mi_staff_goes_on(staff, 0.3 * step / (staff->options->bound_steps + 1.0))) break;
    double move = reach * fmax(best, 1) / norm;
    for (size_t i = 0; i < count; i++) r.prices[i] = fmax(r.prices[i] + move * r.slack[i], 0);
  }
  g_free(r.prices);
  g_free(r.slack);
  return whole(best);
}
