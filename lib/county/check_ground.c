/* Checks of the ground: every polygon valid, the grids without overlap, together the county and nothing beyond it.
 *
 * Borders drawn by hand or rounded to the lattice leave slivers. A part of an overlap or a gap counts if it is larger
 * than LEAST_AREA_M2 and on average wider than LEAST_WIDTH_M (twice its area by its perimeter): thinner ones lie within
 * what a few lattice steps (1.1 cm) can make of a common border.
 */
#include "county/check.h"
#include "index/polygons.h"

#define LEAST_AREA_M2 1.0
#define LEAST_WIDTH_M 0.05

typedef struct Ground {
  mi_check *check;
  MusterAreaId first_grid;
  size_t grid_count;
  MusterPolygons *grids;
  bool *valid; /* of each grid: has polygons, and they are valid */
  bool all_valid;
} Ground;

/* What counts of an overlay's result. */
typedef struct Parts {
  double area_m2;
  uint32_t count;
  double largest_m2;
  MusterPosition place; /* inside the largest */
} Parts;

static char *describe_area(double area_m2) {
  return area_m2 < 1e5 ? g_strdup_printf("%.0f m²", area_m2) : g_strdup_printf("%.3f km²", area_m2 / 1e6);
}

/* Polygon i of the set alone; ring_first and polygon_first of the view are `rings` (2 entries). */
static MusterPolygons single_polygon(const MusterPolygons *set, uint32_t polygon, uint32_t rings[2]) {
  uint32_t first = set->polygon_first[polygon];
  rings[0] = 0;
  rings[1] = set->polygon_first[polygon + 1] - first;
  return (MusterPolygons){set->positions, set->ring_first + first, rings, rings[1], 1};
}

/* Its area, or 0 if it does not count. */
static double counted_area_m2(const MusterPolygons *part) {
  double area_m2 = mi_polygons_area_m2(part);
  if (area_m2 <= LEAST_AREA_M2) return 0;
  return 2 * area_m2 / mi_polygons_perimeter_m(part) > LEAST_WIDTH_M ? area_m2 : 0;
}

static MusterPosition place_in(const MusterPolygons *part) {
  MusterPosition place;
  return mi_polygons_inner_point(part, &place) ? place : part->positions[part->ring_first[0]];
}

static Parts count_parts(const MusterPolygons *set) {
  Parts parts = {0};
  uint32_t largest = 0, rings[2];
  for (uint32_t i = 0; i < set->polygon_count; i++) {
    MusterPolygons part = single_polygon(set, i, rings);
    double area_m2 = counted_area_m2(&part);
    if (area_m2 == 0) continue;
    parts.count++;
    parts.area_m2 += area_m2;
    if (area_m2 > parts.largest_m2) {
      parts.largest_m2 = area_m2;
      largest = i;
    }
  }
  if (parts.count > 0) {
    MusterPolygons part = single_polygon(set, largest, rings);
    parts.place = place_in(&part);
  }
  return parts;
}

static bool check_polygons(mi_check *check, MusterAreaId area) {
  MusterPolygons polygons = muster_county_area_polygons(check->county, area);
  g_autofree char *name = mi_check_area_name(check, area);
  if (polygons.polygon_count == 0) {
    if (check->areas[area].level == MUSTER_AREA_GRID)
      mi_check_add(check, MUSTER_DEFECT_GEOMETRY, "%s: has no polygon", name);
    return false;
  }
  g_autoptr(GError) error = NULL;
  if (muster_polygons_check(&polygons, &error)) return true;
  mi_check_add(check, MUSTER_DEFECT_GEOMETRY, "%s: %s", name, error->message);
  return false;
}

static void check_validity(Ground *ground, bool *county_valid) {
  mi_check *check = ground->check;
  *county_valid = false;
  ground->all_valid = true;
  for (MusterAreaId area = 0; area < check->area_count; area++) {
    bool valid = check_polygons(check, area);
    if (check->areas[area].level == MUSTER_AREA_COUNTY) *county_valid = valid;
    if (area < ground->first_grid) continue;
    ground->valid[area - ground->first_grid] = valid;
    ground->all_valid &= valid;
  }
}

static void report_overlap(Ground *ground, uint32_t a, uint32_t b) {
  mi_check *check = ground->check;
  g_auto(mi_shape) shared = {0};
  g_autoptr(GError) error = NULL;
  g_autofree char *first = mi_check_area_name(check, ground->first_grid + a);
  g_autofree char *second = mi_check_area_name(check, ground->first_grid + b);
  if (!mi_polygons_overlay(MI_OVERLAY_INTERSECTION, &ground->grids[a], &ground->grids[b], &shared, &error)) {
    mi_check_add(check, MUSTER_DEFECT_GEOMETRY, "%s and %s: %s", first, second, error->message);
    return;
  }
  MusterPolygons set = mi_shape_polygons(&shared);
  Parts parts = count_parts(&set);
  if (parts.count == 0) return;
  g_autofree char *size = describe_area(parts.area_m2);
  mi_check_add(check, MUSTER_DEFECT_OVERLAP, "%s and %s overlap: %s at %.7f, %.7f", first, second, size,
               parts.place.lon_e7 / 1e7, parts.place.lat_e7 / 1e7);
}

static MusterTree *index_grids(const Ground *ground) {
  g_autofree MusterBox *boxes = g_new(MusterBox, ground->grid_count);
  for (size_t i = 0; i < ground->grid_count; i++) mi_polygons_box(&ground->grids[i], &boxes[i]);
  return muster_tree_new_boxes(boxes, ground->grid_count);
}

static void check_overlaps(Ground *ground, const MusterTree *tree) {
  g_autofree uint32_t *near = g_new(uint32_t, ground->grid_count);
  for (uint32_t a = 0; a < ground->grid_count; a++) {
    MusterBox box;
    if (!ground->valid[a] || !mi_polygons_box(&ground->grids[a], &box)) continue;
    size_t count = muster_tree_within(tree, box, near, ground->grid_count);
    for (size_t i = 0; i < count; i++)
      if (near[i] > a && ground->valid[near[i]]) report_overlap(ground, a, near[i]);
  }
}

/* All of the counted parts of one set less another; false if GEOS cannot. */
static bool subtract(Ground *ground, const MusterPolygons *from, const MusterPolygons *what, mi_shape *out) {
  g_autoptr(GError) error = NULL;
  if (mi_polygons_overlay(MI_OVERLAY_DIFFERENCE, from, what, out, &error)) return true;
  mi_check_add(ground->check, MUSTER_DEFECT_GEOMETRY, "county and its grids: %s", error->message);
  return false;
}

static void check_gaps(Ground *ground, const MusterPolygons *county, const MusterPolygons *covered) {
  g_auto(mi_shape) rest = {0};
  if (!subtract(ground, county, covered, &rest)) return;
  MusterPolygons set = mi_shape_polygons(&rest);
  for (uint32_t i = 0; i < set.polygon_count; i++) {
    uint32_t rings[2];
    MusterPolygons part = single_polygon(&set, i, rings);
    double area_m2 = counted_area_m2(&part);
    if (area_m2 == 0) continue;
    MusterPosition place = place_in(&part);
    g_autofree char *size = describe_area(area_m2);
    mi_check_add(ground->check, MUSTER_DEFECT_GAP, "county: %s belong to no grid, at %.7f, %.7f", size,
                 place.lon_e7 / 1e7, place.lat_e7 / 1e7);
  }
}

/* The grids that a part beyond the border is made of. */
static void report_outside(Ground *ground, const MusterTree *tree, const MusterPolygons *beyond) {
  MusterBox box;
  if (!mi_polygons_box(beyond, &box)) return;
  g_autofree uint32_t *near = g_new(uint32_t, ground->grid_count);
  size_t count = muster_tree_within(tree, box, near, ground->grid_count);
  for (size_t i = 0; i < count; i++) {
    g_auto(mi_shape) own = {0};
    if (!mi_polygons_overlay(MI_OVERLAY_INTERSECTION, &ground->grids[near[i]], beyond, &own, NULL)) continue;
    MusterPolygons set = mi_shape_polygons(&own);
    Parts parts = count_parts(&set);
    if (parts.count == 0) continue;
    g_autofree char *name = mi_check_area_name(ground->check, ground->first_grid + near[i]);
    g_autofree char *size = describe_area(parts.area_m2);
    mi_check_add(ground->check, MUSTER_DEFECT_OUTSIDE, "%s reaches beyond the county: %s at %.7f, %.7f", name, size,
                 parts.place.lon_e7 / 1e7, parts.place.lat_e7 / 1e7);
  }
}

static void check_cover(Ground *ground, const MusterTree *tree, const MusterPolygons *county) {
  g_autofree const MusterPolygons **sets = g_new(const MusterPolygons *, ground->grid_count);
  for (size_t i = 0; i < ground->grid_count; i++) sets[i] = &ground->grids[i];
  g_auto(mi_shape) united = {0}, beyond = {0};
  g_autoptr(GError) error = NULL;
  if (!mi_polygons_unite(sets, ground->grid_count, &united, &error)) {
    mi_check_add(ground->check, MUSTER_DEFECT_GEOMETRY, "grids: %s", error->message);
    return;
  }
  MusterPolygons covered = mi_shape_polygons(&united);
  check_gaps(ground, county, &covered);
  if (!subtract(ground, &covered, county, &beyond)) return;
  MusterPolygons set = mi_shape_polygons(&beyond);
  if (count_parts(&set).count > 0) report_outside(ground, tree, &set);
}

/* A community whose people no grid answers for. */
static void check_communities(mi_check *check) {
  MusterAreaId first;
  size_t count;
  muster_county_level(check->county, MUSTER_AREA_COMMUNITY, &first, &count);
  for (MusterAreaId area = first; area < first + count; area++) {
    if (muster_county_area_children(check->county, area).count > 0) continue;
    g_autofree char *name = mi_check_area_name(check, area);
    mi_check_add(check, MUSTER_DEFECT_GAP, "%s: has no grid; expected at least one", name);
  }
}

static void check_together(Ground *ground, bool county_valid) {
  g_autoptr(MusterTree) tree = index_grids(ground);
  check_overlaps(ground, tree);
  check_communities(ground->check);
  if (!ground->all_valid) {
    mi_check_note(ground->check, "gaps between grids were not looked for: not every grid has a valid polygon");
  } else if (!county_valid) {
    mi_check_note(ground->check, "gaps between grids were not looked for: the county has no valid polygon of its own");
  } else {
    MusterPolygons county = muster_county_area_polygons(ground->check->county, 0);
    check_cover(ground, tree, &county);
  }
}

void mi_check_ground(mi_check *check) {
  Ground ground = {.check = check};
  bool county_valid;
  muster_county_level(check->county, MUSTER_AREA_GRID, &ground.first_grid, &ground.grid_count);
  ground.grids = g_new0(MusterPolygons, ground.grid_count);
  ground.valid = g_new0(bool, ground.grid_count);
  for (size_t i = 0; i < ground.grid_count; i++)
    ground.grids[i] = muster_county_area_polygons(check->county, ground.first_grid + (MusterAreaId)i);
  check_validity(&ground, &county_valid);
  check_together(&ground, county_valid);
  g_free(ground.grids);
  g_free(ground.valid);
}
