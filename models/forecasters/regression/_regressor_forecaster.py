"""What forecasters share that regress on what is known of each step ahead."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Self, TypeVar

import numpy as np

from models.contract.seasons import seasons_for
from models.data.series import Series
from models.errors import InvalidRequest, MissingValues
from models.forecasters.base import Forecaster, Future
from models.params import SeasonalParams
from models.stats.scaling import deviation_ratio, safe_exp
from models.types import FloatArray
from models.wording import counted

_USUAL_HORIZON = 12

P = TypeVar("P", bound=SeasonalParams)


class Rescaled:
    """What a model has that keeps its series, with the regressors of the steps ahead, and continues others."""

    series_: Series
    in_units_: tuple[float, float] = (0.0, 1.0)
    """What is added to values, and what they are multiplied by before, to be in units of the other series."""

    def _outward(self, values: FloatArray) -> FloatArray:
        """Return values, or logarithms, in units of the series that is continued."""
        added, factor = self.in_units_
        return np.asarray(added + factor * values)

    def _told(self, future: Future) -> Self:
        told = copy(self)
        rows = {name: values[0] for name, values in future.items()}
        told.series_ = replace(self.series_, future=rows)
        return told


class RegressorForecaster(Rescaled, Forecaster[P]):
    """A forecaster that learns for a horizon from regressors that are known ahead."""

    takes_exogenous = True
    takes_several_seasons = True
    horizon_consistent = False
    error_std_: float
    """The error on held-out values, in the unit of the series."""
    held_out_errors_: FloatArray = np.empty(0)
    """The errors on the last held-out values as multiples of their root mean square, (k,)."""
    learned_: tuple[Series, float] | None = None
    """The series that was learned from with its error, of a model that continues another one."""

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
        self.seasons_ = seasons_for(series, self.params.season_length)
        self.lead_ = min(getattr(self, "lead_", _USUAL_HORIZON), max(most, 1))
        self.series_, self.learned_, self.in_units_ = series, None, (0.0, 1.0)

    @property
    def _taught(self) -> Series:
        """The series that was learned from."""
        return self.series_ if self.learned_ is None else self.learned_[0]

    def _continue(self, series: Series, *, log: bool = False) -> None:
        """Take up another series in units of the learned one: of equal mean and deviation from a line.

        ``log``: of their logarithms. Raises ``InvalidRequest`` if it has other steps, or lacks a regressor.
        """
        learned, error = self.learned_ or (self.series_, self.error_std_)
        require_alike(self.name, learned, series, set(learned.exog) & set(learned.future))
        known, other = (np.log(one.y) if log else one.y for one in (learned, series))
        factor, level = deviation_ratio(known, other), float(known.mean())
        added = float(other.mean()) - factor * level
        inside = (other - added) / factor if factor else np.full_like(other, level)
        size = float(safe_exp(other.mean() - level)) if log else 1.0
        self.learned_, self.in_units_ = (learned, error), (added, factor)
        self.error_std_ = error * factor * size
        self.series_ = series.with_values(safe_exp(inside) if log else inside)

    def _keep_errors(self, errors: FloatArray) -> None:
        """Keep errors on held-out values, (k,), for those who combine the forecast with others."""
        size = float(np.sqrt(np.mean(errors**2)))
        self.held_out_errors_ = errors / size if 0.0 < size < np.inf else np.empty(0)

    @property
    def _first_step(self) -> int:
        """At which step, counted from the first that was learned from, the series begins."""
        return self._taught.grid.steps_to(self.series_.grid)

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_


def require_ahead(series: Series, horizon: int) -> None:
    """Raise ``MissingValues`` if a regressor of a series is not known for so many steps ahead."""
    known = set(series.exog) & set(series.future)
    least = min((len(series.future[name]) for name in known), default=horizon)
    if least < horizon:
        raise MissingValues(
            f"exogenous values are known for {counted(least, 'step')} ahead, {horizon} are needed",
            "send them in 'future' for every step, or leave the column out",
            unique_id=series.unique_id,
        )


def require_alike(name: str, learned: Series, series: Series, used: Iterable[str]) -> None:
    """Raise ``InvalidRequest`` if another series has other steps, or lacks one of the regressors used."""
    if series.grid.freq != learned.grid.freq:
        raise InvalidRequest(
            f"{name} was fitted to steps of {learned.grid.freq.wire}, another series has steps of"
            f" {series.grid.freq.wire}",
            "bring it to the same steps, or fit the model again",
        )
    lacking = sorted(set(used) - (set(series.exog) & set(series.future)))
    if lacking:
        raise InvalidRequest(
            f"{name} was fitted with {', '.join(lacking)}, which another series lacks",
            "send the columns and their future, or fit it again",
        )
