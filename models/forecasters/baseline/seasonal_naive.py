"""The seasonal naive forecast: this month is like the same month last year."""

import numpy as np

from models.forecasters.panel import PanelForecaster
from models.params import SeasonalParams
from models.stats.distributions import residual_std
from models.types import FloatArray


class SeasonalNaiveParams(SeasonalParams):
    """The season is all that the seasonal naive forecast can be told."""


class SeasonalNaive(PanelForecaster[SeasonalNaiveParams]):
    """Repeat the last season; without a season, the last observation.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    parameter_free = True
    name = "seasonal_naive"
    title = "Seasonal naive"
    summary = "Repeats the last season; hard to beat where the season is strong and stable."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )

    def required_observations(self, season_length: int) -> int:
        """One full season."""
        return season_length

    def _fit_panel(self, y: FloatArray) -> None:
        season = self.season_length_
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, season:] = y[:, :-season]
        self.last_ = y[:, -season:]
        self.sigma_ = residual_std(y - self.fitted_)

    def _predict_panel(self, horizon: int) -> FloatArray:
        return self.last_[:, np.arange(horizon) % self.season_length_]

    def _error_std_panel(self, horizon: int) -> FloatArray:
        cycles = np.arange(horizon) // self.season_length_ + 1
        return np.asarray(self.sigma_ * np.sqrt(cycles))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
