"""muster cap: alerts as events, refused alerts, and the way into the engine."""

import json
import pathlib

import pytest
from conftest import assert_refused

FLOOD = (pathlib.Path(__file__).parents[1] / "fuzz" / "corpus" / "cap" / "flood.xml").read_text(encoding="utf-8")


def cap(muster, text, *arguments):
    result = muster("cap", "-", *arguments, input=text)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_alert(muster):
    mode, roads, *_ = cap(muster, FLOOD, "--at", 5)
    assert mode == {"type": "mode", "at_ms": 5, "hazard": "flood", "level": 2}
    assert (roads["type"], roads["closure"], len(roads["polygons"])) == ("close_roads", "flood-7", 2)
    assert roads["polygons"][0] == [[[109.4, 29.5], [109.5, 29.5], [109.5, 29.6], [109.4, 29.5]]]
    circle = roads["polygons"][1][0]
    assert len(circle) == 33 and circle[0] == circle[-1]
    assert cap(muster, FLOOD)[0]["at_ms"] == 1782813600000


def test_expiry(muster):
    opened, peace = cap(muster, FLOOD, "--at", 5)[2:]
    assert opened == {"type": "open_roads", "at_ms": 5 + 12 * 3600 * 1000, "closure": "flood-7"}
    assert peace == {"type": "mode", "at_ms": opened["at_ms"], "hazard": "flood", "level": 0}


def test_several_files(muster, tmp_path):
    refers = "<references>met@example.org,flood-7,2026-06-30T18:00:00+08:00</references><scope>"
    update = FLOOD.replace(">flood-7<", ">flood-8<").replace(">Alert<", ">Update<").replace("<scope>", refers)
    (tmp_path / "1.xml").write_text(FLOOD, encoding="utf-8")
    (tmp_path / "2.xml").write_text(update.replace("T18:00:00+08:00</sent>", "T19:00:00+08:00</sent>"), encoding="utf-8")
    result = muster("cap", tmp_path / "2.xml", tmp_path / "1.xml", "--at", 0)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(event["type"], event["at_ms"] // 3600000) for event in events] == [
        ("mode", 0), ("close_roads", 0), ("open_roads", 1), ("close_roads", 1), ("open_roads", 12), ("mode", 12),
    ]  # fmt: skip
    assert_refused(muster("cap", tmp_path / "1.xml", tmp_path / "1.xml"), "the same")


def test_update_and_cancel(muster):
    refers = "<references>met@example.org,flood-7,2026-06-30T18:00:00+08:00</references><scope>"
    update = FLOOD.replace(">flood-7<", ">flood-8<").replace(">Alert<", ">Update<").replace("<scope>", refers)
    assert [event["type"] for event in cap(muster, update)] == ["open_roads", "mode", "close_roads"] + ["open_roads", "mode"]
    opened, mode = cap(muster, update.replace(">Update<", ">Cancel<"))
    assert (opened["closure"], mode["level"]) == ("flood-7", 0)
    assert_refused(muster("cap", "-", input=update.replace(refers, "<scope>")), "references")


@pytest.mark.parametrize(("old", "new", "level"), [("Severe", "Extreme", 3), ("Severe", "Minor", 1)])
def test_levels(muster, old, new, level):
    events = cap(muster, FLOOD.replace(f">{old}<", f">{new}<"))
    assert events[0]["level"] == level
    assert len(events) == (4 if level == 3 else 2)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        (">Actual<", ">Exercise<", "its status is Exercise"),
        (">Severe<", ">Bad<", "severity"),
        (">Immediate<", ">Past<", "no event"),
        ("cap:1.2", "cap:1.1", "cap:1.1"),
        ("29.5,109.4 29.5,109.5", "x 29.5,109.5", "<polygon>"),
        ("29.5,109.4</polygon>", "29.7,109.4</polygon>", "the last like the first"),
        ("29.7,109.4 1.5", "29.7,109.4 -1", "<circle>"),
        ("18:00:00+08:00", "18:00:00", "<sent>"),
        ("</alert>", "", "not well-formed XML"),
        ("<alert", "<!DOCTYPE a [<!ENTITY x 'y'>]><alert", "no document type"),
        ("<sender>met@example.org", "<sender>", "<sender>"),
        ("<identifier>flood-7", "<identifier>", "<identifier>"),
        ("Flash flood warning</event>", "Tea</event><x/>", None),
    ],
)
def test_refusals(muster, old, new, part):
    changed = FLOOD.replace(old, new)
    assert changed != FLOOD
    if part is None:  # the code still says what it is
        assert cap(muster, changed)[0]["hazard"] == "flood"
    else:
        assert_refused(muster("cap", "-", input=changed), part)


def test_expired_and_table(muster, tmp_path):
    assert_refused(muster("cap", "-", "--now", 1782900000000, input=FLOOD), "no event")
    table = tmp_path / "t.ini"
    table.write_text("[water]\nwords=FLOOD\n[levels]\nSevere=7\n", encoding="utf-8")
    assert cap(muster, FLOOD, "--hazards", table)[0] == {
        "type": "mode", "at_ms": 1782813600000, "hazard": "water", "level": 7
    }  # fmt: skip
    table.write_text("[water]\nwords=FLOOD\n", encoding="utf-8")
    assert_refused(muster("cap", "-", "--hazards", table, input=FLOOD), "[levels] Severe")


def test_into_the_engine(muster, tmp_path):
    times, policy = tmp_path / "m.csv", tmp_path / "p.ini"
    times.write_text(",A\nA,0\n", encoding="utf-8")
    policy.write_text("[policy]\n[wartime flood 2]\nacceptance = certain\n", encoding="utf-8")
    events = muster("cap", "-", "--at", 0, input=FLOOD).stdout
    result = muster("drive", "--matrix", times, "--policy", policy, input=events)
    mode, refused, *_ = (json.loads(line) for line in result.stdout.splitlines())
    assert mode["changes"] == [{"setting": "acceptance", "before": "asked", "after": "certain"}]
    assert "matrix" in refused["why"]


def test_areas_of_a_county(muster, tmp_path):
    county = tmp_path / "c.gpkg"
    assert muster("county", "reference", "--seed", 1310, "-o", county).returncode == 0
    (mode, *_) = cap(muster, FLOOD, "--county", county)
    assert mode["area"] == 422827
    town = FLOOD.replace("422827", "422827100").replace("29.7,109.4 1.5", "10,10 1")
    assert 422827100 in [event.get("area") for event in cap(muster, town, "--county", county)]
