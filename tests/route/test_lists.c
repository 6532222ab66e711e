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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/lists/stories", test_stories);
  return g_test_run();
}
