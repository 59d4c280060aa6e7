"""An answer with everything that came beside its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pprint import pformat
from typing import Any

from ._drawing.answered import panels_of
from ._drawing.engines import figure
from ._errors import InvalidAnswerError
from ._split import is_table
from ._tables import Encoded
from ._warnings import sentences


@dataclass(frozen=True)
class Answer:
    """What `Client.ask` returns: every table in the kind of the data, and what came beside them.

    Attributes:
        tables: Every table of the answer by its name, such as `forecast`, `detection`, `scores`.
        series: One mapping per series: the model with its parameters, the frequency, what was
            done to the data (`data_report`), the time its fit took.
        warnings: What the server remarked, with `code`, `unique_id`, `message`, `hint`.
        errors: The same for series that failed, and so are missing from the tables.
        raw: The whole answer as it came, for whatever has no attribute here.
        asked: The data that were sent, of which `plot` draws the end.
    """

    tables: dict[str, Any]
    series: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict, repr=False)
    asked: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> Any:
        """The first table: the forecast of a forecast, the detection of a detection."""
        return next(iter(self.tables.values()))

    @property
    def request_id(self) -> str | None:
        """The name of the request in the server's log."""
        return self.raw.get("request_id")

    @property
    def timing_ms(self) -> dict[str, float]:
        """Milliseconds per stage on the server: `parse`, `prepare`, `fit`, `total`."""
        return dict(self.raw.get("timing_ms") or {})

    def plot(self, unique_ids: Sequence[Any] | None = None, engine: str | None = None) -> Any:
        """Draw a forecast after the end of its series, the verdicts of a detection, or what was studied.

        Of a backtest these are the held-out values and what each model expected, of a profile the series and
        what it is, of a decomposition its parts, of change points where they are.

        Args:
            unique_ids: Which series; the first eight if omitted.
            engine: `matplotlib` or `plotly`; the first of them that is installed if omitted.

        Returns:
            A figure of that library, a plot for each series and, of a decomposition, for each part.

        Raises:
            DataError: The answer has nothing to draw, has no such series, or the engine is another.
            MissingDependencyError: The engine is not installed, or none is.
        """
        return figure(panels_of(self.raw, self.asked, unique_ids), engine)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the table, and the remarks above it."""
        remarks = [*sentences(self.errors), *sentences(self.warnings)]
        shown = "".join(f"<li>{escape(text)}</li>" for text in remarks)
        head = f"<ul>{shown}</ul>" if remarks else ""
        own = getattr(self.table, "_repr_html_", None)
        return head + (own() if own else f"<pre>{escape(pformat(self.table, compact=True))}</pre>")


def read_answer(raw: dict[str, Any], data: Encoded) -> Answer:
    """Build an answer, its tables and ids as the data had them.

    Raises:
        InvalidAnswerError: There is no table in it.
    """
    tables = {name: data.decode(value) for name, value in raw.items() if is_table(value)}
    if not tables:
        raise InvalidAnswerError(f"there is no table in the answer, only {sorted(raw)}")
    return Answer(
        tables,
        series=_with_ids(raw, "series", data.decode_id),
        warnings=_with_ids(raw, "warnings", data.decode_id),
        errors=_with_ids(raw, "errors", data.decode_id),
        raw=raw,
        asked=data.body,
    )


def with_last_rows(raw: dict[str, Any], count: int) -> dict[str, Any]:
    """Return the answer to a detection with so many last rows of each series in its table."""
    table: Any = raw.get("detection")
    if not is_table(table):
        return raw
    ids: list[Any] = table["unique_id"]
    left, rows = Counter(ids), []
    for row, name in enumerate(ids):
        if left[name] <= count:
            rows.append(row)
        left[name] -= 1
    last = {name: [column[row] for row in rows] for name, column in table.items()}
    return {**raw, "detection": last}


def _with_ids(
    raw: Mapping[str, Any], name: str, decode_id: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    remarks = [dict(remark) for remark in raw.get(name) or []]
    for remark in remarks:
        if remark.get("unique_id") is not None:
            remark["unique_id"] = decode_id(remark["unique_id"])
    return remarks
