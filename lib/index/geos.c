/* GEOS behind one context a call; see geos.h. */
#include "index/geos.h"

#include <math.h>
#include <string.h>

static void keep_message(const char *message, void *user_data) {
  mi_geos *geos = user_data;
  g_strlcpy(geos->message, message, sizeof geos->message);
}

void mi_geos_init(mi_geos *geos) {
  geos->message[0] = '\0';
  geos->handle = GEOS_init_r();
  GEOSContext_setErrorMessageHandler_r(geos->handle, keep_message, geos);
}

void mi_geos_clear(mi_geos *geos) {
  GEOS_finish_r(geos->handle);
  geos->handle = NULL;
}

bool mi_geos_fail(const mi_geos *geos, const char *what, GError **error) {
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "%s: %s", what,
              geos->message[0] ? geos->message : "the geometry cannot be handled");
  return false;
}

static GEOSCoordSequence *new_sequence(mi_geos *geos, const MusterPosition *positions, uint32_t count) {
  GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(geos->handle, count, 2);
  for (uint32_t i = 0; sequence && i < count; i++)
    GEOSCoordSeq_setXY_r(geos->handle, sequence, i, positions[i].lon_e7, positions[i].lat_e7);
  return sequence;
}

GEOSGeometry *mi_geos_line(mi_geos *geos, const MusterPosition *positions, uint32_t count) {
  GEOSCoordSequence *sequence = new_sequence(geos, positions, count);
  return sequence ? GEOSGeom_createLineString_r(geos->handle, sequence) : NULL;
}

static GEOSGeometry *new_ring(mi_geos *geos, const MusterPolygons *polygons, uint32_t ring) {
  uint32_t first = polygons->ring_first[ring], count = polygons->ring_first[ring + 1] - first;
  GEOSCoordSequence *sequence = new_sequence(geos, polygons->positions + first, count);
  return sequence ? GEOSGeom_createLinearRing_r(geos->handle, sequence) : NULL;
}

static void destroy_all(mi_geos *geos, GPtrArray *geometries) {
  for (guint i = 0; i < geometries->len; i++) GEOSGeom_destroy_r(geos->handle, g_ptr_array_index(geometries, i));
  g_ptr_array_set_size(geometries, 0);
}

/* Adds it, or destroys what has been gathered and says false. */
static bool gather(mi_geos *geos, GPtrArray *geometries, GEOSGeometry *geometry) {
  if (geometry) {
    g_ptr_array_add(geometries, geometry);
    return true;
  }
  destroy_all(geos, geometries);
  return false;
}

GEOSGeometry *mi_geos_from_polygon(mi_geos *geos, const MusterPolygons *polygons, uint32_t polygon) {
  uint32_t first = polygons->polygon_first[polygon], end = polygons->polygon_first[polygon + 1];
  if (first == end) return GEOSGeom_createEmptyPolygon_r(geos->handle);
  g_autoptr(GPtrArray) rings = g_ptr_array_new();
  for (uint32_t ring = first; ring < end; ring++)
    if (!gather(geos, rings, new_ring(geos, polygons, ring))) return NULL;
  GEOSGeometry **holes = (GEOSGeometry **)rings->pdata + 1;
  return GEOSGeom_createPolygon_r(geos->handle, rings->pdata[0], holes, rings->len - 1);
}

GEOSGeometry *mi_geos_from_polygons(mi_geos *geos, const MusterPolygons *polygons) {
  g_autoptr(GPtrArray) parts = g_ptr_array_new();
  for (uint32_t i = 0; i < polygons->polygon_count; i++)
    if (!gather(geos, parts, mi_geos_from_polygon(geos, polygons, i))) return NULL;
  return GEOSGeom_createCollection_r(geos->handle, GEOS_MULTIPOLYGON, (GEOSGeometry **)parts->pdata, parts->len);
}

GEOSGeometry *mi_geos_rings(mi_geos *geos, const MusterPolygons *polygons) {
  g_autoptr(GPtrArray) lines = g_ptr_array_new();
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++) {
    uint32_t first = polygons->ring_first[ring], count = polygons->ring_first[ring + 1] - first;
    if (count >= 2 && !gather(geos, lines, mi_geos_line(geos, polygons->positions + first, count))) return NULL;
  }
  return GEOSGeom_createCollection_r(geos->handle, GEOS_MULTILINESTRING, (GEOSGeometry **)lines->pdata, lines->len);
}

GEOSGeometry *mi_geos_replace(mi_geos *geos, GEOSGeometry *old, GEOSGeometry *changed) {
  GEOSGeom_destroy_r(geos->handle, old);
  return changed;
}

static bool add_ring(mi_geos *geos, const GEOSGeometry *ring, mi_shape *out) {
  const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(geos->handle, ring);
  unsigned count = 0;
  if (!sequence || !GEOSCoordSeq_getSize_r(geos->handle, sequence, &count)) return false;
  for (unsigned i = 0; i < count; i++) {
    double x, y;
    MusterPosition position;
    if (!GEOSCoordSeq_getXY_r(geos->handle, sequence, i, &x, &y)) return false;
    if (!muster_position_from_degrees(round(x) / 1e7, round(y) / 1e7, &position)) return false;
    mi_shape_add_position(out, position);
  }
  mi_shape_end_ring(out);
  return true;
}

static bool add_polygon(mi_geos *geos, const GEOSGeometry *polygon, mi_shape *out) {
  if (GEOSisEmpty_r(geos->handle, polygon)) return true;
  if (!add_ring(geos, GEOSGetExteriorRing_r(geos->handle, polygon), out)) return false;
  int holes = GEOSGetNumInteriorRings_r(geos->handle, polygon);
  for (int i = 0; i < holes; i++)
    if (!add_ring(geos, GEOSGetInteriorRingN_r(geos->handle, polygon, i), out)) return false;
  mi_shape_end_polygon(out);
  return true;
}

static bool add_parts(mi_geos *geos, const GEOSGeometry *geometry, mi_shape *out) {
  int type = GEOSGeomTypeId_r(geos->handle, geometry);
  if (type == GEOS_POLYGON) return add_polygon(geos, geometry, out);
  if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) return true;
  int parts = GEOSGetNumGeometries_r(geos->handle, geometry);
  for (int i = 0; i < parts; i++)
    if (!add_parts(geos, GEOSGetGeometryN_r(geos->handle, geometry, i), out)) return false;
  return true;
}

bool mi_geos_to_shape(mi_geos *geos, const GEOSGeometry *geometry, mi_shape *out) {
  mi_shape_reset(out, MI_SHAPE_POLYGONS);
  GEOSGeometry *normal = GEOSGeom_clone_r(geos->handle, geometry);
  bool well = normal && GEOSNormalize_r(geos->handle, normal) == 0 && add_parts(geos, normal, out);
  GEOSGeom_destroy_r(geos->handle, normal);
  return well;
}
