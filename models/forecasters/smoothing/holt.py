"""Holt's method: a smoothed level and a smoothed slope."""

from pydantic import Field

from models.forecasters.smoothing._model import SmoothingForecaster
from models.params import Params
from models.stats.smoothing_form import Form


class HoltParams(Params):
    """Whether the slope fades."""

    damped: bool = Field(
        False,
        title="Damped",
        description="Let the trend fade with the horizon, which is safer far ahead.",
    )


class Holt(SmoothingForecaster[HoltParams]):
    """Holt's linear trend, ETS(A,A,N), or Gardner and McKenzie's damped trend, ETS(A,Ad,N).

    Reference: Holt (1957); Gardner and McKenzie (1985), Forecasting trends in time series, Management
    Science 31; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §8.2.
    """

    name = "holt"
    title = "Holt's linear trend"
    summary = "A smoothed level and slope, damped or not; for series with a trend and no season."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §8.2"
    )

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """One form from four starts."""
        return 4.0 * super()._seconds(observations, season_length, horizon)

    def _forms(self, positive: bool, season_length: int) -> list[Form]:
        return [Form("A", "A", "N", self.params.damped)]

    def _title(self) -> str:
        return "Damped trend" if self.params.damped else self.title
