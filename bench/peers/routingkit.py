"""RoutingKit's customizable contraction hierarchy, by the Python binding `routingkit-cch`.

The binding has no call for k nearest: available responders are pinned as sources and all their times are asked for. It has no call
for many pairs or a whole matrix either: they are loops in Python over its calls. What such a call costs before any search is measured on a
graph of two nodes, with as many targets or weights, and taken off.
"""

import functools

import numpy
import routingkit_cch
from scipy.sparse.csgraph import dijkstra

from .answer import UNREACHABLE, Answer, NotOffered, ask_each, smallest, timed_ms
from .scipy_graph import sparse

PACKAGE = "routingkit-cch"
CLOSED = 2**31 - 1  # RoutingKit's "no way"


def count_hierarchy_arcs(graph, order):
    """Arcs of the hierarchy before any are left out: the elimination game in that order, arcs counted once for both directions."""
    rank = numpy.empty(graph.node_count, dtype=numpy.int64)
    rank[order] = numpy.arange(graph.node_count)
    low = numpy.minimum(rank[graph.tail], rank[graph.head])
    high = numpy.maximum(rank[graph.tail], rank[graph.head])
    upper = [set() for _ in range(graph.node_count)]
    for a, b in zip(low.tolist(), high.tolist()):
        if a != b:
            upper[a].add(b)
    arc_count = 0
    for neighbours in upper:
        arc_count += len(neighbours)
        if neighbours:
            parent = min(neighbours)
            neighbours.discard(parent)
            upper[parent] |= neighbours
        neighbours.clear()
    return arc_count


def positions(graph):
    """Where the nodes lie; on a graph that does not say, how far they are from two that are far apart. Its order needs some."""
    if graph.latitude is not None:
        return graph.latitude, graph.longitude
    both_ways = sparse(graph).T + sparse(graph)
    corner = numpy.argmax(numpy.nan_to_num(dijkstra(both_ways, indices=0), posinf=0))
    first = numpy.nan_to_num(dijkstra(both_ways, indices=corner), posinf=0)
    second = numpy.nan_to_num(dijkstra(both_ways, indices=numpy.argmax(first)), posinf=0)
    side = numpy.argmin(numpy.abs(first - second) - 0.1 * (first + second))
    third = numpy.nan_to_num(dijkstra(both_ways, indices=side), posinf=0)
    return first - second, third


def two_nodes(arc_count=1):
    """A hierarchy with nothing to search: nodes 0 and 1 and so many arcs from one to the other."""
    cch = routingkit_cch.CCH([0, 1], [0] * arc_count, [1] * arc_count, False)
    return cch, routingkit_cch.CCHMetric(cch, [1000] * arc_count)


def least_ms(work, rounds=5):
    return min(timed_ms(work)[1] for _ in range(rounds))


@functools.cache
def pair_price_ms(calls=2000):
    cch, metric = two_nodes()
    query = routingkit_cch.CCHQuery(metric)
    return least_ms(lambda: ask_each([(0, 1)] * calls, 60, lambda pair: query.run(pair[0], pair[1]).distance)) / calls


@functools.cache
def row_price_ms(target_count, calls=20):
    """Of a call that hands back so many times."""
    cch, metric = two_nodes()
    query = routingkit_cch.CCHOneToMany(metric, [1] * target_count)
    return least_ms(lambda: ask_each([0] * calls, 60, query.distances_from)) / calls


@functools.cache
def weights_price_ms(arc_count):
    """Of a call that is handed so many weights."""
    cch, metric = two_nodes(arc_count)
    weights = list(range(1000, 1000 + arc_count))
    return least_ms(lambda: metric.reset(weights))


def net_ms(elapsed_ms, price_ms):
    return max(elapsed_ms - price_ms, 0.0)


def less(price_ms):
    return f"less {price_ms * 1000:,.1f} µs a call from Python"


def times(values):
    return numpy.array([UNREACHABLE if value is None else value for value in values], dtype=numpy.int64)


class RoutingKit:
    name = "RoutingKit CCH"
    exact = True

    def __init__(self, graph, folder):
        self.graph = graph
        self.tail, self.head, self.weights = (array.tolist() for array in (graph.tail, graph.head, graph.weight_ms))
        self.positions = [array.tolist() for array in positions(graph)]
        self.order, self.order_ms = timed_ms(self.compute_order)
        self.cch, self.cch_ms = timed_ms(lambda: routingkit_cch.CCH(self.order, self.tail, self.head, False))
        self.metric = routingkit_cch.CCHMetric(self.cch, self.weights)
        self.updater = routingkit_cch.CCHMetricPartialUpdater(self.cch)
        self.arc_count = None

    def compute_order(self):
        return routingkit_cch.compute_order_inertial(self.graph.node_count, self.tail, self.head, *self.positions)

    def point_to_point(self, question, budget_s):
        query = routingkit_cch.CCHQuery(self.metric)
        pairs = zip(question.sources.tolist(), question.targets.tolist())
        values, elapsed_ms = ask_each(pairs, budget_s, lambda pair: query.run(pair[0], pair[1]).distance)
        price_ms = pair_price_ms()
        return Answer(times(values), len(values), net_ms(elapsed_ms, price_ms * len(values)), less(price_ms))

    def matrix(self, question, budget_s):
        query = routingkit_cch.CCHOneToMany(self.metric, question.targets.tolist())
        rows, elapsed_ms = ask_each(question.sources.tolist(), budget_s, query.distances_from)
        price_ms = row_price_ms(len(question.targets))
        scaled_ms = net_ms(elapsed_ms, price_ms * len(rows)) * len(question.sources) / len(rows)
        return Answer(numpy.array([times(row) for row in rows]), 1, scaled_ms, f"targets pinned beforehand; {less(price_ms)}")

    def nearest(self, question, budget_s):
        query = routingkit_cch.CCHManyToOne(self.metric, question.available.tolist())
        rows, elapsed_ms = ask_each(question.targets.tolist(), budget_s, query.distances_to)
        price_ms = row_price_ms(len(question.available))
        values = numpy.concatenate([smallest(times(row), question.k) for row in rows])
        remark = f"available pinned beforehand, picking the nearest not counted; {less(price_ms)}"
        return Answer(values, len(rows), net_ms(elapsed_ms, price_ms * len(rows)), remark)

    def nearest_of_all(self, question, budget_s):
        raise NotOffered("no call for all nodes; one a node is the row of S1")

    def build(self, question, budget_s):
        if self.arc_count is None:
            self.arc_count = count_hierarchy_arcs(self.graph, self.order)
        kind = "inertial" if self.graph.latitude is not None else "inertial, on positions made of times"
        elapsed_ms = self.order_ms + self.cch_ms
        return Answer(None, 1, elapsed_ms, f"order ({kind}) {self.order_ms:,.0f} ms; {self.arc_count:,} hierarchy arcs")

    def customize(self, question, budget_s):
        _, elapsed_ms = timed_ms(lambda: self.metric.reset(self.weights))
        price_ms = weights_price_ms(len(self.weights))
        return Answer(None, 1, net_ms(elapsed_ms, price_ms), less(price_ms))

    def close_disc(self, question, budget_s):
        closed = question.closed_arcs.tolist()
        updates = {arc: CLOSED for arc in closed}

        def work():
            self.updater.apply(self.metric, updates)
            return routingkit_cch.CCHQuery(self.metric).run(int(question.sources[0]), int(question.targets[0])).distance

        value, elapsed_ms = timed_ms(work)
        self.updater.apply(self.metric, {arc: self.weights[arc] for arc in closed})
        return Answer(times([value]), 1, elapsed_ms, f"{len(closed):,} arcs given; finding them in the disc not counted")
