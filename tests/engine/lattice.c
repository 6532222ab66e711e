/* A lattice of streets; see lattice.h. */
#include "engine/lattice.h"

#include "support/support.h"

MusterPosition spot(int node) { return (MusterPosition){node % SIDE * SPACING_E7, node / SIDE * SPACING_E7}; }

static void add_street(MusterRoads *roads, int64_t id, int first, int step) {
  int64_t ids[SIDE];
  MusterPosition positions[SIDE];
  for (int i = 0; i < SIDE; i++) {
    ids[i] = first + i * step + 1;
    positions[i] = spot(first + i * step);
  }
  unsigned modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT) | MUSTER_MODE_BIT(MUSTER_MODE_EBIKE);
  if (id % 2) modes |= MUSTER_MODE_BIT(MUSTER_MODE_CAR);
  MusterWay way = {
      .id = id, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = (uint8_t)modes, .open_backward = (uint8_t)modes};
  muster_roads_add_way(roads, &way, ids, positions, SIDE);
}

MusterTravel *lattice_travel(bool apart) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  for (int i = 0; i < SIDE; i++) {
    add_street(roads, i + 1, i * SIDE, 1);
    add_street(roads, i + 1 + SIDE, i, SIDE);
  }
  GError *error = NULL;
  MusterNetwork *networks[MUSTER_MODE_COUNT] = {0};
  if (!apart) networks[0] = muster_network_new_for_modes(roads, 7, NULL, NULL, &error);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (apart) networks[mode] = muster_network_new(roads, (MusterMode)mode, &error);
    if (!apart && mode) networks[mode] = muster_network_of_mode(networks[0], (MusterMode)mode);
    g_assert_no_error(error);
  }
  MusterTravel *travel = muster_travel_new_networks(networks, MUSTER_MODE_COUNT, 300, &error);
  g_assert_no_error(error);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) muster_network_unref(networks[mode]);
  return travel;
}
