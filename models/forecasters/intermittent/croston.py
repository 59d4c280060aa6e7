"""Croston's method: the size of a demand and the time between two, smoothed apart."""

from functools import partial
from typing import Literal

from pydantic import Field

from models.forecasters.intermittent._model import (
    IntermittentForecaster,
    behind_each,
    best_alpha,
    gaps,
)
from models.params import Params
from models.stats.exponential_mean import exponential_mean
from models.types import FloatArray


class CrostonParams(Params):
    """Which variant, and how quickly the past is forgotten."""

    variant: Literal["classic", "sba", "optimized"] = Field(
        "sba",
        title="Variant",
        description="Croston's original; Syntetos and Boylan's, which corrects its bias; or with fitted"
        " smoothing.",
    )
    alpha: float = Field(
        0.1,
        gt=0.0,
        le=1.0,
        title="Smoothing factor",
        description="Weight of the newest demand; the variant 'optimized' finds its own from 0.1 to 0.3.",
    )


class Croston(IntermittentForecaster[CrostonParams]):
    """Mean demand per step as smoothed size over smoothed interval.

    Reference: Croston (1972), Forecasting and stock control for intermittent demands, Operational Research
    Quarterly 23; Syntetos and Boylan (2005), The accuracy of intermittent demand estimates, IJF 21.
    """

    name = "croston"
    title = "Croston"
    summary = "Mean demand where most values are zero; smooths sizes and intervals separately."
    reference = "Syntetos & Boylan (2005), The accuracy of intermittent demand estimates, IJF 21(2)"

    def _rates(self, y: FloatArray) -> FloatArray:
        sizes, intervals = y[y > 0.0], gaps(y)
        alphas = [self.params.alpha] * 2
        if self.params.variant == "optimized":
            pairs = zip(("sizes", "intervals"), (sizes, intervals), strict=True)
            alphas = [self._learned_once(name, partial(best_alpha, one)) for name, one in pairs]
        bias = 1.0 - self.params.alpha / 2.0 if self.params.variant == "sba" else 1.0
        rate = exponential_mean(sizes, alphas[0]) / exponential_mean(intervals, alphas[1])
        return behind_each(bias * rate, y)

    def _title(self) -> str:
        return f"Croston ({self.params.variant})"
