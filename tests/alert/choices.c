/* Made-up candidates and slow answers; see choices.h. */
#include "alert/choices.h"

#include <math.h>

void random_candidates(mi_random *random, unsigned role_bits, MusterAlertCandidate *out, size_t count) {
  uint64_t id = 0;
  for (size_t i = 0; i < count; i++) {
    double accept = mi_random_unit(random), arrive = accept * mi_random_unit(random);
    uint32_t special = mi_random_below(random, 40);
    if (special == 0) accept = arrive = 0;
    if (special == 1) accept = arrive = 1;
    if (special == 2) arrive = 0;
    double price = mi_random_below(random, 2) ? mi_random_below(random, 8) / 4.0 : 0;
    id += 1 + mi_random_below(random, 3);
    out[i] = (MusterAlertCandidate){id, 0, mi_random_below(random, 1u << role_bits), accept, arrive, price};
  }
}

/* Kuhn's augmenting paths over places. */
static bool give(const MusterAlertGoal *goal, const uint32_t *need_of_place, uint32_t places,
                 const MusterAlertCandidate *persons, unsigned person, int *holder, unsigned *seen) {
  for (uint32_t place = 0; place < places; place++) {
    uint32_t roles = goal->needs[need_of_place[place]].roles;
    if ((persons[person].roles & roles) != roles || (*seen >> place & 1)) continue;
    *seen |= 1u << place;
    if (holder[place] >= 0 && !give(goal, need_of_place, places, persons, (unsigned)holder[place], holder, seen))
      continue;
    holder[place] = (int)person;
    return true;
  }
  return false;
}

static uint32_t list_places(const MusterAlertGoal *goal, uint32_t *need_of_place) {
  uint32_t places = 0;
  for (uint32_t i = 0; i < goal->need_count; i++)
    for (uint32_t n = 0; n < goal->needs[i].count; n++) need_of_place[places++] = i;
  return places;
}

unsigned most_filled(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, unsigned present) {
  uint32_t need_of_place[MUSTER_ALERT_PEOPLE_MAX], places = list_places(goal, need_of_place);
  int holder[MUSTER_ALERT_PEOPLE_MAX];
  unsigned filled = 0;
  for (uint32_t i = 0; i < places; i++) holder[i] = -1;
  for (unsigned i = 0; i < count; i++) {
    unsigned seen = 0;
    if (present >> i & 1) filled += give(goal, need_of_place, places, persons, i, holder, &seen);
  }
  return filled;
}

bool fills(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, unsigned present) {
  uint32_t need_of_place[MUSTER_ALERT_PEOPLE_MAX];
  return most_filled(goal, persons, count, present) == list_places(goal, need_of_place);
}

static double chance_of(const MusterAlertCandidate *persons, size_t count, unsigned present, bool on_scene) {
  double chance = 1;
  for (size_t i = 0; i < count; i++) {
    double p = on_scene ? persons[i].p_on_scene : persons[i].p_accept;
    chance *= present >> i & 1 ? p : 1 - p;
  }
  return chance;
}

double brute_tail(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, bool on_scene) {
  double sum = 0;
  for (unsigned present = 0; present < 1u << count; present++)
    if (fills(goal, persons, count, present)) sum += chance_of(persons, count, present, on_scene);
  return sum;
}

static bool fits_a_need(const MusterAlertGoal *goal, const MusterAlertCandidate *person) {
  for (size_t i = 0; i < goal->need_count; i++)
    if (goal->needs[i].count && (person->roles & goal->needs[i].roles) == goal->needs[i].roles) return true;
  return false;
}

double brute_cost(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count) {
  double cost = 0, redundant = 0;
  for (size_t i = 0; i < count; i++) {
    cost += 1 + persons[i].price;
    if (fits_a_need(goal, &persons[i])) redundant += persons[i].p_accept;
  }
  for (unsigned present = 0; present < 1u << count; present++)
    redundant -= chance_of(persons, count, present, false) * most_filled(goal, persons, count, present);
  return cost + goal->redundant_price * redundant;
}

double brute_optimum(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count) {
  double best = HUGE_VAL;
  for (unsigned subset = 0; subset < 1u << count; subset++) {
    MusterAlertCandidate chosen[16];
    size_t chosen_count = 0;
    double least = 0;
    bool twice = false;
    for (size_t i = 0; i < count; i++) {
      if (!(subset >> i & 1)) continue;
      twice = twice || (chosen_count && chosen[chosen_count - 1].id == persons[i].id);
      least += 1 + persons[i].price;
      chosen[chosen_count++] = persons[i];
    }
    if (twice || least >= best) continue;
    if (brute_tail(goal, chosen, chosen_count, false) < goal->alpha_accept - 1e-12) continue;
    if (brute_tail(goal, chosen, chosen_count, true) < goal->alpha_on_scene - 1e-12) continue;
    best = fmin(best, brute_cost(goal, chosen, chosen_count));
  }
  return best;
}
