"""Seasons by STL, the rest by any forecaster."""

from typing import Any

import numpy as np
from pydantic import Field, field_validator

from models import registry
from models.contract.context import Context
from models.contract.cost import Workload
from models.contract.seasons import seasons_for
from models.data.parts import SEASONAL, TREND, Parts
from models.data.prediction import Distribution, Prediction, Shifted
from models.data.series import Series
from models.errors import InvalidParameter, SeriesTooShort
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.registry import ForecasterRef, ModelRef
from models.stats.loess import seasonal_trend
from models.types import FloatArray

_ONE_WINDOW = (7,)
"""Cycles over which a single season is smoothed."""


class STLParams(SeasonalParams):
    """What forecasts the series without its seasons, and how the seasons are found."""

    forecaster: ForecasterRef = Field(
        "ets",
        title="Forecaster",
        description="The forecaster of the seasonally adjusted series.",
    )
    robust: bool = Field(
        False,
        title="Robust",
        description="Whether season and trend resist outliers (slower).",
    )

    @field_validator("forecaster")
    @classmethod
    def _another(cls, choice: ModelRef) -> ModelRef:
        if registry.spec_of(choice).name == "stl":
            raise InvalidParameter(
                "stl cannot be the forecaster within itself", "name another one, or none"
            )
        return choice


class STL(Forecaster[STLParams]):
    """Take the seasons off by STL (MSTL for several), forecast the rest, put the last cycle back on.

    The intervals are those of the forecaster within: the seasons are taken as known.

    Reference: Cleveland, Cleveland, McRae and Terpenning (1990), STL: a seasonal-trend decomposition
    procedure based on loess, Journal of Official Statistics 6(1), 3-73; Bandara, Hyndman and
    Bergmeir (2021), MSTL, arXiv:2107.13462.
    """

    name = "stl"
    title = "STL"
    summary = "Seasons by loess, several or long ones too; the rest by any forecaster."
    reference = (
        "Cleveland et al. (1990), STL: A seasonal-trend decomposition procedure based on loess"
    )
    takes_several_seasons = True

    def required_observations(self, season_length: int) -> int:
        """Two whole cycles, or what the forecaster within needs."""
        inner = self._inner().required_observations(1)
        return max(inner, 2 * season_length if season_length > 1 else 1)

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Loess passes, and the forecaster within, without season."""
        within = Workload.of_one(observations, 1, horizon)
        return 5e-3 + 1.5e-5 * observations + self._inner().cost(within).seconds

    def _memory_bytes(self, observations: int, season_length: int, horizon: int) -> int:
        """That of the forecaster within."""
        return self._inner().cost(Workload.of_one(observations, 1, horizon)).memory_bytes

    def _inner(self) -> Forecaster[Any]:
        return registry.create(
            Forecaster, registry.spec_of(self.params.forecaster), self.random_state
        )

    def _fit_within(self, series: Series, context: Context) -> None:
        self.seasons_ = self._seasons(series)
        adjusted = self._adjusted(series)
        self.model_ = self._inner().fit_one(adjusted, context)

    def _apply(self, series: Series) -> None:
        needed = 2 * max(self.seasons_, default=0)
        if len(series) < needed:
            raise SeriesTooShort(
                f"stl takes the season off by two whole cycles: {needed} observations",
                "send a longer series, or fit a model to it",
            )
        self.model_ = self.model_.apply_one(self._adjusted(series))

    def _adjusted(self, series: Series) -> Series:
        """Return the series without its seasons, of which sum and last cycles are kept."""
        seasonal = self._seasonal(series.y)
        self.last_cycles_ = [
            component[-season:] for season, component in zip(self.seasons_, seasonal, strict=True)
        ]
        self.season_sum_ = seasonal.sum(axis=0)
        return series.with_values(series.y - self.season_sum_, season_length=(1,))

    def _seasonal(self, y: FloatArray) -> FloatArray:
        """Return the additive component of each season, shape (seasons, t)."""
        if not self.seasons_:
            return np.zeros((0, len(y)))
        windows = _ONE_WINDOW if len(self.seasons_) == 1 else None
        return seasonal_trend(y, self.seasons_, windows, robust=self.params.robust).seasonal

    def _seasons(self, series: Series) -> tuple[int, ...]:
        """Return the seasons of which there are two cycles."""
        wanted = seasons_for(series, self.params.season_length)
        return tuple(season for season in wanted if season <= len(series) // 2)

    def _forecast(self, horizon: int) -> Prediction:
        adjusted, season = self.model_.predict(horizon), self._season_ahead(horizon)

        def own() -> Distribution | None:
            inner = adjusted.distribution
            return None if inner is None else Shifted(inner, adjusted.mean, season)

        return Prediction(adjusted.mean + season, {"parametric": own})

    def _season_ahead(self, horizon: int) -> FloatArray:
        ahead = np.zeros(horizon)
        for cycle in self.last_cycles_:
            ahead += np.resize(cycle, horizon)
        return ahead

    def parts(self, horizon: int) -> Parts:
        """Return those of the forecaster within, and what each season adds."""
        inner = self.model_.parts(horizon) or {TREND: self.model_.predict(horizon).mean[0]}
        several = len(self.seasons_) > 1
        names = [f"{SEASONAL}_{season}" if several else SEASONAL for season in self.seasons_]
        ahead = [np.resize(cycle, horizon) for cycle in self.last_cycles_]
        return {**inner, **dict(zip(names, ahead, strict=True))}

    def _fitted(self) -> FloatArray | None:
        fitted = self.model_.fitted()
        return None if fitted is None else fitted[0] + self.season_sum_

    def _title(self) -> str:
        return f"STL + {self.model_.info().title}"

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_
