"""Engine and journal: the program's decisions, replay, restart, snapshots."""

import json
import pickle

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import muster

PLACES = ["A", "B", "C"]
TIMES = pandas.DataFrame([[0, 120_000, 300_500], [120_000, 0, 200_000], [300_000, 200_000, 0]], PLACES, PLACES)

EVENTS = [
    {"type": "enrol", "at_ms": 0, "volunteer": 7, "place": "A", "skills": ["medic"]},
    {"type": "enrol", "at_ms": 0, "volunteer": "lin", "place": "B"},
    {"type": "report", "at_ms": 1000, "incident": 1, "place": "C"},
    {"type": "known", "at_ms": 2000, "incident": 1},
    {"type": "nonsense", "at_ms": 3000},
    {"type": "accept", "at_ms": 9000, "volunteer": "lin"},
    {"type": "arrive", "at_ms": 200_000, "volunteer": "lin"},
    {"type": "close", "at_ms": 500_000, "incident": 1},
    {"type": "tick", "at_ms": 900_000},
]


def drive(program, *arguments, events):
    printed = program("drive", *arguments, input="".join(json.dumps(event, default=float) + "\n" for event in events))
    return [json.loads(line) for line in printed.splitlines()]


def without_line(decisions):
    """The program puts the number of the line before the reason of a refusal."""
    return [{**d, "why": d["why"].split(": ", 1)[1] if d["type"] == "refused" and d["why"].startswith("line ") else d["why"]}
            if "why" in d else d for d in decisions]


@pytest.mark.parametrize("policy", ["nearest-fcfs", "nearest-fair", "optimal", "guarantee"])
def test_a_table_as_the_program(policy, program, tmp_path):
    (TIMES / 1000).to_csv(tmp_path / "times.csv")
    expected = without_line(drive(program, "--matrix", tmp_path / "times.csv", "--policy", policy, events=EVENTS))
    assert list(muster.Engine(matrix=TIMES, policy=policy).run(EVENTS)) == expected
    assert list(muster.Engine(matrix=tmp_path / "times.csv", policy=policy).run(EVENTS)) == expected
    engine = muster.Engine(matrix=TIMES, policy=policy)
    assert [decision for event in EVENTS for decision in engine.step(event)] == expected
    assert len(expected) > 5


def reports(county, count):
    lon, lat = county.grid_seats_deg.T
    events = []
    for i in range(count):
        position = [lon[i * 7 % len(lon)], lat[i * 7 % len(lat)]]
        events.append({"type": "report", "at_ms": 20_000 * i, "incident": i, "position": position, "kind": "medical"})
    return [*events, {"type": "tick", "at_ms": 20_000 * count + 700_000}]


def test_a_county_as_the_program(county, network, program):
    events = reports(county, 12)
    expected = drive(program, county._path, "--network", network._path, "--policy", "guarantee", events=events)
    engine = muster.Engine(county, network, policy="guarantee")
    decisions = engine.run(events)
    assert list(decisions) == expected and len(decisions.of_type("alert")) > 0
    assert not decisions.of_type("refused")


def test_closed_roads_count(county, network):
    lon, lat = county.grid_seats_deg.T
    closed = network.with_closed(arcs=range(network.info["arc_count"]))
    for_all = [muster.Engine(county, roads, policy="nearest-fair").run(reports(county, 5)) for roads in (network, closed)]
    assert for_all[0].of_type("alert") and not for_all[1].of_type("alert")


def test_the_journal_replays_restarts_and_is_the_programs(county, network, program, tmp_path):
    events, path = reports(county, 8), tmp_path / "j.db"
    with muster.Engine(county, network, journal=path) as engine:
        told = engine.run(events[:4])
    with muster.Engine(county, network, journal=path) as engine:
        rest = engine.run(events[4:])
        state = engine.state_hash
    straight = muster.Engine(county, network)
    assert list(told) + list(rest) == list(straight.run(events)) and straight.state_hash == state
    assert json.loads(program("replay", path, "--json"))["hash"] == state
    with muster.Journal(path) as journal:
        assert journal.replay().state_hash == journal.replay(county, network).state_hash == state
        assert journal.decisions() == list(told) + list(rest)
        assert journal.check().events == len(events) and journal.header["on_duty"] is True
        kinds = [record.kind for record in journal]
        assert kinds[0] == "header" and kinds[-1] == "snapshot" and kinds.count("event") == len(events)
        first = next(record for record in journal if record.kind == "event")
        assert first.content == events[0] and journal.replay(until=first.sequence).event_count == 1
        with pytest.raises(muster.MusterError, match="expected county"):
            journal.replay(county, county.network("foot"))
    with pytest.raises(muster.MusterError):
        muster.Engine(county, network, journal=path, policy="optimal")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["report", "accept", "decline", "release", "close", "tick", "duty"]), st.integers(0, 3),
                          st.integers(0, 90_000), st.sampled_from(PLACES)), max_size=40), st.integers(0, 40))
def test_any_events_replay_to_the_same_state(steps, cut):
    events = [{"type": "enrol", "at_ms": 0, "volunteer": i, "place": PLACES[i % 3]} for i in range(4)]
    at_ms = 0
    for kind, number, delay_ms, place in steps:
        at_ms += delay_ms
        event = {"type": kind, "at_ms": at_ms}
        event |= {"report": {"incident": number, "place": place}, "close": {"incident": number}, "tick": {},
                  "duty": {"volunteer": number, "on": True}}.get(kind, {"volunteer": number})
        events.append(event)
    whole = muster.Engine(matrix=TIMES, policy="optimal")
    expected = list(whole.run(events))
    half = muster.Engine(matrix=TIMES, policy="optimal")
    before = list(half.run(events[:cut]))
    restored = muster.Engine.restore(half.snapshot(), matrix=TIMES, policy="optimal")
    after = [decision for event in events[cut:] for decision in restored.step(event)]
    assert before + after == expected
    assert restored.state_hash == whole.state_hash and restored.snapshot() == whole.snapshot()


def test_questions():
    engine = muster.Engine(matrix=TIMES, policy="nearest-fair")
    assert engine.next_deadline_ms is None
    engine.run(EVENTS[:6])
    assert engine.next_deadline_ms > 9000 and engine.event_count == 6
    assert "7" in engine.why_not(1, 7)
    with pytest.raises(muster.MusterError):
        engine.why_not(99, 7)
    engine.run(EVENTS[6:])
    assert engine.volunteer_record("lin").served == 1 and engine.volunteer_record("nobody") is None
    with pytest.raises(TypeError, match="found set"):
        engine.step({"type": "tick", "at_ms": {1}})
    with pytest.raises(ValueError, match="same places"):
        muster.Engine(matrix=TIMES.iloc[:2])
    with pytest.raises(ValueError, match="a county with networks, or a matrix"):
        muster.Engine()


def test_columns_frames_and_arrow():
    import pyarrow

    decisions = muster.Engine(matrix=TIMES, policy="nearest-fair").run(EVENTS)
    columns = decisions.columns()
    assert columns["at_ms"].dtype == "int64" and columns["at_ms"].tolist() == [d["at_ms"] for d in decisions]
    frame = decisions.to_frame()
    assert len(frame) == len(decisions) and frame.volunteer.dropna().tolist() == [d["volunteer"] for d in decisions if "volunteer" in d]
    table = pyarrow.table(decisions)
    assert table.num_rows == len(decisions) and table.column("type").to_pylist() == [d["type"] for d in decisions]
    assert table.column("travel_ms").to_pylist() == [d.get("travel_ms") for d in decisions]
    assert isinstance(decisions[:2], muster.Decisions) and "alert" in repr(decisions)
    assert pyarrow.table(muster.Decisions([])).num_rows == 0


def test_policies(tmp_path):
    policy = muster.Policy("guarantee")
    assert pickle.loads(pickle.dumps(policy)) == policy != muster.Policy("optimal")
    assert muster.Policy(ini=policy.to_ini()) == policy and "alpha" in policy.describe()
    with pytest.raises(muster.MusterError, match="nonsense"):
        muster.Policy("nonsense")
