/* Roads on the drawing board; see generate_sketch.h.
 *
 * Bends are rounded by averaging neighbours, then drawn as Catmull-Rom curves (Catmull & Rom, 1974), which pass through
 * every node: junctions stay junctions.
 */
#include "county/generate_sketch.h"

mi_sketch *mi_sketch_new(void) {
  mi_sketch *sketch = g_new0(mi_sketch, 1);
  sketch->nodes = g_array_new(FALSE, FALSE, sizeof(mi_sketch_node));
  sketch->edges = g_array_new(FALSE, FALSE, sizeof(mi_sketch_edge));
  return sketch;
}

void mi_sketch_free(mi_sketch *sketch) {
  g_array_unref(sketch->nodes);
  g_array_unref(sketch->edges);
  if (sketch->buckets) g_hash_table_unref(sketch->buckets);
  g_free(sketch);
}

uint32_t mi_sketch_add_node(mi_sketch *sketch, mi_spot at, bool pinned) {
  mi_sketch_node node = {at, pinned};
  g_array_append_val(sketch->nodes, node);
  return sketch->nodes->len - 1;
}

/* ---- crossing tests: edges by the squares their box touches ---- */

enum { BUCKET_M = 250 };

static int64_t bucket_of(double metres) { return (int64_t)floor(metres / BUCKET_M); }

typedef void (*visit_bucket)(mi_sketch *sketch, int64_t key, void *user_data);

static void visit_buckets(mi_sketch *sketch, mi_spot a, mi_spot b, visit_bucket visit, void *user_data) {
  for (int64_t i = bucket_of(fmin(a.x, b.x)); i <= bucket_of(fmax(a.x, b.x)); i++)
    for (int64_t j = bucket_of(fmin(a.y, b.y)); j <= bucket_of(fmax(a.y, b.y)); j++)
      visit(sketch, i * INT64_C(0x100000) + j, user_data);
}

static void put_edge(mi_sketch *sketch, int64_t key, void *user_data) {
  GArray *bucket = g_hash_table_lookup(sketch->buckets, &key);
  if (!bucket) {
    bucket = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_hash_table_insert(sketch->buckets, g_memdup2(&key, sizeof key), bucket);
  }
  g_array_append_vals(bucket, user_data, 1);
}

static void index_edge(mi_sketch *sketch, uint32_t index) {
  const mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, index);
  visit_buckets(sketch, mi_sketch_spot(sketch, edge->a), mi_sketch_spot(sketch, edge->b), put_edge, &index);
}

uint32_t mi_sketch_add_edge(mi_sketch *sketch, mi_sketch_edge edge) {
  g_array_append_val(sketch->edges, edge);
  uint32_t index = sketch->edges->len - 1;
  if (sketch->buckets) index_edge(sketch, index);
  return index;
}

static double turn(mi_spot a, mi_spot b, mi_spot c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

static bool lines_cross(mi_spot a, mi_spot b, mi_spot c, mi_spot d) {
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

typedef struct crossing_test {
  uint32_t from;
  mi_spot a, b;
  bool found;
} crossing_test;

static void look_for_crossing(mi_sketch *sketch, int64_t key, void *user_data) {
  crossing_test *crossing = user_data;
  const GArray *bucket = g_hash_table_lookup(sketch->buckets, &key);
  for (guint i = 0; bucket && !crossing->found && i < bucket->len; i++) {
    const mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, g_array_index(bucket, uint32_t, i));
    if (edge->a == crossing->from || edge->b == crossing->from) continue;
    crossing->found =
        lines_cross(crossing->a, crossing->b, mi_sketch_spot(sketch, edge->a), mi_sketch_spot(sketch, edge->b));
  }
}

bool mi_sketch_crosses(mi_sketch *sketch, uint32_t from, mi_spot to) {
  if (!sketch->buckets) {
    sketch->buckets =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)(void (*)(void))g_array_unref);
    for (guint i = 0; i < sketch->edges->len; i++) index_edge(sketch, i);
  }
  crossing_test crossing = {.from = from, .a = mi_sketch_spot(sketch, from), .b = to};
  visit_buckets(sketch, crossing.a, to, look_for_crossing, &crossing);
  return crossing.found;
}

/* ---- incidence: edges of a node, best class first ---- */

typedef struct node_edges {
  uint32_t *first, *edges;
} node_edges;

static bool comes_before(const mi_sketch *sketch, uint32_t left, uint32_t right) {
  const mi_sketch_edge *a = &g_array_index(sketch->edges, mi_sketch_edge, left);
  const mi_sketch_edge *b = &g_array_index(sketch->edges, mi_sketch_edge, right);
  return a->road_class != b->road_class ? a->road_class < b->road_class : left < right;
}

static void sort_edges(const mi_sketch *sketch, uint32_t *edges, uint32_t count) {
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t j = i; j > 0 && comes_before(sketch, edges[j], edges[j - 1]); j--) {
      uint32_t swap = edges[j];
      edges[j] = edges[j - 1];
      edges[j - 1] = swap;
    }
}

static node_edges find_incidence(const mi_sketch *sketch) {
  uint32_t nodes = sketch->nodes->len, edges = sketch->edges->len;
  node_edges incidence = {g_new0(uint32_t, nodes + 2), g_new(uint32_t, 2 * (size_t)edges + 1)};
  for (uint32_t i = 0; i < edges; i++) {
    const mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, i);
    incidence.first[edge->a + 2]++;
    incidence.first[edge->b + 2]++;
  }
  for (uint32_t i = 2; i < nodes + 2; i++) incidence.first[i] += incidence.first[i - 1];
  for (uint32_t i = 0; i < edges; i++) {
    const mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, i);
    incidence.edges[incidence.first[edge->a + 1]++] = i;
    incidence.edges[incidence.first[edge->b + 1]++] = i;
  }
  for (uint32_t i = 0; i < nodes; i++)
    sort_edges(sketch, incidence.edges + incidence.first[i], incidence.first[i + 1] - incidence.first[i]);
  return incidence;
}

static void clear_incidence(node_edges *incidence) {
  g_free(incidence->first);
  g_free(incidence->edges);
}

static uint32_t other_end(const mi_sketch *sketch, uint32_t edge, uint32_t node) {
  const mi_sketch_edge *at = &g_array_index(sketch->edges, mi_sketch_edge, edge);
  return at->a == node ? at->b : at->a;
}

void mi_sketch_smooth(mi_sketch *sketch, unsigned rounds) {
  node_edges incidence = find_incidence(sketch);
  uint32_t count = sketch->nodes->len;
  g_autofree mi_spot *moved = g_new(mi_spot, count + 1);
  for (unsigned round = 0; round < rounds; round++) {
    for (uint32_t i = 0; i < count; i++) {
      const uint32_t *edges = incidence.edges + incidence.first[i];
      moved[i] = mi_sketch_spot(sketch, i);
      if (g_array_index(sketch->nodes, mi_sketch_node, i).pinned || incidence.first[i + 1] - incidence.first[i] < 2)
        continue;
      mi_spot a = mi_sketch_spot(sketch, other_end(sketch, edges[0], i));
      mi_spot b = mi_sketch_spot(sketch, other_end(sketch, edges[1], i));
      moved[i] = mi_spot_between(moved[i], mi_spot_between(a, b, 0.5), 0.5);
    }
    for (uint32_t i = 0; i < count; i++) g_array_index(sketch->nodes, mi_sketch_node, i).at = moved[i];
  }
  clear_incidence(&incidence);
}

/* ---- who may travel ---- */

static uint8_t open_modes(uint8_t road_class) {
  const unsigned all =
      MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE) | MUSTER_MODE_BIT(MUSTER_MODE_CAR);
  switch (road_class) {
    case MUSTER_ROAD_PATH:
      return MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE);
    case MUSTER_ROAD_PEDESTRIAN:
    case MUSTER_ROAD_FOOTWAY:
    case MUSTER_ROAD_STEPS:
      return MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
    default:
      return all;
  }
}

static uint32_t find_root(uint32_t *root, uint32_t node) {
  while (root[node] != node) {
    root[node] = root[root[node]];
    node = root[node];
  }
  return node;
}

static void demote(mi_sketch_edge *edge, MusterMode mode) {
  if (mode == MUSTER_MODE_EBIKE)
    edge->road_class = MUSTER_ROAD_FOOTWAY;
  else
    edge->road_class = edge->bends ? MUSTER_ROAD_PATH : MUSTER_ROAD_PEDESTRIAN;
}

static void demote_for(mi_sketch *sketch, MusterMode mode, uint32_t *root, double *length_m) {
  uint32_t main_root = 0;
  mi_sketch_edge *edges = (mi_sketch_edge *)(void *)sketch->edges->data;
  for (uint32_t i = 0; i < sketch->nodes->len; i++) {
    root[i] = i;
    length_m[i] = 0;
  }
  for (guint i = 0; i < sketch->edges->len; i++)
    if (open_modes(edges[i].road_class) & MUSTER_MODE_BIT(mode))
      root[find_root(root, edges[i].a)] = find_root(root, edges[i].b);
  for (guint i = 0; i < sketch->edges->len; i++)
    if (open_modes(edges[i].road_class) & MUSTER_MODE_BIT(mode))
      length_m[find_root(root, edges[i].a)] +=
          mi_spot_distance(mi_sketch_spot(sketch, edges[i].a), mi_sketch_spot(sketch, edges[i].b));
  for (uint32_t i = 0; i < sketch->nodes->len; i++)
    if (length_m[i] > length_m[main_root]) main_root = i;
  for (guint i = 0; i < sketch->edges->len; i++)
    if ((open_modes(edges[i].road_class) & MUSTER_MODE_BIT(mode)) && find_root(root, edges[i].a) != main_root)
      demote(&edges[i], mode);
}

void mi_sketch_demote_cut_off(mi_sketch *sketch) {
  g_autofree uint32_t *root = g_new(uint32_t, sketch->nodes->len + 1);
  g_autofree double *length_m = g_new(double, sketch->nodes->len + 1);
  demote_for(sketch, MUSTER_MODE_CAR, root, length_m);
  demote_for(sketch, MUSTER_MODE_EBIKE, root, length_m);
}

/* ---- to ways ---- */

typedef struct road_drawing {
  const mi_sketch *sketch;
  const mi_plane *plane;
  node_edges incidence;
  bool *drawn; /* of each edge */
  MusterRoads *roads;
  GArray *ids, *positions; /* of the way being drawn */
  int64_t next_way, next_extra_node;
} road_drawing;

static bool alike(const mi_sketch *sketch, uint32_t left, uint32_t right) {
  const mi_sketch_edge *a = &g_array_index(sketch->edges, mi_sketch_edge, left);
  const mi_sketch_edge *b = &g_array_index(sketch->edges, mi_sketch_edge, right);
  return a->road_class == b->road_class && a->surface == b->surface && a->name == b->name;
}

/* The edge by which the way goes on beyond `node`: only through a node of two edges alike. */
static uint32_t next_edge(const road_drawing *drawing, uint32_t edge, uint32_t node) {
  const uint32_t *edges = drawing->incidence.edges + drawing->incidence.first[node];
  if (drawing->incidence.first[node + 1] - drawing->incidence.first[node] != 2) return MUSTER_NONE;
  uint32_t next = edges[0] == edge ? edges[1] : edges[0];
  return !drawing->drawn[next] && alike(drawing->sketch, edge, next) ? next : MUSTER_NONE;
}

static void put_point(road_drawing *drawing, int64_t id, mi_spot at) {
  MusterPosition position = mi_plane_position(drawing->plane, at);
  g_array_append_val(drawing->ids, id);
  g_array_append_val(drawing->positions, position);
}

static mi_spot curve_point(mi_spot p0, mi_spot p1, mi_spot p2, mi_spot p3, double t) {
  double a = -0.5 * t + t * t - 0.5 * t * t * t, b = 1 - 2.5 * t * t + 1.5 * t * t * t;
  double c = 0.5 * t + 2 * t * t - 1.5 * t * t * t, d = -0.5 * t * t + 0.5 * t * t * t;
  return (mi_spot){a * p0.x + b * p1.x + c * p2.x + d * p3.x, a * p0.y + b * p1.y + c * p2.y + d * p3.y};
}

/* Nodes of the way that starts along `edge` from `node`; marks its edges as drawn. */
static void trace(road_drawing *drawing, uint32_t node, uint32_t edge, GArray *nodes) {
  g_array_append_val(nodes, node);
  while (edge != MUSTER_NONE) {
    drawing->drawn[edge] = true;
    node = other_end(drawing->sketch, edge, node);
    g_array_append_val(nodes, node);
    edge = next_edge(drawing, edge, node);
  }
}

static mi_spot traced_spot(const road_drawing *drawing, const GArray *nodes, guint place) {
  return mi_sketch_spot(drawing->sketch, g_array_index(nodes, uint32_t, place));
}

static void draw_nodes(road_drawing *drawing, const GArray *nodes, bool bends) {
  enum { CURVE_STEP_M = 55, CURVE_POINTS_MOST = 3 };
  g_array_set_size(drawing->ids, 0);
  g_array_set_size(drawing->positions, 0);
  for (guint i = 0; i < nodes->len; i++) {
    mi_spot here = traced_spot(drawing, nodes, i);
    put_point(drawing, g_array_index(nodes, uint32_t, i) + 1, here);
    if (!bends || i + 1 == nodes->len) continue;
    mi_spot next = traced_spot(drawing, nodes, i + 1);
    mi_spot before = i > 0 ? traced_spot(drawing, nodes, i - 1) : here;
    mi_spot after = i + 2 < nodes->len ? traced_spot(drawing, nodes, i + 2) : next;
    int points = MIN((int)(mi_spot_distance(here, next) / CURVE_STEP_M), CURVE_POINTS_MOST);
    for (int k = 1; k <= points; k++)
      put_point(drawing, drawing->next_extra_node++, curve_point(before, here, next, after, (double)k / (points + 1)));
  }
}

static void draw_way(road_drawing *drawing, uint32_t node, uint32_t edge) {
  const mi_sketch_edge *first = &g_array_index(drawing->sketch->edges, mi_sketch_edge, edge);
  g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  trace(drawing, node, edge, nodes);
  draw_nodes(drawing, nodes, first->bends);
  uint8_t open = open_modes(first->road_class);
  MusterWay way = {.id = drawing->next_way++,
                   .road_class = first->road_class,
                   .surface = first->surface,
                   .open_forward = open,
                   .open_backward = open,
                   .name = first->name};
  muster_roads_add_way(drawing->roads, &way, (const int64_t *)(const void *)drawing->ids->data,
                       (const MusterPosition *)(const void *)drawing->positions->data, drawing->ids->len);
}

/* Does a way end at this node on this edge? */
static bool ends_here(const road_drawing *drawing, uint32_t edge, uint32_t node) {
  const uint32_t *edges = drawing->incidence.edges + drawing->incidence.first[node];
  if (drawing->incidence.first[node + 1] - drawing->incidence.first[node] != 2) return true;
  return !alike(drawing->sketch, edge, edges[0] == edge ? edges[1] : edges[0]);
}

MusterRoads *mi_sketch_to_roads(const mi_sketch *sketch, const mi_plane *plane) {
  road_drawing drawing = {.sketch = sketch,
                          .plane = plane,
                          .incidence = find_incidence(sketch),
                          .drawn = g_new0(bool, sketch->edges->len + 1),
                          .roads = muster_roads_new(),
                          .ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          .positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition)),
                          .next_way = 1,
                          .next_extra_node = (int64_t)sketch->nodes->len + 1};
  /* First the ways that end somewhere, then rings. */
  for (int rings = 0; rings < 2; rings++)
    for (uint32_t i = 0; i < sketch->edges->len; i++) {
      const mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, i);
      if (drawing.drawn[i]) continue;
      if (rings || ends_here(&drawing, i, edge->a))
        draw_way(&drawing, edge->a, i);
      else if (ends_here(&drawing, i, edge->b))
        draw_way(&drawing, edge->b, i);
    }
  clear_incidence(&drawing.incidence);
  g_free(drawing.drawn);
  g_array_unref(drawing.ids);
  g_array_unref(drawing.positions);
  return drawing.roads;
}
