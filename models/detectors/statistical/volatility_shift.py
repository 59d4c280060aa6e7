"""Points from which on values scatter more, or less."""

import math

import numpy as np

from models.detectors.statistical._two_windows import TwoWindows
from models.types import FloatArray

_USUAL_WINDOW = 40
_FLOOR = 0.03
"""Scatter is no smaller than such a share of the mean of both windows: from nothing, any is infinitely more."""
_NOISE, _NOISE_DF = 1.02, 30.0
"""Variance of the logarithm of usual steps of white noise, times their number; as how many gaps it counts."""
_KEPT = 0.8
"""The largest fifth of the steps, as of a spike or a jump, does not tell how large they are."""


class VolatilityShift(TwoWindows):
    """Flag points from which on steps are larger or smaller than before, by more than they usually are.

    The gap is the logarithm of the ratio of the mean steps, their largest fifth aside: twice as rough is as
    strange as half as rough. How large it usually is, few windows tell: beside them counts what white noise does.

    Reference: Inclán and Tiao (1994), Use of cumulative sums of squares for retrospective detection of changes
    of variance, JASA 89; Basseville and Nikiforov (1993), Detection of Abrupt Changes; Smyth (2004), Linear
    models and empirical Bayes methods, Statistical Applications in Genetics and Molecular Biology 3, for the
    usual gap.
    """

    name = "volatility_shift"
    title = "Volatility shift"
    summary = "Points at which the variance changes."
    reference = "Inclán & Tiao (1994), Retrospective detection of changes of variance, JASA 89"

    state_version = 2
    parts = 2  # scatter takes more values to tell than a level

    def _window(self, season_length: int) -> int:
        season = max(season_length, 1)
        return self.params.window or season * max(round(_USUAL_WINDOW / season), 1)

    def _gap(self, before: FloatArray, after: FloatArray) -> FloatArray:
        old, new = np.abs(np.diff(before, axis=1)), np.abs(np.diff(after, axis=1))
        floor = _FLOOR * (old.mean(axis=1) + new.mean(axis=1))
        floor = np.maximum(np.where(floor > 0.0, floor, 1.0), self.least_)
        ratio = (_usual_step(new) + floor) / (_usual_step(old) + floor)
        return np.asarray(np.abs(np.log(ratio)))

    def _usual(self, usual: float, df: float, after: int) -> tuple[float, float]:
        window = self._window(self.season_length_)
        noise = _NOISE * (1.0 / (window - 1) + 1.0 / max(after - 1, 1))
        if math.isnan(usual):
            return math.sqrt(noise), _NOISE_DF
        both = (df * usual**2 + _NOISE_DF * noise) / (df + _NOISE_DF)
        return math.sqrt(both), df + _NOISE_DF


def _usual_step(steps: FloatArray) -> FloatArray:
    """Return the mean of all but the largest steps, (n,) of (n, k)."""
    kept = max(int(_KEPT * steps.shape[1]), 1)
    return np.asarray(np.partition(steps, kept - 1, axis=1)[:, :kept].mean(axis=1))
