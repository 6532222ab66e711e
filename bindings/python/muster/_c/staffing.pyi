from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from muster._c.alert import Model
from muster._c.county import County
from muster._c.network import Network

NEEDS_MOST: int

def staffing(
    county: County,
    networks: Sequence[Network],
    model: Model,
    needs: Sequence[tuple[int, int]],
    options: Mapping[str, float | None],
    progress: Callable[[float], object] | None,
) -> tuple[
    int,
    int,
    bool,
    int,
    NDArray[np.uint32],
    NDArray[np.float64],
    NDArray[np.uint32],
    NDArray[np.uint32],
    NDArray[np.uint32],
]: ...
