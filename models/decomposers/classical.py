"""The classical decomposition: moving averages for the trend, means of phases for the season."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from models.data.series import Series
from models.decomposers.base import Decomposer, Decomposition
from models.errors import BadValues
from models.params import SeasonalParams
from models.types import FloatArray


class ClassicalParams(SeasonalParams):
    """How the parts are put together and where the trend looks."""

    model: Literal["additive", "multiplicative"] = Field(
        "additive",
        title="Model",
        description="additive: trend + seasonal + residual; multiplicative: their product, for seasons that"
        " grow with the level of positive values.",
    )
    two_sided: bool = Field(
        True,
        title="Two-sided",
        description="Whether the moving average looks both ways; past values only otherwise.",
    )
    extrapolate: bool = Field(
        False,
        title="Extrapolate",
        description="Continue the trend to the ends by a straight line through its nearest cycle; null there"
        " otherwise.",
    )


class Classical(Decomposer[ClassicalParams]):
    """Trend by a moving average over one cycle, one figure per phase as the season, the rest.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §3.4;
    computed by statsmodels' ``seasonal_decompose``.
    """

    name = "classical"
    title = "Classical decomposition"
    summary = "Moving-average trend and one fixed seasonal figure, added or multiplied."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §3.4"
    )
    parts = ("trend", "seasonal", "residual")

    @property
    def combined(self) -> Literal["sum", "product"]:
        """The sum, or the product of a multiplicative model."""
        return "product" if self.params.model == "multiplicative" else "sum"

    def required_observations(self, season_length: int) -> int:
        """Two whole cycles."""
        return 2 * season_length

    def _decompose(self, series: Series) -> Decomposition:
        from statsmodels.tsa.seasonal import seasonal_decompose

        if self.combined == "product":
            _require_positive(series)
        scale = _scale(series.y) if self.combined == "product" else 1.0
        found = seasonal_decompose(
            series.y / scale,  # a product of tiny values underflows
            model=self.params.model,
            period=self.season_length_,
            two_sided=self.params.two_sided,
            extrapolate_trend=self.season_length_ if self.params.extrapolate else 0,
        )
        columns: dict[str, Any] = {
            "trend": found.trend * scale,
            "seasonal": found.seasonal,
            "residual": found.resid,
        }
        return Decomposition(
            {k: np.asarray(v, np.float64) for k, v in columns.items()}, self.combined
        )


def _scale(y: FloatArray) -> float:
    return float(np.median(y))


def _require_positive(series: Series) -> None:
    """Raise ``BadValues``, naming the first row, where a product cannot be."""
    wrong = np.flatnonzero(series.y <= 0)
    if wrong.size:
        at = int(wrong[0])
        stamp = series.grid.stamp(at)
        raise BadValues(
            f"a multiplicative decomposition needs values above 0, got {series.y[at]:g} at {stamp}",
            "use the additive model, or another method",
            unique_id=series.unique_id,
            ds=stamp,
        )
