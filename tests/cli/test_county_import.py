"""muster county import: sheets as a Chinese county would export them, to a county file and through the check."""

import json
import subprocess

import pytest
from conftest import PROGRAM

WEST, SOUTH, STEP = 109.40, 29.50, 0.01


def square(x, y, width=STEP, height=STEP):
    ring = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
    return {"type": "Polygon", "coordinates": [[[round(a, 7), round(b, 7)] for a, b in ring]]}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_areas(path):
    """One township with two communities; the town one has two grids."""
    features = [
        feature(square(WEST, SOUTH, 0.02, 0.02), level="county", code=422827, name="来凤县"),
        feature(None, level="township", code=422827100, name="翔凤镇", seat_lon=109.41, seat_lat=29.51),
        feature(None, level="社区", code="422827100001", name="甲社区", seat_lon=109.405, seat_lat=29.51, residents=600),
        feature(None, level="村", code=422827100201, name="乙村", seat_lon=109.415, seat_lat=29.51, residents=400),
        feature(square(WEST, SOUTH), level="grid", code=422827100001001, name="甲一", residents=300, duty_team=1),
        feature(square(WEST, 29.51), level="grid", code=422827100001002, name="甲二", residents=300, duty_team=1),
        feature(square(109.41, SOUTH, STEP, 0.02), level="网格", code=422827100201001, name="乙", residents=400,
                duty_team=2),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1),
                    encoding="utf-8")


VOLUNTEERS = """编号,队伍,角色,经度,纬度,技能,方式,联系编号
1,1,队长,109.4055,29.5055,急救;水性,步行,k-1
2,1,骨干,109.4056,29.5155,急救,"步行,电动车",k-2
3,2,队长,109.4155,29.5055,,汽车,k-3
"""
TEAMS = "编号,名称,区域\n1,一队,422827100001\n2,二队,422827100201\n"
POSTS = "编号,名称,社区,经度,纬度,服务社区\n71,广场岗,422827100001,109.405,29.505,422827100201\n"
STATIONS = "编号,名称,社区,经度,纬度\n91,甲站,422827100001,109.406,29.506\n92,乙站,422827100201,109.415,29.505\n"
SHIFTS = "岗,志愿者,星期,开始,结束\n71,1,周一；周三,8:00,12:00\n"
EQUIPMENT = "岗站,种类,数量\n71,aed,1\n92,水泵,2\n"


@pytest.fixture
def sheets(tmp_path):
    """Options for all sheets, written in GB18030 with the line ends of a Chinese spreadsheet."""
    write_areas(tmp_path / "areas.geojson")
    texts = {"volunteers": VOLUNTEERS, "teams": TEAMS, "posts": POSTS, "stations": STATIONS, "shifts": SHIFTS,
             "equipment": EQUIPMENT}
    options = ["--areas", tmp_path / "areas.geojson", "--encoding", "gb18030"]
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
        options += [f"--{name}", tmp_path / f"{name}.csv"]
    return options


def test_import_then_check(muster, sheets, tmp_path):
    county = tmp_path / "county.gpkg"
    made = muster("county", "import", *sheets, "-o", county)
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    checked = muster("county", "check", county, "--json")
    assert checked.returncode == 0, checked.stdout
    found = json.loads(checked.stdout)
    assert (found["townships"], found["communities"], found["grids"]) == (1, 2, 3)
    assert (found["posts"], found["stations"], found["teams"], found["volunteers"]) == (1, 2, 2, 3)
    assert found["defects"] == []


def test_same_sheets_same_bytes(muster, sheets, tmp_path):
    for name in ("a.gpkg", "b.gpkg"):
        assert muster("county", "import", *sheets, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_two_sheets_suffice(muster, sheets, tmp_path):
    """Areas and volunteers alone: the teams come from the volunteers' sheet."""
    made = muster("county", "import", *sheets[:6], "-o", tmp_path / "c.gpkg", "--json")
    assert made.returncode == 0, made.stderr
    counts = json.loads(made.stdout)
    assert counts["teams"] == 2 and counts["volunteers"] == 3 and counts["defects"] == []


def test_every_defect_by_line_and_column(muster, sheets, tmp_path):
    volunteers, teams = tmp_path / "volunteers.csv", tmp_path / "teams.csv"
    volunteers.write_text("编号,队伍,经度,纬度,电话,联系编号\n"
                          "1,1,29.5055,109.4055,,1.39E+10\n"
                          "1,9,109.4055,29.5055,,k\n", encoding="gb18030")
    teams.write_text("编号,名称,区域\n1,一队,5\n2,\"二队,422827100201\n", encoding="gb18030")
    result = muster("county", "import", *sheets, "-o", tmp_path / "c.gpkg")
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    places = [line.split(": ")[0] for line in lines[:-1]]
    assert places == [f"{teams}:2:3", f"{teams}:3:2", f"{volunteers}:1:5", f"{volunteers}:2:4", f"{volunteers}:2:6",
                      f"{volunteers}:3:1"], result.stderr
    assert lines[-1] == "muster: 6 defects in 2 files"
    assert not (tmp_path / "c.gpkg").exists()
    listed = muster("county", "import", *sheets, "-o", tmp_path / "c.gpkg", "--json")
    assert json.loads(listed.stdout)["defects"] == lines[:-1]


def test_earlier_file_survives_a_refusal(muster, sheets, tmp_path):
    county = tmp_path / "county.gpkg"
    county.write_bytes(b"keep me")
    (tmp_path / "posts.csv").write_bytes(b"\xff\xfe\x00")
    assert muster("county", "import", *sheets, "-o", county).returncode == 1
    assert county.read_bytes() == b"keep me"
    assert sorted(path.suffix for path in tmp_path.iterdir()).count(".part") == 0


def test_wrong_encoding_is_named(muster, sheets, tmp_path):
    options = [option for option in sheets if option not in ("--encoding", "gb18030")]
    result = muster("county", "import", *options, "-o", tmp_path / "c.gpkg")
    assert result.returncode == 1
    assert f"{tmp_path / 'volunteers.csv'}:1:1: byte 0xB1 is not UTF-8" in result.stderr
    assert "gb18030" in result.stderr


def test_with_roads(muster, sheets, data, tmp_path):
    result = muster("county", "import", *sheets, "--roads", data("osm/liechtenstein.osm.pbf"), "-o",
                    tmp_path / "c.gpkg", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["roads"] > 1000


@pytest.mark.parametrize("arguments", [
    [],
    ["--areas", "a"],
    ["--areas", "a", "--volunteers", "v"],
    ["--areas", "a", "--volunteers", "v", "-o", "c", "--datum", "gcj02", "--crs", "EPSG:4490"],
    ["--areas", "a", "--volunteers", "v", "-o", "c", "stray"],
    ["--areas", "a", "--volunteers", "v", "-o", "c", "--datum", "mars"],
])
def test_usage(muster, arguments):
    result = muster("county", "import", *arguments)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_unknown_names_are_refused(muster, sheets, tmp_path):
    for option, value in (("--crs", "EPSG:99999"), ("--encoding", "klingon")):
        result = muster("county", "import", *sheets, option, value, "-o", tmp_path / "c.gpkg")
        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1 and value in result.stderr


def test_through_standard_streams(muster, sheets, tmp_path):
    """One sheet from standard input, the county to standard output; defects name the stream."""
    place = sheets.index("--volunteers") + 1
    volunteers = sheets[place]
    sheets[place] = "-"
    made = [subprocess.run([PROGRAM, "county", "import", *map(str, sheets), "-o", "-"], input=volunteers.read_bytes(),
                           capture_output=True) for _ in range(2)]
    assert made[0].returncode == 0, made[0].stderr
    assert made[0].stdout == made[1].stdout
    (tmp_path / "piped.gpkg").write_bytes(made[0].stdout)
    checked = json.loads(muster("county", "check", tmp_path / "piped.gpkg", "--json").stdout)
    assert checked["volunteers"] == 3 and checked["defects"] == []
    refused = muster("county", "import", *sheets, "-o", tmp_path / "no.gpkg", input="id\n1\n")
    assert refused.returncode == 1 and refused.stderr.startswith("standard input:1:")
    assert not (tmp_path / "no.gpkg").exists()
