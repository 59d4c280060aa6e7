"""Members that must be fitted anew for every forecast: theta and complex exponential smoothing.

The compiled searches of statsforecast are called as they are: what its models do around them takes longer on a
short series than the search.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._smoothing_member import SMOOTHING_TAIL
from models.types import FloatArray

_SCORED_STEPS = 1
"""Steps ahead of which the library would tell errors; the search looks at the first alone."""
_THETA_LOWER, _THETA_UPPER = np.array([-1e10, 0.1, 1.0]), np.array([1e10, 0.99, 1e10])
"""Bounds of first level, rate and theta."""
_CES_START, _CES_LOWER, _CES_UPPER = np.array([1.3, 1.0]), np.full(2, 0.01), np.array([1.8, 1.9])
"""Start and bounds of the real and the imaginary part of the rate."""
_CES_FIRST, _CES_LEAST = 10, 5
"""Values of which the mean is the first state, and the fewest that its likelihood can be corrected for."""


def theta_member(p: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with the dynamic optimised theta model.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method, International Journal of Forecasting 32.
    """
    library = _compiled("theta")
    kind = library.ModelType.DOTM

    def forecast(y: FloatArray, horizon: int) -> FloatArray | None:
        start = np.array([y[0] / 2, 0.5, 2.0])
        bounds = _THETA_LOWER, _THETA_UPPER
        found = library.optimize(start, *bounds, *start, *[True] * 3, y, kind, _SCORED_STEPS)[0]
        _, _, states, error = library.pegels_resid(y, kind, *found, _SCORED_STEPS)
        if not np.isfinite(error):
            return None
        ahead = np.empty(horizon)
        library.forecast(states, len(y), kind, ahead, *found[1:])
        return ahead

    return _at_cuts(p, forecast)


def ces_member(p: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with complex exponential smoothing.

    Reference: Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research
    Logistics 69.
    """
    library = _compiled("ces")
    none = np.nan, np.nan

    def forecast(y: FloatArray, horizon: int) -> FloatArray | None:
        if len(y) < _CES_LEAST:
            return None
        mean = y[:_CES_FIRST].mean()
        first = np.array([[mean, mean / 1.1]])
        fixed = True, True, False, False
        shape = y, 1, first, 2, "N", _SCORED_STEPS
        bounds = _CES_LOWER, _CES_UPPER
        found = library.optimize(_CES_START, *bounds, *_CES_START, *none, *fixed, *shape)[0]
        _, _, states, likelihood = library.pegelsresid(*shape[:-1], *found, *none, _SCORED_STEPS)
        if not np.isfinite(likelihood):
            return None
        ahead = np.zeros(horizon)
        library.forecast(states, len(y), 1, "N", ahead, horizon, *found, *none)
        return ahead

    return _at_cuts(p, forecast)


def _compiled(name: str) -> Any:
    return vars(import_module(f"statsforecast.{name}"))[f"_{name}"]


def _at_cuts(
    p: EvaluationContext, forecast: Callable[[FloatArray, int], FloatArray | None]
) -> FloatArray:
    """Return forecasts from the origins that have a cut of their own, NaN from the others."""
    plan = p.plan
    forecasts = np.full((len(plan.origins), p.horizon), np.nan)
    for row in np.flatnonzero(plan.at_cut).tolist():
        cut = int(plan.origins[row])
        tail = p.adjusted_level[plan.block[row], max(0, cut - SMOOTHING_TAIL) : cut]
        try:
            ahead = forecast(tail, p.horizon)
        except Exception:  # libraries raise what they like of parts too short or too flat
            continue
        if ahead is not None:
            forecasts[row] = ahead
    return p.reseason(forecasts, on_log=False)
