"""Series for tests, without the way through preparation."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.data.series import RawSeries, Series
from models.prepare import PreparationOptions, prepare


def noise(size: int = 200, seed: int = 0) -> npt.NDArray[np.float64]:
    """Return standard normal noise, shape (size,)."""
    return np.random.default_rng(seed).normal(size=size)


def series_of(
    y: Sequence[float] | npt.NDArray[np.float64],
    season_length: int | list[int] | None = 1,
    unique_id: str = "a",
) -> Series:
    """Return a prepared series of integer time; the season is 1 unless said otherwise."""
    raw = RawSeries(unique_id, np.asarray(y, dtype=np.float64))
    (prepared,) = prepare([raw], PreparationOptions(season_length=season_length))
    if prepared.series is None:
        raise ValueError(f"not a series: {prepared.error}")
    return prepared.series
