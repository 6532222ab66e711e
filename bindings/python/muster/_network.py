"""Networks: what one mode can travel, and the questions it answers."""

from __future__ import annotations

import os
import pathlib
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster import _frames
from muster._c import fleet as _c_fleet
from muster._c import network as _c
from muster._errors import MusterError, PlaceError
from muster._places import Places, PlacesLike, degrees_of, is_geometry
from muster._progress import Progress, following

if TYPE_CHECKING:
    import folium
    import geopandas
    from matplotlib.axes import Axes

MODES = ("foot", "ebike", "car")
"""The modes of travel."""

UNREACHABLE_MS = 0xFFFFFFFF
"""The time, in ms, that stands for "there is no way"."""

SNAP_LIMIT_M = 1000.0
"""How far from a road a position may be, metres, where no other limit is given."""

_NO_NODE = 0xFFFFFFFF


def minutes(times_ms: ArrayLike) -> NDArray[np.float64]:
    """Times as minutes, NaN where there is no way.

    Parameters
    ----------
    times_ms : array_like of int
        Times, ms.
    """
    times = np.asarray(times_ms)
    return np.where(times == UNREACHABLE_MS, np.nan, times / 60000.0)


def limit_ms_of(limit_minutes: float | None) -> int:
    """A limit in minutes as ms; None: no limit."""
    if limit_minutes is None:
        return UNREACHABLE_MS
    if not 0 <= limit_minutes < UNREACHABLE_MS / 60000:
        raise ValueError(f"expected a limit of 0 to {UNREACHABLE_MS // 60000} minutes, found {limit_minutes!r}")
    return round(limit_minutes * 60000)


def mode_bits(modes: str | Iterable[str]) -> int:
    bits = 0
    for mode in [modes] if isinstance(modes, str) else modes:
        if mode not in MODES:
            raise ValueError(f"expected a mode of {', '.join(MODES)}, found {mode!r}")
        bits |= 1 << MODES.index(mode)
    if not bits:
        raise ValueError("expected one mode or more, found none")
    return bits


class Nearest(NamedTuple):
    """The nearest of each place; both arrays are (place, rank), nearest first, ties by row.

    Where fewer were found, `rows` holds −1 and `times_ms` `UNREACHABLE_MS`.
    """

    rows: NDArray[np.int64]
    """Row of the target."""
    times_ms: NDArray[np.uint32]
    """Travel time, ms."""


class Route(NamedTuple):
    """The quickest way between two places."""

    time_ms: int
    """Travel time, walks to and from the road included, ms."""
    length_m: float
    """Length, walks included, metres."""
    node_ids: NDArray[np.int64]
    """Nodes passed, in order."""
    shape_deg: NDArray[np.float64]
    """The line on the road, (point, longitude and latitude), degrees."""
    streets: list[tuple[str, float, int]]
    """(name, length in metres, time in ms) of each street, in order."""


class Network:
    """The roads that one mode can travel, with their times; some of them may be closed. Immutable.

    Made by `Network.open`, `Network.from_osm`, `Network.from_dimacs`, `Network.from_roads` or `County.network`.

    Every query takes places as `Network.places` describes; times are whole ms in ``uint32`` arrays,
    `muster.UNREACHABLE_MS` where there is no way (`muster.minutes` turns those into NaN). The interpreter lock is
    released while the core works, so threads may ask one network at the same time; Ctrl-C stops long questions.
    """

    def __init__(self, handle: _c.Network, path: str | None = None, closed: NDArray[np.uint32] | None = None,
                 arc_times_ms: NDArray[np.uint32] | None = None) -> None:
        self._handle, self._path, self._arc_times_ms = handle, path, arc_times_ms
        self._closed = np.empty(0, np.uint32) if closed is None else closed
        self._lock = threading.Lock()
        self._targets: tuple[bytes, _c_fleet.Fleet] | None = None

    # ---- from files and roads ----

    @classmethod
    def open(cls, path: str | os.PathLike[str], mode: str | None = None) -> Network:
        """Maps a prepared network file (``.mnet``).

        Parameters
        ----------
        path : path
            The file; it may be replaced by another while it is in use, not written to.
        mode : str, optional
            One of the modes the file holds; its first if not given.
        """
        network = cls(_c.Network.open(os.fsencode(path)), os.path.abspath(path))
        return network if mode is None else network.for_mode(mode)

    @classmethod
    def from_osm(cls, path: str | os.PathLike[str], modes: str | Iterable[str] = "foot", *,
                 elevation: str | os.PathLike[str] | None = None, progress: Progress = None) -> Network:
        """Reads an OpenStreetMap extract (``.osm.pbf``).

        Parameters
        ----------
        path : path
            The extract.
        modes : str or iterable of str
            ``"foot"``, ``"ebike"``, ``"car"``. Several share one topology; `for_mode` gives each.
        elevation : path, optional
            Folder of SRTM tiles: times on foot and by e-bike then heed the slopes.
        progress : bool or callable, optional
            True shows a bar; a callable is told the share done, 0 to 1.
        """
        with following(progress, "roads") as tell:
            roads = _c.Roads.read_osm(os.fsencode(path), tell)
        return cls(roads.seal(mode_bits(modes), None if elevation is None else os.fsencode(elevation)))

    @classmethod
    def from_dimacs(cls, graph: str | os.PathLike[str], coordinates: str | os.PathLike[str] | None = None) -> Network:
        """Reads a DIMACS graph; node ids are its 1-based numbers, weights ms.

        Parameters
        ----------
        graph, coordinates : path
            ``.gr`` and, optionally, ``.co`` file. Without coordinates positions cannot be snapped.
        """
        return cls(_c.Network.read_dimacs(os.fsencode(graph), None if coordinates is None else os.fsencode(coordinates)))

    @classmethod
    def from_roads(cls, roads: geopandas.GeoDataFrame, modes: str | Iterable[str] = "foot", *,
                   elevation: str | os.PathLike[str] | None = None) -> Network:
        """Makes a network of lines.

        Parameters
        ----------
        roads : geopandas.GeoDataFrame
            A LineString a row, any CRS, with a column ``class`` (``"residential"``, ``"path"`` …) and any others of
            the layer ``roads`` of a county file. Roads meet where vertices have the very same position, or share an id in
            ``node_ids``. The index, if it holds whole numbers, gives the ways' ids where there is no ``way_id``.
        modes, elevation
            As in `from_osm`.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "roads.gpkg"
            with _frames.named_rows("roads", roads, path):
                _frames.write_roads(roads, path)
                handle = _c.Roads.read_county(os.fsencode(path))
        return cls(handle.seal(mode_bits(modes), None if elevation is None else os.fsencode(elevation)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the network, all modes, without closures, as a ``.mnet`` file: whole or not at all."""
        self._handle.save(os.fsencode(path))
        self._path = os.path.abspath(path)

    # ---- what it is ----

    @cached_property
    def info(self) -> dict[str, Any]:
        """Counts, modes, box (degrees), checksum and whatever else `muster network info` tells."""
        return self._handle.info()

    @property
    def mode(self) -> str:
        """The mode of travel."""
        return str(self.info["mode"])

    @property
    def modes(self) -> list[str]:
        """All modes that share these roads."""
        return list(self.info["modes"])

    @property
    def checksum(self) -> str:
        """Names the content: equal networks have equal ones."""
        return str(self.info["checksum"])

    def for_mode(self, mode: str) -> Network:
        """The network of another mode over the same roads, with the same roads closed."""
        if mode == self.mode:
            return self
        handle = self._handle.of_mode(MODES.index(mode)) if mode in MODES else None
        if handle is None:
            raise ValueError(f"expected one of the network's modes ({', '.join(self.modes)}), found {mode!r}")
        if self._closed.size:
            handle = handle.close_arcs(self._closed)
        return Network(handle, self._path, self._closed)

    @cached_property
    def _nodes(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Ids, each once, and the node that stands for each."""
        ids = np.unique(self._handle.node_ids(np.arange(self.info["node_count"], dtype=np.uint32)))
        return ids, self._handle.find_nodes(ids)

    @property
    def node_ids(self) -> NDArray[np.int64]:
        """Ids of all nodes, ascending: those of OpenStreetMap, of the DIMACS file or of the county."""
        return self._nodes[0]

    @property
    def node_positions_deg(self) -> NDArray[np.float64]:
        """Where `node_ids` stand, (node, longitude and latitude), degrees."""
        return self._handle.node_positions(self._nodes[1])

    def __repr__(self) -> str:
        closed = f", {self._closed.size:,} arcs closed" if self._closed.size else ""
        return f"<Network for {self.mode}: {self.info['node_count']:,} nodes, {self.info['arc_count']:,} arcs{closed}>"

    def _repr_html_(self) -> str:
        box = self.info["box"]
        rows = {
            "modes": ", ".join(self.modes), "nodes": f"{self.info['node_count']:,}", "arcs": f"{self.info['arc_count']:,}",
            "arcs closed": f"{self._closed.size:,}", "cut off": f"{self.info['cut_off_length_m'] / 1000:,.1f} km",
            "box": "no positions" if box is None else ", ".join(f"{edge:.4f}°" for edge in box),
            "checksum": self.checksum,
        }
        return _frames.html_table(f"Network for {self.mode}", rows)

    # ---- places ----

    def snap(self, lon: ArrayLike, lat: ArrayLike, limit_m: float = SNAP_LIMIT_M,
             ids: Sequence[object] | NDArray[Any] | None = None) -> Places:
        """The nearest points of roads that belong to the network's largest part.

        Parameters
        ----------
        lon, lat : array_like of float
            Degrees, WGS 84.
        limit_m : float
            How far a road may be, metres.
        ids : sequence, optional
            What the rows are called, by errors too.

        Raises
        ------
        PlaceError
            For the first row that has no road within the limit; it names the row and its id.
        """
        lon_deg = np.atleast_1d(np.ascontiguousarray(lon, np.float64))
        lat_deg = np.atleast_1d(np.ascontiguousarray(lat, np.float64))
        if lon_deg.shape != lat_deg.shape or lon_deg.ndim != 1:
            raise ValueError(f"expected as many longitudes as latitudes, found {lon_deg.shape} and {lat_deg.shape}")
        names = np.arange(len(lon_deg)) if ids is None else np.asarray(ids)
        points, row, why = self._handle.snap(lon_deg, lat_deg, limit_m)
        if row >= 0:
            raise PlaceError(f"row {row} (id {names[row]}): {why}", row, names[row])
        return Places(points, names, self.checksum, 4326)

    def at_nodes(self, ids: ArrayLike) -> Places:
        """The places of nodes.

        Parameters
        ----------
        ids : array_like of int
            Node ids, as in `node_ids`.
        """
        wanted = np.atleast_1d(np.ascontiguousarray(ids, np.int64))
        nodes = self._handle.find_nodes(wanted)
        missing = np.flatnonzero(nodes == _NO_NODE)
        if missing.size:
            row = int(missing[0])
            raise PlaceError(f"row {row} (id {wanted[row]}): the network has no such node", row, wanted[row])
        return Places(self._handle.at_nodes(nodes), wanted, self.checksum, 4326)

    def places(self, data: PlacesLike) -> Places:
        """Places of what may stand for them.

        Parameters
        ----------
        data
            `Places` of this network; a tuple ``(lon, lat)`` of degrees; a GeoSeries or GeoDataFrame of points in any CRS,
            whose index labels become the ids; or node ids (whole numbers).
        """
        if isinstance(data, Places):
            if data._network != self.checksum:
                raise ValueError("expected places of this network, found places of another one; snap them here")
            return data
        if is_geometry(data):
            places = self.snap(*degrees_of(data), ids=np.asarray(data.index))  # type: ignore[union-attr]
            places.crs = data.crs or 4326  # type: ignore[union-attr]
            return places
        if isinstance(data, tuple) and len(data) == 2:
            return self.snap(*data)
        ids = np.asarray(data)
        if ids.dtype.kind not in "iu" and ids.size:
            raise TypeError("expected places: (lon, lat), points of GeoPandas or whole numbers that are node ids, "
                            f"found {type(data).__name__} of {ids.dtype}")
        return self.at_nodes(ids)

    def nodes_at(self, lon: ArrayLike, lat: ArrayLike, limit_m: float = SNAP_LIMIT_M) -> NDArray[np.int64]:
        """Ids of the nodes that are soonest reached from positions.

        Parameters
        ----------
        lon, lat : array_like of float
            Degrees, WGS 84.
        limit_m : float
            How far a road may be, metres.
        """
        return self._handle.node_ids(self._handle.first_reached(self.snap(lon, lat, limit_m)._points))

    # ---- questions ----

    def times_ms(self, sources: PlacesLike, targets: PlacesLike) -> NDArray[np.uint32]:
        """Travel times of pairs, ms: from the i-th source to the i-th target.

        Parameters
        ----------
        sources, targets
            Places, as many of the one as of the other, or a single one of either.
        """
        a, b = self.places(sources)._points, self.places(targets)._points
        if len(a) != len(b) and 1 not in (len(a), len(b)):
            raise ValueError(f"expected as many sources as targets, found {len(a)} and {len(b)}")
        a, b = np.broadcast_arrays(a, b)
        return self._handle.times(np.ascontiguousarray(a), np.ascontiguousarray(b))

    def matrix_ms(self, sources: PlacesLike, targets: PlacesLike | None = None,
                  out: NDArray[np.uint32] | None = None) -> NDArray[np.uint32]:
        """Travel times from each source to each target, ms, (source, target).

        Parameters
        ----------
        sources, targets
            Places; without targets from each source to each.
        out : numpy.ndarray of uint32, optional
            Where to put them, C-contiguous: nothing is copied, so it may be a memory map.
        """
        a = self.places(sources)
        b = a if targets is None else self.places(targets)
        if out is None:
            out = np.empty((len(a), len(b)), np.uint32)
        self._handle.matrix(a._points, b._points, out)
        return out

    def nearest(self, places: PlacesLike, targets: PlacesLike, k: int = 1, *, toward: bool = False,
                within_minutes: float | None = None) -> Nearest:
        """The k nearest targets of each place.

        Parameters
        ----------
        places, targets
            Places. Those who ask again and again about one set of targets hold it as `Places`, or as a `Fleet`.
        k : int
            How many.
        toward : bool
            By the time from the target to the place, the way a responder travels.
        within_minutes : float, optional
            None farther than that.
        """
        asked = self.places(places)
        with self._lock:
            fleet = self._fleet_of(self.places(targets))
            rows, times_ms = fleet.nearest(asked._points, k, limit_ms_of(within_minutes), 0, toward,
                                           np.empty(0, np.uint32))
        return Nearest(np.where(rows == _NO_NODE, -1, rows.astype(np.int64)), times_ms)

    def _fleet_of(self, targets: Places) -> _c_fleet.Fleet:
        """Keeps the targets asked about last, whose lists of near ones it has made."""
        key = targets._points.tobytes()
        if self._targets is None or self._targets[0] != key:
            fleet = _c_fleet.Fleet(self._handle)
            fleet.put(np.arange(len(targets), dtype=np.uint32), targets._points, np.zeros(len(targets), np.uint64))
            self._targets = key, fleet
        return self._targets[1]

    def route(self, source: PlacesLike, target: PlacesLike) -> Route | None:
        """The quickest way from one place to another; None if there is none."""
        a, b = self.places(source), self.places(target)
        if len(a) != 1 or len(b) != 1:
            raise ValueError(f"expected one source and one target, found {len(a)} and {len(b)}")
        found = self._handle.path(a._points, b._points)
        return None if found is None else Route(*found)

    def reach(self, places: PlacesLike, limit_minutes: float, *,
              toward: bool = False) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The nodes within a time of the nearest of the places: their ids and times in ms, ascending by time.

        Parameters
        ----------
        places
            One place or many.
        limit_minutes : float
            The time, itself included.
        toward : bool
            By the time from the node to the place.
        """
        nodes, times_ms = self._handle.reach(self.places(places)._points, limit_ms_of(limit_minutes), toward)
        return self._handle.node_ids(nodes), times_ms

    def reach_areas(self, places: PlacesLike, limits_minutes: float | Sequence[float], *, toward: bool = False,
                    margin_m: float = 50.0) -> geopandas.GeoDataFrame:
        """The areas within times of the nearest of the places: isochrones, "15-minute circles".

        Parameters
        ----------
        places
            One place or many.
        limits_minutes : float or sequence of float
            Ascending; each area covers the one before it.
        toward : bool
            By the time to the place, the way a resident walks to a post.
        margin_m : float
            How far an area reaches beyond the road, metres, 1 to 1000.

        Returns
        -------
        geopandas.GeoDataFrame
            A row a limit with the column ``minutes``, in the CRS of the places.
        """
        asked = self.places(places)
        limits = np.atleast_1d(np.asarray(limits_minutes, np.float64))
        limits_ms = np.array([limit_ms_of(limit) for limit in limits], np.uint32)
        areas = self._handle.reach_areas(asked._points, limits_ms, toward, margin_m)
        return _frames.areas_frame({"minutes": limits}, areas, asked.crs)

    # ---- closures and other times ----

    def with_closed(self, *, area: Any = None, ways: ArrayLike | None = None,
                    between: Iterable[tuple[int, int]] | None = None, arcs: ArrayLike | None = None) -> Network:
        """The same network with more roads closed; this one stays as it is.

        Parameters
        ----------
        area : GeoSeries, GeoDataFrame or shapely geometry, optional
            Every road with a point in these polygons (any CRS; of a bare geometry degrees).
        ways : array_like of int, optional
            All stretches of these ways, both directions.
        between : iterable of (int, int), optional
            Every road that leads straight from the first to the second node, that direction only.
        arcs : array_like of int, optional
            Arcs by number.
        """
        closed = [self._closed]
        if area is not None:
            closed.append(self._handle.arcs_in_area(*_frames.polygons_arrays(area)))
        for way in np.atleast_1d(np.asarray([] if ways is None else ways, np.int64)):
            closed.append(self._found(self._handle.arcs_of_way(int(way)), f"a way of the network, found {way}"))
        for tail, head in between or ():
            closed.append(self._found(self._handle.arcs_between(int(tail), int(head)),
                                      f"an arc from {tail} to {head}, found none"))
        if arcs is not None:
            numbers = np.atleast_1d(np.ascontiguousarray(arcs, np.int64))
            if numbers.size and not 0 <= numbers.min() <= numbers.max() < self.info["arc_count"]:
                raise ValueError(f"expected arcs below {self.info['arc_count']}, found {numbers.min()} to {numbers.max()}")
            closed.append(numbers.astype(np.uint32))
        every = np.unique(np.concatenate(closed)).astype(np.uint32)
        fresh = np.setdiff1d(every, self._closed).astype(np.uint32)
        return Network(self._handle.close_arcs(fresh), self._path, every, self._arc_times_ms)

    @staticmethod
    def _found(arcs: NDArray[np.uint32], what: str) -> NDArray[np.uint32]:
        if not arcs.size:
            raise ValueError(f"expected {what}")
        return arcs

    @property
    def closed_arcs(self) -> NDArray[np.uint32]:
        """Numbers of the arcs that `with_closed` has closed, ascending."""
        return self._closed.copy()

    @property
    def arc_times_ms(self) -> NDArray[np.uint32]:
        """The time of each arc, ms, `UNREACHABLE_MS` where it is closed."""
        return self._handle.arc_times()

    @property
    def arc_ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Node ids at the tail and at the head of each arc."""
        tails, heads = self._handle.arc_ends()
        return self._handle.node_ids(tails), self._handle.node_ids(heads)

    def with_times(self, arc_times_ms: ArrayLike) -> Network:
        """The same roads with other times: snow, a rush hour.

        Parameters
        ----------
        arc_times_ms : array_like of int
            The time of each arc, ms, in the order of `arc_times_ms`; `UNREACHABLE_MS`: closed.
        """
        times = np.ascontiguousarray(arc_times_ms, np.uint32)
        return Network(self._handle.with_times(times, min(os.cpu_count() or 1, 64)), self._path, None, times)

    # ---- pictures and files ----

    def to_frame(self) -> geopandas.GeoDataFrame:
        """The arcs as straight lines: ``tail``, ``head`` (node ids), ``time_ms``, ``closed``; WGS 84."""
        return _frames.arcs_frame(self)

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:
        """Draws the roads with Matplotlib, closed ones in red; `style` goes to `GeoDataFrame.plot`."""
        return _frames.plot_network(self, ax, style)

    def explore(self, **options: Any) -> folium.Map:
        """The roads on a map to move about in (folium), closed ones in red."""
        frame: Any = self.to_frame()
        drawn: folium.Map = frame.explore(column="closed", cmap=["#44475a", "#d62728"], legend=False, **options)
        return drawn

    def to_gpkg(self, path: str | os.PathLike[str], layer: str = "arcs") -> None:
        """Writes the arcs as a layer of a GeoPackage."""
        self.to_frame().to_file(path, layer=layer, driver="GPKG")

    # ---- pickling ----

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[Any, ...]]:
        if self._path is None:
            raise MusterError("a network that stands in no file cannot be pickled: save it first")
        return _reopen, (self._path, self.mode, self.checksum, self._closed, self._arc_times_ms)


def _reopen(path: str, mode: str, checksum: str, closed: NDArray[np.uint32],
            arc_times_ms: NDArray[np.uint32] | None) -> Network:
    network = Network.open(path, mode)
    if network.checksum != checksum:
        raise MusterError(f"{path}: expected the network {checksum} that was pickled, found {network.checksum}")
    if arc_times_ms is not None:
        network = network.with_times(arc_times_ms)
    return network.with_closed(arcs=closed) if closed.size else network
