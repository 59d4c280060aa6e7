"""What the kinds of tables share: names, and the two halves of a round trip."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .._errors import DataError
from ._times import Times

ID, TIME, TARGET = "unique_id", "ds", "y"


@dataclass(frozen=True)
class Names:
    """What the user calls the three columns that the wire calls `unique_id`, `ds` and `y`."""

    id: str = ID
    time: str = TIME
    target: str = TARGET

    def to_wire(self) -> dict[str, str]:
        """Map the user's names to the wire's."""
        return {self.id: ID, self.time: TIME, self.target: TARGET}

    def from_wire(self) -> dict[str, str]:
        """Map the wire's names to the user's."""
        return {ID: self.id, TIME: self.time, TARGET: self.target}


@dataclass(frozen=True)
class Encoded:
    """Data as parts of a JSON body, and the way back.

    Attributes:
        body: `{"y": [...]}` or `{"series": ...}`.
        tz: The named zone of the timestamps, which ISO texts cannot carry, or None.
        decode: Turns a table of the answer (columns of equal length) into the data's own kind.
        decode_id: Turns a `unique_id` of the answer back into the user's own value.
    """

    body: dict[str, Any]
    tz: str | None
    decode: Callable[[Mapping[str, list[Any]]], Any]
    decode_id: Callable[[Any], Any]


class Kind(Protocol):
    """One kind of table; `Column` below is whatever that kind calls a column."""

    def columns(self, data: Any, names: Names) -> dict[str, Any]:
        """Return the columns by the user's names, the index included where it holds the time.

        Raises:
            DataError: No table comes of them, as two have one name or they differ in length.
        """
        ...

    def ids(self, column: Any) -> list[Any]:
        """Return the series keys as plain Python values, None where missing."""
        ...

    def times(self, column: Any) -> Times:
        """Return the timestamps with the way back to this kind of column."""
        ...

    def values(self, column: Any, name: str) -> list[Any]:
        """Return JSON values, None where missing."""
        ...

    def restored_ids(self, values: list[Any], like: Any) -> Any:
        """Return a column of series keys, typed like the one that came in."""
        ...

    def restored(self, name: str, values: list[Any]) -> Any:
        """Return a column from JSON values."""
        ...

    def table(self, columns: dict[str, Any]) -> Any:
        """Return a table of this kind."""
        ...


_LEAST_WIDE = 2


def missing_column(name: str, known: Iterable[object], argument: str) -> DataError:
    """Return an error that names the column, what there is, and the nearest name."""
    texts = [str(column) for column in known]
    near = difflib.get_close_matches(name, texts, n=1, cutoff=0.6)
    hint = f"{argument}={near[0]!r}" if near else f"name it with {argument}="
    if argument == "target_col" and len(texts) > _LEAST_WIDE:
        hint += ", or say wide=True if each column is a series"
    return DataError(f"there is no column {name!r} among {texts}; hint: {hint}")
