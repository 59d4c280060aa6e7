"""The order of a seasonal ARIMA: what it differences, its polynomials, and its trend."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from models.contract.state import kept
from models.types import FloatArray

Trend = Literal["none", "constant", "linear", "constant_linear"]


@kept
@dataclass(frozen=True, slots=True)
class Order:
    """``(p, d, q)(P, D, Q)[m]`` and the deterministic trend of the differenced series."""

    p: int = 0
    d: int = 0
    q: int = 0
    P: int = 0
    D: int = 0
    Q: int = 0
    m: int = 1
    trend: Trend = "none"

    def __str__(self) -> str:
        """Write as the literature does."""
        seasonal = f"({self.P},{self.D},{self.Q})[{self.m}]" if self.P + self.D + self.Q else ""
        drift = {"none": "", "constant": " with drift" if self.d + self.D else " with mean"}
        tail = drift.get(self.trend, f" with {self.trend.replace('_', ' and ')} trend")
        return f"ARIMA({self.p},{self.d},{self.q}){seasonal}{tail}"

    @property
    def points_lost(self) -> int:
        """How many observations differencing takes."""
        return self.d + self.D * self.m

    @property
    def points_needed(self) -> int:
        """How many observations it takes: one to spare beside those that lags are told from."""
        return self.points_lost + self.parameters + bool(self.lag_count)

    @property
    def parameters(self) -> int:
        """How many numbers are estimated, the variance among them."""
        terms = {"none": 0, "constant": 1, "linear": 1, "constant_linear": 2}[self.trend]
        return self.lag_count + terms + 1

    def distance(self, other: "Order") -> int:
        """Return how many coefficients one has and the other has not."""
        pairs = zip(self.sizes, other.sizes, strict=True)
        return sum(abs(one - another) for one, another in pairs)

    @property
    def has_constant(self) -> bool:
        """Whether the differenced series has a mean of its own."""
        return self.trend in ("constant", "constant_linear")

    @property
    def has_time(self) -> bool:
        """Whether the differenced series rises with time, which takes a regressor: ``rising_time``."""
        return self.trend in ("linear", "constant_linear")

    def rising_time(self, size: int) -> FloatArray:
        """Return values (size,) whose differences are 1, 2, 3 and so on, after zeros."""
        time = np.maximum(np.arange(size) - self.points_lost + 1.0, 0.0)
        return np.asarray(lfilter([1.0], self.differencing, time))

    @property
    def differencing(self) -> FloatArray:
        """The polynomial that differences the series, (k,), by rising powers of the lag."""
        polynomial = np.ones(1)
        for step in [1] * self.d + [self.m] * self.D:
            polynomial = np.convolve(polynomial, np.r_[1.0, np.zeros(step - 1), -1.0])
        return polynomial

    def difference(self, y: FloatArray) -> FloatArray:
        """Return a series, (t, ...), differenced as the order says, along the first axis."""
        for _ in range(self.D):
            y = y[self.m :] - y[: -self.m]
        return np.diff(y, self.d, axis=0) if self.d else y

    def sarimax(self, y: FloatArray, exog: FloatArray | None, *, simple: bool) -> Any:
        """Return statsmodels' model of a series (t,) with regressors (t, k), which tests and benchmarks ask."""
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        seasonal = (self.P, self.D, self.Q, self.m if self.P + self.D + self.Q else 0)
        return SARIMAX(
            y,
            exog=exog,
            order=(self.p, self.d, self.q),
            seasonal_order=seasonal,
            trend="c" if self.has_constant else "n",
            simple_differencing=simple,
            concentrate_scale=simple,  # one number less to search, whatever the unit of the series
        )

    @property
    def lag_count(self) -> int:
        """How many coefficients the four polynomials have."""
        return sum(self.sizes)

    @property
    def names(self) -> list[str]:
        """What the coefficients of the four polynomials are called."""
        kinds = zip(
            ("ar.L", "ma.L", "ar.S.L", "ma.S.L"), (1, 1, self.m, self.m), self.sizes, strict=True
        )
        return [f"{kind}{step * lag}" for kind, step, size in kinds for lag in range(1, size + 1)]

    def taken_over(self, others: "Order", x: FloatArray) -> FloatArray:
        """Return another's coefficients, (count,), in this order: without those it lacks, new ones zero."""
        at, parts = 0, []
        for size, given in zip(self.sizes, others.sizes, strict=True):
            parts.append(padded(x[at : at + given], size))
            at += given
        return np.concatenate(parts)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many coefficients each polynomial has, arranged as ar, ma, seasonal ar and seasonal ma."""
        return self.p, self.q, self.P, self.Q

    def polynomials(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return ``1 - ar``, ``1 + ma``, ``1 - seasonal ar``, ``1 + seasonal ma`` by rising powers.

        Each of shape (its order + 1,). ``x``: coefficients, shape (count,).
        """
        at, middle, last = self.p, self.p + self.q, self.p + self.q + self.P
        one = np.ones(1)
        return (
            np.concatenate([one, -x[:at]]),
            np.concatenate([one, x[at:middle]]),
            np.concatenate([one, -x[middle:last]]),
            np.concatenate([one, x[last:]]),
        )

    def expanded(self, x: FloatArray) -> tuple[FloatArray, FloatArray] | None:
        """Return the whole autoregressive and moving-average polynomials, (order + 1,); None if not stationary.

        ``x``: coefficients, shape (count,).
        """
        ar, ma, seasonal_ar, seasonal_ma = self.polynomials(x)
        if not (is_stationary(ar) and is_stationary(seasonal_ar)):
            return None
        return self._product(ar, seasonal_ar), self._product(ma, seasonal_ma)

    def _product(self, short: FloatArray, seasonal: FloatArray) -> FloatArray:
        if len(seasonal) == 1:
            return short
        spaced = np.zeros((len(seasonal) - 1) * self.m + 1)
        spaced[:: self.m] = seasonal
        return np.convolve(short, spaced)


def is_stationary(polynomial: FloatArray) -> bool:
    """Whether every root of a polynomial, (k,), is outside the unit circle: Schur and Cohn's recursion."""
    a = polynomial.tolist()
    while len(a) > 1:
        last, size = a[-1], len(a) - 1
        if not -1.0 < last < 1.0:
            return False
        spare = 1.0 - last * last
        a = [(a[i] - last * a[size - i]) / spare for i in range(size)]
    return True


def padded(values: NDArray[Any], size: int) -> FloatArray:
    """Return the first values, zeros after the last; shape (size,)."""
    padded = np.zeros(size)
    padded[: min(len(values), size)] = values[:size]
    return padded


def default_trend(differences: int) -> Trend:
    """Return a constant for a series that is not differenced, else none, as statsmodels does."""
    return "none" if differences else "constant"
