/* Several modes over one topology: each mode's network says what a network of that mode alone says. */
#include <glib/gstdio.h>

#include "asked.h"
#include "road/modes.h"
#include "road/network.h"
#include "road/turns.h"
#include "route/search.h"
#include "support/support.h"
#include "ways.h"

static MusterNetwork *together(const MusterRoads *roads, unsigned modes) {
  GError *error = NULL;
  MusterNetwork *network = muster_network_new_for_modes(roads, modes, NULL, NULL, &error);
  if (error) g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY);
  g_clear_error(&error);
  return network;
}

static uint32_t time_between(MusterSearch *search, const MusterNetwork *network, int64_t from, int64_t to) {
  MusterRoadPoint a = muster_road_point_at_node(network, muster_network_find_node(network, from));
  MusterRoadPoint b = muster_road_point_at_node(network, muster_network_find_node(network, to));
  return mi_search_dijkstra_within(search, &a, &b, MUSTER_UNREACHABLE_MS);
}

/* Does a barrier at that node stop one of the modes? */
static bool stops_at(const MusterRoads *roads, int64_t node, unsigned modes) {
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    int64_t id;
    unsigned closed;
    muster_roads_barrier(roads, i, &id, &closed);
    if (id == node && closed & modes) return true;
  }
  return false;
}

/* A stretch cut at another mode's junction is rounded once more. Where turns are restricted, who has come by such a
 * junction may have turned round there. A barrier that stops the mode is several nodes, and which of them stands for it
 * depends on the numbering: alone and together may mean different sides of it. */
static void assert_like_alone(const MusterRoads *roads, MusterNetwork *alone, MusterNetwork *shared,
                              bool may_turn_sooner) {
  const mi_graph *graph = mi_network_graph(alone);
  uint32_t tolerance_ms = mi_network_graph(shared)->arc_count;
  g_autoptr(MusterSearch) one = muster_search_new(alone);
  g_autoptr(MusterSearch) other = muster_search_new(shared);
  unsigned mode = MUSTER_MODE_BIT(alone->info.mode);
  for (MusterNode from = 0; from < graph->node_count; from++)
    for (MusterNode to = 0; to < graph->node_count; to++) {
      int64_t a = graph->node_id[from], b = graph->node_id[to];
      if (stops_at(roads, a, mode) || stops_at(roads, b, mode)) continue;
      uint32_t alone_ms = time_between(one, alone, a, b), shared_ms = time_between(other, shared, a, b);
      if (alone_ms == MUSTER_UNREACHABLE_MS || shared_ms == MUSTER_UNREACHABLE_MS) {
        g_assert_cmpuint(alone_ms, ==, shared_ms);
        continue;
      }
      g_assert_cmpuint(shared_ms, <=, alone_ms + tolerance_ms);
      if (!may_turn_sooner) g_assert_cmpuint(alone_ms, <=, shared_ms + tolerance_ms);
    }
  /* Not to turn round in the middle of a road takes effect only where another mode's road makes a node of it. */
  g_assert_cmpuint(alone->info.turn_restriction_count, <=, shared->info.turn_restriction_count);
}

static bool has_barrier(const MusterRoads *roads, unsigned for_modes) {
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    unsigned modes;
    muster_roads_barrier(roads, i, NULL, &modes);
    if (modes & for_modes) return true;
  }
  return false;
}

static bool has_open_arc(const mi_graph *graph, MusterNode node) {
  for (MusterArc arc = 0; arc < graph->arc_count; arc++)
    if (mi_arc_is_open(graph, arc) && (graph->tail[arc] == node || graph->head[arc] == node)) return true;
  return false;
}

/* A node where a road of the mode ends is looked up as one that the mode can get to or leave, whatever else ends
 * there. */
static void assert_found(const MusterNetwork *alone, const MusterNetwork *shared) {
  const mi_graph *graph = mi_network_graph(alone);
  for (MusterNode node = 0; node < graph->node_count; node++) {
    MusterNode found = muster_network_find_node(shared, graph->node_id[node]);
    g_assert_cmpuint(found, !=, MUSTER_NONE);
    g_assert_cmpint(muster_network_node_id(shared, found), ==, graph->node_id[node]);
    g_assert_true(has_open_arc(mi_network_graph(shared), found));
  }
}

static void test_like_alone(void) {
  uint64_t seed = test_seed();
  uint32_t compared = 0, restricted = 0, barriers_of_others = 0, own_barriers = 0, both = 0;
  for (uint32_t round = 0; round < 400; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    bool turns = round % 2;
    if (turns) test_add_restrictions(roads, &random, 4);
    if (round % 4 == 3) test_add_route_restrictions(roads, &random, 4);
    unsigned modes = 1 + mi_random_below(&random, MI_MODES_ALL);
    g_autoptr(MusterNetwork) home = together(roads, modes);
    for (int mode = 0; home && mode < MUSTER_MODE_COUNT; mode++) {
      g_autoptr(MusterNetwork) shared = muster_network_of_mode(home, (MusterMode)mode);
      g_assert_cmpint(shared != NULL, ==, (modes & MUSTER_MODE_BIT(mode)) != 0);
      g_autoptr(MusterNetwork) alone = muster_network_new(roads, (MusterMode)mode, NULL);
      if (!shared || !alone) continue;
      g_assert_cmpint(shared->info.mode, ==, mode);
      assert_found(alone, shared);
      assert_like_alone(roads, alone, shared, turns);
      compared++;
      bool is_restricted = shared->info.turn_restriction_count > 0;
      bool of_others = has_barrier(roads, modes & ~MUSTER_MODE_BIT(mode));
      restricted += is_restricted;
      barriers_of_others += of_others;
      both += is_restricted && of_others;
      own_barriers += has_barrier(roads, MUSTER_MODE_BIT(mode));
    }
  }
  g_assert_cmpuint(compared, >, 300);
  g_assert_cmpuint(restricted, >, 30);
  g_assert_cmpuint(barriers_of_others, >, 100);
  g_assert_cmpuint(own_barriers, >, 100);
  g_assert_cmpuint(both, >, 10);
}

/* A road of two ways with a gate between them that stops cars, and a path beside for walkers. */
static MusterRoads *gate(void) {
  MusterRoads *roads = muster_roads_new();
  const int64_t nodes[] = {1, 2, 3};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}};
  test_add_street(roads, 10, nodes, at, 2);
  test_add_street(roads, 11, nodes + 1, at + 1, 2);
  muster_roads_add_barrier(roads, 2, MI_MODES_CAR);
  return roads;
}

static void test_gate(void) {
  g_autoptr(MusterRoads) roads = gate();
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_FOOT | MI_MODES_CAR);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  g_assert_null(muster_network_of_mode(car, MUSTER_MODE_EBIKE));
  g_assert_cmpint(foot->info.mode, ==, MUSTER_MODE_FOOT);
  g_autoptr(MusterSearch) walk = muster_search_new(foot);
  g_autoptr(MusterSearch) drive = muster_search_new(car);
  g_autoptr(MusterNetwork) alone = muster_network_new(roads, MUSTER_MODE_FOOT, NULL);
  g_autoptr(MusterSearch) walk_alone = muster_search_new(alone);
  g_assert_cmpuint(time_between(walk, foot, 1, 3), ==, time_between(walk_alone, alone, 1, 3));
  g_assert_cmpuint(time_between(drive, car, 1, 3), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(foot->info.part_count, ==, 1);
  g_assert_cmpuint(foot->info.cut_off_node_count, ==, 0);
  g_assert_cmpuint(car->info.part_count, ==, 2);
  g_assert_cmpuint(car->info.cut_off_node_count, ==, 2);
  MusterPath path;
  MusterRoadPoint from = muster_road_point_at_node(foot, muster_network_find_node(foot, 1));
  MusterRoadPoint to = muster_road_point_at_node(foot, muster_network_find_node(foot, 3));
  muster_search_path(walk, &from, &to, &path);
  g_assert_cmpuint(path.node_count, ==, 3); /* the gate is one, whatever it is inside */
}

/* A bollard where a street becomes a footway: cars drive up to it, whatever the numbering of its copies. */
static void test_bollard(void) {
  const int64_t nodes[] = {1, 2, 3};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}};
  for (int turned = 0; turned < 2; turned++) {
    g_autoptr(MusterRoads) roads = muster_roads_new();
    test_add_street(roads, 10, turned ? nodes + 1 : nodes, turned ? at + 1 : at, 2);
    MusterWay path = {.id = 11, .road_class = MUSTER_ROAD_FOOTWAY, .open_forward = 1, .open_backward = 1};
    muster_roads_add_way(roads, &path, turned ? nodes : nodes + 1, turned ? at : at + 1, 2);
    muster_roads_add_barrier(roads, 2, MI_MODES_CAR);
    g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_FOOT | MI_MODES_CAR);
    g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
    g_autoptr(MusterSearch) drive = muster_search_new(car);
    g_autoptr(MusterSearch) walk = muster_search_new(foot);
    int64_t street_end = turned ? 3 : 1;
    g_assert_cmpuint(time_between(drive, car, street_end, 2), <, MUSTER_UNREACHABLE_MS);
    g_assert_cmpuint(time_between(drive, car, 2, street_end), <, MUSTER_UNREACHABLE_MS);
    g_assert_cmpuint(time_between(drive, car, 1, 3), ==, MUSTER_UNREACHABLE_MS);
    g_assert_cmpuint(time_between(walk, foot, 1, 3), <, MUSTER_UNREACHABLE_MS);
  }
}

/* Cars may not turn from way 1 into way 3 at the crossing 0. Beyond it stands a barrier that stops e-bikes only, where
 * they may not turn round either: not before the road's end at 5.
 *      3
 *      |
 *  1 - 0 - 4 - 5
 */
static void test_no_way_round_at_barrier(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t nodes[][3] = {{1, 0}, {0, 4, 5}, {0, 3}};
  const MusterPosition at[][3] = {{{1093990000, 295000000}, {1094000000, 295000000}},
                                  {{1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}},
                                  {{1094000000, 295000000}, {1094000000, 295010000}}};
  for (int64_t way = 1; way <= 3; way++) test_add_street(roads, way, nodes[way - 1], at[way - 1], way == 2 ? 3 : 2);
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_NO, MI_MODES_CAR, 0, NULL});
  muster_roads_add_barrier(roads, 4, MI_MODES_EBIKE);
  g_autoptr(MusterNetwork) shared = together(roads, MI_MODES_ALL);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(shared, MUSTER_MODE_CAR);
  g_autoptr(MusterNetwork) alone = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  g_autoptr(MusterSearch) drive = muster_search_new(car);
  g_autoptr(MusterSearch) drive_alone = muster_search_new(alone);
  uint32_t round_the_end = time_between(drive_alone, alone, 1, 3);
  g_assert_cmpuint(
      round_the_end, ==,
      2 * time_between(drive_alone, alone, 0, 5) + time_between(drive, car, 1, 0) + time_between(drive, car, 0, 3));
  g_assert_cmpuint(time_between(drive, car, 1, 3), ==, round_the_end);
  g_autoptr(MusterNetwork) ebike = muster_network_of_mode(shared, MUSTER_MODE_EBIKE);
  g_autoptr(MusterSearch) ride = muster_search_new(ebike);
  g_assert_cmpuint(time_between(ride, ebike, 1, 5), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(time_between(ride, ebike, 1, 4), <, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(time_between(ride, ebike, 1, 3), <, MUSTER_UNREACHABLE_MS);
  /* Restrictions hold at the barrier itself for whom it lets pass. */
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){2, 4, 2, MUSTER_TURN_NO, MI_MODES_CAR, 0, NULL});
  g_autoptr(MusterNetwork) again = together(roads, MI_MODES_ALL);
  g_autoptr(MusterNetwork) car_again = muster_network_of_mode(again, MUSTER_MODE_CAR);
  g_assert_cmpuint(car->info.turn_restriction_count, ==, 1);
  g_assert_cmpuint(car_again->info.turn_restriction_count, ==, 2);
}

/* At a junction of as many roads as may be, those on foot are restricted over ways: what is told of cars holds. */
static void test_restrictions_of_both(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t ends = MI_TURNS_ENDS_MAX;
  for (int64_t i = 1; i <= ends + 1; i++) {
    const int64_t nodes[] = {i <= ends ? 0 : 1, i};
    const MusterPosition at[] = {{(int32_t)(1094000000 + nodes[0] * 10000), 295000000},
                                 {(int32_t)(1094000000 + i * 10000), 295010000}};
    test_add_street(roads, i, nodes, at, 2);
  }
  muster_roads_add_restriction(
      roads, &(MusterTurnRestriction){2, 0, ends + 1, MUSTER_TURN_NO, MI_MODES_FOOT, 1, (const int64_t[]){1}});
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){2, 0, 3, MUSTER_TURN_NO, MI_MODES_CAR, 0, NULL});
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_FOOT | MI_MODES_CAR);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  g_assert_cmpuint(mi_network_graph(foot)->copy_count, >, 0);
  g_assert_cmpuint(foot->info.turn_restriction_count, ==, 1);
  g_assert_cmpuint(car->info.turn_restriction_count, ==, 1);
}

/* A mode that can travel nothing has a network where nothing is reached. */
static void test_mode_without_roads(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t nodes[] = {1, 2};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094010000, 295000000}};
  MusterWay path = {.id = 11, .road_class = MUSTER_ROAD_FOOTWAY, .open_forward = 1, .open_backward = 1};
  muster_roads_add_way(roads, &path, nodes, at, 2);
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_FOOT | MI_MODES_CAR);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  g_assert_cmpuint(car->info.part_count, ==, 0);
  g_assert_cmpuint(car->info.snappable_node_count, ==, 0);
  g_assert_cmpuint(car->info.cut_off_node_count, ==, 0);
  GError *error = NULL;
  MusterRoadPoint point;
  g_assert_false(muster_network_snap(car, at[0], MUSTER_SNAP_LIMIT_M, &point, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP);
  g_clear_error(&error);
  g_autoptr(MusterSearch) drive = muster_search_new(car);
  g_assert_cmpuint(time_between(drive, car, 1, 2), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(time_between(drive, car, 1, 1), ==, 0);
}

/* Whichever of the networks is held keeps all of them. */
static void test_lifetime(void) {
  g_autoptr(MusterRoads) roads = gate();
  MusterNetwork *foot = together(roads, MI_MODES_FOOT | MI_MODES_CAR);
  MusterMetric *own = muster_network_metric(foot);
  const MusterArc arc = 0;
  MusterMetric *closed = muster_metric_close(own, &arc, 1);
  MusterNetwork *car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  muster_network_unref(foot);
  muster_metric_unref(own);
  muster_metric_unref(closed);
  MusterSearch *drive = muster_search_new(car);
  muster_network_unref(car);
  car = muster_network_ref(drive->network);
  foot = muster_network_of_mode(car, MUSTER_MODE_FOOT);
  g_assert_cmpint(foot->info.mode, ==, MUSTER_MODE_FOOT);
  g_assert_cmpuint(time_between(drive, car, 1, 3), ==, MUSTER_UNREACHABLE_MS);
  own = muster_network_metric(foot);
  muster_network_unref(foot);
  muster_network_unref(car);
  muster_search_free(drive);
  g_assert_cmpint(muster_metric_network(own)->info.mode, ==, MUSTER_MODE_FOOT);
  muster_metric_unref(own);
}

/* Whatever is closed is closed by the same arcs for all modes; metrics of one mode leave the others alone. */
static void test_closures(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t nodes[] = {1, 2, 3};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}};
  test_add_street(roads, 10, nodes, at, 3);
  MusterWay path = {.id = 11, .road_class = MUSTER_ROAD_FOOTWAY, .open_forward = 1, .open_backward = 1};
  muster_roads_add_way(roads, &path, nodes, at, 2);
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_ALL);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  MusterArc arcs[16];
  size_t count = muster_network_arcs_of_way(foot, 10, arcs, G_N_ELEMENTS(arcs));
  g_assert_cmpuint(count, ==, muster_network_arcs_of_way(car, 10, NULL, 0));
  g_autoptr(MusterMetric) open = muster_network_metric(car);
  g_autoptr(MusterMetric) closed = muster_metric_close(open, arcs, count);
  MusterMetricInfo info;
  muster_metric_info(closed, &info);
  g_assert_cmpuint(info.closed_arc_count, ==, count);
  g_autoptr(MusterSearch) drive = muster_search_new(car);
  g_autoptr(MusterSearch) walk = muster_search_new(foot);
  muster_search_set_metric(drive, closed);
  g_assert_cmpuint(time_between(drive, car, 1, 2), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(time_between(walk, foot, 1, 2), <, MUSTER_UNREACHABLE_MS);
  /* An area closes the same arcs whichever mode asks. */
  const MusterPosition ring[] = {{1093990000, 294990000},
                                 {1094015000, 294990000},
                                 {1094015000, 295010000},
                                 {1093990000, 295010000},
                                 {1093990000, 294990000}};
  const uint32_t ring_first[] = {0, 5}, polygon_first[] = {0, 1};
  const MusterPolygons area = {ring, ring_first, polygon_first, 1, 1};
  MusterArc by_car[16];
  count = muster_network_arcs_in_area(foot, &area, arcs, G_N_ELEMENTS(arcs));
  g_assert_cmpuint(count, ==, 6); /* the footway, and both stretches of the street: the second reaches into it */
  g_assert_cmpuint(muster_network_arcs_in_area(car, &area, by_car, G_N_ELEMENTS(by_car)), ==, count);
  g_assert_cmpmem(arcs, count * sizeof *arcs, by_car, count * sizeof *by_car);
  /* The footway has arcs that cars never could take: closing them closes nothing. */
  count = muster_network_arcs_of_way(car, 11, arcs, G_N_ELEMENTS(arcs));
  g_assert_cmpuint(count, ==, 2);
  g_autoptr(MusterMetric) same = muster_metric_close(open, arcs, count);
  muster_metric_info(same, &info);
  g_assert_cmpuint(info.closed_arc_count, ==, 0);
}

/* Nobody is put on a road that the mode cannot travel. */
static void test_snap(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t nodes[] = {1, 2, 3, 4};
  const MusterPosition at[] = {
      {1094000000, 295000000}, {1094010000, 295000000}, {1094000000, 295005000}, {1094010000, 295005000}};
  test_add_street(roads, 10, nodes, at, 2);
  MusterWay path = {.id = 11, .road_class = MUSTER_ROAD_FOOTWAY, .open_forward = 1, .open_backward = 1};
  muster_roads_add_way(roads, &path, nodes + 2, at + 2, 2);
  const int64_t stairs[] = {1, 3};
  const MusterPosition stairs_at[] = {at[0], at[2]};
  muster_roads_add_way(roads, &path, stairs, stairs_at, 2);
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_ALL);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  MusterRoadPoint walker, driver;
  MusterPosition asked = {1094005000, 295004900};
  g_assert_true(muster_network_snap(foot, asked, MUSTER_SNAP_LIMIT_M, &walker, NULL));
  g_assert_true(muster_network_snap(car, asked, MUSTER_SNAP_LIMIT_M, &driver, NULL));
  g_assert_cmpint(walker.position.lat_e7, ==, 295005000);
  g_assert_cmpint(driver.position.lat_e7, ==, 295000000);
  g_assert_cmpuint(car->info.cut_off_node_count, ==, 0); /* nodes of the footway are no places for cars */
  g_assert_cmpfloat(car->info.cut_off_length_m, ==, 0);
}

/* A way of one mode: between two nodes, both ways. */
static void add_way_for(MusterRoads *roads, int64_t id, unsigned modes, int64_t from, int64_t to) {
  const int64_t nodes[] = {from, to};
  const MusterPosition at[] = {{(int32_t)(1094000000 + from * 10000), 295000000},
                               {(int32_t)(1094000000 + to * 10000), 295000000}};
  MusterWay way = {
      .id = id, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = (uint8_t)modes, .open_backward = (uint8_t)modes};
  muster_roads_add_way(roads, &way, nodes, at, 2);
}

/* The sides of a barrier on paths are more nodes than the one road for cars has, but no place for cars. */
static void test_largest_part(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  add_way_for(roads, 1, MI_MODES_ALL, 1, 2);
  for (int64_t i = 0; i < 4; i++) add_way_for(roads, 2 + i, MI_MODES_FOOT, 10, i ? 10 + i : 2);
  muster_roads_add_barrier(roads, 10, MI_MODES_EBIKE);
  g_autoptr(MusterNetwork) foot = together(roads, MI_MODES_ALL);
  g_autoptr(MusterNetwork) car = muster_network_of_mode(foot, MUSTER_MODE_CAR);
  MusterRoadPoint point;
  g_assert_true(muster_network_snap(car, (MusterPosition){1094010000, 295000000}, 1000, &point, NULL));
  g_assert_cmpuint(car->info.snappable_node_count, ==, 2);
  g_assert_cmpuint(car->info.cut_off_node_count, ==, 0);
  g_assert_cmpuint(foot->info.cut_off_node_count, ==, 0);
}

static void assert_same_info(const MusterNetworkInfo *a, const MusterNetworkInfo *b) {
  g_assert_cmpuint(a->node_count, ==, b->node_count);
  g_assert_cmpuint(a->arc_count, ==, b->arc_count);
  g_assert_cmpuint(a->link_count, ==, b->link_count);
  g_assert_cmpuint(a->snappable_node_count, ==, b->snappable_node_count);
  g_assert_cmpuint(a->part_count, ==, b->part_count);
  g_assert_cmpuint(a->turn_restriction_count, ==, b->turn_restriction_count);
  g_assert_cmpuint(a->cut_off_node_count, ==, b->cut_off_node_count);
  g_assert_cmpfloat(a->cut_off_length_m, ==, b->cut_off_length_m);
  g_assert_cmpint(a->has_hierarchy, ==, b->has_hierarchy);
  g_assert_cmpuint(a->chord_count, ==, b->chord_count);
  g_assert_cmpint(a->has_positions, ==, b->has_positions);
  g_assert_cmpint(a->from_dimacs, ==, b->from_dimacs);
  g_assert_cmpint(a->has_slopes, ==, b->has_slopes);
  g_assert_cmpint(a->mode, ==, b->mode);
  g_assert_cmpuint(a->modes, ==, b->modes);
  g_assert_cmpmem(&a->box, sizeof a->box, &b->box, sizeof b->box);
  g_assert_cmpuint(a->bytes, ==, b->bytes);
  g_assert_cmpuint(a->checksum, ==, b->checksum);
}

/* One file holds them all; opened again they say the same, whatever order the roads came in, and the hierarchy says
 * what a plain search says. */
static void test_file(void) {
  uint64_t seed = test_seed();
  g_autofree char *folder = g_dir_make_tmp("muster-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "n.mnet", NULL);
  for (uint32_t round = 0; round < 60; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    if (round % 2) test_add_restrictions(roads, &random, 6);
    if (round % 2) test_add_route_restrictions(roads, &random, 8);
    g_autoptr(MusterRoads) shuffled = test_shuffled_roads(roads, &random);
    g_autoptr(MusterNetwork) network = together(roads, MI_MODES_ALL);
    g_autoptr(MusterNetwork) again = together(shuffled, MI_MODES_ALL);
    if (!network) continue;
    g_assert_cmpmem(network->image, network->image_bytes, again->image, again->image_bytes);
    GError *error = NULL;
    g_assert_true(muster_network_save(network, path, &error));
    g_autoptr(MusterNetwork) opened = muster_network_open(path, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(network->image, network->image_bytes, opened->image, opened->image_bytes);
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      g_autoptr(MusterNetwork) a = muster_network_of_mode(network, (MusterMode)mode);
      g_autoptr(MusterNetwork) b = muster_network_of_mode(opened, (MusterMode)mode);
      assert_same_info(&a->info, &b->info);
      g_autoptr(MusterMetric) of_a = muster_network_metric(a);
      g_autoptr(MusterMetric) of_b = muster_network_metric(b);
      MusterMetricInfo info_a, info_b;
      muster_metric_info(of_a, &info_a);
      muster_metric_info(of_b, &info_b);
      g_assert_cmphex(info_a.checksum, ==, info_b.checksum);
    }
    test_ask_network(opened);
  }
  g_unlink(path);
  g_rmdir(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/modes/like-alone", test_like_alone);
  g_test_add_func("/road/modes/gate", test_gate);
  g_test_add_func("/road/modes/restrictions-of-both", test_restrictions_of_both);
  g_test_add_func("/road/modes/bollard", test_bollard);
  g_test_add_func("/road/modes/no-way-round-at-barrier", test_no_way_round_at_barrier);
  g_test_add_func("/road/modes/without-roads", test_mode_without_roads);
  g_test_add_func("/road/modes/lifetime", test_lifetime);
  g_test_add_func("/road/modes/closures", test_closures);
  g_test_add_func("/road/modes/snap", test_snap);
  g_test_add_func("/road/modes/largest-part", test_largest_part);
  g_test_add_func("/road/modes/file", test_file);
  return g_test_run();
}
