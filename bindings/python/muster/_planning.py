"""Planning: where to put sites, on a table of times from demands to sites."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster._c import planning as _c
from muster._progress import Progress, following

PROBLEMS = ("pmedian", "pcenter", "mclp", "setcover", "backup", "dsm", "mexclp")
"""The problems that `locate` solves."""

_PPM = 1_000_000


class Located(NamedTuple):
    """Sites that were chosen."""

    sites: NDArray[np.int64]
    """Their columns of the table, ascending; one with k vehicles k times."""
    objective: float
    """What the problem counts: weight × time (p-median), time (p-center), sites (set cover), else weight."""
    bound: float
    """No choice is below it (p-median, p-center, set cover), respectively above it (the others)."""
    is_optimal: bool
    """Nothing is better."""
    unserved: int
    """Demands of weight above 0 that the choice does not reach, or has none within the radius of."""


def locate(problem: str, times_ms: ArrayLike, p: int = 0, *, radius_ms: int = 0, weights: ArrayLike | None = None,
           existing: Sequence[int] | NDArray[np.integer] = (), outer_radius_ms: int = 0, share: float = 0.9,
           first_worth: float = 0.5, busy: float = 0.3, per_site: int = 1, seed: int = 1, steps: int | None = None,
           bound_steps: int | None = None, progress: Progress = None) -> Located:
    """Chooses sites, with a bound on what any choice could reach.

    Parameters
    ----------
    problem : str
        ``"pmedian"``: least sum of weight × time to the nearest site. ``"pcenter"``: least time of the worst-off demand.
        ``"mclp"``: most weight within the radius of a site. ``"setcover"``: fewest sites that have every demand within the
        radius. ``"backup"``: weight within the radius of one site, and of two. ``"dsm"``: most weight within the radius of
        two, while all are within the outer radius of one and a share within the radius. ``"mexclp"``: most expected weight
        within the radius of a vehicle that is free.
    times_ms : array_like of int
        (demand, site), ms or any other unit; `UNREACHABLE_MS`: no way. Not copied if it is ``uint32`` and contiguous.
    p : int
        Sites in all, existing ones included; vehicles where `per_site` is above 1. Set cover: at most so many, 0: as many as
        it takes.
    radius_ms, outer_radius_ms : int
        A demand at this time from a site is within; ms, or the unit of the times.
    weights : array_like of int, optional
        Households, calls a year …, by demand; 1 each if not given.
    existing : sequence of int
        Sites that are there and stay.
    share : float
        DSM: of the weight that must be within the radius.
    first_worth : float
        Backup: what the first cover is worth; the second the rest.
    busy : float
        MEXCLP: how likely a vehicle is busy.
    per_site : int
        Backup, DSM, MEXCLP: most vehicles at one site.
    seed, steps, bound_steps : int
        The same ones give the same answer; more steps a better one. Usual numbers if not given.
    progress : bool or callable, optional
        True shows a bar; a callable is told the share done, 0 to 1.
    """
    with following(progress, problem) as tell:
        found = _c.locate(*_problem(problem, times_ms, p, radius_ms, weights, existing, outer_radius_ms, share, first_worth,
                                    busy, per_site, seed, steps, bound_steps), tell, None)
    assert found is not None
    sites, objective, bound, is_optimal, unserved = found
    unit = _PPM if problem in ("backup", "mexclp") else 1
    return Located(sites.astype(np.int64), objective / unit if unit > 1 else objective, bound / unit if unit > 1 else bound,
                   is_optimal, unserved)


def write_mps(path: str | os.PathLike[str], problem: str, times_ms: ArrayLike, p: int = 0, *, radius_ms: int = 0,
              weights: ArrayLike | None = None, existing: Sequence[int] | NDArray[np.integer] = (),
              outer_radius_ms: int = 0, share: float = 0.9, first_worth: float = 0.5, busy: float = 0.3,
              per_site: int = 1) -> None:
    """Writes the same problem as a mixed integer program in free MPS form, for any solver.

    Parameters
    ----------
    path : path
        The file: whole or not there.
    problem, times_ms, p, radius_ms, weights, existing, outer_radius_ms, share, first_worth, busy, per_site
        As in `locate`. What is to be greatest has its sign turned.
    """
    _c.locate(*_problem(problem, times_ms, p, radius_ms, weights, existing, outer_radius_ms, share, first_worth, busy,
                        per_site, 1, None, None), None, os.fsencode(path))


def read_pmed(path: str | os.PathLike[str]) -> tuple[NDArray[np.uint32], int]:
    """The table of distances and p of a p-median problem of the OR-Library."""
    return _c.read_pmed(os.fsencode(path))


def _problem(problem: str, times: ArrayLike, p: int, radius: int, weights: ArrayLike | None,
             existing: Sequence[int] | NDArray[np.integer], outer_radius: int, share: float, first_worth: float, busy: float,
             per_site: int, seed: int, steps: int | None, bound_steps: int | None,
             ) -> tuple[int, NDArray[np.uint32], NDArray[np.uint32] | None, NDArray[np.uint32], dict[str, int | None]]:
    if problem not in PROBLEMS:
        raise ValueError(f"expected a problem of {', '.join(PROBLEMS)}, found {problem!r}")
    table = np.ascontiguousarray(times, np.uint32)
    if table.ndim != 2:
        raise ValueError(f"expected a table of demands and sites, found {table.ndim} dimensions")
    options = {"p": p, "radius": radius, "outer_radius": outer_radius, "share_ppm": round(share * _PPM),
               "first_ppm": round(first_worth * _PPM), "busy_ppm": round(busy * _PPM), "per_site": per_site, "seed": seed,
               "steps": steps, "bound_steps": bound_steps}
    return (PROBLEMS.index(problem), table, None if weights is None else np.ascontiguousarray(weights, np.uint32),
            np.ascontiguousarray(existing, np.uint32), options)
