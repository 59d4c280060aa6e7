"""What stands out of the smooth part of a series' spectrum."""

import numpy as np
from pydantic import Field
from scipy.fft import irfft, rfft
from scipy.ndimage import uniform_filter1d

from models.contract.cost import Cost, Workload
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector
from models.params import Params
from models.stats.robust import MAD_DF, robust_scale, tail_df
from models.types import FloatArray

_LEAST = 12
_FOLLOWED_BY, _OF_LAST = 5, 5
"""So many values are put behind the last, each the median of so many last ones."""
_NEGLIGIBLE = 1e-12
"""A smaller share of the largest amplitude is rounding."""
_ROUNDING = 1e-6
"""Saliency below this share of its usual size is rounding."""


class SpectralResidualParams(Params):
    """How the spectrum is smoothed."""

    smoothing: int = Field(
        3,
        ge=3,
        le=101,
        title="Smoothing",
        description="Neighbouring frequencies whose mean log amplitude is what is usual; an even number is the"
        " odd one above it.",
    )


class SpectralResidual(Detector[SpectralResidualParams]):
    """Flag points that stand out once what is usual of the spectrum is taken out of it.

    What repeats is a peak of the spectrum and hardly a part of what is left, the saliency. The values that the
    paper puts behind the last one follow its slope, which a spike there would hide behind; here they are the
    median of the last ones. The usual size of the saliency is its median one, with the tails that it shows.

    Reference: Ren et al. (2019), Time-series anomaly detection service at Microsoft, KDD; Hou and Zhang (2007),
    Saliency detection: a spectral residual approach, CVPR.
    """

    name = "spectral_residual"
    title = "Spectral residual"
    summary = (
        "Points that stand out of the smooth spectrum; quick, for spikes in series that repeat."
    )
    reference = "Ren et al. (2019), Time-series anomaly detection service at Microsoft, KDD"
    has_expected = False
    min_observations = _LEAST

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate two Fourier transforms."""
        points = float(work.observations.sum())
        return Cost(1e-4 * len(work.observations) + 5e-7 * points)

    def _score(self, series: Series) -> Scores:
        followed = np.append(series.y, np.full(_FOLLOWED_BY, np.median(series.y[-_OF_LAST:])))
        saliency = saliency_of(followed, self.params.smoothing)[: len(series)]
        seen = saliency[series.is_observed]
        least = _ROUNDING / np.sqrt(len(followed))
        raw = np.abs(saliency) / max(robust_scale(seen), least)
        df = max(min(MAD_DF * (len(seen) - 1.0), tail_df(seen)), 1.0)
        return Scores(np.minimum(raw, SCORE_CAP), degrees_of_freedom=np.full(len(series), df))


def saliency_of(y: FloatArray, smoothing: int) -> FloatArray:
    """Return what is left of values, shape (t,), that are not all the same: shape (t,), signed.

    Every frequency has the ratio of its amplitude to the geometric mean of its neighbours'; the mean is none.
    """
    spectrum = rfft(y - y.mean())[1:]
    amplitude = np.abs(spectrum)
    floor = _NEGLIGIBLE * float(amplitude.max(initial=0.0)) or 1.0
    log = np.log(np.maximum(amplitude, floor))
    usual = uniform_filter1d(log, smoothing | 1, mode="nearest")
    phase = spectrum / np.maximum(amplitude, np.finfo(float).tiny)
    return np.asarray(irfft(np.append(0.0, np.exp(log - usual) * phase), len(y)))
