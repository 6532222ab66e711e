"""Coverage: equal to the program's figures, and what more people, more chances and more closures must do."""

import json

import numpy as np
import pytest

import muster


@pytest.fixture(scope="module")
def found(county, network):
    return muster.coverage(county, network, doors=2, recruit=True, recruit_modes="foot")


def test_as_the_program(found, county, network, program, tmp_path):
    county.save(tmp_path / "c.gpkg")
    network.save(tmp_path / "c.mnet")
    printed = json.loads(program("coverage", tmp_path / "c.gpkg", "--network", tmp_path / "c.mnet", "--doors", 2, "--recruit",
                                 "--recruit-modes", "foot", "--list", 20, "--json", "-o", tmp_path / "grids.gpkg"))
    for name in ("known", "reached", "on_scene", "kept"):
        assert found.county[name] == pytest.approx(printed["county"][name], abs=1e-5)
    assert found.gaps["code"].tolist()[:20] == [gap["code"] for gap in printed["gaps"]]
    assert found.recruits["code"].tolist()[:20] == [grid["code"] for grid in printed["recruits"]]
    found.to_gpkg(tmp_path / "own.gpkg")
    assert (tmp_path / "own.gpkg").read_bytes() == (tmp_path / "grids.gpkg").read_bytes()


def test_tables(found, county):
    assert found.grids["code"].tolist() == county.grid_codes.tolist()
    assert found.grids.crs == "EPSG:4326"
    assert len(found.hours) == 24 * len(found.grids)
    means = found.hours.groupby("code", sort=False)["kept"].mean().to_numpy()
    np.testing.assert_allclose(means, found.grids["kept"], atol=1e-9)
    assert np.average(found.grids["kept"], weights=found.grids["weight"]) == pytest.approx(found.county["kept"])
    assert found.gaps["gap"].is_monotonic_decreasing and found.recruits["gain"].is_monotonic_decreasing
    assert "kept" in repr(found) and "<table>" in found._repr_html_()


def test_what_must_hold(found, county, network):
    def kept(net=network, **options):
        return muster.coverage(county, net, doors=2, **options).grids["kept"].to_numpy()

    usual = found.grids["kept"].to_numpy()
    np.testing.assert_array_equal(kept(threads=1), usual)
    assert (kept(people=2) <= usual + 1e-12).all()
    assert kept(standby=0.9).sum() > usual.sum() > kept(standby=[0.05] * 24).sum()
    night, day = kept(hours=[22, 23, 0, 1, 2, 3, 4, 5]), kept(hours=range(6, 22))
    np.testing.assert_allclose((8 * night + 16 * day) / 24, usual, atol=1e-9)


def test_refused(county, network):
    with pytest.raises(ValueError, match="expected hours of the day, 0 to 23, found 24"):
        muster.coverage(county, network, hours=[24])
    with pytest.raises(ValueError, match="expected a weekday"):
        muster.coverage(county, network, weekday="Wednesday")
    with pytest.raises(ValueError, match="expected skills of the county .*, found 'flying'"):
        muster.coverage(county, network, skills="flying")
    with pytest.raises(ValueError, match="24 hours, found 3"):
        muster.coverage(county, network, standby=[0.1, 0.2, 0.3])
    with pytest.raises(muster.MusterError, match="doors"):
        muster.coverage(county, network, doors=0)


def test_a_callback_stops_it(county, network):
    def stop(_share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        muster.coverage(county, network, progress=stop)


def test_plot(found, tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    found.plot().figure.savefig(tmp_path / "kept.png", dpi=80)
    assert (tmp_path / "kept.png").stat().st_size > 10_000
