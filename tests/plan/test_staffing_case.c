/* The staffing case of a small county: people counted once each, chances by times and draws of their own, closures. */
#include <math.h>

#include "alert/model.h"
#include "base/random.h"
#include "plan/coverage.h"
#include "plan/staffing.h"
#include "sim/small_county.h"
#include "support/support.h"

enum { VOLUNTEERS = 60, DOORS = 2, DRAWS = 100000 };

typedef struct world {
  MusterCoverageOptions coverage;
  MusterStaffingCaseOptions options;
  MusterNetwork *network;
  MusterMetric *metrics[1];
} world;

static void world_init(world *w) {
  GError *error = NULL;
  muster_coverage_options_init(&w->coverage);
  w->coverage.county = small_county_new(VOLUNTEERS, 100, 1);
  w->network = muster_network_new(muster_county_roads(w->coverage.county), MUSTER_MODE_EBIKE, &error);
  g_assert_no_error(error);
  w->metrics[0] = muster_network_metric(w->network);
  w->coverage.metrics = w->metrics;
  w->coverage.metric_count = 1;
  w->coverage.model = muster_alert_model_new(NULL, &error);
  w->coverage.doors = DOORS;
  w->coverage.hours = 1u << 2 | 1u << 12;
  w->options = (MusterStaffingCaseOptions){.coverage = &w->coverage,
                                           .services = MUSTER_SERVICES_POSTS,
                                           .need_count = 1,
                                           .least_chance = 0.1,
                                           .most = 100,
                                           .acceptance = 0.8};
}

static void world_clear(world *w) {
  muster_county_unref(w->coverage.county);
  muster_alert_model_unref(w->coverage.model);
  muster_metric_unref(w->metrics[0]);
  muster_network_unref(w->network);
}

static MusterStaffingCase *make(const world *w) {
  GError *error = NULL;
  MusterStaffingCase *scene = muster_staffing_case_new(&w->options, &error);
  g_assert_no_error(error);
  return scene;
}

/* The worst of the hours is the night's. */
static double draw_chance(const world *w, double travel_s, double high_share, mi_random *random) {
  const mi_alert_figures *figures = &w->coverage.model->figures;
  double worst = 1;
  for (uint32_t hour = 2; hour <= 12; hour += 10) {
    int served = 0;
    for (int i = 0; i < DRAWS; i++) {
      double answer_s = mi_random_gamma(random, figures->answer_mean_s, figures->answer_sd_s);
      double there_s = answer_s;
      there_s += mi_random_lognormal(random, figures->turnout_median_s[hour], figures->turnout_sigma[hour]);
      there_s += travel_s * mi_random_lognormal(random, figures->travel_median, figures->travel_sigma);
      if (mi_random_unit(random) < high_share) there_s += figures->high_rise_s;
      served += mi_random_unit(random) < w->options.acceptance && answer_s * 1000 <= w->coverage.reached_ms &&
                there_s * 1000 <= w->coverage.on_scene_ms;
    }
    worst = fmin(worst, (double)served / DRAWS);
  }
  return worst;
}

static void test_chances(void) {
  world w;
  world_init(&w);
  g_autoptr(MusterStaffingCase) scene = make(&w);
  MusterStaffingTable table = muster_staffing_case_table(scene);
  const MusterStaffingStand *stands = muster_staffing_case_stands(scene);
  g_assert_cmpuint(table.demand_count, ==, 16 * DOORS);
  g_assert_cmpuint(table.stand_count, ==, 2);
  g_autofree MusterPosition *doors = mi_coverage_doors(w.coverage.county, DOORS);
  g_autoptr(MusterSearch) search = muster_search_new(w.network);
  const MusterPost *posts = muster_county_posts(w.coverage.county, NULL);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  size_t counted_on = 0, left_out = 0;
  for (size_t i = 0; i < table.demand_count; i++)
    for (size_t j = 0; j < table.stand_count; j++) {
      MusterRoadPoint from, to;
      g_assert_true(muster_network_snap(w.network, posts[stands[j].place].position, 1000, &from, NULL));
      g_assert_true(muster_network_snap(w.network, doors[i], 1000, &to, NULL));
      double travel_s = muster_search_time_ms(search, &from, &to) / 1000.0;
      MusterAreaId first;
      muster_county_level(w.coverage.county, MUSTER_AREA_GRID, &first, NULL);
      const MusterArea *grid = &muster_county_areas(w.coverage.county, NULL)[first + i / DOORS];
      bool urban = grid->kind == MUSTER_COMMUNITY_URBAN;
      double drawn = draw_chance(&w, travel_s, urban ? w.coverage.high_rise_share : 0, &random);
      double told = table.chances[i * table.stand_count + j];
      if (told == 0) {
        g_assert_cmpfloat(drawn, <, 0.11);
        left_out++;
      } else {
        g_assert_cmpfloat(fabs(told - drawn), <, 5 * 0.5 / sqrt(DRAWS));
        counted_on++;
      }
    }
  g_test_message("%zu chances, %zu too small", counted_on, left_out);
  g_assert_cmpuint(counted_on, >, 20);
  world_clear(&w);
}

/* Everybody stands at the post of their team's community; two of the four communities have none. */
static void test_people(void) {
  world w;
  world_init(&w);
  g_autoptr(MusterStaffingCase) all = make(&w);
  MusterStaffingTable table = muster_staffing_case_table(all);
  uint32_t people = 0;
  for (size_t j = 0; j < table.stand_count; j++) people += table.most[j];
  g_assert_cmpuint(people, ==, VOLUNTEERS / 2); /* two of the four teams' communities have a post */
  w.options.most = 7;
  g_autoptr(MusterStaffingCase) few = make(&w);
  for (size_t j = 0; j < table.stand_count; j++) g_assert_cmpuint(muster_staffing_case_table(few).most[j], ==, 7);
  world_clear(&w);
}

static void test_refused(void) {
  world w;
  world_init(&w);
  g_autoptr(GError) stations = NULL, both = NULL;
  w.options.services = MUSTER_SERVICES_STATIONS;
  g_assert_null(muster_staffing_case_new(&w.options, &stations));
  g_assert_error(stations, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE);
  w.options.services = MUSTER_SERVICES_BOTH;
  g_assert_null(muster_staffing_case_new(&w.options, &both));
  g_assert_error(both, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  world_clear(&w);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/staffing-case/chances", test_chances);
  g_test_add_func("/staffing-case/people", test_people);
  g_test_add_func("/staffing-case/refused", test_refused);
  return g_test_run();
}
