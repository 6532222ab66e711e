/* Which grids share a border, and how many metres of it.
 *
 * Sheets drawn by hand have T-junctions: a corner of one grid lies on a long edge of its neighbour, rounded to the e7
 * lattice and so up to a centimetre off it. Hence two edges share what they run along within a tolerance of two lattice
 * steps, not only edges with equal ends. All pairs of edges that come near are found by a sweep over longitude.
 */
#include <math.h>

#include "county/county.h"

#define TOLERANCE_E7 2.0

/* Less than this is a corner, not a border. */
#define LEAST_BORDER_MM 500

typedef struct edge {
  MusterPosition a, b; /* a west of b, or south of it on one meridian: the same for both neighbours */
  int32_t min_lat_e7, max_lat_e7;
  MusterAreaId grid;
} edge;

typedef struct border {
  MusterAreaId a, b;
  int64_t mm;
} border;

static int compare_positions(MusterPosition a, MusterPosition b) {
  if (a.lon_e7 != b.lon_e7) return a.lon_e7 < b.lon_e7 ? -1 : 1;
  return (a.lat_e7 > b.lat_e7) - (a.lat_e7 < b.lat_e7);
}

static edge edge_between(MusterPosition a, MusterPosition b, MusterAreaId grid) {
  bool in_order = compare_positions(a, b) < 0;
  return (edge){in_order ? a : b, in_order ? b : a, MIN(a.lat_e7, b.lat_e7), MAX(a.lat_e7, b.lat_e7), grid};
}

static GArray *collect_edges(const MusterCounty *county) {
  GArray *edges = g_array_new(FALSE, FALSE, sizeof(edge));
  for (MusterAreaId grid = county->level_first[MUSTER_AREA_GRID]; grid < county->area_count; grid++) {
    MusterPolygons polygons = muster_county_area_polygons(county, grid);
    for (uint32_t ring = 0; ring < polygons.ring_count; ring++)
      for (uint32_t i = polygons.ring_first[ring]; i + 1 < polygons.ring_first[ring + 1]; i++) {
        MusterPosition a = polygons.positions[i], b = polygons.positions[i + 1];
        if (a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7) continue;
        edge next = edge_between(a, b, grid);
        g_array_append_val(edges, next);
      }
  }
  return edges;
}

static int compare_edges(const void *a, const void *b) {
  const edge *x = a, *y = b;
  int order = compare_positions(x->a, y->a);
  if (!order) order = compare_positions(x->b, y->b);
  return order ? order : (x->grid > y->grid) - (x->grid < y->grid);
}

/* From west to east; an edge that one grid has twice counts once. */
static void sort_edges(GArray *edges) {
  g_array_sort(edges, compare_edges);
  edge *rows = (edge *)(void *)edges->data;
  guint kept = 0;
  for (guint i = 0; i < edges->len; i++)
    if (kept == 0 || compare_edges(&rows[kept - 1], &rows[i]) != 0) rows[kept++] = rows[i];
  g_array_set_size(edges, kept);
}

/* Where q stands against the edge: along it in steps from its start, and off it. */
typedef struct offset {
  double along, off;
} offset;

static offset offset_from(const edge *base, double east_scale, double length, MusterPosition q) {
  double x = ((double)base->b.lon_e7 - base->a.lon_e7) * east_scale, y = (double)base->b.lat_e7 - base->a.lat_e7;
  double u = ((double)q.lon_e7 - base->a.lon_e7) * east_scale, v = (double)q.lat_e7 - base->a.lat_e7;
  return (offset){(x * u + y * v) / length, (x * v - y * u) / length};
}

/* Distance off the base at `along`, on the line from p to q. */
static double off_at(offset p, offset q, double along) {
  if (p.along == q.along) return p.off;
  return p.off + (q.off - p.off) * (along - p.along) / (q.along - p.along);
}

/* Millimetres that the two edges run along each other. */
static int64_t shared_mm(const edge *base, const edge *other) {
  double east_scale = cos(((double)base->a.lat_e7 + base->b.lat_e7) * (G_PI / 360e7));
  double length =
      hypot(((double)base->b.lon_e7 - base->a.lon_e7) * east_scale, (double)base->b.lat_e7 - base->a.lat_e7);
  if (length < TOLERANCE_E7) return 0;
  offset p = offset_from(base, east_scale, length, other->a);
  offset q = offset_from(base, east_scale, length, other->b);
  double low = fmax(0, fmin(p.along, q.along)), high = fmin(length, fmax(p.along, q.along));
  if (high - low <= TOLERANCE_E7) return 0;
  if (fabs(off_at(p, q, low)) > TOLERANCE_E7 || fabs(off_at(p, q, high)) > TOLERANCE_E7) return 0;
  return llround(muster_distance_planar_m(base->a, base->b) * 1000 * ((high - low) / length));
}

static bool lat_overlaps(const edge *x, const edge *y) {
  return (int64_t)x->min_lat_e7 - (int64_t)TOLERANCE_E7 <= y->max_lat_e7 &&
         (int64_t)y->min_lat_e7 - (int64_t)TOLERANCE_E7 <= x->max_lat_e7;
}

static int compare_borders(const void *a, const void *b) {
  const border *x = a, *y = b;
  if (x->a != y->a) return x->a < y->a ? -1 : 1;
  return (x->b > y->b) - (x->b < y->b);
}

/* One row a pair of grids: the sum of its pieces (of integers, so in any order the same). */
static void merge_borders(GArray *borders) {
  g_array_sort(borders, compare_borders);
  border *rows = (border *)(void *)borders->data;
  guint kept = 0;
  for (guint i = 0; i < borders->len; i++) {
    if (kept && compare_borders(&rows[kept - 1], &rows[i]) == 0)
      rows[kept - 1].mm += rows[i].mm;
    else
      rows[kept++] = rows[i];
  }
  g_array_set_size(borders, kept);
}

/* Pieces are merged now and then: however many there are, memory follows the number of pairs. */
static GArray *collect_borders(const edge *edges, size_t count) {
  GArray *borders = g_array_new(FALSE, FALSE, sizeof(border));
  guint limit = 1 << 16;
  for (size_t i = 0; i < count; i++) {
    const edge *x = &edges[i];
    int64_t reach = (int64_t)x->b.lon_e7 + (int64_t)TOLERANCE_E7;
    for (size_t j = i + 1; j < count && edges[j].a.lon_e7 <= reach; j++) {
      const edge *y = &edges[j];
      if (x->grid == y->grid || !lat_overlaps(x, y)) continue;
      int64_t mm = x->grid < y->grid ? shared_mm(x, y) : shared_mm(y, x);
      if (mm == 0) continue;
      border next = {MIN(x->grid, y->grid), MAX(x->grid, y->grid), mm};
      g_array_append_val(borders, next);
    }
    if (borders->len < limit) continue;
    merge_borders(borders);
    limit = MAX(limit, 2 * borders->len);
  }
  merge_borders(borders);
  return borders;
}

MusterAdjacency *mi_county_find_adjacency(const MusterCounty *county, size_t *count) {
  GArray *edges = collect_edges(county);
  sort_edges(edges);
  GArray *borders = collect_borders((const edge *)(void *)edges->data, edges->len);
  MusterAdjacency *pairs = g_new(MusterAdjacency, borders->len);
  *count = 0;
  for (guint i = 0; i < borders->len; i++) {
    const border *row = &g_array_index(borders, border, i);
    if (row->mm < LEAST_BORDER_MM) continue;
    int64_t border_m = MIN((row->mm + 500) / 1000, UINT32_MAX);
    pairs[(*count)++] = (MusterAdjacency){row->a, row->b, (uint32_t)border_m};
  }
  g_array_unref(borders);
  g_array_unref(edges);
  return pairs;
}
