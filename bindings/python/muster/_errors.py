"""What goes wrong, as exceptions."""

from __future__ import annotations

from typing import Any


class MusterError(Exception):
    """An error the core reports: one sentence that says what, where, expected and found.

    Attributes
    ----------
    domain : str
        The subject of the error, ``"muster-road-error"`` for example.
    code : int
        Its number there, as in the C headers.
    """

    def __init__(self, message: str, domain: str = "muster-python-error", code: int = 0) -> None:
        super().__init__(message)
        self.domain = domain.removesuffix("-quark")
        self.code = code


class PlaceError(MusterError, ValueError):
    """A row of positions or ids that cannot be placed on a network.

    Attributes
    ----------
    row : int
        Its number, from 0.
    row_id : object
        Its id: the index label of a Series, what was given as `ids`, or the row itself.
    """

    def __init__(self, message: str, row: int, row_id: object) -> None:
        super().__init__(message)
        self.row = row
        self.row_id = row_id

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.row, self.row_id)
