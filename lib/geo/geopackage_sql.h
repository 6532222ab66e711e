/* SQL functions of a GeoPackage: ST_MinX, ST_MaxX, ST_MinY, ST_MaxY, ST_IsEmpty. */
#ifndef MI_GEO_GEOPACKAGE_SQL_H
#define MI_GEO_GEOPACKAGE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>

/* Needed on every connection that edits a layer with an r-tree. */
bool mi_gpkg_register_functions(sqlite3 *db);

#endif
