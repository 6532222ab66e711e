"""The Python package beside pandana, spopt and OSRM's bindings: the same work asked of each from Python, the answers compared.

pandana gets the very graph (DIMACS) that Muster gets; spopt the very table of times, and the integer program it makes of it goes to CBC;
OSRM reads the extract itself and has speeds of its own, so only how its times stand to Muster's is told. Single times are medians.
"""

import contextlib
import dataclasses
import os
import statistics

import muster
import numpy

from . import questions, table
from .answer import UNREACHABLE, NotToBeHad, timed_ms
from .compare import check_exact, check_plausible

SITES, DEMANDS, P = 60, 600, 8
RADIUS_MS = 15 * 60_000


@dataclasses.dataclass
class Asked:
    """A piece of work: what does it, for Muster and for the peer, and what says whether the answers agree."""

    work: str
    peer: str
    ours: object
    theirs: object
    agree: object


def signed(times):
    return numpy.where(times == muster.UNREACHABLE_MS, UNREACHABLE, times.astype(numpy.int64))


def beside_pandana(graph, folder):
    from .pandana_network import Pandana

    network, build_ms = timed_ms(lambda: muster.Network.from_dimacs(graph.gr_path, graph.co_path))
    peer = Pandana(graph, folder)
    places = network.at_nodes(numpy.arange(graph.node_count) + 1)
    pairs, square, nearest = questions.point_to_point(graph), questions.matrix(graph, 108), questions.nearest_of_all(graph, 2000)
    fleet = muster.Fleet(network, places[nearest.responders])
    yield Asked("build from the arcs", "pandana", lambda: build_ms, lambda: peer.build_ms, lambda ours, theirs: "")
    yield Asked(f"{len(pairs.sources):,} pairs", "pandana", lambda: signed(network.times_ms(places[pairs.sources], places[pairs.targets])),
                lambda: peer.point_to_point(pairs, 0).values_ms, lambda ours, theirs: check_exact(theirs, ours))
    yield Asked("matrix 108²", "pandana", lambda: signed(network.matrix_ms(places[square.sources], places[square.targets])),
                lambda: peer.matrix(square, 0).values_ms, lambda ours, theirs: check_exact(theirs, ours))
    peer.place(nearest)
    yield Asked(f"every node's {nearest.k} nearest of 2,000", "pandana", lambda: signed(fleet.nearest(places, nearest.k).times_ms),
                lambda: peer.nearest_of_all(nearest, 0).values_ms, lambda ours, theirs: check_exact(theirs, ours))


def beside_osrm(graph, folder, extract):
    from .osrm_engine import Osrm

    network = muster.Network.from_dimacs(graph.gr_path, graph.co_path)
    peer = Osrm(graph, folder, extract)
    places = network.at_nodes(numpy.arange(graph.node_count) + 1)
    for side in (108, 500):
        square = questions.matrix(graph, side)
        yield Asked(f"matrix {side}²", "OSRM (CH)", lambda s=square: signed(network.matrix_ms(places[s.sources], places[s.targets])),
                    lambda s=square: peer.matrix(s, 0).values_ms, lambda ours, theirs: check_plausible(theirs, ours))


@contextlib.contextmanager
def solver():
    """CBC as PuLP brings it, silent, on one thread."""
    import pulp

    yield pulp.PULP_CBC_CMD(msg=False, threads=1)


def beside_spopt(graph):
    from spopt.locate import MCLP, LSCP, PCenter, PMedian

    network = muster.Network.from_dimacs(graph.gr_path, graph.co_path)
    random = numpy.random.default_rng(questions.SEED)
    nodes = random.permutation(graph.node_count)[: SITES + DEMANDS] + 1
    times_ms = network.matrix_ms(network.at_nodes(nodes[SITES:]), network.at_nodes(nodes[:SITES])).copy()
    weights = random.integers(1, 1000, DEMANDS)
    seconds = numpy.where(times_ms == muster.UNREACHABLE_MS, 1e7, times_ms / 1000)

    def same(ours, theirs):
        return f"both {ours:,.0f}" if round(ours) == round(theirs) else f"**{ours:,.0f} here, {theirs:,.0f} there**"

    def solved(model, value):
        with solver() as used:
            return value(model.solve(used))

    def weight_covered(model):
        sites = [place for place, clients in enumerate(model.fac2cli) if clients]
        return weights[(times_ms[:, sites] <= RADIUS_MS).any(axis=1)].sum()

    def open_sites(model):
        return [place for place, variable in enumerate(model.fac_vars) if variable.value() > 0.5]

    size = f"{DEMANDS} × {SITES}"
    yield Asked(f"MCLP {size}, p = {P}", "spopt", lambda: muster.locate("mclp", times_ms, P, radius_ms=RADIUS_MS, weights=weights).objective,
                lambda: solved(MCLP.from_cost_matrix(seconds, weights, RADIUS_MS / 1000, P), weight_covered), same)
    yield Asked(f"p-median {size}, p = {P}", "spopt", lambda: muster.locate("pmedian", times_ms, P, weights=weights).objective / 1000,
                lambda: solved(PMedian.from_cost_matrix(seconds, weights, P), lambda model: (times_ms[:, open_sites(model)].min(axis=1) * weights).sum() / 1000), same)
    yield Asked(f"p-center {size}, p = {P}", "spopt", lambda: muster.locate("pcenter", times_ms, P).objective,
                lambda: solved(PCenter.from_cost_matrix(seconds, P), lambda model: times_ms[:, open_sites(model)].min(axis=1).max()), same)
    farthest = int(times_ms.min(axis=1).max())
    yield Asked(f"set cover {size}", "spopt", lambda: muster.locate("setcover", times_ms, radius_ms=farthest).objective,
                lambda: solved(LSCP.from_cost_matrix(seconds, farthest / 1000), lambda model: len(open_sites(model))), same)


def measure(asked, rounds):
    """Each in turn, several rounds: (ms, ms, whether they agree). Work that was timed before gives its own time."""
    times, answers = ([], []), [None, None]
    for _ in range(rounds):
        for side, work in enumerate((asked.ours, asked.theirs)):
            answers[side], took_ms = timed_ms(work)
            times[side].append(answers[side] if asked.work.startswith("build") else took_ms)
    return statistics.median(times[0]), statistics.median(times[1]), asked.agree(*answers)


def compare(networks, extract, rounds):
    print(f"\nPython package {muster.__version__}, {os.cpu_count()} processors, {rounds} rounds, one thread\n")
    print("| work | Muster | peer | | peer ÷ Muster | answers |\n| --- | ---: | --- | ---: | ---: | --- |")
    foot, car = networks.make("poa-foot"), networks.make("poa-car")
    if not foot or not car:
        raise SystemExit("no graph to compare on: the data are not there")
    for begin in (lambda: beside_pandana(foot, networks.folder), lambda: beside_osrm(car, networks.folder, extract), lambda: beside_spopt(foot)):
        try:
            for asked in begin():
                ours_ms, theirs_ms, verdict = measure(asked, rounds)
                print(f"| {asked.work} | {table.duration(ours_ms)} | {asked.peer} | {table.duration(theirs_ms)} | {table.number(theirs_ms / ours_ms)} | {verdict} |", flush=True)
        except (ImportError, NotToBeHad) as reason:
            print(f"| | | {reason} | | | |")
