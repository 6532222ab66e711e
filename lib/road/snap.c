/* Snapping: the point of the road network nearest to a position, over the packed tree of segments.
 *
 * Only links of the largest mutually reachable part are in the tree, so whoever is snapped can get to, and be reached
 * from, everybody else who is. Distances are those of the local plane (muster_distance_to_segment_m).
 */
#include <math.h>

#include "road/modes.h"
#include "road/network.h"

static double item_distance(uint32_t id, MusterPosition from, void *user_data) {
  const mi_graph *const *graph = user_data;
  return muster_distance_to_segment_m(from, (*graph)->shape[id], (*graph)->shape[id + 1], NULL, NULL);
}

/* Share of the link's shape that lies before the point, in 1 / 65536. */
static uint32_t place_along(const mi_graph *graph, MusterLink link, uint32_t segment, double along_segment) {
  double before = 0, length = 0;
  for (uint32_t at = graph->link_first_shape[link]; at + 1 < graph->link_first_shape[link + 1]; at++) {
    double step = muster_distance_planar_m(graph->shape[at], graph->shape[at + 1]);
    if (at == segment) before = length + step * along_segment;
    length += step;
  }
  if (!(length > 0)) return 0;
  return (uint32_t)llround(MIN(before / length, 1.0) * 65536.0);
}

static bool find_nearest(const MusterNetwork *network, MusterPosition position, double limit_m, MusterTreeHit *hit) {
  const mi_graph *graph = &network->graph;
  mi_tree_entry entries[MI_TREE_STACK_ENTRIES];
  mi_tree_scratch scratch = {.entries = entries, .capacity = MI_TREE_STACK_ENTRIES, .lent = true};
  bool found = mi_tree_nearest_one(&network->tree, &scratch, position, limit_m, item_distance, NULL, &graph, hit);
  mi_tree_scratch_clear(&scratch);
  return found;
}

static bool refuse(const MusterNetwork *network, MusterPosition position, double limit_m, GError **error) {
  double lon_deg = position.lon_e7 / 1e7, lat_deg = position.lat_e7 / 1e7;
  MusterTreeHit hit;
  if (!network->info.has_positions)
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP,
                "position %.7f,%.7f: the network has no positions to find a road by; give node ids, or build it with "
                "coordinates",
                lon_deg, lat_deg);
  else if (find_nearest(network, position, INFINITY, &hit))
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP,
                "position %.7f,%.7f: expected a road open to mode %s within %.0f m, the nearest is %.0f m away",
                lon_deg, lat_deg, muster_mode_name(network->info.mode), limit_m, ceil(hit.distance_m));
  else
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_SNAP,
                "position %.7f,%.7f: the network has no road that leads both to and from others", lon_deg, lat_deg);
  return false;
}

bool muster_network_snap(const MusterNetwork *network, MusterPosition position, double limit_m, MusterRoadPoint *out,
                         GError **error) {
  const mi_graph *graph = &network->graph;
  MusterTreeHit hit;
  if (!find_nearest(network, position, limit_m, &hit)) return error && refuse(network, position, limit_m, error);
  double along = 0;
  MusterPosition nearest;
  double distance_m =
      muster_distance_to_segment_m(position, graph->shape[hit.id], graph->shape[hit.id + 1], &along, &nearest);
  MusterLink link = mi_link_of_segment(graph, hit.id);
  /* Half the earth is 20,000 km, more than 32 bits of mm hold: such a walk takes forever either way. */
  uint64_t access_mm = MIN((uint64_t)llround(distance_m * 1000.0), UINT32_MAX - 1);
  *out = (MusterRoadPoint){.node = MUSTER_NONE,
                           .link = link,
                           .along_q16 = place_along(graph, link, hit.id, along),
                           .access_ms = (uint32_t)((access_mm * 1000 + MI_WALK_MM_PER_S / 2) / MI_WALK_MM_PER_S),
                           .access_mm = (uint32_t)access_mm,
                           .position = nearest};
  return true;
}
