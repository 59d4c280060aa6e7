"""The forecaster for those who do not want to choose one."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.data.parts import Parts
from models.data.prediction import Curve, Prediction
from models.data.results import Interval
from models.data.series import Notice, Series
from models.features.known_ahead import informative_columns
from models.forecasters.base import Forecaster, Future
from models.forecasters.combination._combined import (
    FEWEST,
    Combination,
    TrainingSeries,
    combination_of,
    fitted,
)
from models.forecasters.combination._days import days_of
from models.forecasters.combination._explained import (
    ModelWeights,
    explained,
    of_unused,
    seconds_to_explain,
    unjudged_by,
    without_holidays,
)
from models.forecasters.combination._laws import exact_law
from models.forecasters.combination._members import ABOUT
from models.forecasters.combination._seasonal import Seasons, cycles_of_years, named_seasons
from models.params import SeasonalParams
from models.stats.missing_codes import without_code
from models.types import FloatArray
from models.wording import counted

_SHOWN = 5
"""So many values are named in a notice."""
_ENOUGH_HELD = 10
"""With fewer held-out values, what other series miss says more of the intervals than these do."""
_WEIGHED_ELSEWHERE = (
    "the candidates count what they were found to be worth on the series that was fitted"
)


class AutoParams(SeasonalParams):
    """The season is all that the automatic forecaster can be told."""


class Auto(Forecaster[AutoParams]):
    """Several fast forecasters, averaged with weights from what each missed in the recent past.

    Exponential smoothing, regressions on lags and seasons, complex exponential smoothing, theta, the means of
    whole cycles and a return to the level of the last ones forecast from many origins of the last third; the
    better a member was there, the more it counts.
    In a short series what it was worth on other series counts as well. What days of the month add to daily
    values, as pay days do, days of the year, as Easter does, to those of days and weeks, and working days to
    months, is learned apart.
    Regressors of which the future is known are used by boosted trees and by a regression on splines, which count
    the more the less they err on values that they have not seen.
    Intervals come from the errors that the average itself made there. Members are judged by as many steps as
    season and length of the series suggest, not by the horizon: a forecast begins the same, to rounding, however
    far it goes; with regressors as long as it goes no further than that, twelve steps at least in a long series.
    Another series is continued with the seasons and the weights that were learned; what members know of it, they
    learn from it.

    Reference: Bates and Granger (1969), The combination of forecasts, Operational Research Quarterly 20;
    Petropoulos and Svetunkov (2020), A simple combination of univariate models, International Journal of
    Forecasting 36.
    """

    name = "auto"
    title = "Automatic"
    summary = "Averages the models that did best on held-out parts of the series; start here."
    reference = (
        "Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly 20(4)"
    )
    takes_exogenous = True
    weights_: Mapping[str, float] | None = None
    """What each member counts, of a model that continues another series."""
    state_version = 5
    takes_several_seasons = True
    interval_methods = ("conformal",)

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Slow members up to 400 values, regressions on as many values as are looked at."""
        used = min(observations, max(3000, 5 * season_length))
        learned = 7e-5 * min(used, 400) + 2e-5 * min(used, 3000) + 8e-6 * max(used - 3000, 0)
        return 4e-3 + learned + 1e-4 * horizon

    def cost(self, work: Workload) -> Cost:
        """Estimate what members take, and where there are regressors the models that explain by these."""
        cost = super().cost(work)
        return replace(cost, seconds=cost.seconds + seconds_to_explain(work))

    def _season_of(self, series: Series) -> int:
        """Return the shortest season that is named: looking for others is left to the fit."""
        return min(self._named(series) or (), default=1)

    def _named(self, series: Series) -> Seasons | None:
        asked = self.params.season_length
        return named_seasons(series) if asked is None else (asked,)

    def _fit_within(self, series: Series, context: Context) -> None:
        self._fit(series)
        self.regressors_ = informative_columns(series)
        self.explained_ = explained(series, self.seasons_, self.random_state, context)

    def _fit(self, series: Series) -> None:
        calendar, named = series.grid.freq.calendar_seasons(), self._named(series)
        if named == () and series.season_length is None and self.params.season_length is None:
            named = cycles_of_years(series.y)
        self.days_ = days_of(series)
        history = TrainingSeries.of(self._calm(series), named, calendar)
        self.weights_ = None
        self._keep(series, history)

    def _calm(self, series: Series) -> FloatArray:
        """Return the values, (t,), without codes for missing ones, and without what days of the month add.

        Nor are holidays learned from, of a series too short to tell what they do.
        """
        y = without_holidays(without_code(series.y), series)
        return y if self.days_ is None else self.days_.without(y)

    def _came(self, series: Series) -> FloatArray | None:
        """Return the values, (t,), that intervals are judged by: with days that were not known when they came."""
        y = without_holidays(without_code(series.y), series)
        return None if self.days_ is None else self.days_.often().without(y)

    def _keep(self, series: Series, history: TrainingSeries) -> None:
        self.y_, self.seasons_ = self._calm(series), history.seasons
        self.came_ = self._came(series)
        self.outliers_ = [series.grid.stamp(at) for at in history.outliers.tolist()]
        self.season_length_ = self.seasons_[0] if self.seasons_ else 1
        vars(self).update(_history=history.judged_by(self.came_), _latest=None, _share=None)

    def _apply(self, series: Series) -> None:
        named: Seasons | None = self.seasons_
        if self._history.kind != "ordinary":  # nothing was weighed, no season looked for
            named = self._named(series)
        elif self.weights_ is None:
            candidates = combination_of(self._history, 1).candidates
            self.weights_ = {one.name: one.weight for one in candidates}
        self.explained_ = [model.apply_one(series) for model in self.explained_]
        self.regressors_ = informative_columns(series)
        self.days_ = None if self.days_ is None else self.days_.on(series)
        calendar = series.grid.freq.calendar_seasons()
        self._keep(series, TrainingSeries.of(self._calm(series), named, calendar))

    @cached_property
    def _history(self) -> TrainingSeries:
        """The series as the combination sees it; what was learned is enough to make it again."""
        return TrainingSeries.of(self.y_, self.seasons_).judged_by(self.came_)

    @cached_property
    def _latest(self) -> Combination | None:
        """The combination that was asked for last: what is told of weights depends on its horizon."""
        return None

    @cached_property
    def _was_asked_for_bounds(self) -> bool:
        """Whether intervals were asked for, not only the forecast."""
        return False

    @cached_property
    def _share(self) -> ModelWeights | None:
        """How much regressors counted in the forecast that was asked for last."""
        return None

    def _forecast(self, horizon: int) -> Prediction:
        made = combination_of(self._history, horizon, self.weights_)
        vars(self)["_latest"] = made

        days, least = self.days_, made.history.floor
        still = unjudged_by(self.explained_, made.error)
        regressed = np.zeros(horizon) if still is None else still.unjudged(horizon)
        mean = made.mean if days is None else days.ahead(made.mean)
        mean = np.maximum(mean + regressed, least)

        def at(level: float) -> Interval:
            vars(self)["_was_asked_for_bounds"] = True
            band = made.band(level)
            if days is not None:
                band = days.around(made.mean, band, level)
            lower, upper = (
                np.maximum(bound + regressed, np.minimum(mean, made.history.floor_at(level)))
                for bound in (band.lower, band.upper)
            )
            return Interval(lower[None], upper[None])

        alone = Prediction(mean[None], {"conformal": lambda: Curve(at)}, least)
        if not self.explained_:
            return alone
        share = ModelWeights.of(self.explained_, made.error)
        vars(self)["_share"] = share
        return share.mixed(alone, self.explained_, horizon)

    def parts(self, horizon: int) -> Parts | None:
        """Return what regressors add by the regression that explains by them, by its weight; None without."""
        if not self.explained_:
            return None
        mean = self.predict(horizon).mean[0]
        return None if self._share is None else self._share.parts(self.explained_, mean)

    def _told(self, future: Future) -> Self:
        if not self.regressors_:
            return super()._told(future)
        told = copy(self)
        told.explained_ = [model._told(future) for model in self.explained_]
        return told

    def _fitted(self) -> FloatArray:
        values = fitted(self._history, self.weights_)
        return values if self.days_ is None else self.days_.past(values)

    def notices(self) -> Sequence[Notice]:
        """Tell of a series that is too short to choose anything for, and of values that are not learned from."""
        if len(self.y_) >= FEWEST:
            return (*_of_outliers(self.outliers_), *self._of_regressors(), *self._of_bounds())
        made = (
            "their median is repeated"
            if exact_law(self.y_, 1) is None
            else "their law is continued"
        )
        few = counted(len(self.y_), "observation is", "observations are")
        return (
            Notice(
                "short_series",
                f"{few} too few to choose a model: {made}",
                f"send at least {FEWEST} observations, better two cycles of a season",
            ),
        )

    def _of_regressors(self) -> Sequence[Notice]:
        """Tell of regressors that were not used."""
        tried = bool(self.explained_)
        if tried and (self._share is None or self._share.total):
            return ()
        still = unjudged_by(self.explained_, self._latest.error) if self._latest else None
        used = still.unjudged_columns if still else ()
        unused = [name for name in self.regressors_ if name not in used]
        return (of_unused(unused, tried),) if unused else ()

    def _of_bounds(self) -> Sequence[Notice]:
        """Tell of intervals that rest on other series, since too little was held out."""
        made = self._latest
        if made is None or not self._was_asked_for_bounds or made.held >= _ENOUGH_HELD:
            return ()
        if made.is_law or made.history.kind != "ordinary":
            return ()
        held = "no value" if made.held == 0 else f"{made.held} held-out value{'s'[: made.held > 1]}"
        text = f"{held} cannot tell how far forecasts miss: the intervals are mostly what series as short need"
        hint = f"send at least {2 * _ENOUGH_HELD} observations to have their own errors decide"
        return (Notice("interval_uncertain", text, hint),)

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_

    def _title(self) -> str:
        made = self._latest
        return f"Combination of {len(made.candidates)}" if made else self.title

    def _details(self) -> dict[str, Any]:
        made = self._latest
        if made is None:
            return {}
        return {
            "method": "mean, weighted by held-out errors",
            "candidates": [
                {
                    "name": one.name,
                    "about": ABOUT[one.name],
                    "weight": round(one.weight, 4),
                    "rmse": one.rmse,
                }
                for one in made.candidates
            ],
            "log": made.history.log,
            "origins": made.origins,
            "why": _why(made) if self.weights_ is None else _WEIGHED_ELSEWHERE,
            **({} if self.days_ is None else {"days": self.days_.names()}),
            **self._regressors_told(),
        }

    def _regressors_told(self) -> dict[str, Any]:
        if not self.explained_ or self._share is None:
            return {}
        return {"regressors": self._share.told(self.explained_)}


def _of_outliers(stamps: Sequence[str]) -> Sequence[Notice]:
    if not stamps:
        return ()
    shown = ", ".join(stamps[:_SHOWN]) + ", …" * (len(stamps) > _SHOWN)
    count = "1 value is" if len(stamps) == 1 else f"{len(stamps)} values are"
    text = f"{count} not learned from, being far from what is usual there: {shown}"
    hint = "the data are as they were; name what will come again, as holidays or in a column beside the values"
    return (Notice("outliers_discounted", text, hint),)


def _why(made: Combination) -> str:
    """Say in plain words why the forecast is what it is."""
    if made.is_law:
        return f"all values lie on one law, which is continued: {ABOUT['law']}"
    if made.history.kind == "few":
        return "too little varies to choose by: the median of the values is as good a guess as any"
    if made.history.kind == "intermittent":
        return "most values are zero: a slowly forgetting mean says how much to expect on average"
    first = max(made.candidates, key=lambda one: one.weight)
    if made.held == 0:
        return "the series is too short to compare the candidates on: they count as on other series"
    also = " and on other series" if "ets_forms" in {one.name for one in made.candidates} else ""
    if made.held == 1:
        judged = "the last value without knowing it; the smaller its error"
    else:
        judged = (
            f"the last {made.held} values from {made.origins} starting points without knowing them; the "
            "smaller its errors"
        )
    return (
        f"each candidate forecast {judged} there{also}, the more it counts. '{first.name}' counts most, "
        f"with {100 * first.weight:.0f} %: {ABOUT[first.name]}"
    )
