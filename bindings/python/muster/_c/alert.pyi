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
