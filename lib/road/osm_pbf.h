/* Reading OSM PBF files: the roads of one, and a count of all that is in one. */
#ifndef MI_ROAD_OSM_PBF_H
#define MI_ROAD_OSM_PBF_H

#include "road/pbf_file.h"

/* What muster_roads_read_osm does, on a file already framed. */
MusterRoads *mi_osm_read_roads(const mi_pbf_file *file, MusterProgress progress, void *user_data, GError **error);

typedef struct mi_osm_counts {
  uint64_t nodes, ways, relations;
  uint64_t node_refs; /* of all ways */
  uint64_t road_ways; /* ways with a tag `highway` */
  uint64_t members;   /* of all relations */
  MusterBox box;      /* of all nodes; untouched without any */
} mi_osm_counts;
/* Walks every block and checks it whole: for comparing with other readers. */
bool mi_osm_count(const mi_pbf_file *file, mi_osm_counts *counts, GError **error);

#endif
