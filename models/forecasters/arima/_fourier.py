"""Sines and cosines in place of long seasons."""

from collections.abc import Sequence

import numpy as np

from models import registry
from models.data.series import Notice
from models.forecasters.arima._fit import aicc
from models.types import FloatArray

LONGEST_SEASON = 24
"""A longer season takes as many cycles to learn from as few series have: Fourier terms instead."""
_MOST_HARMONICS = 10


def fourier_terms(first: int, size: int, season: int, pairs: int) -> FloatArray:
    """Return sines and cosines of a season from step ``first`` on, shape (size, terms)."""
    step = np.arange(first, first + size)[:, None]
    angle = 2.0 * np.pi * step * np.arange(1, pairs + 1) / season
    sines = np.sin(angle[:, : (season - 1) // 2])  # the sine of half a season is zero throughout
    terms: FloatArray = np.concatenate([sines, np.cos(angle)], axis=1)
    return terms


def fourier_names(harmonics: Sequence[tuple[int, int]]) -> list[str]:
    """Return the names of the columns of ``fourier_terms`` of some seasons."""
    names = []
    for season, pairs in harmonics:
        names += [f"sin_{k}_{season}" for k in range(1, min(pairs, (season - 1) // 2) + 1)]
        names += [f"cos_{k}_{season}" for k in range(1, pairs + 1)]
    return names


def choose_harmonics(
    y: FloatArray, seasons: Sequence[int], wanted: int | None
) -> list[tuple[int, int]]:
    """Return pairs of Fourier terms for each season: those wanted, or those with the least AICc.

    The criterion is that of a regression of the first differences, which needs no trend.
    """
    chosen: list[tuple[int, int]] = []
    change = np.diff(y - y.mean())
    for season in seasons:
        most = min(season // 2, wanted or _MOST_HARMONICS)
        options = [most] if wanted else range(1, most + 1)
        scores = {pairs: _regression_aicc(change, [*chosen, (season, pairs)]) for pairs in options}
        chosen.append((season, min(scores, key=scores.__getitem__)))
    return chosen


def _regression_aicc(change: FloatArray, harmonics: Sequence[tuple[int, int]]) -> float:
    size = len(change)
    terms = np.concatenate([fourier_terms(0, size + 1, *season) for season in harmonics], axis=1)
    design = np.diff(terms, axis=0)
    left = change - design @ np.linalg.lstsq(design, change, rcond=None)[0]
    variance = max(float(np.mean(left**2)), np.finfo(float).tiny)
    return aicc(-0.5 * size * float(np.log(variance)), design.shape[1] + 1, size)


def long_season_notice(harmonics: Sequence[tuple[int, int]]) -> Sequence[Notice]:
    """Tell of seasons that Fourier terms stand in for."""
    return [
        Notice(
            "season_as_fourier",
            f"a season of {season} is too long for seasonal ARIMA terms: {pairs} pairs of Fourier terms "
            "stand for it",
            f"seasons up to {LONGEST_SEASON} are fitted by seasonal terms; these take any:"
            f" {registry.named('forecaster', 'several_seasons')}",
        )
        for season, pairs in harmonics
    ]
