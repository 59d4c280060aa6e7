"""The tails of a sample below and above its centre: a g-and-h distribution fitted to its letter values."""

from dataclasses import dataclass, replace
from functools import cache

import bottleneck as bn
import numpy as np
from scipy.special import ndtri, stdtrit

from models.stats.distributions import predictive_quantiles, student_quantile
from models.stats.robust import NORMAL_MAD
from models.types import FloatArray

LEAST_FOR_TAILS = 40
"""Fewer deviations are too few for tails of each side."""
_DEPTHS = np.array([0.25, 0.05, 0.02])
"""Letter values: of each side the middle, the 90th and the 96th percentile."""
_LETTER_VALUES = np.concatenate([[0.5], _DEPTHS, 1.0 - _DEPTHS])
_Z = -ndtri(_DEPTHS)
_WEIGHTS = np.array([0.25, 0.5, 0.25])
"""Weights of the letter values in the estimate of the scale."""
_SKEW_NOISE = 1.08
"""Standard error of the skewness in normal samples, times the root of their size; skewness is shrunk by it."""
_HALF_TOLD = 250
"""The outer two letter values tell best how a tail goes on, but they are noisy in small samples: of this many
deviations they have half of the weight, the innermost and the outermost one together the other half."""
_GROWTH_NOISE = 1.0
"""By chance, tails grow faster outside than inside by up to this over the root of the count; what is more comes
from outliers."""
_LONGEST = 0.75
"""The largest h: longer tails have no standard deviation. Tails shorter than normal are taken for normal."""
_NEAR, _FAR = 0.005, 0.0005
"""Probability beyond each side of a band of 99 %, to which Student's t is matched, and of one of 99.9 %."""
_TOLD = 1.5
"""Where so many values are expected beyond a side of a band of 99 % and none lies there, values end before it
does; by chance none lies there once in five times."""
_INSIDE = 0.025
"""The same of a band of 95 %, for which letter values are interpolated."""
_INNER_LEVEL, _LEVEL = 95.0, 99.0
_HEAVIEST = 1.0
PLAIN, _MOST_BEYOND, _FEW = 5.2, 0.03, 5
"""A value so many robust standard deviations off is an outlier, unless more than this share of the values, and
more than this many, lie as far off."""
FARTHEST = 25.0
"""A band reaches to a side no farther than so many times the middle letter value there, whatever a tenth does."""
_ALIKE = 0.01
"""Distances from the centre that differ by no more than such a share of them may be one."""
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Side:
    """The standard deviation to one side, and the degrees of freedom of the Student's t with its tail.

    ``inner``: below level 99, the reach of a band in units of that at 99 is the one of Student's t to this power;
    it is small where values end.
    """

    scale: float
    df: float = float("inf")
    inner: float = 1.0


@dataclass(frozen=True, slots=True)
class Tails:
    """The centre of deviations and what is usual below and above it."""

    below: Side
    above: Side
    center: float = 0.0

    def each_side(self) -> tuple[float, ...]:
        """Return the fields of the side below, then those of the side above."""
        below, above = self.below, self.above
        return below.scale, below.df, below.inner, above.scale, above.df, above.inner


def side_quantile(level: float, df: FloatArray, inner: FloatArray) -> FloatArray:
    """Return the reach of a band to a side at a level in percent, in scales; ``df``, ``inner``: of ``Side``."""
    own = student_quantile(level, df)
    if level >= _LEVEL:
        return own
    at_level = student_quantile(_LEVEL, df)
    return np.asarray(at_level * (own / at_level) ** inner)


def reach_of(side: Side) -> float:
    """Return how far a band of 99 % reaches to a side."""
    return side.scale * float(student_quantile(_LEVEL, np.array(side.df)))


def reaching(side: Side, least: float) -> Side:
    """Return a side whose band of 99 % is no narrower than so much."""
    reach = reach_of(side)
    if not least > reach:
        return side
    return replace(side, scale=least / float(student_quantile(_LEVEL, np.array(side.df))))


def within(side: Side, most: float) -> Side:
    """Return a side whose band of 99 % is no wider than so much."""
    reach = reach_of(side)
    return side if reach <= most else replace(side, scale=side.scale * most / reach)


def tails_of(
    deviations: FloatArray,
    step: float = 0.0,
    farthest: float = FARTHEST,
    size: int | None = None,
    still: int = 0,
) -> Tails | None:
    """Return centre and sides of deviations, shape (n,); None of too few, or if most are equal.

    A g-and-h distribution is a normal one, bent until three of its quantiles on each side are those of the
    sample: the 50th, 90th and 96th percentile of that side. So a fiftieth of the sample may be outliers.

    ``step``: the resolution of the values; those that are equal within it are spread evenly over it.
    ``farthest``: how far a band reaches at most, in units of the middle letter value of its side. Infinite for
    values that come one by one, whose incidents are still among them: their tails grow no faster outside than
    inside. ``size``: of how many values these are a part, n if None; shares of outliers are shares of all.
    ``still``: how many of all never vary. Since these never lie beyond a level, the others may do so more often,
    as may one side if the values of the other side end before the band does. A side that ends so is no wider than
    its values reach, and where both do, as narrow as the level asks for.

    Reference: Hoaglin (1985), Summarizing shape numerically: the g-and-h distributions, in Exploring Data
    Tables, Trends, and Shapes.
    """
    if len(deviations) < LEAST_FOR_TAILS:
        return None
    x = _spread_evenly(np.sort(deviations), step)
    found = predictive_quantiles(x, _LETTER_VALUES)
    center, lower, upper = float(found[0]), found[0] - found[1:4], found[4:] - found[0]
    if min(lower[0], upper[0]) <= _SAME * (lower[1] + upper[1]):
        return None
    skew = _less(float(np.log(upper[1] / lower[1]) / _Z[1]), _SKEW_NOISE / np.sqrt(len(x)))
    sizes, squares = np.log((lower + upper) / _both_sides(skew)), 0.5 * _Z**2
    by_chance = _GROWTH_NOISE / np.sqrt(len(x)) if np.isfinite(farthest) else 0.0
    length = min(max(_growth(sizes, squares, len(x), by_chance), 0.0), _LONGEST)
    unit = float(np.exp(_WEIGHTS @ (sizes - length * squares)))
    off = np.abs(x - center)
    plain = PLAIN * NORMAL_MAD * float(bn.median(off))
    few = max(_FEW, _MOST_BEYOND * (size or len(x)))
    most = plain if np.sum(off > plain) <= few else np.inf
    more = 1.0 + still / len(x)
    below, above = _Tail(unit, -skew, length, more), _Tail(unit, skew, length, more)
    sides = [
        _side(
            tail, _inside(letter_values, more), min(most, farthest * float(letter_values[0]), end)
        )
        for (tail, end), letter_values in zip(
            _ending(below, above, x - center), (lower, upper), strict=True
        )
    ]
    return Tails(sides[0], sides[1], center)


def _ending(below: "_Tail", above: "_Tail", off: FloatArray) -> list[tuple["_Tail", float]]:
    """Return the tails, and how far a band of 99 % reaches at most to each side, as values end before it does.

    If one side ends, at its farthest value, the other has the alarms that this leaves, by the rule of
    succession; of two that end each has its own. ``off``: deviations from the centre, ascending.
    """
    unused = max(1.0 - 1.0 / (_NEAR * len(off)), 0.0)
    to_below, to_above = -off[::-1], off
    match below.is_beyond(to_below), above.is_beyond(to_above):
        case True, True:
            left = _NEAR * below.more
            return [(below, _end(to_below, left)), (above, _end(to_above, left))]
        case True, False:
            return [(below, _end(to_below, 0.0)), (above.with_more(unused), np.inf)]
        case False, True:
            return [(below.with_more(unused), np.inf), (above, _end(to_above, 0.0))]
    return [(below, np.inf), (above, np.inf)]


def _end(off: FloatArray, left: float) -> float:
    """Return how far a band of 99 % reaches at most to a side whose values end before its tail does.

    ``off``: their distances from the centre, ascending. ``left``: the share of all that may lie beyond, 0 for the
    farthest. It reaches halfway to where the next one would be, of values as far apart as these.
    """
    [end] = predictive_quantiles(off, np.array([1.0 - left]))
    alike = int(np.searchsorted(off, end * (1.0 - _ALIKE)))
    return float(end + 0.5 * (off[alike] - off[alike - 1]))


def _growth(sizes: FloatArray, squares: FloatArray, count: int, by_chance: float) -> float:
    """Return h, the growth of the logarithms of letter values with half of the squared normal quantiles.

    ``count``: the size of the sample. ``by_chance``: by how much the growth outside may exceed that inside.
    """
    whole = (sizes[-1] - sizes[0]) / (squares[-1] - squares[0])
    inner, outer = np.diff(sizes) / np.diff(squares)
    growth = (count * outer + _HALF_TOLD * whole) / (count + _HALF_TOLD)
    return float(min(growth, inner + by_chance))


def _less(value: float, doubt: float) -> float:
    return float(np.sign(value)) * max(abs(value) - doubt, 0.0)


def _spread_evenly(x: FloatArray, step: float) -> FloatArray:
    """Return ascending values with those within one step in which they were measured spread evenly over it."""
    if step <= 0.0:
        return x
    half = (0.5 - _SAME) * step  # where what is expected wanders, equal values deviate differently
    first = np.searchsorted(x, x - half, "left")
    behind = np.searchsorted(x, x + half, "right")
    share = (np.arange(len(x)) - first + 0.5) / (behind - first)
    return np.sort(x + step * (share - 0.5))


def _both_sides(skew: float) -> FloatArray:
    """Return the distance of the quantiles of a skewed normal distribution at each letter value."""
    return 2.0 * _Z if abs(skew) < _SAME else 2.0 * np.sinh(skew * _Z) / skew


@dataclass(frozen=True, slots=True)
class _Tail:
    """One side of a g-and-h distribution, of which ``more`` times as much may lie beyond a level."""

    unit: float
    skew: float
    length: float
    more: float

    def reach(self, left: float) -> float:
        """Return beyond what such a part of all values lies on this side, of those that never vary too."""
        z = -float(ndtri(min(self.more * left, _DEPTHS[1])))
        bent = z if abs(self.skew) < _SAME else float(np.expm1(self.skew * z)) / self.skew
        return self.unit * bent * float(np.exp(0.5 * self.length * z * z))

    def with_more(self, share: float) -> "_Tail":
        """Return the tail with such a share more of what may lie beyond a level."""
        return replace(self, more=self.more * (1.0 + share))

    def is_beyond(self, off: FloatArray) -> bool:
        """Whether a band of 99 % reaches beyond all values, whose ascending distances these are.

        Of too few it is known of none.
        """
        return bool(_NEAR * len(off) >= _TOLD and off[-1] < self.reach(_NEAR))


def _inside(letter_values: FloatArray, more: float) -> float:
    """Return the reach of a band of 95 % to a side, interpolated between letter values."""
    z = -float(ndtri(min(more * _INSIDE, _DEPTHS[0])))
    return float(np.exp(np.interp(z, _Z, np.log(letter_values))))


def _side(tail: "_Tail", inside: float, most: float) -> Side:
    """Return the Student's t that has the reach of a tail at 99 %, and its growth from 95 to 99 and to 99.9 %.

    ``inside``: the reach at 95 %. ``most``: the largest reach at 99 %.
    """
    reach, beyond = tail.reach(_NEAR), tail.reach(_FAR)
    growth, known = _growth_table()
    df = np.array(np.interp(beyond / reach, growth, known, left=np.inf))
    reach = min(reach, most)
    told, inner_quantile = (float(student_quantile(level, df)) for level in (_LEVEL, _INNER_LEVEL))
    inner = np.log(reach / min(inside, reach)) / np.log(told / inner_quantile)
    return Side(reach / told, float(df), float(inner))


@cache
def _growth_table() -> tuple[FloatArray, FloatArray]:
    """Return how much farther Student's t reaches at the next nine, ascending, and its degrees of freedom."""
    df = np.geomspace(200.0, _HEAVIEST, 80)
    return np.asarray(stdtrit(df, 1.0 - _FAR) / stdtrit(df, 1.0 - _NEAR)), df
