"""The sets of a folder that forecasts are scored on, and their series."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.data.series import RawSeries
from models.prepare import PreparationOptions, Prepared, prepare
from models.types import FloatArray

FREQ = {
    "yearly": "YS",
    "quarterly": "QS",
    "monthly": "MS",
    "weekly": "W",
    "daily": "D",
    "hourly": "h",
}
START = {"weekly": "2000-01-02"}  # a Sunday, where pandas' weeks end
ANY_START = "2000-01-01"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class ForecastSet:
    """Series with a part to learn from and a part to forecast.

    ``name`` of the file; ``data``: rows of ``unique_id``, ``ds``, ``y`` and ``split``, which is train or test,
    and of regressors; ``meta``: a row a series, with its ``unique_id``, ``frequency``, ``season_length``.
    """

    name: str
    data: pd.DataFrame
    meta: pd.DataFrame

    def series(self) -> Iterator[tuple[pd.DataFrame, "pd.Series[Any]"]]:
        """Yield the rows of each series of ``meta``, and what is told of it."""
        parts = {uid: part for uid, part in self.data.groupby("unique_id", observed=True)}
        for _, row in self.meta.iterrows():
            yield parts[row["unique_id"]], row

    def every(self, step: int) -> "ForecastSet":
        """Return every so manieth series."""
        return replace(self, meta=self.meta.iloc[::step])

    def spread(self, most: int | None) -> "ForecastSet":
        """Return so many series at most, evenly spread; all of them if None."""
        count = min(most or len(self.meta), len(self.meta))
        return replace(
            self, meta=self.meta.iloc[np.linspace(0, len(self.meta) - 1, count).astype(int)]
        )


def forecast_sets(folder: Path, names: Collection[str] | None = None) -> Iterator[ForecastSet]:
    """Yield the sets of a folder that have a split, those of these names alone if there are any."""
    for path in sorted(folder.glob("*.parquet")):
        if names and path.stem not in names:
            continue
        data, meta = read_set(path)
        if "split" in data:
            yield ForecastSet(path.stem, data, meta)


def read_set(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a set and what ``*.meta.csv`` tells of its series, whose names stay text."""
    names = {"unique_id": str}  # 1.E-001 is one, and no number
    return pd.read_parquet(path), pd.read_csv(path.with_suffix(".meta.csv"), dtype=names)


def calendar_of(row: "pd.Series[Any]") -> str:
    """Return the date on which a series of ``*.meta.csv`` starts, any where none is known."""
    known = str(row.get("start", ""))
    return known if _DATE.match(known) else START.get(row["frequency"], ANY_START)


def prepare_one(y: FloatArray, row: "pd.Series[Any]") -> Prepared:
    """Prepare values (t,) of a series of ``*.meta.csv`` as they come, on its calendar."""
    raw = RawSeries("a", y, start=calendar_of(row), freq=FREQ[row["frequency"]])
    return prepare([raw], PreparationOptions())[0]
