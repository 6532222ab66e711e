/* The county file's roads: written and read again, drawn by hand, and refused. */
#include <string.h>

#include "road/county_roads.h"
#include "road/modes.h"
#include "road/network.h"
#include "support/support.h"
#include "ways.h"

static void write_roads(const MusterRoads *roads, const char *path) {
  g_autoptr(GError) error = NULL;
  mi_gpkg *gpkg = mi_gpkg_create(path, path, &error);
  g_assert_no_error(error);
  mi_roads_write_layers(gpkg, roads, &error);
  g_assert_no_error(error);
  mi_gpkg_finish(gpkg, &error);
  g_assert_no_error(error);
}

/* Networks from what was read are those from what was written, to the byte, and so are the files of both orders. */
static void test_round_trip(void) {
  char *folder = test_folder_new();
  uint64_t seed = test_seed();
  unsigned compared = 0;
  for (uint32_t round = 0; round < 12; round++) {
    mi_random random;
    mi_random_init(&random, seed, round);
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    g_autoptr(MusterRoads) shuffled = test_shuffled_roads(roads, &random);
    g_autofree char *a = g_strdup_printf("%s/a%u.gpkg", folder, round);
    g_autofree char *b = g_strdup_printf("%s/b%u.gpkg", folder, round);
    write_roads(roads, a);
    write_roads(shuffled, b);
    g_autofree char *a_bytes = NULL, *b_bytes = NULL;
    gsize a_size, b_size;
    g_assert_true(g_file_get_contents(a, &a_bytes, &a_size, NULL));
    g_assert_true(g_file_get_contents(b, &b_bytes, &b_size, NULL));
    g_assert_cmpmem(a_bytes, a_size, b_bytes, b_size);
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterRoads) again = muster_roads_read_county(a, &error);
    if (!again) {
      g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY);
      continue;
    }
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      g_autoptr(MusterNetwork) before = muster_network_new(roads, (MusterMode)mode, NULL);
      g_autoptr(MusterNetwork) after = muster_network_new(again, (MusterMode)mode, NULL);
      g_assert_cmpint(before != NULL, ==, after != NULL);
      if (!before) continue;
      g_assert_cmpmem(before->image, before->image_bytes, after->image, after->image_bytes);
      compared++;
    }
  }
  g_assert_cmpuint(compared, >, 12);
  test_folder_remove(folder);
}

typedef struct drawn {
  const char *road_class, *surface, *forward, *node_ids;
  MusterPosition line[3];
  int maxspeed_kmh; /* 0: none */
} drawn;

static char *draw(const char *folder, const drawn *roads, size_t count, MusterPosition barrier, const char *closed) {
  char *path = g_build_filename(folder, "drawn.gpkg", NULL);
  g_autoptr(GError) error = NULL;
  mi_gpkg *gpkg = mi_gpkg_create(path, path, &error);
  g_assert_no_error(error);
  mi_gpkg_add_layer(gpkg, "roads", "",
                    "way_id INTEGER, class TEXT, surface TEXT, open_forward TEXT, open_backward TEXT, "
                    "maxspeed_kmh INTEGER, ferry_s INTEGER, name TEXT, node_ids TEXT",
                    "LINESTRING", &error);
  g_assert_no_error(error);
  mi_gpkg_writer *writer = mi_gpkg_writer_new(
      gpkg, "roads",
      "geom, way_id, class, surface, open_forward, open_backward, maxspeed_kmh, ferry_s, name, node_ids");
  for (size_t i = 0; i < count; i++) {
    mi_gpkg_writer_line(writer, 0, roads[i].line, 3);
    for (int column = 1; column <= 9; column++) mi_gpkg_writer_null(writer, column);
    mi_gpkg_writer_text(writer, 2, roads[i].road_class);
    mi_gpkg_writer_text(writer, 3, roads[i].surface);
    mi_gpkg_writer_text(writer, 4, roads[i].forward);
    if (roads[i].maxspeed_kmh) mi_gpkg_writer_int(writer, 6, roads[i].maxspeed_kmh);
    mi_gpkg_writer_text(writer, 9, roads[i].node_ids);
    mi_gpkg_writer_row(writer);
  }
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  g_assert_true(mi_gpkg_finish_layer(gpkg, "roads", &error));
  mi_gpkg_add_layer(gpkg, "barriers", "", "node_id INTEGER, closed_modes TEXT", "POINT", &error);
  writer = mi_gpkg_writer_new(gpkg, "barriers", "geom, node_id, closed_modes");
  mi_gpkg_writer_point(writer, 0, barrier);
  mi_gpkg_writer_null(writer, 1);
  mi_gpkg_writer_text(writer, 2, closed);
  mi_gpkg_writer_row(writer);
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  g_assert_true(mi_gpkg_finish_layer(gpkg, "barriers", &error));
  g_assert_true(mi_gpkg_finish(gpkg, &error));
  return path;
}

#define LINE(a, b, c)                                                                                   \
  {                                                                                                     \
    {1094000000 + (a), 295000000}, {1094000000 + (b), 295000000 + (b)}, { 1094000000 + (c), 295000000 } \
  }

/* A planner draws two roads and a barrier: they meet where vertices coincide, with each other and with a road that has
 * node ids. */
static void test_drawn(void) {
  char *folder = test_folder_new();
  const drawn roads[] = {{"residential", NULL, NULL, NULL, LINE(0, 500, 1000), 0},
                         {"tertiary", "paved", "foot, car", NULL, LINE(1000, 1500, 2000), 0},
                         {"tertiary", "paved", NULL, "11 12 13", LINE(2000, 2500, 3000), 0}};
  g_autofree char *path = draw(folder, roads, 3, roads[1].line[1], "car");
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) read = muster_roads_read_county(path, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(muster_roads_way_count(read), ==, 3);
  g_autoptr(MusterNetwork) foot = muster_network_new(read, MUSTER_MODE_FOOT, &error);
  g_autoptr(MusterNetwork) car = muster_network_new(read, MUSTER_MODE_CAR, &error);
  g_autoptr(MusterNetwork) ebike = muster_network_new(read, MUSTER_MODE_EBIKE, &error);
  g_assert_cmpuint(foot->info.node_count, ==, 4);
  g_assert_cmpuint(foot->info.part_count, ==, 1);
  g_assert_cmpuint(foot->info.arc_count, ==, 6);
  g_assert_cmpuint(car->info.node_count, ==, 6); /* the barrier is split */
  g_assert_cmpuint(car->info.part_count, ==, 2);
  g_assert_cmpuint(ebike->info.arc_count, ==, 5); /* one way on the second road */
  g_assert_cmpuint(muster_network_find_node(foot, 11), !=, MUSTER_NONE);
  test_folder_remove(folder);
}

static void assert_refused(const drawn *road, const char *closed, const char *says) {
  char *folder = test_folder_new();
  g_autofree char *path = draw(folder, road, 1, road->line[0], closed);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_roads_read_county(path, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
  g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, "drawn.gpkg"));
  g_assert_nonnull(strstr(error->message, "feature 1"));
  g_assert_nonnull(strstr(error->message, says));
  test_folder_remove(folder);
}

static void test_refusals(void) {
  const drawn roads[] = {
      {"boulevard", NULL, NULL, NULL, LINE(0, 1, 2), 0},   {"path", "velvet", NULL, NULL, LINE(0, 1, 2), 0},
      {"path", NULL, "foot,boat", NULL, LINE(0, 1, 2), 0}, {"path", NULL, NULL, "1 2", LINE(0, 1, 2), 0},
      {"path", NULL, NULL, "1 2 3 4", LINE(0, 1, 2), 0},   {"path", NULL, NULL, "1 x 3", LINE(0, 1, 2), 0},
      {"path", NULL, NULL, NULL, LINE(0, 1, 2), 0}};
  assert_refused(&roads[0], "car", "class: expected");
  assert_refused(&roads[1], "car", "surface: expected");
  assert_refused(&roads[2], "car", "open_forward: expected");
  assert_refused(&roads[3], "car", "vertices, found 2");
  assert_refused(&roads[4], "car", "vertices, found 4");
  assert_refused(&roads[5], "car", "found \"x 3\"");
  const drawn huge = {"path", NULL, NULL, "1 2 99999999999999999999", LINE(0, 1, 2), 0};
  assert_refused(&huge, "car", "node_ids: expected whole numbers");
  const drawn fast = {"path", NULL, NULL, NULL, LINE(0, 1, 2), 401};
  assert_refused(&fast, "car", "column \"maxspeed_kmh\": 0 to 400 expected, 401 found");
  assert_refused(&roads[6], "tank", "closed_modes: expected");
}

static void test_no_roads(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "empty.gpkg", NULL);
  g_autoptr(MusterRoads) none = muster_roads_new();
  write_roads(none, path);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_roads_read_county(path, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY);
  g_clear_error(&error);
  g_assert_true(g_file_set_contents(path, "SQLite format 3", -1, NULL));
  g_assert_null(muster_roads_read_county(path, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
  test_folder_remove(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/county-roads/round-trip", test_round_trip);
  g_test_add_func("/road/county-roads/drawn", test_drawn);
  g_test_add_func("/road/county-roads/refusals", test_refusals);
  g_test_add_func("/road/county-roads/no-roads", test_no_roads);
  return g_test_run();
}
