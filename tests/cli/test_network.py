"""muster network build and info: sources, options, what is printed, what is refused."""

import json
import os
import random
import re
import shutil
import subprocess

import pytest
from conftest import assert_refused

GRAPH = "c two ways and a dead end\np sp 4 5\na 1 2 1500\na 2 1 1500\na 2 3 700\na 3 2 700\na 3 4 10\n"
PLACES = "v 1 109400000 29500000\nv 2 109401000 29500000\nv 3 109402000 29500500\nv 4 109403000 29500500\n"


@pytest.fixture
def graph(tmp_path):
    path = tmp_path / "a.gr"
    path.write_text(GRAPH, encoding="ascii")
    return path


@pytest.fixture
def places(tmp_path):
    path = tmp_path / "a.co"
    path.write_text(PLACES, encoding="ascii")
    return path


def info(muster, path):
    result = muster("network", "info", path, "--json")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_dimacs(muster, graph, tmp_path):
    network = tmp_path / "a.mnet"
    built = muster("network", "build", "--dimacs", graph, "-o", network, "--json", "--timing")
    assert built.returncode == 0, built.stderr
    told = json.loads(built.stdout)
    assert told == info(muster, network)
    assert told["nodes"] == 4 and told["arcs"] == 5 and told["source"] == "dimacs" and told["bbox"] is None
    assert told["bytes"] == network.stat().st_size
    assert re.fullmatch("[0-9a-f]{16}", told["checksum"])
    assert told["parts"] == 2 and told["cut_off_nodes"] == 1
    warning, timing = built.stderr.splitlines()
    assert "1 of 4 nodes" in warning
    assert set(json.loads(timing)) == {"load_ms", "work_ms", "items"}


def test_hierarchy(muster, graph, tmp_path):
    """Three roads in a row need at most one shortcut; a graph without small cuts has no hierarchy."""
    network = tmp_path / "a.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    chords = info(muster, network)["chords"]
    assert 3 <= chords <= 4
    assert f"hierarchy     {chords} chords (roads and possible shortcuts)\n" in muster("network", "info", network).stdout
    chance = random.Random(1)
    arcs = [f"a {chance.randint(1, 3000)} {chance.randint(1, 3000)} 1" for _ in range(12000)]
    graph.write_text("\n".join(["p sp 3000 12000", *arcs, ""]), encoding="ascii")
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    assert info(muster, network)["chords"] is None
    assert "hierarchy     none" in muster("network", "info", network).stdout


def test_coordinates(muster, graph, places, tmp_path):
    network = tmp_path / "a.mnet"
    assert muster("network", "build", "--dimacs", graph, "--coords", places, "-o", network).returncode == 0
    assert info(muster, network)["bbox"] == [109.4, 29.5, 109.403, 29.5005]
    text = muster("network", "info", network).stdout
    assert "109.4000000,29.5000000 to 109.4030000,29.5005000" in text


def test_same_bytes(muster, data, tmp_path):
    extract = data("osm/monaco-osrm.osm.pbf")
    for name in ("a.mnet", "b.mnet"):
        assert muster("network", "build", "--osm", extract, "--mode", "ebike", "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "a.mnet").read_bytes() == (tmp_path / "b.mnet").read_bytes()


def test_modes(muster, data, tmp_path):
    extract = data("osm/andorra.osm.pbf")
    arcs = {}
    for mode in ("foot", "ebike", "car"):
        network = tmp_path / f"{mode}.mnet"
        assert muster("network", "build", "--osm", extract, "--mode", mode, "-o", network).returncode == 0
        told = info(muster, network)
        assert told["mode"] == mode and told["source"] == "roads"
        assert told["largest_part_nodes"] + told["cut_off_nodes"] == told["nodes"]
        assert told["turn_restrictions"] == 0
        west, south, east, north = told["bbox"]
        assert 1.0 < west < east < 1.9 and 42.3 < south < north < 42.8
        arcs[mode] = told["arcs"]
    default = tmp_path / "default.mnet"
    assert muster("network", "build", "--osm", extract, "-o", default).returncode == 0
    assert default.read_bytes() == (tmp_path / "foot.mnet").read_bytes()
    assert len(set(arcs.values())) == 3


@pytest.mark.parametrize("extract,box", [("osm/andorra.osm.pbf", (1.49, 42.495, 1.56, 42.53)),
                                         ("osm/monaco-osrm.osm.pbf", (7.41, 43.725, 7.44, 43.75))])
def test_several_modes(muster, data, tmp_path, extract, box):
    modes, together = ["foot", "ebike", "car"], tmp_path / "together.mnet"
    build = ("network", "build", "--osm", data(extract), "--mode")
    assert muster(*build, "car,foot,ebike", "-o", together).returncode == 0
    told = info(muster, together)
    assert told["mode"] == "foot" and [of_mode["mode"] for of_mode in told["modes"]] == modes
    west, south, east, north = box
    rng = random.Random(7)
    places = [f"{rng.uniform(west, east):.6f},{rng.uniform(south, north):.6f}" for _ in range(25)]
    for mode, of_mode in zip(modes, told["modes"]):
        alone = tmp_path / f"{mode}.mnet"
        assert muster(*build, mode, "-o", alone).returncode == 0
        told_alone = info(muster, alone)
        assert {key: told_alone[key] for key in ("turn_restrictions", "cut_off_length_m")} == {
            key: of_mode[key] for key in ("turn_restrictions", "cut_off_length_m")}
        compared = 0
        for start, end in zip(places, places[1:]):
            asked = ("--from", start, "--to", end, "--json")
            there, here = muster("route", alone, *asked), muster("route", together, "--mode", mode, *asked)
            assert there.returncode == here.returncode
            if there.returncode:
                assert there.stderr == here.stderr
                continue
            there, here = json.loads(there.stdout), json.loads(here.stdout)
            # A ms for each piece that a road is cut into; who may turn round sooner is there sooner.
            assert here["time_ms"] <= there["time_ms"] + 1000
            if mode != "car":
                assert abs(here["time_ms"] - there["time_ms"]) <= 1000
            compared += 1
        assert compared > 12


def test_modes_refused(muster, data, graph, tmp_path):
    network = tmp_path / "n.mnet"
    for wrong, said in (("bus", "\"bus\""), ("foot,", "\"\""), ("", "\"\"")):
        result = muster("network", "build", "--osm", data("osm/andorra.osm.pbf"), "--mode", wrong, "-o", network)
        assert result.returncode == 2 and f"travel mode {said}" in result.stderr
    assert muster("network", "build", "--osm", data("osm/andorra.osm.pbf"), "--mode", "foot,ebike", "-o", network).returncode == 0
    asked = ("--from", "1.5218,42.5063", "--to", "1.5837,42.5428")
    assert muster("route", network, *asked, "--mode", "ebike").returncode == 0
    assert_refused(muster("route", network, *asked, "--mode", "car"), "n.mnet", "mode car", "foot, ebike")
    assert_refused(muster("route", network, *asked, "--mode", "bus"), "\"bus\"")


def test_turn_restrictions(muster, data, tmp_path):
    extract = data("osm/monaco-osrm.osm.pbf")
    network = tmp_path / "car.mnet"
    assert muster("network", "build", "--osm", extract, "--mode", "car", "-o", network).returncode == 0
    assert info(muster, network)["turn_restrictions"] > 20
    assert re.search("^restrictions +[0-9]+ on turns$", muster("network", "info", network).stdout, re.MULTILINE)


# Two crossings, 10 and 20, on a short road between them that is a way of its own; 1, 2, 3 and 4 are ends.
CROSSINGS = """n1 v1 x109.40000 y29.49900
n2 v1 x109.40300 y29.49900
n3 v1 x109.40000 y29.50100
n4 v1 x109.40300 y29.50200
n10 v1 x109.40000 y29.50000
n20 v1 x109.40300 y29.50000
w11 v1 Thighway=residential Nn1,n10
w12 v1 Thighway=residential Nn10,n20
w13 v1 Thighway=residential Nn20,n2
w14 v1 Thighway=residential Nn20,n4
w15 v1 Thighway=residential Nn10,n3
r1 v1 Ttype=restriction,restriction={} Mw11@from,w12@via,w14@to
"""


@pytest.mark.parametrize("kind, target, path", [
    ("none", 4, [1, 10, 20, 4]), ("no_left_turn", 4, [1, 10, 20, 2, 20, 4]), ("no_left_turn", 2, [1, 10, 20, 2]),
    ("only_left_turn", 4, [1, 10, 20, 4]), ("only_left_turn", 2, [1, 10, 20, 4, 20, 2])])
def test_turn_restriction_over_a_way(muster, tmp_path, kind, target, path):
    if not shutil.which("osmium"):
        pytest.skip("no osmium here")
    text, extract, network = tmp_path / "a.opl", tmp_path / "a.osm.pbf", tmp_path / "car.mnet"
    text.write_text(CROSSINGS.format(kind), encoding="ascii")
    subprocess.run(["osmium", "cat", text, "-o", extract], check=True, capture_output=True)
    built = muster("network", "build", "--osm", extract, "--mode", "car", "-o", network)
    assert (built.returncode, built.stderr) == (0, "")
    assert info(muster, network)["turn_restrictions"] == (kind != "none")
    route = muster("route", network, "--from", "node:1", "--to", f"node:{target}", "--json")
    assert json.loads(route.stdout)["path"] == path
    closed = tmp_path / "closed.txt"
    closed.write_text("12\n", encoding="ascii")
    route = json.loads(muster("route", network, "--from", "node:1", "--to", "node:4", "--close-ways", closed,
                              "--json").stdout)
    assert (route["closed_arcs"], route["time_ms"]) == (2, None)


def test_mode_without_roads(muster, tmp_path):
    if not shutil.which("osmium"):
        pytest.skip("no osmium here")
    text, extract = tmp_path / "a.opl", tmp_path / "a.osm.pbf"
    text.write_text("n1 v1 x109.4 y29.5\nn2 v1 x109.401 y29.5\nw1 v1 Thighway=footway Nn1,n2\n", encoding="ascii")
    subprocess.run(["osmium", "cat", text, "-o", extract], check=True, capture_output=True)
    network = tmp_path / "n.mnet"
    built = muster("network", "build", "--osm", extract, "--mode", "foot,car", "-o", network)
    assert built.stderr == f"muster: warning: {network}: no road is open to mode car\n"
    assert [mode["largest_part_nodes"] for mode in info(muster, network)["modes"]] == [2, 0]


@pytest.mark.parametrize("mode", ["foot", "ebike"])
def test_slopes(muster, data, tmp_path, mode):
    extract, tiles = data("osm/andorra.osm.pbf"), data("elevation")
    low, high = "1.5218,42.5063", "1.5837,42.5428"
    times = {}
    for name, options in (("flat", []), ("sloped", ["--elevation", tiles])):
        network = tmp_path / f"{name}.mnet"
        built = muster("network", "build", "--osm", extract, "--mode", mode, *options, "-o", network)
        assert built.returncode == 0, built.stderr
        assert ("no height at" in built.stderr) == bool(options)
        assert info(muster, network)["slopes"] == bool(options)
        for start, end in ((low, high), (high, low)):
            route = muster("route", network, "--from", start, "--to", end, "--json")
            times[name, start] = json.loads(route.stdout)["time_ms"]
    assert times["sloped", low] > 1.2 * times["flat", low]
    assert times["sloped", low] > 1.05 * times["sloped", high]


def test_elevation_refused(muster, graph, data, tmp_path):
    extract, network = data("osm/andorra.osm.pbf"), tmp_path / "x.mnet"
    build = ("network", "build", "--osm", extract, "-o", network, "--elevation", tmp_path)
    assert_refused(muster(*build), "expected N42E001.hgt", "found none")
    (tmp_path / "N42E001.hgt").write_bytes(b"heights")
    assert_refused(muster(*build), "N42E001.hgt", "found 7 bytes")
    for options in (["--mode", "car"], ["--dimacs", graph]):
        source = [] if "--dimacs" in options else ["--osm", extract]
        result = muster("network", "build", *source, *options, "-o", network, "--elevation", tmp_path)
        assert result.returncode == 2 and "--elevation goes with" in result.stderr
    assert not network.exists()


def test_county(muster, tmp_path):
    county = tmp_path / "c.gpkg"
    assert muster("county", "reference", "--seed", "1", "-o", county).returncode == 0
    network = tmp_path / "c.mnet"
    built = muster("network", "build", "--county", county, "--mode", "ebike", "-o", network)
    assert built.returncode == 0, built.stderr
    assert info(muster, network)["nodes"] > 1000


@pytest.mark.parametrize(
    "arguments, hint",
    [
        (["-o", "x.mnet"], "--osm, --dimacs and --county"),
        (["--osm", "a", "--dimacs", "b", "-o", "x.mnet"], "--osm, --dimacs and --county"),
        (["--osm", "a"], "-o N.mnet"),
        (["--osm", "a", "--coords", "b", "-o", "x.mnet"], "--coords goes with --dimacs"),
        (["--osm", "a", "--mode", "boat", "-o", "x.mnet"], '"boat"'),
        (["--osm", "a", "-o", "x.mnet", "surplus"], "found 1"),
    ],
)
def test_usage(muster, tmp_path, arguments, hint):
    result = muster("network", "build", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert hint in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_refused_input(muster, tmp_path):
    bad = tmp_path / "bad.gr"
    bad.write_text("p sp 2 1\na 1 3 5\n", encoding="ascii")
    network = tmp_path / "x.mnet"
    assert_refused(muster("network", "build", "--dimacs", bad, "-o", network), "bad.gr:2:", "expected", 'found "3"')
    assert_refused(muster("network", "build", "--osm", bad, "-o", network), "bad.gr", "not an OSM PBF file")
    assert_refused(muster("network", "build", "--county", bad, "-o", network), "bad.gr")
    assert_refused(muster("network", "build", "--osm", tmp_path / "none.pbf", "-o", network), "none.pbf")
    assert os.listdir(tmp_path) == ["bad.gr"]


def test_unwritable(muster, graph, tmp_path):
    assert_refused(muster("network", "build", "--dimacs", graph, "-o", tmp_path / "no" / "x.mnet"), "x.mnet", "written")


def test_cut_extract(muster, data, tmp_path):
    whole = data("osm/andorra.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    result = muster("network", "build", "--osm", cut, "-o", tmp_path / "x.mnet")
    assert_refused(result, "cut.osm.pbf: blob at byte", "cut short")


def test_damaged_network(muster, graph, tmp_path):
    network = tmp_path / "a.mnet"
    muster("network", "build", "--dimacs", graph, "-o", network)
    sound = network.read_bytes()
    for damaged, says in (
        (sound[:-1], "cut short or has grown"),
        (sound + b"x", "cut short or has grown"),
        (b"", "found 0 bytes"),
        (b"PK" + sound[2:], "not a prepared network"),
        (sound[:700] + bytes([sound[700] ^ 1]) + sound[701:], "checksum"),
    ):
        network.write_bytes(damaged)
        assert_refused(muster("network", "info", network), "a.mnet", says)


def test_sources_that_are_no_files(muster, tmp_path):
    network = tmp_path / "x.mnet"
    os.mkfifo(tmp_path / "pipe")
    for option in ("--osm", "--dimacs"):
        assert_refused(muster("network", "build", option, tmp_path, "-o", network),
                       f"{tmp_path}: cannot be read: expected a file, found a folder")
        assert_refused(muster("network", "build", option, tmp_path / "no", "-o", network),
                       "no: cannot be read: No such file or directory")
        assert_refused(muster("network", "build", option, tmp_path / "pipe", "-o", network), "found a device or a pipe")
    assert not network.exists()


def test_byte_order_mark(muster, graph, tmp_path):
    graph.write_bytes(b"\xef\xbb\xbf" + graph.read_bytes().replace(b"\n", b"\r\n"))
    built = muster("network", "build", "--dimacs", graph, "-o", tmp_path / "a.mnet", "--json")
    assert json.loads(built.stdout)["arcs"] == 5, built.stderr
