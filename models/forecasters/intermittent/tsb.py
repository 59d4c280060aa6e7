"""Teunter, Syntetos and Babai's method: the size of a demand and its probability, smoothed apart."""

from pydantic import Field

from models.forecasters.intermittent._model import IntermittentForecaster, behind_each
from models.params import Params
from models.stats.exponential_mean import exponential_mean
from models.types import FloatArray


class TSBParams(Params):
    """How quickly sizes and probabilities are forgotten."""

    alpha_size: float = Field(
        0.2,
        gt=0.0,
        le=1.0,
        title="Smoothing of sizes",
        description="Weight of the newest demand's size.",
    )
    alpha_probability: float = Field(
        0.2,
        gt=0.0,
        le=1.0,
        title="Smoothing of the probability",
        description="Weight of whether there was demand at the newest step.",
    )


class TSB(IntermittentForecaster[TSBParams]):
    """Mean demand per step as smoothed size times smoothed probability, which falls while nothing is sold.

    Reference: Teunter, Syntetos and Babai (2011), Intermittent demand: linking forecasting to inventory
    obsolescence, European Journal of Operational Research 214.
    """

    name = "tsb"
    title = "Teunter-Syntetos-Babai"
    summary = "Intermittent demand that may die out: the forecast falls while nothing is sold."
    reference = "Teunter, Syntetos & Babai (2011), Intermittent demand, Eur. J. Oper. Res. 214(3)"

    def _rates(self, y: FloatArray) -> FloatArray:
        sizes = behind_each(exponential_mean(y[y > 0.0], self.params.alpha_size), y)
        return sizes * exponential_mean((y > 0.0).astype(float), self.params.alpha_probability)
