/* The outline of a county over real roads; see over.h.
 *
 * Squares that hold a road are marked and widened by one square; the outline runs around them through the middles of
 * the lattice's edges as in marching squares (Lorensen & Cline, SIGGRAPH 1987, in the plane). The main part hangs
 * together, so this is one simple ring; holes in it are not walked around and belong to the county.
 */
#include <stdlib.h>
#include <string.h>

#include "county/over.h"

typedef struct road_raster {
  double side_m;
  mi_spot origin; /* centre of square (0, 0) */
  int64_t columns, rows;
  bool *marked;
} road_raster;

static int64_t square_index(const road_raster *raster, int64_t column, int64_t row) {
  return row * raster->columns + column;
}

static bool is_marked(const road_raster *raster, int64_t column, int64_t row) {
  return column >= 0 && row >= 0 && column < raster->columns && row < raster->rows &&
         raster->marked[square_index(raster, column, row)];
}

static void mark(road_raster *raster, mi_spot at) {
  int64_t column = (int64_t)floor((at.x - raster->origin.x) / raster->side_m + 0.5);
  int64_t row = (int64_t)floor((at.y - raster->origin.y) / raster->side_m + 0.5);
  raster->marked[square_index(raster, column, row)] = true;
}

static void mark_roads(const mi_over *over, road_raster *raster) {
  for (size_t i = 0; i < muster_roads_way_count(over->plan.roads); i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(over->plan.roads, i, &way, &ids, &positions, &count);
    for (size_t k = 0; over->in_main_part[i] && k + 1 < count; k++) {
      mi_spot a = mi_plane_spot(&over->plane, positions[k]), b = mi_plane_spot(&over->plane, positions[k + 1]);
      int steps = (int)(mi_spot_distance(a, b) / (raster->side_m / 2)) + 1;
      for (int step = 0; step <= steps; step++) mark(raster, mi_spot_between(a, b, (double)step / steps));
    }
  }
}

static void widen(road_raster *raster) {
  g_autofree bool *before = g_memdup2(raster->marked, (size_t)(raster->columns * raster->rows) * sizeof(bool));
  for (int64_t row = 1; row + 1 < raster->rows; row++)
    for (int64_t column = 1; column + 1 < raster->columns; column++)
      if (before[square_index(raster, column, row)])
        for (int64_t dy = -1; dy <= 1; dy++)
          for (int64_t dx = -1; dx <= 1; dx++) raster->marked[square_index(raster, column + dx, row + dy)] = true;
}

/* A step of the walk around the marked ground, which lies to the left: from the middle of one side of a lattice square
 * (whose corners are the centres of four raster squares) to the middle of another. Sides: 0 south, 1 east, 2 north, 3
 * west. */
static int leave_side(const road_raster *raster, int64_t column, int64_t row, int enter) {
  bool corner[4] = {is_marked(raster, column, row), is_marked(raster, column + 1, row),
                    is_marked(raster, column + 1, row + 1), is_marked(raster, column, row + 1)};
  /* Side s joins corners s and s + 1. Two marked corners that only touch across the square are taken as connected: turn
   * as little to the left as possible. */
  for (int turn = 1; turn < 4; turn++) {
    int side = (enter + turn) % 4;
    if (corner[side] != corner[(side + 1) % 4]) return side;
  }
  return enter;
}

static mi_spot side_middle(const road_raster *raster, int64_t column, int64_t row, int side) {
  static const double X[4] = {0.5, 1, 0.5, 0}, Y[4] = {0, 0.5, 1, 0.5};
  return (mi_spot){raster->origin.x + ((double)column + X[side]) * raster->side_m,
                   raster->origin.y + ((double)row + Y[side]) * raster->side_m};
}

static bool find_start(const road_raster *raster, int64_t *column, int64_t *row) {
  for (*row = 0; *row < raster->rows; (*row)++)
    for (*column = 0; *column < raster->columns; (*column)++)
      if (is_marked(raster, *column, *row)) return true;
  return false;
}

/* Walks from below the lowest marked square. */
static void trace(const mi_over *over, const road_raster *raster, mi_shape *outline) {
  static const int64_t STEP_X[4] = {0, 1, 0, -1}, STEP_Y[4] = {-1, 0, 1, 0};
  int64_t column, row;
  mi_shape_reset(outline, MI_SHAPE_POLYGONS);
  if (!find_start(raster, &column, &row)) return;
  row--;
  int64_t first_column = column, first_row = row;
  int enter = 3;
  MusterPosition first = mi_plane_position(&over->plane, side_middle(raster, column, row, enter));
  do {
    mi_shape_add_position(outline, mi_plane_position(&over->plane, side_middle(raster, column, row, enter)));
    int leave = leave_side(raster, column, row, enter);
    column += STEP_X[leave];
    row += STEP_Y[leave];
    enter = (leave + 2) % 4;
  } while (column != first_column || row != first_row || enter != 3);
  mi_shape_add_position(outline, first);
  mi_shape_end_ring(outline);
  mi_shape_end_polygon(outline);
}

static road_raster new_raster(const mi_over *over) {
  enum { MARGIN = 3 };
  mi_spot low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
  for (size_t i = 0; i < muster_roads_way_count(over->plan.roads); i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(over->plan.roads, i, &way, &ids, &positions, &count);
    for (size_t k = 0; over->in_main_part[i] && k < count; k++) {
      mi_spot at = mi_plane_spot(&over->plane, positions[k]);
      low = (mi_spot){fmin(low.x, at.x), fmin(low.y, at.y)};
      high = (mi_spot){fmax(high.x, at.x), fmax(high.y, at.y)};
    }
  }
  double extent_m = fmax(high.x - low.x, high.y - low.y);
  road_raster raster = {.side_m = fmax(CLAMP(extent_m / 110, 50, 400), extent_m / 1500)};
  raster.origin = (mi_spot){low.x - MARGIN * raster.side_m, low.y - MARGIN * raster.side_m};
  raster.columns = (int64_t)((high.x - low.x) / raster.side_m) + 2 * MARGIN + 2;
  raster.rows = (int64_t)((high.y - low.y) / raster.side_m) + 2 * MARGIN + 2;
  raster.marked = g_new0(bool, (size_t)(raster.columns * raster.rows));
  return raster;
}

void mi_over_outline(mi_over *over) {
  road_raster raster = new_raster(over);
  mark_roads(over, &raster);
  widen(&raster);
  trace(over, &raster, &over->outline);
  g_free(raster.marked);
}
