"""Holt-Winters: a level, a trend and a season, each smoothed."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from models.data.series import Notice
from models.forecasters.smoothing._model import SmoothingForecaster
from models.forecasters.smoothing._search import required_points
from models.params import SeasonalParams
from models.stats.smoothing_form import Form
from models.types import FloatArray


class HoltWintersParams(SeasonalParams):
    """How the season acts, and whether there is a trend that fades."""

    seasonal: Literal["additive", "multiplicative"] = Field(
        "additive",
        title="Season",
        description="Whether the season is added to the level or scales with it (values over 0 only).",
    )
    trend: Literal["additive", "none"] = Field(
        "additive", title="Trend", description="Whether there is a trend."
    )
    damped: bool = Field(False, title="Damped", description="Let the trend fade with the horizon.")


class HoltWinters(SmoothingForecaster[HoltWintersParams]):
    """Holt-Winters' method as the state-space model with the same point forecasts.

    That is ETS(A,A,A) for an additive season and ETS(M,A,M), whose errors scale with the level too,
    for a multiplicative one. Without a season it is Holt's method. Two cycles of a short season, as of quarters,
    are too few for a trend beside it, which is left out then.

    Reference: Winters (1960), Forecasting sales by exponentially weighted moving averages, Management
    Science 6; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §8.3 and §8.7.
    """

    name = "holt_winters"
    title = "Holt-Winters"
    summary = "Smoothed level, trend and season; for series with one clear season."
    reference = (
        "Winters (1960), Forecasting sales by exponentially weighted moving averages, Manag. Sci. 6"
    )

    def _forms(self, positive: bool, season_length: int) -> list[Form]:
        trend = "A" if self.params.trend == "additive" else "N"
        damped = self.params.damped and trend == "A"
        if season_length == 1:
            return [Form("A", trend, "N", damped)]
        kind = "A" if self.params.seasonal == "additive" else "M"
        if kind == "M" and not positive:
            return []
        return [
            Form(kind, trend, kind, damped, season_length),
            Form(kind, "N", kind, season_length=season_length),
        ]

    def _fitting(self, forms: list[Form], y: FloatArray) -> list[Form]:
        """Return the form that was asked for, or without its trend where it needs more observations."""
        return next(([one] for one in forms if required_points(one) <= len(y)), forms)

    def notices(self) -> Sequence[Notice]:
        """Tell of a trend that the series is too short for."""
        if self.params.trend == "none" or self._form().has_trend:
            return super().notices()
        count, season = len(self.fitted_), self.season_length_
        text = f"{count} observations are too few for a trend beside a season of {season}: it was left out"
        return (Notice("trend_left_out", text, "send a longer series, or a trend of 'none'"),)

    def _title(self) -> str:
        return f"Holt-Winters ({self.params.seasonal}{', damped' if self.params.damped else ''})"
