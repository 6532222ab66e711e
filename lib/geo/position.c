/* Positions from degrees and from text. Text is read by g_ascii_strtod: the same in every locale. */
#include <math.h>
#include <muster/geo.h>
#include <string.h>

GQuark muster_geo_error_quark(void) { return g_quark_from_static_string("muster-geo-error"); }

bool muster_position_from_degrees(double lon_deg, double lat_deg, MusterPosition *out) {
  /* Compared after the rounding, so that 180.00000001 still is the antimeridian; NaN fails both comparisons. */
  double lon = round(lon_deg * 1e7), lat = round(lat_deg * 1e7);
  if (!(fabs(lon) <= 1800000000.0) || !(fabs(lat) <= 900000000.0)) return false;
  *out = (MusterPosition){(int32_t)lon, (int32_t)lat};
  return true;
}

static const char *skip_spaces(const char *at) {
  while (g_ascii_isspace(*at)) at++;
  return at;
}

/* A plain decimal number; strtod would also take "inf", "nan" and hexadecimal. */
static bool read_degrees(const char **at, double *out) {
  const char *start = skip_spaces(*at);
  size_t length = strspn(start, "+-.0123456789eE");
  if (length == 0) return false;
  char *end;
  *out = g_ascii_strtod(start, &end);
  if (end != start + length) return false;
  *at = skip_spaces(end);
  return true;
}

bool muster_position_parse(const char *text, MusterPosition *out, GError **error) {
  const char *at = text;
  double lon, lat;
  bool read = read_degrees(&at, &lon) && *at++ == ',' && read_degrees(&at, &lat) && *at == '\0';
  if (!read) {
    g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE,
                "\"%.60s\" is not a position; expected LON,LAT in decimal degrees, such as 109.4076,29.4935", text);
    return false;
  }
  if (muster_position_from_degrees(lon, lat, out)) return true;
  bool swapped = fabs(lon) <= 90 && fabs(lat) <= 180;
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE,
              "\"%.60s\" is not on earth: longitude lies within -180 and 180, latitude within -90 and 90%s", text,
              swapped ? "; longitude comes first" : "");
  return false;
}
