"""Planning: known optima, the program's answers, and what must hold of any choice."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import muster

TABLES = st.tuples(st.integers(1, 12), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(st.lists(st.integers(0, 50), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]))


def test_orlib_as_the_program(data, program):
    path = data("orlib/pmed/pmed1.txt")
    times, p = muster.read_pmed(path)
    assert times.shape == (100, 100) and p == 5
    found = muster.locate("pmedian", times, p)
    assert found.objective == 5819 and found.bound <= 5819
    printed = program("locate", "pmedian", "--orlib", path)
    sites = [int(word) for word in re.findall(r"^\d+", printed, re.MULTILINE)]
    assert [site + 1 for site in found.sites.tolist()] == sites and "objective 5819" in printed


@settings(deadline=None, max_examples=60)
@given(TABLES, st.data())
def test_answers_are_what_they_say(table, data):
    times = np.array(table, np.uint32)
    p = data.draw(st.integers(1, times.shape[1]))
    radius = data.draw(st.integers(0, 50))
    weights = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(times), max_size=len(times))))
    median = muster.locate("pmedian", times, p, weights=weights)
    assert median.objective == (times[:, median.sites].min(axis=1) * weights).sum() >= median.bound
    center = muster.locate("pcenter", times, p)
    assert center.objective == times[:, center.sites].min(axis=1).max() >= center.bound
    covered = muster.locate("mclp", times, p, radius_ms=radius, weights=weights)
    assert covered.objective == weights[(times[:, covered.sites] <= radius).any(axis=1)].sum() <= covered.bound
    wider = muster.locate("mclp", times, p, radius_ms=radius + 10, weights=weights)
    assert wider.bound >= covered.objective
    assert len(median.sites) == len(covered.sites) == p
    expected = muster.locate("mexclp", times, p, radius_ms=radius, weights=weights, busy=0.25, per_site=2)
    times_covered = (times[:, expected.sites] <= radius).sum(axis=1)
    assert expected.objective == pytest.approx((weights * (1 - 0.25**times_covered)).sum(), abs=1e-4)
    if (times.min(axis=1) <= radius).all():
        cover = muster.locate("setcover", times, radius_ms=radius)
        assert (times[:, cover.sites] <= radius).any(axis=1).all() and cover.objective == len(cover.sites) >= cover.bound
    else:
        with pytest.raises(muster.MusterError):
            muster.locate("setcover", times, radius_ms=radius)


def test_backup_dsm_and_existing():
    times = np.array([[0, 9, 9], [9, 0, 4], [4, 9, 0], [9, 9, 9]], np.uint32)
    backup = muster.locate("backup", times, 2, radius_ms=5, per_site=1)
    assert backup.is_optimal and backup.objective == pytest.approx(2.0)
    double = muster.locate("dsm", times, 3, radius_ms=5, outer_radius_ms=9, share=0.7)
    assert double.objective == 2 and double.is_optimal
    assert 1 in muster.locate("mclp", times, 2, radius_ms=5, existing=[1]).sites
    with pytest.raises(muster.MusterError):
        muster.locate("mclp", times, 9, radius_ms=5)
    with pytest.raises(ValueError, match="'hub'"):
        muster.locate("hub", times)
    with pytest.raises(ValueError, match="a weight for each of 4"):
        muster.locate("mclp", times, 1, weights=[1])


def test_mps(tmp_path):
    muster.write_mps(tmp_path / "problem.mps", "mclp", [[0, 9], [9, 0]], 1, radius_ms=5)
    assert (tmp_path / "problem.mps").read_text().startswith("NAME") or "ROWS" in (tmp_path / "problem.mps").read_text()


def test_stopping():
    def stop(share):
        raise KeyboardInterrupt

    times = np.random.default_rng(1).integers(0, 10_000, (400, 400)).astype(np.uint32)
    with pytest.raises(KeyboardInterrupt):
        muster.locate("pmedian", times, 20, steps=100_000, progress=stop)
    told = []
    muster.locate("pmedian", times, 20, progress=told.append)
    assert told == sorted(told)
