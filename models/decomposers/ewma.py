"""An exponentially weighted average as the trend, and what is left."""

from typing import Any

from pydantic import Field

from models.contract.seasons import seasons_of
from models.data.series import Series
from models.decomposers.base import Decomposer, Decomposition
from models.params import FadingParams, Span, alpha_of
from models.stats.exponential_mean import exponential_mean

_USUAL_SPAN = 5


class EWMAParams(FadingParams):
    """How quickly the past is forgotten: by ``alpha`` or by ``span``."""

    span: Span = Field(
        None,
        description="Alternative to alpha, which is then 2 / (span + 1): about so many observations count; the"
        " longest season if both are omitted, 5 without one.",
    )


class EWMA(Decomposer[EWMAParams]):
    """The weighted mean of each point and its past, which begins at the first observation.

    Reference: Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, ch. 7.
    """

    name = "ewma"
    title = "Exponentially weighted average"
    summary = "A mean in which the past fades as the trend, and what is left; looks back only."
    reference = (
        "Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, Prentice-Hall"
    )
    parts = ("trend", "residual")
    alpha_: float | None = None
    """The smoothing factor, None of a constant."""

    def _decompose(self, series: Series) -> Decomposition:
        self.alpha_ = self._alpha(series)
        trend = exponential_mean(series.y, self.alpha_)
        return Decomposition({"trend": trend, "residual": series.y - trend})

    def _alpha(self, series: Series) -> float:
        given = self.params.given_alpha
        return alpha_of(max(seasons_of(series), default=_USUAL_SPAN)) if given is None else given

    def _resolved_params(self) -> dict[str, Any]:
        return {**self.params.model_dump(), "alpha": self.alpha_ or self.params.alpha}
