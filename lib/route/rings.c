/* Nesting by construction; see rings.h.
 *
 * Each area is drawn and thinned by itself, so the border of a smaller one may stand out of a larger one by some
 * metres. From the largest downwards, an area becomes what it has in common with the next larger one drawn in by two
 * lattice steps. The result is rounded to the lattice, which moves a border by less than one step (Hobby, "Practical
 * segment intersection with finite precision output", Computational Geometry 13, 1999), so it cannot leave the larger
 * area. Borders that run on one line, as they do along every road that both areas hold, are set apart in the same way;
 * noded on the lattice together they would leave slivers.
 */
#include "route/rings.h"

static const double APART_STEPS = 2;
enum { CORNER_SEGMENTS = 1 }; /* a quarter circle in so many pieces: at a corner 1.4 of the two steps are left */

static GEOSGeometry *cut(mi_geos *geos, const GEOSGeometry *inner, const GEOSGeometry *outer) {
  GEOSGeometry *room = GEOSBuffer_r(geos->handle, outer, -APART_STEPS, CORNER_SEGMENTS);
  return room ? mi_geos_replace(geos, room, GEOSIntersectionPrec_r(geos->handle, inner, room, 1.0)) : NULL;
}

bool mi_rings_nest(mi_geos *geos, GEOSGeometry **areas, size_t count) {
  for (size_t i = count; i > 1; i--) {
    GEOSGeometry *nested = cut(geos, areas[i - 2], areas[i - 1]);
    if (!nested) return false;
    areas[i - 2] = mi_geos_replace(geos, areas[i - 2], nested);
  }
  return true;
}
