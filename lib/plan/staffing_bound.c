/* At least so many people: the linear relaxation of what Poisson numbers need, by prices that demands pay.
 *
 * Somebody who comes with chance p is below a Poisson number with mean −ln(1 − p) in the usual stochastic order, and
 * sums keep that order. So if the needs of a demand are served with chance α, a Poisson number whose mean is the sum
 * over those who fit one need (or any of them) is at least what that need (or all together) asks for with chance α:
 * its mean is at least a constant, which makes a row of a covering program. For one person needed the row is exact.
 *
 * Its dual, the most that rows can pay so that nobody on duty is paid more than 1, is found by multiplicative weights
 * (Garg & Könemann, SIAM Journal on Computing 37, 2007): the row whose stands are paid least so far pays next.
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
#define STEP 0.03                                 /* of the lengths; the smaller, the closer and the slower */
#define LONGEST 1e100

/* Each row asks for 1 in all. */
typedef struct rows {
  const mi_staff *staff;
  uint32_t kinds;
  double needed[KINDS_MOST];
  uint32_t fits[MI_SLOTS_TYPES]; /* by type: the kinds that people of it count for */
  double *prices;                /* demand × kinds: what its row pays */
  double *paths;          /* the same: Σ coefficient × length of its stands; infinite where nobody is asked for */
  double *lengths, *paid; /* of each stand; what its people are paid by all rows */
} rows;

/* What exceeds the whole need counts as the need: people are whole. */
static double coefficient(const rows *r, const mi_staff_link *link, uint32_t type, uint32_t kind) {
  return r->fits[type] >> kind & 1 ? fmin(link->mean / r->needed[kind], 1) : 0;
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
  r->paths = g_new(double, count);
  r->lengths = g_new(double, staff->table->stand_count);
  r->paid = g_new0(double, staff->table->stand_count);
  for (size_t j = 0; j < staff->table->stand_count; j++) r->lengths[j] = 1;
}

static void rows_clear(rows *r) {
  g_free(r->prices);
  g_free(r->paths);
  g_free(r->lengths);
  g_free(r->paid);
}

/* All paths anew, which also ends the drift of rounding. */
static void sum_paths(rows *r) {
  const mi_staff *staff = r->staff;
  for (size_t i = 0; i < staff->table->demand_count; i++)
    for (uint32_t k = 0; k < r->kinds; k++) {
      double sum = 0;
      for (size_t l = staff->demand_first[i]; l < staff->demand_first[i + 1]; l++) {
        uint32_t stand = staff->by_demand[l].other;
        sum += coefficient(r, &staff->by_demand[l], staff->type[stand], k) * r->lengths[stand];
      }
      r->paths[i * r->kinds + k] = staff->hopeless[i] ? HUGE_VAL : sum;
    }
}

static size_t find_shortest(const rows *r) {
  size_t best = 0, count = r->staff->table->demand_count * r->kinds;
  for (size_t i = 1; i < count; i++)
    if (r->paths[i] < r->paths[best]) best = i;
  return best;
}

static void lengthen(rows *r, uint32_t stand, double by) {
  const mi_staff *staff = r->staff;
  double more = r->lengths[stand] * by;
  r->lengths[stand] += more;
  for (size_t l = staff->stand_first[stand]; l < staff->stand_first[stand + 1]; l++)
    for (uint32_t k = 0; k < r->kinds; k++)
      r->paths[staff->by_stand[l].other * r->kinds + k] +=
          more * coefficient(r, &staff->by_stand[l], staff->type[stand], k);
}

/* The row with the shortest path pays until its dearest stand has one whole person more; false if all are too long. */
static bool pay(rows *r) {
  const mi_staff *staff = r->staff;
  size_t row = find_shortest(r), demand = row / r->kinds;
  uint32_t kind = (uint32_t)(row % r->kinds);
  double most = 0;
  if (!(r->paths[row] < HUGE_VAL)) return false;
  for (size_t l = staff->demand_first[demand]; l < staff->demand_first[demand + 1]; l++)
    most = fmax(most, coefficient(r, &staff->by_demand[l], staff->type[staff->by_demand[l].other], kind));
  r->prices[row] += 1 / most;
  for (size_t l = staff->demand_first[demand]; l < staff->demand_first[demand + 1]; l++) {
    uint32_t stand = staff->by_demand[l].other;
    double c = coefficient(r, &staff->by_demand[l], staff->type[stand], kind);
    if (c <= 0) continue;
    r->paid[stand] += c / most;
    lengthen(r, stand, STEP * c / most);
  }
  return true;
}

/* Prices divided by what the best-paid stand gets are those of the dual program: their sum is a bound. */
static double value_of(const rows *r) {
  double sum = 0, most = 0;
  for (size_t i = 0; i < r->staff->table->demand_count * r->kinds; i++) sum += r->prices[i];
  for (size_t j = 0; j < r->staff->table->stand_count; j++) most = fmax(most, r->paid[j]);
  return most > 0 ? sum / most : 0;
}

static void shorten_all(rows *r) {
  double longest = 0;
  for (size_t j = 0; j < r->staff->table->stand_count; j++) longest = fmax(longest, r->lengths[j]);
  for (size_t j = 0; longest > LONGEST && j < r->staff->table->stand_count; j++) r->lengths[j] /= longest;
}

/* Of each demand, what it pays in all, so that the mean of those that pay is 1. */
static void tell_prices(const rows *r) {
  size_t demands = r->staff->table->demand_count, paying = 0;
  double sum = 0;
  for (size_t i = 0; i < demands; i++) {
    double price = 0;
    for (uint32_t k = 0; k < r->kinds; k++) price += r->prices[i * r->kinds + k];
    r->staff->prices[i] = price;
    sum += price;
    paying += price > 0;
  }
  for (size_t i = 0; i < demands && sum > 0; i++) r->staff->prices[i] *= (double)paying / sum;
}

/* Rounded up: people are whole. A rounding error of the sum does not make one. */
static uint32_t whole(double bound) { return bound > 0 ? (uint32_t)ceil(bound * (1 - 1e-9) - 1e-6) : 0; }

uint32_t mi_staff_bound(mi_staff *staff) {
  rows r;
  rows_init(&r, staff);
  double best = 0;
  bool pays = true;
  for (uint32_t step = 0; pays && step < staff->options->bound_steps; step++) {
    if (!mi_staff_goes_on(staff, 0.3 * step / staff->options->bound_steps)) break;
    shorten_all(&r);
    sum_paths(&r);
    for (size_t i = 0; pays && i < staff->table->stand_count; i++) pays = pay(&r);
    best = fmax(best, value_of(&r));
  }
  tell_prices(&r);
  rows_clear(&r);
  return whole(best);
}
