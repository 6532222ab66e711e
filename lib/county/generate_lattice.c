/* Country roads by cheapest paths; see generate_lattice.h.
 *
 * Dijkstra's algorithm on a lattice of eight neighbours. Ground costs more the steeper and the higher it is, so paths
 * keep to valleys; a road already there costs a third, so paths join into a tree-like network as real ones do (Galin et
 * al., "Procedural generation of roads", Computer Graphics Forum 2010).
 */
#include "county/generate_lattice.h"

#include <string.h>

static const int8_t STEP_X[MI_LATTICE_DIRECTIONS] = {1, 1, 0, -1, -1, -1, 0, 1};
static const int8_t STEP_Y[MI_LATTICE_DIRECTIONS] = {0, 1, 1, 1, 0, -1, -1, -1};

/* The neighbour in a direction, or MUSTER_NONE past the rim. */
static uint32_t neighbour(const mi_lattice *lattice, uint32_t node, int direction) {
  int64_t column = (int64_t)(node % lattice->columns) + STEP_X[direction];
  int64_t row = (int64_t)(node / lattice->columns) + STEP_Y[direction];
  if (column < 0 || row < 0 || column >= lattice->columns || row >= lattice->rows) return MUSTER_NONE;
  return (uint32_t)(row * lattice->columns + column);
}

/* The class of the road between a node and its neighbour; each edge is kept at the node it leaves eastward or
 * northward. */
static uint8_t *edge_class(const mi_lattice *lattice, uint32_t node, int direction) {
  if (direction < 4) return &lattice->road_class[(size_t)node * 4 + (size_t)direction];
  return &lattice->road_class[(size_t)neighbour(lattice, node, direction) * 4 + (size_t)(direction - 4)];
}

/* ---- making it ---- */

static int compare_doubles(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

/* Opens the places of one row that lie inside: between each odd crossing of the row with the rings and the next. */
static void open_row(mi_lattice *lattice, uint32_t row, const mi_spot *ring_spots, const MusterPolygons *area) {
  double y = lattice->origin.y + row * lattice->step_m;
  g_autoptr(GArray) crossings = g_array_new(FALSE, FALSE, sizeof(double));
  for (uint32_t ring = 0; ring < area->ring_count; ring++)
    for (uint32_t i = area->ring_first[ring]; i + 1 < area->ring_first[ring + 1]; i++) {
      mi_spot a = ring_spots[i], b = ring_spots[i + 1];
      if ((a.y <= y) == (b.y <= y)) continue;
      double x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
      g_array_append_val(crossings, x);
    }
  g_array_sort(crossings, compare_doubles);
  for (guint i = 0; i + 1 < crossings->len; i += 2)
    for (uint32_t column = 0; column < lattice->columns; column++) {
      double x = lattice->origin.x + column * lattice->step_m;
      if (x > g_array_index(crossings, double, i) && x < g_array_index(crossings, double, i + 1))
        lattice->open[row * lattice->columns + column] = true;
    }
}

static uint32_t node_at(const mi_lattice *lattice, mi_spot spot) {
  double column = floor((spot.x - lattice->origin.x) / lattice->step_m + 0.5);
  double row = floor((spot.y - lattice->origin.y) / lattice->step_m + 0.5);
  column = CLAMP(column, 0, lattice->columns - 1.0);
  row = CLAMP(row, 0, lattice->rows - 1.0);
  return (uint32_t)row * lattice->columns + (uint32_t)column;
}

static void close_around(mi_lattice *lattice, mi_spot spot, double radius_m) {
  int reach = (int)(radius_m / lattice->step_m) + 1;
  uint32_t centre = node_at(lattice, spot);
  for (int dy = -reach; dy <= reach; dy++)
    for (int dx = -reach; dx <= reach; dx++) {
      int64_t column = (int64_t)(centre % lattice->columns) + dx, row = (int64_t)(centre / lattice->columns) + dy;
      if (column < 0 || row < 0 || column >= lattice->columns || row >= lattice->rows) continue;
      uint32_t node = (uint32_t)(row * lattice->columns + column);
      if (mi_spot_distance2(lattice->at[node], spot) < radius_m * radius_m) lattice->open[node] = false;
    }
}

static void close_border(mi_lattice *lattice, const mi_spot *ring_spots, const MusterPolygons *area) {
  for (uint32_t ring = 0; ring < area->ring_count; ring++)
    for (uint32_t i = area->ring_first[ring]; i + 1 < area->ring_first[ring + 1]; i++) {
      int pieces = (int)(mi_spot_distance(ring_spots[i], ring_spots[i + 1]) / (lattice->step_m / 2)) + 1;
      for (int k = 0; k < pieces; k++)
        close_around(lattice, mi_spot_between(ring_spots[i], ring_spots[i + 1], (double)k / pieces), lattice->step_m);
    }
}

static void measure(mi_lattice *lattice, const mi_spot *spots, size_t count) {
  mi_spot low = spots[0], high = spots[0];
  for (size_t i = 1; i < count; i++) {
    low = (mi_spot){fmin(low.x, spots[i].x), fmin(low.y, spots[i].y)};
    high = (mi_spot){fmax(high.x, spots[i].x), fmax(high.y, spots[i].y)};
  }
  lattice->origin = low;
  lattice->columns = (uint32_t)((high.x - low.x) / lattice->step_m) + 2;
  lattice->rows = (uint32_t)((high.y - low.y) / lattice->step_m) + 2;
  lattice->count = lattice->columns * lattice->rows;
}

static void place_nodes(mi_lattice *lattice, const mi_terrain *terrain, uint64_t seed) {
  const double jitter = 0.55 * lattice->step_m;
  for (uint32_t i = 0; i < lattice->count; i++) {
    double dx = mi_mix_unit(seed, i, 1) - 0.5, dy = mi_mix_unit(seed, i, 2) - 0.5;
    lattice->at[i] = (mi_spot){lattice->origin.x + (i % lattice->columns) * lattice->step_m + dx * jitter,
                               lattice->origin.y + (double)(i / lattice->columns) * lattice->step_m + dy * jitter};
    lattice->height_m[i] = (float)mi_terrain_height_m(terrain, lattice->at[i]);
    lattice->gate_town[i] = MUSTER_NONE;
    lattice->cost[i] = UINT32_MAX;
  }
}

mi_lattice *mi_lattice_new(const mi_terrain *terrain, const mi_plane *plane, const MusterPolygons *area, double step_m,
                           uint64_t seed) {
  uint32_t point_count = area->ring_first[area->ring_count];
  g_autofree mi_spot *spots = g_new(mi_spot, point_count);
  for (uint32_t i = 0; i < point_count; i++) spots[i] = mi_plane_spot(plane, area->positions[i]);
  mi_lattice *lattice = g_new0(mi_lattice, 1);
  lattice->step_m = step_m;
  measure(lattice, spots, point_count);
  lattice->open = g_new0(bool, lattice->count);
  lattice->used = g_new0(bool, lattice->count);
  lattice->at = g_new(mi_spot, lattice->count);
  lattice->height_m = g_new(float, lattice->count);
  lattice->road_class = g_malloc((size_t)lattice->count * 4);
  memset(lattice->road_class, MUSTER_ROAD_CLASS_COUNT, (size_t)lattice->count * 4);
  lattice->gate_town = g_new(uint32_t, lattice->count);
  lattice->gate_node = g_new(uint32_t, lattice->count);
  lattice->gates = g_new(uint32_t, lattice->count);
  lattice->town_linked = g_new0(bool, lattice->count);
  lattice->links = g_array_new(FALSE, FALSE, sizeof(mi_lattice_link));
  lattice->cost = g_new(uint32_t, lattice->count);
  lattice->from = g_new(uint32_t, lattice->count);
  lattice->touched = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  mi_heap4_init(&lattice->heap);
  place_nodes(lattice, terrain, seed);
  for (uint32_t row = 0; row < lattice->rows; row++) open_row(lattice, row, spots, area);
  close_border(lattice, spots, area);
  return lattice;
}

void mi_lattice_free(mi_lattice *lattice) {
  g_free(lattice->open);
  g_free(lattice->used);
  g_free(lattice->at);
  g_free(lattice->height_m);
  g_free(lattice->road_class);
  g_free(lattice->gate_town);
  g_free(lattice->gate_node);
  g_free(lattice->gates);
  g_free(lattice->town_linked);
  g_array_unref(lattice->links);
  g_free(lattice->cost);
  g_free(lattice->from);
  g_array_unref(lattice->touched);
  mi_heap4_clear(&lattice->heap);
  g_free(lattice);
}

/* ---- towns ---- */

static uint32_t nearest_street_node(const mi_sketch *sketch, uint32_t first, uint32_t end, mi_spot spot) {
  uint32_t best = first;
  for (uint32_t i = first + 1; i < end; i++)
    if (mi_spot_distance2(mi_sketch_spot(sketch, i), spot) < mi_spot_distance2(mi_sketch_spot(sketch, best), spot))
      best = i;
  return best;
}

void mi_lattice_block_town(mi_lattice *lattice, const mi_sketch *sketch, uint32_t first_node, uint32_t end_node,
                           uint32_t town, double clearance_m) {
  g_autofree bool *before = g_memdup2(lattice->open, lattice->count * sizeof(bool));
  for (uint32_t i = first_node; i < end_node; i++) close_around(lattice, mi_sketch_spot(sketch, i), clearance_m);
  for (uint32_t i = 0; i < lattice->count; i++) {
    if (!lattice->open[i] || lattice->gate_town[i] != MUSTER_NONE) continue;
    bool beside = false;
    for (int direction = 0; direction < MI_LATTICE_DIRECTIONS && !beside; direction++) {
      uint32_t next = neighbour(lattice, i, direction);
      beside = next != MUSTER_NONE && before[next] && !lattice->open[next];
    }
    if (!beside) continue;
    lattice->gate_town[i] = town;
    lattice->gate_node[i] = nearest_street_node(sketch, first_node, end_node, lattice->at[i]);
    lattice->gates[lattice->gate_count++] = i;
  }
}

bool mi_lattice_is_open(const mi_lattice *lattice, mi_spot spot) { return lattice->open[node_at(lattice, spot)]; }

uint32_t mi_lattice_nearest(const mi_lattice *lattice, mi_spot spot) {
  enum { REACH = 40 };
  uint32_t centre = node_at(lattice, spot), best = MUSTER_NONE;
  int64_t at_column = centre % lattice->columns, at_row = centre / lattice->columns;
  for (int64_t row = MAX(at_row - REACH, 0); row <= MIN(at_row + REACH, (int64_t)lattice->rows - 1); row++)
    for (int64_t column = MAX(at_column - REACH, 0); column <= MIN(at_column + REACH, (int64_t)lattice->columns - 1);
         column++) {
      uint32_t node = (uint32_t)(row * lattice->columns + column);
      if (!lattice->open[node]) continue;
      if (best == MUSTER_NONE ||
          mi_spot_distance2(lattice->at[node], spot) < mi_spot_distance2(lattice->at[best], spot))
        best = node;
    }
  return best;
}

/* ---- paths ---- */

static bool has_road(const mi_lattice *lattice, uint32_t node, int direction) {
  return *edge_class(lattice, node, direction) != MUSTER_ROAD_CLASS_COUNT;
}

/* A new diagonal must not cross the other diagonal of its square. */
static bool crosses_diagonal(const mi_lattice *lattice, uint32_t node, int direction) {
  if (direction % 2 == 0) return false;
  uint32_t beside = neighbour(lattice, node, (direction + 7) % 8);
  int across = (direction + 2) % 8;
  return beside != MUSTER_NONE && neighbour(lattice, beside, across) != MUSTER_NONE &&
         has_road(lattice, beside, across);
}

static uint32_t edge_cost(const mi_lattice *lattice, uint32_t from, uint32_t to, bool road) {
  double length_m = mi_spot_distance(lattice->at[from], lattice->at[to]);
  double slope = fabs((double)lattice->height_m[to] - lattice->height_m[from]) / length_m;
  double height = ((double)lattice->height_m[to] + lattice->height_m[from]) / 2;
  double cost = 10 * length_m * (1 + 9 * slope) * (1 + height / 250);
  return (uint32_t)(road ? cost * 0.33 : cost) + 1;
}

static void reach(mi_lattice *lattice, uint32_t node, uint32_t cost, uint32_t from) {
  if (cost >= lattice->cost[node]) return;
  if (lattice->cost[node] == UINT32_MAX) g_array_append_val(lattice->touched, node);
  lattice->cost[node] = cost;
  lattice->from[node] = from;
  mi_heap4_push(&lattice->heap, mi_heap4_key(cost, node));
}

static void begin_search(mi_lattice *lattice, uint32_t start) {
  for (guint i = 0; i < lattice->touched->len; i++)
    lattice->cost[g_array_index(lattice->touched, uint32_t, i)] = UINT32_MAX;
  g_array_set_size(lattice->touched, 0);
  lattice->heap.count = 0;
  if (start < MI_LATTICE_TOWN) {
    reach(lattice, start, 0, MUSTER_NONE);
    return;
  }
  for (uint32_t i = 0; i < lattice->gate_count; i++)
    if (lattice->gate_town[lattice->gates[i]] == start - MI_LATTICE_TOWN)
      reach(lattice, lattice->gates[i], 0, MUSTER_NONE);
}

static bool is_goal(const mi_lattice *lattice, uint32_t node, uint32_t start, uint32_t goal) {
  if (node == goal) return true;
  uint32_t town = lattice->gate_town[node];
  if (goal == MI_LATTICE_ANY_ROAD) {
    bool own = start >= MI_LATTICE_TOWN && town == start - MI_LATTICE_TOWN;
    return lattice->used[node] || (town != MUSTER_NONE && lattice->town_linked[town] && !own);
  }
  return goal >= MI_LATTICE_TOWN && goal != MUSTER_NONE && town == goal - MI_LATTICE_TOWN;
}

uint32_t mi_lattice_search(mi_lattice *lattice, uint32_t start, uint32_t goal, uint32_t limit, bool roads_only) {
  begin_search(lattice, start);
  while (lattice->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&lattice->heap);
    uint32_t node = mi_heap4_key_id(key), cost = mi_heap4_key_time(key);
    if (cost > lattice->cost[node]) continue;
    if (cost > limit) return MUSTER_NONE;
    if (is_goal(lattice, node, start, goal)) return node;
    for (int direction = 0; direction < MI_LATTICE_DIRECTIONS; direction++) {
      uint32_t next = neighbour(lattice, node, direction);
      if (next == MUSTER_NONE || !lattice->open[next]) continue;
      bool road = has_road(lattice, node, direction);
      if (!road && (roads_only || crosses_diagonal(lattice, node, direction))) continue;
      reach(lattice, next, cost + edge_cost(lattice, node, next, road && !roads_only), node);
    }
  }
  return MUSTER_NONE;
}

uint32_t mi_lattice_cost(const mi_lattice *lattice, uint32_t end) {
  if (end < MI_LATTICE_TOWN) return lattice->cost[end];
  uint32_t best = UINT32_MAX;
  for (uint32_t i = 0; i < lattice->gate_count; i++)
    if (lattice->gate_town[lattice->gates[i]] == end - MI_LATTICE_TOWN)
      best = MIN(best, lattice->cost[lattice->gates[i]]);
  return best;
}

static void carve_edge(mi_lattice *lattice, uint32_t from, uint32_t to, uint8_t road_class) {
  int direction = 0;
  while (neighbour(lattice, from, direction) != to) direction++;
  uint8_t *at = edge_class(lattice, from, direction);
  *at = MIN(*at, road_class);
}

void mi_lattice_upgrade(mi_lattice *lattice, uint32_t node, uint8_t road_class) {
  if (lattice->from[node] != MUSTER_NONE) carve_edge(lattice, node, lattice->from[node], road_class);
}

/* A path that ends at a gate goes on into the town. */
static void carve_link(mi_lattice *lattice, uint32_t node, uint8_t road_class) {
  uint32_t town = lattice->gate_town[node];
  if (town == MUSTER_NONE) return;
  lattice->town_linked[town] = true;
  for (guint i = 0; i < lattice->links->len; i++) {
    mi_lattice_link *link = &g_array_index(lattice->links, mi_lattice_link, i);
    if (link->node != node) continue;
    link->road_class = MIN(link->road_class, road_class);
    return;
  }
  mi_lattice_link link = {node, road_class};
  g_array_append_val(lattice->links, link);
}

void mi_lattice_carve(mi_lattice *lattice, uint32_t last, uint8_t road_class) {
  uint32_t node = last;
  while (lattice->from[node] != MUSTER_NONE) {
    lattice->used[node] = true;
    carve_edge(lattice, node, lattice->from[node], road_class);
    node = lattice->from[node];
  }
  carve_link(lattice, last, road_class);
  carve_link(lattice, node, road_class);
  lattice->used[node] = lattice->used[last] = true;
}

void mi_lattice_draw(const mi_lattice *lattice, mi_sketch *sketch, uint32_t *node_of) {
  for (uint32_t i = 0; i < lattice->count; i++)
    node_of[i] = lattice->used[i] ? mi_sketch_add_node(sketch, lattice->at[i], false) : MUSTER_NONE;
  for (uint32_t i = 0; i < lattice->count; i++)
    for (int direction = 0; direction < 4; direction++) {
      uint32_t next = neighbour(lattice, i, direction);
      if (next == MUSTER_NONE || !has_road(lattice, i, direction)) continue;
      mi_sketch_add_edge(
          sketch,
          (mi_sketch_edge){
              .a = node_of[i], .b = node_of[next], .road_class = *edge_class(lattice, i, direction), .bends = true});
    }
  for (guint i = 0; i < lattice->links->len; i++) {
    const mi_lattice_link *link = &g_array_index(lattice->links, mi_lattice_link, i);
    mi_sketch_add_edge(sketch, (mi_sketch_edge){.a = node_of[link->node],
                                                .b = lattice->gate_node[link->node],
                                                .road_class = link->road_class,
                                                .bends = true});
  }
}
