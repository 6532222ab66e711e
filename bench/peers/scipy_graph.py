"""SciPy's csgraph: a Dijkstra search to all nodes for each question. Also the reference that every answer is checked against."""

import numpy
import scipy.sparse
from scipy.sparse.csgraph import dijkstra

from .answer import Answer, NotOffered, ask_each, smallest, whole_ms

PACKAGE = "scipy"


def sparse(graph, keep=None):
    """The graph as a matrix: of parallel arcs the quickest, and a time of 0 as the least that is not "no arc"."""
    tail, head, weight = (array if keep is None else array[keep] for array in (graph.tail, graph.head, graph.weight_ms))
    order = numpy.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = numpy.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    times = numpy.maximum(weight[first].astype(float), 1e-6)
    return scipy.sparse.csr_array((times, (tail[first], head[first])), shape=(graph.node_count, graph.node_count))


class ScipyGraph:
    name = "scipy"
    exact = True

    def __init__(self, graph, folder):
        self.graph = graph
        self.out, self.back = sparse(graph), sparse(graph).T.tocsr()

    def point_to_point(self, question, budget_s):
        def ask(pair):
            return dijkstra(self.out, indices=pair[0])[pair[1]]

        times, elapsed_ms = ask_each(zip(question.sources, question.targets), budget_s, ask)
        return Answer(whole_ms(times), len(times), elapsed_ms, "all nodes are searched: it has no search for a pair")

    def matrix(self, question, budget_s):
        rows, elapsed_ms = ask_each(question.sources, budget_s, lambda source: dijkstra(self.out, indices=source)[question.targets])
        scaled_ms = elapsed_ms * len(question.sources) / len(rows)
        return Answer(whole_ms(rows), 1, scaled_ms, f"from {len(rows)} of its rows" if len(rows) < len(question.sources) else "")

    def nearest(self, question, budget_s):
        available = question.available

        def ask(incident):
            return smallest(dijkstra(self.back, indices=incident)[available], question.k)[0]

        rows, elapsed_ms = ask_each(question.targets, budget_s, ask)
        return Answer(numpy.array(rows), len(rows), elapsed_ms, "all nodes are searched, the nearest picked out")

    def nearest_of_all(self, question, budget_s):
        answer = self.nearest(question, budget_s)
        scaled_ms = answer.item_ms * len(question.targets)
        return Answer(answer.values_ms, 1, scaled_ms, f"from {answer.items} of its nodes")

    def build(self, question, budget_s):
        raise NotOffered("no preparation")

    customize = build

    def close_disc(self, question, budget_s):
        keep = numpy.ones(self.graph.arc_count, dtype=bool)
        keep[question.closed_arcs] = False

        def ask(pair):
            return dijkstra(sparse(self.graph, keep), indices=pair[0])[pair[1]]

        times, elapsed_ms = ask_each(zip(question.sources, question.targets), budget_s, ask)
        return Answer(whole_ms(times), len(times), elapsed_ms, "the matrix made anew")
