/* Staffing against every staffing there is, on small tables with roles, hopeless demands and too few people. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "plan/staffing.h"
#include "support/support.h"

enum { DEMANDS_MOST = 5, STANDS_MOST = 5, PEOPLE_MOST = 3, MEDIC = 1, BOAT = 2 };

typedef struct small {
  double chances[DEMANDS_MOST * STANDS_MOST];
  uint32_t roles[STANDS_MOST], most[STANDS_MOST];
  MusterStaffingTable table;
  MusterStaffingOptions options;
} small;

static void draw(small *s, mi_random *random) {
  *s = (small){0};
  size_t demands = 1 + mi_random_below(random, DEMANDS_MOST), stands = 1 + mi_random_below(random, STANDS_MOST);
  for (size_t i = 0; i < demands * stands; i++) {
    uint32_t kind = mi_random_below(random, 6);
    s->chances[i] = kind < 2 ? 0 : kind == 5 && mi_random_below(random, 4) == 0 ? 1 : mi_random_unit(random);
  }
  for (size_t j = 0; j < stands; j++) {
    s->roles[j] = mi_random_below(random, 4);
    s->most[j] = mi_random_below(random, PEOPLE_MOST + 1);
  }
  s->table = (MusterStaffingTable){s->chances, demands, stands, s->roles, s->most};
  muster_staffing_options_init(&s->options);
  s->options.alpha = 0.3 + 0.6 * mi_random_unit(random);
  s->options.needs[0].count = 1 + mi_random_below(random, 2);
  if (mi_random_below(random, 2)) {
    s->options.needs[1] = (MusterAlertNeed){mi_random_below(random, 2) ? MEDIC : MEDIC | BOAT, 1};
    s->options.need_count = 2;
  }
  s->options.steps = 20;
}

/* Whether people with these roles can fill all needs, each person one place: by trying who takes what. */
static bool fill(const small *s, const uint32_t *roles, size_t count, uint32_t *left) {
  bool all = true;
  for (size_t k = 0; k < s->options.need_count; k++) all = all && left[k] == 0;
  if (all) return true;
  if (count == 0) return false;
  if (fill(s, roles + 1, count - 1, left)) return true;
  for (size_t k = 0; k < s->options.need_count; k++) {
    if (left[k] == 0 || (roles[0] & s->options.needs[k].roles) != s->options.needs[k].roles) continue;
    left[k]--;
    bool fills = fill(s, roles + 1, count - 1, left);
    left[k]++;
    if (fills) return true;
  }
  return false;
}

/* P(all needs served) at a demand: over all who may come. */
static double chance_at(const small *s, const uint32_t *people, size_t demand) {
  uint32_t roles[STANDS_MOST * PEOPLE_MOST];
  double p[STANDS_MOST * PEOPLE_MOST], sum = 0;
  size_t count = 0;
  for (size_t j = 0; j < s->table.stand_count; j++)
    for (uint32_t n = 0; n < people[j]; n++, count++) {
      roles[count] = s->roles[j];
      p[count] = s->chances[demand * s->table.stand_count + j];
    }
  for (uint32_t set = 0; set < 1u << count; set++) {
    uint32_t here[STANDS_MOST * PEOPLE_MOST], left[MUSTER_ALERT_NEEDS_MAX];
    size_t come = 0;
    double chance = 1;
    for (size_t i = 0; i < count; i++) {
      chance *= set >> i & 1 ? p[i] : 1 - p[i];
      if (set >> i & 1) here[come++] = roles[i];
    }
    for (size_t k = 0; k < s->options.need_count; k++) left[k] = s->options.needs[k].count;
    if (chance > 0 && fill(s, here, come, left)) sum += chance;
  }
  return sum;
}

/* The next staffing in the order of an odometer; false after the last. */
static bool advance(const small *s, uint32_t *people) {
  for (size_t j = 0; j < s->table.stand_count; j++) {
    if (people[j]++ < s->most[j]) return true;
    people[j] = 0;
  }
  return false;
}

static uint32_t sum_of(const small *s, const uint32_t *people) {
  uint32_t sum = 0;
  for (size_t j = 0; j < s->table.stand_count; j++) sum += people[j];
  return sum;
}

static uint32_t try_all(const small *s, const bool *hopeless) {
  uint32_t people[STANDS_MOST] = {0}, best = UINT32_MAX;
  do {
    uint32_t sum = sum_of(s, people);
    bool serves = sum < best;
    for (size_t i = 0; serves && i < s->table.demand_count; i++)
      serves = hopeless[i] || chance_at(s, people, i) >= s->options.alpha - 1e-12;
    if (serves) best = sum;
  } while (advance(s, people));
  return best;
}

/* At most so many people in all, so that trying all who may come takes no hours. */
static bool is_small(const small *s) { return sum_of(s, s->most) <= 9; }

static void test_all_staffings(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  size_t tried = 0, greedy_best = 0, hopeless_seen = 0, people_seen = 0, bound_met = 0;
  while (tried < 120) {
    small s;
    draw(&s, &random);
    if (!is_small(&s)) continue;
    tried++;
    bool hopeless[DEMANDS_MOST];
    size_t count = 0;
    for (size_t i = 0; i < s.table.demand_count; i++) count += hopeless[i] = chance_at(&s, s.most, i) < s.options.alpha;
    uint32_t best = try_all(&s, hopeless), people[STANDS_MOST];
    double chances[DEMANDS_MOST];
    MusterStaffingAnswer exact, quick;
    GError *error = NULL;
    g_assert_true(muster_staffing(&s.table, &s.options, &exact, people, chances, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(exact.hopeless, ==, count);
    g_assert_true(exact.is_optimal);
    g_assert_cmpuint(exact.people, ==, best);
    g_assert_cmpuint(exact.bound, ==, best);
    g_assert_cmpuint(sum_of(&s, people), ==, best);
    for (size_t i = 0; i < s.table.demand_count; i++) {
      g_assert_cmpfloat(fabs(chances[i] - chance_at(&s, people, i)), <, 1e-9);
      g_assert_cmpint(chances[i] < s.options.alpha - 1e-9, ==, hopeless[i]);
    }
    s.options.search_nodes = 0;
    s.options.steps = 0;
    g_assert_true(muster_staffing(&s.table, &s.options, &quick, people, NULL, &error));
    g_assert_cmpuint(quick.people, >=, best);
    g_assert_cmpuint(quick.bound, <=, best);
    if (quick.is_optimal) g_assert_cmpuint(quick.people, ==, best);
    greedy_best += quick.people == best;
    bound_met += quick.bound == best;
    hopeless_seen += count > 0;
    people_seen += best > 1;
  }
  g_test_message("greedy best in %zu of %zu, bound met in %zu, hopeless demands in %zu, several people in %zu",
                 greedy_best, tried, bound_met, hopeless_seen, people_seen);
  g_assert_cmpuint(greedy_best, >, tried * 3 / 4);
  g_assert_cmpuint(bound_met, >, tried / 2);
  g_assert_cmpuint(hopeless_seen, >, 10);
  g_assert_cmpuint(people_seen, >, 20);
}

/* −ln(1 − α) for one; the Poisson number is never sure enough below it. */
static void test_mean_needed(void) {
  g_assert_cmpfloat(fabs(mi_staff_mean_needed(1, 0.9) - log(10)), <, 1e-9);
  for (uint32_t count = 1; count <= 12; count++)
    for (double alpha = 0.05; alpha < 1; alpha += 0.1) {
      double mean = mi_staff_mean_needed(count, alpha), fewer = 0, term = exp(-mean);
      for (uint32_t n = 0; n < count; n++) {
        fewer += term;
        term *= mean / (n + 1);
      }
      g_assert_cmpfloat(fabs(1 - fewer - alpha), <, 1e-9);
    }
}

/* Many doors on a line, stands between them: the same bytes again, nobody to spare, and no answer below the bound. */
static void test_larger(void) {
  enum { DEMANDS = 200, STANDS = 60 };
  g_autofree double *chances = g_new0(double, DEMANDS *STANDS);
  uint32_t roles[STANDS], most[STANDS], first[STANDS], second[STANDS];
  double told[DEMANDS];
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int j = 0; j < STANDS; j++) {
    roles[j] = mi_random_below(&random, 3) == 0 ? MEDIC : 0;
    most[j] = 8;
    double at = DEMANDS * mi_random_unit(&random);
    for (int i = 0; i < DEMANDS; i++) chances[i * STANDS + j] = fmax(0.5 - fabs(at - i) / 40, 0);
  }
  MusterStaffingTable table = {chances, DEMANDS, STANDS, roles, most};
  MusterStaffingOptions options;
  muster_staffing_options_init(&options);
  options.needs[0].count = 2;
  options.needs[1] = (MusterAlertNeed){MEDIC, 1};
  options.need_count = 2;
  options.search_nodes = 100;
  MusterStaffingAnswer one, two, rough;
  g_assert_true(muster_staffing(&table, &options, &one, first, told, NULL));
  g_assert_true(muster_staffing(&table, &options, &two, second, NULL, NULL));
  g_assert_cmpmem(first, sizeof first, second, sizeof second);
  g_assert_cmpuint(one.people, ==, two.people);
  g_assert_cmpuint(one.bound, <=, one.people);
  g_assert_cmpuint(one.bound * 3, >, one.people);
  options.steps = 0;
  options.search_nodes = 0;
  g_assert_true(muster_staffing(&table, &options, &rough, second, NULL, NULL));
  g_assert_cmpuint(one.people, <=, rough.people);
  g_test_message("greedy %u, improved %u, bound %u, hopeless %zu", rough.people, one.people, one.bound, one.hopeless);
  size_t below = 0;
  for (int i = 0; i < DEMANDS; i++) below += told[i] < options.alpha - 1e-9;
  g_assert_cmpuint(below, ==, one.hopeless);
}

static bool stop(double share, void *data) {
  (void)share, (void)data;
  return false;
}

static void test_refused(void) {
  double chances[] = {0.5, 1.5};
  uint32_t roles[] = {0, 0}, most[] = {1, 70000}, people[2];
  MusterStaffingTable table = {chances, 1, 2, roles, most};
  MusterStaffingOptions options;
  MusterStaffingAnswer answer;
  muster_staffing_options_init(&options);
  const char *const sentences[] = {"demand 1, stand 2: expected a chance from 0 to 1, found 1.5",
                                   "stand 2: expected at most 65535 people, found 70000",
                                   "alpha: expected above 0 and below 1, found 1", "expected 1 to 4 needs, found 0"};
  for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
    g_autoptr(GError) error = NULL;
    if (i == 1) chances[1] = 1;
    if (i == 2) most[1] = 5;
    options.alpha = i == 2 ? 1 : 0.9;
    options.need_count = i != 3;
    g_assert_false(muster_staffing(&table, &options, &answer, people, NULL, &error));
    g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
    g_assert_cmpstr(error->message, ==, sentences[i]);
  }
  g_autoptr(GError) stopped = NULL, limit = NULL;
  options.need_count = 1;
  options.progress = stop;
  g_assert_false(muster_staffing(&table, &options, &answer, people, NULL, &stopped));
  g_assert_error(stopped, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED);
  table.demand_count = 0;
  g_assert_false(muster_staffing(&table, &options, &answer, people, NULL, &limit));
  g_assert_error(limit, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_LIMIT);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/staffing/all-staffings", test_all_staffings);
  g_test_add_func("/staffing/mean-needed", test_mean_needed);
  g_test_add_func("/staffing/larger", test_larger);
  g_test_add_func("/staffing/refused", test_refused);
  return g_test_run();
}
