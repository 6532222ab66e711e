/* A choice of sites, and what every exchange of a chosen site for another would add to its value.
 *
 * profit(in, out) = gain[in] − loss[out] + extra[in, out]: what `in` adds to the choice as it is, what the choice loses
 * without `out`, and what is counted wrongly because both happen at once (Resende & Werneck, Journal of Heuristics 10,
 * 2004, section 3; here for any value that is a sum over demands). A model (median.h, cover.h) keeps the three up to
 * date: it takes the share of each demand that an exchange touches out of them, makes the exchange, and puts it back.
 */
#ifndef MI_PLAN_SWAPS_H
#define MI_PLAN_SWAPS_H

#include "base/random.h"
#include "muster/plan.h"

typedef struct mi_swaps {
  uint32_t site_count, slot_count;
  uint32_t fixed_count; /* the first slots hold sites that stay */
  uint32_t *chosen;     /* slot → site; `filled` of them */
  uint32_t *slot_of;    /* site → slot, MUSTER_NONE: not chosen */
  uint32_t filled;
  int64_t value;  /* of the choice, to be made great */
  int64_t *gain;  /* by site */
  int64_t *loss;  /* by slot */
  int64_t *extra; /* site × slot_count + slot */
} mi_swaps;

typedef struct mi_exchange {
  uint32_t slot, site;
  int64_t profit;
} mi_exchange;

/* What the value is made of. */
typedef struct mi_model {
  /* What the site would add to the choice; no tables needed. */
  int64_t (*gain_of)(const void *state, uint32_t site);
  /* Counts the site in; before the tables are there. */
  void (*add)(void *state, uint32_t site);
  /* The sites chosen are in swaps->chosen and in the state: fills the tables, which are zeros. */
  void (*fill)(void *state, mi_swaps *swaps);
  /* Puts `site` into the slot in place of what it holds, in the state, the choice and the tables; not in the value. */
  void (*move)(void *state, mi_swaps *swaps, uint32_t slot, uint32_t site);
} mi_model;

void mi_swaps_init(mi_swaps *swaps, uint32_t site_count, uint32_t slot_count);
void mi_swaps_clear(mi_swaps *swaps);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_swaps, mi_swaps_clear)

/* Chooses what adds most, one after the other, until all slots are filled, beginning with the fixed sites, then fills
 * the tables. Lazily: a site is valued anew only when it leads, for what a site adds does not grow (Minoux 1978); where
 * it can grow, this is a heuristic. */
void mi_swaps_greedy(mi_swaps *swaps, const mi_model *model, void *state, const uint32_t *fixed, size_t fixed_count);
/* What the exchange would add to the value. */
static inline int64_t mi_swaps_profit(const mi_swaps *swaps, uint32_t slot, uint32_t site) {
  return swaps->gain[site] - swaps->loss[slot] + swaps->extra[(size_t)site * swaps->slot_count + slot];
}
/* The most profitable exchange; of equal ones that of the lower site coming, then of the lower one going. False if
 * there is none that adds anything. O(p m). */
bool mi_swaps_best(const mi_swaps *swaps, mi_exchange *out);
void mi_swaps_move(mi_swaps *swaps, const mi_model *model, void *state, uint32_t slot, uint32_t site);
/* Exchanges until no one adds anything. */
void mi_swaps_descend(mi_swaps *swaps, const mi_model *model, void *state);
/* Exchanges until exactly these sites (slot_count of them, the fixed ones among them) are chosen. */
void mi_swaps_become(mi_swaps *swaps, const mi_model *model, void *state, const uint32_t *sites);

#endif
