"""muster distances and matrix: known answers of real graphs, formats, refusals."""

import csv
import json

import pytest
from conftest import assert_refused


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small(muster, tmp_path_factory):
    """Four nodes: 1 → 2 → 3 and back at other times, 4 apart."""
    folder = tmp_path_factory.mktemp("small")
    graph = write(folder / "small.gr", ["p sp 4 4", "a 1 2 100", "a 2 3 50", "a 3 1 7", "a 2 1 100"])
    network = folder / "small.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    return network


def test_rome99_as_the_reference(muster, data, tmp_path):
    graph = data("graphs/rome99/rome99.gr")
    with open(data("graphs/rome99/rome99_reference_scipy.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    network = tmp_path / "rome.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    pairs = write(tmp_path / "pairs", [f"{row['source_1based']} {row['target_1based']}" for row in rows])
    result = muster("distances", network, "--pairs", pairs)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [row["distance_m"] for row in rows]
    assert len(rows) == 1000

    sources = sorted({int(row["source_1based"]) for row in rows})[:12]
    targets = sorted({int(row["target_1based"]) for row in rows})[:30]
    source_file, target_file = write(tmp_path / "sources", sources), write(tmp_path / "targets", targets)
    matrix = muster("matrix", network, "--sources", source_file, "--targets", target_file)
    back = muster("matrix", network, "--sources", target_file, "--targets", source_file)
    every = write(tmp_path / "every", [f"{s} {t}" for s in sources for t in targets])
    times = muster("distances", network, "--pairs", every).stdout.split()
    cells = [line.split(",") for line in matrix.stdout.splitlines()]
    assert [cell for row in cells for cell in row] == times
    every = write(tmp_path / "every", [f"{t} {s}" for t in targets for s in sources])
    times = muster("distances", network, "--pairs", every).stdout.split()
    assert [cell for line in back.stdout.splitlines() for cell in line.split(",")] == times


def test_hongkong_times_as_the_reference(muster, data, tmp_path):
    graph = tmp_path / "hongkong.gr"
    arcs = []
    with open(data("graphs/hongkong/Hongkong.road-t"), encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if line.startswith("#") or len(words) != 3:
                continue
            arcs.append(f"a {int(words[0]) + 1} {int(words[1]) + 1} {round(float(words[2]) * 1e6)}")
    write(graph, [f"p sp 43620 {len(arcs)}", *arcs])
    with open(data("graphs/hongkong/hongkong_reference_scipy.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    network = tmp_path / "hongkong.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    pairs = write(
        tmp_path / "pairs", [f"{int(row['source_0based']) + 1} {int(row['target_0based']) + 1}" for row in rows]
    )
    result = muster("distances", network, "--pairs", pairs)
    assert result.stdout.split() == [str(round(float(row["travel_time_s"]) * 1e6)) for row in rows]
    assert len(rows) == 500


def test_pairs_in_any_order_and_layout(muster, small):
    text = "# header\n\n1 3   # there\n  3\t1\n1 2\n4 1\r\n1 3\n2 2\n1 4"
    result = muster("distances", small, "--pairs", "-", input=text)
    assert result.stdout == "150\n7\n100\nunreachable\n150\n0\nunreachable\n"
    result = muster("distances", small, "--pairs", "-", "--json", input="1 3\n4 1\n")
    assert json.loads(result.stdout) == {
        "pairs": [{"source": 1, "target": 3, "ms": 150}, {"source": 4, "target": 1, "ms": None}]
    }
    assert muster("distances", small, "--pairs", "-", input="").stdout == ""


def test_timing(muster, small):
    result = muster("distances", small, "--pairs", "-", "--timing", input="1 3\n4 1\n")
    timing = json.loads(result.stderr)
    assert sorted(timing) == ["items", "load_ms", "work_ms"] and timing["items"] == 2


def test_matrix_layout(muster, small, tmp_path):
    nodes = write(tmp_path / "nodes", [1, 3, 4])
    result = muster("matrix", small, "--sources", nodes, "--targets", nodes)
    assert result.stdout == "0,150,\n7,0,\n,,0\n"
    result = muster("matrix", small, "--sources", nodes, "--targets", nodes, "--json")
    assert json.loads(result.stdout) == {
        "sources": [1, 3, 4],
        "targets": [1, 3, 4],
        "ms": [[0, 150, None], [7, 0, None], [None, None, 0]],
    }
    empty = write(tmp_path / "empty", [])
    assert muster("matrix", small, "--sources", empty, "--targets", nodes).stdout == ""
    assert muster("matrix", small, "--sources", nodes, "--targets", empty).stdout == "\n\n\n"


@pytest.mark.parametrize(
    "text, parts",
    [
        ("1 2\n1 x\n", ["pairs:2:", 'expected a node id, found "x"']),
        ("1\n", ["pairs:1:", "expected a pair of node ids, found one"]),
        ("1 2 3\n", ["pairs:1:", "expected a pair of node ids, found more"]),
        ("\n\n1 99\n", ["pairs:3:", "expected a node of the network, found 99"]),
        ("1 99999999999999999999999\n", ["pairs:1:", "expected a node id"]),
        ("1 1.5\n", ["pairs:1:", 'found "1.5"']),
        ("1 2\n\0\n", ["pairs:2:", "NUL"]),
        ("1 " + "7" * 5000 + "\n", ["pairs:1:", "expected a node id"]),
        ("1 \x07\n", ["pairs:1:", "expected a node id"]),
    ],
)
def test_refused_files(muster, small, tmp_path, text, parts):
    path = tmp_path / "pairs"
    path.write_bytes(text.encode("utf-8"))
    assert_refused(muster("distances", small, "--pairs", path), *parts)


def test_refused_bytes(muster, small, tmp_path):
    path = tmp_path / "pairs"
    path.write_bytes(b"1 \xff\xfe\n")
    assert_refused(muster("distances", small, "--pairs", path), "pairs:1:", "expected a node id")


def test_missing_files_and_usage(muster, small, tmp_path):
    assert_refused(muster("distances", small, "--pairs", tmp_path / "none"), "none", "cannot be read")
    assert_refused(muster("distances", small, "--pairs", tmp_path), "cannot be read")
    assert muster("distances", tmp_path / "none.mnet", "--pairs", "-", input="").returncode == 1
    for arguments in (["distances", small], ["matrix", small, "--sources", "-"], ["distances"]):
        result = muster(*arguments, input="")
        assert result.returncode == 2 and result.stdout == "" and len(result.stderr.splitlines()) == 1
    assert muster("distances", small, "--pairs", "-", "--shut", "x", input="").returncode == 2


def test_full_disk_is_noticed(muster, small):
    import os
    import subprocess

    from conftest import PROGRAM

    if not os.path.exists("/dev/full"):
        pytest.skip("/dev/full is not there")
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run(
            [PROGRAM, "distances", str(small), "--pairs", "-"], input=b"1 3\n", stdout=full, stderr=subprocess.PIPE
        )
    assert result.returncode == 1 and b"cannot be written" in result.stderr
