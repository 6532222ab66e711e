/* Which places of an incident are still empty: the states that Hall's condition tells apart, and a distribution over
 * them.
 *
 * Persons fill all places exactly if, for every set J of needs, at least as many persons fit one of J as J asks for
 * (Hall, "On representatives of subsets", J. London Math. Soc. 1935). So what matters of those who come is, for each J,
 * how many are still missing (its deficit, never below 0): that is a state. A person changes it by their type, the set
 * of needs they fit. The greatest deficit is the number of places that stay empty (König).
 */
#ifndef MI_ALERT_SLOTS_H
#define MI_ALERT_SLOTS_H

#include <muster/alert.h>

enum { MI_SLOTS_TYPES = 1 << MUSTER_ALERT_NEEDS_MAX, MI_SLOTS_STATES_MAX = 16384 };

/* Some of the states, ascending. */
typedef struct mi_slots_list {
  uint16_t *states;
  uint32_t count;
} mi_slots_list;

typedef struct mi_slots {
  MusterAlertNeed needs[MUSTER_ALERT_NEEDS_MAX]; /* of different roles */
  uint32_t need_count;
  uint32_t asked_as[MUSTER_ALERT_NEEDS_MAX]; /* bits of the goal's needs that each stands for */
  uint32_t places;
  uint32_t state_count;                /* state 0: nobody yet; the last one: all places filled */
  uint16_t *next[MI_SLOTS_TYPES];      /* never below the state itself; NULL: no person is of this type */
  uint8_t *empty;                      /* places that stay empty in each state */
  uint64_t *deficits;                  /* of state: four bits for each set J, from bit 4 · (J − 1) */
  mi_slots_list fills[MI_SLOTS_TYPES]; /* in which a person of the type fills a place that would stay empty */
  mi_slots_list ends[MI_SLOTS_TYPES];  /* from which such a person leads to the last one */
  mi_slots_list with_empty[16];        /* by places that stay empty */
} mi_slots;

void mi_slots_init(mi_slots *slots); /* needs nobody */
/* Into a cleared or initialised object; false with GOAL, and then it is as it was. */
bool mi_slots_prepare(mi_slots *slots, const MusterAlertGoal *goal, GError **error);
void mi_slots_clear(mi_slots *slots);

static inline unsigned mi_slots_type(const mi_slots *slots, uint32_t roles) {
  unsigned type = 0;
  for (uint32_t i = 0; i < slots->need_count; i++)
    if ((roles & slots->needs[i].roles) == slots->needs[i].roles) type |= 1u << i;
  return type;
}

static inline unsigned mi_slots_deficit(uint64_t deficits, unsigned needs) {
  return (unsigned)(deficits >> (4 * (needs - 1)) & 15);
}

/* One more person of that type comes with probability p. From the last state down, since nobody leads to a lower one.
 */
static inline void mi_slots_add(const mi_slots *slots, double *distribution, unsigned type, double p) {
  const uint16_t *next = slots->next[type];
  for (uint32_t s = slots->state_count; s-- > 0;) {
    double moved = next[s] == s ? 0 : distribution[s] * p;
    distribution[s] -= moved;
    distribution[next[s]] += moved;
  }
}

/* The same of two distributions: twice as much to do at a time, for the waiting on memory that it takes. */
static inline void mi_slots_add_two(const mi_slots *slots, double *restrict a, double *restrict b, unsigned type,
                                    double p, double q) {
  const uint16_t *next = slots->next[type];
  for (uint32_t s = slots->state_count; s-- > 0;) {
    uint32_t to = next[s];
    if (to == s) continue;
    double from_a = a[s] * p, from_b = b[s] * q;
    a[s] -= from_a;
    b[s] -= from_b;
    a[to] += from_a;
    b[to] += from_b;
  }
}

/* Takes such a person out of both again, who must be in them with p, q ≤ MI_SLOTS_REMOVABLE: beyond one half rounding
 * errors would grow. */
#define MI_SLOTS_REMOVABLE 0.5
static inline void mi_slots_remove_two(const mi_slots *slots, double *restrict a, double *restrict b, unsigned type,
                                       double p, double q) {
  const uint16_t *next = slots->next[type];
  double a_scale = 1 / (1 - p), b_scale = 1 / (1 - q);
  for (uint32_t s = 0; s < slots->state_count; s++) {
    uint32_t to = next[s];
    if (to == s) continue;
    double stays_a = a[s] * a_scale, stays_b = b[s] * b_scale;
    a[s] = stays_a;
    b[s] = stays_b;
    a[to] -= p * stays_a;
    b[to] -= q * stays_b;
  }
}

static inline void mi_slots_reset(const mi_slots *slots, double *distribution) {
  for (uint32_t s = 1; s < slots->state_count; s++) distribution[s] = 0;
  distribution[0] = 1;
}

static inline double mi_slots_filled(const mi_slots *slots, const double *distribution) {
  return distribution[slots->state_count - 1];
}

/* Expected number of places that stay empty. */
static inline double mi_slots_empty(const mi_slots *slots, const double *distribution) {
  double sum = 0;
  for (uint32_t s = 0; s + 1 < slots->state_count; s++) sum += distribution[s] * slots->empty[s];
  return sum;
}

#endif
