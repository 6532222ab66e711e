/* A set of ways with their nodes, and barriers on nodes, as they came from a file: flat growing arrays, one owner. */
#include "road/roads.h"

#include <string.h>

GQuark muster_road_error_quark(void) { return g_quark_from_static_string("muster-road-error-quark"); }

typedef struct road_way {
  MusterWay way;
  char *name; /* owned; way.name stays NULL */
  size_t first_node;
} road_way;

typedef struct barrier {
  int64_t node_id;
  unsigned closed_modes;
} barrier;

typedef struct kept_restriction {
  MusterTurnRestriction restriction; /* without its list of ways */
  guint first_via_way;
} kept_restriction;

struct MusterRoads {
  GArray *ways;     /* road_way */
  GArray *node_ids; /* int64_t */
  GArray *positions;
  GArray *barriers;
  GArray *restrictions; /* kept_restriction */
  GArray *via_ways;     /* int64_t */
  MusterRestrictionsLeftOut left_out;
  uint64_t ways_missing, nodes_missing;
};

static void clear_way(gpointer way) { g_free(((road_way *)way)->name); }

MusterRoads *muster_roads_new(void) {
  MusterRoads *roads = g_new0(MusterRoads, 1);
  roads->ways = g_array_new(FALSE, FALSE, sizeof(road_way));
  g_array_set_clear_func(roads->ways, clear_way);
  roads->node_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
  roads->positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  roads->barriers = g_array_new(FALSE, FALSE, sizeof(barrier));
  roads->restrictions = g_array_new(FALSE, FALSE, sizeof(kept_restriction));
  roads->via_ways = g_array_new(FALSE, FALSE, sizeof(int64_t));
  return roads;
}

void muster_roads_free(MusterRoads *roads) {
  if (!roads) return;
  g_array_unref(roads->ways);
  g_array_unref(roads->node_ids);
  g_array_unref(roads->positions);
  g_array_unref(roads->barriers);
  g_array_unref(roads->restrictions);
  g_array_unref(roads->via_ways);
  g_free(roads);
}

void muster_roads_add_way(MusterRoads *roads, const MusterWay *way, const int64_t *node_ids,
                          const MusterPosition *positions, size_t node_count) {
  road_way copy = {.way = *way, .name = g_strdup(way->name), .first_node = roads->node_ids->len};
  copy.way.name = NULL;
  g_array_append_val(roads->ways, copy);
  g_array_append_vals(roads->node_ids, node_ids, (guint)node_count);
  g_array_append_vals(roads->positions, positions, (guint)node_count);
}

void muster_roads_add_barrier(MusterRoads *roads, int64_t node_id, unsigned closed_modes) {
  barrier added = {node_id, closed_modes};
  g_array_append_val(roads->barriers, added);
}

size_t muster_roads_way_count(const MusterRoads *roads) { return roads->ways->len; }

void muster_roads_way(const MusterRoads *roads, size_t index, MusterWay *way, const int64_t **node_ids,
                      const MusterPosition **positions, size_t *node_count) {
  const road_way *at = &g_array_index(roads->ways, road_way, index);
  size_t end =
      index + 1 < roads->ways->len ? g_array_index(roads->ways, road_way, index + 1).first_node : roads->node_ids->len;
  if (way) {
    *way = at->way;
    way->name = at->name;
  }
  if (node_ids) *node_ids = &g_array_index(roads->node_ids, int64_t, at->first_node);
  if (positions) *positions = &g_array_index(roads->positions, MusterPosition, at->first_node);
  if (node_count) *node_count = end - at->first_node;
}

size_t muster_roads_barrier_count(const MusterRoads *roads) { return roads->barriers->len; }

void muster_roads_barrier(const MusterRoads *roads, size_t index, int64_t *node_id, unsigned *closed_modes) {
  const barrier *at = &g_array_index(roads->barriers, barrier, index);
  if (node_id) *node_id = at->node_id;
  if (closed_modes) *closed_modes = at->closed_modes;
}

void muster_roads_add_restriction(MusterRoads *roads, const MusterTurnRestriction *restriction) {
  kept_restriction kept = {*restriction, roads->via_ways->len};
  kept.restriction.via_ways = NULL;
  if (restriction->via_way_count)
    g_array_append_vals(roads->via_ways, restriction->via_ways, restriction->via_way_count);
  g_array_append_val(roads->restrictions, kept);
}

size_t muster_roads_restriction_count(const MusterRoads *roads) { return roads->restrictions->len; }

MusterTurnRestriction muster_roads_restriction(const MusterRoads *roads, size_t index) {
  const kept_restriction *kept = &g_array_index(roads->restrictions, kept_restriction, index);
  MusterTurnRestriction restriction = kept->restriction;
  if (restriction.via_way_count) restriction.via_ways = &g_array_index(roads->via_ways, int64_t, kept->first_via_way);
  return restriction;
}

bool muster_roads_box(const MusterRoads *roads, MusterBox *out) {
  for (guint i = 0; i < roads->positions->len; i++) {
    MusterPosition at = g_array_index(roads->positions, MusterPosition, i);
    if (i == 0) *out = (MusterBox){at.lon_e7, at.lat_e7, at.lon_e7, at.lat_e7};
    out->min_lon_e7 = MIN(out->min_lon_e7, at.lon_e7);
    out->min_lat_e7 = MIN(out->min_lat_e7, at.lat_e7);
    out->max_lon_e7 = MAX(out->max_lon_e7, at.lon_e7);
    out->max_lat_e7 = MAX(out->max_lat_e7, at.lat_e7);
  }
  return roads->positions->len > 0;
}

void mi_roads_note_left_out(MusterRoads *roads, const MusterRestrictionsLeftOut *left_out) {
  roads->left_out = *left_out;
}

void muster_roads_restrictions_left_out(const MusterRoads *roads, MusterRestrictionsLeftOut *out) {
  *out = roads->left_out;
}

void mi_roads_note_missing(MusterRoads *roads, size_t nodes) {
  roads->ways_missing++;
  roads->nodes_missing += nodes;
}

void muster_roads_missing(const MusterRoads *roads, uint64_t *ways, uint64_t *nodes) {
  if (ways) *ways = roads->ways_missing;
  if (nodes) *nodes = roads->nodes_missing;
}

static int compare_i64(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* Orders ways by id; ways that share one by all they hold, so that the order never depends on insertion. */
static int compare_ways(gconstpointer a, gconstpointer b, gpointer user_data) {
  const MusterRoads *roads = user_data;
  MusterWay way[2];
  const int64_t *ids[2];
  const MusterPosition *positions[2];
  size_t counts[2];
  muster_roads_way(roads, *(const uint32_t *)a, &way[0], &ids[0], &positions[0], &counts[0]);
  muster_roads_way(roads, *(const uint32_t *)b, &way[1], &ids[1], &positions[1], &counts[1]);
  int order = compare_i64(way[0].id, way[1].id);
  for (size_t i = 0; !order && i < MIN(counts[0], counts[1]); i++) {
    order = compare_i64(ids[0][i], ids[1][i]);
    if (!order) order = compare_i64(positions[0][i].lon_e7, positions[1][i].lon_e7);
    if (!order) order = compare_i64(positions[0][i].lat_e7, positions[1][i].lat_e7);
  }
  if (!order) order = compare_i64((int64_t)counts[0], (int64_t)counts[1]);
  if (!order) order = (int)way[0].road_class - way[1].road_class;
  if (!order) order = (int)way[0].surface - way[1].surface;
  if (!order) order = (int)way[0].open_forward - way[1].open_forward;
  if (!order) order = (int)way[0].open_backward - way[1].open_backward;
  if (!order) order = (int)way[0].maxspeed_kmh - way[1].maxspeed_kmh;
  if (!order) order = (int)way[0].off_ground - way[1].off_ground;
  if (!order) order = compare_i64(way[0].ferry_s, way[1].ferry_s);
  return order ? order : g_strcmp0(way[0].name, way[1].name);
}

uint32_t *mi_roads_ways_in_order(const MusterRoads *roads) {
  size_t count = muster_roads_way_count(roads);
  uint32_t *order = g_new(uint32_t, count + 1);
  for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
  union {
    const MusterRoads *in;
    gpointer out;
  } user_data = {.in = roads};
  g_qsort_with_data(order, (gint)count, sizeof *order, compare_ways, user_data.out);
  return order;
}
