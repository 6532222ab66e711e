/* From a plan to a sealed county; see generate_plan.h. */
#include "county/generate_plan.h"

#include <math.h>
#include <stdlib.h>

#include "county/generate_plane.h"
#include "index/polygons.h"

/* Figures may be set long before the areas are there. */
static void clear_areas(mi_plan_area *areas, uint32_t count) {
  for (uint32_t i = 0; areas && i < count; i++) {
    g_free(areas[i].name);
    mi_shape_clear(&areas[i].shape);
  }
}

void mi_plan_clear(mi_plan *plan) {
  clear_areas(&plan->county, 1);
  clear_areas(plan->townships, plan->township_count);
  clear_areas(plan->communities, plan->community_count);
  clear_areas(plan->grids, plan->grid_count);
  for (uint32_t i = 0; i < plan->post_count; i++) g_free(plan->posts[i].name);
  g_free(plan->townships);
  g_free(plan->communities);
  g_free(plan->grids);
  g_free(plan->posts);
  g_free(plan->note);
  if (plan->roads) muster_roads_free(plan->roads);
  *plan = (mi_plan){0};
}

uint32_t *mi_plan_grid_first(const mi_plan *plan) {
  uint32_t *first = g_new0(uint32_t, plan->community_count + 1);
  for (uint32_t i = 0; i < plan->grid_count; i++) first[plan->grids[i].parent + 1]++;
  for (uint32_t i = 0; i < plan->community_count; i++) first[i + 1] += first[i];
  return first;
}

typedef struct remainder_row {
  double rest;
  uint32_t index;
} remainder_row;

static int compare_remainders(const void *left, const void *right) {
  const remainder_row *a = left, *b = right;
  if (a->rest != b->rest) return a->rest > b->rest ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

void mi_share_out(uint32_t total, uint32_t least, const double *weights, uint32_t count, uint32_t *out) {
  if (count == 0) return;
  least = MIN(least, total / count);
  uint32_t open = total - least * count, given = 0;
  double sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += weights[i];
  g_autofree remainder_row *rows = g_new(remainder_row, count);
  for (uint32_t i = 0; i < count; i++) {
    double share = sum > 0 ? open * (weights[i] / sum) : (double)open / count;
    out[i] = least + (uint32_t)share;
    given += (uint32_t)share;
    rows[i] = (remainder_row){share - floor(share), i};
  }
  qsort(rows, count, sizeof *rows, compare_remainders);
  for (uint32_t i = 0; given < open; i = (i + 1) % count, given++) out[rows[i].index]++;
}

void mi_contact_write(char out[MI_CONTACT_BYTES], uint64_t seed, mi_contact_kind kind, int64_t number) {
  /* One-to-one in (kind, number): two kinds of fewer than 2^60 numbers never meet. */
  uint64_t hash = mi_mix64(seed ^ UINT64_C(0x1310131013101310), (int64_t)((uint64_t)kind << 60 | (uint64_t)number), 0);
  g_snprintf(out, MI_CONTACT_BYTES, "c-%016" G_GINT64_MODIFIER "x", hash);
}

/* ---- areas ---- */

static void add_area(MusterCountyBuilder *builder, uint64_t seed, const mi_plan_area *area, MusterAreaLevel level,
                     int64_t parent_code, int64_t duty_team) {
  char contact[MI_CONTACT_BYTES];
  mi_contact_write(contact, seed, MI_CONTACT_AREA, area->code);
  MusterArea row = {.code = area->code,
                    .parent_code = parent_code,
                    .name = area->name,
                    .level = (uint8_t)level,
                    .kind = area->kind,
                    .residents = area->residents,
                    .seat = area->seat,
                    .leader_contact = level == MUSTER_AREA_GRID ? NULL : contact,
                    .duty_team = duty_team};
  MusterPolygons polygons = mi_shape_polygons(&area->shape);
  muster_county_builder_add_area(builder, &row, polygons.polygon_count > 0 ? &polygons : NULL);
}

static void add_areas(const mi_plan *plan, const mi_roster *roster, MusterCountyBuilder *builder) {
  add_area(builder, plan->seed, &plan->county, MUSTER_AREA_COUNTY, 0, 0);
  for (uint32_t i = 0; i < plan->township_count; i++)
    add_area(builder, plan->seed, &plan->townships[i], MUSTER_AREA_TOWNSHIP, plan->county.code, 0);
  for (uint32_t i = 0; i < plan->community_count; i++) {
    const mi_plan_area *area = &plan->communities[i];
    add_area(builder, plan->seed, area, MUSTER_AREA_COMMUNITY, plan->townships[area->parent].code, 0);
  }
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    const mi_plan_area *area = &plan->grids[i];
    int64_t team = roster->grid_team[i] == MUSTER_NONE ? 0 : (int64_t)roster->grid_team[i] + 1;
    add_area(builder, plan->seed, area, MUSTER_AREA_GRID, plan->communities[area->parent].code, team);
  }
}

/* Offices stand at a road; a grid without one has its seat somewhere inside. */
static void move_seats(mi_plan *plan, const mi_housing *housing) {
  g_autofree uint32_t *first = mi_plan_grid_first(plan);
  for (uint32_t i = 0; i < plan->grid_count; i++) {
    mi_plan_area *grid = &plan->grids[i];
    MusterPolygons polygons = mi_shape_polygons(&grid->shape);
    grid->seat = mi_housing_nearest(housing, i, i + 1, grid->seat);
    if (mi_housing_weight(housing, i) <= 0) mi_polygons_inner_point(&polygons, &grid->seat);
  }
  for (uint32_t i = 0; i < plan->community_count; i++)
    plan->communities[i].seat = mi_housing_nearest(housing, first[i], first[i + 1], plan->communities[i].seat);
}

static bool go_on(MusterProgress progress, void *user_data, double share, GError **error) {
  if (!progress || progress(share, user_data)) return true;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CANCELLED, "stopped while the county was being made");
  return false;
}

MusterCounty *mi_plan_seal(mi_plan *plan, MusterProgress progress, void *user_data, GError **error) {
  if (!go_on(progress, user_data, 0.6, error)) return NULL;
  g_autoptr(MusterCountyBuilder) builder = muster_county_builder_new();
  g_autoptr(mi_housing) housing = mi_housing_new(plan);
  move_seats(plan, housing);
  mi_roster roster;
  mi_roster_init(&roster, plan);
  add_areas(plan, &roster, builder);
  mi_plan_add_volunteers(plan, &roster, housing, builder);
  mi_plan_add_services(plan, &roster, housing, builder);
  mi_roster_clear(&roster);
  muster_county_builder_set_note(builder, plan->note);
  muster_county_builder_take_roads(builder, g_steal_pointer(&plan->roads));
  if (!go_on(progress, user_data, 0.8, error)) return NULL;
  MusterCounty *county = muster_county_builder_seal(builder, error);
  if (county && progress) progress(1, user_data);
  return county;
}
