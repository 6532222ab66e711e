"""Responders on a network."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster._c import fleet as _c
from muster._network import Nearest, Network, limit_ms_of
from muster._places import PlacesLike


class Fleet:
    """Responders on a network, who come and go, and an index of the nearest available ones.

    Parameters
    ----------
    network : Network
        Where they travel; `on` puts them on the same one with other roads closed.
    places
        Where they are, as `Network.places` takes them.
    ids : sequence, optional
        What they are called, each once; the places' own ids if not given.
    skills : sequence of (iterable of str), optional
        What each is able to.

    Notes
    -----
    Threads may share a fleet; they take turns.
    """

    def __init__(self, network: Network, places: PlacesLike = (), ids: Sequence[Any] | NDArray[Any] | None = None,
                 skills: Sequence[Iterable[str]] | None = None) -> None:
        self.network = network
        self._fleet = _c.Fleet(network._handle)
        self._rows: dict[Any, int] = {}
        self._ids: list[Any] = []
        self._skills: dict[str, int] = {}
        self._available = np.zeros(0, bool)
        self._lock = threading.Lock()
        self.put(places, ids, skills)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<Fleet of {len(self)}, {int(self._available.sum())} available, for {self.network.mode}>"

    @property
    def ids(self) -> NDArray[Any]:
        """Who stands in which row of an answer; who was removed keeps the row."""
        return np.array(self._ids)

    @property
    def available(self) -> NDArray[np.bool_]:
        """By row, whether the responder is there and available."""
        return self._available.copy()

    def put(self, places: PlacesLike, ids: Sequence[Any] | NDArray[Any] | None = None,
            skills: Sequence[Iterable[str]] | None = None) -> None:
        """Adds responders, available, or moves those who are there already, who stay as they were.

        Parameters
        ----------
        places, ids, skills
            As in the class; without `skills` they have none.
        """
        placed = self.network.places(places)
        names = placed.ids.tolist() if ids is None else list(ids)
        masks = [0] * len(placed) if skills is None else [self._mask(words, add=True) for words in skills]
        if len(names) != len(placed) or len(masks) != len(placed):
            raise ValueError(f"expected {len(placed)} ids and skills, found {len(names)} and {len(masks)}")
        with self._lock:
            rows = np.array([self._row(name) for name in names], np.uint32)
            self._fleet.put(rows, placed._points, np.array(masks, np.uint64))

    def _row(self, name: Any) -> int:
        if name not in self._rows:
            self._rows[name] = len(self._ids)
            self._ids.append(name)
            self._available = np.append(self._available, True)
        return self._rows[name]

    def _mask(self, words: Iterable[str], add: bool = False) -> int:
        mask = 0
        for word in [words] if isinstance(words, str) else words:
            if word not in self._skills:
                if not add:
                    raise ValueError(f"nobody of the fleet has the skill {word!r}")
                if len(self._skills) == 64:
                    raise ValueError("expected at most 64 skills")
                self._skills[word] = len(self._skills)
            mask |= 1 << self._skills[word]
        return mask

    def _known(self, ids: Iterable[Any]) -> NDArray[np.uint32]:
        names = [ids] if isinstance(ids, (str, int)) else list(ids)
        for name in names:
            if name not in self._rows:
                raise KeyError(f"nobody of the fleet is called {name!r}")
        return np.array([self._rows[name] for name in names], np.uint32)

    def remove(self, ids: Any) -> None:
        """Takes responders out; put again they get a new row."""
        rows = self._known(ids)
        with self._lock:
            self._fleet.remove(rows)
            self._available[rows] = False
            for row in rows:
                del self._rows[self._ids[row]]

    def set_available(self, ids: Any, available: ArrayLike = True) -> None:
        """Only available responders are found.

        Parameters
        ----------
        ids : id or iterable of ids
            Whom.
        available : bool or array_like of bool
            For all, or one by one.
        """
        rows = self._known(ids)
        answers = np.broadcast_to(np.asarray(available, bool), rows.shape).astype(np.uint8)
        with self._lock:
            self._fleet.set_available(rows, answers)
            self._available[rows] = answers

    def on(self, network: Network) -> None:
        """From now on on this network: the fleet's own with other roads closed or other times."""
        with self._lock:
            self._fleet.move_to(network._handle)
            self.network = network

    def nearest(self, places: PlacesLike, k: int = 1, *, skills: Iterable[str] = (), within_minutes: float | None = None,
                toward: bool = True, excluding: Iterable[Any] = ()) -> Nearest:
        """The k nearest available responders of each place.

        Parameters
        ----------
        places
            Where help is needed.
        k : int
            How many.
        skills : iterable of str
            Only those who have all of these.
        within_minutes : float, optional
            None farther than that.
        toward : bool
            By the responder's time to the place; False: by the time from the place to the responder.
        excluding : iterable of ids
            Not these.

        Returns
        -------
        Nearest
            ``rows`` of `ids`, −1 where there are fewer.
        """
        asked, mask, without = self.network.places(places), self._mask(skills), self._known(excluding)
        with self._lock:
            rows, times_ms = self._fleet.nearest(asked._points, k, limit_ms_of(within_minutes), mask, toward, without)
        return Nearest(np.where(rows == 0xFFFFFFFF, -1, rows.astype(np.int64)), times_ms)
