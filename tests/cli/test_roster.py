"""muster roster: who is named may stand there, rest and weeks are kept, the sheet makes a county, the page, refusals."""

import collections
import csv
import json

import pytest
import test_county_round_trip as sheets
from conftest import assert_refused

DAYS = "mon tue wed thu fri sat sun".split()
DAY = 1440


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("roster") / "county.gpkg"
    result = muster("county", "reference", "--scale", "0.1", "-o", path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture(scope="module")
def ask(muster, county):
    def run(*arguments):
        result = muster("roster", county, "--steps", 50, *arguments)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return result.stdout

    return run


def minute_of(clock):
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def duties_of(rows):
    """By volunteer: start and end in minutes from the first Monday."""
    duties = collections.defaultdict(list)
    for row in rows:
        start = ((int(row["week"]) - 1) * 7 + DAYS.index(row["weekday"])) * DAY + minute_of(row["start"])
        length = (minute_of(row["end"]) - minute_of(row["start"])) % DAY
        if row["volunteer"]:
            duties[int(row["volunteer"])].append((start, start + length))
    return duties


@pytest.mark.parametrize("shifts", [[], ["--shift", "06:00-14:00", "--shift", "14:00-22:00", "--shift", "22:00-06:00"]])
def test_rules(ask, county, tmp_path, shifts):
    weeks, rest, most = 3, 12, 2
    answer = json.loads(ask("--need", "1:first_aid", "--need", 2, "--weeks", weeks, "--rest", rest, "--most", most, "--json",
                            "-o", tmp_path / "r.csv", *shifts))
    rows = read_rows(tmp_path / "r.csv")
    people = {row["id"]: row for row in sheets.read_table(county, "volunteers")}
    for row in rows:
        if row["skills"] and row["volunteer"]:
            assert "first_aid" in people[int(row["volunteer"])]["skills"]
    for volunteer, duties in duties_of(rows).items():
        assert people[volunteer]["approved"]
        duties.sort()
        following = [*duties[1:], (duties[0][0] + weeks * 7 * DAY, None)]
        assert all(start - end >= rest * 60 for (_, end), (start, _) in zip(duties, following))
        assert max(collections.Counter(start // (7 * DAY) for start, _ in duties).values()) <= most
        if people[volunteer]["work_lon"] is not None:
            free = [(start, end) for start, end in duties if start // DAY % 7 > 4 or not (start % DAY < 1080 and start % DAY + end - start > 480)]
            assert free == duties
    assert answer["weeks"] == weeks
    for post in answer["posts"]:
        mine = [row for row in rows if int(row["post"]) == post["id"]]
        assert len(mine) == post["places"] == weeks * 7 * 3 * (3 if shifts else 2)
        assert sum(row["volunteer"] != "" for row in mine) == post["filled"] <= post["filled_bound"]
        duties = duties_of(mine)
        assert post["shifts"][1] == max(len(list_) for list_ in duties.values())
        assert post["unevenness"] >= post["unevenness_bound"]
        assert not post["optimal"] or post["unevenness"] == post["unevenness_bound"]
    named = [set(duties_of(row for row in rows if int(row["post"]) == post["id"])) for post in answer["posts"]]
    assert sum(map(len, named)) == len(set().union(*named))


def test_the_sheet_makes_a_county(muster, ask, county, tmp_path):
    ask("--weeks", 1, "--shifts", tmp_path / "roster.csv", "-o", tmp_path / "r.csv")
    sheets.write_areas(county, tmp_path / "areas.geojson")
    sheets.write_people(county, tmp_path)
    sheets.write_places(county, tmp_path)
    roster = read_rows(tmp_path / "roster.csv")
    sheets.write_sheet(tmp_path / "shifts.csv", list(roster[0]), [list(row.values()) for row in roster])
    options = ["--areas", tmp_path / "areas.geojson", "--encoding", "gb18030"]
    for name in ("volunteers", "teams", "posts", "stations", "shifts", "equipment"):
        options += [f"--{name}", tmp_path / f"{name}.csv"]
    result = muster("county", "import", *options, "-o", tmp_path / "again.gpkg")
    assert result.returncode == 0, result.stderr[:2000]
    listed = {(row["post"], row["volunteer"], day, row["start_time"], row["end_time"])
              for row in sheets.read_table(tmp_path / "again.gpkg", "shifts") for day in row["weekdays"].split(",")}
    assert listed == {(int(row["post"]), int(row["volunteer"]), row["weekday"], row["start"], row["end"])
                      for row in read_rows(tmp_path / "r.csv") if row["volunteer"]}


def test_posts_and_page(ask, tmp_path):
    text = ask("--post", "2,1", "-o", tmp_path / "r.html")
    assert [line.split()[:2] for line in text.splitlines()] == [["post", "2"], ["post", "1"]]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 2 and page.index("(2)") < page.index("(1)")
    (post,) = json.loads(ask("--post", "2", "--json", "--pool", 5))["posts"]
    assert post["people"] == 5 and post["filled"] < post["places"]
    empty = sum(post["places"] - post["filled"] for post in json.loads(ask("--post", "2,1", "--json"))["posts"])
    assert page.count('class="nobody"') == empty < ask_page(ask, tmp_path, "--post", "2,1", "--pool", 5).count('class="nobody"')


def ask_page(ask, folder, *arguments):
    ask("-o", folder / "few.html", *arguments)
    return (folder / "few.html").read_text(encoding="utf-8")


def test_same_bytes(ask):
    assert ask("--seed", 7, "--json") == ask("--seed", 7, "--json")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--shift", "6-14"], "--shift: expected a start and an end such as 22:00-06:00"),
        (["--need", "1"] * 5, "--need: expected at most 4, found 5"),
        (["--weeks", "27"], "--weeks"),
        (["--most", "0"], "--most"),
        (["-o", "roster.ods"], "-o: expected a file .csv or .html"),
        (["--weeks", "2", "--shifts", "s.csv"], "--shifts: expected --weeks 1"),
    ],
)
def test_usage(muster, county, arguments, words):
    result = muster("roster", county, *arguments)
    assert result.returncode == 2
    assert words in result.stderr


def test_refused(muster, county, tmp_path):
    assert_refused(muster("roster", county, "--need", "1:flying"), "--need: expected skills of the county", "flying")
    assert_refused(muster("roster", county, "--post", "9999"), "--post: expected ids of posts of the county", "9999")
    assert_refused(muster("roster", tmp_path / "none.gpkg"), "none.gpkg")
