/* Overlays on the lattice: GEOS's OverlayNG with a precision grid of one unit (snap rounding), so that every vertex of
 * the result is a position. */
#include "index/geos.h"
#include "index/polygons.h"

static GEOSGeometry *overlay_geometries(mi_geos *geos, mi_overlay overlay, const GEOSGeometry *a,
                                        const GEOSGeometry *b) {
  switch (overlay) {
    case MI_OVERLAY_INTERSECTION:
      return GEOSIntersectionPrec_r(geos->handle, a, b, 1.0);
    case MI_OVERLAY_UNION:
      return GEOSUnionPrec_r(geos->handle, a, b, 1.0);
    case MI_OVERLAY_DIFFERENCE:
      return GEOSDifferencePrec_r(geos->handle, a, b, 1.0);
  }
  return NULL;
}

/* Consumes the result (NULL: it failed) and the context. */
static bool finish(mi_geos *geos, GEOSGeometry *result, const char *what, mi_shape *out, GError **error) {
  bool well = result && mi_geos_to_shape(geos, result, out);
  if (!well) {
    mi_shape_reset(out, MI_SHAPE_POLYGONS);
    mi_geos_fail(geos, what, error);
  }
  GEOSGeom_destroy_r(geos->handle, result);
  mi_geos_clear(geos);
  return well;
}

bool mi_polygons_overlay(mi_overlay overlay, const MusterPolygons *a, const MusterPolygons *b, mi_shape *out,
                         GError **error) {
  mi_geos geos;
  mi_geos_init(&geos);
  GEOSGeometry *left = mi_geos_from_polygons(&geos, a), *right = mi_geos_from_polygons(&geos, b);
  GEOSGeometry *result = left && right ? overlay_geometries(&geos, overlay, left, right) : NULL;
  GEOSGeom_destroy_r(geos.handle, left);
  GEOSGeom_destroy_r(geos.handle, right);
  return finish(&geos, result, "overlay of polygons", out, error);
}

bool mi_polygons_unite(const MusterPolygons *const *sets, size_t count, mi_shape *out, GError **error) {
  mi_geos geos;
  mi_geos_init(&geos);
  g_autoptr(GPtrArray) members = g_ptr_array_new();
  bool well = true;
  for (size_t i = 0; well && i < count; i++) {
    GEOSGeometry *member = mi_geos_from_polygons(&geos, sets[i]);
    if (member) g_ptr_array_add(members, member);
    well = member != NULL;
  }
  /* The collection owns its members, also if it cannot be made. */
  GEOSGeometry *all =
      GEOSGeom_createCollection_r(geos.handle, GEOS_GEOMETRYCOLLECTION, (GEOSGeometry **)members->pdata, members->len);
  GEOSGeometry *result = well && all ? GEOSUnaryUnionPrec_r(geos.handle, all, 1.0) : NULL;
  GEOSGeom_destroy_r(geos.handle, all);
  return finish(&geos, result, "union of polygons", out, error);
}
