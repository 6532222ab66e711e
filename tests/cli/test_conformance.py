"""The conformance cases: the program passes them, they are as they are made, and they cover the protocol."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from conftest import PROGRAM, ROOT
from protocol import types_of

FOLDER = ROOT / "conformance"
CASES = sorted(path for path in (FOLDER / "cases").iterdir() if path.is_dir())


def run_cases(*arguments):
    return subprocess.run([sys.executable, FOLDER / "run.py", *arguments, PROGRAM, "drive"], capture_output=True, text=True)


def read_files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_program_passes():
    result = run_cases("--why")
    assert result.returncode == 0, result.stdout
    assert result.stdout == f"{len(CASES)} passed, 0 failed\n"


@pytest.fixture
def doctored(tmp_path):
    """A copy of one case: doctored(old, new) changes what is expected and runs it."""
    shutil.copytree(FOLDER / "cases" / "first_to_last", tmp_path / "cases" / "first_to_last")
    decisions = tmp_path / "cases" / "first_to_last" / "decisions.jsonl"

    def run(old, new, *options):
        text = decisions.read_text(encoding="utf-8")
        assert old in text
        decisions.write_text(text.replace(old, new, 1), encoding="utf-8")
        return run_cases("--cases", tmp_path / "cases", *options)

    return run


@pytest.mark.parametrize("old, new", [
    ('"travel_ms":', '"travel_ms":1'), ('"type":"alert"', '"type":"assign"'), ('"incident":"', '"incident":"x'), ('{"type":"stage"', '{"type":"stage","new":1'),
])
def test_another_decision_fails(doctored, old, new):
    result = doctored(old, new)
    assert result.returncode == 1
    assert result.stdout.startswith("FAILED first_to_last: decision ") and result.stdout.endswith("0 passed, 1 failed\n")


@pytest.mark.parametrize("command, what", [
    ("s/\"travel_ms\":\\([0-9]*\\)/\"travel_ms\":\\1.0/", "decision "), ('s/"chain":\\[\\]/"chain":{}/', "decision "),
    ('s/"late_ms":0,/"late_ms":false,/', "decision "), ("s/$/,/", "decision 1: "), ("N;s/\\n/\\r/", "decision 1: "),
])
def test_nearly_the_same_fails(tmp_path, command, what):
    """The right decisions, but for how something is written."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n'{PROGRAM}' drive \"$@\" | sed '{command}'\n", encoding="utf-8")
    program.chmod(0o755)
    result = subprocess.run([sys.executable, FOLDER / "run.py", "--case", "first_to_last", program], capture_output=True, text=True)
    assert result.returncode == 1 and result.stdout.startswith(f"FAILED first_to_last: {what}"), result.stdout


def test_lines_end_with_a_newline_only(tmp_path):
    """Not at a line separator in somebody's id; and the last one does too."""
    case = tmp_path / "cases" / "odd"
    shutil.copytree(FOLDER / "cases" / "first_to_last", case)
    event = '{"type":"report","at_ms":0,"incident":"a\u2028b\x85","place":"B"}\n'
    (case / "events.jsonl").write_text(event, encoding="utf-8")
    arguments = (case / "arguments").read_text().split()
    decided = subprocess.run([PROGRAM, "drive", *arguments], cwd=case, input=event.encode(), capture_output=True, check=True).stdout
    (case / "decisions.jsonl").write_bytes(decided)
    assert run_cases("--cases", tmp_path / "cases", "--why").returncode == 0
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nprintf %s \"$(cat decisions.jsonl)\"\n", encoding="utf-8")
    program.chmod(0o755)
    cut = subprocess.run([sys.executable, FOLDER / "run.py", "--cases", tmp_path / "cases", program], capture_output=True, text=True)
    assert cut.returncode == 1 and "expected a newline at the end" in cut.stdout


def test_what_is_not_there_is_named():
    for arguments, what in ((["--case", "first_to_last", "--case", "misspelt", PROGRAM, "drive"], "there is no case misspelt"),
                            (["/nowhere/program"], "/nowhere/program: cannot be run")):
        result = subprocess.run([sys.executable, FOLDER / "run.py", *arguments], capture_output=True, text=True)
        assert result.returncode == 2 and what in result.stderr and result.stdout == ""


def test_a_missing_decision_fails(doctored):
    last = (FOLDER / "cases" / "first_to_last" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert "expected 8 decisions, found 9" in doctored(last + "\n", "").stdout


def test_why_is_compared_on_request(doctored):
    assert doctored('"why":"', '"why":"so ').returncode == 0
    assert doctored('"why":"', '"why":"so ', "--why").returncode == 1


def test_a_program_that_says_nothing_fails():
    result = subprocess.run([sys.executable, FOLDER / "run.py", "--case", "first_to_last", "true"], capture_output=True, text=True)
    assert result.returncode == 1 and ", found 0" in result.stdout
    assert subprocess.run([sys.executable, FOLDER / "run.py"], capture_output=True).returncode == 2


def test_cases_are_as_they_are_made(tmp_path):
    """After a wanted change: python3 conformance/make.py build/muster"""
    shutil.copytree(FOLDER, tmp_path / "conformance", ignore=shutil.ignore_patterns("__pycache__", "decisions.jsonl"))
    subprocess.run([sys.executable, FOLDER / "make.py", PROGRAM, tmp_path / "conformance"], check=True)
    kept, made = read_files(FOLDER), read_files(tmp_path / "conformance")
    assert {name for name in kept.keys() | made.keys() if kept.get(name) != made.get(name) and "__pycache__" not in name.parts} == set()


def test_every_timeline_on_a_table_has_its_case():
    timelines = {path.stem for path in (ROOT / "tests" / "scenarios").glob("*.timeline") if "\ncrossing" not in path.read_text(encoding="utf-8")}
    assert timelines <= {case.name for case in CASES}


def test_the_list_of_cases_is_complete():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|`]+) \| (`.+`) \|$", text.split("## What the cases cover", 1)[1], re.MULTILINE)
    listed = [name for _, cell in rows for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == [case.name for case in CASES]
    sections = set(re.findall(r"^## (.+)$", (ROOT / "docs" / "engine.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert sections - {"State and cost"} <= {section for section, _ in rows}


def test_every_type_is_covered():
    taken, decided = set(), set()
    for case in CASES:
        decisions = [json.loads(line) for line in (case / "decisions.jsonl").read_text(encoding="utf-8").splitlines()]
        refused = {decision["event"] for decision in decisions if decision["type"] == "refused"}
        decided |= {decision["type"] for decision in decisions}
        lines = [line for line in (case / "events.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        taken |= {json.loads(line)["type"] for number, line in enumerate(lines, 1) if number not in refused}
    assert len(CASES) >= 40
    assert taken == set(types_of("event"))
    assert decided == set(types_of("decision"))
