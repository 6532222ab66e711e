"""Muster side by side with other software: the same graph, the same questions, the answers checked, the ratio of times.

Every graph is written as DIMACS files and given to Muster and to each peer that takes a graph; OSRM and Valhalla read the extract
itself. Muster is asked through its own program with --timing. All are asked in turn, several rounds, on one thread each; the ratio of
the medians is the figure, single times belong to one machine. Answers of exact peers are held against SciPy's Dijkstra.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import contextlib
import datetime
import importlib
import json
import pathlib
import platform
import signal
import sys

from . import assign, questions, simulation, table
from .answer import NotToBeHad
from .compare import Comparison
from .muster_program import Muster
from .networks import EXTRACT, Networks
from .scipy_graph import ScipyGraph

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("MUSTER_TEST_DATA", ROOT.parent / "shared" / "data"))

# Module, class, and the pip or Debian package it needs.
PEERS = {
    "routingkit": ("routingkit", "RoutingKit", "routingkit-cch"),
    "scipy": ("scipy_graph", "ScipyGraph", "scipy"),
    "igraph": ("igraph_graph", "IgraphGraph", "igraph"),
    "pandana": ("pandana_network", "Pandana", "pandana"),
    "pgrouting": ("pgrouting", "PgRouting", "postgresql-15-pgrouting"),
    "osrm": ("osrm_engine", "Osrm", "osrm-bindings"),
    "valhalla": ("valhalla_engine", "Valhalla", "pyvalhalla"),
}
READ_EXTRACTS = {"osrm", "valhalla"}

# Graph: its peers, numbers of responders, sides of matrices.
PLANS = {
    "poa-foot": (["routingkit", "scipy", "igraph", "pandana", "pgrouting"], [200, 2000, 30000], [108, 1000]),
    "poa-car": (["routingkit", "scipy", "osrm", "valhalla"], [200, 2000], [108, 1000]),
    "hongkong": (["routingkit", "scipy", "igraph"], [200, 2000, 30000], [108, 1000]),
    "rome99": (["routingkit", "scipy", "igraph"], [200, 2000], [108, 1000]),
    "mosaic-2": (["routingkit", "scipy"], [2000, 30000], [108]),
    "mosaic-30": (["routingkit", "scipy"], [2000, 30000], [108]),
}
NOT_ON_THE_MOSAIC = {"nearest_of_all"}  # minutes for programs that search node by node
SMALL, LARGE = "mosaic-2", "mosaic-30"


def set_up_peers(names, graph, folder, stack, refused):
    """The peers that can be had; for the others the reason is kept."""
    peers = []
    for name in names:
        module, class_name, package = PEERS[name]
        arguments = (DATA / EXTRACT,) if name in READ_EXTRACTS else ()
        print(f"{graph.name}: setting up {name}", file=sys.stderr)
        try:
            peer = getattr(importlib.import_module(f".{module}", __package__), class_name)(graph, folder, *arguments)
        except ImportError as error:
            refused[name] = f"{package} cannot be imported ({error}); it needs Python 3.12 or newer" if name in READ_EXTRACTS else f"{package} cannot be imported ({error})"
            continue
        except NotToBeHad as error:
            refused[name] = str(error)
            continue
        if hasattr(peer, "close"):
            stack.callback(peer.close)
        peers.append(peer)
    return peers


def compare_on(graph, options, wanted, refused):
    names, responder_counts, sides = PLANS[graph.name]
    folder = options.build / "bench" / "peers"
    with contextlib.ExitStack() as stack:
        peers = set_up_peers([name for name in names if name in wanted], graph, folder, stack, refused)
        reference = next((peer for peer in peers if isinstance(peer, ScipyGraph)), None) or ScipyGraph(graph, folder)
        muster = Muster(options.build / "muster", graph, folder)
        comparison = Comparison(graph, muster, peers, reference, options.rounds, options.budget_s)
        for question in questions.all_questions(graph, responder_counts, sides):
            if graph.name == LARGE and question.kind in NOT_ON_THE_MOSAIC:
                continue
            comparison.ask(question)
    return comparison


def print_results(comparisons, refused):
    for comparison in comparisons:
        graph = comparison.graph
        print(f"\n### {graph.name}: {graph.node_count:,} nodes, {graph.arc_count:,} arcs\n")
        print(table.comparison_table(comparison.rows, Muster.name))
    graphs = {comparison.graph.name: comparison.graph for comparison in comparisons}
    if SMALL in graphs and LARGE in graphs:
        print("\n### Growth (S17)\n")
        print(table.growth_table([row for comparison in comparisons for row in comparison.rows], graphs[SMALL], graphs[LARGE]))
    print("\n### No figure\n")
    print(table.refusal_table([refusal for comparison in comparisons for refusal in comparison.refusals]))
    for name, reason in refused.items():
        print(f"| {name} | all | {reason} |")


def write_json(path, comparisons, refused):
    context = {"date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "num_cpus": os.cpu_count(), "load_avg": list(os.getloadavg()), "python": platform.python_version()}
    document = {
        "context": context,
        "benchmarks": [table.benchmark_entry(row, Muster.name) for comparison in comparisons for row in comparison.rows],
        "not_offered": [vars(refusal) for comparison in comparisons for refusal in comparison.refusals],
        "not_to_be_had": refused,
    }
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench --peers", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help=argparse.SUPPRESS)
    parser.add_argument("--graphs", default=",".join(PLANS), help="of %(default)s, those named")
    parser.add_argument("--only", default=",".join(PEERS), help="of %(default)s, those named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget-s", type=float, default=1.0, help="a slow peer is asked until this much time has gone by (default %(default)s)")
    parser.add_argument("--package", action="store_true", help="the Python package beside pandana, spopt and OSRM's bindings instead; takes --rounds only")
    parser.add_argument("--assign", action="store_true", help="solvers of the assignment instead, on a surge; takes --rounds only")
    parser.add_argument("--simulate", action="store_true", help="ordinary days as a SimPy model instead; takes --rounds and --days")
    parser.add_argument("--days", type=int, default=7, help="that SimPy simulates for --simulate (default %(default)s)")
    options = parser.parse_args()
    options.build = options.build.resolve()
    for given, known in ((options.graphs, PLANS), (options.only, PEERS)):
        unknown = [name for name in given.split(",") if name not in known]
        if unknown:
            parser.error(f"expected names of {', '.join(known)}, found {', '.join(unknown)}")
    return options


def leave(number, frame):
    """As if interrupted, so that servers are ended and folders removed."""
    sys.exit(128 + number)


def main():
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    options = parse_options()
    load = os.getloadavg()[0]
    if load > 0.5 * os.cpu_count():
        print(f"warning: {load:.1f} programs want to run on {os.cpu_count()} cores: even the ratios will be rough", file=sys.stderr)
    if options.assign:
        assign.compare(options.build, options.rounds)
        return
    if options.simulate:
        simulation.compare(options.build, options.rounds, options.days)
        return
    networks = Networks(DATA, options.build, options.build / "bench" / "peers")
    if options.package:
        importlib.import_module(".package", __package__).compare(networks, DATA / EXTRACT, options.rounds)
        return
    comparisons, refused = [], {}
    for name in options.graphs.split(","):
        graph = networks.make(name)
        if graph:
            comparisons.append(compare_on(graph, options, options.only.split(","), refused))
    if not comparisons:
        sys.exit("no graph to compare on: the data are not there")
    path = options.build / "bench" / "peers.json"
    write_json(path, comparisons, refused)
    print_results(comparisons, refused)
    print(f"\n{path}")


main()
