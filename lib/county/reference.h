/* The reference county while it is being made: facts, ground, towns, places of the villages, roads.
 *
 * Steps in order: mi_reference_towns, mi_reference_villages, mi_reference_areas, mi_reference_roads; each draws from
 * its own stream of the seed.
 */
#ifndef MI_COUNTY_REFERENCE_H
#define MI_COUNTY_REFERENCE_H

#include "county/generate_lattice.h"
#include "county/generate_mosaic.h"
#include "county/generate_plan.h"
#include "county/reference_facts.h"

/* The figures of the mission that are no names. */
enum {
  MI_REFERENCE_RESIDENTS = 283255,
  MI_REFERENCE_TEAMS = 447,
  MI_REFERENCE_VOLUNTEERS = 33370,
  MI_REFERENCE_BARBERS = 128,
  MI_REFERENCE_TOWN_GRIDS = 108,
  MI_REFERENCE_POSTS = 15,
};

typedef struct mi_reference_town { /* of each township: its seat */
  mi_spot centre;
  double radius_m;
  mi_spot turn;                    /* direction of its main streets, length 1 */
  uint32_t first_node, end_node;   /* its streets' nodes in the sketch */
  uint32_t first_block, end_block; /* its blocks */
} mi_reference_town;

typedef struct mi_reference {
  uint64_t seed;
  mi_facts *facts;
  mi_plane plane;
  mi_shape boundary;
  mi_basin *basins;
  mi_terrain terrain;
  mi_lattice *lattice;
  mi_sketch *sketch;
  mi_reference_town *towns;  /* one a township */
  uint32_t county_town;      /* the township of the county town: the one with the most urban communities */
  GArray *blocks;            /* mi_spot */
  mi_spot *community_at;     /* of each community of the facts */
  uint32_t *block_grid;      /* of each block of the county town, from first_block: its grid */
  uint32_t *block_community; /* the same: its community, a place in the facts */
  mi_mosaic *mosaic;
  mi_plan plan;
} mi_reference;

/* Is this community one of the county town's, which are divided into grids? */
static inline bool mi_reference_in_town(const mi_reference *reference, uint32_t community) {
  const mi_fact_community *fact = &reference->facts->communities[community];
  return fact->urban && fact->township == reference->county_town;
}

/* Streets of the county town and the seats. */
void mi_reference_towns(mi_reference *reference);
/* Where villages and urban communities stand; which village belongs to which township. */
void mi_reference_villages(mi_reference *reference);
/* Grids, communities, townships and county with their polygons and residents, and the posts. */
bool mi_reference_areas(mi_reference *reference, GError **error);
/* Country roads, hamlets, lanes; fills plan.roads. */
void mi_reference_roads(mi_reference *reference);

#endif
