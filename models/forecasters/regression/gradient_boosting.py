"""Boosted trees on the calendar, regressors and the past."""

from typing import Any

import numpy as np
from pydantic import Field

from models.contract.context import Context
from models.data.series import Series
from models.features.known_ahead import level, past, places, regressors, table
from models.forecasters.regression._regressor_forecaster import RegressorForecaster
from models.forecasters.regression._trees import Trees
from models.params import SeasonalParams
from models.types import FloatArray

_HELD_OUT = 0.2
_MOST_TOLD = 12
_LEAST_LEAF = 2


class GradientBoostingParams(SeasonalParams):
    """How many trees, how large, and how much each one says."""

    max_iter: int = Field(
        200,
        ge=1,
        le=5000,
        title="Trees",
        description="How many trees are added up; at most one a step of the history.",
    )
    learning_rate: float = Field(
        0.05,
        gt=0,
        le=1,
        title="Learning rate",
        description="Share of what a tree says that counts.",
    )
    max_leaf_nodes: int = Field(
        31, ge=2, le=1000, title="Leaves", description="Leaves of a tree at most."
    )
    min_samples_leaf: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Least leaf",
        description="Steps of the history in a leaf at least; a twentieth of a short history.",
    )


class GradientBoosting(RegressorForecaster[GradientBoostingParams]):
    """Forecast by boosted regression trees on what is known of each step ahead.

    That is its place in day, week and year (or in the seasons), the regressors, as they are and smoothed over
    some steps, and, if that helps on the last fifth of the history, which first fits have not seen, the past as
    far back as the horizon: lags of whole seasons, and the mean of the longest one, from which the trees predict
    the distance, so that a level may wander. Trees know no trend beyond that. The spread is that of the errors
    on that last fifth. Another series is continued in units of its own deviation.

    Reference: Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics
    29; histogram trees as in Ke et al. (2017), LightGBM, NIPS, by scikit-learn.
    """

    name = "gradient_boosting"
    title = "Gradient boosting"
    summary = "Boosted trees on calendar, regressors and seasons past; for strong effects that are not linear."
    reference = "Friedman (2001), Greedy function approximation: a gradient boosting machine, Ann. Statist. 29"
    min_observations = 10

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Three fits, each of so many trees."""
        return 3 * self.params.max_iter * (4e-4 + 2e-7 * observations)

    def _fit_within(self, series: Series, context: Context) -> None:
        self._take_up(series, len(series) // 3)
        errors = {looks: self._held_out(series, looks, context) for looks in (True, False)}
        self.error_std_, self.uses_past_ = min(
            (float(np.sqrt(np.mean(missed**2))), looks) for looks, missed in errors.items()
        )
        self._keep_errors(errors[self.uses_past_])
        columns = self._columns(series, 0)
        self.names_ = list(columns)
        self.trees_ = self._grown(table(columns), series.y - self._base(series.y, 0))

    def _held_out(self, series: Series, uses_past: bool, context: Context) -> FloatArray:
        """Return the errors on the last fifth, (k,), of a fit to what is before it; infinite without columns."""
        context.check()
        self.uses_past_ = uses_past
        cut = int((1.0 - _HELD_OUT) * len(series))
        columns = self._columns(series, 0)
        if not columns:
            return np.full(1, np.inf)
        x, target = table(columns), series.y - self._base(series.y, 0)
        return np.asarray(target[cut:] - self._grown(x[:cut], target[:cut]).predict(x[cut:]))

    def _grown(self, x: FloatArray, target: FloatArray) -> Trees:
        p = self.params
        settings = {
            "learning_rate": p.learning_rate,
            "max_leaf_nodes": p.max_leaf_nodes,
            "min_samples_leaf": max(_LEAST_LEAF, min(p.min_samples_leaf, len(x) // 20)),
        }
        return Trees.grown(x, target, min(p.max_iter, len(x)), self.random_state, settings)

    def _columns(self, series: Series, horizon: int) -> dict[str, FloatArray]:
        """Return what is known of each step of the history and of so many after it, (t + horizon,) each."""
        wanted = None if self.learned_ is None else self.names_
        return {
            **places(series, horizon, self.seasons_, self._first_step, wanted),
            **regressors(series, horizon, wanted),
            **(past(series.y, horizon, self.lead_, self.seasons_) if self.uses_past_ else {}),
        }

    def _base(self, y: FloatArray, horizon: int) -> FloatArray:
        """Return what the trees' values are added to, (t + horizon,): the level, if they look at the past."""
        if not self.uses_past_:
            return np.zeros(len(y) + horizon)
        size = len(self._taught)
        width = max((m for m in self.seasons_ if 2 * m <= size), default=min(self.lead_, size))
        return level(y, horizon, self.lead_, width)

    def _apply(self, series: Series) -> None:
        self._continue(series)

    def _predict(self, horizon: int) -> FloatArray:
        size = len(self.series_)
        self._check_future(horizon)
        x = table(self._columns(self.series_, horizon))[size:]
        return self._outward(self._base(self.series_.y, horizon)[size:] + self.trees_.predict(x))

    def _error_std(self, horizon: int) -> FloatArray | None:
        return np.full(horizon, self.error_std_)

    def _details(self) -> dict[str, Any]:
        if not hasattr(self, "trees_"):
            return {}
        gains = self.trees_.importances
        order = np.argsort(-gains)[:_MOST_TOLD]
        shares = {self.names_[i]: round(float(gains[i]), 4) for i in order if gains[i] > 0.0}
        return {"importances": shares, "sigma": self.error_std_}
