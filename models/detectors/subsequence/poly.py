"""Points off the polynomial through their neighbours."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator
from scipy.ndimage import maximum_filter1d
from scipy.signal import savgol_coeffs

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams
from models.detectors.scores import sided_scores
from models.errors import InvalidParameter
from models.features.windows import window_length
from models.stats.error_distribution import Deviations, error_distribution
from models.stats.robust import least_scale, robust_scale
from models.types import FloatArray

_LEAST = 12
_GROSS, _RARE, _ROUNDS = 20.0, 0.05, 5
"""So many standard deviations off, a point pulls the polynomial out of the band of its neighbours, and tells them
nothing, unless more than such a share of all do; of several in a row the farthest first."""


class PolyParams(WidthParams):
    """Which polynomial goes through how many neighbours."""

    degree: int = Field(
        3, ge=0, le=7, title="Degree", description="Degree of the polynomial; 1 is a straight line."
    )
    window: int | None = Field(
        None,
        ge=5,
        le=1001,
        title="Window",
        description="Length of the window around the judged point, which itself is left out of the fit. An"
        " even number is rounded up. By default a quarter of the distance between peaks of the"
        " autocorrelation, and at least 11.",
    )

    @model_validator(mode="after")
    def _others_tell_the_polynomial(self) -> Self:
        most = (self.window or _LEAST) - 4
        if "degree" in self.model_fields_set and self.degree > most:
            raise InvalidParameter(
                f"a window of {self.window} points tells degree {most} at most, got {self.degree}",
                f"send degree {most}, or a longer window",
                path=("degree",),
            )
        return self


class Poly(Detector[PolyParams]):
    """Flag points that lie off the polynomial fitted to the points around them, themselves left out.

    Points far off do not bend it for their neighbours, and each side has the tails of its deviations.

    Reference: Savitzky and Golay (1964), Smoothing and differentiation of data by simplified least squares
    procedures, Analytical Chemistry 36; Li, Ma and Tan (2007), Unifying anomaly detection by local polynomial
    approximation (POLY), for outliers.
    """

    name = "poly"
    title = "Local polynomial"
    summary = "Points off the polynomial through their neighbours; for smooth series of any shape."
    reference = (
        "Savitzky & Golay (1964), Smoothing and differentiation of data, Analytical Chemistry 36"
    )
    min_observations = _LEAST
    _us_per_point = 0.5

    def required_observations(self, season_length: int) -> int:
        """Return 12, or the window and one point where it is given."""
        return max(_LEAST, (self.params.window or 0) // 2 * 2 + 2)

    def _score(self, series: Series) -> Scores:
        y, seen = series.y, series.is_observed
        self.window_ = self._window(y)
        self.degree_ = min(self.params.degree, self.window_ - 4)
        least = least_scale(y[seen])
        expected, units = self._expected(y, least)
        deviations = Deviations.alike((y - expected)[seen] / units[seen])
        distribution = error_distribution(deviations, max(seen.sum() - 1.0, 1.0), least)
        return sided_scores(y, expected, units, distribution.tails, least)

    def _expected(self, y: FloatArray, least: float) -> tuple[FloatArray, FloatArray]:
        """Return what the neighbours of each point tell of it, and the unit of how far off it lies, both (t,).

        The farthest points of their windows, if they are far off and rare, are taken for what was expected of
        them: their neighbours would be off by what these pull the polynomial.
        """
        known = y
        for _ in range(_ROUNDS):
            expected, units = _from_neighbours(known, self.window_, self.degree_)
            off = np.abs(known - expected) / units
            gross = off > _GROSS * max(robust_scale(off), least)
            gross &= off == maximum_filter1d(off, self.window_)
            if not gross.any():
                break
            known = np.where(gross, expected, known)
        is_rare = np.mean(known != y) <= _RARE
        return _from_neighbours(known if is_rare else y, self.window_, self.degree_)

    def _window(self, y: FloatArray) -> int:
        """Return how many points the polynomial goes through: an odd number, at most the series."""
        if self.params.window:
            return self.params.window | 1
        return (min(max(window_length(y) // 4, 11), len(y) - 1) - 1) | 1

    def _resolved_params(self) -> dict[str, object]:
        return {**self.params.model_dump(), "window": self.window_, "degree": self.degree_}


def _from_neighbours(y: FloatArray, window: int, degree: int) -> tuple[FloatArray, FloatArray]:
    """Return the value at each point of the polynomial through the others of its window, and its unit, both (t,).

    Leaving a point out of a linear fit divides its residual by one minus its own weight, and multiplies the
    variance of noise by as much: the unit is the root of that.
    """
    half = window // 2
    center = float(np.median(y))
    z = y - center
    fitted, own = np.empty(len(y)), np.empty(len(y))
    for place in range(window):
        weights = savgol_coeffs(window, degree, pos=place, use="dot")
        if place == half:
            inner = slice(half, len(y) - half)
            fitted[inner] = np.convolve(z, weights[::-1], "valid")
            own[inner] = weights[place]
        elif place < half:
            fitted[place], own[place] = z[:window] @ weights, weights[place]
        else:
            at = len(y) - window + place
            fitted[at], own[at] = z[-window:] @ weights, weights[place]
    others = np.maximum(1.0 - own, 1e-6)
    return np.asarray(y - (z - fitted) / others), np.asarray(1.0 / np.sqrt(others))
