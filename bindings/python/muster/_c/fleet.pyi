from typing import Self, final

import numpy as np
from numpy.typing import NDArray

from muster._c.network import Network

POINT: np.dtype[np.void]

@final
class Fleet:
    def __new__(cls, network: Network) -> Self: ...
    def move_to(self, network: Network) -> None: ...
    def put(self, responders: NDArray[np.uint32], points: NDArray[np.void], skills: NDArray[np.uint64]) -> None: ...
    def remove(self, responders: NDArray[np.uint32]) -> None: ...
    def set_available(self, responders: NDArray[np.uint32], available: NDArray[np.uint8]) -> None: ...
    def nearest(
        self,
        points: NDArray[np.void],
        k: int,
        limit_ms: int,
        skills: int,
        toward: bool,
        excluded: NDArray[np.uint32],
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]: ...
