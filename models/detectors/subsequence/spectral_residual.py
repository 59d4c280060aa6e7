"""What stands out of the smooth part of a series' spectrum."""

import math
from collections.abc import Sequence

import bottleneck as bn
import numpy as np
from pydantic import Field
from scipy.fft import irfft, rfft
from scipy.ndimage import uniform_filter1d

from models.contract.cost import Cost, Workload
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.detectors.scores import sided_scores
from models.params import Params
from models.stats.error_distribution import Deviations, error_distribution
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF, robust_scale, tail_df
from models.types import FloatArray

_LEAST = 12
_MEMORY, _WARM_UP, _ANEW, _ENOUGH = 1000, 24, 0.1, 100
"""When causal: points of the spectrum, before the first verdict, the share of new ones after which the usual
size is learned anew, and from how many verdicts on it is that of last points, which stand out more."""
_FOLLOWED_BY, _OF_LAST = 5, 5
"""So many values are put behind the last, each the median of so many last ones."""
_FARTHEST = 100.0
"""What lies farther from the median counts as so many standard deviations: it would rule the whole spectrum."""
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
        description="Number of neighbouring frequencies whose mean log amplitude is taken for usual; an"
        " even number is rounded up.",
    )


class SpectralResidual(Detector[SpectralResidualParams]):
    """Flag points that stand out once what is usual of the spectrum is taken out of it.

    What repeats is a peak of the spectrum and hardly a part of what is left, the saliency. The values that the
    paper puts behind the last one follow its slope, which a spike there would hide behind; here they are the
    median of the last ones. The usual size of the saliency to each side is that of its tails there.
    When causal, each point is the last one of a spectrum of the thousand points up to it, as in the paper, and
    the usual size is the median one of other last points.

    Reference: Ren et al. (2019), Time-series anomaly detection service at Microsoft, KDD; Hou and Zhang (2007),
    Saliency detection: a spectral residual approach, CVPR.
    """

    name = "spectral_residual"
    title = "Spectral residual"
    summary = (
        "Points that stand out from the smoothed spectrum; quick, for spikes in periodic series."
    )
    reference = "Ren et al. (2019), Time-series anomaly detection service at Microsoft, KDD"
    has_expected = False
    is_causal = True
    min_observations = _LEAST

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate two Fourier transforms."""
        points = float(work.observations.sum())
        each = 1.5e-4 if causal else 5e-7
        return Cost(1e-4 * len(work.observations) + each * points)

    def _score(self, series: Series) -> Scores:
        saliency = self._salient(series.y)[: len(series)]
        known, least = saliency[series.is_observed], _ROUNDING / math.sqrt(len(series))
        tails = error_distribution(Deviations.alike(known), len(known) - 1.0, least).tails
        scores = sided_scores(saliency, np.zeros(len(saliency)), 1.0, tails, least)
        return Scores(scores.raw, degrees_of_freedom=scores.degrees_of_freedom)

    def _begin(self, streams: Sequence[Series]) -> None:
        self.last_values_, self.last_known_ = RingBuffer(_MEMORY), RingBuffer(_MEMORY)
        self.stood_out_ = RingBuffer(_MEMORY)
        self.seen_, self.next_look_, self.usual_, self.df_ = 0, _WARM_UP, math.nan, 1.0

    def _observe(self, points: Points) -> Scores:
        raw, df = np.full((2, len(points.y)), np.nan)
        for place, (value, teaches) in enumerate(points.one_by_one()):
            if self.seen_ >= self.next_look_:
                self._look()
            self.last_values_.append(value)
            self.last_known_.append(float(teaches))
            self.seen_ += 1
            raw[place], df[place] = self._of_last(teaches), self.df_
        return Scores(np.minimum(raw, SCORE_CAP), degrees_of_freedom=df)

    @property
    def settling(self) -> int:
        """As many as tell how far others stand out, from one look on and until another."""
        return _MEMORY + 2 * int(_ANEW * _MEMORY)

    def _remember(self, points: Points) -> None:
        """Take up points, of which none is looked at beside the others."""
        self.last_values_.extend(points.y)
        self.last_known_.extend(points.teaches.astype(np.float64))
        end = self.seen_ + len(points.y)
        while self.next_look_ < end:
            self.seen_ = self.next_look_
            self.next_look_ = _next_look(self.seen_)
        self.seen_ = end

    def _of_last(self, teaches: bool) -> float:
        """Return how far the last point stands out, NaN before it is known how far others do."""
        if math.isnan(self.usual_):
            return math.nan
        y = self.last_values_.values
        if self.usual_ == 0.0:
            return 0.0 if y[-1] == self.middle_ else SCORE_CAP
        salient = float(self._salient(y)[len(y) - 1]) * math.sqrt(len(y))
        if teaches:
            self.stood_out_.append(salient)
        return abs(salient) / self.usual_

    def _look(self) -> None:
        """Learn how far points usually stand out when they are the last, and settle when to do so again."""
        y, known = self.last_values_.values, self.last_known_.values > 0.0
        self.next_look_ = _next_look(self.seen_)
        if np.sum(known) < _LEAST:
            return
        self.usual_, self.df_, self.middle_ = 0.0, 1.0, float(np.median(y))
        if np.ptp(y) > 0.0:
            so_far = self.stood_out_.values
            if len(so_far) < _ENOUGH:
                so_far = self._salient(y)[: len(y)][known] * math.sqrt(len(y))
            self.usual_, self.df_ = _usual(so_far)

    def _salient(self, y: FloatArray) -> FloatArray:
        y = _near_median(y)
        followed = np.append(y, np.full(_FOLLOWED_BY, np.median(y[-_OF_LAST:])))
        return saliency_of(followed, self.params.smoothing)


def _next_look(seen: int) -> int:
    """Return after how many points one looks at them again that has done so after so many."""
    return seen + max(int(_ANEW * min(seen, _MEMORY)), 1)


def _near_median(y: FloatArray) -> FloatArray:
    """Return values, shape (t,), none of them a giant, unless most are the same."""
    middle = float(bn.median(y))
    reach = _FARTHEST * robust_scale(y - middle)
    return np.clip(y, middle - reach, middle + reach) if reach > 0.0 else y


def _usual(saliency: FloatArray) -> tuple[float, float]:
    """Return how far last points usually stand out, and the degrees of freedom behind that."""
    scale = max(robust_scale(saliency), _ROUNDING)
    return scale, max(min(MAD_DF * (len(saliency) - 1.0), tail_df(saliency)), 1.0)


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
