"""Members whose parameters are searched for: theta and complex exponential smoothing.

The compiled searches of statsforecast are called as they are: what its models do around them takes longer on a
short series than the search.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._origins import SLOW_MEMBER_LIMIT
from models.forecasters.combination._smoothing_member import SMOOTHING_TAIL
from models.types import FloatArray, IntArray

_SCORED_STEPS = 1
"""Steps ahead of which the library would tell errors; the search looks at the first alone."""
_THETA_LOWER, _THETA_UPPER = np.array([-1e10, 0.1, 1.0]), np.array([1e10, 0.99, 1e10])
"""Bounds of first level, rate and theta."""
_CES_START, _CES_LOWER, _CES_UPPER = np.array([1.3, 1.0]), np.full(2, 0.01), np.array([1.8, 1.9])
"""Start and bounds of the real and the imaginary part of the rate."""
_NO_SEASON = np.nan, np.nan
_THETA_LEAST = 3
"""The library leaves out so many errors, and reads what lies outside where there are fewer."""
_CES_FIRST, _CES_LEAST = 10, 5
"""Values of which the mean is the first state, and the fewest that its likelihood can be corrected for."""


class _Fit(Protocol):
    """What was learned of a part of a series."""

    def filtered(self, y: FloatArray, ends: IntArray, horizon: int) -> FloatArray | None:
        """Return forecasts from behind so many values each, (ends, horizon); None if the states run away.

        ``y``: the part that was learned from, and what came after.
        """


@dataclass(frozen=True, slots=True)
class _Theta:
    """First level, rate and theta of a dynamic optimised theta model."""

    library: Any
    found: tuple[float, ...]

    @classmethod
    def of(cls, y: FloatArray) -> "_Theta | None":
        if len(y) < _THETA_LEAST:
            return None
        library = _compiled("theta")
        start = np.array([y[0] / 2, 0.5, 2.0])
        bounds = _THETA_LOWER, _THETA_UPPER
        kind = library.ModelType.DOTM
        found = library.optimize(start, *bounds, *start, *[True] * 3, y, kind, _SCORED_STEPS)[0]
        return cls(library, tuple(found))

    def filtered(self, y: FloatArray, ends: IntArray, horizon: int) -> FloatArray | None:
        library, kind = self.library, self.library.ModelType.DOTM
        _, _, states, error = library.pegels_resid(y, kind, *self.found, _SCORED_STEPS)
        if not np.isfinite(error):
            return None
        ahead = np.empty((len(ends), horizon))
        for row, end in enumerate(ends.tolist()):
            library.forecast(states[:end], end, kind, ahead[row], *self.found[1:])
        return ahead


@dataclass(frozen=True, slots=True)
class _Ces:
    """Both parts of the rate of complex exponential smoothing, and its first state."""

    library: Any
    found: tuple[float, ...]
    first: FloatArray

    @classmethod
    def of(cls, y: FloatArray) -> "_Ces | None":
        if len(y) < _CES_LEAST:
            return None
        library = _compiled("ces")
        mean = y[:_CES_FIRST].mean()
        first = np.array([[mean, mean / 1.1]])
        fixed = True, True, False, False
        shape = y, 1, first, 2, "N", _SCORED_STEPS
        bounds = _CES_LOWER, _CES_UPPER
        found = library.optimize(_CES_START, *bounds, *_CES_START, *_NO_SEASON, *fixed, *shape)[0]
        return cls(library, tuple(found), first)

    def filtered(self, y: FloatArray, ends: IntArray, horizon: int) -> FloatArray | None:
        library = self.library
        shape = y, 1, self.first, 2, "N"
        _, _, states, likelihood = library.pegelsresid(
            *shape, *self.found, *_NO_SEASON, _SCORED_STEPS
        )
        if not np.isfinite(likelihood):
            return None
        ahead = np.zeros((len(ends), horizon))
        for row, end in enumerate(ends.tolist()):
            known = states[: end + 1]
            library.forecast(known, end, 1, "N", ahead[row], horizon, *self.found, *_NO_SEASON)
        return ahead


def theta_member(context: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with the dynamic optimised theta model; (origins, horizon).

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method, International Journal of Forecasting 32.
    """
    return _from_cuts(context, _Theta.of)


def ces_member(context: EvaluationContext) -> FloatArray:
    """Forecast the adjusted series with complex exponential smoothing; (origins, horizon).

    Reference: Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research
    Logistics 69.
    """
    return _from_cuts(context, _Ces.of)


def _compiled(name: str) -> Any:
    return vars(import_module(f"statsforecast.{name}"))[f"_{name}"]


def _from_cuts(context: EvaluationContext, fit: Callable[[FloatArray], _Fit | None]) -> FloatArray:
    """Return forecasts by what was learned up to the cut of each origin, NaN where that was too little.

    From every origin in a short series; in a long one, of which more is learned anew than held-out errors need,
    from those that have a cut of their own.
    """
    plan = context.plan
    used = (
        plan.at_cut if len(context) > SLOW_MEMBER_LIMIT else np.ones(len(plan.origins), dtype=bool)
    )
    forecasts = np.full((len(plan.origins), context.horizon), np.nan)
    for block, cut in enumerate(plan.cuts.tolist()):
        begin = max(0, cut - SMOOTHING_TAIL)
        # the library reads whatever lies where a state before the first one would be
        mine = np.flatnonzero(used & (plan.block == block) & (plan.origins > begin))
        view = context.adjusted_level[block, begin:]
        ends = plan.origins[mine] - begin
        try:
            learned = fit(view[: cut - begin])
            ahead = (
                None
                if learned is None
                else learned.filtered(view[: ends[-1]], ends, context.horizon)
            )
        except Exception:  # libraries raise what they like of parts too short or too flat
            continue
        if ahead is not None:
            forecasts[mine] = ahead
    return context.reseason(forecasts, on_log=False)
