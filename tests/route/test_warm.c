/* A warm query allocates nothing: every allocation of the library under test is counted at its link (ld --wrap). */
#include "route/nearest.h"
#include "route/networks.h"
#include "support/allocations.h"
#include "support/support.h"

enum { RESPONDERS = 300, QUESTIONS = 60 };

static void ask_everything(MusterSearch *search, MusterFleet *fleet, const MusterRoadPoint *points) {
  MusterNearest nearest[RESPONDERS];
  uint32_t times[10 * 20];
  size_t count;
  MusterPath path;
  for (size_t i = 0; i + 30 < QUESTIONS; i++) {
    muster_search_nearest(
        search, fleet, &points[i],
        &(MusterNearestOptions){.direction = MUSTER_TO_PLACE, .k = 8, .limit_ms = MUSTER_UNREACHABLE_MS}, nearest);
    muster_search_nearest(
        search, fleet, &points[i],
        &(MusterNearestOptions){.direction = MUSTER_FROM_PLACE, .skills = 1, .k = RESPONDERS, .limit_ms = 100000},
        nearest);
    muster_search_time_ms(search, &points[i], &points[i + 1]);
    muster_search_path(search, &points[i], &points[i + 1], &path);
    muster_search_reach(search, &points[i], 3, 100000, MUSTER_FROM_PLACE, &count);
    muster_search_reach_stretches(search, &points[i], 3, 100000, MUSTER_TO_PLACE, &count);
    muster_search_matrix(search, points + i, 10, points + i + 10, 20, times);
    muster_fleet_set_available(fleet, (MusterResponder)i, i % 2);
    muster_fleet_put(fleet, (MusterResponder)(2 * i), &points[i], i);
  }
}

static void test_warm(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  g_autoptr(MusterNetwork) network =
      random_network(&random, &(network_options){2000, 4000, 5000, 5, 20, 20, MUSTER_MODE_FOOT});
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    MusterRoadPoint place = random_point(&random, network);
    muster_fleet_put(fleet, i, &place, i);
  }
  MusterRoadPoint points[QUESTIONS];
  for (size_t i = 0; i < QUESTIONS; i++) points[i] = random_point(&random, network);
  ask_everything(search, fleet, points);
  g_assert_cmpuint(allocations, >, 0);
  allocations = 0;
  ask_everything(search, fleet, points);
  g_assert_cmpuint(allocations, ==, 0);
}

/* Streets of a town, 40 each way and 110 m apart. */
static MusterNetwork *town(void) {
  enum { STREETS = 40, STEP_E7 = 10000 };
  g_autoptr(MusterRoads) roads = muster_roads_new();
  int64_t ids[2][STREETS];
  MusterPosition at[2][STREETS];
  const MusterWay way = {.road_class = MUSTER_ROAD_RESIDENTIAL,
                         .open_forward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
                         .open_backward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT)};
  for (int street = 0; street < STREETS; street++) {
    for (int i = 0; i < STREETS; i++) {
      ids[0][i] = street * STREETS + i;
      ids[1][i] = i * STREETS + street;
      at[0][i] = (MusterPosition){i * STEP_E7, street * STEP_E7};
      at[1][i] = (MusterPosition){street * STEP_E7, i * STEP_E7};
    }
    for (int side = 0; side < 2; side++) muster_roads_add_way(roads, &way, ids[side], at[side], STREETS);
  }
  GError *error = NULL;
  MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  return network;
}

/* Near, at some distance, and in vain. */
static void test_snap(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 4);
  g_autoptr(MusterNetwork) network = town();
  allocations = 0;
  for (int i = 0; i < 2000; i++) {
    MusterPosition at = {(int32_t)mi_random_below(&random, 500000) - 50000,
                         (int32_t)mi_random_below(&random, 500000) - 50000};
    MusterRoadPoint found;
    muster_network_snap(network, at, i % 2 ? 10 : 1e6, &found, NULL);
  }
  g_assert_cmpuint(allocations, ==, 0);
}

/* By lists and on the hierarchy. */
static void ask_hierarchy(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *points, uint32_t i) {
  MusterNearest found[8];
  MusterNearestOptions options = {.direction = i % 2 ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
                                  .skills = i % 3 ? 0 : 2,
                                  .k = 1 + i % G_N_ELEMENTS(found),
                                  .limit_ms = MUSTER_UNREACHABLE_MS};
  mi_search_nearest_lists(search, fleet, &points[i % QUESTIONS], &options, found);
  mi_search_climb_within(search, &points[i % QUESTIONS], &points[i / 7 % QUESTIONS], MUSTER_UNREACHABLE_MS);
}

/* The same again allocates nothing. While responders come free and get busy the store of lists may still double, as
 * each list reaches its greatest length. */
static void test_warm_hierarchy(void) {
  enum { ROUND = 4000, ROUNDS = 10, DOUBLINGS = 4 };
  mi_random random;
  mi_random_init(&random, test_seed(), 5);
  g_autoptr(MusterNetwork) network = town();
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network);
  g_assert_nonnull(search->metric->hierarchy);
  for (uint32_t i = 0; i < RESPONDERS; i++) {
    MusterRoadPoint place = random_point(&random, network);
    muster_fleet_put(fleet, i, &place, i);
  }
  MusterRoadPoint points[QUESTIONS];
  for (size_t i = 0; i < QUESTIONS; i++) points[i] = random_point(&random, network);
  for (uint32_t i = 0; i < ROUND; i++) ask_hierarchy(search, fleet, points, i);
  allocations = 0;
  for (uint32_t i = 0; i < ROUND; i++) ask_hierarchy(search, fleet, points, i);
  g_assert_cmpuint(allocations, ==, 0);
  for (uint32_t i = 0; i < ROUNDS * ROUND; i++) {
    if (i == 2 * ROUND) allocations = 0;
    ask_hierarchy(search, fleet, points, mi_random_below(&random, UINT32_MAX));
    muster_fleet_set_available(fleet, mi_random_below(&random, RESPONDERS), mi_random_below(&random, 2));
  }
  g_assert_cmpuint(allocations, <=, DOUBLINGS);
}

static void test_warm_table(void) {
  static const char *const names[] = {"a", "b"};
  static const uint32_t times[] = {0, 5, 6, 0};
  g_autoptr(MusterTravel) travel = muster_travel_new_matrix(names, 2, times);
  for (uint32_t i = 0; i < 500; i++) muster_travel_put(travel, i, (MusterPlace){{0, 0}, i % 2}, 1, 0);
  MusterTravelHit hits[8];
  for (int round = 0; round < 2; round++) {
    allocations = 0;
    muster_travel_nearest(travel, (MusterPlace){{0, 0}, 1}, 0, 8, MUSTER_UNREACHABLE_MS, hits);
    muster_travel_set_available(travel, 7, round == 0);
  }
  g_assert_cmpuint(allocations, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/warm/queries-allocate-nothing", test_warm);
  g_test_add_func("/route/warm/hierarchy-allocates-nothing", test_warm_hierarchy);
  g_test_add_func("/route/warm/snap-allocates-nothing", test_snap);
  g_test_add_func("/route/warm/table-allocates-nothing", test_warm_table);
  return g_test_run();
}
