/* Seeded random roads; see ways.h. */
#include "ways.h"

enum { POOL = 24, LONGEST = 7 };

static MusterPosition place_of(int64_t node) {
  /* Every third node shares its place with another: equal positions do not make equal nodes. */
  int64_t cell = node % 3 == 0 ? node / 6 * 6 : node;
  return (MusterPosition){(int32_t)(1094000000 + cell * 7919 % 9000), (int32_t)(295000000 + cell * 104729 % 7000)};
}

MusterRoads *test_random_roads(mi_random *random) {
  MusterRoads *roads = muster_roads_new();
  uint32_t ways = 1 + mi_random_below(random, 30);
  static const char *const names[] = {NULL, "", "Long Road", "翔凤大道"};
  for (uint32_t i = 0; i < ways; i++) {
    int64_t nodes[LONGEST];
    MusterPosition positions[LONGEST];
    size_t count = 1 + mi_random_below(random, LONGEST);
    for (size_t j = 0; j < count; j++) {
      nodes[j] = (int64_t)mi_random_below(random, POOL) * 1000003 - 7000000;
      positions[j] = place_of(nodes[j] < 0 ? -nodes[j] : nodes[j]);
    }
    MusterWay way = {.id = (int64_t)mi_random_below(random, 40) - 5,
                     .road_class = (uint8_t)mi_random_below(random, MUSTER_ROAD_CLASS_COUNT),
                     .surface = (uint8_t)mi_random_below(random, MUSTER_SURFACE_COUNT),
                     .open_forward = (uint8_t)mi_random_below(random, 8),
                     .open_backward = (uint8_t)mi_random_below(random, 8),
                     .maxspeed_kmh = (uint16_t)(mi_random_below(random, 3) * 15),
                     .ferry_s = mi_random_below(random, 2) * 300,
                     .name = names[mi_random_below(random, G_N_ELEMENTS(names))]};
    muster_roads_add_way(roads, &way, nodes, positions, count);
  }
  for (uint32_t i = mi_random_below(random, 4); i-- > 0;)
    muster_roads_add_barrier(roads, (int64_t)mi_random_below(random, POOL) * 1000003 - 7000000,
                             mi_random_below(random, 8));
  return roads;
}

/* A random way, and a random node of it. */
static int64_t pick_way(const MusterRoads *roads, mi_random *random, int64_t *node) {
  MusterWay way;
  const int64_t *nodes;
  size_t count;
  muster_roads_way(roads, mi_random_below(random, (uint32_t)muster_roads_way_count(roads)), &way, &nodes, NULL, &count);
  *node = nodes[mi_random_below(random, (uint32_t)count)];
  return way.id;
}

static bool passes(const MusterRoads *roads, int64_t id, int64_t node) {
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const int64_t *nodes;
    size_t count;
    muster_roads_way(roads, i, &way, &nodes, NULL, &count);
    for (size_t j = 0; way.id == id && j < count; j++)
      if (nodes[j] == node) return true;
  }
  return false;
}

void test_add_restrictions(MusterRoads *roads, mi_random *random, size_t count) {
  for (size_t i = 0; i < count; i++) {
    MusterTurnRestriction added = {.kind = mi_random_below(random, 5) < 3 ? MUSTER_TURN_NO : MUSTER_TURN_ONLY,
                                   .modes = mi_random_below(random, 10) ? 4 : 1};
    int64_t node;
    added.from_way = pick_way(roads, random, &added.via_node);
    added.to_way = mi_random_below(random, 6) ? pick_way(roads, random, &node) : added.from_way;
    for (int tries = 0; tries < 200 && !passes(roads, added.to_way, added.via_node); tries++)
      added.to_way = pick_way(roads, random, &node);
    muster_roads_add_restriction(roads, &added);
  }
}

/* A random way of two different ends, one of which (any if MUSTER_NONE) is this node; the other end in *far. */
static int64_t pick_way_from(const MusterRoads *roads, mi_random *random, int64_t near, int64_t *far) {
  for (int tries = 0; tries < 200; tries++) {
    MusterWay way;
    const int64_t *nodes;
    size_t count;
    muster_roads_way(roads, mi_random_below(random, (uint32_t)muster_roads_way_count(roads)), &way, &nodes, NULL,
                     &count);
    if (count < 2 || nodes[0] == nodes[count - 1]) continue;
    bool ahead = near == MUSTER_NONE ? mi_random_below(random, 2) : nodes[0] == near;
    if (near != MUSTER_NONE && !ahead && nodes[count - 1] != near) continue;
    *far = nodes[ahead ? count - 1 : 0];
    return way.id;
  }
  return 0;
}

static int64_t pick_way_passing(const MusterRoads *roads, mi_random *random, int64_t node) {
  int64_t other, way = pick_way(roads, random, &other);
  for (int tries = 0; tries < 200 && !passes(roads, way, node); tries++) way = pick_way(roads, random, &other);
  return way;
}

void test_add_route_restrictions(MusterRoads *roads, mi_random *random, size_t count) {
  if (muster_roads_way_count(roads) == 0) return;
  for (size_t i = 0; i < count; i++) {
    int64_t vias[3], begin = 0, end = 0, middle = 0;
    MusterTurnRestriction added = {.kind = mi_random_below(random, 3) ? MUSTER_TURN_NO : MUSTER_TURN_ONLY,
                                   .modes = mi_random_below(random, 10) ? 4 : 1,
                                   .via_ways = vias};
    vias[added.via_way_count++] = pick_way_from(roads, random, MUSTER_NONE, &middle);
    end = middle;
    /* Where it begins: the way's other end. */
    vias[0] = pick_way_from(roads, random, middle, &begin);
    while (added.via_way_count < G_N_ELEMENTS(vias) && mi_random_below(random, 3) == 0)
      vias[added.via_way_count++] = pick_way_from(roads, random, end, &end);
    added.from_way = pick_way_passing(roads, random, begin);
    added.to_way = pick_way_passing(roads, random, end);
    muster_roads_add_restriction(roads, &added);
  }
}

static uint32_t *shuffled_indices(mi_random *random, size_t count) {
  uint32_t *order = g_new(uint32_t, count + 1);
  for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
  mi_random_shuffle_u32(random, order, count);
  return order;
}

MusterRoads *test_shuffled_roads(const MusterRoads *roads, mi_random *random) {
  MusterRoads *shuffled = muster_roads_new();
  g_autofree uint32_t *ways = shuffled_indices(random, muster_roads_way_count(roads));
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const int64_t *nodes;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(roads, ways[i], &way, &nodes, &positions, &count);
    muster_roads_add_way(shuffled, &way, nodes, positions, count);
  }
  g_autofree uint32_t *barriers = shuffled_indices(random, muster_roads_barrier_count(roads));
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    int64_t node;
    unsigned modes;
    muster_roads_barrier(roads, barriers[i], &node, &modes);
    muster_roads_add_barrier(shuffled, node, modes);
  }
  g_autofree uint32_t *restrictions = shuffled_indices(random, muster_roads_restriction_count(roads));
  for (size_t i = 0; i < muster_roads_restriction_count(roads); i++) {
    MusterTurnRestriction restriction = muster_roads_restriction(roads, restrictions[i]);
    muster_roads_add_restriction(shuffled, &restriction);
  }
  return shuffled;
}

void test_add_street(MusterRoads *roads, int64_t id, const int64_t *nodes, const MusterPosition *positions,
                     size_t count) {
  MusterWay way = {.id = id, .road_class = MUSTER_ROAD_RESIDENTIAL, .open_forward = 7, .open_backward = 7};
  muster_roads_add_way(roads, &way, nodes, positions, count);
}
