"""A whole county written out as sheets in GB18030 and imported again is the same county, table by table."""

import csv
import json
import sqlite3
import struct

import pytest

AREA_TABLES = {"county": "county", "townships": "township", "communities": "community", "grids": "grid"}
# Roads come from OpenStreetMap only, and the note names the sheets.
SAME_TABLES = [*AREA_TABLES, "grid_adjacency", "posts", "stations", "post_areas", "shifts", "equipment", "skills", "teams",
               "volunteers"]


def read_geometry(blob):
    """A GeoPackage blob, little endian, as GeoJSON."""
    at = 8 + (32 if blob[3] >> 1 & 7 else 0)

    def take(form):
        nonlocal at
        values = struct.unpack_from("<" + form, blob, at)
        at += struct.calcsize("<" + form)
        return values

    def take_polygon():
        rings = []
        for _ in range(take("I")[0]):
            count = take("I")[0]
            rings.append([list(take("2d")) for _ in range(count)])
        return rings

    kind = take("BI")[1]
    if kind == 1:
        return {"type": "Point", "coordinates": list(take("2d"))}
    polygons = []
    for _ in range(take("I")[0]):
        take("BI")
        polygons.append(take_polygon())
    return {"type": "MultiPolygon", "coordinates": polygons}


def read_table(path, name):
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {name} ORDER BY fid")]


def write_areas(county, path):
    features = []
    for table, level in AREA_TABLES.items():
        for row in read_table(county, table):
            properties = {"level": level, "code": row["code"], "name": row["name"], "residents": row["residents"],
                          "parent": row.get("parent_code"), "kind": row.get("kind"), "seat_lon": row["seat_lon"],
                          "seat_lat": row["seat_lat"], "leader_contact": row.get("leader_contact"),
                          "duty_team": row.get("duty_team")}
            geometry = read_geometry(row["geom"]) if row["geom"] else None
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    features.reverse()
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
                    encoding="utf-8")


def write_sheet(path, header, rows):
    with open(path, "w", newline="", encoding="gb18030") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(reversed(rows))


def write_people(county, folder):
    rows = []
    for row in read_table(county, "volunteers"):
        lon, lat = read_geometry(row["geom"])["coordinates"]
        rows.append([row["id"], row["team"], row["role"], row["branch_role"], lon, lat, row["work_lon"], row["work_lat"],
                     row["modes"], row["skills"], "是" if row["approved"] else "否", row["contact"]])
    write_sheet(folder / "volunteers.csv", "编号 队伍 角色 支部职务 经度 纬度 工作经度 工作纬度 方式 技能 审核 联系编号".split(), rows)
    teams = [[row["id"], row["name"], row["area_code"]] for row in read_table(county, "teams")]
    write_sheet(folder / "teams.csv", ["编号", "名称", "区域"], teams)


def write_places(county, folder):
    served = {}
    for row in read_table(county, "post_areas"):
        served.setdefault(row["post"], []).append(str(row["community_code"]))
    for kind in ("posts", "stations"):
        rows = []
        for row in read_table(county, kind):
            place = [row["id"], row["name"], row["community_code"], *read_geometry(row["geom"])["coordinates"]]
            rows.append(place + ["；".join(served.get(row["id"], []))] * (kind == "posts"))
        write_sheet(folder / f"{kind}.csv", ["编号", "名称", "社区", "经度", "纬度"] + ["服务社区"] * (kind == "posts"), rows)
    shifts = [[row["post"], row["volunteer"], row["weekdays"], row["start_time"], row["end_time"]]
              for row in read_table(county, "shifts")]
    write_sheet(folder / "shifts.csv", ["岗", "志愿者", "星期", "开始", "结束"], shifts)
    things = [[row["holder"], row["kind"], row["count"]] for row in read_table(county, "equipment")]
    write_sheet(folder / "equipment.csv", ["岗站", "种类", "数量"], things)


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("reference") / "county.gpkg"
    made = muster("county", "reference", "--scale", "0.05", "-o", path)
    assert made.returncode == 0, made.stderr
    return path


def test_reference_county(muster, county, tmp_path):
    write_areas(county, tmp_path / "areas.geojson")
    write_people(county, tmp_path)
    write_places(county, tmp_path)
    options = ["--areas", tmp_path / "areas.geojson", "--encoding", "gb18030"]
    for name in ("volunteers", "teams", "posts", "stations", "shifts", "equipment"):
        options += [f"--{name}", tmp_path / f"{name}.csv"]
    result = muster("county", "import", *options, "-o", tmp_path / "again.gpkg")
    assert result.returncode == 0, result.stderr[:2000]
    for table in SAME_TABLES:
        assert read_table(tmp_path / "again.gpkg", table) == read_table(county, table), table
