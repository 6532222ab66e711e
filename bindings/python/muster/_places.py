"""Places on a network, and what may stand for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import geopandas

PlacesLike: TypeAlias = Union["Places", tuple[ArrayLike, ArrayLike], "geopandas.GeoSeries", "geopandas.GeoDataFrame", ArrayLike]
"""What every query takes as places: `Places`; a tuple of longitudes and latitudes in degrees (WGS 84); points of
GeoPandas in any CRS; or whole numbers, which are node ids."""


class Places:
    """Places on the roads of one network: what `Network.snap` makes of positions, in their order.

    Made once they may be asked about any number of times without snapping again. ``places[rows]`` takes some of them.

    Attributes
    ----------
    ids : numpy.ndarray
        What each place is called: the labels of a Series' index, node ids, or 0, 1, 2 ….
    crs : pyproj.CRS or int
        The CRS the positions came in (WGS 84 if none was named); geometry that answers a question comes back in it.
    """

    def __init__(self, points: NDArray[Any], ids: NDArray[Any], network: str, crs: Any) -> None:
        self._points, self._network = points, network
        self.ids, self.crs = ids, crs

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, rows: slice | Sequence[int] | NDArray[Any]) -> Places:
        return Places(np.ascontiguousarray(self._points[rows]), self.ids[rows], self._network, self.crs)

    def __iter__(self) -> Iterator[Places]:
        return (self[row : row + 1] for row in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} places, at most {self.access_m.max(initial=0):.0f} m off the road>"

    @property
    def lon(self) -> NDArray[np.float64]:
        """Longitudes on the road, degrees."""
        return self._points["lon_e7"] / 1e7

    @property
    def lat(self) -> NDArray[np.float64]:
        """Latitudes on the road, degrees."""
        return self._points["lat_e7"] / 1e7

    @property
    def access_ms(self) -> NDArray[np.uint32]:
        """Walk between the position and the road, ms."""
        return self._points["access_ms"].astype(np.uint32)

    @property
    def access_m(self) -> NDArray[np.float64]:
        """Walk between the position and the road, metres."""
        return self._points["access_mm"] / 1e3


def is_geometry(data: object) -> bool:
    """Whether it is a GeoSeries or GeoDataFrame, without a need for GeoPandas."""
    return hasattr(data, "geometry") and hasattr(data, "crs")


def to_wgs84(data: Any) -> Any:
    """The geometry of a GeoSeries or GeoDataFrame in longitude and latitude; without a CRS it is taken for that."""
    return data.geometry if data.crs is None else data.geometry.to_crs(4326)


def degrees_of(data: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes of points."""
    points = to_wgs84(data)
    wrong = np.flatnonzero(np.asarray(points.geom_type != "Point"))
    if wrong.size:
        found = points.geom_type.iloc[wrong[0]]
        raise ValueError(f"row {wrong[0]} (id {points.index[wrong[0]]!r}): expected a point, found {found}")
    return np.ascontiguousarray(points.x, np.float64), np.ascontiguousarray(points.y, np.float64)
