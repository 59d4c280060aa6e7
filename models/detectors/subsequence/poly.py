"""Points off the polynomial through their neighbours."""

import numpy as np
from pydantic import Field
from scipy.signal import savgol_coeffs

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams, deviation_scores
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
        description="Points that the polynomial goes through, the judged one left out; by default a quarter of"
        " the way from one peak of the autocorrelation to the next, and at least 11.",
    )


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
        return max(_LEAST, (self.params.window or 0) + 1)

    def _score(self, series: Series) -> Scores:
        y = series.y
        self.window_ = self._window(y)
        expected = _from_neighbours(y, self.window_, min(self.params.degree, self.window_ - 4))
        deviations = (y - expected)[series.is_observed]
        df = max(min(MAD_DF * (len(deviations) - 1.0), tail_df(deviations)), 1.0)
        scale = resolved_scale(deviations, y[series.is_observed])
        return deviation_scores(y, expected, scale, df)

    def _window(self, y: FloatArray) -> int:
        """Return how many points the polynomial goes through: an odd number, at most the series."""
        window = self.params.window or max(window_length(y) // 4, 11)
        window = min(window, len(y) - 1)
        return window if window % 2 else window - 1

    def _resolved_params(self) -> dict[str, object]:
        given = self.params.model_dump()
        return {**given, "window": self.window_} if hasattr(self, "window_") else given


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
