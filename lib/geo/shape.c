/* Geometry blobs: see shape.h. Every count is checked against the bytes that are left before it is believed. */
#include "geo/shape.h"

#include <math.h>
#include <string.h>

#include "base/endian.h"

enum { SRS_WGS84 = 4326 };
enum { WKB_POINT = 1, WKB_LINE = 2, WKB_POLYGON = 3, WKB_MULTI = 3 /* added to the type of the members */ };
enum { FLAG_LITTLE_ENDIAN = 1, FLAG_EMPTY = 1 << 4, FLAG_EXTENDED = 1 << 5 };
enum { HEADER_BYTES = 8 };

/* ---- growable arrays ---- */

void mi_shape_clear(mi_shape *shape) {
  g_free(shape->positions);
  g_free(shape->ring_first);
  g_free(shape->polygon_first);
  *shape = (mi_shape){0};
}

static uint32_t *grow_u32(uint32_t *array, uint32_t needed, uint32_t *capacity) {
  if (needed <= *capacity) return array;
  *capacity = MAX(needed, *capacity * 2);
  return g_renew(uint32_t, array, *capacity);
}

void mi_shape_reset(mi_shape *shape, mi_shape_kind kind) {
  shape->kind = kind;
  shape->position_count = shape->ring_count = shape->polygon_count = 0;
  shape->ring_first = grow_u32(shape->ring_first, 1, &shape->ring_capacity);
  shape->polygon_first = grow_u32(shape->polygon_first, 1, &shape->polygon_capacity);
  shape->ring_first[0] = shape->polygon_first[0] = 0;
}

void mi_shape_add_position(mi_shape *shape, MusterPosition position) {
  if (shape->position_count == shape->position_capacity) {
    shape->position_capacity = MAX(64, shape->position_capacity * 2);
    shape->positions = g_renew(MusterPosition, shape->positions, shape->position_capacity);
  }
  shape->positions[shape->position_count++] = position;
}

void mi_shape_end_ring(mi_shape *shape) {
  shape->ring_first = grow_u32(shape->ring_first, shape->ring_count + 2, &shape->ring_capacity);
  shape->ring_first[++shape->ring_count] = shape->position_count;
}

void mi_shape_end_polygon(mi_shape *shape) {
  shape->polygon_first = grow_u32(shape->polygon_first, shape->polygon_count + 2, &shape->polygon_capacity);
  shape->polygon_first[++shape->polygon_count] = shape->ring_count;
}

/* ---- reading ---- */

typedef struct cursor {
  const uint8_t *at, *end;
  bool little_endian;
  GError **error;
} cursor;

static bool refuse(cursor *in, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(cursor *in, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(in->error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "geometry: %s", text);
  return false;
}

static size_t bytes_left(const cursor *in) { return (size_t)(in->end - in->at); }

static bool need_bytes(cursor *in, size_t bytes) {
  if (bytes <= bytes_left(in)) return true;
  return refuse(in, "%zu bytes expected, %zu are left", bytes, bytes_left(in));
}

/* The callers have checked the bytes left. */
static uint32_t take_u32(cursor *in) {
  uint32_t value = mi_le32_get(in->at);
  in->at += 4;
  return in->little_endian ? value : GUINT32_SWAP_LE_BE(value);
}

static double take_double(cursor *in) {
  uint64_t bits = mi_le64_get(in->at);
  in->at += 8;
  if (!in->little_endian) bits = GUINT64_SWAP_LE_BE(bits);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The header up to the well-known binary; `envelope` gets minx, maxx, miny, maxy, and *boxed whether there is one. */
static bool read_header(cursor *in, double envelope[4], bool *boxed, bool *empty) {
  static const uint8_t envelope_doubles[] = {0, 4, 6, 6, 8};
  if (!need_bytes(in, HEADER_BYTES)) return false;
  if (in->at[0] != 'G' || in->at[1] != 'P' || in->at[2] != 0)
    return refuse(in, "begins with %02X %02X %02X, expected 47 50 00 (a GeoPackage blob, version 1)", in->at[0],
                  in->at[1], in->at[2]);
  uint8_t flags = in->at[3], envelope_code = (flags >> 1) & 7;
  if (flags & FLAG_EXTENDED) return refuse(in, "is of an extended type, a standard one is expected");
  if (envelope_code >= G_N_ELEMENTS(envelope_doubles)) return refuse(in, "unknown envelope code %u", envelope_code);
  in->little_endian = flags & FLAG_LITTLE_ENDIAN;
  in->at += 4;
  int32_t srs = (int32_t)take_u32(in);
  if (srs != SRS_WGS84) return refuse(in, "reference system %d, expected %d (WGS 84)", srs, SRS_WGS84);
  size_t doubles = envelope_doubles[envelope_code];
  if (!need_bytes(in, doubles * 8)) return false;
  for (size_t i = 0; i < doubles; i++) {
    double value = take_double(in);
    if (i < 4) envelope[i] = value;
  }
  *boxed = doubles > 0;
  *empty = flags & FLAG_EMPTY;
  return true;
}

/* Byte order and type of a geometry; *dimensions gets the doubles of a position. */
static bool read_type(cursor *in, uint32_t *type, unsigned *dimensions) {
  static const uint8_t dimensions_by_thousand[] = {2, 3, 3, 4};
  if (!need_bytes(in, 5)) return false;
  uint8_t order = *in->at++;
  if (order > 1) return refuse(in, "byte order %u, expected 0 or 1", order);
  in->little_endian = order == 1;
  uint32_t code = take_u32(in);
  if (code >= 4000) return refuse(in, "unknown type %u", code);
  *type = code % 1000;
  *dimensions = dimensions_by_thousand[code / 1000];
  return true;
}

static bool read_count(cursor *in, size_t least_bytes_each, uint32_t *count) {
  if (!need_bytes(in, 4)) return false;
  *count = take_u32(in);
  if (*count <= bytes_left(in) / least_bytes_each) return true;
  return refuse(in, "claims %u parts, but only %zu bytes are left", *count, bytes_left(in));
}

static bool read_positions(cursor *in, unsigned dimensions, uint32_t count, mi_shape *shape) {
  for (uint32_t i = 0; i < count; i++) {
    double lon = take_double(in), lat = take_double(in);
    in->at += (size_t)8 * (dimensions - 2);
    MusterPosition position;
    if (!muster_position_from_degrees(lon, lat, &position))
      return refuse(in, "position %u (%.7g, %.7g) is not on earth", i + 1, lon, lat);
    mi_shape_add_position(shape, position);
  }
  return true;
}

static bool read_point(cursor *in, unsigned dimensions, mi_shape *shape) {
  return need_bytes(in, (size_t)8 * dimensions) && read_positions(in, dimensions, 1, shape);
}

static bool read_line(cursor *in, unsigned dimensions, mi_shape *shape) {
  uint32_t count;
  if (!read_count(in, (size_t)8 * dimensions, &count)) return false;
  if (count < 2) return refuse(in, "a line of %u positions, at least 2 are expected", count);
  return read_positions(in, dimensions, count, shape);
}

static bool read_ring(cursor *in, unsigned dimensions, mi_shape *shape) {
  uint32_t count, first = shape->position_count;
  if (!read_count(in, (size_t)8 * dimensions, &count)) return false;
  if (count < 4) return refuse(in, "ring %u has %u positions, at least 4 are expected", shape->ring_count + 1, count);
  if (!read_positions(in, dimensions, count, shape)) return false;
  MusterPosition a = shape->positions[first], b = shape->positions[shape->position_count - 1];
  if (a.lon_e7 != b.lon_e7 || a.lat_e7 != b.lat_e7)
    return refuse(in, "ring %u is not closed: begins at %.7f, %.7f, ends at %.7f, %.7f", shape->ring_count + 1,
                  a.lon_e7 / 1e7, a.lat_e7 / 1e7, b.lon_e7 / 1e7, b.lat_e7 / 1e7);
  mi_shape_end_ring(shape);
  return true;
}

static bool read_polygon(cursor *in, unsigned dimensions, mi_shape *shape) {
  uint32_t count;
  if (!read_count(in, 4, &count)) return false;
  if (count == 0) return refuse(in, "polygon %u has no ring", shape->polygon_count + 1);
  for (uint32_t i = 0; i < count; i++)
    if (!read_ring(in, dimensions, shape)) return false;
  mi_shape_end_polygon(shape);
  return true;
}

static const char *name_type(uint32_t type) {
  static const char *const names[] = {"Geometry",   "Point",           "LineString",   "Polygon",
                                      "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"};
  return type < G_N_ELEMENTS(names) ? names[type] : "another type";
}

static bool read_single(cursor *in, uint32_t type, unsigned dimensions, mi_shape *shape) {
  switch (type) {
    case WKB_POINT:
      return read_point(in, dimensions, shape);
    case WKB_LINE:
      return read_line(in, dimensions, shape);
    default:
      return read_polygon(in, dimensions, shape);
  }
}

static bool read_multi(cursor *in, uint32_t member_type, mi_shape *shape) {
  uint32_t count;
  if (!read_count(in, 9, &count)) return false;
  if (member_type != WKB_POLYGON && count != 1)
    return refuse(in, "%s of %u members, one is expected", name_type(member_type + WKB_MULTI), count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t type;
    unsigned dimensions;
    if (!read_type(in, &type, &dimensions)) return false;
    if (type != member_type)
      return refuse(in, "member %u is a %s, expected %s", i + 1, name_type(type), name_type(member_type));
    if (!read_single(in, type, dimensions, shape)) return false;
  }
  return true;
}

static bool read_geometry(cursor *in, mi_shape_kind kind, mi_shape *shape) {
  uint32_t type, single = kind == MI_SHAPE_POLYGONS ? WKB_POLYGON : (uint32_t)kind;
  unsigned dimensions;
  if (!read_type(in, &type, &dimensions)) return false;
  if (type == single) {
    if (!read_single(in, type, dimensions, shape)) return false;
  } else if (type == single + WKB_MULTI) {
    if (!read_multi(in, single, shape)) return false;
  } else {
    return refuse(in, "is a %s, expected %s", name_type(type), name_type(kind));
  }
  if (in->at == in->end) return true;
  return refuse(in, "%zu bytes too many", bytes_left(in));
}

bool mi_shape_decode(const uint8_t *blob, size_t size, mi_shape_kind kind, mi_shape *shape, GError **error) {
  cursor in = {.at = blob, .end = blob + size, .error = error};
  double envelope[4];
  bool boxed = false, empty = false;
  mi_shape_reset(shape, kind);
  if (!read_header(&in, envelope, &boxed, &empty)) return false;
  if (empty && kind != MI_SHAPE_POLYGONS) return refuse(&in, "is empty, a %s is expected", name_type(kind));
  if (!read_geometry(&in, kind, shape)) {
    mi_shape_reset(shape, kind);
    return false;
  }
  return true;
}

static void find_envelope(const mi_shape *shape, double envelope[4]) {
  envelope[0] = envelope[2] = INFINITY;
  envelope[1] = envelope[3] = -INFINITY;
  for (uint32_t i = 0; i < shape->position_count; i++) {
    double lon = shape->positions[i].lon_e7 / 1e7, lat = shape->positions[i].lat_e7 / 1e7;
    envelope[0] = fmin(envelope[0], lon);
    envelope[1] = fmax(envelope[1], lon);
    envelope[2] = fmin(envelope[2], lat);
    envelope[3] = fmax(envelope[3], lat);
  }
}

bool mi_shape_decode_envelope(const uint8_t *blob, size_t size, double envelope[4]) {
  cursor in = {.at = blob, .end = blob + size};
  bool boxed = false, empty = false;
  if (!read_header(&in, envelope, &boxed, &empty) || empty) return false;
  if (boxed) return isfinite(envelope[0]) && isfinite(envelope[1]) && isfinite(envelope[2]) && isfinite(envelope[3]);
  static const mi_shape_kind kinds[] = {MI_SHAPE_POINT, MI_SHAPE_LINE, MI_SHAPE_POLYGONS};
  g_auto(mi_shape) shape = {0};
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    if (!mi_shape_decode(blob, size, kinds[i], &shape, NULL)) continue;
    find_envelope(&shape, envelope);
    return shape.position_count > 0;
  }
  return false;
}

/* ---- writing ---- */

static void append_u8(GByteArray *out, uint8_t value) { g_byte_array_append(out, &value, 1); }

static void append_u32(GByteArray *out, uint32_t value) {
  uint8_t bytes[4];
  mi_le32_put(bytes, value);
  g_byte_array_append(out, bytes, sizeof bytes);
}

static void append_double(GByteArray *out, double value) {
  uint64_t bits;
  uint8_t bytes[8];
  memcpy(&bits, &value, sizeof bits);
  mi_le64_put(bytes, bits);
  g_byte_array_append(out, bytes, sizeof bytes);
}

static void append_type(GByteArray *out, uint32_t type) {
  append_u8(out, 1);
  append_u32(out, type);
}

static void append_positions(GByteArray *out, const MusterPosition *positions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    append_double(out, positions[i].lon_e7 / 1e7);
    append_double(out, positions[i].lat_e7 / 1e7);
  }
}

/* Header with the envelope of the positions; without one, and marked as empty, if there are none. */
static void begin_blob(GByteArray *out, const MusterPosition *positions, size_t count) {
  g_byte_array_set_size(out, 0);
  uint8_t flags = FLAG_LITTLE_ENDIAN | (count ? 1 << 1 : FLAG_EMPTY);
  const uint8_t header[4] = {'G', 'P', 0, flags};
  g_byte_array_append(out, header, sizeof header);
  append_u32(out, SRS_WGS84);
  if (count == 0) return;
  MusterBox box = {positions[0].lon_e7, positions[0].lat_e7, positions[0].lon_e7, positions[0].lat_e7};
  for (size_t i = 1; i < count; i++) {
    box.min_lon_e7 = MIN(box.min_lon_e7, positions[i].lon_e7);
    box.max_lon_e7 = MAX(box.max_lon_e7, positions[i].lon_e7);
    box.min_lat_e7 = MIN(box.min_lat_e7, positions[i].lat_e7);
    box.max_lat_e7 = MAX(box.max_lat_e7, positions[i].lat_e7);
  }
  append_double(out, box.min_lon_e7 / 1e7);
  append_double(out, box.max_lon_e7 / 1e7);
  append_double(out, box.min_lat_e7 / 1e7);
  append_double(out, box.max_lat_e7 / 1e7);
}

void mi_shape_encode_point(GByteArray *out, MusterPosition point) {
  /* A point carries no envelope: it is its own (OGC 12-128r17, 2.1.3.1.1 allows it, other writers do the same). */
  begin_blob(out, NULL, 0);
  out->data[3] = FLAG_LITTLE_ENDIAN;
  append_type(out, WKB_POINT);
  append_positions(out, &point, 1);
}

void mi_shape_encode_line(GByteArray *out, const MusterPosition *positions, size_t count) {
  begin_blob(out, positions, count);
  append_type(out, WKB_LINE);
  append_u32(out, (uint32_t)count);
  append_positions(out, positions, count);
}

void mi_shape_encode_polygons(GByteArray *out, const MusterPosition *positions, const uint32_t *ring_first,
                              const uint32_t *polygon_first, uint32_t polygon_count) {
  size_t count = polygon_count ? ring_first[polygon_first[polygon_count]] : 0;
  begin_blob(out, positions, count);
  append_type(out, WKB_POLYGON + WKB_MULTI);
  append_u32(out, polygon_count);
  for (uint32_t p = 0; p < polygon_count; p++) {
    append_type(out, WKB_POLYGON);
    append_u32(out, polygon_first[p + 1] - polygon_first[p]);
    for (uint32_t r = polygon_first[p]; r < polygon_first[p + 1]; r++) {
      append_u32(out, ring_first[r + 1] - ring_first[r]);
      append_positions(out, positions + ring_first[r], ring_first[r + 1] - ring_first[r]);
    }
  }
}
