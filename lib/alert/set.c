/* Which and how many to alert: loads a question, runs the steps of the search, reports. The steps: set.h. */
#include "alert/set.h"

#include <math.h>
#include <string.h>

static void reserve_levels(MusterAlertSet *set) {
  size_t wanted = 2 * (size_t)set->slots.state_count * (MIN(set->capacity, 64) + 1);
  if (wanted <= set->levels_capacity) return;
  set->levels = g_renew(double, set->levels, wanted);
  set->levels_capacity = wanted;
}

static void reserve(MusterAlertSet *set, size_t count) {
  if (count <= set->capacity) return;
  uint32_t n = (uint32_t)MAX(count, 64);
  set->capacity = n;
  set->accept = g_renew(double, set->accept, n);
  set->arrive = g_renew(double, set->arrive, n);
  set->cost = g_renew(double, set->cost, n);
  set->type = g_renew(uint8_t, set->type, n);
  set->taken = g_renew(uint8_t, set->taken, n);
  uint32_t **lists[] = {&set->source,        &set->group,           &set->chosen,
                        &set->best,          &set->by_accept.items, &set->by_arrive.items,
                        &set->by_cost.items, &set->by_least.items,  &set->rank};
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) *lists[i] = g_renew(uint32_t, *lists[i], n);
  reserve_levels(set);
}

MusterAlertSet *muster_alert_set_new(void) {
  MusterAlertSet *set = g_new0(MusterAlertSet, 1);
  mi_slots_init(&set->slots);
  reserve(set, 1);
  muster_alert_set_prepare(set, &(MusterAlertGoal){0}, NULL);
  return set;
}

static void free_pair(mi_set_pair *pair) {
  g_free(pair->accept);
  g_free(pair->arrive);
}

void muster_alert_set_free(MusterAlertSet *set) {
  if (!set) return;
  void *arrays[] = {set->accept,          set->arrive,        set->cost,           set->type, set->source,
                    set->group,           set->taken,         set->chosen,         set->best, set->by_accept.items,
                    set->by_arrive.items, set->by_cost.items, set->by_least.items, set->rank, set->levels};
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_free(arrays[i]);
  free_pair(&set->base);
  free_pair(&set->work);
  free_pair(&set->rest);
  mi_slots_clear(&set->slots);
  g_free(set);
}

static void renew_pair(mi_set_pair *pair, uint32_t states) {
  pair->accept = g_renew(double, pair->accept, states);
  pair->arrive = g_renew(double, pair->arrive, states);
}

bool muster_alert_set_prepare(MusterAlertSet *set, const MusterAlertGoal *goal, GError **error) {
  const double alphas[] = {goal->alpha_accept, goal->alpha_on_scene};
  for (int i = 0; i < 2; i++)
    if (!(alphas[i] >= 0 && alphas[i] <= 1)) {
      g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL, "goal: %s: expected 0 to 1, found %g",
                  i ? "alpha_on_scene" : "alpha_accept", alphas[i]);
      return false;
    }
  if (!(goal->redundant_price >= 0 && isfinite(goal->redundant_price))) {
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL,
                "goal: redundant_price: expected 0 or a positive number, found %g", goal->redundant_price);
    return false;
  }
  if (!mi_slots_prepare(&set->slots, goal, error)) return false;
  set->goal = *goal;
  renew_pair(&set->base, set->slots.state_count);
  renew_pair(&set->work, set->slots.state_count);
  renew_pair(&set->rest, set->slots.state_count);
  reserve_levels(set);
  return true;
}

static double clamp(double p) { return p > 0 ? fmin(p, 1) : 0; }

static void load(MusterAlertSet *set, const MusterAlertCandidate *candidates, size_t count) {
  reserve(set, count);
  set->candidates = candidates;
  set->count = 0;
  set->alternatives = false;
  set->plain_cost = true;
  for (size_t i = 0, group = 0; i < count; i++) {
    const MusterAlertCandidate *candidate = &candidates[i];
    group += i > 0 && candidate->id != candidates[i - 1].id;
    unsigned type = mi_slots_type(&set->slots, candidate->roles);
    double accept = clamp(candidate->p_accept), arrive = clamp(candidate->p_on_scene);
    if (type == 0 || (accept == 0 && arrive == 0)) continue;
    uint32_t n = set->count++;
    set->accept[n] = accept;
    set->arrive[n] = arrive;
    set->cost[n] = 1 + (candidate->price > 0 ? candidate->price : 0);
    set->type[n] = (uint8_t)type;
    set->source[n] = (uint32_t)i;
    set->group[n] = (uint32_t)group;
    set->alternatives = set->alternatives || (n > 0 && set->group[n - 1] == set->group[n]);
    set->plain_cost = set->plain_cost && set->cost[n] == set->cost[0];
  }
}

/* In a fixed order, so that rounding does not depend on the caller's. */
static void load_alerted(MusterAlertSet *set, const MusterAlertCandidate *alerted, size_t count) {
  mi_slots_reset(&set->slots, set->base.accept);
  mi_slots_reset(&set->slots, set->base.arrive);
  set->base_accepts = 0;
  uint64_t last = 0;
  for (size_t done = 0; done < count; done++) {
    const MusterAlertCandidate *first = NULL;
    for (size_t i = 0; i < count; i++)
      if ((done == 0 || alerted[i].id > last) && (!first || alerted[i].id < first->id)) first = &alerted[i];
    if (!first) break;
    last = first->id;
    unsigned type = mi_slots_type(&set->slots, first->roles);
    if (type == 0) continue;
    mi_slots_add(&set->slots, set->base.accept, type, clamp(first->p_accept));
    mi_slots_add(&set->slots, set->base.arrive, type, clamp(first->p_on_scene));
    set->base_accepts += clamp(first->p_accept);
  }
}

void mi_set_copy(const MusterAlertSet *set, const mi_set_pair *from, const mi_set_pair *to) {
  memcpy(to->accept, from->accept, set->slots.state_count * sizeof *to->accept);
  memcpy(to->arrive, from->arrive, set->slots.state_count * sizeof *to->arrive);
}

void mi_set_sum_without(const MusterAlertSet *set, const mi_set_pair *pair, uint32_t a, uint32_t b) {
  mi_set_copy(set, &set->base, pair);
  for (uint32_t i = 0; i < set->chosen_count; i++)
    if (i != a && i != b) mi_set_add(set, pair, set->chosen[i]);
}

static void sort_members(const MusterAlertSet *set, uint32_t *members, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    uint32_t item = members[i], at = i;
    for (; at > 0 && mi_set_before(set, item, members[at - 1]); at--) members[at] = members[at - 1];
    members[at] = item;
  }
}

/* Accepts of all but those that fill a place. */
static double redundant(const MusterAlertSet *set, const mi_set_pair *pair) {
  double accepts = set->base_accepts;
  for (uint32_t i = 0; i < set->chosen_count; i++) accepts += set->accept[set->chosen[i]];
  return fmax(accepts - (set->slots.places - mi_slots_empty(&set->slots, pair->accept)), 0);
}

double mi_set_cost(MusterAlertSet *set) {
  double cost = 0;
  sort_members(set, set->chosen, set->chosen_count);
  for (uint32_t i = 0; i < set->chosen_count; i++) cost += set->cost[set->chosen[i]];
  mi_set_sum_without(set, &set->work, MUSTER_NONE, MUSTER_NONE);
  return cost + set->goal.redundant_price * redundant(set, &set->work);
}

void mi_set_keep(MusterAlertSet *set) {
  double cost = mi_set_cost(set);
  bool met = mi_set_meets_both(set, &set->work);
  if (set->best_met && (!met || cost >= set->best_cost - MI_SET_TOLERANCE)) return;
  memcpy(set->best, set->chosen, set->chosen_count * sizeof *set->best);
  set->best_count = set->chosen_count;
  set->best_cost = cost;
  set->best_met = met;
}

/* The order of the search's branches, ties by (id, variant). */
static void rank_candidates(MusterAlertSet *set) {
  for (uint32_t i = 0; i < set->count; i++) {
    double worth = (set->accept[i] + set->arrive[i]) / set->cost[i];
    uint32_t at = i;
    for (; at > 0; at--) {
      uint32_t other = set->rank[at - 1];
      double others = (set->accept[other] + set->arrive[other]) / set->cost[other];
      if (others > worth || (others == worth && mi_set_before(set, other, i))) break;
      set->rank[at] = other;
    }
    set->rank[at] = i;
  }
}

static bool is_proven(const MusterAlertSet *set) {
  return set->best_met && set->best_cost <= set->bound + MI_SET_TOLERANCE;
}

static void exchange_two_of_best(MusterAlertSet *set) {
  memset(set->taken, 0, set->capacity * sizeof *set->taken);
  memcpy(set->chosen, set->best, set->best_count * sizeof *set->chosen);
  set->chosen_count = set->best_count;
  for (uint32_t i = 0; i < set->best_count; i++) set->taken[set->group[set->best[i]]] = 1;
  mi_set_sum_without(set, &set->work, MUSTER_NONE, MUSTER_NONE);
  mi_set_improve(set, true);
  mi_set_keep(set);
}

static void look_for_sets(MusterAlertSet *set) {
  set->best_met = false;
  set->best_count = 0;
  mi_set_bound(set);
  for (int favour = 0; favour < 3 && !is_proven(set); favour++) {
    mi_set_greedy(set, favour);
    mi_set_improve(set, false);
    mi_set_keep(set);
    if (!set->best_met && !set->alternatives) break;
  }
  if (set->best_met && set->best_count > set->fewest) exchange_two_of_best(set);
}

static bool search_exactly(MusterAlertSet *set) {
  if (is_proven(set)) return true;
  if (set->fewest == MUSTER_NONE || set->count > 64) return false;
  if (!set->best_met && !set->alternatives) return false;
  uint32_t nodes = set->count <= MUSTER_ALERT_EXACT_MAX ? UINT32_MAX : set->goal.search_nodes;
  if (nodes == 0) return false;
  rank_candidates(set);
  return mi_set_search(set, nodes);
}

static void report(MusterAlertSet *set, bool exact, MusterAlertChoice *out) {
  memcpy(set->chosen, set->best, set->best_count * sizeof *set->chosen);
  set->chosen_count = set->best_count;
  *out = (MusterAlertChoice){.cost = mi_set_cost(set), .cost_bound = set->bound, .chosen_count = set->best_count};
  out->redundant = redundant(set, &set->work);
  out->p_accept = fmin(mi_slots_filled(&set->slots, set->work.accept), 1);
  out->p_on_scene = fmin(mi_slots_filled(&set->slots, set->work.arrive), 1);
  bool proven_short = exact || set->fewest == MUSTER_NONE || !set->alternatives;
  if (set->best_met)
    out->status = exact ? MUSTER_ALERT_OPTIMAL : MUSTER_ALERT_MET;
  else
    out->status = proven_short ? MUSTER_ALERT_INFEASIBLE : MUSTER_ALERT_NOT_FOUND;
  if (set->best_met && exact) out->cost_bound = out->cost;
  if (!set->best_met) out->cost_bound = HUGE_VAL;
  if (!set->best_met) mi_set_shortage(set, &set->work, out);
  for (uint32_t i = 0; i < set->best_count; i++) set->chosen[i] = set->source[set->chosen[i]];
  out->chosen = set->chosen;
}

void muster_alert_set_choose(MusterAlertSet *set, const MusterAlertCandidate *alerted, size_t alerted_count,
                             const MusterAlertCandidate *candidates, size_t count, MusterAlertChoice *out) {
  load(set, candidates, count);
  load_alerted(set, alerted, alerted_count);
  look_for_sets(set);
  bool exact = search_exactly(set);
  report(set, exact, out);
}
