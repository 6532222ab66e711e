/* Roads closed for one call: the options that every query has. */
#ifndef MT_CLOSURES_H
#define MT_CLOSURES_H

#include "common.h"

typedef struct mt_closures {
  char **area_paths, *arcs_path, *ways_path; /* NULL: not given */
} mt_closures;

void mt_closures_clear(mt_closures *closures);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mt_closures, mt_closures_clear)

/* Entries of a command's option table. */
#define MT_CLOSURE_OPTIONS(closures)                                                    \
  {"close", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &(closures).area_paths, NULL, NULL},     \
      {"close-arcs", 0, 0, G_OPTION_ARG_FILENAME, &(closures).arcs_path, NULL, NULL}, { \
    "close-ways", 0, 0, G_OPTION_ARG_FILENAME, &(closures).ways_path, NULL, NULL        \
  }
#define MT_CLOSURE_USAGE "[--close AREA.geojson …] [--close-arcs FILE] [--close-ways FILE]"
/* For the list of options in a command's help. */
#define MT_CLOSURE_HELP                                                                                           \
  "  --close AREA.geojson  closes for this call all roads that touch the area, its border included: Polygon,\n"   \
  "                        MultiPolygon, or features and collections of them, in WGS 84 or the --datum given;\n"  \
  "                        may be given several times\n"                                                          \
  "  --close-arcs FILE     closes the roads from TAIL straight to HEAD, that way only, parallel ones too: two\n"  \
  "                        node ids a line\n"                                                                     \
  "  --close-ways FILE     closes all of a way, both ways: a way id a line (of a DIMACS graph the number of an\n" \
  "                        arc, from 1; of an arc and its opposite, which are one way, that of the first)\n"
/* For commands that take positions. */
#define MT_CLOSURE_PLACES                                                                                            \
  "A place is taken to the nearest road whether it is closed or not: who stands in the middle of a closed road is\n" \
  "cut off.\n\n"

/* The network's own metric with these roads closed; a new reference. NULL with a sentence if a file is refused. */
MusterMetric *mt_closures_metric(const mt_closures *closures, const mt_common *common, MusterNetwork *network,
                                 GError **error);

#endif
