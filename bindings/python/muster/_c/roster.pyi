from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from muster._c.county import County

NEEDS_MOST: int
SHIFTS_MOST: int

def roster(
    county: County,
    posts: Sequence[int],
    shifts: Sequence[tuple[int, int]],
    needs: Sequence[tuple[int, int]],
    options: Mapping[str, int | None],
    progress: Callable[[float], object] | None,
) -> list[
    tuple[
        int,
        int,
        int,
        int,
        bool,
        NDArray[np.uint32],
        NDArray[np.uint32],
        NDArray[np.uint32],
        NDArray[np.uint32],
        NDArray[np.uint32],
    ]
]: ...
