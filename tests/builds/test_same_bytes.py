"""Another compiler, other optimisation, another number of threads: the same decisions and the same state, to the byte.

MUSTER_OTHERS names the programs of the other builds, with `:` between them; `./dev test` gives those that it has.
Without any the program is compared with itself, run a second time.
"""

import json
import os
import pathlib
import random
import subprocess
import sys

import pytest

from conftest import PROGRAM, ROOT
from protocol import make_life

FOLDER = ROOT / "conformance"
COUNTY = [FOLDER / "county" / "county.gpkg", *(word for mode in ("foot", "ebike") for word in ("--network", FOLDER / "county" / f"{mode}.mnet"))]
POLICIES = ["nearest-fair", "nearest-fcfs", "optimal", "guarantee"]
OTHERS = [name for name in os.environ.get("MUSTER_OTHERS", "").split(":") if name] or [str(PROGRAM)]
EVENTS = 1500

# The sanitized builds are among the others; what the program leaves to the end of the process is no leak.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


@pytest.fixture(scope="module", params=OTHERS, ids=lambda name: pathlib.Path(name).resolve().parents[1].name)
def other(request):
    return request.param


def call(program, *arguments, **options):
    result = subprocess.run([program, *map(str, arguments)], capture_output=True, env=ENVIRONMENT, encoding="utf-8", **options)
    assert result.returncode == 0, f"{program}: {result.stderr}"
    return result.stdout


def simulate(program, journal, policy, *arguments):
    """What a simulated flood prints, and its journal as lines."""
    printed = call(program, "simulate", *COUNTY, "--scenario", "flood", "--policy", policy, "--seed", 1310, "--json",
                   "--journal", journal, *arguments)
    return printed, call(program, "journal", "export", journal)


def events_of(export):
    records = map(json.loads, export.splitlines())
    return "".join(json.dumps(record["event"], ensure_ascii=False) + "\n" for record in records if record.get("kind") == "event")


def assert_same_decisions(other, folder, set_up, events):
    """Both decide the same, each replays the other's journal, and their states have one hash."""
    own, foreign = (call(program, "drive", *set_up, "--journal", folder / name, input=events)
                    for name, program in (("own", PROGRAM), ("foreign", other)))
    assert own == foreign
    assert own.count("\n") > events.count("\n") // 2
    states = [json.loads(call(program, "replay", folder / name, "--json")) for name, program in (("own", other), ("foreign", PROGRAM))]
    assert states[0]["events"] == events.count("\n")
    assert (states[0]["events"], states[0]["hash"]) == (states[1]["events"], states[1]["hash"])


@pytest.mark.parametrize("policy", POLICIES)
def test_a_flood(other, policy, tmp_path):
    own, foreign = (simulate(program, tmp_path / name, policy, "--runs", 1) for name, program in (("a", PROGRAM), ("b", other)))
    assert own == foreign
    assert_same_decisions(other, tmp_path, [*COUNTY, "--policy", policy], events_of(own[1]))


@pytest.mark.parametrize("policy", POLICIES)
def test_random_events(other, policy, tmp_path):
    (tmp_path / "times.csv").write_text(",A,B\nA,0,60\nB,61,0\n", encoding="utf-8")
    events = "".join(make_life(random.Random(1310), EVENTS))
    assert_same_decisions(other, tmp_path, ["--matrix", tmp_path / "times.csv", "--policy", policy], events)


def test_conformance(other):
    result = subprocess.run([sys.executable, FOLDER / "run.py", "--why", other, "drive"], capture_output=True, text=True, env=ENVIRONMENT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("policy", POLICIES)
def test_threads(policy, tmp_path):
    one, two = (simulate(PROGRAM, tmp_path / threads, policy, "--runs", 3, "--threads", threads) for threads in ("1", "2"))
    assert one == two
    assert one[1].count("\n") > 500
