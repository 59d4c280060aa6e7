"""Growth, or decay, that nears a limit: what trends carry beyond it.

    y = c + a exp(-t / τ)   or   1 / y = c + a exp(-t / τ),

an approach to a limit at a steady rate, and a logistic curve. For each time τ the rest is a linear regression, so
that one number is searched for.

Reference: Meade and Islam (2006), Modelling and forecasting the diffusion of innovation, International Journal of
Forecasting 22.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.types import FloatArray, IntArray

_FEWEST = 10
"""Fewer values tell no limit."""
_STEADY = 0.6
"""The way from the first value to the last is at least this share of all steps together."""
_SLOWER, _PARTS = 0.6, 5
"""Over the last part of so many the way is at most this share of that over the part where it is longest."""
_LONGEST_SHARE, _TIMES = 1.0, 12
"""Times τ that are tried: from one step to this share of the length."""
_SECTIONS, _GOLDEN = 30, 0.618034
"""Golden sections between the neighbours of the best time."""
_LEAST, _TINY = 1e-6, 1e-300


def saturation_member(p: EvaluationContext) -> FloatArray | None:
    """Forecast by the better curve from the origins with a cut of their own; None where no limit shows."""
    if p.seasons or not _nears_a_limit(p.y):
        return None
    forecasts = np.full((len(p.plan.origins), p.horizon), np.nan)
    for row in np.flatnonzero(p.plan.at_cut).tolist():
        part = p.y[: int(p.plan.origins[row])]
        if len(part) >= _FEWEST:
            forecasts[row] = _continued(part, p.horizon)
    return forecasts


def _nears_a_limit(y: FloatArray) -> bool:
    """Whether values, shape (t,), go one way, and slower in the end."""
    if len(y) < _FEWEST:
        return False
    ends = np.linspace(0, len(y) - 1, _PARTS + 1).astype(np.int64)
    ways, way = np.diff(y[ends]), y[-1] - y[0]
    is_steady = abs(way) > _STEADY * float(np.abs(np.diff(y)).sum())
    return is_steady and bool(0 < ways[-1] / way <= _SLOWER * np.max(ways / way))


def _continued(y: FloatArray, horizon: int) -> FloatArray:
    """Return the curve that is nearer to the values, (t,), so many steps ahead; (horizon,)."""
    fits = [_best_fit(_Target(y, y, np.ones(len(y)), is_logistic=False))]
    above = np.maximum(y, _LEAST * y.max())  # an error of 1 / y is one of y in units of y squared
    if y.max() > 0:
        fits.append(_best_fit(_Target(y, 1 / above, above**2, is_logistic=True)))
    best = min(fits, key=lambda fit: fit.loss)
    return best.at(np.arange(1, horizon + 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """Values, (t,), what is exponential of them, and the square roots of what its errors count."""

    y: FloatArray
    exponential: FloatArray
    root: FloatArray
    is_logistic: bool


@dataclass(frozen=True, slots=True)
class _Fit:
    """A curve, of which time nought is the last value, and its squared errors."""

    time: float
    limit: float
    distance: float
    is_logistic: bool
    loss: float = np.inf

    def at(self, steps: IntArray) -> FloatArray:
        """Return the curve at steps, (k,); NaN where it has no value."""
        line = self.limit + self.distance * np.exp(-steps / self.time)
        if not self.is_logistic:
            return np.asarray(line)
        inverse = np.divide(1.0, line, out=np.full(len(line), np.nan), where=line > 0)
        return np.asarray(inverse)


def _best_fit(target: _Target) -> _Fit:
    """Return the fit with the time τ of the least squared errors."""
    longest = max(_LONGEST_SHARE * len(target.y), 2.0)
    tried = np.linspace(0.0, np.log(longest), _TIMES)
    losses = [_fit(target, log_time).loss for log_time in tried.tolist()]
    best = int(np.argmin(losses))
    low, high = float(tried[max(best - 1, 0)]), float(tried[min(best + 1, _TIMES - 1)])
    for _ in range(_SECTIONS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _fit(target, left).loss < _fit(target, right).loss:
            high = right
        else:
            low = left
    return _fit(target, 0.5 * (low + high))


def _fit(target: _Target, log_time: float) -> _Fit:
    time, steps = float(np.exp(log_time)), np.arange(1 - len(target.y), 1)
    fading = np.exp(-(steps - steps[0]) / time)
    weight = target.root**2
    mean = weight @ np.stack([fading, target.exponential], axis=1) / weight.sum()
    apart, way = fading - mean[0], target.exponential - mean[1]
    slope = float((weight * apart) @ way / max(float((weight * apart) @ apart), _TINY))
    distance = slope * float(fading[-1])
    fit = _Fit(time, float(mean[1] - slope * mean[0]), distance, target.is_logistic)
    missed = target.y - fit.at(steps)
    return replace(fit, loss=float(missed @ missed) if np.isfinite(missed).all() else np.inf)
