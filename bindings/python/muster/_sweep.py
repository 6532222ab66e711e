"""Sweeps: one simulation for each scenario, policy, state of the roads and seed of a grid, on the workers of a Dask cluster."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from muster import _frames
from muster._c import simulation as _c
from muster._county import County
from muster._engine import Policy, modes_of, policy_of
from muster._errors import MusterError
from muster._network import MODES, Network
from muster._progress import Progress, following
from muster._simulation import SCENARIOS, simulate_on

if TYPE_CHECKING:
    import pandas
    from distributed import Client
    from matplotlib.axes import Axes

ScenarioLike: TypeAlias = Union[str, os.PathLike[str]]
PolicyLike: TypeAlias = Union[Policy, str, os.PathLike[str], None]
NetworksLike: TypeAlias = Union[Network, Iterable[Network], None]

AXES = ("scenario", "policy", "roads", "seed")


class Cell(NamedTuple):
    """One simulation of a sweep: where it stands in the grid and what came of it."""

    scenario: str
    policy: str
    roads: str
    seed: int
    result: str | None
    """The result as JSON, byte by byte what `SimulationResult.to_json` gives; None if the cell failed."""
    error: str | None
    """Why it failed; None if it did not."""

    @property
    def name(self) -> str:
        """Its place in the grid in words."""
        return f"{self.scenario}, {self.policy}, {self.roads}, seed {self.seed}"

    def to_dict(self) -> dict[str, Any]:
        """The result as `SimulationResult.to_dict` gives it; a cell that failed raises its error."""
        if self.result is None:
            raise MusterError(f"{self.name}: {self.error}")
        document: dict[str, Any] = json.loads(self.result)
        return document


class Sweep(Sequence[Cell]):
    """The cells of a grid, in the order of its scenarios, policies, roads and seeds, whatever order they were run in."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._cells = list(cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, place: Any) -> Any:
        return Sweep(self._cells[place]) if isinstance(place, slice) else self._cells[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sweep) and self._cells == other._cells

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        axes = [f"{len({cell[axis] for cell in self._cells})} {name}" for axis, name in
                enumerate(("scenarios", "policies", "states of the roads", "seeds"))]
        return f"<Sweep of {len(self)} cells ({' × '.join(axes)}), {len(self.failed)} failed>"

    def _repr_html_(self) -> str:
        return _frames.html_table(repr(self)[1:-1], {cell.name: cell.error for cell in self.failed})

    @property
    def failed(self) -> list[Cell]:
        """The cells that failed, each with its ``error``."""
        return [cell for cell in self._cells if cell.error is not None]

    @cached_property
    def stages(self) -> pandas.DataFrame:
        """A row a cell and stage, as `SimulationResult.stages`, with ``scenario``, ``policy``, ``roads`` and ``seed``; cells
        that failed have none."""
        import pandas

        rows = [{**dict(zip(AXES, cell)), **{key: value for key, value in stage.items() if key != "ci95"},
                 "ci95_low": stage["ci95"][0], "ci95_high": stage["ci95"][1]}
                for cell in self._cells if cell.error is None for stage in cell.to_dict()["stages"]]
        return pandas.DataFrame(rows)

    def to_frame(self) -> pandas.DataFrame:
        """A row a cell: its place in the grid, ``error``, ``met``, ``of`` and ``share`` of each stage, ``result`` (JSON)."""
        import pandas

        frame = pandas.DataFrame([cell._asdict() for cell in self._cells], columns=list(Cell._fields))
        if len(self.stages):
            wide = self.stages.pivot(index=list(AXES), columns="stage", values=["met", "of", "share"])
            wide.columns = wide.columns.map(lambda names: f"{names[1]}_{names[0]}")
            frame = frame.merge(wide.infer_objects(), "left", left_on=list(AXES), right_index=True)
        return frame

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Writes `to_frame` as a Parquet file, failed cells included: whole or not at all."""
        target = pathlib.Path(path)
        unfinished = target.with_name(f".{target.name}.part")
        try:
            self.to_frame().to_parquet(unfinished, index=False)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    @classmethod
    def read_parquet(cls, path: str | os.PathLike[str]) -> Sweep:
        """What `to_parquet` wrote."""
        import pandas

        frame = pandas.read_parquet(path, columns=list(Cell._fields))
        frame = frame.astype(object).where(frame.notna(), None)
        return cls(Cell(*row) for row in frame.itertuples(index=False, name=None))

    def plot(self, stage: str = "ON_SCENE", by: str = "policy", ax: Axes | None = None) -> Axes:
        """Draws the share of a stage met in time: a dot a cell, a bar at the mean of those alike.

        Parameters
        ----------
        stage : str
            ``"KNOWN"``, ``"REACHED"`` or ``"ON_SCENE"``.
        by : str
            What stands side by side: ``"policy"``, ``"scenario"``, ``"roads"`` or ``"seed"``.
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        import matplotlib.pyplot

        ax = ax if ax is not None else matplotlib.pyplot.gca()
        rows = self.stages[self.stages["stage"] == stage]
        names = list(dict.fromkeys(rows[by]))
        for place, name in enumerate(names):
            shares = rows.loc[rows[by] == name, "share"].dropna()
            spread = np.linspace(-0.12, 0.12, len(shares)) if len(shares) > 1 else np.zeros(len(shares))
            ax.plot(place + spread, shares, "o", color="#3b6ea5", alpha=0.55, markersize=5, markeredgewidth=0)
            ax.plot([place - 0.25, place + 0.25], [shares.mean()] * 2, color="#1b1b1b", linewidth=2)
        ax.set_xticks(range(len(names)), [str(name) for name in names])
        ax.set_xlim(-0.6, len(names) - 0.4)
        ax.set_ylabel(f"share {stage} in time")
        return ax


# ---- the grid ----


class _Point(NamedTuple):
    """What a cell is to simulate."""

    scenario: str
    policy: str
    roads: str
    seed: int
    source: tuple[str, bytes | None]
    """A built-in scenario's name, or a file's name and content."""
    settings: Policy
    days: int
    runs: int

    def cell(self, result: str | None, error: str | None) -> Cell:
        return Cell(self.scenario, self.policy, self.roads, self.seed, result, error)


def _named(values: Any, single: tuple[type, ...], name_of: Callable[[Any], str], what: str) -> dict[str, Any]:
    """By name: a mapping as it is, one value or several by their own names."""
    if isinstance(values, Mapping):
        named = {str(name): value for name, value in values.items()}
    else:
        listed = [values] if values is None or isinstance(values, single) else list(values)
        named = {name_of(value): value for value in listed}
        if len(named) != len(listed):
            raise ValueError(f"expected {what} of different names, found {', '.join(map(name_of, listed))}; name them by a dict")
    if not named:
        raise ValueError(f"expected {what}, found none")
    return named


def _source(scenario: ScenarioLike) -> tuple[str, bytes | None]:
    if scenario in SCENARIOS:
        return str(scenario), None
    path = pathlib.Path(scenario)
    return path.name, path.read_bytes()


def _county_networks(county: County) -> list[Network]:
    """One for each mode that its roads allow, as a simulation without networks makes them."""
    found: list[Network] = []
    for mode in MODES:
        try:
            found.append(county.network(mode))
        except MusterError:
            continue
    return found


# ---- what the workers stand on ----


class _Files(NamedTuple):
    """County and networks as the bytes of their files: workers need not see the caller's disks."""

    county: bytes
    files: dict[str, bytes]
    """By checksum."""
    roads: dict[str, list[tuple[str, str, NDArray[np.uint32], NDArray[np.uint32] | None]]]
    """By name: checksum of the file, mode, closed arcs, times of all arcs if others."""
    key: str


class _World(NamedTuple):
    county: County
    roads: dict[str, list[Network]]


def _pack(world: _World) -> _Files:
    files: dict[str, bytes] = {}
    roads: dict[str, list[tuple[str, str, NDArray[np.uint32], NDArray[np.uint32] | None]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "file"

        def content(save: Callable[[bytes], None]) -> bytes:
            save(os.fsencode(path))
            data = path.read_bytes()
            path.unlink()
            return data

        for name, networks in world.roads.items():
            for network in networks:
                if network.checksum not in files:
                    files[network.checksum] = content(network._handle.save)
            roads[name] = [(network.checksum, network.mode, network._closed, network._arc_times_ms) for network in networks]
        return _Files(content(world.county._handle.save), files, roads, os.urandom(8).hex())


_kept: dict[str, _World] = {}
"""A worker's memory: the world it was asked about last, by its key."""


def _unpack(packed: _Files) -> _World:
    world = _kept.get(packed.key)
    if world is None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "county.gpkg"
            path.write_bytes(packed.county)
            county = County.open(path)
            for checksum, data in packed.files.items():
                (pathlib.Path(folder) / f"{checksum}.mnet").write_bytes(data)
            roads = {name: [_network(pathlib.Path(folder) / f"{checksum}.mnet", mode, closed, times)
                            for checksum, mode, closed, times in networks] for name, networks in packed.roads.items()}
        world = _World(county, roads)
        _kept.clear()
        _kept[packed.key] = world
    return world


def _network(path: pathlib.Path, mode: str, closed: NDArray[np.uint32], times: NDArray[np.uint32] | None) -> Network:
    network = Network.open(path, mode)
    network = network if times is None else network.with_times(times)
    return network.with_closed(arcs=closed) if closed.size else network


def _simulate(world: _World, point: _Point) -> Cell:
    try:
        with tempfile.TemporaryDirectory() as folder:
            scenario, content = point.source
            if content is not None:
                scenario = os.path.join(folder, scenario)
                pathlib.Path(scenario).write_bytes(content)
            found = simulate_on(world.county, world.roads[point.roads], scenario, point.settings, point.days, point.runs,
                                point.seed, 1, None)
        return point.cell(found.to_json(), None)
    except Exception as error:
        return point.cell(None, f"{type(error).__name__}: {error}")


def _held(packed: _Files) -> _Files:
    """As the result of a task it outlives the workers: scattered it would be lost with the one that holds it."""
    return packed


def _simulate_packed(packed: _Files, point: _Point) -> Cell:
    return _simulate(_unpack(packed), point)


# ---- running it ----


@contextmanager
def _client_of(client: Client | None, workers: int | None) -> Iterator[Client]:
    if client is not None:
        if client.asynchronous:
            raise ValueError("expected a synchronous client, found an asynchronous one")
        yield client
        return
    from distributed import Client, LocalCluster

    with (LocalCluster(n_workers=workers or os.cpu_count(), threads_per_worker=1, dashboard_address=None) as cluster,
          Client(cluster) as own):
        yield own


def _on_dask(client: Client, world: _World, points: Sequence[_Point]) -> Generator[tuple[int, Cell]]:
    """Place in the grid and cell, in the order in which they are done."""
    from distributed import as_completed

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph")
        packed = client.submit(_held, _pack(world), pure=False)
    futures = [client.submit(_simulate_packed, packed, point, pure=False, priority=-place)
               for place, point in enumerate(points)]
    places = {future.key: place for place, future in enumerate(futures)}
    try:
        for future in as_completed(futures):
            place, error = places[future.key], future.exception()
            if error is None:
                yield place, future.result()
            else:
                yield place, points[place].cell(None, f"{type(error).__name__}: {error}")
    finally:
        client.cancel([*futures, packed])


def sweep(county: County, scenarios: ScenarioLike | Iterable[ScenarioLike] | Mapping[str, ScenarioLike] = "ordinary",
          policies: PolicyLike | Iterable[PolicyLike] | Mapping[str, PolicyLike] = None, seeds: int | Iterable[int] = 1, *,
          networks: NetworksLike | Mapping[str, NetworksLike] = None, days: int = 0, runs: int = 0,
          workers: int | None = None, client: Client | None = None, path: str | os.PathLike[str] | None = None,
          progress: Progress = None) -> Sweep:
    """Simulates every scenario under every policy, on every state of the roads, with every seed.

    Cells with one seed face the same incidents and the same people, so their differences are due to what differs. A cell
    holds to the byte what `simulate` gives, wherever it was run. A cell that fails keeps its error; the others go on.

    Parameters
    ----------
    county : County
        Where.
    scenarios, policies : one, several or a dict
        As `simulate` takes them; a dict gives them names.
    seeds : int or iterable of int
        Of the random draws.
    networks : Network, iterable of Network, or a dict of these
        As `simulate` takes them; a dict names states of the roads: ``{"dry": roads, "bridge out":
        roads.with_closed(ways=[7])}``.
    days, runs : int
        Days simulated and replications in each cell; 0: the scenario's.
    workers : int, optional
        Processes of a cluster of this machine that lives as long as the sweep, one a processor if not given; 0: in this
        process, one cell after another, without Dask.
    client : distributed.Client, optional
        Of a cluster to use instead. The files go there as bytes, so its machines need not share a disk; they need this package.
    path : path, optional
        A Parquet file for the result (`Sweep.to_parquet`); written with the cells that are done, too, when the sweep is stopped.
    progress : bool or callable, optional
        True shows a bar; a callable is told the share done, 0 to 1. What it raises stops the sweep, as Ctrl-C does.

    Notes
    -----
    A script must start a sweep below ``if __name__ == "__main__":`` unless it gives a client or ``workers=0``: the new processes
    import it.
    """
    world, points = _grid(county, scenarios, policies, seeds, networks, days, runs)
    cells: dict[int, Cell] = {}

    def gather(done: Generator[tuple[int, Cell]]) -> None:
        with closing(done):
            for place, cell in done:
                cells[place] = cell
                if tell is not None:
                    tell(len(cells) / len(points))

    try:
        with following(progress, "sweep") as tell:
            if client is None and workers == 0:
                gather((place, _simulate(world, point)) for place, point in enumerate(points))
            else:
                with _client_of(client, workers) as used:
                    gather(_on_dask(used, world, points))
    finally:
        found = Sweep(cells.get(place, point.cell(None, "not run")) for place, point in enumerate(points))
        if path is not None:
            found.to_parquet(path)
    return found


def _grid(county: County, scenarios: Any, policies: Any, seeds: int | Iterable[int], networks: Any, days: int,
          runs: int) -> tuple[_World, list[_Point]]:
    by_scenario = _named(scenarios, (str, os.PathLike), lambda scenario: pathlib.Path(scenario).stem, "scenarios")
    by_policy = {name: policy_of(policy) for name, policy in
                 _named(policies, (Policy, str, os.PathLike), lambda policy: policy_of(policy).name, "policies").items()}
    for scenario, policy in product(by_scenario.values(), by_policy.values()):
        _c.Scenario(os.fsencode(scenario), policy._policy)
    by_roads = networks if isinstance(networks, Mapping) else {"open": networks}
    roads = {str(name): _county_networks(county) if value is None else modes_of(value) for name, value in by_roads.items()}
    numbers = [int(seed) for seed in ([seeds] if isinstance(seeds, (int, np.integer)) else seeds)]
    if not roads or not numbers or len(set(numbers)) != len(numbers):
        raise ValueError(f"expected networks and different seeds, found {len(roads)} and {numbers}")
    points = [_Point(name, policy, state, seed, _source(by_scenario[name]), by_policy[policy], days, runs)
              for name, policy, state, seed in product(by_scenario, by_policy, roads, numbers)]
    return _World(county, roads), points
