"""Lays copies of a road graph side by side and joins them: a large graph with the structure of a real one.

Reads and writes DIMACS files (.gr with milliseconds, .co with degrees × 10⁶). Copy (column, row) of a graph of n nodes has the
node ids from (row × columns + column) × n + 1. Along each seam the border is cut into bands; in each band the nodes nearest to
the border, one of either side, are joined both ways, at the speed that is the median of the graph's own arcs. Nothing is left
to chance, and if every node of the graph reaches every other, so does every node of the mosaic.
"""

import argparse
import math
import pathlib
import statistics
import sys

BANDS = 24  # links along a seam, at most
GAP_E6 = 300  # between the boxes of two copies, degrees × 10⁶: about 30 m
METRES_A_DEGREE = 111_195.0
SPEED_SAMPLE_ARCS = 20_000


def records(path, letter, numbers):
    """The whole numbers of each line that begins with the letter."""
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split()
            if not words or words[0] != letter:
                continue
            if len(words) != numbers + 1:
                sys.exit(f"{path}:{number}: expected {numbers} numbers after \"{letter}\", found {len(words) - 1}")
            yield tuple(map(int, words[1:]))


def read_positions(path):
    """Longitude and latitude of the nodes 1 … n, degrees × 10⁶."""
    found = {node: (longitude, latitude) for node, longitude, latitude in records(path, "v", 3)}
    missing = next((node for node in range(1, len(found) + 1) if node not in found), None)
    if missing or not found:
        sys.exit(f"{path}: expected a position for each node from 1, found none for {missing or 1}")
    return [found[node] for node in range(1, len(found) + 1)]


def metres(a, b):
    """Between two positions in degrees × 10⁶, on a plane: they lie close together."""
    middle = math.radians((a[1] + b[1]) / 2e6)
    return math.hypot((a[0] - b[0]) * math.cos(middle), a[1] - b[1]) / 1e6 * METRES_A_DEGREE


def median_ms_a_metre(arcs, positions):
    step = max(1, len(arcs) // SPEED_SAMPLE_ARCS)
    paces = [weight / length for tail, head, weight in arcs[::step] if (length := metres(positions[tail - 1], positions[head - 1])) > 1]
    return statistics.median(paces) if paces else 1000 / 1.4


def border_nodes(positions, along, across, sign):
    """In each band of the axis `along`, the node farthest out on the axis `across` (sign 1: at its high end); ties by id."""
    low = min(p[along] for p in positions)
    width = max(p[along] for p in positions) - low + 1
    best = {}
    for node, position in enumerate(positions, 1):
        band = (position[along] - low) * BANDS // width
        if band not in best or sign * position[across] > sign * positions[best[band] - 1][across]:
            best[band] = node
    return best


def seam(positions, across, step, pace):
    """Links from a copy to the next one on the axis `across`: (node here, node there, ms)."""
    far = border_nodes(positions, 1 - across, across, 1)
    near = border_nodes(positions, 1 - across, across, -1)
    links = []
    for band in sorted(far.keys() & near.keys()):
        here, there = far[band], near[band]
        moved = list(positions[there - 1])
        moved[across] += step
        links.append((here, there, max(1, round(metres(positions[here - 1], moved) * pace))))
    if not links:  # a graph of a few nodes may have no band with both
        here, there = max(far.values()), min(near.values())
        links.append((here, there, max(1, round(GAP_E6 / 1e6 * METRES_A_DEGREE * pace))))
    return links


def extent(positions, axis):
    return max(p[axis] for p in positions) - min(p[axis] for p in positions) + GAP_E6


def check_fits(positions, columns, rows):
    east = max(p[0] for p in positions) + (columns - 1) * extent(positions, 0)
    north = max(p[1] for p in positions) + (rows - 1) * extent(positions, 1)
    if east > 180_000_000 or north > 85_000_000:
        sys.exit(f"{columns} × {rows} copies reach {east / 1e6:.1f}° east and {north / 1e6:.1f}° north; at most 180° and 85°")


def write_arcs(stream, arcs, seams, node_count, columns, rows):
    east, north = seams
    links = 2 * (len(east) * (columns - 1) * rows + len(north) * columns * (rows - 1))
    stream.write(f"p sp {node_count * columns * rows} {len(arcs) * columns * rows + links}\n")

    def join(base, other, pairs):
        for here, there, weight in pairs:
            stream.write(f"a {base + here} {other + there} {weight}\na {other + there} {base + here} {weight}\n")

    for row in range(rows):
        for column in range(columns):
            base = (row * columns + column) * node_count
            stream.writelines(f"a {base + tail} {base + head} {weight}\n" for tail, head, weight in arcs)
            if column + 1 < columns:
                join(base, base + node_count, east)
            if row + 1 < rows:
                join(base, base + columns * node_count, north)


def write_positions(stream, positions, columns, rows):
    width, height = extent(positions, 0), extent(positions, 1)
    stream.write(f"p aux sp co {len(positions) * columns * rows}\n")
    for tile in range(columns * rows):
        base, row, column = tile * len(positions), tile // columns, tile % columns
        stream.writelines(
            f"v {base + node} {longitude + column * width} {latitude + row * height}\n"
            for node, (longitude, latitude) in enumerate(positions, 1)
        )


def lay(graph, coordinates, columns, rows, output):
    """Writes OUTPUT.gr and OUTPUT.co."""
    arcs, positions = list(records(graph, "a", 3)), read_positions(coordinates)
    check_fits(positions, columns, rows)
    pace = median_ms_a_metre(arcs, positions)
    seams = [seam(positions, axis, extent(positions, axis), pace) for axis in (0, 1)]
    with open(f"{output}.gr", "w", encoding="ascii") as stream:
        write_arcs(stream, arcs, seams, len(positions), columns, rows)
    with open(f"{output}.co", "w", encoding="ascii") as stream:
        write_positions(stream, positions, columns, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("graph", type=pathlib.Path, help="F.gr")
    parser.add_argument("coordinates", type=pathlib.Path, help="F.co")
    parser.add_argument("--columns", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="writes OUTPUT.gr and OUTPUT.co")
    options = parser.parse_args()
    if options.columns < 1 or options.rows < 1:
        parser.error("expected 1 column and 1 row or more")
    lay(options.graph, options.coordinates, options.columns, options.rows, options.output)


if __name__ == "__main__":
    main()
