/* The ground that country roads are found on: a lattice of places over an area, cheapest paths along valleys between
 * them, roads where paths were carved.
 *
 * Towns stand in it as blocked ground with gates about them: a path may begin or end at a town's gates.
 */
#ifndef MI_COUNTY_GENERATE_LATTICE_H
#define MI_COUNTY_GENERATE_LATTICE_H

#include "base/heap4.h"
#include "county/generate_sketch.h"
#include "county/generate_terrain.h"
#include "index/polygons.h"

enum { MI_LATTICE_DIRECTIONS = 8 }; /* east, north-east, north … south-east */

typedef struct mi_lattice {
  double step_m;
  mi_spot origin;
  uint32_t columns, rows, count;
  bool *open;  /* within the area, off the border and out of towns */
  bool *used;  /* a road passes here */
  mi_spot *at; /* moved a little off the regular place */
  float *height_m;
  uint8_t *road_class; /* [node × 4 + direction 0…3]; MUSTER_ROAD_CLASS_COUNT: no road */
  uint32_t *gate_town; /* the town a node is a gate of, or MUSTER_NONE */
  uint32_t *gate_node; /* the town's street node (of the sketch) a gate leads to */
  uint32_t gate_count, *gates;
  bool *town_linked; /* of each town: some road leads to it */
  GArray *links;     /* gates in use: mi_lattice_link */
  /* of the running search */
  uint32_t *cost, *from;
  GArray *touched;
  mi_heap4 heap;
} mi_lattice;

typedef struct mi_lattice_link {
  uint32_t node;
  uint8_t road_class;
} mi_lattice_link;

/* Open where the area is, at least a step off its border. Heights from the terrain. */
mi_lattice *mi_lattice_new(const mi_terrain *terrain, const mi_plane *plane, const MusterPolygons *area, double step_m,
                           uint64_t seed);
void mi_lattice_free(mi_lattice *lattice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_lattice, mi_lattice_free)

/* Blocks the ground within clearance_m of the streets of a town, given as nodes of the sketch, and finds its gates.
 * Towns are numbered from 0. */
void mi_lattice_block_town(mi_lattice *lattice, const mi_sketch *sketch, uint32_t first_node, uint32_t end_node,
                           uint32_t town, double clearance_m);
/* Is the node that stands for this spot open? */
bool mi_lattice_is_open(const mi_lattice *lattice, mi_spot spot);
/* The open node nearest to a spot; MUSTER_NONE if nothing is open within 40 steps. */
uint32_t mi_lattice_nearest(const mi_lattice *lattice, mi_spot spot);

/* A node and a town are both ends of paths: towns count from MI_LATTICE_TOWN. */
#define MI_LATTICE_TOWN UINT32_C(0x80000000)
#define MI_LATTICE_ANY_ROAD (MUSTER_NONE - 1)
/* Cheapest path from an end to an end, or to any road or town with a road (MI_LATTICE_ANY_ROAD), or to every node (goal
 * MUSTER_NONE). Returns the last node, or MUSTER_NONE: not within `limit`. Costs are decimetres made longer by slopes
 * and heights, and shorter along roads there already. */
uint32_t mi_lattice_search(mi_lattice *lattice, uint32_t start, uint32_t goal, uint32_t limit, bool roads_only);
/* Cost at which the last search reached an end; UINT32_MAX if it did not. */
uint32_t mi_lattice_cost(const mi_lattice *lattice, uint32_t end);
/* Makes the path that the last search found to `last` a road of this class, or better where it is better. */
void mi_lattice_carve(mi_lattice *lattice, uint32_t last, uint8_t road_class);
/* Betters the class of the road by which the last search came to the node. */
void mi_lattice_upgrade(mi_lattice *lattice, uint32_t node, uint8_t road_class);

/* Adds the carved roads and their links to the towns' streets; node_of gets each used lattice node's sketch node. */
void mi_lattice_draw(const mi_lattice *lattice, mi_sketch *sketch, uint32_t *node_of);

#endif
