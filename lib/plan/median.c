/* The p-median's value and its exchanges; see median.h. */
#include "plan/median.h"

#include "base/checked.h"

static int compare_keys(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

static void order_sites(const MusterLocateTable *table, uint64_t *order) {
  for (size_t demand = 0; demand < table->demand_count; demand++) {
    const uint32_t *times = table->times + demand * table->site_count;
    uint64_t *entries = order + demand * table->site_count;
    for (size_t site = 0; site < table->site_count; site++) entries[site] = (uint64_t)times[site] << 32 | site;
    qsort(entries, table->site_count, sizeof *entries, compare_keys);
  }
}

/* More than all demands at their worst together; false if sums of it could overflow. */
static bool find_unreached(const MusterLocateTable *table, int64_t *out) {
  uint64_t sum = 1;
  for (size_t demand = 0; demand < table->demand_count; demand++) {
    uint32_t worst = 0;
    for (size_t site = 0; site < table->site_count; site++) {
      uint32_t time = table->times[demand * table->site_count + site];
      if (time != MUSTER_UNREACHABLE_MS) worst = MAX(worst, time);
    }
    if (__builtin_add_overflow(sum, (uint64_t)mi_weight(table, demand) * worst, &sum)) return false;
  }
  *out = (int64_t)sum;
  return sum <= (UINT64_C(1) << 59) / (table->demand_count + 2);
}

bool mi_median_init(mi_median *median, const MusterLocateTable *table, GError **error) {
  *median = (mi_median){.table = table};
  if (!find_unreached(table, &median->unreached)) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT,
                "the sum of weight × greatest time: expected at most 2^59 / %zu, found more", table->demand_count + 2);
    return false;
  }
  median->order = g_new(uint64_t, table->demand_count * table->site_count);
  order_sites(table, median->order);
  median->touched = g_new(uint32_t, table->demand_count);
  median->near = g_new(mi_near, table->demand_count);
  for (size_t demand = 0; demand < table->demand_count; demand++) {
    int64_t none = mi_weight(table, demand) ? median->unreached : 0;
    median->near[demand] = (mi_near){MUSTER_NONE, MUSTER_NONE, none, none};
  }
  return true;
}

void mi_median_clear(mi_median *median) {
  g_free(median->order);
  g_free(median->near);
  g_free(median->touched);
  *median = (mi_median){0};
}

static int64_t gain_of(const void *state, uint32_t site) {
  const mi_median *median = state;
  int64_t gain = 0;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    int64_t cost = mi_median_cost(median, demand, site);
    if (cost < median->near[demand].cost) gain += median->near[demand].cost - cost;
  }
  return gain;
}

static void add(void *state, uint32_t site) {
  mi_median *median = state;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    mi_near *near = &median->near[demand];
    int64_t cost = mi_median_cost(median, demand, site);
    if (cost < near->cost) near->site = site, near->cost = cost;
  }
}

/* The two nearest of the sites chosen, ties by site. */
static void find_near(mi_median *median, const mi_swaps *swaps, size_t demand) {
  const uint64_t *order = mi_median_order(median, demand);
  int64_t none = mi_weight(median->table, demand) ? median->unreached : 0;
  mi_near near = {MUSTER_NONE, MUSTER_NONE, none, none};
  for (size_t rank = 0; rank < median->table->site_count; rank++) {
    uint32_t site = mi_order_site(order[rank]);
    if (swaps->slot_of[site] == MUSTER_NONE) continue;
    int64_t cost = mi_median_cost_at(median, demand, mi_order_time(order[rank]));
    if (near.site == MUSTER_NONE) {
      near.site = site, near.cost = cost;
    } else {
      near.second = site, near.second_cost = cost;
      break;
    }
  }
  median->near[demand] = near;
}

/* Puts the demand's share into the tables (sign 1) or takes it out (−1). */
static void contribute(const mi_median *median, mi_swaps *swaps, size_t demand, int64_t sign) {
  const mi_near *near = &median->near[demand];
  const uint64_t *order = mi_median_order(median, demand);
  uint32_t slot = swaps->slot_of[near->site];
  swaps->loss[slot] += sign * (near->second_cost - near->cost);
  for (size_t rank = 0; rank < median->table->site_count; rank++) {
    uint32_t site = mi_order_site(order[rank]);
    int64_t cost = mi_median_cost_at(median, demand, mi_order_time(order[rank]));
    if (cost >= near->second_cost) break;
    if (site == near->site) continue;
    if (cost < near->cost) swaps->gain[site] += sign * (near->cost - cost);
    swaps->extra[(size_t)site * swaps->slot_count + slot] += sign * (near->second_cost - MAX(cost, near->cost));
  }
}

static void fill(void *state, mi_swaps *swaps) {
  mi_median *median = state;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    find_near(median, swaps, demand);
    contribute(median, swaps, demand, 1);
  }
}

static void move(void *state, mi_swaps *swaps, uint32_t slot, uint32_t site) {
  mi_median *median = state;
  uint32_t gone = swaps->chosen[slot];
  size_t count = 0;
  for (size_t demand = 0; demand < median->table->demand_count; demand++) {
    const mi_near *near = &median->near[demand];
    bool is_touched =
        near->site == gone || near->second == gone || mi_median_cost(median, demand, site) <= near->second_cost;
    if (!is_touched) continue;
    median->touched[count++] = (uint32_t)demand;
    contribute(median, swaps, demand, -1);
  }
  swaps->slot_of[gone] = MUSTER_NONE;
  swaps->slot_of[site] = slot;
  swaps->chosen[slot] = site;
  for (size_t i = 0; i < count; i++) {
    find_near(median, swaps, median->touched[i]);
    contribute(median, swaps, median->touched[i], 1);
  }
}

const mi_model mi_median_model = {gain_of, add, fill, move};
