"""What trend and season leave."""

import numpy as np

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams, sided_scores
from models.params import SeasonalParams
from models.stats.cleaning import cleaned, level_by_medians
from models.stats.error_distribution import error_distribution
from models.stats.loess import jumps, seasonal_trend
from models.stats.phase_scale import phase_units
from models.stats.robust import least_scale
from models.types import FloatArray

_WINDOW = 41
"""A median of so many points survives twenty strange ones in a row."""


class StlResidualParams(SeasonalParams, WidthParams):
    """The season and the width of the band."""


class StlResidual(Detector[StlResidualParams]):
    """Flag what lies far from trend and season, which robust local regressions draw through the whole series.

    Gross outliers are replaced before; some phases of the season may vary more than others. Without a season,
    there is the trend alone, by moving medians. Each side has the tails of its residuals, which a robust fit
    leaves heavier than the noise is.

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
        y, seen = series.y, series.is_observed
        expected, least = self._expected(series), least_scale(y[seen])
        units = phase_units(np.where(seen, y - expected, np.nan), self.season_length_, least)
        distribution = error_distribution(
            *((y - expected)[seen], expected[seen], units[seen]),
            free=max(seen.sum() - 1.0, 1.0),
            least=least,
        )
        units = units * distribution.units(expected)
        return sided_scores(y, expected, units, distribution.tails, least)

    def _expected(self, series: Series) -> FloatArray:
        y, season = series.y, self.season_length_
        if season < 2 or len(y) < 2 * season:
            return level_by_medians(y, _WINDOW)
        options = jumps(season)
        options["robust"] = True
        usual = cleaned(y, (season,), is_observed=series.is_observed)
        parts = seasonal_trend(usual, [season], None, **options)
        return np.asarray(parts.trend + parts.seasonal[0])
