/* The areas within deadlines: a belt of given width around all road that is reached, one a limit, nested.
 *
 * Roads are laid in the local plane of the largest area's box (x shrunk by the cosine of its middle latitude), widened
 * and merged face by face (belt.h), put on the lattice of positions, which keeps the polygons valid, and brought into
 * one another there (rings.h). So the reached road always lies inside by more than half of the width.
 */
#include "index/polygons.h"
#include "route/belt.h"
#include "route/rings.h"
#include "route/stretches.h"

#include <inttypes.h>
#include <math.h>

struct MusterReachArea {
  mi_shape shape;
};

/* e7 degrees ↔ metres from the origin. */
typedef struct plane {
  MusterPosition origin;
  double x_m_per_e7, y_m_per_e7;
} plane;

/* Lines one after another; ends[i] is where the i-th ends. A line of one position is a place. */
typedef struct road_lines {
  mi_line all;
  GArray *ends;
} road_lines;

static void clear_lines(road_lines *lines) {
  mi_buffer_clear(&lines->all.buffer);
  g_array_unref(lines->ends);
}

static const double METRES_PER_E7 = 6371008.8 * G_PI / 180 / 1e7;

static MusterBox box_of_lines(const road_lines *lines) {
  const MusterPosition *at = mi_line_positions(&lines->all);
  MusterBox box = {at->lon_e7, at->lat_e7, at->lon_e7, at->lat_e7};
  for (size_t i = 1; i < lines->all.count; i++) {
    box.min_lon_e7 = MIN(box.min_lon_e7, at[i].lon_e7);
    box.min_lat_e7 = MIN(box.min_lat_e7, at[i].lat_e7);
    box.max_lon_e7 = MAX(box.max_lon_e7, at[i].lon_e7);
    box.max_lat_e7 = MAX(box.max_lat_e7, at[i].lat_e7);
  }
  return box;
}

static plane plane_of_box(MusterPosition origin, const MusterBox *box) {
  double middle_deg = ((double)box->min_lat_e7 + (double)box->max_lat_e7) / 2 / 1e7;
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

/* ---- the lines of one limit ---- */

static void lay_line(road_lines *lines, const MusterPosition *positions, size_t count) {
  MusterPosition *all = mi_buffer_reserve(&lines->all.buffer, lines->all.count + count, sizeof *all);
  for (size_t i = 0; i < count; i++) all[lines->all.count++] = positions[i];
  g_array_append_val(lines->ends, lines->all.count);
}

static void lay_stretch(road_lines *lines, const mi_graph *graph, const MusterStretch *stretch) {
  mi_line part = {0};
  mi_line_add(&part, mi_line_point(graph, stretch->link, stretch->from_q16));
  mi_line_add_corners(&part, graph, stretch->link, stretch->from_q16, stretch->to_q16);
  mi_line_add(&part, mi_line_point(graph, stretch->link, stretch->to_q16));
  lay_line(lines, mi_line_positions(&part), part.count);
  mi_buffer_clear(&part.buffer);
}

/* What a question is about. */
typedef struct question {
  MusterSearch *search;
  const MusterRoadPoint *places;
  size_t place_count;
  MusterDirection direction;
  double margin_m;
} question;

/* The stretches, and the places, whose roads may be without length. */
static void lay_reached(const question *q, const MusterReached *reached, size_t reached_count, uint32_t limit_ms,
                        road_lines *lines) {
  size_t count;
  const MusterStretch *stretches =
      mi_stretches_within(q->search, q->places, q->place_count, reached, reached_count, limit_ms, q->direction, &count);
  for (size_t i = 0; i < count; i++) lay_stretch(lines, q->search->graph, &stretches[i]);
  for (size_t i = 0; i < q->place_count; i++)
    if (q->places[i].access_ms <= mi_search_bound(limit_ms)) lay_line(lines, &q->places[i].position, 1);
}

static GEOSGeometry *collect_lines(mi_geos *geos, const plane *p, const road_lines *lines) {
  g_autofree GEOSGeometry **parts = g_new(GEOSGeometry *, lines->ends->len + 1);
  size_t first = 0;
  for (guint i = 0; i < lines->ends->len; i++) {
    size_t end = g_array_index(lines->ends, size_t, i);
    parts[i] = new_line(geos, p, mi_line_positions(&lines->all) + first, (uint32_t)(end - first));
    if (!parts[i]) {
      while (i > 0) GEOSGeom_destroy_r(geos->handle, parts[--i]);
      return NULL;
    }
    first = end;
  }
  return GEOSGeom_createCollection_r(geos->handle, GEOS_GEOMETRYCOLLECTION, parts, lines->ends->len);
}

/* On the lattice; nothing for no lines. */
static GEOSGeometry *draw(mi_geos *geos, const plane *p, const road_lines *lines, double margin_m) {
  if (lines->ends->len == 0) return GEOSGeom_createEmptyPolygon_r(geos->handle);
  plane user = *p;
  GEOSGeometry *area = collect_lines(geos, p, lines);
  if (area) area = mi_geos_replace(geos, area, mi_belt_draw(geos, area, margin_m));
  if (area) area = mi_geos_replace(geos, area, GEOSGeom_transformXY_r(geos->handle, area, to_lattice, &user));
  return area ? mi_geos_replace(geos, area, GEOSGeom_setPrecision_r(geos->handle, area, 1.0, 0)) : NULL;
}

/* ---- all limits ---- */

static bool refuse(GError **error, const char *why) {
  g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_AREA, "reached area: %s", why);
  return false;
}

static bool check_question(const question *q, const uint32_t *limits_ms, size_t limit_count, GError **error) {
  if (!q->search->has_positions) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_NETWORK,
                "network: expected positions to draw an area, found none");
    return false;
  }
  if (!(q->margin_m >= 1 && q->margin_m <= 1000)) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION, "margin: expected 1 to 1000 m, found %g m",
                q->margin_m);
    return false;
  }
  for (size_t i = 1; i < limit_count; i++)
    if (limits_ms[i] < limits_ms[i - 1]) {
      g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION,
                  "limits: expected them ascending, found %" PRIu32 " ms after %" PRIu32 " ms", limits_ms[i],
                  limits_ms[i - 1]);
      return false;
    }
  return true;
}

/* All areas in the plane of the largest. */
static bool draw_areas(mi_geos *geos, const question *q, const road_lines *lines, size_t count, GEOSGeometry **areas) {
  const road_lines *largest = &lines[count - 1];
  plane p = {0};
  if (largest->all.count > 0) {
    MusterBox box = box_of_lines(largest);
    /* Polygons have plain longitudes (index.h). */
    if ((int64_t)box.max_lon_e7 - box.min_lon_e7 > 1800000000) {
      g_strlcpy(geos->message, "expected roads on one side of the antimeridian, found them on both",
                sizeof geos->message);
      return false;
    }
    p = plane_of_box(mi_line_positions(&largest->all)[largest->all.count - 1], &box);
  }
  for (size_t i = 0; i < count; i++)
    if (!(areas[i] = draw(geos, &p, &lines[i], q->margin_m))) return false;
  return mi_rings_nest(geos, areas, count);
}

static bool make_shapes(const question *q, const road_lines *lines, size_t count, MusterReachArea **out,
                        GError **error) {
  mi_geos geos;
  mi_geos_init(&geos);
  g_autofree GEOSGeometry **areas = g_new0(GEOSGeometry *, count);
  bool drawn = draw_areas(&geos, q, lines, count, areas);
  for (size_t i = 0; i < count; i++) {
    drawn = drawn && mi_geos_to_shape(&geos, areas[i], &out[i]->shape);
    GEOSGeom_destroy_r(geos.handle, areas[i]);
  }
  if (!drawn) refuse(error, geos.message[0] ? geos.message : "GEOS cannot draw it");
  mi_geos_clear(&geos);
  return drawn;
}

bool muster_search_reach_areas(MusterSearch *search, const MusterRoadPoint *places, size_t place_count,
                               const uint32_t *limits_ms, size_t limit_count, MusterDirection direction,
                               double margin_m, MusterReachArea **out, GError **error) {
  question q = {search, places, place_count, direction, margin_m};
  for (size_t i = 0; i < limit_count; i++) out[i] = NULL;
  if (!check_question(&q, limits_ms, limit_count, error)) return false;
  if (limit_count == 0) return true;
  size_t reached_count;
  const MusterReached *reached =
      mi_search_settle(search, places, place_count, limits_ms[limit_count - 1], direction, &reached_count);
  g_return_val_if_fail(reached, false);
  g_autofree road_lines *lines = g_new0(road_lines, limit_count);
  for (size_t i = 0; i < limit_count; i++) {
    lines[i].ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    lay_reached(&q, reached, reached_count, limits_ms[i], &lines[i]);
    out[i] = g_new0(MusterReachArea, 1);
    mi_shape_reset(&out[i]->shape, MI_SHAPE_POLYGONS);
  }
  bool drawn = make_shapes(&q, lines, limit_count, out, error);
  for (size_t i = 0; i < limit_count; i++) {
    clear_lines(&lines[i]);
    if (!drawn) g_clear_pointer(&out[i], muster_reach_area_free);
  }
  return drawn;
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
