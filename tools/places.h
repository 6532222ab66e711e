/* Files of places: LON,LAT or node:ID a line; blank lines and # comments pass. */
#ifndef MT_PLACES_H
#define MT_PLACES_H

#include "common.h"

/* Appends a MusterRoadPoint for each line to `places`; "FILE:LINE: …" otherwise. "-" is standard input. */
bool mt_places_read(GArray *places, const char *path, const mt_common *common, const MusterNetwork *network,
                    GError **error);

#endif
