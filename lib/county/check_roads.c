/* Checks against the county's roads: volunteers who cannot get to the road network by any of their modes, posts and
 * stations far off every road, and then the datum of all positions. */
#include <math.h>

#include "county/check.h"

void mi_road_finder_init(mi_road_finder *finder, const MusterRoads *roads) {
  *finder = (mi_road_finder){.segments = g_array_new(FALSE, FALSE, sizeof(MusterSegment))};
  size_t ways = muster_roads_way_count(roads);
  for (size_t i = 0; i < ways; i++) {
    MusterWay way;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(roads, i, &way, NULL, &positions, &count);
    if (way.road_class == MUSTER_ROAD_FERRY) continue;
    for (size_t j = 0; j + 1 < count; j++) {
      MusterSegment segment = {positions[j], positions[j + 1]};
      g_array_append_val(finder->segments, segment);
    }
  }
  mi_tree_build_segments(&finder->layout, (const MusterSegment *)(const void *)finder->segments->data, NULL,
                         finder->segments->len);
  mi_tree_view_layout(&finder->view, &finder->layout);
}

void mi_road_finder_clear(mi_road_finder *finder) {
  g_array_unref(finder->segments);
  mi_tree_layout_clear(&finder->layout);
  mi_tree_scratch_clear(&finder->scratch);
}

static double segment_distance(uint32_t id, MusterPosition from, void *segments) {
  const MusterSegment *segment = &g_array_index((GArray *)segments, MusterSegment, id);
  return muster_distance_to_segment_m(from, segment->a, segment->b, NULL, NULL);
}

double mi_road_finder_distance_m(mi_road_finder *finder, MusterPosition at) {
  MusterTreeHit hit;
  bool found = mi_tree_nearest_one(&finder->view, &finder->scratch, at, INFINITY, segment_distance, NULL,
                                   finder->segments, &hit);
  return found ? hit.distance_m : INFINITY;
}

typedef struct Reach {
  mi_check *check;
  mi_road_finder *finder;
  MusterNetwork *networks[MUSTER_MODE_COUNT]; /* NULL: nothing that this mode can travel */
} Reach;

static bool reaches_network(const Reach *reach, unsigned modes, MusterPosition at) {
  for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    MusterRoadPoint point;
    if (modes & MUSTER_MODE_BIT(mode) && reach->networks[mode] &&
        muster_network_snap(reach->networks[mode], at, MUSTER_SNAP_LIMIT_M, &point, NULL))
      return true;
  }
  return false;
}

static char *list_modes(unsigned modes) {
  GString *text = g_string_new(NULL);
  for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (modes & MUSTER_MODE_BIT(mode))
      g_string_append_printf(text, "%s%s", text->len ? " or " : "", muster_mode_name((MusterMode)mode));
  return g_string_free(text, FALSE);
}

static void check_place(const Reach *reach, const MusterVolunteer *volunteer, const char *which, MusterPosition at) {
  if (reaches_network(reach, volunteer->modes, at)) return;
  g_autofree char *modes = list_modes(volunteer->modes);
  mi_check_add(reach->check, MUSTER_DEFECT_UNREACHABLE,
               "volunteer %" G_GINT64_FORMAT
               ": %s at %.7f, %.7f: expected a connected road for %s within %.0f m, the "
               "nearest road of any kind is %.0f m away",
               volunteer->id, which, at.lon_e7 / 1e7, at.lat_e7 / 1e7, modes, MUSTER_SNAP_LIMIT_M,
               mi_road_finder_distance_m(reach->finder, at));
}

static void check_volunteers(const Reach *reach) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(reach->check->county, &count);
  for (size_t i = 0; i < count; i++) {
    if (volunteers[i].modes == 0) continue; /* said already */
    check_place(reach, &volunteers[i], "home", volunteers[i].home);
    if (volunteers[i].has_work) check_place(reach, &volunteers[i], "work place", volunteers[i].work);
  }
}

static void check_posts(const Reach *reach, const char *what, const MusterPost *posts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double distance_m = mi_road_finder_distance_m(reach->finder, posts[i].position);
    if (distance_m <= MUSTER_SNAP_LIMIT_M) continue;
    mi_check_add(reach->check, MUSTER_DEFECT_OFF_ROAD,
                 "%s %" G_GINT64_FORMAT
                 ": position %.7f, %.7f: expected a road within %.0f m, found the nearest at %.0f m",
                 what, posts[i].id, posts[i].position.lon_e7 / 1e7, posts[i].position.lat_e7 / 1e7, MUSTER_SNAP_LIMIT_M,
                 distance_m);
  }
}

void mi_check_roads(mi_check *check) {
  const MusterRoads *roads = muster_county_roads(check->county);
  mi_road_finder finder;
  mi_road_finder_init(&finder, roads);
  if (finder.segments->len == 0) {
    mi_check_note(check, "positions were not compared with roads: the county holds none");
  } else {
    Reach reach = {.check = check, .finder = &finder};
    size_t posts, stations;
    for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++)
      reach.networks[mode] = muster_network_new(roads, (MusterMode)mode, NULL);
    check_volunteers(&reach);
    const MusterPost *post = muster_county_posts(check->county, &posts);
    check_posts(&reach, "post", post, posts);
    const MusterStation *station = muster_county_stations(check->county, &stations);
    check_posts(&reach, "station", station, stations);
    for (unsigned mode = 0; mode < MUSTER_MODE_COUNT; mode++) muster_network_unref(reach.networks[mode]);
    mi_check_datum(check, &finder);
  }
  mi_road_finder_clear(&finder);
}
