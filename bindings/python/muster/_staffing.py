"""Staffing: how few people on duty, where and with which skills, keep the promise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from muster._alert import AlertModel
from muster._c import staffing as _c
from muster._county import County
from muster._coverage import hour_bits
from muster._engine import modes_of
from muster._needs import Needs, needs_of
from muster._network import MODES, Network
from muster._progress import Progress, following

if TYPE_CHECKING:
    import geopandas

_PLACES = ("posts", "stations")


class Staffing(NamedTuple):
    """How people are on duty in a block of hours."""

    people: int
    """On duty in all."""
    bound: int
    """No staffing that serves the doors has fewer."""
    is_optimal: bool
    """Proven: there is none with fewer people."""
    hopeless: int
    """Doors that even all people together could not serve so; they are left out."""
    stands: geopandas.GeoDataFrame
    """Where somebody is on duty: ``id`` of the post or station, ``name``, ``skills`` (of the needs they can serve, with +
    between; "anybody"), ``people`` on duty, ``of`` how many there are; WGS 84."""
    chances: NDArray[np.float64]
    """P(all needs served) with them, grids (as `County.grid_codes`) × doors."""

    def __repr__(self) -> str:
        proven = "proven fewest" if self.is_optimal else f"at least {self.bound}"
        return f"<Staffing: {self.people} people at {self.stands['id'].nunique()} places, {proven}; {self.hopeless} of " \
               f"{self.chances.size} doors cannot be served so>"


def staffing(county: County, networks: Network | Iterable[Network] | None = None, *, at: str = "stations",
             hours: Iterable[int] | None = None, needs: Needs = 1, alpha: float = 0.9, acceptance: float | None = None,
             least_chance: float = 0.1, most: int = 20, doors: int = 3, model: AlertModel | None = None, seed: int = 0,
             steps: int | None = None, search_nodes: int | None = None, progress: Progress = None) -> Staffing:
    """The fewest people on duty with which enough of them accept in time and stand at every door with chance α.

    Parameters
    ----------
    county : County
        Whose grids, people, posts and stations.
    networks : Network or iterable of Network, optional
        Each in all its modes; without any, those of the county's roads. Closed roads are closed.
    at : str
        ``"posts"`` or ``"stations"``: where people are on duty.
    hours : iterable of int, optional
        The block, hours of the day 0 to 23; all without. A chance counts as it is in the worst of them.
    needs : int or mapping
        So many people; or by skill, ``{None: 1, "first_aid": 1}``. One person serves one need.
    alpha : float
        The chance that is wanted, above 0 and below 1.
    acceptance : float, optional
        Chance that who is on duty accepts; without, as the model has it for anybody.
    least_chance : float
        Who serves a door with less is not counted on there.
    most : int
        So many of each kind of people on duty at one place, at most.
    doors : int
        Looked at in each grid.
    model : AlertModel, optional
        How people answer, set out and travel.
    seed, steps, search_nodes : int, optional
        Of the search: its seed, how often a part is built again, and nodes of the exact search (0: none).
    progress : bool or callable, optional
        As in `coverage`.
    """
    if at not in _PLACES:
        raise ValueError(f"expected posts or stations, found {at!r}")
    pairs, skills = needs_of(county, needs, _c.NEEDS_MOST)
    options = {"hours": hour_bits(range(24) if hours is None else hours), "doors": doors, "services": _PLACES.index(at),
               "least_chance": least_chance, "most": most, "acceptance": -1.0 if acceptance is None else _share(acceptance),
               "alpha": alpha, "seed": seed, "steps": steps, "search_nodes": search_nodes}
    modes = modes_of(county.network(MODES) if networks is None else networks)
    with following(progress, "staffing") as tell:
        people, bound, is_optimal, hopeless, by_stand, chances, places, roles, there = _c.staffing(
            county._handle, [network._handle for network in modes], (model or AlertModel())._model, pairs, options, tell)
    on_duty = np.flatnonzero(by_stand)
    ids = (county.post_ids if at == "posts" else county.station_ids)[places[on_duty]]
    frame: Any = county.table(at).set_index("id").loc[ids, ["name", "geometry"]].reset_index()
    frame.insert(2, "skills", [_name(skills, int(bits)) for bits in roles[on_duty]])
    frame.insert(3, "people", by_stand[on_duty].astype(np.int64))
    frame.insert(4, "of", there[on_duty].astype(np.int64))
    return Staffing(people, bound, is_optimal, hopeless, frame, chances.reshape(-1, doors))


def _share(acceptance: float) -> float:
    if not 0 <= acceptance <= 1:
        raise ValueError(f"expected a chance to accept of 0 to 1, found {acceptance}")
    return acceptance


def _name(skills: list[str], roles: int) -> str:
    return "+".join(name or "anybody" for need, name in enumerate(skills) if roles >> need & 1)
