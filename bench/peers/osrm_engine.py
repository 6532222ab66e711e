"""OSRM with its car profile, contraction hierarchies, on the extract itself: it takes no graph from outside.

Its speeds and turn costs are its own, so its answers are compared in plausibility only.
"""

import pathlib
import shutil
import subprocess
import sys

import numpy
import osrm

from .answer import Answer, NotOffered, NotToBeHad, ask_each, smallest, timed_ms, whole_ms

PACKAGE = "osrm-bindings"
RESPONDERS_MAX = 2000


class Osrm:
    name = "OSRM (CH)"
    exact = False

    def __init__(self, graph, folder, extract):
        self.graph, self.folder = graph, folder / "osrm"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.copy(extract, self.folder / "roads.osm.pbf")
        _, self.build_ms = timed_ms(self.prepare)
        self.engine = osrm.OSRM(storage_config=str(self.folder / "roads.osrm"), algorithm="CH", use_shared_memory=False, max_locations_distance_table=-1)

    def prepare(self):
        profile = pathlib.Path(osrm.__file__).parent / "share" / "profiles" / "car.lua"
        self.tool("extract", "-t", "1", "-p", profile, "roads.osm.pbf")
        self.tool("contract", "-t", "1", "roads.osrm")

    def tool(self, *arguments):
        result = subprocess.run([sys.executable, "-m", "osrm", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise NotToBeHad(f"osrm-{arguments[0]} failed: {(result.stderr or result.stdout).strip().splitlines()[-1]}")

    def places(self, nodes):
        return list(zip(self.graph.longitude[nodes].tolist(), self.graph.latitude[nodes].tolist()))

    def point_to_point(self, question, budget_s):
        requests = [osrm.RouteParameters(coordinates=self.places([s, t]), overview="false", generate_hints=False) for s, t in zip(question.sources, question.targets)]
        times, elapsed_ms = ask_each(requests, budget_s, lambda request: self.engine.Route(request)["routes"][0]["duration"] * 1000)
        return Answer(whole_ms(times), len(times), elapsed_ms, "snapping and route included")

    def table(self, sources, targets):
        coordinates = self.places(numpy.concatenate((sources, targets)))
        middle, end = len(sources), len(coordinates)
        return osrm.TableParameters(coordinates=coordinates, sources=list(range(middle)), destinations=list(range(middle, end)), annotations=["duration"], generate_hints=False)

    def ask_table(self, request):
        return self.engine.Table(request)["durations"]

    def matrix(self, question, budget_s):
        request = self.table(question.sources, question.targets)
        durations, elapsed_ms = timed_ms(lambda: self.ask_table(request))
        return Answer(table_ms(durations), 1, elapsed_ms, "snapping included")

    def nearest(self, question, budget_s):
        if len(question.available) > RESPONDERS_MAX:
            raise NotOffered(f"a table from more than {RESPONDERS_MAX:,} places to each incident: not tried")
        requests = [self.table(question.available, question.targets[i : i + 1]) for i in range(50)]
        tables, elapsed_ms = ask_each(requests, budget_s, self.ask_table)
        values = numpy.concatenate([smallest(table_ms(durations)[:, 0], question.k) for durations in tables])
        return Answer(values, len(tables), elapsed_ms, "a table of all available; snapping included")

    def nearest_of_all(self, question, budget_s):
        raise NotOffered("no call for all nodes")

    def build(self, question, budget_s):
        return Answer(None, 1, self.build_ms, "extract and contract, reading the file included")

    def customize(self, question, budget_s):
        raise NotOffered("its contraction hierarchy is built anew (S9)")

    def close_disc(self, question, budget_s):
        raise NotOffered("no closures in a query; roads are closed by building anew (S9)")


def table_ms(durations):
    return whole_ms([[float("inf") if cell is None else float(cell) * 1000 for cell in row] for row in durations])
