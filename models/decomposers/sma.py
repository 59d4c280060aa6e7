"""A moving average as the trend, and what is left."""

from typing import Any

import numpy as np
from pydantic import Field

from models.contract.seasons import seasons_of
from models.data.series import Series
from models.decomposers.base import Decomposer, Decomposition
from models.params import Params
from models.stats.moving import centred_mean, trailing_mean

_USUAL_WINDOW = 5


class SMAParams(Params):
    """How many observations are averaged, and where they lie."""

    window: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Window",
        description="Observations that are averaged; the longest season if omitted, 5 without one.",
    )
    centered: bool = Field(
        True,
        title="Centred",
        description="Average around each point (an even window takes half of its two outermost); the last"
        " values up to it otherwise.",
    )


class SMA(Decomposer[SMAParams]):
    """The mean of a window around or before each point; null where the window is not full.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §3.3.
    """

    name = "sma"
    title = "Moving average"
    summary = (
        "The mean of a window as the trend, and what is left; a window of one season hides it."
    )
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §3.3"
    )
    parts = ("trend", "residual")
    window_: int = 0
    """Length of the window, 0 of a constant."""

    def required_observations(self, season_length: int) -> int:
        """One full window."""
        window = self.params.window or _USUAL_WINDOW
        return window + 1 if self.params.centered and window % 2 == 0 else window

    def _prepare(self, series: Series) -> None:
        if self.params.window is None:
            fitting = [m for m in seasons_of(series) if m < len(series)]
            self.window_ = max(fitting, default=min(_USUAL_WINDOW, len(series)))
            return
        self.window_ = self.params.window
        self._require(len(series), 1, series.unique_id)

    def _decompose(self, series: Series) -> Decomposition:
        if self.params.centered:
            half = self.window_ // 2
            means = centred_mean(series.y, self.window_)
            trend = np.pad(means, (half, half), constant_values=np.nan)
        else:
            trend = trailing_mean(series.y, self.window_)
        return Decomposition({"trend": trend, "residual": series.y - trend})

    def _resolved_params(self) -> dict[str, Any]:
        return {**self.params.model_dump(), "window": self.window_ or self.params.window}
