/* Areas from a GeoJSON file (RFC 7946). */
#ifndef MT_AREA_H
#define MT_AREA_H

#include "common.h"

/* The polygons of one Polygon or MultiPolygon, valid by muster_polygons_check, in WGS 84; gone after the call. */
typedef void (*mt_area_use)(const MusterPolygons *polygons, void *user_data);

/* Shows `use` each Polygon and MultiPolygon of the file, in order: the file's one geometry, or those of its features
 * and collections. Geometries may overlap; a file may hold none. Coordinates are in the command's datum. "-" is
 * standard input. On failure "FILE: feature N: …" and some may have been shown already. */
bool mt_area_read(const char *path, const mt_common *common, mt_area_use use, void *user_data, GError **error);

#endif
