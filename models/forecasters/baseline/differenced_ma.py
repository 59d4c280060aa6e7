"""The moving average of seasonal differences, put back on the smoothed past."""

from typing import Literal

import numpy as np
from pydantic import Field

from models.forecasters.panel import PanelForecaster
from models.params import SeasonalParams
from models.stats.moving import trailing_mean
from models.types import FloatArray


class DifferencedMAParams(SeasonalParams):
    """How the differences and the past are smoothed."""

    window: int = Field(
        7,
        ge=1,
        le=100_000,
        title="Window of the differences",
        description="How many of the last seasonal differences are averaged.",
    )
    past_window: int = Field(
        1,
        ge=1,
        le=100_000,
        title="Window of the past",
        description="How many values around the one a season ago are averaged; 1 takes it as it is.",
    )
    past: Literal["centered", "trailing"] = Field(
        "centered",
        title="Place of the past window",
        description="Around the value a season ago, or ending with it.",
    )


class DifferencedMA(PanelForecaster[DifferencedMAParams]):
    """Forecast the value a season ago, smoothed, plus the average change since a season ago.

    The change is ``y[t] - y[t - m]`` averaged over the last ``window`` steps and held; steps beyond a
    season build on the forecasts before them. Without a season the differences are those of neighbours.

    Reference: Makridakis, Wheelwright and Hyndman (1998), Forecasting: Methods and Applications, 3rd
    ed., ch. 3 (moving averages) and ch. 7 (seasonal differences).
    """

    parameter_free = True
    name = "differenced_ma"
    title = "Moving average of differences"
    summary = "The smoothed value of a season ago plus the recent average change; strong seasons, steady growth."
    reference = (
        "Makridakis, Wheelwright & Hyndman (1998), Forecasting: Methods and Applications, ch. 3"
    )

    def required_observations(self, season_length: int) -> int:
        """One season, and a window of differences after it."""
        return season_length + self.params.window

    def _fit_panel(self, y: FloatArray) -> None:
        season, window = self.season_length_, self.params.window
        changes = trailing_mean(y[:, season:] - y[:, :-season], window)[:, window - 1 :]
        self.change_ = changes[:, -1:]
        self.y_ = y
        first = season + window
        self.fitted_ = np.full_like(y, np.nan)
        for t in range(first, y.shape[1]):
            self.fitted_[:, t] = self._past(y[:, :t], t) + changes[:, t - first]

    def _past(self, known: FloatArray, t: int) -> FloatArray:
        """Return the smoothed value a season before step ``t``, from the columns that are known."""
        at = t - self.season_length_
        ahead = self.params.past_window // 2 if self.params.past == "centered" else 0
        end = min(at + ahead + 1, known.shape[1])
        begin = max(0, at + ahead + 1 - self.params.past_window)
        mean: FloatArray = known[:, begin:end].mean(axis=1)
        return mean

    def _predict_panel(self, horizon: int) -> FloatArray:
        size = self.y_.shape[1]
        known = np.concatenate([self.y_, np.empty((len(self.y_), horizon))], axis=1)
        for t in range(size, size + horizon):
            known[:, t] = self._past(known[:, :t], t) + self.change_[:, 0]
        return known[:, size:]

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
