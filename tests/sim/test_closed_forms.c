/* The simulation against closed forms: Erlang's B and C at zero travel, the infinite-server queue's occupancy, the
 * nearest of a Poisson field. */
#include <math.h>

#include "sim/result.h"
#include "sim/small_county.h"
#include "support/support.h"

static void assert_near(double found, double expected, double tolerance) {
  if (!(fabs(found - expected) <= tolerance)) g_error("expected %.6g ± %.3g, found %.6g", expected, tolerance, found);
}

/* 10 incidents an hour, orders in place of alerts, nobody travels: a service of 12 min makes 2 Erlang. */
static MusterSimResult *simulate_queue(uint32_t servers, uint32_t days, const char *more) {
  g_autoptr(MusterCounty) county = small_county_new(servers, 1000, 5);
  g_autofree char *lines = g_strconcat(
      "[scenario]\nbase=ordinary\n[time]\nruns=1\n[load]\nper_1000_residents_and_day=15\n"
      "by_hour=1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1\n"
      "[calls]\nduplicates=0\napp_share=1\n[volunteers]\nturnout_day=0\nturnout_night=0\nturns_back=0\n"
      "availability=1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1\n"
      "[travel]\nfactor=0\ndoor=0\nhigh_rise=0\nwrong_address=0\n"
      "[kinds]\nmedical=0;1\nfall=0;1\ntraffic_accident=0;1\ncardiac_arrest=0;1\nelderly_help=0;1\npolicy_advice=0;1\n"
      "hardship_relief=0;1\ndispute=0;1\npower_outage=0;1\npsychological_crisis=0;1\nmissing_person=0;1\nfire=0;1\n"
      "water_supply=0;1\n",
      more, NULL);
  g_autoptr(MusterScenario) scenario = small_scenario_new(lines);
  g_autoptr(MusterPolicy) policy =
      small_policy_new("[policy]\nbase=nearest-fcfs\nacceptance=certain\nalert_within_s=86400\nasks_per_slot=10000\n");
  MusterSimOptions options = {.county = county, .scenario = scenario, .policy = policy, .days = days, .seed = 2};
  GError *error = NULL;
  MusterSimResult *result = muster_simulate(&options, &error);
  g_assert_no_error(error);
  g_test_message("%u servers: %" G_GUINT64_FORMAT " incidents, %" G_GUINT64_FORMAT " refused %s", servers,
                 result->reports, result->refused, result->first_refusal ? result->first_refusal : "");
  return result;
}

/* C(3, 2) = 4/9; the mean wait is C / (3 · 5 − 10) hours = 320 s. */
static void test_erlang_c(void) {
  g_autoptr(MusterSimResult) result = simulate_queue(3, 60, "[ends]\nresolution_per_h=0\n");
  const GArray *times = result->times[MUSTER_STAGE_ON_SCENE];
  double waited = 0, sum_s = 0;
  for (guint i = 0; i < times->len; i++) {
    uint32_t time_ms = g_array_index(times, uint32_t, i);
    waited += time_ms > 1;
    sum_s += time_ms / 1000.0;
  }
  g_assert_cmpuint(times->len, ==, result->reports);
  assert_near(waited / times->len, 4.0 / 9, 0.03);
  assert_near(sum_s / times->len, 320, 50);
}

/* Residents who give up at once when nobody is free: B(3, 2) = 4/19. */
static void test_erlang_b(void) {
  g_autoptr(MusterSimResult) result =
      simulate_queue(3, 60, "[ends]\nresolution_per_h=0\npatience=0.001\npatience_sigma=0\n");
  assert_near((double)result->endings[MI_ENDING_GAVE_UP] / (double)result->reports, 4.0 / 19, 0.02);
  g_assert_cmpuint(result->endings[MI_ENDING_GAVE_UP] + result->endings[MI_ENDING_SERVED], ==, result->reports);
}

/* With enough volunteers the mean number at work is the load, whatever the distribution of the work. */
static void test_infinite_servers(void) {
  g_autoptr(MusterSimResult) result = simulate_queue(40, 40, "[ends]\nresolution_per_h=0\n[scene]\ntime_sigma=1\n");
  double at_work = (double)result->status_ms[MI_STATUS_THERE] / (double)result->first.ended_ms;
  assert_near(at_work, 2, 0.12);
  g_assert_cmpuint(result->stages[MUSTER_STAGE_ON_SCENE].met, ==, result->reports);
}

typedef struct Thinning {
  const bool *accepts;
} Thinning;

static bool is_kept(uint32_t id, void *user_data) { return ((const Thinning *)user_data)->accepts[id]; }

/* P(D > r) = exp(−ρπr²) for the nearest volunteer of an incident, and with ρ times the acceptance for the nearest who
 * accepts; incidents within 600 m of the county's border are left out. */
static void test_poisson_field(void) {
  enum { COUNTIES = 30, VOLUNTEERS = 200 };
  double count = 0, farther = 0, farther_thinned = 0, radius_m = 150;
  double width_m = 0, height_m = 0;
  uint64_t draws = test_seed();
  for (uint32_t seed = 0; seed < COUNTIES; seed++) {
    g_autoptr(MusterCounty) county = small_county_new(VOLUNTEERS, 1000, seed);
    g_autoptr(MusterScenario) scenario = small_scenario_new("[scenario]\nbase=ordinary\n[calls]\nduplicates=0\n");
    GError *error = NULL;
    mi_ground *ground = mi_ground_new(county, scenario, &error);
    g_assert_no_error(error);
    MusterPolygons whole = muster_county_area_polygons(county, 0);
    MusterPosition south_west = whole.positions[0], north_east = whole.positions[2];
    width_m = muster_distance_m(south_west, whole.positions[1]);
    height_m = muster_distance_m(whole.positions[1], north_east);
    MusterPosition homes[VOLUNTEERS];
    bool accepts[VOLUNTEERS];
    mi_random random;
    mi_random_init(&random, draws, seed);
    const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
    for (size_t i = 0; i < VOLUNTEERS; i++) {
      homes[i] = volunteers[i].home;
      accepts[i] = mi_random_unit(&random) < 0.36;
    }
    g_autoptr(MusterTree) tree = muster_tree_new_points(homes, VOLUNTEERS);
    Thinning thinning = {accepts};
    for (int i = 0; i < 400; i++) {
      uint32_t grid = mi_ground_draw_grid(ground, ground->weight_ends, &random);
      MusterPosition place = mi_ground_draw_place(ground, grid, &random);
      double east = (place.lon_e7 - (double)south_west.lon_e7) / ((double)north_east.lon_e7 - south_west.lon_e7);
      double north = (place.lat_e7 - (double)south_west.lat_e7) / ((double)north_east.lat_e7 - south_west.lat_e7);
      if (east < 0.15 || east > 0.85 || north < 0.15 || north > 0.85) continue;
      MusterTreeHit hit;
      count++;
      farther += muster_tree_nearest(tree, place, radius_m, 1, NULL, NULL, &hit) == 0;
      farther_thinned += muster_tree_nearest(tree, place, radius_m, 1, is_kept, &thinning, &hit) == 0;
    }
    mi_ground_free(ground);
  }
  double expected = VOLUNTEERS / (width_m * height_m) * G_PI * radius_m * radius_m;
  assert_near(farther / count, exp(-expected), 0.025);
  assert_near(farther_thinned / count, exp(-0.36 * expected), 0.025);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sim/closed-forms/erlang-c", test_erlang_c);
  g_test_add_func("/sim/closed-forms/erlang-b", test_erlang_b);
  g_test_add_func("/sim/closed-forms/infinite-servers", test_infinite_servers);
  g_test_add_func("/sim/closed-forms/poisson-field", test_poisson_field);
  return g_test_run();
}
