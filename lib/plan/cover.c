/* The covers' value and its exchanges; see cover.h. */
#include "plan/cover.h"

#include <string.h>

#include "plan/median.h"

static bool sums_fit(const mi_cover *cover) {
  uint64_t sum = 0;
  for (size_t demand = 0; demand < cover->table->demand_count; demand++) {
    uint64_t most;
    if (__builtin_mul_overflow((uint64_t)mi_weight(cover->table, demand), (uint64_t)cover->worth[cover->levels],
                               &most) ||
        __builtin_add_overflow(sum, most, &sum) || __builtin_add_overflow(sum, (uint64_t)cover->outer, &sum))
      return false;
  }
  return sum <= (UINT64_C(1) << 55) / (cover->incidence->demands.count + 2);
}

bool mi_covering_init(mi_cover *cover, const MusterLocateTable *table, const mi_incidence *incidence, int64_t *worth,
                      uint32_t levels, int64_t outer, GError **error) {
  *cover = (mi_cover){.table = table, .incidence = incidence, .worth = worth, .levels = levels, .outer = outer};
  if (!sums_fit(cover)) {
    g_set_error(
        error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT,
        "the sum of the weights: expected one whose products with what a cover is worth fit, found one too great");
    return false;
  }
  cover->inner_count = g_new0(uint32_t, table->demand_count);
  cover->count = g_new0(uint32_t, table->demand_count);
  cover->stamp = g_new0(uint32_t, table->demand_count);
  cover->slots = g_new(uint32_t, incidence->demands.count);
  return true;
}

void mi_cover_reset(mi_cover *cover) {
  memset(cover->inner_count, 0, cover->table->demand_count * sizeof *cover->inner_count);
  memset(cover->count, 0, cover->table->demand_count * sizeof *cover->count);
}

void mi_covering_clear(mi_cover *cover) {
  g_free(cover->worth);
  g_free(cover->inner_count);
  g_free(cover->count);
  g_free(cover->stamp);
  g_free(cover->slots);
  *cover = (mi_cover){0};
}

static int64_t worth_of(const mi_cover *cover, uint32_t demand, uint32_t inner, uint32_t all) {
  int64_t weight = mi_weight(cover->table, demand);
  return weight * cover->worth[MIN(inner, cover->levels)] + (all ? cover->outer : 0);
}

static int64_t gain_of(const void *state, uint32_t site) {
  const mi_cover *cover = state;
  const mi_lists *lists = &cover->incidence->demands;
  int64_t gain = 0;
  for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
    uint32_t demand = lists->items[i], inner = cover->inner_count[demand], all = cover->count[demand];
    gain +=
        worth_of(cover, demand, inner + (i < lists->inner_end[site]), all + 1) - worth_of(cover, demand, inner, all);
  }
  return gain;
}

/* Counts the site in (by 1) or out (by −1). */
static void count_site(mi_cover *cover, uint32_t site, uint32_t by) {
  const mi_lists *lists = &cover->incidence->demands;
  for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
    cover->count[lists->items[i]] += by;
    if (i < lists->inner_end[site]) cover->inner_count[lists->items[i]] += by;
  }
}

static void add(void *state, uint32_t site) { count_site(state, site, 1); }

/* What one demand makes of a site going or coming; by ring, 1: within the radius. */
typedef struct shares {
  int64_t lost[2], gained[2];
  int64_t extra[2][2]; /* [ring of the one coming][ring of the one going] */
} shares;

static bool find_shares(const mi_cover *cover, uint32_t demand, shares *out) {
  uint32_t inner = cover->inner_count[demand], all = cover->count[demand];
  int64_t now = worth_of(cover, demand, inner, all);
  for (uint32_t ring = 0; ring < 2; ring++) {
    bool may_go = all > 0 && inner >= ring;
    out->lost[ring] = may_go ? now - worth_of(cover, demand, inner - ring, all - 1) : 0;
    out->gained[ring] = worth_of(cover, demand, inner + ring, all + 1) - now;
  }
  for (uint32_t in = 0; in < 2; in++)
    for (uint32_t gone = 0; gone < 2; gone++) {
      int64_t both = inner >= gone ? worth_of(cover, demand, inner + in - gone, all) - now : 0;
      out->extra[in][gone] = both - out->gained[in] + out->lost[gone];
    }
  return out->lost[0] || out->lost[1] || out->gained[0] || out->gained[1];
}

/* Puts the demand's share into the tables (sign 1) or takes it out (−1). */
static void contribute(const mi_cover *cover, mi_swaps *swaps, uint32_t demand, int64_t sign) {
  shares s;
  if (!find_shares(cover, demand, &s)) return;
  const mi_lists *lists = &cover->incidence->sites;
  uint32_t begin = lists->first[demand], inner_end = lists->inner_end[demand], end = lists->first[demand + 1];
  uint32_t count = 0, inner_count = 0;
  for (uint32_t i = begin; i < end; i++) {
    uint32_t slot = swaps->slot_of[lists->items[i]];
    if (slot == MUSTER_NONE) continue;
    swaps->loss[slot] += sign * s.lost[i < inner_end];
    cover->slots[count++] = slot;
    if (i < inner_end) inner_count = count;
  }
  for (uint32_t i = begin; i < end; i++) {
    uint32_t site = lists->items[i];
    if (swaps->slot_of[site] != MUSTER_NONE) continue;
    bool in = i < inner_end;
    swaps->gain[site] += sign * s.gained[in];
    int64_t *extra = swaps->extra + (size_t)site * swaps->slot_count;
    for (uint32_t k = 0; k < count; k++) extra[cover->slots[k]] += sign * s.extra[in][k < inner_count];
  }
}

static void fill(void *state, mi_swaps *swaps) {
  mi_cover *cover = state;
  for (uint32_t demand = 0; demand < cover->incidence->sites.count; demand++) contribute(cover, swaps, demand, 1);
}

/* The shares of all demands that either site is near to. */
static void contribute_touched(mi_cover *cover, mi_swaps *swaps, uint32_t a, uint32_t b, int64_t sign) {
  const mi_lists *lists = &cover->incidence->demands;
  cover->now++;
  for (uint32_t part = 0; part < 2; part++) {
    uint32_t site = part ? b : a;
    for (uint32_t i = lists->first[site]; i < lists->first[site + 1]; i++) {
      uint32_t demand = lists->items[i];
      if (cover->stamp[demand] == cover->now) continue;
      cover->stamp[demand] = cover->now;
      contribute(cover, swaps, demand, sign);
    }
  }
}

static void move(void *state, mi_swaps *swaps, uint32_t slot, uint32_t site) {
  mi_cover *cover = state;
  uint32_t gone = swaps->chosen[slot];
  contribute_touched(cover, swaps, gone, site, -1);
  count_site(cover, gone, UINT32_MAX);
  count_site(cover, site, 1);
  swaps->slot_of[gone] = MUSTER_NONE;
  swaps->slot_of[site] = slot;
  swaps->chosen[slot] = site;
  contribute_touched(cover, swaps, gone, site, 1);
}

const mi_model mi_cover_model = {gain_of, add, fill, move};
