"""Outliers among what level and season leave, by the generalised ESD test."""

from dataclasses import replace

import numpy as np
from pydantic import Field
from scipy.special import stdtrit

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector
from models.detectors.scores import deviation_scores, sided_scores
from models.params import SeasonalParams
from models.stats.cleaning import robust_smooth
from models.stats.error_distribution import Deviations, error_distribution
from models.stats.incidents import without_incidents
from models.stats.phase_scale import is_loud, phase_units
from models.stats.robust import least_scale, robust_scale
from models.stats.sided_tails import PLAIN, Tails, within
from models.types import FloatArray

_ALIKE = 1e-9
"""Deviations that differ by no more than such a share are alike, and all outliers if one of them is."""
_OFF_MEDIAN = 0.75
"""At least such a share lies beside the median of its phase; what is that median tells nothing of the others."""


class EsdParams(SeasonalParams):
    """How many outliers there may be."""

    max_share: float = Field(
        0.2,
        gt=0.0,
        lt=0.5,
        title="Largest share",
        description="Largest share of the points that may be outliers; below a half, which medians resist.",
    )


class Esd(Detector[EsdParams]):
    """Flag outliers from level and season by as many tests as there may be outliers.

    With a season, level and season are moving medians without incidents, else the level is the median; the
    spread is that of most deviations at their phase (the seasonal hybrid), so that outliers do not hide each
    other. A level of 99 stands for tests at 1 %; where tails are heavier than those of a normal distribution, no
    more is an outlier than lies beyond 99 % of them.

    Reference: Rosner (1983), Percentage points for a generalized ESD many-outlier procedure, Technometrics 25;
    Hochenbaum, Vallis and Kejariwal (2017), Automatic anomaly detection in the cloud, arXiv:1704.07706.
    """

    name = "esd"
    title = "Seasonal hybrid ESD"
    summary = "Outliers from level and season, tested one after another; few false alarms."
    reference = "Rosner (1983), Percentage points for a generalized ESD many-outlier procedure, Technometrics 25"
    min_observations = 8
    _us_per_point = 2.0

    def _score(self, series: Series) -> Scores:
        y, seen = series.y, series.is_observed
        expected = np.full(len(y), np.median(y[seen]))
        if self.season_length_ > 1:
            season = (self.season_length_,)
            expected = robust_smooth(without_incidents(y, season), season)
        least, off = least_scale(y[seen]), np.where(seen, y - expected, np.nan)
        units = phase_units(off, self.season_length_, least)
        tells = seen & (off != 0.0)
        tells = tells if tells.sum() >= _OFF_MEDIAN * seen.sum() else seen
        usual = robust_scale((off / units)[tells & is_loud(units)])
        self.usual_ = np.maximum(usual * units, least)
        self.off_ = deviation_scores(y, expected, self.usual_).raw[seen]
        tails = _tails(off[tells], units[tells], least, PLAIN * usual)
        return sided_scores(y, expected, units, tails, least)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the edge of outliers, where tails are not heavier than those of a normal distribution."""
        in_units = np.ones(len(self.usual_))
        if scores.scale is not None:
            np.divide(self.usual_, scores.scale, out=in_units, where=scores.scale > 0.0)
        return np.maximum(self._edge(level) * in_units, super()._threshold(scores, level))

    def _edge(self, level: float) -> float:
        """Return the deviation below that of the last outlier, or the edge of the first test if there is none."""
        size = len(self.off_)
        most = max(1, min(int(self.params.max_share * size), size - 3))
        critical = critical_values(size, most, 1.0 - level / 100.0)
        strangest = np.sort(self.off_[np.isfinite(self.off_)])[::-1][: most + 1]
        outliers = np.flatnonzero(strangest[:most] > critical[: len(strangest)])
        if not len(outliers):
            return float(max(critical[0], strangest[0]))
        last = int(outliers[-1])
        others = self.off_[self.off_ < strangest[last] * (1.0 - _ALIKE)]
        return max(float(critical[last]), float(others.max(initial=0.0)))


def _tails(off: FloatArray, units: FloatArray, least: float, farthest: float) -> Tails:
    """Return the tails of deviations, (n,), in their units, whose bands of 99 % reach no farther than so much."""
    deviations = Deviations(off, np.ones(len(off)), units)
    told = error_distribution(deviations, max(len(off) - 1.0, 1.0), least).tails
    return replace(told, below=within(told.below, farthest), above=within(told.above, farthest))


def critical_values(size: int, most: int, alpha: float) -> FloatArray:
    """Return what the largest deviations of a normal sample exceed by chance, (most,): equation 2.5."""
    left = size - np.arange(1, most + 1)  # with how many the next one is compared
    t = stdtrit(left - 1.0, 1.0 - alpha / (2.0 * (left + 1.0)))
    return np.asarray(t * left / np.sqrt((left - 1.0 + t**2) * (left + 1.0)))
