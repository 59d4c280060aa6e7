"""The members of the combination, and their forecasts from every origin."""

import numpy as np

from models.forecasters.combination._aggregated_member import aggregated_member
from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._cycles_member import cycles_member
from models.forecasters.combination._forms_member import LONGEST_FORM_SEASON, forms_member
from models.forecasters.combination._lag_members import near_member, season_members
from models.forecasters.combination._level_member import level_member
from models.forecasters.combination._refitted_members import ces_member, theta_member
from models.forecasters.combination._saturation_member import saturation_member
from models.forecasters.combination._smoothing_member import smoothing_member
from models.types import FloatArray

ABOUT = {
    "ets_forms": "exponential smoothing of level, trend and season in every form, averaged",
    "smoothing": "damped trends of every smoothing rate, averaged",
    "near_lags": "a random walk with drift, corrected by the last few values",
    "lags": "regression on the near past and the seasons",
    "adjusted_lags": "regression on the near past, on the seasonally adjusted series",
    "aggregated": "the means of whole cycles, smoothed and carried on with their drift",
    "cycles": "the mean of the last two cycles of the longest season",
    "level": "the median of the last four cycles, to which the series goes back, with the season",
    "ces": "complex exponential smoothing",
    "theta": "the optimised theta model",
    "saturation": "growth that nears a limit, at a steady rate or as a logistic curve",
    "law": "the line, parabola, constant growth, recurrence or repetition that all values follow",
    "last": "the last value",
    "median": "the median of the few values",
    "mean": "a slowly forgetting mean",
}
"""What each member is, in a few words."""


def run_members(context: EvaluationContext) -> dict[str, FloatArray]:
    """Return the members' forecasts, (origins, horizon) each, without those that fail or run away."""
    raw, adjusted = season_members(context)
    forms = forms_member(context)
    found = {
        "ets_forms": forms,
        "smoothing": smoothing_member(context) if forms is None else None,
        "near_lags": near_member(context),
        "lags": raw,
        "adjusted_lags": adjusted,
        "aggregated": aggregated_member(context),
        "cycles": cycles_member(context),
        "level": level_member(context),
        "ces": ces_member(context),
        "theta": theta_member(context) if _is_simple(context) else None,
        "saturation": saturation_member(context),
    }
    without_runaways = {
        name: context.without_runaways(one) for name, one in found.items() if one is not None
    }
    kept = {name: one for name, one in without_runaways.items() if np.isfinite(one[-1]).all()}
    return kept or {
        "last": np.repeat(context.y[context.plan.origins - 1][:, None], context.horizon, axis=1)
    }


def _is_simple(context: EvaluationContext) -> bool:
    """Whether there is one short season at most, beside which theta is worth its time, also in a long series."""
    return len(context.seasons) < 2 and max(context.seasons, default=1) <= LONGEST_FORM_SEASON
