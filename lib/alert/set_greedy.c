/* A first set: always the candidate who brings most progress towards both demands for what they cost.
 *
 * Progress is the expected number of places filled, a matroid's rank and hence submodular, so that the gain of a
 * candidate only falls as others come (Nemhauser, Wolsey, Fisher, Math. Programming 1978). The two stages are weighed
 * by what each still lacks, log((1 − P) / (1 − α)).
 */
#include <math.h>

#include "alert/set.h"
#include "alert/special.h"

typedef struct gains {
  double accept[MI_SLOTS_TYPES]; /* places a person of the type would fill, weighed */
  double arrive[MI_SLOTS_TYPES];
} gains;

/* 0 where the demand is met. */
static double weight_of(double p, double alpha) {
  if (mi_set_meets(p, alpha)) return 0;
  double missing = fmax(1 - p, 1e-15), allowed = fmax(1 - alpha, 1e-15);
  return 1 / (missing * fmax(mi_log(missing / allowed), 1e-9));
}

static bool weigh(const MusterAlertSet *set, int favour, gains *out) {
  const mi_slots *slots = &set->slots;
  double accept_weight = weight_of(mi_slots_filled(slots, set->work.accept), set->goal.alpha_accept);
  double arrive_weight = weight_of(mi_slots_filled(slots, set->work.arrive), set->goal.alpha_on_scene);
  if (accept_weight == 0 && arrive_weight == 0) return false;
  if (favour == 1 && accept_weight > 0) arrive_weight = 0;
  if (favour == 2 && arrive_weight > 0) accept_weight = 0;
  for (unsigned type = 1; type < MI_SLOTS_TYPES; type++) {
    const mi_slots_list *fills = &slots->fills[type];
    double accept = 0, arrive = 0;
    for (uint32_t i = 0; i < fills->count; i++) {
      accept += set->work.accept[fills->states[i]];
      arrive += set->work.arrive[fills->states[i]];
    }
    out->accept[type] = accept_weight * accept;
    out->arrive[type] = arrive_weight * arrive;
  }
  return true;
}

/* Progress for the cost of each; 0 for those chosen already. Apart from the choice, so that it runs without branches.
 */
static void score_all(const MusterAlertSet *set, const gains *by_type) {
  double *restrict scores = set->scores;
  const double *accept = set->accept, *arrive = set->arrive, *ease = set->ease;
  if (set->slots.need_count == 1) {
    double accept_gain = by_type->accept[1], arrive_gain = by_type->arrive[1];
    for (uint32_t i = 0; i < set->count; i++) scores[i] = (accept_gain * accept[i] + arrive_gain * arrive[i]) * ease[i];
    return;
  }
  for (uint32_t i = 0; i < set->count; i++) {
    unsigned type = set->type[i];
    scores[i] = (by_type->accept[type] * accept[i] + by_type->arrive[type] * arrive[i]) * ease[i];
  }
}

static uint32_t find_most_useful(const MusterAlertSet *set, const gains *by_type) {
  uint32_t best = MUSTER_NONE;
  double most = 0;
  score_all(set, by_type);
  for (uint32_t i = 0; i < set->count; i++) {
    double score = set->scores[i];
    if (score < most || score <= 0) continue;
    if (score == most && !mi_set_before(set, i, best)) continue;
    best = i;
    most = score;
  }
  return best;
}

void mi_set_greedy(MusterAlertSet *set, int favour) {
  gains by_type;
  set->chosen_count = 0;
  mi_set_give_all_back(set);
  mi_set_copy(set, &set->base, &set->work);
  while (weigh(set, favour, &by_type)) {
    uint32_t item = find_most_useful(set, &by_type);
    if (item == MUSTER_NONE) break;
    mi_set_take(set, item);
    set->chosen[set->chosen_count++] = item;
    mi_set_add(set, &set->work, item);
  }
}
