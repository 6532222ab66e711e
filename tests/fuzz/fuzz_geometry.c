/* Geometry blobs of a GeoPackage. The first byte chooses the wanted kind. What is taken must come back the same after
 * it was written again. */
#include <string.h>

#include "geo/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(GByteArray *blob, const mi_shape *shape) {
  switch (shape->kind) {
    case MI_SHAPE_POINT:
      mi_shape_encode_point(blob, shape->positions[0]);
      break;
    case MI_SHAPE_LINE:
      mi_shape_encode_line(blob, shape->positions, shape->position_count);
      break;
    case MI_SHAPE_POLYGONS:
      mi_shape_encode_polygons(blob, shape->positions, shape->ring_first, shape->polygon_first, shape->polygon_count);
  }
}

static bool equals(const mi_shape *a, const mi_shape *b) {
  return a->position_count == b->position_count && a->ring_count == b->ring_count &&
         a->polygon_count == b->polygon_count &&
         memcmp(a->ring_first, b->ring_first, (a->ring_count + 1) * sizeof *a->ring_first) == 0 &&
         memcmp(a->polygon_first, b->polygon_first, (a->polygon_count + 1) * sizeof *a->polygon_first) == 0 &&
         (a->position_count == 0 || memcmp(a->positions, b->positions, a->position_count * sizeof *a->positions) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const mi_shape_kind kinds[] = {MI_SHAPE_POINT, MI_SHAPE_LINE, MI_SHAPE_POLYGONS};
  if (size == 0) return 0;
  g_auto(mi_shape) shape = {0}, again = {0};
  mi_shape_kind kind = kinds[data[0] % G_N_ELEMENTS(kinds)];
  double envelope[4];
  mi_shape_decode_envelope(data + 1, size - 1, envelope);
  if (!mi_shape_decode(data + 1, size - 1, kind, &shape, NULL)) return 0;
  g_autoptr(GByteArray) blob = g_byte_array_new();
  encode(blob, &shape);
  g_assert_true(mi_shape_decode(blob->data, blob->len, kind, &again, NULL));
  g_assert_true(equals(&shape, &again));
  return 0;
}
