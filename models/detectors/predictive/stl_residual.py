"""What trend and season leave."""

import numpy as np

from models.contract.seasons import may_have_cycles
from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams
from models.detectors.scores import sided_scores
from models.params import SeasonalParams
from models.stats.cleaning import level_by_medians
from models.stats.error_distribution import error_distribution, least_deviation
from models.stats.incidents import baseline_of
from models.stats.loess import jumps, seasonal_trend
from models.stats.phase_scale import phase_units
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
        y, seen, seasons = series.y, series.is_observed, (self.season_length_,)
        usual = baseline_of(y, seasons, None, seen, may_be_cycle=may_have_cycles(series))
        expected, least = self._expected(usual.y), least_deviation(y[seen])
        tells = seen & ~usual.is_incident
        units = phase_units(np.where(tells, y - expected, np.nan), self.season_length_, least)
        distribution = error_distribution(
            *((y - expected)[tells], expected[tells], units[tells]),
            free=max(tells.sum() - 1.0, 1.0),
            least=least,
        )
        units = units * distribution.units(expected)
        return sided_scores(y, expected, units, distribution.tails, least)

    def _expected(self, y: FloatArray) -> FloatArray:
        season = self.season_length_
        if season < 2 or len(y) < 2 * season:
            return level_by_medians(y, _WINDOW)
        options = jumps(season)
        options["robust"] = True
        parts = seasonal_trend(y, [season], None, **options)
        return np.asarray(parts.trend + parts.seasonal[0])
