"""What people say of points: which are anomalies and which are normal, in the times of a series."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from pydantic import Field

from models.data.series import Series
from models.errors import BadStamps
from models.params import Params
from models.time.grid import Grid
from models.time.stamps import read_stamps
from models.types import BoolArray

MOST_LABELS = 100_000
"""Labels of one request."""


class Label(Params):
    """A stretch of a series, or one point, that is an anomaly or normal."""

    unique_id: str | int | None = Field(
        None, description="The series; may be left out if there is one."
    )
    start: str | int = Field(description="Its first time, or its only one; written as ds is.")
    end: str | int | None = Field(None, description="Its last time; that of start if omitted.")
    is_anomaly: bool = Field(True, description="True for an anomaly, false for a normal point.")

    def is_of(self, series: Series) -> bool:
        """Whether it speaks of a series."""
        return self.unique_id is None or str(self.unique_id) == series.unique_id


class LabelSpan(NamedTuple):
    """The points of a label: from the place ``first`` to before ``after``."""

    first: int
    after: int
    is_anomaly: bool


def marked(labels: Iterable[Label], series: Series) -> Iterator[LabelSpan]:
    """Yield the places of the labels that speak of a series; raises ``BadStamps`` for times that cannot be."""
    for label in labels:
        if label.is_of(series):
            yield LabelSpan(*_places(label, series.grid), label.is_anomaly)


def flags_of(labels: Sequence[Label], series: Series) -> BoolArray:
    """Return which points are labelled anomalies, shape (t,); a later label holds over an earlier one."""
    flags = np.zeros(len(series), dtype=bool)
    for first, after, is_anomaly in marked(labels, series):
        flags[first:after] = is_anomaly
    return flags


def _places(label: Label, grid: Grid) -> tuple[int, int]:
    times = [label.start, label.start if label.end is None else label.end]
    counted = grid.stamps.dtype.kind in "iu"
    read = read_stamps(times, grid.tz, meant="counts" if counted else None)
    if (read.values.dtype.kind in "iu") != counted or (read.tz is None) != (grid.tz is None):
        what = "integers" if counted else f"dates {'without' if grid.tz is None else 'with'} a zone"
        raise BadStamps(
            f"the label at {label.start} is written unlike the times of its series, {what}",
            "write times of labels as those of the series",
        )
    first, last = read.values
    if first > last:
        raise BadStamps(f"the label at {label.start} ends before it starts", "swap start and end")
    return (
        int(np.searchsorted(grid.stamps, first, side="left")),
        int(np.searchsorted(grid.stamps, last, side="right")),
    )
