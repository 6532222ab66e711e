/* Which arcs a closure means: those of a way, from one node to another, or of all links that touch an area.
 *
 * A link touches the area if one of its segments touches an edge of a polygon (exact, in integers), or else if it lies
 * inside as a whole, which any of its points tells. Edges and segments are found through packed R-trees.
 */
#include "index/polygons.h"
#include "road/network.h"

typedef struct arc_list {
  MusterArc *out;
  size_t count, capacity;
} arc_list;

static int compare_arcs(const void *a, const void *b) {
  MusterArc x = *(const MusterArc *)a, y = *(const MusterArc *)b;
  return (x > y) - (x < y);
}

static void add_arc(arc_list *list, MusterArc arc) {
  if (list->count < list->capacity) list->out[list->count] = arc;
  list->count++;
}

static void add_link(arc_list *list, const mi_graph *graph, MusterLink link) {
  if (graph->link_forward[link] != MUSTER_NONE) add_arc(list, graph->link_forward[link]);
  if (graph->link_backward[link] != MUSTER_NONE) add_arc(list, graph->link_backward[link]);
}

static size_t finish(arc_list *list) {
  if (list->count <= list->capacity && list->count > 0) qsort(list->out, list->count, sizeof *list->out, compare_arcs);
  return list->count;
}

size_t muster_network_arcs_of_way(const MusterNetwork *network, int64_t way_id, MusterArc *out, size_t capacity) {
  const mi_graph *graph = mi_network_graph(network);
  arc_list list = {out, 0, capacity};
  for (MusterLink link = 0; link < graph->link_count; link++)
    if (graph->link_way[link] == way_id) add_link(&list, graph, link);
  return finish(&list);
}

static void add_arcs_to(arc_list *list, const mi_graph *graph, MusterNode tail, int64_t head_id) {
  for (MusterArc arc = graph->first_out[tail]; arc < graph->first_out[tail + 1]; arc++)
    if (graph->arc_link[arc] != MUSTER_NONE && graph->node_id[graph->head[arc]] == head_id &&
        mi_arc_copied(graph, arc) == arc)
      add_arc(list, arc);
}

size_t muster_network_arcs_between(const MusterNetwork *network, int64_t tail_id, int64_t head_id, MusterArc *out,
                                   size_t capacity) {
  const mi_graph *graph = mi_network_graph(network);
  arc_list list = {out, 0, capacity};
  for (uint32_t at = mi_graph_first_with_id(graph, tail_id);
       at < graph->node_count && graph->node_id[graph->nodes_by_id[at]] == tail_id; at++)
    add_arcs_to(&list, graph, graph->nodes_by_id[at], head_id);
  return finish(&list);
}

/* ---- areas ---- */

typedef struct area {
  const mi_graph *graph;
  MusterPartition *inside;
  mi_tree_layout layout;
  mi_tree_view edges;
  MusterSegment *segments; /* edge → its ends */
  MusterBox box;
} area;

static void area_init(area *a, const mi_graph *graph, const MusterPolygons *polygons, MusterBox box) {
  uint32_t count = 0;
  *a = (area){.graph = graph, .inside = muster_partition_new(polygons, 1), .box = box};
  a->segments = g_new(MusterSegment, (size_t)polygons->ring_first[polygons->ring_count] + 1);
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++)
      a->segments[count++] = (MusterSegment){polygons->positions[i], polygons->positions[i + 1]};
  mi_tree_build_segments(&a->layout, a->segments, NULL, count);
  mi_tree_view_layout(&a->edges, &a->layout);
}

static void area_clear(area *a) {
  muster_partition_unref(a->inside);
  mi_tree_layout_clear(&a->layout);
  g_free(a->segments);
}

static MusterBox box_of(MusterPosition a, MusterPosition b) {
  return (MusterBox){MIN(a.lon_e7, b.lon_e7), MIN(a.lat_e7, b.lat_e7), MAX(a.lon_e7, b.lon_e7),
                     MAX(a.lat_e7, b.lat_e7)};
}

/* Which side of a → b the point lies on: its sign. Products of two differences in e7 exceed 64 bits. */
static int side_of(MusterPosition a, MusterPosition b, MusterPosition p) {
  __extension__ typedef __int128 wide;
  wide x = (wide)((int64_t)b.lon_e7 - a.lon_e7) * ((int64_t)p.lat_e7 - a.lat_e7);
  wide y = (wide)((int64_t)b.lat_e7 - a.lat_e7) * ((int64_t)p.lon_e7 - a.lon_e7);
  return (x > y) - (x < y);
}

/* Segments whose boxes touch share a point unless one lies to one side of the other. */
static bool segments_touch(MusterPosition a, MusterPosition b, MusterPosition c, MusterPosition d) {
  return side_of(a, b, c) * side_of(a, b, d) <= 0 && side_of(c, d, a) * side_of(c, d, b) <= 0;
}

typedef struct crossing {
  const area *area;
  MusterPosition a, b;
} crossing;

static bool edge_touches(uint32_t edge, MusterBox box, void *user_data) {
  const crossing *c = user_data;
  const MusterSegment *other = &c->area->segments[edge];
  return mi_box_touches_box(box_of(other->a, other->b), box) && segments_touch(c->a, c->b, other->a, other->b);
}

static bool segment_crosses(const area *a, uint32_t at) {
  crossing c = {a, a->graph->shape[at], a->graph->shape[at + 1]};
  return mi_tree_within(&a->edges, box_of(c.a, c.b), edge_touches, &c, NULL, 0) > 0;
}

/* The link has a segment that begins at `at` and touches the area's box. */
static bool link_touches(const area *a, MusterLink link, uint32_t at) {
  for (uint32_t end = a->graph->link_first_shape[link + 1]; at + 1 < end; at++)
    if (mi_line_touches_box(a->graph->shape[at], a->graph->shape[at + 1], a->box) && segment_crosses(a, at))
      return true;
  return muster_partition_locate(a->inside, a->graph->shape[a->graph->link_first_shape[link]]) == 0;
}

static bool segment_touches_box(uint32_t at, MusterBox box, void *user_data) {
  const mi_graph *graph = user_data;
  return mi_line_touches_box(graph->shape[at], graph->shape[at + 1], box);
}

/* Links that are snapped to stand in the network's tree. */
static void add_found(arc_list *list, const MusterNetwork *network, const area *a) {
  const mi_graph *graph = a->graph;
  union {
    const mi_graph *in;
    void *out;
  } data = {.in = graph};
  size_t count = mi_tree_within(&network->tree, a->box, segment_touches_box, data.out, NULL, 0);
  g_autofree uint32_t *segments = g_new(uint32_t, count + 1);
  mi_tree_within(&network->tree, a->box, segment_touches_box, data.out, segments, count);
  MusterLink last = MUSTER_NONE;
  for (size_t i = 0; i < count; i++) {
    MusterLink link = mi_link_of_segment(graph, segments[i]);
    if (link != last && link_touches(a, link, segments[i])) add_link(list, graph, link);
    last = link;
  }
}

/* The others, cut off or open to other modes only, are looked at one by one. */
static void add_others(arc_list *list, const area *a) {
  const mi_graph *graph = a->graph;
  for (MusterLink link = 0; link < graph->link_count; link++) {
    if (mi_link_snappable(graph, link)) continue;
    if (link_touches(a, link, graph->link_first_shape[link])) add_link(list, graph, link);
  }
}

size_t muster_network_arcs_in_area(const MusterNetwork *network, const MusterPolygons *polygons, MusterArc *out,
                                   size_t capacity) {
  const mi_graph *graph = mi_network_graph(network);
  MusterBox box;
  if (!network->info.has_positions || !mi_polygons_box(polygons, &box)) return 0;
  area a;
  area_init(&a, graph, polygons, box);
  arc_list list = {out, 0, capacity};
  add_found(&list, network, &a);
  bool alone = network->info.modes == MUSTER_MODE_BIT(network->info.mode);
  if (network->info.cut_off_node_count > 0 || graph->turn_node_count || !alone) add_others(&list, &a);
  area_clear(&a);
  return finish(&list);
}
