/* The chooser of an alert set inside: the candidates of one question as parallel arrays, and the steps of the search.
 *
 * Useful candidates only (of a needed role, with some probability), in the caller's order. Two distributions over the
 * states of slots.h go with every set: of those who accept in time and of those who arrive in time.
 */
#ifndef MI_ALERT_SET_H
#define MI_ALERT_SET_H

#include "alert/slots.h"

/* Rounding must not decide whether a demand is met. */
#define MI_SET_TOLERANCE 1e-12

typedef struct mi_set_pair {
  double *accept, *arrive; /* state_count each */
} mi_set_pair;

/* Candidates in order of some figure, sorted as far as somebody asked. */
typedef struct mi_set_order {
  uint32_t *items;
  double *keys; /* of each item; the sorted ones ascend */
  uint32_t sorted;
} mi_set_order;

/* What a candidate of a type does to the rest of the set: tails A + p·B, and its accepts that are not needed. */
typedef struct mi_set_effects {
  double accept, arrive;                                                                      /* A */
  double accept_more[MI_SLOTS_TYPES], arrive_more[MI_SLOTS_TYPES], redundant[MI_SLOTS_TYPES]; /* B */
} mi_set_effects;

enum { MI_SET_LEVELS = 64 };

struct MusterAlertSet {
  MusterAlertGoal goal;
  mi_slots slots;
  const MusterAlertCandidate *candidates; /* the caller's, during a call */
  uint32_t count, capacity;
  double *accept, *arrive, *cost;
  double *open;   /* the cost; infinite while the candidate or another way of the same person is chosen */
  double *ease;   /* 1 ÷ cost; 0 while it is chosen */
  double *scores; /* of the greedy choice */
  uint8_t *type;
  uint32_t *source, *group; /* position in the caller's array; whose candidate it is */
  bool alternatives;        /* somebody is offered in several ways */
  bool plain_cost;          /* all cost the same */
  double least_cost;
  uint32_t *chosen, *best; /* working set; best set so far */
  uint32_t chosen_count, best_count;
  double best_cost, best_shortfall;
  bool best_met;
  mi_set_order by_accept, by_arrive, by_cost, by_least; /* by_least: by accepting, from the least likely up */
  uint32_t *rank;                                       /* candidates in a fixed order for the exact search */
  uint32_t path[MI_SET_LEVELS];
  mi_set_pair base, work, rest; /* of those alerted already; two to work with */
  double base_accepts;          /* expected, of those alerted already */
  double *levels; /* pairs: of the exact search one for each depth; before it, after each of the first members */
  size_t levels_capacity;
  uint32_t first[MI_SET_LEVELS], first_count; /* those members */
  mi_set_effects without[MI_SET_LEVELS];      /* of each member, where sums are dear; see set_improve.c */
  uint32_t nodes_left;
  uint32_t fewest; /* alerts that any set needs; MUSTER_NONE: none suffices */
  double bound;
};

static inline bool mi_set_meets(double p, double alpha) { return p >= alpha - MI_SET_TOLERANCE; }
static inline bool mi_set_meets_both(const MusterAlertSet *set, const mi_set_pair *pair) {
  return mi_set_meets(mi_slots_filled(&set->slots, pair->accept), set->goal.alpha_accept) &&
         mi_set_meets(mi_slots_filled(&set->slots, pair->arrive), set->goal.alpha_on_scene);
}

/* Stable order of candidates: by (id, variant). */
static inline bool mi_set_before(const MusterAlertSet *set, uint32_t a, uint32_t b) {
  const MusterAlertCandidate *x = &set->candidates[set->source[a]], *y = &set->candidates[set->source[b]];
  return x->id != y->id ? x->id < y->id : x->variant < y->variant;
}

static inline void mi_set_add(const MusterAlertSet *set, const mi_set_pair *pair, uint32_t item) {
  mi_slots_add_two(&set->slots, pair->accept, pair->arrive, set->type[item], set->accept[item], set->arrive[item]);
}

static inline mi_set_pair mi_set_level(const MusterAlertSet *set, uint32_t depth) {
  double *at = set->levels + 2 * (size_t)set->slots.state_count * depth;
  return (mi_set_pair){at, at + set->slots.state_count};
}

void mi_set_copy(const MusterAlertSet *set, const mi_set_pair *from, const mi_set_pair *to);
/* Into `work`: those alerted already and the chosen. */
void mi_set_sum(MusterAlertSet *set);
/* Into `rest`: `work` without the members at two positions (MUSTER_NONE: nobody). */
void mi_set_sum_without(MusterAlertSet *set, uint32_t a, uint32_t b);
/* Marks a candidate, and the other ways of the same person, as chosen or not. */
void mi_set_take(MusterAlertSet *set, uint32_t item);
void mi_set_give_back(MusterAlertSet *set, uint32_t item);
void mi_set_give_all_back(MusterAlertSet *set);
/* Accepts of the working set, and of those alerted already, beyond those that fill a place. `work` must be its sum. */
double mi_set_redundant(const MusterAlertSet *set);
/* Alerts, prices and expected redundancy of the working set. */
double mi_set_cost(MusterAlertSet *set);
/* Keeps the working set if it is the best so far. */
void mi_set_keep(MusterAlertSet *set);
/* The n-th item of an order, sorting on demand; MUSTER_NONE at its end. */
uint32_t mi_set_nth(const MusterAlertSet *set, mi_set_order *order, uint32_t n);

/* set_greedy.c: fills the working set from nothing; favour 0: both stages, 1: first accepting, 2: first arriving. */
void mi_set_greedy(MusterAlertSet *set, int favour);
/* set_improve.c: leaves out whom the working set does not need and exchanges one for one; thoroughly: again and again,
 * and two for one. */
void mi_set_improve(MusterAlertSet *set, bool thorough);
/* set_bound.c: fewest and bound. */
void mi_set_bound(MusterAlertSet *set);
/* The fewest of `allowed` candidates (bits; only for count ≤ 64) that could fill what the pair leaves empty. */
uint32_t mi_set_fewest_more(MusterAlertSet *set, const mi_set_pair *pair, uint64_t allowed);
/* set_search.c: branch and bound; true if it ran to its end, the best set then is a cheapest one. */
bool mi_set_search(MusterAlertSet *set, uint32_t nodes);
/* set_shortage.c: what is missing for the demand, of a pair that does not meet it. */
void mi_set_shortage(const MusterAlertSet *set, const mi_set_pair *pair, MusterAlertChoice *out);

#endif
