"""Assignment: open needs matched to responders at the least total cost, exactly, again after every change."""

from __future__ import annotations

import operator
import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster._c import assign as _c
from muster._network import UNREACHABLE_MS

METHODS = ("optimal", "nearest-fcfs", "nearest-fair", "greedy")
_MOST_MS = 0x7FFFFFFF
_REASONS = ("served", "no-candidate", "impossible", "pinned", "outbid", "dearer", "not-worth-it")


class Cost(NamedTuple):
    """What a pair costs; compared in this order."""

    tier: int = 0
    """Deadlines missed, say."""
    time_ms: int = 0
    """Travel time, say, ms; a bonus may make it negative."""
    fatigue: int = 0
    """What it asks of a person beyond the time."""


class Totals(NamedTuple):
    """Sums over rows; those that wait do not count in the last three."""

    rows: int
    served: int
    waiting: int
    tier: int
    time_ms: int
    fatigue: int


class Why(NamedTuple):
    """Why a row does not have a column, or none at all."""

    reason: str
    """``"served"``, ``"no-candidate"``, ``"impossible"``, ``"pinned"``, ``"outbid"``, ``"dearer"``, ``"not-worth-it"``."""
    column: int
    """The column in question, −1: none."""
    other_row: int
    """Who has that column, −1: nobody."""
    extra: Cost
    """What the total would grow by."""


class Assigned(NamedTuple):
    """The answer of `assign`."""

    columns: NDArray[np.int64]
    """Of each row its column, −1: none."""
    served: int
    time_ms: int
    """Sum of the costs of the pairs, ms."""


class PolicyBound(NamedTuple):
    """What no policy can do better."""

    served: int
    """Incidents that have a responder where the bound is reached."""
    tier: int
    """Deadlines missed in all; an incident that nobody comes to has missed every one, and counts one more."""
    time_ms: int
    """From report to arrival, summed over those served, with so few deadlines missed, ms."""


def _times_ms(values: ArrayLike, shape: tuple[int, ...], what: str) -> NDArray[np.uint32]:
    """Whole ms from 0 to `UNREACHABLE_MS`."""
    times = np.asarray(values)
    if times.shape != shape:
        raise ValueError(f"expected {what} of shape {shape}, found {times.shape}")
    if times.size and (times.dtype.kind not in "ui" or times.min() < 0 or times.max() > UNREACHABLE_MS):
        raise ValueError(f"expected {what} in whole ms from 0 to {UNREACHABLE_MS}")
    return np.ascontiguousarray(times, np.uint32)


def policy_bound(first_ms: ArrayLike, next_ms: ArrayLike, reported_ms: ArrayLike, busy_ms: ArrayLike,
                 free_from_ms: ArrayLike = 0, deadlines_ms: Sequence[int] = (600_000,)) -> PolicyBound:
    """What nobody could have done better in a finished log, clairvoyants included.

    Each incident takes one responder, and responders wait where they last helped. The fewest deadlines missed, then the
    least time from report to arrival; a relaxation, so the bound may lie below what is possible, never above
    (docs/assignment.md).

    Parameters
    ----------
    first_ms : array_like of int
        (responder, incident), ms from where a responder begins; `UNREACHABLE_MS`: no way, or not able to help.
    next_ms : array_like of int
        (incident, incident), ms from the place of the one to that of the other.
    reported_ms : array_like of int
        When each incident was reported, ms.
    busy_ms : array_like of int
        How long each binds its responder from the arrival on, ms.
    free_from_ms : array_like of int
        From when on each responder is on duty, ms.
    deadlines_ms : sequence of int
        From the report to the arrival, ascending; at most four.

    Examples
    --------
    >>> policy_bound([[60_000, 240_000]], [[0, 90_000], [90_000, 0]], [0, 30_000], [300_000, 300_000])
    PolicyBound(served=2, tier=0, time_ms=480000)
    """
    reported = np.atleast_1d(np.asarray(reported_ms))
    incidents = len(reported)
    first = np.asarray(first_ms)
    responders = first.shape[0] if first.ndim == 2 else 0
    free = np.broadcast_to(np.asarray(free_from_ms), (responders,))
    if reported.ndim != 1 or any(times.size and times.dtype.kind not in "ui" for times in (reported, free)):
        raise ValueError("expected times of reports and of duty in whole ms, in one dimension")
    deadlines = [operator.index(deadline) for deadline in deadlines_ms]
    if sorted(deadlines) != deadlines or not all(0 <= deadline < UNREACHABLE_MS for deadline in deadlines):
        raise ValueError(f"expected ascending deadlines from 0 to {UNREACHABLE_MS - 1} ms, found {deadlines}")
    return PolicyBound(*_c.bound(
        _times_ms(first, (responders, incidents), "first_ms"), _times_ms(next_ms, (incidents, incidents), "next_ms"),
        np.ascontiguousarray(reported, np.int64), _times_ms(busy_ms, (incidents,), "busy_ms"),
        np.ascontiguousarray(free, np.int64), deadlines))


def assign(costs_ms: ArrayLike, unserved_ms: int | None = None) -> Assigned:
    """Matches rows to columns at the least total, as many rows as can be served unless another price is set.

    Parameters
    ----------
    costs_ms : array_like of int
        (row, column), ms; `UNREACHABLE_MS`: impossible.
    unserved_ms : int, optional
        What a row without a column costs, ms: pairs dearer than that are not made. Without it, more than any pair.
    """
    table = np.asarray(costs_ms)
    if table.ndim != 2:
        raise ValueError(f"expected a table of rows and columns, found {table.ndim} dimensions")
    costs = _times_ms(table, table.shape, "costs_ms")
    possible = costs[costs != UNREACHABLE_MS]
    most = int(possible.max(initial=0))
    if most > _MOST_MS:
        raise ValueError(f"expected costs below 2³¹ ms, found {most}")
    unserved = Cost(1) if unserved_ms is None else Cost(0, unserved_ms)
    rows, columns = costs.shape
    handle = _c.Assignment(max(rows, 1), max(columns, 1), (unserved.tier, max(most, unserved.time_ms, 1), 0), 0)
    handle.add_matrix(costs, unserved)
    handle.solve()
    chosen = handle.columns_of(np.arange(rows, dtype=np.uint32))
    made = np.flatnonzero(chosen >= 0)
    return Assigned(chosen, len(made), int(costs[made, chosen[made]].sum(dtype=np.int64)))


def _whole(values: ArrayLike, count: int, least: int, most: int, what: str) -> NDArray[np.int64]:
    """So many whole numbers from `least` to `most`, or one for all."""
    numbers = np.asarray(values)
    if numbers.size and (numbers.dtype.kind not in "ui" or numbers.min() < least or numbers.max() > most):
        raise ValueError(f"expected {what} in whole numbers from {least} to {most}")
    return np.broadcast_to(numbers, (count,)).astype(np.int64)


def _candidates(columns: ArrayLike, times_ms: ArrayLike, tiers: ArrayLike, fatigue: ArrayLike) -> NDArray[np.void]:
    """Those whom `UNREACHABLE_MS` does not rule out."""
    numbers = np.atleast_1d(np.asarray(columns))
    times = np.broadcast_to(np.asarray(times_ms), numbers.shape)
    possible = times != UNREACHABLE_MS
    count = int(possible.sum())
    candidates = np.empty(count, _c.CANDIDATE)
    candidates["column"] = _whole(numbers[possible], count, 0, UNREACHABLE_MS - 1, "columns")
    candidates["time_ms"] = _whole(times[possible], count, -_MOST_MS, _MOST_MS, "times_ms")
    for name, values in (("tier", tiers), ("fatigue", fatigue)):
        candidates[name] = _whole(np.broadcast_to(np.asarray(values), numbers.shape)[possible], count, 0, UNREACHABLE_MS, name)
    return candidates


class Assignment:
    """An assignment that changes: rows (needs) and columns (responders) come and go, pairs are made anew.

    Parameters
    ----------
    rows, columns : int
        How many there are at most; both are known by number, from 0.
    most : Cost
        The largest of each cost that will occur; the less, the more room for sums.
    method : str
        ``"optimal"``, or a baseline to hold it against: ``"nearest-fcfs"``, ``"nearest-fair"``, ``"greedy"``.

    Notes
    -----
    The answer follows from what is there, not from the order in which it came. Threads take turns.
    """

    def __init__(self, rows: int, columns: int, most: Cost = Cost(16, 86_400_000, 1000), method: str = "optimal") -> None:
        if method not in METHODS:
            raise ValueError(f"expected a method of {', '.join(METHODS)}, found {method!r}")
        self._handle = _c.Assignment(rows, columns, most, METHODS.index(method))
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        totals = self.totals
        return f"<Assignment: {totals.served} of {totals.rows} rows served, {len(self._columns)} columns>"

    def add_columns(self, columns: Iterable[int], skills: int = 0) -> None:
        """New columns, present and free; `skills` are bits of the caller's own meaning."""
        with self._lock:
            for column in columns:
                self._handle.add_column(column, column, skills)
                self._columns.add(int(column))

    def leave(self, column: int) -> None:
        """The column goes; its row is served anew."""
        with self._lock:
            self._handle.leave(self._column(column))

    def come_back(self, column: int) -> None:
        """The column is back."""
        with self._lock:
            self._handle.come_back(self._column(column))

    def insert(self, row: int, columns: ArrayLike, times_ms: ArrayLike, tiers: ArrayLike = 0, fatigue: ArrayLike = 0, *,
               unserved: Cost = Cost(16), skills: int = 0) -> int:
        """A new row, served at once; returns its column, −1 if it has none.

        Parameters
        ----------
        row : int
            Its number.
        columns, times_ms, tiers, fatigue : array_like of int
            Its candidates and what each costs; times in ms, `UNREACHABLE_MS`: no candidate.
        unserved : Cost
            What it costs to leave the row without a column.
        skills : int
            Bits a column must have, all of them.
        """
        candidates = _candidates(columns, times_ms, tiers, fatigue)
        with self._lock:
            if row in self._rows:
                raise ValueError(f"expected a new row, found row {row}, which is there already")
            self._handle.add_row(row, row, skills, unserved, candidates)
            self._rows.add(row)
            self._handle.solve()
            return self._column_of(row)

    def remove(self, row: int) -> None:
        """The row goes, its column comes free, the rest makes the best of it."""
        with self._lock:
            self._handle.remove(self._row(row))
            self._rows.discard(row)

    def change(self, row: int, column: int, cost: Cost) -> None:
        """Another cost for the pair, which becomes possible if it was not."""
        with self._lock:
            self._handle.change(self._row(row), self._column(column), cost)

    def change_unserved(self, row: int, cost: Cost) -> None:
        """Another cost of leaving the row without a column."""
        with self._lock:
            self._handle.change_unserved(self._row(row), cost)

    def forbid(self, row: int, column: int) -> None:
        """The pair is impossible from now on."""
        with self._lock:
            self._handle.forbid(self._row(row), self._column(column))

    def pin(self, row: int, column: int, cost: Cost) -> None:
        """The pair stands, whatever it costs others; it counts with this cost."""
        with self._lock:
            self._handle.pin(self._row(row), self._column(column), cost)

    def unpin(self, row: int) -> None:
        """The row takes part again."""
        with self._lock:
            self._handle.unpin(self._row(row))

    def column_of(self, row: int) -> int:
        """The row's column, −1 if it has none."""
        with self._lock:
            return self._column_of(self._row(row))

    def columns_of(self, rows: Sequence[int] | NDArray[np.integer]) -> NDArray[np.int64]:
        """The columns of several rows."""
        with self._lock:
            return self._handle.columns_of(np.ascontiguousarray(rows, np.uint32))

    @property
    def totals(self) -> Totals:
        """The sums."""
        with self._lock:
            return Totals(*self._handle.totals())

    @property
    def changed(self) -> list[int]:
        """Rows whose column the last change has changed, ascending."""
        with self._lock:
            return self._handle.changed()

    def why_not(self, row: int, column: int) -> Why:
        """Why the row does not have this column."""
        with self._lock:
            return _why(self._handle.why_not(self._row(row), column))

    def why_unserved(self, row: int) -> Why:
        """Why the row has no column."""
        with self._lock:
            return _why(self._handle.why_unserved(self._row(row)))

    def burden(self, row: int) -> Cost:
        """What the rest would save if the row were not there."""
        with self._lock:
            return Cost(*self._handle.burden(self._row(row)))

    def saving(self, column: int) -> Cost:
        """What one more responder like this one would save."""
        with self._lock:
            return Cost(*self._handle.saving(self._column(column)))

    def _column_of(self, row: int) -> int:
        return int(self._handle.columns_of(np.array([row], np.uint32))[0])

    def _row(self, row: int) -> int:
        if operator.index(row) not in self._rows:
            raise KeyError(f"there is no row {row}")
        return row

    def _column(self, column: int) -> int:
        if operator.index(column) not in self._columns:
            raise KeyError(f"there is no column {column}")
        return column


def _why(found: tuple[int, int, int, tuple[int, int, int]]) -> Why:
    reason, column, other_row, extra = found
    return Why(_REASONS[reason], column, other_row, Cost(*extra))
