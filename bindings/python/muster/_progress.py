"""How far long work is: a bar, or the caller's own function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias, Union

Progress: TypeAlias = Union[bool, Callable[[float], object], None]
"""True: a bar (tqdm); a callable: is told the share done, 0 to 1; None or False: silence."""


@contextmanager
def following(progress: Progress, label: str) -> Iterator[Callable[[float], object] | None]:
    """The function to tell, while the work lasts."""
    if progress is None or progress is False:
        yield None
    elif callable(progress):
        yield progress
    else:
        from tqdm.auto import tqdm

        with tqdm(total=100, desc=label, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}") as bar:
            yield lambda share: bar.update(100 * share - bar.n)
