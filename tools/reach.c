/* muster reach: what lies within so many minutes of a place, or of the nearest of several. */
#include "commands.h"
#include "geojson.h"
#include "places.h"
#include "roads.h"
#include "streams.h"

#include <stdlib.h>

/* The belt around reached roads, in metres: it is drawn 30 m wide on each side, for houses stand along the road. */
#define MARGIN_M 35.0

typedef struct options {
  char **from_texts, *from_path, *minutes_text, *output_path;
  mt_roads roads;
  gboolean nodes, toward;
  GArray *limits_ms; /* ascending */
} options;

static void options_clear(options *o) {
  g_strfreev(o->from_texts);
  g_free(o->from_path);
  g_free(o->minutes_text);
  g_free(o->output_path);
  mt_roads_clear(&o->roads);
  if (o->limits_ms) g_array_unref(o->limits_ms);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

static const uint32_t *limits_of(const options *o) { return (const uint32_t *)(const void *)o->limits_ms->data; }

/* A node as people know it. */
typedef struct named_node {
  uint32_t time_ms;
  MusterNode node;
  int64_t id;
} named_node;

static int compare_ids(const void *a, const void *b) {
  const named_node *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

static int compare_nodes(const void *a, const void *b) {
  const named_node *x = a, *y = b;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

/* Ascending (time, outside id), whatever the network's own numbering; of the copies of a barrier the one that is
 * reached first. */
static named_node *name_nodes(const MusterNetwork *network, const MusterReached *reached, size_t *count) {
  named_node *nodes = g_new(named_node, *count + 1);
  for (size_t i = 0; i < *count; i++)
    nodes[i] = (named_node){reached[i].time_ms, reached[i].node, muster_network_node_id(network, reached[i].node)};
  qsort(nodes, *count, sizeof *nodes, compare_ids);
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++)
    if (kept == 0 || nodes[kept - 1].id != nodes[i].id) nodes[kept++] = nodes[i];
  *count = kept;
  qsort(nodes, kept, sizeof *nodes, compare_nodes);
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

static void print_area(FILE *stream, const MusterReachArea *area, uint32_t limit_ms, MusterMode mode) {
  MusterPolygons polygons = muster_reach_area_polygons(area);
  char minutes[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(minutes, sizeof minutes, "%.10g", (double)limit_ms / 60000);
  fprintf(stream,
          "{\"type\":\"Feature\",\"properties\":{\"minutes\":%s,\"mode\":\"%s\",\"area_km2\":%.6f},\"geometry\":",
          minutes, muster_mode_name(mode), muster_reach_area_m2(area) / 1e6);
  mt_geojson_polygons(stream, &polygons);
  fputs("}", stream);
}

/* Largest first: a map draws features in their order, so the smaller areas come to lie on top. */
static void print_areas(FILE *stream, MusterReachArea *const *areas, const options *o, MusterMode mode) {
  fputs("{\"type\":\"FeatureCollection\",\"features\":[", stream);
  for (guint i = o->limits_ms->len; i-- > 0;) {
    fputs(i + 1 < o->limits_ms->len ? ",\n" : "\n", stream);
    print_area(stream, areas[i], limits_of(o)[i], mode);
  }
  fputs("\n]}\n", stream);
}

static bool wants_geojson(const char *path) {
  return path && (g_str_has_suffix(path, ".geojson") || g_str_has_suffix(path, ".json"));
}

static int write_nodes(const mt_common *common, const options *o, const MusterNetwork *network,
                       const MusterReached *reached, size_t count) {
  GError *error = NULL;
  mt_output output;
  if (!mt_output_open(&output, o->output_path, &error)) return mt_fail(&error);
  g_autofree named_node *nodes = name_nodes(network, reached, &count);
  if (common->json)
    print_nodes_json(output.stream, nodes, count);
  else if (wants_geojson(o->output_path))
    print_nodes_geojson(output.stream, network, nodes, count);
  else
    print_nodes_text(output.stream, nodes, count);
  return mt_output_commit(&output, &error) ? MT_DONE : mt_fail(&error);
}

static int write_areas(const options *o, MusterReachArea *const *areas, MusterMode mode) {
  GError *error = NULL;
  mt_output output;
  if (!mt_output_open(&output, o->output_path, &error)) return mt_fail(&error);
  if (o->limits_ms->len == 1) {
    print_area(output.stream, areas[0], limits_of(o)[0], mode);
    fputc('\n', output.stream);
  } else {
    print_areas(output.stream, areas, o, mode);
  }
  return mt_output_commit(&output, &error) ? MT_DONE : mt_fail(&error);
}

/* Those of the command line, then those of the file. */
static bool find_places(const mt_common *common, const options *o, const MusterNetwork *network, GArray *places,
                        GError **error) {
  for (char **text = o->from_texts; text && *text; text++) {
    MusterRoadPoint place;
    if (!mt_parse_place(common, network, "--from", *text, &place, error)) return false;
    g_array_append_val(places, place);
  }
  if (!o->from_path) return true;
  if (!mt_places_read(places, o->from_path, common, network, error)) return false;
  if (places->len == 0) g_set_error(error, MT_ERROR, 0, "%s: expected a place, found none", o->from_path);
  return places->len > 0;
}

/* Ctrl-C leaves no half-written file. */
static void guard_output(const options *o) {
  if (o->output_path && !mt_is_stdout(o->output_path)) mt_catch_interrupt();
}

static int solve_nodes(const mt_common *common, const options *o, MusterSearch *search, const MusterNetwork *network,
                       const GArray *places, int64_t start_us) {
  int64_t loaded_us = g_get_monotonic_time();
  size_t count;
  const MusterReached *reached =
      muster_search_reach(search, (const MusterRoadPoint *)(const void *)places->data, places->len, limits_of(o)[0],
                          o->toward ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE, &count);
  int64_t done_us = g_get_monotonic_time();
  guard_output(o);
  int status = write_nodes(common, o, network, reached, count);
  if (status == MT_DONE) mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, 1);
  return status;
}

static int solve_areas(const mt_common *common, const options *o, MusterSearch *search, MusterMode mode,
                       const GArray *places, int64_t start_us) {
  GError *error = NULL;
  int64_t loaded_us = g_get_monotonic_time();
  guint count = o->limits_ms->len;
  g_autofree MusterReachArea **areas = g_new0(MusterReachArea *, count);
  if (!muster_search_reach_areas(search, (const MusterRoadPoint *)(const void *)places->data, places->len, limits_of(o),
                                 count, o->toward ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE, MARGIN_M, areas, &error))
    return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  guard_output(o);
  int status = write_areas(o, areas, mode);
  for (guint i = 0; i < count; i++) muster_reach_area_free(areas[i]);
  if (status == MT_DONE) mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, count);
  return status;
}

static int solve(const mt_common *common, const options *o, const char *network_path) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_roads_open(&o->roads, network_path, &error);
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(MusterRoadPoint));
  if (!network || !find_places(common, o, network, places, &error)) return mt_fail(&error);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  bool draws = !o->nodes || (wants_geojson(o->output_path) && !common->json);
  if (draws && !info.has_positions)
    return mt_fail_text("%s: expected a network with positions to draw on, found none; --nodes lists nodes",
                        network_path);
  g_autoptr(MusterMetric) metric = mt_roads_metric(&o->roads, common, network, &error);
  if (!metric) return mt_fail(&error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, metric);
  return o->nodes ? solve_nodes(common, o, search, network, places, start_us)
                  : solve_areas(common, o, search, info.mode, places, start_us);
}

/* "5,10,15" */
static bool parse_limits(options *o, GError **error) {
  o->limits_ms = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_auto(GStrv) words = g_strsplit(o->minutes_text, ",", -1);
  for (char **word = words; *word; word++) {
    uint32_t limit_ms;
    if (!mt_parse_minutes(*word, "--minutes", &limit_ms, error)) return false;
    if (o->limits_ms->len > 0 && limit_ms <= limits_of(o)[o->limits_ms->len - 1]) {
      g_set_error(error, MT_ERROR, 0, "--minutes: expected each limit larger than the one before, found \"%s\"",
                  o->minutes_text);
      return false;
    }
    g_array_append_val(o->limits_ms, limit_ms);
  }
  if (o->limits_ms->len == 0) g_set_error(error, MT_ERROR, 0, "--minutes: expected a number, found \"\"");
  if (o->nodes && o->limits_ms->len > 1)
    g_set_error(error, MT_ERROR, 0, "--minutes: expected one limit with --nodes, found \"%s\"", o->minutes_text);
  return o->limits_ms->len > 0 && !(o->nodes && o->limits_ms->len > 1);
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"from", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.from_texts, NULL, NULL},
                                  {"from-file", 0, 0, G_OPTION_ARG_FILENAME, &o.from_path, NULL, NULL},
                                  {"minutes", 0, 0, G_OPTION_ARG_STRING, &o.minutes_text, NULL, NULL},
                                  {"toward", 0, 0, G_OPTION_ARG_NONE, &o.toward, NULL, NULL},
                                  {"nodes", 0, 0, G_OPTION_ARG_NONE, &o.nodes, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output_path, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if ((!o.from_texts && !o.from_path) || !o.minutes_text)
    return mt_usage(command, "expected --from P or --from-file FILE, and --minutes M");
  GError *error = NULL;
  if (!parse_limits(&o, &error)) {
    int status = mt_usage(command, "%s", error->message);
    g_error_free(error);
    return status;
  }
  return solve(&common, &o, argv[1]);
}

const mt_command mt_reach = {
    "reach",
    "N.mnet (--from P … | --from-file FILE) --minutes M[,M…] [--toward] [--nodes] [-o F.geojson] " MT_ROADS_USAGE,
    "the area, or the nodes, within M minutes of a place",
    "P is LON,LAT or node:ID; the walk from a position to the road counts. --from may be given several times: then "
    "the\n"
    "time to the nearest of the places counts. M may have decimals.\n"
    "Writes the area as one GeoJSON Feature with a valid MultiPolygon (WGS 84): all road that can be reached, cut "
    "where\n"
    "the time ends, with 30 m on each side (at least 17.5 m and nowhere more than 35 m, for borders are drawn in few\n"
    "straight pieces). Properties: minutes, mode, area_km2.\n"
    "With several limits, each larger than the one before, as in --minutes 5,10,15, a FeatureCollection: a feature a\n"
    "limit, each the whole area within it and inside the next larger one. The largest stands first, so that a map "
    "draws\n"
    "the smaller ones on top of it.\n"
    "\n"
    "  --from-file FILE      places too, a P a line; blank lines and what follows a # are passed over; - is standard\n"
    "                        input\n"
    "  --toward              times to the place, the way a responder travels, in place of from it\n"
    "  --nodes               the nodes instead: \"NODE MS\" a line, ascending by time, then by node id; GeoJSON "
    "points\n"
    "                        if the name given to -o ends in .geojson or .json. One limit only\n"
    "  -o FILE               write there; - or none: standard output\n" MT_ROADS_HELP "\n" MT_ROADS_PLACES
    "--json: the area is JSON already; with --nodes {\"nodes\":[{\"node\":…,\"ms\":…}, …]}.\n"
    "--timing: load is opening the network, placing the places and closing roads, work the search and the drawing,\n"
    "items the limits.\n",
    run,
};
