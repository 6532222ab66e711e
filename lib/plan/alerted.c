/* The exact sum over who is on stand-by, alerted, accepts and comes; see alerted.h. */
#include "plan/alerted.h"

#include <glib.h>
#include <string.h>

/* State (n on stand-by, a accepted, s come): ((n · side) + a) · side + s, side = people + 1. */
static uint32_t side_of(const mi_alerted *alerted) { return alerted->people + 1; }

void mi_alerted_init(mi_alerted *alerted, uint32_t alerts, uint32_t people) {
  *alerted = (mi_alerted){.alerts = alerts, .people = people};
  alerted->width = (size_t)(alerts + 1) * (people + 1) * (people + 1);
  alerted->arrivals = g_new(double, (size_t)alerts *(people + 1) * MI_ALERTED_STEPS);
}

void mi_alerted_clear(mi_alerted *alerted) {
  g_free(alerted->forward);
  g_free(alerted->backward);
  g_free(alerted->arrivals);
}

static void reserve(mi_alerted *alerted, size_t ranks) {
  if (ranks <= alerted->capacity) return;
  alerted->capacity = MAX(ranks, 2 * alerted->capacity);
  alerted->forward = g_renew(double, alerted->forward, alerted->capacity * alerted->width);
  alerted->backward = g_renew(double, alerted->backward, alerted->capacity * alerted->width);
}

/* One more person, in place: from the most on stand-by down, since everybody raises that number. */
static void add(const mi_alerted *alerted, double *states, const mi_alerted_person *person, size_t rank) {
  uint32_t side = side_of(alerted), people = alerted->people;
  double neither = 1 - person->both - person->accepts - person->comes;
  for (uint32_t n = (uint32_t)MIN(rank + 1, alerted->alerts); n-- > 0;) {
    double *here = states + (size_t)n * side * side, *next = here + side * side;
    for (uint32_t a = 0; a < side; a++)
      for (uint32_t s = 0; s < side; s++) {
        double moved = here[a * side + s] * person->on_standby;
        uint32_t a_up = MIN(a + 1, people), s_up = MIN(s + 1, people);
        here[a * side + s] -= moved;
        next[a * side + s] += moved * neither;
        next[a_up * side + s] += moved * person->accepts;
        next[a * side + s_up] += moved * person->comes;
        next[a_up * side + s_up] += moved * person->both;
      }
  }
}

static void begin(const mi_alerted *alerted, double *states) {
  memset(states, 0, alerted->width * sizeof *states);
  states[0] = 1;
}

static mi_alerted_chance read_chance(const mi_alerted *alerted, const double *states) {
  uint32_t side = side_of(alerted), last = alerted->people;
  mi_alerted_chance chance = {0};
  for (uint32_t n = 0; n <= alerted->alerts; n++) {
    const double *here = states + (size_t)n * side * side;
    for (uint32_t i = 0; i < side; i++) {
      chance.reached += here[last * side + i];
      chance.on_scene += here[i * side + last];
    }
    chance.kept += here[last * side + last];
  }
  return chance;
}

mi_alerted_chance mi_alerted_sum(mi_alerted *alerted, const mi_alerted_person *persons, size_t count) {
  reserve(alerted, 1);
  begin(alerted, alerted->forward);
  for (size_t i = 0; i < count; i++) add(alerted, alerted->forward, &persons[i], i);
  return read_chance(alerted, alerted->forward);
}

/* Chances before the person from those after. */
static void look_back(const mi_alerted *alerted, double *before, const double *after, const mi_alerted_person *person) {
  uint32_t side = side_of(alerted), people = alerted->people;
  size_t full = (size_t)alerted->alerts * side * side;
  double neither = 1 - person->both - person->accepts - person->comes;
  for (uint32_t n = 0; n < alerted->alerts; n++)
    for (uint32_t a = 0; a < side; a++)
      for (uint32_t s = 0; s < side; s++) {
        const double *next = after + (size_t)(n + 1) * side * side;
        uint32_t a_up = MIN(a + 1, people), s_up = MIN(s + 1, people);
        double alerted_on = neither * next[a * side + s] + person->accepts * next[a_up * side + s] +
                            person->comes * next[a * side + s_up] + person->both * next[a_up * side + s_up];
        size_t state = ((size_t)n * side + a) * side + s;
        before[state] = after[state] + person->on_standby * (alerted_on - after[state]);
      }
  memcpy(before + full, after + full, (alerted->width - full) * sizeof *before);
}

mi_alerted_chance mi_alerted_trace(mi_alerted *alerted, const mi_alerted_person *persons, size_t count) {
  size_t width = alerted->width;
  reserve(alerted, count + 1);
  alerted->count = count;
  begin(alerted, alerted->forward);
  for (size_t i = 0; i < count; i++) {
    double *next = alerted->forward + (i + 1) * width;
    memcpy(next, next - width, width * sizeof *next);
    add(alerted, next, &persons[i], i);
  }
  uint32_t side = side_of(alerted);
  double *last = alerted->backward + count * width;
  for (size_t state = 0; state < width; state++) last[state] = state % (side * side) == side * side - 1;
  for (size_t i = count; i-- > 0;)
    look_back(alerted, alerted->backward + i * width, alerted->backward + (i + 1) * width, &persons[i]);
  return read_chance(alerted, alerted->forward + count * width);
}

double mi_alerted_gain(const mi_alerted *alerted, size_t rank, const mi_alerted_person *person) {
  uint32_t side = side_of(alerted), people = alerted->people;
  const double *forward = alerted->forward + rank * alerted->width;
  const double *after = alerted->backward + rank * alerted->width;
  double neither = 1 - person->both - person->accepts - person->comes, sum = 0;
  for (uint32_t n = 0; n < alerted->alerts; n++)
    for (uint32_t a = 0; a < side; a++)
      for (uint32_t s = 0; s < side; s++) {
        size_t state = ((size_t)n * side + a) * side + s;
        const double *next = after + (size_t)(n + 1) * side * side;
        uint32_t a_up = MIN(a + 1, people), s_up = MIN(s + 1, people);
        double alerted_on = neither * next[a * side + s] + person->accepts * next[a_up * side + s] +
                            person->comes * next[a * side + s_up] + person->both * next[a_up * side + s_up];
        sum += forward[state] * (alerted_on - after[state]);
      }
  return sum * person->on_standby;
}

void mi_alerted_arrive(mi_alerted *alerted, const mi_alerted_person *persons, const double *comes, size_t count,
                       double out[MI_ALERTED_STEPS]) {
  uint32_t side = side_of(alerted), alerts = alerted->alerts;
  double *states = alerted->arrivals;
  memset(states, 0, (size_t)alerts * side * MI_ALERTED_STEPS * sizeof *states);
  for (int k = 0; k < MI_ALERTED_STEPS; k++) {
    states[k] = 1;
    out[k] = 0;
  }
  for (size_t i = 0; i < count; i++) {
    const double *come = comes + i * MI_ALERTED_STEPS;
    double on_standby = persons[i].on_standby;
    for (uint32_t n = (uint32_t)MIN(i + 1, alerts); n-- > 0;)
      for (uint32_t s = alerted->people; s-- > 0;) {
        double *here = states + ((size_t)n * side + s) * MI_ALERTED_STEPS;
        /* Beyond the last alert nobody comes any more; once enough have come it no longer matters who else does. */
        double *stays = n + 1 < alerts ? here + (size_t)side * MI_ALERTED_STEPS : NULL;
        double *rises = s + 1 == alerted->people ? out : stays ? stays + MI_ALERTED_STEPS : NULL;
        for (int k = 0; k < MI_ALERTED_STEPS; k++) {
          double moved = here[k] * on_standby, comes_too = moved * come[k];
          here[k] -= moved;
          if (stays) stays[k] += moved - comes_too;
          if (rises) rises[k] += comes_too;
        }
      }
  }
}

size_t mi_alerted_reach(uint32_t alerts, double on_standby, double sure, size_t most) {
  if (on_standby <= 0) return most;
  g_autofree double *on = g_new0(double, alerts + 1);
  on[0] = 1;
  size_t count = 0;
  while (count < most && on[alerts] < sure) {
    for (uint32_t n = alerts; n-- > 0;) {
      double moved = on[n] * on_standby;
      on[n] -= moved;
      on[n + 1] += moved;
    }
    count++;
  }
  return count;
}
