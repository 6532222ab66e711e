"""muster drive: events in, decisions out, on a table of times and on a county."""

import json
import subprocess

import pytest

from conftest import PROGRAM, assert_refused

TABLE = ",A,B,C\nA,0,120,300.5\nB,120,0,200\nC,300,200,0\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text(TABLE)
    return path


def drive(muster, *arguments, events):
    text = "".join(event if isinstance(event, str) else json.dumps(event) + "\n" for event in events)
    result = muster("drive", *arguments, input=text)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return [json.loads(line) for line in result.stdout.splitlines()]


def kinds(decisions):
    return [decision["type"] for decision in decisions]


LIFE = [
    {"type": "enrol", "at_ms": 0, "volunteer": "wang", "place": "A", "skills": ["first_aid"]},
    {"type": "enrol", "at_ms": 0, "volunteer": 7, "place": "C", "skills": ["first_aid"]},
    {"type": "report", "at_ms": 1000, "incident": "i1", "place": "B", "kind": "medical"},
    {"type": "known", "at_ms": 2000, "incident": "i1"},
    {"type": "decline", "at_ms": 20000, "incident": "i1", "volunteer": "wang"},
    {"type": "accept", "at_ms": 21000, "incident": "i1", "volunteer": 7},
    {"type": "arrive", "at_ms": 400000, "volunteer": 7},
    {"type": "close", "at_ms": 900000, "incident": "i1"},
    {"type": "rate", "at_ms": 990000, "incident": "i1", "rating": 5},
]


def test_a_life_on_a_table(muster, table):
    decisions = drive(muster, "--matrix", table, events=LIFE)
    assert kinds(decisions) == ["contact_card", "alert", "alert", "stage", "assign", "stage", "stage", "closed"]
    card, wang, seven, known, assign, reached, on_scene, closed = decisions
    assert card["chain"] == [] and card["grid"] is None
    assert (wang["volunteer"], wang["travel_ms"], wang["expires_at_ms"]) == ("wang", 120000, 61000)
    assert (seven["volunteer"], seven["travel_ms"], seven["mode"]) == (7, 200000, None)
    assert assign["volunteer"] == 7 and assign["skill"] == "first_aid"
    assert [stage["stage"] for stage in (known, reached, on_scene)] == ["KNOWN", "REACHED", "ON_SCENE"]
    assert [decision["event"] for decision in decisions] == [3, 3, 3, 4, 6, 6, 7, 8]
    assert all(decision["why"] for decision in decisions)


def test_no_way_is_null(muster, tmp_path):
    path = tmp_path / "islands.csv"
    path.write_text(",A,island\nA,0,\nisland,,0\n")
    events = [
        {"type": "enrol", "at_ms": 0, "volunteer": 1, "place": "A"},
        {"type": "report", "at_ms": 0, "incident": 1, "place": "A"},
        {"type": "position", "at_ms": 500, "volunteer": 1, "place": "island"},
        {"type": "accept", "at_ms": 1000, "volunteer": 1},
    ]
    alert, assign = (d for d in drive(muster, "--matrix", path, events=events) if d["type"] in ("alert", "assign"))
    assert (alert["travel_ms"], assign["travel_ms"]) == (0, None)


def whys(decisions, kind):
    return [decision["why"] for decision in decisions if decision["type"] == kind]


def test_reasons_are_true(muster, table, tmp_path):
    policy = tmp_path / "policy.ini"
    policy.write_text("[policy]\nalerts_per_slot = 1\nasks_per_slot = 1\n")
    events = [
        {"type": "enrol", "at_ms": 0, "volunteer": 1, "place": "A"},
        {"type": "enrol", "at_ms": 0, "volunteer": 2, "place": "B"},
        {"type": "report", "at_ms": 0, "incident": 1, "place": "A"},
        {"type": "decline", "at_ms": 1000, "volunteer": 1},
    ]
    (short,) = whys(drive(muster, "--matrix", table, "--policy", policy, events=events), "shortfall")
    assert "asks_per_slot" in short and "asked before" not in short
    policy.write_text("[policy]\nacceptance = certain\norder = priority-first\n")
    events = [
        {"type": "report", "at_ms": 0, "incident": 1, "place": "B", "priority": 3},
        {"type": "report", "at_ms": 0, "incident": 2, "place": "C", "priority": 1},
        {"type": "enrol", "at_ms": 1000, "volunteer": 1, "place": "A"},
    ]
    (urgent,) = whys(drive(muster, "--matrix", table, "--policy", policy, events=events), "assign")
    assert "most urgent" in urgent


@pytest.mark.parametrize("meanwhile", ["alerted for another", "enrolled anew"])
def test_a_late_yes_counts_from_its_own_alert(muster, table, tmp_path, meanwhile):
    policy = tmp_path / "policy.ini"
    policy.write_text("[policy]\nalerts_per_slot = 1\nasks_per_volunteer = 1\nlate_accept = take\n")
    between = {
        "alerted for another": [
            {"type": "report", "at_ms": 70000, "incident": 2, "place": "A"},
            {"type": "decline", "at_ms": 80000, "incident": 2, "volunteer": 1},
        ],
        "enrolled anew": [
            {"type": "retire", "at_ms": 70000, "volunteer": 1},
            {"type": "enrol", "at_ms": 80000, "volunteer": 1, "place": "A"},
        ],
    }[meanwhile]
    events = [
        {"type": "enrol", "at_ms": 0, "volunteer": 1, "place": "A"},
        {"type": "report", "at_ms": 0, "incident": 1, "place": "A"},
        *between,
        {"type": "accept", "at_ms": 90000, "incident": 1, "volunteer": 1},
    ]
    (late,) = whys(drive(muster, "--matrix", table, "--policy", policy, events=events), "assign")
    assert "after 1 min 30 s" in late


def test_same_input_same_bytes(muster, table):
    text = "".join(json.dumps(event) + "\n" for event in LIFE)
    first, second = (muster("drive", "--matrix", table, "--seed", seed, input=text).stdout for seed in (1, 2))
    assert first == second != ""


def test_bad_lines_are_refused_and_change_nothing(muster, table):
    bad = ["nonsense\n", "[1]\n", '{"type":"tick"}\n', '{"type":"tick","at_ms":-1}\n', "\xff\n", '{"type":"tick","at_ms":0,"x":1}\n',
           '{"type":"close","at_ms":0,"incident":"nobody"}\n', '{"type":"mode","at_ms":0}\n', "9" * 70000 + "\n",
           '{"type":"tick","at_ms":0,"at_ms":0}\n', "[" * 5000 + "\n"]
    mixed = [line for event in LIFE for line in (*bad[:3], json.dumps(event) + "\n", "\n", "  \n")] + bad
    decisions = drive(muster, "--matrix", table, events=mixed)
    refused = [decision for decision in decisions if decision["type"] == "refused"]
    assert len(refused) == 3 * len(LIFE) + len(bad)
    assert all(decision["why"] for decision in refused)
    assert 'line 3: field "at_ms": expected a whole number' in refused[2]["why"]

    def without_numbers(list_of_decisions):
        return [{key: value for key, value in decision.items() if key != "event"}
                for decision in list_of_decisions if decision["type"] != "refused"]

    assert without_numbers(decisions) == without_numbers(drive(muster, "--matrix", table, events=LIFE))
    closed = next(decision for decision in decisions if decision["type"] == "closed")
    assert closed["event"] == 4 * 8  # every line but the blank ones counts


def test_answers_come_at_once_through_a_pipe(table):
    with subprocess.Popen([PROGRAM, "drive", "--matrix", str(table)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          encoding="utf-8") as process:
        process.stdin.write(json.dumps({"type": "report", "at_ms": 0, "incident": 1, "place": "A"}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["type"] == "contact_card"
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_last_line_needs_no_newline(muster, table):
    result = muster("drive", "--matrix", table, input='{"type":"report","at_ms":0,"incident":1,"place":"A"}')
    assert result.returncode == 0 and result.stdout.startswith('{"type":"contact_card"')


def test_policies(muster, table, tmp_path):
    orders = tmp_path / "orders.ini"
    orders.write_text("[policy]\nacceptance = certain\n")
    assert "assign" in kinds(drive(muster, "--matrix", table, "--policy", orders, events=LIFE[:3]))
    assert kinds(drive(muster, "--matrix", table, "--policy", "nearest-fcfs", events=LIFE[:3])).count("alert") == 2
    assert_refused(muster("drive", "--matrix", table, "--policy", "best", input=""), "best",
                   "nearest-fcfs, nearest-fair")
    orders.write_text("[policy]\nalerts_per_slot = many\n")
    assert_refused(muster("drive", "--matrix", table, "--policy", orders, input=""), "orders.ini", "alerts_per_slot",
                   '"many"')


def test_plans(muster, table, tmp_path):
    plans = tmp_path / "plans.ini"
    plans.write_text("[plan snake_bite]\nlabel = Snake bite\nlabel_zh = 毒蛇咬伤\npriority = 1\nneeds = first_aid: 1\n"
                     "alarm_2 = first_aid: 1\nequipment = first_aid_kit\nknown_s = 30\n", encoding="utf-8")
    events = [*LIFE[:2], {"type": "report", "at_ms": 1000, "incident": "i1", "place": "B", "kind": "snake_bite"},
              {"type": "accept", "at_ms": 2000, "volunteer": 7}, {"type": "alarm", "at_ms": 3000, "incident": "i1", "level": 2},
              {"type": "tick", "at_ms": 31000}]
    decisions = drive(muster, "--matrix", table, "--plans", plans, events=events)
    assert kinds(decisions) == ["contact_card", "alert", "alert", "assign", "cancel_alert", "stage", "alarm", "alert",
                                "escalate", "breach"]
    assert decisions[3]["equipment"] == ["first_aid_kit"]
    assert (decisions[6]["level"], decisions[6]["missing"]) == (2, 1)
    assert (decisions[9]["stage"], decisions[9]["at_ms"]) == ("KNOWN", 31000)
    refused = drive(muster, "--matrix", table, events=events[:3])[0]
    assert refused["type"] == "refused" and "snake_bite has no response plan" in refused["why"]


def test_bad_plans(muster, table, tmp_path):
    plans = tmp_path / "plans.ini"
    plans.write_text("[plan fire]\npriority = 7\n")
    assert_refused(muster("drive", "--matrix", table, "--plans", plans, input=""), "plans.ini: [plan fire] priority:", '"7"')
    assert_refused(muster("drive", "--matrix", table, "--plans", tmp_path / "none.ini", input=""), "none.ini: cannot be read")


def test_help_plans_is_a_file_of_plans(muster, table, tmp_path):
    plans = tmp_path / "plans.ini"
    plans.write_text(muster("help", "plans").stdout, encoding="utf-8")
    without, with_file = (drive(muster, "--matrix", table, *more, events=LIFE) for more in ([], ["--plans", plans]))
    assert without == with_file


def test_help_policies(muster):
    result = muster("help", "policies")
    assert result.returncode == 0
    for word in ("nearest-fcfs", "nearest-fair", "optimal", "stickiness_s = 15", "guarantee", "alpha_reached = 950", "alerts_per_slot = 7", "alert_expires_s = 60", "(5 … 3600 s)"):
        assert word in result.stdout


@pytest.mark.parametrize("text, part", [
    ("", "expected a header row"),
    (",A,B\nA,0,1\nB,x,0\n", 'times.csv:3:2: expected seconds from 0 to 4000000 or nothing, found "x"'),
    (",A,B\nA,0\n", "times.csv:2:3: expected 2 times"),
])
def test_bad_tables(muster, tmp_path, text, part):
    path = tmp_path / "times.csv"
    path.write_text(text)
    assert_refused(muster("drive", "--matrix", path, input=""), part)


def test_missing_files(muster, table, tmp_path):
    assert_refused(muster("drive", "--matrix", tmp_path / "none.csv", input=""), "none.csv")
    assert_refused(muster("drive", "--matrix", tmp_path, input=""), "folder")
    assert_refused(muster("drive", tmp_path / "none.gpkg", "--network", tmp_path / "none.mnet", input=""), "none.gpkg")


@pytest.mark.parametrize("arguments", [
    [], ["c.gpkg"], ["c.gpkg", "--matrix", "m.csv"], ["--matrix", "m.csv", "--network", "n.mnet"], ["a", "b"],
    ["--matrix", "m.csv", "--journal", "-"], ["--matrix", "m.csv", "--snapshot-every", "5"], ["--matrix", "m.csv", "--on-duty", "--off-duty"], ["--matrix", "m.csv", "--seed", "x"],
])
def test_usage(muster, arguments):
    result = muster("drive", *arguments, input="")
    assert result.returncode == 2
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def county(muster, tmp_path_factory):
    """The reference county with its networks on foot and by e-bike."""
    folder = tmp_path_factory.mktemp("county")
    file = folder / "c.gpkg"
    assert muster("county", "reference", "-o", file).returncode == 0
    networks = []
    for mode in ("foot", "ebike"):
        networks += ["--network", folder / f"{mode}.mnet"]
        assert muster("network", "build", "--county", file, "--mode", mode, "-o", networks[-1]).returncode == 0
    return [file, *networks]


GRID = 422827100001001


def test_a_report_in_a_county(muster, county):
    report = {"type": "report", "at_ms": 0, "incident": "i1", "grid": GRID, "kind": "medical"}
    card, *alerts = drive(muster, *county, events=[report])
    assert card["type"] == "contact_card" and card["grid"]["code"] == GRID
    assert [contact["level"] for contact in card["chain"]] == ["grid", "community", "township", "county"]
    assert [contact["area"]["code"] for contact in card["chain"]] == [GRID, GRID // 1000, GRID // 1000000, 422827]
    assert all(contact["contact"] for contact in card["chain"])
    assert kinds(alerts) == ["alert"] * 7
    assert [alert["travel_ms"] for alert in alerts] == sorted(alert["travel_ms"] for alert in alerts)
    assert all(isinstance(alert["volunteer"], int) and alert["mode"] in ("foot", "ebike") for alert in alerts)
    assert len({alert["volunteer"] for alert in alerts}) == 7


def test_escalation_walks_up_the_chain(muster, county):
    events = [{"type": "report", "at_ms": 0, "incident": "i1", "grid": GRID, "needs": [{"skill": "nobody_has_this"}]},
              {"type": "tick", "at_ms": 600000}]
    decisions = drive(muster, *county, events=events)
    told = [(decision["at_ms"], decision["stage"], decision["told"]["level"])
            for decision in decisions if decision["type"] == "escalate"]
    assert told == [(45000, "KNOWN", "community"), (120000, "REACHED", "township"), (420000, "ON_SCENE", "county")]
    broken = [(decision["at_ms"], decision["stage"], decision["missing"])
              for decision in decisions if decision["type"] == "breach"]
    assert broken == [(60000, "KNOWN", 0), (180000, "REACHED", 1), (600000, "ON_SCENE", 1)]
    assert kinds(decisions).count("shortfall") == 1


def test_nobody_on_duty(muster, county):
    report = {"type": "report", "at_ms": 0, "incident": "i1", "grid": GRID}
    card, shortfall = drive(muster, *county, "--off-duty", events=[report])
    assert [contact["level"] for contact in card["chain"]] == ["community", "township", "county"]
    assert (shortfall["type"], shortfall["missing"]) == ("shortfall", 1)
    volunteer = 1
    duty = {"type": "duty", "at_ms": 5000, "volunteer": volunteer, "on": True}
    *_, alert = drive(muster, *county, "--off-duty", events=[report, duty])
    assert (alert["type"], alert["volunteer"]) == ("alert", volunteer)


def test_places_of_a_county(muster, county):
    def first(**place):
        return drive(muster, *county, events=[{"type": "report", "at_ms": 0, "incident": 1, **place}])[0]

    assert first(grid=GRID)["type"] == "contact_card"
    assert first(position=[0, 0])["grid"] is None
    for place, part in (({"grid": 422827}, "is not a grid"), ({"place": "A"}, "a position, a grid or a node"),
                        ({"node": -1}, "node:-1 is not a node")):
        refused = first(**place)
        assert refused["type"] == "refused" and part in refused["why"]


def test_a_report_just_outside_every_grid(muster, county):
    """Far in the north of the county's middle, then nearer step by step."""
    def card(latitude):
        report = {"type": "report", "at_ms": 0, "incident": 1, "position": [109.3, latitude]}
        return drive(muster, *county, events=[report])[0]

    inside, outside = 29.45, 29.75  # halving finds the northern border on this meridian
    assert "outside" not in card(inside)["why"] and card(outside)["grid"] is None
    while outside - inside > 1e-5:
        middle = (inside + outside) / 2
        if "outside" in card(middle)["why"]:
            outside = middle
        else:
            inside = middle
    assert card(outside)["grid"] and " m outside every grid, this one is the nearest: " in card(outside)["why"]
    near = card(outside + 0.005)
    assert [contact["level"] for contact in near["chain"]][-3:] == ["community", "township", "county"]
    assert 100 < int(near["why"].split()[0]) < 600 and near["grid"] is not None
    far = card(outside + 0.1)
    assert far["grid"] is None and [contact["level"] for contact in far["chain"]] == ["county"]
    assert far["why"].startswith("more than 2 km outside every grid")


def test_county_volunteers_are_enrolled(muster, county):
    events = [{"type": "enrol", "at_ms": 0, "volunteer": 1, "grid": GRID},
              {"type": "enrol", "at_ms": 0, "volunteer": "1", "grid": GRID},
              {"type": "enrol", "at_ms": 0, "volunteer": "far", "position": [0, 0]},
              {"type": "position", "at_ms": 0, "volunteer": 1, "position": [0, 0]}]
    refused = drive(muster, *county, events=events)
    assert [decision["event"] for decision in refused] == [1, 3, 4]
    for decision, part in zip(refused, ("enrolled already", "gets to a road", "the position before it stands")):
        assert part in decision["why"]
