"""Future values of exogenous variables, aligned to the stamps that follow a series."""

from collections.abc import Mapping

import numpy as np

from models.errors import BadStamps, BadValues
from models.prepare.stamps import read_stamps
from models.series import Notice, RawSeries, Series
from models.types import FloatArray, IntArray, StampArray


def align_future(
    series: Series, rows: RawSeries, tz: str | None, notices: list[Notice]
) -> Mapping[str, FloatArray]:
    """Return name to values at the stamps after the series' end; shape (rows,) each.

    Rows may come in any order; those at or before the end are ignored with a notice. Raises
    ``BadStamps`` naming rows that are lacking, and ``BadValues`` for missing values or columns without a history.
    """
    strange = sorted(set(rows.exog) - set(series.exog))
    if strange:
        raise BadValues(
            f"the future columns {', '.join(strange)} are not columns of the series",
            "send the same columns with the history",
        )
    size = len(next(iter(rows.exog.values()), ())) if rows.ds is None else len(rows.ds)
    uneven = [name for name, values in rows.exog.items() if len(values) != size]
    if uneven:
        raise BadValues(
            f"the future column {uneven[0]} has {len(rows.exog[uneven[0]])} values for {size} rows",
            "send one value per row",
        )
    order = None if rows.ds is None else _order(series, rows, tz, notices)
    columns = {n: v if order is None else v[order] for n, v in rows.exog.items()}
    for name, values in columns.items():
        wrong = ~np.isfinite(values)
        if wrong.any():
            stamp = _text(series, series.grid.future(len(values))[wrong][:1])
            raise BadValues(
                f"the future value of {name} at {stamp} is missing", "send a number", ds=stamp
            )
    return columns


def _order(series: Series, rows: RawSeries, tz: str | None, notices: list[Notice]) -> IntArray:
    """Return the rows' indices in time order, without those at or before the series' end."""
    grid = series.grid
    stamps = read_stamps(rows.ds, tz or grid.tz, rows.tz).values
    if stamps.dtype.kind != grid.stamps.dtype.kind:
        raise BadStamps(
            "the future timestamps are of another kind than the series'", "send the same kind"
        )
    order: IntArray = np.argsort(stamps, kind="stable")
    order = order[stamps[order] > grid.stamps[-1]]
    early = len(stamps) - len(order)
    if early:
        notices.append(
            Notice("future_rows_ignored", f"{early} future rows are not after the series' end")
        )
    if not len(order):
        return order
    wanted = grid.future(len(order))
    if np.array_equal(stamps[order], wanted):
        return order
    lacking = np.setdiff1d(wanted, stamps)
    if lacking.size:
        listed = ", ".join(_text(series, lacking[i : i + 1]) for i in range(min(3, lacking.size)))
        raise BadStamps(
            f"the future rows lack {lacking.size} of the next {len(order)} steps, first {listed}",
            "send one row for every step after the series' end",
            ds=_text(series, lacking[:1]),
        )
    raise BadStamps("the future rows repeat a timestamp", "send one row per timestamp")


def _text(series: Series, stamp: StampArray) -> str:
    return str(next(iter(series.grid.text(stamp))))
