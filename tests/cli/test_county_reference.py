"""muster county reference: figures, determinism, options, refusals, standard output."""

import hashlib
import json
import sqlite3

import pytest


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reference")


def test_figures_and_check(muster, folder):
    path = folder / "c.gpkg"
    done = muster("county", "reference", "--seed", "7", "-o", str(path), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    expected = {"townships": 8, "communities": 196, "urban_communities": 12, "grids": 299, "residents": 283255,
                "teams": 447, "volunteers": 33370, "posts": 15, "stations": 196}
    assert {name: made[name] for name in expected} == expected
    assert "422827" in made["note"] and "Synthetic" in made["note"]

    checked = muster("county", "check", str(path), "--json")
    assert checked.returncode == 0, checked.stdout
    report = json.loads(checked.stdout)
    assert report["town_grids"] == 108
    assert report["defects"] == []
    assert report["sha256"] == made["sha256"]


def test_same_seed_same_bytes(muster, folder):
    paths = [folder / name for name in ("a.gpkg", "b.gpkg", "other.gpkg")]
    for path, seed in zip(paths, ("3", "3", "4")):
        done = muster("county", "reference", "--scale", "0.05", "--seed", seed, "-o", str(path))
        assert done.returncode == 0, done.stderr
        assert "volunteers" in done.stdout
    assert digest(paths[0]) == digest(paths[1])
    assert digest(paths[0]) != digest(paths[2])


def test_scale(muster, folder):
    path = folder / "scaled.gpkg"
    done = muster("county", "reference", "--scale", "2", "-o", str(path), "--timing")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr)["items"] == 66740
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as database:
        assert database.execute("SELECT count(*) FROM volunteers").fetchone() == (66740,)
        assert database.execute("SELECT count(*) FROM teams").fetchone() == (894,)


@pytest.mark.parametrize("arguments", [
    [],
    ["-o"],
    ["-o", "c.gpkg", "--scale", "0"],
    ["-o", "c.gpkg", "--scale", "101"],
    ["-o", "c.gpkg", "--scale", "two"],
    ["-o", "c.gpkg", "--seed", "-1"],
    ["-o", "c.gpkg", "more"],
])
def test_usage(muster, arguments):
    done = muster("county", "reference", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_unwritable(muster, tmp_path):
    done = muster("county", "reference", "--scale", "0.01", "-o", str(tmp_path / "none" / "c.gpkg"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
