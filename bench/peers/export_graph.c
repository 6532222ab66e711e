/* Writes the graph of an OpenStreetMap extract as DIMACS files (.gr, .co), every corner of a road a node: what Muster
 * and its peers are then all given.
 *
 * Only the largest mutually reachable part is written, so that every question has an answer. Weights are milliseconds,
 * positions degrees × 10⁶.
 */
#include <inttypes.h>
#include <stdio.h>

#include "../corners.h"
#include "road/network.h"

static uint32_t *number_part(const mi_graph *graph, uint32_t *node_count, uint32_t *arc_count) {
  uint32_t *number = g_new0(uint32_t, graph->node_count);
  for (MusterNode v = 0; v < graph->node_count; v++)
    if (graph->node_snappable[v]) number[v] = ++*node_count;
  for (MusterNode v = 0; v < graph->node_count; v++)
    for (uint32_t a = graph->first_out[v]; number[v] && a < graph->first_out[v + 1]; a++)
      *arc_count += number[graph->head[a]] != 0;
  return number;
}

static void print_arcs(FILE *stream, const mi_graph *graph, const uint32_t *number) {
  for (MusterNode v = 0; v < graph->node_count; v++)
    for (uint32_t a = graph->first_out[v]; number[v] && a < graph->first_out[v + 1]; a++)
      if (number[graph->head[a]])
        fprintf(stream, "a %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", number[v], number[graph->head[a]],
                graph->weight_ms[a]);
}

static int e6_of_e7(int32_t e7) { return (e7 + (e7 < 0 ? -5 : 5)) / 10; }

static void print_positions(FILE *stream, const mi_graph *graph, const uint32_t *number) {
  for (MusterNode v = 0; v < graph->node_count; v++)
    if (number[v])
      fprintf(stream, "v %" PRIu32 " %d %d\n", number[v], e6_of_e7(graph->node_position[v].lon_e7),
              e6_of_e7(graph->node_position[v].lat_e7));
}

static FILE *open_output(const char *prefix, const char *suffix) {
  g_autofree char *path = g_strconcat(prefix, suffix, NULL);
  FILE *stream = fopen(path, "w");
  if (!stream) g_printerr("%s: cannot be written\n", path);
  return stream;
}

static bool close_output(FILE *stream) {
  bool written = !ferror(stream);
  return fclose(stream) == 0 && written;
}

static bool write_graph(const mi_graph *graph, const char *prefix) {
  uint32_t node_count = 0, arc_count = 0;
  g_autofree uint32_t *number = number_part(graph, &node_count, &arc_count);
  FILE *arcs = open_output(prefix, ".gr");
  if (!arcs) return false;
  fprintf(arcs, "p sp %" PRIu32 " %" PRIu32 "\n", node_count, arc_count);
  print_arcs(arcs, graph, number);
  if (!close_output(arcs)) return false;
  FILE *positions = open_output(prefix, ".co");
  if (!positions) return false;
  fprintf(positions, "p aux sp co %" PRIu32 "\n", node_count);
  print_positions(positions, graph, number);
  return close_output(positions);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  MusterMode mode;
  if (argc != 4) {
    g_printerr("Usage: bench-export-graph foot|ebike|car F.osm.pbf PREFIX\n");
    return 2;
  }
  g_autoptr(MusterRoads) roads = NULL;
  g_autoptr(MusterNetwork) network = NULL;
  if (muster_mode_from_name(argv[1], &mode, &error)) roads = muster_roads_read_osm(argv[2], NULL, NULL, &error);
  if (roads) {
    g_autoptr(MusterRoads) pieces = bench_split_at_corners(roads);
    network = muster_network_new(pieces, mode, &error);
  }
  if (!network) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  return write_graph(mi_network_graph(network), argv[3]) ? 0 : 1;
}
