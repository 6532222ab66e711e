/* A county on the drawing board: areas with their shapes and residents, roads, posts wanted. From it come the people,
 * the stations and all else that fills a county builder; the reference county and a county over real roads share this
 * part.
 */
#ifndef MI_COUNTY_GENERATE_PLAN_H
#define MI_COUNTY_GENERATE_PLAN_H

#include <muster/county.h>

#include "base/random.h"
#include "county/generate_mosaic.h"
#include "geo/shape.h"

typedef struct mi_plan_area {
  int64_t code;
  char *name;      /* owned */
  uint32_t parent; /* place among the areas one level up */
  uint8_t kind;    /* MusterCommunityKind */
  uint32_t residents;
  MusterPosition seat;
  mi_shape shape;
} mi_plan_area;

typedef struct mi_plan_post {
  char *name; /* owned */
  MusterPosition wanted;
  uint32_t community;               /* where it stands */
  uint32_t served[8], served_count; /* communities it serves, its own included */
} mi_plan_post;

/* Shares and counts that make people; see mi_plan_fill. */
typedef struct mi_plan {
  uint64_t seed;
  mi_plan_area county;
  mi_plan_area *townships, *communities, *grids; /* grids by community */
  uint32_t township_count, community_count, grid_count;
  mi_plan_post *posts;
  uint32_t post_count;
  uint32_t team_count, volunteer_count;
  uint32_t barber_count; /* exactly so many volunteers are barbers */
  MusterRoads *roads;
  char *note; /* owned */
} mi_plan;

void mi_plan_clear(mi_plan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_plan, mi_plan_clear)

/* First grid of each community, community_count + 1 entries; free with g_free. */
uint32_t *mi_plan_grid_first(const mi_plan *plan);

/* Gives the areas of all levels their shapes: grids are the unions of the cells that carry their number as a label,
 * every other level that of the areas below it. Together the grids tile the county exactly. */
bool mi_plan_draw_areas(mi_plan *plan, const mi_mosaic *mosaic, const uint32_t *labels, GError **error);

/* Shares `total` in proportion to the weights, everyone at least `least` (as far as total goes); the sum is exact and
 * the same for the same input (largest remainders, ties to the first). */
void mi_share_out(uint32_t total, uint32_t least, const double *weights, uint32_t count, uint32_t *out);

/* Opaque, unique for each number of a kind. */
typedef enum mi_contact_kind { MI_CONTACT_AREA, MI_CONTACT_VOLUNTEER } mi_contact_kind;
enum { MI_CONTACT_BYTES = 19 };
void mi_contact_write(char out[MI_CONTACT_BYTES], uint64_t seed, mi_contact_kind kind, int64_t number);

/* ---- where people live: places beside the roads, grid by grid ---- */

typedef struct mi_housing mi_housing;
/* Roads open to foot that hang together with most others; near houses in proportion to length and class. The plan must
 * have its grids and roads. */
mi_housing *mi_housing_new(const mi_plan *plan);
void mi_housing_free(mi_housing *housing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_housing, mi_housing_free)
/* A home, at most some 40 m off a road and inside the grid. */
MusterPosition mi_housing_address(const mi_housing *housing, uint32_t grid, mi_random *random);
/* The place on a road of those grids nearest to `wanted`; the first one's seat if they have no road. */
MusterPosition mi_housing_nearest(const mi_housing *housing, uint32_t first_grid, uint32_t end_grid,
                                  MusterPosition wanted);
/* How much housing stands along the grid's roads, in metres of residential street; 0: no road. */
double mi_housing_weight(const mi_housing *housing, uint32_t grid);

/* How much housing a metre of road of this class stands for, in metres of residential street. */
double mi_road_class_housing(uint8_t road_class);
/* Of each way: open to foot and connected with most others. Free with g_free. */
bool *mi_roads_main_part(const MusterRoads *roads);

/* ---- people ---- */

/* Seals the county: areas, teams, volunteers, posts with shifts, stations, equipment, note. Takes the plan's roads. */
MusterCounty *mi_plan_seal(mi_plan *plan, MusterProgress progress, void *user_data, GError **error);

/* Its steps. */
typedef struct mi_roster {
  uint32_t *team_area;  /* of each team: place in its level; see team_level */
  uint8_t *team_level;  /* MusterAreaLevel */
  uint32_t *team_first; /* team_count + 1: volunteers of each team are numbered in a row, ids from 1 */
  uint32_t *grid_team;  /* of each grid: its duty team; MUSTER_NONE */
} mi_roster;
void mi_roster_init(mi_roster *roster, const mi_plan *plan);
void mi_roster_clear(mi_roster *roster);
void mi_plan_add_volunteers(const mi_plan *plan, const mi_roster *roster, const mi_housing *housing,
                            MusterCountyBuilder *builder);
void mi_plan_add_services(const mi_plan *plan, const mi_roster *roster, const mi_housing *housing,
                          MusterCountyBuilder *builder);

#endif
