/* Reached areas: valid and nested by GEOS, all reached road inside with room to spare, and nothing far from it. */
#include <math.h>

#include "index/geos.h"
#include "index/polygons.h"
#include "route/networks.h"
#include "support/support.h"

enum { MARGIN_M = 30, PLACES = 3, LIMITS = 3 };

/* ---- slow answers: distances in the local plane ---- */

static double line_distance_m(const mi_line *line, MusterPosition at) {
  const MusterPosition *corners = mi_line_positions(line);
  double least_m = INFINITY;
  for (size_t i = 0; i < line->count; i++)
    least_m = fmin(least_m, muster_distance_to_segment_m(at, corners[i ? i - 1 : 0], corners[i], NULL, NULL));
  return least_m;
}

static mi_line stretch_line(const mi_graph *graph, const MusterStretch *stretch) {
  mi_line line = {0};
  mi_line_add(&line, mi_line_point(graph, stretch->link, stretch->from_q16));
  mi_line_add_corners(&line, graph, stretch->link, stretch->from_q16, stretch->to_q16);
  mi_line_add(&line, mi_line_point(graph, stretch->link, stretch->to_q16));
  return line;
}

/* To the nearest reached road. */
static double road_distance_m(const mi_graph *graph, const MusterStretch *stretches, size_t count, MusterPosition at) {
  double least_m = INFINITY;
  for (size_t i = 0; i < count; i++) {
    mi_line line = stretch_line(graph, &stretches[i]);
    least_m = fmin(least_m, line_distance_m(&line, at));
    mi_buffer_clear(&line.buffer);
  }
  return least_m;
}

/* The least distance between the line and the border of the polygons: that between a corner of one and a piece of the
 * other, for they do not cross. */
static double border_distance_m(const MusterPolygons *polygons, const mi_line *line) {
  const MusterPosition *corners = mi_line_positions(line);
  double least_m = INFINITY;
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    for (uint32_t i = polygons->ring_first[ring] + 1; i < polygons->ring_first[ring + 1]; i++) {
      MusterPosition a = polygons->positions[i - 1], b = polygons->positions[i];
      least_m = fmin(least_m, line_distance_m(line, b));
      for (size_t j = 0; j < line->count; j++)
        least_m = fmin(least_m, muster_distance_to_segment_m(corners[j], a, b, NULL, NULL));
    }
  return least_m;
}

/* ---- what holds of every area ---- */

/* Every reached stretch, as a lattice line, is covered by the polygons and stays away from their border. */
static void check_covers(const MusterNetwork *network, const MusterStretch *stretches, size_t count,
                         const MusterPolygons *polygons, double least_m) {
  const mi_graph *graph = mi_network_graph(network);
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *area = mi_geos_from_polygons(&geos, polygons);
  g_assert_nonnull(area);
  const GEOSPreparedGeometry *prepared = GEOSPrepare_r(geos.handle, area);
  for (size_t i = 0; i < count; i++) {
    mi_line line = stretch_line(graph, &stretches[i]);
    if (line.count > 1) {
      GEOSGeometry *road = mi_geos_line(&geos, mi_line_positions(&line), (uint32_t)line.count);
      g_assert_cmpint(GEOSPreparedCovers_r(geos.handle, prepared, road), ==, 1);
      GEOSGeom_destroy_r(geos.handle, road);
    }
    g_assert_true(muster_polygons_contain(polygons, mi_line_positions(&line)[0]));
    g_assert_cmpfloat(border_distance_m(polygons, &line), >, least_m);
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

/* No corner of the border is farther from reached road than the margin: a straight piece between two corners may be by
 * no more than its place on the lattice. */
static void check_within(const MusterNetwork *network, const MusterStretch *stretches, size_t count,
                         const MusterPolygons *polygons, double most_m) {
  const mi_graph *graph = mi_network_graph(network);
  for (uint32_t i = 0; i < polygons->ring_first[polygons->ring_count]; i++)
    g_assert_cmpfloat(road_distance_m(graph, stretches, count, polygons->positions[i]), <, most_m);
}

/* By GEOS, exactly. */
static void check_nested(const MusterPolygons *inner, const MusterPolygons *outer) {
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *small = mi_geos_from_polygons(&geos, inner), *large = mi_geos_from_polygons(&geos, outer);
  g_assert_true(small && large);
  g_assert_true(GEOSisEmpty_r(geos.handle, small) == 1 || GEOSCovers_r(geos.handle, large, small) == 1);
  GEOSGeom_destroy_r(geos.handle, small);
  GEOSGeom_destroy_r(geos.handle, large);
  mi_geos_clear(&geos);
}

static void free_areas(MusterReachArea **areas, size_t count) {
  for (size_t i = 0; i < count; i++) muster_reach_area_free(areas[i]);
}

/* One of the areas of a question, with what the searches of its own limit say. */
static void check_one(const MusterNetwork *network, MusterSearch *search, const MusterRoadPoint *places,
                      size_t place_count, uint32_t limit_ms, MusterDirection direction, const MusterReachArea *area) {
  MusterPolygons polygons = muster_reach_area_polygons(area);
  GError *error = NULL;
  g_assert_true(muster_polygons_check(&polygons, &error));
  g_assert_no_error(error);
  bool begins = false;
  for (size_t i = 0; i < place_count; i++) {
    begins |= places[i].access_ms <= limit_ms;
    g_assert_true(places[i].access_ms > limit_ms || muster_polygons_contain(&polygons, places[i].position));
  }
  g_assert_cmpint(polygons.polygon_count > 0, ==, begins);
  g_assert_cmpint(muster_reach_area_m2(area) > 1500, ==, begins);
  size_t count;
  const MusterReached *reached = muster_search_reach(search, places, place_count, limit_ms, direction, &count);
  check_holds_nodes(network, reached, count, &polygons);
  const MusterStretch *stretches =
      muster_search_reach_stretches(search, places, place_count, limit_ms, direction, &count);
  check_covers(network, stretches, count, &polygons, MARGIN_M / 2.0);
}

static void check_areas(mi_random *random, MusterNetwork *network) {
  /* Links of kilometres that all cross one another are far from any road map, and slow to draw. */
  if (mi_network_graph(network)->link_count > 60) return;
  g_autoptr(MusterSearch) search = muster_search_new(network);
  for (int round = 0; round < 3; round++) {
    MusterRoadPoint places[PLACES];
    for (int i = 0; i < PLACES; i++) places[i] = random_point(random, network);
    size_t place_count = mi_random_below(random, PLACES + 1);
    MusterDirection direction = round % 2 ? MUSTER_FROM_PLACE : MUSTER_TO_PLACE;
    uint32_t limits_ms[LIMITS];
    for (int i = 0; i < LIMITS; i++)
      limits_ms[i] = mi_random_below(random, 200000 / LIMITS) + (i ? limits_ms[i - 1] : 0);
    MusterReachArea *areas[LIMITS];
    GError *error = NULL;
    g_assert_true(
        muster_search_reach_areas(search, places, place_count, limits_ms, LIMITS, direction, MARGIN_M, areas, &error));
    g_assert_no_error(error);
    for (int i = 0; i < LIMITS; i++) {
      check_one(network, search, places, place_count, limits_ms[i], direction, areas[i]);
      if (i == 0) continue;
      MusterPolygons inner = muster_reach_area_polygons(areas[i - 1]), outer = muster_reach_area_polygons(areas[i]);
      check_nested(&inner, &outer);
    }
    free_areas(areas, LIMITS);
  }
}

static void test_areas(void) { for_each_random_network(1, check_areas); }

/* ---- a city ---- */

static MusterNetwork *open_city(void) {
  g_autofree char *path = test_data("osm/porto-alegre/poa.osm.pbf");
  if (!path) return NULL;
  GError *error = NULL;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_CAR, &error);
  g_assert_no_error(error);
  return network;
}

static MusterRoadPoint snap(const MusterNetwork *network, int32_t lon_e7, int32_t lat_e7) {
  MusterRoadPoint place;
  GError *error = NULL;
  g_assert_true(muster_network_snap(network, (MusterPosition){lon_e7, lat_e7}, 1000, &place, &error));
  return place;
}

/* What the polygons hold is near a reached road, and what they leave out is not: a hole that is missing or one too many
 * shows. */
static void check_samples(mi_random *random, const MusterNetwork *network, const MusterStretch *stretches, size_t count,
                          const MusterPolygons *polygons) {
  enum { SAMPLES = 400 };
  MusterBox box;
  g_assert_true(mi_polygons_box(polygons, &box));
  for (int i = 0; i < SAMPLES; i++) {
    MusterPosition at = {
        box.min_lon_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lon_e7 - box.min_lon_e7)),
        box.min_lat_e7 + (int32_t)mi_random_below(random, (uint32_t)(box.max_lat_e7 - box.min_lat_e7))};
    double distance_m = road_distance_m(mi_network_graph(network), stretches, count, at);
    bool held = muster_polygons_contain(polygons, at);
    g_assert_true(held ? distance_m <= MARGIN_M : distance_m >= MARGIN_M / 2.0);
  }
}

/* Road that is not reached lies inside only where it comes near road that is. Returns how many points lay outside. */
static size_t check_unreached(mi_random *random, const MusterNetwork *network, const MusterStretch *stretches,
                              size_t count, const MusterPolygons *polygons) {
  enum { PROBES = 1000 };
  const mi_graph *graph = mi_network_graph(network);
  size_t outside = 0;
  for (int i = 0; i < PROBES; i++) {
    MusterPosition at =
        mi_line_point(graph, mi_random_below(random, graph->link_count), mi_random_below(random, 65537));
    if (road_distance_m(graph, stretches, count, at) <= MARGIN_M) continue;
    g_assert_false(muster_polygons_contain(polygons, at));
    outside++;
  }
  return outside;
}

/* Courtyards, dead ends inside blocks, islands of road. */
static void test_city(void) {
  g_autoptr(MusterNetwork) network = open_city();
  if (!network) return;
  enum { LIMIT_MS = 180000 };
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint place = snap(network, -512177000, -300346000);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (MusterDirection direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
    MusterReachArea *area;
    const uint32_t limit_ms = LIMIT_MS;
    GError *error = NULL;
    g_assert_true(muster_search_reach_areas(search, &place, 1, &limit_ms, 1, direction, MARGIN_M, &area, &error));
    MusterPolygons polygons = muster_reach_area_polygons(area);
    g_assert_cmpuint(polygons.polygon_count, ==, 1);
    g_assert_cmpuint(polygons.ring_count, >, 50);
    check_one(network, search, &place, 1, LIMIT_MS, direction, area);
    size_t count;
    const MusterStretch *stretches = muster_search_reach_stretches(search, &place, 1, LIMIT_MS, direction, &count);
    g_assert_cmpuint(count, >, 500);
    check_within(network, stretches, count, &polygons, MARGIN_M);
    check_samples(&random, network, stretches, count, &polygons);
    g_assert_cmpuint(check_unreached(&random, network, stretches, count, &polygons), >, 500);
    muster_reach_area_free(area);
  }
}

/* Two posts, one beyond the other's reach at first: the areas are apart and then grow together, ring in ring. */
static void test_rings(void) {
  g_autoptr(MusterNetwork) network = open_city();
  if (!network) return;
  g_autoptr(MusterSearch) search = muster_search_new(network);
  const MusterRoadPoint places[] = {snap(network, -512177000, -300346000), snap(network, -511900000, -300500000)};
  const uint32_t limits_ms[] = {0, 60000, 90000, 90000, 180000};
  MusterReachArea *areas[G_N_ELEMENTS(limits_ms)];
  GError *error = NULL;
  for (MusterDirection direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
    g_assert_true(muster_search_reach_areas(search, places, G_N_ELEMENTS(places), limits_ms, G_N_ELEMENTS(areas),
                                            direction, MARGIN_M, areas, &error));
    MusterPolygons inner = muster_reach_area_polygons(areas[0]);
    g_assert_cmpuint(inner.polygon_count, ==, 0);
    for (size_t i = 1; i < G_N_ELEMENTS(areas); i++) {
      MusterPolygons outer = muster_reach_area_polygons(areas[i]);
      check_one(network, search, places, G_N_ELEMENTS(places), limits_ms[i], direction, areas[i]);
      check_nested(&inner, &outer);
      g_assert_cmpfloat(muster_reach_area_m2(areas[i]), >, muster_reach_area_m2(areas[i - 1]));
      g_assert_cmpuint(outer.polygon_count, >=, i == 1 ? 2 : 1);
      inner = outer;
    }
    free_areas(areas, G_N_ELEMENTS(areas));
  }
}

static void test_refusals(void) {
  mi_random random;
  mi_random_init(&random, 4, 0);
  g_autoptr(MusterNetwork) network = random_network(&random, &(network_options){5, 8, 10, 0, 0, 0, MUSTER_MODE_FOOT});
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterRoadPoint place = muster_road_point_at_node(network, 0);
  g_autoptr(GError) error = NULL;
  const uint32_t limits_ms[] = {10, 9};
  MusterReachArea *areas[2] = {NULL, NULL};
  g_assert_false(muster_search_reach_areas(search, &place, 1, limits_ms, 1, MUSTER_FROM_PLACE, 0.5, areas, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION);
  g_clear_error(&error);
  g_assert_false(
      muster_search_reach_areas(search, &place, 1, limits_ms, 2, MUSTER_FROM_PLACE, MARGIN_M, areas, &error));
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION);
  g_assert_true(!areas[0] && !areas[1]);
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
  const uint32_t limits_ms[] = {1000, 600000};
  MusterReachArea *areas[2];
  g_assert_false(
      muster_search_reach_areas(search, &place, 1, limits_ms, 2, MUSTER_FROM_PLACE, MARGIN_M, areas, &error));
  g_assert_true(!areas[0] && !areas[1]);
  g_assert_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_AREA);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/reach-area/valid-covers-nested", test_areas);
  g_test_add_func("/route/reach-area/city", test_city);
  g_test_add_func("/route/reach-area/rings", test_rings);
  g_test_add_func("/route/reach-area/antimeridian", test_antimeridian);
  g_test_add_func("/route/reach-area/refusals", test_refusals);
  return g_test_run();
}
