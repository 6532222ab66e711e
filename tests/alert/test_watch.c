/* Following one incident: conditional chances against simulated answers, wake-ups to the ms, replacements, surplus. */
#include "alert/watch.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "support/support.h"

enum {
  REPORT_MS = 1000000,
  ALERT_MS = REPORT_MS + 30000,
  ACCEPT_BY_MS = REPORT_MS + 180000,
  ON_SCENE_BY_MS = REPORT_MS + 600000
};

static MusterAlertModel *built_in(void) {
  GError *error = NULL;
  MusterAlertModel *model = muster_alert_model_new(NULL, &error);
  g_assert_no_error(error);
  return model;
}

static MusterAlertWatch *watch_for(MusterAlertModel *model, const MusterAlertGoal *goal) {
  GError *error = NULL;
  MusterAlertWatch *watch = muster_alert_watch_new(model, goal, ACCEPT_BY_MS, ON_SCENE_BY_MS, &error);
  g_assert_no_error(error);
  return watch;
}

static MusterAlertConditions at(int64_t at_ms) {
  return (MusterAlertConditions){.at_ms = at_ms, .hour = 12, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
}

static MusterAlertPerson person(uint64_t id, uint32_t travel_s, uint32_t roles) {
  return (MusterAlertPerson){.id = id, .travel_ms = travel_s * 1000, .roles = roles, .mode = MUSTER_MODE_EBIKE};
}

static const MusterAlertGoal one = {.need_count = 1, .needs = {{0, 1}}, .alpha_accept = 0.9, .alpha_on_scene = 0.8};

static MusterAlertOutlook outlook(MusterAlertWatch *watch, int64_t at_ms) {
  MusterAlertOutlook out;
  muster_alert_watch_outlook(watch, at_ms, &out);
  return out;
}

static void alert(MusterAlertWatch *watch, int64_t at_ms, MusterAlertPerson who) {
  MusterAlertConditions conditions = at(at_ms);
  g_assert_true(muster_alert_watch_alert(watch, &conditions, &who));
}

static void test_begins_as_assessed(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  MusterAlertConditions conditions = at(ALERT_MS);
  conditions.accept_within_ms = 150000;
  conditions.on_scene_within_ms = 570000;
  for (uint32_t travel_s = 0; travel_s <= 450; travel_s += 90) {
    g_autoptr(MusterAlertWatch) alone = watch_for(model, &one);
    MusterAlertPerson who = person(travel_s, travel_s, 0);
    MusterAlertCandidate candidate;
    muster_alert_model_assess(model, &conditions, &who, 1, &candidate);
    alert(alone, ALERT_MS, who);
    MusterAlertOutlook out = outlook(alone, ALERT_MS);
    g_assert_cmpfloat_with_epsilon(out.p_accept, candidate.p_accept, 1e-12);
    g_assert_cmpfloat_with_epsilon(out.p_on_scene, candidate.p_on_scene, muster_alert_model_error(model));
  }
}

/* A million lives of one alert; those that fit what is known by `at_ms` tell the chances. */
static void test_silence_against_draws(void) {
  enum { DRAWS = 1000000 };
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  alert(watch, ALERT_MS, person(1, 240, 0));
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  const double silent_s[] = {20, 50, 90, 140};
  uint64_t silent[4] = {0}, accepted[4] = {0}, arrived[4] = {0};
  for (int draw = 0; draw < DRAWS; draw++) {
    double what = mi_random_unit(&random), answer_s = mi_random_gamma(&random, 45, 21.5);
    double there_s = answer_s + mi_random_lognormal(&random, 105, 0.5) + 240 * mi_random_lognormal(&random, 1, 0.25);
    bool accepts = what < 0.36, answers = what < 0.36 + 0.32;
    for (int k = 0; k < 4; k++) {
      if (answers && answer_s <= silent_s[k]) continue;
      silent[k]++;
      accepted[k] += accepts && answer_s <= 150;
      arrived[k] += accepts && there_s <= 570;
    }
  }
  for (int k = 0; k < 4; k++) {
    MusterAlertOutlook out = outlook(watch, ALERT_MS + (int64_t)(silent_s[k] * 1000));
    double n = (double)silent[k], error = muster_alert_model_error(model) * 2;
    g_assert_cmpfloat_with_epsilon(out.p_accept, accepted[k] / n, 5 * sqrt(out.p_accept / n) + error);
    g_assert_cmpfloat_with_epsilon(out.p_on_scene, arrived[k] / n, 5 * sqrt(out.p_on_scene / n) + error);
  }
}

static void test_on_the_way_against_draws(void) {
  enum { DRAWS = 1000000 };
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  alert(watch, ALERT_MS, person(1, 300, 0));
  g_assert_true(muster_alert_watch_accept(watch, 1, ALERT_MS + 40000));
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  const double since_s[] = {0, 250, 400, 500};
  uint64_t not_yet[4] = {0}, in_time[4] = {0};
  for (int draw = 0; draw < DRAWS; draw++) {
    double there_s = mi_random_lognormal(&random, 105, 0.5) + 300 * mi_random_lognormal(&random, 1, 0.25);
    for (int k = 0; k < 4; k++) {
      not_yet[k] += there_s > since_s[k];
      in_time[k] += there_s > since_s[k] && there_s <= 530;
    }
  }
  for (int k = 0; k < 4; k++) {
    double n = (double)not_yet[k], p = outlook(watch, ALERT_MS + 40000 + (int64_t)(since_s[k] * 1000)).p_on_scene;
    g_assert_cmpfloat_with_epsilon(p, in_time[k] / n, 5 * sqrt(0.25 / n) + 5e-4);
  }
}

/* Who accepted and then stands at a broken bridge fills no place: not of those who come, nor of those who accepted. A
 * replacement is chosen, they may be let go once others suffice, and a way found makes them count again. */
static void test_stranded(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  int64_t now_ms = ALERT_MS + 20000;
  alert(watch, ALERT_MS, person(1, 60, 0));
  g_assert_true(muster_alert_watch_accept(watch, 1, now_ms));
  MusterAlertOutlook out = outlook(watch, now_ms);
  g_assert_cmpfloat(out.p_accept, ==, 1);
  g_assert_cmpuint(out.accepted, ==, 1);
  g_assert_cmpuint(out.unfilled, ==, 0);
  MusterAlertConditions now = at(now_ms);
  MusterAlertPerson others[20];
  for (uint32_t i = 0; i < 20; i++) others[i] = person(2 + i, 60, 0);
  MusterAlertChoice choice;
  muster_alert_watch_extend(watch, &now, others, 20, &choice);
  g_assert_cmpuint(choice.chosen_count, ==, 0);

  g_assert_true(muster_alert_watch_position(watch, 1, MUSTER_UNREACHABLE_MS, now_ms));
  out = outlook(watch, now_ms);
  g_assert_cmpfloat(out.p_accept, ==, 0);
  g_assert_cmpfloat(out.p_on_scene, ==, 0);
  g_assert_cmpuint(out.accepted, ==, 0);
  g_assert_cmpuint(out.stranded, ==, 1);
  g_assert_cmpuint(out.unfilled, ==, 1);
  g_assert_cmpint(muster_alert_watch_next_ms(watch, now_ms), ==, INT64_MAX);
  muster_alert_watch_extend(watch, &now, others, 20, &choice);
  g_assert_cmpint(choice.status, <=, MUSTER_ALERT_MET);
  g_assert_cmpuint(choice.chosen_count, >, 1);
  size_t count;
  muster_alert_watch_surplus(watch, now_ms, &count);
  g_assert_cmpuint(count, ==, 0); /* nobody has filled the place */

  g_assert_true(muster_alert_watch_accept(watch, 1, now_ms)); /* an accept that comes late changes nothing */
  g_assert_cmpuint(outlook(watch, now_ms).stranded, ==, 1);
  alert(watch, now_ms, others[0]);
  g_assert_true(muster_alert_watch_accept(watch, 2, now_ms + 5000));
  const uint64_t *ids = muster_alert_watch_surplus(watch, now_ms + 5000, &count);
  g_assert_cmpuint(count, ==, 1);
  g_assert_cmpuint(ids[0], ==, 1);

  g_assert_true(muster_alert_watch_position(watch, 1, 90000, now_ms + 10000));
  out = outlook(watch, now_ms + 10000);
  g_assert_cmpuint(out.accepted, ==, 2);
  g_assert_cmpuint(out.stranded, ==, 0);
  g_assert_true(muster_alert_watch_decline(watch, 2, now_ms + 15000));
  out = outlook(watch, now_ms + 15000);
  g_assert_cmpfloat(out.p_accept, ==, 1); /* accepted in time, when it was said first */
  g_assert_cmpuint(out.unfilled, ==, 0);
  g_assert_true(muster_alert_watch_position(watch, 1, MUSTER_UNREACHABLE_MS, now_ms + 20000));
  g_assert_true(muster_alert_watch_arrive(watch, 1, now_ms + 60000));
  out = outlook(watch, now_ms + 60000);
  g_assert_cmpfloat(out.p_accept, ==, 1);
  g_assert_cmpuint(out.arrived, ==, 1);
  g_assert_cmpuint(out.stranded, ==, 0);
}

/* Who has no way from the start is no helper either, silent or not. */
static void test_never_there(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  MusterAlertPerson nowhere = person(1, 0, 0);
  nowhere.travel_ms = MUSTER_UNREACHABLE_MS;
  alert(watch, ALERT_MS, nowhere);
  MusterAlertOutlook out = outlook(watch, ALERT_MS);
  g_assert_cmpfloat(out.p_accept, ==, 0);
  g_assert_cmpuint(out.open, ==, 1);
  g_assert_true(muster_alert_watch_accept(watch, 1, ALERT_MS + 1000));
  out = outlook(watch, ALERT_MS + 1000);
  g_assert_cmpfloat(out.p_accept, ==, 0);
  g_assert_cmpuint(out.stranded, ==, 1);
}

static void test_positions(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  alert(watch, ALERT_MS, person(1, 300, 0));
  int64_t now_ms = ALERT_MS + 200000;
  g_assert_true(muster_alert_watch_position(watch, 1, 370000, now_ms));
  /* The median: 370 s are left until the deadline. */
  g_assert_cmpfloat_with_epsilon(outlook(watch, now_ms).p_on_scene, 0.5, 1e-9);
  g_assert_cmpfloat(outlook(watch, now_ms).p_accept, ==, 0); /* heard only after the deadline of accepting */
  g_assert_true(muster_alert_watch_position(watch, 1, 10000, now_ms + 300000));
  g_assert_cmpfloat(outlook(watch, now_ms + 300000).p_on_scene, >, 0.999);
  g_assert_true(muster_alert_watch_position(watch, 1, MUSTER_UNREACHABLE_MS, now_ms + 310000));
  g_assert_cmpfloat(outlook(watch, now_ms + 310000).p_on_scene, ==, 0);
  g_assert_true(muster_alert_watch_arrive(watch, 1, now_ms + 320000));
  g_assert_cmpfloat(outlook(watch, now_ms + 320000).p_on_scene, ==, 1);
  g_assert_cmpfloat(outlook(watch, ON_SCENE_BY_MS + 5).p_on_scene, ==, 1);
  g_assert_cmpuint(outlook(watch, ON_SCENE_BY_MS + 5).arrived, ==, 1);
  g_assert_false(muster_alert_watch_decline(watch, 1, now_ms + 330000));
}

static void test_silence_only_lowers(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertGoal goal = {.need_count = 2, .needs = {{0, 1}, {1, 1}}, .alpha_accept = 0.9, .alpha_on_scene = 0.8};
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &goal);
  for (uint32_t i = 0; i < 9; i++) alert(watch, ALERT_MS + i * 2000, person(i, 60 + 40 * i, i % 2));
  muster_alert_watch_accept(watch, 3, ALERT_MS + 17000);
  double accept = 1, arrive = 1;
  for (int64_t at_ms = ALERT_MS + 17000; at_ms < ON_SCENE_BY_MS + 2000; at_ms += 250) {
    MusterAlertOutlook out = outlook(watch, at_ms);
    g_assert_cmpfloat(out.p_accept, <=, accept + 1e-12);
    g_assert_cmpfloat(out.p_on_scene, <=, arrive + 1e-6);
    accept = out.p_accept;
    arrive = out.p_on_scene;
  }
  g_assert_cmpfloat(accept, ==, 0);
  g_assert_cmpfloat(arrive, ==, 0);
}

static bool meets(MusterAlertWatch *watch, int64_t at_ms) {
  MusterAlertOutlook out = outlook(watch, at_ms);
  return out.p_accept >= one.alpha_accept - 1e-12 && out.p_on_scene >= one.alpha_on_scene - 1e-12;
}

static void test_next(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  g_assert_cmpint(muster_alert_watch_next_ms(watch, ALERT_MS), ==, INT64_MAX);
  for (uint32_t i = 0; i < 8; i++) alert(watch, ALERT_MS, person(i, 100 + 10 * i, 0));
  int64_t next_ms = muster_alert_watch_next_ms(watch, ALERT_MS);
  g_assert_cmpint(next_ms, >, ALERT_MS);
  g_assert_cmpint(next_ms, <, ALERT_MS + 90000);
  g_assert_true(meets(watch, next_ms - 1));
  g_assert_false(meets(watch, next_ms));
  /* Then the other stage falls, and then the alerts count as unanswered. */
  int64_t second_ms = muster_alert_watch_next_ms(watch, next_ms);
  g_assert_cmpint(second_ms, >, next_ms);
  g_assert_cmpfloat(outlook(watch, second_ms - 1).p_on_scene, >=, one.alpha_on_scene - 1e-12);
  g_assert_cmpfloat(outlook(watch, second_ms).p_on_scene, <, one.alpha_on_scene);
  g_assert_cmpint(muster_alert_watch_next_ms(watch, second_ms), ==, ALERT_MS + 90000);
  muster_alert_watch_accept(watch, 2, next_ms);
  g_assert_cmpfloat(outlook(watch, next_ms).p_accept, ==, 1);
  g_assert_true(meets(watch, next_ms));
  size_t count;
  muster_alert_watch_unanswered(watch, ALERT_MS + 89999, &count);
  g_assert_cmpuint(count, ==, 0);
  const uint64_t *ids = muster_alert_watch_unanswered(watch, ALERT_MS + 90000, &count);
  const uint64_t expected[] = {0, 1, 3, 4, 5, 6, 7};
  g_assert_cmpmem(ids, count * sizeof *ids, expected, sizeof expected);
  muster_alert_watch_unanswered(watch, ALERT_MS + 90000, &count);
  g_assert_cmpuint(count, ==, 0);
  /* A late answer is still taken. */
  g_assert_true(muster_alert_watch_accept(watch, 5, ALERT_MS + 95000));
  g_assert_cmpuint(outlook(watch, ALERT_MS + 95000).accepted, ==, 2);
}

static size_t offer(MusterAlertPerson *out, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) out[i] = person(100 + i, 60 + 15 * i, i % 3 == 0);
  return count;
}

/* Alerts, and each decline replaced at once, until enough have accepted; then the rest is let go. */
static void test_a_whole_life(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertGoal goal = {.need_count = 2, .needs = {{0, 1}, {1, 1}}, .alpha_accept = 0.8, .alpha_on_scene = 0.5};
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &goal);
  MusterAlertPerson persons[40];
  size_t count = offer(persons, 40), surplus;
  MusterAlertConditions now = at(ALERT_MS);
  MusterAlertChoice choice;
  muster_alert_watch_extend(watch, &now, persons, count, &choice);
  g_assert_cmpint(choice.status, <=, MUSTER_ALERT_MET);
  g_assert_cmpuint(choice.chosen_count, >=, 4);
  bool asked[40] = {false};
  for (size_t i = 0; i < choice.chosen_count; i++) {
    alert(watch, ALERT_MS, persons[choice.chosen[i]]);
    asked[choice.chosen[i]] = true;
  }
  g_assert_cmpfloat_with_epsilon(outlook(watch, ALERT_MS).p_accept, choice.p_accept, 1e-9);
  muster_alert_watch_extend(watch, &now, NULL, 0, &choice);
  g_assert_cmpuint(choice.chosen_count, ==, 0);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_OPTIMAL);

  /* The first refusal: somebody else is asked. */
  size_t first = 0;
  while (!asked[first]) first++;
  now.at_ms += 20000;
  g_assert_true(muster_alert_watch_decline(watch, persons[first].id, now.at_ms));
  g_assert_false(muster_alert_watch_accept(watch, persons[first].id, now.at_ms));
  MusterAlertPerson others[40];
  size_t other_count = 0;
  for (size_t i = 0; i < count; i++)
    if (!asked[i]) others[other_count++] = persons[i];
  muster_alert_watch_extend(watch, &now, others, other_count, &choice);
  g_assert_cmpuint(choice.chosen_count, >=, 1);
  for (size_t i = 0; i < choice.chosen_count; i++) alert(watch, now.at_ms, others[choice.chosen[i]]);
  g_assert_cmpfloat(outlook(watch, now.at_ms).p_accept, >=, 0.8 - 1e-9);

  /* First aid accepts, then somebody: both places are filled and the others are let go, but for who is needed on the
   * scene. */
  muster_alert_watch_surplus(watch, now.at_ms, &surplus);
  g_assert_cmpuint(surplus, ==, 0);
  uint32_t open = outlook(watch, now.at_ms).open;
  uint64_t helper = 0, other = 0;
  for (size_t i = 0; i < count; i++) {
    if (!asked[i] || i == first) continue;
    if ((persons[i].roles & 1) && !helper)
      helper = persons[i].id;
    else if (!other)
      other = persons[i].id;
  }
  now.at_ms += 5000;
  g_assert_true(muster_alert_watch_accept(watch, helper, now.at_ms));
  g_assert_cmpuint(outlook(watch, now.at_ms).unfilled, ==, 1);
  g_assert_true(muster_alert_watch_accept(watch, other, now.at_ms));
  g_assert_cmpuint(outlook(watch, now.at_ms).unfilled, ==, 0);
  g_assert_cmpfloat(outlook(watch, now.at_ms).p_accept, ==, 1);
  const uint64_t *let_go = muster_alert_watch_surplus(watch, now.at_ms, &surplus);
  g_assert_cmpuint(surplus, <=, open - 2);
  g_assert_cmpuint(surplus, >=, 1);
  uint64_t ids[40];
  memcpy(ids, let_go, surplus * sizeof *ids);
  for (size_t i = 0; i < surplus; i++) {
    g_assert_cmpuint(ids[i], !=, helper);
    g_assert_cmpuint(ids[i], !=, other);
    g_assert_true(muster_alert_watch_withdraw(watch, ids[i], now.at_ms));
  }
  g_assert_cmpfloat(outlook(watch, now.at_ms).p_on_scene, >=, 0.5 - 1e-9);
  muster_alert_watch_surplus(watch, now.at_ms, &surplus);
  g_assert_cmpuint(surplus, ==, 0);

  /* Who accepted drops out: a place is empty again. */
  g_assert_true(muster_alert_watch_decline(watch, other, now.at_ms + 1000));
  g_assert_cmpuint(outlook(watch, now.at_ms + 1000).unfilled, ==, 1);
}

/* Three accept where one is needed: the two who would come last are let go, arrived ones never. */
static void test_surplus_accepts(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  MusterAlertGoal goal = one;
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &goal);
  for (uint32_t i = 0; i < 3; i++) {
    alert(watch, ALERT_MS, person(i, 30 + 200 * i, 0));
    muster_alert_watch_accept(watch, i, ALERT_MS + 10000);
  }
  size_t count;
  const uint64_t *ids = muster_alert_watch_surplus(watch, ALERT_MS + 10000, &count);
  const uint64_t expected[] = {2, 1};
  g_assert_cmpmem(ids, count * sizeof *ids, expected, sizeof expected);
  muster_alert_watch_arrive(watch, 2, ALERT_MS + 20000);
  ids = muster_alert_watch_surplus(watch, ALERT_MS + 20000, &count);
  const uint64_t after[] = {1, 0};
  g_assert_cmpmem(ids, count * sizeof *ids, after, sizeof after);
}

/* Nobody can be on the scene in time any more: nobody is let go who still might. */
static void test_out_of_reach(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  alert(watch, ALERT_MS, person(1, 900, 0));
  alert(watch, ALERT_MS, person(2, 400, 0));
  muster_alert_watch_accept(watch, 1, ALERT_MS + 10000);
  size_t count;
  muster_alert_watch_surplus(watch, ALERT_MS + 10000, &count);
  g_assert_cmpuint(count, ==, 0);
  MusterAlertConditions now = at(ALERT_MS + 10000);
  MusterAlertChoice choice;
  muster_alert_watch_extend(watch, &now, NULL, 0, &choice);
  g_assert_cmpint(choice.status, ==, MUSTER_ALERT_INFEASIBLE);
  g_assert_true(choice.short_on_scene);
}

/* A deadline that has passed makes no demand; new ones do. */
static void test_after_the_deadlines(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  MusterAlertPerson persons[40];
  size_t count = offer(persons, 40);
  MusterAlertConditions now = at(ACCEPT_BY_MS);
  MusterAlertChoice choice;
  muster_alert_watch_extend(watch, &now, persons, count, &choice);
  g_assert_cmpint(choice.status, <=, MUSTER_ALERT_MET);
  g_assert_cmpuint(choice.chosen_count, >=, 2);
  g_assert_cmpfloat(choice.p_on_scene, >=, 0.8);
  now.at_ms = ON_SCENE_BY_MS;
  muster_alert_watch_extend(watch, &now, persons, count, &choice);
  g_assert_cmpuint(choice.chosen_count, ==, 0);
  muster_alert_watch_set_deadlines(watch, ON_SCENE_BY_MS + 180000, ON_SCENE_BY_MS + 600000);
  muster_alert_watch_extend(watch, &now, persons, count, &choice);
  g_assert_cmpuint(choice.chosen_count, >=, 2);
}

static void test_refusals(void) {
  g_autoptr(MusterAlertModel) model = built_in();
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_alert_watch_new(model, &(MusterAlertGoal){.alpha_accept = 2}, 0, 0, &error));
  g_assert_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_GOAL);
  g_autoptr(MusterAlertWatch) watch = watch_for(model, &one);
  MusterAlertConditions conditions = at(0);
  MusterAlertPerson who = person(4, 10, 0);
  g_assert_true(muster_alert_watch_alert(watch, &conditions, &who));
  g_assert_false(muster_alert_watch_alert(watch, &conditions, &who));
  g_assert_false(muster_alert_watch_accept(watch, 5, 0));
  g_assert_false(muster_alert_watch_arrive(watch, 5, 0));
  g_assert_false(muster_alert_watch_position(watch, 5, 0, 0));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alert-watch/begins-as-assessed", test_begins_as_assessed);
  g_test_add_func("/alert-watch/silence-against-a-million-draws", test_silence_against_draws);
  g_test_add_func("/alert-watch/on-the-way-against-a-million-draws", test_on_the_way_against_draws);
  g_test_add_func("/alert-watch/positions", test_positions);
  g_test_add_func("/alert-watch/stranded", test_stranded);
  g_test_add_func("/alert-watch/never-there", test_never_there);
  g_test_add_func("/alert-watch/silence-only-lowers", test_silence_only_lowers);
  g_test_add_func("/alert-watch/next", test_next);
  g_test_add_func("/alert-watch/a-whole-life", test_a_whole_life);
  g_test_add_func("/alert-watch/surplus-accepts", test_surplus_accepts);
  g_test_add_func("/alert-watch/out-of-reach", test_out_of_reach);
  g_test_add_func("/alert-watch/after-the-deadlines", test_after_the_deadlines);
  g_test_add_func("/alert-watch/refusals", test_refusals);
  return g_test_run();
}
