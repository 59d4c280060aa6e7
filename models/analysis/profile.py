"""What a series is like, and which models suit it."""

from dataclasses import dataclass

import numpy as np

from models.analysis.intermittency import Intermittency, intermittency
from models.analysis.strength import Strengths, strengths
from models.analysis.suggestions import (
    HoltWintersSuitability,
    SeriesCharacteristics,
    Suggestions,
    holt_winters,
    suggest,
)
from models.contract.seasons import seasons_of
from models.data.series import Series
from models.stats.autocorrelation import WhiteNoiseTest, white_noise_test
from models.stats.season_search import detect_seasons
from models.stats.spectrum import Peak, spectral_seasons
from models.stats.stationarity import Stationarity, stationarity
from models.types import FloatArray


@dataclass(frozen=True, slots=True)
class Summary:
    """The values in short: of those observed; ``zeros`` is the share that is zero."""

    mean: float
    deviation: float
    least: float
    median: float
    greatest: float
    zeros: float


@dataclass(frozen=True, slots=True)
class SeasonsFound:
    """Seasons by name of where they come from: ``used`` for the strengths, ``acf`` as detected, ``spectrum``."""

    used: tuple[int, ...]
    acf: tuple[int, ...]
    spectrum: tuple[Peak, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One series; None where it is too short or constant, so that a measure means nothing."""

    length: int
    observed: int
    is_constant: bool
    values: Summary
    seasons: SeasonsFound
    strengths: Strengths | None
    stationarity: Stationarity | None
    demand: Intermittency | None
    noise: WhiteNoiseTest | None
    holt_winters: HoltWintersSuitability
    suggestions: Suggestions


def profile(series: Series, rows: Series | None = None) -> Profile:
    """Measure one series of at least one point and suggest models for it.

    ``rows``: the same series as it was sent, if it is measured on another grid.
    """
    y, told = series.y, series if rows is None else rows
    constant = len(y) == 1 or series.is_constant
    seasons = _seasons(series, constant)
    strong = None if constant else strengths(y, seasons.used)
    wanders = None if constant else stationarity(y)
    white_noise = None if constant else white_noise_test(y, min(seasons.used, default=1))
    intermittent = intermittency(y)
    facts = SeriesCharacteristics(
        len(y), constant, seasons.used, strong, wanders, white_noise, intermittent
    )
    return Profile(
        length=len(told),
        observed=int(told.is_observed.sum()),
        is_constant=constant,
        values=_summary(told.y[told.is_observed]),
        seasons=seasons,
        strengths=strong,
        stationarity=wanders,
        demand=intermittent,
        noise=white_noise,
        holt_winters=holt_winters(facts),
        suggestions=suggest(facts),
    )


def _seasons(series: Series, constant: bool) -> SeasonsFound:
    if constant:
        return SeasonsFound((), (), ())
    used = tuple(m for m in seasons_of(series) if 2 * m <= len(series))
    acf = detect_seasons(series.y, series.grid.freq)
    return SeasonsFound(used, acf, spectral_seasons(series.y))


def _summary(y: FloatArray) -> Summary:
    return Summary(
        mean=float(y.mean()),
        deviation=float(y.std()),
        least=float(y.min()),
        median=float(np.median(y)),
        greatest=float(y.max()),
        zeros=float(np.mean(y == 0)),
    )
