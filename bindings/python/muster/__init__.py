"""Muster: who to alert so that help stands at the door in time.

Networks answer questions about travel times; counties hold areas, people, posts and roads; engines decide, simulations
try decisions out, and planning finds where help should stand. Durations are ms (``…_ms``) unless a name says minutes,
lengths metres (``…_m``), positions degrees in WGS 84 (``lon``, ``lat``).
"""

from muster._c.base import version as _version
from muster._county import TABLES, Check, County, Defect
from muster._errors import MusterError, PlaceError
from muster._fleet import Fleet
from muster._network import MODES, SNAP_LIMIT_M, UNREACHABLE_MS, Nearest, Network, Route, minutes
from muster._places import Places, PlacesLike

__version__ = _version()

__all__ = [
    "MODES",
    "SNAP_LIMIT_M",
    "UNREACHABLE_MS",
    "TABLES",
    "Check",
    "County",
    "Defect",
    "Fleet",
    "MusterError",
    "Nearest",
    "Network",
    "PlaceError",
    "Places",
    "PlacesLike",
    "Route",
    "minutes",
]
