"""Find where level, trend or variance of series changed."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from app.codecs.frame import Column, Frame, Repeated, Span, StampRuns
from app.schemas.examining import ChangesAnswer, ChangesOptions
from app.services.answer import AnswerParts
from app.services.endpoint import Endpoint, UseCase
from app.services.examining import Examination, ExaminationPlan, Row
from app.services.request import SeriesRequest
from models.analysis.changes import Change
from models.tasks.changepoints import ChangesTask, cost_of, find_changes_many
from models.time.grid import Grid

_COLUMNS = 8
_TOLD = ("index", "kind", "before", "after", "score", "reason")


class FindingChanges(UseCase[ChangesOptions]):
    """The use case of ``POST /v1/changepoints``."""

    def answer(self, asked: SeriesRequest, options: ChangesOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be searched, ``Unavailable`` if the engine is stopping.
        """
        task = ChangesTask(options.rules(), options=options.of_task())
        job = ExaminationPlan(find_changes_many, task, partial(cost_of, task), _COLUMNS)
        examination, found = Examination(self.workbench, asked, options), AnswerParts()
        rows = examination.rows(job, found, lambda changes: {"changes": len(changes)})
        return examination.answer("changes", _table(rows), found)


def _table(rows: Sequence[Row[tuple[Change, ...]]]) -> dict[str, Column]:
    changes = [change for row in rows for change in row.found]
    return {
        "unique_id": Repeated(
            [row.series.unique_id for row in rows], np.array([len(row.found) for row in rows])
        ),
        "ds": StampRuns([Span(_grid_of(row)) for row in rows], np.arange(len(rows))),
        **{name: [getattr(change, name) for change in changes] for name in _TOLD},
    }


def _grid_of(row: Row[tuple[Change, ...]]) -> Grid:
    """Return the timestamps of the changes alone."""
    grid, places = row.series.grid, [change.index for change in row.found]
    return Grid(grid.freq, grid.stamps[places], grid.tz)


_LOW = [10, 11, 9, 10, 12, 10, 9, 11, 10, 8, 11, 10]
ENDPOINT = Endpoint(
    "/v1/changepoints",
    "Find where level, trend or variance of one or many series changed.",
    FindingChanges,
    ChangesOptions,
    ChangesAnswer,
    {"y": [*_LOW, *(value + 20 for value in _LOW)]},
    position=5,
)
