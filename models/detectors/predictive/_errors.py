"""How far points usually lie off what a forecaster expects of them."""

from dataclasses import dataclass, replace

import numpy as np

from models.contract.state import kept
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF, LevelScale, least_scale, robust_scale
from models.types import BoolArray, FloatArray

_LEAST_ERRORS = 30
"""From so many forecast errors on, these tell the usual deviation instead of the fit's residuals."""
_LEAST_SCALE = 1e-6
"""A series cannot be predicted better than to this share of its own spread."""
_LEAST_OF_STEP = 1e-3
"""Nor better than to this share of its usual change, to which a fit ends its search."""


@kept
@dataclass(eq=False)
class ErrorScale:
    """The usual deviation of a stream, learned from the last errors of forecasts one step ahead.

    ``errors`` at ``levels``, what was expected. ``df``: the degrees of freedom behind the scale.
    """

    errors: RingBuffer
    levels: RingBuffer
    scale: float = float("nan")
    exponent: float = 0.0
    reference: float = 1.0
    df: float = 1.0

    def at(self, level: float) -> float:
        """Return the usual deviation where a level is expected."""
        return float(LevelScale(self.scale, self.exponent, self.reference).at(np.array(level)))

    def learn(self, error: float, level: float) -> None:
        """Remember an error, if there is one."""
        if np.isfinite(error):
            self.errors.append(error)
            self.levels.append(level)

    def be_exact(self, points: int) -> None:
        """Take a stream of so many points, all the same, to deviate by nothing."""
        self.scale, self.exponent, self.df = 0.0, 0.0, float(points)

    def measure(
        self, y: FloatArray, expected: FloatArray | None, known: BoolArray, season_length: int
    ) -> None:
        """Learn the usual deviation: from the forecast errors so far, or the fit if these are few.

        ``y``, ``expected`` and ``known``: shape (t,), the points of the fit, what it expected of them, if it
        tells, and which of them teach.
        """
        errors, levels = self.errors.values, self.levels.values
        if len(errors) >= _LEAST_ERRORS:
            spread = LevelScale.of(errors, levels)
            self.df = max(1.0, min(MAD_DF * (len(errors) - 1.0), spread.tail_df(errors, levels)))
        elif expected is None:
            spread, self.df = LevelScale(), 1.0
        else:
            spread, self.df = scale_of_fit(y, expected, season_length, known)
        spread = replace(spread, scale=max(spread.scale, _least_scale(y[known])))
        if expected is not None:
            spread = _no_less_than_of_fit(spread, y, expected, known)
        self.scale, self.exponent, self.reference = spread.scale, spread.exponent, spread.reference


def scale_of_fit(
    y: FloatArray, expected: FloatArray, season_length: int, seen: BoolArray
) -> tuple[LevelScale, float]:
    """Return the usual deviation of a fit from what was seen, and the degrees of freedom behind it.

    A fit has its parameters and one state per season from the data, which makes its residuals
    smaller than the errors of forecasts.
    """
    known = np.isfinite(expected) & seen
    count = float(np.sum(known))
    if not count:
        return LevelScale(), 1.0
    left = max(1.0, count - 2.0 - (season_length if season_length > 1 else 0))
    spread = LevelScale.of((y - expected)[known], expected[known])
    df = min(MAD_DF * left, spread.tail_df((y - expected)[known], expected[known]))
    wider = replace(spread, scale=max(spread.scale * np.sqrt(count / left), _least_scale(y[seen])))
    return wider, max(1.0, df)


def _no_less_than_of_fit(
    spread: LevelScale, y: FloatArray, expected: FloatArray, seen: BoolArray
) -> LevelScale:
    """Return the usual deviation, widened to that of a fit from what was seen.

    No model errs less on what is to come than on what it was fitted to; the errors so far may be those
    of another one, such as a trend that was not damped.
    """
    known = np.isfinite(expected) & seen
    if not known.any():
        return spread
    usual = spread.at(expected[known])
    beyond = (y - expected)[known][usual > 0.0] / usual[usual > 0.0]
    wider = max(1.0, robust_scale(beyond)) if len(beyond) else 1.0
    return replace(spread, scale=spread.scale * wider)


def _least_scale(y: FloatArray) -> float:
    step = float(np.median(np.abs(np.diff(y)))) if len(y) > 1 else 0.0
    usual = robust_scale(y - np.median(y)) if len(y) else 0.0
    return max(_LEAST_SCALE * usual, _LEAST_OF_STEP * step, least_scale(y))
