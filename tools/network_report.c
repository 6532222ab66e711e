/* What `network build` and `network info` tell about a network. */
#include "network_report.h"

#include "geojson.h"

char *mt_modes_format(unsigned modes) {
  GString *text = g_string_new(NULL);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (modes & MUSTER_MODE_BIT(mode))
      g_string_append_printf(text, "%s%s", text->len ? ", " : "", muster_mode_name((MusterMode)mode));
  return g_string_free(text, FALSE);
}

/* What each mode has of its own, in the order of modes. */
static size_t list_modes(MusterNetwork *network, MusterNetworkInfo infos[MUSTER_MODE_COUNT]) {
  size_t count = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(MusterNetwork) of_mode = muster_network_of_mode(network, (MusterMode)mode);
    if (of_mode) muster_network_info(of_mode, &infos[count++]);
  }
  return count;
}

static void print_mode_json(FILE *stream, const MusterNetworkInfo *info) {
  fprintf(stream,
          "\"parts\":%" PRIu32 ",\"largest_part_nodes\":%" PRIu32 ",\"cut_off_nodes\":%" PRIu32
          ",\"cut_off_length_m\":%.3f,\"turn_restrictions\":%" PRIu32 ",\"slopes\":%s",
          info->part_count, info->snappable_node_count, info->cut_off_node_count, info->cut_off_length_m,
          info->turn_restriction_count, info->has_slopes ? "true" : "false");
}

static void print_json(FILE *stream, const MusterNetworkInfo *infos, size_t count) {
  const MusterNetworkInfo *info = &infos[0];
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
    fprintf(stream, ",\"chords\":%" PRIu32 ",", info->chord_count);
  else
    fputs(",\"chords\":null,", stream);
  print_mode_json(stream, info);
  fputs(",\"modes\":[", stream);
  for (size_t i = 0; i < count; i++) {
    fprintf(stream, "%s{\"mode\":\"%s\",", i ? "," : "", muster_mode_name(infos[i].mode));
    print_mode_json(stream, &infos[i]);
    fputc('}', stream);
  }
  fputs("]}\n", stream);
}

static void print_mode_text(FILE *stream, const MusterNetworkInfo *info) {
  fprintf(stream,
          "parts         %" PRIu32 ", the largest of %" PRIu32 " nodes\ncut off       %" PRIu32
          " nodes, %.3f km\nrestrictions  %" PRIu32 " on turns\nslopes        %s\n",
          info->part_count, info->snappable_node_count, info->cut_off_node_count, info->cut_off_length_m / 1000,
          info->turn_restriction_count, info->has_slopes ? "in the times" : "not in the times");
}

static void print_text(FILE *stream, const MusterNetworkInfo *infos, size_t count) {
  const MusterNetworkInfo *info = &infos[0];
  g_autofree char *modes = mt_modes_format(info->modes);
  fprintf(stream,
          "%s         %s%s\nnodes         %" PRIu32 "\narcs          %" PRIu32 "\nlinks         %" PRIu32
          "\nbytes         %" PRIu64 "\nchecksum      %016" PRIx64 "\n",
          count > 1 ? "modes" : "mode ", modes, info->from_dimacs ? " (times from a DIMACS file)" : "",
          info->node_count, info->arc_count, info->link_count, info->bytes, info->checksum);
  if (info->has_positions)
    fprintf(stream, "bounding box  %.7f,%.7f to %.7f,%.7f\n", info->box.min_lon_e7 / 1e7, info->box.min_lat_e7 / 1e7,
            info->box.max_lon_e7 / 1e7, info->box.max_lat_e7 / 1e7);
  else
    fputs("bounding box  none (no positions)\n", stream);
  if (info->has_hierarchy)
    fprintf(stream, "hierarchy     %" PRIu32 " chords (roads and possible shortcuts)\n", info->chord_count);
  else
    fputs("hierarchy     none: no small cuts, searches go without\n", stream);
  for (size_t i = 0; i < count; i++) {
    if (count > 1) fprintf(stream, "\n%s\n", muster_mode_name(infos[i].mode));
    print_mode_text(stream, &infos[i]);
  }
}

void mt_network_print(FILE *stream, MusterNetwork *network, bool json) {
  MusterNetworkInfo infos[MUSTER_MODE_COUNT];
  size_t count = list_modes(network, infos);
  (json ? print_json : print_text)(stream, infos, count);
}

void mt_network_warn(const char *path, MusterNetwork *network) {
  MusterNetworkInfo infos[MUSTER_MODE_COUNT];
  size_t count = list_modes(network, infos);
  for (size_t i = 0; i < count; i++) {
    const MusterNetworkInfo *info = &infos[i];
    if (info->snappable_node_count == 0)
      fprintf(stderr, "muster: warning: %s: no road is open to mode %s\n", path, muster_mode_name(info->mode));
    if (info->cut_off_node_count == 0) continue;
    fprintf(stderr,
            "muster: warning: %s: %s%s%" PRIu32 " of %" PRIu32
            " nodes, %.1f km of road, are cut off: no position is snapped to "
            "them, for there is no way both there and back\n",
            path, count > 1 ? muster_mode_name(info->mode) : "", count > 1 ? ": " : "", info->cut_off_node_count,
            info->node_count, info->cut_off_length_m / 1000);
  }
}
