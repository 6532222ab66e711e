/* MusterPartition: which of many areas holds a point, by a uniform grid over the areas' edges.
 *
 * A cell without edges lies in one area wholly (or in none). A cell with edges keeps them, by area, and whether its
 * south-eastern corner is inside that area; a point's answer is the corner's, flipped by each edge crossed on the way
 * up the cell's eastern side and then west to the point. "The point" is the point moved by an infinitesimal ε to the
 * east and by ε² to the north, which is what the half-open rule of polygons.c amounts to, so both give the same answer
 * for every point, in integers. The number of cells follows the number of edges and is halved while long edges would
 * stand in too many cells: memory stays linear.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index/polygons.h"
#include "index/tree.h"

__extension__ typedef __int128 Wide;

enum { SIDE_MAX = 2048, TOUCHES_PER_EDGE = 8 };

/* One area in one cell. */
typedef struct Piece {
  uint32_t area;
  uint32_t first_edge : 31; /* to the next piece's first_edge; the array ends with a sentinel */
  uint32_t corner_inside : 1;
} Piece;

typedef struct Edge {
  MusterPosition a, b; /* a below b or level with it */
} Edge;

struct MusterPartition {
  gatomicrefcount references;
  MusterBox box;
  uint32_t side;               /* cells in a row and in a column; 0: no areas */
  uint32_t cell_lon, cell_lat; /* size of a cell in e7 units */
  uint32_t *owner;             /* cell → area or MUSTER_NONE, where the cell has no piece */
  uint32_t *first_piece;       /* cell → pieces, by ascending area; one more at the end */
  Piece *pieces;
  Edge *edges;
};

/* What is gathered before it is sorted by cell. */
typedef struct Touch {
  uint32_t cell, area;
  Edge edge;
} Touch;

typedef struct Build {
  MusterPartition *partition;
  const MusterPolygons *areas;
  uint32_t count;
  GArray *touches;  /* of Touch */
  MusterTree *tree; /* over the areas' boxes */
  uint32_t *near;   /* areas whose box holds the corner asked for last */
  size_t near_count;
} Build;

static int sign_of(Wide value) { return (value > 0) - (value < 0); }

/* > 0: p lies left of a → b; exact. */
static int side_of(MusterPosition a, MusterPosition b, int64_t lon_e7, int64_t lat_e7) {
  return sign_of((Wide)((int64_t)b.lon_e7 - a.lon_e7) * (lat_e7 - a.lat_e7) -
                 (Wide)((int64_t)b.lat_e7 - a.lat_e7) * (lon_e7 - a.lon_e7));
}

/* Is the edge, which straddles latitude `lat` half-open, strictly east of the point? */
static bool is_east(const Edge *edge, int64_t lon_e7, int64_t lat_e7) {
  return side_of(edge->a, edge->b, lon_e7, lat_e7) > 0;
}

/* Is the edge, which straddles the meridian just east of `lon` half-open, north of the point (moved by ε, ε²)? On the
 * line itself the slope decides: rising, it has risen above the point where the point has been moved east. */
static bool is_north(const Edge *edge, int64_t lon_e7, int64_t lat_e7) {
  bool eastward = edge->b.lon_e7 > edge->a.lon_e7;
  int side = side_of(edge->a, edge->b, lon_e7, lat_e7);
  if (side == 0) return eastward && edge->b.lat_e7 > edge->a.lat_e7;
  return eastward ? side < 0 : side > 0;
}

/* Crossings, modulo 2, on the way from the corner (east, south) north to the point's latitude and west to the point. */
static bool crosses_way(const Edge *edge, int64_t east_e7, int64_t south_e7, MusterPosition point) {
  bool crosses = false;
  if ((edge->a.lon_e7 > east_e7) != (edge->b.lon_e7 > east_e7))
    crosses ^= is_north(edge, east_e7, south_e7) && !is_north(edge, east_e7, point.lat_e7);
  if ((edge->a.lat_e7 > point.lat_e7) != (edge->b.lat_e7 > point.lat_e7))
    crosses ^= is_east(edge, point.lon_e7, point.lat_e7) && !is_east(edge, east_e7, point.lat_e7);
  return crosses;
}

uint32_t muster_partition_locate(const MusterPartition *partition, MusterPosition point) {
  const MusterBox *box = &partition->box;
  if (partition->side == 0 || point.lon_e7 < box->min_lon_e7 || point.lon_e7 > box->max_lon_e7 ||
      point.lat_e7 < box->min_lat_e7 || point.lat_e7 > box->max_lat_e7)
    return MUSTER_NONE;
  uint32_t column = (uint32_t)((int64_t)point.lon_e7 - box->min_lon_e7) / partition->cell_lon;
  uint32_t row = (uint32_t)((int64_t)point.lat_e7 - box->min_lat_e7) / partition->cell_lat;
  uint32_t cell = row * partition->side + column;
  uint32_t first = partition->first_piece[cell], end = partition->first_piece[cell + 1];
  if (first == end) return partition->owner[cell];
  int64_t east_e7 = box->min_lon_e7 + ((int64_t)column + 1) * partition->cell_lon;
  int64_t south_e7 = box->min_lat_e7 + (int64_t)row * partition->cell_lat;
  for (uint32_t i = first; i < end; i++) {
    bool inside = partition->pieces[i].corner_inside;
    for (uint32_t edge = partition->pieces[i].first_edge; edge < partition->pieces[i + 1].first_edge; edge++)
      inside ^= crosses_way(&partition->edges[edge], east_e7, south_e7, point);
    if (inside) return partition->pieces[i].area;
  }
  return MUSTER_NONE;
}

typedef void (*EdgeVisitor)(Build *build, uint32_t area, const Edge *edge);

static void visit_edges(Build *build, EdgeVisitor visit) {
  for (uint32_t area = 0; area < build->count; area++) {
    const MusterPolygons *polygons = &build->areas[area];
    for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
      for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++) {
        MusterPosition a = polygons->positions[i], b = polygons->positions[i + 1];
        Edge edge = a.lat_e7 <= b.lat_e7 ? (Edge){a, b} : (Edge){b, a};
        visit(build, area, &edge);
      }
  }
}

/* The cells' numbers that an edge spans, in a row each: computed in doubles with a cell to spare, then tested exactly.
 */
static void add_touches(Build *build, uint32_t area, const Edge *edge) {
  const MusterPartition *partition = build->partition;
  int64_t west = partition->box.min_lon_e7, south = partition->box.min_lat_e7;
  int64_t wide = partition->cell_lon, high = partition->cell_lat, last = partition->side - 1;
  double rise = (double)((int64_t)edge->b.lat_e7 - edge->a.lat_e7);
  double run = (double)((int64_t)edge->b.lon_e7 - edge->a.lon_e7);
  /* An edge on the border between two cells touches both. */
  int64_t first_row = MAX((edge->a.lat_e7 - south) / high - 1, 0);
  int64_t last_row = MIN((edge->b.lat_e7 - south) / high, last);
  for (int64_t row = first_row; row <= last_row; row++) {
    double low = (double)(south + row * high), top = low + (double)high;
    double from = rise > 0 ? CLAMP((low - edge->a.lat_e7) / rise, 0, 1) : 0;
    double to = rise > 0 ? CLAMP((top - edge->a.lat_e7) / rise, 0, 1) : 1;
    double lon_from = edge->a.lon_e7 + run * from - (double)west, lon_to = edge->a.lon_e7 + run * to - (double)west;
    int64_t first = MAX((int64_t)floor(MIN(lon_from, lon_to) / (double)wide) - 1, 0);
    int64_t end = MIN((int64_t)floor(MAX(lon_from, lon_to) / (double)wide) + 1, last);
    for (int64_t column = first; column <= end; column++) {
      MusterBox cell = {(int32_t)(west + column * wide), (int32_t)(south + row * high),
                        (int32_t)MIN(west + (column + 1) * wide, INT32_MAX),
                        (int32_t)MIN(south + (row + 1) * high, INT32_MAX)};
      if (!mi_line_touches_box(edge->a, edge->b, cell)) continue;
      Touch touch = {(uint32_t)(row * partition->side + column), area, *edge};
      g_array_append_val(build->touches, touch);
    }
  }
}

static int compare_touches(const void *left, const void *right) {
  const Touch *a = left, *b = right;
  if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
  return (a->area > b->area) - (a->area < b->area);
}

/* How many cells all edges touch at most if a side has `side` cells. */
static double estimate_touches(const Build *build, uint32_t side) {
  const MusterBox *box = &build->partition->box;
  double width = (double)((int64_t)box->max_lon_e7 - box->min_lon_e7 + 1);
  double height = (double)((int64_t)box->max_lat_e7 - box->min_lat_e7 + 1);
  double sum = 0;
  for (uint32_t area = 0; area < build->count; area++) {
    const MusterPolygons *polygons = &build->areas[area];
    for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
      for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++) {
        MusterPosition a = polygons->positions[i], b = polygons->positions[i + 1];
        sum += fabs((double)a.lon_e7 - b.lon_e7) / width * side + fabs((double)a.lat_e7 - b.lat_e7) / height * side;
      }
  }
  return sum;
}

static void choose_cells(Build *build, size_t edge_count) {
  MusterPartition *partition = build->partition;
  uint32_t side = (uint32_t)CLAMP(sqrt(4.0 * (double)edge_count), 1, SIDE_MAX);
  while (side > 1 && estimate_touches(build, side) > (double)TOUCHES_PER_EDGE * (double)edge_count) side /= 2;
  int64_t width = (int64_t)partition->box.max_lon_e7 - partition->box.min_lon_e7 + 1;
  int64_t height = (int64_t)partition->box.max_lat_e7 - partition->box.min_lat_e7 + 1;
  partition->side = side;
  partition->cell_lon = (uint32_t)((width + side - 1) / side);
  partition->cell_lat = (uint32_t)((height + side - 1) / side);
}

/* The south-eastern corner of a cell if any area can hold it: those whose box does go to build->near, ascending. */
static bool find_corner(Build *build, uint32_t cell, MusterPosition *corner) {
  const MusterPartition *partition = build->partition;
  int64_t east = partition->box.min_lon_e7 + ((int64_t)(cell % partition->side) + 1) * partition->cell_lon;
  int64_t south = partition->box.min_lat_e7 + (int64_t)(cell / partition->side) * partition->cell_lat;
  build->near_count = 0;
  if (east > partition->box.max_lon_e7 || south > partition->box.max_lat_e7) return false;
  *corner = (MusterPosition){(int32_t)east, (int32_t)south};
  MusterBox box = {corner->lon_e7, corner->lat_e7, corner->lon_e7, corner->lat_e7};
  build->near_count = muster_tree_within(build->tree, box, build->near, build->count);
  return build->near_count > 0;
}

static void add_piece(GArray *pieces, uint32_t area, size_t first_edge, bool inside) {
  Piece piece = {area, (uint32_t)first_edge & 0x7fffffff, inside};
  g_array_append_val(pieces, piece);
}

/* Pieces of a cell: the areas with edges in it, and those that cover it wholly, in ascending order. */
static size_t add_cell(Build *build, uint32_t cell, const Touch *touches, size_t at, size_t count, GArray *pieces) {
  MusterPosition corner;
  find_corner(build, cell, &corner);
  size_t near = 0;
  while ((at < count && touches[at].cell == cell) || near < build->near_count) {
    uint32_t by_edge = at < count && touches[at].cell == cell ? touches[at].area : MUSTER_NONE;
    uint32_t by_box = near < build->near_count ? build->near[near] : MUSTER_NONE;
    uint32_t area = MIN(by_edge, by_box);
    bool inside = area == by_box && muster_polygons_contain(&build->areas[area], corner);
    if (area == by_edge || inside) add_piece(pieces, area, at, inside);
    if (area == by_box) near++;
    while (at < count && touches[at].cell == cell && touches[at].area == area) at++;
  }
  return at;
}

/* The area of a cell without edges is that of its corner; beside another such cell it is the same. */
static uint32_t find_owner(Build *build, uint32_t cell, bool neighbour_is_plain) {
  MusterPosition corner;
  if (neighbour_is_plain) return build->partition->owner[cell - 1];
  if (!find_corner(build, cell, &corner)) return MUSTER_NONE;
  for (size_t i = 0; i < build->near_count; i++)
    if (muster_polygons_contain(&build->areas[build->near[i]], corner)) return build->near[i];
  return MUSTER_NONE;
}

static void fill_cells(Build *build) {
  MusterPartition *partition = build->partition;
  g_array_sort(build->touches, compare_touches);
  const Touch *touches = (const Touch *)(const void *)build->touches->data;
  size_t count = build->touches->len, at = 0;
  uint32_t cells = partition->side * partition->side;
  partition->owner = g_new(uint32_t, cells);
  partition->first_piece = g_new(uint32_t, cells + 1);
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  for (uint32_t cell = 0; cell < cells; cell++) {
    partition->first_piece[cell] = pieces->len;
    partition->owner[cell] = MUSTER_NONE;
    if (at < count && touches[at].cell == cell) {
      at = add_cell(build, cell, touches, at, count, pieces);
    } else {
      bool beside = cell % partition->side > 0 && partition->first_piece[cell - 1] == partition->first_piece[cell];
      partition->owner[cell] = find_owner(build, cell, beside);
    }
  }
  partition->first_piece[cells] = pieces->len;
  add_piece(pieces, MUSTER_NONE, count, false);
  partition->pieces = (Piece *)(void *)g_array_free(pieces, FALSE);
  partition->edges = g_new(Edge, count);
  for (size_t i = 0; i < count; i++) partition->edges[i] = touches[i].edge;
}

static MusterBox join_boxes(MusterBox a, MusterBox b) {
  return (MusterBox){MIN(a.min_lon_e7, b.min_lon_e7), MIN(a.min_lat_e7, b.min_lat_e7), MAX(a.max_lon_e7, b.max_lon_e7),
                     MAX(a.max_lat_e7, b.max_lat_e7)};
}

MusterPartition *muster_partition_new(const MusterPolygons *areas, size_t count) {
  g_return_val_if_fail(count < MUSTER_NONE, NULL);
  MusterPartition *partition = g_new0(MusterPartition, 1);
  g_atomic_ref_count_init(&partition->references);
  g_autofree MusterBox *boxes = g_new(MusterBox, count);
  size_t edge_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (!mi_polygons_box(&areas[i], &boxes[i])) continue;
    partition->box = edge_count ? join_boxes(partition->box, boxes[i]) : boxes[i];
    edge_count += areas[i].ring_first[areas[i].ring_count];
  }
  if (edge_count == 0) return partition;
  Build build = {.partition = partition, .areas = areas, .count = (uint32_t)count};
  build.touches = g_array_new(FALSE, FALSE, sizeof(Touch));
  build.tree = muster_tree_new_boxes(boxes, count);
  build.near = g_new(uint32_t, count);
  choose_cells(&build, edge_count);
  visit_edges(&build, add_touches);
  fill_cells(&build);
  g_array_unref(build.touches);
  muster_tree_unref(build.tree);
  g_free(build.near);
  return partition;
}

MusterPartition *muster_partition_ref(MusterPartition *partition) {
  g_atomic_ref_count_inc(&partition->references);
  return partition;
}

void muster_partition_unref(MusterPartition *partition) {
  if (!partition || !g_atomic_ref_count_dec(&partition->references)) return;
  g_free(partition->owner);
  g_free(partition->first_piece);
  g_free(partition->pieces);
  g_free(partition->edges);
  g_free(partition);
}
