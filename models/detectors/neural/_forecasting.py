"""What detectors share that judge points by what a recurrent network expected of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from pydantic import Field

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.contract.seasons import seasons_of
from models.data.results import Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector
from models.detectors.scores import deviation_scores, sided_scores
from models.networks.fields import Epochs, EpochWindows, Patience, RecurrentLayers, StateSize
from models.params import SeasonalParams
from models.stats.error_distribution import ErrorDistribution, InSampleFit
from models.stats.incidents import Baseline, baseline_of
from models.stats.robust import least_scale, resolved_scale, robust_scale
from models.types import FloatArray

if TYPE_CHECKING:
    from models.forecasters.neural.lstm import LSTM

_LEAST_POINTS = 24


class RecurrentDetectorParams(SeasonalParams):
    """How the network is built and trained."""

    window: int | None = Field(
        None,
        ge=2,
        le=1000,
        title="Window",
        description="Values that the network looks back over; two seasons or 18 if omitted.",
    )
    hidden: StateSize = 16
    layers: RecurrentLayers = 1
    epochs: Epochs = 20
    epoch_windows: EpochWindows = 1024
    patience: Patience = 5


P = TypeVar("P", bound=RecurrentDetectorParams)


class RecurrentDetector(Detector[P]):
    """A network that is trained on a history without its outliers, and tells how far off points usually lie.

    A subclass writes ``_said`` and the options of the network. What was learned judges other series too; the
    first window of each is not judged.
    """

    fit_is_empty = False
    uses_gpu = True
    min_observations = _LEAST_POINTS
    forecaster_: "LSTM | None" = None
    """The trained network, None before and if all that was learned from is constant."""

    def required_observations(self, season_length: int) -> int:
        """Return 24, or what the network needs to see two windows."""
        needed = self._untrained().required_observations(season_length)
        return max(_LEAST_POINTS, 2 * (self.params.window or 0), needed)

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate the training, and one look at each window."""
        training = self._untrained().cost(work)
        return replace(training, seconds=training.seconds + 2e-5 * float(work.observations.sum()))

    def notices(self) -> Sequence[Notice]:
        """Pass on what the network has to tell of its training."""
        return self.forecaster_.notices() if self.forecaster_ else ()

    def _options(self) -> dict[str, Any]:
        """Return the params of the network beside those of the detector."""
        return {}

    def _said(self, model: "LSTM") -> tuple[FloatArray, FloatArray]:
        """Return what was expected of each point, NaN in the first window, and how doubtful that is; (t,)."""
        raise NotImplementedError

    def _untrained(self) -> "LSTM":
        from models.forecasters.neural.lstm import LSTM, LSTMParams

        own = self.params.model_dump(exclude_none=True)
        return LSTM(LSTMParams(horizon=1, **own, **self._options()), random_state=self.random_state)

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        usual = [_usual(one) for one in history]
        self.noise_, self.distribution_ = 0.0, ErrorDistribution()
        learned = [
            replace(series, y=one.y, exog={})
            for series, one in zip(history, usual, strict=True)
            if np.ptp(one.y) > 0.0
        ]
        if not learned:
            return
        found = self._untrained().fit(learned, context)
        if not found.parts:
            raise next(iter(found.errors.values()))
        self.forecaster_ = cast("LSTM", found.parts[0].model)
        self._measure(self.forecaster_, history, usual)

    def _measure(
        self, network: "LSTM", history: Sequence[Series], usual: Sequence[Baseline]
    ) -> None:
        """Learn how far points usually lie off what was expected of them, and how much of that is noise."""
        parts = []
        for series, one in zip(history, usual, strict=True):
            expected, doubt = self._expected(network, series, one)
            known = series.is_observed & ~one.is_incident & np.isfinite(expected)
            parts.append((series.y, expected, doubt, known))
        y, expected, doubt = (np.concatenate([part[i] for part in parts]) for i in range(3))
        teaches = np.concatenate([part[3] for part in parts])
        if not teaches.any():
            return
        variance = robust_scale((y - expected)[teaches]) ** 2 - float(
            np.median(doubt[teaches] ** 2)
        )
        self.noise_ = float(np.sqrt(max(variance, 0.0))) or least_scale(y[teaches]) or 1.0
        self.distribution_ = InSampleFit(y, expected, self._units(doubt), teaches, 0).distribution()

    def _score(self, series: Series) -> Scores:
        usual, seen = _usual(series), series.is_observed
        if np.ptp(usual.y) == 0.0 or self.forecaster_ is None:
            scale = resolved_scale((series.y - usual.y)[seen], series.y[seen])
            return deviation_scores(series.y, usual.y, scale)
        expected, doubt = self._expected(self.forecaster_, series, usual)
        units = self._units(doubt) * self.distribution_.units(expected)
        return sided_scores(
            series.y, expected, units, self.distribution_.tails, self.distribution_.least
        )

    def _expected(
        self, network: "LSTM", series: Series, usual: Baseline
    ) -> tuple[FloatArray, FloatArray]:
        return self._said(network.apply_one(replace(series, y=usual.y, exog={})))

    def _units(self, doubt: FloatArray) -> FloatArray:
        """Return the size of deviations, in units of that of a point that is not in doubt."""
        return np.asarray(np.hypot(doubt, self.noise_) / (self.noise_ or 1.0))

    def _title(self) -> str:
        if self.forecaster_ is None:
            return self.title
        return f"{self.title} ({self.forecaster_.window_} values)"

    def _details(self) -> dict[str, Any]:
        return {"network": self.forecaster_.info().details} if self.forecaster_ else {}


def _usual(series: Series) -> Baseline:
    """Return the series as it usually is: what is learned from, and what the network looks back at."""
    return baseline_of(series.y, seasons_of(series), None, series.is_observed)
