"""Alerting: whom to alert, and how many, so that a stage of the promise is met with a stated probability."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster._c import alert as _c
from muster._network import MODES

ACCEPT_BY_MS = 180_000
"""Deadline of "enough have accepted" from the report, ms."""
ON_SCENE_BY_MS = 600_000
"""Deadline of "enough are there" from the report, ms."""

_STATUSES = ("optimal", "met", "infeasible", "not-found")
_LEAVES = ("may-ask", "busy", "rests", "day-full", "week-full")
_NEVER_MS = np.iinfo(np.int64).max


class Chances(NamedTuple):
    """Of each person, alerted now."""

    p_accept: NDArray[np.float64]
    """P(accepts in time)."""
    p_on_scene: NDArray[np.float64]
    """P(accepts, and is there in time)."""


class AlertChoice(NamedTuple):
    """Whom to alert."""

    status: str
    """``"optimal"``: the cheapest, proven; ``"met"``: at most `cost` − `cost_bound` dearer; ``"infeasible"``: all together
    do not suffice; ``"not-found"``."""
    rows: NDArray[np.int64]
    """Rows of those chosen."""
    p_accept: float
    """P(enough accept in time)."""
    p_on_scene: float
    """P(enough are there in time)."""
    redundant: float
    """Expected accepts beyond what is needed."""
    cost: float
    """Alerts and their prices."""
    cost_bound: float
    """No set that meets the goal costs less."""
    missing: int
    """Where it cannot be met: how many who come for certain would make up for it."""
    short_needs: list[str | None]
    """Where it cannot be met: the needs whose people are too few; None: anybody."""


class Waves(NamedTuple):
    """What alerting in waves comes to."""

    p_accepted: float
    """P(somebody accepts in time)."""
    alerts: float
    """Mean number of alerts sent until the first accept."""
    redundant: float
    """Mean number of accepts beyond the first."""
    error: float
    """Each is exact to this."""


class Leave(NamedTuple):
    """Of each volunteer, whether they may be asked."""

    reasons: list[str]
    """``"may-ask"``, ``"busy"`` (accepted and not released yet), ``"rests"`` (after an incident), ``"day-full"`` and
    ``"week-full"`` (as many alerts in 24 hours, in 7 days, as the caps allow)."""
    again_ms: NDArray[np.int64]
    """When that ends, ms; −1: with the release."""


class Fairness(NamedTuple):
    """How alerts fell on the volunteers, since the ledger began."""

    volunteers: int
    alerts: int
    accepts: int
    arrivals: int
    incidents: int
    """From which somebody was released, counted by person."""
    most_alerts: int
    """Of one volunteer."""
    gini: float
    """0: everybody was asked alike … 1."""
    alerts_per_arrival: float
    """NaN without an arrival."""


class AlertModel:
    """How people answer, set out and travel. Immutable.

    Parameters
    ----------
    path : path, optional
        An INI file that overrides figures of the built-in model (docs/alerting.md).
    ini : str, optional
        The text of such a file instead.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, ini: str | None = None) -> None:
        self._source = (None if path is None else os.fspath(path), ini)
        self._model = _c.Model(None if path is None else os.fsencode(path), None if ini is None else ini.encode())

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, self._source

    @staticmethod
    def default_text() -> str:
        """The built-in model as an INI file, with the source of each figure."""
        return _c.default_text()

    @property
    def error(self) -> float:
        """How far a probability of `assess` may be from the exact integral."""
        return self._model.error()

    def assess(self, travel_ms: ArrayLike, distance_m: ArrayLike = 0, modes: str | Sequence[str] = "foot", *,
               hour: int = 12, weather: str | None = None, kind: str | None = None, high_rise: bool = False,
               accept_within_ms: int = ACCEPT_BY_MS, on_scene_within_ms: int = ON_SCENE_BY_MS,
               fetches: ArrayLike = False, accepts: ArrayLike = 0.0, refusals: ArrayLike = 0.0) -> Chances:
        """The chances of persons who are alerted now.

        Parameters
        ----------
        travel_ms : array_like of int
            Travel times to the incident, ms, as `Network` gives them; who has no way has no chance.
        distance_m : array_like of int
            Distances, metres.
        modes : str or sequence of str
            How they travel.
        hour : int
            Local hour, 0 to 23.
        weather, kind : str, optional
            Classes of the model.
        high_rise : bool
            The address is many floors up.
        accept_within_ms, on_scene_within_ms : int
            From the alert to the two deadlines, ms.
        fetches : array_like of bool
            Who fetches equipment on the way.
        accepts, refusals : array_like of float
            What is known of each: faded counts of answers.
        """
        travel = np.atleast_1d(np.ascontiguousarray(travel_ms, np.uint32))
        names = [modes] if isinstance(modes, str) else list(modes)
        for mode in names:
            if mode not in MODES:
                raise ValueError(f"expected a mode of {', '.join(MODES)}, found {mode!r}")

        def spread(values: ArrayLike, kind: Any) -> NDArray[Any]:
            return np.ascontiguousarray(np.broadcast_to(np.asarray(values, kind), travel.shape))

        conditions = (hour, weather, kind, high_rise, accept_within_ms, on_scene_within_ms)
        return Chances(*self._model.assess(
            conditions, spread([MODES.index(mode) for mode in names] if len(names) > 1 else MODES.index(names[0]), np.uint8),
            spread(distance_m, np.uint32), travel, spread(fetches, np.uint8), spread(accepts, np.float64),
            spread(refusals, np.float64)))

    def waves(self, p_accept: float, p_decline: float, *, per_wave: int, every_ms: int = 0, alive_ms: int = 0,
              replace_declines: bool = False, within_ms: int = ACCEPT_BY_MS) -> Waves:
        """What alerting in waves comes to, without knowing persons.

        Parameters
        ----------
        p_accept, p_decline : float
            In the end; the rest never answers.
        per_wave : int
            Alerts a wave.
        every_ms : int
            From wave to wave until somebody accepts, ms; 0: one wave.
        alive_ms : int
            An alert ends after this, ms; 0: never.
        replace_declines : bool
            Whoever declines is replaced at once.
        within_ms : int
            Evaluated up to here, ms.
        """
        return Waves(*self._model.waves(p_accept, p_decline, per_wave, every_ms, alive_ms, replace_declines, within_ms))


def _remake(path: str | None, ini: str | None) -> AlertModel:
    return AlertModel(path, ini=ini)


def choose_alerts(chances: Chances, needs: int | Mapping[str | None, int] = 1, *, alpha_accept: float = 0.9,
                  alpha_on_scene: float = 0.9, skills: Sequence[Iterable[str]] | None = None,
                  prices: ArrayLike = 0.0, persons: ArrayLike | None = None, alerted: Chances | None = None,
                  alerted_skills: Sequence[Iterable[str]] | None = None, redundant_price: float = 0.0,
                  search_nodes: int = 2000) -> AlertChoice:
    """The fewest alerts with which each stage is met with the stated probability.

    Parameters
    ----------
    chances : Chances
        Of those who may be alerted.
    needs : int or mapping
        How many people; or how many with each skill, None being anybody: ``{"medic": 1, None: 2}``.
    alpha_accept, alpha_on_scene : float
        P(enough accept in time) and P(enough are there in time) shall be at least this; 0: no such demand.
    skills : sequence of (iterable of str), optional
        What each is able to.
    prices : array_like of float
        What each costs beyond the alert itself, in alerts; infinite: never.
    persons : array_like of int, optional
        Rows of one person offered in several ways stand next to each other and have one number here; at most one of them
        is chosen.
    alerted, alerted_skills
        Those who are alerted already; they cost nothing more.
    redundant_price : float
        In alerts, for each accept beyond what is needed.
    search_nodes : int
        Effort of the exact search beyond 16 candidates.

    Examples
    --------
    >>> choose_alerts(Chances(np.array([0.6, 0.5, 0.4]), np.array([0.6, 0.5, 0.4])), alpha_accept=0.8,
    ...               alpha_on_scene=0.8).rows
    array([0, 1])
    """
    wanted: dict[str | None, int] = {None: needs} if isinstance(needs, int) else dict(needs)
    bits = {name: 1 << place for place, name in enumerate(name for name in wanted if name is not None)}

    def candidates(of: Chances, able: Sequence[Iterable[str]] | None, first: int) -> NDArray[Any]:
        count = len(of.p_accept)
        if len(of.p_on_scene) != count or (able is not None and len(able) != count):
            raise ValueError("expected as many of each figure as persons")
        rows = np.zeros(count, _c.CANDIDATE)
        rows["id"] = np.arange(first, first + count)
        rows["p_accept"], rows["p_on_scene"] = of
        if able is not None:
            rows["roles"] = [sum(bits.get(name, 0) for name in set(names)) for names in able]
        return rows

    offered = candidates(chances, skills, 0)
    offered["price"] = prices
    if persons is not None:
        offered["id"] = persons
        offered["variant"] = np.arange(len(offered))
    first_free = int(offered["id"].max(initial=0)) + 1
    before = candidates(alerted or Chances(np.empty(0), np.empty(0)), alerted_skills if alerted else None, first_free)
    goal = [(0 if name is None else bits[name], count) for name, count in wanted.items()]
    chooser = _c.Chooser(goal, alpha_accept, alpha_on_scene, redundant_price, search_nodes)
    status, rows, p_accept, p_on_scene, redundant, cost, bound, _, short, missing = chooser.choose(before, offered)
    short_needs = [name for place, name in enumerate(wanted) if short >> place & 1]
    return AlertChoice(_STATUSES[status], rows, p_accept, p_on_scene, redundant, cost, bound, missing, short_needs)


def field_probability(per_km2: float, radius_m: float, p_accept: float, wanted: int = 1) -> float:
    """P(at least so many of a Poisson field of volunteers accept), for planning.

    Parameters
    ----------
    per_km2 : float
        Volunteers a square kilometre.
    radius_m : float
        Within this, metres.
    p_accept : float
        The chance of each.
    wanted : int
        How many.
    """
    return _c.field_probability(per_km2, radius_m, p_accept, wanted)


class AlertLedger:
    """Who was alerted how often, who may be asked, whose turn it is.

    Caps and rest are the model's (``[caps]``, ``[price]``). Times are ms on one scale of the caller's; what happened is
    told in order of time. Threads take turns.

    Parameters
    ----------
    model : AlertModel, optional
        The built-in one otherwise.

    Examples
    --------
    >>> ledger = AlertLedger()
    >>> ledger.enrol([1, 2, 3])
    >>> ledger.note_alert([2, 3], at_ms=0)
    >>> ledger.note_alert(2, at_ms=60_000)
    >>> ledger.rotate([1, 2, 3], at_ms=120_000)
    array([1, 3, 2], dtype=uint64)
    >>> ledger.report().most_alerts, round(ledger.report().gini, 3)
    (2, 0.444)
    """

    def __init__(self, model: AlertModel | None = None) -> None:
        self._ledger = _c.Ledger((model or AlertModel())._model)
        self._lock = threading.Lock()

    def enrol(self, volunteers: ArrayLike) -> None:
        """These count in the report though never alerted."""
        with self._lock:
            self._ledger.enrol(_numbers(volunteers))

    def note_alert(self, volunteers: ArrayLike, at_ms: int) -> None:
        """These were alerted."""
        with self._lock:
            self._ledger.note_alert(_numbers(volunteers), at_ms)

    def note_accept(self, volunteers: ArrayLike, at_ms: int) -> None:
        """These accepted; they are busy until they are released."""
        with self._lock:
            self._ledger.note_accept(_numbers(volunteers), at_ms)

    def note_arrival(self, volunteers: ArrayLike, at_ms: int) -> None:
        """These arrived."""
        with self._lock:
            self._ledger.note_arrival(_numbers(volunteers), at_ms)

    def note_released(self, volunteers: ArrayLike, at_ms: int) -> None:
        """These were released from an incident; their rest begins."""
        with self._lock:
            self._ledger.note_released(_numbers(volunteers), at_ms)

    def leave(self, volunteers: ArrayLike, at_ms: int) -> Leave:
        """May these be asked, and if not, when again?"""
        with self._lock:
            reasons, again_ms = self._ledger.leave(_numbers(volunteers), at_ms)
        again_ms[again_ms == _NEVER_MS] = -1
        return Leave([_LEAVES[reason] for reason in reasons], again_ms)

    def prices(self, volunteers: ArrayLike, at_ms: int) -> NDArray[np.float64]:
        """What one more alert to each costs, in alerts: for the `prices` of `choose_alerts`."""
        with self._lock:
            return self._ledger.prices(_numbers(volunteers), at_ms)

    def rotate(self, volunteers: ArrayLike, at_ms: int) -> NDArray[np.uint64]:
        """These in the order of a fair rotation: fewest alerts in 7 days, then longest without one, then by number."""
        order = _numbers(volunteers).copy()
        with self._lock:
            self._ledger.rotate(order, at_ms)
        return order

    def report(self) -> Fairness:
        """How evenly alerts fell."""
        with self._lock:
            return Fairness(*self._ledger.report())


def _numbers(volunteers: ArrayLike) -> NDArray[np.uint64]:
    numbers = np.atleast_1d(np.asarray(volunteers))
    if numbers.ndim != 1 or (numbers.size and (numbers.dtype.kind not in "ui" or numbers.min() < 0)):
        raise ValueError("expected numbers of volunteers, whole and not negative, in one dimension")
    return np.ascontiguousarray(numbers, np.uint64)
