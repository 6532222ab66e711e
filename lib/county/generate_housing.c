/* Where people live: places beside the roads, grid by grid; see generate_plan.h.
 *
 * Roads are cut into short pieces, each handed to the grid that holds its middle; a home is drawn on a piece in
 * proportion to its length and class and set off to one side.
 */
#include <math.h>

#include "county/generate_plan.h"
#include "county/generate_plane.h"
#include "index/polygons.h"

typedef struct road_piece {
  MusterPosition a, b;
  uint32_t grid;
  uint64_t weight_end; /* sum of the weights of the grid's pieces up to this one */
} road_piece;

struct mi_housing {
  MusterPartition *grids;
  const mi_plan *plan;
  road_piece *pieces; /* by grid */
  uint32_t *first;    /* grid_count + 1 */
  double *weight;     /* of each grid */
};

double mi_road_class_housing(uint8_t road_class) {
  switch (road_class) {
    case MUSTER_ROAD_RESIDENTIAL:
    case MUSTER_ROAD_LIVING_STREET:
    case MUSTER_ROAD_PEDESTRIAN:
      return 1;
    case MUSTER_ROAD_SERVICE:
      return 0.5;
    case MUSTER_ROAD_UNCLASSIFIED:
    case MUSTER_ROAD_TERTIARY:
      return 0.3;
    case MUSTER_ROAD_SECONDARY:
      return 0.15;
    case MUSTER_ROAD_PRIMARY:
      return 0.08;
    case MUSTER_ROAD_TRACK:
    case MUSTER_ROAD_FOOTWAY:
      return 0.04;
    case MUSTER_ROAD_PATH:
    case MUSTER_ROAD_CYCLEWAY:
      return 0.01;
    default:
      return 0;
  }
}

/* ---- the part of the roads that hangs together ---- */

static uint32_t find_root(uint32_t *root, uint32_t node) {
  while (root[node] != node) {
    root[node] = root[root[node]];
    node = root[node];
  }
  return node;
}

/* Dense numbers of outside node ids, in the order they are met. */
static uint32_t number_node(GHashTable *numbers, const int64_t *id) {
  void *number;
  if (g_hash_table_lookup_extended(numbers, id, NULL, &number)) return GPOINTER_TO_UINT(number);
  uint32_t next = g_hash_table_size(numbers);
  g_hash_table_insert(numbers, g_memdup2(id, sizeof *id), GUINT_TO_POINTER(next));
  return next;
}

static bool is_walkable(const MusterWay *way) {
  return ((way->open_forward | way->open_backward) & MUSTER_MODE_BIT(MUSTER_MODE_FOOT)) != 0;
}

static double way_length_m(const MusterPosition *positions, size_t count) {
  double length_m = 0;
  for (size_t i = 0; i + 1 < count; i++) length_m += muster_distance_planar_m(positions[i], positions[i + 1]);
  return length_m;
}

bool *mi_roads_main_part(const MusterRoads *roads) {
  size_t count = muster_roads_way_count(roads);
  bool *in_part = g_new0(bool, count + 1);
  g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr(GArray) root = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_autofree uint32_t *start = g_new(uint32_t, count + 1);
  g_autofree double *length_m = g_new(double, count + 1);
  for (size_t i = 0; i < count; i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(roads, i, &way, &ids, &positions, &node_count);
    start[i] = MUSTER_NONE;
    if (!is_walkable(&way) || node_count < 2) continue;
    length_m[i] = way_length_m(positions, node_count);
    for (size_t k = 0; k < node_count; k++) {
      uint32_t node = number_node(numbers, &ids[k]);
      if (node == root->len) g_array_append_val(root, node);
      if (k == 0) start[i] = node;
      uint32_t *roots = (uint32_t *)(void *)root->data;
      roots[find_root(roots, node)] = find_root(roots, start[i]);
    }
  }
  uint32_t *roots = (uint32_t *)(void *)root->data;
  g_autofree double *part_m = g_new0(double, root->len + 1);
  uint32_t best = 0;
  for (size_t i = 0; i < count; i++)
    if (start[i] != MUSTER_NONE) part_m[find_root(roots, start[i])] += length_m[i];
  for (uint32_t i = 0; i < root->len; i++)
    if (part_m[i] > part_m[best]) best = i;
  for (size_t i = 0; i < count; i++) in_part[i] = start[i] != MUSTER_NONE && find_root(roots, start[i]) == best;
  return in_part;
}

/* ---- pieces ---- */

static MusterPosition between(MusterPosition a, MusterPosition b, double share) {
  return (MusterPosition){(int32_t)(a.lon_e7 + lround(((double)b.lon_e7 - a.lon_e7) * share)),
                          (int32_t)(a.lat_e7 + lround(((double)b.lat_e7 - a.lat_e7) * share))};
}

static void cut_segment(mi_housing *housing, GArray *pieces, MusterPosition a, MusterPosition b, double density) {
  enum { PIECE_M = 50 };
  double length_m = muster_distance_planar_m(a, b);
  int count = (int)(length_m / PIECE_M) + 1;
  for (int k = 0; k < count; k++) {
    road_piece piece = {between(a, b, (double)k / count), between(a, b, (double)(k + 1) / count), 0, 0};
    piece.grid = muster_partition_locate(housing->grids, between(piece.a, piece.b, 0.5));
    piece.weight_end = (uint64_t)(length_m / count * 1000 * density) + 1;
    if (piece.grid != MUSTER_NONE) g_array_append_val(pieces, piece);
  }
}

static GArray *cut_roads(mi_housing *housing) {
  const MusterRoads *roads = housing->plan->roads;
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(road_piece));
  g_autofree bool *in_part = mi_roads_main_part(roads);
  size_t count = muster_roads_way_count(roads);
  for (size_t i = 0; i < count; i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(roads, i, &way, &ids, &positions, &node_count);
    double density = mi_road_class_housing(way.road_class);
    if (!in_part[i] || density <= 0) continue;
    for (size_t k = 0; k + 1 < node_count; k++) cut_segment(housing, pieces, positions[k], positions[k + 1], density);
  }
  return pieces;
}

static void sort_pieces(mi_housing *housing, const GArray *pieces) {
  uint32_t grids = housing->plan->grid_count;
  housing->first = g_new0(uint32_t, grids + 2);
  housing->weight = g_new0(double, grids + 1);
  housing->pieces = g_new(road_piece, pieces->len + 1);
  for (guint i = 0; i < pieces->len; i++) housing->first[g_array_index(pieces, road_piece, i).grid + 2]++;
  for (uint32_t i = 2; i < grids + 2; i++) housing->first[i] += housing->first[i - 1];
  for (guint i = 0; i < pieces->len; i++) {
    road_piece piece = g_array_index(pieces, road_piece, i);
    housing->pieces[housing->first[piece.grid + 1]++] = piece;
  }
  for (uint32_t grid = 0; grid < grids; grid++) {
    uint64_t sum = 0;
    for (uint32_t i = housing->first[grid]; i < housing->first[grid + 1]; i++)
      housing->pieces[i].weight_end = sum += housing->pieces[i].weight_end;
    housing->weight[grid] = (double)sum / 1000;
  }
}

mi_housing *mi_housing_new(const mi_plan *plan) {
  mi_housing *housing = g_new0(mi_housing, 1);
  housing->plan = plan;
  g_autofree MusterPolygons *areas = g_new(MusterPolygons, plan->grid_count + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++) areas[i] = mi_shape_polygons(&plan->grids[i].shape);
  housing->grids = muster_partition_new(areas, plan->grid_count);
  g_autoptr(GArray) pieces = cut_roads(housing);
  sort_pieces(housing, pieces);
  return housing;
}

void mi_housing_free(mi_housing *housing) {
  muster_partition_unref(housing->grids);
  g_free(housing->pieces);
  g_free(housing->first);
  g_free(housing->weight);
  g_free(housing);
}

double mi_housing_weight(const mi_housing *housing, uint32_t grid) { return housing->weight[grid]; }

static const road_piece *draw_piece(const mi_housing *housing, uint32_t grid, mi_random *random) {
  uint32_t low = housing->first[grid], high = housing->first[grid + 1] - 1;
  uint64_t at = (uint64_t)(mi_random_unit(random) * (double)housing->pieces[high].weight_end);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (housing->pieces[middle].weight_end > at)
      high = middle;
    else
      low = middle + 1;
  }
  return &housing->pieces[low];
}

/* A place `off_m` metres beside the piece; to the left if positive. */
static MusterPosition set_off(const road_piece *piece, double share, double off_m) {
  MusterPosition on_road = between(piece->a, piece->b, share);
  mi_plane plane = mi_plane_about(on_road);
  mi_spot a = mi_plane_spot(&plane, piece->a), b = mi_plane_spot(&plane, piece->b);
  double length_m = mi_spot_distance(a, b);
  if (length_m <= 0) return on_road;
  return mi_plane_position(&plane, (mi_spot){-(b.y - a.y) / length_m * off_m, (b.x - a.x) / length_m * off_m});
}

MusterPosition mi_housing_address(const mi_housing *housing, uint32_t grid, mi_random *random) {
  enum { TRIES = 8 };
  if (housing->first[grid] == housing->first[grid + 1]) return housing->plan->grids[grid].seat;
  const road_piece *piece = NULL;
  for (int i = 0; i < TRIES; i++) {
    piece = draw_piece(housing, grid, random);
    double share = mi_random_unit(random), off_m = 6 + 24 * mi_random_unit(random);
    MusterPosition home = set_off(piece, share, mi_random_u64(random) & 1 ? off_m : -off_m);
    if (muster_partition_locate(housing->grids, home) == grid) return home;
  }
  return between(piece->a, piece->b, 0.5);
}

MusterPosition mi_housing_nearest(const mi_housing *housing, uint32_t first_grid, uint32_t end_grid,
                                  MusterPosition wanted) {
  MusterPosition best = housing->plan->grids[first_grid].seat;
  double best_m = INFINITY;
  for (uint32_t i = housing->first[first_grid]; i < housing->first[end_grid]; i++) {
    MusterPosition middle = between(housing->pieces[i].a, housing->pieces[i].b, 0.5);
    double distance_m = muster_distance_planar_m(wanted, middle);
    if (distance_m >= best_m) continue;
    best_m = distance_m;
    best = middle;
  }
  return best;
}
