/* Turn restrictions against the slow truth (turns_truth.h) on random towns, and by hand. */
#include <inttypes.h>
#include <string.h>

#include "road/mnet.h"
#include "road/turns.h"
#include "road/ways.h"
#include "route/networks.h"
#include "route/turns_truth.h"
#include "support/support.h"

/* ---- random towns ---- */

enum { SIDE = 4, WAYS_PER_LINE = 3 };

static MusterPosition place_of(int64_t node) {
  return (MusterPosition){(int32_t)(1094000000 + node % SIDE * 10000 + node * 7919 % 3000),
                          (int32_t)(295000000 + node / SIDE * 10000 + node * 104729 % 3000)};
}

static void add_way(MusterRoads *roads, mi_random *random, int64_t id, const int64_t *nodes, size_t count) {
  MusterPosition positions[SIDE];
  for (size_t i = 0; i < count; i++) positions[i] = place_of(nodes[i]);
  uint32_t one_way = mi_random_below(random, 8);
  MusterWay way = {.id = id,
                   .road_class = MUSTER_ROAD_RESIDENTIAL,
                   .open_forward = one_way == 1 ? 3 : 7,
                   .open_backward = one_way == 0 ? 3 : 7};
  muster_roads_add_way(roads, &way, nodes, positions, count);
}

/* A grid with streets missing, cut into ways at random places: crossings, ends, nodes in the middle of a road. */
static MusterRoads *random_town(mi_random *random) {
  MusterRoads *roads = muster_roads_new();
  int64_t id = 1;
  for (int64_t line = 0; line < 2 * SIDE; line++) {
    int64_t nodes[SIDE];
    size_t count = 0;
    for (int64_t i = 0; i < SIDE; i++) {
      nodes[count++] = line < SIDE ? line * SIDE + i : i * SIDE + line - SIDE;
      bool gap = mi_random_below(random, 5) == 0, cut = gap || i == SIDE - 1 || mi_random_below(random, 3) > 0;
      if (!cut) continue;
      if (count >= 2) add_way(roads, random, id++, nodes, count);
      if (!gap) nodes[0] = nodes[count - 1];
      count = gap ? 0 : 1;
    }
  }
  return roads;
}

static void check_path(const turns_truth *t, MusterSearch *search, const MusterRoadPoint *from,
                       const MusterRoadPoint *to, uint32_t expected) {
  MusterPath path;
  muster_search_path(search, from, to, &path);
  g_assert_cmpuint(path.time_ms, ==, expected);
  if (path.time_ms == MUSTER_UNREACHABLE_MS) return;
  turns_truth_state s = {0};
  for (size_t i = 0; i + 1 < path.node_count; i++) {
    MusterLink link = t->graph->arc_link[path.arcs[i]];
    g_assert_cmpuint(link, !=, MUSTER_NONE);
    size_t arc = 2 * (size_t)link + (t->graph->link_backward[link] == path.arcs[i]);
    g_assert_cmpuint(turns_truth_tail(t, arc), ==, path.nodes[i]);
    g_assert_cmpuint(turns_truth_head(t, arc), ==, path.nodes[i + 1]);
    g_assert_false(i > 0 && (*turns_truth_forbidden(t, s.arc, arc) || !turns_truth_routes_permit(t, s.on, arc)));
    s = turns_truth_take(t, s.on, arc);
  }
  uint64_t street_ms = 0;
  for (size_t i = 0; i < path.street_count; i++) street_ms += path.streets[i].time_ms;
  g_assert_cmpuint(street_ms + from->access_ms + to->access_ms, ==, path.time_ms);
}

static bool is_inside(const MusterStretch *stretches, size_t count, const MusterRoadPoint *point) {
  for (size_t i = 0; i < count; i++)
    if (stretches[i].link == point->link && stretches[i].from_q16 <= point->along_q16 &&
        point->along_q16 <= stretches[i].to_q16)
      return true;
  return false;
}

static void check_reach(const turns_truth *t, const MusterNetwork *network, MusterSearch *search,
                        const MusterRoadPoint *points, size_t count, const uint32_t *times) {
  for (int direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
    size_t found;
    const MusterReached *reached =
        muster_search_reach(search, &points[0], 1, MUSTER_UNREACHABLE_MS, (MusterDirection)direction, &found);
    size_t expected = 0;
    for (size_t i = 0; i < found; i++) {
      MusterRoadPoint node = muster_road_point_at_node(network, reached[i].node);
      uint32_t time = direction == MUSTER_FROM_PLACE ? turns_truth_time(t, &points[0], &node)
                                                     : turns_truth_time(t, &node, &points[0]);
      g_assert_cmpuint(reached[i].time_ms, ==, time);
      g_assert_true(i == 0 || reached[i - 1].time_ms < reached[i].time_ms ||
                    (reached[i - 1].time_ms == reached[i].time_ms && reached[i - 1].node < reached[i].node));
    }
    for (MusterNode v = 0; v < t->graph->node_count; v++) {
      MusterRoadPoint node = muster_road_point_at_node(network, v);
      bool is_reached =
          (direction == MUSTER_FROM_PLACE ? turns_truth_time(t, &points[0], &node)
                                          : turns_truth_time(t, &node, &points[0])) != MUSTER_UNREACHABLE_MS;
      expected += mi_graph_arrive(t->graph, v) == v && is_reached;
    }
    g_assert_cmpuint(found, ==, expected);
    uint32_t limit = points[0].access_ms + 9000;
    size_t stretch_count;
    const MusterStretch *stretches =
        muster_search_reach_stretches(search, &points[0], 1, limit, (MusterDirection)direction, &stretch_count);
    for (size_t i = 1; i < count; i++) {
      if (mi_point_node(t->graph, &points[i]) != MUSTER_NONE) continue;
      uint32_t time = times[direction == MUSTER_FROM_PLACE ? i : i * count];
      bool inside = time != MUSTER_UNREACHABLE_MS && time - points[i].access_ms <= limit;
      g_assert_cmpint(is_inside(stretches, stretch_count, &points[i]), ==, inside);
    }
  }
}

static uint64_t checksum_of(const MusterMetric *metric) {
  MusterMetricInfo info;
  muster_metric_info(metric, &info);
  return info.checksum;
}

/* Closes some links of the roads, rather those on forbidden routes: times follow, whether the metric is brought up to
 * date, made anew or closed for one search, and are as before when all is open again. */
static void check_closed(mi_random *random, turns_truth *t, MusterNetwork *network, const MusterRoadPoint *points,
                         size_t count) {
  const mi_graph *graph = t->graph;
  MusterArc arcs[3];
  g_autofree uint32_t *weight_ms = g_memdup2(graph->weight_ms, graph->arc_count * sizeof *weight_ms);
  size_t arc_count = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(arcs); i++) {
    uint32_t pick = mi_random_below(random, graph->copy_count ? graph->copy_count : graph->arc_count);
    MusterArc arc = graph->copy_count && i < 2 ? graph->copied_arc[pick] : mi_random_below(random, graph->arc_count);
    if (graph->arc_link[arc] == MUSTER_NONE) continue;
    arcs[arc_count++] = arc;
    MusterArc own = mi_arc_copied(graph, arc);
    weight_ms[own] = MUSTER_UNREACHABLE_MS;
    size_t in_truth = 2 * (size_t)graph->arc_link[arc];
    t->weight[in_truth + (graph->link_backward[graph->arc_link[arc]] == own)] = TURNS_TRUTH_FAR;
  }
  turns_truth_find_times(t);
  g_autoptr(MusterMetric) open = muster_network_metric(network);
  g_autoptr(MusterMetric) closed = muster_metric_close(open, arcs, arc_count);
  g_autoptr(MusterMetric) anew = muster_metric_new(network, weight_ms, 1);
  g_autoptr(MusterMetric) again = muster_metric_reopen(closed, arcs, arc_count);
  g_assert_cmphex(checksum_of(closed), ==, checksum_of(anew));
  g_assert_cmphex(checksum_of(again), ==, checksum_of(open));
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterSearch) own_closures = muster_search_new(network);
  muster_search_set_metric(search, closed);
  muster_search_close(own_closures, arcs, arc_count);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      uint32_t expected = turns_truth_time(t, &points[i], &points[j]);
      g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[j]), ==, expected);
      g_assert_cmpuint(muster_search_time_ms(own_closures, &points[i], &points[j]), ==, expected);
    }
}

static void check_network(mi_random *random, const MusterRoads *roads, MusterNetwork *network) {
  enum { POINTS = 12 };
  turns_truth t;
  turns_truth_init(&t, roads, network);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint points[POINTS];
  for (size_t i = 0; i < POINTS; i++) points[i] = random_point(random, network);
  uint32_t expected[POINTS * POINTS], found[POINTS * POINTS];
  for (size_t i = 0; i < POINTS; i++)
    for (size_t j = 0; j < POINTS; j++) {
      expected[i * POINTS + j] = turns_truth_time(&t, &points[i], &points[j]);
      g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[j]), ==, expected[i * POINTS + j]);
      check_path(&t, search, &points[i], &points[j], expected[i * POINTS + j]);
    }
  muster_search_matrix(search, points, POINTS, points, POINTS, found);
  g_assert_cmpmem(found, sizeof found, expected, sizeof expected);
  muster_search_matrix(search, points, POINTS, points, POINTS - 1, found);
  for (size_t i = 0; i < POINTS; i++)
    g_assert_cmpmem(&found[i * (POINTS - 1)], (POINTS - 1) * sizeof *found, &expected[i * POINTS],
                    (POINTS - 1) * sizeof *found);
  check_reach(&t, network, search, points, POINTS, expected);
  check_closed(random, &t, network, points, POINTS);
  turns_truth_clear(&t);
}

/* What is snapped to can be got to from everywhere else that is, and back. */
static void check_snappable(const MusterNetwork *network, MusterSearch *search) {
  const mi_graph *graph = mi_network_graph(network);
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(MusterRoadPoint));
  for (MusterLink link = 0; link < graph->link_count; link++) {
    MusterRoadPoint point = {MUSTER_NONE, link, 30000, 0, 0, mi_line_point(graph, link, 30000)};
    if (mi_link_snappable(graph, link)) g_array_append_val(points, point);
  }
  for (guint i = 0; i < points->len; i++)
    for (guint j = 0; j < points->len; j++)
      g_assert_cmpuint(muster_search_time_ms(search, &g_array_index(points, MusterRoadPoint, i),
                                             &g_array_index(points, MusterRoadPoint, j)),
                       !=, MUSTER_UNREACHABLE_MS);
}

static void check_file(const MusterNetwork *network) {
  uint8_t *image = g_memdup2(network->image, network->image_bytes);
  MusterNetwork again = {.references = 1};
  g_autoptr(GError) error = NULL;
  g_assert_true(mi_mnet_bind(&again, image, network->image_bytes, "again.mnet", &error));
  g_assert_cmpuint(again.info.turn_restriction_count, ==, network->info.turn_restriction_count);
  g_free(image);
}

static void test_against_truth(void) {
  uint64_t seed = test_seed();
  unsigned restricted = 0, split = 0, copied = 0;
  for (uint32_t round = 0; round < 400; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = round % 4 ? random_town(&random) : test_random_roads(&random);
    test_add_restrictions(roads, &random, mi_random_below(&random, 8));
    if (round % 4 > 1) test_add_route_restrictions(roads, &random, 1 + mi_random_below(&random, 8));
    g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
    if (!network) continue;
    MusterNetworkInfo info;
    muster_network_info(network, &info);
    restricted += info.turn_restriction_count > 0;
    split += mi_network_graph(network)->turn_node_count > 0;
    copied += mi_network_graph(network)->copy_count > 0;
    check_network(&random, roads, network);
    g_autoptr(MusterSearch) search = muster_search_new(network);
    check_snappable(network, search);
    check_file(network);
  }
  g_test_message(
      "%u networks with restrictions, %u with junctions of several nodes, %u with routes forbidden as a whole",
      restricted, split, copied);
  g_assert_cmpuint(split, >, 150);
  g_assert_cmpuint(copied, >, 50);
}

/* Restrictions of other modes leave a mode's network the very same. */
static void test_other_modes(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 50; round++) {
    mi_random random, again;
    mi_random_init(&random, seed, 5000 + round);
    mi_random_init(&again, seed, 5000 + round);
    g_autoptr(MusterRoads) with = random_town(&random);
    g_autoptr(MusterRoads) without = random_town(&again);
    test_add_restrictions(with, &random, 6); /* for cars and on foot */
    g_autoptr(MusterNetwork) a = muster_network_new(with, MUSTER_MODE_EBIKE, NULL);
    g_autoptr(MusterNetwork) b = muster_network_new(without, MUSTER_MODE_EBIKE, NULL);
    g_assert_cmpmem(a->image, a->image_bytes, b->image, b->image_bytes);
  }
}

/* ---- one crossing, by hand ---- */

/*      3
 *      |        way 1: 1 to 0, way 2: 0 to 2, way 3: 0 to 3, way 4: 0 to 4 and on to 5;
 *  1 - 0 - 2    2 and 3 are ends; from 4 one can go on to 5 or to 6, both ends.
 *      |
 *  6 - 4 - 5
 */
static MusterRoads *crossing(void) {
  static const struct {
    int64_t way, nodes[3];
    size_t count;
  } ways[] = {{1, {1, 0}, 2}, {2, {0, 2}, 2}, {3, {0, 3}, 2}, {4, {0, 4, 5}, 3}, {5, {4, 6}, 2}};
  static const MusterPosition at[] = {{0, 0},      {-10000, 0},    {10000, 0},      {0, 10000},
                                      {0, -10000}, {8000, -10000}, {-10000, -10000}};
  MusterRoads *roads = muster_roads_new();
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    MusterPosition positions[3];
    for (size_t j = 0; j < ways[i].count; j++) positions[j] = at[ways[i].nodes[j]];
    test_add_street(roads, ways[i].way, ways[i].nodes, positions, ways[i].count);
  }
  return roads;
}

/* The nodes of the quickest way, "1 0 3". */
static char *way_between(const MusterRoads *roads, int64_t from, int64_t to) {
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint a = muster_road_point_at_node(network, muster_network_find_node(network, from));
  MusterRoadPoint b = muster_road_point_at_node(network, muster_network_find_node(network, to));
  MusterPath path;
  muster_search_path(search, &a, &b, &path);
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < path.node_count; i++)
    g_string_append_printf(text, "%s%" PRId64, i ? " " : "", muster_network_node_id(network, path.nodes[i]));
  return g_string_free(text, FALSE);
}

static void assert_way(const MusterRoads *roads, int64_t from, int64_t to, const char *expected) {
  g_autofree char *found = way_between(roads, from, to);
  g_assert_cmpstr(found, ==, expected);
}

static void test_no_turn(void) {
  g_autoptr(MusterRoads) roads = crossing();
  assert_way(roads, 1, 3, "1 0 3");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_NO, 4, 0, NULL});
  /* Turning round at the end of a street is a way round; at the crossing 4 it is none. */
  assert_way(roads, 1, 3, "1 0 2 0 3");
  assert_way(roads, 2, 3, "2 0 3");
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 0, 3, "0 3");
  assert_way(roads, 1, 0, "1 0");
  /* Without that end: beyond the crossing, where the road ends. */
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 2, MUSTER_TURN_NO, 4, 0, NULL});
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 1, MUSTER_TURN_NO, 4, 0, NULL});
  assert_way(roads, 1, 3, "1 0 4 5 4 0 3");
}

static void test_only_turn(void) {
  g_autoptr(MusterRoads) roads = crossing();
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 1, 2, "1 0 4 5 4 0 2");
  assert_way(roads, 3, 2, "3 0 2");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 2, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 2, "1 0 2");
  assert_way(roads, 1, 3, "1 0 2 0 3");
}

/*  3       6    way 1: 1 to 0, way 2: 0 to 4, way 3: 4 to 5, way 4: 4 to 6, way 5: 0 to 3; all but 0 and 4 are ends.
 *  |       |
 *  0 ----- 4
 *  |       |
 *  1       5
 */
static MusterRoads *two_crossings(void) {
  static const int64_t ways[][2] = {{1, 0}, {0, 4}, {4, 5}, {4, 6}, {0, 3}};
  static const MusterPosition at[] = {{0, 0},     {0, -10000},     {0, 0},        {0, 30000},
                                      {10000, 0}, {10000, -10000}, {10000, 10000}};
  MusterRoads *roads = muster_roads_new();
  for (int64_t i = 0; i < (int64_t)G_N_ELEMENTS(ways); i++) {
    MusterPosition positions[] = {at[ways[i][0]], at[ways[i][1]]};
    test_add_street(roads, i + 1, ways[i], positions, 2);
  }
  return roads;
}

static void test_no_route(void) {
  g_autoptr(MusterRoads) roads = two_crossings();
  assert_way(roads, 1, 6, "1 0 4 6");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_NO, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 6, "1 0 4 5 4 6");
  assert_way(roads, 1, 5, "1 0 4 5");
  assert_way(roads, 1, 4, "1 0 4");
  assert_way(roads, 3, 6, "3 0 4 6");
  assert_way(roads, 0, 6, "0 4 6");
  assert_way(roads, 6, 1, "6 4 0 1");
}

/* One-way streets, where nobody could turn round: from way 1 over way 2 not on to way 3. */
static void test_one_way_route(void) {
  static const int64_t nodes[][2] = {{1, 0}, {0, 4}, {4, 5}, {4, 6}};
  static const MusterPosition at[] = {{0, 0}, {0, -10000}, {0, 0}, {0, 0}, {10000, 0}, {10000, -10000}, {10000, 10000}};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  for (int64_t i = 0; i < (int64_t)G_N_ELEMENTS(nodes); i++) {
    MusterWay way = {.id = i + 1, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7};
    muster_roads_add_way(roads, &way, nodes[i], (const MusterPosition[]){at[nodes[i][0]], at[nodes[i][1]]}, 2);
  }
  assert_way(roads, 1, 5, "1 0 4 5");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_NO, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 5, "");
  assert_way(roads, 1, 6, "1 0 4 6");
  assert_way(roads, 0, 5, "0 4 5");
}

static void test_only_route(void) {
  g_autoptr(MusterRoads) roads = two_crossings();
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 4, MUSTER_TURN_ONLY, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 6, "1 0 4 6");
  assert_way(roads, 1, 5, "1 0 4 6 4 5");
  assert_way(roads, 1, 3, "1 0 4 6 4 0 3");
  assert_way(roads, 3, 5, "3 0 4 5");
  assert_way(roads, 0, 5, "0 4 5");
  /* Several add up, over ways and at a node. */
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 5, MUSTER_TURN_ONLY, 4, 0, NULL});
  assert_way(roads, 1, 3, "1 0 3");
  muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_ONLY, 4, 1, (const int64_t[]){2}});
  assert_way(roads, 1, 5, "1 0 4 5");
}

static void test_no_effect(void) {
  g_autoptr(MusterRoads) roads = crossing();
  g_autoptr(MusterNetwork) without = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  const MusterTurnRestriction restrictions[] = {
      {1, 0, 3, MUSTER_TURN_NO, 3, 0, NULL},  {1, 4, 3, MUSTER_TURN_NO, 4, 0, NULL},
      {9, 0, 3, MUSTER_TURN_NO, 4, 0, NULL},  {1, 99, 3, MUSTER_TURN_ONLY, 4, 0, NULL},
      {4, 4, 5, MUSTER_TURN_NO, 4, 0, NULL}, /* way 4 runs on: which of its roads? */
      {1, 0, 9, MUSTER_TURN_ONLY, 4, 0, NULL}};
  static const struct {
    int64_t from, to, via[2];
    uint32_t via_count, modes;
  } over_ways[] = {{1, 5, {4}, 1, 4}, /* way 5 begins in the middle of way 4 */
                   {1, 3, {2}, 1, 4}, /* way 3 does not begin where way 2 ends */
                   {1, 2, {2}, 1, 4},
                   {2, 3, {1, 4}, 2, 4},
                   {1, 3, {9}, 1, 4}};
  for (size_t i = 0; i < G_N_ELEMENTS(restrictions); i++) muster_roads_add_restriction(roads, &restrictions[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(over_ways); i++)
    muster_roads_add_restriction(
        roads, &(MusterTurnRestriction){over_ways[i].from, 0, over_ways[i].to, MUSTER_TURN_NO,
                                        (uint8_t)over_ways[i].modes, over_ways[i].via_count, over_ways[i].via});
  g_autoptr(MusterNetwork) with = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  g_assert_cmpmem(with->image, with->image_bytes, without->image, without->image_bytes);
}

static uint32_t restrictions_that_apply(const MusterRoads *roads) {
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  return info.turn_restriction_count;
}

/* From each of six ways over way 100, between 10 and 20, on to each of six others. */
static void test_most_over_one_road(void) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const MusterPosition at[] = {{0, 0}, {10000, 0}};
  test_add_street(roads, 100, (const int64_t[]){10, 20}, at, 2);
  for (int64_t i = 1; i <= 6; i++) {
    test_add_street(roads, i, (const int64_t[]){i, 10}, (const MusterPosition[]){{-10000, (int32_t)i * 1000}, at[0]},
                    2);
    test_add_street(roads, 10 + i, (const int64_t[]){20, 20 + i},
                    (const MusterPosition[]){at[1], {20000, (int32_t)i * 1000}}, 2);
  }
  for (int64_t i = 0; i < 36; i++)
    muster_roads_add_restriction(
        roads, &(MusterTurnRestriction){1 + i / 6, 0, 11 + i % 6, MUSTER_TURN_NO, 4, 1, (const int64_t[]){100}});
  g_assert_cmpuint(restrictions_that_apply(roads), ==, MI_TURNS_ROUTES_MAX);
  /* Those of way 6 on to 13 and beyond are too many. */
  assert_way(roads, 6, 23, "6 10 20 23");
  assert_way(roads, 6, 22, "6 10 20 23 20 22");
}

/* Way 1 leads to 0, way 2 on over crossings with ways that go both sides, way 3 on from its end. */
static void test_longest_route(void) {
  for (int64_t roads_between = MI_TURNS_ROADS_MAX; roads_between <= MI_TURNS_ROADS_MAX + 1; roads_between++) {
    g_autoptr(MusterRoads) roads = muster_roads_new();
    int64_t nodes[MI_TURNS_ROADS_MAX + 2];
    MusterPosition at[MI_TURNS_ROADS_MAX + 2];
    for (int64_t i = 0; i <= roads_between; i++) {
      nodes[i] = i;
      at[i] = (MusterPosition){(int32_t)i * 10000, 0};
      MusterPosition beside[] = {at[i], {(int32_t)i * 10000, 10000}};
      test_add_street(roads, 1000 + i, (const int64_t[]){i, 1000 + i}, beside, 2);
    }
    test_add_street(roads, 2, nodes, at, (size_t)roads_between + 1);
    test_add_street(roads, 1, (const int64_t[]){500, 0}, (const MusterPosition[]){{-10000, 0}, at[0]}, 2);
    test_add_street(roads, 3, (const int64_t[]){roads_between, 600},
                    (const MusterPosition[]){at[roads_between], {0, -10000}}, 2);
    muster_roads_add_restriction(roads, &(MusterTurnRestriction){1, 0, 3, MUSTER_TURN_NO, 4, 1, (const int64_t[]){2}});
    g_assert_cmpuint(restrictions_that_apply(roads), ==, roads_between == MI_TURNS_ROADS_MAX);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/turns/against-truth", test_against_truth);
  g_test_add_func("/route/turns/other-modes", test_other_modes);
  g_test_add_func("/route/turns/no", test_no_turn);
  g_test_add_func("/route/turns/only", test_only_turn);
  g_test_add_func("/route/turns/no-route", test_no_route);
  g_test_add_func("/route/turns/one-way-route", test_one_way_route);
  g_test_add_func("/route/turns/only-route", test_only_route);
  g_test_add_func("/route/turns/no-effect", test_no_effect);
  g_test_add_func("/route/turns/most-over-one-road", test_most_over_one_road);
  g_test_add_func("/route/turns/longest-route", test_longest_route);
  return g_test_run();
}
