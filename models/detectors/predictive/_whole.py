"""A whole series, judged by what a forecaster that was fitted to it expected of each point."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.contract.seasons import confirmed_seasons, may_have_cycles, season_of_scatter
from models.data.results import Scores
from models.data.series import Series
from models.detectors.predictive._deseason import is_proportional
from models.detectors.predictive._fitted import FittedForecaster, fitted_twice
from models.detectors.predictive._rolling import regressors_of
from models.detectors.scores import deviation_scores, sided_scores
from models.forecasters.base import Forecaster
from models.stats.incidents import baseline_of
from models.stats.robust import resolved_scale


@dataclass(frozen=True, slots=True, eq=False)
class JudgedSeries:
    """What was found in a whole series.

    ``scores``: None where the forecaster does not tell what it expected. ``fitted``: None where the series is its
    season and nothing else. ``scale``: how far points usually lie off. ``replaced``: how many gross outliers were
    taken out before the fit. ``in_logs``: whether it was to logarithms.
    """

    scores: Scores | None
    fitted: FittedForecaster | None
    seasons: tuple[int, ...]
    replaced: int
    in_logs: bool
    scale: float = float("nan")


def judged_whole(
    forecaster: Forecaster[Any], series: Series, season_length: int | None
) -> JudgedSeries:
    """Judge every point by what a forecaster expects of it that is fitted to all of them without gross outliers.

    ``season_length``: as it was given, None to find it. Raises ``SeriesTooShort`` or ``FitFailed``.
    """
    seasons = confirmed_seasons(series, season_length)
    seen = series.is_observed
    in_logs = is_proportional(series.y, seasons, seen)
    y = np.log(series.y) if in_logs else series.y
    regressors = regressors_of(series) if forecaster.takes_exogenous else None
    usual = baseline_of(y, seasons, regressors, seen, may_be_cycle=may_have_cycles(series))
    replaced = int(np.sum((usual.y != y) & seen))
    if usual.is_exact:
        exact = np.exp(usual.y) if in_logs else usual.y
        rest = (series.y - exact)[seen]
        scale = resolved_scale(rest, rest)
        scores = deviation_scores(series.y, exact, scale)
        return JudgedSeries(scores, None, seasons, replaced, in_logs, scale)
    tells = seen & ~usual.is_incident
    fitted = fitted_twice(forecaster, replace(series, y=usual.y), seasons, tells, in_logs=in_logs)
    expected = fitted.expected
    if expected is None:
        return JudgedSeries(None, fitted, fitted.seasons, replaced, in_logs)
    if not seasons:
        off = np.where(tells, series.y - expected, np.nan)
        fitted = replace(fitted, scatter=season_of_scatter(series, season_length, off))
    units = fitted.units(series.y, expected, tells)
    distribution = fitted.in_sample(series.y, expected, units, tells).distribution()
    off = (series.y - expected)[tells & np.isfinite(expected)]
    scale = resolved_scale(off, series.y[seen]) if len(off) else np.nan
    units = units * distribution.units(expected)
    scores = sided_scores(series.y, expected, units, distribution.tails, distribution.least)
    return JudgedSeries(scores, fitted, fitted.seasons, replaced, in_logs, scale)
