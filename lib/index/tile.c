/* Cutting areas into cells that tile them exactly on the lattice.
 *
 * Each area is cut by the Voronoi edges of its sites (GEOS), brought to the lattice by snap rounding. Then the borders
 * of all faces of all areas are noded together once and polygonised: the faces of one polygonisation share their
 * vertices, whatever rounding did before. Each face goes to the nearest site of the area it lies in; the faces of a
 * site are united as a coverage, which adds no vertex and moves none.
 */
#include <math.h>
#include <stdlib.h>

#include "index/geos.h"
#include "index/polygons.h"

typedef struct Tiling {
  mi_geos geos;
  const MusterPolygons *areas;
  size_t area_count;
  const MusterPosition *sites;
  size_t site_count;
  uint32_t *area_first, *area_sites; /* sites by area, ascending */
  const GEOSPreparedGeometry **prepared;
  GEOSGeometry **polygons; /* of the areas */
  MusterBox *boxes;
  double east_scale; /* cosine of the middle latitude: the plane in which distances are compared */
  GPtrArray *owned;  /* borders of the faces; later the faces of the sites */
} Tiling;

static bool refuse(GError **error, const char *why, MusterPosition at) {
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "tiling: %s at %.7f, %.7f", why, at.lon_e7 / 1e7,
              at.lat_e7 / 1e7);
  return false;
}

static int compare_positions(const void *left, const void *right) {
  const MusterPosition *a = left, *b = right;
  if (a->lon_e7 != b->lon_e7) return a->lon_e7 < b->lon_e7 ? -1 : 1;
  return (a->lat_e7 > b->lat_e7) - (a->lat_e7 < b->lat_e7);
}

/* Counting sort of the sites by their area. */
static void sort_sites(Tiling *tiling, const uint32_t *site_area) {
  tiling->area_first = g_new0(uint32_t, tiling->area_count + 2);
  tiling->area_sites = g_new(uint32_t, tiling->site_count);
  uint32_t *next = tiling->area_first + 1;
  for (size_t i = 0; i < tiling->site_count; i++) next[(site_area ? site_area[i] : 0) + 1]++;
  for (size_t area = 0; area < tiling->area_count; area++) next[area + 1] += next[area];
  for (size_t i = 0; i < tiling->site_count; i++)
    tiling->area_sites[next[site_area ? site_area[i] : 0]++] = (uint32_t)i;
}

static bool check_sites(const Tiling *tiling, GError **error) {
  g_autofree MusterPosition *sorted = g_new(MusterPosition, tiling->site_count);
  for (size_t area = 0; area < tiling->area_count; area++) {
    uint32_t first = tiling->area_first[area], count = tiling->area_first[area + 1] - first;
    if (count == 0) {
      g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "tiling: area %zu has no site", area);
      return false;
    }
    for (uint32_t i = 0; i < count; i++) sorted[i] = tiling->sites[tiling->area_sites[first + i]];
    qsort(sorted, count, sizeof *sorted, compare_positions);
    for (uint32_t i = 1; i < count; i++)
      if (compare_positions(&sorted[i - 1], &sorted[i]) == 0)
        return refuse(error, "two sites of one area stand at one place", sorted[i]);
  }
  return true;
}

static bool prepare_areas(Tiling *tiling, GError **error) {
  int64_t south = INT64_MAX, north = INT64_MIN;
  tiling->polygons = g_new0(GEOSGeometry *, tiling->area_count);
  tiling->prepared = g_new0(const GEOSPreparedGeometry *, tiling->area_count);
  tiling->boxes = g_new0(MusterBox, tiling->area_count);
  for (size_t i = 0; i < tiling->area_count; i++) {
    mi_geos *geos = &tiling->geos;
    mi_polygons_box(&tiling->areas[i], &tiling->boxes[i]);
    south = MIN(south, tiling->boxes[i].min_lat_e7);
    north = MAX(north, tiling->boxes[i].max_lat_e7);
    tiling->polygons[i] = mi_geos_from_polygons(geos, &tiling->areas[i]);
    if (tiling->polygons[i]) tiling->prepared[i] = GEOSPrepare_r(geos->handle, tiling->polygons[i]);
    if (!tiling->prepared[i]) return mi_geos_fail(geos, "tiling", error);
  }
  tiling->east_scale = MAX(cos((double)(south + north) / 2 * G_PI / 1800000000.0), 1e-6);
  return true;
}

/* Coordinates of the comparison plane about the area's south-western corner: small numbers suit the triangulation. */
static GEOSGeometry *plane_point(Tiling *tiling, const MusterBox *box, MusterPosition at) {
  double x = (double)((int64_t)at.lon_e7 - box->min_lon_e7) * tiling->east_scale;
  return GEOSGeom_createPointFromXY_r(tiling->geos.handle, x, (double)((int64_t)at.lat_e7 - box->min_lat_e7));
}

typedef struct ToLattice {
  const MusterBox *box;
  double east_scale;
} ToLattice;

static int to_lattice(double *x, double *y, void *user_data) {
  const ToLattice *to = user_data;
  *x = round(*x / to->east_scale + to->box->min_lon_e7);
  *y = round(*y + to->box->min_lat_e7);
  return 1;
}

/* A rectangle of the plane, an eighth wider than the box on every side. */
static GEOSGeometry *plane_frame(Tiling *tiling, const MusterBox *box) {
  double width = (double)((int64_t)box->max_lon_e7 - box->min_lon_e7) * tiling->east_scale;
  double height = (double)((int64_t)box->max_lat_e7 - box->min_lat_e7);
  double margin = MAX(width, height) / 8 + 10;
  return GEOSGeom_createRectangle_r(tiling->geos.handle, -margin, -margin, width + margin, height + margin);
}

/* The Voronoi edges of an area's sites on the lattice; NULL on failure. */
static GEOSGeometry *voronoi_edges(Tiling *tiling, size_t area) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  const MusterBox *box = &tiling->boxes[area];
  uint32_t first = tiling->area_first[area], count = tiling->area_first[area + 1] - first;
  g_autofree GEOSGeometry **points = g_new(GEOSGeometry *, count);
  for (uint32_t i = 0; i < count; i++)
    points[i] = plane_point(tiling, box, tiling->sites[tiling->area_sites[first + i]]);
  GEOSGeometry *sites = GEOSGeom_createCollection_r(handle, GEOS_MULTIPOINT, points, count);
  GEOSGeometry *frame = plane_frame(tiling, box);
  GEOSGeometry *edges = sites && frame ? GEOSVoronoiDiagram_r(handle, sites, frame, 0, 1) : NULL;
  ToLattice to = {box, tiling->east_scale};
  GEOSGeometry *result = edges ? GEOSGeom_transformXY_r(handle, edges, to_lattice, &to) : NULL;
  GEOSGeom_destroy_r(handle, edges);
  GEOSGeom_destroy_r(handle, frame);
  GEOSGeom_destroy_r(handle, sites);
  return result;
}

/* The faces between lines, noded on the lattice; consumes the lines (NULL passes through). */
static GEOSGeometry *polygonise(Tiling *tiling, GEOSGeometry *lines) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  GEOSGeometry *noded = lines ? GEOSUnaryUnionPrec_r(handle, lines, 1.0) : NULL;
  const GEOSGeometry *noded_list[1] = {noded};
  GEOSGeometry *faces = noded ? GEOSPolygonize_r(handle, noded_list, 1) : NULL;
  GEOSGeom_destroy_r(handle, noded);
  GEOSGeom_destroy_r(handle, lines);
  return faces;
}

static GEOSGeometry *collect_lines(Tiling *tiling, GEOSGeometry **lines, unsigned count) {
  return GEOSGeom_createCollection_r(tiling->geos.handle, GEOS_GEOMETRYCOLLECTION, lines, count);
}

/* Where a face lies: an inner point of it. */
static bool face_point(Tiling *tiling, const GEOSGeometry *face, double *x, double *y) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  GEOSGeometry *point = GEOSPointOnSurface_r(handle, face);
  bool well =
      point && !GEOSisEmpty_r(handle, point) && GEOSGeomGetX_r(handle, point, x) && GEOSGeomGetY_r(handle, point, y);
  GEOSGeom_destroy_r(handle, point);
  return well;
}

static bool area_holds(Tiling *tiling, size_t area, double x, double y) {
  const MusterBox *box = &tiling->boxes[area];
  if (x < box->min_lon_e7 || x > box->max_lon_e7 || y < box->min_lat_e7 || y > box->max_lat_e7) return false;
  GEOSGeometry *point = GEOSGeom_createPointFromXY_r(tiling->geos.handle, x, y);
  bool holds = point && GEOSPreparedContains_r(tiling->geos.handle, tiling->prepared[area], point) == 1;
  GEOSGeom_destroy_r(tiling->geos.handle, point);
  return holds;
}

/* Cuts one area by its own Voronoi edges and keeps the borders of the faces inside it. */
static bool cut_area(Tiling *tiling, size_t area, GError **error) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  GEOSGeometry *lines[2] = {mi_geos_rings(&tiling->geos, &tiling->areas[area]), NULL};
  bool single = tiling->area_first[area + 1] - tiling->area_first[area] == 1;
  if (single) {
    g_ptr_array_add(tiling->owned, lines[0]);
    return lines[0] || mi_geos_fail(&tiling->geos, "tiling", error);
  }
  lines[1] = voronoi_edges(tiling, area);
  if (!lines[0] || !lines[1]) {
    GEOSGeom_destroy_r(handle, lines[0]);
    GEOSGeom_destroy_r(handle, lines[1]);
    return mi_geos_fail(&tiling->geos, "tiling", error);
  }
  GEOSGeometry *faces = polygonise(tiling, collect_lines(tiling, lines, 2));
  int count = faces ? GEOSGetNumGeometries_r(handle, faces) : 0;
  for (int i = 0; i < count; i++) {
    const GEOSGeometry *face = GEOSGetGeometryN_r(handle, faces, i);
    double x, y;
    if (face_point(tiling, face, &x, &y) && area_holds(tiling, area, x, y))
      g_ptr_array_add(tiling->owned, GEOSBoundary_r(handle, face));
  }
  GEOSGeom_destroy_r(handle, faces);
  return faces || mi_geos_fail(&tiling->geos, "tiling", error);
}

static uint32_t nearest_site(const Tiling *tiling, size_t area, double x, double y) {
  uint32_t nearest = MUSTER_NONE;
  double least = INFINITY;
  for (uint32_t i = tiling->area_first[area]; i < tiling->area_first[area + 1]; i++) {
    MusterPosition site = tiling->sites[tiling->area_sites[i]];
    double east = (x - site.lon_e7) * tiling->east_scale, north = y - site.lat_e7;
    double squared = east * east + north * north;
    if (squared < least) {
      least = squared;
      nearest = tiling->area_sites[i];
    }
  }
  return nearest;
}

/* The site that a face falls to, or MUSTER_NONE outside all areas. */
static uint32_t site_of_face(Tiling *tiling, const GEOSGeometry *face) {
  double x, y;
  if (!face_point(tiling, face, &x, &y)) return MUSTER_NONE;
  for (size_t area = 0; area < tiling->area_count; area++)
    if (area_holds(tiling, area, x, y)) return nearest_site(tiling, area, x, y);
  return MUSTER_NONE;
}

static bool unite_faces(Tiling *tiling, GPtrArray *faces, uint32_t site, mi_shape *cell, GError **error) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  if (!faces) return refuse(error, "no cell is left for the site", tiling->sites[site]);
  GEOSGeometry *all =
      GEOSGeom_createCollection_r(handle, GEOS_GEOMETRYCOLLECTION, (GEOSGeometry **)faces->pdata, faces->len);
  GEOSGeometry *united = all ? GEOSCoverageUnion_r(handle, all) : NULL;
  bool well = united && mi_geos_to_shape(&tiling->geos, united, cell);
  GEOSGeom_destroy_r(handle, united);
  GEOSGeom_destroy_r(handle, all);
  return well || mi_geos_fail(&tiling->geos, "tiling", error);
}

/* Hands the faces out and unites those of each site. */
static bool make_cells(Tiling *tiling, const GEOSGeometry *faces, mi_shape *cells, GError **error) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  g_autofree GPtrArray **of_site = g_new0(GPtrArray *, tiling->site_count);
  int count = GEOSGetNumGeometries_r(handle, faces);
  for (int i = 0; i < count; i++) {
    const GEOSGeometry *face = GEOSGetGeometryN_r(handle, faces, i);
    uint32_t site = site_of_face(tiling, face);
    if (site == MUSTER_NONE) continue;
    if (!of_site[site]) of_site[site] = g_ptr_array_new();
    g_ptr_array_add(of_site[site], GEOSGeom_clone_r(handle, face));
  }
  bool well = true;
  for (uint32_t site = 0; site < tiling->site_count; site++) {
    if (well) {
      well = unite_faces(tiling, of_site[site], site, &cells[site], error);
    } else if (of_site[site]) {
      for (guint i = 0; i < of_site[site]->len; i++) GEOSGeom_destroy_r(handle, of_site[site]->pdata[i]);
    }
    if (of_site[site]) g_ptr_array_unref(of_site[site]);
  }
  return well;
}

static bool tile(Tiling *tiling, mi_shape *cells, GError **error) {
  if (!check_sites(tiling, error) || !prepare_areas(tiling, error)) return false;
  for (size_t area = 0; area < tiling->area_count; area++)
    if (!cut_area(tiling, area, error)) return false;
  GEOSGeometry *lines = collect_lines(tiling, (GEOSGeometry **)tiling->owned->pdata, tiling->owned->len);
  g_ptr_array_set_size(tiling->owned, 0);
  GEOSGeometry *faces = polygonise(tiling, lines);
  if (!faces) return mi_geos_fail(&tiling->geos, "tiling", error);
  bool well = make_cells(tiling, faces, cells, error);
  GEOSGeom_destroy_r(tiling->geos.handle, faces);
  return well;
}

static void clear_tiling(Tiling *tiling) {
  GEOSContextHandle_t handle = tiling->geos.handle;
  for (guint i = 0; i < tiling->owned->len; i++) GEOSGeom_destroy_r(handle, tiling->owned->pdata[i]);
  for (size_t i = 0; i < tiling->area_count; i++) {
    if (tiling->prepared) GEOSPreparedGeom_destroy_r(handle, tiling->prepared[i]);
    if (tiling->polygons) GEOSGeom_destroy_r(handle, tiling->polygons[i]);
  }
  g_ptr_array_unref(tiling->owned);
  g_free(tiling->prepared);
  g_free(tiling->polygons);
  g_free(tiling->boxes);
  g_free(tiling->area_first);
  g_free(tiling->area_sites);
  mi_geos_clear(&tiling->geos);
}

bool mi_polygons_tile(const MusterPolygons *areas, size_t area_count, const MusterPosition *sites,
                      const uint32_t *site_area, size_t count, mi_shape *cells, GError **error) {
  Tiling tiling = {.areas = areas, .area_count = area_count, .sites = sites, .site_count = count};
  tiling.owned = g_ptr_array_new();
  mi_geos_init(&tiling.geos);
  sort_sites(&tiling, site_area);
  bool well = tile(&tiling, cells, error);
  clear_tiling(&tiling);
  return well;
}
