"""The work of a backtest: what is fitted once and rolled on, and what is fitted at every cutoff."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

import numpy as np

from app.engine.chunks import by_length
from app.engine.run import Unit
from app.services.choice import Selection
from app.services.plans import PlannedModel, unit_of
from app.services.scoring import ModelBacktests
from models.data.results import Forecast, Outcome
from models.data.series import Notice, Series
from models.evaluation.backtest import (
    Backtest,
    BacktestTask,
    forecast_parts,
    gather,
    training_parts,
)
from models.evaluation.fitted_once import (
    refit_reason,
    refitted_notice,
    roll_cost_of,
    roll_many,
    rolls,
)
from models.tasks.forecast_task import cost_of


class Trial:
    """The backtests of one model, as two units of work: series that are fitted once, and the rest.

    What is refitted goes to the engine cutoff by cutoff, so that a single series has many workers.
    """

    def __init__(self, planned: PlannedModel, task: BacktestTask, series: Sequence[Series]) -> None:
        self.planned, self.task, self.series = planned, task, series
        rolling = [rolls(task, one) for one in series]
        self.rolling = [i for i, once in enumerate(rolling) if once]
        self.refitted = [i for i, once in enumerate(rolling) if not once]
        parts = [part for i in self.refitted for part in training_parts(task, series[i])]
        self.order = by_length([len(part) for part in parts])
        self.parts = [parts[i] for i in self.order.tolist()]

    def by(self, chosen: Selection, places: Sequence[int]) -> Self:
        """Return the same for some of the series, by another model."""
        forecast = replace(self.task.forecast, model=chosen.spec)
        planned = replace(self.planned, chosen=chosen, task=forecast)
        task = replace(self.task, forecast=forecast)
        return type(self)(planned, task, [self.series[i] for i in places])

    def units(self) -> tuple[Unit, Unit]:
        """Return the work."""
        chosen, task = self.planned.chosen, self.task
        rolling = [self.series[i] for i in self.rolling]
        return (
            unit_of(chosen, roll_many, task, rolling, partial(roll_cost_of, task)),
            unit_of(chosen, forecast_parts, task, self.parts, partial(cost_of, task.forecast)),
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
        return [] if reason is None else [refitted_notice(reason)]


@dataclass(frozen=True, slots=True)
class TrialOutcomes:
    """What came of one model: an outcome per series, and the series that another model did instead."""

    planned: PlannedModel
    outcomes: list[Outcome[Backtest]]
    replaced: set[int] = field(default_factory=set)

    def backtests(self, kept: Sequence[int]) -> ModelBacktests:
        """Return the backtests of some of the series."""
        every = [self.outcomes[number].result for number in kept]
        own = [
            None if number in self.replaced else one
            for number, one in zip(kept, every, strict=True)
        ]
        return ModelBacktests(self.planned, every, own)
