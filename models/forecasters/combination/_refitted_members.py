"""Members that must be fitted anew for every forecast: theta and complex exponential smoothing."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._smoothing_member import SMOOTHING_TAIL
from models.types import FloatArray


def theta_member(p: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with the dynamic optimised theta model.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method, International Journal of Forecasting 32.
    """
    library = import_module("statsforecast.theta")

    def fit(y: FloatArray, horizon: int) -> Any:
        return library.forecast_theta(library.auto_theta(y, 1, model="DOTM"), horizon)["mean"]

    return _at_cuts(p, fit)


def ces_member(p: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with complex exponential smoothing.

    Reference: Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research
    Logistics 69.
    """
    library = import_module("statsforecast.ces")

    def fit(y: FloatArray, horizon: int) -> Any:
        return library.forecast_ces(library.auto_ces(y, 1, model="N"), horizon)["mean"]

    return _at_cuts(p, fit)


def _at_cuts(p: EvaluationContext, fit: Callable[[FloatArray, int], Any]) -> FloatArray:
    """Return forecasts from the origins that have a cut of their own, NaN from the others."""
    plan = p.plan
    forecasts = np.full((len(plan.origins), p.horizon), np.nan)
    for row in np.flatnonzero(plan.at_cut).tolist():
        cut = int(plan.origins[row])
        tail = p.adjusted_level[plan.block[row], max(0, cut - SMOOTHING_TAIL) : cut]
        try:
            ahead = np.asarray(fit(tail, p.horizon), dtype=np.float64)
        except Exception:  # libraries raise what they like of parts too short or too flat
            continue
        forecasts[row] = ahead
    return p.reseason(forecasts, on_log=False)
