"""The pictures and worked numbers of docs/hierarchy.md are what the script computes, and the program agrees with it."""

import pathlib
import subprocess
import sys

import pytest

FIGURES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "figures"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-B", FIGURES / "hierarchy.py", *arguments], capture_output=True, encoding="utf-8"
    )


def test_pictures_and_numbers_are_as_computed():
    result = run("--check")
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def town(muster, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    (folder / "town.gr").write_text(run("--dimacs").stdout, encoding="utf-8")
    (folder / "town.co").write_text(run("--coords").stdout, encoding="utf-8")
    built = muster(
        *("network", "build", "--dimacs", folder / "town.gr", "--coords", folder / "town.co"),
        *("-o", folder / "town.mnet"),
    )
    assert built.returncode == 0 and "49 chords" in built.stdout, built.stderr
    return folder / "town.mnet"


def test_program_finds_the_times_of_the_page(muster, town):
    sys.path.insert(0, str(FIGURES))
    try:
        from town import NAMES, Hierarchy
    finally:
        sys.path.pop(0)
    h = Hierarchy()
    pairs = [(a, b) for a in range(len(NAMES)) for b in range(len(NAMES))]
    times = muster("distances", town, "--pairs", "-", input="".join(f"{a + 1} {b + 1}\n" for a, b in pairs))
    plain = [h.dijkstra(h.number[name]) for name in NAMES]
    expected = [str(plain[a][h.number[NAMES[b]]]) for a, b in pairs]
    assert times.stdout.split() == expected
