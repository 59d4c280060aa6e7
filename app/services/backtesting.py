"""Forecast the known past of many series with several models, score and rank these."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.codecs.frame import Frame
from app.engine.base import Budget
from app.failures import NothingWorked, over_limit
from app.schemas.backtest import BacktestAnswer, BacktestOptions
from app.schemas.series import EXAMPLE
from app.services.answer import AnswerParts, Entries, frame
from app.services.backtest_table import forecast_table
from app.services.choice import choose
from app.services.endpoint import Endpoint, UseCase
from app.services.fallback import fall_back
from app.services.judging import JUDGING
from app.services.notices import level_notices, seasons_notices, timeout_notices
from app.services.plans import (
    DEFAULT_FALLBACK,
    PlannedModel,
    calendar_notices,
    failure_with,
    plan_of,
)
from app.services.request import SeriesRequest, prepare_all, refuse_failed_preparation
from app.services.scoring import Comparison, score_table
from app.services.size import AnswerSize, told_bytes
from app.services.trials import Trial, TrialOutcomes
from models.data.results import Outcome
from models.data.series import Series
from models.evaluation.backtest import Backtest, BacktestTask, RollingOrigins, uncuttable
from models.prepare import PreparedPanel

_LEAST_FIT_POINTS = 100
"""A fit counts as so many points at least: a short one takes time too."""
_INDEX_COLUMNS = 4
_SCORE_ENTRIES = 2
"""A row of scores takes about as much as what is told of a series and model."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A series that can be cut at every cutoff, and its place in the panel."""

    place: int
    series: Series


class Backtesting(UseCase[BacktestOptions]):
    """The use case of ``POST /v1/backtest``."""

    def answer(self, asked: SeriesRequest, options: BacktestOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be backtested, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options, asked.cancellation)
        plan = plan_of(options, self.workbench.settings)
        prepared = prepare_all(asked, options, budget)
        refuse_failed_preparation(prepared, options)
        found = AnswerParts(notices=timeout_notices(options, self.workbench.settings))
        found.notices.extend([*level_notices(options), *calendar_notices(plan)])
        cut = _cuttable(prepared, options, found)
        series = [one.series for one in cut]
        self._check_size(plan, options, series)
        asked.clock.lap("prepare")
        trials = [Trial(planned, _task(planned, options), series) for planned in plan]
        found.notices.extend(notice for trial in trials for notice in trial.notices())
        done = self._run(trials, options, budget)
        tried = [TrialOutcomes(*one) for one in zip(plan, done, strict=True)]
        self._replace_failed(trials, tried, options, budget)
        asked.clock.lap("fit")
        for one in tried:
            found.notices.extend(seasons_notices(options, one.planned.chosen, one.outcomes))
        comparison = _compared(tried, Entries(prepared), cut, options, found)
        asked.clock.lap("score")
        answer = frame("forecast", forecast_table(comparison, options), found, asked, options)
        return answer.beside(**score_table(comparison))

    def _check_size(
        self, plan: Sequence[PlannedModel], options: BacktestOptions, series: Sequence[Series]
    ) -> None:
        windows, levels = options.windows(), len(options.scored_levels())
        size = AnswerSize(
            [one.unique_id for one in series],
            np.full(len(series), windows.count * windows.horizon, dtype=np.int64),
            _INDEX_COLUMNS + len(plan) * (1 + 2 * levels),
            _SCORE_ENTRIES * len(plan),
            told_bytes([one.chosen for one in plan]),
        )
        self.workbench.check_size(size)
        points = len(plan) * sum(_fit_points(windows, len(one)) for one in series)
        if points > self.workbench.settings.max_fit_points:
            allowed = self.workbench.settings.max_fit_points
            raise over_limit("max_fit_points", points, allowed, ("n_windows",))

    def _run(
        self, trials: Sequence[Trial], options: BacktestOptions, budget: Budget
    ) -> list[list[Outcome[Backtest]]]:
        units = [unit for trial in trials for unit in trial.units()]
        done = iter(self.workbench.run(units, options, budget))
        return [trial.outcomes(next(done), next(done)) for trial in trials]

    def _replace_failed(
        self,
        trials: Sequence[Trial],
        tried: Sequence[TrialOutcomes],
        options: BacktestOptions,
        budget: Budget,
    ) -> None:
        """Do failing series of each model again, by the fallback model, if so asked."""
        failing = any(one.error is not None for of_model in tried for one in of_model.outcomes)
        if options.on_error != "fallback" or not failing:
            return
        choice = options.fallback_model or DEFAULT_FALLBACK
        chosen = choose("forecaster", choice, {}, ("fallback_model",))
        for trial, of_model in zip(trials, tried, strict=True):

            def again(failed: list[int], trial: Trial = trial) -> list[Outcome[Backtest]]:
                return self._run([trial.by(chosen, failed)], options, budget)[0]

            of_model.replaced.update(fall_back(of_model.outcomes, chosen.spec.name, again))


def _task(planned: PlannedModel, options: BacktestOptions) -> BacktestTask:
    return BacktestTask(planned.task, options.windows(), options.refit, options.missing)


def _fit_points(windows: RollingOrigins, observations: int) -> int:
    """Return how many points the fits of a series learn from, all together."""
    count, first = windows.count, observations - windows.spare
    points = count * first + windows.step * count * (count - 1) // 2
    return max(points, _LEAST_FIT_POINTS * count)


def _cuttable(prepared: PreparedPanel, options: BacktestOptions, found: AnswerParts) -> list[_Cut]:
    """Return the series that are long enough; raises ``NothingWorked`` if that must fail the request."""
    found.tell_of(prepared)
    cut, windows = [], options.windows()
    for place, series in enumerate(prepared.panel):
        error = uncuttable(windows, series)
        if error is None:
            cut.append(_Cut(place, series))
        else:
            found.failures.append(error)
    if found.failures and (options.on_error == "fail" or not cut):
        raise NothingWorked.because(
            found.failures[:1] if options.on_error == "fail" else found.failures
        )
    return cut


def _compared(
    tried: Sequence[TrialOutcomes],
    entries: Entries,
    cut: Sequence[_Cut],
    options: BacktestOptions,
    found: AnswerParts,
) -> Comparison:
    """Return the series with at least one backtest; raises ``NothingWorked`` if there is none."""
    kept: list[int] = []
    for number, one in enumerate(cut):
        worked = False
        for of_model in tried:
            outcome, planned = of_model.outcomes[number], of_model.planned
            found.notices.extend(outcome.notices)
            if outcome.result is None:
                found.failures.append(failure_with(outcome, planned, len(tried)))
                continue
            worked = True
            method = outcome.result.interval_method
            found.series.append(
                entries.entry(one.place, outcome, interval_method=method, column=planned.prefix)
            )
        if worked:
            kept.append(number)
    if not kept:
        raise NothingWorked.because(found.failures)
    series = [cut[number].series for number in kept]
    models = [of_model.backtests(kept) for of_model in tried]
    comparison = Comparison.of(models, _task(tried[0].planned, options), series, options)
    found.notices.extend(comparison.notices())
    return comparison


ENDPOINT = Endpoint(
    "/v1/backtest",
    "Score and rank one or several models by forecasts of the known past, or (with labels)"
    " one or several detectors on series with known anomalies.",
    Backtesting,
    BacktestOptions,
    BacktestAnswer,
    {"y": EXAMPLE * 3, "h": 6, "models": ["naive", "seasonal_naive"]},
    position=3,
    instead=JUDGING,
    told_by=("labels", "detectors"),
)
