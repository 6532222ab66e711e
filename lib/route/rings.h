/* Areas of rising limits, made to lie one in another. */
#ifndef MI_ROUTE_RINGS_H
#define MI_ROUTE_RINGS_H

#include "index/geos.h"

/* Cuts `count` polygonal areas on the lattice, smallest first, down to the next larger one each: afterwards each covers
 * the one before it exactly (GEOSCovers), and two lattice steps (2.2 cm) are left between their borders. The largest
 * stays as it is. Replaces them in place; false with the reason in geos->message, each still the caller's. */
bool mi_rings_nest(mi_geos *geos, GEOSGeometry **areas, size_t count);

#endif
