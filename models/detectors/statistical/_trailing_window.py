"""What the points just before tell of the next one: their centre, and how far from it points usually lie."""

import math
from dataclasses import dataclass, field

import bottleneck as bn
import numpy as np

from models.contract.state import kept
from models.detectors.base import Points
from models.stats.moving import median_before, moments_before, share_before
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF, NORMAL_MAD, NORMAL_MEAN_DEVIATION
from models.types import FloatArray, IntArray

_FEW, _COMMON = 5, 0.05
"""So many, and such a share, of values off the usual one are usual too."""
_UNKNOWN_TAILS = 5.0
"""Degrees of freedom at most while nothing is known of tails, which heavy ones have."""

Expectation = tuple[FloatArray, FloatArray, FloatArray]
"""Expected value, standard deviation and the degrees of freedom behind it, each of shape (k,)."""


@kept
@dataclass(eq=False)
class TrailingWindow:
    """The last points of a series, or of one phase of it.

    ``size``: how many at most; ``least``: from how many on there is a scale; ``by_median``: whether centre and
    scale are the median and the median distance of points from those of their own windows, else mean and standard
    deviation; ``seen``: how many points there were in all.
    """

    size: int
    least: int
    by_median: bool
    seen: int = 0
    tail: RingBuffer = field(init=False)
    distances: RingBuffer = field(init=False)

    def __post_init__(self) -> None:
        self.tail, self.distances = RingBuffer(self.size), RingBuffer(self.size)

    def follow(self, points: Points) -> Expectation:
        """Return what is expected of each of the next points, (k,), by those before that teach, and move on."""
        taught = points.y[points.teaches]
        new = np.append(taught, 0.0)  # the last one stands for the next to come
        count = np.minimum(self.seen + np.arange(len(new), dtype=np.float64), self.size)
        expectation = self._by_median if self.by_median else self._by_mean
        center, scale, df = expectation(new, count)
        self.seen += len(taught)
        self.tail.extend(taught)
        scale[count < self.least] = np.nan
        if len(taught) == len(points.y):
            return center[:-1], scale[:-1], df[:-1]
        before: IntArray = np.cumsum(points.teaches) - points.teaches
        return center[before], scale[before], df[before]

    def follow_one(self, y: float, teaches: bool) -> tuple[float, float, float]:
        """Do the same for one point about the median, without arrays of length one."""
        count = min(self.seen, self.size)
        center, scale = _median(self.tail.values), NORMAL_MAD * _median(self.distances.values)
        if scale == 0.0:
            scale = float(self._usual_distance(np.zeros(1))[0])
        df = min(max(MAD_DF * (count - 1.0), 1.0), _UNKNOWN_TAILS)
        if teaches:
            if count:
                self.distances.append(abs(y - center))
            self.tail.append(y)
            self.seen += 1
        return center, scale if count >= self.least else math.nan, df

    def _by_mean(self, y: FloatArray, count: FloatArray) -> Expectation:
        """Return mean, standard deviation of a new point about it, and degrees of freedom."""
        mean, squares = moments_before(self.tail.values, y, self.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = squares / (count - 1.0) * (1.0 + 1.0 / count)
        return mean, np.sqrt(variance), np.maximum(count - 1.0, 1.0)

    def _by_median(self, y: FloatArray, count: FloatArray) -> Expectation:
        """Return median, usual distance of a new point from it, and degrees of freedom."""
        center = median_before(self.tail.values, y, self.size)
        distance = np.abs(y - center)[0 if self.seen else 1 :]  # nothing is before the very first
        scale = self._usual_distance(distance)
        self.distances.extend(distance[:-1])
        if not self.seen:
            scale = np.append(np.nan, scale)
        return center, scale, np.clip(MAD_DF * (count - 1.0), 1.0, _UNKNOWN_TAILS)

    def _usual_distance(self, distance: FloatArray) -> FloatArray:
        """Return the usual distance just before each point, in standard deviations."""
        before = self.distances.values
        scale = NORMAL_MAD * median_before(before, distance, self.size)
        flat = scale == 0.0  # more than half of the points lie on their median
        if flat.any():
            mean, _ = moments_before(before, distance, self.size)
            share, count = share_before(_off(before), _off(distance), self.size)
            off = NORMAL_MAD * median_before(_or_nan(before), _or_nan(distance), self.size)
            are_usual = share * count >= np.maximum(_FEW, _COMMON * count)
            scale[flat] = np.where(are_usual, off, NORMAL_MEAN_DEVIATION * mean)[flat]
        return scale


def _off(distance: FloatArray) -> FloatArray:
    return np.asarray(distance > 0.0, dtype=np.float64)


def _or_nan(distance: FloatArray) -> FloatArray:
    return np.where(distance > 0.0, distance, np.nan)


def _median(values: FloatArray) -> float:
    """Return the median of values, NaN of none."""
    return float(bn.median(values)) if len(values) else math.nan
