"""muster coverage and muster circles: formats that agree, closures, night and day, the same bytes, refusals."""

import csv
import json
import subprocess

import pytest
from conftest import assert_refused

FLOOD = {"type": "Polygon", "coordinates": [[[109.38, 29.48], [109.42, 29.48], [109.42, 29.52], [109.38, 29.52], [109.38, 29.48]]]}


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("coverage") / "county.gpkg"
    result = muster("county", "reference", "--scale", "0.1", "-o", path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture(scope="module")
def ask(muster, county):
    def run(command, *arguments):
        result = muster(command, county, *arguments)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return result.stdout

    return run


@pytest.fixture(scope="module")
def flood(county):
    path = county.parent / "flood.geojson"
    path.write_text(json.dumps(FLOOD), encoding="utf-8")
    return path


QUICK = ["--doors", 1, "--hours", "2,11"]
NEAR = ["--minutes", 5]


def cells(row):
    return {key: float(value) if value else None for key, value in row.items() if key not in ("code", "name")}


def read_layer(path, layer):
    """A layer of a GeoPackage as GDAL reads it."""
    result = subprocess.run(["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, layer], check=True, capture_output=True, text=True)
    return json.loads(result.stdout)["features"]


def test_formats_agree(ask, tmp_path):
    document = json.loads(ask("coverage", *QUICK, "--recruit", "--json", "-o", tmp_path / "c.csv"))
    ask("coverage", *QUICK, "--recruit", "-o", tmp_path / "c.geojson")
    ask("coverage", *QUICK, "--recruit", "-o", tmp_path / "c.gpkg")
    with open(tmp_path / "c.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    features = json.loads((tmp_path / "c.geojson").read_text(encoding="utf-8"))["features"]
    layer = read_layer(tmp_path / "c.gpkg", "coverage")
    assert len(rows) == len(features) == len(layer) == 299
    assert len(read_layer(tmp_path / "c.gpkg", "coverage_hours")) == 2 * 299
    for row, feature, saved in zip(rows, features, layer):
        properties, record = feature["properties"], saved["properties"]
        assert int(row["code"]) == properties["code"] == record["code"]
        assert row["name"] == properties["name"] == record["name"]
        assert set(properties["kept_by_hour"]) == {"2", "11"}
        for key, value in cells(row).items():
            assert properties[key] == value
            if value is None:
                assert record[key] is None
            else:
                assert record[key] == pytest.approx(value, abs=0.0501 if key.endswith("_s") else 5.1e-4)
        assert saved["geometry"]["type"] == feature["geometry"]["type"] == "MultiPolygon"
        assert len(saved["geometry"]["coordinates"]) == len(feature["geometry"]["coordinates"])
    weight = sum(float(row["weight"]) for row in rows)
    assert document["county"]["weight"] == weight
    kept = sum(float(row["weight"]) * float(row["kept"]) for row in rows) / weight
    assert document["county"]["kept"] == pytest.approx(kept, abs=1e-6)
    gaps = sorted((row for row in rows if float(row["gap"]) > 0), key=lambda row: -float(row["gap"]))
    assert [gap["code"] for gap in document["gaps"]] == [int(row["code"]) for row in gaps[:10]]
    best = max(rows, key=lambda row: float(row["gain"]))
    assert document["recruits"][0]["code"] == int(best["code"])


def test_by_hour(ask, tmp_path):
    ask("coverage", *QUICK, "--by-hour", "-o", tmp_path / "hours.csv")
    with open(tmp_path / "hours.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["hour"] for row in rows[:4]] == ["2", "11", "2", "11"]
    night = sum(float(row["kept"]) for row in rows if row["hour"] == "2")
    assert night < sum(float(row["kept"]) for row in rows if row["hour"] == "11")


def test_same_bytes(ask, tmp_path):
    for threads in (1, 2):
        ask("coverage", *QUICK, "--threads", threads, "-o", tmp_path / f"{threads}.csv")
        ask("coverage", *QUICK, "--threads", threads, "-o", tmp_path / f"{threads}.gpkg")
        ask("circles", *NEAR, "--threads", threads, "-o", tmp_path / f"{threads}.geojson")
    for ending in ("csv", "gpkg", "geojson"):
        assert (tmp_path / f"1.{ending}").read_bytes() == (tmp_path / f"2.{ending}").read_bytes()


def county_kept(ask, *arguments):
    return json.loads(ask("coverage", *QUICK, "--json", *arguments))["county"]["kept"]


def test_what_changes_the_promise(ask, flood):
    usual = county_kept(ask)
    assert county_kept(ask, "--close", flood) < usual
    assert county_kept(ask, "--mode", "foot") < usual
    assert county_kept(ask, "--standby", "0.05") < usual < county_kept(ask, "--standby", "0.6")
    assert county_kept(ask, "--people", 2) < usual
    assert county_kept(ask, "--alerts", 4) < usual
    assert county_kept(ask, "--no-shifts") <= usual
    assert county_kept(ask, "--skills", "first_aid") < usual


def test_networks(ask, muster, county, tmp_path):
    made = muster("network", "build", "--county", county, "--mode", "foot,ebike,car", "-o", tmp_path / "n.mnet")
    assert made.returncode == 0, made.stderr
    assert ask("coverage", *QUICK, "--network", tmp_path / "n.mnet") == ask("coverage", *QUICK)
    assert ask("circles", *NEAR, "--network", tmp_path / "n.mnet", "--json") == ask("circles", *NEAR, "--json")


def test_circles(ask, flood, tmp_path):
    table = json.loads(ask("circles", *NEAR, "--json", "-o", tmp_path / "all.geojson"))["circles"]
    features = json.loads((tmp_path / "all.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"] for feature in features] == table
    posts, stations, both = table
    assert [circle["services"] for circle in table] == ["post", "station", "both"]
    assert max(posts["residents"], stations["residents"]) <= both["residents"] <= posts["residents"] + stations["residents"]
    assert max(posts["area_km2"], stations["area_km2"]) <= both["area_km2"]
    each = json.loads(ask("circles", *NEAR, "--each", "--json"))["circles"]
    assert [circle["services"] for circle in each] == ["post"] * 15 + ["station"] * 196
    assert max(circle["residents"] for circle in each[:15]) <= posts["residents"]
    flooded = json.loads(ask("circles", *NEAR, "--close", flood, "--json"))["circles"]
    assert flooded[0]["residents"] < posts["residents"]
    shorter = json.loads(ask("circles", "--minutes", "4", "--json"))["circles"]
    assert shorter[2]["area_km2"] < both["area_km2"]
    assert json.loads(ask("circles", *NEAR, "-o", "-"))["features"] == features


def test_texts(ask):
    lines = ask("coverage", *QUICK, "--list", 3, "--recruit").splitlines()
    assert lines[0].split() == ["KNOWN", "REACHED", "ON_SCENE", "all", "kept", "to", "the", "door"]
    assert lines[1].startswith("all hours") and lines[2].startswith("day") and lines[3].startswith("night")
    assert len([line for line in lines if "422827" in line]) == 6
    assert len(ask("circles", *NEAR).splitlines()) == 3


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--hours", "25"], "--hours: expected hours 0 to 23"),
        (["--weekday", "someday"], "--weekday: expected mon, tue"),
        (["--standby", "0.1;0.2"], "--standby: expected one share, or 24"),
        (["--standby", "1.1"], "--standby"),
        (["--people", "13"], "--people"),
        (["--people", "3", "--alerts", "2"], "--alerts: expected 3 or more"),
        (["-o", "c.shp"], "-o: expected a name that ends in .csv"),
        (["--by-hour", "-o", "c.geojson"], "--by-hour: expected -o FILE.csv"),
    ],
)
def test_usage(muster, county, arguments, words):
    result = muster("coverage", county, *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_refused(muster, county, tmp_path):
    assert_refused(muster("coverage", county, "--skills", "flying"), "--skills: expected skills of the county", "flying")
    assert_refused(muster("coverage", tmp_path / "none.gpkg"), "none.gpkg")
    assert_refused(muster("coverage", county, *QUICK, "-o", tmp_path / "no" / "c.csv"), "no/")
    assert_refused(muster("circles", county, "--mode", "foot,car"), "--mode: expected one mode")
    model = tmp_path / "m.ini"
    model.write_text("[acceptance]\nbase = 7\n", encoding="utf-8")
    assert_refused(muster("coverage", county, "--model", model), "m.ini", "acceptance", "base")
    other = tmp_path / "elsewhere.mnet"
    (tmp_path / "g.gr").write_text("p sp 2 2\na 1 2 1000\na 2 1 1000\n", encoding="utf-8")
    (tmp_path / "g.co").write_text("p aux sp co 2\nv 1 6000000 49000000\nv 2 6001000 49000000\n", encoding="utf-8")
    made = muster("network", "build", "--dimacs", tmp_path / "g.gr", "--coords", tmp_path / "g.co", "-o", other)
    assert made.returncode == 0, made.stderr
    assert_refused(muster("coverage", county, *QUICK, "--network", other), "is it the network of another place?")
