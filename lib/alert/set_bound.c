/* What any set that meets the demand costs at least.
 *
 * More likely persons of more types never lower a tail. So k candidates cannot reach a demand that the k most likely
 * ones do not reach even if each of them fitted every need; and for a set J of needs, that the k most likely of those
 * who fit one of J do not reach counting J alone (Hall's condition for J is necessary). The least such k, at the k
 * lowest prices, with the redundancy that the k least likely accepts have in any case, is a lower bound of the cost.
 */
#include <math.h>

#include "alert/set.h"

uint32_t mi_set_nth(const MusterAlertSet *set, mi_set_order *order, uint32_t n) {
  if (n >= set->count) return MUSTER_NONE;
  for (; order->sorted <= n; order->sorted++) {
    uint32_t at = order->sorted, item = order->items[at];
    double least = order->keys[at], first = least, before = at ? order->keys[at - 1] : -HUGE_VAL;
    /* Nothing is below the key before, so an equal one ends the scan: many candidates are alike. */
    for (uint32_t i = at + 1; i < set->count && least > before; i++)
      if (order->keys[i] < least) {
        least = order->keys[i];
        at = i;
      }
    order->items[order->sorted] = order->items[at];
    order->keys[order->sorted] = least;
    order->items[at] = item;
    order->keys[at] = first;
  }
  return order->items[n];
}

static void reset_order(const MusterAlertSet *set, mi_set_order *order, const double *key, double sign) {
  for (uint32_t i = 0; i < set->count; i++) {
    order->items[i] = i;
    order->keys[i] = sign * key[i];
  }
  order->sorted = 0;
}

/* P(places empty = k) for all needs together (J = 0), or P(deficit of J = k). */
static void count_empty(const mi_slots *slots, const double *distribution, unsigned needs, double *out) {
  for (int k = 0; k < 16; k++) out[k] = 0;
  if (needs) {
    for (uint32_t s = 0; s < slots->state_count; s++)
      out[mi_slots_deficit(slots->deficits[s], needs)] += distribution[s];
    return;
  }
  for (uint32_t k = 0; k <= slots->places; k++) {
    const mi_slots_list *list = &slots->with_empty[k];
    for (uint32_t i = 0; i < list->count; i++) out[k] += distribution[list->states[i]];
  }
}

static void fill_one(double *empty, uint32_t places, double p) {
  for (uint32_t k = 1; k <= places; k++) {
    double moved = empty[k] * p;
    empty[k] -= moved;
    empty[k - 1] += moved;
  }
}

typedef struct stage {
  const double *distribution, *p;
  mi_set_order *order;
  double alpha;
} stage;

static uint32_t fewest_for(MusterAlertSet *set, stage of, unsigned needs) {
  double empty[16];
  uint32_t used = 0;
  count_empty(&set->slots, of.distribution, needs, empty);
  for (uint32_t n = 0; !mi_set_meets(empty[0], of.alpha); n++) {
    uint32_t item = mi_set_nth(set, of.order, n);
    if (item == MUSTER_NONE) return MUSTER_NONE;
    if (needs && !(set->type[item] & needs)) continue;
    fill_one(empty, set->slots.places, of.p[item]);
    used++;
  }
  return used;
}

uint32_t mi_set_fewest_more(MusterAlertSet *set, const mi_set_pair *pair, uint64_t allowed) {
  uint32_t fewest = 0;
  const stage stages[] = {{pair->accept, set->accept, &set->by_accept, set->goal.alpha_accept},
                          {pair->arrive, set->arrive, &set->by_arrive, set->goal.alpha_on_scene}};
  for (int i = 0; i < 2; i++) {
    double empty[16];
    uint32_t used = 0;
    count_empty(&set->slots, stages[i].distribution, 0, empty);
    for (uint32_t n = 0; !mi_set_meets(empty[0], stages[i].alpha); n++) {
      uint32_t item = mi_set_nth(set, stages[i].order, n);
      if (item == MUSTER_NONE) return MUSTER_NONE;
      if (!(allowed >> item & 1)) continue;
      fill_one(empty, set->slots.places, stages[i].p[item]);
      used++;
    }
    fewest = MAX(fewest, used);
  }
  return fewest;
}

static double least_redundant(MusterAlertSet *set, uint32_t alerts) {
  double empty[16], accepts = set->base_accepts, still = 0;
  count_empty(&set->slots, set->base.accept, 0, empty);
  for (uint32_t n = 0; n < alerts; n++) {
    double p = set->accept[mi_set_nth(set, &set->by_least, n)];
    fill_one(empty, set->slots.places, p);
    accepts += p;
  }
  for (uint32_t k = 1; k <= set->slots.places; k++) still += k * empty[k];
  return fmax(accepts - (set->slots.places - still), 0);
}

static double cheapest(MusterAlertSet *set, uint32_t alerts) {
  double sum = 0;
  if (set->plain_cost) return alerts ? alerts * set->cost[0] : 0;
  for (uint32_t n = 0; n < alerts; n++) sum += set->cost[mi_set_nth(set, &set->by_cost, n)];
  return sum;
}

void mi_set_bound(MusterAlertSet *set) {
  reset_order(set, &set->by_accept, set->accept, -1);
  reset_order(set, &set->by_arrive, set->arrive, -1);
  if (!set->plain_cost) reset_order(set, &set->by_cost, set->cost, 1);
  if (set->goal.redundant_price > 0) reset_order(set, &set->by_least, set->accept, 1);
  const stage accept = {set->base.accept, set->accept, &set->by_accept, set->goal.alpha_accept};
  const stage arrive = {set->base.arrive, set->arrive, &set->by_arrive, set->goal.alpha_on_scene};
  unsigned sets = set->slots.need_count > 1 ? 1u << set->slots.need_count : 1;
  set->fewest = 0;
  for (unsigned needs = 0; needs < sets && set->fewest != MUSTER_NONE; needs++) {
    if (needs & (needs - 1)) continue;
    set->fewest = MAX(set->fewest, fewest_for(set, accept, needs));
    set->fewest = MAX(set->fewest, fewest_for(set, arrive, needs));
  }
  set->bound = HUGE_VAL;
  if (set->fewest == MUSTER_NONE) return;
  set->bound = cheapest(set, set->fewest);
  if (set->goal.redundant_price > 0) set->bound += set->goal.redundant_price * least_redundant(set, set->fewest);
}
