"""The error scale of the combination, step by step: what its intervals are multiples of.

With e the held-out errors of the combination at step h, n held-out steps, s_h the root mean square of e as
a rising curve of h, w_h the error scale of simple exponential smoothing of the seasonally adjusted series,
d_h the standard deviation of the members' forecasts, and v that of the adjusted series about its mean, the
error scale is the shrinkage estimate

    log σ̂_h = κ log s_h + (1 - κ) {(1 - m - l) [0.6 log w_h + 0.4 log(3 d_h) + r] + m log v + l log u_h},
    κ = n / (n + 30),

between what was held out and what is expected: by smoothing and the members' disagreement, by a mean, as
likely as m says that values only scatter, or by a straight line with errors u_h, as likely as l says that they
scatter about one. Smoothing is between a mean, whose errors do not grow with the step,
and a random walk, whose errors grow with its root: as its one-step errors say. Of t values, no drift is known
better than that 2 h / t adds to the variance h steps ahead.
Positive series that wander by a small share q of their level are missed by more than that says, and those that
wander by a large one by less: r = 0.25 log(0.18 / q), where q counts as 0.066 at least and 0.3 at most.
For positive series σ̂_h is the
geometric mean of that of relative errors, with weight a = 0.7, and of absolute ones; so errors grow with
the level as level^a. Seasonal heteroskedasticity multiplies it by a factor for each phase of the first season,
which is shrunken to one likewise.

Reference: James and Stein (1961), Estimation with quadratic loss, Proc. 4th Berkeley Symposium 1 (shrinkage).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import bottleneck as bn
import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._expected_errors import ExpectedErrors
from models.forecasters.combination._growth_curve import (
    WALK,
    growth_curve,
    growth_exponent,
    levelled,
)
from models.intervals.heteroskedasticity import follow_their_scale, phase_factors
from models.types import FloatArray

_ERROR_HALF_LIFE = 0.07
"""Half-life of a held-out error, as a share of the held-out part: the latest tell most."""
_OLD_ERRORS, _NO_OLD_ERRORS = 0.005, 2.0
"""What every error counts beside, for each held-out window beyond so many: of many, the oldest tell, too."""
_PRIOR_STEPS = 30.0
"""Held-out steps that weigh as much as what is expected without them."""
_DRIFT = 2.0
"""How much more variance than that of a known drift, a step of the series' own length ahead."""
_USUAL, _USUAL_SHARE = 0.18, 0.25
"""Error scale as a share of the level to which positive series are drawn, and how far."""
_LEAST, _MOST = 0.066, 0.3
"""Smaller and larger shares count as these: beyond them they tell no more."""
_MEMBERS_FACTOR, _MEMBERS_SHARE = 3.0, 0.4
"""Error scale in standard deviations of the members, and what that view weighs beside smoothing."""
_FAR = ("aggregated",)
"""Members that do not follow the last values: how far off they are does not say how little is known."""
_LEVEL_EXPONENT = 0.7
"""a: errors of positive series are in proportion to the level (1) or independent of it (0)."""
_STRAIGHT_FROM = 1.5
"""Upper bounds are in proportion to the deviation from so many levels on."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutErrors:
    """The held-out errors of the combination, and the error scale of the steps ahead.

    ``unit``: shape (horizon,), the level of the forecast, ones where errors do not follow it;
    ``deviation``: shape (horizon,), in those units, at the level and phase of each step. ``ratio``: shape
    (origins, horizon), the held-out errors in deviations, NaN where unknown, and ``weight`` what each
    counts. ``may_narrow``: whether they prove that a later step may have the narrower interval. ``steady``: how
    likely the values only scatter about their mean or a straight line, from 0 to 1.
    """

    deviation: FloatArray
    unit: FloatArray
    ratio: FloatArray
    weight: FloatArray
    may_narrow: bool
    steady: float


@dataclass(frozen=True, slots=True, eq=False)
class _ErrorScale:
    """The error scale per step, (horizon,): as held out, and shrunken."""

    held_out: FloatArray
    shrunken: FloatArray


def held_out_errors(
    context: EvaluationContext, forecast: FloatArray, members: Mapping[str, FloatArray]
) -> HeldOutErrors:
    """Return the errors of forecasts (origins, horizon), the last being that asked for."""
    plan = context.plan
    weight = np.repeat(_weights_of_age(context)[:, None], context.horizon, axis=1)
    members = {name: one for name, one in members.items() if name not in _FAR} or members
    expected = ExpectedErrors.of(context, members)
    scale, unit, ratio = _error_scale(context, forecast, members, weight, expected)
    ratio = context.of_judged(ratio)  # widths of the first steps are the same whatever the horizon
    season = context.seasons[0] if context.seasons else 1
    phase = context.steps % season
    factor = phase_factors(ratio, phase[:-1], season, plan.held / season)
    # errors that follow the level in part are, in units of the level, smaller at higher levels
    deviation = (
        scale.shrunken
        * unit ** (_LEVEL_EXPONENT - 1)
        * factor[phase[-1]]
        * _of_drift(context, expected)
    )
    conditional = np.abs(forecast[:-1]) ** _LEVEL_EXPONENT if context.log else np.ones(1)
    may_narrow = follow_their_scale(
        context.of_judged(context.outcome[:-1] - forecast[:-1]),
        scale.held_out,
        conditional * factor[phase[:-1]],
        judged=context.judged,
        observations=plan.held,
    )
    ratio = ratio / factor[phase[:-1]]
    return HeldOutErrors(deviation, unit, ratio, weight, may_narrow, expected.still)


def _weights_of_age(context: EvaluationContext) -> FloatArray:
    """Return what the errors from each origin count, (origins - 1,)."""
    plan = context.plan
    age = (len(context) - 1 - plan.origins[:-1]) / max(plan.held, 1)
    old = _OLD_ERRORS * max(plan.held / plan.judged - _NO_OLD_ERRORS, 0.0)
    return np.asarray(0.5 ** (age / _ERROR_HALF_LIFE) + old)


def _of_drift(context: EvaluationContext, expected: ExpectedErrors) -> FloatArray:
    """Return by how much errors grow since no drift is known better than the series is long, (horizon,).

    The error of a random walk with an estimated drift has 1 + h / n times the variance of that of a known one;
    a mean has none, and a line's is in its errors.
    """
    drift = _DRIFT * (1 - expected.still)
    return np.asarray(np.sqrt(1 + drift * (np.arange(context.horizon) + 1) / len(context)))


def _error_scale(
    context: EvaluationContext,
    forecast: FloatArray,
    members: Mapping[str, FloatArray],
    weight: FloatArray,
    expected: ExpectedErrors,
) -> tuple[_ErrorScale, FloatArray, FloatArray]:
    """Return the scale of the errors, the unit of each step, and the size of the errors over the scale.

    For positive series the unit is the level of the forecast, and the scale is the geometric mean of
    that of errors in proportion to the level and that of errors independent of it.
    """
    final, held, actual = forecast[-1], forecast[:-1], context.outcome[:-1]
    error = actual - held
    members_std = _members_std(context, members, np.ones(context.horizon))
    growth = growth_exponent(expected.smoothing[: context.judged])
    level = float(bn.median(context.adjusted_level[-1])) if context.log else 1.0
    curve = _held_out_scale(context, error, weight, growth)
    plain = _shrunken(context, curve, expected.times(level), members_std)
    if not context.log:
        return plain, np.ones(context.horizon), np.abs(error) / np.maximum(plain.held_out, _TINY)
    unit = np.abs(final)
    with np.errstate(invalid="ignore", divide="ignore"):
        log_error = np.log(actual) - np.log(np.maximum(held, 1e-300))
    share = _shrunken(
        context,
        _held_out_scale(context, log_error, weight, growth),
        expected,
        _members_std(context, members, unit),
    )
    a = _LEVEL_EXPONENT
    scale = _ErrorScale(
        share.held_out**a * plain.held_out ** (1 - a),
        share.shrunken**a * plain.shrunken ** (1 - a),
    )
    exponent = np.abs(inverse_of_bound(error / np.abs(held)))
    size = np.maximum(scale.held_out, _TINY)  # nothing at all was missed where it is zero
    return scale, unit, exponent * np.abs(held) ** (1 - a) / size


def _held_out_scale(
    context: EvaluationContext, error: FloatArray, weight: FloatArray, expected: float
) -> FloatArray | None:
    """Return the deviation per step of errors (origins, horizon): a power of the step until they level off."""
    curve = growth_curve(
        context.of_judged(error), weight, expected, context.plan.held / context.judged
    )
    if curve is None or context.horizon == context.judged:
        return curve
    return levelled(curve, error, weight, context.judged)


def _members_std(
    context: EvaluationContext, members: Mapping[str, FloatArray], unit: FloatArray
) -> FloatArray:
    """Return the standard deviation of the members in units, never shrinking, (horizon,); zeros if they agree."""
    apart = np.std([one[-1] for one in members.values()], axis=0) / unit
    apart[context.judged :] = np.nan
    grown = growth_curve(apart[None], np.ones((1, len(unit))), WALK)
    return np.zeros(len(unit)) if grown is None else grown


def _shrunken(
    context: EvaluationContext,
    held: FloatArray | None,
    expected: ExpectedErrors,
    members_std: FloatArray,
) -> _ErrorScale:
    """Return the shrinkage estimate between held-out scale, smoothing and disagreement of the members."""
    smoothing = expected.smoothing
    if held is None or not (held > 0).all():
        held = smoothing
    if not smoothing[0] > 0:
        return _ErrorScale(held, held)
    prior = np.log(smoothing)
    if (members_std > 0).all():
        apart = np.log(np.maximum(_MEMBERS_FACTOR * members_std, 1e-3 * smoothing))
        prior = (1 - _MEMBERS_SHARE) * prior + _MEMBERS_SHARE * apart
    if expected.level:
        share = float(np.exp(prior[: context.judged].mean())) / expected.level
        prior = prior + _USUAL_SHARE * np.log(_USUAL / np.clip(share, _LEAST, _MOST))
    scatter = np.log(max(expected.scatter, 1e-3 * smoothing[0]))
    line = np.log(np.maximum(expected.line, 1e-3 * smoothing[0]))
    prior = (1 - expected.still) * prior + expected.steady * scatter + expected.straight * line
    trust = context.plan.held / (context.plan.held + _PRIOR_STEPS)
    seen = np.log(np.maximum(held, 1e-6 * smoothing))
    return _ErrorScale(held, np.exp(trust * seen + (1 - trust) * prior))


def upper_side(u: FloatArray) -> FloatArray:
    """Return how far above a positive forecast its bound is, in units of its level, by ``u`` deviations (...)."""
    bent = np.minimum(u, _STRAIGHT_FROM)
    return np.asarray(bent + bent**2 / 2 + (u - bent) * (1 + bent))


def inverse_of_bound(error: FloatArray) -> FloatArray:
    """Return the ``u`` of whose bound, see ``ConformalWidths.sides``, errors as shares of the level are (...)."""
    bent = np.clip(error, 0, upper_side(np.array(_STRAIGHT_FROM)))
    above = np.sqrt(1 + 2 * bent) - 1 + (error - bent) / (1 + _STRAIGHT_FROM)
    below = np.log(np.maximum(1 + np.minimum(error, 0), 1e-9))
    return np.asarray(np.where(error > 0, above, below))
