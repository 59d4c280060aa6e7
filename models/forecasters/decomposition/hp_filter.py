"""Trend by the Hodrick-Prescott filter, carried on; the cycle around it by an autoregression."""

from typing import Any

import numpy as np
from pydantic import Field

from models import registry
from models.contract.context import Context
from models.contract.cost import Workload
from models.data.parts import CYCLE, TREND, Parts
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.params import Params
from models.registry import ForecasterRef
from models.stats.hodrick_prescott import LARGEST, default_lambda, hp_filter
from models.types import FloatArray

_LONGEST_AR = 24
"""Lags of the cycle's autoregression at most: two years of months."""


class HPFilterParams(Params):
    """How smooth the trend is and how trend and cycle go on."""

    smoothness: float | None = Field(
        None,
        gt=0,
        le=LARGEST,
        title="Lambda",
        description="Smoothness of the trend; if omitted, that of the frequency: "
        "yearly 6.25, quarterly 1600, monthly 129600.",
    )
    slope_window: int = Field(
        4,
        ge=1,
        le=100_000,
        title="Slope window",
        description="The trend continues with its mean slope over this many last steps.",
    )
    trend: ForecasterRef | None = Field(
        None,
        title="Trend forecaster",
        description="A forecaster that continues the trend, instead of its local slope.",
    )
    ar_order: int | None = Field(
        None,
        ge=0,
        le=1000,
        title="AR order",
        description="Lags of the cycle's autoregression; chosen by AIC if omitted.",
    )


class HPFilter(Forecaster[HPFilterParams]):
    """Split by the HP filter, then forecast the trend by its slope and the cycle by an AR(p).

    The autoregression is fitted by Burg's method, so the cycle always dies out.

    Reference: Hodrick and Prescott (1997), Journal of Money, Credit and Banking 29(1), 1-16;
    Brockwell and Davis (2016), Introduction to Time Series and Forecasting, 3rd ed., §5.1.2 (Burg).
    """

    name = "hp_filter"
    title = "HP filter"
    summary = (
        "A smooth trend that goes on with its local slope, and a cycle that dies out around it."
    )
    reference = "Hodrick & Prescott (1997), Postwar U.S. business cycles, JMCB 29(1)"
    min_observations = 4

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """One banded solution and some thirty recursions, and a forecaster of the trend if there is one."""
        within = Workload.of_one(observations, season_length, horizon)
        model = self._of_trend()
        return 2e-3 + 5e-6 * observations + (model.cost(within).seconds if model else 0.0)

    def _memory_bytes(self, observations: int, season_length: int, horizon: int) -> int:
        """That of the forecaster of the trend."""
        model, within = self._of_trend(), Workload.of_one(observations, season_length, horizon)
        return model.cost(within).memory_bytes if model else 0

    def _fit_within(self, series: Series, context: Context) -> None:
        self.smoothness_ = self.params.smoothness or default_lambda(series.grid.freq)
        trend, cycle = self._split(series)
        self.ar_ = _autoregression(cycle, self.params.ar_order)
        model = self._of_trend()
        self.trend_model_ = (
            None if model is None else model.fit_one(series.with_values(trend), context)
        )

    def _apply(self, series: Series) -> None:
        trend, _ = self._split(series)
        if self.trend_model_ is not None:
            self.trend_model_ = self.trend_model_.apply_one(series.with_values(trend))

    def _split(self, series: Series) -> tuple[FloatArray, FloatArray]:
        """Return trend and cycle, (t,) each, of which what a forecast goes on from is kept."""
        trend, cycle = hp_filter(series.y, self.smoothness_)
        self.slope_ = float(np.mean(np.diff(trend)[-self.params.slope_window :]))
        self.trend_ = trend
        self.cycle_ = cycle
        return trend, cycle

    def _of_trend(self) -> Forecaster[Any] | None:
        """Return the forecaster that carries the trend on, not fitted; None for its local slope."""
        if self.params.trend is None:
            return None
        spec = registry.spec_of(self.params.trend)
        return registry.create(Forecaster, spec, self.random_state)

    def _predict(self, horizon: int) -> FloatArray:
        return self._trend_ahead(horizon) + _continue(self.cycle_, self.ar_, horizon)

    def _trend_ahead(self, horizon: int) -> FloatArray:
        if self.trend_model_ is not None:
            trend: FloatArray = self.trend_model_.predict(horizon).mean[0]
            return trend
        return np.asarray(self.trend_[-1] + self.slope_ * np.arange(1, horizon + 1))

    def parts(self, horizon: int) -> Parts:
        """Return the trend and the cycle around it."""
        cycle = _continue(self.cycle_, self.ar_, horizon)
        return {TREND: self._trend_ahead(horizon), CYCLE: cycle}

    def _resolved_params(self) -> dict[str, Any]:
        found = {"smoothness": self.smoothness_, "ar_order": len(self.ar_)}
        return super()._resolved_params() | found


def _autoregression(cycle: FloatArray, order: int | None) -> FloatArray:
    """Return AR coefficients by Burg's method, nearest lag first; the order by AIC if None."""
    from statsmodels.regression.linear_model import burg

    size = len(cycle)
    longest = min(_LONGEST_AR, size // 3) if order is None else min(order, size - 1)
    orders = range(1, longest + 1) if order is None else range(longest, longest + 1)
    power = float(np.mean(cycle**2))
    best, least = np.empty(0), size * np.log(power) if power > 0 and order is None else np.inf
    for lags in orders if power > 0 else ():
        if lags == 0:
            continue
        coefficients, variance = burg(cycle, order=lags, demean=False)
        criterion = size * np.log(variance) + 2 * lags if variance > 0 else np.inf
        if criterion < least:
            best, least = np.asarray(coefficients, dtype=np.float64), criterion
    return best


def _continue(cycle: FloatArray, coefficients: FloatArray, horizon: int) -> FloatArray:
    """Return the next values of an autoregression, shape (horizon,)."""
    order = len(coefficients)
    if order == 0:
        return np.zeros(horizon)
    known = np.concatenate([cycle[-order:], np.empty(horizon)])
    for step in range(horizon):
        known[order + step] = known[step : order + step][::-1] @ coefficients
    return known[order:]
