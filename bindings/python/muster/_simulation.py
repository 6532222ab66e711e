"""Simulations: the same engine on a virtual clock, with residents who report and volunteers who answer, or not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from muster import _frames
from muster._c import simulation as _c
from muster._county import County
from muster._engine import Policy, modes_of, policy_of
from muster._network import Network
from muster._progress import Progress, following

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

SCENARIOS = ("ordinary", "flood")
"""The built-in scenarios."""


class SimulationResult:
    """What a simulation found."""

    def __init__(self, result: _c.Result) -> None:
        self._result = result

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._result.to_json())
        return document

    def to_dict(self) -> dict[str, Any]:
        """The whole result, as `muster simulate --json` prints it."""
        document: dict[str, Any] = json.loads(self._result.to_json())
        return document

    def to_json(self) -> str:
        """The same as one JSON text: the same simulation gives the same bytes."""
        return self._result.to_json()

    @property
    def event_count(self) -> int:
        """Events the engines took, over all replications."""
        return self._result.event_count()

    @cached_property
    def stages(self) -> pandas.DataFrame:
        """The stages of the promise: ``met``, ``of``, ``share`` with ``ci95_low`` and ``ci95_high``, ``p50_s``, ``p90_s``."""
        import pandas

        rows = [{**{key: value for key, value in stage.items() if key != "ci95"},
                 "ci95_low": stage["ci95"][0], "ci95_high": stage["ci95"][1]} for stage in self._document["stages"]]
        return pandas.DataFrame(rows).set_index("stage")

    def table(self, name: str) -> pandas.DataFrame:
        """Any list of records of `to_dict`, a dotted path: ``"stages"``."""
        import pandas

        value: Any = self._document
        for key in name.split("."):
            value = value[key]
        return pandas.json_normalize(value)

    def __str__(self) -> str:
        return self._result.to_text()

    def __repr__(self) -> str:
        shares = ", ".join(f"{stage['stage']} {stage['share']:.1%}" for stage in self._document["stages"]
                           if stage["share"] is not None)
        return f"<SimulationResult: {shares}; {self.event_count:,} events>"

    def _repr_html_(self) -> str:
        return _frames.html_table("Simulation", {
            stage["stage"]: f"{stage['met']:,} of {stage['of']:,} in time" for stage in self._document["stages"]})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draws the share of each stage met in time, with its 95 % interval."""
        import matplotlib.pyplot

        ax = ax if ax is not None else matplotlib.pyplot.gca()
        stages = self.stages
        low, high = stages["share"] - stages["ci95_low"], stages["ci95_high"] - stages["share"]
        ax.bar(stages.index, stages["share"], yerr=[low.clip(lower=0), high.clip(lower=0)], capsize=6, color="#3b6ea5")
        ax.set_ylim(0, 1)
        ax.set_ylabel("share met in time")
        return ax

    def write_report(self, folder: str | os.PathLike[str], command: str | None = None) -> None:
        """Writes ``index.html`` with tables, maps and plots into the folder.

        Parameters
        ----------
        folder : path
            Made if it is not there.
        command : str, optional
            What repeats this simulation, shown on the page.
        """
        self._result.write_report(os.fsencode(folder), None if command is None else command.encode())


def simulate(county: County, scenario: str | os.PathLike[str] = "ordinary", *,
             policy: Policy | str | os.PathLike[str] | None = None, networks: Network | Iterable[Network] | None = None,
             days: int = 0, runs: int = 0, seed: int = 1, threads: int = 0, progress: Progress = None) -> SimulationResult:
    """Runs a surge, or ordinary days, against a county.

    Parameters
    ----------
    county : County
        Where.
    scenario : str or path
        A built-in one (`SCENARIOS`) or an INI file that overrides settings of one.
    policy : Policy or str or path, optional
        Settings of the engine.
    networks : Network or iterable of Network, optional
        Each in all its modes; without any, those of the county's roads. Closed roads are closed: the incidents stay the
        same, the ways to them are longer.
    days, runs : int
        Days simulated and replications; 0: the scenario's.
    seed : int
        The same seed gives the same result.
    threads : int
        Replications at the same time; 0: one a processor. Changes nothing in the result.
    progress : bool or callable, optional
        True shows a bar; a callable is told the share done, 0 to 1. What it raises stops the simulation, as Ctrl-C does.
    """
    with following(progress, "simulate") as tell:
        return simulate_on(county, [] if networks is None else modes_of(networks), scenario, policy_of(policy), days, runs, seed,
                           threads, tell)


def simulate_on(county: County, modes: Iterable[Network], scenario: str | os.PathLike[str], policy: Policy, days: int, runs: int,
                seed: int, threads: int, tell: Callable[[float], object] | None) -> SimulationResult:
    """On these networks, each in the mode it is of."""
    handles = [network._handle for network in modes]
    return SimulationResult(_c.simulate(county._handle, handles, _c.Scenario(os.fsencode(scenario), policy._policy), policy._policy,
                                        days, runs, seed, threads, tell))


def describe_scenario(scenario: str | os.PathLike[str] = "ordinary",
                      policy: Policy | str | os.PathLike[str] | None = None) -> str:
    """Every setting of a scenario with value, unit and meaning, as an INI file."""
    return _c.Scenario(os.fsencode(scenario), policy_of(policy)._policy).describe()
