/* muster route: the quickest way between two places. */
#include "commands.h"
#include "geojson.h"
#include "roads.h"
#include "streams.h"

typedef struct options {
  char *from_text, *to_text;
  mt_roads roads;
  gboolean geojson;
} options;

static void options_clear(options *o) {
  g_free(o->from_text);
  g_free(o->to_text);
  mt_roads_clear(&o->roads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

/* A path and what it runs between. Without positions a network knows no lengths. */
typedef struct answer {
  const MusterNetwork *network;
  bool has_lengths;
  uint32_t closed_arc_count;
  MusterRoadPoint from, to;
  MusterPath path;
} answer;

static double metres(uint64_t mm) { return (double)mm / 1000; }

/* "1 h 02 min 03 s" */
static char *describe_time(uint32_t time_ms) {
  uint32_t seconds = (uint32_t)(((uint64_t)time_ms + 500) / 1000);
  uint32_t hours = seconds / 3600, minutes = seconds / 60 % 60;
  if (hours) return g_strdup_printf("%" PRIu32 " h %02" PRIu32 " min %02" PRIu32 " s", hours, minutes, seconds % 60);
  return minutes ? g_strdup_printf("%" PRIu32 " min %02" PRIu32 " s", minutes, seconds % 60)
                 : g_strdup_printf("%" PRIu32 " s", seconds);
}

static void print_walk(FILE *stream, const char *where, const MusterRoadPoint *point) {
  if (point->access_mm == 0) return;
  g_autofree char *time = describe_time(point->access_ms);
  fprintf(stream, "%10.1f m  %-16s  (walk %s the road)\n", metres(point->access_mm), time, where);
}

static void print_text(FILE *stream, const answer *a) {
  const MusterPath *path = &a->path;
  if (path->time_ms == MUSTER_UNREACHABLE_MS) {
    fputs("unreachable\n", stream);
    return;
  }
  g_autofree char *time = describe_time(path->time_ms);
  fprintf(stream, "time      %" PRIu32 " ms (%s)\n", path->time_ms, time);
  if (a->has_lengths) fprintf(stream, "distance  %.3f m\n", metres(path->length_mm));
  fprintf(stream, "nodes     %zu\n", path->node_count);
  if (!a->has_lengths) return;
  print_walk(stream, "to", &a->from);
  for (size_t i = 0; i < path->street_count; i++) {
    const MusterStreet *street = &path->streets[i];
    g_autofree char *street_time = describe_time(street->time_ms);
    fprintf(stream, "%10.1f m  %-16s  %s\n", metres(street->length_mm), street_time,
            *street->name ? street->name : "(no name)");
  }
  print_walk(stream, "from", &a->to);
}

static void print_metres(FILE *stream, const answer *a, const char *key, uint64_t mm) {
  if (a->has_lengths)
    fprintf(stream, "\"%s\":%.3f", key, metres(mm));
  else
    fprintf(stream, "\"%s\":null", key);
}

static void print_streets(FILE *stream, const answer *a) {
  fputs("\"streets\":[", stream);
  for (size_t i = 0; i < a->path.street_count; i++) {
    const MusterStreet *street = &a->path.streets[i];
    fputs(i ? ",{\"name\":" : "{\"name\":", stream);
    if (*street->name)
      mt_geojson_text(stream, street->name);
    else
      fputs("null", stream);
    fprintf(stream, ",\"time_ms\":%" PRIu32 ",", street->time_ms);
    print_metres(stream, a, "distance_m", street->length_mm);
    fprintf(stream, ",\"first_position\":%zu}", street->first_shape);
  }
  fputc(']', stream);
}

/* Members that the JSON answer and the properties of the GeoJSON share. */
static void print_members(FILE *stream, const answer *a) {
  fprintf(stream, "\"closed_arcs\":%" PRIu32 ",", a->closed_arc_count);
  if (a->path.time_ms == MUSTER_UNREACHABLE_MS) {
    fputs("\"time_ms\":null,\"distance_m\":null,\"streets\":[]", stream);
    return;
  }
  fprintf(stream, "\"time_ms\":%" PRIu32 ",", a->path.time_ms);
  print_metres(stream, a, "distance_m", a->path.length_mm);
  fprintf(stream, ",\"walk_from_ms\":%" PRIu32 ",\"walk_to_ms\":%" PRIu32 ",", a->from.access_ms, a->to.access_ms);
  print_metres(stream, a, "walk_from_m", a->from.access_mm);
  fputc(',', stream);
  print_metres(stream, a, "walk_to_m", a->to.access_mm);
  fputc(',', stream);
  print_streets(stream, a);
}

static void print_json(FILE *stream, const answer *a) {
  fputc('{', stream);
  print_members(stream, a);
  fputs(",\"path\":[", stream);
  for (size_t i = 0; i < a->path.node_count; i++)
    fprintf(stream, "%s%" PRId64, i ? "," : "", muster_network_node_id(a->network, a->path.nodes[i]));
  fputs("],\"coordinates\":", stream);
  mt_geojson_line(stream, a->path.shape, a->path.shape_count);
  fputs("}\n", stream);
}

static void print_geojson(FILE *stream, const answer *a) {
  fputs("{\"type\":\"Feature\",\"properties\":{", stream);
  print_members(stream, a);
  fputs("},\"geometry\":", stream);
  if (a->path.shape_count > 0) {
    fputs("{\"type\":\"LineString\",\"coordinates\":", stream);
    mt_geojson_line(stream, a->path.shape, a->path.shape_count);
    fputs("}}\n", stream);
  } else {
    fputs("null}\n", stream);
  }
}

static bool is_position(const mt_common *common, const char *text, MusterPosition *out) {
  return !g_str_has_prefix(text, "node:") && mt_parse_position(common, text, out, NULL);
}

/* Who is there already does not walk to the road and back. */
static void forget_walks_of_same_place(const mt_common *common, const options *o, answer *a) {
  MusterPosition from, to;
  if (!is_position(common, o->from_text, &from) || !is_position(common, o->to_text, &to)) return;
  if (from.lon_e7 != to.lon_e7 || from.lat_e7 != to.lat_e7) return;
  a->from.access_ms = a->from.access_mm = 0;
  a->to = a->from;
}

static int solve(const mt_common *common, const options *o, const char *network_path) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_roads_open(&o->roads, network_path, &error);
  if (!network) return mt_fail(&error);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  if (o->geojson && !info.has_positions)
    return mt_fail_text("%s: expected a network with positions to draw a line, found none", network_path);
  g_autoptr(MusterMetric) metric = mt_roads_metric(&o->roads, common, network, &error);
  if (!metric) return mt_fail(&error);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, metric);
  answer a = {.network = network, .has_lengths = info.has_positions};
  int64_t loaded_us = g_get_monotonic_time();

  if (!mt_parse_place(common, network, "--from", o->from_text, &a.from, &error) ||
      !mt_parse_place(common, network, "--to", o->to_text, &a.to, &error))
    return mt_fail(&error);
  forget_walks_of_same_place(common, o, &a);
  muster_search_path(search, &a.from, &a.to, &a.path);
  int64_t done_us = g_get_monotonic_time();
  MusterMetricInfo metric_info;
  muster_metric_info(metric, &metric_info);
  a.closed_arc_count = metric_info.closed_arc_count;

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (o->geojson)
    print_geojson(output.stream, &a);
  else if (common->json)
    print_json(output.stream, &a);
  else
    print_text(output.stream, &a);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, 1);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"from", 0, 0, G_OPTION_ARG_STRING, &o.from_text, NULL, NULL},
                                  {"to", 0, 0, G_OPTION_ARG_STRING, &o.to_text, NULL, NULL},
                                  {"geojson", 0, 0, G_OPTION_ARG_NONE, &o.geojson, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!o.from_text || !o.to_text) return mt_usage(command, "expected --from P and --to P");
  return solve(&common, &o, argv[1]);
}

const mt_command mt_route = {
    "route",
    "N.mnet --from P --to P [--geojson] " MT_ROADS_USAGE,
    "the quickest way between two places: time, distance, path",
    "P is LON,LAT or node:ID. A position is taken to the nearest road, at most 1 km away, on foot at 1.4 m/s; times\n"
    "and distances include that walk at both ends, but a place lies 0 ms from itself. Prints the time, the distance\n"
    "and the streets in order of travel, or \"unreachable\".\n"
    "\n"
    "  --geojson             a GeoJSON Feature with the line in place of text (WGS 84 whatever --datum "
    "says)\n" MT_ROADS_HELP "\n" MT_ROADS_PLACES
    "--json prints {\"closed_arcs\",\"time_ms\",\"distance_m\",\"walk_from_ms\",\"walk_to_ms\",\"walk_from_m\",\n"
    "\"walk_to_m\",\"streets\":[{\"name\",\"time_ms\",\"distance_m\",\"first_position\"}],\"path\":[node ids],\n"
    "\"coordinates\":[[lon,lat],…]}; closed_arcs is how many roads, each way counted, are closed for the call.\n"
    "time_ms is null where there is no way, lengths are null on a network without positions. first_position is the\n"
    "place in coordinates where the street begins.\n"
    "--timing: load is opening the network and closing roads, work placing both ends and the search, items 1.\n",
    run,
};
