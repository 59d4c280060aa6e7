"""Points off the polynomial through their neighbours."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator
from scipy.signal import savgol_coeffs

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams, deviation_scores
from models.errors import InvalidParameter
from models.features.windows import window_length
from models.stats.robust import MAD_DF, resolved_scale, tail_df
from models.types import FloatArray

_LEAST = 12


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
        description="Points with the judged one in their middle, which is left out: the polynomial goes through"
        " the others. An even number is the odd one above it; by default a quarter of the way from one peak of"
        " the autocorrelation to the next, and at least 11.",
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

    Reference: Savitzky and Golay (1964), Smoothing and differentiation of data by simplified least squares
    procedures, Analytical Chemistry 36; Li, Ma and Tan (2007), Unifying anomaly detection by local polynomial
    approximation (POLY), for outliers.
    """

    name = "poly"
    title = "Local polynomial"
    summary = "Points off the polynomial through their neighbours; for smooth series of any course."
    reference = (
        "Savitzky & Golay (1964), Smoothing and differentiation of data, Analytical Chemistry 36"
    )
    min_observations = _LEAST

    def required_observations(self, season_length: int) -> int:
        """Return 12, or the window and one point where it is given."""
        return max(_LEAST, (self.params.window or 0) // 2 * 2 + 2)

    def _score(self, series: Series) -> Scores:
        y = series.y
        self.window_ = self._window(y)
        self.degree_ = min(self.params.degree, self.window_ - 4)
        expected = _from_neighbours(y, self.window_, self.degree_)
        deviations = (y - expected)[series.is_observed]
        df = max(min(MAD_DF * (len(deviations) - 1.0), tail_df(deviations)), 1.0)
        scale = resolved_scale(deviations, y[series.is_observed])
        return deviation_scores(y, expected, scale, df)

    def _window(self, y: FloatArray) -> int:
        """Return how many points the polynomial goes through: an odd number, at most the series."""
        if self.params.window:
            return self.params.window | 1
        return (min(max(window_length(y) // 4, 11), len(y) - 1) - 1) | 1

    def _resolved_params(self) -> dict[str, object]:
        given = self.params.model_dump()
        if not hasattr(self, "window_"):
            return given
        return {**given, "window": self.window_, "degree": self.degree_}


def _from_neighbours(y: FloatArray, window: int, degree: int) -> FloatArray:
    """Return the value at each point of the polynomial through the others of its window, (t,).

    Leaving a point out of a linear fit divides its residual by one minus its own weight.
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
    return np.asarray(y - (z - fitted) / np.maximum(1.0 - own, 1e-6))
