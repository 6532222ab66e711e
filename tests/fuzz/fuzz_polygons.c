/* Any rings at all: the check says yes or gives a place; what it passes can be measured; the partition answers as the
 * plain test does. Input: a stream of positions, each led by a byte that may end a ring or a polygon first or choose
 * small coordinates. */
#include <string.h>

#include "index/polygons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { END_RING = 1, END_POLYGON = 2, SMALL = 4, CLOSE = 8 };

static void close_ring(mi_shape *shape, uint32_t first) {
  if (shape->position_count > first) mi_shape_add_position(shape, shape->positions[first]);
}

static void read_shape(const uint8_t *data, size_t size, mi_shape *shape) {
  uint32_t first = 0;
  size_t at = 0;
  mi_shape_reset(shape, MI_SHAPE_POLYGONS);
  while (at < size) {
    uint8_t lead = data[at++];
    int32_t pair[2] = {0};
    if (lead & SMALL) {
      if (size - at < 2) break;
      pair[0] = data[at];
      pair[1] = data[at + 1];
      at += 2;
    } else {
      if (size - at < sizeof pair) break;
      memcpy(pair, data + at, sizeof pair);
      at += sizeof pair;
    }
    if (lead & (END_RING | END_POLYGON)) {
      if (lead & CLOSE) close_ring(shape, first);
      mi_shape_end_ring(shape);
      if (lead & END_POLYGON) mi_shape_end_polygon(shape);
      first = shape->position_count;
    }
    mi_shape_add_position(shape, (MusterPosition){pair[0], pair[1]});
  }
  close_ring(shape, first);
  mi_shape_end_ring(shape);
  mi_shape_end_polygon(shape);
}

/* What the point test and the partition ask of polygons: closed rings, positions on earth. */
static bool is_usable(const mi_shape *shape) {
  for (uint32_t ring = 0; ring < shape->ring_count; ring++) {
    uint32_t first = shape->ring_first[ring], end = shape->ring_first[ring + 1];
    if (end > first && memcmp(&shape->positions[first], &shape->positions[end - 1], sizeof(MusterPosition)) != 0)
      return false;
  }
  for (uint32_t i = 0; i < shape->position_count; i++)
    if (ABS((int64_t)shape->positions[i].lon_e7) > 1800000000 || ABS((int64_t)shape->positions[i].lat_e7) > 900000000)
      return false;
  return true;
}

static void compare_partition(const mi_shape *shape, const MusterPolygons *polygons) {
  g_autoptr(MusterPartition) partition = muster_partition_new(polygons, 1);
  for (uint32_t i = 0; i < shape->position_count; i++)
    for (int32_t step = -1; step <= 1; step++) {
      MusterPosition at = shape->positions[i];
      at.lon_e7 += step;
      at.lat_e7 -= step / 2;
      g_assert((muster_partition_locate(partition, at) == 0) == muster_polygons_contain(polygons, at));
    }
}

static void measure(const MusterPolygons *polygons) {
  MusterPosition inner;
  g_auto(mi_shape) out = {0};
  g_assert(mi_polygons_area_m2(polygons) >= 0 && mi_polygons_perimeter_m(polygons) >= 0);
  if (mi_polygons_inner_point(polygons, &inner)) g_assert(muster_polygons_contain(polygons, inner));
  mi_polygons_shared_border_m(polygons, polygons);
  if (mi_polygons_overlay(MI_OVERLAY_INTERSECTION, polygons, polygons, &out, NULL)) {
    MusterPolygons same = mi_shape_polygons(&out);
    g_assert(muster_polygons_check(&same, NULL));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_auto(mi_shape) shape = {0};
  read_shape(data, size, &shape);
  MusterPolygons polygons = mi_shape_polygons(&shape);
  g_autoptr(GError) error = NULL;
  if (is_usable(&shape)) compare_partition(&shape, &polygons);
  if (muster_polygons_check(&polygons, &error))
    measure(&polygons);
  else
    g_assert(error && strlen(error->message) > 10);
  return 0;
}
