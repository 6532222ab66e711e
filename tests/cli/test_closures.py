"""Roads closed for one call: every query beside the same query on a network without those roads; AREA files of all kinds."""

import collections
import json
import math
import random
from fractions import Fraction

import pytest
from conftest import assert_refused
from test_county_check import to_gcj02


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def build(muster, folder, name, node_count, arcs, places=None):
    """A network of arcs (tail, head, ms) and places {node: (x, y)} in degrees × 10⁶."""
    graph = write(folder / f"{name}.gr", [f"p sp {node_count} {len(arcs)}", *(f"a {a} {b} {ms}" for a, b, ms in arcs)])
    coords = ["--coords", write(folder / f"{name}.co", [f"v {i} {x} {y}" for i, (x, y) in places.items()])] if places else []
    network = folder / f"{name}.mnet"
    built = muster("network", "build", "--dimacs", graph, *coords, "-o", network)
    assert built.returncode == 0, built.stderr
    return network


def ask(muster, *arguments):
    result = muster(*arguments)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def collection(*geometries):
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]}


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def area(tmp_path):
    """area(document, name) → a file with that document."""

    def save(document, name="area.geojson"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return path

    return save


# ---- a network with every fourth arc closed, and one without them


@pytest.fixture(scope="module")
def rome(muster, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rome")
    arcs = []
    with open(data("graphs/rome99/rome99.gr"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("a "):
                arcs.append(tuple(map(int, line.split()[1:])))
    chance = random.Random(13)
    closed = {(a, b) for a, b, _ in chance.sample(arcs, len(arcs) // 4)}
    open_arcs = [arc for arc in arcs if arc[:2] not in closed]
    pairs = write(folder / "closed", ["# flooded", *(f"{a}\t{b} # {a}" for a, b in sorted(closed))])
    some = write(folder / "some", chance.sample(range(1, 3354), 40))
    others = write(folder / "others", chance.sample(range(1, 3354), 60))
    return {
        "whole": build(muster, folder, "whole", 3353, arcs),
        "without": build(muster, folder, "without", 3353, open_arcs),
        "closing": ["--close-arcs", pairs],
        "closed_count": len(arcs) - len(open_arcs),
        "some": some,
        "others": others,
        "nodes": [int(line) for line in others.read_text(encoding="utf-8").split()],
        "folder": folder,
    }


@pytest.mark.parametrize("command", ["distances", "matrix", "nearest", "nearest-toward", "reach", "reach-toward"])
def test_closed_arcs_are_arcs_removed(muster, rome, command):
    nodes = rome["nodes"]
    pairs = write(rome["folder"] / "pairs", [f"{a} {b}" for a in nodes[:20] for b in nodes])
    arguments = {
        "distances": ["--pairs", pairs],
        "matrix": ["--sources", rome["some"], "--targets", rome["others"]],
        "nearest": ["--targets", rome["some"], "--from", rome["others"], "-k", 9],
        "reach": ["--from", f"node:{nodes[0]}", "--minutes", "0.05", "--nodes"],
    }[command.split("-")[0]]
    if command.endswith("toward"):
        arguments = [*arguments, "--toward"]
    command = command.split("-")[0]
    closed = ask(muster, command, rome["whole"], *arguments, *rome["closing"])
    assert closed == ask(muster, command, rome["without"], *arguments)
    assert closed != ask(muster, command, rome["whole"], *arguments)


def test_route_with_closed_arcs(muster, rome):
    nodes, detours = rome["nodes"], 0
    for i in range(0, 40, 2):
        ends = ["--from", f"node:{nodes[i]}", "--to", f"node:{nodes[i + 1]}", "--json"]
        closed = json.loads(ask(muster, "route", rome["whole"], *ends, *rome["closing"]))
        without = json.loads(ask(muster, "route", rome["without"], *ends))
        whole = json.loads(ask(muster, "route", rome["whole"], *ends))
        assert closed["closed_arcs"] == rome["closed_count"] and whole["closed_arcs"] == without["closed_arcs"] == 0
        assert closed["time_ms"] == without["time_ms"]
        detours += closed["time_ms"] != whole["time_ms"]
    assert detours > 5


# ---- areas over a made-up town, and the town without the roads they touch


def touches(a, b, frame):
    """The line from a to b has a point in the frame (west, south, east, north), its border included; exactly."""
    low, high = Fraction(0), Fraction(1)
    for i in (0, 1):
        start, step = a[i], b[i] - a[i]
        if step == 0:
            if not frame[i] <= start <= frame[i + 2]:
                return False
            continue
        ends = sorted((Fraction(frame[i] - start, step), Fraction(frame[i + 2] - start, step)))
        low, high = max(low, ends[0]), min(high, ends[1])
    return low <= high


@pytest.mark.parametrize("seed", range(4))
def test_area_closes_the_roads_it_touches(muster, area, tmp_path, seed):
    chance, side = random.Random(seed), 18
    node = lambda x, y: 1 + y * side + x
    places = {node(x, y): (109400000 + 1000 * x + chance.randint(-300, 300), 29500000 + 1000 * y + chance.randint(-300, 300))
              for y in range(side) for x in range(side)}
    steps = [(node(x, y), node(x + dx, y + dy)) for y in range(side) for x in range(side)
             for dx, dy in ((1, 0), (0, 1), (1, 1)) if x + dx < side and y + dy < side and chance.random() < 0.85]
    arcs = [(a, b, chance.randint(1000, 9000)) for pair in steps for a, b in (pair, pair[::-1]) if chance.random() < 0.9]
    frames = [(x, y, x + chance.randint(1, 4000), y + chance.randint(1, 4000))
              for x, y in ((109400000 + chance.randint(0, 17000), 29500000 + chance.randint(0, 17000)) for _ in range(5))]
    frames.append((*places[node(3, 3)], *[v + 700 for v in places[node(3, 3)]]))  # a corner at a junction
    left = [arc for arc in arcs if not any(touches(places[arc[0]], places[arc[1]], frame) for frame in frames)]
    whole, without = build(muster, tmp_path, "whole", side**2, arcs, places), build(muster, tmp_path, "without", side**2, left, places)
    closing = ["--close", area(collection(*(box(*(v / 1e6 for v in frame)) for frame in frames)))]
    told = json.loads(ask(muster, "route", whole, "--from", "node:1", "--to", "node:2", "--json", *closing))
    assert told["closed_arcs"] == len(arcs) - len(left) > 10
    nodes, some = write(tmp_path / "nodes", places), write(tmp_path / "some", chance.sample(sorted(places), 30))
    pairs = write(tmp_path / "pairs", [f"{a} {b}" for a, b in zip(places, reversed(places))])
    for command in (["matrix", "--sources", some, "--targets", nodes], ["distances", "--pairs", pairs],
                    ["nearest", "--targets", some, "--from", nodes, "-k", 4, "--toward"],
                    ["reach", "--from", "node:40", "--minutes", "0.5", "--nodes"]):
        assert ask(muster, command[0], whole, *command[1:], *closing) == ask(muster, command[0], without, *command[1:]), command
    drawn = [json.loads(ask(muster, "reach", *network, "--from", "node:40", "--minutes", "0.5"))["properties"]["area_km2"]
             for network in ([whole, *closing], [without])]
    assert drawn[0] == pytest.approx(drawn[1], rel=0.01)


# ---- an area on a real extract


@pytest.fixture(scope="module")
def monaco(muster, data, tmp_path_factory):
    network = tmp_path_factory.mktemp("monaco") / "foot.mnet"
    built = muster("network", "build", "--osm", data("osm/monaco-osrm.osm.pbf"), "--mode", "foot", "-o", network)
    assert built.returncode == 0, built.stderr
    told = json.loads(ask(muster, "network", "info", network, "--json"))
    return network, told["bbox"]


def middle_box(bbox, share):
    west, south, east, north = bbox
    x, y, w, h = (west + east) / 2, (south + north) / 2, (east - west) * share / 2, (north - south) * share / 2
    return (x - w, y - h, x + w, y + h)


def nodes_reached(muster, network, start, *closing):
    """Node → ms; of nodes that a barrier splits, the copies of which have one id, none."""
    nodes = json.loads(ask(muster, "reach", network, "--from", f"node:{start}", "--minutes", 600, "--nodes", "--json",
                           *closing))["nodes"]
    copies = collections.Counter(node["node"] for node in nodes)
    return {node["node"]: node["ms"] for node in nodes if copies[node["node"]] == 1}


def test_area_on_a_real_extract(muster, monaco, area, tmp_path):
    """No way leads into the area, and every time outside agrees with the pairs of a matrix closed alike."""
    network, bbox = monaco
    west, south, east, north = middle_box(bbox, 0.25)
    closing = ["--close", area(box(west, south, east, north))]
    drawn = tmp_path / "all.geojson"
    ask(muster, "reach", network, "--from", f"{bbox[0] * 0.4 + bbox[2] * 0.6},{bbox[1] * 0.4 + bbox[3] * 0.6}", "--minutes", 900,
        "--nodes", "-o", drawn)
    where = {f["properties"]["node"]: f["geometry"]["coordinates"]
             for f in json.loads(drawn.read_text(encoding="utf-8"))["features"]}
    inside = {node for node, (x, y) in where.items() if west <= x <= east and south <= y <= north}
    outside = sorted(set(where) - inside)
    assert len(inside) > 50 and len(outside) > 500
    start = outside[len(outside) // 3]
    whole, closed = nodes_reached(muster, network, start), nodes_reached(muster, network, start, *closing)
    assert not inside & set(closed) and len(closed) > 50
    later = [closed[node] - whole[node] for node in closed if node in whole]
    assert min(later) == 0 < max(later)
    outside = [node for node in outside if node in whole]
    targets = write(tmp_path / "targets", outside)
    row = ask(muster, "matrix", network, "--sources", write(tmp_path / "start", [start]), "--targets", targets, *closing)
    cells = row.strip("\n").split(",")
    assert len(cells) == len(outside)
    assert all(cell == str(closed[node]) for node, cell in zip(outside, cells) if node in closed)
    for end in sorted(closed)[::97]:
        route = json.loads(ask(muster, "route", network, "--from", f"node:{start}", "--to", f"node:{end}", "--json", *closing))
        assert route["time_ms"] == closed[end] and not inside & set(route["path"])
        assert all(not (west <= x <= east and south <= y <= north) for x, y in route["coordinates"])


def test_reached_area_stays_off_closed_roads(muster, monaco, area):
    network, bbox = monaco
    x, y = (bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2
    closing = ["--close", area(collection(box(x - 0.004, y - 0.004, x - 0.001, y + 0.004)))]
    sizes = [json.loads(ask(muster, "reach", network, "--from", f"{x},{y}", "--minutes", "5", *extra))["properties"]["area_km2"]
             for extra in ([], closing)]
    assert 0 < sizes[1] < sizes[0]


def test_closing_everything(muster, monaco, area, tmp_path):
    network, bbox = monaco
    everything = ["--close", area(box(-179, -89, 179, 89))]
    info = json.loads(ask(muster, "network", "info", network, "--json"))
    place = f"{(bbox[0] + bbox[2]) / 2},{(bbox[1] + bbox[3]) / 2}"
    there = json.loads(ask(muster, "route", network, "--from", place, "--to", place, "--json", *everything))
    assert there["closed_arcs"] == info["arcs"] and there["time_ms"] == 0
    assert ask(muster, "reach", network, "--from", place, "--minutes", 60, "--nodes", *everything) == ""
    circle = json.loads(ask(muster, "reach", network, "--from", place, "--minutes", 60, *everything))
    assert circle["properties"]["area_km2"] < 0.004  # where they stand
    nodes = [n["node"] for n in json.loads(ask(muster, "reach", network, "--from", place, "--minutes", 5, "--nodes", "--json"))["nodes"]]
    file = write(tmp_path / "nodes", nodes[:3])
    assert ask(muster, "matrix", network, "--sources", file, "--targets", file, *everything) == "0,,\n,0,\n,,0\n"
    assert ask(muster, "nearest", network, "--targets", file, "--from", file, "-k", 3, *everything) == "".join(
        f"{node} 1 {node} 0\n" for node in nodes[:3])
    pairs = write(tmp_path / "pairs", [f"{nodes[0]} {nodes[1]}", f"{nodes[1]} {nodes[1]}"])
    assert ask(muster, "distances", network, "--pairs", pairs, *everything) == "unreachable\n0\n"


# ---- a small grid: what exactly is closed


@pytest.fixture(scope="module")
def line(muster, tmp_path_factory):
    """1 – 2 – 3 – 4 eastward, 0.001° and 10 s a piece, both ways; a second, slower road from 2 to 3."""
    folder = tmp_path_factory.mktemp("line")
    arcs = [(a, b, 10000) for i in (1, 2, 3) for a, b in ((i, i + 1), (i + 1, i))] + [(2, 3, 11000)]
    return build(muster, folder, "line", 4, arcs, {i: (109400000 + i * 1000, 29500000) for i in (1, 2, 3, 4)})


def times(muster, network, *closing):
    """Forth and back, and how many arcs were closed."""
    forth, back = [json.loads(ask(muster, "route", network, "--from", f"node:{a}", "--to", f"node:{b}", "--json", *closing))
                   for a, b in ((1, 4), (4, 1))]
    assert forth["closed_arcs"] == back["closed_arcs"]
    return forth["time_ms"], back["time_ms"], forth["closed_arcs"]


def test_arcs_one_way_and_all_parallels(muster, line, tmp_path):
    assert times(muster, line) == (30000, 30000, 0)
    assert times(muster, line, "--close-arcs", write(tmp_path / "a", ["3 2"])) == (30000, None, 1)
    assert times(muster, line, "--close-arcs", write(tmp_path / "b", ["2 3", "2 3 # again"])) == (None, 30000, 2)
    assert times(muster, line, "--close-arcs", write(tmp_path / "c", ["", "# nothing"])) == (30000, 30000, 0)
    closed = muster("route", line, "--from", "node:1", "--to", "node:4", "--close-arcs", "-", input="1 2\n")
    assert closed.stdout == "unreachable\n"


def test_ways(muster, line, tmp_path):
    assert times(muster, line, "--close-ways", write(tmp_path / "a", ["3"])) == (31000, None, 2)
    assert times(muster, line, "--close-ways", write(tmp_path / "b", ["7 # the slower one"])) == (30000, 30000, 1)
    for text, says in (("4", "a:1: expected a way of the network, found 4"), ("\nx", 'a:2: expected a way id, found "x"'),
                       ("1 2", "a:1: expected one way id, found more")):
        path = write(tmp_path / "a", [text])
        assert_refused(muster("route", line, "--from", "node:1", "--to", "node:4", "--close-ways", path), says)


def test_refused_arcs(muster, line, tmp_path):
    for text, says in (("1 2\n1 3\n", "a:2: expected an arc from 1 to 3, found none"),
                       ("2 2\n", "a:1: expected an arc from 2 to 2, found none"),
                       ("# here\n1 9\n", "a:2: expected a node of the network, found 9"),
                       ("1\n", "a:1: expected a pair of node ids, found one")):
        path, nodes = tmp_path / "a", write(tmp_path / "nodes", [1])
        path.write_text(text, encoding="utf-8")
        for command in (["route", line, "--from", "node:1", "--to", "node:4"], ["distances", line, "--pairs", "-"],
                        ["matrix", line, "--sources", nodes, "--targets", nodes], ["reach", line, "--from", "node:1", "--minutes", 1],
                        ["nearest", line, "--targets", nodes, "--from", nodes, "-k", 1]):
            assert_refused(muster(*command, "--close-arcs", path, input=""), says)


def test_what_an_area_touches(muster, line, area):
    # In the middle of the second piece and its parallel; on the border it counts as well.
    assert times(muster, line, "--close", area(box(109.4024, 29.4999, 109.4026, 29.5001))) == (None, None, 3)
    assert times(muster, line, "--close", area(box(109.4024, 29.5, 109.4026, 29.6))) == (None, None, 3)
    assert times(muster, line, "--close", area(box(109.4024, 29.5000001, 109.4026, 29.6))) == (30000, 30000, 0)
    # A node belongs to the pieces on both sides.
    assert times(muster, line, "--close", area(box(109.3, 29.4, 109.402, 29.6))) == (None, None, 5)
    # A hole is not of the area, but the road that runs into it is.
    ring = lambda s: box(109.4025 - s, 29.5 - s, 109.4025 + s, 29.5 + s)["coordinates"][0]
    assert times(muster, line, "--close", area({"type": "Polygon", "coordinates": [ring(0.01), ring(0.009)]})) == (30000, 30000, 0)
    assert times(muster, line, "--close", area({"type": "Polygon", "coordinates": [ring(0.01), ring(0.0001)]})) == (None, None, 7)


def test_kinds_of_documents(muster, line, area, tmp_path):
    one, other, far = box(109.4014, 29.4, 109.4016, 29.6), box(109.4034, 29.4, 109.4036, 29.6), box(1, 1, 2, 2)
    both = {"type": "MultiPolygon", "coordinates": [one["coordinates"], other["coordinates"]]}
    nested = {"type": "GeometryCollection", "geometries": [one, {"type": "GeometryCollection", "geometries": [other, one]}]}
    # Those that overlap are no MultiPolygon, but may stand beside each other.
    for document in (both, nested, collection(one, other, far, one), collection(both, None), collection(nested),
                     {"type": "Feature", "properties": None, "geometry": both, "bbox": [1, 2, 3, 4]}):
        assert times(muster, line, "--close", area(document)) == (None, None, 4)
    first, second = area(one), area(other, "other.geojson")
    assert times(muster, line, "--close", first, "--close", second) == (None, None, 4)
    assert times(muster, line, "--close", first, "--close-ways", write(tmp_path / "w", [7]),
                 "--close-arcs", write(tmp_path / "a", ["3 4"])) == (None, None, 4)
    marked = tmp_path / "marked.geojson"
    marked.write_bytes(b"\xef\xbb\xbf" + json.dumps(one).encode())
    assert times(muster, line, "--close", marked) == (None, None, 2)
    piped = muster("route", line, "--from", "node:1", "--to", "node:2", "--close", "-", input=json.dumps(one))
    assert piped.stdout == "unreachable\n"
    for empty in (collection(), collection(None), {"type": "GeometryCollection", "geometries": []},
                  {"type": "Polygon", "coordinates": []}, {"type": "MultiPolygon", "coordinates": []},
                  {"type": "MultiPolygon", "coordinates": [[]]}, far):
        assert times(muster, line, "--close", area(empty)) == (30000, 30000, 0)


def test_datum_of_the_area(muster, line, area):
    """GCJ-02 lies some hundred metres off: the same numbers miss the road, converted ones meet it."""
    strip = (109.4023, 29.4999, 109.4027, 29.5001)
    assert times(muster, line, "--close", area(box(*strip)), "--datum", "cgcs2000") == (None, None, 3)
    assert times(muster, line, "--close", area(box(*strip)), "--datum", "gcj02") == (30000, 30000, 0)
    moved = box(*to_gcj02(*strip[:2]), *to_gcj02(*strip[2:]))
    assert times(muster, line, "--close", area(moved), "--datum", "gcj02") == (None, None, 3)
    assert times(muster, line, "--close", area(moved)) == (30000, 30000, 0)


def test_place_on_a_closed_road(muster, line, area):
    """The place is taken to the road that is nearest, closed or not."""
    closing = ["--close", area(box(109.4024, 29.4, 109.4026, 29.6))]
    on_it, beside = "109.4025,29.5001", "109.4015,29.5001"
    cut_off = json.loads(ask(muster, "route", line, "--from", on_it, "--to", "node:1", "--json", *closing))
    assert cut_off["time_ms"] is None
    free = json.loads(ask(muster, "route", line, "--from", beside, "--to", "node:1", "--json", *closing))
    assert free["time_ms"] == json.loads(ask(muster, "route", line, "--from", beside, "--to", "node:1", "--json"))["time_ms"]
    assert ask(muster, "reach", line, "--from", on_it, "--minutes", 9, "--nodes", *closing) == ""


def test_closing_is_load(muster, line, area):
    result = muster("distances", line, "--pairs", "-", "--timing", "--close", area(box(1, 1, 2, 2)), input="1 4\n")
    assert sorted(json.loads(result.stderr)) == ["items", "load_ms", "work_ms"]


RING = "[[109.4,29.4],[109.5,29.4],[109.5,29.6],[109.4,29.6],[109.4,29.4]]"


@pytest.mark.parametrize("text, says", [
    ("", "line 1: not valid JSON"),
    ("{", "not valid JSON"),
    ('{"type":"Polygon","coordinates":[]} x', "not valid JSON"),
    ('{"type":"Polygon",\n"type":"Polygon","coordinates":[]}', "line 2: not valid JSON: duplicate"),
    ("[" * 100000, "not valid JSON"),
    ('{"a":"\\ud800"}', "not valid JSON"),
    ("[]", "expected a GeoJSON object, found an array"),
    ("{}", "found an object without a type"),
    ('{"type":7}', "found an object without a type"),
    ('{"type":"Point","coordinates":[1,2]}', 'expected a Polygon, MultiPolygon or GeometryCollection, found "Point"'),
    ('{"type":"%s"}' % ("翔" * 500), '"%s"' % ("翔" * 40)),
    ('{"type":"FeatureCollection"}', 'expected "features", an array, found nothing'),
    ('{"type":"FeatureCollection","features":{}}', 'expected "features", an array, found an object'),
    ('{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null},7]}', "feature 2: expected a Feature, found a number"),
    ('{"type":"Feature"}', "feature 1: expected a Polygon"),
    ('{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}', 'feature 1: expected a Polygon, MultiPolygon or GeometryCollection, found "LineString"'),
    ('{"type":"Polygon"}', "expected a polygon, an array of rings, found nothing"),
    ('{"type":"Polygon","coordinates":[7]}', "expected a ring, an array of positions, found a number"),
    ('{"type":"Polygon","coordinates":[[]]}', "ring"),
    ('{"type":"Polygon","coordinates":[[7]]}', "expected a position [longitude, latitude], found a number"),
    ('{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}', "expected a position [longitude, latitude], found an array of something else"),
    ('{"type":"Polygon","coordinates":[[["1","2"]]]}', "expected a position"),
    ('{"type":"Polygon","coordinates":[[[181,0],[1,0],[1,1],[181,0]]]}', "found [181, 0]"),
    ('{"type":"Polygon","coordinates":[[[1e308,0],[1,0],[1,1],[181,0]]]}', "found [1e+308, 0]"),
    ('{"type":"Polygon","coordinates":[[[1e999,0],[1,0],[1,1],[181,0]]]}', "not valid JSON"),
    ('{"type":"Polygon","coordinates":[[[12179000,3433000],[1,0],[1,1],[1,0]]]}', "expected degrees of longitude and latitude"),
    ('{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2]]]}', "does not return to its start at 1.0000000, 1.0000000"),
    ('{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}', "ring"),
    ('{"type":"Polygon","coordinates":[[[1,1],[2,2],[2,1],[1,2],[1,1]]]}', "crosses itself at 1.5000000, 1.5000000"),
    ('{"type":"Polygon","coordinates":[%s,%s]}' % (RING, RING), "twice"),
    ('{"type":"MultiPolygon","coordinates":[[%s],[%s]]}' % (RING, RING), "polygon"),
    ('{"type":"MultiPolygon","coordinates":[%s]}' % RING, "expected a"),
    ('{"type":"Polygon","coordinates":[],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}', 'found the system "EPSG:3857"'),
])
def test_hostile_areas(muster, line, area, text, says):
    path = area(text)
    assert_refused(muster("route", line, "--from", "node:1", "--to", "node:4", "--close", path), "area.geojson", says)


def test_hostile_bytes(muster, line, tmp_path):
    path = tmp_path / "area.geojson"
    for content in (b"\xff\xfe{}", b'{"type":"Polygon\0","coordinates":[]}', bytes(1000), b'{"type":"\xff"}'):
        path.write_bytes(content)
        assert_refused(muster("distances", line, "--pairs", "-", "--close", path, input=""), "area.geojson")
    assert_refused(muster("distances", line, "--pairs", "-", "--close", tmp_path, input=""), "cannot be read")
    assert_refused(muster("distances", line, "--pairs", "-", "--close", tmp_path / "no", input=""), "no: cannot be read")
    assert_refused(muster("distances", line, "--pairs", "-", "--close", "-", input=""), 'expected "-" once')


def test_no_positions(muster, rome, area):
    result = muster("route", rome["whole"], "--from", "node:1", "--to", "node:2", "--close", area(box(1, 1, 2, 2)))
    assert_refused(result, "area.geojson: expected a network with positions, found none")


def test_many_corners(muster, line, area):
    """A star of 20,000 corners that reaches the road with one of them."""
    corners = [[109.4025 + 0.01 * math.cos(2 * math.pi * i / 20000), 29.6 + (0.1 if i == 15000 else 0.01) * math.sin(2 * math.pi * i / 20000)]
               for i in range(20000)]
    star = {"type": "Polygon", "coordinates": [corners + corners[:1]]}
    assert times(muster, line, "--close", area(star)) == (None, None, 3)
