/* Geometry blobs: both byte orders, heights and measures, every cut, hostile counts, wrong kinds. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "geo/shape.h"
#include "support/support.h"

/* Writes a blob the way other programs may: any byte order, envelope and dimensions. */
typedef struct maker {
  GByteArray *bytes;
  bool big;
  unsigned dimensions; /* 2 to 4 */
} maker;

static void put(maker *to, const void *value, size_t size) {
  const uint8_t *from = value;
  for (size_t i = 0; i < size; i++) {
    bool reversed = to->big == (G_BYTE_ORDER == G_LITTLE_ENDIAN);
    g_byte_array_append(to->bytes, &from[reversed ? size - 1 - i : i], 1);
  }
}

static void put_u32(maker *to, uint32_t value) { put(to, &value, sizeof value); }
static void put_double(maker *to, double value) { put(to, &value, sizeof value); }

static void put_header(maker *to, uint8_t flags, uint32_t srs, unsigned envelope_doubles) {
  g_byte_array_append(to->bytes, (const uint8_t *)"GP", 3);
  flags |= to->big ? 0 : 1;
  g_byte_array_append(to->bytes, &flags, 1);
  put_u32(to, srs);
  for (unsigned i = 0; i < envelope_doubles; i++) put_double(to, 10 + i);
}

static void put_type(maker *to, uint32_t type) {
  uint8_t order = to->big ? 0 : 1;
  g_byte_array_append(to->bytes, &order, 1);
  put_u32(to, type + (to->dimensions == 4 ? 3000 : (to->dimensions - 2) * 1000));
}

static void put_position(maker *to, double lon, double lat) {
  put_double(to, lon);
  put_double(to, lat);
  for (unsigned i = 2; i < to->dimensions; i++) put_double(to, NAN);
}

static void put_triangle(maker *to) {
  put_u32(to, 1);
  put_u32(to, 4);
  put_position(to, 109, 29);
  put_position(to, 110, 29);
  put_position(to, 110, 30);
  put_position(to, 109, 29);
}

static bool decode(const GByteArray *bytes, mi_shape_kind kind, mi_shape *shape, const char *part) {
  g_autoptr(GError) error = NULL;
  /* An exact copy, so that a sanitizer sees the first byte read too far. */
  g_autofree uint8_t *copy = g_memdup2(bytes->data, bytes->len);
  bool good = mi_shape_decode(copy, bytes->len, kind, shape, &error);
  g_assert_true(good == !error);
  if (error) g_assert_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY);
  if (error) g_test_message("%s", error->message);
  if (part && (!error || !strstr(error->message, part)))
    g_error("expected \"%s\", found \"%s\"", part, error ? error->message : "no error");
  return good;
}

static void test_foreign(void) {
  static const unsigned envelope_doubles[] = {0, 4, 6, 6, 8};
  g_auto(mi_shape) shape = {0};
  for (int big = 0; big < 2; big++)
    for (unsigned dimensions = 2; dimensions <= 4; dimensions++)
      for (uint8_t envelope = 0; envelope < 5; envelope++)
        for (int multi = 0; multi < 2; multi++) {
          maker to = {g_byte_array_new(), big, dimensions};
          put_header(&to, (uint8_t)(envelope << 1), 4326, envelope_doubles[envelope]);
          if (multi) {
            put_type(&to, 6);
            put_u32(&to, 1);
          }
          put_type(&to, 3);
          put_triangle(&to);
          g_assert_true(decode(to.bytes, MI_SHAPE_POLYGONS, &shape, NULL));
          g_assert_cmpuint(shape.polygon_count, ==, 1);
          g_assert_cmpuint(shape.ring_count, ==, 1);
          g_assert_cmpuint(shape.position_count, ==, 4);
          g_assert_cmpint(shape.positions[2].lat_e7, ==, 300000000);
          decode(to.bytes, MI_SHAPE_LINE, &shape, "olygon, expected LineString");
          double box[4];
          g_assert_true(mi_shape_decode_envelope(to.bytes->data, to.bytes->len, box));
          g_assert_cmpfloat(box[1], ==, envelope ? 11 : 110);
          g_byte_array_unref(to.bytes);
        }
}

static MusterPosition random_position(mi_random *random) {
  int64_t lon_e7 = mi_random_below(random, 3600000001u), lat_e7 = mi_random_below(random, 1800000001u);
  return (MusterPosition){(int32_t)(lon_e7 - 1800000000), (int32_t)(lat_e7 - 900000000)};
}

/* Every e7 position comes back to the last digit. */
static void test_exact(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  g_autoptr(GByteArray) blob = g_byte_array_new();
  g_auto(mi_shape) shape = {0};
  for (int i = 0; i < 50000; i++) {
    MusterPosition at = random_position(&random);
    mi_shape_encode_point(blob, at);
    g_assert_true(decode(blob, MI_SHAPE_POINT, &shape, NULL));
    g_assert_cmpmem(shape.positions, sizeof at, &at, sizeof at);
  }
}

/* No cut of a good blob is taken, nor one with a byte too many. */
static void test_cuts(void) {
  const MusterPosition positions[] = {{0, 0}, {10, 0}, {10, 10}, {0, 0}, {30, 0}, {40, 0}, {40, 10}, {30, 0}};
  const uint32_t rings[] = {0, 4, 8}, polygons[] = {0, 1, 2};
  g_autoptr(GByteArray) blob = g_byte_array_new();
  g_auto(mi_shape) shape = {0};
  for (int kind = 0; kind < 3; kind++) {
    static const mi_shape_kind kinds[] = {MI_SHAPE_POINT, MI_SHAPE_LINE, MI_SHAPE_POLYGONS};
    if (kind == 0) mi_shape_encode_point(blob, positions[1]);
    if (kind == 1) mi_shape_encode_line(blob, positions, 8);
    if (kind == 2) mi_shape_encode_polygons(blob, positions, rings, polygons, 2);
    g_assert_true(decode(blob, kinds[kind], &shape, NULL));
    g_byte_array_append(blob, (const uint8_t *)"", 1);
    decode(blob, kinds[kind], &shape, "1 bytes too many");
    g_byte_array_set_size(blob, blob->len - 1);
    while (blob->len > 0) {
      g_byte_array_set_size(blob, blob->len - 1);
      g_assert_false(decode(blob, kinds[kind], &shape, NULL));
      g_assert_cmpuint(shape.position_count, ==, 0);
    }
  }
}

static void test_empty(void) {
  g_autoptr(GByteArray) blob = g_byte_array_new();
  g_auto(mi_shape) shape = {0};
  const uint32_t none[] = {0};
  double box[4];
  mi_shape_encode_polygons(blob, NULL, none, none, 0);
  g_assert_true(decode(blob, MI_SHAPE_POLYGONS, &shape, NULL));
  g_assert_cmpuint(shape.polygon_count, ==, 0);
  g_assert_false(mi_shape_decode_envelope(blob->data, blob->len, box));
  decode(blob, MI_SHAPE_POINT, &shape, "is empty");
}

static void check_hostile(void (*fill)(maker *), mi_shape_kind kind, const char *part) {
  maker to = {g_byte_array_new(), false, 2};
  g_auto(mi_shape) shape = {0};
  fill(&to);
  decode(to.bytes, kind, &shape, part);
  g_byte_array_unref(to.bytes);
}

static void fill_count(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 2);
  put_u32(to, UINT32_MAX);
  put_position(to, 1, 1);
}
static void fill_rings(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 3);
  put_u32(to, 0x40000000);
}
static void fill_members(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 6);
  put_u32(to, 0x20000000);
}
static void fill_nan(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 1);
  put_position(to, NAN, NAN);
}
static void fill_far(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 1);
  put_position(to, 29.5, 109.4);
}
static void fill_open(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 3);
  put_u32(to, 1);
  put_u32(to, 4);
  for (int i = 0; i < 4; i++) put_position(to, i, i);
}
static void fill_short_ring(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 3);
  put_u32(to, 1);
  put_u32(to, 3);
  for (int i = 0; i < 3; i++) put_position(to, 1, 1);
}
static void fill_no_ring(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 3);
  put_u32(to, 0);
}
static void fill_srs(maker *to) {
  put_header(to, 0, 4490, 0);
  put_type(to, 1);
  put_position(to, 1, 1);
}
static void fill_extended(maker *to) { put_header(to, 1 << 5, 4326, 0); }
static void fill_envelope(maker *to) { put_header(to, 5 << 1, 4326, 0); }
static void fill_type(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 7);
  put_u32(to, 0);
}
static void fill_ewkb(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 0x20000001);
  put_position(to, 1, 1);
}
static void fill_two_lines(maker *to) {
  put_header(to, 0, 4326, 0);
  put_type(to, 5);
  put_u32(to, 2);
  for (int i = 0; i < 2; i++) {
    put_type(to, 2);
    put_u32(to, 2);
    put_position(to, 1, 1);
    put_position(to, 2, 2);
  }
}
static void fill_nested(maker *to) {
  put_header(to, 0, 4326, 0);
  for (int i = 0; i < 1000; i++) {
    put_type(to, 6);
    put_u32(to, 1);
  }
}

static void test_hostile(void) {
  check_hostile(fill_count, MI_SHAPE_LINE, "claims 4294967295 parts, but only 16 bytes are left");
  check_hostile(fill_rings, MI_SHAPE_POLYGONS, "claims");
  check_hostile(fill_members, MI_SHAPE_POLYGONS, "claims");
  check_hostile(fill_nan, MI_SHAPE_POINT, "not on earth");
  check_hostile(fill_far, MI_SHAPE_POINT, "position 1 (29.5, 109.4) is not on earth");
  check_hostile(fill_open, MI_SHAPE_POLYGONS, "ring 1 is not closed");
  check_hostile(fill_short_ring, MI_SHAPE_POLYGONS, "at least 4 are expected");
  check_hostile(fill_no_ring, MI_SHAPE_POLYGONS, "has no ring");
  check_hostile(fill_srs, MI_SHAPE_POINT, "reference system 4490, expected 4326");
  check_hostile(fill_extended, MI_SHAPE_POINT, "extended");
  check_hostile(fill_envelope, MI_SHAPE_POINT, "envelope code 5");
  check_hostile(fill_type, MI_SHAPE_POINT, "is a GeometryCollection, expected Point");
  check_hostile(fill_ewkb, MI_SHAPE_POINT, "unknown type");
  check_hostile(fill_two_lines, MI_SHAPE_LINE, "MultiLineString of 2 members, one is expected");
  check_hostile(fill_nested, MI_SHAPE_POLYGONS, "member 1 is a MultiPolygon, expected Polygon");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/shape/foreign", test_foreign);
  g_test_add_func("/shape/exact", test_exact);
  g_test_add_func("/shape/cuts", test_cuts);
  g_test_add_func("/shape/empty", test_empty);
  g_test_add_func("/shape/hostile", test_hostile);
  return g_test_run();
}
