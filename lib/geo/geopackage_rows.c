/* Rows of a GeoPackage in and out: prepared statements that hold their first error. See geopackage.h. */
#include <string.h>

#include "geo/geopackage.h"

enum { SRS_WGS84 = 4326 };

/* ---- reader ---- */

struct mi_gpkg_reader {
  mi_gpkg *gpkg;
  sqlite3_stmt *statement; /* column 0 is the fid, the caller's begin at 1 */
  char *table;
  GError *error;
  mi_shape shape;
};

static void hold_error(mi_gpkg_reader *reader, bool with_feature, const char *format, va_list arguments) {
  if (reader->error) return;
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  g_autofree char *feature =
      with_feature ? g_strdup_printf(", feature %" G_GINT64_FORMAT, mi_gpkg_reader_fid(reader)) : g_strdup("");
  reader->error = g_error_new(MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_FILE, "%s: layer \"%s\"%s: %s",
                              mi_gpkg_name(reader->gpkg), reader->table, feature, text);
}

static void fail_layer(mi_gpkg_reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void fail_layer(mi_gpkg_reader *reader, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hold_error(reader, false, format, arguments);
  va_end(arguments);
}

void mi_gpkg_reader_refuse(mi_gpkg_reader *reader, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hold_error(reader, true, format, arguments);
  va_end(arguments);
}

/* One integer of a query with the table as its parameter; false if there is no row. */
static bool query_int(mi_gpkg_reader *reader, const char *sql, int64_t *out) {
  sqlite3_stmt *statement = NULL;
  bool found = sqlite3_prepare_v2(mi_gpkg_db(reader->gpkg), sql, -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_bind_text(statement, 1, reader->table, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
  if (found) *out = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return found;
}

/* A view or a virtual table is refused: what reading it costs is not bounded by the size of the file. */
static bool check_table(mi_gpkg_reader *reader) {
  int64_t srs, plain;
  if (!mi_gpkg_has_layer(reader->gpkg, reader->table)) {
    fail_layer(reader, "the layer is missing");
    return false;
  }
  if (!query_int(reader,
                 "SELECT type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE name = ?1 "
                 "AND type IN ('table', 'view')",
                 &plain)) {
    fail_layer(reader, "the layer is listed, but its table is missing");
    return false;
  }
  if (!plain) {
    fail_layer(reader, "a table is expected, a view or virtual table found");
    return false;
  }
  if (query_int(reader, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?1", &srs) && srs != SRS_WGS84) {
    fail_layer(reader, "reference system %" G_GINT64_FORMAT ", expected %d (WGS 84)", srs, SRS_WGS84);
    return false;
  }
  return true;
}

static bool has_column(mi_gpkg_reader *reader, const char *column) {
  sqlite3_stmt *statement = NULL;
  bool found = sqlite3_prepare_v2(mi_gpkg_db(reader->gpkg), "SELECT 1 FROM pragma_table_xinfo(?) WHERE name = ?", -1,
                                  &statement, NULL) == SQLITE_OK &&
               sqlite3_bind_text(statement, 1, reader->table, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  return found;
}

/* The columns of the SELECT; "name?" becomes NULL where the table has no such column. */
static char *list_columns(mi_gpkg_reader *reader, const char *columns) {
  g_autoptr(GString) list = g_string_new(NULL);
  g_auto(GStrv) names = g_strsplit(columns, ",", -1);
  for (size_t i = 0; names[i]; i++) {
    char *name = g_strstrip(names[i]);
    size_t length = strlen(name);
    bool optional = length > 0 && name[length - 1] == '?';
    if (optional) name[length - 1] = '\0';
    bool there = has_column(reader, name);
    if (!there && !optional) {
      fail_layer(reader, "the column \"%s\" is missing", name);
      return NULL;
    }
    g_string_append_printf(list, there ? ", \"%s\"" : ", NULL AS \"%s\"", name);
  }
  return g_strdup(list->str);
}

mi_gpkg_reader *mi_gpkg_reader_new(mi_gpkg *gpkg, const char *table, const char *columns) {
  mi_gpkg_reader *reader = g_new0(mi_gpkg_reader, 1);
  reader->gpkg = gpkg;
  reader->table = g_strdup(table);
  if (!check_table(reader)) return reader;
  g_autofree char *list = list_columns(reader, columns);
  if (!list) return reader;
  g_autofree char *sql = g_strdup_printf("SELECT fid%s FROM \"%s\" ORDER BY fid", list, table);
  if (sqlite3_prepare_v2(mi_gpkg_db(gpkg), sql, -1, &reader->statement, NULL) != SQLITE_OK)
    fail_layer(reader, "cannot be read: %s", sqlite3_errmsg(mi_gpkg_db(gpkg)));
  return reader;
}

bool mi_gpkg_reader_next(mi_gpkg_reader *reader) {
  if (reader->error) return false;
  int result = sqlite3_step(reader->statement);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail_layer(reader, "cannot be read: %s", sqlite3_errmsg(mi_gpkg_db(reader->gpkg)));
  return false;
}

int64_t mi_gpkg_reader_fid(const mi_gpkg_reader *reader) { return sqlite3_column_int64(reader->statement, 0); }

bool mi_gpkg_reader_is_null(const mi_gpkg_reader *reader, int column) {
  return sqlite3_column_type(reader->statement, column + 1) == SQLITE_NULL;
}

static const char *name_type(int type) {
  switch (type) {
    case SQLITE_INTEGER:
      return "an integer";
    case SQLITE_FLOAT:
      return "a number";
    case SQLITE_TEXT:
      return "text";
    case SQLITE_BLOB:
      return "a blob";
    default:
      return "NULL";
  }
}

static const char *name_column(const mi_gpkg_reader *reader, int column) {
  return sqlite3_column_name(reader->statement, column + 1);
}

/* False, with the error held, unless the value is of the type; also after an earlier error. */
static bool expect_type(mi_gpkg_reader *reader, int column, int type) {
  if (reader->error) return false;
  int found = sqlite3_column_type(reader->statement, column + 1);
  if (found == type || (type == SQLITE_FLOAT && found == SQLITE_INTEGER)) return true;
  mi_gpkg_reader_refuse(reader, "column \"%s\": %s expected, %s found", name_column(reader, column), name_type(type),
                        name_type(found));
  return false;
}

int64_t mi_gpkg_reader_int(mi_gpkg_reader *reader, int column, int64_t least, int64_t most) {
  if (!expect_type(reader, column, SQLITE_INTEGER)) return 0;
  int64_t value = sqlite3_column_int64(reader->statement, column + 1);
  if (value >= least && value <= most) return value;
  mi_gpkg_reader_refuse(
      reader, "column \"%s\": %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " expected, %" G_GINT64_FORMAT " found",
      name_column(reader, column), least, most, value);
  return 0;
}

int64_t mi_gpkg_reader_int_or(mi_gpkg_reader *reader, int column, int64_t least, int64_t most, int64_t otherwise) {
  if (!reader->error && mi_gpkg_reader_is_null(reader, column)) return otherwise;
  return mi_gpkg_reader_int(reader, column, least, most);
}

double mi_gpkg_reader_double(mi_gpkg_reader *reader, int column, double least, double most) {
  if (!expect_type(reader, column, SQLITE_FLOAT)) return 0;
  double value = sqlite3_column_double(reader->statement, column + 1);
  if (value >= least && value <= most) return value;
  mi_gpkg_reader_refuse(reader, "column \"%s\": %g to %g expected, %g found", name_column(reader, column), least, most,
                        value);
  return 0;
}

static const char *read_text(mi_gpkg_reader *reader, int column) {
  if (!expect_type(reader, column, SQLITE_TEXT)) return NULL;
  const char *text = (const char *)sqlite3_column_text(reader->statement, column + 1);
  size_t size = (size_t)sqlite3_column_bytes(reader->statement, column + 1);
  if (text && strlen(text) == size && g_utf8_validate(text, (gssize)size, NULL)) return text;
  mi_gpkg_reader_refuse(reader, "column \"%s\": the text is not valid UTF-8", name_column(reader, column));
  return NULL;
}

const char *mi_gpkg_reader_text(mi_gpkg_reader *reader, int column) {
  const char *text = read_text(reader, column);
  return text ? text : "";
}

const char *mi_gpkg_reader_text_or_null(mi_gpkg_reader *reader, int column) {
  if (reader->error || mi_gpkg_reader_is_null(reader, column)) return NULL;
  return read_text(reader, column);
}

static bool read_shape(mi_gpkg_reader *reader, int column, mi_shape_kind kind) {
  mi_shape_reset(&reader->shape, kind);
  if (!expect_type(reader, column, SQLITE_BLOB)) return false;
  const uint8_t *blob = sqlite3_column_blob(reader->statement, column + 1);
  size_t size = (size_t)sqlite3_column_bytes(reader->statement, column + 1);
  g_autoptr(GError) error = NULL;
  static const uint8_t nothing[1];
  if (mi_shape_decode(blob ? blob : nothing, size, kind, &reader->shape, &error)) return true;
  mi_gpkg_reader_refuse(reader, "%s", error->message);
  return false;
}

MusterPosition mi_gpkg_reader_point(mi_gpkg_reader *reader, int column) {
  if (!read_shape(reader, column, MI_SHAPE_POINT)) return (MusterPosition){0};
  return reader->shape.positions[0];
}

const mi_shape *mi_gpkg_reader_line(mi_gpkg_reader *reader, int column) {
  read_shape(reader, column, MI_SHAPE_LINE);
  return &reader->shape;
}

const mi_shape *mi_gpkg_reader_polygons(mi_gpkg_reader *reader, int column) {
  read_shape(reader, column, MI_SHAPE_POLYGONS);
  return &reader->shape;
}

bool mi_gpkg_reader_failed(const mi_gpkg_reader *reader) { return reader->error != NULL; }

bool mi_gpkg_reader_end(mi_gpkg_reader *reader, GError **error) {
  bool good = !reader->error;
  if (!good) g_propagate_error(error, g_steal_pointer(&reader->error));
  sqlite3_finalize(reader->statement);
  mi_shape_clear(&reader->shape);
  g_free(reader->table);
  g_free(reader);
  return good;
}

/* ---- writer ---- */

struct mi_gpkg_writer {
  mi_gpkg *gpkg;
  sqlite3_stmt *statement;
  char *table;
  GError *error;
  GByteArray *blob;
  int64_t row;
};

static void fail_write(mi_gpkg_writer *writer, const char *reason) {
  if (writer->error) return;
  writer->error = g_error_new(MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_FILE, "%s: layer \"%s\", row %" G_GINT64_FORMAT ": %s",
                              mi_gpkg_name(writer->gpkg), writer->table, writer->row, reason);
}

static void check_bound(mi_gpkg_writer *writer, int result) {
  if (result != SQLITE_OK) fail_write(writer, sqlite3_errstr(result));
}

mi_gpkg_writer *mi_gpkg_writer_new(mi_gpkg *gpkg, const char *table, const char *columns) {
  mi_gpkg_writer *writer = g_new0(mi_gpkg_writer, 1);
  writer->gpkg = gpkg;
  writer->table = g_strdup(table);
  writer->blob = g_byte_array_new();
  writer->row = 1;
  g_autoptr(GString) sql = g_string_new(NULL);
  g_string_printf(sql, "INSERT INTO \"%s\" (%s) VALUES (?", table, columns);
  for (const char *at = strchr(columns, ','); at; at = strchr(at + 1, ',')) g_string_append(sql, ", ?");
  g_string_append_c(sql, ')');
  if (sqlite3_prepare_v2(mi_gpkg_db(gpkg), sql->str, -1, &writer->statement, NULL) != SQLITE_OK)
    fail_write(writer, sqlite3_errmsg(mi_gpkg_db(gpkg)));
  return writer;
}

void mi_gpkg_writer_int(mi_gpkg_writer *writer, int column, int64_t value) {
  if (!writer->error) check_bound(writer, sqlite3_bind_int64(writer->statement, column + 1, value));
}

void mi_gpkg_writer_double(mi_gpkg_writer *writer, int column, double value) {
  if (!writer->error) check_bound(writer, sqlite3_bind_double(writer->statement, column + 1, value));
}

void mi_gpkg_writer_text(mi_gpkg_writer *writer, int column, const char *text) {
  if (!writer->error) check_bound(writer, sqlite3_bind_text(writer->statement, column + 1, text, -1, SQLITE_TRANSIENT));
}

void mi_gpkg_writer_null(mi_gpkg_writer *writer, int column) {
  if (!writer->error) check_bound(writer, sqlite3_bind_null(writer->statement, column + 1));
}

static void bind_blob(mi_gpkg_writer *writer, int column) {
  if (!writer->error)
    check_bound(writer, sqlite3_bind_blob64(writer->statement, column + 1, writer->blob->data, writer->blob->len,
                                            SQLITE_TRANSIENT));
}

void mi_gpkg_writer_point(mi_gpkg_writer *writer, int column, MusterPosition point) {
  mi_shape_encode_point(writer->blob, point);
  bind_blob(writer, column);
}

void mi_gpkg_writer_line(mi_gpkg_writer *writer, int column, const MusterPosition *positions, size_t count) {
  mi_shape_encode_line(writer->blob, positions, count);
  bind_blob(writer, column);
}

void mi_gpkg_writer_polygons(mi_gpkg_writer *writer, int column, const MusterPosition *positions,
                             const uint32_t *ring_first, const uint32_t *polygon_first, uint32_t polygon_count) {
  mi_shape_encode_polygons(writer->blob, positions, ring_first, polygon_first, polygon_count);
  bind_blob(writer, column);
}

void mi_gpkg_writer_row(mi_gpkg_writer *writer) {
  if (writer->error) return;
  if (sqlite3_step(writer->statement) != SQLITE_DONE) fail_write(writer, sqlite3_errmsg(mi_gpkg_db(writer->gpkg)));
  sqlite3_reset(writer->statement);
  sqlite3_clear_bindings(writer->statement);
  writer->row++;
}

bool mi_gpkg_writer_end(mi_gpkg_writer *writer, GError **error) {
  bool good = !writer->error;
  if (!good) g_propagate_error(error, g_steal_pointer(&writer->error));
  sqlite3_finalize(writer->statement);
  g_byte_array_unref(writer->blob);
  g_free(writer->table);
  g_free(writer);
  return good;
}
