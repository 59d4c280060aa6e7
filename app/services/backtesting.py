"""Forecast the known past of many series with several models, score and rank these."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from app.codecs.frame import Column, Frame, SharedStamps, Span
from app.engine.base import Budget
from app.engine.chunks import by_length
from app.engine.run import Unit
from app.failures import NothingWorked, over_limit
from app.schemas.backtest import BacktestAnswer, BacktestOptions
from app.schemas.series import EXAMPLE
from app.services.answer import Entries, Findings, frame
from app.services.choice import choose
from app.services.endpoint import Endpoint, UseCase
from app.services.notices import fallback_notice, seasons_notices, timeout_notices
from app.services.plans import (
    DEFAULT_FALLBACK,
    Columns,
    calendar_notices,
    columns_of,
    failure_of,
    plan_of,
    unit_of,
)
from app.services.request import Asked, prepare_all, refuse_failed_preparation
from app.services.scoring import Contest, score_table
from models.data.results import Forecast, Outcome
from models.data.series import Notice, Series
from models.evaluation.backtest import (
    Backtest,
    BacktestTask,
    Windows,
    forecast_parts,
    gather,
    refit_cost_seconds,
    refit_reason,
    refitted_notice,
    roll_cost_seconds,
    roll_many,
    rolls,
    training_parts,
    uncuttable,
)
from models.prepare import PreparedPanel
from models.time.grid import Grid
from models.types import FloatArray, IntArray

LEAST_FIT_POINTS = 100
"""A fit counts as so many points at least: a short one takes time too."""
INDEX_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class _Cut:
    """A series that can be cut at every cutoff, and its place in the panel."""

    place: int
    series: Series


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of one model: an outcome per series, and the series that another model did instead."""

    outcomes: list[Outcome[Backtest]]
    replaced: set[int] = field(default_factory=set)

    def result(self, number: int) -> Backtest | None:
        """Return the backtest of a series, whoever did it."""
        return self.outcomes[number].result

    def own(self, number: int) -> Backtest | None:
        """Return the backtest of a series if the model did it itself."""
        return None if number in self.replaced else self.result(number)


class Backtesting(UseCase[BacktestOptions]):
    """The use case of ``POST /v1/backtest``."""

    def answer(self, asked: Asked, options: BacktestOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be backtested, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options)
        plan = plan_of(options, self.workbench.settings)
        prepared = prepare_all(asked.content, options)
        refuse_failed_preparation(prepared, options)
        found = Findings(notices=timeout_notices(options, self.workbench.settings))
        found.notices.extend(calendar_notices(plan))
        cut = _cuttable(prepared, options, found)
        self._check_size(plan, options, [one.series for one in cut])
        asked.clock.lap("prepare")
        tried = self._tried(plan, options, budget, [one.series for one in cut], found)
        asked.clock.lap("fit")
        for columns, of_model in zip(plan, tried, strict=True):
            found.notices.extend(seasons_notices(options, columns.chosen, of_model.outcomes))
        contest = _contest(plan, Entries(prepared), cut, tried, options, found)
        asked.clock.lap("score")
        answer = frame("forecast", _table(contest, options), found, asked, options)
        return replace(answer, around={**answer.around, **score_table(contest)})

    def _check_size(
        self, plan: Sequence[Columns], options: BacktestOptions, series: Sequence[Series]
    ) -> None:
        windows, levels = options.windows(), len(options.scored_levels())
        rows = windows.count * windows.horizon * len(series)
        self.workbench.check_cells(rows, INDEX_COLUMNS + len(plan) * (1 + 2 * levels))
        points = len(plan) * sum(_fit_points(windows, len(one)) for one in series)
        if points > self.workbench.settings.max_fit_points:
            allowed = self.workbench.settings.max_fit_points
            raise over_limit("max_fit_points", points, allowed, ("n_windows",))

    def _tried(
        self,
        plan: Sequence[Columns],
        options: BacktestOptions,
        budget: Budget,
        series: Sequence[Series],
        found: Findings,
    ) -> list["_Tried"]:
        """Return what came of each model, failing series done by the fallback model if so asked."""
        jobs = [_Job(columns, _task(columns, options), series) for columns in plan]
        found.notices.extend(notice for job in jobs for notice in job.notices())
        tried = [_Tried(outcomes) for outcomes in self._run(jobs, options, budget)]
        if options.on_error == "fallback":
            for job, of_model in zip(jobs, tried, strict=True):
                self._replace_failed(job, of_model, options, budget)
        return tried

    def _run(
        self, jobs: Sequence["_Job"], options: BacktestOptions, budget: Budget
    ) -> list[list[Outcome[Backtest]]]:
        units = [unit for job in jobs for unit in job.units()]
        done = iter(self.workbench.run(units, options, budget))
        return [job.outcomes(next(done), next(done)) for job in jobs]

    def _replace_failed(
        self,
        job: "_Job",
        tried: "_Tried",
        options: BacktestOptions,
        budget: Budget,
    ) -> None:
        """Do failing series again, by the fallback model."""
        outcomes = tried.outcomes
        failed = [i for i, outcome in enumerate(outcomes) if outcome.error is not None]
        if not failed:
            return
        choice = options.fallback_model or DEFAULT_FALLBACK
        chosen = choose("forecaster", choice, {}, ("fallback_model",))
        forecast = replace(job.task.forecast, model=chosen.spec)
        again = _Job(
            replace(job.columns, chosen=chosen, task=forecast),
            replace(job.task, forecast=forecast),
            [job.series[i] for i in failed],
        )
        for i, outcome in zip(failed, self._run([again], options, budget)[0], strict=True):
            error = outcomes[i].error
            if outcome.error is None and error is not None:
                notice = fallback_notice(outcome.unique_id, error, chosen.spec.name)
                outcomes[i] = replace(outcome, notices=(notice, *outcome.notices))
                tried.replaced.add(i)


def _task(columns: Columns, options: BacktestOptions) -> BacktestTask:
    return BacktestTask(columns.task, options.windows(), options.refit, options.missing)


def _fit_points(windows: Windows, observations: int) -> int:
    """Return how many points the fits of a series learn from, all together."""
    count, first = windows.count, observations - windows.spare
    points = count * first + windows.step * count * (count - 1) // 2
    return max(points, LEAST_FIT_POINTS * count)


def _cuttable(prepared: PreparedPanel, options: BacktestOptions, found: Findings) -> list[_Cut]:
    """Return the series that are long enough; raises ``NothingWorked`` if that must fail the request."""
    cut, windows = [], options.windows()
    for number, one in enumerate(prepared):
        found.notices.extend(one.notices)
        error = one.error if one.series is None else uncuttable(windows, one.series)
        if error is not None:
            found.failures.append(error)
        elif one.series is not None:
            cut.append(_Cut(int(np.searchsorted(prepared.rows, number)), one.series))
    if found.failures and (options.on_error == "fail" or not cut):
        raise NothingWorked.because(
            found.failures[:1] if options.on_error == "fail" else found.failures
        )
    return cut


class _Job:
    """The backtests of one model, as two units of work: series that are fitted once, and the rest.

    What is refitted goes to the engine cutoff by cutoff, so that a single series has many workers.
    """

    def __init__(self, columns: Columns, task: BacktestTask, series: Sequence[Series]) -> None:
        self.columns, self.task, self.series = columns, task, series
        rolling = [rolls(task, one) for one in series]
        self.rolling = [i for i, once in enumerate(rolling) if once]
        self.refitted = [i for i, once in enumerate(rolling) if not once]
        parts = [part for i in self.refitted for part in training_parts(task, series[i])]
        self.order = by_length([len(part) for part in parts])
        self.parts = [parts[i] for i in self.order.tolist()]

    def units(self) -> tuple[Unit, Unit]:
        """Return the work."""
        chosen, task = self.columns.chosen, self.task
        rolling = [self.series[i] for i in self.rolling]
        return (
            unit_of(chosen, roll_many, task, rolling, partial(roll_cost_seconds, task)),
            unit_of(chosen, forecast_parts, task, self.parts, partial(refit_cost_seconds, task)),
        )

    def outcomes(
        self, rolled: Sequence[Outcome[Backtest]], parts: Sequence[Outcome[Forecast]]
    ) -> list[Outcome[Backtest]]:
        """Return the outcomes of the series, in order, from those of the units."""
        found = dict(zip(self.rolling, rolled, strict=True))
        count, places = self.task.windows.count, np.argsort(self.order).tolist()
        for number, i in enumerate(self.refitted):
            own = places[number * count : (number + 1) * count]
            found[i] = gather(self.task, self.series[i], [parts[place] for place in own])
        return [found[i] for i in range(len(self.series))]

    def notices(self) -> list[Notice]:
        """Tell of refits that were not wanted."""
        if self.task.refit:
            return []
        reason = refit_reason(self.task)
        if reason is not None:
            return [refitted_notice(reason)]
        name = self.columns.chosen.spec.name
        reason = f"the exogenous variables belong to each fit of {name}"
        exogenous = [self.series[i] for i in self.refitted if self.series[i].exog]
        takes = self.columns.chosen.model.takes_exogenous
        return [refitted_notice(reason, one.unique_id) for one in exogenous if takes]


# --- the answer ----------------------------------------------------------------


def _contest(
    plan: Sequence[Columns],
    entries: Entries,
    cut: Sequence[_Cut],
    tried: Sequence[_Tried],
    options: BacktestOptions,
    found: Findings,
) -> Contest:
    """Return the series with at least one backtest; raises ``NothingWorked`` if there is none."""
    kept: list[int] = []
    for number, one in enumerate(cut):
        of_series = [of_model.outcomes[number] for of_model in tried]
        for columns, outcome in zip(plan, of_series, strict=True):
            found.notices.extend(outcome.notices)
            if outcome.result is None:
                found.failures.append(failure_of(outcome, columns, len(plan)))
                continue
            method = outcome.result.interval_method
            found.series.append(
                entries.entry(one.place, outcome, interval_method=method, column=columns.prefix)
            )
        if any(outcome.result is not None for outcome in of_series):
            kept.append(number)
    if not kept:
        raise NothingWorked.because(found.failures)
    series = [cut[number].series for number in kept]
    backtests = [[of_model.result(number) for number in kept] for of_model in tried]
    own = [[of_model.own(number) for number in kept] for of_model in tried]
    contest = Contest.of(plan, _task(plan[0], options), series, backtests, own, options)
    found.notices.extend(contest.notices())
    return contest


def _table(contest: Contest, options: BacktestOptions) -> dict[str, Column]:
    windows, actual = contest.task.windows, contest.actual.y
    grids = [one.grid for one in contest.series]
    stamps, cutoffs = (SharedStamps(partial(of, windows)) for of in (_stamps, _cutoffs))
    table: dict[str, Column] = {
        **stamps.index([one.unique_id for one in contest.series], grids),
        "cutoff": cutoffs.column(grids),
        "y": actual.ravel(),
    }
    for columns, backtests in zip(contest.plan, contest.backtests, strict=True):
        of_model = _ModelRows(backtests, np.full(actual.shape[1:], np.nan))
        table.update(columns_of(columns.prefix, options, of_model))
    return table


def _stamps(windows: Windows, grid: Grid) -> tuple[Span]:
    """Return the timestamps of all windows, one behind the other."""
    last = windows.cutoffs(len(grid)) - 1
    places: IntArray = windows.spans(len(grid)).ravel() - last[0]
    return (Span(grid.tail(len(grid) - int(last[0])), places),)


def _cutoffs(windows: Windows, grid: Grid) -> tuple[Span]:
    """Return the last timestamp before each window, for every row of it."""
    last = windows.cutoffs(len(grid)) - 1
    places = np.repeat(last - last[0], windows.horizon)
    return (Span(grid.tail(len(grid) - int(last[0])), places),)


@dataclass(frozen=True, slots=True)
class _ModelRows:
    """The backtests of one model, as columns over all series; ``nothing``: that of a failed one."""

    backtests: Sequence[Backtest | None]
    nothing: FloatArray

    def mean(self) -> FloatArray:
        """Return the expected values."""
        parts = [self.nothing if one is None else one.mean for one in self.backtests]
        return np.concatenate(parts, axis=None)

    def median(self) -> FloatArray:
        """Return the medians."""
        parts = [self.nothing if one is None else one.center for one in self.backtests]
        return np.concatenate(parts, axis=None)

    def edges(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper edge at a level."""
        bands = [None if one is None else one.bands.get(level) for one in self.backtests]
        lower = [self.nothing if band is None else band.lower for band in bands]
        upper = [self.nothing if band is None else band.upper for band in bands]
        return np.concatenate(lower, axis=None), np.concatenate(upper, axis=None)


ENDPOINT = Endpoint(
    "/v1/backtest",
    "Forecast a past that is known, by one or several models; score and rank them.",
    Backtesting,
    BacktestOptions,
    BacktestAnswer,
    {"y": EXAMPLE * 3, "h": 6, "models": ["naive", "seasonal_naive"]},
    position=3,
)
