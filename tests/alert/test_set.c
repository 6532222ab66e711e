/* Alert sets: the cheapest against all subsets, what is reported against slow sums, and every odd case. */
#include "alert/set.h"

#include <math.h>
#include <string.h>

#include "alert/choices.h"
#include "support/support.h"

static MusterAlertGoal random_goal(mi_random *random) {
  MusterAlertGoal goal = {.need_count = 1 + mi_random_below(random, 3),
                          .alpha_accept = mi_random_unit(random),
                          .alpha_on_scene = mi_random_unit(random) * 0.7,
                          .redundant_price = mi_random_below(random, 2) ? mi_random_unit(random) : 0};
  for (size_t i = 0; i < goal.need_count; i++)
    goal.needs[i] = (MusterAlertNeed){i ? mi_random_below(random, 4) : 0,
                                      i ? mi_random_below(random, 2) : 1 + mi_random_below(random, 2)};
  return goal;
}

static void prepare(MusterAlertSet *set, const MusterAlertGoal *goal) {
  GError *error = NULL;
  muster_alert_set_prepare(set, goal, &error);
  g_assert_no_error(error);
}

/* What the choice says of itself is so. */
static void check_report(const MusterAlertGoal *goal, const MusterAlertCandidate *candidates,
                         const MusterAlertChoice *choice) {
  MusterAlertCandidate chosen[16];
  g_assert_cmpuint(choice->chosen_count, <=, G_N_ELEMENTS(chosen));
  for (size_t i = 0; i < choice->chosen_count; i++) {
    chosen[i] = candidates[choice->chosen[i]];
    if (i > 0) g_assert_cmpuint(chosen[i - 1].id, <, chosen[i].id);
  }
  g_assert_cmpfloat_with_epsilon(choice->p_accept, brute_tail(goal, chosen, choice->chosen_count, false), 1e-11);
  g_assert_cmpfloat_with_epsilon(choice->p_on_scene, brute_tail(goal, chosen, choice->chosen_count, true), 1e-11);
  g_assert_cmpfloat_with_epsilon(choice->cost, brute_cost(goal, chosen, choice->chosen_count), 1e-10);
  double paid = 0;
  for (size_t i = 0; i < choice->chosen_count; i++) paid += 1 + chosen[i].price;
  g_assert_cmpfloat_with_epsilon(choice->cost, paid + goal->redundant_price * choice->redundant, 1e-10);
}

/* With so many who come for certain and fit every need both stages are met, with one less they are not. */
static void check_missing(const MusterAlertGoal *goal, const MusterAlertCandidate *candidates,
                          const MusterAlertChoice *choice) {
  MusterAlertCandidate chosen[16 + MUSTER_ALERT_PEOPLE_MAX];
  size_t count = choice->chosen_count;
  for (size_t i = 0; i < count; i++) chosen[i] = candidates[choice->chosen[i]];
  for (uint32_t more = 0; more <= choice->missing; more++) {
    bool met = brute_tail(goal, chosen, count, false) >= goal->alpha_accept - 1e-9 &&
               brute_tail(goal, chosen, count, true) >= goal->alpha_on_scene - 1e-9;
    g_assert_cmpint(met, ==, more == choice->missing);
    chosen[count++] = (MusterAlertCandidate){UINT64_MAX - more, 0, UINT32_MAX, 1, 1, 0};
  }
}

static void check_optimum(MusterAlertSet *set, const MusterAlertGoal *goal, const MusterAlertCandidate *candidates,
                          size_t count) {
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, count, &choice);
  double optimum = brute_optimum(goal, candidates, count);
  check_report(goal, candidates, &choice);
  if (isinf(optimum)) {
    g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
    g_assert_true(isinf(choice.cost_bound));
    check_missing(goal, candidates, &choice);
    g_assert_cmpuint(choice.short_needs, !=, 0);
    return;
  }
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  g_assert_cmpfloat_with_epsilon(choice.cost, optimum, 1e-10);
  g_assert_cmpfloat(choice.cost_bound, ==, choice.cost);
}

static void test_optimum(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  for (int round = 0; round < 400; round++) {
    MusterAlertCandidate candidates[12];
    size_t count = round < 380 ? mi_random_below(&random, 9) : 12;
    MusterAlertGoal goal = random_goal(&random);
    random_candidates(&random, 2, candidates, count);
    prepare(set, &goal);
    check_optimum(set, &goal, candidates, count);
  }
}

/* Persons with and without a detour past the equipment: two ways, one of them at most. */
static void test_several_ways(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  for (int round = 0; round < 200; round++) {
    MusterAlertCandidate candidates[10];
    MusterAlertGoal goal = random_goal(&random);
    random_candidates(&random, 2, candidates, 10);
    for (size_t i = 1; i < 10; i++)
      if (mi_random_below(&random, 2)) {
        candidates[i].id = candidates[i - 1].id;
        candidates[i].variant = candidates[i - 1].variant + 1;
      }
    prepare(set, &goal);
    check_optimum(set, &goal, candidates, 10);
  }
}

/* Who is alerted already counts and costs nothing; the answer is the optimum over those who come in addition. */
static void test_alerted_already(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  for (int round = 0; round < 200; round++) {
    MusterAlertCandidate persons[9];
    MusterAlertGoal goal = random_goal(&random);
    goal.redundant_price = 0;
    random_candidates(&random, 2, persons, 9);
    prepare(set, &goal);
    MusterAlertChoice choice;
    muster_alert_set_choose(set, persons, 3, persons + 3, 6, &choice);
    double optimum = HUGE_VAL;
    for (unsigned subset = 0; subset < 64; subset++) {
      MusterAlertCandidate all[9];
      size_t count = 3;
      double cost = 0;
      memcpy(all, persons, 3 * sizeof *all);
      for (size_t i = 0; i < 6; i++)
        if (subset >> i & 1) {
          cost += 1 + persons[3 + i].price;
          all[count++] = persons[3 + i];
        }
      if (cost < optimum && brute_tail(&goal, all, count, false) >= goal.alpha_accept - 1e-12 &&
          brute_tail(&goal, all, count, true) >= goal.alpha_on_scene - 1e-12)
        optimum = cost;
    }
    g_assert_true((choice.status == MUSTER_ALERT_INFEASIBLE) == isinf(optimum));
    if (!isinf(optimum)) g_assert_cmpfloat_with_epsilon(choice.cost, optimum, 1e-10);
  }
}

/* Many candidates: the bound holds, and an exact search that ends finds nothing cheaper than the bound. The gap between
 * the quick answer and the cheapest set is measured. */
static void test_many(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  g_autoptr(MusterAlertSet) quick = muster_alert_set_new(), slow = muster_alert_set_new();
  double quick_cost = 0, least_cost = 0, worst = 1;
  int proven = 0;
  for (int round = 0; round < 150; round++) {
    MusterAlertCandidate candidates[64];
    random_candidates(&random, 1, candidates, 64);
    for (size_t i = 0; i < 64; i++) {
      candidates[i].p_accept = 0.3 + 0.3 * candidates[i].p_accept;
      candidates[i].p_on_scene *= 0.6;
    }
    MusterAlertGoal goal = {
        .need_count = 1 + round % 2, .needs = {{0, 1}, {1, 1}}, .alpha_accept = 0.9, .alpha_on_scene = 0.8};
    prepare(quick, &goal);
    goal.search_nodes = 20000;
    prepare(slow, &goal);
    MusterAlertChoice fast, exact;
    muster_alert_set_choose(quick, NULL, 0, candidates, 64, &fast);
    muster_alert_set_choose(slow, NULL, 0, candidates, 64, &exact);
    g_assert_cmpint(fast.status, <=, MUSTER_ALERT_MET);
    g_assert_cmpfloat(fast.cost_bound, <=, exact.cost + 1e-9);
    g_assert_cmpfloat(exact.cost, <=, fast.cost + 1e-9);
    if (exact.status != MUSTER_ALERT_OPTIMAL) continue;
    proven++;
    quick_cost += fast.cost;
    least_cost += exact.cost;
    worst = fmax(worst, fast.cost / exact.cost);
  }
  g_test_message("%d of 150 proven; quick / cheapest: %.4f in the mean, %.3f at worst", proven, quick_cost / least_cost,
                 worst);
  g_assert_cmpint(proven, >=, 50);
  g_assert_cmpfloat(quick_cost / least_cost, <, 1.05);
  g_assert_cmpfloat(worst, <, 1.34);
}

static void assert_same(const MusterAlertCandidate *a, const MusterAlertChoice *x, const MusterAlertCandidate *b,
                        const MusterAlertChoice *y) {
  g_assert_cmpint(x->status, ==, y->status);
  g_assert_cmpuint(x->chosen_count, ==, y->chosen_count);
  for (size_t i = 0; i < x->chosen_count; i++) g_assert_cmpuint(a[x->chosen[i]].id, ==, b[y->chosen[i]].id);
  g_assert_true(x->p_accept == y->p_accept && x->p_on_scene == y->p_on_scene);
  g_assert_true(x->cost == y->cost && x->cost_bound == y->cost_bound && x->redundant == y->redundant);
}

/* Few distinct figures, so that almost everything is a tie. */
/* Sums that are kept, or found by taking members out, are those of the others summed afresh. */
static void test_sums_without(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 7000);
  const MusterAlertGoal goal = {.needs = {{1, 2}, {2, 1}, {4, 1}, {8, 2}}, .need_count = 4};
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  prepare(set, &goal);
  g_assert_cmpuint(set->slots.state_count, >, 64);
  MusterAlertCandidate candidates[30];
  random_candidates(&random, 4, candidates, 30);
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 30, &choice);
  mi_set_give_all_back(set);
  g_autofree double *accept = g_new(double, set->slots.state_count), *arrive = g_new(double, set->slots.state_count);
  mi_set_pair afresh = {accept, arrive};
  set->chosen_count = 12;
  for (uint32_t i = 0; i < 12; i++) set->chosen[i] = i;
  for (int round = 0; round < 400; round++) {
    set->chosen[mi_random_below(&random, 12)] = 12 + mi_random_below(&random, set->count - 12);
    mi_set_sum(set);
    uint32_t a = mi_random_below(&random, 12),
             b = mi_random_below(&random, 2) ? mi_random_below(&random, 12) : MUSTER_NONE;
    if (a == b) continue;
    mi_set_sum_without(set, a, b);
    mi_set_copy(set, &set->base, &afresh);
    for (uint32_t i = 0; i < 12; i++)
      if (i != a && i != b) mi_set_add(set, &afresh, set->chosen[i]);
    for (uint32_t s = 0; s < set->slots.state_count; s++) {
      g_assert_cmpfloat_with_epsilon(set->rest.accept[s], accept[s], 1e-13);
      g_assert_cmpfloat_with_epsilon(set->rest.arrive[s], arrive[s], 1e-13);
    }
  }
}

static bool suffices_with(const MusterAlertSet *set, const MusterAlertGoal *goal,
                          const MusterAlertCandidate *candidates, const MusterAlertChoice *choice, size_t a, size_t b,
                          const MusterAlertCandidate *other) {
  for (int stage = 0; stage < 2; stage++) {
    g_autofree double *sum = g_new(double, set->slots.state_count);
    mi_slots_reset(&set->slots, sum);
    for (size_t i = 0; i <= choice->chosen_count; i++) {
      const MusterAlertCandidate *who = i == choice->chosen_count ? other : &candidates[choice->chosen[i]];
      unsigned type = mi_slots_type(&set->slots, who->roles);
      if (i != a && i != b && type) mi_slots_add(&set->slots, sum, type, stage ? who->p_on_scene : who->p_accept);
    }
    if (mi_slots_filled(&set->slots, sum) < (stage ? goal->alpha_on_scene : goal->alpha_accept) + 1e-9) return false;
  }
  return true;
}

/* Of every role alike, likely enough that some can stand for two, at prices up to 1. */
static void helpful_candidates(mi_random *random, MusterAlertCandidate *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double accept = 0.2 + 0.6 * mi_random_unit(random), arrive = accept * (0.5 + 0.5 * mi_random_unit(random));
    double price = mi_random_below(random, 2) ? mi_random_below(random, 40) / 40.0 : 0;
    out[i] = (MusterAlertCandidate){i, 0, mi_random_below(random, 16), accept, arrive, price};
  }
}

/* Needs that overlap in every way: no two of those chosen can be exchanged for one other. */
static void test_no_two_for_one_is_left(void) {
  uint64_t seed = test_seed();
  unsigned tried = 0;
  for (uint32_t round = 0; round < 80; round++) {
    mi_random random;
    mi_random_init(&random, seed, 7100 + round);
    const MusterAlertGoal goal = {.needs = {{1, 1}, {2, 1}, {4, 1}, {8, 1}},
                                  .need_count = 4,
                                  .alpha_accept = 0.9,
                                  .alpha_on_scene = 0.85,
                                  .search_nodes = 1};
    g_autoptr(MusterAlertSet) set = muster_alert_set_new();
    prepare(set, &goal);
    MusterAlertCandidate candidates[24];
    helpful_candidates(&random, candidates, 24);
    MusterAlertChoice choice;
    muster_alert_set_choose(set, NULL, 0, candidates, 24, &choice);
    if (choice.status != MUSTER_ALERT_MET) continue;
    bool is_chosen[24] = {false};
    for (size_t i = 0; i < choice.chosen_count; i++) is_chosen[choice.chosen[i]] = true;
    for (size_t a = 0; a < choice.chosen_count; a++)
      for (size_t b = a + 1; b < choice.chosen_count; b++)
        for (size_t i = 0; i < 24; i++) {
          double saved = 2 + candidates[choice.chosen[a]].price + candidates[choice.chosen[b]].price;
          if (is_chosen[i] || 1 + candidates[i].price > saved - 1e-9) continue;
          tried++;
          g_assert_false(suffices_with(set, &goal, candidates, &choice, a, b, &candidates[i]));
        }
  }
  g_assert_cmpuint(tried, >, 1000);
}

static void test_order_does_not_matter(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 4);
  g_autoptr(MusterAlertSet) first = muster_alert_set_new(), second = muster_alert_set_new();
  for (int round = 0; round < 300; round++) {
    enum { MOST = 40 };
    MusterAlertCandidate candidates[MOST], shuffled[MOST], alerted[4], turned[4];
    uint32_t order[MOST], count = 1 + mi_random_below(&random, MOST);
    MusterAlertGoal goal = random_goal(&random);
    goal.search_nodes = round % 2 ? 2000 : 0;
    random_candidates(&random, 2, candidates, count);
    random_candidates(&random, 2, alerted, 4);
    for (uint32_t i = 0; i < count; i++) {
      order[i] = i;
      candidates[i].p_accept = floor(candidates[i].p_accept * 4) / 4;
      candidates[i].p_on_scene = floor(candidates[i].p_on_scene * 4) / 4;
      candidates[i].id += 1000;
    }
    mi_random_shuffle_u32(&random, order, count);
    for (uint32_t i = 0; i < count; i++) shuffled[i] = candidates[order[i]];
    for (uint32_t i = 0; i < 4; i++) turned[i] = alerted[3 - i];
    prepare(first, &goal);
    prepare(second, &goal);
    MusterAlertChoice a, b;
    muster_alert_set_choose(first, alerted, 4, candidates, count, &a);
    muster_alert_set_choose(second, turned, 4, shuffled, count, &b);
    assert_same(candidates, &a, shuffled, &b);
  }
}

/* One person could serve either of two needs, but not both, and nobody else can: few candidates are searched to the
 * end, of many nothing is claimed. */
static void test_not_found(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertGoal goal = {.need_count = 2, .needs = {{1, 1}, {2, 1}}, .alpha_accept = 0.9};
  prepare(set, &goal);
  MusterAlertCandidate candidates[22] = {{1, 0, 1, 1, 1, 0}, {1, 1, 2, 1, 1, 0}};
  for (uint32_t i = 2; i < 22; i++) candidates[i] = (MusterAlertCandidate){i, 0, 1 + i % 2, 1e-4, 1e-4, 0};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 10, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  muster_alert_set_choose(set, NULL, 0, candidates, 22, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_NOT_FOUND);
  g_assert_cmpuint(choice.missing, ==, 1);
}

static void test_nothing_asked(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertCandidate candidates[2] = {{1, 0, 0, 0.5, 0.5, 0}, {2, 0, 0, 1, 1, 0}};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 2, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  g_assert_cmpuint(choice.chosen_count, ==, 0);
  g_assert_cmpfloat(choice.p_accept, ==, 1);
  muster_alert_set_choose(set, NULL, 0, NULL, 0, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 2}}};
  prepare(set, &goal);
  muster_alert_set_choose(set, NULL, 0, candidates, 2, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  g_assert_cmpuint(choice.chosen_count, ==, 0);
  g_assert_cmpfloat(choice.p_accept, ==, 0);
}

static void test_certain_and_impossible(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 2}}, .alpha_accept = 1, .alpha_on_scene = 1};
  prepare(set, &goal);
  MusterAlertCandidate candidates[4] = {
      {1, 0, 0, 0.99, 0.99, 0}, {2, 0, 0, 1, 1, 3}, {3, 0, 0, 0, 0, 0}, {4, 0, 0, 1, 1, 0}};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 4, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  g_assert_cmpuint(choice.chosen_count, ==, 2);
  g_assert_cmpuint(choice.chosen[0], ==, 1);
  g_assert_cmpuint(choice.chosen[1], ==, 3);
  g_assert_cmpfloat(choice.p_on_scene, ==, 1);
  candidates[1].p_on_scene = 0.5;
  muster_alert_set_choose(set, NULL, 0, candidates, 4, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_true(choice.short_on_scene);
  g_assert_cmpuint(choice.missing, ==, 1);
  /* The best that can be had: both certain ones help to accept, and everybody to arrive. */
  g_assert_cmpfloat_with_epsilon(choice.p_on_scene, 1 - 0.01 * 0.5, 1e-12);
}

/* What is missing makes up for both stages, also where the other one lacks more people. */
static void test_missing_of_both_stages(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 3}}, .alpha_accept = 0.99, .alpha_on_scene = 0.3};
  prepare(set, &goal);
  MusterAlertCandidate candidates[2] = {{1, 0, 0, 1, 0, 0}, {2, 0, 0, 1, 0, 0}};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 2, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_false(choice.short_on_scene);
  g_assert_cmpuint(choice.missing, ==, 3);
}

/* Two places for anybody and one for first aid, and nobody knows first aid. */
static void test_short_need(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertGoal goal = {.need_count = 2, .needs = {{0, 2}, {1, 1}}, .alpha_accept = 0.9, .alpha_on_scene = 0.5};
  prepare(set, &goal);
  MusterAlertCandidate candidates[20];
  for (uint32_t i = 0; i < 20; i++) candidates[i] = (MusterAlertCandidate){i, 0, 0, 0.5, 0.4, 0};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 20, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_cmpuint(choice.short_needs, ==, 2);
  g_assert_cmpuint(choice.missing, ==, 1);
  g_assert_cmpfloat(choice.p_accept, ==, 0);
  candidates[7].roles = candidates[9].roles = 3;
  muster_alert_set_choose(set, NULL, 0, candidates, 20, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_cmpuint(choice.short_needs, ==, 2);
  g_assert_false(choice.short_on_scene);
  g_assert_cmpfloat_with_epsilon(choice.p_accept, 0.75, 1e-3);
  goal.needs[1].count = 0;
  prepare(set, &goal);
  muster_alert_set_choose(set, NULL, 0, candidates, 4, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_cmpuint(choice.short_needs, ==, 1);
}

static void test_odd_figures(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 1}}, .alpha_accept = 0.6};
  prepare(set, &goal);
  MusterAlertCandidate candidates[5] = {{UINT64_MAX, 0, 0, NAN, NAN, NAN},
                                        {0, 0, 0, -3, -INFINITY, -1},
                                        {5, 0, UINT32_MAX, 0.5, 7, NAN},
                                        {6, 0, 0, 0.5, 0, -4},
                                        {7, 0, 0, 3, 0, INFINITY}};
  MusterAlertChoice choice;
  muster_alert_set_choose(set, NULL, 0, candidates, 5, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
  g_assert_cmpuint(choice.chosen_count, ==, 2);
  g_assert_cmpfloat(choice.p_accept, ==, 0.75);
}

static void test_refused_goals(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  const MusterAlertGoal goals[] = {{.alpha_accept = 1.5},   {.alpha_on_scene = -0.1},      {.alpha_accept = NAN},
                                   {.redundant_price = -1}, {.redundant_price = INFINITY}, {.need_count = 9}};
  for (size_t i = 0; i < G_N_ELEMENTS(goals); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(muster_alert_set_prepare(set, &goals[i], &error));
    g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL);
    g_assert_true(g_str_has_prefix(error->message, "goal: "));
  }
}

/* One shot: n alike, one needed: 1 − (1 − p)^n, and as few as that formula asks for. */
static void test_one_shot(void) {
  g_autoptr(MusterAlertSet) set = muster_alert_set_new();
  MusterAlertCandidate candidates[64];
  for (double p = 0.05; p < 1; p += 0.05)
    for (double alpha = 0.5; alpha < 0.999; alpha += 0.07) {
      for (uint32_t i = 0; i < 64; i++) candidates[i] = (MusterAlertCandidate){i, 0, 0, p, p, 0};
      double wanted = ceil(log(1 - alpha) / log(1 - p) - 1e-9);
      if (wanted > 64) continue;
      MusterAlertGoal goal = {.need_count = 1, .needs = {{0, 1}}, .alpha_accept = alpha};
      prepare(set, &goal);
      MusterAlertChoice choice;
      muster_alert_set_choose(set, NULL, 0, candidates, 64, &choice);
      g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);
      g_assert_cmpuint(choice.chosen_count, ==, wanted);
      g_assert_cmpfloat_with_epsilon(choice.p_accept, 1 - pow(1 - p, wanted), 1e-13);
    }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-set/optimum-against-all-subsets", test_optimum);
  g_test_add_func("/alert-set/several-ways-of-one-person", test_several_ways);
  g_test_add_func("/alert-set/alerted-already", test_alerted_already);
  g_test_add_func("/alert-set/many-candidates", test_many);
  g_test_add_func("/alert-set/sums-without", test_sums_without);
  g_test_add_func("/alert-set/no-two-for-one-is-left", test_no_two_for_one_is_left);
  g_test_add_func("/alert-set/order-does-not-matter", test_order_does_not_matter);
  g_test_add_func("/alert-set/not-found", test_not_found);
  g_test_add_func("/alert-set/nothing-asked", test_nothing_asked);
  g_test_add_func("/alert-set/certain-and-impossible", test_certain_and_impossible);
  g_test_add_func("/alert-set/missing-of-both-stages", test_missing_of_both_stages);
  g_test_add_func("/alert-set/short-need", test_short_need);
  g_test_add_func("/alert-set/odd-figures", test_odd_figures);
  g_test_add_func("/alert-set/refused-goals", test_refused_goals);
  g_test_add_func("/alert-set/one-shot", test_one_shot);
  return g_test_run();
}
