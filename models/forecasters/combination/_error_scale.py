"""How far off the combination is, step by step: the deviation that its intervals are multiples of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.forecasters.combination._problem import Problem
from models.types import FloatArray

_ERROR_HALF_LIFE = 0.15
"""Half-life of a held-out error, as a share of the held-out part: the latest tell most."""
_PRIOR_STEPS = 15.0
"""Held-out steps at which they weigh as much as what is expected without them."""
_SPREAD_FACTOR, _SPREAD_SHARE = 3.0, 0.5
"""Deviation of the forecast in spreads of the members, and what that view weighs beside a random walk."""
_PROPORTIONAL = 0.7
"""Errors of positive series are in proportion to the level (1) or independent of it (0)."""
_STEP_PRIOR_WINDOWS = 2.0
"""Held-out windows at which the deviation of a single step counts as much as the fitted curve."""
_GROWTH_PRIOR, _WALK = 5.0, 0.5
"""Weight of the growth of a random walk, the root of the step, in the fit of the growth."""
_RHYTHM_PRIOR_CYCLES = 15.0
"""Held-out cycles at which a phase's own deviation counts as much as the mean of all."""
_STRONG_EVIDENCE = 20.0
"""How much likelier the errors must be if they follow level and phase, before later steps may be narrower."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """What the combination missed, and what that says about the steps ahead.

    ``unit``: shape (horizon,), the level of the forecast, ones where errors do not follow it;
    ``deviation``: shape (horizon,), in those units, at the level and phase of each step. ``ratio``: shape
    (origins, horizon), the held-out errors in deviations, NaN where unknown, and ``weight`` what each
    counts. ``may_narrow``: whether they prove that a later step may have the narrower interval.
    """

    deviation: FloatArray
    unit: FloatArray
    ratio: FloatArray
    weight: FloatArray
    may_narrow: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """The deviation per step, (horizon,): as held out, and as believed."""

    held_out: FloatArray
    believed: FloatArray


def missed(p: Problem, forecast: FloatArray, members: Mapping[str, FloatArray]) -> Missed:
    """Return what the forecasts (origins, horizon), the last being that asked for, missed."""
    plan = p.backtest
    age = (len(p) - 1 - plan.origins[:-1]) / max(plan.held, 1)
    weight = np.repeat(0.5 ** (age / _ERROR_HALF_LIFE)[:, None], p.horizon, axis=1)
    scale, unit, ratio = _error_scale(p, forecast, members, weight)
    rhythm = _seasonal_rhythm(p, ratio)
    phase = p.steps % len(rhythm)
    # errors that follow the level in part are, in units of the level, smaller at higher levels
    deviation = scale.believed * unit ** (_PROPORTIONAL - 1) * rhythm[phase[-1]]
    swing = np.abs(forecast[:-1]) ** _PROPORTIONAL if p.log else np.ones(1)
    may_narrow = _follows(p, forecast[:-1], scale.held_out, swing * rhythm[phase[:-1]])
    return Missed(deviation, unit, ratio / rhythm[phase[:-1]], weight, may_narrow)


def _error_scale(
    p: Problem, forecast: FloatArray, members: Mapping[str, FloatArray], weight: FloatArray
) -> tuple[_Scale, FloatArray, FloatArray]:
    """Return the scale of the errors, the unit of each step, and the size of the errors over the scale.

    For positive series the unit is the level of the forecast, and the scale is the geometric mean of
    that of errors in proportion to the level and that of errors independent of it.
    """
    final, held, actual = forecast[-1], forecast[:-1], p.actual[:-1]
    error = actual - held
    spread = _spread(members, np.ones(p.horizon))
    walk = _usual_step(p)
    level = float(np.median(p.adjusted_level[-1])) if p.log else 1.0
    plain = _believe(p, _growth(p, error, weight), walk * level, spread)
    if not p.log:
        return plain, np.ones(p.horizon), np.abs(error) / plain.held_out
    unit = np.abs(final)
    with np.errstate(invalid="ignore", divide="ignore"):
        log_error = np.log(actual) - np.log(np.maximum(held, 1e-300))
    share = _believe(p, _growth(p, log_error, weight), walk, _spread(members, unit))
    a = _PROPORTIONAL
    scale = _Scale(
        share.held_out**a * plain.held_out ** (1 - a),
        share.believed**a * plain.believed ** (1 - a),
    )
    touched = np.abs(touching(error / np.abs(held)))
    return scale, unit, touched * np.abs(held) ** (1 - a) / scale.held_out


def _spread(members: Mapping[str, FloatArray], unit: FloatArray) -> FloatArray:
    """Return how far the members are apart in units, never shrinking, (horizon,); zeros if they are not."""
    apart = np.std([one[-1] for one in members.values()], axis=0) / unit
    grown = growth_curve(apart[None], np.ones((1, len(unit))))
    return np.zeros(len(unit)) if grown is None else grown


def _usual_step(p: Problem) -> float:
    """Return the deviation of the steps of the adjusted series."""
    step = np.diff(p.adjusted[-1])
    return float(step.std()) if len(step) > 2 else float(np.abs(step).mean())


def _believe(p: Problem, held: FloatArray | None, walk: float, spread: FloatArray) -> _Scale:
    """Return the geometric mean of three views of the deviation per step.

    What was held out; a random walk with the history's own steps; how far the members are apart. The
    last two count where little was held out.
    """
    drift = walk * np.sqrt(np.arange(1, p.horizon + 1))
    if held is None or not (held > 0).all():
        held = drift
    if not walk > 0:
        return _Scale(held, held)
    prior = np.log(drift)
    if (spread > 0).all():
        apart = np.log(np.maximum(_SPREAD_FACTOR * spread, 1e-3 * drift))
        prior = (1 - _SPREAD_SHARE) * prior + _SPREAD_SHARE * apart
    trust = p.backtest.held / (p.backtest.held + _PRIOR_STEPS)
    seen = np.log(np.maximum(held, 1e-6 * drift))
    return _Scale(held, np.exp(trust * seen + (1 - trust) * prior))


def _growth(p: Problem, error: FloatArray, weight: FloatArray) -> FloatArray | None:
    return growth_curve(error, weight, p.backtest.held / p.horizon)


def growth_curve(error: FloatArray, weight: FloatArray, windows: float = 0.0) -> FloatArray | None:
    """Return the deviation of errors (origins, horizon) per step, never shrinking; None without any.

    It grows as a power of the step between 0 and 1, found by regression and drawn to that of a random
    walk. After many windows the deviation of each step speaks for itself as well.
    """
    seen = np.isfinite(error)
    mass = (weight * seen).sum(axis=0)
    power = (weight * np.where(seen, error, 0.0) ** 2).sum(axis=0) / np.maximum(mass, _TINY)
    use = (mass > 0) & (power > 0)
    if not use.any():
        return None
    step = np.arange(1, error.shape[1] + 1.0)
    w = mass[use] / mass[use].max()
    x, y = np.log(step[use]), 0.5 * np.log(power[use])
    x, y = x - w @ x / w.sum(), y - w @ y / w.sum()
    exponent = (w @ (x * y) + _GROWTH_PRIOR * _WALK) / (w @ (x * x) + _GROWTH_PRIOR)
    growth = step ** (2 * np.clip(exponent, 0, 1))
    curve = w @ (power[use] / growth[use]) / w.sum() * growth
    own = windows / (windows + _STEP_PRIOR_WINDOWS)
    curve = np.where(use, (1 - own) * curve + own * power, curve)
    return np.asarray(np.sqrt(np.maximum.accumulate(curve)))


def _seasonal_rhythm(p: Problem, ratio: FloatArray) -> FloatArray:
    """Return the deviation of each phase of the first season over the mean, (m,), drawn to one.

    Errors may be small every night and large every noon.
    """
    m = p.seasons[0] if p.seasons else 1
    seen = np.isfinite(ratio)
    square = np.where(seen, ratio, 0.0) ** 2
    if m < 2 or not square.sum() > 0:
        return np.ones(1)
    phase = (p.steps[:-1] % m).ravel()
    mass = np.bincount(phase, seen.ravel(), m)
    power = np.bincount(phase, square.ravel(), m)
    own = power / np.maximum(mass, _TINY) * (mass.sum() / power.sum())
    cycles = p.backtest.held / m
    trust = np.where(mass > 0, cycles / (cycles + _RHYTHM_PRIOR_CYCLES), 0.0)
    return np.asarray(np.sqrt(1 + trust * (own - 1)))


def _follows(p: Problem, held: FloatArray, scale: FloatArray, swing: FloatArray) -> bool:
    """Return whether held-out errors clearly follow the swing (origins, horizon) within their windows.

    Two Laplace distributions are compared: with the swing, and with its mean over each window. Windows
    overlap, so that values count as evidence, not errors.

    Reference: Kass and Raftery (1995), Bayes factors, JASA 90(430), section 3.2.
    """
    error = np.abs(p.actual[:-1] - held)
    known = np.isfinite(error) & (swing > 0)
    if not error[known].any():
        return False
    level = np.broadcast_to(swing.mean(axis=1, keepdims=True), swing.shape)
    surprise = [
        np.log(one[known]).mean() + np.log((error / (one * scale))[known].mean())
        for one in (level, swing)
    ]
    return bool((surprise[0] - surprise[1]) * p.backtest.held > np.log(_STRONG_EVIDENCE))


def touching(error: FloatArray) -> FloatArray:
    """Return the ``u`` whose bound an error in proportion to the level would touch; see ``sides``."""
    above = np.sqrt(1 + 2 * np.maximum(error, 0)) - 1
    below = np.log(np.maximum(1 + np.minimum(error, 0), 1e-9))
    return np.asarray(np.where(error > 0, above, below))
