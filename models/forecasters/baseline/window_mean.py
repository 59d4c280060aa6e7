"""The mean of the last window, taken as values that scatter around one level."""

from pydantic import Field

from models.forecasters.baseline._mean import MeanForecaster
from models.params import Params


class WindowMeanParams(Params):
    """How long the window is."""

    window: int = Field(
        10,
        ge=2,
        le=100_000,
        title="Window",
        description="How many of the last observations are averaged; all, if there are fewer.",
    )


class WindowMean(MeanForecaster[WindowMeanParams]):
    """Forecast with the mean of the last ``window`` observations, whose scatter makes the interval.

    Unlike ``sma``, whose interval grows because the level is thought to wander, this one stays.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    name = "window_mean"
    title = "Window mean"
    summary = "Mean of the last window; for noise around a level."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )

    def _window(self, observations: int) -> int:
        return min(self.params.window, observations)
