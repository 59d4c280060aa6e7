"""Intervals of the combination: its deviation times what its own held-out errors ask for."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import isotonic_regression

from models.forecasters.combination._context import FARTHEST, EvaluationContext
from models.forecasters.combination._error_scale import HeldOutErrors
from models.stats.distributions import student_quantiles, weighted_quantiles
from models.types import FloatArray

_TAIL_DEGREES, _TAIL_FACTOR = 3, 0.72
"""What is expected before any error is known: so much of Student's distribution with so many degrees."""
_FEW_STEPS = 6.0
"""That is widened by 1 + this / held-out steps."""
_MISSES_WANTED = 0.2
"""Windows with a miss at which the errors' own quantiles weigh as much."""


@dataclass(frozen=True, slots=True, eq=False)
class Widths:
    """How far the bounds are from the forecast, at any level.

    ``deviation`` and ``unit``: shape (horizon,), as in ``HeldOutErrors``; ``multipliers``: shape (levels,), at
    the levels of ``level_grid``, never shrinking; ``skewed``: whether the upper side is the longer one;
    ``farthest``: no bound is further from the forecast; ``may_narrow``: whether a bound may come nearer.
    """

    deviation: FloatArray
    unit: FloatArray
    multipliers: FloatArray
    skewed: bool
    farthest: float
    may_narrow: bool = False

    def sides(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the distances of the lower and upper bound, (horizon,), at a level in percent.

        They are read from one rising curve, so that intervals nest whichever levels are asked for.
        The upper side of a positive series is that of exp(u) up to its second term: the whole of it
        would explode where u is large.
        """
        u = np.interp(level, level_grid(), self.multipliers) * self.deviation
        below, above = (1 - np.exp(-u), u + u * u / 2) if self.skewed else (u, u)
        return self._allowed(self.unit * below), self._allowed(self.unit * above)

    def _allowed(self, side: FloatArray) -> FloatArray:
        """Return one side, (horizon,), that neither goes too far nor, unless it may, comes nearer again.

        Steps that would come nearer share their mean with those before them (isotonic regression), which
        keeps the width on the whole, and the order of the levels.
        """
        side = np.minimum(side, self.farthest)
        return side if self.may_narrow else np.asarray(isotonic_regression(side).x)


def widths_of(p: EvaluationContext, errors: HeldOutErrors) -> Widths:
    """Return the widths that held-out errors ask for.

    Split conformal prediction, with a heavy-tailed prior where there are few windows: one horizon's
    errors are related, so windows count, not errors.

    Reference: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World; Barber, Candès,
    Ramdas and Tibshirani (2023), Conformal prediction beyond exchangeability, Annals of Statistics 51,
    for errors that count less with age.
    """
    return Widths(
        errors.deviation,
        errors.unit,
        _multipliers(p, errors),
        p.log,
        3 * FARTHEST * float(np.ptp(p.y)),
        errors.may_narrow,
    )


@cache
def level_grid() -> FloatArray:
    """Return the levels in percent at which multipliers are known: 0 to 99 by 1, then closer and closer."""
    tail = 100 * (1 - 10.0 ** -np.linspace(2, 12, 201))
    return np.concatenate([np.arange(99.0), tail])


@cache
def _prior() -> FloatArray:
    """Return what is expected before any error is known, at the levels of the grid, (levels,)."""
    return _TAIL_FACTOR * student_quantiles(level_grid(), _TAIL_DEGREES)


def _multipliers(p: EvaluationContext, errors: HeldOutErrors) -> FloatArray:
    """Return deviations per half width at the levels of the grid, (levels,), never shrinking.

    Between the prior, wider after few held-out steps, and the quantiles of the held-out errors.
    """
    held = p.plan.held
    windows = held / p.horizon
    k = _prior() * (1 + _FEW_STEPS / max(held, 1))
    seen = np.isfinite(errors.ratio)
    if seen.any():
        share = level_grid() / 100
        own = weighted_quantiles(errors.ratio[seen], errors.weight[seen], share)
        # the rarer the misses, the more windows it takes to count them
        trust = windows / (windows + _MISSES_WANTED / (1 - share))
        k = (1 - trust) * k + trust * own * (1 + 1 / max(held, 1))
    return np.asarray(np.maximum.accumulate(k))
