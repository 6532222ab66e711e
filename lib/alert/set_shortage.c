/* Why a demand cannot be met: the stage, the needs whose people are too few, and how many are missing. */
#include "alert/set.h"

typedef struct shortage {
  uint32_t missing;
  unsigned needs;
  double p; /* that those needs have enough people */
} shortage;

/* P(at most `missing` people are lacking for these needs). */
static double chance(const mi_slots *slots, const double *distribution, unsigned needs, uint32_t missing) {
  double sum = 0;
  for (uint32_t s = 0; s < slots->state_count; s++)
    if (mi_slots_deficit(slots->deficits[s], needs) <= missing) sum += distribution[s];
  return sum;
}

/* Persons who surely come and fit these needs lower every deficit by one. */
static shortage measure(const mi_slots *slots, const double *distribution, double alpha) {
  shortage worst = {0, 0, 2};
  for (unsigned needs = 1; needs < 1u << slots->need_count; needs++) {
    shortage at = {0, needs, chance(slots, distribution, needs, 0)};
    while (at.missing < slots->places && !mi_set_meets(chance(slots, distribution, needs, at.missing), alpha))
      at.missing++;
    if (at.missing > worst.missing || (at.missing == worst.missing && at.p < worst.p)) worst = at;
  }
  return worst;
}

/* How many surely coming people, each filling a place that is empty, lift the chance to alpha. */
static uint32_t count_missing(const mi_slots *slots, const double *distribution, double alpha) {
  for (uint32_t missing = 0;; missing++) {
    double sum = 0;
    for (uint32_t s = 0; s < slots->state_count; s++)
      if (slots->empty[s] <= missing) sum += distribution[s];
    if (missing >= slots->places || mi_set_meets(sum, alpha)) return missing;
  }
}

void mi_set_shortage(const MusterAlertSet *set, const mi_set_pair *pair, MusterAlertChoice *out) {
  const mi_slots *slots = &set->slots;
  double accept = set->goal.alpha_accept - mi_slots_filled(slots, pair->accept);
  double arrive = set->goal.alpha_on_scene - mi_slots_filled(slots, pair->arrive);
  out->short_on_scene = arrive > accept;
  shortage worst = out->short_on_scene ? measure(slots, pair->arrive, set->goal.alpha_on_scene)
                                       : measure(slots, pair->accept, set->goal.alpha_accept);
  out->missing = MAX(count_missing(slots, pair->accept, set->goal.alpha_accept),
                     count_missing(slots, pair->arrive, set->goal.alpha_on_scene));
  for (uint32_t i = 0; i < slots->need_count; i++)
    if (worst.needs >> i & 1) out->short_needs |= slots->asked_as[i];
}
