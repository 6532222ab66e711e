"""Sweeps: every cell holds what a simulation by itself gives, in this process and on a cluster; failures keep the rest."""

import os
import signal
import time

import dask
import numpy as np
import pandas
import pytest
from distributed import Client, LocalCluster

import muster

DAY = {"days": 1, "runs": 1}


@pytest.fixture(scope="module")
def roads(network, nodes):
    """Dry, and with what lies within half an hour's walk of some node closed."""
    return {"dry": network, "flooded": network.with_closed(area=network.reach_areas(nodes[:1], 30))}


@pytest.fixture(scope="module")
def grid(county, roads, tmp_path_factory):
    """The arguments of a sweep of 2 × 2 × 2 × 2 cells, one scenario of them a file."""
    quiet = tmp_path_factory.mktemp("scenario") / "calm.ini"
    quiet.write_text("[scenario]\nbase = ordinary\n[load]\nper_1000_residents_and_day = 0.05\n")
    return county, {"usual": "ordinary", "quiet": quiet}, ["nearest-fcfs", muster.Policy("nearest-fair")], [3, 4]


@pytest.fixture(scope="module")
def serial(grid, roads):
    return muster.sweep(*grid, networks=roads, workers=0, **DAY)


def test_cells_are_simulations_of_their_own(grid, roads, serial):
    county, scenarios, policies, seeds = grid
    assert len(serial) == 16 and not serial.failed
    assert [cell[:4] for cell in serial] == [(scenario, policy, state, seed) for scenario in scenarios
                                             for policy in ("nearest-fcfs", "nearest-fair") for state in roads for seed in seeds]
    for cell in serial[::5]:
        alone = muster.simulate(county, scenarios[cell.scenario], policy=cell.policy, networks=roads[cell.roads], seed=cell.seed, **DAY)
        assert cell.result == alone.to_json()
    met = serial.stages[serial.stages.stage == "ON_SCENE"].groupby("roads").met.sum()
    assert met["flooded"] < met["dry"]
    reports = {(cell.scenario, cell.seed, cell.to_dict()["reports"]["all"]) for cell in serial}
    assert len(reports) == 4, "the incidents depend on scenario and seed only"


def test_a_cluster_gives_the_same_bytes(grid, roads, serial):
    told = []
    assert muster.sweep(*grid, networks=roads, workers=2, progress=told.append, **DAY) == serial
    assert told == [done / 16 for done in range(1, 17)]
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster, Client(cluster) as client:
        assert muster.sweep(*grid, networks=roads, client=client, **DAY) == serial
        assert client.run(lambda: 7), "a client that was given stays open"


def test_the_countys_own_roads(county):
    found = muster.sweep(county, seeds=8, workers=0, **DAY)
    assert found[0].result == muster.simulate(county, seed=8, **DAY).to_json()


def test_failed_cells_are_named_and_the_rest_is_kept(county, roads, data, tmp_path):
    elsewhere = muster.Network.from_osm(data("osm/monaco-osrm.osm.pbf"), "foot")
    found = muster.sweep(county, networks={**roads, "elsewhere": elsewhere}, workers=2, path=tmp_path / "sweep.parquet", **DAY)
    assert [cell.error is None for cell in found] == [True, True, False]
    assert found.failed[0].roads == "elsewhere" and "expected volunteers near the roads" in found.failed[0].error
    with pytest.raises(muster.MusterError, match="ordinary, .*, elsewhere, seed 1: MusterError"):
        found.failed[0].to_dict()
    assert muster.Sweep.read_parquet(tmp_path / "sweep.parquet") == found
    frame = pandas.read_parquet(tmp_path / "sweep.parquet")
    assert frame.ON_SCENE_share.notna().tolist() == [True, True, False]
    assert frame.KNOWN_met.iloc[0] == found[0].to_dict()["stages"][0]["met"]
    assert "1 failed" in repr(found) and "elsewhere" in found._repr_html_()


@pytest.mark.parametrize("forgiven", [0, 3])
def test_a_worker_that_dies(county, network, forgiven):
    """What it had taken is done again by its successor; or, if that is not forgiven, named with the error."""
    expected = muster.sweep(county, seeds=range(6), networks=network, workers=0, **DAY)
    with (dask.config.set({"distributed.scheduler.allowed-failures": forgiven}),
          LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client):
        pids = list(client.run(os.getpid).values())

        def kill_once(share):
            if pids:
                os.kill(pids.pop(), signal.SIGKILL)

        found = muster.sweep(county, seeds=range(6), networks=network, client=client, progress=kill_once, **DAY)
    if forgiven:
        assert found == expected
    else:
        assert 0 < len(found.failed) < 6 and all(cell.error.startswith("KilledWorker") for cell in found.failed)
        assert all(cell == expected[place] for place, cell in enumerate(found) if cell.error is None)


def test_stopping_keeps_what_is_done(county, network, tmp_path):
    class Stop(Exception):
        pass

    def stop(share):
        if share >= 0.5:
            raise Stop

    started = time.monotonic()
    for workers in (0, 1):
        with pytest.raises(Stop):
            muster.sweep(county, seeds=range(4), networks=network, workers=workers, path=tmp_path / "part.parquet", progress=stop, **DAY)
        found = muster.Sweep.read_parquet(tmp_path / "part.parquet")
        assert [cell.error for cell in found].count("not run") == 2 and len(found) == 4
    assert time.monotonic() - started < 60
    assert [path.name for path in tmp_path.iterdir()] == ["part.parquet"]


def test_bad_grids_are_refused_at_once(county, network):
    for wrong, expected in (({"scenarios": "nowhere"}, "nowhere"), ({"policies": "best"}, "best")):
        with pytest.raises(muster.MusterError, match=expected):
            muster.sweep(county, **wrong)
    for wrong, expected in (({"seeds": []}, "different seeds"), ({"seeds": [1, 1]}, r"\[1, 1\]"), ({"scenarios": []}, "found none"),
                            ({"policies": ["optimal", muster.Policy("optimal")]}, "different names"), ({"networks": {}}, "networks")):
        with pytest.raises(ValueError, match=expected):
            muster.sweep(county, workers=0, **{"networks": network, **wrong})


def test_a_picture(serial):
    import matplotlib

    matplotlib.use("agg")
    ax = serial.plot(by="roads")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["dry", "flooded"]
    assert np.isfinite(serial.to_frame().ON_SCENE_share).all()
