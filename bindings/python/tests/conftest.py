"""What the tests share: the C program to compare with, the real data, a network and a county small enough for many questions."""

import os
import pathlib
import subprocess

import numpy as np
import pytest

import muster

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("MUSTER", str(ROOT / "build" / "muster"))


@pytest.fixture(scope="session")
def program():
    """Runs the C program: program("matrix", path, …) → its standard output."""

    def run(*arguments, **options):
        result = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, encoding="utf-8", timeout=600, **options)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture(scope="session")
def data():
    """data("osm/andorra.osm.pbf") → its path; skips the test where the real data are absent."""
    folder = pathlib.Path(os.environ.get("MUSTER_TEST_DATA", ROOT.parent / "shared" / "data"))

    def find(relative):
        path = folder / relative
        if not path.exists():
            pytest.skip(f"{path} is not there")
        return path

    return find


@pytest.fixture(scope="session")
def county(tmp_path_factory):
    """A small reference county, saved."""
    made = muster.County.reference(7, 0.02)
    made.save(tmp_path_factory.mktemp("county") / "county.gpkg")
    return made


@pytest.fixture(scope="session")
def network(county, tmp_path_factory):
    """Its roads on foot (and by car), saved."""
    made = county.network(("foot", "car"))
    made.save(tmp_path_factory.mktemp("network") / "county.mnet")
    return made


@pytest.fixture(scope="session")
def nodes(network):
    """Places at 300 nodes that can be snapped to."""
    chosen = np.random.default_rng(1).choice(len(county_nodes(network)), 300, replace=False)
    return network.at_nodes(county_nodes(network)[np.sort(chosen)])


def county_nodes(network):
    """Ids of the nodes in the largest part, by what the first of them reaches."""
    deg = network.node_positions_deg
    start = network.nodes_at([deg[:, 0].mean()], [deg[:, 1].mean()], 50_000)
    return np.sort(network.reach(start, 10_000)[0])
