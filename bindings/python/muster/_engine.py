"""The engine: events in, decisions out."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster._c import engine as _c
from muster._c import journal as _c_journal
from muster._county import County
from muster._decisions import Decisions
from muster._network import SNAP_LIMIT_M, Network

if TYPE_CHECKING:
    import pandas

Event: TypeAlias = Mapping[str, Any]
"""An event as docs/events.md describes it: ``{"type": "report", "at_ms": 0, "incident": 1, …}``."""
Source = tuple[str, str, str]
Matrix: TypeAlias = Union["pandas.DataFrame", str, os.PathLike[str]]

_NEVER = 2**63 - 1
_EVENTS_A_COMMIT = 64
_EVENTS_A_SNAPSHOT = 10_000


class Policy:
    """Settings of the engine. Immutable.

    Parameters
    ----------
    name_or_path : str or path, optional
        ``"nearest-fcfs"``, ``"nearest-fair"``, ``"optimal"``, ``"guarantee"``, or an INI file that overrides single settings
        of one; the engine's default if not given.
    ini : str, optional
        The text of such a file instead.
    plans : path, optional
        Response plans (INI) in place of the built-in ones.
    """

    def __init__(self, name_or_path: str | os.PathLike[str] | None = None, *, ini: str | None = None,
                 plans: str | os.PathLike[str] | None = None) -> None:
        if ini is not None:
            self._policy = _c.Policy.parse(os.fsencode(name_or_path or "policy"), ini.encode())
        else:
            self._policy = _c.Policy.new(None if name_or_path is None else os.fsencode(name_or_path))
        if plans is not None:
            self._policy = self._policy.with_plans(os.fsencode(plans))

    @property
    def name(self) -> str:
        """What it is called."""
        return self._policy.name()

    def to_ini(self) -> str:
        """All settings as the text of an INI file; equal policies have equal texts."""
        return self._policy.to_ini()

    def describe(self) -> str:
        """All settings with value, unit, range and meaning, a line each."""
        return self._policy.describe()

    def __repr__(self) -> str:
        return f"<Policy {self.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.to_ini() == other.to_ini()

    def __hash__(self) -> int:
        return hash(self.to_ini())

    def __reduce__(self) -> tuple[Any, ...]:
        return _reparse, (self.name, self.to_ini())


def _reparse(name: str, ini: str) -> Policy:
    return Policy(name, ini=ini)


def policy_of(policy: Policy | str | os.PathLike[str] | None) -> Policy:
    return policy if isinstance(policy, Policy) else Policy(policy)


def modes_of(networks: Network | Iterable[Network]) -> list[Network]:
    """Each network in all its modes."""
    listed = [networks] if isinstance(networks, Network) else list(networks)
    return [network.for_mode(mode) for network in listed for mode in network.modes]


class VolunteerRecord(NamedTuple):
    """What a volunteer has done."""

    served_ms: int
    """From acceptance to release, of incidents at which they arrived, ms."""
    served: int
    """How many those were."""
    ratings: int
    rating_sum: int


class World(NamedTuple):
    """What an engine stands on: a county with networks, or a table of times."""

    county: County | None
    networks: list[Network]
    names: list[bytes]
    times_ms: NDArray[np.uint32] | None
    matrix_path: str | None

    def travel(self) -> _c.Travel:
        if self.matrix_path is not None:
            return _c.Travel.read_matrix(os.fsencode(self.matrix_path))
        if self.times_ms is not None:
            return _c.Travel.on_matrix(self.names, self.times_ms)
        return _c.Travel.on_networks([network._handle for network in self.networks], SNAP_LIMIT_M)

    def sources(self) -> list[Source]:
        """What a journal's header says of it: role, path, digest."""
        if self.matrix_path is not None:
            with open(self.matrix_path, "rb") as file:
                return [("matrix", os.path.abspath(self.matrix_path), hashlib.file_digest(file, "sha256").hexdigest())]
        if self.times_ms is not None:
            content = b"\0".join(self.names) + self.times_ms.astype("<u4").tobytes()
            return [("matrix", "(memory)", hashlib.sha256(content).hexdigest())]
        assert self.county is not None
        county_path = self.county._path or "(memory)"
        listed = [("county", county_path, self.county.sha256)]
        for network in self.networks:
            role, path = ("roads", county_path) if network._path is None else ("network", network._path)
            listed.append((role, path, f"{network.mode} {network.checksum}"))
        return listed


def world_of(county: County | None, networks: Network | Iterable[Network] | None, matrix: Matrix | None) -> World:
    if (county is None) == (matrix is None):
        raise ValueError("expected a county with networks, or a matrix")
    if county is not None:
        if networks is None:
            networks = county.network(("foot", "ebike", "car"))
        return World(county, modes_of(networks), [], None, None)
    if networks is not None:
        raise ValueError("expected networks with a county only, found them with a matrix")
    if isinstance(matrix, (str, os.PathLike)):
        return World(None, [], [], None, os.path.abspath(matrix))
    assert matrix is not None
    names = [str(name) for name in matrix.index]
    if names != [str(name) for name in matrix.columns] or len(set(names)) != len(names):
        raise ValueError("expected a matrix whose rows and columns are the same places, each once, in one order")
    return World(None, [], [name.encode() for name in names], np.ascontiguousarray(matrix, np.uint32), None)


class Engine:
    """The engine by itself: a deterministic state machine that is told events and answers with decisions.

    Parameters
    ----------
    county : County, optional
        Whose approved volunteers stand at home.
    networks : Network or iterable of Network, optional
        Where they travel, each network in all its modes; without any, those of the county's roads. Closed roads are closed.
    matrix : pandas.DataFrame or path, optional
        In place of a county: times between places, ms, index and columns being the places' ids; or a CSV file of seconds as
        `muster drive --matrix` reads it.
    policy : Policy or str or path, optional
        Settings.
    on_duty : bool
        Whether the county's volunteers are on duty at the start.
    journal : path, optional
        Where every event and its decisions are recorded before they are told. If it is there already the engine goes on
        from where it ended.

    Examples
    --------
    >>> import pandas
    >>> places = ["A", "B"]
    >>> engine = Engine(matrix=pandas.DataFrame([[0, 90_000], [90_000, 0]], places, places), policy="nearest-fair")
    >>> engine.step({"type": "enrol", "at_ms": 0, "volunteer": 7, "place": "A"})
    []
    >>> [decision["type"] for decision in engine.step({"type": "report", "at_ms": 5, "incident": 1, "place": "B"})]
    ['contact_card', 'alert']
    """

    def __init__(self, county: County | None = None, networks: Network | Iterable[Network] | None = None, *,
                 matrix: Matrix | None = None, policy: Policy | str | os.PathLike[str] | None = None, on_duty: bool = True,
                 journal: str | os.PathLike[str] | None = None) -> None:
        self.policy = policy_of(policy)
        self._world = world_of(county, networks, matrix)
        self._journal: _c_journal.Journal | None = None
        self._lock = threading.Lock()
        self._snapshot_events = 0
        held = None if county is None else county._handle
        if journal is None:
            self._engine = _c.Engine.new(held, self._world.travel(), self.policy._policy, on_duty)
        else:
            sources = [tuple(os.fsencode(part) for part in source) for source in self._world.sources()]
            self._journal = _c_journal.Journal(os.fsencode(journal), sources, self.policy.name.encode(),
                                               self.policy.to_ini().encode(), on_duty, _wall_ms())
            self._engine = self._journal.recover(held, self._world.travel(), self.policy._policy)
            self._snapshot_events = self._engine.event_count()

    @classmethod
    def restore(cls, snapshot: bytes, county: County | None = None, networks: Network | Iterable[Network] | None = None, *,
                matrix: Matrix | None = None, policy: Policy | str | os.PathLike[str] | None = None) -> Engine:
        """The engine as it was when `snapshot` was taken, on the same world and policy."""
        self = cls.__new__(cls)
        self.policy, self._world = policy_of(policy), world_of(county, networks, matrix)
        self._journal, self._lock, self._snapshot_events = None, threading.Lock(), 0
        held = None if county is None else county._handle
        self._engine = _c.Engine.restore(held, self._world.travel(), self.policy._policy, snapshot)
        return self

    # ---- deciding ----

    def step(self, event: Event) -> list[dict[str, Any]]:
        """Tells one event; its decisions, as docs/events.md describes them.

        An event that is none is answered by one ``refused`` with the reason; the state stays as it was. With a journal the
        decisions are durable when they are returned.
        """
        with self._lock:
            decisions = self._decide(event)
            self._commit()
            return decisions

    def run(self, events: Iterable[Event]) -> Decisions:
        """Tells events in order of time; all their decisions, as rows or as columns."""
        told: list[dict[str, Any]] = []
        with self._lock:
            for number, event in enumerate(events, 1):
                told += self._decide(event)
                if number % _EVENTS_A_COMMIT == 0:
                    self._commit()
            self._commit()
        return Decisions(told)

    def _decide(self, event: Event) -> list[dict[str, Any]]:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
        at_ms, decisions, refusal = self._engine.step(line)
        if self._journal is not None:
            why = None if refusal is None else refusal.encode()
            self._journal.add(at_ms, _wall_ms(), line, decisions.encode(), why)
            if self._engine.event_count() - self._snapshot_events >= _EVENTS_A_SNAPSHOT:
                self._add_snapshot(at_ms)
        told: list[dict[str, Any]] = json.loads(decisions)
        return told

    def _add_snapshot(self, at_ms: int) -> None:
        assert self._journal is not None
        self._snapshot_events = self._engine.event_count()
        self._journal.add_snapshot(self._engine, at_ms, _wall_ms())

    def _commit(self) -> None:
        if self._journal is not None:
            self._journal.commit()

    def close(self) -> None:
        """Ends the journal with a snapshot, so that the next start has nothing to decide again."""
        with self._lock:
            if self._journal is not None:
                if self._engine.event_count() != self._snapshot_events:
                    self._add_snapshot(max(self._engine.now_ms(), 0))
                    self._journal.commit()
                self._journal.close()
                self._journal = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # ---- asking ----

    @property
    def next_deadline_ms(self) -> int | None:
        """When the host must call again with a ``tick`` at the latest, ms; None: never."""
        with self._lock:
            deadline = self._engine.next_deadline_ms()
        return None if deadline == _NEVER else deadline

    @property
    def event_count(self) -> int:
        """Events offered, refused ones included."""
        with self._lock:
            return self._engine.event_count()

    @property
    def state_hash(self) -> str:
        """Names the whole state; equal after the same events."""
        with self._lock:
            return f"{self._engine.state_hash():016x}"

    def snapshot(self) -> bytes:
        """The whole state; equal states have equal bytes."""
        with self._lock:
            return self._engine.snapshot()

    def why_not(self, incident: int | str, volunteer: int | str) -> str:
        """Why that volunteer is not alerted for, or assigned to, the incident at this moment: one sentence."""
        with self._lock:
            return self._engine.why_not(_id(incident), _id(volunteer))

    def volunteer_record(self, volunteer: int | str) -> VolunteerRecord | None:
        """What a volunteer has done; None if nobody of that id was ever enrolled."""
        with self._lock:
            record = self._engine.volunteer_record(_id(volunteer))
        return None if record is None else VolunteerRecord(*record)

    def __repr__(self) -> str:
        return f"<Engine on {self.policy.name}: {self.event_count:,} events, state {self.state_hash}>"


def _id(value: int | str) -> int | bytes:
    return value.encode() if isinstance(value, str) else int(value)


def _plain(value: object) -> Any:
    """NumPy's numbers in an event."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"expected numbers, texts, lists and dicts in an event, found {type(value).__name__}")


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
