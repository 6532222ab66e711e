/* Areas of all levels from the cells of a mosaic; see generate_plan.h. */
#include "county/generate_plan.h"

/* Each level is the union of the areas below it, whose borders agree to the last bit. */
static bool unite_children(const mi_plan_area *children, uint32_t child_count, mi_plan_area *areas, uint32_t count,
                           GError **error) {
  g_autofree MusterPolygons *views = g_new(MusterPolygons, child_count + 1);
  g_autofree const MusterPolygons **sets = g_new(const MusterPolygons *, child_count + 1);
  for (uint32_t i = 0; i < child_count; i++) views[i] = mi_shape_polygons(&children[i].shape);
  for (uint32_t area = 0; area < count; area++) {
    size_t sets_count = 0;
    for (uint32_t i = 0; i < child_count; i++)
      if (children[i].parent == area) sets[sets_count++] = &views[i];
    if (sets_count == 1)
      mi_shape_copy_polygons(&areas[area].shape, sets[0]);
    else if (!mi_polygons_unite(sets, sets_count, &areas[area].shape, error))
      return false;
  }
  return true;
}

static bool draw_grids(mi_plan *plan, const mi_mosaic *mosaic, const uint32_t *labels, GError **error) {
  mi_shape *shapes = g_new0(mi_shape, plan->grid_count + 1);
  bool drawn = mi_mosaic_unite(mosaic, labels, plan->grid_count, shapes, error);
  for (uint32_t i = 0; i < plan->grid_count; i++) plan->grids[i].shape = shapes[i];
  g_free(shapes);
  return drawn;
}

bool mi_plan_draw_areas(mi_plan *plan, const mi_mosaic *mosaic, const uint32_t *labels, GError **error) {
  return draw_grids(plan, mosaic, labels, error) &&
         unite_children(plan->grids, plan->grid_count, plan->communities, plan->community_count, error) &&
         unite_children(plan->communities, plan->community_count, plan->townships, plan->township_count, error) &&
         unite_children(plan->townships, plan->township_count, &plan->county, 1, error);
}
