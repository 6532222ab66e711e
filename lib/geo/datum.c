/* GCJ-02 and BD-09, the two shifted datums of Chinese maps, and back.
 *
 * Neither is published by its owner. The formulas are those that came to be known for GCJ-02 in 2010 (two trigonometric
 * polynomials about 105° E, 35° N, taken along the Krasovsky ellipsoid) and for BD-09 (a polar shift of GCJ-02); they
 * agree with the map services to about 1 m. Both are contractions of their own difference, so the inverse is the fixed
 * point of x ← x + (shifted − shift(x)).
 */
#include <math.h>
#include <muster/geo.h>
#include <string.h>

/* Semi-major axis and squared eccentricity of the Krasovsky ellipsoid. */
#define KRASOVSKY_A_M 6378245.0
#define KRASOVSKY_E2 0.00669342162296594323
#define RADIANS (G_PI / 180)

typedef struct degrees {
  double lon, lat;
} degrees;

/* China's bounding box as the formulas use it; outside no map service shifts. */
static bool lies_in_box(degrees at) {
  return at.lon >= 72.004 && at.lon <= 137.8347 && at.lat >= 0.8293 && at.lat <= 55.8271;
}

/* Amplitudes of sin(6πx) and sin(2πx), which the two polynomials share. */
static double sum_of_east_waves(double x) { return (20 * sin(6 * x * G_PI) + 20 * sin(2 * x * G_PI)) * 2 / 3; }

static double north_shift_m(double x, double y) {
  double sum = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) + sum_of_east_waves(x);
  sum += (20 * sin(y * G_PI) + 40 * sin(y / 3 * G_PI)) * 2 / 3;
  return sum + (160 * sin(y / 12 * G_PI) + 320 * sin(y * G_PI / 30)) * 2 / 3;
}

static double east_shift_m(double x, double y) {
  double sum = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) + sum_of_east_waves(x);
  sum += (20 * sin(x * G_PI) + 40 * sin(x / 3 * G_PI)) * 2 / 3;
  return sum + (150 * sin(x / 12 * G_PI) + 300 * sin(x / 30 * G_PI)) * 2 / 3;
}

static degrees shift_to_gcj02(degrees wgs84) {
  if (!lies_in_box(wgs84)) return wgs84;
  double x = wgs84.lon - 105, y = wgs84.lat - 35, lat = wgs84.lat * RADIANS;
  double w2 = 1 - KRASOVSKY_E2 * sin(lat) * sin(lat);
  double meridian_m = KRASOVSKY_A_M * (1 - KRASOVSKY_E2) / (w2 * sqrt(w2)), normal_m = KRASOVSKY_A_M / sqrt(w2);
  return (degrees){wgs84.lon + east_shift_m(x, y) / (normal_m * cos(lat)) / RADIANS,
                   wgs84.lat + north_shift_m(x, y) / meridian_m / RADIANS};
}

static degrees shift_to_bd09(degrees gcj02) {
  if (!lies_in_box(gcj02)) return gcj02;
  const double wave = G_PI * 3000 / 180;
  double radius = hypot(gcj02.lon, gcj02.lat) + 0.00002 * sin(gcj02.lat * wave);
  double angle = atan2(gcj02.lat, gcj02.lon) + 0.000003 * cos(gcj02.lon * wave);
  return (degrees){radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006};
}

/* Ends within 1e-12° of the start, some 7 rounds. In the strip of some two kilometres at the box's edge where a shifted
 * position has no origin the rounds do not settle, and the last one stands. */
static degrees invert(degrees (*shift)(degrees), degrees shifted) {
  degrees at = shifted;
  for (int round = 0; round < 24; round++) {
    degrees image = shift(at);
    double east = shifted.lon - image.lon, north = shifted.lat - image.lat;
    at.lon += east;
    at.lat += north;
    if (fabs(east) < 1e-12 && fabs(north) < 1e-12) break;
  }
  return at;
}

/* How many shifts a datum lies from WGS 84. */
static int count_shifts(MusterDatum datum) {
  switch (datum) {
    case MUSTER_DATUM_GCJ02:
      return 1;
    case MUSTER_DATUM_BD09:
      return 2;
    default:
      return 0;
  }
}

static degrees convert(int from, int to, degrees at) {
  static degrees (*const shifts[])(degrees) = {shift_to_gcj02, shift_to_bd09};
  for (; from < to; from++) at = shifts[from](at);
  for (; from > to; from--) at = invert(shifts[from - 1], at);
  return at;
}

void muster_datum_convert_degrees(MusterDatum from, MusterDatum to, double *lon_deg, double *lat_deg) {
  degrees at = convert(count_shifts(from), count_shifts(to), (degrees){*lon_deg, *lat_deg});
  *lon_deg = at.lon;
  *lat_deg = at.lat;
}

void muster_datum_convert(MusterDatum from, MusterDatum to, MusterPosition *positions, size_t count) {
  if (count_shifts(from) == count_shifts(to)) return;
  for (size_t i = 0; i < count; i++) {
    double lon = positions[i].lon_e7 / 1e7, lat = positions[i].lat_e7 / 1e7;
    muster_datum_convert_degrees(from, to, &lon, &lat);
    /* Shifts happen inside the box only, so the result is on earth. */
    muster_position_from_degrees(lon, lat, &positions[i]);
  }
}

static const char *const datum_names[] = {
    [MUSTER_DATUM_WGS84] = "wgs84",
    [MUSTER_DATUM_CGCS2000] = "cgcs2000",
    [MUSTER_DATUM_GCJ02] = "gcj02",
    [MUSTER_DATUM_BD09] = "bd09",
};

const char *muster_datum_name(MusterDatum datum) {
  return (size_t)datum < G_N_ELEMENTS(datum_names) ? datum_names[datum] : "unknown";
}

bool muster_datum_from_name(const char *name, MusterDatum *out, GError **error) {
  for (size_t i = 0; i < G_N_ELEMENTS(datum_names); i++) {
    if (strcmp(name, datum_names[i]) != 0) continue;
    *out = (MusterDatum)i;
    return true;
  }
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_DATUM,
              "unknown datum \"%.40s\"; expected wgs84, cgcs2000, gcj02 or bd09", name);
  return false;
}
