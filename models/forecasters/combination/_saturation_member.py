"""Growth, or decay, that nears a limit: what trends carry beyond it.

    y = c + a exp(-t / τ)   or   1 / y = c + a exp(-t / τ),

an approach to a limit at a steady rate, and a logistic curve. For each time τ the rest is a linear regression, so
that one number is searched for.

Reference: Meade and Islam (2006), Modelling and forecasting the diffusion of innovation, International Journal of
Forecasting 22.
"""

from dataclasses import dataclass

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.types import FloatArray, IntArray

_FEWEST, _FEWEST_LEARNED = 30, 10
"""Fewer values tell no limit, and no curve is laid through fewer."""
_STEADY = 0.6
"""The way from the first value to the last is at least this share of all steps together."""
_SLOWER, _PARTS = 0.6, 5
"""Over the last part of so many the way is at most this share of that over the part where it is longest."""
_LONGEST_SHARE, _TIMES, _ROUNDS = 1.0, 16, 5
"""Times τ that are tried: from one step to this share of the length, then between the neighbours of the best."""
_LEAST, _TINY = 1e-6, 1e-300


def saturation_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast by the better curve from the origins with a cut of their own, (origins, horizon).

    None where no limit shows.
    """
    if context.seasons or not _nears_a_limit(context.y):
        return None
    forecasts = np.full((len(context.plan.origins), context.horizon), np.nan)
    for row in np.flatnonzero(context.plan.at_cut).tolist():
        part = context.y[: int(context.plan.origins[row])]
        if len(part) >= _FEWEST_LEARNED:
            forecasts[row] = _continued(part, context.horizon)
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
    best = min(fits, key=lambda fit: float(fit.loss[0]))
    return np.asarray(best.at(np.arange(1, horizon + 1))[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """Values, (t,), what is exponential of them, and the square roots of what its errors count."""

    y: FloatArray
    exponential: FloatArray
    root: FloatArray
    is_logistic: bool


@dataclass(frozen=True, slots=True, eq=False)
class _CurveFits:
    """Curves, of which time nought is the last value, and their squared errors; (curves,) each."""

    time: FloatArray
    limit: FloatArray
    distance: FloatArray
    is_logistic: bool
    loss: FloatArray

    def best(self) -> "_CurveFits":
        """Return the curve of the least squared errors."""
        at = [int(np.argmin(self.loss))]
        return _CurveFits(
            self.time[at], self.limit[at], self.distance[at], self.is_logistic, self.loss[at]
        )

    def at(self, steps: IntArray) -> FloatArray:
        """Return the curves at steps, (curves, k); NaN where they have no value."""
        fading = np.exp(-steps / self.time[:, None])
        return _curve(self.limit, self.distance[:, None] * fading, is_logistic=self.is_logistic)


def _curve(limit: FloatArray, way: FloatArray, *, is_logistic: bool) -> FloatArray:
    """Return curves (curves, k) that are so far from their limits (curves,); NaN where they have no value."""
    line = limit[:, None] + way
    if not is_logistic:
        return line
    return np.asarray(np.divide(1.0, line, out=np.full(line.shape, np.nan), where=line > 0))


def _best_fit(target: _Target) -> _CurveFits:
    """Return the fit with the time τ of the least squared errors."""
    low, high = 0.0, float(np.log(max(_LONGEST_SHARE * len(target.y), 2.0)))
    for _ in range(_ROUNDS):
        tried = np.linspace(low, high, _TIMES)
        fits = _fits(target, tried)
        best = int(np.argmin(fits.loss))
        low, high = float(tried[max(best - 1, 0)]), float(tried[min(best + 1, _TIMES - 1)])
    return fits.best()


def _fits(target: _Target, log_times: FloatArray) -> _CurveFits:
    """Regress on what fades with each of the times, (curves,)."""
    times = np.exp(log_times)
    fading = np.exp(-np.arange(len(target.y)) / times[:, None])  # from the first value on
    weight = target.root**2 / (target.root @ target.root)
    apart = fading - (fading @ weight)[:, None]
    mean = weight @ target.exponential
    slope = (apart * weight) @ (target.exponential - mean)
    slope /= np.maximum((apart**2) @ weight, _TINY)
    limit = mean - slope * (fading @ weight)
    fitted = _curve(limit, slope[:, None] * fading, is_logistic=target.is_logistic)
    loss = ((target.y - fitted) ** 2).sum(axis=1)
    known = np.where(np.isfinite(loss), loss, np.inf)
    return _CurveFits(times, limit, slope * fading[:, -1], target.is_logistic, known)
