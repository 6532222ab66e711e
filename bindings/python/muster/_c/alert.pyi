from collections.abc import Sequence
from typing import Self, final

import numpy as np
from numpy.typing import NDArray

CANDIDATE: np.dtype[np.void]

def default_text() -> str: ...
def field_probability(per_km2: float, radius_m: float, p_accept: float, wanted: int) -> float: ...
@final
class Model:
    def __new__(cls, path: bytes | None, ini: bytes | None) -> Self: ...
    def error(self) -> float: ...
    def assess(
        self,
        conditions: tuple[int, str | None, str | None, bool, int, int],
        modes: NDArray[np.uint8],
        distances_m: NDArray[np.uint32],
        travels_ms: NDArray[np.uint32],
        fetches: NDArray[np.uint8],
        accepts: NDArray[np.float64],
        refusals: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def waves(
        self,
        p_accept: float,
        p_decline: float,
        per_wave: int,
        every_ms: int,
        alive_ms: int,
        replace_declines: bool,
        within_ms: int,
    ) -> tuple[float, float, float, float]: ...

@final
class Chooser:
    def __new__(
        cls,
        needs: Sequence[tuple[int, int]],
        alpha_accept: float,
        alpha_on_scene: float,
        redundant_price: float,
        search_nodes: int,
    ) -> Self: ...
    def choose(
        self, alerted: NDArray[np.void], candidates: NDArray[np.void]
    ) -> tuple[int, NDArray[np.int64], float, float, float, float, float, bool, int, int]: ...

@final
class Ledger:
    def __new__(cls, model: Model) -> Self: ...
    def enrol(self, ids: NDArray[np.uint64]) -> None: ...
    def note_alert(self, ids: NDArray[np.uint64], at_ms: int) -> None: ...
    def note_accept(self, ids: NDArray[np.uint64], at_ms: int) -> None: ...
    def note_arrival(self, ids: NDArray[np.uint64], at_ms: int) -> None: ...
    def note_released(self, ids: NDArray[np.uint64], at_ms: int) -> None: ...
    def leave(self, ids: NDArray[np.uint64], at_ms: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]: ...
    def prices(self, ids: NDArray[np.uint64], at_ms: int) -> NDArray[np.float64]: ...
    def rotate(self, ids: NDArray[np.uint64], at_ms: int) -> None: ...
    def report(self) -> tuple[int, int, int, int, int, int, float, float]: ...
