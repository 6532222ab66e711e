/* The reader of county files against damaged ones. The first byte says how the rest is meant:
 *   'p'  patches of a good file: three bytes of place, one of value, again and again
 *   'v'  other values in a good file: table, column, row, type, length, bytes; again and again
 *   else the file itself
 * Patches find what SQLite's own checks let through; values get past them to the columns. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "county/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *good_path, *bad_path, *good;
static gsize good_size;

static void write_file(const char *path, const void *bytes, size_t size) {
  int file = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || write(file, bytes, size) != (gssize)size || close(file) != 0) g_error("%s cannot be written", path);
}

static void remove_files(void) {
  g_autofree char *folder = g_path_get_dirname(bad_path);
  g_unlink(good_path);
  g_unlink(bad_path);
  g_rmdir(folder);
}

static void make_good_file(void) {
  SampleOptions options = {.seed = 1, .side = 2, .volunteers = 6, .roads = true};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  g_autofree char *folder = g_dir_make_tmp("muster-fuzz-XXXXXX", NULL);
  good_path = g_build_filename(folder, "good.gpkg", NULL);
  bad_path = g_build_filename(folder, "bad.gpkg", NULL);
  if (!muster_county_save(county, good_path, NULL) || !g_file_get_contents(good_path, &good, &good_size, NULL))
    g_error("%s cannot be made", good_path);
  atexit(remove_files);
}

static void patch(const uint8_t *data, size_t size) {
  g_autofree uint8_t *bad = g_memdup2(good, good_size);
  for (; size >= 4; data += 4, size -= 4)
    bad[(data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16) % good_size] = data[3];
  write_file(bad_path, bad, good_size);
}

static const char *const tables[] = {"county",   "townships",  "communities", "grids",    "posts",
                                     "stations", "volunteers", "teams",       "shifts",   "equipment",
                                     "skills",   "post_areas", "muster_meta", "barriers", "roads"};

static const char *column_name(sqlite3 *db, const char *table, unsigned number, char name[64]) {
  g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", table);
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) return NULL;
  unsigned count = (unsigned)sqlite3_column_count(statement);
  g_strlcpy(name, sqlite3_column_name(statement, (int)(number % count)), 64);
  sqlite3_finalize(statement);
  return name;
}

static void set_value(sqlite3 *db, const uint8_t head[5], const uint8_t *bytes, int length) {
  char name[64];
  const char *table = tables[head[0] % G_N_ELEMENTS(tables)];
  if (!column_name(db, table, head[1], name)) return;
  g_autofree char *sql = g_strdup_printf("UPDATE %s SET %s = ? WHERE fid = %d", table, name, head[2] % 8 + 1);
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) return;
  double number = 0;
  memcpy(&number, bytes, MIN((size_t)length, sizeof number));
  if (head[3] % 5 == 0) sqlite3_bind_blob(statement, 1, bytes, length, SQLITE_TRANSIENT);
  if (head[3] % 5 == 1) sqlite3_bind_text(statement, 1, (const char *)bytes, length, SQLITE_TRANSIENT);
  if (head[3] % 5 == 2) sqlite3_bind_double(statement, 1, number);
  if (head[3] % 5 == 3) sqlite3_bind_int64(statement, 1, (int64_t)number);
  sqlite3_step(statement);
  sqlite3_finalize(statement);
}

static void set_values(const uint8_t *data, size_t size) {
  sqlite3 *db = NULL;
  write_file(bad_path, good, good_size);
  sqlite3_open(bad_path, &db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_exec(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);
  while (size >= 5) {
    size_t length = MIN(data[4], size - 5);
    set_value(db, data, data + 5, (int)length);
    data += 5 + length;
    size -= 5 + length;
  }
  sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
  sqlite3_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!good) make_good_file();
  if (size && data[0] == 'p')
    patch(data + 1, size - 1);
  else if (size && data[0] == 'v')
    set_values(data + 1, size - 1);
  else
    write_file(bad_path, data, size);
  GError *error = NULL;
  MusterCounty *county = muster_county_open(bad_path, &error);
  if ((county == NULL) != (error != NULL)) g_error("neither a county nor an error");
  muster_county_unref(county);
  g_clear_error(&error);
  return 0;
}
