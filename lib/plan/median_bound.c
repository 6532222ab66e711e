/* The p-median's bound: Lagrangian relaxation with subgradient steps.
 *
 * Cornuéjols, Fisher & Nemhauser, Management Science 23, 1977, section 3; step lengths after Held, Wolfe & Crowder,
 * Mathematical Programming 6, 1974.
 */
#include "plan/median.h"

#include <string.h>

#include "plan/pick.h"

enum { SHIFT_MOST = 16, PATIENCE = 25 };
#define WORTHLESS (-(INT64_C(1) << 60)) /* prices so high that the sum may as well stop here */

void mi_median_bound_init(mi_median_bound *bound, mi_locate *job, const mi_median *median, const mi_swaps *swaps) {
  size_t demands = median->table->demand_count, sites = median->table->site_count;
  *bound = (mi_median_bound){
      .job = job, .median = median, .p = swaps->slot_count, .fixed_count = swaps->fixed_count, .best = -1};
  bound->is_fixed = g_new0(bool, sites);
  for (uint32_t slot = 0; slot < swaps->fixed_count; slot++) bound->is_fixed[swaps->chosen[slot]] = true;
  bound->price = g_new(int64_t, demands);
  bound->reduced = g_new(int64_t, sites);
  bound->is_picked = g_new(bool, sites);
  bound->served = g_new(int32_t, demands);
  bound->sites = g_new(uint32_t, bound->p);
  bound->picked = g_new(uint32_t, sites);
  /* A price stays below 4 × unreached: Σ of them, and of reduced costs, fits with two bits to spare. */
  int64_t room = (INT64_C(1) << 60) / ((int64_t)demands * 4) / median->unreached;
  while (bound->shift < SHIFT_MOST && room >> (bound->shift + 1) > 0) bound->shift++;
  for (size_t demand = 0; demand < demands; demand++) bound->price[demand] = median->near[demand].cost << bound->shift;
  bound->pace = 1;
}

void mi_median_bound_clear(mi_median_bound *bound) {
  g_free(bound->is_fixed);
  g_free(bound->price);
  g_free(bound->reduced);
  g_free(bound->is_picked);
  g_free(bound->served);
  g_free(bound->sites);
  g_free(bound->picked);
  *bound = (mi_median_bound){0};
}

/* Each site's reduced cost: what serving all the demands it is cheap enough for comes to, never above 0. */
static void reduce_costs(mi_median_bound *bound) {
  const mi_median *median = bound->median;
  memset(bound->reduced, 0, median->table->site_count * sizeof *bound->reduced);
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    const uint64_t *order = mi_median_order(median, demand);
    int64_t price = bound->price[demand];
    for (size_t rank = 0; rank < median->table->site_count; rank++) {
      int64_t cost = mi_median_cost_at(median, demand, mi_order_time(order[rank]));
      int64_t over = (cost << bound->shift) - price;
      if (over >= 0) break;
      bound->reduced[mi_order_site(order[rank])] += over;
    }
  }
}

/* The relaxed problem at these prices; leaves its sites in `picked`. */
static int64_t solve_relaxed(mi_median_bound *bound) {
  const mi_median *median = bound->median;
  reduce_costs(bound);
  int64_t sum = 0;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) sum += bound->price[demand];
  mi_pick_least(bound->reduced, (uint32_t)median->table->site_count, bound->is_fixed, bound->p, bound->picked);
  for (uint32_t i = 0; i < bound->p && sum > WORTHLESS; i++) sum += bound->reduced[bound->picked[i]];
  return sum;
}

/* Σ (1 − times served)² over the demands. */
static int64_t count_served(mi_median_bound *bound) {
  const mi_median *median = bound->median;
  memset(bound->is_picked, 0, median->table->site_count * sizeof *bound->is_picked);
  for (uint32_t i = 0; i < bound->p; i++) bound->is_picked[bound->picked[i]] = true;
  int64_t square = 0;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    const uint64_t *order = mi_median_order(median, demand);
    int32_t served = 0;
    for (size_t rank = 0; rank < median->table->site_count; rank++) {
      int64_t cost = mi_median_cost_at(median, demand, mi_order_time(order[rank]));
      if (cost << bound->shift >= bound->price[demand]) break;
      served += bound->is_picked[mi_order_site(order[rank])];
    }
    bound->served[demand] = served;
    square += (int64_t)(1 - served) * (1 - served);
  }
  return square;
}

static void take_step(mi_median_bound *bound, double length) {
  int64_t most = bound->median->unreached << (bound->shift + 1);
  for (size_t demand = 0; demand < bound->median->table->demand_count; demand++) {
    double change = CLAMP(length * (1 - bound->served[demand]), -(double)most, (double)most);
    bound->price[demand] = CLAMP(bound->price[demand] + (int64_t)change, 0, most);
  }
}

bool mi_median_bound_raise(mi_median_bound *bound, int64_t cost, uint32_t steps) {
  int64_t best = INT64_MIN;
  unsigned waited = 0;
  for (uint32_t step = 0; step < steps && bound->best < cost && bound->pace > MI_PACE_LEAST; step++) {
    if (step % MI_PACE_REPORT == 0 && !mi_locate_goes_on(bound->job)) break;
    int64_t value = solve_relaxed(bound);
    if (value > best) {
      best = value;
      waited = 0;
      int64_t whole = value <= 0 ? 0 : ((value - 1) >> bound->shift) + 1;
      if (whole > bound->best) {
        bound->best = whole;
        memcpy(bound->sites, bound->picked, bound->p * sizeof *bound->sites);
      }
    } else if (++waited == PATIENCE) {
      waited = 0;
      bound->pace /= 2;
    }
    int64_t square = count_served(bound);
    if (square == 0) break;
    double distance = (double)((cost << bound->shift) - value);
    take_step(bound, bound->pace * MAX(distance, 1) / (double)square);
  }
  return bound->best >= cost;
}
