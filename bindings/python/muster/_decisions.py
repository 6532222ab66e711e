"""Decisions as rows, as columns and as Arrow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas

_FIRST = ("at_ms", "event", "type", "incident", "volunteer", "stage", "why")


class Decisions(Sequence[dict[str, Any]]):
    """What an engine decided: a sequence of dicts that can also be had as columns.

    Any consumer of Arrow takes it as it is (``__arrow_c_stream__``): ``polars.DataFrame(decisions)``,
    ``pyarrow.table(decisions)``, DuckDB.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, place: slice) -> Decisions: ...

    def __getitem__(self, place: int | slice) -> dict[str, Any] | Decisions:
        return Decisions(self._rows[place]) if isinstance(place, slice) else self._rows[place]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._rows == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kinds: dict[str, int] = {}
        for row in self._rows:
            kinds[row["type"]] = kinds.get(row["type"], 0) + 1
        return f"<{len(self)} decisions: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}>"

    def of_type(self, *types: str) -> Decisions:
        """Those of these types only."""
        return Decisions([row for row in self._rows if row["type"] in types])

    def columns(self) -> dict[str, NDArray[Any]]:
        """A column a field: ``int64``, ``float64``, ``bool`` where all values are, else objects; None where it is not set.

        Ids that are texts in one row and numbers in another stay as they are; lists and dicts become JSON.
        """
        return {name: _column([row.get(name) for row in self._rows]) for name in _names(self._rows)}

    def to_frame(self) -> pandas.DataFrame:
        """The columns as a DataFrame."""
        import pandas

        return pandas.DataFrame(self.columns())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        import nanoarrow

        arrays = {name: _arrow([row.get(name) for row in self._rows]) for name in _names(self._rows)}
        schema = nanoarrow.struct({name: array.schema for name, array in arrays.items()})
        batch = nanoarrow.c_array_from_buffers(schema, len(self), [None],
                                               children=[nanoarrow.c_array(array) for array in arrays.values()])
        return nanoarrow.Array(batch).__arrow_c_stream__(requested_schema)


def _names(rows: list[dict[str, Any]]) -> list[str]:
    found = dict.fromkeys(name for row in rows for name in row)
    return [name for name in _FIRST if name in found] + [name for name in found if name not in _FIRST]


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _column(values: list[Any]) -> NDArray[Any]:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values, bool)
    if kinds == {int} and max(map(abs, values), default=0) < 2**63:
        return np.array(values, np.int64)
    if kinds and kinds <= {int, float}:
        return np.array(values, np.float64)
    column = np.empty(len(values), object)
    column[:] = [_flat(value) for value in values]
    return column


def _arrow(values: list[Any]) -> Any:
    """Numbers where all that are set are numbers, else texts; null where a field is not set."""
    import nanoarrow

    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {bool}:
        return nanoarrow.Array(values, nanoarrow.bool_())
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in values):
        return nanoarrow.Array(values, nanoarrow.int64())
    if kinds and kinds <= {int, float}:
        return nanoarrow.Array(values, nanoarrow.float64())
    texts = [value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    return nanoarrow.Array(texts, nanoarrow.string())
