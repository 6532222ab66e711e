/* Positions of sheets to WGS 84, with the mistakes that sheets make: longitude and latitude swapped, another system,
 * 0, 0; and numbers that must not come in. */
#include <math.h>
#include <string.h>

#include "county/import.h"

/* Who is registered with a county lives or works there or close by. */
#define FAR_M 100000.0

static bool lies_in_box(const mi_import *import, MusterPosition at) {
  const MusterBox *box = &import->box;
  return import->has_box && at.lon_e7 >= box->min_lon_e7 && at.lon_e7 <= box->max_lon_e7 &&
         at.lat_e7 >= box->min_lat_e7 && at.lat_e7 <= box->max_lat_e7;
}

static double distance_to_box_m(const mi_import *import, MusterPosition at) {
  MusterPosition nearest = {CLAMP(at.lon_e7, import->box.min_lon_e7, import->box.max_lon_e7),
                            CLAMP(at.lat_e7, import->box.min_lat_e7, import->box.max_lat_e7)};
  return muster_distance_m(at, nearest);
}

static bool convert_degrees(MusterDatum datum, double lon, double lat, MusterPosition *out) {
  if (!muster_position_from_degrees(lon, lat, out)) return false;
  muster_datum_convert_degrees(datum, MUSTER_DATUM_WGS84, &lon, &lat);
  return muster_position_from_degrees(lon, lat, out);
}

/* Would the position make sense the other way round? */
static bool looks_swapped(const mi_import *import, double lon, double lat) {
  MusterPosition turned;
  if (import->projection || !convert_degrees(import->input->datum, lat, lon, &turned)) return false;
  return import->has_box ? lies_in_box(import, turned) : fabs(lat) > 90;
}

static bool to_wgs84(mi_import *import, double x, double y, MusterPosition *out, char **problem, bool *second) {
  if (import->projection) {
    g_autoptr(GError) error = NULL;
    if (muster_projection_to_wgs84(import->projection, x, y, out, &error)) return true;
    *problem = g_strdup(error->message);
    return false;
  }
  if (convert_degrees(import->input->datum, x, y, out)) return true;
  *second = fabs(x) <= 180;
  *problem =
      g_strdup_printf("expected a %s, found %.9g%s", *second ? "latitude from -90 to 90" : "longitude from -180 to 180",
                      *second ? y : x, looks_swapped(import, x, y) ? "; longitude and latitude look swapped" : "");
  return false;
}

bool mi_import_place(mi_import *import, double x, double y, MusterPosition *out, char **problem, bool *second) {
  *second = false;
  if (!to_wgs84(import, x, y, out, problem, second)) return false;
  if (!import->has_box || lies_in_box(import, *out)) return true;
  double away_m = distance_to_box_m(import, *out);
  if (away_m > FAR_M && looks_swapped(import, x, y)) {
    *problem = g_strdup_printf(
        "longitude %.9g and latitude %.9g look swapped: the other way round they lie in the county", x, y);
    return false;
  }
  if (away_m <= FAR_M) return true;
  *problem = g_strdup_printf("expected a position within 100 km of the county, found %.9g, %.9g, %.0f km away", x, y,
                             away_m / 1000);
  return false;
}

static size_t count_digits(const char *text) { return strspn(text, "0123456789"); }

const char *mi_import_private_number(const char *text) {
  const char *at = g_str_has_prefix(text, "+86") ? text + 3 : text;
  size_t digits = count_digits(at);
  if (digits == 11 && at[11] == '\0' && at[0] == '1' && at[1] >= '3') return "a mobile phone number";
  if (digits >= 17 && (at[digits] == 'X' || at[digits] == 'x' || digits == 18) && strlen(at) == 18 &&
      (at[6] == '1' || at[6] == '2'))
    return "an identity card number";
  return NULL;
}

bool mi_import_is_mangled(const char *text) {
  const char *at = text + count_digits(text);
  if (at == text) return false;
  if (*at == '.') at += 1 + count_digits(at + 1);
  if (*at != 'e' && *at != 'E') return false;
  at++;
  if (*at == '+' || *at == '-') at++;
  size_t digits = count_digits(at);
  return digits > 0 && at[digits] == '\0';
}

bool mi_import_is_one_line(const char *text) {
  for (size_t i = 0; text[i];) {
    gunichar character = g_utf8_get_char(text + i);
    if (g_unichar_iscntrl(character)) return false;
    i += (size_t)g_unichar_to_utf8(character, NULL);
  }
  return true;
}
