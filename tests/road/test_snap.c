/* Snapping against a walk over all segments, on random and on real networks. */
#include <math.h>
#include <string.h>

#include "road/network.h"
#include "support/support.h"
#include "ways.h"

typedef struct nearest {
  MusterLink link;
  uint32_t segment;
  double distance_m, along;
} nearest;

/* The obvious search: every segment of every link between snappable nodes, the first of the nearest. */
static nearest walk(const mi_graph *g, MusterPosition asked) {
  nearest best = {MUSTER_NONE, 0, INFINITY, 0};
  for (uint32_t link = 0; link < g->link_count; link++) {
    if (!g->node_snappable[g->link_tail[link]] || !g->node_snappable[g->link_head[link]]) continue;
    for (uint32_t at = g->link_first_shape[link]; at + 1 < g->link_first_shape[link + 1]; at++) {
      double along;
      double distance_m = muster_distance_to_segment_m(asked, g->shape[at], g->shape[at + 1], &along, NULL);
      if (distance_m < best.distance_m) best = (nearest){link, at, distance_m, along};
    }
  }
  return best;
}

static void check_snap(const MusterNetwork *network, MusterPosition asked) {
  const mi_graph *g = mi_network_graph(network);
  nearest expected = walk(g, asked);
  MusterRoadPoint found;
  g_autoptr(GError) error = NULL;
  bool snapped = muster_network_snap(network, asked, 5000, &found, &error);
  if (!(expected.distance_m <= 5000)) {
    g_assert_false(snapped);
    g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP);
    return;
  }
  g_assert_no_error(error);
  g_assert_cmpuint(found.link, ==, expected.link);
  g_assert_cmpuint(found.node, ==, MUSTER_NONE);
  g_assert_cmpuint(found.access_mm, ==, (uint32_t)llround(expected.distance_m * 1000));
  g_assert_cmpfloat_with_epsilon(found.access_ms, found.access_mm / 1.4, 0.5 + 1e-9);
  double before = 0, length = 0;
  for (uint32_t at = g->link_first_shape[found.link]; at + 1 < g->link_first_shape[found.link + 1]; at++) {
    double step = muster_distance_planar_m(g->shape[at], g->shape[at + 1]);
    if (at == expected.segment) before = length + step * expected.along;
    length += step;
  }
  g_assert_cmpuint(found.along_q16, <=, 65536);
  if (length > 0) g_assert_cmpfloat_with_epsilon(found.along_q16 / 65536.0, before / length, 1.0 / 65536);
  /* The place on the road is where the walk ends, to the 1.1 cm of a position and the plane's 0.1 %. */
  g_assert_cmpfloat_with_epsilon(muster_distance_planar_m(asked, found.position), expected.distance_m,
                                 0.03 + expected.distance_m / 1000);
}

static void test_random(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 300; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_EBIKE, NULL);
    for (int i = 0; network && i < 40; i++) {
      MusterPosition asked = {1094000000 + (int32_t)mi_random_below(&random, 14000) - 2000,
                              295000000 + (int32_t)mi_random_below(&random, 12000) - 2000};
      check_snap(network, asked);
    }
    const mi_graph *g = network ? mi_network_graph(network) : NULL;
    for (uint32_t v = 0; g && v < g->node_count; v++) check_snap(network, g->node_position[v]); /* ties: links meet */
  }
}

static void test_real(void) {
  g_autofree char *path = test_data("osm/monaco-osrm.osm.pbf");
  if (!path) return;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(MusterNetwork) network = muster_network_new(roads, (MusterMode)mode, &error);
    g_assert_no_error(error);
    MusterBox box = network->info.box;
    for (int i = 0; i < 150; i++) {
      MusterPosition asked = {
          box.min_lon_e7 + (int32_t)mi_random_below(&random, (uint32_t)(box.max_lon_e7 - box.min_lon_e7)),
          box.min_lat_e7 + (int32_t)mi_random_below(&random, (uint32_t)(box.max_lat_e7 - box.min_lat_e7))};
      check_snap(network, asked);
    }
  }
}

/* Whoever is refused learns how far the road is. */
static void test_limit(void) {
  const int64_t nodes[] = {1, 2};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094100000, 295000000}};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  test_add_street(roads, 1, nodes, at, 2);
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_FOOT, NULL);
  MusterPosition asked = {1094050000, 295180000};
  double distance_m = muster_distance_to_segment_m(asked, at[0], at[1], NULL, NULL);
  MusterRoadPoint found;
  g_autoptr(GError) error = NULL;
  g_assert_true(muster_network_snap(network, asked, ceil(distance_m), &found, NULL));
  g_assert_cmpuint(found.along_q16, ==, 32768);
  g_assert_false(muster_network_snap(network, asked, MUSTER_SNAP_LIMIT_M, &found, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP);
  g_autofree char *text = g_strdup_printf("within 1000 m, the nearest is %.0f m away", ceil(distance_m));
  g_assert_nonnull(strstr(error->message, text));
}

/* Nobody is put on a stretch that leads nowhere. */
static void test_cut_off(void) {
  const int64_t main_nodes[] = {1, 2, 3}, lost_nodes[] = {8, 9};
  const MusterPosition main_at[] = {{0, 0}, {10000, 0}, {20000, 0}}, lost_at[] = {{0, 5000}, {10000, 5000}};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  test_add_street(roads, 1, main_nodes, main_at, 2);
  test_add_street(roads, 2, main_nodes + 1, main_at + 1, 2);
  test_add_street(roads, 3, lost_nodes, lost_at, 2);
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
  MusterRoadPoint found;
  g_assert_true(muster_network_snap(network, (MusterPosition){5000, 4999}, 1000, &found, NULL));
  g_assert_cmpint(network->graph.link_way[found.link], ==, 1);
}

static void test_without_positions(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "a.gr", NULL);
  g_assert_true(g_file_set_contents(path, "p sp 2 2\na 1 2 5\na 2 1 5\n", -1, NULL));
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_read_dimacs(path, NULL, &error);
  g_assert_no_error(error);
  MusterRoadPoint found;
  g_assert_false(muster_network_snap(network, (MusterPosition){0, 0}, 1000, &found, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP);
  test_folder_remove(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/snap/random", test_random);
  g_test_add_func("/road/snap/real", test_real);
  g_test_add_func("/road/snap/limit", test_limit);
  g_test_add_func("/road/snap/cut-off", test_cut_off);
  g_test_add_func("/road/snap/without-positions", test_without_positions);
  return g_test_run();
}
