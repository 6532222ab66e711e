/* The county file: what is written is read again; same county, same bytes; other programs accept it and may edit it;
 * what is damaged is refused in one sentence. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

#include "base/random.h"
#include "county/sample.h"
#include "geo/geopackage_sql.h"
#include "support/support.h"

static const SampleOptions small = {.seed = 2, .side = 4, .volunteers = 80, .roads = true};

static char *save_sample(const SampleOptions *options, const char *folder, const char *name, char **sha256) {
  g_autoptr(MusterCounty) county = sample_county_new(options);
  char *path = g_build_filename(folder, name, NULL);
  GError *error = NULL;
  g_assert_true(muster_county_save(county, path, &error));
  g_assert_no_error(error);
  if (sha256) *sha256 = g_strdup(muster_county_sha256(county));
  return path;
}

static MusterCounty *open_county(const char *path) {
  GError *error = NULL;
  MusterCounty *county = muster_county_open(path, &error);
  g_assert_no_error(error);
  return county;
}

static void assert_open_fails(const char *path, int code, const char *part) {
  GError *error = NULL;
  g_assert_null(muster_county_open(path, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, code);
  g_assert_true(g_str_has_prefix(error->message, path));
  g_assert_null(strchr(error->message, '\n'));
  if (part && !strstr(error->message, part)) g_error("expected \"%s\" in \"%s\"", part, error->message);
  g_clear_error(&error);
}

static void edit(const char *path, const char *sql) {
  sqlite3 *db;
  char *message = NULL;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_true(mi_gpkg_register_functions(db)); /* the triggers of the r-trees call them */
  sqlite3_exec(db, sql, NULL, NULL, &message);
  g_assert_cmpstr(message, ==, NULL);
  g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

static void test_round_trip(void) {
  char *folder = test_folder_new();
  SampleOptions options = {.seed = test_seed(), .side = 6, .volunteers = 400, .roads = true, .stepped = true};
  g_autofree char *sha256 = NULL, *path = save_sample(&options, folder, "county.gpkg", &sha256);
  g_autoptr(MusterCounty) before = sample_county_new(&options), after = open_county(path);
  g_assert_cmpstr(muster_county_sha256(after), ==, sha256);
  g_assert_cmpstr(muster_county_note(after), ==, "sample, synthetic");
  size_t before_count, after_count;
  const MusterAdjacency *x = muster_county_adjacency(before, &before_count);
  const MusterAdjacency *y = muster_county_adjacency(after, &after_count);
  g_assert_cmpmem(x, before_count * sizeof *x, y, after_count * sizeof *y);
  test_folder_remove(folder);
}

/* Names, ids and barriers as people have mapped them. */
static void test_real_roads(void) {
  g_autofree char *pbf = test_data("osm/liechtenstein.osm.pbf");
  if (!pbf) return;
  char *folder = test_folder_new();
  GError *error = NULL;
  MusterRoads *roads = muster_roads_read_osm(pbf, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  muster_county_builder_take_roads(builder, roads);
  g_autoptr(MusterCounty) before = muster_county_builder_seal(builder, &error);
  g_assert_no_error(error);
  g_autofree char *path = g_build_filename(folder, "roads.gpkg", NULL);
  g_assert_true(muster_county_save(before, path, &error));
  g_autoptr(MusterCounty) after = open_county(path);
  g_assert_cmpuint(muster_roads_way_count(muster_county_roads(after)), >, 4000);
  g_assert_cmpuint(muster_roads_barrier_count(muster_county_roads(after)), >, 0);
  g_assert_cmpstr(muster_county_sha256(after), ==, muster_county_sha256(before));
  test_folder_remove(folder);
}

static void test_empty_county(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "empty.gpkg", NULL);
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  g_autoptr(MusterCounty) empty = muster_county_builder_seal(builder, NULL);
  g_assert_true(muster_county_save(empty, path, NULL));
  g_autoptr(MusterCounty) again = open_county(path);
  g_assert_cmpstr(muster_county_sha256(again), ==, muster_county_sha256(empty));
  g_assert_cmpuint(muster_county_locate(again, (MusterPosition){0, 0}), ==, MUSTER_NONE);
  test_folder_remove(folder);
}

static void test_same_bytes(void) {
  char *folder = test_folder_new();
  SampleOptions options = {.seed = 4, .side = 5, .volunteers = 150, .roads = true};
  g_autofree char *path = save_sample(&options, folder, "a.gpkg", NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  for (options.order = 1; options.order < 4; options.order++) {
    g_autofree char *other = save_sample(&options, folder, "b.gpkg", NULL), *other_bytes = NULL;
    gsize other_size;
    g_assert_true(g_file_get_contents(other, &other_bytes, &other_size, NULL));
    g_assert_cmpmem(bytes, size, other_bytes, other_size);
  }
  /* Read and written again, too. */
  g_autoptr(MusterCounty) county = open_county(path);
  g_autofree char *again = g_build_filename(folder, "c.gpkg", NULL), *again_bytes = NULL;
  g_assert_true(muster_county_save(county, again, NULL));
  gsize again_size;
  g_assert_true(g_file_get_contents(again, &again_bytes, &again_size, NULL));
  g_assert_cmpmem(bytes, size, again_bytes, again_size);
  test_folder_remove(folder);
}

/* Nothing but the file is left, also where it could not be written. */
static void test_whole_or_not_there(void) {
  char *folder = test_folder_new();
  g_autofree char *path = save_sample(&small, folder, "county.gpkg", NULL);
  g_autoptr(MusterCounty) county = open_county(path);
  g_autofree char *taken = g_build_filename(folder, "taken.gpkg", NULL);
  g_assert_cmpint(g_mkdir(taken, 0700), ==, 0);
  GError *error = NULL;
  g_assert_false(muster_county_save(county, taken, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN);
  g_clear_error(&error);
  g_autofree char *nowhere = g_build_filename(folder, "none", "county.gpkg", NULL);
  g_assert_false(muster_county_save(county, nowhere, &error));
  g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN);
  g_assert_nonnull(strstr(error->message, nowhere));
  g_clear_error(&error);
  GDir *listing = g_dir_open(folder, 0, NULL);
  unsigned entries = 0;
  while (g_dir_read_name(listing)) entries++;
  g_dir_close(listing);
  g_assert_cmpuint(entries, ==, 2);
  test_folder_remove(folder);
}

/* A disk that is full at any point of the writing: an error, and no file. */
static void test_full_disk(void) {
  char *folder = test_folder_new();
  g_autoptr(MusterCounty) county = sample_county_new(&small);
  g_autofree char *path = g_build_filename(folder, "county.gpkg", NULL);
  struct rlimit whole;
  getrlimit(RLIMIT_FSIZE, &whole);
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t bytes = 0; bytes < 100000; bytes += 17000) {
    struct rlimit little = {bytes, whole.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
    GError *error = NULL;
    bool saved = muster_county_save(county, path, &error);
    setrlimit(RLIMIT_FSIZE, &whole);
    g_assert_false(saved);
    g_assert_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN);
    g_assert_true(g_str_has_prefix(error->message, path));
    g_clear_error(&error);
    g_assert_cmpint(g_rmdir(folder), ==, 0); /* it is empty */
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
  }
  signal(SIGXFSZ, SIG_DFL);
  test_folder_remove(folder);
}

/* ---- other programs ---- */

static bool run(const char *const *arguments, char **output) {
  int status = 0;
  g_autofree char *errors = NULL;
  g_autoptr(GStrvBuilder) words = g_strv_builder_new();
  for (; *arguments; arguments++) g_strv_builder_add(words, *arguments);
  g_auto(GStrv) line = g_strv_builder_end(words);
  GError *error = NULL;
  g_clear_pointer(output, g_free);
  bool ran = g_spawn_sync(NULL, line, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output, &errors, &status, &error);
  if (!ran) g_test_skip(error->message);
  g_clear_error(&error);
  if (ran && status != 0) g_test_message("%s%s", *output, errors);
  return ran && status == 0;
}

static bool there_is(const char *program) {
  g_autofree char *path = g_find_program_in_path(program);
  if (path) return true;
  g_autofree char *reason = g_strdup_printf("%s is not there", program);
  g_test_skip(reason);
  return false;
}

static void test_validator(void) {
  char *folder = test_folder_new();
  g_autofree char *path = save_sample(&small, folder, "county.gpkg", NULL), *output = NULL;
  const char *probe[] = {"/usr/bin/python3", "-c", "import osgeo_utils.samples.validate_gpkg", NULL};
  if (run(probe, &output)) {
    const char *arguments[] = {"/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", path, NULL};
    g_assert_true(run(arguments, &output));
  } else {
    g_test_skip("GDAL's validate_gpkg is not there");
  }
  test_folder_remove(folder);
}

static void test_ogrinfo(void) {
  static const char *const lines[] = {
      "county (Multi Polygon)",
      "townships (Multi Polygon)",
      "communities (Multi Polygon)",
      "grids (Multi Polygon)",
      "posts (Point)",
      "stations (Point)",
      "volunteers (Point)",
      "teams (None)",
      "post_areas (None)",
      "shifts (None)",
      "equipment (None)",
      "skills (None)",
      "grid_adjacency (None)",
      "muster_meta (None)",
  };
  char *folder = test_folder_new();
  g_autofree char *path = save_sample(&small, folder, "county.gpkg", NULL), *output = NULL;
  const char *arguments[] = {"ogrinfo", "-ro", path, NULL};
  if (there_is("ogrinfo")) {
    g_assert_true(run(arguments, &output));
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
      if (!strstr(output, lines[i])) g_error("expected \"%s\" in \"%s\"", lines[i], output);
  }
  test_folder_remove(folder);
}

/* An editor writes rows anew in any order, adds a layer and a column, leaves fields empty. */
static void test_edit_by_ogr2ogr(void) {
  char *folder = test_folder_new();
  g_autofree char *sha256 = NULL, *path = save_sample(&small, folder, "county.gpkg", &sha256), *output = NULL;
  g_autofree char *edited = g_build_filename(folder, "edited.gpkg", NULL);
  const char *copy[] = {"ogr2ogr", "-f", "GPKG", edited, path, NULL};
  const char *turn[] = {
      "ogr2ogr", "-update",    "-overwrite", "-sql", "SELECT *, 'x' AS remark FROM volunteers ORDER BY id DESC",
      "-nln",    "volunteers", edited,       path,   NULL};
  if (there_is("ogr2ogr")) {
    g_assert_true(run(copy, &output));
    g_assert_true(run(turn, &output));
    g_autoptr(MusterCounty) county = open_county(edited);
    g_assert_cmpstr(muster_county_sha256(county), ==, sha256);
  }
  test_folder_remove(folder);
}

static void test_edit_by_hand(void) {
  char *folder = test_folder_new();
  g_autofree char *sha256 = NULL, *path = save_sample(&small, folder, "county.gpkg", &sha256);
  edit(path,
       "UPDATE volunteers SET role = 'captain', modes = ' car ; foot', skills = 'boat; cook', branch_role = NULL,"
       " approved = NULL, work_lon = NULL, work_lat = NULL, contact = '' WHERE id = 1007;"
       "UPDATE grids SET residents = NULL, duty_team = NULL, kind = NULL, name = '新网格' WHERE fid = 1;"
       "UPDATE county SET seat_lon = NULL, seat_lat = NULL;"
       "UPDATE shifts SET weekdays = 'sun, mon', start_time = '7:05', end_time = '00:30' WHERE post = 9;"
       "DELETE FROM muster_meta WHERE key = 'note'; DROP TABLE grid_adjacency;");
  g_autoptr(MusterCounty) county = open_county(path);
  g_assert_cmpstr(muster_county_sha256(county), !=, sha256);
  g_assert_cmpstr(muster_county_note(county), ==, "");
  const MusterVolunteer *volunteer =
      &muster_county_volunteers(county, NULL)[muster_county_find_volunteer(county, 1007)];
  g_assert_cmpuint(volunteer->role, ==, MUSTER_ROLE_CAPTAIN);
  g_assert_cmpuint(volunteer->branch_role, ==, MUSTER_BRANCH_NONE);
  g_assert_cmpuint(volunteer->modes, ==, MUSTER_MODE_BIT(MUSTER_MODE_CAR) | MUSTER_MODE_BIT(MUSTER_MODE_FOOT));
  g_assert_false(volunteer->approved);
  g_assert_false(volunteer->has_work);
  g_assert_null(volunteer->contact);
  g_assert_cmpuint(volunteer->skills, ==,
                   UINT64_C(1) << muster_county_find_skill(county, "boat") |
                       UINT64_C(1) << muster_county_find_skill(county, "cook"));
  MusterAreaId first;
  muster_county_level(county, MUSTER_AREA_GRID, &first, NULL);
  g_assert_cmpstr(muster_county_areas(county, NULL)[first].name, ==, "新网格");
  g_assert_cmpuint(muster_county_areas(county, NULL)[first].duty_team_id, ==, MUSTER_NONE);
  g_assert_cmpuint(muster_county_locate(county, muster_county_areas(county, NULL)[0].seat), !=, MUSTER_NONE);
  size_t shift_count;
  const MusterShift *shifts = muster_county_shifts(county, &shift_count);
  g_assert_cmpint(shifts[shift_count - 1].post, ==, 9);
  g_assert_cmpuint(shifts[shift_count - 1].weekdays, ==, 65);
  g_assert_cmpuint(shifts[shift_count - 1].start_min, ==, 425);
  g_assert_cmpuint(shifts[shift_count - 1].end_min, ==, 30);
  test_folder_remove(folder);
}

/* QGIS switches to a write-ahead log while it edits: refused as long as it holds unfinished work, read afterwards. */
static void test_write_ahead_log(void) {
  char *folder = test_folder_new();
  g_autofree char *path = save_sample(&small, folder, "county.gpkg", NULL);
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, "PRAGMA journal_mode = WAL; UPDATE teams SET name = 'new'", NULL, NULL, NULL), ==,
                  SQLITE_OK);
  assert_open_fails(path, MUSTER_COUNTY_ERROR_CORRUPT, "another program has not finished editing it");
  g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
  g_autoptr(MusterCounty) county = open_county(path);
  g_assert_cmpstr(muster_county_teams(county, NULL)[0].name, ==, "new");
  test_folder_remove(folder);
}

/* ---- refusals ---- */

static void test_refusals(void) {
  static const struct {
    const char *sql, *part;
  } cases[] = {
      {"UPDATE volunteers SET role = 'chief' WHERE fid = 3",
       "layer \"volunteers\", feature 3: role: expected captain, deputy, backbone or member, found \"chief\""},
      {"UPDATE volunteers SET modes = 'foot,boat' WHERE fid = 3", "modes: expected words of foot, ebike, car, found"},
      {"UPDATE volunteers SET id = 'x' WHERE fid = 4", "layer \"volunteers\", feature 4"},
      {"UPDATE volunteers SET geom = x'00' WHERE fid = 4", "layer \"volunteers\", feature 4"},
      {"UPDATE volunteers SET work_lon = 12, work_lat = NULL WHERE fid = 4", "expected both or none"},
      {"UPDATE volunteers SET work_lon = 181, work_lat = 1 WHERE fid = 4", "work_lon"},
      {"UPDATE volunteers SET contact = x'ff' WHERE fid = 4", "contact"},
      {"UPDATE volunteers SET contact = CAST(x'ff' AS TEXT) WHERE fid = 4", "contact"},
      {"UPDATE grids SET geom = zeroblob(1000000) WHERE fid = 2", "layer \"grids\", feature 2"},
      {"UPDATE grids SET residents = -1 WHERE fid = 2", "layer \"grids\", feature 2"},
      {"UPDATE communities SET kind = 'city' WHERE fid = 1", "kind: expected \"village\" or \"urban\""},
      {"UPDATE shifts SET start_time = '25:00' WHERE fid = 1", "start_time: expected a time from 00:00 to 24:00"},
      {"UPDATE shifts SET weekdays = 'someday' WHERE fid = 1", "weekdays: expected words of mon"},
      {"UPDATE skills SET name = 'a;b' WHERE fid = 1", "layer \"skills\", feature 1"},
      {"UPDATE muster_meta SET value = '99' WHERE key = 'format_version'", "expected \"1\", found \"99\""},
      {"UPDATE roads SET class = 'alley' WHERE fid = 1", "layer \"roads\", feature 1"},
      {"DELETE FROM muster_meta", "format_version"},
      {"DROP TABLE teams; DELETE FROM gpkg_contents WHERE table_name = 'teams'",
       "layer \"teams\": the layer is missing"},
      {"ALTER TABLE teams RENAME COLUMN area_code TO area", "area_code"},
      {"PRAGMA application_id = 1", "not a GeoPackage"},
  };
  char *folder = test_folder_new();
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = save_sample(&small, folder, "county.gpkg", NULL);
    edit(path, cases[i].sql);
    assert_open_fails(path, MUSTER_COUNTY_ERROR_CORRUPT, cases[i].part);
  }
  g_autofree char *twins = save_sample(&small, folder, "county.gpkg", NULL);
  edit(twins, "UPDATE townships SET code = 900001");
  assert_open_fails(twins, MUSTER_COUNTY_ERROR_DUPLICATE, "code 900001 stands twice: county");
  g_autofree char *missing = g_build_filename(folder, "none.gpkg", NULL);
  assert_open_fails(missing, MUSTER_COUNTY_ERROR_OPEN, "cannot be opened: No such file");
  test_folder_remove(folder);
}

/* Whatever bytes are changed or cut off: an answer, never a crash. */
static void test_damage(void) {
  char *folder = test_folder_new();
  SampleOptions options = {.seed = test_seed(), .side = 2, .volunteers = 10, .roads = true};
  g_autofree char *path = save_sample(&options, folder, "county.gpkg", NULL), *bytes = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  mi_random random;
  mi_random_init(&random, options.seed, 4);
  unsigned refused = 0;
  for (unsigned round = 0; round < 150; round++) {
    g_autofree char *damaged = g_memdup2(bytes, size);
    gsize length = round % 5 ? size : mi_random_below(&random, (uint32_t)size);
    for (unsigned i = 0; i < 1u << round % 8; i++)
      damaged[mi_random_below(&random, (uint32_t)size)] = (char)mi_random_below(&random, 256);
    g_assert_true(g_file_set_contents(path, damaged, (gssize)length, NULL));
    GError *error = NULL;
    g_autoptr(MusterCounty) county = muster_county_open(path, &error);
    g_assert_true((county == NULL) == (error != NULL));
    refused += error != NULL;
    if (error) g_assert_null(strchr(error->message, '\n'));
    g_clear_error(&error);
  }
  g_assert_cmpuint(refused, >, 20);
  test_folder_remove(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county-file/round-trip", test_round_trip);
  g_test_add_func("/county-file/real-roads", test_real_roads);
  g_test_add_func("/county-file/empty-county", test_empty_county);
  g_test_add_func("/county-file/same-bytes", test_same_bytes);
  g_test_add_func("/county-file/whole-or-not-there", test_whole_or_not_there);
  g_test_add_func("/county-file/full-disk", test_full_disk);
  g_test_add_func("/county-file/validator", test_validator);
  g_test_add_func("/county-file/ogrinfo", test_ogrinfo);
  g_test_add_func("/county-file/edit-by-ogr2ogr", test_edit_by_ogr2ogr);
  g_test_add_func("/county-file/edit-by-hand", test_edit_by_hand);
  g_test_add_func("/county-file/write-ahead-log", test_write_ahead_log);
  g_test_add_func("/county-file/refusals", test_refusals);
  g_test_add_func("/county-file/damage", test_damage);
  return g_test_run();
}
