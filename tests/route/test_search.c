/* Point to point, matrix, paths and reach on random networks against Floyd and Warshall. */
#include "route/networks.h"
#include "support/support.h"

#include <string.h>

enum { POINTS = 24 };

static void fill_points(mi_random *random, const MusterNetwork *network, MusterRoadPoint points[POINTS]) {
  for (size_t i = 0; i < POINTS; i++) points[i] = random_point(random, network);
  points[POINTS - 1] = points[0]; /* one place twice */
}

static void check_times(mi_random *random, MusterNetwork *network) {
  MusterRoadPoint points[POINTS];
  fill_points(random, network, points);
  g_autofree uint32_t *slow = slow_times(network, points, POINTS);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (size_t i = 0; i < POINTS; i++)
    for (size_t j = 0; j < POINTS; j++) {
      uint32_t expected = slow[i * POINTS + j];
      g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[j]), ==, expected);
      if (expected == MUSTER_UNREACHABLE_MS) continue;
      g_assert_cmpuint(mi_search_time_within(search, &points[i], &points[j], expected), ==, expected);
      if (expected > 0)
        g_assert_cmpuint(mi_search_time_within(search, &points[i], &points[j], expected - 1), ==,
                         MUSTER_UNREACHABLE_MS);
    }
}

static void test_times(void) { for_each_random_network(6, check_times); }

static void check_matrix(mi_random *random, MusterNetwork *network) {
  MusterRoadPoint points[POINTS];
  fill_points(random, network, points);
  g_autofree uint32_t *slow = slow_times(network, points, POINTS);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  const size_t splits[] = {0, 1, 5, POINTS / 2, POINTS - 1, POINTS};
  for (size_t s = 0; s < G_N_ELEMENTS(splits); s++) {
    size_t source_count = splits[s], target_count = POINTS - source_count;
    uint32_t times[POINTS * POINTS];
    muster_search_matrix(search, points, source_count, points + source_count, target_count, times);
    for (size_t i = 0; i < source_count; i++)
      for (size_t j = 0; j < target_count; j++)
        g_assert_cmpuint(times[i * target_count + j], ==, slow[i * POINTS + source_count + j]);
  }
}

static void test_matrix(void) { for_each_random_network(6, check_matrix); }

static bool same_position(MusterPosition a, MusterPosition b) { return memcmp(&a, &b, sizeof a) == 0; }

/* Times and lengths of the arcs add up, arcs are consecutive, the line runs from point to point. */
static void check_path(const mi_graph *graph, const MusterRoadPoint *from, const MusterRoadPoint *to,
                       const MusterPath *path) {
  uint64_t street_ms = 0, street_mm = 0, arc_ms = 0, arc_mm = 0;
  for (size_t i = 0; i < path->street_count; i++) {
    street_ms += path->streets[i].time_ms;
    street_mm += path->streets[i].length_mm;
    g_assert_cmpuint(path->streets[i].first_shape, <, path->shape_count);
    if (i > 0) g_assert_cmpstr(path->streets[i].name, !=, path->streets[i - 1].name);
  }
  g_assert_cmpuint(street_ms + from->access_ms + to->access_ms, ==, path->time_ms);
  g_assert_cmpuint(street_mm + from->access_mm + to->access_mm, ==, path->length_mm);
  for (size_t i = 0; i + 1 < path->node_count; i++) {
    MusterArc arc = path->arcs[i];
    g_assert_cmpuint(graph->head[arc], ==, path->nodes[i + 1]);
    g_assert_cmpuint(arc, >=, graph->first_out[path->nodes[i]]);
    g_assert_cmpuint(arc, <, graph->first_out[path->nodes[i] + 1]);
    arc_ms += graph->weight_ms[arc];
    arc_mm += graph->link_length_mm[graph->arc_link[arc]];
  }
  g_assert_cmpuint(arc_ms, <=, street_ms);
  g_assert_cmpuint(arc_mm, <=, street_mm);
  if (from->node != MUSTER_NONE && to->node != MUSTER_NONE) {
    g_assert_cmpuint(arc_ms, ==, street_ms);
    g_assert_cmpuint(path->nodes[0], ==, from->node);
    g_assert_cmpuint(path->nodes[path->node_count - 1], ==, to->node);
  }
  g_assert_cmpuint(path->shape_count, >=, 2);
  g_assert_true(same_position(path->shape[0], from->position));
  g_assert_true(same_position(path->shape[path->shape_count - 1], to->position));
  double line_m = 0;
  for (size_t i = 1; i < path->shape_count; i++) line_m += muster_distance_planar_m(path->shape[i - 1], path->shape[i]);
  double road_m = (double)street_mm / 1000;
  /* Points lie within half a step of 1/65536 of links of up to about 10 km: 0.2 m at each end, 1.1 cm a corner. */
  g_assert_cmpfloat(line_m, >, road_m - 0.5);
  g_assert_cmpfloat(line_m, <, road_m + 0.5);
}

static void check_paths(mi_random *random, MusterNetwork *network) {
  MusterRoadPoint points[POINTS];
  fill_points(random, network, points);
  g_autofree uint32_t *slow = slow_times(network, points, POINTS);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (size_t i = 0; i < POINTS; i++)
    for (size_t j = 0; j < POINTS; j++) {
      MusterPath path;
      muster_search_path(search, &points[i], &points[j], &path);
      g_assert_cmpuint(path.time_ms, ==, slow[i * POINTS + j]);
      if (path.time_ms != MUSTER_UNREACHABLE_MS)
        check_path(mi_network_graph(network), &points[i], &points[j], &path);
      else
        g_assert_cmpuint(path.node_count + path.shape_count + path.street_count, ==, 0);
    }
}

static void test_paths(void) { for_each_random_network(4, check_paths); }

/* All nodes within the limit, and none else, for limits at, just below and between the times. */
enum { PLACES = 3 };

static uint32_t slow_between(const uint32_t *slow, size_t size, size_t place, size_t other, MusterDirection direction) {
  return direction == MUSTER_FROM_PLACE ? slow[place * size + other] : slow[other * size + place];
}

/* Nodes within the limit of the nearest of some places, which are the last points of the table. */
static void check_reached(MusterSearch *search, const MusterRoadPoint *points, const uint32_t *slow, size_t node_count,
                          size_t place_count, uint32_t limit, MusterDirection direction) {
  size_t count, expected = 0;
  const MusterReached *reached =
      muster_search_reach(search, points + node_count, place_count, limit, direction, &count);
  g_autofree uint32_t *seen = g_new(uint32_t, node_count);
  for (size_t node = 0; node < node_count; node++) seen[node] = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < count; i++) {
    g_assert_cmpuint(seen[reached[i].node], ==, MUSTER_UNREACHABLE_MS);
    seen[reached[i].node] = reached[i].time_ms;
    if (i > 0)
      g_assert_true(reached[i - 1].time_ms < reached[i].time_ms ||
                    (reached[i - 1].time_ms == reached[i].time_ms && reached[i - 1].node < reached[i].node));
  }
  for (size_t node = 0; node < node_count; node++) {
    uint32_t time = MUSTER_UNREACHABLE_MS;
    for (size_t place = 0; place < place_count; place++)
      time = MIN(time, slow_between(slow, node_count + PLACES, node_count + place, node, direction));
    bool within = time != MUSTER_UNREACHABLE_MS && time <= limit;
    expected += within;
    if (within) g_assert_cmpuint(seen[node], ==, time);
  }
  g_assert_cmpuint(count, ==, expected);
}

static void check_reach(mi_random *random, MusterNetwork *network) {
  uint32_t node_count = mi_network_graph(network)->node_count;
  g_autofree MusterRoadPoint *points = g_new(MusterRoadPoint, node_count + PLACES);
  for (uint32_t i = 0; i < node_count; i++) points[i] = muster_road_point_at_node(network, i);
  for (uint32_t i = 0; i < PLACES; i++) points[node_count + i] = random_point(random, network);
  g_autofree uint32_t *slow = slow_times(network, points, node_count + PLACES);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (int direction = 0; direction < 2; direction++)
    for (int round = 0; round < 8; round++) {
      uint32_t limit = slow_between(slow, node_count + PLACES, node_count, mi_random_below(random, node_count),
                                    (MusterDirection)direction);
      if (round % 2 && limit > 0) limit--;
      check_reached(search, points, slow, node_count, mi_random_below(random, PLACES + 1), limit,
                    (MusterDirection)direction);
    }
}

static void test_reach(void) { for_each_random_network(4, check_reach); }

static uint32_t time_between(MusterSearch *search, const MusterRoadPoint *place, const MusterRoadPoint *other,
                             MusterDirection direction) {
  bool from = direction == MUSTER_FROM_PLACE;
  return muster_search_time_ms(search, from ? place : other, from ? other : place);
}

/* A point of the road lies in a stretch exactly if its time to the nearest place is within the limit. */
static void check_stretches(mi_random *random, MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  if (graph->link_count == 0) return;
  g_autoptr(MusterSearch) search = muster_search_new(network);
  g_autoptr(MusterSearch) other = muster_search_new(network);
  for (int round = 0; round < 6; round++) {
    MusterDirection direction = round % 2 ? MUSTER_FROM_PLACE : MUSTER_TO_PLACE;
    MusterRoadPoint places[PLACES], some = random_point(random, network);
    for (int i = 0; i < PLACES; i++) places[i] = random_point(random, network);
    size_t place_count = 1 + mi_random_below(random, PLACES);
    some.access_ms = 0;
    uint32_t limit = time_between(search, &places[0], &some, direction);
    if (limit == MUSTER_UNREACHABLE_MS) limit = 1000;
    size_t count;
    const MusterStretch *stretches =
        muster_search_reach_stretches(search, places, place_count, limit, direction, &count);
    for (size_t i = 0; i < count; i++) {
      g_assert_cmpuint(stretches[i].from_q16, <=, stretches[i].to_q16);
      g_assert_cmpuint(stretches[i].to_q16, <=, 65536);
      if (i > 0)
        g_assert_true(stretches[i - 1].link < stretches[i].link || stretches[i - 1].to_q16 < stretches[i].from_q16);
    }
    for (int probe = 0; probe < 40; probe++) {
      MusterRoadPoint at = {
          MUSTER_NONE, mi_random_below(random, graph->link_count), 1 + mi_random_below(random, 65535), 0, 0, {0, 0}};
      uint32_t time = MUSTER_UNREACHABLE_MS;
      for (size_t i = 0; i < place_count; i++) time = MIN(time, time_between(other, &places[i], &at, direction));
      bool inside = false;
      for (size_t i = 0; i < count; i++)
        inside |= stretches[i].link == at.link && stretches[i].from_q16 <= at.along_q16 &&
                  at.along_q16 <= stretches[i].to_q16;
      g_assert_cmpint(inside, ==, time != MUSTER_UNREACHABLE_MS && time <= limit);
    }
  }
}

static void test_stretches(void) { for_each_random_network(6, check_stretches); }

/* The number of the query wraps around after 2³² of them; old labels must not come back. */
static void test_query_number_wraps(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 99);
  g_autoptr(MusterNetwork) network =
      random_network(&random, &(network_options){30, 60, 50, 0, 20, 20, MUSTER_MODE_FOOT});
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint points[POINTS];
  fill_points(&random, network, points);
  g_autofree uint32_t *slow = slow_times(network, points, POINTS);
  muster_search_time_ms(search, &points[1], &points[2]);
  search->query = UINT32_MAX - 5;
  for (size_t i = 0; i < POINTS; i++)
    g_assert_cmpuint(muster_search_time_ms(search, &points[i], &points[3]), ==, slow[i * POINTS + 3]);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/search/times-as-floyd-warshall", test_times);
  g_test_add_func("/route/search/matrix-as-floyd-warshall", test_matrix);
  g_test_add_func("/route/search/paths", test_paths);
  g_test_add_func("/route/search/reach", test_reach);
  g_test_add_func("/route/search/stretches", test_stretches);
  g_test_add_func("/route/search/query-number-wraps", test_query_number_wraps);
  return g_test_run();
}
