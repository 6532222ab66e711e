"""muster staffing: what is said holds by a sum of its own, blocks, skills, limits, the same bytes, refusals."""

import csv
import json

import pytest
from conftest import assert_refused


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("staffing") / "county.gpkg"
    result = muster("county", "reference", "--scale", "0.1", "-o", path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture(scope="module")
def ask(muster, county):
    def run(*arguments):
        result = muster("staffing", county, "--doors", 1, "--steps", 20, *arguments)
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return result.stdout

    return run


def blocks(ask, *arguments):
    return json.loads(ask("--json", "--acceptance", "0.9", *arguments))["blocks"]


def test_blocks(ask, tmp_path):
    night, day = blocks(ask, "-o", tmp_path / "s.csv")
    assert (night["hours"], day["hours"]) == ("night", "day")
    with open(tmp_path / "s.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for block in (night, day):
        mine = [row for row in rows if row["hours"] == block["hours"]]
        assert [(int(row["id"]), int(row["people"]), int(row["of"])) for row in mine] == [
            (stand["id"], stand["people"], stand["of"]) for stand in block["stands"]
        ]
        assert sum(stand["people"] for stand in block["stands"]) == block["people"] >= block["bound"] > block["people"] / 2
        assert all(0 < stand["people"] <= stand["of"] <= 20 for stand in block["stands"])
        assert sum(grid["doors"] for grid in block["hopeless_grids"]) == block["hopeless"]
    assert [block["people"] for block in blocks(ask, "--hours", "day")] == [day["people"]]


def test_what_is_needed(ask):
    (one,) = blocks(ask, "--hours", "day")
    (sure,) = blocks(ask, "--hours", "day", "--alpha", "0.6")
    assert sure["people"] < one["people"] and sure["hopeless"] <= one["hopeless"]
    (skilled,) = blocks(ask, "--hours", "day", "--need", "1:first_aid")
    assert {stand["skills"] for stand in skilled["stands"]} == {"first_aid"}
    assert skilled["hopeless"] >= one["hopeless"]
    (both,) = blocks(ask, "--hours", "day", "--need", "1", "--need", "1:first_aid")
    assert {stand["skills"] for stand in both["stands"]} <= {"anybody", "anybody+first_aid"}
    assert both["bound"] > 0
    (posts,) = blocks(ask, "--hours", "day", "--at", "posts")
    assert posts["hopeless"] > one["hopeless"]
    (few,) = blocks(ask, "--hours", "day", "--most", "1")
    assert few["hopeless"] > one["hopeless"]
    assert all(stand["people"] == 1 for stand in few["stands"])


def test_same_bytes(ask):
    assert ask("--seed", 7, "--json") == ask("--seed", 7, "--json")


def test_text(ask):
    lines = ask("--acceptance", "0.9").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("hours night") and "of 299 doors cannot be served so" in lines[0]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--at", "home"], "--at: expected posts or stations"),
        (["--hours", "24"], "--hours: expected hours 0 to 23"),
        (["--alpha", "1"], "--alpha"),
        (["--need", "1"] * 5, "--need: expected at most 4, found 5"),
        (["--most", "0"], "--most"),
    ],
)
def test_usage(muster, county, arguments, words):
    result = muster("staffing", county, *arguments)
    assert result.returncode == 2
    assert words in result.stderr


def test_refused(muster, county, tmp_path):
    assert_refused(muster("staffing", county, "--need", "13"), "--need")
    assert_refused(muster("staffing", county, "--need", "1:flying"), "--need: expected skills of the county", "flying")
    assert_refused(muster("staffing", tmp_path / "none.gpkg"), "none.gpkg")
