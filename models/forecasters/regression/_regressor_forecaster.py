"""What forecasters share that regress on what is known of each step ahead."""

from copy import copy
from dataclasses import replace
from typing import Self, TypeVar

from models.contract.seasons import seasons_of
from models.data.series import Series
from models.errors import MissingValues
from models.forecasters.base import Forecaster, Future
from models.params import SeasonalParams

_USUAL_HORIZON = 12

P = TypeVar("P", bound=SeasonalParams)


class RegressorForecaster(Forecaster[P]):
    """A forecaster that learns for a horizon, and keeps its series with the regressors of the steps ahead."""

    takes_exogenous = True
    bound_because = "its effects are in the unit of its series"
    takes_several_seasons = True
    horizon_consistent = False

    def aimed_at(self, horizon: int) -> Self:
        """Return the model that learns for so many steps ahead."""
        aimed = copy(self)
        aimed.lead_ = horizon
        return aimed

    def clone(self) -> Self:
        """Return the same model, unfitted, for the same horizon."""
        clone = super().clone()
        if hasattr(self, "lead_"):
            clone.lead_ = self.lead_
        return clone

    def _take_up(self, series: Series, most: int) -> None:
        """Settle the series, its seasons, and for how many steps is learned, ``most`` at most."""
        asked = self.params.season_length
        self.seasons_ = seasons_of(series) if asked is None else (asked,) if asked > 1 else ()
        self.lead_ = min(getattr(self, "lead_", _USUAL_HORIZON), max(most, 1))
        self.series_ = series

    def _check_future(self, horizon: int) -> None:
        """Raise ``MissingValues`` if a regressor is not known for so many steps ahead."""
        known = set(self.series_.exog) & set(self.series_.future)
        least = min((len(self.series_.future[name]) for name in known), default=horizon)
        if least < horizon:
            raise MissingValues(
                f"exogenous values are known for {least} steps ahead, {horizon} are needed",
                "send them in 'future' for every step, or leave the column out",
                unique_id=self.series_.unique_id,
            )

    def _told(self, future: Future) -> Self:
        told = copy(self)
        rows = {name: values[0] for name, values in future.items()}
        told.series_ = replace(self.series_, future=rows)
        return told

    def _season_info(self) -> tuple[int, ...]:
        return getattr(self, "seasons_", ())
