"""What trend and season leave."""

import numpy as np

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams, sided_scores
from models.params import SeasonalParams
from models.stats.cleaning import robust_smooth
from models.stats.error_distribution import error_distribution
from models.stats.loess import jumps, seasonal_trend
from models.stats.robust import least_scale
from models.types import FloatArray


class StlResidualParams(SeasonalParams, WidthParams):
    """The season and the width of the band."""


class StlResidual(Detector[StlResidualParams]):
    """Flag what lies far from trend and season, which robust local regressions draw through the whole series.

    Without a season, the trend alone. Each side has the tails of its residuals, which a robust fit leaves heavier
    than the noise is.

    Reference: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition procedure
    based on loess, Journal of Official Statistics 6.
    """

    name = "stl_residual"
    title = "Residual of STL"
    summary = "Points far from trend and season of the whole series; for one season that may change slowly."
    reference = (
        "Cleveland et al. (1990), STL: a seasonal-trend decomposition based on loess, JOS 6, 3-73"
    )
    min_observations = 8

    def _score(self, series: Series) -> Scores:
        y = series.y
        expected = self._expected(y)
        seen = series.is_observed
        distribution = error_distribution(
            *((y - expected)[seen], expected[seen], np.ones(int(seen.sum()))),
            free=max(seen.sum() - 1.0, 1.0),
            least=least_scale(y[seen]),
        )
        return sided_scores(
            y, expected, distribution.units(expected), distribution.tails, distribution.least
        )

    def _expected(self, y: FloatArray) -> FloatArray:
        season = self.season_length_
        if season < 2 or len(y) < 2 * season:
            return robust_smooth(y, ())
        options = jumps(season)
        options["robust"] = True
        parts = seasonal_trend(y, [season], None, **options)
        return np.asarray(parts.trend + parts.seasonal[0])
