/* The area within a deadline: a belt of given width around all road that is reached.
 *
 * Roads are laid in the local plane of the reached box (x shrunk by the cosine of its middle latitude), widened and
 * merged face by face (belt.h), and put on the lattice of positions, which keeps the polygons valid. So the reached
 * road always lies inside by more than half of the width.
 */
#include "index/geos.h"
#include "index/polygons.h"
#include "route/belt.h"
#include "route/search.h"

#include <math.h>

struct MusterReachArea {
  mi_shape shape;
};

/* e7 degrees ↔ metres from the place. */
typedef struct plane {
  MusterPosition origin;
  double x_m_per_e7, y_m_per_e7;
} plane;

static const double METRES_PER_E7 = 6371008.8 * G_PI / 180 / 1e7;

static plane plane_of_lines(MusterPosition origin, const mi_line *lines) {
  const MusterPosition *positions = mi_line_positions(lines);
  int32_t low_e7 = origin.lat_e7, high_e7 = origin.lat_e7;
  for (size_t i = 0; i < lines->count; i++) {
    low_e7 = MIN(low_e7, positions[i].lat_e7);
    high_e7 = MAX(high_e7, positions[i].lat_e7);
  }
  double middle_deg = ((double)low_e7 + (double)high_e7) / 2 / 1e7;
  /* At the very poles no plane has longitudes; a belt there is as wrong as any. */
  double shrink = MAX(cos(middle_deg * G_PI / 180), 1e-3);
  return (plane){origin, METRES_PER_E7 * shrink, METRES_PER_E7};
}

static int to_lattice(double *x, double *y, void *user_data) {
  const plane *p = user_data;
  *x = CLAMP(p->origin.lon_e7 + *x / p->x_m_per_e7, -1.8e9, 1.8e9);
  *y = CLAMP(p->origin.lat_e7 + *y / p->y_m_per_e7, -0.9e9, 0.9e9);
  return 1;
}

static GEOSGeometry *new_line(mi_geos *geos, const plane *p, const MusterPosition *positions, uint32_t count) {
  GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(geos->handle, count, 2);
  for (uint32_t i = 0; sequence && i < count; i++)
    GEOSCoordSeq_setXY_r(geos->handle, sequence, i, ((double)positions[i].lon_e7 - p->origin.lon_e7) * p->x_m_per_e7,
                         ((double)positions[i].lat_e7 - p->origin.lat_e7) * p->y_m_per_e7);
  if (!sequence) return NULL;
  return count == 1 ? GEOSGeom_createPoint_r(geos->handle, sequence)
                    : GEOSGeom_createLineString_r(geos->handle, sequence);
}

/* Polygons have plain longitudes (index.h): roads on both sides of the antimeridian have no area in them. */
static bool crosses_antimeridian(const mi_line *lines) {
  const MusterPosition *positions = mi_line_positions(lines);
  int32_t west_e7 = INT32_MAX, east_e7 = INT32_MIN;
  for (size_t i = 0; i < lines->count; i++) {
    west_e7 = MIN(west_e7, positions[i].lon_e7);
    east_e7 = MAX(east_e7, positions[i].lon_e7);
  }
  return (int64_t)east_e7 - west_e7 > 1800000000;
}

/* All stretches one after another; ends[i] is where the i-th ends. */
static void lay_stretches(const mi_graph *graph, const MusterStretch *stretches, size_t count, mi_line *lines,
                          GArray *ends) {
  for (size_t i = 0; i < count; i++) {
    mi_line part = {0};
    mi_line_add(&part, mi_line_point(graph, stretches[i].link, stretches[i].from_q16));
    mi_line_add_corners(&part, graph, stretches[i].link, stretches[i].from_q16, stretches[i].to_q16);
    mi_line_add(&part, mi_line_point(graph, stretches[i].link, stretches[i].to_q16));
    MusterPosition *all = mi_buffer_reserve(&lines->buffer, lines->count + part.count, sizeof *all);
    for (size_t j = 0; j < part.count; j++) all[lines->count++] = mi_line_positions(&part)[j];
    g_array_append_val(ends, lines->count);
    mi_buffer_clear(&part.buffer);
  }
}

/* Takes the geometry over; NULL stays NULL. */
static GEOSGeometry *replace(mi_geos *geos, GEOSGeometry *old, GEOSGeometry *changed) {
  GEOSGeom_destroy_r(geos->handle, old);
  return changed;
}

static GEOSGeometry *collect_lines(mi_geos *geos, const plane *p, const mi_line *lines, const GArray *ends) {
  g_autofree GEOSGeometry **parts = g_new0(GEOSGeometry *, ends->len + 1);
  size_t first = 0;
  for (guint i = 0; i < ends->len; i++) {
    size_t end = g_array_index(ends, size_t, i);
    parts[i] = new_line(geos, p, mi_line_positions(lines) + first, (uint32_t)(end - first));
    if (!parts[i]) {
      while (i > 0) GEOSGeom_destroy_r(geos->handle, parts[--i]);
      return NULL;
    }
    first = end;
  }
  /* The place, whose roads may be without length. */
  parts[ends->len] = GEOSGeom_createPointFromXY_r(geos->handle, 0, 0);
  return GEOSGeom_createCollection_r(geos->handle, GEOS_GEOMETRYCOLLECTION, parts, ends->len + 1);
}

static bool draw(mi_geos *geos, const plane *p, const mi_line *lines, const GArray *ends, double margin_m,
                 mi_shape *out) {
  plane user = *p;
  GEOSGeometry *area = collect_lines(geos, p, lines, ends);
  if (area) area = replace(geos, area, mi_belt_draw(geos, area, margin_m));
  if (area) area = replace(geos, area, GEOSGeom_transformXY_r(geos->handle, area, to_lattice, &user));
  if (area) area = replace(geos, area, GEOSGeom_setPrecision_r(geos->handle, area, 1.0, 0));
  bool drawn = area && mi_geos_to_shape(geos, area, out);
  if (area) GEOSGeom_destroy_r(geos->handle, area);
  return drawn;
}

MusterReachArea *muster_search_reach_area(MusterSearch *search, const MusterRoadPoint *place, uint32_t limit_ms,
                                          MusterDirection direction, double margin_m, GError **error) {
  if (!search->has_positions) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_NETWORK,
                "network: expected positions to draw an area, found none");
    return NULL;
  }
  if (!(margin_m >= 1 && margin_m <= 1000)) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION, "margin: expected 1 to 1000 m, found %g m",
                margin_m);
    return NULL;
  }
  MusterReachArea *area = g_new0(MusterReachArea, 1);
  mi_shape_reset(&area->shape, MI_SHAPE_POLYGONS);
  if (place->access_ms > mi_search_bound(limit_ms)) return area;

  size_t count;
  const MusterStretch *stretches = muster_search_reach_stretches(search, place, limit_ms, direction, &count);
  mi_line lines = {0};
  g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(size_t));
  lay_stretches(search->graph, stretches, count, &lines, ends);
  plane p = plane_of_lines(place->position, &lines);
  mi_geos geos;
  mi_geos_init(&geos);
  bool crosses = crosses_antimeridian(&lines);
  bool drawn = !crosses && draw(&geos, &p, &lines, ends, margin_m, &area->shape);
  if (!drawn)
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_AREA, "reached area: %s",
                crosses           ? "expected roads on one side of the antimeridian, found them on both"
                : geos.message[0] ? geos.message
                                  : "GEOS cannot draw it");
  mi_geos_clear(&geos);
  mi_buffer_clear(&lines.buffer);
  if (!drawn) g_clear_pointer(&area, muster_reach_area_free);
  return area;
}

void muster_reach_area_free(MusterReachArea *area) {
  if (!area) return;
  mi_shape_clear(&area->shape);
  g_free(area);
}

MusterPolygons muster_reach_area_polygons(const MusterReachArea *area) { return mi_shape_polygons(&area->shape); }

double muster_reach_area_m2(const MusterReachArea *area) {
  MusterPolygons polygons = mi_shape_polygons(&area->shape);
  return mi_polygons_area_m2(&polygons);
}
