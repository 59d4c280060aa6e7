"""The scores of a backtest as the answer tells them: a table, a ranking, and what to know of these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from app.schemas.backtest import BacktestOptions
from app.services.plans import PlannedModel
from models.data.series import Notice, Series
from models.evaluation.backtest import Backtest, BacktestTask
from models.evaluation.scores import Actuals, LossSums, Ranking, actuals, loss_sums, rank
from models.types import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class ModelBacktests:
    """The backtests of one model, one for each series, None for those that failed.

    ``own``: the same without those of a fallback, which are no merit of the model: its scores and its rank rest
    on these.
    """

    planned: PlannedModel
    backtests: Sequence[Backtest | None]
    own: Sequence[Backtest | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models, the series they were tried on, what came of it, and how they compare.

    ``asked``: the score that was to rank the models.
    """

    models: Sequence[ModelBacktests]
    task: BacktestTask
    series: Sequence[Series]
    actual: Actuals
    scores: Sequence[Mapping[str, LossSums]]
    ranking: Ranking
    asked: str

    @classmethod
    def of(
        cls,
        models: Sequence[ModelBacktests],
        task: BacktestTask,
        series: Sequence[Series],
        options: BacktestOptions,
    ) -> Self:
        """Score the models and rank them."""
        actual = actuals(task, series)
        scores = [loss_sums(actual, one.own, options.scored_levels()) for one in models]
        ranking = rank(scores, options.rank_by)
        return cls(models, task, series, actual, scores, ranking, options.rank_by)

    def worked(self) -> BoolArray:
        """Return which model has a backtest of its own of which series, (models, series)."""
        return np.array([[one is not None for one in of_model.own] for of_model in self.models])

    def notices(self) -> list[Notice]:
        """Tell where the ranking is not by the score asked for, or not over all series."""
        found, ranking = [*self._fallbacks(), *self._not_worth_it()], self.ranking
        if ranking.by != self.asked and ranking.rank.any():
            text = (
                f"{self.asked} is not defined for any of the series: {ranking.by} ranks the models"
            )
            hint = "its scale is the naive forecast's error in sample, which was 0 or unknown"
            found.append(Notice("rank_by_replaced", text, hint))
        several = int((ranking.rank > 0).sum()) > 1
        count, total = int(ranking.compared.sum()), len(self.series)
        if several and not ranking.common:
            text = "no series has a score of every model: each is ranked by its own series"
            found.append(
                Notice("no_common_series", text, "see errors and warnings for what failed")
            )
        elif several and count < total:
            text = f"models are ranked on the {count} of {total} series of which all have a score"
            found.append(
                Notice("ranked_on_common_series", text, "see errors and warnings for what failed")
            )
        return found

    def _fallbacks(self) -> list[Notice]:
        """Tell of models some of whose columns hold the forecasts of another."""
        found = []
        for model in self.models:
            pairs = zip(model.backtests, model.own, strict=True)
            count = sum(one is not own for one, own in pairs)
            if count:
                name = model.planned.name
                text = (
                    f"{name}: the fallback's forecasts of {count} series do not count for its rank"
                )
                hint = "its scores are those of the series that it could do itself"
                found.append(Notice("fallback_unranked", text, hint))
        return found

    def _not_worth_it(self) -> list[Notice]:
        """Tell of models that forecast no better than a plainer one that they have to beat."""
        ranking = self.ranking
        if not ranking.common:
            return []
        plan = [one.planned for one in self.models]
        scored = [*zip(plan, ranking.score.tolist(), strict=True)]
        found = []
        for planned, own in scored:
            baselines = planned.chosen.model.baselines
            plainer = [(s, one.name) for one, s in scored if one.chosen.spec.name in baselines]
            score, name = min(plainer, default=(np.inf, ""))
            if score <= own:
                text = (
                    f"{planned.name} has a {ranking.by} of {own:.4g}, no better than the plainer"
                    f" {name} with {score:.4g}"
                )
                hint = f"use {name!r} or 'auto', which take less time"
                found.append(Notice("network_not_worth_it", text, hint))
        return found


def score_table(comparison: Comparison) -> dict[str, Any]:
    """Return what the answer tells besides forecasts: scores, ranking, winner."""
    ranking = comparison.ranking
    entries = [_ranked(comparison, int(position)) for position in ranking.order]
    first = entries[0]
    return {
        "scores": _scores(comparison),
        "ranking": entries,
        "winner": first["model"] if first["rank"] is not None else None,
        "rank_by": ranking.by,
    }


def _ranked(comparison: Comparison, position: int) -> dict[str, Any]:
    ranking, planned = comparison.ranking, comparison.models[position].planned
    score = float(ranking.score[position])
    return {
        "rank": int(ranking.rank[position]) or None,
        "model": planned.name,
        "column": planned.prefix,
        "score": score if np.isfinite(score) else None,
        "wins": int(ranking.wins[position]),
        "n_series": int((ranking.per_series[position] > 0).sum()),
    }


def _scores(comparison: Comparison) -> dict[str, Any]:
    """Return the table: a row per series and model that worked, then one per model over all series."""
    worked = comparison.worked()
    row, model = np.nonzero(worked.T)
    overall = np.flatnonzero(worked.any(axis=1))
    names = [one.planned.name for one in comparison.models]
    ranks = [*comparison.ranking.per_series[model, row], *comparison.ranking.rank[overall]]
    season = comparison.actual.season[row].tolist()
    scores = comparison.scores
    counts = np.stack([one["mae"].count for one in scores])

    def scored(name: str) -> FloatArray:
        each = np.stack([one[name].per_series() for one in scores])
        return np.concatenate(
            [each[model, row], [scores[i][name].pooled() for i in overall.tolist()]]
        )

    return {
        "unique_id": [comparison.series[i].unique_id for i in row.tolist()] + [None] * len(overall),
        "model": [names[i] for i in [*model, *overall]],
        "rank": [int(one) or None for one in ranks],
        "n_points": [*counts[model, row].tolist(), *counts[overall].sum(axis=1).tolist()],
        "season_length": season + [None] * len(overall),
        **{name: scored(name) for name in scores[0]},
    }
