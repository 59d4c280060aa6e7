"""What many passes of a network with dropout expect of each point."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from models.detectors.neural._forecasting import RecurrentDetector, RecurrentDetectorParams
from models.types import FloatArray

if TYPE_CHECKING:
    from models.forecasters.neural.lstm import LSTM


class McDropoutParams(RecurrentDetectorParams):
    """How the network is built, trained and asked."""

    n_passes: int = Field(
        100,
        ge=2,
        le=1000,
        title="Passes",
        description="Number of forecasts of each point with dropout; their mean is the expected value.",
    )
    dropout: float = Field(
        0.1,
        gt=0,
        lt=1,
        title="Dropout",
        description="Share of features dropped at random, in training and in each pass.",
    )


class McDropout(RecurrentDetector[McDropoutParams]):
    """Flag what lies outside of the predictive distribution of an encoder-decoder LSTM with dropout.

    Its variance has two parts: that of the passes, which is wide where the network has seen little alike, and
    noise, which is what the errors of the history leave. The tails are those of these errors in such units, so
    that the level means what it says.

    Reference: Gal and Ghahramani (2016), Dropout as a Bayesian approximation, ICML; Zhu and Laptev (2017), Deep
    and confident prediction for time series at Uber, ICDM workshops.
    """

    name = "mc_dropout"
    title = "Monte Carlo dropout"
    summary = (
        "Points outside the distribution of many dropout passes, which is wide for unfamiliar"
        " windows."
    )
    reference = "Zhu & Laptev (2017), Deep and confident prediction for time series at Uber, ICDM"

    def _options(self) -> dict[str, Any]:
        # No dropout goes through what a network may be added to.
        return {"head": "decoder", "highway": False, "residual": False}

    def _said(self, model: "LSTM") -> tuple[FloatArray, FloatArray]:
        [passes] = model.passes_of_fitted()
        return passes[0], passes[1]
