/* Makes a set that meets the demand cheaper: leave one out, exchange one for one, exchange two for one.
 *
 * With the distributions of all others at hand, the tail with one more candidate j of a type is A + p_j · B, A and B
 * the same for the whole type: an exchange costs a few operations.
 */
#include <math.h>

#include "alert/set.h"

static void find_effects(const MusterAlertSet *set, const mi_set_pair *rest, mi_set_effects *out) {
  const mi_slots *slots = &set->slots;
  uint32_t last = slots->state_count - 1;
  out->accept = rest->accept[last];
  out->arrive = rest->arrive[last];
  for (unsigned type = 1; type < MI_SLOTS_TYPES; type++) {
    if (!slots->next[type]) continue;
    const mi_slots_list *ends = &slots->ends[type], *fills = &slots->fills[type];
    double accept = 0, arrive = 0, filled = 0;
    for (uint32_t i = 0; i < ends->count; i++) {
      accept += rest->accept[ends->states[i]];
      arrive += rest->arrive[ends->states[i]];
    }
    for (uint32_t i = 0; i < fills->count && set->goal.redundant_price > 0; i++)
      filled += rest->accept[fills->states[i]];
    out->accept_more[type] = accept;
    out->arrive_more[type] = arrive;
    out->redundant[type] = set->goal.redundant_price * (1 - filled);
  }
}

static double cost_with(const MusterAlertSet *set, const mi_set_effects *rest, uint32_t item) {
  return set->cost[item] + set->accept[item] * rest->redundant[set->type[item]];
}

/* With half the tolerance, so that a set found by differences still meets the demand when it is summed afresh. */
static bool meets(double p, double alpha) { return p >= alpha - MI_SET_TOLERANCE / 2; }

static bool suffices(const MusterAlertSet *set, const mi_set_effects *rest, uint32_t item) {
  unsigned type = set->type[item];
  return meets(rest->accept + set->accept[item] * rest->accept_more[type], set->goal.alpha_accept) &&
         meets(rest->arrive + set->arrive[item] * rest->arrive_more[type], set->goal.alpha_on_scene);
}

/* By the whole tolerance: no other set of sums that suffices is passed over for rounding. */
static bool could_suffice(const MusterAlertSet *set, const mi_set_effects *rest, uint32_t item) {
  unsigned type = set->type[item];
  return mi_set_meets(rest->accept + set->accept[item] * rest->accept_more[type], set->goal.alpha_accept) &&
         mi_set_meets(rest->arrive + set->arrive[item] * rest->arrive_more[type], set->goal.alpha_on_scene);
}

/* The cheapest that makes the rest whole for less than `below`; MUSTER_NONE if there is none. */
static uint32_t find_cheapest(const MusterAlertSet *set, const mi_set_effects *rest, double below) {
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = 0; i < set->count; i++) {
    if (set->open[i] > below) continue;
    double cost = cost_with(set, rest, i);
    if (cost > below || !suffices(set, rest, i)) continue;
    if (cost == below && (best == MUSTER_NONE || !mi_set_before(set, i, best))) continue;
    best = i;
    below = cost;
  }
  return best;
}

static void leave_out(MusterAlertSet *set, uint32_t position) {
  mi_set_give_back(set, set->chosen[position]);
  set->chosen[position] = set->chosen[--set->chosen_count];
}

static void put_in(MusterAlertSet *set, uint32_t item) {
  mi_set_take(set, item);
  set->chosen[set->chosen_count++] = item;
}

/* The position of the dearest member that is not needed; MUSTER_NONE if all are. */
static uint32_t find_needless(MusterAlertSet *set) {
  uint32_t dearest = MUSTER_NONE;
  for (uint32_t i = 0; i < set->chosen_count; i++) {
    mi_set_sum_without(set, i, MUSTER_NONE);
    if (!meets(mi_slots_filled(&set->slots, set->rest.accept), set->goal.alpha_accept) ||
        !meets(mi_slots_filled(&set->slots, set->rest.arrive), set->goal.alpha_on_scene))
      continue;
    if (dearest != MUSTER_NONE) {
      uint32_t item = set->chosen[i], other = set->chosen[dearest];
      if (set->cost[item] < set->cost[other]) continue;
      if (set->cost[item] == set->cost[other] && mi_set_before(set, item, other)) continue;
    }
    dearest = i;
  }
  return dearest;
}

/* Each member once; whether anybody was exchanged. */
static bool exchange_one(MusterAlertSet *set) {
  mi_set_effects rest;
  bool exchanged = false;
  for (uint32_t i = 0; i < set->chosen_count; i++) {
    uint32_t member = set->chosen[i];
    if (set->goal.redundant_price == 0 && set->cost[member] <= set->least_cost) continue;
    mi_set_sum_without(set, i, MUSTER_NONE);
    find_effects(set, &set->rest, &rest);
    mi_set_give_back(set, member);
    uint32_t other = find_cheapest(set, &rest, cost_with(set, &rest, member) - MI_SET_TOLERANCE);
    exchanged = exchanged || other != MUSTER_NONE;
    set->chosen[i] = other == MUSTER_NONE ? member : other;
    mi_set_take(set, set->chosen[i]);
    if (other != MUSTER_NONE) mi_set_sum(set);
  }
  return exchanged;
}

/* Where sums are dear: the effects of everybody without each member. */
static bool find_all_effects(MusterAlertSet *set) {
  enum { STATES_FEW = 64 };
  if (set->slots.state_count <= STATES_FEW || set->chosen_count > MI_SET_LEVELS) return false;
  for (uint32_t i = 0; i < set->chosen_count; i++) {
    mi_set_sum_without(set, i, MUSTER_NONE);
    find_effects(set, &set->rest, &set->without[i]);
  }
  return true;
}

/* A tail does not rise when a member goes: without two and with another it is at most what it is without either one.
 * Whether another could suffice for both by that. */
static bool may_suffice(const MusterAlertSet *set, uint32_t a, uint32_t b) {
  for (uint32_t i = 0; i < set->count; i++)
    if (could_suffice(set, &set->without[a], i) && could_suffice(set, &set->without[b], i)) return true;
  return false;
}

static bool exchange_two(MusterAlertSet *set) {
  mi_set_effects rest;
  bool effects_known = find_all_effects(set);
  for (uint32_t a = 0; a < set->chosen_count; a++)
    for (uint32_t b = a + 1; b < set->chosen_count; b++) {
      if (effects_known && !may_suffice(set, a, b)) continue;
      uint32_t first = set->chosen[a], second = set->chosen[b];
      mi_set_sum_without(set, a, b);
      find_effects(set, &set->rest, &rest);
      mi_set_give_back(set, first);
      mi_set_give_back(set, second);
      /* Either alone may still fill the same place, so their redundancy together is no less than that of the dearer. */
      double saved =
          set->cost[first] + set->cost[second] +
          fmax(cost_with(set, &rest, first) - set->cost[first], cost_with(set, &rest, second) - set->cost[second]);
      uint32_t other = find_cheapest(set, &rest, saved - MI_SET_TOLERANCE);
      if (other != MUSTER_NONE) {
        leave_out(set, b);
        leave_out(set, a);
        put_in(set, other);
        mi_set_sum(set);
        return true;
      }
      mi_set_take(set, first);
      mi_set_take(set, second);
    }
  return false;
}

static void leave_needless_out(MusterAlertSet *set) {
  for (uint32_t needless; (needless = find_needless(set)) != MUSTER_NONE;) {
    leave_out(set, needless);
    mi_set_sum(set);
  }
}

void mi_set_improve(MusterAlertSet *set, bool thorough) {
  enum { PASSES = 3, FEW = 6 }; /* of few members the pairs are few */
  if (!mi_set_meets_both(set, &set->work)) return;
  leave_needless_out(set);
  bool exchanges_help = !set->plain_cost || set->goal.redundant_price > 0;
  for (int pass = 0; pass < (thorough ? PASSES : 1) && exchanges_help; pass++)
    if (!exchange_one(set)) break;
  bool pairs = thorough || set->chosen_count <= FEW;
  while (pairs && set->chosen_count > set->fewest && exchange_two(set)) continue;
}
