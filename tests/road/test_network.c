/* Networks against a naive reading of the same ways, mutually reachable parts against their definition, independence of
 * the order of insertion. */
#include <math.h>
#include <string.h>

#include "road/modes.h"
#include "road/network.h"
#include "road/parts.h"
#include "support/support.h"
#include "ways.h"

/* ---- the naive reading: links as lines of text ---- */

typedef struct point {
  int64_t id;
  MusterPosition at;
} point;

static bool is_closed(const MusterRoads *roads, int64_t node, MusterMode mode) {
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    int64_t id;
    unsigned modes;
    muster_roads_barrier(roads, i, &id, &modes);
    if (id == node && (modes & MUSTER_MODE_BIT(mode))) return true;
  }
  return false;
}

/* The way's points, repeated ones once; empty if the mode cannot travel it. */
static GArray *points_of(const MusterRoads *roads, size_t index, MusterMode mode, MusterWay *way) {
  const int64_t *ids;
  const MusterPosition *positions;
  size_t count;
  GArray *points = g_array_new(FALSE, FALSE, sizeof(point));
  muster_roads_way(roads, index, way, &ids, &positions, &count);
  if (!((way->open_forward | way->open_backward) & MUSTER_MODE_BIT(mode))) return points;
  for (size_t i = 0; i < count; i++) {
    point added = {ids[i], positions[i]};
    if (i == 0 || ids[i] != ids[i - 1]) g_array_append_val(points, added);
  }
  if (points->len < 2) g_array_set_size(points, 0);
  return points;
}

static bool is_junction(const MusterRoads *roads, int64_t node, MusterMode mode) {
  unsigned passes = 0;
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    g_autoptr(GArray) points = points_of(roads, i, mode, &way);
    for (guint j = 0; j < points->len; j++)
      if (g_array_index(points, point, j).id == node) passes += j == 0 || j + 1 == points->len ? 2 : 1;
  }
  return passes >= 2 || is_closed(roads, node, mode);
}

static uint64_t metres_to_mm(MusterPosition a, MusterPosition b) {
  return (uint64_t)llround(muster_distance_m(a, b) * 1000);
}

static void add_link_text(GPtrArray *lines, const MusterWay *way, int64_t tail, int64_t head, uint32_t forward,
                          uint32_t backward, uint64_t length_mm, const char *shape) {
  g_ptr_array_add(lines, g_strdup_printf("way %" G_GINT64_FORMAT " class %u name %s %" G_GINT64_FORMAT
                                         " → %" G_GINT64_FORMAT " %u %u ms %" G_GUINT64_FORMAT " mm%s",
                                         way->id, way->road_class, way->name ? way->name : "", tail, head, forward,
                                         backward, length_mm, shape));
}

static GPtrArray *naive_links(const MusterRoads *roads, MusterMode mode) {
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    g_autoptr(GArray) points = points_of(roads, i, mode, &way);
    uint64_t whole_mm = 0, length_mm = 0;
    for (guint j = 1; j < points->len; j++)
      whole_mm += metres_to_mm(g_array_index(points, point, j - 1).at, g_array_index(points, point, j).at);
    g_autoptr(GString) shape = g_string_new(NULL);
    int64_t tail = 0;
    for (guint j = 0; j < points->len; j++) {
      point here = g_array_index(points, point, j);
      if (j > 0) length_mm += metres_to_mm(g_array_index(points, point, j - 1).at, here.at);
      g_string_append_printf(shape, " %d,%d", here.at.lon_e7, here.at.lat_e7);
      bool ends = j > 0 && is_junction(roads, here.id, mode);
      uint32_t time_ms = ends ? (uint32_t)mi_way_time_ms(&way, mode, length_mm, whole_mm) : 0;
      unsigned bit = MUSTER_MODE_BIT(mode);
      if (ends)
        add_link_text(lines, &way, tail, here.id, way.open_forward & bit ? time_ms : UINT32_MAX,
                      way.open_backward & bit ? time_ms : UINT32_MAX, length_mm, shape->str);
      if (j > 0 && !ends) continue;
      tail = here.id;
      length_mm = 0;
      g_string_printf(shape, " %d,%d", here.at.lon_e7, here.at.lat_e7);
    }
  }
  return lines;
}

static GPtrArray *links_of(const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
  for (uint32_t i = 0; i < g->link_count; i++) {
    MusterWay way = {.id = g->link_way[i], .road_class = g->link_class[i], .name = g->names + g->link_name[i]};
    g_autoptr(GString) shape = g_string_new(NULL);
    for (uint32_t at = g->link_first_shape[i]; at < g->link_first_shape[i + 1]; at++)
      g_string_append_printf(shape, " %d,%d", g->shape[at].lon_e7, g->shape[at].lat_e7);
    uint32_t forward = g->link_forward[i], backward = g->link_backward[i];
    add_link_text(lines, &way, g->node_id[g->link_tail[i]], g->node_id[g->link_head[i]],
                  forward == MUSTER_NONE ? UINT32_MAX : g->weight_ms[forward],
                  backward == MUSTER_NONE ? UINT32_MAX : g->weight_ms[backward], g->link_length_mm[i], shape->str);
  }
  return lines;
}

static gint compare_lines(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void assert_same_lines(GPtrArray *expected, GPtrArray *found) {
  g_ptr_array_sort(expected, compare_lines);
  g_ptr_array_sort(found, compare_lines);
  g_assert_cmpuint(expected->len, ==, found->len);
  for (guint i = 0; i < expected->len; i++) g_assert_cmpstr(expected->pdata[i], ==, found->pdata[i]);
}

/* ---- what must hold of every network ---- */

static void assert_arcs_follow_links(const mi_graph *g) {
  uint32_t arcs = 0;
  for (uint32_t v = 0; v < g->node_count; v++)
    for (uint32_t arc = g->first_out[v]; arc < g->first_out[v + 1]; arc++, arcs++) {
      uint32_t link = g->arc_link[arc];
      bool forward = g->link_forward[link] == arc;
      g_assert_true(forward || g->link_backward[link] == arc);
      g_assert_cmpuint(forward ? g->link_tail[link] : g->link_head[link], ==, v);
      g_assert_cmpuint(forward ? g->link_head[link] : g->link_tail[link], ==, g->head[arc]);
    }
  g_assert_cmpuint(arcs, ==, g->arc_count);
  for (uint32_t v = 0; v < g->node_count; v++)
    for (uint32_t i = g->first_in[v]; i < g->first_in[v + 1]; i++) {
      uint32_t arc = g->in_arc[i];
      g_assert_cmpuint(g->head[arc], ==, v);
      g_assert_cmpuint(g->in_weight_ms[i], ==, g->weight_ms[arc]);
      g_assert_true(g->first_out[g->in_tail[i]] <= arc && arc < g->first_out[g->in_tail[i] + 1]);
    }
}

/* Every link end at a barrier has a copy of its own; every other outside id is one node. */
static void assert_barriers_split(const MusterRoads *roads, const MusterNetwork *network, MusterMode mode) {
  const mi_graph *g = mi_network_graph(network);
  g_autofree uint32_t *ends = g_new0(uint32_t, g->node_count);
  for (uint32_t i = 0; i < g->link_count; i++) {
    ends[g->link_tail[i]]++;
    ends[g->link_head[i]]++;
  }
  for (uint32_t i = 0; i < g->node_count; i++) {
    MusterNode v = g->nodes_by_id[i];
    bool closed = is_closed(roads, g->node_id[v], mode);
    if (closed) g_assert_cmpuint(ends[v], ==, 1);
    bool repeated = i > 0 && g->node_id[g->nodes_by_id[i - 1]] == g->node_id[v];
    g_assert_true(!repeated || closed);
    if (!repeated) g_assert_cmpuint(muster_network_find_node(network, g->node_id[v]), ==, v);
  }
  g_assert_cmpuint(muster_network_find_node(network, INT64_MIN), ==, MUSTER_NONE);
  g_assert_cmpuint(muster_network_find_node(network, INT64_MAX), ==, MUSTER_NONE);
}

static bool *reachability(const uint32_t *first_out, const MusterNode *head, uint32_t count) {
  bool *reach = g_new0(bool, (size_t)count *count + 1);
  for (uint32_t v = 0; v < count; v++) {
    reach[v * count + v] = true;
    for (uint32_t arc = first_out[v]; arc < first_out[v + 1]; arc++) reach[v * count + head[arc]] = true;
  }
  for (uint32_t via = 0; via < count; via++)
    for (uint32_t a = 0; a < count; a++)
      for (uint32_t b = 0; reach[a * count + via] && b < count; b++)
        if (reach[via * count + b]) reach[a * count + b] = true;
  return reach;
}

static void assert_largest_part(const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  uint32_t count = g->node_count, parts = 0, largest = 0, snappable = 0;
  g_autofree bool *reach = reachability(g->first_out, g->head, count);
  for (uint32_t a = 0; a < count; a++) {
    uint32_t size = 0, first = MUSTER_NONE;
    for (uint32_t b = 0; b < count; b++)
      if (reach[a * count + b] && reach[b * count + a]) {
        size++;
        first = MIN(first, b);
        /* Snappable are all of a part or none of it. */
        g_assert_cmpuint(g->node_snappable[a], ==, g->node_snappable[b]);
      }
    parts += first == a;
    largest = MAX(largest, size);
    if (!g->node_snappable[a]) continue;
    snappable++;
  }
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_assert_cmpuint(info.part_count, ==, parts);
  g_assert_cmpuint(info.snappable_node_count, ==, snappable);
  g_assert_cmpuint(snappable, ==, largest);
  g_assert_cmpuint(info.cut_off_node_count, ==, count - snappable);
  uint64_t cut_off_mm = 0;
  for (uint32_t i = 0; i < g->link_count; i++)
    if (!g->node_snappable[g->link_tail[i]] || !g->node_snappable[g->link_head[i]]) cut_off_mm += g->link_length_mm[i];
  g_assert_cmpfloat_with_epsilon(info.cut_off_length_m, (double)cut_off_mm / 1000, 1e-6);
}

static void test_against_naive(void) {
  uint64_t seed = test_seed();
  unsigned built = 0;
  for (uint32_t round = 0; round < 300; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      g_autoptr(GPtrArray) expected = naive_links(roads, (MusterMode)mode);
      g_autoptr(GError) error = NULL;
      g_autoptr(MusterNetwork) network = muster_network_new(roads, (MusterMode)mode, &error);
      if (expected->len == 0) {
        g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY);
        continue;
      }
      g_assert_no_error(error);
      g_autoptr(GPtrArray) found = links_of(network);
      assert_same_lines(expected, found);
      assert_arcs_follow_links(mi_network_graph(network));
      assert_barriers_split(roads, network, (MusterMode)mode);
      assert_largest_part(network);
      built++;
    }
  }
  g_assert_cmpuint(built, >, 300);
}

static void test_insertion_order(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 200; round++) {
    mi_random random;
    mi_random_init(&random, seed, 1000 + round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    test_add_restrictions(roads, &random, mi_random_below(&random, 6));
    test_add_route_restrictions(roads, &random, 8);
    g_autoptr(MusterRoads) shuffled = test_shuffled_roads(roads, &random);
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      g_autoptr(MusterNetwork) a = muster_network_new(roads, (MusterMode)mode, NULL);
      g_autoptr(MusterNetwork) b = muster_network_new(shuffled, (MusterMode)mode, NULL);
      g_assert_cmpint(a != NULL, ==, b != NULL);
      if (a) g_assert_cmpmem(a->image, a->image_bytes, b->image, b->image_bytes);
    }
  }
}

static void test_parts(void) {
  uint64_t seed = test_seed();
  for (uint32_t round = 0; round < 500; round++) {
    mi_random random;
    mi_random_init(&random, seed, 2000 + round);
    uint32_t count = 1 + mi_random_below(&random, 20), arcs = mi_random_below(&random, 3 * count);
    g_autofree uint32_t *first = g_new0(uint32_t, count + 1), *head = g_new0(uint32_t, arcs + 1);
    for (uint32_t i = 0; i < arcs; i++) {
      first[1 + mi_random_below(&random, count)]++;
      head[i] = mi_random_below(&random, count);
    }
    for (uint32_t v = 0; v < count; v++) first[v + 1] += first[v];
    g_autofree uint32_t *part = g_new(uint32_t, count);
    uint32_t parts = mi_parts_find(first, head, NULL, count, part);
    g_autofree bool *reach = reachability(first, head, count);
    for (uint32_t a = 0; a < count; a++) {
      g_assert_cmpuint(part[a], <, parts);
      for (uint32_t b = 0; b < count; b++)
        g_assert_cmpint(part[a] == part[b], ==, reach[a * count + b] && reach[b * count + a]);
    }
  }
}

/* Deeper than a call stack would bear. */
static void test_parts_of_long_chain(void) {
  enum { COUNT = 2000000 };
  g_autofree uint32_t *first = g_new(uint32_t, COUNT + 1), *head = g_new(uint32_t, COUNT);
  g_autofree uint32_t *part = g_new(uint32_t, COUNT);
  for (uint32_t v = 0; v <= COUNT; v++) first[v] = v;
  for (uint32_t v = 0; v < COUNT; v++) head[v] = (v + 1) % COUNT;
  g_assert_cmpuint(mi_parts_find(first, head, NULL, COUNT, part), ==, 1);
}

/* Weight, access and closed directions of single ways, by hand. */
static void test_single_way(void) {
  const int64_t nodes[] = {10, 20, 30};
  const MusterPosition at[] = {{1094000000, 295000000}, {1094010000, 295000000}, {1094020000, 295000000}};
  MusterWay way = {.id = 1, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = MI_MODES_CAR, .name = "凤翔路"};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  muster_roads_add_way(roads, &way, nodes, at, 3);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_CAR, &error);
  g_assert_no_error(error);
  const mi_graph *g = mi_network_graph(network);
  g_assert_cmpuint(g->node_count, ==, 2);
  g_assert_cmpuint(g->arc_count, ==, 1);
  g_assert_cmpuint(g->link_count, ==, 1);
  g_assert_cmpstr(g->names + g->link_name[0], ==, "凤翔路");
  uint64_t length_mm = 2 * metres_to_mm(at[0], at[1]);
  g_assert_cmpuint(g->link_length_mm[0], ==, length_mm);
  /* 25 km/h is 25 mm in 3.6 ms. */
  g_assert_cmpuint(g->weight_ms[0], ==, (length_mm * 36 + 125) / 250);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_assert_cmpuint(info.part_count, ==, 2);
  g_assert_cmpuint(info.snappable_node_count, ==, 1);
  g_assert_cmpint(info.box.min_lon_e7, ==, at[0].lon_e7);
  g_assert_cmpint(info.box.max_lon_e7, ==, at[2].lon_e7);
  MusterRoadPoint last = muster_road_point_at_node(network, muster_network_find_node(network, 30));
  g_assert_cmpuint(last.link, ==, MUSTER_NONE);
  g_assert_cmpint(last.position.lon_e7, ==, at[2].lon_e7);
  g_autoptr(MusterNetwork) none = muster_network_new(roads, MUSTER_MODE_FOOT, &error);
  g_assert_null(none);
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY);
}

/* A crossing's time is shared out by length, rounded at each link. */
static void test_ferry(void) {
  const int64_t nodes[] = {1, 2, 3}, quay[] = {2, 9};
  const MusterPosition at[] = {{0, 0}, {100000, 0}, {400000, 0}}, quay_at[] = {{100000, 0}, {100000, 50000}};
  MusterWay way = {.id = 1, .road_class = MUSTER_ROAD_FERRY, .open_forward = 7, .open_backward = 7, .ferry_s = 600};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  muster_roads_add_way(roads, &way, nodes, at, 3);
  test_add_street(roads, 2, quay, quay_at, 2);
  g_autoptr(MusterNetwork) network = muster_network_new(roads, MUSTER_MODE_FOOT, NULL);
  const mi_graph *g = mi_network_graph(network);
  for (uint32_t i = 0; i < g->link_count; i++) {
    if (g->link_class[i] != MUSTER_ROAD_FERRY) continue;
    bool first = g->node_id[g->link_tail[i]] == 1;
    g_assert_cmpuint(g->weight_ms[g->link_forward[i]], ==, first ? 150000 : 450000);
  }
}

/* A link of more than 2³² mm is refused by its way. */
static void test_overlong_link(void) {
  const int64_t nodes[] = {1, 2};
  const MusterPosition at[] = {{0, 0}, {600000000, 0}};
  g_autoptr(MusterRoads) roads = muster_roads_new();
  test_add_street(roads, 77, nodes, at, 2);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_network_new(roads, MUSTER_MODE_FOOT, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT);
  g_assert_nonnull(strstr(error->message, "way 77"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/network/against-naive", test_against_naive);
  g_test_add_func("/road/network/insertion-order", test_insertion_order);
  g_test_add_func("/road/network/single-way", test_single_way);
  g_test_add_func("/road/network/ferry", test_ferry);
  g_test_add_func("/road/network/overlong-link", test_overlong_link);
  g_test_add_func("/road/parts/against-definition", test_parts);
  g_test_add_func("/road/parts/long-chain", test_parts_of_long_chain);
  return g_test_run();
}
