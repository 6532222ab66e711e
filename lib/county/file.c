/* A county as a GeoPackage: saved whole under a temporary name and renamed, opened through the builder, so that a file
 * edited elsewhere meets the same rules as any other source. */
#include "county/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "county/builder.h"
#include "road/county_roads.h"

/* Raised when a reader of an older version would misread the file. */
#define FORMAT_VERSION "1"

static const mi_layer meta_layer = {"muster_meta",
                                    "Format version, origin of the data, SHA-256 of the content as written",
                                    "key TEXT NOT NULL UNIQUE, value TEXT NOT NULL", "key, value", NULL};
enum { META_KEY, META_VALUE };

/* ---- what the layers share ---- */

mi_gpkg_writer *mi_layer_begin(mi_gpkg *gpkg, const mi_layer *layer, GError **error) {
  if (!mi_gpkg_add_layer(gpkg, layer->table, layer->description, layer->definition, layer->geometry, error))
    return NULL;
  return mi_gpkg_writer_new(gpkg, layer->table, layer->columns);
}

bool mi_layer_end(mi_gpkg *gpkg, const mi_layer *layer, mi_gpkg_writer *writer, GError **error) {
  return mi_gpkg_writer_end(writer, error) && mi_gpkg_finish_layer(gpkg, layer->table, error);
}

void mi_layer_put_reference(mi_gpkg_writer *writer, int column, int64_t id) {
  if (id)
    mi_gpkg_writer_int(writer, column, id);
  else
    mi_gpkg_writer_null(writer, column);
}

int64_t mi_layer_get_reference(mi_gpkg_reader *reader, int column) {
  return mi_gpkg_reader_int_or(reader, column, INT64_MIN, INT64_MAX, 0);
}

void mi_layer_put_degrees(mi_gpkg_writer *writer, int lon_column, MusterPosition position) {
  mi_gpkg_writer_double(writer, lon_column, position.lon_e7 / 1e7);
  mi_gpkg_writer_double(writer, lon_column + 1, position.lat_e7 / 1e7);
}

bool mi_layer_get_degrees(mi_gpkg_reader *reader, int lon_column, const char *what, MusterPosition *out) {
  bool no_lon = mi_gpkg_reader_is_null(reader, lon_column), no_lat = mi_gpkg_reader_is_null(reader, lon_column + 1);
  if (no_lon && no_lat) return false;
  if (no_lon != no_lat) {
    mi_gpkg_reader_refuse(reader, "%s_lon, %s_lat: expected both or none, found %s only", what, what,
                          no_lon ? "the latitude" : "the longitude");
    return false;
  }
  double lon_deg = mi_gpkg_reader_double(reader, lon_column, -180, 180);
  double lat_deg = mi_gpkg_reader_double(reader, lon_column + 1, -90, 90);
  return !mi_gpkg_reader_failed(reader) && muster_position_from_degrees(lon_deg, lat_deg, out);
}

/* ---- saving ---- */

static bool write_meta(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  const char *rows[][2] = {
      {"format_version", FORMAT_VERSION}, {"note", county->note}, {"content_sha256", county->sha256}};
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &meta_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    mi_gpkg_writer_text(writer, META_KEY, rows[i][0]);
    mi_gpkg_writer_text(writer, META_VALUE, rows[i][1]);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &meta_layer, writer, error);
}

static bool write_layers(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  return mi_file_write_areas(gpkg, county, error) && mi_file_write_places(gpkg, county, error) &&
         mi_file_write_people(gpkg, county, error) && mi_roads_write_layers(gpkg, county->roads, error) &&
         write_meta(gpkg, county, error);
}

static bool write_file(const MusterCounty *county, const char *temporary, const char *path, GError **error) {
  mi_gpkg *gpkg = mi_gpkg_create(temporary, path, error);
  if (!gpkg) return false;
  if (write_layers(gpkg, county, error)) return mi_gpkg_finish(gpkg, error);
  mi_gpkg_free(gpkg);
  return false;
}

/* What the container says, as an error of this module. */
static bool translate(GError **error, int code) {
  if (error && *error && (*error)->domain != MUSTER_COUNTY_ERROR) {
    (*error)->domain = MUSTER_COUNTY_ERROR;
    (*error)->code = code;
  }
  return false;
}

bool muster_county_save(const MusterCounty *county, const char *path, GError **error) {
  g_autofree char *temporary = mi_output_temporary_name(path);
  if (!write_file(county, temporary, path, error)) {
    mi_output_discard(temporary);
    return translate(error, MUSTER_COUNTY_ERROR_OPEN);
  }
  return mi_output_commit(temporary, path, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN, error);
}

/* ---- opening ---- */

/* Keys that this version does not know are left alone: an editor's own notes. */
static bool read_meta(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  bool has_version = false;
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, meta_layer.table, meta_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    const char *key = mi_gpkg_reader_text(reader, META_KEY);
    const char *value = mi_gpkg_reader_text_or_null(reader, META_VALUE);
    if (mi_gpkg_reader_failed(reader)) break;
    if (strcmp(key, "note") == 0) muster_county_builder_set_note(builder, value);
    if (strcmp(key, "format_version") != 0) continue;
    has_version = true;
    if (g_strcmp0(value, FORMAT_VERSION) != 0)
      mi_gpkg_reader_refuse(reader, "format_version: expected \"" FORMAT_VERSION "\", found \"%s\"",
                            value ? value : "");
  }
  if (!mi_gpkg_reader_end(reader, error)) return false;
  if (has_version) return true;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CORRUPT,
              "%s: layer \"muster_meta\": expected a row with key \"format_version\", found none", mi_gpkg_name(gpkg));
  return false;
}

static bool read_roads(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  MusterRoads *roads = mi_roads_read_layers(gpkg, error);
  if (roads) muster_county_builder_take_roads(builder, roads);
  return roads != NULL;
}

static bool read_layers(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  return read_meta(gpkg, builder, error) && mi_file_read_areas(gpkg, builder, error) &&
         mi_file_read_places(gpkg, builder, error) && mi_file_read_people(gpkg, builder, error) &&
         read_roads(gpkg, builder, error);
}

static bool is_readable(const char *path, GError **error) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file >= 0) return close(file) == 0;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPEN, "%s: cannot be opened: %s", path, strerror(errno));
  return false;
}

MusterCounty *muster_county_open(const char *path, GError **error) {
  if (!is_readable(path, error)) return NULL;
  g_autoptr(mi_gpkg) gpkg = mi_gpkg_open(path, error);
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  if (!gpkg || !read_layers(gpkg, builder, error)) {
    translate(error, MUSTER_COUNTY_ERROR_CORRUPT);
    return NULL;
  }
  MusterCounty *county = muster_county_builder_seal(builder, error);
  if (!county) g_prefix_error(error, "%s: ", path);
  return county;
}
