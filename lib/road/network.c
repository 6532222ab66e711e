/* The sealed network: life cycle and what the public header asks of it. */
#include "road/network.h"

#include <sys/mman.h>

#include "road/metric.h"
#include "road/mnet.h"

MusterNetwork *muster_network_ref(MusterNetwork *network) {
  g_atomic_int_inc(&network->home->references);
  return network;
}

void mi_network_forget(MusterNetwork *home) {
  for (MusterNetwork *at = home; at;) {
    MusterNetwork *next = at->next;
    mi_metric_free_own(at->own_metric);
    if (at != home) g_free(at);
    at = next;
  }
  mi_hierarchy_free(home->hierarchy);
  g_free(home->spare_times);
  home->next = NULL;
  home->own_metric = NULL;
  home->hierarchy = NULL;
  home->spare_times = NULL;
}

void muster_network_unref(MusterNetwork *network) {
  if (!network || !g_atomic_int_dec_and_test(&network->home->references)) return;
  MusterNetwork *home = network->home;
  mi_network_forget(home);
  union {
    const uint8_t *in;
    void *out;
  } image = {.in = home->image};
  if (home->mapped)
    munmap(image.out, home->image_bytes);
  else
    g_free(image.out);
  g_free(home);
}

MusterNetwork *muster_network_of_mode(MusterNetwork *network, MusterMode mode) {
  for (MusterNetwork *at = network->home; at; at = at->next)
    if (at->info.mode == mode) return muster_network_ref(at);
  return NULL;
}

const mi_graph *mi_network_graph(const MusterNetwork *network) { return &network->graph; }

uint8_t *mi_graph_places(const mi_graph *graph) {
  uint8_t *places = g_new0(uint8_t, (size_t)graph->node_count + 1);
  for (MusterLink link = 0; link < graph->link_count; link++)
    if (mi_link_is_open(graph, link)) places[graph->link_tail[link]] = places[graph->link_head[link]] = 1;
  for (MusterNode v = 0; v < graph->node_count; v++)
    if (graph->first_out[v] == graph->first_out[v + 1] && graph->first_in[v] == graph->first_in[v + 1]) places[v] = 1;
  return places;
}

uint32_t mi_graph_cut_off_nodes(const mi_graph *graph) {
  g_autofree uint8_t *cut_off = mi_graph_places(graph);
  for (MusterNode v = 0; v < graph->node_count; v++)
    if (graph->node_snappable[v]) cut_off[mi_graph_arrive(graph, v)] = 0;
  uint32_t count = 0;
  for (MusterNode v = 0; v < graph->node_count; v++) count += cut_off[v];
  return count;
}

void muster_network_info(const MusterNetwork *network, MusterNetworkInfo *out) { *out = network->info; }

uint32_t mi_graph_first_with_id(const mi_graph *graph, int64_t outside_id) {
  uint32_t low = 0, high = graph->node_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (graph->node_id[graph->nodes_by_id[middle]] < outside_id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Has the node an arc, out or in, that is open to the mode? */
static bool is_used(const mi_graph *graph, MusterNode node) {
  for (uint32_t arc = graph->first_out[node]; arc < graph->first_out[node + 1]; arc++)
    if (graph->weight_ms[arc] != MUSTER_UNREACHABLE_MS) return true;
  for (uint32_t at = graph->first_in[node]; at < graph->first_in[node + 1]; at++)
    if (graph->in_weight_ms[at] != MUSTER_UNREACHABLE_MS) return true;
  return false;
}

/* The copies of a barrier that stops the mode may lie on roads of other modes only. */
MusterNode muster_network_find_node(const MusterNetwork *network, int64_t outside_id) {
  const mi_graph *graph = &network->graph;
  uint32_t first = mi_graph_first_with_id(graph, outside_id);
  if (first == graph->node_count || graph->node_id[graph->nodes_by_id[first]] != outside_id) return MUSTER_NONE;
  for (uint32_t at = first; at < graph->node_count; at++) {
    MusterNode node = graph->nodes_by_id[at];
    if (graph->node_id[node] != outside_id) break;
    if (is_used(graph, node)) return mi_graph_arrive(graph, node);
  }
  return mi_graph_arrive(graph, graph->nodes_by_id[first]);
}

int64_t muster_network_node_id(const MusterNetwork *network, MusterNode node) { return network->graph.node_id[node]; }

MusterPosition muster_network_node_position(const MusterNetwork *network, MusterNode node) {
  return network->graph.node_position[node];
}

MusterRoadPoint muster_road_point_at_node(const MusterNetwork *network, MusterNode node) {
  return (MusterRoadPoint){.node = node, .link = MUSTER_NONE, .position = network->graph.node_position[node]};
}

MusterNode muster_network_arc_tail(const MusterNetwork *network, MusterArc arc) { return network->graph.tail[arc]; }

MusterNode muster_network_arc_head(const MusterNetwork *network, MusterArc arc) { return network->graph.head[arc]; }

uint32_t mi_arc_first_copy(const mi_graph *graph, MusterArc arc) {
  uint32_t low = 0, high = graph->copy_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (graph->copied_arc[middle] < arc)
      low = middle + 1;
    else
      high = middle;
  }
  return low < graph->copy_count && graph->copied_arc[low] == arc ? low : graph->copy_count;
}

MusterArc mi_arc_to_leave_by(const mi_graph *graph, MusterArc arc) {
  for (uint32_t i = mi_arc_first_copy(graph, arc); i < graph->copy_count && graph->copied_arc[i] == arc; i++)
    if (mi_arc_is_open(graph, graph->copy_arc[i])) return graph->copy_arc[i];
  return arc;
}

MusterLink mi_link_of_segment(const mi_graph *graph, uint32_t at) {
  uint32_t low = 0, high = graph->link_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (graph->link_first_shape[middle] <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}
