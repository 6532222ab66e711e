from collections.abc import Callable
from typing import Self, final

def version() -> str: ...
@final
class Watch:
    def __new__(cls, callback: Callable[[float], object] | None) -> Self: ...
