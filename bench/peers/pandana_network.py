"""pandana: a contraction hierarchy over arcs with float weights.

Weights are handed over in seconds: inside it counts in whole thousandths, in 32 bits, so ms would overflow after 72 minutes. Its
k nearest is for all nodes at once and goes from the node to the place; it is asked on the reversed graph. Places are found by
position, so each node is given a position of its own.
"""

import contextlib
import os

import numpy
import pandana
import pandas

from .answer import UNREACHABLE, Answer, NotOffered, timed_ms

PACKAGE = "pandana"
UNREACHABLE_S = 4294967.295
FARTHEST_S = 4_000_000.0
PAIRS_A_CALL = 50_000


@contextlib.contextmanager
def silence():
    """Nothing reaches standard output or error: pandana's C++ part reports its progress there."""
    kept = [os.dup(1), os.dup(2)]
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            for place, descriptor in enumerate(kept, 1):
                os.dup2(descriptor, place)
                os.close(descriptor)


def network(graph, tail, head):
    nodes = pandas.Series(numpy.arange(graph.node_count, dtype=float))
    weights = pandas.DataFrame({"s": graph.weight_ms / 1000.0 + 1e-5})  # it cuts off what is below a thousandth
    with silence():
        return pandana.Network(nodes, nodes * 0, pandas.Series(tail), pandas.Series(head), weights, twoway=False)


def ms_of(seconds):
    seconds = numpy.asarray(seconds, dtype=float)
    return numpy.where(seconds >= FARTHEST_S, UNREACHABLE, numpy.rint(seconds * 1000)).astype(numpy.int64)


class Pandana:
    name = "pandana"
    exact = True

    def __init__(self, graph, folder):
        self.graph = graph
        self.network, self.build_ms = timed_ms(lambda: network(graph, graph.tail, graph.head))
        self.reversed = None
        self.placed = None

    def lengths(self, sources, targets):
        return ms_of(self.network.shortest_path_lengths(sources, targets))

    def point_to_point(self, question, budget_s):
        values, elapsed_ms = timed_ms(lambda: self.lengths(question.sources, question.targets))
        return Answer(values, len(values), elapsed_ms, "one call for all pairs")

    def matrix(self, question, budget_s):
        rows = max(1, min(len(question.sources), PAIRS_A_CALL // len(question.targets)))
        sources = numpy.repeat(question.sources[:rows], len(question.targets))
        targets = numpy.tile(question.targets, rows)
        values, elapsed_ms = timed_ms(lambda: self.lengths(sources, targets))
        remark = "as pairs: it has no matrix" + (f"; from {rows} of its rows" if rows < len(question.sources) else "")
        return Answer(values.reshape(rows, -1), 1, elapsed_ms * len(question.sources) / rows, remark)

    def nearest(self, question, budget_s):
        raise NotOffered("k nearest for all nodes at once only (S8)")

    def nearest_of_all(self, question, budget_s):
        self.place(question)
        times, elapsed_ms = timed_ms(lambda: self.reversed.nearest_pois(FARTHEST_S, "responders", num_pois=question.k))
        return Answer(ms_of(times.to_numpy()), 1, elapsed_ms)

    def place(self, question):
        if self.reversed is None:
            self.reversed = network(self.graph, self.graph.head, self.graph.tail)
        x = pandas.Series(question.available.astype(float))
        self.reversed.set_pois("responders", FARTHEST_S, question.k, x, x * 0)

    def build(self, question, budget_s):
        return Answer(None, 1, self.build_ms)

    def customize(self, question, budget_s):
        raise NotOffered("new weights need a new build (S9)")

    def close_disc(self, question, budget_s):
        raise NotOffered("a closure needs a new build (S9)")
