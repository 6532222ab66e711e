"""igraph: Dijkstra searches that stop at their targets, in C."""

import igraph
import numpy

from .answer import Answer, NotOffered, ask_each, smallest, timed_ms, whole_ms

PACKAGE = "igraph"


class IgraphGraph:
    name = "igraph"
    exact = True

    def __init__(self, graph, folder):
        self.graph = graph
        self.igraph = igraph.Graph(n=graph.node_count, edges=numpy.column_stack((graph.tail, graph.head)), directed=True)
        self.weights = graph.weight_ms.tolist()
        self.igraph.es["ms"] = self.weights

    def distances(self, sources, targets, mode="out"):
        return self.igraph.distances(sources, targets, weights="ms", mode=mode)

    def point_to_point(self, question, budget_s):
        pairs = zip(question.sources.tolist(), question.targets.tolist())
        times, elapsed_ms = ask_each(pairs, budget_s, lambda pair: self.distances(pair[0], pair[1])[0][0])
        return Answer(whole_ms(times), len(times), elapsed_ms)

    def matrix(self, question, budget_s):
        targets = question.targets.tolist()
        rows, elapsed_ms = ask_each(question.sources.tolist(), budget_s, lambda source: self.distances(source, targets)[0])
        scaled_ms = elapsed_ms * len(question.sources) / len(rows)
        return Answer(whole_ms(rows), 1, scaled_ms, f"from {len(rows)} of its rows" if len(rows) < len(question.sources) else "")

    def nearest(self, question, budget_s):
        available = question.available.tolist()

        def ask(incident):
            return smallest(self.distances(incident, available, "in")[0], question.k)[0]

        rows, elapsed_ms = ask_each(question.targets.tolist(), budget_s, ask)
        return Answer(numpy.array(rows), len(rows), elapsed_ms, "times of all available, the nearest picked out")

    def nearest_of_all(self, question, budget_s):
        raise NotOffered("no call for all nodes; one a node is the row of S1")

    def build(self, question, budget_s):
        raise NotOffered("no preparation")

    customize = build

    def close_disc(self, question, budget_s):
        def ask(pair):
            rest = self.igraph.copy()
            rest.delete_edges(question.closed_arcs.tolist())
            return rest.distances(pair[0], pair[1], weights="ms")[0][0]

        times, elapsed_ms = timed_ms(lambda: [ask(pair) for pair in zip(question.sources.tolist(), question.targets.tolist())])
        return Answer(whole_ms(times), len(times), elapsed_ms, "arcs deleted from a copy")
