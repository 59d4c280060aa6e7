"""From rows as they were sent to series on a regular grid, with a report of all that was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.errors import BadStamps, BadValues, MissingValues, NoObservations, SeriesError
from models.frequency import Frequency, Grid
from models.prepare import missing
from models.prepare.future import align_future
from models.prepare.layout import Layout, explicit_layout, regular_layout
from models.prepare.options import PreparationOptions
from models.series import DataReport, Notice, RawSeries, Series
from models.types import BoolArray, FloatArray, IntArray
from models.zones import zone_name


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What became of one raw series: a series, or the error why there is none.

    ``positions``: shape (rows,), grid index of each row in the order sent; None if row i is point i.
    A row that was dropped has -1.
    """

    unique_id: str
    series: Series | None
    report: DataReport
    notices: tuple[Notice, ...] = ()
    error: SeriesError | None = None
    positions: IntArray | None = None


def prepare(
    raw: Sequence[RawSeries], options: PreparationOptions, future: Sequence[RawSeries] = ()
) -> list[Prepared]:
    """Prepare each raw series, in order; a series that cannot be prepared has an ``error``.

    ``future``: rows of exogenous variables behind the end of the series, matched by ``unique_id``.
    Raises ``InvalidParameter`` for options that no series could satisfy.
    """
    work = _Preparation(options, {row.unique_id: row for row in future})
    finite = _all_finite(raw)
    return [work.prepare(series, bool(ok)) for series, ok in zip(raw, finite, strict=True)]


def _all_finite(raw: Sequence[RawSeries]) -> BoolArray:
    """Return for each series whether all its values are finite, in one pass over all of them."""
    sizes = np.array([len(series.y) for series in raw], dtype=np.int64)
    if not sizes.sum():
        return np.zeros(len(raw), dtype=np.bool_)
    wrong = np.flatnonzero(~np.isfinite(np.concatenate([series.y for series in raw])))
    finite = sizes > 0
    if wrong.size:
        finite[np.searchsorted(np.cumsum(sizes), wrong, side="right")] = False
    return np.asarray(finite)


class _Preparation:
    """The options of one request, read once, and the layout of the series before."""

    def __init__(self, options: PreparationOptions, future: Mapping[str, RawSeries]) -> None:
        self.options = options
        self.future = future
        self.tz = None if options.tz is None else zone_name(options.tz)
        self.freq = None if options.freq == "auto" else Frequency.parse(options.freq)
        given = options.season_length
        self.seasons = None if given is None else tuple(np.atleast_1d(given).astype(int).tolist())
        self._last: tuple[Any, Frequency | None, Layout] | None = None

    def prepare(self, raw: RawSeries, finite: bool) -> Prepared:
        """Prepare one series; ``finite`` tells whether all its values are."""
        try:
            layout = self._layout(raw)
            if finite and layout.slots is None and not raw.exog and not layout.notices:
                y = raw.y if layout.order is None else raw.y[layout.order]
                series = Series(raw.unique_id, y, layout.grid, self.seasons)
                return Prepared(raw.unique_id, series, layout.report(len(y)))
            return self._prepare(raw, layout)
        except SeriesError as error:
            return Prepared(
                raw.unique_id, None, DataReport(rows=len(raw.y)), error=_named(error, raw.unique_id)
            )

    def _layout(self, raw: RawSeries) -> Layout:
        freq = self.freq if raw.freq is None or raw.freq == "auto" else Frequency.parse(raw.freq)
        if not len(raw.y):
            raise NoObservations("the series has no rows", "send at least one value")
        if raw.ds is None:
            return regular_layout(raw.start, freq, len(raw.y), self.tz)
        if len(raw.ds) != len(raw.y):
            raise BadStamps(
                f"{len(raw.ds)} timestamps do not go with {len(raw.y)} values",
                "send one timestamp per value",
            )
        if self._last and self._last[1] == freq and _same(self._last[0], raw.ds):
            return self._last[2]
        layout = explicit_layout(raw.ds, freq, self.tz, raw.tz, self.options.duplicates)
        self._last = (raw.ds, freq, layout)
        return layout

    def _prepare(self, raw: RawSeries, layout: Layout) -> Prepared:
        _check_finite(raw, layout)
        report, notices = layout.report(len(raw.y)), list(layout.notices)
        y = layout.place(raw.y)
        exog = {
            name: _column(name, layout.place(values), notices) for name, values in raw.exog.items()
        }
        grid, positions, observed = layout.grid, layout.positions(), None
        absent = np.isnan(y)
        if absent.all():
            raise NoObservations(
                "the series has no value that is not missing", "send at least one value"
            )
        if absent.any():
            if self.options.missing == "drop":
                grid, positions = _dropped(grid, absent, positions)
                exog = {name: values[~absent] for name, values in exog.items()}
                y = y[~absent]
                report.missing_dropped = int(absent.sum())
                notices = [n for n in notices if n.code != "gaps_filled"]
            else:
                y = self._fill(y, grid, absent)
                observed = ~absent
                report.missing_filled = int(absent.sum())
            notices.append(_missing_notice(self.options.missing, int(absent.sum()), report.gaps))
        report.used = len(y)
        series = Series(raw.unique_id, y, grid, self.seasons, observed, exog)
        if raw.unique_id in self.future:
            series = replace(
                series, future=align_future(series, self.future[raw.unique_id], self.tz, notices)
            )
        named = tuple(replace(notice, unique_id=raw.unique_id) for notice in notices)
        return Prepared(raw.unique_id, series, report, named, positions=positions)

    def _fill(self, y: FloatArray, grid: Grid, absent: BoolArray) -> FloatArray:
        policy = self.options.missing
        if policy == "error":
            at = int(absent.argmax())
            stamp = _stamp(grid, at)
            raise MissingValues(
                f"{int(absent.sum())} values are missing, first at {stamp}",
                "fill them, or set missing to interpolate, ffill, zero, mean, seasonal or drop",
                ds=stamp,
            )
        if policy == "seasonal":
            return missing.seasonal(y, self.seasons, grid.freq)
        return missing.SIMPLE[policy](y)


def _same(known: Any, ds: Any) -> bool:
    """Whether two series have the same timestamps as sent: then they have the same layout."""
    if known is ds:
        return True
    if type(known) is not type(ds) or len(known) != len(ds):
        return False
    if isinstance(ds, np.ndarray):
        return known.dtype == ds.dtype and bool(np.array_equal(known, ds))
    return bool(known == ds)


def _check_finite(raw: RawSeries, layout: Layout) -> None:
    columns = {"y": raw.y, **raw.exog}
    for name, values in columns.items():
        if len(values) != len(raw.y):
            raise BadValues(
                f"column {name} has {len(values)} values, y has {len(raw.y)}",
                "send one value per row",
            )
        infinite = np.isinf(values)
        if infinite.any():
            row = int(infinite.argmax())
            positions = layout.positions()
            stamp = _stamp(layout.grid, row if positions is None else int(positions[row]))
            raise BadValues(
                f"column {name} is infinite at {stamp}",
                "send a finite number, or null for a missing value",
                ds=stamp,
            )


def _column(name: str, values: FloatArray, notices: list[Notice]) -> FloatArray:
    """Return an exogenous column without missing values."""
    absent = int(np.isnan(values).sum())
    if not absent:
        return values
    if absent == len(values):
        raise BadValues(
            f"the exogenous column {name} has no values", "send values or leave the column out"
        )
    notices.append(Notice("exog_filled", f"{absent} missing values of {name} were interpolated"))
    return missing.interpolate(values)


def _dropped(grid: Grid, absent: BoolArray, positions: IntArray | None) -> tuple[Grid, IntArray]:
    """Return the grid without the absent points, and where the rows are on it (-1: dropped)."""
    moved = np.where(absent, -1, np.cumsum(~absent) - 1)
    kept = Grid(grid.freq, grid.stamps[~absent], grid.tz)
    return kept, moved if positions is None else moved[positions]


def _missing_notice(policy: str, count: int, gaps: int) -> Notice:
    of_gaps = f" ({gaps} of them in gaps)" if gaps else ""
    if policy == "drop":
        return Notice(
            "missing_dropped",
            f"{count} missing values{of_gaps} were left out; the rows closed ranks",
        )
    return Notice(
        "missing_filled", f"{count} missing values{of_gaps} were filled in; policy: {policy}"
    )


def _stamp(grid: Grid, at: int) -> str:
    return str(list(grid.text(grid.stamps[at : at + 1]))[0])


def _named(error: SeriesError, unique_id: str) -> SeriesError:
    return type(error).of([replace(problem, unique_id=unique_id) for problem in error.problems])
