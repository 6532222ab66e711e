/* Roads cut at every corner: ways of two nodes, with the barriers as they were. */
#include "corners.h"

MusterRoads *bench_split_at_corners(const MusterRoads *roads) {
  MusterRoads *pieces = muster_roads_new();
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const int64_t *ids;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(roads, i, &way, &ids, &positions, &count);
    for (size_t at = 0; at + 1 < count; at++) muster_roads_add_way(pieces, &way, ids + at, positions + at, 2);
  }
  for (size_t i = 0; i < muster_roads_barrier_count(roads); i++) {
    int64_t id;
    unsigned modes;
    muster_roads_barrier(roads, i, &id, &modes);
    muster_roads_add_barrier(pieces, id, modes);
  }
  return pieces;
}
