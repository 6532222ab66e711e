/* muster reach: what lies within so many minutes of a place. */
#include "commands.h"
#include "geojson.h"
#include "streams.h"

#include <stdlib.h>

/* The belt around reached roads, in metres: it is drawn 30 m wide on each side, for houses stand along the road. */
#define MARGIN_M 35.0

typedef struct options {
  char *from_text, *minutes_text, *output_path;
  gboolean nodes;
  uint32_t limit_ms;
} options;

static void options_clear(options *o) {
  g_free(o->from_text);
  g_free(o->minutes_text);
  g_free(o->output_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

/* A node as people know it. */
typedef struct named_node {
  uint32_t time_ms;
  MusterNode node;
  int64_t id;
} named_node;

static int compare_nodes(const void *a, const void *b) {
  const named_node *x = a, *y = b;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

/* Ascending (time, outside id), whatever the network's own numbering. */
static named_node *name_nodes(const MusterNetwork *network, const MusterReached *reached, size_t count) {
  named_node *nodes = g_new(named_node, count + 1);
  for (size_t i = 0; i < count; i++)
    nodes[i] = (named_node){reached[i].time_ms, reached[i].node, muster_network_node_id(network, reached[i].node)};
  qsort(nodes, count, sizeof *nodes, compare_nodes);
  return nodes;
}

static void print_nodes_text(FILE *stream, const named_node *nodes, size_t count) {
  for (size_t i = 0; i < count; i++) fprintf(stream, "%" PRId64 " %" PRIu32 "\n", nodes[i].id, nodes[i].time_ms);
}

static void print_nodes_json(FILE *stream, const named_node *nodes, size_t count) {
  fputs("{\"nodes\":[", stream);
  for (size_t i = 0; i < count; i++)
    fprintf(stream, "%s{\"node\":%" PRId64 ",\"ms\":%" PRIu32 "}", i ? "," : "", nodes[i].id, nodes[i].time_ms);
  fputs("]}\n", stream);
}

static void print_nodes_geojson(FILE *stream, const MusterNetwork *network, const named_node *nodes, size_t count) {
  fputs("{\"type\":\"FeatureCollection\",\"features\":[", stream);
  for (size_t i = 0; i < count; i++) {
    fprintf(stream, "%s\n{\"type\":\"Feature\",\"properties\":{\"node\":%" PRId64 ",\"ms\":%" PRIu32 "},\"geometry\":",
            i ? "," : "", nodes[i].id, nodes[i].time_ms);
    fputs("{\"type\":\"Point\",\"coordinates\":", stream);
    mt_geojson_position(stream, muster_network_node_position(network, nodes[i].node));
    fputs("}}", stream);
  }
  fputs("\n]}\n", stream);
}

static void print_area(FILE *stream, const MusterReachArea *area, const options *o, MusterMode mode) {
  MusterPolygons polygons = muster_reach_area_polygons(area);
  char minutes[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(minutes, sizeof minutes, "%.10g", (double)o->limit_ms / 60000);
  fprintf(stream,
          "{\"type\":\"Feature\",\"properties\":{\"minutes\":%s,\"mode\":\"%s\",\"area_km2\":%.6f},\"geometry\":",
          minutes, muster_mode_name(mode), muster_reach_area_m2(area) / 1e6);
  mt_geojson_polygons(stream, &polygons);
  fputs("}\n", stream);
}

static bool wants_geojson(const char *path) {
  return path && (g_str_has_suffix(path, ".geojson") || g_str_has_suffix(path, ".json"));
}

static int write_nodes(const mt_common *common, const options *o, const MusterNetwork *network,
                       const MusterReached *reached, size_t count) {
  GError *error = NULL;
  mt_output output;
  if (!mt_output_open(&output, o->output_path, &error)) return mt_fail(&error);
  g_autofree named_node *nodes = name_nodes(network, reached, count);
  if (common->json)
    print_nodes_json(output.stream, nodes, count);
  else if (wants_geojson(o->output_path))
    print_nodes_geojson(output.stream, network, nodes, count);
  else
    print_nodes_text(output.stream, nodes, count);
  return mt_output_commit(&output, &error) ? MT_DONE : mt_fail(&error);
}

static int write_area(const options *o, const MusterReachArea *area, MusterMode mode) {
  GError *error = NULL;
  mt_output output;
  if (!mt_output_open(&output, o->output_path, &error)) return mt_fail(&error);
  print_area(output.stream, area, o, mode);
  return mt_output_commit(&output, &error) ? MT_DONE : mt_fail(&error);
}

static int solve(const mt_common *common, const options *o, const char *network_path) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_network_open(network_path, &error);
  MusterRoadPoint from;
  if (!network || !mt_parse_place(common, network, "--from", o->from_text, &from, &error)) return mt_fail(&error);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  bool draws = !o->nodes || (wants_geojson(o->output_path) && !common->json);
  if (draws && !info.has_positions)
    return mt_fail_text("%s: expected a network with positions to draw on, found none; --nodes lists nodes",
                        network_path);
  g_autoptr(MusterSearch) search = muster_search_new(network);

  int64_t loaded_us = g_get_monotonic_time();
  size_t count = 0;
  const MusterReached *reached = NULL;
  g_autoptr(MusterReachArea) area = NULL;
  if (o->nodes)
    reached = muster_search_reach(search, &from, 1, o->limit_ms, MUSTER_FROM_PLACE, &count);
  else if (!muster_search_reach_areas(search, &from, 1, &o->limit_ms, 1, MUSTER_FROM_PLACE, MARGIN_M, &area, &error))
    return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();

  if (o->output_path && !mt_is_stdout(o->output_path)) mt_catch_interrupt(); /* no half-written file */
  int status = o->nodes ? write_nodes(common, o, network, reached, count) : write_area(o, area, info.mode);
  if (status == MT_DONE) mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, 1);
  return status;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"from", 0, 0, G_OPTION_ARG_STRING, &o.from_text, NULL, NULL},
                                  {"minutes", 0, 0, G_OPTION_ARG_STRING, &o.minutes_text, NULL, NULL},
                                  {"nodes", 0, 0, G_OPTION_ARG_NONE, &o.nodes, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output_path, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!o.from_text || !o.minutes_text) return mt_usage(command, "expected --from P and --minutes M");
  GError *error = NULL;
  if (!mt_parse_minutes(o.minutes_text, "--minutes", &o.limit_ms, &error)) {
    int status = mt_usage(command, "%s", error->message);
    g_error_free(error);
    return status;
  }
  return solve(&common, &o, argv[1]);
}

const mt_command mt_reach = {
    "reach",
    "N.mnet --from P --minutes M [--nodes] [-o F.geojson]",
    "the area, or the nodes, within M minutes of a place",
    "P is LON,LAT or node:ID; the walk from a position to the road counts. M may have decimals.\n"
    "Writes the area as one GeoJSON Feature with a valid MultiPolygon (WGS 84): all road that can be reached, cut "
    "where\n"
    "the time ends, with 30 m on each side. Properties: minutes, mode, area_km2.\n"
    "\n"
    "  --nodes  the nodes instead: \"NODE MS\" a line, ascending by time, then by node id; GeoJSON points if the name\n"
    "           given to -o ends in .geojson or .json\n"
    "  -o FILE  write there; - or none: standard output\n"
    "\n"
    "--json: the area is JSON already; with --nodes {\"nodes\":[{\"node\":…,\"ms\":…}, …]}.\n"
    "--timing: load is opening the network, work the search and the drawing, items 1.\n",
    run,
};
