/* Areas from a GeoJSON file, read by jansson; see area.h. */
#include "area.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

enum { READ_BYTES = 64 * 1024 };
#define FILE_BYTES_MAX (256 * 1024 * 1024)

/* Where an error stands, and the geometry being read. */
typedef struct reader {
  const char *name;
  size_t feature; /* from 1; 0: outside of features */
  const mt_common *common;
  GArray *positions, *ring_first, *polygon_first;
  mt_area_use use;
  void *user_data;
  GError **error;
} reader;

static bool refuse(const reader *r, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(const reader *r, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *feature = r->feature ? g_strdup_printf("feature %zu: ", r->feature) : g_strdup("");
  g_set_error(r->error, MT_ERROR, 0, "%s: %s%s", r->name, feature, sentence);
  return false;
}

/* "a number", "an array", or the GeoJSON type of an object. */
static char *describe(const json_t *value) {
  enum { SHOWN = 40 };
  const char *type = json_string_value(json_object_get(value, "type"));
  if (type) {
    g_autofree char *start = g_utf8_substring(type, 0, MIN(SHOWN, g_utf8_strlen(type, -1)));
    return g_strdup_printf("\"%s\"", start);
  }
  if (!value || json_is_null(value)) return g_strdup("nothing");
  if (json_is_object(value)) return g_strdup("an object without a type");
  if (json_is_array(value)) return g_strdup("an array");
  return g_strdup(json_is_number(value) ? "a number" : json_is_string(value) ? "text" : "true or false");
}

/* ---- one geometry ---- */

static bool read_position(reader *r, const json_t *pair) {
  const json_t *x = json_array_get(pair, 0), *y = json_array_get(pair, 1);
  if (!json_is_number(x) || !json_is_number(y)) {
    g_autofree char *found = describe(pair);
    return refuse(r, "expected a position [longitude, latitude], found %s",
                  json_is_array(pair) ? "an array of something else" : found);
  }
  double lon_deg = json_number_value(x), lat_deg = json_number_value(y);
  MusterPosition position;
  bool good = muster_position_from_degrees(lon_deg, lat_deg, &position);
  if (good) muster_datum_convert_degrees(r->common->datum, MUSTER_DATUM_WGS84, &lon_deg, &lat_deg);
  if (!good || !muster_position_from_degrees(lon_deg, lat_deg, &position))
    return refuse(r, "expected degrees of longitude and latitude, found [%.10g, %.10g]", json_number_value(x),
                  json_number_value(y));
  g_array_append_val(r->positions, position);
  return true;
}

/* Closed, long enough? muster_polygons_check says. */
static bool read_ring(reader *r, const json_t *ring) {
  if (!json_is_array(ring)) {
    g_autofree char *found = describe(ring);
    return refuse(r, "expected a ring, an array of positions, found %s", found);
  }
  for (size_t i = 0; i < json_array_size(ring); i++)
    if (!read_position(r, json_array_get(ring, i))) return false;
  g_array_append_val(r->ring_first, r->positions->len);
  return true;
}

/* No rings at all are an empty polygon, which closes nothing. */
static bool read_polygon(reader *r, const json_t *rings) {
  if (!json_is_array(rings)) {
    g_autofree char *found = describe(rings);
    return refuse(r, "expected a polygon, an array of rings, found %s", found);
  }
  for (size_t i = 0; i < json_array_size(rings); i++)
    if (!read_ring(r, json_array_get(rings, i))) return false;
  guint last = r->ring_first->len - 1;
  if (json_array_size(rings) > 0) g_array_append_val(r->polygon_first, last);
  return true;
}

static bool read_polygons(reader *r, const json_t *coordinates, bool several) {
  if (!several) return read_polygon(r, coordinates);
  if (!json_is_array(coordinates)) {
    g_autofree char *found = describe(coordinates);
    return refuse(r, "expected polygons, an array, found %s", found);
  }
  for (size_t i = 0; i < json_array_size(coordinates); i++)
    if (!read_polygon(r, json_array_get(coordinates, i))) return false;
  return true;
}

static bool use_geometry(reader *r, const json_t *coordinates, bool several) {
  g_array_set_size(r->positions, 0);
  g_array_set_size(r->ring_first, 1);
  g_array_set_size(r->polygon_first, 1);
  if (!read_polygons(r, coordinates, several)) return false;
  MusterPolygons polygons = {
      .positions = (const MusterPosition *)(const void *)r->positions->data,
      .ring_first = (const uint32_t *)(const void *)r->ring_first->data,
      .polygon_first = (const uint32_t *)(const void *)r->polygon_first->data,
      .ring_count = r->ring_first->len - 1,
      .polygon_count = r->polygon_first->len - 1,
  };
  g_autoptr(GError) reason = NULL;
  if (!muster_polygons_check(&polygons, &reason)) return refuse(r, "%s", reason->message);
  if (polygons.polygon_count > 0) r->use(&polygons, r->user_data);
  return true;
}

/* ---- the document ---- */

static bool is_type(const json_t *object, const char *type) {
  const char *found = json_string_value(json_object_get(object, "type"));
  return found && strcmp(found, type) == 0;
}

static bool read_list(reader *r, const json_t *object, const char *key,
                      bool (*read_one)(reader *r, const json_t *item)) {
  const json_t *list = json_object_get(object, key);
  if (!json_is_array(list)) {
    g_autofree char *found = describe(list);
    return refuse(r, "expected \"%s\", an array, found %s", key, found);
  }
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!read_one(r, json_array_get(list, i))) return false;
  return true;
}

/* jansson bounds the depth of the document, so also that of collections in collections. */
static bool read_geometry(reader *r, const json_t *geometry) {
  if (is_type(geometry, "GeometryCollection")) return read_list(r, geometry, "geometries", read_geometry);
  bool several = is_type(geometry, "MultiPolygon");
  if (several || is_type(geometry, "Polygon"))
    return use_geometry(r, json_object_get(geometry, "coordinates"), several);
  g_autofree char *found = describe(geometry);
  return refuse(r, "expected a Polygon, MultiPolygon or GeometryCollection, found %s", found);
}

static bool read_feature(reader *r, const json_t *feature) {
  r->feature++;
  if (!is_type(feature, "Feature")) {
    g_autofree char *found = describe(feature);
    return refuse(r, "expected a Feature, found %s", found);
  }
  const json_t *geometry = json_object_get(feature, "geometry");
  return json_is_null(geometry) || read_geometry(r, geometry);
}

/* Before RFC 7946 a document could name another system. */
static bool check_system(const reader *r, const json_t *root) {
  const char *name =
      json_string_value(json_object_get(json_object_get(json_object_get(root, "crs"), "properties"), "name"));
  if (!name || strstr(name, "CRS84") || g_str_has_suffix(name, ":4326") || g_str_has_suffix(name, ":4490")) return true;
  return refuse(r, "expected coordinates in WGS 84 or the datum given, found the system \"%s\"", name);
}

static bool read_document(reader *r, const json_t *root) {
  if (!check_system(r, root)) return false;
  if (is_type(root, "FeatureCollection")) return read_list(r, root, "features", read_feature);
  if (is_type(root, "Feature")) return read_feature(r, root);
  if (json_is_object(root)) return read_geometry(r, root);
  g_autofree char *found = describe(root);
  return refuse(r, "expected a GeoJSON object, found %s", found);
}

/* ---- the file ---- */

static GString *read_text(const reader *r, FILE *stream) {
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *block = g_malloc(READ_BYTES);
  for (size_t bytes; (bytes = fread(block, 1, READ_BYTES, stream)) > 0;) {
    g_string_append_len(text, block, (gssize)bytes);
    if (text->len <= FILE_BYTES_MAX) continue;
    refuse(r, "expected at most %d MiB, found more", FILE_BYTES_MAX / 1024 / 1024);
    return NULL;
  }
  if (ferror(stream)) {
    refuse(r, "cannot be read: %s", g_strerror(errno));
    return NULL;
  }
  return g_steal_pointer(&text);
}

static json_t *parse(const reader *r, const GString *text) {
  size_t mark = g_str_has_prefix(text->str, "\xEF\xBB\xBF") ? 3 : 0;
  json_error_t problem;
  json_t *root = json_loadb(text->str + mark, text->len - mark, JSON_REJECT_DUPLICATES, &problem);
  if (!root) refuse(r, "line %d: not valid JSON: %s", problem.line, problem.text);
  return root;
}

static bool read_stream(reader *r, FILE *stream) {
  GString *text = read_text(r, stream);
  if (!text) return false;
  json_t *root = parse(r, text);
  g_string_free(text, TRUE);
  bool read = root && read_document(r, root);
  json_decref(root);
  return read;
}

bool mt_area_read(const char *path, const mt_common *common, mt_area_use use, void *user_data, GError **error) {
  FILE *stream = mt_input_open(path, error);
  if (!stream) return false;
  reader r = {.name = mt_input_name(path),
              .common = common,
              .positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition)),
              .ring_first = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
              .polygon_first = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
              .use = use,
              .user_data = user_data,
              .error = error};
  bool read = read_stream(&r, stream);
  if (stream != stdin) fclose(stream);
  g_array_unref(r.positions);
  g_array_unref(r.ring_first);
  g_array_unref(r.polygon_first);
  return read;
}
