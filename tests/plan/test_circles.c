/* Service circles: who lives in them by times door by door, the areas by the points inside, threads, refusals. */
#include "plan/coverage.h"
#include "sim/small_county.h"
#include "support/support.h"

enum { DOORS = 3, LIMIT_MS = 9 * 60000 };

typedef struct world {
  MusterCircleOptions options;
  MusterNetwork *network;
} world;

static void world_init(world *w, bool each, MusterDirection direction) {
  GError *error = NULL;
  muster_circle_options_init(&w->options);
  w->options.county = small_county_new(40, 100, 1);
  w->network = muster_network_new(muster_county_roads(w->options.county), MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  w->options.metric = muster_network_metric(w->network);
  w->options.limit_ms = LIMIT_MS;
  w->options.direction = direction;
  w->options.each = each;
  w->options.doors = DOORS;
}

static void world_clear(world *w) {
  muster_county_unref(w->options.county);
  muster_metric_unref(w->options.metric);
  muster_network_unref(w->network);
}

static MusterCircles *draw(const world *w) {
  GError *error = NULL;
  MusterCircles *circles = muster_circles_new(&w->options, &error);
  g_assert_no_error(error);
  return circles;
}

static MusterRoadPoint snap(const world *w, MusterPosition position) {
  MusterRoadPoint point;
  g_assert_true(muster_network_snap(w->network, position, MUSTER_SNAP_LIMIT_M, &point, NULL));
  return point;
}

/* Bit i: within the limit of post i. */
static unsigned posts_near(const world *w, MusterSearch *search, MusterPosition door) {
  size_t posts;
  const MusterPost *post = muster_county_posts(w->options.county, &posts);
  MusterRoadPoint there = snap(w, door);
  unsigned near = 0;
  for (size_t i = 0; i < posts; i++) {
    MusterRoadPoint here = snap(w, post[i].position);
    bool from = w->options.direction == MUSTER_FROM_PLACE;
    uint32_t time_ms = muster_search_time_ms(search, from ? &here : &there, from ? &there : &here);
    near |= (unsigned)(time_ms <= LIMIT_MS) << i;
  }
  return near;
}

static void check_residents(bool each, MusterDirection direction) {
  world w;
  world_init(&w, each, direction);
  g_autoptr(MusterCircles) circles = draw(&w);
  size_t count;
  const MusterCircle *list = muster_circles_list(circles, &count);
  g_assert_cmpuint(count, ==, 2); /* two posts; or all posts, and all posts and stations, of which there are none */
  g_autofree MusterPosition *doors = mi_coverage_doors(w.options.county, DOORS);
  g_autoptr(MusterSearch) search = muster_search_new(w.network);
  double expected[2] = {0};
  for (size_t i = 0; i < 16 * DOORS; i++) {
    unsigned near = posts_near(&w, search, doors[i]);
    for (unsigned k = 0; k < 2; k++) {
      bool within = each ? near >> k & 1 : near != 0;
      expected[k] += within ? 100.0 / DOORS : 0;
      if (within) g_assert_true(muster_polygons_contain(&list[k].area, doors[i]));
    }
  }
  for (unsigned k = 0; k < 2; k++) {
    g_assert_cmpfloat(expected[k], >, 0);
    g_assert_cmpfloat(expected[k], <, 1600);
    g_assert_cmpfloat_with_epsilon(list[k].residents, expected[k], 1e-9);
    g_assert_cmpfloat_with_epsilon(list[k].share, expected[k] / 1600, 1e-12);
    g_assert_true(muster_polygons_check(&list[k].area, NULL));
    g_assert_cmpfloat(list[k].area_m2, >, 100000);
    g_assert_cmpuint(list[k].place, ==, each ? k : MUSTER_NONE);
  }
  world_clear(&w);
}

static void test_each(void) { check_residents(true, MUSTER_FROM_PLACE); }
static void test_all(void) { check_residents(false, MUSTER_FROM_PLACE); }
static void test_toward(void) { check_residents(true, MUSTER_TO_PLACE); }

static void test_threads(void) {
  world w;
  world_init(&w, true, MUSTER_FROM_PLACE);
  w.options.threads = 1;
  g_autoptr(MusterCircles) one = draw(&w);
  w.options.threads = 2;
  g_autoptr(MusterCircles) two = draw(&w);
  size_t count;
  const MusterCircle *a = muster_circles_list(one, &count), *b = muster_circles_list(two, &count);
  for (size_t i = 0; i < count; i++) {
    uint32_t positions = a[i].area.ring_first[a[i].area.ring_count];
    g_assert_cmpfloat(a[i].residents, ==, b[i].residents);
    g_assert_cmpfloat(a[i].area_m2, ==, b[i].area_m2);
    g_assert_cmpmem(a[i].area.positions, positions * sizeof(MusterPosition), b[i].area.positions,
                    b[i].area.ring_first[b[i].area.ring_count] * sizeof(MusterPosition));
  }
  world_clear(&w);
}

static bool stop_at_once(double share, void *data) {
  (void)share, (void)data;
  return false;
}

static void test_refused(void) {
  world w;
  world_init(&w, true, MUSTER_FROM_PLACE);
  g_autoptr(GError) limit = NULL, stopped = NULL;
  w.options.limit_ms = 0;
  g_assert_null(muster_circles_new(&w.options, &limit));
  g_assert_error(limit, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION);
  w.options.limit_ms = LIMIT_MS;
  w.options.progress = stop_at_once;
  g_assert_null(muster_circles_new(&w.options, &stopped));
  g_assert_error(stopped, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_CANCELLED);
  world_clear(&w);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/circles/each", test_each);
  g_test_add_func("/circles/all", test_all);
  g_test_add_func("/circles/toward", test_toward);
  g_test_add_func("/circles/threads", test_threads);
  g_test_add_func("/circles/refused", test_refused);
  return g_test_run();
}
