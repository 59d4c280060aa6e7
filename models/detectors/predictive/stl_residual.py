"""What trend and season leave."""

import numpy as np

from models.contract.seasons import may_have_cycles, seasons_for
from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams
from models.detectors.scores import sided_scores
from models.params import SeasonalParams
from models.stats.cleaning import level_by_medians
from models.stats.error_distribution import Deviations, error_distribution, least_deviation
from models.stats.incidents import baseline_of
from models.stats.loess import LoessOptions, jumps, seasonal_trend
from models.stats.phase_scale import is_loud, phase_units
from models.stats.robust import robust_scale
from models.stats.seasonal_index import evolving_profile
from models.types import BoolArray, FloatArray

_WINDOW = 41
"""A median of so many points survives twenty strange ones in a row."""
_CYCLES, _SMOOTHED = 2, 35
"""Cycles that show a season, and over how many it is smoothed: of fewer, each point has a large part of what is
expected of it."""
_WINSORISED = 1.5
"""Values count as no more than so many standard deviations off in the second pass."""


class StlResidualParams(SeasonalParams, WidthParams):
    """The season and the width of the band."""


class StlResidual(Detector[StlResidualParams]):
    """Flag what lies far from trend and seasons, which local regressions draw through the whole series.

    Gross outliers are replaced before, and a second pass draws through values winsorised as an M-estimate has
    them. Some phases of the longest season may vary more than others; trend says nothing of those that hardly do.
    Without a season, there is the trend alone, by moving medians. Each side has the tails of its residuals.

    Reference: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition procedure
    based on loess, Journal of Official Statistics 6; for several seasons Bandara, Hyndman and Bergmeir (2021),
    MSTL, arXiv:2107.13462; Huber (1964), Robust estimation of a location parameter, Annals of Mathematical
    Statistics 35.
    """

    name = "stl_residual"
    title = "Residual of STL"
    summary = "Points far from trend and seasons of the whole series, which may change slowly."
    reference = (
        "Cleveland et al. (1990), STL: a seasonal-trend decomposition based on loess, JOS 6, 3-73"
    )
    min_observations = 8
    takes_several_seasons = True
    seasons_: tuple[int, ...] = ()

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_

    def _score(self, series: Series) -> Scores:
        y, seen = series.y, series.is_observed
        told = seasons_for(series, self.params.season_length)
        self.seasons_ = tuple(m for m in told if _CYCLES * m <= len(y))
        usual = baseline_of(y, told, None, seen, may_be_cycle=may_have_cycles(series))
        least, tells = least_deviation(y[seen]), seen & ~usual.is_incident
        expected = self._drawn(usual.y)
        if self.seasons_:
            units = self._units(y, expected, tells, least)
            loud = tells & is_loud(units)
            reach = _WINSORISED * units * robust_scale((y - expected)[loud] / units[loud])
            near = np.clip(usual.y, expected - reach, expected + reach)
            quiet = evolving_profile(usual.y, self.seasons_[-1]).part
            expected = np.where(is_loud(units), self._drawn(near), quiet)
        units = self._units(y, expected, tells, least)
        deviations = Deviations((y - expected)[tells], expected[tells], units[tells])
        distribution = error_distribution(deviations, max(tells.sum() - 1.0, 1.0), least)
        units = units * distribution.units(expected)
        return sided_scores(y, expected, units, distribution.tails, least)

    def _units(
        self, y: FloatArray, expected: FloatArray, tells: BoolArray, least: float
    ) -> FloatArray:
        """Return the size of deviations at the phase of each value, (t,); ``tells``: which of them say so."""
        off = np.where(tells, y - expected, np.nan)
        return phase_units(off, max(self.seasons_, default=1), least, expected)

    def _drawn(self, y: FloatArray) -> FloatArray:
        """Return trend and seasons of values, shape (t,)."""
        if not self.seasons_:
            return level_by_medians(y, _WINDOW)
        windows = [_SMOOTHED] * len(self.seasons_)
        options: LoessOptions = {**jumps(self.seasons_[-1]), "seasonal_deg": 0}
        parts = seasonal_trend(y, self.seasons_, windows, **options)
        return np.asarray(parts.trend + parts.seasonal.sum(axis=0))
