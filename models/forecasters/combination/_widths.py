"""Intervals of the combination: its deviation times what its own held-out errors ask for."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import isotonic_regression

from models.forecasters.combination._context import FARTHEST, EvaluationContext
from models.forecasters.combination._error_scale import HeldOutErrors, upper_side
from models.stats.distributions import student_quantile, student_quantiles, weighted_quantiles
from models.types import FloatArray

_PRIOR_80 = 1.02
"""Deviations within which 80 % are expected before any error is known."""
_DEGREES = 3.6
"""Degrees of Student's distribution for the other levels."""
_FEW_STEPS = 8.5
"""That is widened by 1 + this / held-out steps."""
_MISSES_WANTED = 0.25
"""Windows with a miss at which the errors' own quantiles weigh as much."""


@dataclass(frozen=True, slots=True, eq=False)
class ConformalWidths:
    """How far the bounds are from the forecast, at any level.

    ``deviation`` and ``unit``: shape (horizon,), as in ``HeldOutErrors``; ``multipliers``: shape (levels,), at
    the levels of ``level_grid``, never shrinking; ``skewed``: whether the upper side is the longer one;
    ``farthest``: no bound is further from the forecast; ``may_narrow``: whether a bound may come nearer;
    ``judged``: the steps ahead by which errors are known, and ``horizon``: those that are asked for; all if None.
    """

    deviation: FloatArray
    unit: FloatArray
    multipliers: FloatArray
    skewed: bool
    farthest: float
    may_narrow: bool = False
    judged: int | None = None
    horizon: int | None = None

    def sides(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the distances of the lower and upper bound, (horizon,), at a level in percent.

        They are read from one rising curve, so that intervals nest whichever levels are asked for.
        The upper side of a positive series is that of exp(u) up to its second term, and straight where u is
        large: the whole of it would explode.
        """
        u = np.interp(level, level_grid(), self.multipliers) * self.deviation
        below, above = (1 - np.exp(-u), upper_side(u)) if self.skewed else (u, u)
        below, above = self._allowed(self.unit * below), self._allowed(self.unit * above)
        return below[: self.horizon], above[: self.horizon]

    def until(self, horizon: int) -> "ConformalWidths":
        """Return those of the first steps, as they are among all: what later steps pool stays pooled."""
        return replace(self, horizon=horizon)

    def _allowed(self, side: FloatArray) -> FloatArray:
        """Return one side, (horizon,), that neither goes too far nor, unless it may, comes nearer again.

        Steps that would come nearer share their mean with those before them (isotonic regression), which
        keeps the width on the whole, and the order of the levels. Those beyond the judged ones leave these alone.
        """
        side = np.minimum(side, self.farthest)
        if self.may_narrow:
            return side
        near = isotonic_regression(side[: self.judged]).x
        far = np.maximum.accumulate(side[len(near) :])
        return np.append(near, np.maximum(far, near[-1]))


def widths_of(context: EvaluationContext, errors: HeldOutErrors) -> ConformalWidths:
    """Return the widths that held-out errors ask for.

    Split conformal prediction, with a heavy-tailed prior where there are few windows: one horizon's
    errors are related, so windows count, not errors.

    Reference: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World; Barber, Candès,
    Ramdas and Tibshirani (2023), Conformal prediction beyond exchangeability, Annals of Statistics 51,
    for errors that count less with age.
    """
    return ConformalWidths(
        errors.deviation,
        errors.unit,
        _multipliers(context, errors),
        context.log,
        3 * FARTHEST * float(np.ptp(context.y)),
        errors.may_narrow,
        context.judged,
    )


@cache
def level_grid() -> FloatArray:
    """Return the levels in percent, (levels,), at which multipliers are known: 0 to 99 by 1, then closer."""
    tail = 100 * (1 - 10.0 ** -np.linspace(2, 12, 201))
    return np.concatenate([np.arange(99.0), tail])


@cache
def _tails() -> FloatArray:
    """Return what is expected at the levels of the grid over that at 80 %, (levels,)."""
    tails = student_quantiles(level_grid(), _DEGREES)
    return np.asarray(tails / np.interp(80.0, level_grid(), tails))


def _multipliers(context: EvaluationContext, errors: HeldOutErrors) -> FloatArray:
    """Return deviations per half width at the levels of the grid, (levels,), never shrinking.

    Between what is expected, wider after few held-out steps unless the values only scatter, and the quantiles of
    the held-out errors. The tails are the same whether they do or not: some series that scatter cease to.
    """
    held = context.plan.held
    windows = held / context.judged
    walk = _PRIOR_80 * (1 + _FEW_STEPS / max(held, 1))
    scatter = np.sqrt(1 + 1 / len(context)) * student_quantile(80.0, np.array(context.free))
    k = ((1 - errors.steady) * walk + errors.steady * scatter) * _tails()
    seen = np.isfinite(errors.ratio)
    if seen.any():
        share = level_grid() / 100
        own = weighted_quantiles(errors.ratio[seen], errors.weight[seen], share)
        # the rarer the misses, the more windows it takes to count them
        trust = windows / (windows + _MISSES_WANTED / (1 - share))
        k = (1 - trust) * k + trust * own * (1 + 1 / max(held, 1))
    return np.asarray(np.maximum.accumulate(k))
