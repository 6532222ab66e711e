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

/* The digits and the letters of a text as people write numbers: without blanks, hyphens, brackets and apostrophes, wide
 * characters as plain ones, and without the ".0" that a spreadsheet's column of numbers gets. False if it is too long
 * for the number of a person. */
static bool squeeze_number(const char *text, char *out, size_t size) {
  size_t count = 0;
  for (size_t i = 0; text[i];) {
    gunichar character = g_utf8_get_char(text + i);
    i += (size_t)g_unichar_to_utf8(character, NULL);
    if (character >= 0xFF01 && character <= 0xFF5E) character -= 0xFF01 - '!';
    if (g_unichar_isspace(character) || (character < 128 && strchr("-()'", (int)character))) continue;
    if (count + 1 == size) return false;
    out[count++] = character < 128 ? (char)character : '?';
  }
  out[count] = '\0';
  if (g_str_has_suffix(out, ".0")) out[count - 2] = '\0';
  return true;
}

static bool is_mobile_number(const char *text) {
  static const char *const before[] = {"tel:", "+", "00", "86"};
  for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
    if (g_ascii_strncasecmp(text, before[i], strlen(before[i])) == 0) text += strlen(before[i]);
  return count_digits(text) == 11 && text[11] == '\0' && text[0] == '1' && text[1] >= '3';
}

static int two_digits(const char *at) { return (at[0] - '0') * 10 + (at[1] - '0'); }

/* Six digits of a county, the day of birth, three of an order and a check digit (GB 11643). */
static bool is_identity_number(const char *text) {
  size_t digits = count_digits(text);
  if (strlen(text) != 18 || !(digits == 18 || (digits == 17 && (text[17] == 'X' || text[17] == 'x')))) return false;
  int century = two_digits(text + 6), month = two_digits(text + 10), day = two_digits(text + 12);
  return century >= 18 && century <= 20 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

const char *mi_import_private_number(const char *text) {
  char number[32];
  if (!squeeze_number(text, number, sizeof number)) return NULL;
  if (is_mobile_number(number)) return "a mobile phone number";
  return is_identity_number(number) ? "an identity card number" : NULL;
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
