"""Networks: the C program's answers, and what must hold of any travel times."""

import json
import pickle
import signal
import threading
import time

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import muster
from muster import UNREACHABLE_MS


def write_ids(path, ids):
    path.write_text("".join(f"{node}\n" for node in ids))
    return path


def test_matrix_distances_and_nearest_as_the_program(network, nodes, program, tmp_path):
    sources, targets = nodes[:40], nodes[40:100]
    files = [write_ids(tmp_path / name, places.ids) for name, places in (("s", sources), ("t", targets))]
    printed = program("matrix", network._path, "--sources", files[0], "--targets", files[1])
    cells = [[UNREACHABLE_MS if cell == "" else int(cell) for cell in line.split(",")] for line in printed.splitlines()]
    matrix = network.matrix_ms(sources, targets)
    assert matrix.dtype == np.uint32 and matrix.tolist() == cells
    pairs = network.times_ms(sources, targets[:40])
    assert pairs.tolist() == [row[i] for i, row in enumerate(cells)]

    printed = program("nearest", network._path, "--targets", files[1], "--from", files[0], "-k", 3, "--toward")
    found = network.nearest(sources, targets, 3, toward=True)
    listed = [line.split() for line in printed.splitlines() if not line.startswith("#")]
    assert [int(words[2]) for words in listed] == targets.ids[found.rows.ravel()].tolist()
    assert [int(words[3]) for words in listed] == found.times_ms.ravel().tolist()


def test_route_and_reach_as_the_program(network, nodes, program):
    a, b = (int(node) for node in nodes.ids[:2])
    printed = json.loads(program("route", network._path, "--from", f"node:{a}", "--to", f"node:{b}", "--json"))
    route = network.route([a], [b])
    assert route.time_ms == printed["time_ms"] == network.times_ms([a], [b])[0]
    assert route.length_m == pytest.approx(printed["distance_m"], abs=1e-3) and route.node_ids.tolist() == printed["path"]
    assert np.round(route.shape_deg, 7).tolist() == printed["coordinates"]
    assert sum(length_m for _, length_m, _ in route.streets) == pytest.approx(route.length_m)
    assert route.node_ids[0] == a and route.node_ids[-1] == b
    printed = program("reach", network._path, "--from", f"node:{a}", "--minutes", 10, "--nodes")
    ids, times_ms = network.reach([a], 10)
    assert printed.split() == [str(word) for pair in zip(ids, times_ms) for word in pair]
    assert b in network.reach([a], 1e4)[0]
    assert (times_ms <= 600_000).all() and (np.diff(times_ms.astype(np.int64)) >= 0).all()


def test_dimacs_as_the_program(data, program, tmp_path):
    graph = tmp_path / "small.gr"
    graph.write_text("p sp 4 4\na 1 2 100\na 2 3 50\na 3 1 7\na 4 1 1\n")
    network = muster.Network.from_dimacs(graph)
    assert network.node_ids.tolist() == [1, 2, 3, 4]
    assert network.matrix_ms([1, 3, 4]).tolist() == [[0, 150, UNREACHABLE_MS], [7, 0, UNREACHABLE_MS], [1, 151, 0]]
    with pytest.raises(muster.MusterError, match="small.gr:2"):
        graph.write_text("p sp 4 1\na 1 9 100\n")
        muster.Network.from_dimacs(graph)


def test_osm_as_the_program(data, program, tmp_path):
    extract = data("osm/monaco-osrm.osm.pbf")
    told = []
    network = muster.Network.from_osm(extract, ["foot", "ebike", "car"], progress=told.append)
    assert told and told == sorted(told) and 0 <= told[0] and told[-1] <= 1
    program("network", "build", "--osm", extract, "--mode", "foot,ebike,car", "-o", tmp_path / "monaco.mnet")
    assert muster.Network.open(tmp_path / "monaco.mnet").checksum == network.checksum
    network.save(tmp_path / "again.mnet")
    assert (tmp_path / "again.mnet").read_bytes() == (tmp_path / "monaco.mnet").read_bytes()
    assert network.for_mode("foot") is network and network.for_mode("car").mode == "car" and network.modes == ["foot", "ebike", "car"]
    with pytest.raises(ValueError, match="'boat'"):
        network.for_mode("boat")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_triangle_inequality_and_symmetry_of_order(network, nodes, data):
    rows = data.draw(st.lists(st.integers(0, len(nodes) - 1), min_size=3, max_size=8))
    times = network.matrix_ms(nodes[rows]).astype(np.int64)
    assert (times[:, None, :] <= times[:, :, None] + times[None, :, :]).all()
    order = data.draw(st.permutations(range(len(rows))))
    assert (network.matrix_ms(nodes[[rows[i] for i in order]]) == times[np.ix_(order, order)]).all()
    assert (np.diag(times) == 0).all()


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_closing_roads_makes_nothing_quicker(network, nodes, data):
    arcs = data.draw(st.lists(st.integers(0, network.info["arc_count"] - 1), max_size=40))
    more = data.draw(st.lists(st.integers(0, network.info["arc_count"] - 1), max_size=40))
    open_ms, closed = network.matrix_ms(nodes[:12]), network.with_closed(arcs=arcs)
    closed_ms, further = closed.matrix_ms(nodes[:12]), closed.with_closed(arcs=more)
    assert (closed_ms >= open_ms).all()
    assert (further.matrix_ms(nodes[:12]) >= closed_ms).all()
    assert (further.matrix_ms(nodes[:12]) == network.with_closed(arcs=arcs + more).matrix_ms(nodes[:12])).all()
    assert (network.matrix_ms(nodes[:12]) == open_ms).all()
    assert further.closed_arcs.tolist() == sorted(set(arcs + more))
    assert (further.arc_times_ms[further.closed_arcs] == UNREACHABLE_MS).all()


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_nearest_is_the_least_of_the_matrix(network, nodes, data):
    rows = st.lists(st.integers(0, len(nodes) - 1), min_size=1, max_size=20, unique=True)
    targets, asked, k = data.draw(rows), data.draw(rows), data.draw(st.integers(1, 6))
    matrix = network.matrix_ms(nodes[asked], nodes[targets])
    found = network.nearest(nodes[asked], nodes[targets], k)
    order = np.argsort(matrix, axis=1, kind="stable")[:, :k]
    least = np.take_along_axis(matrix, order, axis=1)
    got = found.times_ms[:, : least.shape[1]]
    assert (got == least).all() and (found.rows[:, : least.shape[1]] == np.where(least == UNREACHABLE_MS, -1, order)).all()
    assert (found.rows[:, least.shape[1] :] == -1).all()


def test_closures_by_area_way_and_pair(network, nodes):
    middle = network.reach_areas(nodes[:1], 4)
    closed = network.with_closed(area=middle)
    assert closed.closed_arcs.size
    assert (network.with_closed(area=middle.to_crs(32649)).closed_arcs == closed.closed_arcs).all()
    assert (network.with_closed(area=middle.geometry.iloc[0]).closed_arcs == closed.closed_arcs).all()
    tails, heads = network.arc_ends
    open_arcs = np.flatnonzero((network.arc_times_ms != UNREACHABLE_MS) & (tails != heads))
    pair = int(tails[open_arcs[0]]), int(heads[open_arcs[0]])
    assert open_arcs[0] in network.with_closed(between=[pair]).closed_arcs
    with pytest.raises(ValueError, match="a way of the network, found 123456789"):
        network.with_closed(ways=[123456789])
    with pytest.raises(ValueError, match="found -1"):
        network.with_closed(arcs=[-1])
    with pytest.raises(ValueError, match="its CRS"):
        network.with_closed(area=shapely.box(500000, 0, 500100, 100))


def test_other_times(network, nodes):
    doubled = np.where(network.arc_times_ms == UNREACHABLE_MS, UNREACHABLE_MS, network.arc_times_ms * 2)
    assert (network.with_times(doubled).matrix_ms(nodes[:10]) == 2 * network.matrix_ms(nodes[:10])).all()
    with pytest.raises(ValueError, match="a time for each of"):
        network.with_times([1, 2, 3])


def test_areas_lie_one_in_another_and_keep_the_crs(network, nodes):
    places = geopandas.GeoSeries(geopandas.points_from_xy(nodes.lon[:3], nodes.lat[:3]), index=["a", "b", "c"], crs=4326)
    areas = network.reach_areas(places.to_crs(32649), [5, 10, 15], toward=True)
    assert areas.crs == 32649 and areas.minutes.tolist() == [5, 10, 15] and areas.is_valid.all()
    assert areas.geometry.iloc[2].buffer(0.01).contains(areas.geometry.iloc[0])
    ids, _ = network.reach(places, 10, toward=True)
    deg = network.node_positions_deg[np.searchsorted(network.node_ids, ids)]
    reached = geopandas.GeoSeries(geopandas.points_from_xy(deg[:, 0], deg[:, 1]), crs=4326).to_crs(32649)
    assert reached.within(areas.geometry.iloc[1]).all()


def test_errors_name_the_row_and_its_id(network, nodes):
    with pytest.raises(muster.PlaceError, match=r"row 1 \(id second\): position 0.0000000,0.0000000: .* within 1000 m") as caught:
        network.snap([nodes.lon[0], 0.0], [nodes.lat[0], 0.0], ids=["first", "second"])
    assert caught.value.row == 1 and caught.value.row_id == "second"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.row, again.row_id) == (str(caught.value), 1, "second")
    far = geopandas.GeoSeries([shapely.Point(nodes.lon[0], nodes.lat[0]), shapely.Point(1, 1)], index=["x", "y"], crs=4326)
    with pytest.raises(muster.PlaceError, match=r"row 1 \(id y\)"):
        network.times_ms(far, far)
    with pytest.raises(muster.PlaceError, match=r"row 2 \(id -5\): the network has no such node"):
        network.at_nodes([*nodes.ids[:2], -5])
    with pytest.raises(muster.PlaceError, match="expected degrees on earth"):
        network.snap([500.0], [0.0])
    with pytest.raises(ValueError, match="as many sources as targets"):
        network.times_ms(nodes[:2], nodes[:3])
    with pytest.raises(TypeError, match="node ids"):
        network.times_ms(["a"], nodes[:1])
    with pytest.raises(ValueError, match="another one"):
        network.times_ms(muster.Places(nodes._points, nodes.ids, "0", 4326), nodes)


def test_snapping(network, nodes):
    again = network.snap(nodes.lon, nodes.lat)
    assert again.access_m.max() < 0.1
    assert (network.nodes_at(nodes.lon[:20], nodes.lat[:20]) == nodes.ids[:20]).mean() > 0.8
    assert network.matrix_ms(again[:5], again[:5]).tolist() == network.matrix_ms((nodes.lon[:5], nodes.lat[:5])).tolist()


def test_roads_of_a_frame(tmp_path):
    lines = [shapely.LineString([(500000, 4700000), (500100, 4700000)]), shapely.LineString([(500100, 4700000), (500100, 4700300)])]
    roads = geopandas.GeoDataFrame({"class": ["residential", "path"]}, geometry=lines, crs=32631, index=[11, 12])
    network = muster.Network.from_roads(roads, ["foot", "car"])
    assert len(network.node_ids) == 3
    ends = geopandas.GeoSeries([shapely.Point(500000, 4700000), shapely.Point(500100, 4700300)], crs=32631)
    on_foot = network.times_ms(ends[:1], ends[1:])[0]
    assert on_foot == pytest.approx(400 / 1.4 * 1000, rel=0.15)
    assert network.with_closed(ways=[12]).times_ms(ends[:1], network.at_nodes(network.nodes_at(*network.node_positions_deg.T))).max() == UNREACHABLE_MS
    roads.loc[12, "class"] = "motorwayx"
    with pytest.raises(muster.MusterError, match=r'layer "roads", row 1 \(id 12\): class: .*found "motorwayx"'):
        muster.Network.from_roads(roads)


def test_pickles_by_path_and_checksum(network, nodes, county):
    changed = network.with_closed(arcs=[3, 5])
    again = pickle.loads(pickle.dumps(changed))
    assert (again.arc_times_ms == changed.arc_times_ms).all()
    car = pickle.loads(pickle.dumps(network.for_mode("car")))
    assert car.mode == "car" and len(pickle.dumps(network)) < 1000
    with pytest.raises(muster.MusterError, match="save it first"):
        pickle.dumps(county.network("foot"))


def test_a_signal_stops_a_long_question(network, nodes):
    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    many = nodes[np.resize(np.arange(len(nodes)), 100_000)]
    out = np.full((len(many), len(nodes)), 7, np.uint32)
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        with pytest.raises(Stop):
            network.matrix_ms(many, nodes, out)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (out[-1] == 7).all()
    assert network.matrix_ms(nodes[:2]).shape == (2, 2)


def test_threads_ask_at_the_same_time(network, nodes):
    answers, ticks = [None] * 4, 0
    expected = network.matrix_ms(nodes)

    def ask(i):
        for _ in range(20):
            answers[i] = network.matrix_ms(nodes)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ticks += 1
        time.sleep(0)
    assert all((answer == expected).all() for answer in answers) and ticks > 10


def test_minutes_and_pictures(network, tmp_path):
    assert np.isnan(muster.minutes([UNREACHABLE_MS])[0]) and muster.minutes([90_000])[0] == 1.5
    closed = network.with_closed(arcs=[1, 2])
    assert "arcs closed" in closed._repr_html_() and "2 arcs closed" in repr(closed)
    closed.to_gpkg(tmp_path / "arcs.gpkg")
    written = geopandas.read_file(tmp_path / "arcs.gpkg")
    assert len(written) == network.info["arc_count"] and written["closed"].sum() == 2
    import matplotlib

    matplotlib.use("agg")
    assert len(closed.plot().collections) == 2
    assert "leaflet" in network.with_closed(arcs=[1]).explore()._repr_html_()
