"""Where the scores of normal points end, however skewed these are."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from models.types import FloatArray

_LOW, _MIDDLE = 0.1, 0.5
"""Quantiles that tell the shape, beside one above the median."""
_DF = 0.4
"""Degrees of freedom per score behind quantiles, in units of those behind a standard deviation."""
_HALVINGS = 30
_LEAST = 1e-9
"""The smallest threshold, and what tells one score from another, as a share of the largest score."""


@dataclass(frozen=True, slots=True)
class BoxCoxTail:
    """A distribution of scores ≥ 0, normal after a power of them is taken, or the logarithm.

    ``origin``: what is taken off them, none but where they are far from 0; ``middle``: their median after
    that, 0 where more than half of them are alike; ``scale``: of the powers of their ratio to it; ``power`` in
    0 to 1, 0 for the logarithm; ``df``: degrees of freedom behind these; ``least``: no threshold is lower.

    Reference: Box and Cox (1964), An analysis of transformations, JRSS B 26.
    """

    origin: float
    middle: float
    scale: float
    power: float
    df: float
    least: float

    @classmethod
    def of(
        cls, scores: FloatArray, independent: float | None = None, clean: float = 0.9
    ) -> "BoxCoxTail":
        """Learn from scores, shape (n,), NaN ones left out.

        ``independent``: how many count as such; ``clean``: the share of which the tail is told: what the
        others do has no say.
        """
        known = scores[np.isfinite(scores)]
        if not len(known):
            return cls(0.0, 0.0, 0.0, 1.0, 1.0, _LEAST)
        low, middle, high = np.quantile(known, (_LOW, _MIDDLE, clean))
        least = _least_threshold(known)
        df = _degrees_of_freedom(len(known) if independent is None else independent)
        if middle <= least:
            return cls(0.0, 0.0, 0.0, 1.0, df, least + float(high))
        # As far below the low quantile as that is below the median, nothing is left of most distributions.
        origin = max(2.0 * float(low) - float(middle), 0.0)
        low, middle, high = low - origin, middle - origin, high - origin
        if middle <= least:
            return cls(origin + float(middle), 0.0, 0.0, 1.0, df, least + origin + float(high))
        low, high = max(low / middle, _LEAST), high / middle
        top, bottom = float(ndtri(clean)), float(ndtri(_LOW))
        power = _symmetric_power(low, high, -top / bottom)
        scale = (_powered(high, power) - _powered(low, power)) / (top - bottom)
        return cls(origin, float(middle), float(scale), power, df, least)

    def threshold(self, level: float) -> float:
        """Return the score below which so many percent of normal points lie."""
        if self.middle == 0.0:
            return self.least
        reach = self.scale * float(stdtrit(self.df, level / 100.0))
        if self.power == 0.0:
            ratio = float(np.exp(min(reach, 600.0)))
        else:
            ratio = float(max(1.0 + self.power * reach, 0.0) ** (1.0 / self.power))
        return max(self.origin + self.middle * ratio, self.least)


def _least_threshold(scores: FloatArray) -> float:
    return max(_LEAST * float(scores.max()), float(np.finfo(float).tiny))


def _degrees_of_freedom(count: float) -> float:
    """Return those behind quantiles of so many scores, one at least."""
    return max(_DF * count, 1.0)


def _powered(ratio: float, power: float) -> float:
    return float(np.log(ratio)) if power == 0.0 else float((ratio**power - 1.0) / power)


def _symmetric_power(low: float, high: float, ratio: float) -> float:
    """Return the power in 0 to 1 after which two quantiles, in units of the median, lie as a normal's do.

    ``ratio``: how many times as far from the median as the low one the high one then lies.
    """

    def skew(power: float) -> float:
        return _powered(high, power) + ratio * _powered(low, power)

    if skew(0.0) >= 0.0:
        return 0.0
    if skew(1.0) <= 0.0:
        return 1.0
    left, right = 0.0, 1.0
    for _ in range(_HALVINGS):
        half = (left + right) / 2.0
        left, right = (half, right) if skew(half) < 0.0 else (left, half)
    return (left + right) / 2.0


_USUAL_SKEWNESS, _SCORES_BEHIND = 0.25, 100.0
"""How skewed scores are where few are known, and how many independent ones have as much say in it as that."""
_MOST_SKEWED = 1.0
"""Quantiles that tell more skewness are taken for those of two kinds of scores."""


@dataclass(frozen=True, slots=True)
class LognormalTail:
    """A distribution of scores: lognormal from where it begins, told by three quantiles.

    ``middle``: the median; ``scale``: the standard deviation of what is normal before it is bent; ``skewness``:
    that of the logarithms, 0 for a normal distribution; ``df``: degrees of freedom behind these; ``least``: no
    threshold is lower.

    Reference: Hoaglin (1985), Summarizing shape numerically: the g-and-h distributions, in Exploring Data
    Tables, Trends, and Shapes, for g.
    """

    middle: float
    scale: float
    skewness: float
    df: float
    least: float

    @classmethod
    def of(
        cls, scores: FloatArray, independent: float | None = None, clean: float = 0.9
    ) -> "LognormalTail":
        """Learn from scores ≥ 0, shape (n,), NaN ones left out.

        ``independent``: how many count as such, all if None; of few, three quantiles tell no skewness, and most
        of it is what is usual. ``clean``: the share of which the tail is told: what the others do has no say.
        """
        known = scores[np.isfinite(scores)]
        if not len(known):
            return cls(0.0, 0.0, 0.0, 1.0, _LEAST)
        count = len(known) if independent is None else independent
        low, middle, high = (float(q) for q in np.quantile(known, (1.0 - clean, 0.5, clean)))
        least, df = _least_threshold(known), _degrees_of_freedom(count)
        if high - low <= least:
            return cls(middle, 0.0, 0.0, df, least + high)
        z = float(ndtri(clean))
        told = math.log(max(high - middle, least) / max(middle - low, least)) / z
        skewness = (count * told + _SCORES_BEHIND * _USUAL_SKEWNESS) / (count + _SCORES_BEHIND)
        skewness = min(max(skewness, 0.0), _MOST_SKEWED)
        scale = (high - low) / (_bent(z, skewness) - _bent(-z, skewness))
        return cls(middle, scale, skewness, df, least)

    def threshold(self, level: float) -> float:
        """Return the score below which so many percent of normal points lie."""
        z = float(stdtrit(self.df, level / 100.0))
        return max(self.middle + self.scale * _bent(z, self.skewness), self.least)


def _bent(z: float, skewness: float) -> float:
    """Return where a lognormal distribution of median 0 has the quantile that a normal one has at z."""
    return z if skewness < _LEAST else math.expm1(min(skewness * z, 600.0)) / skewness


_LOWER, _UPPER = 0.75, 0.95
_STEEPEST = 0.05
_SPAN = float(np.log((1.0 - _LOWER) / (1.0 - _UPPER)))


@dataclass(frozen=True, slots=True)
class ParetoTail:
    """A tail in which the frequency of what is larger falls with a power of the score.

    ``lower`` and ``upper``: the scores that a quarter and a twentieth exceed, 0 where nothing is known.

    Reference: Hill (1975), A simple general approach to inference about the tail of a distribution, Annals of
    Statistics 3, for the family.
    """

    lower: float = 0.0
    upper: float = 0.0

    @classmethod
    def of(cls, scores: FloatArray) -> "ParetoTail":
        """Learn from scores ≥ 0, shape (n,), n ≥ 1."""
        lower, upper = np.quantile(scores, (_LOWER, _UPPER))
        return cls(float(lower), float(upper))

    def rarity(self, score: float, step: float = 0.0) -> float:
        """Return -log10 of the share of scores that are larger, ≥ 0; inf for what was never seen.

        ``step``: a score no larger says nothing, because the data have no finer resolution.
        """
        if score <= step:
            return 0.0
        lower, upper = max(self.lower, step), max(self.upper, step)
        if upper <= 0.0:
            return float("inf")
        lower = max(lower, upper * float(np.exp(-_HEAVIEST * _SPAN)))
        slope = max(float(np.log(upper / lower)) / _SPAN, _STEEPEST)
        nats = float(np.log(score / upper)) / slope - float(np.log(1.0 - _UPPER))
        return max(nats, 0.0) / float(np.log(10.0))


_HEAVIEST = 2.0
"""The heaviest tail that is believed: its scores grow with the square of their rarity."""
