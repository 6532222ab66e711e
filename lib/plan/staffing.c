/* Staffing: checks, the sums behind P(all needs served), and the order of the searches. */
#include <math.h>
#include <string.h>

#include "alert/special.h"
#include "plan/refuse.h"
#include "plan/staffing.h"

enum { DEMANDS_MOST = 1 << 20, STANDS_MOST = 1 << 16, PEOPLE_MOST = 65535 };
#define CELLS_MOST (UINT64_C(1) << 28)

void muster_staffing_options_init(MusterStaffingOptions *options) {
  *options = (MusterStaffingOptions){.needs = {{0, 1}},
                                     .need_count = 1,
                                     .alpha = 0.9,
                                     .steps = MUSTER_STAFFING_STEPS_USUAL,
                                     .bound_steps = MUSTER_STAFFING_BOUND_STEPS_USUAL,
                                     .search_nodes = MUSTER_STAFFING_NODES_USUAL};
}

/* ---- who serves whom ---- */

static void list_links(mi_staff *staff) {
  const MusterStaffingTable *table = staff->table;
  size_t demands = table->demand_count, stands = table->stand_count, count = 0;
  staff->demand_first = g_new0(size_t, demands + 1);
  staff->stand_first = g_new0(size_t, stands + 1);
  for (size_t i = 0; i < demands; i++) {
    for (size_t j = 0; j < stands; j++)
      if (staff->type[j] && table->most[j] && table->chances[i * stands + j] > 0) {
        staff->stand_first[j + 1]++;
        count++;
      }
    staff->demand_first[i + 1] = count;
  }
  for (size_t j = 0; j < stands; j++) staff->stand_first[j + 1] += staff->stand_first[j];
  staff->by_demand = g_new(mi_staff_link, count + 1);
  staff->by_stand = g_new(mi_staff_link, count + 1);
  g_autofree size_t *next = g_memdup2(staff->stand_first, (stands + 1) * sizeof *next);
  count = 0;
  for (uint32_t i = 0; i < demands; i++)
    for (uint32_t j = 0; j < stands; j++) {
      double p = table->chances[i * stands + j];
      if (!staff->type[j] || !table->most[j] || p <= 0) continue;
      double mean = p < 1 ? -mi_log(1 - p) : HUGE_VAL;
      staff->by_demand[count++] = (mi_staff_link){j, p, mean};
      staff->by_stand[next[j]++] = (mi_staff_link){i, p, mean};
    }
}

/* The distribution at a demand from those on duty; everybody there is if `people` is the table's `most`. Ends once α is
 * reached where only that is asked. */
static void sum_states(const mi_staff *staff, size_t demand, const uint32_t *people, bool until_met, double *states) {
  mi_slots_reset(&staff->slots, states);
  for (size_t k = staff->demand_first[demand]; k < staff->demand_first[demand + 1]; k++) {
    const mi_staff_link *link = &staff->by_demand[k];
    for (uint32_t n = 0; n < people[link->other]; n++) {
      if (until_met && mi_slots_filled(&staff->slots, states) >= staff->options->alpha) return;
      mi_slots_add(&staff->slots, states, staff->type[link->other], link->chance);
    }
  }
}

void mi_staff_init(mi_staff *staff, const MusterStaffingTable *table, const MusterStaffingOptions *options) {
  size_t demands = table->demand_count, stands = table->stand_count;
  staff->table = table;
  staff->options = options;
  staff->target_log = -mi_log(1 - options->alpha);
  mi_random_init(&staff->random, options->seed, 0);
  staff->type = g_new(uint32_t, stands);
  for (size_t j = 0; j < stands; j++) staff->type[j] = mi_slots_type(&staff->slots, table->roles[j]);
  list_links(staff);
  staff->people = g_new0(uint32_t, stands);
  staff->hopeless = g_new0(bool, demands);
  staff->states = g_new(double, demands * staff->slots.state_count);
  for (size_t i = 0; i < demands; i++) {
    double *states = mi_staff_states(staff, i);
    sum_states(staff, i, table->most, true, states);
    staff->hopeless[i] = mi_slots_filled(&staff->slots, states) < options->alpha;
    mi_slots_reset(&staff->slots, states);
  }
  staff->prices = g_new0(double, demands);
  staff->worth = g_new0(double, staff->demand_first[demands] + 1);
  staff->progress = g_new0(double, stands);
}

void mi_staff_clear(mi_staff *staff) {
  mi_slots_clear(&staff->slots);
  g_free(staff->type);
  g_free(staff->demand_first);
  g_free(staff->stand_first);
  g_free(staff->by_demand);
  g_free(staff->by_stand);
  g_free(staff->hopeless);
  g_free(staff->people);
  g_free(staff->states);
  g_free(staff->prices);
  g_free(staff->worth);
  g_free(staff->progress);
}

bool mi_staff_goes_on(mi_staff *staff, double share_done) {
  staff->share_done = fmax(staff->share_done, share_done);
  if (!staff->stopped && staff->options->progress)
    staff->stopped = !staff->options->progress(staff->share_done, staff->options->user_data);
  return !staff->stopped;
}

void mi_staff_add(mi_staff *staff, uint32_t stand) {
  staff->people[stand]++;
  staff->total++;
  for (size_t k = staff->stand_first[stand]; k < staff->stand_first[stand + 1]; k++) {
    uint32_t demand = staff->by_stand[k].other;
    mi_slots_add(&staff->slots, mi_staff_states(staff, demand), staff->type[stand], staff->by_stand[k].chance);
    mi_staff_value(staff, demand);
  }
}

void mi_staff_remove(mi_staff *staff, uint32_t stand) {
  staff->people[stand]--;
  staff->total--;
  for (size_t k = staff->stand_first[stand]; k < staff->stand_first[stand + 1]; k++) {
    uint32_t demand = staff->by_stand[k].other;
    sum_states(staff, demand, staff->people, false, mi_staff_states(staff, demand));
    mi_staff_value(staff, demand);
  }
}

bool mi_staff_can_spare(mi_staff *staff, uint32_t stand) {
  bool can = true;
  g_autofree double *states = g_new(double, staff->slots.state_count);
  staff->people[stand]--;
  for (size_t k = staff->stand_first[stand]; can && k < staff->stand_first[stand + 1]; k++) {
    uint32_t demand = staff->by_stand[k].other;
    if (staff->hopeless[demand]) continue;
    sum_states(staff, demand, staff->people, false, states);
    can = mi_slots_filled(&staff->slots, states) >= staff->options->alpha - 1e-12;
  }
  staff->people[stand]++;
  return can;
}

/* ---- what is asked ---- */

static bool check_table(const MusterStaffingTable *table, GError **error) {
  size_t demands = table->demand_count, stands = table->stand_count;
  if (demands < 1 || demands > DEMANDS_MOST || stands < 1 || stands > STANDS_MOST ||
      (uint64_t)demands * stands > CELLS_MOST)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_LIMIT,
                          "expected 1 to %d demands, 1 to %d stands and at most %" G_GUINT64_FORMAT
                          " of both, found %zu and "
                          "%zu",
                          DEMANDS_MOST, STANDS_MOST, CELLS_MOST, demands, stands);
  for (size_t i = 0; i < demands * stands; i++)
    if (!(table->chances[i] >= 0 && table->chances[i] <= 1))
      return mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION,
                            "demand %zu, stand %zu: expected a chance from 0 to 1, found %g", i / stands + 1,
                            i % stands + 1, table->chances[i]);
  for (size_t j = 0; j < stands; j++)
    if (table->most[j] > PEOPLE_MOST)
      return mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION, "stand %zu: expected at most %d people, found %u", j + 1,
                            PEOPLE_MOST, table->most[j]);
  return true;
}

static bool prepare_needs(mi_staff *staff, const MusterStaffingOptions *options, GError **error) {
  if (!(options->alpha > 0 && options->alpha < 1))
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION, "alpha: expected above 0 and below 1, found %g",
                          options->alpha);
  MusterAlertGoal goal = {.need_count = options->need_count, .alpha_on_scene = options->alpha};
  if (options->need_count < 1 || options->need_count > MUSTER_ALERT_NEEDS_MAX)
    return mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION, "expected 1 to %d needs, found %zu", MUSTER_ALERT_NEEDS_MAX,
                          options->need_count);
  memcpy(goal.needs, options->needs, sizeof goal.needs);
  GError *reason = NULL;
  mi_slots_init(&staff->slots);
  if (mi_slots_prepare(&staff->slots, &goal, &reason)) return true;
  mi_plan_refuse(error, MUSTER_PLAN_ERROR_OPTION, "%s", reason->message);
  g_error_free(reason);
  return false;
}

/* ---- the whole ---- */

static void answer(mi_staff *staff, MusterStaffingAnswer *out, uint32_t *out_people, double *out_chances) {
  for (size_t i = 0; i < staff->table->demand_count; i++) {
    out->hopeless += staff->hopeless[i];
    if (out_chances) out_chances[i] = mi_staff_chance(staff, i);
  }
  memcpy(out_people, staff->people, staff->table->stand_count * sizeof *out_people);
  out->people = staff->total;
}

bool muster_staffing(const MusterStaffingTable *table, const MusterStaffingOptions *options, MusterStaffingAnswer *out,
                     uint32_t *out_people, double *out_chances, GError **error) {
  mi_staff staff = {0};
  if (!check_table(table, error) || !prepare_needs(&staff, options, error)) return false;
  mi_staff_init(&staff, table, options);
  MusterStaffingAnswer found = {.bound = mi_staff_bound(&staff)};
  mi_staff_search(&staff);
  found.is_optimal =
      staff.total == found.bound || (options->search_nodes > 0 && staff.total <= MUSTER_STAFFING_EXACT_MOST &&
                                     !staff.stopped && mi_staff_search_exactly(&staff, found.bound));
  if (found.is_optimal) found.bound = staff.total;
  bool done = mi_staff_goes_on(&staff, 1);
  if (done) {
    *out = found;
    answer(&staff, out, out_people, out_chances);
  }
  mi_staff_clear(&staff);
  return done || mi_plan_refuse(error, MUSTER_PLAN_ERROR_CANCELLED, "the staffing was stopped");
}
