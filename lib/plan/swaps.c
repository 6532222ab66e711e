/* A choice of sites and its exchanges; see swaps.h. */
#include "plan/swaps.h"

#include <string.h>

void mi_swaps_init(mi_swaps *swaps, uint32_t site_count, uint32_t slot_count) {
  *swaps = (mi_swaps){.site_count = site_count, .slot_count = slot_count};
  swaps->chosen = g_new(uint32_t, slot_count);
  swaps->slot_of = g_new(uint32_t, site_count);
  memset(swaps->slot_of, 0xFF, site_count * sizeof *swaps->slot_of);
  swaps->gain = g_new0(int64_t, site_count);
  swaps->loss = g_new0(int64_t, slot_count);
  swaps->extra = g_new0(int64_t, (size_t)site_count * slot_count);
}

void mi_swaps_clear(mi_swaps *swaps) {
  g_free(swaps->chosen);
  g_free(swaps->slot_of);
  g_free(swaps->gain);
  g_free(swaps->loss);
  g_free(swaps->extra);
  *swaps = (mi_swaps){0};
}

static void choose(mi_swaps *swaps, const mi_model *model, void *state, uint32_t site) {
  swaps->value += model->gain_of(state, site);
  model->add(state, site);
  swaps->slot_of[site] = swaps->filled;
  swaps->chosen[swaps->filled++] = site;
}

/* The site not chosen that seems to add most, the lower one of equals. */
static uint32_t find_leader(const mi_swaps *swaps, const int64_t *most) {
  uint32_t leader = MUSTER_NONE;
  for (uint32_t site = 0; site < swaps->site_count; site++)
    if (swaps->slot_of[site] == MUSTER_NONE && (leader == MUSTER_NONE || most[site] > most[leader])) leader = site;
  return leader;
}

void mi_swaps_greedy(mi_swaps *swaps, const mi_model *model, void *state, const uint32_t *fixed, size_t fixed_count) {
  for (size_t i = 0; i < fixed_count; i++) choose(swaps, model, state, fixed[i]);
  swaps->fixed_count = swaps->filled;
  g_autofree int64_t *most = g_new(int64_t, swaps->site_count);
  for (uint32_t site = 0; site < swaps->site_count; site++) most[site] = model->gain_of(state, site);
  g_autofree uint32_t *valued_at = g_new(uint32_t, swaps->site_count);
  for (uint32_t site = 0; site < swaps->site_count; site++) valued_at[site] = swaps->filled;
  while (swaps->filled < swaps->slot_count) {
    uint32_t leader = find_leader(swaps, most);
    if (valued_at[leader] == swaps->filled) {
      choose(swaps, model, state, leader);
    } else {
      most[leader] = model->gain_of(state, leader);
      valued_at[leader] = swaps->filled;
    }
  }
  model->fill(state, swaps);
}

bool mi_swaps_best(const mi_swaps *swaps, mi_exchange *out) {
  mi_exchange best = {MUSTER_NONE, MUSTER_NONE, 0};
  for (uint32_t site = 0; site < swaps->site_count; site++) {
    if (swaps->slot_of[site] != MUSTER_NONE) continue;
    const int64_t *extra = swaps->extra + (size_t)site * swaps->slot_count;
    int64_t least = best.profit - swaps->gain[site];
    for (uint32_t slot = swaps->fixed_count; slot < swaps->slot_count; slot++) {
      int64_t more = extra[slot] - swaps->loss[slot];
      if (more < least) continue;
      bool is_lower = best.site == site && swaps->chosen[slot] < swaps->chosen[best.slot];
      if (more == least && !is_lower) continue;
      least = more;
      best = (mi_exchange){slot, site, more + swaps->gain[site]};
    }
  }
  *out = best;
  return best.site != MUSTER_NONE;
}

void mi_swaps_move(mi_swaps *swaps, const mi_model *model, void *state, uint32_t slot, uint32_t site) {
  swaps->value += mi_swaps_profit(swaps, slot, site);
  model->move(state, swaps, slot, site);
}

void mi_swaps_descend(mi_swaps *swaps, const mi_model *model, void *state) {
  for (mi_exchange best; mi_swaps_best(swaps, &best);) mi_swaps_move(swaps, model, state, best.slot, best.site);
}

void mi_swaps_become(mi_swaps *swaps, const mi_model *model, void *state, const uint32_t *sites) {
  g_autofree bool *wanted = g_new0(bool, swaps->site_count);
  for (uint32_t i = 0; i < swaps->slot_count; i++) wanted[sites[i]] = true;
  uint32_t slot = swaps->fixed_count;
  for (uint32_t i = 0; i < swaps->slot_count; i++) {
    if (swaps->slot_of[sites[i]] != MUSTER_NONE) continue;
    while (wanted[swaps->chosen[slot]]) slot++;
    mi_swaps_move(swaps, model, state, slot, sites[i]);
  }
}
