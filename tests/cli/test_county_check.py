"""muster county check: the reference county is without a defect and has the published figures; spoilt, each defect is named."""

import json
import math
import shutil
import sqlite3
import struct

import pytest

POINT_XY = 13  # of the geometry blob: 8 bytes of header, byte order and type


@pytest.fixture(scope="module")
def reference(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("county") / "reference.gpkg"
    result = muster("county", "reference", "-o", path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture
def spoil(reference, tmp_path):
    """spoil(change) → the path of a copy that change(connection) was applied to, its r-tree triggers taken off."""

    def apply(change):
        path = tmp_path / "spoilt.gpkg"
        shutil.copy(reference, path)
        path.chmod(0o644)
        with sqlite3.connect(path) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            change(connection)
        connection.close()
        return path

    return apply


def check(muster, path):
    result = muster("county", "check", "--json", path)
    assert result.stdout, result.stderr
    report = json.loads(result.stdout)
    assert result.returncode == (1 if report["defects"] else 0)
    if report["defects"]:
        assert len(result.stderr.strip().splitlines()) == 1
        assert f"{len(report['defects'])} defect" in result.stderr
    else:
        assert result.stderr == ""
    return report


def move_points(connection, table, move, where="1"):
    for fid, blob in connection.execute(f"SELECT fid, geom FROM {table} WHERE {where}").fetchall():
        x, y = move(*struct.unpack_from("<2d", blob, POINT_XY))
        moved = blob[:POINT_XY] + struct.pack("<2d", x, y) + blob[POINT_XY + 16 :]
        connection.execute(f"UPDATE {table} SET geom = ? WHERE fid = ?", (moved, fid))


def to_gcj02(lon, lat):
    """The published offset, of the Krasovsky ellipsoid."""
    x, y, pi = lon - 105, lat - 35, math.pi
    wave = 20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (wave + 20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (wave + 20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    a, squared = 6378245.0, 0.00669342162296594323
    magic = 1 - squared * math.sin(math.radians(lat)) ** 2
    north = math.degrees(north / (a * (1 - squared) / (magic * math.sqrt(magic))))
    east = math.degrees(east / (a / math.sqrt(magic) * math.cos(math.radians(lat))))
    return lon + east, lat + north


def test_reference_has_no_defects(muster, reference):
    report = check(muster, reference)
    assert report["defects"] == [] and report["notes"] == []
    figures = {"townships": 8, "communities": 196, "villages": 184, "urban_communities": 12, "town_grids": 108,
               "posts": 15, "stations": 196, "teams": 447, "volunteers": 33370, "residents": 283255}
    assert {name: report[name] for name in figures} == figures
    assert report["grids"] == 108 + 191
    assert len(report["sha256"]) == 64


def test_text(muster, reference):
    result = muster("county", "check", reference)
    assert result.returncode == 0 and result.stderr == ""
    assert "       447 teams\n" in result.stdout and result.stdout.endswith("\nno defects\n")


def test_command_and_references(muster, spoil):
    def change(connection):
        connection.execute("UPDATE volunteers SET role = 'deputy' WHERE role = 'captain' AND team = (SELECT MIN(id) FROM teams)")
        connection.execute("UPDATE grids SET duty_team = NULL WHERE fid = 1")
        connection.execute("UPDATE volunteers SET team = 987654 WHERE role = 'member' AND fid = "
                           "(SELECT MIN(fid) FROM volunteers WHERE role = 'member')")

    path = spoil(change)
    defects = check(muster, path)["defects"]
    assert sorted(defect["kind"] for defect in defects) == ["no-captain", "no-duty-team", "orphan"]
    assert any("team 987654 does not exist" in defect["text"] for defect in defects)
    text = muster("county", "check", path)
    assert text.returncode == 1
    assert [line for line in text.stdout.splitlines() if line.startswith("no-duty-team: grid ")]
    assert "3 defects (1 orphan, 1 no-captain, 1 no-duty-team)" in text.stderr


def test_missing_grid_is_a_gap(muster, spoil):
    def change(connection):
        connection.execute("DELETE FROM grid_adjacency")
        connection.execute("DELETE FROM grids WHERE fid = 1")

    defects = check(muster, spoil(change))["defects"]
    assert [defect["kind"] for defect in defects] == ["gap"]
    assert "belong to no grid, at 109." in defects[0]["text"]


@pytest.mark.parametrize("table", ["volunteers", "stations"])
def test_sheet_in_gcj02(muster, spoil, table):
    defects = check(muster, spoil(lambda connection: move_points(connection, table, to_gcj02)))["defects"]
    named = [defect["text"] for defect in defects if defect["kind"] == "datum"]
    assert len(named) == 1
    assert named[0].startswith(f"{table}: positions look like GCJ-02 (median distance to a road ")
    assert named[0].endswith("import with --datum gcj02")


def test_one_township_in_gcj02(muster, spoil):
    members = "team IN (SELECT id FROM teams WHERE area_code / 1000 = 422827102 OR area_code = 422827102)"
    defects = check(muster, spoil(lambda connection: move_points(connection, "volunteers", to_gcj02, members)))["defects"]
    named = [defect["text"] for defect in defects if defect["kind"] == "datum"]
    assert len(named) == 1
    assert named[0].startswith("volunteers of township 422827102 (大河镇): positions look like GCJ-02 (")


def test_not_a_county(muster, tmp_path):
    path = tmp_path / "other.gpkg"
    path.write_text("not a county")
    for arguments in (["county", "check", path], ["county", "check", "--json", tmp_path / "missing.gpkg"]):
        result = muster(*arguments)
        assert result.returncode == 1 and result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1


def test_usage(muster):
    assert muster("county", "check").returncode == 2
    assert muster("county", "check", "a", "b").returncode == 2


def test_table_that_is_listed_but_missing(muster, spoil):
    result = muster("county", "check", spoil(lambda connection: connection.execute("DROP TABLE teams")))
    assert result.returncode == 1
    assert result.stderr.endswith('layer "teams": the layer is listed, but its table is missing\n')
