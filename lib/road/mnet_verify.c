/* Verification of a `.mnet` image's content: after it no search and no accessor can read outside the arrays, whatever
 * the file holds. One pass over each array. A right checksum only tells that the file is as its maker wrote it. */
#include <string.h>

#include "road/mnet.h"

typedef struct check {
  const mi_graph *graph;
  const MusterNetworkInfo *info;
  const char *path;
  GError **error;
} check;

static bool refuse(const check *c, const char *what, uint64_t entry) {
  g_set_error(c->error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s: entry %" G_GUINT64_FORMAT " of %s", c->path,
              entry, what);
  return false;
}

static bool check_offsets(const check *c, const uint32_t *first, uint32_t count, uint32_t total, const char *what) {
  if (first[0] != 0) return refuse(c, what, 0);
  for (uint32_t i = 0; i < count; i++)
    if (first[i + 1] < first[i]) return refuse(c, what, i + 1);
  return first[count] == total || refuse(c, what, count);
}

static bool check_below(const check *c, const uint32_t *ids, uint32_t count, uint32_t limit, const char *what) {
  uint32_t largest = 0;
  for (uint32_t i = 0; i < count; i++) largest = MAX(largest, ids[i]);
  if (count == 0 || largest < limit) return true;
  for (uint32_t i = 0;; i++)
    if (ids[i] >= limit) return refuse(c, what, i);
}

static bool check_positions(const check *c, const MusterPosition *positions, uint32_t count, const char *what) {
  for (uint32_t i = 0; i < count; i++)
    if (positions[i].lon_e7 < -1800000000 || positions[i].lon_e7 > 1800000000 || positions[i].lat_e7 < -900000000 ||
        positions[i].lat_e7 > 900000000)
      return refuse(c, what, i);
  return true;
}

static bool check_classes(const check *c) {
  for (uint32_t i = 0; i < c->graph->link_count; i++)
    if (c->graph->link_class[i] >= MUSTER_ROAD_CLASS_COUNT) return refuse(c, "link classes is no class of road", i);
  return true;
}

static bool same_position(MusterPosition a, MusterPosition b) { return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7; }

/* A link's arc runs between its ends, or between other nodes of the same two junctions. */
static bool joins(const mi_graph *g, MusterArc arc, MusterNode from, MusterNode to) {
  return mi_graph_arrive(g, g->tail[arc]) == from && mi_graph_arrive(g, g->head[arc]) == to;
}

static bool is_of_link(const mi_graph *g, MusterArc arc) {
  MusterLink link = g->arc_link[arc];
  return g->link_forward[link] == arc || g->link_backward[link] == arc;
}

/* An arc is its link's forward or backward arc or a copy of one, or a connector between two nodes of one place. */
static bool check_arc(const mi_graph *g, MusterArc arc) {
  MusterLink link = g->arc_link[arc];
  MusterNode tail = g->tail[arc], head = g->head[arc];
  if (link == MUSTER_NONE)
    return g->node_id[tail] == g->node_id[head] && same_position(g->node_position[tail], g->node_position[head]);
  bool ahead = joins(g, arc, g->link_tail[link], g->link_head[link]);
  bool back = joins(g, arc, g->link_head[link], g->link_tail[link]);
  if (!is_of_link(g, arc)) return g->copy_count > 0 && ahead != back;
  return (g->link_forward[link] == arc && ahead) || (g->link_backward[link] == arc && back);
}

/* Links and arcs name each other one to one, but for copies. */
static bool check_arcs(const check *c) {
  const mi_graph *g = c->graph;
  uint64_t named = 0, of_links = 0, copies = 0;
  for (uint32_t v = 0; v < g->node_count; v++)
    for (uint32_t arc = g->first_out[v]; arc < g->first_out[v + 1]; arc++) {
      if (g->tail[arc] != v) return refuse(c, "arc tails is not the node it leaves", arc);
      if (g->arc_link[arc] >= g->link_count && g->arc_link[arc] != MUSTER_NONE)
        return refuse(c, "arc links is no link", arc);
      if (!check_arc(g, arc)) return refuse(c, "arcs does not agree with its link", arc);
      of_links += g->arc_link[arc] != MUSTER_NONE && is_of_link(g, arc);
      copies += g->arc_link[arc] != MUSTER_NONE && !is_of_link(g, arc);
    }
  for (uint32_t i = 0; i < g->link_count; i++)
    named += (uint64_t)(g->link_forward[i] != MUSTER_NONE) + (g->link_backward[i] != MUSTER_NONE);
  if (named != of_links) return refuse(c, "arcs is missing: links name another number of arcs", of_links);
  return copies == g->copy_count || refuse(c, "copies is missing: arcs are another number of copies", copies);
}

/* Every copy stands once in the list, which is in the order of what they are copies of, with an arc that runs the same
 * way along its link. */
static bool check_copies(const check *c) {
  const mi_graph *g = c->graph;
  g_autofree uint8_t *seen = g_new0(uint8_t, (size_t)g->arc_count + 1);
  for (uint32_t i = 0; i < g->copy_count; i++) {
    MusterArc of = g->copied_arc[i], copy = g->copy_arc[i];
    if (i > 0 && of < g->copied_arc[i - 1]) return refuse(c, "copied arcs is out of order", i);
    if (g->arc_link[of] == MUSTER_NONE || !is_of_link(g, of)) return refuse(c, "copied arcs is no arc of a link", i);
    if (seen[copy] || g->arc_link[copy] != g->arc_link[of] || is_of_link(g, copy) || mi_arc_copied(g, copy) != of)
      return refuse(c, "copies is no copy of its arc", i);
    seen[copy] = 1;
  }
  return true;
}

/* In-arcs are the arcs again: ascending at each node, each at its head. */
static bool check_in_arcs(const check *c) {
  const mi_graph *g = c->graph;
  for (uint32_t v = 0; v < g->node_count; v++)
    for (uint32_t i = g->first_in[v]; i < g->first_in[v + 1]; i++) {
      uint32_t arc = g->in_arc[i];
      bool ascending = i == g->first_in[v] || g->in_arc[i - 1] < arc;
      if (!ascending || g->head[arc] != v || g->in_tail[i] != g->tail[arc])
        return refuse(c, "in-arcs does not agree with its arc", i);
    }
  return true;
}

/* Times of arcs are those of in-arcs; connectors take none, copies that the mode can take what their arcs do. A mode
 * that has the roads to itself can take all of them. */
static bool check_weights(const check *c) {
  const mi_graph *g = c->graph;
  bool alone = c->info->modes == MUSTER_MODE_BIT(c->info->mode);
  for (uint32_t arc = 0; arc < g->arc_count; arc++) {
    if (g->weight_ms[arc] == MUSTER_UNREACHABLE_MS) {
      if (alone) return refuse(c, "arc weights is not a time", arc);
    } else if (g->arc_link[arc] == MUSTER_NONE && g->weight_ms[arc] != 0) {
      return refuse(c, "arc weights is a time of a connector", arc);
    }
  }
  for (uint32_t i = 0; i < g->copy_count; i++) {
    uint32_t weight_ms = g->weight_ms[g->copy_arc[i]];
    if (weight_ms != MUSTER_UNREACHABLE_MS && weight_ms != g->weight_ms[g->copied_arc[i]])
      return refuse(c, "arc weights is not the time of the arc that it is a copy of", g->copy_arc[i]);
  }
  for (uint32_t i = 0; i < g->arc_count; i++)
    if (g->in_weight_ms[i] != g->weight_ms[g->in_arc[i]]) return refuse(c, "in-arc weights is not its arc's time", i);
  return true;
}

/* Junctions: all nodes of one have the same departure and arrival node, which belong to it and share its id and place.
 */
static bool check_turns(const check *c) {
  const mi_graph *g = c->graph;
  if (!check_below(c, g->node_depart, g->turn_node_count, g->node_count, "departure nodes is no node") ||
      !check_below(c, g->node_arrive, g->turn_node_count, g->node_count, "arrival nodes is no node"))
    return false;
  for (uint32_t v = 0; v < g->turn_node_count; v++) {
    MusterNode depart = g->node_depart[v], arrive = g->node_arrive[v];
    if (g->node_arrive[arrive] != arrive || g->node_arrive[depart] != arrive || g->node_depart[arrive] != depart ||
        g->node_depart[depart] != depart || g->node_id[arrive] != g->node_id[v] ||
        !same_position(g->node_position[arrive], g->node_position[v]))
      return refuse(c, "arrival nodes is not of one junction with its departure node", v);
  }
  return true;
}

/* Links lie between arrival nodes. */
static bool check_link_ends(const check *c) {
  const mi_graph *g = c->graph;
  if (!g->turn_node_count) return true;
  for (uint32_t i = 0; i < g->link_count; i++)
    if (g->node_arrive[g->link_tail[i]] != g->link_tail[i] || g->node_arrive[g->link_head[i]] != g->link_head[i])
      return refuse(c, "link ends is not an arrival node", i);
  return true;
}

static bool check_names(const check *c) {
  const mi_graph *g = c->graph;
  if (g->names_bytes == 0 || g->names[0] != '\0' || g->names[g->names_bytes - 1] != '\0')
    return refuse(c, "names is not a closed text", g->names_bytes);
  for (uint32_t at = 0; at < g->names_bytes;) {
    size_t length = strlen(g->names + at);
    if (!g_utf8_validate(g->names + at, (gssize)length, NULL)) return refuse(c, "names is not UTF-8", at);
    at += (uint32_t)length + 1;
  }
  for (uint32_t i = 0; i < g->link_count; i++)
    if (g->link_name[i] && g->names[g->link_name[i] - 1] != '\0')
      return refuse(c, "link names is not the beginning of a text", i);
  return true;
}

static bool check_shapes(const check *c) {
  const mi_graph *g = c->graph;
  if (!c->info->has_positions)
    return g->shape_count == 0 || refuse(c, "shapes: a network without positions has none", g->shape_count);
  for (uint32_t i = 0; i < g->link_count; i++) {
    uint32_t first = g->link_first_shape[i], end = g->link_first_shape[i + 1];
    if (end - first < 2 || !same_position(g->shape[first], g->node_position[g->link_tail[i]]) ||
        !same_position(g->shape[end - 1], g->node_position[g->link_head[i]]))
      return refuse(c, "shapes does not run from its link's tail to its head", i);
  }
  return true;
}

/* Strictly ascending (outside id, node): then every node stands in it exactly once. */
static bool check_node_order(const check *c) {
  const mi_graph *g = c->graph;
  for (uint32_t i = 1; i < g->node_count; i++) {
    MusterNode before = g->nodes_by_id[i - 1], node = g->nodes_by_id[i];
    if (g->node_id[before] > g->node_id[node] || (g->node_id[before] == g->node_id[node] && before >= node))
      return refuse(c, "nodes by id is out of order", i);
  }
  return true;
}

static bool check_parts(const check *c) {
  const mi_graph *g = c->graph;
  uint64_t snappable = 0;
  for (uint32_t v = 0; v < g->node_count; v++) {
    if (g->node_snappable[v] > 1) return refuse(c, "snappable nodes is neither 0 nor 1", v);
    snappable += g->node_snappable[v];
  }
  const MusterNetworkInfo *info = c->info;
  if (snappable != info->snappable_node_count || info->cut_off_node_count != mi_graph_cut_off_nodes(g))
    return refuse(c, "snappable nodes is missing: the header counts another number", info->snappable_node_count);
  return info->part_count <= g->node_count || refuse(c, "parts is more than there are nodes", info->part_count);
}

/* An item of the tree is the first position of a segment of a link to snap to. */
static bool check_tree_items(const check *c) {
  const mi_graph *g = c->graph;
  g_autofree uint8_t *begins_segment = g_new0(uint8_t, (size_t)g->shape_count + 1);
  for (uint32_t i = 0; i < g->link_count; i++) {
    uint32_t first = g->link_first_shape[i], end = g->link_first_shape[i + 1];
    if (end > first && mi_link_snappable(g, i)) memset(begins_segment + first, 1, end - 1 - first);
  }
  for (uint32_t i = 0; i < g->tree_item_count; i++)
    if (!begins_segment[g->tree_items[i]]) return refuse(c, "the tree's items is not a segment to snap to", i);
  return true;
}

static bool check_box(const check *c) {
  MusterBox box = c->info->box;
  MusterPosition corners[2] = {{box.min_lon_e7, box.min_lat_e7}, {box.max_lon_e7, box.max_lat_e7}};
  if (box.min_lon_e7 > box.max_lon_e7 || box.min_lat_e7 > box.max_lat_e7) return refuse(c, "the bounding box", 0);
  return check_positions(c, corners, 2, "the bounding box is not a position on earth");
}

static bool check_hierarchy(const check *c) {
  const mi_graph *g = c->graph;
  if (!g->has_hierarchy)
    return g->chord_count == 0 || refuse(c, "chords: a network without a hierarchy has none", g->chord_count);
  if (g->chord_count > mi_chords_most(g->node_count, g->link_count))
    return refuse(c, "chords is more than a network of this size has", g->chord_count);
  mi_chords chords = {g->node_count, g->chord_count, g->first_up, g->up_head};
  uint32_t node = 0;
  const char *fault = mi_chords_find_fault(&chords, g->first_out, g->head, &node);
  if (!fault) return true;
  g_set_error(c->error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s: hierarchy: node %u %s", c->path, node, fault);
  return false;
}

bool mi_mnet_verify(const mi_graph *g, const MusterNetworkInfo *info, const char *path, GError **error) {
  const check c[1] = {{g, info, path, error}};
  return check_offsets(c, g->first_out, g->node_count, g->arc_count, "first out-arcs is out of order") &&
         check_offsets(c, g->first_in, g->node_count, g->arc_count, "first in-arcs is out of order") &&
         check_offsets(c, g->link_first_shape, g->link_count, g->shape_count, "first shapes is out of order") &&
         check_offsets(c, g->first_up, g->node_count, g->chord_count, "first chords is out of order") &&
         check_below(c, g->head, g->arc_count, g->node_count, "arc heads is no node") &&
         check_below(c, g->tail, g->arc_count, g->node_count, "arc tails is no node") &&
         check_below(c, g->in_arc, g->arc_count, g->arc_count, "in-arcs is no arc") &&
         check_below(c, g->copied_arc, g->copy_count, g->arc_count, "copied arcs is no arc") &&
         check_below(c, g->copy_arc, g->copy_count, g->arc_count, "copies is no arc") &&
         check_below(c, g->link_tail, g->link_count, g->node_count, "link tails is no node") &&
         check_below(c, g->link_head, g->link_count, g->node_count, "link heads is no node") && check_classes(c) &&
         check_below(c, g->link_name, g->link_count, g->names_bytes, "link names is outside the names") &&
         check_below(c, g->nodes_by_id, g->node_count, g->node_count, "nodes by id is no node") &&
         check_positions(c, g->shape, g->shape_count, "shapes is not a position on earth") &&
         check_positions(c, g->node_position, g->node_count, "node positions is not a position on earth") &&
         check_turns(c) && check_arcs(c) && check_copies(c) && check_in_arcs(c) && check_link_ends(c) &&
         check_names(c) && check_shapes(c) && check_node_order(c) && check_box(c) && check_hierarchy(c);
}

bool mi_mnet_verify_mode(const mi_graph *g, const MusterNetworkInfo *info, const char *path, GError **error) {
  const check c[1] = {{g, info, path, error}};
  return check_below(c, g->tree_items, g->tree_item_count, g->shape_count, "the tree's items is no position") &&
         check_weights(c) && check_parts(c) && check_tree_items(c);
}
