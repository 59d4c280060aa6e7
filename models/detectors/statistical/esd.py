"""Outliers among what level and season leave, by the generalised ESD test."""

import numpy as np
from pydantic import Field
from scipy.special import stdtrit

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector
from models.detectors.scores import deviation_scores
from models.params import SeasonalParams
from models.stats.cleaning import robust_smooth
from models.stats.robust import resolved_scale
from models.types import FloatArray

_ALIKE = 1e-9
"""Deviations that differ by no more than such a share are alike, and all outliers if one of them is."""


class EsdParams(SeasonalParams):
    """How many outliers there may be."""

    max_share: float = Field(
        0.2,
        gt=0.0,
        lt=0.5,
        title="Largest share",
        description="Share of the points that are looked at for outliers; below a half, which medians withstand.",
    )


class Esd(Detector[EsdParams]):
    """Flag outliers from level and season by as many tests as there may be outliers.

    With a season, level and season are moving medians, else the level is the median; the spread is the median
    absolute deviation (the seasonal hybrid), so that outliers do not hide each other. A level of
    99 stands for tests at 1 %.

    Reference: Rosner (1983), Percentage points for a generalized ESD many-outlier procedure, Technometrics 25;
    Hochenbaum, Vallis and Kejariwal (2017), Automatic anomaly detection in the cloud, arXiv:1704.07706.
    """

    name = "esd"
    title = "Seasonal hybrid ESD"
    summary = "Outliers from level and season, tested one after another; few false alarms."
    reference = "Rosner (1983), Percentage points for a generalized ESD many-outlier procedure, Technometrics 25"
    min_observations = 8

    def _score(self, series: Series) -> Scores:
        expected = np.full(len(series), np.median(series.y[series.is_observed]))
        if self.season_length_ > 1:
            expected = robust_smooth(series.y, (self.season_length_,))
        deviations = (series.y - expected)[series.is_observed]
        self.count_ = len(deviations)
        scale = resolved_scale(deviations, series.y[series.is_observed])
        return deviation_scores(series.y, expected, scale)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the score below that of the last outlier, or the edge of the first test if there is none."""
        size = self.count_
        most = max(1, min(int(self.params.max_share * size), size - 3))
        critical = critical_values(size, most, 1.0 - level / 100.0)
        strangest = np.sort(scores.raw[np.isfinite(scores.raw)])[::-1][: most + 1]
        outliers = np.flatnonzero(strangest[:most] > critical[: len(strangest)])
        if not len(outliers):
            return float(max(critical[0], strangest[0]))
        last = int(outliers[-1])
        others = scores.raw[scores.raw < strangest[last] * (1.0 - _ALIKE)]
        return max(float(critical[last]), float(others.max(initial=0.0)))


def critical_values(size: int, most: int, alpha: float) -> FloatArray:
    """Return what the largest deviations of a normal sample exceed by chance, (most,): equation 2.5."""
    left = size - np.arange(1, most + 1)  # with how many the next one is compared
    t = stdtrit(left - 1.0, 1.0 - alpha / (2.0 * (left + 1.0)))
    return np.asarray(t * left / np.sqrt((left - 1.0 + t**2) * (left + 1.0)))
