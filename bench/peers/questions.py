"""The questions, drawn once from a seed for each graph: every peer gets the same list."""

import dataclasses

import numpy

from .graph import Disc, Graph

SEED = 1310
K = 8
PAIRS = 1000
INCIDENTS = 1000
CLOSED_RADIUS_M = 1000.0  # a disc 2 km across


@dataclasses.dataclass(frozen=True)
class Question:
    """`kind` is the name of the method that answers it; what the kind does not use stays None."""

    kind: str
    title: str
    item: str  # of what the time is given
    sources: numpy.ndarray | None = None
    targets: numpy.ndarray | None = None
    responders: numpy.ndarray | None = None
    busy: numpy.ndarray | None = None
    disc: Disc | None = None
    closed_arcs: numpy.ndarray | None = None
    k: int = K

    @property
    def available(self):
        return self.responders[~numpy.isin(self.responders, self.busy)]


def generator(graph, salt):
    return numpy.random.default_rng([SEED, salt, graph.node_count])


def point_to_point(graph):
    random = generator(graph, 1)
    return Question("point_to_point", "S6 point to point", "pair", random.integers(graph.node_count, size=PAIRS), random.integers(graph.node_count, size=PAIRS))


def matrix(graph, side):
    random = generator(graph, 2)
    nodes = random.permutation(graph.node_count)[: 2 * side]
    return Question("matrix", f"S7 matrix {side:,}²", "table", nodes[:side], nodes[side:])


def nearest(graph, responder_count, busy_percent):
    """Incidents lie where no responder stands."""
    random = generator(graph, 3)
    order = random.permutation(graph.node_count)
    responders = order[:responder_count]
    incidents = random.choice(order[responder_count:], INCIDENTS)
    busy = responders[random.random(responder_count) * 100 < busy_percent]
    stage = "S2" if busy_percent else "S1"
    title = f"{stage} {K} nearest of {responder_count:,}" + (f", {busy_percent} % busy" if busy_percent else "")
    return Question("nearest", title, "incident", targets=incidents, responders=responders, busy=busy)


def nearest_of_all(graph, responder_count):
    responders = generator(graph, 4).permutation(graph.node_count)[:responder_count]
    none = numpy.empty(0, dtype=numpy.int64)
    return Question("nearest_of_all", f"S8 every node's {K} nearest of {responder_count:,}", "table", targets=numpy.arange(graph.node_count), responders=responders, busy=none)


def build(graph):
    return Question("build", "S9 order and build", "build")


def customize(graph):
    return Question("customize", "S5 full customization", "customization")


def close_disc(graph):
    """Roads in a disc round the middle of the graph are closed, then one answer between two nodes outside it."""
    disc = Disc(float(numpy.median(graph.latitude)), float(numpy.median(graph.longitude)), CLOSED_RADIUS_M)
    closed = disc.arcs_touched(graph)
    inside = numpy.zeros(graph.node_count, dtype=bool)
    inside[graph.tail[closed]] = inside[graph.head[closed]] = True
    outside = generator(graph, 5).permutation(numpy.flatnonzero(~inside))
    return Question("close_disc", "S4 disc of 2 km closed, first answer", "closure", outside[:1], outside[1:2], disc=disc, closed_arcs=closed)


def all_questions(graph: Graph, responder_counts, matrix_sides):
    questions = [point_to_point(graph), *(matrix(graph, side) for side in matrix_sides)]
    for busy_percent in (0, 99):
        questions += [nearest(graph, count, busy_percent) for count in responder_counts if count < graph.node_count]
    questions += [nearest_of_all(graph, 2000), build(graph), customize(graph)]
    if graph.latitude is not None:
        questions.append(close_disc(graph))
    return questions
