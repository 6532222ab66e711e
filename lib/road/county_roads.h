/* The layers "roads" and "barriers" of a county file: the one place that knows their columns (docs/county-file.md).
 *
 * roads, LINESTRING: way_id INTEGER (NULL: drawn by hand), class TEXT, surface TEXT, open_forward TEXT and
 * open_backward TEXT (mode names with commas; NULL: as the class is by default), maxspeed_kmh INTEGER, ferry_s INTEGER,
 * name TEXT, node_ids TEXT (one for each vertex, with blanks; NULL: vertices meet others of the very same position).
 * barriers, POINT: node_id INTEGER (NULL: the node at that position), closed_modes TEXT.
 */
#ifndef MI_ROAD_COUNTY_ROADS_H
#define MI_ROAD_COUNTY_ROADS_H

#include <muster/road.h>

#include "geo/geopackage.h"

/* Adds both layers to a file being written: ways by ascending id, whatever the order they were added in. Barriers on no
 * way are left out. Errors: MUSTER_GEO_ERROR_FILE. */
bool mi_roads_write_layers(mi_gpkg *gpkg, const MusterRoads *roads, GError **error);
/* Reads both; an empty set if the file has no layer "roads". Errors: MUSTER_GEO_ERROR_FILE. */
MusterRoads *mi_roads_read_layers(mi_gpkg *gpkg, GError **error);

#endif
