"""Standard streams in place of files, links, pipes and full disks as outputs, help: what all commands share."""

import glob
import os
import pathlib
import resource
import select
import signal
import subprocess
import tempfile
import time

import pytest
from conftest import PROGRAM, assert_refused

GRAPH = "p sp 3 4\na 1 2 1500\na 2 1 1500\na 2 3 700\na 3 2 700\n"
PLACES = "v 1 109400000 29500000\nv 2 109401000 29500000\nv 3 109402000 29500500\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("streams")
    (path / "a.gr").write_text(GRAPH, encoding="ascii")
    (path / "a.co").write_text(PLACES, encoding="ascii")
    (path / "pairs").write_text("1 3\n", encoding="ascii")
    made = subprocess.run([PROGRAM, "network", "build", "--dimacs", path / "a.gr", "--coords", path / "a.co", "-o",
                           path / "a.mnet"], capture_output=True)
    assert made.returncode == 0, made.stderr
    return path


@pytest.fixture
def own_tmp(tmp_path):
    """A folder for temporary files that must be empty afterwards."""
    path = tmp_path / "tmp"
    path.mkdir()
    yield {**os.environ, "TMPDIR": str(path)}
    assert list(path.iterdir()) == []


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=600, **options)


def test_network_through_pipes(folder, own_tmp):
    built = run("network", "build", "--dimacs", "-", "--coords", folder / "a.co", "-o", "-", input=GRAPH.encode(),
                env=own_tmp)
    assert built.returncode == 0, built.stderr
    assert built.stdout == (folder / "a.mnet").read_bytes()
    told = run("distances", "-", "--pairs", folder / "pairs", input=built.stdout, env=own_tmp)
    assert (told.returncode, told.stdout) == (0, b"2200\n"), told.stderr
    assert run("network", "info", "-", input=built.stdout, env=own_tmp).returncode == 0


def test_county_through_pipes(own_tmp):
    made = run("county", "reference", "--scale", "0.01", "-o", "-", env=own_tmp)
    assert made.returncode == 0, made.stderr
    checked = run("county", "check", "-", "--json", input=made.stdout, env=own_tmp)
    assert b'"defects":[]' in checked.stdout, checked.stderr
    assert run("network", "build", "--county", "-", "-o", "-", input=made.stdout, env=own_tmp).stdout[:4] == b"MNET"


def test_standard_input_is_named_in_errors(folder, own_tmp):
    told = run("network", "info", "-", input=b"no network", env=own_tmp)
    assert told.returncode == 1
    assert told.stderr.startswith(b"muster: standard input: ") and told.stderr.count(b"\n") == 1
    told = run("network", "build", "--osm", "-", "-o", folder / "x.mnet", input=b"", env=own_tmp)
    assert told.returncode == 1 and b"standard input: " in told.stderr


def test_standard_input_serves_once(muster, folder):
    network = folder / "a.mnet"
    assert_refused(muster("matrix", network, "--sources", "-", "--targets", "-", input="1\n"), "found it twice")
    told = muster("drive", "--matrix", "-", input="")
    assert told.returncode == 2 and "holds the events" in told.stderr


def test_interrupted_copy_leaves_nothing(own_tmp):
    with subprocess.Popen([PROGRAM, "county", "check", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=own_tmp) as process:
        process.stdin.write(b"S" * 200000)
        process.stdin.flush()
        for _ in range(600):
            if glob.glob(own_tmp["TMPDIR"] + "/*"):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0


@pytest.mark.parametrize("command, status", [("matrix {0}/a.mnet --sources {1} --targets {1}", -signal.SIGINT),
                                             ("nearest {0}/a.mnet --targets {1} --from {1} -k 3000", -signal.SIGINT),
                                             ("distances {0}/a.mnet --pairs {2}", -signal.SIGINT),
                                             ("drive --matrix {3}", 1)])
def test_interrupt_is_heard_while_nobody_reads(folder, tmp_path, command, status):
    """The pipe behind standard output is full: the program stands in the middle of its answer."""
    nodes, pairs, table, events = [tmp_path / name for name in ("nodes", "pairs", "table", "events")]
    nodes.write_text("1\n2\n3\n" * 1000, encoding="ascii")
    pairs.write_text("1 3\n" * 100000, encoding="ascii")
    table.write_text(",a\na,0\n", encoding="ascii")
    events.write_text("no event\n" * 10000, encoding="ascii")
    with open(events, "rb") as lines, subprocess.Popen(
            [PROGRAM, *command.format(folder, nodes, pairs, table).split()], stdin=lines, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE) as process:
        assert select.select([process.stdout], [], [], 60)[0]
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(20) == status
        finally:
            process.kill()


def test_reader_that_leaves_is_no_crash(own_tmp):
    command = f"{PROGRAM} county reference --scale 0.01 -o - | head -c 10 | wc -c"
    told = subprocess.run(["sh", "-c", command], capture_output=True, env=own_tmp)
    assert told.stdout.strip() == b"10"


@pytest.mark.parametrize("what", ["network", "reach"])
def test_link_keeps_pointing_to_its_file(muster, folder, tmp_path, what):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to("target")
    made = (muster("network", "build", "--dimacs", folder / "a.gr", "-o", link) if what == "network" else
            muster("reach", folder / "a.mnet", "--from", "node:1", "--minutes", "1", "-o", link))
    assert made.returncode == 0, made.stderr
    assert link.is_symlink() and len(target.read_bytes()) > 3


def test_pipe_is_not_replaced(muster, folder, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert_refused(muster("network", "build", "--dimacs", folder / "a.gr", "-o", pipe), "pipe: cannot be written")
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        told = muster("reach", folder / "a.mnet", "--from", "node:1", "--minutes", "1", "-o", pipe)
        assert told.returncode == 0, told.stderr
        assert reader.stdout.read().startswith(b'{"type":"Feature"')
    assert [entry.name for entry in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["help", "help policies", "network info {0}/a.mnet",
                                     "county reference --scale 0.01 -o {1}/c.gpkg",
                                     "county reference --scale 0.01 --json -o {1}/c.gpkg",
                                     "county reference --scale 0.01 -o -"])
def test_full_disk_under_standard_output(folder, tmp_path, command):
    with open("/dev/full", "wb") as full:
        told = subprocess.run([PROGRAM, *command.format(folder, tmp_path).split()], stdout=full,
                              stderr=subprocess.PIPE)
    assert told.returncode == 1
    assert told.stderr.count(b"\n") == 1 and b"standard output: cannot be written: No space left" in told.stderr


def test_binary_never_reaches_a_terminal():
    try:
        ours, theirs = os.openpty()
    except OSError as reason:
        pytest.skip(f"no terminal can be made here, /dev/pts may not be mounted: {reason}")
    for command in (["county", "reference"], ["network", "build", "--dimacs", "nothing.gr"]):
        told = subprocess.run([PROGRAM, *command, "-o", "-"], stdout=theirs, stderr=subprocess.PIPE)
        assert told.returncode == 2 and b"found a terminal" in told.stderr
    os.close(theirs)
    os.close(ours)


def test_groups_of_commands(muster):
    for asked in (("help", "network"), ("network", "--help")):
        told = muster(*asked)
        assert told.returncode == 0 and "network build" in told.stdout and "network info" in told.stdout
    for asked in (("network",), ("network", "foo"), ("help", "county", "foo")):
        told = muster(*asked)
        assert told.returncode == 2 and "expected one of" in told.stderr and told.stderr.count("\n") == 1


def test_places_name_their_option(muster, folder):
    assert_refused(muster("route", folder / "a.mnet", "--from", "node:1", "--to", "node:9"),
                   "--to: expected a node of this network, found node:9")
    assert_refused(muster("route", folder / "a.mnet", "--from", "-70.1,-33.4", "--to", "node:1"),
                   "--from: position -70.1000000,-33.4000000", "within 1000 m")


def test_byte_order_marks(muster, folder, tmp_path):
    pairs = tmp_path / "pairs"
    pairs.write_bytes(b"\xef\xbb\xbf1 3\r\n")
    assert muster("distances", folder / "a.mnet", "--pairs", pairs).stdout == "2200\n"
    (tmp_path / "m.csv").write_text(",a\na,0\n", encoding="ascii")
    told = muster("drive", "--matrix", tmp_path / "m.csv", input="\ufeff{\"type\":\"tick\",\"at_ms\":1}\r\n")
    assert (told.returncode, told.stdout) == (0, "")


def test_drive_checks_its_seed(muster, tmp_path):
    (tmp_path / "m.csv").write_text(",a\na,0\n", encoding="ascii")
    for seed in ("x", "-3", "1.5"):
        told = muster("drive", "--matrix", tmp_path / "m.csv", "--seed", seed, input="")
        assert told.returncode == 2 and "--seed: expected a whole number from 0" in told.stderr


def test_report_is_refused_before_the_work(muster, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="ascii")
    told = muster("simulate", tmp_path / "no.gpkg", "--scenario", "flood", "--report", tmp_path / "file")
    assert_refused(told, "expected a folder to write into, found a file")
    assert (tmp_path / "file").read_text(encoding="ascii") == "mine"


@pytest.mark.parametrize("command", [["county", "reference", "--scale", "0.01", "-o", "out"],
                                     ["network", "build", "--county", "county.gpkg", "-o", "out"],
                                     ["reach", "county.mnet", "--from", "node:1", "--minutes", "60", "-o", "out"],
                                     ["simulate", "county.gpkg", "--scenario", "ordinary", "--days", "1", "--runs", "1",
                                      "--network", "county.mnet", "--report", "out"]])
def test_full_disk_under_an_output_file(tmp_path, command):
    """No file may grow beyond a few KB: nothing new is left, what was there stays."""
    for made in (["county", "reference", "--scale", "0.01", "-o", "county.gpkg"],
                 ["network", "build", "--county", "county.gpkg", "-o", "county.mnet"]):
        assert run(*made, cwd=tmp_path).returncode == 0
    before = sorted(tmp_path.iterdir())
    told = run(*command, cwd=tmp_path, restore_signals=False,  # SIGXFSZ stays ignored, as Python has it
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)))
    assert told.returncode == 1 and told.stderr.count(b"\n") == 1, told.stderr
    assert b"out" in told.stderr and b"cannot be written" in told.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_manual_pages_are_named_after_their_command():
    pages = pathlib.Path(PROGRAM).resolve().parent / "man1"
    if not (pages / "muster-network-build.1").exists():
        pytest.skip(f"{pages} is not there")
    for page in pages.iterdir():
        text = page.read_text(encoding="utf-8")
        assert f".TH {page.stem.upper()} " in text and f"\n{page.stem} \\- " in text
