"""Forecast many series with one or several models."""

from collections.abc import Sequence
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
from app.services.answer import Entries, Findings, frame
from app.services.choice import choose
from app.services.endpoint import Endpoint, UseCase
from app.services.fallback import fall_back
from app.services.notices import seasons_notices, timeout_notices
from app.services.plans import (
    DEFAULT_FALLBACK,
    Columns,
    calendar_notices,
    columns_of,
    failure_with,
    plan_of,
    unit_of,
)
from app.services.request import Asked, prepare_all, refuse_failed_preparation
from models.data.outcomes import named
from models.data.panel import Panel
from models.data.results import Forecast, Interval, Outcome
from models.errors import SeriesError
from models.prepare import PreparedPanel
from models.tasks.forecast import cost_seconds, forecast_many
from models.time.grid import Grid
from models.types import FloatArray


@dataclass(slots=True)
class _Row:
    """One series of the answer with the outcome of each model, None where that failed."""

    unique_id: str
    grid: Grid
    forecasts: Sequence[Forecast | None]


class Forecasting(UseCase[ForecastOptions]):
    """The use case of ``POST /v1/forecast``."""

    def answer(self, asked: Asked, options: ForecastOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series has a forecast, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options, asked.cancellation)
        plan = self._plan(options, budget)
        stamps = SharedStamps(partial(_spans, options))
        prepared = _checked(prepare_all(asked.content, options), stamps)
        refuse_failed_preparation(prepared, options)
        self._check_size(plan, options, prepared.panel)
        asked.clock.lap("prepare")
        units, places = _units(plan, prepared.panel)
        done = self.workbench.run(units, options, budget)
        outcomes = [[of_model[place] for place in places] for of_model in done]
        self._fall_back(plan, outcomes, prepared.panel, options, budget)
        asked.clock.lap("fit")
        notices = [
            *timeout_notices(options, self.workbench.settings),
            *prepared.notices,
            *calendar_notices(plan),
        ]
        found = Findings(notices=notices, failures=prepared.failures)
        for columns, of_model in zip(plan, outcomes, strict=True):
            found.notices.extend(seasons_notices(options, columns.chosen, of_model))
        rows = _rows(plan, prepared, outcomes, found)
        return frame("forecast", _table(plan, options, rows, stamps), found, asked, options)

    def _plan(self, options: ForecastOptions, budget: Budget) -> list[Columns]:
        """Return the models with what only a forecast is asked for."""
        plan = plan_of(options, self.workbench.settings, add_history=options.add_history)
        named = options.fallback_model
        other = None if named is None else choose("forecaster", named, {}, ("fallback_model",)).spec
        own = partial(
            replace, n_paths=options.n_paths, budget_s=budget.remaining(), substitute=other
        )
        return [replace(one, task=own(one.task)) for one in plan]

    def _check_size(self, plan: Sequence[Columns], options: ForecastOptions, panel: Panel) -> None:
        rows = options.h * len(panel) + options.add_history * len(panel.values)
        of_model = 1 + 2 * len(options.levels()) + options.n_paths
        self.workbench.check_cells(rows, 2 + options.add_history + len(plan) * of_model)

    def _fall_back(
        self,
        plan: Sequence[Columns],
        outcomes: Sequence[list[Outcome[Forecast]]],
        panel: Panel,
        options: ForecastOptions,
        budget: Budget,
    ) -> None:
        """Have failing series done by the fallback model, if so asked."""
        if options.on_error != "fallback":
            return
        choice = options.fallback_model or DEFAULT_FALLBACK
        fallback = choose("forecaster", choice, {}, ("fallback_model",))
        for columns, of_model in zip(plan, outcomes, strict=True):
            other = replace(
                columns, chosen=fallback, task=replace(columns.task, model=fallback.spec)
            )

            def again(failed: list[int], other: Columns = other) -> list[Outcome[Forecast]]:
                units, places = _units([other], panel[failed])
                [done] = self.workbench.run(units, options, budget)
                return [done[place] for place in places]

            fall_back(of_model, fallback.spec.name, again)


def _units(plan: Sequence[Columns], panel: Panel) -> tuple[list[Unit], list[int]]:
    """Return the work of each model, series of equal length side by side, and where each series is in it."""
    lengths = panel.lengths.tolist()
    order = by_length(lengths)
    ordered = panel if len({*lengths}) < 2 else panel[order]
    units = [
        unit_of(one.chosen, forecast_many, one.task, ordered, partial(cost_seconds, one.task))
        for one in plan
    ]
    return units, np.argsort(order).tolist()


# --- the answer --------------------------------------------------------------


def _rows(
    plan: Sequence[Columns],
    prepared: PreparedPanel,
    outcomes: Sequence[Sequence[Outcome[Forecast]]],
    found: Findings,
) -> list[_Row]:
    """Return the series that have at least one forecast; raises ``NothingWorked`` if there is none."""
    entries, rows, panel = Entries(prepared), [], prepared.panel
    for place, of_series in enumerate(zip(*outcomes, strict=True)):
        worked = False
        for columns, outcome in zip(plan, of_series, strict=True):
            found.notices.extend(outcome.notices)
            if outcome.result is None:
                found.failures.append(failure_with(outcome, columns, len(plan)))
                continue
            worked = True
            method = outcome.result.interval_method
            found.series.append(
                entries.entry(place, outcome, interval_method=method, column=columns.prefix)
            )
        if worked:
            forecasts = [outcome.result for outcome in of_series]
            rows.append(_Row(panel.ids[place], panel.grids[place], forecasts))
    if not rows:
        raise NothingWorked.because(found.failures)
    return rows


def _table(
    plan: Sequence[Columns], options: ForecastOptions, rows: Sequence[_Row], stamps: SharedStamps
) -> dict[str, Column]:
    table = _index(rows, options, stamps)
    for number, columns in enumerate(plan):
        forecasts = [row.forecasts[number] for row in rows]
        of_model = _ModelRows(rows, forecasts, options)
        table.update(columns_of(columns.prefix, options, of_model))
        for path in range(options.n_paths):
            table[f"{columns.prefix}_path_{path + 1}"] = of_model.path(path)
    return table


def _index(
    rows: Sequence[_Row], options: ForecastOptions, stamps: SharedStamps
) -> dict[str, Column]:
    """Return the columns that say which series and which time, and whether it is history."""
    index = stamps.index([row.unique_id for row in rows], [row.grid for row in rows])
    if options.add_history:
        lengths = [(len(row.grid), options.h) for row in rows]
        parts = np.tile([True, False], len(rows))
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
class _ModelRows:
    """The forecasts of one model, as columns over all series."""

    rows: Sequence[_Row]
    forecasts: Sequence[Forecast | None]
    options: ForecastOptions

    def mean(self) -> FloatArray:
        """Return the expected values."""
        ahead = [None if f is None else f.mean for f in self.forecasts]
        past = [None if f is None else f.fitted for f in self.forecasts] if self.history else []
        return self._joined(ahead, past)

    def median(self) -> FloatArray:
        """Return the medians."""
        ahead = [None if f is None else f.center for f in self.forecasts]
        past = (
            [None if f is None else f.fitted_center for f in self.forecasts] if self.history else []
        )
        return self._joined(ahead, past)

    def edges(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper edge at a level."""
        ahead = [None if f is None else f.bands.get(level) for f in self.forecasts]
        past: list[Interval | None] = []
        if self.history:
            past = [None if f is None else f.fitted_bands.get(level) for f in self.forecasts]
        lower = self._joined([_lower(b) for b in ahead], [_lower(b) for b in past])
        return lower, self._joined([_upper(b) for b in ahead], [_upper(b) for b in past])

    def path(self, number: int) -> FloatArray:
        """Return one simulated future of each series."""
        ahead = [None if f is None or f.paths is None else f.paths[number] for f in self.forecasts]
        return self._joined(ahead, [None] * len(ahead))

    @property
    def history(self) -> bool:
        """Whether fitted values come before the forecasts."""
        return self.options.add_history

    def _joined(
        self, ahead: Sequence[FloatArray | None], past: Sequence[FloatArray | None]
    ) -> FloatArray:
        """Join the parts of all series, missing values where a part is missing."""
        nothing = np.full(self.options.h, np.nan)
        future = [nothing if part is None else part for part in ahead]
        if not self.history:
            return np.concatenate(future)
        lengths = [len(row.grid) for row in self.rows]
        fitted = [
            np.full(length, np.nan) if part is None else part
            for part, length in zip(past, lengths, strict=True)
        ]
        return np.concatenate([part for pair in zip(fitted, future, strict=True) for part in pair])


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
