/* The reference county: Laifeng's figures, names, codes and boundary; villages, roads and people placed by the seed.
 * See reference.h for its steps and docs/reference-county.md for what is fact.
 */
#include "county/reference.h"

#include <stdlib.h>

static void free_reference(mi_reference *reference) {
  if (reference->facts) mi_facts_free(reference->facts);
  mi_shape_clear(&reference->boundary);
  g_free(reference->basins);
  if (reference->lattice) mi_lattice_free(reference->lattice);
  if (reference->sketch) mi_sketch_free(reference->sketch);
  g_free(reference->towns);
  if (reference->blocks) g_array_unref(reference->blocks);
  g_free(reference->community_at);
  g_free(reference->block_grid);
  g_free(reference->block_community);
  if (reference->mosaic) mi_mosaic_free(reference->mosaic);
  mi_plan_clear(&reference->plan);
  g_free(reference);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_reference, free_reference)

static uint32_t find_county_town(const mi_facts *facts) {
  g_autofree uint32_t *urban = g_new0(uint32_t, facts->township_count + 1);
  uint32_t best = 0;
  for (uint32_t i = 0; i < facts->community_count; i++)
    urban[facts->communities[i].township] += facts->communities[i].urban;
  for (uint32_t i = 0; i < facts->township_count; i++)
    if (urban[i] > urban[best]) best = i;
  return best;
}

/* The facts, the plane about the boundary's middle and the terrain with flat ground about the seats. */
static bool prepare(mi_reference *reference, GError **error) {
  enum { LATTICE_STEP_M = 160 };
  reference->facts = mi_facts_new(error);
  if (!reference->facts) return false;
  const mi_facts *facts = reference->facts;
  mi_shape_reset(&reference->boundary, MI_SHAPE_POLYGONS);
  for (uint32_t i = 0; i < facts->boundary_count; i++) mi_shape_add_position(&reference->boundary, facts->boundary[i]);
  mi_shape_end_ring(&reference->boundary);
  mi_shape_end_polygon(&reference->boundary);
  MusterPolygons area = mi_shape_polygons(&reference->boundary);
  MusterPosition centre;
  if (!muster_polygons_check(&area, error)) return false;
  if (!mi_polygons_centroid(&area, &centre)) centre = facts->townships[0].seat;
  reference->plane = mi_plane_about(centre);
  reference->county_town = find_county_town(facts);
  reference->basins = g_new(mi_basin, facts->township_count);
  for (uint32_t i = 0; i < facts->township_count; i++)
    reference->basins[i] = (mi_basin){mi_plane_spot(&reference->plane, facts->townships[i].seat),
                                      i == reference->county_town ? 3000 : 1200};
  reference->terrain = (mi_terrain){reference->seed, reference->basins, facts->township_count};
  reference->lattice = mi_lattice_new(&reference->terrain, &reference->plane, &area, LATTICE_STEP_M, reference->seed);
  reference->sketch = mi_sketch_new();
  reference->blocks = g_array_new(FALSE, FALSE, sizeof(mi_spot));
  return true;
}

static void set_figures(mi_reference *reference, double scale) {
  mi_plan *plan = &reference->plan;
  plan->seed = reference->seed;
  plan->volunteer_count = (uint32_t)(MI_REFERENCE_VOLUNTEERS * scale + 0.5);
  plan->team_count = MAX((uint32_t)(MI_REFERENCE_TEAMS * scale + 0.5), reference->facts->community_count);
  plan->barber_count = (uint32_t)(MI_REFERENCE_BARBERS * scale + 0.5);
  plan->note = g_strdup_printf(
      "Reference county after Laifeng (%s, %" G_GINT64_FORMAT
      "). Facts: names and codes of townships and communities (National Bureau of Statistics, 2023), county boundary, "
      "seats "
      "of townships (GeoNames, CC BY 4.0), numbers of residents, teams, volunteers, posts, stations and town grids%s. "
      "Synthetic: where villages, grids, roads, homes and work places lie, residents of each area, skills, modes and "
      "everything about single people. Seed %" G_GUINT64_FORMAT ", scale %g.",
      reference->facts->name, reference->facts->code, scale == 1 ? "" : " (teams and volunteers scaled)",
      reference->seed, scale);
}

static bool go_on(MusterProgress progress, void *user_data, double share, GError **error) {
  if (!progress || progress(share, user_data)) return true;
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CANCELLED, "stopped while the county was being made");
  return false;
}

MusterCounty *muster_county_reference(uint64_t seed, double scale, MusterProgress progress, void *user_data,
                                      GError **error) {
  if (!(scale >= 0.01 && scale <= 100)) {
    g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_OPTION,
                "scale: expected a number from 0.01 to 100, found %g", scale);
    return NULL;
  }
  g_autoptr(mi_reference) reference = g_new0(mi_reference, 1);
  reference->seed = seed;
  if (!prepare(reference, error) || !go_on(progress, user_data, 0.1, error)) return NULL;
  mi_reference_towns(reference);
  mi_reference_villages(reference);
  if (!go_on(progress, user_data, 0.2, error) || !mi_reference_areas(reference, error)) return NULL;
  if (!go_on(progress, user_data, 0.4, error)) return NULL;
  mi_reference_roads(reference);
  set_figures(reference, scale);
  return mi_plan_seal(&reference->plan, progress, user_data, error);
}
