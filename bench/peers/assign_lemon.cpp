// LEMON's network simplex on an instance of assign_instance.c: rows send one unit each, columns take one at most, and
// one more node takes what stays unserved.
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include "assign_file.h"

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "Usage: bench-assign-lemon FILE\n");
    return 2;
  }
  const bench::Instance instance = bench::read_instance(argv[1]);
  bench::Watch watch;
  using Graph = lemon::SmartDigraph;
  const auto rows = static_cast<int>(instance.rows), columns = static_cast<int>(instance.columns);
  Graph graph;
  graph.reserveNode(rows + columns + 1);
  graph.reserveArc(static_cast<int>(instance.column_of.size()) + rows);
  for (int i = 0; i <= rows + columns; i++) graph.addNode();
  const Graph::Node unserved = Graph::nodeFromId(rows + columns);
  Graph::ArcMap<int64_t> cost(graph);
  Graph::NodeMap<int64_t> supply(graph, -1);
  supply[unserved] = -rows;
  for (int row = 0, at = 0; row < rows; row++) {
    const Graph::Node from = Graph::nodeFromId(row);
    supply[from] = 1;
    for (int i = 0; i < instance.k; i++, at++)
      cost[graph.addArc(from, Graph::nodeFromId(rows + instance.column_of[at]))] = instance.cost_ms[at];
    cost[graph.addArc(from, unserved)] = instance.unserved_ms[row];
  }
  lemon::NetworkSimplex<Graph, int64_t, int64_t> simplex(graph);
  simplex.costMap(cost).supplyMap(supply).supplyType(simplex.GEQ);
  const double prepare_ms = watch.lap_ms();
  const bool solved = simplex.run() == simplex.OPTIMAL;
  const double solve_ms = watch.lap_ms();
  if (!solved) {
    std::fprintf(stderr, "LEMON found no optimum\n");
    return 1;
  }
  int64_t served = 0;
  for (Graph::ArcIt arc(graph); arc != lemon::INVALID; ++arc)
    if (graph.target(arc) != unserved) served += simplex.flow(arc);
  bench::print_answer(prepare_ms, solve_ms, simplex.totalCost<int64_t>(), served);
  return 0;
}
