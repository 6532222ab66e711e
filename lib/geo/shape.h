/* A point, a line or polygons in growable arrays, and their GeoPackage geometry blob.
 *
 * The blob is the standard GeoPackageBinary header (OGC 12-128r17, 2.1.3) and ISO well-known binary (OGC 06-103r4,
 * 8.2). Degrees are the double nearest to value_e7 / 10⁷, so that reading rounds back to the very same integers.
 */
#ifndef MI_GEO_SHAPE_H
#define MI_GEO_SHAPE_H

#include <muster/geo.h>

typedef enum mi_shape_kind { MI_SHAPE_POINT = 1, MI_SHAPE_LINE = 2, MI_SHAPE_POLYGONS = 6 } mi_shape_kind;

/* Arrays as in MusterPolygons: polygon p has the rings polygon_first[p] … polygon_first[p + 1] − 1, ring r the
 * positions ring_first[r] … ring_first[r + 1] − 1, closed, at least 4. Of a point and a line only `positions` counts.
 */
typedef struct mi_shape {
  mi_shape_kind kind;
  MusterPosition *positions;
  uint32_t *ring_first, *polygon_first;
  uint32_t position_count, ring_count, polygon_count;
  uint32_t position_capacity, ring_capacity, polygon_capacity;
} mi_shape;

/* A zeroed mi_shape is empty and ready. */
void mi_shape_clear(mi_shape *shape);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_shape, mi_shape_clear)
/* Empties it and keeps the memory. */
void mi_shape_reset(mi_shape *shape, mi_shape_kind kind);
void mi_shape_add_position(mi_shape *shape, MusterPosition position);
/* The positions added since the last ring, respectively the rings since the last polygon, become one. */
void mi_shape_end_ring(mi_shape *shape);
void mi_shape_end_polygon(mi_shape *shape);

/* Reads a blob of the wanted kind: both byte orders; a Polygon as well as a MultiPolygon, a MultiLineString or
 * MultiPoint of one member; heights and measures are passed over. Refused (MUSTER_GEO_ERROR_GEOMETRY, a sentence
 * without the file): another kind, an empty geometry where a point or line is wanted, a line below 2 positions, rings
 * open or below 4 positions, positions not on earth, a reference system other than 4326, bytes missing or left over. */
bool mi_shape_decode(const uint8_t *blob, size_t size, mi_shape_kind kind, mi_shape *shape, GError **error);
/* Only the envelope in degrees, from the header or the coordinates: minx, maxx, miny, maxy. False if empty or broken.
 */
bool mi_shape_decode_envelope(const uint8_t *blob, size_t size, double envelope[4]);

/* Appends to nothing: `out` is set to the length of the blob and filled. Little endian, with envelope. */
void mi_shape_encode_point(GByteArray *out, MusterPosition point);
void mi_shape_encode_line(GByteArray *out, const MusterPosition *positions, size_t count);
void mi_shape_encode_polygons(GByteArray *out, const MusterPosition *positions, const uint32_t *ring_first,
                              const uint32_t *polygon_first, uint32_t polygon_count);

#endif
