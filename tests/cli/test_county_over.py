"""muster county over: real extracts, options, refusals."""

import json
import sqlite3

import pytest


def test_options_are_met(muster, data, tmp_path):
    path = tmp_path / "c.gpkg"
    done = muster("county", "over", str(data("osm/monaco-osrm.osm.pbf")), "--grids", "40", "--teams", "12",
                  "--volunteers", "900", "--seed", "5", "-o", str(path), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["grids"], made["teams"], made["volunteers"]) == (40, 12, 900)
    assert "© OpenStreetMap contributors, ODbL 1.0" in made["note"]
    checked = muster("county", "check", str(path), "--json")
    assert checked.returncode == 0, checked.stdout
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as database:
        assert database.execute("SELECT count(*) FROM grids").fetchone() == (40,)


@pytest.mark.parametrize("extract", ["osm/liechtenstein.osm.pbf", "osm/andorra.osm.pbf", "osm/porto-alegre/poa.osm.pbf"])
def test_in_proportion_and_the_same_again(muster, data, tmp_path, extract):
    paths = [tmp_path / "a.gpkg", tmp_path / "b.gpkg"]
    for path in paths:
        done = muster("county", "over", str(data(extract)), "-o", str(path))
        assert done.returncode == 0, done.stderr
    assert paths[0].read_bytes() == paths[1].read_bytes()
    checked = muster("county", "check", str(paths[0]))
    assert checked.returncode == 0, checked.stdout


def test_too_many_grids(muster, data, tmp_path):
    path = tmp_path / "c.gpkg"
    done = muster("county", "over", str(data("osm/monaco-osrm.osm.pbf")), "--grids", "4000000", "-o", str(path))
    assert done.returncode == 1
    assert "grids: expected at most" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not path.exists()


def test_no_roads_file(muster, tmp_path):
    roads = tmp_path / "roads.osm.pbf"
    roads.write_bytes(b"not a map")
    for source in (roads, tmp_path / "missing.osm.pbf"):
        done = muster("county", "over", str(source), "-o", str(tmp_path / "c.gpkg"))
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "c.gpkg").exists()


@pytest.mark.parametrize("arguments", [
    [],
    ["roads.osm.pbf"],
    ["roads.osm.pbf", "-o", "c.gpkg", "--grids", "0"],
    ["roads.osm.pbf", "-o", "c.gpkg", "--teams", "x"],
    ["roads.osm.pbf", "-o", "c.gpkg", "--volunteers", "-3"],
])
def test_usage(muster, arguments):
    done = muster("county", "over", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
