/* Areas of a county over real roads; see over.h.
 *
 * Roads are halved again and again into grids that hold the same length of housing each; those about the densest place
 * are the town. Borders come from a mosaic about places on the roads, filled up with places between them.
 */
#include <stdlib.h>
#include <string.h>

#include "county/generate_halve.h"
#include "county/generate_sites.h"
#include "county/over.h"

enum { STREAM_RESIDENTS = 31, STREAM_SITES = 32 };
enum { CODE_COUNTY = 999999, SITES_APART_M = 1 };

typedef struct grid_draft {
  mi_spot middle;
  double spread_m; /* mean distance of its samples from the middle: small where housing is dense */
  bool in_town;
  uint32_t community, township;
} grid_draft;

typedef struct area_draft {
  mi_over *over;
  grid_draft *grids;
  mi_spot town_centre;
  uint32_t communities, townships;
} area_draft;

/* ---- grids ---- */

static void split_grids(area_draft *draft) {
  mi_over *over = draft->over;
  uint32_t grids = over->plan.grid_count;
  over->sample_grid = g_new(uint32_t, over->sample_count + 1);
  mi_halve(over->samples, over->weights, over->sample_count, grids, over->sample_grid);
  g_autofree uint32_t *count = g_new0(uint32_t, grids + 1);
  for (uint32_t i = 0; i < over->sample_count; i++) {
    grid_draft *grid = &draft->grids[over->sample_grid[i]];
    grid->middle = (mi_spot){grid->middle.x + over->samples[i].x, grid->middle.y + over->samples[i].y};
    count[over->sample_grid[i]]++;
  }
  for (uint32_t i = 0; i < grids; i++)
    draft->grids[i].middle = (mi_spot){draft->grids[i].middle.x / count[i], draft->grids[i].middle.y / count[i]};
  for (uint32_t i = 0; i < over->sample_count; i++) {
    grid_draft *grid = &draft->grids[over->sample_grid[i]];
    grid->spread_m += mi_spot_distance(over->samples[i], grid->middle) / count[over->sample_grid[i]];
  }
}

typedef struct ranked_grid {
  double key;
  uint32_t grid;
} ranked_grid;

static int compare_ranked(const void *left, const void *right) {
  const ranked_grid *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->grid > b->grid) - (a->grid < b->grid);
}

/* How far away a grid's k-th nearest neighbour is: the town's centre is where that is least. */
static double crowding_m(const area_draft *draft, uint32_t grid, uint32_t k, ranked_grid *scratch) {
  uint32_t grids = draft->over->plan.grid_count;
  for (uint32_t i = 0; i < grids; i++)
    scratch[i] = (ranked_grid){mi_spot_distance2(draft->grids[i].middle, draft->grids[grid].middle), i};
  qsort(scratch, grids, sizeof *scratch, compare_ranked);
  return scratch[MIN(k, grids - 1)].key;
}

/* The densest place by its neighbourhood of a third of the town; of many grids only so many are tried. */
static uint32_t find_centre(const area_draft *draft, ranked_grid *scratch) {
  enum { TRIED = 400 };
  uint32_t grids = draft->over->plan.grid_count, best = 0, step = grids / TRIED + 1;
  uint32_t k = MAX(draft->over->town_grids / 3, 1u);
  double best_key = INFINITY;
  for (uint32_t i = 0; i < grids; i += step) {
    double key = crowding_m(draft, i, k, scratch);
    if (key >= best_key) continue;
    best_key = key;
    best = i;
  }
  return best;
}

static void choose_town(area_draft *draft) {
  mi_over *over = draft->over;
  g_autofree ranked_grid *ranked = g_new(ranked_grid, over->plan.grid_count + 1);
  uint32_t centre = find_centre(draft, ranked);
  draft->town_centre = draft->grids[centre].middle;
  crowding_m(draft, centre, 0, ranked);
  for (uint32_t i = 0; i < over->town_grids; i++) draft->grids[ranked[i].grid].in_town = true;
}

/* ---- communities and townships ---- */

/* Town grids in a few communities; every other grid is one of its own. Numbers follow the order of halving. */
static void group_communities(area_draft *draft) {
  mi_over *over = draft->over;
  uint32_t grids = over->plan.grid_count, in_town = 0;
  g_autofree mi_spot *middles = g_new(mi_spot, grids + 1);
  g_autofree uint32_t *group = g_new(uint32_t, grids + 1);
  for (uint32_t i = 0; i < grids; i++)
    if (draft->grids[i].in_town) middles[in_town++] = draft->grids[i].middle;
  if (in_town > 0) mi_halve(middles, NULL, in_town, over->town_communities, group);
  uint32_t next = 0;
  draft->communities = over->town_communities;
  for (uint32_t i = 0; i < grids; i++)
    draft->grids[i].community = draft->grids[i].in_town ? group[next++] : draft->communities++;
}

/* Communities are halved into townships; the town's count at its centre, so that one township holds them all. */
static void group_townships(area_draft *draft) {
  mi_over *over = draft->over;
  uint32_t places = 0, rural = draft->communities - over->town_communities;
  g_autofree mi_spot *middles = g_new(mi_spot, rural + 2);
  g_autofree double *weights = g_new(double, rural + 2);
  g_autofree uint32_t *group = g_new(uint32_t, rural + 2);
  for (uint32_t i = 0; i < over->plan.grid_count; i++)
    if (!draft->grids[i].in_town) {
      middles[places] = draft->grids[i].middle;
      weights[places++] = 1;
    }
  if (over->town_communities > 0) {
    middles[places] = draft->town_centre;
    weights[places++] = over->town_communities;
  }
  draft->townships = CLAMP((uint32_t)round(draft->communities * 8.0 / 196), 1u, places);
  mi_halve(middles, weights, places, draft->townships, group);
  uint32_t next = 0;
  for (uint32_t i = 0; i < over->plan.grid_count; i++)
    draft->grids[i].township = draft->grids[i].in_town ? group[rural] : group[next++];
}

/* ---- the plan's areas ---- */

typedef struct numbered_community {
  uint32_t draft, township;
  bool in_town;
} numbered_community;

static int compare_communities(const void *left, const void *right) {
  const numbered_community *a = left, *b = right;
  if (a->township != b->township) return a->township < b->township ? -1 : 1;
  if (a->in_town != b->in_town) return a->in_town ? -1 : 1;
  return (a->draft > b->draft) - (a->draft < b->draft);
}

static void list_upper_areas(const area_draft *draft, mi_plan *plan, uint32_t *number_of) {
  g_autofree numbered_community *rows = g_new0(numbered_community, draft->communities + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    const grid_draft *grid = &draft->grids[i];
    rows[grid->community] = (numbered_community){grid->community, grid->township, grid->in_town};
  }
  qsort(rows, draft->communities, sizeof *rows, compare_communities);
  plan->county.code = CODE_COUNTY;
  plan->county.name = g_strdup("County");
  plan->township_count = draft->townships;
  plan->townships = g_new0(mi_plan_area, draft->townships + 1);
  for (uint32_t i = 0; i < draft->townships; i++) {
    plan->townships[i].code = (int64_t)CODE_COUNTY * 1000 + i + 1;
    plan->townships[i].name = g_strdup_printf("Township %u", i + 1);
  }
  plan->community_count = draft->communities;
  plan->communities = g_new0(mi_plan_area, draft->communities + 1);
  uint32_t number = 0;
  for (uint32_t i = 0; i < draft->communities; i++) {
    number = i > 0 && rows[i].township == rows[i - 1].township ? number + 1 : 1;
    number_of[rows[i].draft] = i;
    plan->communities[i] = (mi_plan_area){.code = plan->townships[rows[i].township].code * 1000 + number,
                                          .name = g_strdup_printf("Community %u", i + 1),
                                          .parent = rows[i].township,
                                          .kind = rows[i].in_town ? MUSTER_COMMUNITY_URBAN : MUSTER_COMMUNITY_VILLAGE};
  }
}

/* Besides the town, the densest community of each township is urban and its seat. */
static void choose_seats(const area_draft *draft, mi_plan *plan, const uint32_t *number_of, const mi_plane *plane) {
  for (uint32_t township = 0; township < plan->township_count; township++) {
    const grid_draft *best = NULL;
    for (uint32_t i = 0; i < plan->grid_count; i++) {
      const grid_draft *grid = &draft->grids[i];
      if (grid->township == township && (!best || (grid->in_town && !best->in_town) ||
                                         (grid->in_town == best->in_town && grid->spread_m < best->spread_m)))
        best = grid;
    }
    mi_spot at = best->in_town ? draft->town_centre : best->middle;
    plan->townships[township].seat = mi_plane_position(plane, at);
    plan->communities[number_of[best->community]].kind = MUSTER_COMMUNITY_URBAN;
    if (best->in_town) plan->county.seat = plan->townships[township].seat;
  }
  if (draft->over->town_communities == 0) plan->county.seat = mi_plane_position(plane, draft->town_centre);
}

/* place_of[i] gets the place of the i-th draft grid among the plan's. */
static void list_grids(const area_draft *draft, mi_plan *plan, const uint32_t *number_of, uint32_t *place_of) {
  const mi_plane *plane = &draft->over->plane;
  g_autofree ranked_grid *rows = g_new(ranked_grid, plan->grid_count + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++) rows[i] = (ranked_grid){number_of[draft->grids[i].community], i};
  qsort(rows, plan->grid_count, sizeof *rows, compare_ranked);
  plan->grids = g_new0(mi_plan_area, plan->grid_count + 1);
  uint32_t number = 0;
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    const grid_draft *grid = &draft->grids[rows[i].grid];
    uint32_t parent = number_of[grid->community];
    mi_plan_area *community = &plan->communities[parent];
    number = i > 0 && plan->grids[i - 1].parent == parent ? number + 1 : 1;
    place_of[rows[i].grid] = i;
    plan->grids[i] = (mi_plan_area){.code = community->code * 1000 + number,
                                    .name = g_strdup_printf("Grid %u-%02u", parent + 1, number),
                                    .parent = parent,
                                    .kind = community->kind,
                                    .seat = mi_plane_position(plane, grid->middle)};
    community->seat = number == 1 ? plan->grids[i].seat : community->seat;
  }
}

static void share_residents(mi_over *over) {
  mi_plan *plan = &over->plan;
  mi_random random;
  mi_random_init(&random, plan->seed, STREAM_RESIDENTS);
  g_autofree double *weights = g_new0(double, plan->grid_count + 1);
  g_autofree uint32_t *residents = g_new(uint32_t, plan->grid_count + 1);
  for (uint32_t i = 0; i < over->sample_count; i++) weights[over->sample_grid[i]] += over->weights[i];
  for (uint32_t i = 0; i < plan->grid_count; i++) weights[i] *= 0.8 + 0.4 * mi_random_unit(&random);
  mi_share_out(plan->county.residents, 1, weights, plan->grid_count, residents);
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    mi_plan_area *community = &plan->communities[plan->grids[i].parent];
    plan->grids[i].residents = residents[i];
    community->residents += residents[i];
    plan->townships[community->parent].residents += residents[i];
  }
}

/* ---- cells ---- */

/* Roads may pass one place twice, even in two grids; two sites there would be one cell too few, so the second gives
 * way. */
static void put_site(mi_sites *sites, GArray *labels, mi_spot at, uint32_t label) {
  while (!mi_sites_has_room(sites, at, SITES_APART_M)) at.x += SITES_APART_M;
  mi_sites_put(sites, at);
  g_array_append_val(labels, label);
}

/* Sites of one grid: the sample nearest to the middle of each of a few parts of it. */
static void add_grid_sites(const mi_spot *samples, uint32_t count, uint32_t parts, uint32_t grid, mi_sites *sites,
                           GArray *labels) {
  g_autofree uint32_t *part = g_new(uint32_t, count + 1);
  g_autofree mi_spot *middle = g_new0(mi_spot, parts + 1);
  g_autofree uint32_t *members = g_new0(uint32_t, parts + 1), *best = g_new(uint32_t, parts + 1);
  mi_halve(samples, NULL, count, parts, part);
  for (uint32_t i = 0; i < count; i++) {
    middle[part[i]] = (mi_spot){middle[part[i]].x + samples[i].x, middle[part[i]].y + samples[i].y};
    members[part[i]]++;
  }
  for (uint32_t k = 0; k < parts; k++) {
    best[k] = MUSTER_NONE;
    middle[k] = (mi_spot){middle[k].x / MAX(members[k], 1u), middle[k].y / MAX(members[k], 1u)};
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t k = part[i];
    if (best[k] == MUSTER_NONE ||
        mi_spot_distance2(samples[i], middle[k]) < mi_spot_distance2(samples[best[k]], middle[k]))
      best[k] = i;
  }
  for (uint32_t k = 0; k < parts; k++) {
    if (best[k] != MUSTER_NONE) put_site(sites, labels, samples[best[k]], grid);
  }
}

static void add_road_sites(const mi_over *over, mi_sites *sites, GArray *labels) {
  enum { SITES = 9000, PARTS_MOST = 14 };
  uint32_t grids = over->plan.grid_count, parts_most = CLAMP(SITES / grids, 1u, (uint32_t)PARTS_MOST);
  g_autofree uint32_t *first = g_new0(uint32_t, grids + 2);
  g_autofree mi_spot *own = g_new(mi_spot, over->sample_count + 1);
  for (uint32_t i = 0; i < over->sample_count; i++) first[over->sample_grid[i] + 2]++;
  for (uint32_t i = 2; i < grids + 2; i++) first[i] += first[i - 1];
  for (uint32_t i = 0; i < over->sample_count; i++) own[first[over->sample_grid[i] + 1]++] = over->samples[i];
  for (uint32_t grid = 0; grid < grids; grid++) {
    mi_spot *samples = own + first[grid];
    uint32_t count = first[grid + 1] - first[grid];
    add_grid_sites(samples, count, MIN(parts_most, count), grid, sites, labels);
  }
}

/* How far apart places without roads lie, from the outline's box. */
static double filling_step_m(const mi_over *over, mi_spot *low, mi_spot *high) {
  enum { ACROSS = 55 };
  MusterPolygons outline = mi_shape_polygons(&over->outline);
  MusterBox box;
  mi_polygons_box(&outline, &box);
  *low = mi_plane_spot(&over->plane, (MusterPosition){box.min_lon_e7, box.min_lat_e7});
  *high = mi_plane_spot(&over->plane, (MusterPosition){box.max_lon_e7, box.max_lat_e7});
  return fmax(high->x - low->x, high->y - low->y) / ACROSS;
}

/* Ground without roads gets sites too, so that borders across it are not one long line. They have no label. */
static void fill_with_sites(const mi_over *over, mi_sites *sites, GArray *labels) {
  MusterPolygons outline = mi_shape_polygons(&over->outline);
  mi_spot low, high;
  double step_m = filling_step_m(over, &low, &high);
  mi_random random;
  mi_random_init(&random, over->plan.seed, STREAM_SITES);
  for (double x = low.x; x <= high.x; x += step_m)
    for (double y = low.y; y <= high.y; y += step_m) {
      mi_spot at = {x + 0.6 * step_m * mi_random_unit(&random), y + 0.6 * step_m * mi_random_unit(&random)};
      MusterPosition position = mi_plane_position(&over->plane, at);
      if (muster_polygons_contain(&outline, position) && mi_sites_has_room(sites, at, 0.7 * step_m))
        put_site(sites, labels, at, MUSTER_NONE);
    }
}

static uint32_t cell_distance(const mi_mosaic *mosaic, uint32_t from, uint32_t to, void *user_data) {
  (void)user_data;
  return (uint32_t)fmin(10 * mi_spot_distance(mosaic->at[from], mosaic->at[to]) + 1, 1e8);
}

static bool draw_areas(mi_over *over, GError **error) {
  mi_spot low, high;
  g_autoptr(mi_sites) sites = mi_sites_new(filling_step_m(over, &low, &high));
  g_autoptr(GArray) site_labels = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  add_road_sites(over, sites, site_labels);
  fill_with_sites(over, sites, site_labels);
  MusterPolygons outline = mi_shape_polygons(&over->outline);
  g_autoptr(mi_mosaic) mosaic =
      mi_mosaic_new(&outline, &over->plane, (const mi_spot *)(const void *)sites->list->data, sites->list->len, error);
  if (!mosaic) return false;
  g_autofree uint32_t *labels = g_new(uint32_t, mosaic->count + 1);
  for (uint32_t i = 0; i < mosaic->count; i++) labels[i] = g_array_index(site_labels, uint32_t, mosaic->site[i]);
  mi_mosaic_grow(mosaic, labels, cell_distance, NULL);
  mi_mosaic_mend(mosaic, labels, NULL);
  return mi_plan_draw_areas(&over->plan, mosaic, labels, error);
}

/* ---- posts ---- */

static void add_post(mi_plan *plan, uint32_t community, MusterPosition wanted) {
  plan->posts[plan->post_count] = (mi_plan_post){.name = g_strdup_printf("Post %u", plan->post_count + 1),
                                                 .wanted = wanted,
                                                 .community = community,
                                                 .served = {community},
                                                 .served_count = 1};
  plan->post_count++;
}

/* As many as the proportions give: one in each township's seat community, the others in turn in the town's communities,
 * spread over their grids. */
static void place_posts(mi_plan *plan) {
  uint32_t posts = MAX((uint32_t)round(plan->community_count * 15.0 / 196), 1u);
  g_autofree uint32_t *first = mi_plan_grid_first(plan);
  g_autofree uint32_t *members = g_new(uint32_t, plan->community_count + 1);
  g_autofree uint32_t *placed = g_new0(uint32_t, plan->community_count + 1);
  plan->posts = g_new0(mi_plan_post, posts + plan->township_count + 1);
  uint32_t town = 0;
  for (uint32_t i = 0; i < plan->community_count; i++) {
    if (plan->communities[i].kind != MUSTER_COMMUNITY_URBAN) continue;
    if (first[i + 1] - first[i] > 1)
      members[town++] = i;
    else if (plan->post_count < posts)
      add_post(plan, i, plan->communities[i].seat);
  }
  for (uint32_t turn = 0; town > 0 && plan->post_count < posts; turn++) {
    uint32_t c = members[turn % town], grids = first[c + 1] - first[c];
    add_post(plan, c, plan->grids[first[c] + (placed[c]++ * 7 + grids / 2) % grids].seat);
  }
  if (plan->post_count == 0) add_post(plan, 0, plan->communities[0].seat);
}

bool mi_over_areas(mi_over *over, GError **error) {
  mi_plan *plan = &over->plan;
  over->town_grids = (uint32_t)round(plan->grid_count * 108.0 / 299);
  over->town_communities = over->town_grids > 0 ? MAX((uint32_t)round(over->town_grids * 5.0 / 108), 1u) : 0;
  area_draft draft = {.over = over, .grids = g_new0(grid_draft, plan->grid_count + 1)};
  split_grids(&draft);
  choose_town(&draft);
  group_communities(&draft);
  group_townships(&draft);
  g_autofree uint32_t *number_of = g_new(uint32_t, draft.communities + 1);
  g_autofree uint32_t *place_of = g_new(uint32_t, plan->grid_count + 1);
  list_upper_areas(&draft, plan, number_of);
  choose_seats(&draft, plan, number_of, &over->plane);
  list_grids(&draft, plan, number_of, place_of);
  for (uint32_t i = 0; i < over->sample_count; i++) over->sample_grid[i] = place_of[over->sample_grid[i]];
  g_free(draft.grids);
  share_residents(over);
  if (!draw_areas(over, error)) return false;
  place_posts(plan);
  return true;
}
