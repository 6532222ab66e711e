/* The roads of one call, the options that every query has: whose they are, and which are closed. */
#ifndef MT_ROADS_H
#define MT_ROADS_H

#include "common.h"

typedef struct mt_roads {
  char *mode_name, **area_paths, *arcs_path, *ways_path; /* NULL: not given */
} mt_roads;

void mt_roads_clear(mt_roads *roads);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_roads, mt_roads_clear)

/* Entries of a command's option table. */
#define MT_ROADS_OPTIONS(roads)                                                      \
  {"mode", 0, 0, G_OPTION_ARG_STRING, &(roads).mode_name, NULL, NULL},               \
      {"close", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &(roads).area_paths, NULL, NULL}, \
      {"close-arcs", 0, 0, G_OPTION_ARG_FILENAME, &(roads).arcs_path, NULL, NULL}, { \
    "close-ways", 0, 0, G_OPTION_ARG_FILENAME, &(roads).ways_path, NULL, NULL        \
  }
#define MT_ROADS_USAGE "[--mode MODE] [--close AREA.geojson …] [--close-arcs FILE] [--close-ways FILE]"
/* For the list of options in a command's help. */
#define MT_ROADS_HELP                                                                                             \
  "  --mode MODE           foot, ebike or car: one of the modes that the network was built for; without it the "  \
  "first\n"                                                                                                       \
  "  --close AREA.geojson  closes for this call all roads that touch the area, its border included: Polygon,\n"   \
  "                        MultiPolygon, or features and collections of them, in WGS 84 or the --datum given;\n"  \
  "                        may be given several times\n"                                                          \
  "  --close-arcs FILE     closes the roads from TAIL straight to HEAD, that way only, parallel ones too: two\n"  \
  "                        node ids a line\n"                                                                     \
  "  --close-ways FILE     closes all of a way, both ways: a way id a line (of a DIMACS graph the number of an\n" \
  "                        arc, from 1; of an arc and its opposite, which are one way, that of the first)\n"
/* For commands that take positions. */
#define MT_ROADS_PLACES                                                                                              \
  "A place is taken to the nearest road whether it is closed or not: who stands in the middle of a closed road is\n" \
  "cut off.\n\n"

/* The network of the mode asked for from a prepared file (path may be "-"), the file's first without one. */
MusterNetwork *mt_roads_open(const mt_roads *roads, const char *path, GError **error);
/* The network's own metric with these roads closed; a new reference. NULL with a sentence if a file is refused. */
MusterMetric *mt_roads_metric(const mt_roads *roads, const mt_common *common, MusterNetwork *network, GError **error);

#endif
