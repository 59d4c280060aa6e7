"""Trend and seasons by loess: STL for one season, MSTL for several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np

from models.types import FloatArray


class LoessOptions(TypedDict, total=False):
    """What is passed on to every pass: see ``statsmodels.tsa.seasonal.STL``."""

    trend: int | None
    robust: bool
    seasonal_deg: int
    trend_jump: int
    low_pass_jump: int


_ONE_WINDOW = (11,)
"""What MSTL takes for a single season."""


@dataclass(frozen=True, slots=True, eq=False)
class SeasonalTrend:
    """A series as the sum of ``trend`` (t,), the rows of ``seasonal`` (seasons, t) and ``residual`` (t,)."""

    trend: FloatArray
    seasonal: FloatArray
    residual: FloatArray


def seasonal_trend(
    y: FloatArray,
    seasons: Sequence[int],
    windows: Sequence[int] | None = None,
    **options: Unpack[LoessOptions],
) -> SeasonalTrend:
    """Take a series, shape (t,), apart into its trend and its seasons, at least one, ascending, up to t / 2.

    ``windows``: odd cycles over which each season is smoothed; 11, 15, ... if None.

    Reference: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition
    procedure based on loess, Journal of Official Statistics 6(1), 3-73; Bandara, Hyndman and Bergmeir
    (2021), MSTL, arXiv:2107.13462.
    """
    from statsmodels.tsa.seasonal import MSTL, STL

    if len(y) == 2 * seasons[-1]:  # which is too short for MSTL, not for STL
        if len(seasons) > 1:
            shorter = seasonal_trend(y, seasons[:-1], windows and windows[:-1], **options)
            rest = seasonal_trend(y - shorter.seasonal.sum(axis=0), seasons[-1:], None, **options)
            both = np.concatenate([shorter.seasonal, rest.seasonal])
            return SeasonalTrend(rest.trend, both, rest.residual)
        alone = STL(y, period=seasons[0], seasonal=(windows or _ONE_WINDOW)[0], **options).fit()
        return SeasonalTrend(alone.trend, alone.seasonal[None], alone.resid)
    found = MSTL(y, periods=list(seasons), windows=windows, stl_kwargs=dict(options)).fit()
    return SeasonalTrend(
        np.asarray(found.trend, np.float64),
        np.asarray(found.seasonal, np.float64).reshape(len(y), -1).T,
        np.asarray(found.resid, np.float64),
    )


def jumps(season_length: int) -> LoessOptions:
    """Return options that smooth only so many points of a window, and interpolate the others, as R does."""
    return {"trend_jump": season_length // 7 + 1, "low_pass_jump": season_length // 10 + 1}
