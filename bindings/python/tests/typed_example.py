"""A planner's afternoon with every name typed: `mypy --strict` must find nothing, and it must run."""

import sys

import geopandas
import numpy as np
from numpy.typing import NDArray

import muster


def minutes_to_posts(county: muster.County, network: muster.Network) -> NDArray[np.float64]:
    lon, lat = county.grid_seats_deg.T
    posts = county.table("posts")
    assert isinstance(posts, geopandas.GeoDataFrame)
    times_ms: NDArray[np.uint32] = network.matrix_ms((lon, lat), posts)
    return muster.minutes(times_ms)


def best_posts(network: muster.Network, demands: muster.Places, sites: muster.Places) -> muster.Located:
    return muster.locate("mclp", network.matrix_ms(demands, sites), 3, radius_ms=900_000)


def main(path: str) -> None:
    county = muster.County.open(path)
    network = county.network("foot").with_closed(arcs=[1, 2, 3])
    seats = network.snap(*county.grid_seats_deg.T)
    print(np.nanmedian(minutes_to_posts(county, network)), best_posts(network, seats, seats[:20]).objective)
    fleet = muster.Fleet(network, tuple(county.volunteer_homes_deg.T[:2]), county.volunteer_ids)
    nearest: muster.Nearest = fleet.nearest(seats[:3], k=2, within_minutes=10)
    print(nearest.rows.shape)
    engine = muster.Engine(county, network, policy=muster.Policy("optimal"))
    decisions: muster.Decisions = engine.run([{"type": "tick", "at_ms": 5}])
    print(len(decisions), engine.next_deadline_ms)


if __name__ == "__main__":
    main(sys.argv[1])
