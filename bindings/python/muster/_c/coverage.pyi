from collections.abc import Callable, Mapping, Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray

from muster._c.alert import Model
from muster._c.county import County
from muster._c.network import Network

@final
class Coverage:
    def gaps(self) -> NDArray[np.int64]: ...
    def recruits(self) -> NDArray[np.int64]: ...
    def area(self, area: int) -> dict[str, float] | None: ...
    def save(self, path: bytes) -> None: ...

def cover(
    county: County,
    networks: Sequence[Network],
    model: Model,
    options: Mapping[str, object],
    progress: Callable[[float], object] | None,
) -> Coverage: ...
def circles(
    county: County,
    network: Network,
    limit_ms: int,
    each: bool,
    toward: bool,
    doors: int,
    threads: int,
    progress: Callable[[float], object] | None,
) -> list[tuple[str, int | None, tuple[NDArray[np.float64], NDArray[np.uint32], NDArray[np.uint32]], float, float, float]]: ...
