"""Simulations: the program's numbers, whatever the threads; progress that can stop."""

import json
import time

import pytest

import muster


def test_as_the_program(county, network, program, tmp_path):
    printed = program("simulate", county._path, "--network", network._path, "--scenario", "ordinary", "--days", 1, "--runs", 2,
                      "--seed", 5, "--policy", "optimal", "--json")
    told = []
    result = muster.simulate(county, "ordinary", networks=network, days=1, runs=2, seed=5, policy="optimal", progress=told.append)
    assert result.to_dict() == json.loads(printed)
    assert told == sorted(told) and told
    one = muster.simulate(county, "ordinary", networks=network, days=1, runs=2, seed=5, policy="optimal", threads=1)
    assert one.to_json() == result.to_json()
    stages = result.stages
    assert list(stages.index) == ["KNOWN", "REACHED", "ON_SCENE"] and stages.met.le(stages.of).all()
    assert stages.ci95_low.le(stages.share).all() and stages.share.le(stages.ci95_high).all()
    assert "ON_SCENE" in str(result) and "ON_SCENE" in repr(result) and "in time" in result._repr_html_()
    assert len(result.table("by_kind")) == len(result.to_dict()["by_kind"])
    result.write_report(tmp_path / "report", "how it was made")
    assert "how it was made" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    import matplotlib

    matplotlib.use("agg")
    assert result.plot().get_ylabel() == "share met in time"


def test_scenarios_are_there():
    for name in muster.SCENARIOS:
        assert "[" in muster.describe_scenario(name)


def test_stopping(county, network):
    class Stop(Exception):
        pass

    def stop(share):
        raise Stop

    started = time.monotonic()
    with pytest.raises(Stop):
        muster.simulate(county, "flood", networks=network, runs=10_000, progress=stop)
    assert time.monotonic() - started < 20


def test_a_bar(county, network, capsys):
    muster.simulate(county, "ordinary", networks=network, days=1, runs=1, progress=True)
    assert "simulate" in capsys.readouterr().err


def test_errors(county):
    with pytest.raises(muster.MusterError, match="nowhere"):
        muster.simulate(county, "nowhere")
    assert "runs = 5" in muster.describe_scenario("flood")
