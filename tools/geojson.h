/* Coordinates in GeoJSON (RFC 7946): longitude first, WGS 84, exactly the seven decimals a position has. */
#ifndef MT_GEOJSON_H
#define MT_GEOJSON_H

#include "common.h"

/* [LON,LAT] */
void mt_geojson_position(FILE *stream, MusterPosition position);
/* [[LON,LAT],…] */
void mt_geojson_line(FILE *stream, const MusterPosition *positions, size_t count);
/* The geometry object of a MultiPolygon. */
void mt_geojson_polygons(FILE *stream, const MusterPolygons *polygons);
/* A quoted JSON text. */
void mt_geojson_text(FILE *stream, const char *text);

#endif
