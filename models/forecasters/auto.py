"""The forecaster for those who do not want to choose one."""

from typing import Any

from models.forecasters._combining import STRONG, CombiningForecaster, Method, cost_of
from models.params import SeasonalParams
from models.registry import ModelSpec
from models.series import Notice, Series

_FEWEST = 7
"""Observations from which on models that learn more than one number are worth fitting."""


class AutoParams(SeasonalParams):
    """The season is all that the automatic forecaster can be told."""


class Auto(CombiningForecaster[AutoParams]):
    """The median of the forecasters that suit the series; the last value where it is very short.

    Reference: Petropoulos and Svetunkov (2020), A simple combination of univariate models, International
    Journal of Forecasting 36(1).
    """

    name = "auto"
    title = "Automatic"
    summary = "Combines the models that suit the series; the best choice if you do not know better."
    reference = (
        "Petropoulos & Svetunkov (2020), A simple combination of univariate models, IJF 36(1)"
    )

    @classmethod
    def cost_seconds(cls, observations: int, season_length: int, horizon: int) -> float:
        """The sum of its members."""
        return cost_of(STRONG, observations, season_length, horizon)

    def _specs(self, series: Series) -> list[ModelSpec]:
        if len(series) < _FEWEST:
            self._notices.append(
                Notice(
                    "short_series",
                    f"{len(series)} observations are too few to choose a model: the last value is repeated",
                    f"send at least {_FEWEST} observations",
                )
            )
            return [ModelSpec("naive")]
        return [ModelSpec(name) for name in STRONG]

    def _method(self) -> Method:
        return "median"

    def _details(self) -> dict[str, Any]:
        details = super()._details()
        if details:
            short = len(details["members"]) == 1
            details["why"] = (
                "the series is too short for anything else"
                if short
                else "the median of models that err differently is rarely far out"
            )
        return details
