/* Of those on stand-by the nearest few are alerted: how likely enough of them accept, and come, in time?
 *
 * People stand in the order in which they would be alerted. Each is on stand-by or not, by themselves; of those who
 * are, the first `alerts` are alerted, and each of these ends in one of four ways. What matters of those looked at so
 * far is how many were on stand-by, how many accepted and how many come, the latter two up to what is needed: the
 * states of an exact sum, person by person. Backwards it tells what one more person at any place of the order adds.
 */
#ifndef MI_PLAN_ALERTED_H
#define MI_PLAN_ALERTED_H

#include <stddef.h>
#include <stdint.h>

enum { MI_ALERTED_STEPS = 30 }; /* times at which arrivals are looked at, for the mean */

typedef struct mi_alerted_person {
  double on_standby;
  double both, accepts, comes; /* accepts and comes in time; only the one; only the other. The rest: neither */
} mi_alerted_person;

/* One owner; a warm one allocates nothing. */
typedef struct mi_alerted {
  uint32_t alerts, people;
  size_t width;     /* states: (alerts + 1) × (people + 1)² */
  double *forward;  /* of each rank 0 … count where traced, else one; width each */
  double *backward; /* likewise: chance that all is well from there on */
  size_t capacity;  /* ranks that there is room for */
  size_t count;     /* of the last question */
  double *arrivals; /* of the mean */
} mi_alerted;

typedef struct mi_alerted_chance {
  double reached, on_scene, kept; /* enough accept; enough come; both */
} mi_alerted_chance;

void mi_alerted_init(mi_alerted *alerted, uint32_t alerts, uint32_t people);
void mi_alerted_clear(mi_alerted *alerted);
/* O(count · width). */
mi_alerted_chance mi_alerted_sum(mi_alerted *alerted, const mi_alerted_person *persons, size_t count);
/* The same, and keeps what mi_alerted_gain needs: 16 bytes a rank and state. */
mi_alerted_chance mi_alerted_trace(mi_alerted *alerted, const mi_alerted_person *persons, size_t count);
/* What P(both) of the people traced last gains if this one more stands in their order before the `rank`-th. O(width).
 */
double mi_alerted_gain(const mi_alerted *alerted, size_t rank, const mi_alerted_person *person);
/* comes[i · MI_ALERTED_STEPS + k]: P(person i, alerted, is there by time k). out[k]: P(as many as are needed are). */
void mi_alerted_arrive(mi_alerted *alerted, const mi_alerted_person *persons, const double *comes, size_t count,
                       double out[MI_ALERTED_STEPS]);
/* How many people it takes, each on stand-by with this chance, until it is `sure` that `alerts` of them are; at most
 * `most`. */
size_t mi_alerted_reach(uint32_t alerts, double on_standby, double sure, size_t most);

#endif
