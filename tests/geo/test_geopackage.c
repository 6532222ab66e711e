/* The GeoPackage container: rows come back as they went in, the same rows give the same bytes, other software takes the
 * file for valid, and damaged or foreign files are refused with a sentence. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/random.h"
#include "geo/geopackage.h"
#include "geo/geopackage_sql.h"
#include "support/support.h"

static void assert_geo_error(GError *error, const char *part) {
  g_assert_nonnull(error);
  g_assert_true(error->domain == MUSTER_GEO_ERROR);
  if (!strstr(error->message, part)) g_error("message without \"%s\": %s", part, error->message);
}

static MusterPosition random_position(mi_random *random) {
  int64_t lon_e7 = mi_random_below(random, 3600000001u), lat_e7 = mi_random_below(random, 1800000001u);
  return (MusterPosition){(int32_t)(lon_e7 - 1800000000), (int32_t)(lat_e7 - 900000000)};
}

static const MusterPosition square[] = {{1090000000, 290000000}, {1091000000, 290000000}, {1091000000, 291000001},
                                        {1090000000, 291000001}, {1090000000, 290000000}, {1090300000, 290300000},
                                        {1090300000, 290600000}, {1090600000, 290600000}, {1090300000, 290300000}};
static const uint32_t square_rings[] = {0, 5, 9}, square_polygons[] = {0, 2};

/* Three layers: places (points), roads (lines), areas (polygons), and a table without geometry. */
static void write_sample(const char *path, uint64_t seed, uint32_t rows) {
  GError *error = NULL;
  mi_random random;
  mi_random_init(&random, seed, 0);
  mi_gpkg *gpkg = mi_gpkg_create(path, "sample.gpkg", &error);
  g_assert_no_error(error);
  g_assert_true(mi_gpkg_add_layer(gpkg, "places", "places", "id INTEGER NOT NULL, name TEXT", "POINT", &error));
  mi_gpkg_writer *writer = mi_gpkg_writer_new(gpkg, "places", "geom, id, name");
  for (uint32_t i = 0; i < rows; i++) {
    mi_gpkg_writer_point(writer, 0, random_position(&random));
    mi_gpkg_writer_int(writer, 1, (int64_t)i * 1000);
    if (i % 3) mi_gpkg_writer_text(writer, 2, "翔凤镇");
    mi_gpkg_writer_row(writer);
  }
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  g_assert_true(mi_gpkg_add_layer(gpkg, "roads", "roads", "speed REAL", "LINESTRING", &error));
  writer = mi_gpkg_writer_new(gpkg, "roads", "geom, speed");
  for (uint32_t i = 0; i < rows; i++) {
    MusterPosition line[3] = {random_position(&random), random_position(&random), random_position(&random)};
    mi_gpkg_writer_line(writer, 0, line, 3);
    mi_gpkg_writer_double(writer, 1, i / 7.0);
    mi_gpkg_writer_row(writer);
  }
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  g_assert_true(mi_gpkg_add_layer(gpkg, "areas", "areas", "code INTEGER NOT NULL", "MULTIPOLYGON", &error));
  writer = mi_gpkg_writer_new(gpkg, "areas", "geom, code");
  mi_gpkg_writer_polygons(writer, 0, square, square_rings, square_polygons, 1);
  mi_gpkg_writer_int(writer, 1, 422827);
  mi_gpkg_writer_row(writer);
  mi_gpkg_writer_int(writer, 1, 422827001);
  mi_gpkg_writer_row(writer);
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  g_assert_true(mi_gpkg_add_layer(gpkg, "notes", "notes", "text TEXT NOT NULL", NULL, &error));
  writer = mi_gpkg_writer_new(gpkg, "notes", "text");
  mi_gpkg_writer_text(writer, 0, "it's \"synthetic\"");
  mi_gpkg_writer_row(writer);
  g_assert_true(mi_gpkg_writer_end(writer, &error));
  const char *layers[] = {"places", "roads", "areas", "notes"};
  for (size_t i = 0; i < G_N_ELEMENTS(layers); i++) {
    mi_gpkg_finish_layer(gpkg, layers[i], &error);
    g_assert_no_error(error);
  }
  mi_gpkg_finish(gpkg, &error);
  g_assert_no_error(error);
}

static void assert_same_position(MusterPosition a, MusterPosition b) {
  g_assert_cmpint(a.lon_e7, ==, b.lon_e7);
  g_assert_cmpint(a.lat_e7, ==, b.lat_e7);
}

static void check_sample(const char *path, uint64_t seed, uint32_t rows) {
  GError *error = NULL;
  mi_random random;
  mi_random_init(&random, seed, 0);
  g_autoptr(mi_gpkg) gpkg = mi_gpkg_open(path, &error);
  g_assert_no_error(error);
  g_assert_true(mi_gpkg_has_layer(gpkg, "places"));
  g_assert_false(mi_gpkg_has_layer(gpkg, "shops"));
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, "places", "geom, id, name, later?");
  uint32_t read = 0;
  while (mi_gpkg_reader_next(reader)) {
    assert_same_position(mi_gpkg_reader_point(reader, 0), random_position(&random));
    g_assert_cmpint(mi_gpkg_reader_fid(reader), ==, read + 1);
    g_assert_cmpint(mi_gpkg_reader_int(reader, 1, 0, INT64_MAX), ==, (int64_t)read * 1000);
    g_assert_cmpstr(mi_gpkg_reader_text_or_null(reader, 2), ==, read % 3 ? "翔凤镇" : NULL);
    g_assert_true(mi_gpkg_reader_is_null(reader, 3));
    g_assert_cmpint(mi_gpkg_reader_int_or(reader, 3, 0, 1, -7), ==, -7);
    read++;
  }
  mi_gpkg_reader_end(reader, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(read, ==, rows);
  reader = mi_gpkg_reader_new(gpkg, "roads", "geom,speed");
  while (mi_gpkg_reader_next(reader)) {
    const mi_shape *line = mi_gpkg_reader_line(reader, 0);
    g_assert_cmpuint(line->position_count, ==, 3);
    for (uint32_t i = 0; i < 3; i++) assert_same_position(line->positions[i], random_position(&random));
    g_assert_cmpfloat(mi_gpkg_reader_double(reader, 1, 0, 1e9), ==, (double)(mi_gpkg_reader_fid(reader) - 1) / 7.0);
  }
  g_assert_true(mi_gpkg_reader_end(reader, NULL));
  reader = mi_gpkg_reader_new(gpkg, "areas", "geom, code");
  g_assert_true(mi_gpkg_reader_next(reader));
  const mi_shape *area = mi_gpkg_reader_polygons(reader, 0);
  g_assert_cmpmem(area->positions, area->position_count * sizeof *square, square, sizeof square);
  g_assert_cmpmem(area->ring_first, (area->ring_count + 1) * sizeof(uint32_t), square_rings, sizeof square_rings);
  g_assert_cmpmem(area->polygon_first, (area->polygon_count + 1) * sizeof(uint32_t), square_polygons,
                  sizeof square_polygons);
  g_assert_true(mi_gpkg_reader_next(reader));
  g_assert_true(mi_gpkg_reader_is_null(reader, 0));
  g_assert_false(mi_gpkg_reader_next(reader));
  g_assert_true(mi_gpkg_reader_end(reader, NULL));
  reader = mi_gpkg_reader_new(gpkg, "notes", "text");
  g_assert_true(mi_gpkg_reader_next(reader));
  g_assert_cmpstr(mi_gpkg_reader_text(reader, 0), ==, "it's \"synthetic\"");
  g_assert_true(mi_gpkg_reader_end(reader, NULL));
}

static void test_round_trip(void) {
  char *folder = test_folder_new();
  /* A name that would be misread in a URI or in SQL. */
  g_autofree char *path = g_build_filename(folder, "county 100%?#'来凤.gpkg", NULL);
  uint64_t seed = test_seed();
  write_sample(path, seed, 2000);
  check_sample(path, seed, 2000);
  test_folder_remove(folder);
}

static void test_same_bytes(void) {
  char *folder = test_folder_new();
  g_autofree char *a = g_build_filename(folder, "a.gpkg", NULL);
  g_autofree char *b = g_build_filename(folder, "b.gpkg", NULL);
  uint64_t seed = test_seed();
  write_sample(a, seed, 1500);
  write_sample(b, seed, 1500);
  g_autofree char *bytes_a = NULL, *bytes_b = NULL;
  gsize size_a, size_b;
  g_assert_true(g_file_get_contents(a, &bytes_a, &size_a, NULL));
  g_assert_true(g_file_get_contents(b, &bytes_b, &size_b, NULL));
  g_assert_cmpmem(bytes_a, size_a, bytes_b, size_b);
  test_folder_remove(folder);
}

/* GDAL's validator, if this machine has it. */
static void test_validator(void) {
  const char *check[] = {"/usr/bin/python3", "-c", "import osgeo_utils.samples.validate_gpkg", NULL};
  int status = 1;
  if (!g_spawn_sync(NULL, (char **)(uintptr_t)check, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                    NULL) ||
      status != 0) {
    g_test_skip("GDAL's validate_gpkg is not installed");
    return;
  }
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "valid.gpkg", NULL);
  write_sample(path, test_seed(), 100);
  const char *validate[] = {"/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", path, NULL};
  g_autofree char *output = NULL, *errors = NULL;
  g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)validate, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors,
                             &status, NULL));
  if (status != 0) g_test_message("%s%s", output, errors);
  g_assert_cmpint(status, ==, 0);
  test_folder_remove(folder);
}

/* GDAL itself reads the layers, their counts and their extent. */
static void test_ogrinfo(void) {
  g_autofree char *program = g_find_program_in_path("ogrinfo");
  if (!program) {
    g_test_skip("ogrinfo is not installed");
    return;
  }
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "x.gpkg", NULL);
  write_sample(path, 1, 25);
  const char *arguments[] = {program, "-ro", "-so", "-al", path, NULL};
  g_autofree char *output = NULL, *errors = NULL;
  int status;
  g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors,
                             &status, NULL));
  g_assert_cmpint(status, ==, 0);
  g_assert_cmpstr(errors, ==, "");
  const char *parts[] = {
      "Layer name: places\n", "Geometry: Point\n",         "Feature Count: 25\n",
      "Layer name: areas\n",  "Geometry: Multi Polygon\n", "Extent: (109.000000, 29.000000) - (109.100000, 29.100000)",
      "FID Column = fid\n",   "ID[\"EPSG\",4326]",         "Layer name: notes\n"};
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (!strstr(output, parts[i])) g_error("\"%s\" is missing in: %s", parts[i], output);
  test_folder_remove(folder);
}

/* ---- refused files ---- */

static void assert_open_refused(const char *path, const char *part) {
  g_autoptr(GError) error = NULL;
  g_assert_null(mi_gpkg_open(path, &error));
  g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_FILE);
  assert_geo_error(error, part);
}

static void run_on_file(const char *path, const char *sql) {
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_true(mi_gpkg_register_functions(db));
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) g_error("%s: %s", sql, sqlite3_errmsg(db));
  sqlite3_close(db);
}

static void test_not_geopackage(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "x.gpkg", NULL);
  assert_open_refused(path, "cannot be opened");
  assert_open_refused(folder, "is not a file");
  g_assert_true(g_file_set_contents(path, "", 0, NULL));
  assert_open_refused(path, "is not a GeoPackage");
  g_assert_true(g_file_set_contents(path, "SQLite format 3", 16, NULL));
  assert_open_refused(path, "is not a GeoPackage");
  (void)g_unlink(path);
  run_on_file(path, "CREATE TABLE t (a)");
  assert_open_refused(path, "application id 0x00000000, expected 0x47504B47");
  run_on_file(path, "PRAGMA application_id = 1196444487; PRAGMA user_version = 10100");
  assert_open_refused(path, "version 10100");
  test_folder_remove(folder);
}

static void test_unfinished_edit(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "x.gpkg", NULL);
  g_autofree char *side = g_strconcat(path, "-wal", NULL);
  write_sample(path, 1, 3);
  g_assert_true(g_file_set_contents(side, "", 0, NULL));
  check_sample(path, 1, 3);
  g_assert_true(g_file_set_contents(side, "7\177", 2, NULL));
  assert_open_refused(path, "has not finished editing");
  test_folder_remove(folder);
}

typedef struct bad_row {
  const char *sql, *columns, *message;
} bad_row;

/* Every way a row of "places" can be wrong; read as geom, id, name by the strict calls. */
static void test_bad_rows(void) {
  static const bad_row rows[] = {
      {"UPDATE places SET id = 'x' WHERE fid = 2", "geom, id, name",
       "layer \"places\", feature 2: column \"id\": an integer expected, text found"},
      {"UPDATE places SET id = -5 WHERE fid = 3", "geom, id, name", "0 to 9000 expected, -5 found"},
      {"UPDATE places SET name = NULL", "geom, id, name", "column \"name\": text expected, NULL found"},
      {"UPDATE places SET name = CAST(x'C328' AS TEXT)", "geom, id, name", "not valid UTF-8"},
      {"UPDATE places SET name = 'a' || char(0) || 'b'", "geom, id, name", "not valid UTF-8"},
      {"DROP TRIGGER rtree_places_geom_update1; UPDATE places SET geom = x'4750'", "geom, id, name",
       "feature 1: geometry: 8 bytes expected, 2 are left"},
      {"UPDATE places SET geom = NULL", "geom, id, name", "column \"geom\": a blob expected, NULL found"},
      {"SELECT 1", "geom, id, nickname", "layer \"places\": the column \"nickname\" is missing"},
      {"UPDATE gpkg_geometry_columns SET srs_id = 0", "geom", "reference system 0, expected 4326"},
      {"DELETE FROM gpkg_contents WHERE table_name = 'places'", "geom", "the layer is missing"},
      {"ALTER TABLE places RENAME TO p; CREATE VIEW places AS SELECT * FROM p;"
       "UPDATE gpkg_contents SET table_name = 'places' WHERE table_name = 'p'",
       "geom", "a view"},
  };
  char *folder = test_folder_new();
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strdup_printf("%s/%zu.gpkg", folder, i);
    write_sample(path, 1, 5);
    run_on_file(path, "UPDATE places SET name = 'n' WHERE name IS NULL");
    run_on_file(path, rows[i].sql);
    GError *error = NULL;
    g_autoptr(mi_gpkg) gpkg = mi_gpkg_open(path, &error);
    g_assert_no_error(error);
    mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, "places", rows[i].columns);
    while (mi_gpkg_reader_next(reader)) {
      mi_gpkg_reader_point(reader, 0);
      mi_gpkg_reader_int(reader, 1, 0, 9000);
      mi_gpkg_reader_text(reader, 2);
    }
    g_assert_true(mi_gpkg_reader_failed(reader));
    g_assert_false(mi_gpkg_reader_end(reader, &error));
    assert_geo_error(error, rows[i].message);
    assert_geo_error(error, path);
    g_error_free(error);
  }
  test_folder_remove(folder);
}

static void read_all(const char *path) {
  g_autoptr(mi_gpkg) gpkg = mi_gpkg_open(path, NULL);
  if (!gpkg) return;
  static const char *const layers[] = {"places", "roads", "areas", "notes"};
  static const char *const columns[] = {"geom, id, name", "geom, speed?", "geom, code", "text"};
  for (size_t i = 0; i < G_N_ELEMENTS(layers); i++) {
    mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, layers[i], columns[i]);
    while (mi_gpkg_reader_next(reader)) {
      if (i == 0) mi_gpkg_reader_point(reader, 0), mi_gpkg_reader_text_or_null(reader, 2);
      if (i == 1) mi_gpkg_reader_line(reader, 0);
      if (i == 2) mi_gpkg_reader_polygons(reader, 0);
      if (i == 3) mi_gpkg_reader_text(reader, 0);
    }
    mi_gpkg_reader_end(reader, NULL);
  }
}

/* Bytes changed and ends cut off at random: refused or read, never a crash, a hang or a leak. */
static void test_damaged(void) {
  char *folder = test_folder_new();
  g_autofree char *whole = g_build_filename(folder, "whole.gpkg", NULL);
  g_autofree char *damaged = g_build_filename(folder, "damaged.gpkg", NULL);
  write_sample(whole, 1, 40);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(whole, &bytes, &size, NULL));
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  for (int i = 0; i < 400; i++) {
    g_autofree char *copy = g_memdup2(bytes, size);
    for (uint32_t changes = mi_random_below(&random, 8); changes > 0; changes--)
      copy[mi_random_below(&random, (uint32_t)size)] = (char)mi_random_below(&random, 256);
    gsize kept = i % 3 ? size : mi_random_below(&random, (uint32_t)size);
    FILE *file = g_fopen(damaged, "wbe");
    g_assert_cmpuint(fwrite(copy, 1, kept, file), ==, kept);
    (void)fclose(file);
    read_all(damaged);
  }
  test_folder_remove(folder);
}

/* Other programs edit through the triggers: the r-tree follows. */
static void test_triggers(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "x.gpkg", NULL);
  write_sample(path, 1, 50);
  run_on_file(
      path,
      "INSERT INTO places (geom, id) SELECT geom, 1 FROM places WHERE fid <= 10;"
      "DELETE FROM places WHERE fid = 3;"
      "UPDATE places SET geom = (SELECT geom FROM places WHERE fid = 5) WHERE fid = 7;"
      "UPDATE places SET fid = 1000 WHERE fid = 8;"
      "UPDATE places SET geom = NULL WHERE fid = 9;"
      "CREATE TABLE wrong AS SELECT fid FROM places p WHERE geom NOT NULL AND NOT EXISTS ("
      " SELECT 1 FROM rtree_places_geom r WHERE r.id = p.fid AND r.minx <= ST_MinX(geom)"
      " AND r.maxx >= ST_MaxX(geom) AND r.miny <= ST_MinY(geom) AND r.maxy >= ST_MaxY(geom))"
      " UNION ALL SELECT id FROM rtree_places_geom WHERE id NOT IN (SELECT fid FROM places WHERE geom NOT NULL);"
      "CREATE TABLE proof (n CHECK (n = 0)); INSERT INTO proof SELECT count(*) FROM wrong;"
      "CREATE TABLE proof2 (n CHECK (n = 58)); INSERT INTO proof2 SELECT count(*) FROM rtree_places_geom;");
  test_folder_remove(folder);
}

static void test_create_refused(void) {
  g_autoptr(GError) error = NULL;
  g_assert_null(mi_gpkg_create("/no/such/folder/x.part", "x.gpkg", &error));
  assert_geo_error(error, "x.gpkg: cannot be written");
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "x.part", NULL);
  mi_gpkg *gpkg = mi_gpkg_create(path, "x.gpkg", NULL);
  g_assert_true(mi_gpkg_add_layer(gpkg, "t", "t", "a INTEGER NOT NULL, b TEXT", NULL, NULL));
  mi_gpkg_writer *writer = mi_gpkg_writer_new(gpkg, "t", "a, b");
  mi_gpkg_writer_text(writer, 1, "b");
  mi_gpkg_writer_row(writer);
  g_clear_error(&error);
  g_assert_false(mi_gpkg_writer_end(writer, &error));
  assert_geo_error(error, "x.gpkg: layer \"t\", row 1: NOT NULL constraint failed: t.a");
  mi_gpkg_free(gpkg);
  test_folder_remove(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/geopackage/round-trip", test_round_trip);
  g_test_add_func("/geopackage/same-bytes", test_same_bytes);
  g_test_add_func("/geopackage/validator", test_validator);
  g_test_add_func("/geopackage/ogrinfo", test_ogrinfo);
  g_test_add_func("/geopackage/not-geopackage", test_not_geopackage);
  g_test_add_func("/geopackage/unfinished-edit", test_unfinished_edit);
  g_test_add_func("/geopackage/bad-rows", test_bad_rows);
  g_test_add_func("/geopackage/damaged", test_damaged);
  g_test_add_func("/geopackage/triggers", test_triggers);
  g_test_add_func("/geopackage/create-refused", test_create_refused);
  return g_test_run();
}
