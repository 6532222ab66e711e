/* Canonical order of a county's roads: ways by id, barriers by node. Roads that stand so already are kept as they are;
 * others are copied. */
#include "county/seal.h"

typedef struct road_row {
  int64_t id;
  size_t index;
} road_row;

static int compare_rows(const void *a, const void *b) {
  const road_row *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static int64_t way_id(const MusterRoads *roads, size_t index) {
  MusterWay way;
  const int64_t *node_ids;
  const MusterPosition *positions;
  size_t node_count;
  muster_roads_way(roads, index, &way, &node_ids, &positions, &node_count);
  return way.id;
}

static int64_t barrier_node(const MusterRoads *roads, size_t index) {
  int64_t node_id;
  unsigned closed_modes;
  muster_roads_barrier(roads, index, &node_id, &closed_modes);
  return node_id;
}

/* *ascending: already strictly in order. */
static road_row *sort_rows(const MusterRoads *roads, size_t count, int64_t (*id)(const MusterRoads *, size_t),
                           bool *ascending) {
  road_row *rows = g_new(road_row, count);
  for (size_t i = 0; i < count; i++) {
    rows[i] = (road_row){id(roads, i), i};
    if (i && rows[i - 1].id >= rows[i].id) *ascending = false;
  }
  if (!*ascending) qsort(rows, count, sizeof *rows, compare_rows);
  return rows;
}

static bool refuse_twins(const road_row *ways, size_t count, GError **error) {
  for (size_t i = 1; i < count; i++)
    if (ways[i - 1].id == ways[i].id) {
      g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_DUPLICATE,
                  "way %" G_GINT64_FORMAT " of the roads stands twice: as way %zu and as way %zu of the input",
                  ways[i].id, ways[i - 1].index + 1, ways[i].index + 1);
      return false;
    }
  return true;
}

static void copy_ways(const MusterRoads *from, const road_row *rows, size_t count, MusterRoads *to) {
  for (size_t i = 0; i < count; i++) {
    MusterWay way;
    const int64_t *node_ids;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(from, rows[i].index, &way, &node_ids, &positions, &node_count);
    muster_roads_add_way(to, &way, node_ids, positions, node_count);
  }
}

/* What several barriers on one node close is closed. */
static void copy_barriers(const MusterRoads *from, const road_row *rows, size_t count, MusterRoads *to) {
  for (size_t i = 0; i < count;) {
    int64_t node = rows[i].id;
    unsigned closed = 0;
    for (; i < count && rows[i].id == node; i++) {
      int64_t node_id;
      unsigned closed_modes;
      muster_roads_barrier(from, rows[i].index, &node_id, &closed_modes);
      closed |= closed_modes;
    }
    muster_roads_add_barrier(to, node, closed);
  }
}

bool mi_seal_order_roads(MusterCountyBuilder *builder, GError **error) {
  if (!builder->roads) builder->roads = muster_roads_new();
  MusterRoads *from = builder->roads;
  size_t way_count = muster_roads_way_count(from), barrier_count = muster_roads_barrier_count(from);
  bool ascending = true;
  g_autofree road_row *ways = sort_rows(from, way_count, way_id, &ascending);
  if (!ascending && !refuse_twins(ways, way_count, error)) return false;
  bool barriers_ascend = true;
  g_autofree road_row *barriers = sort_rows(from, barrier_count, barrier_node, &barriers_ascend);
  if (ascending && barriers_ascend) return true;
  MusterRoads *to = muster_roads_new();
  copy_ways(from, ways, way_count, to);
  copy_barriers(from, barriers, barrier_count, to);
  muster_roads_free(from);
  builder->roads = to;
  return true;
}
