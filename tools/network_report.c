/* What `network build` and `network info` tell about a network. */
#include "network_report.h"

#include "geojson.h"

static void print_json(FILE *stream, const MusterNetworkInfo *info) {
  fprintf(stream,
          "{\"mode\":\"%s\",\"nodes\":%" PRIu32 ",\"arcs\":%" PRIu32 ",\"links\":%" PRIu32 ",\"bytes\":%" PRIu64
          ",\"checksum\":\"%016" PRIx64 "\",\"source\":\"%s\",\"bbox\":",
          muster_mode_name(info->mode), info->node_count, info->arc_count, info->link_count, info->bytes,
          info->checksum, info->from_dimacs ? "dimacs" : "roads");
  if (info->has_positions)
    fprintf(stream, "[%.7f,%.7f,%.7f,%.7f]", info->box.min_lon_e7 / 1e7, info->box.min_lat_e7 / 1e7,
            info->box.max_lon_e7 / 1e7, info->box.max_lat_e7 / 1e7);
  else
    fputs("null", stream);
  if (info->has_hierarchy)
    fprintf(stream, ",\"chords\":%" PRIu32, info->chord_count);
  else
    fputs(",\"chords\":null", stream);
  fprintf(stream,
          ",\"parts\":%" PRIu32 ",\"largest_part_nodes\":%" PRIu32 ",\"cut_off_nodes\":%" PRIu32
          ",\"cut_off_length_m\":%.3f,\"turn_restrictions\":%" PRIu32 ",\"slopes\":%s}\n",
          info->part_count, info->snappable_node_count, info->cut_off_node_count, info->cut_off_length_m,
          info->turn_restriction_count, info->has_slopes ? "true" : "false");
}

static void print_text(FILE *stream, const MusterNetworkInfo *info) {
  fprintf(stream,
          "mode          %s%s\nnodes         %" PRIu32 "\narcs          %" PRIu32 "\nlinks         %" PRIu32
          "\nbytes         %" PRIu64 "\nchecksum      %016" PRIx64 "\n",
          muster_mode_name(info->mode), info->from_dimacs ? " (times from a DIMACS file)" : "", info->node_count,
          info->arc_count, info->link_count, info->bytes, info->checksum);
  if (info->has_positions)
    fprintf(stream, "bounding box  %.7f,%.7f to %.7f,%.7f\n", info->box.min_lon_e7 / 1e7, info->box.min_lat_e7 / 1e7,
            info->box.max_lon_e7 / 1e7, info->box.max_lat_e7 / 1e7);
  else
    fputs("bounding box  none (no positions)\n", stream);
  if (info->has_hierarchy)
    fprintf(stream, "hierarchy     %" PRIu32 " chords (roads and possible shortcuts)\n", info->chord_count);
  else
    fputs("hierarchy     none: no small cuts, searches go without\n", stream);
  fprintf(stream,
          "parts         %" PRIu32 ", the largest of %" PRIu32 " nodes\ncut off       %" PRIu32
          " nodes, %.3f km\nrestrictions  %" PRIu32 " on turns\nslopes        %s\n",
          info->part_count, info->snappable_node_count, info->cut_off_node_count, info->cut_off_length_m / 1000,
          info->turn_restriction_count, info->has_slopes ? "in the times" : "not in the times");
}

void mt_network_print(FILE *stream, const MusterNetwork *network, bool json) {
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  if (json)
    print_json(stream, &info);
  else
    print_text(stream, &info);
}

void mt_network_warn(const char *path, const MusterNetwork *network) {
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  if (info.cut_off_node_count == 0) return;
  fprintf(stderr,
          "muster: warning: %s: %" PRIu32 " of %" PRIu32
          " nodes, %.1f km of road, are cut off: no position is snapped to "
          "them, for there is no way both there and back\n",
          path, info.cut_off_node_count, info.node_count, info.cut_off_length_m / 1000);
}
