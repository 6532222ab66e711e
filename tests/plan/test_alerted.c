/* The sum over who is on stand-by, alerted, accepts and comes, against every way it can turn out, and against draws. */
#include <math.h>
#include <string.h>

#include "alert/model.h"
#include "base/random.h"
#include "plan/odds.h"
#include "support/support.h"

enum { PERSONS_MOST = 6, INSTANCES = 60 };

typedef struct small {
  mi_alerted_person persons[PERSONS_MOST];
  double comes[PERSONS_MOST * MI_ALERTED_STEPS];
  size_t count;
  uint32_t alerts, people;
} small;

static void draw(small *s, mi_random *random) {
  s->count = mi_random_below(random, PERSONS_MOST) + 1;
  s->people = mi_random_below(random, 3) + 1;
  s->alerts = s->people + mi_random_below(random, 3);
  for (size_t i = 0; i < s->count; i++) {
    double parts[4], sum = 0;
    for (int k = 0; k < 4; k++) sum += parts[k] = mi_random_unit(random);
    bool certain = mi_random_below(random, 4) == 0;
    s->persons[i] = (mi_alerted_person){.on_standby = certain ? 1 : mi_random_unit(random),
                                        .both = parts[0] / sum,
                                        .accepts = parts[1] / sum,
                                        .comes = parts[2] / sum};
    double by = 0;
    for (int k = 0; k < MI_ALERTED_STEPS; k++)
      s->comes[i * MI_ALERTED_STEPS + k] = by += (1 - by) * 0.1 * mi_random_unit(random);
  }
}

/* Each person is off, or ends in one of four ways: five to the power of their number. */
static mi_alerted_chance try_all(const small *s) {
  mi_alerted_chance sum = {0};
  size_t ways = 1;
  for (size_t i = 0; i < s->count; i++) ways *= 5;
  for (size_t way = 0; way < ways; way++) {
    double p = 1;
    uint32_t alerted = 0, accept = 0, come = 0;
    size_t rest = way;
    for (size_t i = 0; i < s->count; i++, rest /= 5) {
      const mi_alerted_person *person = &s->persons[i];
      size_t end = rest % 5;
      const double ends[] = {person->both, person->accepts, person->comes,
                             1 - person->both - person->accepts - person->comes};
      p *= end == 4 ? 1 - person->on_standby : person->on_standby * ends[end];
      if (end == 4 || alerted == s->alerts) continue;
      alerted++;
      accept += end == 0 || end == 1;
      come += end == 0 || end == 2;
    }
    sum.reached += p * (accept >= s->people);
    sum.on_scene += p * (come >= s->people);
    sum.kept += p * (accept >= s->people && come >= s->people);
  }
  return sum;
}

static void assert_near(double found, double expected) { g_assert_cmpfloat(fabs(found - expected), <, 1e-12); }

static void assert_same(mi_alerted_chance found, mi_alerted_chance expected) {
  assert_near(found.reached, expected.reached);
  assert_near(found.on_scene, expected.on_scene);
  assert_near(found.kept, expected.kept);
}

static void test_all_ways(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (int i = 0; i < INSTANCES; i++) {
    small s;
    draw(&s, &random);
    mi_alerted alerted;
    mi_alerted_init(&alerted, s.alerts, s.people);
    mi_alerted_chance expected = try_all(&s);
    assert_same(mi_alerted_sum(&alerted, s.persons, s.count), expected);
    assert_same(mi_alerted_trace(&alerted, s.persons, s.count), expected);
    assert_near(mi_alerted_sum(&alerted, s.persons, 0).kept, 0);
    mi_alerted_clear(&alerted);
  }
}

/* One more person in their place, and all summed anew. */
static void test_gain(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int i = 0; i < INSTANCES; i++) {
    small s;
    draw(&s, &random);
    if (s.count == PERSONS_MOST) s.count--;
    size_t rank = mi_random_below(&random, (uint32_t)s.count + 1);
    mi_alerted_person one = {.on_standby = 0.3, .both = 0.2, .accepts = 0.1, .comes = 0.25};
    mi_alerted alerted;
    mi_alerted_init(&alerted, s.alerts, s.people);
    double before = mi_alerted_trace(&alerted, s.persons, s.count).kept, gain = mi_alerted_gain(&alerted, rank, &one);
    memmove(s.persons + rank + 1, s.persons + rank, (s.count - rank) * sizeof one);
    s.persons[rank] = one;
    s.count++;
    assert_near(before + gain, try_all(&s).kept);
    mi_alerted_clear(&alerted);
  }
}

/* At each step the chance is that of on_scene with that step as the deadline. */
static void test_arrivals(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  for (int i = 0; i < INSTANCES; i++) {
    small s;
    draw(&s, &random);
    mi_alerted alerted;
    double by[MI_ALERTED_STEPS];
    mi_alerted_init(&alerted, s.alerts, s.people);
    mi_alerted_arrive(&alerted, s.persons, s.comes, s.count, by);
    for (int k = 0; k < MI_ALERTED_STEPS; k++) {
      small at = s;
      for (size_t j = 0; j < s.count; j++)
        at.persons[j] = (mi_alerted_person){.on_standby = s.persons[j].on_standby,
                                            .comes = s.comes[j * MI_ALERTED_STEPS + (size_t)k]};
      assert_near(by[k], try_all(&at).on_scene);
    }
    mi_alerted_clear(&alerted);
  }
}

/* So many people make it sure, one fewer does not. */
static void test_reach(void) {
  for (uint32_t alerts = 1; alerts <= 16; alerts += 5)
    for (double p = 0.05; p < 1; p += 0.19) {
      size_t count = mi_alerted_reach(alerts, p, 0.999, 10000);
      for (size_t i = count - 1; i <= count; i++) {
        double fewer = 0, term = pow(1 - p, (double)i);
        for (size_t n = 0; n < alerts; n++) {
          fewer += term;
          term *= (double)(i - n) / (double)(n + 1) * p / (1 - p);
        }
        g_assert_cmpint(fewer <= 0.001, ==, i == count);
      }
    }
  g_assert_cmpuint(mi_alerted_reach(3, 0, 0.999, 17), ==, 17);
  g_assert_cmpuint(mi_alerted_reach(3, 1, 0.999, 17), ==, 3);
}

/* ---- odds ---- */

typedef struct counts {
  double both, accepts, comes, by[MI_ALERTED_STEPS];
} counts;

/* Answers, turnouts and ways as the model says, drawn one by one. */
static counts draw_trips(const MusterAlertModel *model, const MusterCoverageOptions *options, uint32_t hour,
                         double extra_s, double travel_s, int draws, mi_random *random) {
  const mi_alert_figures *figures = &model->figures;
  counts out = {0};
  for (int i = 0; i < draws; i++) {
    double answer_s = mi_random_gamma(random, figures->answer_mean_s, figures->answer_sd_s);
    double turnout_s = mi_random_lognormal(random, figures->turnout_median_s[hour], figures->turnout_sigma[hour]);
    double way_s = travel_s * mi_random_lognormal(random, figures->travel_median, figures->travel_sigma);
    double there_s = answer_s + turnout_s + way_s + extra_s;
    bool accepts = answer_s * 1000 <= options->reached_ms, comes = there_s * 1000 <= options->on_scene_ms;
    out.both += accepts && comes;
    out.accepts += accepts && !comes;
    out.comes += !accepts && comes;
    for (int k = 0; k < MI_ALERTED_STEPS; k++) out.by[k] += there_s <= (k + 1.0) * MI_ODDS_STEP_S;
  }
  return out;
}

static void assert_within(double probability, double count, int draws) {
  double sd = sqrt(fmax(probability * (1 - probability), 1e-5) / draws);
  g_assert_cmpfloat(fabs(probability - count / draws), <, 5 * sd + 1e-4);
}

static void test_odds(void) {
  enum { DRAWS = 200000 };
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  MusterCoverageOptions options;
  muster_coverage_options_init(&options);
  options.reached_ms = 50000; /* often passed, so that all four ends are seen */
  options.model = muster_alert_model_new(NULL, NULL);
  mi_odds_set set;
  mi_odds_set_init(&set, &options);
  for (uint32_t hour = 2; hour <= 12; hour += 10)
    for (int high = 0; high < 2; high++)
      for (uint32_t travel_ms = 30500; travel_ms < 700000; travel_ms *= 3) {
        mi_alerted_person person;
        double comes[MI_ALERTED_STEPS], extra_s = high ? options.model->figures.high_rise_s : 0;
        mi_odds_tell(&set.odds[set.of_hour[high][hour]], 1, travel_ms, &person, comes);
        counts drawn = draw_trips(options.model, &options, hour, extra_s, travel_ms / 1000.0, DRAWS, &random);
        assert_within(person.both, drawn.both, DRAWS);
        assert_within(person.accepts, drawn.accepts, DRAWS);
        assert_within(person.comes, drawn.comes, DRAWS);
        for (int k = 0; k < MI_ALERTED_STEPS; k++) assert_within(comes[k], drawn.by[k], DRAWS);
        mi_alerted_person half;
        mi_odds_tell(&set.odds[set.of_hour[high][hour]], 0.5, travel_ms, &half, NULL);
        assert_near(2 * half.both, person.both);
      }
  g_assert_cmpuint(mi_odds_reach_ms(&set), >, 600000);
  mi_odds_set_clear(&set);
  muster_alert_model_unref(options.model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alerted/all-ways", test_all_ways);
  g_test_add_func("/alerted/gain", test_gain);
  g_test_add_func("/alerted/arrivals", test_arrivals);
  g_test_add_func("/alerted/reach", test_reach);
  g_test_add_func("/alerted/odds-against-draws", test_odds);
  return g_test_run();
}
