"""Boosted trees on the calendar, regressors and the past."""

from collections.abc import Hashable, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.data.prediction import Curve, Distribution, Normal, Prediction, Way
from models.data.results import Interval, ModelInfo
from models.data.series import Notice, Series
from models.errors import InvalidRequest
from models.features.known_ahead import level, past, places, regressors, table
from models.features.rare_effects import rare_effects
from models.forecasters.base import Future
from models.forecasters.regression._boosted_intervals import QuantileTrees, between
from models.forecasters.regression._regressor_forecaster import RegressorForecaster, require_ahead
from models.forecasters.regression._trees import Trees
from models.intervals.conformal import half_width
from models.params import SeasonalParams
from models.time.grid import Grid
from models.types import FloatArray

_ENOUGH_CYCLES = 3
"""Of fewer cycles than this trees learn less of a season than its last values tell."""
_HELD_OUT = 0.2
_MOST_TOLD = 12
_LEAST_LEAF = 2
_OWN_COLUMNS, _COLUMNS_OF_EACH = 5, 7
"""About how many columns calendar and past have, and how many come of a regressor."""


class GradientBoostingParams(SeasonalParams):
    """How many trees, how large, and how much each one says."""

    max_iter: int = Field(
        200,
        ge=1,
        le=5000,
        title="Trees",
        description="Number of trees; at most one per step of the history.",
    )
    learning_rate: float = Field(
        0.05,
        gt=0,
        le=1,
        title="Learning rate",
        description="Shrinkage: the share of each tree's prediction that counts.",
    )
    max_leaf_nodes: int = Field(
        31, ge=2, le=1000, title="Leaves", description="Largest number of leaves per tree."
    )
    min_samples_leaf: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Least leaf",
        description="Smallest number of steps of the history per leaf; a twentieth of a short history.",
    )
    scope: Literal["global", "local"] = Field(
        "local",
        title="Scope",
        description="global: one set of trees for all series of the request with the same frequency, each"
        " standardised by its own mean and deviation; local: separate trees for each series.",
    )
    intervals: Literal["conformal", "quantile"] = Field(
        "conformal",
        title="Intervals",
        description="conformal: from the errors on the last fifth of the history, the same at all steps;"
        " quantile: from trees for eight quantiles, calibrated by those errors.",
    )


class GradientBoosting(RegressorForecaster[GradientBoostingParams]):
    """Forecast by boosted regression trees on what is known of each step ahead.

    That is its place in day, week and year (or in the seasons), the regressors, as they are, some steps
    before, and smoothed over some steps, and, if that helps on the last fifth of the history, which first
    fits have not seen, the past as far back as the horizon: lags of whole seasons, and the mean of the
    longest one, from which the trees predict the distance, so that a level may wander. Trees know no trend
    beyond that, and of a season of two cycles too little: they predict the distance from the means of its
    phases. What a regressor adds that is at work on fewer steps than a leaf has, as most holidays are, a
    ridge regression tells before. The deviation is that of the errors on that last fifth. Another series is
    continued in units of its own deviation.

    Reference: Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics
    29; histogram trees as in Ke et al. (2017), LightGBM, NIPS, by scikit-learn.
    """

    name = "gradient_boosting"
    title = "Gradient boosting"
    summary = (
        "Boosted trees on calendar, regressors and past seasons; for strong nonlinear effects."
    )
    reference = "Friedman (2001), Greedy function approximation: a gradient boosting machine, Ann. Statist. 29"
    min_observations = 10
    scope = "global"
    state_version = 3
    interval_methods: ClassVar[tuple[str, ...]] = ("conformal", "parametric")
    quantiles_: QuantileTrees | None = None
    """Trees for quantiles, if these make the intervals."""
    twice_seen_: int = 1
    """The season of which too few cycles were seen for trees, 1 for none: its phases are part of the base."""

    def group_key(self, series: Series) -> Hashable:
        """Put series together that have one step in time and the same regressors, or none."""
        if self.params.scope == "local":
            return id(series)
        return series.grid.freq, tuple(sorted(set(series.exog) & set(series.future)))

    def cost(self, work: Workload) -> Cost:
        """Three fits, each of so many trees, and one for each quantile: what leaves take, and columns in each."""
        fits = 3 if self.params.intervals == "conformal" else 11
        columns = _OWN_COLUMNS + _COLUMNS_OF_EACH * work.regressors

        def seconds(observations: int, season_length: int, horizon: int) -> float:
            trees = fits * min(self.params.max_iter, observations)
            leaves = min(self.params.max_leaf_nodes, observations // self._leaf(observations))
            each_leaf, each_row = 2.4e-5 + 7e-7 * columns, 1e-8 * columns
            return trees * (leaves * each_leaf + observations * each_row)

        return replace(super().cost(work), seconds=work.seconds(seconds))

    def _check(self, series: Series) -> None:
        super()._check(series)
        if self.params.scope == "global":  # one that lacks them would fail all others
            require_ahead(series, getattr(self, "lead_", 0))

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        for series in members:
            self._check(series)
        alone = len(members) == 1
        views = [self._view(series, in_units=not alone) for series in members]
        self._agree(views)
        chosen = min(
            (self._tried(views, uses_past, context) for uses_past in (False, True)),
            key=lambda tried: tried[0],
        )
        _, self.uses_past_, held = chosen
        columns, targets = self._features(views)
        self.names_ = list(columns[0])
        self.trees_ = self._grown(
            np.vstack([table(one) for one in columns]), np.concatenate(targets)
        )
        if self.params.intervals == "quantile" and self.names_:
            self.quantiles_ = self._quantile_trees(columns, targets)
        self.group_ = [] if alone else [view.series_ for view in views]
        self.units_ = [view.in_units_ for view in views]
        self.held_ = [factor * one for one, (_, factor) in zip(held, self.units_, strict=True)]
        self._stand_for(0)

    def _view(self, series: Series, *, in_units: bool) -> Self:
        """Return the model of one series, ``in_units`` of its own mean and deviation, with seasons and lead."""
        view = copy(self)
        view._take_up(series, len(series) // 3)
        if in_units:
            view.in_units_ = float(series.y.mean()), float(series.y.std()) or 1.0
            added, factor = view.in_units_
            view.series_ = series.with_values((series.y - added) / factor)
        return view

    def _agree(self, views: Sequence[Self]) -> None:
        """Settle seasons and lead that suit all series."""
        self.series_, self.learned_ = views[0].series_, None
        self.seasons_ = tuple(
            m for m in views[0].seasons_ if all(m in view.seasons_ for view in views)
        )
        self.lead_ = min(view.lead_ for view in views)
        size = min(len(view.series_) for view in views)
        self.width_ = max(
            (m for m in self.seasons_ if 2 * m <= size), default=min(self.lead_, size)
        )
        self.twice_seen_ = self.width_ if self.width_ in _undecided(self.seasons_, size) else 1

    def _tried(
        self, views: Sequence[Self], uses_past: bool, context: Context
    ) -> tuple[float, bool, list[FloatArray]]:
        """Return the error on the last fifths of a fit to what is before them, and the errors of each series."""
        context.check()
        self.uses_past_ = uses_past
        seen = [_cut(len(view.series_)) for view in views]
        columns, targets = self._features(views, seen)
        if not columns[0]:
            return np.inf, uses_past, [np.full(1, np.inf) for _ in views]
        tables, cuts = [table(one) for one in columns], [cut - self._unknown for cut in seen]
        trees = self._grown(*_stacked(tables, targets, [slice(cut) for cut in cuts]))
        held = [
            target[cut:] - trees.predict(x[cut:])
            for x, target, cut in zip(tables, targets, cuts, strict=True)
        ]
        return float(np.sqrt(np.mean(np.concatenate(held) ** 2))), uses_past, held

    def _features(
        self, views: Sequence[Self], cuts: Sequence[int | None] | None = None
    ) -> tuple[list[dict[str, FloatArray]], list[FloatArray]]:
        """Return what is known of each step, by names that all series have, and what the trees are to say.

        ``cuts``: how many steps of each series tell what rare regressors add; all if None.
        """
        found = [self._columns(view.series_, 0) for view in views]
        names = list(dict.fromkeys(name for columns in found for name in columns))
        if len(views) > 1:
            found = [self._columns(view.series_, 0, names) for view in views]
        first = self._unknown
        columns = [{name: one[name][first:] for name in names} for one in found]
        known = cuts or [None] * len(views)
        targets = [
            (view.series_.y - self._base(view.series_, 0, cut))[first:]
            for view, cut in zip(views, known, strict=True)
        ]
        return columns, targets

    def _quantile_trees(
        self, columns: Sequence[dict[str, FloatArray]], targets: Sequence[FloatArray]
    ) -> QuantileTrees:
        tables = [table(one) for one in columns]
        cuts = [_cut(len(target)) for target in targets]
        learned, held_out = (
            _stacked(tables, targets, rows)
            for rows in ([slice(cut) for cut in cuts], [slice(cut, None) for cut in cuts])
        )
        return QuantileTrees.grown(self._grown, learned, held_out)

    def _grown(self, x: FloatArray, target: FloatArray, quantile: float | None = None) -> Trees:
        p = self.params
        settings: dict[str, Any] = {
            "learning_rate": p.learning_rate,
            "max_leaf_nodes": p.max_leaf_nodes,
            "min_samples_leaf": self._leaf(len(x)),
        }
        if quantile is not None:
            settings |= {"loss": "quantile", "quantile": quantile}
        return Trees.grown(x, target, min(p.max_iter, len(x)), self.random_state, settings)

    def _columns(
        self, series: Series, horizon: int, wanted: Sequence[str] | None = None
    ) -> dict[str, FloatArray]:
        """Return what is known of each step of the history and of so many after it, (t + horizon,) each."""
        return {
            **places(series, horizon, self.seasons_, self._first_step, wanted),
            **regressors(series, horizon, wanted),
            **(past(series.y, horizon, self.lead_, self.seasons_) if self.uses_past_ else {}),
        }

    @property
    def _unknown(self) -> int:
        """How many steps a series begins with of which the past is not known, so that nothing is learned."""
        return self.lead_ if self.uses_past_ else 0

    def _leaf(self, size: int) -> int:
        """Return how many of so many steps a leaf has at least."""
        return max(_LEAST_LEAF, min(self.params.min_samples_leaf, size // 20))

    def _base(self, series: Series, horizon: int, cut: int | None = None) -> FloatArray:
        """Return what the trees' values are added to, (t + horizon,).

        That is what rare regressors and a season of two cycles add, by the first ``cut`` steps, and the level, if
        they look at the past.
        """
        base = rare_effects(series, horizon, self.seasons_, self._leaf(len(series)), cut)
        if self.twice_seen_ > 1:
            index = _phase_means(series.y[:cut], self.twice_seen_)
            base += np.resize(index, len(base))
        if self.uses_past_:
            base += level(series.y, horizon, self.lead_, self.width_)
        return base

    # --- one series of several --------------------------------------------------

    def _stand_for(self, row: int) -> None:
        """Be the model of one series of those that were learned from."""
        if self.group_:
            self.series_ = self.group_[row]
        self.in_units_ = self.units_[row]
        self._keep_held_out(self.held_[row])

    def _keep_held_out(self, errors: FloatArray) -> None:
        self.error_std_ = float(np.sqrt(np.mean(errors**2)))
        self._keep_errors(errors)

    def _members(self) -> list[Self]:
        """Return the model of each series that was fitted, this one if it is alone."""
        if not self.group_:
            return [self]
        members = []
        for row in range(len(self.group_)):
            one = copy(self)
            one._stand_for(row)
            one.group_ = []
            members.append(one)
        return members

    def _apply(self, series: Series) -> None:
        if self.group_:
            sizes = [factor for _, factor in self.units_]
            pooled = np.concatenate(
                [one / size for one, size in zip(self.held_, sizes, strict=True)]
            )
            self.group_, self.in_units_ = [], (0.0, 1.0)
            self._keep_held_out(pooled)
        self._continue(series)

    def _update_with(self, points: Series) -> None:
        self._append(points.y, points.exog)
        self.series_ = replace(self.series_, future=points.future)

    def _update(self, y: FloatArray) -> None:
        self._append(y, {})

    def _append(self, y: FloatArray, known: Future) -> None:
        """Take new values, (k,), with the regressors of their steps."""
        if self.group_:
            raise InvalidRequest(
                f"{self.name} was fitted to {len(self.group_)} series, and these are points of one",
                "apply it to the longer series",
            )
        used = set(self.series_.exog) & set(self.series_.future)
        lacking = sorted(used - set(known))
        if lacking:
            raise InvalidRequest(
                f"{self.name} was fitted with {', '.join(lacking)}, whose new values an update lacks",
                "fit it again on the longer series",
            )
        before, (added, factor) = self.series_, self.in_units_
        inside = (y - added) / factor if factor else np.full(len(y), before.y[-1])
        if self.learned_ is None:
            self.learned_ = before, self.error_std_
        self.series_ = replace(
            before,
            y=np.concatenate([before.y, inside]),
            grid=Grid(
                before.grid.freq,
                np.concatenate([before.grid.stamps, before.grid.future(len(y))]),
                before.grid.tz,
            ),
            season_length=before.known_seasons,
            observed=None,
            exog={name: np.concatenate([before.exog[name], known[name]]) for name in used},
        )

    # --- forecasts --------------------------------------------------------------

    def _forecast(self, horizon: int) -> Prediction:
        members = self._members()
        mean = np.stack([one._predict(horizon) for one in members])

        def conformal(level: float) -> Interval:
            half = np.array(
                [half_width(one.held_out_errors_, level) * one.error_std_ for one in members]
            )
            return Interval(mean - half[:, None], mean + half[:, None])

        def normal() -> Distribution:
            return Normal(np.repeat([[one.error_std_] for one in members], horizon, axis=1))

        own: Way = partial(Curve, conformal)
        if self.quantiles_ is not None:
            own = partial(self._of_quantiles, members, horizon)
        return Prediction(mean, {"conformal": own, "parametric": normal})

    def _of_quantiles(self, members: Sequence[Self], horizon: int) -> Curve:
        edges = [one._edges(horizon) for one in members]

        def at(level: float) -> Interval:
            bands = [between(one, level) for one in edges]
            return Interval(np.stack([b.lower for b in bands]), np.stack([b.upper for b in bands]))

        return Curve(at)

    def _edges(self, horizon: int) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper edges of the intervals that trees were grown for, (levels, horizon)."""
        if self.quantiles_ is None:
            raise TypeError("no trees were grown for quantiles")
        x, base = self._ahead(horizon)
        low, high = self.quantiles_.edges(x, self.trees_.predict(x))
        return self._outward(base + low), self._outward(base + high)

    def _ahead(self, horizon: int) -> tuple[FloatArray, FloatArray]:
        """Return what is known of the steps ahead, (horizon, k), and what the trees' values are added to."""
        size = len(self.series_)
        require_ahead(self.series_, horizon)
        columns = self._columns(self.series_, horizon, self.names_)
        x = table({name: columns[name] for name in self.names_})
        return x[size:], self._base(self.series_, horizon)[size:]

    def _predict(self, horizon: int) -> FloatArray:
        x, base = self._ahead(horizon)
        return self._outward(base + self.trees_.predict(x))

    def _told(self, future: Future) -> Self:
        told = super()._told(future)
        if self.group_:
            told.group_ = [
                replace(one, future={name: values[row] for name, values in future.items()})
                for row, one in enumerate(self.group_)
            ]
        return told

    def notices(self) -> Sequence[Notice]:
        """Tell of seasons of two cycles: trees know next to nothing of a time that was seen twice."""
        return [
            Notice(
                "season_undecided",
                f"{len(one.series_)} observations show {self.name} too little of a season of {season}",
                f"send {_ENOUGH_CYCLES * season} observations, or choose a model that needs fewer, such as auto",
                one.series_.unique_id,
            )
            for one in self._members()
            for season in _undecided(self.seasons_, len(one.series_))
        ]

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, with the deviation of the errors of each series."""
        return [one.info() for one in self._members()]

    def _details(self) -> dict[str, Any]:
        gains = self.trees_.importances
        order = np.argsort(-gains)[:_MOST_TOLD]
        shares = {self.names_[i]: round(float(gains[i]), 4) for i in order if gains[i] > 0.0}
        return {"importances": shares, "sigma": self.error_std_}


def _undecided(seasons: Sequence[int], size: int) -> list[int]:
    """Return the seasons of which so many values show two cycles, but too few for trees."""
    return [m for m in seasons if 2 * m <= size < _ENOUGH_CYCLES * m]


def _phase_means(y: FloatArray, m: int) -> FloatArray:
    """Return how far the mean of each phase of a season is from that of all, (m,); 0 of a phase not yet seen."""
    phase = np.arange(len(y)) % m
    seen = np.bincount(phase, minlength=m)
    return np.bincount(phase, y - y.mean(), minlength=m) / np.maximum(seen, 1)


def _cut(size: int) -> int:
    """Return how many of so many values first fits see."""
    return int((1.0 - _HELD_OUT) * size)


def _stacked(
    tables: Sequence[FloatArray], targets: Sequence[FloatArray], rows: Sequence[slice]
) -> tuple[FloatArray, FloatArray]:
    """Return some rows of each series, one series behind the other: features (n, k) and targets (n,)."""
    x = [one[some] for one, some in zip(tables, rows, strict=True)]
    y = [one[some] for one, some in zip(targets, rows, strict=True)]
    return np.vstack(x), np.concatenate(y)
