"""Valhalla with its `auto` costing, on the extract itself: it takes no graph from outside.

Its speeds and turn costs are its own, so its answers are compared in plausibility only.
"""

import json
import pathlib
import shutil
import subprocess

import numpy
import valhalla
from valhalla.config import get_config

from .answer import Answer, NotOffered, NotToBeHad, ask_each, smallest, timed_ms, whole_ms

PACKAGE = "pyvalhalla"
CELLS_MAX = 20_000


class Valhalla:
    name = "Valhalla"
    exact = False

    def __init__(self, graph, folder, extract):
        self.graph, self.folder = graph, folder / "valhalla"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "tiles").mkdir(parents=True)
        self.config = self.folder / "valhalla.json"
        self.config.write_text(json.dumps(self.settings()), encoding="utf-8")
        _, self.build_ms = timed_ms(lambda: self.build_tiles(extract))
        self.actor = valhalla.Actor(str(self.config))

    def settings(self):
        settings = get_config(tile_extract="", tile_dir=str(self.folder / "tiles"))
        settings["mjolnir"].update(admin="", timezone="", landmarks="", concurrency=1)
        settings["service_limits"]["auto"].update(max_locations=100_000, max_matrix_location_pairs=10_000_000)
        return settings

    def build_tiles(self, extract):
        command = [pathlib.Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles", "-c", str(self.config), "-j", "1", str(extract)]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            raise NotToBeHad(f"valhalla_build_tiles failed: {(result.stderr or result.stdout).strip().splitlines()[-1]}")

    def places(self, nodes):
        return [{"lon": lon, "lat": lat} for lon, lat in zip(self.graph.longitude[nodes].tolist(), self.graph.latitude[nodes].tolist())]

    def point_to_point(self, question, budget_s):
        requests = [
            json.dumps({"locations": self.places([s, t]), "costing": "auto", "directions_type": "none", "shape_format": "no_shape"})
            for s, t in zip(question.sources, question.targets)
        ]
        texts, elapsed_ms = ask_each(requests, budget_s, self.ask_route)
        times = [json.loads(text)["trip"]["summary"]["time"] * 1000 if text else float("inf") for text in texts]
        return Answer(whole_ms(times), len(times), elapsed_ms, "snapping and route included")

    def ask_route(self, request):
        try:
            return self.actor.route(request)
        except RuntimeError:  # no way between the two
            return None

    def table(self, sources, targets):
        return json.dumps({"sources": self.places(sources), "targets": self.places(targets), "costing": "auto", "verbose": False})

    def matrix(self, question, budget_s):
        if len(question.sources) * len(question.targets) > CELLS_MAX:
            raise NotOffered(f"tables of more than {CELLS_MAX:,} cells take minutes: not tried")
        request = self.table(question.sources, question.targets)
        text, elapsed_ms = timed_ms(lambda: self.actor.matrix(request))
        return Answer(table_ms(text), 1, elapsed_ms, "snapping included")

    def nearest(self, question, budget_s):
        if len(question.available) > 200:
            raise NotOffered("a table from more than 200 places to each incident: not tried")
        requests = [self.table(question.available, question.targets[i : i + 1]) for i in range(50)]
        texts, elapsed_ms = ask_each(requests, budget_s, self.actor.matrix)
        values = numpy.concatenate([smallest(table_ms(text)[:, 0], question.k) for text in texts])
        return Answer(values, len(texts), elapsed_ms, "a table of all available; snapping included")

    def nearest_of_all(self, question, budget_s):
        raise NotOffered("no call for all nodes")

    def build(self, question, budget_s):
        return Answer(None, 1, self.build_ms, "tiles, reading the file included")

    def customize(self, question, budget_s):
        raise NotOffered("it has no metric to prepare: costs are reckoned in each query")

    def close_disc(self, question, budget_s):
        request = json.dumps(
            {
                "locations": self.places([question.sources[0], question.targets[0]]),
                "costing": "auto",
                "directions_type": "none",
                "exclude_polygons": [question.disc.ring(48).tolist()],
            }
        )
        text, elapsed_ms = timed_ms(lambda: self.ask_route(request))
        if not text:
            raise NotOffered("the route round the closed disc failed")
        return Answer(whole_ms([json.loads(text)["trip"]["summary"]["time"] * 1000]), 1, elapsed_ms, "exclude_polygons")


def table_ms(text):
    durations = json.loads(text)["sources_to_targets"]["durations"]
    return whole_ms([[float("inf") if cell is None else cell * 1000 for cell in row] for row in durations])
