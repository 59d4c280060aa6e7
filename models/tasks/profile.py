"""From a task and its series to profiles; what a worker runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.analysis.profile import Profile, profile
from models.contract.context import QUIET, Context
from models.contract.cost import Cost
from models.data.outcomes import constant_notice, guarded
from models.data.results import Outcome
from models.data.series import Notice, Series
from models.tasks.stages import LocalTime, apply_stages
from models.tasks.task import Task
from models.wording import counted

_SHORT = 8


@dataclass(frozen=True, slots=True)
class ProfileTask(Task):
    """How to profile any number of series: their values, or what transforms make of them."""


def profile_many(
    task: ProfileTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Profile]]:
    """Profile every series, in order; what fails is told in its outcome."""
    return guarded("the profile failed for this series", series, lambda one: _outcome(task, one))


def cost_of(task: ProfileTask, series: Series) -> Cost:
    """Estimate what the profile of one series takes."""
    return Cost(5e-3 + 5e-5 * len(series))  # with seasons, of which the longest is a few hundred


def _outcome(task: ProfileTask, series: Series) -> Outcome[Profile]:
    """Measure on the grid of local time; tell the length and the values of the rows as they were sent."""
    examined = task.around(undone=False)
    told = apply_stages(examined, series)
    on_clock = apply_stages((LocalTime(lambda one: one.season_length),), series)
    measured = apply_stages(examined, on_clock.series).series if on_clock.fitted else told.series
    found = profile(measured, told.series)
    return Outcome(series.unique_id, found, notices=(*told.notices, *_notices(told.series, found)))


def _notices(series: Series, found: Profile) -> list[Notice]:
    if found.is_constant and found.length > 1:
        return [constant_notice(series)]
    if found.length < _SHORT:
        text = f"{counted(found.length, 'value shows', 'values show')} neither trend nor season"
        return [Notice("short_series", text, "send a longer series", series.unique_id)]
    return []
