/* Positions, distances and datums.
 *
 * A position is degrees × 10⁷ in 32-bit integers (about 1.1 cm), in WGS 84 unless a datum is named. The library
 * computes in WGS 84 only; other datums are converted at the edge.
 */
#ifndef MUSTER_GEO_H
#define MUSTER_GEO_H

#include <muster/base.h>

G_BEGIN_DECLS

#define MUSTER_GEO_ERROR (muster_geo_error_quark())
MUSTER_EXPORT GQuark muster_geo_error_quark(void);
typedef enum MusterGeoError {
  MUSTER_GEO_ERROR_RANGE,    /* not a position on earth */
  MUSTER_GEO_ERROR_DATUM,    /* unknown datum name */
  MUSTER_GEO_ERROR_CRS,      /* coordinate reference system unknown or not usable */
  MUSTER_GEO_ERROR_GEOMETRY, /* geometry invalid or of the wrong type; the message holds the place */
  MUSTER_GEO_ERROR_FILE,     /* not a usable GeoPackage, or it cannot be read or written */
} MusterGeoError;

typedef struct MusterPosition {
  int32_t lon_e7; /* degrees × 10⁷, −1,800,000,000 to 1,800,000,000 */
  int32_t lat_e7; /* degrees × 10⁷,   −900,000,000 to   900,000,000 */
} MusterPosition;

typedef struct MusterBox {
  int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7;
} MusterBox;

/* From degrees, rounded half away from zero. False if not a number or outside the earth; *out is then untouched. */
MUSTER_EXPORT bool muster_position_from_degrees(double lon_deg, double lat_deg, MusterPosition *out);
/* "LON,LAT" in decimal degrees, blanks around the numbers allowed; the whole text must be read. No other notation
 * (minutes, hexadecimal, "nan"), the same in every locale. MUSTER_GEO_ERROR_RANGE; *out is then untouched. */
MUSTER_EXPORT bool muster_position_parse(const char *text, MusterPosition *out, GError **error);

/* Great-circle distance on the mean-radius sphere (6,371,008.8 m), haversine; metres. Within 0.6 % of the WGS 84
 * geodesic. The antimeridian is no border; at a pole the longitude does not count. Any thread. */
MUSTER_EXPORT double muster_distance_m(MusterPosition a, MusterPosition b);
/* Local planar distance (equirectangular about the mean latitude); metres. Within 0.1 % of the great circle below 100
 * km up to 65° of latitude. Crosses the antimeridian the short way. Any thread. */
MUSTER_EXPORT double muster_distance_planar_m(MusterPosition a, MusterPosition b);
/* The point of the segment a–b nearest to p in the plane about p; returns metres. *along gets 0 at a … 1 at b (0 if
 * both are one point), *nearest the point; both may be NULL. Any thread. */
MUSTER_EXPORT double muster_distance_to_segment_m(MusterPosition p, MusterPosition a, MusterPosition b, double *along,
                                                  MusterPosition *nearest);

typedef enum MusterDatum {
  MUSTER_DATUM_WGS84,
  MUSTER_DATUM_CGCS2000, /* within decimetres of WGS 84: converted as identity */
  MUSTER_DATUM_GCJ02,    /* the known offset; identity outside 72.004° to 137.8347° E, 0.8293° to 55.8271° N */
  MUSTER_DATUM_BD09,     /* Baidu's further offset on GCJ-02; identity outside the same box */
} MusterDatum;

/* "wgs84", "cgcs2000", "gcj02", "bd09". */
MUSTER_EXPORT bool muster_datum_from_name(const char *name, MusterDatum *out, GError **error);
MUSTER_EXPORT const char *muster_datum_name(MusterDatum datum);
/* Converts in place, O(count). The inverse of GCJ-02 and BD-09 iterates until it returns to the start; a round trip
 * ends within 1e-7° of it. Both are good to about 1 m against the map services (docs/coordinates.md). Positions must be
 * on earth and stay there. Any thread. */
MUSTER_EXPORT void muster_datum_convert(MusterDatum from, MusterDatum to, MusterPosition *positions, size_t count);
/* The same for one position in double degrees, where more decimals are at hand. Neither pointer may be NULL. */
MUSTER_EXPORT void muster_datum_convert_degrees(MusterDatum from, MusterDatum to, double *lon_deg, double *lat_deg);

/* Any geographic or projected coordinate reference system PROJ knows ↔ WGS 84 longitude, latitude. One object a thread
 * (it owns a PROJ context); network access is off; axis order is always x = easting or longitude, y = northing or
 * latitude, in the system's own unit. Refused with MUSTER_GEO_ERROR_CRS: an unknown system, one without a place on the
 * map (heights, earth-centred), one whose change of datum is not known, and a position outside the area of use of every
 * known change of datum. A position that cannot be converted: MUSTER_GEO_ERROR_RANGE; outputs are then untouched. */
typedef struct MusterProjection MusterProjection;
MUSTER_EXPORT MusterProjection *muster_projection_new(const char *crs /* "EPSG:4547" … */, GError **error);
MUSTER_EXPORT void muster_projection_free(MusterProjection *projection);
MUSTER_EXPORT bool muster_projection_to_wgs84(MusterProjection *projection, double x, double y, MusterPosition *out,
                                              GError **error);
MUSTER_EXPORT bool muster_projection_from_wgs84(MusterProjection *projection, MusterPosition position, double *x,
                                                double *y, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterProjection, muster_projection_free)

G_END_DECLS

#endif
