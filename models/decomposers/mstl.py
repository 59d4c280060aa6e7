"""Trend and several seasons by loess, one after the other."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from models.contract.seasons import seasons_of
from models.data.series import Notice, Series
from models.decomposers.base import Decomposer, Decomposition, season_unknown
from models.decomposers.stl import OddWindow, widened
from models.params import Params
from models.stats.loess import seasonal_trend

Season = Annotated[int, Field(ge=2, le=100_000)]


class MSTLParams(Params):
    """Which seasons, and how quickly they and the trend may change."""

    season_length: Season | Annotated[list[Season], Field(min_length=1, max_length=8)] | None = (
        Field(
            None,
            title="Season lengths",
            description="Observations per cycle, a list for several; those of the series (given or detected) if"
            " omitted.",
            examples=[[24, 168]],
        )
    )
    windows: Annotated[list[OddWindow], Field(min_length=1, max_length=8)] | None = Field(
        None,
        title="Seasonal windows",
        description="Cycles over which each season is smoothed, odd, shortest season first, the last one for"
        " all that follow; 11, 15, 19 and so on if omitted.",
    )
    trend: OddWindow | None = Field(
        None,
        title="Trend window",
        description="Observations over which the trend is smoothed, odd and longer than the season; about one"
        " and a half seasons if omitted.",
    )
    robust: bool = Field(
        False,
        title="Robust",
        description="Whether seasons and trend resist outliers (slower).",
    )


class MSTL(Decomposer[MSTLParams]):
    """Several seasons by repeated STL: ``seasonal`` is their sum, ``seasonal_24`` and so on each of them.

    Seasons of which there are not two cycles are left out, with a notice.

    Reference: Bandara, Hyndman and Bergmeir (2021), MSTL: a seasonal-trend decomposition algorithm
    for time series with multiple seasonal patterns, arXiv:2107.13462.
    """

    name = "mstl"
    title = "MSTL"
    summary = "Trend and several seasons, as of days and weeks in hourly data, by repeated loess."
    reference = "Bandara, Hyndman & Bergmeir (2021), MSTL, arXiv:2107.13462"
    parts = ("trend", "seasonal", "residual")
    takes_several_seasons = True
    seasons_: Sequence[int] = ()
    left_out_: Sequence[int] = ()

    @classmethod
    def is_seasonal(cls) -> bool:
        """Always, though its params name several seasons."""
        return True

    def required_observations(self, season_length: int) -> int:
        """Two whole cycles of the shortest season and a point."""
        return 2 * season_length + 1

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Two rounds of STL, of which that of the longest season takes most."""
        return 5e-3 + observations * (3e-5 + 8e-7 * season_length)

    def notices(self) -> Sequence[Notice]:
        """Tell of seasons that are too long."""
        return [
            Notice(
                "season_left_out",
                f"there are not two cycles of the season {season}: it was left out",
                "send a longer series",
            )
            for season in self.left_out_
        ]

    def _prepare(self, series: Series) -> None:
        given = self.params.season_length
        wanted = seasons_of(series) if given is None else np.unique(given).tolist()
        if not wanted:
            raise season_unknown(self.name, series.unique_id)
        self.season_length_ = wanted[0]
        self._require(len(series), wanted[0], series.unique_id)
        fits = [self.required_observations(season) <= len(series) for season in wanted]
        self.seasons_ = [season for season, fit in zip(wanted, fits, strict=True) if fit]
        self.left_out_ = [season for season, fit in zip(wanted, fits, strict=True) if not fit]

    def _decompose(self, series: Series) -> Decomposition:
        found = seasonal_trend(
            series.y,
            self.seasons_,
            self._windows(),
            trend=widened(self.params.trend, self.seasons_[-1]),
            robust=self.params.robust,
        )
        each = zip(self.seasons_, found.seasonal, strict=True)
        return Decomposition(
            {
                "trend": found.trend,
                "seasonal": found.seasonal.sum(axis=0),
                "residual": found.residual,
                **{f"seasonal_{m}": part for m, part in each},
            }
        )

    def _windows(self) -> list[int] | None:
        """Return one window for each season."""
        given = self.params.windows
        if given is None:
            return None
        return [given[min(i, len(given) - 1)] for i in range(len(self.seasons_))]

    def _season_info(self) -> tuple[int, ...]:
        return tuple(self.seasons_)

    def _resolved_params(self) -> dict[str, Any]:
        found = self.seasons_ or self.params.season_length
        return {**self.params.model_dump(), "season_length": found}
