/* Polygons for tests, written as text: rings of "x y" pairs in e7 units apart by ";" within a polygon, polygons by "/".
 */
#ifndef MUSTER_TESTS_INDEX_SHAPES_H
#define MUSTER_TESTS_INDEX_SHAPES_H

#include <stdlib.h>

#include "index/polygons.h"

static inline void add_shape_text(mi_shape *shape, const char *text) {
  while (*text) {
    if (*text == ';' || *text == '/') {
      mi_shape_end_ring(shape);
      if (*text == '/') mi_shape_end_polygon(shape);
      text++;
    }
    char *end;
    long x = strtol(text, &end, 10);
    long y = strtol(end, &end, 10);
    mi_shape_add_position(shape, (MusterPosition){(int32_t)x, (int32_t)y});
    for (text = end; *text == ' ' || *text == ','; text++) continue;
  }
  mi_shape_end_ring(shape);
  mi_shape_end_polygon(shape);
}

static inline mi_shape shape_of(const char *text) {
  mi_shape shape = {0};
  mi_shape_reset(&shape, MI_SHAPE_POLYGONS);
  add_shape_text(&shape, text);
  return shape;
}

#endif
