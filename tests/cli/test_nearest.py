"""muster nearest: order, ties, directions, limits, against times from muster matrix."""

import json

import pytest
from conftest import assert_refused


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def line(muster, tmp_path_factory):
    """1 – 2 – 3 – 4 – 5, a minute apart up the numbers, two minutes down; 6 alone."""
    folder = tmp_path_factory.mktemp("line")
    arcs = [f"a {i} {i + 1} 60000" for i in range(1, 5)] + [f"a {i + 1} {i} 120000" for i in range(1, 5)]
    graph = write(folder / "line.gr", ["p sp 6 8", *arcs])
    network = folder / "line.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    return network


def ask(muster, network, tmp_path, targets, *options, start=(3,)):
    target_file, from_file = write(tmp_path / "targets", targets), write(tmp_path / "from", start)
    result = muster("nearest", network, "--targets", target_file, "--from", from_file, *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_directions(muster, line, tmp_path):
    assert ask(muster, line, tmp_path, [1, 5], "-k", 5) == "3 1 5 120000\n3 2 1 240000\n"
    assert ask(muster, line, tmp_path, [1, 5], "-k", 5, "--toward") == "3 1 1 120000\n3 2 5 240000\n"
    assert ask(muster, line, tmp_path, [1, 5], "-k", 1, "--toward", start=(3, 6, 5)) == "3 1 1 120000\n5 1 5 0\n"


def test_ties_by_place_in_the_file(muster, line, tmp_path):
    assert ask(muster, line, tmp_path, [5, 1, 5, 2, 5], "-k", 4).splitlines() == [
        "3 1 5 120000",
        "3 2 5 120000",
        "3 3 2 120000",
        "3 4 5 120000",
    ]


def test_limit_is_inclusive(muster, line, tmp_path):
    assert ask(muster, line, tmp_path, [1, 4, 5], "-k", 9, "--within", 2) == "3 1 4 60000\n3 2 5 120000\n"
    assert ask(muster, line, tmp_path, [1, 4, 5], "-k", 9, "--within", 1.9999) == "3 1 4 60000\n"
    assert ask(muster, line, tmp_path, [3], "-k", 9, "--within", 0) == "3 1 3 0\n"


@pytest.mark.parametrize("minutes, ms", [("4.1", 246000), ("0.001", 60), ("8.7", 522000), ("16.9", 1014000)])
def test_minutes_with_decimals_are_exact(muster, tmp_path, minutes, ms):
    graph, network = write(tmp_path / "a.gr", ["p sp 3 2", f"a 1 2 {ms}", f"a 1 3 {ms + 1}"]), tmp_path / "a.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    assert ask(muster, network, tmp_path, [3, 2], "-k", 9, "--within", minutes, start=(1,)) == f"1 1 2 {ms}\n"
    reached = muster("reach", network, "--from", "node:1", "--minutes", minutes, "--nodes")
    assert reached.stdout == f"1 0\n2 {ms}\n"


def test_unavailable(muster, line, tmp_path):
    busy = write(tmp_path / "busy", [4, 2])
    assert ask(muster, line, tmp_path, [4, 5, 4, 1], "-k", 2, "--unavailable", busy) == "3 1 5 120000\n3 2 1 240000\n"


def test_json(muster, line, tmp_path):
    answer = json.loads(ask(muster, line, tmp_path, [1, 5], "-k", 1, "--json", start=(3, 6)))
    assert answer == {
        "answers": [{"from": 3, "nearest": [{"rank": 1, "target": 5, "ms": 120000}]}, {"from": 6, "nearest": []}]
    }


@pytest.mark.parametrize("toward", [False, True])
def test_rome99_against_the_matrix(muster, data, tmp_path, toward):
    network = tmp_path / "rome.mnet"
    graph = data("graphs/rome99/rome99.gr")
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    targets = [7 + (i * 37) % 1500 for i in range(200)] + [7, 44]
    starts = [1 + i * 101 for i in range(33)]
    target_file, from_file = write(tmp_path / "targets", targets), write(tmp_path / "from", starts)
    if toward:
        table = muster("matrix", network, "--sources", target_file, "--targets", from_file).stdout.splitlines()
        times = list(zip(*[row.split(",") for row in table]))
    else:
        table = muster("matrix", network, "--sources", from_file, "--targets", target_file).stdout.splitlines()
        times = [row.split(",") for row in table]
    expected = []
    for start, row in zip(starts, times):
        order = sorted((int(ms), place) for place, ms in enumerate(row) if ms)[:8]
        expected += [f"{start} {rank} {targets[place]} {ms}" for rank, (ms, place) in enumerate(order, 1)]
    options = ["--toward"] if toward else []
    assert ask(muster, network, tmp_path, targets, "-k", 8, *options, start=starts).splitlines() == expected


def test_refusals(muster, line, tmp_path):
    good, bad = write(tmp_path / "good", [1]), write(tmp_path / "bad", [1, 77])
    assert_refused(muster("nearest", line, "--targets", bad, "--from", good, "-k", 1), "bad:2:", "found 77")
    assert_refused(muster("nearest", line, "--targets", good, "--from", bad, "-k", 1), "bad:2:", "found 77")
    assert_refused(
        muster("nearest", line, "--targets", good, "--from", good, "-k", 1, "--unavailable", bad), "bad:2:", "found 77"
    )
    for extra in (["-k", 0], ["-k", "x"], [], ["-k", 1, "--within", -1], ["-k", 1, "--within", "nan"]):
        result = muster("nearest", line, "--targets", good, "--from", good, *extra)
        assert result.returncode == 2 and len(result.stderr.splitlines()) == 1, extra
