/* muster network info: what a prepared network holds. */
#include "commands.h"
#include "network_report.h"
#include "streams.h"

static int run(const mt_command *command, int argc, char **argv) {
  mt_common common;
  if (!mt_parse(command, NULL, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterNetwork) network = mt_network_open(argv[1], &error);
  if (!network) return mt_fail(&error);
  int64_t loaded_us = g_get_monotonic_time();
  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  mt_network_print(output.stream, network, common.json);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, loaded_us - start_us, 0, 1);
  return MT_DONE;
}

const mt_command mt_network_info = {
    .name = "network info",
    .usage = "N.mnet [--json]",
    .summary = "what a prepared network holds",
    .details =
        "Verifies the whole file (sizes, ids, checksum) and prints its mode, its counts of nodes, arcs (one-way\n"
        "connections) and links (stretches of road between two nodes), its size in bytes, its checksum, its bounding\n"
        "box in degrees (west,south to east,north), the chords of its hierarchy (roads and possible shortcuts; none\n"
        "where the graph has no small cuts), the number of its mutually reachable parts and how much lies outside the\n"
        "largest of them, the number of turn restrictions that take effect (each makes its junction several nodes),\n"
        "and whether its times heed slopes. Of a network of several modes the last five are told for each.\n\n"
        "With --json: {\"mode\", \"nodes\", \"arcs\", \"links\", \"bytes\", \"checksum\" (16 hex digits), \"source\"\n"
        "(\"roads\" or \"dimacs\"), \"bbox\" ([west, south, east, north] or null), \"chords\" (null without a\n"
        "hierarchy), \"parts\", \"largest_part_nodes\", \"cut_off_nodes\", \"cut_off_length_m\",\n"
        "\"turn_restrictions\", \"slopes\", \"modes\"}: \"modes\" has for each mode an object of its name (\"mode\") "
        "and what\n"
        "stands behind \"chords\"; outside it stand those of the first mode.\n",
    .run = run,
};
