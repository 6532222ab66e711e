"""muster route and reach on small and real road networks."""

import csv
import json
import math

import pytest
from conftest import assert_refused


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cross(muster, tmp_path_factory):
    """A cross of four roads of 0.001°, 20 s each way, around node 1."""
    folder = tmp_path_factory.mktemp("cross")
    arms = {2: (1000, 0), 3: (0, 1000), 4: (-1000, 0), 5: (0, -1000)}
    arcs = [f"a {a} {b} 20000" for i in arms for a, b in ((1, i), (i, 1))]
    graph = write(folder / "cross.gr", ["p sp 5 8", *arcs])
    places = [f"v {i} {109400000 + dx} {29500000 + dy}" for i, (dx, dy) in {1: (0, 0), **arms}.items()]
    coords = write(folder / "cross.co", ["p aux sp co 5", *places])
    network = folder / "cross.mnet"
    assert muster("network", "build", "--dimacs", graph, "--coords", coords, "-o", network).returncode == 0
    return network


@pytest.fixture(scope="module")
def plain(muster, tmp_path_factory):
    """Two nodes without coordinates, one way."""
    folder = tmp_path_factory.mktemp("plain")
    graph = write(folder / "plain.gr", ["p sp 2 1", "a 1 2 1500"])
    network = folder / "plain.mnet"
    assert muster("network", "build", "--dimacs", graph, "-o", network).returncode == 0
    return network


@pytest.fixture(scope="module")
def porto(muster, data, tmp_path_factory):
    path = data("osm/porto-alegre/poa.osm.pbf")
    network = tmp_path_factory.mktemp("porto") / "foot.mnet"
    assert muster("network", "build", "--osm", path, "--mode", "foot", "-o", network).returncode == 0
    return network


def metres(a, b):
    """Great-circle distance of two [lon, lat]."""
    (x1, y1), (x2, y2) = [[math.radians(v) for v in p] for p in (a, b)]
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371008.8 * math.asin(math.sqrt(h))


def test_between_nodes(muster, cross):
    answer = json.loads(muster("route", cross, "--from", "node:2", "--to", "node:3", "--json").stdout)
    assert answer["time_ms"] == 40000 and answer["path"] == [2, 1, 3]
    assert answer["coordinates"] == [[109.401, 29.5], [109.4, 29.5], [109.4, 29.501]]
    text = muster("route", cross, "--from", "node:2", "--to", "node:3").stdout
    assert text.startswith("time      40000 ms (40 s)\ndistance  ")
    same = json.loads(muster("route", cross, "--from", "node:2", "--to", "node:2", "--json").stdout)
    assert same["time_ms"] == 0 and same["distance_m"] == 0 and same["path"] == [2]


def test_between_positions(muster, cross):
    """A quarter up the eastern road to half up the northern one, 10 m off each."""
    result = muster("route", cross, "--from", "109.40025,29.50009", "--to", "109.4001,29.5005", "--geojson")
    feature = json.loads(result.stdout)
    line, properties = feature["geometry"]["coordinates"], feature["properties"]
    assert feature["geometry"]["type"] == "LineString"
    assert line[0] == pytest.approx([109.40025, 29.5], abs=1e-6) and line[-1] == pytest.approx([109.4, 29.5005], abs=1e-6)
    walks = properties["walk_from_ms"] + properties["walk_to_ms"]
    assert properties["time_ms"] == pytest.approx(15000 + walks, abs=3)
    assert properties["walk_from_m"] == pytest.approx(10.0, abs=0.1)
    assert properties["walk_from_ms"] == pytest.approx(properties["walk_from_m"] / 1.4 * 1000, abs=1)
    road = sum(metres(a, b) for a, b in zip(line, line[1:]))
    walked = properties["walk_from_m"] + properties["walk_to_m"]
    assert properties["distance_m"] == pytest.approx(road + walked, rel=2e-3)


def test_unreachable_is_an_answer(muster, plain):
    assert muster("route", plain, "--from", "node:1", "--to", "node:2").stdout.startswith("time      1500 ms")
    result = muster("route", plain, "--from", "node:2", "--to", "node:1")
    assert (result.returncode, result.stdout) == (0, "unreachable\n")
    assert json.loads(muster("route", plain, "--from", "node:2", "--to", "node:1", "--json").stdout)["time_ms"] is None
    forth = json.loads(muster("route", plain, "--from", "node:1", "--to", "node:2", "--json").stdout)
    assert forth["time_ms"] == 1500 and forth["distance_m"] is None and forth["coordinates"] == []


def test_refusals(muster, cross, plain, tmp_path):
    assert_refused(muster("route", cross, "--from", "node:9", "--to", "node:1"), "node:9")
    assert_refused(muster("route", cross, "--from", "north", "--to", "node:1"))
    assert_refused(muster("route", cross, "--from", "109.5,29.5", "--to", "node:1"), "109.5")
    assert_refused(muster("route", plain, "--from", "109.5,29.5", "--to", "node:1"), "positions")
    assert_refused(muster("route", plain, "--from", "node:1", "--to", "node:2", "--geojson"), "positions")
    assert_refused(muster("reach", plain, "--from", "node:1", "--minutes", "1"), "positions")
    broken = tmp_path / "broken.mnet"
    broken.write_bytes(b"not a network")
    assert_refused(muster("route", broken, "--from", "node:1", "--to", "node:2"), "broken.mnet")
    for arguments in (["route", cross, "--from", "node:1"], ["reach", cross, "--from", "node:1"], ["reach", cross, "--from", "node:1", "--minutes", "-3"]):
        assert muster(*arguments).returncode == 2


def test_names_of_streets_add_up(muster, porto):
    answer = json.loads(
        muster("route", porto, "--from", "-51.2188,-30.0232", "--to", "-51.24,-30.034", "--json").stdout
    )
    streets = answer["streets"]
    assert sum(s["time_ms"] for s in streets) + answer["walk_from_ms"] + answer["walk_to_ms"] == answer["time_ms"]
    assert any(s["name"] and "Avenida" in s["name"] for s in streets)
    straight = metres((-51.2188, -30.0232), (-51.24, -30.034))
    assert straight < answer["distance_m"] < 1.6 * straight
    # On foot, 5 km/h at most.
    assert answer["time_ms"] / 1000 > answer["distance_m"] / (5.1 / 3.6)


def test_reach_nodes(muster, cross, tmp_path):
    nodes = muster("reach", cross, "--from", "node:2", "--minutes", "0.3333334", "--nodes").stdout
    assert nodes == "2 0\n1 20000\n"
    assert muster("reach", cross, "--from", "node:2", "--minutes", "0.3333", "--nodes").stdout == "2 0\n"
    answer = json.loads(muster("reach", cross, "--from", "node:2", "--minutes", "1", "--nodes", "--json").stdout)
    assert answer["nodes"] == [{"node": 2, "ms": 0}, {"node": 1, "ms": 20000}] + [
        {"node": i, "ms": 40000} for i in (3, 4, 5)
    ]
    points = tmp_path / "points.geojson"
    assert muster("reach", cross, "--from", "node:2", "--minutes", "1", "--nodes", "-o", points).returncode == 0
    features = json.loads(points.read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["node"] for f in features] == [2, 1, 3, 4, 5]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [109.401, 29.5]}


def test_reach_names_a_barrier_once(muster, data, tmp_path):
    """Its copies have one id, whether the mode passes it or not."""
    together = tmp_path / "together.mnet"
    built = muster("network", "build", "--osm", data("osm/porto-alegre/poa.osm.pbf"), "--mode", "foot,ebike,car", "-o", together)
    assert built.returncode == 0
    for mode in ("foot", "car"):
        reached = muster("reach", together, "--mode", mode, "--from", "-51.2188,-30.0232", "--minutes", "200", "--nodes")
        nodes = [line.split()[0] for line in reached.stdout.splitlines()]
        assert len(nodes) > 10000 and len(set(nodes)) == len(nodes)


def test_reach_area(muster, cross, tmp_path):
    path = tmp_path / "area.geojson"
    assert muster("reach", cross, "--from", "node:1", "--minutes", "0.25", "-o", path).returncode == 0
    feature = json.loads(path.read_text(encoding="utf-8"))
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["minutes"] == 0.25 and feature["properties"]["mode"] == "foot"
    # 15 of 20 s along each arm, 30 m around; the arms end in half circles of four straight pieces.
    ring = feature["geometry"]["coordinates"][0][0]
    east, margin = max(p[0] for p in ring), 30 / (111195 * math.cos(math.radians(29.5)))
    assert east == pytest.approx(109.40075 + margin, abs=2e-5)
    x, y = 0.00075 * 111195 * math.cos(math.radians(29.5)), 0.00075 * 111195
    belts = 60 * (2 * x + 2 * y) - 3600
    assert feature["properties"]["area_km2"] == pytest.approx((belts + 2 * math.pi * 900 * 0.9) / 1e6, rel=0.01)
    assert list(tmp_path.iterdir()) == [path]


def test_reach_grows_with_time(muster, porto):
    areas = []
    for minutes in (1, 3, 9):
        result = muster("reach", porto, "--from", "-51.2188,-30.0232", "--minutes", minutes)
        areas.append(json.loads(result.stdout)["properties"]["area_km2"])
    assert areas == sorted(areas) and areas[0] > 0.002


def test_reach_from_several_places(muster, cross, tmp_path):
    both = ["--minutes", "0.5", "--nodes"]
    assert muster("reach", cross, "--from", "node:2", "--from", "node:3", *both).stdout == "2 0\n3 0\n1 20000\n"
    places = write(tmp_path / "places.txt", ["\ufeff# posts", "node:2 # east", "", "109.4,29.501"])
    assert muster("reach", cross, "--from-file", places, *both).stdout == "2 0\n3 0\n1 20000\n"
    assert muster("reach", cross, "--from", "node:4", "--from-file", places, *both).stdout.startswith("2 0\n3 0\n4 0\n")
    wrong = write(tmp_path / "wrong.txt", ["node:2", "node:9"])
    assert_refused(muster("reach", cross, "--from-file", wrong, *both), "wrong.txt:2", "node:9")
    assert_refused(muster("reach", cross, "--from-file", write(tmp_path / "empty.txt", ["# none"]), *both), "empty.txt")
    apart = json.loads(muster("reach", cross, "--from", "node:2", "--from", "node:4", "--minutes", "0.1").stdout)
    assert len(apart["geometry"]["coordinates"]) == 2


def test_reach_direction(muster, plain):
    assert muster("reach", plain, "--from", "node:2", "--minutes", "1", "--nodes").stdout == "2 0\n"
    assert muster("reach", plain, "--from", "node:2", "--minutes", "1", "--nodes", "--toward").stdout == "2 0\n1 1500\n"


def test_reach_rings(muster, cross, porto):
    answer = json.loads(muster("reach", porto, "--from", "-51.2188,-30.0232", "--minutes", "1,3,9").stdout)
    assert answer["type"] == "FeatureCollection"
    properties = [feature["properties"] for feature in answer["features"]]
    assert [p["minutes"] for p in properties] == [9, 3, 1]
    areas = [p["area_km2"] for p in properties]
    assert areas == sorted(areas, reverse=True) and areas[-1] > 0
    # The largest is the one that is drawn alone.
    alone = json.loads(muster("reach", porto, "--from", "-51.2188,-30.0232", "--minutes", "9").stdout)
    assert alone == answer["features"][0]
    for minutes in ("5,3", "3,3", "3,", ",", "", "3,x"):
        assert muster("reach", cross, "--from", "node:1", "--minutes", minutes).returncode == 2
    assert muster("reach", cross, "--from", "node:1", "--minutes", "3,5", "--nodes").returncode == 2


# Another engine's answers on the same places. Its extract of Monaco is of another day and its profile weighs distance
# far above time, ours is the quickest way; Andorra's profile is the quickest way too, and agrees closely. Walks to the
# road at both ends count in ours: on the ways of 3 and 103 m they are a good part.
PLAUSIBLE = {"andorra.osm.pbf": (0.01, 20), "monaco.osm.gz": (0.1, 30)}
DETOURS = {"2561", "320"}  # the quickest way is longer: along the main road; round a one-way block


def test_plausible_beside_another_engine(muster, data, tmp_path):
    files = {"andorra.osm.pbf": "osm/andorra.osm.pbf", "monaco.osm.gz": "osm/monaco-osrm.osm.pbf"}
    with open(data("osm/graphhopper_expected_routes.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    networks = {}
    for name, relative in files.items():
        networks[name] = tmp_path / f"{name}.mnet"
        built = muster("network", "build", "--osm", data(relative), "--mode", "car", "-o", networks[name])
        assert built.returncode == 0, built.stderr
    for row in rows:
        ends = [f"{row[f'{end}_lon']},{row[f'{end}_lat']}" for end in ("from", "to")]
        answer = json.loads(
            muster("route", networks[row["file"]], "--from", ends[0], "--to", ends[1], "--json").stdout
        )
        expected, (share, metres_more) = float(row["expected_distance_m"]), PLAUSIBLE[row["file"]]
        if row["expected_distance_m"] in DETOURS:
            assert expected <= answer["distance_m"] < 1.8 * expected
        else:
            assert answer["distance_m"] == pytest.approx(expected, rel=share, abs=metres_more), row


def test_place_to_itself(muster, porto):
    answer = json.loads(muster("route", porto, "--from", "-51.2188,-30.0232", "--to", "-51.2188, -30.0232", "--json").stdout)
    assert answer["time_ms"] == 0 and answer["distance_m"] == 0 and answer["walk_from_m"] == answer["walk_to_m"] == 0
