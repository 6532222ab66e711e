from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

def locate(
    problem: int,
    times: NDArray[np.uint32],
    weights: NDArray[np.uint32] | None,
    existing: NDArray[np.uint32],
    options: Mapping[str, int | None],
    progress: Callable[[float], object] | None,
    mps_path: bytes | None,
) -> tuple[NDArray[np.uint32], int, int, bool, int] | None: ...
def read_pmed(path: bytes) -> tuple[NDArray[np.uint32], int]: ...
