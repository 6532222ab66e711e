/* The working set of an alert set: its members, their distributions, what it costs. */
#include "alert/set.h"

#include <math.h>
#include <string.h>

void mi_set_copy(const MusterAlertSet *set, const mi_set_pair *from, const mi_set_pair *to) {
  memcpy(to->accept, from->accept, set->slots.state_count * sizeof *to->accept);
  memcpy(to->arrive, from->arrive, set->slots.state_count * sizeof *to->arrive);
}

void mi_set_sum(MusterAlertSet *set) {
  mi_set_copy(set, &set->base, &set->work);
  for (uint32_t i = 0; i < set->chosen_count; i++) mi_set_add(set, &set->work, set->chosen[i]);
}

static bool is_removable(const MusterAlertSet *set, uint32_t position) {
  if (position == MUSTER_NONE) return true;
  uint32_t item = set->chosen[position];
  return set->accept[item] <= MI_SLOTS_REMOVABLE && set->arrive[item] <= MI_SLOTS_REMOVABLE;
}

static void remove_member(MusterAlertSet *set, uint32_t position) {
  if (position == MUSTER_NONE) return;
  uint32_t item = set->chosen[position];
  mi_slots_remove_two(&set->slots, set->rest.accept, set->rest.arrive, set->type[item], set->accept[item],
                      set->arrive[item]);
}

/* Of those alerted already and the first members; sums of before are taken up where the members are the same. */
static mi_set_pair sum_first(MusterAlertSet *set, uint32_t count) {
  uint32_t same = 0;
  mi_set_pair at = mi_set_level(set, 0);
  if (set->first_count == 0) mi_set_copy(set, &set->base, &at);
  while (same < MIN(count, set->first_count) && set->first[same] == set->chosen[same]) same++;
  at = mi_set_level(set, same);
  if (same < count) set->first_count = count;
  for (; same < count; same++) {
    mi_set_pair next = mi_set_level(set, same + 1);
    set->first[same] = set->chosen[same];
    mi_set_copy(set, &at, &next);
    mi_set_add(set, &next, set->chosen[same]);
    at = next;
  }
  return at;
}

void mi_set_sum_without(MusterAlertSet *set, uint32_t a, uint32_t b) {
  if (is_removable(set, a) && is_removable(set, b)) {
    mi_set_copy(set, &set->work, &set->rest);
    remove_member(set, a);
    remove_member(set, b);
    return;
  }
  uint32_t from = MIN(MIN(a, b), MIN(set->chosen_count, MI_SET_LEVELS));
  mi_set_pair first = sum_first(set, from);
  mi_set_copy(set, &first, &set->rest);
  for (uint32_t i = from; i < set->chosen_count; i++)
    if (i != a && i != b) mi_set_add(set, &set->rest, set->chosen[i]);
}

static void set_open(MusterAlertSet *set, uint32_t item, bool open) {
  set->open[item] = open ? set->cost[item] : HUGE_VAL;
  set->ease[item] = open ? 1 / set->cost[item] : 0;
}

static void set_all_ways_open(MusterAlertSet *set, uint32_t item, bool open) {
  set_open(set, item, open);
  if (!set->alternatives) return;
  for (uint32_t i = item; i-- > 0 && set->group[i] == set->group[item];) set_open(set, i, open);
  for (uint32_t i = item + 1; i < set->count && set->group[i] == set->group[item]; i++) set_open(set, i, open);
}

void mi_set_take(MusterAlertSet *set, uint32_t item) { set_all_ways_open(set, item, false); }
void mi_set_give_back(MusterAlertSet *set, uint32_t item) { set_all_ways_open(set, item, true); }
void mi_set_give_all_back(MusterAlertSet *set) {
  for (uint32_t i = 0; i < set->count; i++) set_open(set, i, true);
}

static void sort_members(const MusterAlertSet *set, uint32_t *members, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    uint32_t item = members[i], at = i;
    for (; at > 0 && mi_set_before(set, item, members[at - 1]); at--) members[at] = members[at - 1];
    members[at] = item;
  }
}

double mi_set_redundant(const MusterAlertSet *set) {
  double accepts = set->base_accepts;
  for (uint32_t i = 0; i < set->chosen_count; i++) accepts += set->accept[set->chosen[i]];
  return fmax(accepts - (set->slots.places - mi_slots_empty(&set->slots, set->work.accept)), 0);
}

double mi_set_cost(MusterAlertSet *set) {
  double cost = 0;
  sort_members(set, set->chosen, set->chosen_count);
  for (uint32_t i = 0; i < set->chosen_count; i++) cost += set->cost[set->chosen[i]];
  mi_set_sum(set);
  return cost + set->goal.redundant_price * mi_set_redundant(set);
}

/* By how much the demand that is missed most is missed; at most 0 if both are met. */
static double shortfall(const MusterAlertSet *set) {
  double accept = set->goal.alpha_accept - mi_slots_filled(&set->slots, set->work.accept);
  double arrive = set->goal.alpha_on_scene - mi_slots_filled(&set->slots, set->work.arrive);
  return fmax(accept, arrive);
}

/* Meeting the demand comes first, then what it costs; where it is not met, how near it comes. */
static bool is_better(const MusterAlertSet *set, bool met, double cost) {
  if (met != set->best_met) return met;
  if (met) return cost < set->best_cost - MI_SET_TOLERANCE;
  return shortfall(set) < set->best_shortfall - MI_SET_TOLERANCE;
}

void mi_set_keep(MusterAlertSet *set) {
  double cost = mi_set_cost(set);
  bool met = mi_set_meets_both(set, &set->work);
  if (!is_better(set, met, cost)) return;
  memcpy(set->best, set->chosen, set->chosen_count * sizeof *set->best);
  set->best_count = set->chosen_count;
  set->best_cost = cost;
  set->best_met = met;
  set->best_shortfall = shortfall(set);
}
