/* Greedy staffing, and parts of it taken back and built again (ruin and recreate: Schrimpf et al., Journal of
 * Computational Physics 159, 2000).
 */
#include <math.h>
#include <string.h>

#include "alert/special.h"
#include "plan/staffing.h"

enum { TAKEN_BACK_MOST = 4 };

/* Of demands that pay nothing, for they are met along with others as a rule. */
#define LEAST_PRICE 1e-3

/* What one more person adds at a demand that is not met: expected places filled, and how far −ln(1 − P) comes towards
 * that of α, each of the whole. */
static double progress_at(const mi_staff *staff, size_t demand, double before, const mi_staff_link *link) {
  const mi_slots *slots = &staff->slots;
  const double *states = mi_staff_states(staff, demand);
  unsigned type = staff->type[link->other];
  double filled = 0, ended = 0;
  for (uint32_t i = 0; i < slots->fills[type].count; i++) filled += states[slots->fills[type].states[i]];
  for (uint32_t i = 0; i < slots->ends[type].count; i++) ended += states[slots->ends[type].states[i]];
  double left = fmax(1 - mi_slots_filled(slots, states) - link->chance * ended, 1e-300);
  double after = ended > 0 ? fmin(-mi_log(left), staff->target_log) : before;
  return link->chance * filled / slots->places + (after - before) / staff->target_log;
}

void mi_staff_value(mi_staff *staff, size_t demand) {
  bool met = mi_staff_is_met(staff, demand);
  double price = staff->prices[demand] + LEAST_PRICE;
  double before = met ? 0 : -mi_log(fmax(1 - mi_staff_chance(staff, demand), 1e-300));
  for (size_t k = staff->demand_first[demand]; k < staff->demand_first[demand + 1]; k++) {
    const mi_staff_link *link = &staff->by_demand[k];
    double worth = met ? 0 : price * progress_at(staff, demand, before, link);
    staff->progress[link->other] += worth - staff->worth[k];
    staff->worth[k] = worth;
  }
}

/* All anew: sums of differences gather rounding errors. */
static void value_all(mi_staff *staff) {
  memset(staff->progress, 0, staff->table->stand_count * sizeof *staff->progress);
  memset(staff->worth, 0, staff->demand_first[staff->table->demand_count] * sizeof *staff->worth);
  for (size_t i = 0; i < staff->table->demand_count; i++) mi_staff_value(staff, i);
}

/* The stand whose next person brings most; MUSTER_NONE: nobody brings anything. */
static uint32_t choose(const mi_staff *staff) {
  uint32_t best = MUSTER_NONE;
  double most = 1e-9;
  for (uint32_t j = 0; j < staff->table->stand_count; j++) {
    if (staff->people[j] >= staff->table->most[j] || staff->progress[j] <= most) continue;
    most = staff->progress[j];
    best = j;
  }
  return best;
}

/* Where rounding hides all progress, anybody who serves the first demand that is not met. */
static uint32_t choose_any(const mi_staff *staff) {
  for (size_t i = 0; i < staff->table->demand_count; i++) {
    if (mi_staff_is_met(staff, i)) continue;
    for (size_t k = staff->demand_first[i]; k < staff->demand_first[i + 1]; k++) {
      uint32_t stand = staff->by_demand[k].other;
      if (staff->people[stand] < staff->table->most[stand]) return stand;
    }
  }
  return MUSTER_NONE;
}

static void build(mi_staff *staff) {
  for (;;) {
    uint32_t stand = choose(staff);
    if (stand == MUSTER_NONE) stand = choose_any(staff);
    if (stand == MUSTER_NONE) return;
    mi_staff_add(staff, stand);
  }
}

static void spare(mi_staff *staff) {
  for (uint32_t j = 0; j < staff->table->stand_count; j++)
    while (staff->people[j] && mi_staff_can_spare(staff, j)) mi_staff_remove(staff, j);
}

/* Some people near one demand. */
static void take_back(mi_staff *staff) {
  size_t demand = mi_random_below(&staff->random, (uint32_t)staff->table->demand_count);
  size_t first = staff->demand_first[demand], end = staff->demand_first[demand + 1];
  uint32_t count = 1 + mi_random_below(&staff->random, TAKEN_BACK_MOST);
  for (uint32_t n = 0; n < count && first < end; n++) {
    size_t begin = mi_random_below(&staff->random, (uint32_t)(end - first));
    for (size_t k = 0; k < end - first; k++) {
      uint32_t stand = staff->by_demand[first + (begin + k) % (end - first)].other;
      if (staff->people[stand] == 0) continue;
      mi_staff_remove(staff, stand);
      break;
    }
  }
}

/* A staffing to go back to. */
typedef struct kept {
  uint32_t *people, total;
  double *states;
} kept;

static size_t state_bytes(const mi_staff *staff) {
  return staff->table->demand_count * staff->slots.state_count * sizeof *staff->states;
}

static void keep(const mi_staff *staff, kept *out) {
  memcpy(out->people, staff->people, staff->table->stand_count * sizeof *out->people);
  memcpy(out->states, staff->states, state_bytes(staff));
  out->total = staff->total;
}

static void go_back(mi_staff *staff, const kept *to) {
  memcpy(staff->people, to->people, staff->table->stand_count * sizeof *to->people);
  memcpy(staff->states, to->states, state_bytes(staff));
  staff->total = to->total;
  value_all(staff);
}

void mi_staff_search(mi_staff *staff) {
  const MusterStaffingOptions *options = staff->options;
  value_all(staff);
  build(staff);
  spare(staff);
  kept best = {.people = g_new(uint32_t, staff->table->stand_count), .states = g_malloc(state_bytes(staff))};
  keep(staff, &best);
  for (uint32_t step = 0; step < options->steps && staff->total; step++) {
    if (!mi_staff_goes_on(staff, 0.3 + 0.4 * step / options->steps)) break;
    take_back(staff);
    build(staff);
    spare(staff);
    if (staff->total <= best.total)
      keep(staff, &best);
    else
      go_back(staff, &best);
  }
  g_free(best.people);
  g_free(best.states);
}
