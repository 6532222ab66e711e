/* The county file: one GeoPackage, layer by layer. docs/county-file.md describes the layers to the letter; each
 * file_*.c holds the columns of some layers with their writer and reader side by side.
 */
#ifndef MI_COUNTY_FILE_H
#define MI_COUNTY_FILE_H

#include "county/county.h"
#include "geo/geopackage.h"

typedef struct mi_layer {
  const char *table, *description;
  const char *definition; /* its columns in SQL, after fid and geom */
  const char *columns;    /* the same by name, "geom" before them if there is one, in the order of an enumeration */
  const char *geometry;   /* NULL: an attributes table */
} mi_layer;

/* Creates the layer and opens it for rows; NULL on failure. */
mi_gpkg_writer *mi_layer_begin(mi_gpkg *gpkg, const mi_layer *layer, GError **error);
/* Closes what mi_layer_begin opened. */
bool mi_layer_end(mi_gpkg *gpkg, const mi_layer *layer, mi_gpkg_writer *writer, GError **error);
/* 0 stands for no reference and is written as NULL. */
void mi_layer_put_reference(mi_gpkg_writer *writer, int column, int64_t id);
/* Two columns of degrees. */
void mi_layer_put_degrees(mi_gpkg_writer *writer, int lon_column, MusterPosition position);
int64_t mi_layer_get_reference(mi_gpkg_reader *reader, int column);
/* False if both columns are NULL; refuses the row if only one is, or if they are no position. */
bool mi_layer_get_degrees(mi_gpkg_reader *reader, int lon_column, const char *what, MusterPosition *out);

bool mi_file_write_areas(mi_gpkg *gpkg, const MusterCounty *county, GError **error);
bool mi_file_read_areas(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error);
bool mi_file_write_people(mi_gpkg *gpkg, const MusterCounty *county, GError **error);
bool mi_file_read_people(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error);
bool mi_file_write_places(mi_gpkg *gpkg, const MusterCounty *county, GError **error);
bool mi_file_read_places(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error);

#endif
