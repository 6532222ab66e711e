/* muster network build: prepares a network for one travel mode or several. */
#include "commands.h"
#include "network_report.h"
#include "streams.h"

typedef struct options {
  const char *osm, *dimacs, *coords, *county, *elevation;
  const char *output;
  unsigned modes; /* MUSTER_MODE_BIT set */
} options;

static char progress_label[] = "reading roads";

static void warn_of_missing(const char *path, const MusterRoads *roads) {
  uint64_t ways, nodes;
  muster_roads_missing(roads, &ways, &nodes);
  if (ways == 0) return;
  fprintf(stderr,
          "muster: warning: %s: %" PRIu64 " ways refer to %" PRIu64
          " nodes that are not in the file; only their whole "
          "stretches are kept\n",
          path, ways, nodes);
}

static void warn_of_restrictions(const char *path, const MusterRoads *roads) {
  MusterRestrictionsLeftOut out;
  muster_roads_restrictions_left_out(roads, &out);
  if (out.conditional + out.unclear == 0) return;
  fprintf(stderr,
          "muster: warning: %s: turn restrictions left out: %" PRIu64 " that hold at certain times only, %" PRIu64
          " unclear\n",
          path, out.conditional, out.unclear);
}

static void warn_of_heights(const char *folder, const MusterElevation *elevation, const MusterSlopesReport *report) {
  uint32_t tiles, missing;
  const char *first;
  muster_elevation_info(elevation, &tiles, &missing, &first);
  if (missing > 0)
    fprintf(stderr, "muster: warning: %s: %" PRIu32 " of %" PRIu32 " tiles are not there (%s%s)\n", folder, missing,
            tiles + missing, first, missing > 1 ? ", …" : "");
  if (report->unknown_count > 0)
    fprintf(stderr,
            "muster: warning: %s: no height at %" PRIu64 " of %" PRIu64
            " points along the roads: the road beside them counts as level\n",
            folder, report->unknown_count, report->point_count);
}

static MusterNetwork *make(const options *o, const MusterRoads *roads, GError **error) {
  MusterBox box;
  if (!o->elevation || !muster_roads_box(roads, &box))
    return muster_network_new_for_modes(roads, o->modes, NULL, NULL, error);
  g_autoptr(MusterElevation) elevation = muster_elevation_read(o->elevation, box, error);
  if (!elevation) return NULL;
  MusterSlopesReport report;
  MusterNetwork *network = muster_network_new_for_modes(roads, o->modes, elevation, &report, error);
  if (network) warn_of_heights(o->elevation, elevation, &report);
  return network;
}

static MusterNetwork *build(const options *o, int64_t *loaded_us, GError **error) {
  if (o->dimacs) {
    *loaded_us = g_get_monotonic_time();
    return muster_network_read_dimacs(o->dimacs, o->coords, error);
  }
  const char *path = o->osm ? o->osm : o->county;
  g_autoptr(MusterRoads) roads =
      o->osm ? muster_roads_read_osm(path, mt_progress, progress_label, error) : muster_roads_read_county(path, error);
  *loaded_us = g_get_monotonic_time();
  if (!roads) return NULL;
  warn_of_missing(path, roads);
  if (o->modes & MUSTER_MODE_BIT(MUSTER_MODE_CAR)) warn_of_restrictions(path, roads);
  MusterNetwork *network = make(o, roads, error);
  if (!network && error && !g_str_has_prefix((*error)->message, o->elevation ? o->elevation : path))
    g_prefix_error(error, "%s: ", path);
  return network;
}

static bool open_inputs(options *o, GError **error) {
  return mt_input_file(&o->osm, error) && mt_input_file(&o->dimacs, error) && mt_input_file(&o->coords, error) &&
         mt_input_file(&o->county, error);
}

static bool save(const void *network, const char *path, GError **error) {
  return muster_network_save(network, path, error);
}

/* What making a metric costs beside the rest: told with --timing-parts. */
static void time_customization(MusterNetwork *network, uint32_t arc_count) {
  g_autoptr(MusterMetric) own = muster_network_metric(network);
  g_autofree uint32_t *weight_ms = g_new(uint32_t, (size_t)arc_count + 1);
  for (MusterArc arc = 0; arc < arc_count; arc++) weight_ms[arc] = muster_metric_arc_ms(own, arc);
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterMetric) metric = muster_metric_new(network, weight_ms, 1);
  mt_timing_part("customize_ms", g_get_monotonic_time() - start_us);
}

static int run_build(const mt_common *common, options *o) {
  GError *error = NULL;
  mt_catch_interrupt();
  int64_t start_us = g_get_monotonic_time(), loaded_us = start_us;
  g_autoptr(MusterNetwork) network = open_inputs(o, &error) ? build(o, &loaded_us, &error) : NULL;
  int64_t done_us = g_get_monotonic_time();
  if (!network) return mt_fail(&error);
  if (mt_interrupted()) return mt_fail_text("interrupted: nothing was written");
  bool to_stdout = mt_is_stdout(o->output);
  if (!mt_save_file(save, network, o->output, &error)) return mt_fail(&error);
  mt_network_warn(to_stdout ? "standard output" : o->output, network);
  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (!to_stdout) mt_network_print(output.stream, network, common->json);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  if (common->timing_parts && info.has_hierarchy) time_customization(network, info.arc_count);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, info.node_count);
  return MT_DONE;
}

/* "foot,car". */
static bool parse_modes(const char *text, unsigned *modes, GError **error) {
  g_auto(GStrv) names = g_strsplit(text, ",", -1);
  *modes = 0;
  if (!*names) return muster_mode_from_name("", &(MusterMode){0}, error);
  for (char **name = names; *name; name++) {
    MusterMode mode;
    if (!muster_mode_from_name(*name, &mode, error)) return false;
    *modes |= MUSTER_MODE_BIT(mode);
  }
  return true;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_autofree char *osm = NULL, *dimacs = NULL, *coords = NULL, *county = NULL, *mode_name = NULL, *output = NULL;
  g_autofree char *elevation = NULL;
  const GOptionEntry entries[] = {{"osm", 0, 0, G_OPTION_ARG_FILENAME, &osm, NULL, NULL},
                                  {"dimacs", 0, 0, G_OPTION_ARG_FILENAME, &dimacs, NULL, NULL},
                                  {"coords", 0, 0, G_OPTION_ARG_FILENAME, &coords, NULL, NULL},
                                  {"county", 0, 0, G_OPTION_ARG_FILENAME, &county, NULL, NULL},
                                  {"elevation", 0, 0, G_OPTION_ARG_FILENAME, &elevation, NULL, NULL},
                                  {"mode", 0, 0, G_OPTION_ARG_STRING, &mode_name, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 0, 0, &common)) return MT_USAGE;
  options o = {
      .osm = osm, .dimacs = dimacs, .coords = coords, .county = county, .elevation = elevation, .output = output};
  if (!!o.osm + !!o.dimacs + !!o.county != 1) return mt_usage(command, "expected one of --osm, --dimacs and --county");
  if (o.coords && !o.dimacs) return mt_usage(command, "--coords goes with --dimacs");
  if (!o.output) return mt_usage(command, "expected -o N.mnet");
  if (!mt_may_write_binary(command, o.output)) return MT_USAGE;
  g_autoptr(GError) error = NULL;
  if (!parse_modes(mode_name ? mode_name : "foot", &o.modes, &error)) return mt_usage(command, "%s", error->message);
  if (o.elevation && (o.dimacs || o.modes == MUSTER_MODE_BIT(MUSTER_MODE_CAR)))
    return mt_usage(command, "--elevation goes with roads of --osm or --county and --mode foot or ebike");
  return run_build(&common, &o);
}

const mt_command mt_network_build = {
    .name = "network build",
    .usage =
        "(--osm F.osm.pbf | --dimacs F.gr [--coords F.co] | --county C.gpkg) [--mode foot|ebike|car[,…]] [--elevation "
        "DIR] "
        "-o N.mnet",
    .summary = "prepares a network for one travel mode or several",
    .details =
        "  --osm F.osm.pbf   roads of an OpenStreetMap extract\n"
        "  --dimacs F.gr     a graph of the 9th DIMACS challenge: weights are milliseconds, its 1-based node ids stay\n"
        "                    the ids used in node files; parallel arcs and loops are kept\n"
        "  --coords F.co     its positions, degrees × 10⁶; without them places are given by node id only\n"
        "  --county C.gpkg   roads of a county file\n"
        "  --mode MODE       foot (default), ebike or car, or several with commas between them: one file with the "
        "same\n"
        "                    nodes and arcs for all of them; a DIMACS graph has its times already and keeps mode foot\n"
        "  --elevation DIR   a folder of SRTM tiles, N42E001.hgt or N42E001.hgt.zip: times on foot and by e-bike heed "
        "the\n"
        "                    slopes; roads whose tile is missing count as level\n"
        "  -o N.mnet         the file to write; - is standard output, and nothing else is printed there\n\n"
        "One of the inputs may be -, standard input.\n"
        "Prints what `muster network info` prints, and warns of roads that cannot be reached from the others both\n"
        "ways (positions are never snapped to them) and of turn restrictions that are left out. Who may travel what, "
        "and how fast, stands in the page \"Travel\n"
        "modes\" of the documentation; the file's format in \"The network file\".\n",
    .run = run,
};
