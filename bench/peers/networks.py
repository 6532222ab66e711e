"""The graphs of the comparison, made once into a folder: extracts with every corner a node, DIMACS graphs, mosaics."""

import pathlib
import subprocess
import sys

import numpy
import pandas

from .graph import Graph, read_dimacs, write_dimacs

EXTRACT = "osm/porto-alegre/poa.osm.pbf"  # the largest extract for cars too
MOSAIC_PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "mosaic.py"


class Networks:
    """`make(name)` gives the graph of that name, or None where its data are not there."""

    def __init__(self, data, build, folder):
        self.data, self.build, self.folder = data, build, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.makers = {
            "poa-foot": lambda: self.extract("foot"),
            "poa-car": lambda: self.extract("car"),
            "hongkong": self.hongkong,
            "rome99": self.rome99,
            "mosaic-2": lambda: self.mosaic("mosaic-2", 2, 1),
            "mosaic-30": lambda: self.mosaic("mosaic-30", 6, 5),
        }

    def make(self, name):
        try:
            return self.makers[name]()
        except FileNotFoundError as error:
            print(f"skipped: {name}: {error.filename} is not there", file=sys.stderr)
            return None

    def source(self, relative):
        path = self.data / relative
        if not path.exists():
            raise FileNotFoundError(2, "not there", str(path))
        return path

    def extract(self, mode):
        prefix = self.folder / f"poa-{mode}"
        subprocess.run([self.build / "bench" / "bench-export-graph", mode, self.source(EXTRACT), prefix], check=True)
        return read_dimacs(prefix.name, prefix.with_suffix(".gr"), prefix.with_suffix(".co"))

    def mosaic(self, name, columns, rows):
        tile = self.extract("foot")
        prefix = self.folder / name
        size = ["--columns", str(columns), "--rows", str(rows)]
        subprocess.run([sys.executable, MOSAIC_PROGRAM, tile.gr_path, tile.co_path, *size, "-o", prefix], check=True)
        return read_dimacs(name, prefix.with_suffix(".gr"), prefix.with_suffix(".co"))

    def rome99(self):
        return read_dimacs("rome99", self.source("graphs/rome99/rome99.gr"))

    def hongkong(self):
        """Travel times in seconds, nodes from 0, positions as latitude and longitude."""
        arcs = pandas.read_csv(self.source("graphs/hongkong/Hongkong.road-t"), sep=" ", comment="#", header=None).to_numpy()
        positions = pandas.read_csv(self.source("graphs/hongkong/Hongkong.co"), sep=" ", comment="#", header=None, names=["lat", "lon"])
        positions = positions.dropna().to_numpy()  # the line with their count has one number only
        weight_ms = numpy.rint(arcs[:, 2] * 1000).astype(numpy.int64)
        prefix = self.folder / "hongkong"
        gr_path, co_path = prefix.with_suffix(".gr"), prefix.with_suffix(".co")
        tail, head = arcs[:, 0].astype(numpy.int64), arcs[:, 1].astype(numpy.int64)
        graph = Graph("hongkong", len(positions), tail, head, weight_ms, positions[:, 0], positions[:, 1], gr_path, co_path)
        write_dimacs(graph, gr_path, co_path)
        return graph
