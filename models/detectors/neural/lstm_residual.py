"""What an LSTM expects of each point, and how far off the point is."""

from typing import TYPE_CHECKING

import numpy as np

from models.detectors.neural._forecasting import RecurrentDetector, RecurrentDetectorParams
from models.types import FloatArray

if TYPE_CHECKING:
    from models.forecasters.neural.lstm import LSTM


class LstmResidualParams(RecurrentDetectorParams):
    """How the network is built and trained."""


class LstmResidual(RecurrentDetector[LstmResidualParams]):
    """Flag what lies far from what a long short-term memory network expected one step before.

    It looks back at values without gross outliers, so that one leaves no echo. How far off points usually lie is
    told by the bulk of the history, each side by its own tail.

    Reference: Malhotra, Vig, Shroff and Agarwal (2015), Long short term memory networks for anomaly detection in
    time series, ESANN.
    """

    name = "lstm_residual"
    title = "Residual of an LSTM"
    summary = (
        "Points far from what a recurrent network expected; for long series with an unusual course."
    )
    reference = "Malhotra, Vig, Shroff & Agarwal (2015), LSTM networks for anomaly detection, ESANN"

    def _said(self, model: "LSTM") -> tuple[FloatArray, FloatArray]:
        [expected] = model.fitted()
        return expected, np.zeros(len(expected))
