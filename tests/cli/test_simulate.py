"""muster simulate: the table, the JSON of commands.md, a report that stands alone; the same bytes from the same seed."""

import json
import re
from html.parser import HTMLParser

import pytest

VOID = {"meta", "br", "link", "img", "input", "hr"}


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    path = tmp_path_factory.mktemp("simulate") / "county.gpkg"
    result = muster("county", "reference", "--scale", "0.05", "-o", path)
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture(scope="module")
def small_flood(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "small.ini"
    path.write_text("[scenario]\nbase = flood\n[flood]\nper_1000_residents = 0.15\n")
    return path


class Balance(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        self.text.append(data)


def simulate(muster, county, *arguments):
    return muster("simulate", county, *arguments)


def test_table(muster, county):
    result = simulate(muster, county, "--scenario", "ordinary", "--days", "1", "--runs", "2")
    assert result.returncode == 0, result.stderr
    for stage in ("KNOWN", "REACHED", "ON_SCENE"):
        assert re.search(rf"{stage} +\d+\.\d\d %", result.stdout)
    assert result.stderr == ""


def test_json(muster, county):
    result = simulate(muster, county, "--scenario", "ordinary", "--days", "1", "--runs", "2", "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert [stage["stage"] for stage in found["stages"]] == ["KNOWN", "REACHED", "ON_SCENE"]
    asked, fatigue = found["alerting"], found["fatigue"]
    assert 0 < asked["arrivals"] <= asked["assigned"] and 0 < fatigue["gini"] < 1
    assert fatigue["alerts_per_arrival"] == pytest.approx(asked["alerts"] / asked["arrivals"])
    for stage in found["stages"]:
        assert 0 <= stage["met"] <= stage["of"]
        low, high = stage["ci95"]
        assert low <= stage["share"] <= high
        assert stage["share"] == pytest.approx(stage["met"] / stage["of"])
        assert stage["p50_s"] <= stage["p90_s"]
    assert found["refused"] == 0
    ends = ("open", "served", "resolved", "gave_up", "duplicate", "unheard", "refused")
    assert sum(found["reports"][end] for end in ends) == found["reports"]["all"]
    for level in ("by_township", "by_community", "by_grid"):
        assert sum(area["KNOWN"]["of"] for area in found[level]) <= found["stages"][0]["of"]


def test_same_bytes(muster, county, small_flood, tmp_path):
    pages, documents = [], []
    for threads, folder in (("1", "a"), ("2", "b")):
        report = tmp_path / folder
        result = simulate(
            muster, county, "--scenario", small_flood, "--runs", "2", "--seed", "5", "--threads", threads, "--json",
            "--report", report,
        )
        assert result.returncode == 0, result.stderr
        documents.append(result.stdout)
        assert [entry.name for entry in report.iterdir()] == ["index.html"]
        pages.append((report / "index.html").read_bytes())
    assert documents[0] == documents[1]
    assert pages[0] == pages[1]
    other = simulate(muster, county, "--scenario", small_flood, "--runs", "2", "--seed", "6", "--json")
    assert other.stdout != documents[0]


def test_report_stands_alone(muster, county, small_flood, tmp_path):
    result = simulate(muster, county, "--scenario", small_flood, "--runs", "1", "--report", tmp_path / "report")
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|src=|@import|url\((?!#)", page)
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    text = "".join(parser.text)
    for heading in ("The promise", "Where it is kept", "The course of the surge", "The worst ten", "Definitions"):
        assert heading in text
    assert "来凤县" in text
    sha256 = json.loads(muster("simulate", county, "--scenario", small_flood, "--runs", "1", "--json").stdout)["county"]["sha256"]
    assert sha256 in text
    assert f"--scenario {small_flood}" in text
    assert not re.search(r"\b(nan|inf)\b", re.sub(r"<style>.*?</style>", "", page, flags=re.S))


def test_stories_tell_who_came(muster, county, tmp_path):
    scenario = tmp_path / "rescues.ini"
    scenario.write_text("[scenario]\nbase = ordinary\n[ends]\nresolution_per_h = 1\n[kinds]\nflood_rescue = 1000000;1\n")
    result = simulate(muster, county, "--scenario", scenario, "--runs", "1", "--report", tmp_path)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    stories = re.findall(r'<section class="story"><h3>([^<]*)</h3>(.*?)</section>', page, flags=re.S)
    assert stories
    for heading, story in stories:
        if "ON_SCENE: as many as needed stand there" in story:
            assert ": helped after " in heading
        elif " arrived." in story:
            assert ": never as many there as needed, in " in heading
    assert any("never as many" in heading for heading, _ in stories)


def test_network_of_another_place(muster, county, tmp_path):
    other = tmp_path / "other.mnet"
    (tmp_path / "other.gr").write_text("p sp 2 2\na 1 2 1000\na 2 1 1000\n")
    (tmp_path / "other.co").write_text("p aux sp co 2\nv 1 9500000 47100000\nv 2 9510000 47100000\n")
    built = muster("network", "build", "--dimacs", tmp_path / "other.gr", "--coords", tmp_path / "other.co", "-o", other)
    assert built.returncode == 0, built.stderr
    result = simulate(muster, county, "--scenario", "ordinary", "--network", other)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "another place" in result.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--scenario", "fire"], "ordinary, flood"),
        (["--scenario", "nonsense"], "unknown"),
        (["--scenario", "missing.ini"], "missing.ini"),
        (["--scenario", "ordinary", "--policy", "nobodys"], "nobodys"),
        (["--scenario", "ordinary", "--network", "missing.mnet"], "missing.mnet"),
    ],
)
def test_refusals(muster, county, arguments, words):
    result = simulate(muster, county, *arguments)
    assert result.returncode == 1
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--scenario", "ordinary", "--journal", "-"],
        ["--scenario", "ordinary", "--days", "0"],
        ["--scenario", "ordinary", "--runs", "many"],
        ["--scenario", "ordinary", "--seed", "-1"],
    ],
)
def test_usage(muster, county, arguments):
    assert simulate(muster, county, *arguments).returncode == 2


def test_report_that_cannot_be_written(muster, county, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = simulate(muster, county, "--scenario", "ordinary", "--days", "1", "--runs", "1", "--report", blocked / "in")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_kinds_of_own_plans(muster, county, tmp_path):
    plans, scenario = tmp_path / "plans.ini", tmp_path / "snakes.ini"
    plans.write_text("[plan snake_bite]\nlabel = Snake bite\nlabel_zh = 毒蛇咬伤\npriority = 1\nneeds = first_aid: 1\n",
                     encoding="utf-8")
    scenario.write_text("[scenario]\nbase = ordinary\n[kinds]\nsnake_bite = 1000;0\n")
    refused = muster("simulate", county, "--scenario", scenario, "--runs", "1", "--days", "1")
    assert refused.returncode == 1 and "snake_bite" in refused.stderr
    result = muster("simulate", county, "--scenario", scenario, "--plans", plans, "--runs", "1", "--days", "2", "--json")
    assert result.returncode == 0, result.stderr
    assert any(kind["kind"] == "snake_bite" for kind in json.loads(result.stdout)["by_kind"])
