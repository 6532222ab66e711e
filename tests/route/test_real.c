/* Real road graphs whose shortest paths are known: rome99 and Hong Kong, every reference pair exactly. */
#include "route/graphs.h"
#include "route/networks.h"
#include "support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static MusterRoadPoint node_point(const MusterNetwork *network, int64_t id) {
  MusterNode node = muster_network_find_node(network, id);
  g_assert_cmpuint(node, !=, MUSTER_NONE);
  return muster_road_point_at_node(network, node);
}

static void test_rome(void) {
  g_autofree char *graph_path = test_data("graphs/rome99/rome99.gr");
  g_autofree char *reference_path = graph_path ? test_data("graphs/rome99/rome99_reference_scipy.csv") : NULL;
  if (!reference_path) return;
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_read_dimacs(graph_path, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  FILE *stream = fopen(reference_path, "r");
  char line[200];
  unsigned source, target, distance, count = 0;
  while (fgets(line, sizeof line, stream)) {
    if (sscanf(line, "%u,%u,%u", &source, &target, &distance) != 3) continue;
    MusterRoadPoint from = node_point(network, source), to = node_point(network, target);
    MusterPath path;
    uint32_t by_matrix;
    g_assert_cmpuint(muster_search_time_ms(search, &from, &to), ==, distance);
    muster_search_path(search, &from, &to, &path);
    g_assert_cmpuint(path.time_ms, ==, distance);
    muster_search_matrix(search, &from, 1, &to, 1, &by_matrix);
    g_assert_cmpuint(by_matrix, ==, distance);
    count++;
  }
  fclose(stream);
  g_assert_cmpuint(count, ==, 1000);
}

typedef struct reference_pair {
  unsigned source, target; /* from 0 */
  uint64_t distance_um, time_us;
} reference_pair;

static reference_pair *read_hongkong_reference(const char *path, size_t *count) {
  GArray *pairs = g_array_new(FALSE, FALSE, sizeof(reference_pair));
  FILE *stream = fopen(path, "r");
  char line[200];
  while (fgets(line, sizeof line, stream)) {
    reference_pair pair;
    double distance_m, time_s;
    if (sscanf(line, "%u,%u,%lf,%lf", &pair.source, &pair.target, &distance_m, &time_s) != 4) continue;
    pair.distance_um = (uint64_t)llround(distance_m * 1e6);
    pair.time_us = (uint64_t)llround(time_s * 1e6);
    g_array_append_val(pairs, pair);
  }
  fclose(stream);
  *count = pairs->len;
  return (reference_pair *)(void *)g_array_free(pairs, FALSE);
}

/* Times in µs fit the kernel's 32 bits as they are. */
static void test_hongkong_times(void) {
  g_autofree char *graph_path = test_data("graphs/hongkong/Hongkong.road-t");
  g_autofree char *reference_path = graph_path ? test_data("graphs/hongkong/hongkong_reference_scipy.csv") : NULL;
  if (!reference_path) return;
  arc_file file = read_arcs(graph_path);
  g_autoptr(MusterNetwork) network = arc_network(&file, 1);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  size_t count;
  g_autofree reference_pair *pairs = read_hongkong_reference(reference_path, &count);
  g_assert_cmpuint(count, ==, 500);
  for (size_t i = 0; i < count; i++) {
    MusterRoadPoint from = node_point(network, pairs[i].source + 1), to = node_point(network, pairs[i].target + 1);
    g_assert_cmpuint(muster_search_time_ms(search, &from, &to), ==, pairs[i].time_us);
  }
  g_free(file.arcs);
}

static int compare_arcs(const void *a, const void *b) {
  const arc_line *x = a, *y = b;
  if (x->tail != y->tail) return x->tail < y->tail ? -1 : 1;
  if (x->head != y->head) return x->head < y->head ? -1 : 1;
  return (x->micro > y->micro) - (x->micro < y->micro);
}

static uint64_t arc_micro(const arc_file *file, unsigned tail, unsigned head) {
  size_t low = 0, high = file->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const arc_line *arc = &file->arcs[middle];
    if (arc->tail < tail || (arc->tail == tail && arc->head < head))
      low = middle + 1;
    else
      high = middle;
  }
  g_assert_true(low < file->count && file->arcs[low].tail == tail && file->arcs[low].head == head);
  return file->arcs[low].micro;
}

/* Distances in µm do not fit 32 bits: the search runs on units of 10 µm and the µm of its path are summed. */
static void test_hongkong_distances(void) {
  g_autofree char *graph_path = test_data("graphs/hongkong/Hongkong.road-d");
  g_autofree char *reference_path = graph_path ? test_data("graphs/hongkong/hongkong_reference_scipy.csv") : NULL;
  if (!reference_path) return;
  arc_file file = read_arcs(graph_path);
  g_autoptr(MusterNetwork) network = arc_network(&file, 10);
  qsort(file.arcs, file.count, sizeof *file.arcs, compare_arcs);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  size_t count;
  g_autofree reference_pair *pairs = read_hongkong_reference(reference_path, &count);
  for (size_t i = 0; i < count; i++) {
    MusterRoadPoint from = node_point(network, pairs[i].source + 1), to = node_point(network, pairs[i].target + 1);
    MusterPath path;
    muster_search_path(search, &from, &to, &path);
    uint64_t sum = 0;
    for (size_t n = 0; n + 1 < path.node_count; n++)
      sum += arc_micro(&file, (unsigned)muster_network_node_id(network, path.nodes[n]) - 1,
                       (unsigned)muster_network_node_id(network, path.nodes[n + 1]) - 1);
    g_assert_cmpuint(sum, ==, pairs[i].distance_um);
  }
  g_free(file.arcs);
}

/* ---- roads of a real country: the searches agree with one another on snapped positions ---- */

enum { PLACES = 60, K = 8 };

static MusterPosition random_position(mi_random *random, MusterBox box) {
  return (MusterPosition){
      box.min_lon_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lon_e7 - box.min_lon_e7)),
      box.min_lat_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lat_e7 - box.min_lat_e7))};
}

static void check_pair(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to, uint32_t time_ms) {
  g_assert_cmpuint(muster_search_time_ms(search, from, to), ==, time_ms);
  MusterPath path;
  muster_search_path(search, from, to, &path);
  g_assert_cmpuint(path.time_ms, ==, time_ms);
  double line_m = 0;
  for (size_t i = 1; i < path.shape_count; i++) line_m += muster_distance_m(path.shape[i - 1], path.shape[i]);
  double road_m = (double)(path.length_mm - from->access_mm - to->access_mm) / 1000;
  g_assert_cmpfloat(fabs(line_m - road_m), <, 1 + road_m / 1000);
  g_assert_cmpfloat(road_m + 1, >=, muster_distance_m(from->position, to->position) * 0.999);
}

static void check_nearest(MusterSearch *search, const MusterRoadPoint *points, const uint32_t *times) {
  g_autoptr(MusterFleet) fleet = muster_fleet_new(search->network);
  for (uint32_t i = 0; i < PLACES; i++) muster_fleet_put(fleet, i, &points[i], 0);
  for (size_t place = 0; place < PLACES; place += 7) {
    MusterNearest found[K];
    g_assert_cmpuint(
        muster_search_nearest(
            search, fleet, &points[place],
            &(MusterNearestOptions){.direction = MUSTER_TO_PLACE, .k = K, .limit_ms = MUSTER_UNREACHABLE_MS}, found),
        ==, K);
    for (size_t i = 0; i < K; i++) {
      g_assert_cmpuint(found[i].time_ms, ==, times[found[i].responder * PLACES + place]);
      size_t before = 0;
      for (size_t other = 0; other < PLACES; other++) {
        uint32_t time_ms = times[other * PLACES + place];
        before += time_ms < found[i].time_ms || (time_ms == found[i].time_ms && other < found[i].responder);
      }
      g_assert_cmpuint(before, ==, i);
    }
  }
}

static void test_andorra(void) {
  g_autofree char *path = test_data("osm/andorra.osm.pbf");
  if (!path) return;
  GError *error = NULL;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  mi_random random;
  mi_random_init(&random, test_seed(), 17);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(MusterNetwork) network = muster_network_new(roads, (MusterMode)mode, &error);
    g_assert_no_error(error);
    g_autoptr(MusterSearch) search = muster_search_new(network);
    MusterNetworkInfo info;
    muster_network_info(network, &info);
    MusterRoadPoint points[PLACES];
    for (size_t i = 0; i < PLACES;)
      i += muster_network_snap(network, random_position(&random, info.box), 1500, &points[i], NULL);
    uint32_t times[PLACES * PLACES], backward[PLACES];
    muster_search_matrix(search, points, PLACES, points, PLACES, times);
    muster_search_matrix(search, points, PLACES, &points[3], 1, backward);
    for (size_t i = 0; i < PLACES; i++) {
      g_assert_cmpuint(times[i * PLACES + i], ==, 2 * points[i].access_ms);
      g_assert_cmpuint(backward[i], ==, times[i * PLACES + 3]);
    }
    for (size_t i = 0; i < PLACES; i++) {
      size_t to = mi_random_below(&random, PLACES);
      /* All are snapped to one mutually reachable part. */
      g_assert_cmpuint(times[i * PLACES + to], !=, MUSTER_UNREACHABLE_MS);
      check_pair(search, &points[i], &points[to], times[i * PLACES + to]);
    }
    check_nearest(search, points, times);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/real/rome99", test_rome);
  g_test_add_func("/route/real/hongkong-times", test_hongkong_times);
  g_test_add_func("/route/real/hongkong-distances", test_hongkong_distances);
  g_test_add_func("/route/real/andorra-searches-agree", test_andorra);
  return g_test_run();
}
