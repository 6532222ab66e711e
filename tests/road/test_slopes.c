/* Heights from tiles and times on slopes: formulas worked out anew, made-up ground whose slopes are known, damage, and
 * Andorra. */
#include <math.h>
#include <string.h>
#include <zip.h>

#include "road/hgt.h"
#include "road/modes.h"
#include "road/network.h"
#include "road/slopes.h"
#include "road/ways.h"
#include "support/support.h"

enum { SIDE = MI_HGT_SIDE_3S };

/* ---- made-up tiles ---- */

/* Height at a point `x` posts from the west and `y` from the south. */
typedef int (*ground)(int x, int y);

static int level(int x, int y) { return 500 + 0 * x * y; }
static int rising_east(int x, int y) { return 100 + 2 * x + 0 * y; }
static int rising_steeply(int x, int y) { return x + 5 * y; }
static int rough(int x, int y) { return 500 + (x * 7919 + y * 104729) % 3; }
static int holed(int x, int y) { return x > 600 ? MI_HGT_VOID : rising_east(x, y); }
static int gorge(int x, int y) { return (x > 590 && x < 600) || y < 0 ? 100 : 500; }

static uint8_t *make_tile(ground height, int side, size_t *size) {
  *size = 2 * (size_t)side * (size_t)side;
  uint8_t *bytes = g_malloc(*size), *at = bytes;
  for (int y = side - 1; y >= 0; y--)
    for (int x = 0; x < side; x++) {
      int value = height(x, y);
      *at++ = (uint8_t)(value >> 8);
      *at++ = (uint8_t)value;
    }
  return bytes;
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t size) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

static void write_tile(const char *folder, const char *name, ground height) {
  size_t size;
  g_autofree uint8_t *bytes = make_tile(height, SIDE, &size);
  write_file(folder, name, bytes, size);
}

static void write_zip(const char *folder, const char *name, const char *entry, const void *bytes, size_t size) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  g_assert_nonnull(archive);
  g_assert_cmpint(zip_file_add(archive, "readme.txt", zip_source_buffer(archive, "heights", 7, 0), 0), >=, 0);
  g_assert_cmpint(zip_file_add(archive, entry, zip_source_buffer(archive, bytes, size, 0), 0), >=, 0);
  g_assert_cmpint(zip_close(archive), ==, 0);
}

static MusterPosition at_degrees(double lon, double lat) {
  MusterPosition at;
  g_assert_true(muster_position_from_degrees(lon, lat, &at));
  return at;
}

static MusterBox box_of(double west, double south, double east, double north) {
  MusterPosition low = at_degrees(west, south), high = at_degrees(east, north);
  return (MusterBox){low.lon_e7, low.lat_e7, high.lon_e7, high.lat_e7};
}

static MusterElevation *read_ground(const char *folder, MusterBox box) {
  g_autoptr(GError) error = NULL;
  MusterElevation *elevation = muster_elevation_read(folder, box, &error);
  g_assert_no_error(error);
  return elevation;
}

/* ---- heights ---- */

static void test_names(void) {
  static const struct {
    const char *name;
    bool is_tile;
    int lat, lon;
  } rows[] = {{"N42E001.hgt", true, 42, 1},
              {"N42E001.hgt.zip", true, 42, 1},
              {"s05w060.SRTMGL1.hgt.zip", true, -5, -60},
              {"N00E000.HGT", true, 0, 0},
              {"S90W180.hgt", true, -90, -180},
              {"N89E179.hgt", true, 89, 179},
              {"N90E000.hgt", false, 0, 0},
              {"N42E180.hgt", false, 0, 0},
              {"N42E001.tif", false, 0, 0},
              {"N42E001.zip", false, 0, 0},
              {"N4E001.hgt", false, 0, 0},
              {"E001N42.hgt", false, 0, 0},
              {"N42", false, 0, 0},
              {"", false, 0, 0}};
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    int lat, lon;
    g_assert_cmpint(mi_hgt_parse_name(rows[i].name, &lat, &lon), ==, rows[i].is_tile);
    if (!rows[i].is_tile) continue;
    g_assert_cmpint(lat, ==, rows[i].lat);
    g_assert_cmpint(lon, ==, rows[i].lon);
  }
}

/* The height of a place by the definition: shares of the four points around it. */
static double slow_height(ground height, double x, double y) {
  double sum = 0;
  for (int column = 0; column < SIDE; column++) {
    if (fabs(column - x) >= 1) continue;
    for (int row = 0; row < SIDE; row++)
      if (fabs(row - y) < 1) sum += (1 - fabs(column - x)) * (1 - fabs(row - y)) * height(column, row);
  }
  return sum;
}

static void test_bilinear(void) {
  g_autofree char *folder = test_folder_new();
  write_tile(folder, "N00E000.hgt", rising_steeply);
  write_tile(folder, "S01W001.hgt", rough);
  g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(-0.5, -0.5, 0.5, 0.5));
  uint32_t tiles, missing;
  const char *first;
  muster_elevation_info(elevation, &tiles, &missing, &first);
  g_assert_cmpuint(tiles, ==, 2);
  g_assert_cmpuint(missing, ==, 2);
  g_assert_cmpstr(first, ==, "S01E000");
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (int i = 0; i < 2000; i++) {
    MusterPosition at = {(int32_t)mi_random_below(&random, 10000000), (int32_t)mi_random_below(&random, 10000000)};
    double found = NAN, x = at.lon_e7 * 1200.0 / 1e7, y = at.lat_e7 * 1200.0 / 1e7;
    g_assert_true(muster_elevation_at(elevation, at, &found));
    g_assert_cmpfloat_with_epsilon(found, slow_height(rising_steeply, x, y), 1e-6);
    at = (MusterPosition){at.lon_e7 - 10000000, at.lat_e7 - 10000000};
    g_assert_true(muster_elevation_at(elevation, at, &found));
    g_assert_cmpfloat_with_epsilon(found, slow_height(rough, x, y), 1e-6);
    at.lat_e7 += 10000000;
    g_assert_false(muster_elevation_at(elevation, at, &found));
  }
  test_folder_remove(g_steal_pointer(&folder));
}

/* Plain, zipped, three times as fine: the same heights. */
static int finer(int x, int y) { return rising_east(x / 3, y) + (x % 3 * 2 + 1) / 3; }

static void test_forms(void) {
  const char *names[] = {"N00E000.hgt.zip", "n00e000.SRTMGL1.hgt"};
  for (int form = 0; form < 2; form++) {
    g_autofree char *folder = test_folder_new();
    size_t size;
    g_autofree uint8_t *bytes = make_tile(form ? finer : rising_east, form ? MI_HGT_SIDE_1S : SIDE, &size);
    if (form)
      write_file(folder, names[form], bytes, size);
    else
      write_zip(folder, names[form], "inside/N00E000.hgt", bytes, size);
    g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(0.5, 0.5, 0.5, 0.5));
    double height;
    g_assert_true(muster_elevation_at(elevation, at_degrees(0.5, 0.25), &height));
    g_assert_cmpfloat_with_epsilon(height, 100 + 2 * 600, 1e-6);
    test_folder_remove(g_steal_pointer(&folder));
  }
}

static void assert_refused(const char *folder, MusterRoadError code, const char *says) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_elevation_read(folder, box_of(0.2, 0.2, 0.3, 0.3), &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, (gint)code);
  if (!strstr(error->message, says)) g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, says));
}

static void test_refusals(void) {
  g_autofree char *folder = test_folder_new();
  assert_refused("/no-such-folder", MUSTER_ROAD_ERROR_OPEN, "/no-such-folder: cannot be read");
  assert_refused(folder, MUSTER_ROAD_ERROR_EMPTY, "expected N00E000.hgt or N00E000.hgt.zip, found none");
  write_tile(folder, "N01E000.hgt", level);
  assert_refused(folder, MUSTER_ROAD_ERROR_EMPTY, "found none of the 1 tiles");
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_elevation_read(folder, box_of(-50, -50, 50, 50), &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT);

  size_t size;
  g_autofree uint8_t *bytes = make_tile(level, SIDE, &size);
  write_zip(folder, "N00E000.hgt.zip", "N00E000.tif", bytes, size);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "N00E000.hgt.zip: expected a .hgt file in the archive");
  write_zip(folder, "N00E000.hgt.zip", "N00E000.hgt", bytes, size - 2);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "found 2884800 bytes");
  write_file(folder, "N00E000.hgt.zip", "not an archive", 14);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "not a sound zip archive");
  write_zip(folder, "N00E000.hgt.zip", "N00E000.hgt", bytes, size);
  g_autofree char *path = g_build_filename(folder, "N00E000.hgt.zip", NULL);
  g_autofree char *archive = NULL;
  gsize archive_size;
  g_assert_true(g_file_get_contents(path, &archive, &archive_size, NULL));
  for (gsize at = 200; at < 240; at++) archive[at] = (char)~archive[at];
  write_file(folder, "N00E000.hgt.zip", archive, archive_size);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "in the archive is damaged");

  write_file(folder, "N00E000.hgt", bytes, size - 1);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "found 2884801 bytes");
  bytes[2 * (SIDE * 3 + 4)] = 0x7f;
  write_file(folder, "N00E000.hgt", bytes, size);
  assert_refused(folder, MUSTER_ROAD_ERROR_FORMAT, "N00E000.hgt: row 4, column 5: expected a height of");
  test_folder_remove(g_steal_pointer(&folder));
}

/* ---- formulas ---- */

/* Tobler's speed in km/h, as he gives it. */
static double tobler_kmh(double slope) { return 6 * exp(-3.5 * fabs(slope + 0.05)); }

static void test_foot_factor(void) {
  MusterWay way = {.road_class = MUSTER_ROAD_PATH};
  for (int percent = -50; percent <= 50; percent++) {
    double slope = percent / 100.0;
    g_assert_cmpfloat_with_epsilon(mi_slope_factor(&way, MUSTER_MODE_FOOT, slope), tobler_kmh(0) / tobler_kmh(slope),
                                   1e-9);
  }
  g_assert_cmpfloat(mi_slope_factor(&way, MUSTER_MODE_FOOT, 0), ==, 1);
  g_assert_cmpfloat(mi_slope_factor(&way, MUSTER_MODE_FOOT, 3), ==, mi_slope_factor(&way, MUSTER_MODE_FOOT, 0.5));
  g_assert_cmpfloat(mi_slope_factor(&way, MUSTER_MODE_FOOT, -0.05), <, 0.85); /* fastest a little downhill */
  g_assert_cmpfloat(mi_slope_factor(&way, MUSTER_MODE_FOOT, -0.3), >, 1.9);
  for (int mode = 0; mode < MUSTER_MODE_CAR; mode++) {
    way.road_class = MUSTER_ROAD_STEPS;
    g_assert_cmpfloat(mi_slope_factor(&way, (MusterMode)mode, 0.4), ==, 1);
    way.road_class = MUSTER_ROAD_FERRY;
    g_assert_cmpfloat(mi_slope_factor(&way, (MusterMode)mode, 0.4), ==, 1);
  }
}

/* Watts that a speed asks for: 100 kg, rolling 0.01, air 0.36 W s³/m³. */
static double needed_w(double mps, double slope) {
  return (100 * 9.81 * (slope + 0.01) / sqrt(1 + slope * slope) + 0.36 * mps * mps) * mps;
}

static void test_ebike_factor(void) {
  static const MusterRoadClass classes[] = {MUSTER_ROAD_PRIMARY, MUSTER_ROAD_RESIDENTIAL, MUSTER_ROAD_PATH};
  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
    MusterWay way = {.road_class = (uint8_t)classes[i], .open_forward = MI_MODES_ALL};
    double level_mps = muster_way_speed_kmh(&way, MUSTER_MODE_EBIKE) / 3.6, before = 0;
    g_assert_cmpfloat(mi_slope_factor(&way, MUSTER_MODE_EBIKE, 0), ==, 1);
    for (int mille = 0; mille <= 500; mille++) {
      double slope = mille / 1000.0, factor = mi_slope_factor(&way, MUSTER_MODE_EBIKE, slope);
      double mps = level_mps / factor;
      /* As fast as the road lets it, or as 300 W do. */
      if (factor > 1)
        g_assert_cmpfloat_with_epsilon(needed_w(mps, slope), 300, 1e-6);
      else
        g_assert_cmpfloat(needed_w(level_mps, slope), <=, 300);
      g_assert_cmpfloat(factor, >=, before);
      before = factor;
      double down_mps = level_mps / mi_slope_factor(&way, MUSTER_MODE_EBIKE, -slope);
      double braked = slope > 0.1 ? MIN(level_mps, 25 / 3.6 * 0.1 / slope) : level_mps;
      g_assert_cmpfloat_with_epsilon(down_mps, braked, 1e-9);
    }
  }
}

/* ---- networks ---- */

/* One street from west to east along a parallel, from 0.2° to 0.21° of longitude: 12 posts. */
static MusterRoads *street(const MusterWay *properties) {
  MusterRoads *roads = muster_roads_new();
  const int64_t nodes[] = {1, 2, 3};
  const MusterPosition at[] = {at_degrees(0.2, 0.3), at_degrees(0.2043, 0.3), at_degrees(0.21, 0.3)};
  MusterWay way = *properties;
  way.id = 1;
  way.open_forward = way.open_backward = MI_MODES_ALL;
  muster_roads_add_way(roads, &way, nodes, at, 3);
  return roads;
}

static MusterNetwork *build(const MusterRoads *roads, MusterMode mode, const MusterElevation *elevation,
                            MusterSlopesReport *report) {
  g_autoptr(GError) error = NULL;
  MusterNetwork *network = elevation
                               ? muster_network_new_for_modes(roads, MUSTER_MODE_BIT(mode), elevation, report, &error)
                               : muster_network_new(roads, mode, &error);
  g_assert_no_error(error);
  return network;
}

/* Times of the street's only link each way, in the direction west to east first. */
static void street_times(const MusterRoads *roads, MusterMode mode, const MusterElevation *elevation,
                         uint32_t times[2]) {
  g_autoptr(MusterNetwork) network = build(roads, mode, elevation, NULL);
  const mi_graph *g = mi_network_graph(network);
  g_assert_cmpuint(g->link_count, ==, 1);
  MusterArc arcs[] = {g->link_forward[0], g->link_backward[0]};
  bool ahead = g->node_id[g->link_tail[0]] == 1;
  times[0] = g->weight_ms[arcs[ahead ? 0 : 1]];
  times[1] = g->weight_ms[arcs[ahead ? 1 : 0]];
}

static void test_even_slope(void) {
  g_autofree char *folder = test_folder_new();
  write_tile(folder, "N00E000.hgt", rising_east);
  g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(0, 0, 0.9, 0.9));
  static const MusterRoadClass classes[] = {MUSTER_ROAD_PRIMARY, MUSTER_ROAD_STEPS, MUSTER_ROAD_FERRY};
  for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
    for (int mode = 0; mode < MUSTER_MODE_CAR; mode++) {
      MusterWay way = {.road_class = (uint8_t)classes[i]};
      g_autoptr(MusterRoads) roads = street(&way);
      uint32_t flat[2], sloped[2];
      street_times(roads, (MusterMode)mode, NULL, flat);
      street_times(roads, (MusterMode)mode, elevation, sloped);
      g_assert_cmpuint(flat[0], ==, flat[1]);
      double run_m = muster_distance_m(at_degrees(0.2, 0.3), at_degrees(0.21, 0.3)), slope = 24 / run_m;
      bool heeded = classes[i] == MUSTER_ROAD_PRIMARY;
      double up = 1, down = 1;
      if (heeded && mode == MUSTER_MODE_FOOT)
        up = tobler_kmh(0) / tobler_kmh(slope), down = tobler_kmh(0) / tobler_kmh(-slope);
      g_assert_cmpfloat_with_epsilon(sloped[0], up * flat[0], 1e-3 * flat[0]);
      g_assert_cmpfloat_with_epsilon(sloped[1], down * flat[1], 1e-3 * flat[1]);
    }
  test_folder_remove(g_steal_pointer(&folder));
}

/* Level ground and ground that is only rough have the times of none. */
static void test_level(void) {
  static const ground grounds[] = {level, rough};
  for (size_t i = 0; i < G_N_ELEMENTS(grounds); i++) {
    g_autofree char *folder = test_folder_new();
    write_tile(folder, "N29E109.hgt", grounds[i]);
    g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(109.4, 29.5, 109.41, 29.51));
    uint64_t seed = test_seed();
    for (uint32_t round = 0; round < 60; round++) {
      mi_random random;
      mi_random_init(&random, seed, round);
      g_autoptr(MusterRoads) roads = test_random_roads(&random);
      for (int mode = 0; mode < MUSTER_MODE_CAR; mode++) {
        g_autoptr(MusterNetwork) without = muster_network_new(roads, (MusterMode)mode, NULL);
        if (!without) continue;
        MusterSlopesReport report;
        g_autoptr(MusterNetwork) with = build(roads, (MusterMode)mode, elevation, &report);
        g_assert_true(with->info.has_slopes && !without->info.has_slopes);
        g_assert_cmpuint(report.unknown_count, ==, 0);
        const mi_graph *a = mi_network_graph(with), *b = mi_network_graph(without);
        g_assert_cmpmem(a->head, a->arc_count * sizeof *a->head, b->head, b->arc_count * sizeof *b->head);
        for (uint32_t arc = 0; arc < a->arc_count; arc++) {
          double tolerance_ms = grounds[i] == level ? 0.5 : 0.1 * b->weight_ms[arc] + 1;
          g_assert_cmpfloat_with_epsilon(a->weight_ms[arc], b->weight_ms[arc], tolerance_ms);
        }
      }
    }
    test_folder_remove(g_steal_pointer(&folder));
  }
}

/* A road into unknown ground climbs as far as heights are known. */
static void test_unknown(void) {
  g_autofree char *folder = test_folder_new();
  write_tile(folder, "N00E000.hgt", holed);
  g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(0, 0, 1.5, 0.9));
  g_autoptr(MusterRoads) roads = muster_roads_new();
  const int64_t nodes[] = {1, 2};
  const MusterPosition at[] = {at_degrees(0.49, 0.3), at_degrees(0.51, 0.3)};
  test_add_street(roads, 1, nodes, at, 2);
  uint32_t flat[2], sloped[2];
  street_times(roads, MUSTER_MODE_FOOT, NULL, flat);
  street_times(roads, MUSTER_MODE_FOOT, elevation, sloped);
  double run_m = muster_distance_m(at[0], at[1]), up = tobler_kmh(0) / tobler_kmh(48 / run_m);
  g_assert_cmpfloat_with_epsilon(sloped[0], flat[0] * (1 + up) / 2, 0.01 * flat[0]);
  MusterSlopesReport report;
  g_autoptr(MusterNetwork) network = build(roads, MUSTER_MODE_FOOT, elevation, &report);
  g_assert_cmpuint(report.point_count, ==, (uint64_t)ceil(run_m / 30) + 1);
  g_assert_cmpfloat_with_epsilon((double)report.unknown_count, (double)report.point_count / 2, 2);
  test_folder_remove(g_steal_pointer(&folder));
}

/* A bridge over a gorge is level, a road through it is not. */
static void test_bridge(void) {
  g_autofree char *folder = test_folder_new();
  write_tile(folder, "N00E000.hgt", gorge);
  g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(0, 0, 0.9, 0.9));
  const int64_t nodes[] = {1, 2};
  const MusterPosition at[] = {at_degrees(0.485, 0.3), at_degrees(0.505, 0.3)};
  uint32_t times[2][2], flat[2];
  for (int off_ground = 0; off_ground < 2; off_ground++) {
    g_autoptr(MusterRoads) roads = muster_roads_new();
    MusterWay way = {.id = 1, .road_class = MUSTER_ROAD_PRIMARY, .open_forward = 7, .open_backward = 7};
    way.off_ground = (uint8_t)off_ground;
    muster_roads_add_way(roads, &way, nodes, at, 2);
    street_times(roads, MUSTER_MODE_EBIKE, elevation, times[off_ground]);
    street_times(roads, MUSTER_MODE_EBIKE, NULL, flat);
  }
  g_assert_cmpuint(times[1][0], ==, flat[0]);
  g_assert_cmpuint(times[1][1], ==, flat[1]);
  g_assert_cmpuint(times[0][0], >, flat[0] + flat[0] / 2);
  test_folder_remove(g_steal_pointer(&folder));
}

static void test_no_cars(void) {
  g_autofree char *folder = test_folder_new();
  write_tile(folder, "N00E000.hgt", level);
  g_autoptr(MusterElevation) elevation = read_ground(folder, box_of(0, 0, 0.9, 0.9));
  MusterWay way = {.road_class = MUSTER_ROAD_PRIMARY};
  g_autoptr(MusterRoads) roads = street(&way);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_network_new_for_modes(roads, MUSTER_MODE_BIT(MUSTER_MODE_CAR), elevation, NULL, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED);
  test_folder_remove(g_steal_pointer(&folder));
}

/* ---- Andorra ---- */

static void test_andorra(void) {
  g_autofree char *extract = test_data("osm/andorra.osm.pbf");
  g_autofree char *folder = test_data("elevation");
  if (!extract || !folder) return;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(extract, NULL, NULL, NULL);
  MusterBox box;
  g_assert_true(muster_roads_box(roads, &box));
  g_autoptr(MusterElevation) elevation = read_ground(folder, box);
  /* Heights that maps give: Andorra la Vella, Pas de la Casa. */
  double low_m, high_m;
  g_assert_true(muster_elevation_at(elevation, at_degrees(1.5218, 42.5063), &low_m));
  g_assert_true(muster_elevation_at(elevation, at_degrees(1.7333, 42.5425), &high_m));
  g_assert_cmpfloat_with_epsilon(low_m, 1023, 60);
  g_assert_cmpfloat_with_epsilon(high_m, 2080, 60);
  for (int mode = 0; mode < MUSTER_MODE_CAR; mode++) {
    MusterSlopesReport report;
    g_autoptr(MusterNetwork) flat = build(roads, (MusterMode)mode, NULL, NULL);
    g_autoptr(MusterNetwork) sloped = build(roads, (MusterMode)mode, elevation, &report);
    g_assert_cmpuint(report.unknown_count, <, report.point_count / 100);
    const mi_graph *a = mi_network_graph(flat), *b = mi_network_graph(sloped);
    g_assert_cmpuint(a->arc_count, ==, b->arc_count);
    double level_ms = 0, up_ms = 0, down_ms = 0;
    for (MusterLink link = 0; link < a->link_count; link++) {
      MusterArc there = b->link_forward[link], back = b->link_backward[link];
      if (there == MUSTER_NONE || back == MUSTER_NONE) continue;
      level_ms += a->weight_ms[a->link_forward[link]];
      up_ms += MAX(b->weight_ms[there], b->weight_ms[back]);
      down_ms += MIN(b->weight_ms[there], b->weight_ms[back]);
    }
    g_test_message("%s: the slower direction takes %.2f times the level's time, the faster one %.2f times",
                   muster_mode_name((MusterMode)mode), up_ms / level_ms, down_ms / level_ms);
    g_assert_cmpfloat(up_ms, >, 1.15 * level_ms);
    g_assert_cmpfloat(down_ms, <, 0.9 * up_ms);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/elevation/names", test_names);
  g_test_add_func("/road/elevation/bilinear", test_bilinear);
  g_test_add_func("/road/elevation/forms", test_forms);
  g_test_add_func("/road/elevation/refusals", test_refusals);
  g_test_add_func("/road/slopes/foot-factor", test_foot_factor);
  g_test_add_func("/road/slopes/ebike-factor", test_ebike_factor);
  g_test_add_func("/road/slopes/even-slope", test_even_slope);
  g_test_add_func("/road/slopes/level", test_level);
  g_test_add_func("/road/slopes/unknown", test_unknown);
  g_test_add_func("/road/slopes/bridge", test_bridge);
  g_test_add_func("/road/slopes/no-cars", test_no_cars);
  g_test_add_func("/road/slopes/andorra", test_andorra);
  return g_test_run();
}
