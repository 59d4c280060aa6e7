"""Trend and cycle by the Hodrick-Prescott filter."""

from typing import Any

from pydantic import AliasChoices, Field

from models.data.series import Series
from models.decomposers.base import Decomposer, Decomposition
from models.params import Params
from models.stats.hodrick_prescott import LARGEST, default_lambda, hp_filter


class HPParams(Params):
    """How smooth the trend is."""

    smoothness: float | None = Field(
        None,
        gt=0,
        le=LARGEST,
        validation_alias=AliasChoices("smoothness", "lambda"),
        title="Lambda",
        description="Smoothness of the trend, 'lambda' for short; if omitted, that of the frequency: "
        "yearly 6.25, quarterly 1600, monthly 129600.",
    )


class HP(Decomposer[HPParams]):
    """A smooth trend and the cycle around it; fewer than three points are all trend.

    Reference: Hodrick and Prescott (1997), Postwar U.S. business cycles, Journal of Money, Credit
    and Banking 29(1), 1-16; Ravn and Uhlig (2002) for lambda by frequency.
    """

    name = "hp"
    title = "Hodrick-Prescott filter"
    summary = "A smooth trend and the cycle around it, for series of any length without season."
    reference = "Hodrick & Prescott (1997), Postwar U.S. business cycles, JMCB 29(1)"
    parts = ("trend", "cycle")
    smoothness_: float | None = None
    """Lambda, None of a constant."""

    def _decompose(self, series: Series) -> Decomposition:
        self.smoothness_ = self.params.smoothness or default_lambda(series.grid.freq)
        trend, cycle = hp_filter(series.y, self.smoothness_)
        return Decomposition({"trend": trend, "cycle": cycle})

    def _resolved_params(self) -> dict[str, Any]:
        return {"smoothness": self.smoothness_ or self.params.smoothness}
