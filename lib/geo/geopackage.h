/* A GeoPackage 1.3 file (OGC 12-128r17) on SQLite: the container of the county file.
 *
 * Reading is strict and safe for hostile files; writing is deterministic: the same rows in the same order give the same
 * bytes. Readers and writers hold their first error, so that a loop needs one check at its end:
 *
 *   mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, "posts", "geom, id, name");
 *   while (mi_gpkg_reader_next(reader)) {
 *     MusterPosition at = mi_gpkg_reader_point(reader, 0);
 *     int64_t id = mi_gpkg_reader_int(reader, 1, 1, INT64_MAX);
 *     const char *name = mi_gpkg_reader_text(reader, 2);
 *     if (mi_gpkg_reader_failed(reader)) break;
 *     …
 *   }
 *   return mi_gpkg_reader_end(reader, error);
 *
 * All errors are MUSTER_GEO_ERROR_FILE and name file, layer, feature (the fid) and column. One thread at a time.
 */
#ifndef MI_GEO_GEOPACKAGE_H
#define MI_GEO_GEOPACKAGE_H

#include <muster/geo.h>
#include <sqlite3.h>

#include "geo/shape.h"

typedef struct mi_gpkg mi_gpkg;

/* Opens for reading. The file is taken as immutable: nobody may write it meanwhile, no lock and no side file is made.
 * Refused: not SQLite, another application_id, user_version outside 10200 … 10499 (1.2 to 1.4), damaged pages, an
 * unfinished edit (a journal or write-ahead log beside it). */
mi_gpkg *mi_gpkg_open(const char *path, GError **error);
/* Begins a new file at `path`, normally a temporary name (base/output.h) that must not exist yet; `shown` is the name
 * for messages. Nothing is whole before mi_gpkg_finish. */
mi_gpkg *mi_gpkg_create(const char *path, const char *shown, GError **error);
/* Commits a file that is written and closes it. Frees `gpkg` in any case. */
bool mi_gpkg_finish(mi_gpkg *gpkg, GError **error);
/* Closes; what was not finished is left unusable (delete it). NULL is allowed. */
void mi_gpkg_free(mi_gpkg *gpkg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_gpkg, mi_gpkg_free)
sqlite3 *mi_gpkg_db(mi_gpkg *gpkg);
/* The name for messages. */
const char *mi_gpkg_name(const mi_gpkg *gpkg);

/* ---- layers ---- */

/* True if gpkg_contents lists a features or attributes table of that name. */
bool mi_gpkg_has_layer(mi_gpkg *gpkg, const char *table);
/* Creates `table` with `fid INTEGER PRIMARY KEY`, a column `geom` if geometry_type ("POINT", "LINESTRING",
 * "MULTIPOLYGON") is not NULL, and the columns of columns_sql ("id INTEGER NOT NULL, name TEXT NOT NULL"). Without a
 * geometry it is an attributes table. Names of tables are plain: letters, digits, underscore. */
bool mi_gpkg_add_layer(mi_gpkg *gpkg, const char *table, const char *description, const char *columns_sql,
                       const char *geometry_type, GError **error);
/* After the last row of a layer with geometry: its extent, its r-tree, filled at once, with the triggers that keep it
 * right when other programs edit the file. Does nothing for an attributes table. */
bool mi_gpkg_finish_layer(mi_gpkg *gpkg, const char *table, GError **error);

/* ---- rows in ---- */

typedef struct mi_gpkg_reader mi_gpkg_reader;
/* The rows of `table` by ascending fid; `columns` are column names, comma-separated, numbered from 0 below. A table
 * that is missing, a missing column, another reference system than 4326 are errors held by the reader. A column name
 * may stand as "name?": if the table has no such column it reads as NULL. */
mi_gpkg_reader *mi_gpkg_reader_new(mi_gpkg *gpkg, const char *table, const char *columns);
/* Goes to the next row; false at the end or after an error. */
bool mi_gpkg_reader_next(mi_gpkg_reader *reader);
int64_t mi_gpkg_reader_fid(const mi_gpkg_reader *reader);
bool mi_gpkg_reader_is_null(const mi_gpkg_reader *reader, int column);
/* On a value of another type or range the reader fails and these return 0, "" or NULL, or the position 0, 0. */
int64_t mi_gpkg_reader_int(mi_gpkg_reader *reader, int column, int64_t least, int64_t most);
/* NULL in the table reads as `otherwise`. */
int64_t mi_gpkg_reader_int_or(mi_gpkg_reader *reader, int column, int64_t least, int64_t most, int64_t otherwise);
double mi_gpkg_reader_double(mi_gpkg_reader *reader, int column, double least, double most);
/* Valid UTF-8 without NUL bytes; never NULL (NULL in the table is an error). Lives until the next row. */
const char *mi_gpkg_reader_text(mi_gpkg_reader *reader, int column);
/* The same; NULL where the table has NULL, and on an error. */
const char *mi_gpkg_reader_text_or_null(mi_gpkg_reader *reader, int column);
MusterPosition mi_gpkg_reader_point(mi_gpkg_reader *reader, int column);
/* The reader's own shape, valid until the next call for a shape; never NULL, empty on an error. */
const mi_shape *mi_gpkg_reader_line(mi_gpkg_reader *reader, int column);
const mi_shape *mi_gpkg_reader_polygons(mi_gpkg_reader *reader, int column);
/* Refuses the row for a reason of the caller: "FILE: layer "T", feature N: SENTENCE". The first refusal counts. */
void mi_gpkg_reader_refuse(mi_gpkg_reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);
bool mi_gpkg_reader_failed(const mi_gpkg_reader *reader);
/* Frees; false with the held error if there was one. */
bool mi_gpkg_reader_end(mi_gpkg_reader *reader, GError **error);

/* ---- rows out ---- */

typedef struct mi_gpkg_writer mi_gpkg_writer;
/* Writes rows of `columns` ("geom, id, name"), numbered from 0; fid counts 1, 2, … unless it is one of them. */
mi_gpkg_writer *mi_gpkg_writer_new(mi_gpkg *gpkg, const char *table, const char *columns);
void mi_gpkg_writer_int(mi_gpkg_writer *writer, int column, int64_t value);
void mi_gpkg_writer_double(mi_gpkg_writer *writer, int column, double value);
/* NULL writes NULL. The text is copied. */
void mi_gpkg_writer_text(mi_gpkg_writer *writer, int column, const char *text);
void mi_gpkg_writer_null(mi_gpkg_writer *writer, int column);
void mi_gpkg_writer_point(mi_gpkg_writer *writer, int column, MusterPosition point);
void mi_gpkg_writer_line(mi_gpkg_writer *writer, int column, const MusterPosition *positions, size_t count);
/* Arrays as in MusterPolygons. */
void mi_gpkg_writer_polygons(mi_gpkg_writer *writer, int column, const MusterPosition *positions,
                             const uint32_t *ring_first, const uint32_t *polygon_first, uint32_t polygon_count);
/* Ends the row; every column must have been set. */
void mi_gpkg_writer_row(mi_gpkg_writer *writer);
/* Frees; false with the first error if there was one. */
bool mi_gpkg_writer_end(mi_gpkg_writer *writer, GError **error);

#endif
