/* From a draft to a sealed network.
 *
 * Nodes are numbered in the order of the hierarchy (hierarchy.h), where neighbours stand close in memory, which plain
 * searches feel too (10 to 40 %). A graph that has no small cuts has no hierarchy either: its nodes are numbered along
 * a Hilbert curve of their positions, or, where there are none, breadth first from the lowest outside id. Links follow
 * their tails, arcs their links.
 */
#include <string.h>

#include "base/radix.h"
#include "road/draft.h"
#include "road/hierarchy.h"
#include "road/mnet.h"
#include "road/parts.h"

/* Owner of the arrays that the graphs under construction look at. */
typedef struct seal {
  const mi_draft *draft;
  mi_graph graph;                     /* what all modes share */
  mi_graph graphs[MUSTER_MODE_COUNT]; /* what they share and their own, the modes ascending */
  MusterNetworkInfo infos[MUSTER_MODE_COUNT];
  mi_tree_layout trees[MUSTER_MODE_COUNT];
  uint8_t *arc_modes; /* arc → the modes that may take it, of a connector or a copy; of others any */
  GPtrArray *owned;
  uint32_t *node_order, *node_rank; /* new → draft, draft → new */
  uint32_t *link_order;             /* new → draft, of the roads */
} seal;

static void clear_seal(seal *s) {
  g_ptr_array_unref(s->owned);
  for (int i = 0; i < MUSTER_MODE_COUNT; i++) mi_tree_layout_clear(&s->trees[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(seal, clear_seal)

static void *new_array(seal *s, size_t count, size_t item) {
  void *array = g_malloc0_n(count + 1, item);
  g_ptr_array_add(s->owned, array);
  return array;
}
#define NEW_ARRAY(seal, type, count) ((type *)new_array((seal), (count), sizeof(type)))

/* Undirected neighbours of the draft's nodes, CSR. */
static void list_neighbours(const mi_draft *draft, uint32_t *first, uint32_t *neighbour) {
  for (uint32_t i = 0; i < draft->link_count; i++) {
    first[draft->links[i].tail]++;
    first[draft->links[i].head]++;
  }
  uint32_t sum = 0;
  for (uint32_t v = 0; v <= draft->node_count; v++) first[v] = sum += v < draft->node_count ? first[v] : 0;
  for (uint32_t i = draft->link_count; i-- > 0;) {
    neighbour[--first[draft->links[i].tail]] = draft->links[i].head;
    neighbour[--first[draft->links[i].head]] = draft->links[i].tail;
  }
}

static void order_breadth_first(const mi_draft *draft, uint32_t *order) {
  g_autofree uint32_t *first = g_new0(uint32_t, (size_t)draft->node_count + 1);
  g_autofree uint32_t *neighbour = g_new(uint32_t, 2 * (size_t)draft->link_count + 1);
  g_autofree uint8_t *seen = g_new0(uint8_t, (size_t)draft->node_count + 1);
  list_neighbours(draft, first, neighbour);
  uint32_t done = 0, count = 0;
  for (uint32_t start = 0; start < draft->node_count; start++) {
    if (seen[start]) continue;
    seen[start] = 1;
    for (order[count++] = start; done < count; done++)
      for (uint32_t i = first[order[done]]; i < first[order[done] + 1]; i++) {
        if (seen[neighbour[i]]) continue;
        seen[neighbour[i]] = 1;
        order[count++] = neighbour[i];
      }
  }
}

static const mi_draft_connector *connector_at(const mi_draft *draft, guint i) {
  return &g_array_index(draft->connectors, mi_draft_connector, i);
}

/* What the arcs of the network will run between, free with g_free. */
static mi_edge *list_edges(const mi_draft *draft, size_t *count) {
  mi_edge *edges = g_new(mi_edge, 2 * (size_t)draft->link_count + draft->connectors->len + 1);
  *count = 0;
  for (uint32_t i = 0; i < draft->link_count; i++) {
    const mi_draft_link *link = &draft->links[i];
    if (draft->ends) {
      bool is_copy = i >= mi_draft_road_count(draft);
      if (!is_copy || mi_draft_open_modes(draft, link->forward_ms))
        edges[(*count)++] = (mi_edge){draft->ends[i].forward_tail, draft->ends[i].forward_head};
      if (!is_copy || mi_draft_open_modes(draft, link->backward_ms))
        edges[(*count)++] = (mi_edge){draft->ends[i].backward_tail, draft->ends[i].backward_head};
    } else {
      edges[(*count)++] = (mi_edge){link->tail, link->head};
    }
  }
  for (guint i = 0; i < draft->connectors->len; i++)
    edges[(*count)++] = (mi_edge){connector_at(draft, i)->tail, connector_at(draft, i)->head};
  return edges;
}

/* Orders the nodes for a hierarchy and keeps its chords; false where the graph has none worth having. */
static bool order_for_hierarchy(seal *s) {
  const mi_draft *draft = s->draft;
  size_t count;
  g_autofree mi_edge *edges = list_edges(draft, &count);
  g_autofree uint32_t *order = g_new(uint32_t, (size_t)draft->node_count + 1);
  const MusterPosition *positions = draft->has_positions ? draft->node_position : NULL;
  mi_chords chords;
  if (!mi_order_find(draft->node_count, edges, count, positions, order) ||
      !mi_chords_build(draft->node_count, edges, count, order, mi_chords_most(draft->node_count, draft->link_count),
                       s->node_order, &chords))
    return false;
  s->graph.has_hierarchy = true;
  s->graph.chord_count = chords.chord_count;
  s->graph.first_up = chords.first_up;
  s->graph.up_head = chords.head;
  g_ptr_array_add(s->owned, (gpointer)(uintptr_t)chords.first_up);
  g_ptr_array_add(s->owned, (gpointer)(uintptr_t)chords.head);
  return true;
}

static void order_nodes(seal *s) {
  const mi_draft *draft = s->draft;
  s->node_order = NEW_ARRAY(s, uint32_t, draft->node_count);
  s->node_rank = NEW_ARRAY(s, uint32_t, draft->node_count);
  s->graph.first_up = NEW_ARRAY(s, uint32_t, (size_t)draft->node_count + 1);
  s->graph.up_head = NEW_ARRAY(s, uint32_t, 0);
  if (order_for_hierarchy(s)) {
    /* numbered */
  } else if (draft->has_positions) {
    mi_tree_layout layout;
    mi_tree_build_points(&layout, draft->node_position, NULL, draft->node_count);
    if (draft->node_count) memcpy(s->node_order, layout.item_ids, draft->node_count * sizeof *s->node_order);
    mi_tree_layout_clear(&layout);
  } else {
    order_breadth_first(draft, s->node_order);
  }
  for (uint32_t v = 0; v < draft->node_count; v++) s->node_rank[s->node_order[v]] = v;
}

/* Copies of a node, split by a barrier or by turn restrictions, share an outside id and stand in the order of their
 * numbers. */
static void order_copies(const mi_draft *draft, uint32_t *nodes_by_id) {
  for (uint32_t i = 1; i < draft->node_count; i++) {
    uint32_t node = nodes_by_id[i], at = i;
    for (; at > 0 && draft->node_id[at - 1] == draft->node_id[i] && nodes_by_id[at - 1] > node; at--)
      nodes_by_id[at] = nodes_by_id[at - 1];
    nodes_by_id[at] = node;
  }
}

static void lay_nodes(seal *s) {
  const mi_draft *draft = s->draft;
  uint32_t count = s->graph.node_count = draft->node_count;
  int64_t *id = NEW_ARRAY(s, int64_t, count);
  MusterPosition *position = NEW_ARRAY(s, MusterPosition, count);
  uint32_t *by_id = NEW_ARRAY(s, uint32_t, count);
  for (uint32_t v = 0; v < count; v++) {
    id[v] = draft->node_id[s->node_order[v]];
    if (draft->has_positions) position[v] = draft->node_position[s->node_order[v]];
    by_id[v] = s->node_rank[v];
  }
  order_copies(draft, by_id);
  s->graph.node_id = id;
  s->graph.node_position = position;
  s->graph.nodes_by_id = by_id;
}

static void order_links(seal *s) {
  const mi_draft *draft = s->draft;
  uint32_t count = mi_draft_road_count(draft);
  g_autofree mi_keyed *keyed = g_new(mi_keyed, (size_t)count + 1);
  for (uint32_t i = 0; i < count; i++) keyed[i] = (mi_keyed){s->node_rank[draft->links[i].tail], i};
  mi_radix_sort(keyed, count);
  s->link_order = NEW_ARRAY(s, uint32_t, count);
  for (uint32_t i = 0; i < count; i++) s->link_order[i] = keyed[i].value;
}

static void lay_links(seal *s) {
  const mi_draft *draft = s->draft;
  mi_graph *graph = &s->graph;
  uint32_t count = graph->link_count = mi_draft_road_count(draft);
  graph->shape_count = draft->shape_count;
  uint32_t *tail = NEW_ARRAY(s, uint32_t, count), *head = NEW_ARRAY(s, uint32_t, count);
  uint32_t *length = NEW_ARRAY(s, uint32_t, count), *name = NEW_ARRAY(s, uint32_t, count);
  uint32_t *first_shape = NEW_ARRAY(s, uint32_t, (size_t)count + 1);
  int64_t *way = NEW_ARRAY(s, int64_t, count);
  uint8_t *road_class = NEW_ARRAY(s, uint8_t, count);
  MusterPosition *shape = NEW_ARRAY(s, MusterPosition, draft->shape_count);
  uint32_t placed = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t from = s->link_order[i];
    const mi_draft_link *link = &draft->links[from];
    uint32_t end = from + 1 < count ? link[1].first_shape : draft->shape_count;
    tail[i] = s->node_rank[link->tail];
    head[i] = s->node_rank[link->head];
    length[i] = link->length_mm;
    name[i] = link->name;
    way[i] = link->way;
    road_class[i] = link->road_class;
    first_shape[i] = placed;
    for (uint32_t at = link->first_shape; at < end; at++) shape[placed++] = draft->shape[at];
  }
  first_shape[count] = placed;
  graph->link_tail = tail;
  graph->link_head = head;
  graph->link_length_mm = length;
  graph->link_name = name;
  graph->link_first_shape = first_shape;
  graph->link_way = way;
  graph->link_class = road_class;
  graph->shape = shape;
  graph->names = draft->names->str;
  graph->names_bytes = (uint32_t)draft->names->len;
}

/* Arcs under construction. */
typedef struct arc_rows {
  uint32_t *first, *tail, *head, *link;
} arc_rows;

static uint32_t place_arc(arc_rows *rows, uint32_t tail, uint32_t head, uint32_t link) {
  uint32_t arc = rows->first[tail + 1]++;
  rows->tail[arc] = tail;
  rows->head[arc] = head;
  rows->link[arc] = link;
  return arc;
}

/* The nodes that the arcs of a draft link run between, in the network's numbers. */
static mi_draft_ends arc_ends(const seal *s, uint32_t draft_link) {
  const mi_draft_link *link = &s->draft->links[draft_link];
  mi_draft_ends ends =
      s->draft->ends ? s->draft->ends[draft_link] : (mi_draft_ends){link->tail, link->head, link->head, link->tail};
  const uint32_t *rank = s->node_rank;
  return (mi_draft_ends){rank[ends.forward_tail], rank[ends.forward_head], rank[ends.backward_tail],
                         rank[ends.backward_head]};
}

/* first[v + 1] becomes where v's first arc goes; first[node_count + 1] how many there are. */
static void count_out_arcs(const seal *s, uint32_t *first) {
  const mi_draft *draft = s->draft;
  for (uint32_t i = 0; i < draft->link_count; i++) {
    mi_draft_ends ends = arc_ends(s, i);
    first[ends.forward_tail + 2] += mi_draft_open_modes(draft, draft->links[i].forward_ms) != 0;
    first[ends.backward_tail + 2] += mi_draft_open_modes(draft, draft->links[i].backward_ms) != 0;
  }
  for (guint i = 0; i < draft->connectors->len; i++) first[s->node_rank[connector_at(draft, i)->tail] + 2]++;
  for (uint32_t v = 0; v < draft->node_count; v++) first[v + 2] += first[v + 1];
}

/* Copies by the arcs they are copies of. */
static void lay_copies(seal *s, arc_rows *rows) {
  const mi_draft *draft = s->draft;
  mi_graph *graph = &s->graph;
  uint32_t roads = graph->link_count, count = graph->copy_count = draft->copied->len;
  g_autofree uint32_t *link_rank = g_new(uint32_t, (size_t)roads + 1);
  g_autofree mi_keyed *keyed = g_new(mi_keyed, (size_t)count + 1);
  MusterArc *copied = NEW_ARRAY(s, MusterArc, count), *copy = NEW_ARRAY(s, MusterArc, count);
  for (uint32_t i = 0; i < roads; i++) link_rank[s->link_order[i]] = i;
  for (uint32_t i = 0; i < count; i++) {
    const mi_draft_link *link = &draft->links[roads + i];
    mi_draft_ends ends = arc_ends(s, roads + i);
    MusterLink of = link_rank[g_array_index(draft->copied, uint32_t, i)];
    unsigned ahead = mi_draft_open_modes(draft, link->forward_ms);
    MusterArc arc = ahead ? place_arc(rows, ends.forward_tail, ends.forward_head, of)
                          : place_arc(rows, ends.backward_tail, ends.backward_head, of);
    s->arc_modes[arc] = (uint8_t)(ahead ? ahead : mi_draft_open_modes(draft, link->backward_ms));
    keyed[i] = (mi_keyed){ahead ? graph->link_forward[of] : graph->link_backward[of], arc};
  }
  mi_radix_sort(keyed, count);
  for (uint32_t i = 0; i < count; i++) {
    copied[i] = (MusterArc)keyed[i].key;
    copy[i] = keyed[i].value;
  }
  graph->copied_arc = copied;
  graph->copy_arc = copy;
}

/* An arc is one that any of the modes can take. Out-arcs of a node stand in the order of their links, a loop's forward
 * arc first, then copies, connectors last. */
static void lay_out_arcs(seal *s) {
  const mi_draft *draft = s->draft;
  mi_graph *graph = &s->graph;
  uint32_t links = graph->link_count;
  uint32_t *first = NEW_ARRAY(s, uint32_t, (size_t)graph->node_count + 2);
  uint32_t *forward = NEW_ARRAY(s, uint32_t, links), *backward = NEW_ARRAY(s, uint32_t, links);
  count_out_arcs(s, first);
  uint32_t arcs = graph->arc_count = first[graph->node_count + 1];
  arc_rows rows = {first, NEW_ARRAY(s, uint32_t, arcs), NEW_ARRAY(s, uint32_t, arcs), NEW_ARRAY(s, uint32_t, arcs)};
  s->arc_modes = NEW_ARRAY(s, uint8_t, arcs);
  if (arcs) memset(s->arc_modes, MUSTER_MODE_BIT(MUSTER_MODE_COUNT) - 1, arcs);
  graph->arc_link = rows.link;
  graph->link_forward = forward;
  graph->link_backward = backward;
  for (uint32_t i = 0; i < links; i++) {
    const mi_draft_link *link = &draft->links[s->link_order[i]];
    mi_draft_ends ends = arc_ends(s, s->link_order[i]);
    forward[i] = backward[i] = MUSTER_NONE;
    if (mi_draft_open_modes(draft, link->forward_ms))
      forward[i] = place_arc(&rows, ends.forward_tail, ends.forward_head, i);
    if (mi_draft_open_modes(draft, link->backward_ms))
      backward[i] = place_arc(&rows, ends.backward_tail, ends.backward_head, i);
  }
  lay_copies(s, &rows);
  for (guint i = 0; i < draft->connectors->len; i++) {
    const mi_draft_connector *connector = connector_at(draft, i);
    MusterArc arc = place_arc(&rows, s->node_rank[connector->tail], s->node_rank[connector->head], MUSTER_NONE);
    s->arc_modes[arc] = (uint8_t)connector->modes;
  }
  graph->first_out = first;
  graph->tail = rows.tail;
  graph->head = rows.head;
}

static void lay_turns(seal *s) {
  const mi_draft *draft = s->draft;
  if (!draft->depart) return;
  uint32_t count = s->graph.turn_node_count = draft->node_count;
  uint32_t *depart = NEW_ARRAY(s, uint32_t, count), *arrive = NEW_ARRAY(s, uint32_t, count);
  for (uint32_t v = 0; v < count; v++) {
    depart[v] = s->node_rank[draft->depart[s->node_order[v]]];
    arrive[v] = s->node_rank[draft->arrive[s->node_order[v]]];
  }
  s->graph.node_depart = depart;
  s->graph.node_arrive = arrive;
}

/* In-arcs of a node stand in the order of their arcs. */
static void lay_in_arcs(seal *s) {
  mi_graph *graph = &s->graph;
  uint32_t nodes = graph->node_count, arcs = graph->arc_count;
  uint32_t *first = NEW_ARRAY(s, uint32_t, (size_t)nodes + 2);
  uint32_t *tail = NEW_ARRAY(s, uint32_t, arcs), *in_arc = NEW_ARRAY(s, uint32_t, arcs);
  for (uint32_t arc = 0; arc < arcs; arc++) first[graph->head[arc] + 2]++;
  for (uint32_t v = 0; v < nodes; v++) first[v + 2] += first[v + 1];
  for (uint32_t v = 0; v < nodes; v++)
    for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
      uint32_t at = first[graph->head[arc] + 1]++;
      tail[at] = v;
      in_arc[at] = arc;
    }
  graph->first_in = first;
  graph->in_tail = tail;
  graph->in_arc = in_arc;
}

/* ---- what each mode has of its own ---- */

static uint32_t arc_ms(const seal *s, MusterArc arc, MusterMode mode) {
  MusterLink link = s->graph.arc_link[arc];
  if (!(s->arc_modes[arc] & MUSTER_MODE_BIT(mode))) return MUSTER_UNREACHABLE_MS;
  if (link == MUSTER_NONE) return 0;
  const mi_draft_link *draft = &s->draft->links[s->link_order[link]];
  return (mi_arc_is_forward(&s->graph, arc) ? draft->forward_ms : draft->backward_ms)[mode];
}

static void lay_weights(seal *s, mi_graph *graph, MusterMode mode) {
  uint32_t *weight = NEW_ARRAY(s, uint32_t, graph->arc_count), *in_weight = NEW_ARRAY(s, uint32_t, graph->arc_count);
  for (MusterArc arc = 0; arc < graph->arc_count; arc++) weight[arc] = arc_ms(s, arc, mode);
  for (uint32_t at = 0; at < graph->arc_count; at++) in_weight[at] = weight[graph->in_arc[at]];
  graph->weight_ms = weight;
  graph->in_weight_ms = in_weight;
}

/* Parts, those of single nodes of a junction left out that stand beside its largest one (a departure node where no road
 * comes in without restriction is no place that is cut off), and those where no road is open to the mode. */
static uint32_t count_parts(const mi_graph *graph, const uint32_t *part, uint32_t part_count) {
  g_autofree uint8_t *counts = g_new0(uint8_t, (size_t)part_count + 1), *is_place = mi_graph_places(graph);
  g_autofree uint32_t *chosen = g_new(uint32_t, (size_t)graph->node_count + 1);
  for (MusterNode v = 0; v < graph->node_count; v++) chosen[v] = v;
  for (MusterNode v = 0; v < graph->node_count; v++)
    if (graph->node_snappable[v]) chosen[mi_graph_arrive(graph, v)] = v;
  uint32_t count = 0;
  for (MusterNode v = 0; v < graph->node_count; v++) {
    if (!is_place[v] || counts[part[chosen[v]]]) continue;
    counts[part[chosen[v]]] = 1;
    count++;
  }
  return count;
}

/* The part with most nodes (of several the one with the lowest node) of those in which a road is open to the mode. The
 * sides of a barrier on other modes' roads are joined too, but nobody gets there. If no part has a road, of all;
 * MUSTER_NONE if none of the roads is open to the mode. */
static uint32_t find_largest_part(const mi_graph *graph, const uint32_t *part, const uint32_t *size,
                                  uint32_t part_count) {
  g_autofree uint8_t *has_road = g_new0(uint8_t, (size_t)part_count + 1);
  bool any_open = graph->link_count == 0;
  for (MusterArc arc = 0; arc < graph->arc_count; arc++) {
    uint32_t of_tail = part[graph->tail[arc]];
    if (graph->arc_link[arc] == MUSTER_NONE || !mi_arc_is_open(graph, arc)) continue;
    any_open = true;
    if (of_tail == part[graph->head[arc]]) has_road[of_tail] = 1;
  }
  if (!any_open) return MUSTER_NONE;
  uint32_t largest = graph->node_count ? part[0] : 0;
  for (MusterNode v = 0; v < graph->node_count; v++) {
    uint32_t at = part[v];
    if (has_road[at] != has_road[largest] ? has_road[at] : size[at] > size[largest]) largest = at;
  }
  return largest;
}

/* Marks the largest part and counts what lies outside. */
static void mark_largest_part(seal *s, mi_graph *graph, MusterNetworkInfo *info) {
  g_autofree uint32_t *part = g_new(uint32_t, (size_t)graph->node_count + 1);
  uint32_t part_count = mi_parts_find(graph->first_out, graph->head, graph->weight_ms, graph->node_count, part);
  g_autofree uint32_t *size = g_new0(uint32_t, (size_t)part_count + 1);
  for (uint32_t v = 0; v < graph->node_count; v++) size[part[v]]++;
  uint32_t largest = find_largest_part(graph, part, size, part_count);
  uint8_t *snappable = NEW_ARRAY(s, uint8_t, graph->node_count);
  for (uint32_t v = 0; v < graph->node_count; v++) snappable[v] = part[v] == largest;
  graph->node_snappable = snappable;
  uint64_t cut_off_mm = 0;
  for (uint32_t i = 0; i < graph->link_count; i++)
    if (mi_link_is_open(graph, i) && !mi_link_snappable(graph, i)) cut_off_mm += graph->link_length_mm[i];
  info->part_count = count_parts(graph, part, part_count);
  info->snappable_node_count = largest == MUSTER_NONE ? 0 : size[largest];
  info->cut_off_node_count = mi_graph_cut_off_nodes(graph);
  info->cut_off_length_m = (double)cut_off_mm / 1000.0;
}

static void index_segments(mi_graph *graph, mi_tree_layout *tree) {
  g_autofree MusterSegment *segments = g_new(MusterSegment, (size_t)graph->shape_count + 1);
  g_autofree uint32_t *ids = g_new(uint32_t, (size_t)graph->shape_count + 1);
  uint32_t count = 0;
  for (uint32_t i = 0; i < graph->link_count; i++) {
    if (!mi_link_snappable(graph, i)) continue;
    for (uint32_t at = graph->link_first_shape[i]; at + 1 < graph->link_first_shape[i + 1]; at++) {
      segments[count] = (MusterSegment){graph->shape[at], graph->shape[at + 1]};
      ids[count++] = at;
    }
  }
  mi_tree_build_segments(tree, segments, ids, count);
  graph->tree_item_count = tree->item_count;
  graph->tree_node_count = tree->node_count;
  graph->tree_boxes = tree->node_boxes;
  graph->tree_items = tree->item_ids;
}

static MusterBox bounding_box(const MusterPosition *positions, uint32_t count, MusterBox box) {
  for (uint32_t i = 0; i < count; i++) {
    box.min_lon_e7 = MIN(box.min_lon_e7, positions[i].lon_e7);
    box.max_lon_e7 = MAX(box.max_lon_e7, positions[i].lon_e7);
    box.min_lat_e7 = MIN(box.min_lat_e7, positions[i].lat_e7);
    box.max_lat_e7 = MAX(box.max_lat_e7, positions[i].lat_e7);
  }
  return box;
}

static MusterBox box_of(const mi_draft *draft) {
  if (!draft->has_positions || draft->node_count == 0) return (MusterBox){0};
  MusterPosition first = draft->node_position[0];
  MusterBox box = {first.lon_e7, first.lat_e7, first.lon_e7, first.lat_e7};
  return bounding_box(draft->node_position, draft->node_count, bounding_box(draft->shape, draft->shape_count, box));
}

static MusterNetworkInfo describe(const seal *s, MusterMode mode) {
  const mi_draft *draft = s->draft;
  return (MusterNetworkInfo){
      .node_count = s->graph.node_count,
      .arc_count = s->graph.arc_count,
      .link_count = s->graph.link_count,
      .has_hierarchy = s->graph.has_hierarchy,
      .chord_count = s->graph.chord_count,
      .has_positions = draft->has_positions,
      .from_dimacs = draft->from_dimacs,
      .has_slopes = draft->modes_with_slopes & MUSTER_MODE_BIT(mode),
      .mode = mode,
      .modes = draft->modes,
      .turn_restriction_count = draft->restriction_count[mode],
      .box = box_of(draft),
  };
}

/* The graphs of the draft's modes; how many. */
static uint32_t lay_modes(seal *s) {
  uint32_t count = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (!(s->draft->modes & MUSTER_MODE_BIT(mode))) continue;
    mi_graph *graph = &s->graphs[count];
    *graph = s->graph;
    s->infos[count] = describe(s, (MusterMode)mode);
    lay_weights(s, graph, (MusterMode)mode);
    mark_largest_part(s, graph, &s->infos[count]);
    index_segments(graph, &s->trees[count]);
    count++;
  }
  return count;
}

MusterNetwork *mi_network_seal(const mi_draft *draft, GError **error) {
  if (draft->names->len > UINT32_MAX || draft->link_count > UINT32_MAX / 2) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "network: at most %u links and 4 GiB of names, found %u links and %zu bytes", UINT32_MAX / 2,
                draft->link_count, draft->names->len);
    return NULL;
  }
  g_auto(seal) s = {.draft = draft, .owned = g_ptr_array_new_with_free_func(g_free)};
  order_nodes(&s);
  lay_nodes(&s);
  order_links(&s);
  lay_links(&s);
  lay_out_arcs(&s);
  lay_in_arcs(&s);
  lay_turns(&s);
  uint32_t mode_count = lay_modes(&s);
  return mi_mnet_pack(s.graphs, s.infos, mode_count, error);
}
