from collections.abc import Callable, Sequence
from typing import Self, final

from muster._c.county import County
from muster._c.engine import Policy
from muster._c.network import Network

@final
class Scenario:
    def __new__(cls, name_or_path: bytes, policy: Policy) -> Self: ...
    def name(self) -> str: ...
    def describe(self) -> str: ...

@final
class Result:
    def event_count(self) -> int: ...
    def to_json(self) -> str: ...
    def to_text(self) -> str: ...
    def write_report(self, folder: bytes, command: bytes | None) -> None: ...

def simulate(
    county: County,
    networks: Sequence[Network],
    scenario: Scenario,
    policy: Policy,
    days: int,
    runs: int,
    seed: int,
    threads: int,
    progress: Callable[[float], object] | None,
) -> Result: ...
