"""Alerting: chances that fall with time and distance, sets against all subsets."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import muster
from muster import Chances, choose_alerts


@pytest.fixture(scope="module")
def model():
    return muster.AlertModel()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 2_000_000), min_size=2, max_size=30), st.integers(0, 900_000))
def test_chances_fall_with_travel_and_time(model, travels_ms, within_ms):
    limits = {"accept_within_ms": within_ms, "on_scene_within_ms": within_ms}
    chances = model.assess(np.sort(travels_ms), **limits)
    assert (np.diff(chances.p_on_scene) <= model.error).all()
    assert (chances.p_on_scene <= chances.p_accept + model.error).all() and (chances.p_accept <= 1).all()
    later = model.assess(np.sort(travels_ms), **{name: limit + 60_000 for name, limit in limits.items()})
    assert (later.p_on_scene >= chances.p_on_scene - model.error).all() and (later.p_accept >= chances.p_accept).all()


def test_history_distance_and_no_way(model):
    chances = model.assess([60_000, muster.UNREACHABLE_MS, 60_000], accepts=[0, 0, 9], modes=["foot", "car", "foot"])
    assert chances.p_accept[1] == chances.p_on_scene[1] == 0 and chances.p_accept[2] > chances.p_accept[0]
    with pytest.raises(ValueError, match="'hail of frogs'"):
        model.assess([1], weather="hail of frogs")
    with pytest.raises(muster.MusterError, match="the model's text"):
        muster.AlertModel(ini="[nonsense]\na=1\n")
    assert "[" in muster.AlertModel.default_text() and model.error < 0.01
    assert (pickle.loads(pickle.dumps(model)).assess([5000]).p_accept == model.assess([5000]).p_accept).all()


def at_least(p, needed):
    distribution = np.array([1.0])
    for chance in p:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return distribution[needed:].sum()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=7), st.integers(1, 2),
       st.sampled_from([0.5, 0.8]))
def test_the_fewest_of_all_subsets(pairs, needed, alpha):
    p_accept = np.array([a for a, _ in pairs])
    p_on_scene = p_accept * np.array([b for _, b in pairs])
    found = choose_alerts(Chances(p_accept, p_on_scene), needed, alpha_accept=alpha, alpha_on_scene=alpha)
    sizes = [size for size in range(len(pairs) + 1) for rows in itertools.combinations(range(len(pairs)), size)
             if at_least(p_accept[list(rows)], needed) >= alpha + 1e-9 and at_least(p_on_scene[list(rows)], needed) >= alpha + 1e-9]
    if sizes:
        assert found.status == "optimal" and len(found.rows) <= min(sizes)
        assert at_least(p_on_scene[found.rows], needed) >= alpha - 1e-9
        assert found.p_on_scene == pytest.approx(at_least(p_on_scene[found.rows], needed))


def test_skills_persons_and_those_alerted():
    sure = Chances(np.full(4, 0.99), np.full(4, 0.99))
    found = choose_alerts(sure, {"medic": 1, None: 1}, skills=[[], [], ["medic"], []])
    assert 2 in found.rows and len(found.rows) == 2
    short = choose_alerts(sure, {"medic": 1}, skills=[[], [], [], []])
    assert short.status == "infeasible" and short.short_needs == ["medic"] and short.missing == 1
    assert choose_alerts(sure, 1, alerted=sure).rows.size == 0
    one = choose_alerts(sure, 2, persons=[0, 0, 1, 1])
    assert len(one.rows) == 2 and one.rows[0] < 2 <= one.rows[1]
    assert choose_alerts(sure, 1, prices=[9, 9, 0, 9]).rows.tolist() == [2]
    with pytest.raises(ValueError, match="as many of each"):
        choose_alerts(sure, skills=[[]])
    with pytest.raises(muster.MusterError):
        choose_alerts(sure, 99)


def test_waves_and_field(model):
    once = model.waves(0.3, 0.2, per_wave=3)
    again = model.waves(0.3, 0.2, per_wave=3, every_ms=30_000)
    assert 0 < once.p_accepted < again.p_accepted < 1 and once.alerts == pytest.approx(3)
    assert muster.field_probability(50, 500, 0.1) == pytest.approx(1 - np.exp(-0.1 * 50 * np.pi * 0.25))
    with pytest.raises(ValueError):
        model.waves(0.9, 0.9, per_wave=3)


HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def test_caps_rest_and_work():
    ledger = muster.AlertLedger(muster.AlertModel(ini="[caps]\nday=2\nweek=3\nrest_min=30\n"))
    assert ledger.leave([7], 0) == muster.Leave(["may-ask"], [0])
    ledger.note_alert(7, 0)
    ledger.note_alert([7, 8], HOUR_MS)
    assert ledger.leave([7, 8], 2 * HOUR_MS).reasons == ["day-full", "may-ask"]
    assert ledger.leave(7, 2 * HOUR_MS).again_ms == [DAY_MS] and ledger.leave(7, DAY_MS).reasons == ["may-ask"]
    ledger.note_alert(7, DAY_MS + 2 * HOUR_MS)
    assert ledger.leave(7, 3 * DAY_MS) == muster.Leave(["week-full"], [7 * DAY_MS])
    ledger.note_accept(8, 4 * DAY_MS)
    assert ledger.leave(8, 5 * DAY_MS) == muster.Leave(["busy"], [-1])
    ledger.note_arrival(8, 4 * DAY_MS + 1)
    ledger.note_released(8, 5 * DAY_MS)
    assert ledger.leave(8, 5 * DAY_MS) == muster.Leave(["rests"], [5 * DAY_MS + 30 * 60_000])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 11), max_size=60))
def test_fairness_against_its_definitions(alerts):
    ledger = muster.AlertLedger()
    ledger.enrol(range(12))
    for at, volunteer in enumerate(alerts):
        ledger.note_alert(volunteer, at * 60_000)
    now_ms = len(alerts) * 60_000
    counts = np.bincount(alerts, minlength=12) if alerts else np.zeros(12, int)
    last = [max((at for at, v in enumerate(alerts) if v == volunteer), default=-1) for volunteer in range(12)]
    assert ledger.rotate(range(12), now_ms).tolist() == sorted(range(12), key=lambda v: (min(counts[v], 40), last[v], v))
    report = ledger.report()
    assert (report.volunteers, report.alerts, report.most_alerts) == (12, len(alerts), counts.max())
    assert np.isnan(report.alerts_per_arrival)
    apart = np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()) if alerts else 0
    assert report.gini == pytest.approx(apart)
    prices = ledger.prices(range(12), now_ms)
    assert prices == pytest.approx(np.minimum(counts / 40, 1))
    sure = Chances(np.full(12, 0.99), np.full(12, 0.99))
    assert counts[choose_alerts(sure, 1, prices=prices).rows[0]] == counts.min()


def test_the_ledger_wants_whole_numbers():
    ledger = muster.AlertLedger()
    for wrong in ([-1], [0.5], [[1]], ["a"]):
        with pytest.raises(ValueError, match="whole"):
            ledger.note_alert(wrong, 0)
    assert ledger.rotate([], 0).size == 0 and ledger.report().volunteers == 0
