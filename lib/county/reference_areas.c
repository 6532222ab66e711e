/* The reference county's areas: grids, communities, townships, county, their residents, and the posts; see reference.h.
 *
 * The county is cut into a mosaic of small cells, one about each town block and one about each of many places in the
 * country, thinner away from the towns. Country cells join the village that is cheapest to reach over the terrain, so
 * borders follow ridges; every larger area is the union of its cells, so all levels tile exactly.
 */
#include <stdlib.h>
#include <string.h>

#include "county/generate_sites.h"
#include "county/reference.h"

enum { STREAM_SITES = 11, STREAM_RESIDENTS = 12 };

/* ---- sites of the cells ---- */

enum { CELLS_CLOSEST_M = 110, CELLS_WIDEST_M = 400 };

/* How far cells lie apart at this distance from the county town's nearest block. */
static double cell_spacing_m(double from_town_m) { return CLAMP(0.3 * from_town_m, CELLS_CLOSEST_M, CELLS_WIDEST_M); }

static double distance_to_town_m(const mi_reference *reference, mi_spot at) {
  const mi_reference_town *town = &reference->towns[reference->county_town];
  double far_m = mi_spot_distance(at, town->centre) - 1.4 * town->radius_m;
  if (far_m > 500) return far_m; /* near enough away from it */
  double best2 = INFINITY;
  for (uint32_t i = town->first_block; i < town->end_block; i++)
    best2 = fmin(best2, mi_spot_distance2(at, g_array_index(reference->blocks, mi_spot, i)));
  return sqrt(best2);
}

/* Blocks of the county town first, then the places of the communities outside it, then what fits between, in random
 * order (dart throwing). */
static mi_sites *choose_sites(const mi_reference *reference) {
  const mi_reference_town *town = &reference->towns[reference->county_town];
  const mi_lattice *lattice = reference->lattice;
  mi_sites *sites = mi_sites_new(CELLS_WIDEST_M);
  for (uint32_t i = town->first_block; i < town->end_block; i++)
    mi_sites_put(sites, g_array_index(reference->blocks, mi_spot, i));
  for (uint32_t i = 0; i < reference->facts->community_count; i++)
    if (!mi_reference_in_town(reference, i)) mi_sites_put(sites, reference->community_at[i]);
  mi_random random;
  mi_random_init(&random, reference->seed, STREAM_SITES);
  g_autofree uint32_t *order = g_new(uint32_t, lattice->count + 1);
  uint32_t count = 0;
  for (uint32_t i = 0; i < lattice->count; i++)
    if (lattice->open[i]) order[count++] = i;
  mi_random_shuffle_u32(&random, order, count);
  for (uint32_t i = 0; i < count; i++) {
    const double off_m = 110; /* off the lattice, or borders would run along it */
    mi_spot at = lattice->at[order[i]];
    at.x += off_m * (mi_random_unit(&random) - 0.5);
    at.y += off_m * (mi_random_unit(&random) - 0.5);
    if (mi_sites_has_room(sites, at, cell_spacing_m(distance_to_town_m(reference, at)))) mi_sites_put(sites, at);
  }
  return sites;
}

/* ---- which cell belongs to which grid ---- */

typedef struct village_growth {
  const mi_reference *reference;
  const uint32_t *start; /* labels before growing */
} village_growth;

/* Decimetres, dearer uphill and on high ground; the town does not grow. */
static uint32_t growth_cost(const mi_mosaic *mosaic, uint32_t from, uint32_t to, void *user_data) {
  const village_growth *growth = user_data;
  uint32_t label = growth->start[from];
  if (label != MUSTER_NONE && mi_reference_in_town(growth->reference, growth->reference->plan.grids[label].parent))
    return UINT32_MAX / 4;
  double rise_m = mi_terrain_height_m(&growth->reference->terrain, mosaic->at[to]) -
                  mi_terrain_height_m(&growth->reference->terrain, mosaic->at[from]);
  double length_m = mi_spot_distance(mosaic->at[from], mosaic->at[to]);
  return (uint32_t)(10 * (length_m + 3 * fabs(rise_m))) + 1;
}

/* Labels are places of plan.grids. */
static uint32_t *label_cells(const mi_reference *reference, const uint32_t *grid_of_community) {
  const mi_mosaic *mosaic = reference->mosaic;
  const mi_reference_town *town = &reference->towns[reference->county_town];
  uint32_t blocks = town->end_block - town->first_block, site = blocks;
  uint32_t *labels = g_new(uint32_t, mosaic->count + 1);
  g_autofree uint32_t *site_label = g_new(uint32_t, blocks + reference->facts->community_count);
  for (uint32_t i = 0; i < blocks; i++) site_label[i] = reference->block_grid[i];
  for (uint32_t i = 0; i < reference->facts->community_count; i++)
    if (!mi_reference_in_town(reference, i)) site_label[site++] = grid_of_community[i];
  for (uint32_t i = 0; i < mosaic->count; i++)
    labels[i] = mosaic->site[i] < site ? site_label[mosaic->site[i]] : MUSTER_NONE;
  g_autofree uint32_t *start = g_memdup2(labels, mosaic->count * sizeof *labels);
  village_growth growth = {reference, start};
  mi_mosaic_grow(mosaic, labels, growth_cost, &growth);
  mi_mosaic_mend(mosaic, labels, NULL);
  return labels;
}

/* ---- residents ---- */

static void share_residents(mi_reference *reference) {
  mi_plan *plan = &reference->plan;
  mi_random random;
  mi_random_init(&random, reference->seed, STREAM_RESIDENTS);
  g_autofree double *weights = g_new(double, plan->grid_count + 1);
  g_autofree uint32_t *residents = g_new(uint32_t, plan->grid_count + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    uint32_t community = plan->grids[i].parent;
    double draw = mi_random_unit(&random);
    if (mi_reference_in_town(reference, community))
      weights[i] = 450 + 400 * draw;
    else if (plan->grids[i].kind == MUSTER_COMMUNITY_URBAN)
      weights[i] = 3200 + 2400 * draw;
    else
      weights[i] = 480 + 1500 * draw * draw;
  }
  mi_share_out(MI_REFERENCE_RESIDENTS, 50, weights, plan->grid_count, residents);
  plan->county.residents = MI_REFERENCE_RESIDENTS;
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    mi_plan_area *community = &plan->communities[plan->grids[i].parent];
    plan->grids[i].residents = residents[i];
    community->residents += residents[i];
    plan->townships[community->parent].residents += residents[i];
  }
}

/* ---- the plan's areas ---- */

/* "老茶村村民委员会" is the committee of "老茶村". */
static char *short_name(const char *official) {
  static const char *const ENDINGS[] = {"居民委员会", "村民委员会"};
  for (size_t i = 0; i < G_N_ELEMENTS(ENDINGS); i++) {
    size_t length = strlen(official), ending = strlen(ENDINGS[i]);
    if (length <= ending || strcmp(official + length - ending, ENDINGS[i]) != 0) continue;
    return g_strndup(official, length - ending);
  }
  return g_strdup(official);
}

static void list_upper_areas(mi_reference *reference) {
  const mi_facts *facts = reference->facts;
  mi_plan *plan = &reference->plan;
  plan->county = (mi_plan_area){
      .code = facts->code, .name = g_strdup(facts->name), .seat = facts->townships[reference->county_town].seat};
  plan->township_count = facts->township_count;
  plan->townships = g_new0(mi_plan_area, facts->township_count);
  for (uint32_t i = 0; i < facts->township_count; i++)
    plan->townships[i] = (mi_plan_area){
        .code = facts->townships[i].code, .name = g_strdup(facts->townships[i].name), .seat = facts->townships[i].seat};
  plan->community_count = facts->community_count;
  plan->communities = g_new0(mi_plan_area, facts->community_count);
  for (uint32_t i = 0; i < facts->community_count; i++)
    plan->communities[i] =
        (mi_plan_area){.code = facts->communities[i].code,
                       .name = g_strdup(facts->communities[i].name),
                       .parent = facts->communities[i].township,
                       .kind = facts->communities[i].urban ? MUSTER_COMMUNITY_URBAN : MUSTER_COMMUNITY_VILLAGE,
                       .seat = mi_plane_position(&reference->plane, reference->community_at[i])};
}

/* Town grids of a community are numbered as the blocks were split; every other community is one grid. grid_of_community
 * gets the first grid of each; from here on block_grid holds places of plan.grids. */
static void list_grids(mi_reference *reference, uint32_t *grid_of_community) {
  mi_plan *plan = &reference->plan;
  const mi_reference_town *town = &reference->towns[reference->county_town];
  uint32_t blocks = town->end_block - town->first_block;
  uint32_t owner[MI_REFERENCE_TOWN_GRIDS], place[MI_REFERENCE_TOWN_GRIDS];
  for (uint32_t i = 0; i < blocks; i++) owner[reference->block_grid[i]] = reference->block_community[i];
  plan->grids = g_new0(mi_plan_area, MI_REFERENCE_TOWN_GRIDS + plan->community_count);
  for (uint32_t i = 0; i < plan->community_count; i++) {
    const mi_plan_area *community = &plan->communities[i];
    g_autofree char *name = short_name(community->name);
    uint32_t number = 0;
    grid_of_community[i] = plan->grid_count;
    for (uint32_t k = 0; mi_reference_in_town(reference, i) && k < MI_REFERENCE_TOWN_GRIDS; k++)
      if (owner[k] == i) {
        number++;
        place[k] = plan->grid_count;
        plan->grids[plan->grid_count++] = (mi_plan_area){.code = community->code * 1000 + number,
                                                         .name = g_strdup_printf("%s第%u网格", name, number),
                                                         .parent = i,
                                                         .kind = community->kind};
      }
    if (number == 0)
      plan->grids[plan->grid_count++] = (mi_plan_area){.code = community->code * 1000 + 1,
                                                       .name = g_strdup_printf("%s网格", name),
                                                       .parent = i,
                                                       .kind = community->kind,
                                                       .seat = community->seat};
  }
  for (uint32_t i = 0; i < blocks; i++) reference->block_grid[i] = place[reference->block_grid[i]];
}

/* ---- posts ---- */

static void add_post(mi_plan *plan, uint32_t community, uint32_t number, MusterPosition wanted) {
  g_autofree char *name = short_name(plan->communities[community].name);
  plan->posts[plan->post_count++] = (mi_plan_post){.name = g_strdup_printf("%s先锋岗%u", name, number),
                                                   .wanted = wanted,
                                                   .community = community,
                                                   .served = {community},
                                                   .served_count = 1};
}

/* One at each seat community outside the county town; the others among the town's communities by residents, each in the
 * middle of its share of the community's grids. */
static void place_posts(mi_reference *reference) {
  mi_plan *plan = &reference->plan;
  g_autofree uint32_t *first = mi_plan_grid_first(plan);
  g_autofree double *weights = g_new0(double, plan->community_count + 1);
  g_autofree uint32_t *members = g_new(uint32_t, plan->community_count + 1);
  g_autofree uint32_t *posts = g_new0(uint32_t, plan->community_count + 1);
  uint32_t seats = 0, town = 0;
  plan->posts = g_new0(mi_plan_post, MI_REFERENCE_POSTS);
  for (uint32_t i = 0; i < plan->community_count; i++) {
    if (mi_reference_in_town(reference, i)) {
      weights[town] = plan->communities[i].residents;
      members[town++] = i;
    } else if (plan->communities[i].kind == MUSTER_COMMUNITY_URBAN) {
      seats++;
    }
  }
  mi_share_out(MI_REFERENCE_POSTS - seats, 1, weights, town, posts);
  for (uint32_t i = 0; i < town; i++) {
    uint32_t c = members[i], grids = first[c + 1] - first[c];
    for (uint32_t k = 0; k < posts[i]; k++)
      add_post(plan, c, k + 1, plan->grids[first[c] + grids * (2 * k + 1) / (2 * posts[i])].seat);
  }
  for (uint32_t i = 0; i < plan->community_count; i++)
    if (plan->communities[i].kind == MUSTER_COMMUNITY_URBAN && !mi_reference_in_town(reference, i))
      add_post(plan, i, 1, plan->communities[i].seat);
}

bool mi_reference_areas(mi_reference *reference, GError **error) {
  MusterPolygons area = mi_shape_polygons(&reference->boundary);
  g_autoptr(mi_sites) sites = choose_sites(reference);
  reference->mosaic = mi_mosaic_new(&area, &reference->plane, (const mi_spot *)(const void *)sites->list->data,
                                    sites->list->len, error);
  if (!reference->mosaic) return false;
  g_autofree uint32_t *grid_of_community = g_new(uint32_t, reference->facts->community_count + 1);
  list_upper_areas(reference);
  list_grids(reference, grid_of_community);
  share_residents(reference);
  g_autofree uint32_t *labels = label_cells(reference, grid_of_community);
  if (!mi_plan_draw_areas(&reference->plan, reference->mosaic, labels, error)) return false;
  for (uint32_t i = 0; i < reference->plan.grid_count; i++) {
    mi_plan_area *grid = &reference->plan.grids[i];
    MusterPolygons polygons = mi_shape_polygons(&grid->shape);
    if (mi_reference_in_town(reference, grid->parent)) mi_polygons_inner_point(&polygons, &grid->seat);
  }
  place_posts(reference);
  return true;
}
