"""What each member counts, by what it missed."""

from collections.abc import Container, Mapping

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.stats.weights import inverse_error_weights
from models.types import FloatArray

_MAX_POWER, _MAX_SHORT_POWER = 10.0, 3.0
"""Held-out windows beyond this sharpen the weights no more: in a long series, and in a short one, in which the
members know the first windows from little."""
MEMBERS = ("ets_forms", "theta", "ces", "near_lags", "lags", "adjusted_lags", "aggregated")
"""The members of a short series. Without the first a series is long enough to do without priors."""
SEASONAL = dict(zip(MEMBERS, (1.5, 1.2, 0.5, 0.2, 0.7, 0.1, 1.0), strict=True))
STEADY = dict(zip(MEMBERS, (1.0, 1.2, 0.3, 0.3, 0.35, 0.1, 0.0), strict=True))
"""What a member of a short series counts before its errors are known, with a season and without one: learned on
whole sets other than that which was forecast, see bench/carryover.py."""
_CHANCE = 0.4
"""An error that is smaller by less than such a factor, in logarithms, may well be so by chance."""
SEVERAL = {"cycles": 2.0, "near_lags": 0.5, "ces": 0.3}
"""The same of a series with several seasons: members that know no season but as a sum are worth less."""
_DOUBTED, _CONVINCING = ("saturation",), 0.5
"""Members that series look made for which then go on: they take part if they err by less than such a share of
what the first member errs by."""
_PERFECT = 1e-9


def relative_errors(
    context: EvaluationContext, members: Mapping[str, FloatArray]
) -> dict[str, float]:
    """Return each member's held-out root mean squared error over that of the first, on shared steps.

    ``members``: forecasts by name, (origins, judged) each.
    """
    squares = {name: (forecast - context.actual) ** 2 for name, forecast in members.items()}
    first = next(iter(squares.values()))
    errors = {}
    for name, square in squares.items():
        both = np.isfinite(square) & np.isfinite(first)
        base = first[both].sum()
        # without shared steps, or where the first is perfect: as good as the first
        errors[name] = float(np.sqrt(square[both].sum() / base)) if base > 0 else 1.0
    return errors


def convincing(errors: Mapping[str, float]) -> list[str]:
    """Return the members that take part, by their relative errors: all but doubted ones that do not convince."""
    return [name for name, error in errors.items() if name not in _DOUBTED or error < _CONVINCING]


def _is_short(members: Container[str]) -> bool:
    """Whether the members are those of a series whose errors alone say too little."""
    return MEMBERS[0] in members


def _prior_of(members: Container[str], *, seasonal: bool) -> Mapping[str, float]:
    """Return what members count before their errors are known, 1 unless they are named.

    A series without a season that is too short for regressions on lags has nothing beside CES that knows more
    of its past than level and trend: what they would count is added to it.
    """
    if _is_short(members):
        known = SEASONAL if seasonal else STEADY
        if seasonal or "lags" in members:
            return known
        return {**known, "ces": known["ces"] + known["lags"]}
    return SEVERAL if "cycles" in members else {}


def doubted(errors: FloatArray) -> FloatArray:
    """Return relative errors (k,) nearer to one, the more so the less they differ from it."""
    size = np.log(np.clip(errors, _PERFECT, 1 / _PERFECT))
    return np.asarray(np.exp(size * np.abs(size) / (np.abs(size) + _CHANCE)))


def power_of(context: EvaluationContext, *, short: bool) -> float:
    """Return the power of the errors in the weights: the windows of judged steps that were held out."""
    return min(context.plan.held / context.judged, _MAX_SHORT_POWER if short else _MAX_POWER)


def weights_of(context: EvaluationContext, errors: Mapping[str, float]) -> FloatArray:
    """Return weights in proportion to prior / error ** windows, (members,), summing to one.

    After one held-out window of judged steps the prior has the say, after ten the better members; in a short
    series never quite, and small differences count for less. Such weights ignore how the errors are correlated,
    which is why they hold.
    """
    short = _is_short(errors)
    known = _prior_of(errors, seasonal=bool(context.seasons))
    prior = np.array([known.get(name, 1.0) for name in errors])
    relative = np.array(list(errors.values()))
    if short:
        relative = doubted(relative)
    weights = prior * inverse_error_weights(relative, power_of(context, short=short), _PERFECT)
    return np.asarray(weights / weights.sum())


def learned_weights(learned: Mapping[str, float], members: Container[str]) -> dict[str, float]:
    """Return what those members count that another series has, too, summing to one; {} if it has none of them."""
    shared = {name: weight for name, weight in learned.items() if name in members and weight > 0.0}
    total = sum(shared.values())
    return {name: weight / total for name, weight in shared.items()}


def combine(members: Mapping[str, FloatArray], weights: FloatArray) -> FloatArray:
    """Return the weighted mean of the members that have something to say, (origins, horizon)."""
    stack = np.array(list(members.values()))
    there = np.isfinite(stack)
    mass = (there * weights[:, None, None]).sum(axis=0)
    total = (np.where(there, stack, 0.0) * weights[:, None, None]).sum(axis=0)
    return np.asarray(np.divide(total, mass, out=np.full_like(total, np.nan), where=mass > 0))
