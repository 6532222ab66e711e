/* k nearest against brute force: random sequences of put, move, remove, toggle and questions against a plain model. */
#include "route/nearest.h"
#include "route/networks.h"
#include "support/support.h"

#include <stdlib.h>

enum { RESPONDERS = 30, PLACES = 16 };

typedef struct model_responder {
  bool present, available;
  size_t place; /* of the points */
  uint64_t skills;
} model_responder;

typedef struct model {
  MusterRoadPoint points[RESPONDERS + PLACES];
  uint32_t *times; /* slow, between all points */
  model_responder responders[RESPONDERS];
} model;

static uint64_t random_skills(mi_random *random) { return mi_random_below(random, 8); }

static int compare_nearest(const void *a, const void *b) {
  const MusterNearest *x = a, *y = b;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->responder > y->responder) - (x->responder < y->responder);
}

static bool is_excluded(const MusterNearestOptions *options, MusterResponder responder) {
  for (size_t i = 0; i < options->excluded_count; i++)
    if (options->excluded[i] == responder) return true;
  return false;
}

static size_t slow_nearest(const model *m, size_t place, const MusterNearestOptions *options, MusterNearest *out) {
  MusterNearest all[RESPONDERS];
  size_t count = 0;
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    const model_responder *r = &m->responders[i];
    if (!r->present || !r->available || (r->skills & options->skills) != options->skills) continue;
    if (is_excluded(options, i)) continue;
    bool to_place = options->direction == MUSTER_TO_PLACE;
    size_t from = to_place ? r->place : place, to = to_place ? place : r->place;
    uint32_t time_ms = m->times[from * (RESPONDERS + PLACES) + to];
    if (time_ms != MUSTER_UNREACHABLE_MS && time_ms <= options->limit_ms) all[count++] = (MusterNearest){i, time_ms};
  }
  qsort(all, count, sizeof *all, compare_nearest);
  count = MIN(count, options->k);
  for (size_t i = 0; i < count; i++) out[i] = all[i];
  return count;
}

static void change(mi_random *random, model *m, MusterFleet *fleet) {
  uint32_t responder = mi_random_below(random, RESPONDERS);
  model_responder *r = &m->responders[responder];
  switch (mi_random_below(random, 4)) {
    case 0:
    case 1:
      r->place = mi_random_below(random, RESPONDERS + PLACES);
      r->skills = random_skills(random);
      r->available = r->present ? r->available : true;
      r->present = true;
      muster_fleet_put(fleet, responder, &m->points[r->place], r->skills);
      break;
    case 2:
      muster_fleet_set_available(fleet, responder,
                                 mi_random_below(random, 2) ? (r->available = true) : (r->available = false));
      break;
    default:
      if (mi_random_below(random, 3)) break;
      r->present = false;
      muster_fleet_remove(fleet, responder);
  }
}

typedef size_t (*layer)(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                        const MusterNearestOptions *options, MusterNearest *out);

static void ask(mi_random *random, const model *m, MusterSearch *search, const MusterFleet *fleet) {
  size_t place = mi_random_below(random, RESPONDERS + PLACES);
  MusterResponder excluded[4];
  for (size_t i = 0; i < G_N_ELEMENTS(excluded); i++) excluded[i] = mi_random_below(random, RESPONDERS + 3);
  MusterNearestOptions options = {.direction = mi_random_below(random, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
                                  .skills = mi_random_below(random, 2) ? 0 : random_skills(random),
                                  .k = mi_random_below(random, 3) ? mi_random_below(random, 9) : SIZE_MAX,
                                  .limit_ms = MUSTER_UNREACHABLE_MS,
                                  .excluded = excluded,
                                  .excluded_count = mi_random_below(random, 2) ? mi_random_below(random, 5) : 0};
  if (mi_random_below(random, 2)) { /* exactly somebody's time, or just below it */
    size_t other = mi_random_below(random, RESPONDERS + PLACES);
    options.limit_ms = m->times[other * (RESPONDERS + PLACES) + place];
    if (mi_random_below(random, 2) && options.limit_ms > 0) options.limit_ms--;
  }
  static const layer layers[] = {muster_search_nearest, mi_search_nearest_dijkstra, mi_search_nearest_lists};
  MusterNearest expected[RESPONDERS], found[RESPONDERS];
  size_t expected_count = slow_nearest(m, place, &options, expected);
  for (size_t at = 0; at < G_N_ELEMENTS(layers); at++) {
    bool by_lists = layers[at] == mi_search_nearest_lists;
    if (by_lists && (options.k > MI_LISTS_K_MAX - options.excluded_count || !search->metric->hierarchy)) continue;
    g_assert_cmpuint(layers[at](search, fleet, &m->points[place], &options, found), ==, expected_count);
    for (size_t i = 0; i < expected_count; i++) {
      g_assert_cmpuint(found[i].time_ms, ==, expected[i].time_ms);
      g_assert_cmpuint(found[i].responder, ==, expected[i].responder);
    }
  }
}

static void check_nearest(mi_random *random, MusterNetwork *network) {
  model m = {0};
  for (size_t i = 0; i < RESPONDERS + PLACES; i++) m.points[i] = random_point(random, network);
  m.times = slow_times(network, m.points, RESPONDERS + PLACES);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (int step = 0; step < 400; step++) {
    change(random, &m, fleet);
    ask(random, &m, search, fleet);
  }
  g_free(m.times);
}

static void test_nearest(void) { for_each_random_network(4, check_nearest); }

/* A place inside a loop has two ends at one node, each with its own times. */
static void test_on_loops(void) { for_each_loop_network(20, check_nearest); }

/* However responders were put, the answer is the same: lists per node have no say in it. */
static void test_order_of_putting(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 7);
  g_autoptr(MusterNetwork) network =
      random_network(&random, &(network_options){10, 25, 2, 40, 10, 10, MUSTER_MODE_FOOT});
  MusterRoadPoint points[RESPONDERS];
  uint32_t order[RESPONDERS];
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    points[i] = random_point(&random, network);
    points[i].access_ms = 0;
    order[i] = i;
  }
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterNearest first[RESPONDERS];
  size_t first_count = 0;
  for (int round = 0; round < 20; round++) {
    g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
    for (uint32_t i = 0; i < RESPONDERS; i++) muster_fleet_put(fleet, order[i], &points[order[i]], 0);
    MusterNearest found[RESPONDERS];
    size_t count = muster_search_nearest(
        search, fleet, &points[0],
        &(MusterNearestOptions){.direction = MUSTER_TO_PLACE, .k = 9, .limit_ms = MUSTER_UNREACHABLE_MS}, found);
    if (round == 0) first_count = count;
    g_assert_cmpuint(count, ==, first_count);
    for (size_t i = 0; i < count; i++) {
      if (round == 0) first[i] = found[i];
      g_assert_cmpuint(found[i].responder, ==, first[i].responder);
      g_assert_cmpuint(found[i].time_ms, ==, first[i].time_ms);
    }
    mi_random_shuffle_u32(&random, order, RESPONDERS);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/nearest/as-brute-force", test_nearest);
  g_test_add_func("/route/nearest/on-loops", test_on_loops);
  g_test_add_func("/route/nearest/order-of-putting", test_order_of_putting);
  return g_test_run();
}
