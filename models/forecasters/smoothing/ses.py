"""Simple exponential smoothing: a level that moves a share of the way to every new observation."""

from models.forecasters.smoothing._model import SmoothingForecaster
from models.params import Params
from models.stats.smoothing_form import Form


class SESParams(Params):
    """Simple exponential smoothing has no parameters: the factor and the first level are fitted."""


class SES(SmoothingForecaster[SESParams]):
    """Simple exponential smoothing, ETS(A,N,N), with factor and first level of the greatest likelihood.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §8.1.
    """

    name = "ses"
    title = "Simple exponential smoothing"
    summary = "A smoothed level, flat into the future; for series without trend and season."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §8.1"
    )

    def _forms(self, positive: bool, season_length: int) -> list[Form]:
        return [Form("A", "N", "N")]
