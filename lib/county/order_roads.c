/* Canonical roads: ways by id (and, should two share one, by content), barriers by node, one a node. What no mode can
 * meet is left out: a way of less than two nodes, a barrier that closes nothing or stands on no way. Roads that stand
 * so already are kept as they are; others are copied. */
#include "county/seal.h"
#include "road/roads.h"

typedef struct barrier {
  int64_t node;
  uint32_t closed;
  bool on_way;
} barrier;

static int compare_barriers(const void *a, const void *b) {
  const barrier *x = a, *y = b;
  return (x->node > y->node) - (x->node < y->node);
}

/* What several barriers on one node close is closed. */
static GArray *collect_barriers(const MusterRoads *roads) {
  GArray *barriers = g_array_new(FALSE, FALSE, sizeof(barrier));
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    barrier next = {0};
    muster_roads_barrier(roads, i, &next.node, &next.closed);
    if (next.closed) g_array_append_val(barriers, next);
  }
  g_array_sort(barriers, compare_barriers);
  barrier *rows = (barrier *)(void *)barriers->data;
  guint kept = 0;
  for (guint i = 0; i < barriers->len; i++) {
    if (kept && rows[kept - 1].node == rows[i].node)
      rows[kept - 1].closed |= rows[i].closed;
    else
      rows[kept++] = rows[i];
  }
  g_array_set_size(barriers, kept);
  return barriers;
}

/* Marks the barriers that a way passes. */
static void find_on_ways(GArray *barriers, const MusterRoads *roads) {
  if (barriers->len == 0) return;
  g_autoptr(GHashTable) at_node = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < barriers->len; i++) {
    barrier *row = &g_array_index(barriers, barrier, i);
    g_hash_table_insert(at_node, &row->node, row);
  }
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    const int64_t *node_ids;
    size_t node_count;
    muster_roads_way(roads, i, NULL, &node_ids, NULL, &node_count);
    for (size_t j = 0; node_count >= 2 && j < node_count; j++) {
      barrier *row = g_hash_table_lookup(at_node, &node_ids[j]);
      if (row) row->on_way = true;
    }
  }
}

static GArray *list_barriers(const MusterRoads *roads) {
  GArray *barriers = collect_barriers(roads);
  find_on_ways(barriers, roads);
  guint kept = 0;
  for (guint i = 0; i < barriers->len; i++)
    if (g_array_index(barriers, barrier, i).on_way)
      g_array_index(barriers, barrier, kept++) = g_array_index(barriers, barrier, i);
  g_array_set_size(barriers, kept);
  return barriers;
}

static bool ways_are_canonical(const MusterRoads *roads, const uint32_t *order) {
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    size_t node_count;
    muster_roads_way(roads, i, NULL, NULL, NULL, &node_count);
    if (order[i] != i || node_count < 2) return false;
  }
  return true;
}

static bool barriers_are_canonical(const MusterRoads *roads, const GArray *barriers) {
  if (muster_roads_barrier_count(roads) != barriers->len) return false;
  for (guint i = 0; i < barriers->len; i++) {
    int64_t node;
    unsigned closed;
    muster_roads_barrier(roads, i, &node, &closed);
    if (node != g_array_index(barriers, barrier, i).node || closed != g_array_index(barriers, barrier, i).closed)
      return false;
  }
  return true;
}

static MusterRoads *copy_roads(const MusterRoads *from, const uint32_t *order, const GArray *barriers) {
  MusterRoads *to = muster_roads_new();
  for (size_t i = 0; i < muster_roads_way_count(from); i++) {
    MusterWay way;
    const int64_t *node_ids;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(from, order[i], &way, &node_ids, &positions, &node_count);
    if (node_count >= 2) muster_roads_add_way(to, &way, node_ids, positions, node_count);
  }
  for (guint i = 0; i < barriers->len; i++) {
    const barrier *row = &g_array_index(barriers, barrier, i);
    muster_roads_add_barrier(to, row->node, row->closed);
  }
  return to;
}

void mi_seal_order_roads(MusterCountyBuilder *builder) {
  if (!builder->roads) builder->roads = muster_roads_new();
  MusterRoads *from = builder->roads;
  g_autofree uint32_t *order = mi_roads_ways_in_order(from);
  g_autoptr(GArray) barriers = list_barriers(from);
  if (ways_are_canonical(from, order) && barriers_are_canonical(from, barriers)) return;
  builder->roads = copy_roads(from, order, barriers);
  muster_roads_free(from);
}
