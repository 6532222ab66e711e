/* Lists of near responders against the plain search: random sequences of put, move, remove, toggle, close, reopen and
 * questions, many more responders than a list holds, and masses that come free or get busy at once. */
#include "route/nearest.h"
#include "route/networks.h"
#include "support/support.h"

enum { RESPONDERS = 900, STEPS = 4000, EXCLUDED_MOST = 5 };

typedef struct story {
  mi_random *random;
  MusterNetwork *network;
  MusterSearch *search;
  MusterFleet *fleet;
  MusterMetric *metric;
} story;

static void put_one(const story *s) {
  MusterRoadPoint place = random_point(s->random, s->network);
  muster_fleet_put(s->fleet, mi_random_below(s->random, RESPONDERS), &place, mi_random_below(s->random, 8));
}

static void set_many(const story *s, bool available, uint32_t percent) {
  for (uint32_t i = 0; i < RESPONDERS; i++)
    if (mi_random_below(s->random, 100) < percent) muster_fleet_set_available(s->fleet, i, available);
}

/* The metric of search and fleet changes: a closure, a re-opening, or weights that have nothing to do with these. */
static void change_roads(story *s) {
  uint32_t arc_count = mi_network_graph(s->network)->arc_count;
  MusterMetric *next;
  if (mi_random_below(s->random, 8) == 0) {
    g_autofree uint32_t *weights = g_new(uint32_t, arc_count + 1);
    for (uint32_t arc = 0; arc < arc_count; arc++) weights[arc] = mi_random_below(s->random, 900);
    next = muster_metric_new(s->network, weights, 1);
  } else {
    MusterArc arcs[12];
    size_t count = mi_random_below(s->random, G_N_ELEMENTS(arcs));
    for (size_t i = 0; i < count; i++) arcs[i] = mi_random_below(s->random, arc_count);
    next = (mi_random_below(s->random, 2) ? muster_metric_close : muster_metric_reopen)(s->metric, arcs, count);
  }
  bool goes_back = mi_random_below(s->random, 4) == 0; /* there and back: the lists of the metric before serve again */
  muster_search_set_metric(s->search, next);
  muster_fleet_set_metric(s->fleet, next);
  if (goes_back) {
    muster_search_set_metric(s->search, s->metric);
    muster_fleet_set_metric(s->fleet, s->metric);
    muster_metric_unref(next);
    return;
  }
  muster_metric_unref(s->metric);
  s->metric = next;
}

static void ask(const story *s) {
  MusterRoadPoint place = random_point(s->random, s->network);
  MusterResponder excluded[EXCLUDED_MOST];
  for (size_t i = 0; i < EXCLUDED_MOST; i++) excluded[i] = mi_random_below(s->random, RESPONDERS);
  MusterNearestOptions options = {
      .direction = mi_random_below(s->random, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
      .skills = mi_random_below(s->random, 3) ? 0 : mi_random_below(s->random, 8),
      .k = mi_random_below(s->random, 5) ? mi_random_below(s->random, 10)
                                         : mi_random_below(s->random, MI_LISTS_K_MAX - EXCLUDED_MOST),
      .limit_ms = mi_random_below(s->random, 2) ? MUSTER_UNREACHABLE_MS : mi_random_below(s->random, 20000),
      .excluded = excluded,
      .excluded_count = mi_random_below(s->random, 3) ? 0 : EXCLUDED_MOST};
  MusterNearest plain[MI_LISTS_K_MAX], listed[MI_LISTS_K_MAX];
  size_t count = mi_search_nearest_dijkstra(s->search, s->fleet, &place, &options, plain);
  g_assert_cmpuint(mi_search_nearest_lists(s->search, s->fleet, &place, &options, listed), ==, count);
  g_assert_cmpmem(listed, count * sizeof *listed, plain, count * sizeof *plain);
  if (options.k == 0 || mi_random_below(s->random, 10)) return;
  size_t swept_count;
  MusterNearest swept[MI_LISTS_K_MAX];
  mi_search_nearest_sweep(s->search, s->fleet, &place, 1, &options, swept, &swept_count);
  g_assert_cmpuint(swept_count, ==, count);
  g_assert_cmpmem(swept, count * sizeof *swept, plain, count * sizeof *plain);
}

static void take_step(story *s) {
  uint32_t chance = mi_random_below(s->random, 40);
  MusterResponder anybody = mi_random_below(s->random, RESPONDERS);
  if (chance == 0)
    change_roads(s);
  else if (chance == 1)
    set_many(s, true, mi_random_below(s->random, 100));
  else if (chance == 2)
    set_many(s, false, mi_random_below(s->random, 101));
  else if (chance == 3)
    muster_fleet_remove(s->fleet, anybody);
  else if (chance == 4)
    muster_fleet_prepare(s->fleet, mi_random_below(s->random, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
                         mi_random_below(s->random, 4));
  else if (chance < 11)
    put_one(s);
  else if (chance < 19)
    muster_fleet_set_available(s->fleet, anybody, mi_random_below(s->random, 2));
  else
    ask(s);
}

static void run_story(uint64_t stream, const network_options *options) {
  mi_random random;
  mi_random_init(&random, test_seed(), stream);
  g_autoptr(MusterNetwork) network = random_network(&random, options);
  story s = {&random, network, muster_search_new(network), muster_fleet_new(network), muster_network_metric(network)};
  for (uint32_t i = 0; i < RESPONDERS; i++) put_one(&s);
  for (int step = 0; step < STEPS; step++) take_step(&s);
  muster_search_free(s.search);
  muster_fleet_free(s.fleet);
  muster_metric_unref(s.metric);
}

static void test_stories(void) {
  static const network_options kinds[] = {{300, 420, 500, 5, 20, 20, MUSTER_MODE_FOOT},
                                          {60, 90, 3, 30, 20, 20, MUSTER_MODE_FOOT},
                                          {900, 960, 800, 2, 10, 5, MUSTER_MODE_FOOT},
                                          {8, 20, 2000, 0, 40, 10, MUSTER_MODE_FOOT}};
  for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) run_story(kind, &kinds[kind]);
}

/* More sets of skills than lists are kept for: whose lists were dropped is found again. */
static void test_many_skills(void) {
  enum { SETS = 40, ROUNDS = 3, K = 5 };
  mi_random random;
  mi_random_init(&random, test_seed(), 100);
  network_options options = {120, 160, 50, 5, 20, 20, MUSTER_MODE_FOOT};
  g_autoptr(MusterNetwork) network = random_network(&random, &options);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  for (uint64_t question = 0; question < ROUNDS * SETS; question++) {
    for (int i = 0; i < 20; i++) {
      MusterRoadPoint put = random_point(&random, network);
      muster_fleet_put(fleet, mi_random_below(&random, RESPONDERS), &put, mi_random_below(&random, 64));
      muster_fleet_set_available(fleet, mi_random_below(&random, RESPONDERS), mi_random_below(&random, 2));
    }
    MusterRoadPoint place = random_point(&random, network);
    MusterNearestOptions asked = {
        .direction = MUSTER_TO_PLACE, .skills = question % SETS, .k = K, .limit_ms = MUSTER_UNREACHABLE_MS};
    MusterNearest plain[K], listed[K];
    size_t count = mi_search_nearest_dijkstra(search, fleet, &place, &asked, plain);
    g_assert_cmpuint(mi_search_nearest_lists(search, fleet, &place, &asked, listed), ==, count);
    g_assert_cmpmem(listed, count * sizeof *listed, plain, count * sizeof *plain);
  }
}

/* ---- a list that ends between two responders of equal time ---- */

enum { CENTRE = 1, NORTH, EAST, WEST, WEST_MS = 10 };

/* Three streets from a centre. */
static MusterNetwork *star(void) {
  const int64_t ends[][2] = {{CENTRE, NORTH}, {CENTRE, EAST}, {CENTRE, WEST}};
  const MusterPosition at[][2] = {{{0, 0}, {0, 9000}}, {{0, 0}, {9000, 0}}, {{0, 0}, {-9000, 0}}};
  const MusterWay way = {.road_class = MUSTER_ROAD_RESIDENTIAL,
                         .open_forward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
                         .open_backward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT)};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) muster_roads_add_way(roads, &way, ends[i], at[i], 2);
  return muster_network_new(roads, MUSTER_MODE_FOOT, NULL);
}

static MusterRoadPoint place_of(const MusterNetwork *network, int64_t id, uint32_t access_ms) {
  MusterRoadPoint point = muster_road_point_at_node(network, muster_network_find_node(network, id));
  point.access_ms = access_ms;
  return point;
}

static void put_at(const story *s, MusterResponder responder, int64_t id, uint32_t access_ms) {
  MusterRoadPoint place = place_of(s->network, id, access_ms);
  muster_fleet_put(s->fleet, responder, &place, 0);
}

static void ask_at(const story *s, int64_t id, size_t k) {
  MusterRoadPoint place = place_of(s->network, id, 0);
  MusterNearestOptions options = {.direction = MUSTER_TO_PLACE, .k = k, .limit_ms = MUSTER_UNREACHABLE_MS};
  MusterNearest plain[MI_LISTS_K_MAX], listed[MI_LISTS_K_MAX];
  size_t count = mi_search_nearest_dijkstra(s->search, s->fleet, &place, &options, plain);
  g_assert_cmpuint(mi_search_nearest_lists(s->search, s->fleet, &place, &options, listed), ==, count);
  g_assert_cmpmem(listed, count * sizeof *listed, plain, count * sizeof *plain);
}

/* The list in the west holds sixteen and ends just before (90 ms, responder 101); the one in the centre rests on it and
 * ends just behind (100 ms, 101), whom it has from the east. When he goes west, 90 ms from there, he is beyond the end
 * of the one list and within that of the other. */
static void test_tie_at_the_end(void) {
  g_autoptr(MusterNetwork) network = star();
  const mi_graph *graph = mi_network_graph(network);
  MusterNode west = muster_network_find_node(network, WEST);
  uint32_t weights[6];
  for (MusterArc arc = 0; arc < graph->arc_count; arc++)
    weights[arc] = graph->tail[arc] == west || graph->head[arc] == west ? WEST_MS : 0;
  g_autoptr(MusterMetric) metric = muster_metric_new(network, weights, 1);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  muster_search_set_metric(search, metric);
  muster_fleet_set_metric(fleet, metric);
  story s = {.network = network, .search = search, .fleet = fleet};
  for (MusterResponder i = 0; i < 15; i++) put_at(&s, i, WEST, 0);
  put_at(&s, 100, WEST, 90);
  for (MusterResponder i = 200; i < 220; i++) put_at(&s, i, WEST, 500);
  ask_at(&s, WEST, 8);
  muster_fleet_set_available(fleet, 0, false);
  put_at(&s, 101, EAST, 100);
  ask_at(&s, CENTRE, 8);
  put_at(&s, 101, WEST, 90);
  put_at(&s, 102, NORTH, 100);
  ask_at(&s, NORTH, 16);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/lists/stories", test_stories);
  g_test_add_func("/route/lists/many-skills", test_many_skills);
  g_test_add_func("/route/lists/tie-at-the-end", test_tie_at_the_end);
  return g_test_run();
}
