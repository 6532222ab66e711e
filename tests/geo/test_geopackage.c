/* The GeoPackage container: rows come back as they went in, the same rows give the same bytes, other software takes the
 * file for valid, and damaged or foreign files are refused with a sentence. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "geo/geopackage.h"
#include "support/support.h"

G_GNUC_UNUSED static void assert_geo_error(GError *error, const char *part) {
  g_assert_nonnull(error);
  g_assert_true(error->domain == MUSTER_GEO_ERROR);
  if (!strstr(error->message, part)) g_error("message without \"%s\": %s", part, error->message);
}

static MusterPosition random_position(mi_random *random) {
  return (MusterPosition){(int32_t)mi_random_below(random, 3600000001u) - 1800000000,
                          (int32_t)mi_random_below(random, 1800000001u) - 900000000};
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/geopackage/round-trip", test_round_trip);
  g_test_add_func("/geopackage/same-bytes", test_same_bytes);
  g_test_add_func("/geopackage/validator", test_validator);
  return g_test_run();
}
