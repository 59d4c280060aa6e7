"""What trend and season leave."""

import numpy as np

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams, deviation_scores
from models.params import SeasonalParams
from models.stats.cleaning import robust_smooth
from models.stats.loess import jumps, seasonal_trend
from models.stats.robust import MAD_DF, least_scale, robust_scale, tail_df
from models.types import FloatArray


class StlResidualParams(SeasonalParams, WidthParams):
    """The season and the width of the band."""


class StlResidual(Detector[StlResidualParams]):
    """Flag what lies far from trend and season, which robust local regressions draw through the whole series.

    Without a season, the trend alone. The edge is Student's t with the tails of the residuals' bulk.

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
        deviations = (y - expected)[series.is_observed]
        df = max(min(MAD_DF * (len(deviations) - 1.0), tail_df(deviations)), 1.0)
        scale = max(robust_scale(deviations), least_scale(y[series.is_observed]))
        return deviation_scores(y, expected, scale, df)

    def _expected(self, y: FloatArray) -> FloatArray:
        season = self.season_length_
        if season < 2 or len(y) < 2 * season:
            return robust_smooth(y, ())
        options = jumps(season)
        options["robust"] = True
        parts = seasonal_trend(y, [season], None, **options)
        return np.asarray(parts.trend + parts.seasonal[0])
