"""GeoPandas in and out; imported late, so that the rest works without it."""

from __future__ import annotations

import html
import os
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from muster._errors import MusterError
from muster._places import is_geometry, to_wgs84

if TYPE_CHECKING:
    import geopandas
    import pandas
    from matplotlib.axes import Axes

    from muster._network import Network

Polygons = tuple[NDArray[np.float64], NDArray[np.uint32], NDArray[np.uint32]]

ROAD_COLUMNS = ("way_id", "class", "surface", "open_forward", "open_backward", "maxspeed_kmh", "ferry_s", "name", "node_ids")


def html_table(title: str, rows: Mapping[str, object]) -> str:
    cells = "".join(f"<tr><th style='text-align:left'>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
                    for name, value in rows.items())
    return f"<table><caption>{html.escape(title)}</caption>{cells}</table>"


# ---- polygons ----


def polygons_arrays(area: Any) -> tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.uint32]]:
    """All polygons of a frame or of one geometry: positions in degrees × 10⁷, rings, polygons."""
    import shapely

    geometry = np.asarray(to_wgs84(area)) if is_geometry(area) else np.atleast_1d(np.asarray(area, object))
    parts = shapely.get_parts(geometry)
    wrong = [part.geom_type for part in parts if part.geom_type != "Polygon"]
    if wrong:
        raise ValueError(f"expected polygons as the area, found a {wrong[0]}")
    if not len(parts):
        return np.empty((0, 2), np.int32), np.zeros(1, np.uint32), np.zeros(1, np.uint32)
    _, degrees, (rings, polygons) = shapely.to_ragged_array(parts, include_z=False)
    if np.abs(degrees).max(initial=0) > 180:
        raise ValueError("expected an area in degrees, found larger numbers; give it as a GeoSeries with its CRS")
    return np.rint(degrees * 1e7).astype(np.int32), rings.astype(np.uint32), polygons.astype(np.uint32)


def to_multipolygons(areas: Sequence[Polygons]) -> list[Any]:
    import shapely

    def one(area: Polygons) -> Any:
        positions, rings, polygons = area
        offsets = (rings.astype(np.int64), polygons.astype(np.int64), np.array([0, len(polygons) - 1]))
        return shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, positions, offsets)[0]

    return [one(area) for area in areas]


def areas_frame(columns: Mapping[str, Any], areas: Sequence[Polygons], crs: Any) -> geopandas.GeoDataFrame:
    import geopandas

    return geopandas.GeoDataFrame(dict(columns), geometry=to_multipolygons(areas), crs=4326).to_crs(crs)


# ---- networks ----


def arcs_frame(network: Network) -> geopandas.GeoDataFrame:
    import geopandas
    import shapely

    if not network.info["has_positions"]:
        raise MusterError("expected a network with positions, found none: it was made without coordinates")
    tails, heads = network._handle.arc_ends()
    ends = [network._handle.node_positions(nodes) for nodes in (tails, heads)]
    closed = np.zeros(len(tails), bool)
    closed[network.closed_arcs] = True
    columns = {"tail": network._handle.node_ids(tails), "head": network._handle.node_ids(heads),
               "time_ms": network.arc_times_ms, "closed": closed}
    return geopandas.GeoDataFrame(columns, geometry=shapely.linestrings(np.stack(ends, axis=1)), crs=4326)


def plot_network(network: Network, ax: Axes | None, style: dict[str, Any]) -> Axes:
    frame = arcs_frame(network)
    options: dict[str, Any] = {"linewidth": 0.5, "color": "#44475a", **style}
    ax = frame[~frame["closed"]].plot(ax=ax, **options)
    if frame["closed"].any():
        ax = frame[frame["closed"]].plot(ax=ax, **{**options, "color": "#d62728", "linewidth": 1.5})
    label_degrees(ax)
    return ax


def label_degrees(ax: Axes) -> None:
    ax.set_xlabel("longitude, °")
    ax.set_ylabel("latitude, °")


# ---- layers of a GeoPackage ----


def write_layer(frame: Any, path: str | os.PathLike[str], layer: str, geometry_type: str | None) -> None:
    """Replaces the layer by the frame's rows; feature n is the n-th row."""
    import geopandas
    import pyogrio

    bare = frame.reset_index(drop=True)
    if geometry_type is None:
        bare = geopandas.GeoDataFrame(bare.drop(columns="geometry", errors="ignore"))
    elif not is_geometry(frame):
        raise TypeError(f'table "{layer}": expected a GeoDataFrame, found {type(frame).__name__}')
    else:
        bare = bare.set_geometry(to_wgs84(bare)).set_crs(4326, allow_override=True).rename_geometry("geom")
    pyogrio.write_dataframe(bare, path, layer=layer, driver="GPKG",
                            **({} if geometry_type is None else {"geometry_type": geometry_type}))


def read_layer(path: str | os.PathLike[str], layer: str) -> Any:
    import pyogrio

    return pyogrio.read_dataframe(path, layer=layer)


def write_roads(roads: geopandas.GeoDataFrame, path: pathlib.Path) -> None:
    """A GeoPackage with just these roads, which the core reads as it reads those of a county."""
    if not is_geometry(roads) or "class" not in roads:
        raise TypeError('expected a GeoDataFrame of lines with a column "class"')
    frame = roads[[name for name in ROAD_COLUMNS if name in roads] + [roads.geometry.name]].copy()
    if "way_id" not in frame and roads.index.dtype.kind in "iu":
        frame["way_id"] = roads.index
    for name in ROAD_COLUMNS:
        if name not in frame:
            frame[name] = None
    write_layer(frame, path, "roads", "LineString")


@contextmanager
def named_rows(what: str, frame: pandas.DataFrame, path: os.PathLike[str]) -> Iterator[None]:
    """Errors about the file of `frame` name its rows instead of the file."""
    try:
        yield
    except MusterError as error:
        raise MusterError(name_row(str(error), {what: frame}, path), error.domain, error.code) from None


def name_row(message: str, frames: Mapping[str, pandas.DataFrame], path: os.PathLike[str]) -> str:
    """`PATH: layer "roads", feature 3: …` becomes `layer "roads", row 2 (id 17): …`."""
    message = message.removeprefix(f"{os.fspath(path)}: ")
    found = re.match(r'layer "(\w+)", feature (\d+)', message)
    if not found or found[1] not in frames or int(found[2]) > len(frames[found[1]]):
        return message
    row, frame = int(found[2]) - 1, frames[found[1]]
    name = frame["id"].iloc[row] if "id" in frame else frame["code"].iloc[row] if "code" in frame else frame.index[row]
    return f'layer "{found[1]}", row {row} (id {name}){message[found.end():]}'
