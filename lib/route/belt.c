/* The belt around a net of lines, drawn face by face.
 *
 * To unite the belts of all lines costs seconds for a city. But the lines cut the plane into faces, and what lies in a
 * face cannot come near a line beyond its border without crossing that border: so the part of a face outside the belt
 * is the face drawn in by the margin, less the belts of the lines that end inside it. Each face is drawn by itself; the
 * belt is all faces widened by the margin, with the belts of the lines outside them, less those holes.
 *
 * Lines are thinned before they are widened and borders after it, and round corners are drawn in few pieces. So the
 * belt is drawn a little narrower than the margin: at its widest it stays within the margin, at its narrowest it keeps
 * more than half of it.
 */
#include "route/belt.h"

#include <math.h>

enum { CORNER_SEGMENTS = 2 }; /* a quarter circle in so many straight pieces: 7.7 % of the width are cut off at most */
/* In margins. GEOS thins by another hundredth of the width when it widens: at most 6/7 + 0.04 + 0.085 + 0.009 = 0.991,
 * at least 6/7 × 0.923 − 0.04 − 0.085 − 0.009 = 0.657. */
static const double WIDTH = 6.0 / 7, THIN = 0.04, SMOOTH = 0.085;

enum { DANGLES, CUTS, BROKEN_RINGS, LOOSE_KINDS };

typedef struct net {
  mi_geos *geos;
  double width, thin, smooth;
  GEOSGeometry *edges, *faces, *loose[LOOSE_KINDS];
  int face_count;
  GEOSSTRtree *tree;                     /* of faces; its items are their numbers, from 1 */
  const GEOSPreparedGeometry **prepared; /* face → made when it is asked for */
  GPtrArray **inside;                    /* face → lines in it that bound no face, views; the last: in none */
} net;

static void clear_net(net *n) {
  GEOSContextHandle_t handle = n->geos->handle;
  for (int i = 0; i < n->face_count; i++)
    if (n->prepared[i]) GEOSPreparedGeom_destroy_r(handle, n->prepared[i]);
  for (int i = 0; n->inside && i <= n->face_count; i++)
    if (n->inside[i]) g_ptr_array_unref(n->inside[i]);
  if (n->tree) GEOSSTRtree_destroy_r(handle, n->tree);
  for (int i = 0; i < LOOSE_KINDS; i++) GEOSGeom_destroy_r(handle, n->loose[i]);
  GEOSGeom_destroy_r(handle, n->faces);
  GEOSGeom_destroy_r(handle, n->edges);
  g_free(n->prepared);
  g_free(n->inside);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(net, clear_net)

/* A collection that owns the parts; NULL, the parts destroyed, if one is missing. */
static GEOSGeometry *collect(const net *n, GPtrArray *parts, int type) {
  bool whole = true;
  for (guint i = 0; i < parts->len; i++) whole &= parts->pdata[i] != NULL;
  if (whole) return GEOSGeom_createCollection_r(n->geos->handle, type, (GEOSGeometry **)parts->pdata, parts->len);
  for (guint i = 0; i < parts->len; i++) GEOSGeom_destroy_r(n->geos->handle, parts->pdata[i]);
  return NULL;
}

static GEOSGeometry *unite(const net *n, GPtrArray *parts) {
  GEOSGeometry *all = collect(n, parts, GEOS_GEOMETRYCOLLECTION);
  return all ? mi_geos_replace(n->geos, all, GEOSUnaryUnion_r(n->geos->handle, all)) : NULL;
}

static GEOSGeometry *widen(const net *n, const GEOSGeometry *line) {
  GEOSGeometry *thin = GEOSSimplify_r(n->geos->handle, line, n->thin);
  return thin ? mi_geos_replace(n->geos, thin, GEOSBuffer_r(n->geos->handle, thin, n->width, CORNER_SEGMENTS)) : NULL;
}

/* Belts one by one and then united: quicker than one belt around several lines. */
static void widen_all(const net *n, const GPtrArray *lines, GPtrArray *belts) {
  for (guint i = 0; lines && i < lines->len; i++) g_ptr_array_add(belts, widen(n, lines->pdata[i]));
}

/* ---- faces, and the lines that bound none ---- */

/* The middle of the longest step, which lies well inside the face that the line is in. */
static GEOSGeometry *inner_point(const net *n, const GEOSGeometry *line) {
  GEOSContextHandle_t handle = n->geos->handle;
  const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(handle, line);
  unsigned count = 0;
  double x = 0, y = 0, at_x = 0, at_y = 0, longest = -1;
  if (!sequence || !GEOSCoordSeq_getSize_r(handle, sequence, &count)) return NULL;
  for (unsigned i = 0; i < count; i++) {
    double next_x, next_y;
    if (!GEOSCoordSeq_getXY_r(handle, sequence, i, &next_x, &next_y)) return NULL;
    double step = i ? hypot(next_x - x, next_y - y) : 0;
    if (step > longest) {
      longest = step;
      at_x = i ? (x + next_x) / 2 : next_x;
      at_y = i ? (y + next_y) / 2 : next_y;
    }
    x = next_x;
    y = next_y;
  }
  return GEOSGeom_createPointFromXY_r(handle, at_x, at_y);
}

typedef struct question {
  net *net;
  GEOSGeometry *point;
  int face; /* the answer, face_count for none */
} question;

static void ask_face(void *item, void *user_data) {
  question *q = user_data;
  net *n = q->net;
  int face = GPOINTER_TO_INT(item) - 1;
  if (!n->prepared[face])
    n->prepared[face] = GEOSPrepare_r(n->geos->handle, GEOSGetGeometryN_r(n->geos->handle, n->faces, face));
  if (n->prepared[face] && GEOSPreparedContains_r(n->geos->handle, n->prepared[face], q->point) == 1)
    q->face = MIN(q->face, face);
}

static bool place_line(net *n, const GEOSGeometry *line) {
  question q = {n, inner_point(n, line), n->face_count};
  if (!q.point) return false;
  GEOSSTRtree_query_r(n->geos->handle, n->tree, q.point, ask_face, &q);
  GEOSGeom_destroy_r(n->geos->handle, q.point);
  if (!n->inside[q.face]) n->inside[q.face] = g_ptr_array_new();
  union {
    const GEOSGeometry *in;
    gpointer out;
  } view = {.in = line};
  g_ptr_array_add(n->inside[q.face], view.out);
  return true;
}

/* All members of a type, of a collection or of a single geometry. */
static bool place_members(net *n, const GEOSGeometry *geometry, int type) {
  GEOSContextHandle_t handle = n->geos->handle;
  int count = geometry ? GEOSGetNumGeometries_r(handle, geometry) : 0;
  for (int i = 0; i < count; i++) {
    const GEOSGeometry *member = GEOSGetGeometryN_r(handle, geometry, i);
    if (GEOSisEmpty_r(handle, member) || GEOSGeomTypeId_r(handle, member) != type) continue;
    if (!place_line(n, member)) return false;
  }
  return true;
}

static bool find_faces(net *n, const GEOSGeometry *lines) {
  GEOSContextHandle_t handle = n->geos->handle;
  n->edges = GEOSUnaryUnion_r(handle, lines);
  if (!n->edges) return false;
  n->faces = GEOSPolygonize_full_r(handle, n->edges, &n->loose[CUTS], &n->loose[DANGLES], &n->loose[BROKEN_RINGS]);
  n->tree = GEOSSTRtree_create_r(handle, 10);
  if (!n->faces || !n->tree) return false;
  n->face_count = GEOSGetNumGeometries_r(handle, n->faces);
  n->prepared = g_new0(const GEOSPreparedGeometry *, (size_t)n->face_count + 1);
  n->inside = g_new0(GPtrArray *, (size_t)n->face_count + 1);
  for (int i = 0; i < n->face_count; i++)
    GEOSSTRtree_insert_r(handle, n->tree, GEOSGetGeometryN_r(handle, n->faces, i), GINT_TO_POINTER(i + 1));
  for (int i = 0; i < LOOSE_KINDS; i++)
    if (!place_members(n, n->loose[i], GEOS_LINESTRING)) return false;
  return place_members(n, n->edges, GEOS_POINT);
}

/* ---- the belt ---- */

/* The part of the face outside the belt. */
static GEOSGeometry *draw_hole(const net *n, const GEOSGeometry *face, const GPtrArray *inside) {
  GEOSContextHandle_t handle = n->geos->handle;
  GEOSGeometry *hole = GEOSBuffer_r(handle, face, -n->width, CORNER_SEGMENTS);
  if (hole && inside && GEOSisEmpty_r(handle, hole) == 0) {
    g_autoptr(GPtrArray) belts = g_ptr_array_new();
    widen_all(n, inside, belts);
    GEOSGeometry *taken = unite(n, belts);
    hole = mi_geos_replace(n->geos, hole, taken ? GEOSDifference_r(handle, hole, taken) : NULL);
    GEOSGeom_destroy_r(handle, taken);
  }
  return hole ? mi_geos_replace(n->geos, hole, GEOSTopologyPreserveSimplify_r(handle, hole, n->smooth)) : NULL;
}

/* Adds copies of the polygons that a geometry consists of; NULL adds NULL. */
static void add_polygons(const net *n, const GEOSGeometry *geometry, GPtrArray *polygons) {
  GEOSContextHandle_t handle = n->geos->handle;
  if (!geometry) g_ptr_array_add(polygons, NULL);
  int count = geometry ? GEOSGetNumGeometries_r(handle, geometry) : 0;
  for (int i = 0; i < count; i++) {
    const GEOSGeometry *member = GEOSGetGeometryN_r(handle, geometry, i);
    if (GEOSGeomTypeId_r(handle, member) == GEOS_POLYGON && GEOSisEmpty_r(handle, member) == 0)
      g_ptr_array_add(polygons, GEOSGeom_clone_r(handle, member));
  }
}

/* Those of different faces stand nearly two margins apart, so together they are valid as they are. */
static GEOSGeometry *draw_holes(const net *n) {
  GEOSContextHandle_t handle = n->geos->handle;
  g_autoptr(GPtrArray) holes = g_ptr_array_new();
  for (int i = 0; i < n->face_count; i++) {
    const GEOSGeometry *face = GEOSGetGeometryN_r(handle, n->faces, i);
    double area = 0;
    /* A point of a hole is the middle of a circle of the margin's radius that lies in the face. */
    if (GEOSArea_r(handle, face, &area) && area < 3 * n->width * n->width) continue;
    GEOSGeometry *hole = draw_hole(n, face, n->inside[i]);
    add_polygons(n, hole, holes);
    GEOSGeom_destroy_r(handle, hole);
  }
  return collect(n, holes, GEOS_MULTIPOLYGON);
}

/* What lies within the margin of the faces or of a line outside them. */
static GEOSGeometry *draw_outline(const net *n) {
  GEOSContextHandle_t handle = n->geos->handle;
  g_autoptr(GPtrArray) belts = g_ptr_array_new();
  if (n->face_count > 0) {
    GEOSGeometry *ground = GEOSCoverageUnion_r(handle, n->faces);
    g_ptr_array_add(
        belts,
        ground ? mi_geos_replace(n->geos, ground, GEOSBuffer_r(handle, ground, n->width, CORNER_SEGMENTS)) : NULL);
  }
  widen_all(n, n->inside[n->face_count], belts);
  GEOSGeometry *outline = unite(n, belts);
  return outline ? mi_geos_replace(n->geos, outline, GEOSTopologyPreserveSimplify_r(handle, outline, n->smooth)) : NULL;
}

GEOSGeometry *mi_belt_draw(mi_geos *geos, const GEOSGeometry *lines, double margin) {
  g_auto(net) n = {.geos = geos, .width = margin * WIDTH, .thin = margin * THIN, .smooth = margin * SMOOTH};
  if (!find_faces(&n, lines)) return NULL;
  GEOSGeometry *belt = draw_outline(&n), *holes = belt ? draw_holes(&n) : NULL;
  if (belt) belt = mi_geos_replace(geos, belt, holes ? GEOSDifference_r(geos->handle, belt, holes) : NULL);
  GEOSGeom_destroy_r(geos->handle, holes);
  return belt;
}
