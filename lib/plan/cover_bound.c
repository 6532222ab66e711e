/* The covers' bound: Lagrangian relaxation with subgradient steps.
 *
 * Galvão & ReVelle, European Journal of Operational Research 88, 1996, for the MCLP; here with any number of covers
 * that count, and with the double standard model's two conditions.
 */
#include "plan/cover.h"

#include <string.h>

#include "plan/median.h"
#include "plan/pick.h"

enum { SHIFT_MOST = 16, PATIENCE = 25, SHARE_PRICE_MOST = 16 };

static int64_t most_of(const mi_cover *cover, size_t demand) {
  return (int64_t)mi_weight(cover->table, demand) * (cover->worth[cover->levels] + SHARE_PRICE_MOST);
}

static int64_t total_weight(const MusterLocateTable *table) {
  int64_t sum = 0;
  for (size_t demand = 0; demand < table->demand_count; demand++) sum += mi_weight(table, demand);
  return sum;
}

static int64_t common_divisor(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static int64_t find_unit(const mi_cover *cover) {
  int64_t weight = 0, worth = 0;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++)
    weight = common_divisor(weight, mi_weight(cover->table, demand));
  for (uint32_t k = 1; k <= cover->levels; k++) worth = common_divisor(worth, cover->worth[k]);
  return MAX(1, weight * worth);
}

void mi_cover_bound_init(mi_cover_bound *bound, mi_locate *job, const mi_cover *cover, const mi_swaps *swaps,
                         int64_t share, bool must_cover) {
  size_t demands = cover->table->demand_count, sites = cover->incidence->demands.count;
  int64_t weight = total_weight(cover->table);
  *bound = (mi_cover_bound){.job = job, .cover = cover, .p = swaps->slot_count, .share = share, .pace = 1};
  bound->unit = find_unit(cover);
  bound->best = weight * cover->worth[cover->levels];
  bound->mean = MAX(1, weight / (int64_t)demands);
  bound->is_fixed = g_new0(bool, sites);
  for (uint32_t slot = 0; slot < swaps->fixed_count; slot++) bound->is_fixed[swaps->chosen[slot]] = true;
  bound->price = g_new0(int64_t, demands);
  if (must_cover) bound->outer_price = g_new0(int64_t, demands);
  bound->paid = g_new(int64_t, sites);
  bound->counted = g_new(uint32_t, demands);
  bound->slack = g_new(int32_t, demands);
  bound->outer_slack = g_new(int32_t, demands);
  bound->sites = g_new(uint32_t, bound->p);
  bound->picked = g_new(uint32_t, sites);
  /* What the sites are paid in all stays below total × (p + 1), with an outer ring below twice that. */
  int64_t total = weight * (cover->worth[cover->levels] + SHARE_PRICE_MOST) + 1;
  int64_t room = (INT64_C(1) << 61) / ((int64_t)bound->p + 2) / total;
  while (bound->shift < SHIFT_MOST && room >> (bound->shift + 1) > 0) bound->shift++;
}

void mi_cover_bound_clear(mi_cover_bound *bound) {
  g_free(bound->is_fixed);
  g_free(bound->price);
  g_free(bound->outer_price);
  g_free(bound->paid);
  g_free(bound->counted);
  g_free(bound->slack);
  g_free(bound->outer_slack);
  g_free(bound->sites);
  g_free(bound->picked);
  *bound = (mi_cover_bound){0};
}

/* The demand's own part: as many covers as pay, at the price of each; fewer of equals. */
static int64_t count_best(const mi_cover_bound *bound, uint32_t demand, uint32_t *out) {
  const mi_cover *cover = bound->cover;
  const mi_lists *lists = &cover->incidence->sites;
  uint32_t most = MIN(cover->levels, lists->inner_end[demand] - lists->first[demand]);
  int64_t weight = mi_weight(cover->table, demand), best = 0;
  *out = 0;
  for (uint32_t k = 1; k <= most; k++) {
    int64_t worth = weight * ((cover->worth[k] << bound->shift) + bound->share_price) - k * bound->price[demand];
    if (worth > best) best = worth, *out = k;
  }
  return best;
}

static void pay_sites(mi_cover_bound *bound) {
  const mi_lists *lists = &bound->cover->incidence->demands;
  for (uint32_t site = 0; site < lists->count; site++) {
    int64_t paid = 0;
    for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
      if (i < lists->inner_end[site]) paid -= bound->price[lists->items[i]];
      if (bound->outer_price) paid -= bound->outer_price[lists->items[i]];
    }
    bound->paid[site] = paid;
  }
}

/* The relaxed problem at these prices; leaves its sites in `picked`. */
static int64_t solve_relaxed(mi_cover_bound *bound) {
  const mi_cover *cover = bound->cover;
  pay_sites(bound);
  mi_pick_least(bound->paid, cover->incidence->demands.count, bound->is_fixed, bound->p, bound->picked);
  int64_t sum = -bound->share_price * bound->share;
  for (uint32_t demand = 0; demand < cover->table->demand_count; demand++) {
    sum += count_best(bound, demand, &bound->counted[demand]);
    if (bound->outer_price) sum -= bound->outer_price[demand];
  }
  for (uint32_t i = 0; i < bound->p; i++) sum -= bound->paid[bound->picked[i]];
  return sum;
}

/* Covers there are less covers that count. */
static void find_slack(mi_cover_bound *bound) {
  const mi_cover *cover = bound->cover;
  const mi_lists *lists = &cover->incidence->demands;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++) {
    bound->slack[demand] = -(int32_t)bound->counted[demand];
    bound->outer_slack[demand] = mi_weight(cover->table, demand) ? -1 : 0;
  }
  for (uint32_t p = 0; p < bound->p; p++) {
    uint32_t site = bound->picked[p];
    for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
      if (i < lists->inner_end[site]) bound->slack[lists->items[i]]++;
      bound->outer_slack[lists->items[i]]++;
    }
  }
}

/* By how many mean weights more than the share is covered once. */
static double find_share_slack(const mi_cover_bound *bound) {
  int64_t covered = -bound->share;
  for (size_t demand = 0; demand < bound->cover->table->demand_count; demand++)
    if (bound->counted[demand]) covered += mi_weight(bound->cover->table, demand);
  return bound->share ? (double)covered / (double)bound->mean : 0;
}

/* A price that cannot fall below 0 does not count its slack. */
static bool is_idle(int64_t price, int32_t slack) { return price == 0 && slack > 0; }

static double square_of(const mi_cover_bound *bound) {
  double share = find_share_slack(bound);
  double sum = bound->share_price == 0 && share > 0 ? 0 : share * share;
  for (size_t demand = 0; demand < bound->cover->table->demand_count; demand++) {
    int32_t slack = bound->slack[demand], outer = bound->outer_slack[demand];
    if (!is_idle(bound->price[demand], slack)) sum += (double)slack * slack;
    if (bound->outer_price && !is_idle(bound->outer_price[demand], outer)) sum += (double)outer * outer;
  }
  return sum;
}

static int64_t move_price(int64_t price, double by, int64_t most) {
  return CLAMP(price + (int64_t)CLAMP(by, -(double)most, (double)most), 0, most);
}

static void take_step(mi_cover_bound *bound, double length) {
  const mi_cover *cover = bound->cover;
  int64_t outer_most = (bound->mean * (cover->worth[cover->levels] + SHARE_PRICE_MOST)) << bound->shift;
  double share = find_share_slack(bound) / (double)bound->mean;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++) {
    int64_t most = most_of(cover, demand) << bound->shift;
    bound->price[demand] = move_price(bound->price[demand], -length * bound->slack[demand], most);
    if (bound->outer_price)
      bound->outer_price[demand] =
          move_price(bound->outer_price[demand], -length * bound->outer_slack[demand], outer_most);
  }
  if (bound->share)
    bound->share_price = move_price(bound->share_price, -length * share, (int64_t)SHARE_PRICE_MOST << bound->shift);
}

bool mi_cover_bound_lower(mi_cover_bound *bound, int64_t value, uint32_t steps) {
  int64_t best = INT64_MAX;
  unsigned waited = 0;
  for (uint32_t step = 0; step < steps && bound->best > value && bound->pace > MI_PACE_LEAST; step++) {
    if (step % MI_PACE_REPORT == 0 && !mi_locate_goes_on(bound->job)) break;
    int64_t sum = solve_relaxed(bound);
    if (sum < best) {
      best = sum;
      waited = 0;
      int64_t whole = (sum >> bound->shift) / bound->unit * bound->unit;
      if (whole < bound->best) {
        bound->best = whole;
        bound->has_sites = true;
        memcpy(bound->sites, bound->picked, bound->p * sizeof *bound->sites);
      }
    } else if (++waited == PATIENCE) {
      waited = 0;
      bound->pace /= 2;
    }
    find_slack(bound);
    double square = square_of(bound);
    if (square == 0) break;
    double distance = (double)(sum - (value << bound->shift));
    take_step(bound, bound->pace * MAX(distance, 1) / square);
  }
  return bound->best <= value;
}
