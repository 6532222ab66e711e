/* Which arcs a closure means: those of a way against a look at all links, those in an area against GEOS, which is asked
 * whether each link's line meets the polygons. Polygons have holes, several parts, and corners and edges that just
 * touch roads. */
#include <stdlib.h>
#include <string.h>

#include "index/geos.h"
#include "index/polygons.h"
#include "road/network.h"
#include "route/graphs.h"
#include "route/networks.h"
#include "support/support.h"
#include "ways.h"

static int compare_arcs(const void *a, const void *b) {
  MusterArc x = *(const MusterArc *)a, y = *(const MusterArc *)b;
  return (x > y) - (x < y);
}

static void add_arcs(GArray *arcs, const mi_graph *graph, MusterLink link) {
  if (graph->link_forward[link] != MUSTER_NONE) g_array_append_val(arcs, graph->link_forward[link]);
  if (graph->link_backward[link] != MUSTER_NONE) g_array_append_val(arcs, graph->link_backward[link]);
}

typedef size_t (*arcs_call)(const MusterNetwork *network, const void *what, MusterArc *out, size_t capacity);

static size_t call_of_way(const MusterNetwork *network, const void *what, MusterArc *out, size_t capacity) {
  return muster_network_arcs_of_way(network, *(const int64_t *)what, out, capacity);
}

static size_t call_in_area(const MusterNetwork *network, const void *what, MusterArc *out, size_t capacity) {
  return muster_network_arcs_in_area(network, what, out, capacity);
}

/* Counted, with room for all, and with room for all but one. */
static void assert_arcs(const MusterNetwork *network, arcs_call call, const void *what, GArray *expected) {
  g_array_sort(expected, compare_arcs);
  g_assert_cmpuint(call(network, what, NULL, 0), ==, expected->len);
  g_autofree MusterArc *found = g_new(MusterArc, expected->len + 1);
  found[expected->len] = 4711;
  g_assert_cmpuint(call(network, what, found, expected->len + 1), ==, expected->len);
  if (expected->len == 0) return;
  g_assert_cmpmem(found, expected->len * sizeof *found, expected->data, expected->len * sizeof *found);
  found[expected->len - 1] = 4711;
  g_assert_cmpuint(call(network, what, found, expected->len - 1), ==, expected->len);
  g_assert_cmpuint(found[expected->len - 1], ==, 4711);
}

/* ---- ways ---- */

static void check_way(const MusterNetwork *network, int64_t way) {
  const mi_graph *graph = mi_network_graph(network);
  g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(MusterArc));
  for (MusterArc arc = 0; arc < graph->arc_count; arc++)
    if (graph->arc_link[arc] != MUSTER_NONE && mi_arc_copied(graph, arc) == arc &&
        graph->link_way[graph->arc_link[arc]] == way)
      g_array_append_val(expected, arc);
  assert_arcs(network, call_of_way, &way, expected);
}

/* ---- areas ---- */

/* A ring around the middle, of which every corner can be seen from there; reaches are per mille of its size. */
static void add_ring(mi_shape *shape, mi_random *random, MusterPosition middle, int32_t size, bool is_hole) {
  static const int32_t directions[12][2] = {{100, 0},  {87, 50},   {50, 87},   {0, 100},  {-50, 87}, {-87, 50},
                                            {-100, 0}, {-87, -50}, {-50, -87}, {0, -100}, {50, -87}, {87, -50}};
  MusterPosition first = {0, 0};
  for (int i = 0; i < 12; i++) {
    int32_t reach =
        (int32_t)((int64_t)size * (is_hole ? 100 + mi_random_below(random, 250) : 400 + mi_random_below(random, 600)) /
                  1000);
    MusterPosition at = {middle.lon_e7 + (int32_t)((int64_t)reach * directions[i][0] / 100),
                         middle.lat_e7 + (int32_t)((int64_t)reach * directions[i][1] / 100)};
    if (i == 0) first = at;
    mi_shape_add_position(shape, at);
  }
  mi_shape_add_position(shape, first);
  mi_shape_end_ring(shape);
}

static void add_rectangle(mi_shape *shape, MusterPosition a, MusterPosition b) {
  MusterPosition low = {MIN(a.lon_e7, b.lon_e7), MIN(a.lat_e7, b.lat_e7)};
  MusterPosition high = {MAX(a.lon_e7, b.lon_e7), MAX(a.lat_e7, b.lat_e7)};
  MusterPosition corners[] = {low, {high.lon_e7, low.lat_e7}, high, {low.lon_e7, high.lat_e7}, low};
  for (size_t i = 0; i < G_N_ELEMENTS(corners); i++) mi_shape_add_position(shape, corners[i]);
  mi_shape_end_ring(shape);
}

static MusterPosition any_shape_position(mi_random *random, const mi_graph *graph) {
  return graph->shape[mi_random_below(random, graph->shape_count)];
}

/* Around a point of a road; or a rectangle with road points as its corners, or a triangle on three of them. */
static void add_polygon(mi_shape *shape, mi_random *random, const mi_graph *graph, int32_t size) {
  MusterPosition middle = any_shape_position(random, graph);
  switch (mi_random_below(random, 4)) {
    case 0: {
      MusterPosition corner = {middle.lon_e7 - size / 2 + (int32_t)mi_random_below(random, (uint32_t)size),
                               middle.lat_e7 - size / 2 + (int32_t)mi_random_below(random, (uint32_t)size)};
      add_rectangle(shape, middle, mi_random_below(random, 2) ? corner : any_shape_position(random, graph));
      break;
    }
    case 1:
      mi_shape_add_position(shape, middle);
      mi_shape_add_position(shape, any_shape_position(random, graph));
      mi_shape_add_position(shape, any_shape_position(random, graph));
      mi_shape_add_position(shape, middle);
      mi_shape_end_ring(shape);
      break;
    default:
      add_ring(shape, random, middle, size, false);
      if (mi_random_below(random, 3)) add_ring(shape, random, middle, size, true);
  }
  mi_shape_end_polygon(shape);
}

static GEOSGeometry *line_of(mi_geos *geos, const mi_graph *graph, MusterLink link) {
  const MusterPosition *shape = &graph->shape[graph->link_first_shape[link]];
  uint32_t count = graph->link_first_shape[link + 1] - graph->link_first_shape[link];
  bool is_point = true;
  for (uint32_t i = 1; i < count; i++)
    is_point &= shape[i].lon_e7 == shape[0].lon_e7 && shape[i].lat_e7 == shape[0].lat_e7;
  if (is_point) return GEOSGeom_createPointFromXY_r(geos->handle, shape[0].lon_e7, shape[0].lat_e7);
  return mi_geos_line(geos, shape, count);
}

/* Every link, by GEOS. */
static void check_area(const MusterNetwork *network, const MusterPolygons *area) {
  const mi_graph *graph = mi_network_graph(network);
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *polygons = mi_geos_from_polygons(&geos, area);
  g_assert_nonnull(polygons);
  const GEOSPreparedGeometry *prepared = GEOSPrepare_r(geos.handle, polygons);
  g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(MusterArc));
  for (MusterLink link = 0; link < graph->link_count; link++) {
    GEOSGeometry *line = line_of(&geos, graph, link);
    char meets = GEOSPreparedIntersects_r(geos.handle, prepared, line);
    g_assert_cmpint(meets, <=, 1);
    if (meets) add_arcs(expected, graph, link);
    GEOSGeom_destroy_r(geos.handle, line);
  }
  assert_arcs(network, call_in_area, area, expected);
  GEOSPreparedGeom_destroy_r(geos.handle, prepared);
  GEOSGeom_destroy_r(geos.handle, polygons);
  mi_geos_clear(&geos);
}

/* Random areas that GEOS takes as valid; returns how many were. */
static int check_areas(mi_random *random, const MusterNetwork *network, int rounds, int32_t size_most) {
  const mi_graph *graph = mi_network_graph(network);
  int valid = 0;
  for (int round = 0; round < rounds; round++) {
    g_auto(mi_shape) shape = {0};
    mi_shape_reset(&shape, MI_SHAPE_POLYGONS);
    for (uint32_t parts = 1 + mi_random_below(random, 3) / 2; parts > 0; parts--)
      add_polygon(&shape, random, graph, 2 + (int32_t)mi_random_below(random, (uint32_t)size_most));
    MusterPolygons area = mi_shape_polygons(&shape);
    if (!muster_polygons_check(&area, NULL)) continue;
    check_area(network, &area);
    valid++;
  }
  return valid;
}

static void check_random_network(mi_random *random, MusterNetwork *network) {
  for (int64_t way = -1; way < 20; way++) check_way(network, way);
  if (mi_network_graph(network)->shape_count > 0) check_areas(random, network, 25, 400000);
}

static void test_random_networks(void) { for_each_random_network(6, check_random_network); }

/* With turn restrictions a junction is several nodes, and some arcs lead to nodes that are parts of their own. */
static void test_turns(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 11);
  int valid = 0;
  for (int round = 0; round < 300; round++) {
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    test_add_restrictions(roads, &random, mi_random_below(&random, 12));
    test_add_route_restrictions(roads, &random, 8);
    g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
    if (!network) continue;
    for (int64_t way = -5; way < 35; way += 3) check_way(network, way);
    valid += check_areas(&random, network, 6, 8000);
  }
  g_assert_cmpint(valid, >, 500);
}

/* A one-way street that nobody may turn into lies in no part of its own, and nothing is snapped to it: an area that
 * covers it means it all the same. */
static void test_forbidden_street(void) {
  const int64_t corners[] = {1, 2, 3, 4, 1}, across[] = {1, 3};
  const MusterPosition at[] = {{0, 0}, {10000, 0}, {10000, 10000}, {0, 10000}, {0, 0}};
  const MusterPosition across_at[] = {{0, 0}, {10000, 10000}};
  const MusterWay one_way = {.id = 8, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  for (int i = 0; i < 4; i++) test_add_street(roads, 10 + i, &corners[i], &at[i], 2);
  muster_roads_add_way(roads, &one_way, across, across_at, 2);
  for (int i = 0; i < 4; i += 3)
    muster_roads_add_restriction(
        roads, &(MusterTurnRestriction){10 + i, 1, 8, MUSTER_TURN_NO, MUSTER_MODE_BIT(MUSTER_MODE_CAR), 0, NULL});
  GError *error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, &error);
  g_assert_no_error(error);
  g_auto(mi_shape) shape = {0};
  mi_shape_reset(&shape, MI_SHAPE_POLYGONS);
  add_rectangle(&shape, (MusterPosition){4000, 4000}, (MusterPosition){6000, 6000});
  mi_shape_end_polygon(&shape);
  MusterPolygons area = mi_shape_polygons(&shape);
  g_assert_cmpuint(muster_network_arcs_in_area(network, &area, NULL, 0), ==, 1);
  check_area(network, &area);
}

static void test_extract(gconstpointer data) {
  g_autoptr(MusterNetwork) network = real_network(data);
  if (!network) return;
  const mi_graph *graph = mi_network_graph(network);
  mi_random random;
  mi_random_init(&random, test_seed(), 12);
  for (int i = 0; i < 50; i++) check_way(network, graph->link_way[mi_random_below(&random, graph->link_count)]);
  check_way(network, -1);
  g_assert_cmpint(check_areas(&random, network, 60, 100000), >, 25);
}

static void test_no_area(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 13);
  g_autoptr(MusterNetwork) network =
      random_network(&random, &(network_options){20, 40, 5, 30, 30, 20, MUSTER_MODE_FOOT});
  uint32_t none = 0;
  MusterPolygons nothing = {NULL, &none, &none, 0, 0};
  g_assert_cmpuint(muster_network_arcs_in_area(network, &nothing, NULL, 0), ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/areas/random-networks", test_random_networks);
  g_test_add_func("/road/areas/turns", test_turns);
  g_test_add_func("/road/areas/forbidden-street", test_forbidden_street);
  g_test_add_func("/road/areas/no-area", test_no_area);
  for (size_t i = 0; i < 4 && i < real_graph_count; i++) {
    g_autofree char *path = g_strdup_printf("/road/areas/%s", real_graphs[i].name);
    g_test_add_data_func(path, &real_graphs[i], test_extract);
  }
  return g_test_run();
}
