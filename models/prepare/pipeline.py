"""From rows as they were sent to series on a regular grid, with a report of all that was done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast, overload

import numpy as np

from models.contract.context import QUIET, Context
from models.data.outcomes import named
from models.data.panel import Panel
from models.data.series import DataReport, Notice, RawSeries, Series
from models.data.table import Table, same_stamps
from models.errors import (
    BadStamps,
    BadValues,
    InvalidRequest,
    MissingValues,
    NoObservations,
    SeriesError,
)
from models.prepare import missing
from models.prepare.at_once import Grids, grids_of, usable
from models.prepare.future import align_future
from models.prepare.layout import Layout, distinct_layout, explicit_layout, regular_layout
from models.prepare.options import PreparationOptions
from models.prepare.resample import resampled_layout, step_of, whole_steps
from models.stats.missing_codes import missing_code
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.zones import zone_name
from models.types import BoolArray, FloatArray, IntArray
from models.wording import counted

_LARGEST = 1e100
"""Squares of larger values, which every model forms, come near the end of what a float holds."""


@dataclass(slots=True, eq=False)
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


@dataclass(slots=True, eq=False)
class PreparedPanel(Sequence[Prepared]):
    """What became of every series of a table; one is made when asked for.

    ``panel``: the series that there are, in order; ``rows``: shape (len(panel),), the number of each
    among all. ``sent``: shape (n,), how many rows each had. ``told``: by number, those of which there is
    more to tell than that they were taken as they were sent.
    """

    ids: Sequence[str]
    panel: Panel
    rows: IntArray
    sent: IntArray
    told: Mapping[int, Prepared] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, key: int) -> Prepared: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Prepared]: ...

    def __getitem__(self, key: int | slice) -> Prepared | Sequence[Prepared]:
        if isinstance(key, slice):
            return [self[i] for i in range(len(self))[key]]
        i = range(len(self))[key]
        if i in self.told:
            return self.told[i]
        series = self.panel[int(np.searchsorted(self.rows, i))]
        return Prepared(self.ids[i], series, self.report(i))

    def report(self, i: int) -> DataReport:
        """Return what was done to a series."""
        if i in self.told:
            return self.told[i].report
        rows = int(self.sent[i])
        return DataReport(rows, rows)

    @property
    def notices(self) -> list[Notice]:
        """What is to be told of the series, in order."""
        return [notice for one in self.told.values() for notice in one.notices]

    @property
    def failures(self) -> list[SeriesError]:
        """Why some of the series could not be prepared, in order."""
        return [one.error for one in self.told.values() if one.error is not None]

    def without(self, errors: Mapping[int, SeriesError]) -> Self:
        """Return it with errors instead of some series of the panel, by their number there."""
        if not errors:
            return self
        numbers = {int(self.rows[place]): error for place, error in errors.items()}
        failed = {i: replace(self[i], series=None, error=error) for i, error in numbers.items()}
        kept = np.setdiff1d(np.arange(len(self.panel)), [*errors])
        told = dict(sorted({**self.told, **failed}.items()))
        return replace(self, panel=self.panel[kept], rows=self.rows[kept], told=told)


def prepare(
    sent: Sequence[RawSeries],
    options: PreparationOptions,
    future: Sequence[RawSeries] = (),
    context: Context = QUIET,
) -> PreparedPanel:
    """Prepare each series, in order; one that cannot be prepared has an ``error``.

    ``sent``: a ``Table`` or single series; the arrays of a table whose series are complete, regular and
    in order are those of the panel. ``future``: rows of exogenous variables behind the end of the
    series, matched by ``unique_id``. Raises ``InvalidRequest`` for options, or future rows, that go with
    no series; ``BudgetExceeded`` or ``Cancelled`` as the context says.
    """
    table = sent if isinstance(sent, Table) else Table.of(sent)
    later = {rows.unique_id: rows for rows in future}
    strangers = sorted(later.keys() - {*table.ids}) if later else []
    if strangers:
        raise InvalidRequest(
            f"future has rows of {strangers[0]!r:.60}, which is none of the series",
            "give future rows the unique_id of their series",
            path=("future",),
        )
    return _Preparation(options, later, context).of(table)


class _Preparation:
    """The options of one request, read once, and the layout of the series before."""

    def __init__(
        self, options: PreparationOptions, future: Mapping[str, RawSeries], context: Context
    ) -> None:
        self.options = options
        self.future = future
        self.context = context
        self.tz = None if options.tz is None else zone_name(options.tz)
        self.freq = None if options.freq == "auto" else Frequency.parse(options.freq)
        if options.resample is not None:
            step_of(options.resample)  # what is wrong with it is wrong for every series
        given = options.season_length
        self.seasons = None if given is None else tuple(np.atleast_1d(given).astype(int).tolist())
        self._last: tuple[Any, Any, Layout] | None = None
        self._known: dict[Any, Layout] = {}

    def of(self, table: Table) -> PreparedPanel:
        """Prepare all series: those that need nothing at once, the others one by one."""
        grids = self._grids(table)
        seasons = [self.seasons] * len(table)
        if None not in grids:
            whole = Panel(table.ids, table.y, table.offsets, cast(Sequence[Grid], grids), seasons)
            return PreparedPanel(table.ids, whole, np.arange(len(table)), table.lengths)
        told: dict[int, Prepared] = {}
        ready: list[Series] = []
        rows: list[int] = []
        for i, (raw, grid) in enumerate(zip(table, grids, strict=True)):
            if grid is None:
                self.context.check()
                series = (one := self.prepare(raw)).series
                told[i] = one
            else:
                series = Series(raw.unique_id, raw.y, grid, self.seasons)
            if series is not None:
                ready.append(series)
                rows.append(i)
        numbers = np.array(rows, dtype=np.int64)
        return PreparedPanel(table.ids, Panel.of(ready), numbers, table.lengths, told)

    def _grids(self, table: Table) -> Grids:
        """Return the grids of the series that are what they shall be as they were sent."""
        busy = self.options.resample is not None or self.future or table.exog
        if busy or table.loose is not None:
            return [None] * len(table)
        grids = grids_of(
            table, self.freq, self.tz, lambda i: self._layout(table[i]), self.context.check
        )
        fine = usable(table, _LARGEST)
        if fine.all():
            return grids
        return [grid if ok else None for grid, ok in zip(grids, fine.tolist(), strict=True)]

    def prepare(self, raw: RawSeries) -> Prepared:
        """Prepare one series."""
        try:
            return self._prepare(raw, self._layout(raw))
        except SeriesError as error:
            report = DataReport(rows=len(raw.y))
            return Prepared(raw.unique_id, None, report, error=named(error, raw.unique_id))

    def _layout(self, raw: RawSeries) -> Layout:
        """Return where the rows go; equal arrays share it, and equal lists of neighbours."""
        freq = self.freq if raw.freq is None or raw.freq == "auto" else Frequency.parse(raw.freq)
        if not len(raw.y):
            raise NoObservations("the series has no rows", "send at least one value")
        if raw.ds is None:
            layout = regular_layout(raw.start, freq, len(raw.y), self.tz)
            return self._resampled(layout)
        if len(raw.ds) != len(raw.y):
            raise BadStamps(
                f"{len(raw.ds)} timestamps do not go with {len(raw.y)} values",
                "send one timestamp per value",
            )
        asked = (freq, raw.tz)
        key = (asked, raw.ds.dtype, raw.ds.tobytes()) if isinstance(raw.ds, np.ndarray) else None
        if key in self._known:
            return self._known[key]
        if self._last and self._last[1] == asked and same_stamps(self._last[0], raw.ds):
            return self._last[2]
        duplicates = self.options.duplicates
        rows = distinct_layout(raw.ds, freq, self.tz, raw.tz, duplicates)
        resampled = self.options.resample is not None
        layout = self._resampled(rows) if resampled else explicit_layout(rows, freq, duplicates)
        if key is None:
            self._last = (raw.ds, asked, layout)
        else:
            self._known[key] = layout
        return layout

    def _resampled(self, layout: Layout) -> Layout:
        option = self.options.resample
        return layout if option is None else resampled_layout(layout, option)

    def _prepare(self, raw: RawSeries, layout: Layout) -> Prepared:
        """Put the columns on the grid, settle missing values and align the future."""
        _check_values(raw, layout)
        layout = whole_steps(layout, raw.y)
        notices = list(layout.notices)
        y = layout.place(raw.y)
        exog = {n: _complete(n, layout.place(v, beside=True), notices) for n, v in raw.exog.items()}
        series = Series(raw.unique_id, y, layout.grid, self.seasons, exog=exog)
        report, positions = layout.report(len(raw.y)), layout.positions()
        absent = np.isnan(y)
        notices += _of_code(y)
        if absent.all():
            hint = "send at least one value"
            raise NoObservations("the series has no value that is not missing", hint)
        if absent.any() and self.options.missing == "drop":
            series, positions = _dropped(series, absent, positions)
            report.missing_dropped = int(absent.sum())
            notices = [notice for notice in notices if notice.code != "gaps_filled"]
            notices.append(_drop_notice(report))
        elif absent.any():
            filled = self._fill(y, layout.grid, absent, notices)
            # A caller who says that no row means zero has observed zeros.
            seen = None if self.options.missing == "zero" else ~absent
            series = replace(series, y=filled, observed=seen)
            report.missing_filled = int(absent.sum())
        report.used = len(series)
        rows = self.future.get(raw.unique_id)
        if rows is not None:
            series = replace(series, future=align_future(series, rows, self.options, notices))
        named = tuple(replace(notice, unique_id=raw.unique_id) for notice in notices)
        return Prepared(raw.unique_id, series, report, named, positions=positions)

    def _fill(
        self, y: FloatArray, grid: Grid, absent: BoolArray, notices: list[Notice]
    ) -> FloatArray:
        """Return y without missing values, by the policy asked for."""
        policy, count, all_of = self.options.missing, int(absent.sum()), counted(len(y), "value")
        if policy == "error":
            stamp = grid.stamp(int(absent.argmax()))
            raise MissingValues(
                f"{counted(count, f'of {all_of} is', f'of {all_of} are')} missing, first at {stamp}",
                "fill them, or set missing to interpolate, ffill, zero, mean, seasonal or drop",
                ds=stamp,
            )
        how: str = policy
        if policy in ("seasonal", "interpolate"):
            filled, season = missing.beside_season(y, grid, self.seasons)
            how = _interpolated(policy, season)
        else:
            filled = missing.SIMPLE[policy](y)
            if policy == "ffill" and absent[0]:
                how = f"ffill; the first {int(absent.argmin())} took the value that follows"
        late = int(absent[::-1].argmin())
        last = f", {late} of them at the end" if late else ""
        absent_ones = counted(count, f"of {all_of} was missing", f"of {all_of} were missing")
        text = f"{absent_ones}{last}, and filled in; policy: {how}"
        notices.append(Notice("missing_filled", text))
        return filled


def _of_code(y: FloatArray) -> Iterator[Notice]:
    """Tell of a value that may stand for a missing one."""
    code = missing_code(y)
    if code is not None:
        times = int((y == code).sum())
        text = (
            f"{code:g} occurs {times} times, far from all other values: is it a code for missing?"
        )
        hint = "send null where a value is missing; auto learns nothing from such a code"
        yield Notice("missing_code", text, hint)


def _interpolated(policy: str, season: int) -> str:
    """Say how values were filled in, given the season that was found, 1 for none."""
    if policy == "seasonal":
        return f"seasonal ({season})" if season > 1 else "interpolate, as no season was found"
    return f"interpolate, beside the season of {season}" if season > 1 else "interpolate"


def _check_values(raw: RawSeries, layout: Layout) -> None:
    """Raise ``BadValues`` for columns of another length than y, infinite and absurdly large values."""
    for name, values in {"y": raw.y, **raw.exog}.items():
        if len(values) != len(raw.y):
            text = f"column {name} has {counted(len(values), 'value')}, y has {len(raw.y)}"
            raise BadValues(text, "send one value per row")
        wrong = np.abs(values) > _LARGEST
        if wrong.any():
            row = int(wrong.argmax())
            positions = layout.positions()
            stamp = layout.grid.stamp(row if positions is None else int(positions[row]))
            raise BadValues(
                f"values must be finite and at most {_LARGEST:g} in size,"
                f" got {values[row]:g} in column {name} at {stamp}",
                "send a finite number, or null for a missing value",
                ds=stamp,
            )


def _complete(name: str, values: FloatArray, notices: list[Notice]) -> FloatArray:
    """Return an exogenous column without missing values."""
    absent = int(np.isnan(values).sum())
    if not absent:
        return values
    if absent == len(values):
        text = f"the exogenous column {name} has no values"
        raise BadValues(text, "send values or leave the column out")
    notices.append(
        Notice(
            "exog_filled",
            f"{counted(absent, 'missing value was', 'missing values were')} interpolated in {name}",
        )
    )
    return missing.interpolate(values)


def _dropped(
    series: Series, absent: BoolArray, positions: IntArray | None
) -> tuple[Series, IntArray]:
    """Return the series without the absent points, and where its rows are now (-1: dropped)."""
    moved = np.where(absent, -1, np.cumsum(~absent) - 1)
    grid = series.grid
    kept = replace(
        series,
        y=series.y[~absent],
        grid=Grid(grid.freq, grid.stamps[~absent], grid.tz),
        exog={name: values[~absent] for name, values in series.exog.items()},
    )
    return kept, moved if positions is None else moved[positions]


def _drop_notice(report: DataReport) -> Notice:
    points = counted(report.missing_dropped, "point")
    text = f"{points} without a value: left out, the others are taken to follow one another"
    hint = "seasons are counted in the rows that are left: to keep them in step, use interpolate or seasonal"
    return Notice("missing_dropped", text, hint)
