/* Real road graphs; see graphs.h. */
#include "route/graphs.h"

#include <math.h>
#include <stdio.h>

#include "support/support.h"

enum { ALL_MODES = MUSTER_MODE_BIT(MUSTER_MODE_COUNT) - 1 };

#define OSM_EXTRACT(name, file)                                                             \
  {name "-foot", file, MUSTER_MODE_FOOT, 0}, {name "-ebike", file, MUSTER_MODE_EBIKE, 0}, { \
    name "-car", file, MUSTER_MODE_CAR, 0                                                   \
  }

const real_graph real_graphs[] = {
    OSM_EXTRACT("andorra", "osm/andorra.osm.pbf"),
    OSM_EXTRACT("liechtenstein", "osm/liechtenstein.osm.pbf"),
    OSM_EXTRACT("monaco", "osm/monaco-osrm.osm.pbf"),
    OSM_EXTRACT("porto-alegre", "osm/porto-alegre/poa.osm.pbf"),
    {"rome99", "graphs/rome99/rome99.gr", MUSTER_MODE_FOOT, 0},
    {"hongkong", "graphs/hongkong/Hongkong.road-t", MUSTER_MODE_FOOT, 0},
    {"monaco-car-of-all", "osm/monaco-osrm.osm.pbf", MUSTER_MODE_CAR, ALL_MODES},
    {"porto-alegre-foot-of-all", "osm/porto-alegre/poa.osm.pbf", MUSTER_MODE_FOOT, ALL_MODES},
    {"porto-alegre-ebike-of-all", "osm/porto-alegre/poa.osm.pbf", MUSTER_MODE_EBIKE, ALL_MODES},
    {"porto-alegre-car-of-all", "osm/porto-alegre/poa.osm.pbf", MUSTER_MODE_CAR, ALL_MODES},
};
const size_t real_graph_count = G_N_ELEMENTS(real_graphs);

arc_file read_arcs(const char *path) {
  arc_file file = {0};
  FILE *stream = fopen(path, "r");
  g_assert_nonnull(stream);
  char line[200];
  GArray *arcs = g_array_new(FALSE, FALSE, sizeof(arc_line));
  while (fgets(line, sizeof line, stream)) {
    arc_line arc;
    double value;
    if (line[0] == '#' || sscanf(line, "%u %u %lf", &arc.tail, &arc.head, &value) != 3) continue;
    arc.micro = (uint64_t)llround(value * 1e6);
    g_array_append_val(arcs, arc);
    file.node_count = MAX(file.node_count, MAX(arc.tail, arc.head) + 1);
  }
  fclose(stream);
  file.count = arcs->len;
  file.arcs = (arc_line *)(void *)g_array_free(arcs, FALSE);
  return file;
}

MusterNetwork *arc_network(const arc_file *file, uint64_t divisor) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "arcs.gr", NULL);
  FILE *stream = fopen(path, "w");
  fprintf(stream, "p sp %u %zu\n", file->node_count, file->count);
  for (size_t i = 0; i < file->count; i++)
    fprintf(stream, "a %u %u %" G_GUINT64_FORMAT "\n", file->arcs[i].tail + 1, file->arcs[i].head + 1,
            (file->arcs[i].micro + divisor / 2) / divisor);
  g_assert_cmpint(fclose(stream), ==, 0);
  GError *error = NULL;
  MusterNetwork *network = muster_network_read_dimacs(path, NULL, &error);
  g_assert_no_error(error);
  test_folder_remove(folder);
  return network;
}

static MusterNetwork *osm_network(const char *path, const real_graph *graph, GError **error) {
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, error);
  if (!roads) return NULL;
  unsigned modes = graph->modes ? graph->modes : MUSTER_MODE_BIT(graph->mode);
  g_autoptr(MusterNetwork) lowest = muster_network_new_for_modes(roads, modes, NULL, NULL, error);
  return lowest ? muster_network_of_mode(lowest, graph->mode) : NULL;
}

MusterNetwork *real_network(const real_graph *graph) {
  g_autofree char *path = test_data(graph->file);
  if (!path) return NULL;
  if (g_str_has_suffix(path, ".road-t")) {
    arc_file file = read_arcs(path);
    MusterNetwork *network = arc_network(&file, 1000);
    g_free(file.arcs);
    return network;
  }
  GError *error = NULL;
  MusterNetwork *network = g_str_has_suffix(path, ".pbf") ? osm_network(path, graph, &error)
                                                          : muster_network_read_dimacs(path, NULL, &error);
  g_assert_no_error(error);
  return network;
}
