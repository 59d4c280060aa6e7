"""The dynamic theta model: exponential smoothing beside the straight line through what was known so far.

statsforecast's compiled search finds the parameters, in units in which nothing depends on the unit of the
series or on its level. It stops early, near its start of θ = 2, and forecasts are the better for it.

Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the theta
method and their relationship to state space models, International Journal of Forecasting 32, §3.
"""

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Generic, Self, TypeVar

import numpy as np

from models.types import FloatArray

N = TypeVar("N", float, FloatArray)

_UNSCORED = 3
"""The library leaves so many errors out, before which the line is hardly known."""
_LONGEST_SEARCHED = 1000
"""Parameters are searched in so many of the last values: the library's time grows with their square."""
_FREE = 3
"""Alpha, theta, first level."""


@dataclass(frozen=True, slots=True)
class DynamicLine(Generic[N]):
    """A state: the smoothed level of so many values, their mean, and the slope of the line through them.

    Either numbers, or arrays of many states behind as many values.
    """

    alpha: float
    theta: float
    level: N
    mean: N
    slope: N
    count: int

    @property
    def ahead(self) -> N:
        """The forecast of the next value."""
        kept, n = 1.0 - self.alpha, self.count
        first = self.mean - self.slope * ((n + 1) / 2.0)
        line = first * kept**n + self.slope * ((1.0 - kept ** (n + 1)) / self.alpha)
        return self.level + line * (1.0 - 1.0 / self.theta)

    def after(self, value: N) -> Self:
        """Return the state behind one more value."""
        n = self.count
        change = (value - self.mean) * (6.0 / (n + 1))
        return replace(
            self,
            level=value * self.alpha + self.level * (1.0 - self.alpha),
            mean=(self.mean * n + value) / (n + 1),
            slope=(self.slope * (n - 1) + change) / (n + 2),
            count=n + 1,
        )


@dataclass(frozen=True, slots=True, eq=False)
class DynamicFit:
    """The state behind a series, and its one-step errors (t,), NaN for the first value."""

    line: DynamicLine[float]
    errors: FloatArray

    @property
    def deviation(self) -> float:
        """The standard deviation of the errors."""
        scored = self.errors[_UNSCORED:]
        return float(np.sqrt(scored @ scored / max(len(scored) - _FREE, 1)))


def fit_dynamic(y: FloatArray) -> DynamicFit:
    """Search the parameters of the values (t,), t ≥ 4, in the last of them."""
    if len(y) > _LONGEST_SEARCHED:
        late = fit_dynamic(y[-_LONGEST_SEARCHED:]).line
        return dynamic_at(y, late.alpha, late.theta)
    return _run(_Scaled.of(y), np.nan, np.nan, np.nan)


def dynamic_at(y: FloatArray, alpha: float, theta: float) -> DynamicFit:
    """Return the fit to the values (t,), t ≥ 4, of the first level of least squared error."""
    scaled = _Scaled.of(y)
    errors = _run(replace(scaled, shift=0.0, unit=1.0), 0.0, alpha, theta).errors[_UNSCORED:]
    seen = (1.0 - alpha) ** np.arange(_UNSCORED, len(y))  # of the first level in the errors
    return _run(scaled, float(errors @ seen / (seen @ seen)), alpha, theta)


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """Values (t,) of which the first is 1, with a deviation of 1; those given are ``shift + unit * x``."""

    x: FloatArray
    shift: float
    unit: float

    @classmethod
    def of(cls, y: FloatArray) -> Self:
        unit = float(y.std()) if np.ptp(y) > 0.0 else 1.0
        shift = float(y[0]) - unit
        return cls((y - shift) / unit, shift, unit)


def _run(scaled: _Scaled, first: float, alpha: float, theta: float) -> DynamicFit:
    """Run the library's filter; what is NaN is searched."""
    x, shift, unit = scaled.x, scaled.shift, scaled.unit
    library = import_module("statsforecast.theta")
    fit = library.thetamodel(x, 1, "DOTM", first, alpha, theta, nmse=1)
    alpha, theta = float(fit["par"]["alpha"]), float(fit["par"]["theta"])
    level, mean, _, slope, _ = fit["states"][-1].tolist()
    # the line through the origin is forgotten with the first level, in part
    moved = shift * (1.0 - (1.0 - 1.0 / theta) * (1.0 - alpha) ** len(x))
    line = DynamicLine(
        alpha, theta, level * unit + moved, mean * unit + shift, slope * unit, len(x)
    )
    errors = np.array(fit["residuals"]) * unit
    errors[0] = np.nan
    return DynamicFit(line, errors)


def forecasts(line: DynamicLine[float], horizon: int) -> FloatArray:
    """Return the forecasts of the next steps, (horizon,)."""
    ahead = np.empty(horizon)
    for step in range(horizon):
        ahead[step] = line.ahead
        line = line.after(float(ahead[step]))
    return ahead


def filtered(line: DynamicLine[float], y: FloatArray) -> tuple[DynamicLine[float], FloatArray]:
    """Return the state behind more values (k,), and their one-step forecasts."""
    ahead = np.empty(len(y))
    for step, value in enumerate(y.tolist()):
        ahead[step] = line.ahead
        line = line.after(value)
    return line, ahead


def growth(line: DynamicLine[float], horizon: int) -> FloatArray:
    """Return the standard deviation of the error per step, (horizon,), that of the first step being 1.

    Exact: each column below is what an error of one step makes of the steps behind it.
    """
    none = np.zeros(horizon)
    moved = DynamicLine(line.alpha, line.theta, none, none, none, line.count)
    variance = np.ones(horizon)
    for step in range(horizon):
        answer = moved.ahead
        variance[step] += answer @ answer
        answer[step] = 1.0
        moved = moved.after(answer)
    return np.sqrt(variance)
