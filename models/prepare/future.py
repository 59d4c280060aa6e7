"""Future values of exogenous variables, aligned to the stamps that follow a series."""

from collections.abc import Mapping

import numpy as np

from models.data.series import Notice, RawSeries, Series
from models.errors import BadStamps, BadValues
from models.prepare.layout import Layout, distinct_layout, regular_layout
from models.prepare.options import PreparationOptions
from models.prepare.resample import resampled_layout
from models.time.zones import zone_name
from models.types import FloatArray, IntArray, StampArray
from models.wording import counted, nearest


def align_future(
    series: Series, rows: RawSeries, options: PreparationOptions, notices: list[Notice]
) -> Mapping[str, FloatArray]:
    """Return name to values at the stamps after the series' end; shape (steps,) each.

    Rows, if there are any, may come in any order, and are resampled as the series was; without timestamps
    they follow its end. Those at or before the end, or at times at which a business is closed, are ignored with a
    notice. Raises ``BadStamps`` naming
    rows that are lacking, and ``BadValues`` for missing values and columns without a history.
    """
    _check_columns(series, rows)
    if not _size(rows) or (rows.ds is None and rows.start is None):
        columns = dict(rows.exog)
    else:
        layout = _layout(series, rows, options)
        ahead = _ahead(series, layout.grid.stamps, notices)
        columns = {n: layout.place(v, beside=True)[ahead] for n, v in rows.exog.items()}
    for name, values in columns.items():
        wrong = ~np.isfinite(values)
        if wrong.any():
            stamp = _text(series, series.grid.future(len(values))[wrong][:1])
            raise BadValues(
                f"the future value of {name} at {stamp} is missing", "send a number", ds=stamp
            )
    return columns


def _check_columns(series: Series, rows: RawSeries) -> None:
    strange = sorted(set(rows.exog) - set(series.exog))
    if strange:
        near = nearest(strange[0], series.exog)
        raise BadValues(
            f"the series has no column {', '.join(strange)}, and its future has",
            f"did you mean '{near}'?" if near else "send the same columns with the history",
        )
    size = _size(rows)
    uneven = [name for name, values in rows.exog.items() if len(values) != size]
    if uneven:
        raise BadValues(
            f"the future column {uneven[0]} has {len(rows.exog[uneven[0]])} values for {size} rows",
            "send one value per row",
        )


def _size(rows: RawSeries) -> int:
    return len(next(iter(rows.exog.values()), ())) if rows.ds is None else len(rows.ds)


def _layout(series: Series, rows: RawSeries, options: PreparationOptions) -> Layout:
    """Lay out the future rows in time order, resampled if the series was."""
    grid = series.grid
    tz = grid.tz if options.tz is None else zone_name(options.tz)
    freq = None if options.resample else grid.freq
    if rows.ds is None:
        layout = regular_layout(rows.start, freq, _size(rows), tz)
    else:
        layout = distinct_layout(rows.ds, freq, tz, rows.tz, options.duplicates)
    return (
        layout
        if options.resample is None
        else resampled_layout(layout, options.resample, grid.freq)
    )


def _ahead(series: Series, stamps: StampArray, notices: list[Notice]) -> IntArray:
    """Return the places of the rows behind the series' end; from there no step may lack."""
    grid = series.grid
    if stamps.dtype.kind != grid.stamps.dtype.kind:
        raise BadStamps(
            "the future timestamps are of another kind than the series'", "send the same kind"
        )
    first = int(np.searchsorted(stamps, grid.stamps[-1], side="right"))
    if first:
        text = f"{counted(first, 'future row is', 'future rows are')} not after the series' end"
        notices.append(Notice("future_rows_ignored", text))
    places = np.arange(first, len(stamps))
    is_open = grid.freq.is_open(grid.local(stamps[first:]))
    if not is_open.all():
        closed = counted(int((~is_open).sum()), "future row is", "future rows are")
        text = f"{closed} at closed times ({grid.freq.alias})"
        notices.append(Notice("future_rows_ignored", text))
        places = places[is_open]
    later = stamps[places]
    lacking = np.setdiff1d(grid.future(len(later)), later)
    if lacking.size:
        listed = ", ".join(_text(series, lacking[i : i + 1]) for i in range(min(3, lacking.size)))
        raise BadStamps(
            f"the future rows lack {lacking.size} of the next {counted(len(later), 'step')}, first {listed}",
            "send one row for every step after the series' end",
            ds=_text(series, lacking[:1]),
        )
    return places


def _text(series: Series, stamp: StampArray) -> str:
    return str(next(iter(series.grid.text(stamp))))
