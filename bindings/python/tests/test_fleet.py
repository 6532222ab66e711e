"""Fleets: the nearest available responders, against the whole matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import muster
from muster import UNREACHABLE_MS


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_nearest_as_by_the_matrix(network, nodes, data):
    count = data.draw(st.integers(1, 30))
    rows = data.draw(st.lists(st.integers(0, len(nodes) - 1), min_size=count, max_size=count))
    medic = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    away = data.draw(st.sets(st.integers(0, count - 1)))
    names = [f"v{i}" for i in range(count)]
    fleet = muster.Fleet(network, nodes[rows], names, [["medic", "boat"] if able else ["boat"] for able in medic])
    fleet.set_available([names[i] for i in away], False)
    asked, wants, k = nodes[:5], any(medic) and data.draw(st.booleans()), data.draw(st.integers(1, 5))
    found = fleet.nearest(asked, k, skills=["medic"] if wants else [])
    times = network.matrix_ms(nodes[rows], asked).T.astype(np.int64)
    for place in range(5):
        fit = [(times[place, i], i) for i in range(count)
               if i not in away and (medic[i] or not wants) and times[place, i] != UNREACHABLE_MS]
        assert [(int(t), int(r)) for t, r in zip(found.times_ms[place], found.rows[place]) if r >= 0] == sorted(fit)[:k]


def test_moves_closures_and_exclusion(network, nodes):
    fleet = muster.Fleet(network, nodes[:3], ["a", "b", "c"])
    assert fleet.ids[fleet.nearest(nodes[:1]).rows[0, 0]] == "a"
    assert fleet.ids[fleet.nearest(nodes[:1], excluding=["a"]).rows[0, 0]] != "a"
    fleet.put(nodes[200:201], ["a"])
    fleet.put(nodes[:1], ["b"])
    assert fleet.ids[fleet.nearest(nodes[:1]).rows[0, 0]] == "b" and len(fleet) == 3
    closed = network.with_closed(area=network.reach_areas(nodes[:1], 3))
    before = fleet.nearest(nodes[5:8], 3).times_ms
    fleet.on(closed)
    assert (fleet.nearest(nodes[5:8], 3).times_ms >= before).all()
    expected = np.sort(closed.matrix_ms(network.at_nodes([nodes.ids[200], nodes.ids[0], nodes.ids[2]]), nodes[5:8]).T, axis=1)
    assert (fleet.nearest(nodes[5:8], 3).times_ms == expected).all()
    fleet.remove("b")
    assert len(fleet) == 2 and fleet.nearest(nodes[:1], 3).rows[0, 2] == -1
    with pytest.raises(KeyError, match="'z'"):
        fleet.set_available(["z"])
    with pytest.raises(ValueError, match="'pilot'"):
        fleet.nearest(nodes[:1], skills=["pilot"])
    with pytest.raises(ValueError, match="another network"):
        fleet.on(network.for_mode("car"))
