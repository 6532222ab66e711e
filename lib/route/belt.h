/* All ground within a margin of many lines, as one geometry. */
#ifndef MI_ROUTE_BELT_H
#define MI_ROUTE_BELT_H

#include "index/geos.h"

/* Polygons that hold every point of the lines with more than half of the margin around it, and nothing farther from
 * them than the margin; where it can they are 6/7 of it wide. `lines` are lines and points
 * in a plane, in the unit of `margin`, in any collection. NULL with the reason in geos->message. The caller's. */
GEOSGeometry *mi_belt_draw(mi_geos *geos, const GEOSGeometry *lines, double margin);

#endif
