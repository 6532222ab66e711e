/* The reached area: valid by GEOS, and all reached road lies inside it. */
#include <math.h>

#include "index/geos.h"
#include "index/polygons.h"
#include "route/networks.h"
#include "support/support.h"

/* Every reached stretch, as lattice lines, is covered by the polygons. */
static void check_covers(const MusterNetwork *network, const MusterStretch *stretches, size_t count,
                         const MusterPolygons *polygons) {
  const mi_graph *graph = mi_network_graph(network);
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *area = mi_geos_from_polygons(&geos, polygons);
  g_assert_nonnull(area);
  const GEOSPreparedGeometry *prepared = GEOSPrepare_r(geos.handle, area);
  for (size_t i = 0; i < count; i++) {
    mi_line line = {0};
    mi_line_add(&line, mi_line_point(graph, stretches[i].link, stretches[i].from_q16));
    mi_line_add_corners(&line, graph, stretches[i].link, stretches[i].from_q16, stretches[i].to_q16);
    mi_line_add(&line, mi_line_point(graph, stretches[i].link, stretches[i].to_q16));
    if (line.count > 1) {
      GEOSGeometry *road = mi_geos_line(&geos, mi_line_positions(&line), (uint32_t)line.count);
      g_assert_cmpint(GEOSPreparedCovers_r(geos.handle, prepared, road), ==, 1);
      GEOSGeom_destroy_r(geos.handle, road);
    }
    mi_buffer_clear(&line.buffer);
  }
  GEOSPreparedGeom_destroy_r(geos.handle, prepared);
  GEOSGeom_destroy_r(geos.handle, area);
  mi_geos_clear(&geos);
}

/* Every reached node, those that only end a stretch included. */
static void check_holds_nodes(const MusterNetwork *network, const MusterReached *reached, size_t count,
                              const MusterPolygons *polygons) {
  for (size_t i = 0; i < count; i++)
    g_assert_true(muster_polygons_contain(polygons, muster_network_node_position(network, reached[i].node)));
}

static void check_area(mi_random *random, MusterNetwork *network) {
  /* Links of kilometres that all cross one another are far from any road map, and slow to draw. */
  if (mi_network_graph(network)->link_count > 60) return;
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (int round = 0; round < 3; round++) {
    MusterRoadPoint place = random_point(random, network);
    MusterDirection direction = round % 2 ? MUSTER_FROM_PLACE : MUSTER_TO_PLACE;
    uint32_t limit_ms = mi_random_below(random, 200000);
    GError *error = NULL;
    g_autoptr(MusterReachArea) area = muster_search_reach_area(search, &place, limit_ms, direction, 30, &error);
    g_assert_no_error(error);
    MusterPolygons polygons = muster_reach_area_polygons(area);
    if (place.access_ms > limit_ms) {
      g_assert_cmpuint(polygons.polygon_count, ==, 0);
      g_assert_cmpfloat(muster_reach_area_m2(area), ==, 0);
      continue;
    }
    g_assert_true(muster_polygons_check(&polygons, &error));
    g_assert_no_error(error);
    g_assert_true(muster_polygons_contain(&polygons, place.position));
    g_assert_cmpfloat(muster_reach_area_m2(area), >, 2000);
    size_t count;
    const MusterStretch *stretches = muster_search_reach_stretches(search, &place, limit_ms, direction, &count);
    check_covers(network, stretches, count, &polygons);
  }
}

static void test_area(void) { for_each_random_network(1, check_area); }

/* Distance to the nearest reached road, in the local plane. */
static double road_distance_m(const mi_graph *graph, const MusterStretch *stretches, size_t count, MusterPosition at) {
  double least_m = INFINITY;
  for (size_t i = 0; i < count; i++) {
    mi_line line = {0};
    mi_line_add(&line, mi_line_point(graph, stretches[i].link, stretches[i].from_q16));
    mi_line_add_corners(&line, graph, stretches[i].link, stretches[i].from_q16, stretches[i].to_q16);
    mi_line_add(&line, mi_line_point(graph, stretches[i].link, stretches[i].to_q16));
    const MusterPosition *corners = mi_line_positions(&line);
    for (size_t j = 0; j < line.count; j++)
      least_m = fmin(least_m, muster_distance_to_segment_m(at, corners[j ? j - 1 : 0], corners[j], NULL, NULL));
    mi_buffer_clear(&line.buffer);
  }
  return least_m;
}

/* A city: courtyards, dead ends inside blocks, islands of road. What the polygons hold is near a reached road, and what
 * they leave out is not: a hole that is missing or one too many shows. */
static void test_city(void) {
  g_autofree char *path = test_data("osm/porto-alegre/poa.osm.pbf");
  if (!path) return;
  enum { LIMIT_MS = 180000, SAMPLES = 400 };
  const double margin_m = 30;
  GError *error = NULL;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, &error);
  g_assert_no_error(error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint place;
  g_assert_true(muster_network_snap(network, (MusterPosition){-512177000, -300346000}, 1000, &place, &error));
  for (int direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
    g_autoptr(MusterReachArea) area =
        muster_search_reach_area(search, &place, LIMIT_MS, (MusterDirection)direction, margin_m, &error);
    g_assert_no_error(error);
    MusterPolygons polygons = muster_reach_area_polygons(area);
    g_assert_true(muster_polygons_check(&polygons, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(polygons.polygon_count, ==, 1);
    g_assert_cmpuint(polygons.ring_count, >, 50);
    size_t count;
    const MusterReached *reached = muster_search_reach(search, &place, LIMIT_MS, (MusterDirection)direction, &count);
    g_assert_cmpuint(count, >, 500);
    check_holds_nodes(network, reached, count, &polygons);
    const MusterStretch *stretches =
        muster_search_reach_stretches(search, &place, LIMIT_MS, (MusterDirection)direction, &count);
    check_covers(network, stretches, count, &polygons);
    MusterBox box;
    g_assert_true(mi_polygons_box(&polygons, &box));
    mi_random random;
    mi_random_init(&random, test_seed(), 0);
    for (int i = 0; i < SAMPLES; i++) {
      MusterPosition at = {
          box.min_lon_e7 + (int32_t)mi_random_below(&random, (uint32_t)(box.max_lon_e7 - box.min_lon_e7)),
          box.min_lat_e7 + (int32_t)mi_random_below(&random, (uint32_t)(box.max_lat_e7 - box.min_lat_e7))};
      double distance_m = road_distance_m(mi_network_graph(network), stretches, count, at);
      bool held = muster_polygons_contain(&polygons, at);
      if (distance_m < margin_m / 2) g_assert_true(held);
      if (distance_m > margin_m * 4 / 3) g_assert_false(held);
    }
  }
}

static void test_refusals(void) {
  mi_random random;
  mi_random_init(&random, 4, 0);
  g_autoptr(MusterNetwork) network = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_FOOT});
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint place = muster_road_point_at_node(network, 0);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_search_reach_area(search, &place, 10, MUSTER_FROM_PLACE, 0.5, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION);
}

/* A road over 180°: no polygon in plain longitudes, and none that goes round the earth instead. */
static void test_antimeridian(void) {
  const int64_t ids[] = {1, 2, 3};
  const MusterPosition at[] = {{1799990000, 0}, {-1799990000, 0}, {-1799980000, 0}};
  const MusterWay way = {.open_forward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT),
                         .open_backward = MUSTER_MODE_BIT(MUSTER_MODE_FOOT)};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  muster_roads_add_way(roads, &way, ids, at, 3);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_FOOT, &error);
  g_assert_no_error(error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint place = muster_road_point_at_node(network, 0);
  g_assert_null(muster_search_reach_area(search, &place, 600000, MUSTER_FROM_PLACE, 30, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_AREA);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/reach-area/valid-and-covers", test_area);
  g_test_add_func("/route/reach-area/city", test_city);
  g_test_add_func("/route/reach-area/antimeridian", test_antimeridian);
  g_test_add_func("/route/reach-area/refusals", test_refusals);
  return g_test_run();
}
