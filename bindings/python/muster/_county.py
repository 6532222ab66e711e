"""Counties: areas, people, posts, stations and roads."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster import _frames
from muster._c import county as _c
from muster._c import network as _c_network
from muster._errors import MusterError
from muster._network import Network, mode_bits
from muster._progress import Progress, following

if TYPE_CHECKING:
    import folium
    import geopandas
    import pandas
    from matplotlib.axes import Axes

TABLES = {
    "county": "MultiPolygon", "townships": "MultiPolygon", "communities": "MultiPolygon", "grids": "MultiPolygon",
    "posts": "Point", "stations": "Point", "volunteers": "Point", "roads": "LineString", "barriers": "Point",
    "teams": None, "skills": None, "post_areas": None, "shifts": None, "equipment": None,
}
"""The tables of a county file and their geometry."""

_LEVELS = ("county", "township", "community", "grid")


class Defect(NamedTuple):
    """Something about a county that cannot be meant."""

    kind: str
    """``"overlap"``, ``"no-captain"`` …"""
    text: str
    """One sentence: what, where, expected, found."""


class Check(NamedTuple):
    """What `County.check` found."""

    defects: list[Defect]
    notes: list[str]
    """What could not be checked, and why."""


class County:
    """A county: the tree of its areas, teams and volunteers, posts and stations, roads. Immutable; `edit` makes another.

    Made by `County.open`, `County.reference`, `County.over` or `County.from_sheets`.
    """

    def __init__(self, handle: _c.County, path: str | None = None) -> None:
        self._handle, self._path = handle, path

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> County:
        """Reads a county file (``.gpkg``), also one that another program has edited."""
        return cls(_c.County.open(os.fsencode(path)), os.path.abspath(path))

    @classmethod
    def reference(cls, seed: int = 1, scale: float = 1.0, *, progress: Progress = None) -> County:
        """The reference county: Laifeng's figures; people, villages and roads placed by the seed.

        Parameters
        ----------
        seed : int
            The same seed gives the same county.
        scale : float
            0.01 to 100, multiplies volunteers and teams.
        progress : bool or callable, optional
            As in `Network.from_osm`.
        """
        with following(progress, "county") as tell:
            return cls(_c.County.reference(seed, scale, tell))

    @classmethod
    def over(cls, osm: str | os.PathLike[str], *, seed: int = 1, grids: int = 0, teams: int = 0, volunteers: int = 0,
             progress: Progress = None) -> County:
        """A county of the reference's structure over the roads of an OpenStreetMap extract.

        Parameters
        ----------
        osm : path
            ``.osm.pbf`` file.
        seed : int
            The same seed gives the same county.
        grids, teams, volunteers : int
            How many; 0: in proportion to the roads.
        progress : bool or callable, optional
            As in `Network.from_osm`.
        """
        with following(progress, "county") as tell:
            roads = _c_network.Roads.read_osm(os.fsencode(osm), None)
            return cls(_c.County.over(roads, seed, grids, teams, volunteers, tell))

    @classmethod
    def from_sheets(cls, areas: str | os.PathLike[str], *, volunteers: str | os.PathLike[str] | None = None,
                    teams: str | os.PathLike[str] | None = None, posts: str | os.PathLike[str] | None = None,
                    stations: str | os.PathLike[str] | None = None, shifts: str | os.PathLike[str] | None = None,
                    equipment: str | os.PathLike[str] | None = None, roads: str | os.PathLike[str] | None = None,
                    encoding: str = "utf-8", datum: str = "wgs84", crs: str | None = None) -> County:
        """A county of its own sheets, as `muster county import` reads them.

        Parameters
        ----------
        areas : path
            GeoJSON of the areas.
        volunteers, teams, posts, stations, shifts, equipment : path, optional
            CSV files.
        roads : path, optional
            ``.osm.pbf`` file.
        encoding : str
            Of the sheets: ``"utf-8"``, ``"gb18030"`` or any that iconv knows.
        datum, crs : str
            Of the positions in the sheets: ``"wgs84"``, ``"cgcs2000"``, ``"gcj02"``, ``"bd09"``, or a CRS instead.

        Raises
        ------
        MusterError
            With all defects, one a line: ``FILE:LINE:COLUMN: sentence``.
        """
        def encoded(path: str | os.PathLike[str] | None) -> bytes | None:
            return None if path is None else os.fsencode(path)

        handle, defects = _c.County.read_sheets(
            encoded(areas), encoded(volunteers), encoded(teams), encoded(posts), encoded(stations), encoded(shifts),
            encoded(equipment), encoded(roads), encoding.encode(), datum.encode(), encoded(crs))
        if handle is None:
            raise MusterError(str(defects))
        return cls(handle)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the county as a GeoPackage: whole or not at all; the same county gives the same bytes."""
        self._handle.save(os.fsencode(path))
        self._path = os.path.abspath(path)

    to_gpkg = save

    # ---- what it is ----

    @property
    def sha256(self) -> str:
        """Names the content: counties that say the same have the same."""
        return self._handle.sha256()

    @property
    def note(self) -> str:
        """Where the data come from."""
        return self._handle.note()

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many areas of each level, teams, volunteers, posts, stations, shifts and things there are."""
        return self._handle.counts()

    def __repr__(self) -> str:
        counts = self.counts
        return f"<County of {counts['grid']:,} grids, {counts['teams']:,} teams, {counts['volunteers']:,} volunteers>"

    def _repr_html_(self) -> str:
        rows = {**{name: f"{count:,}" for name, count in self.counts.items()}, "sha256": self.sha256[:16] + "…",
                "note": self.note}
        return _frames.html_table("County", rows)

    # ---- tables ----

    def table(self, name: str) -> geopandas.GeoDataFrame | pandas.DataFrame:
        """A table of the county file, with the columns that docs/county-file.md lists; WGS 84.

        Parameters
        ----------
        name : str
            ``"grids"``, ``"volunteers"``, ``"posts"`` … (`muster.TABLES`).
        """
        return self.tables([name])[name]

    def tables(self, names: Iterable[str] | None = None) -> dict[str, geopandas.GeoDataFrame | pandas.DataFrame]:
        """Several tables at once; all of them without `names`."""
        wanted = list(TABLES if names is None else names)
        for name in wanted:
            _known_table(name)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "county.gpkg"
            self._handle.save(os.fsencode(path))
            return {name: _frames.read_layer(path, name) for name in wanted}

    def edit(self, **tables: geopandas.GeoDataFrame | pandas.DataFrame) -> County:
        """Another county with these tables in place of its own; this one stays as it is.

        Parameters
        ----------
        **tables : geopandas.GeoDataFrame or pandas.DataFrame
            Whole tables, as `table` gives them; geometry in any CRS.

        Raises
        ------
        MusterError
            For what no county can hold; it names table, row, id and column.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "county.gpkg"
            self._handle.save(os.fsencode(path))
            for name, frame in tables.items():
                _frames.write_layer(frame, path, name, _known_table(name))
            try:
                return County(_c.County.open(os.fsencode(path)))
            except MusterError as error:
                raise MusterError(_frames.name_row(str(error), tables, path), error.domain, error.code) from None

    def check(self) -> Check:
        """Everything about the county that cannot be meant; seconds for a large one."""
        defects, notes = self._handle.check()
        return Check([Defect(*defect) for defect in defects], notes)

    # ---- places ----

    @property
    def volunteer_ids(self) -> NDArray[np.int64]:
        """Ids of all volunteers, ascending."""
        return self._handle.volunteers()["id"].copy()

    @property
    def volunteer_homes_deg(self) -> NDArray[np.float64]:
        """Where they live, (volunteer, longitude and latitude), degrees."""
        return _degrees(self._handle.volunteers(), "home_")

    @property
    def grid_codes(self) -> NDArray[np.int64]:
        """Codes of all grids, ascending."""
        return self._grids()["code"].copy()

    @property
    def grid_seats_deg(self) -> NDArray[np.float64]:
        """A point inside each grid, (grid, longitude and latitude), degrees."""
        return _degrees(self._grids(), "seat_")

    @property
    def grid_residents(self) -> NDArray[np.uint32]:
        """Residents of each grid."""
        return self._grids()["residents"].copy()

    @property
    def post_ids(self) -> NDArray[np.int64]:
        """Ids of all posts, ascending."""
        return self._handle.posts(False)["id"].copy()

    @property
    def posts_deg(self) -> NDArray[np.float64]:
        """Where they stand, (post, longitude and latitude), degrees."""
        return _degrees(self._handle.posts(False), "")

    @property
    def station_ids(self) -> NDArray[np.int64]:
        """Ids of all stations, ascending."""
        return self._handle.posts(True)["id"].copy()

    @property
    def stations_deg(self) -> NDArray[np.float64]:
        """Where they stand, (station, longitude and latitude), degrees."""
        return _degrees(self._handle.posts(True), "")

    def _grids(self) -> NDArray[Any]:
        areas = self._handle.areas()
        grids: NDArray[Any] = areas[areas["level"] == _LEVELS.index("grid")]
        return grids

    def grids_at(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
        """Codes of the grids that hold positions, 0 outside all of them.

        Parameters
        ----------
        lon, lat : array_like of float
            Degrees, WGS 84.
        """
        return self._handle.locate(np.atleast_1d(np.ascontiguousarray(lon, np.float64)),
                                   np.atleast_1d(np.ascontiguousarray(lat, np.float64)))

    def network(self, modes: str | Iterable[str] = "foot", *, elevation: str | os.PathLike[str] | None = None) -> Network:
        """The network of the county's roads.

        Parameters
        ----------
        modes, elevation
            As in `Network.from_osm`.
        """
        return Network(self._handle.seal_roads(mode_bits(modes), None if elevation is None else os.fsencode(elevation)))

    # ---- pictures ----

    def plot(self, ax: Axes | None = None, column: str | None = "residents", **style: Any) -> Axes:
        """Draws the grids with Matplotlib, posts and stations on them; `style` goes to `GeoDataFrame.plot`."""
        tables: dict[str, Any] = dict(self.tables(["grids", "posts", "stations"]))
        options: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.3, "cmap": "Blues", **style}
        if column is not None:
            options = {"legend": True, "legend_kwds": {"label": column, "shrink": 0.6}, **options}
        ax = tables["grids"].plot(ax=ax, column=column, **options)
        tables["stations"].plot(ax=ax, color="#e07b00", markersize=4, label="stations")
        tables["posts"].plot(ax=ax, color="#c1121f", markersize=18, marker="^", label="posts")
        _frames.label_degrees(ax)
        ax.legend(loc="lower right")
        return ax

    def explore(self, column: str | None = "residents", **options: Any) -> folium.Map:
        """Grids, posts and stations on a map to move about in (folium)."""
        tables: dict[str, Any] = dict(self.tables(["grids", "posts", "stations"]))
        drawn: folium.Map = tables["grids"].explore(column=column, name="grids", **options)
        tables["stations"].explore(m=drawn, color="orange", name="stations")
        tables["posts"].explore(m=drawn, color="red", name="posts")
        return drawn

    # ---- pickling ----

    def __reduce__(self) -> tuple[Callable[..., County], tuple[Any, ...]]:
        if self._path is None:
            raise MusterError("a county that stands in no file cannot be pickled: save it first")
        return _reopen, (self._path, self.sha256)


def _reopen(path: str, sha256: str) -> County:
    county = County.open(path)
    if county.sha256 != sha256:
        raise MusterError(f"{path}: expected the county {sha256} that was pickled, found {county.sha256}")
    return county


def _known_table(name: str) -> str | None:
    if name not in TABLES:
        raise ValueError(f"expected a table of {', '.join(TABLES)}, found {name!r}")
    return TABLES[name]


def _degrees(rows: NDArray[Any], prefix: str) -> NDArray[np.float64]:
    return np.column_stack([rows[f"{prefix}lon_e7"], rows[f"{prefix}lat_e7"]]) / 1e7
