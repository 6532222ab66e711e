"""Muster, asked through its own program: `--timing` tells what the work costs a caller of the library with a network open."""

import io
import json
import pathlib
import subprocess
import sys

import numpy
import pandas

from .answer import UNREACHABLE, Answer, NotOffered

LAUNCHER = pathlib.Path(__file__).with_name("launch.py")
# What `muster network build --timing-parts` and `muster network info --json` call the parts of a hierarchy.
CUSTOMIZE_KEY = "customize_ms"
HIERARCHY_ARCS_KEY = "chords"


class Muster:
    name = "Muster"

    def __init__(self, program, graph, folder):
        self.program, self.graph, self.folder = program, graph, folder
        self.network = folder / f"{graph.name}.mnet"
        self.run("network", "build", *self.source(), "-o", self.network)

    def source(self):
        return ["--dimacs", self.graph.gr_path, *(["--coords", self.graph.co_path] if self.graph.co_path else [])]

    def run(self, *arguments):
        """Runs the program; its output as text, the timing line, and the most memory it held."""
        peak = self.folder / "peak"
        launcher = [sys.executable, "-I", "-S", LAUNCHER, peak, self.program]
        result = subprocess.run([*map(str, launcher), *map(str, arguments), "--timing-parts"], capture_output=True, text=True)
        lines = result.stderr.splitlines()
        if result.returncode == 2:
            raise NotOffered(lines[0] if lines else "unknown option")
        if result.returncode != 0:
            raise RuntimeError(f"muster {arguments[0]}: {lines[-1] if lines else 'failed'}")
        timing = next((json.loads(line) for line in reversed(lines) if line.startswith("{")), {})
        return result.stdout, timing, int(peak.read_text(encoding="ascii"))

    def write_nodes(self, name, *columns):
        path = self.folder / name
        numpy.savetxt(path, numpy.column_stack(columns) + 1, fmt="%d")
        return path

    def answer(self, arguments, parse, items=None):
        text, timing, peak_bytes = self.run(*arguments)
        return Answer(parse(text), items or timing["items"], timing["work_ms"], peak_bytes=peak_bytes)

    def point_to_point(self, question):
        pairs = self.write_nodes("pairs", question.sources, question.targets)
        return self.answer(["distances", self.network, "--pairs", pairs], read_times)

    def matrix(self, question):
        sources, targets = self.write_nodes("sources", question.sources), self.write_nodes("targets", question.targets)
        return self.answer(["matrix", self.network, "--sources", sources, "--targets", targets], read_table, items=1)

    def nearest(self, question):
        arguments = ["nearest", self.network, "--toward", "-k", question.k]
        arguments += ["--targets", self.write_nodes("responders", question.responders), "--from", self.write_nodes("incidents", question.targets)]
        if len(question.busy):
            arguments += ["--unavailable", self.write_nodes("busy", question.busy)]
        return self.answer(arguments, lambda text: read_nearest(text, question))

    def nearest_of_all(self, question):
        answer = self.nearest(question)
        answer.items = 1
        return answer

    def build(self, question):
        _, timing, peak_bytes = self.run("network", "build", *self.source(), "-o", self.network)
        info = json.loads(self.run("network", "info", self.network, "--json")[0])
        arcs = info.get(HIERARCHY_ARCS_KEY)
        remark = f"{arcs:,} hierarchy arcs" if arcs else "no hierarchy in the network"
        return Answer(None, 1, timing["work_ms"], remark, peak_bytes)

    def customize(self, question):
        _, timing, _ = self.run("network", "build", *self.source(), "-o", self.network)
        if CUSTOMIZE_KEY not in timing:
            raise NotOffered("`network build --timing-parts` tells no time of a customization")
        return Answer(None, 1, timing[CUSTOMIZE_KEY])

    def close_disc(self, question):
        area = self.folder / "disc.geojson"
        polygon = {"type": "Polygon", "coordinates": [question.disc.ring().tolist()]}
        area.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": polygon}), encoding="ascii")
        pairs = self.write_nodes("pairs", question.sources, question.targets)
        text, timing, peak_bytes = self.run("distances", self.network, "--pairs", pairs, "--close", area)
        return Answer(read_times(text), 1, timing["close_ms"] + timing["work_ms"], peak_bytes=peak_bytes)


def read_times(text):
    return numpy.array([UNREACHABLE if line == "unreachable" else int(line) for line in text.split("\n") if line])


def read_table(text):
    return numpy.array([[int(cell) if cell else UNREACHABLE for cell in line.split(",")] for line in text.splitlines()])


def read_nearest(text, question):
    """A row an incident: the answers come in the order asked, ranks from 1."""
    out = numpy.full((len(question.targets), question.k), UNREACHABLE, dtype=numpy.int64)
    if not text:
        return out
    rows = pandas.read_csv(io.StringIO(text), sep=" ", header=None).to_numpy()
    place, starts = -1, numpy.concatenate((numpy.flatnonzero(rows[:, 1] == 1), [len(rows)]))
    for begin, end in zip(starts[:-1], starts[1:]):
        place += 1
        while question.targets[place] + 1 != rows[begin, 0]:  # incidents that nobody reaches have no line
            place += 1
        out[place, : end - begin] = rows[begin:end, 3]
    return out
