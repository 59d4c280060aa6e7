"""Short ways to a raw series and to what preparation makes of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.data.series import RawSeries, Series
from models.prepare import PreparationOptions, Prepared, prepare

NAN = float("nan")


def raw(y: Sequence[float], ds: Any = None, **rest: Any) -> RawSeries:
    exog = {name: np.array(values, dtype=float) for name, values in rest.pop("exog", {}).items()}
    unique_id = rest.pop("unique_id", "a")
    return RawSeries(unique_id, np.array(y, dtype=float), ds, exog=exog, **rest)


def prepared(series: RawSeries, future: RawSeries | None = None, **options: Any) -> Prepared:
    return prepare([series], PreparationOptions(**options), [future] if future else [])[0]


def ready(result: Prepared) -> Series:
    assert result.error is None, result.error
    assert result.series is not None
    return result.series


def texts(series: Series) -> list[Any]:
    return list(series.grid.text(series.grid.stamps))


def codes(result: Prepared) -> list[str]:
    return [notice.code for notice in result.notices]
