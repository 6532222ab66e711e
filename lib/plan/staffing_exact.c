/* Branch and bound: the demand that lacks most must be sent somebody; from which stand? Stands tried before send nobody
 * more, so each staffing is met once.
 */
#include <math.h>
#include <string.h>

#include "plan/staffing.h"

typedef struct search {
  mi_staff *staff;
  uint32_t *most; /* by stand: at most so many in this branch */
  uint32_t *best, best_total, bound;
  uint32_t nodes;
  double needed[MUSTER_ALERT_NEEDS_MAX];
  bool cut; /* nodes used up, or asked to stop */
} search;

/* So many more people at least, by the Poisson means of each need; UINT32_MAX: the branch cannot serve it. */
static uint32_t people_lacking(const search *s, size_t demand) {
  const mi_staff *staff = s->staff;
  uint32_t lacking = 1;
  for (uint32_t k = 0; k < staff->slots.need_count; k++) {
    double have = 0, most = 0, can = 0;
    for (size_t l = staff->demand_first[demand]; l < staff->demand_first[demand + 1]; l++) {
      const mi_staff_link *link = &staff->by_demand[l];
      if (!(staff->type[link->other] >> k & 1)) continue;
      double mean = fmin(link->mean, s->needed[k]);
      have += mean * staff->people[link->other];
      uint32_t left = s->most[link->other] - staff->people[link->other];
      if (left) most = fmax(most, mean);
      can += mean * left;
    }
    double missing = s->needed[k] - have - 1e-9;
    if (missing > can) return UINT32_MAX;
    if (missing > 0) lacking = MAX(lacking, (uint32_t)ceil(missing / most - 1e-9));
  }
  return lacking;
}

/* The demand that lacks most people; the first of equals. MUSTER_NONE: all are met. */
static uint32_t find_lacking(const search *s, uint32_t *lacking) {
  uint32_t worst = MUSTER_NONE;
  *lacking = 0;
  for (uint32_t i = 0; i < s->staff->table->demand_count; i++) {
    if (mi_staff_is_met(s->staff, i)) continue;
    uint32_t here = people_lacking(s, i);
    if (here <= *lacking) continue;
    *lacking = here;
    worst = i;
  }
  return worst;
}

static void branch(search *s) {
  mi_staff *staff = s->staff;
  uint32_t lacking, demand = find_lacking(s, &lacking);
  if (demand == MUSTER_NONE) {
    s->best_total = staff->total;
    memcpy(s->best, staff->people, staff->table->stand_count * sizeof *s->best);
    return;
  }
  if (lacking >= s->best_total - staff->total) return;
  if (s->nodes-- == 0 || !mi_staff_goes_on(staff, 0.7)) {
    s->cut = true;
    return;
  }
  size_t first = staff->demand_first[demand], count = staff->demand_first[demand + 1] - first;
  g_autofree uint32_t *before = g_new(uint32_t, count);
  for (size_t l = 0; l < count; l++) before[l] = s->most[staff->by_demand[first + l].other];
  for (size_t l = 0; l < count && !s->cut && s->best_total > s->bound; l++) {
    uint32_t stand = staff->by_demand[first + l].other;
    if (staff->people[stand] >= s->most[stand]) continue;
    mi_staff_add(staff, stand);
    branch(s);
    mi_staff_remove(staff, stand);
    s->most[stand] = staff->people[stand];
  }
  for (size_t l = 0; l < count; l++) s->most[staff->by_demand[first + l].other] = before[l];
}

static void put_on_duty(mi_staff *staff, const uint32_t *people) {
  for (uint32_t j = 0; j < staff->table->stand_count; j++) {
    while (staff->people[j] > people[j]) mi_staff_remove(staff, j);
    while (staff->people[j] < people[j]) mi_staff_add(staff, j);
  }
}

bool mi_staff_search_exactly(mi_staff *staff, uint32_t bound) {
  size_t stands = staff->table->stand_count;
  search s = {.staff = staff, .best_total = staff->total, .bound = bound, .nodes = staff->options->search_nodes};
  s.most = g_memdup2(staff->table->most, stands * sizeof *s.most);
  s.best = g_memdup2(staff->people, stands * sizeof *s.best);
  for (uint32_t k = 0; k < staff->slots.need_count; k++)
    s.needed[k] = mi_staff_mean_needed(staff->slots.needs[k].count, staff->options->alpha);
  g_autofree uint32_t *nobody = g_new0(uint32_t, stands);
  put_on_duty(staff, nobody);
  branch(&s);
  put_on_duty(staff, s.best);
  g_free(s.most);
  g_free(s.best);
  return !s.cut;
}
