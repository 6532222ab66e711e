/* Which and how many to alert: loads a question, runs the steps of the search, reports. The steps: set.h. */
#include "alert/set.h"

#include <math.h>
#include <string.h>

static void reserve_levels(MusterAlertSet *set) {
  size_t wanted = 2 * (size_t)set->slots.state_count * (MIN(set->capacity, MI_SET_LEVELS) + 2);
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
  set->open = g_renew(double, set->open, n);
  set->ease = g_renew(double, set->ease, n);
  set->scores = g_renew(double, set->scores, n);
  uint32_t **lists[] = {&set->source, &set->group, &set->chosen, &set->best, &set->rank};
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) *lists[i] = g_renew(uint32_t, *lists[i], n);
  mi_set_order *orders[] = {&set->by_accept, &set->by_arrive, &set->by_cost, &set->by_least};
  for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
    orders[i]->items = g_renew(uint32_t, orders[i]->items, n);
    orders[i]->keys = g_renew(double, orders[i]->keys, n);
  }
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
  void *arrays[] = {set->accept, set->arrive, set->cost,   set->open, set->ease, set->scores, set->type,
                    set->source, set->group,  set->chosen, set->best, set->rank, set->levels};
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_free(arrays[i]);
  mi_set_order *orders[] = {&set->by_accept, &set->by_arrive, &set->by_cost, &set->by_least};
  for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
    g_free(orders[i]->items);
    g_free(orders[i]->keys);
  }
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

static double clamp(double p) { return !(p > 0) ? 0 : p < 1 ? p : 1; }

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
    if (n == 0 || set->cost[n] < set->least_cost) set->least_cost = set->cost[n];
  }
}

/* In a fixed order, so that rounding does not depend on the caller's. */
static void load_alerted(MusterAlertSet *set, const MusterAlertCandidate *alerted, size_t count) {
  mi_slots_reset(&set->slots, set->base.accept);
  mi_slots_reset(&set->slots, set->base.arrive);
  set->base_accepts = 0;
  set->first_count = 0;
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

static void improve_best(MusterAlertSet *set) {
  mi_set_give_all_back(set);
  memcpy(set->chosen, set->best, set->best_count * sizeof *set->chosen);
  set->chosen_count = set->best_count;
  for (uint32_t i = 0; i < set->best_count; i++) mi_set_take(set, set->best[i]);
  mi_set_sum(set);
  mi_set_improve(set, true);
  mi_set_keep(set);
}

/* More starts and exchanges gain half a percent in the mean and cost three times the time of a first set. */
static void look_further(MusterAlertSet *set) {
  for (int favour = 1; favour < 3 && !is_proven(set); favour++) {
    mi_set_greedy(set, favour);
    mi_set_improve(set, true);
    mi_set_keep(set);
  }
  if (set->best_met && !is_proven(set)) improve_best(set);
}

static uint32_t effort(const MusterAlertSet *set) {
  return set->count <= MUSTER_ALERT_EXACT_MAX ? UINT32_MAX : set->goal.search_nodes;
}

static void look_for_sets(MusterAlertSet *set) {
  set->best_met = false;
  set->best_count = 0;
  set->best_shortfall = HUGE_VAL;
  mi_set_bound(set);
  mi_set_greedy(set, 0);
  mi_set_improve(set, false);
  mi_set_keep(set);
  if (set->best_met ? effort(set) > 0 : set->alternatives) look_further(set);
}

static bool search_exactly(MusterAlertSet *set) {
  if (is_proven(set)) return true;
  if (set->fewest == MUSTER_NONE || set->count > MI_SET_LEVELS) return false;
  if (!set->best_met && !set->alternatives) return false;
  if (effort(set) == 0) return false;
  rank_candidates(set);
  return mi_set_search(set, effort(set));
}

static void report(MusterAlertSet *set, bool exact, MusterAlertChoice *out) {
  memcpy(set->chosen, set->best, set->best_count * sizeof *set->chosen);
  set->chosen_count = set->best_count;
  *out = (MusterAlertChoice){.cost = mi_set_cost(set), .cost_bound = set->bound, .chosen_count = set->best_count};
  out->redundant = mi_set_redundant(set);
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
