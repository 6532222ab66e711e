/* Slopes of roads from heights, and times from slopes.
 *
 * SRTM heights are rough: beside slow errors they have ones of some metres from point to point (Rodríguez, Morris,
 * Belz, "A Global Assessment of the SRTM Performance", Photogrammetric Engineering & Remote Sensing 72(3), 2006). Over
 * a few dozen metres that would be a false climb. So heights are means over a small ring, which leaves an even slope as
 * it is and gives a junction one height for all its roads; and along a road only those ups and downs are kept that a
 * line of fewer points cannot tell within a tolerance (Ramer 1972, Douglas and Peucker 1973).
 */
#include "road/slopes.h"

#include <math.h>

#include "road/modes.h"

/* Steeper than that no road is; heights that say so err. */
static const double STEEPEST = 0.5;

/* ---- from slope to time ---- */

/* Tobler, "Three Presentations on Geographical Analysis and Modeling", NCGIA 93-1, 1993: 6 exp(−3.5 |S + 0.05|) km/h,
 * set so that the level has factor 1. */
static double foot_factor(double slope) { return exp(3.5 * (fabs(slope + 0.05) - 0.05)); }

/* Rider and motor against gravity, rolling and air. */
static const double WHEEL_POWER_W = 300, MASS_KG = 100, GRAVITY_MPS2 = 9.81, ROLLING = 0.01;
static const double AIR_W_PER_MPS3 = 0.36;                   /* ½ · 1.2 kg/m³ · 0.6 m² */
static const double CAP_MPS = 25 / 3.6, BRAKING_FROM = 0.10; /* steeper downhill the speed falls with the slope */

/* The speed at which the power is used up, at most `most_mps`; by halving. */
static double powered_mps(double slope, double most_mps) {
  double pull_n = MASS_KG * GRAVITY_MPS2 * (slope + ROLLING) / sqrt(1 + slope * slope);
  double low = 0, high = most_mps;
  if ((pull_n + AIR_W_PER_MPS3 * high * high) * high <= WHEEL_POWER_W) return high;
  for (int i = 0; i < 40; i++) {
    double middle = (low + high) / 2;
    *((pull_n + AIR_W_PER_MPS3 * middle * middle) * middle <= WHEEL_POWER_W ? &low : &high) = middle;
  }
  return low;
}

static double ebike_factor(const MusterWay *way, double slope) {
  double level_mps = mi_way_speed_m_per_h(way, MUSTER_MODE_EBIKE) / 3600.0, most_mps = level_mps;
  if (slope < -BRAKING_FROM) most_mps = MIN(most_mps, CAP_MPS * BRAKING_FROM / -slope);
  return level_mps / powered_mps(slope, most_mps);
}

double mi_slope_factor(const MusterWay *way, MusterMode mode, double slope) {
  if (mode == MUSTER_MODE_CAR || way->road_class == MUSTER_ROAD_STEPS || way->road_class == MUSTER_ROAD_FERRY) return 1;
  double bounded = CLAMP(slope, -STEEPEST, STEEPEST);
  return mode == MUSTER_MODE_FOOT ? foot_factor(bounded) : ebike_factor(way, bounded);
}

/* ---- heights along a road ---- */

typedef struct point {
  double along_m, height_m;
  bool known, kept;
} point;

void mi_slopes_init(mi_slopes *slopes, const MusterElevation *elevation, MusterMode mode) {
  *slopes = (mi_slopes){.elevation = elevation, .mode = mode};
  slopes->points = g_array_new(FALSE, FALSE, sizeof(point));
}

void mi_slopes_clear(mi_slopes *slopes) {
  if (slopes->points) g_array_unref(slopes->points);
}

static MusterPosition moved(MusterPosition from, double east_e7, double north_e7) {
  double lon = from.lon_e7 + east_e7, lat = CLAMP(from.lat_e7 + north_e7, -9e8, 9e8);
  if (lon > 1.8e9) lon -= 3.6e9;
  if (lon < -1.8e9) lon += 3.6e9;
  return (MusterPosition){(int32_t)lround(lon), (int32_t)lround(lat)};
}

/* The mean of what is known at the place and around it; false where the place itself is unknown. */
static bool ask(mi_slopes *slopes, MusterPosition at, double *height_m) {
  static const double M_PER_E7 = 6371008.8 * G_PI / 180 / 1e7, DIAGONAL = 0.70710678118654752;
  static const double ring[8][2] = {{1, 0},  {DIAGONAL, DIAGONAL},   {0, 1},  {-DIAGONAL, DIAGONAL},
                                    {-1, 0}, {-DIAGONAL, -DIAGONAL}, {0, -1}, {DIAGONAL, -DIAGONAL}};
  slopes->report.point_count++;
  double sum_m, one_m;
  if (!muster_elevation_at(slopes->elevation, at, &sum_m)) {
    slopes->report.unknown_count++;
    return false;
  }
  double north = MI_SLOPES_RING_M / M_PER_E7, shrink = MAX(cos(at.lat_e7 / 1e7 * G_PI / 180), 0.01);
  int known = 1;
  for (size_t i = 0; i < G_N_ELEMENTS(ring); i++) {
    MusterPosition beside = moved(at, ring[i][0] * north / shrink, ring[i][1] * north);
    if (!muster_elevation_at(slopes->elevation, beside, &one_m)) continue;
    sum_m += one_m;
    known++;
  }
  *height_m = sum_m / known;
  return true;
}

static void add_point(mi_slopes *slopes, MusterPosition at, double along_m) {
  point added = {.along_m = along_m};
  added.known = ask(slopes, at, &added.height_m);
  g_array_append_val(slopes->points, added);
}

static MusterPosition between(MusterPosition a, MusterPosition b, double share) {
  double east = (double)b.lon_e7 - a.lon_e7;
  if (east > 1.8e9) east -= 3.6e9;
  if (east < -1.8e9) east += 3.6e9;
  return moved(a, share * east, share * ((double)b.lat_e7 - a.lat_e7));
}

/* Equal steps from one end of the shape to the other; nothing if it has no length. */
static void walk(mi_slopes *slopes, const MusterPosition *shape, uint32_t count) {
  double length_m = 0, before_m = 0;
  for (uint32_t i = 1; i < count; i++) length_m += muster_distance_m(shape[i - 1], shape[i]);
  g_array_set_size(slopes->points, 0);
  if (!(length_m > 0)) return;
  double pieces = CLAMP(ceil(length_m / MI_SLOPES_STEP_M), 1, MI_SLOPES_PIECES_MAX);
  uint32_t next = 1;
  add_point(slopes, shape[0], 0);
  for (uint32_t i = 1; i < count; i++) {
    double segment_m = muster_distance_m(shape[i - 1], shape[i]);
    for (; next < pieces && next * length_m / pieces <= before_m + segment_m; next++) {
      double share = segment_m > 0 ? (next * length_m / pieces - before_m) / segment_m : 0;
      add_point(slopes, between(shape[i - 1], shape[i], share), next * length_m / pieces);
    }
    before_m += segment_m;
  }
  add_point(slopes, shape[count - 1], length_m);
}

/* ---- fewer points ---- */

/* The point farthest from the straight line between two, if beyond the tolerance; else 0. */
static guint farthest(const point *points, guint first, guint last) {
  double rise = (points[last].height_m - points[first].height_m) / (points[last].along_m - points[first].along_m);
  double most_m = MI_SLOPES_TOLERANCE_M;
  guint found = 0;
  for (guint i = first + 1; i < last; i++) {
    double line_m = points[first].height_m + rise * (points[i].along_m - points[first].along_m);
    double off_m = fabs(points[i].height_m - line_m);
    if (off_m > most_m) most_m = off_m, found = i;
  }
  return found;
}

/* Marks what is kept of a run of known heights. */
static void simplify(point *points, guint first, guint last) {
  g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint)); /* ends of stretches still to be looked at */
  points[first].kept = points[last].kept = true;
  for (;;) {
    guint middle = last > first + 1 ? farthest(points, first, last) : 0;
    if (middle) {
      points[middle].kept = true;
      g_array_append_val(open, last);
      last = middle;
      continue;
    }
    if (open->len == 0) return;
    first = last;
    last = g_array_index(open, guint, open->len - 1);
    g_array_set_size(open, open->len - 1);
  }
}

static void simplify_runs(point *points, guint count) {
  for (guint first = 0; first < count;) {
    guint end = first;
    while (end < count && points[end].known) end++;
    if (end > first) simplify(points, first, end - 1);
    first = end + 1;
  }
}

static void add_factors(const mi_slopes *slopes, const MusterWay *way, double run_m, double rise_m, double sums[2]) {
  sums[0] += run_m * mi_slope_factor(way, slopes->mode, rise_m / run_m);
  sums[1] += run_m * mi_slope_factor(way, slopes->mode, -rise_m / run_m);
}

void mi_slopes_of_link(mi_slopes *slopes, const MusterWay *way, const MusterPosition *shape, uint32_t count,
                       double factors[2]) {
  factors[0] = factors[1] = 1;
  walk(slopes, shape, count);
  if (slopes->points->len < 2) return;
  point *points = &g_array_index(slopes->points, point, 0);
  guint last = 0;
  double sums[2] = {0, 0};
  simplify_runs(points, slopes->points->len);
  for (guint i = 1; i < slopes->points->len; i++) {
    if (points[i].known && !points[i].kept) continue;
    bool known = points[last].known && points[i].known;
    double run_m = points[i].along_m - points[last].along_m;
    if (run_m > 0) add_factors(slopes, way, run_m, known ? points[i].height_m - points[last].height_m : 0, sums);
    last = i;
  }
  double length_m = points[slopes->points->len - 1].along_m;
  for (int i = 0; i < 2; i++) factors[i] = sums[i] / length_m;
}

void mi_slopes_of_span(mi_slopes *slopes, const MusterWay *way, MusterPosition first, MusterPosition last,
                       uint64_t length_mm, double factors[2]) {
  double from_m, to_m, sums[2] = {0, 0};
  factors[0] = factors[1] = 1;
  bool from = ask(slopes, first, &from_m), to = ask(slopes, last, &to_m);
  if (length_mm == 0 || !from || !to) return;
  add_factors(slopes, way, 1, (to_m - from_m) / ((double)length_mm / 1000), sums);
  factors[0] = sums[0];
  factors[1] = sums[1];
}
