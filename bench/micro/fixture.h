// Porto Alegre on foot, as the route benchmarks ask about it.
//
// Two networks of the same roads: "corners", every corner of a way a node, as graphs of other engines have it (about
// 40,000 nodes); and "crossings", as Muster builds it (about 20,000).
#ifndef MUSTER_BENCH_FIXTURE_H
#define MUSTER_BENCH_FIXTURE_H

#include <benchmark/benchmark.h>
#include <muster/muster.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include "../corners.h"
#include "base/random.h"
#include "road/network.h"
}

namespace bench {

constexpr size_t QUESTIONS = 1024;
constexpr size_t K = 8;

inline MusterNetwork *seal(const MusterRoads *roads) {
  GError *error = nullptr;
  MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_FOOT, &error);
  if (!network) {
    std::fprintf(stderr, "%s\n", error->message);
    std::exit(1);
  }
  return network;
}

inline MusterRoads *read_roads() {
  const char *folder = std::getenv("MUSTER_TEST_DATA");
  std::string path = std::string(folder ? folder : "../shared/data") + "/osm/porto-alegre/poa.osm.pbf";
  GError *error = nullptr;
  MusterRoads *roads = muster_roads_read_osm(path.c_str(), nullptr, nullptr, &error);
  if (!roads) {
    std::fprintf(stderr, "%s\n", error->message);
    std::exit(1);
  }
  return roads;
}

struct Fixture {
  MusterNetwork *network;
  MusterSearch *search;
  std::vector<MusterNode> nodes;  // of the largest part
  std::vector<MusterRoadPoint> places;
  uint32_t arc_count;
  mi_random random;

  explicit Fixture(const MusterRoads *roads) : network(seal(roads)), search(muster_search_new(network)) {
    const mi_graph *graph = mi_network_graph(network);
    for (MusterNode node = 0; node < graph->node_count; node++)
      if (graph->node_snappable[node]) nodes.push_back(node);
    arc_count = graph->arc_count;
    mi_random_init(&random, 1310, 0);
    for (size_t i = 0; i < QUESTIONS; i++) places.push_back(random_place());
  }

  MusterRoadPoint random_place() {
    return muster_road_point_at_node(network, nodes[mi_random_below(&random, static_cast<uint32_t>(nodes.size()))]);
  }

  MusterFleet *fleet(size_t responders, unsigned percent_busy) {
    MusterFleet *fleet = muster_fleet_new(network);
    for (uint32_t i = 0; i < responders; i++) {
      MusterRoadPoint place = random_place();
      muster_fleet_put(fleet, i, &place, 0);
      if (mi_random_below(&random, 100) < percent_busy) muster_fleet_set_available(fleet, i, false);
    }
    return fleet;
  }

  void report(benchmark::State &state) const {
    state.counters["nodes"] = static_cast<double>(mi_network_graph(network)->node_count);
    state.counters["arcs"] = static_cast<double>(arc_count);
  }
};

enum Graph { CORNERS, CROSSINGS };

inline Fixture &fixture(int64_t graph) {
  static std::unique_ptr<Fixture> fixtures[2];
  if (!fixtures[graph]) {
    MusterRoads *roads = read_roads();
    MusterRoads *pieces = graph == CORNERS ? bench_split_at_corners(roads) : nullptr;
    fixtures[graph] = std::make_unique<Fixture>(pieces ? pieces : roads);
    muster_roads_free(pieces);
    muster_roads_free(roads);
  }
  return *fixtures[graph];
}

inline MusterNearestOptions towards_place(uint32_t limit_ms) {
  MusterNearestOptions options = {};
  options.direction = MUSTER_TO_PLACE;
  options.k = K;
  options.limit_ms = limit_ms;
  return options;
}

}  // namespace bench

#endif
