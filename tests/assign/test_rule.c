/* Costs of incidents, and the bound for any policy against all that a clairvoyant could do. */
#include <math.h>
#include <muster/assign.h>

#include "base/random.h"
#include "support/support.h"

static const MusterAssignRule rule = {.deadlines_ms = {600000, 900000},
                                      .deadline_count = 2,
                                      .ageing_ms = 300000,
                                      .slot_tiers = 1,
                                      .stickiness_ms = 15000};

static void assert_cost(MusterAssignCost cost, uint32_t tier, int32_t time_ms, uint32_t fatigue) {
  g_assert_cmpuint(cost.tier, ==, tier);
  g_assert_cmpint(cost.time_ms, ==, time_ms);
  g_assert_cmpuint(cost.fatigue, ==, fatigue);
}

static MusterAssignLimits limits_of(const MusterAssignRule *of, uint32_t rows, uint32_t columns, uint32_t travel_ms,
                                    uint32_t fatigue) {
  MusterAssignLimits limits;
  GError *error = NULL;
  muster_assign_rule_limits(of, rows, columns, travel_ms, fatigue, &limits, &error);
  g_assert_no_error(error);
  return limits;
}

static void test_costs(void) {
  assert_cost(muster_assign_rule_pair(&rule, 0, 600000, 2, false), 0, 600000, 2);
  assert_cost(muster_assign_rule_pair(&rule, 1, 600000, 2, false), 1, 600000, 2);
  assert_cost(muster_assign_rule_pair(&rule, 300001, 600000, 0, true), 2, 585000, 0);
  assert_cost(muster_assign_rule_unserved(&rule, 0, 0), 4, 0, 0);
  assert_cost(muster_assign_rule_unserved(&rule, 0, 1), 3, 0, 0);
  assert_cost(muster_assign_rule_unserved(&rule, 900000, 1), 3, 0, 0);
  assert_cost(muster_assign_rule_unserved(&rule, 1200000, 1), 4, 0, 0);
  assert_cost(muster_assign_rule_unserved(&rule, INT64_MAX / 2, 5), 3 + MUSTER_ASSIGN_AGES_MOST, 0, 0);
  MusterAssignLimits limits = limits_of(&rule, 7, 9, 3600000, 4);
  assert_cost(limits.cost, 4 + MUSTER_ASSIGN_AGES_MOST, 3600000, 4);
  g_autoptr(MusterAssignment) fits = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  g_assert_nonnull(fits);
}

/* What a cost has no room for is refused, not cut off: the greatest that is taken tells slots apart. */
static void test_rules_beyond_limits(void) {
  const uint32_t tiers = 3 + MUSTER_ASSIGN_AGES_MOST;
  static const struct {
    uint32_t slot_tiers, stickiness_ms, travel_ms;
    const char *message;
  } cases[] = {
      {UINT32_MAX - 1002, 0, 0, "rule: expected slot_tiers of at most 4294966292, found 4294966293"},
      {UINT32_MAX, 0, 0, "rule: expected slot_tiers of at most 4294966292, found 4294967295"},
      {1, 1u << 31, 0, "rule: expected stickiness_ms of at most 2147483647, found 2147483648"},
      {1, 0, MUSTER_UNREACHABLE_MS, "rule: expected travel_ms of at most 2147483647, found 4294967295"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    MusterAssignRule wide = rule;
    wide.slot_tiers = cases[i].slot_tiers;
    wide.stickiness_ms = cases[i].stickiness_ms;
    MusterAssignLimits limits;
    g_autoptr(GError) error = NULL;
    g_assert_false(muster_assign_rule_limits(&wide, 7, 9, cases[i].travel_ms, 0, &limits, &error));
    g_assert_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT);
    g_assert_cmpstr(error->message, ==, cases[i].message);
  }
  MusterAssignRule widest = rule;
  widest.slot_tiers = UINT32_MAX - tiers;
  assert_cost(limits_of(&widest, 1, 1, 0, 0).cost, UINT32_MAX, 15000, 0);
  assert_cost(muster_assign_rule_unserved(&widest, INT64_MAX / 2, 0), UINT32_MAX, 0, 0);
  assert_cost(muster_assign_rule_unserved(&widest, INT64_MAX / 2, 1), UINT32_MAX - 1, 0, 0);
}

/* Stickiness shortens the time that is compared, never the arrival that is held against the deadlines. */
static void test_stickiness_leaves_tiers(void) {
  assert_cost(muster_assign_rule_pair(&rule, 0, 600001, 0, true), 1, 585001, 0);
  assert_cost(muster_assign_rule_pair(&rule, 0, 600000, 0, true), 0, 585000, 0);
  assert_cost(muster_assign_rule_pair(&rule, 0, 5000, 0, true), 0, -10000, 0);
}

/* One volunteer, one who has long been late, and every minute somebody new who could still be reached in time. */
static uint32_t minutes_until_served(uint32_t ageing_ms) {
  MusterAssignRule aged = rule;
  aged.ageing_ms = ageing_ms;
  for (uint32_t minute = 0; minute < 120; minute++) {
    MusterAssignLimits limits = limits_of(&aged, 2, 1, 3600000, 0);
    g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
    muster_assignment_add_column(a, 0, 1, 0, NULL);
    int64_t waited_ms = 900000 + minute * (int64_t)60000;
    MusterAssignNeed late = {1, 0, muster_assign_rule_unserved(&aged, waited_ms, 0)};
    MusterAssignNeed fresh = {2, 0, muster_assign_rule_unserved(&aged, 0, 0)};
    MusterAssignCandidate to_late = {0, muster_assign_rule_pair(&aged, waited_ms, 60000, 0, false)};
    MusterAssignCandidate to_fresh = {0, muster_assign_rule_pair(&aged, 0, 300000, 0, false)};
    muster_assignment_insert(a, 0, &late, &to_late, 1, NULL);
    muster_assignment_insert(a, 1, &fresh, &to_fresh, 1, NULL);
    if (muster_assignment_column_of(a, 0) == 0) return minute;
  }
  return UINT32_MAX;
}

static void test_the_late_do_not_starve(void) {
  g_assert_cmpuint(minutes_until_served(0), ==, UINT32_MAX);
  g_assert_cmpuint(minutes_until_served(300000), ==, 10);
}

/* Somebody 10 s nearer does not make an ordered volunteer turn round; somebody 20 s nearer does. */
static void test_stickiness(void) {
  for (uint32_t nearer_ms = 10000; nearer_ms <= 20000; nearer_ms += 10000) {
    MusterAssignLimits limits = limits_of(&rule, 1, 2, 3600000, 0);
    g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
    muster_assignment_add_column(a, 0, 1, 0, NULL);
    muster_assignment_add_column(a, 1, 2, 0, NULL);
    MusterAssignNeed need = {1, 0, muster_assign_rule_unserved(&rule, 0, 0)};
    MusterAssignCandidate ordered = {0, muster_assign_rule_pair(&rule, 0, 100000, 0, true)};
    muster_assignment_insert(a, 0, &need, &ordered, 1, NULL);
    MusterAssignCost other = muster_assign_rule_pair(&rule, 0, 100000 - nearer_ms, 0, false);
    g_assert_true(muster_assignment_change(a, 0, 1, &other, NULL));
    g_assert_cmpuint(muster_assignment_column_of(a, 0), ==, nearer_ms > 15000);
  }
}

/* ---- the bound ---- */

enum { INCIDENTS_MOST = 5, RESPONDERS_MOST = 3 };

typedef struct town {
  size_t incidents, responders;
  double incident_m[INCIDENTS_MOST], responder_m[RESPONDERS_MOST]; /* along a street */
  int64_t reported_ms[INCIDENTS_MOST], free_ms[RESPONDERS_MOST];
  uint32_t busy_ms[INCIDENTS_MOST];
} town;

static uint32_t street_ms(double a_m, double b_m) { return (uint32_t)(fabs(a_m - b_m) / 1.4 * 1000); }
static uint32_t first_ms(size_t responder, size_t incident, void *data) {
  const town *t = data;
  return street_ms(t->responder_m[responder], t->incident_m[incident]);
}
static uint32_t next_ms(size_t before, size_t incident, void *data) {
  const town *t = data;
  return street_ms(t->incident_m[before], t->incident_m[incident]);
}

static void make_town(town *t, mi_random *random) {
  *t = (town){.incidents = 1 + mi_random_below(random, INCIDENTS_MOST),
              .responders = 1 + mi_random_below(random, RESPONDERS_MOST)};
  for (size_t i = 0; i < t->incidents; i++) {
    t->incident_m[i] = mi_random_unit(random) * 3000;
    t->reported_ms[i] = mi_random_below(random, 3600000);
    t->busy_ms[i] = mi_random_below(random, 1200000);
  }
  for (size_t r = 0; r < t->responders; r++) {
    t->responder_m[r] = mi_random_unit(random) * 3000;
    t->free_ms[r] = mi_random_below(random, 1800000);
  }
}

typedef struct outcome {
  uint64_t tier;
  int64_t time_ms;
} outcome;

static bool outcome_less(outcome a, outcome b) { return a.tier != b.tier ? a.tier < b.tier : a.time_ms < b.time_ms; }

/* All orders in which incidents can be taken up, each by anybody or nobody. */
static void try_all(const town *t, unsigned done, int64_t *free_ms, double *at_m, outcome so_far, outcome *best) {
  if (done == (1u << t->incidents) - 1) {
    if (outcome_less(so_far, *best)) *best = so_far;
    return;
  }
  for (size_t i = 0; i < t->incidents; i++) {
    if (done >> i & 1) continue;
    MusterAssignCost left = muster_assign_rule_unserved(&rule, 0, 0);
    try_all(t, done | 1u << i, free_ms, at_m, (outcome){so_far.tier + left.tier, so_far.time_ms}, best);
    for (size_t r = 0; r < t->responders; r++) {
      int64_t was_free_ms = free_ms[r];
      double was_at_m = at_m[r];
      int64_t arrival_ms = MAX(t->reported_ms[i], free_ms[r]) + street_ms(at_m[r], t->incident_m[i]);
      uint32_t response_ms = (uint32_t)(arrival_ms - t->reported_ms[i]);
      MusterAssignCost cost = muster_assign_rule_pair(&rule, 0, response_ms, 0, false);
      free_ms[r] = arrival_ms + t->busy_ms[i];
      at_m[r] = t->incident_m[i];
      try_all(t, done | 1u << i, free_ms, at_m, (outcome){so_far.tier + cost.tier, so_far.time_ms + cost.time_ms},
              best);
      free_ms[r] = was_free_ms;
      at_m[r] = was_at_m;
    }
  }
}

static void test_bound(void) {
  unsigned reached = 0, rounds = 150;
  for (uint32_t round = 0; round < rounds; round++) {
    mi_random random;
    mi_random_init(&random, test_seed(), round);
    town t;
    make_town(&t, &random);
    if (t.incidents == INCIDENTS_MOST && t.responders == RESPONDERS_MOST) t.responders--;
    outcome best = {UINT64_MAX, 0};
    int64_t free_ms[RESPONDERS_MOST];
    double at_m[RESPONDERS_MOST];
    for (size_t r = 0; r < t.responders; r++) free_ms[r] = t.free_ms[r], at_m[r] = t.responder_m[r];
    try_all(&t, 0, free_ms, at_m, (outcome){0, 0}, &best);
    MusterAssignLog log = {t.reported_ms, t.busy_ms, t.incidents, t.free_ms, t.responders, first_ms, next_ms, &t};
    MusterAssignBound bound;
    g_autoptr(GError) error = NULL;
    muster_assign_bound(&log, &rule, &bound, &error);
    g_assert_no_error(error);
    outcome least = {bound.tier, bound.time_ms};
    g_assert_false(outcome_less(best, least));
    reached += !outcome_less(least, best);
  }
  g_test_message("the bound is reached in %u of %u towns", reached, rounds);
  g_assert_cmpuint(reached, >, rounds / 4);
}

/* ---- the bound of longer logs ---- */

enum { LONG_INCIDENTS = 60, LONG_RESPONDERS = 25 };

typedef struct district {
  double incident_m[LONG_INCIDENTS], responder_m[LONG_RESPONDERS];
  int64_t reported_ms[LONG_INCIDENTS], free_ms[LONG_RESPONDERS];
  uint32_t busy_ms[LONG_INCIDENTS];
} district;

static uint32_t district_first_ms(size_t responder, size_t incident, void *data) {
  const district *d = data;
  return (responder + incident) % 7 ? street_ms(d->responder_m[responder], d->incident_m[incident])
                                    : MUSTER_UNREACHABLE_MS;
}
static uint32_t district_next_ms(size_t before, size_t incident, void *data) {
  const district *d = data;
  return (before + incident) % 5 ? street_ms(d->incident_m[before], d->incident_m[incident]) : MUSTER_UNREACHABLE_MS;
}

static size_t add_response(MusterAssignCandidate *out, size_t count, size_t column, int64_t after_ms,
                           uint32_t travel_ms) {
  if (travel_ms == MUSTER_UNREACHABLE_MS || after_ms == INT64_MAX) return count;
  uint32_t response_ms = (uint32_t)MAX(after_ms, 0) + travel_ms;
  out[count] = (MusterAssignCandidate){(uint32_t)column, muster_assign_rule_pair(&rule, 0, response_ms, 0, false)};
  return count + 1;
}

/* The relaxation told in assign.h, with all predecessors of all incidents at once. */
static MusterAssignTotals relax_at_once(district *d) {
  enum { COLUMNS = LONG_RESPONDERS + LONG_INCIDENTS };
  const MusterAssignLimits limits = limits_of(&rule, LONG_INCIDENTS, COLUMNS, INT32_MAX, 0);
  g_autoptr(MusterAssignment) a = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, NULL);
  int64_t ready_ms[LONG_INCIDENTS];
  for (size_t i = 0; i < LONG_INCIDENTS; i++) {
    uint32_t least_ms = MUSTER_UNREACHABLE_MS;
    for (size_t r = 0; r < LONG_RESPONDERS; r++) least_ms = MIN(least_ms, district_first_ms(r, i, d));
    for (size_t before = 0; before < LONG_INCIDENTS; before++)
      if (before != i) least_ms = MIN(least_ms, district_next_ms(before, i, d));
    ready_ms[i] = least_ms == MUSTER_UNREACHABLE_MS ? INT64_MAX : d->reported_ms[i] + least_ms + d->busy_ms[i];
  }
  for (uint32_t column = 0; column < COLUMNS; column++) muster_assignment_add_column(a, column, column, 0, NULL);
  for (size_t i = 0; i < LONG_INCIDENTS; i++) {
    MusterAssignCandidate all[COLUMNS];
    size_t count = 0;
    for (size_t r = 0; r < LONG_RESPONDERS; r++)
      count = add_response(all, count, r, d->free_ms[r] - d->reported_ms[i], district_first_ms(r, i, d));
    for (size_t before = 0; before < LONG_INCIDENTS; before++)
      if (before != i && ready_ms[before] != INT64_MAX)
        count = add_response(all, count, LONG_RESPONDERS + before, ready_ms[before] - d->reported_ms[i],
                             district_next_ms(before, i, d));
    const MusterAssignNeed need = {i, 0, muster_assign_rule_unserved(&rule, 0, 0)};
    g_assert_true(muster_assignment_insert(a, (uint32_t)i, &need, all, count, NULL));
  }
  MusterAssignTotals totals;
  muster_assignment_totals(a, &totals);
  return totals;
}

/* Predecessors named as they are asked for lead to the same bound as all of them at once. */
static void test_bound_of_many(void) {
  for (uint32_t round = 0; round < 20; round++) {
    mi_random random;
    mi_random_init(&random, test_seed(), 500 + round);
    district d;
    for (size_t i = 0; i < LONG_INCIDENTS; i++) {
      d.incident_m[i] = mi_random_unit(&random) * 4000;
      d.reported_ms[i] = mi_random_below(&random, 600000 * (1 + round));
      d.busy_ms[i] = mi_random_below(&random, 1200000);
    }
    for (size_t r = 0; r < LONG_RESPONDERS; r++) {
      d.responder_m[r] = mi_random_unit(&random) * 4000;
      d.free_ms[r] = mi_random_below(&random, 1800000);
    }
    MusterAssignTotals expected = relax_at_once(&d);
    MusterAssignLog log = {d.reported_ms,   d.busy_ms,         LONG_INCIDENTS,   d.free_ms,
                           LONG_RESPONDERS, district_first_ms, district_next_ms, &d};
    MusterAssignBound found;
    g_assert_true(muster_assign_bound(&log, &rule, &found, NULL));
    g_assert_cmpuint(found.served, ==, expected.served);
    g_assert_cmpuint(found.tier, ==, expected.tier);
    g_assert_cmpint(found.time_ms, ==, expected.time_ms);
  }
}

static uint32_t at_the_door(size_t from, size_t incident, void *data) {
  (void)from, (void)incident, (void)data;
  return 0;
}

/* One responder is bound for longer than a cost has room for: waiting for them is possible, and late once. */
static void test_bound_of_long_work(void) {
  const int64_t reported_ms[] = {0, 1000}, free_ms[] = {0};
  const uint32_t busy_ms[] = {UINT32_MAX, UINT32_MAX};
  const MusterAssignRule late_once = {.deadlines_ms = {600000}, .deadline_count = 1};
  MusterAssignLog log = {reported_ms, busy_ms, 2, free_ms, 1, at_the_door, at_the_door, NULL};
  MusterAssignBound found;
  g_assert_true(muster_assign_bound(&log, &late_once, &found, NULL));
  g_assert_cmpuint(found.served, ==, 2);
  g_assert_cmpuint(found.tier, ==, 1);
  g_assert_cmpint(found.time_ms, ==, INT32_MAX);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/assign/rule/costs", test_costs);
  g_test_add_func("/assign/rule/ageing", test_the_late_do_not_starve);
  g_test_add_func("/assign/rule/stickiness", test_stickiness);
  g_test_add_func("/assign/rule/stickiness-leaves-tiers", test_stickiness_leaves_tiers);
  g_test_add_func("/assign/rule/beyond-limits", test_rules_beyond_limits);
  g_test_add_func("/assign/bound", test_bound);
  g_test_add_func("/assign/bound-of-many", test_bound_of_many);
  g_test_add_func("/assign/bound-of-long-work", test_bound_of_long_work);
  return g_test_run();
}
