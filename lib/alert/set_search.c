/* The cheapest set by branch and bound: take or leave the candidates one by one, most worth first.
 *
 * A branch is given up if what it has, with the fewest more that could fill what is empty (set_bound.c) at the lowest
 * prices still to be had, is no cheaper than the best set known. A set that meets the demand needs no more members, for
 * cost only grows.
 */
#include "alert/set.h"

#include <math.h>
#include <string.h>

typedef struct branch {
  uint32_t rank;    /* the next candidate to decide on */
  uint64_t allowed; /* bits of candidates that may still be taken */
  double cost, accepts;
} branch;

static double cheapest_more(MusterAlertSet *set, uint64_t allowed, uint32_t alerts) {
  double sum = 0;
  if (set->plain_cost) return alerts * set->least_cost;
  for (uint32_t n = 0; alerts > 0; n++) {
    uint32_t item = mi_set_nth(set, &set->by_cost, n);
    if (item == MUSTER_NONE) return HUGE_VAL;
    if (!(allowed >> item & 1)) continue;
    sum += set->cost[item];
    alerts--;
  }
  return sum;
}

static double redundancy(const MusterAlertSet *set, const mi_set_pair *pair, double accepts) {
  if (set->goal.redundant_price == 0) return 0;
  double filled = set->slots.places - mi_slots_empty(&set->slots, pair->accept);
  return set->goal.redundant_price * fmax(accepts - filled, 0);
}

static bool may_be_cheaper(MusterAlertSet *set, const mi_set_pair *pair, const branch *at) {
  if (!set->best_met) return mi_set_fewest_more(set, pair, at->allowed) != MUSTER_NONE;
  double cost = at->cost + redundancy(set, pair, at->accepts), most = set->best_cost - MI_SET_TOLERANCE;
  if (cost >= most) return false;
  uint32_t more = mi_set_fewest_more(set, pair, at->allowed);
  return more != MUSTER_NONE && cost + cheapest_more(set, at->allowed, more) < most;
}

static uint64_t group_bits(const MusterAlertSet *set, uint32_t item) {
  uint64_t bits = UINT64_C(1) << item;
  for (uint32_t i = item; i > 0 && set->group[i - 1] == set->group[item]; i--) bits |= UINT64_C(1) << (i - 1);
  for (uint32_t i = item + 1; i < set->count && set->group[i] == set->group[item]; i++) bits |= UINT64_C(1) << i;
  return bits;
}

static void keep_path(MusterAlertSet *set, uint32_t depth) {
  memcpy(set->chosen, set->path, depth * sizeof *set->chosen);
  set->chosen_count = depth;
  mi_set_keep(set);
}

/* False once the nodes are used up. */
static bool descend(MusterAlertSet *set, uint32_t depth, branch at) {
  mi_set_pair here = mi_set_level(set, depth), below = mi_set_level(set, depth + 1);
  if (mi_set_meets_both(set, &here)) {
    keep_path(set, depth);
    return true;
  }
  for (; at.rank < set->count; at.rank++) {
    uint32_t item = set->rank[at.rank];
    if (!(at.allowed >> item & 1)) continue;
    if (set->nodes_left == 0) return false;
    set->nodes_left--;
    if (!may_be_cheaper(set, &here, &at)) return true;
    mi_set_copy(set, &here, &below);
    mi_set_add(set, &below, item);
    branch taken = {at.rank + 1, at.allowed & ~group_bits(set, item), at.cost + set->cost[item],
                    at.accepts + set->accept[item]};
    set->path[depth] = item;
    if (!descend(set, depth + 1, taken)) return false;
    at.allowed &= ~(UINT64_C(1) << item);
  }
  return true;
}

bool mi_set_search(MusterAlertSet *set, uint32_t nodes) {
  mi_set_pair top = mi_set_level(set, 0);
  set->first_count = 0;
  mi_set_copy(set, &set->base, &top);
  set->nodes_left = nodes;
  uint64_t all = set->count == 64 ? UINT64_MAX : (UINT64_C(1) << set->count) - 1;
  return descend(set, 0, (branch){0, all, 0, set->base_accepts});
}
