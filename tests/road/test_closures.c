/* Which arcs a closure means, against a look at every arc. */
#include <string.h>

#include "index/geos.h"
#include "road/network.h"
#include "support/support.h"
#include "ways.h"

/* A closure's answer, asked for twice: to count, then to hold. */
typedef struct arcs {
  MusterArc *at;
  size_t count;
} arcs;

static void assert_arcs(const arcs *found, const arcs *expected) {
  g_assert_cmpmem(found->at, found->count * sizeof *found->at, expected->at, expected->count * sizeof *expected->at);
}

static void for_each_network(uint32_t rounds, void (*check)(mi_random *random, const MusterNetwork *network)) {
  for (uint32_t round = 0; round < rounds; round++) {
    mi_random random;
    mi_random_init(&random, test_seed(), round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    test_add_restrictions(roads, &random, 6);
    test_add_route_restrictions(roads, &random, 8);
    g_autoptr(MusterNetwork) network = muster_network_new(roads, (MusterMode)(round % MUSTER_MODE_COUNT), NULL);
    if (network) check(&random, network);
  }
}

/* ---- from one node to another ---- */

static arcs find_between(const MusterNetwork *network, int64_t tail, int64_t head) {
  arcs found = {.count = muster_network_arcs_between(network, tail, head, NULL, 0)};
  found.at = g_new(MusterArc, found.count + 1);
  g_assert_cmpuint(muster_network_arcs_between(network, tail, head, found.at, found.count), ==, found.count);
  return found;
}

static void check_between(mi_random *random, const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  g_autofree MusterArc *expected_at = g_new(MusterArc, g->arc_count + 1);
  for (int round = 0; round < 40; round++) {
    int64_t tail = g->node_id[mi_random_below(random, g->node_count)];
    int64_t head = g->node_id[mi_random_below(random, g->node_count)];
    if (g->arc_count > 0 && round % 4) { /* two that are neighbours */
      MusterArc arc = mi_random_below(random, g->arc_count);
      tail = g->node_id[g->tail[arc]], head = g->node_id[g->head[arc]];
    }
    arcs expected = {.at = expected_at};
    for (MusterArc arc = 0; arc < g->arc_count; arc++)
      if (g->arc_link[arc] != MUSTER_NONE && mi_arc_copied(g, arc) == arc && g->node_id[g->tail[arc]] == tail &&
          g->node_id[g->head[arc]] == head)
        expected_at[expected.count++] = arc;
    arcs found = find_between(network, tail, head);
    assert_arcs(&found, &expected);
    g_free(found.at);
  }
  g_assert_cmpuint(muster_network_arcs_between(network, INT64_MIN, g->node_id[0], NULL, 0), ==, 0);
  g_assert_cmpuint(muster_network_arcs_between(network, INT64_MAX, g->node_id[0], NULL, 0), ==, 0);
}

static void test_between(void) { for_each_network(150, check_between); }

/* Three streets meet at node 2; nobody who comes from 1 may go on to 3, so the junction is several nodes. */
static void test_at_restricted_junction(void) {
  static const MusterPosition at[] = {
      {1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}, {1094010000, 295010000}};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  test_add_street(roads, 10, (const int64_t[]){1, 2}, (const MusterPosition[]){at[0], at[1]}, 2);
  test_add_street(roads, 11, (const int64_t[]){2, 3}, (const MusterPosition[]){at[1], at[2]}, 2);
  test_add_street(roads, 12, (const int64_t[]){2, 4}, (const MusterPosition[]){at[1], at[3]}, 2);
  muster_roads_add_restriction(
      roads, &(MusterTurnRestriction){10, 2, 11, MUSTER_TURN_NO, MUSTER_MODE_BIT(MUSTER_MODE_CAR), 0, NULL});
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, &error);
  g_assert_no_error(error);
  const mi_graph *g = mi_network_graph(network);
  g_assert_cmpuint(g->node_count, >, 4);
  static const int64_t ends[][2] = {{1, 2}, {2, 1}, {2, 3}, {3, 2}, {2, 4}, {4, 2}};
  for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
    arcs found = find_between(network, ends[i][0], ends[i][1]);
    g_assert_cmpuint(found.count, ==, 1);
    g_assert_cmpint(g->node_id[muster_network_arc_tail(network, found.at[0])], ==, ends[i][0]);
    g_assert_cmpint(g->node_id[muster_network_arc_head(network, found.at[0])], ==, ends[i][1]);
    g_free(found.at);
  }
  g_assert_cmpuint(muster_network_arcs_between(network, 2, 2, NULL, 0), ==, 0); /* connectors are no roads */
  g_assert_cmpuint(muster_network_arcs_between(network, 1, 3, NULL, 0), ==, 0);
}

/* ---- of a way ---- */

static void check_of_way(mi_random *random, const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  g_autofree MusterArc *expected_at = g_new(MusterArc, g->arc_count + 1);
  g_autofree MusterArc *found_at = g_new(MusterArc, g->arc_count + 1);
  for (int round = 0; round < 10; round++) {
    int64_t way = (int64_t)mi_random_below(random, 42) - 6;
    arcs expected = {.at = expected_at}, found = {.at = found_at};
    for (MusterArc arc = 0; arc < g->arc_count; arc++)
      if (g->arc_link[arc] != MUSTER_NONE && mi_arc_copied(g, arc) == arc && g->link_way[g->arc_link[arc]] == way)
        expected_at[expected.count++] = arc;
    found.count = muster_network_arcs_of_way(network, way, found_at, g->arc_count);
    assert_arcs(&found, &expected);
  }
}

static void test_of_way(void) { for_each_network(60, check_of_way); }

/* ---- in an area ---- */

enum { CORNERS_MOST = 6 };

/* Corners at nodes now and then, so that borders pass through ends of roads. */
static uint32_t random_ring(mi_random *random, const mi_graph *g, MusterPosition *ring) {
  uint32_t corners = 3 + mi_random_below(random, CORNERS_MOST - 2);
  for (uint32_t i = 0; i < corners; i++)
    ring[i] = mi_random_below(random, 2) ? g->node_position[mi_random_below(random, g->node_count)]
                                         : (MusterPosition){(int32_t)(1094000000 + mi_random_below(random, 9000)),
                                                            (int32_t)(295000000 + mi_random_below(random, 7000))};
  ring[corners] = ring[0];
  return corners + 1;
}

/* By GEOS, whose predicates are exact on whole numbers of this size. */
static bool touches(mi_geos *geos, const GEOSGeometry *area, const mi_graph *g, MusterLink link) {
  uint32_t first = g->link_first_shape[link], end = g->link_first_shape[link + 1];
  GEOSGeometry *line = mi_geos_line(geos, g->shape + first, end - first);
  bool found = GEOSIntersects_r(geos->handle, area, line) == 1;
  GEOSGeom_destroy_r(geos->handle, line);
  return found;
}

static bool has_length(const mi_graph *g, MusterLink link) {
  for (uint32_t at = g->link_first_shape[link] + 1; at < g->link_first_shape[link + 1]; at++)
    if (memcmp(&g->shape[at], &g->shape[at - 1], sizeof *g->shape) != 0) return true;
  return false;
}

static void check_area(const MusterNetwork *network, const MusterPolygons *polygons) {
  const mi_graph *g = mi_network_graph(network);
  g_autofree MusterArc *found_at = g_new(MusterArc, g->arc_count + 1);
  g_autofree uint8_t *found = g_new0(uint8_t, (size_t)g->arc_count + 1);
  size_t count = muster_network_arcs_in_area(network, polygons, found_at, g->arc_count);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) g_assert_cmpuint(found_at[i], >, found_at[i - 1]);
    found[found_at[i]] = 1;
  }
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *area = mi_geos_from_polygons(&geos, polygons);
  for (MusterArc arc = 0; arc < g->arc_count; arc++) {
    MusterLink link = g->arc_link[arc];
    if (link == MUSTER_NONE || mi_arc_copied(g, arc) != arc)
      g_assert_false(found[arc]);
    else if (has_length(g, link)) /* GEOS does not know what to think of the others */
      g_assert_cmpint(found[arc], ==, touches(&geos, area, g, link));
  }
  GEOSGeom_destroy_r(geos.handle, area);
  mi_geos_clear(&geos);
}

static void check_areas(mi_random *random, const MusterNetwork *network) {
  for (int round = 0; round < 12; round++) {
    MusterPosition ring[CORNERS_MOST + 1];
    uint32_t count = random_ring(random, mi_network_graph(network), ring);
    MusterPolygons polygons = {ring, (const uint32_t[]){0, count}, (const uint32_t[]){0, 1}, 1, 1};
    if (muster_polygons_check(&polygons, NULL)) check_area(network, &polygons);
  }
}

static void test_in_area(void) { for_each_network(80, check_areas); }

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/closures/between", test_between);
  g_test_add_func("/road/closures/restricted-junction", test_at_restricted_junction);
  g_test_add_func("/road/closures/of-way", test_of_way);
  g_test_add_func("/road/closures/in-area", test_in_area);
  return g_test_run();
}
