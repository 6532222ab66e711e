/* The container: opening and checking, creating, layers with their r-tree. See geopackage.h; the tables and triggers
 * are those of OGC 12-128r17, annexes C and F.3. */
#include "geo/geopackage.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/endian.h"
#include "geo/geopackage_sql.h"

enum { APPLICATION_ID = 0x47504B47, OLDEST_VERSION = 10200, WRITTEN_VERSION = 10300, NEWEST_VERSION = 10499 };
enum { DATABASE_HEADER_BYTES = 100, MAX_VALUE_BYTES = 256 << 20 };
/* So that the same content gives the same bytes. */
#define LAST_CHANGE "2000-01-01T00:00:00.000Z"

struct mi_gpkg {
  sqlite3 *db;
  char *name;
};

static bool fail(const char *name, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool fail(const char *name, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_FILE, "%s: %s", name, text);
  return false;
}

sqlite3 *mi_gpkg_db(mi_gpkg *gpkg) { return gpkg->db; }

const char *mi_gpkg_name(const mi_gpkg *gpkg) { return gpkg->name; }

void mi_gpkg_free(mi_gpkg *gpkg) {
  if (!gpkg) return;
  sqlite3_close_v2(gpkg->db);
  g_free(gpkg->name);
  g_free(gpkg);
}

/* ---- opening ---- */

static uint32_t read_be32(const uint8_t *at) { return GUINT32_SWAP_LE_BE(mi_le32_get(at)); }

static bool read_header(const char *path, uint8_t header[DATABASE_HEADER_BYTES], GError **error) {
  GStatBuf status;
  if (g_stat(path, &status) != 0) return fail(path, error, "cannot be opened: %s", g_strerror(errno));
  if (!S_ISREG(status.st_mode)) return fail(path, error, "is not a file");
  FILE *file = g_fopen(path, "rbe");
  if (!file) return fail(path, error, "cannot be opened: %s", g_strerror(errno));
  size_t read = fread(header, 1, DATABASE_HEADER_BYTES, file);
  (void)fclose(file);
  if (read == DATABASE_HEADER_BYTES && memcmp(header, "SQLite format 3", 16) == 0) return true;
  return fail(path, error, "is not a GeoPackage: it does not begin as an SQLite database does");
}

static bool check_header(const char *path, const uint8_t *header, GError **error) {
  uint32_t application = read_be32(header + 68), version = read_be32(header + 60);
  if (application != APPLICATION_ID)
    return fail(path, error, "is an SQLite database but not a GeoPackage: application id 0x%08X, expected 0x%08X",
                application, (unsigned)APPLICATION_ID);
  if (version < OLDEST_VERSION || version > NEWEST_VERSION)
    return fail(path, error, "GeoPackage version %u is not supported; expected 1.2 to 1.4 (%d to %d)", version,
                OLDEST_VERSION, NEWEST_VERSION);
  return true;
}

/* An immutable reader would not see what such a file holds. A persistent journal that has been emptied is harmless. */
static bool check_side_file(const char *path, const char *suffix, GError **error) {
  g_autofree char *side = g_strconcat(path, suffix, NULL);
  FILE *file = g_fopen(side, "rbe");
  if (!file) return true;
  int first = fgetc(file);
  (void)fclose(file);
  if (first == EOF || first == 0) return true;
  return fail(path, error, "another program has not finished editing it: close it there (\"%s\" is left)", side);
}

static sqlite3 *open_immutable(const char *path, GError **error) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *escaped = g_uri_escape_string(absolute, "/", false);
  g_autofree char *uri = g_strdup_printf("file://%s?immutable=1", escaped);
  sqlite3 *db = NULL;
  int result = sqlite3_open_v2(
      uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX, NULL);
  if (result == SQLITE_OK) return db;
  fail(path, error, "cannot be opened: %s", sqlite3_errstr(result));
  sqlite3_close_v2(db);
  return NULL;
}

/* The schema of a file from elsewhere must not be able to do more than hold tables. */
static void distrust(sqlite3 *db) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
}

/* The quick check visits each page once. Without it a crafted tree whose pages point at one another could be read for
 * ever. */
static bool check_pages(mi_gpkg *gpkg, GError **error) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(gpkg->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
  if (result == SQLITE_OK) result = sqlite3_step(statement);
  const char *answer = result == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  bool good = answer && strcmp(answer, "ok") == 0;
  if (!good) {
    g_autofree char *reason = g_strdup(answer ? answer : sqlite3_errmsg(gpkg->db));
    fail(gpkg->name, error, "is damaged: %s", g_strdelimit(reason, "\n", ' '));
  }
  sqlite3_finalize(statement);
  return good;
}

mi_gpkg *mi_gpkg_open(const char *path, GError **error) {
  uint8_t header[DATABASE_HEADER_BYTES];
  if (!read_header(path, header, error) || !check_header(path, header, error)) return NULL;
  if (!check_side_file(path, "-wal", error) || !check_side_file(path, "-journal", error)) return NULL;
  sqlite3 *db = open_immutable(path, error);
  if (!db) return NULL;
  g_autoptr(mi_gpkg) gpkg = g_new0(mi_gpkg, 1);
  gpkg->db = db;
  gpkg->name = g_strdup(path);
  distrust(db);
  if (!check_pages(gpkg, error)) return NULL;
  return g_steal_pointer(&gpkg);
}

/* ---- writing ---- */

static bool run_sql(mi_gpkg *gpkg, const char *sql, GError **error) {
  if (sqlite3_exec(gpkg->db, sql, NULL, NULL, NULL) == SQLITE_OK) return true;
  return fail(gpkg->name, error, "cannot be written: %s", sqlite3_errmsg(gpkg->db));
}

/* Takes the text of sqlite3_mprintf. */
static bool run_sql_take(mi_gpkg *gpkg, char *sql, GError **error) {
  bool done = run_sql(gpkg, sql, error);
  sqlite3_free(sql);
  return done;
}

static const char container_sql[] =
    "PRAGMA page_size = 4096;"
    "PRAGMA encoding = 'UTF-8';"
    "PRAGMA application_id = 1196444487;"
    "PRAGMA user_version = 10300;"
    /* The file becomes valid by its renaming, so a journal would only cost. */
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA locking_mode = EXCLUSIVE;"
    /* The r-trees are filled in no order of pages: without room for them each insertion would go to the disk. */
    "PRAGMA cache_size = -131072;"
    "BEGIN;"
    "CREATE TABLE gpkg_spatial_ref_sys ("
    "srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326,"
    " 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],"
    "AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],"
    "AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]',"
    " 'longitude and latitude in decimal degrees on the WGS 84 spheroid');"
    "CREATE TABLE gpkg_contents ("
    "table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT "
    "'',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns ("
    "table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,"
    " z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE gpkg_extensions ("
    "table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));";

G_STATIC_ASSERT(APPLICATION_ID == 1196444487 && WRITTEN_VERSION == 10300);

mi_gpkg *mi_gpkg_create(const char *path, const char *shown, GError **error) {
  g_autoptr(mi_gpkg) gpkg = g_new0(mi_gpkg, 1);
  gpkg->name = g_strdup(shown);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    fail(shown, error, "cannot be written: \"%s\" is there already", path);
    return NULL;
  }
  int result = sqlite3_open_v2(path, &gpkg->db, flags, NULL);
  if (result == SQLITE_OK && !mi_gpkg_register_functions(gpkg->db)) result = SQLITE_NOMEM;
  if (result != SQLITE_OK) {
    fail(shown, error, "cannot be written: %s", sqlite3_errstr(result));
    return NULL;
  }
  return run_sql(gpkg, container_sql, error) ? g_steal_pointer(&gpkg) : NULL;
}

bool mi_gpkg_finish(mi_gpkg *gpkg, GError **error) {
  bool done = run_sql(gpkg, "COMMIT", error);
  int result = sqlite3_close(gpkg->db);
  if (result == SQLITE_OK)
    gpkg->db = NULL;
  else if (done)
    done = fail(gpkg->name, error, "cannot be written: %s", sqlite3_errstr(result));
  mi_gpkg_free(gpkg);
  return done;
}

/* ---- layers ---- */

bool mi_gpkg_has_layer(mi_gpkg *gpkg, const char *table) {
  static const char sql[] =
      "SELECT 1 FROM gpkg_contents WHERE table_name = ? AND data_type IN ('features', 'attributes')";
  sqlite3_stmt *statement = NULL;
  bool found = sqlite3_prepare_v2(gpkg->db, sql, -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  return found;
}

static bool has_geometry(mi_gpkg *gpkg, const char *table) {
  sqlite3_stmt *statement = NULL;
  bool found = sqlite3_prepare_v2(gpkg->db, "SELECT 1 FROM gpkg_geometry_columns WHERE table_name = ?", -1, &statement,
                                  NULL) == SQLITE_OK &&
               sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  return found;
}

bool mi_gpkg_add_layer(mi_gpkg *gpkg, const char *table, const char *description, const char *columns_sql,
                       const char *geometry_type, GError **error) {
  const char *separator = columns_sql[0] ? ", " : "";
  g_autofree char *geometry = geometry_type ? g_strdup_printf(", geom %s", geometry_type) : g_strdup("");
  if (!run_sql_take(
          gpkg,
          sqlite3_mprintf("CREATE TABLE \"%w\" (fid INTEGER PRIMARY KEY NOT NULL%s%s%s);"
                          "INSERT INTO gpkg_contents (table_name, data_type, identifier, description,"
                          " last_change, srs_id) VALUES (%Q, %Q, %Q, %Q, '" LAST_CHANGE "', %s);",
                          table, geometry, separator, columns_sql, table, geometry_type ? "features" : "attributes",
                          table, description, geometry_type ? "4326" : "NULL"),
          error))
    return false;
  if (!geometry_type) return true;
  return run_sql_take(
      gpkg,
      sqlite3_mprintf("INSERT INTO gpkg_geometry_columns VALUES (%Q, 'geom', %Q, 4326, 0, 0)", table, geometry_type),
      error);
}

/* $T stands for the table, $R for its r-tree. */
static const char rtree_sql[] =
    "UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) ="
    " (SELECT min(ST_MinX(geom)), min(ST_MinY(geom)), max(ST_MaxX(geom)), max(ST_MaxY(geom)) FROM \"$T\")"
    " WHERE table_name = '$T';"
    "CREATE VIRTUAL TABLE \"$R\" USING rtree(id, minx, maxx, miny, maxy);"
    "INSERT INTO \"$R\" SELECT fid, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) FROM \"$T\""
    " WHERE geom NOT NULL AND NOT ST_IsEmpty(geom) ORDER BY fid;"
    "INSERT INTO gpkg_extensions VALUES ('$T', 'geom', 'gpkg_rtree_index',"
    " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');"
    "CREATE TRIGGER \"$R_insert\" AFTER INSERT ON \"$T\""
    " WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN INSERT OR REPLACE INTO \"$R\" VALUES"
    " (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;"
    "CREATE TRIGGER \"$R_update1\" AFTER UPDATE OF geom ON \"$T\""
    " WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))"
    " BEGIN INSERT OR REPLACE INTO \"$R\" VALUES"
    " (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;"
    "CREATE TRIGGER \"$R_update2\" AFTER UPDATE OF geom ON \"$T\""
    " WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
    " BEGIN DELETE FROM \"$R\" WHERE id = OLD.fid; END;"
    "CREATE TRIGGER \"$R_update3\" AFTER UPDATE ON \"$T\""
    " WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))"
    " BEGIN DELETE FROM \"$R\" WHERE id = OLD.fid; INSERT OR REPLACE INTO \"$R\" VALUES"
    " (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;"
    "CREATE TRIGGER \"$R_update4\" AFTER UPDATE ON \"$T\""
    " WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
    " BEGIN DELETE FROM \"$R\" WHERE id IN (OLD.fid, NEW.fid); END;"
    "CREATE TRIGGER \"$R_delete\" AFTER DELETE ON \"$T\" WHEN OLD.geom NOT NULL"
    " BEGIN DELETE FROM \"$R\" WHERE id = OLD.fid; END;";

bool mi_gpkg_finish_layer(mi_gpkg *gpkg, const char *table, GError **error) {
  if (!has_geometry(gpkg, table)) return true;
  g_autofree char *rtree = g_strdup_printf("rtree_%s_geom", table);
  g_autoptr(GString) sql = g_string_new(rtree_sql);
  g_string_replace(sql, "$T", table, 0);
  g_string_replace(sql, "$R", rtree, 0);
  return run_sql(gpkg, sql->str, error);
}
