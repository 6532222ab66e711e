"""The JSON Schema of the protocol says what `muster drive` reads and what is printed: neither more nor less.

What no schema can say stands in docs/events.md and in EXCEPTIONS.
"""

import json
import os
import random
import re

import pytest

from conftest import ROOT
from protocol import SCHEMAS, Lines, edges, make, make_life, read_line, spoil, types_of

CASES = ROOT / "conformance" / "cases"
COUNTY = ROOT / "conformance" / "county"
READ = re.compile(r"line \d+: ")  # how `drive` begins what it says of a line that is no event
SEEDS = range(200) if os.environ.get("MUSTER_TEST_EFFORT") == "long" else range(4)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("protocol") / "times.csv"
    path.write_text(",A,B\nA,0,60\nB,60,0\n", encoding="utf-8")
    return path


def find_read(muster, table, lines):
    """Of each line that is not blank, whether `drive` reads it as an event."""
    result = muster("drive", "--matrix", table, input="".join(line + "\n" for line in lines))
    assert result.returncode == 0, result.stderr
    decisions = map(json.loads, result.stdout.splitlines())
    unread = {decision["event"] for decision in decisions if decision["type"] == "refused" and READ.match(decision["why"])}
    offered = [line for line in lines if line.strip()]
    return [(line, number not in unread) for number, line in enumerate(offered, 1)]


def is_event(events, line):
    try:
        return events.is_valid(read_line(line))
    except ValueError:
        return False


def assert_same(muster, table, lines, note):
    events = Lines("event")
    for line, read in find_read(muster, table, lines):
        assert read == is_event(events, line), f"{note}: {'read' if read else 'not read'}: {line}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    Lines(name).whole.check_schema(SCHEMAS[name])


def test_kept_lines(muster, table):
    files = [*CASES.glob("*/events.jsonl"), *(ROOT / "tests" / "fuzz" / "corpus" / "events").iterdir()]
    lines = [line for path in sorted(files) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line not in EXCEPTIONS.values()]
    assert len(lines) > 800
    assert_same(muster, table, lines, "kept")


@pytest.mark.parametrize("seed", SEEDS)
def test_random_lines(muster, table, seed):
    draw = random.Random(seed)
    definitions = SCHEMAS["event"]["$defs"]
    good = [make(draw, definitions[f"event_{kind}"]) for kind in types_of("event") * 12]
    events = Lines("event")
    for event in good:
        events.validate(event)
    assert all(events.whole.is_valid(event) for event in draw.sample(good, 20))
    lines = [json.dumps(event, ensure_ascii=draw.random() < 0.5) for event in good + [spoil(draw, event) for event in good * 3]]
    verdicts = [read for _, read in find_read(muster, table, lines)]
    assert len(good) < sum(verdicts) < len(lines)
    assert_same(muster, table, lines, f"seed {seed}")


def test_lines_at_the_limits(muster, table):
    draw = random.Random(1)
    lines = [json.dumps(edge) for kind in types_of("event") for edge in edges(draw, SCHEMAS["event"]["$defs"][f"event_{kind}"])]
    assert_same(muster, table, lines, "limits")


# Lines about which schema and reader differ, each with the reason.
EXCEPTIONS = {
    "a whole number written with a fraction": '{"type":"tick","at_ms":1.0}',
    "or with an exponent": '{"type":"tick","at_ms":1e3}',
    "bytes, not characters, of an id": json.dumps({"type": "known", "at_ms": 0, "incident": "急" * 86}),
    "and of a skill": json.dumps({"type": "enrol", "at_ms": 0, "volunteer": 1, "place": "A", "skills": ["急" * 22]}),
    "a degree is rounded to its seventh digit first": '{"type":"enrol","at_ms":0,"volunteer":1,"position":[180.00000001,0]}',
}


@pytest.mark.parametrize("reason", EXCEPTIONS)
def test_what_no_schema_can_say(muster, table, reason):
    ((line, read),) = find_read(muster, table, [EXCEPTIONS[reason]])
    assert read != is_event(Lines("event"), line)


@pytest.mark.parametrize("line", [
    '{"type":"tick","at_ms":0,"at_ms":0}', '{"type":"tick","at_ms":NaN}', '{"type":"known","at_ms":0,"incident":"a\\u0000"}',
    '{"type":"known","at_ms":0,"incident":"\\ud800"}', '{"type":"tick","at_ms":0}' + " " * 65536, '{"type":"tick","at_ms":99999999999999999999}',
    "nonsense", "[]", "7", '"tick"', '{"type":"tick","at_ms":0} {}',
])
def test_lines_that_are_no_strict_json_or_too_long(muster, table, line):
    assert_same(muster, table, [line], "strict")
    assert not is_event(Lines("event"), line)


def read_kept_decisions():
    paths = sorted(CASES.glob("*/decisions.jsonl"))
    return [read_line(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def test_kept_decisions():
    decisions, seen = Lines("decision"), set()
    for decision in read_kept_decisions():
        decisions.validate(decision)
        fields = SCHEMAS["decision"]["$defs"][f"decision_{decision['type']}"]["properties"]
        assert list(decision) == [name for name in fields if name in decision]
        seen.add(decision["type"])
    assert seen == set(types_of("decision"))


def test_other_decisions_are_not_valid():
    decisions = Lines("decision")
    for decision in {decision["type"]: decision for decision in read_kept_decisions()}.values():
        assert not decisions.is_valid({**decision, "extra": 1})
        for name in SCHEMAS["decision"]["$defs"][f"decision_{decision['type']}"]["required"]:
            assert not decisions.is_valid({kept: value for kept, value in decision.items() if kept != name})
            assert not decisions.is_valid({**decision, name: [decision[name]]})


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_about_random_events(muster, table, seed):
    result = muster("drive", "--matrix", table, input="".join(make_life(random.Random(seed), 1500)))
    decisions, seen = Lines("decision"), set()
    for line in result.stdout.splitlines():
        decision = read_line(line)
        decisions.validate(decision)
        seen.add(decision["type"])
    assert {"contact_card", "alert", "assign", "escalate", "breach", "refused", "shortfall", "closed"} <= seen, f"seed {seed}"


def validate_export(muster, journal):
    lines = [read_line(line) if len(line) < 65536 else json.loads(line) for line in muster("journal", "export", journal).stdout.splitlines()]
    records = Lines("journal")
    for line in lines:
        records.validate(line)
    return {line.get("kind", "end") for line in lines}


def test_the_journal_of_events(muster, tmp_path):
    lines = "".join((CASES / name / "events.jsonl").read_text(encoding="utf-8") for name in ("reading", "ids_of_both_kinds"))
    journal = tmp_path / "j"
    result = muster("drive", "--matrix", CASES / "reading" / "matrix.csv", "--journal", journal, "--snapshot-every", 20, input=lines)
    assert result.returncode == 0, result.stderr
    assert validate_export(muster, journal) == {"header", "event", "refusal", "snapshot", "end"}


def test_the_journal_of_a_simulation(muster, tmp_path):
    networks = [word for mode in ("foot", "ebike") for word in ("--network", COUNTY / f"{mode}.mnet")]
    journal = tmp_path / "j"
    result = muster("simulate", COUNTY / "county.gpkg", *networks, "--scenario", "flood", "--seed", 1310, "--runs", 1, "--journal", journal)
    assert result.returncode == 0, result.stderr
    assert {"header", "event", "end"} <= validate_export(muster, journal)


@pytest.mark.parametrize("alert", sorted((ROOT / "tests" / "fuzz" / "corpus" / "cap").glob("*.xml")), ids=lambda path: path.name)
def test_events_of_alerts(muster, alert):
    result = muster("cap", alert, "--at", 0)
    events = Lines("event")
    for line in result.stdout.splitlines():
        events.validate(read_line(line))
    assert result.stdout or result.returncode == 1


def test_events_of_an_alert_with_area(muster):
    from test_cap import FLOOD

    lines = muster("cap", "-", "--at", 0, input=FLOOD).stdout.splitlines()
    assert {read_line(line)["type"] for line in lines} == {"mode", "close_roads", "open_roads"}
    for line in lines:
        Lines("event").validate(read_line(line))
