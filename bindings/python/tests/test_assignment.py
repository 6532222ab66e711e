"""Assignment: against SciPy, and against itself in another order."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

import muster
from muster import UNREACHABLE_MS, Cost

tables = st.integers(1, 8).flatmap(
    lambda rows: st.integers(1, 8).flatmap(
        lambda columns: st.lists(st.lists(st.integers(0, 99), min_size=columns, max_size=columns), min_size=rows, max_size=rows)))


@settings(deadline=None)
@given(tables)
def test_least_total_as_scipy(table):
    costs = np.array(table)
    rows, columns = linear_sum_assignment(costs)
    found = muster.assign(costs)
    assert (found.served, found.time_ms) == (len(rows), costs[rows, columns].sum())
    made = found.columns[found.columns >= 0]
    assert len(set(made.tolist())) == len(made) == found.served


@settings(deadline=None)
@given(tables, st.integers(0, 120))
def test_a_price_for_leaving_a_row(table, unserved_ms):
    costs = np.array(table)
    wide = np.hstack([costs, np.full((len(costs), len(costs)), unserved_ms)])
    rows, columns = linear_sum_assignment(wide)
    found = muster.assign(costs, unserved_ms)
    assert found.time_ms + (len(costs) - found.served) * unserved_ms == wide[rows, columns].sum()


def test_impossible_pairs_and_limits():
    found = muster.assign([[UNREACHABLE_MS, 5], [UNREACHABLE_MS, 3]])
    assert found.columns.tolist() == [-1, 1] and found.served == 1
    with pytest.raises(ValueError, match="2³¹"):
        muster.assign([[2**31]])
    for wrong in ([[-1, 5]], [[0.5]], [[2**32]]):
        with pytest.raises(ValueError, match="whole ms"):
            muster.assign(wrong)
    assert muster.assign(np.empty((0, 3))).served == 0


def test_who_has_no_way_is_no_candidate():
    assignment = muster.Assignment(3, 3)
    assignment.add_columns(range(3))
    times_ms = np.array([5, UNREACHABLE_MS, 7], np.uint32)
    assert assignment.insert(0, range(3), times_ms, unserved=Cost(1)) == 0 and assignment.totals.time_ms == 5
    assert assignment.insert(1, [1], UNREACHABLE_MS) == -1 and assignment.insert(2, [], []) == -1
    for wrong, match in (({"times_ms": 2**31}, "times_ms"), ({"times_ms": 0.5}, "times_ms"), ({"tiers": -1}, "tier"),
                         ({"fatigue": 2**32}, "fatigue"), ({"columns": [-1]}, "columns")):
        with pytest.raises(ValueError, match=match):
            muster.Assignment(3, 3).insert(0, **{"columns": [1], "times_ms": 1, **wrong})


@settings(deadline=None)
@given(tables, st.randoms())
def test_events_in_any_order_end_alike(table, random):
    costs = np.array(table)
    rows, columns = costs.shape
    ends = []
    for _ in range(2):
        assignment = muster.Assignment(rows, columns, Cost(2, 100, 0))
        assignment.add_columns(range(columns))
        for row in random.sample(range(rows), rows):
            assignment.insert(row, range(columns), costs[row], unserved=Cost(1))
        ends.append((assignment.columns_of(range(rows)).tolist(), assignment.totals))
    assert ends[0] == ends[1]
    assert ends[0][1].time_ms == muster.assign(costs).time_ms


def test_changes_and_reasons():
    assignment = muster.Assignment(4, 3, Cost(3, 1000, 0))
    assignment.add_columns(range(2))
    assert assignment.insert(0, [0, 1], [10, 30], unserved=Cost(1)) == 0
    assert assignment.insert(1, [0], [20], unserved=Cost(1)) == 0
    assert assignment.changed == [0, 1] and assignment.column_of(0) == 1
    why = assignment.why_not(0, 0)
    assert (why.reason, why.other_row) == ("outbid", 1) and why.extra > Cost()
    assert assignment.burden(1).time_ms == 20
    assignment.leave(0)
    assert assignment.column_of(1) == -1 and assignment.why_unserved(1).reason == "no-candidate"
    assignment.come_back(0)
    assignment.pin(0, 0, Cost(0, 5))
    assert assignment.columns_of([0, 1]).tolist() == [0, -1]
    assignment.unpin(0)
    assignment.remove(1)
    assert assignment.totals.rows == 1
    for call in (lambda: assignment.remove(1), lambda: assignment.column_of(9), lambda: assignment.leave(2)):
        with pytest.raises(KeyError):
            call()
    with pytest.raises(muster.MusterError):
        assignment.insert(2, [0], [5000], unserved=Cost(1))
    with pytest.raises(ValueError, match="row 0, which is there"):
        assignment.insert(0, [], [])


def play(order, who, first_ms, next_ms, reported_ms, busy_ms, free_ms, deadline_ms):
    """(deadlines missed, total response) of a policy that takes incidents up in this order, each by one responder."""
    free, at, missed, total_ms = list(free_ms), [None] * len(free_ms), 0, 0
    for incident, responder in zip(order, who):
        if responder is None:
            missed += 2
            continue
        travel = first_ms[responder][incident] if at[responder] is None else next_ms[at[responder]][incident]
        arrival = max(reported_ms[incident], free[responder]) + travel
        free[responder], at[responder] = arrival + busy_ms[incident], incident
        missed += arrival - reported_ms[incident] > deadline_ms
        total_ms += arrival - reported_ms[incident]
    return missed, total_ms


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 2), st.randoms(use_true_random=False))
def test_no_policy_beats_the_bound(incidents, responders, random):
    places = [random.randrange(900) for _ in range(incidents)]
    homes = [random.randrange(900) for _ in range(responders)]
    first = [[abs(home - place) for place in places] for home in homes]
    following = [[abs(one - other) for other in places] for one in places]
    reported, busy = [random.randrange(2000) for _ in places], [random.randrange(900) for _ in places]
    free = [random.randrange(900) for _ in homes]
    best = min(play(order, who, first, following, reported, busy, free, 600)
               for order in itertools.permutations(range(incidents))
               for who in itertools.product([None, *range(responders)], repeat=incidents))
    bound = muster.policy_bound(first, following, reported, busy, free, [600])
    assert (bound.tier, bound.time_ms) <= best
    if incidents == 1:
        assert (bound.tier, bound.time_ms) == best


def test_the_bound_wants_times_that_fit():
    assert muster.policy_bound(np.empty((0, 1), int), [[0]], [0], [0]) == (0, 2, 0)
    for wrong, match in (({"first_ms": [[-1]]}, "first_ms in whole ms"), ({"next_ms": [[0, 1]]}, "next_ms of shape"),
                         ({"busy_ms": [0.5]}, "busy_ms in whole"), ({"reported_ms": [0.5]}, "reports"),
                         ({"deadlines_ms": [9, 5]}, "ascending"), ({"deadlines_ms": [1, 2, 3, 4, 5]}, "at most 4")):
        log = {"first_ms": [[1]], "next_ms": [[0]], "reported_ms": [0], "busy_ms": [0], **wrong}
        with pytest.raises(ValueError, match=match):
            muster.policy_bound(**log)
