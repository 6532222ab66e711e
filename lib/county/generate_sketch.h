/* Roads on the drawing board: nodes in the local plane, edges with a class, until they become ways.
 */
#ifndef MI_COUNTY_GENERATE_SKETCH_H
#define MI_COUNTY_GENERATE_SKETCH_H

#include "county/generate_plane.h"

#include <muster/road.h>

typedef struct mi_sketch_node {
  mi_spot at;
  bool pinned; /* stays where it is when bends are rounded */
} mi_sketch_node;

typedef struct mi_sketch_edge {
  uint32_t a, b;
  uint8_t road_class, surface; /* MusterRoadClass, MusterSurface */
  bool bends;                  /* drawn as a curve */
  const char *name;            /* interned, or NULL */
} mi_sketch_edge;

typedef struct mi_sketch {
  GArray *nodes;       /* mi_sketch_node */
  GArray *edges;       /* mi_sketch_edge */
  GHashTable *buckets; /* square → edges that touch it, for crossing tests; NULL until asked for */
} mi_sketch;

mi_sketch *mi_sketch_new(void);
void mi_sketch_free(mi_sketch *sketch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_sketch, mi_sketch_free)

uint32_t mi_sketch_add_node(mi_sketch *sketch, mi_spot at, bool pinned);
uint32_t mi_sketch_add_edge(mi_sketch *sketch, mi_sketch_edge edge);
static inline mi_spot mi_sketch_spot(const mi_sketch *sketch, uint32_t node) {
  return g_array_index(sketch->nodes, mi_sketch_node, node).at;
}

/* Would a straight line from node `from` to `to` cross an edge that does not end at `from`? */
bool mi_sketch_crosses(mi_sketch *sketch, uint32_t from, mi_spot to);
/* Rounds the bends of the nodes that are not pinned: each moves towards the middle of the two neighbours along its
 * best road. */
void mi_sketch_smooth(mi_sketch *sketch, unsigned rounds);
/* Roads open to cars, or to e-bikes, that the main part of those roads does not reach become paths (in a town:
 * pedestrian streets), footways: nobody drives where no one can drive to. */
void mi_sketch_demote_cut_off(mi_sketch *sketch);
/* Ways of one class and name between junctions, curves drawn out, ids from 1. The surface and class decide who may
 * travel. */
MusterRoads *mi_sketch_to_roads(const mi_sketch *sketch, const mi_plane *plane);

#endif
