"""A road graph as every peer is given it: arcs with times in ms and, where there are any, positions of the nodes."""

import dataclasses
import pathlib

import numpy
import pandas

METRES_A_DEGREE = 111_195.0


@dataclasses.dataclass(frozen=True)
class Graph:
    """Nodes are 0 … node_count − 1 here and one more in the DIMACS files."""

    name: str
    node_count: int
    tail: numpy.ndarray
    head: numpy.ndarray
    weight_ms: numpy.ndarray
    latitude: numpy.ndarray | None = None
    longitude: numpy.ndarray | None = None
    gr_path: pathlib.Path | None = None
    co_path: pathlib.Path | None = None

    @property
    def arc_count(self):
        return len(self.tail)


def read_records(path, letter):
    """The numbers of the lines that begin with the letter, which follow one another to the end of the file."""
    with open(path, "rb") as stream:
        head = 0
        for line in stream:
            if line.startswith(letter.encode() + b" "):
                break
            head += 1
    return pandas.read_csv(path, sep=" ", header=None, skiprows=head, usecols=[1, 2, 3], dtype=numpy.int64).to_numpy()


def read_dimacs(name, gr_path, co_path=None):
    with open(gr_path, encoding="ascii") as stream:
        node_count = next(int(line.split()[2]) for line in stream if line.startswith("p "))
    arcs = read_records(gr_path, "a")
    latitude = longitude = None
    if co_path:
        positions = read_records(co_path, "v")
        longitude, latitude = numpy.empty(node_count), numpy.empty(node_count)
        longitude[positions[:, 0] - 1] = positions[:, 1] / 1e6
        latitude[positions[:, 0] - 1] = positions[:, 2] / 1e6
    return Graph(name, node_count, arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 2], latitude, longitude, gr_path, co_path)


def write_dimacs(graph, gr_path, co_path):
    with open(gr_path, "w", encoding="ascii") as stream:
        stream.write(f"p sp {graph.node_count} {graph.arc_count}\n")
        stream.writelines(f"a {t + 1} {h + 1} {w}\n" for t, h, w in zip(graph.tail.tolist(), graph.head.tolist(), graph.weight_ms.tolist()))
    with open(co_path, "w", encoding="ascii") as stream:
        stream.write(f"p aux sp co {graph.node_count}\n")
        stream.writelines(
            f"v {node} {round(longitude * 1e6)} {round(latitude * 1e6)}\n"
            for node, (longitude, latitude) in enumerate(zip(graph.longitude.tolist(), graph.latitude.tolist()), 1)
        )


@dataclasses.dataclass(frozen=True)
class Disc:
    latitude: float
    longitude: float
    radius_m: float

    def ring(self, corners=720):
        """Its outline as longitude and latitude, closed, just wide enough to hold the disc."""
        angles = numpy.linspace(0, 2 * numpy.pi, corners + 1)
        reach = self.radius_m / METRES_A_DEGREE / numpy.cos(numpy.pi / corners)
        east = reach / numpy.cos(numpy.radians(self.latitude))
        ring = numpy.column_stack((self.longitude + east * numpy.cos(angles), self.latitude + reach * numpy.sin(angles)))
        ring[-1] = ring[0]
        return ring

    def arcs_touched(self, graph):
        """The arcs any point of which lies in the disc."""
        scale = numpy.cos(numpy.radians(self.latitude)) * METRES_A_DEGREE
        x = (graph.longitude - self.longitude) * scale
        y = (graph.latitude - self.latitude) * METRES_A_DEGREE
        ax, ay, bx, by = x[graph.tail], y[graph.tail], x[graph.head], y[graph.head]
        length_squared = numpy.maximum((bx - ax) ** 2 + (by - ay) ** 2, 1e-12)
        along = numpy.clip(-(ax * (bx - ax) + ay * (by - ay)) / length_squared, 0, 1)
        return numpy.flatnonzero(numpy.hypot(ax + along * (bx - ax), ay + along * (by - ay)) <= self.radius_m)
