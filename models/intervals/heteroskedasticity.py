"""How large errors of forecasts are at one phase of a season, compared with others."""

import numpy as np

from models.types import FloatArray, IntArray

PHASE_PRIOR_CYCLES = 15.0
"""Cycles at which a phase's own deviation counts as much as the mean of all."""
_TINY = 1e-12


def phase_factors(
    errors: FloatArray, phases: IntArray, season_length: int, cycles: float
) -> FloatArray:
    """Return the error scale of each phase over that of all, (season_length,), shrunken to one.

    Errors may be small every night and large every noon. ``errors``, NaN where unknown, and their ``phases``
    have one shape; ``cycles``: of how many they are.
    """
    seen = np.isfinite(errors)
    square = np.where(seen, errors, 0.0).ravel() ** 2
    if season_length < 2 or not square.sum() > 0:
        return np.ones(season_length)
    mass = np.bincount(phases.ravel(), seen.ravel(), season_length)
    power = np.bincount(phases.ravel(), square, season_length)
    own = power / np.maximum(mass, _TINY) * (mass.sum() / power.sum())
    trust = np.where(mass > 0, cycles / (cycles + PHASE_PRIOR_CYCLES), 0.0)
    return np.asarray(np.sqrt(1 + trust * (own - 1)))
