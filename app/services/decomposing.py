"""Take series apart into trend, season, cycle and the rest."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from app.codecs.frame import Column, Frame, SharedStamps, whole
from app.engine.base import Budget
from app.schemas.examining import AUTO, DecomposeAnswer, DecomposeOptions
from app.schemas.series import EXAMPLE
from app.services.answer import AnswerParts
from app.services.choice import Selection, choose
from app.services.endpoint import Endpoint, UseCase
from app.services.examining import Examination, ExaminationPlan, Row
from app.services.fallback import fall_back
from app.services.request import SeriesRequest
from models.data.results import Outcome
from models.data.series import Series
from models.decomposers.base import PARTS, Decomposition
from models.tasks.decompose import DecomposeTask, cost_of, decompose_many
from models.types import FloatArray

_DEFAULT_FALLBACK = "hp"
_COLUMNS = 7


class Decomposing(UseCase[DecomposeOptions]):
    """The use case of ``POST /v1/decompose``."""

    def answer(self, asked: SeriesRequest, options: DecomposeOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be taken apart, ``Unavailable`` if the engine is stopping.
        """
        task = DecomposeTask(options=options.of_task())
        task.check()
        chosen: Selection | None = None
        if options.method != AUTO:
            chosen = choose("decomposition", options.method, options.params, ("method",))
            task = replace(task, model=chosen.spec)
        examination, found = Examination(self.workbench, asked, options), AnswerParts()
        again = partial(self._again, task, options) if options.on_error == "fallback" else None
        rows = examination.rows(
            _job(task), found, lambda one: {"combined": one.combined}, again, chosen
        )
        return examination.answer("decomposition", _table(rows), found)

    def _again(
        self,
        task: DecomposeTask,
        options: DecomposeOptions,
        outcomes: list[Outcome[Any]],
        series: Sequence[Series],
        budget: Budget,
    ) -> None:
        """Do failing series by the fallback method."""
        choice = options.fallback_model or _DEFAULT_FALLBACK
        fallback = choose("decomposition", choice, {}, ("fallback_model",))
        job = _job(replace(task, model=fallback.spec))

        def again(failed: list[int]) -> Sequence[Outcome[Decomposition]]:
            unit = job.unit([series[i] for i in failed])
            return self.workbench.run([unit], options, budget)[0]

        fall_back(outcomes, fallback.spec.name, again)


def _job(task: DecomposeTask) -> ExaminationPlan:
    return ExaminationPlan(decompose_many, task, partial(cost_of, task), _COLUMNS)


def _table(rows: Sequence[Row[Decomposition]]) -> dict[str, Column]:
    further = sorted({name for row in rows for name in row.found.columns} - set(PARTS), key=_length)
    ids = [row.series.unique_id for row in rows]
    return {
        **SharedStamps(whole).index(ids, [row.series.grid for row in rows]),
        "y": np.concatenate([row.series.y_observed for row in rows]),
        **{name: _column(rows, name) for name in (*PARTS, *further)},
    }


def _length(name: str) -> int:
    return int(name.rpartition("_")[2])


def _column(rows: Sequence[Row[Decomposition]], name: str) -> FloatArray:
    return np.concatenate(
        [row.found.columns.get(name, np.full(len(row.series), np.nan)) for row in rows]
    )


ENDPOINT = Endpoint(
    "/v1/decompose",
    "Decompose one or many series into trend, season, cycle and residual.",
    Decomposing,
    DecomposeOptions,
    DecomposeAnswer,
    {"y": EXAMPLE * 3, "method": "stl", "season_length": 12},
    position=4,
)
