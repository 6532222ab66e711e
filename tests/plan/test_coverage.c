/* Coverage of a small county against draws of every door; threads; closures; recruits; what is refused. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "alert/model.h"
#include "base/random.h"
#include "plan/coverage.h"
#include "sim/small_county.h"
#include "support/support.h"

enum { VOLUNTEERS = 120, DOORS = 2, DRAWS = 6000 };

typedef struct world {
  MusterCoverageOptions options;
  GPtrArray *metrics, *networks;
} world;

static void world_init(world *w, MusterCounty *county) {
  GError *error = NULL;
  muster_coverage_options_init(&w->options);
  w->metrics = g_ptr_array_new_with_free_func((GDestroyNotify)muster_metric_unref);
  w->networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref);
  g_autoptr(MusterNetwork) first = muster_network_new_for_modes(muster_county_roads(county), 7, NULL, NULL, &error);
  g_assert_no_error(error);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    MusterNetwork *network = muster_network_of_mode(first, (MusterMode)mode);
    g_ptr_array_add(w->networks, network);
    g_ptr_array_add(w->metrics, muster_network_metric(network));
  }
  w->options.county = county;
  w->options.metrics = (MusterMetric *const *)(void *)w->metrics->pdata;
  w->options.metric_count = w->metrics->len;
  w->options.model = muster_alert_model_new(NULL, &error);
  g_assert_no_error(error);
  w->options.doors = DOORS;
}

static void world_clear(world *w) {
  muster_county_unref(w->options.county);
  muster_alert_model_unref(w->options.model);
  g_ptr_array_unref(w->metrics);
  g_ptr_array_unref(w->networks);
}

static MusterCoverage *cover(const MusterCoverageOptions *options) {
  GError *error = NULL;
  MusterCoverage *coverage = muster_coverage_new(options, &error);
  g_assert_no_error(error);
  return coverage;
}

/* ---- against draws ---- */

/* As the header has it, said again: where somebody is in the middle of the hour. */
static bool has_shift(const MusterCounty *county, int64_t volunteer, uint32_t hour, MusterPosition *out) {
  size_t shifts;
  const MusterShift *shift = muster_county_shifts(county, &shifts);
  for (size_t i = 0; i < shifts; i++) {
    if (shift[i].volunteer != volunteer || hour * 60 + 30 < shift[i].start_min || hour * 60 + 30 >= shift[i].end_min)
      continue;
    *out = muster_county_posts(county, NULL)[muster_county_find_post(county, shift[i].post)].position;
    return true;
  }
  return false;
}

typedef struct candidate {
  uint32_t time_ms, id;
  double standby, p;
} candidate;

static int compare_candidates(const void *a, const void *b) {
  const candidate *left = a, *right = b;
  if (left->time_ms != right->time_ms) return left->time_ms < right->time_ms ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static size_t list_candidates(const world *w, MusterTravel *travel, MusterPosition door, uint32_t hour,
                              candidate *out) {
  size_t people, count = 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(w->options.county, &people);
  for (uint32_t i = 0; i < people; i++) {
    MusterPosition at = volunteers[i].home;
    if (volunteers[i].has_work && hour >= 8 && hour < 18) at = volunteers[i].work;
    bool certain = has_shift(w->options.county, volunteers[i].id, hour, &at);
    if (!muster_travel_put(travel, 0, (MusterPlace){at, MUSTER_NONE}, volunteers[i].modes, 0)) continue;
    uint8_t mode;
    uint32_t time_ms = muster_travel_time_ms(travel, 0, (MusterPlace){door, MUSTER_NONE}, &mode);
    MusterAlertConditions conditions = {.hour = hour, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
    MusterAlertPerson person = {.mode = (MusterMode)mode,
                                .distance_m = (uint32_t)lround(muster_distance_planar_m(at, door))};
    double p = muster_alert_model_acceptance(w->options.model, &conditions, &person);
    out[count++] = (candidate){time_ms, i, certain ? 1 : w->options.standby[hour], p};
  }
  qsort(out, count, sizeof *out, compare_candidates);
  return count;
}

typedef struct tally {
  double reached, on_scene, kept, seconds;
} tally;

static int compare_times(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void draw_once(const world *w, const candidate *list, size_t count, uint32_t hour, bool high, mi_random *random,
                      tally *out) {
  const mi_alert_figures *figures = &w->options.model->figures;
  uint32_t alerted = 0, accepted = 0, people = w->options.people;
  double there_s[64];
  for (size_t i = 0; i < count && alerted < w->options.alerts; i++) {
    if (mi_random_unit(random) >= list[i].standby) continue;
    there_s[alerted] = INFINITY;
    if (mi_random_unit(random) < list[i].p) {
      double answer_s = mi_random_gamma(random, figures->answer_mean_s, figures->answer_sd_s);
      double turnout_s = mi_random_lognormal(random, figures->turnout_median_s[hour], figures->turnout_sigma[hour]);
      double way_s = list[i].time_ms / 1000.0;
      way_s *= mi_random_lognormal(random, figures->travel_median, figures->travel_sigma);
      accepted += answer_s * 1000 <= w->options.reached_ms;
      there_s[alerted] = answer_s + turnout_s + way_s + (high ? figures->high_rise_s : 0);
    }
    alerted++;
  }
  qsort(there_s, alerted, sizeof *there_s, compare_times);
  double last_s = alerted >= people ? there_s[people - 1] : INFINITY;
  bool reached = accepted >= people, on_scene = last_s * 1000 <= w->options.on_scene_ms;
  out->reached += reached;
  out->on_scene += on_scene;
  out->kept += reached && on_scene;
  out->seconds += fmin(last_s, MUSTER_COVERAGE_MEAN_MOST_S);
}

static void assert_share(double told, double drawn) {
  double sd = sqrt(fmax(told * (1 - told), 1e-4) / (DRAWS * DOORS));
  g_assert_cmpfloat(fabs(told - drawn), <, 5 * sd + 1e-4);
}

/* The kinds of grids differ in high floors, so an urban and another one are drawn. */
static void check_grid(const world *w, const MusterCoverage *coverage, MusterTravel *travel, size_t grid,
                       const uint32_t *hours, mi_random *random) {
  g_autofree MusterPosition *doors = mi_coverage_doors(w->options.county, DOORS);
  const MusterCoverageGrid *list = muster_coverage_grids(coverage, &(size_t){0});
  const MusterArea *area = &muster_county_areas(w->options.county, NULL)[list[grid].area];
  for (size_t h = 0; h < 2; h++) {
    tally drawn = {0};
    for (size_t i = 0; i < DOORS; i++) {
      candidate candidates[VOLUNTEERS];
      size_t count = list_candidates(w, travel, doors[grid * DOORS + i], hours[h], candidates);
      for (int k = 0; k < DRAWS; k++) {
        bool high = area->kind == MUSTER_COMMUNITY_URBAN && mi_random_unit(random) < w->options.high_rise_share;
        draw_once(w, candidates, count, hours[h], high, random, &drawn);
      }
    }
    double all = DRAWS * DOORS;
    const MusterCoverageChance *told = &muster_coverage_hours(coverage, grid)[h];
    assert_share(told->reached, drawn.reached / all);
    assert_share(told->on_scene, drawn.on_scene / all);
    assert_share(told->kept / told->known, drawn.kept / all);
    g_assert_cmpfloat(fabs(told->known - w->options.card_share), <, 1e-12);
    g_assert_cmpfloat(fabs(told->mean_s - drawn.seconds / all), <, 5 * 500 / sqrt(all) + 1);
  }
}

static void check_against_draws(uint32_t people, uint32_t alerts, uint64_t stream) {
  const uint32_t hours[] = {2, 10};
  world w;
  world_init(&w, small_county_new(VOLUNTEERS, 100, 1));
  w.options.hours = 1u << hours[0] | 1u << hours[1];
  w.options.people = people;
  w.options.alerts = alerts;
  g_autoptr(MusterCoverage) coverage = cover(&w.options);
  GError *error = NULL;
  g_autoptr(MusterTravel) travel = muster_travel_new_networks((MusterNetwork *const *)(void *)w.networks->pdata,
                                                              w.networks->len, MUSTER_SNAP_LIMIT_M, &error);
  g_assert_no_error(error);
  mi_random random;
  mi_random_init(&random, test_seed(), stream);
  check_grid(&w, coverage, travel, 0, hours, &random); /* urban */
  check_grid(&w, coverage, travel, 9, hours, &random);
  check_grid(&w, coverage, travel, 15, hours, &random);
  world_clear(&w);
}

static void test_one_needed(void) { check_against_draws(1, 8, 10); }
static void test_two_needed(void) { check_against_draws(2, 16, 11); }

/* ---- what hangs together ---- */

static void test_threads(void) {
  world w;
  world_init(&w, small_county_new(VOLUNTEERS, 100, 2));
  w.options.find_recruits = true;
  g_autoptr(MusterCoverage) first = NULL;
  for (unsigned threads = 1; threads <= 3; threads++) {
    w.options.threads = threads;
    MusterCoverage *coverage = cover(&w.options);
    if (first) {
      g_assert_cmpmem(first->grids, first->grid_count * sizeof *first->grids, coverage->grids,
                      coverage->grid_count * sizeof *coverage->grids);
      g_assert_cmpmem(first->chances, first->grid_count * first->hour_count * sizeof *first->chances, coverage->chances,
                      coverage->grid_count * coverage->hour_count * sizeof *coverage->chances);
      muster_coverage_free(coverage);
    } else {
      first = coverage;
    }
  }
  world_clear(&w);
}

static void test_figures(void) {
  world w;
  world_init(&w, small_county_new(VOLUNTEERS, 100, 3));
  g_autoptr(MusterCoverage) coverage = cover(&w.options);
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(coverage, &grids);
  g_assert_cmpuint(grids, ==, 16);
  double kept = 0, gap = 0;
  size_t lacking = 0;
  for (size_t i = 0; i < grids; i++) {
    const MusterCoverageChance *hours = muster_coverage_hours(coverage, i);
    double mean = 0, shortfall = 0, worst = 2;
    for (int hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
      g_assert_cmpfloat(hours[hour].kept, <=, fmin(hours[hour].reached, hours[hour].on_scene));
      mean += hours[hour].kept / 24;
      shortfall += fmax(w.options.alpha - hours[hour].kept, 0) / 24;
      worst = fmin(worst, hours[hour].kept);
    }
    g_assert_cmpfloat(fabs(mean - list[i].all.kept), <, 1e-12);
    g_assert_cmpfloat(fabs(16 * list[i].day.kept + 8 * list[i].night.kept - 24 * list[i].all.kept), <, 1e-9);
    g_assert_cmpfloat(fabs(100 * shortfall - list[i].gap), <, 1e-9);
    g_assert_cmpfloat(worst, ==, list[i].worst_kept);
    g_assert_cmpfloat(worst, ==, hours[list[i].worst_hour].kept);
    g_assert_true(isnan(list[i].gain));
    g_assert_cmpuint(list[i].post, <, 2);
    g_assert_cmpuint(list[i].station, ==, MUSTER_NONE);
    g_assert_true(isnan(list[i].station_s));
    kept += mean / 16;
    gap += list[i].gap;
    lacking += list[i].gap > 0;
  }
  MusterCoverageGrid whole;
  g_assert_true(muster_coverage_area(coverage, 0, &whole));
  g_assert_cmpfloat(fabs(whole.all.kept - kept), <, 1e-12);
  g_assert_cmpfloat(fabs(whole.gap - gap), <, 1e-9);
  g_assert_cmpfloat(whole.weight, ==, 1600);
  MusterSpan32 gaps = muster_coverage_gaps(coverage);
  g_assert_cmpuint(gaps.count, ==, lacking);
  for (size_t i = 1; i < gaps.count; i++) g_assert_cmpfloat(list[gaps.data[i - 1]].gap, >=, list[gaps.data[i]].gap);
  g_assert_cmpuint(muster_coverage_recruits(coverage).count, ==, 0);
  world_clear(&w);
}

/* Half of all arcs closed: help is rarer and takes longer. */
static void test_closures(void) {
  world w;
  world_init(&w, small_county_new(VOLUNTEERS, 100, 4));
  w.options.hours = 1u << 12;
  g_autoptr(MusterCoverage) open = cover(&w.options);
  const MusterPosition ring[] = {{1094000000, 295000000},
                                 {1094410000, 295000000},
                                 {1094410000, 295360000},
                                 {1094000000, 295360000},
                                 {1094000000, 295000000}};
  const uint32_t ring_first[] = {0, 5}, polygon_first[] = {0, 1};
  MusterPolygons everything = {ring, ring_first, polygon_first, 1, 1};
  for (guint i = 0; i < w.metrics->len; i++) {
    MusterNetwork *network = w.networks->pdata[i];
    size_t count = muster_network_arcs_in_area(network, &everything, NULL, 0);
    g_autofree MusterArc *arcs = g_new(MusterArc, count);
    muster_network_arcs_in_area(network, &everything, arcs, count);
    MusterMetric *closed = muster_metric_close(w.metrics->pdata[i], arcs, count / 2);
    muster_metric_unref(w.metrics->pdata[i]);
    w.metrics->pdata[i] = closed;
  }
  g_autoptr(MusterCoverage) shut = cover(&w.options);
  MusterCoverageGrid before, after;
  muster_coverage_area(open, 0, &before);
  muster_coverage_area(shut, 0, &after);
  g_assert_cmpfloat(after.all.kept, <, before.all.kept - 0.05);
  g_assert_cmpfloat(after.all.mean_s, >, before.all.mean_s);
  g_assert_cmpfloat(after.post_s, !=, before.post_s);
  world_clear(&w);
}

/* The gain told is the change that the same county shows with that volunteer in it. */
static void test_recruits(void) {
  world w;
  world_init(&w, small_county_new(40, 100, 5));
  w.options.doors = 1;
  w.options.recruit_modes = 7;
  w.options.find_recruits = true;
  w.options.hours = 1u << 3 | 1u << 20;
  g_autoptr(MusterCoverage) coverage = cover(&w.options);
  MusterSpan32 recruits = muster_coverage_recruits(coverage);
  g_assert_cmpuint(recruits.count, ==, 16);
  size_t grids;
  const MusterCoverageGrid *list = muster_coverage_grids(coverage, &grids);
  for (size_t i = 1; i < recruits.count; i++)
    g_assert_cmpfloat(list[recruits.data[i - 1]].gain, >=, list[recruits.data[i]].gain);

  uint32_t best = recruits.data[0];
  g_autofree MusterPosition *doors = mi_coverage_doors(w.options.county, 1);
  MusterPosition home = doors[best];
  world more;
  world_init(&more, small_county_new_with(40, 100, 5, home));
  more.options.doors = 1;
  more.options.hours = w.options.hours;
  g_autoptr(MusterCoverage) after = cover(&more.options);
  MusterCoverageGrid one, two;
  muster_coverage_area(coverage, 0, &one);
  muster_coverage_area(after, 0, &two);
  double change = (two.all.kept - one.all.kept) * one.weight;
  g_assert_cmpfloat(change, >, 0.1);
  g_assert_cmpfloat(fabs(change - list[best].gain), <, 1e-3);
  world_clear(&w);
  world_clear(&more);
}

static void test_refused(void) {
  world w;
  world_init(&w, small_county_new(20, 100, 6));
  struct {
    const char *words;
    uint32_t hours, weekday, people, alerts, doors;
    double alpha;
  } cases[] = {
      {"the set of hours: expected 1 to 16777215, found 0", 0, 2, 1, 16, 1, 0.9},
      {"the set of hours: expected 1 to 16777215, found 16777216", 1u << 24, 2, 1, 16, 1, 0.9},
      {"the weekday, from 0: expected 0 to 6, found 7", 1, 7, 1, 16, 1, 0.9},
      {"people needed: expected 1 to 12, found 13", 1, 2, 13, 16, 1, 0.9},
      {"people alerted: expected 5 to 64, found 4", 1, 2, 5, 4, 1, 0.9},
      {"doors in a grid: expected 1 to 1000, found 0", 1, 2, 1, 16, 0, 0.9},
      {"alpha: expected 0 to 1, found 1.5", 1, 2, 1, 16, 1, 1.5},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    MusterCoverageOptions options = w.options;
    options.hours = cases[i].hours;
    options.weekday = cases[i].weekday;
    options.people = cases[i].people;
    options.alerts = cases[i].alerts;
    options.doors = cases[i].doors;
    options.alpha = cases[i].alpha;
    g_assert_null(muster_coverage_new(&options, &error));
    g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
    g_assert_cmpstr(error->message, ==, cases[i].words);
    g_error_free(error);
  }
  world_clear(&w);
}

static bool refuse_to_go_on(double share, void *data) {
  (void)data;
  return share < 0.01;
}

static void test_stopped(void) {
  world w;
  world_init(&w, small_county_new(VOLUNTEERS, 100, 7));
  w.options.doors = 100;
  w.options.progress = refuse_to_go_on;
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_coverage_new(&w.options, &error));
  g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED);
  world_clear(&w);
}

static void test_save(void) {
  world w;
  world_init(&w, small_county_new(20, 100, 8));
  w.options.hours = 3;
  g_autoptr(MusterCoverage) coverage = cover(&w.options);
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "c.gpkg", NULL);
  g_autofree char *again = g_build_filename(folder, "d.gpkg", NULL);
  g_autofree char *nowhere = g_build_filename(folder, "no", "c.gpkg", NULL);
  g_autoptr(GError) error = NULL;
  g_assert_true(muster_coverage_save(coverage, path, &error));
  g_assert_true(muster_coverage_save(coverage, again, &error));
  g_autofree char *one = NULL, *two = NULL;
  gsize one_bytes, two_bytes;
  g_assert_true(g_file_get_contents(path, &one, &one_bytes, NULL));
  g_assert_true(g_file_get_contents(again, &two, &two_bytes, NULL));
  g_assert_cmpmem(one, one_bytes, two, two_bytes);
  g_assert_false(muster_coverage_save(coverage, nowhere, &error));
  g_assert_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN);
  test_folder_remove(folder);
  world_clear(&w);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/coverage/one-needed", test_one_needed);
  g_test_add_func("/coverage/two-needed", test_two_needed);
  g_test_add_func("/coverage/threads", test_threads);
  g_test_add_func("/coverage/figures", test_figures);
  g_test_add_func("/coverage/closures", test_closures);
  g_test_add_func("/coverage/recruits", test_recruits);
  g_test_add_func("/coverage/refused", test_refused);
  g_test_add_func("/coverage/stopped", test_stopped);
  g_test_add_func("/coverage/save", test_save);
  return g_test_run();
}
