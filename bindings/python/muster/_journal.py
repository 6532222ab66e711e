"""Journals: what an engine was told and what it decided, in a chain of records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from muster._c import journal as _c
from muster._county import County
from muster._decisions import Decisions
from muster._engine import Engine, Matrix, Policy
from muster._errors import MusterError
from muster._network import Network

_ALL = 2**64 - 1


class Record(NamedTuple):
    """A record, verified."""

    sequence: int
    kind: str
    """``"header"``, ``"event"``, ``"refusal"``, ``"snapshot"``."""
    at_ms: int
    """The engine's time, ms."""
    wall_ms: int
    """ms since 1970 UTC."""
    content: dict[str, Any]
    """The event as it was offered; of other kinds what they say."""
    decisions: list[dict[str, Any]]
    hash: str


class Summary(NamedTuple):
    """An intact journal."""

    records: int
    events: int
    snapshots: int
    last_hash: str


class Journal:
    """A journal that is there, to read: a context manager and an iterator of `Record`.

    Parameters
    ----------
    path : path
        The SQLite file, which nobody writes meanwhile.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(path)
        self._reader = _c.Reader(os.fsencode(path))

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()

    @property
    def header(self) -> dict[str, Any]:
        """What the journal belongs to: ``sources`` as (role, path, digest), ``policy``, ``on_duty`` …"""
        return self._reader.header()

    def check(self) -> Summary:
        """Verifies the whole journal: no gap, every hash, every text; raises `MusterError` that names the record."""
        records, events, snapshots, last_hash = self._reader.check()
        return Summary(records, events, snapshots, last_hash.hex())

    def __iter__(self) -> Iterator[Record]:
        self._reader.rewind()
        while (record := self._reader.next()) is not None:
            sequence, kind, at_ms, wall_ms, text, data, digest = record
            decisions = json.loads(data) if kind in ("event", "refusal") else []
            yield Record(sequence, kind, at_ms, wall_ms, json.loads(text), decisions, digest.hex())

    def decisions(self) -> Decisions:
        """All decisions it holds."""
        return Decisions([decision for record in self for decision in record.decisions])

    def replay(self, county: County | None = None, networks: Network | Iterable[Network] | None = None, *,
               matrix: Matrix | None = None, until: int | None = None) -> Engine:
        """Tells a fresh engine all events again, and verifies that each is decided as the journal says.

        Parameters
        ----------
        county, networks, matrix
            What the journal belongs to; opened from where its header says it was if not given.
        until : int, optional
            Only up to this record.
        """
        header = self.header
        paths = {role: [path for found, path, _ in header["sources"] if found == role]
                 for role in ("county", "network", "matrix")}
        if county is None and matrix is None:
            if paths["matrix"]:
                matrix = paths["matrix"][0]
            else:
                county = County.open(paths["county"][0])
        if county is not None and networks is None and paths["network"]:
            networks = [Network.open(path) for path in dict.fromkeys(paths["network"])]
        policy = Policy(header["policy_name"], ini=header["policy"])
        engine = Engine(county, networks, matrix=matrix, policy=policy, on_duty=header["on_duty"])
        held, found = header["sources"], engine._world.sources()
        if sorted(digest for _, _, digest in held) != sorted(digest for _, _, digest in found):
            raise MusterError(f"{self.path}: expected {_digests(held)}, found {_digests(found)}")
        self._reader.replay(engine._engine, _ALL if until is None else until)
        return engine


def _digests(sources: Iterable[tuple[str, str, str]]) -> str:
    return ", ".join(f"{role} {digest}" for role, _, digest in sources)
