/* Measures of polygons: box, area, perimeter, centre of gravity, a point inside, shared border. */
#include <math.h>

#include "index/geos.h"
#include "index/polygons.h"

#define EARTH_RADIUS_M 6371008.8
#define RADIANS_PER_E7 (G_PI / 1800000000.0)

MusterPolygons mi_shape_polygons(const mi_shape *shape) {
  if (shape->kind != MI_SHAPE_POLYGONS || shape->polygon_count == 0) return (MusterPolygons){0};
  return (MusterPolygons){shape->positions, shape->ring_first, shape->polygon_first, shape->ring_count,
                          shape->polygon_count};
}

void mi_shape_copy_polygons(mi_shape *shape, const MusterPolygons *polygons) {
  mi_shape_reset(shape, MI_SHAPE_POLYGONS);
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    for (uint32_t ring = polygons->polygon_first[polygon]; ring < polygons->polygon_first[polygon + 1]; ring++) {
      for (uint32_t i = polygons->ring_first[ring]; i < polygons->ring_first[ring + 1]; i++)
        mi_shape_add_position(shape, polygons->positions[i]);
      mi_shape_end_ring(shape);
    }
    mi_shape_end_polygon(shape);
  }
}

bool mi_polygons_box(const MusterPolygons *polygons, MusterBox *box) {
  *box = (MusterBox){0};
  uint32_t count = polygons->ring_count ? polygons->ring_first[polygons->ring_count] : 0;
  if (count == 0) return false;
  *box = (MusterBox){INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (uint32_t i = 0; i < count; i++) {
    MusterPosition p = polygons->positions[i];
    *box = (MusterBox){MIN(box->min_lon_e7, p.lon_e7), MIN(box->min_lat_e7, p.lat_e7), MAX(box->max_lon_e7, p.lon_e7),
                       MAX(box->max_lat_e7, p.lat_e7)};
  }
  return true;
}

bool mi_box_touches_box(MusterBox a, MusterBox b) {
  return a.min_lon_e7 <= b.max_lon_e7 && b.min_lon_e7 <= a.max_lon_e7 && a.min_lat_e7 <= b.max_lat_e7 &&
         b.min_lat_e7 <= a.max_lat_e7;
}

/* By the trapezoids between the edges and the equator in Lambert's equal-area cylinder. */
static double ring_area_m2(const MusterPolygons *polygons, uint32_t ring) {
  uint32_t first = polygons->ring_first[ring], end = polygons->ring_first[ring + 1];
  if (end - first < 4) return 0;
  double sum = 0, lower = sin(polygons->positions[first].lat_e7 * RADIANS_PER_E7);
  for (uint32_t i = first; i + 1 < end; i++) {
    double upper = sin(polygons->positions[i + 1].lat_e7 * RADIANS_PER_E7);
    int64_t step_e7 = (int64_t)polygons->positions[i + 1].lon_e7 - polygons->positions[i].lon_e7;
    sum += (double)step_e7 * RADIANS_PER_E7 * (lower + upper) / 2;
    lower = upper;
  }
  return fabs(sum) * EARTH_RADIUS_M * EARTH_RADIUS_M;
}

double mi_polygons_area_m2(const MusterPolygons *polygons) {
  double sum = 0;
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    uint32_t first = polygons->polygon_first[polygon];
    for (uint32_t ring = first; ring < polygons->polygon_first[polygon + 1]; ring++)
      sum += (ring == first ? 1 : -1) * ring_area_m2(polygons, ring);
  }
  return MAX(sum, 0.0);
}

double mi_polygons_perimeter_m(const MusterPolygons *polygons) {
  double sum = 0;
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++)
      sum += muster_distance_planar_m(polygons->positions[i], polygons->positions[i + 1]);
  return sum;
}

/* The point a GEOS function makes of the polygons, on the lattice; consumes the point. */
static bool take_point(mi_geos *geos, GEOSGeometry *point, MusterPosition *out) {
  double x, y;
  bool well = point && !GEOSisEmpty_r(geos->handle, point) && GEOSGeomGetX_r(geos->handle, point, &x) &&
              GEOSGeomGetY_r(geos->handle, point, &y) && muster_position_from_degrees(x / 1e7, y / 1e7, out);
  GEOSGeom_destroy_r(geos->handle, point);
  return well;
}

typedef GEOSGeometry *(*PointMaker)(GEOSContextHandle_t handle, const GEOSGeometry *geometry);

static bool make_point(const MusterPolygons *polygons, PointMaker maker, MusterPosition *out) {
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *geometry = mi_geos_from_polygons(&geos, polygons);
  bool well = geometry && take_point(&geos, maker(geos.handle, geometry), out);
  GEOSGeom_destroy_r(geos.handle, geometry);
  mi_geos_clear(&geos);
  return well;
}

bool mi_polygons_centroid(const MusterPolygons *polygons, MusterPosition *out) {
  return make_point(polygons, GEOSGetCentroid_r, out);
}

bool mi_polygons_inner_point(const MusterPolygons *polygons, MusterPosition *out) {
  MusterPosition middle;
  if (!make_point(polygons, GEOSPointOnSurface_r, &middle)) return false;
  /* Rounding to the lattice can step over an edge of a thin polygon: then a neighbour on the lattice serves. */
  for (int ring = 0; ring <= 2; ring++)
    for (int dy = -ring; dy <= ring; dy++)
      for (int dx = -ring; dx <= ring; dx++) {
        MusterPosition at = {middle.lon_e7 + dx, middle.lat_e7 + dy};
        if (!muster_polygons_contain(polygons, at)) continue;
        *out = at;
        return true;
      }
  return false;
}

static double line_length_m(mi_geos *geos, const GEOSGeometry *line) {
  const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(geos->handle, line);
  unsigned count = 0;
  double sum = 0;
  MusterPosition last = {0, 0};
  if (!sequence || !GEOSCoordSeq_getSize_r(geos->handle, sequence, &count)) return 0;
  for (unsigned i = 0; i < count; i++) {
    double x, y;
    MusterPosition at;
    if (!GEOSCoordSeq_getXY_r(geos->handle, sequence, i, &x, &y)) return 0;
    if (!muster_position_from_degrees(x / 1e7, y / 1e7, &at)) return 0;
    if (i > 0) sum += muster_distance_planar_m(last, at);
    last = at;
  }
  return sum;
}

static double lines_length_m(mi_geos *geos, const GEOSGeometry *geometry) {
  int type = GEOSGeomTypeId_r(geos->handle, geometry);
  if (type == GEOS_LINESTRING || type == GEOS_LINEARRING) return line_length_m(geos, geometry);
  if (type != GEOS_MULTILINESTRING && type != GEOS_GEOMETRYCOLLECTION) return 0;
  double sum = 0;
  int parts = GEOSGetNumGeometries_r(geos->handle, geometry);
  for (int i = 0; i < parts; i++) sum += lines_length_m(geos, GEOSGetGeometryN_r(geos->handle, geometry, i));
  return sum;
}

double mi_polygons_shared_border_m(const MusterPolygons *a, const MusterPolygons *b) {
  MusterBox box_a, box_b;
  if (!mi_polygons_box(a, &box_a) || !mi_polygons_box(b, &box_b) || !mi_box_touches_box(box_a, box_b)) return 0;
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *rings_a = mi_geos_rings(&geos, a), *rings_b = mi_geos_rings(&geos, b);
  GEOSGeometry *shared = rings_a && rings_b ? GEOSIntersectionPrec_r(geos.handle, rings_a, rings_b, 1.0) : NULL;
  double length_m = shared ? lines_length_m(&geos, shared) : 0;
  GEOSGeom_destroy_r(geos.handle, shared);
  GEOSGeom_destroy_r(geos.handle, rings_a);
  GEOSGeom_destroy_r(geos.handle, rings_b);
  mi_geos_clear(&geos);
  return length_m;
}
