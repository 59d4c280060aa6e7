"""Trend and one season by loess, which may change over time."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from models.data.series import Notice, Series
from models.decomposers.base import Decomposer, Decomposition
from models.errors import InvalidParameter
from models.params import SeasonalParams
from models.stats.loess import seasonal_trend


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise InvalidParameter(
            f"a loess window must be odd, got {value}", f"use {value - 1} or {value + 1}"
        )
    return value


OddWindow = Annotated[int, Field(ge=3, le=100_001), AfterValidator(_odd)]
"""Observations or cycles that a loess looks at: so many to each side, and the point itself."""


class STLParams(SeasonalParams):
    """How quickly season and trend may change."""

    seasonal: OddWindow = Field(
        7,
        title="Seasonal window",
        description="Cycles over which the season is smoothed, odd: the more, the less it changes.",
    )
    trend: OddWindow | None = Field(
        None,
        title="Trend window",
        description="Observations over which the trend is smoothed, odd and longer than the season; about one"
        " and a half seasons if omitted.",
    )
    robust: bool = Field(
        False,
        title="Robust",
        description="Whether season and trend resist outliers (slower).",
    )


class STL(Decomposer[STLParams]):
    """Seasonal and trend decomposition by loess: one season, which may change over time.

    Reference: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition
    procedure based on loess, Journal of Official Statistics 6(1), 3-73.
    """

    name = "stl"
    title = "STL"
    summary = "Trend and a season that may change over time, by loess; robust if asked for."
    reference = (
        "Cleveland et al. (1990), STL: A seasonal-trend decomposition procedure based on loess"
    )
    parts = ("trend", "seasonal", "residual")
    trend_window_: int | None = None

    def required_observations(self, season_length: int) -> int:
        """Two whole cycles and a point."""
        return 2 * season_length + 1

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Local regressions at every point, over windows as long as the season."""
        return 1e-3 + observations * (5e-6 + 3.6e-7 * season_length)

    def notices(self) -> Sequence[Notice]:
        """Tell of a trend window that had to be wider."""
        asked, used = self.params.trend, self.trend_window_
        if asked == used:
            return ()
        text = f"the trend window of {asked} is not longer than the season: {used} was used"
        return (Notice("window_widened", text, "leave trend out, or name a longer one"),)

    def _decompose(self, series: Series) -> Decomposition:
        self.trend_window_ = widened(self.params.trend, self.season_length_)
        found = seasonal_trend(
            series.y,
            [self.season_length_],
            [self.params.seasonal],
            trend=self.trend_window_,
            robust=self.params.robust,
        )
        (seasonal,) = found.seasonal
        return Decomposition(
            {"trend": found.trend, "seasonal": seasonal, "residual": found.residual}
        )


def widened(window: int | None, season_length: int) -> int | None:
    """Return the trend window, or the least odd one that is longer than the season."""
    if window is None:
        return None
    return max(window, season_length + 1 + season_length % 2)
