"""What follows from a series and the coefficients of its ARIMA: one-step errors, forecasts, and their variance.

The banded Cholesky factor of ``_likelihood``, of the covariance of the series and of the steps ahead, is all that
it takes: time and memory are in proportion to the length times the longest lag, and differences need no guess
of where the series began.

Reference: Ansley (1979), An algorithm for the exact likelihood of a mixed autoregressive-moving average process,
Biometrika 66(1); Brockwell and Davis (1991), Time Series: Theory and Methods, §5.3 (recursive prediction of an
ARMA process), §9.5 (of a differenced one).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import lapack
from scipy.signal import lfilter, lfiltic

from models.errors import FitFailed
from models.forecasters.arima._likelihood import factor, head_of, transformed
from models.forecasters.arima._order import Order
from models.types import FloatArray

_AT_ONCE = 256
"""Columns of the errors' covariance that are worked on at a time."""


@dataclass(frozen=True, eq=False)
class FilteredArima:
    """A series ``y`` (t,) with regressors ``exog`` (t, k) or None, seen by an order with its coefficients.

    ``coefficients``: in statsmodels' order (constant, regressors, ar, ma, seasonal ar and ma, variance).
    """

    order: Order
    coefficients: FloatArray
    y: FloatArray
    exog: FloatArray | None

    @cached_property
    def errors(self) -> FloatArray:
        """What the forecast of each step missed, made of those before, (t,); NaN where differences are lost."""
        band = self._factor(len(self._z))
        errors = np.full(len(self.y), np.nan)
        errors[self.order.points_lost :] = band[0] * self._innovations(band)
        return errors

    def ahead(self, horizon: int, exog: FloatArray | None) -> FloatArray:
        """Return the expected values of the steps ahead, (horizon,); ``exog``: their regressors, (horizon, k)."""
        z = self._z_ahead(self._factor(len(self._z) + horizon), horizon) + self._mean
        past = (self.y - self._regression)[::-1]
        points_lost = self.order.points_lost
        state = (
            lfiltic([1.0], self.order.differencing, past[:points_lost])
            if points_lost
            else np.empty(0)
        )
        level, _ = lfilter([1.0], self.order.differencing, z, zi=state)
        return np.asarray(level if exog is None else level + exog @ self.slopes)

    def variances(self, horizon: int) -> FloatArray:
        """Return the variances of the errors of the steps ahead, (horizon,)."""
        squares = self._squares(self._factor(len(self._z) + horizon), horizon)
        return np.asarray(self.coefficients[-1] * squares)

    @cached_property
    def _polynomials(self) -> tuple[FloatArray, FloatArray]:
        """Return the whole autoregressive and moving-average polynomials."""
        whole = self.order.expanded(self._lags)
        if whole is None:
            raise FitFailed(f"{self.order} is not stationary", "choose a smaller order")
        return whole

    @property
    def _first_lag(self) -> int:
        return len(self.coefficients) - 1 - self.order.lag_count

    @property
    def _lags(self) -> FloatArray:
        return self.coefficients[self._first_lag : -1]

    @property
    def slopes(self) -> FloatArray:
        """What each regressor's unit adds, (k,)."""
        return self.coefficients[int(self.order.has_constant) : self._first_lag]

    @property
    def _mean(self) -> float:
        """The mean of the differenced series: the constant is that of the recursion."""
        if not self.order.has_constant:
            return 0.0
        ar, _, seasonal_ar, _ = self.order.polynomials(self._lags)
        return float(self.coefficients[0] / (ar.sum() * seasonal_ar.sum()))

    @cached_property
    def _regression(self) -> FloatArray:
        return np.zeros(len(self.y)) if self.exog is None else self.exog @ self.slopes

    @cached_property
    def _z(self) -> FloatArray:
        """The differenced series without what regressors and constant explain."""
        return self.order.difference(self.y - self._regression) - self._mean

    def _factor(self, size: int) -> FloatArray:
        band = factor(*self._polynomials, size)
        if band is None:
            raise FitFailed(
                f"{self.order} is too near a unit root on this series",
                "choose a smaller order, or the model 'auto'",
            )
        return band

    def _innovations(self, band: FloatArray) -> FloatArray:
        """Return the standardized innovations, (n,), by the leading part of a factor."""
        ar, ma = self._polynomials
        left = transformed(ar, ma, self._z[:, None])
        found, _ = lapack.dtbtrs(band[:, : len(self._z)], left, uplo="L")
        return np.asarray(found[:, 0])

    def _z_ahead(self, band: FloatArray, horizon: int) -> FloatArray:
        """Return the expected values of the differenced series, (horizon,)."""
        ar, ma = self._polynomials
        size, innovations = len(self._z), self._innovations(band)
        head = head_of(ar, ma)
        z = np.concatenate([self._z, np.zeros(horizon)])
        for at in range(size, size + horizon):
            reach = np.arange(at - size + 1, min(len(band), at + 1))
            z[at] = band[reach, at - reach] @ innovations[at - reach]
            if at >= head and len(ar) > 1:
                z[at] -= ar[1:] @ z[at - len(ar) + 1 : at][::-1]
        return z[size:]

    def _squares(self, band: FloatArray, horizon: int) -> FloatArray:
        """Return the variance of the error of each step per variance of the innovations, (horizon,)."""
        ar, ma = self._polynomials
        size = len(self._z)
        head = head_of(ar, ma)
        first = max(head - size, 0)  # steps that the factor holds as they are
        squares = np.zeros(horizon)
        for start in range(0, horizon, _AT_ONCE):
            columns = np.arange(start, min(start + _AT_ONCE, horizon))
            rows = np.arange(horizon)[:, None] - columns
            inside = (rows >= 0) & (rows < len(band))
            shocks = np.where(inside, band[np.clip(rows, 0, len(band) - 1), size + columns], 0.0)
            errors = _through(shocks, ar, first)
            errors = lfilter([1.0], self.order.differencing, errors, axis=0)
            squares += np.einsum("hc,hc->h", errors, errors)
        return squares


def _through(shocks: FloatArray, ar: FloatArray, first: int) -> FloatArray:
    """Return what an autoregression makes of shocks, (h, columns), the first of which are values already."""
    if first == 0:
        return np.asarray(lfilter([1.0], ar, shocks, axis=0))
    values = shocks.copy()
    for at in range(first, len(values)):
        for lag in range(1, min(at, len(ar) - 1) + 1):
            values[at] -= ar[lag] * values[at - lag]
    return values
