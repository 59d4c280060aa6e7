"""The mean of everything seen so far."""

from models.forecasters.baseline._mean import MeanForecaster
from models.params import Params


class MeanParams(Params):
    """The mean has no parameters."""


class Mean(MeanForecaster[MeanParams]):
    """Forecast with the mean of all observations.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    name = "mean"
    title = "Mean"
    summary = "Mean of all observations; right for noise around one level."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )

    def _window(self, observations: int) -> int:
        return observations
