"""bench/mosaic.py: copies of a graph joined at their borders, the same bytes each time, everything reachable."""

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIDE = 5


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    """A block of 5 × 5 crossings, about 100 m apart, a minute from one to the next both ways."""
    folder = tmp_path_factory.mktemp("block")
    nodes = [(x, y) for y in range(SIDE) for x in range(SIDE)]
    number = {place: i for i, place in enumerate(nodes, 1)}
    arcs = [(number[x, y], number[x + dx, y + dy]) for x, y in nodes for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)) if (x + dx, y + dy) in number]
    (folder / "block.gr").write_text(f"p sp 25 {len(arcs)}\n" + "".join(f"a {a} {b} 60000\n" for a, b in arcs))
    (folder / "block.co").write_text("".join(f"v {number[x, y]} {109_000_000 + 1000 * x} {29_000_000 + 900 * y}\n" for x, y in nodes))
    return folder / "block.gr", folder / "block.co"


def lay(block, output, columns, rows):
    command = [sys.executable, ROOT / "bench" / "mosaic.py", *block, "--columns", columns, "--rows", rows, "-o", output]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)


def lines(path, letter):
    return [tuple(map(int, line.split()[1:])) for line in path.read_text().splitlines() if line.startswith(f"{letter} ")]


def test_copies_and_seams(block, tmp_path):
    assert lay(block, tmp_path / "m", 3, 2).returncode == 0
    arcs, positions = lines(tmp_path / "m.gr", "a"), lines(tmp_path / "m.co", "v")
    assert [node for node, _, _ in positions] == list(range(1, 3 * 2 * 25 + 1))
    assert (tmp_path / "m.gr").read_text().splitlines()[0] == f"p sp 150 {len(arcs)}"
    inside = [(a, b, w) for a, b, w in arcs if (a - 1) // 25 == (b - 1) // 25]
    assert len(inside) == 6 * 80
    across = {(a, b): w for a, b, w in arcs if (a - 1) // 25 != (b - 1) // 25}
    # Every crossing of a border has its link, 5 a seam, 4 seams between columns and 3 between rows, both ways.
    assert len(across) == 2 * 5 * (4 + 3)
    assert all(across[b, a] == w for (a, b), w in across.items())
    # The east side of the first copy meets the west side of the second, row by row; about 30 m at 60 s a 100 m.
    for row in range(SIDE):
        assert 15_000 < across[5 * row + 5, 25 + 5 * row + 1] < 25_000


def test_everything_is_reachable(block, muster, tmp_path):
    assert lay(block, tmp_path / "m", 4, 3).returncode == 0
    result = muster("network", "build", "--dimacs", tmp_path / "m.gr", "--coords", tmp_path / "m.co", "--json", "-o", tmp_path / "m.mnet")
    assert result.returncode == 0, result.stderr
    info = json.loads(result.stdout)
    assert info["nodes"] == 300 and info["parts"] == 1


def test_same_bytes(block, tmp_path):
    for name in "ab":
        assert lay(block, tmp_path / name, 2, 2).returncode == 0
    for suffix in (".gr", ".co"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_a_mosaic_beyond_the_earth_is_refused(block, tmp_path):
    result = lay(block, tmp_path / "m", 40_000, 1)
    assert result.returncode == 1 and "at most 180°" in result.stderr
    assert not (tmp_path / "m.gr").exists()
