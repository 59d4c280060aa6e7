"""Forecast many series with one or several models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from app.codecs.frame import Column, Frame, SharedStamps, Span
from app.engine.base import Budget
from app.engine.chunks import by_length
from app.engine.run import Unit
from app.failures import NothingWorked
from app.schemas.answers import ForecastAnswer
from app.schemas.forecast import ForecastOptions
from app.schemas.series import EXAMPLE
from app.services.answer import AnswerParts, Entries, frame
from app.services.choice import choose
from app.services.endpoint import Endpoint, UseCase
from app.services.fallback import fall_back
from app.services.forecast_parts import MOST_PARTS, part_table
from app.services.notices import level_notices, seasons_notices, timeout_notices
from app.services.plans import (
    DEFAULT_FALLBACK,
    PlannedModel,
    calendar_notices,
    columns_of,
    failure_with,
    plan_of,
    unit_of,
)
from app.services.request import SeriesRequest, prepare_all, refuse_failed_preparation
from app.services.size import AnswerSize, told_bytes
from models.data.forecasts import Forecasts
from models.data.outcomes import named
from models.data.panel import Panel
from models.data.results import Forecast, Interval, Outcome
from models.data.table import Table
from models.errors import SeriesError
from models.prepare import PreparedPanel
from models.tasks.forecast import cost_of, forecast_many
from models.time.grid import Grid
from models.types import FloatArray, IntArray

Part = Callable[[Forecast], FloatArray | None]
"""What of a forecast goes into a column, None for missing values."""


class Forecasting(UseCase[ForecastOptions]):
    """The use case of ``POST /v1/forecast``."""

    def answer(self, asked: SeriesRequest, options: ForecastOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series has a forecast, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options, asked.cancellation)
        plan = self._plan(options, budget)
        stamps = SharedStamps(partial(_spans, options))
        self._check_size(plan, options, asked.content.table)
        prepared = _checked(prepare_all(asked, options, budget), stamps)
        refuse_failed_preparation(prepared, options)
        if options.add_history:
            self._check_size(plan, options, asked.content.table, prepared.panel)
        asked.clock.lap("prepare")
        units, places = _units(plan, prepared.panel)
        done = self.workbench.run(units, options, budget)
        made = [Forecasts.of(of_model, options.h).picked(places) for of_model in done]
        outcomes = self._fallen_back(plan, made, prepared.panel, options, budget)
        asked.clock.lap("fit")
        found = AnswerParts(notices=timeout_notices(options, self.workbench.settings))
        found.tell_of(prepared)
        found.notices.extend([*level_notices(options), *calendar_notices(plan)])
        for planned, of_model in zip(plan, outcomes, strict=True):
            found.notices.extend(seasons_notices(options, planned.chosen, of_model))
        kept = _kept(plan, prepared, outcomes, found)
        answered = [of_model.picked(kept) for of_model in outcomes]
        panel = prepared.panel[kept]
        table = _table(plan, options, panel, answered, stamps)
        parts = part_table(panel, answered, plan, found) if options.parts else None
        answer = frame("forecast", table, found, asked, options)
        return answer if parts is None else answer.beside(parts=parts)

    def _plan(self, options: ForecastOptions, budget: Budget) -> list[PlannedModel]:
        """Return the models with what only a forecast is asked for."""
        plan = plan_of(options, self.workbench.settings, add_history=options.add_history)
        named = options.fallback_model
        other = None if named is None else choose("forecaster", named, {}, ("fallback_model",)).spec
        own = partial(
            replace,
            n_paths=options.n_paths,
            parts=options.parts,
            budget_s=budget.remaining(),
            substitute=other,
        )
        return [replace(one, task=own(one.task)) for one in plan]

    def _check_size(
        self,
        plan: Sequence[PlannedModel],
        options: ForecastOptions,
        table: Table,
        history: Panel | None = None,
    ) -> None:
        """Refuse an answer that is too large, its ``history`` included where it is known."""
        ids: Sequence[str] = table.ids if history is None else history.ids
        rows = np.full(len(ids), options.h, dtype=np.int64)
        rows += 0 if history is None else history.lengths
        of_model = 1 + 2 * len(options.levels()) + options.n_paths
        if options.parts:
            of_model += MOST_PARTS + len(table.exog_names())
        columns = 2 + options.add_history + len(plan) * of_model
        told = told_bytes([one.chosen for one in plan])
        self.workbench.check_size(AnswerSize(ids, rows, columns, len(plan), told))

    def _fallen_back(
        self,
        plan: Sequence[PlannedModel],
        made: Sequence[Forecasts],
        panel: Panel,
        options: ForecastOptions,
        budget: Budget,
    ) -> Sequence[Forecasts]:
        """Return the forecasts with failing series done by the fallback model, if so asked."""
        if options.on_error != "fallback" or not any(of_model.errors for of_model in made):
            return made
        choice = options.fallback_model or DEFAULT_FALLBACK
        fallback = choose("forecaster", choice, {}, ("fallback_model",))
        found = []
        for planned, of_model in zip(plan, made, strict=True):
            other = replace(
                planned, chosen=fallback, task=replace(planned.task, model=fallback.spec)
            )

            def again(failed: list[int], other: PlannedModel = other) -> list[Outcome[Forecast]]:
                units, places = _units([other], panel[failed])
                [done] = self.workbench.run(units, options, budget)
                return [done[place] for place in places.tolist()]

            outcomes = [*of_model]
            fall_back(outcomes, fallback.spec.name, again)
            found.append(Forecasts.of(outcomes, options.h))
        return found


def _units(plan: Sequence[PlannedModel], panel: Panel) -> tuple[list[Unit], IntArray]:
    """Return the work of each model, series of equal length side by side, and where each series is in it."""
    lengths = panel.lengths.tolist()
    order = by_length(lengths)
    ordered = panel if len({*lengths}) < 2 else panel[order]
    units = [
        unit_of(one.chosen, forecast_many, one.task, ordered, partial(cost_of, one.task))
        for one in plan
    ]
    return units, np.argsort(order)


# --- the answer --------------------------------------------------------------


def _kept(
    plan: Sequence[PlannedModel],
    prepared: PreparedPanel,
    outcomes: Sequence[Forecasts],
    found: AnswerParts,
) -> IntArray:
    """Return the series that have at least one forecast; raises ``NothingWorked`` if there is none."""
    entries, kept = Entries(prepared), []
    for place in range(len(prepared.panel)):
        worked = False
        for planned, of_model in zip(plan, outcomes, strict=True):
            found.notices.extend(of_model.notices.get(place, ()))
            if place in of_model.errors:
                found.failures.append(failure_with(of_model[place], planned, len(plan)))
                continue
            worked = True
            provenance = of_model.provenances[place]
            method = provenance.interval_method
            found.series.append(
                entries.entry(place, provenance, interval_method=method, column=planned.prefix)
            )
        if worked:
            kept.append(place)
    if not kept:
        raise NothingWorked.because(found.failures)
    return np.array(kept)


def _table(
    plan: Sequence[PlannedModel],
    options: ForecastOptions,
    panel: Panel,
    outcomes: Sequence[Forecasts],
    stamps: SharedStamps,
) -> dict[str, Column]:
    """Return the columns of series with a forecast each, at least by one of the models."""
    table = _index(panel, options, stamps)
    for planned, of_model in zip(plan, outcomes, strict=True):
        rows = _ForecastRows(of_model, panel.lengths.tolist() if options.add_history else None)
        table.update(columns_of(planned.prefix, options, rows))
        for path in range(options.n_paths):
            table[f"{planned.prefix}_path_{path + 1}"] = rows.path(path)
    return table


def _index(panel: Panel, options: ForecastOptions, stamps: SharedStamps) -> dict[str, Column]:
    """Return the columns that say which series and which time, and whether it is history."""
    index = stamps.index(panel.ids, panel.grids)
    if options.add_history:
        lengths = [(length, options.h) for length in panel.lengths.tolist()]
        parts = np.tile([True, False], len(panel))
        index["is_history"] = np.repeat(parts, np.ravel(lengths))
    return index


def _spans(options: ForecastOptions, grid: Grid) -> list[Span]:
    """Return the timestamps of one series' rows; raises ``BadStamps`` beyond the year 2261."""
    ahead = Span(Grid(grid.freq, grid.future(options.h), grid.tz))
    return [Span(grid), ahead] if options.add_history else [ahead]


def _checked(prepared: PreparedPanel, stamps: SharedStamps) -> PreparedPanel:
    """Return it with an error for each series whose forecast would leave the time that stamps can hold."""
    panel, beyond = prepared.panel, {}
    for key, grid in {id(grid): grid for grid in panel.grids}.items():
        try:
            stamps.make(grid)
        except SeriesError as error:
            beyond[key] = error
    errors = {
        place: named(beyond[id(grid)], panel.ids[place])
        for place, grid in enumerate(panel.grids)
        if id(grid) in beyond
    }
    return prepared.without(errors)


@dataclass(frozen=True, slots=True)
class _ForecastRows:
    """The forecasts of one model, as columns over all series.

    ``past``: how many rows of history each has before its forecast, None for none.
    """

    made: Forecasts
    past: Sequence[int] | None

    def mean(self) -> FloatArray:
        """Return the expected values."""
        return self._joined(self.made.mean, lambda f: f.fitted)

    def median(self) -> FloatArray:
        """Return the medians."""
        ahead = self._with(self.made.mean, lambda f: f.center)
        return self._joined(ahead, lambda f: f.fitted_center)

    def edges(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper edge at a level."""
        nothing = np.full_like(self.made.mean, np.nan)
        ahead = self.made.bands.get(level, Interval(nothing, nothing))

        lower = self._joined(ahead.lower, lambda f: _lower(f.fitted_bands.get(level)))
        return lower, self._joined(ahead.upper, lambda f: _upper(f.fitted_bands.get(level)))

    def path(self, number: int) -> FloatArray:
        """Return one simulated future of each series."""
        nothing = np.full_like(self.made.mean, np.nan)
        ahead = self._with(nothing, lambda f: None if f.paths is None else f.paths[number])
        return self._joined(ahead, lambda f: None)

    def _with(self, ahead: FloatArray, part: Part) -> FloatArray:
        """Return values ahead (n, h) with those that whole forecasts tell of themselves."""
        told = ahead.copy()
        for row, forecast in self.made.whole.items():
            own = part(forecast)
            if own is not None:
                told[row] = own
        return told

    def _joined(self, ahead: FloatArray, part: Part) -> FloatArray:
        """Return what is ahead (n, h) as a column, behind the part of the history of each series if asked for."""
        if self.past is None:
            return ahead.ravel()
        pieces: list[FloatArray] = []
        for row, length in enumerate(self.past):
            whole = self.made.whole.get(row)
            known = None if whole is None else part(whole)
            pieces += [np.full(length, np.nan) if known is None else known, ahead[row]]
        return np.concatenate(pieces)


def _lower(band: Interval | None) -> FloatArray | None:
    return None if band is None else band.lower


def _upper(band: Interval | None) -> FloatArray | None:
    return None if band is None else band.upper


ENDPOINT = Endpoint(
    "/v1/forecast",
    "Forecast one or many series with one or several models, with intervals.",
    Forecasting,
    ForecastOptions,
    ForecastAnswer,
    {"y": EXAMPLE, "h": 3, "model": "naive"},
    position=1,
)
