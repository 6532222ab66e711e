"""The journal: drive --journal, journal check, export and import, replay; crashes and damage included."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import PROGRAM, ROOT, assert_refused

TABLE = ",A,B,C\nA,0,120,300.5\nB,120,0,200\nC,300,200,0\n"
NONSENSE = ["nonsense", "[1]", '{"type":"tick"}', "\udcff", '{"type":"close","at_ms":0,"incident":"nobody"}']


def lines_of_a_night(count, seed=1310):
    """Event lines, some of them bad."""
    draw = random.Random(seed)
    at_ms, lines = 0, []
    for i in range(count):
        at_ms += draw.randrange(20000)
        who, what, where = draw.randrange(12), f"急{draw.randrange(count // 3 + 1)}", draw.choice("ABC")
        event = draw.choice([
            {"type": "enrol", "at_ms": at_ms, "volunteer": who, "place": where, "skills": draw.sample(["medic", "driver"], 1)},
            {"type": "report", "at_ms": at_ms, "incident": what, "place": where},
            {"type": "report", "at_ms": at_ms, "incident": what, "place": where, "needs": [{"skill": "medic"}, {"count": 2}]},
            {"type": "accept", "at_ms": at_ms, "volunteer": who},
            {"type": "accept", "at_ms": at_ms, "volunteer": who},
            {"type": "decline", "at_ms": at_ms, "volunteer": who},
            {"type": "arrive", "at_ms": at_ms, "volunteer": who},
            {"type": "close", "at_ms": at_ms, "incident": what},
        ])
        lines.append(draw.choice(NONSENSE) if draw.randrange(20) == 0 else json.dumps(event, ensure_ascii=False))
    return [line + "\n" for line in lines]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "night.journal"


def drive(muster, table, journal, lines, *arguments):
    options = ["--journal", journal] if journal else []
    result = muster("drive", "--matrix", table, *options, *arguments, input="".join(lines), errors="surrogateescape")
    assert result.returncode == 0, result.stderr
    return result.stdout


def replay(muster, journal, *arguments):
    result = muster("replay", journal, "--json", *arguments)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def check(muster, journal):
    result = muster("journal", "check", journal, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def without_line_numbers(text):
    """Decisions whose `why` quotes the number of an input line do so without it."""
    decisions = [json.loads(line) for line in text.splitlines()]
    for decision in decisions:
        if decision["type"] == "refused" and decision["why"].startswith("line "):
            decision["why"] = decision["why"].split(": ", 1)[1]
    return decisions


def test_a_night(muster, table, journal):
    lines = lines_of_a_night(300)
    plain = drive(muster, table, None, lines)
    assert drive(muster, table, journal, lines, "--snapshot-every", 70) == plain
    found = check(muster, journal)
    assert (found["events"], found["snapshots"], found["records"]) == (300, 5, 306)
    assert len(found["last_hash"]) == 64
    again = replay(muster, journal)
    assert again["events"] == 300 and again["records"] == 306 and len(again["hash"]) == 16
    text = muster("replay", journal).stdout
    assert again["hash"] in text and "events   300" in text
    assert "intact" in muster("journal", "check", journal).stdout


def test_the_hash_does_not_depend_on_the_way(muster, table, tmp_path):
    lines = lines_of_a_night(200)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    text = drive(muster, table, whole, lines)
    in_parts = "".join(drive(muster, table, parts, lines[i:i + 37], "--snapshot-every", 20) for i in range(0, 200, 37))
    assert without_line_numbers(in_parts) == without_line_numbers(text)
    assert replay(muster, whole)["hash"] == replay(muster, parts)["hash"]


def test_until(muster, table, tmp_path):
    lines = lines_of_a_night(40)
    whole, half = tmp_path / "whole", tmp_path / "half"
    drive(muster, table, whole, lines)
    drive(muster, table, half, lines[:20])
    assert replay(muster, whole, "--until", 21)["hash"] == replay(muster, half)["hash"]
    assert replay(muster, whole, "--until", 1)["events"] == 0
    assert_refused(muster("replay", whole, "--until", 1000), "expected record 1000", "found 42 records")


def test_a_start_without_events_writes_nothing(muster, table, journal):
    drive(muster, table, journal, lines_of_a_night(10))
    before = check(muster, journal)
    drive(muster, table, journal, [])
    assert check(muster, journal) == before
    drive(muster, table, journal, ['{"type":"tick","at_ms":9000000}\n'])
    assert check(muster, journal)["snapshots"] == before["snapshots"] + 1


def test_explain(muster, table, journal):
    events = [
        {"type": "enrol", "at_ms": 0, "volunteer": "wang", "place": "A"},
        {"type": "report", "at_ms": 1000, "incident": "i1", "place": "B"},
        {"type": "report", "at_ms": 2000, "incident": 7, "place": "B"},
        {"type": "accept", "at_ms": 3000, "volunteer": "wang"},
        {"type": "duplicate", "at_ms": 4000, "incident": 7, "original": "i1"},
    ]
    drive(muster, table, journal, [json.dumps(event) + "\n" for event in events])
    story = replay(muster, journal, "--explain", "i1")["explain"]
    assert [part["sequence"] for part in story] == [3, 5, 6]
    assert story[1]["event"]["type"] == "accept"  # it names no incident, its decisions do
    assert all(decision["incident"] == "i1" and decision["why"] for part in story for decision in part["decisions"])
    assert [part["sequence"] for part in replay(muster, journal, "--explain", 7)["explain"]] == [4, 6]
    assert "alert wang: nearest of 1 available" in muster("replay", journal, "--explain", "i1").stdout
    assert_refused(muster("replay", journal, "--explain", '"7"'), 'none called "7"')


def test_why_not(muster, table, journal):
    events = [
        {"type": "enrol", "at_ms": 0, "volunteer": "wang", "place": "A"},
        {"type": "enrol", "at_ms": 0, "volunteer": 7, "place": "C"},
        {"type": "report", "at_ms": 1000, "incident": "i1", "place": "B"},
        {"type": "duty", "at_ms": 2000, "volunteer": 7, "on": False},
    ]
    drive(muster, table, journal, [json.dumps(event) + "\n" for event in events])
    ask = lambda *arguments: replay(muster, journal, "--explain", "i1", "--why-not", *arguments)["why_not"]
    assert ask(7) == "7 is off duty"
    assert ask(7, "--until", 4) == "7 was alerted for i1 0 ms ago and has not answered"
    assert ask("wang") == "wang was alerted for i1 1 s ago and has not answered"
    assert muster("replay", journal, "--explain", "i1", "--why-not", 7).stdout.endswith("\n\n7 is off duty\n")
    assert_refused(muster("replay", journal, "--explain", "i1", "--why-not", "li"), "a volunteer", "found li")
    alone = muster("replay", journal, "--why-not", "wang")
    assert alone.returncode == 2 and "--why-not: expected --explain" in alone.stderr


def test_export_and_import(muster, table, tmp_path, journal):
    drive(muster, table, journal, lines_of_a_night(60), "--snapshot-every", 25)
    text, again = tmp_path / "night.jsonl", tmp_path / "again.journal"
    assert muster("journal", "export", journal, "-o", text).returncode == 0
    records = [json.loads(line) for line in text.read_text().splitlines()]
    assert [record["sequence"] for record in records[:-1]] == list(range(1, 65))
    assert records[-1]["end"] == 64 and records[-1]["hash"] == records[-2]["hash"]
    assert {record["kind"] for record in records[:-1]} == {"header", "event", "refusal", "snapshot"}
    assert muster("journal", "import", text, "-o", again).returncode == 0
    assert muster("journal", "export", again).stdout == text.read_text()
    assert replay(muster, again) == replay(muster, journal)
    assert_refused(muster("journal", "import", text, "-o", again), "again.journal", "found a file")
    piped = tmp_path / "piped.journal"
    assert muster("journal", "import", "-", "-o", piped, input=text.read_text()).returncode == 0
    assert check(muster, piped) == check(muster, journal)
    broken = text.read_text().replace('"alert"', '"alarm"', 1)
    refused = muster("journal", "import", "-", "-o", tmp_path / "broken", input=broken)
    assert_refused(refused, "standard input: record ", "expected hash")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "again.journal", "night.journal", "night.jsonl", "piped.journal", "times.csv"]


def test_started_many_times_at_once(muster, table, journal):
    """One comes first and makes the journal; whoever else is served is served from the same one."""
    for _ in range(25):
        starts = [subprocess.Popen([PROGRAM, "drive", "--matrix", table, "--journal", journal], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") for _ in range(4)]
        for process in starts:
            process.stdin.write('{"type":"tick","at_ms":1}\n')
        ends = [process.communicate() for process in starts]
        served = sum(process.returncode == 0 for process in starts)
        assert all("another process" in error for process, (_, error) in zip(starts, ends) if process.returncode)
        assert served >= 1 and check(muster, journal)["events"] == served
        journal.unlink()


def test_a_journal_of_version_1_is_read(muster, tmp_path):
    """Written once by the first program with a journal; every later one reads it."""
    text = ROOT / "tests" / "journal" / "version1.jsonl"
    path = tmp_path / "old.journal"
    assert muster("journal", "import", text, "-o", path).returncode == 0
    assert check(muster, path)["events"] == 12
    assert muster("journal", "export", path).stdout == text.read_text()


# ---- crashes ----

def kill_while_it_works(table, journal, rest, output, delay_s):
    """True if the program was killed before it was done."""
    with open(output, "wb") as sink, subprocess.Popen(["cat", rest], stdout=subprocess.PIPE) as feeder, subprocess.Popen(
            [PROGRAM, "drive", "--matrix", table, "--journal", journal, "--snapshot-every", "200"],
            stdin=feeder.stdout, stdout=sink) as process:
        feeder.stdout.close()
        time.sleep(delay_s)
        process.kill()
        return process.wait() == -signal.SIGKILL


def whole_lines(path):
    return path.read_text(encoding="utf-8")[:path.read_text(encoding="utf-8").rfind("\n") + 1]


def test_killed_again_and_again(muster, table, tmp_path, journal):
    """kill -9 at any moment: what was printed is in the journal, and the journal is a beginning of the night."""
    lines = lines_of_a_night(int(os.environ.get("MUSTER_TEST_KILL_EVENTS", 3000)))
    straight, rest, output = tmp_path / "straight", tmp_path / "rest", tmp_path / "output"
    expected = without_line_numbers(drive(muster, table, straight, lines, "--snapshot-every", 200))
    draw, events, kills, killed, patience = random.Random(1310), 0, 0, True, 1
    while killed:
        rest.write_text("".join(lines[events:]), encoding="utf-8", errors="surrogateescape")
        killed = kill_while_it_works(table, journal, rest, output, (0.005 + draw.random() * 0.03) * patience)
        told = without_line_numbers(whole_lines(output))
        before, events = events, check(muster, journal)["events"] if journal.exists() else 0
        kills += killed and events < len(lines)
        patience = patience * 2 if events == before else 1  # a slow machine gets on too
        assert told == [decision for decision in expected if decision["event"] > before][:len(told)]
        assert not told or told[-1]["event"] <= events
    assert events == len(lines) and kills >= 3
    assert replay(muster, journal)["hash"] == replay(muster, straight)["hash"]


def test_a_journal_that_was_killed_is_read_as_it_is(muster, table, tmp_path, journal):
    with subprocess.Popen([PROGRAM, "drive", "--matrix", table, "--journal", journal], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, encoding="utf-8") as process:
        process.stdin.write('{"type":"report","at_ms":0,"incident":1,"place":"A"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["type"] == "contact_card"
        for command in (["journal", "check"], ["replay"]):
            assert_refused(muster(*command, journal), "night.journal", "another process has the journal")
        assert_refused(muster("drive", "--matrix", table, "--journal", journal, input=""), "another process")
        process.kill()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "night.journal-wal" in before
    assert check(muster, journal)["events"] == 1
    assert replay(muster, journal)["events"] == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_medium_that_cannot_be_written(table, tmp_path, journal):
    """A journal that was killed, put away: it is read with its log; nothing else is possible, and the reason is told."""
    with subprocess.Popen([PROGRAM, "drive", "--matrix", table, "--journal", journal], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, encoding="utf-8") as process:
        process.stdin.write('{"type":"report","at_ms":0,"incident":1,"place":"A"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.kill()
    kept = [journal, journal.with_name("night.journal-wal"), tmp_path]
    for path in kept:
        path.chmod(0o555)
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []

    def run(*arguments):
        return subprocess.run([*bound, PROGRAM, *arguments], capture_output=True, text=True, input="")

    checked, replayed = run("journal", "check", journal, "--json"), run("replay", journal, "--json")
    refused = run("drive", "--matrix", table, "--journal", journal)
    unmade = run("drive", "--matrix", table, "--journal", tmp_path / "new")
    for path in kept:
        path.chmod(0o755)
    assert json.loads(checked.stdout)["events"] == 1 and json.loads(replayed.stdout)["events"] == 1
    assert_refused(refused, "night.journal: cannot be opened to be written: Permission denied")
    assert_refused(unmade, "new: cannot be made: its folder", "Permission denied")


def test_a_full_disk(muster, table, tmp_path, journal):
    """What cannot be written is not answered."""
    lines = lines_of_a_night(3000)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    output = muster("drive", "--matrix", table, "--journal", journal, input="".join(lines), errors="surrogateescape",
                    preexec_fn=limit)
    assert output.returncode == 1
    assert output.stderr.startswith("muster: ") and "night.journal: cannot be written" in output.stderr
    assert len(output.stderr.splitlines()) == 1
    told = [json.loads(line) for line in output.stdout.splitlines()]
    events = check(muster, journal)["events"]
    assert 100 < told[-1]["event"] <= events < 3000
    drive(muster, table, journal, lines[events:])
    straight = tmp_path / "straight"
    drive(muster, table, straight, lines)
    assert replay(muster, journal)["hash"] == replay(muster, straight)["hash"]


# ---- damage ----

@pytest.mark.parametrize("damage, parts", [
    ("UPDATE record SET text = replace(text, 'enrol', 'unrol') WHERE sequence = 2", ["record 2: changed", "expected hash"]),
    ("UPDATE record SET at_ms = at_ms + 1 WHERE sequence = 9", ["record 9: changed"]),
    ("UPDATE record SET hash = x'00' WHERE sequence = 9", ["record 9: expected a hash of 32 bytes, found 1"]),
    ("DELETE FROM record WHERE sequence = 9", ["record 9: missing", "found record 10"]),
    ("DELETE FROM record WHERE sequence = 1", ["record 1: missing"]),
    ("UPDATE record SET sequence = -sequence WHERE sequence = 32", ["record 1: missing"]),
    ("UPDATE record SET kind = 300 WHERE sequence = 9", ["record 9: changed"]),
    ("PRAGMA user_version = 2", ["expected a journal of version 1 to 1, found version 2"]),
    ("PRAGMA application_id = 1", ["expected a journal, found another file"]),
])
def test_damage_is_named(muster, table, journal, damage, parts):
    drive(muster, table, journal, lines_of_a_night(30))
    with sqlite3.connect(journal) as connection:
        connection.execute(damage)
    connection.close()
    for command in (["journal", "check"], ["replay"]):
        result = muster(*command, journal)
        assert_refused(result, "night.journal: ", *parts)
    exported = muster("journal", "export", journal, "-o", journal.with_suffix(".jsonl"))
    assert_refused(exported, *parts)
    assert not journal.with_suffix(".jsonl").exists()


def test_killed_before_the_first_record(muster, table, journal):
    """Nothing was acknowledged: intact, nothing to replay, and the next start writes it."""
    lines = lines_of_a_night(30)
    drive(muster, table, journal, lines)
    with sqlite3.connect(journal) as connection:
        connection.execute("DELETE FROM record")
    connection.close()
    assert check(muster, journal)["records"] == 0
    for command in ("replay", "export"):
        assert_refused(muster(*([command] if command == "replay" else ["journal", command]), journal),
                       "night.journal: record 1: expected the header, found nothing")
    drive(muster, table, journal, lines)
    assert replay(muster, journal)["events"] == 30


def test_a_cut_end_shows_in_the_last_hash(muster, table, journal):
    drive(muster, table, journal, lines_of_a_night(30))
    whole = check(muster, journal)
    with sqlite3.connect(journal) as connection:
        connection.execute("DELETE FROM record WHERE sequence > 20")
    connection.close()
    assert check(muster, journal)["last_hash"] != whole["last_hash"]


# ---- what it belongs to ----

def test_another_table_or_policy(muster, table, tmp_path, journal):
    drive(muster, table, journal, lines_of_a_night(30))
    before = journal.read_bytes()
    other = tmp_path / "other.csv"
    other.write_text(TABLE.replace("120", "121"))
    assert_refused(muster("drive", "--matrix", other, "--journal", journal, input=""), "another matrix", "other.csv")
    assert_refused(muster("drive", "--matrix", table, "--policy", "nearest-fcfs", "--journal", journal, input=""),
                   "another policy", "base = nearest-fcfs")
    assert_refused(muster("drive", "--matrix", table, "--off-duty", "--journal", journal, input=""), "another duty")
    assert journal.read_bytes() == before
    moved = tmp_path / "moved.csv"
    shutil.move(table, moved)
    assert_refused(muster("replay", journal), "times.csv")
    assert replay(muster, journal, "--matrix", moved)["events"] == 30
    drive(muster, moved, journal, ['{"type":"tick","at_ms":9000000}\n'])


def test_the_policy_travels_with_the_journal(muster, table, tmp_path, journal):
    policy = tmp_path / "policy.ini"
    policy.write_text("[policy]\nalerts_per_slot = 2\nlate_accept = take\n")
    drive(muster, table, journal, lines_of_a_night(100), "--policy", policy)
    policy.unlink()
    assert replay(muster, journal)["events"] == 100


def test_a_county(muster, tmp_path):
    county, network, journal = tmp_path / "c.gpkg", tmp_path / "n.mnet", tmp_path / "night.journal"
    assert muster("county", "reference", "--scale", "0.05", "-o", county).returncode == 0
    built = muster("network", "build", "--county", county, "--mode", "foot,ebike", "-o", network)
    assert built.returncode == 0, built.stderr
    files = [county, "--network", network]
    events = [json.dumps({"type": "report", "at_ms": i * 1000, "incident": i, "grid": 422827100001001 + i % 3}) + "\n"
              for i in range(20)]
    plain = muster("drive", *files, input="".join(events)).stdout
    first = muster("drive", *files, "--journal", journal, "--snapshot-every", 5, input="".join(events[:12]))
    second = muster("drive", *files, "--journal", journal, input="".join(events[12:]))
    assert first.stdout + second.stdout == plain and plain.count('"alert"') == 20 * 7
    assert replay(muster, journal)["events"] == 20
    roles = [source["role"] for source in
             json.loads(muster("journal", "export", journal).stdout.splitlines()[0])["header"]["sources"]]
    assert roles == ["county", "network", "network"]
    assert_refused(muster("drive", *files, "--off-duty", "--journal", journal, input=""), "another duty")


# ---- simulations ----

def test_a_simulation_is_replayed(muster, tmp_path):
    """The journal of a simulation holds its first replication, and is the same bytes again."""
    county, network = tmp_path / "c.gpkg", tmp_path / "n.mnet"
    assert muster("county", "reference", "--scale", "0.05", "-o", county).returncode == 0
    assert muster("network", "build", "--county", county, "--mode", "foot,ebike", "-o", network).returncode == 0
    scenario = tmp_path / "small.ini"
    scenario.write_text("[scenario]\nbase = flood\n[flood]\nper_1000_residents = 0.1\n")
    simulate = ["simulate", county, "--scenario", scenario, "--days", "1", "--seed", "3", "--json"]
    plain = muster(*simulate, "--runs", "2").stdout
    exports = []
    for name, arguments in (("a", ["--runs", "2"]), ("b", ["--runs", "1"]), ("c", ["--runs", "1", "--network", network])):
        result = muster(*simulate, *arguments, "--journal", tmp_path / name)
        assert result.returncode == 0, result.stderr
        assert name != "a" or result.stdout == plain
        exports.append(muster("journal", "export", tmp_path / name).stdout)
        assert replay(muster, tmp_path / name)["events"] > 500
    assert exports[0] == exports[1] != exports[2]
    assert replay(muster, tmp_path / "a", "--explain", 1)["explain"][0]["event"]["type"] == "report"
    assert_refused(muster(*simulate, "--journal", tmp_path / "a"), "found a file")
    assert muster("journal", "export", tmp_path / "a").stdout == exports[0]


def test_a_simulation_that_is_stopped_leaves_no_journal(muster, tmp_path):
    county, journal = tmp_path / "c.gpkg", tmp_path / "j"
    assert muster("county", "reference", "--scale", "0.05", "-o", county).returncode == 0
    with subprocess.Popen([PROGRAM, "simulate", county, "--scenario", "ordinary", "--days", "3000", "--journal", journal],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        deadline = time.monotonic() + 60
        while not journal.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, message = process.communicate(timeout=60)
    assert process.returncode == 1 and len(message.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c.gpkg"]


# ---- bad calls ----

def test_nothing_is_left_of_a_bad_start(muster, table, tmp_path, journal):
    assert_refused(muster("drive", "--matrix", tmp_path / "none.csv", "--journal", journal, input=""), "none.csv")
    assert_refused(muster("drive", "--matrix", table, "--policy", "none", "--journal", journal, input=""), "none")
    assert [path.name for path in tmp_path.iterdir()] == ["times.csv"]


def test_other_files(muster, table, tmp_path):
    for command in (["journal", "check"], ["journal", "export"], ["replay"]):
        assert_refused(muster(*command, tmp_path / "none"), "none: cannot be opened")
        assert_refused(muster(*command, table), "times.csv: expected a journal, found another file")
        assert_refused(muster(*command, tmp_path), "cannot be opened")
    assert_refused(muster("drive", "--matrix", table, "--journal", table, input=""), "expected a journal")
    assert_refused(muster("journal", "import", table, "-o", tmp_path / "j"), "times.csv: line 1: expected a record")
    assert_refused(muster("journal", "import", tmp_path / "none", "-o", tmp_path / "j"), "none")
    assert table.read_text() == TABLE and [path.name for path in tmp_path.iterdir()] == ["times.csv"]


@pytest.mark.parametrize("arguments", [
    ["journal"], ["journal", "check"], ["journal", "check", "a", "b"], ["journal", "export"], ["journal", "import", "a"],
    ["journal", "import", "a", "-o", "-"], ["replay"], ["replay", "a", "b"], ["replay", "a", "--until", "0"],
    ["replay", "a", "--until", "x"], ["simulate", "c.gpkg", "--scenario", "flood", "--journal", "-"], ["drive", "--matrix", "m.csv", "--journal", "j", "--snapshot-every", "0"],
])
def test_usage(muster, arguments):
    result = muster(*arguments, input="")
    assert result.returncode == 2
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1
