"""What errors of the combination are expected before any is known: by smoothing, by a mean and by a line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import bottleneck as bn
import numpy as np
from scipy.special import expit

from models.forecasters.combination._context import EvaluationContext
from models.stats import local_level
from models.stats.local_level import LocalLevel
from models.stats.smoothing_form import Form
from models.stats.smoothing_state import Filter
from models.stats.weights import inverse_error_weights
from models.types import FloatArray

_SMOOTHING_HALF_LIFE = 0.3
"""Half-life of an error of simple smoothing, as a share of the series."""
_SIMPLE = Form("A", "N", "N")
_RATES = np.array([0.05, 0.2, 0.4, 0.6, 0.8, 1.0])
_MOST_POWER = 60.0
"""Rates of smoothing count with 1 / error to the number of values, as by likelihood, or to this power."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedErrors:
    """What errors to expect of the adjusted series before any is known.

    ``smoothing``: shape (horizon,), those of simple smoothing; ``scatter``: those of its mean, and ``steady``:
    how likely it is that the values only scatter about that; ``line``: shape (horizon,), those of a straight
    line, and ``straight``: how likely they only scatter about one. ``level``: that of a positive series.
    """

    smoothing: FloatArray
    scatter: float
    steady: float
    line: FloatArray
    straight: float
    level: float | None

    @classmethod
    def of(cls, context: EvaluationContext, members: Mapping[str, FloatArray]) -> "ExpectedErrors":
        """Compare the likelihoods of a constant mean and of a random walk.

        Reference: von Neumann (1941), Distribution of the ratio of the mean square successive difference to the
        variance, Annals of Mathematical Statistics 12.
        """
        x = context.adjusted[-1]
        scatter = float(np.sqrt(((x - x.mean()) ** 2).sum() / context.free))
        walk = float(np.sqrt((np.diff(x) ** 2).mean()))
        gain = np.log(max(walk, _TINY) / max(scatter, _TINY))
        steady = float(expit(min(len(x), _MOST_POWER) * gain))
        line, straight = _about_a_line(context, members)
        level = 1.0 if context.log else None
        return cls(_smoothing_scale(context), scatter, steady, line, (1 - steady) * straight, level)

    def times(self, level: float) -> "ExpectedErrors":
        """Return the same in other units."""
        return replace(
            self,
            smoothing=self.smoothing * level,
            scatter=self.scatter * level,
            line=self.line * level,
            level=self.level and self.level * level,
        )

    @property
    def still(self) -> float:
        """How likely the values only scatter, whether about their mean or a line."""
        return self.steady + self.straight


def _smoothing_scale(context: EvaluationContext) -> FloatArray:
    """Return the error scale of simple exponential smoothing of the adjusted series per step, (horizon,).

    Its rates are averaged by their one-step errors, of which the latest tell most. The error h steps ahead has
    1 + (h - 1) α² times the variance of that of one step.
    """
    x = context.adjusted[-1] - context.adjusted[-1][0]
    step = np.diff(x)
    ahead = np.arange(context.horizon)
    if len(step) <= 2:
        return np.asarray(np.abs(step).mean() * np.sqrt(ahead + 1))
    run = Filter(_SIMPLE, x)
    errors = np.empty((len(_RATES), len(x)))
    for row, rate in enumerate(_RATES.tolist()):
        run.run((rate, 0.0, 0.0, 1.0), x[:1])
        errors[row] = run.errors
    age = np.arange(len(step))[::-1] / len(x)
    recent = 0.5 ** (age / _SMOOTHING_HALF_LIFE)
    recent /= recent.sum()
    errors = errors[:, 1:] - (errors[:, 1:] @ recent)[:, None]
    scale = np.sqrt(errors**2 @ recent)
    weight = inverse_error_weights(scale, min(len(x), _MOST_POWER), _TINY)
    growth = 1 + ahead * _RATES[:, None] ** 2
    return np.asarray(np.sqrt((weight * scale**2) @ growth))


def _about_a_line(
    context: EvaluationContext, members: Mapping[str, FloatArray]
) -> tuple[FloatArray, float]:
    """Return the errors to expect of values about a straight line, (horizon,), and how likely they are about one.

    Those of a positive series, which count as a share of its level, are the smaller of those about a line in
    logarithms, and of those about a line in units. Members that disagree miss the line, too.
    """
    x = context.adjusted[-1]
    if len(x) < local_level.FEWEST or not np.ptp(x) > 0:
        return np.ones(context.horizon), 0.0
    own, level = LocalLevel.of(x), 1.0
    if context.log:
        values = context.adjusted_level[-1]
        level = bn.median(values)
        in_units = LocalLevel.of(values / np.exp(np.log(values).mean()))
        if in_units.log_likelihood > own.log_likelihood:
            own = in_units
    ahead = np.array([one[-1] for one in members.values()])
    apart = bn.median(np.abs(ahead - bn.median(ahead, axis=0)), axis=0) / level
    return np.hypot(
        own.deviation(context.horizon), np.maximum.accumulate(apart)
    ), own.chance_of_line
