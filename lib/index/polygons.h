/* What other modules need of polygons beyond the public calls: measures, overlays, exact tilings.
 *
 * Coordinates stay on the e7 lattice: GEOS computes on integer-valued coordinates with a precision grid of 1, so every
 * vertex it returns is a position and polygons cut along one line share its vertices exactly. Owned polygons are
 * mi_shape of lib/geo. Each call has its own GEOS context: any thread.
 */
#ifndef MI_INDEX_POLYGONS_H
#define MI_INDEX_POLYGONS_H

#include <muster/index.h>

#include "geo/shape.h"

/* The polygons of a shape of kind MI_SHAPE_POLYGONS, seen as MusterPolygons; valid while the shape is not changed. */
MusterPolygons mi_shape_polygons(const mi_shape *shape);
/* Replaces what `shape` holds. */
void mi_shape_copy_polygons(mi_shape *shape, const MusterPolygons *polygons);

/* False (and an empty box at 0, 0) if there is no position. */
bool mi_polygons_box(const MusterPolygons *polygons, MusterBox *box);
bool mi_box_touches_box(MusterBox a, MusterBox b);
/* Holes taken off; 0 for none. On the sphere, edges straight in the equal-area cylinder: areas of parts add up. */
double mi_polygons_area_m2(const MusterPolygons *polygons);
/* Length of all rings, holes included. */
double mi_polygons_perimeter_m(const MusterPolygons *polygons);
/* The area's centre of gravity on the lattice, which may lie outside. False if there is no area. */
bool mi_polygons_centroid(const MusterPolygons *polygons, MusterPosition *out);
/* A position well inside, held by muster_polygons_contain. False if the polygons hold no position of the lattice. */
bool mi_polygons_inner_point(const MusterPolygons *polygons, MusterPosition *out);
/* Length of the border that two polygon sets share, in metres; touching at points counts 0. */
double mi_polygons_shared_border_m(const MusterPolygons *a, const MusterPolygons *b);

typedef enum mi_overlay { MI_OVERLAY_INTERSECTION, MI_OVERLAY_UNION, MI_OVERLAY_DIFFERENCE } mi_overlay;
/* The polygons of the result (points and lines in it are dropped); may be empty. Replaces what `out` holds. The input
 * must be valid (muster_polygons_check). MUSTER_GEO_ERROR_GEOMETRY if GEOS cannot. */
bool mi_polygons_overlay(mi_overlay overlay, const MusterPolygons *a, const MusterPolygons *b, mi_shape *out,
                         GError **error);
/* The union of many; what overlaps or shares borders merges. */
bool mi_polygons_unite(const MusterPolygons *const *sets, size_t count, mi_shape *out, GError **error);

/* Cuts areas that do not overlap (they may share borders) into cells, one a site: site i gets the part of area
 * site_area[i] (NULL: all 0) that is nearer to it than to any other site of that area, in the local plane of the areas'
 * middle latitude; cells[i] may have several parts. `cells` are `count` zeroed or earlier shapes, replaced.
 *
 * All borders are noded together once and the faces handed out, so neighbouring cells share exactly the same vertices,
 * also across the borders of areas: together the cells tile their union without gap or overlap, and each position of
 * it lies in exactly one by muster_polygons_contain. Where a cell's border meets an edge of an area, the edge gets a
 * vertex there and may move by one lattice step (1.1 cm): where the area itself must agree to the last bit, replace it
 * by mi_polygons_unite of its cells. Edges of areas shorter than that survive only as far as the lattice allows.
 *
 * MUSTER_GEO_ERROR_GEOMETRY: two sites of an area at one place, an area without a site, a site left without a cell, or
 * GEOS cannot. Same input, same vertices. */
bool mi_polygons_tile(const MusterPolygons *areas, size_t area_count, const MusterPosition *sites,
                      const uint32_t *site_area, size_t count, mi_shape *cells, GError **error);

#endif
