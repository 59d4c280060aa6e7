"""The exponentially weighted moving average: the nearer an observation, the more it counts."""

from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from models.data.results import ModelInfo
from models.data.series import Series
from models.forecasters.panel import PanelForecaster
from models.params import FadingParams, SmoothingFactor
from models.stats.distributions import residual_std
from models.stats.exponential_mean import exponential_mean, fitted_alphas
from models.types import FloatArray


class EWMAParams(FadingParams):
    """How quickly the past is forgotten: by ``alpha``, by ``span``, or fitted if both are left out."""

    alpha: SmoothingFactor = Field(
        None,
        description="Weight of the newest observation; fitted by least squares if left out.",
    )


class EWMA(PanelForecaster[EWMAParams]):
    """Forecast with the exponentially weighted mean, which begins at the first observation.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §8.1 and §8.7.
    """

    name = "ewma"
    title = "Exponentially weighted average"
    summary = "Weighted mean in which the past fades; follows a level that wanders slowly."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §8.1"
    )

    def required_observations(self, season_length: int) -> int:
        """One observation, or three to fit the smoothing factor."""
        return 1 if self.params.given_alpha is not None else 3

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """About 30 passes of a compiled filter."""
        return 4e-4 + 5e-7 * observations

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell each member's smoothing factor."""
        base = self.info()
        factors = self.alpha_[:, 0].tolist()
        return [replace(base, params={**base.params, "alpha": factor}) for factor in factors]

    def _resolved_params(self) -> dict[str, Any]:
        return {**self.params.model_dump(), "alpha": float(self.alpha_[0, 0])}

    def _fit_panel(self, y: FloatArray) -> None:
        given = self.params.given_alpha
        if given is None:
            self.alpha_ = fitted_alphas(y)
            means = np.concatenate(
                [
                    exponential_mean(row[None], a)
                    for row, a in zip(y, self.alpha_[:, 0], strict=True)
                ]
            )
        else:
            self.alpha_ = np.full((len(y), 1), given)
            means = exponential_mean(y, given)
        self._keep(y, means)

    def _keep(self, y: FloatArray, means: FloatArray) -> None:
        self.level_ = means[:, -1:]
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, 1:] = means[:, :-1]
        self.sigma_ = residual_std(
            y - self.fitted_, parameters=int(self.params.given_alpha is None)
        )

    def _apply(self, series: Series) -> None:
        self._require_one(len(self.alpha_))
        self._keep(series.y[None], exponential_mean(series.y[None], float(self.alpha_[0, 0])))

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.repeat(self.level_, horizon, axis=1)

    def _error_std_panel(self, horizon: int) -> FloatArray:
        return np.asarray(self.sigma_ * np.sqrt(1.0 + np.arange(horizon) * self.alpha_**2))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_

    def _update(self, y: FloatArray) -> None:
        means = np.concatenate([self.level_, y[None]], axis=1)
        means = exponential_mean(means, float(self.alpha_[0, 0]))
        self.fitted_ = np.concatenate([self.fitted_, means[:, :-1]], axis=1)
        self.level_ = means[:, -1:]
