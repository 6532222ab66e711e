/* What the tests of alert sets share: made-up candidates, and the obvious slow answers. */
#ifndef MUSTER_TESTS_ALERT_CHOICES_H
#define MUSTER_TESTS_ALERT_CHOICES_H

#include <muster/alert.h>

#include "base/random.h"

/* Roles are subsets of the lowest `role_bits` bits; some probabilities are 0 or 1, some prices 0. Ids ascend. */
void random_candidates(mi_random *random, unsigned role_bits, MusterAlertCandidate *out, size_t count);

/* Can these persons (bits of `present`) fill all needs of the goal? By trying to give every place its person. */
bool fills(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, unsigned present);
/* The greatest number of places they can fill. */
unsigned most_filled(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, unsigned present);
/* P(the places are filled) by summing over all subsets of those who come. */
double brute_tail(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count, bool on_scene);
/* Alerts + prices + price of the expected accepts beyond the places filled. */
double brute_cost(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count);
/* The least cost of a subset that meets the goal, persons of one id at most once; infinite: none does. */
double brute_optimum(const MusterAlertGoal *goal, const MusterAlertCandidate *persons, size_t count);

#endif
