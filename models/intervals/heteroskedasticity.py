"""How large errors of forecasts are at one phase of a season or one level, compared with others."""

import numpy as np

from models.types import FloatArray, IntArray

PHASE_PRIOR_CYCLES = 15.0
"""Cycles at which a phase's own deviation counts as much as the mean of all."""
_POSITIVE_EVIDENCE = 3.0
"""How much likelier the errors must be if they follow level and phase, before later steps may be narrower."""
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


def follow_their_scale(
    errors: FloatArray,
    growth: FloatArray,
    conditional: FloatArray,
    *,
    judged: int,
    observations: float,
) -> bool:
    """Return whether errors (origins, horizon) clearly follow a conditional scale within their windows.

    Two Laplace distributions are compared: with the conditional scale, (origins, horizon), and its mean over the
    first ``judged`` steps of each window, both times ``growth`` (horizon,). Windows overlap, so that
    ``observations`` count as evidence, not errors. Errors are NaN where unknown.

    Reference: Kass and Raftery (1995), Bayes factors, JASA 90(430), section 3.2.
    """
    size = np.abs(errors)
    known = np.isfinite(size) & (conditional > 0)
    if not size[known].any():
        return False
    mean = conditional[:, :judged].mean(axis=1, keepdims=True)
    level = np.broadcast_to(mean, conditional.shape)
    surprise = [
        np.log(one[known]).mean() + np.log((size / (one * growth))[known].mean())
        for one in (level, conditional)
    ]
    return bool((surprise[0] - surprise[1]) * observations > np.log(_POSITIVE_EVIDENCE))
