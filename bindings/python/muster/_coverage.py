"""Coverage: how likely each stage of the promise is kept, in each grid at each hour."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from muster import _frames
from muster._alert import AlertModel
from muster._c import coverage as _c
from muster._county import County
from muster._engine import modes_of
from muster._needs import skill_bits
from muster._network import MODES, UNREACHABLE_MS, Network, mode_bits
from muster._progress import Progress, following

if TYPE_CHECKING:
    import folium
    import geopandas
    import pandas
    from matplotlib.axes import Axes

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = 24


class Coverage:
    """What `coverage` found. Immutable."""

    def __init__(self, handle: _c.Coverage) -> None:
        self._handle = handle

    @cached_property
    def _frames(self) -> tuple[Any, Any]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "coverage.gpkg"
            self._handle.save(os.fsencode(path))
            return _frames.read_layer(path, "coverage"), _frames.read_layer(path, "coverage_hours")

    @property
    def grids(self) -> geopandas.GeoDataFrame:
        """A row a grid, with the columns that docs/coverage.md lists; WGS 84."""
        found: geopandas.GeoDataFrame = self._frames[0].copy()
        return found

    @property
    def hours(self) -> pandas.DataFrame:
        """A row a grid and hour: ``known``, ``reached``, ``on_scene``, ``kept``, ``mean_s``."""
        found: pandas.DataFrame = self._frames[1].copy()
        return found

    @property
    def gaps(self) -> geopandas.GeoDataFrame:
        """The grids that fall short, greatest gap first: residents × how far P(kept) is below α."""
        found: geopandas.GeoDataFrame = self._frames[0].iloc[self._handle.gaps()].copy()
        return found

    @property
    def recruits(self) -> geopandas.GeoDataFrame:
        """The grids by what one more volunteer there adds, most first; empty unless it was asked for."""
        found: geopandas.GeoDataFrame = self._frames[0].iloc[self._handle.recruits()].copy()
        return found

    @property
    def county(self) -> dict[str, float]:
        """The whole county: means by residents, sums of ``weight`` and ``gap``."""
        found = self._handle.area(0)
        assert found is not None
        return found

    def __repr__(self) -> str:
        whole = self.county
        return f"<Coverage: kept {whole['kept']:.1%}, known {whole['known']:.1%}, reached {whole['reached']:.1%}, " \
               f"on scene {whole['on_scene']:.1%}>"

    def _repr_html_(self) -> str:
        whole = self.county
        return _frames.html_table("Coverage", {**{name: f"{whole[name]:.1%}" for name in ("known", "reached", "on_scene", "kept")},
                                               "worst hour": f"{whole['worst_hour']:.0f}: {whole['worst_kept']:.1%}",
                                               "mean to the door": f"{whole['mean_s']:.0f} s"})

    def plot(self, ax: Axes | None = None, column: str = "kept", **style: Any) -> Axes:
        """Draws a figure of the grids with Matplotlib; `style` goes to `GeoDataFrame.plot`."""
        options: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.3, "cmap": "RdYlGn", "legend": True,
                                   "legend_kwds": {"label": column, "shrink": 0.6}, **style}
        ax = self._frames[0].plot(ax=ax, column=column, **options)
        _frames.label_degrees(ax)
        return ax

    def explore(self, column: str = "kept", **options: Any) -> folium.Map:
        """The same on a map to move about in (folium)."""
        drawn: folium.Map = self._frames[0].explore(column=column, **{"cmap": "RdYlGn", **options})
        return drawn

    def to_gpkg(self, path: str | os.PathLike[str]) -> None:
        """Writes a GeoPackage, whole or not there: ``coverage``, a feature a grid, and ``coverage_hours``."""
        self._handle.save(os.fsencode(path))


def coverage(county: County, networks: Network | Iterable[Network] | None = None, *, hours: Iterable[int] | None = None,
             weekday: str = "wed", standby: float | Sequence[float] | None = None, follow_shifts: bool = True,
             skills: Iterable[str] = (), people: int = 1, alerts: int = 16, alpha: float = 0.9, doors: int = 5,
             model: AlertModel | None = None, recruit: bool = False, recruit_modes: str | Iterable[str] = ("foot", "ebike"),
             threads: int = 0, progress: Progress = None) -> Coverage:
    """How likely 1310 is kept in each grid at each hour, exactly over who is on stand-by, accepts and comes.

    Parameters
    ----------
    county : County
        Whose grids, people, posts and stations.
    networks : Network or iterable of Network, optional
        Each in all its modes; without any, those of the county's roads. Closed roads are closed.
    hours : iterable of int, optional
        Hours of the day, 0 to 23; all without.
    weekday : str
        ``"mon"`` to ``"sun"``: who is at work from 8 to 18, and who has a shift.
    standby : float or sequence of 24 float, optional
        The chance of each volunteer to be on stand-by, by hour.
    follow_shifts : bool
        Who has a shift at a post stands there for certain.
    skills : iterable of str
        Who is needed has all of them.
    people : int
        So many are needed.
    alerts : int
        The nearest so many of those on stand-by are alerted, at once.
    alpha : float
        The chance that is wanted: gaps are counted from it.
    doors : int
        Looked at in each grid.
    model : AlertModel, optional
        How people answer, set out and travel.
    recruit : bool
        Find what one more volunteer in each grid would add in the whole county.
    recruit_modes : str or iterable of str
        How who is recruited travels.
    threads : int
        0: one a processor. Changes nothing in the result.
    progress : bool or callable, optional
        True shows a bar; a callable is told the share done, 0 to 1. What it raises stops the work, as Ctrl-C does.
    """
    if weekday not in WEEKDAYS:
        raise ValueError(f"expected a weekday of {', '.join(WEEKDAYS)}, found {weekday!r}")
    options: dict[str, object] = {
        "hours": hour_bits(range(_HOURS) if hours is None else hours), "weekday": WEEKDAYS.index(weekday),
        "standby": _by_hour(standby), "follow_shifts": follow_shifts, "skills": skill_bits(county, skills), "people": people,
        "alerts": alerts, "alpha": alpha, "doors": doors, "find_recruits": recruit, "recruit_modes": mode_bits(recruit_modes),
        "threads": threads}
    modes = modes_of(county.network(MODES) if networks is None else networks)
    with following(progress, "coverage") as tell:
        return Coverage(_c.cover(county._handle, [network._handle for network in modes], (model or AlertModel())._model, options,
                                 tell))


def hour_bits(hours: Iterable[int]) -> int:
    bits = 0
    for hour in hours:
        if not 0 <= hour < _HOURS:
            raise ValueError(f"expected hours of the day, 0 to 23, found {hour}")
        bits |= 1 << hour
    return bits


def _by_hour(standby: float | Sequence[float] | None) -> list[float] | None:
    if standby is None:
        return None
    chances = [float(standby)] * _HOURS if isinstance(standby, (int, float)) else [float(chance) for chance in standby]
    if len(chances) != _HOURS:
        raise ValueError(f"expected a chance to be on stand-by for each of 24 hours, found {len(chances)}")
    return chances


def circles(county: County, network: Network | None = None, *, minutes: float = 15.0, each: bool = False, toward: bool = False,
            doors: int = 5, threads: int = 0, progress: Progress = None) -> geopandas.GeoDataFrame:
    """The areas within some minutes of the posts, of the stations, and of either, and who lives there.

    Parameters
    ----------
    county : County
        Whose posts, stations and grids.
    network : Network, optional
        In its own mode; without one, the county's roads on foot. Closed roads are closed.
    minutes : float
        Above 0.
    each : bool
        A circle for each post and station instead, with its ``id``, ``name`` and ``community_code``.
    toward : bool
        From the doors to the post, in place of from it.
    doors : int
        Looked at in each grid to count residents.
    threads : int
        0: one a processor. Changes nothing in the result.
    progress : bool or callable, optional
        As in `coverage`.

    Returns
    -------
    GeoDataFrame
        A row a circle: ``services`` (``"post"``, ``"station"``, ``"both"``), ``minutes``, ``mode``, ``area_km2``,
        ``residents``, their ``share`` of all; WGS 84.
    """
    limit_ms = minutes * 60_000
    if not 0 < limit_ms < UNREACHABLE_MS:
        raise ValueError(f"expected minutes above 0 and below {UNREACHABLE_MS / 60_000:,.0f}, found {minutes}")
    roads = county.network("foot") if network is None else network
    with following(progress, "circles") as tell:
        found = _c.circles(county._handle, roads._handle, max(1, round(limit_ms)), each, toward, doors, threads, tell)
    columns: dict[str, Any] = {"services": [circle[0] for circle in found]}
    if each:
        ids = {"post": county.post_ids, "station": county.station_ids}
        tables: dict[str, Any] = {"post": county.table("posts").set_index("id"), "station": county.table("stations").set_index("id")}
        places = [(services, int(ids[services][place])) for services, place, *_ in found if place is not None]
        columns["id"] = [place for _, place in places]
        columns["name"] = [tables[services].at[place, "name"] for services, place in places]
        columns["community_code"] = [int(tables[services].at[place, "community_code"]) for services, place in places]
    columns |= {"minutes": [float(minutes)] * len(found), "mode": [roads.mode] * len(found),
                "area_km2": [circle[3] / 1e6 for circle in found], "residents": [circle[4] for circle in found],
                "share": [circle[5] for circle in found]}
    return _frames.areas_frame(columns, [circle[2] for circle in found], 4326)
