"""Points from which on values scatter more, or less."""

import numpy as np

from models.detectors.statistical._two_windows import TwoWindows
from models.types import FloatArray

_FLOOR = 0.1
"""Scatter is no smaller than a tenth of the mean of both windows: from nothing, any is infinitely more."""


class VolatilityShift(TwoWindows):
    """Flag points from which on steps are larger or smaller than before, by more than they usually are.

    The gap is the logarithm of the ratio of the median steps: twice as rough is as strange as half as rough.

    Reference: Inclán and Tiao (1994), Use of cumulative sums of squares for retrospective detection of changes
    of variance, JASA 89; Basseville and Nikiforov (1993), Detection of Abrupt Changes.
    """

    name = "volatility_shift"
    title = "Volatility shift"
    summary = "Points from which on values scatter more, or less, than before."
    reference = "Inclán & Tiao (1994), Retrospective detection of changes of variance, JASA 89"

    def _gap(self, before: FloatArray, after: FloatArray) -> FloatArray:
        old, new = np.abs(np.diff(before, axis=1)), np.abs(np.diff(after, axis=1))
        floor = _FLOOR * (old.mean(axis=1) + new.mean(axis=1))
        floor = np.where(floor > 0.0, floor, 1.0)
        ratio = (np.median(new, axis=1) + floor) / (np.median(old, axis=1) + floor)
        return np.asarray(np.abs(np.log(ratio)))
