"""From a task and its series to changes; what a worker runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.analysis.changepoints import ChangeRules, find_changes
from models.analysis.changes import Change
from models.contract.context import QUIET, Context
from models.contract.cost import Cost
from models.data.outcomes import constant_notice, guarded
from models.data.results import Outcome
from models.data.series import Series
from models.tasks.stages import LocalTime, apply_stages
from models.tasks.task import Task


@dataclass(frozen=True, slots=True)
class ChangesTask(Task):
    """How to look for changes in any number of series: in their values, or in what transforms make of them."""

    rules: ChangeRules = ChangeRules()


def find_changes_many(
    task: ChangesTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[tuple[Change, ...]]]:
    """Find the changes of every series, in order; what fails is told in its outcome."""
    failing = "the search for changes failed for this series"
    return guarded(failing, series, lambda one: _outcome(task, one))


def cost_of(task: ChangesTask, series: Series) -> Cost:
    """Estimate what the searches in one series and in its logarithms take."""
    return Cost(1e-2 + 8e-5 * min(len(series), 600) + 1e-5 * len(series))


def _outcome(task: ChangesTask, series: Series) -> Outcome[tuple[Change, ...]]:
    staged = apply_stages((LocalTime(_seasons), *task.around(undone=False)), series)
    notices = staged.notices
    if staged.series.is_constant:
        notices += (constant_notice(staged.series, ": nothing changes"),)
    changes = find_changes(staged.series, task.rules)
    rows = staged.rows(np.array([change.index for change in changes], dtype=np.int64))
    placed = tuple(
        replace(change, index=row) for change, row in zip(changes, rows.tolist(), strict=True)
    )
    return Outcome(series.unique_id, placed, notices=notices)


def _seasons(series: Series) -> tuple[int, ...] | None:
    return () if series.is_constant else series.season_length
